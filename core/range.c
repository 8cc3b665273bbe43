/* SPDX-License-Identifier: ISC */
#include "core/range.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/node.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)HEAR_RANGE_KEY == (int)HEAR_KEY_SIZE, "one length of keys");

struct hear_ranges {
	struct hear_walk walk;
	struct hear_cursor *cursors[HEAR_TABLE_COUNT]; /* those asked for */
};

/* ---- Prefixes ---- */

void hear_prefix_low(const struct hear_prefix *prefix,
		     unsigned char out[HEAR_RANGE_KEY])
{
	memcpy(out, prefix->bytes, HEAR_RANGE_KEY);
}

void hear_prefix_high(const struct hear_prefix *prefix,
		      unsigned char out[HEAR_RANGE_KEY])
{
	size_t whole = prefix->bits / 8;

	memcpy(out, prefix->bytes, HEAR_RANGE_KEY);
	if (whole == HEAR_RANGE_KEY)
		return;
	out[whole] |= (unsigned char)(0xff >> prefix->bits % 8);
	memset(out + whole + 1, 0xff, HEAR_RANGE_KEY - whole - 1);
}

bool hear_prefix_within(const struct hear_prefix *inner,
			const struct hear_prefix *outer)
{
	size_t whole = outer->bits / 8;
	unsigned rest = outer->bits % 8;

	if (inner->bits < outer->bits ||
	    memcmp(inner->bytes, outer->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	       (inner->bytes[whole] ^ outer->bytes[whole]) >> (8 - rest) == 0;
}

struct hear_prefix hear_prefix_half(const struct hear_prefix *prefix, int bit)
{
	struct hear_prefix half = *prefix;

	assert(prefix->bits < HEAR_RANGE_BITS);
	if (bit)
		half.bytes[prefix->bits / 8] |=
			(unsigned char)(0x80 >> prefix->bits % 8);
	half.bits++;
	return half;
}

/* ---- One partition ---- */

enum hear_code hear_ranges_open(struct hear_ranges **out, struct hear_txn *txn,
				struct hear_span partition,
				struct hear_err *err)
{
	struct hear_ranges *ranges = calloc(1, sizeof *ranges);
	enum hear_code code;

	*out = NULL;
	if (!ranges)
		return hear_fail_memory(err);
	code = hear_walk_open(&ranges->walk, txn, partition, err);
	if (code != HEAR_OK) {
		free(ranges);
		return code;
	}
	*out = ranges;
	return HEAR_OK;
}

void hear_ranges_close(struct hear_ranges *ranges)
{
	size_t i;

	if (!ranges)
		return;
	for (i = 0; i < HEAR_TABLE_COUNT; i++)
		if (ranges->cursors[i])
			hear_cursor_close(ranges->cursors[i]);
	hear_walk_close(&ranges->walk);
	free(ranges);
}

/* ---- Counts and digests ---- */

/* The nibbles that are whole in a prefix. */
static struct hear_path slot_of(const struct hear_prefix *prefix)
{
	struct hear_path slot = {.depth = prefix->bits / 4};
	unsigned at;

	for (at = 0; at < slot.depth; at++)
		slot.nibbles[at] = hear_nibble(prefix->bytes, at);
	return slot;
}

/* Whether a nibble agrees with the bits of the prefix that are left over from
 * the whole nibbles. */
static bool agrees(const struct hear_prefix *prefix, unsigned nibble)
{
	unsigned rest = prefix->bits % 4;

	return rest == 0 ||
	       (nibble ^ hear_nibble(prefix->bytes, prefix->bits / 4)) >>
			       (4 - rest) ==
		       0;
}

/* Empties the children that are outside, and counts the others. */
static uint64_t cut_children(struct hear_node *node,
			     const struct hear_prefix *prefix)
{
	unsigned depth = prefix->bits / 4;
	uint64_t count = 0;
	unsigned i;

	for (i = 0; i < 16; i++) {
		unsigned nibble = node->path.depth == depth
					  ? i
					  : node->path.nibbles[depth];

		if (!agrees(prefix, nibble))
			node->children[i].count = 0;
		count += node->children[i].count;
	}
	return count;
}

/* What there is of the prefix in the highest node that holds it. `few`: so
 * little that the keys have to be looked at. */
static enum hear_code look(struct hear_ranges *ranges,
			   const struct hear_prefix *prefix,
			   struct hear_node *out, uint64_t *count, bool *few,
			   struct hear_err *err)
{
	struct hear_path slot = slot_of(prefix);
	enum hear_code code = hear_node_top(&ranges->walk, &slot, out, err);

	*few = code == HEAR_NOTFOUND;
	*count = 0;
	if (code == HEAR_OK)
		*count = cut_children(out, prefix);
	return *few ? HEAR_OK : code;
}

static enum hear_code read_keys(struct hear_ranges *ranges,
				const struct hear_prefix *prefix,
				struct hear_keys_few *out, struct hear_err *err)
{
	unsigned char low[HEAR_RANGE_KEY];
	unsigned char high[HEAR_RANGE_KEY];
	enum hear_code code;

	hear_prefix_low(prefix, low);
	hear_prefix_high(prefix, high);
	code = hear_keys_few(&ranges->walk, low, high, out, err);
	if (code == HEAR_OK && out->count > HEAR_NODE_LEAF)
		return hear_fail_tree(err, "a node is missing");
	return code;
}

enum hear_code hear_range_count(struct hear_ranges *ranges,
				const struct hear_prefix *prefix, uint64_t *out,
				struct hear_err *err)
{
	struct hear_keys_few keys;
	struct hear_node node;
	bool few;
	enum hear_code code = look(ranges, prefix, &node, out, &few, err);

	if (code != HEAR_OK || !few)
		return code;
	code = read_keys(ranges, prefix, &keys, err);
	if (code == HEAR_OK)
		*out = keys.count;
	return code;
}

/* The only child that is not empty; NULL: there are several. */
static const struct hear_tree_root *only_child(const struct hear_node *node)
{
	const struct hear_tree_root *only = NULL;
	unsigned i;

	for (i = 0; i < 16; i++) {
		if (node->children[i].count == 0)
			continue;
		if (only)
			return NULL;
		only = &node->children[i];
	}
	return only;
}

enum hear_code hear_range_digest(struct hear_ranges *ranges,
				 const struct hear_prefix *prefix,
				 struct hear_tree_root *out,
				 struct hear_err *err)
{
	const struct hear_tree_root *only;
	struct hear_keys_few keys;
	struct hear_node node;
	uint64_t count;
	bool few;
	enum hear_code code = look(ranges, prefix, &node, &count, &few, err);

	if (code != HEAR_OK)
		return code;
	only = few ? NULL : only_child(&node);
	if (only) {
		*out = *only;
		return HEAR_OK;
	}
	if (!few && count > HEAR_NODE_LEAF) {
		hear_node_digest(&node, out);
		return HEAR_OK;
	}
	code = read_keys(ranges, prefix, &keys, err);
	if (code == HEAR_OK)
		hear_leaf_digest(&keys, out);
	return code;
}

/* ---- What is newer ---- */

/* Of a slot that holds too few keys for a node. */
static enum hear_code count_few_above(struct hear_ranges *ranges,
				      const struct hear_path *slot,
				      const unsigned char key[HEAR_RANGE_KEY],
				      uint64_t *count, struct hear_err *err)
{
	unsigned char low[HEAR_RANGE_KEY];
	unsigned char high[HEAR_RANGE_KEY];
	struct hear_keys_few few;
	enum hear_code code;
	unsigned i;

	hear_path_bound(slot, 0, low);
	hear_path_bound(slot, 15, high);
	code = hear_keys_few(&ranges->walk, low, high, &few, err);
	if (code != HEAR_OK)
		return code;
	if (few.count > HEAR_NODE_LEAF)
		return hear_fail_tree(err, "a node is missing");
	for (i = 0; i < few.count; i++)
		*count += memcmp(few.keys[i], key, HEAR_RANGE_KEY) > 0;
	return HEAR_OK;
}

/* The children after `from`, that one included. */
static uint64_t count_children(const struct hear_node *node, unsigned from)
{
	uint64_t count = 0;

	for (; from < 16; from++)
		count += node->children[from].count;
	return count;
}

enum hear_code hear_range_newer(struct hear_ranges *ranges,
				const struct hear_prefix *prefix, uint64_t *out,
				struct hear_err *err)
{
	struct hear_path slot = {.depth = 0};
	unsigned char key[HEAR_RANGE_KEY];
	struct hear_node node;
	enum hear_code code;
	unsigned at;

	*out = 0;
	hear_prefix_high(prefix, key);
	for (;;) {
		code = hear_node_top(&ranges->walk, &slot, &node, err);
		if (code == HEAR_NOTFOUND)
			return count_few_above(ranges, &slot, key, out, err);
		if (code != HEAR_OK)
			return code;
		at = hear_path_shared(&node.path, key);
		if (at < node.path.depth) {
			if (node.path.nibbles[at] > hear_nibble(key, at))
				*out += count_children(&node, 0);
			return HEAR_OK;
		}
		*out += count_children(&node, hear_nibble(key, at) + 1u);
		slot = hear_path_below(&node.path, hear_nibble(key, at));
	}
}

/* ---- Keys ---- */

static enum hear_code cursor_on(struct hear_ranges *ranges,
				enum hear_table table, struct hear_cursor **out,
				struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	if (!ranges->cursors[table])
		code = hear_cursor_open(&ranges->cursors[table],
					ranges->walk.txn, table, err);
	*out = ranges->cursors[table];
	return code;
}

enum hear_code hear_range_keys(
	struct hear_ranges *ranges, enum hear_table table,
	const unsigned char low[HEAR_RANGE_KEY],
	const unsigned char high[HEAR_RANGE_KEY],
	bool (*each)(void *context, const unsigned char key[HEAR_RANGE_KEY],
		     struct hear_span value),
	void *context, struct hear_err *err)
{
	unsigned char low_key[HEAR_TREE_KEY];
	unsigned char high_key[HEAR_TREE_KEY];
	struct hear_span from = hear_walk_key(&ranges->walk, low, low_key);
	struct hear_span to = hear_walk_key(&ranges->walk, high, high_key);
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	struct hear_cursor *cursor = NULL;
	enum hear_code code = cursor_on(ranges, table, &cursor, err);

	if (code == HEAR_OK)
		code = hear_cursor_seek(cursor, from, &key, &value, err);
	while (code == HEAR_OK && hear_span_order(key, to) <= 0) {
		const unsigned char *bytes = (const unsigned char *)key.data;

		if (key.size != from.size)
			return hear_fail_tree(err, "a key of the wrong length");
		if (!each(context, bytes + ranges->walk.head_size, value))
			return HEAR_OK;
		code = hear_cursor_move(cursor, HEAR_NEXT_KEY, &key, &value,
					err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}
