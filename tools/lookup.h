/* lookup.h - a name turned into numbers, without waiting for it.
 *
 * Neither the daemon's loop nor nanomsg may wait for a name server, so each
 * lookup is a short-lived thread with a little stack. Whoever began it is woken
 * by a descriptor, and may forget it at any time.
 */
#ifndef TOOLS_LOOKUP_H
#define TOOLS_LOOKUP_H

#include "sync/endpoint.h"
#include "sync/peers.h"

struct lookup;

/* Looks up the name in tcp://NAME:PORT. `wake` is an eventfd of the caller's,
 * written to when it is done. `turn`: of several numbers the one at that place
 * is taken, counted round. */
HEAR_CHECKED enum hear_code lookup_begin(struct lookup **out,
					 const char *address, unsigned turn,
					 int wake, struct hear_err *err);
/* HEAR_NOTFOUND is an answer: not done yet. HEAR_IO: there is no such name, or
 * nobody to ask. Otherwise the address with a number is in `out`. */
HEAR_CHECKED enum hear_code lookup_take(struct lookup *lookup,
					char out[HEAR_ENDPOINT_BYTES],
					struct hear_err *err);
/* Done or not. NULL is accepted. */
void lookup_forget(struct lookup *lookup);

#endif
