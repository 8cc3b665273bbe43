/* SPDX-License-Identifier: ISC */
#include "core/postings.h"
#include "core/bytes.h"
#include "core/error.h"

#include <stdlib.h>
#include <string.h>

enum {
	NUMBER = 8,
	STEM = HEAR_STEM_BYTES + 1, /* and its 0x00 */
	VARINT = 10,		    /* the longest */
};

/* A block in memory: of the table, or on its way there. */
struct block {
	enum hear_table table;
	unsigned char key[STEM + NUMBER];
	size_t stem; /* bytes of the key before the number, with the 0x00 */
	uint64_t first;
	uint64_t last;
	size_t size;
	unsigned char bytes[HEAR_BLOCK_BYTES];
};

enum hear_code hear_postings_damaged(enum hear_table table, const char *what,
				     struct hear_err *err)
{
	return hear_fail(err, HEAR_DAMAGED,
			 "the index %s is damaged: %s; run `hearsay verify "
			 "--repair`",
			 table == HEAR_WORDS ? "of words" : "`by`", what);
}

static enum hear_code fail_block(const struct block *block, const char *what,
				 struct hear_err *err)
{
	return hear_postings_damaged(block->table, what, err);
}

/* ---- Blocks ---- */

static size_t put_varint(unsigned char out[VARINT], uint64_t number)
{
	size_t size = 0;

	for (; number > 0x7f; number >>= 7)
		out[size++] = (unsigned char)(number | 0x80);
	out[size++] = (unsigned char)number;
	return size;
}

static bool take_long(const unsigned char *bytes, size_t size, size_t *at,
		      uint64_t *number)
{
	uint64_t delta = 0;
	unsigned shift;

	for (shift = 0; shift < 64 && *at < size; shift += 7) {
		unsigned char byte = bytes[(*at)++];

		if (shift == 63 && byte > 1)
			return false;
		delta |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (delta == 0 || delta > UINT64_MAX - *number)
			return false;
		*number += delta;
		return true;
	}
	return false;
}

/* Moves `number` on by the delta at `*at`; false: not a delta. Most are of one
 * byte, and for these the caller's variables stay in registers: the call that
 * takes addresses is given copies. */
static inline bool take_delta(const unsigned char *bytes, size_t size,
			      size_t *at, uint64_t *number)
{
	unsigned char byte = *at < size ? bytes[*at] : 0;

	if (byte == 0 || byte > 0x7f || *number > UINT64_MAX - byte) {
		uint64_t sum = *number;
		size_t end = *at;
		bool taken = take_long(bytes, size, &end, &sum);

		*number = sum;
		*at = end;
		return taken;
	}
	*number += byte;
	++*at;
	return true;
}

/* Sets what the keys of a block are for; nothing, where that is no stem. */
static void set_stem(struct block *block, enum hear_table table,
		     struct hear_span stem)
{
	block->table = table;
	block->stem = 0;
	if (stem.size == 0 || stem.size > HEAR_STEM_BYTES)
		return;
	memcpy(block->key, stem.data, stem.size);
	block->key[stem.size] = 0;
	block->stem = stem.size + 1;
}

static struct hear_span block_key(struct block *block, uint64_t number)
{
	hear_put64(block->key + block->stem, number);
	return hear_span_make(block->key, block->stem + NUMBER);
}

/* Whether the key is one of the same stem. */
static bool same_stem(const struct block *block, struct hear_span key)
{
	return key.size == block->stem + NUMBER &&
	       memcmp(key.data, block->key, block->stem) == 0;
}

static enum hear_code read_block(struct block *block, struct hear_span key,
				 struct hear_span value, struct hear_err *err)
{
	if (value.size > HEAR_BLOCK_BYTES)
		return fail_block(block, "a block is too long", err);
	block->first = hear_get64(key.data + block->stem);
	block->size = value.size;
	if (value.size > 0)
		memcpy(block->bytes, value.data, value.size);
	return HEAR_OK;
}

/* Steps back from where a seek led: to the last block before it. */
static enum hear_code step_back(struct hear_cursor *cursor, enum hear_code led,
				struct hear_span *key, struct hear_span *value,
				struct hear_err *err)
{
	if (led != HEAR_OK && led != HEAR_NOTFOUND)
		return led;
	return hear_cursor_move(
		cursor, led == HEAR_OK ? HEAR_PREVIOUS_KEY : HEAR_LAST, key,
		value, err);
}

