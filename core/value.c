/* SPDX-License-Identifier: ISC */
#include "core/value.h"
#include "core/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 8192, MAX_CHUNK = 1 << 20 };

struct chunk {
	struct chunk *next;
	size_t size;
	_Alignas(max_align_t) unsigned char data[];
};

struct hear_arena {
	struct chunk *first;
	struct chunk *current;
	size_t used; /* of current */
	bool failed;
};

struct hear_arena *hear_arena_new(void)
{
	return calloc(1, sizeof(struct hear_arena));
}

void hear_arena_free(struct hear_arena *arena)
{
	struct chunk *chunk;

	if (!arena)
		return;
	while ((chunk = arena->first)) {
		arena->first = chunk->next;
		free(chunk);
	}
	free(arena);
}

void hear_arena_reset(struct hear_arena *arena)
{
	arena->current = arena->first;
	arena->used = 0;
	arena->failed = false;
}

bool hear_arena_failed(const struct hear_arena *arena)
{
	return arena->failed;
}

/* A chunk of at least `size` bytes after the current one: one kept from
 * before the last reset where it is large enough, else a new one. */
static struct chunk *next_chunk(struct hear_arena *arena, size_t size)
{
	struct chunk *chunk = arena->current ? arena->current->next
					     : arena->first;
	size_t room = arena->current ? arena->current->size * 2 : FIRST_CHUNK;

	if (chunk && chunk->size >= size)
		return chunk;
	if (room > MAX_CHUNK)
		room = MAX_CHUNK;
	if (room < size)
		room = size;
	if (room > SIZE_MAX - sizeof *chunk)
		return NULL;
	chunk = malloc(sizeof *chunk + room);
	if (!chunk)
		return NULL;
	chunk->size = room;
	if (arena->current) {
		chunk->next = arena->current->next;
		arena->current->next = chunk;
	} else {
		chunk->next = arena->first;
		arena->first = chunk;
	}
	return chunk;
}

void *hear_arena_alloc(struct hear_arena *arena, size_t size)
{
	size_t align = _Alignof(max_align_t);
	void *out;

	if (size > SIZE_MAX / 2) {
		arena->failed = true;
		return NULL;
	}
	size = (size + align - 1) / align * align;
	if (!arena->current || size > arena->current->size - arena->used) {
		struct chunk *chunk = next_chunk(arena, size);

		if (!chunk) {
			arena->failed = true;
			return NULL;
		}
		arena->current = chunk;
		arena->used = 0;
	}
	out = arena->current->data + arena->used;
	arena->used += size;
	return out;
}

struct hear_span hear_arena_copy(struct hear_arena *arena,
				 struct hear_span span)
{
	char *data;

	if (span.size == SIZE_MAX) {
		arena->failed = true;
		return hear_span_make(NULL, 0);
	}
	data = hear_arena_alloc(arena, span.size + 1);
	if (!data)
		return hear_span_make(NULL, 0);
	if (span.size > 0)
		memcpy(data, span.data, span.size);
	data[span.size] = '\0';
	return hear_span_make(data, span.size);
}

static struct hear_value *make(struct hear_arena *arena, enum hear_type type)
{
	struct hear_value *value = hear_arena_alloc(arena, sizeof *value);

	if (!value)
		return NULL;
	memset(value, 0, sizeof *value);
	value->type = type;
	return value;
}

struct hear_value *hear_make_bool(struct hear_arena *arena, bool is)
{
	struct hear_value *value = make(arena, HEAR_BOOL);

	if (value)
		value->is = is;
	return value;
}

struct hear_value *hear_make_integer(struct hear_arena *arena, int64_t number)
{
	struct hear_value *value = make(arena, HEAR_INTEGER);

	if (value)
		value->number = number;
	return value;
}

struct hear_value *hear_borrow_text(struct hear_arena *arena,
				    struct hear_span text)
{
	struct hear_value *value = make(arena, HEAR_TEXT);

	if (value)
		value->text = text;
	return value;
}

