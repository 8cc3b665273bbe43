/* SPDX-License-Identifier: ISC */
/* cmd_tally.c - sums over incidents, by month, place, who is counted or
 * subject. The sums are core/tally's; here they become a table and say by
 * which rule they came about, and what was left out. */
#include "tools/cells.h"
#include "tools/command.h"
#include "tools/fields.h"
#include "tools/layout.h"
#include "tools/output.h"
#include "tools/rolled.h"
#include "tools/stream.h"
#include "tools/table.h"
#include "tools/weighed.h"
#include "tools/wording.h"

#include <inttypes.h>

static const struct option_line lines[] = {
	{"by", 0, "WHAT", "what is put together (month)", false,
	 "month place of subject"},
	{"rule", 0, "RULE", "how figures of one incident become one "
			    "(latest-per-origin)", false,
	 ROLLED_RULES},
	{"left-out", 0, NULL, "each question that was left out, and why, "
			      "in place of the sums", false, NULL},
	WEIGHED_VIEW_OPTIONS,
	OUTPUT_CSV_OPTION,
	{0},
};

const struct options_form tally_form = {
	.operands = "[QUERY]",
	.about =
		"Adds up the figures of the incidents that claims answering "
		"the query are about:\na question with an event is one "
		"incident. Its figures become one by the rule, with\nits "
		"ends; low, best and high are then added exactly, each "
		"predicate and unit by\nitself. Nobody is counted twice: of "
		"an incident's figures, those for some of whom\nanother "
		"counts stay out. Running totals are no incidents and are "
		"never added.\n\n"
		"  latest-per-origin  the last said of what each origin says "
		"last; low and high\n"
		"                     hold all of that\n"
		"  conservative       the lowest number stated; tens are 10, "
		"dozens 12, hundreds\n"
		"                     100 unless defined\n"
		"  best-low-high      best is what most origins state, low "
		"and high the lowest\n"
		"                     and highest stated\n"
		"  range              all that may be, without a best\n",
	.example =
		"hearsay tally predicate:killed --by month\n"
		"hearsay tally 'place:Gaza of:children' --by place --rule "
		"conservative\n"
		"hearsay tally predicate:killed --by month --left-out\n",
	.lines = lines,
	.most = OPERANDS_ANY,
	.query = true,
};

struct tallied {
	struct weighed weighed;
	struct hear_arena *arena; /* of the tally */
	struct hear_arena *line;  /* of one JSON line */
	enum output_mode mode;
	enum hear_tally_by by;
	enum hear_rule rule;
	struct hear_tallied tally;
	struct hear_buffer text; /* scratch */
};

/* ---- Words ---- */

static const char *rule_text(enum hear_rule rule)
{
	switch (rule) {
	case HEAR_RULE_LATEST:
		return "the last said of what each origin says last; low and "
		       "high hold all of that";
	case HEAR_RULE_CONSERVATIVE:
		return "of each incident the lowest number stated";
	case HEAR_RULE_BEST:
		return "best is what most origins state, low and high the "
		       "lowest and highest stated";
	case HEAR_RULE_RANGE:
		return "from the least to the most that each incident may be";
	}
	return "";
}

/* What kind of row it is, for programs. */
static const char *kind_name(enum hear_tally_kind kind)
{
	switch (kind) {
	case HEAR_TALLY_GROUP:
		return "group";
	case HEAR_TALLY_SPANS:
		return "spans";
	case HEAR_TALLY_UNGIVEN:
		return "not-given";
	case HEAR_TALLY_ALL:
		return "total";
	}
	return "unknown";
}

static struct hear_span row_name(const struct hear_tally_row *row)
{
	switch (row->kind) {
	case HEAR_TALLY_GROUP:
		return row->name;
	case HEAR_TALLY_SPANS:
		return hear_span_of("month not certain");
	case HEAR_TALLY_UNGIVEN:
		return hear_span_of("not given");
	case HEAR_TALLY_ALL:
		return hear_span_of("total");
	}
	return hear_span_of("unknown");
}

/* ---- For people: the table ---- */

