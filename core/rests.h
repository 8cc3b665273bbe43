/* rests.h - what rests on what was retracted, where finding needs it. The
 * rules, and the calls that tell why, are in hearsay.h and rests.c.
 */
#ifndef CORE_RESTS_H
#define CORE_RESTS_H

#include "core/numbers.h"
#include "core/reader.h"

/* Whether a live record rests on something retracted. */
HEAR_CHECKED enum hear_code hear_rests_any(struct hear_reader *reader,
					   uint64_t number,
					   const struct hear_record *record,
					   bool *out, struct hear_err *err);

/* Adds the number of every record of which that may be so. */
HEAR_CHECKED enum hear_code hear_rests_all(struct hear_reader *reader,
					   struct hear_bits *bits,
					   struct hear_err *err);

#endif
