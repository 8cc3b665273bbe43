/* SPDX-License-Identifier: ISC */
/* cmd_changes.c - what moved since a time. What counts as a change is in
 * changes.h; here it is listed, grouped by kind. */
#include "tools/cells.h"
#include "tools/changes.h"
#include "tools/command.h"
#include "tools/fields.h"
#include "tools/output.h"
#include "tools/stream.h"
#include "tools/table.h"
#include "tools/weighed.h"
#include "tools/wording.h"

#include <string.h>

static const struct option_line lines[] = {
	{"since", 0, "TIME", "what was filed from then on", false, NULL},
	{"summary", 0, NULL, "how many there are of each kind, and no more",
	 false, NULL},
	{"all", 0, NULL, "on a terminal, more than twenty of a kind too",
	 false, NULL},
	WEIGHED_VIEW_OPTIONS,
	OUTPUT_CSV_OPTION,
	{0},
};

const struct options_form changes_form = {
	.operands = "[QUERY] --since TIME",
	.about =
		"Lists what records filed since that time changed in the "
		"questions that QUERY's\nclaims answer: figures corrected, "
		"withdrawn, given again, updated, what was denied\nor "
		"doubted, questions that gained another independent origin, "
		"records that analysts\nretracted and what took their place, "
		"pages of these claims that were captured with\nother "
		"content, and what was filed twice. A correction is charged "
		"to whoever made it;\nothers only relayed it. A date means "
		"its beginning, UTC.\n",
	.example = "hearsay changes --since 2025-01-12\n"
		   "hearsay changes predicate:killed --since "
		   "2025-01-12T18:00Z --as-of 2025-01-13\n"
		   "hearsay changes --since 2025 --summary\n",
	.lines = lines,
	.most = OPERANDS_ANY,
	.query = true,
};

enum { MOST_SHOWN = 20, WIDE = 60 };

struct listing {
	struct weighed weighed;
	struct changes changes;
	struct hear_arena *line; /* of one JSON line */
	enum output_mode mode;
	bool summary;
	bool all;
	int64_t since_ms;
	struct hear_buffer query; /* as typed */
	struct hear_buffer text;  /* scratch */
};

/* ---- For people ---- */

static void cell(struct table *table, enum terminal_style style,
		 struct hear_buffer *text)
{
	table_cell(table, style, hear_buffer_view(text));
	hear_buffer_reset(text);
}

/* Who made it, who relayed it, and why. */
static void by_cell(struct table *table, struct listing *listing,
		    const struct change *change)
{
	struct hear_buffer *text = &listing->text;

	hear_buffer_span(text, change->by);
	if (change->relayed_by.size > 0) {
		hear_buffer_text(text, ", relayed by ");
		hear_buffer_span(text, change->relayed_by);
	}
	if (change->reason.size > 0) {
		hear_buffer_text(text, ": ");
		hear_buffer_span(text, change->reason);
	}
	cell(table, STYLE_RESET, text);
}

/* The question, and of a running total the time it goes to. */
static void what_cell(struct table *table, struct listing *listing,
		      const struct change *change)
{
	hear_buffer_span(&listing->text, change->what);
	if (change->until_ms != INT64_MIN && change->until_ms != INT64_MAX) {
		hear_buffer_text(&listing->text, ", until ");
		weighed_date(change->until_ms, &listing->text);
	}
	if (change->claim != HEAR_NOBODY)
		weighed_mark(&listing->weighed, change->claim, &listing->text);
	cell(table, STYLE_RESET, &listing->text);
}

/* A figure in words; the rest as it is. */
static void value_cell(struct table *table, struct listing *listing,
		       const struct change *change, struct hear_span value,
		       uint32_t index)
{
	const struct hear_weighed *claim =
		index == HEAR_NOBODY || change->kind == CHANGE_JOINED
			? NULL
			: &listing->weighed.claims[index];

	if (claim && claim->stance == HEAR_ASSERTS &&
	    claim->answer == HEAR_ANSWER_FIGURE)
		weighed_figure(claim, &listing->text);
	else
		hear_buffer_span(&listing->text, value);
	cell(table, STYLE_RESET, &listing->text);
}

static void add_row(struct table *table, struct listing *listing,
		    const struct change *change, bool wide)
{
	struct hear_buffer *text = &listing->text;
	bool retracted = change->kind == CHANGE_RETRACTED;

	output_short_id(&change->ids[0], text);
	cell(table, STYLE_DIM, text);
	what_cell(table, listing, change);
	value_cell(table, listing, change,
		   retracted ? hear_span_of("") : change->before,
		   change->claim_before);
	value_cell(table, listing, change, change->after, change->claim);
	by_cell(table, listing, change);
	if (!wide)
		return;
	hear_date_print(change->when_ms, text);
	if (text->size > 10)
		text->size = 10; /* the day */
	cell(table, STYLE_DIM, text);
}

