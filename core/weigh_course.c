/* SPDX-License-Identifier: ISC */
/* weigh_course.c - how one origin's word moved: updates, corrections,
 * withdrawals, and who is charged with them. */
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

struct course {
	struct hear_weighing *weighing;
	struct hear_party *party;
	uint32_t *standing; /* voices that assert and stand, in order */
	uint32_t count;
	uint32_t group; /* the first of them for the until at hand */
	uint32_t taken_back; /* the withdrawal that was last for this until */
	uint32_t denied;     /* the denial that stands, or HEAR_NOBODY */
};

static struct hear_voice *voice_at(const struct course *course, uint32_t index)
{
	return &course->weighing->voices[index];
}

static const struct hear_weighed *claim_of(const struct course *course,
					   uint32_t index)
{
	return &course->weighing->claims[voice_at(course, index)->claim];
}

static bool later(const struct course *course, uint32_t voice, uint32_t before)
{
	int64_t said = claim_of(course, voice)->said_ms;
	int64_t other = claim_of(course, before)->said_ms;

	return said != INT64_MIN && other != INT64_MIN && said > other;
}

/* Whoever made the change: the nearest hop, unless the origin itself spoke
 * anew. */
static void charge(const struct course *course, uint32_t index)
{
	const struct hear_weighing *weighing = course->weighing;
	struct hear_voice *voice = voice_at(course, index);
	const struct hear_inner *inner = &weighing->inner[voice->claim];
	bool anew = inner->hops <= 1;

	if (!anew && voice->before != HEAR_NOBODY &&
	    inner->origin_at != INT64_MIN) {
		uint32_t before = weighing->voices[voice->before].claim;
		int64_t spoke = weighing->inner[before].origin_at;

		if (spoke == INT64_MIN)
			spoke = weighing->claims[before].said_ms;
		anew = spoke != INT64_MIN && inner->origin_at > spoke;
	}
	voice->relayed = anew && inner->hops > 1;
	voice->charged = anew ? claim_of(course, index)->origin
			      : claim_of(course, index)->outlet;
	if (voice->charged == HEAR_NOBODY) /* an unnamed outlet */
		voice->charged = claim_of(course, index)->origin;
}

static void move(const struct course *course, uint32_t index,
		 enum hear_movement how, uint32_t before)
{
	struct hear_voice *voice = voice_at(course, index);

	voice->move = how;
	voice->before = before;
	if (how == HEAR_MOVE_CORRECTS || how == HEAR_MOVE_WITHDRAWS ||
	    how == HEAR_MOVE_REVERSES)
		charge(course, index);
}

/* The voice's place is taken by another. */
static void give_way(const struct course *course, uint32_t index, uint32_t to)
{
	voice_at(course, index)->after = to;
	voice_at(course, index)->stands = false;
}

static uint32_t last_of(const struct course *course, uint32_t from)
{
	return course->count > from ? course->standing[course->count - 1]
				    : HEAR_NOBODY;
}

static bool equal(const struct course *course, uint32_t a, uint32_t b)
{
	return hear_weigh_equal(course->weighing, voice_at(course, a)->claim,
				voice_at(course, b)->claim);
}

/* ---- What each stance does ---- */

static void stand(struct course *course, uint32_t index)
{
	voice_at(course, index)->stands = true;
	course->standing[course->count++] = index;
}

static void assert_first(struct course *course, uint32_t index)
{
	uint32_t earlier = course->count > 0
				   ? course->standing[course->count - 1]
				   : HEAR_NOBODY;

	if (course->denied != HEAR_NOBODY) {
		move(course, index, HEAR_MOVE_REVERSES, course->denied);
		give_way(course, course->denied, index);
		course->denied = HEAR_NOBODY;
	} else if (earlier == HEAR_NOBODY) {
		move(course, index, HEAR_MOVE_FIRST, HEAR_NOBODY);
	} else {
		move(course, index,
		     equal(course, index, earlier) ? HEAR_MOVE_REPEATS
						   : HEAR_MOVE_UPDATES,
		     earlier);
		voice_at(course, earlier)->after = index;
	}
}

static void assert_again(struct course *course, uint32_t index)
{
	uint32_t last = last_of(course, course->group);
	uint32_t i;

	if (equal(course, index, last)) {
		move(course, index, HEAR_MOVE_REPEATS, last);
	} else if (later(course, index, last)) {
		move(course, index, HEAR_MOVE_CORRECTS, last);
		for (i = course->group; i < course->count; i++)
			give_way(course, course->standing[i], index);
		course->count = course->group;
	} else {
		move(course, index, HEAR_MOVE_DIFFERS, last);
	}
}

