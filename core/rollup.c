/* SPDX-License-Identifier: ISC */
/* rollup.c - see rollup.h. Happy path: sort the voices of a question into those
 * that count and those that do not, each of these with its reason (sift);
 * choose the best number among those that count (choose_best); take the ends
 * (take_ends). */
#include "core/rollup.h"
#include "core/bytes.h"
#include "core/dimension.h"
#include "core/error.h"
#include "core/names.h"
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

/* ---- Words ---------------------------------------------------------------- */

static const char *const rule_names[] = {
	[HEAR_RULE_LATEST] = "latest-per-origin",
	[HEAR_RULE_CONSERVATIVE] = "conservative",
	[HEAR_RULE_BEST] = "best-low-high",
	[HEAR_RULE_RANGE] = "range",
};

static const struct {
	const char *name;
	const char *text;
} lefts[] = {
	[HEAR_LEFT_CORRECTED] = {"corrected", "it was corrected"},
	[HEAR_LEFT_UPDATED] = {"updated", "its origin has a later figure"},
	[HEAR_LEFT_REPEATED] = {"repeated",
				"its origin says the same again, later"},
	[HEAR_LEFT_WITHDRAWN] = {"withdrawn", "it was taken back"},
	[HEAR_LEFT_DENIED] = {"denied", "its origin denies or doubts it now"},
	[HEAR_LEFT_ASIDE] = {"aside", "it does not assert it"},
	[HEAR_LEFT_UNASKED] = {"unasked", "the query asks for nothing that its "
					  "origin asserts"},
	[HEAR_LEFT_UNNAMED] = {"unnamed", "its origin is not named, and that "
					  "of another is"},
	[HEAR_LEFT_CIRCULAR] = {"circular",
				"its origin is only cited in a circle"},
	[HEAR_LEFT_COPIED] = {"copied", "its origin repeats the very words of "
					"another"},
	[HEAR_LEFT_NO_FIGURE] = {"no-figure", "it is no figure"},
	[HEAR_LEFT_VAGUE] = {"vague", "it is a word without a number, and "
				      "nobody defined it"},
	[HEAR_LEFT_NO_LOWER] = {"no-lower", "it has no lower end"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *hear_rule_name(enum hear_rule rule)
{
	size_t at = (size_t)rule;

	return at > 0 && at < COUNT(rule_names) ? rule_names[at] : "unknown";
}

enum hear_code hear_rule_parse(struct hear_span text, enum hear_rule *out,
			       struct hear_err *err)
{
	size_t i;

	for (i = 1; i < COUNT(rule_names); i++)
		if (hear_name_equal(text, hear_span_of(rule_names[i]))) {
			*out = (enum hear_rule)i;
			return HEAR_OK;
		}
	text = hear_span_cut(text, 40);
	return hear_fail(err, HEAR_INVALID,
			 "'%.*s' is no rule; write latest-per-origin, "
			 "conservative, best-low-high or range",
			 (int)text.size, text.data);
}

const char *hear_left_name(enum hear_left left)
{
	size_t at = (size_t)left;

	return at > 0 && at < COUNT(lefts) ? lefts[at].name : "unknown";
}

const char *hear_left_text(enum hear_left left)
{
	size_t at = (size_t)left;

	return at > 0 && at < COUNT(lefts) ? lefts[at].text : "unknown";
}

/* ---- Numbers --------------------------------------------------------------- */

bool hear_end_read(struct hear_span text, struct hear_decimal *out)
{
	return text.size > 0 && hear_decimal_parse(text, out, NULL) == HEAR_OK;
}

struct hear_span hear_end_text(struct hear_arena *arena,
			       struct hear_decimal number)
{
	char room[HEAR_DECIMAL_TEXT];

	return hear_arena_copy(arena, hear_decimal_text(number, room));
}

/* A voice that may count. */
struct candidate {
	uint32_t voice;
	uint32_t party; /* HEAR_NOBODY: unnamed, and like no other */
	int64_t said_ms;
	struct hear_bounds extent;  /* as read */
	struct hear_bounds stated;  /* not widened */
	struct hear_decimal number; /* the one as stated */
};

struct rolling {
	const struct hear_weighing *weighing;
	const struct hear_question *question;
	enum hear_rule rule;
	struct hear_arena *arena;
	struct candidate *kept; /* room for every voice */
	size_t count;
	struct hear_left_out *left;
	size_t left_count;
	uint32_t party;	    /* the one at hand, */
	int64_t reached_ms; /* and the latest time it asserts something for */
};

/* ACLED's numbers for the words it names, and on by the same measure. */
static bool number_of_word(struct hear_span word, struct hear_decimal *out)
{
	static const struct {
		const char *word;
		int64_t number;
	} words[] = {
		{"tens", 10},
		{"dozens", 12},
		{"scores", 20},
		{"hundreds", 100},
		{"thousands", 1000},
		{"tens of thousands", 10000},
		{"hundreds of thousands", 100000},
		{"millions", 1000000},
		{"tens of millions", 10000000},
		{"hundreds of millions", 100000000},
		{"billions", 1000000000},
	};
	size_t i;

	for (i = 0; i < COUNT(words); i++)
		if (hear_span_is(word, words[i].word)) {
			*out = hear_decimal_of(words[i].number);
			return true;
		}
	return false;
}

/* The word that a vague figure was said with. */
static bool read_word(const struct rolling *rolling, uint32_t claim,
		      struct hear_span *out)
{
	struct hear_figure said;
	struct hear_span noun;
	struct hear_value *map;

	if (rolling->weighing->inner[claim].op != HEAR_VAGUE ||
	    hear_figure_parse(rolling->arena,
			      rolling->weighing->claims[claim].value, &map,
			      &noun, NULL) != HEAR_OK ||
	    hear_figure_read(map, &said, NULL) != HEAR_OK)
		return false;
	*out = said.word;
	return true;
}

/* What a number was said in, and what the question counts in. */
static bool convert(const struct rolling *rolling, uint32_t claim,
		    struct hear_decimal *number)
{
	struct hear_span unit = rolling->weighing->inner[claim].unit;

	return hear_span_equal(unit, rolling->question->unit) ||
	       hear_decimal_multiply(*number, hear_dimension_of(unit).factor,
				     number);
}

/* The number as stated, in the question's unit: of a word that was defined the
 * low end of what it means. */
static bool read_number(const struct rolling *rolling, uint32_t claim,
			struct candidate *out)
{
	struct hear_span stated = rolling->weighing->claims[claim].stated;
	struct hear_span word;

	if (hear_end_read(stated, &out->number))
		return convert(rolling, claim, &out->number);
	out->number = out->stated.has_lo ? out->stated.lo : out->stated.hi;
	if (out->stated.has_lo || out->stated.has_hi)
		return true;
	if (rolling->rule != HEAR_RULE_CONSERVATIVE ||
	    !read_word(rolling, claim, &word) ||
	    !number_of_word(word, &out->number) ||
	    !convert(rolling, claim, &out->number))
		return false;
	out->stated.has_lo = true;
	out->stated.lo = out->number;
	return true;
}

/* ---- Which voices count ---------------------------------------------------- */

static void leave(struct rolling *rolling, uint32_t voice, enum hear_left left)
{
	rolling->left[rolling->left_count++] =
		(struct hear_left_out){voice, left};
}

static const struct hear_voice *voice_at(const struct rolling *rolling,
					 uint32_t index)
{
	return &rolling->weighing->voices[index];
}

static const struct hear_weighed *claim_of(const struct rolling *rolling,
					   const struct hear_voice *voice)
{
	return &rolling->weighing->claims[voice->claim];
}

/* Where the party's word has come to; voices of one party stand together. */
static void look_at_party(struct rolling *rolling, uint32_t index)
{
	const struct hear_party *party = &rolling->weighing->parties[index];
	uint32_t i;

	if (rolling->party == index)
		return;
	rolling->party = index;
	rolling->reached_ms = INT64_MIN;
	for (i = party->first_voice;
	     i < party->first_voice + party->voice_count; i++) {
		const struct hear_voice *voice = voice_at(rolling, i);

		/* They are in order of until. */
		if (voice->stands &&
		    claim_of(rolling, voice)->stance == HEAR_ASSERTS)
			rolling->reached_ms = claim_of(rolling, voice)->until_ms;
	}
}

/* Why a voice no longer is its origin's word; 0: it is. All that stand for the
 * latest time are. */
static enum hear_left replaced(const struct rolling *rolling,
			       const struct hear_voice *voice)
{
	int64_t until = claim_of(rolling, voice)->until_ms;

	if (voice->stands && until == rolling->reached_ms)
		return 0;
	if (voice->after == HEAR_NOBODY)
		return HEAR_LEFT_UPDATED;
	switch (voice_at(rolling, voice->after)->move) {
	case HEAR_MOVE_CORRECTS:
		return HEAR_LEFT_CORRECTED;
	case HEAR_MOVE_WITHDRAWS:
		return HEAR_LEFT_WITHDRAWN;
	case HEAR_MOVE_REVERSES:
		return HEAR_LEFT_DENIED;
	case HEAR_MOVE_REPEATS:
		return HEAR_LEFT_REPEATED;
	case HEAR_MOVE_FIRST:
	case HEAR_MOVE_UPDATES:
	case HEAR_MOVE_RENEWS:
	case HEAR_MOVE_DIFFERS:
	case HEAR_MOVE_ASIDE:
		break;
	}
	return HEAR_LEFT_UPDATED;
}

/* Why what an origin says does not count, all of it; 0: it does. */
static enum hear_left party_left(const struct hear_party *party)
{
	if (party->stance == HEAR_WITHDRAWS)
		return HEAR_LEFT_WITHDRAWN;
	if (party->stance != HEAR_ASSERTS)
		return HEAR_LEFT_DENIED;
	if (party->circular)
		return HEAR_LEFT_CIRCULAR;
	if (party->copies != HEAR_NOBODY)
		return HEAR_LEFT_COPIED;
	return party->asked ? 0 : HEAR_LEFT_UNASKED;
}

static enum hear_left voice_left(struct rolling *rolling,
				 const struct hear_voice *voice)
{
	const struct hear_weighed *claim = claim_of(rolling, voice);
	enum hear_left left;

	if (claim->stance != HEAR_ASSERTS)
		return HEAR_LEFT_ASIDE;
	if (claim->answer != HEAR_ANSWER_FIGURE)
		return HEAR_LEFT_NO_FIGURE;
	if (voice->party == HEAR_NOBODY)
		return claim->asked ? 0 : HEAR_LEFT_UNASKED;
	look_at_party(rolling, voice->party);
	left = replaced(rolling, voice);
	return left ? left
		    : party_left(&rolling->weighing->parties[voice->party]);
}

/* Takes a voice in, or leaves it out for the figure it gives. */
static void consider(struct rolling *rolling, uint32_t index)
{
	const struct hear_voice *voice = voice_at(rolling, index);
	const struct hear_inner *inner =
		&rolling->weighing->inner[voice->claim];
	struct candidate *one = &rolling->kept[rolling->count];

	memset(one, 0, sizeof *one);
	one->voice = index;
	one->party = voice->party;
	one->said_ms = claim_of(rolling, voice)->said_ms;
	one->extent = inner->bounds;
	one->stated = inner->stated;
	if (!read_number(rolling, voice->claim, one))
		leave(rolling, index, HEAR_LEFT_VAGUE);
	else if (rolling->rule == HEAR_RULE_CONSERVATIVE && !one->stated.has_lo)
		leave(rolling, index, HEAR_LEFT_NO_LOWER);
	else
		rolling->count++;
}

/* All voices with the unnamed ones among them, or without. */
static void sift(struct rolling *rolling, bool unnamed)
{
	uint32_t end = rolling->question->first_voice +
		       rolling->question->voice_count;
	uint32_t i;

	rolling->count = 0;
	rolling->left_count = 0;
	for (i = rolling->question->first_voice; i < end; i++) {
		const struct hear_voice *voice = voice_at(rolling, i);
		enum hear_left left = voice_left(rolling, voice);

		if (!left && voice->party == HEAR_NOBODY && !unnamed)
			left = HEAR_LEFT_UNNAMED;
		if (left)
			leave(rolling, i, left);
		else
			consider(rolling, i);
	}
}

/* ---- The best number -------------------------------------------------------- */

static int order_candidates(const void *left, const void *right)
{
	const struct candidate *a = left;
	const struct candidate *b = right;
	int by_number = hear_decimal_order(a->number, b->number);

	if (by_number != 0)
		return by_number;
	if (a->party != b->party)
		return a->party < b->party ? -1 : 1;
	return (a->voice > b->voice) - (a->voice < b->voice);
}

/* Those who state one number: candidates [from, to) in their order. */
struct run {
	size_t from;
	size_t to;
	size_t origins;
	size_t latest; /* the candidate said last; of several the first */
};

/* Unnamed origins are never the same. */
static struct run run_from(const struct rolling *rolling, size_t from)
{
	const struct candidate *kept = rolling->kept;
	struct run run = {from, from, 0, from};

	while (run.to < rolling->count &&
	       hear_decimal_order(kept[run.to].number, kept[from].number) ==
		       0) {
		if (run.to == from || kept[run.to].party == HEAR_NOBODY ||
		    kept[run.to].party != kept[run.to - 1].party)
			run.origins++;
		if (kept[run.to].said_ms > kept[run.latest].said_ms)
			run.latest = run.to;
		run.to++;
	}
	return run;
}

/* Runs come by number, so that of those that are equal the lowest stays. */
static bool better(const struct rolling *rolling, const struct run *run,
		   const struct run *than)
{
	int64_t said = rolling->kept[run->latest].said_ms;
	int64_t than_said = rolling->kept[than->latest].said_ms;

	if (rolling->rule == HEAR_RULE_BEST && run->origins != than->origins)
		return run->origins > than->origins;
	if (said != than_said)
		return said > than_said;
	return run->origins > than->origins;
}

static const struct candidate *choose_conservative(const struct rolling *rolling)
{
	const struct candidate *best = &rolling->kept[0];
	size_t i;

	for (i = 1; i < rolling->count; i++)
		if (hear_decimal_order(rolling->kept[i].stated.lo,
				       best->stated.lo) < 0)
			best = &rolling->kept[i];
	return best;
}

static void choose_best(struct rolling *rolling, struct hear_rolled *out)
{
	struct run best;
	struct run run;

	qsort(rolling->kept, rolling->count, sizeof *rolling->kept,
	      order_candidates);
	if (rolling->rule == HEAR_RULE_RANGE)
		return;
	if (rolling->rule == HEAR_RULE_CONSERVATIVE) {
		const struct candidate *lowest = choose_conservative(rolling);

		out->best = hear_end_text(rolling->arena, lowest->stated.lo);
		out->best_voice = lowest->voice;
		return;
	}
	best = run_from(rolling, 0);
	for (run = best; run.to < rolling->count;) {
		run = run_from(rolling, run.to);
		if (better(rolling, &run, &best))
			best = run;
	}
	out->best = hear_end_text(rolling->arena,
				  rolling->kept[best.latest].number);
	out->best_voice = rolling->kept[best.latest].voice;
}

/* ---- The ends --------------------------------------------------------------- */

/* An end while it is looked for. */
struct end {
	bool any;
	bool missing; /* what reaches farthest has none */
	bool lost;    /* something has none: what may be goes on for ever */
	bool open;
	struct hear_decimal number;
};

/* Takes a number in where it is farther out (`sign` -1: lower). Of those
 * equally far out, one that lies inside closes the end; one without an end
 * takes it away. */
static void reach(struct end *end, int sign, struct hear_decimal number,
		  bool open, bool missing)
{
	int farther = end->any ? sign * hear_decimal_order(number, end->number)
			       : 1;

	if (farther < 0)
		return;
	if (farther > 0)
		*end = (struct end){true, missing, end->lost, open, number};
	end->open = end->open && open;
	end->missing = end->missing || missing;
}

/* Of what has no such end the number itself is the farthest stated, and what
 * may be goes on beyond it. */
static void reach_stated(struct end *low, struct end *high,
			 const struct candidate *one)
{
	const struct hear_bounds *stated = &one->stated;

	reach(low, -1, stated->has_lo ? stated->lo : one->number,
	      stated->lo_open, !stated->has_lo);
	reach(high, 1, stated->has_hi ? stated->hi : one->number,
	      stated->hi_open, !stated->has_hi);
}

static void reach_extent(struct end *low, struct end *high,
			 const struct candidate *one)
{
	const struct hear_bounds *extent = &one->extent;

	reach(low, -1, extent->lo, extent->lo_open, false);
	reach(high, 1, extent->hi, extent->hi_open, false);
	low->lost = low->lost || !extent->has_lo;
	high->lost = high->lost || !extent->has_hi;
}

static void take_ends(struct rolling *rolling, struct hear_rolled *out)
{
	struct end low = {0};
	struct end high = {0};
	size_t i;

	if (rolling->rule == HEAR_RULE_CONSERVATIVE)
		return;
	for (i = 0; i < rolling->count; i++)
		if (rolling->rule == HEAR_RULE_BEST)
			reach_stated(&low, &high, &rolling->kept[i]);
		else
			reach_extent(&low, &high, &rolling->kept[i]);
	if (!low.missing && !low.lost) {
		out->low = hear_end_text(rolling->arena, low.number);
		out->low_open = low.open;
	}
	if (!high.missing && !high.lost) {
		out->high = hear_end_text(rolling->arena, high.number);
		out->high_open = high.open;
	}
}

/* ---- All of it --------------------------------------------------------------- */

static int order_numbers(const void *left, const void *right)
{
	const uint32_t *a = left;
	const uint32_t *b = right;

	return (*a > *b) - (*a < *b);
}

static void name_rests(struct rolling *rolling, uint32_t *rests,
		       struct hear_rolled *out)
{
	size_t i;

	for (i = 0; i < rolling->count; i++)
		rests[i] = rolling->kept[i].voice;
	qsort(rests, rolling->count, sizeof *rests, order_numbers);
	out->rests = rests;
	out->rest_count = (uint32_t)rolling->count;
	out->left = rolling->left;
	out->left_count = (uint32_t)rolling->left_count;
}

enum hear_code hear_rollup(const struct hear_weighing *weighing,
			   uint32_t question, enum hear_rule rule,
			   struct hear_arena *arena, struct hear_rolled *out,
			   struct hear_err *err)
{
	struct rolling rolling = {.weighing = weighing,
				  .rule = rule,
				  .arena = arena,
				  .party = HEAR_NOBODY};
	size_t count;
	uint32_t *rests;

	memset(out, 0, sizeof *out);
	out->best_voice = HEAR_NOBODY;
	if (question >= weighing->question_count)
		return hear_fail(err, HEAR_INVALID,
				 "there is no question %u; there are %u",
				 question, weighing->question_count);
	rolling.question = &weighing->questions[question];
	count = rolling.question->voice_count;
	rolling.kept = hear_arena_alloc(arena, count * sizeof *rolling.kept);
	rolling.left = hear_arena_alloc(arena, count * sizeof *rolling.left);
	rests = hear_arena_alloc(arena, count * sizeof *rests);
	if (count > 0 && (!rolling.kept || !rolling.left || !rests))
		return hear_fail_memory(err);
	sift(&rolling, false);
	if (rolling.count == 0) {
		sift(&rolling, true);
		out->unnamed = rolling.count > 0;
	}
	if (rolling.count > 0) {
		choose_best(&rolling, out);
		take_ends(&rolling, out);
	}
	name_rests(&rolling, rests, out);
	return hear_arena_failed(arena) ? hear_fail_memory(err) : HEAR_OK;
}
