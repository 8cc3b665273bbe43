/* numbers.h - ascending streams of record numbers, and how they combine.
 *
 * A stream answers one question: the lowest number at or above a given one.
 * Asking in ascending order is fast, any other order is right too.
 */
#ifndef CORE_NUMBERS_H
#define CORE_NUMBERS_H

#include "core/store.h"

/* A set of numbers as bits. Start from zeros. */
struct hear_bits {
	uint64_t *words;
	size_t count;
	bool failed;
};

void hear_bits_set(struct hear_bits *bits, uint64_t number);
bool hear_bits_has(const struct hear_bits *bits, uint64_t number);
void hear_bits_done(struct hear_bits *bits);

struct hear_numbers;

/* The numbers under a key of table HEAR_BY. */
HEAR_CHECKED enum hear_code hear_numbers_key(struct hear_numbers **out,
					     struct hear_txn *txn,
					     struct hear_span key,
					     struct hear_err *err);
/* The records that hold a folded word. */
HEAR_CHECKED enum hear_code hear_numbers_word(struct hear_numbers **out,
					      struct hear_txn *txn,
					      struct hear_span word,
					      struct hear_err *err);
/* Those of a set, which is taken. */
HEAR_CHECKED enum hear_code hear_numbers_bits(struct hear_numbers **out,
					      struct hear_bits *bits,
					      struct hear_err *err);
/* All from 1 to `last`. */
HEAR_CHECKED enum hear_code hear_numbers_all(struct hear_numbers **out,
					     uint64_t last,
					     struct hear_err *err);
/* What is in all, or in any, of several streams, which are borrowed: each may
 * stand in more than one place, and is freed by its owner, afterwards. */
HEAR_CHECKED enum hear_code
hear_numbers_join(struct hear_numbers **out, bool all,
		  struct hear_numbers *const *streams, size_t count,
		  struct hear_err *err);

/* HEAR_NOTFOUND is an answer: no more. */
HEAR_CHECKED enum hear_code hear_numbers_seek(struct hear_numbers *numbers,
					      uint64_t at_least, uint64_t *out,
					      struct hear_err *err);
void hear_numbers_free(struct hear_numbers *numbers); /* accepts NULL */

#endif
