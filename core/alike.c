/* SPDX-License-Identifier: ISC */
/* alike.c - claims that are probably one, filed twice: the call is in
 * hearsay.h. Names are compared folded, not widened by terms, and `until` counts:
 * these are to be the same statement, not answers to one question. */
#include "core/bytes.h"
#include "core/chain.h"
#include "core/error.h"
#include "core/index.h"
#include "core/postings.h"
#include "core/reader.h"
#include "core/record.h"

#include <string.h>

static bool same_text(struct hear_span a, struct hear_span b)
{
	struct hear_buffer left = {0};
	struct hear_buffer right = {0};
	bool same;

	if (hear_span_equal(a, b))
		return true;
	hear_text_fold(a, &left);
	hear_text_fold(b, &right);
	same = hear_span_equal(hear_buffer_view(&left),
			       hear_buffer_view(&right));
	hear_buffer_done(&left);
	hear_buffer_done(&right);
	return same;
}

static bool same_field(const struct hear_value *a, const struct hear_value *b,
		       const char *name)
{
	return same_text(hear_text_of(hear_map_get(a, name)),
			 hear_text_of(hear_map_get(b, name)));
}

static bool holds_text(const struct hear_value *list, struct hear_span text)
{
	size_t i;

	for (i = 0; i < hear_count_of(list); i++)
		if (same_text(hear_text_of(hear_item_of(list, i)), text))
			return true;
	return false;
}

/* Lists as sets. */
static bool same_set(const struct hear_value *a, const struct hear_value *b)
{
	size_t i;

	if (hear_count_of(a) != hear_count_of(b))
		return false;
	for (i = 0; i < hear_count_of(a); i++)
		if (!holds_text(b, hear_text_of(hear_item_of(a, i))))
			return false;
	return true;
}

static bool same_statement(const struct hear_value *a, const struct hear_value *b)
{
	static const char *const fields[] = {"subject", "predicate", "since",
					     "until", "event"};
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!same_field(a, b, fields[i]))
			return false;
	return same_set(hear_map_get(a, "of"), hear_map_get(b, "of")) &&
	       same_field(hear_map_get(a, "place"), hear_map_get(b, "place"),
			  "name") &&
	       same_field(hear_map_get(a, "value"), hear_map_get(b, "value"),
			  "unit");
}

/* Unnamed origins are never the same. */
static bool same_origin(const struct hear_value *a, const struct hear_value *b)
{
	const struct hear_value *left = hear_chain_origin(a);
	const struct hear_value *right = hear_chain_origin(b);

	if (!left || !right)
		return !left && !right;
	return !hear_bool_of(hear_map_get(left, "unnamed")) &&
	       !hear_bool_of(hear_map_get(right, "unnamed")) &&
	       same_set(hear_map_get(left, "who"), hear_map_get(right, "who"));
}

/* Texts of their own tell claims without a subject and predicate apart. */
static bool alike(const struct hear_value *a, const struct hear_value *b)
{
	if (!same_statement(a, b) ||
	    !same_origin(hear_map_get(a, "chain"),
			      hear_map_get(b, "chain")))
		return false;
	return hear_map_get(a, "predicate") || same_field(a, b, "text");
}

enum hear_code hear_alike(struct hear_reader *reader,
			  const struct hear_value *claim, struct hear_id *out,
			  size_t room, size_t *count, struct hear_err *err)
{
	struct hear_span document =
		hear_text_of(hear_map_get(claim, "document"));
	struct hear_arena *arena;
	struct hear_postings *postings = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	enum hear_standing stands;
	uint64_t number = 0;
	enum hear_code code;

	*count = 0;
	if (document.size == 0)
		return HEAR_OK;
	arena = hear_arena_new();
	if (!arena)
		return hear_fail_memory(err);
	hear_index_key(HEAR_UNDER_DOCUMENT, document, &key);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_buffer_view(&key), err);
	while (code == HEAR_OK && *count < room) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code != HEAR_OK || !hear_record_is(record.tree, "claim") ||
		    !alike(claim, record.tree) ||
		    hear_value_equal(claim, record.tree))
			continue;
		code = hear_standing_of(reader, number, reader->view.highest,
					&stands, err);
		if (code == HEAR_OK && stands == HEAR_LIVE)
			out[(*count)++] = record.id;
	}
	hear_postings_close(postings);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}
