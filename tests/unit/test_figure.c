/* SPDX-License-Identifier: ISC */
#include "core/figure.h"
#include "core/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hear_arena *arena;
static struct hear_span noun;
static struct hear_err err;

static int begin(void **state)
{
	(void)state;
	arena = hear_arena_new();
	return arena == NULL;
}

static int end(void **state)
{
	(void)state;
	hear_arena_free(arena);
	return 0;
}

static void same(struct hear_span span, const char *text, const char *typed)
{
	if (!hear_span_is(span, text))
		fail_msg("%s: \"%.*s\" is not \"%s\"", typed, (int)span.size,
			 span.size ? span.data : "", text);
}

static struct hear_figure read(const char *text)
{
	struct hear_figure figure;
	struct hear_value *map;

	memset(&err, 0, sizeof err);
	if (hear_figure_parse(arena, hear_span_of(text), &map, &noun, &err))
		fail_msg("%s: %s", text, err.message);
	assert_int_equal(hear_figure_read(map, &figure, &err), HEAR_OK);
	return figure;
}

/* `text` is read as the figure that prints as `print`. */
static void reads(const char *text, const char *print)
{
	struct hear_figure figure = read(text);
	struct hear_buffer buffer = {0};

	hear_figure_print(&figure, &buffer);
	same(hear_buffer_view(&buffer), print, text);
	hear_buffer_done(&buffer);
}

static void names(const char *text, const char *print, const char *counted)
{
	reads(text, print);
	same(noun, counted, text);
}

static void says(const char *text, const char *words)
{
	struct hear_figure figure = read(text);
	struct hear_buffer buffer = {0};

	hear_figure_say(&figure, &buffer);
	same(hear_buffer_view(&buffer), words, text);
	hear_buffer_done(&buffer);
}

static void gives(const char *text, enum hear_code code)
{
	struct hear_value *map;

	memset(&err, 0, sizeof err);
	if (hear_figure_parse(arena, hear_span_of(text), &map, &noun, &err) !=
	    code)
		fail_msg("%s: %s", text, err.message);
	assert_int_equal(err.code, code == HEAR_NOTFOUND ? HEAR_OK : code);
}

static void is_no_figure(const char *text)
{
	gives(text, HEAR_NOTFOUND);
}

/* Refused, about the bytes `about`, with `advice` in the sentence. */
static void refuses(const char *text, const char *about, const char *advice)
{
	gives(text, HEAR_INVALID);
	assert_true(err.at <= strlen(text) &&
		    err.span <= strlen(text) - err.at);
	if (err.span != strlen(about) ||
	    memcmp(text + err.at, about, err.span) != 0)
		fail_msg("%s: caret at %zu, %zu", text, err.at, err.span);
	if (!strstr(err.message, advice))
		fail_msg("%s: %s", text, err.message);
}

/* The interval, as "[270, 330]", with round brackets for open ends. */
static void lies(const char *text, const char *interval)
{
	struct hear_figure figure = read(text);
	struct hear_buffer buffer = {0};
	struct hear_bounds bounds;

	hear_figure_bounds(&figure, NULL, &bounds);
	hear_buffer_byte(&buffer, bounds.lo_open || !bounds.has_lo ? '(' : '[');
	if (bounds.has_lo)
		hear_decimal_print(bounds.lo, &buffer);
	hear_buffer_text(&buffer, ", ");
	if (bounds.has_hi)
		hear_decimal_print(bounds.hi, &buffer);
	hear_buffer_byte(&buffer, bounds.hi_open || !bounds.has_hi ? ')' : ']');
	same(hear_buffer_view(&buffer), interval, text);
	hear_buffer_done(&buffer);
}

static void each_operator_has_its_words_and_signs(void **state)
{
	(void)state;
	reads("300", "300");
	reads("exactly 300", "300");
	reads("about 300", "~300");
	reads("around 300", "~300");
	reads("approximately 300", "~300");
	reads("circa 300", "~300");
	reads("c. 300", "~300");
	reads("Roughly 300", "~300");
	reads("some 300", "~300");
	reads("~300", "~300");
	reads("~ 300", "~300");
	reads("≈300", "~300");
	reads("more than 3000", ">3000");
	reads("over 3000", ">3000");
	reads("above 3000", ">3000");
	reads("surpassed 3000", ">3000");
	reads("exceeding 3000", ">3000");
	reads("in excess of 3000", ">3000");
	reads("> 3000", ">3000");
	reads("at least 300", ">=300");
	reads("no fewer than 300", ">=300");
	reads("no less than 300", ">=300");
	reads("minimum 300", ">=300");
	reads("≥300", ">=300");
	reads("300+", ">=300");
	reads("fewer than 300", "<300");
	reads("less than 300", "<300");
	reads("under 300", "<300");
	reads("below 300", "<300");
	reads("up to 300", "<=300");
	reads("at most 300", "<=300");
	reads("no more than 300", "<=300");
	reads("maximum 300", "<=300");
	reads("nearly 300", "nearly 300");
	reads("almost 300", "nearly 300");
	reads("just under 300", "nearly 300");
}

