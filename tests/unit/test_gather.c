/* SPDX-License-Identifier: ISC */
#include "core/gather.h"
#include "core/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What is held as "key:1 2 key:3 ". */
static void assert_held(const struct hear_gather *gather, const char *expected)
{
	struct hear_buffer got = {0};
	struct hear_sorted sorted;
	size_t i;
	uint32_t j;

	hear_buffer_text(&got, "");
	assert_int_equal(hear_gather_sort(gather, &sorted, NULL), HEAR_OK);
	for (i = 0; i < sorted.count; i++) {
		const struct hear_place *place = &sorted.places[i];

		hear_buffer_span(&got, place->key);
		hear_buffer_byte(&got, ':');
		for (j = 0; j < place->count; j++)
			hear_buffer_print(&got, "%llu ",
					  (unsigned long long)
						  place->numbers[j]);
	}
	hear_sorted_done(&sorted);
	assert_string_equal(got.data, expected);
	hear_buffer_done(&got);
}

static void add(struct hear_gather *gather, uint64_t number, const char *key)
{
	hear_gather_add(gather, number, hear_span_of(key));
}

static void keys_come_in_order_each_with_its_numbers(void **state)
{
	struct hear_gather *gather = hear_gather_new();

	(void)state;
	add(gather, UINT64_C(1) << 40, "b");
	add(gather, UINT64_C(1) << 40, "a");
	add(gather, UINT64_C(1) << 40, "b");
	add(gather, (UINT64_C(1) << 40) + 7, "b");
	assert_held(gather, "a:1099511627776 b:1099511627776 1099511627783 ");
	hear_gather_reset(gather);
	assert_held(gather, "");
	add(gather, 3, "c");
	assert_held(gather, "c:3 ");
	hear_gather_free(gather);
}

static void what_was_gathered_is_copied_record_by_record(void **state)
{
	struct hear_gather *from = hear_gather_new();
	struct hear_gather *to = hear_gather_new();

	(void)state;
	add(from, 0, "a");
	add(from, 0, "b");
	add(from, 1, "b");
	add(from, 2, "c");
	add(to, 9, "b");
	hear_gather_copy(from, 0, 2, to, 10);
	hear_gather_copy(from, 3, 4, to, 11); /* without the second record */
	assert_held(to, "a:10 b:9 10 c:11 ");
	/* A reset of either is noticed. */
	hear_gather_reset(to);
	hear_gather_copy(from, 2, 3, to, 4);
	assert_held(to, "b:4 ");
	hear_gather_reset(from);
	add(from, 0, "z");
	hear_gather_copy(from, 0, 1, to, 5);
	assert_held(to, "b:4 z:5 ");
	/* And that there is another in the place of one that is gone. */
	hear_gather_free(to);
	to = hear_gather_new();
	hear_gather_copy(from, 0, 1, to, 6);
	assert_held(to, "z:6 ");
	hear_gather_free(from);
	hear_gather_free(to);
}

static void many_keys_survive_copying_into_a_table_that_grows(void **state)
{
	struct hear_gather *from = hear_gather_new();
	struct hear_gather *to = hear_gather_new();
	char key[16];
	int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		snprintf(key, sizeof key, "%d", i);
		add(from, 0, key);
	}
	for (i = 0; i < 3; i++)
		hear_gather_copy(from, 0, 5000, to, (uint64_t)i);
	assert_int_equal(hear_gather_keys(to), 5000);
	assert_int_equal(hear_gather_held(to), 15000);
	hear_gather_free(from);
	hear_gather_free(to);
}

static void keys_are_counted_once(void **state)
{
	struct hear_gather *gather = hear_gather_new();
	size_t bytes = 0;

	(void)state;
	add(gather, 0, "a");
	add(gather, 0, "b");
	add(gather, 1, "b");
	add(gather, 1, "c");
	assert_int_equal(hear_gather_count(gather, 2, 4, &bytes), 2);
	assert_int_equal(hear_gather_count(gather, 0, 2, &bytes), 1);
	hear_gather_count_anew(gather);
	assert_int_equal(hear_gather_count(gather, 0, 4, &bytes), 3);
	assert_int_equal(bytes, 6);
	hear_gather_free(gather);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_come_in_order_each_with_its_numbers),
		cmocka_unit_test(what_was_gathered_is_copied_record_by_record),
		cmocka_unit_test(
			many_keys_survive_copying_into_a_table_that_grows),
		cmocka_unit_test(keys_are_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
