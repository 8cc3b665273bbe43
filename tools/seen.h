/* seen.h - a set of ids, to print nothing twice. */
#ifndef TOOLS_SEEN_H
#define TOOLS_SEEN_H

#include "core/hearsay.h"

struct seen;

struct seen *seen_new(void); /* NULL: out of memory */
void seen_free(struct seen *seen);
/* Adds an id; `*is_new` says whether it was not there yet. False: out of
 * memory. */
HEAR_CHECKED bool seen_add(struct seen *seen, const struct hear_id *id,
			   bool *is_new);

#endif