static void cell(struct table *table, enum terminal_style style,
		 struct hear_buffer *text)
{
	table_cell(table, style, hear_buffer_view(text));
	hear_buffer_reset(text);
}

/* "more than 15" in a narrow column. */
static void end_cell(struct table *table, enum terminal_style style,
		     struct tallied *tallied, struct hear_span number,
		     const char *sign)
{
	hear_buffer_text(&tallied->text, sign);
	if (number.size > 0)
		weighed_grouped(number, &tallied->text);
	else
		hear_buffer_text(&tallied->text, "open");
	cell(table, style, &tallied->text);
}

static void count_cell(struct table *table, enum terminal_style style,
		       struct tallied *tallied, uint32_t count, bool always)
{
	if (count > 0 || always)
		wording_number(&tallied->text, count);
	cell(table, style, &tallied->text);
}

/* A rule that gives no best, or no ends, leaves their columns empty. */
static void sum_cells(struct table *table, enum terminal_style style,
		      struct tallied *tallied, const struct hear_tally_row *row)
{
	bool same = row->low_open && hear_span_equal(row->low, row->best);

	if (tallied->rule == HEAR_RULE_CONSERVATIVE)
		table_cell(table, style, hear_span_of(""));
	else
		end_cell(table, style, tallied, row->low,
			 row->low_open ? ">" : "");
	if (tallied->rule == HEAR_RULE_RANGE)
		table_cell(table, style, hear_span_of(""));
	else
		end_cell(table, style, tallied, row->best, same ? ">" : "");
	if (tallied->rule == HEAR_RULE_CONSERVATIVE)
		table_cell(table, style, hear_span_of(""));
	else
		end_cell(table, style, tallied, row->high,
			 row->high_open ? "<" : "");
}

static void add_row(struct table *table, struct tallied *tallied,
		    const struct hear_tally_row *row)
{
	enum terminal_style style =
		row->kind == HEAR_TALLY_ALL ? STYLE_BOLD : STYLE_RESET;

	table_cell(table, style, row_name(row));
	hear_buffer_span(&tallied->text, row->predicate);
	if (row->unit.size > 0) {
		hear_buffer_text(&tallied->text, ", ");
		hear_buffer_span(&tallied->text, row->unit);
	}
	cell(table, style, &tallied->text);
	count_cell(table, style, tallied, row->incidents, true);
	count_cell(table, style, tallied, row->disputed, false);
	sum_cells(table, style, tallied, row);
}

static enum hear_code print_table(struct tallied *tallied, struct hear_err *err)
{
	const struct table_column columns[] = {
		{hear_tally_by_name(tallied->by), TABLE_LEFT, 2, 7, true},
		{"what", TABLE_LEFT, 1, 4, true},
		{"incidents", TABLE_RIGHT, 1, 3, false},
		{"disputed", TABLE_RIGHT, 1, 3, false},
		{"low", TABLE_RIGHT, 0, 0, false},
		{"best", TABLE_RIGHT, 0, 0, false},
		{"high", TABLE_RIGHT, 0, 0, false},
	};
	struct table *table = table_new(columns,
					sizeof columns / sizeof *columns,
					stream_terminal());
	bool printed = table != NULL;
	size_t i;

	for (i = 0; printed && i < tallied->tally.row_count; i++)
		add_row(table, tallied, &tallied->tally.rows[i]);
	printed = printed && table_print(table, stream_buffer());
	table_free(table);
	return printed ? HEAR_OK : hear_fail(err, HEAR_MEMORY, "out of memory");
}

/* ---- What rests on what is retracted ---- */

static bool is_left_out(const struct hear_tallied *tally, uint32_t question)
{
	size_t i;

	for (i = 0; i < tally->left_count; i++)
		if (tally->left[i].question == question)
			return true;
	return false;
}

/* The next claim from `*at` on whose figure is in a sum though it rests on
 * what is retracted. */
