/* SPDX-License-Identifier: ISC */
#include "tools/wording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* What was appended to, emptied. */
static void said(struct hear_buffer *out, const char *expected)
{
	assert_string_equal(out->data, expected);
	hear_buffer_reset(out);
}

static void thousands_have_commas(void **state)
{
	static const struct {
		uint64_t number;
		const char *words;
	} cases[] = {
		{0, "0"},
		{999, "999"},
		{1000, "1,000"},
		{12041, "12,041"},
		{123456, "123,456"},
		{1234567, "1,234,567"},
		{UINT64_MAX, "18,446,744,073,709,551,615"},
	};
	struct hear_buffer out = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		wording_number(&out, cases[i].number);
		said(&out, cases[i].words);
	}
	hear_buffer_done(&out);
}

static void one_is_not_many(void **state)
{
	struct hear_buffer out = {0};

	(void)state;
	wording_count(&out, 1, "claim", NULL);
	said(&out, "1 claim");
	wording_count(&out, 0, "claim", NULL);
	said(&out, "0 claims");
	wording_count(&out, 12041, "line", NULL);
	said(&out, "12,041 lines");
	wording_count(&out, 2, "entry", "entries");
	said(&out, "2 entries");
	wording_count(&out, 1, "entry", "entries");
	said(&out, "1 entry");
	hear_buffer_done(&out);
}

static void durations_say_what_matters(void **state)
{
	static const struct {
		int64_t ms;
		const char *words;
	} cases[] = {
		{-5, "0.0 s"},
		{99, "0.0 s"},
		{250, "0.2 s"},
		{1200, "1.2 s"},
		{9999, "9.9 s"},
		{10000, "10 s"},
		{59999, "59 s"},
		{185000, "3 min 5 s"},
		{3599999, "59 min 59 s"},
		{7500000, "2 h 5 min"},
		{86400000, "1 day 0 h"},
		{273600000, "3 days 4 h"},
		{INT64_C(34560000000), "400 days"},
		{INT64_MAX, "106,751,991,167 days"},
	};
	struct hear_buffer out = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		wording_duration(&out, cases[i].ms);
		said(&out, cases[i].words);
	}
	hear_buffer_done(&out);
}

static void ago_knows_the_past_from_the_future(void **state)
{
	struct hear_buffer out = {0};

	(void)state;
	wording_ago(&out, 2200, 1000);
	said(&out, "1.2 s ago");
	wording_ago(&out, 1000, 1000);
	said(&out, "0.0 s ago");
	wording_ago(&out, 1000, 43000);
	said(&out, "in 42 s");
	wording_ago(&out, INT64_MAX, INT64_MIN);
	said(&out, "106,751,991,167 days ago");
	hear_buffer_done(&out);
}

static void sizes_round_to_a_tenth(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *words;
	} cases[] = {
		{0, "0 bytes"},
		{1, "1 byte"},
		{1023, "1,023 bytes"},
		{1024, "1.0 KiB"},
		{1536, "1.5 KiB"},
		{4096, "4.0 KiB"},
		{1023 * 1024, "1023.0 KiB"},
		{1024 * 1024 - 1, "1.0 MiB"},
		{1572864, "1.5 MiB"},
		{UINT64_C(1) << 40, "1.0 TiB"},
		{UINT64_MAX, "16.0 EiB"},
	};
	struct hear_buffer out = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		wording_size(&out, cases[i].bytes);
		said(&out, cases[i].words);
	}
	hear_buffer_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_have_commas),
		cmocka_unit_test(one_is_not_many),
		cmocka_unit_test(durations_say_what_matters),
		cmocka_unit_test(ago_knows_the_past_from_the_future),
		cmocka_unit_test(sizes_round_to_a_tenth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
