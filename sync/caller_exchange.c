/* SPDX-License-Identifier: ISC */
/* caller_exchange.c - what a descent found, carried both ways.
 *
 * A hand is a work lane with its own session. The first does all there is to
 * do where that is little; in bulk the others help, so that a long way does
 * not leave the line empty, and the next replies are made while what came is
 * stored (caller_stock.c). Each question brings filings the peer lacks and
 * names filings we lack.
 */
#include "core/bytes.h"
#include "core/error.h"
#include "sync/caller_state.h"

#include <string.h>

enum {
	GIVE_BYTES = 200 * 1024, /* of filings in one question */
	THIN_BYTES = 64 * 1024,	 /* what is less is stored at once */
	WANT_BYTES = 8 * 1024,	 /* of names of what is wanted */
};

/* ---- Hands --------------------------------------------------------------- */

bool hear_hand_open(struct hear_caller *caller, struct hear_hand *hand,
		    struct hear_err *err)
{
	uint32_t lane = caller->lane + 1 + (uint32_t)(hand - caller->hands);

	if (hand->open)
		return true;
	hand->open = hear_asker_init(
			     &hand->asker, &caller->engine->host,
			     &caller->engine->self, &caller->peer,
			     hear_dataset_id(caller->share->dataset), lane,
			     err) == HEAR_OK;
	return hand->open;
}

static void let_go(struct hear_hand *hand)
{
	hand->busy = false;
	hand->resume_at = 0;
	hand->resumed = false;
	hand->fruitless = 0;
	hand->give_count = 0;
	memset(&hand->wants, 0, sizeof hand->wants);
	hear_buffer_done(&hand->bits);
	hear_buffer_done(&hand->data);
}

void hear_hand_close(struct hear_hand *hand)
{
	let_go(hand);
	if (hand->open)
		hear_asker_done(&hand->asker);
	hand->open = false;
}

void hear_hands_drop(struct hear_caller *caller)
{
	size_t i;

	for (i = 0; i < HEAR_CALLER_HANDS; i++) {
		let_go(&caller->hands[i]);
		if (caller->hands[i].open)
			hear_asker_drop(&caller->hands[i].asker);
	}
}

/* ---- Giving out work ----------------------------------------------------- */

/* Filings from the gives, as many as a question holds; the number of those
 * that are in the pile may be smaller than give_count, where some are no
 * longer in the tree. */
static enum hear_code pack_gives(struct hear_caller *caller,
				 struct hear_hand *hand,
				 const struct hear_moment *now,
				 struct hear_wire_pile *pile,
				 struct hear_err *err)
{
	struct hear_engine *engine = caller->engine;
	struct hear_reader *reader = NULL;
	enum hear_code code;
	size_t most = hand->give_count ? hand->give_from + hand->give_count
				       : caller->give_count;
	size_t at = hand->give_from;

	if (at >= most)
		return HEAR_OK;
	code = hear_share_read(caller->share, now->wall_ms, &reader, err);
	for (; at < most && code == HEAR_OK; at++) {
		hear_buffer_reset(&engine->squeezed);
		code = hear_outgo(engine, reader, caller->gives[at],
				  &engine->squeezed, err);
		if (code == HEAR_NOTFOUND) {
			code = HEAR_OK;
			continue;
		}
		if (code != HEAR_OK ||
		    (pile->count > 0 &&
		     pile->bytes.size + engine->squeezed.size > GIVE_BYTES))
			break;
		hear_wire_pile_add(pile, hear_buffer_view(&engine->squeezed));
	}
	hear_read_end(reader);
	hand->give_count = at - hand->give_from;
	return code;
}

