/* SPDX-License-Identifier: ISC */
#include "core/meanings.h"
#include "core/bounds.h"
#include "core/bytes.h"
#include "core/each.h"
#include "core/error.h"
#include "core/interned.h"
#include "core/reach.h"

#include <stdlib.h>
#include <string.h>

struct sum {
	struct hear_sum seen;
	struct hear_span key; /* folded names, the whole first, NUL between */
	struct hear_span folded; /* the whole */
	struct hear_span *parts; /* folded, sorted */
};

struct hear_meanings {
	struct hear_arena *arena;
	struct hear_interned words; /* folded, that mean something: */
	struct hear_bounds *meanings;
	size_t meaning_count;
	struct sum *sums;
	size_t sum_count;
	struct hear_sum *seen; /* what hear_sums() gives */
	struct hear_buffer scratch;
	bool failed;
};

static void *one_more(struct hear_meanings *meanings, void *array,
		      size_t count, size_t size)
{
	void *more = array;

	if ((count & (count - 1)) == 0) /* room grows by powers of two */
		more = realloc(array, (count ? count * 2 : 1) * size);
	meanings->failed = meanings->failed || !more;
	return more;
}

static struct hear_span fold(struct hear_meanings *meanings,
			     struct hear_span name)
{
	hear_buffer_reset(&meanings->scratch);
	hear_text_fold(name, &meanings->scratch);
	meanings->failed = meanings->failed || meanings->scratch.failed;
	return hear_arena_copy(meanings->arena,
			       hear_buffer_view(&meanings->scratch));
}

/* ---- Vague words ---- */

static void add_meaning(struct hear_meanings *meanings,
			const struct hear_value *tree)
{
	struct hear_span word =
		fold(meanings, hear_text_of(hear_map_get(tree, "name")));
	struct hear_figure figure;
	struct hear_bounds bounds;
	struct hear_bounds *more;
	uint32_t at;

	if (hear_figure_read(hear_map_get(tree, "means"), &figure, NULL) !=
		    HEAR_OK ||
	    figure.op == HEAR_VAGUE)
		return;
	hear_figure_bounds(&figure, NULL, &bounds);
	at = hear_intern(&meanings->words, word);
	if (meanings->words.failed) {
		meanings->failed = true;
		return;
	}
	if (at < meanings->meaning_count) {
		hear_bounds_hull(&meanings->meanings[at], &bounds);
		return;
	}
	more = one_more(meanings, meanings->meanings, meanings->meaning_count,
			sizeof *more);
	if (!more)
		return;
	meanings->meanings = more;
	more[meanings->meaning_count++] = bounds;
}

const struct hear_bounds *hear_meaning_of(struct hear_meanings *meanings,
					  struct hear_span word)
{
	uint32_t at;

	if (meanings->meaning_count == 0)
		return NULL;
	hear_buffer_reset(&meanings->scratch);
	hear_text_fold(word, &meanings->scratch);
	meanings->failed = meanings->failed || meanings->scratch.failed;
	at = hear_interned_find(&meanings->words,
				hear_buffer_view(&meanings->scratch));
	return at == HEAR_NOBODY ? NULL : &meanings->meanings[at];
}

bool hear_meanings_failed(const struct hear_meanings *meanings)
{
	return meanings->failed;
}

/* ---- Sums ---- */

static int span_order(const void *a, const void *b)
{
	const struct hear_span *left = a;
	const struct hear_span *right = b;

	return hear_span_order(*left, *right);
}

static void add_sum(struct hear_meanings *meanings,
		    const struct hear_value *tree)
{
	const struct hear_value *list = hear_map_get(tree, "sum");
	struct hear_span whole = hear_text_of(hear_map_get(tree, "name"));
	size_t count = hear_count_of(list);
	struct hear_span *parts = hear_arena_alloc(meanings->arena,
						   count * sizeof *parts);
	struct hear_span *folded = hear_arena_alloc(meanings->arena,
						    count * sizeof *folded);
	struct hear_buffer key = {0};
	struct sum *more;
	size_t i;

	if (!parts || !folded) {
		meanings->failed = true;
		return;
	}
	for (i = 0; i < count; i++) {
		parts[i] = hear_arena_copy(
			meanings->arena,
			hear_text_of(hear_item_of(list, i)));
		folded[i] = fold(meanings, parts[i]);
	}
	qsort(folded, count, sizeof *folded, span_order);
	hear_buffer_span(&key, fold(meanings, whole));
	for (i = 0; i < count; i++) {
		hear_buffer_byte(&key, '\0');
		hear_buffer_span(&key, folded[i]);
	}
	more = one_more(meanings, meanings->sums, meanings->sum_count,
			sizeof *more);
	if (more) {
		meanings->sums = more;
		more += meanings->sum_count++;
		memset(more, 0, sizeof *more);
		more->seen.whole = hear_arena_copy(meanings->arena, whole);
		more->seen.parts = parts;
		more->seen.count = (uint32_t)count;
		more->folded = fold(meanings, whole);
		more->parts = folded;
		more->key = hear_arena_copy(meanings->arena,
					    hear_buffer_view(&key));
	}
	meanings->failed = meanings->failed || key.failed;
	hear_buffer_done(&key);
}

