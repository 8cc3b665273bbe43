/* SPDX-License-Identifier: ISC */
#include "core/record.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/form.h"
#include "core/limits.h"
#include "core/pack.h"
#include "core/sign.h"
#include "core/text.h"
#include "core/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct field {
	const char *name;
	enum hear_form form;
	unsigned limit; /* bytes of a text; items of a list or map */
	bool required;
};

static const struct field claim_fields[] = {
	{"text", HEAR_FORM_FREE_TEXT, HEAR_TEXT_BYTES, false},
	{"subject", HEAR_FORM_NAME, HEAR_TERM_BYTES, false},
	{"predicate", HEAR_FORM_NAME, HEAR_TERM_BYTES, false},
	{"of", HEAR_FORM_NAME_SET, HEAR_OF_TERMS, false},
	{"place", HEAR_FORM_PLACE, 0, false},
	{"value", HEAR_FORM_VALUE, 0, false},
	{"event", HEAR_FORM_DATE, HEAR_DATE_BYTES, false},
	{"since", HEAR_FORM_DATE, HEAR_DATE_BYTES, false},
	{"until", HEAR_FORM_DATE, HEAR_DATE_BYTES, false},
	{"said", HEAR_FORM_DATE, HEAR_DATE_BYTES, false},
	{"stance", HEAR_FORM_STANCE, 0, false},
	{"re", HEAR_FORM_REFERENCE, HEAR_ADDRESS_BYTES, false},
	{"hedge", HEAR_FORM_NAME, HEAR_SHORT_BYTES, false},
	{"chain", HEAR_FORM_CHAIN, 0, false},
	{"basis", HEAR_FORM_LINES, HEAR_BASIS_ITEMS, false},
	{"quote", HEAR_FORM_FREE_TEXT, HEAR_QUOTE_BYTES, false},
	{"lang", HEAR_FORM_LANGUAGE, 0, false},
	{"document", HEAR_FORM_ADDRESS, HEAR_ADDRESS_BYTES, false},
	{"locator", HEAR_FORM_LOCATOR, HEAR_SHORT_BYTES, false},
	{"tags", HEAR_FORM_NAME_SET, HEAR_TAGS, false},
	{"more", HEAR_FORM_TEXT_MAP, HEAR_TAGS, false},
	{0},
};

static const struct field capture_fields[] = {
	{"document", HEAR_FORM_ADDRESS, HEAR_ADDRESS_BYTES, true},
	{"title", HEAR_FORM_FREE_TEXT, HEAR_TEXT_BYTES, false},
	{"author", HEAR_FORM_NAME, HEAR_TERM_BYTES, false},
	{"publisher", HEAR_FORM_NAME, HEAR_TERM_BYTES, false},
	{"agency", HEAR_FORM_NAME, HEAR_TERM_BYTES, false},
	{"published", HEAR_FORM_DATE, HEAR_DATE_BYTES, false},
	{"lang", HEAR_FORM_LANGUAGE, 0, false},
	{"retrieved", HEAR_FORM_DATE, HEAR_DATE_BYTES, false},
	{"sha256", HEAR_FORM_HEX_256, 0, false},
	{"archive", HEAR_FORM_ADDRESS, HEAR_ADDRESS_BYTES, false},
	{0},
};

static const struct field assessment_fields[] = {
	{"target", HEAR_FORM_ID, 0, true},
	{"reliability", HEAR_FORM_LETTER, 0, false},
	{"credibility", HEAR_FORM_DIGIT, 0, false},
	{"likelihood", HEAR_FORM_LIKELIHOOD, 0, false},
	{"note", HEAR_FORM_FREE_TEXT, HEAR_TEXT_BYTES, false},
	{0},
};

static const struct field relation_fields[] = {
	{"from", HEAR_FORM_ID, 0, true},
	{"relation", HEAR_FORM_RELATION, 0, true},
	{"to", HEAR_FORM_ID, 0, true},
	{"note", HEAR_FORM_FREE_TEXT, HEAR_TEXT_BYTES, false},
	{0},
};

static const struct field term_fields[] = {
	{"as", HEAR_FORM_TERM_KIND, 0, true},
	{"same", HEAR_FORM_LINES, 2, false},
	{"part", HEAR_FORM_NAME, HEAR_TERM_BYTES, false},
	{"whole", HEAR_FORM_NAME, HEAR_TERM_BYTES, false},
	{"note", HEAR_FORM_FREE_TEXT, HEAR_TEXT_BYTES, false},
	{0},
};

