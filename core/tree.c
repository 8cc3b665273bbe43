/* SPDX-License-Identifier: ISC */
#include "core/tree.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/sign.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEAF = 16, /* keys that need no node */
	KEY = 40,  /* time and id */
	NIBBLES = 2 * KEY,
	HEAD = 1 + HEAR_PARTITION_BYTES,
	NODE_KEY = HEAD + NIBBLES,
	CHILD = 4 + 32,
	NODE_VALUE = 2 + 16 * CHILD,
};

struct hear_tree_entry {
	uint64_t number;
	size_t size;
	unsigned char key[HEAR_TREE_KEY];
};

/* The first nibbles of keys. A slot is a path whose keys, if any, are a child
 * set of the node above; the whole partition is the slot of depth 0. */
struct path {
	unsigned depth;
	unsigned char nibbles[NIBBLES];
};

struct node {
	struct path path;
	struct hear_tree_root children[16]; /* count 0: absent */
};

/* One partition in one transaction. */
struct walk {
	struct hear_txn *txn;
	struct hear_cursor *keys;  /* on HEAR_ORDERED */
	struct hear_cursor *nodes; /* on HEAR_NODES */
	size_t head_size;
	unsigned char head[HEAD]; /* how the partition's keys begin */
	/* What to do with a node that was worked out. */
	enum hear_code (*made)(struct walk *walk, const struct node *node,
			       struct hear_err *err);
	void (*found)(void *context, const char *sentence);
	void *context;
};

/* Neighbours in the sorted entries of a batch. */
struct run {
	const struct hear_tree_entry *entries;
	size_t count;
};

/* ---- Keys and paths ---- */

static enum hear_code check_partition(struct hear_span partition,
				      struct hear_err *err)
{
	if (partition.size > 0 && partition.size <= HEAR_PARTITION_BYTES)
		return HEAR_OK;
	return hear_fail(err, HEAR_LIMIT,
			 "the id of a partition has %zu bytes; it must have "
			 "1 to %d",
			 partition.size, HEAR_PARTITION_BYTES);
}

static size_t put_head(unsigned char *out, struct hear_span partition)
{
	assert(partition.size > 0 && partition.size <= HEAR_PARTITION_BYTES);
	out[0] = (unsigned char)partition.size;
	memcpy(out + 1, partition.data, partition.size);
	return 1 + partition.size;
}

size_t hear_tree_key(unsigned char out[HEAR_TREE_KEY],
		     struct hear_span partition, uint64_t time,
		     const struct hear_id *id)
{
	size_t size = put_head(out, partition);

	hear_put64(out + size, time);
	memcpy(out + size + 8, id->bytes, sizeof id->bytes);
	return size + KEY;
}

static unsigned char nibble(const unsigned char *key, unsigned at)
{
	return at % 2 ? key[at / 2] & 15 : key[at / 2] >> 4;
}

/* How many nibbles of `path` the key begins with. */
static unsigned shared(const struct path *path, const unsigned char *key)
{
	unsigned at = 0;

	while (at < path->depth && path->nibbles[at] == nibble(key, at))
		at++;
	return at;
}

static struct path path_to(const unsigned char *key)
{
	struct path path = {.depth = NIBBLES};
	unsigned at;

	for (at = 0; at < NIBBLES; at++)
		path.nibbles[at] = nibble(key, at);
	return path;
}

static struct path slot_below(const struct path *path, unsigned child)
{
	struct path slot = *path;

	assert(path->depth < NIBBLES);
	slot.nibbles[slot.depth++] = (unsigned char)child;
	return slot;
}

/* Two nibbles a byte, the rest of `size` bytes filled with `fill` nibbles. */
static void pack_path(const struct path *path, unsigned char fill,
		      unsigned char *out, size_t size)
{
	unsigned at;

	memset(out, fill << 4 | fill, size);
	for (at = 0; at < path->depth; at++)
		if (at % 2)
			out[at / 2] =
				(out[at / 2] & 0xf0) | path->nibbles[at];
		else
			out[at / 2] = (unsigned char)(path->nibbles[at] << 4 |
						      fill);
}

