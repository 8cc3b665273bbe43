/* SPDX-License-Identifier: ISC */
#include "tools/story.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/value.h"

#include <string.h>

struct label {
	struct hear_span name;
	const struct hear_value *written;
	size_t first; /* the record it names */
	size_t count; /* more than one where `by` was a list */
};

struct walk {
	struct hear_arena *arena;
	struct hear_err *err;
	struct story_record *records;
	size_t count;
	struct label *labels;
	size_t label_count;
	const struct hear_value **documents; /* that have their capture */
	size_t document_count;
};

static enum hear_code level(struct walk *walk, const struct hear_value *outer,
			    const struct hear_value *node, unsigned depth);

/* ---- Inheriting ---- */

/* A field of one level, under any of its names. */
static struct hear_value *own_field(const struct hear_value *node,
				    struct hear_span key)
{
	size_t i;

	for (i = 0; i < hear_count_of(node); i++)
		if (hear_span_equal(hear_compose_field(hear_key_of(node, i)),
				    key))
			return hear_item_of(node, i);
	return NULL;
}

static bool of_level(struct hear_span key)
{
	return hear_span_is(key, "claims") || hear_span_is(key, "label") ||
	       hear_span_is(key, "kind");
}

static struct hear_value *added_names(struct walk *walk,
				      struct hear_value *outer,
				      const struct hear_value *own)
{
	struct hear_value *out = hear_copy_shallow(walk->arena, outer);
	size_t i;

	for (i = 0; i < hear_count_of(own); i++)
		hear_map_put(walk->arena, out, hear_key_of(own, i),
			     hear_item_of(own, i));
	hear_value_place(out, hear_line_of(own), hear_column_of(own));
	return out;
}

static enum hear_code check_names(struct walk *walk,
				  const struct hear_value *names,
				  const struct hear_value *at)
{
	if (hear_count_of(names) <= STORY_NAMES)
		return HEAR_OK;
	return hear_fail_value(walk->err, HEAR_LIMIT, at,
			       "names: %zu of them; %d at most",
			       hear_count_of(names), STORY_NAMES);
}

/* What an inner level makes of a field that it writes and inherits. */
static enum hear_code override(struct walk *walk, struct hear_span key,
			       struct hear_value *inherited,
			       struct hear_value **own)
{
	enum hear_code code;

	if (!hear_span_is(key, "names") || hear_type_of(*own) != HEAR_MAP)
		return HEAR_OK;
	code = check_names(walk, *own, *own);
	if (code != HEAR_OK || hear_compose_empty(*own) ||
	    hear_type_of(inherited) != HEAR_MAP)
		return code;
	*own = added_names(walk, inherited, *own);
	return check_names(walk, *own, *own);
}

static enum hear_code add_own(struct walk *walk, struct hear_value *fields,
			      const struct hear_value *outer,
			      const struct hear_value *node, size_t index)
{
	struct hear_span key = hear_compose_field(hear_key_of(node, index));
	struct hear_value *value = hear_item_of(node, index);
	enum hear_code code;

	if (own_field(node, key) != value)
		return hear_fail_value(walk->err, HEAR_INVALID, value,
				       "%.*s is given twice, under two names",
				       (int)key.size, key.data);
	code = override(walk, key, hear_map_at(outer, key), &value);
	if (code == HEAR_OK && !hear_compose_empty(value) && !of_level(key))
		hear_map_add(walk->arena, fields, key, value);
	return code;
}

/* All that holds at a level: its own fields over the outer ones. */
static enum hear_code merge(struct walk *walk, const struct hear_value *outer,
			    const struct hear_value *node,
			    struct hear_value **out)
{
	struct hear_value *fields = hear_make_map(walk->arena);
	enum hear_code code = HEAR_OK;
	size_t i;

	*out = fields;
	hear_value_place(fields, hear_line_of(node), hear_column_of(node));
	if (hear_count_of(node) > STORY_FIELDS)
		return hear_fail_value(walk->err, HEAR_LIMIT, node,
				       "%zu fields here; %d at most",
				       hear_count_of(node), STORY_FIELDS);
	for (i = 0; i < hear_count_of(outer); i++)
		if (!own_field(node, hear_key_of(outer, i)))
			hear_map_add(walk->arena, fields, hear_key_of(outer, i),
				     hear_item_of(outer, i));
	for (i = 0; i < hear_count_of(node) && code == HEAR_OK; i++)
		code = add_own(walk, fields, outer, node, i);
	if (code == HEAR_OK && hear_count_of(fields) > STORY_FIELDS)
		code = hear_fail_value(walk->err, HEAR_LIMIT, node,
				       "%zu fields with the inherited ones; %d "
				       "at most",
				       hear_count_of(fields), STORY_FIELDS);
	return code;
}