static const struct field definition_fields[] = {
	{"name", HEAR_FORM_NAME, HEAR_TERM_BYTES, true},
	{"sum", HEAR_FORM_LINES, HEAR_OF_TERMS, false},
	{"means", HEAR_FORM_VALUE, 0, false},
	{"note", HEAR_FORM_FREE_TEXT, HEAR_TEXT_BYTES, false},
	{0},
};

static const struct field retraction_fields[] = {
	{"record", HEAR_FORM_ID, 0, true},
	{"filings", HEAR_FORM_ID_LIST, HEAR_RETRACTED_FILINGS, true},
	{"reason", HEAR_FORM_FREE_TEXT, HEAR_TEXT_BYTES, true},
	{"replaced_by", HEAR_FORM_ID, 0, false},
	{0},
};

static const struct kind {
	const char *name;
	const struct field *fields;
} kinds[] = {
	{"claim", claim_fields},	   {"capture", capture_fields},
	{"assessment", assessment_fields}, {"relation", relation_fields},
	{"term", term_fields},		   {"definition", definition_fields},
	{"retraction", retraction_fields}, {0},
};

static const struct kind *kind_named(struct hear_span name)
{
	const struct kind *kind;

	for (kind = kinds; kind->name; kind++)
		if (hear_span_is(name, kind->name))
			return kind;
	return NULL;
}

static const struct field *field_named(const struct kind *kind,
				       struct hear_span name)
{
	const struct field *field;

	for (field = kind->fields; field->name; field++)
		if (hear_span_is(name, field->name))
			return field;
	return NULL;
}

const char *hear_field_name(const char *name, size_t index)
{
	const struct kind *kind = kind_named(hear_span_of(name));
	size_t i;

	for (i = 0; kind && kind->fields[i].name; i++)
		if (i == index)
			return kind->fields[i].name;
	return NULL;
}

struct hear_span hear_record_kind(const struct hear_value *tree)
{
	return hear_text_of(hear_map_get(tree, "kind"));
}

bool hear_record_is(const struct hear_value *tree, const char *kind)
{
	return hear_span_is(hear_record_kind(tree), kind);
}

/* ---- Rules that span fields ---- */

static enum hear_code check_claim(const struct hear_value *in,
				  const struct hear_value *tree,
				  struct hear_err *err)
{
	if (hear_map_get(tree, "text") ||
	    (hear_map_get(tree, "predicate") &&
	     (hear_map_get(tree, "value") || hear_map_get(tree, "stance"))))
		return HEAR_OK;
	if (!hear_map_get(tree, "predicate"))
		return hear_fail_value(err, HEAR_INVALID, in,
				       "a claim needs a text, or a predicate "
				       "with a value");
	return hear_fail_value(err, HEAR_INVALID, in,
			       "a claim with the predicate '%.*s' needs a "
			       "value, a stance other than asserts, or a text",
			       (int)hear_text_of(hear_map_get(tree, "predicate"))
				       .size,
			       hear_text_of(hear_map_get(tree, "predicate"))
				       .data);
}

static enum hear_code check_whole(const struct kind *kind,
				  const struct hear_value *in,
				  const struct hear_value *tree,
				  struct hear_err *err)
{
	if (kind->fields == claim_fields)
		return check_claim(in, tree, err);
	if (kind->fields == assessment_fields && hear_count_of(tree) < 3)
		return hear_fail_value(err, HEAR_INVALID, in,
				       "an assessment needs a reliability, a "
				       "credibility, a likelihood or a note");
	if (kind->fields == term_fields &&
	    hear_count_of(hear_map_get(tree, "same")) != 2 &&
	    !(hear_map_get(tree, "part") && hear_map_get(tree, "whole")))
		return hear_fail_value(err, HEAR_INVALID, in,
				       "a term needs two different names under "
				       "'same', or a part and a whole");
	if (kind->fields == definition_fields &&
	    !hear_map_get(tree, "sum") == !hear_map_get(tree, "means"))
		return hear_fail_value(err, HEAR_INVALID, in,
				       "a definition has either a sum or a "
				       "meaning");
	return HEAR_OK;
}

/* "300 people": the noun says who is counted, and joins `of`. */
static enum hear_code add_noun(struct hear_arena *arena,
			       struct hear_value *tree, struct hear_span noun,
			       struct hear_err *err)
{
	struct hear_making making = {arena, "of", HEAR_OF_TERMS, err};
	struct hear_value *of = hear_map_get(tree, "of");
	struct hear_value *with = NULL;
	enum hear_code code;