static void assert_it(struct course *course, uint32_t index)
{
	if (course->taken_back != HEAR_NOBODY) {
		move(course, index, HEAR_MOVE_RENEWS, course->taken_back);
		give_way(course, course->taken_back, index);
		course->taken_back = HEAR_NOBODY;
	} else if (last_of(course, course->group) != HEAR_NOBODY) {
		assert_again(course, index);
	} else {
		assert_first(course, index);
	}
	stand(course, index);
}

/* Takes those from `from` on that stand and were not said later. Gives the
 * last of them. */
static uint32_t take_back(struct course *course, uint32_t index, uint32_t from,
			  bool only_what_it_denies)
{
	struct hear_weighing *weighing = course->weighing;
	uint32_t taken = HEAR_NOBODY;
	uint32_t kept = from;
	uint32_t i;

	for (i = from; i < course->count; i++) {
		uint32_t at = course->standing[i];

		if (later(course, at, index) ||
		    (only_what_it_denies &&
		     !hear_weigh_overlap(weighing,
					 voice_at(course, at)->claim,
					 voice_at(course, index)->claim))) {
			course->standing[kept++] = at;
			continue;
		}
		give_way(course, at, index);
		taken = at;
	}
	course->count = kept;
	if (course->group > kept)
		course->group = kept;
	return taken;
}

static void withdraw(struct course *course, uint32_t index)
{
	const struct hear_inner *inner =
		&course->weighing->inner[voice_at(course, index)->claim];
	uint32_t taken;

	if (inner->answers) { /* which one is said: see withdraw_named() */
		move(course, index, HEAR_MOVE_WITHDRAWS, HEAR_NOBODY);
		voice_at(course, index)->stands = true;
		return;
	}
	taken = take_back(course, index,
			  inner->until_given ? course->group : 0, false);
	move(course, index, HEAR_MOVE_WITHDRAWS, taken);
	voice_at(course, index)->stands = true;
	course->taken_back = index;
}

static void deny(struct course *course, uint32_t index)
{
	uint32_t taken = take_back(course, index, 0, true);

	if (taken != HEAR_NOBODY)
		move(course, index, HEAR_MOVE_REVERSES, taken);
	else if (course->denied != HEAR_NOBODY)
		move(course, index, HEAR_MOVE_REPEATS, course->denied);
	else
		move(course, index, HEAR_MOVE_FIRST, HEAR_NOBODY);
	voice_at(course, index)->stands = true;
	course->denied = index;
}

/* A withdrawal that names a claim takes back that one, whatever its time. */
static void withdraw_named(struct course *course, uint32_t index)
{
	const struct hear_weighing *weighing = course->weighing;
	const struct hear_id *re =
		&weighing->inner[voice_at(course, index)->claim].re;
	uint32_t end = course->party->first_voice + course->party->voice_count;
	uint32_t i;

	for (i = course->party->first_voice; i < end; i++) {
		if (!hear_id_equal(&claim_of(course, i)->id, re))
			continue;
		move(course, index, HEAR_MOVE_WITHDRAWS, i);
		if (voice_at(course, i)->stands) {
			uint32_t before = voice_at(course, i)->before;

			give_way(course, i, index);
			/* What it had updated is the word for its time still. */
			if (before != HEAR_NOBODY &&
			    voice_at(course, before)->after == i &&
			    voice_at(course, before)->stands)
				voice_at(course, before)->after = HEAR_NOBODY;
		}
		return;
	}
}

/* ---- Where it leads ---- */

static enum hear_stance stance_of(const struct course *course)
{
	uint32_t end = course->party->first_voice + course->party->voice_count;
	enum hear_stance aside = 0;
	enum hear_stance taken_back = 0;
	enum hear_stance against = 0;
	uint32_t i;

	for (i = course->party->first_voice; i < end; i++) {
		enum hear_stance stance = claim_of(course, i)->stance;

		if (voice_at(course, i)->move == HEAR_MOVE_ASIDE)
			aside = stance;
		else if (!voice_at(course, i)->stands)
			continue;
		else if (stance == HEAR_ASSERTS)
			return HEAR_ASSERTS;
		else if (stance == HEAR_WITHDRAWS)
			taken_back = stance;
		else
			against = stance;
	}
	if (against)
		return against;
	if (taken_back)
		return taken_back;
	return aside ? aside : HEAR_ASSERTS;
}

