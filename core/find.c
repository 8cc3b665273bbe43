/* SPDX-License-Identifier: ISC */
/* find.c - answers a query: takes what the plan's streams give, tests it
 * against the terms that no exact stream answered, and keeps what is in view.
 * The public calls are in hearsay.h. */
#include "core/find.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/match.h"
#include "core/plan.h"
#include "core/query.h"
#include "core/reader.h"
#include "core/record.h"
#include "core/when.h"

#include <stdlib.h>
#include <string.h>

struct hear_query {
	struct hear_arena *arena;
	struct hear_query_term *root;
	bool names_kind;     /* kind: or id: stands somewhere in it */
	bool asks_retracted; /* is:retracted stands somewhere in it */
};

/* ---- The query ---- */

static void survey(struct hear_query *query, const struct hear_query_term *term)
{
	const struct hear_query_term *child;

	if (term->node == HEAR_QUERY_TERM) {
		if (term->key == HEAR_KEY_KIND || term->key == HEAR_KEY_ID)
			query->names_kind = true;
		if (term->key == HEAR_KEY_IS &&
		    hear_span_is(term->text, "retracted"))
			query->asks_retracted = true;
	}
	for (child = term->first; child; child = child->next)
		survey(query, child);
}

enum hear_code hear_query_new(struct hear_query **out, struct hear_span text,
			      struct hear_err *err)
{
	struct hear_query *query = calloc(1, sizeof *query);
	enum hear_code code;

	*out = NULL;
	if (!query)
		return hear_fail_memory(err);
	query->arena = hear_arena_new();
	/* Terms borrow from the text: it must live as long as they do. */
	if (query->arena)
		text = hear_arena_copy(query->arena, text);
	code = query->arena && !hear_arena_failed(query->arena)
		       ? hear_query_parse(query->arena, text, &query->root, err)
		       : hear_fail_memory(err);
	/* A part of a query finds what was not asked for. */
	if (code == HEAR_OK && hear_arena_failed(query->arena))
		code = hear_fail_memory(err);
	if (code != HEAR_OK) {
		hear_query_free(query);
		return code;
	}
	survey(query, query->root);
	*out = query;
	return HEAR_OK;
}

void hear_query_free(struct hear_query *query)
{
	if (!query)
		return;
	if (query->arena)
		hear_arena_free(query->arena);
	free(query);
}

/* ---- The finder ---- */

struct found {
	int64_t time;
	uint64_t number;
};

struct hear_finder {
	struct hear_reader *reader;
	const struct hear_query *query;
	struct hear_plan plan;
	uint64_t last_given;

	/* Where an order is asked for: what was found, sorted. */
	struct found *sorted;
	size_t sorted_count;
	size_t sorted_next;
	bool is_sorted;
};

/* ---- Testing ---- */

static enum hear_code test(struct hear_finder *finder, const struct hear_plan_node *node,
			   uint64_t number, const struct hear_record *record,
			   bool *out, struct hear_err *err)
{
	const struct hear_plan_node *child;
	uint64_t found = 0;
	bool any = false;
	enum hear_code code = HEAR_OK;

	*out = true;
	if (node->exact && node->candidates) {
		code = hear_numbers_seek(node->candidates, number, &found, err);
		*out = code == HEAR_OK && found == number;
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	}
	switch (node->term->node) {
	case HEAR_QUERY_ALL:
		return HEAR_OK;
	case HEAR_QUERY_TERM:
		if (node->term->key == HEAR_KEY_KIND) { /* kind:any */
			*out = !hear_roster_kind(
				hear_record_kind(record->tree));
			return HEAR_OK;
		}
		return hear_match(finder->reader, node->term, number, record,
				  out, err);
	case HEAR_QUERY_NOT:
		code = test(finder, node->first, number, record, out, err);
		*out = !*out;
		return code;
	case HEAR_QUERY_AND:
		for (child = node->first; child && code == HEAR_OK && *out;
		     child = child->next)
			code = test(finder, child, number, record, out, err);
		return code;
	case HEAR_QUERY_OR:
		for (child = node->first; child && code == HEAR_OK && !any;
		     child = child->next)
			code = test(finder, child, number, record, &any, err);
		*out = any;
		return code;
	}
	return HEAR_OK;
}

/* Whether a candidate is an answer: in view, and matching. `record` is read
 * into `arena` only where it must be looked at, or is wanted. */
static enum hear_code answers(struct hear_finder *finder, uint64_t number,
			      struct hear_arena *arena, bool wanted,
			      struct hear_record *record, bool *out,
			      struct hear_err *err)
{
	bool exact = finder->plan.root->exact && finder->plan.root->candidates;
	bool all = finder->plan.root->term->node == HEAR_QUERY_ALL;
	bool clock = finder->reader->view.known_by_ms != INT64_MAX;
	enum hear_standing stands = HEAR_ABSENT;
	enum hear_code code;

	*out = false;
	code = hear_standing_of(finder->reader, number,
				finder->reader->view.highest, &stands, err);
	if (code != HEAR_OK || stands == HEAR_ABSENT ||
	    (stands == HEAR_RETRACTED && !finder->query->asks_retracted))
		return code;
	if (wanted || clock || (!exact && !all)) {
		hear_arena_reset(arena);
		code = hear_record_at(finder->reader, arena, number, record,
				      err);
	}
	*out = true;
	if (code == HEAR_OK && !all)
		code = test(finder, finder->plan.root, number, record, out, err);
	if (code == HEAR_OK && *out && clock)
		code = hear_was_known(finder->reader, record->tree, out, err);
	return code;
}

