/* postings.h - which records stand under a key: ascending numbers in blocks.
 *
 * Tables HEAR_WORDS and HEAR_BY hold, for each key (here: stem), the numbers of
 * its records, from the lowest to the highest:
 *
 *   [stem][0x00][first number(8)] -> [delta][delta]...
 *
 * Deltas are LEB128 and above 0. A block takes at most HEAR_BLOCK_BYTES of
 * them, then the next number begins a block of its own; so a place in a long
 * list is found by its key, and a record more costs one page and a byte or
 * two. No stem may be another one followed by 0x00.
 */
#ifndef CORE_POSTINGS_H
#define CORE_POSTINGS_H

#include "core/gather.h"
#include "core/store.h"

enum { HEAR_STEM_BYTES = 256, HEAR_BLOCK_BYTES = 1024 };

/* HEAR_DAMAGED, with a sentence that says which index it is. */
enum hear_code hear_postings_damaged(enum hear_table table, const char *what,
				     struct hear_err *err);

/* ---- Writing ---- */

/* Adds numbers, which ascend, after those stored under the stem already; the
 * last one of these may be the first to come. HEAR_DAMAGED: the table holds
 * higher numbers. After a failure the transaction is of no more use. */
HEAR_CHECKED enum hear_code hear_postings_put(struct hear_txn *txn,
					      enum hear_table table,
					      struct hear_span stem,
					      const uint64_t *numbers,
					      size_t count,
					      struct hear_err *err);
/* The same for all that was gathered, which is reset in any case. */
HEAR_CHECKED enum hear_code hear_postings_flush(struct hear_gather *gather,
						struct hear_txn *txn,
						enum hear_table table,
						struct hear_err *err);

/* Takes one number out again. HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code hear_postings_take(struct hear_txn *txn,
					       enum hear_table table,
					       struct hear_span stem,
					       uint64_t number,
					       struct hear_err *err);

/* ---- Finding ---- */

/* The records under one stem. Ends with its transaction at the latest, and in
 * a write transaction at the next update of its table. */
struct hear_postings;

HEAR_CHECKED enum hear_code hear_postings_open(struct hear_postings **out,
					       struct hear_txn *txn,
					       enum hear_table table,
					       struct hear_span stem,
					       struct hear_err *err);
void hear_postings_close(struct hear_postings *postings); /* accepts NULL */
/* Goes on with another stem of the same table. */
void hear_postings_turn(struct hear_postings *postings, struct hear_span stem);
/* The lowest number at or above `at_least`. HEAR_NOTFOUND is an answer: no
 * more. Any order of calls is right; ascending ones are fast. */
HEAR_CHECKED enum hear_code hear_postings_seek(struct hear_postings *postings,
					       uint64_t at_least,
					       uint64_t *number,
					       struct hear_err *err);
/* Whether any record stands under the stem. HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code hear_posted(struct hear_txn *txn,
					enum hear_table table,
					struct hear_span stem,
					struct hear_err *err);
/* How many numbers there are. */
HEAR_CHECKED enum hear_code hear_postings_count(struct hear_postings *postings,
						uint64_t *out,
						struct hear_err *err);

/* The stems of a table in order of their bytes, by a cursor on it: the first
 * at or above `from`, and the one after `*stem`, which is borrowed from the
 * table. HEAR_NOTFOUND is an answer: no more. */
HEAR_CHECKED enum hear_code hear_stem_seek(struct hear_cursor *cursor,
					   enum hear_table table,
					   struct hear_span from,
					   struct hear_span *stem,
					   struct hear_err *err);
HEAR_CHECKED enum hear_code hear_stem_next(struct hear_cursor *cursor,
					   enum hear_table table,
					   struct hear_span *stem,
					   struct hear_err *err);

/* ---- Checking ---- */

/* How many pairs of stem and number are stored, by reading all of them. */
HEAR_CHECKED enum hear_code hear_postings_pairs(uint64_t *out,
						struct hear_txn *txn,
						enum hear_table table,
						struct hear_err *err);

/* One pair that is stored and was not gathered, or the other way round. */
struct hear_difference {
	struct hear_span stem;
	uint64_t number;
	bool stored;
};

/* Compares what was gathered from all records [first, last] with what is
 * stored of these records under the same stems; calls `found` with each
 * difference, until it returns false for this stem. Stems that are stored and
 * were not gathered go unnoticed here. */
HEAR_CHECKED enum hear_code hear_postings_compare(
	struct hear_txn *txn, enum hear_table table,
	const struct hear_gather *gather, uint64_t first, uint64_t last,
	bool (*found)(void *context, const struct hear_difference *difference),
	void *context, struct hear_err *err);

#endif
