/* SPDX-License-Identifier: ISC */
#include "tools/judged.h"
#include "tools/output.h"
#include "tools/stream.h"

#include "core/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_COLUMNS = 11 };

/* ---- Parts of a line ---- */

static void style(enum terminal_style style)
{
	hear_buffer_text(stream_buffer(),
			 terminal_style(stream_terminal(), style));
}

static void label(const char *name)
{
	style(STYLE_DIM);
	hear_buffer_print(stream_buffer(), "%-*s", LABEL_COLUMNS, name);
	style(STYLE_RESET);
}

static void add(struct hear_span text)
{
	terminal_clean(text, TERMINAL_ONE_LINE, stream_buffer());
}

static void add_id(const char *before, const struct hear_id *id)
{
	hear_buffer_text(stream_buffer(), before);
	output_short_id(id, stream_buffer());
}

/* ---- What is retracted ---- */

/* "misread  by alice 2025-01-13T14:00:00Z, replaced by 5e6f7a8b" */
static void add_why(const struct hear_ground *ground)
{
	const char *name = ground->author_name;

	add(ground->reason);
	style(STYLE_DIM);
	hear_buffer_text(stream_buffer(), "  by ");
	add(hear_span_of(*name ? name : "somebody the roster lacks"));
	hear_buffer_byte(stream_buffer(), ' ');
	hear_date_print(ground->time_ms, stream_buffer());
	if (ground->replaced)
		add_id(", replaced by ", &ground->replaced_by);
	style(STYLE_RESET);
}

/* "  basis, through 1a2b3c4d" */
static void add_how(const char *how, const struct hear_id *via, size_t count)
{
	size_t i;

	style(STYLE_DIM);
	hear_buffer_print(stream_buffer(), "  %s%s", how,
			  *how && count > 0 ? ", " : "");
	for (i = 0; i < count; i++)
		add_id(i == 0 ? "through " : ", ", &via[i]);
	style(STYLE_RESET);
	hear_buffer_byte(stream_buffer(), '\n');
}

static void print_retracted(const struct hear_ground *ground)
{
	label("");
	style(STYLE_RED);
	hear_buffer_text(stream_buffer(), "RETRACTED");
	style(STYLE_RESET);
	hear_buffer_text(stream_buffer(), ": ");
	add_why(ground);
	hear_buffer_byte(stream_buffer(), '\n');
}

static void print_ground(const char *name, const char *before,
			 const struct hear_ground *ground, const char *how)
{
	label(name);
	hear_buffer_text(stream_buffer(), before);
	style(STYLE_RED);
	add_id("RETRACTED ", &ground->id);
	style(STYLE_RESET);
	hear_buffer_text(stream_buffer(), ": ");
	add_why(ground);
	add_how(how, ground->via, ground->via_count);
}

static enum hear_code print_resting(struct hear_reader *reader,
				    struct hear_arena *arena,
				    const struct hear_id *id,
				    struct hear_err *err)
{
	struct hear_buffer sentence = {0};
	struct hear_resting *resting;
	struct hear_record record;
	size_t count;
	size_t i;
	enum hear_code code =
		hear_resting_on(reader, arena, id, &resting, &count, err);

	for (i = 0; i < count && code == HEAR_OK; i++) {
		code = hear_get(reader, arena, &resting[i].id, &record, err);
		if (code != HEAR_OK)
			break;
		hear_buffer_reset(&sentence);
		hear_record_sentence(record.tree, &sentence);
		label(i == 0 ? "on it rest" : "");
		add_id("", &resting[i].id);
		hear_buffer_text(stream_buffer(), "  ");
		add(hear_buffer_view(&sentence));
		add_how(hear_rest_name(resting[i].how), resting[i].via,
			resting[i].via_count);
	}
	hear_buffer_done(&sentence);
	return code;
}

enum hear_code judged_standing(struct hear_reader *reader,
			       struct hear_arena *arena,
			       const struct hear_record *record,
			       struct hear_err *err)
{
	struct hear_ground *grounds;
	size_t count;
	size_t i;
	enum hear_code code =
		hear_rests_on(reader, arena, record, &grounds, &count, err);

	if (code != HEAR_OK)
		return code;
	if (count > 0 && grounds[0].how == HEAR_RESTS_ITSELF) {
		print_retracted(&grounds[0]);
		return print_resting(reader, arena, &record->id, err);
	}
	for (i = 0; i < count; i++)
		print_ground(i == 0 ? "rests on" : "", "", &grounds[i],
			     hear_rest_name(grounds[i].how));
	code = hear_supports_fallen(reader, arena, &record->id, &grounds,
				    &count, err);
	for (i = 0; code == HEAR_OK && i < count; i++)
		print_ground(i == 0 ? "support" : "", "fell with ",
			     &grounds[i], "");
	return code;
}

/* ---- Other content at the same address ---- */

