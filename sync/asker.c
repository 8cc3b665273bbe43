/* SPDX-License-Identifier: ISC */
#include "sync/asker.h"
#include "core/bytes.h"
#include "sync/wire.h"

#include <string.h>

enum {
	NOT_NOW_MS = 20,  /* the host had no room: look again */
	FIRST_WAIT_MS = 250,
	KEPT_BYTES = 8192, /* a question's memory that is kept for the next */
};

enum hear_code hear_asker_init(struct hear_asker *asker,
			       const struct hear_host *host,
			       const struct hear_channel_self *self,
			       const struct hear_channel_peer *peer,
			       const struct hear_id *dataset, uint32_t lane,
			       struct hear_err *err)
{
	memset(asker, 0, sizeof *asker);
	asker->host = host;
	asker->dataset = *dataset;
	asker->lane = lane;
	return hear_dialler_new(&asker->dialler, self, peer, err);
}

void hear_asker_done(struct hear_asker *asker)
{
	if (asker->dialled)
		asker->host->undial(asker->host->context, asker->lane);
	hear_dialler_free(asker->dialler);
	hear_buffer_done(&asker->question);
	hear_buffer_done(&asker->unsent);
	memset(asker, 0, sizeof *asker);
}

const unsigned char *hear_asker_hash(const struct hear_asker *asker)
{
	return hear_dialler_hash(asker->dialler);
}

void hear_asker_ask(struct hear_asker *asker, const struct hear_moment *now,
		    const char *address, struct hear_buffer *body, bool live,
		    uint32_t wait_ms)
{
	hear_buffer_done(&asker->question);
	asker->question = *body;
	memset(body, 0, sizeof *body);
	if (!asker->knock)
		hear_buffer_done(&asker->unsent);
	asker->number++;
	asker->wanted = true;
	asker->live = live;
	asker->wait_ms = wait_ms;
	if (!asker->dialled) {
		asker->dialled = true;
		asker->host->dial(asker->host->context, asker->lane, address);
	}
	hear_asker_tick(asker, now);
}

void hear_asker_drop(struct hear_asker *asker)
{
	asker->wanted = false;
	hear_buffer_done(&asker->question);
}

void hear_asker_nudge(struct hear_asker *asker)
{
	asker->try_at = 0;
}

/* ---- Trying -------------------------------------------------------------- */

/* Longer after each try in vain, and never at the same moment as others who
 * lost the same peer. */
static void back_off(struct hear_asker *asker, const struct hear_moment *now)
{
	uint64_t wait = FIRST_WAIT_MS;
	unsigned i;
	unsigned char dice;

	for (i = 1; i < asker->failures && wait < HEAR_RETRY_MOST_MS; i++)
		wait *= 2;
	if (wait > HEAR_RETRY_MOST_MS)
		wait = HEAR_RETRY_MOST_MS;
	asker->host->random(asker->host->context, &dice, 1);
	wait -= wait / 4 * dice / 256;
	asker->try_at = now->steady_ms + wait;
}

/* What of the question depends on the session. */
static void stamp(struct hear_asker *asker)
{
	const unsigned char *hash = hear_dialler_hash(asker->dialler);
	char *body = asker->question.data;
	struct hear_id mark;

	hear_wire_mark(&asker->dataset, hash, &mark);
	memcpy(body + 1, mark.bytes,
	       body[0] == HEAR_WIRE_HELLO ? sizeof mark.bytes
					  : (size_t)HEAR_WIRE_MARK);
	if (asker->stamp)
		asker->stamp(asker->stamp_context, body, hash);
}

/* A frame for what is to be done next; false: not yet. */
static bool make_frame(struct hear_asker *asker, const struct hear_moment *now,
		       struct hear_buffer *frame)
{
	unsigned char seed[HEAR_CHANNEL_SEED];
	struct hear_message message = {
		.number = asker->number,
		.body = hear_buffer_view(&asker->question)};
	enum hear_dialler_state state =
		hear_dialler_state(asker->dialler, now->steady_ms);
	enum hear_code code;

