/* SPDX-License-Identifier: ISC */
/* caller_rest.c - two that are equal, and stay so.
 *
 * A ROOTS question waits at the peer and is answered when there is news there,
 * with the news; news here is put there without a round. Either way both have
 * equal roots again after one trip; where that is not so, a round follows.
 *
 * If both dial each other, only the one with the smaller key lets a question
 * wait: the other hears of news all the same.
 */
#include "core/bytes.h"
#include "core/error.h"
#include "sync/caller_state.h"

#include <string.h>

enum {
	PUSH_BYTES = 128 * 1024,
	ALIVE_MS = 40 * 1000, /* who dials us was heard within that time */
};

/* Until when the other's question, which waits at us, does for both. */
static uint64_t waits_until(const struct hear_caller *caller)
{
	return caller->who && caller->who->dialled_us_ms > 0 &&
			       memcmp(caller->engine->self.key.bytes,
				      caller->peer.key.bytes, 32) > 0
		       ? caller->who->dialled_us_ms + ALIVE_MS
		       : 0;
}

static bool waits_for_us(const struct hear_caller *caller,
			 const struct hear_moment *now)
{
	return now->steady_ms < waits_until(caller);
}

void hear_rest_hang_up(struct hear_caller *caller)
{
	if (caller->wait_open)
		hear_asker_done(&caller->wait);
	caller->wait_open = false;
}

/* ---- Waiting ------------------------------------------------------------- */

/* Who answers at once, and with nothing, what is to wait for news. */
static bool is_hasty(const struct hear_caller *caller,
		     const struct hear_moment *now)
{
	return now->steady_ms < caller->wait_at &&
	       hear_id_equal(&caller->waited, &caller->known);
}

static void wait_for_news(struct hear_caller *caller,
			  const struct hear_moment *now)
{
	struct hear_wire_ask_roots ask = {.park_ms = HEAR_PARK_MS};
	struct hear_buffer body = {0};
	struct hear_err err = {0};
	enum hear_code code = HEAR_OK;

	if (caller->wait_open && caller->wait.wanted)
		return;
	if (is_hasty(caller, now))
		return; /* a little later */
	caller->wait_at = now->steady_ms + HEAR_CALLER_PACE_MS;
	caller->waited = caller->known;
	if (!caller->wait_open)
		code = hear_asker_init(&caller->wait, &caller->engine->host,
				       &caller->engine->self, &caller->peer,
				       hear_dataset_id(caller->share->dataset),
				       caller->lane, &err);
	if (code != HEAR_OK) {
		hear_caller_fail(caller, now, &err);
		return;
	}
	caller->wait_open = true;
	hear_roots_wire(&caller->own, caller->view, &ask.roots);
	hear_wire_write_roots(&body, &ask);
	if (body.failed) {
		hear_buffer_done(&body);
		return;
	}
	hear_asker_ask(&caller->wait, now, caller->address, &body, true,
		       HEAR_PARK_WAIT_MS);
}

static void note_haste(struct hear_caller *caller,
		       const struct hear_moment *now)
{
	if (!is_hasty(caller, now))
		caller->hasty = 0;
	else if (++caller->hasty == HEAR_CALLER_HASTY)
		hear_engine_say(caller->engine, HEAR_SAY_WARN, caller->share,
				&caller->peer.key,
				"it answers at once, and with no news, what is "
				"to wait for news: it is asked once a second");
}

