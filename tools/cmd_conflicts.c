/* SPDX-License-Identifier: ISC */
/* cmd_conflicts.c - where sources disagree: questions whose answers cannot all
 * be true, are denied, kept silent about or do not add up, the gravest
 * first. */
#include "tools/cells.h"
#include "tools/command.h"
#include "tools/draw.h"
#include "tools/layout.h"
#include "tools/output.h"
#include "tools/stream.h"
#include "tools/weighed.h"

#include <stdlib.h>
#include <string.h>

static const struct option_line lines[] = {
	WEIGHED_VIEW_OPTIONS,
	{"all", 0, NULL, "questions without a conflict, too", false, NULL},
	WEIGHED_DRAW_OPTION,
	OUTPUT_CSV_OPTION,
	{0},
};

const struct options_form conflicts_form = {
	.operands = "[QUERY]",
	.about =
		"Lists the questions that the claims of the query answer, or "
		"where none is given all,\nwhose answers cannot all be true, "
		"are denied or not acknowledged, or hold only within\nthe "
		"width of \"about\"; the gravest first. What a source corrects "
		"or brings up to date\nis no conflict. Running totals are "
		"compared at the latest date all had reached.\nOn a terminal "
		"figures are drawn on one number line. The exit status is 0 "
		"whether there\nare conflicts or not.\n",
	.example = "hearsay conflicts predicate:casualties\n"
		   "hearsay conflicts --all 'subject:\"North Korean soldiers\"'\n",
	.lines = lines,
	.most = OPERANDS_ANY,
	.query = true,
};

enum { MOST_SHOWN = 20, MOST_SENTENCES = 8, MOST_DRAWN = 12, INDENT = 2 };

/* The gravest last, so that grades compare as numbers. */
enum grade {
	GRADE_NONE,
	GRADE_SILENT,
	GRADE_FINDING, /* holds only within "about", told differently */
	GRADE_DENIED,
	GRADE_CONFLICT,
};

struct graded {
	const struct hear_question *question;
	enum grade grade;
};

struct showing {
	struct weighed weighed;
	struct terminal terminal;
	struct hear_buffer *out;
	const struct hear_question *question;
	size_t width; /* of the names */
	struct hear_buffer left; /* scratch */
	struct hear_buffer right;
};

/* ---- How grave ---- */

static bool is_grave(enum hear_finding_kind found)
{
	switch (found) {
	case HEAR_FOUND_CONFLICT:
	case HEAR_FOUND_DENIED:
	case HEAR_FOUND_DIFFERS:
	case HEAR_FOUND_PART_OVER_WHOLE:
	case HEAR_FOUND_SUM_WITHIN:
	case HEAR_FOUND_SUM_FAILS:
		return true;
	case HEAR_FOUND_SUM_HOLDS:
	case HEAR_FOUND_SUM_CIRCULAR:
	case HEAR_FOUND_CIRCULAR:
	case HEAR_FOUND_COPIED:
	case HEAR_FOUND_LATE:
		break;
	}
	return false;
}

static const struct hear_finding *finding_at(const struct showing *showing,
					     const struct hear_question *of,
					     uint32_t index)
{
	return &showing->weighed.findings[of->first_finding + index];
}

static enum grade grade_of(const struct showing *showing,
			   const struct hear_question *question)
{
	uint32_t i;

	if (question->verdict == HEAR_VERDICT_CONFLICT)
		return GRADE_CONFLICT;
	if (question->verdict == HEAR_VERDICT_DENIED)
		return GRADE_DENIED;
	for (i = 0; i < question->finding_count; i++)
		if (is_grave(finding_at(showing, question, i)->found))
			return GRADE_FINDING;
	return question->verdict == HEAR_VERDICT_SILENT ? GRADE_SILENT
							: GRADE_NONE;
}

/* Among equals the order of the weighing stays. */
static int order(const void *a, const void *b)
{
	const struct graded *first = a;
	const struct graded *second = b;

	if (first->grade != second->grade)
		return first->grade > second->grade ? -1 : 1;
	return (first->question > second->question) -
	       (first->question < second->question);
}

static size_t choose(const struct showing *showing, bool all,
		     struct graded *out)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < showing->weighed.question_count; i++) {
		const struct hear_question *question =
			&showing->weighed.questions[i];
		enum grade grade = grade_of(showing, question);

		if (question->asked && (all || grade > GRADE_NONE))
			out[count++] = (struct graded){question, grade};
	}
	qsort(out, count, sizeof *out, order);
	return count;
}

/* ---- Parts ---- */

static const struct hear_party *party_at(const struct showing *showing,
					 uint32_t index)
{
	return &showing->weighed.parties[showing->question->first_party +
					 index];
}

