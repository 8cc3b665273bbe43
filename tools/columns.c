/* SPDX-License-Identifier: ISC */
#include "tools/columns.h"
#include "tools/nearest.h"

#include "core/bytes.h"
#include "core/error.h"

#include <string.h>

enum role {
	ROLE_FIELD,
	ROLE_LIST,     /* several, with semicolons between */
	ROLE_DOCUMENT, /* a part of it */
	ROLE_MORE,
	ROLE_KIND,
	ROLE_MARKING,
	ROLE_PASSED,
};

/* Columns that are not simply the field they are named like. */
static const struct known {
	const char *column;
	enum role role;
	const char *field;
} known[] = {
	{"of", ROLE_LIST, "of"},
	{"tags", ROLE_LIST, "tags"},
	{"tag", ROLE_LIST, "tags"},
	{"basis", ROLE_LIST, "basis"},
	{"by", ROLE_FIELD, "chain"},
	{"words", ROLE_FIELD, "words"},
	{"document", ROLE_DOCUMENT, "url"},
	{"doc", ROLE_DOCUMENT, "url"},
	{"url", ROLE_DOCUMENT, "url"},
	{"title", ROLE_DOCUMENT, "title"},
	{"author", ROLE_DOCUMENT, "author"},
	{"publisher", ROLE_DOCUMENT, "publisher"},
	{"agency", ROLE_DOCUMENT, "agency"},
	{"published", ROLE_DOCUMENT, "published"},
	{"retrieved", ROLE_DOCUMENT, "retrieved"},
	{"kind", ROLE_KIND, ""},
	{"marking", ROLE_MARKING, ""},
	{"id", ROLE_PASSED, ""},
	{"filer", ROLE_PASSED, ""},
	{"filed", ROLE_PASSED, ""},
	{"rests_on", ROLE_PASSED, ""},
};

static const char *const kinds[] = {"assessment", "relation", "term",
				    "definition", "retraction"};

struct column {
	enum role role;
	const char *field; /* or the key of `more` */
};

struct columns {
	size_t count;
	struct column items[];
};

static bool is_field(const char *kind, struct hear_span name)
{
	const char *field;
	size_t i;

	for (i = 0; (field = hear_field_name(kind, i)); i++)
		if (hear_span_is(name, field))
			return true;
	return false;
}

static enum hear_code unknown(const char *name, struct hear_err *err)
{
	struct nearest nearest = nearest_to(name);
	const char *field;
	size_t i;

	for (i = 0; (field = hear_field_name("claim", i)); i++)
		nearest_try(&nearest, field);
	for (i = 0; i < sizeof known / sizeof *known; i++)
		nearest_try(&nearest, known[i].column);
	return hear_fail(err, HEAR_INVALID,
			 "the column '%.60s' is no field of a claim%s%s%s; "
			 "rename it (more.KEY keeps what has no field), or say "
			 "with --map how to read the table",
			 name, nearest.best ? " (did you mean '" : "",
			 nearest.best ? nearest.best : "",
			 nearest.best ? "'?)" : "");
}

static enum hear_code read_column(struct column *out, struct hear_span name,
				  struct hear_err *err)
{
	size_t i;

	*out = (struct column){ROLE_FIELD, name.data};
	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (hear_span_is(name, known[i].column)) {
			*out = (struct column){known[i].role, known[i].field};
			return HEAR_OK;
		}
	if (is_field("claim", name))
		return HEAR_OK;
	if (name.size > 5 && memcmp(name.data, "more.", 5) == 0) {
		*out = (struct column){ROLE_MORE, name.data + 5};
		return HEAR_OK;
	}
	out->role = ROLE_PASSED;
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (is_field(kinds[i], name))
			return HEAR_OK;
	return unknown(name.data, err);
}

static enum hear_code check_once(const struct columns *columns, size_t index,
				 struct hear_span name, struct hear_err *err)
{
	const struct column *column = &columns->items[index];
	size_t i;

