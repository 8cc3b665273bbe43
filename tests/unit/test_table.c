/* SPDX-License-Identifier: ISC */
#include "tools/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct table_column columns[] = {
	{.name = "id"},
	{.name = "text", .weight = 2, .least = 6},
	{.name = "n", .align = TABLE_RIGHT},
	{.name = "origin", .weight = 1, .least = 4},
};

static const struct terminal a_pipe = {.is = false, .columns = 80};

static void row(struct table *table, const char *const *cells, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		table_cell(table, STYLE_RESET, hear_span_of(cells[i]));
}

/* Two rows through a table, in the terminal given. */
static void shows(const struct terminal *terminal, const char *expected)
{
	static const char *const cells[] = {
		"a1", "About 300 were killed", "300", "NIS",
		"b22", "Deployed", "10000", "Ukraine",
	};
	struct table *table = table_new(columns, 4, terminal);
	struct hear_buffer out = {0};

	assert_non_null(table);
	row(table, cells, 8);
	assert_true(table_print(table, &out));
	assert_string_equal(out.data, expected);
	hear_buffer_done(&out);
	table_free(table);
}

static void a_pipe_gets_all_with_tabs_and_no_header(void **state)
{
	(void)state;
	shows(&a_pipe, "a1\tAbout 300 were killed\t300\tNIS\n"
		       "b22\tDeployed\t10000\tUkraine\n");
}

static void a_wide_terminal_gets_aligned_columns(void **state)
{
	struct terminal wide = {.is = true, .columns = 80};

	(void)state;
	shows(&wide, "id   text                       n  origin\n"
		     "a1   About 300 were killed    300  NIS\n"
		     "b22  Deployed               10000  Ukraine\n");
}

/* 3, 5 and three gaps leave 16 of 30; by weights 2 and 1 that is 11 and 5. */
static void the_widest_flexible_column_gives_way(void **state)
{
	struct terminal narrow = {.is = true, .columns = 30};
	struct terminal enough = {.is = true, .columns = 41};

	(void)state;
	shows(&narrow, "id   text             n  orig\xe2\x80\xa6\n"
		       "a1   About 300 \xe2\x80\xa6    300  NIS\n"
		       "b22  Deployed     10000  Ukra\xe2\x80\xa6\n");
	shows(&enough, "id   text                      n  origin\n"
		       "a1   About 300 were kill\xe2\x80\xa6    300  NIS\n"
		       "b22  Deployed              10000  Ukraine\n");
}

static void columns_keep_their_least(void **state)
{
	struct terminal tiny = {.is = true, .columns = 5};

	(void)state;
	shows(&tiny, "id   text        n  ori\xe2\x80\xa6\n"
		     "a1   About\xe2\x80\xa6    300  NIS\n"
		     "b22  Deplo\xe2\x80\xa6  10000  Ukr\xe2\x80\xa6\n");
}

static void wide_characters_are_aligned(void **state)
{
	struct terminal terminal = {.is = true, .columns = 80};
	static const struct table_column two[] = {{.name = "who"},
						  {.name = "n"}};
	static const char *const cells[] = {"\xe5\x8c\x97\xe4\xba\xac", "1",
					    "de\xcc\x81", "2"};
	struct table *table = table_new(two, 2, &terminal);
	struct hear_buffer out = {0};

	(void)state;
	row(table, cells, 4);
	assert_true(table_print(table, &out));
	assert_string_equal(out.data, "who   n\n"
				      "\xe5\x8c\x97\xe4\xba\xac  1\n"
				      "de\xcc\x81    2\n");
	hear_buffer_done(&out);
	table_free(table);
}

