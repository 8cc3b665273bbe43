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

static void killed(const char *event, const char *value)
{
	(void)said(&f, (struct said){.event = event, .value = value});
}

static const char *row_name(const struct hear_tally_row *row)
{
	switch (row->kind) {
	case HEAR_TALLY_GROUP:
		return "";
	case HEAR_TALLY_SPANS:
		return "spans";
	case HEAR_TALLY_UNGIVEN:
		return "not given";
	case HEAR_TALLY_ALL:
		return "all";
	}
	return "?";
}

/* "2025-01 killed: 2 >15 15 -" */
static void print_row(const struct hear_tally_row *row, struct hear_buffer *out)
{
	hear_buffer_span(out, row->name);
	hear_buffer_text(out, row_name(row));
	hear_buffer_byte(out, ' ');
	hear_buffer_span(out, row->predicate);
	if (row->unit.size > 0)
		hear_buffer_byte(out, ' ');
	hear_buffer_span(out, row->unit);
	hear_buffer_print(out, ": %u ", row->incidents);
	said_end(out, row->low, row->low_open ? ">" : "");
	hear_buffer_byte(out, ' ');
	said_end(out, row->best, "");
	hear_buffer_byte(out, ' ');
	said_end(out, row->high, row->high_open ? "<" : "");
	if (row->disputed > 0)
		hear_buffer_print(out, " disputed %u", row->disputed);
	if (row->parts > 0)
		hear_buffer_print(out, " parts %u", row->parts);
	if (row->overflow)
		hear_buffer_text(out, " overflow");
	hear_buffer_byte(out, '\n');
}

/* "killed of children" */
static void print_question(const struct hear_question *question,
			   struct hear_buffer *out)
{
	hear_buffer_span(out, question->predicate);
	if (question->of_count > 0) {
		hear_buffer_text(out, " of ");
		hear_buffer_span(out, question->of[0]);
	}
}

static void print_left(const struct hear_weighing *weighing,
		       const struct hear_untallied_question *left,
		       struct hear_buffer *out)
{
	const struct hear_question *questions;
	size_t count;

	questions = hear_weighed_questions(weighing, &count);
	hear_buffer_print(out, "%s: ", hear_untallied_name(left->reason));
	print_question(&questions[left->question], out);
	if (left->counted_in != HEAR_NOBODY) {
		hear_buffer_text(out, " in ");
		print_question(&questions[left->counted_in], out);
	}
	hear_buffer_byte(out, '\n');
}

/* That the tally of what the query asks for has these rows, and with `left`
 * those questions left out. */
static void tallies_of(const char *query, enum hear_tally_by by,
		       enum hear_rule rule, const char *rows, const char *left)
{
	struct hear_weighing *weighing = said_weigh(&f, query);
	struct hear_arena *arena = hear_arena_new();
	struct hear_buffer got = {0};
	struct hear_tallied tally;
	struct hear_err err;
	size_t i;

	assert_non_null(arena);
	filed_ok(hear_tally(weighing, by, rule, arena, &tally, &err), &err);
	hear_buffer_text(&got, "");
	for (i = 0; i < tally.row_count; i++)
		print_row(&tally.rows[i], &got);
	assert_string_equal(got.data, rows);
	hear_buffer_reset(&got);
	hear_buffer_text(&got, "");
	for (i = 0; i < tally.left_count; i++)
		print_left(weighing, &tally.left[i], &got);
	if (left)
		assert_string_equal(got.data, left);
	hear_buffer_done(&got);
	hear_arena_free(arena);
	hear_weighing_free(weighing);
}

static void tallies(enum hear_tally_by by, const char *rows)
{
	tallies_of("", by, HEAR_RULE_LATEST, rows, NULL);
}

/* ---- Groups ------------------------------------------------------------ */

static void nothing_comes_to_nothing(void **state)
{
	(void)state;
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_LATEST, "", "");
}

static void months_come_in_order_and_then_the_total(void **state)
{
	(void)state;
	killed("2025-02-03", "7");
	killed("2025-01-13", "3");
	killed("2025-01-31", "2");
	killed("2024-12-31", "1");
	tallies(HEAR_TALLY_MONTH, "2024-12 killed: 1 1 1 1\n"
				  "2025-01 killed: 2 5 5 5\n"
				  "2025-02 killed: 1 7 7 7\n"
				  "all killed: 4 13 13 13\n");
}

