/* SPDX-License-Identifier: ISC */
#include "tools/mapping.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/value.h"
#include "tools/lines.h"
#include "tools/mapping_tree.h"

#include <assert.h>
#include <string.h>

static const char *const date_fields[] = {"event", "since", "until", "said"};
static const char *const list_fields[] = {"of", "basis", "tags"};

/* ---- Columns ------------------------------------------------------------ */

const struct csv_form *mapping_form(const struct mapping *mapping)
{
	return &mapping->form;
}

bool mapping_has_companions(const struct mapping *mapping)
{
	return mapping->rules != NULL;
}

enum hear_code mapping_bind(struct mapping *mapping,
			    const struct csv_row *header, struct hear_err *err)
{
	size_t count = header->count + mapping->given_count;
	struct hear_span *names = hear_arena_alloc(
		mapping->arena, (count + 1) * sizeof *names);
	const struct rule *rule;
	const struct given *given;
	enum hear_code code;
	size_t i;

	if (!names)
		return hear_fail_memory(err);
	for (i = 0; i < header->count; i++)
		names[i] = hear_span_trim(header->fields[i]);
	for (rule = mapping->rules; rule; rule = rule->next)
		for (given = rule->gives; given; given = given->next)
			names[header->count + given->number] = given->name;
	mapping->column_count = header->count;
	mapping->settled = false;
	memset(&mapping->counts, 0, sizeof mapping->counts);
	memset(&mapping->companions, 0, sizeof mapping->companions);
	mapping->companions.arena = mapping->arena;
	code = template_bind(mapping->own.columns, names, header->count, err);
	if (!code)
		code = template_bind(mapping->scope.columns, names, count,
				     err);
	return code;
}

/* ---- Rows --------------------------------------------------------------- */

static enum hear_code at_row(enum hear_code code, const struct csv_row *row,
			     struct hear_err *err)
{
	if (code && err)
		err->line = lines_number(row->line);
	return code;
}

static struct hear_span read_cell(const struct mapping *mapping,
				  struct hear_span field)
{
	struct hear_span cell = hear_span_trim(field);
	size_t i;

	for (i = 0; i < hear_count_of(mapping->empty); i++)
		if (hear_span_equal(cell, hear_text_of(hear_item_of(
						  mapping->empty, i))))
			return hear_span_make(NULL, 0);
	return cell;
}

/* The cells of a row, and room for the columns that companions give. */
static struct hear_span *read_cells(struct hear_arena *arena,
				    const struct mapping *mapping,
				    const struct csv_row *row)
{
	size_t count = mapping->column_count + mapping->given_count;
	struct hear_span *cells = hear_arena_alloc(
		arena, (count + 1) * sizeof *cells);
	size_t i;

	for (i = 0; cells && i < count; i++)
		cells[i] = i < row->count && i < mapping->column_count
				   ? read_cell(mapping, row->fields[i])
				   : hear_span_make(NULL, 0);
	return cells;
}

/* Each cell with its length before it, so that no two keys run together. */
static void make_key(const struct rule *rule, const struct hear_span *cells,
		     struct hear_buffer *out)
{
	unsigned char size[8];
	size_t i;

	for (i = 0; i < rule->key_count; i++) {
		struct hear_span cell = cells[rule->key[i]->index];

		hear_put64(size, cell.size);
		hear_buffer_add(out, size, sizeof size);
		hear_buffer_span(out, cell);
	}
}

static enum hear_code keep_given(struct mapping *mapping,
				 struct hear_arena *arena,
				 const struct rule *rule, struct hear_span key,
				 const struct hear_span *cells, uint64_t line,
				 struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	const struct given *given;

	for (given = rule->gives; given && !code; given = given->next) {
		struct hear_span text;

		code = template_fill(&text, arena, given->template, cells,
				     err);
		if (!code && text.size > 0)
			code = companions_add(&mapping->companions,
					      given->number, key, text, line,
					      err);
		if (code == HEAR_NOTFOUND) /* an empty one gives nothing */
			code = HEAR_OK;
	}
	return code;
}

static enum hear_code gather(struct mapping *mapping, struct hear_arena *arena,
			     const struct csv_row *row, struct hear_err *err)
{
	struct hear_span *cells = read_cells(arena, mapping, row);
	enum hear_code code = HEAR_OK;
	const struct rule *rule;

	if (!cells)
		return hear_fail_memory(err);
	if (mapping->skip && condition_holds(mapping->skip, cells))
		return HEAR_OK;
	for (rule = mapping->rules; rule && !code; rule = rule->next) {
		struct hear_buffer key = {0};

		if (!condition_holds(rule->when, cells))
			continue;
		make_key(rule, cells, &key);
		code = key.failed
			       ? hear_fail_memory(err)
			       : keep_given(mapping, arena, rule,
					    hear_buffer_view(&key), cells,
					    row->line, err);
		hear_buffer_done(&key);
	}
	return code;
}

