/* found.h - what a descent found: filings to give, and filings to want.
 *
 * Kept within limits (HEAR_DESCENT_HELD each way), and handed out in portions
 * that fit an EXCHANGE. Only descent.c uses it.
 */
#ifndef SYNC_FOUND_H
#define SYNC_FOUND_H

#include "sync/wire.h"

struct hear_want; /* all of a range, or some of its ids */

/* Starts from zeros. */
struct hear_found {
	bool full; /* there was no room for all */

	uint64_t *gives;
	size_t give_count;
	size_t give_room;
	bool gives_sorted;

	struct hear_want *wants;
	size_t want_count;
	size_t want_room;
	struct hear_buffer ids;
	size_t held;	 /* ids, and ranges wanted whole */
	uint64_t wanted; /* filings */

	/* Handing out wants: the next, and how many of its ids are done. */
	bool wants_sorted;
	size_t want_at;
	uint64_t ids_done;
	struct hear_prefix *portion;
	struct hear_buffer bits;
	struct hear_buffer data;
};

void hear_found_done(struct hear_found *found);

HEAR_CHECKED enum hear_code hear_found_give(struct hear_found *found,
					    uint64_t number,
					    struct hear_err *err);
/* `count` filings of the range: those ids, or, without any, all. */
HEAR_CHECKED enum hear_code hear_found_want(struct hear_found *found,
					    const struct hear_prefix *prefix,
					    uint64_t count,
					    const struct hear_buffer *ids,
					    struct hear_err *err);

/* See hear_descent_gives() and hear_descent_want(). */
const uint64_t *hear_found_gives(struct hear_found *found, size_t *count);
HEAR_CHECKED enum hear_code hear_found_portion(struct hear_found *found,
					       size_t room,
					       struct hear_wire_ranges *out,
					       struct hear_err *err);

#endif