static void events_over_several_months_are_a_row_of_their_own(void **state)
{
	(void)state;
	killed("2025-01-13", "3");
	killed("2025-01-31/2025-02-01", "4");
	killed("2025", "5");
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 1 3 3 3\n"
				  "spans killed: 2 9 9 9\n"
				  "all killed: 3 12 12 12\n");
}

static void an_event_of_a_whole_month_is_in_it(void **state)
{
	(void)state;
	killed("2025-01", "3");
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 1 3 3 3\n"
				  "all killed: 1 3 3 3\n");
}

static void places_come_with_the_largest_first(void **state)
{
	(void)state;
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "3",
				     .place = "Rafah"});
	(void)said(&f, (struct said){.event = "2025-01-14", .value = "4",
				     .place = "rafah"});
	(void)said(&f, (struct said){.event = "2025-01-14", .value = "9",
				     .place = "Gaza City"});
	(void)said(&f, (struct said){.event = "2025-01-15", .value = "5"});
	tallies(HEAR_TALLY_PLACE, "Gaza City killed: 1 9 9 9\n"
				  "Rafah killed: 2 7 7 7\n"
				  "not given killed: 1 5 5 5\n"
				  "all killed: 4 21 21 21\n");
}

static void names_joined_as_the_same_are_one_group(void **state)
{
	(void)state;
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "3",
				     .subject = "Kiev"});
	(void)said(&f, (struct said){.event = "2025-01-14", .value = "4",
				     .subject = "Kyiv"});
	(void)said(&f, (struct said){.event = "2025-01-15", .value = "4",
				     .subject = "Kyiv"});
	tallies(HEAR_TALLY_SUBJECT, "Kyiv killed: 2 8 8 8\n"
				    "Kiev killed: 1 3 3 3\n"
				    "all killed: 3 11 11 11\n");
	{
		struct hear_value *map = hear_make_map(f.arena);

		filed_set(f.arena, map, "kind", "term");
		filed_set(f.arena, map, "as", "subject");
		hear_map_set(f.arena, map, "same",
			     said_list(f.arena, "Kiev,Kyiv"));
		said_file(&f, map, filed_now);
	}
	tallies(HEAR_TALLY_SUBJECT, "Kyiv killed: 3 11 11 11\n"
				    "all killed: 3 11 11 11\n");
}

static void predicates_and_units_are_never_mixed(void **state)
{
	(void)state;
	killed("2025-01-13", "3");
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "40",
				     .predicate = "wounded"});
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "5 USD",
				     .predicate = "damage"});
	(void)said(&f, (struct said){.event = "2025-01-14", .value = "7 EUR",
				     .predicate = "damage"});
	tallies(HEAR_TALLY_MONTH, "2025-01 damage EUR: 1 7 7 7\n"
				  "all damage EUR: 1 7 7 7\n"
				  "2025-01 damage USD: 1 5 5 5\n"
				  "all damage USD: 1 5 5 5\n"
				  "2025-01 killed: 1 3 3 3\n"
				  "all killed: 1 3 3 3\n"
				  "2025-01 wounded: 1 40 40 40\n"
				  "all wounded: 1 40 40 40\n");
}

/* ---- Sums -------------------------------------------------------------- */

static void open_ends_stay_open(void **state)
{
	(void)state;
	killed("2025-01-13", "more than 10");
	killed("2025-01-14", "5");
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 2 >15 15 -\n"
				  "all killed: 2 >15 15 -\n");
}

static void what_has_no_low_end_is_none_at_least(void **state)
{
	(void)state;
	killed("2025-01-13", "up to 10");
	killed("2025-01-14", "5");
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 2 5 15 15\n"
				  "all killed: 2 5 15 15\n");
}

static void what_may_be_below_zero_has_no_such_floor(void **state)
{
	(void)state;
	killed("2025-01-13", "up to -10");
	killed("2025-01-14", "5");
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 2 - -5 -5\n"
				  "all killed: 2 - -5 -5\n");
}

static void measures_have_no_floor_either(void **state)
{
	(void)state;
	(void)said(&f, (struct said){.event = "2025-01-13",
				     .value = "up to 10 USD"});
	tallies(HEAR_TALLY_MONTH, "2025-01 killed USD: 1 - 10 10\n"
				  "all killed USD: 1 - 10 10\n");
}

