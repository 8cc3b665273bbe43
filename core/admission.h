/* admission.h - what is taken in of what comes from elsewhere, and why not.
 *
 * Whether a filing is part of the dataset is a pure function of its bytes and
 * of the roster: never of the clock, of who sends it or of when it comes. The
 * public call is hear_write_take(); sync uses hear_write_admit() (replica.h).
 */
#ifndef CORE_ADMISSION_H
#define CORE_ADMISSION_H

#include "core/replica.h"
#include "core/writer.h"

void hear_taking_free(struct hear_taking *taking); /* accepts NULL */

/* What keeps a filing of claims out of the dataset, or (HEAR_WAIT_FLAGGED) out
 * of views; 0: nothing. The roster must be settled. */
HEAR_CHECKED enum hear_code hear_standing_in(struct hear_writer *writer,
					     const struct hear_header *header,
					     const struct hear_id *id,
					     enum hear_wait *out,
					     struct hear_err *err);

/* Tries a filing that waits aside again, under its key in that table: the
 * entry goes where it is taken in. */
HEAR_CHECKED enum hear_code hear_admit_waiting(struct hear_writer *writer,
					       struct hear_span key, bool *out,
					       struct hear_err *err);

/* Those before the filings that were tried or taken in and that a removal
 * leaves standing stand, too. */
HEAR_CHECKED enum hear_code hear_release_before(struct hear_writer *writer,
						struct hear_err *err);

#endif
