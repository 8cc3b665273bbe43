/* SPDX-License-Identifier: ISC */
#include "tests/unit/weighed_claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct filed f;

static int begin(void **state)
{
	(void)state;
	filed_open(&f);
	return 0;
}

static int end(void **state)
{
	(void)state;
	filed_close(&f);
	return 0;
}

#define INCIDENT "2025-01-13"

static void says(const char *by, const char *value)
{
	(void)said(&f, (struct said){.by = by, .value = value,
				     .event = INCIDENT});
}

static void says_on(const char *by, const char *value, const char *day)
{
	(void)said(&f, (struct said){.by = by, .value = value,
				     .event = INCIDENT, .said = day});
}

/* That the only question asked for comes to "low best high" by the rule. */
static void comes_to_of(const char *query, enum hear_rule rule,
			const char *expected)
{
	struct hear_weighing *weighing = said_weigh(&f, query);
	struct hear_arena *arena = hear_arena_new();
	struct hear_buffer got = {0};
	struct hear_rolled rolled;
	struct hear_err err;
	size_t count;
	uint32_t asked = 0;

	assert_non_null(arena);
	(void)hear_weighed_questions(weighing, &count);
	while (asked + 1 < count &&
	       !hear_weighed_questions(weighing, &count)[asked].asked)
		asked++;
	filed_ok(hear_rollup(weighing, asked, rule, arena, &rolled, &err),
		 &err);
	said_end(&got, rolled.low, rolled.low_open ? ">" : "");
	hear_buffer_byte(&got, ' ');
	said_end(&got, rolled.best, "");
	hear_buffer_byte(&got, ' ');
	said_end(&got, rolled.high, rolled.high_open ? "<" : "");
	if (rolled.unnamed)
		hear_buffer_text(&got, " unnamed");
	assert_string_equal(got.data, expected);
	hear_buffer_done(&got);
	hear_arena_free(arena);
	hear_weighing_free(weighing);
}

static void comes_to(const char *latest, const char *conservative,
		     const char *best, const char *range)
{
	comes_to_of("", HEAR_RULE_LATEST, latest);
	comes_to_of("", HEAR_RULE_CONSERVATIVE, conservative);
	comes_to_of("", HEAR_RULE_BEST, best);
	comes_to_of("", HEAR_RULE_RANGE, range);
}

/* Which are left out of the only question: "corrected 10, vague dozens". */
static void leaves_of(const char *query, enum hear_rule rule,
		      const char *expected)
{
	struct hear_weighing *weighing = said_weigh(&f, query);
	struct hear_arena *arena = hear_arena_new();
	struct hear_buffer got = {0};
	struct hear_rolled rolled;
	struct hear_err err;
	size_t count;
	uint32_t i;

	assert_non_null(arena);
	filed_ok(hear_rollup(weighing, 0, rule, arena, &rolled, &err), &err);
	hear_buffer_text(&got, "");
	for (i = 0; i < rolled.left_count; i++) {
		const struct hear_voice *voice =
			&hear_weighed_voices(weighing,
					     &count)[rolled.left[i].voice];

		hear_buffer_print(&got, "%s%s ", i > 0 ? ", " : "",
				  hear_left_name(rolled.left[i].left));
		hear_buffer_span(&got, hear_weighed_claims(weighing, &count)
					       [voice->claim]
						       .value);
	}
	assert_string_equal(got.data, expected);
	hear_buffer_done(&got);
	hear_arena_free(arena);
	hear_weighing_free(weighing);
}

/* ---- One figure -------------------------------------------------------- */

static void one_number_is_all_three(void **state)
{
	(void)state;
	says("A", "300");
	comes_to("300 300 300", "- 300 -", "300 300 300", "300 - 300");
}

static void about_is_widened_but_for_what_was_stated(void **state)
{
	(void)state;
	/* A tenth of 300 is 30, and 100 divides it: the lesser is 30. */
	says("A", "about 300");
	comes_to("270 300 330", "- 300 -", "300 300 300", "270 - 330");
}

static void more_than_leaves_the_high_end_open(void **state)
{
	(void)state;
	says("A", "more than 10");
	comes_to(">10 10 -", "- 10 -", ">10 10 -", ">10 - -");
}

static void up_to_leaves_the_low_end_open(void **state)
{
	(void)state;
	says("A", "up to 40");
	comes_to("- 40 40", "- - -", "- 40 40", "- - 40");
	leaves_of("", HEAR_RULE_CONSERVATIVE, "no-lower <=40");
}

static void a_range_has_its_ends(void **state)
{
	(void)state;
	says("A", "2700 to 3000");
	comes_to("2700 2700 3000", "- 2700 -", "2700 2700 3000",
		 "2700 - 3000");
}

static void the_best_of_three_is_the_best(void **state)
{
	(void)state;
	says("A", "75..85..95");
	comes_to("75 85 95", "- 75 -", "75 85 95", "75 - 95");
}

