/* SPDX-License-Identifier: ISC */
/*~ weigh.c - a weighing from beginning to end: which claims are set side by
 * side, and in what order they are compared. The rules are in WEIGHING.md, the
 * parts are listed in weighing.h. */
#include "core/bytes.h"
#include "core/error.h"
#include "core/find.h"
#include "core/index.h"
#include "core/numbers.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

struct loading {
	struct hear_weighing *weighing;
	struct hear_reader *reader;
	struct hear_arena *arena; /* for one record */
	struct hear_bits taken;   /* numbers of the claims weighed */
	struct hear_bits subjects; /* joined names whose claims are in */
	struct hear_bits predicates; /* the same, of claims without a subject */
	struct hear_postings *postings;
	struct hear_buffer key;
	bool all_asked;
	bool words_taken;
	struct hear_err *err;
	enum hear_code code;
};

/* ---- Claims ---- */

static void take(struct loading *loading, const struct hear_record *record,
		 uint64_t number, bool asked)
{
	if (!hear_record_is(record->tree, "claim") ||
	    hear_bits_has(&loading->taken, number))
		return;
	hear_bits_set(&loading->taken, number);
	loading->code = hear_weigh_claim(loading->weighing, loading->reader,
					 record, number,
					 asked || loading->all_asked,
					 loading->err);
	if (loading->code == HEAR_OK && loading->taken.failed)
		loading->code = hear_fail_memory(loading->err);
}

static void take_asked(struct loading *loading, const struct hear_query *query)
{
	struct hear_finder *finder = NULL;
	struct hear_record record;

	loading->code = hear_find(&finder, loading->reader, query,
				  HEAR_BY_FILED, loading->err);
	while (loading->code == HEAR_OK) {
		loading->code = hear_find_next(finder, loading->arena, &record,
					       loading->err);
		if (loading->code == HEAR_OK)
			take(loading, &record, hear_find_number(finder), true);
	}
	hear_find_end(finder);
	if (loading->code == HEAR_NOTFOUND)
		loading->code = HEAR_OK;
}

static void take_all(struct loading *loading)
{
	struct hear_query *all = NULL;

	loading->code = hear_query_new(&all, hear_span_of(""), loading->err);
	if (loading->code == HEAR_OK)
		take_asked(loading, all);
	hear_query_free(all);
}

/* ---- What belongs with them ---- */

enum whom { ANY, WITHOUT_SUBJECT, WORDS_ALONE, ANSWERS };

static bool belongs(const struct hear_value *tree, enum whom whom)
{
	switch (whom) {
	case ANY:
		return true;
	case WITHOUT_SUBJECT:
		return !hear_map_get(tree, "subject");
	case WORDS_ALONE:
		return !hear_map_get(tree, "subject") &&
		       !hear_map_get(tree, "predicate");
	case ANSWERS:
		return hear_map_get(tree, "re") && hear_map_get(tree, "stance");
	}
	return false;
}

static void take_number(struct loading *loading, uint64_t number,
			enum whom whom)
{
	struct hear_record record;
	bool known = true;

	hear_arena_reset(loading->arena);
	loading->code = hear_record_at(loading->reader, loading->arena, number,
				       &record, loading->err);
	if (loading->code != HEAR_OK || !belongs(record.tree, whom))
		return;
	loading->code = hear_was_known(loading->reader, record.tree, &known,
				       loading->err);
	if (loading->code == HEAR_OK && known)
		take(loading, &record, number, false);
}

/* All that stand under the key and are not in yet. */
static void take_key(struct loading *loading, enum whom whom)
{
	struct hear_span key = hear_buffer_view(&loading->key);
	uint64_t number = 0;

	if (loading->key.failed)
		loading->code = hear_fail_memory(loading->err);
	else if (loading->postings)
		hear_postings_turn(loading->postings, key);
	else
		loading->code = hear_postings_open(&loading->postings,
						   loading->reader->txn,
						   HEAR_BY, key, loading->err);
	while (loading->code == HEAR_OK) {
		loading->code = hear_postings_seek(loading->postings,
						   number + 1, &number,
						   loading->err);
		if (loading->code == HEAR_OK &&
		    !hear_bits_has(&loading->taken, number))
			take_number(loading, number, whom);
	}
	if (loading->code == HEAR_NOTFOUND)
		loading->code = HEAR_OK;
}

struct naming {
	struct loading *loading;
	enum hear_under under;
	enum whom whom;
};

