/* SPDX-License-Identifier: ISC */
#include "tools/idmap.h"

#include <stdlib.h>
#include <string.h>

struct pair {
	struct hear_id id;
	uint32_t number;
};

/* Pairs in the order they came, and a table of their places by hash. */
struct idmap {
	struct pair *pairs;
	uint32_t *table; /* index + 1; 0: free */
	size_t count;
	size_t room; /* of the table, a power of two; half of it is used */
};

enum { FIRST_ROOM = 256 };

struct idmap *idmap_new(void)
{
	return calloc(1, sizeof(struct idmap));
}

void idmap_free(struct idmap *map)
{
	if (!map)
		return;
	free(map->pairs);
	free(map->table);
	free(map);
}

size_t idmap_count(const struct idmap *map)
{
	return map->count;
}

size_t idmap_bytes(const struct idmap *map)
{
	return map->room / 2 * sizeof *map->pairs +
	       map->room * sizeof *map->table;
}

void idmap_reset(struct idmap *map)
{
	if (map->count > 0)
		memset(map->table, 0, map->room * sizeof *map->table);
	map->count = 0;
}

/* Ids are hashes already. */
static uint32_t *place_of(const struct idmap *map, const struct hear_id *id)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, id->bytes, sizeof hash);
	at = (size_t)hash & (map->room - 1);
	while (map->table[at] &&
	       !hear_id_equal(&map->pairs[map->table[at] - 1].id, id))
		at = (at + 1) & (map->room - 1);
	return &map->table[at];
}

static bool grow(struct idmap *map)
{
	size_t room = map->room ? map->room * 2 : FIRST_ROOM;
	struct pair *pairs = realloc(map->pairs, room / 2 * sizeof *pairs);
	uint32_t *table;
	size_t i;

	if (pairs)
		map->pairs = pairs;
	table = calloc(room, sizeof *table);
	if (!pairs || !table) {
		free(table);
		return false;
	}
	free(map->table);
	map->table = table;
	map->room = room;
	for (i = 0; i < map->count; i++)
		*place_of(map, &map->pairs[i].id) = (uint32_t)i + 1;
	return true;
}

uint32_t *idmap_find(const struct idmap *map, const struct hear_id *id)
{
	uint32_t place;

	if (map->count == 0)
		return NULL;
	place = *place_of(map, id);
	return place ? &map->pairs[place - 1].number : NULL;
}

uint32_t *idmap_put(struct idmap *map, const struct hear_id *id)
{
	uint32_t *number = idmap_find(map, id);

	if (number)
		return number;
	if (map->count >= map->room / 2 && !grow(map))
		return NULL;
	map->pairs[map->count] = (struct pair){*id, 0};
	*place_of(map, id) = (uint32_t)map->count + 1;
	return &map->pairs[map->count++].number;
}

bool idmap_at(const struct idmap *map, size_t index, struct hear_id *id,
	      uint32_t **number)
{
	if (index >= map->count)
		return false;
	*id = map->pairs[index].id;
	*number = &map->pairs[index].number;
	return true;
}