/* The last block of the stem. HEAR_NOTFOUND is an answer: none. */
static enum hear_code read_last(struct block *block, struct hear_cursor *cursor,
				struct hear_err *err)
{
	unsigned char above[STEM];
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code;
	uint64_t last;
	size_t at = 0;

	memcpy(above, block->key, block->stem);
	above[block->stem - 1] = 1; /* above all its blocks */
	code = hear_cursor_seek(cursor, hear_span_make(above, block->stem),
				&key, &value, err);
	code = step_back(cursor, code, &key, &value, err);
	if (code != HEAR_OK)
		return code;
	if (!same_stem(block, key))
		return HEAR_NOTFOUND;
	code = read_block(block, key, value, err);
	if (code != HEAR_OK)
		return code;
	last = block->first;
	while (at < block->size)
		if (!take_delta(block->bytes, block->size, &at, &last))
			return fail_block(block, "a block is not well formed",
					  err);
	block->last = last;
	return HEAR_OK;
}

static enum hear_code put_block(struct block *block, struct hear_txn *txn,
				struct hear_err *err)
{
	return hear_txn_put(txn, block->table, block_key(block, block->first),
			    hear_span_make(block->bytes, block->size), err);
}

static void begin_block(struct block *block, uint64_t number)
{
	block->first = number;
	block->last = number;
	block->size = 0;
}

static enum hear_code append(struct block *block, struct hear_txn *txn,
			     uint64_t number, struct hear_err *err)
{
	unsigned char delta[VARINT];
	enum hear_code code;
	size_t size;

	if (number == block->last)
		return HEAR_OK;
	if (number < block->last)
		return fail_block(block, "it lists records to come", err);
	size = put_varint(delta, number - block->last);
	if (size > HEAR_BLOCK_BYTES - block->size) {
		code = put_block(block, txn, err);
		begin_block(block, number);
		return code;
	}
	memcpy(block->bytes + block->size, delta, size);
	block->size += size;
	block->last = number;
	return HEAR_OK;
}

static enum hear_code put_numbers(struct block *block,
				  struct hear_cursor *cursor,
				  struct hear_txn *txn, const uint64_t *numbers,
				  size_t count, struct hear_err *err)
{
	enum hear_code code;
	size_t i;

	if (block->stem == 0)
		return fail_block(block, "a key is too long", err);
	code = read_last(block, cursor, err);
	if (code == HEAR_NOTFOUND) {
		begin_block(block, numbers[0]);
		code = HEAR_OK;
	}
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = append(block, txn, numbers[i], err);
	return code == HEAR_OK ? put_block(block, txn, err) : code;
}

enum hear_code hear_postings_put(struct hear_txn *txn, enum hear_table table,
				 struct hear_span stem,
				 const uint64_t *numbers, size_t count,
				 struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct block block;
	enum hear_code code;

	if (count == 0)
		return HEAR_OK;
	set_stem(&block, table, stem);
	code = hear_cursor_open(&cursor, txn, table, err);
	if (code == HEAR_OK)
		code = put_numbers(&block, cursor, txn, numbers, count, err);
	hear_cursor_close(cursor);
	return code;
}

/* ---- Taking out ---- */

/* The block that would hold the number. HEAR_NOTFOUND is an answer: none. */
static enum hear_code read_around(struct block *block,
				  struct hear_cursor *cursor, uint64_t number,
				  struct hear_err *err)
{
	struct hear_span wanted = block_key(block, number);
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code =
		hear_cursor_seek(cursor, wanted, &key, &value, err);

	if (code != HEAR_OK || !hear_span_equal(key, wanted))
		code = step_back(cursor, code, &key, &value, err);
	if (code != HEAR_OK)
		return code;
	return same_stem(block, key) ? read_block(block, key, value, err)
				     : HEAR_NOTFOUND;
}

/* Writes the block anew without the number. HEAR_NOTFOUND is an answer: it
 * does not hold it. */
static enum hear_code drop(struct block *block, uint64_t number,
			   struct block *out, bool *empty,
			   struct hear_err *err)
{
	uint64_t at_number = block->first;
	bool found = false;
	size_t at = 0;

	*out = *block;
	out->size = 0;
	*empty = true;
	for (;;) {
		found |= at_number == number;
		if (at_number != number && *empty)
			begin_block(out, at_number);
		else if (at_number != number)
			out->size += put_varint(out->bytes + out->size,
						at_number - out->last);
		if (at_number != number) {
			out->last = at_number;
			*empty = false;
		}
		if (at == block->size)
			return found ? HEAR_OK : HEAR_NOTFOUND;
		if (!take_delta(block->bytes, block->size, &at, &at_number))
			return fail_block(block, "a block is not well formed",
					  err);
	}
}

