/* descent.h - the side that asks while two compare what they hold.
 *
 * A state machine over one partition: questions out, replies in. It holds no
 * transaction between them, keeps what it found within limits (limits.h), and
 * believes nothing of a reply that does not fit what was asked. PROTOCOL.md
 * tells how a descent goes.
 *
 * Where more is found than may be held the descent ends early, and says that
 * it is partial: exchange what it found, then begin another with a new salt.
 */
#ifndef SYNC_DESCENT_H
#define SYNC_DESCENT_H

#include "sync/wire.h"

struct hear_descent;

/* The salt must be random, and new for each descent. */
HEAR_CHECKED enum hear_code
hear_descent_new(struct hear_descent **out, struct hear_span partition,
		 const unsigned char salt[HEAR_WIRE_SALT],
		 struct hear_err *err);
void hear_descent_free(struct hear_descent *descent); /* accepts NULL */
/* Filings whose keys stand in that table, too, are known here: they are not
 * wanted, nor are they given. */
void hear_descent_know(struct hear_descent *descent, enum hear_table table);

/* Appends the body of the next COMPARE; it is answered before another is
 * asked for. The same question again, until it was. HEAR_NOTFOUND, an answer:
 * there is nothing more to ask. */
HEAR_CHECKED enum hear_code
hear_descent_question(struct hear_descent *descent,
		      const unsigned char mark[HEAR_WIRE_MARK],
		      struct hear_buffer *out, struct hear_err *err);
/* Takes the reply in, comparing it with what is held. HEAR_INVALID: it does
 * not fit the question; the replier is at fault, and the descent is of no more
 * use. */
HEAR_CHECKED enum hear_code
hear_descent_take(struct hear_descent *descent, struct hear_txn *txn,
		  const struct hear_wire_compared *reply, struct hear_err *err);

/* ---- What came of it, once there is nothing more to ask ------------------ */

/* More was found than may be held. */
bool hear_descent_partial(const struct hear_descent *descent);
const unsigned char *hear_descent_salt(const struct hear_descent *descent);
/* Filings the other side lacks: numbers in ascending order; borrowed until the
 * descent is freed. */
const uint64_t *hear_descent_gives(struct hear_descent *descent, size_t *count);
/* How many filings are wanted, as far as is known. */
uint64_t hear_descent_wanted(const struct hear_descent *descent);
/* The next portion of wants for an EXCHANGE, in at most some `room` bytes (64
 * or more), borrowed until the next call. HEAR_NOTFOUND, an answer: there are
 * no more. Ask for a portion again, above what was covered, while its replies
 * say `more`. */
HEAR_CHECKED enum hear_code hear_descent_want(struct hear_descent *descent,
					      size_t room,
					      struct hear_wire_ranges *out,
					      struct hear_err *err);

/* For people: questions asked so far. */
unsigned hear_descent_trips(const struct hear_descent *descent);

#endif