static const struct hear_voice *next_resting(struct tallied *tallied,
					     size_t *at)
{
	struct weighed *weighed = &tallied->weighed;

	while (*at < weighed->voice_count) {
		const struct hear_voice *voice = &weighed->voices[(*at)++];

		if (!voice->stands ||
		    !weighed->questions[voice->question].asked ||
		    !weighed_rests(weighed, voice->claim) ||
		    is_left_out(&tallied->tally, voice->question))
			continue;
		return voice;
	}
	return NULL;
}

/* ---- For people: what stands below it ---- */

static void note(struct tallied *tallied)
{
	layout_text(stream_terminal(), 0, STYLE_DIM,
		    hear_buffer_view(&tallied->text), stream_buffer());
	hear_buffer_reset(&tallied->text);
}

/* How many of `left` from `from` on have the same reason. */
static size_t same_reason(const struct hear_tallied *tally, size_t from)
{
	size_t to = from;

	while (to < tally->left_count &&
	       tally->left[to].reason == tally->left[from].reason)
		to++;
	return to - from;
}

static void note_left(struct tallied *tallied)
{
	const struct hear_tallied *tally = &tallied->tally;
	size_t count;
	size_t i;

	for (i = 0; i < tally->left_count; i += count) {
		count = same_reason(tally, i);
		hear_buffer_text(&tallied->text, "left out: ");
		weighed_count(count, "question", &tallied->text);
		hear_buffer_print(&tallied->text, ", because %s",
				  hear_untallied_text(tally->left[i].reason));
		note(tallied);
	}
}

static void note_claims(struct tallied *tallied)
{
	const char *between = "of the claims of these incidents, passed over: ";
	size_t i;

	for (i = 1; i <= HEAR_LEFT_NO_LOWER; i++) {
		uint32_t count = tallied->tally.claims_left[i];

		if (count == 0)
			continue;
		hear_buffer_print(&tallied->text, "%s%" PRIu32 " (%s)", between,
				  count, hear_left_text((enum hear_left)i));
		between = ", ";
	}
	if (tallied->text.size > 0)
		note(tallied);
}

static void note_resting(struct tallied *tallied)
{
	const struct hear_voice *voice;
	size_t at = 0;

	while ((voice = next_resting(tallied, &at))) {
		if (tallied->text.size == 0)
			hear_buffer_text(&tallied->text, "counted though it "
							 "rests on what is "
							 "retracted: ");
		else
			hear_buffer_text(&tallied->text, ", ");
		weighed_id(&tallied->weighed, voice->claim, &tallied->text);
	}
	if (tallied->text.size > 0)
		note(tallied);
}

static void note_odd(struct tallied *tallied)
{
	uint32_t unnamed = 0;
	uint32_t parts = 0;
	bool overflow = false;
	size_t i;

	for (i = 0; i < tallied->tally.row_count; i++) {
		const struct hear_tally_row *row = &tallied->tally.rows[i];

		overflow = overflow || row->overflow;
		parts += row->parts;
		if (row->kind == HEAR_TALLY_ALL)
			unnamed += row->unnamed;
	}
	if (parts > 0) {
		weighed_count(parts, "figure", &tallied->text);
		hear_buffer_text(&tallied->text,
				 " for some of whom a wider one of the same "
				 "incident counts: the totals go without");
		note(tallied);
	}
	if (unnamed > 0) {
		weighed_count(unnamed, "incident", &tallied->text);
		hear_buffer_text(&tallied->text,
				 " on the word of unnamed origins alone");
		note(tallied);
	}
	if (overflow) {
		hear_buffer_text(&tallied->text,
				 "a sum has more digits than are kept: its end "
				 "is left open");
		note(tallied);
	}
}

static enum hear_code print_for_people(struct tallied *tallied,
				       struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	if (tallied->tally.row_count + tallied->tally.left_count == 0) {
		hear_buffer_text(stream_buffer(), "no claim matches\n");
		return HEAR_OK;
	}
	if (tallied->tally.row_count == 0)
		hear_buffer_text(stream_buffer(), "no incidents to add up\n");
	else
		code = print_table(tallied, err);
	hear_buffer_print(&tallied->text, "rule %s: %s",
			  hear_rule_name(tallied->rule),
			  rule_text(tallied->rule));
	note(tallied);
	note_resting(tallied);
	note_odd(tallied);
	note_claims(tallied);
	note_left(tallied);
	return code;
}

