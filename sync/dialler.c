/* SPDX-License-Identifier: ISC */
#include "sync/dialler.h"
#include "core/bytes.h"
#include "core/error.h"

#include <stdlib.h>
#include <string.h>

struct hear_dialler {
	const struct hear_channel_self *self;
	struct hear_channel_peer peer;
	uint64_t knock_at; /* not before */
	bool knocking;
	struct hear_noise noise; /* while knocking */
	bool in;
	uint64_t session; /* from here on: while in */
	uint64_t since_ms;
	unsigned char hash[HEAR_NOISE_HASH];
	struct hear_noise_sealer sealer;
	struct hear_frame_inlet inlet;
	unsigned char enter[HEAR_CHANNEL_ENTER];
	bool entered; /* the listener has replied: it needs no more ENTER */
	bool forgotten;
	bool asking;
	uint64_t number; /* of the question asked last */
	uint64_t n;	 /* and of its frame */
	struct hear_buffer plain;
};

enum hear_code hear_dialler_new(struct hear_dialler **out,
				const struct hear_channel_self *self,
				const struct hear_channel_peer *peer,
				struct hear_err *err)
{
	struct hear_dialler *dialler = calloc(1, sizeof *dialler);

	*out = dialler;
	if (!dialler)
		return hear_fail_memory(err);
	dialler->self = self;
	dialler->peer = *peer;
	return HEAR_OK;
}

void hear_dialler_free(struct hear_dialler *dialler)
{
	if (!dialler)
		return;
	hear_buffer_done(&dialler->plain);
	hear_wipe(dialler, sizeof *dialler);
	free(dialler);
}

enum hear_dialler_state
hear_dialler_state(const struct hear_dialler *dialler, uint64_t now_ms)
{
	if (dialler->knocking)
		return HEAR_DIALLER_KNOCKING;
	if (!dialler->in || dialler->forgotten ||
	    now_ms - dialler->since_ms >= HEAR_SESSION_MS)
		return HEAR_DIALLER_OUT;
	return HEAR_DIALLER_IN;
}

uint64_t hear_dialler_knock_at(const struct hear_dialler *dialler)
{
	return dialler->knock_at;
}

/* ---- Knocking ------------------------------------------------------------ */

static void end_session(struct hear_dialler *dialler)
{
	dialler->knocking = false;
	dialler->in = false;
	dialler->entered = false;
	dialler->forgotten = false;
	dialler->asking = false;
	hear_wipe(dialler->hash, sizeof dialler->hash);
	hear_wipe(&dialler->sealer, sizeof dialler->sealer);
	hear_wipe(&dialler->inlet, sizeof dialler->inlet);
}

enum hear_code hear_dialler_knock(struct hear_dialler *dialler,
				  uint64_t now_ms,
				  const unsigned char seed[HEAR_CHANNEL_SEED],
				  struct hear_buffer *out,
				  struct hear_err *err)
{
	struct hear_frame frame = {.kind = HEAR_FRAME_KNOCK};
	unsigned char rest[HEAR_CHANNEL_MAC + 32];

	if (now_ms < dialler->knock_at)
		return hear_fail(err, HEAR_LIMIT,
				 "a handshake began less than a second ago: "
				 "wait before the next");
	end_session(dialler);
	hear_channel_begin(&dialler->noise, true, dialler->self, seed);
	if (!hear_noise_write(&dialler->noise, hear_span_make(NULL, 0),
			      rest + HEAR_CHANNEL_MAC))
		return hear_fail(err, HEAR_INVALID,
				 "no handshake can begin with this seed");
	hear_channel_mac(&dialler->peer.channel_key, &frame,
			 rest + HEAR_CHANNEL_MAC, rest);
	frame.rest = hear_span_make(rest, sizeof rest);
	hear_buffer_reset(out);
	hear_frame_add(out, &frame);
	dialler->knocking = true;
	dialler->knock_at = now_ms + HEAR_KNOCK_MS;
	return out->failed ? hear_fail_memory(err) : HEAR_OK;
}

static bool begin_session(struct hear_dialler *dialler,
			  struct hear_noise *noise, uint64_t now_ms,
			  uint64_t session)
{
	unsigned char greeting[HEAR_CHANNEL_GREETING];

	hear_channel_greet(dialler->self, greeting);
	if (!hear_noise_write(noise, hear_span_make(greeting, sizeof greeting),
			      dialler->enter))
		return false;
	hear_noise_split(noise, &dialler->sealer, &dialler->inlet.opener,
			 dialler->hash);
	hear_wipe(&dialler->noise, sizeof dialler->noise);
	dialler->knocking = false;
	dialler->inlet.least = 0;
	dialler->session = session;
	dialler->since_ms = now_ms;
	dialler->in = true;
	return true;
}

