/* SPDX-License-Identifier: ISC */
#include "tools/terminal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

static void colour_is_for_terminals_that_want_it(void **state)
{
	(void)state;
	assert_true(terminal_from(true, 80, "xterm", NULL, NULL).colour);
	assert_true(terminal_from(true, 80, "xterm", "", NULL).colour);
	assert_false(terminal_from(true, 80, "xterm", "1", NULL).colour);
	assert_false(terminal_from(true, 80, "dumb", NULL, NULL).colour);
	assert_false(terminal_from(true, 80, NULL, NULL, NULL).colour);
	assert_false(terminal_from(false, 80, "xterm", NULL, NULL).colour);
	assert_true(terminal_from(true, 80, "xterm", "1", NULL).moves);
	assert_false(terminal_from(true, 80, "dumb", NULL, NULL).moves);
}

static void the_width_is_asked_then_read_then_guessed(void **state)
{
	(void)state;
	assert_int_equal(terminal_from(true, 132, NULL, NULL, "99").columns,
			 132);
	assert_int_equal(terminal_from(true, 0, NULL, NULL, "99").columns, 99);
	assert_int_equal(terminal_from(true, 0, NULL, NULL, NULL).columns, 80);
	assert_int_equal(terminal_from(true, 0, NULL, NULL, "0").columns, 80);
	assert_int_equal(terminal_from(true, 0, NULL, NULL, "-5").columns, 80);
	assert_int_equal(terminal_from(true, 0, NULL, NULL, "9x").columns, 80);
	assert_int_equal(
		terminal_from(true, 0, NULL, NULL, "99999999999999999999")
			.columns,
		80);
}

static void a_pipe_is_no_terminal(void **state)
{
	struct terminal terminal;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	terminal = terminal_of(ends[1]);
	assert_false(terminal.is);
	assert_false(terminal.colour);
	close(ends[0]);
	close(ends[1]);
}

static void a_terminal_tells_its_width(void **state)
{
	struct winsize size = {.ws_row = 24, .ws_col = 101};
	int fd = posix_openpt(O_RDWR | O_NOCTTY);
	struct terminal terminal;

	(void)state;
	if (fd < 0 || ioctl(fd, TIOCSWINSZ, &size) != 0)
		skip();
	terminal = terminal_of(fd);
	assert_true(terminal.is);
	assert_int_equal(terminal.columns, 101);
	close(fd);
}

static void styles_are_empty_without_colour(void **state)
{
	struct terminal bright = {.is = true, .moves = true, .colour = true};
	struct terminal plain = {.is = true};
	struct hear_buffer out = {0};

	(void)state;
	terminal_print(&bright, STYLE_RED, hear_span_of("no"), &out);
	assert_string_equal(out.data, "\x1b[31mno\x1b[0m");
	hear_buffer_reset(&out);
	terminal_print(&bright, STYLE_RESET, hear_span_of("no"), &out);
	assert_string_equal(out.data, "no");
	hear_buffer_reset(&out);
	terminal_print(&plain, STYLE_BOLD, hear_span_of("no"), &out);
	assert_string_equal(out.data, "no");
	hear_buffer_done(&out);
}

static void cleaned(const char *text, enum terminal_lines lines,
		    const char *expected)
{
	struct hear_buffer out = {0};

	terminal_clean(hear_span_of(text), lines, &out);
	assert_string_equal(out.data, expected);
	hear_buffer_done(&out);
}