static enum hear_code print_kind(struct listing *listing, size_t kind,
				 struct hear_err *err)
{
	static const struct table_column columns[] = {
		{"id", TABLE_LEFT, 0, 0, false},
		{"what", TABLE_LEFT, 2, 8, true},
		{"before", TABLE_LEFT, 1, 4, true},
		{"after", TABLE_LEFT, 1, 4, true},
		{"by", TABLE_LEFT, 1, 5, true},
		{"filed", TABLE_LEFT, 0, 0, false}, /* where there is room */
	};
	bool wide = stream_terminal()->columns >= WIDE;
	const struct changes *changes = &listing->changes;
	size_t count = changes->counts[kind];
	size_t shown = listing->all || count <= MOST_SHOWN ? count : MOST_SHOWN;
	struct table *table = table_new(columns,
					sizeof columns / sizeof *columns -
						(wide ? 0 : 1),
					stream_terminal());
	bool printed = table != NULL;
	size_t i;

	for (i = 0; printed && i < shown; i++)
		add_row(table, listing,
			&changes->items[changes->from[kind] + i], wide);
	printed = printed && table_print(table, stream_buffer());
	table_free(table);
	if (!printed)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	if (shown < count) {
		wording_number(stream_buffer(), count - shown);
		hear_buffer_text(stream_buffer(), " more; --all lists all\n");
	}
	return HEAR_OK;
}

/* "335 corrected" */
static void print_heading(struct listing *listing, size_t kind)
{
	const struct terminal *terminal = stream_terminal();

	wording_number(&listing->text, listing->changes.counts[kind]);
	hear_buffer_print(&listing->text, " %s",
			  change_heading((enum change_kind)kind));
	terminal_print(terminal, STYLE_BOLD, hear_buffer_view(&listing->text),
		       stream_buffer());
	hear_buffer_byte(stream_buffer(), '\n');
	hear_buffer_reset(&listing->text);
}

static bool any_asked(const struct weighed *weighed)
{
	size_t i;

	for (i = 0; i < weighed->question_count; i++)
		if (weighed->questions[i].asked)
			return true;
	return false;
}

static enum hear_code print_for_people(struct listing *listing,
				       struct hear_err *err)
{
	const struct changes *changes = &listing->changes;
	enum hear_code code = HEAR_OK;
	bool any = false;
	size_t kind;

	for (kind = 0; kind < CHANGE_KINDS && code == HEAR_OK; kind++) {
		if (changes->counts[kind] == 0)
			continue;
		if (any && !listing->summary)
			hear_buffer_byte(stream_buffer(), '\n');
		any = true;
		print_heading(listing, kind);
		if (!listing->summary)
			code = print_kind(listing, kind, err);
	}
	if (!any)
		hear_buffer_text(stream_buffer(),
				 listing->query.size > 0 &&
						 !any_asked(&listing->weighed)
					 ? "no claim matches\n"
					 : "nothing changed\n");
	return code;
}

/* ---- For programs ---- */

static const char *subject_key(const struct change *change)
{
	if (change->question != HEAR_NOBODY)
		return "question";
	return change->kind == CHANGE_EDITED ? "document" : "record";
}

static enum hear_code print_json(struct listing *listing,
				 const struct change *change,
				 struct hear_err *err)
{
	struct hear_arena *arena = listing->line;
	struct hear_value *map;
	struct hear_value *ids;
	size_t i;

	hear_arena_reset(arena);
	map = hear_make_map(arena);
	ids = hear_make_list(arena);
	hear_map_set(arena, map, "change",
		     output_text(arena, change_name(change->kind)));
	hear_map_set(arena, map, "when", output_time(arena, change->when_ms));
	fields_text(arena, map, subject_key(change), change->what);
	fields_time(arena, map, "until", change->until_ms);
	fields_time(arena, map, "said", change->said_ms);
	fields_text(arena, map, "before", change->before);
	fields_text(arena, map, "after", change->after);
	fields_text(arena, map, "by", change->by);
	fields_text(arena, map, "relayed_by", change->relayed_by);
	fields_text(arena, map, "reason", change->reason);
	if (change->claim != HEAR_NOBODY)
		weighed_json_rests(&listing->weighed, arena, map,
				   change->claim);
	for (i = 0; i < change->id_count; i++)
		hear_list_add(arena, ids, output_id(arena, &change->ids[i]));
	hear_map_set(arena, map, "ids", ids);
	return output_json(map, err);
}

static const char *const columns[] = {
	"change", "when",	"question", "before", "after", "by",
	"relayed_by", "reason", "ids", "until", "said", "rests_on",
};

