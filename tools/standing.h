/* standing.h - how the daemon stands with each peer, as it tells commands on
 * the control socket: one JSON object a line (control.h).
 */
#ifndef TOOLS_STANDING_H
#define TOOLS_STANDING_H

#include "sync/engine.h"

/* State, the word for it on the socket, and words for people. */
#define STANDING_STATES(X)                                                     \
	X(HEAR_PEER_DOWN, "down", "cannot be reached")                         \
	X(HEAR_PEER_CONNECTING, "connecting", "is being dialled")              \
	X(HEAR_PEER_COMPARING, "comparing", "is being compared with")          \
	X(HEAR_PEER_EXCHANGING, "exchanging", "is being caught up with")       \
	X(HEAR_PEER_EQUAL, "equal", "in sync")                                 \
	X(HEAR_PEER_DIFFERS, "differs", "differs")                             \
	X(HEAR_PEER_REFUSED, "refused", "does not let this node in")           \
	X(HEAR_PEER_STRANGER, "stranger", "somebody else answers there")

const char *standing_word(enum hear_peer_state state);
const char *standing_text(enum hear_peer_state state);

/* What is told of one peer. */
struct hear_value *standing_value(struct hear_arena *arena,
				  const struct hear_peer_status *status);

/* Reads it back; texts are in the value's arena. False: not of the form. */
bool standing_read(const struct hear_value *value,
		   struct hear_peer_status *out);

/* Appends a sentence on the peer called `name`:
 *
 *	in sync with bob: 12,041 filings, 1.2 s ago
 *	bob cannot be reached: nobody answers; last heard 3 days ago
 */
void standing_sentence(const struct hear_peer_status *status, const char *name,
		       int64_t now_ms, struct hear_buffer *out);

#endif
