/* SPDX-License-Identifier: ISC */
#include "core/query.h"
#include "core/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2025-01-01T00:00Z is day 20089 after 1970-01-01: 55 years of 365 days are
 * 20075, and 14 of them (1972 to 2024, every fourth) had a day more. */
#define DAY INT64_C(86400000)
#define JANUARY (20089 * DAY)

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

static struct hear_query_term *parse(const char *text)
{
	struct hear_query_term *query = NULL;
	struct hear_err err = {.message = ""};
	enum hear_code code;

	code = hear_query_parse(arena, hear_span_of(text), &query, &err);
	assert_string_equal(err.message, "");
	assert_int_equal(code, HEAR_OK);
	return query;
}

/* That `text` is the query whose canonical text is `expected`. */
static void reads(const char *text, const char *expected)
{
	struct hear_buffer out = {0};

	hear_query_print(parse(text), &out);
	assert_string_equal(out.size ? out.data : "", expected);
	hear_buffer_done(&out);
}

static void refuses(const char *text, enum hear_code code, size_t at,
		    size_t span, const char *says)
{
	struct hear_query_term *query;
	struct hear_err err;

	assert_int_equal(
		hear_query_parse(arena, hear_span_of(text), &query, &err),
		code);
	if (!strstr(err.message, says))
		assert_string_equal(err.message, says);
	assert_int_equal(err.at, at);
	assert_int_equal(err.span, span);
	assert_null(query);
}

static void is_term(const struct hear_query_term *term,
		    enum hear_query_key key, const char *text)
{
	assert_int_equal(term->node, HEAR_QUERY_TERM);
	assert_int_equal(term->key, key);
	assert_true(hear_span_is(term->text, text));
}

static void covers(const char *text, int64_t from, int64_t to)
{
	const struct hear_query_term *term = parse(text);

	assert_true(term->has_range);
	assert_true(term->from == from);
	assert_true(term->to == to);
}

static void bounds(const char *text, const char *lo, bool lo_open,
		   const char *hi, bool hi_open)
{
	const struct hear_query_term *term = parse(text);

	assert_int_equal(term->key, HEAR_KEY_VALUE);
	assert_true(term->has_range);
	assert_true(hear_span_is(term->lo, lo));
	assert_true(hear_span_is(term->hi, hi));
	assert_int_equal(term->lo_open, lo_open);
	assert_int_equal(term->hi_open, hi_open);
}

static void is_text(const char *text, const char *value)
{
	const struct hear_query_term *term = parse(text);

	is_term(term, HEAR_KEY_VALUE, value);
	assert_false(term->has_range);
}

static void nothing_asked_is_everything(void **state)
{
	(void)state;
	assert_int_equal(parse("")->node, HEAR_QUERY_ALL);
	assert_int_equal(parse(" \n\t")->node, HEAR_QUERY_ALL);
	reads("", "");
}

static void terms_side_by_side_must_all_hold(void **state)
{
	const struct hear_query_term *query;

	(void)state;
	query = parse("north korean origin:\"National Intelligence Service\"");
	assert_int_equal(query->node, HEAR_QUERY_AND);
	is_term(query->first, HEAR_KEY_WORDS, "north");
	is_term(query->first->next, HEAR_KEY_WORDS, "korean");
	is_term(query->first->next->next, HEAR_KEY_ORIGIN,
		"National Intelligence Service");
	assert_true(query->first->next->next->phrase);
	assert_null(query->first->next->next->next);
}

static void or_binds_closer_than_standing_side_by_side(void **state)
{
	const struct hear_query_term *query;

	(void)state;
	query = parse("a b OR c d");
	assert_int_equal(query->node, HEAR_QUERY_AND);
	is_term(query->first, HEAR_KEY_WORDS, "a");
	assert_int_equal(query->first->next->node, HEAR_QUERY_OR);
	is_term(query->first->next->first, HEAR_KEY_WORDS, "b");
	is_term(query->first->next->first->next, HEAR_KEY_WORDS, "c");
	is_term(query->first->next->next, HEAR_KEY_WORDS, "d");
	reads("a b OR c d", "a b OR c d");
	reads("a OR (b c)", "a OR (b c)");
}

static void brackets_that_change_nothing_are_left_out(void **state)
{
	(void)state;
	reads("(a)", "a");
	reads("((a b)) c", "a b c");
	reads("(a OR b) OR c", "a OR b OR c");
	reads("(a OR b)(c)", "a OR b c");
	reads("-(-(a b))", "a b");
	reads("-(a b)-(c)", "-(a b) -c");
	reads("-(a OR b)", "-(a OR b)");
	reads("OR1 or ORc", "OR1 or ORc");
}

