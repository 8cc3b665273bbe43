/* load.h - how much memory it takes to commit a transaction.
 *
 * LMDB keeps every page that a transaction changes in private memory until the
 * commit. Which pages those are is known only when keys and words are written,
 * which is at the end; here is what they can be at most, from how much is to
 * be written and from how large the tables are.
 */
#ifndef CORE_LOAD_H
#define CORE_LOAD_H

#include "core/store.h"

/* Different keys under which something is listed, */
struct hear_listed {
	size_t keys;
	size_t key_bytes;
	uint64_t pairs; /* of key and record */
};

/* What a transaction holds, written or not. */
struct hear_load {
	size_t records;
	size_t filings;
	size_t body_pages; /* of records: see hear_load_body() */
	struct hear_listed by;
	struct hear_listed words;
	size_t held; /* bytes of what is gathered and not yet written */
};

/* Pages that a body takes in its table, at most, in bytes. */
size_t hear_load_body(size_t size);

/* Private memory that a commit takes, in bytes. */
size_t hear_load_bytes(const struct hear_load *load, struct hear_txn *txn);

#endif