static const struct hear_weighed *claim_of(const struct showing *showing,
					   const struct hear_voice *voice)
{
	return &showing->weighed.claims[voice->claim];
}

static bool asserts(const struct hear_party *party)
{
	return party->stance == HEAR_ASSERTS;
}

/* Whether nothing it said was in time to be compared. */
static bool is_late(const struct hear_party *party)
{
	return asserts(party) && party->position == HEAR_NOBODY;
}

static void print_scratch(struct showing *showing, size_t indent,
			  enum terminal_style style)
{
	layout_text(&showing->terminal, indent, style,
		    hear_buffer_view(&showing->left), showing->out);
	hear_buffer_reset(&showing->left);
}

/* ---- For people: the question ---- */

static enum terminal_style style_of(enum grade grade)
{
	switch (grade) {
	case GRADE_CONFLICT:
		return STYLE_RED;
	case GRADE_DENIED:
	case GRADE_FINDING:
		return STYLE_YELLOW;
	case GRADE_SILENT:
	case GRADE_NONE:
		break;
	}
	return STYLE_DIM;
}

static void print_head(struct showing *showing, enum grade grade)
{
	const struct hear_question *question = showing->question;
	bool compared = question->window == HEAR_WINDOW_TOTAL &&
			question->compared_ms != INT64_MIN &&
			question->party_count > 1;

	weighed_question(question, &showing->left);
	print_scratch(showing, 0, STYLE_BOLD);
	hear_buffer_text(&showing->left, weighed_verdict(question->verdict));
	weighed_sides(&showing->weighed, question, &showing->left);
	if (compared) {
		hear_buffer_text(&showing->left,
				 "; totals as of the latest date all had "
				 "reached: ");
		weighed_date(question->compared_ms, &showing->left);
	}
	print_scratch(showing, 0, style_of(grade));
}

/* ---- For people: the parties ---- */

/* What keeps an asserting party from being compared like the others. */
static void add_remark(struct showing *showing, const struct hear_party *party)
{
	if (party->circular)
		hear_buffer_text(&showing->right,
				 ", circular: counts as none");
	else if (party->copies != HEAR_NOBODY)
		hear_buffer_text(&showing->right, ", copied: counts as none");
}

static void print_party(struct showing *showing,
			const struct hear_party *party)
{
	const struct hear_voice *voice = weighed_voice(&showing->weighed, party,
						       true);
	struct layout_pair pair = {.indent = INDENT, .width = showing->width};

	weighed_party(&showing->weighed, party, &showing->left);
	if (!asserts(party))
		hear_buffer_text(&showing->right,
				 weighed_stance(party->stance));
	else
		weighed_compared(&showing->weighed, showing->question, party,
				 voice, &showing->right);
	hear_buffer_text(&showing->right, ", ");
	weighed_when(&showing->weighed, showing->question, voice->claim,
		     &showing->right);
	hear_buffer_text(&showing->right, ", ");
	weighed_id(&showing->weighed, voice->claim, &showing->right);
	add_remark(showing, party);
	if (is_late(party))
		hear_buffer_text(&showing->right, ", nothing before that");
	pair.left = hear_buffer_view(&showing->left);
	pair.right = hear_buffer_view(&showing->right);
	layout_pair(&showing->terminal, &pair, showing->out);
	hear_buffer_reset(&showing->left);
	hear_buffer_reset(&showing->right);
}

static void settle_width(struct showing *showing)
{
	size_t widest = 0;
	uint32_t i;

	for (i = 0; i < showing->question->party_count && i < MOST_SHOWN; i++) {
		size_t columns;

		weighed_party(&showing->weighed, party_at(showing, i),
			      &showing->left);
		columns = hear_text_columns(hear_buffer_view(&showing->left));
		hear_buffer_reset(&showing->left);
		widest = columns > widest ? columns : widest;
	}
	showing->width = layout_width(&showing->terminal, INDENT, widest);
}

static void print_left(struct showing *showing, uint32_t left,
		       const char *noun)
{
	weighed_count(left, noun, &showing->left);
	hear_buffer_text(&showing->left, "; --json lists all");
	print_scratch(showing, INDENT, STYLE_DIM);
}

/* Those who assert, or the others; at most so many. How many were printed. */
static uint32_t print_those(struct showing *showing, bool who_assert,
			    uint32_t most)
{
	uint32_t printed = 0;
	uint32_t i;

	for (i = 0; i < showing->question->party_count && printed < most;
	     i++) {
		if (asserts(party_at(showing, i)) != who_assert)
			continue;
		print_party(showing, party_at(showing, i));
		printed++;
	}
	return printed;
}

