/* range.h - the filings of a partition that begin alike: how many, their
 * digest, their keys.
 *
 * A prefix is the first bits of a filing's key, time(8) id(32). The digest of
 * the filings under one is what the root of a partition that had only these
 * would be (tree.h): a function of the set alone. Counting and digesting read
 * one node, and at most 16 keys, whatever lies below the prefix.
 */
#ifndef CORE_RANGE_H
#define CORE_RANGE_H

#include "core/tree.h"

enum {
	HEAR_RANGE_KEY = 40,
	HEAR_RANGE_BITS = 8 * HEAR_RANGE_KEY, /* of a whole key */
};

struct hear_prefix {
	uint16_t bits;
	unsigned char bytes[HEAR_RANGE_KEY]; /* beyond the bits: 0 */
};

/* The lowest and the highest key that begin so. */
void hear_prefix_low(const struct hear_prefix *prefix,
		     unsigned char out[HEAR_RANGE_KEY]);
void hear_prefix_high(const struct hear_prefix *prefix,
		      unsigned char out[HEAR_RANGE_KEY]);
/* Whether all that begins as `inner` does begins as `outer` does. */
bool hear_prefix_within(const struct hear_prefix *inner,
			const struct hear_prefix *outer);
/* The half of it whose next bit is `bit`; there must be a next bit. */
struct hear_prefix hear_prefix_half(const struct hear_prefix *prefix, int bit);

/* One partition in one transaction, which must stay open, and unchanged. */
struct hear_ranges;

HEAR_CHECKED enum hear_code hear_ranges_open(struct hear_ranges **out,
					     struct hear_txn *txn,
					     struct hear_span partition,
					     struct hear_err *err);
void hear_ranges_close(struct hear_ranges *ranges); /* accepts NULL */

HEAR_CHECKED enum hear_code hear_range_count(struct hear_ranges *ranges,
					     const struct hear_prefix *prefix,
					     uint64_t *out,
					     struct hear_err *err);
HEAR_CHECKED enum hear_code hear_range_digest(struct hear_ranges *ranges,
					      const struct hear_prefix *prefix,
					      struct hear_tree_root *out,
					      struct hear_err *err);
/* How many filings have keys above all that begin so. */
HEAR_CHECKED enum hear_code hear_range_newer(struct hear_ranges *ranges,
					     const struct hear_prefix *prefix,
					     uint64_t *out,
					     struct hear_err *err);

/* Calls `each` with the keys from `low` to `high`, both included, in ascending
 * order, of a table that is keyed as HEAR_ORDERED is, until it returns false.
 * In HEAR_ORDERED the value is the filing's number, 8 bytes. */
HEAR_CHECKED enum hear_code hear_range_keys(
	struct hear_ranges *ranges, enum hear_table table,
	const unsigned char low[HEAR_RANGE_KEY],
	const unsigned char high[HEAR_RANGE_KEY],
	bool (*each)(void *context, const unsigned char key[HEAR_RANGE_KEY],
		     struct hear_span value),
	void *context, struct hear_err *err);

#endif
