/* SPDX-License-Identifier: ISC */
#include "core/gather.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/scatter.h"
#include "core/sign.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t none = UINT32_MAX; /* in a slot: no entry */

enum { FIRST_SLOTS = 1024 };

struct entry {
	uint64_t newest; /* number that holds it */
	uint32_t hash;
	uint32_t at;	 /* of the key, in the pool */
	uint32_t size;
	uint32_t count;	 /* of pairs */
	uint32_t there;	 /* the same key's entry where it is copied to, */
	uint32_t hash_there; /* and its hash there */
	bool counted;
};

/* There are many: the number is in halves for their sake, a quarter less. */
struct pair {
	uint32_t high;
	uint32_t low;
	uint32_t entry;
};

struct hear_gather {
	uint64_t secrets[2];
	struct hear_buffer pool; /* keys, end to end */
	uint32_t *slots;	 /* index of an entry, or none */
	size_t slot_count;	 /* a power of two */
	struct entry *entries;
	size_t entry_count;
	size_t entry_room;
	struct pair *pairs; /* as they came */
	size_t pair_count;
	size_t pair_room;
	uint64_t newest;
	uint64_t resets;
	uint64_t there;	       /* what it is being copied to, by its secret, */
	uint64_t there_resets; /* and as of when; 0: none */
	bool failed;
};

/* ---- Holding ---- */

struct hear_gather *hear_gather_new(void)
{
	struct hear_gather *gather = calloc(1, sizeof *gather);

	if (!gather)
		return NULL;
	gather->slots = malloc(FIRST_SLOTS * sizeof *gather->slots);
	if (!gather->slots) {
		free(gather);
		return NULL;
	}
	gather->slot_count = FIRST_SLOTS;
	hear_random(gather->secrets, sizeof gather->secrets);
	gather->secrets[1] |= 1;
	hear_gather_reset(gather);
	return gather;
}

void hear_gather_free(struct hear_gather *gather)
{
	if (!gather)
		return;
	hear_buffer_done(&gather->pool);
	free(gather->slots);
	free(gather->entries);
	free(gather->pairs);
	free(gather);
}

size_t hear_gather_keys(const struct hear_gather *gather)
{
	return gather->entry_count;
}

size_t hear_gather_key_bytes(const struct hear_gather *gather)
{
	return gather->pool.size;
}

void hear_gather_reset(struct hear_gather *gather)
{
	hear_buffer_reset(&gather->pool);
	memset(gather->slots, 0xff, gather->slot_count * sizeof *gather->slots);
	gather->entry_count = 0;
	gather->pair_count = 0;
	gather->newest = 0;
	gather->resets++;
	gather->there_resets = 0;
	gather->failed = false;
}

size_t hear_gather_would_take(size_t keys, size_t key_bytes, uint64_t pairs)
{
	return key_bytes +
	       keys * (sizeof(struct entry) + 4 * sizeof(uint32_t)) +
	       (size_t)pairs * sizeof(struct pair);
}

/* Of slots there are two to four times as many as of keys. */
size_t hear_gather_bytes(const struct hear_gather *gather)
{
	return hear_gather_would_take(gather->entry_count, gather->pool.size,
				      gather->pair_count);
}

uint64_t hear_gather_held(const struct hear_gather *gather)
{
	return gather->pair_count;
}

static struct hear_span key_of(const struct hear_gather *gather,
				const struct entry *entry)
{
	return hear_span_make(gather->pool.data + entry->at, entry->size);
}

/* Doubles an array of items that are all in use; false where that fails or
 * an index would no longer fit. */
static bool grow(void **items, size_t *room, size_t item)
{
	size_t more = *room ? *room * 2 : FIRST_SLOTS;
	void *moved;

	if (more > none || more > SIZE_MAX / item)
		return false;
	moved = realloc(*items, more * item);
	if (!moved)
		return false;
	*items = moved;
	*room = more;
	return true;
}

static void put_slot(struct hear_gather *gather, uint32_t index)
{
	size_t mask = gather->slot_count - 1;
	size_t at = gather->entries[index].hash & mask;

	while (gather->slots[at] != none)
		at = (at + 1) & mask;
	gather->slots[at] = index;
}