static void all_rules_add_up_in_their_own_way(void **state)
{
	(void)state;
	killed("2025-01-13", "about 300");
	killed("2025-01-14", "2 to 5");
	(void)said(&f, (struct said){.by = "B", .event = "2025-01-14",
				     .value = "9"});
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_LATEST,
		   "2025-01 killed: 2 272 302 339 disputed 1\n"
		   "all killed: 2 272 302 339 disputed 1\n", NULL);
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_CONSERVATIVE,
		   "2025-01 killed: 2 - 302 - disputed 1\n"
		   "all killed: 2 - 302 - disputed 1\n", NULL);
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_BEST,
		   "2025-01 killed: 2 302 302 309 disputed 1\n"
		   "all killed: 2 302 302 309 disputed 1\n", NULL);
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_RANGE,
		   "2025-01 killed: 2 272 - 339 disputed 1\n"
		   "all killed: 2 272 - 339 disputed 1\n", NULL);
}

static void thirty_one_digits_add_up_exactly(void **state)
{
	(void)state;
	killed("2025-01-13", "1000000000000000000000000000000");
	killed("2025-01-14", "1000000000000000000000000000000");
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_LATEST,
		   "2025-01 killed: 2 2000000000000000000000000000000 "
		   "2000000000000000000000000000000 "
		   "2000000000000000000000000000000\n"
		   "all killed: 2 2000000000000000000000000000000 "
		   "2000000000000000000000000000000 "
		   "2000000000000000000000000000000\n", NULL);
}

static void a_sum_of_too_many_digits_is_open_and_says_so(void **state)
{
	(void)state;
	killed("2025-01-13", "9000000000000000000000000000000000");
	killed("2025-01-14", "9000000000000000000000000000000000");
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 2 - - - overflow\n"
				  "all killed: 2 - - - overflow\n");
}

static void decimals_add_up_exactly(void **state)
{
	(void)state;
	(void)said(&f, (struct said){.event = "2025-01-13",
				     .value = "0.1 USD"});
	(void)said(&f, (struct said){.event = "2025-01-14",
				     .value = "0.2 USD"});
	tallies(HEAR_TALLY_MONTH, "2025-01 killed USD: 2 0.3 0.3 0.3\n"
				  "all killed USD: 2 0.3 0.3 0.3\n");
}

/* ---- Nobody twice ------------------------------------------------------ */

static void a_narrower_figure_is_counted_in_the_wider(void **state)
{
	(void)state;
	killed("2025-01-13", "10");
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "4",
				     .of = "children"});
	(void)said(&f, (struct said){.event = "2025-01-14", .value = "2",
				     .of = "children"});
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_LATEST,
		   "2025-01 killed: 2 12 12 12\n"
		   "all killed: 2 12 12 12\n",
		   "counted: killed of children in killed\n");
}

static void by_whom_each_has_a_row_and_the_total_counts_once(void **state)
{
	(void)state;
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "10",
				     .of = "civilians"});
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "4",
				     .of = "children,civilians"});
	(void)said(&f, (struct said){.event = "2025-01-14", .value = "1"});
	tallies_of("", HEAR_TALLY_OF, HEAR_RULE_LATEST,
		   "civilians killed: 1 10 10 10\n"
		   "children, civilians killed: 1 4 4 4 parts 1\n"
		   "not given killed: 1 1 1 1\n"
		   "all killed: 2 11 11 11\n", "");
}

static void terms_say_who_is_part_of_whom(void **state)
{
	(void)state;
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "10",
				     .of = "people"});
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "4",
				     .of = "girls"});
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 2 14 14 14\n"
				  "all killed: 2 14 14 14\n");
	said_term(&f, "of", "girls", "children");
	said_term(&f, "of", "children", "people");
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 1 10 10 10\n"
				  "all killed: 1 10 10 10\n");
}

static void other_places_and_days_are_other_incidents(void **state)
{
	(void)state;
	killed("2025-01-13", "10");
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "4",
				     .of = "children", .place = "Rafah"});
	(void)said(&f, (struct said){.event = "2025-01-14", .value = "2",
				     .of = "children"});
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 3 16 16 16\n"
				  "all killed: 3 16 16 16\n");
}

static void a_wider_figure_that_is_not_asked_for_counts_nobody(void **state)
{
	(void)state;
	killed("2025-01-13", "10");
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "4",
				     .of = "children"});
	tallies_of("of:children", HEAR_TALLY_MONTH, HEAR_RULE_LATEST,
		   "2025-01 killed: 1 4 4 4\n"
		   "all killed: 1 4 4 4\n", "");
}

