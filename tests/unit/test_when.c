/* SPDX-License-Identifier: ISC */
#include "core/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE INT64_C(60000)
#define DAY (1440 * MINUTE)

/* Days since 1970-01-01, by hand: 55 years of 365 and 14 leap days make
 * 20089 until 2025-01-01. */
#define YEAR_2025 (20089 * DAY)
#define JAN_13 (YEAR_2025 + 12 * DAY)

static void check(const char *text, int64_t from, int64_t to)
{
	struct hear_when when;
	struct hear_err err;

	if (hear_when_parse(hear_span_of(text), &when, &err) != HEAR_OK)
		fail_msg("%s: %s", text, err.message);
	if (when.from != from || when.to != to)
		fail_msg("%s covers %lld to %lld", text, (long long)when.from,
			 (long long)when.to);
}

/* Fails at `at`, with words that hold `part`. */
static void refuse(const char *text, size_t at, const char *part)
{
	struct hear_when when;
	struct hear_err err;

	if (hear_when_parse(hear_span_of(text), &when, &err) != HEAR_INVALID)
		fail_msg("%s is accepted", text);
	if (!strstr(err.message, part))
		fail_msg("%s: \"%s\" lacks \"%s\"", text, err.message, part);
	if (err.at != at || err.at + err.span > strlen(text))
		fail_msg("%s: place %zu+%zu", text, err.at, err.span);
}

static void a_date_covers_its_day_month_or_year(void **state)
{
	(void)state;
	check("1970-01-01", 0, DAY);
	check("2025-01-13", JAN_13, JAN_13 + DAY);
	check("2025-01", YEAR_2025, YEAR_2025 + 31 * DAY);
	check("2025", YEAR_2025, YEAR_2025 + 365 * DAY);
	check("2024-02-29", YEAR_2025 - 307 * DAY, YEAR_2025 - 306 * DAY);
	check(" 2025-01-13\n", JAN_13, JAN_13 + DAY);
	check("0001-01-01", -719162 * DAY, -719161 * DAY);
	check("9999-12-31", 2932896 * DAY, 2932897 * DAY);
}

static void a_time_covers_what_it_is_exact_to(void **state)
{
	int64_t half_past_ten = JAN_13 + 630 * MINUTE;

	(void)state;
	check("2025-01-13T10:30Z", half_past_ten, half_past_ten + MINUTE);
	check("2025-01-13T10:30+02:00", half_past_ten - 120 * MINUTE,
	      half_past_ten - 119 * MINUTE);
	check("2025-01-13T10:30-05", half_past_ten + 300 * MINUTE,
	      half_past_ten + 301 * MINUTE);
	check("2025-01-13T10:30:05Z", half_past_ten + 5000,
	      half_past_ten + 6000);
	check("2025-01-13T10:30:05.5Z", half_past_ten + 5500,
	      half_past_ten + 5501);
	check("2025-01-13T10:30:05.123987Z", half_past_ten + 5123,
	      half_past_ten + 5124);
	check("2025-01-13T00:30+01:00", JAN_13 - 30 * MINUTE,
	      JAN_13 - 29 * MINUTE);
}

static void an_interval_covers_both_its_ends(void **state)
{
	(void)state;
	check("2025-01-11/2025-01-12", JAN_13 - 2 * DAY, JAN_13);
	check("../2025-01-12", HEAR_TIME_MIN, JAN_13);
	check("/2025-01-12", HEAR_TIME_MIN, JAN_13);
	check("2025-01-13/..", JAN_13, HEAR_TIME_MAX);
	check("2025-01-13/", JAN_13, HEAR_TIME_MAX);
	check("..", HEAR_TIME_MIN, HEAR_TIME_MAX);
	check("../..", HEAR_TIME_MIN, HEAR_TIME_MAX);
	check("2025/2025-01-13", YEAR_2025, JAN_13 + DAY);
	check("2025-01-13/2025-01-13T10:30Z", JAN_13, JAN_13 + 631 * MINUTE);
}

static void only_slash_and_dots_make_an_interval(void **state)
{
	struct hear_when when;

	(void)state;
	assert_int_equal(hear_when_parse(hear_span_of(".."), &when, NULL), 0);
	assert_true(when.interval);
	assert_int_equal(hear_when_parse(hear_span_of("../2025"), &when, NULL),
			 0);
	assert_true(when.interval);
	assert_int_equal(hear_when_parse(hear_span_of("202X"), &when, NULL), 0);
	assert_false(when.interval);
}