static void wrapped_cells_go_on_below(void **state)
{
	struct terminal terminal = {.is = true, .columns = 16};
	static const struct table_column two[] = {
		{.weight = 1, .wrap = true}, {.align = TABLE_LEFT}};
	static const char *const cells[] = {
		"about 300 were killedinaction", "NIS", "", "X"};
	struct table *table = table_new(two, 2, &terminal);
	struct hear_buffer out = {0};

	(void)state;
	row(table, cells, 4);
	assert_true(table_print(table, &out));
	assert_string_equal(out.data, "about 300    NIS\n"
				      "were\n"
				      "killedinact\n"
				      "ion\n"
				      "             X\n");
	hear_buffer_done(&out);
	table_free(table);
}

static void hostile_cells_stay_in_their_line(void **state)
{
	struct terminal terminal = {.is = true, .columns = 80};
	const struct terminal *const both[] = {&terminal, &a_pipe};
	static const struct table_column one[] = {{.name = NULL}};
	struct hear_buffer out = {0};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct table *table = table_new(one, 1, both[i]);

		table_cell(table, STYLE_RESET,
			   hear_span_of("a\n\tb\x1b[2J\xe2\x80\xae"));
		assert_true(table_print(table, &out));
		assert_string_equal(out.data, "a b\\u{1b}[2J\\u{202e}\n");
		hear_buffer_reset(&out);
		table_free(table);
	}
	hear_buffer_done(&out);
}

static void styles_take_no_columns(void **state)
{
	struct terminal terminal = {
		.is = true, .moves = true, .colour = true, .columns = 80};
	static const struct table_column two[] = {{.name = "a"}, {.name = "b"}};
	struct table *table = table_new(two, 2, &terminal);
	struct hear_buffer out = {0};

	(void)state;
	table_cell(table, STYLE_RED, hear_span_of("no"));
	table_cell(table, STYLE_RESET, hear_span_of("x"));
	assert_true(table_print(table, &out));
	assert_string_equal(out.data, "\x1b[1ma\x1b[0m   \x1b[1mb\x1b[0m\n"
				      "\x1b[31mno\x1b[0m  x\n");
	hear_buffer_done(&out);
	table_free(table);
}

static void later_pieces_keep_the_widths_and_have_no_header(void **state)
{
	struct terminal terminal = {.is = true, .columns = 80};
	static const struct table_column two[] = {{.name = "id"},
						  {.name = "b", .weight = 1}};
	struct table *table = table_new(two, 2, &terminal);
	struct hear_buffer out = {0};
	static const char *const first[] = {"1", "abcdef"};
	static const char *const second[] = {"12345", "abcdefgh", "7"};

	(void)state;
	assert_true(table_print(table, &out));
	assert_int_equal(out.size, 0);
	row(table, first, 2);
	assert_true(table_print(table, &out));
	row(table, second, 3);
	assert_true(table_print(table, &out));
	assert_string_equal(out.data, "id  b\n"
				      "1   abcdef\n"
				      "12345  abcde\xe2\x80\xa6\n"
				      "7\n");
	hear_buffer_done(&out);
	table_free(table);
}

static void missing_cells_are_empty(void **state)
{
	struct table *table = table_new(columns, 4, &a_pipe);
	struct hear_buffer out = {0};

	(void)state;
	table_cell(table, STYLE_RESET, hear_span_of("a"));
	assert_true(table_print(table, &out));
	assert_string_equal(out.data, "a\t\t\t\n");
	hear_buffer_done(&out);
	table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pipe_gets_all_with_tabs_and_no_header),
		cmocka_unit_test(a_wide_terminal_gets_aligned_columns),
		cmocka_unit_test(the_widest_flexible_column_gives_way),
		cmocka_unit_test(columns_keep_their_least),
		cmocka_unit_test(wide_characters_are_aligned),
		cmocka_unit_test(wrapped_cells_go_on_below),
		cmocka_unit_test(hostile_cells_stay_in_their_line),
		cmocka_unit_test(styles_take_no_columns),
		cmocka_unit_test(
			later_pieces_keep_the_widths_and_have_no_header),
		cmocka_unit_test(missing_cells_are_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
