/* SPDX-License-Identifier: ISC */
/* caller_look.c - the comparison of a round, only to tell what differs.
 *
 * What we lack is fetched to be named and not kept, a thousand of a partition
 * at most. What the peer lacks is known by its id, and the peer is asked why; of
 * what is above its clearance only the number is told, and not to it.
 */
#include "core/bytes.h"
#include "core/error.h"
#include "core/filing.h"
#include "sync/caller_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST = 100000, /* differences that are kept */
	ASKED_AT_ONCE = 1000,
	MOST_NAMED = 1000, /* of one partition, of those we lack */
};

void hear_look_forget(struct hear_caller *caller)
{
	free(caller->differing);
	caller->differing = NULL;
	caller->differing_count = 0;
	caller->differing_room = 0;
	caller->asked_reasons = 0;
}

static void note(struct hear_caller *caller, const struct hear_differing *one)
{
	size_t room = caller->differing_room ? caller->differing_room * 2 : 64;
	struct hear_differing *more;

	if (caller->differing_count >= MOST)
		return;
	if (caller->differing_count == caller->differing_room) {
		more = realloc(caller->differing, room * sizeof *more);
		if (!more)
			return;
		caller->differing = more;
		caller->differing_room = room;
	}
	caller->differing[caller->differing_count] = *one;
	if (!caller->differing[caller->differing_count].why)
		caller->differing[caller->differing_count].why = "";
	caller->differing_count++;
}

/* ---- What a descent found ------------------------------------------------ */

/* What we lack is fetched to be named, and not kept. */
static void name_one(struct hear_caller *caller, struct hear_span squeezed,
		     struct hear_sealed *filing)
{
	struct hear_engine *engine = caller->engine;
	struct hear_differing one = {
		.what = HEAR_LACKED_HERE,
		.marking = (enum hear_marking)caller->partition,
		.number = 1};

	hear_arena_reset(engine->arena);
	hear_buffer_reset(&engine->packed);
	if (hear_unsqueeze(engine->squeezer, squeezed, HEAR_PACKED_BYTES,
			   &engine->packed, NULL) != HEAR_OK ||
	    hear_sealed_unpack(engine->arena, hear_buffer_view(&engine->packed),
			       filing, NULL) != HEAR_OK)
		return;
	one.filing = filing->id;
	one.time_ms = hear_stamp_ms(filing->header.time);
	note(caller, &one);
	caller->named++;
	caller->progress++;
}

enum hear_code hear_look_name(struct hear_caller *caller,
			      struct hear_wire_list filings,
			      struct hear_err *err)
{
	struct hear_sealed *filing = calloc(1, sizeof *filing);
	struct hear_span item;

	if (!filing)
		return hear_fail_memory(err);
	while (hear_wire_list_next(&filings, &item))
		name_one(caller, item, filing);
	free(filing);
	return HEAR_OK;
}

bool hear_look_named_enough(const struct hear_caller *caller)
{
	return caller->mode == HEAR_PEER_LOOK && caller->named >= MOST_NAMED;
}

/* Those of the partition that were not named are told by their number. */
void hear_look_rest(struct hear_caller *caller)
{
	struct hear_differing one = {
		.what = HEAR_LACKED_HERE,
		.marking = (enum hear_marking)caller->partition};
	uint64_t wanted = hear_descent_wanted(caller->descent);

	if (wanted <= caller->named)
		return;
	one.number = wanted - caller->named;
	note(caller, &one);
}

static enum hear_code note_gives(struct hear_caller *caller,
				 const struct hear_moment *now,
				 struct hear_err *err)
{
	struct hear_reader *reader = NULL;
	struct hear_filing filing;
	const uint64_t *gives;
	size_t count;
	size_t i;
	enum hear_code code =
		hear_share_read(caller->share, now->wall_ms, &reader, err);

	gives = hear_descent_gives(caller->descent, &count);
	for (i = 0; i < count && code == HEAR_OK; i++) {
		struct hear_differing one = {
			.what = HEAR_LACKED_THERE,
			.marking = (enum hear_marking)caller->partition,
			.number = 1};

		code = hear_replica_filing(reader, gives[i], &filing, err);
		if (code == HEAR_NOTFOUND) {
			code = HEAR_OK;
			continue;
		}
		one.filing = filing.id;
		one.time_ms = filing.time_ms;
		note(caller, &one);
	}
	hear_read_end(reader);
	caller->missing += count;
	return code;
}

void hear_look_note(struct hear_caller *caller, const struct hear_moment *now)
{
	struct hear_err err = {0};
	enum hear_code code;

	caller->named = 0;
	code = note_gives(caller, now, &err);
	if (code == HEAR_OK)
		hear_hands_begin(caller, now);
	else
		hear_caller_fail(caller, now, &err);
}

/* ---- What waits, was refused, or is held back ---------------------------- */

