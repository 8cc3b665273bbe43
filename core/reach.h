/* reach.h - who is part of whom, through however many others.
 *
 * Of each name that is asked about, all that it is part of are found once, and
 * kept as bits, of as many names as fit into HEAR_REACH_BYTES: chains of ten
 * thousand names, which nobody has any use for, must not stop a weighing.
 */
#ifndef CORE_REACH_H
#define CORE_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEAR_REACH_BYTES = 16 << 20 };

struct hear_edge {
	uint32_t part;
	uint32_t whole;
};

struct hear_reach;

/* Of names below `names`. NULL: out of memory. */
struct hear_reach *hear_reach_new(const struct hear_edge *edges, size_t count,
				  uint32_t names);
void hear_reach_free(struct hear_reach *reach); /* accepts NULL */

/* Whether one is part of the other; each name is part of itself. */
bool hear_reach_within(struct hear_reach *reach, uint32_t part,
		       uint32_t whole);
/* The same the one way or the other; quick where `a` stays the same. */
bool hear_reach_either(struct hear_reach *reach, uint32_t a, uint32_t b);
/* Calls `each` with all that the name is part of, and all that are part of it,
 * but for what an earlier call gave already on the same way. False: out of
 * memory, nothing was called. */
bool hear_reach_each(struct hear_reach *reach, uint32_t name,
		     void (*each)(void *context, uint32_t name),
		     void *context);

#endif
