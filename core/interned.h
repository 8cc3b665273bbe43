/* interned.h - texts by number: the first is 0, and equal ones have one number.
 *
 * The numbers follow the order in which texts came; nothing that is told
 * anybody may depend on it. Texts are copied. Where they fall is keyed with
 * random bytes, so that nobody can choose texts that collide.
 */
#ifndef CORE_INTERNED_H
#define CORE_INTERNED_H

#include "core/hearsay.h"

struct hear_interned {
	struct hear_arena *arena;
	struct hear_span *texts;
	struct hear_interned_place {
		uint32_t text; /* number + 1; 0: free */
		uint32_t hash;
	} *places;
	uint32_t count;
	uint32_t room;	/* of texts */
	uint32_t slots; /* of places, a power of two */
	uint64_t secrets[2];
	bool failed; /* out of memory: numbers mean nothing any more */
};

void hear_interned_init(struct hear_interned *interned,
			struct hear_arena *arena);
void hear_interned_done(struct hear_interned *interned);
/* The number of a text, new or not; 0 where memory ran out. */
uint32_t hear_intern(struct hear_interned *interned, struct hear_span text);
/* UINT32_MAX: not among them. */
uint32_t hear_interned_find(const struct hear_interned *interned,
			    struct hear_span text);

#endif
