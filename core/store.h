/* store.h - tables on disk: one LMDB environment, many readers, one writer.
 *
 * Only store.c knows LMDB. What a read hands out points into the map: it
 * costs no copy and is valid until the transaction ends or, in a write
 * transaction, until its next update. Never pass such bytes to an update of
 * the same transaction; copy them first.
 *
 * Writers of all processes take turns, see turn.h.
 */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include "core/hearsay.h"

/* Name on disk, and whether a key has a sorted set of 8-byte numbers. */
#define HEAR_TABLES(X)                                                         \
	X(HEAR_RECORDS, "record", false)                                       \
	X(HEAR_RECORD_IDS, "record_id", true)                                  \
	X(HEAR_FILINGS, "filing", false)                                       \
	X(HEAR_FILING_IDS, "filing_id", true)                                  \
	X(HEAR_FILED, "filed", true)                                           \
	X(HEAR_BY, "by", false)                                                \
	X(HEAR_WORDS, "word", false)                                           \
	X(HEAR_ORDERED, "ordered", true)                                       \
	X(HEAR_NODES, "tree", false)                                           \
	X(HEAR_AFTER, "after", true)                                           \
	X(HEAR_MEMBERS, "member", false)                                       \
	X(HEAR_ASIDE, "aside", false)                                          \
	X(HEAR_ASIDE_IDS, "aside_id", true)                                    \
	X(HEAR_REFUSED, "refused", false)                                      \
	X(HEAR_LEFT, "left", false)                                            \
	X(HEAR_PURGES, "purge", false)                                         \
	X(HEAR_META, "meta", false)

enum hear_table {
#define HEAR_TABLE_NAME(name, text, numbers) name,
	HEAR_TABLES(HEAR_TABLE_NAME)
#undef HEAR_TABLE_NAME
	HEAR_TABLE_COUNT
};

enum { HEAR_KEY_BYTES = 511 }; /* the longest key */

struct hear_store; /* opened once per process and directory */
struct hear_txn;   /* of the thread that began it */
struct hear_cursor;

/* Opens the store in directory `path`, which must exist; makes its files
 * where `create`. */
HEAR_CHECKED enum hear_code
hear_store_open(struct hear_store **out, const char *path, bool create,
		const struct hear_dataset_options *options,
		struct hear_err *err);
void hear_store_close(struct hear_store *store);
/* The data file. */
const char *hear_store_file(const struct hear_store *store);
/* The turnstile, whose time is set right after each commit: a change of its
 * attributes (inotify IN_ATTRIB) tells that there is something new to read. */
const char *hear_store_notice(const struct hear_store *store);

HEAR_CHECKED enum hear_code hear_txn_read(struct hear_txn **out,
					  struct hear_store *store,
					  struct hear_err *err);
/* Waits for its turn. */
HEAR_CHECKED enum hear_code hear_txn_write(struct hear_txn **out,
					   struct hear_store *store,
					   struct hear_err *err);
/* Whether another writer waits at the turnstile. */
bool hear_txn_waited(struct hear_txn *txn);
/* On disk when it returns HEAR_OK. Ends the transaction in any case. */
HEAR_CHECKED enum hear_code hear_txn_commit(struct hear_txn *txn,
					    struct hear_err *err);
void hear_txn_abort(struct hear_txn *txn); /* accepts NULL */

/* HEAR_NOTFOUND is an answer, not a fault: it leaves `err` untouched. In a
 * table of numbers this gives the smallest. */
HEAR_CHECKED enum hear_code hear_txn_get(struct hear_txn *txn,
					 enum hear_table table,
					 struct hear_span key,
					 struct hear_span *out,
					 struct hear_err *err);
HEAR_CHECKED enum hear_code hear_txn_put(struct hear_txn *txn,
					 enum hear_table table,
					 struct hear_span key,
					 struct hear_span value,
					 struct hear_err *err);