enum hear_code mapping_gather(struct hear_arena *scratch,
			      struct mapping *mapping,
			      const struct csv_row *row, struct hear_err *err)
{
	return at_row(gather(mapping, scratch, row, err), row, err);
}

enum hear_code mapping_settle(struct mapping *mapping, struct hear_err *err)
{
	enum hear_code code = companions_settle(&mapping->companions, err);

	mapping->settled = !code;
	return code;
}

/* Whether the row is a companion; if not, sets the columns it is given. */
static enum hear_code meet_companions(struct mapping *mapping,
				      struct hear_span *cells, bool *is_one,
				      struct hear_err *err)
{
	const struct rule *rule;
	const struct given *given;

	for (rule = mapping->rules; rule; rule = rule->next)
		if (condition_holds(rule->when, cells)) {
			*is_one = true;
			return HEAR_OK;
		}
	for (rule = mapping->rules; rule; rule = rule->next) {
		struct hear_buffer key = {0};

		if (rule->to && !condition_holds(rule->to, cells))
			continue;
		make_key(rule, cells, &key);
		if (key.failed)
			return hear_fail_memory(err);
		for (given = rule->gives; given; given = given->next)
			cells[mapping->column_count + given->number] =
				companions_find(&mapping->companions,
						given->number,
						hear_buffer_view(&key));
		hear_buffer_done(&key);
	}
	return HEAR_OK;
}

/* ---- Claims ------------------------------------------------------------- */

/* The same for every claim of a row. */
struct filling {
	struct hear_arena *arena;
	const struct mapping *mapping;
	const struct hear_span *cells;
	struct hear_err *err;
};

static bool shaped(struct hear_span text, const char *shape)
{
	size_t i;

	for (i = 0; shape[i] != '\0'; i++) {
		char byte = i < text.size ? text.data[i] : '\0';

		if (shape[i] == 'd' ? byte < '0' || byte > '9'
		    : shape[i] == 'T' ? byte != 'T' && byte != ' '
				      : byte != shape[i])
			return false;
	}
	return true;
}

/* The size of a time of day without a zone, from its date on; 0: it is not. */
static size_t local_time(struct hear_span text)
{
	size_t size = sizeof "dddd-dd-ddTdd:dd" - 1;

	if (!shaped(text, "dddd-dd-ddTdd:dd"))
		return 0;
	if (shaped(text, "dddd-dd-ddTdd:dd:dd"))
		size += 3;
	if (size < text.size && text.data[size] == '.' && size > 16)
		for (size++; size < text.size && text.data[size] >= '0' &&
			     text.data[size] <= '9';
		     size++)
			;
	return size == text.size ? size : 0;
}

static enum hear_code add_zone(const struct filling *filling,
			       struct hear_span half, struct hear_buffer *out)
{
	if (local_time(half) == 0) {
		hear_buffer_span(out, half);
		return HEAR_OK;
	}
	if (filling->mapping->zone.size == 0)
		return hear_fail(filling->err, HEAR_INVALID,
				 "\"%.*s\" has no time zone; add timezone: "
				 "+02:00, or as it is, to the mapping",
				 template_shown(half), half.data);
	hear_buffer_add(out, half.data, 10);
	hear_buffer_byte(out, 'T');
	hear_buffer_add(out, half.data + 11, half.size - 11);
	hear_buffer_span(out, filling->mapping->zone);
	return HEAR_OK;
}

/* Zones for a date, or for both ends of an interval. */
static enum hear_code add_zones(const struct filling *filling,
				struct hear_span *date)
{
	const char *slash = date->size ? memchr(date->data, '/', date->size)
				       : NULL;
	size_t first = slash ? (size_t)(slash - date->data) : date->size;
	struct hear_buffer out = {0};
	enum hear_code code = add_zone(
		filling, hear_span_make(date->data, first), &out);

	if (!code && slash) {
		hear_buffer_byte(&out, '/');
		code = add_zone(filling,
				hear_span_make(slash + 1,
					       date->size - first - 1),
				&out);
	}
	if (!code)
		*date = hear_arena_copy(filling->arena, hear_buffer_view(&out));
	if (!code && out.failed)
		code = hear_fail_memory(filling->err);
	hear_buffer_done(&out);
	return code;
}

/* HEAR_NOTFOUND: all its columns are empty. */
static enum hear_code fill_node(struct hear_value **out,
				const struct filling *filling,
				const struct node *node)
{
	struct hear_value *value = NULL;
	const struct node *item;
	struct hear_span text;
	enum hear_code code;

	*out = NULL;
	if (node->template) {
		code = template_fill(&text, filling->arena, node->template,
				     filling->cells, filling->err);
		if (!code && text.size == 0)
			code = HEAR_NOTFOUND;
		if (!code && AMONG(date_fields, node->key))
			code = add_zones(filling, &text);
		if (!code)
			*out = hear_borrow_text(filling->arena, text);
		return code;
	}
	value = node->type == HEAR_LIST ? hear_make_list(filling->arena)
					: hear_make_map(filling->arena);
	for (item = node->items; item; item = item->next) {
		struct hear_value *inner;

		code = fill_node(&inner, filling, item);
		if (code && code != HEAR_NOTFOUND)
			return code;
		if (node->type == HEAR_LIST)
			hear_list_add(filling->arena, value, inner);
		else
			hear_map_put(filling->arena, value, item->key, inner);
	}
	*out = value;
	return hear_count_of(value) > 0 ? HEAR_OK : HEAR_NOTFOUND;
}