void hear_rest_equal(struct hear_caller *caller, const struct hear_moment *now,
		     const struct hear_roots *own)
{
	if (caller->state != HEAR_PEER_EQUAL) {
		hear_engine_say(caller->engine, HEAR_SAY_INFO, caller->share,
				&caller->peer.key,
				"in sync: %llu filings",
				(unsigned long long)hear_roots_count(
					own, caller->view));
		hear_share_met(caller->share, now);
	}
	caller->share->met = true;
	caller->phase = HEAR_PHASE_REST;
	caller->state = HEAR_PEER_EQUAL;
	caller->why[0] = '\0';
	caller->barren = 0;
	caller->put = 0;
	caller->own = *own;
	hear_roots_view(own, caller->view, &caller->known);
	note_haste(caller, now);
	caller->next_round = UINT64_MAX;
	caller->rested_ms = now->steady_ms;
	if (caller->who) {
		caller->who->equal = true;
		caller->who->equal_ms = now->wall_ms;
		caller->who->equal_root = caller->known;
		caller->who->view = caller->view;
	}
	if (caller->mode != HEAR_PEER_LIVE) {
		size_t i;

		for (i = 0; i < HEAR_CALLER_HANDS; i++)
			hear_hand_close(&caller->hands[i]);
		hear_rest_hang_up(caller);
	} else if (!waits_for_us(caller, now)) {
		wait_for_news(caller, now);
	}
}

/* Whether our root in the view is `theirs`; if so, both rest. */
static bool settle(struct hear_caller *caller, const struct hear_moment *now,
		   const struct hear_wire_roots *theirs)
{
	enum hear_marking view = (enum hear_marking)0;
	struct hear_roots own;
	struct hear_id root;

	if (hear_caller_own(caller, now, &own, &view, NULL) != HEAR_OK ||
	    view == 0)
		return false;
	view = theirs->clearance < view ? theirs->clearance : view;
	hear_roots_view(&own, view, &root);
	if (!hear_id_equal(&root, &theirs->view) || view != theirs->clearance)
		return false;
	caller->view = view;
	hear_rest_equal(caller, now, &own);
	return true;
}

/* The parked question was answered. */
void hear_rest_news(struct hear_caller *caller, const struct hear_moment *now,
		    struct hear_span reply)
{
	struct hear_wire_standing standing;
	struct hear_err err = {0};
	enum hear_code code;

	if (caller->who)
		caller->who->heard_ms = now->wall_ms;
	if (caller->phase != HEAR_PHASE_REST)
		return; /* the round that is under way will see it */
	if (hear_caller_turned_away(caller, NULL, now, reply))
		return;
	code = hear_wire_read_standing(&standing, HEAR_WIRE_ROOTS, reply, &err);
	if (code != HEAR_OK) {
		hear_caller_charge(caller, now, &err);
		return;
	}
	if (!hear_caller_may(caller, now, (unsigned)caller->view))
		return;
	code = hear_caller_take(caller, now, standing.filings, &err);
	if (code != HEAR_OK)
		hear_caller_fail(caller, now, &err);
	else if (!settle(caller, now, &standing.roots))
		hear_caller_round(caller, now);
}

/* ---- Pushing ------------------------------------------------------------- */

static enum hear_code gather(struct hear_caller *caller,
			     struct hear_reader *reader,
			     struct hear_wire_pile *pile, struct hear_err *err)
{
	struct hear_engine *engine = caller->engine;
	uint64_t numbers[HEAR_PUSH_FILINGS];
	size_t count = 0;
	size_t i;
	enum hear_code code =
		hear_push_find(reader, caller->own.last_filing,
			       caller->view, numbers, &count, err);

	for (i = 0; i < count && code == HEAR_OK; i++) {
		hear_buffer_reset(&engine->squeezed);
		code = hear_outgo(engine, reader, numbers[i],
				  &engine->squeezed, err);
		if (code == HEAR_OK &&
		    pile->bytes.size + engine->squeezed.size > PUSH_BYTES)
			code = HEAR_LIMIT;
		if (code == HEAR_OK)
			hear_wire_pile_add(pile,
					   hear_buffer_view(&engine->squeezed));
	}
	return code;
}

/* Puts what came since both were equal. False: there is nothing, or it is
 * more than is put without comparing. */
