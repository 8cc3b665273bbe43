/* control.h - how commands ask the daemon of their home: a socket, on which a
 * question is one line and the answer is JSON Lines.
 *
 *   $HEARSAY_HOME/control    0600, in the 0700 home: for its user alone
 *
 *	status                  a line on the daemon, then a line a peer
 *
 * Whoever asks too long, too slowly or too often at once is let go.
 */
#ifndef TOOLS_CONTROL_H
#define TOOLS_CONTROL_H

#include "core/hearsay.h"
#include "tools/command.h"

#include <poll.h>

enum {
	CONTROL_QUESTION = 64,	     /* bytes of a line */
	CONTROL_ANSWER = 8 << 20,    /* bytes of an answer, at most */
	CONTROL_ASKERS = 8,	     /* at once */
	CONTROL_POLLS = CONTROL_ASKERS + 1,
	CONTROL_PATIENCE_MS = 5000,
};

/* ---- The daemon's end ---- */

struct control;

/* Answers one question, without its line end. False: it is not known. */
typedef bool control_answer(void *context, struct hear_span question,
			    struct hear_buffer *out);

/* Makes the socket; takes the place of one that was left behind. The caller
 * holds the home's lock. */
HEAR_CHECKED enum hear_code control_open(struct control **out,
					 const char *home,
					 control_answer *answer, void *context,
					 struct hear_err *err);
void control_close(struct control *control);

/* Fills in what to poll: CONTROL_POLLS of them. */
void control_polls(const struct control *control,
		   struct pollfd polls[CONTROL_POLLS]);
/* When to call control_serve() though nothing came; INT64_MAX: not. */
int64_t control_due(const struct control *control);
/* Deals with what came, at `now_ms` of a clock that never goes back. */
void control_serve(struct control *control,
		   const struct pollfd polls[CONTROL_POLLS], int64_t now_ms);

/* ---- The other end ---- */

/* Asks the daemon of the call's home. HEAR_NOTFOUND is an answer: none runs. */
HEAR_CHECKED enum hear_code control_ask(const struct call *call,
					const char *question,
					struct hear_buffer *out,
					struct hear_err *err);

#endif
