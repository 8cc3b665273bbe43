/* cells.h - rows for programs: tabs between in a pipe, commas with --csv.
 *
 *	struct cells cells = {.mode = mode, .out = stream_buffer()};
 *
 *	cells_header(&cells, names, count);
 *	cells_add(&cells, text);
 *	cells_end(&cells);
 */
#ifndef TOOLS_CELLS_H
#define TOOLS_CELLS_H

#include "core/hearsay.h"
#include "tools/output.h"

struct cells {
	enum output_mode mode; /* OUTPUT_LINES or OUTPUT_CSV */
	struct hear_buffer *out;
	struct hear_buffer cell; /* scratch of whoever makes a cell */
	bool within;		 /* a row was begun */
};

/* The names of the columns, with --csv alone. */
void cells_header(struct cells *cells, const char *const *names, size_t count);
/* The next cell: as it is in quotes where needed, or in a pipe made clean. */
void cells_add(struct cells *cells, struct hear_span text);
void cells_text(struct cells *cells, const char *text);
/* What stands in `cell`, which is emptied. */
void cells_take(struct cells *cells);
/* A time, empty where not known or open. */
void cells_time(struct cells *cells, int64_t ms);
void cells_id(struct cells *cells, const struct hear_id *id);
/* The row is whole. */
void cells_end(struct cells *cells);
void cells_done(struct cells *cells);

#endif