static void take_name(void *context, struct hear_span folded)
{
	struct naming *naming = context;

	if (naming->loading->code != HEAR_OK)
		return;
	hear_buffer_reset(&naming->loading->key);
	hear_index_key(naming->under, folded, &naming->loading->key);
	take_key(naming->loading, naming->whom);
}

/* All claims of a subject, or (without one) of a predicate. */
static void take_class(struct loading *loading, uint32_t name, bool by_subject)
{
	struct hear_lexicon *lexicon = loading->weighing->lexicon;
	struct hear_bits *done = by_subject ? &loading->subjects
					    : &loading->predicates;
	struct naming naming = {loading,
				by_subject ? HEAR_UNDER_SUBJECT
					   : HEAR_UNDER_PREDICATE,
				by_subject ? ANY : WITHOUT_SUBJECT};

	name = hear_lexicon_joined(lexicon, name);
	if (hear_bits_has(done, name))
		return;
	hear_bits_set(done, name);
	if (done->failed)
		loading->code = hear_fail_memory(loading->err);
	else
		hear_lexicon_each(lexicon, name, take_name, &naming);
}

/* Claims with neither: those of the same words are found among all of their
 * like, once. */
static void take_words(struct loading *loading)
{
	if (loading->words_taken)
		return;
	loading->words_taken = true;
	hear_buffer_reset(&loading->key);
	hear_index_key(HEAR_UNDER_KIND, hear_span_of("claim"), &loading->key);
	take_key(loading, WORDS_ALONE);
}

static void take_related(void *context, uint32_t name)
{
	struct loading *loading = context;

	if (loading->code == HEAR_OK)
		take_class(loading, name, true);
}

/* Wholes and parts of the subject are compared with it, too. */
static void take_like(struct loading *loading, uint32_t claim)
{
	struct hear_lexicon *lexicon = loading->weighing->lexicon;
	uint32_t subject = loading->weighing->inner[claim].subject;
	uint32_t predicate = loading->weighing->inner[claim].predicate;

	if (subject == HEAR_NOBODY) {
		if (predicate != HEAR_NOBODY)
			take_class(loading, predicate, false);
		else
			take_words(loading);
		return;
	}
	if (hear_bits_has(&loading->subjects,
			  hear_lexicon_joined(lexicon, subject)))
		return;
	take_class(loading, subject, true);
	if (loading->code == HEAR_OK)
		hear_lexicon_around(lexicon, subject, take_related, loading);
	if (loading->code == HEAR_OK && hear_lexicon_failed(lexicon))
		loading->code = hear_fail_memory(loading->err);
}

/* The claim that this one answers. */
static void take_answered(struct loading *loading, uint32_t claim)
{
	const struct hear_inner *inner = &loading->weighing->inner[claim];
	uint64_t number = 0;

	if (!inner->answers)
		return;
	loading->code = hear_record_number(loading->reader->txn, &inner->re,
					   &number, loading->err);
	if (loading->code == HEAR_NOTFOUND)
		loading->code = HEAR_OK;
	else if (loading->code == HEAR_OK &&
		 !hear_bits_has(&loading->taken, number))
		take_number(loading, number, ANY);
}

static void take_answers(struct loading *loading, uint32_t claim)
{
	hear_buffer_reset(&loading->key);
	hear_buffer_byte(&loading->key, (char)HEAR_UNDER_TARGET);
	hear_buffer_add(&loading->key,
			loading->weighing->claims[claim].id.bytes,
			sizeof loading->weighing->claims[claim].id.bytes);
	take_key(loading, ANSWERS);
}

/* Each claim that comes in may bring others. */
static void take_context(struct loading *loading)
{
	uint32_t i;

	for (i = 0; i < loading->weighing->claim_count &&
		    loading->code == HEAR_OK;
	     i++) {
		take_like(loading, i);
		if (loading->code == HEAR_OK)
			take_answered(loading, i);
		if (loading->code == HEAR_OK)
			take_answers(loading, i);
	}
}

/* ---- Comparing ---- */

void hear_weigh_found(struct hear_weighing *weighing,
		      enum hear_finding_kind found, uint32_t question,
		      uint32_t a, uint32_t b, struct hear_span sentence)
{
	struct hear_finding *finding;

	if (!hear_weighing_grow(weighing, (void **)&weighing->findings,
				&weighing->finding_room,
				weighing->finding_count,
				sizeof *weighing->findings))
		return;
	finding = &weighing->findings[weighing->finding_count++];
	finding->found = found;
	finding->question = question;
	finding->a = a;
	finding->b = b;
	finding->sentence = sentence;
}

/* A claim's place, and the beginning of its id, so that sorting seldom looks
 * further. */
