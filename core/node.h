/* node.h - the nodes of the tree, and the keys below them, as they are read.
 *
 * Shared by tree.c, which makes the nodes drawn in tree.h, and range.c, which
 * asks them. Keys here are the 40 bytes of time and id, without the partition
 * that stands before them in the tables.
 */
#ifndef CORE_NODE_H
#define CORE_NODE_H

#include "core/tree.h"

enum {
	HEAR_NODE_LEAF = 16, /* keys that need no node */
	HEAR_KEY_SIZE = 40,  /* time and id */
	HEAR_NIBBLES = 2 * HEAR_KEY_SIZE,
	HEAR_NODE_HEAD = 1 + HEAR_PARTITION_BYTES,
	HEAR_NODE_KEY = HEAR_NODE_HEAD + HEAR_NIBBLES,
	HEAR_NODE_CHILD = 4 + 32,
	HEAR_NODE_VALUE = 2 + 16 * HEAR_NODE_CHILD,
};

/* The first nibbles of keys. A slot is a path whose keys, if any, are a child
 * set of the node above; the whole partition is the slot of depth 0. */
struct hear_path {
	unsigned depth;
	unsigned char nibbles[HEAR_NIBBLES];
};

struct hear_node {
	struct hear_path path;
	struct hear_tree_root children[16]; /* count 0: absent */
};

/* One partition in one transaction. */
struct hear_walk {
	struct hear_txn *txn;
	struct hear_cursor *keys;  /* on HEAR_ORDERED */
	struct hear_cursor *nodes; /* on HEAR_NODES */
	size_t head_size;
	unsigned char head[HEAR_NODE_HEAD]; /* how its keys begin */
};

/* HEAR_LIMIT: not of a permitted length. */
HEAR_CHECKED enum hear_code hear_walk_open(struct hear_walk *walk,
					   struct hear_txn *txn,
					   struct hear_span partition,
					   struct hear_err *err);
void hear_walk_close(struct hear_walk *walk);

HEAR_CHECKED enum hear_code hear_partition_check(struct hear_span partition,
						 struct hear_err *err);
/* What the keys of a partition begin with; gives its length. */
size_t hear_partition_head(unsigned char out[HEAR_NODE_HEAD],
			   struct hear_span partition);

static inline unsigned char hear_nibble(const unsigned char *key, unsigned at)
{
	return at % 2 ? key[at / 2] & 15 : key[at / 2] >> 4;
}

/* How many nibbles of `path` the key begins with. */
unsigned hear_path_shared(const struct hear_path *path,
			  const unsigned char *key);
struct hear_path hear_path_below(const struct hear_path *path, unsigned child);
struct hear_span hear_node_key(const struct hear_walk *walk,
			       const struct hear_path *path,
			       unsigned char out[HEAR_NODE_KEY]);

/* The lowest (fill 0) or highest (15) key that a slot can hold. */
void hear_path_bound(const struct hear_path *slot, unsigned char fill,
		     unsigned char out[HEAR_KEY_SIZE]);
/* A key as it stands in the tables. */
struct hear_span hear_walk_key(const struct hear_walk *walk,
			       const unsigned char key[HEAR_KEY_SIZE],
			       unsigned char out[HEAR_TREE_KEY]);

struct hear_keys_few {
	unsigned count;
	unsigned char keys[HEAR_NODE_LEAF + 1][HEAR_KEY_SIZE];
};

/* Up to HEAR_NODE_LEAF + 1 of the keys from `low` to `high`, both included:
 * that many means that they need a node. */
HEAR_CHECKED enum hear_code
hear_keys_few(struct hear_walk *walk, const unsigned char low[HEAR_KEY_SIZE],
	      const unsigned char high[HEAR_KEY_SIZE],
	      struct hear_keys_few *out, struct hear_err *err);
void hear_leaf_digest(const struct hear_keys_few *few,
		      struct hear_tree_root *out);

/* What the keys of a slot come to: the digest of a leaf, or (many) the path
 * that they all share. */
HEAR_CHECKED enum hear_code hear_slot_look(struct hear_walk *walk,
					   const struct hear_path *slot,
					   struct hear_tree_root *leaf,
					   struct hear_path *path, bool *many,
					   struct hear_err *err);

/* A node's value in table HEAR_NODES; gives its length. */
size_t hear_node_pack(const struct hear_node *node,
		      unsigned char out[HEAR_NODE_VALUE]);
void hear_node_digest(const struct hear_node *node, struct hear_tree_root *out);
/* The path of a node's key; false: not the key of a node. */
bool hear_node_path(const struct hear_walk *walk, struct hear_span key,
		    struct hear_path *out);
/* The highest node of a slot, as stored. HEAR_NOTFOUND is an answer: the slot
 * has at most HEAR_NODE_LEAF keys. */
HEAR_CHECKED enum hear_code hear_node_top(struct hear_walk *walk,
					  const struct hear_path *slot,
					  struct hear_node *out,
					  struct hear_err *err);

bool hear_begins_with(struct hear_span key, struct hear_span start);
enum hear_code hear_fail_tree(struct hear_err *err, const char *what);

#endif
