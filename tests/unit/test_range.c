/* SPDX-License-Identifier: ISC */
#include "core/range.h"
#include "core/bytes.h"
#include "tests/unit/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 3000 };

struct key {
	unsigned char bytes[HEAR_RANGE_KEY];
};

struct fixture {
	struct scratch scratch;
	struct hear_txn *txn;
	struct hear_tree_batch batch;
	struct hear_ranges *ranges;
	struct key keys[MANY]; /* in order */
	size_t count;
};

static const struct hear_span green = {"\2", 1};
static const struct hear_span apart = {"\3", 1};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	return f && scratch_open(&f->scratch) &&
			       hear_txn_write(&f->txn, f->scratch.store,
					      NULL) == HEAR_OK
		       ? 0
		       : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	hear_ranges_close(f->ranges);
	hear_tree_batch_done(&f->batch);
	hear_txn_abort(f->txn);
	scratch_close(&f->scratch);
	free(f);
	return 0;
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static int order_keys(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct key));
}

static void put(struct fixture *f, struct hear_span partition,
		const struct key *key, uint64_t number)
{
	struct hear_id id;

	memcpy(id.bytes, key->bytes + 8, sizeof id.bytes);
	assert_int_equal(hear_tree_add(&f->batch, partition,
				       hear_get64(key->bytes), &id, number,
				       NULL),
			 HEAR_OK);
}

static void file(struct fixture *f)
{
	size_t i;

	qsort(f->keys, f->count, sizeof *f->keys, order_keys);
	for (i = 0; i < f->count; i++)
		put(f, green, &f->keys[i], i + 1);
	assert_int_equal(hear_tree_flush(&f->batch, f->txn, NULL), HEAR_OK);
	assert_int_equal(hear_ranges_open(&f->ranges, f->txn, green, NULL),
			 HEAR_OK);
}

/* Times that crowd at several scales, and some that are equal. */
static void file_many(struct fixture *f)
{
	uint64_t seed = 20250113;
	size_t i;

	for (i = 0; i < MANY; i++) {
		unsigned shift = (unsigned)(next_random(&seed) % 5 * 12);
		uint64_t time = UINT64_C(0x0194600000000000) +
				(next_random(&seed) >> shift >> 16);

		hear_put64(f->keys[i].bytes, i % 10 == 0 ? 77 : time);
		hear_put64(f->keys[i].bytes + 8, next_random(&seed));
	}
	f->count = MANY;
	file(f);
}

/* The first `bits` bits of a key. */
static struct hear_prefix begin_of(const struct key *key, unsigned bits)
{
	struct hear_prefix prefix = {.bits = 0};

	while (prefix.bits < bits)
		prefix = hear_prefix_half(
			&prefix,
			key->bytes[prefix.bits / 8] >> (7 - prefix.bits % 8) &
				1);
	return prefix;
}

static bool holds(const struct hear_prefix *prefix, const struct key *key)
{
	struct hear_prefix whole = {.bits = HEAR_RANGE_BITS};

	memcpy(whole.bytes, key->bytes, sizeof whole.bytes);
	return hear_prefix_within(&whole, prefix);
}

/* The root of a partition that has only what begins so. */
static struct hear_tree_root root_apart(struct fixture *f,
					const struct hear_prefix *prefix)
{
	struct hear_tree_root root;
	struct hear_txn *txn = f->txn;
	size_t i;

	for (i = 0; i < f->count; i++)
		if (holds(prefix, &f->keys[i]))
			put(f, apart, &f->keys[i], i + 1);
	assert_int_equal(hear_tree_flush(&f->batch, txn, NULL), HEAR_OK);
	assert_int_equal(hear_tree_root(&root, txn, apart, NULL), HEAR_OK);
	return root;
}