/* ---- For programs ---- */

static void set_count(struct hear_arena *arena, struct hear_value *map,
		      const char *key, uint32_t count)
{
	hear_map_set(arena, map, key, hear_make_integer(arena, count));
}

/* Ends that are open are left out. */
static enum hear_code row_json(struct tallied *tallied,
			       const struct hear_tally_row *row,
			       struct hear_err *err)
{
	struct hear_arena *arena = tallied->line;
	struct hear_value *map;

	hear_arena_reset(arena);
	map = hear_make_map(arena);
	hear_map_set(arena, map, "row", output_text(arena,
						    kind_name(row->kind)));
	hear_map_set(arena, map, "by",
		     output_text(arena, hear_tally_by_name(tallied->by)));
	fields_text(arena, map, "name", row->name);
	fields_text(arena, map, "predicate", row->predicate);
	fields_text(arena, map, "unit", row->unit);
	set_count(arena, map, "incidents", row->incidents);
	set_count(arena, map, "disputed", row->disputed);
	set_count(arena, map, "unnamed", row->unnamed);
	set_count(arena, map, "parts", row->parts);
	fields_text(arena, map, "low", row->low);
	fields_true(arena, map, "low_open", row->low_open);
	fields_text(arena, map, "best", row->best);
	fields_text(arena, map, "high", row->high);
	fields_true(arena, map, "high_open", row->high_open);
	fields_true(arena, map, "overflow", row->overflow);
	hear_map_set(arena, map, "rule",
		     output_text(arena, hear_rule_name(tallied->rule)));
	return output_json(map, err);
}

static const char *const row_columns[] = {
	"row",	"name",	    "predicate", "unit", "incidents", "disputed",
	"low",	"low_open", "best",	 "high", "high_open", "rule",
};

static void row_cells(struct cells *cells, const struct tallied *tallied,
		      const struct hear_tally_row *row)
{
	cells_text(cells, kind_name(row->kind));
	cells_add(cells, row->name);
	cells_add(cells, row->predicate);
	cells_add(cells, row->unit);
	hear_buffer_print(&cells->cell, "%" PRIu32, row->incidents);
	cells_take(cells);
	hear_buffer_print(&cells->cell, "%" PRIu32, row->disputed);
	cells_take(cells);
	cells_add(cells, row->low);
	cells_text(cells, row->low_open ? "yes" : "");
	cells_add(cells, row->best);
	cells_add(cells, row->high);
	cells_text(cells, row->high_open ? "yes" : "");
	cells_text(cells, hear_rule_name(tallied->rule));
	cells_end(cells);
}

/* How many were left out for each reason. */
static enum hear_code left_json(struct tallied *tallied, struct hear_err *err)
{
	const struct hear_tallied *tally = &tallied->tally;
	struct hear_arena *arena = tallied->line;
	enum hear_code code = HEAR_OK;
	size_t count;
	size_t i;

	for (i = 0; i < tally->left_count && code == HEAR_OK; i += count) {
		struct hear_value *map;

		count = same_reason(tally, i);
		hear_arena_reset(arena);
		map = hear_make_map(arena);
		hear_map_set(arena, map, "left_out",
			     output_text(arena, hear_untallied_name(
							tally->left[i].reason)));
		set_count(arena, map, "questions", (uint32_t)count);
		hear_map_set(arena, map, "why",
			     output_text(arena, hear_untallied_text(
							tally->left[i].reason)));
		code = output_json(map, err);
	}
	return code;
}

/* In a pipe, after the rows: "left-out	total	12	a running total ...". */
static void left_cells(struct cells *cells, const struct hear_tallied *tally)
{
	size_t count;
	size_t i;

	for (i = 0; i < tally->left_count; i += count) {
		enum hear_untallied reason = tally->left[i].reason;

		count = same_reason(tally, i);
		cells_text(cells, "left-out");
		cells_text(cells, hear_untallied_name(reason));
		hear_buffer_print(&cells->cell, "%zu", count);
		cells_take(cells);
		cells_text(cells, hear_untallied_text(reason));
		cells_end(cells);
	}
}