/* For a key above all others of its table. */
HEAR_CHECKED enum hear_code hear_txn_append(struct hear_txn *txn,
					    enum hear_table table,
					    struct hear_span key,
					    struct hear_span value,
					    struct hear_err *err);
/* Adds `number` to the set under `key`; fast where it is above the others.
 * Adding it twice changes nothing. */
HEAR_CHECKED enum hear_code hear_txn_number(struct hear_txn *txn,
					    enum hear_table table,
					    struct hear_span key,
					    uint64_t number,
					    struct hear_err *err);
/* HEAR_NOTFOUND is an answer. In a table of numbers takes all of the key. */
HEAR_CHECKED enum hear_code hear_txn_delete(struct hear_txn *txn,
					    enum hear_table table,
					    struct hear_span key,
					    struct hear_err *err);
/* Takes one number out of the set under `key`. HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code hear_txn_unnumber(struct hear_txn *txn,
					      enum hear_table table,
					      struct hear_span key,
					      uint64_t number,
					      struct hear_err *err);
/* Empties a table. */
HEAR_CHECKED enum hear_code hear_txn_clear(struct hear_txn *txn,
					   enum hear_table table,
					   struct hear_err *err);
/* Entries in a table; each number of a set counts. */
uint64_t hear_txn_entries(struct hear_txn *txn, enum hear_table table);

/* Pages of a table, those of larger sets of numbers left out. */
struct hear_pages {
	unsigned depth;
	size_t branch;
	size_t leaf;
};
struct hear_pages hear_txn_pages(struct hear_txn *txn, enum hear_table table);

/* The largest key of a table, read as an 8-byte number; 0: empty. */
HEAR_CHECKED enum hear_code hear_txn_last(struct hear_txn *txn,
					  enum hear_table table, uint64_t *out,
					  struct hear_err *err);

/* Cursors end with their transaction at the latest. Each move gives the key
 * and value it stands on (either out pointer may be NULL); HEAR_NOTFOUND is an
 * answer: nothing there. */
HEAR_CHECKED enum hear_code hear_cursor_open(struct hear_cursor **out,
					     struct hear_txn *txn,
					     enum hear_table table,
					     struct hear_err *err);
void hear_cursor_close(struct hear_cursor *cursor);

enum hear_move {
	HEAR_FIRST,
	HEAR_NEXT,	/* entry: the next number of a set counts */
	HEAR_NEXT_KEY,	/* the first entry of the next key */
	HEAR_PREVIOUS_KEY,
	HEAR_LAST,
};

HEAR_CHECKED enum hear_code hear_cursor_move(struct hear_cursor *cursor,
					     enum hear_move move,
					     struct hear_span *key,
					     struct hear_span *value,
					     struct hear_err *err);
/* To the first entry whose key is `from` or above. */
HEAR_CHECKED enum hear_code hear_cursor_seek(struct hear_cursor *cursor,
					     struct hear_span from,
					     struct hear_span *key,
					     struct hear_span *value,
					     struct hear_err *err);
/* To the first number at or above `number` under exactly `key`. */
HEAR_CHECKED enum hear_code
hear_cursor_number(struct hear_cursor *cursor, struct hear_span key,
		   uint64_t number, uint64_t *out, struct hear_err *err);
/* Bytes of the data file, and of those not in use. */
void hear_store_bytes(struct hear_txn *txn, uint64_t *all, uint64_t *unused);

/* A compact copy of the data file, while others go on, into an open
 * descriptor. */
HEAR_CHECKED enum hear_code hear_store_copy(struct hear_store *store, int fd,
					    struct hear_err *err);

/* Holds off every other program, until it is shared again or closed: for
 * replacing the data file, and for repairs. HEAR_DENIED: another program has
 * the store open, or this one a transaction. */
HEAR_CHECKED enum hear_code hear_store_alone(struct hear_store *store,
					     struct hear_err *err);
void hear_store_share(struct hear_store *store);

#endif
