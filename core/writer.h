/* writer.h - one write transaction: records and filings with all their index
 * entries. The public calls are in hearsay.h. */
#ifndef CORE_WRITER_H
#define CORE_WRITER_H

#include "core/filing.h"
#include "core/gather.h"
#include "core/hearsay.h"
#include "core/index.h"
#include "core/roster.h"
#include "core/store.h"
#include "core/tree.h"
#include "core/words.h"

struct hear_txn *hear_writer_txn(struct hear_writer *writer);

/* Stores a checked filing and its records (`records[i]` is body i) with every
 * index entry. `fresh[i]`: it is known that record i is not here yet; NULL:
 * each is looked up. */
HEAR_CHECKED enum hear_code hear_writer_store(struct hear_writer *writer,
					      const struct hear_sealed *filing,
					      const struct hear_record *records,
					      const bool *fresh,
					      struct hear_err *err);

/* Words and keys kept in memory before they are written, in bytes. */
enum { HEAR_WORDS_HELD = 12 << 20 };

/* The index entries of one record: its id and what it is about
 * (HEAR_UNDER_TARGET) at once; other keys are gathered in `by`, and words in
 * `words`, until these are flushed. Also what repair is made of. */
HEAR_CHECKED enum hear_code hear_index_record(struct hear_txn *txn,
					      struct hear_keys *keys,
					      struct hear_gather *by,
					      struct hear_words *words,
					      struct hear_buffer *scratch,
					      uint64_t number,
					      const struct hear_record *record,
					      struct hear_err *err);
/* Its words alone. */
void hear_index_words(struct hear_words *words, struct hear_buffer *scratch,
		      uint64_t number, const struct hear_value *tree);

/* The entries of one filing but those in HEAR_FILED: its id, its place in the
 * tree (on flush), what it comes after, and its author's heads. `arena` is
 * scratch. Also what repair is made of. */
HEAR_CHECKED enum hear_code hear_index_filing(struct hear_txn *txn,
					      struct hear_arena *arena,
					      struct hear_tree_batch *batch,
					      const struct hear_sealed *filing,
					      uint64_t number,
					      struct hear_err *err);

/* Of an author with more heads than this some are not kept. */
enum { HEAR_HEADS_KEPT = 64 };

/* The key in HEAR_META of an author's heads in a partition, appended. */
void hear_heads_key(const struct hear_header *header, struct hear_buffer *out);
/* Whether none of the author's stored filings in that partition names it as
 * `prev`. */
HEAR_CHECKED enum hear_code hear_is_head(struct hear_txn *txn,
					 struct hear_arena *arena,
					 const struct hear_header *header,
					 const struct hear_id *id, bool *out,
					 struct hear_err *err);

/* Writes what was gathered for table HEAR_BY, and resets it in any case. */
HEAR_CHECKED enum hear_code hear_index_flush(struct hear_gather *by,
					     struct hear_txn *txn,
					     struct hear_err *err);

/* Whether an author may file at a marking: HEAR_DENIED says why not. */
HEAR_CHECKED enum hear_code hear_admit(const struct hear_roster *roster,
				       const struct hear_header *header,
				       struct hear_err *err);

#endif
