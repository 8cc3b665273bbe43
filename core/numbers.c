/* SPDX-License-Identifier: ISC */
#include "core/numbers.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/postings.h"

#include <stdlib.h>
#include <string.h>

/* ---- Bits ---- */

void hear_bits_set(struct hear_bits *bits, uint64_t number)
{
	size_t index = (size_t)(number / 64);
	size_t count = bits->count ? bits->count : 64;
	uint64_t *words;

	if (index >= bits->count) {
		while (count <= index)
			count *= 2;
		words = realloc(bits->words, count * sizeof *words);
		if (!words) {
			bits->failed = true;
			return;
		}
		memset(words + bits->count, 0,
		       (count - bits->count) * sizeof *words);
		bits->words = words;
		bits->count = count;
	}
	bits->words[index] |= UINT64_C(1) << (number % 64);
}

bool hear_bits_has(const struct hear_bits *bits, uint64_t number)
{
	size_t index = (size_t)(number / 64);

	return index < bits->count &&
	       (bits->words[index] >> (number % 64) & 1) != 0;
}

void hear_bits_done(struct hear_bits *bits)
{
	free(bits->words);
	memset(bits, 0, sizeof *bits);
}

static bool next_bit(const struct hear_bits *bits, uint64_t at_least,
		     uint64_t *out)
{
	size_t index = (size_t)(at_least / 64);
	uint64_t word;

	if (index >= bits->count)
		return false;
	word = bits->words[index] & (UINT64_MAX << (at_least % 64));
	while (word == 0) {
		if (++index >= bits->count)
			return false;
		word = bits->words[index];
	}
	*out = (uint64_t)index * 64 + (uint64_t)__builtin_ctzll(word);
	return true;
}

/* ---- Streams ---- */

enum form { LISTED, BITS, ALL, EVERY_ONE, ANY_ONE };

struct hear_numbers {
	enum form form;
	struct hear_postings *postings; /* LISTED */
	struct hear_bits bits;
	uint64_t last; /* ALL */
	struct hear_numbers **streams;
	size_t count;
};

static struct hear_numbers *new_stream(enum form form)
{
	struct hear_numbers *numbers = calloc(1, sizeof *numbers);

	if (numbers)
		numbers->form = form;
	return numbers;
}

static enum hear_code made(struct hear_numbers **out,
			   struct hear_numbers *numbers, enum hear_code code)
{
	if (code == HEAR_OK) {
		*out = numbers;
		return HEAR_OK;
	}
	hear_numbers_free(numbers);
	*out = NULL;
	return code;
}

static enum hear_code listed(struct hear_numbers **out, struct hear_txn *txn,
			     enum hear_table table, struct hear_span stem,
			     struct hear_err *err)
{
	struct hear_numbers *numbers = new_stream(LISTED);

	if (!numbers)
		return hear_fail_memory(err);
	return made(out, numbers,
		    hear_postings_open(&numbers->postings, txn, table, stem,
				       err));
}

enum hear_code hear_numbers_key(struct hear_numbers **out,
				struct hear_txn *txn, struct hear_span key,
				struct hear_err *err)
{
	return listed(out, txn, HEAR_BY, key, err);
}

enum hear_code hear_numbers_word(struct hear_numbers **out,
				 struct hear_txn *txn, struct hear_span word,
				 struct hear_err *err)
{
	return listed(out, txn, HEAR_WORDS, word, err);
}

enum hear_code hear_numbers_bits(struct hear_numbers **out,
				 struct hear_bits *bits, struct hear_err *err)
{
	struct hear_numbers *numbers = new_stream(BITS);

	if (!numbers || bits->failed) {
		hear_bits_done(bits);
		return made(out, numbers, hear_fail_memory(err));
	}
	numbers->bits = *bits;
	memset(bits, 0, sizeof *bits);
	return made(out, numbers, HEAR_OK);
}

enum hear_code hear_numbers_all(struct hear_numbers **out, uint64_t last,
				struct hear_err *err)
{
	struct hear_numbers *numbers = new_stream(ALL);

	if (!numbers)
		return hear_fail_memory(err);
	numbers->last = last;
	return made(out, numbers, HEAR_OK);
}

enum hear_code hear_numbers_join(struct hear_numbers **out, bool all,
				 struct hear_numbers *const *streams,
				 size_t count, struct hear_err *err)
{
	struct hear_numbers *numbers = new_stream(all ? EVERY_ONE : ANY_ONE);

	if (!numbers)
		return hear_fail_memory(err);
	numbers->streams = calloc(count ? count : 1, sizeof *streams);
	if (!numbers->streams)
		return made(out, numbers, hear_fail_memory(err));
	memcpy(numbers->streams, streams, count * sizeof *streams);
	numbers->count = count;
	return made(out, numbers, HEAR_OK);
}

void hear_numbers_free(struct hear_numbers *numbers)
{
	if (!numbers)
		return;
	hear_postings_close(numbers->postings);
	hear_bits_done(&numbers->bits);
	free(numbers->streams);
	free(numbers);
}

/* Each stream in turn raises the bid until all agree on it. */
static enum hear_code seek_every(struct hear_numbers *numbers,
				 uint64_t at_least, uint64_t *out,
				 struct hear_err *err)
{
	uint64_t bid = at_least;
	uint64_t found = 0;
	size_t agreed = 0;
	size_t i = 0;

	if (numbers->count == 0)
		return HEAR_NOTFOUND;
	while (agreed < numbers->count) {
		enum hear_code code = hear_numbers_seek(numbers->streams[i],
							bid, &found, err);

		if (code != HEAR_OK)
			return code;
		agreed = found == bid ? agreed + 1 : 1;
		bid = found;
		i = (i + 1) % numbers->count;
	}
	*out = bid;
	return HEAR_OK;
}

static enum hear_code seek_any(struct hear_numbers *numbers, uint64_t at_least,
			       uint64_t *out, struct hear_err *err)
{
	uint64_t lowest = UINT64_MAX;
	uint64_t found = 0;
	size_t i;

	for (i = 0; i < numbers->count; i++) {
		enum hear_code code = hear_numbers_seek(
			numbers->streams[i], at_least, &found, err);

		if (code == HEAR_OK && found < lowest)
			lowest = found;
		else if (code != HEAR_OK && code != HEAR_NOTFOUND)
			return code;
	}
	if (lowest == UINT64_MAX)
		return HEAR_NOTFOUND;
	*out = lowest;
	return HEAR_OK;
}

enum hear_code hear_numbers_seek(struct hear_numbers *numbers,
				 uint64_t at_least, uint64_t *out,
				 struct hear_err *err)
{
	switch (numbers->form) {
	case LISTED:
		return hear_postings_seek(numbers->postings, at_least, out,
					  err);
	case BITS:
		return next_bit(&numbers->bits, at_least, out) ? HEAR_OK
							       : HEAR_NOTFOUND;
	case ALL:
		*out = at_least ? at_least : 1;
		return *out <= numbers->last ? HEAR_OK : HEAR_NOTFOUND;
	case EVERY_ONE:
		return seek_every(numbers, at_least, out, err);
	case ANY_ONE:
		return seek_any(numbers, at_least, out, err);
	}
	return HEAR_NOTFOUND;
}