/* A list where records have one, so that a comma in a column splits nothing. */
static struct hear_value *as_list(struct hear_arena *arena,
				  struct hear_value *value)
{
	struct hear_value *list;

	if (hear_type_of(value) != HEAR_TEXT)
		return value;
	list = hear_make_list(arena);
	hear_list_add(arena, list, value);
	return list;
}

static bool says_something(const struct hear_value *claim)
{
	struct hear_span stance = hear_text_of(hear_map_get(claim, "stance"));

	if (hear_map_get(claim, "text"))
		return true;
	return hear_map_get(claim, "predicate") &&
	       (hear_map_get(claim, "value") ||
		(stance.size > 0 && !hear_span_is(stance, "asserts")));
}

static enum hear_code fill_claim(struct hear_value *claim,
				 const struct filling *filling,
				 const struct entry *entry)
{
	const struct node *node;
	enum hear_code code;

	for (node = entry->fields; node; node = node->next) {
		struct hear_value *value;

		code = fill_node(&value, filling, node);
		if (code == HEAR_NOTFOUND)
			continue;
		if (code) {
			hear_err_prefix(filling->err, "%.*s: ",
					template_shown(node->key),
					node->key.data);
			return code;
		}
		if (AMONG(list_fields, node->key))
			value = as_list(filling->arena, value);
		hear_map_put(filling->arena, claim, node->key, value);
	}
	return HEAR_OK;
}

static enum hear_code fill_claims(struct hear_value *claims,
				  const struct filling *filling)
{
	const struct entry *entry = filling->mapping->entries;
	enum hear_code code = HEAR_OK;

	for (; entry && !code; entry = entry->next) {
		struct hear_value *claim;

		if (entry->when && !condition_holds(entry->when,
						    filling->cells))
			continue;
		claim = hear_make_map(filling->arena);
		code = fill_claim(claim, filling, entry);
		if (!code && says_something(claim))
			hear_list_add(filling->arena, claims, claim);
	}
	return code;
}

static enum hear_code make_claims(struct hear_arena *arena,
				  struct mapping *mapping,
				  const struct csv_row *row,
				  struct hear_value *claims,
				  struct hear_err *err)
{
	struct hear_span *cells = read_cells(arena, mapping, row);
	struct filling filling = {arena, mapping, cells, err};
	bool companion = false;
	enum hear_code code;

	if (!cells || !claims)
		return hear_fail_memory(err);
	if (mapping->skip && condition_holds(mapping->skip, cells)) {
		mapping->counts.skipped++;
		return HEAR_OK;
	}
	code = meet_companions(mapping, cells, &companion, err);
	if (!code && companion) {
		mapping->counts.companions++;
		return HEAR_OK;
	}
	if (!code)
		code = fill_claims(claims, &filling);
	if (!code && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	if (!code && hear_count_of(claims) == 0)
		mapping->counts.empty++;
	return code;
}

enum hear_code mapping_row(struct hear_arena *arena, struct mapping *mapping,
			   const struct csv_row *row,
			   struct hear_value **claims, struct hear_err *err)
{
	struct hear_value *list = hear_make_list(arena);
	enum hear_code code;

	assert(mapping->settled || !mapping->rules);
	*claims = NULL;
	mapping->counts.rows++;
	code = make_claims(arena, mapping, row, list, err);
	if (code)
		return at_row(code, row, err);
	mapping->counts.claims += hear_count_of(list);
	*claims = list;
	return HEAR_OK;
}

/* ---- Counts ------------------------------------------------------------- */

struct mapping_counts mapping_counts(const struct mapping *mapping)
{
	struct mapping_counts counts = mapping->counts;

	counts.unused = companions_unused(&mapping->companions);
	return counts;
}

static enum hear_code check_count(const char *what, uint64_t made,
				  uint64_t expected, struct hear_err *err)
{
	if (made == expected)
		return HEAR_OK;
	return hear_fail(err, HEAR_INVALID,
			 "%llu %s where the mapping expects %llu; is a part of "
			 "the file missing, or `expect` out of date?",
			 (unsigned long long)made, what,
			 (unsigned long long)expected);
}

enum hear_code mapping_finish(const struct mapping *mapping,
			      struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	if (mapping->expects_rows)
		code = check_count("rows were read", mapping->counts.rows,
				   mapping->expected_rows, err);
	if (!code && mapping->expects_claims)
		code = check_count("claims were made", mapping->counts.claims,
				   mapping->expected_claims, err);
	return code;
}
