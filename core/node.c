/* SPDX-License-Identifier: ISC */
#include "core/node.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/sign.h"

#include <assert.h>
#include <string.h>

/* ---- Keys and paths ---- */

enum hear_code hear_partition_check(struct hear_span partition,
				    struct hear_err *err)
{
	if (partition.size > 0 && partition.size <= HEAR_PARTITION_BYTES)
		return HEAR_OK;
	return hear_fail(err, HEAR_LIMIT,
			 "the id of a partition has %zu bytes; it must have "
			 "1 to %d",
			 partition.size, HEAR_PARTITION_BYTES);
}

size_t hear_partition_head(unsigned char out[HEAR_NODE_HEAD],
			   struct hear_span partition)
{
	assert(partition.size > 0 && partition.size <= HEAR_PARTITION_BYTES);
	out[0] = (unsigned char)partition.size;
	memcpy(out + 1, partition.data, partition.size);
	return 1 + partition.size;
}

unsigned hear_path_shared(const struct hear_path *path,
			  const unsigned char *key)
{
	unsigned at = 0;

	while (at < path->depth && path->nibbles[at] == hear_nibble(key, at))
		at++;
	return at;
}

static struct hear_path path_to(const unsigned char *key)
{
	struct hear_path path = {.depth = HEAR_NIBBLES};
	unsigned at;

	for (at = 0; at < HEAR_NIBBLES; at++)
		path.nibbles[at] = hear_nibble(key, at);
	return path;
}

struct hear_path hear_path_below(const struct hear_path *path, unsigned child)
{
	struct hear_path slot = *path;

	assert(path->depth < HEAR_NIBBLES);
	slot.nibbles[slot.depth++] = (unsigned char)child;
	return slot;
}

/* Two nibbles a byte, the rest of `size` bytes filled with `fill` nibbles. */
static void pack_path(const struct hear_path *path, unsigned char fill,
		      unsigned char *out, size_t size)
{
	unsigned at;

	memset(out, fill << 4 | fill, size);
	for (at = 0; at < path->depth; at++)
		if (at % 2)
			out[at / 2] = (out[at / 2] & 0xf0) | path->nibbles[at];
		else
			out[at / 2] =
				(unsigned char)(path->nibbles[at] << 4 | fill);
}

void hear_path_bound(const struct hear_path *slot, unsigned char fill,
		     unsigned char out[HEAR_KEY_SIZE])
{
	pack_path(slot, fill, out, HEAR_KEY_SIZE);
}

struct hear_span hear_walk_key(const struct hear_walk *walk,
			       const unsigned char key[HEAR_KEY_SIZE],
			       unsigned char out[HEAR_TREE_KEY])
{
	memcpy(out, walk->head, walk->head_size);
	memcpy(out + walk->head_size, key, HEAR_KEY_SIZE);
	return hear_span_make(out, walk->head_size + HEAR_KEY_SIZE);
}

struct hear_span hear_node_key(const struct hear_walk *walk,
			       const struct hear_path *path,
			       unsigned char out[HEAR_NODE_KEY])
{
	memcpy(out, walk->head, walk->head_size);
	memcpy(out + walk->head_size, path->nibbles, path->depth);
	return hear_span_make(out, walk->head_size + path->depth);
}

bool hear_begins_with(struct hear_span key, struct hear_span start)
{
	return key.size >= start.size &&
	       memcmp(key.data, start.data, start.size) == 0;
}

enum hear_code hear_fail_tree(struct hear_err *err, const char *what)
{
	return hear_fail(err, HEAR_DAMAGED,
			 "the tree of filings is damaged: %s; run "
			 "`hearsay verify --repair`",
			 what);
}

/* ---- Reading keys ---- */

