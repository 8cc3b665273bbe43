/* SPDX-License-Identifier: ISC */
/* weigh_question.c - which claims answer the same question. */
#include "core/bytes.h"
#include "core/dimension.h"
#include "core/limits.h"
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

enum {
	ANSWERS_FOLLOWED = 16, /* denials of denials */
	/* What stands in every question of a matter has so many voices for
	 * each claim of it, at most; else it is asked by itself. */
	VOICES_EACH = 64,
	LOOKED_AT = 1 << 26, /* questions, for those of one window */
};

/* How much of a matter there is. */
struct matter_size {
	uint64_t questions; /* with a value */
	uint64_t any_time;  /* claims without one, of any time */
	uint64_t of_window; /* and of one window */
	uint64_t answers;   /* to such claims, and the voices they would have */
	uint64_t answering;
};

struct grouping {
	struct hear_weighing *weighing;
	struct hear_buffer key;
	uint32_t *of_matter; /* first question of each; HEAR_NOBODY: none */
	uint32_t matter_room;
	uint32_t matter_count;
	uint32_t *matters; /* of claims without a value; HEAR_NOBODY: others */
	struct matter_size *sizes;
	struct hear_interned ids; /* of the claims, by number */
	uint32_t about_room;
};

/* ---- Keys ---- */

static void put_number(struct hear_buffer *key, uint32_t number)
{
	unsigned char bytes[4];

	hear_put32(bytes, number);
	hear_buffer_add(key, bytes, sizeof bytes);
}

static void put_time(struct hear_buffer *key, int64_t time)
{
	unsigned char bytes[8];

	hear_put64(bytes, (uint64_t)time);
	hear_buffer_add(key, bytes, sizeof bytes);
}

static void put_name(struct grouping *grouping, uint32_t name)
{
	put_number(&grouping->key,
		   name == HEAR_NOBODY
			   ? name
			   : hear_lexicon_joined(grouping->weighing->lexicon,
						 name));
}

/* Subject, predicate, place and who is counted. */
static uint32_t matter_of(struct grouping *grouping,
			  const struct hear_inner *inner)
{
	struct hear_weighing *weighing = grouping->weighing;
	uint32_t of[HEAR_OF_TERMS];
	uint16_t i;

	hear_buffer_reset(&grouping->key);
	put_name(grouping, inner->subject);
	put_name(grouping, inner->predicate);
	put_name(grouping, inner->place);
	for (i = 0; i < inner->of_count && i < HEAR_OF_TERMS; i++)
		of[i] = hear_lexicon_joined(weighing->lexicon,
					    weighing->lists[inner->of_first +
							    i]);
	qsort(of, i, sizeof *of, hear_number_order);
	hear_buffer_add(&grouping->key, of, i * sizeof *of);
	weighing->failed = weighing->failed || grouping->key.failed;
	return hear_intern(&weighing->matters,
			   hear_buffer_view(&grouping->key));
}

/* ---- Questions ---- */

static bool keep_matter(struct grouping *grouping, uint32_t matter)
{
	struct hear_weighing *weighing = grouping->weighing;

	while (grouping->matter_count <= matter &&
	       hear_weighing_grow(weighing, (void **)&grouping->of_matter,
				  &grouping->matter_room,
				  grouping->matter_count,
				  sizeof *grouping->of_matter))
		grouping->of_matter[grouping->matter_count++] = HEAR_NOBODY;
	return !weighing->failed;
}

static void make_question(struct grouping *grouping, uint32_t claim,
			  uint32_t matter)
{
	struct hear_weighing *weighing = grouping->weighing;
	const struct hear_inner *inner = &weighing->inner[claim];
	struct hear_question *question;
	struct hear_question_inner *about;

	if (!keep_matter(grouping, matter) ||
	    !hear_weighing_grow(weighing, (void **)&weighing->about,
				&grouping->about_room,
				weighing->question_count,
				sizeof *weighing->about) ||
	    !hear_weighing_grow(weighing, (void **)&weighing->questions,
				&weighing->question_room,
				weighing->question_count,
				sizeof *weighing->questions))
		return;
	question = &weighing->questions[weighing->question_count];
	about = &weighing->about[weighing->question_count];
	memset(question, 0, sizeof *question);
	memset(about, 0, sizeof *about);
	about->subject = inner->subject;
	about->predicate = inner->predicate;
	about->place = inner->place;
	about->of_first = inner->of_first;
	question->of_count = inner->of_count;
	about->dimension = inner->dimension;
	about->adds_up = weighing->claims[claim].answer == HEAR_ANSWER_FIGURE &&
			 hear_dimension_of(inner->unit).adds_up;
	about->matter = matter;
	about->next = grouping->of_matter[matter];
	grouping->of_matter[matter] = weighing->question_count;
	question->answer = weighing->claims[claim].answer;
	question->window = inner->window;
	question->from_ms = inner->from_ms;
	question->to_ms = inner->to_ms;
	question->since = inner->window_text;
	question->unit = inner->unit;
	if (inner->predicate == HEAR_NOBODY)
		question->text = weighing->texts.texts[inner->text];
	weighing->question_count++;
}