static void a_dash_excludes(void **state)
{
	const struct hear_query_term *query = parse("-is:retracted");

	(void)state;
	assert_int_equal(query->node, HEAR_QUERY_NOT);
	is_term(query->first, HEAR_KEY_IS, "retracted");
	is_term(parse("by:-x"), HEAR_KEY_BY, "-x");
	is_term(parse("storm-corps"), HEAR_KEY_WORDS, "storm-corps");
	refuses("a - b", HEAR_INVALID, 2, 1, "right after it");
	refuses("--all", HEAR_INVALID, 0, 1, "right after it");
	refuses("(-)", HEAR_INVALID, 1, 1, "put it in quotes");
}

static void quotes_make_a_phrase(void **state)
{
	const struct hear_query_term *term = parse("\"a \\\"b\\\" \\\\ \\c\"");

	(void)state;
	is_term(term, HEAR_KEY_WORDS, "a \"b\" \\ \\c");
	assert_true(term->phrase);
	reads("\"a \\\"b\\\" \\\\ \\c\"", "\"a \\\"b\\\" \\\\ \\\\c\"");
	reads("\"OR\" \"by:x\" \" (a) \"", "\"OR\" \"by:x\" \"(a)\"");
	reads("a\"b\"c", "a \"b\" c");
}

static void bent_quotes_are_quotes(void **state)
{
	(void)state;
	reads("by:“Kim Jong Un” „x y“", "by:\"Kim Jong Un\" \"x y\"");
	reads("\"a ” b\"", "\"a ” b\"");
}

static void a_star_asks_for_words_that_begin_so(void **state)
{
	const struct hear_query_term *term = parse("casual*");

	(void)state;
	is_term(term, HEAR_KEY_WORDS, "casual");
	assert_true(term->prefix);
	term = parse("\"casual*\"");
	is_term(term, HEAR_KEY_WORDS, "casual*");
	assert_false(term->prefix);
	term = parse("hedge:*");
	is_term(term, HEAR_KEY_HEDGE, "");
	assert_true(term->prefix);
	term = parse("event:*");
	assert_true(term->prefix);
	assert_false(term->has_range);
	refuses("a *", HEAR_INVALID, 2, 1, "write a letter or two");
}

static void every_key_reads_back(void **state)
{
	const char *text =
		"by:a origin:a via:a subject:a predicate:a of:a place:a "
		"value:a unit:a stance:denies said:2025 event:2025 since:2025 "
		"until:2025 filed:2025 doc:a tag:a lang:a re:a basis:a "
		"hedge:a more.a:a filer:a marking:red kind:claim is:disputed "
		"id:abcd target:abcd reliability:A..B credibility:1 "
		"likelihood:likely.. is:resting is:edited origins:1 "
		"origins:2.. is:unanswered";

	(void)state;
	reads(text, text);
	reads("BY:a Said:2025", "by:a said:2025");
}

static void more_takes_a_field_of_any_name(void **state)
{
	const struct hear_query_term *term = parse("more.\"Sub Region\":x*");

	(void)state;
	is_term(term, HEAR_KEY_MORE, "x");
	assert_true(hear_span_is(term->more, "Sub Region"));
	assert_true(term->prefix);
	reads("more.\"Sub Region\":x*", "more.\"Sub Region\":x*");
	reads("More.\"Район\":x", "more.Район:x");
	reads("more.\"a:b\":\"x y\"", "more.\"a:b\":\"x y\"");
	is_term(parse("more.info"), HEAR_KEY_WORDS, "more.info");
	refuses("more.:x", HEAR_INVALID, 0, 6, "more.KEY:value");
	refuses("more:x", HEAR_INVALID, 0, 5, "more.KEY:value");
	refuses("more.\"a\" x", HEAR_INVALID, 0, 8, "colon");
}

static void an_address_is_not_a_key(void **state)
{
	(void)state;
	is_term(parse("https://h.org/a:b?c=(d)"), HEAR_KEY_DOC,
		"https://h.org/a:b?c=(d)");
	reads("(https://h/Kursk_(region))", "doc:https://h/Kursk_(region)");
	is_term(parse("re:https://h/a"), HEAR_KEY_RE, "https://h/a");
	is_term(parse("10:30"), HEAR_KEY_WORDS, "10:30");
	is_term(parse("://"), HEAR_KEY_WORDS, "://");
}

