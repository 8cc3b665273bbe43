/* SPDX-License-Identifier: ISC */
#include "tools/standing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct hear_peer_status exchanging = {
	.peer = 3,
	.dataset_name = "korea",
	.key = {{0xab, 0x12}},
	.address = "tcp://192.0.2.7:7340",
	.state = HEAR_PEER_EXCHANGING,
	.view = HEAR_AMBER,
	.filings = 12041,
	.equal_ms = 1000,
	.heard_ms = 58000,
	.lacked = 1200,
	.missing = 1,
	.got = 7,
	.gave = 8,
	.bytes_in = 9,
	.bytes_out = 10,
	.get_rate = 11,
	.give_rate = 12,
	.trips = 13,
	.why = "",
};

static void what_is_told_is_read_back(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_peer_status status = exchanging;
	struct hear_peer_status back;

	(void)state;
	assert_true(standing_read(standing_value(arena, &status), &back));
	assert_int_equal(back.peer, 1);
	assert_string_equal(back.dataset_name, "korea");
	assert_string_equal(back.address, status.address);
	assert_memory_equal(&back.key, &status.key, sizeof back.key);
	assert_int_equal(back.state, status.state);
	assert_int_equal(back.view, status.view);
	assert_int_equal(back.filings, status.filings);
	assert_int_equal(back.equal_ms, status.equal_ms);
	assert_int_equal(back.heard_ms, status.heard_ms);
	assert_int_equal(back.lacked, status.lacked);
	assert_int_equal(back.missing, status.missing);
	assert_int_equal(back.got, status.got);
	assert_int_equal(back.gave, status.gave);
	assert_int_equal(back.bytes_in, status.bytes_in);
	assert_int_equal(back.bytes_out, status.bytes_out);
	assert_int_equal(back.get_rate, status.get_rate);
	assert_int_equal(back.give_rate, status.give_rate);
	assert_int_equal(back.trips, status.trips);
	assert_string_equal(back.why, "");
	hear_arena_free(arena);
}

static void what_is_not_of_the_form_is_not_read(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = standing_value(arena, &exchanging);
	struct hear_peer_status back;

	(void)state;
	assert_false(standing_read(NULL, &back));
	assert_false(standing_read(hear_make_list(arena), &back));
	hear_map_set(arena, map, "state",
		     hear_make_text(arena, hear_span_of("dancing")));
	assert_false(standing_read(map, &back));
	map = standing_value(arena, &exchanging);
	hear_map_set(arena, map, "key",
		     hear_make_text(arena, hear_span_of("ab")));
	assert_false(standing_read(map, &back));
	hear_arena_free(arena);
}

static void expect(const struct hear_peer_status *status, const char *wanted)
{
	struct hear_buffer out = {0};

	standing_sentence(status, "bob", 60000, &out);
	assert_string_equal(out.data, wanted);
	hear_buffer_done(&out);
}

static void sentences_say_how_it_stands(void **state)
{
	struct hear_peer_status status = exchanging;

	(void)state;
	expect(&status,
	       "not in sync with bob: is being caught up with, 1,200 filings "
	       "lacked here, 1 filing lacked there, 11 a second come, 12 a "
	       "second go; last heard 2.0 s ago; was in sync 59 s ago");
	status.state = HEAR_PEER_EQUAL;
	expect(&status, "in sync with bob: 12,041 filings, 59 s ago");
	memset(&status, 0, sizeof status);
	status.state = HEAR_PEER_DOWN;
	expect(&status, "not in sync with bob: cannot be reached");
	strcpy(status.why, "nobody answers there");
	expect(&status, "not in sync with bob: nobody answers there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_told_is_read_back),
		cmocka_unit_test(what_is_not_of_the_form_is_not_read),
		cmocka_unit_test(sentences_say_how_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