/* The lowest (fill 0) or highest (15) key that a slot can hold. */
static struct hear_span bound(const struct walk *walk, const struct path *slot,
			      unsigned char fill, unsigned char *out)
{
	memcpy(out, walk->head, walk->head_size);
	pack_path(slot, fill, out + walk->head_size, KEY);
	return hear_span_make(out, walk->head_size + KEY);
}

static struct hear_span node_key(const struct walk *walk,
				 const struct path *path, unsigned char *out)
{
	memcpy(out, walk->head, walk->head_size);
	memcpy(out + walk->head_size, path->nibbles, path->depth);
	return hear_span_make(out, walk->head_size + path->depth);
}

static bool begins_with(struct hear_span key, struct hear_span start)
{
	return key.size >= start.size &&
	       memcmp(key.data, start.data, start.size) == 0;
}

static enum hear_code fail_damaged(struct hear_err *err, const char *what)
{
	return hear_fail(err, HEAR_DAMAGED,
			 "the tree of filings is damaged: %s; run "
			 "`hearsay verify --repair`",
			 what);
}

/* ---- Reading keys ---- */

/* Up to LEAF + 1 of the keys in a slot: that many means that it needs a
 * node. */
static enum hear_code read_few(struct walk *walk, const struct path *slot,
			       unsigned char out[LEAF + 1][KEY],
			       unsigned *count, struct hear_err *err)
{
	unsigned char low[HEAR_TREE_KEY];
	unsigned char high[HEAR_TREE_KEY];
	struct hear_span from = bound(walk, slot, 0, low);
	struct hear_span to = bound(walk, slot, 15, high);
	struct hear_span key = {NULL, 0};
	enum hear_code code;

	*count = 0;
	code = hear_cursor_seek(walk->keys, from, &key, NULL, err);
	while (code == HEAR_OK && hear_span_order(key, to) <= 0) {
		if (key.size != from.size)
			return fail_damaged(err, "a key of the wrong length");
		memcpy(out[(*count)++], key.data + walk->head_size, KEY);
		if (*count > LEAF)
			return HEAR_OK;
		code = hear_cursor_move(walk->keys, HEAR_NEXT_KEY, &key, NULL,
					err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* The highest key of a slot that is not empty. */
static enum hear_code read_last(struct walk *walk, const struct path *slot,
				unsigned char out[KEY], struct hear_err *err)
{
	unsigned char high[HEAR_TREE_KEY];
	struct hear_span to = bound(walk, slot, 15, high);
	struct hear_span key = {NULL, 0};
	enum hear_code code;

	code = hear_cursor_seek(walk->keys, to, &key, NULL, err);
	if (code == HEAR_NOTFOUND)
		code = hear_cursor_move(walk->keys, HEAR_LAST, &key, NULL, err);
	else if (code == HEAR_OK && !hear_span_equal(key, to))
		code = hear_cursor_move(walk->keys, HEAR_PREVIOUS_KEY, &key,
					NULL, err);
	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		return code;
	if (code == HEAR_NOTFOUND || key.size != to.size)
		return fail_damaged(err, "a key of the wrong length");
	memcpy(out, key.data + walk->head_size, KEY);
	return HEAR_OK;
}

/* What the keys of a slot come to: the digest of a leaf, or (many) the path
 * that they all share. */
static enum hear_code look_at(struct walk *walk, const struct path *slot,
			      struct hear_tree_root *leaf, struct path *path,
			      bool *many, struct hear_err *err)
{
	unsigned char keys[LEAF + 1][KEY];
	unsigned char last[KEY];
	enum hear_code code;
	unsigned count;
	struct hear_hash hash;

	code = read_few(walk, slot, keys, &count, err);
	if (code != HEAR_OK)
		return code;
	*many = count > LEAF;
	if (*many) {
		code = read_last(walk, slot, last, err);
		*path = path_to(keys[0]);
		path->depth = shared(path, last);
		return code;
	}
	hear_hash_begin(&hash, HEAR_TAG_LEAF);
	hear_hash_add(&hash, keys, (size_t)count * KEY);
	hear_hash_end(&hash, &leaf->digest);
	leaf->count = count;
	return HEAR_OK;
}

/* ---- Nodes ---- */

static size_t pack_node(const struct node *node, unsigned char out[NODE_VALUE])
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
		size += CHILD;
	}
	out[0] = (unsigned char)(bitmap >> 8);
	out[1] = (unsigned char)bitmap;
	return size;
}

static void digest_node(const struct node *node, struct hear_tree_root *out)
{
	unsigned char depth = (unsigned char)node->path.depth;
	unsigned char prefix[KEY];
	unsigned char value[NODE_VALUE];
	size_t size = pack_node(node, value);
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

/* False: not the key of a node. */
static bool read_path(const struct walk *walk, struct hear_span key,
		      struct path *out)
{
	size_t depth = key.size - walk->head_size;
	unsigned at;

	if (depth >= NIBBLES)
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
		if (value.size - at < CHILD)
			return false;
		out[i].count = hear_get32(in + at);
		memcpy(out[i].digest.bytes, in + at + 4, 32);
		at += CHILD;
	}
	return at == value.size;
}

/* The highest node of a slot, as stored. HEAR_NOTFOUND is an answer: the slot
 * has at most LEAF keys. */
static enum hear_code read_top(struct walk *walk, const struct path *slot,
			       struct node *out, struct hear_err *err)
{
	unsigned char bytes[NODE_KEY];
	struct hear_span from = node_key(walk, slot, bytes);
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code;

	code = hear_cursor_seek(walk->nodes, from, &key, &value, err);
	if (code != HEAR_OK)
		return code;
	if (!begins_with(key, from))
		return HEAR_NOTFOUND;
	if (!read_path(walk, key, &out->path) ||
	    !read_children(value, out->children))
		return fail_damaged(err, "a node is not well formed");
	return HEAR_OK;
}

static enum hear_code put_node(struct walk *walk, const struct node *node,
			       struct hear_err *err)
{
	unsigned char key[NODE_KEY];
	unsigned char value[NODE_VALUE];
	size_t size = pack_node(node, value);

	return hear_txn_put(walk->txn, HEAR_NODES,
			    node_key(walk, &node->path, key),
			    hear_span_make(value, size), err);
}

/* ---- Walking ---- */

static void close_walk(struct walk *walk)
{
	hear_cursor_close(walk->keys);
	hear_cursor_close(walk->nodes);
}

static enum hear_code open_walk(struct walk *walk, struct hear_txn *txn,
				struct hear_span partition,
				struct hear_err *err)
{
	enum hear_code code = check_partition(partition, err);

	memset(walk, 0, sizeof *walk);
	if (code != HEAR_OK)
		return code;
	walk->txn = txn;
	walk->made = put_node;
	walk->head_size = put_head(walk->head, partition);
	code = hear_cursor_open(&walk->keys, txn, HEAR_ORDERED, err);
	if (code == HEAR_OK)
		code = hear_cursor_open(&walk->nodes, txn, HEAR_NODES, err);
	if (code != HEAR_OK)
		close_walk(walk);
	return code;
}

/* Works a slot out from its keys alone, and each node below it. At most
 * NIBBLES deep, as every call goes down a nibble. */
static enum hear_code build(struct walk *walk, const struct path *slot,
			    struct hear_tree_root *out, struct hear_err *err)
{
	struct node node;
	enum hear_code code;
	bool many;
	unsigned i;

	code = look_at(walk, slot, out, &node.path, &many, err);
	if (code != HEAR_OK || !many)
		return code;
	if (node.path.depth == NIBBLES || node.path.depth < slot->depth)
		return fail_damaged(err, "keys out of order");
	for (i = 0; i < 16; i++) {
		struct path below = slot_below(&node.path, i);

		code = build(walk, &below, &node.children[i], err);
		if (code != HEAR_OK)
			return code;
	}
	digest_node(&node, out);
	return walk->made(walk, &node, err);
}

/* Takes from the front of `run` the entries whose next nibble is `child`. */
static struct run take_child(const struct walk *walk, struct run *run,
			     unsigned depth, unsigned child)
{
	struct run out = {run->entries, 0};

	while (run->count > 0 && nibble(run->entries->key + walk->head_size,
					depth) == child) {
		run->entries++;
		run->count--;
		out.count++;
	}
	return out;
}

/* Cuts a node's path to what the new keys share with it, which makes it a
 * node above the one that is stored. Gives the child that leads there; 16: the
 * path is shared whole. */
static unsigned split(const struct walk *walk, struct node *node,
		      struct run run)
{
	const struct hear_tree_entry *last = &run.entries[run.count - 1];
	unsigned first_shared =
		shared(&node->path, run.entries[0].key + walk->head_size);
	unsigned last_shared = shared(&node->path, last->key + walk->head_size);
	unsigned depth = first_shared < last_shared ? first_shared
						    : last_shared;

	if (depth == node->path.depth)
		return 16;
	node->path.depth = depth;
	memset(node->children, 0, sizeof node->children);
	return node->path.nibbles[depth];
}

/*~ Brings a slot up to date with new keys, which are in HEAR_ORDERED already:
 * one step down for each node on their way, and only the nodes on the way are
 * read and written. Where nothing is stored the slot held too few keys for a
 * node, so what it holds now is worked out from the keys. */
static enum hear_code update(struct walk *walk, const struct path *slot,
			     struct run run, struct hear_tree_root *out,
			     struct hear_err *err)
{
	struct node node;
	enum hear_code code;
	unsigned kept;
	unsigned i;

	code = read_top(walk, slot, &node, err);
	if (code == HEAR_NOTFOUND)
		return build(walk, slot, out, err);
	if (code != HEAR_OK)
		return code;
	if (run.count == 0) {
		digest_node(&node, out);
		return HEAR_OK;
	}
	kept = split(walk, &node, run);
	for (i = 0; i < 16; i++) {
		struct path below = slot_below(&node.path, i);
		struct run some = take_child(walk, &run, node.path.depth, i);

		if (some.count == 0 && i != kept)
			continue;
		code = update(walk, &below, some, &node.children[i], err);
		if (code != HEAR_OK)
			return code;
	}
	digest_node(&node, out);
	return walk->made(walk, &node, err);
}

/* ---- Adding ---- */

static bool make_room(struct hear_tree_batch *batch)
{
	size_t room = batch->room ? batch->room * 2 : 16;
	struct hear_tree_entry *entries;

	if (batch->count < batch->room)
		return true;
	if (room > SIZE_MAX / sizeof *entries)
		return false;
	entries = realloc(batch->entries, room * sizeof *entries);
	if (!entries)
		return false;
	batch->entries = entries;
	batch->room = room;
	return true;
}

enum hear_code hear_tree_add(struct hear_tree_batch *batch,
			     struct hear_span partition, uint64_t time,
			     const struct hear_id *id, uint64_t number,
			     struct hear_err *err)
{
	enum hear_code code = check_partition(partition, err);
	struct hear_tree_entry *entry;

	if (code != HEAR_OK)
		return code;
	if (!make_room(batch))
		return hear_fail_memory(err);
	entry = &batch->entries[batch->count++];
	entry->number = number;
	entry->size = hear_tree_key(entry->key, partition, time, id);
	return HEAR_OK;
}

static int order_entries(const void *a, const void *b)
{
	const struct hear_tree_entry *first = a;
	const struct hear_tree_entry *second = b;

	return hear_span_order(hear_span_make(first->key, first->size),
			       hear_span_make(second->key, second->size));
}

/* Takes from the front of `run` the entries of its first partition. */
static struct run take_partition(struct run *run)
{
	const struct hear_tree_entry *first = run->entries;
	struct run out = {first, 0};

	while (run->count > 0 &&
	       memcmp(first->key, run->entries->key, 1u + first->key[0]) == 0) {
		run->entries++;
		run->count--;
		out.count++;
	}
	return out;
}

static enum hear_code flush_partition(struct hear_txn *txn, struct run run,
				      struct hear_err *err)
{
	const unsigned char *head = run.entries[0].key;
	const struct path whole = {.depth = 0};
	struct hear_tree_root root;
	struct walk walk;
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < run.count && code == HEAR_OK; i++)
		code = hear_txn_number(txn, HEAR_ORDERED,
				       hear_span_make(run.entries[i].key,
						      run.entries[i].size),
				       run.entries[i].number, err);
	if (code != HEAR_OK)
		return code;
	code = open_walk(&walk, txn, hear_span_make(head + 1, head[0]), err);
	if (code != HEAR_OK)
		return code;
	code = update(&walk, &whole, run, &root, err);
	close_walk(&walk);
	return code;
}

