/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/mapping_tree.h"

#include <string.h>

enum {
	FIELD_DEPTH = 4, /* lists and maps within a field */
	MAX_RULES = 16,	 /* companions */
	MAX_GIVEN = 64,	 /* columns they give, in all */
};

/* ---- Fields -------------------------------------------------------------- */

static const char *const settings[] = {
	"separator", "quoting", "header", "columns",	"empty", "timezone",
	"expect",    "tables",	"skip",	  "companions", "claims",
};

static const char *const claim_fields[] = {
	"text",	     "quote",	"lang",	 "subject",  "predicate", "of",
	"place",     "value",	"event", "since",    "until",	  "said",
	"stance",    "re",	"hedge", "by",	     "chain",	  "basis",
	"document",  "locator", "tags",	 "more",
};

bool mapping_among(const char *const *list, size_t count, struct hear_span name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (hear_span_is(name, list[i]))
			return true;
	return false;
}

static enum hear_code read_node(struct node *out, struct mapping *mapping,
				const struct hear_value *value, bool chain,
				int depth, struct hear_err *err);

static enum hear_code read_items(struct node *out, struct mapping *mapping,
				 const struct hear_value *value, int depth,
				 struct hear_err *err)
{
	struct node **last = &out->items;
	enum hear_code code;
	size_t i;

	if (depth >= FIELD_DEPTH)
		return hear_fail_value(err, HEAR_LIMIT, value,
				       "more than %d lists and maps in one "
				       "another", FIELD_DEPTH);
	for (i = 0; i < hear_count_of(value); i++) {
		struct node *item = hear_arena_alloc(mapping->arena,
						     sizeof *item);

		if (!item)
			return hear_fail_memory(err);
		code = read_node(item, mapping, hear_item_of(value, i), false,
				 depth + 1, err);
		if (code)
			return code;
		item->key = hear_key_of(value, i);
		*last = item;
		last = &item->next;
	}
	return HEAR_OK;
}

static enum hear_code read_node(struct node *out, struct mapping *mapping,
				const struct hear_value *value, bool chain,
				int depth, struct hear_err *err)
{
	memset(out, 0, sizeof *out);
	out->type = hear_type_of(value);
	if (out->type == HEAR_LIST || out->type == HEAR_MAP)
		return read_items(out, mapping, value, depth, err);
	if (out->type != HEAR_TEXT)
		return hear_fail_value(err, HEAR_INVALID, value,
				       "a field is a text, a list or a map; "
				       "write it in quotes");
	return template_read(&out->template, &mapping->scope, value, chain,
			     err);
}

/* `by` is what people write, `chain` what records have. */
static enum hear_code field_key(struct hear_span key,
				const struct hear_value *value,
				struct hear_span *out, struct hear_err *err)
{
	*out = key;
	if (hear_span_is(key, "by")) {
		*out = hear_span_of("chain");
		if (hear_type_of(value) == HEAR_LIST)
			return hear_fail_value(
				err, HEAR_INVALID, value,
				"several chains are several claims: write an "
				"entry for each under claims:");
	}
	if (AMONG(claim_fields, key))
		return HEAR_OK;
	return hear_fail_value(err, HEAR_INVALID, value,
			       "\"%.*s\" is neither a setting of a mapping nor "
			       "a field of a claim", template_shown(key),
			       key.data);
}

static struct node *find_field(struct node *fields, const char *key)
{
	while (fields && !hear_span_is(fields->key, key))
		fields = fields->next;
	return fields;
}

static enum hear_code read_field(struct mapping *mapping, struct node **fields,
				 struct hear_span key,
				 const struct hear_value *value,
				 struct hear_err *err)
{
	struct node *node = hear_arena_alloc(mapping->arena, sizeof *node);
	struct hear_span name;
	enum hear_code code = field_key(key, value, &name, err);

	if (code)
		return code;
	if (!node)
		return hear_fail_memory(err);
	code = read_node(node, mapping, value, hear_span_is(name, "chain"), 0,
			 err);
	if (code)
		return code;
	if (hear_span_is(name, "chain") && find_field(*fields, "chain"))
		return hear_fail_value(err, HEAR_INVALID, value,
				       "`by` and `chain` are the same field; "
				       "keep one of them");
	node->key = name;
	while (*fields)
		fields = &(*fields)->next;
	*fields = node;
	return HEAR_OK;
}