/* After that: "resting", the id of a claim, on what, and its question. */
static enum hear_code print_resting(struct tallied *tallied,
				    struct cells *cells, struct hear_err *err)
{
	struct weighed *weighed = &tallied->weighed;
	enum hear_code code = HEAR_OK;
	const struct hear_voice *voice;
	size_t at = 0;

	while (code == HEAR_OK && (voice = next_resting(tallied, &at))) {
		const struct hear_question *question =
			&weighed->questions[voice->question];
		const struct hear_id *id = &weighed->claims[voice->claim].id;
		struct hear_value *map;

		if (tallied->mode == OUTPUT_LINES) {
			cells_text(cells, "resting");
			cells_id(cells, id);
			weighed_mark_cell(weighed, voice->claim, &cells->cell);
			cells_take(cells);
			hear_question_print(question, &cells->cell);
			cells_take(cells);
			cells_end(cells);
			continue;
		}
		hear_arena_reset(tallied->line);
		map = hear_make_map(tallied->line);
		hear_map_set(tallied->line, map, "resting",
			     output_id(tallied->line, id));
		weighed_json_question(tallied->line, map, question);
		weighed_json_rests(weighed, tallied->line, map, voice->claim);
		code = output_json(map, err);
	}
	return code;
}

static enum hear_code print_rows(struct tallied *tallied, struct hear_err *err)
{
	struct cells cells = {.mode = tallied->mode, .out = stream_buffer()};
	const struct hear_tallied *tally = &tallied->tally;
	enum hear_code code = HEAR_OK;
	size_t i;

	if (tallied->mode != OUTPUT_JSON)
		cells_header(&cells, row_columns,
			     sizeof row_columns / sizeof *row_columns);
	for (i = 0; i < tally->row_count && code == HEAR_OK; i++)
		if (tallied->mode == OUTPUT_JSON)
			code = row_json(tallied, &tally->rows[i], err);
		else
			row_cells(&cells, tallied, &tally->rows[i]);
	if (code == HEAR_OK && tallied->mode == OUTPUT_JSON)
		code = left_json(tallied, err);
	if (tallied->mode == OUTPUT_LINES)
		left_cells(&cells, tally);
	if (code == HEAR_OK && tallied->mode != OUTPUT_CSV)
		code = print_resting(tallied, &cells, err);
	cells_done(&cells);
	return code;
}

/* ---- Each that was left out ---- */

static enum hear_code one_left_json(struct tallied *tallied,
				    const struct hear_untallied_question *left,
				    struct hear_err *err)
{
	const struct hear_question *questions = tallied->weighed.questions;
	struct hear_arena *arena = tallied->line;
	struct hear_value *map;

	hear_arena_reset(arena);
	map = hear_make_map(arena);
	hear_map_set(arena, map, "left_out",
		     output_text(arena, hear_untallied_name(left->reason)));
	weighed_json_question(arena, map, &questions[left->question]);
	if (left->counted_in != HEAR_NOBODY) {
		hear_question_print(&questions[left->counted_in],
				    &tallied->text);
		fields_text(arena, map, "counted_in",
			 hear_buffer_view(&tallied->text));
		hear_buffer_reset(&tallied->text);
	}
	return output_json(map, err);
}

/* Reason, question, and what it is counted in. */
static void one_left_cells(struct cells *cells, const struct tallied *tallied,
			   const struct hear_untallied_question *left)
{
	const struct hear_question *questions = tallied->weighed.questions;

	cells_text(cells, hear_untallied_name(left->reason));
	hear_question_print(&questions[left->question], &cells->cell);
	cells_take(cells);
	if (left->counted_in != HEAR_NOBODY)
		hear_question_print(&questions[left->counted_in],
				    &cells->cell);
	cells_take(cells);
	cells_end(cells);
}

static enum hear_code print_left_table(struct tallied *tallied,
				       struct hear_err *err)
{
	static const struct table_column columns[] = {
		{"question", TABLE_LEFT, 2, 20, true},
		{"left out because", TABLE_LEFT, 1, 16, true},
	};
	const struct hear_tallied *tally = &tallied->tally;
	struct table *table = table_new(columns, 2, stream_terminal());
	bool printed = table != NULL;
	size_t i;