static void link_to(struct grouping *grouping, uint32_t claim,
		    uint32_t question)
{
	struct hear_weighing *weighing = grouping->weighing;
	struct hear_inner *inner = &weighing->inner[claim];

	if (!hear_weighing_grow(weighing, (void **)&weighing->links,
				&weighing->link_room, weighing->link_count,
				sizeof *weighing->links))
		return;
	if (inner->link_count++ == 0)
		inner->link_first = weighing->link_count;
	weighing->links[weighing->link_count].claim = claim;
	weighing->links[weighing->link_count++].question = question;
}

/* The question that a claim answers by itself. */
static void own_question(struct grouping *grouping, uint32_t claim)
{
	struct hear_weighing *weighing = grouping->weighing;
	const struct hear_inner *inner = &weighing->inner[claim];
	uint32_t matter = matter_of(grouping, inner);
	uint32_t number;

	hear_buffer_reset(&grouping->key);
	put_number(&grouping->key, matter);
	if (inner->predicate == HEAR_NOBODY) {
		put_number(&grouping->key, inner->text);
	} else {
		hear_buffer_byte(&grouping->key, (char)inner->window);
		put_time(&grouping->key, inner->from_ms);
		put_time(&grouping->key, inner->to_ms);
		hear_buffer_span(&grouping->key, inner->dimension);
	}
	number = hear_intern(&weighing->keys, hear_buffer_view(&grouping->key));
	if (weighing->keys.failed || weighing->matters.failed ||
	    grouping->key.failed)
		weighing->failed = true;
	if (!weighing->failed && number == weighing->question_count)
		make_question(grouping, claim, matter);
	if (!weighing->failed)
		link_to(grouping, claim, number);
}

static bool any_time(const struct hear_inner *inner)
{
	return inner->window == HEAR_WINDOW_OPEN && !inner->until_given;
}

/* Whether there are too many of its kind to stand in every question. */
static bool too_many(const struct grouping *grouping, uint32_t claim)
{
	const struct matter_size *size =
		&grouping->sizes[grouping->matters[claim]];

	return any_time(&grouping->weighing->inner[claim])
		       ? size->questions * size->any_time >
				 VOICES_EACH *
					 (size->questions + size->any_time)
		       : size->questions * size->of_window > LOOKED_AT;
}

/* A claim without a value belongs to every question of its matter that its own
 * window does not keep it out of; and makes one of its own where there is
 * none. */
static void join_questions(struct grouping *grouping, uint32_t claim,
			   uint32_t valued)
{
	struct hear_weighing *weighing = grouping->weighing;
	const struct hear_inner *inner = &weighing->inner[claim];
	uint32_t matter = grouping->matters[claim];
	uint32_t at;

	if (!keep_matter(grouping, matter))
		return;
	for (at = too_many(grouping, claim) ? HEAR_NOBODY
					    : grouping->of_matter[matter];
	     at != HEAR_NOBODY; at = weighing->about[at].next) {
		const struct hear_question *question =
			&weighing->questions[at];

		if (at < valued &&
		    (any_time(inner) ||
		     (question->window == inner->window &&
		      question->from_ms == inner->from_ms &&
		      question->to_ms == inner->to_ms)))
			link_to(grouping, claim, at);
	}
	if (inner->link_count == 0)
		own_question(grouping, claim);
}

/* ---- Answers to other claims ---- */