/* All fields of `map` but those for which `other` says true. */
static enum hear_code read_fields(struct mapping *mapping, struct node **fields,
				  const struct hear_value *map,
				  bool (*other)(struct hear_span key),
				  struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < hear_count_of(map) && !code; i++)
		if (!other(hear_key_of(map, i)))
			code = read_field(mapping, fields, hear_key_of(map, i),
					  hear_item_of(map, i), err);
	return code;
}

/* ---- Claims -------------------------------------------------------------- */

static bool is_setting(struct hear_span key)
{
	return AMONG(settings, key);
}

static bool is_when(struct hear_span key)
{
	return hear_span_is(key, "when");
}

/* Adds copies of the top's fields that the claim does not have itself. */
static enum hear_code inherit(struct mapping *mapping, struct node **fields,
			      const struct node *top, struct hear_err *err)
{
	struct node *own = *fields;
	struct node **last = fields;

	*fields = NULL;
	for (; top; top = top->next) {
		struct node *copy = own;

		while (copy && !hear_span_equal(copy->key, top->key))
			copy = copy->next;
		if (copy)
			continue;
		copy = hear_arena_alloc(mapping->arena, sizeof *copy);
		if (!copy)
			return hear_fail_memory(err);
		*copy = *top;
		copy->next = NULL;
		*last = copy;
		last = &copy->next;
	}
	*last = own;
	return HEAR_OK;
}

static bool cleared(const struct node *node)
{
	return !node || (node->template && template_empty(node->template));
}

static enum hear_code check_entry(const struct entry *entry,
				  const struct hear_value *at,
				  struct hear_err *err)
{
	struct node *fields = entry->fields;

	if (!cleared(find_field(fields, "text")) ||
	    (!cleared(find_field(fields, "predicate")) &&
	     (!cleared(find_field(fields, "value")) ||
	      !cleared(find_field(fields, "stance")))))
		return HEAR_OK;
	return hear_fail_value(err, HEAR_INVALID, at,
			       "a claim needs text:, or predicate: with "
			       "value: or stance:");
}

static enum hear_code read_entry(struct entry *out, struct mapping *mapping,
				 const struct hear_value *map,
				 const struct node *top, struct hear_err *err)
{
	const struct hear_value *when = hear_map_get(map, "when");
	enum hear_code code = HEAR_OK;

	if (hear_type_of(map) != HEAR_MAP)
		return hear_fail_value(err, HEAR_INVALID, map,
				       "claims: is a list of maps of fields");
	if (when)
		code = condition_read(&out->when, &mapping->scope, when, err);
	if (!code)
		code = read_fields(mapping, &out->fields, map, is_when, err);
	if (!code)
		code = inherit(mapping, &out->fields, top, err);
	return code ? code : check_entry(out, map, err);
}

static struct entry *add_entry(struct mapping *mapping, struct entry ***last)
{
	struct entry *entry = hear_arena_alloc(mapping->arena, sizeof *entry);

	if (!entry)
		return NULL;
	memset(entry, 0, sizeof *entry);
	**last = entry;
	*last = &entry->next;
	return entry;
}

static enum hear_code read_claims(struct mapping *mapping,
				  const struct hear_value *tree,
				  struct hear_err *err)
{
	const struct hear_value *claims = hear_map_get(tree, "claims");
	struct entry **last = &mapping->entries;
	struct node *top = NULL;
	struct entry *entry;
	size_t i;
	enum hear_code code = read_fields(mapping, &top, tree, is_setting, err);

	if (!code && !claims) {
		entry = add_entry(mapping, &last);
		if (!entry)
			return hear_fail_memory(err);
		entry->fields = top;
		return check_entry(entry, tree, err);
	}
	if (!code && (hear_type_of(claims) != HEAR_LIST ||
		      hear_count_of(claims) == 0 ||
		      hear_count_of(claims) > MAPPING_CLAIMS))
		return hear_fail_value(err, HEAR_INVALID, claims,
				       "claims: is a list of 1 to %d maps",
				       MAPPING_CLAIMS);
	for (i = 0; i < hear_count_of(claims) && !code; i++) {
		entry = add_entry(mapping, &last);
		if (!entry)
			return hear_fail_memory(err);
		code = read_entry(entry, mapping, hear_item_of(claims, i), top,
				  err);
	}
	return code;
}