enum hear_code hear_tree_flush(struct hear_tree_batch *batch,
			       struct hear_txn *txn, struct hear_err *err)
{
	struct run rest = {batch->entries, batch->count};
	enum hear_code code = HEAR_OK;

	if (batch->count > 1)
		qsort(batch->entries, batch->count, sizeof *batch->entries,
		      order_entries);
	while (rest.count > 0 && code == HEAR_OK)
		code = flush_partition(txn, take_partition(&rest), err);
	batch->count = 0;
	return code;
}

void hear_tree_batch_done(struct hear_tree_batch *batch)
{
	free(batch->entries);
	memset(batch, 0, sizeof *batch);
}

/* ---- Roots ---- */

enum hear_code hear_tree_root(struct hear_tree_root *out, struct hear_txn *txn,
			      struct hear_span partition, struct hear_err *err)
{
	const struct path whole = {.depth = 0};
	struct walk walk;
	struct node node;
	enum hear_code code = open_walk(&walk, txn, partition, err);
	bool many = false;

	if (code != HEAR_OK)
		return code;
	code = read_top(&walk, &whole, &node, err);
	if (code == HEAR_OK)
		digest_node(&node, out);
	else if (code == HEAR_NOTFOUND)
		code = look_at(&walk, &whole, out, &node.path, &many, err);
	if (code == HEAR_OK && many)
		code = fail_damaged(err, "its highest node is missing");
	close_walk(&walk);
	return code;
}