static void intern_ids(struct grouping *grouping)
{
	struct hear_weighing *weighing = grouping->weighing;
	bool any = false;
	uint32_t i;

	for (i = 0; i < weighing->claim_count && !any; i++)
		any = weighing->inner[i].answers;
	for (i = 0; any && i < weighing->claim_count; i++)
		(void)hear_intern(&grouping->ids,
				  hear_span_make(weighing->claims[i].id.bytes,
						 sizeof weighing->claims[i].id
							 .bytes));
	weighing->failed = weighing->failed || grouping->ids.failed;
}

/* The claim that an answer is about in the end, which answers none itself;
 * HEAR_NOBODY: not among those weighed. */
static uint32_t answered(const struct grouping *grouping, uint32_t claim)
{
	const struct hear_weighing *weighing = grouping->weighing;
	unsigned i;

	for (i = 0; i < ANSWERS_FOLLOWED; i++) {
		const struct hear_inner *inner = &weighing->inner[claim];
		uint32_t next;

		if (!inner->answers)
			return i > 0 ? claim : HEAR_NOBODY;
		next = hear_interned_find(&grouping->ids,
					  hear_span_make(inner->re.bytes,
							 sizeof inner->re.bytes));
		if (next == HEAR_NOBODY)
			return i > 0 ? claim : HEAR_NOBODY;
		claim = next;
	}
	return HEAR_NOBODY;
}

/* ---- Order, names, units ---- */

struct placing {
	struct hear_question question;
	struct hear_question_inner about;
	uint32_t was;
};

static int name_order(struct hear_weighing *weighing, uint32_t a, uint32_t b)
{
	if (a == HEAR_NOBODY || b == HEAR_NOBODY)
		return (a == HEAR_NOBODY) - (b == HEAR_NOBODY);
	return hear_lexicon_order(weighing->lexicon, a, b);
}

static int time_order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int question_order(const void *a, const void *b, void *context)
{
	struct hear_weighing *weighing = context;
	const struct placing *left = a;
	const struct placing *right = b;
	const uint32_t *lists = weighing->lists;
	uint32_t i;
	int order = name_order(weighing, left->about.subject,
			       right->about.subject);

	if (order == 0)
		order = name_order(weighing, left->about.predicate,
				   right->about.predicate);
	for (i = 0; order == 0 && i < left->question.of_count &&
		    i < right->question.of_count;
	     i++)
		order = name_order(weighing, lists[left->about.of_first + i],
				   lists[right->about.of_first + i]);
	if (order == 0)
		order = (left->question.of_count > right->question.of_count) -
			(left->question.of_count < right->question.of_count);
	if (order == 0)
		order = name_order(weighing, left->about.place,
				   right->about.place);
	if (order == 0)
		order = (int)left->question.window -
			(int)right->question.window;
	if (order == 0)
		order = time_order(left->question.from_ms,
				   right->question.from_ms);
	if (order == 0)
		order = time_order(left->question.to_ms,
				   right->question.to_ms);
	if (order == 0)
		order = hear_span_order(left->about.dimension,
					right->about.dimension);
	if (order == 0)
		order = hear_span_order(left->question.text,
					right->question.text);
	return order;
}

/* Joined names are listed by the first of each, so that which claim made the
 * question does not matter. */
static void sort_of(struct hear_weighing *weighing, uint32_t question)
{
	uint32_t *of = weighing->lists + weighing->about[question].of_first;
	uint32_t count = weighing->questions[question].of_count;
	uint32_t i;
	uint32_t j;

	for (i = 1; i < count; i++) {
		uint32_t name = of[i];

		for (j = i; j > 0 && hear_lexicon_order(weighing->lexicon,
							of[j - 1], name) > 0;
		     j--)
			of[j] = of[j - 1];
		of[j] = name;
	}
}

static void sort_questions(struct hear_weighing *weighing)
{
	uint32_t count = weighing->question_count;
	struct placing *items = malloc((count + 1) * sizeof *items);
	uint32_t *now = malloc((count + 1) * sizeof *now);
	uint32_t i;

	if (!items || !now) {
		weighing->failed = true;
		free(items);
		free(now);
		return;
	}
	for (i = 0; i < count; i++) {
		sort_of(weighing, i);
		items[i].question = weighing->questions[i];
		items[i].about = weighing->about[i];
		items[i].was = i;
	}
	qsort_r(items, count, sizeof *items, question_order, weighing);
	for (i = 0; i < count; i++) {
		weighing->questions[i] = items[i].question;
		weighing->about[i] = items[i].about;
		now[items[i].was] = i;
	}
	for (i = 0; i < weighing->link_count; i++)
		weighing->links[i].question = now[weighing->links[i].question];
	free(items);
	free(now);
}