enum hear_code hear_postings_take(struct hear_txn *txn, enum hear_table table,
				  struct hear_span stem, uint64_t number,
				  struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct block block;
	struct block rest;
	bool empty = false;
	enum hear_code code;

	set_stem(&block, table, stem);
	if (block.stem == 0)
		return HEAR_NOTFOUND;
	code = hear_cursor_open(&cursor, txn, table, err);
	if (code == HEAR_OK)
		code = read_around(&block, cursor, number, err);
	hear_cursor_close(cursor);
	if (code == HEAR_OK)
		code = drop(&block, number, &rest, &empty, err);
	if (code == HEAR_OK && (empty || rest.first != block.first))
		code = hear_txn_delete(txn, table,
				       block_key(&block, block.first), err);
	return code == HEAR_OK && !empty ? put_block(&rest, txn, err) : code;
}

enum hear_code hear_postings_flush(struct hear_gather *gather,
				   struct hear_txn *txn, enum hear_table table,
				   struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_sorted sorted;
	struct block block;
	enum hear_code code = hear_gather_sort(gather, &sorted, err);
	size_t i;

	if (code == HEAR_OK)
		code = hear_cursor_open(&cursor, txn, table, err);
	for (i = 0; i < sorted.count && code == HEAR_OK; i++) {
		const struct hear_place *place = &sorted.places[i];

		set_stem(&block, table, place->key);
		code = put_numbers(&block, cursor, txn, place->numbers,
				   place->count, err);
	}
	hear_cursor_close(cursor);
	hear_sorted_done(&sorted);
	hear_gather_reset(gather);
	return code;
}

/* ---- Finding ---- */

struct hear_postings {
	struct hear_cursor *cursor;
	struct block block;
	bool loaded; /* the block is read, and the cursor on it */
	bool unmade; /* the stem is empty */
	size_t at;   /* in the block, after `number` */
	uint64_t number;
};

void hear_postings_turn(struct hear_postings *postings, struct hear_span stem)
{
	postings->loaded = false;
	postings->unmade = stem.size == 0;
	set_stem(&postings->block, postings->block.table, stem);
}

enum hear_code hear_postings_open(struct hear_postings **out,
				  struct hear_txn *txn, enum hear_table table,
				  struct hear_span stem, struct hear_err *err)
{
	struct hear_postings *postings = calloc(1, sizeof *postings);
	enum hear_code code;

	*out = NULL;
	if (!postings)
		return hear_fail_memory(err);
	postings->unmade = stem.size == 0;
	set_stem(&postings->block, table, stem);
	code = hear_cursor_open(&postings->cursor, txn, table, err);
	if (code != HEAR_OK) {
		free(postings);
		return code;
	}
	*out = postings;
	return HEAR_OK;
}

void hear_postings_close(struct hear_postings *postings)
{
	if (!postings)
		return;
	hear_cursor_close(postings->cursor);
	free(postings);
}

static void rewind_block(struct hear_postings *postings)
{
	postings->at = 0;
	postings->number = postings->block.first;
}

/* Takes over the block that a move of the cursor led to. HEAR_NOTFOUND is an
 * answer: there is none, or it is another stem's. */
static enum hear_code load(struct hear_postings *postings, enum hear_code led,
			   struct hear_span key, struct hear_span value,
			   struct hear_err *err)
{
	postings->loaded = false;
	if (led != HEAR_OK)
		return led;
	if (!same_stem(&postings->block, key))
		return HEAR_NOTFOUND;
	led = read_block(&postings->block, key, value, err);
	postings->loaded = led == HEAR_OK;
	rewind_block(postings);
	return led;
}

static enum hear_code load_next(struct hear_postings *postings,
				struct hear_err *err)
{
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code = hear_cursor_move(postings->cursor, HEAR_NEXT_KEY,
					       &key, &value, err);

	return load(postings, code, key, value, err);
}

/* The first block whose first number is at or above `number`. */
static enum hear_code load_from(struct hear_postings *postings, uint64_t number,
				struct hear_err *err)
{
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code = hear_cursor_seek(
		postings->cursor, block_key(&postings->block, number), &key,
		&value, err);

	return load(postings, code, key, value, err);
}

