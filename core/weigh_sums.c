/* SPDX-License-Identifier: ISC */
/* weigh_sums.c - definitions checked: does it add up? */
#include "core/bytes.h"
#include "core/limits.h"
#include "core/weigh_say.h"
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

enum {
	PARTIES_CHECKED = 1000, /* of one question; more are one by one no
				 * answer any more */
	SUMS_CHECKED = 64,	/* definitions of one question */
};

/* A question and a name that it has: its predicate, or who is counted. */
struct naming {
	uint32_t name; /* joined */
	uint32_t question;
};

/* A party that asserts something, and where it goes back to. */
struct going_back {
	uint32_t question;
	uint32_t origin;
	uint32_t party;
};

struct adding {
	struct hear_weighing *weighing;
	struct naming *namings; /* of questions that add up, in order */
	size_t naming_count;
	struct going_back *origins; /* in order */
	size_t origin_count;
	unsigned char *checked; /* definitions of each question */
	struct hear_interned keys; /* one a question, as key_of() makes it */
	uint32_t *question_of;	   /* each key's */
	struct hear_buffer key;
	const struct hear_sum *sum;
	uint32_t whole;
	uint32_t parts[HEAR_OF_TERMS]; /* questions */
};

/* What one side of the sum comes to. */
struct side {
	struct hear_bounds bounds;
	struct hear_bounds stated;
	uint32_t voice;
};

/* ---- Which questions belong together ---- */

static uint32_t joined(const struct hear_weighing *weighing, uint32_t name)
{
	return name == HEAR_NOBODY
		       ? name
		       : hear_lexicon_joined(weighing->lexicon, name);
}

static void put(struct hear_buffer *key, uint32_t number)
{
	hear_buffer_add(key, &number, sizeof number);
}

/* The key of a question, with the name `from` (joined) taken for `to`: as its
 * predicate, or as one of those counted. */
static void key_of(struct adding *adding, uint32_t question, uint32_t from,
		   uint32_t to)
{
	const struct hear_weighing *weighing = adding->weighing;
	const struct hear_question *seen = &weighing->questions[question];
	const struct hear_question_inner *about = &weighing->about[question];
	uint32_t predicate = joined(weighing, about->predicate);
	uint32_t of[HEAR_OF_TERMS];
	uint32_t i;

	for (i = 0; i < seen->of_count && i < HEAR_OF_TERMS; i++) {
		of[i] = joined(weighing, weighing->lists[about->of_first + i]);
		if (of[i] == from)
			of[i] = to;
	}
	qsort(of, i, sizeof *of, hear_number_order);
	hear_buffer_reset(&adding->key);
	put(&adding->key, joined(weighing, about->subject));
	put(&adding->key, predicate == from ? to : predicate);
	put(&adding->key, joined(weighing, about->place));
	put(&adding->key, (uint32_t)seen->window);
	hear_buffer_add(&adding->key, &seen->from_ms, sizeof seen->from_ms);
	hear_buffer_add(&adding->key, &seen->to_ms, sizeof seen->to_ms);
	put(&adding->key, i);
	hear_buffer_add(&adding->key, of, i * sizeof *of);
	hear_buffer_span(&adding->key, about->dimension);
	adding->weighing->failed = weighing->failed || adding->key.failed;
}

static bool sums_up(const struct hear_weighing *weighing, uint32_t question)
{
	return weighing->about[question].adds_up &&
	       weighing->questions[question].answer == HEAR_ANSWER_FIGURE;
}

static void index_questions(struct adding *adding)
{
	struct hear_weighing *weighing = adding->weighing;
	uint32_t i;

	adding->question_of = malloc((weighing->question_count + 1) *
				     sizeof *adding->question_of);
	if (!adding->question_of) {
		weighing->failed = true;
		return;
	}
	for (i = 0; i < weighing->question_count; i++) {
		uint32_t number;

		if (!sums_up(weighing, i))
			continue;
		key_of(adding, i, HEAR_NOBODY, HEAR_NOBODY);
		number = hear_intern(&adding->keys,
				     hear_buffer_view(&adding->key));
		if (!adding->keys.failed)
			adding->question_of[number] = i;
	}
	weighing->failed = weighing->failed || adding->keys.failed ||
			   adding->key.failed;
}

static int naming_order(const void *a, const void *b)
{
	const struct naming *left = a;
	const struct naming *right = b;

	if (left->name != right->name)
		return left->name < right->name ? -1 : 1;
	return (left->question > right->question) -
	       (left->question < right->question);
}