enum hear_code hear_tree_view_root(struct hear_id *out, struct hear_txn *txn,
				   struct hear_span roster,
				   const struct hear_span *partitions,
				   size_t count, struct hear_err *err)
{
	struct hear_tree_root root;
	struct hear_hash hash;
	enum hear_code code = hear_tree_root(&root, txn, roster, err);
	size_t i;

	hear_hash_begin(&hash, HEAR_TAG_VIEW);
	if (code == HEAR_OK)
		hear_hash_add(&hash, root.digest.bytes, 32);
	for (i = 0; i < count && code == HEAR_OK; i++) {
		unsigned char head[HEAD];
		unsigned char number[8];

		assert(i == 0 || hear_span_order(partitions[i - 1],
						 partitions[i]) < 0);
		code = hear_tree_root(&root, txn, partitions[i], err);
		if (code != HEAR_OK)
			break;
		hear_put64(number, root.count);
		hear_hash_add(&hash, head, put_head(head, partitions[i]));
		hear_hash_add(&hash, number, sizeof number);
		hear_hash_add(&hash, root.digest.bytes, 32);
	}
	hear_hash_end(&hash, out);
	return code;
}

/* ---- Rebuilding and checking ---- */

static enum hear_code delete_nodes(struct walk *walk, struct hear_err *err)
{
	struct hear_span head = hear_span_make(walk->head, walk->head_size);
	unsigned char copy[HEAR_KEY_BYTES];
	struct hear_span key = {NULL, 0};
	enum hear_code code;

