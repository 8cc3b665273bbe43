/* SPDX-License-Identifier: ISC */
#include "core/error.h"
#include "tools/cells.h"
#include "tools/chart_svg.h"
#include "tools/chart_terminal.h"
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/fields.h"
#include "tools/handed.h"
#include "tools/layout.h"
#include "tools/output.h"
#include "tools/stream.h"
#include "tools/table.h"
#include "tools/timeline.h"
#include "tools/weighed.h"

#include <stdlib.h>
#include <string.h>

enum { CHARTS_MOST = 12, NAMED_MOST = 12 };

/* What all of this is made of. */
struct drawing {
	struct call *call;
	struct weighed weighed;
	struct timeline_group *groups;
	size_t group_count;
	struct timeline_taken *taken;
	size_t taken_count;
	enum output_mode mode;
	struct terminal terminal;   /* that is drawn for */
	struct hear_arena *lasting; /* of the groups */
	struct hear_arena *arena;   /* of one chart, or of all */
};

/* ---- Rows ---------------------------------------------------------------- */

static const struct hear_weighed *claim_of(const struct drawing *drawing,
					   uint32_t voice)
{
	const struct weighed *weighed = &drawing->weighed;

	return &weighed->claims[weighed->voices[voice].claim];
}

/* What marks a row of which the claim rests on what is retracted. */
static void add_mark(struct drawing *drawing, const struct timeline_row *row,
		     void (*add)(struct weighed *weighed, uint32_t claim,
				 struct hear_buffer *out),
		     struct hear_buffer *out)
{
	if (row->voice != HEAR_NOBODY)
		add(&drawing->weighed,
		    drawing->weighed.voices[row->voice].claim, out);
}

static void print_cells(struct drawing *drawing,
			const struct timeline *timeline, struct cells *cells)
{
	size_t i;

	for (i = 0; i < timeline->row_count; i++) {
		const struct timeline_row *row = &timeline->rows[i];
		const struct hear_weighed *claim = row->claim;

		cells_add(cells, row->question);
		cells_add(cells, row->origin);
		cells_add(cells, row->when);
		cells_text(cells, hear_stance_name(claim->stance));
		cells_add(cells, claim->value);
		cells_add(cells, claim->extent.low);
		cells_add(cells, claim->extent.high);
		cells_text(cells, row->fate);
		cells_id(cells, &claim->id);
		add_mark(drawing, row, weighed_mark_cell, &cells->cell);
		cells_take(cells);
		cells_end(cells);
	}
}

static struct hear_value *row_value(struct drawing *drawing,
				    struct hear_arena *arena,
				    const struct timeline_row *row)
{
	struct weighed *weighed = &drawing->weighed;
	const struct hear_voice *voice = row->voice == HEAR_NOBODY
						 ? NULL
						 : &weighed->voices[row->voice];
	const struct hear_weighed *claim = row->claim;
	struct hear_value *map = hear_make_map(arena);

	fields_text(arena, map, "question", row->question);
	fields_text(arena, map, "origin", row->origin);
	hear_map_set(
		arena, map, "named",
		hear_make_bool(arena, !voice || voice->party != HEAR_NOBODY));
	fields_text(arena, map, "when", row->when);
	fields_text(arena, map, "stance",
	    hear_span_of(hear_stance_name(claim->stance)));
	fields_text(arena, map, "value", claim->value);
	if (claim->answer == HEAR_ANSWER_FIGURE) {
		fields_text(arena, map, "low", claim->extent.low);
		fields_text(arena, map, "high", claim->extent.high);
		fields_text(arena, map, "unit",
		    voice ? weighed->questions[voice->question].unit
			  : hear_span_of(""));
	}
	fields_text(arena, map, "fate", hear_span_of(row->fate));
	if (voice && voice->after != HEAR_NOBODY)
		hear_map_set(
			arena, map, "by",
			output_id(arena, &claim_of(drawing, voice->after)->id));
	hear_map_set(arena, map, "id", output_id(arena, &claim->id));
	if (voice)
		weighed_json_rests(weighed, arena, map, voice->claim);
	return map;
}

static enum hear_code print_json(struct drawing *drawing,
				 const struct timeline *timeline,
				 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	enum hear_code code = HEAR_OK;
	size_t i;

	if (!arena)
		return hear_fail_memory(err);
	for (i = 0; code == HEAR_OK && i < timeline->row_count; i++) {
		hear_arena_reset(arena);
		code = output_json(
			row_value(drawing, arena, &timeline->rows[i]), err);
	}
	hear_arena_free(arena);
	return code;
}

