/* SPDX-License-Identifier: ISC */
#include "core/tree.h"
#include "core/bytes.h"
#include "core/sign.h"
#include "tests/unit/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 20000 };

struct key {
	unsigned char bytes[40];
};

struct fixture {
	struct scratch scratch;
	struct hear_txn *txn;
	struct hear_tree_batch batch;
};

static const struct hear_span roster = {"\0", 1};
static const struct hear_span green = {"\2", 1};

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

	hear_tree_batch_done(&f->batch);
	hear_txn_abort(f->txn);
	scratch_close(&f->scratch);
	free(f);
	return 0;
}

/* As new: nothing filed. */
static void start_again(struct fixture *f)
{
	hear_txn_abort(f->txn);
	assert_int_equal(hear_txn_write(&f->txn, f->scratch.store, NULL),
			 HEAR_OK);
}

/* ---- Keys ---- */

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static struct key make_key(uint64_t time, uint64_t id_start, uint64_t id_end)
{
	struct key key = {{0}};

	hear_put64(key.bytes, time);
	hear_put64(key.bytes + 8, id_start);
	hear_put64(key.bytes + 32, id_end);
	return key;
}

static int order_keys(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct key));
}

static void shuffle(struct key *keys, size_t count, uint64_t *seed)
{
	size_t i;

	for (i = count; i > 1; i--) {
		size_t other = next_random(seed) % i;
		struct key held = keys[i - 1];

		keys[i - 1] = keys[other];
		keys[other] = held;
	}
}

static void remember(struct fixture *f, struct hear_span partition,
		     const struct key *key, uint64_t number)
{
	struct hear_id id;

	memcpy(id.bytes, key->bytes + 8, sizeof id.bytes);
	assert_int_equal(hear_tree_add(&f->batch, partition,
				       hear_get64(key->bytes), &id, number,
				       NULL),
			 HEAR_OK);
}

static void flush(struct fixture *f)
{
	assert_int_equal(hear_tree_flush(&f->batch, f->txn, NULL), HEAR_OK);
}

/* Files keys 0 to count - 1 of `count` in batches of `step`, or of random
 * sizes up to -step where it is negative. */
static void file_all(struct fixture *f, const struct key *keys, size_t count,
		     int step, uint64_t *seed)
{
	size_t left = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (left == 0)
			left = step > 0 ? (size_t)step
					: 1 + next_random(seed) %
						      (uint64_t)-step;
		remember(f, green, &keys[i], i + 1);
		if (--left == 0)
			flush(f);
	}
	flush(f);
}

/* ---- What is expected, worked out in another way ---- */

static unsigned nibble_of(const struct key *key, unsigned at)
{
	return at % 2 ? key->bytes[at / 2] & 15u : key->bytes[at / 2] >> 4;
}

/* From sorted keys, each there once. */
static struct hear_id expected(const struct key *keys, size_t count)
{
	unsigned char head[1 + 40] = {0};
	unsigned char value[2 + 16 * 36];
	unsigned bitmap = 0;
	unsigned depth = 0;
	size_t size = 2;
	size_t from = 0;
	size_t to;
	struct hear_hash hash;
	struct hear_id digest;

	if (count <= 16) {
		hear_hash_begin(&hash, HEAR_TAG_LEAF);
		hear_hash_add(&hash, keys ? keys->bytes : head, 40 * count);
		hear_hash_end(&hash, &digest);
		return digest;
	}
	while (nibble_of(&keys[0], depth) ==
	       nibble_of(&keys[count - 1], depth))
		depth++;
	for (from = 0; from < count; from = to) {
		unsigned child = nibble_of(&keys[from], depth);

		to = from;
		while (to < count && nibble_of(&keys[to], depth) == child)
			to++;
		digest = expected(keys + from, to - from);
		bitmap += 1u << child;
		hear_put32(value + size, (uint32_t)(to - from));
		memcpy(value + size + 4, digest.bytes, 32);
		size += 36;
	}
	value[0] = (unsigned char)(bitmap / 256);
	value[1] = (unsigned char)(bitmap % 256);
	head[0] = (unsigned char)depth;
	memcpy(head + 1, keys[0].bytes, depth / 2);
	if (depth % 2)
		head[1 + depth / 2] = keys[0].bytes[depth / 2] & 0xf0;
	hear_hash_begin(&hash, HEAR_TAG_NODE);
	hear_hash_add(&hash, head, 1 + (depth + 1) / 2);
	hear_hash_add(&hash, value, size);
	hear_hash_end(&hash, &digest);
	return digest;
}

