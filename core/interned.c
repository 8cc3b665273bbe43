/* SPDX-License-Identifier: ISC */
#include "core/interned.h"
#include "core/scatter.h"
#include "core/sign.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 256 };

void hear_interned_init(struct hear_interned *interned,
			struct hear_arena *arena)
{
	memset(interned, 0, sizeof *interned);
	interned->arena = arena;
	hear_random(interned->secrets, sizeof interned->secrets);
	interned->secrets[1] |= 1;
}

void hear_interned_done(struct hear_interned *interned)
{
	free(interned->texts);
	free(interned->places);
	interned->texts = NULL;
	interned->places = NULL;
}

/* The slot that holds the text, or the free one where it belongs. */
static uint32_t slot_of(const struct hear_interned *interned, uint32_t hash,
			struct hear_span text)
{
	uint32_t mask = interned->slots - 1;
	uint32_t slot = hash & mask;
	const struct hear_interned_place *place;

	while ((place = &interned->places[slot])->text &&
	       (place->hash != hash ||
		!hear_span_equal(interned->texts[place->text - 1], text)))
		slot = (slot + 1) & mask;
	return slot;
}

static void put_again(struct hear_interned *interned,
		      const struct hear_interned_place *place)
{
	uint32_t mask = interned->slots - 1;
	uint32_t slot = place->hash & mask;

	while (interned->places[slot].text)
		slot = (slot + 1) & mask;
	interned->places[slot] = *place;
}

/* Half of the slots stay free. */
static bool grow(struct hear_interned *interned)
{
	uint32_t before = interned->slots;
	uint32_t slots = before ? before * 2 : FIRST_SLOTS;
	struct hear_interned_place *old = interned->places;
	struct hear_interned_place *places;
	struct hear_span *texts;
	uint32_t i;

	if (slots > UINT32_MAX / 4)
		return false;
	texts = realloc(interned->texts, slots / 2 * sizeof *texts);
	if (!texts)
		return false;
	interned->texts = texts;
	places = calloc(slots, sizeof *places);
	if (!places)
		return false;
	interned->places = places;
	interned->slots = slots;
	interned->room = slots / 2;
	for (i = 0; i < before; i++)
		if (old[i].text)
			put_again(interned, &old[i]);
	free(old);
	return true;
}

uint32_t hear_intern(struct hear_interned *interned, struct hear_span text)
{
	uint32_t hash = hear_scatter(interned->secrets, text);
	uint32_t slot;

	if (interned->count == interned->room && !grow(interned))
		interned->failed = true;
	if (interned->failed)
		return 0;
	slot = slot_of(interned, hash, text);
	if (interned->places[slot].text)
		return interned->places[slot].text - 1;
	text = hear_arena_copy(interned->arena, text);
	if (hear_arena_failed(interned->arena)) {
		interned->failed = true;
		return 0;
	}
	interned->texts[interned->count++] = text;
	interned->places[slot].text = interned->count;
	interned->places[slot].hash = hash;
	return interned->count - 1;
}

uint32_t hear_interned_find(const struct hear_interned *interned,
			    struct hear_span text)
{
	uint32_t place;

	if (interned->slots == 0)
		return UINT32_MAX;
	place = interned->places[slot_of(interned,
					 hear_scatter(interned->secrets, text),
					 text)]
			.text;
	return place ? place - 1 : UINT32_MAX;
}
