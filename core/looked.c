/* SPDX-License-Identifier: ISC */
#include "core/looked.h"
#include "core/interned.h"

#include <stdlib.h>
#include <string.h>

struct hear_looked {
	struct hear_arena *arena;
	struct hear_interned documents;
	unsigned char *bits; /* of each */
	uint32_t room;
};

static struct hear_looked *begin(void)
{
	struct hear_looked *looked = calloc(1, sizeof *looked);

	if (!looked)
		return NULL;
	looked->arena = hear_arena_new();
	if (!looked->arena) {
		free(looked);
		return NULL;
	}
	hear_interned_init(&looked->documents, looked->arena);
	return looked;
}

unsigned char *hear_looked_at(struct hear_looked **looked,
			      struct hear_span document)
{
	struct hear_looked *all = *looked ? *looked : begin();
	uint32_t index;

	*looked = all;
	if (!all)
		return NULL;
	index = hear_intern(&all->documents, document);
	if (all->documents.failed)
		return NULL;
	if (index >= all->room) {
		uint32_t room = all->room ? 2 * all->room : 64;
		unsigned char *bits = realloc(all->bits, room);

		if (!bits)
			return NULL;
		memset(bits + all->room, 0, room - all->room);
		all->bits = bits;
		all->room = room;
	}
	return &all->bits[index];
}

void hear_looked_free(struct hear_looked *looked)
{
	if (!looked)
		return;
	hear_interned_done(&looked->documents);
	hear_arena_free(looked->arena);
	free(looked->bits);
	free(looked);
}
