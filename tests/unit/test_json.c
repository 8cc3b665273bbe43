/* SPDX-License-Identifier: ISC */
#include "tools/json.h"
#include "tools/json_plain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hear_arena *arena;
static struct hear_err err;

static int set_up(void **state)
{
	(void)state;
	arena = hear_arena_new();
	return !arena;
}

static int tear_down(void **state)
{
	(void)state;
	hear_arena_free(arena);
	return 0;
}

static struct hear_value *read_good(const char *text)
{
	struct hear_value *value = NULL;

	assert_int_equal(json_read(arena, hear_span_of(text), &value, &err),
			 HEAR_OK);
	assert_non_null(value);
	return value;
}

static void read_bad(const char *text, enum hear_code code, uint32_t column,
		     const char *words)
{
	struct hear_value *value = NULL;

	assert_int_equal(json_read(arena, hear_span_of(text), &value, &err),
			 code);
	assert_null(value);
	assert_non_null(strstr(err.message, words));
	assert_int_equal(err.column, column);
	assert_int_equal(err.line, column ? 1 : 0);
}

static void field_is(const struct hear_value *map, const char *key,
		     const char *text)
{
	const struct hear_value *field = hear_map_get(map, key);

	assert_int_equal(hear_type_of(field), HEAR_TEXT);
	assert_true(hear_span_is(hear_text_of(field), text));
}

static void comes_back_as_written(const char *text)
{
	struct hear_buffer out = {0};

	assert_int_equal(json_write(read_good(text), &out, &err), HEAR_OK);
	assert_string_equal(out.data, text);
	hear_buffer_done(&out);
}

static void every_type_is_read(void **state)
{
	struct hear_value *map = read_good(
		" {\"t\":\"h\\u00e9\",\"i\":-3,\"b\":true,\"l\":[1,\"x\",{}]} ");

	(void)state;
	field_is(map, "t", "h\xc3\xa9");
	assert_int_equal(hear_integer_of(hear_map_get(map, "i")), -3);
	assert_true(hear_bool_of(hear_map_get(map, "b")));
	assert_int_equal(hear_count_of(hear_map_get(map, "l")), 3);
	assert_true(hear_span_is(hear_key_of(map, 0), "t"));
	assert_true(hear_span_is(hear_key_of(map, 3), "l"));
}

static void the_whole_range_of_integers_is_kept(void **state)
{
	struct hear_value *map = read_good("{\"a\":9223372036854775807,"
					   "\"b\":-9223372036854775808}");

	(void)state;
	assert_true(hear_integer_of(hear_map_get(map, "a")) == INT64_MAX);
	assert_true(hear_integer_of(hear_map_get(map, "b")) == INT64_MIN);
	read_bad("{\"a\":9223372036854775808}", HEAR_INVALID, 6,
		 "write it as a string");
}

static void other_numbers_become_their_shortest_decimal(void **state)
{
	struct hear_value *map = read_good(
		"{\"a\":0.1,\"b\":1.0,\"c\":-14.50,\"d\":1e20,\"e\":1.5e-7,"
		"\"f\":123456789012345.0,\"g\":-0.0,\"h\":2.5E3,\"i\":1e-18}");

	(void)state;
	field_is(map, "a", "0.1");
	field_is(map, "b", "1");
	field_is(map, "c", "-14.5");
	field_is(map, "d", "100000000000000000000");
	field_is(map, "e", "0.00000015");
	field_is(map, "f", "123456789012345");
	field_is(map, "g", "0");
	field_is(map, "h", "2500");
	field_is(map, "i", "0.000000000000000001");
}

static void numbers_that_would_be_rounded_are_refused(void **state)
{
	(void)state;
	read_bad("{\"lo\":0.12345678901234567}", HEAR_INVALID, 0, "\"lo\"");
	read_bad("{\"lo\":[1e40]}", HEAR_INVALID, 0, "write it as a string");
	read_bad("{\"lo\":1e-19}", HEAR_INVALID, 0, "write it as a string");
	read_bad("{\"lo\":1e999}", HEAR_INVALID, 7, "write it as a string");
}

