/* SPDX-License-Identifier: ISC */
#include "core/words.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/sign.h"
#include "core/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t none = UINT32_MAX; /* in a slot: no entry */

enum {
	STEM = HEAR_WORD_BYTES + 1, /* a word and its NUL */
	BLOCK_KEY = STEM + 8,
	VARINT = 10, /* the longest */
	FIRST_SLOTS = 1024,
};

struct entry {
	uint64_t hash;
	uint64_t newest; /* number that holds it */
	uint32_t at;	 /* of the word, in the pool */
	uint32_t size;
	uint32_t count; /* of pairs */
};

struct pair {
	uint64_t number;
	uint32_t entry;
};

struct hear_words {
	uint64_t secrets[2];
	struct hear_buffer pool; /* words, end to end */
	uint32_t *slots;	 /* index of an entry, or none */
	size_t slot_count;	 /* a power of two */
	struct entry *entries;
	size_t entry_count;
	size_t entry_room;
	struct pair *pairs; /* as they came */
	size_t pair_count;
	size_t pair_room;
	uint64_t newest;
	bool failed;
};

/* A block in memory: of the table, or on its way there. */
struct block {
	unsigned char key[BLOCK_KEY];
	size_t stem; /* bytes of the key before the number: word and NUL */
	uint64_t first;
	uint64_t last;
	size_t size;
	unsigned char bytes[HEAR_BLOCK_BYTES];
};

static bool is_word(struct hear_span word)
{
	return word.size > 0 && word.size <= HEAR_WORD_BYTES &&
	       !memchr(word.data, 0, word.size);
}

static enum hear_code fail_damaged(struct hear_err *err, const char *what)
{
	return hear_fail(err, HEAR_DAMAGED,
			 "the index of words is damaged: %s; run "
			 "`hearsay verify --repair`",
			 what);
}

/* ---- Holding words ---- */

struct hear_words *hear_words_new(void)
{
	struct hear_words *words = calloc(1, sizeof *words);

	if (!words)
		return NULL;
	words->slots = malloc(FIRST_SLOTS * sizeof *words->slots);
	if (!words->slots) {
		free(words);
		return NULL;
	}
	words->slot_count = FIRST_SLOTS;
	hear_random(words->secrets, sizeof words->secrets);
	words->secrets[1] |= 1;
	hear_words_reset(words);
	return words;
}

void hear_words_free(struct hear_words *words)
{
	if (!words)
		return;
	hear_buffer_done(&words->pool);
	free(words->slots);
	free(words->entries);
	free(words->pairs);
	free(words);
}

void hear_words_reset(struct hear_words *words)
{
	hear_buffer_reset(&words->pool);
	memset(words->slots, 0xff, words->slot_count * sizeof *words->slots);
	words->entry_count = 0;
	words->pair_count = 0;
	words->newest = 0;
	words->failed = false;
}

size_t hear_words_bytes(const struct hear_words *words)
{
	return words->pool.size + words->slot_count * sizeof *words->slots +
	       words->entry_count * sizeof *words->entries +
	       words->pair_count * sizeof *words->pairs;
}

uint64_t hear_words_held(const struct hear_words *words)
{
	return words->pair_count;
}

/* Keyed, so that nobody can prepare words that all fall into one slot. */
static uint64_t hash_word(const struct hear_words *words, struct hear_span word)
{
	uint64_t hash = words->secrets[0] + word.size;
	size_t at;

	for (at = 0; at < word.size; at += 8) {
		size_t left = word.size - at;
		unsigned __int128 product;
		uint64_t some = 0;

		memcpy(&some, word.data + at, left < 8 ? left : 8);
		product = (unsigned __int128)(hash ^ some) * words->secrets[1];
		hash = (uint64_t)product ^ (uint64_t)(product >> 64);
	}
	return hash;
}

static struct hear_span word_of(const struct hear_words *words,
				const struct entry *entry)
{
	return hear_span_make(words->pool.data + entry->at, entry->size);
}

/* Doubles an array of items that are all in use; false where that fails or
 * an index would no longer fit. */
