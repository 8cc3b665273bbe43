/* session.h - the dataset a command works on, open, and looked at. */
#ifndef TOOLS_SESSION_H
#define TOOLS_SESSION_H

#include "core/hearsay.h"
#include "tools/command.h"

struct session {
	struct hear_dataset *dataset;
	struct hear_reader *reader; /* NULL until session_read() */
	struct hear_arena *arena;   /* for what outlives one record */
	const char *name;	    /* the dataset's, on this machine */
};

/* Opens the dataset that is meant. What fails leaves nothing open; it may be
 * closed all the same. */
HEAR_CHECKED enum hear_code session_open(struct session *session,
					 const struct call *call,
					 struct hear_err *err);
/* Begins a reader of `view`, or where NULL of all there is now; ends the one
 * before. */
HEAR_CHECKED enum hear_code session_read(struct session *session,
					 const struct hear_view *view,
					 struct hear_err *err);
/* Ends the reader: an open one keeps space from being used again. */
void session_rest(struct session *session);
void session_close(struct session *session);

/* All there is, now. */
struct hear_view session_view(void);

/* The view that --as-of and --known-by ask for. */
HEAR_CHECKED enum hear_code session_view_of(struct call *call,
					    struct hear_view *out,
					    struct hear_err *err);

/* --marking of this command, or the dataset's setting, or green. Needs a
 * reader. */
HEAR_CHECKED enum hear_code session_marking(const struct session *session,
					    struct call *call,
					    enum hear_marking *out,
					    struct hear_err *err);

/* The query that the operands from `first` on are, joined by blanks; a
 * mistake in it will be pointed at. Where the shell took the quotes off
 * origin:"A B", they are put back. `text` (may be NULL) gets it as typed. */
HEAR_CHECKED enum hear_code session_query(struct call *call, size_t first,
					  struct hear_query **out,
					  struct hear_buffer *text,
					  struct hear_err *err);

#endif