static void ranges_are_read_with_dots_dashes_and_words(void **state)
{
	(void)state;
	reads("2700..3000", "2700..3000");
	reads("2700 .. 3000", "2700..3000");
	reads("2700-3000", "2700..3000");
	reads("2,700–3,000", "2700..3000");
	reads("2,700—3,000", "2700..3000");
	reads("2700 - 3000", "2700..3000");
	reads("2700 to 3000", "2700..3000");
	reads("between 2700 and 3000", "2700..3000");
	reads("from 2700 to 3000", "2700..3000");
	reads("between 2,700–3,000", "2700..3000");
	reads("75..85..95", "75..85..95");
	reads("75 .. 85 .. 95 %", "75..85..95 %");
	reads("-5..-3", "-5..-3");
	reads("-5--3", "-5..-3");
	reads("2024-2025", "2024..2025");
	reads("5..5", "5..5");
}

static void a_margin_is_kept_beside_its_number(void **state)
{
	struct hear_figure figure = read("45 ±3 %");

	(void)state;
	assert_int_equal(figure.op, HEAR_MARGIN);
	assert_true(figure.margin.digits == 3);
	same(figure.unit, "%", "45 ±3 %");
	reads("45 +/- 3", "45 ±3");
	reads("45% ± 3%", "45 ±3 %");
	reads("45±0.5", "45 ±0.5");
	reads("45 plus or minus 3 km", "45 ±3 km");
	refuses("45 ±-3", "-3", "45 ±3");
	refuses("45 ±", "", "after the ±");
}

static void numbers_are_read_as_sources_print_them(void **state)
{
	(void)state;
	reads("2,700", "2700");
	reads("2'700", "2700");
	reads("2’700", "2700");
	reads("2 700", "2700");
	reads("2\xC2\xA0" "700", "2700");
	reads("2\xE2\x80\x89" "700", "2700");
	reads("2\xE2\x80\xAF" "700", "2700");
	reads("12,345,678.9", "12345678.9");
	reads("-40", "-40");
	reads("−40", "-40");
	reads("+40", "40");
	reads("2.70", "2.7");
	reads("0.5", "0.5");
	reads(" 300 ", "300");
	reads("9999999999999999999999999999999999",
	      "9999999999999999999999999999999999");
}

static void number_words_and_scales_multiply(void **state)
{
	(void)state;
	reads("60 thousand", "60000");
	reads("1.2 million", "1200000");
	reads("3 billion", "3000000000");
	reads("2 trillion", "2000000000000");
	reads("5k", "5000");
	reads("3bn", "3000000000");
	reads("2M", "2000000");
	reads("$3m", "3000000 USD");
	reads("$3 m", "3000000 USD");
	reads("3m EUR", "3000000 EUR");
	reads("one", "1");
	reads("Twelve", "12");
	reads("a dozen", "12");
	reads("two dozen", "24");
	reads("a hundred thousand", "100000");
	reads("more than a million", ">1000000");
	reads("2-3 million", "2000000..3000000");
	reads("500,000 to 1 million", "500000..1000000");
	reads("$2 million to $3 million", "2000000..3000000 USD");
	reads("5 km to 7 thousand km", "5..7000 km");
	reads("45 ±3 thousand", "45000 ±3000");
}

static void units_are_kept_in_one_spelling(void **state)
{
	(void)state;
	reads("45%", "45 %");
	reads("45 percent", "45 %");
	reads("45 per cent", "45 %");
	reads("5km", "5 km");
	reads("5 Kilometres", "5 km");
	reads("5 m", "5 m");
	reads("152mm", "152 mm");
	reads("5 square kilometers", "5 km2");
	reads("5 km²", "5 km2");
	reads("-5°C", "-5 °C");
	reads("3 metric tons", "3 t");
	reads("1 hour", "1 hours");
	reads("about 3 weeks", "~3 weeks");
	reads("1.2 million USD", "1200000 USD");
	reads("USD 1.2 million", "1200000 USD");
	reads("$300", "300 USD");
	reads("-$300", "-300 USD");
	reads("US$ 300", "300 USD");
	reads("300 €", "300 EUR");
	reads("€300m-€500m", "300000000..500000000 EUR");
	reads("300₴", "300 UAH");
	reads("300 roubles", "300 RUB");
	reads("over £5bn", ">5000000000 GBP");
	reads("5 km - 7 km", "5..7 km");
	reads("5-7 km", "5..7 km");
}