struct ranked {
	uint64_t id;
	uint32_t claim;
};

static int id_order(const void *a, const void *b, void *context)
{
	const struct hear_weighed *claims = context;
	const struct ranked *left = a;
	const struct ranked *right = b;

	if (left->id != right->id)
		return left->id < right->id ? -1 : 1;
	return memcmp(claims[left->claim].id.bytes,
		      claims[right->claim].id.bytes, sizeof claims->id.bytes);
}

/* Moves each claim to its rank, one round of places after another, so that no
 * second copy of them is needed. */
static void place_claims(struct hear_weighing *weighing, struct ranked *ranks)
{
	uint32_t i;

	for (i = 0; i < weighing->claim_count; i++) {
		struct hear_weighed claim = weighing->claims[i];
		struct hear_inner inner = weighing->inner[i];
		uint32_t at = i;

		while (ranks[at].claim != i) {
			uint32_t from = ranks[at].claim;

			weighing->claims[at] = weighing->claims[from];
			weighing->inner[at] = weighing->inner[from];
			ranks[at].claim = at;
			at = from;
		}
		weighing->claims[at] = claim;
		weighing->inner[at] = inner;
		ranks[at].claim = at;
	}
}

/* In order of id: the order of arrival is nobody else's. */
static void sort_claims(struct hear_weighing *weighing)
{
	struct ranked *ranks = malloc((weighing->claim_count + 1) *
				      sizeof *ranks);
	uint32_t i;

	if (!ranks) {
		weighing->failed = true;
		return;
	}
	for (i = 0; i < weighing->claim_count; i++) {
		ranks[i].id = hear_get64(weighing->claims[i].id.bytes);
		ranks[i].claim = i;
	}
	qsort_r(ranks, weighing->claim_count, sizeof *ranks, id_order,
		weighing->claims);
	place_claims(weighing, ranks);
	free(ranks);
}

static int finding_order(const void *a, const void *b)
{
	const struct hear_finding *left = a;
	const struct hear_finding *right = b;

	if (left->question != right->question)
		return left->question < right->question ? -1 : 1;
	if (left->found != right->found)
		return left->found < right->found ? -1 : 1;
	if (left->a != right->a)
		return left->a < right->a ? -1 : 1;
	if (left->b != right->b)
		return left->b < right->b ? -1 : 1;
	return hear_span_order(left->sentence, right->sentence);
}

static void sort_findings(struct hear_weighing *weighing)
{
	uint32_t i;

	if (weighing->finding_count > 1)
		qsort(weighing->findings, weighing->finding_count,
		      sizeof *weighing->findings, finding_order);
	for (i = 0; i < weighing->finding_count; i++) {
		struct hear_question *question =
			&weighing->questions[weighing->findings[i].question];

		if (question->finding_count++ == 0)
			question->first_finding = i;
	}
}

static void name_sources(struct hear_weighing *weighing)
{
	uint32_t i;

	weighing->source_count = hear_lexicon_count(weighing->lexicon);
	weighing->sources = hear_arena_alloc(
		weighing->arena,
		(weighing->source_count + 1) * sizeof *weighing->sources);
	if (!weighing->sources) {
		weighing->failed = true;
		return;
	}
	for (i = 0; i < weighing->source_count; i++) {
		(void)hear_lexicon_chief(weighing->lexicon, i);
		weighing->sources[i].name =
			hear_lexicon_spelling(weighing->lexicon, i);
		weighing->sources[i].joined =
			hear_lexicon_joined(weighing->lexicon, i);
		weighing->sources[i].origin =
			hear_lexicon_origin(weighing->lexicon, i);
	}
}

static int source_order(const void *a, const void *b, void *context)
{
	const struct hear_lexicon *lexicon = context;

	return hear_span_order(
		hear_lexicon_folded(lexicon, *(const uint32_t *)a),
		hear_lexicon_folded(lexicon, *(const uint32_t *)b));
}

/* What everybody sees of sources is in order of name, and only they: until
 * here they went by the lexicon's numbers, which differ from run to run. */