/* ---- Companions ---------------------------------------------------------- */

static enum hear_code read_key(struct rule *rule, struct mapping *mapping,
			       const struct hear_value *list,
			       struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	rule->key_count = hear_count_of(list);
	if (hear_type_of(list) != HEAR_LIST || rule->key_count == 0)
		return hear_fail_value(err, HEAR_INVALID, list,
				       "key: is a list of columns that both "
				       "rows have alike: [date, place]");
	rule->key = hear_arena_alloc(mapping->arena,
				     rule->key_count * sizeof *rule->key);
	if (!rule->key)
		return hear_fail_memory(err);
	for (i = 0; i < rule->key_count && !code; i++)
		code = template_mention(&rule->key[i], &mapping->own,
					hear_text_of(hear_item_of(list, i)),
					hear_item_of(list, i), err);
	return code;
}

static enum hear_code read_gives(struct rule *rule, struct mapping *mapping,
				 const struct hear_value *map,
				 struct hear_err *err)
{
	size_t i;

	if (hear_type_of(map) != HEAR_MAP || hear_count_of(map) == 0)
		return hear_fail_value(err, HEAR_INVALID, map,
				       "gives: is a map of new columns to "
				       "texts: {qualifier: \"{value}\"}");
	for (i = 0; i < hear_count_of(map); i++) {
		struct given *given = hear_arena_alloc(mapping->arena,
						       sizeof *given);
		enum hear_code code;

		if (!given)
			return hear_fail_memory(err);
		if (mapping->given_count >= MAX_GIVEN)
			return hear_fail_value(err, HEAR_LIMIT, map,
					       "companions give more than %d "
					       "columns", MAX_GIVEN);
		if (hear_type_of(hear_item_of(map, i)) != HEAR_TEXT)
			return hear_fail_value(err, HEAR_INVALID, map,
					       "a new column is given a text: "
					       "{qualifier: \"{value}\"}");
		given->number = mapping->given_count++;
		given->name = hear_key_of(map, i);
		given->next = rule->gives;
		rule->gives = given;
		code = template_read(&given->template, &mapping->own,
				     hear_item_of(map, i), false, err);
		if (code)
			return code;
	}
	return HEAR_OK;
}

static enum hear_code read_rule(struct rule *out, struct mapping *mapping,
				const struct hear_value *map,
				struct hear_err *err)
{
	static const char *const keys[] = {"when", "for", "key", "gives"};
	const struct hear_value *to = hear_map_get(map, "for");
	enum hear_code code;
	size_t i;

	for (i = 0; i < hear_count_of(map); i++)
		if (hear_type_of(map) == HEAR_MAP &&
		    !AMONG(keys, hear_key_of(map, i)))
			break;
	if (i < hear_count_of(map) || !hear_map_get(map, "when") ||
	    !hear_map_get(map, "key") || !hear_map_get(map, "gives"))
		return hear_fail_value(err, HEAR_INVALID, map,
				       "companions: is a list of maps with "
				       "when:, key:, gives: and perhaps for:");
	memset(out, 0, sizeof *out);
	code = condition_read(&out->when, &mapping->own,
			      hear_map_get(map, "when"), err);
	if (!code && to)
		code = condition_read(&out->to, &mapping->own, to, err);
	if (!code)
		code = read_key(out, mapping, hear_map_get(map, "key"), err);
	if (!code)
		code = read_gives(out, mapping, hear_map_get(map, "gives"),
				  err);
	return code;
}

static enum hear_code read_rules(struct mapping *mapping,
				 const struct hear_value *list,
				 struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	if (list && (hear_type_of(list) != HEAR_LIST ||
		     hear_count_of(list) > MAX_RULES))
		return hear_fail_value(err, HEAR_INVALID, list,
				       "companions: is a list of at most %d "
				       "maps", MAX_RULES);
	for (i = 0; i < hear_count_of(list) && !code; i++) {
		struct rule *rule = hear_arena_alloc(mapping->arena,
						     sizeof *rule);

		if (!rule)
			return hear_fail_memory(err);
		code = read_rule(rule, mapping, hear_item_of(list, i), err);
		rule->next = mapping->rules;
		mapping->rules = rule;
	}
	return code;
}

/* ---- Settings ------------------------------------------------------------ */