static void vague_words_are_kept_as_words(void **state)
{
	struct hear_figure figure = read("dozens");

	(void)state;
	assert_int_equal(figure.op, HEAR_VAGUE);
	assert_false(figure.has_lo || figure.has_hi);
	same(figure.word, "dozens", "dozens");
	reads("Several", "several");
	reads("few", "few");
	reads("a few", "a few");
	reads("tens of thousands", "tens of thousands");
	reads("hundreds  of thousands", "hundreds of thousands");
	reads("millions of dollars", "millions of USD");
	reads("several hours", "several hours");
	reads("several hundred", "several hundred");
	names("dozens of soldiers", "dozens", "soldiers");
	names("dozens of the soldiers", "dozens", "soldiers");
	names("some people", "some", "people");
	names("Hundreds of thousands of people", "hundreds of thousands",
	      "people");
}

static void a_noun_that_is_no_unit_is_given_apart(void **state)
{
	(void)state;
	names("300 people", "300", "people");
	names("about 300 North Korean soldiers", "~300",
	      "North Korean soldiers");
	same(read("about 300 North Korean soldiers").words, "about 300", "");
	assert_int_equal(read("300 people").words.size, 0);
	names("two soldiers", "2", "soldiers");
	names("10,000+ troops", ">=10000", "troops");
	names("5 T-72 tanks", "5", "T-72 tanks");
	names("3 UAV", "3", "UAV");
	names("45% of the voters", "45 %", "voters");
	names("300 солдат", "300", "солдат");
	names("12 U.S. soldiers", "12", "U.S. soldiers");
	names("300", "300", "");
}

static void words_are_kept_where_they_differ_from_the_print(void **state)
{
	(void)state;
	assert_int_equal(read("~300").words.size, 0);
	assert_int_equal(read("45 ±3 %").words.size, 0);
	same(read(" approximately  300 ").words, "approximately  300", "");
	same(read("2,700").words, "2,700", "");
	same(read("Dozens of people").words, "Dozens", "");
}

static void the_open_form_holds_what_was_said(void **state)
{
	struct hear_value *map;

	(void)state;
	assert_int_equal(hear_figure_parse(arena, hear_span_of("about 300 km"),
					   &map, &noun, NULL),
			 HEAR_OK);
	assert_int_equal(hear_count_of(map), 5);
	same(hear_text_of(hear_map_get(map, "op")), "~", "op");
	same(hear_text_of(hear_map_get(map, "lo")), "300", "lo");
	same(hear_text_of(hear_map_get(map, "hi")), "300", "hi");
	same(hear_text_of(hear_map_get(map, "unit")), "km", "unit");
	same(hear_text_of(hear_map_get(map, "words")), "about 300 km", "words");
}

static void dates_and_identifiers_are_no_figures(void **state)
{
	(void)state;
	is_no_figure("2025-01-13");
	is_no_figure("2025-01");
	is_no_figure("2025-12");
	is_no_figure("2025-12-31");
	is_no_figure("2025-1X");
	is_no_figure("2025-01-13T10:30Z");
	is_no_figure("2025/2026");
	is_no_figure("2025~");
	is_no_figure("13.01.2025");
	is_no_figure("13 January 2025");
	is_no_figure("5 May");
	is_no_figure("10:30");
	is_no_figure("10 pm");
	is_no_figure("3rd Assault Brigade");
	is_no_figure("9M133");
	is_no_figure("2S19");
	is_no_figure("4x4");
	is_no_figure("24/7");
	is_no_figure("007");
	is_no_figure("1.2.3");
	is_no_figure("300-strong force");
	is_no_figure("12-year-old");
	is_no_figure("+7-900-123-45-67");
	is_no_figure("1e5");
}

static void sentences_are_no_figures(void **state)
{
	(void)state;
	is_no_figure("");
	is_no_figure(" \n");
	is_no_figure("Kursk region");
	is_no_figure("over there");
	is_no_figure("about that");
	is_no_figure("under investigation");
	is_no_figure("from Kursk");
	is_no_figure("between us");
	is_no_figure("a swap of prisoners");
	is_no_figure("Some were granted amnesty");
	is_no_figure("one of the soldiers");
	is_no_figure("two hundred and fifty");
	is_no_figure("two hundred fifty soldiers");
	is_no_figure("hundreds or thousands");
	is_no_figure("10 Downing Street, London");
	is_no_figure("2 soldiers were captured");
	is_no_figure("12 killed and 30 wounded");
	is_no_figure("<redacted>");
	is_no_figure("TOP 10");
	is_no_figure("-");
	is_no_figure("..");
	is_no_figure("..5");
}

