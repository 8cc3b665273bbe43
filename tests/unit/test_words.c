/* SPDX-License-Identifier: ISC */
#include "core/words.h"
#include "core/bytes.h"
#include "core/postings.h"
#include "tests/unit/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct scratch scratch;
	struct hear_txn *txn;
	struct hear_words *words;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f || !scratch_open(&f->scratch) ||
	    hear_txn_write(&f->txn, f->scratch.store, NULL) != HEAR_OK)
		return -1;
	f->words = hear_words_new();
	return f->words ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	hear_words_free(f->words);
	hear_txn_abort(f->txn);
	scratch_close(&f->scratch);
	free(f);
	return 0;
}

static void add(struct fixture *f, uint64_t number, const char *word)
{
	hear_words_add(f->words, number, hear_span_of(word));
}

static void flush(struct fixture *f)
{
	assert_int_equal(hear_words_flush(f->words, f->txn, NULL), HEAR_OK);
}

static uint64_t stored(struct fixture *f)
{
	uint64_t count;

	assert_int_equal(hear_words_count(&count, f->txn, NULL), HEAR_OK);
	return count;
}

static void put(struct fixture *f, const char *key, size_t key_size,
		const char *value, size_t size)
{
	assert_int_equal(hear_txn_put(f->txn, HEAR_WORDS,
				      hear_span_make(key, key_size),
				      hear_span_make(value, size), NULL),
			 HEAR_OK);
}

/* All records of a word as "1 2 3 ". */
static void assert_records(struct fixture *f, const char *word,
			   const char *expected)
{
	struct hear_postings *postings = NULL;
	struct hear_buffer got = {0};
	uint64_t number = 0;

	assert_int_equal(hear_postings_open(&postings, f->txn, HEAR_WORDS,
					    hear_span_of(word), NULL),
			 HEAR_OK);
	hear_buffer_text(&got, "");
	while (hear_postings_seek(postings, number, &number, NULL) == HEAR_OK)
		hear_buffer_print(&got, "%llu ", (unsigned long long)number++);
	assert_string_equal(got.data, expected);
	hear_buffer_done(&got);
	hear_postings_close(postings);
}

static bool list(void *context, struct hear_span word)
{
	struct hear_buffer *out = context;

	hear_buffer_span(out, word);
	hear_buffer_byte(out, ' ');
	return !hear_span_is(word, "stop");
}

static void assert_listed(struct fixture *f, const char *prefix, size_t limit,
			  const char *expected)
{
	struct hear_buffer got = {0};

	hear_buffer_text(&got, "");
	assert_int_equal(hear_words_begin_with(f->txn, hear_span_of(prefix),
					       list, &got, limit, NULL),
			 HEAR_OK);
	assert_string_equal(got.data, expected);
	hear_buffer_done(&got);
}

static void keep_sentence(void *context, const char *sentence)
{
	struct hear_buffer *out = context;

	hear_buffer_print(out, "%s\n", sentence);
}

static void assert_found(struct fixture *f, uint64_t first, uint64_t last,
			 const char *expected)
{
	struct hear_buffer got = {0};

	hear_buffer_text(&got, "");
	assert_int_equal(hear_words_compare(f->txn, f->words, first, last,
					    keep_sentence, &got, NULL),
			 HEAR_OK);
	assert_string_equal(got.data, expected);
	hear_buffer_done(&got);
}

/* ---- The tests ---- */

static void a_word_gives_its_records_in_order(void **state)
{
	struct fixture *f = *state;

	add(f, 1, "troops");
	add(f, 1, "kursk");
	add(f, 4, "troops");
	flush(f);
	add(f, 9, "troops");
	flush(f);
	assert_records(f, "troops", "1 4 9 ");
	assert_records(f, "kursk", "1 ");
	assert_records(f, "troop", "");
	assert_int_equal(stored(f), 4);
}