static enum hear_code read_separator(struct mapping *mapping,
				     const struct hear_value *value,
				     struct hear_err *err)
{
	struct hear_span text = hear_text_of(value);

	if (!value || hear_span_is(text, "comma"))
		return HEAR_OK;
	if (hear_span_is(text, "tab"))
		mapping->form.separator = '\t';
	else if (hear_span_is(text, "semicolon"))
		mapping->form.separator = ';';
	else if (text.size == 1)
		mapping->form.separator = text.data[0];
	else
		return hear_fail_value(err, HEAR_INVALID, value,
				       "separator: is comma, tab, semicolon or "
				       "one ASCII character");
	return HEAR_OK;
}

static enum hear_code read_switch(bool *out, const struct hear_value *value,
				  const char *name, const char *on,
				  const char *off, struct hear_err *err)
{
	struct hear_span text = hear_text_of(value);

	if (!value)
		return HEAR_OK;
	if (!hear_span_is(text, on) && !hear_span_is(text, off))
		return hear_fail_value(err, HEAR_INVALID, value,
				       "%s: is %s or %s", name, on, off);
	*out = hear_span_is(text, on);
	return HEAR_OK;
}

static enum hear_code check_texts(const struct hear_value *list,
				  const char *what, struct hear_err *err)
{
	size_t i;

	if (list && hear_type_of(list) != HEAR_LIST)
		return hear_fail_value(err, HEAR_INVALID, list,
				       "%s is a list of texts: [a, b]", what);
	for (i = 0; i < hear_count_of(list); i++)
		if (hear_type_of(hear_item_of(list, i)) != HEAR_TEXT)
			return hear_fail_value(err, HEAR_INVALID,
					       hear_item_of(list, i),
					       "%s is a list of texts: [a, b]",
					       what);
	return HEAR_OK;
}

static enum hear_code read_columns(struct mapping *mapping,
				   const struct hear_value *list,
				   struct hear_err *err)
{
	size_t count = hear_count_of(list);
	enum hear_code code = check_texts(list, "columns:", err);
	struct hear_span *names;
	size_t i;

	if (code)
		return code;
	if (mapping->form.header ? list != NULL : count == 0)
		return hear_fail_value(err, HEAR_INVALID, list,
				       "columns: goes with header: no, and the "
				       "other way round");
	names = hear_arena_alloc(mapping->arena, (count + 1) * sizeof *names);
	if (!names)
		return hear_fail_memory(err);
	for (i = 0; i < count; i++)
		names[i] = hear_text_of(hear_item_of(list, i));
	mapping->form.columns = names;
	mapping->form.column_count = count;
	return HEAR_OK;
}

static enum hear_code read_form(struct mapping *mapping,
				const struct hear_value *tree,
				struct hear_err *err)
{
	bool quotes = true;
	enum hear_code code;

	mapping->form = CSV_FORM;
	code = read_separator(mapping, hear_map_get(tree, "separator"), err);
	if (!code)
		code = read_switch(&quotes, hear_map_get(tree, "quoting"),
				   "quoting", "double", "none", err);
	if (!code)
		code = read_switch(&mapping->form.header,
				   hear_map_get(tree, "header"), "header",
				   "yes", "no", err);
	if (!code)
		code = read_columns(mapping, hear_map_get(tree, "columns"),
				    err);
	mapping->form.plain = !quotes;
	return code;
}

/* "Z", or a sign and hh:mm within a day. */
static enum hear_code read_zone(struct mapping *mapping,
				const struct hear_value *value,
				struct hear_err *err)
{
	static const char shape[] = "+dd:dd";
	struct hear_span text = hear_text_of(value);
	size_t i;

	if (!value)
		return HEAR_OK;
	mapping->zone = text;
	if (hear_span_is(text, "Z"))
		return HEAR_OK;
	for (i = 0; i < text.size && text.size == sizeof shape - 1; i++) {
		char byte = text.data[i];
		bool digit = byte >= '0' && byte <= '9';

		if (shape[i] == 'd' ? !digit
				    : byte != shape[i] && !(i == 0 &&
							    byte == '-'))
			break;
	}
	if (i == sizeof shape - 1)
		return HEAR_OK;
	return hear_fail_value(err, HEAR_INVALID, value,
			       "timezone: is Z or written like +02:00");
}

