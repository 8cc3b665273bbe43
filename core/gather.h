/* gather.h - record numbers gathered under keys in memory, to be written in
 * the order of their keys.
 *
 * A write transaction that puts each entry where it belongs as it comes walks
 * down a table for every one. Gathered and sorted, a key is found once for all
 * its numbers, and neighbours share the walk.
 */
#ifndef CORE_GATHER_H
#define CORE_GATHER_H

#include "core/hearsay.h"

struct hear_gather;

struct hear_gather *hear_gather_new(void); /* NULL: out of memory */
void hear_gather_free(struct hear_gather *gather); /* accepts NULL */

/* Record `number` stands under the key (any bytes); saying so again changes
 * nothing. Numbers may not descend until the next reset. If memory runs out,
 * hear_gather_sort() says so. */
void hear_gather_add(struct hear_gather *gather, uint64_t number,
		     struct hear_span key);
/* What is held. */
size_t hear_gather_bytes(const struct hear_gather *gather);
/* What so much more takes. */
size_t hear_gather_would_take(size_t keys, size_t key_bytes, uint64_t pairs);
/* How many pairs of key and number are held. */
uint64_t hear_gather_held(const struct hear_gather *gather);
/* How many keys, and the bytes of all of them. */
size_t hear_gather_keys(const struct hear_gather *gather);
size_t hear_gather_key_bytes(const struct hear_gather *gather);
/* Adds to `to`, for a number it does not have yet, the keys of the pairs from
 * `begin` to before `end`, counted in the order they were added in: all of one
 * number. Cheap where the same keys come again. */
void hear_gather_copy(struct hear_gather *from, uint64_t begin, uint64_t end,
		      struct hear_gather *to, uint64_t number);
/* How many keys of these pairs were not among those counted before; how many
 * bytes they have is added to `*bytes`. */
size_t hear_gather_count(struct hear_gather *gather, uint64_t begin,
			 uint64_t end, size_t *bytes);
void hear_gather_count_anew(struct hear_gather *gather);
/* Forgets what is held and keeps the memory. */
void hear_gather_reset(struct hear_gather *gather);

/* One key, and its numbers, which ascend. */
struct hear_place {
	uint64_t start; /* the key's first eight bytes mostly decide */
	struct hear_span key;
	const uint64_t *numbers;
	uint32_t count;
	uint32_t entry;
};

/* What is held, in order of keys; it borrows from what it was made of. */
struct hear_sorted {
	struct hear_place *places;
	size_t count;
	uint64_t *numbers;
};

/* To be given back with hear_sorted_done() in any case. */
HEAR_CHECKED enum hear_code hear_gather_sort(const struct hear_gather *gather,
					     struct hear_sorted *out,
					     struct hear_err *err);
void hear_sorted_done(struct hear_sorted *sorted);

#endif