/* Keeps the slots at most half full. */
static bool make_slots(struct hear_gather *gather)
{
	size_t count = gather->slot_count * 2;
	uint32_t *slots;
	uint32_t i;

	if (gather->entry_count * 2 < gather->slot_count)
		return true;
	slots = malloc(count * sizeof *slots);
	if (!slots)
		return false;
	memset(slots, 0xff, count * sizeof *slots);
	free(gather->slots);
	gather->slots = slots;
	gather->slot_count = count;
	for (i = 0; i < gather->entry_count; i++)
		put_slot(gather, i);
	return true;
}

static struct entry *find_entry(const struct hear_gather *gather, uint32_t hash,
				struct hear_span key)
{
	size_t mask = gather->slot_count - 1;
	size_t at = hash & mask;

	for (; gather->slots[at] != none; at = (at + 1) & mask) {
		struct entry *entry = &gather->entries[gather->slots[at]];

		if (entry->hash == hash &&
		    hear_span_equal(key_of(gather, entry), key))
			return entry;
	}
	return NULL;
}

static struct entry *make_entry(struct hear_gather *gather, uint32_t hash,
				struct hear_span key)
{
	void *entries = gather->entries;
	struct entry *entry;

	if (gather->entry_count == gather->entry_room &&
	    !grow(&entries, &gather->entry_room, sizeof *entry))
		return NULL;
	gather->entries = entries;
	if (!make_slots(gather) || gather->pool.size > none - key.size)
		return NULL;
	entry = &gather->entries[gather->entry_count];
	entry->hash = hash;
	entry->at = (uint32_t)gather->pool.size;
	entry->size = (uint32_t)key.size;
	entry->count = 0;
	entry->there = none;
	entry->counted = false;
	hear_buffer_span(&gather->pool, key);
	if (gather->pool.failed)
		return NULL;
	put_slot(gather, (uint32_t)gather->entry_count++);
	return entry;
}

static bool add_pair(struct hear_gather *gather, struct entry *entry,
		     uint64_t number)
{
	void *pairs = gather->pairs;
	struct pair *pair;

	if (gather->pair_count == gather->pair_room &&
	    !grow(&pairs, &gather->pair_room, sizeof *pair))
		return false;
	gather->pairs = pairs;
	pair = &gather->pairs[gather->pair_count++];
	pair->high = (uint32_t)(number >> 32);
	pair->low = (uint32_t)number;
	pair->entry = (uint32_t)(entry - gather->entries);
	entry->newest = number;
	entry->count++;
	return true;
}

static struct entry *find_or_make(struct hear_gather *gather, uint32_t hash,
				  struct hear_span key)
{
	struct entry *entry = find_entry(gather, hash, key);

	return entry ? entry : make_entry(gather, hash, key);
}

void hear_gather_add(struct hear_gather *gather, uint64_t number,
		     struct hear_span key)
{
	struct entry *entry;

	if (gather->failed)
		return;
	assert(number >= gather->newest);
	gather->newest = number;
	entry = find_or_make(gather, hear_scatter(gather->secrets, key), key);
	if (entry && entry->count > 0 && entry->newest == number)
		return;
	if (!entry || !add_pair(gather, entry, number))
		gather->failed = true;
}

/* ---- Copying ---- */

/* Forgets which entries are whose where it was copied to another place, or
 * that was reset since. An address may be another's later, a secret not. */
static void aim(struct hear_gather *from, const struct hear_gather *to)
{
	size_t i;

	if (from->there == to->secrets[0] && from->there_resets == to->resets)
		return;
	for (i = 0; i < from->entry_count; i++)
		from->entries[i].there = none;
	from->there = to->secrets[0];
	from->there_resets = to->resets;
}

/* A large table is mostly not in the processor's cache: what is to be looked
 * up is asked for before it is needed. */
static void fetch(struct hear_gather *from, uint64_t begin, uint64_t end,
		  const struct hear_gather *to)
{
	uint64_t i;

	for (i = begin; i < end; i++) {
		struct entry *entry = &from->entries[from->pairs[i].entry];

		if (entry->there != none) {
			__builtin_prefetch(&to->entries[entry->there]);
			continue;
		}
		entry->hash_there = hear_scatter(to->secrets, key_of(from, entry));
		__builtin_prefetch(&to->slots[entry->hash_there &
					      (to->slot_count - 1)]);
	}
	for (i = begin; i < end; i++) {
		const struct entry *entry =
			&from->entries[from->pairs[i].entry];
		uint32_t slot;

		if (entry->there != none)
			continue;
		slot = to->slots[entry->hash_there & (to->slot_count - 1)];
		if (slot != none)
			__builtin_prefetch(&to->entries[slot]);
	}
}

