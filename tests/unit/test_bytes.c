/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_cut_never_ends_within_a_character(void **state)
{
	struct hear_span text = hear_span_of("a\xc3\xa9\xe2\x82\xac"); /* aé€ */

	(void)state;
	assert_int_equal(hear_span_cut(text, 0).size, 0);
	assert_int_equal(hear_span_cut(text, 1).size, 1);
	assert_int_equal(hear_span_cut(text, 2).size, 1);
	assert_int_equal(hear_span_cut(text, 3).size, 3);
	assert_int_equal(hear_span_cut(text, 5).size, 3);
	assert_int_equal(hear_span_cut(text, 6).size, 6);
	assert_int_equal(hear_span_cut(text, 60).size, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_never_ends_within_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
