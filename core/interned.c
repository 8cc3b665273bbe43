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
static uint32_t slot_of(const struct hear_interned *interned,
			struct hear_span text)
{
	uint32_t mask = interned->slots - 1;
	uint32_t slot = hear_scatter(interned->secrets, text) & mask;

	while (interned->places[slot] &&
	       !hear_span_equal(interned->texts[interned->places[slot] - 1],
				text))
		slot = (slot + 1) & mask;
	return slot;
}

/* Half of the slots stay free. */
static bool grow(struct hear_interned *interned)
{
	uint32_t slots = interned->slots ? interned->slots * 2 : FIRST_SLOTS;
	struct hear_span *texts;
	uint32_t *places;
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
	free(interned->places);
	interned->places = places;
	interned->slots = slots;
	interned->room = slots / 2;
	for (i = 0; i < interned->count; i++)
		interned->places[slot_of(interned, texts[i])] = i + 1;
	return true;
}

uint32_t hear_intern(struct hear_interned *interned, struct hear_span text)
{
	uint32_t slot;

	if (interned->count == interned->room && !grow(interned))
		interned->failed = true;
	if (interned->failed)
		return 0;
	slot = slot_of(interned, text);
	if (interned->places[slot])
		return interned->places[slot] - 1;
	text = hear_arena_copy(interned->arena, text);
	if (hear_arena_failed(interned->arena)) {
		interned->failed = true;
		return 0;
	}
	interned->texts[interned->count++] = text;
	interned->places[slot] = interned->count;
	return interned->count - 1;
}

uint32_t hear_interned_find(const struct hear_interned *interned,
			    struct hear_span text)
{
	uint32_t place;

	if (interned->slots == 0)
		return UINT32_MAX;
	place = interned->places[slot_of(interned, text)];
	return place ? place - 1 : UINT32_MAX;
}
