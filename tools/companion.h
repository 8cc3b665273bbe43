/* companion.h - texts gathered from some rows of a table for other rows.
 *
 * Kept by a number (which rule, which column it gives) and a key made of the
 * cells that both rows share. Memory grows with what is kept, up to the limits
 * in mapping.h, and belongs to the arena.
 */
#ifndef TOOLS_COMPANION_H
#define TOOLS_COMPANION_H

#include "core/hearsay.h"

struct companion;

/* Start from zeros, with an arena. */
struct companions {
	struct hear_arena *arena;
	struct companion *kept; /* newest first */
	struct companion **sorted;
	size_t count;
	size_t bytes;
	size_t used;
};

/* Keeps a copy of `text`. */
HEAR_CHECKED enum hear_code companions_add(struct companions *companions,
					   uint32_t number,
					   struct hear_span key,
					   struct hear_span text, uint64_t line,
					   struct hear_err *err);

/* Puts them in order, after the last was added. HEAR_INVALID: two of them say
 * different things for one key. */
HEAR_CHECKED enum hear_code companions_settle(struct companions *companions,
					      struct hear_err *err);

/* The text for that key, empty where there is none, once settled. */
struct hear_span companions_find(struct companions *companions, uint32_t number,
				 struct hear_span key);

/* How many were never found. */
size_t companions_unused(const struct companions *companions);

#endif