static void a_word_counts_once_in_a_record(void **state)
{
	struct fixture *f = *state;

	add(f, 7, "fire");
	add(f, 7, "fire");
	assert_int_equal(hear_words_held(f->words), 1);
	flush(f);
	assert_int_equal(hear_words_held(f->words), 0);
	add(f, 7, "fire"); /* its second part */
	add(f, 8, "fire");
	flush(f);
	assert_records(f, "fire", "7 8 ");
}

static void nothing_to_flush_is_no_failure(void **state)
{
	struct fixture *f = *state;

	flush(f);
	assert_int_equal(stored(f), 0);
	assert_records(f, "fire", "");
	assert_listed(f, "", 10, "");
	assert_found(f, 0, UINT64_MAX, "");
}

/* 130 - 2 = 128 = 0x80 0x01; 300 - 130 = 170 = 0xaa 0x01. */
static void a_block_is_its_first_number_and_deltas(void **state)
{
	struct fixture *f = *state;
	struct hear_span value;

	add(f, 1, "fire");
	add(f, 2, "fire");
	flush(f);
	add(f, 130, "fire");
	add(f, 300, "fire");
	flush(f);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_WORDS), 1);
	assert_int_equal(hear_txn_get(f->txn, HEAR_WORDS,
				      hear_span_make("fire\0\0\0\0\0\0\0\0\1",
						     13),
				      &value, NULL),
			 HEAR_OK);
	assert_int_equal(value.size, 5);
	assert_memory_equal(value.data, "\1\200\1\252\1", 5);
}

static void a_block_is_full_at_1024_bytes(void **state)
{
	struct fixture *f = *state;
	struct hear_span value;
	uint64_t i;

	for (i = 1; i <= 1025; i++)
		add(f, i, "fire");
	flush(f);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_WORDS), 1);
	add(f, 1026, "fire");
	flush(f);
	assert_int_equal(hear_txn_entries(f->txn, HEAR_WORDS), 2);
	assert_int_equal(hear_txn_get(f->txn, HEAR_WORDS,
				      hear_span_make("fire\0\0\0\0\0\0\0\4\2",
						     13),
				      &value, NULL),
			 HEAR_OK);
	assert_int_equal(value.size, 0);
	assert_int_equal(stored(f), 1026);
}

static void bytes_that_are_no_word_are_passed_over(void **state)
{
	static const char nul[] = "a\0b";
	char longest[66];
	struct fixture *f = *state;

	memset(longest, 'x', 65);
	longest[65] = '\0';
	add(f, 1, "");
	add(f, 1, longest);
	hear_words_add(f->words, 1, hear_span_make(nul, 3));
	assert_int_equal(hear_words_held(f->words), 0);
	longest[64] = '\0';
	add(f, 1, longest);
	flush(f);
	assert_records(f, longest, "1 ");
	assert_int_equal(stored(f), 1);
	longest[64] = 'x';
	assert_records(f, longest, "");
	assert_records(f, "", "");
	assert_listed(f, longest, 2, "");
}

static void words_that_begin_alike_do_not_mix(void **state)
{
	struct fixture *f = *state;

	add(f, 1, "fire");
	add(f, 2, "firefly");
	add(f, 3, "fir");
	add(f, 4, "fire\1");
	add(f, 5, "\377\377");
	flush(f);
	add(f, 6, "fire");
	add(f, 7, "fir");
	add(f, 8, "fire\1");
	add(f, 9, "\377");
	flush(f);
	assert_records(f, "fire", "1 6 ");
	assert_records(f, "firefly", "2 ");
	assert_records(f, "fir", "3 7 ");
	assert_records(f, "fire\1", "4 8 ");
	assert_records(f, "\377", "9 ");
	assert_records(f, "\377\377", "5 ");
	assert_int_equal(stored(f), 9);
}