static void forget_apart(struct fixture *f)
{
	unsigned char bytes[HEAR_TREE_KEY];
	struct hear_id id;
	size_t size;
	size_t i;

	for (i = 0; i < f->count; i++) {
		memcpy(id.bytes, f->keys[i].bytes + 8, 32);
		size = hear_tree_key(bytes, apart, hear_get64(f->keys[i].bytes),
				     &id);
		(void)!hear_txn_delete(f->txn, HEAR_ORDERED,
				       hear_span_make(bytes, size), NULL);
	}
	assert_int_equal(hear_tree_rebuild(f->txn, apart, NULL), HEAR_OK);
}

static void check_prefix(struct fixture *f, const struct hear_prefix *prefix)
{
	struct hear_tree_root expected = root_apart(f, prefix);
	struct hear_tree_root root;
	unsigned char high[HEAR_RANGE_KEY];
	uint64_t newer = 0;
	uint64_t count;
	size_t i;

	assert_int_equal(hear_range_digest(f->ranges, prefix, &root, NULL),
			 HEAR_OK);
	assert_int_equal(root.count, expected.count);
	assert_memory_equal(root.digest.bytes, expected.digest.bytes, 32);
	assert_int_equal(hear_range_count(f->ranges, prefix, &count, NULL),
			 HEAR_OK);
	assert_int_equal(count, expected.count);
	hear_prefix_high(prefix, high);
	for (i = 0; i < f->count; i++)
		newer += memcmp(f->keys[i].bytes, high, sizeof high) > 0;
	assert_int_equal(hear_range_newer(f->ranges, prefix, &count, NULL),
			 HEAR_OK);
	assert_int_equal(count, newer);
	forget_apart(f);
}

/* ---- The tests ---- */

static void the_digest_of_a_prefix_is_the_root_of_what_begins_so(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 99;
	unsigned bits;
	unsigned i;

	file_many(f);
	for (i = 0; i < 300; i++) {
		struct key key = f->keys[next_random(&seed) % f->count];
		struct hear_prefix prefix;

		bits = (unsigned)(next_random(&seed) % (i % 4 ? 70 : 321));
		if (i % 5 == 0) /* one that perhaps nothing begins with */
			key.bytes[bits / 8 % 40] ^= 0x10;
		prefix = begin_of(&key, bits);
		check_prefix(f, &prefix);
	}
}

static void the_empty_prefix_is_the_whole_partition(void **state)
{
	const struct hear_prefix whole = {.bits = 0};
	struct fixture *f = *state;
	struct hear_tree_root root;
	struct hear_tree_root all;

	file_many(f);
	assert_int_equal(hear_tree_root(&root, f->txn, green, NULL), HEAR_OK);
	assert_int_equal(hear_range_digest(f->ranges, &whole, &all, NULL),
			 HEAR_OK);
	assert_int_equal(all.count, MANY);
	assert_memory_equal(all.digest.bytes, root.digest.bytes, 32);
}

