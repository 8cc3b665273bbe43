/* SPDX-License-Identifier: ISC */
#include "core/terms.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

enum hear_under hear_terms_under(enum hear_term kind)
{
	switch (kind) {
	case HEAR_TERM_SOURCE:
		return HEAR_UNDER_SOURCE;
	case HEAR_TERM_SUBJECT:
		return HEAR_UNDER_SUBJECT;
	case HEAR_TERM_PREDICATE:
		return HEAR_UNDER_PREDICATE;
	case HEAR_TERM_OF:
		return HEAR_UNDER_OF;
	case HEAR_TERM_PLACE:
		return HEAR_UNDER_PLACE;
	case HEAR_TERM_UNIT:
		return HEAR_UNDER_UNIT;
	}
	return HEAR_UNDER_SOURCE;
}

/* ---- Widening ---- */

/* Folded names reached so far; those before `done` were followed. */
struct reached {
	struct hear_arena *arena;
	struct hear_span *names;
	size_t count;
	size_t room;
};

static bool reach(struct reached *reached, struct hear_span name)
{
	struct hear_buffer folded = {0};
	struct hear_span view;
	size_t i;

	hear_text_fold(name, &folded);
	view = hear_buffer_view(&folded);
	for (i = 0; i < reached->count; i++)
		if (hear_span_equal(reached->names[i], view))
			break;
	if (i == reached->count && reached->count < HEAR_TERMS_JOINED) {
		if (reached->count == reached->room) {
			size_t room = reached->room ? reached->room * 2 : 8;
			struct hear_span *more = realloc(
				reached->names, room * sizeof *more);

			if (!more)
				folded.failed = true;
			else {
				reached->names = more;
				reached->room = room;
			}
		}
		if (!folded.failed)
			reached->names[reached->count++] =
				hear_arena_copy(reached->arena, view);
	}
	hear_buffer_done(&folded);
	return !folded.failed && !hear_arena_failed(reached->arena);
}

static bool folds_to(struct hear_span name, struct hear_span folded)
{
	struct hear_buffer own = {0};
	bool same;

	hear_text_fold(name, &own);
	same = hear_span_equal(hear_buffer_view(&own), folded);
	hear_buffer_done(&own);
	return same;
}

/* What one term record adds for a name: the other of two names, or the part
 * where the name is the whole. */
static bool follow_term(struct reached *reached, const struct hear_value *tree,
			struct hear_span name)
{
	const struct hear_value *same = hear_map_get(tree, "same");
	struct hear_span part = hear_text_of(hear_map_get(tree, "part"));
	struct hear_span whole = hear_text_of(hear_map_get(tree, "whole"));
	size_t i;

	for (i = 0; i < hear_count_of(same); i++)
		if (folds_to(hear_text_of(hear_item_of(same, i)), name))
			break;
	if (i < hear_count_of(same))
		for (i = 0; i < hear_count_of(same); i++)
			if (!reach(reached,
				   hear_text_of(hear_item_of(same, i))))
				return false;
	if (part.size > 0 && folds_to(whole, name))
		return reach(reached, part);
	return true;
}

static enum hear_code follow_name(struct hear_reader *reader,
				  struct reached *reached,
				  struct hear_arena *arena, const char *kind,
				  struct hear_span name, struct hear_err *err)
{
	struct hear_postings *postings = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	enum hear_standing stands;
	uint64_t number = 0;
	enum hear_code code;

	hear_index_key(HEAR_UNDER_TERM, name, &key);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_buffer_view(&key), err);
	while (code == HEAR_OK) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code != HEAR_OK || !hear_record_is(record.tree, "term") ||
		    !hear_span_is(hear_text_of(hear_map_get(record.tree, "as")),
				  kind))
			continue;
		code = hear_standing_of(reader, number, reader->view.highest,
					&stands, err);
		if (code == HEAR_OK && stands == HEAR_LIVE &&
		    !follow_term(reached, record.tree, name))
			code = hear_fail_memory(err);
	}
	hear_buffer_done(&key);
	hear_postings_close(postings);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_terms_widen(struct hear_reader *reader, enum hear_term kind,
				struct hear_span from,
				enum hear_code (*name)(void *context,
						       struct hear_span folded),
				void *context, struct hear_err *err)
{
	struct reached reached = {hear_arena_new(), NULL, 0, 0};
	struct hear_arena *arena = hear_arena_new();
	enum hear_code code = HEAR_OK;
	size_t i;

	if (!arena || !reached.arena || !reach(&reached, from))
		code = hear_fail_memory(err);
	for (i = 0; i < reached.count && code == HEAR_OK; i++)
		code = follow_name(reader, &reached, arena,
				   hear_term_name(kind), reached.names[i], err);
	for (i = 0; i < reached.count && code == HEAR_OK; i++)
		code = name(context, reached.names[i]);
	free(reached.names);
	if (arena)
		hear_arena_free(arena);
	if (reached.arena)
		hear_arena_free(reached.arena);
	return code;
}

