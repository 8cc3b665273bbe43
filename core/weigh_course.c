/* SPDX-License-Identifier: ISC */
/* weigh_course.c - how one origin's word moved: updates, corrections,
 * withdrawals, and who is charged with them. */
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

/* Of what stands of one origin, so many of the last are compared with what
 * comes next. */
enum { COMPARED = 1000 };

struct course {
	struct hear_weighing *weighing;
	struct hear_party *party;
	uint32_t *standing; /* voices that assert and stand, in order */
	uint32_t count;
	uint32_t group; /* the first of them for the until at hand */
	int64_t until_ms;
	uint32_t taken_back; /* the withdrawal that was last for this until */
	uint32_t denied;     /* the denial that stands, or HEAR_NOBODY */
	uint32_t *by_claim;  /* voices in order of claims; NULL: not yet */
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

/* Said after the other one, whichever moments of both dates it was. */
static bool later(const struct course *course, uint32_t voice, uint32_t before)
{
	const struct hear_weighing *weighing = course->weighing;
	const struct hear_inner *said =
		&weighing->inner[voice_at(course, voice)->claim];
	const struct hear_inner *other =
		&weighing->inner[voice_at(course, before)->claim];

	return said->said_from != INT64_MIN && other->said_to != INT64_MAX &&
	       said->said_from > other->said_to;
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
	    how == HEAR_MOVE_RENEWS || how == HEAR_MOVE_REVERSES)
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

/* Where those begin that are compared, of those from `from` on. */
static uint32_t compared_from(const struct course *course, uint32_t from)
{
	return course->count > COMPARED && course->count - COMPARED > from
		       ? course->count - COMPARED
		       : from;
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

	if (course->denied != HEAR_NOBODY &&
	    later(course, index, course->denied) &&
	    hear_weigh_overlap(course->weighing,
			       voice_at(course, index)->claim,
			       voice_at(course, course->denied)->claim)) {
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

	bool same = equal(course, index, last);
	bool after = later(course, index, last);
	uint32_t kept = compared_from(course, course->group);

	/* What it says takes the place of all that was said otherwise before. */
	for (i = kept; i < course->count; i++) {
		uint32_t at = course->standing[i];

		if (later(course, index, at) && !equal(course, index, at))
			give_way(course, at, index);
		else
			course->standing[kept++] = at;
	}
	course->count = kept;
	move(course, index,
	     same    ? HEAR_MOVE_REPEATS
	     : after ? HEAR_MOVE_CORRECTS
		     : HEAR_MOVE_DIFFERS,
	     last);
}

static void assert_it(struct course *course, uint32_t index)
{
	if (course->taken_back != HEAR_NOBODY &&
	    !later(course, index, course->taken_back)) {
		/* It may have been said before: it is taken back, too. */
		move(course, index, HEAR_MOVE_FIRST, HEAR_NOBODY);
		give_way(course, index, course->taken_back);
		return;
	}
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

/* Whether a denial takes the place of an assertion: it is of that, and after
 * it. Of two that cannot be told in order both stand. */
static bool denies(const struct course *course, uint32_t index, uint32_t at)
{
	return later(course, index, at) &&
	       hear_weigh_overlap(course->weighing,
				  voice_at(course, at)->claim,
				  voice_at(course, index)->claim);
}

/* Takes those from `from` on that a withdrawal (whatever was not said later)
 * or a denial takes the place of. Gives the last of them. */
static uint32_t take_back(struct course *course, uint32_t index, uint32_t from,
			  bool denial)
{
	uint32_t taken = HEAR_NOBODY;
	uint32_t kept = denial ? compared_from(course, from) : from;
	uint32_t i;

	for (i = kept; i < course->count; i++) {
		uint32_t at = course->standing[i];

		if (denial ? !denies(course, index, at)
			   : later(course, at, index)) {
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

/* Takes one out of those that stand; false where it is not among them. */
static bool drop(struct course *course, uint32_t index)
{
	uint32_t at = 0;

	while (at < course->count && course->standing[at] != index)
		at++;
	if (at == course->count)
		return false;
	course->count--;
	memmove(course->standing + at, course->standing + at + 1,
		(course->count - at) * sizeof *course->standing);
	if (at < course->group)
		course->group--;
	return true;
}

/* What a withdrawal names is taken back however many passed it on: whatever
 * says the same for that time, and was not said after both. */
static void take_back_repeats(struct course *course, uint32_t index,
			      uint32_t named)
{
	uint32_t kept = compared_from(course, 0);
	uint32_t group = course->group;
	uint32_t i;

	for (i = kept; i < course->count; i++) {
		uint32_t at = course->standing[i];

		if (claim_of(course, at)->until_ms ==
			    claim_of(course, named)->until_ms &&
		    equal(course, at, named) &&
		    !(later(course, at, index) && later(course, at, named))) {
			give_way(course, at, index);
			course->group -= i < group;
		} else {
			course->standing[kept++] = at;
		}
	}
	course->count = kept;
}

static int claim_order(const void *a, const void *b, void *context)
{
	const struct hear_weighing *weighing = context;
	uint32_t left = weighing->voices[*(const uint32_t *)a].claim;
	uint32_t right = weighing->voices[*(const uint32_t *)b].claim;

	return (left > right) - (left < right);
}

void hear_weigh_sort_voices(struct hear_weighing *weighing, uint32_t *voices,
			    uint32_t count)
{
	qsort_r(voices, count, sizeof *voices, claim_order, weighing);
}

uint32_t hear_weigh_voice_of(const struct hear_weighing *weighing,
			     const uint32_t *voices, uint32_t count,
			     uint32_t claim)
{
	uint32_t low = 0;
	uint32_t high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (weighing->voices[voices[middle]].claim < claim)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && weighing->voices[voices[low]].claim == claim
		       ? voices[low]
		       : HEAR_NOBODY;
}

/* Claims are in order of id. */
static uint32_t claim_with(const struct hear_weighing *weighing,
			   const struct hear_id *id)
{
	uint32_t low = 0;
	uint32_t high = weighing->claim_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (memcmp(weighing->claims[middle].id.bytes, id->bytes,
			   sizeof id->bytes) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < weighing->claim_count &&
			       hear_id_equal(&weighing->claims[low].id, id)
		       ? low
		       : HEAR_NOBODY;
}

/* The party's voice whose claim has that id; HEAR_NOBODY: none. */
static uint32_t voice_with(struct course *course, const struct hear_id *id)
{
	uint32_t count = course->party->voice_count;
	uint32_t i;

	if (!course->by_claim) {
		course->by_claim = malloc(((size_t)count + 1) *
					  sizeof *course->by_claim);
		if (!course->by_claim) {
			course->weighing->failed = true;
			return HEAR_NOBODY;
		}
		for (i = 0; i < count; i++)
			course->by_claim[i] = course->party->first_voice + i;
		hear_weigh_sort_voices(course->weighing, course->by_claim,
				       count);
	}
	return hear_weigh_voice_of(course->weighing, course->by_claim, count,
				   claim_with(course->weighing, id));
}

/* A withdrawal that names a claim takes back that one, whatever its time; one
 * that comes later in the order is looked for again at the end. */
static void withdraw_named(struct course *course, uint32_t index)
{
	const struct hear_weighing *weighing = course->weighing;
	const struct hear_id *re =
		&weighing->inner[voice_at(course, index)->claim].re;
	uint32_t named = voice_with(course, re);
	uint32_t before;

	voice_at(course, index)->stands = true;
	move(course, index, HEAR_MOVE_WITHDRAWS, named);
	if (named == HEAR_NOBODY || !voice_at(course, named)->stands)
		return;
	give_way(course, named, index);
	/* What it had updated is the word for its time still. */
	before = voice_at(course, named)->before;
	if (before != HEAR_NOBODY &&
	    voice_at(course, before)->after == named &&
	    voice_at(course, before)->stands)
		voice_at(course, before)->after = HEAR_NOBODY;
	if (drop(course, named) &&
	    claim_of(course, named)->until_ms == course->until_ms)
		course->taken_back = index;
	take_back_repeats(course, index, named);
}

static void withdraw(struct course *course, uint32_t index)
{
	const struct hear_inner *inner =
		&course->weighing->inner[voice_at(course, index)->claim];
	uint32_t taken;

	if (inner->answers) {
		withdraw_named(course, index);
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

	course->party->stance = stance_of(course);
	for (i = course->party->first_voice; i < end; i++)
		if (voice_at(course, i)->stands &&
		    (claim_of(course, i)->stance == HEAR_ASSERTS ||
		     course->party->stance != HEAR_ASSERTS))
			last = i;
	if (last != HEAR_NOBODY)
		voice_at(course, last)->last = true;
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
		course.until_ms = claim->until_ms;
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
	for (i = party->first_voice; named && i < end; i++) {
		uint32_t before = voice_at(&course, i)->before;

		if (claim_of(&course, i)->stance == HEAR_WITHDRAWS &&
		    before != HEAR_NOBODY && voice_at(&course, before)->stands)
			withdraw_named(&course, i);
	}
	finish(&course);
	free(course.standing);
	free(course.by_claim);
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

/* Whether its `until` says what it counts up to, so that dates matter. */
static bool dated(const struct hear_weighing *weighing, uint32_t index)
{
	const struct hear_inner *inner =
		&weighing->inner[weighing->voices[index].claim];

	return (inner->total || inner->until_given) &&
	       weighing->claims[weighing->voices[index].claim].until_ms !=
		       INT64_MIN;
}

int64_t hear_weigh_reached(const struct hear_weighing *weighing,
			   const struct hear_party *party)
{
	int64_t reached = INT64_MIN;
	uint32_t i;

	for (i = party->first_voice;
	     i < party->first_voice + party->voice_count; i++)
		if (standing_word(weighing, i) && dated(weighing, i))
			reached = weighing->claims[weighing->voices[i].claim]
					  .until_ms;
	return reached; /* they are in order of until */
}

/* Whether a running total can only have grown: shares and degrees do not, nor
 * does what falls below zero. */
static bool only_grows(const struct hear_weighing *weighing, uint32_t voice)
{
	const struct hear_voice *seen = &weighing->voices[voice];
	const struct hear_inner *inner = &weighing->inner[seen->claim];

	return inner->total && weighing->about[seen->question].adds_up &&
	       weighing->claims[seen->claim].answer == HEAR_ANSWER_FIGURE &&
	       !(inner->bounds.has_lo && inner->bounds.lo.digits < 0) &&
	       !(inner->bounds.has_hi && inner->bounds.hi.digits < 0);
}

/* Before a date a running total was at most what it is then. */
static uint32_t at_most_later(const struct hear_weighing *weighing,
			      const struct hear_party *party, int64_t date,
			      uint32_t before, struct hear_bounds *bounds,
			      struct hear_bounds *stated)
{
	uint32_t i = before == HEAR_NOBODY ? party->first_voice : before + 1;

	for (; i < party->first_voice + party->voice_count; i++) {
		uint32_t claim = weighing->voices[i].claim;
		struct hear_bounds most = weighing->inner[claim].bounds;

		if (!standing_word(weighing, i) ||
		    weighing->claims[claim].until_ms <= date)
			continue;
		if (!only_grows(weighing, i))
			return HEAR_NOBODY;
		if (before != HEAR_NOBODY) {
			hear_bounds_hull(bounds, &most);
			hear_bounds_hull(stated,
					 &weighing->inner[claim].stated);
			return before;
		}
		*bounds = most;
		*stated = weighing->inner[claim].stated;
		bounds->has_lo = bounds->lo_open = false;
		stated->has_lo = stated->lo_open = false;
		return i;
	}
	return HEAR_NOBODY;
}

uint32_t hear_weigh_position(const struct hear_weighing *weighing,
			     const struct hear_party *party, int64_t date,
			     struct hear_bounds *bounds,
			     struct hear_bounds *stated)
{
	uint32_t found = HEAR_NOBODY;
	uint32_t between;
	uint32_t i;

	for (i = party->first_voice + party->voice_count;
	     i-- > party->first_voice;) {
		uint32_t claim = weighing->voices[i].claim;
		const struct hear_inner *inner = &weighing->inner[claim];

		if (!standing_word(weighing, i) ||
		    (dated(weighing, i) &&
		     weighing->claims[claim].until_ms > date))
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
	if (found != HEAR_NOBODY &&
	    (!dated(weighing, found) ||
	     weighing->claims[weighing->voices[found].claim].until_ms == date))
		return found;
	between = at_most_later(weighing, party, date, found, bounds, stated);
	return between == HEAR_NOBODY ? found : between;
}
