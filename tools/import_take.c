/* SPDX-License-Identifier: ISC */
/* import_take.c - from what one line says to records in the spool. */
#include "tools/import.h"
#include "tools/terminal.h"

#include "core/error.h"

#include <stdio.h>
#include <string.h>

/* ---- Bad lines ---- */

void import_bad(struct import *import, uint32_t input, uint64_t line,
		const struct hear_err *err)
{
	struct hear_buffer out = {0};

	if (import->bad++ >= IMPORT_BAD_SHOWN)
		return;
	hear_buffer_print(&out, "%s:%llu: ", import->inputs[input].name,
			  (unsigned long long)line);
	hear_buffer_text(&out, err->message);
	progress_erase(&import->progress);
	if (!out.failed) {
		struct hear_buffer clean = {0};

		terminal_clean(hear_buffer_view(&out), TERMINAL_ONE_LINE,
			       &clean);
		(void)fprintf(stderr, "%s\n", clean.data ? clean.data : "");
		hear_buffer_done(&clean);
	}
	hear_buffer_done(&out);
}

/* ---- What a line says of its filings ---- */

struct filed_words {
	enum hear_marking lowest; /* of the live ones, else of all; 0: none */
	uint8_t flags;
};

static enum hear_code read_filed(const struct hear_value *filed,
				 struct filed_words *out, struct hear_err *err)
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

static enum hear_code add_record(struct import *import,
				 const struct hear_value *written,
				 size_t *count, struct hear_err *err)
{
	if (*count == IMPORT_MADE)
		return hear_fail(err, HEAR_LIMIT,
				 "this makes more than %d records; divide it",
				 IMPORT_MADE);
	return hear_record_make(import->arena, written,
				&import->made[(*count)++], err);
}

static enum hear_code compose(struct import *import,
			      const struct hear_value *written, size_t *count,
			      struct hear_err *err)
{
	struct hear_value *list;
	enum hear_code code = hear_compose(import->arena, written, &list, err);
	size_t i;

	for (i = 0; code == HEAR_OK && i < hear_count_of(list); i++)
		code = add_record(import, hear_item_of(list, i), count, err);
	return code;
}

/* What proves itself by its id is taken byte for byte; the rest is read as
 * people write it. */
static enum hear_code make(struct import *import,
			   const struct hear_value *written, size_t *count,
			   struct hear_err *err)
{
	size_t before = *count;

	if (hear_map_get(written, "id")) {
		if (add_record(import, written, count, NULL) == HEAR_OK)
			return HEAR_OK;
		*count = before;
	}
	return compose(import, written, count, err);
}

size_t import_references(const struct hear_value *tree, struct hear_id *ids,
			 const char **fields)
{
	static const char *const names[IMPORT_REFERENCES] = {
		"target", "from", "to", "record", "replaced_by", "re"};
	size_t count = 0;
	size_t i;

	for (i = 0; i < IMPORT_REFERENCES; i++)
		if (hear_id_parse(hear_text_of(hear_map_get(tree, names[i])),
				  &ids[count]))
			fields[count++] = names[i];
	return count;
}

static bool is_kind(const struct hear_record *record, const char *kind)
{
	return hear_span_is(hear_text_of(hear_map_get(record->tree, "kind")),
			    kind);
}

/* A retraction names filings, and an import makes others. */
static bool is_foreign(const struct import *import,
		       const struct hear_record *record)
{
	const struct hear_value *filings =
		hear_map_get(record->tree, "filings");
	struct hear_id id;
	size_t i;

	if (!is_kind(record, "retraction"))
		return false;
	for (i = 0; i < hear_count_of(filings); i++)
		if (hear_resolve(import->session.reader,
				 hear_text_of(hear_item_of(filings, i)), &id,
				 NULL) == HEAR_OK)
			return false;
	return true;
}

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