static void words_are_listed_by_how_they_begin(void **state)
{
	struct fixture *f = *state;
	uint64_t i;

	for (i = 1; i < 3000; i++)
		add(f, i, "fire"); /* three blocks */
	add(f, i, "firefly");
	add(f, i, "fir");
	add(f, i, "f");
	add(f, i, "stop");
	add(f, i, "tank");
	flush(f);
	assert_listed(f, "fir", 10, "fir fire firefly ");
	assert_listed(f, "fir", 2, "fir fire ");
	assert_listed(f, "fir", 0, "");
	assert_listed(f, "fire", 10, "fire firefly ");
	assert_listed(f, "", 10, "f fir fire firefly stop ");
	assert_listed(f, "t", 10, "tank ");
	assert_listed(f, "u", 10, "");
}

static void a_seek_gives_the_lowest_number_at_or_above(void **state)
{
	struct fixture *f = *state;
	struct hear_postings *postings = NULL;
	uint64_t number = 0;
	uint64_t i;

	add(f, 10, "a");
	for (i = 1; i <= 5000; i++)
		add(f, i * 10, "b");
	add(f, 50000, "c");
	flush(f);
	assert_int_equal(hear_postings_open(&postings, f->txn, HEAR_WORDS,
					    hear_span_of("b"), NULL),
			 HEAR_OK);
	assert_int_equal(hear_postings_seek(postings, 0, &number, NULL),
			 HEAR_OK);
	assert_int_equal(number, 10);
	assert_int_equal(hear_postings_seek(postings, 41001, &number, NULL),
			 HEAR_OK);
	assert_int_equal(number, 41010);
	assert_int_equal(hear_postings_seek(postings, 11, &number, NULL),
			 HEAR_OK);
	assert_int_equal(number, 20);
	assert_int_equal(hear_postings_seek(postings, 50001, &number, NULL),
			 HEAR_NOTFOUND);
	assert_int_equal(hear_postings_seek(postings, 50000, &number, NULL),
			 HEAR_OK);
	assert_int_equal(number, 50000);
	hear_postings_close(postings);
}

static void the_highest_number_is_a_number(void **state)
{
	struct fixture *f = *state;

	add(f, 5, "a");
	add(f, UINT64_MAX - 1, "a");
	add(f, UINT64_MAX, "b");
	flush(f);
	assert_records(f, "a", "5 18446744073709551614 ");
	add(f, 5, "a");
	add(f, UINT64_MAX - 1, "a");
	assert_found(f, 0, UINT64_MAX, "");
	assert_int_equal(stored(f), 3);
}

/* ---- Many ---- */

enum { RECORDS = 40000, MANY_WORDS = 12 };

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Word w is in a record with a chance of 1 in 2^w; numbers have gaps, some
 * of which need nine bytes. */
static uint64_t *make_many(struct fixture *f, bool (*holds)[MANY_WORDS])
{
	uint64_t *numbers = calloc(RECORDS, sizeof *numbers);
	uint64_t seed = 20241021;
	uint64_t number = 0;
	char word[8];
	unsigned i;
	unsigned w;

	assert_non_null(numbers);
	for (i = 0; i < RECORDS; i++) {
		number += i % 16000 == 15999 ? (uint64_t)1 << 60
					     : 1 + next_random(&seed) % 200;
		numbers[i] = number;
		for (w = 0; w < MANY_WORDS; w++) {
			holds[i][w] = next_random(&seed) % (1u << w) == 0;
			(void)snprintf(word, sizeof word, "w%u", w);
			if (holds[i][w])
				add(f, number, word);
		}
		if (next_random(&seed) % 700 == 0)
			flush(f);
	}
	flush(f);
	return numbers;
}

static void check_seeks(struct fixture *f, const uint64_t *numbers,
			bool (*holds)[MANY_WORDS], unsigned w, unsigned stride,
			uint64_t *seed)
{
	struct hear_postings *postings = NULL;
	uint64_t got = 0;
	char word[8];
	unsigned i;

	(void)snprintf(word, sizeof word, "w%u", w);
	assert_int_equal(hear_postings_open(&postings, f->txn, HEAR_WORDS,
					    hear_span_of(word), NULL),
			 HEAR_OK);
	for (i = 0; i < RECORDS; i += 1 + (unsigned)(next_random(seed) %
						     stride)) {
		enum hear_code code;
		unsigned next = i;

		code = hear_postings_seek(postings, numbers[i], &got, NULL);
		while (next < RECORDS && !holds[next][w])
			next++;
		if (next == RECORDS) {
			assert_int_equal(code, HEAR_NOTFOUND);
			break;
		}
		assert_int_equal(code, HEAR_OK);
		assert_int_equal(got, numbers[next]);
	}
	hear_postings_close(postings);
}

