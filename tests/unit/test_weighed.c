/* SPDX-License-Identifier: ISC */
/* What a weighing found, in words. */
#include "tools/weighed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void says(struct hear_buffer *out, const char *expected)
{
	assert_string_equal(out->data ? out->data : "", expected);
	hear_buffer_done(out);
}

static void grouped(const char *text, const char *expected)
{
	struct hear_buffer out = {0};

	weighed_grouped(hear_span_of(text), &out);
	says(&out, expected);
}

static void thousands_are_parted_and_decimals_not(void **state)
{
	(void)state;
	grouped("300", "300");
	grouped("2700", "2,700");
	grouped("-1234567", "-1,234,567");
	grouped("0.123456", "0.123456");
	grouped("12345.67890", "12,345.67890");
	grouped("a 5000 and 6000.", "a 5,000 and 6,000.");
	grouped("", "");
}

static void extent_is(struct hear_extent extent, const char *unit,
		      const char *expected)
{
	struct hear_buffer out = {0};

	weighed_extent(&extent, hear_span_of(unit), &out);
	says(&out, expected);
}

static struct hear_extent ends(const char *low, bool low_open,
			       const char *high, bool high_open)
{
	return (struct hear_extent){
		.low = hear_span_of(low),
		.low_open = low_open,
		.high = hear_span_of(high),
		.high_open = high_open,
	};
}

static void extents_read_as_people_say_them(void **state)
{
	(void)state;
	extent_is(ends("270", false, "330", false), "", "270 to 330");
	extent_is(ends("2870", false, "3130", false), "km",
		  "2,870 to 3,130 km");
	extent_is(ends("300", false, "300", false), "", "300");
	extent_is(ends("270", false, "300", true), "", "270 to just under 300");
	extent_is(ends("270", true, "300", false), "", "over 270 to 300");
	extent_is(ends("3000", true, "", false), "", "more than 3,000");
	extent_is(ends("3000", false, "", false), "", "at least 3,000");
	extent_is(ends("", false, "5", true), "%", "fewer than 5 %");
	extent_is(ends("", false, "5", false), "", "up to 5");
	extent_is(ends("", false, "", false), "", "any number");
}

static void value_is(const char *value, struct hear_extent extent,
		     const char *expected)
{
	struct hear_question question = {.unit = hear_span_of("")};
	struct hear_weighed claim = {.answer = HEAR_ANSWER_FIGURE,
				     .value = hear_span_of(value),
				     .extent = extent};
	struct hear_buffer out = {0};

	weighed_value(&claim, &question, &out);
	says(&out, expected);
}

static void values_are_said_and_read(void **state)
{
	(void)state;
	value_is("~300", ends("270", false, "330", false),
		 "about 300 (270 to 330)");
	value_is(">10000", ends("10000", true, "", false), "more than 10,000");
	value_is("2700..3000", ends("2700", false, "3000", false),
		 "2,700 to 3,000");
	value_is("75..85..95", ends("75", false, "95", false),
		 "75 to 95, best 85");
	value_is("dozens", ends("24", false, "", false),
		 "dozens (at least 24)");
	value_is("45 ±3 %", ends("42", false, "48", false),
		 "45 ±3 % (42 to 48)");
	value_is("300", ends("300", false, "300", false), "300");
}

static void other_values_are_made_safe(void **state)
{
	struct hear_question question = {0};
	struct hear_weighed claim = {.answer = HEAR_ANSWER_TEXT,
				     .value = hear_span_of("Kursk\x1b[31m\n5000")};
	struct hear_buffer out = {0};

	(void)state;
	weighed_value(&claim, &question, &out);
	says(&out, "Kursk\\u{1b}[31m 5000");
	claim.answer = HEAR_ANSWER_NONE;
	weighed_value(&claim, &question, &out);
	says(&out, "no value");
}

static void date_is(int64_t ms, const char *expected)
{
	struct hear_buffer out = {0};

	weighed_date(ms, &out);
	says(&out, expected);
}

static void days_are_dates_and_moments_have_minutes(void **state)
{
	(void)state;
	date_is(1736726400000, "2025-01-13");
	date_is(1736812799999, "2025-01-13");
	date_is(1736764200000, "2025-01-13T10:30Z");
	date_is(-62135596800000, "0001-01-01");
	date_is(253402300799999, "9999-12-31");
	date_is(INT64_MIN, "not known");
	date_is(INT64_MAX, "open");
}

static void counts_have_their_plurals(void **state)
{
	struct hear_question question = {
		.documents = 5, .outlets = 1234, .origins = 1};
	struct hear_buffer out = {0};

	(void)state;
	weighed_counts(&question, &out);
	says(&out, "5 documents, 1,234 outlets, 1 origin");
}

/* ---- Who ---- */

static const struct hear_source sources[] = {
	{.name = {"South Korean government", 23}},
	{.name = {"South Korea", 11}},
	{.name = {"Seoul", 5}},
	{.name = {"The Moscow Times", 16}},
};

static const struct hear_weighed claims[] = {
	{.asked = true, .stance = HEAR_ASSERTS, .origin = 0, .outlet = 3},
	{.asked = true, .stance = HEAR_ASSERTS, .origin = 1, .outlet = 3},
	{.asked = false, .stance = HEAR_ASSERTS, .origin = 2, .outlet = 0},
};

static const struct hear_voice voices[] = {
	{.claim = 0, .stands = true},
	{.claim = 1, .stands = true},
	{.claim = 2, .stands = true, .last = true},
};

static void a_party_is_shown_under_all_its_names(void **state)
{
	uint32_t met[5] = {0};
	struct weighed weighed = {
		.sources = sources,
		.source_count = 4,
		.claims = claims,
		.claim_count = 3,
		.voices = voices,
		.voice_count = 3,
		.met = met,
	};
	struct hear_party party = {.names = 3,
				   .voice_count = 3,
				   .stance = HEAR_ASSERTS,
				   .asked = true,
				   .copies = HEAR_NOBODY,
				   .position = HEAR_NOBODY};
	struct hear_buffer out = {0};

	(void)state;
	weighed_party(&weighed, &party, &out);
	says(&out, "South Korean government, also as South Korea, Seoul");
	assert_ptr_equal(weighed_voice(&weighed, &party, false), &voices[1]);
	party.position = 2;
	assert_ptr_equal(weighed_voice(&weighed, &party, true), &voices[2]);
	assert_null(weighed_why_not(&party));
	party.circular = true;
	assert_string_equal(weighed_why_not(&party), "circular");
	party.stance = HEAR_DENIES;
	assert_string_equal(weighed_why_not(&party), "denies");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_are_parted_and_decimals_not),
		cmocka_unit_test(extents_read_as_people_say_them),
		cmocka_unit_test(values_are_said_and_read),
		cmocka_unit_test(other_values_are_made_safe),
		cmocka_unit_test(days_are_dates_and_moments_have_minutes),
		cmocka_unit_test(counts_have_their_plurals),
		cmocka_unit_test(a_party_is_shown_under_all_its_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