/* A name of `of` is none of a predicate: they are numbered apart. */
static void index_names(struct adding *adding)
{
	struct hear_weighing *weighing = adding->weighing;
	size_t room = 1;
	uint32_t i;
	uint32_t j;

	for (i = 0; i < weighing->question_count; i++)
		room += 1 + weighing->questions[i].of_count;
	adding->namings = malloc(room * sizeof *adding->namings);
	if (!adding->namings) {
		weighing->failed = true;
		return;
	}
	for (i = 0; i < weighing->question_count; i++) {
		const uint32_t *of =
			weighing->lists + weighing->about[i].of_first;

		if (!sums_up(weighing, i))
			continue;
		adding->namings[adding->naming_count++] = (struct naming){
			joined(weighing, weighing->about[i].predicate), i};
		for (j = 0; j < weighing->questions[i].of_count; j++)
			adding->namings[adding->naming_count++] =
				(struct naming){joined(weighing, of[j]), i};
	}
	qsort(adding->namings, adding->naming_count, sizeof *adding->namings,
	      naming_order);
}

static size_t first_naming(const struct adding *adding, uint32_t name)
{
	size_t low = 0;
	size_t high = adding->naming_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (adding->namings[middle].name < name)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t question_with(struct adding *adding, uint32_t whole,
			      uint32_t from, uint32_t to)
{
	uint32_t number;

	key_of(adding, whole, from, to);
	number = hear_interned_find(&adding->keys,
				    hear_buffer_view(&adding->key));
	return number == HEAR_NOBODY ? number : adding->question_of[number];
}

/* ---- One check ---- */

static void add_bounds(struct hear_bounds *sum, const struct hear_bounds *part)
{
	sum->has_lo = sum->has_lo && part->has_lo &&
		      hear_decimal_add(sum->lo, part->lo, &sum->lo);
	sum->has_hi = sum->has_hi && part->has_hi &&
		      hear_decimal_add(sum->hi, part->hi, &sum->hi);
	sum->lo_open = sum->lo_open || part->lo_open;
	sum->hi_open = sum->hi_open || part->hi_open;
}

static void say_side(const struct adding *adding, uint32_t question,
		     const struct side *side, bool alone,
		     struct hear_buffer *out)
{
	const struct hear_weighing *weighing = adding->weighing;
	const struct hear_question *seen = &weighing->questions[question];
	uint32_t i;

	for (i = 0; i < seen->of_count; i++) {
		hear_buffer_span(out, seen->of[i]);
		hear_buffer_byte(out, ' ');
	}
	hear_buffer_span(out, seen->predicate);
	hear_buffer_byte(out, ' ');
	if (alone)
		hear_say_value(weighing, weighing->voices[side->voice].claim,
			       out);
	else
		hear_say_bounds(&side->bounds, out);
}

static void report(struct adding *adding, const struct side *whole,
		   const struct side *parts, const struct hear_bounds *sum,
		   enum hear_finding_kind found, const struct hear_party *party)
{
	struct hear_weighing *weighing = adding->weighing;
	struct hear_buffer text = {0};
	uint32_t i;

	if (party) {
		hear_buffer_span(&text,
				 weighing->sources[party->name].name);
		hear_buffer_text(&text, ": ");
	}
	for (i = 0; i < adding->sum->count; i++) {
		if (i > 0)
			hear_buffer_text(&text, " + ");
		say_side(adding, adding->parts[i], &parts[i], party != NULL,
			 &text);
	}
	hear_buffer_text(&text, " = ");
	hear_say_bounds(sum, &text);
	hear_buffer_text(&text, ", against ");
	say_side(adding, adding->whole, whole, party != NULL, &text);
	hear_buffer_text(&text,
			 found == HEAR_FOUND_SUM_HOLDS ? ": holds as stated"
			 : found == HEAR_FOUND_SUM_WITHIN
				 ? ": holds only within the width of \"about\""
				 : ": does not add up");
	hear_weigh_found(weighing, found, adding->whole, whole->voice,
			 parts[0].voice,
			 hear_arena_copy(weighing->arena,
					 hear_buffer_view(&text)));
	weighing->failed = weighing->failed || text.failed;
	hear_buffer_done(&text);
	if (found == HEAR_FOUND_SUM_FAILS)
		weighing->questions[adding->whole].verdict =
			HEAR_VERDICT_CONFLICT;
}

static void check(struct adding *adding, const struct side *whole,
		  const struct side *parts, const struct hear_party *party)
{
	static const struct hear_bounds nothing = {.has_lo = true,
						   .has_hi = true};
	struct hear_bounds sum = nothing;
	struct hear_bounds stated = nothing;
	struct side all = *whole;
	enum hear_finding_kind found = HEAR_FOUND_SUM_FAILS;
	uint32_t i;

	for (i = 0; i < adding->sum->count; i++) {
		struct side part = parts[i];

		hear_weigh_basis(adding->weighing, adding->parts[i],
				 &part.bounds);
		hear_weigh_basis(adding->weighing, adding->parts[i],
				 &part.stated);
		if (!part.bounds.has_lo && !part.bounds.has_hi)
			return; /* a vague word: nothing can be said */
		add_bounds(&sum, &part.bounds);
		add_bounds(&stated, &part.stated);
	}
	hear_weigh_basis(adding->weighing, adding->whole, &all.bounds);
	hear_weigh_basis(adding->weighing, adding->whole, &all.stated);
	if (hear_bounds_overlap(&stated, &all.stated))
		found = HEAR_FOUND_SUM_HOLDS;
	else if (hear_bounds_overlap(&sum, &all.bounds))
		found = HEAR_FOUND_SUM_WITHIN;
	report(adding, whole, parts, &sum, found, party);
}

/* ---- By whom ---- */

static int origin_order(const void *a, const void *b)
{
	const struct going_back *left = a;
	const struct going_back *right = b;

	if (left->question != right->question)
		return left->question < right->question ? -1 : 1;
	if (left->origin != right->origin)
		return left->origin < right->origin ? -1 : 1;
	return (left->party > right->party) - (left->party < right->party);
}

static void index_origins(struct adding *adding)
{
	struct hear_weighing *weighing = adding->weighing;
	uint32_t i;

	adding->origins = malloc(((size_t)weighing->party_count + 1) *
				 sizeof *adding->origins);
	if (!adding->origins) {
		weighing->failed = true;
		return;
	}
	for (i = 0; i < weighing->party_count; i++) {
		const struct hear_party *party = &weighing->parties[i];

		if (!hear_weigh_asserts(party))
			continue;
		adding->origins[adding->origin_count++] = (struct going_back){
			party->question,
			hear_lexicon_origin(weighing->lexicon, party->name),
			i};
	}
	qsort(adding->origins, adding->origin_count, sizeof *adding->origins,
	      origin_order);
}

/* The first party of a question that goes back to the same origin. */
static const struct hear_party *party_of(const struct adding *adding,
					 uint32_t question, uint32_t origin)
{
	struct going_back wanted = {question, origin, 0};
	size_t low = 0;
	size_t high = adding->origin_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (origin_order(&adding->origins[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < adding->origin_count &&
			       adding->origins[low].question == question &&
			       adding->origins[low].origin == origin
		       ? &adding->weighing->parties[adding->origins[low].party]
		       : NULL;
}

static bool place(const struct hear_weighing *weighing,
		  const struct hear_party *party, int64_t date,
		  struct side *out)
{
	out->voice = hear_weigh_position(weighing, party, date, &out->bounds,
					 &out->stated);
	return out->voice != HEAR_NOBODY;
}

static int64_t earlier(int64_t date, int64_t reached)
{
	return reached != INT64_MIN && reached < date ? reached : date;
}

/* One origin's whole against its own parts. */
static bool check_party(struct adding *adding, const struct hear_party *party)
{
	const struct hear_weighing *weighing = adding->weighing;
	const struct hear_party *others[HEAR_OF_TERMS];
	struct side parts[HEAR_OF_TERMS];
	struct side whole;
	uint32_t origin = hear_lexicon_origin(weighing->lexicon, party->name);
	int64_t date = earlier(INT64_MAX, hear_weigh_reached(weighing, party));
	uint32_t i;

	for (i = 0; i < adding->sum->count; i++) {
		others[i] = party_of(adding, adding->parts[i], origin);
		if (!others[i])
			return false;
		date = earlier(date, hear_weigh_reached(weighing, others[i]));
	}
	if (!place(weighing, party, date, &whole))
		return false;
	for (i = 0; i < adding->sum->count; i++)
		if (!place(weighing, others[i], date, &parts[i]))
			return false;
	check(adding, &whole, parts, party);
	return true;
}

/* All that is said of a question at a date. */
static bool place_all(const struct hear_weighing *weighing, uint32_t question,
		      int64_t date, struct side *out)
{
	const struct hear_question *seen = &weighing->questions[question];
	uint32_t i;

	out->voice = HEAR_NOBODY;
	for (i = 0; i < seen->party_count; i++) {
		const struct hear_party *party =
			&weighing->parties[seen->first_party + i];
		struct side one;

		if (!hear_weigh_asserts(party) ||
		    !place(weighing, party, date, &one))
			continue;
		if (out->voice == HEAR_NOBODY) {
			*out = one;
		} else {
			hear_bounds_hull(&out->bounds, &one.bounds);
			hear_bounds_hull(&out->stated, &one.stated);
		}
	}
	return out->voice != HEAR_NOBODY;
}

static int64_t date_of(const struct hear_weighing *weighing, uint32_t question)
{
	return weighing->about[question].dated
		       ? weighing->questions[question].compared_ms
		       : INT64_MAX;
}

static void check_all(struct adding *adding)
{
	const struct hear_weighing *weighing = adding->weighing;
	struct side parts[HEAR_OF_TERMS];
	struct side whole;
	int64_t date = date_of(weighing, adding->whole);
	uint32_t i;

	for (i = 0; i < adding->sum->count; i++)
		date = earlier(date, date_of(weighing, adding->parts[i]));
	if (!place_all(weighing, adding->whole, date, &whole))
		return;
	for (i = 0; i < adding->sum->count; i++)
		if (!place_all(weighing, adding->parts[i], date, &parts[i]))
			return;
	check(adding, &whole, parts, NULL);
}

/* ---- One definition ---- */

static void check_question(struct adding *adding, uint32_t whole_name,
			   const uint32_t *part_names)
{
	struct hear_weighing *weighing = adding->weighing;
	const struct hear_question *seen = &weighing->questions[adding->whole];
	bool any = false;
	uint32_t i;

	if (adding->checked[adding->whole] == SUMS_CHECKED)
		return;
	adding->checked[adding->whole]++;
	if (adding->sum->circular) {
		hear_weigh_found(weighing, HEAR_FOUND_SUM_CIRCULAR,
				 adding->whole, HEAR_NOBODY, HEAR_NOBODY,
				 hear_span_make(NULL, 0));
		return;
	}
	for (i = 0; i < adding->sum->count; i++) {
		if (part_names[i] == HEAR_NOBODY)
			return;
		adding->parts[i] = question_with(
			adding, adding->whole, whole_name,
			joined(weighing, part_names[i]));
		if (adding->parts[i] == HEAR_NOBODY)
			return;
	}
	for (i = 0; i < seen->party_count && i < PARTIES_CHECKED; i++)
		if (hear_weigh_asserts(
			    &weighing->parties[seen->first_party + i]) &&
		    check_party(adding,
				&weighing->parties[seen->first_party + i]))
			any = true;
	if (!any)
		check_all(adding);
}

static uint32_t find(struct adding *adding, enum hear_term kind,
		     struct hear_span name)
{
	struct hear_buffer folded = {0};
	uint32_t found;

	hear_text_fold(name, &folded);
	found = hear_lexicon_find(adding->weighing->lexicon, kind,
				  hear_buffer_view(&folded));
	adding->weighing->failed = adding->weighing->failed || folded.failed;
	hear_buffer_done(&folded);
	return found;
}

/* The same words may name predicates, or who is counted. */
static void check_sum(struct adding *adding, enum hear_term kind)
{
	struct hear_weighing *weighing = adding->weighing;
	uint32_t parts[HEAR_OF_TERMS];
	uint32_t whole = find(adding, kind, adding->sum->whole);
	uint32_t i;
	size_t at;

	if (whole == HEAR_NOBODY || adding->sum->count == 0 ||
	    adding->sum->count > HEAR_OF_TERMS)
		return;
	whole = joined(weighing, whole);
	for (i = 0; i < adding->sum->count; i++)
		parts[i] = find(adding, kind, adding->sum->parts[i]);
	for (at = first_naming(adding, whole);
	     at < adding->naming_count && adding->namings[at].name == whole &&
	     !weighing->failed;
	     at++) {
		adding->whole = adding->namings[at].question;
		check_question(adding, whole, parts);
	}
}

void hear_weigh_sums(struct hear_weighing *weighing)
{
	struct adding adding = {.weighing = weighing};
	size_t count;
	const struct hear_sum *sums = hear_sums(weighing->meanings, &count);
	size_t i;

	if (count == 0)
		return;
	hear_interned_init(&adding.keys, weighing->arena);
	adding.checked = calloc((size_t)weighing->question_count + 1, 1);
	weighing->failed = weighing->failed || !adding.checked;
	index_questions(&adding);
	if (!weighing->failed)
		index_names(&adding);
	if (!weighing->failed)
		index_origins(&adding);
	for (i = 0; i < count && !weighing->failed; i++) {
		adding.sum = &sums[i];
		check_sum(&adding, HEAR_TERM_PREDICATE);
		check_sum(&adding, HEAR_TERM_OF);
	}
	hear_buffer_done(&adding.key);
	hear_interned_done(&adding.keys);
	free(adding.question_of);
	free(adding.namings);
	free(adding.origins);
	free(adding.checked);
}