static void no_filings_are_counted_as_none(void **state)
{
	const struct hear_prefix whole = {.bits = 0};
	struct fixture *f = *state;
	struct hear_tree_root all;
	uint64_t count = 7;

	file(f);
	assert_int_equal(hear_range_count(f->ranges, &whole, &count, NULL),
			 HEAR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(hear_range_newer(f->ranges, &whole, &count, NULL),
			 HEAR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(hear_range_digest(f->ranges, &whole, &all, NULL),
			 HEAR_OK);
	assert_int_equal(all.count, 0);
}

static void halves_add_up(void **state)
{
	struct fixture *f = *state;
	struct hear_prefix prefix = {.bits = 0};
	uint64_t whole;

	file_many(f);
	assert_int_equal(hear_range_count(f->ranges, &prefix, &whole, NULL),
			 HEAR_OK);
	while (prefix.bits < HEAR_RANGE_BITS) {
		struct hear_prefix left = hear_prefix_half(&prefix, 0);
		struct hear_prefix right = hear_prefix_half(&prefix, 1);
		uint64_t a;
		uint64_t b;

		assert_int_equal(hear_range_count(f->ranges, &left, &a, NULL),
				 HEAR_OK);
		assert_int_equal(hear_range_count(f->ranges, &right, &b, NULL),
				 HEAR_OK);
		assert_int_equal(a + b, whole);
		prefix = a > b ? left : right;
		whole = a > b ? a : b;
	}
	assert_int_equal(whole, 1);
}

struct listed {
	struct key keys[MANY];
	uint64_t numbers[MANY];
	size_t count;
	size_t most;
};

static bool list(void *context, const unsigned char key[HEAR_RANGE_KEY],
		 struct hear_span value)
{
	struct listed *listed = context;

	memcpy(listed->keys[listed->count].bytes, key, HEAR_RANGE_KEY);
	listed->numbers[listed->count++] = hear_get64(value.data);
	return listed->count < listed->most;
}

static void keys_are_listed_from_low_to_high_with_their_numbers(void **state)
{
	struct fixture *f = *state;
	struct listed *listed = calloc(1, sizeof *listed);
	size_t i;

	file_many(f);
	assert_non_null(listed);
	listed->most = MANY;
	assert_int_equal(hear_range_keys(f->ranges, HEAR_ORDERED,
					 f->keys[100].bytes, f->keys[199].bytes,
					 list, listed, NULL),
			 HEAR_OK);
	assert_int_equal(listed->count, 100);
	for (i = 0; i < 100; i++) {
		assert_memory_equal(listed->keys[i].bytes,
				    f->keys[100 + i].bytes, 40);
		assert_int_equal(listed->numbers[i], 101 + i);
	}
	free(listed);
}

static void listing_stops_where_it_is_told_to(void **state)
{
	struct fixture *f = *state;
	struct listed *listed = calloc(1, sizeof *listed);

	file_many(f);
	assert_non_null(listed);
	listed->most = 5;
	assert_int_equal(
		hear_range_keys(f->ranges, HEAR_ORDERED, f->keys[0].bytes,
				f->keys[MANY - 1].bytes, list, listed, NULL),
		HEAR_OK);
	assert_int_equal(listed->count, 5);
	free(listed);
}

static void a_prefix_has_a_lowest_and_a_highest_key(void **state)
{
	struct hear_prefix prefix = {.bits = 11, .bytes = {0xab, 0xc0}};
	unsigned char key[HEAR_RANGE_KEY];

	(void)state;
	hear_prefix_low(&prefix, key);
	assert_memory_equal(key, "\xab\xc0\0\0\0", 5);
	hear_prefix_high(&prefix, key);
	assert_memory_equal(key, "\xab\xdf\xff\xff\xff", 5);
	assert_int_equal(key[39], 0xff);
	prefix.bits = HEAR_RANGE_BITS;
	hear_prefix_high(&prefix, key);
	assert_memory_equal(key, prefix.bytes, 40);
	prefix.bits = 16;
	hear_prefix_high(&prefix, key);
	assert_memory_equal(key, "\xab\xc0\xff", 3);
}

static void a_missing_node_is_reported(void **state)
{
	const struct hear_prefix whole = {.bits = 0};
	struct fixture *f = *state;
	struct hear_tree_root root;
	struct hear_err err;

	file_many(f);
	assert_int_equal(hear_txn_clear(f->txn, HEAR_NODES, NULL), HEAR_OK);
	assert_int_equal(hear_range_digest(f->ranges, &whole, &root, &err),
			 HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "hearsay verify --repair"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_digest_of_a_prefix_is_the_root_of_what_begins_so),
		TEST(the_empty_prefix_is_the_whole_partition),
		TEST(no_filings_are_counted_as_none),
		TEST(halves_add_up),
		TEST(keys_are_listed_from_low_to_high_with_their_numbers),
		TEST(listing_stops_where_it_is_told_to),
		TEST(a_prefix_has_a_lowest_and_a_highest_key),
		TEST(a_missing_node_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