static void an_unknown_key_suggests_one(void **state)
{
	(void)state;
	refuses("a subjct:b", HEAR_INVALID, 2, 7,
		"unknown key 'subjct:'; did you mean subject:? To search for "
		"the text itself write it in quotes");
	refuses("orgin:x", HEAR_INVALID, 0, 6, "did you mean origin:?");
	refuses("source:x", HEAR_INVALID, 0, 7, "did you mean by:?");
	refuses("title:x", HEAR_INVALID, 0, 6, "text, quote and title");
	refuses("zzzzzz:x", HEAR_INVALID, 0, 7,
		"the keys are by: origin: via: subject:");
}

static void dates_cover_what_they_say(void **state)
{
	(void)state;
	covers("said:2025-01", JANUARY, JANUARY + 31 * DAY);
	covers("said:..2025-01-12", INT64_MIN, JANUARY + 12 * DAY);
	covers("said:2025-01-01..2025-02", JANUARY, JANUARY + 59 * DAY);
	covers("said:2025-01-01/2025-01-12", JANUARY, JANUARY + 12 * DAY);
	covers("said:../2025-01-12", INT64_MIN, JANUARY + 12 * DAY);
	covers("said:2025-01-02..", JANUARY + DAY, INT64_MAX);
	covers("said:\"2025-01-01 .. 2025-01-01\"", JANUARY, JANUARY + DAY);
	covers("since:..", INT64_MIN, INT64_MAX);
	covers("event:2025-01-01T06:00Z..2025-01-01", JANUARY + DAY / 4,
	       JANUARY + DAY);
}

static void dates_compare_with_the_whole_of_a_date(void **state)
{
	(void)state;
	covers("filed:>2025-01-01", JANUARY + DAY, INT64_MAX);
	covers("filed:>=2025-01-01", JANUARY, INT64_MAX);
	covers("filed:<2025-01-01", INT64_MIN, JANUARY);
	covers("filed:<=2025-01-01", INT64_MIN, JANUARY + DAY);
	covers("filed:≥2025-01-01", JANUARY, INT64_MAX);
}

static void a_wrong_date_is_pointed_at(void **state)
{
	struct hear_query_term *query;
	struct hear_err err;

	(void)state;
	refuses("said:2025-02..2025-01", HEAR_INVALID, 5, 16,
		"ends before it begins");
	refuses("said:>", HEAR_INVALID, 5, 1, "needs an end");
	assert_int_equal(hear_query_parse(arena,
					  hear_span_of("a said:..2025-02-30 b"),
					  &query, &err),
			 HEAR_INVALID);
	assert_true(err.at >= 9 && err.at + err.span <= 19);
	assert_int_equal(hear_query_parse(arena, hear_span_of("said:2025*"),
					  &query, &err),
			 HEAR_INVALID);
}

static void numbers_have_bounds(void **state)
{
	(void)state;
	bounds("value:300", "300", false, "300", false);
	bounds("value:~300", "300", false, "300", false);
	bounds("value:>300", "300", true, "", false);
	bounds("value:>=300", "300", false, "", false);
	bounds("value:<300", "", false, "300", true);
	bounds("value:≤300", "", false, "300", false);
	bounds("value:100..200", "100", false, "200", false);
	bounds("value:..200", "", false, "200", false);
	bounds("value:2,700..", "2700", false, "", false);
	bounds("value:-5..-0.50", "-5", false, "-0.5", false);
}

static void a_value_that_is_no_number_is_text(void **state)
{
	(void)state;
	is_text("value:\"Kursk region\"", "Kursk region");
	is_text("value:kursk", "kursk");
	is_text("value:\"300\"", "300");
	is_text("value:2025-01-13", "2025-01-13");
	is_text("value:kur*", "kur");
	is_text("value:wait..what", "wait..what");
	is_text("value:dozens", "dozens");
}

static void a_wrong_number_is_pointed_at(void **state)
{
	(void)state;
	refuses("value:>many", HEAR_INVALID, 7, 4,
		"'many' is not a number; write value:>300");
	refuses("value:100..many", HEAR_INVALID, 11, 4, "'many'");
	refuses("value:>300km", HEAR_INVALID, 7, 5, "unit:km");
	refuses("value:200..100", HEAR_INVALID, 6, 8, "ends before it begins");
	refuses("value:>=", HEAR_INVALID, 6, 2, "needs an end");
	refuses("value:..", HEAR_INVALID, 6, 2, "needs an end");
}

