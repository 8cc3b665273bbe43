/* SPDX-License-Identifier: ISC */
#include "core/words.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/gather.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEM = HEAR_WORD_BYTES + 1, /* a word and its NUL */
	BLOCK_KEY = STEM + 8,
	VARINT = 10, /* the longest */
};

struct hear_words {
	struct hear_gather *held;
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
	words->held = hear_gather_new();
	if (!words->held) {
		free(words);
		return NULL;
	}
	return words;
}

void hear_words_free(struct hear_words *words)
{
	if (!words)
		return;
	hear_gather_free(words->held);
	free(words);
}

void hear_words_reset(struct hear_words *words)
{
	hear_gather_reset(words->held);
}

size_t hear_words_bytes(const struct hear_words *words)
{
	return hear_gather_bytes(words->held);
}

size_t hear_words_keys(const struct hear_words *words)
{
	return hear_gather_keys(words->held);
}

uint64_t hear_words_held(const struct hear_words *words)
{
	return hear_gather_held(words->held);
}

void hear_words_copy(struct hear_words *from, uint64_t begin, uint64_t end,
		     struct hear_words *to, uint64_t number)
{
	hear_gather_copy(from->held, begin, end, to->held, number);
}

size_t hear_words_count_new(struct hear_words *words, uint64_t begin,
			    uint64_t end)
{
	return hear_gather_count(words->held, begin, end);
}

void hear_words_count_anew(struct hear_words *words)
{
	hear_gather_count_anew(words->held);
}

void hear_words_add(struct hear_words *words, uint64_t number,
		    struct hear_span word)
{
	if (is_word(word))
		hear_gather_add(words->held, number, word);
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

static enum hear_code flush_word(const struct hear_place *place,
				 struct block *block,
				 struct hear_cursor *cursor,
				 struct hear_txn *txn, struct hear_err *err)
{
	enum hear_code code;
	uint32_t i;

	set_word(block, place->key);
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
	struct hear_sorted sorted;
	struct block block;
	enum hear_code code;
	size_t i;

	code = hear_gather_sort(words->held, &sorted, err);
	if (code == HEAR_OK)
		code = hear_cursor_open(&cursor, txn, HEAR_WORDS, err);
	for (i = 0; i < sorted.count && code == HEAR_OK; i++)
		code = flush_word(&sorted.places[i], &block, cursor, txn, err);
	hear_cursor_close(cursor);
	hear_sorted_done(&sorted);
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
				      const struct hear_place *place, uint64_t first,
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
	struct hear_sorted sorted;
	enum hear_code code;
	size_t i;

	code = hear_gather_sort(words->held, &sorted, err);
	if (code == HEAR_OK)
		code = hear_postings_open(&postings, txn, hear_span_of(NULL),
					  err);
	for (i = 0; i < sorted.count && code == HEAR_OK; i++) {
		const struct hear_place *place = &sorted.places[i];

		start(postings, place->key);
		code = find_difference(&difference, postings, place, first,
				       last, err);
		if (code == HEAR_OK)
			report(&difference, place->key, found, context);
		else if (code == HEAR_NOTFOUND)
			code = HEAR_OK;
	}
	hear_postings_close(postings);
	hear_sorted_done(&sorted);
	return code;
}
