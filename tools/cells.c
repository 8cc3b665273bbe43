/* SPDX-License-Identifier: ISC */
#include "tools/cells.h"
#include "tools/terminal.h"

void cells_header(struct cells *cells, const char *const *names, size_t count)
{
	size_t i;

	if (cells->mode != OUTPUT_CSV)
		return;
	for (i = 0; i < count; i++)
		cells_text(cells, names[i]);
	cells_end(cells);
}

void cells_add(struct cells *cells, struct hear_span text)
{
	bool csv = cells->mode == OUTPUT_CSV;

	if (cells->within)
		hear_buffer_byte(cells->out, csv ? ',' : '\t');
	cells->within = true;
	if (csv)
		output_csv(text, cells->out);
	else
		terminal_clean(text, TERMINAL_ONE_LINE, cells->out);
}

void cells_text(struct cells *cells, const char *text)
{
	cells_add(cells, hear_span_of(text));
}

void cells_take(struct cells *cells)
{
	cells_add(cells, hear_buffer_view(&cells->cell));
	cells->out->failed = cells->out->failed || cells->cell.failed;
	hear_buffer_reset(&cells->cell);
}

void cells_time(struct cells *cells, int64_t ms)
{
	if (ms != INT64_MIN && ms != INT64_MAX)
		hear_date_print(ms, &cells->cell);
	cells_take(cells);
}

void cells_id(struct cells *cells, const struct hear_id *id)
{
	char text[HEAR_ID_TEXT];

	hear_id_print(id, text);
	cells_text(cells, text);
}

void cells_end(struct cells *cells)
{
	hear_buffer_byte(cells->out, '\n');
	cells->within = false;
}

void cells_done(struct cells *cells)
{
	hear_buffer_done(&cells->cell);
}