static void print_version(const struct hear_version *version, bool *first)
{
	label(*first ? "edited" : "");
	*first = false;
	hear_buffer_text(stream_buffer(),
			 version->change == HEAR_CHANGE_BACK
				 ? "this page went back to earlier content: "
				 : "this page was captured with other "
				   "content: ");
	output_short_id(&version->id, stream_buffer());
	hear_buffer_text(stream_buffer(), ", ");
	if (version->seen.size > 0) {
		add(version->seen);
	} else {
		hear_buffer_text(stream_buffer(), "filed ");
		hear_date_print(version->time_ms, stream_buffer());
	}
	hear_buffer_byte(stream_buffer(), '\n');
}

static const struct hear_version *version_of(const struct hear_version *list,
					     size_t count,
					     const struct hear_id *id)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (hear_id_equal(&list[i].id, id))
			return &list[i];
	return NULL;
}

/* A capture is told of those that found something else; what only cites the
 * page, of each time it had changed. */
enum hear_code judged_versions(struct hear_reader *reader,
			       struct hear_arena *arena,
			       const struct hear_record *record,
			       struct hear_err *err)
{
	const struct hear_version *own;
	struct hear_version *list;
	bool first = true;
	size_t count;
	size_t i;
	enum hear_code code = hear_document_versions(
		reader, arena,
		hear_text_of(hear_map_get(record->tree, "document")), &list,
		&count, err);

	if (code != HEAR_OK)
		return code;
	own = version_of(list, count, &record->id);
	for (i = 0; i < count; i++)
		if (own ? (i == 0 || list[i].change != HEAR_CHANGE_NONE) &&
				  strcmp(own->sha256, list[i].sha256) != 0
			: list[i].change != HEAR_CHANGE_NONE)
			print_version(&list[i], &first);
	return code;
}

/* ---- Assessments ---- */

enum { CELLS = 5, CELL_COLUMNS = 40 };

static const char *const headings[CELLS] = {"analyst", "reliability",
					    "credibility", "likelihood",
					    "when"};

/* What one analyst said once. */
struct row {
	struct hear_key author;
	struct hear_id id;
	int64_t time_ms;
	int64_t newest_ms; /* of the same analyst's */
	struct hear_span cells[CELLS];
	struct hear_span note;
};

struct rows {
	struct row *items;
	size_t count;
	size_t room;
};

static struct hear_span clean(struct hear_arena *arena, struct hear_span text)
{
	struct hear_buffer out = {0};
	struct hear_span copy;

	terminal_clean(text, TERMINAL_ONE_LINE, &out);
	copy = hear_arena_copy(arena, hear_buffer_view(&out));
	hear_buffer_done(&out);
	return copy;
}

/* "B usually reliable" */
static struct hear_span step(struct hear_arena *arena,
			     const struct hear_value *tree, const char *field,
			     const char *(*words)(char step))
{
	struct hear_span text = hear_text_of(hear_map_get(tree, field));
	const char *meaning = text.size == 1 ? words(text.data[0]) : NULL;
	char both[64];

	if (!meaning)
		return clean(arena, text);
	(void)snprintf(both, sizeof both, "%c %s", text.data[0], meaning);
	return hear_arena_copy(arena, hear_span_of(both));
}

/* One analyst may have several keys, one a machine, under one name. */
static bool same_analyst(const struct row *a, const struct row *b)
{
	return a->cells[0].size > 0 && b->cells[0].size > 0
		       ? hear_span_equal(a->cells[0], b->cells[0])
		       : memcmp(a->author.bytes, b->author.bytes, 32) == 0;
}

static enum hear_code add_row(struct rows *rows, const struct row *row,
			      struct hear_err *err)
{
	struct row *more;
	size_t i = rows->count;

	/* At two markings, it was still said once. */
	while (i > 0 && hear_id_equal(&rows->items[i - 1].id, &row->id))
		if (same_analyst(&rows->items[--i], row)) {
			if (rows->items[i].time_ms < row->time_ms)
				rows->items[i].time_ms = row->time_ms;
			return HEAR_OK;
		}
	if (rows->count == rows->room) {
		rows->room = rows->room ? rows->room * 2 : 8;
		more = realloc(rows->items, rows->room * sizeof *more);
		if (!more)
			return hear_fail_memory(err);
		rows->items = more;
	}
	rows->items[rows->count++] = *row;
	return HEAR_OK;
}

static enum hear_code add_rows(struct hear_reader *reader,
			       struct hear_arena *arena, struct rows *rows,
			       const struct hear_record *record,
			       struct hear_err *err)
{
	const struct hear_value *tree = record->tree;
	struct row row = {.id = record->id};
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code = hear_filed_in(reader, arena, &record->id, &filed,
					    &count, err);

	row.cells[1] = step(arena, tree, "reliability", hear_reliability_text);
	row.cells[2] = step(arena, tree, "credibility", hear_credibility_text);
	row.cells[3] = clean(arena,
			     hear_text_of(hear_map_get(tree, "likelihood")));
	row.note = clean(arena, hear_text_of(hear_map_get(tree, "note")));
	for (i = 0; i < count && code == HEAR_OK; i++) {
		if (filed[i].retracted)
			continue;
		row.author = filed[i].filing.author;
		row.time_ms = filed[i].filing.time_ms;
		row.cells[0] = clean(arena, hear_span_of(
					     filed[i].filing.author_name));
		code = add_row(rows, &row, err);
	}
	return code == HEAR_OK && hear_arena_failed(arena)
		       ? hear_fail_memory(err)
		       : code;
}