static void unknown_digits_cover_all_they_may_be(void **state)
{
	(void)state;
	check("202X", YEAR_2025 - 1827 * DAY, YEAR_2025 + 1826 * DAY);
	check("2025-XX", YEAR_2025, YEAR_2025 + 365 * DAY);
	check("2025-XX-XX", YEAR_2025, YEAR_2025 + 365 * DAY);
	check("2025-0X", YEAR_2025, YEAR_2025 + 273 * DAY);
	check("2025-1X", YEAR_2025 + 273 * DAY, YEAR_2025 + 365 * DAY);
	check("2025-01-XX", YEAR_2025, YEAR_2025 + 31 * DAY);
	check("2025-01-0X", YEAR_2025, YEAR_2025 + 9 * DAY);
	check("2025-01-3X", YEAR_2025 + 29 * DAY, YEAR_2025 + 31 * DAY);
	check("XXXX", -719162 * DAY, 2932897 * DAY);
	refuse("202X-01", 5, "last digits");
	refuse("2025-XX-12", 8, "last digits");
	refuse("2025-02-3X", 8, "no 30 February");
}

static void seasons_and_quarters_are_whole_months(void **state)
{
	(void)state;
	check("2025-21", YEAR_2025 + 59 * DAY, YEAR_2025 + 151 * DAY);
	check("2025-24", YEAR_2025 + 334 * DAY, YEAR_2025 + 424 * DAY);
	check("2025-33", YEAR_2025, YEAR_2025 + 90 * DAY);
	check("2025-36", YEAR_2025 + 273 * DAY, YEAR_2025 + 365 * DAY);
	check("2025-41", YEAR_2025 + 181 * DAY, YEAR_2025 + 365 * DAY);
	refuse("2025-33-01", 5, "has no days");
	refuse("2025-42", 5, "no month 42");
}

static void marks_say_uncertain_and_approximate(void **state)
{
	static const struct {
		const char *text;
		bool uncertain;
		bool approximate;
	} cases[] = {
		{"2025-01-13", false, false},
		{"2025-01-13?", true, false},
		{"2025-01~", false, true},
		{"2025%", true, true},
		{"2024?/2025~", true, true},
		{"202X~", false, true},
	};
	struct hear_when when;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(hear_when_parse(hear_span_of(cases[i].text),
						 &when, NULL), HEAR_OK);
		assert_int_equal(when.uncertain, cases[i].uncertain);
		assert_int_equal(when.approximate, cases[i].approximate);
	}
	refuse("2025?~", 5, "one mark");
	refuse("2025?-01", 5, "after the whole date");
	refuse("2025-01-13T10:30Z?", 17, "none after a time");
}

static void days_that_do_not_exist_are_named(void **state)
{
	(void)state;
	refuse("2025-02-30", 8, "there is no 30 February");
	refuse("2025-02-29", 8, "there is no 29 February in 2025");
	refuse("1900-02-29", 8, "there is no 29 February in 1900");
	refuse("2025-04-31", 8, "there is no 31 April");
	refuse("2025-01-32", 8, "there is no day 32");
	refuse("2025-01-00", 8, "there is no day 00");
	refuse("2025-13", 5, "there is no month 13");
	refuse("2025-13-01", 5, "no month 13: write 2025-01-13");
	refuse("../2025-02-30", 11, "there is no 30 February");
}

static void dates_in_other_forms_are_put_right(void **state)
{
	(void)state;
	refuse("13/01/2025", 0, "write 2025-01-13 (year-month-day)");
	refuse("13.1.2025", 0, "write 2025-01-13 (year-month-day)");
	refuse("1/13/2025", 0, "write 2025-01-13 (year-month-day)");
	refuse("3/4/2025", 0, "write 2025-04-03 or 2025-03-04");
	refuse("2025/01/13", 0, "write 2025-01-13 (year-month-day)");
	refuse("2025-1-3", 0, "write 2025-01-03 (year-month-day)");
	refuse("20250113", 0, "write 2025-01-13 (year-month-day)");
	refuse("January 2025", 0, "write 2025-01 (year-month)");
	refuse(" 13 Jan 2025", 1, "write 2025-01-13 (year-month-day)");
	refuse("January 13th, 2025", 0, "write 2025-01-13 (year-month-day)");
	refuse("yesterday", 0, "this is no date");
	refuse("30.2.2025", 0, "this is no date");
	refuse("", 0, "a date is missing");
	refuse(" ", 0, "a date is missing");
}

