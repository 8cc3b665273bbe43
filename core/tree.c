/* SPDX-License-Identifier: ISC */
#include "core/tree.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/node.h"
#include "core/sign.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hear_tree_entry {
	uint64_t number;
	size_t size;
	unsigned char key[HEAR_TREE_KEY];
};

/* One partition in one transaction, and what to do with a node that was
 * worked out. */
struct work {
	struct hear_walk walk;
	enum hear_code (*made)(struct work *work, const struct hear_node *node,
			       struct hear_err *err);
	void (*found)(void *context, const char *sentence);
	void *context;
};

/* Neighbours in the sorted entries of a batch. */
struct run {
	const struct hear_tree_entry *entries;
	size_t count;
};

size_t hear_tree_key(unsigned char out[HEAR_TREE_KEY],
		     struct hear_span partition, uint64_t time,
		     const struct hear_id *id)
{
	size_t size = hear_partition_head(out, partition);

	hear_put64(out + size, time);
	memcpy(out + size + 8, id->bytes, sizeof id->bytes);
	return size + HEAR_KEY_SIZE;
}

/* ---- Walking ---- */

static enum hear_code put_node(struct work *work, const struct hear_node *node,
			       struct hear_err *err)
{
	unsigned char key[HEAR_NODE_KEY];
	unsigned char value[HEAR_NODE_VALUE];
	size_t size = hear_node_pack(node, value);

	return hear_txn_put(work->walk.txn, HEAR_NODES,
			    hear_node_key(&work->walk, &node->path, key),
			    hear_span_make(value, size), err);
}

static enum hear_code open_work(struct work *work, struct hear_txn *txn,
				struct hear_span partition,
				struct hear_err *err)
{
	memset(work, 0, sizeof *work);
	work->made = put_node;
	return hear_walk_open(&work->walk, txn, partition, err);
}

/* Works a slot out from its keys alone, and each node below it. At most
 * HEAR_NIBBLES deep, as every call goes down a nibble. */
static enum hear_code build(struct work *work, const struct hear_path *slot,
			    struct hear_tree_root *out, struct hear_err *err)
{
	struct hear_node node;
	enum hear_code code;
	bool many;
	unsigned i;

	code = hear_slot_look(&work->walk, slot, out, &node.path, &many, err);
	if (code != HEAR_OK || !many)
		return code;
	if (node.path.depth == HEAR_NIBBLES || node.path.depth < slot->depth)
		return hear_fail_tree(err, "keys out of order");
	for (i = 0; i < 16; i++) {
		struct hear_path below = hear_path_below(&node.path, i);

		code = build(work, &below, &node.children[i], err);
		if (code != HEAR_OK)
			return code;
	}
	hear_node_digest(&node, out);
	return work->made(work, &node, err);
}

/* Takes from the front of `run` the entries whose next nibble is `child`. */
static struct run take_child(const struct work *work, struct run *run,
			     unsigned depth, unsigned child)
{
	struct run out = {run->entries, 0};

	while (run->count > 0 &&
	       hear_nibble(run->entries->key + work->walk.head_size, depth) ==
		       child) {
		run->entries++;
		run->count--;
		out.count++;
	}
	return out;
}

/* Cuts a node's path to what the new keys share with it, which makes it a
 * node above the one that is stored. Gives the child that leads there; 16: the
 * path is shared whole. */
static unsigned split(const struct work *work, struct hear_node *node,
		      struct run run)
{
	const struct hear_tree_entry *last = &run.entries[run.count - 1];
	unsigned first_shared = hear_path_shared(
		&node->path, run.entries[0].key + work->walk.head_size);
	unsigned last_shared =
		hear_path_shared(&node->path, last->key + work->walk.head_size);
	unsigned depth =
		first_shared < last_shared ? first_shared : last_shared;

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
static enum hear_code update(struct work *work, const struct hear_path *slot,
			     struct run run, struct hear_tree_root *out,
			     struct hear_err *err)
{
	struct hear_node node;
	enum hear_code code;
	unsigned kept;
	unsigned i;

	code = hear_node_top(&work->walk, slot, &node, err);
	if (code == HEAR_NOTFOUND)
		return build(work, slot, out, err);
	if (code != HEAR_OK)
		return code;
	if (run.count == 0) {
		hear_node_digest(&node, out);
		return HEAR_OK;
	}
	kept = split(work, &node, run);
	for (i = 0; i < 16; i++) {
		struct hear_path below = hear_path_below(&node.path, i);
		struct run some = take_child(work, &run, node.path.depth, i);

		if (some.count == 0 && i != kept)
			continue;
		code = update(work, &below, some, &node.children[i], err);
		if (code != HEAR_OK)
			return code;
	}
	hear_node_digest(&node, out);
	return work->made(work, &node, err);
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
	enum hear_code code = hear_partition_check(partition, err);
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
	const struct hear_path whole = {.depth = 0};
	struct hear_tree_root root;
	struct work work;
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < run.count && code == HEAR_OK; i++)
		code = hear_txn_number(
			txn, HEAR_ORDERED,
			hear_span_make(run.entries[i].key, run.entries[i].size),
			run.entries[i].number, err);
	if (code != HEAR_OK)
		return code;
	code = open_work(&work, txn, hear_span_make(head + 1, head[0]), err);
	if (code != HEAR_OK)
		return code;
	code = update(&work, &whole, run, &root, err);
	hear_walk_close(&work.walk);
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
	const struct hear_path whole = {.depth = 0};
	struct work work;
	struct hear_node node;
	enum hear_code code = open_work(&work, txn, partition, err);
	bool many = false;

