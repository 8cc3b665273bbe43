/* stream.h - standard output, checked: nothing is lost without a word.
 *
 * What is printed is gathered and written in large pieces; on a terminal, and
 * where a command asks, sooner. The first failure is kept: later output is
 * dropped, and stream_flush() says why. Where nobody reads any more (`| head`)
 * stream_closed() is true, which is no failure worth a word.
 */
#ifndef TOOLS_STREAM_H
#define TOOLS_STREAM_H

#include "core/hearsay.h"
#include "tools/terminal.h"

/* Where to put what is to be printed. */
struct hear_buffer *stream_buffer(void);

/* To be called after each record: writes what has gathered once it is much. */
HEAR_CHECKED enum hear_code stream_more(struct hear_err *err);
/* Writes all of it. */
HEAR_CHECKED enum hear_code stream_flush(struct hear_err *err);
/* The same, then closes standard output, which may fail too. */
HEAR_CHECKED enum hear_code stream_end(struct hear_err *err);

bool stream_closed(void);
/* What standard output is. */
const struct terminal *stream_terminal(void);

#endif