/* The question that carries what the hand holds. */
static void send(struct hear_caller *caller, struct hear_hand *hand,
		 const struct hear_moment *now)
{
	struct hear_wire_exchange message = {0};
	struct hear_wire_pile pile = {0};
	struct hear_buffer body = {0};
	struct hear_err err = {0};
	enum hear_code code = HEAR_OK;

	hand->resume_at = 0;
	memcpy(message.salt, caller->salt, sizeof message.salt);
	message.partition = hear_span_make(&caller->partition, 1);
	message.resumed = hand->resumed;
	memcpy(message.after, hand->after, sizeof message.after);
	message.wants = hand->wants;
	if (hand->give_from < caller->give_count)
		code = pack_gives(caller, hand, now, &pile, &err);
	if (code == HEAR_OK) {
		message.filings = hear_wire_pile_list(&pile);
		hear_wire_write_exchange(&body, &message);
		hear_caller_ask(caller, hand, now, &body);
	}
	hear_wire_pile_done(&pile);
	if (code != HEAR_OK)
		hear_caller_fail(caller, now, &err);
}

/* A portion of the wants, kept until it was served. */
static enum hear_code take_wants(struct hear_caller *caller,
				 struct hear_hand *hand, struct hear_err *err)
{
	struct hear_wire_ranges ranges;
	enum hear_code code =
		hear_descent_want(caller->descent, WANT_BYTES, &ranges, err);

	if (code != HEAR_OK)
		return code;
	hear_buffer_reset(&hand->bits);
	hear_buffer_reset(&hand->data);
	hear_buffer_span(&hand->bits, ranges.cut.bits);
	hear_buffer_span(&hand->data, ranges.data);
	if (hand->bits.failed || hand->data.failed)
		return hear_fail_memory(err);
	hand->wants.cut.count = ranges.cut.count;
	hand->wants.cut.bits = hear_buffer_view(&hand->bits);
	hand->wants.data = hear_buffer_view(&hand->data);
	hand->resumed = false;
	return HEAR_OK;
}

/* Gives a hand something to carry. False: there is nothing left. */
static bool load(struct hear_caller *caller, struct hear_hand *hand,
		 const struct hear_moment *now)
{
	struct hear_err err = {0};
	enum hear_code code;

	let_go(hand);
	if (hear_look_named_enough(caller))
		return false;
	code = take_wants(caller, hand, &err);
	if (code != HEAR_OK && code != HEAR_NOTFOUND) {
		hear_caller_fail(caller, now, &err);
		return false;
	}
	hand->give_from = caller->given;
	if (code == HEAR_NOTFOUND && caller->given >= caller->give_count)
		return false;
	hand->busy = true;
	send(caller, hand, now);
	caller->given += hand->give_count;
	return true;
}

static bool any_busy(const struct hear_caller *caller)
{
	size_t i;

	for (i = 0; i < HEAR_CALLER_HANDS; i++)
		if (caller->hands[i].busy)
			return true;
	return false;
}

static void load_all(struct hear_caller *caller, const struct hear_moment *now)
{
	size_t i;

	for (i = 0; i < HEAR_CALLER_HANDS; i++)
		if (!caller->hands[i].busy &&
		    caller->phase == HEAR_PHASE_EXCHANGE &&
		    !load(caller, &caller->hands[i], now))
			break;
}

void hear_hands_begin(struct hear_caller *caller,
		      const struct hear_moment *now)
{
	caller->give_count = 0;
	caller->given = 0;
	if (caller->mode != HEAR_PEER_LOOK)
		caller->gives = hear_descent_gives(caller->descent,
						   &caller->give_count);
	caller->lacked += hear_descent_wanted(caller->descent);
	caller->missing += caller->give_count;
	caller->phase = HEAR_PHASE_EXCHANGE;
	caller->state = HEAR_PEER_EXCHANGING;
	load_all(caller, now);
	if (caller->phase == HEAR_PHASE_EXCHANGE && !any_busy(caller))
		hear_caller_next(caller, now);
}

/* ---- What came of it ----------------------------------------------------- */

static enum hear_code take(struct hear_caller *caller, struct hear_hand *hand,
			   const struct hear_moment *now, struct hear_span reply,
			   struct hear_err *err)
{
	struct hear_wire_exchanged exchanged;
	uint64_t progress;
	bool thin;
	enum hear_code code = hear_wire_read_exchanged(&exchanged, reply, err);