	if (code != HEAR_OK)
		return code;
	code = hear_node_top(&work.walk, &whole, &node, err);
	if (code == HEAR_OK)
		hear_node_digest(&node, out);
	else if (code == HEAR_NOTFOUND)
		code = hear_slot_look(&work.walk, &whole, out, &node.path,
				      &many, err);
	if (code == HEAR_OK && many)
		code = hear_fail_tree(err, "its highest node is missing");
	hear_walk_close(&work.walk);
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
		unsigned char head[HEAR_NODE_HEAD];
		unsigned char number[8];

		assert(i == 0 ||
		       hear_span_order(partitions[i - 1], partitions[i]) < 0);
		code = hear_tree_root(&root, txn, partitions[i], err);
		if (code != HEAR_OK)
			break;
		hear_put64(number, root.count);
		hear_hash_add(&hash, head,
			      hear_partition_head(head, partitions[i]));
		hear_hash_add(&hash, number, sizeof number);
		hear_hash_add(&hash, root.digest.bytes, 32);
	}
	hear_hash_end(&hash, out);
	return code;
}

/* ---- Rebuilding and checking ---- */

static enum hear_code delete_nodes(struct work *work, struct hear_err *err)
{
	struct hear_span head =
		hear_span_make(work->walk.head, work->walk.head_size);
	unsigned char copy[HEAR_KEY_BYTES];
	struct hear_span key = {NULL, 0};
	enum hear_code code;

	for (;;) {
		code = hear_cursor_seek(work->walk.nodes, head, &key, NULL,
					err);
		if (code == HEAR_NOTFOUND ||
		    (code == HEAR_OK && !hear_begins_with(key, head)))
			return HEAR_OK;
		if (code != HEAR_OK)
			return code;
		assert(key.size <= sizeof copy);
		memcpy(copy, key.data, key.size);
		code = hear_txn_delete(work->walk.txn, HEAR_NODES,
				       hear_span_make(copy, key.size), err);
		if (code != HEAR_OK)
			return code;
	}
}

enum hear_code hear_tree_rebuild(struct hear_txn *txn,
				 struct hear_span partition,
				 struct hear_err *err)
{
	const struct hear_path whole = {.depth = 0};
	struct hear_tree_root root;
	struct work work;
	enum hear_code code = open_work(&work, txn, partition, err);

	if (code != HEAR_OK)
		return code;
	code = delete_nodes(&work, err);
	if (code == HEAR_OK)
		code = build(&work, &whole, &root, err);
	hear_walk_close(&work.walk);
	return code;
}

static void report(const struct work *work, struct hear_span key,
		   const char *what)
{
	char partition[2 * HEAR_PARTITION_BYTES + 1];
	char node[2 * HEAR_KEY_BYTES + 1];
	char sentence[sizeof partition + sizeof node + 100];

	hear_hex_print(work->walk.head + 1, work->walk.head_size - 1,
		       partition);
	hear_hex_print(key.data + work->walk.head_size,
		       key.size - work->walk.head_size, node);
	(void)snprintf(sentence, sizeof sentence,
		       "the tree of partition %s: node [%s] %s", partition,
		       node, what);
	work->found(work->context, sentence);
}

static enum hear_code compare_node(struct work *work,
				   const struct hear_node *node,
				   struct hear_err *err)
{
	unsigned char bytes[HEAR_NODE_KEY];
	unsigned char value[HEAR_NODE_VALUE];
	size_t size = hear_node_pack(node, value);
	struct hear_span key = hear_node_key(&work->walk, &node->path, bytes);
	struct hear_span stored = {NULL, 0};
	enum hear_code code;

	code = hear_txn_get(work->walk.txn, HEAR_NODES, key, &stored, err);
	if (code == HEAR_NOTFOUND) {
		report(work, key, "is missing");
		return HEAR_OK;
	}
	if (code == HEAR_OK &&
	    !hear_span_equal(stored, hear_span_make(value, size)))
		report(work, key, "differs from the filings below it");
	return code;
}

/* Whether the filings call for a node of that key. */
static enum hear_code called_for(struct work *work, struct hear_span key,
				 bool *out, struct hear_err *err)
{
	struct hear_tree_root leaf;
	struct hear_path slot;
	struct hear_path path;
	enum hear_code code;

	*out = false;
	if (!hear_node_path(&work->walk, key, &slot))
		return HEAR_OK;
	code = hear_slot_look(&work->walk, &slot, &leaf, &path, out, err);
	*out = *out && code == HEAR_OK && path.depth == slot.depth;
	return code;
}

static enum hear_code check_stored(struct work *work, struct hear_err *err)
{
	struct hear_span head =
		hear_span_make(work->walk.head, work->walk.head_size);
	struct hear_span key = {NULL, 0};
	enum hear_code code;
	bool called = false;

	code = hear_cursor_seek(work->walk.nodes, head, &key, NULL, err);
	while (code == HEAR_OK && hear_begins_with(key, head)) {
		code = called_for(work, key, &called, err);
		if (code != HEAR_OK)
			return code;
		if (!called)
			report(work, key, "has no filings that call for it");
		code = hear_cursor_move(work->walk.nodes, HEAR_NEXT, &key, NULL,
					err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_tree_check(struct hear_txn *txn, struct hear_span partition,
			       void (*found)(void *context,
					     const char *sentence),
			       void *context, struct hear_err *err)
{
	const struct hear_path whole = {.depth = 0};
	struct hear_tree_root root;
	struct work work;
	enum hear_code code = open_work(&work, txn, partition, err);

	if (code != HEAR_OK)
		return code;
	work.made = compare_node;
	work.found = found;
	work.context = context;
	code = build(&work, &whole, &root, err);
	if (code == HEAR_OK)
		code = check_stored(&work, err);
	hear_walk_close(&work.walk);
	return code;
}