static void show_sources(struct hear_weighing *weighing)
{
	struct hear_lexicon *lexicon = weighing->lexicon;
	uint32_t names = hear_lexicon_count(lexicon);
	uint32_t *order = malloc((names + 1) * sizeof *order);
	uint32_t *now = malloc((names + 1) * sizeof *now);
	struct hear_source *sources = hear_arena_alloc(
		weighing->arena, (names + 1) * sizeof *sources);
	uint32_t *joined = calloc(names + 1, sizeof *joined);
	uint32_t *origin = calloc(names + 1, sizeof *origin);
	uint32_t count = 0;
	uint32_t i;

	if (!order || !now || !sources || !joined || !origin) {
		weighing->failed = true;
		goto out;
	}
	for (i = 0; i < names; i++)
		if (hear_lexicon_kind(lexicon, i) == HEAR_TERM_SOURCE)
			order[count++] = i;
	qsort_r(order, count, sizeof *order, source_order, lexicon);
	for (i = 0; i < count; i++) {
		uint32_t *same = &joined[hear_lexicon_joined(lexicon,
							     order[i])];
		uint32_t *one = &origin[hear_lexicon_origin(lexicon, order[i])];

		now[order[i]] = i;
		*same = *same ? *same : i + 1;
		*one = *one ? *one : i + 1;
		sources[i].name = weighing->sources[order[i]].name;
		sources[i].joined = *same - 1;
		sources[i].origin = *one - 1;
	}
	for (i = 0; i < weighing->claim_count; i++) {
		struct hear_weighed *claim = &weighing->claims[i];

		if (claim->outlet != HEAR_NOBODY)
			claim->outlet = now[claim->outlet];
		if (claim->origin != HEAR_NOBODY)
			claim->origin = now[claim->origin];
	}
	for (i = 0; i < weighing->party_count; i++)
		weighing->parties[i].name = now[weighing->parties[i].name];
	for (i = 0; i < weighing->voice_count; i++)
		if (weighing->voices[i].charged != HEAR_NOBODY)
			weighing->voices[i].charged =
				now[weighing->voices[i].charged];
	weighing->sources = sources;
	weighing->source_count = count;
out:
	free(order);
	free(now);
	free(joined);
	free(origin);
}

static void show_extents(struct hear_weighing *weighing)
{
	uint32_t i;

	for (i = 0; i < weighing->claim_count; i++)
		if (weighing->claims[i].answer == HEAR_ANSWER_FIGURE)
			hear_weigh_extent(weighing, &weighing->inner[i].bounds,
					  &weighing->claims[i].extent);
}

/* Who says what, and whose word counts. */
static enum hear_code part(struct hear_weighing *weighing,
			   struct hear_err *err)
{
	uint32_t i;

	sort_claims(weighing);
	if (!weighing->failed)
		hear_weigh_texts(weighing);
	if (!weighing->failed)
		hear_weigh_questions(weighing);
	if (!weighing->failed)
		name_sources(weighing);
	if (!weighing->failed)
		hear_weigh_parties(weighing);
	for (i = 0; i < weighing->party_count && !weighing->failed; i++)
		hear_weigh_course(weighing, &weighing->parties[i]);
	for (i = 0; i < weighing->question_count && !weighing->failed; i++) {
		hear_weigh_circles(weighing, i);
		hear_weigh_copies(weighing, i);
	}
	return weighing->failed || hear_arena_failed(weighing->arena) ||
			       hear_lexicon_failed(weighing->lexicon)
		       ? hear_fail_memory(err)
		       : HEAR_OK;
}

/* And how all of it compares. */
static enum hear_code compare(struct hear_weighing *weighing,
			      struct hear_err *err)
{
	uint32_t i;

	for (i = 0; i < weighing->question_count && !weighing->failed; i++) {
		hear_weigh_counts(weighing, i);
		hear_weigh_verdict(weighing, i);
	}
	if (!weighing->failed)
		hear_weigh_parts(weighing);
	if (!weighing->failed)
		hear_weigh_sums(weighing);
	if (!weighing->failed)
		show_extents(weighing);
	if (!weighing->failed)
		hear_weigh_say(weighing);
	if (!weighing->failed)
		sort_findings(weighing);
	if (!weighing->failed)
		show_sources(weighing);
	return weighing->failed || hear_arena_failed(weighing->arena) ||
			       hear_lexicon_failed(weighing->lexicon)
		       ? hear_fail_memory(err)
		       : HEAR_OK;
}

/* ---- Beginning and end ---- */

static enum hear_code begin(struct hear_weighing **out,
			    struct hear_reader *reader, struct hear_err *err)
{
	struct hear_weighing *weighing = calloc(1, sizeof *weighing);
	enum hear_code code;