static void what_a_terminal_would_obey_is_shown(void **state)
{
	struct hear_buffer out = {0};

	(void)state;
	cleaned("plain d\xc3\xa9j\xc3\xa0 \xf0\x9f\x98\x80", TERMINAL_ONE_LINE,
		"plain d\xc3\xa9j\xc3\xa0 \xf0\x9f\x98\x80");
	cleaned("\x1b[2J", TERMINAL_LINES, "\\u{1b}[2J");
	cleaned("a\x08\x7f", TERMINAL_LINES, "a\\u{8}\\u{7f}");
	cleaned("\xc2\x9b" "31m", TERMINAL_LINES, "\\u{9b}31m");
	cleaned("user\xe2\x80\xaexcod.exe", TERMINAL_LINES,
		"user\\u{202e}xcod.exe");
	cleaned("\xe2\x80\xaa\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f",
		TERMINAL_LINES,
		"\\u{202a}\\u{2066}\\u{2069}\\u{200e}\\u{200f}");
	cleaned("\xd8\x9c\xe2\x80\xa8\xe2\x80\xa9", TERMINAL_ONE_LINE,
		"\\u{61c}\\u{2028}\\u{2029}");
	cleaned("\xff\xe2\x80", TERMINAL_ONE_LINE, "\\x{ff}\\x{e2}\\x{80}");
	terminal_clean((struct hear_span){"a\0b", 3}, TERMINAL_LINES, &out);
	assert_string_equal(out.data, "a\\u{0}b");
	hear_buffer_done(&out);
}

/* Joiners are part of words and of pictures. */
static void joiners_stay(void **state)
{
	(void)state;
	cleaned("\xe2\x80\x8c\xe2\x80\x8d", TERMINAL_ONE_LINE,
		"\xe2\x80\x8c\xe2\x80\x8d");
}

static void one_line_has_no_line_ends(void **state)
{
	(void)state;
	cleaned("a\r\n\r\nb\tc", TERMINAL_ONE_LINE, "a b c");
	cleaned("a\r\nb\tc\rd", TERMINAL_LINES, "a\nb\tc\\u{d}d");
}

static void cut(const char *text, size_t columns, const char *expected,
		size_t used)
{
	struct hear_buffer out = {0};

	hear_buffer_text(&out, "");
	assert_int_equal(terminal_cut(hear_span_of(text), columns, &out), used);
	assert_string_equal(out.data, expected);
	hear_buffer_done(&out);
}

static void text_is_cut_by_columns_not_bytes(void **state)
{
	(void)state;
	cut("soldiers", 8, "soldiers", 8);
	cut("soldiers", 7, "soldie\xe2\x80\xa6", 7);
	cut("soldiers", 1, "\xe2\x80\xa6", 1);
	cut("soldiers", 0, "", 0);
	cut("d\xc3\xa9j\xc3\xa0 vu", 4, "d\xc3\xa9j\xe2\x80\xa6", 4);
	/* The accent goes with its letter. */
	cut("de\xcc\x81ja", 3, "de\xcc\x81\xe2\x80\xa6", 3);
	/* Half a wide character is none. */
	cut("\xe5\x8c\x97\xe4\xba\xac\xe5\xb8\x82", 4,
	    "\xe5\x8c\x97\xe2\x80\xa6", 3);
}

static void lines_end_at_blanks_where_there_are_any(void **state)
{
	struct hear_span rest = hear_span_of("about 300  were \xe5\x8c\x97"
					     "\xe4\xba\xac");

	(void)state;
	assert_true(hear_span_is(terminal_line(&rest, 10), "about 300"));
	assert_true(hear_span_is(terminal_line(&rest, 3), "wer"));
	assert_true(hear_span_is(terminal_line(&rest, 3), "e"));
	assert_true(hear_span_is(terminal_line(&rest, 1),
				 "\xe5\x8c\x97\xe4\xba\xac"));
	assert_int_equal(rest.size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colour_is_for_terminals_that_want_it),
		cmocka_unit_test(the_width_is_asked_then_read_then_guessed),
		cmocka_unit_test(a_pipe_is_no_terminal),
		cmocka_unit_test(a_terminal_tells_its_width),
		cmocka_unit_test(styles_are_empty_without_colour),
		cmocka_unit_test(what_a_terminal_would_obey_is_shown),
		cmocka_unit_test(joiners_stay),
		cmocka_unit_test(one_line_has_no_line_ends),
		cmocka_unit_test(text_is_cut_by_columns_not_bytes),
		cmocka_unit_test(lines_end_at_blanks_where_there_are_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