/* The block that holds `number` if any does, else the first one after. */
static enum hear_code load_around(struct hear_postings *postings,
				  uint64_t number, struct hear_err *err)
{
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code = hear_cursor_seek(
		postings->cursor, block_key(&postings->block, number), &key,
		&value, err);

	if (code == HEAR_OK && same_stem(&postings->block, key) &&
	    hear_get64(key.data + postings->block.stem) == number)
		return load(postings, code, key, value, err);
	code = step_back(postings->cursor, code, &key, &value, err);
	code = load(postings, code, key, value, err);
	return code == HEAR_NOTFOUND ? load_from(postings, number, err) : code;
}

/* Goes on in the loaded block; HEAR_NOTFOUND: all of it is lower. */
static enum hear_code scan(struct hear_postings *postings, uint64_t at_least,
			   struct hear_err *err)
{
	const struct block *block = &postings->block;

	if (at_least < postings->number)
		rewind_block(postings);
	while (postings->number < at_least) {
		if (postings->at == block->size)
			return HEAR_NOTFOUND;
		if (!take_delta(block->bytes, block->size, &postings->at,
				&postings->number))
			return fail_block(block, "a block is not well formed",
					  err);
	}
	return HEAR_OK;
}

/* In the loaded block, else the first of the next, which must come after. */
static enum hear_code scan_on(struct hear_postings *postings, uint64_t at_least,
			      struct hear_err *err)
{
	uint64_t last;
	enum hear_code code = scan(postings, at_least, err);

	if (code != HEAR_NOTFOUND)
		return code;
	last = postings->number;
	code = load_next(postings, err);
	if (code == HEAR_OK && postings->number <= last)
		return fail_block(&postings->block, "blocks overlap", err);
	return code;
}

enum hear_code hear_postings_seek(struct hear_postings *postings,
				  uint64_t at_least, uint64_t *number,
				  struct hear_err *err)
{
	enum hear_code code = HEAR_NOTFOUND;

	/* Keys of this table begin with what they are under: an empty one is
	 * one that could not be made. */
	if (postings->unmade && postings->block.table == HEAR_BY)
		return hear_fail_memory(err);
	if (postings->block.stem == 0)
		return HEAR_NOTFOUND;
	if (postings->loaded && at_least >= postings->block.first) {
		code = scan_on(postings, at_least, err);
		if (code != HEAR_OK)
			return code;
	}
	if (code == HEAR_NOTFOUND || postings->number < at_least) {
		code = load_around(postings, at_least, err);
		if (code == HEAR_OK)
			code = scan_on(postings, at_least, err);
	}
	if (code == HEAR_OK)
		*number = postings->number;
	return code;
}

enum hear_code hear_posted(struct hear_txn *txn, enum hear_table table,
			   struct hear_span stem, struct hear_err *err)
{
	struct hear_postings *postings = NULL;
	uint64_t number;
	enum hear_code code =
		hear_postings_open(&postings, txn, table, stem, err);

	if (code == HEAR_OK)
		code = hear_postings_seek(postings, 0, &number, err);
	hear_postings_close(postings);
	return code;
}

/* How many numbers end in a byte below 0x80: those of a block but its first. */
static uint64_t count_deltas(struct hear_span value)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < value.size; i++)
		count += (unsigned char)value.data[i] < 0x80;
	return count;
}

