/* supervise.h - the parent's side of the link: start it, talk to it, start it
 * again when it ends.
 *
 * The supervisor remembers what to listen at and whom to dial, and tells it to
 * each new link. It does not wait and reads no clock: the caller polls the
 * descriptor, passes the time (any monotonic clock) and calls
 * hear_supervise_tick() when it is due. One thread at a time; the process must
 * not reap children it does not know (no waitpid(-1)).
 */
#ifndef SYNC_SUPERVISE_H
#define SYNC_SUPERVISE_H

#include "sync/link.h"

#include <sys/types.h>

struct hear_supervisor;

/* `program` is the path of hearsay-link, copied; NULL: beside the running
 * program, or in ../libexec/hearsay from there. Nothing is started before the
 * first tick. HEAR_NOTFOUND: there is no such program. */
HEAR_CHECKED enum hear_code hear_supervise_new(struct hear_supervisor **out,
					       const char *program,
					       struct hear_err *err);
/* Closes the pair, at which the link ends by itself; kills it where it does
 * not within half a second. NULL is accepted. */
void hear_supervise_free(struct hear_supervisor *supervisor);

/* What to poll, and for which events; -1 while no link runs. */
int hear_supervise_descriptor(const struct hear_supervisor *supervisor);
short hear_supervise_events(const struct hear_supervisor *supervisor);
/* The running link, 0 while there is none. */
pid_t hear_supervise_process(const struct hear_supervisor *supervisor);

/* Starts the link when that is due, and tells it what it has not been told.
 * HEAR_IO: it could not be started; it is tried again later. */
HEAR_CHECKED enum hear_code
hear_supervise_tick(struct hear_supervisor *supervisor, int64_t now_ms,
		    struct hear_err *err);
/* When to call it next; INT64_MAX: not before a call below or an event. */
int64_t hear_supervise_due(const struct hear_supervisor *supervisor);

/* What should be, from the next tick on. Replaces what stood under the same
 * number. An address the link refuses is tried again after 1 s, at most every
 * 30 s. HEAR_INVALID: not an address. HEAR_LIMIT: too many. */
HEAR_CHECKED enum hear_code
hear_supervise_listen(struct hear_supervisor *supervisor, uint32_t listener,
		      struct hear_span address, struct hear_err *err);
void hear_supervise_unlisten(struct hear_supervisor *supervisor,
			     uint32_t listener);
HEAR_CHECKED enum hear_code
hear_supervise_dial(struct hear_supervisor *supervisor, uint32_t lane,
		    struct hear_span address, struct hear_err *err);
void hear_supervise_undial(struct hear_supervisor *supervisor, uint32_t lane);
void hear_supervise_limits(struct hear_supervisor *supervisor,
			   const struct hear_link_limits *limits);

/* Sends a request on a lane, to be answered within `wait_ms`. HEAR_FULL is an
 * answer: not now; try when the descriptor is writable or a link runs. */
HEAR_CHECKED enum hear_code
hear_supervise_send(struct hear_supervisor *supervisor, uint32_t lane,
		    uint64_t request, uint32_t wait_ms, struct hear_span frame,
		    struct hear_err *err);
/* Answers a request: only number, id and stamp of `request` are read. */
HEAR_CHECKED enum hear_code
hear_supervise_reply(struct hear_supervisor *supervisor,
		     const struct hear_packet *request, struct hear_span frame,
		     struct hear_err *err);

/* The next packet; its body is borrowed until the next call. HEAR_NOTFOUND is
 * an answer: none now. HEAR_PACKET_ENDED tells once that the link has ended,
 * and with it every request under way; it is started again by a later tick. A
 * link that says nothing for 45 s is ended here. */
HEAR_CHECKED enum hear_code
hear_supervise_receive(struct hear_supervisor *supervisor,
		       struct hear_packet *out, int64_t now_ms,
		       struct hear_err *err);

#endif