static bool push(struct hear_caller *caller, const struct hear_moment *now)
{
	static const unsigned char roster = 0;
	struct hear_wire_exchange message = {
		.partition = hear_span_make(&roster, 1)};
	struct hear_wire_pile pile = {0};
	struct hear_buffer body = {0};
	struct hear_reader *reader = NULL;
	enum hear_code code = hear_share_read(caller->share, now->wall_ms,
					       &reader, NULL);

	if (code == HEAR_OK)
		code = gather(caller, reader, &pile, NULL);
	hear_read_end(reader);
	if (code == HEAR_OK && pile.count > 0) {
		message.filings = hear_wire_pile_list(&pile);
		hear_wire_write_exchange(&body, &message);
		caller->phase = HEAR_PHASE_PUSH;
		caller->pushed = pile.count;
		hear_caller_ask(caller, &caller->hands[0], now, &body);
	}
	code = pile.count > 0 ? code : HEAR_NOTFOUND;
	hear_wire_pile_done(&pile);
	return code == HEAR_OK;
}

void hear_rest_pushed(struct hear_caller *caller, const struct hear_moment *now,
		      struct hear_span reply)
{
	struct hear_wire_exchanged exchanged;
	struct hear_err err = {0};

	if (hear_wire_read_exchanged(&exchanged, reply, &err) != HEAR_OK ||
	    exchanged.results.size != caller->pushed) {
		if (err.code == HEAR_OK)
			(void)hear_fail(&err, HEAR_INVALID,
					"it says something of other filings "
					"than it was given");
		hear_caller_charge(caller, now, &err);
		return;
	}
	hear_caller_given(caller, now, exchanged.results);
	if (!settle(caller, now, &exchanged.roots))
		hear_caller_round(caller, now);
}

/* Somebody here committed. */
void hear_rest_changed(struct hear_caller *caller,
		       const struct hear_moment *now)
{
	enum hear_marking view = (enum hear_marking)0;
	struct hear_roots own;
	struct hear_id root;

	if (caller->state != HEAR_PEER_EQUAL) {
		/* What kept them apart may be gone. */
		if (caller->state != HEAR_PEER_DOWN &&
		    caller->next_round > now->steady_ms + 1000)
			caller->next_round = now->steady_ms + 1000;
		return;
	}
	if (caller->mode != HEAR_PEER_LIVE)
		return;
	if (hear_caller_own(caller, now, &own, &view, NULL) != HEAR_OK)
		return;
	view = caller->view < view ? caller->view : view;
	hear_roots_view(&own, view, &root);
	if (view == caller->view && hear_id_equal(&root, &caller->known)) {
		caller->own.last_filing = own.last_filing;
		return;
	}
	if (view != caller->view || !push(caller, now))
		hear_caller_round(caller, now);
}

/* A look that came to its end, whatever it was; who was busy is tried again. */
static bool is_seen(const struct hear_caller *caller)
{
	return caller->mode == HEAR_PEER_LOOK &&
	       caller->state != HEAR_PEER_CONNECTING;
}

/* ---- Time ---------------------------------------------------------------- */

void hear_rest_tick(struct hear_caller *caller, const struct hear_moment *now)
{
	size_t i;

	if (is_seen(caller))
		return;
	if (caller->state != HEAR_PEER_EQUAL) {
		if (now->steady_ms >= caller->next_round)
			hear_caller_round(caller, now);
		return;
	}
	if (caller->mode != HEAR_PEER_LIVE)
		return;
	if (now->steady_ms - caller->rested_ms >= HEAR_CALLER_LINGER_MS)
		for (i = 0; i < HEAR_CALLER_HANDS; i++)
			hear_hand_close(&caller->hands[i]);
	if (!waits_for_us(caller, now))
		wait_for_news(caller, now);
}

uint64_t hear_rest_due(const struct hear_caller *caller)
{
	uint64_t due = UINT64_MAX;
	size_t i;

	if (is_seen(caller))
		return due;
	if (caller->state != HEAR_PEER_EQUAL)
		return caller->next_round;
	if (caller->mode != HEAR_PEER_LIVE)
		return due;
	for (i = 0; i < HEAR_CALLER_HANDS; i++)
		if (caller->hands[i].open)
			due = caller->rested_ms + HEAR_CALLER_LINGER_MS;
	/* The other dials us now: if it stops, our question is to wait. */
	if (!caller->wait_open || !caller->wait.wanted) {
		uint64_t wait = waits_until(caller);

		wait = wait > caller->wait_at ? wait : caller->wait_at;
		due = wait < due ? wait : due;
	}
	return due;
}