static void markings_are_numbers_in_order(void **state)
{
	(void)state;
	covers("marking:amber", HEAR_AMBER, HEAR_AMBER + 1);
	covers("marking:TLP:AMBER+STRICT", HEAR_AMBER_STRICT, HEAR_RED);
	covers("marking:..amber", HEAR_CLEAR, HEAR_AMBER + 1);
	covers("marking:<red", HEAR_CLEAR, HEAR_RED);
	covers("marking:>green", HEAR_AMBER, HEAR_LOCAL + 1);
	refuses("marking:white", HEAR_INVALID, 8, 5, "clear, green, amber");
	refuses("marking:red..green", HEAR_INVALID, 8, 10, "before it begins");
	refuses("marking:<clear", HEAR_INVALID, 8, 6, "before it begins");
}

static void names_are_checked(void **state)
{
	(void)state;
	is_term(parse("stance:Denies"), HEAR_KEY_STANCE, "denies");
	is_term(parse("kind:capture"), HEAR_KEY_KIND, "capture");
	is_term(parse("kind:ANY"), HEAR_KEY_KIND, "any");
	refuses("stance:maybe", HEAR_INVALID, 7, 5, "asserts, denies, doubts");
	refuses("kind:tweet", HEAR_INVALID, 5, 5, "claim, capture");
	is_term(parse("is:Resting"), HEAR_KEY_IS, "resting");
	is_term(parse("is:edited"), HEAR_KEY_IS, "edited");
	refuses("is:false", HEAR_INVALID, 3, 5, "is:disputed");
	refuses("is:unsupported", HEAR_INVALID, 3, 11, "is:resting");
}

static void scales_of_assessments_are_letters_digits_and_words(void **state)
{
	(void)state;
	covers("reliability:B", 2, 3);
	covers("reliability:a..c", 1, 4);
	covers("reliability:D..", 4, 7);
	covers("credibility:..2", 1, 3);
	covers("credibility:1..3", 1, 4);
	covers("likelihood:likely", HEAR_LIKELY, HEAR_VERY_LIKELY);
	covers("likelihood:likely..", HEAR_LIKELY, HEAR_ALMOST_CERTAIN + 1);
	covers("likelihood:>likely", HEAR_VERY_LIKELY, HEAR_ALMOST_CERTAIN + 1);
	covers("likelihood:very-likely", HEAR_VERY_LIKELY, HEAR_ALMOST_CERTAIN);
	covers("likelihood:\"very unlikely..highly probable\"",
	       HEAR_VERY_UNLIKELY, HEAR_VERY_LIKELY + 1);
	reads("Likelihood:\"very likely\"", "likelihood:\"very likely\"");
	assert_false(parse("reliability:*")->has_range);
	refuses("reliability:G", HEAR_INVALID, 12, 1, "from A (completely");
	refuses("reliability:A..G", HEAR_INVALID, 15, 1, "to F (cannot be");
	refuses("reliability:good", HEAR_INVALID, 12, 4, "reliability:A..B");
	refuses("reliability:B*", HEAR_INVALID, 12, 2, "from A");
	refuses("reliability:>B", HEAR_INVALID, 12, 2, "write a range");
	refuses("reliability:C..A", HEAR_INVALID, 12, 4, "before it begins");
	refuses("credibility:0", HEAR_INVALID, 12, 1, "from 1 (confirmed)");
	refuses("credibility:..7", HEAR_INVALID, 14, 1, "to 6");
	refuses("credibility:..", HEAR_INVALID, 12, 2, "credibility:..2");
	refuses("likelihood:surely", HEAR_INVALID, 11, 6,
		"almost no chance, very unlikely, unlikely");
	refuses("likelihood:likely..surely", HEAR_INVALID, 19, 6, "likely,");
}

static void an_id_is_its_first_digits(void **state)
{
	(void)state;
	is_term(parse("id:AB12"), HEAR_KEY_ID, "ab12");
	is_term(parse("target:ab12cd*"), HEAR_KEY_TARGET, "ab12cd");
	refuses("id:abc", HEAR_INVALID, 3, 3, "4 to 64");
	refuses("id:xyzw", HEAR_INVALID, 3, 4, "0-9 and a-f");
}