static bool grow(void **items, size_t *room, size_t item)
{
	size_t more = *room ? *room * 2 : FIRST_SLOTS;
	void *moved;

	if (more > none || more > SIZE_MAX / item)
		return false;
	moved = realloc(*items, more * item);
	if (!moved)
		return false;
	*items = moved;
	*room = more;
	return true;
}

static void put_slot(struct hear_words *words, uint32_t index)
{
	size_t mask = words->slot_count - 1;
	size_t at = words->entries[index].hash & mask;

	while (words->slots[at] != none)
		at = (at + 1) & mask;
	words->slots[at] = index;
}

/* Keeps the slots at most half full. */
static bool make_slots(struct hear_words *words)
{
	size_t count = words->slot_count * 2;
	uint32_t *slots;
	uint32_t i;

	if (words->entry_count * 2 < words->slot_count)
		return true;
	slots = malloc(count * sizeof *slots);
	if (!slots)
		return false;
	memset(slots, 0xff, count * sizeof *slots);
	free(words->slots);
	words->slots = slots;
	words->slot_count = count;
	for (i = 0; i < words->entry_count; i++)
		put_slot(words, i);
	return true;
}

static struct entry *find_entry(const struct hear_words *words, uint64_t hash,
				struct hear_span word)
{
	size_t mask = words->slot_count - 1;
	size_t at = hash & mask;

	for (; words->slots[at] != none; at = (at + 1) & mask) {
		struct entry *entry = &words->entries[words->slots[at]];

		if (entry->hash == hash &&
		    hear_span_equal(word_of(words, entry), word))
			return entry;
	}
	return NULL;
}

static struct entry *make_entry(struct hear_words *words, uint64_t hash,
				struct hear_span word)
{
	void *entries = words->entries;
	struct entry *entry;

	if (words->entry_count == words->entry_room &&
	    !grow(&entries, &words->entry_room, sizeof *entry))
		return NULL;
	words->entries = entries;
	if (!make_slots(words) || words->pool.size > none - word.size)
		return NULL;
	entry = &words->entries[words->entry_count];
	entry->hash = hash;
	entry->at = (uint32_t)words->pool.size;
	entry->size = (uint32_t)word.size;
	entry->count = 0;
	hear_buffer_span(&words->pool, word);
	if (words->pool.failed)
		return NULL;
	put_slot(words, (uint32_t)words->entry_count++);
	return entry;
}

static bool add_pair(struct hear_words *words, struct entry *entry,
		     uint64_t number)
{
	void *pairs = words->pairs;
	struct pair *pair;

	if (words->pair_count == words->pair_room &&
	    !grow(&pairs, &words->pair_room, sizeof *pair))
		return false;
	words->pairs = pairs;
	pair = &words->pairs[words->pair_count++];
	pair->number = number;
	pair->entry = (uint32_t)(entry - words->entries);
	entry->newest = number;
	entry->count++;
	return true;
}

void hear_words_add(struct hear_words *words, uint64_t number,
		    struct hear_span word)
{
	struct entry *entry;
	uint64_t hash;

	if (words->failed || !is_word(word))
		return;
	assert(number >= words->newest);
	words->newest = number;
	hash = hash_word(words, word);
	entry = find_entry(words, hash, word);
	if (entry && entry->newest == number)
		return;
	if (!entry)
		entry = make_entry(words, hash, word);
	if (!entry || !add_pair(words, entry, number))
		words->failed = true;
}

struct text {
	struct hear_words *words;
	uint64_t number;
};

static void add_folded(void *context, struct hear_span folded,
		       unsigned position)
{
	struct text *text = context;

	(void)position;
	hear_words_add(text->words, text->number, folded);
}

void hear_words_add_text(struct hear_words *words, uint64_t number,
			 struct hear_span text)
{
	struct text context = {words, number};

	hear_text_words(text, add_folded, &context);
}

/* A word among the sorted ones. Its first eight bytes mostly decide. */
struct place {
	uint64_t start;
	struct hear_span word;
	const uint64_t *numbers; /* ascending */
	uint32_t count;
	uint32_t entry;
};

/* What is held, in order: of words, then of numbers. */
struct sorted {
	struct place *places;
	size_t count;
	uint64_t *numbers;
};

