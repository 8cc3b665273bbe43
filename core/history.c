/* SPDX-License-Identifier: ISC */
#include "core/history.h"
#include "core/bytes.h"
#include "core/error.h"

#include <stdlib.h>
#include <string.h>

/* ---- 32 bytes to an index ---- */

/* Open addressing by a hash keyed at random: ids and keys can be chosen. */
struct hear_slots {
	uint64_t secret;
	uint32_t *places; /* index + 1; 0: free */
	size_t count;	  /* a power of two, at least twice what is held */
	size_t held;
};

static struct hear_slots *new_slots(void)
{
	struct hear_slots *slots = calloc(1, sizeof *slots);

	if (!slots)
		return NULL;
	slots->count = 64;
	slots->places = calloc(slots->count, sizeof *slots->places);
	hear_random(&slots->secret, sizeof slots->secret);
	slots->secret |= 1;
	if (slots->places)
		return slots;
	free(slots);
	return NULL;
}

static void free_slots(struct hear_slots *slots)
{
	if (slots)
		free(slots->places);
	free(slots);
}

static size_t slot_of(const struct hear_slots *slots, const void *bytes)
{
	uint64_t hash = slots->secret;
	const unsigned char *from = bytes;
	size_t at;

	for (at = 0; at < 32; at += 8) {
		unsigned __int128 product =
			(unsigned __int128)(hash ^ hear_get64(from + at)) *
			slots->secret;

		hash = (uint64_t)product ^ (uint64_t)(product >> 64);
	}
	return (size_t)hash & (slots->count - 1);
}

/* `stride` apart, each item begins with its 32 bytes. */
static size_t find(const struct hear_slots *slots, const void *items,
		   size_t stride, const void *bytes)
{
	size_t slot = slot_of(slots, bytes);

	while (slots->places[slot]) {
		size_t index = slots->places[slot] - 1;

		if (memcmp((const char *)items + index * stride, bytes, 32) ==
		    0)
			return index;
		slot = (slot + 1) & (slots->count - 1);
	}
	return SIZE_MAX;
}

static void place(struct hear_slots *slots, const void *items, size_t stride,
		  size_t index)
{
	size_t slot = slot_of(slots, (const char *)items + index * stride);

	while (slots->places[slot])
		slot = (slot + 1) & (slots->count - 1);
	slots->places[slot] = (uint32_t)index + 1;
}

/* Makes the next index known. */
static bool note(struct hear_slots *slots, const void *items, size_t stride)
{
	size_t i;

	if (2 * (slots->held + 1) > slots->count) {
		uint32_t *places = calloc(slots->count * 2, sizeof *places);

		if (!places)
			return false;
		free(slots->places);
		slots->places = places;
		slots->count *= 2;
		for (i = 0; i < slots->held; i++)
			place(slots, items, stride, i);
	}
	place(slots, items, stride, slots->held++);
	return true;
}

/* ---- Holding ---- */

struct hear_history *hear_history_new(void)
{
	struct hear_history *history = calloc(1, sizeof *history);

	if (!history)
		return NULL;
	history->arena = hear_arena_new();
	history->filing_slots = new_slots();
	history->key_slots = new_slots();
	if (history->arena && history->filing_slots && history->key_slots)
		return history;
	hear_history_free(history);
	return NULL;
}

void hear_history_free(struct hear_history *history)
{
	size_t i;

	if (!history)
		return;
	for (i = 0; i < history->filing_count; i++)
		free(history->filings[i].past);
	free(history->filings);
	free(history->events);
	free(history->keys);
	free_slots(history->filing_slots);
	free_slots(history->key_slots);
	if (history->arena)
		hear_arena_free(history->arena);
	free(history);
}

/* Room for one more of the items. */
static bool grow(void **items, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 16;
	void *moved;

	if (count < *room)
		return true;
	if (more > UINT32_MAX / 2 || more > SIZE_MAX / size)
		return false;
	moved = realloc(*items, more * size);
	if (!moved)
		return false;
	*items = moved;
	*room = more;
	return true;
}

size_t hear_history_find(const struct hear_history *history,
			 const struct hear_id *id)
{
	return find(history->filing_slots, history->filings,
		    sizeof *history->filings, id->bytes);
}

size_t hear_history_key(const struct hear_history *history,
			const struct hear_key *key)
{
	return find(history->key_slots, history->keys, sizeof *history->keys,
		    key->bytes);
}

static bool know_key(struct hear_history *history, const struct hear_key *key,
		     uint32_t *out)
{
	size_t at = hear_history_key(history, key);
	void *keys = history->keys;

	if (at == SIZE_MAX) {
		struct hear_known_key *known;

		if (!grow(&keys, history->key_count, &history->key_room,
			  sizeof *history->keys))
			return false;
		history->keys = keys;
		at = history->key_count;
		known = &history->keys[at];
		known->key = *key;
		known->last_by = HEAR_NO_ACT;
		known->last_about = HEAR_NO_ACT;
		if (!note(history->key_slots, history->keys,
			  sizeof *history->keys))
			return false;
		history->key_count++;
	}
	*out = (uint32_t)at;
	return true;
}

static bool copy_lists(struct hear_history *history, struct hear_act *act)
{
	struct hear_span heads =
		hear_span_make(act->heads, act->head_count * 32);
	struct hear_span indexes = hear_span_make(
		act->indexes, act->index_count * sizeof *act->indexes);
	void *copy;

	copy = hear_arena_alloc(history->arena, heads.size + 1);
	if (copy && heads.size)
		memcpy(copy, heads.data, heads.size);
	act->heads = copy;
	copy = hear_arena_alloc(history->arena, indexes.size + 1);
	if (copy && indexes.size)
		memcpy(copy, indexes.data, indexes.size);
	act->indexes = copy;
	return !hear_arena_failed(history->arena);
}