enum hear_code hear_keys_few(struct hear_walk *walk,
			     const unsigned char low[HEAR_KEY_SIZE],
			     const unsigned char high[HEAR_KEY_SIZE],
			     struct hear_keys_few *out, struct hear_err *err)
{
	unsigned char low_key[HEAR_TREE_KEY];
	unsigned char high_key[HEAR_TREE_KEY];
	struct hear_span from = hear_walk_key(walk, low, low_key);
	struct hear_span to = hear_walk_key(walk, high, high_key);
	struct hear_span key = {NULL, 0};
	enum hear_code code;

	out->count = 0;
	code = hear_cursor_seek(walk->keys, from, &key, NULL, err);
	while (code == HEAR_OK && hear_span_order(key, to) <= 0) {
		if (key.size != from.size)
			return hear_fail_tree(err, "a key of the wrong length");
		memcpy(out->keys[out->count++], key.data + walk->head_size,
		       HEAR_KEY_SIZE);
		if (out->count > HEAR_NODE_LEAF)
			return HEAR_OK;
		code = hear_cursor_move(walk->keys, HEAR_NEXT_KEY, &key, NULL,
					err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

void hear_leaf_digest(const struct hear_keys_few *few,
		      struct hear_tree_root *out)
{
	struct hear_hash hash;

	hear_hash_begin(&hash, HEAR_TAG_LEAF);
	hear_hash_add(&hash, few->keys, (size_t)few->count * HEAR_KEY_SIZE);
	hear_hash_end(&hash, &out->digest);
	out->count = few->count;
}

/* The highest key of a slot that is not empty. */
static enum hear_code read_last(struct hear_walk *walk,
				const struct hear_path *slot,
				unsigned char out[HEAR_KEY_SIZE],
				struct hear_err *err)
{
	unsigned char high[HEAR_KEY_SIZE];
	unsigned char bytes[HEAR_TREE_KEY];
	struct hear_span to;
	struct hear_span key = {NULL, 0};
	enum hear_code code;

	hear_path_bound(slot, 15, high);
	to = hear_walk_key(walk, high, bytes);
	code = hear_cursor_seek(walk->keys, to, &key, NULL, err);
	if (code == HEAR_NOTFOUND)
		code = hear_cursor_move(walk->keys, HEAR_LAST, &key, NULL, err);
	else if (code == HEAR_OK && !hear_span_equal(key, to))
		code = hear_cursor_move(walk->keys, HEAR_PREVIOUS_KEY, &key,
					NULL, err);
	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		return code;
	if (code == HEAR_NOTFOUND || key.size != to.size)
		return hear_fail_tree(err, "a key of the wrong length");
	memcpy(out, key.data + walk->head_size, HEAR_KEY_SIZE);
	return HEAR_OK;
}

enum hear_code hear_slot_look(struct hear_walk *walk,
			      const struct hear_path *slot,
			      struct hear_tree_root *leaf,
			      struct hear_path *path, bool *many,
			      struct hear_err *err)
{
	unsigned char low[HEAR_KEY_SIZE];
	unsigned char high[HEAR_KEY_SIZE];
	unsigned char last[HEAR_KEY_SIZE];
	struct hear_keys_few few;
	enum hear_code code;

	hear_path_bound(slot, 0, low);
	hear_path_bound(slot, 15, high);
	code = hear_keys_few(walk, low, high, &few, err);
	if (code != HEAR_OK)
		return code;
	*many = few.count > HEAR_NODE_LEAF;
	if (*many) {
		code = read_last(walk, slot, last, err);
		*path = path_to(few.keys[0]);
		path->depth = hear_path_shared(path, last);
		return code;
	}
	hear_leaf_digest(&few, leaf);
	return HEAR_OK;
}

/* ---- Nodes ---- */

size_t hear_node_pack(const struct hear_node *node,
		      unsigned char out[HEAR_NODE_VALUE])
{
	unsigned bitmap = 0;
	size_t size = 2;
	unsigned i;

	for (i = 0; i < 16; i++) {
		const struct hear_tree_root *child = &node->children[i];

		if (child->count == 0)
			continue;
		assert(child->count <= UINT32_MAX);
		bitmap |= 1u << i;
		hear_put32(out + size, (uint32_t)child->count);
		memcpy(out + size + 4, child->digest.bytes, 32);
		size += HEAR_NODE_CHILD;
	}
	out[0] = (unsigned char)(bitmap >> 8);
	out[1] = (unsigned char)bitmap;
	return size;
}

void hear_node_digest(const struct hear_node *node, struct hear_tree_root *out)
{
	unsigned char depth = (unsigned char)node->path.depth;
	unsigned char prefix[HEAR_KEY_SIZE];
	unsigned char value[HEAR_NODE_VALUE];
	size_t size = hear_node_pack(node, value);
	struct hear_hash hash;
	unsigned i;

	pack_path(&node->path, 0, prefix, sizeof prefix);
	hear_hash_begin(&hash, HEAR_TAG_NODE);
	hear_hash_add(&hash, &depth, 1);
	hear_hash_add(&hash, prefix, (node->path.depth + 1) / 2);
	hear_hash_add(&hash, value, size);
	hear_hash_end(&hash, &out->digest);
	out->count = 0;
	for (i = 0; i < 16; i++)
		out->count += node->children[i].count;
}

bool hear_node_path(const struct hear_walk *walk, struct hear_span key,
		    struct hear_path *out)
{
	size_t depth = key.size - walk->head_size;
	unsigned at;

	if (depth >= HEAR_NIBBLES)
		return false;
	out->depth = (unsigned)depth;
	memcpy(out->nibbles, key.data + walk->head_size, depth);
	for (at = 0; at < out->depth; at++)
		if (out->nibbles[at] > 15)
			return false;
	return true;
}

static bool read_children(struct hear_span value, struct hear_tree_root out[16])
{
	const unsigned char *in = (const unsigned char *)value.data;
	unsigned bitmap;
	size_t at = 2;
	unsigned i;

	if (value.size < 2)
		return false;
	bitmap = (unsigned)in[0] << 8 | in[1];
	for (i = 0; i < 16; i++) {
		out[i].count = 0;
		if (!(bitmap & 1u << i))
			continue;
		if (value.size - at < HEAR_NODE_CHILD)
			return false;
		out[i].count = hear_get32(in + at);
		memcpy(out[i].digest.bytes, in + at + 4, 32);
		at += HEAR_NODE_CHILD;
	}
	return at == value.size;
}

enum hear_code hear_node_top(struct hear_walk *walk,
			     const struct hear_path *slot,
			     struct hear_node *out, struct hear_err *err)
{
	unsigned char bytes[HEAR_NODE_KEY];
	struct hear_span from = hear_node_key(walk, slot, bytes);
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code;

	code = hear_cursor_seek(walk->nodes, from, &key, &value, err);
	if (code != HEAR_OK)
		return code;
	if (!hear_begins_with(key, from))
		return HEAR_NOTFOUND;
	if (!hear_node_path(walk, key, &out->path) ||
	    !read_children(value, out->children))
		return hear_fail_tree(err, "a node is not well formed");
	return HEAR_OK;
}

/* ---- Walking ---- */

void hear_walk_close(struct hear_walk *walk)
{
	hear_cursor_close(walk->keys);
	hear_cursor_close(walk->nodes);
}

enum hear_code hear_walk_open(struct hear_walk *walk, struct hear_txn *txn,
			      struct hear_span partition, struct hear_err *err)
{
	enum hear_code code = hear_partition_check(partition, err);

	memset(walk, 0, sizeof *walk);
	if (code != HEAR_OK)
		return code;
	walk->txn = txn;
	walk->head_size = hear_partition_head(walk->head, partition);
	code = hear_cursor_open(&walk->keys, txn, HEAR_ORDERED, err);
	if (code == HEAR_OK)
		code = hear_cursor_open(&walk->nodes, txn, HEAR_NODES, err);
	if (code != HEAR_OK)
		hear_walk_close(walk);
	return code;
}