	if (column->role == ROLE_PASSED)
		return HEAR_OK;
	for (i = 0; i < index; i++)
		if (columns->items[i].role == column->role &&
		    strcmp(columns->items[i].field, column->field) == 0)
			return hear_fail(err, HEAR_INVALID,
					 "the column '%.60s' stands there "
					 "twice, or under another name; keep "
					 "one of them", name.data);
	return HEAR_OK;
}

enum hear_code columns_read(struct columns **out, struct hear_arena *arena,
			    const struct csv_row *header, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	*out = hear_arena_alloc(arena, sizeof **out + header->count *
						       sizeof(struct column));
	if (!*out)
		return hear_fail_memory(err);
	(*out)->count = header->count;
	for (i = 0; i < header->count && code == HEAR_OK; i++) {
		/* A copy that outlives the header and ends with a NUL. */
		struct hear_span name = hear_arena_copy(
			arena, hear_span_trim(header->fields[i]));

		if (hear_arena_failed(arena))
			return hear_fail_memory(err);
		code = read_column(&(*out)->items[i], name, err);
		if (code == HEAR_OK)
			code = check_once(*out, i, name, err);
	}
	return code;
}

/* ---- Rows ---- */

static struct hear_value *list_of(struct hear_arena *arena,
				  struct hear_span text)
{
	struct hear_value *list = hear_make_list(arena);

	while (text.size > 0) {
		const char *end = memchr(text.data, ';', text.size);
		size_t size = end ? (size_t)(end - text.data) : text.size;
		struct hear_span item =
			hear_span_trim(hear_span_make(text.data, size));

		if (item.size > 0)
			hear_list_add(arena, list, hear_make_text(arena, item));
		size += end != NULL;
		text = hear_span_make(text.data + size, text.size - size);
	}
	return list;
}

struct row {
	struct hear_arena *arena;
	struct hear_value *claim;
	struct hear_value *document;
	struct hear_value *more;
	enum hear_marking *marking;
};

static enum hear_code take_cell(struct row *row, const struct column *column,
				struct hear_span cell, struct hear_err *err)
{
	struct hear_value *text = hear_make_text(row->arena, cell);

	switch (column->role) {
	case ROLE_FIELD:
		hear_map_set(row->arena, row->claim, column->field, text);
		break;
	case ROLE_LIST:
		hear_map_set(row->arena, row->claim, column->field,
			     list_of(row->arena, cell));
		break;
	case ROLE_DOCUMENT:
		hear_map_set(row->arena, row->document, column->field, text);
		break;
	case ROLE_MORE:
		hear_map_set(row->arena, row->more, column->field, text);
		break;
	case ROLE_MARKING:
		return hear_marking_parse(cell, row->marking, err);
	case ROLE_KIND:
		if (!hear_span_is(cell, "claim"))
			return hear_fail(err, HEAR_INVALID,
					 "kind: a table holds claims; other "
					 "records travel as JSON Lines "
					 "(`hearsay export`)");
		break;
	case ROLE_PASSED:
		break;
	}
	return HEAR_OK;
}

static void put_document(struct row *row)
{
	struct hear_value *url = hear_map_get(row->document, "url");

	if (hear_count_of(row->document) == 1 && url)
		hear_map_set(row->arena, row->claim, "document", url);
	else if (hear_count_of(row->document) > 0)
		hear_map_set(row->arena, row->claim, "document",
			     row->document);
	if (hear_count_of(row->more) > 0)
		hear_map_set(row->arena, row->claim, "more", row->more);
}

enum hear_code columns_row(const struct columns *columns,
			   struct hear_arena *arena, const struct csv_row *in,
			   struct hear_value **out, enum hear_marking *marking,
			   struct hear_err *err)
{
	struct row row = {arena, hear_make_map(arena), hear_make_map(arena),
			  hear_make_map(arena), marking};
	enum hear_code code = HEAR_OK;
	size_t i;

	*marking = 0;
	*out = row.claim;
	for (i = 0; i < in->count && code == HEAR_OK; i++)
		if (in->fields[i].size > 0)
			code = take_cell(&row, &columns->items[i],
					 in->fields[i], err);
	put_document(&row);
	if (code == HEAR_OK && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	if (code == HEAR_OK && hear_count_of(row.claim) == 0)
		code = HEAR_NOTFOUND;
	return code;
}
