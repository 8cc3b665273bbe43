/* listener.h - the side of a conversation that answers.
 *
 * One listener serves everybody who dials this node. What it holds is bounded
 * (limits.h): handshakes begun, oldest out first; sessions, those that the
 * caller does not trust out first, and of them the one unused for longest.
 *
 * Anybody who knows this node's channel key may begin a session: who they are
 * is proved, whether they may ask is the caller's to say, at each question.
 */
#ifndef SYNC_LISTENER_H
#define SYNC_LISTENER_H

#include "sync/channel.h"

struct hear_listener; /* its secrets are wiped when freed */

/* `self` is borrowed for the listener's life. */
HEAR_CHECKED enum hear_code
hear_listener_new(struct hear_listener **out,
		  const struct hear_channel_self *self, struct hear_err *err);
void hear_listener_free(struct hear_listener *listener);

/* Borrowed until the listener's next call. */
struct hear_inquiry {
	uint64_t session;
	struct hear_message message;
	const struct hear_channel_peer *peer;
	const unsigned char *hash; /* of the handshake, HEAR_NOISE_HASH bytes */
};

enum hear_heard {
	HEAR_HEARD_NOTHING, /* say nothing; nothing changed */
	HEAR_HEARD_KNOCK,   /* send back what is in `out` */
	HEAR_HEARD_QUESTION,
};

/* Takes a frame, which lies elsewhere than in `out`: that is emptied first. The
 * seed is used up by a knock only, but may be fresh each time. */
enum hear_heard hear_listener_take(struct hear_listener *listener,
				   uint64_t now_ms, struct hear_span frame,
				   const unsigned char seed[HEAR_CHANNEL_SEED],
				   struct hear_buffer *out,
				   struct hear_inquiry *question);

/* Writes a reply to `out`, emptied first; `message` bears the number of its
 * question. It may come at any time after it, and more than once: each is
 * sealed anew. HEAR_NOTFOUND, an answer: the session is gone. HEAR_LIMIT: the
 * body is over HEAR_BODY_BYTES. */
HEAR_CHECKED enum hear_code
hear_listener_reply(struct hear_listener *listener, uint64_t session,
		    const struct hear_message *message, bool live,
		    struct hear_buffer *out, struct hear_err *err);

/* A member asks here: let no stranger's session push this one out. */
void hear_listener_trust(struct hear_listener *listener, uint64_t session);

/* Ends a session; whoever asks in it next is told that it is not known. */
void hear_listener_drop(struct hear_listener *listener, uint64_t session);

/* Forgets, and wipes, what is too old. Call it every few seconds. */
void hear_listener_expire(struct hear_listener *listener, uint64_t now_ms);

/* Handshakes begun and sessions held, for status. */
size_t hear_listener_half_opens(const struct hear_listener *listener);
size_t hear_listener_sessions(const struct hear_listener *listener);

#endif