static int order_places(const void *a, const void *b)
{
	const struct place *first = a;
	const struct place *second = b;

	if (first->start != second->start)
		return first->start < second->start ? -1 : 1;
	return hear_span_order(first->word, second->word);
}

static void sort_places(const struct hear_words *words, struct sorted *out)
{
	size_t i;

	for (i = 0; i < out->count; i++) {
		const struct entry *entry = &words->entries[i];
		struct place *place = &out->places[i];
		unsigned char start[8] = {0};

		place->word = word_of(words, entry);
		memcpy(start, place->word.data,
		       entry->size < 8 ? entry->size : 8);
		place->start = hear_get64(start);
		place->count = entry->count;
		place->entry = (uint32_t)i;
	}
	qsort(out->places, out->count, sizeof *out->places, order_places);
}

/* Deals the numbers out to the places of their words. `ends` is where the
 * next number of each entry goes. */
static void deal_numbers(const struct hear_words *words, struct sorted *out,
			 uint32_t *ends)
{
	uint32_t at = 0;
	size_t i;

	for (i = 0; i < out->count; i++) {
		out->places[i].numbers = out->numbers + at;
		ends[out->places[i].entry] = at;
		at += out->places[i].count;
	}
	for (i = 0; i < words->pair_count; i++) {
		const struct pair *pair = &words->pairs[i];

		out->numbers[ends[pair->entry]++] = pair->number;
	}
}

static void free_sorted(struct sorted *sorted)
{
	free(sorted->places);
	free(sorted->numbers);
}

/* To be given back with free_sorted() in any case. */
static enum hear_code sort_words(const struct hear_words *words,
				 struct sorted *out, struct hear_err *err)
{
	uint32_t *ends;