/* What has no figures is a list. */
static enum hear_code print_list(struct drawing *drawing,
				 const struct timeline *timeline,
				 struct hear_err *err)
{
	static const struct table_column columns[] = {
		{.name = "when", .weight = 1, .least = 10, .wrap = true},
		{.name = "origin", .weight = 1, .least = 8},
		{.name = "said", .weight = 2, .least = 8, .wrap = true},
		{.name = "fate", .weight = 1, .least = 8, .wrap = true},
	};
	struct table *table = table_new(columns, 4, &drawing->terminal);
	struct hear_buffer fate = {0};
	enum hear_code code = HEAR_OK;
	size_t i;

	if (!table)
		return hear_fail_memory(err);
	for (i = 0; i < timeline->row_count; i++) {
		const struct timeline_row *row = &timeline->rows[i];

		table_cell(table, STYLE_RESET, row->when);
		table_cell(table, STYLE_RESET, row->origin);
		table_cell(table, STYLE_RESET, row->said);
		if (strcmp(row->fate, "aside") != 0) /* `said` tells */
			hear_buffer_text(&fate, row->fate);
		add_mark(drawing, row, weighed_mark, &fate);
		table_cell(table, STYLE_DIM, hear_buffer_view(&fate));
		hear_buffer_reset(&fate);
	}
	hear_buffer_done(&fate);
	if (!table_print(table, stream_buffer()))
		code = hear_fail_memory(err);
	table_free(table);
	return code;
}

/* ---- Pictures for people ------------------------------------------------- */

/* Whether the terminal shows no more than ASCII: where the locale says so, or
 * it is one whose fonts lack the signs. */
static bool is_ascii(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *term = getenv("TERM");
	size_t i;

	if (term && (strcmp(term, "linux") == 0 || strcmp(term, "dumb") == 0))
		return true;
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		const char *locale = getenv(names[i]);

		if (locale && *locale)
			return !strcasestr(locale, "utf-8") &&
			       !strcasestr(locale, "utf8");
	}
	return true;
}

/* "5 documents, 4 outlets, 1 origin; as of 2025-01-13" */
static void say_basis(const struct drawing *drawing,
		      const struct timeline_group *group,
		      struct hear_buffer *out)
{
	const char *as_of = options_text(drawing->call->options, "as-of");
	const char *known_by = options_text(drawing->call->options, "known-by");

	if (group->count == 1)
		weighed_counts(&drawing->weighed.questions[group->questions[0]],
			       out);
	if (as_of)
		hear_buffer_print(out, "%sas of %s", out->size > 0 ? "; " : "",
				  as_of);
	if (known_by)
		hear_buffer_print(out, "%sknown by %s",
				  out->size > 0 ? "; " : "", known_by);
}

static enum hear_code set_subtitle(const struct drawing *drawing,
				   const struct timeline_group *group,
				   struct timeline *timeline,
				   struct hear_err *err)
{
	struct hear_buffer text = {0};

	say_basis(drawing, group, &text);
	timeline->chart.subtitle = hear_arena_copy(drawing->arena,
						   hear_buffer_view(&text));
	if (text.failed || hear_arena_failed(drawing->arena)) {
		hear_buffer_done(&text);
		return hear_fail_memory(err);
	}
	hear_buffer_done(&text);
	return HEAR_OK;
}

static enum hear_code print_heading(const struct drawing *drawing,
				    const struct timeline *timeline,
				    struct hear_err *err)
{
	struct hear_buffer line = {0};
	struct hear_buffer *out = stream_buffer();

	terminal_clean(timeline->chart.title, TERMINAL_ONE_LINE, &line);
	layout_text(&drawing->terminal, 0, STYLE_BOLD, hear_buffer_view(&line),
		    out);
	if (line.failed)
		out->failed = true;
	hear_buffer_done(&line);
	return out->failed ? hear_fail_memory(err) : HEAR_OK;
}

/* " NIS, about 300: 5e6f7a8b [rests on retracted 1a2b3c4d]." for each that
 * does: below a picture. */
static void say_marks(struct drawing *drawing, const struct timeline *timeline,
		      struct hear_buffer *out)
{
	struct hear_buffer mark = {0};
	size_t told = 0;
	size_t i;