static enum hear_code count_reached(void *context, struct hear_span folded)
{
	size_t *count = context;

	(void)folded;
	++*count;
	return HEAR_OK;
}

enum hear_code hear_terms_joined(struct hear_reader *reader,
				 enum hear_term kind, struct hear_span name,
				 bool *out, struct hear_err *err)
{
	size_t count = 0;
	enum hear_code code = hear_terms_widen(reader, kind, name,
					       count_reached, &count, err);

	*out = count > 1;
	return code;
}

/* ---- Listing ---- */

struct naming {
	struct hear_span key; /* as indexed */
	enum hear_under under;
	struct hear_buffer *out;
};

static void match_name(void *context, struct hear_span name)
{
	struct naming *naming = context;
	struct hear_buffer key = {0};

	if (naming->out->size == 0 && name.size > 0) {
		hear_index_key(naming->under, name, &key);
		if (hear_span_equal(hear_buffer_view(&key), naming->key))
			hear_buffer_span(naming->out, name);
	}
	hear_buffer_done(&key);
}

/* How many live records stand under the key, `most` at most, and a name as it
 * is written in the first of them. */
static enum hear_code count_live(struct hear_reader *reader,
				 struct hear_arena *arena,
				 struct hear_span key, enum hear_under under,
				 uint64_t most, struct hear_buffer *name,
				 uint64_t *count, struct hear_err *err)
{
	struct naming naming = {key, under, name};
	struct hear_postings *postings = NULL;
	struct hear_record record;
	enum hear_standing stands;
	uint64_t number = 0;
	enum hear_code code = hear_postings_open(&postings, reader->txn,
						 HEAR_BY, key, err);

	*count = 0;
	hear_buffer_reset(name);
	while (code == HEAR_OK && *count < most) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code == HEAR_OK)
			code = hear_standing_of(reader, number,
						reader->view.highest, &stands,
						err);
		if (code != HEAR_OK || stands != HEAR_LIVE)
			continue;
		++*count;
		if (name->size > 0)
			continue;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code == HEAR_OK)
			hear_index_names(under, record.tree, match_name,
					 &naming);
	}
	hear_postings_close(postings);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_terms(struct hear_reader *reader, enum hear_term kind,
			  bool (*each)(void *context, struct hear_span name,
				       uint64_t count),
			  void *context, struct hear_err *err)
{
	enum hear_under under = hear_terms_under(kind);
	char tag = (char)under;
	struct hear_arena *arena = hear_arena_new();
	struct hear_cursor *cursor = NULL;
	struct hear_buffer name = {0};
	struct hear_span key = {NULL, 0};
	uint64_t count;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	code = hear_cursor_open(&cursor, reader->txn, HEAR_BY, err);
	if (code == HEAR_OK)
		code = hear_stem_seek(cursor, HEAR_BY, hear_span_make(&tag, 1),
				      &key, err);
	while (code == HEAR_OK && key.size > 0 && key.data[0] == tag) {
		code = count_live(reader, arena, key, under, UINT64_MAX, &name,
				  &count, err);
		if (code != HEAR_OK)
			break;
		if (count > 0 && name.size > 0 &&
		    !each(context, hear_buffer_view(&name), count))
			break;
		code = hear_stem_next(cursor, HEAR_BY, &key, err);
	}
	hear_cursor_close(cursor);
	hear_buffer_done(&name);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_terms_count(struct hear_reader *reader,
				enum hear_term kind, struct hear_span name,
				uint64_t most, struct hear_buffer *written,
				uint64_t *count, struct hear_err *err)
{
	enum hear_under under = hear_terms_under(kind);
	struct hear_arena *arena = hear_arena_new();
	struct hear_buffer key = {0};
	enum hear_code code;

	hear_index_key(under, name, &key);
	if (!arena || key.failed)
		code = hear_fail_memory(err);
	else
		code = count_live(reader, arena, hear_buffer_view(&key), under,
				  most, written, count, err);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code;
}

enum hear_code hear_terms_keys(struct hear_reader *reader, enum hear_term kind,
			       bool (*each)(void *context,
					    struct hear_span folded),
			       void *context, struct hear_err *err)
{
	char tag = (char)hear_terms_under(kind);
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	enum hear_code code =
		hear_cursor_open(&cursor, reader->txn, HEAR_BY, err);

	if (code == HEAR_OK)
		code = hear_stem_seek(cursor, HEAR_BY, hear_span_make(&tag, 1),
				      &key, err);
	while (code == HEAR_OK && key.size > 0 && key.data[0] == tag &&
	       each(context, hear_span_make(key.data + 1, key.size - 1)))
		code = hear_stem_next(cursor, HEAR_BY, &key, err);
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}
