/* SPDX-License-Identifier: ISC */
/* weigh_verdict.c - how the parties of one question compare. */
#include "core/bytes.h"
#include "core/weighing.h"

#include <math.h>
#include <stdlib.h>

/* ---- Two claims ---- */

static bool same_dimension(const struct hear_inner *a,
			   const struct hear_inner *b)
{
	return hear_span_equal(a->dimension, b->dimension);
}

/* What texts may be names of, so that terms join them. */
static const enum hear_term text_kinds[] = {HEAR_TERM_PLACE, HEAR_TERM_SOURCE,
					    HEAR_TERM_SUBJECT};
enum { TEXT_KINDS = sizeof text_kinds / sizeof *text_kinds };

enum { NOT_LOOKED_UP = HEAR_NOBODY - 1 };

void hear_weigh_texts(struct hear_weighing *weighing)
{
	size_t count = (size_t)weighing->texts.count * TEXT_KINDS;
	size_t i;

	if (hear_lexicon_termed(weighing->lexicon) == 0)
		return; /* nothing is joined with anything */
	weighing->text_names = malloc((count + 1) *
				      sizeof *weighing->text_names);
	weighing->failed = weighing->failed || !weighing->text_names;
	for (i = 0; i < count && !weighing->failed; i++)
		weighing->text_names[i] = NOT_LOOKED_UP;
}

/* The name that the text is to terms of one kind; HEAR_NOBODY: none. */
static uint32_t text_name(const struct hear_weighing *weighing, int kind,
			  uint32_t text)
{
	uint32_t *name;

	if (!weighing->text_names)
		return HEAR_NOBODY;
	name = &weighing->text_names[text * TEXT_KINDS + (uint32_t)kind];
	if (*name == NOT_LOOKED_UP)
		*name = hear_lexicon_find(weighing->lexicon, text_kinds[kind],
					  weighing->texts.texts[text]);
	return *name;
}

/* Whether terms say that two texts name one thing. */
static bool texts_same(const struct hear_weighing *weighing, uint32_t a,
		       uint32_t b)
{
	int i;

	for (i = 0; i < TEXT_KINDS; i++) {
		uint32_t one = text_name(weighing, i, a);
		uint32_t other = text_name(weighing, i, b);

		if (one != HEAR_NOBODY && other != HEAR_NOBODY &&
		    hear_lexicon_joined(weighing->lexicon, one) ==
			    hear_lexicon_joined(weighing->lexicon, other))
			return true;
	}
	return false;
}

bool hear_weigh_equal(const struct hear_weighing *weighing, uint32_t a,
		      uint32_t b)
{
	const struct hear_inner *one = &weighing->inner[a];
	const struct hear_inner *other = &weighing->inner[b];

	if (weighing->claims[a].answer != weighing->claims[b].answer ||
	    !same_dimension(one, other))
		return false;
	switch (weighing->claims[a].answer) {
	case HEAR_ANSWER_NONE:
		return true;
	case HEAR_ANSWER_FIGURE:
		if (one->op != other->op ||
		    hear_decimal_order(one->best, other->best) != 0 ||
		    !hear_bounds_equal(&one->bounds, &other->bounds) ||
		    !hear_bounds_equal(&one->stated, &other->stated))
			return false;
		/* Vague words, which nobody may have defined. */
		return one->op != HEAR_VAGUE ||
		       hear_span_equal(weighing->claims[a].value,
				       weighing->claims[b].value);
	case HEAR_ANSWER_TEXT:
		return one->text == other->text ||
		       texts_same(weighing, one->text, other->text);
	case HEAR_ANSWER_TRUTH:
		return one->text == other->text;
	case HEAR_ANSWER_DATE:
		return one->date_from == other->date_from &&
		       one->date_to == other->date_to;
	}
	return false;
}

/* The same, or that one is a part of the other. */
static bool texts_joined(const struct hear_weighing *weighing, uint32_t a,
			 uint32_t b)
{
	int i;

	if (a == b)
		return true;
	for (i = 0; i < TEXT_KINDS; i++) {
		uint32_t one = text_name(weighing, i, a);
		uint32_t other = text_name(weighing, i, b);

		if (one != HEAR_NOBODY && other != HEAR_NOBODY &&
		    hear_lexicon_either(weighing->lexicon, one, other))
			return true;
	}
	return false;
}

