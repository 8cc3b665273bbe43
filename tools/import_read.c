/* SPDX-License-Identifier: ISC */
/* import_read.c - pass one: the lines or rows of an input. */
#include "tools/columns.h"
#include "tools/complain.h"
#include "tools/csv.h"
#include "tools/import.h"

#include "core/error.h"

#include <string.h>

/* What stops the reading, and what is only a bad line. */
static bool is_fatal(enum hear_code code)
{
	switch (code) {
	case HEAR_IO:
	case HEAR_MEMORY:
	case HEAR_FULL:
	case HEAR_DAMAGED:
	case HEAR_VERSION:
		return true;
	case HEAR_OK:
	case HEAR_NOTFOUND:
	case HEAR_AMBIGUOUS:
	case HEAR_EXISTS:
	case HEAR_INVALID:
	case HEAR_LIMIT:
	case HEAR_DENIED:
	case HEAR_FOREIGN:
		return false;
	}
	return true;
}

enum hear_code import_forgive(struct import *import, enum hear_code code,
			      uint64_t line, struct hear_err *err)
{
	if (code == HEAR_OK || is_fatal(code))
		return code;
	import_bad(import, import->input, line, err);
	return HEAR_OK;
}

bool import_beyond(const struct import *import, uint64_t position)
{
	const struct input *input = &import->inputs[import->input];

	return input->size > 0 && position > input->size;
}

/* ---- Tables ---- */

struct table {
	struct import *import;
	struct csv *csv;
	struct mapping *mapping; /* or */
	struct columns *columns;
};

static enum hear_code take_mapped(struct table *table,
				  const struct csv_row *row,
				  struct hear_err *err)
{
	struct import *import = table->import;
	struct import_part parts[MAPPING_CLAIMS];
	struct hear_value *claims;
	size_t count;
	size_t i;
	enum hear_code code = mapping_row(import->arena, table->mapping, row,
					  &claims, err);

	count = code == HEAR_OK ? hear_count_of(claims) : 0;
	if (count > MAPPING_CLAIMS)
		return hear_fail(err, HEAR_LIMIT, "too many claims in a row");
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = import_make(import->arena, hear_item_of(claims, i),
				   &parts[i], err);
	return code == HEAR_OK
		       ? import_take(import, parts, count, 0, row->line, err)
		       : code;
}

static enum hear_code take_named(struct table *table,
				 const struct csv_row *row,
				 struct hear_err *err)
{
	struct import *import = table->import;
	struct import_part part;
	struct hear_value *claim;
	enum hear_marking marking;
	enum hear_code code = columns_row(table->columns, import->arena, row,
					  &claim, &marking, err);

	if (code == HEAR_NOTFOUND)
		return HEAR_OK;
	if (code == HEAR_OK)
		code = import_make(import->arena, claim, &part, err);
	return code == HEAR_OK ? import_take(import, &part, 1, marking,
					     row->line, err)
			       : code;
}

/* The next row. `*bad`: it could not be read, and the ones after it may be. */
static enum hear_code next_row(struct table *table, struct csv_row *row,
			       uint64_t *last, bool *bad, struct hear_err *err)
{
	enum hear_code code = csv_next(table->csv, row, err);

	*bad = false;
	if (code == HEAR_OK &&
	    import_beyond(table->import, csv_position(table->csv)))
		return HEAR_NOTFOUND;
	if (code == HEAR_OK || code == HEAR_NOTFOUND || is_fatal(code))
		return code;
	/* No place, or the same again: the whole of it is no text. */
	*bad = err->line != 0 && err->line != *last;
	*last = row->line = err->line;
	return code;
}

/* Companions first: rows that cannot be read are told of in the other pass. */
static enum hear_code gather(struct table *table, struct hear_err *err)
{
	uint64_t last = UINT64_MAX;
	struct csv_row row = {0};
	enum hear_code code = HEAR_OK;
	bool bad;

