/* SPDX-License-Identifier: ISC */
#include "tools/json.h"
#include "tools/json_plain.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <pthread.h>

enum {
	WRITE_DEPTH = 64,
	REAL_DIGITS = 15, /* what a double holds of any decimal */
	MAX_EXPONENT = 33,
	MIN_EXPONENT = -18,
};

/* ---- Reading ------------------------------------------------------------- */

struct reading {
	struct hear_arena *arena;
	struct hear_err *err;
	struct hear_span path; /* the field being read, for messages */
	size_t items;
};

static enum hear_code fail_here(struct hear_span text, size_t at,
				struct hear_err *err, enum hear_code code,
				const char *message)
{
	size_t i;

	hear_fail_at(err, code, at, 1, "%s", message);
	if (!err)
		return code;
	err->line = 1;
	err->column = 1;
	for (i = 0; i < at && i < text.size; i++) {
		if (text.data[i] == '\n') {
			err->line++;
			err->column = 1;
		} else if (((unsigned char)text.data[i] & 0xc0) != 0x80) {
			err->column++;
		}
	}
	return code;
}

/* Whether an odd number of backslashes stands before `at`. */
static bool escaped(struct hear_span text, size_t at)
{
	size_t count = 0;

	while (count < at && text.data[at - 1 - count] == '\\')
		count++;
	return count % 2 == 1;
}

/* The place after the string that opens at `at`. */
static size_t after_string(struct hear_span text, size_t at)
{
	const char *quote;

	do {
		at++;
		quote = memchr(text.data + at, '"', text.size - at);
		if (!quote)
			return text.size;
		at = (size_t)(quote - text.data);
	} while (escaped(text, at));
	return at + 1;
}

/* Counts brackets and commas outside strings, so that jansson never goes
 * deep and never builds what would be refused afterwards. */
static enum hear_code check_size(struct hear_span text, struct hear_err *err)
{
	size_t depth = 0;
	size_t commas = 0;
	size_t at = 0;

	if (text.size > JSON_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "the record is longer than 1 MiB");
	while (at < text.size) {
		switch (text.data[at]) {
		case '"':
			at = after_string(text, at);
			continue;
		case '[':
		case '{':
			depth++;
			break;
		case ']':
		case '}':
			depth -= depth > 0;
			break;
		case ',':
			commas++;
			break;
		}
		if (depth > JSON_DEPTH)
			return fail_here(text, at, err, HEAR_LIMIT,
					 "more than 16 maps and lists in one "
					 "another");
		if (commas > JSON_ITEMS)
			return fail_here(text, at, err, HEAR_LIMIT,
					 "more than 4096 fields and items");
		at++;
	}
	return HEAR_OK;
}

static const char *explain(enum json_error_code code)
{
	switch (code) {
	case json_error_out_of_memory:
		return NULL;
	case json_error_invalid_utf8:
		return "these bytes are not UTF-8; save the file as UTF-8";
	case json_error_null_byte_in_key:
	case json_error_null_character:
		return "the character \\u0000 cannot be kept; take it out";
	case json_error_duplicate_key:
		return "this field is there twice; keep one of them";
	case json_error_numeric_overflow:
		return "the number is too large; write it as a string, in "
		       "quotes";
	case json_error_premature_end_of_input:
		return "the record ends before it is complete; is a bracket "
		       "or a quote not closed?";
	case json_error_end_of_input_expected:
		return "there is more after the end of the record; write one "
		       "record a line";
	default: /* jansson's list grows; the rest is bad syntax */
		return "this is not JSON";
	}
}

static enum hear_code fail_load(struct hear_span text,
				const json_error_t *error,
				struct hear_err *err)
{
	const char *why = explain(json_error_code(error));
	size_t at = error->position > 0 ? (size_t)error->position : 0;
	const char *near = strstr(error->text, " near '");

	if (!why)
		return hear_fail_memory(err);
	/* jansson stops behind the word it could not use: point at it. */
	if (near && strlen(near) > 8 && at >= strlen(near) - 8)
		at -= strlen(near) - 8;
	return fail_here(text, at, err, HEAR_INVALID, why);
}

static enum hear_code fail_field(const struct reading *reading,
				 enum hear_code code, const char *message)
{
	int shown = (int)hear_span_cut(reading->path, 64).size;

	if (shown == 0)
		return hear_fail(reading->err, code, "%s", message);
	return hear_fail(reading->err, code, "field \"%.*s\": %s", shown,
			 reading->path.data, message);
}

/* The decimal of digits d1 d2 d3 ... with the point after d1 moved by
 * `exponent`. Needs room for 64 bytes. */
static size_t place_point(char *out, const char *digits, int count,
			  int exponent)
{
	char *at = out;
	int i;

	if (exponent < 0) {
		*at++ = '0';
		*at++ = '.';
		for (i = -1; i > exponent; i--)
			*at++ = '0';
	}
	for (i = 0; i < count || i <= exponent; i++) {
		if (i > 0 && i == exponent + 1)
			*at++ = '.';
		*at++ = i < count ? digits[i] : '0';
	}
	return (size_t)(at - out);
}