/* On a copy: a forged answer must not keep out the true one. */
static enum hear_dialled answered(struct hear_dialler *dialler,
				  uint64_t now_ms,
				  const struct hear_frame *frame)
{
	unsigned char payload[HEAR_CHANNEL_GREETING + HEAR_CHANNEL_SESSION];
	struct hear_channel_peer peer;
	struct hear_noise copy = dialler->noise;
	enum hear_dialled outcome = HEAR_DIALLED_NOTHING;

	if (!hear_noise_read(&copy, frame->rest, payload) ||
	    hear_get64(payload + HEAR_CHANNEL_GREETING) != frame->session)
		goto out;
	outcome = HEAR_DIALLED_STRANGER;
	if (!hear_channel_greeted(&peer, &copy.remote, payload) ||
	    !hear_channel_peer_equal(&peer, &dialler->peer))
		goto out;
	outcome = begin_session(dialler, &copy, now_ms, frame->session)
			  ? HEAR_DIALLED_IN
			  : HEAR_DIALLED_NOTHING;
out:
	hear_wipe(&copy, sizeof copy);
	return outcome;
}

/* ---- Asking -------------------------------------------------------------- */

/* Until a reply shows that the listener has message 3, every question brings
 * it along: the first question may be lost like any other. */
enum hear_code hear_dialler_ask(struct hear_dialler *dialler, uint64_t now_ms,
				const struct hear_message *question, bool live,
				struct hear_buffer *out, struct hear_err *err)
{
	struct hear_frame frame = {.kind = HEAR_FRAME_QUESTION,
				   .session = dialler->session};
	struct hear_span opening = {NULL, 0};
	uint64_t n = dialler->sealer.next;
	enum hear_code code;

	hear_buffer_reset(out);
	if (hear_dialler_state(dialler, now_ms) != HEAR_DIALLER_IN)
		return HEAR_NOTFOUND;
	if (!dialler->entered) {
		frame.kind = HEAR_FRAME_ENTER;
		opening = hear_span_make(dialler->enter,
					 sizeof dialler->enter);
	}
	code = hear_frame_seal(out, &dialler->sealer, &frame, opening,
			       question, live, err);
	if (code == HEAR_NOTFOUND)
		end_session(dialler);
	if (code != HEAR_OK)
		return code;
	dialler->asking = true;
	dialler->number = question->number;
	dialler->n = n;
	return HEAR_OK;
}

static enum hear_dialled replied(struct hear_dialler *dialler,
				 const struct hear_frame *frame,
				 struct hear_message *reply)
{
	if (!hear_frame_open(&dialler->inlet, frame, 0, &dialler->plain, reply))
		return HEAR_DIALLED_NOTHING;
	dialler->entered = true;
	dialler->forgotten = false;
	if (!dialler->asking || reply->number != dialler->number)
		return HEAR_DIALLED_NOTHING;
	dialler->asking = false;
	return HEAR_DIALLED_REPLY;
}

/* The hint repeats the n of the question: who has not seen that cannot have
 * made it up. */
static enum hear_dialled hinted(struct hear_dialler *dialler,
				const struct hear_frame *frame)
{
	if (!dialler->asking || frame->n != dialler->n || frame->rest.size > 0)
		return HEAR_DIALLED_NOTHING;
	dialler->forgotten = true;
	return HEAR_DIALLED_FORGOTTEN;
}

enum hear_dialled hear_dialler_take(struct hear_dialler *dialler,
				    uint64_t now_ms, struct hear_span bytes,
				    struct hear_message *reply)
{
	struct hear_frame frame;

	memset(reply, 0, sizeof *reply);
	if (!hear_frame_read(&frame, bytes))
		return HEAR_DIALLED_NOTHING;
	if (dialler->knocking)
		return frame.kind == HEAR_FRAME_ANSWER && frame.n == 0 &&
				       bytes.size == HEAR_CHANNEL_ANSWER
			       ? answered(dialler, now_ms, &frame)
			       : HEAR_DIALLED_NOTHING;
	if (!dialler->in || frame.session != dialler->session)
		return HEAR_DIALLED_NOTHING;
	if (frame.kind == HEAR_FRAME_REPLY)
		return replied(dialler, &frame, reply);
	if (frame.kind == HEAR_FRAME_UNKNOWN)
		return hinted(dialler, &frame);
	return HEAR_DIALLED_NOTHING;
}

const unsigned char *hear_dialler_hash(const struct hear_dialler *dialler)
{
	return dialler->in ? dialler->hash : NULL;
}