/* ---- Records ---- */

static enum hear_code add_record(struct walk *walk,
				 const struct hear_value *record,
				 const struct hear_value *node)
{
	if (walk->count == STORY_RECORDS)
		return hear_fail_value(walk->err, HEAR_LIMIT, node,
				       "over %d records in one story, counting "
				       "each chain and each document; split it "
				       "here",
				       STORY_RECORDS);
	walk->records[walk->count].written = record;
	walk->records[walk->count++].re = HEAR_NOWHERE;
	return HEAR_OK;
}

/* A document that several claims inherit is captured once. */
static bool is_captured(struct walk *walk, const struct hear_value *document)
{
	size_t i;

	for (i = 0; i < walk->document_count; i++)
		if (walk->documents[i] == document)
			return true;
	if (walk->document_count < STORY_RECORDS)
		walk->documents[walk->document_count++] = document;
	return false;
}

static struct label *label_named(const struct walk *walk, struct hear_span name)
{
	size_t i;

	for (i = 0; i < walk->label_count; i++)
		if (hear_span_equal(walk->labels[i].name, name))
			return &walk->labels[i];
	return NULL;
}

/* Names the last `count` records. */
static enum hear_code add_label(struct walk *walk,
				const struct hear_value *written, size_t count)
{
	struct hear_span name = hear_text_of(written);
	struct label *label = label_named(walk, name);

	if (hear_compose_empty(written))
		return HEAR_OK;
	if (hear_type_of(written) != HEAR_TEXT || name.size > 64)
		return hear_fail_value(walk->err, HEAR_INVALID, written,
				       "label: one short word is expected");
	if (label)
		return hear_fail_value(walk->err, HEAR_INVALID, written,
				       "label: %.*s names the claim on line %u "
				       "already; choose another",
				       (int)name.size, name.data,
				       hear_line_of(label->written));
	label = &walk->labels[walk->label_count++];
	label->name = name;
	label->written = written;
	label->first = walk->count - count;
	label->count = count;
	return HEAR_OK;
}

/* A record of another kind inherits nothing. */
static bool is_other(const struct hear_value *node)
{
	const struct hear_value *kind = hear_map_get(node, "kind");

	return kind && !hear_span_is(hear_text_of(kind), "claim") &&
	       !hear_compose_empty(kind);
}

static enum hear_code one(struct walk *walk, const struct hear_value *fields,
			  const struct hear_value *node)
{
	const struct hear_value *document = hear_map_get(fields, "document");
	struct hear_value *records = NULL;
	enum hear_code code =
		hear_compose(walk->arena, fields, &records, walk->err);
	size_t captures = !is_other(node) &&
			  hear_type_of(document) == HEAR_MAP;
	size_t i = captures && is_captured(walk, document);

	for (; i < hear_count_of(records) && code == HEAR_OK; i++)
		code = add_record(walk, hear_item_of(records, i), node);
	if (code == HEAR_OK)
		code = add_label(walk, hear_map_get(node, "label"),
				 hear_count_of(records) - captures);
	return code;
}

/* ---- Levels ---- */

static enum hear_code several(struct walk *walk, const struct hear_value *outer,
			      const struct hear_value *list, unsigned depth)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	if (hear_type_of(list) != HEAR_LIST || hear_count_of(list) == 0)
		return hear_fail_value(walk->err, HEAR_INVALID, list,
				       "claims: a list is expected, each item "
				       "on a line that begins with \"- \"");
	for (i = 0; i < hear_count_of(list) && code == HEAR_OK; i++)
		code = level(walk, outer, hear_item_of(list, i), depth + 1);
	return code;
}

static enum hear_code check_level(struct walk *walk,
				  const struct hear_value *node, unsigned depth)
{
	struct hear_span text = hear_text_of(node);

	if (depth > STORY_DEPTH)
		return hear_fail_value(walk->err, HEAR_LIMIT, node,
				       "claims: nested more than %d deep",
				       STORY_DEPTH);
	if (hear_type_of(node) == HEAR_MAP && hear_count_of(node) > 0)
		return HEAR_OK;
	if (text.size > 0 && memchr(text.data, ':', text.size))
		return hear_fail_value(walk->err, HEAR_INVALID, node,
				       "fields are expected here, each written "
				       "\"name: value\" with a blank after the "
				       "colon");
	return hear_fail_value(walk->err, HEAR_INVALID, node,
			       "fields are expected here, such as \"- text: "
			       "...\" or \"- {predicate: killed, value: about "
			       "300}\"");
}

static enum hear_code other(struct walk *walk, const struct hear_value *node)
{
	struct hear_value *fields = hear_copy_shallow(walk->arena, node);