	if (state == HEAR_DIALLER_IN) {
		stamp(asker);
		code = hear_dialler_ask(asker->dialler, now->steady_ms,
					&message, asker->live, frame, NULL);
		if (code != HEAR_NOTFOUND)
			return code == HEAR_OK;
	}
	if (now->steady_ms < hear_dialler_knock_at(asker->dialler)) {
		asker->try_at = hear_dialler_knock_at(asker->dialler);
		return false;
	}
	asker->host->random(asker->host->context, seed, sizeof seed);
	code = hear_dialler_knock(asker->dialler, now->steady_ms, seed, frame,
				  NULL);
	hear_wipe(seed, sizeof seed);
	return code == HEAR_OK;
}

void hear_asker_tick(struct hear_asker *asker, const struct hear_moment *now)
{
	struct hear_buffer *frame = &asker->unsent;
	uint32_t wait_ms = HEAR_ASK_MS;

	if (!asker->wanted || asker->request || now->steady_ms < asker->try_at)
		return;
	asker->try_at = now->steady_ms + NOT_NOW_MS;
	if (frame->size == 0 && !make_frame(asker, now, frame)) {
		hear_buffer_done(frame);
		return;
	}
	asker->knock = hear_dialler_state(asker->dialler, now->steady_ms) !=
		       HEAR_DIALLER_IN;
	if (!asker->knock)
		wait_ms = asker->wait_ms;
	if (!asker->host->send(asker->host->context, asker->lane,
			       asker->last_request + 1, wait_ms,
			       hear_buffer_view(frame)))
		return;
	asker->request = ++asker->last_request;
	asker->bytes_out += frame->size;
	hear_buffer_done(frame);
}

uint64_t hear_asker_due(const struct hear_asker *asker)
{
	return asker->wanted && !asker->request ? asker->try_at : UINT64_MAX;
}

/* ---- Hearing ------------------------------------------------------------- */

static enum hear_asked fail(struct hear_asker *asker,
			    const struct hear_moment *now)
{
	if (!asker->wanted)
		return HEAR_ASKED_NOTHING;
	asker->failures++;
	back_off(asker, now);
	return HEAR_ASKED_FAILED;
}

enum hear_asked hear_asker_unanswered(struct hear_asker *asker,
				      const struct hear_moment *now,
				      uint64_t request)
{
	if (request != asker->request)
		return HEAR_ASKED_NOTHING;
	asker->request = 0;
	return fail(asker, now);
}

enum hear_asked hear_asker_answer(struct hear_asker *asker,
				  const struct hear_moment *now,
				  uint64_t request, struct hear_span frame,
				  struct hear_span *reply)
{
	struct hear_message message;
	enum hear_dialled dialled;

	if (request != asker->request)
		return HEAR_ASKED_NOTHING;
	asker->request = 0;
	asker->bytes_in += frame.size;
	dialled = hear_dialler_take(asker->dialler, now->steady_ms, frame,
				    &message);
	asker->stranger = dialled == HEAR_DIALLED_STRANGER;
	switch (dialled) {
	case HEAR_DIALLED_REPLY:
		asker->failures = 0;
		asker->forgotten = 0;
		asker->try_at = 0;
		if (message.number != asker->number) {
			/* Of a question that was given up for this one. */
			hear_asker_tick(asker, now);
			return HEAR_ASKED_NOTHING;
		}
		if (!asker->wanted)
			return HEAR_ASKED_NOTHING;
		asker->wanted = false;
		if (asker->question.room > KEPT_BYTES)
			hear_buffer_done(&asker->question);
		*reply = message.body;
		return HEAR_ASKED_REPLY;
	case HEAR_DIALLED_FORGOTTEN:
		if (++asker->forgotten > HEAR_ASK_FORGOTTEN)
			break; /* again and again */
		/* fall through */
	case HEAR_DIALLED_IN:
		asker->try_at = 0;
		hear_asker_tick(asker, now);
		return HEAR_ASKED_NOTHING;
	case HEAR_DIALLED_NOTHING:
	case HEAR_DIALLED_STRANGER:
		break;
	}
	return fail(asker, now);
}