	if (!of)
		of = hear_make_list(arena);
	hear_list_add(arena, of, hear_make_text(arena, noun));
	code = hear_form_make(&making, HEAR_FORM_NAME_SET, of, &with);
	if (code == HEAR_OK && with)
		hear_map_set(arena, tree, "of", with);
	return code;
}

/* ---- Making ---- */

static bool outside(struct hear_span key)
{
	return hear_span_is(key, "id") || hear_span_is(key, "filed") ||
	       hear_span_is(key, "rests_on") || hear_span_is(key, "kind");
}

static enum hear_code unknown_field(const struct kind *kind,
				    struct hear_span key,
				    const struct hear_value *at,
				    struct hear_err *err)
{
	const struct field *nearest = NULL;
	const struct field *field;
	unsigned least = 3;

	for (field = kind->fields; field->name; field++) {
		unsigned distance = hear_text_distance(
			key, hear_span_of(field->name), least);

		if (distance < least) {
			least = distance;
			nearest = field;
		}
	}
	return hear_fail_value(err, HEAR_INVALID, at,
			       "unknown field '%.*s'%s%s%s; what has no field "
			       "of its own goes under 'more'",
			       (int)(key.size > 60 ? 60 : key.size), key.data,
			       nearest ? " (did you mean '" : "",
			       nearest ? nearest->name : "",
			       nearest ? "'?)" : "");
}

static enum hear_code make_fields(struct hear_arena *arena,
				  const struct kind *kind,
				  const struct hear_value *in,
				  struct hear_value *tree,
				  struct hear_err *err)
{
	struct hear_span words = hear_text_of(hear_map_get(in, "words"));
	struct hear_span noun = {NULL, 0};
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < hear_count_of(in) && code == HEAR_OK; i++) {
		struct hear_span key = hear_key_of(in, i);
		const struct hear_value *value = hear_item_of(in, i);
		const struct field *field = field_named(kind, key);
		struct hear_value *made = NULL;
		struct hear_making making = {arena, field ? field->name : "",
					field ? field->limit : 0, err};

		if (outside(key) || (kind->fields == claim_fields &&
				     hear_span_is(key, "words")))
			continue;
		if (!field)
			return unknown_field(kind, key, value, err);
		code = field->form == HEAR_FORM_VALUE
			       ? hear_form_value(&making, value, words, &made,
						 &noun)
			       : hear_form_make(&making, field->form, value,
						&made);
		if (code == HEAR_OK && made)
			hear_map_set(arena, tree, field->name, made);
	}
	if (code == HEAR_OK && noun.size > 0 && kind->fields == claim_fields)
		code = add_noun(arena, tree, noun, err);
	return code;
}

static enum hear_code check_required(const struct kind *kind,
				     const struct hear_value *in,
				     const struct hear_value *tree,
				     struct hear_err *err)
{
	const struct field *field;

	for (field = kind->fields; field->name; field++)
		if (field->required && !hear_map_get(tree, field->name))
			return hear_fail_value(err, HEAR_INVALID, in,
					       "the field '%s' is missing; a "
					       "%s needs it",
					       field->name, kind->name);
	return HEAR_OK;
}

enum hear_code hear_record_pack(struct hear_arena *arena,
				const struct hear_value *tree,
				struct hear_record *out, struct hear_err *err)
{
	struct hear_buffer packed = {0};
	enum hear_code code = hear_pack(&packed, tree, err);

	if (code == HEAR_OK && packed.size > HEAR_RECORD_BYTES)
		code = hear_fail_value(err, HEAR_LIMIT, tree,
				       "the record has %zu bytes, of which %d "
				       "are allowed; shorten it or split it",
				       packed.size, HEAR_RECORD_BYTES);
	if (code == HEAR_OK) {
		out->body = hear_arena_copy(arena, hear_buffer_view(&packed));
		out->tree = tree;
		hear_hash_record(out->body, &out->id);
		if (hear_arena_failed(arena))
			code = hear_fail_memory(err);
	}
	hear_buffer_done(&packed);
	return code;
}

/* The fields as they stand, without those that are no part of the record. */
static struct hear_value *bare(struct hear_arena *arena,
			       const struct hear_value *in)
{
	struct hear_value *tree = hear_make_map(arena);
	size_t i;

	for (i = 0; i < hear_count_of(in); i++)
		if (!outside(hear_key_of(in, i)) ||
		    hear_span_is(hear_key_of(in, i), "kind"))
			hear_map_add(arena, tree, hear_key_of(in, i),
				     hear_item_of(in, i));
	return tree;
}