static void a_wider_one_without_a_figure_counts_nobody(void **state)
{
	(void)state;
	killed("2025-01-13", "dozens");
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "4",
				     .of = "children"});
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_LATEST,
		   "2025-01 killed: 1 4 4 4\n"
		   "all killed: 1 4 4 4\n",
		   "no-figure: killed\n");
}

/* ---- What is no incident ------------------------------------------------ */

static void running_totals_are_never_added(void **state)
{
	(void)state;
	killed("2025-01-13", "3");
	(void)said(&f, (struct said){.value = "300", .since = "2025-01-01",
				     .until = "2025-01-13"});
	(void)said(&f, (struct said){.value = "400", .since = "..",
				     .subject = "army"});
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_LATEST,
		   "2025-01 killed: 1 3 3 3\n"
		   "all killed: 1 3 3 3\n",
		   "total: killed\n"
		   "undated: killed\n");
}

static void shares_do_not_add_up(void **state)
{
	(void)state;
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "45 %",
				     .predicate = "destroyed"});
	tallies_of("", HEAR_TALLY_MONTH, HEAR_RULE_LATEST, "",
		   "share: destroyed\n");
}

static void corrected_figures_are_passed_over_and_counted(void **state)
{
	struct hear_weighing *weighing;
	struct hear_arena *arena = hear_arena_new();
	struct hear_tallied tally;
	struct hear_err err;

	(void)state;
	killed("2025-01-13", "3");
	(void)said(&f, (struct said){.event = "2025-01-13", .value = "5",
				     .said = "2025-01-15"});
	tallies(HEAR_TALLY_MONTH, "2025-01 killed: 1 5 5 5\n"
				  "all killed: 1 5 5 5\n");
	weighing = said_weigh(&f, "");
	filed_ok(hear_tally(weighing, HEAR_TALLY_MONTH, HEAR_RULE_LATEST, arena,
			    &tally, &err),
		 &err);
	assert_int_equal(tally.claims_left[HEAR_LEFT_CORRECTED], 1);
	assert_int_equal(tally.claims_left[HEAR_LEFT_UPDATED], 0);
	hear_arena_free(arena);
	hear_weighing_free(weighing);
}

/* ---- Names ------------------------------------------------------------- */

static void what_to_tally_by_is_read_by_name(void **state)
{
	enum hear_tally_by by = 0;
	struct hear_err err;

	(void)state;
	filed_ok(hear_tally_by_parse(hear_span_of("Place"), &by, &err), &err);
	assert_int_equal(by, HEAR_TALLY_PLACE);
	assert_int_equal(hear_tally_by_parse(hear_span_of("week"), &by, &err),
			 HEAR_INVALID);
	assert_string_equal(err.message,
			    "'week' is nothing to tally by; write month, "
			    "place, of or subject");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(nothing_comes_to_nothing),
		TEST(months_come_in_order_and_then_the_total),
		TEST(events_over_several_months_are_a_row_of_their_own),
		TEST(an_event_of_a_whole_month_is_in_it),
		TEST(places_come_with_the_largest_first),
		TEST(names_joined_as_the_same_are_one_group),
		TEST(predicates_and_units_are_never_mixed),
		TEST(open_ends_stay_open),
		TEST(what_has_no_low_end_is_none_at_least),
		TEST(what_may_be_below_zero_has_no_such_floor),
		TEST(measures_have_no_floor_either),
		TEST(all_rules_add_up_in_their_own_way),
		TEST(thirty_one_digits_add_up_exactly),
		TEST(a_sum_of_too_many_digits_is_open_and_says_so),
		TEST(decimals_add_up_exactly),
		TEST(a_narrower_figure_is_counted_in_the_wider),
		TEST(by_whom_each_has_a_row_and_the_total_counts_once),
		TEST(terms_say_who_is_part_of_whom),
		TEST(other_places_and_days_are_other_incidents),
		TEST(a_wider_figure_that_is_not_asked_for_counts_nobody),
		TEST(a_wider_one_without_a_figure_counts_nobody),
		TEST(running_totals_are_never_added),
		TEST(shares_do_not_add_up),
		TEST(corrected_figures_are_passed_over_and_counted),
		TEST(what_to_tally_by_is_read_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
