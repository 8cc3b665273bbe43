/* SPDX-License-Identifier: ISC */
#include "tools/yaml.h"
#include "core/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hear_arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = hear_arena_new();
	return arena ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	hear_arena_free(arena);
	return 0;
}

static struct hear_value *read_yaml(const char *text)
{
	struct hear_err err = {0};
	struct hear_value *out;

	if (yaml_read(arena, hear_span_of(text), &out, &err) != HEAR_OK)
		fail_msg("%s\n%u:%u: %s", text, err.line, err.column,
			 err.message);
	return out;
}

static void is_text(const struct hear_value *value, const char *text)
{
	assert_int_equal(hear_type_of(value), HEAR_TEXT);
	if (!hear_span_is(hear_text_of(value), text))
		fail_msg("\"%.*s\", not \"%s\"", (int)hear_text_of(value).size,
			 hear_text_of(value).data, text);
}

/* Refused on that line, with `words` in the sentence. */
static void refused(const char *text, unsigned line, const char *words)
{
	struct hear_err err = {0};
	struct hear_value *out;
	enum hear_code code;

	code = yaml_read(arena, hear_span_of(text), &out, &err);
	if (code != HEAR_INVALID)
		fail_msg("code %d for:\n%s", (int)code, text);
	assert_null(out);
	if (err.line != line || !strstr(err.message, words))
		fail_msg("%s\nline %u, not %u: %s\nwithout: %s", text, err.line,
			 line, err.message, words);
}

static void scalars_are_read_raw(void **state)
{
	struct hear_value *map = read_yaml("lang: no\nyes: 010\nd: 2025-01-13\n"
					   "v: about 2,700\nn: ~300\n"
					   "w: <3000\nm: -5\nr: 1..2\n");

	(void)state;
	is_text(hear_map_get(map, "lang"), "no");
	is_text(hear_map_get(map, "yes"), "010");
	is_text(hear_map_get(map, "d"), "2025-01-13");
	is_text(hear_map_get(map, "v"), "about 2,700");
	is_text(hear_map_get(map, "n"), "~300");
	is_text(hear_map_get(map, "w"), "<3000");
	is_text(hear_map_get(map, "m"), "-5");
	is_text(hear_map_get(map, "r"), "1..2");
}

static void empty_scalars_are_the_empty_text(void **state)
{
	struct hear_value *map =
		read_yaml("a:\nb: ~\nc: null\nd: ''\ne: \"null\"\nf: {g: , h: 1}");

	(void)state;
	is_text(hear_map_get(map, "a"), "");
	is_text(hear_map_get(map, "b"), "");
	is_text(hear_map_get(map, "c"), "");
	is_text(hear_map_get(map, "d"), "");
	is_text(hear_map_get(map, "e"), "null");
	is_text(hear_map_get(hear_map_get(map, "f"), "g"), "");
	assert_int_equal(hear_line_of(hear_map_get(map, "b")), 2);
	assert_int_equal(hear_line_of(hear_map_get(map, "a")), 1);
}

static void every_value_knows_its_place(void **state)
{
	struct hear_value *map = read_yaml("\xef\xbb\xbf" "a: x\r\n"
					   "b:\r\n- \xc3\xa9: y\r\n- [z, w]\r\n");
	struct hear_value *list = hear_map_get(map, "b");
	struct hear_value *w = hear_item_of(hear_item_of(list, 1), 1);

	(void)state;
	assert_int_equal(hear_line_of(hear_map_get(map, "a")), 1);
	assert_int_equal(hear_column_of(hear_map_get(map, "a")), 4);
	assert_int_equal(hear_line_of(list), 3);
	assert_int_equal(hear_column_of(hear_map_get(hear_item_of(list, 0),
						     "\xc3\xa9")), 6);
	assert_int_equal(hear_line_of(w), 4);
	assert_int_equal(hear_column_of(w), 7);
}

static void blocks_keep_or_fold_their_lines(void **state)
{
	struct hear_value *map = read_yaml("a: |\n  x\n  y\nb: >-\n  x\n  y\n"
					   "c: >2\n   x\nd: x\n  y\n");

	(void)state;
	is_text(hear_map_get(map, "a"), "x\ny\n");
	is_text(hear_map_get(map, "b"), "x y");
	is_text(hear_map_get(map, "c"), " x\n");
	is_text(hear_map_get(map, "d"), "x y");
}

static void an_alias_stands_for_its_anchor(void **state)
{
	struct hear_value *map =
		read_yaml("a: &n {b: c}\nd: *n\ne: &n x\nf: [*n, *n]\n");

	(void)state;
	is_text(hear_map_get(hear_map_get(map, "d"), "b"), "c");
	is_text(hear_item_of(hear_map_get(map, "f"), 1), "x");
	refused("a: *b", 1, "*b refers to no anchor above");
	refused("a: &x [*x]", 1, "*x refers to no anchor above");
}