/* Whether `in` names its id and, taken as it stands, hashes to it: then it is
 * that record, whole, and is kept byte for byte, whatever it holds. */
static bool proves_itself(struct hear_arena *arena, const struct hear_value *in,
			  const struct hear_id *id, struct hear_record *out)
{
	return hear_record_kind(in).size > 0 &&
	       hear_record_pack(arena, bare(arena, in), out, NULL) == HEAR_OK &&
	       hear_id_equal(&out->id, id);
}

static enum hear_code make(struct hear_arena *arena, const struct kind *kind,
			   const struct hear_value *in,
			   struct hear_record *out, struct hear_err *err)
{
	struct hear_value *tree = hear_make_map(arena);
	enum hear_code code;

	hear_map_set(arena, tree, "kind",
		     hear_make_text(arena, hear_span_of(kind->name)));
	code = make_fields(arena, kind, in, tree, err);
	if (code == HEAR_OK)
		code = check_required(kind, in, tree, err);
	if (code == HEAR_OK)
		code = check_whole(kind, in, tree, err);
	if (code == HEAR_OK)
		code = hear_record_pack(arena, tree, out, err);
	return code;
}

static enum hear_code unknown_kind(struct hear_span name,
				   const struct hear_value *in,
				   struct hear_err *err)
{
	return hear_fail_value(err, HEAR_INVALID, in,
			       "unknown kind of record '%.*s'; the kinds are "
			       "claim, capture, assessment, relation, term, "
			       "definition and retraction",
			       (int)(name.size > 60 ? 60 : name.size),
			       name.data);
}

enum hear_code hear_record_make(struct hear_arena *arena,
				const struct hear_value *in,
				struct hear_record *out, struct hear_err *err)
{
	struct hear_span id_text = hear_text_of(hear_map_get(in, "id"));
	struct hear_span name = hear_record_kind(in);
	const struct kind *kind;
	struct hear_id id;
	bool named = hear_id_parse(id_text, &id);
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (hear_type_of(in) != HEAR_MAP)
		return hear_fail_value(err, HEAR_INVALID, in,
				       "a record is a map of fields");
	if (hear_map_get(in, "id") && !named)
		return hear_fail_value(err, HEAR_INVALID,
				       hear_map_get(in, "id"),
				       "id: an id has 64 hexadecimal digits; "
				       "leave it out for a new record");
	if (named && proves_itself(arena, in, &id, out))
		return HEAR_OK;
	kind = kind_named(name.size ? name : hear_span_of("claim"));
	if (!kind)
		return unknown_kind(name, in, err);
	code = make(arena, kind, in, out, err);
	if (code == HEAR_OK && named && !hear_id_equal(&out->id, &id)) {
		char is[HEAR_ID_TEXT];

		hear_id_print(&out->id, is);
		return hear_fail_value(err, HEAR_INVALID,
				       hear_map_get(in, "id"),
				       "id: it says %.12s…, but these fields "
				       "are record %.12s…: a field was changed; "
				       "leave id out to file a new record",
				       id_text.data, is);
	}
	return code;
}

enum hear_code hear_record_known(struct hear_arena *arena,
				 struct hear_span body,
				 const struct hear_id *id,
				 struct hear_record *out, struct hear_err *err)
{
	struct hear_value *tree = NULL;
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (body.size > HEAR_RECORD_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a record has %zu bytes, of which %d are "
				 "allowed",
				 body.size, HEAR_RECORD_BYTES);
	out->id = *id;
	out->body = hear_arena_copy(arena, body);
	if (hear_arena_failed(arena))
		return hear_fail_memory(err);
	code = hear_unpack(arena, out->body, &tree, err);
	if (code == HEAR_OK && (hear_type_of(tree) != HEAR_MAP ||
				hear_record_kind(tree).size == 0))
		code = hear_fail(err, HEAR_INVALID,
				 "a record is a map with a kind");
	out->tree = tree;
	return code;
}

enum hear_code hear_record_read(struct hear_arena *arena, struct hear_span body,
				struct hear_record *out, struct hear_err *err)
{
	struct hear_id id;

	hear_hash_record(body, &id);
	return hear_record_known(arena, body, &id, out, err);
}