	if (code != HEAR_OK)
		return code;
	if (exchanged.results.size > hand->give_count)
		return hear_fail(err, HEAR_INVALID,
				 "it says something of more filings than it "
				 "was given");
	if (exchanged.more && hand->resumed &&
	    memcmp(exchanged.covered, hand->after, HEAR_RANGE_KEY) <= 0)
		return hear_fail(err, HEAR_INVALID,
				 "it serves the same filings again and again");
	if (exchanged.filings.count > 0 && hand->wants.cut.count == 0)
		return hear_fail(err, HEAR_INVALID,
				 "it sends filings that were not asked for");
	hear_caller_given(caller, now, exchanged.results);
	progress = caller->progress;
	code = caller->mode == HEAR_PEER_LOOK
		       ? hear_look_name(caller, exchanged.filings, err)
		       : hear_stock_add(caller, now, exchanged.filings, err);
	thin = exchanged.filings.bytes.size < THIN_BYTES;
	if (code == HEAR_OK && thin)
		code = hear_stock_store(caller, now, err);
	if (code != HEAR_OK)
		return code;
	hand->fruitless = !thin || caller->progress > progress
				  ? 0
				  : hand->fruitless + 1;
	hand->give_from += hand->give_count;
	hand->give_count = 0;
	hand->resumed = exchanged.more && !hear_look_named_enough(caller);
	memcpy(hand->after, exchanged.covered, sizeof hand->after);
	return HEAR_OK;
}

/* All that is held here by now, or the peer goes on for ever: what is lacking
 * is seen when the two are compared anew. */
static void give_up(struct hear_caller *caller, const struct hear_moment *now)
{
	caller->plan = 0;
	hear_caller_next(caller, now);
}

/* The peer makes the next replies meanwhile; where none is to come, the
 * partition is done. */
static void store(struct hear_caller *caller, const struct hear_moment *now)
{
	struct hear_err err = {0};
	uint64_t progress = caller->progress;
	bool last = !any_busy(caller);
	bool full = hear_stock_full(caller, now);

	if (caller->phase != HEAR_PHASE_EXCHANGE)
		return;
	if ((last || full) && hear_stock_store(caller, now, &err) != HEAR_OK)
		hear_caller_fail(caller, now, &err);
	else if (last)
		hear_caller_next(caller, now);
	else if (full && caller->progress == progress)
		give_up(caller, now);
}

void hear_hands_reply(struct hear_caller *caller, struct hear_hand *hand,
		      const struct hear_moment *now, struct hear_span reply)
{
	struct hear_err err = {0};
	enum hear_code code;

	if (!hear_caller_may(caller, now, caller->partition))
		return;
	code = take(caller, hand, now, reply, &err);
	if (code == HEAR_INVALID) {
		hear_caller_charge(caller, now, &err);
		return;
	}
	if (code != HEAR_OK) {
		hear_caller_fail(caller, now, &err);
		return;
	}
	if (hand->resumed && hand->fruitless > HEAR_CALLER_FRUITLESS) {
		give_up(caller, now);
		return;
	}
	if (hand->resumed) {
		hand->give_from = caller->give_count; /* only the wants */
		send(caller, hand, now);
	} else {
		hand->busy = false;
		load_all(caller, now);
	}
	store(caller, now);
}

void hear_hands_tick(struct hear_caller *caller, const struct hear_moment *now)
{
	size_t i;

	for (i = 0; i < HEAR_CALLER_HANDS; i++) {
		struct hear_hand *hand = &caller->hands[i];

		if (!hand->resume_at || now->steady_ms < hand->resume_at)
			continue;
		hand->resume_at = 0;
		if (caller->phase == HEAR_PHASE_EXCHANGE)
			send(caller, hand, now);
		else if (caller->phase == HEAR_PHASE_COMPARE)
			hear_caller_compare(caller, now);
	}
	if (hear_stock_full(caller, now))
		store(caller, now);
}