static void a_field_that_is_null_is_absent(void **state)
{
	struct hear_value *map = read_good("{\"a\":null,\"b\":1}");

	(void)state;
	assert_int_equal(hear_count_of(map), 1);
	assert_null(hear_map_get(map, "a"));
	read_bad("{\"tags\":[\"x\",null]}", HEAR_INVALID, 0, "\"tags\"");
	read_bad("null", HEAR_INVALID, 0, "null");
}

static void a_field_there_twice_is_refused(void **state)
{
	(void)state;
	read_bad("{\"a\":1,\"a\":1}", HEAR_INVALID, 8, "twice");
}

static void columns_count_characters(void **state)
{
	(void)state;
	read_bad("{\"\xc3\xa9\":1,}", HEAR_INVALID, 8, "not JSON");
}

static void what_is_no_text_is_refused(void **state)
{
	static const char nul[] = "{\"a\":\"x\0y\"}";
	struct hear_value *value;
	struct hear_span text = {nul, sizeof nul - 1};

	(void)state;
	assert_int_equal(json_read(arena, text, &value, &err), HEAR_INVALID);
	assert_int_equal(json_read(arena, hear_span_of("{\"a\":\"\\u0000\"}"),
				   &value, &err), HEAR_INVALID);
	assert_non_null(strstr(err.message, "\\u0000"));
	assert_int_equal(json_read(arena, hear_span_of("{\"a\":\"\xff\"}"),
				   &value, &err), HEAR_INVALID);
	assert_non_null(strstr(err.message, "UTF-8"));
	assert_int_equal(json_read(arena, hear_span_of("{\"a\":\"\\ud800\"}"),
				   &value, &err), HEAR_INVALID);
}

static void what_follows_a_record_is_refused(void **state)
{
	(void)state;
	read_bad("{} {}", HEAR_INVALID, 4, "one record a line");
	read_bad("{}x", HEAR_INVALID, 3, "one record a line");
	read_bad("{\"a\":[1,2", HEAR_INVALID, 10, "ends before");
	read_bad("", HEAR_INVALID, 1, "ends before");
}

static void depth_is_checked_before_anything_is_built(void **state)
{
	char text[64] = "";
	char *deep = malloc(1 << 20);
	struct hear_value *value;
	int i;

	(void)state;
	for (i = 0; i < JSON_DEPTH; i++)
		text[i] = '[';
	for (; i < 2 * JSON_DEPTH; i++)
		text[i] = ']';
	read_good(text);
	read_good("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[\"}");
	assert_non_null(deep);
	memset(deep, '[', 1 << 20);
	assert_int_equal(json_read(arena, (struct hear_span){deep, 1 << 20},
				   &value, &err), HEAR_LIMIT);
	assert_int_equal(err.column, JSON_DEPTH + 1);
	free(deep);
}

static void items_are_counted_over_the_whole_record(void **state)
{
	struct hear_buffer text = {0};
	struct hear_value *value;
	int i;

	(void)state;
	/* 3 lists of 1364 items: 3 + 3 * 1364 = 4095 fields and items */
	for (i = 0; i < 3 * 1364; i++)
		hear_buffer_text(&text, i == 0 ? "{\"a\":[1" :
			i == 1364 ? "],\"b\":[1" : i == 2728 ? "],\"c\":[1" :
			",1");
	hear_buffer_text(&text, "],\"d\":1");
	hear_buffer_byte(&text, '}');
	read_good(text.data);
	text.data[text.size - 1] = ',';
	hear_buffer_text(&text, "\"e\":1}");
	assert_int_equal(json_read(arena, hear_buffer_view(&text), &value,
				   &err), HEAR_LIMIT);
	hear_buffer_done(&text);
}

