/* SPDX-License-Identifier: ISC */
#include "core/reach.h"

#include <stdlib.h>
#include <string.h>

/* Where the edges of each node lead: those of node i are [at[i], at[i + 1]). */
struct way {
	uint32_t *at;
	uint32_t *to;
};

struct hear_reach {
	uint32_t names;
	uint32_t nodes;	   /* names that are part of something, or its whole */
	uint32_t *node_of; /* of each name, from 1; 0: none */
	uint32_t *name_of; /* of each node */
	struct way up;
	struct way down;
	uint32_t *queue;
	/* Row r holds the bits of node row_of[r] - 1; each has but one place. */
	uint64_t *bits;
	size_t words; /* of a row */
	uint32_t *row_of;
	uint32_t rows;
};

static uint32_t add_node(struct hear_reach *reach, uint32_t name)
{
	if (!reach->node_of[name]) {
		reach->name_of[reach->nodes] = name;
		reach->node_of[name] = ++reach->nodes;
	}
	return reach->node_of[name] - 1;
}

static bool lay(const struct hear_reach *reach, struct way *way,
		const struct hear_edge *edges, size_t count, bool up)
{
	size_t i;

	way->at = calloc((size_t)reach->nodes + 2, sizeof *way->at);
	way->to = malloc((count + 1) * sizeof *way->to);
	if (!way->at || !way->to)
		return false;
	for (i = 0; i < count; i++)
		way->at[reach->node_of[up ? edges[i].part : edges[i].whole] +
			1]++;
	for (i = 2; i <= (size_t)reach->nodes + 1; i++)
		way->at[i] += way->at[i - 1];
	/* Each begins where the one before ends, once all are laid. */
	for (i = 0; i < count; i++)
		way->to[way->at[reach->node_of[up ? edges[i].part
						  : edges[i].whole]]++] =
			reach->node_of[up ? edges[i].whole : edges[i].part] - 1;
	return true;
}

struct hear_reach *hear_reach_new(const struct hear_edge *edges, size_t count,
				  uint32_t names)
{
	struct hear_reach *reach = calloc(1, sizeof *reach);
	size_t most = count < names ? 2 * count : names;
	size_t i;

	if (!reach)
		return NULL;
	reach->names = names;
	reach->node_of = calloc((size_t)names + 1, sizeof *reach->node_of);
	reach->name_of = malloc((most + 1) * sizeof *reach->name_of);
	if (!reach->node_of || !reach->name_of) {
		hear_reach_free(reach);
		return NULL;
	}
	for (i = 0; i < count; i++) {
		(void)add_node(reach, edges[i].part);
		(void)add_node(reach, edges[i].whole);
	}
	reach->words = (size_t)reach->nodes / 64 + 1;
	reach->rows = (uint32_t)(HEAR_REACH_BYTES / 8 / reach->words) + 1;
	if (reach->rows > reach->nodes)
		reach->rows = reach->nodes + 1;
	reach->queue = malloc(((size_t)reach->nodes + 1) *
			      sizeof *reach->queue);
	reach->bits = malloc(reach->rows * reach->words * sizeof *reach->bits);
	reach->row_of = calloc(reach->rows, sizeof *reach->row_of);
	if (!reach->queue || !reach->bits || !reach->row_of ||
	    !lay(reach, &reach->up, edges, count, true) ||
	    !lay(reach, &reach->down, edges, count, false)) {
		hear_reach_free(reach);
		return NULL;
	}
	return reach;
}

void hear_reach_free(struct hear_reach *reach)
{
	if (!reach)
		return;
	free(reach->node_of);
	free(reach->name_of);
	free(reach->up.at);
	free(reach->up.to);
	free(reach->down.at);
	free(reach->down.to);
	free(reach->queue);
	free(reach->bits);
	free(reach->row_of);
	free(reach);
}

/* Sets the bits of all that a node leads to, which come in `queue`, too. Gives
 * how many. The node itself is among them where a circle leads back. */
static uint32_t follow(const struct way *way, uint32_t node, uint64_t *bits,
		       uint32_t *queue)
{
	uint32_t count = 0;
	uint32_t next = 0;

	for (;;) {
		uint32_t i;

		for (i = way->at[node]; i < way->at[node + 1]; i++) {
			uint32_t to = way->to[i];

			if (bits[to / 64] >> to % 64 & 1)
				continue;
			bits[to / 64] |= UINT64_C(1) << to % 64;
			queue[count++] = to;
		}
		if (next == count)
			return count;
		node = queue[next++];
	}
}

bool hear_reach_within(struct hear_reach *reach, uint32_t part, uint32_t whole)
{
	uint64_t *bits;
	uint32_t row;

	if (part == whole)
		return true;
	if (part >= reach->names || whole >= reach->names ||
	    !reach->node_of[part] || !reach->node_of[whole])
		return false;
	part = reach->node_of[part] - 1;
	whole = reach->node_of[whole] - 1;
	row = part % reach->rows;
	bits = reach->bits + row * reach->words;
	if (reach->row_of[row] != part + 1) {
		memset(bits, 0, reach->words * sizeof *bits);
		(void)follow(&reach->up, part, bits, reach->queue);
		reach->row_of[row] = part + 1;
	}
	return bits[whole / 64] >> whole % 64 & 1;
}

bool hear_reach_each(const struct hear_reach *reach, uint32_t name,
		     void (*each)(void *context, uint32_t name), void *context)
{
	uint64_t *bits = NULL;
	uint32_t *queue = NULL;
	uint32_t above = 0;
	uint32_t below = 0;
	uint32_t i;

	if (name >= reach->names || !reach->node_of[name])
		return true;
	bits = calloc(2 * reach->words, sizeof *bits);
	queue = malloc(2 * ((size_t)reach->nodes + 1) * sizeof *queue);
	if (bits && queue) {
		name = reach->node_of[name] - 1;
		above = follow(&reach->up, name, bits, queue);
		below = follow(&reach->down, name, bits + reach->words,
			       queue + above);
	}
	for (i = 0; i < above + below; i++)
		each(context, reach->name_of[queue[i]]);
	free(bits);
	free(queue);
	return bits && queue;
}