static void a_vague_word_counts_for_acled_alone(void **state)
{
	(void)state;
	says("A", "dozens");
	comes_to("- - -", "- 12 -", "- - -", "- - -");
	leaves_of("", HEAR_RULE_LATEST, "vague dozens");
}

static void a_defined_word_means_what_it_is_defined_as(void **state)
{
	(void)state;
	says("A", "dozens");
	said_define(&f, "dozens = 24..48");
	comes_to("24 24 48", "- 24 -", "24 24 48", "24 - 48");
}

static void words_without_a_number_of_their_own_never_count(void **state)
{
	(void)state;
	says("A", "several");
	comes_to("- - -", "- - -", "- - -", "- - -");
}

static void thirty_digits_are_exact(void **state)
{
	(void)state;
	says("A", "1000000000000000000000000000001");
	comes_to_of("", HEAR_RULE_LATEST,
		    "1000000000000000000000000000001 "
		    "1000000000000000000000000000001 "
		    "1000000000000000000000000000001");
}

/* ---- Several ----------------------------------------------------------- */

static void two_that_agree_are_one_figure(void **state)
{
	(void)state;
	says("A", "300");
	says("B", "300");
	comes_to("300 300 300", "- 300 -", "300 300 300", "300 - 300");
}

static void rules_choose_differently_where_origins_differ(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-15");
	says_on("B", "12", "2025-01-13");
	says_on("C", "12", "2025-01-14");
	/* The last said is 10, most say 12, the lowest is 10. */
	comes_to("10 10 12", "- 10 -", "10 12 12", "10 - 12");
}

static void said_at_once_most_origins_decide_then_the_lowest(void **state)
{
	(void)state;
	says("A", "10");
	says("B", "12");
	comes_to_of("", HEAR_RULE_LATEST, "10 10 12");
	comes_to_of("", HEAR_RULE_BEST, "10 10 12");
	says("C", "12");
	comes_to_of("", HEAR_RULE_LATEST, "10 12 12");
	comes_to_of("", HEAR_RULE_BEST, "10 12 12");
}

static void one_origin_through_many_outlets_is_one(void **state)
{
	(void)state;
	says("X < A", "10");
	says("Y < A", "10");
	says("Z < A", "10");
	says_on("B", "12", "2025-01-15");
	says_on("C", "12", "2025-01-15");
	comes_to_of("", HEAR_RULE_BEST, "10 12 12");
}

static void more_than_a_number_is_no_highest(void **state)
{
	(void)state;
	says("A", "more than 10");
	says("B", "12");
	/* 12 may be all of "more than 10", and is the highest stated. */
	comes_to_of("", HEAR_RULE_BEST, ">10 10 12");
	comes_to_of("", HEAR_RULE_RANGE, ">10 - -");
	says("C", "at least 20");
	comes_to_of("", HEAR_RULE_BEST, ">10 10 -");
}

static void an_end_that_one_includes_is_closed(void **state)
{
	(void)state;
	says("A", "more than 10");
	says("B", "10");
	comes_to_of("", HEAR_RULE_RANGE, "10 - -");
}

static void how_others_tell_one_origin_differently_counts_both(void **state)
{
	(void)state;
	says("X < A", "10");
	says("Y < A", "14");
	comes_to("10 10 14", "- 10 -", "10 10 14", "10 - 14");
}

static void units_of_one_dimension_are_read_in_one(void **state)
{
	(void)state;
	says("A", "2 km");
	says("B", "1500 m");
	comes_to("1500 1500 2000", "- 1500 -", "1500 1500 2000",
		 "1500 - 2000");
}

/* ---- What is left out -------------------------------------------------- */

static void what_was_corrected_is_left_out(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-14");
	says_on("A", "12", "2025-01-15");
	comes_to("12 12 12", "- 12 -", "12 12 12", "12 - 12");
	leaves_of("", HEAR_RULE_LATEST, "corrected 10");
}

static void what_was_updated_is_left_out(void **state)
{
	(void)state;
	(void)said(&f, (struct said){.value = "10", .since = "2025-01-01",
				     .until = "2025-01-10"});
	(void)said(&f, (struct said){.value = "12", .since = "2025-01-01",
				     .until = "2025-01-11"});
	comes_to_of("", HEAR_RULE_LATEST, "12 12 12");
	leaves_of("", HEAR_RULE_LATEST, "updated 10");
}

static void what_was_withdrawn_is_left_out(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-14");
	(void)said(&f, (struct said){.event = INCIDENT, .stance = "withdraws",
				     .said = "2025-01-15"});
	comes_to_of("", HEAR_RULE_LATEST, "- - -");
	leaves_of("", HEAR_RULE_LATEST, "withdrawn 10, aside ");
}

static void who_denies_it_now_asserts_it_no_longer(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-14");
	says_on("B", "12", "2025-01-14");
	(void)said(&f, (struct said){.value = "10", .event = INCIDENT,
				     .stance = "denies",
				     .said = "2025-01-15"});
	comes_to_of("", HEAR_RULE_LATEST, "12 12 12");
}

