/* tree.h - the radix tree of hashes over filings: equal sets, equal roots.
 *
 * The filings of each partition are a set of 40-byte keys, time(8) id(32), in
 * table HEAR_ORDERED. The digest of a set, whatever order it came in, is
 *
 *   at most 16 keys  H(HEAR_TAG_LEAF, the keys in ascending order)
 *   more             H(HEAR_TAG_NODE, depth(1) prefix value)
 *
 * where the prefix is all the nibbles that its keys share, packed two a byte
 * (the last padded with 0), depth is how many they are, and the value is
 *
 *   [bitmap(2)][count(4) digest(32)][count(4) digest(32)]...
 *
 * for the child sets that the next nibble tells apart, in ascending order; bit
 * 1 << n of the bitmap stands for nibble n. Numbers are big-endian. Such nodes,
 * and nothing for smaller sets, are kept in table HEAR_NODES, under
 *
 *   [length(1)][partition][prefix, one byte per nibble]
 *
 * so that the highest node below a prefix is the first key at or above it.
 *
 * A partition is an id of 1 to HEAR_PARTITION_BYTES opaque bytes; another
 * length is HEAR_LIMIT.
 */
#ifndef CORE_TREE_H
#define CORE_TREE_H

#include "core/limits.h"
#include "core/store.h"

/* The longest key in HEAR_ORDERED: length(1) partition time(8) id(32). */
enum { HEAR_TREE_KEY = 1 + HEAR_PARTITION_BYTES + 40 };

/* How many filings, and the digest of their set. None: 0, and the digest of
 * a leaf of no keys. */
struct hear_tree_root {
	uint64_t count;
	struct hear_id digest;
};

/* Filings of one write transaction on their way into the tree: collected, so
 * that each node is written once a commit. Starts from zeros. */
struct hear_tree_batch {
	struct hear_tree_entry *entries;
	size_t count;
	size_t room;
};

/* Writes the key of a filing; gives its length. The partition must be of a
 * permitted length. */
size_t hear_tree_key(unsigned char out[HEAR_TREE_KEY],
		     struct hear_span partition, uint64_t time,
		     const struct hear_id *id);

/* Remembers filing `number`. A filing may be added again; always under the
 * same number. */
HEAR_CHECKED enum hear_code hear_tree_add(struct hear_tree_batch *batch,
					  struct hear_span partition,
					  uint64_t time,
					  const struct hear_id *id,
					  uint64_t number,
					  struct hear_err *err);
/* Puts what was remembered into both tables, and empties the batch in any
 * case. After a failure the transaction is of no more use. */
HEAR_CHECKED enum hear_code hear_tree_flush(struct hear_tree_batch *batch,
					    struct hear_txn *txn,
					    struct hear_err *err);
/* Gives the memory back, with what was not flushed; the batch is as new. */
void hear_tree_batch_done(struct hear_tree_batch *batch);

/* The root of one partition, as stored. */
HEAR_CHECKED enum hear_code hear_tree_root(struct hear_tree_root *out,
					   struct hear_txn *txn,
					   struct hear_span partition,
					   struct hear_err *err);
/* One hash over all that a view holds: H(HEAR_TAG_VIEW, the roster's digest,
 * then for each partition length(1) id count(8) digest). The partitions must
 * ascend by their bytes, none twice, so that both sides of a comparison hash
 * alike. */
HEAR_CHECKED enum hear_code
hear_tree_view_root(struct hear_id *out, struct hear_txn *txn,
		    struct hear_span roster,
		    const struct hear_span *partitions, size_t count,
		    struct hear_err *err);

/* Makes the nodes of a partition anew from HEAR_ORDERED: the way to take
 * filings out, or to repair. */
HEAR_CHECKED enum hear_code hear_tree_rebuild(struct hear_txn *txn,
					      struct hear_span partition,
					      struct hear_err *err);
/* Works every node out anew from HEAR_ORDERED and compares, both ways: calls
 * `found` with a sentence for each node that is missing, differs, or should
 * not be. What it finds is no failure. */
HEAR_CHECKED enum hear_code
hear_tree_check(struct hear_txn *txn, struct hear_span partition,
		void (*found)(void *context, const char *sentence),
		void *context, struct hear_err *err);

#endif