	(void)hear_map_remove(fields, "label");
	return one(walk, fields, node);
}

static enum hear_code level(struct walk *walk, const struct hear_value *outer,
			    const struct hear_value *node, unsigned depth)
{
	const struct hear_value *inner = hear_map_get(node, "claims");
	const struct hear_value *label = hear_map_get(node, "label");
	struct hear_value *fields;
	enum hear_code code = check_level(walk, node, depth);

	if (code != HEAR_OK)
		return code;
	if (is_other(node) && !inner)
		return other(walk, node);
	if (inner && !hear_compose_empty(label))
		return hear_fail_value(walk->err, HEAR_INVALID, label,
				       "label: names one claim, and this level "
				       "has several; put it to one of them");
	code = merge(walk, outer, node, &fields);
	if (code != HEAR_OK)
		return code;
	if (inner)
		return several(walk, fields, inner, depth);
	return one(walk, fields, node);
}

/* ---- Labels ---- */

/* Whether `re` is an id or a URL, rather than a label misspelt. */
static bool is_elsewhere(struct hear_span re)
{
	struct hear_id id;

	return memchr(re.data, ':', re.size) || hear_id_parse(re, &id);
}

static enum hear_code link_label(struct walk *walk, size_t index,
				 const struct label *label,
				 const struct hear_value *re)
{
	if (label->first + label->count > index)
		return hear_fail_value(walk->err, HEAR_INVALID, re,
				       "re: %.*s is the claim on line %u, which "
				       "must stand before the one that answers "
				       "it; put it further up",
				       (int)label->name.size, label->name.data,
				       hear_line_of(label->written));
	if (label->count != 1)
		return hear_fail_value(walk->err, HEAR_INVALID, re,
				       "re: %.*s (line %u) stands for %zu "
				       "claims, one for each chain; write the "
				       "one that is meant as a claim of its own",
				       (int)label->name.size, label->name.data,
				       hear_line_of(label->written),
				       label->count);
	walk->records[index].re = label->first;
	return HEAR_OK;
}

static enum hear_code link_record(struct walk *walk, size_t index)
{
	const struct hear_value *re =
		hear_map_get(walk->records[index].written, "re");
	struct hear_span text = hear_text_of(re);
	const struct label *label = label_named(walk, text);

	if (hear_type_of(re) != HEAR_TEXT || text.size == 0)
		return HEAR_OK;
	if (label)
		return link_label(walk, index, label, re);
	if (is_elsewhere(text))
		return HEAR_OK;
	return hear_fail_value(walk->err, HEAR_INVALID, re,
			       "re: no claim in this report has the label "
			       "%.*s; give the one that is meant \"label: "
			       "%.*s\", or write its whole id or a URL here",
			       text.size < 64 ? (int)text.size : 64, text.data,
			       text.size < 64 ? (int)text.size : 64, text.data);
}

enum hear_code story_read(struct hear_arena *arena,
			  const struct hear_value *tree, struct story *out,
			  struct hear_err *err)
{
	struct walk walk = {.arena = arena, .err = err};
	const struct hear_value *nothing = hear_make_map(arena);
	enum hear_code code;
	size_t i;

	memset(out, 0, sizeof *out);
	walk.records = hear_arena_alloc(arena, STORY_RECORDS *
						       sizeof *walk.records);
	walk.labels = hear_arena_alloc(arena, STORY_RECORDS *
						      sizeof *walk.labels);
	walk.documents = hear_arena_alloc(arena,
					  STORY_RECORDS *
						  sizeof *walk.documents);
	if (!walk.records || !walk.labels || !walk.documents)
		return hear_fail_memory(err);
	if (hear_type_of(tree) == HEAR_LIST)
		code = several(&walk, nothing, tree, 0);
	else
		code = level(&walk, nothing, tree, 0);
	for (i = 0; i < walk.count && code == HEAR_OK; i++)
		code = link_record(&walk, i);
	if (code == HEAR_OK && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	if (code != HEAR_OK)
		return code;
	out->records = walk.records;
	out->count = walk.count;
	return HEAR_OK;
}

const struct hear_value *story_resolve(struct hear_arena *arena,
				       const struct story *story,
				       size_t index,
				       const struct hear_id *ids)
{
	const struct story_record *record = &story->records[index];
	char digits[HEAR_ID_TEXT];
	struct hear_value *out;

	if (record->re == HEAR_NOWHERE)
		return record->written;
	hear_id_print(&ids[record->re], digits);
	out = hear_copy_shallow(arena, record->written);
	hear_map_set(arena, out, "re",
		     hear_make_text(arena, hear_span_of(digits)));
	return hear_arena_failed(arena) ? NULL : out;
}