static void assert_root(struct fixture *f, struct hear_span partition,
			uint64_t count, const struct hear_id *digest)
{
	struct hear_tree_root root;

	assert_int_equal(hear_tree_root(&root, f->txn, partition, NULL),
			 HEAR_OK);
	assert_int_equal(root.count, count);
	assert_memory_equal(root.digest.bytes, digest->bytes, 32);
}

/* ---- Stored nodes ---- */

static struct hear_buffer all_nodes(struct fixture *f)
{
	struct hear_buffer out = {0};
	struct hear_cursor *cursor = NULL;
	struct hear_span key;
	struct hear_span value;
	enum hear_code code;

	assert_int_equal(hear_cursor_open(&cursor, f->txn, HEAR_NODES, NULL),
			 HEAR_OK);
	code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, NULL);
	while (code == HEAR_OK) {
		hear_buffer_print(&out, "%zu %zu ", key.size, value.size);
		hear_buffer_span(&out, key);
		hear_buffer_span(&out, value);
		code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value, NULL);
	}
	hear_cursor_close(cursor);
	assert_false(out.failed);
	return out;
}

static void count_found(void *context, const char *sentence)
{
	assert_true(strlen(sentence) > 0);
	++*(unsigned *)context;
}

static unsigned faults(struct fixture *f)
{
	unsigned count = 0;

	assert_int_equal(hear_tree_check(f->txn, green, count_found, &count,
					 NULL),
			 HEAR_OK);
	return count;
}

static void put_node(struct fixture *f, const char *key, size_t key_size,
		     const char *value, size_t size)
{
	assert_int_equal(hear_txn_put(f->txn, HEAR_NODES,
				      hear_span_make(key, key_size),
				      hear_span_make(value, size), NULL),
			 HEAR_OK);
}

/* Keys of the times 0 to count - 1. */
static void file_first(struct fixture *f, size_t count, struct key *out)
{
	uint64_t seed = 1;
	size_t i;

	for (i = 0; i < count; i++)
		out[i] = make_key(i, 0, 0);
	file_all(f, out, count, (int)count, &seed);
}

/* ---- The tests ---- */

static void no_filings_are_a_leaf_of_no_keys(void **state)
{
	struct fixture *f = *state;
	struct hear_hash hash;
	struct hear_id digest;

	hear_hash_begin(&hash, HEAR_TAG_LEAF);
	hear_hash_end(&hash, &digest);
	flush(f);
	assert_root(f, green, 0, &digest);
	assert_int_equal(faults(f), 0);
	assert_int_equal(hear_tree_rebuild(f->txn, green, NULL), HEAR_OK);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_NODES), 0);
}

static void one_filing_hashes_its_time_and_id(void **state)
{
	struct fixture *f = *state;
	struct key key = make_key(0x0102030405060708, 0x1112131415161718, 9);
	struct hear_hash hash;
	struct hear_id digest;

	remember(f, green, &key, 1);
	flush(f);
	hear_hash_begin(&hash, HEAR_TAG_LEAF);
	hear_hash_add(&hash, "\1\2\3\4\5\6\7\10", 8);
	hear_hash_add(&hash, "\x11\x12\x13\x14\x15\x16\x17\x18", 8);
	hear_hash_add(&hash, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	hear_hash_add(&hash, "\0\0\0\0\0\0\0\11", 8);
	hear_hash_end(&hash, &digest);
	assert_root(f, green, 1, &digest);
}

static void sixteen_filings_need_no_node(void **state)
{
	struct fixture *f = *state;
	struct key keys[16];
	struct hear_hash hash;
	struct hear_id digest;

	file_first(f, 16, keys);
	hear_hash_begin(&hash, HEAR_TAG_LEAF);
	hear_hash_add(&hash, keys, sizeof keys);
	hear_hash_end(&hash, &digest);
	assert_root(f, green, 16, &digest);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_NODES), 0);
}

/* Times 0 to 15 and 16 = 0x10 share 14 nibbles of 0: one node of two
 * children, of 16 keys and of one. */
