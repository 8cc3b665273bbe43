/* SPDX-License-Identifier: ISC */
#include "core/vocabulary.h"
#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static unsigned near(const char *a, const char *b)
{
	return hear_vocabulary_near(hear_span_of(a), hear_span_of(b));
}

static bool asks(const char *a, const char *b)
{
	return near(a, b) >= HEAR_NEAR_ASK;
}

static const char *synonym(const char *term)
{
	return hear_vocabulary_synonym_of(hear_span_of(term));
}

static void is_folded(const char *word)
{
	struct hear_buffer folded = {0};

	hear_text_fold(hear_span_of(word), &folded);
	assert_string_equal(folded.data, word);
	hear_buffer_done(&folded);
}

static void every_shipped_word_is_folded_and_means_one_thing(void **state)
{
	const struct hear_predicate *predicate;
	size_t i, j;

	(void)state;
	for (i = 0; (predicate = hear_predicate_shipped(i)); i++) {
		size_t length = strlen(predicate->meaning);

		is_folded(predicate->name);
		assert_string_equal(synonym(predicate->name), predicate->name);
		assert_int_equal(predicate->meaning[length - 1], '.');
		for (j = 0; predicate->synonyms[j]; j++) {
			is_folded(predicate->synonyms[j]);
			assert_string_equal(synonym(predicate->synonyms[j]),
					    predicate->name);
		}
	}
	assert_true(i >= 30);
	assert_null(hear_predicate_shipped(SIZE_MAX));
}

static void other_words_lead_to_the_predicate(void **state)
{
	(void)state;
	assert_string_equal(synonym("deaths"), "killed");
	assert_string_equal(synonym("taken prisoner"), "captured");
	assert_string_equal(synonym("arrested"), "detained");
	assert_string_equal(synonym("confirmed cases"), "tested positive");
	assert_null(synonym("colour"));
	assert_null(synonym(""));
}

static void the_same_is_100_and_a_synonym_90(void **state)
{
	(void)state;
	assert_int_equal(near("kursk region", "kursk region"), 100);
	assert_int_equal(near("deaths", "killed"), 90);
	assert_int_equal(near("killed", "deaths"), 90);
	assert_int_equal(near("fatalities", "dead"), 90);
	assert_int_equal(near("dead", "injured"), 0);
}

static void a_misspelling_is_asked_about(void **state)
{
	(void)state;
	assert_true(asks("volodymyr zelensky", "volodymyr zelenskyy"));
	assert_true(asks("wuonded", "wounded"));
	assert_true(asks("kiled", "killed"));
	assert_true(asks("national inteligence service",
			 "national intelligence service"));
}

static void forms_and_order_of_words_do_not_matter(void **state)
{
	(void)state;
	assert_true(asks("north korean soldier", "north korean soldiers"));
	assert_true(asks("government of south korea",
			 "south korean government"));
	assert_true(asks("ukraine", "ukrainian"));
	assert_true(asks("storm corps", "stormcorps"));
	assert_true(asks("workers party", "workers-party"));
	assert_true(asks("korean soldiers", "north korean soldiers"));
}

static void initials_stand_for_a_name(void **state)
{
	(void)state;
	assert_true(asks("nis", "national intelligence service"));
	assert_true(asks("national intelligence service", "n.i.s."));
	assert_true(asks("mod", "ministry of defence"));
	assert_false(asks("cia", "national intelligence service"));
}

static void different_things_are_not_asked_about(void **state)
{
	(void)state;
	assert_false(asks("north korea", "south korea"));
	assert_false(asks("north korean soldiers", "south korean soldiers"));
	assert_false(asks("iran", "iraq"));
	assert_false(asks("austria", "australia"));
	assert_false(asks("93rd brigade", "94th brigade"));
	assert_false(asks("kim jong un", "kim jong il"));
	assert_false(asks("russian ministry of defence",
			  "ukrainian ministry of defence"));
	assert_false(asks("polish", "police"));
	assert_false(asks("north korean soldiers", "north korean deployment"));
	assert_false(asks("", "killed"));
	assert_false(asks("the", "a"));
}

static void scripts_without_blanks_are_compared_whole(void **state)
{
	(void)state;
	assert_int_equal(near("北朝鮮", "北朝鮮"), 100);
	assert_false(asks("北朝鮮", "韓国"));
	assert_true(asks("зеленский", "зеленськии"));
}

static void a_term_of_too_many_words_is_near_nothing(void **state)
{
	(void)state;
	assert_int_equal(near("b c d e f g h i j k l m n o p q r", "b c"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_shipped_word_is_folded_and_means_one_thing),
		cmocka_unit_test(other_words_lead_to_the_predicate),
		cmocka_unit_test(the_same_is_100_and_a_synonym_90),
		cmocka_unit_test(a_misspelling_is_asked_about),
		cmocka_unit_test(forms_and_order_of_words_do_not_matter),
		cmocka_unit_test(initials_stand_for_a_name),
		cmocka_unit_test(different_things_are_not_asked_about),
		cmocka_unit_test(scripts_without_blanks_are_compared_whole),
		cmocka_unit_test(a_term_of_too_many_words_is_near_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