bool hear_weigh_overlap(struct hear_weighing *weighing, uint32_t a, uint32_t b)
{
	const struct hear_inner *one = &weighing->inner[a];
	const struct hear_inner *other = &weighing->inner[b];

	if (weighing->claims[a].answer == HEAR_ANSWER_NONE ||
	    weighing->claims[b].answer == HEAR_ANSWER_NONE)
		return true;
	if (!same_dimension(one, other))
		return false;
	switch (weighing->claims[a].answer) {
	case HEAR_ANSWER_NONE:
		return true;
	case HEAR_ANSWER_FIGURE:
		return hear_bounds_overlap(&one->bounds, &other->bounds);
	case HEAR_ANSWER_TEXT:
		return texts_joined(weighing, one->text, other->text);
	case HEAR_ANSWER_TRUTH:
		return one->text == other->text;
	case HEAR_ANSWER_DATE:
		return one->date_from < other->date_to &&
		       other->date_from < one->date_to;
	}
	return false;
}

/* ---- One question ---- */

struct position {
	struct hear_party *party;
	uint32_t voice;
	struct hear_bounds bounds;
	struct hear_bounds stated;
	uint32_t first; /* voices that tell it, one or in several ways: those */
	uint32_t end;	/* of [first, end) that stand and assert */
};

struct comparing {
	struct hear_weighing *weighing;
	uint32_t question;
	struct position *positions;
	uint32_t count;
	uint32_t counting; /* of them, those that count as origins */
	bool conflict;
	bool equal;
	bool denied;
	bool silent;
	bool unnamed; /* somebody without a name asserts it */
	uint32_t answered; /* positions that denials are compared with */
};

static void found(const struct comparing *comparing,
		  enum hear_finding_kind kind, uint32_t a, uint32_t b)
{
	hear_weigh_found(comparing->weighing, kind, comparing->question, a, b,
			 hear_span_make(NULL, 0));
}

/* The latest date that all who assert something had reached. */
static int64_t common_date(struct comparing *comparing)
{
	struct hear_weighing *weighing = comparing->weighing;
	const struct hear_question *seen =
		&weighing->questions[comparing->question];
	int64_t date = INT64_MAX;
	uint32_t i;

	for (i = 0; i < seen->party_count; i++) {
		const struct hear_party *party =
			&weighing->parties[seen->first_party + i];
		int64_t reached;

		if (!hear_weigh_asserts(party))
			continue;
		reached = hear_weigh_reached(weighing, party);
		if (reached != INT64_MIN && reached < date) {
			date = reached;
			weighing->about[comparing->question].dated = true;
		}
	}
	return date;
}

static bool asserts(const struct hear_weighing *weighing, uint32_t voice)
{
	return weighing->voices[voice].stands &&
	       weighing->claims[weighing->voices[voice].claim].stance ==
		       HEAR_ASSERTS;
}

static int64_t until_of(const struct hear_weighing *weighing, uint32_t voice)
{
	return weighing->claims[weighing->voices[voice].claim].until_ms;
}

static uint32_t first_word(const struct hear_weighing *weighing,
			   const struct hear_party *party)
{
	uint32_t i;

	for (i = 0; i < party->voice_count; i++)
		if (asserts(weighing, party->first_voice + i))
			return party->first_voice + i;
	return HEAR_NOBODY;
}

/* What an origin says for one time may be told in several ways; otherwise its
 * position is the one voice. */
static void take_tellings(const struct hear_weighing *weighing,
			  struct position *position)
{
	const struct hear_party *party = position->party;
	uint32_t end = party->first_voice + party->voice_count;
	int64_t until = until_of(weighing, position->voice);
	uint32_t first = position->voice;
	uint32_t last = position->voice;
	bool differ = false;
	uint32_t i;

	while (first > party->first_voice &&
	       until_of(weighing, first - 1) == until)
		first--;
	while (last + 1 < end && until_of(weighing, last + 1) == until)
		last++;
	for (i = first; i <= last && !differ; i++)
		differ = asserts(weighing, i) &&
			 weighing->voices[i].move == HEAR_MOVE_DIFFERS;
	position->first = differ ? first : position->voice;
	position->end = differ ? last + 1 : position->voice + 1;
}