static void seventeen_filings_are_one_node_of_leaves(void **state)
{
	struct fixture *f = *state;
	struct key keys[17];
	unsigned char key[2 + 14] = {1, 2};
	unsigned char value[2 + 36 + 36] = {0, 3};
	struct hear_span stored;
	struct hear_hash hash;
	struct hear_id digest;

	file_first(f, 17, keys);
	hear_hash_begin(&hash, HEAR_TAG_LEAF);
	hear_hash_add(&hash, keys, 16 * 40);
	hear_hash_end(&hash, &digest);
	value[2 + 3] = 16;
	memcpy(value + 6, digest.bytes, 32);
	hear_hash_begin(&hash, HEAR_TAG_LEAF);
	hear_hash_add(&hash, keys + 16, 40);
	hear_hash_end(&hash, &digest);
	value[38 + 3] = 1;
	memcpy(value + 42, digest.bytes, 32);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_NODES), 1);
	assert_int_equal(hear_txn_get(f->txn, HEAR_NODES,
				      hear_span_make(key, sizeof key), &stored,
				      NULL),
			 HEAR_OK);
	assert_int_equal(stored.size, sizeof value);
	assert_memory_equal(stored.data, value, sizeof value);
	hear_hash_begin(&hash, HEAR_TAG_NODE);
	hear_hash_add(&hash, "\16\0\0\0\0\0\0\0", 8);
	hear_hash_add(&hash, value, sizeof value);
	hear_hash_end(&hash, &digest);
	assert_root(f, green, 17, &digest);
}

/* An odd depth pads its last byte: 17 times 0x1000 to 0x1010 share 0..01 0
 * (14 nibbles); one of 0x1800 cuts the path to 13. */
static void a_key_that_leaves_a_path_splits_it(void **state)
{
	struct fixture *f = *state;
	struct key keys[18];
	uint64_t seed = 1;
	struct hear_id digest;
	unsigned i;

	for (i = 0; i < 17; i++)
		keys[i] = make_key(0x1000 + i, 0, 0);
	keys[17] = make_key(0x1800, 0, 0);
	file_all(f, keys, 17, 17, &seed);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_NODES), 1);
	file_all(f, keys + 17, 1, 1, &seed);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_NODES), 2);
	digest = expected(keys, 18);
	assert_root(f, green, 18, &digest);
	assert_int_equal(faults(f), 0);
}

static void filing_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct key keys[100];
	struct hear_buffer before;
	struct hear_buffer after;

	file_first(f, 100, keys);
	before = all_nodes(f);
	remember(f, green, &keys[50], 51);
	remember(f, green, &keys[50], 51);
	flush(f);
	after = all_nodes(f);
	assert_true(hear_span_equal(hear_buffer_view(&before),
				    hear_buffer_view(&after)));
	assert_int_equal(hear_txn_entries(f->txn, HEAR_ORDERED), 100);
	hear_buffer_done(&before);
	hear_buffer_done(&after);
}

static void the_number_of_a_filing_is_kept_in_order(void **state)
{
	struct fixture *f = *state;
	struct key key = make_key(7, 8, 9);
	unsigned char bytes[HEAR_TREE_KEY];
	struct hear_id id;
	struct hear_span stored;
	size_t size;

	remember(f, green, &key, 12345);
	flush(f);
	memcpy(id.bytes, key.bytes + 8, 32);
	size = hear_tree_key(bytes, green, 7, &id);
	assert_int_equal(size, 42);
	assert_int_equal(hear_txn_get(f->txn, HEAR_ORDERED,
				      hear_span_make(bytes, size), &stored,
				      NULL),
			 HEAR_OK);
	assert_int_equal(hear_get64(stored.data), 12345);
}

static void make_uniform(struct key *keys, uint64_t *seed)
{
	size_t i;

	for (i = 0; i < MANY; i++)
		keys[i] = make_key(next_random(seed), next_random(seed), 0);
}

/* Filed a few at a time, milliseconds apart, then a pause. */
static void make_bursty(struct key *keys, uint64_t *seed)
{
	uint64_t time = (uint64_t)1736760000000 << 16;
	size_t i;

	for (i = 0; i < MANY; i++) {
		if (next_random(seed) % 500 == 0)
			time += next_random(seed) % 1000000000 << 16;
		time += next_random(seed) % 4 == 0 ? (uint64_t)1 << 16 : 1;
		keys[i] = make_key(time, next_random(seed), 0);
	}
}

static void make_equal(struct key *keys, uint64_t *seed)
{
	size_t i;

	for (i = 0; i < MANY; i++)
		keys[i] = make_key(77, next_random(seed), next_random(seed));
}

/* Told apart by the last nibbles only: as deep as a tree gets. */
static void make_deep(struct key *keys, uint64_t *seed)
{
	size_t i;

	for (i = 0; i < MANY; i++)
		keys[i] = make_key(next_random(seed) % 40 * 0x11111, 0, i);
}