static struct hear_span shown(struct hear_weighing *weighing, uint32_t name)
{
	if (name == HEAR_NOBODY)
		return hear_span_make(NULL, 0);
	return hear_lexicon_spelling(weighing->lexicon,
				     hear_lexicon_chief(weighing->lexicon,
							name));
}

static void name_question(struct hear_weighing *weighing, uint32_t index)
{
	struct hear_question *question = &weighing->questions[index];
	const struct hear_question_inner *about = &weighing->about[index];
	struct hear_span *of = hear_arena_alloc(
		weighing->arena, (question->of_count + 1) * sizeof *of);
	uint32_t i;

	question->subject = shown(weighing, about->subject);
	question->predicate = shown(weighing, about->predicate);
	question->place = shown(weighing, about->place);
	for (i = 0; of && i < question->of_count; i++)
		of[i] = shown(weighing, weighing->lists[about->of_first + i]);
	question->of = of;
	weighing->failed = weighing->failed || !of;
}

static void convert(struct hear_bounds *bounds,
		    const struct hear_dimension *by)
{
	bounds->has_lo =
		bounds->has_lo &&
		hear_decimal_multiply(bounds->lo, by->factor, &bounds->lo) &&
		hear_decimal_add(bounds->lo, by->offset, &bounds->lo);
	bounds->has_hi =
		bounds->has_hi &&
		hear_decimal_multiply(bounds->hi, by->factor, &bounds->hi) &&
		hear_decimal_add(bounds->hi, by->offset, &bounds->hi);
}

void hear_weigh_basis(const struct hear_weighing *weighing, uint32_t question,
		      struct hear_bounds *bounds)
{
	struct hear_dimension dimension =
		hear_dimension_of(weighing->questions[question].unit);

	if (!hear_span_equal(dimension.basis,
			     weighing->questions[question].unit))
		convert(bounds, &dimension);
}

/* Figures in several units are read in the one they lead to; those in one
 * alone stay in it. */
static void settle_units(struct hear_weighing *weighing)
{
	bool *mixed = calloc(weighing->question_count + 1, sizeof *mixed);
	uint32_t i;

	if (!mixed) {
		weighing->failed = true;
		return;
	}
	for (i = 0; i < weighing->link_count; i++) {
		const struct hear_link *link = &weighing->links[i];
		struct hear_question *question =
			&weighing->questions[link->question];
		const struct hear_inner *inner = &weighing->inner[link->claim];

		if (weighing->claims[link->claim].answer ==
			    HEAR_ANSWER_FIGURE &&
		    hear_span_equal(inner->dimension,
				    weighing->about[link->question].dimension))
			mixed[link->question] =
				mixed[link->question] ||
				!hear_span_equal(inner->unit, question->unit);
		if (inner->window_text.size > 0 &&
		    inner->window == question->window &&
		    inner->from_ms == question->from_ms &&
		    inner->to_ms == question->to_ms &&
		    hear_span_order(inner->window_text, question->since) < 0)
			question->since = inner->window_text;
	}
	for (i = 0; i < weighing->link_count; i++) {
		const struct hear_link *link = &weighing->links[i];
		struct hear_inner *inner = &weighing->inner[link->claim];
		struct hear_dimension dimension;

		/* The first of its links is the claim's own question, or it
		 * answers another claim, in whose unit it is then read. */
		if (!mixed[link->question] || inner->link_first != i ||
		    !hear_span_equal(inner->dimension,
				     weighing->about[link->question]
					     .dimension) ||
		    weighing->claims[link->claim].answer != HEAR_ANSWER_FIGURE)
			continue;
		dimension = hear_dimension_of(inner->unit);
		convert(&inner->bounds, &dimension);
		convert(&inner->stated, &dimension);
		inner->converted = true;
		(void)hear_decimal_multiply(inner->best, dimension.factor,
					    &inner->best);
		weighing->questions[link->question].unit = dimension.basis;
	}
	free(mixed);
}

/* ---- All of it ---- */

