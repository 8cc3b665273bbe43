/* cut.h - a set of disjoint prefixes, as a binary trie in bits.
 *
 * The leaves of the trie are the prefixes, in ascending order. Its nodes
 * stand in preorder, two bits each, the high bits of a byte first:
 *
 *	00	a leaf		01	only a child for 0
 *	11	both children	10	only a child for 1
 *
 * The last byte is filled with 0. Before it stands how many leaves there are
 * (LEB128); of none that is all. Near leaves share their way, so a leaf costs
 * some four bits instead of a prefix of up to 40 bytes. What belongs to the
 * leaves follows elsewhere, in their order.
 */
#ifndef SYNC_CUT_H
#define SYNC_CUT_H

#include "core/range.h"
#include "sync/fields.h"

struct hear_cut {
	uint32_t count;
	struct hear_span bits; /* borrowed */
};

/* Draws the trie in `bits`, which is emptied first and which the cut then
 * borrows. The prefixes must ascend, none within another. */
struct hear_cut hear_cut_make(struct hear_buffer *bits,
			      const struct hear_prefix *prefixes, size_t count);
/* How many bits of the trie a prefix costs that comes after `previous` (NULL:
 * it is the first). */
size_t hear_cut_bits(const struct hear_prefix *previous,
		     const struct hear_prefix *prefix);

void hear_cut_put(struct hear_buffer *out, const struct hear_cut *cut);
/* Reads one of at most `most` leaves off the front, checking all of it. */
void hear_cut_take(struct hear_fields *fields, uint32_t most,
		   struct hear_cut *out);

/* One leaf after another, nothing allocated. */
struct hear_cut_walk {
	struct hear_span bits;
	size_t at;			     /* bits read */
	struct hear_prefix path;	     /* to the node that is read next */
	unsigned char forks[HEAR_RANGE_KEY]; /* depths with a 1 still to come */
	bool over;
	bool failed;
};

void hear_cut_begin(struct hear_cut_walk *walk, const struct hear_cut *cut);
/* False: that was the last. */
bool hear_cut_next(struct hear_cut_walk *walk, struct hear_prefix *out);

#endif
