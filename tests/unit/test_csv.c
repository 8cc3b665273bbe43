/* SPDX-License-Identifier: ISC */
#include "tools/csv.h"
#include "tests/unit/textfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct hear_err err;

static struct csv *open_form(const char *text, struct csv_form form)
{
	struct csv *csv;
	int fd = textfile(text);

	assert_true(fd >= 0);
	assert_int_equal(csv_open(&csv, fd, "a.csv", &form, &err), HEAR_OK);
	return csv;
}

static struct csv *open_text(const char *text)
{
	return open_form(text, CSV_FORM);
}

/* Fields are given as one text with | between them. */
static void next_is(struct csv *csv, uint64_t line, const char *fields)
{
	struct hear_buffer joined = {0};
	struct csv_row row;
	size_t i;

	assert_int_equal(csv_next(csv, &row, &err), HEAR_OK);
	for (i = 0; i < row.count; i++) {
		if (i > 0)
			hear_buffer_byte(&joined, '|');
		hear_buffer_span(&joined, row.fields[i]);
	}
	assert_string_equal(joined.data ? joined.data : "", fields);
	assert_int_equal(row.line, line);
	hear_buffer_done(&joined);
}

static void next_fails(struct csv *csv, enum hear_code code, uint32_t line,
		       const char *words)
{
	struct csv_row row;

	assert_int_equal(csv_next(csv, &row, &err), code);
	assert_int_equal(err.line, line);
	assert_non_null(strstr(err.message, words));
}

static void at_end(struct csv *csv)
{
	struct csv_row row;

	assert_int_equal(csv_next(csv, &row, &err), HEAR_NOTFOUND);
	csv_close(csv);
}

static void rows_know_the_line_they_began_on(void **state)
{
	struct csv *csv = open_text("a,b\n1,\"x\ny\"\r\n\n2, z \n\"3\",\"\"");

	(void)state;
	assert_int_equal(csv_header(csv)->count, 2);
	assert_true(hear_span_is(csv_header(csv)->fields[1], "b"));
	next_is(csv, 2, "1|x\ny");
	next_is(csv, 5, "2|z");
	next_is(csv, 6, "3|");
	at_end(csv);
}

static void doubled_quotes_are_one(void **state)
{
	struct csv *csv = open_text("a,b\n\"say \"\"hi\"\"\",\"1,2\"\n");

	(void)state;
	next_is(csv, 2, "say \"hi\"|1,2");
	at_end(csv);
}

static void separators_may_be_others(void **state)
{
	struct csv_form form = CSV_FORM;
	struct csv *csv;

	(void)state;
	form.separator = '\t';
	csv = open_form("a\tb\n1,5\t\n\t\n", form);
	next_is(csv, 2, "1,5|");
	next_is(csv, 3, "|");
	at_end(csv);
	form.separator = ';';
	csv = open_form("a;b\n1,5;\"x;y\"\n", form);
	next_is(csv, 2, "1,5|x;y");
	at_end(csv);
}

static void quotes_may_be_plain_characters(void **state)
{
	struct csv_form form = {'\t', true, true, NULL, 0};
	struct csv *csv = open_form("a\tb\n\"x\t5\"\" y\"z\n\"\t\"\"\"\n", form);

	(void)state;
	next_is(csv, 2, "\"x|5\"\" y\"z");
	next_is(csv, 3, "\"|\"\"\"");
	at_end(csv);
}

static void columns_may_be_named_beside_the_file(void **state)
{
	struct hear_span names[] = {hear_span_of("day"), hear_span_of("dead")};
	struct csv_form form = {',', false, false, names, 2};
	struct csv *csv = open_form("2025-01-13,300\n2025-01-14\n", form);

	(void)state;
	assert_true(hear_span_is(csv_header(csv)->fields[1], "dead"));
	next_is(csv, 1, "2025-01-13|300");
	next_fails(csv, HEAR_INVALID, 2, "\"dead\"");
	at_end(csv);
}

static void a_row_of_another_width_is_named_and_passed_over(void **state)
{
	struct csv *csv = open_text("a,b,c\n1\n1,2,3,4\n5,6,7\n");

	(void)state;
	next_fails(csv, HEAR_INVALID, 2, "1 columns where there should be 3; "
		   "column \"b\"");
	next_fails(csv, HEAR_INVALID, 3, "4 columns where there should be 3");
	next_is(csv, 4, "5|6|7");
	at_end(csv);
}

static void a_stray_quote_is_named_and_passed_over(void **state)
{
	struct csv *csv = open_text("a,b\n1,x\"y\n\"2\"x,3\n4,\"5\nx\"6\n7,8\n");

	(void)state;
	next_fails(csv, HEAR_INVALID, 2, "column \"b\": a quote");
	assert_int_equal(err.column, 4);
	next_fails(csv, HEAR_INVALID, 3, "column \"a\": a quote");
	next_fails(csv, HEAR_INVALID, 4, "column \"b\": a quote");
	next_is(csv, 6, "7|8");
	at_end(csv);
}

