/* SPDX-License-Identifier: ISC */
#include "sync/listener.h"
#include "core/bytes.h"
#include "core/error.h"

#include <stdlib.h>
#include <string.h>

/* A handshake whose third message is awaited. */
struct half_open {
	uint64_t session;
	uint64_t since_ms;
	uint64_t turn; /* lower is older */
	unsigned char mac[HEAR_CHANNEL_MAC]; /* the knock's */
	struct hear_noise noise;
	unsigned char answer[HEAR_CHANNEL_ANSWER];
};

struct session {
	uint64_t id;
	uint64_t since_ms;
	uint64_t turn; /* of the last question; lower is older */
	bool trusted;
	struct hear_channel_peer peer;
	unsigned char hash[HEAR_NOISE_HASH];
	struct hear_noise_sealer sealer;
	struct hear_frame_inlet inlet;
};

struct hear_listener {
	const struct hear_channel_self *self;
	struct hear_id mark; /* secret: what session ids are marked with */
	uint64_t turn;
	struct half_open *half_opens[HEAR_HALF_OPENS]; /* NULL: free */
	struct session *sessions[HEAR_SESSIONS];
	struct hear_buffer plain;
};

enum hear_code hear_listener_new(struct hear_listener **out,
				 const struct hear_channel_self *self,
				 struct hear_err *err)
{
	struct hear_listener *listener = calloc(1, sizeof *listener);
	struct hear_hash hash;

	*out = listener;
	if (!listener)
		return hear_fail_memory(err);
	listener->self = self;
	hear_hash_begin(&hash, HEAR_TAG_MARK);
	hear_hash_add(&hash, self->channel.secret.bytes, 32);
	hear_hash_end(&hash, &listener->mark);
	hear_wipe(&hash, sizeof hash);
	return HEAR_OK;
}

static void forget_half_open(struct half_open **place)
{
	if (!*place)
		return;
	hear_wipe(*place, sizeof **place);
	free(*place);
	*place = NULL;
}

static void forget_session(struct session **place)
{
	if (!*place)
		return;
	hear_wipe(*place, sizeof **place);
	free(*place);
	*place = NULL;
}

void hear_listener_free(struct hear_listener *listener)
{
	size_t i;

	if (!listener)
		return;
	for (i = 0; i < HEAR_HALF_OPENS; i++)
		forget_half_open(&listener->half_opens[i]);
	for (i = 0; i < HEAR_SESSIONS; i++)
		forget_session(&listener->sessions[i]);
	hear_buffer_done(&listener->plain);
	hear_wipe(listener, sizeof *listener);
	free(listener);
}

void hear_listener_expire(struct hear_listener *listener, uint64_t now_ms)
{
	size_t i;

	for (i = 0; i < HEAR_HALF_OPENS; i++) {
		struct half_open **half = &listener->half_opens[i];

		if (*half && now_ms - (*half)->since_ms >= HEAR_HALF_OPEN_MS)
			forget_half_open(half);
	}
	for (i = 0; i < HEAR_SESSIONS; i++) {
		struct session **session = &listener->sessions[i];

		if (*session && now_ms - (*session)->since_ms >=
					HEAR_SESSION_MS + HEAR_SESSION_GRACE_MS)
			forget_session(session);
	}
}

/* ---- Session ids --------------------------------------------------------- */

/* An id is four random bytes and four that only this node can make of them.
 * So a node that was restarted knows its own ids and says that it forgot
 * them, and who guesses ids hears nothing. */
static uint64_t marked(const struct hear_listener *listener, uint32_t random)
{
	unsigned char bytes[4];
	struct hear_hash hash;
	struct hear_id id;

	hear_put32(bytes, random);
	hear_hash_begin(&hash, HEAR_TAG_SESSION);
	hear_hash_add(&hash, listener->mark.bytes, sizeof listener->mark.bytes);
	hear_hash_add(&hash, bytes, sizeof bytes);
	hear_hash_end(&hash, &id);
	return (uint64_t)random << 32 | hear_get32(id.bytes);
}

