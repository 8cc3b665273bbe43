/* SPDX-License-Identifier: ISC */
/* import_make.c - from what one line says to records. */
#include "tools/import.h"

#include "core/error.h"

#include <string.h>

/* ---- What a line says of its filings ---- */

/* The lowest marking of the live ones, or of all where none is. */
static enum hear_code read_filed(const struct hear_value *filed,
				 struct import_part *out, struct hear_err *err)
{
	enum hear_marking retracted = 0;
	enum hear_marking live = 0;
	enum hear_marking marking;
	enum hear_code code;
	size_t i;

	out->lowest = 0;
	out->flags = 0;
	for (i = 0; i < hear_count_of(filed); i++) {
		const struct hear_value *item = hear_item_of(filed, i);
		enum hear_marking *least =
			hear_map_get(item, "retracted") ? &retracted : &live;

		if (!hear_map_get(item, "marking"))
			continue;
		code = hear_marking_parse(
			hear_text_of(hear_map_get(item, "marking")), &marking,
			err);
		if (code != HEAR_OK) {
			hear_err_prefix(err, "filed: ");
			return code;
		}
		if (!*least || marking < *least)
			*least = marking;
	}
	out->lowest = live ? live : retracted;
	out->flags = live ? SPOOL_LIVE : retracted ? SPOOL_RETRACTED : 0;
	return HEAR_OK;
}

/* ---- Records ---- */

static enum hear_code check_kind(const struct hear_record *record,
				 struct hear_err *err)
{
	enum hear_kind kind;
	struct hear_span name = hear_text_of(hear_map_get(record->tree, "kind"));

	if (hear_kind_parse(name, &kind, NULL) == HEAR_OK &&
	    kind >= HEAR_KIND_GENESIS)
		return hear_fail(err, HEAR_DENIED,
				 "kind: records of the roster come with a "
				 "bundle or from a peer, signed by those who "
				 "made them");
	return HEAR_OK;
}

static enum hear_code compose(struct hear_arena *arena,
			      const struct hear_value *written,
			      struct import_part *out, struct hear_err *err)
{
	struct hear_value *list;
	size_t count;
	size_t i;
	enum hear_code code = hear_compose(arena, written, &list, err);

	if (code != HEAR_OK)
		return code;
	count = hear_count_of(list);
	if (count > IMPORT_MADE)
		return hear_fail(err, HEAR_LIMIT,
				 "this makes more than %d records; divide it",
				 IMPORT_MADE);
	out->records = hear_arena_alloc(arena, (count ? count : 1) *
						       sizeof *out->records);
	if (!out->records)
		return hear_fail_memory(err);
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = hear_record_make(arena, hear_item_of(list, i),
					&out->records[out->count++], err);
	return code;
}

/* What proves itself by its id is taken byte for byte; the rest is read as
 * people write it. */
static enum hear_code make(struct hear_arena *arena,
			   const struct hear_value *written,
			   struct import_part *out, struct hear_err *err)
{
	if (!hear_map_get(written, "id"))
		return compose(arena, written, out, err);
	out->records = hear_arena_alloc(arena, sizeof *out->records);
	if (!out->records)
		return hear_fail_memory(err);
	out->count = 1;
	if (hear_record_make(arena, written, out->records, NULL) == HEAR_OK)
		return HEAR_OK;
	out->count = 0;
	return compose(arena, written, out, err);
}

enum hear_code import_make(struct hear_arena *arena,
			   const struct hear_value *written,
			   struct import_part *out, struct hear_err *err)
{
	enum hear_code code;
	size_t i;

	memset(out, 0, sizeof *out);
	if (hear_type_of(written) != HEAR_MAP)
		return hear_fail(err, HEAR_INVALID,
				 "a line holds one record, {…}; write each on "
				 "a line of its own");
	code = read_filed(hear_map_get(written, "filed"), out, err);
	if (code == HEAR_OK)
		code = make(arena, written, out, err);
	for (i = 0; i < out->count && code == HEAR_OK; i++)
		code = check_kind(&out->records[i], err);
	return code;
}
