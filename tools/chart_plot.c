/* SPDX-License-Identifier: ISC */
/* chart_plot.c - lines and letters in the plot of a terminal. */
#include "tools/chart_canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	DOTS_ACROSS = 2, /* of a braille character */
	DOTS_DOWN = 4,
	SHIFT_MOST = 8, /* how far a letter gives way to others */
	STRIP_ROWS = 3,
	LABELLED = 40, /* figures, above which none has words beside it */
};

/* ---- Lines --------------------------------------------------------------- */

static struct cell *cell_at(struct canvas *canvas, size_t column, size_t row)
{
	return &canvas->cells[row * canvas->width + column];
}

struct dot {
	long x;
	long y; /* from the top */
};

static struct dot dot_of(const struct canvas *canvas, double x, double y)
{
	size_t down = canvas->height * DOTS_DOWN;
	struct dot dot;

	dot.x = (long)canvas_part(x, canvas->width * DOTS_ACROSS);
	dot.y = (long)(down - 1 - canvas_part(y, down));
	return dot;
}

static void set_dot(struct canvas *canvas, struct dot dot, size_t who)
{
	static const unsigned char bits[DOTS_DOWN][DOTS_ACROSS] = {
		{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
	struct cell *cell = cell_at(canvas, (size_t)(dot.x / DOTS_ACROSS),
				    (size_t)(dot.y / DOTS_DOWN));

	cell->kind = LINE;
	cell->who = (unsigned char)who;
	cell->dots |= bits[dot.y % DOTS_DOWN][dot.x % DOTS_ACROSS];
}

/* Lines are told apart without colour by the dots they leave out. */
static bool is_drawn(size_t who, long step)
{
	static const struct {
		unsigned char draw;
		unsigned char of;
	} dashes[] = {{1, 1}, {4, 6}, {1, 2}, {6, 9}, {1, 3}, {3, 5}};
	size_t i = who % (sizeof dashes / sizeof *dashes);

	return step % dashes[i].of < dashes[i].draw;
}

static long away(long a, long b)
{
	return a < b ? b - a : a - b;
}

static void draw_between(struct canvas *canvas, struct dot a, struct dot b,
			 size_t who)
{
	long steps = away(a.x, b.x);
	long i;

	if (away(a.y, b.y) > steps)
		steps = away(a.y, b.y);
	for (i = 0; i <= steps; i++) {
		double part = steps ? (double)i / (double)steps : 0;
		struct dot dot = {
			a.x + lround((double)(b.x - a.x) * part),
			a.y + lround((double)(b.y - a.y) * part),
		};

		if (steps < 3 || is_drawn(who, a.x + i))
			set_dot(canvas, dot, who);
	}
}

/* From figure to figure. Where many share a column of dots the line goes to
 * the lowest and the highest of them, and no way twice. */
static void draw_line(struct canvas *canvas, size_t who)
{
	const struct chart_drawn *drawn = &canvas->layout->drawn[who];
	struct dot last = {-1, 0};
	struct dot top = {0, 0};
	struct dot bottom = {0, 0};
	size_t i;

	for (i = 0; i < drawn->figure_count; i++) {
		const struct chart_place *place = &drawn->figures[i];
		struct dot dot = dot_of(canvas, place->x, place->y);

		if (place->point->struck)
			continue;
		if (last.x >= 0 && dot.x != last.x) {
			draw_between(canvas, top, bottom, who);
			draw_between(canvas, last, dot, who);
		}
		if (last.x != dot.x)
			top = bottom = dot;
		if (dot.y < top.y)
			top = dot;
		if (dot.y > bottom.y)
			bottom = dot;
		last = dot;
	}
	if (last.x >= 0)
		draw_between(canvas, top, bottom, who);
}

/* ---- Figures ------------------------------------------------------------- */

static bool is_free(struct canvas *canvas, size_t column, size_t row)
{
	return cell_at(canvas, column, row)->kind < WORDS &&
	       !cell_at(canvas, column, row)->covered;
}

static void put_bar(struct canvas *canvas, size_t column, size_t row,
		    size_t who, bool struck, enum sign which)
{
	struct cell *cell = cell_at(canvas, column, row);

	if (cell->kind >= BAR)
		return;
	cell->kind = BAR;
	cell->who = (unsigned char)who;
	cell->struck = struck;
	cell->sign = canvas_sign(canvas, which);
}

static void put_letter(struct canvas *canvas, size_t column, size_t row,
		       size_t who, bool struck)
{
	struct cell *cell = cell_at(canvas, column, row);

	cell->kind = LETTER;
	cell->who = (unsigned char)who;
	cell->struck = struck;
	cell->letter = canvas_letter(who, struck);
}

/* The nearest column beside the right one where nothing stands yet; the width
 * where there is none. */
static size_t find_column(struct canvas *canvas, size_t column, size_t row,
			  size_t most)
{
	size_t i;

	for (i = 0; i <= most; i++) {
		if (column + i < canvas->width &&
		    is_free(canvas, column + i, row))
			return column + i;
		if (column >= i && is_free(canvas, column - i, row))
			return column - i;
	}
	return canvas->width;
}

static void draw_range(struct canvas *canvas, const struct chart_place *place,
		       size_t who, size_t column)
{
	const struct chart_point *point = place->point;
	size_t row = canvas_row(canvas, place->y);
	size_t top = canvas_row(canvas, place->y_high);
	size_t bottom = canvas_row(canvas, place->y_low);
	size_t i;

	for (i = top; i < row; i++)
		put_bar(canvas, column, i, who, point->struck,
			i == top ? SIGN_TOP : SIGN_BAR);
	for (i = row + 1; i <= bottom; i++)
		put_bar(canvas, column, i, who, point->struck,
			i == bottom ? SIGN_BOTTOM : SIGN_BAR);
	if (point->high_unbounded && top > 0)
		put_bar(canvas, column, top - 1, who, point->struck, SIGN_UP);
	if (point->low_unbounded && bottom + 1 < canvas->height)
		put_bar(canvas, column, bottom + 1, who, point->struck,
			SIGN_DOWN);
}

/* Gives the column where it stands, the width where there was no room. */
static size_t draw_figure(struct canvas *canvas,
			  const struct chart_place *place, size_t who)
{
	bool gives_way = canvas->layout->figures <= LABELLED ||
			 place == chart_last(&canvas->layout->drawn[who]);
	size_t row = canvas_row(canvas, place->y);
	size_t column = find_column(canvas, canvas_column(canvas, place->x),
				    row, gives_way ? SHIFT_MOST : 0);

	if (column == canvas->width)
		return column;
	put_letter(canvas, column, row, who, place->point->struck);
	draw_range(canvas, place, who, column);
	if (place->point->about && column > 0 &&
	    is_free(canvas, column - 1, row)) {
		struct cell *cell = cell_at(canvas, column - 1, row);

		cell->kind = LETTER;
		cell->who = (unsigned char)who;
		cell->struck = place->point->struck;
		cell->letter = '~';
	}
	return column;
}

/* Of a series with more figures than there is room for letters, the line tells
 * them: only the last, some on the way, and what was struck get a letter. */
static bool is_marked(const struct canvas *canvas,
		      const struct chart_drawn *drawn, size_t index,
		      size_t *marked)
{
	size_t column = canvas_column(canvas, drawn->figures[index].x);
	size_t apart = 0;

	if (drawn->figure_count * 4 > canvas->width)
		apart = canvas->width / 4 + 1;
	else if (canvas->layout->figures > LABELLED)
		apart = canvas->width / 12 + 1;
	if (*marked != SIZE_MAX && column < *marked + apart &&
	    &drawn->figures[index] != chart_last(drawn))
		return false;
	*marked = column;
	return true;
}

static bool has_room_beside(struct canvas *canvas, size_t column, size_t row,
			    size_t columns)
{
	size_t i;

	if (column + columns > canvas->width)
		return false;
	for (i = 0; i < columns; i++)
		if (cell_at(canvas, column + i, row)->kind >= BAR ||
		    cell_at(canvas, column + i, row)->covered)
			return false;
	return true;
}

/* A line does not touch words. */
static void clear_line(struct canvas *canvas, size_t column, size_t row)
{
	struct cell *cell = column < canvas->width
				    ? cell_at(canvas, column, row)
				    : NULL;

	if (cell && cell->kind == LINE && !cell->covered)
		cell->kind = BLANK;
}

static bool put_words(struct canvas *canvas, size_t column, size_t row,
		      size_t columns, size_t at, const struct cell *of)
{
	struct cell *cell = cell_at(canvas, column, row);
	size_t i;

	if (!has_room_beside(canvas, column, row, columns))
		return false;
	if (column > 0)
		clear_line(canvas, column - 1, row);
	clear_line(canvas, column + columns, row);
	cell->kind = WORDS;
	cell->who = of->who;
	cell->struck = of->struck;
	cell->at = at;
	cell->size = canvas->words.size - at;
	for (i = 1; i < columns; i++)
		cell_at(canvas, column + i, row)->covered = true;
	return true;
}

/* What was said beside the letter, where there is room. */
static void draw_words(struct canvas *canvas, const struct chart_place *place,
		       size_t column, size_t row)
{
	const struct cell *of = cell_at(canvas, column, row);
	struct hear_span text;
	size_t at = canvas->words.size;
	size_t columns;
	bool put;

	canvas_clean(canvas, place->point->label, &canvas->words);
	text.data = canvas->words.data ? canvas->words.data + at : NULL;
	text.size = canvas->words.size - at;
	columns = hear_text_columns(text);
	if (columns == 0 || columns > canvas->width / 2)
		return;
	put = column + 2 < canvas->width && is_free(canvas, column + 1, row) &&
	      put_words(canvas, column + 2, row, columns, at, of);
	if (!put && column > columns + (place->point->about ? 1 : 0))
		(void)put_words(canvas,
				column - columns - 1 -
					(place->point->about ? 1 : 0),
				row, columns, at, of);
}

/* Where the letters of one series stand is put in `columns`. */
static void draw_letters_of(struct canvas *canvas, size_t who, bool struck,
			    size_t *columns)
{
	const struct chart_drawn *drawn = &canvas->layout->drawn[who];
	size_t marked = SIZE_MAX;
	size_t i;

	for (i = 0; i < drawn->figure_count; i++) {
		columns[i] = canvas->width;
		if (drawn->figures[i].point->struck == struck &&
		    is_marked(canvas, drawn, i, &marked))
			columns[i] = draw_figure(canvas, &drawn->figures[i],
						 who);
	}
}

static void draw_words_of(struct canvas *canvas, size_t who,
			  const size_t *columns)
{
	const struct chart_drawn *drawn = &canvas->layout->drawn[who];
	size_t i;

	for (i = 0; i < drawn->figure_count; i++)
		if (columns[i] < canvas->width)
			draw_words(canvas, &drawn->figures[i], columns[i],
				   canvas_row(canvas, drawn->figures[i].y));
}

static void draw_letters(struct canvas *canvas, bool struck)
{
	const struct chart_layout *layout = canvas->layout;
	size_t *columns = calloc(layout->figures + 1, sizeof *columns);
	size_t at = 0;
	size_t who;

	if (!columns) {
		canvas->out->failed = true;
		return;
	}
	for (who = 0; who < layout->count; who++) {
		draw_letters_of(canvas, who, struck, &columns[at]);
		at += layout->drawn[who].figure_count;
	}
	at = 0;
	for (who = 0; who < layout->count && layout->figures <= LABELLED;
	     who++) {
		draw_words_of(canvas, who, &columns[at]);
		at += layout->drawn[who].figure_count;
	}
	free(columns);
}

/* ---- The plot ------------------------------------------------------------ */

static const char *line_sign(const struct canvas *canvas,
			     const struct cell *cell, char braille[4])
{
	static const char *const ascii[] = {".", ":", "'", ",", "-", ";"};

	if (canvas->ascii)
		return ascii[cell->who % (sizeof ascii / sizeof *ascii)];
	braille[0] = (char)0xe2;
	braille[1] = (char)(0xa0 | cell->dots >> 6);
	braille[2] = (char)(0x80 | (cell->dots & 0x3f));
	braille[3] = '\0';
	return braille;
}

/* What stands in a cell, and how. */
static struct hear_span show(struct canvas *canvas, const struct cell *cell,
			     bool grid, char room[4],
			     enum terminal_style *style)
{
	struct hear_span text = {NULL, 0};

	*style = cell->struck ? STYLE_DIM : canvas_style(cell->who);
	switch (cell->kind) {
	case BLANK:
		grid = grid && canvas->terminal->colour;
		*style = grid ? STYLE_DIM : STYLE_RESET;
		return hear_span_of(grid ? canvas_sign(canvas, SIGN_GRID)
					 : " ");
	case LINE:
		return hear_span_of(line_sign(canvas, cell, room));
	case BAR:
		return hear_span_of(cell->sign);
	case WORDS:
		if (!cell->struck)
			*style = STYLE_RESET;
		if (canvas->words.data)
			text.data = canvas->words.data + cell->at;
		text.size = text.data ? cell->size : 0;
		return text;
	case LETTER:
		room[0] = cell->letter;
		room[1] = '\0';
		return hear_span_of(room);
	}
	return text;
}

/* Cells of one style are printed together. */
static void print_cells(struct canvas *canvas, size_t row, bool grid)
{
	struct hear_buffer *run = &canvas->scratch;
	enum terminal_style last = STYLE_RESET;
	size_t i;

	hear_buffer_reset(run);
	for (i = 0; i < canvas->width; i++) {
		const struct cell *cell = cell_at(canvas, i, row);
		enum terminal_style style;
		struct hear_span text;
		char room[4];

		if (cell->covered)
			continue;
		text = show(canvas, cell, grid, room, &style);
		if (style != last) {
			terminal_print(canvas->terminal, last,
				       hear_buffer_view(run), canvas->out);
			hear_buffer_reset(run);
			last = style;
		}
		hear_buffer_span(run, text);
	}
	terminal_print(canvas->terminal, last, hear_buffer_view(run),
		       canvas->out);
}

/* The label of the tick in this row; NULL: none. In a strip only the ends have
 * one. */
static const struct chart_tick *tick_in_row(const struct canvas *canvas,
					    size_t row)
{
	const struct chart_scale *scale = &canvas->layout->values;
	size_t i;

	if (canvas->layout->apart && scale->count > 0)
		return row == 0 ? &scale->ticks[scale->count - 1]
		       : row == canvas->height - 1 ? &scale->ticks[0]
						   : NULL;
	for (i = 0; i < scale->count; i++)
		if (canvas_row(canvas, scale->ticks[i].at) == row)
			return &scale->ticks[i];
	return NULL;
}

static void trim(struct hear_buffer *out)
{
	while (out->size > 0 && out->data[out->size - 1] == ' ')
		out->data[--out->size] = '\0';
}

static void print_row(struct canvas *canvas, size_t row)
{
	const struct chart_tick *tick = tick_in_row(canvas, row);
	struct hear_buffer *out = canvas->out;
	size_t used = tick ? hear_text_columns(hear_span_of(tick->label)) : 0;

	if (used > canvas->gutter)
		used = 0;
	canvas_pad(out, canvas->gutter - used);
	if (used > 0)
		hear_buffer_text(out, tick->label);
	hear_buffer_text(
		out, canvas_sign(canvas, tick ? SIGN_AXIS_TICK : SIGN_AXIS));
	print_cells(canvas, row, tick != NULL);
	trim(out);
	hear_buffer_byte(out, '\n');
}

static bool make_cells(struct canvas *canvas)
{
	free(canvas->cells);
	canvas->cells = calloc(canvas->width * canvas->height,
			       sizeof *canvas->cells);
	if (!canvas->cells)
		canvas->out->failed = true;
	return canvas->cells;
}

void canvas_plot(struct canvas *canvas)
{
	size_t i;

	if (!make_cells(canvas))
		return;
	for (i = canvas->layout->count; i > 0; i--)
		draw_line(canvas, i - 1);
	draw_letters(canvas, false);
	draw_letters(canvas, true);
	for (i = 0; i < canvas->height; i++)
		print_row(canvas, i);
}

void canvas_strip(struct canvas *canvas, size_t who)
{
	const struct chart_drawn *drawn = &canvas->layout->drawn[who];
	size_t *columns = calloc(drawn->figure_count + 1, sizeof *columns);
	size_t i;

	if (!columns) {
		canvas->out->failed = true;
		return;
	}
	canvas->height = STRIP_ROWS;
	if (make_cells(canvas)) {
		draw_line(canvas, who);
		draw_letters_of(canvas, who, true, columns);
		for (i = 0; i < canvas->height; i++)
			print_row(canvas, i);
	}
	free(columns);
}