struct hear_value *hear_make_text(struct hear_arena *arena,
				  struct hear_span text)
{
	return hear_borrow_text(arena, hear_arena_copy(arena, text));
}

struct hear_value *hear_make_bytes(struct hear_arena *arena,
				   struct hear_span bytes)
{
	struct hear_value *value = make(arena, HEAR_BYTES);

	if (value)
		value->text = hear_arena_copy(arena, bytes);
	return value;
}

struct hear_value *hear_make_list(struct hear_arena *arena)
{
	return make(arena, HEAR_LIST);
}

struct hear_value *hear_make_map(struct hear_arena *arena)
{
	return make(arena, HEAR_MAP);
}

/* Room for one more entry of `entry` bytes; the entries, moved if need be. */
static void *grow(struct hear_arena *arena, struct hear_value *value,
		  void *entries, size_t entry)
{
	uint32_t room = value->room ? value->room * 2 : 4;
	void *moved;

	if (value->count < value->room)
		return entries;
	if (room < value->room) {
		arena->failed = true;
		return NULL;
	}
	moved = hear_arena_alloc(arena, room * entry);
	if (!moved)
		return NULL;
	if (value->count > 0)
		memcpy(moved, entries, value->count * entry);
	value->room = room;
	return moved;
}

void hear_list_add(struct hear_arena *arena, struct hear_value *list,
		   struct hear_value *item)
{
	struct hear_value **items;

	if (!list || !item || list->type != HEAR_LIST)
		return;
	items = grow(arena, list, list->items, sizeof *items);
	if (!items)
		return;
	list->items = items;
	items[list->count++] = item;
}

static struct hear_pair *pair_at(const struct hear_value *map,
				 struct hear_span key)
{
	uint32_t i;

	if (!map || map->type != HEAR_MAP)
		return NULL;
	for (i = 0; i < map->count; i++) {
		struct hear_pair *pair = &map->pairs[i];

		if (pair->key.size == key.size && /* most differ here */
		    hear_span_equal(pair->key, key))
			return pair;
	}
	return NULL;
}

void hear_map_add(struct hear_arena *arena, struct hear_value *map,
		  struct hear_span key, struct hear_value *value)
{
	struct hear_pair *pairs;

	if (!map || !value || map->type != HEAR_MAP)
		return;
	pairs = grow(arena, map, map->pairs, sizeof *pairs);
	if (!pairs)
		return;
	map->pairs = pairs;
	pairs[map->count].key = key;
	pairs[map->count++].value = value;
}

void hear_map_put(struct hear_arena *arena, struct hear_value *map,
		  struct hear_span key, struct hear_value *value)
{
	struct hear_pair *pair = pair_at(map, key);

	if (pair && value)
		pair->value = value;
	else if (map && value)
		hear_map_add(arena, map, hear_arena_copy(arena, key), value);
}

void hear_map_set(struct hear_arena *arena, struct hear_value *map,
		  const char *key, struct hear_value *value)
{
	hear_map_put(arena, map, hear_span_of(key), value);
}

void hear_map_text(struct hear_arena *arena, struct hear_value *map,
		   const char *key, struct hear_span text)
{
	if (text.size > 0)
		hear_map_set(arena, map, key, hear_make_text(arena, text));
}

bool hear_map_remove(struct hear_value *map, const char *key)
{
	struct hear_pair *pair = pair_at(map, hear_span_of(key));
	size_t after;

	if (!pair)
		return false;
	after = (size_t)(map->pairs + map->count - pair) - 1;
	memmove(pair, pair + 1, after * sizeof *pair);
	map->count--;
	return true;
}

enum hear_type hear_type_of(const struct hear_value *value)
{
	return value ? value->type : HEAR_NONE;
}

bool hear_bool_of(const struct hear_value *value)
{
	return value && value->type == HEAR_BOOL && value->is;
}

int64_t hear_integer_of(const struct hear_value *value)
{
	return value && value->type == HEAR_INTEGER ? value->number : 0;
}

struct hear_span hear_text_of(const struct hear_value *value)
{
	if (!value || (value->type != HEAR_TEXT && value->type != HEAR_BYTES))
		return hear_span_make(NULL, 0);
	return value->text;
}