static void print_cells(struct listing *listing, struct cells *cells,
			const struct change *change)
{
	char id[HEAR_ID_TEXT];
	size_t i;

	cells_text(cells, change_name(change->kind));
	cells_time(cells, change->when_ms);
	cells_add(cells, change->what);
	cells_add(cells, change->before);
	cells_add(cells, change->after);
	cells_add(cells, change->by);
	cells_add(cells, change->relayed_by);
	cells_add(cells, change->reason);
	for (i = 0; i < change->id_count; i++) {
		hear_id_print(&change->ids[i], id);
		hear_buffer_print(&cells->cell, "%s%s", i > 0 ? " " : "", id);
	}
	cells_take(cells);
	cells_time(cells, change->until_ms);
	cells_time(cells, change->said_ms);
	if (change->claim != HEAR_NOBODY)
		weighed_mark_cell(&listing->weighed, change->claim,
				  &cells->cell);
	cells_take(cells);
	cells_end(cells);
}

/* All kinds, those of which there are none too. */
static enum hear_code print_summary(struct listing *listing,
				    struct hear_err *err)
{
	static const char *const names[] = {"change", "count"};
	struct cells cells = {.mode = listing->mode, .out = stream_buffer()};
	struct hear_value *map = hear_make_map(listing->line);
	size_t kind;

	if (listing->mode != OUTPUT_JSON)
		cells_header(&cells, names, sizeof names / sizeof *names);
	for (kind = 0; kind < CHANGE_KINDS; kind++) {
		const char *name = change_name((enum change_kind)kind);
		size_t count = listing->changes.counts[kind];

		hear_map_set(listing->line, map, name,
			     hear_make_integer(listing->line, (int64_t)count));
		if (listing->mode == OUTPUT_JSON)
			continue;
		cells_text(&cells, name);
		hear_buffer_print(&cells.cell, "%zu", count);
		cells_take(&cells);
		cells_end(&cells);
	}
	cells_done(&cells);
	return listing->mode == OUTPUT_JSON ? output_json(map, err) : HEAR_OK;
}

static enum hear_code print_rows(struct listing *listing, struct hear_err *err)
{
	struct cells cells = {.mode = listing->mode, .out = stream_buffer()};
	const struct changes *changes = &listing->changes;
	enum hear_code code = HEAR_OK;
	size_t i;

	if (listing->mode != OUTPUT_JSON)
		cells_header(&cells, columns, sizeof columns / sizeof *columns);
	for (i = 0; i < changes->count && code == HEAR_OK; i++) {
		if (listing->mode == OUTPUT_JSON)
			code = print_json(listing, &changes->items[i], err);
		else
			print_cells(listing, &cells, &changes->items[i]);
		if (code == HEAR_OK)
			code = stream_more(err);
	}
	cells_done(&cells);
	return code;
}

/* ---- The command ---- */

static enum hear_code read_since(struct call *call, int64_t *out,
				 struct hear_err *err)
{
	const char *text = options_text(call->options, "since");
	enum hear_code code;
	int64_t to;

	if (!text)
		return call_misused(
			call, hear_fail(err, HEAR_INVALID,
					"since when? Write --since TIME, such "
					"as --since 2025-01-12"));
	code = hear_date_read(hear_span_of(text), out, &to, err);
	if (code == HEAR_OK)
		return code;
	hear_err_prefix(err, "--since: ");
	if (err)
		err->at = HEAR_NOWHERE;
	return call_misused(call, code);
}

static enum hear_code read_wish(struct call *call, struct listing *listing,
				struct hear_err *err)
{
	struct hear_query *query = NULL;
	enum hear_code code = output_mode(call, true, &listing->mode, err);

	listing->summary = options_given(call->options, "summary");
	listing->all = options_given(call->options, "all");
	if (code == HEAR_OK)
		code = read_since(call, &listing->since_ms, err);
	if (code == HEAR_OK && options_operands(call->options) > 0)
		code = session_query(call, 0, &query, &listing->query, err);
	hear_query_free(query);
	return code;
}

static enum hear_code list(struct call *call, struct listing *listing,
			   struct hear_err *err)
{
	enum hear_code code = weighed_open(&listing->weighed, call, 0, err);

	if (code == HEAR_OK)
		code = changes_find(&listing->changes, &listing->weighed,
				    hear_buffer_view(&listing->query),
				    listing->since_ms, err);
	if (code != HEAR_OK)
		return code;
	if (listing->mode == OUTPUT_PEOPLE)
		return print_for_people(listing, err);
	return listing->summary ? print_summary(listing, err)
				: print_rows(listing, err);
}

enum hear_code changes_main(struct call *call, struct hear_err *err)
{
	struct listing listing = {0};
	enum hear_code code = read_wish(call, &listing, err);

	if (code == HEAR_OK) {
		listing.line = hear_arena_new();
		code = listing.line ? list(call, &listing, err)
				    : hear_fail(err, HEAR_MEMORY,
						"out of memory");
		changes_done(&listing.changes);
		weighed_close(&listing.weighed);
		hear_arena_free(listing.line);
	}
	hear_buffer_done(&listing.query);
	hear_buffer_done(&listing.text);
	return code;
}