static void operators_of_elsewhere_are_explained(void **state)
{
	(void)state;
	refuses("a AND b", HEAR_INVALID, 2, 3, "AND is not needed");
	refuses("a NOT b", HEAR_INVALID, 2, 3, "write - before it");
	refuses("OR a", HEAR_INVALID, 0, 2, "on both sides");
	refuses("a OR", HEAR_INVALID, 2, 2, "on both sides");
	refuses("(a OR )", HEAR_INVALID, 3, 2, "on both sides");
	refuses("a OR OR b", HEAR_INVALID, 5, 2, "write \"OR\"");
}

static void what_is_left_open_is_pointed_at(void **state)
{
	(void)state;
	refuses("a (b", HEAR_INVALID, 2, 1, "never closed");
	refuses("a) b", HEAR_INVALID, 1, 1, "closes nothing");
	refuses("a ()", HEAR_INVALID, 2, 2, "nothing stands between");
	refuses("a \"b", HEAR_INVALID, 2, 1, "never closed");
	refuses("a \"b\\\"", HEAR_INVALID, 2, 1, "never closed");
	refuses("a \" \"", HEAR_INVALID, 2, 3, "nothing stands between");
	refuses("a by:", HEAR_INVALID, 2, 3, "needs a value");
	refuses("by: a", HEAR_INVALID, 0, 3, "needs a value");
	refuses("by:\"\"", HEAR_INVALID, 3, 2, "nothing stands between");
	refuses("a\x01", HEAR_INVALID, 1, 1, "control character");
	refuses("a\xff", HEAR_INVALID, 1, 1, "UTF-8");
}

static void repeat(struct hear_buffer *out, const char *text, unsigned times)
{
	hear_buffer_reset(out);
	while (times-- > 0)
		hear_buffer_text(out, text);
}

static void limits_hold(void **state)
{
	struct hear_buffer text = {0};

	(void)state;
	repeat(&text, "a ", 64);
	parse(text.data);
	repeat(&text, "a ", 65);
	refuses(text.data, HEAR_LIMIT, 128, 1, "at most 64 terms");
	repeat(&text, "(", 16);
	hear_buffer_text(&text, "a))))))))))))))))");
	parse(text.data);
	repeat(&text, "(", 17);
	refuses(text.data, HEAR_LIMIT, 16, 1, "at most 16 deep");
	repeat(&text, "-(", 2000);
	refuses(text.data, HEAR_LIMIT, 33, 1, "at most 16 deep");
	repeat(&text, "a", 4096);
	parse(text.data);
	repeat(&text, "a", 4097);
	refuses(text.data, HEAR_LIMIT, HEAR_NOWHERE, 0, "4096 bytes");
	hear_buffer_done(&text);
}

static void terms_know_where_they_stood(void **state)
{
	const struct hear_query_term *query = parse("a -by:\"b c\" d");
	const struct hear_query_term *not = query->first->next;

	(void)state;
	assert_int_equal(not->at, 2);
	assert_int_equal(not->span, 9);
	assert_int_equal(not->first->at, 3);
	assert_int_equal(not->first->span, 8);
	assert_int_equal(not->next->at, 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_asked_is_everything),
		cmocka_unit_test(terms_side_by_side_must_all_hold),
		cmocka_unit_test(or_binds_closer_than_standing_side_by_side),
		cmocka_unit_test(brackets_that_change_nothing_are_left_out),
		cmocka_unit_test(a_dash_excludes),
		cmocka_unit_test(quotes_make_a_phrase),
		cmocka_unit_test(bent_quotes_are_quotes),
		cmocka_unit_test(a_star_asks_for_words_that_begin_so),
		cmocka_unit_test(every_key_reads_back),
		cmocka_unit_test(more_takes_a_field_of_any_name),
		cmocka_unit_test(an_address_is_not_a_key),
		cmocka_unit_test(an_unknown_key_suggests_one),
		cmocka_unit_test(dates_cover_what_they_say),
		cmocka_unit_test(dates_compare_with_the_whole_of_a_date),
		cmocka_unit_test(a_wrong_date_is_pointed_at),
		cmocka_unit_test(numbers_have_bounds),
		cmocka_unit_test(a_value_that_is_no_number_is_text),
		cmocka_unit_test(a_wrong_number_is_pointed_at),
		cmocka_unit_test(markings_are_numbers_in_order),
		cmocka_unit_test(names_are_checked),
		cmocka_unit_test(
			scales_of_assessments_are_letters_digits_and_words),
		cmocka_unit_test(an_id_is_its_first_digits),
		cmocka_unit_test(operators_of_elsewhere_are_explained),
		cmocka_unit_test(what_is_left_open_is_pointed_at),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(terms_know_where_they_stood),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