static void what_may_mean_two_things_is_refused(void **state)
{
	(void)state;
	refuses("2,7", "2,7", "write 2.7");
	refuses("about 0,250 km", "0,250", "write 0.250");
	refuses("1,00,000", "1,00,000", "without commas");
	refuses("1.234,56", "1.234,56", "without commas");
	refuses("1.234.567", "1.234.567", "1,234,567");
	refuses("300m", "300m", "5 m or 5 million");
	refuses("5-7m", "5", "5 m or 5 million");
	refuses("300 -400", "-400", "300..400");
	refuses("12 152mm howitzers", "12 152", "one number or two");
	refuses("12 152 mm howitzers", "12 152 mm", "one number or two");
	reads("12 152 mm", "12152 mm");
	names("2 700 km of roads", "2700 km", "roads");
	names("2 700 EUR aid", "2700 EUR", "aid");
	refuses("5 m USD", "USD", "5 million");
	refuses("¥500", "¥", "JPY");
}

static void what_begins_as_a_figure_and_goes_wrong_is_refused(void **state)
{
	(void)state;
	refuses("5..3", "5..3", "write 3..5");
	refuses("75..100..95", "75..100..95", "write 75..95");
	refuses("5..", "", ">=2700");
	refuses("1..2..3..4", "..4", "unit");
	refuses(">", ">", ">3000");
	refuses(">dozens", ">dozens", "number");
	refuses("~2700-3000", "~2700-3000", "write it alone");
	refuses("5 km to 7 days", "7 days", "one unit");
	refuses("300 (approx)", "(approx)", "unit");
	refuses("300 in Kursk", "in Kursk", "unit");
	refuses("300 or more", "or more", "unit");
	refuses("12 300 4", "4", "unit");
}

static void numbers_of_more_than_34_digits_are_over_the_limit(void **state)
{
	char long_one[1001];

	(void)state;
	memset(long_one, '7', 1000);
	long_one[1000] = '\0';
	gives(long_one, HEAR_LIMIT);
	gives("about 1234567890123456789012345678901234567890 people",
	      HEAR_LIMIT);
	assert_int_equal(err.at, 6);
	assert_int_equal(err.span, 40);
	gives("0.1234567890123456789", HEAR_LIMIT);
	gives("9 trillion trillion trillion", HEAR_LIMIT);
	gives("12345678901234567890123456789 million", HEAR_LIMIT);
}

static void about_is_the_lesser_of_a_tenth_and_the_step(void **state)
{
	(void)state;
	lies("~300", "[270, 330]");
	lies("~2700", "[2600, 2800]");
	lies("~360010", "[360000, 360020]");
	lies("~45", "[40.5, 49.5]");
	lies("~250", "[225, 275]");
	lies("~1.5", "[1.35, 1.65]");
	lies("~2.7", "[2.6, 2.8]");
	lies("~12.34", "[12.33, 12.35]");
	lies("~-300", "[-330, -270]");
	lies("~0", "[0, 0]");
	lies("~7", "[6.3, 7.7]");
	lies("~13", "[12, 14]"); /* a tenth would be 1.3 */
	lies("~0.000000000000000003",
	     "[0.000000000000000002, 0.000000000000000004]");
	lies("~9999999999999999999999999999999999",
	     "[9999999999999999999999999999999998, )");
}

static void each_operator_has_its_interval(void **state)
{
	(void)state;
	lies("300", "[300, 300]");
	lies(">300", "(300, )");
	lies(">=300", "[300, )");
	lies("<300", "(, 300)");
	lies("<=300", "(, 300]");
	lies("nearly 300", "[270, 300)");
	lies("nearly -40", "(-40, -36]");
	lies("nearly 0", "[0, 0]");
	lies("75..85..95", "[75, 95]");
	lies("45 ±3 %", "[42, 48]");
	lies("dozens", "(, )");
}

static void a_vague_word_means_what_a_definition_says(void **state)
{
	struct hear_figure figure = read("dozens");
	struct hear_bounds meaning = {
		.lo = hear_decimal_of(12),
		.hi = hear_decimal_of(24),
		.has_lo = true,
		.has_hi = true,
	};
	struct hear_bounds out;

	(void)state;
	hear_figure_bounds(&figure, &meaning, &out);
	assert_true(out.has_lo && out.has_hi);
	assert_true(out.lo.digits == 12 && out.hi.digits == 24);
}