static void a_quote_that_is_never_closed_names_its_row(void **state)
{
	struct csv *csv = open_text("a,b\n1,2\n3,\"4\n5,6\n");

	(void)state;
	next_is(csv, 2, "1|2");
	next_fails(csv, HEAR_INVALID, 3, "column \"b\": the file ends");
	at_end(csv);
}

static void a_row_over_the_limit_is_refused(void **state)
{
	struct hear_buffer text = {0};
	struct csv *csv;
	int i;

	(void)state;
	hear_buffer_text(&text, "a,b\n1,\"");
	for (i = 0; i < 1100; i++)
		hear_buffer_print(&text, "%01000d\n", i);
	hear_buffer_text(&text, "\"\n");
	csv = open_text(text.data);
	next_fails(csv, HEAR_LIMIT, 2, "quote not closed");
	csv_close(csv);
	hear_buffer_done(&text);
}

/* Opens a table of so many columns without names. */
static enum hear_code open_wide(struct csv **out, size_t columns)
{
	struct csv_form form = CSV_FORM;
	struct hear_buffer text = {0};
	enum hear_code code;
	int fd;

	while (text.size < columns - 1)
		hear_buffer_byte(&text, ',');
	hear_buffer_byte(&text, '\n');
	fd = textfile(text.data);
	assert_true(fd >= 0);
	code = csv_open(out, fd, "a.csv", &form, &err);
	close(fd);
	hear_buffer_done(&text);
	return code;
}

static void columns_are_limited(void **state)
{
	struct csv *csv;

	(void)state;
	assert_int_equal(open_wide(&csv, CSV_COLUMNS), HEAR_OK);
	assert_int_equal(csv_header(csv)->count, CSV_COLUMNS);
	csv_close(csv);
	assert_int_equal(open_wide(&csv, CSV_COLUMNS + 1), HEAR_LIMIT);
	assert_null(csv);
}

static void bytes_that_are_not_utf8_are_placed(void **state)
{
	struct csv *csv = open_text("a,b\n\xc3\xa9,\xe9\n1,2\n");

	(void)state;
	next_fails(csv, HEAR_INVALID, 2, "not UTF-8");
	assert_int_equal(err.column, 3);
	next_is(csv, 3, "1|2");
	at_end(csv);
}

static void lone_carriage_returns_are_explained(void **state)
{
	struct csv *csv = open_text("a,b\n1,2\r3,4\n5,6\n");

	(void)state;
	next_fails(csv, HEAR_INVALID, 2, "carriage return");
	next_is(csv, 3, "5|6");
	at_end(csv);
}

static void a_file_without_a_header_row_is_refused(void **state)
{
	struct csv_form form = CSV_FORM;
	struct csv *csv;

	(void)state;
	assert_int_equal(csv_open(&csv, textfile(""), "a.csv", &form, &err),
			 HEAR_INVALID);
	assert_non_null(strstr(err.message, "a.csv is empty"));
	form.separator = '"';
	assert_int_equal(csv_open(&csv, textfile("a"), "a.csv", &form, &err),
			 HEAR_INVALID);
	form.separator = ',';
	form.header = false;
	assert_int_equal(csv_open(&csv, textfile("a"), "a.csv", &form, &err),
			 HEAR_INVALID);
}

static void a_table_can_be_read_twice(void **state)
{
	struct csv *csv = open_text("a\n1\n\"2");

	(void)state;
	next_is(csv, 2, "1");
	next_fails(csv, HEAR_INVALID, 3, "ends inside");
	assert_int_equal(csv_rewind(csv, &err), HEAR_OK);
	next_is(csv, 2, "1");
	csv_close(csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_know_the_line_they_began_on),
		cmocka_unit_test(doubled_quotes_are_one),
		cmocka_unit_test(separators_may_be_others),
		cmocka_unit_test(quotes_may_be_plain_characters),
		cmocka_unit_test(columns_may_be_named_beside_the_file),
		cmocka_unit_test(
			a_row_of_another_width_is_named_and_passed_over),
		cmocka_unit_test(a_stray_quote_is_named_and_passed_over),
		cmocka_unit_test(a_quote_that_is_never_closed_names_its_row),
		cmocka_unit_test(a_row_over_the_limit_is_refused),
		cmocka_unit_test(columns_are_limited),
		cmocka_unit_test(bytes_that_are_not_utf8_are_placed),
		cmocka_unit_test(lone_carriage_returns_are_explained),
		cmocka_unit_test(a_file_without_a_header_row_is_refused),
		cmocka_unit_test(a_table_can_be_read_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
