/* find.h - what a finder knows beside the records it gives. The public calls
 * are in hearsay.h. */
#ifndef CORE_FIND_H
#define CORE_FIND_H

#include "core/hearsay.h"

/* The local number of the record that a finder in order of arrival gave last;
 * 0: none yet. */
uint64_t hear_find_number(const struct hear_finder *finder);

#endif