static void finish(const struct course *course)
{
	uint32_t end = course->party->first_voice + course->party->voice_count;
	uint32_t last = HEAR_NOBODY;
	uint32_t i;

	for (i = course->party->first_voice; i < end; i++)
		if (voice_at(course, i)->stands &&
		    claim_of(course, i)->stance == HEAR_ASSERTS)
			last = i;
	if (last != HEAR_NOBODY)
		voice_at(course, last)->last = true;
	course->party->stance = stance_of(course);
}

void hear_weigh_course(struct hear_weighing *weighing,
		       struct hear_party *party)
{
	struct course course = {
		.weighing = weighing,
		.party = party,
		.standing = malloc((party->voice_count + 1) *
				   sizeof *course.standing),
		.taken_back = HEAR_NOBODY,
		.denied = HEAR_NOBODY,
	};
	uint32_t end = party->first_voice + party->voice_count;
	bool named = false;
	uint32_t i;

	if (!course.standing) {
		weighing->failed = true;
		return;
	}
	for (i = party->first_voice; i < end; i++) {
		const struct hear_weighed *claim = claim_of(&course, i);

		if (i > party->first_voice &&
		    claim->until_ms != claim_of(&course, i - 1)->until_ms) {
			course.group = course.count;
			course.taken_back = HEAR_NOBODY;
		}
		switch (claim->stance) {
		case HEAR_ASSERTS:
			assert_it(&course, i);
			break;
		case HEAR_DENIES:
		case HEAR_DOUBTS:
			deny(&course, i);
			break;
		case HEAR_WITHDRAWS:
			named = named ||
				weighing->inner[voice_at(&course, i)->claim]
					.answers;
			withdraw(&course, i);
			break;
		case HEAR_POSSIBLE:
		case HEAR_EXPECTS:
		case HEAR_ASKS:
		case HEAR_UNCONFIRMED:
		case HEAR_DECLINES:
		case HEAR_SILENT:
			break; /* set aside already */
		}
	}
	for (i = party->first_voice; named && i < end; i++)
		if (claim_of(&course, i)->stance == HEAR_WITHDRAWS &&
		    weighing->inner[voice_at(&course, i)->claim].answers)
			withdraw_named(&course, i);
	finish(&course);
	free(course.standing);
}

/* ---- Positions ---- */

bool hear_weigh_asserts(const struct hear_party *party)
{
	return party->stance == HEAR_ASSERTS;
}

static bool standing_word(const struct hear_weighing *weighing, uint32_t index)
{
	const struct hear_voice *voice = &weighing->voices[index];

	return voice->stands &&
	       weighing->claims[voice->claim].stance == HEAR_ASSERTS;
}

int64_t hear_weigh_reached(const struct hear_weighing *weighing,
			   const struct hear_party *party)
{
	int64_t reached = INT64_MIN;
	uint32_t i;

	for (i = 0; i < party->voice_count; i++)
		if (standing_word(weighing, party->first_voice + i))
			reached = weighing->claims[weighing->voices
							   [party->first_voice +
							    i]
								   .claim]
					  .until_ms;
	return reached; /* they are in order of until */
}

uint32_t hear_weigh_position(const struct hear_weighing *weighing,
			     const struct hear_party *party, int64_t date,
			     struct hear_bounds *bounds,
			     struct hear_bounds *stated)
{
	uint32_t found = HEAR_NOBODY;
	uint32_t i;

	for (i = party->first_voice + party->voice_count;
	     i-- > party->first_voice;) {
		uint32_t claim = weighing->voices[i].claim;
		const struct hear_inner *inner = &weighing->inner[claim];

		if (!standing_word(weighing, i) ||
		    weighing->claims[claim].until_ms > date)
			continue;
		if (found == HEAR_NOBODY) {
			found = i;
			*bounds = inner->bounds;
			*stated = inner->stated;
		} else if (weighing->claims[claim].until_ms ==
			   weighing->claims[weighing->voices[found].claim]
				   .until_ms) {
			hear_bounds_hull(bounds, &inner->bounds);
			hear_bounds_hull(stated, &inner->stated);
		} else {
			break;
		}
	}
	return found;
}
