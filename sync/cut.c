/* SPDX-License-Identifier: ISC */
#include "sync/cut.h"

#include <assert.h>
#include <string.h>

enum { LEAF, LEFT, RIGHT, BOTH };

static int bit_of(const struct hear_prefix *prefix, unsigned at)
{
	return prefix->bytes[at / 8] >> (7 - at % 8) & 1;
}

/* ---- Drawing ---- */

struct pen {
	struct hear_buffer *out;
	unsigned char byte;
	unsigned filled; /* bits of it */
};

static void draw(struct pen *pen, unsigned node)
{
	pen->byte |= (unsigned char)(node << (6 - pen->filled));
	pen->filled += 2;
	if (pen->filled < 8)
		return;
	hear_buffer_byte(pen->out, (char)pen->byte);
	pen->byte = 0;
	pen->filled = 0;
}

/* How many of the prefixes go left at this depth. */
static size_t count_left(const struct hear_prefix *prefixes, size_t count,
			 unsigned depth)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (bit_of(&prefixes[middle], depth))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* At most HEAR_RANGE_BITS deep. */
static void draw_node(struct pen *pen, const struct hear_prefix *prefixes,
		      size_t count, unsigned depth)
{
	size_t left;

	if (prefixes[0].bits == depth) {
		assert(count == 1);
		draw(pen, LEAF);
		return;
	}
	left = count_left(prefixes, count, depth);
	draw(pen, left == 0 ? RIGHT : left == count ? LEFT : BOTH);
	if (left > 0)
		draw_node(pen, prefixes, left, depth + 1);
	if (left < count)
		draw_node(pen, prefixes + left, count - left, depth + 1);
}

struct hear_cut hear_cut_make(struct hear_buffer *bits,
			      const struct hear_prefix *prefixes, size_t count)
{
	struct pen pen = {.out = bits};
	struct hear_cut cut = {.count = (uint32_t)count};

	assert(count <= UINT32_MAX);
	hear_buffer_reset(bits);
	if (count > 0)
		draw_node(&pen, prefixes, count, 0);
	if (pen.filled > 0)
		hear_buffer_byte(bits, (char)pen.byte);
	cut.bits = hear_buffer_view(bits);
	return cut;
}

size_t hear_cut_bits(const struct hear_prefix *previous,
		     const struct hear_prefix *prefix)
{
	unsigned shared = 0;

	if (!previous)
		return 2 * (prefix->bits + 1u);
	while (shared < prefix->bits && shared < previous->bits &&
	       bit_of(prefix, shared) == bit_of(previous, shared))
		shared++;
	return 2 * (prefix->bits - shared);
}

void hear_cut_put(struct hear_buffer *out, const struct hear_cut *cut)
{
	hear_put_number(out, cut->count);
	hear_buffer_span(out, cut->bits);
}

/* ---- Reading ---- */

void hear_cut_begin(struct hear_cut_walk *walk, const struct hear_cut *cut)
{
	memset(walk, 0, sizeof *walk);
	walk->bits = cut->bits;
	walk->over = cut->count == 0;
}

static bool read_node(struct hear_cut_walk *walk, unsigned *node)
{
	if (walk->at / 8 >= walk->bits.size)
		return false;
	*node = (unsigned char)walk->bits.data[walk->at / 8] >>
			(6 - walk->at % 8) &
		3;
	walk->at += 2;
	return true;
}

static void step(struct hear_cut_walk *walk, int bit)
{
	walk->path = hear_prefix_half(&walk->path, bit);
}

/* Back to the lowest fork whose child for 1 has not been read, and there. */
static void turn(struct hear_cut_walk *walk)
{
	struct hear_prefix *path = &walk->path;

	while (path->bits > 0) {
		unsigned at = --path->bits;
		unsigned char mask = (unsigned char)(0x80 >> at % 8);

		path->bytes[at / 8] &= (unsigned char)~mask;
		if (!(walk->forks[at / 8] & mask))
			continue;
		walk->forks[at / 8] &= (unsigned char)~mask;
		step(walk, 1);
		return;
	}
	walk->over = true;
}

/* Down to the next leaf. */
static bool descend(struct hear_cut_walk *walk)
{
	unsigned at;
	unsigned node;

	while (read_node(walk, &node)) {
		if (node == LEAF)
			return true;
		at = walk->path.bits;
		if (at == HEAR_RANGE_BITS)
			return false;
		if (node == BOTH)
			walk->forks[at / 8] |= (unsigned char)(0x80 >> at % 8);
		step(walk, node == RIGHT);
	}
	return false;
}

bool hear_cut_next(struct hear_cut_walk *walk, struct hear_prefix *out)
{
	if (walk->over || walk->failed)
		return false;
	walk->failed = !descend(walk);
	if (walk->failed)
		return false;
	*out = walk->path;
	turn(walk);
	return true;
}

/* The bits after the last node of the last byte. */
static bool padded(const struct hear_cut_walk *walk)
{
	unsigned char last;

	if (walk->at % 8 == 0)
		return true;
	last = (unsigned char)walk->bits.data[walk->at / 8];
	return (last & 0xff >> walk->at % 8) == 0;
}

void hear_cut_take(struct hear_fields *fields, uint32_t most,
		   struct hear_cut *out)
{
	struct hear_cut_walk walk;
	struct hear_prefix leaf;
	uint32_t count = 0;

	out->count = (uint32_t)hear_fields_number(fields, most);
	out->bits = fields->rest;
	hear_cut_begin(&walk, out);
	while (hear_cut_next(&walk, &leaf) && count <= out->count)
		count++;
	if (walk.failed || count != out->count || !padded(&walk))
		fields->failed = true;
	out->bits = hear_fields_bytes(fields, (walk.at + 7) / 8);
}
