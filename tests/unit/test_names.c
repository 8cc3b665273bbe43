/* SPDX-License-Identifier: ISC */
#include "core/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum hear_marking marking(const char *text)
{
	enum hear_marking out = 0;

	assert_int_equal(hear_marking_parse(hear_span_of(text), &out, NULL),
			 HEAR_OK);
	return out;
}

static void a_marking_reads_as_tlp_prints_it(void **state)
{
	(void)state;
	assert_int_equal(marking("clear"), HEAR_CLEAR);
	assert_int_equal(marking("TLP:CLEAR"), HEAR_CLEAR);
	assert_int_equal(marking("tlp:amber+strict"), HEAR_AMBER_STRICT);
	assert_int_equal(marking(" Amber-Strict "), HEAR_AMBER_STRICT);
	assert_int_equal(marking("AMBER"), HEAR_AMBER);
	assert_int_equal(marking("local"), HEAR_LOCAL);
}

static void markings_compare_from_the_freest(void **state)
{
	(void)state;
	assert_int_equal(HEAR_CLEAR, 1);
	assert_true(HEAR_CLEAR < HEAR_GREEN && HEAR_GREEN < HEAR_AMBER);
	assert_true(HEAR_AMBER < HEAR_AMBER_STRICT);
	assert_true(HEAR_AMBER_STRICT < HEAR_RED && HEAR_RED < HEAR_LOCAL);
}

static void a_wrong_name_is_told_the_right_ones(void **state)
{
	enum hear_marking out = HEAR_RED;
	struct hear_err err;

	(void)state;
	assert_int_equal(hear_marking_parse(hear_span_of("white"), &out, &err),
			 HEAR_INVALID);
	assert_string_equal(err.message,
			    "'white' is not a marking; write one of: clear, "
			    "green, amber, amber+strict, red, local");
	assert_int_equal(out, HEAR_RED);
	assert_int_equal(hear_marking_parse(hear_span_of(""), &out, NULL),
			 HEAR_INVALID);
	assert_int_equal(hear_marking_parse(hear_span_of("tlp:"), &out, NULL),
			 HEAR_INVALID);
}

static void every_stance_reads_back_from_its_name(void **state)
{
	enum hear_stance out;
	unsigned i;

	(void)state;
	for (i = HEAR_ASSERTS; i <= HEAR_WITHDRAWS; i++) {
		const char *name = hear_stance_name((enum hear_stance)i);

		assert_int_equal(hear_stance_parse(hear_span_of(name), &out,
						   NULL),
				 HEAR_OK);
		assert_int_equal(out, i);
	}
	assert_string_equal(hear_stance_name(HEAR_UNCONFIRMED), "unconfirmed");
	assert_string_equal(hear_stance_name(HEAR_WITHDRAWS), "withdraws");
}

static void every_kind_and_relation_reads_back_from_its_name(void **state)
{
	enum hear_relation relation;
	enum hear_kind kind;
	unsigned i;

	(void)state;
	for (i = HEAR_KIND_CLAIM; i <= HEAR_KIND_PURGE; i++) {
		const char *name = hear_kind_name((enum hear_kind)i);

		assert_int_equal(hear_kind_parse(hear_span_of(name), &kind,
						 NULL),
				 HEAR_OK);
		assert_int_equal(kind, i);
	}
	for (i = HEAR_SUPPORTS; i <= HEAR_REPEATS; i++) {
		const char *name = hear_relation_name((enum hear_relation)i);

		assert_int_equal(hear_relation_parse(hear_span_of(name),
						     &relation, NULL),
				 HEAR_OK);
		assert_int_equal(relation, i);
	}
}

static void every_term_and_precision_reads_back_from_its_name(void **state)
{
	enum hear_precision precision;
	enum hear_term term;
	unsigned i;

	(void)state;
	for (i = HEAR_TERM_SOURCE; i <= HEAR_TERM_UNIT; i++) {
		const char *name = hear_term_name((enum hear_term)i);

		assert_int_equal(hear_term_parse(hear_span_of(name), &term,
						 NULL),
				 HEAR_OK);
		assert_int_equal(term, i);
	}
	for (i = HEAR_PLACE_EXACT; i <= HEAR_PLACE_COUNTRY; i++) {
		const char *name = hear_precision_name((enum hear_precision)i);

		assert_int_equal(hear_precision_parse(hear_span_of(name),
						      &precision, NULL),
				 HEAR_OK);
		assert_int_equal(precision, i);
	}
}

static void a_number_from_elsewhere_has_no_name(void **state)
{
	(void)state;
	assert_string_equal(hear_marking_name((enum hear_marking)0), "unknown");
	assert_string_equal(hear_marking_name((enum hear_marking)7), "unknown");
	assert_string_equal(hear_kind_name((enum hear_kind)200), "unknown");
}

static void admiralty_letters_and_digits_have_their_texts(void **state)
{
	(void)state;
	assert_string_equal(hear_reliability_text('A'), "completely reliable");
	assert_string_equal(hear_reliability_text('f'),
			    "reliability cannot be judged");
	assert_null(hear_reliability_text('G'));
	assert_null(hear_reliability_text('\0'));
	assert_string_equal(hear_credibility_text('1'),
			    "confirmed by other sources");
	assert_string_equal(hear_credibility_text('6'),
			    "truth cannot be judged");
	assert_null(hear_credibility_text('0'));
	assert_null(hear_credibility_text('7'));
}

static void likelihood(const char *text, unsigned low, unsigned high)
{
	enum hear_likelihood out;
	unsigned from, to;

	assert_int_equal(hear_likelihood_parse(hear_span_of(text), &out, NULL),
			 HEAR_OK);
	hear_likelihood_range(out, &from, &to);
	assert_int_equal(from, low);
	assert_int_equal(to, high);
}

static void likelihood_words_stand_for_their_ranges(void **state)
{
	unsigned low, high;

	(void)state;
	likelihood("almost no chance", 1, 5);
	likelihood("remote", 1, 5);
	likelihood("highly improbable", 5, 20);
	likelihood("unlikely", 20, 45);
	likelihood("roughly even odds", 45, 55);
	likelihood("Probable", 55, 80);
	likelihood("very-likely", 80, 95);
	likelihood("nearly certain", 95, 99);
	hear_likelihood_range((enum hear_likelihood)99, &low, &high);
	assert_int_equal(low + high, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_marking_reads_as_tlp_prints_it),
		cmocka_unit_test(markings_compare_from_the_freest),
		cmocka_unit_test(a_wrong_name_is_told_the_right_ones),
		cmocka_unit_test(every_stance_reads_back_from_its_name),
		cmocka_unit_test(
			every_kind_and_relation_reads_back_from_its_name),
		cmocka_unit_test(
			every_term_and_precision_reads_back_from_its_name),
		cmocka_unit_test(a_number_from_elsewhere_has_no_name),
		cmocka_unit_test(admiralty_letters_and_digits_have_their_texts),
		cmocka_unit_test(likelihood_words_stand_for_their_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
