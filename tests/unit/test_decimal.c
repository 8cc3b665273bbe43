/* SPDX-License-Identifier: ISC */
#include "core/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define NINES "9999999999999999999999999999999999" /* 34 of them */

static struct hear_decimal number(const char *text)
{
	struct hear_decimal out = {0, 0};

	assert_int_equal(hear_decimal_parse(hear_span_of(text), &out, NULL),
			 HEAR_OK);
	return out;
}

static void prints(struct hear_decimal value, const char *text)
{
	struct hear_buffer buffer = {0};

	hear_decimal_print(value, &buffer);
	assert_string_equal(buffer.data, text);
	hear_buffer_done(&buffer);
}

static void refuses(const char *text, enum hear_code code)
{
	struct hear_decimal out = {7, 0};
	struct hear_err err = {0};

	assert_int_equal(hear_decimal_parse(hear_span_of(text), &out, &err),
			 code);
	assert_int_equal(err.code, code);
	assert_true(out.digits == 7);
}

static void a_number_prints_in_normal_form(void **state)
{
	(void)state;
	prints(number("0"), "0");
	prints(number("-0"), "0");
	prints(number("-0.000"), "0");
	prints(number("007"), "7");
	prints(number("-0.25"), "-0.25");
	prints(number("1234.500"), "1234.5");
	prints(number("300.0"), "300");
	prints(number("0.000000000000000001"), "0.000000000000000001");
	prints(number("1000000000000000000000000000000"),
	       "1000000000000000000000000000000");
	prints(number("-" NINES), "-" NINES);
	prints(hear_decimal_of(INT64_MIN), "-9223372036854775808");
}

static void normal_form_has_no_trailing_zero_after_the_point(void **state)
{
	struct hear_decimal half = number("0.50");

	(void)state;
	assert_true(half.digits == 5);
	assert_int_equal(half.exponent, -1);
	assert_true(number("300").digits == 300);
	assert_int_equal(number("300").exponent, 0);
}

static void what_is_no_plain_number_is_refused(void **state)
{
	(void)state;
	refuses("", HEAR_INVALID);
	refuses("-", HEAR_INVALID);
	refuses("+1", HEAR_INVALID);
	refuses(".5", HEAR_INVALID);
	refuses("5.", HEAR_INVALID);
	refuses("1.2.3", HEAR_INVALID);
	refuses("1e5", HEAR_INVALID);
	refuses("1,000", HEAR_INVALID);
	refuses(" 1", HEAR_INVALID);
}

static void thirty_four_digits_fit_and_no_more(void **state)
{
	(void)state;
	number(NINES);
	number("1." "999999999999999999");
	refuses("1" NINES, HEAR_LIMIT);
	refuses("10000000000000000000000000000000000", HEAR_LIMIT);
	refuses("0.0000000000000000001", HEAR_LIMIT);
	number("1.000000000000000000000000000000000000000000000000");
	number("000000000000000000000000000000000000000000000000001");
}

static void numbers_of_any_exponent_are_ordered(void **state)
{
	(void)state;
	assert_int_equal(hear_decimal_order(number("2.7"), number("2.70")), 0);
	assert_int_equal(hear_decimal_order(number("2.7"), number("27")), -1);
	assert_int_equal(hear_decimal_order(number("-2"), number("-3")), 1);
	assert_int_equal(hear_decimal_order(number("-0.1"), number("0")), -1);
	assert_int_equal(hear_decimal_order(number(NINES),
					    number("0.000000000000000001")),
			 1);
	assert_int_equal(hear_decimal_order(number("1.05"), number("1.5")), -1);
}

static void sums_are_exact(void **state)
{
	struct hear_decimal out;

	(void)state;
	assert_true(hear_decimal_add(number("0.1"), number("0.2"), &out));
	prints(out, "0.3");
	assert_true(hear_decimal_add(number("0.5"), number("0.5"), &out));
	prints(out, "1");
	assert_true(hear_decimal_subtract(number("300"), number("300.25"),
					  &out));
	prints(out, "-0.25");
	/* 35 digits on the way, one in the end. */
	assert_true(hear_decimal_subtract(
		number("1000000000000000000000000000000000"),
		number("999999999999999999999999999999999.5"), &out));
	prints(out, "0.5");
}

static void a_sum_that_does_not_fit_leaves_the_result_alone(void **state)
{
	struct hear_decimal out = number("7");

	(void)state;
	assert_false(hear_decimal_add(number(NINES), number("1"), &out));
	assert_false(hear_decimal_add(number(NINES), number("0.1"), &out));
	assert_false(hear_decimal_add(number("0.000000000000000001"),
				      number(NINES), &out));
	prints(out, "7");
}

static void products_are_exact(void **state)
{
	struct hear_decimal out;

	(void)state;
	assert_true(hear_decimal_multiply(number("1.2"), number("1000000"),
					  &out));
	prints(out, "1200000");
	assert_true(hear_decimal_multiply(number("-0.5"), number("0.2"), &out));
	prints(out, "-0.1");
	assert_true(hear_decimal_multiply(number("0"), number(NINES), &out));
	prints(out, "0");
	/* 2 × 10^33 and 18 decimals: 52 digits on the way, 34 in the end. */
	assert_true(hear_decimal_multiply(
		number("2000000000000000000000000000000000"),
		number("0.123456789012345678"), &out));
	prints(out, "246913578024691356000000000000000");
	/* 2^40 × 2^-18: twos of one cancel fives of the other. */
	assert_true(hear_decimal_multiply(number("1099511627776"),
					  number("0.000003814697265625"),
					  &out));
	prints(out, "4194304");
}

static void a_product_that_does_not_fit_leaves_the_result_alone(void **state)
{
	struct hear_decimal out = number("7");

	(void)state;
	assert_false(hear_decimal_multiply(number(NINES), number("2"), &out));
	assert_false(hear_decimal_multiply(number(NINES), number(NINES), &out));
	assert_false(hear_decimal_multiply(number("0.0000000001"),
					   number("0.0000000001"), &out));
	prints(out, "7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_prints_in_normal_form),
		cmocka_unit_test(
			normal_form_has_no_trailing_zero_after_the_point),
		cmocka_unit_test(what_is_no_plain_number_is_refused),
		cmocka_unit_test(thirty_four_digits_fit_and_no_more),
		cmocka_unit_test(numbers_of_any_exponent_are_ordered),
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(
			a_sum_that_does_not_fit_leaves_the_result_alone),
		cmocka_unit_test(products_are_exact),
		cmocka_unit_test(
			a_product_that_does_not_fit_leaves_the_result_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