/* The shortest decimal of a double, where 15 digits are all of it. */
static enum hear_code read_real(struct reading *reading, double real,
				struct hear_value **out)
{
	char text[64];
	char digits[REAL_DIGITS];
	char *at = text;
	int count = 0;
	int exponent;
	size_t size = 0;

	(void)snprintf(text, sizeof text, "%.*e", REAL_DIGITS - 1, real);
	exponent = atoi(strchr(text, 'e') + 1);
	if (strtod(text, NULL) != real ||
	    (real != 0 && (exponent > MAX_EXPONENT || exponent < MIN_EXPONENT)))
		return fail_field(reading, HEAR_INVALID,
				  "the number has more digits than JSON "
				  "programs keep; write it as a string, in "
				  "quotes");
	for (; *at != 'e'; at++) /* the point differs between locales */
		if (*at >= '0' && *at <= '9')
			digits[count++] = *at;
	while (count > 1 && digits[count - 1] == '0')
		count--;
	if (real < 0)
		text[size++] = '-';
	size += place_point(text + size, digits, count, exponent);
	*out = hear_make_text(reading->arena, hear_span_make(text, size));
	return HEAR_OK;
}

static enum hear_code read_any(struct reading *reading, json_t *json,
			       struct hear_value **out);

static enum hear_code count_item(struct reading *reading)
{
	if (++reading->items > JSON_ITEMS)
		return fail_field(reading, HEAR_LIMIT,
				  "more than 4096 fields and items in the "
				  "record");
	return HEAR_OK;
}

static enum hear_code read_list(struct reading *reading, json_t *json,
				struct hear_value *list)
{
	struct hear_value *item;
	enum hear_code code;
	size_t i;

	for (i = 0; i < json_array_size(json); i++) {
		code = count_item(reading);
		if (!code && json_is_null(json_array_get(json, i)))
			code = fail_field(reading, HEAR_INVALID,
					  "an item of the list is null; leave "
					  "it out");
		if (!code)
			code = read_any(reading, json_array_get(json, i),
					&item);
		if (code)
			return code;
		hear_list_add(reading->arena, list, item);
	}
	return HEAR_OK;
}

static enum hear_code read_map(struct reading *reading, json_t *json,
			       struct hear_value *map)
{
	size_t room = json_object_size(json);
	struct hear_span outer = reading->path;
	struct hear_value *value;
	enum hear_code code;
	const char *key;
	json_t *field;

	map->pairs = hear_arena_alloc(reading->arena,
				      room * sizeof *map->pairs);
	if (!map->pairs)
		return hear_fail_memory(reading->err);
	map->room = (uint32_t)room;
	json_object_foreach(json, key, field)
	{
		reading->path = hear_span_of(key);
		code = count_item(reading);
		if (!code && json_is_null(field))
			continue;
		if (!code)
			code = read_any(reading, field, &value);
		if (code)
			return code;
		/* A field that is there twice was refused before. */
		map->pairs[map->count].key = reading->path;
		map->pairs[map->count++].value = value;
	}
	reading->path = outer;
	return HEAR_OK;
}

static struct hear_value *read_text(struct reading *reading, json_t *json)
{
	return hear_borrow_text(reading->arena,
				hear_span_make(json_string_value(json),
					       json_string_length(json)));
}

/* Depth is bounded by check_size. */
static enum hear_code read_any(struct reading *reading, json_t *json,
			       struct hear_value **out)
{
	enum hear_code code = HEAR_OK;

	*out = NULL;
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		*out = hear_make_map(reading->arena);
		if (*out)
			code = read_map(reading, json, *out);
		break;
	case JSON_ARRAY:
		*out = hear_make_list(reading->arena);
		if (*out)
			code = read_list(reading, json, *out);
		break;
	case JSON_STRING:
		*out = read_text(reading, json);
		break;
	case JSON_INTEGER:
		*out = hear_make_integer(reading->arena,
					 json_integer_value(json));
		break;
	case JSON_REAL:
		code = read_real(reading, json_real_value(json), out);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		*out = hear_make_bool(reading->arena, json_is_true(json));
		break;
	case JSON_NULL:
		return fail_field(reading, HEAR_INVALID,
				  "null is not a record");
	}
	if (!code && !*out)
		code = hear_fail_memory(reading->err);
	return code;
}

/* While a text is read, jansson's memory is the arena's: the values borrow
 * its strings, and nothing is given back one by one. jansson has one setting
 * for the whole program: it is made once, and each thread says for itself
 * whether an arena lends to it. */
static _Thread_local struct hear_arena *lender;

static void *lend(size_t size)
{
	return lender ? hear_arena_alloc(lender, size) : malloc(size);
}

static void keep(void *memory)
{
	if (!lender)
		free(memory);
}