static void a_figure_is_said_in_words(void **state)
{
	(void)state;
	says("300", "300");
	says("~300", "about 300");
	says(">3000", "more than 3000");
	says(">=300", "at least 300");
	says("<300", "fewer than 300");
	says("<300 km", "less than 300 km");
	says("<=300", "up to 300");
	says("nearly 300", "nearly 300");
	says("2700..3000", "2700 to 3000");
	says("75..85..95 %", "75 to 95 %, best 85");
	says("45 ±3 %", "45 ±3 %");
	says("dozens of km", "dozens of km");
}

/* A map of keys and texts by turns, ended by NULL. */
static struct hear_value *open_form(const char *const *parts)
{
	struct hear_value *map = hear_make_map(arena);

	for (; *parts; parts += 2)
		hear_map_set(arena, map, parts[0],
			     hear_make_text(arena, hear_span_of(parts[1])));
	return map;
}

static void rejects(const char *const *parts, const char *why)
{
	struct hear_figure figure;

	memset(&err, 0, sizeof err);
	assert_int_equal(hear_figure_read(open_form(parts), &figure, &err),
			 HEAR_INVALID);
	if (!strstr(err.message, why))
		fail_msg("%s", err.message);
}

#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void the_open_form_says_which_part_is_wrong(void **state)
{
	(void)state;
	rejects(PARTS("lo", "1"), "op");
	rejects(PARTS("op", "about", "lo", "1", "hi", "1"), "about");
	rejects(PARTS("op", "=", "lo", "1"), "needs hi");
	rejects(PARTS("op", ">", "lo", "1", "hi", "2"), "has no hi");
	rejects(PARTS("op", "=", "lo", "1", "hi", "2"), "same number");
	rejects(PARTS("op", "=", "lo", "01", "hi", "1"), "lo");
	rejects(PARTS("op", "<", "hi", "1.50"), "hi");
	rejects(PARTS("op", "<", "hi", "-0"), "hi");
	rejects(PARTS("op", "..", "lo", "3", "hi", "2"), "smaller end first");
	rejects(PARTS("op", "..", "lo", "1", "best", "9", "hi", "2"), "best");
	rejects(PARTS("op", "±", "lo", "1", "hi", "1"), "needs margin");
	rejects(PARTS("op", "±", "lo", "1", "hi", "1", "margin", "-1"),
		"not negative");
	rejects(PARTS("op", "word", "word", "Dozens"), "vague word");
	rejects(PARTS("op", "word"), "needs word");
	rejects(PARTS("op", ">", "lo", "1", "unit", "kilometres"), "\"km\"");
	rejects(PARTS("op", ">", "lo", "1", "unit", "people"), "\"of\"");
}

static void a_number_in_the_open_form_is_a_text(void **state)
{
	struct hear_value *map = open_form(PARTS("op", ">"));
	struct hear_figure figure;

	(void)state;
	hear_map_set(arena, map, "lo", hear_make_integer(arena, 300));
	assert_int_equal(hear_figure_read(map, &figure, &err), HEAR_INVALID);
	assert_non_null(strstr(err.message, "quotation marks"));
	assert_int_equal(hear_figure_read(NULL, &figure, &err), HEAR_INVALID);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_operator_has_its_words_and_signs),
		TEST(ranges_are_read_with_dots_dashes_and_words),
		TEST(a_margin_is_kept_beside_its_number),
		TEST(numbers_are_read_as_sources_print_them),
		TEST(number_words_and_scales_multiply),
		TEST(units_are_kept_in_one_spelling),
		TEST(vague_words_are_kept_as_words),
		TEST(a_noun_that_is_no_unit_is_given_apart),
		TEST(words_are_kept_where_they_differ_from_the_print),
		TEST(the_open_form_holds_what_was_said),
		TEST(dates_and_identifiers_are_no_figures),
		TEST(sentences_are_no_figures),
		TEST(what_may_mean_two_things_is_refused),
		TEST(what_begins_as_a_figure_and_goes_wrong_is_refused),
		TEST(numbers_of_more_than_34_digits_are_over_the_limit),
		TEST(about_is_the_lesser_of_a_tenth_and_the_step),
		TEST(each_operator_has_its_interval),
		TEST(a_vague_word_means_what_a_definition_says),
		TEST(a_figure_is_said_in_words),
		TEST(the_open_form_says_which_part_is_wrong),
		TEST(a_number_in_the_open_form_is_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