static bool ours(const struct hear_listener *listener, uint64_t session)
{
	uint64_t right = marked(listener, (uint32_t)(session >> 32));

	return hear_same(&right, &session, sizeof right);
}

static struct half_open **find_half_open(struct hear_listener *listener,
					 uint64_t session)
{
	size_t i;

	for (i = 0; i < HEAR_HALF_OPENS; i++) {
		struct half_open **half = &listener->half_opens[i];

		if (*half && (*half)->session == session)
			return half;
	}
	return NULL;
}

static struct session **find_session(struct hear_listener *listener,
				     uint64_t id)
{
	size_t i;

	for (i = 0; i < HEAR_SESSIONS; i++) {
		struct session **session = &listener->sessions[i];

		if (*session && (*session)->id == id)
			return session;
	}
	return NULL;
}

/* False: the id is taken, once in four thousand million. */
static bool choose_session(struct hear_listener *listener,
			   const unsigned char seed[HEAR_CHANNEL_SEED],
			   uint64_t *out)
{
	struct hear_hash hash;
	struct hear_id id;

	hear_hash_begin(&hash, HEAR_TAG_CHOICE);
	hear_hash_add(&hash, seed, HEAR_CHANNEL_SEED);
	hear_hash_end(&hash, &id);
	*out = marked(listener, hear_get32(id.bytes));
	hear_wipe(&hash, sizeof hash);
	return !find_half_open(listener, *out) && !find_session(listener, *out);
}

/* ---- Knocks -------------------------------------------------------------- */

/* Answers message 1 in half->answer. */
static bool write_answer(const struct hear_listener *listener,
			 struct half_open *half, struct hear_span message)
{
	unsigned char payload[HEAR_CHANNEL_GREETING + HEAR_CHANNEL_SESSION];
	struct hear_frame frame = {.kind = HEAR_FRAME_ANSWER,
				   .session = half->session};
	unsigned char none;

	hear_channel_greet(listener->self, payload);
	hear_put64(payload + HEAR_CHANNEL_GREETING, half->session);
	hear_frame_header(&frame, half->answer);
	return hear_noise_read(&half->noise, message, &none) &&
	       hear_noise_write(&half->noise,
				hear_span_make(payload, sizeof payload),
				half->answer + HEAR_FRAME_HEADER);
}

/* Room for one more, if need be in place of the oldest: who floods us has to
 * be as quick as a thousand knocks while one honest answer travels. */
static struct half_open **place_half_open(struct hear_listener *listener)
{
	struct half_open **oldest = &listener->half_opens[0];
	size_t i;

	for (i = 0; i < HEAR_HALF_OPENS; i++) {
		struct half_open **half = &listener->half_opens[i];

		if (!*half)
			return half;
		if ((*half)->turn < (*oldest)->turn)
			oldest = half;
	}
	forget_half_open(oldest);
	return oldest;
}

static struct half_open *open_half(struct hear_listener *listener,
				   uint64_t now_ms,
				   const struct hear_frame *frame,
				   const unsigned char seed[HEAR_CHANNEL_SEED])
{
	struct half_open *half;
	uint64_t session;

	if (!choose_session(listener, seed, &session))
		return NULL;
	half = calloc(1, sizeof *half);
	if (!half)
		return NULL;
	half->session = session;
	half->since_ms = now_ms;
	half->turn = listener->turn++;
	memcpy(half->mac, frame->rest.data, sizeof half->mac);
	hear_channel_begin(&half->noise, false, listener->self, seed);
	if (!write_answer(listener, half,
			  hear_span_make(frame->rest.data + HEAR_CHANNEL_MAC,
					 32)))
		forget_half_open(&half);
	else
		*place_half_open(listener) = half;
	return half;
}

/* The handshake that this very knock began: a repeated knock gets the same
 * answer, and takes up no more room. */
static struct half_open *knocked_before(struct hear_listener *listener,
					const unsigned char *mac)
{
	size_t i;

	for (i = 0; i < HEAR_HALF_OPENS; i++) {
		struct half_open *half = listener->half_opens[i];

		if (half && hear_same(half->mac, mac, sizeof half->mac))
			return half;
	}
	return NULL;
}

