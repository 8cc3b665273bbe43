/* SPDX-License-Identifier: ISC */
#include "core/index.h"
#include "core/bytes.h"
#include "core/chain.h"
#include "core/error.h"
#include "core/record.h"
#include "core/sign.h"
#include "core/text.h"
#include "core/value.h"
#include "core/when.h"

#include <string.h>

/* ---- Keys ---- */

static void add_cut(struct hear_span folded, struct hear_buffer *out)
{
	struct hear_id hash;
	size_t i;

	if (folded.size <= HEAR_INDEX_TEXT) {
		hear_buffer_span(out, folded);
		return;
	}
	hear_hash_record(folded, &hash);
	hear_buffer_add(out, folded.data, HEAR_INDEX_TEXT);
	/* No 0x00: that ends a key in its table. */
	for (i = 0; i < 8; i++)
		hear_buffer_byte(out, (char)(hash.bytes[i] ? hash.bytes[i]
							   : 1));
}

void hear_index_key(enum hear_under tag, struct hear_span text,
		    struct hear_buffer *out)
{
	struct hear_buffer folded = {0};

	hear_text_fold(text, &folded);
	hear_buffer_byte(out, (char)tag);
	add_cut(hear_buffer_view(&folded), out);
	out->failed = out->failed || folded.failed;
	hear_buffer_done(&folded);
}

void hear_index_time(enum hear_under tag, int64_t ms, struct hear_buffer *out)
{
	unsigned char bytes[9];

	bytes[0] = (unsigned char)tag;
	hear_put64(bytes + 1, (uint64_t)ms ^ UINT64_C(1) << 63);
	hear_buffer_add(out, bytes, sizeof bytes);
}

int64_t hear_index_time_of(struct hear_span key)
{
	return key.size < 9 ? 0
			    : (int64_t)(hear_get64(key.data + 1) ^
					UINT64_C(1) << 63);
}

struct hear_span hear_keys_at(const struct hear_keys *keys, size_t index)
{
	size_t begin = index ? keys->ends[index - 1] : 0;

	return hear_span_make(keys->bytes.data + begin,
			      keys->ends[index] - begin);
}

void hear_keys_done(struct hear_keys *keys)
{
	hear_buffer_done(&keys->bytes);
	hear_buffer_done(&keys->folded);
	keys->count = 0;
}

/* Closes the key that was appended since the last one; a repeat is dropped. */
static void close_key(struct hear_keys *keys)
{
	size_t begin = keys->count ? keys->ends[keys->count - 1] : 0;
	struct hear_span made = hear_span_make(keys->bytes.data + begin,
					       keys->bytes.size - begin);
	size_t i;

	if (keys->bytes.failed)
		return;
	for (i = 0; i < keys->count; i++)
		if (hear_span_equal(hear_keys_at(keys, i), made))
			break;
	if (i < keys->count ||
	    keys->count == sizeof keys->ends / sizeof *keys->ends)
		keys->bytes.size = begin;
	else
		keys->ends[keys->count++] = keys->bytes.size;
}

static void add_text(struct hear_keys *keys, enum hear_under tag,
		     struct hear_span text)
{
	if (text.size == 0)
		return;
	hear_buffer_reset(&keys->folded);
	hear_text_fold(text, &keys->folded);
	hear_buffer_byte(&keys->bytes, (char)tag);
	add_cut(hear_buffer_view(&keys->folded), &keys->bytes);
	keys->bytes.failed = keys->bytes.failed || keys->folded.failed;
	close_key(keys);
}

static void add_list(struct hear_keys *keys, enum hear_under tag,
		     const struct hear_value *list)
{
	size_t i;

	for (i = 0; i < hear_count_of(list); i++)
		add_text(keys, tag, hear_text_of(hear_item_of(list, i)));
}

static void add_chain(struct hear_keys *keys, const struct hear_value *chain)
{
	size_t count = hear_count_of(chain);
	size_t i;

	for (i = 0; i < count; i++) {
		const struct hear_value *who =
			hear_map_get(hear_item_of(chain, i), "who");

		add_list(keys, HEAR_UNDER_SOURCE, who);
		if (i + 1 == count)
			add_list(keys, HEAR_UNDER_ORIGIN, who);
	}
}

static void add_id(struct hear_keys *keys, enum hear_under tag,
		   struct hear_span text)
{
	struct hear_id id;

	if (!hear_id_parse(text, &id))
		return;
	hear_buffer_byte(&keys->bytes, (char)tag);
	hear_buffer_add(&keys->bytes, id.bytes, sizeof id.bytes);
	close_key(keys);
}

/* A basis may be an address or words, too: those are found by no key. */
static void add_basis(struct hear_keys *keys, const struct hear_value *basis)
{
	size_t i;

	for (i = 0; i < hear_count_of(basis); i++)
		add_id(keys, HEAR_UNDER_BASIS,
		       hear_text_of(hear_item_of(basis, i)));
}

static void add_date(struct hear_keys *keys, enum hear_under tag,
		     enum hear_under long_tag, struct hear_span text)
{
	struct hear_when when;
	bool is_long;

	if (hear_when_parse(text, &when, NULL) != HEAR_OK)
		return;
	is_long = when.from == HEAR_TIME_MIN || when.to == HEAR_TIME_MAX ||
		  when.to - when.from > HEAR_LONG_MS;
	hear_index_time(is_long ? long_tag : tag, when.from, &keys->bytes);
	close_key(keys);
}

/* Most names differ in size: no need to measure them each time. */
#define NAME(text) {text, sizeof(text) - 1}

