/* lines.h - the lines of a file or a pipe, one at a time, in bounded memory.
 *
 * A line ends with a line feed or with a carriage return and a line feed;
 * the last may end with the file. A byte order mark at the start is skipped.
 * Whatever the input, at most 2 MiB of it is held.
 *
 * A bad line does not end the reading: after HEAR_LIMIT or HEAR_INVALID the
 * next call gives the line after it. err->line is the number of the line, and
 * the message does not repeat it, nor the name of the file.
 */
#ifndef TOOLS_LINES_H
#define TOOLS_LINES_H

#include "core/hearsay.h"

enum { LINES_BYTES = 1 << 20 }; /* the longest line, without its end */

struct lines;

struct line {
	struct hear_span text; /* without its end; good until the next call */
	uint64_t number;       /* from 1 */
	bool blank;	       /* nothing but blanks in it */
};

/* Reads from `fd`, which is borrowed. `name` is for errors, and is copied. */
HEAR_CHECKED enum hear_code lines_open(struct lines **out, int fd,
				       const char *name, struct hear_err *err);
void lines_close(struct lines *lines);

/* The next line. HEAR_NOTFOUND is an answer: there are no more.
 * HEAR_LIMIT: the line is longer than LINES_BYTES and was skipped.
 * HEAR_INVALID: the line is not text (it holds a NUL), or the file is not
 * (UTF-16, compressed, a spreadsheet): then every later call says so again.
 * HEAR_IO: reading failed. */
HEAR_CHECKED enum hear_code lines_next(struct lines *lines, struct line *out,
				       struct hear_err *err);

/* Goes back to the start. HEAR_IO: this input can be read only once. */
HEAR_CHECKED enum hear_code lines_rewind(struct lines *lines,
					 struct hear_err *err);

/* How many bytes of the input lie before the next line, for progress. */
uint64_t lines_position(const struct lines *lines);

/* The name given to lines_open. */
const char *lines_name(const struct lines *lines);

/* A line number as struct hear_err holds it. */
uint32_t lines_number(uint64_t number);

#endif
