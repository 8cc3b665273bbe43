/* SPDX-License-Identifier: ISC */
/* versions.c - what captures found at one address, in order of time. The calls
 * are in hearsay.h. */
#include "core/versions.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/index.h"
#include "core/looked.h"
#include "core/numbers.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/when.h"

#include <stdlib.h>
#include <string.h>

struct gathering {
	struct hear_reader *reader;
	struct hear_arena *arena; /* for what is kept */
	struct hear_span document;
	struct hear_version *list;
	size_t count;
	size_t room;
	bool two;   /* other hashes are enough to know */
	bool other; /* two hashes were met */
	struct hear_err *err;
};

/* In lower case: one hash has one spelling here. */
static bool read_hash(const struct hear_value *tree, char out[65])
{
	struct hear_span text = hear_text_of(hear_map_get(tree, "sha256"));
	size_t i;

	if (text.size != 64)
		return false;
	for (i = 0; i < 64; i++) {
		char c = text.data[i];

		out[i] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
	}
	out[64] = '\0';
	return true;
}

/* When it began; of what begins nowhere, when it ended. */
static bool read_time(const struct hear_value *tree, const char *field,
		      struct hear_version *out)
{
	struct hear_when when;

	out->seen = hear_text_of(hear_map_get(tree, field));
	if (hear_when_parse(out->seen, &when, NULL) != HEAR_OK)
		return false;
	out->time_ms = when.from == HEAR_TIME_MIN ? when.to : when.from;
	return true;
}

static enum hear_code filed_time(struct gathering *to,
				 const struct hear_id *id,
				 struct hear_version *out)
{
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code = hear_filed_in(to->reader, to->arena, id, &filed,
					    &count, to->err);

	out->seen = hear_span_make(NULL, 0);
	for (i = 0; code == HEAR_OK && i < count; i++)
		if (!filed[i].retracted) {
			out->time_ms = filed[i].filing.time_ms;
			break;
		}
	return code;
}

static enum hear_code keep(struct gathering *to,
			   const struct hear_version *version)
{
	struct hear_version *more;

	if (to->count == to->room) {
		to->room = to->room ? to->room * 2 : 4;
		more = hear_arena_alloc(to->arena, to->room * sizeof *more);
		if (!more)
			return hear_fail_memory(to->err);
		if (to->count)
			memcpy(more, to->list, to->count * sizeof *more);
		to->list = more;
	}
	to->other = to->other ||
		    (to->count > 0 &&
		     strcmp(to->list[0].sha256, version->sha256) != 0);
	to->list[to->count] = *version;
	to->list[to->count].seen = hear_arena_copy(to->arena, version->seen);
	to->count++;
	return hear_arena_failed(to->arena) ? hear_fail_memory(to->err)
					    : HEAR_OK;
}

static enum hear_code look_at(struct gathering *to,
			      const struct hear_record *record)
{
	struct hear_version version = {.id = record->id};
	bool dated;
	enum hear_code code = HEAR_OK;

	if (!hear_span_equal(hear_text_of(hear_map_get(record->tree,
						       "document")),
			     to->document) ||
	    !read_hash(record->tree, version.sha256))
		return HEAR_OK; /* addresses that fold alike share a key */
	dated = read_time(record->tree, "retrieved", &version) ||
		read_time(record->tree, "published", &version);
	if (!dated)
		code = filed_time(to, &record->id, &version);
	else if (version.time_ms > to->reader->view.known_by_ms)
		return HEAR_OK;
	return code == HEAR_OK ? keep(to, &version) : code;
}

/* Captures, and claims by the thousand, stand under the document's key. */
static enum hear_code gather(struct gathering *to)
{
	struct hear_reader *reader = to->reader;
	struct hear_numbers *parts[2] = {NULL, NULL};
	struct hear_numbers *captures = NULL;
	struct hear_arena *arena = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	enum hear_standing stands;
	uint64_t number = 0;
	enum hear_code code;

