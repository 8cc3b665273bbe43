/* csv.h - the rows of a file of separated values, one at a time.
 *
 * Only csv.c knows libcsv. Rows are read strictly: a quote stands around a
 * whole field or is doubled inside one, nothing else. Blanks around a field
 * that is not in quotes are left out. Blank lines between rows are passed
 * over. Line ends inside a field are line feeds, however the file has them.
 *
 * Memory is bounded: a row has at most CSV_ROW_BYTES and CSV_COLUMNS.
 *
 * A bad row does not end the reading: after HEAR_INVALID or HEAR_LIMIT the
 * next call goes on with the line after the one where it went wrong. err->line
 * is the line where the row began, and the message names the column.
 */
#ifndef TOOLS_CSV_H
#define TOOLS_CSV_H

#include "core/hearsay.h"

enum { CSV_ROW_BYTES = 1 << 20, CSV_COLUMNS = 4096 };

/* How a file is laid out. Spans are borrowed for as long as it is open. */
struct csv_form {
	char separator; /* any one byte but a quote and a line end */
	bool plain;	/* quotes are characters like any other */
	bool header;	/* the first row names the columns */
	const struct hear_span *columns; /* names where there is no header */
	size_t column_count;
};

/* Commas, quotes and a header. */
#define CSV_FORM ((struct csv_form){',', false, true, NULL, 0})

struct csv_row {
	uint64_t line; /* where it began, from 1 */
	size_t count;
	const struct hear_span *fields; /* good until the next call */
};

struct csv;

/* Reads from `fd`, which is borrowed, and takes in the header row. */
HEAR_CHECKED enum hear_code csv_open(struct csv **out, int fd, const char *name,
				     const struct csv_form *form,
				     struct hear_err *err);
void csv_close(struct csv *csv);

/* The names of the columns: good until csv_close. */
const struct csv_row *csv_header(const struct csv *csv);

/* The next row, with as many fields as there are columns. HEAR_NOTFOUND is an
 * answer: there are no more. */
HEAR_CHECKED enum hear_code csv_next(struct csv *csv, struct csv_row *out,
				     struct hear_err *err);

/* Goes back to the first row after the header. HEAR_IO: this input can be
 * read only once. */
HEAR_CHECKED enum hear_code csv_rewind(struct csv *csv, struct hear_err *err);

/* How many bytes of the input have been read, for progress. */
uint64_t csv_position(const struct csv *csv);

#endif