static void a_comparison_sign_is_explained(void **state)
{
	(void)state;
	refused("x: y\nvalue: >3000", 2,
		"quotes: value: \">3000\", or write \"more than 3000\"");
	refused("value: > 3000\nx: y", 1, "value: \"> 3000\"");
	refused("value: >3", 1, "value: \">3\", or write \"more than 3\"");
	refused("value: >-3\nx: y", 1, "value: \">-3\"");
	refused("value: >=3,000", 1,
		"quotes: value: \">=3,000\", or write \"at least 3,000\"");
	refused("- {value: >300, x: y}", 1, "quotes: value: \">300\", or");
}

static void signs_that_yaml_keeps_are_explained(void **state)
{
	(void)state;
	refused("by: @NIS", 1, "quotes: by: \"@NIS\"");
	refused("by: `x`", 1, "quotes: by: \"`x`\"");
	refused("a: b\nvalue: %5", 2, "quotes: value: \"%5\"");
	refused("%5: x", 1, "leading %");
	refused("text: *bold* words", 1, "quotes: text: \"*bold* words\"");
	refused("text: !no", 1, "quotes: text: \"!no\"");
	refused("text: !!str no", 1, "quotes: text: \"!!str no\"");
	refused("text: &c", 1, "quotes: text: \"&c\"");
	refused("text: |x", 1, "quotes: text: \"|x\"");
	refused("{by: ?a source, x: y}", 1, "quotes: by: \"?a source\"");
	refused("by: [?a source, b]", 1, "quotes: \"?a source\"");
	is_text(hear_map_get(read_yaml("by: ?a source"), "by"), "?a source");
}

static void a_comment_that_swallows_a_value_is_refused(void **state)
{
	struct hear_value *map;

	(void)state;
	refused("a: b\nre: #3", 2, "quotes: re: \"#3\"");
	refused("re:   #3\nb: c", 1, "quotes: re: \"#3\"");
	refused("- #3\n- b", 1, "quotes: \"#3\"");
	refused("{re: , a: b, c: #3\n}", 1, "quotes: c: \"#3\"");
	refused("text: The #1 problem", 1, "from #1 problem on");
	map = read_yaml("a: b # note\nc: # note\n  d: e\nf: 'x' #y\ng: x#y\n");
	is_text(hear_map_get(map, "a"), "b");
	is_text(hear_map_get(hear_map_get(map, "c"), "d"), "e");
	is_text(hear_map_get(map, "f"), "x");
	is_text(hear_map_get(map, "g"), "x#y");
}

static void a_tab_as_indentation_is_explained(void **state)
{
	(void)state;
	refused("\ta: b", 1, "indent with blanks");
	refused("a:\n\tb: c", 2, "indent with blanks");
	refused("a:\n  b: c\n\td: e", 3, "indent with blanks");
	refused("a: |\n\tb\n", 2, "indent with blanks");
}

static void a_missing_blank_is_explained(void **state)
{
	(void)state;
	refused("subject:foo\nx: y", 1, "write subject: foo");
	refused("x: y\nsubject:foo", 2, "write subject: foo");
	refused("x: y\n  subject:foo\n", 2, "write subject: foo");
	refused("x: \"y\"\nc:d\ne: f", 2, "write c: d");
	refused("{by: Lee, value:300}", 1, "write value: 300");
	is_text(hear_map_get(read_yaml("a: see\n  https://x.org:80/y\n"), "a"),
		"see https://x.org:80/y");
}

static void a_value_that_ends_early_is_explained(void **state)
{
	(void)state;
	refused("text: He said: no", 1, "quotes: text: \"He said: no\"");
	refused("quote: \"Yes\" he said", 1, "quote: '\"Yes\" he said'");
	refused("- quote: [sic] he said", 1, "quote: \"[sic] he said\"");
	refused("{by: Lee, value: 2,700}", 1, "quotes: \"2,700\"");
	refused("text: 'don't'", 1, "quotes: text: \"don't\"");
	refused("text: 'a\nb: c", 1, "mark that opens here");
	refused("a: [b\nc: d", 1, "bracket that opens here");
	refused("a: \"C:\\Data\"", 1, "backslash");
}

static void a_line_out_of_place_is_explained(void **state)
{
	(void)state;
	refused("a: b\n c: d", 2, "indent the line exactly like");
	refused("a:\n  - b\n - c", 3, "indent the line exactly like");
	refused("a: b\n - c", 2, "like an item of a list");
	refused("a: x\nb\n", 2, "no field");
}