	memset(out, 0, sizeof *out);
	if (words->failed)
		return hear_fail_memory(err);
	if (words->entry_count == 0)
		return HEAR_OK;
	out->places = malloc(words->entry_count * sizeof *out->places);
	out->numbers = malloc(words->pair_count * sizeof *out->numbers);
	ends = malloc(words->entry_count * sizeof *ends);
	if (!out->places || !out->numbers || !ends) {
		free(ends);
		return hear_fail_memory(err);
	}
	out->count = words->entry_count;
	sort_places(words, out);
	deal_numbers(words, out, ends);
	free(ends);
	return HEAR_OK;
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

/* Sets which word the keys of a block are for. */
static void set_word(struct block *block, struct hear_span word)
{
	memcpy(block->key, word.data, word.size);
	block->key[word.size] = 0;
	block->stem = word.size + 1;
}

static struct hear_span block_key(struct block *block, uint64_t number)
{
	hear_put64(block->key + block->stem, number);
	return hear_span_make(block->key, block->stem + 8);
}

/* Whether the key is one of the same word. */
static bool same_word(const struct block *block, struct hear_span key)
{
	return key.size == block->stem + 8 &&
	       memcmp(key.data, block->key, block->stem) == 0;
}

static enum hear_code read_block(struct block *block, struct hear_span key,
				 struct hear_span value, struct hear_err *err)
{
	if (value.size > HEAR_BLOCK_BYTES)
		return fail_damaged(err, "a block is too long");
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

/* The last block of the word. HEAR_NOTFOUND is an answer: none. */
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
	above[block->stem - 1] = 1; /* above all blocks of the word */
	code = hear_cursor_seek(cursor, hear_span_make(above, block->stem),
				&key, &value, err);
	code = step_back(cursor, code, &key, &value, err);
	if (code != HEAR_OK)
		return code;
	if (!same_word(block, key))
		return HEAR_NOTFOUND;
	code = read_block(block, key, value, err);
	if (code != HEAR_OK)
		return code;
	last = block->first;
	while (at < block->size)
		if (!take_delta(block->bytes, block->size, &at, &last))
			return fail_damaged(err, "a block is not well formed");
	block->last = last;
	return HEAR_OK;
}

static enum hear_code put_block(struct block *block, struct hear_txn *txn,
				struct hear_err *err)
{
	return hear_txn_put(txn, HEAR_WORDS, block_key(block, block->first),
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
		return fail_damaged(err, "it lists records to come");
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

static enum hear_code flush_word(const struct place *place,
				 struct block *block,
				 struct hear_cursor *cursor,
				 struct hear_txn *txn, struct hear_err *err)
{
	enum hear_code code;
	uint32_t i;

	set_word(block, place->word);
	code = read_last(block, cursor, err);
	if (code == HEAR_NOTFOUND) {
		begin_block(block, place->numbers[0]);
		code = HEAR_OK;
	}
	for (i = 0; i < place->count && code == HEAR_OK; i++)
		code = append(block, txn, place->numbers[i], err);
	return code == HEAR_OK ? put_block(block, txn, err) : code;
}

enum hear_code hear_words_flush(struct hear_words *words, struct hear_txn *txn,
				struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct sorted sorted;
	struct block block;
	enum hear_code code;
	size_t i;

	code = sort_words(words, &sorted, err);
	if (code == HEAR_OK)
		code = hear_cursor_open(&cursor, txn, HEAR_WORDS, err);
	for (i = 0; i < sorted.count && code == HEAR_OK; i++)
		code = flush_word(&sorted.places[i], &block, cursor, txn, err);
	hear_cursor_close(cursor);
	free_sorted(&sorted);
	hear_words_reset(words);
	return code;
}

/* ---- Finding ---- */

struct hear_postings {
	struct hear_cursor *cursor;
	struct block block;
	bool loaded; /* the block is read, and the cursor on it */
	size_t at;   /* in the block, after `number` */
	uint64_t number;
};

/* For bytes that are no word the stem stays empty. */
static void start(struct hear_postings *postings, struct hear_span word)
{
	postings->loaded = false;
	postings->block.stem = 0;
	if (is_word(word))
		set_word(&postings->block, word);
}

enum hear_code hear_postings_open(struct hear_postings **out,
				  struct hear_txn *txn, struct hear_span word,
				  struct hear_err *err)
{
	struct hear_postings *postings = calloc(1, sizeof *postings);
	enum hear_code code;

	*out = NULL;
	if (!postings)
		return hear_fail_memory(err);
	start(postings, word);
	code = hear_cursor_open(&postings->cursor, txn, HEAR_WORDS, err);
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
 * answer: there is none, or it is another word's. */
static enum hear_code load(struct hear_postings *postings, enum hear_code led,
			   struct hear_span key, struct hear_span value,
			   struct hear_err *err)
{
	postings->loaded = false;
	if (led != HEAR_OK)
		return led;
	if (!same_word(&postings->block, key))
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

	if (code == HEAR_OK && same_word(&postings->block, key) &&
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
			return fail_damaged(err, "a block is not well formed");
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
		return fail_damaged(err, "blocks overlap");
	return code;
}

enum hear_code hear_postings_seek(struct hear_postings *postings,
				  uint64_t at_least, uint64_t *number,
				  struct hear_err *err)
{
	enum hear_code code = HEAR_NOTFOUND;

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

/* The word of a block's key, empty where it is none. */
static struct hear_span key_word(struct hear_span key)
{
	struct hear_span word = {key.data, 0};

	if (key.size > 9 && key.data[key.size - 9] == 0)
		word.size = key.size - 9;
	if (!is_word(word))
		word.size = 0;
	return word;
}

static bool begins_with(struct hear_span word, struct hear_span prefix)
{
	return word.size >= prefix.size &&
	       (prefix.size == 0 ||
		memcmp(word.data, prefix.data, prefix.size) == 0);
}

enum hear_code hear_words_begin_with(struct hear_txn *txn,
				     struct hear_span prefix,
				     bool (*each)(void *context,
						  struct hear_span word),
				     void *context, size_t limit,
				     struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	unsigned char above[STEM];
	enum hear_code code;

	if (prefix.size > 0 && !is_word(prefix))
		return HEAR_OK;
	code = hear_cursor_open(&cursor, txn, HEAR_WORDS, err);
	if (code == HEAR_OK)
		code = hear_cursor_seek(cursor, prefix, &key, NULL, err);
	for (; limit > 0 && code == HEAR_OK; limit--) {
		struct hear_span word = key_word(key);

		if (word.size == 0)
			code = fail_damaged(err, "a key is not well formed");
		if (word.size == 0 || !begins_with(word, prefix) ||
		    !each(context, word))
			break;
		memcpy(above, word.data, word.size);
		above[word.size] = 1; /* past the other blocks of the word */
		code = hear_cursor_seek(cursor,
					hear_span_make(above, word.size + 1),
					&key, NULL, err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Checking ---- */

static enum hear_code count_block(struct hear_span key, struct hear_span value,
				  uint64_t *count, struct hear_err *err)
{
	const unsigned char *bytes = (const unsigned char *)value.data;
	uint64_t number;
	size_t at = 0;

	if (key_word(key).size == 0)
		return fail_damaged(err, "a key is not well formed");
	number = hear_get64(key.data + key.size - 8);
	for (++*count; at < value.size; ++*count)
		if (!take_delta(bytes, value.size, &at, &number))
			return fail_damaged(err, "a block is not well formed");
	return HEAR_OK;
}

enum hear_code hear_words_count(uint64_t *out, struct hear_txn *txn,
				struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code;

	*out = 0;
	code = hear_cursor_open(&cursor, txn, HEAR_WORDS, err);
	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK) {
		code = count_block(key, value, out, err);
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value,
						err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

struct difference {
	uint64_t number; /* of a record */
	bool stored;	 /* stored and not held; false: held, not stored */
};

/* The lowest record from `first` to `last` that is not both held and stored.
 * HEAR_NOTFOUND is an answer: none. */
static enum hear_code find_difference(struct difference *out,
				      struct hear_postings *postings,
				      const struct place *place, uint64_t first,
				      uint64_t last, struct hear_err *err)
{
	uint32_t i;

	for (i = 0;; i++) {
		bool held = i < place->count;
		uint64_t at = 0;
		enum hear_code code =
			hear_postings_seek(postings, first, &at, err);

		if (code != HEAR_OK && code != HEAR_NOTFOUND)
			return code;
		out->stored = code == HEAR_OK && at <= last;
		if (!out->stored && !held)
			return HEAR_NOTFOUND;
		if (!out->stored || !held || place->numbers[i] != at) {
			if (held && place->numbers[i] < at)
				out->stored = false;
			out->number = out->stored ? at : place->numbers[i];
			return HEAR_OK;
		}
		if (at == last)
			return HEAR_NOTFOUND;
		first = at + 1;
	}
}

static void report(const struct difference *difference, struct hear_span word,
		   void (*found)(void *context, const char *sentence),
		   void *context)
{
	char sentence[HEAR_WORD_BYTES + 128];

	(void)snprintf(sentence, sizeof sentence,
		       difference->stored
			       ? "the index of words lists record %llu under "
				 "`%.*s`, which is not in it"
			       : "the index of words lacks record %llu under "
				 "`%.*s`",
		       (unsigned long long)difference->number, (int)word.size,
		       word.data);
	found(context, sentence);
}

enum hear_code hear_words_compare(struct hear_txn *txn,
				  const struct hear_words *words,
				  uint64_t first, uint64_t last,
				  void (*found)(void *context,
						const char *sentence),
				  void *context, struct hear_err *err)
{
	struct hear_postings *postings = NULL;
	struct difference difference;
	struct sorted sorted;
	enum hear_code code;
	size_t i;

	code = sort_words(words, &sorted, err);
	if (code == HEAR_OK)
		code = hear_postings_open(&postings, txn, hear_span_of(NULL),
					  err);
	for (i = 0; i < sorted.count && code == HEAR_OK; i++) {
		const struct place *place = &sorted.places[i];

		start(postings, place->word);
		code = find_difference(&difference, postings, place, first,
				       last, err);
		if (code == HEAR_OK)
			report(&difference, place->word, found, context);
		else if (code == HEAR_NOTFOUND)
			code = HEAR_OK;
	}
	hear_postings_close(postings);
	free_sorted(&sorted);
	return code;
}