size_t hear_count_of(const struct hear_value *value)
{
	if (!value || (value->type != HEAR_LIST && value->type != HEAR_MAP))
		return 0;
	return value->count;
}

struct hear_value *hear_item_of(const struct hear_value *value, size_t index)
{
	if (index >= hear_count_of(value))
		return NULL;
	return value->type == HEAR_LIST ? value->items[index]
					: value->pairs[index].value;
}

struct hear_span hear_key_of(const struct hear_value *map, size_t index)
{
	if (!map || map->type != HEAR_MAP || index >= map->count)
		return hear_span_make(NULL, 0);
	return map->pairs[index].key;
}

struct hear_value *hear_map_at(const struct hear_value *map,
			       struct hear_span key)
{
	struct hear_pair *pair = pair_at(map, key);

	return pair ? pair->value : NULL;
}

struct hear_value *hear_map_get(const struct hear_value *map, const char *key)
{
	return hear_map_at(map, hear_span_of(key));
}

struct hear_value *hear_value_copy(struct hear_arena *arena,
				   const struct hear_value *value)
{
	struct hear_value *copy = value ? make(arena, value->type) : NULL;
	uint32_t i;

	if (!copy)
		return NULL;
	copy->line = value->line;
	copy->column = value->column;
	switch (value->type) {
	case HEAR_NONE:
		break;
	case HEAR_BOOL:
		copy->is = value->is;
		break;
	case HEAR_INTEGER:
		copy->number = value->number;
		break;
	case HEAR_TEXT:
	case HEAR_BYTES:
		copy->text = hear_arena_copy(arena, value->text);
		break;
	case HEAR_LIST:
		for (i = 0; i < value->count; i++)
			hear_list_add(arena, copy,
				      hear_value_copy(arena, value->items[i]));
		break;
	case HEAR_MAP:
		for (i = 0; i < value->count; i++)
			hear_map_put(arena, copy, value->pairs[i].key,
				     hear_value_copy(arena,
						     value->pairs[i].value));
		break;
	}
	return copy;
}

struct hear_value *hear_copy_shallow(struct hear_arena *arena,
				     const struct hear_value *from)
{
	bool list = hear_type_of(from) == HEAR_LIST;
	struct hear_value *to = list ? hear_make_list(arena)
				     : hear_make_map(arena);
	size_t i;

	for (i = 0; i < hear_count_of(from); i++) {
		if (list)
			hear_list_add(arena, to, hear_item_of(from, i));
		else
			hear_map_add(arena, to, hear_key_of(from, i),
				     hear_item_of(from, i));
	}
	hear_value_place(to, hear_line_of(from), hear_column_of(from));
	return to;
}

bool hear_value_equal(const struct hear_value *a, const struct hear_value *b)
{
	uint32_t i;

	if (!a || !b || a->type != b->type)
		return !a && !b;
	switch (a->type) {
	case HEAR_NONE:
		return true;
	case HEAR_BOOL:
		return a->is == b->is;
	case HEAR_INTEGER:
		return a->number == b->number;
	case HEAR_TEXT:
	case HEAR_BYTES:
		return hear_span_equal(a->text, b->text);
	case HEAR_LIST:
		for (i = 0; i < a->count && a->count == b->count; i++)
			if (!hear_value_equal(a->items[i], b->items[i]))
				return false;
		return a->count == b->count;
	case HEAR_MAP:
		for (i = 0; i < a->count && a->count == b->count; i++)
			if (!hear_value_equal(a->pairs[i].value,
					      hear_map_at(b, a->pairs[i].key)))
				return false;
		return a->count == b->count;
	}
	return false;
}

void hear_value_place(struct hear_value *value, uint32_t line, uint32_t column)
{
	if (!value)
		return;
	value->line = line;
	value->column = column;
}

uint32_t hear_line_of(const struct hear_value *value)
{
	return value ? value->line : 0;
}

uint32_t hear_column_of(const struct hear_value *value)
{
	return value ? value->column : 0;
}
