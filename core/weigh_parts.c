/* SPDX-License-Identifier: ISC */
/* weigh_parts.c - a part must not exceed its whole. */
#include "core/bytes.h"
#include "core/weighing.h"

#include <stdlib.h>

enum {
	/* Questions that differ in who is counted, the place or the subject
	 * alone are compared each with each, unless there are more: then only
	 * with those that name neither place nor who is counted, the first of
	 * them, as long as the pairs are not too many. */
	COMPARED_IN_FULL = 1000,
	PAIRS = 1 << 23,
	TOLD = 64, /* findings of this kind of one question */
};

struct parting {
	struct hear_weighing *weighing;
	unsigned char *told; /* findings of each question */
	uint32_t *wholes;    /* scratch */
};

static uint32_t root(const struct hear_weighing *weighing, uint32_t name)
{
	return name == HEAR_NOBODY
		       ? name
		       : hear_lexicon_joined(weighing->lexicon, name);
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Those that may be parts and wholes of one another stand together. */
static int bucket_order(const void *a, const void *b, void *context)
{
	const struct hear_weighing *weighing = context;
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;
	const struct hear_question_inner *one = &weighing->about[left];
	const struct hear_question_inner *other = &weighing->about[right];
	int order = compare(root(weighing, one->predicate),
			    root(weighing, other->predicate));

	if (order == 0 &&
	    !hear_lexicon_has_parts(weighing->lexicon, HEAR_TERM_SUBJECT))
		order = compare(root(weighing, one->subject),
				root(weighing, other->subject));
	if (order == 0)
		order = hear_span_order(one->dimension, other->dimension);
	if (order == 0)
		order = compare(weighing->questions[left].window,
				weighing->questions[right].window);
	if (order == 0)
		order = compare(weighing->questions[left].from_ms,
				weighing->questions[right].from_ms);
	if (order == 0)
		order = compare(weighing->questions[left].to_ms,
				weighing->questions[right].to_ms);
	return order;
}

/* The same, and in a bucket in the order of questions. */
static int bucket_place(const void *a, const void *b, void *context)
{
	int order = bucket_order(a, b, context);

	return order ? order
		     : compare(*(const uint32_t *)a, *(const uint32_t *)b);
}

static bool within(const struct hear_weighing *weighing, uint32_t part,
		   uint32_t whole)
{
	if (part == HEAR_NOBODY || whole == HEAR_NOBODY)
		return part == whole;
	return hear_lexicon_within(weighing->lexicon, part, whole);
}

/* Each term of the whole is, or has as a part, one of the part's. */
static bool of_within(const struct hear_weighing *weighing, uint32_t part,
		      uint32_t whole)
{
	const uint32_t *in = weighing->lists + weighing->about[part].of_first;
	const uint32_t *of = weighing->lists + weighing->about[whole].of_first;
	uint32_t i;
	uint32_t j;

	for (i = 0; i < weighing->questions[whole].of_count; i++) {
		bool has = false;

		for (j = 0; j < weighing->questions[part].of_count && !has;
		     j++)
			has = within(weighing, in[j], of[i]);
		if (!has)
			return false;
	}
	return true;
}

static bool is_part(const struct hear_weighing *weighing, uint32_t part,
		    uint32_t whole)
{
	uint32_t place = weighing->about[whole].place;

	return part != whole &&
	       within(weighing, weighing->about[part].subject,
		      weighing->about[whole].subject) &&
	       (place == HEAR_NOBODY ||
		within(weighing, weighing->about[part].place, place)) &&
	       of_within(weighing, part, whole);
}

/* The party that puts the question's figure highest (its low end), or lowest
 * (its high end), at a date. */
static uint32_t extreme(const struct hear_weighing *weighing,
			uint32_t question, int64_t date, bool highest,
			struct hear_bounds *out)
{
	const struct hear_question *seen = &weighing->questions[question];
	uint32_t found = HEAR_NOBODY;
	uint32_t i;

	for (i = 0; i < seen->party_count; i++) {
		const struct hear_party *party =
			&weighing->parties[seen->first_party + i];
		struct hear_bounds bounds;
		struct hear_bounds stated;
		uint32_t voice;

		if (!hear_weigh_asserts(party))
			continue;
		voice = hear_weigh_position(weighing, party, date, &bounds,
					    &stated);
		if (voice == HEAR_NOBODY)
			continue;
		if (found == HEAR_NOBODY ||
		    (highest ? hear_bounds_low_order(&bounds, out) > 0
			     : hear_bounds_high_order(&bounds, out) < 0)) {
			found = voice;
			*out = bounds;
		}
	}
	return found;
}

static int64_t date_of(const struct hear_weighing *weighing, uint32_t question)
{
	return weighing->about[question].dated
		       ? weighing->questions[question].compared_ms
		       : INT64_MAX;
}

static void tell(struct parting *parting, uint32_t question, uint32_t a,
		 uint32_t b)
{
	parting->weighing->questions[question].verdict = HEAR_VERDICT_CONFLICT;
	if (parting->told[question] >= TOLD)
		return;
	parting->told[question]++;
	hear_weigh_found(parting->weighing, HEAR_FOUND_PART_OVER_WHOLE,
			 question, a, b, hear_span_make(NULL, 0));
}

static void check(struct parting *parting, uint32_t part, uint32_t whole)
{
	struct hear_weighing *weighing = parting->weighing;
	int64_t date = date_of(weighing, part);
	struct hear_bounds most;
	struct hear_bounds least;
	uint32_t a;
	uint32_t b;

	if (parting->told[part] >= TOLD && parting->told[whole] >= TOLD)
		return;
	if (date_of(weighing, whole) < date)
		date = date_of(weighing, whole);
	a = extreme(weighing, part, date, true, &most);
	b = extreme(weighing, whole, date, false, &least);
	if (a == HEAR_NOBODY || b == HEAR_NOBODY || !most.has_lo ||
	    !least.has_hi)
		return;
	most.has_hi = false;
	least.has_lo = false;
	hear_weigh_basis(weighing, part, &most);
	hear_weigh_basis(weighing, whole, &least);
	if (hear_bounds_overlap(&most, &least))
		return;
	tell(parting, part, a, b);
	tell(parting, whole, a, b);
}

static bool plain(const struct hear_weighing *weighing, uint32_t question)
{
	return weighing->questions[question].of_count == 0 &&
	       weighing->about[question].place == HEAR_NOBODY;
}

/* Those of a bucket that may be wholes; gives how many. */
static uint32_t take_wholes(const struct hear_weighing *weighing,
			    const uint32_t *bucket, uint32_t count,
			    uint32_t *wholes)
{
	uint32_t most = count > COMPARED_IN_FULL ? PAIRS / count : count;
	uint32_t kept = 0;
	uint32_t i;

	for (i = 0; i < count && kept < most; i++)
		if (count <= COMPARED_IN_FULL || plain(weighing, bucket[i]))
			wholes[kept++] = bucket[i];
	return kept;
}

static void check_bucket(struct parting *parting, const uint32_t *bucket,
			 uint32_t count)
{
	struct hear_weighing *weighing = parting->weighing;
	uint32_t wholes = take_wholes(weighing, bucket, count,
				      parting->wholes);
	uint32_t i;
	uint32_t j;

	/* What one part leads to is known for all wholes. */
	for (i = 0; i < count && !weighing->failed; i++)
		for (j = 0; j < wholes; j++)
			if (is_part(weighing, bucket[i], parting->wholes[j]))
				check(parting, bucket[i], parting->wholes[j]);
}

void hear_weigh_parts(struct hear_weighing *weighing)
{
	uint32_t *order = malloc((weighing->question_count + 1) *
				 sizeof *order);
	struct parting parting = {
		.weighing = weighing,
		.told = calloc(weighing->question_count + 1, 1),
		.wholes = malloc((weighing->question_count + 1) *
				 sizeof *parting.wholes),
	};
	uint32_t count = 0;
	uint32_t run;
	uint32_t i;

	if (!order || !parting.told || !parting.wholes) {
		weighing->failed = true;
		free(order);
		free(parting.told);
		free(parting.wholes);
		return;
	}
	for (i = 0; i < weighing->question_count; i++)
		if (weighing->about[i].adds_up &&
		    weighing->questions[i].party_count > 0)
			order[count++] = i;
	if (count > 1)
		qsort_r(order, count, sizeof *order, bucket_place, weighing);
	for (i = 0; i < count; i += run) {
		for (run = 1; i + run < count &&
			      bucket_order(&order[i], &order[i + run],
					   weighing) == 0;
		     run++)
			;
		if (run > 1)
			check_bucket(&parting, order + i, run);
	}
	free(order);
	free(parting.told);
	free(parting.wholes);
}
