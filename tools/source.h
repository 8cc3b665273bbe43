/* source.h - a text that is read whole, and mistakes shown where they stand.
 *
 *	story.yaml:12:8: value: a range has its smaller end first; write 3..5
 *	  value: 5..3
 *	         ^~~~
 */
#ifndef TOOLS_SOURCE_H
#define TOOLS_SOURCE_H

#include "core/hearsay.h"
#include "tools/command.h"

/* Appends the file's text, or standard input's where `path` is "-".
 * HEAR_LIMIT: over `most` bytes. */
HEAR_CHECKED enum hear_code source_read(const char *path, size_t most,
					struct hear_buffer *out,
					struct hear_err *err);

/* HEAR_INVALID, with line and column: not UTF-8, or a NUL in it. */
HEAR_CHECKED enum hear_code source_check(struct hear_span text,
					 struct hear_err *err);

/* The line of that number, from 1, without its end; empty where there is
 * none. */
struct hear_span source_line(struct hear_span text, uint32_t number);

/* Gives a failure with a line the name of the file and the place, and has the
 * line shown with a caret. Without a line only the name is put before it. */
void source_point(struct call *call, const char *name, struct hear_span text,
		  struct hear_err *err);

#endif