	for (i = 0; i < timeline->row_count && told < NAMED_MOST; i++) {
		const struct timeline_row *row = &timeline->rows[i];

		hear_buffer_reset(&mark);
		add_mark(drawing, row, weighed_mark, &mark);
		if (mark.size == 0)
			continue;
		hear_buffer_text(out, told++ > 0 ? " " : "");
		hear_buffer_span(out, row->origin);
		hear_buffer_text(out, ", ");
		hear_buffer_span(out, row->said);
		hear_buffer_text(out, ": ");
		output_short_id(&row->claim->id, out);
		hear_buffer_span(out, hear_buffer_view(&mark));
		hear_buffer_byte(out, '.');
	}
	out->failed = out->failed || mark.failed;
	hear_buffer_done(&mark);
}

static void print_text(const struct drawing *drawing, struct hear_buffer *text)
{
	struct hear_buffer *out = stream_buffer();
	struct hear_buffer line = {0};

	terminal_clean(hear_buffer_view(text), TERMINAL_ONE_LINE, &line);
	if (line.size > 0)
		layout_text(&drawing->terminal, 0, STYLE_RESET,
			    hear_buffer_view(&line), out);
	out->failed = out->failed || text->failed || line.failed;
	hear_buffer_done(text);
	hear_buffer_done(&line);
}

static enum hear_code print_picture(struct drawing *drawing,
				    const struct timeline_group *group,
				    struct timeline *timeline,
				    struct hear_err *err)
{
	struct chart_screen screen = {&drawing->terminal, is_ascii()};
	struct hear_buffer marks = {0};
	enum hear_code code;

	if (timeline->figures == 0) {
		code = print_heading(drawing, timeline, err);
		return code == HEAR_OK ? print_list(drawing, timeline, err)
				       : code;
	}
	code = set_subtitle(drawing, group, timeline, err);
	if (code == HEAR_OK &&
	    !chart_terminal(&timeline->chart, &screen, stream_buffer()))
		code = hear_fail_memory(err);
	if (code == HEAR_OK) {
		say_marks(drawing, timeline, &marks);
		print_text(drawing, &marks);
	}
	return code;
}

/* ---- Question by question ------------------------------------------------ */

static enum hear_code make(struct drawing *drawing,
			   const struct timeline_group *group,
			   struct timeline *out, struct hear_err *err)
{
	return timeline_make(out, drawing->weighed.weighing, group,
			     drawing->taken, drawing->taken_count,
			     drawing->weighed.session.reader, drawing->arena,
			     err);
}

static enum hear_code print_all_rows(struct drawing *drawing,
				     struct hear_err *err)
{
	static const char *const names[] = {"question", "origin", "when",
					    "stance",	"value",  "low",
					    "high",	"fate",	  "id",
					    "rests_on"};
	struct cells cells = {.mode = drawing->mode, .out = stream_buffer()};
	enum hear_code code = HEAR_OK;
	struct timeline timeline;
	size_t i;

	if (drawing->mode != OUTPUT_JSON)
		cells_header(&cells, names, sizeof names / sizeof *names);
	for (i = 0; code == HEAR_OK && i < drawing->group_count; i++) {
		hear_arena_reset(drawing->arena);
		code = make(drawing, &drawing->groups[i], &timeline, err);
		if (code == HEAR_OK && drawing->mode == OUTPUT_JSON)
			code = print_json(drawing, &timeline, err);
		else if (code == HEAR_OK)
			print_cells(drawing, &timeline, &cells);
		if (code == HEAR_OK)
			code = stream_more(err);
	}
	cells_done(&cells);
	return code;
}

/* The groups that are drawn: those with figures first, then the others, in
 * the weighing's order. How many of them are in `out`. */
static size_t choose(const struct drawing *drawing,
		     const struct timeline_group *out[CHARTS_MOST])
{
	size_t count = 0;
	int figures;
	size_t i;

	for (figures = 1; figures >= 0; figures--)
		for (i = 0; i < drawing->group_count; i++)
			if (drawing->groups[i].figures == (bool)figures &&
			    count < CHARTS_MOST)
				out[count++] = &drawing->groups[i];
	return count;
}

static bool is_in(const struct timeline_group *const *chosen, size_t count,
		  const struct timeline_group *group)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (chosen[i] == group)
			return true;
	return false;
}

/* "Not drawn: 3 other questions: killed; ..." */
static void say_rest(const struct drawing *drawing,
		     const struct timeline_group *const *chosen, size_t count,
		     struct hear_buffer *out)
{
	size_t left = drawing->group_count - count;
	size_t named = 0;
	size_t i;

	if (left == 0)
		return;
	hear_buffer_print(out, "Not drawn: %zu other question%s: ", left,
			  left == 1 ? "" : "s");
	for (i = 0; i < drawing->group_count && named < NAMED_MOST; i++) {
		if (is_in(chosen, count, &drawing->groups[i]))
			continue;
		hear_buffer_text(out, named++ > 0 ? "; " : "");
		hear_buffer_span(out, drawing->groups[i].name);
	}
	if (named < left)
		hear_buffer_print(out, "; and %zu more", left - named);
	hear_buffer_byte(out, '.');
}

