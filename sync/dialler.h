/* dialler.h - the side of a conversation that knocks and asks.
 *
 * One dialler is one lane to one node. It asks one question at a time; what
 * to do when no reply comes is the caller's: ask again, with the same number,
 * and the frame has a new n. Whichever reply comes first is the reply, and no
 * later one is taken.
 *
 * The session is not bound to a connection: if that is replaced, go on.
 */
#ifndef SYNC_DIALLER_H
#define SYNC_DIALLER_H

#include "sync/channel.h"

struct hear_dialler; /* its secrets are wiped when freed */

/* `self` is borrowed for the dialler's life; `peer` is whom to expect. */
HEAR_CHECKED enum hear_code
hear_dialler_new(struct hear_dialler **out,
		 const struct hear_channel_self *self,
		 const struct hear_channel_peer *peer, struct hear_err *err);
void hear_dialler_free(struct hear_dialler *dialler);

enum hear_dialler_state {
	HEAR_DIALLER_OUT,      /* no session, or one that is too old: knock */
	HEAR_DIALLER_KNOCKING, /* no answer yet: wait, or knock again */
	HEAR_DIALLER_IN,       /* ask */
};

enum hear_dialler_state
hear_dialler_state(const struct hear_dialler *dialler, uint64_t now_ms);

/* From when on it may knock: once a second at most, so that forged hints cost
 * little. */
uint64_t hear_dialler_knock_at(const struct hear_dialler *dialler);

/* Writes a knock to `out`, emptied first. It ends a session that there was.
 * HEAR_LIMIT: it is too early. */
HEAR_CHECKED enum hear_code
hear_dialler_knock(struct hear_dialler *dialler, uint64_t now_ms,
		   const unsigned char seed[HEAR_CHANNEL_SEED],
		   struct hear_buffer *out, struct hear_err *err);

/* Writes a question to `out`, emptied first. `live` frames are padded.
 * HEAR_NOTFOUND, an answer: there is no session to ask in, knock. HEAR_LIMIT:
 * the question is over HEAR_BODY_BYTES. */
HEAR_CHECKED enum hear_code
hear_dialler_ask(struct hear_dialler *dialler, uint64_t now_ms,
		 const struct hear_message *question, bool live,
		 struct hear_buffer *out, struct hear_err *err);

enum hear_dialled {
	HEAR_DIALLED_NOTHING, /* late, repeated or forged: nothing changed */
	HEAR_DIALLED_IN,      /* there is a session now: ask */
	HEAR_DIALLED_REPLY,
	HEAR_DIALLED_FORGOTTEN, /* somebody says the session is not known */
	HEAR_DIALLED_STRANGER,	/* who answered is not whom we expect */
};

/* Takes a frame. The reply's body is borrowed until the next call.
 *
 * FORGOTTEN and STRANGER are unproven: whoever sees our frames can make them.
 * After FORGOTTEN the state is OUT until a proper reply comes or the caller
 * knocks. STRANGER changes nothing: the right node may still answer. */
enum hear_dialled hear_dialler_take(struct hear_dialler *dialler,
				    uint64_t now_ms, struct hear_span frame,
				    struct hear_message *reply);

/* The hash that names the session's handshake: HEAR_NOISE_HASH bytes. NULL:
 * there is no session. */
const unsigned char *hear_dialler_hash(const struct hear_dialler *dialler);

#endif