	for (;;) {
		code = hear_cursor_seek(walk->nodes, head, &key, NULL, err);
		if (code == HEAR_NOTFOUND ||
		    (code == HEAR_OK && !begins_with(key, head)))
			return HEAR_OK;
		if (code != HEAR_OK)
			return code;
		assert(key.size <= sizeof copy);
		memcpy(copy, key.data, key.size);
		code = hear_txn_delete(walk->txn, HEAR_NODES,
				       hear_span_make(copy, key.size), err);
		if (code != HEAR_OK)
			return code;
	}
}

enum hear_code hear_tree_rebuild(struct hear_txn *txn,
				 struct hear_span partition,
				 struct hear_err *err)
{
	const struct path whole = {.depth = 0};
	struct hear_tree_root root;
	struct walk walk;
	enum hear_code code = open_walk(&walk, txn, partition, err);

	if (code != HEAR_OK)
		return code;
	code = delete_nodes(&walk, err);
	if (code == HEAR_OK)
		code = build(&walk, &whole, &root, err);
	close_walk(&walk);
	return code;
}

static void report(const struct walk *walk, struct hear_span key,
		   const char *what)
{
	char partition[2 * HEAR_PARTITION_BYTES + 1];
	char node[2 * HEAR_KEY_BYTES + 1];
	char sentence[sizeof partition + sizeof node + 100];

	hear_hex_print(walk->head + 1, walk->head_size - 1, partition);
	hear_hex_print(key.data + walk->head_size, key.size - walk->head_size,
		       node);
	(void)snprintf(sentence, sizeof sentence,
		       "the tree of partition %s: node [%s] %s", partition,
		       node, what);
	walk->found(walk->context, sentence);
}