static void print_parties(struct showing *showing)
{
	uint32_t count = showing->question->party_count;
	uint32_t printed;

	settle_width(showing);
	printed = print_those(showing, true, MOST_SHOWN);
	(void)print_those(showing, false, MOST_SHOWN - printed);
	if (count > MOST_SHOWN)
		print_left(showing, count - MOST_SHOWN, "more origin");
	if (showing->question->unnamed > 0) {
		weighed_count(showing->question->unnamed, "claim",
			      &showing->left);
		hear_buffer_text(&showing->left,
				 " without a named origin, not compared");
		print_scratch(showing, INDENT, STYLE_DIM);
	}
}

/* ---- For people: why ---- */

static void print_sentence(struct showing *showing, struct hear_span sentence)
{
	struct layout_pair pair = {
		.indent = INDENT, .width = 1, .left = hear_span_of("-")};

	terminal_clean(sentence, TERMINAL_ONE_LINE, &showing->right);
	pair.right = hear_buffer_view(&showing->right);
	layout_pair(&showing->terminal, &pair, showing->out);
	hear_buffer_reset(&showing->right);
}

static void print_findings(struct showing *showing)
{
	const struct hear_question *question = showing->question;
	uint32_t i;

	for (i = 0; i < question->finding_count && i < MOST_SENTENCES; i++) {
		const struct hear_finding *finding = finding_at(showing,
								question, i);

		print_sentence(showing, finding->sentence);
	}
	if (question->finding_count > MOST_SENTENCES)
		print_left(showing, question->finding_count - MOST_SENTENCES,
			   "more finding");
}

static bool is_drawn(const struct showing *showing,
		     const struct hear_party *party)
{
	const struct hear_voice *voice;

	if (!asserts(party) || is_late(party))
		return false;
	voice = weighed_voice(&showing->weighed, party, true);
	return claim_of(showing, voice)->answer == HEAR_ANSWER_FIGURE;
}

static void print_drawing(struct showing *showing)
{
	struct draw_line drawn[MOST_DRAWN];
	struct hear_buffer labels[MOST_DRAWN] = {{0}};
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < showing->question->party_count && count < MOST_DRAWN;
	     i++) {
		const struct hear_party *party = party_at(showing, i);

		if (!is_drawn(showing, party))
			continue;
		terminal_clean(weighed_source(&showing->weighed, party->name),
			       TERMINAL_ONE_LINE, &labels[count]);
		drawn[count] = (struct draw_line){
			hear_buffer_view(&labels[count]), &party->extent};
		count++;
	}
	draw_extents(&showing->terminal, INDENT, drawn, count, showing->out);
	while (count > 0)
		hear_buffer_done(&labels[--count]);
}

static void print_people(struct showing *showing, enum grade grade)
{
	print_head(showing, grade);
	print_parties(showing);
	print_drawing(showing);
	print_findings(showing);
}

/* ---- For programs ---- */

static const char *const columns[] = {
	"question", "verdict", "compared_at", "row",   "origin", "value", "low",
	"high",	    "unit",    "said",	      "until", "id",	 "sentence",
	"rests_on",
};

static void begin_row(struct showing *showing, struct cells *cells,
		      const char *row)
{
	const struct hear_question *question = showing->question;

	hear_question_print(question, &cells->cell);
	cells_take(cells);
	cells_text(cells, hear_verdict_name(question->verdict));
	cells_time(cells, question->window == HEAR_WINDOW_TOTAL
				  ? question->compared_ms
				  : INT64_MIN);
	cells_text(cells, row);
}

/* `extent`: as compared; else the claim's own. */
static void voice_row(struct showing *showing, struct cells *cells,
		      const char *row, struct hear_span origin,
		      const struct hear_voice *voice,
		      const struct hear_extent *extent)
{
	const struct hear_weighed *claim = claim_of(showing, voice);
	bool figure = claim->answer == HEAR_ANSWER_FIGURE;
	struct hear_span none = {0};

	begin_row(showing, cells, row);
	cells_add(cells, origin);
	cells_add(cells, claim->value);
	extent = extent ? extent : &claim->extent;
	cells_add(cells, figure ? extent->low : none);
	cells_add(cells, figure ? extent->high : none);
	cells_add(cells, figure ? showing->question->unit : none);
	cells_time(cells, claim->said_ms);
	cells_time(cells, claim->until_ms);
	cells_id(cells, &claim->id);
	cells_text(cells, "");
	weighed_mark_cell(&showing->weighed, voice->claim, &cells->cell);
	cells_take(cells);
	cells_end(cells);
}

static void finding_row(struct showing *showing, struct cells *cells,
			const struct hear_finding *finding)
{
	unsigned i;

	begin_row(showing, cells, hear_found_name(finding->found));
	for (i = 0; i < 7; i++)
		cells_text(cells, "");
	if (finding->a < showing->weighed.voice_count)
		cells_id(cells, &claim_of(showing, &showing->weighed
							    .voices[finding->a])
					 ->id);
	else
		cells_text(cells, "");
	cells_add(cells, finding->sentence);
	cells_text(cells, "");
	cells_end(cells);
}