static enum hear_code read_number(bool *has, uint64_t *out,
				  const struct hear_value *value,
				  struct hear_err *err)
{
	struct hear_span text = hear_text_of(value);
	size_t i;

	*out = 0;
	*has = value != NULL;
	if (!value)
		return HEAR_OK;
	for (i = 0; i < text.size && text.size <= 15; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			break;
		*out = *out * 10 + (uint64_t)(text.data[i] - '0');
	}
	if (i == 0 || i < text.size)
		return hear_fail_value(err, HEAR_INVALID, value,
				       "a count is digits only: 24886");
	return HEAR_OK;
}

static enum hear_code read_expect(struct mapping *mapping,
				  const struct hear_value *value,
				  struct hear_err *err)
{
	const struct hear_value *rows = hear_map_get(value, "rows");
	const struct hear_value *claims = hear_map_get(value, "claims");
	enum hear_code code;

	if (!value)
		return HEAR_OK;
	if (hear_type_of(value) != HEAR_MAP ||
	    hear_count_of(value) != (size_t)!!rows + !!claims)
		return hear_fail_value(err, HEAR_INVALID, value,
				       "expect: is a map: {rows: 100, claims: "
				       "100}, or one of the two");
	code = read_number(&mapping->expects_rows, &mapping->expected_rows,
			   rows, err);
	if (!code)
		code = read_number(&mapping->expects_claims,
				   &mapping->expected_claims, claims, err);
	return code;
}

static enum hear_code check_tables(const struct hear_value *tables,
				   struct hear_err *err)
{
	size_t i;
	size_t j;

	if (tables && hear_type_of(tables) != HEAR_MAP)
		return hear_fail_value(err, HEAR_INVALID, tables,
				       "tables: is a map of names to tables");
	for (i = 0; i < hear_count_of(tables); i++) {
		const struct hear_value *table = hear_item_of(tables, i);

		if (hear_type_of(table) != HEAR_MAP)
			return hear_fail_value(err, HEAR_INVALID, table,
					       "a table is a map of texts to "
					       "texts: {NY: New York}");
		for (j = 0; j < hear_count_of(table); j++)
			if (hear_type_of(hear_item_of(table, j)) != HEAR_TEXT)
				return hear_fail_value(
					err, HEAR_INVALID,
					hear_item_of(table, j),
					"a table is a map of texts to texts: "
					"{NY: New York}");
	}
	return HEAR_OK;
}

static enum hear_code read_settings(struct mapping *mapping,
				    const struct hear_value *tree,
				    struct hear_err *err)
{
	enum hear_code code = read_form(mapping, tree, err);

	mapping->empty = hear_map_get(tree, "empty");
	mapping->scope.tables = hear_map_get(tree, "tables");
	mapping->own.tables = mapping->scope.tables;
	if (!code)
		code = check_texts(mapping->empty, "empty:", err);
	if (!code)
		code = read_zone(mapping, hear_map_get(tree, "timezone"), err);
	if (!code)
		code = read_expect(mapping, hear_map_get(tree, "expect"), err);
	if (!code)
		code = check_tables(mapping->scope.tables, err);
	if (!code && hear_map_get(tree, "skip"))
		code = condition_read(&mapping->skip, &mapping->own,
				      hear_map_get(tree, "skip"), err);
	return code;
}

enum hear_code mapping_read(struct hear_arena *arena,
			    const struct hear_value *tree,
			    struct mapping **out, struct hear_err *err)
{
	struct mapping *mapping = hear_arena_alloc(arena, sizeof *mapping);
	enum hear_code code;

	*out = NULL;
	if (!mapping)
		return hear_fail_memory(err);
	if (hear_type_of(tree) != HEAR_MAP)
		return hear_fail_value(err, HEAR_INVALID, tree,
				       "a mapping is a map of settings and "
				       "fields: predicate: ..., "
				       "value: \"{...}\"");
	memset(mapping, 0, sizeof *mapping);
	mapping->arena = arena;
	mapping->scope.arena = arena;
	mapping->own.arena = arena;
	code = read_settings(mapping, tree, err);
	if (!code)
		code = read_rules(mapping, hear_map_get(tree, "companions"),
				  err);
	if (!code)
		code = read_claims(mapping, tree, err);
	if (!code && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	if (!code)
		*out = mapping;
	return code;
}