static bool is_about_a_key(const struct hear_act *act)
{
	return act->kind == HEAR_KIND_GENESIS ||
	       act->kind == HEAR_KIND_GRANT || act->kind == HEAR_KIND_REMOVAL;
}

static bool add_event(struct hear_history *history, const struct hear_act *act,
		      size_t filing, size_t index)
{
	void *events = history->events;
	uint32_t at = (uint32_t)history->event_count;
	struct hear_event *event;

	if (!grow(&events, history->event_count, &history->event_room,
		  sizeof *history->events))
		return false;
	history->events = events;
	event = &history->events[at];
	event->act = *act;
	event->filing = (uint32_t)filing;
	event->index = (uint32_t)index;
	event->by = history->filings[filing].author;
	event->about = event->by;
	event->before_by = history->keys[event->by].last_by;
	event->before_about = HEAR_NO_ACT;
	if (!copy_lists(history, &event->act))
		return false;
	if (is_about_a_key(act)) {
		if (!know_key(history, &act->key, &event->about))
			return false;
		event->before_about = history->keys[event->about].last_about;
		history->keys[event->about].last_about = at;
	}
	history->keys[event->by].last_by = at;
	history->event_count++;
	return true;
}

/* ---- Adding ---- */

enum hear_code hear_history_past(const struct hear_history *history,
				 const struct hear_header *header,
				 uint64_t **out, struct hear_err *err)
{
	size_t words = history->filing_count / 64 + 1;
	uint64_t *past = calloc(words, sizeof *past);
	size_t i;
	size_t j;

	*out = NULL;
	if (!past)
		return hear_fail_memory(err);
	for (i = 0; i < header->seen_count; i++) {
		size_t at = hear_history_find(history, &header->seen[i]);

		if (at == SIZE_MAX) {
			free(past);
			return HEAR_NOTFOUND;
		}
		for (j = 0; j <= at / 64; j++)
			past[j] |= history->filings[at].past[j];
		past[at / 64] |= UINT64_C(1) << (at % 64);
	}
	*out = past;
	return HEAR_OK;
}

static void follow(struct hear_history *history,
		   const struct hear_header *header)
{
	size_t i;

	for (i = 0; i < header->seen_count; i++)
		history->filings[hear_history_find(history, &header->seen[i])]
			.followed = true;
}

/* `past` is taken. */
static enum hear_code add_filing(struct hear_history *history,
				 const struct hear_id *id,
				 const struct hear_header *header,
				 uint64_t *past, uint64_t number,
				 struct hear_err *err)
{
	void *filings = history->filings;
	struct hear_roster_filing *filing;
	uint32_t author = 0;

	if (!know_key(history, &header->author, &author) ||
	    !grow(&filings, history->filing_count, &history->filing_room,
		  sizeof *history->filings)) {
		free(past);
		return hear_fail_memory(err);
	}
	history->filings = filings;
	filing = &history->filings[history->filing_count];
	filing->id = *id;
	filing->time = header->time;
	filing->number = number;
	filing->author = author;
	filing->past = past;
	filing->followed = false;
	if (!note(history->filing_slots, history->filings,
		  sizeof *history->filings)) {
		free(past);
		return hear_fail_memory(err);
	}
	history->filing_count++;
	return HEAR_OK;
}

static enum hear_code add(struct hear_history *history,
			  const struct hear_id *id,
			  const struct hear_header *header,
			  const struct hear_act *acts, size_t count,
			  uint64_t number, struct hear_err *err)
{
	uint64_t *past = NULL;
	size_t i;
	enum hear_code code = hear_history_past(history, header, &past, err);

	if (code == HEAR_OK)
		code = add_filing(history, id, header, past, number, err);
	if (code != HEAR_OK)
		return code;
	follow(history, header);
	for (i = 0; i < count; i++)
		if (!add_event(history, &acts[i], history->filing_count - 1, i))
			return hear_fail_memory(err);
	return HEAR_OK;
}

enum hear_code hear_history_begin(struct hear_history *history,
				  const struct hear_id *id,
				  const struct hear_header *header,
				  const struct hear_genesis *genesis,
				  struct hear_err *err)
{
	return add(history, id, header, genesis->founders, genesis->count, 1,
		   err);
}

enum hear_code hear_history_add(struct hear_history *history,
				const struct hear_id *id,
				const struct hear_header *header,
				const struct hear_act *acts, size_t count,
				uint64_t number, struct hear_err *err)
{
	if (hear_history_find(history, id) != SIZE_MAX)
		return HEAR_OK;
	return add(history, id, header, acts, count, number, err);
}

/* ---- Asking ---- */

size_t hear_history_heads(const struct hear_history *history,
			  struct hear_id *out, size_t room)
{
	size_t count = 0;
	size_t at = history->filing_count;
	size_t i;

	while (at-- > 0 && count < room) {
		const struct hear_roster_filing *filing = &history->filings[at];

		if (filing->followed)
			continue;
		for (i = count++; i > 0 && memcmp(out[i - 1].bytes,
						  filing->id.bytes, 32) > 0;
		     i--)
			out[i] = out[i - 1];
		out[i] = filing->id;
	}
	return count;
}

bool hear_history_before(const struct hear_history *history,
			 const struct hear_event *first,
			 const struct hear_event *second)
{
	if (first->filing == second->filing)
		return first->index < second->index;
	return first->filing < second->filing &&
	       hear_bit(history->filings[second->filing].past, first->filing);
}
