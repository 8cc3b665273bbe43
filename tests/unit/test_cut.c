/* SPDX-License-Identifier: ISC */
#include "sync/cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 5000, MOST = 1 << 16 };

static struct hear_prefix prefix_of(const char *bits)
{
	struct hear_prefix prefix = {.bits = 0};

	while (*bits)
		prefix = hear_prefix_half(&prefix, *bits++ == '1');
	return prefix;
}

/* Reads `bytes`; whether they are one cut and nothing more. */
static bool take(const char *bytes, size_t size, uint32_t most,
		 struct hear_cut *out)
{
	struct hear_fields fields = hear_fields_of(hear_span_make(bytes, size));

	hear_cut_take(&fields, most, out);
	return hear_fields_whole(&fields);
}

static void assert_drawn(const char *const *prefixes, size_t count,
			 const char *bytes, size_t size)
{
	struct hear_prefix all[8] = {{.bits = 0}};
	struct hear_buffer bits = {.size = 0};
	struct hear_buffer out = {.size = 0};
	struct hear_cut_walk walk;
	struct hear_prefix next;
	struct hear_cut cut;
	size_t i;

	for (i = 0; i < count; i++)
		all[i] = prefix_of(prefixes[i]);
	cut = hear_cut_make(&bits, all, count);
	hear_cut_put(&out, &cut);
	assert_int_equal(out.size, size);
	assert_memory_equal(out.data, bytes, size);
	assert_true(take(out.data, out.size, MOST, &cut));
	assert_int_equal(cut.count, count);
	hear_cut_begin(&walk, &cut);
	for (i = 0; i < count; i++) {
		assert_true(hear_cut_next(&walk, &next));
		assert_memory_equal(&next, &all[i], sizeof next);
	}
	assert_false(hear_cut_next(&walk, &next));
	hear_buffer_done(&bits);
	hear_buffer_done(&out);
}

static void a_cut_is_drawn_in_preorder_two_bits_a_node(void **state)
{
	static const char *const whole[] = {""};
	static const char *const left[] = {"0"};
	static const char *const right[] = {"10"};
	static const char *const three[] = {"000", "01", "11"};

	(void)state;
	assert_drawn(NULL, 0, "\0", 1);
	assert_drawn(whole, 1, "\1\0", 2);
	assert_drawn(left, 1, "\1\x40", 2);	 /* 01 00 */
	assert_drawn(right, 1, "\1\x90", 2);	 /* 10 01 00 */
	assert_drawn(three, 3, "\3\xf4\x20", 3); /* 11 11 01 00 00 10 00 */
}

static void what_is_not_in_the_one_form_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} bad[] = {
		{"", 0},	     /* no number */
		{"\1", 1},	     /* no trie */
		{"\1\x40\0", 3},     /* a byte too many */
		{"\1\x41", 2},	     /* what fills the byte is not 0 */
		{"\2\x40", 2},	     /* fewer leaves than said */
		{"\1\xc0", 2},	     /* more leaves than said */
		{"\1\x55", 2},	     /* no end */
		{"\0\0", 2},	     /* a trie of nothing */
		{"\x81\0\x40", 3},   /* a number not in its shortest form */
		{"\x81\x80\4\0", 4}, /* over the most */
	};
	struct hear_cut cut;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(take(bad[i].bytes, bad[i].size, MOST, &cut));
}

static void no_leaf_is_deeper_than_a_key_is_long(void **state)
{
	unsigned char bytes[1 + 81];
	struct hear_cut_walk walk;
	struct hear_prefix leaf;
	struct hear_cut cut;

	(void)state;
	bytes[0] = 1;
	memset(bytes + 1, 0xaa, 80); /* 320 times right */
	bytes[81] = 0;
	assert_true(take((char *)bytes, sizeof bytes, MOST, &cut));
	hear_cut_begin(&walk, &cut);
	assert_true(hear_cut_next(&walk, &leaf));
	assert_int_equal(leaf.bits, 320);
	bytes[81] = 0x80; /* and once more */
	assert_false(take((char *)bytes, sizeof bytes, MOST, &cut));
}