static void take_positions(struct comparing *comparing, int64_t date)
{
	struct hear_weighing *weighing = comparing->weighing;
	const struct hear_question *seen =
		&weighing->questions[comparing->question];
	uint32_t i;

	for (i = 0; i < seen->party_count; i++) {
		struct hear_party *party =
			&weighing->parties[seen->first_party + i];
		struct position *position =
			&comparing->positions[comparing->count];

		if (!hear_weigh_asserts(party))
			continue;
		position->party = party;
		position->voice = hear_weigh_position(weighing, party, date,
						      &position->bounds,
						      &position->stated);
		party->position = position->voice;
		if (position->voice == HEAR_NOBODY) {
			found(comparing, HEAR_FOUND_LATE,
			      first_word(weighing, party), HEAR_NOBODY);
			continue;
		}
		take_tellings(weighing, position);
		if (seen->answer == HEAR_ANSWER_FIGURE)
			hear_weigh_extent(weighing, &position->bounds,
					  &party->extent);
		comparing->counting += !party->circular &&
				       party->copies == HEAR_NOBODY;
		comparing->count++;
	}
}

/* Tellings of one position that are looked at: more are as good as all. */
enum { TELLINGS = 64 };

/* Whether any way in which it is told can be true together with a claim. */
static bool allows(const struct comparing *comparing,
		   const struct position *position, uint32_t claim)
{
	struct hear_weighing *weighing = comparing->weighing;
	uint32_t looked = 0;
	uint32_t i;

	for (i = position->first; i < position->end && looked < TELLINGS; i++) {
		if (!asserts(weighing, i))
			continue;
		looked++;
		if (hear_weigh_overlap(weighing, claim,
				       weighing->voices[i].claim))
			return true;
	}
	return false;
}

static bool can_both_be(const struct comparing *comparing,
			const struct position *a, const struct position *b)
{
	struct hear_weighing *weighing = comparing->weighing;
	uint32_t looked = 0;
	uint32_t i;

	if (weighing->questions[comparing->question].answer ==
	    HEAR_ANSWER_FIGURE)
		return hear_bounds_overlap(&a->bounds, &b->bounds);
	for (i = a->first; i < a->end && looked < TELLINGS; i++) {
		if (!asserts(weighing, i))
			continue;
		looked++;
		if (allows(comparing, b, weighing->voices[i].claim))
			return true;
	}
	return false;
}

/* Whether both are told in one way, the same. */
static bool say_the_same(const struct comparing *comparing,
			 const struct position *a, const struct position *b)
{
	const struct hear_weighing *weighing = comparing->weighing;

	return a->end == a->first + 1 && b->end == b->first + 1 &&
	       hear_weigh_equal(weighing, weighing->voices[a->first].claim,
				weighing->voices[b->first].claim);
}

/* All pairs where they are few; of many one is enough. */
enum { PAIRS_TOLD = 8 };

static void tell_pairs(struct comparing *comparing)
{
	uint32_t i;
	uint32_t j;

	for (i = 0; i < comparing->count; i++)
		for (j = i + 1; j < comparing->count; j++) {
			const struct position *a = &comparing->positions[i];
			const struct position *b = &comparing->positions[j];

			if (can_both_be(comparing, a, b))
				continue;
			comparing->conflict = true;
			found(comparing, HEAR_FOUND_CONFLICT, a->voice,
			      b->voice);
		}
}

static void compare_figures(struct comparing *comparing)
{
	const struct position *highest = &comparing->positions[0];
	const struct position *lowest = &comparing->positions[0];
	uint32_t i;

	for (i = 1; i < comparing->count; i++) {
		const struct position *position = &comparing->positions[i];

		if (hear_bounds_low_order(&position->bounds,
					  &highest->bounds) > 0)
			highest = position;
		if (hear_bounds_high_order(&position->bounds,
					   &lowest->bounds) < 0)
			lowest = position;
	}
	if (hear_bounds_overlap(&highest->bounds, &lowest->bounds))
		return;
	comparing->conflict = true;
	found(comparing, HEAR_FOUND_CONFLICT, lowest->voice, highest->voice);
}

