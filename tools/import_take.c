/* SPDX-License-Identifier: ISC */
/* import_take.c - from the records of one line to the spool. */
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

/* ---- References ---- */

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

enum { CAPTURES_MOST = 1 << 16 };

/* Lines that cite one document each bring its capture, and mostly follow one
 * another. One that was forgotten is spooled again, and found to be here when
 * it is to be filed. */
static enum hear_code seen_before(struct import *import,
				  const struct hear_record *record, bool *out,
				  struct hear_err *err)
{
	uint32_t *number;

	*out = false;
	if (!is_kind(record, "capture"))
		return HEAR_OK;
	if (idmap_count(import->captures) >= CAPTURES_MOST)
		idmap_reset(import->captures);
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

static enum hear_code spool_part(struct import *import,
				 const struct import_part *part,
				 enum hear_marking marking, uint64_t line,
				 struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	if (!marking)
		marking = part->lowest;
	if (import->marking)
		marking = import->marking;
	if (!marking)
		marking = import->standard;
	for (i = 0; i < part->count && code == HEAR_OK; i++)
		code = spool(import, &part->records[i], marking, part->flags,
			     line, err);
	return code;
}

enum hear_code import_take(struct import *import,
			   const struct import_part *parts, size_t count,
			   enum hear_marking marking, uint64_t line,
			   struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;
	size_t j;

	for (i = 0; i < count; i++)
		for (j = 0; j < parts[i].count && code == HEAR_OK; j++)
			code = notices_look(import->notices,
					    &parts[i].records[j], err);
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = spool_part(import, &parts[i], marking, line, err);
	return code;
}