static const char *row_of(const struct hear_party *party)
{
	if (party->circular && asserts(party))
		return "circular";
	if (party->copies != HEAR_NOBODY && asserts(party))
		return "copied";
	return is_late(party) ? "late" : hear_stance_name(party->stance);
}

static enum hear_code print_rows(struct showing *showing, struct cells *cells,
				 struct hear_err *err)
{
	const struct hear_question *question = showing->question;
	enum hear_code code = HEAR_OK;
	uint32_t i;

	for (i = 0; code == HEAR_OK && i < question->party_count; i++) {
		const struct hear_party *party = party_at(showing, i);

		voice_row(showing, cells, row_of(party),
			  weighed_source(&showing->weighed, party->name),
			  weighed_voice(&showing->weighed, party, true),
			  party->position != HEAR_NOBODY ? &party->extent
							 : NULL);
		code = stream_more(err);
	}
	for (i = 0; code == HEAR_OK && i < question->voice_count; i++) {
		const struct hear_voice *voice =
			&showing->weighed.voices[question->first_voice + i];

		if (voice->party == HEAR_NOBODY)
			voice_row(showing, cells, "unnamed",
				  claim_of(showing, voice)->unnamed, voice,
				  NULL);
		code = stream_more(err);
	}
	for (i = 0; code == HEAR_OK && i < question->finding_count; i++) {
		finding_row(showing, cells, finding_at(showing, question, i));
		code = stream_more(err);
	}
	return code;
}

/* ---- All of them ---- */

static enum hear_code print_one(struct showing *showing, struct cells *cells,
				struct hear_arena *arena, enum grade grade,
				struct hear_err *err)
{
	switch (cells->mode) {
	case OUTPUT_PEOPLE:
		print_people(showing, grade);
		return stream_more(err);
	case OUTPUT_JSON:
		hear_arena_reset(arena);
		return output_json(weighed_json(&showing->weighed, arena,
						showing->question),
				   err);
	case OUTPUT_LINES:
	case OUTPUT_CSV:
		break;
	}
	return print_rows(showing, cells, err);
}

static void print_none(struct showing *showing)
{
	size_t asked = 0;
	size_t i;

	for (i = 0; i < showing->weighed.question_count; i++)
		asked += showing->weighed.questions[i].asked;
	if (asked == 0) {
		hear_buffer_text(showing->out, "no claim matches\n");
		return;
	}
	hear_buffer_text(showing->out, "no conflict in ");
	weighed_count(asked, "question", showing->out);
	hear_buffer_print(showing->out, "; --all lists %s\n",
			  asked == 1 ? "it" : "them");
}

static enum hear_code print_chosen(struct showing *showing,
				   struct cells *cells,
				   const struct graded *chosen, size_t count,
				   struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	enum hear_code code = HEAR_OK;
	size_t i;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	cells_header(cells, columns, sizeof columns / sizeof *columns);
	for (i = 0; code == HEAR_OK && i < count; i++) {
		if (i > 0 && cells->mode == OUTPUT_PEOPLE)
			hear_buffer_byte(showing->out, '\n');
		showing->question = chosen[i].question;
		code = print_one(showing, cells, arena, chosen[i].grade, err);
	}
	if (count == 0 && cells->mode == OUTPUT_PEOPLE)
		print_none(showing);
	hear_arena_free(arena);
	return code;
}

static enum hear_code print_all(struct showing *showing, bool all,
				enum output_mode mode, struct hear_err *err)
{
	struct cells cells = {.mode = mode, .out = showing->out};
	struct graded *chosen = calloc(showing->weighed.question_count + 1,
				       sizeof *chosen);
	enum hear_code code;

	if (!chosen)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = print_chosen(showing, &cells, chosen,
			    choose(showing, all, chosen), err);
	cells_done(&cells);
	free(chosen);
	return code;
}

enum hear_code conflicts_main(struct call *call, struct hear_err *err)
{
	struct showing showing = {.terminal = *stream_terminal(),
				  .out = stream_buffer()};
	enum output_mode mode;
	enum hear_code code = weighed_mode(call, &showing.terminal, &mode, err);

	if (code == HEAR_OK)
		code = weighed_open(&showing.weighed, call, 0, err);
	if (code == HEAR_OK)
		code = print_all(&showing,
				 options_given(call->options, "all"), mode,
				 err);
	weighed_close(&showing.weighed);
	hear_buffer_done(&showing.left);
	hear_buffer_done(&showing.right);
	return code;
}
