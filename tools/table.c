/* SPDX-License-Identifier: ISC */
#include "tools/table.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 2 }; /* blanks between columns */

struct cell {
	size_t at; /* in the table's text */
	size_t size;
	enum terminal_style style;
};

struct table {
	const struct table_column *columns;
	size_t count;
	const struct terminal *terminal;
	struct hear_buffer text;  /* of all cells */
	struct hear_buffer cells; /* struct cell, row by row */
	size_t *widths;
	bool settled; /* the widths are, and the header was printed */
	/* While a row is printed: what is left of each cell, its style, and
	 * the line of a cell. */
	struct hear_span *rest;
	enum terminal_style *styles;
	struct hear_buffer line;
	bool failed; /* that line once did */
};

struct table *table_new(const struct table_column *columns, size_t count,
			const struct terminal *terminal)
{
	struct table *table = calloc(1, sizeof *table);

	if (!table)
		return NULL;
	table->columns = columns;
	table->count = count;
	table->terminal = terminal;
	table->widths = calloc(count, sizeof *table->widths);
	table->rest = calloc(count, sizeof *table->rest);
	table->styles = calloc(count, sizeof *table->styles);
	if (table->widths && table->rest && table->styles)
		return table;
	table_free(table);
	return NULL;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	hear_buffer_done(&table->text);
	hear_buffer_done(&table->cells);
	hear_buffer_done(&table->line);
	free(table->widths);
	free(table->rest);
	free(table->styles);
	free(table);
}

void table_cell(struct table *table, enum terminal_style style,
		struct hear_span text)
{
	struct cell cell = {.at = table->text.size, .style = style};

	terminal_clean(text, TERMINAL_ONE_LINE, &table->text);
	cell.size = table->text.size - cell.at;
	hear_buffer_add(&table->cells, &cell, sizeof cell);
}

static size_t cells_in(const struct table *table)
{
	return table->cells.size / sizeof(struct cell);
}

static struct cell cell_at(const struct table *table, size_t index)
{
	struct cell cell;

	memcpy(&cell, table->cells.data + index * sizeof cell, sizeof cell);
	return cell;
}

static struct hear_span text_of(const struct table *table, struct cell cell)
{
	struct hear_span text = {NULL, cell.size};

	if (cell.size > 0)
		text.data = table->text.data + cell.at;
	return text;
}

static void print_tabbed(struct table *table, struct hear_buffer *out)
{
	size_t count = cells_in(table);
	size_t i;

	for (i = 0; i < count; i++) {
		hear_buffer_span(out, text_of(table, cell_at(table, i)));
		hear_buffer_byte(out, (i + 1) % table->count ? '\t' : '\n');
	}
}

/* ---- Widths -------------------------------------------------------------- */

static void widen(size_t *width, struct hear_span text)
{
	size_t columns = hear_text_columns(text);

	if (columns > *width)
		*width = columns;
}

/* The column that is to give way first: the widest for its weight of those
 * that still can. `count` where none can. */
static size_t widest(const struct table *table)
{
	size_t found = table->count;
	size_t i;

	for (i = 0; i < table->count; i++) {
		const struct table_column *column = &table->columns[i];

		if (column->weight == 0 || table->widths[i] <= 1 ||
		    table->widths[i] <= column->least)
			continue;
		if (found == table->count ||
		    table->widths[i] * table->columns[found].weight >
			    table->widths[found] * column->weight)
			found = i;
	}
	return found;
}

/* What gives way needs no more than there is: so narrowing takes few steps. */
static void limit_width(size_t *width, const struct table_column *column,
			size_t all)
{
	size_t most = all > column->least ? all : column->least;

	if (column->weight > 0 && *width > most)
		*width = most;
}