static enum hear_code read_rows(struct hear_reader *reader,
				struct hear_arena *arena,
				const struct hear_id *target, struct rows *rows,
				struct hear_err *err)
{
	struct hear_arena *scratch = hear_arena_new();
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record record;
	char id[HEAR_ID_TEXT];
	char text[HEAR_ID_TEXT + 32];
	enum hear_code code;

	if (!scratch)
		return hear_fail_memory(err);
	hear_id_print(target, id);
	(void)snprintf(text, sizeof text, "kind:assessment target:%s", id);
	code = hear_query_new(&query, hear_span_of(text), err);
	if (code == HEAR_OK)
		code = hear_find(&finder, reader, query, HEAR_BY_FILED, err);
	while (code == HEAR_OK) {
		hear_arena_reset(scratch);
		code = hear_find_next(finder, scratch, &record, err);
		if (code == HEAR_OK)
			code = add_rows(reader, arena, rows, &record, err);
	}
	hear_find_end(finder);
	hear_query_free(query);
	hear_arena_free(scratch);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* Who said something last comes first; the same analyst's stand together. */
static int row_order(const void *a, const void *b)
{
	const struct row *left = a;
	const struct row *right = b;
	int order;

	if (left->newest_ms != right->newest_ms)
		return left->newest_ms > right->newest_ms ? -1 : 1;
	if (!same_analyst(left, right)) {
		order = memcmp(left->author.bytes, right->author.bytes, 32);
		if (order != 0)
			return order;
	}
	if (left->time_ms != right->time_ms)
		return left->time_ms > right->time_ms ? -1 : 1;
	return memcmp(left->id.bytes, right->id.bytes, sizeof left->id.bytes);
}

/* What came before is marked so. */
static void settle(struct rows *rows, struct hear_arena *arena)
{
	struct hear_buffer when = {0};
	size_t i;
	size_t j;

	for (i = 0; i < rows->count; i++) {
		struct row *row = &rows->items[i];

		for (j = 0; j < rows->count; j++)
			if (same_analyst(row, &rows->items[j]) &&
			    rows->items[j].time_ms > row->newest_ms)
				row->newest_ms = rows->items[j].time_ms;
	}
	if (rows->count > 0)
		qsort(rows->items, rows->count, sizeof *rows->items,
		      row_order);
	for (i = 0; i < rows->count; i++) {
		struct row *row = &rows->items[i];

		hear_buffer_reset(&when);
		hear_date_print(row->time_ms, &when);
		if (i > 0 && same_analyst(row, row - 1))
			hear_buffer_text(&when, ", earlier");
		row->cells[4] = hear_arena_copy(arena, hear_buffer_view(&when));
	}
	hear_buffer_done(&when);
}

static void print_cells(const char *name, const struct hear_span *cells,
			const size_t *wide)
{
	size_t i;

	label(name);
	for (i = 0; i < CELLS; i++)
		if (wide[i] > 0)
			output_cell(cells[i], wide[i], stream_buffer());
}

static void print_rows(const struct rows *rows)
{
	struct hear_span names[CELLS];
	size_t wide[CELLS] = {0};
	size_t i;
	size_t j;

	for (i = 0; i < CELLS; i++) {
		names[i] = hear_span_of(headings[i]);
		for (j = 0; j < rows->count; j++) {
			size_t needs = hear_text_columns(
				rows->items[j].cells[i]);

			if (needs > wide[i])
				wide[i] = needs < CELL_COLUMNS ? needs
							       : CELL_COLUMNS;
		}
		if (wide[i] > 0 && wide[i] < names[i].size)
			wide[i] = names[i].size;
	}
	print_cells("assessed", names, wide);
	hear_buffer_text(stream_buffer(), "id        note\n");
	for (j = 0; j < rows->count; j++) {
		const struct row *row = &rows->items[j];
		bool earlier = j > 0 && same_analyst(row, row - 1);

		if (earlier)
			style(STYLE_DIM);
		print_cells("", row->cells, wide);
		output_short_id(&row->id, stream_buffer());
		hear_buffer_text(stream_buffer(), "  ");
		hear_buffer_span(stream_buffer(), row->note);
		style(STYLE_RESET);
		hear_buffer_byte(stream_buffer(), '\n');
	}
}

enum hear_code judged_assessments(struct hear_reader *reader,
				  struct hear_arena *arena,
				  const struct hear_id *target,
				  struct hear_err *err)
{
	struct rows rows = {0};
	enum hear_code code = read_rows(reader, arena, target, &rows, err);

	if (code == HEAR_OK) {
		settle(&rows, arena);
		if (rows.count > 0)
			print_rows(&rows);
	}
	free(rows.items);
	return code;
}