static void check_order(struct fixture *f, struct key *keys, int step,
			const struct hear_id *digest, uint64_t *seed)
{
	struct hear_buffer grown;
	struct hear_buffer rebuilt;

	start_again(f);
	file_all(f, keys, MANY, step, seed);
	assert_root(f, green, MANY, digest);
	assert_int_equal(faults(f), 0);
	grown = all_nodes(f);
	assert_int_equal(hear_tree_rebuild(f->txn, green, NULL), HEAR_OK);
	assert_root(f, green, MANY, digest);
	rebuilt = all_nodes(f);
	assert_true(hear_span_equal(hear_buffer_view(&grown),
				    hear_buffer_view(&rebuilt)));
	hear_buffer_done(&grown);
	hear_buffer_done(&rebuilt);
}

static void the_tree_depends_on_the_set_alone(void **state)
{
	static void (*const make[])(struct key *keys, uint64_t *seed) = {
		make_uniform, make_bursty, make_equal, make_deep};
	static const int steps[] = {1, 1, 17, -1000, MANY};
	struct fixture *f = *state;
	struct key *keys = calloc(MANY, sizeof *keys);
	uint64_t seed = 20250113;
	struct hear_id digest;
	size_t kind;
	size_t i;

	assert_non_null(keys);
	for (kind = 0; kind < sizeof make / sizeof make[0]; kind++) {
		make[kind](keys, &seed);
		qsort(keys, MANY, sizeof *keys, order_keys);
		digest = expected(keys, MANY);
		/* As they come, oldest first, then in random orders. */
		for (i = 0; i < sizeof steps / sizeof steps[0]; i++) {
			check_order(f, keys, steps[i], &digest, &seed);
			shuffle(keys, MANY, &seed);
		}
	}
	free(keys);
}

static void different_sets_have_different_roots(void **state)
{
	struct fixture *f = *state;
	struct key keys[300];
	struct hear_id seen[300];
	struct hear_tree_root root;
	uint64_t seed = 5;
	size_t i;
	size_t j;

	for (i = 0; i < 300; i++) {
		keys[i] = make_key(next_random(&seed) % 100000, i, 0);
		file_all(f, &keys[i], 1, 1, &seed);
		assert_int_equal(hear_tree_root(&root, f->txn, green, NULL),
				 HEAR_OK);
		assert_int_equal(root.count, i + 1);
		seen[i] = root.digest;
		for (j = 0; j < i; j++)
			assert_false(hear_id_equal(&seen[i], &seen[j]));
	}
}

static void filings_are_taken_out_by_a_rebuild(void **state)
{
	struct fixture *f = *state;
	struct key keys[40];
	unsigned char bytes[HEAR_TREE_KEY];
	struct hear_id digest;
	struct hear_id id = {{0}};
	size_t size;
	unsigned i;

	file_first(f, 40, keys);
	for (i = 20; i < 40; i++) {
		size = hear_tree_key(bytes, green, i, &id);
		assert_int_equal(hear_txn_delete(f->txn, HEAR_ORDERED,
						 hear_span_make(bytes, size),
						 NULL),
				 HEAR_OK);
	}
	assert_true(faults(f) > 0);
	assert_int_equal(hear_tree_rebuild(f->txn, green, NULL), HEAR_OK);
	digest = expected(keys, 20);
	assert_root(f, green, 20, &digest);
	assert_int_equal(faults(f), 0);
}

/* Ids where one begins the other, the longest, and one flush for all. */
static void partitions_do_not_mix(void **state)
{
	const struct hear_span partitions[] = {
		{"\2\2", 2},
		green,
		{"\2\0", 2},
		{"\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
		 "\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
		 "\377\377\377",
		 33}};
	struct fixture *f = *state;
	struct key keys[4][60];
	struct hear_id digest;
	unsigned p;
	unsigned i;

	for (i = 0; i < 60; i++)
		for (p = 0; p < 4; p++) {
			keys[p][i] = make_key(i * 3, p, 0);
			remember(f, partitions[p], &keys[p][i], i);
		}
	flush(f);
	assert_int_equal(hear_tree_rebuild(f->txn, green, NULL), HEAR_OK);
	for (p = 0; p < 4; p++) {
		digest = expected(keys[p], 60);
		assert_root(f, partitions[p], 60, &digest);
	}
}

