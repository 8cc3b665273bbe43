/* SPDX-License-Identifier: ISC */
#include "sync/squeeze.h"
#include "core/limits.h"
#include "core/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct hear_squeezer *squeezer;
	struct hear_buffer small;
	struct hear_buffer again;
};

static const char claim[] =
	"\x84\xa6"
	"bodies\x91\xc4\x60\x84\xa4"
	"kind\xa5"
	"claim\xa4said\xaa"
	"2025-01-13\xa7subject\xb5North Korean soldiers\xa4text\xbf"
	"About 300 soldiers were killed.";

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	return f && hear_squeezer_new(&f->squeezer, NULL) == HEAR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	hear_squeezer_free(f->squeezer);
	hear_buffer_done(&f->small);
	hear_buffer_done(&f->again);
	free(f);
	return 0;
}

static void squeeze(struct fixture *f, const void *raw, size_t size)
{
	hear_buffer_reset(&f->small);
	assert_int_equal(hear_squeeze(f->squeezer, hear_span_make(raw, size),
				      &f->small, NULL),
			 HEAR_OK);
}

static enum hear_code unsqueeze(struct fixture *f, const void *bytes,
				size_t size, size_t most)
{
	struct hear_err err = {.code = HEAR_OK};
	enum hear_code code;

	hear_buffer_reset(&f->again);
	code = hear_unsqueeze(f->squeezer, hear_span_make(bytes, size), most,
			      &f->again, &err);
	if (code != HEAR_OK)
		assert_true(strlen(err.message) > 0);
	return code;
}

static void assert_same(struct fixture *f, const void *raw, size_t size)
{
	squeeze(f, raw, size);
	assert_true(f->small.size <= size + HEAR_SQUEEZE_MORE);
	assert_int_equal(unsqueeze(f, f->small.data, f->small.size, size),
			 HEAR_OK);
	assert_int_equal(f->again.size, size);
	assert_memory_equal(f->again.data, raw, size);
}

static void what_goes_in_comes_out(void **state)
{
	struct fixture *f = *state;
	static char bytes[HEAR_PACKED_BYTES];
	size_t size;

	assert_same(f, claim, sizeof claim);
	for (size = 0; size < 300; size++)
		assert_same(f, claim, size % sizeof claim);
	assert_same(f, bytes, sizeof bytes);
	hear_random(bytes, sizeof bytes);
	assert_same(f, bytes, sizeof bytes);
	for (size = 0; size < 300; size++)
		assert_same(f, bytes + size, size);
}

static void words_of_claims_cost_little(void **state)
{
	struct fixture *f = *state;

	squeeze(f, claim, sizeof claim);
	assert_int_equal(f->small.data[0], 1);
	assert_true(f->small.size < sizeof claim * 2 / 3);
}

static void what_does_not_get_smaller_stays_as_it_is(void **state)
{
	struct fixture *f = *state;
	char bytes[300];

	hear_random(bytes, sizeof bytes);
	squeeze(f, bytes, sizeof bytes);
	assert_int_equal(f->small.size, 1 + 2 + sizeof bytes);
	assert_int_equal(f->small.data[0], 0);
	assert_memory_equal(f->small.data + 3, bytes, sizeof bytes);
}

static void more_than_may_be_is_not_unpacked(void **state)
{
	struct fixture *f = *state;

	squeeze(f, claim, sizeof claim);
	assert_int_equal(
		unsqueeze(f, f->small.data, f->small.size, sizeof claim - 1),
		HEAR_INVALID);
	/* It says a gigabyte. */
	assert_int_equal(
		unsqueeze(f, "\1\x80\x80\x80\x80\4abc", 9, HEAR_PACKED_BYTES),
		HEAR_INVALID);
}

/* A frame of many zeros under a head that says few, and the other way. */
static void a_frame_of_another_size_than_it_says_is_refused(void **state)
{
	static const char zeros[100000];
	struct fixture *f = *state;
	struct hear_buffer lie = {.size = 0};

	squeeze(f, zeros, sizeof zeros);
	assert_int_equal(f->small.data[1] & 0x80, 0x80);
	hear_buffer_add(&lie, "\1\x10", 2);
	hear_buffer_add(&lie, f->small.data + 4, f->small.size - 4);
	assert_int_equal(unsqueeze(f, lie.data, lie.size, HEAR_PACKED_BYTES),
			 HEAR_INVALID);
	hear_buffer_reset(&lie);
	hear_buffer_add(&lie, "\1\xa1\x8d\6", 4); /* 100001 */
	hear_buffer_add(&lie, f->small.data + 4, f->small.size - 4);
	assert_int_equal(unsqueeze(f, lie.data, lie.size, HEAR_PACKED_BYTES),
			 HEAR_INVALID);
	hear_buffer_done(&lie);
}

static void a_frame_cut_short_or_followed_by_more_is_refused(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = {.size = 0};
	size_t size;

	squeeze(f, claim, sizeof claim);
	hear_buffer_span(&bytes, hear_buffer_view(&f->small));
	for (size = 0; size < bytes.size; size++)
		assert_int_equal(unsqueeze(f, bytes.data, size, sizeof claim),
				 HEAR_INVALID);
	hear_buffer_byte(&bytes, 0);
	assert_int_equal(unsqueeze(f, bytes.data, bytes.size, sizeof claim),
			 HEAR_INVALID);
	/* A frame to be skipped behind it. */
	bytes.size--;
	hear_buffer_add(&bytes, "\x50\x2a\x4d\x18\0\0\0\0", 8);
	assert_int_equal(unsqueeze(f, bytes.data, bytes.size, sizeof claim),
			 HEAR_INVALID);
	hear_buffer_done(&bytes);
}

static void an_unknown_dictionary_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(unsqueeze(f, "\2\3abc", 5, 100), HEAR_INVALID);
	assert_int_equal(unsqueeze(f, "\0\3ab", 4, 100), HEAR_INVALID);
	assert_int_equal(unsqueeze(f, "\0\3abcd", 6, 100), HEAR_INVALID);
	assert_int_equal(unsqueeze(f, "\0\3abc", 5, 100), HEAR_OK);
}

static void a_refusal_does_not_spoil_what_follows(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(unsqueeze(f, "\1\x20nonsense", 10, 100), HEAR_INVALID);
	assert_same(f, claim, sizeof claim);
}

/* What other nodes hold: another hash means another number. */
static void dictionary_1_is_the_one_that_travelled(void **state)
{
	struct hear_id id;
	char text[HEAR_ID_TEXT];

	(void)state;
	hear_hash_record(hear_dictionary(), &id);
	hear_id_print(&id, text);
	assert_string_equal(text, "a9d669d28caa8d10582714a4e51f8b13bc472e270164"
				  "2dc70d6c0cba9744975a");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_goes_in_comes_out),
		TEST(words_of_claims_cost_little),
		TEST(what_does_not_get_smaller_stays_as_it_is),
		TEST(more_than_may_be_is_not_unpacked),
		TEST(a_frame_of_another_size_than_it_says_is_refused),
		TEST(a_frame_cut_short_or_followed_by_more_is_refused),
		TEST(an_unknown_dictionary_is_refused),
		TEST(a_refusal_does_not_spoil_what_follows),
		TEST(dictionary_1_is_the_one_that_travelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