/* Which claims have no value and answer no other, and how many there are. */
static void measure_matters(struct grouping *grouping)
{
	struct hear_weighing *weighing = grouping->weighing;
	uint32_t i;

	grouping->matters = malloc(((size_t)weighing->claim_count + 1) *
				   sizeof *grouping->matters);
	if (!grouping->matters) {
		weighing->failed = true;
		return;
	}
	for (i = 0; i < weighing->claim_count; i++)
		grouping->matters[i] =
			answered(grouping, i) == HEAR_NOBODY &&
					weighing->inner[i].link_count == 0
				? matter_of(grouping, &weighing->inner[i])
				: HEAR_NOBODY;
	grouping->sizes = calloc((size_t)weighing->matters.count + 1,
				 sizeof *grouping->sizes);
	weighing->failed = weighing->failed || weighing->matters.failed ||
			   !grouping->sizes;
	if (weighing->failed)
		return;
	for (i = 0; i < weighing->question_count; i++)
		grouping->sizes[weighing->about[i].matter].questions++;
	for (i = 0; i < weighing->claim_count; i++) {
		struct matter_size *size;

		if (grouping->matters[i] == HEAR_NOBODY)
			continue;
		size = &grouping->sizes[grouping->matters[i]];
		if (any_time(&weighing->inner[i]))
			size->any_time++;
		else
			size->of_window++;
	}
}

/* The claim in whose questions this one stands, since it answers it;
 * HEAR_NOBODY: none. */
static uint32_t shared(const struct grouping *grouping, uint32_t claim)
{
	const struct hear_weighing *weighing = grouping->weighing;
	uint32_t target = answered(grouping, claim);

	return target != HEAR_NOBODY && weighing->inner[target].link_count > 1
		       ? target
		       : HEAR_NOBODY;
}

/* Only what has no value and answers nothing stands in several questions. */
static void measure_answers(struct grouping *grouping)
{
	const struct hear_weighing *weighing = grouping->weighing;
	uint32_t i;

	for (i = 0; i < weighing->claim_count; i++) {
		uint32_t target = shared(grouping, i);
		struct matter_size *size;

		if (target == HEAR_NOBODY)
			continue;
		size = &grouping->sizes[grouping->matters[target]];
		size->answers++;
		size->answering += weighing->inner[target].link_count;
	}
}

static void join_answered(struct grouping *grouping, uint32_t claim)
{
	const struct hear_weighing *weighing = grouping->weighing;
	uint32_t target = shared(grouping, claim);
	const struct matter_size *size =
		target == HEAR_NOBODY
			? NULL
			: &grouping->sizes[grouping->matters[target]];
	uint32_t i;

	if (size && size->answering >
			    VOICES_EACH * (size->answers + size->questions)) {
		own_question(grouping, claim);
		return;
	}
	target = answered(grouping, claim);
	for (i = 0; i < weighing->inner[target].link_count; i++)
		link_to(grouping, claim,
			weighing->links[weighing->inner[target].link_first + i]
				.question);
}

static void group(struct grouping *grouping)
{
	struct hear_weighing *weighing = grouping->weighing;
	uint32_t valued;
	uint32_t i;

	intern_ids(grouping);
	for (i = 0; i < weighing->claim_count && !weighing->failed; i++)
		if (answered(grouping, i) == HEAR_NOBODY &&
		    (weighing->claims[i].answer != HEAR_ANSWER_NONE ||
		     weighing->inner[i].predicate == HEAR_NOBODY))
			own_question(grouping, i);
	valued = weighing->question_count;
	if (!weighing->failed)
		measure_matters(grouping);
	for (i = 0; i < weighing->claim_count && !weighing->failed; i++)
		if (grouping->matters[i] != HEAR_NOBODY)
			join_questions(grouping, i, valued);
	if (!weighing->failed)
		measure_answers(grouping);
	for (i = 0; i < weighing->claim_count && !weighing->failed; i++)
		if (answered(grouping, i) != HEAR_NOBODY)
			join_answered(grouping, i);
}

void hear_weigh_questions(struct hear_weighing *weighing)
{
	struct grouping grouping = {.weighing = weighing};
	uint32_t i;

	hear_interned_init(&grouping.ids, weighing->arena);
	group(&grouping);
	weighing->failed = weighing->failed || grouping.key.failed;
	hear_buffer_done(&grouping.key);
	hear_interned_done(&grouping.ids);
	free(grouping.of_matter);
	free(grouping.matters);
	free(grouping.sizes);
	if (!weighing->failed)
		sort_questions(weighing);
	if (!weighing->failed)
		settle_units(weighing);
	for (i = 0; i < weighing->question_count && !weighing->failed; i++)
		name_question(weighing, i);
}
