/* SPDX-License-Identifier: ISC */
/* fuzz_yaml.c - a story as anybody might send one: read as YAML, as a story,
 * made into records. What was read can be written out again, with everything
 * quoted, and reads as the same tree. */
#include "core/bytes.h"
#include "tools/story.h"
#include "tools/yaml.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_value(const struct hear_value *value,
			struct hear_buffer *out);

/* The character at text.data[*at], which is well-formed. */
static uint32_t character(struct hear_span text, size_t *at)
{
	unsigned char first = (unsigned char)text.data[(*at)++];
	uint32_t code = first < 0x80   ? first
			: first < 0xe0 ? first & 0x1fu
			: first < 0xf0 ? first & 0x0fu
				       : first & 0x07u;

	while (*at < text.size && (text.data[*at] & 0xc0) == 0x80)
		code = code << 6 | ((unsigned char)text.data[(*at)++] & 0x3fu);
	return code;
}

static void write_text(struct hear_span text, struct hear_buffer *out)
{
	size_t at = 0;

	hear_buffer_byte(out, '"');
	while (at < text.size && out->size <= YAML_BYTES)
		hear_buffer_print(out, "\\U%08x", character(text, &at));
	hear_buffer_byte(out, '"');
}

static void write_list(const struct hear_value *list, struct hear_buffer *out)
{
	size_t i;

	hear_buffer_byte(out, '[');
	for (i = 0; i < hear_count_of(list); i++) {
		write_value(hear_item_of(list, i), out);
		hear_buffer_text(out, ",\n");
	}
	hear_buffer_byte(out, ']');
}

static void write_map(const struct hear_value *map, struct hear_buffer *out)
{
	size_t i;

	hear_buffer_byte(out, '{');
	for (i = 0; i < hear_count_of(map); i++) {
		hear_buffer_text(out, "? ");
		write_text(hear_key_of(map, i), out);
		hear_buffer_text(out, "\n: ");
		write_value(hear_item_of(map, i), out);
		hear_buffer_text(out, ",\n");
	}
	hear_buffer_byte(out, '}');
}

static void write_value(const struct hear_value *value, struct hear_buffer *out)
{
	assert(hear_line_of(value) > 0 && hear_column_of(value) > 0);
	if (hear_type_of(value) == HEAR_LIST)
		write_list(value, out);
	else if (hear_type_of(value) == HEAR_MAP)
		write_map(value, out);
	else
		write_text(hear_text_of(value), out);
}

static void reads_back(struct hear_arena *arena, const struct hear_value *tree)
{
	struct hear_buffer text = {0};
	struct hear_value *again;
	enum hear_code code;

	write_value(tree, &text);
	code = yaml_read(arena, hear_buffer_view(&text), &again, NULL);
	if (code == HEAR_OK)
		assert(hear_value_equal(tree, again));
	else
		assert(code == HEAR_LIMIT); /* longer, all written out */
	hear_buffer_done(&text);
}

static void make_records(struct hear_arena *arena, const struct story *story)
{
	struct hear_id ids[STORY_RECORDS];
	size_t i;

	memset(ids, 0, sizeof ids);
	for (i = 0; i < story->count; i++) {
		struct hear_record record;
		struct hear_err err = {0};
		const struct hear_value *in =
			story_resolve(arena, story, i, ids);

		/* What stands within `document` becomes a capture, whose
		 * unknown fields are refused when the record is made. */
		assert(in && (!hear_map_get(in, "label") ||
			      hear_span_is(hear_text_of(hear_map_get(in,
								     "kind")),
					   "capture")));
		assert(story->records[i].re == HEAR_NOWHERE ||
		       story->records[i].re < i);
		if (hear_record_make(arena, in, &record, &err) == HEAR_OK)
			ids[i] = record.id;
		else
			assert(err.message[0]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_err err = {0};
	struct hear_value *tree;
	struct story story;
	enum hear_code code;

	code = yaml_read(arena, hear_span_make(data, size), &tree, &err);
	if (code == HEAR_OK) {
		reads_back(arena, tree);
		code = story_read(arena, tree, &story, &err);
		if (code == HEAR_OK)
			make_records(arena, &story);
		else
			assert(err.line > 0);
	}
	assert(code == HEAR_OK || err.message[0]);
	hear_arena_free(arena);
	return 0;
}