	for (i = 0; printed && i < tally->left_count; i++) {
		const struct hear_untallied_question *left = &tally->left[i];
		const struct hear_question *questions =
			tallied->weighed.questions;

		weighed_question(&questions[left->question], &tallied->text);
		cell(table, STYLE_RESET, &tallied->text);
		hear_buffer_text(&tallied->text,
				 hear_untallied_text(left->reason));
		if (left->counted_in != HEAR_NOBODY) {
			hear_buffer_text(&tallied->text, ": ");
			weighed_question(&questions[left->counted_in],
					 &tallied->text);
		}
		cell(table, STYLE_DIM, &tallied->text);
	}
	printed = printed && table_print(table, stream_buffer());
	table_free(table);
	return printed ? HEAR_OK : hear_fail(err, HEAR_MEMORY, "out of memory");
}

static enum hear_code print_left(struct tallied *tallied, struct hear_err *err)
{
	static const char *const names[] = {"left_out", "question",
					    "counted_in"};
	struct cells cells = {.mode = tallied->mode, .out = stream_buffer()};
	const struct hear_tallied *tally = &tallied->tally;
	enum hear_code code = HEAR_OK;
	size_t i;

	if (tallied->mode == OUTPUT_PEOPLE && tally->left_count == 0)
		hear_buffer_text(stream_buffer(), "nothing was left out\n");
	if (tallied->mode == OUTPUT_PEOPLE)
		return print_left_table(tallied, err);
	if (tallied->mode != OUTPUT_JSON)
		cells_header(&cells, names, sizeof names / sizeof *names);
	for (i = 0; i < tally->left_count && code == HEAR_OK; i++) {
		if (tallied->mode == OUTPUT_JSON)
			code = one_left_json(tallied, &tally->left[i], err);
		else
			one_left_cells(&cells, tallied, &tally->left[i]);
		if (code == HEAR_OK)
			code = stream_more(err);
	}
	cells_done(&cells);
	return code;
}

/* ---- The command ---- */

static enum hear_code read_wish(struct call *call, struct tallied *tallied,
				struct hear_err *err)
{
	const char *by = options_text(call->options, "by");
	enum hear_code code = output_mode(call, true, &tallied->mode, err);

	tallied->by = HEAR_TALLY_MONTH;
	tallied->rule = HEAR_RULE_LATEST;
	if (code == HEAR_OK && by)
		code = hear_tally_by_parse(hear_span_of(by), &tallied->by, err);
	if (code == HEAR_OK)
		code = rolled_rule(call, &tallied->rule, err);
	return code == HEAR_OK ? code : call_misused(call, code);
}

static enum hear_code tally(struct call *call, struct tallied *tallied,
			    struct hear_err *err)
{
	enum hear_code code = weighed_open(&tallied->weighed, call, 0, err);

	if (code == HEAR_OK)
		code = hear_tally(tallied->weighed.weighing, tallied->by,
				  tallied->rule, tallied->arena,
				  &tallied->tally, err);
	if (code != HEAR_OK)
		return code;
	if (options_given(call->options, "left-out"))
		return print_left(tallied, err);
	return tallied->mode == OUTPUT_PEOPLE ? print_for_people(tallied, err)
					      : print_rows(tallied, err);
}

enum hear_code tally_main(struct call *call, struct hear_err *err)
{
	struct tallied tallied = {0};
	enum hear_code code = read_wish(call, &tallied, err);

	if (code != HEAR_OK)
		return code;
	tallied.arena = hear_arena_new();
	tallied.line = hear_arena_new();
	if (tallied.arena && tallied.line)
		code = tally(call, &tallied, err);
	else
		code = hear_fail(err, HEAR_MEMORY, "out of memory");
	weighed_close(&tallied.weighed);
	hear_buffer_done(&tallied.text);
	hear_arena_free(tallied.line);
	hear_arena_free(tallied.arena);
	return code;
}