static void settle_widths(struct table *table)
{
	size_t all = table->terminal->columns;
	size_t cells = cells_in(table);
	size_t total = (table->count - 1) * GAP;
	size_t i;

	for (i = 0; i < table->count; i++)
		widen(&table->widths[i],
		      hear_span_of(table->columns[i].name));
	for (i = 0; i < cells; i++)
		widen(&table->widths[i % table->count],
		      text_of(table, cell_at(table, i)));
	for (i = 0; i < table->count; i++) {
		limit_width(&table->widths[i], &table->columns[i], all);
		total += table->widths[i];
	}
	for (; total > all && (i = widest(table)) < table->count; total--)
		table->widths[i]--;
}

/* ---- Rows ---------------------------------------------------------------- */

static void pad(struct hear_buffer *out, size_t columns)
{
	while (columns-- > 0)
		hear_buffer_byte(out, ' ');
}

/* One line of one cell in table->line; the columns it takes. What cannot give
 * way is never cut, though a later piece of the table be wider. */
static size_t cell_line(struct table *table, size_t column)
{
	const struct table_column *how = &table->columns[column];
	size_t width = table->widths[column];
	struct hear_span *rest = &table->rest[column];
	struct hear_span taken = *rest;

	hear_buffer_reset(&table->line);
	if (how->weight > 0 && how->wrap)
		taken = terminal_line(rest, width);
	else
		rest->size = 0;
	if (how->weight > 0 && !how->wrap)
		return terminal_cut(taken, width, &table->line);
	hear_buffer_span(&table->line, taken);
	return hear_text_columns(taken);
}

/* One line of a row; blanks wait until something stands behind them. False
 * where nothing is left of any cell. */
static bool row_line(struct table *table, struct hear_buffer *out)
{
	bool more = false;
	size_t owed = 0;
	size_t i;

	for (i = 0; i < table->count; i++) {
		size_t width = table->widths[i];
		size_t used = 0;
		size_t spare;

		if (table->rest[i].size > 0) {
			used = cell_line(table, i);
			table->failed = table->failed || table->line.failed;
			more = more || table->rest[i].size > 0;
		}
		spare = used < width ? width - used : 0;
		if (table->columns[i].align == TABLE_RIGHT)
			owed += spare;
		if (used > 0) {
			pad(out, owed);
			terminal_print(table->terminal, table->styles[i],
				       hear_buffer_view(&table->line), out);
			owed = 0;
		}
		if (table->columns[i].align == TABLE_LEFT)
			owed += spare;
		owed += GAP;
	}
	hear_buffer_byte(out, '\n');
	return more;
}

static void print_header(struct table *table, struct hear_buffer *out)
{
	bool any = false;
	size_t i;

	for (i = 0; i < table->count; i++) {
		table->rest[i] = hear_span_of(table->columns[i].name);
		table->styles[i] = STYLE_BOLD;
		any = any || table->rest[i].size > 0;
	}
	while (any)
		any = row_line(table, out);
}

static void print_row(struct table *table, size_t first,
		      struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < table->count; i++) {
		struct cell cell = cell_at(table, first + i);

		table->rest[i] = text_of(table, cell);
		table->styles[i] = cell.style;
	}
	while (row_line(table, out))
		;
}

static void print_aligned(struct table *table, struct hear_buffer *out)
{
	size_t cells = cells_in(table);
	size_t i;

	if (!table->settled && cells > 0) {
		settle_widths(table);
		table->settled = true;
		print_header(table, out);
	}
	for (i = 0; i < cells; i += table->count)
		print_row(table, i, out);
}

/* Empty cells for those missing in the last row. */
static void fill_row(struct table *table)
{
	while (cells_in(table) % table->count != 0 && !table->cells.failed)
		table_cell(table, STYLE_RESET, hear_span_of(""));
}

bool table_print(struct table *table, struct hear_buffer *out)
{
	bool done;

	fill_row(table);
	done = !table->text.failed && !table->cells.failed;
	if (done && table->terminal->is)
		print_aligned(table, out);
	else if (done)
		print_tabbed(table, out);
	done = done && !table->failed && !out->failed;
	hear_buffer_reset(&table->text);
	hear_buffer_reset(&table->cells);
	table->failed = false;
	return done;
}