	while (code == HEAR_OK) {
		hear_arena_reset(table->import->arena);
		code = next_row(table, &row, &last, &bad, err);
		if (code == HEAR_OK)
			code = mapping_gather(table->import->arena,
					      table->mapping, &row, err);
		else if (bad)
			code = HEAR_OK;
	}
	if (code == HEAR_NOTFOUND)
		code = mapping_settle(table->mapping, err);
	return code == HEAR_OK ? csv_rewind(table->csv, err) : code;
}

static enum hear_code take_rows(struct table *table, struct hear_err *err)
{
	struct import *import = table->import;
	uint64_t last = UINT64_MAX;
	struct csv_row row = {0};
	enum hear_code code = HEAR_OK;
	uint64_t rows = 0;
	bool bad;

	while (code == HEAR_OK) {
		hear_arena_reset(import->arena);
		code = next_row(table, &row, &last, &bad, err);
		if (code == HEAR_OK)
			code = table->mapping ? take_mapped(table, &row, err)
					      : take_named(table, &row, err);
		else if (!bad)
			return code == HEAR_NOTFOUND ? HEAR_OK : code;
		code = import_forgive(import, code, row.line, err);
		progress_update(&import->progress, csv_position(table->csv),
				++rows);
	}
	return code;
}

static enum hear_code read_mapped(struct table *table, struct hear_err *err)
{
	enum hear_code code =
		mapping_bind(table->mapping, csv_header(table->csv), err);

	if (code == HEAR_OK && mapping_has_companions(table->mapping))
		code = gather(table, err);
	if (code == HEAR_OK)
		code = take_rows(table, err);
	if (code == HEAR_OK)
		code = mapping_finish(table->mapping, err);
	return code;
}

/* What is wrong with the mapping has its place in that file. */
static void say_where(const struct table *table, const char *name,
		      struct hear_err *err)
{
	const char *map = options_text(table->import->call->options, "map");

	if (table->mapping && err->line > 0)
		hear_err_prefix(err, "%s:%u:%u: ", map, (unsigned)err->line,
				(unsigned)err->column);
	else if (strncmp(err->message, name, strlen(name)) != 0)
		hear_err_prefix(err, "%s: ", name);
	err->line = 0;
}

static enum hear_code import_table(struct import *import,
				   struct mapping *mapping,
				   struct hear_err *err)
{
	const struct input *input = &import->inputs[import->input];
	struct csv_form form = mapping ? *mapping_form(mapping) : CSV_FORM;
	struct table table = {import, NULL, mapping, NULL};
	enum hear_code code;

	if (!mapping && input->tabs)
		form.separator = '\t';
	code = csv_open(&table.csv, input->fd, input->name, &form, err);
	if (code != HEAR_OK) {
		table.mapping = NULL;
		say_where(&table, input->name, err);
		return code;
	}
	if (!mapping)
		code = columns_read(&table.columns, import->session.arena,
				    csv_header(table.csv), err);
	if (code == HEAR_OK && !mapping)
		code = take_rows(&table, err);
	else if (code == HEAR_OK)
		code = read_mapped(&table, err);
	if (code != HEAR_OK)
		say_where(&table, input->name, err);
	csv_close(table.csv);
	return code;
}

/* ---- Either ---- */

enum hear_code import_read(struct import *import, struct mapping *mapping,
			   struct hear_err *err)
{
	const struct input *input = &import->inputs[import->input];
	enum hear_code code;

	progress_begin(&import->progress, "checking",
		       hear_span_of(input->name), input->size, "line");
	if (input->format == INPUT_TABLE)
		code = import_table(import, mapping, err);
	else
		code = import_lines(import, err);
	progress_end(&import->progress);
	if (code == HEAR_OK && input_grew(input))
		complain_note("%s grew while it was read: only the %llu bytes "
			      "that were there at first were taken",
			      input->name, (unsigned long long)input->size);
	return code;
}