/* Plain is what has no reals, is a map, and is right. */
static void what_is_plain_is_read_the_same_by_both(void **state)
{
	static const struct {
		const char *text;
		bool plain;
	} cases[] = {
		{"{}", true},
		{" {\"a\" : [ ] , \"b\":{ } }\r\n", true},
		{"{\"a\":1,\"b\":-20,\"c\":0,\"d\":-0}", true},
		{"{\"a\":999999999999999999}", true},
		{"{\"a\":null,\"b\":[true,false]}", true},
		{"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", true},
		{"{\"a\":\"\\u00e9\\uFFFF\\ud83d\\ude00\\u0041 tail\"}", true},
		{"{\"\":\"empty\"}", true},
		{"{\"a\":1.5}", false},
		{"{\"a\":1e2}", false},
		{"{\"a\":9223372036854775807}", false},
		{"[1]", false},
		{"\"text\"", false},
		{"{\"a\":01}", false},
		{"{\"a\":-}", false},
		{"{\"a\":[null]}", false},
		{"{\"a\":nul}", false},
		{"{\"a\":1,\"\\u0061\":2}", false},
		{"{\"a\":null,\"a\":1}", false},
		{"{\"a\":\"\\u0000\"}", false},
		{"{\"a\":\"\\ud83d\"}", false},
		{"{\"a\":\"\\ude00\"}", false},
		{"{\"a\":\"\\ud83dx\"}", false},
		{"{\"a\":\"\\q\"}", false},
		{"{\"a\":\"\t\"}", false},
		{"{\"a\":\"\xff\"}", false},
		{"{\"a\":1,}", false},
		{"{\"a\":1} 2", false},
		{"{\"a\":\"open", false},
		{"{\"a\"", false},
		{"{", false},
		{"", false},
	};
	struct hear_value *plain;
	struct hear_value *whole;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct hear_span text = hear_span_of(cases[i].text);

		assert_int_equal(json_plain(arena, text, &plain),
				 cases[i].plain);
		if (!cases[i].plain)
			continue;
		assert_int_equal(json_whole(arena, text, &whole, NULL),
				 HEAR_OK);
		assert_true(hear_value_equal(plain, whole));
	}
	assert_true(json_plain(arena, hear_span_of("{\"a\":\"text\"}"),
			       &plain));
	assert_string_equal(hear_text_of(hear_map_get(plain, "a")).data,
			    "text");
}

static void writing_keeps_the_order_of_fields(void **state)
{
	(void)state;
	comes_back_as_written("{\"z\":1,\"a\":{\"k\":[true,false,\"\"]},"
			      "\"m\":[],\"b\":{}}");
	comes_back_as_written("\"text\"");
	comes_back_as_written("-5");
}

static void control_characters_are_escaped(void **state)
{
	(void)state;
	comes_back_as_written("\"a\\n\\t\\u0001\\u001F\\\"\\\\/\"");
}

static void bytes_are_written_as_hexadecimal_digits(void **state)
{
	struct hear_span bytes = {"\x00\xfe\x1a", 3};
	struct hear_buffer out = {0};

	(void)state;
	assert_int_equal(json_write(hear_make_bytes(arena, bytes), &out, &err),
			 HEAR_OK);
	assert_string_equal(out.data, "\"00fe1a\"");
	hear_buffer_done(&out);
}

static void text_that_is_not_utf8_is_not_written(void **state)
{
	struct hear_value *map = hear_make_map(arena);
	struct hear_buffer out = {0};

	(void)state;
	hear_map_set(arena, map, "a", hear_make_text(arena,
						     hear_span_of("\xff")));
	assert_int_equal(json_write(map, &out, &err), HEAR_INVALID);
	assert_non_null(strstr(err.message, "UTF-8"));
	assert_int_equal(json_write(map, &out, NULL), HEAR_INVALID);
	hear_buffer_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(the_whole_range_of_integers_is_kept),
		cmocka_unit_test(other_numbers_become_their_shortest_decimal),
		cmocka_unit_test(numbers_that_would_be_rounded_are_refused),
		cmocka_unit_test(a_field_that_is_null_is_absent),
		cmocka_unit_test(a_field_there_twice_is_refused),
		cmocka_unit_test(columns_count_characters),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(what_follows_a_record_is_refused),
		cmocka_unit_test(depth_is_checked_before_anything_is_built),
		cmocka_unit_test(items_are_counted_over_the_whole_record),
		cmocka_unit_test(what_is_plain_is_read_the_same_by_both),
		cmocka_unit_test(writing_keeps_the_order_of_fields),
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(bytes_are_written_as_hexadecimal_digits),
		cmocka_unit_test(text_that_is_not_utf8_is_not_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