static void print_rest(const struct drawing *drawing,
		       const struct timeline_group *const *chosen, size_t count)
{
	struct hear_buffer text = {0};

	say_rest(drawing, chosen, count, &text);
	if (text.size > 0)
		hear_buffer_byte(stream_buffer(), '\n');
	print_text(drawing, &text);
}

static enum hear_code print_all_pictures(struct drawing *drawing,
					 struct hear_err *err)
{
	const struct timeline_group *chosen[CHARTS_MOST];
	size_t count = choose(drawing, chosen);
	enum hear_code code = HEAR_OK;
	struct timeline timeline;
	size_t i;

	for (i = 0; code == HEAR_OK && i < count; i++) {
		hear_arena_reset(drawing->arena);
		if (i > 0)
			hear_buffer_byte(stream_buffer(), '\n');
		code = make(drawing, chosen[i], &timeline, err);
		if (code == HEAR_OK)
			code = print_picture(drawing, chosen[i], &timeline,
					     err);
		if (code == HEAR_OK)
			code = stream_more(err);
	}
	if (code == HEAR_OK)
		print_rest(drawing, chosen, count);
	return code;
}

/* ---- SVG ----------------------------------------------------------------- */

static enum hear_code write_out(const char *path, struct hear_span text,
				enum hear_marking marking, size_t count,
				struct hear_err *err)
{
	enum hear_code code = handed_write(path, text, marking, err);

	if (code == HEAR_OK && strcmp(path, "-") != 0)
		complain_note("%zu chart%s written to %s, marked %s", count,
			      count == 1 ? "" : "s", path,
			      hear_marking_name(marking));
	return code;
}

/* That something was retracted is told, and is as secret as it. */
static void hold_grounds(struct drawing *drawing,
			 const struct timeline *timeline,
			 enum hear_marking *marking)
{
	struct weighed *weighed = &drawing->weighed;
	struct hear_ground *grounds;
	size_t count;
	size_t i;
	size_t j;

	for (i = 0; i < timeline->row_count; i++) {
		if (timeline->rows[i].voice == HEAR_NOBODY)
			continue;
		weighed_grounds(weighed, drawing->arena,
				weighed->voices[timeline->rows[i].voice].claim,
				&grounds, &count);
		for (j = 0; j < count; j++)
			timeline_hold(weighed->session.reader, drawing->arena,
				      &grounds[j].retraction, marking);
	}
}

/* Of the questions that have figures; the arena keeps all of them. */
static enum hear_code make_charts(struct drawing *drawing,
				  struct chart charts[CHARTS_MOST],
				  const struct timeline_group **chosen,
				  size_t *count, enum hear_marking *marking,
				  struct hear_buffer *note,
				  struct hear_err *err)
{
	size_t most = choose(drawing, chosen);
	enum hear_code code = HEAR_OK;
	struct timeline timeline;
	size_t i;

	*marking = HEAR_CLEAR;
	*count = 0;
	for (i = 0; code == HEAR_OK && i < most; i++) {
		code = make(drawing, chosen[i], &timeline, err);
		if (code == HEAR_OK)
			code = set_subtitle(drawing, chosen[i], &timeline, err);
		if (code != HEAR_OK || timeline.figures == 0)
			continue;
		chosen[*count] = chosen[i];
		charts[(*count)++] = timeline.chart;
		say_marks(drawing, &timeline, note);
		hold_grounds(drawing, &timeline, &timeline.marking);
		if (timeline.marking > *marking)
			*marking = timeline.marking;
	}
	return code;
}

static void hold_question(const struct weighed *weighed,
			  const struct hear_question *question,
			  enum hear_marking *marking)
{
	uint32_t i;

	for (i = 0; i < question->voice_count; i++) {
		const struct hear_weighed *claim =
			&weighed->claims[weighed->voices[question->first_voice +
							 i]
						 .claim];

		if (claim->marking > *marking)
			*marking = claim->marking;
	}
}

/* A question that is named but not drawn is in the picture, too. */
static void hold_rest(const struct drawing *drawing,
		      const struct timeline_group *const *chosen, size_t count,
		      enum hear_marking *marking)
{
	size_t i;
	size_t j;

