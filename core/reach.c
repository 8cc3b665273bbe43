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
	uint64_t *given[2]; /* nodes, upwards and downwards; NULL: none yet */
	/* Row r holds where row_of[r] - 1 leads: twice a node, and 1 more
	 * where that is downwards. Each has but one place. */
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
	if (reach->rows > 2 * reach->nodes)
		reach->rows = 2 * reach->nodes + 1;
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
	free(reach->given[0]);
	free(reach->given[1]);
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

static bool known(const struct hear_reach *reach, uint32_t name)
{
	return name < reach->names && reach->node_of[name];
}

static bool leads(struct hear_reach *reach, uint32_t from, uint32_t to,
		  bool down)
{
	uint32_t key = 2 * from + down;
	uint32_t row = key % reach->rows;
	uint64_t *bits = reach->bits + row * reach->words;

	if (reach->row_of[row] != key + 1) {
		memset(bits, 0, reach->words * sizeof *bits);
		(void)follow(down ? &reach->down : &reach->up, from, bits,
			     reach->queue);
		reach->row_of[row] = key + 1;
	}
	return bits[to / 64] >> to % 64 & 1;
}

bool hear_reach_within(struct hear_reach *reach, uint32_t part, uint32_t whole)
{
	if (part == whole)
		return true;
	return known(reach, part) && known(reach, whole) &&
	       leads(reach, reach->node_of[part] - 1, reach->node_of[whole] - 1,
		     false);
}

bool hear_reach_either(struct hear_reach *reach, uint32_t a, uint32_t b)
{
	if (a == b)
		return true;
	if (!known(reach, a) || !known(reach, b))
		return false;
	a = reach->node_of[a] - 1;
	b = reach->node_of[b] - 1;
	return leads(reach, a, b, false) || leads(reach, a, b, true);
}

static void give(struct hear_reach *reach, uint32_t node, bool down,
		 uint32_t *queue,
		 void (*each)(void *context, uint32_t name), void *context)
{
	uint64_t *given = reach->given[down];
	uint32_t count;
	uint32_t i;

	if (given[node / 64] >> node % 64 & 1)
		return; /* and all that it leads to */
	given[node / 64] |= UINT64_C(1) << node % 64;
	count = follow(down ? &reach->down : &reach->up, node, given, queue);
	for (i = 0; i < count; i++)
		each(context, reach->name_of[queue[i]]);
}

bool hear_reach_each(struct hear_reach *reach, uint32_t name,
		     void (*each)(void *context, uint32_t name), void *context)
{
	uint32_t *queue;
	int way;

	if (!known(reach, name))
		return true;
	for (way = 0; way < 2; way++)
		if (!reach->given[way])
			reach->given[way] = calloc(reach->words,
						   sizeof **reach->given);
	queue = malloc(((size_t)reach->nodes + 1) * sizeof *queue);
	if (!reach->given[0] || !reach->given[1] || !queue) {
		free(queue);
		return false;
	}
	for (way = 0; way < 2; way++)
		give(reach, reach->node_of[name] - 1, way == 1, queue, each,
		     context);
	free(queue);
	return true;
}