static enum hear_heard knock(struct hear_listener *listener, uint64_t now_ms,
			     const struct hear_frame *frame,
			     const unsigned char seed[HEAR_CHANNEL_SEED],
			     struct hear_buffer *out)
{
	const unsigned char *mac = (const unsigned char *)frame->rest.data;
	unsigned char right[HEAR_CHANNEL_MAC];
	struct half_open *half;

	if (frame->rest.size != HEAR_CHANNEL_MAC + 32 || frame->session != 0 ||
	    frame->n != 0)
		return HEAR_HEARD_NOTHING;
	hear_channel_mac(&listener->self->channel.key, frame,
			 mac + HEAR_CHANNEL_MAC, right);
	if (!hear_same(mac, right, sizeof right))
		return HEAR_HEARD_NOTHING;
	half = knocked_before(listener, mac);
	if (!half)
		half = open_half(listener, now_ms, frame, seed);
	if (!half)
		return HEAR_HEARD_NOTHING;
	hear_buffer_add(out, half->answer, sizeof half->answer);
	return out->failed ? HEAR_HEARD_NOTHING : HEAR_HEARD_KNOCK;
}

/* ---- Sessions ------------------------------------------------------------ */

/* Whether `a` is given up before `b`. */
static bool sooner(const struct session *a, const struct session *b)
{
	if (a->trusted != b->trusted)
		return b->trusted;
	return a->turn < b->turn;
}

/* Room for one more session with that key: a free place, unless the key has
 * its share; then, or when all are taken, the place of another. */
static struct session **place_session(struct hear_listener *listener,
				      const struct hear_key *key)
{
	struct session **room = NULL;
	struct session **first = NULL; /* of all, the first to give up */
	struct session **same = NULL;  /* of that key's */
	size_t count = 0;
	size_t i;

	for (i = 0; i < HEAR_SESSIONS; i++) {
		struct session **session = &listener->sessions[i];

		if (!*session) {
			room = session;
			continue;
		}
		if (!first || sooner(*session, *first))
			first = session;
		if (memcmp((*session)->peer.key.bytes, key->bytes, 32) != 0)
			continue;
		count++;
		if (!same || (*session)->turn < (*same)->turn)
			same = session;
	}
	if (count >= HEAR_SESSIONS_PER_KEY)
		room = same;
	if (!room)
		room = first;
	forget_session(room);
	return room;
}

static void describe(struct hear_inquiry *question,
		     const struct session *session)
{
	question->session = session->id;
	question->peer = &session->peer;
	question->hash = session->hash;
}

static enum hear_heard ask(struct hear_listener *listener,
			   struct session *session,
			   const struct hear_frame *frame,
			   struct hear_inquiry *question)
{
	size_t opening = frame->kind == HEAR_FRAME_ENTER ? HEAR_CHANNEL_ENTER
							 : 0;

	if (!hear_frame_open(&session->inlet, frame, opening, &listener->plain,
			     &question->message))
		return HEAR_HEARD_NOTHING;
	session->turn = listener->turn++;
	describe(question, session);
	return HEAR_HEARD_QUESTION;
}

/* Reads message 3 on a copy: a forged one must not keep out the true one. */
static bool read_enter(const struct half_open *half, struct hear_span message,
		       struct session *session)
{
	unsigned char greeting[HEAR_CHANNEL_GREETING];
	struct hear_noise copy = half->noise;
	bool good;

	good = hear_noise_read(&copy, message, greeting) &&
	       hear_channel_greeted(&session->peer, &copy.remote, greeting);
	if (good)
		hear_noise_split(&copy, &session->sealer,
				 &session->inlet.opener, session->hash);
	hear_wipe(&copy, sizeof copy);
	return good;
}