static void what_others_deny_stands(void **state)
{
	(void)state;
	says("A", "10");
	(void)said(&f, (struct said){.by = "B", .event = INCIDENT,
				     .stance = "denies"});
	comes_to_of("", HEAR_RULE_LATEST, "10 10 10");
	leaves_of("", HEAR_RULE_LATEST, "aside ");
}

static void unnamed_origins_count_where_nobody_else_does(void **state)
{
	(void)state;
	says("?an official", "10");
	says("?a witness", "14");
	comes_to_of("", HEAR_RULE_RANGE, "10 - 14 unnamed");
	says("A", "12");
	comes_to_of("", HEAR_RULE_RANGE, "12 - 12");
}

static void unnamed_origins_are_left_out_beside_named_ones(void **state)
{
	(void)state;
	says("?an official", "10");
	says("A", "12");
	leaves_of("", HEAR_RULE_RANGE, "unnamed 10");
}

static void whom_the_query_does_not_ask_for_is_left_out(void **state)
{
	(void)state;
	says("A", "10");
	says("B", "14");
	comes_to_of("origin:A", HEAR_RULE_RANGE, "10 - 10");
	leaves_of("origin:A", HEAR_RULE_RANGE, "unasked 14");
}

static void what_is_no_assertion_is_left_out(void **state)
{
	(void)state;
	says("A", "10");
	(void)said(&f, (struct said){.by = "B", .value = "90",
				     .event = INCIDENT, .stance = "possible"});
	comes_to_of("", HEAR_RULE_RANGE, "10 - 10");
	leaves_of("", HEAR_RULE_RANGE, "aside 90");
}

static void texts_have_no_figure(void **state)
{
	(void)state;
	says("A", "in the night");
	comes_to("- - -", "- - -", "- - -", "- - -");
	leaves_of("", HEAR_RULE_LATEST, "no-figure in the night");
}

/* ---- Names ------------------------------------------------------------- */

static void rules_are_read_by_name(void **state)
{
	enum hear_rule rule;
	struct hear_err err;

	(void)state;
	for (rule = HEAR_RULE_LATEST; rule <= HEAR_RULE_RANGE; rule++) {
		enum hear_rule read = 0;

		filed_ok(hear_rule_parse(hear_span_of(hear_rule_name(rule)),
					 &read, &err),
			 &err);
		assert_int_equal(read, rule);
	}
	filed_ok(hear_rule_parse(hear_span_of("Best Low_High"), &rule, &err),
		 &err);
	assert_int_equal(rule, HEAR_RULE_BEST);
	assert_int_equal(hear_rule_parse(hear_span_of("mean"), &rule, &err),
			 HEAR_INVALID);
	assert_string_equal(err.message,
			    "'mean' is no rule; write latest-per-origin, "
			    "conservative, best-low-high or range");
	assert_string_equal(hear_rule_name((enum hear_rule)0), "unknown");
}

static void a_question_that_is_not_there_is_refused(void **state)
{
	struct hear_weighing *weighing = said_weigh(&f, "");
	struct hear_arena *arena = hear_arena_new();
	struct hear_rolled rolled;
	struct hear_err err;

	(void)state;
	assert_int_equal(hear_rollup(weighing, 0, HEAR_RULE_LATEST, arena,
				     &rolled, &err),
			 HEAR_INVALID);
	hear_arena_free(arena);
	hear_weighing_free(weighing);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(one_number_is_all_three),
		TEST(about_is_widened_but_for_what_was_stated),
		TEST(more_than_leaves_the_high_end_open),
		TEST(up_to_leaves_the_low_end_open),
		TEST(a_range_has_its_ends),
		TEST(the_best_of_three_is_the_best),
		TEST(a_vague_word_counts_for_acled_alone),
		TEST(a_defined_word_means_what_it_is_defined_as),
		TEST(words_without_a_number_of_their_own_never_count),
		TEST(thirty_digits_are_exact),
		TEST(two_that_agree_are_one_figure),
		TEST(rules_choose_differently_where_origins_differ),
		TEST(said_at_once_most_origins_decide_then_the_lowest),
		TEST(one_origin_through_many_outlets_is_one),
		TEST(more_than_a_number_is_no_highest),
		TEST(an_end_that_one_includes_is_closed),
		TEST(how_others_tell_one_origin_differently_counts_both),
		TEST(units_of_one_dimension_are_read_in_one),
		TEST(what_was_corrected_is_left_out),
		TEST(what_was_updated_is_left_out),
		TEST(what_was_withdrawn_is_left_out),
		TEST(who_denies_it_now_asserts_it_no_longer),
		TEST(what_others_deny_stands),
		TEST(unnamed_origins_count_where_nobody_else_does),
		TEST(unnamed_origins_are_left_out_beside_named_ones),
		TEST(whom_the_query_does_not_ask_for_is_left_out),
		TEST(what_is_no_assertion_is_left_out),
		TEST(texts_have_no_figure),
		TEST(rules_are_read_by_name),
		TEST(a_question_that_is_not_there_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
