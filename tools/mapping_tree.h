/* mapping_tree.h - a mapping as read: between mapping_read.c, which makes it
 * of YAML, and mapping.c, which fills it from rows.
 */
#ifndef TOOLS_MAPPING_TREE_H
#define TOOLS_MAPPING_TREE_H

#include "tools/companion.h"
#include "tools/condition.h"
#include "tools/mapping.h"
#include "tools/template.h"

/* A field as it will be filled: a template, or a list or map of nodes. */
struct node {
	struct node *next; /* in a list, a map or a claim */
	struct hear_span key;
	enum hear_type type;
	struct template *template;
	struct node *items;
};

struct entry {
	struct entry *next;
	struct condition *when;
	struct node *fields;
};

/* A column given by a companion rule; columns are numbered over all rules. */
struct given {
	struct given *next;
	struct hear_span name;
	struct template *template;
	uint32_t number;
};

struct rule {
	struct rule *next;
	struct condition *when;
	struct condition *to; /* or NULL: every row with the key */
	struct template_column **key;
	size_t key_count;
	struct given *gives;
};

struct mapping {
	struct hear_arena *arena;
	struct template_scope scope; /* all columns, given ones too */
	struct template_scope own;   /* columns of the file only */
	struct csv_form form;
	const struct hear_value *empty;
	struct hear_span zone;
	bool expects_rows;
	bool expects_claims;
	uint64_t expected_rows;
	uint64_t expected_claims;
	struct condition *skip;
	struct rule *rules;
	struct entry *entries;
	uint32_t given_count;
	size_t column_count; /* of the file */
	struct companions companions;
	bool settled;
	struct mapping_counts counts;
};

/* Whether `name` is in a list of words. */
bool mapping_among(const char *const *list, size_t count,
		   struct hear_span name);

#define AMONG(list, name)                                                      \
	mapping_among(list, sizeof(list) / sizeof *(list), name)

#endif