static void a_cut_of_more_leaves_than_allowed_is_refused(void **state)
{
	struct hear_cut cut;

	(void)state;
	assert_true(take("\2\xc0", 2, 2, &cut));
	assert_false(take("\2\xc0", 2, 1, &cut));
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Goes down at random: what comes out is disjoint, and ascends. */
static void grow(struct hear_prefix *out, size_t *count,
		 const struct hear_prefix *at, uint64_t *seed)
{
	unsigned chance = (unsigned)(next_random(seed) % 16);
	int bit;

	if (*count == MANY)
		return;
	if (at->bits == 320 || (at->bits > 10 && chance == 0)) {
		out[(*count)++] = *at;
		return;
	}
	for (bit = 0; bit < 2; bit++)
		if (chance % 4 < 2 || (int)(chance & 1) == bit) {
			struct hear_prefix half = hear_prefix_half(at, bit);

			grow(out, count, &half, seed);
		}
}

static void what_is_drawn_is_read_again(void **state)
{
	struct hear_prefix *all = calloc(MANY, sizeof *all);
	struct hear_buffer bits = {.size = 0};
	struct hear_buffer out = {.size = 0};
	uint64_t seed = 20250113;
	unsigned round;

	(void)state;
	assert_non_null(all);
	for (round = 0; round < 50; round++) {
		const struct hear_prefix whole = {.bits = 0};
		struct hear_cut_walk walk;
		struct hear_prefix next;
		struct hear_cut cut;
		size_t count = 0;
		size_t used = 0;
		size_t i;

		grow(all, &count, &whole, &seed);
		cut = hear_cut_make(&bits, all, count);
		for (i = 0; i < count; i++)
			used += hear_cut_bits(i ? &all[i - 1] : NULL, &all[i]);
		assert_int_equal(bits.size, (used + 7) / 8);
		hear_buffer_reset(&out);
		hear_cut_put(&out, &cut);
		assert_true(take(out.data, out.size, MOST, &cut));
		hear_cut_begin(&walk, &cut);
		for (i = 0; i < count; i++) {
			assert_true(hear_cut_next(&walk, &next));
			assert_memory_equal(&next, &all[i], sizeof next);
		}
		assert_false(hear_cut_next(&walk, &next));
	}
	hear_buffer_done(&bits);
	hear_buffer_done(&out);
	free(all);
}

static void numbers_have_one_form(void **state)
{
	static const struct {
		uint64_t number;
		const char *bytes;
		size_t size;
	} good[] = {
		{0, "\0", 1},
		{127, "\x7f", 1},
		{128, "\x80\1", 2},
		{300, "\xac\2", 2},
		{UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 10},
	};
	static const struct {
		const char *bytes;
		size_t size;
	} bad[] = {
		{"\x80", 1},
		{"\x80\0", 2},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\2", 10},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\0", 11},
	};
	struct hear_buffer out = {.size = 0};
	struct hear_fields fields;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		hear_buffer_reset(&out);
		hear_put_number(&out, good[i].number);
		assert_int_equal(out.size, good[i].size);
		assert_int_equal(hear_number_size(good[i].number),
				 good[i].size);
		assert_memory_equal(out.data, good[i].bytes, good[i].size);
		fields = hear_fields_of(hear_buffer_view(&out));
		assert_true(hear_fields_number(&fields, UINT64_MAX) ==
			    good[i].number);
		assert_true(hear_fields_whole(&fields));
	}
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		fields = hear_fields_of(
			hear_span_make(bad[i].bytes, bad[i].size));
		assert_int_equal(hear_fields_number(&fields, UINT64_MAX), 0);
		assert_true(fields.failed);
	}
	hear_buffer_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_is_drawn_in_preorder_two_bits_a_node),
		cmocka_unit_test(what_is_not_in_the_one_form_is_refused),
		cmocka_unit_test(no_leaf_is_deeper_than_a_key_is_long),
		cmocka_unit_test(a_cut_of_more_leaves_than_allowed_is_refused),
		cmocka_unit_test(what_is_drawn_is_read_again),
		cmocka_unit_test(numbers_have_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