	*out = NULL;
	if (!weighing)
		return hear_fail_memory(err);
	weighing->arena = hear_arena_new();
	if (!weighing->arena) {
		free(weighing);
		return hear_fail_memory(err);
	}
	hear_interned_init(&weighing->texts, weighing->arena);
	hear_interned_init(&weighing->documents, weighing->arena);
	hear_interned_init(&weighing->matters, weighing->arena);
	hear_interned_init(&weighing->keys, weighing->arena);
	/* Never NULL: lists of no names begin somewhere, too. */
	if (hear_weighing_grow(weighing, (void **)&weighing->lists,
			       &weighing->list_room, 0,
			       sizeof *weighing->lists))
		code = hear_lexicon_new(&weighing->lexicon, reader, err);
	else
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_meanings_new(&weighing->meanings, reader, err);
	if (code == HEAR_OK)
		*out = weighing;
	else
		hear_weighing_free(weighing);
	return code;
}

/* `then` may be NULL. */
static enum hear_code finish(struct hear_weighing **out,
			     struct loading *loading,
			     enum hear_code (*then)(struct hear_weighing *weighing,
						    struct hear_err *err))
{
	enum hear_code code = loading->code;

	hear_bits_done(&loading->taken);
	hear_bits_done(&loading->subjects);
	hear_bits_done(&loading->predicates);
	hear_postings_close(loading->postings);
	hear_buffer_done(&loading->key);
	hear_arena_free(loading->arena);
	if (code == HEAR_OK)
		code = part(loading->weighing, loading->err);
	if (code == HEAR_OK && then)
		code = then(loading->weighing, loading->err);
	if (code == HEAR_OK)
		*out = loading->weighing;
	else
		hear_weighing_free(loading->weighing);
	return code;
}

static enum hear_code start(struct loading *loading,
			    struct hear_reader *reader, struct hear_err *err)
{
	memset(loading, 0, sizeof *loading);
	loading->reader = reader;
	loading->err = err;
	loading->arena = hear_arena_new();
	loading->code = loading->arena
				? begin(&loading->weighing, reader, err)
				: hear_fail_memory(err);
	return loading->code;
}

enum hear_code hear_weigh(struct hear_weighing **out,
			  struct hear_reader *reader,
			  const struct hear_query *query, struct hear_err *err)
{
	struct loading loading;

	*out = NULL;
	if (start(&loading, reader, err) == HEAR_OK) {
		if (query)
			take_asked(&loading, query);
		else
			take_all(&loading);
	}
	if (loading.code == HEAR_OK && query)
		take_context(&loading);
	return finish(out, &loading, compare);
}

enum hear_code hear_weigh_around(struct hear_weighing **out,
				 struct hear_reader *reader,
				 const struct hear_record *record,
				 uint64_t number, struct hear_err *err)
{
	struct loading loading;

	*out = NULL;
	if (start(&loading, reader, err) == HEAR_OK) {
		loading.all_asked = true;
		if (record)
			take(&loading, record, number, true);
		else
			take_all(&loading);
	}
	if (loading.code == HEAR_OK && record)
		take_context(&loading);
	return finish(out, &loading, NULL);
}

void hear_weighing_free(struct hear_weighing *weighing)
{
	if (!weighing)
		return;
	hear_interned_done(&weighing->texts);
	hear_interned_done(&weighing->documents);
	hear_interned_done(&weighing->matters);
	hear_interned_done(&weighing->keys);
	hear_lexicon_free(weighing->lexicon);
	hear_meanings_free(weighing->meanings);
	free(weighing->published);
	free(weighing->text_names);
	free(weighing->lists);
	free(weighing->claims);
	free(weighing->inner);
	free(weighing->links);
	free(weighing->questions);
	free(weighing->about);
	free(weighing->voices);
	free(weighing->parties);
	free(weighing->findings);
	hear_arena_free(weighing->arena);
	free(weighing);
}

/* ---- What it holds ---- */

const struct hear_question *
hear_weighed_questions(const struct hear_weighing *weighing, size_t *count)
{
	*count = weighing->question_count;
	return weighing->questions;
}

const struct hear_weighed *
hear_weighed_claims(const struct hear_weighing *weighing, size_t *count)
{
	*count = weighing->claim_count;
	return weighing->claims;
}

const struct hear_voice *
hear_weighed_voices(const struct hear_weighing *weighing, size_t *count)
{
	*count = weighing->voice_count;
	return weighing->voices;
}

const struct hear_party *
hear_weighed_parties(const struct hear_weighing *weighing, size_t *count)
{
	*count = weighing->party_count;
	return weighing->parties;
}

const struct hear_source *
hear_weighed_sources(const struct hear_weighing *weighing, size_t *count)
{
	*count = weighing->source_count;
	return weighing->sources;
}

const struct hear_finding *
hear_weighed_findings(const struct hear_weighing *weighing, size_t *count)
{
	*count = weighing->finding_count;
	return weighing->findings;
}
