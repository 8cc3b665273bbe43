/* SPDX-License-Identifier: ISC */
/* timeline_terms.c - how secret the vocabulary is that a picture was made by:
 * that two names are one may be known to fewer than either. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/timeline.h"

#include <stdlib.h>
#include <string.h>

enum { TERMS = 20000 };

/* Two names that a term joins, folded; of a definition the word alone. */
struct joined {
	struct hear_span names[2];
	enum hear_marking marking;
	bool bears;
};

struct joining {
	const struct hear_weighing *weighing;
	struct hear_reader *reader;
	struct hear_arena *arena;
	struct hear_span *names; /* folded, in order: of what was weighed */
	size_t name_count;
	struct joined *terms;
	size_t term_count;
};

static struct hear_span folded(struct joining *joining, struct hear_span text)
{
	struct hear_buffer folded = {0};
	struct hear_span out;

	hear_text_fold(text, &folded);
	out = hear_arena_copy(joining->arena, hear_buffer_view(&folded));
	hear_buffer_done(&folded);
	return out;
}

static int order_names(const void *a, const void *b)
{
	return hear_span_order(*(const struct hear_span *)a,
			       *(const struct hear_span *)b);
}

static void add_source(struct joining *joining,
		       const struct hear_source *sources, uint32_t source)
{
	if (source != HEAR_NOBODY)
		joining->names[joining->name_count++] =
			folded(joining, sources[source].name);
}

/* The sources of a weighing hold the vocabulary, too: those count that stand at
 * an end of a chain. */
static bool gather_names(struct joining *joining)
{
	size_t sources;
	size_t questions;
	size_t claims;
	const struct hear_weighed *claim =
		hear_weighed_claims(joining->weighing, &claims);
	const struct hear_source *source =
		hear_weighed_sources(joining->weighing, &sources);
	const struct hear_question *question =
		hear_weighed_questions(joining->weighing, &questions);
	size_t most = 2 * claims + 4 * questions;
	size_t i;
	uint32_t j;

	for (i = 0; i < questions; i++)
		most += question[i].of_count;
	joining->names = hear_arena_alloc(joining->arena,
					  (most + 1) * sizeof(struct hear_span));
	if (!joining->names)
		return false;
	for (i = 0; i < claims; i++) {
		add_source(joining, source, claim[i].origin);
		add_source(joining, source, claim[i].outlet);
	}
	for (i = 0; i < questions; i++) {
		const struct hear_span parts[] = {
			question[i].subject, question[i].predicate,
			question[i].place, question[i].unit};

		for (j = 0; j < sizeof parts / sizeof *parts; j++)
			joining->names[joining->name_count++] =
				folded(joining, parts[j]);
		for (j = 0; j < question[i].of_count; j++)
			joining->names[joining->name_count++] =
				folded(joining, question[i].of[j]);
	}
	qsort(joining->names, joining->name_count, sizeof *joining->names,
	      order_names);
	return true;
}

static void add_term(struct joining *joining, const struct hear_record *record)
{
	const struct hear_value *tree = record->tree;
	const struct hear_value *same = hear_map_get(tree, "same");
	struct joined *term = &joining->terms[joining->term_count++];

	memset(term, 0, sizeof *term);
	term->marking = HEAR_CLEAR;
	term->names[0] = folded(
		joining, hear_text_of(same ? hear_item_of(same, 0)
				      : hear_map_get(tree, "part")
					      ? hear_map_get(tree, "part")
					      : hear_map_get(tree, "name")));
	term->names[1] = folded(
		joining, hear_text_of(same ? hear_item_of(same, 1)
					   : hear_map_get(tree, "whole")));
	timeline_hold(joining->reader, joining->arena, &record->id,
		      &term->marking);
}

static enum hear_code gather_terms(struct joining *joining,
				   struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record record;
	enum hear_code code = arena ? HEAR_OK : hear_fail_memory(err);

	if (code == HEAR_OK)
		code = hear_query_new(&query,
				      hear_span_of("kind:term OR "
						   "kind:definition"),
				      err);
	if (code == HEAR_OK)
		code = hear_find(&finder, joining->reader, query, HEAR_BY_FILED,
				 err);
	while (code == HEAR_OK && joining->term_count < TERMS) {
		hear_arena_reset(arena);
		code = hear_find_next(finder, arena, &record, err);
		if (code == HEAR_OK)
			add_term(joining, &record);
	}
	if (finder)
		hear_find_end(finder);
	hear_query_free(query);
	if (arena)
		hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* "dozens" of a figure is no name, and stands in the value. */
static bool words_a_value(struct joining *joining, struct hear_span word)
{
	size_t count;
	const struct hear_weighed *claims =
		hear_weighed_claims(joining->weighing, &count);
	struct hear_buffer value = {0};
	bool found = false;
	size_t i;

	for (i = 0; i < count && word.size > 0 && !found; i++) {
		hear_buffer_reset(&value);
		hear_text_fold(claims[i].value, &value);
		found = value.size > 0 && memmem(value.data, value.size,
						 word.data, word.size);
	}
	hear_buffer_done(&value);
	return found;
}

static bool bears(struct joining *joining, const struct joined *term)
{
	size_t i;
	size_t j;

	for (i = 0; i < 2; i++) {
		struct hear_span name = term->names[i];

		if (name.size == 0)
			continue;
		if (bsearch(&name, joining->names, joining->name_count,
			    sizeof name, order_names))
			return true;
		for (j = 0; j < joining->term_count; j++)
			if (joining->terms[j].bears &&
			    (hear_span_equal(name, joining->terms[j].names[0]) ||
			     hear_span_equal(name, joining->terms[j].names[1])))
				return true;
	}
	return term->names[1].size == 0 &&
	       words_a_value(joining, term->names[0]);
}

enum hear_code timeline_hold_terms(const struct hear_weighing *weighing,
				   struct hear_reader *reader,
				   struct hear_arena *arena,
				   enum hear_marking *marking,
				   struct hear_err *err)
{
	struct joining joining = {.weighing = weighing,
				  .reader = reader,
				  .arena = arena,
				  .terms = hear_arena_alloc(
					  arena, TERMS * sizeof(struct joined))};
	enum hear_code code;
	bool more = true;
	size_t i;

	if (!joining.terms || !gather_names(&joining))
		return hear_fail_memory(err);
	code = gather_terms(&joining, err);
	while (code == HEAR_OK && more) {
		more = false;
		for (i = 0; i < joining.term_count; i++) {
			struct joined *term = &joining.terms[i];

			if (term->bears || !bears(&joining, term))
				continue;
			term->bears = true;
			more = true;
			if (term->marking > *marking)
				*marking = term->marking;
		}
	}
	if (code == HEAR_OK && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	return code;
}