static void a_view_hashes_the_roots_of_its_partitions(void **state)
{
	const struct hear_span partitions[] = {green, {"\3x", 2}};
	struct fixture *f = *state;
	struct key keys[17];
	struct hear_id digest;
	struct hear_id view;
	struct hear_hash hash;

	file_first(f, 17, keys);
	remember(f, roster, &keys[3], 1);
	flush(f);
	assert_int_equal(hear_tree_view_root(&view, f->txn, roster, partitions,
					     2, NULL),
			 HEAR_OK);
	hear_hash_begin(&hash, HEAR_TAG_VIEW);
	digest = expected(&keys[3], 1);
	hear_hash_add(&hash, digest.bytes, 32);
	digest = expected(keys, 17);
	hear_hash_add(&hash, "\1\2" "\0\0\0\0\0\0\0\21", 10);
	hear_hash_add(&hash, digest.bytes, 32);
	digest = expected(NULL, 0);
	hear_hash_add(&hash, "\2\3x" "\0\0\0\0\0\0\0\0", 11);
	hear_hash_add(&hash, digest.bytes, 32);
	hear_hash_end(&hash, &digest);
	assert_memory_equal(view.bytes, digest.bytes, 32);
}

static void a_check_finds_a_node_that_is_missing(void **state)
{
	struct fixture *f = *state;
	struct key keys[17];
	unsigned char key[2 + 14] = {1, 2};
	struct hear_tree_root root;
	struct hear_err err;

	file_first(f, 17, keys);
	assert_int_equal(hear_txn_delete(f->txn, HEAR_NODES,
					 hear_span_make(key, sizeof key), NULL),
			 HEAR_OK);
	assert_int_equal(faults(f), 1);
	assert_int_equal(hear_tree_root(&root, f->txn, green, &err),
			 HEAR_DAMAGED);
}

static void a_check_finds_a_node_that_differs(void **state)
{
	struct fixture *f = *state;
	struct key keys[17];

	file_first(f, 17, keys);
	put_node(f, "\1\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, "\0\0", 2);
	assert_int_equal(faults(f), 1);
}

/* No filings at 0x0f...; a path that its keys leave earlier; no nibbles. */
static void a_check_finds_nodes_that_should_not_be(void **state)
{
	struct fixture *f = *state;
	struct key keys[17];

	file_first(f, 17, keys);
	put_node(f, "\1\2\17", 3, "\0\0", 2);
	assert_int_equal(faults(f), 1);
	put_node(f, "\1\2", 2, "\0\0", 2);
	assert_int_equal(faults(f), 2);
	put_node(f, "\1\2\377\377", 4, "", 0);
	assert_int_equal(faults(f), 3);
	assert_int_equal(hear_tree_rebuild(f->txn, green, NULL), HEAR_OK);
	assert_int_equal(faults(f), 0);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_NODES), 1);
}

static void a_node_that_is_not_well_formed_is_damage(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} values[] = {{"", 0}, {"\0", 1}, {"\0\1", 2}, {"\0\0x", 3}};
	struct fixture *f = *state;
	struct hear_tree_root root;
	struct key key = make_key(1, 2, 3);
	size_t i;

	for (i = 0; i < sizeof values / sizeof values[0]; i++) {
		put_node(f, "\1\2", 2, values[i].bytes, values[i].size);
		assert_int_equal(hear_tree_root(&root, f->txn, green, NULL),
				 HEAR_DAMAGED);
		remember(f, green, &key, 1);
		assert_int_equal(hear_tree_flush(&f->batch, f->txn, NULL),
				 HEAR_DAMAGED);
	}
}

static void a_partition_id_has_1_to_33_bytes(void **state)
{
	static const char bytes[34] = {0};
	struct fixture *f = *state;
	struct hear_id id = {{0}};
	struct hear_tree_root root;
	struct hear_err err;

	assert_int_equal(hear_tree_add(&f->batch, hear_span_make(bytes, 34), 0,
				       &id, 1, &err),
			 HEAR_LIMIT);
	assert_int_equal(hear_tree_root(&root, f->txn, hear_span_make(bytes, 0),
					&err),
			 HEAR_LIMIT);
	assert_non_null(strstr(err.message, "0 bytes"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_filings_are_a_leaf_of_no_keys),
		TEST(one_filing_hashes_its_time_and_id),
		TEST(sixteen_filings_need_no_node),
		TEST(seventeen_filings_are_one_node_of_leaves),
		TEST(a_key_that_leaves_a_path_splits_it),
		TEST(filing_again_changes_nothing),
		TEST(the_number_of_a_filing_is_kept_in_order),
		TEST(the_tree_depends_on_the_set_alone),
		TEST(different_sets_have_different_roots),
		TEST(filings_are_taken_out_by_a_rebuild),
		TEST(partitions_do_not_mix),
		TEST(a_view_hashes_the_roots_of_its_partitions),
		TEST(a_check_finds_a_node_that_is_missing),
		TEST(a_check_finds_a_node_that_differs),
		TEST(a_check_finds_nodes_that_should_not_be),
		TEST(a_node_that_is_not_well_formed_is_damage),
		TEST(a_partition_id_has_1_to_33_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
