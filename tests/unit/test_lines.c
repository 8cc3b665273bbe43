/* SPDX-License-Identifier: ISC */
#include "tools/lines.h"
#include "tests/unit/textfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct hear_err err;

static struct lines *open_text(const void *text, size_t size)
{
	struct lines *lines;
	int fd = textfile_of(text, size);

	assert_true(fd >= 0);
	assert_int_equal(lines_open(&lines, fd, "a.txt", &err), HEAR_OK);
	return lines;
}

static void next_is(struct lines *lines, const char *text, uint64_t number,
		    bool blank)
{
	struct line line;

	assert_int_equal(lines_next(lines, &line, &err), HEAR_OK);
	assert_true(hear_span_is(line.text, text));
	assert_int_equal(line.number, number);
	assert_int_equal(line.blank, blank);
}

static void next_fails(struct lines *lines, enum hear_code code,
		       uint32_t number)
{
	struct line line;

	assert_int_equal(lines_next(lines, &line, &err), code);
	assert_int_equal(err.line, number);
}

static void at_end(struct lines *lines)
{
	struct line line;

	err.message[0] = 'x';
	assert_int_equal(lines_next(lines, &line, &err), HEAR_NOTFOUND);
	assert_int_equal(err.message[0], 'x');
}

static void both_line_ends_and_a_last_line_without_one(void **state)
{
	static const char text[] = "one\r\ntwo\n \t\n\nlast\rpart";
	struct lines *lines = open_text(text, sizeof text - 1);

	(void)state;
	next_is(lines, "one", 1, false);
	assert_int_equal(lines_position(lines), 5);
	next_is(lines, "two", 2, false);
	next_is(lines, " \t", 3, true);
	next_is(lines, "", 4, true);
	next_is(lines, "last\rpart", 5, false);
	assert_int_equal(lines_position(lines), sizeof text - 1);
	at_end(lines);
	at_end(lines);
	lines_close(lines);
}

static void an_empty_file_has_no_lines(void **state)
{
	struct lines *lines = open_text("", 0);

	(void)state;
	at_end(lines);
	lines_close(lines);
}

static void a_byte_order_mark_is_skipped_once(void **state)
{
	static const char text[] = "\xef\xbb\xbfone\n\xef\xbb\xbftwo\n";
	struct lines *lines = open_text(text, sizeof text - 1);

	(void)state;
	next_is(lines, "one", 1, false);
	next_is(lines, "\xef\xbb\xbftwo", 2, false);
	at_end(lines);
	lines_close(lines);
}

static char *long_line(size_t size, const char *after)
{
	char *text = malloc(size + strlen(after) + 1);

	assert_non_null(text);
	memset(text, 'a', size);
	strcpy(text + size, after);
	return text;
}

static void a_line_may_have_just_the_limit(void **state)
{
	char *text = long_line(LINES_BYTES, "\r\nnext\n");
	struct lines *lines = open_text(text, strlen(text));
	struct line line;

	(void)state;
	assert_int_equal(lines_next(lines, &line, &err), HEAR_OK);
	assert_int_equal(line.text.size, LINES_BYTES);
	next_is(lines, "next", 2, false);
	lines_close(lines);
	free(text);
}

static void a_longer_line_is_told_and_passed_over(void **state)
{
	static const size_t sizes[] = {LINES_BYTES + 1, LINES_BYTES + 2,
				       5 * LINES_BYTES + 17};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		char *text = long_line(sizes[i], "\nnext\n");
		struct lines *lines = open_text(text, strlen(text));

		next_fails(lines, HEAR_LIMIT, 1);
		next_is(lines, "next", 2, false);
		at_end(lines);
		lines_close(lines);
		free(text);
	}
}

static void a_long_last_line_ends_the_file(void **state)
{
	char *text = long_line(3 * LINES_BYTES, "");
	struct lines *lines = open_text(text, strlen(text));

	(void)state;
	next_fails(lines, HEAR_LIMIT, 1);
	at_end(lines);
	lines_close(lines);
	free(text);
}

static void a_nul_is_not_text(void **state)
{
	static const char text[] = "one\nt\0wo\nthree\n";
	struct lines *lines = open_text(text, sizeof text - 1);

	(void)state;
	next_is(lines, "one", 1, false);
	next_fails(lines, HEAR_INVALID, 2);
	next_is(lines, "three", 3, false);
	lines_close(lines);
}

static void files_that_are_not_text_are_named(void **state)
{
	static const struct {
		const char *bytes;
		const char *words;
	} files[] = {
		{"\xff\xfe" "a", "UTF-16"},   {"\x1f\x8b\x08xx", "gunzip"},
		{"PK\x03\x04xx\n", "as CSV"}, {"%PDF-1.4\n", "PDF"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct lines *lines = open_text(files[i].bytes,
						strlen(files[i].bytes));

		next_fails(lines, HEAR_INVALID, 0);
		assert_non_null(strstr(err.message, files[i].words));
		assert_non_null(strstr(err.message, "a.txt"));
		next_fails(lines, HEAR_INVALID, 0);
		lines_close(lines);
	}
}

static void a_file_can_be_read_again_and_a_pipe_cannot(void **state)
{
	struct lines *lines = open_text("one\ntwo\n", 8);
	int ends[2];

	(void)state;
	next_is(lines, "one", 1, false);
	next_is(lines, "two", 2, false);
	assert_int_equal(lines_rewind(lines, &err), HEAR_OK);
	next_is(lines, "one", 1, false);
	lines_close(lines);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "one\n", 4), 4);
	close(ends[1]);
	assert_int_equal(lines_open(&lines, ends[0], "pipe", &err), HEAR_OK);
	next_is(lines, "one", 1, false);
	assert_int_equal(lines_rewind(lines, &err), HEAR_IO);
	at_end(lines);
	lines_close(lines);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_line_ends_and_a_last_line_without_one),
		cmocka_unit_test(an_empty_file_has_no_lines),
		cmocka_unit_test(a_byte_order_mark_is_skipped_once),
		cmocka_unit_test(a_line_may_have_just_the_limit),
		cmocka_unit_test(a_longer_line_is_told_and_passed_over),
		cmocka_unit_test(a_long_last_line_ends_the_file),
		cmocka_unit_test(a_nul_is_not_text),
		cmocka_unit_test(files_that_are_not_text_are_named),
		cmocka_unit_test(a_file_can_be_read_again_and_a_pipe_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