static enum hear_code want(struct import *import,
			   const struct hear_record *record, bool foreign,
			   struct hear_err *err)
{
	struct hear_id ids[IMPORT_REFERENCES];
	const char *fields[IMPORT_REFERENCES];
	size_t count = import_references(record->tree, ids, fields);
	size_t i;

	for (i = 0; i < count; i++) {
		uint32_t *number = idmap_put(import->wanted, &ids[i]);

		if (!number)
			return hear_fail_memory(err);
		if (foreign && strcmp(fields[i], "record") == 0)
			*number |= WANTED_TARGET;
	}
	return HEAR_OK;
}

/* ---- Taking ---- */

/* Lines that cite one document each bring its capture. */
static enum hear_code seen_before(struct import *import,
				  const struct hear_record *record, bool *out,
				  struct hear_err *err)
{
	uint32_t *number;

	*out = false;
	if (!is_kind(record, "capture"))
		return HEAR_OK;
	number = idmap_put(import->captures, &record->id);
	if (!number)
		return hear_fail_memory(err);
	*out = *number > 0;
	*number = 1;
	return HEAR_OK;
}

static enum hear_code spool(struct import *import,
			    const struct hear_record *record,
			    enum hear_marking marking, uint8_t flags,
			    uint64_t line, struct hear_err *err)
{
	struct spool_entry entry = {.line = line,
				    .input = import->input,
				    .marking = (uint8_t)marking,
				    .phase = SPOOL_FIRST,
				    .flags = flags,
				    .id = record->id,
				    .body = record->body};
	bool seen;
	enum hear_code code = seen_before(import, record, &seen, err);

	if (code != HEAR_OK || seen)
		return code;
	if ((flags & SPOOL_RETRACTED) &&
	    !idmap_put(import->wanted, &record->id))
		return hear_fail_memory(err);
	if (is_foreign(import, record))
		entry.flags |= SPOOL_FOREIGN;
	code = want(import, record, entry.flags & SPOOL_FOREIGN, err);
	return code == HEAR_OK ? spool_add(import->spool, &entry, err) : code;
}

/* What one written record was made into: from `first` on. */
struct part {
	size_t first;
	struct filed_words filed;
};

static enum hear_code take_part(struct import *import,
				const struct hear_value *written,
				struct part *part, size_t *count,
				struct hear_err *err)
{
	enum hear_code code;
	size_t i;

	part->first = *count;
	if (hear_type_of(written) != HEAR_MAP)
		return hear_fail(err, HEAR_INVALID,
				 "a line holds one record, {…}; write each on "
				 "a line of its own");
	code = read_filed(hear_map_get(written, "filed"), &part->filed, err);
	if (code == HEAR_OK)
		code = make(import, written, count, err);
	for (i = part->first; i < *count && code == HEAR_OK; i++) {
		code = check_kind(&import->made[i], err);
		if (code == HEAR_OK)
			code = notices_look(import->notices, &import->made[i],
					    err);
	}
	return code;
}

static enum hear_code spool_part(struct import *import,
				 const struct part *part, size_t end,
				 enum hear_marking marking, uint64_t line,
				 struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	if (!marking)
		marking = part->filed.lowest;
	if (import->marking)
		marking = import->marking;
	if (!marking)
		marking = import->standard;
	for (i = part->first; i < end && code == HEAR_OK; i++)
		code = spool(import, &import->made[i], marking,
			     part->filed.flags, line, err);
	return code;
}

enum hear_code import_take(struct import *import,
			   struct hear_value *const *written, size_t count,
			   enum hear_marking marking, uint64_t line,
			   struct hear_err *err)
{
	struct part parts[MAPPING_CLAIMS];
	size_t made = 0;
	enum hear_code code = HEAR_OK;
	size_t i;

	if (count > MAPPING_CLAIMS)
		return hear_fail(err, HEAR_LIMIT, "too many claims in a row");
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = take_part(import, written[i], &parts[i], &made, err);
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = spool_part(import, &parts[i],
				  i + 1 < count ? parts[i + 1].first : made,
				  marking, line, err);
	return code;
}