static void many_records_are_found_by_any_stride(void **state)
{
	static const unsigned strides[] = {1, 10, 3000, 20000};
	struct fixture *f = *state;
	bool(*holds)[MANY_WORDS] = calloc(RECORDS, sizeof *holds);
	uint64_t *numbers;
	uint64_t seed = 3;
	uint64_t count = 0;
	unsigned i;
	unsigned w;

	assert_non_null(holds);
	numbers = make_many(f, holds);
	for (w = 0; w < MANY_WORDS; w++)
		for (i = 0; i < 4; i++)
			check_seeks(f, numbers, holds, w, strides[i], &seed);
	for (i = 0; i < RECORDS; i++)
		for (w = 0; w < MANY_WORDS; w++)
			count += holds[i][w];
	assert_int_equal(stored(f), count);
	free(numbers);
	free(holds);
}

static void many_words_are_held_and_reported(void **state)
{
	struct fixture *f = *state;
	size_t before = hear_words_bytes(f->words);
	struct hear_postings *postings = NULL;
	uint64_t number;
	char word[16];
	unsigned i;

	for (i = 0; i < 50000; i++) {
		(void)snprintf(word, sizeof word, "%x", i * 2654435761u);
		add(f, i, word);
	}
	/* A word of eight bytes and a number of eight at least. */
	assert_true(hear_words_bytes(f->words) - before > 50000 * 16);
	flush(f);
	assert_int_equal(stored(f), 50000);
	for (i = 0; i < 50000; i += 997) {
		(void)snprintf(word, sizeof word, "%x", i * 2654435761u);
		assert_int_equal(hear_postings_open(&postings, f->txn, HEAR_WORDS,
						    hear_span_of(word), NULL),
				 HEAR_OK);
		assert_int_equal(hear_postings_seek(postings, 0, &number, NULL),
				 HEAR_OK);
		assert_int_equal(number, i);
		hear_postings_close(postings);
	}
}

/* ---- Checking, and damage ---- */

static void a_comparison_names_what_differs(void **state)
{
	struct fixture *f = *state;

	add(f, 10, "same");
	add(f, 11, "extra");
	add(f, 12, "same");
	add(f, 12, "extra");
	add(f, 20, "same");
	add(f, 21, "lack");
	flush(f);
	add(f, 10, "same");
	add(f, 11, "lack");
	add(f, 11, "none");
	add(f, 12, "same");
	add(f, 12, "extra");
	assert_found(f, 10, 19,
		     "the index of words lists record 11 under `extra`, which "
		     "is not in it\n"
		     "the index of words lacks record 11 under `lack`\n"
		     "the index of words lacks record 11 under `none`\n");
	assert_int_equal(hear_words_held(f->words), 5);
	hear_words_reset(f->words);
	add(f, 20, "same");
	add(f, 21, "lack");
	assert_found(f, 20, 21, "");
	assert_found(f, 12, 21,
		     "the index of words lists record 12 under `same`, which "
		     "is not in it\n");
}

static void numbers_below_the_stored_ones_are_damage(void **state)
{
	struct fixture *f = *state;
	struct hear_err err;

	add(f, 9, "fire");
	flush(f);
	add(f, 8, "fire");
	assert_int_equal(hear_words_flush(f->words, f->txn, &err),
			 HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "verify --repair"));
}