struct noting {
	struct hear_caller *caller;
};

static bool note_waiting(void *context, const struct hear_waiting *waiting)
{
	struct noting *noting = context;
	struct hear_differing one = {
		.what = HEAR_WAITS_HERE,
		.marking = waiting->marking,
		.filing = waiting->id,
		.time_ms = waiting->time_ms,
		.number = 1,
		.why = hear_wait_text(waiting->reason)};

	note(noting->caller, &one);
	return true;
}

static void note_own(struct hear_caller *caller, const struct hear_moment *now)
{
	struct noting noting = {caller};
	struct hear_reader *reader = NULL;
	struct hear_statistics statistics;
	struct hear_err err = {0};
	unsigned marking;
	enum hear_code code =
		hear_share_read(caller->share, now->wall_ms, &reader, &err);

	if (code == HEAR_OK)
		code = hear_aside_each(reader, note_waiting, &noting, &err);
	if (code == HEAR_OK)
		code = hear_statistics_get(reader, &statistics, &err);
	for (marking = (unsigned)caller->view + 1;
	     code == HEAR_OK && marking <= HEAR_LOCAL; marking++) {
		struct hear_differing one = {
			.what = HEAR_HELD_BACK,
			.marking = (enum hear_marking)marking,
			.number = statistics.marked[marking]};

		if (one.number > 0)
			note(caller, &one);
	}
	hear_read_end(reader);
}

/* ---- Asking why ---------------------------------------------------------- */

static void finish(struct hear_caller *caller, const struct hear_moment *now)
{
	size_t i;

	note_own(caller, now);
	caller->phase = HEAR_PHASE_REST;
	caller->state = caller->same ? HEAR_PEER_EQUAL : HEAR_PEER_DIFFERS;
	if (caller->lacked == 0 && caller->missing == 0)
		(void)snprintf(caller->why, sizeof caller->why,
			       "neither side lacks anything, and still the "
			       "datasets differ: what waits or was refused on "
			       "one side is part of the other's");
	else
		(void)snprintf(caller->why, sizeof caller->why,
			       "%llu filings are lacking here and %llu there",
			       (unsigned long long)caller->lacked,
			       (unsigned long long)caller->missing);
	for (i = 0; i < HEAR_CALLER_HANDS; i++)
		hear_hand_close(&caller->hands[i]);
}

/* The next filings they lack: their ids. */
void hear_look_end(struct hear_caller *caller, const struct hear_moment *now)
{
	struct hear_wire_reasons reasons = {{0}, {NULL, 0}};
	struct hear_buffer ids = {0};
	struct hear_buffer body = {0};
	size_t i;

	for (i = caller->asked_reasons;
	     i < caller->differing_count && ids.size < ASKED_AT_ONCE * 32; i++)
		if (caller->differing[i].what == HEAR_LACKED_THERE)
			hear_buffer_add(&ids, caller->differing[i].filing.bytes,
					32);
	if (ids.size == 0 || ids.failed) {
		hear_buffer_done(&ids);
		finish(caller, now);
		return;
	}
	reasons.ids = hear_buffer_view(&ids);
	hear_wire_write_reasons(&body, &reasons);
	hear_buffer_done(&ids);
	caller->phase = HEAR_PHASE_REASONS;
	hear_caller_ask(caller, &caller->hands[0], now, &body);
}

static void explain(struct hear_differing *one, unsigned char result)
{
	if (result >= HEAR_RESULT_REFUSED)
		one->what = HEAR_REFUSED_THERE;
	else if (result >= HEAR_RESULT_WAITS)
		one->what = HEAR_WAITS_THERE;
	else
		return;
	one->why = hear_wait_text((enum hear_wait)(result & 63));
}

void hear_look_reply(struct hear_caller *caller, const struct hear_moment *now,
		     struct hear_span reply)
{
	struct hear_wire_reasoned reasoned;
	struct hear_err err = {0};
	size_t at = 0;
	size_t i;

	if (hear_wire_read_reasoned(&reasoned, reply, &err) != HEAR_OK) {
		hear_caller_charge(caller, now, &err);
		return;
	}
	for (i = caller->asked_reasons;
	     i < caller->differing_count && at < reasoned.results.size; i++)
		if (caller->differing[i].what == HEAR_LACKED_THERE)
			explain(&caller->differing[i],
				(unsigned char)reasoned.results.data[at++]);
	if (at == 0 || i == caller->asked_reasons) {
		(void)hear_fail(&err, HEAR_INVALID,
				"it says nothing of what it was asked about");
		hear_caller_charge(caller, now, &err);
		return;
	}
	caller->asked_reasons = i;
	hear_look_end(caller, now);
}

bool hear_caller_difference(const struct hear_caller *caller, size_t index,
			    struct hear_differing *out)
{
	if (index >= caller->differing_count)
		return false;
	*out = caller->differing[index];
	return true;
}