static void set_memory(void)
{
	json_set_alloc_funcs(lend, keep);
	json_object_seed(0);
}

static json_t *load(struct hear_arena *arena, struct hear_span text,
		    json_error_t *error)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	json_t *json;

	(void)pthread_once(&once, set_memory);
	lender = arena;
	json = json_loadb(text.data ? text.data : "", text.size,
			  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, error);
	lender = NULL;
	return json;
}

enum hear_code json_whole(struct hear_arena *arena, struct hear_span text,
			  struct hear_value **out, struct hear_err *err)
{
	struct reading reading = {arena, err, {NULL, 0}, 0};
	enum hear_code code;
	json_error_t error;
	json_t *json;

	*out = NULL;
	code = check_size(text, err);
	if (code)
		return code;
	json = load(arena, text, &error);
	if (!json)
		return fail_load(text, &error, err);
	code = read_any(&reading, json, out);
	if (!code && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	if (code)
		*out = NULL;
	return code; /* the arena keeps `json`: it is not given back */
}

enum hear_code json_read(struct hear_arena *arena, struct hear_span text,
			 struct hear_value **out, struct hear_err *err)
{
	return json_plain(arena, text, out) ? HEAR_OK
					    : json_whole(arena, text, out, err);
}

/* ---- Writing ------------------------------------------------------------- */

static json_t *build(const struct hear_value *value, int depth,
		     struct hear_err *err);

static json_t *fail_build(struct hear_err *err, enum hear_code code,
			  const char *message)
{
	hear_fail(err, code, "%s", message);
	return NULL;
}

/* jansson gives nothing for text that is not UTF-8, and for no memory. */
static json_t *build_text(struct hear_span text, struct hear_err *err)
{
	json_t *json = json_stringn(text.data ? text.data : "", text.size);

	if (!json)
		return fail_build(err, HEAR_INVALID,
				  "a text in the record is not UTF-8, so it "
				  "cannot be written as JSON");
	return json;
}

static json_t *build_bytes(struct hear_span bytes, struct hear_err *err)
{
	static const char hex[] = "0123456789abcdef";
	struct hear_buffer text = {0};
	json_t *json;
	size_t i;

	for (i = 0; i < bytes.size; i++) {
		hear_buffer_byte(&text, hex[(unsigned char)bytes.data[i] >> 4]);
		hear_buffer_byte(&text, hex[bytes.data[i] & 15]);
	}
	json = text.failed ? NULL : build_text(hear_buffer_view(&text), err);
	hear_buffer_done(&text);
	return json;
}

static json_t *build_list(const struct hear_value *list, int depth,
			  struct hear_err *err)
{
	json_t *json = json_array();
	uint32_t i;

	for (i = 0; json && i < list->count; i++) {
		json_t *item = build(list->items[i], depth + 1, err);

		if (item && json_array_append_new(json, item) == 0)
			continue;
		json_decref(json);
		return NULL;
	}
	return json;
}

static json_t *build_map(const struct hear_value *map, int depth,
			 struct hear_err *err)
{
	json_t *json = json_object();
	uint32_t i;

	for (i = 0; json && i < map->count; i++) {
		struct hear_span key = map->pairs[i].key;
		json_t *field = build(map->pairs[i].value, depth + 1, err);

		if (field && json_object_setn_new(json, key.data, key.size,
						  field) == 0)
			continue;
		json_decref(json);
		return field ? fail_build(err, HEAR_INVALID,
					  "the name of a field is not UTF-8")
			     : NULL;
	}
	return json;
}

/* NULL with `err` set, or with `err` as it was where memory ran out. */
static json_t *build(const struct hear_value *value, int depth,
		     struct hear_err *err)
{
	if (depth > WRITE_DEPTH)
		return fail_build(err, HEAR_LIMIT,
				  "more than 64 maps and lists in one another");
	switch (hear_type_of(value)) {
	case HEAR_NONE:
		return json_null();
	case HEAR_BOOL:
		return json_boolean(value->is);
	case HEAR_INTEGER:
		return json_integer(value->number);
	case HEAR_TEXT:
		return build_text(value->text, err);
	case HEAR_BYTES:
		return build_bytes(value->text, err);
	case HEAR_LIST:
		return build_list(value, depth, err);
	case HEAR_MAP:
		return build_map(value, depth, err);
	}
	return NULL;
}

static int append(const char *data, size_t size, void *buffer)
{
	hear_buffer_add(buffer, data, size);
	return 0;
}

enum hear_code json_write(const struct hear_value *value,
			  struct hear_buffer *out, struct hear_err *err)
{
	struct hear_err own;
	json_t *json;
	int rc;

	if (!err)
		err = &own;
	err->code = HEAR_OK;
	json = build(value, 0, err);
	if (!json)
		return err->code ? err->code : hear_fail_memory(err);
	rc = json_dump_callback(json, append, out,
				JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(json);
	if (rc != 0 || out->failed)
		return hear_fail_memory(err);
	return HEAR_OK;
}
