/* words.h - full text: which records hold a word, and which words there are.
 *
 * Words are folded (core/text), 1 to HEAR_WORD_BYTES bytes, none of them NUL;
 * other bytes are passed over where they are added, and are found nowhere.
 * How they are kept is in postings.h.
 */
#ifndef CORE_WORDS_H
#define CORE_WORDS_H

#include "core/gather.h"
#include "core/store.h"

enum { HEAR_WORD_BYTES = 64 };

/* ---- Adding ---- */

/* The words of one write transaction, in memory, so that each word is written
 * once. It may be used again after a flush. */
struct hear_words;

struct hear_words *hear_words_new(void); /* NULL: out of memory */
void hear_words_free(struct hear_words *words);

/* Record `number` holds the word; saying so again changes nothing. Numbers
 * may not descend until the next flush or reset. If memory runs out, the flush
 * says so. */
void hear_words_add(struct hear_words *words, uint64_t number,
		    struct hear_span word);
/* The same for every word of a text, not yet folded. */
void hear_words_add_text(struct hear_words *words, uint64_t number,
			 struct hear_span text);
/* What is held: flush at some megabytes to keep memory bounded. */
size_t hear_words_bytes(const struct hear_words *words);
/* Where they are held, as keys. */
struct hear_gather *hear_words_gather(struct hear_words *words);
/* How many pairs of word and record are held. */
uint64_t hear_words_held(const struct hear_words *words);
/* Forgets what is held and keeps the memory. */
void hear_words_reset(struct hear_words *words);

/* Writes what is held after the numbers that are stored already (a record may
 * come in two parts) and resets, in any case. HEAR_DAMAGED: the table holds
 * higher numbers. After a failure the transaction is of no more use. */
HEAR_CHECKED enum hear_code hear_words_flush(struct hear_words *words,
					     struct hear_txn *txn,
					     struct hear_err *err);

/* ---- Finding ---- */

/* Gives `each` the words that begin with `prefix` (all, where it is empty) in
 * order of their bytes, at most `limit`; stops where it returns false. */
HEAR_CHECKED enum hear_code
hear_words_begin_with(struct hear_txn *txn, struct hear_span prefix,
		      bool (*each)(void *context, struct hear_span word),
		      void *context, size_t limit, struct hear_err *err);

/* ---- Checking ---- */

/* How many pairs of word and record are stored, by reading all of them. */
HEAR_CHECKED enum hear_code hear_words_count(uint64_t *out,
					     struct hear_txn *txn,
					     struct hear_err *err);
/* Compares what is held, added from all records [first, last], with what is
 * stored of these records under the same words; calls `found` with a sentence
 * for each word that differs. Words that are stored and not held go unnoticed
 * here: compare the sum of hear_words_held() over all ranges with
 * hear_words_count(). */
HEAR_CHECKED enum hear_code
hear_words_compare(struct hear_txn *txn, const struct hear_words *words,
		   uint64_t first, uint64_t last,
		   void (*found)(void *context, const char *sentence),
		   void *context, struct hear_err *err);

#endif