	for (i = 0; i < drawing->group_count; i++) {
		const struct timeline_group *group = &drawing->groups[i];

		for (j = 0; j < group->count && !is_in(chosen, count, group);
		     j++)
			hold_question(&drawing->weighed,
				      &drawing->weighed.questions
					       [group->questions[j]],
				      marking);
	}
}

static enum hear_code write_svg(struct drawing *drawing, const char *path,
				struct hear_err *err)
{
	struct chart charts[CHARTS_MOST];
	const struct timeline_group *chosen[CHARTS_MOST];
	struct hear_buffer note = {0};
	struct hear_buffer marks = {0};
	struct hear_buffer svg = {0};
	struct chart nothing = {.title = hear_span_of("Timeline")};
	enum hear_marking marking;
	enum hear_code code;
	size_t count;

	code = make_charts(drawing, charts, chosen, &count, &marking, &marks,
			   err);
	if (code == HEAR_OK)
		code = timeline_hold_terms(drawing->weighed.weighing,
					   drawing->weighed.session.reader,
					   drawing->arena, &marking, err);
	if (code == HEAR_OK) {
		hold_rest(drawing, chosen, count, &marking);
		hear_buffer_print(&note, "Marked %s. ",
				  hear_marking_name(marking));
		hear_buffer_span(&note, hear_buffer_view(&marks));
		hear_buffer_text(&note, marks.size > 0 ? " " : "");
		say_rest(drawing, chosen, count, &note);
		if (!chart_svg_sheet(count > 0 ? charts : &nothing,
				     count > 0 ? count : 1, hear_span_of(""),
				     hear_buffer_view(&note), &svg) ||
		    note.failed || marks.failed)
			code = hear_fail_memory(err);
	}
	if (code == HEAR_OK)
		code = write_out(path, hear_buffer_view(&svg), marking, count,
				 err);
	hear_buffer_done(&note);
	hear_buffer_done(&marks);
	hear_buffer_done(&svg);
	return code;
}

/* ---- The command --------------------------------------------------------- */

/* What it takes stands in away.c: so hearsay is not linked with the drawing. */

static enum hear_code find_taken(struct drawing *drawing, struct hear_err *err)
{
	struct hear_buffer text = {0};
	struct hear_query *query = NULL;
	enum hear_code code = session_query(drawing->call, 0, &query, &text,
					    err);

	if (code == HEAR_OK)
		code = timeline_taken(drawing->weighed.session.reader,
				      hear_buffer_view(&text), drawing->lasting,
				      &drawing->taken, &drawing->taken_count,
				      err);
	hear_query_free(query);
	hear_buffer_done(&text);
	return code;
}

static enum hear_code open_all(struct drawing *drawing, struct hear_err *err)
{
	enum hear_code code = weighed_open(&drawing->weighed, drawing->call, 0,
					   err);

	if (code != HEAR_OK)
		return code;
	drawing->lasting = hear_arena_new();
	drawing->arena = hear_arena_new();
	if (!drawing->lasting || !drawing->arena)
		return hear_fail_memory(err);
	code = timeline_groups(drawing->weighed.weighing, drawing->lasting,
			       &drawing->groups, &drawing->group_count, err);
	return code == HEAR_OK ? find_taken(drawing, err) : code;
}

static enum hear_code print_all(struct drawing *drawing, struct hear_err *err)
{
	if (drawing->mode != OUTPUT_PEOPLE)
		return print_all_rows(drawing, err);
	if (drawing->group_count > 0)
		return print_all_pictures(drawing, err);
	hear_buffer_text(stream_buffer(), "no claim matches\n");
	return HEAR_OK;
}

enum hear_code timeline_main(struct call *call, struct hear_err *err)
{
	struct drawing drawing = {.call = call};
	const char *svg = options_text(call->options, "svg");
	bool draw = options_given(call->options, "draw");
	enum hear_code code = output_mode(call, true, &drawing.mode, err);

	if (code == HEAR_OK && (svg || draw) &&
	    (drawing.mode == OUTPUT_JSON || drawing.mode == OUTPUT_CSV))
		code = call_misused(
			call, hear_fail(err, HEAR_INVALID,
					"--svg and --draw exclude --json and "
					"--csv"));
	if (draw)
		drawing.mode = OUTPUT_PEOPLE;
	drawing.terminal = *stream_terminal();
	drawing.terminal.is = true;
	if (code == HEAR_OK)
		code = open_all(&drawing, err);
	if (code == HEAR_OK)
		code = svg ? write_svg(&drawing, svg, err)
			   : print_all(&drawing, err);
	hear_arena_free(drawing.arena);
	hear_arena_free(drawing.lasting);
	weighed_close(&drawing.weighed);
	return code;
}
