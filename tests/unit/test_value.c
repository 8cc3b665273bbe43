/* SPDX-License-Identifier: ISC */
#include "core/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void absent_fields_read_as_empty(void **state)
{
	(void)state;
	assert_int_equal(hear_type_of(NULL), HEAR_NONE);
	assert_int_equal(hear_text_of(hear_item_of(NULL, 3)).size, 0);
	assert_null(hear_map_get(NULL, "subject"));
}

static void a_field_set_twice_keeps_its_place(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);

	(void)state;
	hear_map_set(arena, map, "a", hear_make_integer(arena, 1));
	hear_map_set(arena, map, "b", hear_make_integer(arena, 2));
	hear_map_set(arena, map, "a", hear_make_integer(arena, 3));
	assert_int_equal(hear_count_of(map), 2);
	assert_true(hear_span_is(hear_key_of(map, 0), "a"));
	assert_int_equal(hear_integer_of(hear_item_of(map, 0)), 3);
	assert_true(hear_map_remove(map, "a"));
	assert_false(hear_map_remove(map, "a"));
	assert_int_equal(hear_count_of(map), 1);
	hear_arena_free(arena);
}

static void a_copy_equals_what_it_was_made_from(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *list = hear_make_list(arena);
	struct hear_value *map = hear_make_map(arena);
	int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		hear_list_add(arena, list,
			      hear_make_text(arena, hear_span_of("word")));
	hear_map_set(arena, map, "list", list);
	hear_map_set(arena, map, "is", hear_make_bool(arena, true));
	assert_true(hear_value_equal(map, hear_value_copy(arena, map)));
	hear_list_add(arena, list, map);
	assert_false(hear_arena_failed(arena));
	hear_arena_free(arena);
}

static void an_arena_is_reused_after_a_reset(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	void *first = hear_arena_alloc(arena, 100);

	(void)state;
	assert_non_null(hear_arena_alloc(arena, 1 << 22));
	hear_arena_reset(arena);
	assert_ptr_equal(hear_arena_alloc(arena, 100), first);
	assert_null(hear_arena_alloc(arena, SIZE_MAX - 2));
	assert_true(hear_arena_failed(arena));
	hear_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_fields_read_as_empty),
		cmocka_unit_test(a_field_set_twice_keeps_its_place),
		cmocka_unit_test(a_copy_equals_what_it_was_made_from),
		cmocka_unit_test(an_arena_is_reused_after_a_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