/* The next answer above `number`. */
static enum hear_code next_answer(struct hear_finder *finder,
				  struct hear_arena *arena, bool wanted,
				  uint64_t *number, struct hear_record *record,
				  struct hear_err *err)
{
	bool is = false;
	enum hear_code code = HEAR_OK;

	while (code == HEAR_OK && !is) {
		code = hear_numbers_seek(finder->plan.source, *number + 1, number,
					 err);
		if (code == HEAR_OK)
			code = answers(finder, *number, arena, wanted, record,
				       &is, err);
	}
	return code;
}

/* ---- Sorting ---- */

static int64_t time_of(const struct hear_value *tree, enum hear_order order)
{
	struct hear_when when;
	struct hear_span text = hear_text_of(
		hear_map_get(tree, order == HEAR_BY_SAID ? "said" : "event"));

	if (hear_when_parse(text, &when, NULL) != HEAR_OK)
		return HEAR_TIME_MAX;
	return when.from == HEAR_TIME_MIN && when.to != HEAR_TIME_MAX
		       ? when.to - 1
		       : when.from;
}

static int found_order(const void *a, const void *b)
{
	const struct found *left = a;
	const struct found *right = b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return (left->number > right->number) - (left->number < right->number);
}

static enum hear_code sort(struct hear_finder *finder, enum hear_order order,
			   struct hear_err *err)
{
	struct hear_record record;
	uint64_t number = 0;
	size_t room = 0;
	enum hear_code code;

	finder->is_sorted = true;
	while ((code = next_answer(finder, finder->plan.arena, true, &number,
				   &record, err)) == HEAR_OK) {
		if (finder->sorted_count == room) {
			struct found *more;

			room = room ? room * 2 : 256;
			more = realloc(finder->sorted, room * sizeof *more);
			if (!more)
				return hear_fail_memory(err);
			finder->sorted = more;
		}
		finder->sorted[finder->sorted_count].time =
			time_of(record.tree, order);
		finder->sorted[finder->sorted_count++].number = number;
	}
	if (finder->sorted_count > 0)
		qsort(finder->sorted, finder->sorted_count,
		      sizeof *finder->sorted, found_order);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Public calls ---- */

static enum hear_code start(struct hear_finder **out,
			    struct hear_reader *reader,
			    const struct hear_query *query,
			    struct hear_err *err)
{
	struct hear_finder *finder = calloc(1, sizeof *finder);

	*out = finder;
	if (!finder)
		return hear_fail_memory(err);
	finder->reader = reader;
	finder->query = query;
	return hear_plan_make(&finder->plan, reader, query->root,
			      !query->names_kind, err);
}

enum hear_code hear_find(struct hear_finder **out, struct hear_reader *reader,
			 const struct hear_query *query, enum hear_order order,
			 struct hear_err *err)
{
	enum hear_code code = start(out, reader, query, err);

	if (code == HEAR_OK && order != HEAR_BY_FILED)
		code = sort(*out, order, err);
	if (code != HEAR_OK) {
		hear_find_end(*out);
		*out = NULL;
	}
	return code;
}

enum hear_code hear_find_next(struct hear_finder *finder,
			      struct hear_arena *arena, struct hear_record *out,
			      struct hear_err *err)
{
	if (!finder->is_sorted)
		return next_answer(finder, arena, true, &finder->last_given,
				   out, err);
	if (finder->sorted_next == finder->sorted_count)
		return HEAR_NOTFOUND;
	hear_arena_reset(arena);
	return hear_record_at(finder->reader, arena,
			      finder->sorted[finder->sorted_next++].number, out,
			      err);
}

uint64_t hear_find_number(const struct hear_finder *finder)
{
	return finder->last_given;
}

void hear_find_end(struct hear_finder *finder)
{
	if (!finder)
		return;
	hear_plan_done(&finder->plan);
	free(finder->sorted);
	free(finder);
}

enum hear_code hear_find_count(struct hear_reader *reader,
			       const struct hear_query *query, uint64_t *out,
			       struct hear_err *err)
{
	struct hear_finder *finder = NULL;
	struct hear_record record;
	uint64_t number = 0;
	enum hear_code code = start(&finder, reader, query, err);

	*out = 0;
	while (code == HEAR_OK) {
		code = next_answer(finder, finder->plan.arena, false, &number,
				   &record, err);
		*out += code == HEAR_OK;
	}
	hear_find_end(finder);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_find_holds(struct hear_reader *reader,
			       const struct hear_query *query,
			       const struct hear_id *id, bool *out,
			       struct hear_err *err)
{
	struct hear_finder *finder = NULL;
	struct hear_record record;
	uint64_t number = 0;
	uint64_t found = 0;
	enum hear_code code;

	*out = false;
	code = hear_record_number(reader->txn, id, &number, err);
	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	code = start(&finder, reader, query, err);
	if (code == HEAR_OK)
		code = hear_numbers_seek(finder->plan.source, number, &found, err);
	if (code == HEAR_OK && found == number)
		code = answers(finder, number, finder->plan.arena, false, &record,
			       out, err);
	hear_find_end(finder);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}