static void damaged_blocks_are_reported(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} values[] = {
		{"\0", 1},	/* the same number again */
		{"\1\200", 2}, /* cut short */
		{"\200\200\200\200\200\200\200\200\200\2", 10}, /* 2^64 */
		{"\377\377\377\377\377\377\377\377\377\1", 10}, /* too far */
		{"\200\200\200\200\200\200\200\200\200\200\1", 11},
	};
	struct fixture *f = *state;
	struct hear_postings *postings = NULL;
	uint64_t number;
	size_t i;

	for (i = 0; i < sizeof values / sizeof values[0]; i++) {
		put(f, "fire\0\0\0\0\0\0\0\0\1", 13, values[i].bytes,
		    values[i].size);
		assert_int_equal(hear_words_count(&number, f->txn, NULL),
				 HEAR_DAMAGED);
		add(f, 9, "fire");
		assert_int_equal(hear_words_flush(f->words, f->txn, NULL),
				 HEAR_DAMAGED);
		assert_int_equal(hear_postings_open(&postings, f->txn, HEAR_WORDS,
						    hear_span_of("fire"), NULL),
				 HEAR_OK);
		assert_int_equal(hear_postings_seek(postings, 3, &number, NULL),
				 HEAR_DAMAGED);
		hear_postings_close(postings);
	}
}

static void blocks_that_overlap_are_damage(void **state)
{
	struct fixture *f = *state;
	struct hear_postings *postings = NULL;
	uint64_t number;

	put(f, "fire\0\0\0\0\0\0\0\0\1", 13, "\5", 1);
	put(f, "fire\0\0\0\0\0\0\0\0\3", 13, "\5", 1);
	assert_int_equal(hear_postings_open(&postings, f->txn, HEAR_WORDS,
					    hear_span_of("fire"), NULL),
			 HEAR_OK);
	assert_int_equal(hear_postings_seek(postings, 2, &number, NULL),
			 HEAR_OK);
	assert_int_equal(number, 6);
	assert_int_equal(hear_postings_seek(postings, 7, &number, NULL),
			 HEAR_DAMAGED);
	hear_postings_close(postings);
}

static void keys_that_are_none_are_damage(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} keys[] = {{"x", 1}, {"\0\0\0\0\0\0\0\0\1", 9},
		    {"fire12345678", 12}};
	struct fixture *f = *state;
	struct hear_buffer got = {0};
	uint64_t count;
	size_t i;

	for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		put(f, keys[i].bytes, keys[i].size, "", 0);
		assert_int_equal(hear_words_count(&count, f->txn, NULL),
				 HEAR_DAMAGED);
		assert_int_equal(hear_words_begin_with(f->txn,
						       hear_span_of(""), list,
						       &got, 9, NULL),
				 HEAR_DAMAGED);
		assert_int_equal(hear_txn_clear(f->txn, HEAR_WORDS, NULL),
				 HEAR_OK);
	}
	hear_buffer_done(&got);
}

static void a_text_adds_its_folded_words(void **state)
{
	struct fixture *f = *state;

	hear_words_add_text(f->words, 3,
			    hear_span_of("Troops, more troops: 3,000."));
	assert_int_equal(hear_words_held(f->words), 3);
	flush(f);
	assert_listed(f, "", 9, "3000 more troops ");
	assert_records(f, "troops", "3 ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_word_gives_its_records_in_order),
		TEST(a_word_counts_once_in_a_record),
		TEST(nothing_to_flush_is_no_failure),
		TEST(a_block_is_its_first_number_and_deltas),
		TEST(a_block_is_full_at_1024_bytes),
		TEST(bytes_that_are_no_word_are_passed_over),
		TEST(words_that_begin_alike_do_not_mix),
		TEST(words_are_listed_by_how_they_begin),
		TEST(a_seek_gives_the_lowest_number_at_or_above),
		TEST(the_highest_number_is_a_number),
		TEST(many_records_are_found_by_any_stride),
		TEST(many_words_are_held_and_reported),
		TEST(a_comparison_names_what_differs),
		TEST(numbers_below_the_stored_ones_are_damage),
		TEST(damaged_blocks_are_reported),
		TEST(blocks_that_overlap_are_damage),
		TEST(keys_that_are_none_are_damage),
		TEST(a_text_adds_its_folded_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