static void times_without_a_zone_are_refused(void **state)
{
	(void)state;
	refuse("2025-01-13T10:30", 0, "add Z or an offset such as +02:00");
	refuse("2025-01-13T10:30+0200", 17, "with a colon");
	refuse("2025-01-13T23:59:60Z", 17, "leap seconds");
	refuse("2025-01-13T24:00Z", 11, "next day");
	refuse("2025-01-13T10:75Z", 14, "there is no minute 75");
	refuse("2025-01-13T10Z", 13, "hour and minute");
	refuse("2025-01-13 10:30Z", 10, "write T");
	refuse("2025-01T10:30Z", 7, "whole date");
	refuse("2025-01-13T10:30:05.Z", 19, "digits are missing");
	refuse("2025-01-13T", 11, "two digits");
}

static void intervals_gone_wrong_are_explained(void **state)
{
	(void)state;
	refuse("2025-01-12/2025-01-11", 0, "ends before it begins");
	refuse("2025-01-11/12", 11, "in full");
	refuse("2025-01-11 / 2025-01-12", 0, "without blanks");
	refuse("2025-01-11..2025-01-12", 0, "with a slash");
	refuse("/", 0, "needs a date");
	refuse("2025/2026/2027", 5, "one slash");
}

static void years_are_0001_to_9999(void **state)
{
	(void)state;
	refuse("0000", 0, "0001");
	refuse("-0044", 0, "before 0001");
	refuse("12025", 0, "after 9999");
	refuse("Y12025", 0, "after 9999");
}

static void long_text_is_over_the_limit(void **state)
{
	struct hear_when when;
	char text[82];

	(void)state;
	memset(text, '2', 81);
	text[81] = '\0';
	assert_int_equal(hear_when_parse(hear_span_of(text), &when, NULL),
			 HEAR_LIMIT);
	text[80] = '\0';
	assert_int_equal(hear_when_parse(hear_span_of(text), &when, NULL),
			 HEAR_INVALID);
}

static void times_print_as_they_are_read(void **state)
{
	static const struct {
		int64_t ms;
		bool fraction;
		const char *text;
	} cases[] = {
		{0, false, "1970-01-01T00:00:00Z"},
		{-1, true, "1969-12-31T23:59:59.999Z"},
		{JAN_13 + 630 * MINUTE + 5007, false, "2025-01-13T10:30:05Z"},
		{JAN_13 + 630 * MINUTE + 5007, true,
		 "2025-01-13T10:30:05.007Z"},
		{YEAR_2025 - 307 * DAY, false, "2024-02-29T00:00:00Z"},
		{-719162 * DAY, false, "0001-01-01T00:00:00Z"},
		{2932897 * DAY, false, "10000-01-01T00:00:00Z"},
	};
	struct hear_buffer out = {.size = 0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		hear_buffer_reset(&out);
		hear_time_print(cases[i].ms, cases[i].fraction, &out);
		assert_string_equal(out.data, cases[i].text);
	}
	hear_time_print(HEAR_TIME_MIN, true, &out);
	hear_time_print(HEAR_TIME_MAX, true, &out);
	hear_buffer_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_covers_its_day_month_or_year),
		cmocka_unit_test(a_time_covers_what_it_is_exact_to),
		cmocka_unit_test(an_interval_covers_both_its_ends),
		cmocka_unit_test(only_slash_and_dots_make_an_interval),
		cmocka_unit_test(unknown_digits_cover_all_they_may_be),
		cmocka_unit_test(seasons_and_quarters_are_whole_months),
		cmocka_unit_test(marks_say_uncertain_and_approximate),
		cmocka_unit_test(days_that_do_not_exist_are_named),
		cmocka_unit_test(dates_in_other_forms_are_put_right),
		cmocka_unit_test(times_without_a_zone_are_refused),
		cmocka_unit_test(intervals_gone_wrong_are_explained),
		cmocka_unit_test(years_are_0001_to_9999),
		cmocka_unit_test(long_text_is_over_the_limit),
		cmocka_unit_test(times_print_as_they_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
