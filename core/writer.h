/* writer.h - one write transaction: records and filings with all their index
 * entries. The public calls are in hearsay.h. */
#ifndef CORE_WRITER_H
#define CORE_WRITER_H

#include "core/filing.h"
#include "core/gather.h"
#include "core/hearsay.h"
#include "core/index.h"
#include "core/judge.h"
#include "core/load.h"
#include "core/reader.h"
#include "core/replica.h"
#include "core/store.h"
#include "core/tree.h"
#include "core/words.h"

struct hear_taking; /* scratch of admission.c */

struct hear_writer {
	struct hear_dataset *dataset;
	struct hear_txn *txn;
	struct hear_reader look; /* what is there, seen from within */
	int64_t now_ms;
	uint64_t next_record;
	uint64_t next_filing;
	uint64_t stamp; /* the newest time that is not ahead of us */
	struct hear_gather *by; /* entries of that table, to be written */
	struct hear_words *words;
	struct hear_tree_batch batch;
	struct hear_keys keys;
	struct hear_buffer value; /* scratch for stored forms */
	struct hear_buffer scratch;
	struct hear_arena *arena;
	/* What is being filed was made ready: record i of the filing is at
	 * ready_from + places[i] in it. NULL: it was not. */
	struct hear_batch *ready;
	size_t ready_from;
	uint16_t places[HEAR_FILING_RECORDS];
	size_t pending;
	struct hear_load load; /* what was written so far */
	bool broken;
	/* The roster, once it was needed; see settle.h. */
	struct hear_history *history;
	struct hear_judgement judgement;
	bool judged;	     /* the judgement is of what the history holds */
	bool roster_changed; /* what derives from it is behind */
	struct hear_key heads_of; /* whose removals leave `heads` standing */
	struct hear_buffer heads;
	bool heads_known;
	struct hear_taking *taking;
	/* Filings aside that a change of the roster admits are taken in over
	 * several transactions where they are many. */
	size_t aside_most;  /* bytes of them in this one */
	size_t aside_taken;
	bool again; /* some of an earlier transaction are left */
	bool more;  /* and some of this one */
};

/* Bytes as they travel. */
enum { HEAR_ASIDE_MOST = 16 << 20 };


/* Where a filing comes from, and what becomes of it. */
struct hear_arrival {
	const struct hear_key *via; /* NULL: made or imported here */
	int64_t arrived_ms;
	enum hear_wait left; /* HEAR_WAIT_FLAGGED: out of views; else 0 */
};

/* Stores a checked filing and its records (`records[i]` is body i) with every
 * index entry. `fresh[i]`: it is known that record i is not here yet; NULL:
 * each is looked up. `arrival` NULL: made here, now. */
HEAR_CHECKED enum hear_code hear_writer_store(struct hear_writer *writer,
					      const struct hear_sealed *filing,
					      const struct hear_record *records,
					      const bool *fresh,
					      const struct hear_arrival *arrival,
					      struct hear_err *err);

/* Writes the keys and words that are held, so that they can be taken out. */
HEAR_CHECKED enum hear_code hear_writer_flush(struct hear_writer *writer,
					      struct hear_err *err);

/* Signs and stores the records as one filing of a partition: the roster's
 * where `marking` is 0. */
HEAR_CHECKED enum hear_code
hear_writer_sign(struct hear_writer *writer,
		 const struct hear_identity *author, int marking,
		 struct hear_sealed *filing, const struct hear_record *kept,
		 const bool *fresh, struct hear_err *err);

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
 * tree (on flush; `batch` NULL: it has none), what it comes after, and its
 * author's heads. `arena` is scratch. Also what repair is made of. */
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

#endif