void hear_gather_copy(struct hear_gather *from, uint64_t begin, uint64_t end,
		      struct hear_gather *to, uint64_t number)
{
	uint64_t i;

	assert(number >= to->newest);
	to->newest = number;
	to->failed = to->failed || from->failed;
	aim(from, to);
	if (!to->failed)
		fetch(from, begin, end, to);
	for (i = begin; i < end && !to->failed; i++) {
		struct entry *entry = &from->entries[from->pairs[i].entry];
		struct entry *other =
			entry->there != none
				? &to->entries[entry->there]
				: find_or_make(to, entry->hash_there,
					       key_of(from, entry));

		if (!other || !add_pair(to, other, number))
			to->failed = true;
		else
			entry->there = (uint32_t)(other - to->entries);
	}
}

size_t hear_gather_count(struct hear_gather *gather, uint64_t begin,
			 uint64_t end, size_t *bytes)
{
	size_t count = 0;
	uint64_t i;

	for (i = begin; i < end; i++) {
		struct entry *entry =
			&gather->entries[gather->pairs[i].entry];

		if (entry->counted)
			continue;
		entry->counted = true;
		*bytes += entry->size;
		count++;
	}
	return count;
}

void hear_gather_count_anew(struct hear_gather *gather)
{
	size_t i;

	for (i = 0; i < gather->entry_count; i++)
		gather->entries[i].counted = false;
}

/* ---- Sorting ---- */

static int order_places(const void *a, const void *b)
{
	const struct hear_place *first = a;
	const struct hear_place *second = b;

	if (first->start != second->start)
		return first->start < second->start ? -1 : 1;
	return hear_span_order(first->key, second->key);
}

static void sort_places(const struct hear_gather *gather,
			struct hear_sorted *out)
{
	size_t i;

	for (i = 0; i < out->count; i++) {
		const struct entry *entry = &gather->entries[i];
		struct hear_place *place = &out->places[i];
		unsigned char start[8] = {0};

		place->key = key_of(gather, entry);
		memcpy(start, place->key.data,
		       entry->size < 8 ? entry->size : 8);
		place->start = hear_get64(start);
		place->count = entry->count;
		place->entry = (uint32_t)i;
	}
	qsort(out->places, out->count, sizeof *out->places, order_places);
}

/* Deals the numbers out to the places of their keys. `ends` is where the
 * next number of each entry goes. */
static void deal_numbers(const struct hear_gather *gather,
			 struct hear_sorted *out, uint32_t *ends)
{
	uint32_t at = 0;
	size_t i;

	for (i = 0; i < out->count; i++) {
		out->places[i].numbers = out->numbers + at;
		ends[out->places[i].entry] = at;
		at += out->places[i].count;
	}
	for (i = 0; i < gather->pair_count; i++) {
		const struct pair *pair = &gather->pairs[i];

		out->numbers[ends[pair->entry]++] =
			(uint64_t)pair->high << 32 | pair->low;
	}
}

void hear_sorted_done(struct hear_sorted *sorted)
{
	free(sorted->places);
	free(sorted->numbers);
}

enum hear_code hear_gather_sort(const struct hear_gather *gather,
				struct hear_sorted *out, struct hear_err *err)
{
	uint32_t *ends;

	memset(out, 0, sizeof *out);
	if (gather->failed)
		return hear_fail_memory(err);
	if (gather->entry_count == 0)
		return HEAR_OK;
	out->places = malloc(gather->entry_count * sizeof *out->places);
	out->numbers = malloc(gather->pair_count * sizeof *out->numbers);
	ends = malloc(gather->entry_count * sizeof *ends);
	if (!out->places || !out->numbers || !ends) {
		free(ends);
		return hear_fail_memory(err);
	}
	out->count = gather->entry_count;
	sort_places(gather, out);
	deal_numbers(gather, out, ends);
	free(ends);
	return HEAR_OK;
}