/* Message 3 and its question hold together, or nothing has happened. */
static enum hear_heard enter(struct hear_listener *listener, uint64_t now_ms,
			     struct half_open **half,
			     const struct hear_frame *frame,
			     struct hear_inquiry *question)
{
	struct session *session;
	enum hear_heard heard = HEAR_HEARD_NOTHING;

	if (frame->rest.size < HEAR_CHANNEL_ENTER)
		return HEAR_HEARD_NOTHING;
	session = calloc(1, sizeof *session);
	if (!session)
		return HEAR_HEARD_NOTHING;
	session->id = frame->session;
	session->since_ms = now_ms;
	if (read_enter(*half, hear_span_make(frame->rest.data,
					     HEAR_CHANNEL_ENTER), session))
		heard = ask(listener, session, frame, question);
	if (heard == HEAR_HEARD_QUESTION) {
		forget_half_open(half);
		*place_session(listener, &session->peer.key) = session;
	} else {
		forget_session(&session);
	}
	return heard;
}

static enum hear_heard hint(const struct hear_listener *listener,
			    const struct hear_frame *frame,
			    struct hear_buffer *out)
{
	struct hear_frame said = {.kind = HEAR_FRAME_UNKNOWN,
				  .session = frame->session,
				  .n = frame->n};

	if (!ours(listener, frame->session))
		return HEAR_HEARD_NOTHING;
	hear_frame_add(out, &said);
	return out->failed ? HEAR_HEARD_NOTHING : HEAR_HEARD_KNOCK;
}

enum hear_heard hear_listener_take(struct hear_listener *listener,
				   uint64_t now_ms, struct hear_span bytes,
				   const unsigned char seed[HEAR_CHANNEL_SEED],
				   struct hear_buffer *out,
				   struct hear_inquiry *question)
{
	struct hear_frame frame;
	struct session **session;
	struct half_open **half;

	hear_buffer_reset(out);
	memset(question, 0, sizeof *question);
	if (!hear_frame_read(&frame, bytes))
		return HEAR_HEARD_NOTHING;
	hear_listener_expire(listener, now_ms);
	if (frame.kind == HEAR_FRAME_KNOCK)
		return knock(listener, now_ms, &frame, seed, out);
	if (frame.kind != HEAR_FRAME_ENTER && frame.kind != HEAR_FRAME_QUESTION)
		return HEAR_HEARD_NOTHING;
	session = find_session(listener, frame.session);
	if (session)
		return ask(listener, *session, &frame, question);
	half = find_half_open(listener, frame.session);
	if (!half)
		return hint(listener, &frame, out);
	return frame.kind == HEAR_FRAME_ENTER
		       ? enter(listener, now_ms, half, &frame, question)
		       : HEAR_HEARD_NOTHING;
}

/* ---- What the caller says ------------------------------------------------ */

enum hear_code hear_listener_reply(struct hear_listener *listener, uint64_t id,
				   const struct hear_message *message,
				   bool live, struct hear_buffer *out,
				   struct hear_err *err)
{
	struct hear_frame frame = {.kind = HEAR_FRAME_REPLY, .session = id};
	struct session **session = find_session(listener, id);
	enum hear_code code;

	hear_buffer_reset(out);
	if (!session)
		return HEAR_NOTFOUND;
	code = hear_frame_seal(out, &(*session)->sealer, &frame,
			       hear_span_make(NULL, 0), message, live, err);
	if (code == HEAR_NOTFOUND)
		forget_session(session);
	return code;
}

void hear_listener_trust(struct hear_listener *listener, uint64_t id)
{
	struct session **session = find_session(listener, id);

	if (session)
		(*session)->trusted = true;
}

void hear_listener_drop(struct hear_listener *listener, uint64_t id)
{
	struct session **session = find_session(listener, id);

	if (session)
		forget_session(session);
}

size_t hear_listener_half_opens(const struct hear_listener *listener)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < HEAR_HALF_OPENS; i++)
		count += listener->half_opens[i] != NULL;
	return count;
}

size_t hear_listener_sessions(const struct hear_listener *listener)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < HEAR_SESSIONS; i++)
		count += listener->sessions[i] != NULL;
	return count;
}