static enum hear_code compare_node(struct walk *walk, const struct node *node,
				   struct hear_err *err)
{
	unsigned char bytes[NODE_KEY];
	unsigned char value[NODE_VALUE];
	size_t size = pack_node(node, value);
	struct hear_span key = node_key(walk, &node->path, bytes);
	struct hear_span stored = {NULL, 0};
	enum hear_code code;

	code = hear_txn_get(walk->txn, HEAR_NODES, key, &stored, err);
	if (code == HEAR_NOTFOUND) {
		report(walk, key, "is missing");
		return HEAR_OK;
	}
	if (code == HEAR_OK &&
	    !hear_span_equal(stored, hear_span_make(value, size)))
		report(walk, key, "differs from the filings below it");
	return code;
}

/* Whether the filings call for a node of that key. */
static enum hear_code called_for(struct walk *walk, struct hear_span key,
				 bool *out, struct hear_err *err)
{
	struct hear_tree_root leaf;
	struct path slot;
	struct path path;
	enum hear_code code;

	*out = false;
	if (!read_path(walk, key, &slot))
		return HEAR_OK;
	code = look_at(walk, &slot, &leaf, &path, out, err);
	*out = *out && code == HEAR_OK && path.depth == slot.depth;
	return code;
}

static enum hear_code check_stored(struct walk *walk, struct hear_err *err)
{
	struct hear_span head = hear_span_make(walk->head, walk->head_size);
	struct hear_span key = {NULL, 0};
	enum hear_code code;
	bool called = false;

	code = hear_cursor_seek(walk->nodes, head, &key, NULL, err);
	while (code == HEAR_OK && begins_with(key, head)) {
		code = called_for(walk, key, &called, err);
		if (code != HEAR_OK)
			return code;
		if (!called)
			report(walk, key, "has no filings that call for it");
		code = hear_cursor_move(walk->nodes, HEAR_NEXT, &key, NULL,
					err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_tree_check(struct hear_txn *txn, struct hear_span partition,
			       void (*found)(void *context,
					     const char *sentence),
			       void *context, struct hear_err *err)
{
	const struct path whole = {.depth = 0};
	struct hear_tree_root root;
	struct walk walk;
	enum hear_code code = open_walk(&walk, txn, partition, err);

	if (code != HEAR_OK)
		return code;
	walk.made = compare_node;
	walk.found = found;
	walk.context = context;
	code = build(&walk, &whole, &root, err);
	if (code == HEAR_OK)
		code = check_stored(&walk, err);
	close_walk(&walk);
	return code;
}
