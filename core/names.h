/* names.h - the fixed words: markings, stances, kinds, scales of judgement.
 *
 * The enums and the calls are in hearsay.h, since programs show and take these
 * words; names.c holds the one table of each. Numbers start at 1 and never
 * change once written: markings are partitions of the set that is synced.
 */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include "core/hearsay.h"

/* Whether two texts are the same but for ASCII case and for blanks, hyphens
 * and underscores, which count as one another. */
bool hear_name_equal(struct hear_span a, struct hear_span b);

#endif
