/* SPDX-License-Identifier: ISC */
#include "core/definition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct hear_arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = hear_arena_new();
	return arena ? 0 : 1;
}

static int end(void **state)
{
	(void)state;
	hear_arena_free(arena);
	return 0;
}

static struct hear_value *parse(const char *text)
{
	struct hear_err err;
	struct hear_value *tree;

	if (hear_definition_parse(arena, hear_span_of(text), &tree, &err) !=
	    HEAR_OK)
		fail_msg("%s: %s", text, err.message);
	return tree;
}

static void refused(const char *text, size_t at, size_t span)
{
	struct hear_err err;
	struct hear_value *tree;

	assert_int_equal(
		hear_definition_parse(arena, hear_span_of(text), &tree, &err),
		HEAR_INVALID);
	assert_int_equal(err.at, at);
	assert_int_equal(err.span, span);
	assert_null(tree);
}

static void assert_text(const struct hear_value *value, const char *text)
{
	assert_true(hear_span_is(hear_text_of(value), text));
}

static void a_sum_lists_its_parts_in_order(void **state)
{
	const struct hear_value *tree = parse("casualties = killed + wounded");

	(void)state;
	assert_text(hear_map_get(tree, "kind"), "definition");
	assert_text(hear_map_get(tree, "name"), "casualties");
	assert_int_equal(hear_count_of(hear_map_get(tree, "sum")), 2);
	assert_text(hear_item_of(hear_map_get(tree, "sum"), 0), "killed");
	assert_text(hear_item_of(hear_map_get(tree, "sum"), 1), "wounded");
	assert_null(hear_map_get(tree, "means"));
}

static void a_figure_is_what_a_word_means(void **state)
{
	const struct hear_value *tree = parse("dozens = 12..24");
	const struct hear_value *means = hear_map_get(tree, "means");

	(void)state;
	assert_text(hear_map_get(tree, "name"), "dozens");
	assert_text(hear_map_get(means, "lo"), "12");
	assert_text(hear_map_get(means, "hi"), "24");
	assert_null(hear_map_get(tree, "sum"));
}

static void signs_in_quotes_belong_to_a_name(void **state)
{
	const struct hear_value *tree =
		parse("\"dead = gone\"=\"killed + missing\" + dead");
	const struct hear_value *sum = hear_map_get(tree, "sum");

	(void)state;
	assert_text(hear_map_get(tree, "name"), "dead = gone");
	assert_text(hear_item_of(sum, 0), "killed + missing");
	assert_text(hear_item_of(sum, 1), "dead");
}

static void both_forms_make_records(void **state)
{
	static const char *const texts[] = {"casualties = killed + wounded",
					    "dozens = 12..24", "many = 40+"};
	struct hear_record record;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(hear_record_make(arena, parse(texts[i]),
						  &record, NULL),
				 HEAR_OK);
}

static void a_name_in_its_own_sum_is_refused(void **state)
{
	(void)state;
	refused("casualties = killed + Casualties", 22, 10);
	refused("casualties = killed + wounded + killed", 32, 6);
}

static void what_is_missing_is_pointed_at(void **state)
{
	(void)state;
	refused("casualties", 0, 10);
	refused("= killed + wounded", 0, 0);
	refused("casualties =", 12, 0);
	refused("casualties = killed + + wounded", 21, 1);
	refused("casualties = killed +", 21, 0);
}

static void one_name_for_another_is_no_definition(void **state)
{
	(void)state;
	refused("deaths = killed", 9, 6);
	refused("dozens = 12..24 people", 9, 13);
	refused("a day = 2025-01-13", 8, 10);
}

static void a_range_the_wrong_way_round_is_refused(void **state)
{
	(void)state;
	refused("dozens = 24..12", 9, 6);
}

static void sums_and_texts_have_limits(void **state)
{
	static char text[8192];
	struct hear_value *tree;
	size_t used = 0;
	size_t i;

	(void)state;
	for (i = 0; i < 17; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
					 "%s%zu", i ? " + p" : "all = p", i);
	assert_int_equal(hear_definition_parse(arena, hear_span_of(text), &tree,
					       NULL),
			 HEAR_INVALID);
	for (i = 0; i < 5000; i++)
		text[i] = 'a';
	text[5000] = '\0';
	assert_int_equal(hear_definition_parse(arena, hear_span_of(text), &tree,
					       NULL),
			 HEAR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sum_lists_its_parts_in_order),
		cmocka_unit_test(a_figure_is_what_a_word_means),
		cmocka_unit_test(signs_in_quotes_belong_to_a_name),
		cmocka_unit_test(both_forms_make_records),
		cmocka_unit_test(a_name_in_its_own_sum_is_refused),
		cmocka_unit_test(what_is_missing_is_pointed_at),
		cmocka_unit_test(one_name_for_another_is_no_definition),
		cmocka_unit_test(a_range_the_wrong_way_round_is_refused),
		cmocka_unit_test(sums_and_texts_have_limits),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
