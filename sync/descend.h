/* descend.h - the side that replies while two compare what they hold.
 *
 * Nothing is kept between questions: each is answered from one transaction
 * alone, in bounded work, and never with more than a frame. How a descent goes
 * is told in PROTOCOL.md; the side that asks is descent.h.
 *
 * On the way down digests and ids are HEAR_WIRE_SHORT bytes, keyed with the
 * salt that the asker chose for this descent: nobody can prepare filings that
 * look alike under it. They find differences; only whole roots say that there
 * are none.
 */
#ifndef SYNC_DESCEND_H
#define SYNC_DESCEND_H

#include "core/range.h"
#include "sync/wire.h"

/* The short names of a range of filings and of one filing. */
void hear_short_digest(const unsigned char salt[HEAR_WIRE_SALT],
		       const struct hear_tree_root *range,
		       unsigned char out[HEAR_WIRE_SHORT]);
void hear_short_id(const unsigned char salt[HEAR_WIRE_SALT],
		   const unsigned char key[HEAR_RANGE_KEY],
		   unsigned char out[HEAR_WIRE_SHORT]);

/* Appends the body of the reply to a COMPARE. That the asker may see the
 * partition is the caller's to know. `work` (may be NULL) gets what it cost:
 * ranges and keys that were looked at. */
HEAR_CHECKED enum hear_code
hear_descend_reply(struct hear_txn *txn,
		   const struct hear_wire_compare *question,
		   struct hear_buffer *out, uint64_t *work,
		   struct hear_err *err);

/* What came of the wants of an EXCHANGE. */
struct hear_served {
	bool more; /* there is more to serve, above `covered` */
	unsigned char covered[HEAR_RANGE_KEY];
	uint64_t work; /* keys that were looked at */
};

/* Calls `each` with the numbers of the filings that are wanted and held, in
 * the order of their keys, until it returns false: that filing has not been
 * served then. */
HEAR_CHECKED enum hear_code
hear_descend_serve(struct hear_txn *txn,
		   const struct hear_wire_exchange *question,
		   bool (*each)(void *context, uint64_t number), void *context,
		   struct hear_served *out, struct hear_err *err);

#endif
