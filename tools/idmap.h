/* idmap.h - a number beside each of many ids. */
#ifndef TOOLS_IDMAP_H
#define TOOLS_IDMAP_H

#include "core/hearsay.h"

struct idmap;

struct idmap *idmap_new(void); /* NULL: out of memory */
void idmap_free(struct idmap *map);
size_t idmap_count(const struct idmap *map);
size_t idmap_bytes(const struct idmap *map); /* of memory */
/* Forgets all, and keeps the memory. */
void idmap_reset(struct idmap *map);
/* The number of an id that is there; NULL where it is not. Good until the
 * next idmap_put(). */
uint32_t *idmap_find(const struct idmap *map, const struct hear_id *id);
/* The same, added with 0 where it was not there. NULL: out of memory. */
uint32_t *idmap_put(struct idmap *map, const struct hear_id *id);
/* The id and number at `index`, in no order that says anything; false after
 * the last. */
bool idmap_at(const struct idmap *map, size_t index, struct hear_id *id,
	      uint32_t **number);

#endif
