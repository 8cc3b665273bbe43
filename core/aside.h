/* aside.h - filings that are held and not (or not any more) part of the
 * dataset: what waits aside, what was refused for good, and what is left out
 * of views.
 *
 * Aside and refused have the keys of table `ordered`, so that two nodes can
 * count what the other need not send. Both are written only after a filing's
 * signature and bodies were found right: nobody can keep a filing out by
 * sending a spoilt copy of it.
 */
#ifndef CORE_ASIDE_H
#define CORE_ASIDE_H

#include "core/filing.h"
#include "core/hearsay.h"
#include "core/store.h"

enum { HEAR_ASIDE_HEAD = 1 + 8 + 32 + 32 }; /* before the packed filing */

/* How long a refusal is remembered: by then another program may think
 * otherwise. */
#define HEAR_REFUSED_MS (INT64_C(30) * 24 * 3600 * 1000)

/* One entry of table aside; the span points into the map. */
struct hear_aside_entry {
	enum hear_wait reason;
	int64_t arrived_ms;
	struct hear_key via;
	struct hear_key author;
	struct hear_span packed; /* empty: it stands in table filing */
};

/* What is in a key of tables ordered, aside and refused. */
struct hear_place_key {
	unsigned char partition[HEAR_PARTITION_BYTES];
	size_t partition_size;
	uint64_t time;
	struct hear_id id;
};

/* False: not well formed. */
bool hear_place_read(struct hear_span key, struct hear_place_key *out);
bool hear_aside_read(struct hear_span value, struct hear_aside_entry *out);

HEAR_CHECKED enum hear_code
hear_aside_put(struct hear_txn *txn, const struct hear_header *header,
	       const struct hear_id *id, const struct hear_aside_entry *entry,
	       struct hear_err *err);
/* Takes one out; one that is not there is no fault. */
HEAR_CHECKED enum hear_code hear_aside_take(struct hear_txn *txn,
					    const struct hear_header *header,
					    const struct hear_id *id,
					    struct hear_err *err);
/* HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code hear_aside_get(struct hear_txn *txn,
					   const struct hear_header *header,
					   const struct hear_id *id,
					   struct hear_aside_entry *out,
					   struct hear_err *err);
/* The signed time of a filing that waits or was refused: with its partition
 * the key to where it does. HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code hear_aside_time(struct hear_txn *txn,
					    const struct hear_id *id,
					    uint64_t *out,
					    struct hear_err *err);

/* The words for `why`: static. */
const char *hear_refusal_text(enum hear_refusal why);
HEAR_CHECKED enum hear_code hear_refused_put(struct hear_txn *txn,
					     const struct hear_header *header,
					     const struct hear_id *id,
					     enum hear_refusal why,
					     int64_t until_ms,
					     struct hear_err *err);
/* HEAR_NOTFOUND is an answer: not refused, or no longer. */
HEAR_CHECKED enum hear_code hear_refused_get(struct hear_txn *txn,
					     const struct hear_header *header,
					     const struct hear_id *id,
					     int64_t now_ms,
					     enum hear_refusal *out,
					     struct hear_err *err);
/* Forgets what is refused no longer: where nothing is, that costs one look. */
HEAR_CHECKED enum hear_code hear_refused_expire(struct hear_txn *txn,
						int64_t now_ms,
						struct hear_err *err);

/* Why a stored filing is left out of views (HEAR_WAIT_FLAGGED), or out of the
 * tree as well (any other); 0: it is not. */
HEAR_CHECKED enum hear_code hear_left_get(struct hear_txn *txn, uint64_t number,
					  enum hear_wait *out,
					  struct hear_err *err);
HEAR_CHECKED enum hear_code hear_left_put(struct hear_txn *txn, uint64_t number,
					  enum hear_wait reason,
					  struct hear_err *err);

#endif