enum hear_code hear_postings_count(struct hear_postings *postings,
				   uint64_t *out, struct hear_err *err)
{
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code;

	*out = 0;
	postings->loaded = false;
	if (postings->block.stem == 0)
		return HEAR_OK;
	code = hear_cursor_seek(postings->cursor,
				block_key(&postings->block, 0), &key, &value,
				err);
	while (code == HEAR_OK && same_stem(&postings->block, key)) {
		*out += 1 + count_deltas(value);
		code = hear_cursor_move(postings->cursor, HEAR_NEXT_KEY, &key,
					&value, err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Stems ---- */

/* The stem of a block's key, empty where it is none. */
static struct hear_span stem_of(struct hear_span key)
{
	struct hear_span stem = {key.data, 0};

	if (key.size > NUMBER + 1 && key.size <= STEM + NUMBER &&
	    key.data[key.size - NUMBER - 1] == 0)
		stem.size = key.size - NUMBER - 1;
	return stem;
}

enum hear_code hear_stem_seek(struct hear_cursor *cursor, enum hear_table table,
			      struct hear_span from, struct hear_span *stem,
			      struct hear_err *err)
{
	struct hear_span key = {NULL, 0};
	enum hear_code code = hear_cursor_seek(cursor, from, &key, NULL, err);

	if (code != HEAR_OK)
		return code;
	*stem = stem_of(key);
	return stem->size > 0 ? HEAR_OK
			      : hear_postings_damaged(
					table, "a key is not well formed", err);
}

enum hear_code hear_stem_next(struct hear_cursor *cursor, enum hear_table table,
			      struct hear_span *stem, struct hear_err *err)
{
	struct hear_span before = *stem;
	unsigned char above[STEM];
	struct hear_span key = {NULL, 0};
	enum hear_code code =
		hear_cursor_move(cursor, HEAR_NEXT_KEY, &key, NULL, err);

	if (code != HEAR_OK)
		return code;
	*stem = stem_of(key);
	if (stem->size == 0)
		return hear_postings_damaged(table, "a key is not well formed",
					     err);
	if (!hear_span_equal(*stem, before))
		return HEAR_OK;
	memcpy(above, before.data, before.size);
	above[before.size] = 1; /* past the other blocks of the stem */
	return hear_stem_seek(cursor, table,
			      hear_span_make(above, before.size + 1), stem,
			      err);
}

/* ---- Checking ---- */

static enum hear_code count_block(enum hear_table table, struct hear_span key,
				  struct hear_span value, uint64_t *count,
				  struct hear_err *err)
{
	const unsigned char *bytes = (const unsigned char *)value.data;
	uint64_t number;
	size_t at = 0;

	if (stem_of(key).size == 0)
		return hear_postings_damaged(table, "a key is not well formed",
					     err);
	number = hear_get64(key.data + key.size - NUMBER);
	for (++*count; at < value.size; ++*count)
		if (!take_delta(bytes, value.size, &at, &number))
			return hear_postings_damaged(
				table, "a block is not well formed", err);
	return HEAR_OK;
}

enum hear_code hear_postings_pairs(uint64_t *out, struct hear_txn *txn,
				   enum hear_table table, struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code;

	*out = 0;
	code = hear_cursor_open(&cursor, txn, table, err);
	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK) {
		code = count_block(table, key, value, out, err);
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value,
						err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* The lowest number from `first` to `last` that is not both stored and among
 * the `place`'s from `*next` on, where the search goes on. HEAR_NOTFOUND is an
 * answer: none. */
static enum hear_code find_difference(struct hear_difference *out,
				      struct hear_postings *postings,
				      const struct hear_place *place,
				      uint32_t *next, uint64_t first,
				      uint64_t last, struct hear_err *err)
{
	for (;; first++) {
		bool held = *next < place->count;
		uint64_t at = 0;
		enum hear_code code =
			hear_postings_seek(postings, first, &at, err);

		if (code != HEAR_OK && code != HEAR_NOTFOUND)
			return code;
		out->stored = code == HEAR_OK && at <= last;
		if (!out->stored && !held)
			return HEAR_NOTFOUND;
		if (held && (!out->stored || place->numbers[*next] < at)) {
			out->stored = false;
			out->number = place->numbers[(*next)++];
			return HEAR_OK;
		}
		if (!held || place->numbers[*next] > at) {
			out->number = at;
			return HEAR_OK;
		}
		++*next;
		if (at == last)
			return HEAR_NOTFOUND;
		first = at;
	}
}

static enum hear_code compare_place(
	struct hear_postings *postings, const struct hear_place *place,
	uint64_t first, uint64_t last,
	bool (*found)(void *context, const struct hear_difference *difference),
	void *context, struct hear_err *err)
{
	struct hear_difference difference = {place->key, 0, false};
	uint32_t next = 0;
	enum hear_code code = HEAR_OK;

	hear_postings_turn(postings, place->key);
	while (code == HEAR_OK && first <= last) {
		code = find_difference(&difference, postings, place, &next,
				       first, last, err);
		if (code != HEAR_OK || !found(context, &difference) ||
		    difference.number == UINT64_MAX)
			break;
		first = difference.number + 1;
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_postings_compare(
	struct hear_txn *txn, enum hear_table table,
	const struct hear_gather *gather, uint64_t first, uint64_t last,
	bool (*found)(void *context, const struct hear_difference *difference),
	void *context, struct hear_err *err)
{
	struct hear_postings *postings = NULL;
	struct hear_sorted sorted;
	enum hear_code code = hear_gather_sort(gather, &sorted, err);
	size_t i;

	if (code == HEAR_OK)
		code = hear_postings_open(&postings, txn, table,
					  hear_span_of(NULL), err);
	for (i = 0; i < sorted.count && code == HEAR_OK; i++)
		code = compare_place(postings, &sorted.places[i], first, last,
				     found, context, err);
	hear_postings_close(postings);
	hear_sorted_done(&sorted);
	return code;
}