/* Texts, dates, truth: no order, so the first two that cannot both be. Where
 * the first overlaps all others, so may two others be apart; but only as many
 * are compared with one another as makes no long work. */
enum { COMPARED_IN_FULL = 64 };

static void compare_others(struct comparing *comparing)
{
	uint32_t i;
	uint32_t j;

	for (i = 0; i < comparing->count && i < COMPARED_IN_FULL; i++)
		for (j = i + 1; j < comparing->count; j++) {
			const struct position *a = &comparing->positions[i];
			const struct position *b = &comparing->positions[j];

			if (can_both_be(comparing, a, b))
				continue;
			comparing->conflict = true;
			found(comparing, HEAR_FOUND_CONFLICT, a->voice,
			      b->voice);
			return;
		}
}

static void compare_equal(struct comparing *comparing)
{
	uint32_t i;

	comparing->equal = true;
	for (i = 1; i < comparing->count && comparing->equal; i++)
		comparing->equal = say_the_same(comparing,
						&comparing->positions[0],
						&comparing->positions[i]);
}

/* One origin that is told in several ways for one time: its standing voices
 * from `from` to before `end`, which have one `until`. */
static void compare_told(struct comparing *comparing, uint32_t from,
			 uint32_t end)
{
	struct hear_weighing *weighing = comparing->weighing;
	uint32_t told = 0;
	uint32_t compared = 0;
	uint32_t i;
	uint32_t j;

	for (i = from; i < end && compared < COMPARED_IN_FULL; i++) {
		if (!asserts(weighing, i))
			continue;
		compared++;
		for (j = i + 1; j < end; j++) {
			uint32_t a = weighing->voices[i].claim;
			uint32_t b = weighing->voices[j].claim;

			if (!asserts(weighing, j) ||
			    hear_weigh_equal(weighing, a, b))
				continue;
			comparing->conflict = comparing->conflict ||
					      !hear_weigh_overlap(weighing, a,
								  b);
			if (told++ < PAIRS_TOLD)
				found(comparing, HEAR_FOUND_DIFFERS, i, j);
		}
	}
}

static void compare_tellings(struct comparing *comparing)
{
	struct hear_weighing *weighing = comparing->weighing;
	const struct hear_question *seen =
		&weighing->questions[comparing->question];
	uint32_t p;

	for (p = 0; p < seen->party_count; p++) {
		const struct hear_party *party =
			&weighing->parties[seen->first_party + p];
		uint32_t end = party->first_voice + party->voice_count;
		uint32_t from;
		uint32_t to;

		for (from = party->first_voice; from < end; from = to) {
			bool differ = false;

			for (to = from;
			     to < end && until_of(weighing, to) ==
						 until_of(weighing, from);
			     to++)
				differ = differ ||
					 weighing->voices[to].move ==
						 HEAR_MOVE_DIFFERS;
			if (differ)
				compare_told(comparing, from, to);
		}
	}
}

/* Who denies or doubts it, and whom that concerns. */
static void hear_denial(struct comparing *comparing, uint32_t index)
{
	const struct hear_voice *voice = &comparing->weighing->voices[index];
	uint32_t told = 0;
	uint32_t i;

	if (!voice->stands)
		return;
	for (i = 0; i < comparing->answered && told < PAIRS_TOLD; i++) {
		const struct position *position = &comparing->positions[i];

		if (!allows(comparing, position, voice->claim))
			continue;
		comparing->denied = true;
		found(comparing, HEAR_FOUND_DENIED, position->voice, index);
		told++;
	}
	if (comparing->count == 0) {
		comparing->denied = true;
		found(comparing, HEAR_FOUND_DENIED, HEAR_NOBODY, index);
	}
}

/* A party is silent only while it has not spoken. */
static bool keeps_silent(const struct hear_weighing *weighing,
			 const struct hear_voice *voice)
{
	enum hear_stance stance = weighing->claims[voice->claim].stance;

	return (stance == HEAR_SILENT || stance == HEAR_DECLINES) &&
	       (voice->party == HEAR_NOBODY ||
		weighing->parties[voice->party].stance == HEAR_SILENT ||
		weighing->parties[voice->party].stance == HEAR_DECLINES);
}