	hear_index_key(HEAR_UNDER_DOCUMENT, to->document, &key);
	code = hear_posted(reader->txn, HEAR_BY, hear_buffer_view(&key),
			   to->err);
	if (code == HEAR_OK && !(arena = hear_arena_new()))
		code = hear_fail_memory(to->err);
	if (code == HEAR_OK)
		code = hear_numbers_key(&parts[0], reader->txn,
					hear_buffer_view(&key), to->err);
	hear_buffer_reset(&key);
	hear_index_key(HEAR_UNDER_KIND, hear_span_of("capture"), &key);
	if (code == HEAR_OK)
		code = hear_numbers_key(&parts[1], reader->txn,
					hear_buffer_view(&key), to->err);
	if (code == HEAR_OK)
		code = hear_numbers_join(&captures, true, parts, 2, to->err);
	while (code == HEAR_OK && to->count < HEAR_VERSIONS_MOST &&
	       !(to->two && to->other)) {
		code = hear_numbers_seek(captures, number + 1, &number,
					 to->err);
		if (code == HEAR_OK)
			code = hear_standing_of(reader, number,
						reader->view.highest, &stands,
						to->err);
		if (code != HEAR_OK || stands != HEAR_LIVE)
			continue;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, to->err);
		if (code == HEAR_OK)
			code = look_at(to, &record);
	}
	hear_numbers_free(captures);
	hear_numbers_free(parts[0]);
	hear_numbers_free(parts[1]);
	hear_buffer_done(&key);
	if (arena)
		hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static int version_order(const void *a, const void *b)
{
	const struct hear_version *left = a;
	const struct hear_version *right = b;

	if (left->time_ms != right->time_ms)
		return left->time_ms < right->time_ms ? -1 : 1;
	return memcmp(left->id.bytes, right->id.bytes, sizeof left->id.bytes);
}

static bool met_before(const struct hear_version *list, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++)
		if (strcmp(list[i].sha256, list[index].sha256) == 0)
			return true;
	return false;
}

static void compare(struct hear_version *list, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++) {
		if (strcmp(list[i].sha256, list[i - 1].sha256) == 0)
			continue;
		list[i].change = met_before(list, i) ? HEAR_CHANGE_BACK
						     : HEAR_CHANGE_OTHER;
	}
}

enum hear_code hear_document_versions(struct hear_reader *reader,
				      struct hear_arena *arena,
				      struct hear_span document,
				      struct hear_version **out, size_t *count,
				      struct hear_err *err)
{
	struct gathering to = {.reader = reader,
			       .arena = arena,
			       .document = document,
			       .err = err};
	enum hear_code code = document.size > 0 ? gather(&to) : HEAR_OK;

	if (to.count > 0)
		qsort(to.list, to.count, sizeof *to.list, version_order);
	compare(to.list, to.count);
	*out = to.list;
	*count = to.count;
	return code;
}

enum hear_code hear_document_edited(struct hear_reader *reader,
				    struct hear_span document, bool *out,
				    struct hear_err *err)
{
	struct gathering to = {.reader = reader,
			       .document = document,
			       .two = true,
			       .err = err};
	unsigned char *known;
	enum hear_code code;

	*out = false;
	if (document.size == 0)
		return HEAR_OK;
	known = hear_looked_at(&reader->looked, document);
	if (!known)
		return hear_fail_memory(err);
	if (*known & HEAR_LOOKED_EDITED_KNOWN) {
		*out = *known & HEAR_LOOKED_EDITED;
		return HEAR_OK;
	}
	to.arena = hear_arena_new();
	if (!to.arena)
		return hear_fail_memory(err);
	code = gather(&to);
	hear_arena_free(to.arena);
	if (code != HEAR_OK)
		return code;
	*out = to.other;
	*known |= HEAR_LOOKED_EDITED_KNOWN |
		  (to.other ? HEAR_LOOKED_EDITED : 0);
	return HEAR_OK;
}