/* What each field of a record is found by. */
static void add_field(struct hear_keys *keys, struct hear_span name,
		      const struct hear_value *value)
{
	static const struct {
		struct hear_span name;
		enum hear_under tag;
	} texts[] = {
		{NAME("kind"), HEAR_UNDER_KIND},
		{NAME("subject"), HEAR_UNDER_SUBJECT},
		{NAME("predicate"), HEAR_UNDER_PREDICATE},
		{NAME("stance"), HEAR_UNDER_STANCE},
		{NAME("document"), HEAR_UNDER_DOCUMENT},
		{NAME("lang"), HEAR_UNDER_LANGUAGE},
		{NAME("publisher"), HEAR_UNDER_SOURCE},
		{NAME("agency"), HEAR_UNDER_SOURCE},
		{NAME("name"), HEAR_UNDER_TERM},
		{NAME("part"), HEAR_UNDER_TERM},
		{NAME("whole"), HEAR_UNDER_TERM},
	};
	static const struct hear_span ids[] = {
		NAME("target"),
		NAME("from"),
		NAME("to"),
		NAME("record"),
		NAME("re"),
		NAME("replaced_by"),
	};
	size_t i;

	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		if (hear_span_equal(name, texts[i].name)) {
			add_text(keys, texts[i].tag, hear_text_of(value));
			return;
		}
	for (i = 0; i < sizeof ids / sizeof *ids; i++)
		if (hear_span_equal(name, ids[i])) {
			add_id(keys, HEAR_UNDER_TARGET, hear_text_of(value));
			return;
		}
	if (hear_span_is(name, "of"))
		add_list(keys, HEAR_UNDER_OF, value);
	else if (hear_span_is(name, "chain"))
		add_chain(keys, value);
	else if (hear_span_is(name, "basis"))
		add_basis(keys, value);
	else if (hear_span_is(name, "place"))
		add_text(keys, HEAR_UNDER_PLACE,
			 hear_text_of(hear_map_get(value, "name")));
	else if (hear_span_is(name, "value"))
		add_text(keys, HEAR_UNDER_UNIT,
			 hear_text_of(hear_map_get(value, "unit")));
	else if (hear_span_is(name, "said"))
		add_date(keys, HEAR_UNDER_SAID, HEAR_UNDER_SAID_LONG,
			 hear_text_of(value));
	else if (hear_span_is(name, "event"))
		add_date(keys, HEAR_UNDER_EVENT, HEAR_UNDER_EVENT_LONG,
			 hear_text_of(value));
	else if (hear_span_is(name, "tags"))
		add_list(keys, HEAR_UNDER_TAGGED, value);
	else if (hear_span_is(name, "same"))
		add_list(keys, HEAR_UNDER_TERM, value);
}

enum hear_code hear_index_keys(struct hear_keys *keys,
			       const struct hear_value *tree,
			       struct hear_err *err)
{
	size_t i;

	hear_buffer_reset(&keys->bytes);
	keys->count = 0;
	for (i = 0; i < hear_count_of(tree); i++)
		add_field(keys, hear_key_of(tree, i), hear_item_of(tree, i));
	if (hear_record_is(tree, "claim") && !hear_map_get(tree, "stance"))
		add_text(keys, HEAR_UNDER_STANCE, hear_span_of("asserts"));
	return keys->bytes.failed ? hear_fail_memory(err) : HEAR_OK;
}

/* ---- Texts and names ---- */

void hear_index_texts(const struct hear_value *tree, struct hear_buffer *scratch,
		      void (*text)(void *context, struct hear_span text),
		      void *context)
{
	static const char *const fields[] = {"text", "quote",  "title",
					     "note", "reason", NULL};
	size_t i;

	for (i = 0; fields[i]; i++) {
		const struct hear_value *value = hear_map_get(tree, fields[i]);

		if (value)
			text(context, hear_text_of(value));
	}
	if (hear_map_get(tree, "text") || !hear_record_is(tree, "claim"))
		return;
	hear_buffer_reset(scratch);
	hear_record_sentence(tree, scratch);
	text(context, hear_buffer_view(scratch));
}

static void each_of(const struct hear_value *list,
		    void (*name)(void *context, struct hear_span name),
		    void *context)
{
	size_t i;

	for (i = 0; i < hear_count_of(list); i++)
		name(context, hear_text_of(hear_item_of(list, i)));
}

void hear_index_names(enum hear_under tag, const struct hear_value *tree,
		      void (*name)(void *context, struct hear_span name),
		      void *context)
{
	const struct hear_value *chain = hear_map_get(tree, "chain");
	size_t i;

	if (tag == HEAR_UNDER_SUBJECT)
		name(context, hear_text_of(hear_map_get(tree, "subject")));
	else if (tag == HEAR_UNDER_PREDICATE)
		name(context, hear_text_of(hear_map_get(tree, "predicate")));
	else if (tag == HEAR_UNDER_OF)
		each_of(hear_map_get(tree, "of"), name, context);
	else if (tag == HEAR_UNDER_PLACE)
		name(context, hear_text_of(hear_map_get(
				      hear_map_get(tree, "place"), "name")));
	else if (tag == HEAR_UNDER_UNIT)
		name(context, hear_text_of(hear_map_get(
				      hear_map_get(tree, "value"), "unit")));
	else if (tag == HEAR_UNDER_SOURCE) {
		for (i = 0; i < hear_count_of(chain); i++)
			each_of(hear_map_get(hear_item_of(chain, i), "who"),
				name, context);
		name(context, hear_text_of(hear_map_get(tree, "publisher")));
		name(context, hear_text_of(hear_map_get(tree, "agency")));
	}
}