static int sum_order(const void *a, const void *b)
{
	const struct sum *left = a;
	const struct sum *right = b;
	int order = hear_span_order(left->key, right->key);

	/* The same sum written in two ways: the first in order of bytes. */
	return order ? order
		     : hear_span_order(left->seen.whole, right->seen.whole);
}

enum { SUMS_FOLLOWED = 4096 }; /* more are checked for no circle: none is */

/* Names as numbers: the whole of each sum, then its parts. Gives how many
 * edges there are, from each whole to its parts. */
static size_t number_sums(struct hear_meanings *meanings,
			  struct hear_interned *names, struct hear_edge *edges)
{
	size_t count = 0;
	size_t i;
	size_t j;

	for (i = 0; i < meanings->sum_count; i++)
		for (j = 0; j < meanings->sums[i].seen.count; j++) {
			edges[count].part = hear_intern(
				names, meanings->sums[i].folded);
			edges[count++].whole = hear_intern(
				names, meanings->sums[i].parts[j]);
		}
	meanings->failed = meanings->failed || names->failed;
	return count;
}

/* A sum is circular where one of its parts leads back to its whole. */
static void find_circles(struct hear_meanings *meanings)
{
	struct hear_interned names;
	struct hear_reach *reach = NULL;
	struct hear_edge *edges;
	size_t room = 1;
	size_t count = 0;
	size_t i;
	size_t j;

	if (meanings->sum_count > SUMS_FOLLOWED)
		return;
	for (i = 0; i < meanings->sum_count; i++)
		room += meanings->sums[i].seen.count;
	hear_interned_init(&names, meanings->arena);
	edges = malloc(room * sizeof *edges);
	if (edges) {
		count = number_sums(meanings, &names, edges);
		reach = hear_reach_new(edges, count, names.count);
	}
	meanings->failed = meanings->failed || !reach;
	count = 0;
	for (i = 0; i < meanings->sum_count && !meanings->failed; i++) {
		struct hear_sum *sum = &meanings->sums[i].seen;

		for (j = 0; j < sum->count; j++, count++)
			sum->circular = sum->circular ||
					hear_reach_within(reach,
							  edges[count].whole,
							  edges[count].part);
	}
	hear_reach_free(reach);
	hear_interned_done(&names);
	free(edges);
}

static void settle_sums(struct hear_meanings *meanings)
{
	size_t count = 0;
	size_t i;

	if (meanings->sum_count == 0)
		return;
	qsort(meanings->sums, meanings->sum_count, sizeof *meanings->sums,
	      sum_order);
	for (i = 0; i < meanings->sum_count; i++)
		if (count == 0 ||
		    !hear_span_equal(meanings->sums[count - 1].key,
				     meanings->sums[i].key))
			meanings->sums[count++] = meanings->sums[i];
	meanings->sum_count = count;
	find_circles(meanings);
	meanings->seen = hear_arena_alloc(meanings->arena,
					  count * sizeof *meanings->seen);
	for (i = 0; i < count && meanings->seen; i++)
		meanings->seen[i] = meanings->sums[i].seen;
	meanings->failed = meanings->failed || !meanings->seen;
}

const struct hear_sum *hear_sums(const struct hear_meanings *meanings,
				 size_t *count)
{
	*count = meanings->sum_count;
	return meanings->seen;
}

/* ---- Reading ---- */

static enum hear_code add_definition(void *context,
				     const struct hear_record *record,
				     uint64_t number, struct hear_err *err)
{
	struct hear_meanings *meanings = context;

	(void)number;
	if (hear_map_get(record->tree, "sum"))
		add_sum(meanings, record->tree);
	else
		add_meaning(meanings, record->tree);
	return meanings->failed ? hear_fail_memory(err) : HEAR_OK;
}

enum hear_code hear_meanings_new(struct hear_meanings **out,
				 struct hear_reader *reader,
				 struct hear_err *err)
{
	struct hear_meanings *meanings = calloc(1, sizeof *meanings);
	enum hear_code code = HEAR_OK;

	*out = NULL;
	if (meanings)
		meanings->arena = hear_arena_new();
	if (!meanings || !meanings->arena)
		code = hear_fail_memory(err);
	else
		hear_interned_init(&meanings->words, meanings->arena);
	if (code == HEAR_OK)
		code = hear_each_live(reader, "definition", add_definition,
				      meanings, err);
	if (code == HEAR_OK)
		settle_sums(meanings);
	if (code == HEAR_OK &&
	    (meanings->failed || hear_arena_failed(meanings->arena)))
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		*out = meanings;
	else
		hear_meanings_free(meanings);
	return code;
}

void hear_meanings_free(struct hear_meanings *meanings)
{
	if (!meanings)
		return;
	hear_interned_done(&meanings->words);
	free(meanings->meanings);
	free(meanings->sums);
	hear_buffer_done(&meanings->scratch);
	hear_arena_free(meanings->arena);
	free(meanings);
}