static bool against(enum hear_stance stance)
{
	return stance == HEAR_DENIES || stance == HEAR_DOUBTS;
}

static void hear_others(struct comparing *comparing)
{
	struct hear_weighing *weighing = comparing->weighing;
	const struct hear_question *seen =
		&weighing->questions[comparing->question];
	uint64_t denials = 0;
	uint32_t i;

	for (i = seen->first_voice; i < seen->first_voice + seen->voice_count;
	     i++)
		denials += against(
			weighing->claims[weighing->voices[i].claim].stance);
	comparing->answered =
		denials * seen->voice_count > HEAR_WEIGH_PAIRS
			? HEAR_WEIGH_FIRST
			: comparing->count;
	if (comparing->answered > comparing->count)
		comparing->answered = comparing->count;
	for (i = seen->first_voice; i < seen->first_voice + seen->voice_count;
	     i++) {
		const struct hear_voice *voice = &weighing->voices[i];
		enum hear_stance stance =
			weighing->claims[voice->claim].stance;

		if (against(stance))
			hear_denial(comparing, i);
		comparing->unnamed = comparing->unnamed ||
				     (voice->party == HEAR_NOBODY &&
				      stance == HEAR_ASSERTS);
		comparing->silent = comparing->silent ||
				    keeps_silent(weighing, voice);
	}
}

static enum hear_verdict judge(const struct comparing *comparing)
{
	if (comparing->conflict)
		return HEAR_VERDICT_CONFLICT;
	if (comparing->denied)
		return HEAR_VERDICT_DENIED;
	if (comparing->silent)
		return HEAR_VERDICT_SILENT;
	if (comparing->count == 0 && !comparing->unnamed)
		return HEAR_VERDICT_NONE;
	if (comparing->counting < 2)
		return HEAR_VERDICT_ALONE;
	return comparing->equal ? HEAR_VERDICT_AGREE : HEAR_VERDICT_COMPATIBLE;
}

void hear_weigh_verdict(struct hear_weighing *weighing, uint32_t question)
{
	struct hear_question *seen = &weighing->questions[question];
	struct comparing comparing = {
		.weighing = weighing,
		.question = question,
		.positions = malloc((seen->party_count + 1) *
				    sizeof *comparing.positions),
	};
	int64_t date;

	if (!comparing.positions) {
		weighing->failed = true;
		return;
	}
	date = common_date(&comparing);
	seen->compared_ms = weighing->about[question].dated ? date : INT64_MIN;
	take_positions(&comparing, date);
	if (comparing.count <= PAIRS_TOLD && seen->answer != HEAR_ANSWER_NONE)
		tell_pairs(&comparing);
	else if (seen->answer == HEAR_ANSWER_FIGURE)
		compare_figures(&comparing);
	else if (seen->answer != HEAR_ANSWER_NONE)
		compare_others(&comparing);
	compare_equal(&comparing);
	compare_tellings(&comparing);
	hear_others(&comparing);
	seen->verdict = judge(&comparing);
	free(comparing.positions);
}

/* ---- For everybody ---- */

static struct hear_span print_end(struct hear_weighing *weighing, bool has,
				  struct hear_decimal number, double open,
				  double *out)
{
	struct hear_buffer text = {0};
	struct hear_span span = {NULL, 0};
	int i;

	*out = open;
	if (!has)
		return span;
	*out = (double)number.digits;
	for (i = number.exponent; i < 0; i++)
		*out /= 10;
	hear_decimal_print(number, &text);
	span = hear_arena_copy(weighing->arena, hear_buffer_view(&text));
	weighing->failed = weighing->failed || text.failed;
	hear_buffer_done(&text);
	return span;
}

void hear_weigh_extent(struct hear_weighing *weighing,
		       const struct hear_bounds *bounds,
		       struct hear_extent *out)
{
	out->low = print_end(weighing, bounds->has_lo, bounds->lo, -INFINITY,
			     &out->from);
	out->high = print_end(weighing, bounds->has_hi, bounds->hi, INFINITY,
			      &out->to);
	out->low_open = bounds->has_lo && bounds->lo_open;
	out->high_open = bounds->has_hi && bounds->hi_open;
}