static void a_field_given_twice_names_both_lines(void **state)
{
	(void)state;
	refused("a: 1\nb: 2\na: 3\n", 3, "on line 1 and again on line 3");
	refused("- {a: {x: 1,\n  x: 2}}", 2, "on line 1 and again on line 2");
}

static void only_one_document_is_read(void **state)
{
	(void)state;
	is_text(hear_map_get(read_yaml("---\na: b\n...\n"), "a"), "b");
	refused("---\na: b\n---\nc: d\n", 3, "second document");
	refused("", 0, "nothing");
	refused("# only a comment\n", 0, "nothing");
	is_text(read_yaml("---\n"), "");
}

static void names_of_fields_are_plain_text(void **state)
{
	(void)state;
	refused("[a]: b", 1, "name");
	refused("? {a: b}\n: c", 1, "name");
	refused("a: &x b\n<<: *x", 2, "merging");
}

static void other_bytes_than_utf_8_are_refused(void **state)
{
	(void)state;
	refused("a: \xff", 1, "UTF-8");
	refused("x: y\na: \x01", 2, "byte 8");
	refused("a: \xc3", 1, "UTF-8");
}

static void a_mistake_has_its_bytes(void **state)
{
	struct hear_err err;
	struct hear_value *out;

	(void)state;
	assert_int_equal(yaml_read(arena,
				   hear_span_of("\xef\xbb\xbf\xc3\xa9: >30"),
				   &out, &err),
			 HEAR_INVALID);
	assert_int_equal(err.at, 7); /* mark, e acute, colon, blank */
	assert_int_equal(err.span, 3);
	assert_int_equal(err.column, 4);
}

static void an_alias_bomb_is_over_a_limit(void **state)
{
	struct hear_buffer text = {0};
	struct hear_err err;
	struct hear_value *out;
	int level, i;

	(void)state;
	hear_buffer_text(&text, "l0: &l0 [x,x,x,x,x,x,x,x,x,x]\n");
	for (level = 1; level < 10; level++) {
		hear_buffer_print(&text, "l%d: &l%d [", level, level);
		for (i = 0; i < 10; i++)
			hear_buffer_print(&text, "%s*l%d", i ? ", " : "",
					  level - 1);
		hear_buffer_text(&text, "]\n");
	}
	assert_int_equal(yaml_read(arena, hear_buffer_view(&text), &out, &err),
			 HEAR_LIMIT);
	/* 11 and 1 key; 111 and 1; 1111 and 1; 11111 and 1; the next is over */
	assert_int_equal(err.line, 5);
	assert_non_null(strstr(err.message, "20000"));
	hear_buffer_done(&text);
}

static void depth_is_bounded(void **state)
{
	char text[64] = "";
	struct hear_err err;
	struct hear_value *out;

	(void)state;
	memset(text, '[', 16);
	memset(text + 16, ']', 16);
	assert_int_equal(hear_count_of(read_yaml(text)), 1);
	memset(text, '[', 17);
	memset(text + 17, ']', 17);
	assert_int_equal(yaml_read(arena, hear_span_of(text), &out, &err),
			 HEAR_LIMIT);
}

static void size_is_bounded(void **state)
{
	size_t size = YAML_BYTES + 1;
	char *text = malloc(size);
	struct hear_err err;
	struct hear_value *out;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	assert_int_equal(yaml_read(arena, hear_span_make(text, size), &out,
				   &err),
			 HEAR_LIMIT);
	assert_int_equal(yaml_read(arena, hear_span_make(text, size - 1), &out,
				   &err),
			 HEAR_OK);
	for (size = 0; size < YAML_BYTES; size++)
		text[size] = size % 2 ? ' ' : '-';
	assert_int_equal(yaml_read(arena, hear_span_make(text, size), &out,
				   &err),
			 HEAR_LIMIT);
	free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(scalars_are_read_raw),
		TEST(empty_scalars_are_the_empty_text),
		TEST(every_value_knows_its_place),
		TEST(blocks_keep_or_fold_their_lines),
		TEST(an_alias_stands_for_its_anchor),
		TEST(a_comparison_sign_is_explained),
		TEST(signs_that_yaml_keeps_are_explained),
		TEST(a_comment_that_swallows_a_value_is_refused),
		TEST(a_tab_as_indentation_is_explained),
		TEST(a_missing_blank_is_explained),
		TEST(a_value_that_ends_early_is_explained),
		TEST(a_line_out_of_place_is_explained),
		TEST(a_field_given_twice_names_both_lines),
		TEST(only_one_document_is_read),
		TEST(names_of_fields_are_plain_text),
		TEST(other_bytes_than_utf_8_are_refused),
		TEST(a_mistake_has_its_bytes),
		TEST(an_alias_bomb_is_over_a_limit),
		TEST(depth_is_bounded),
		TEST(size_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
