/* SPDX-License-Identifier: ISC */
/* cmd_origins.c - who says it, really: the claims of a query by what they
 * answer and say, and how many independent origins stand behind each. */
#include "tools/cells.h"
#include "tools/command.h"
#include "tools/layout.h"
#include "tools/output.h"
#include "tools/rolled.h"
#include "tools/stream.h"
#include "tools/tracks.h"
#include "tools/weighed.h"
#include "tools/wording.h"

#include <string.h>

static const struct option_line lines[] = {
	WEIGHED_VIEW_OPTIONS,
	{"record", 0, NULL, "each claim behind an origin too, not its last only",
	 false, NULL},
	{"track", 0, NULL, "in place of that, how often each origin was "
			   "corrected, withdrawn, contradicted", false, NULL},
	{"rule", 0, "RULE", "what the figures of each question come to by it, and "
			    "what was left out", false, ROLLED_RULES},
	WEIGHED_DRAW_OPTION,
	OUTPUT_CSV_OPTION,
	{0},
};

const struct options_form origins_form = {
	.operands = "QUERY",
	.about =
		"Groups the claims that match by the question they answer and "
		"by what they say, and\ncounts independent origins, not "
		"outlets: whoever stands last in a chain, names\nthat terms "
		"join taken as one. Apart from them, with the reason: who "
		"denies, doubts,\ndeclined or is silent, origins without a "
		"name, those only ever cited in a circle,\nand those that "
		"repeat another's very words.\n",
	.example = "hearsay origins predicate:killed 'value:>100'\n"
		   "hearsay origins 'subject:\"North Korean soldiers\"' "
		   "--known-by 2025-01-12\n",
	.lines = lines,
	.least = 1,
	.most = OPERANDS_ANY,
	.query = true,
};

enum { MOST_SHOWN = 20, MOST_RECORDS = 20, INDENT = 2, DEEPER = 4 };

struct showing {
	struct weighed weighed;
	struct terminal terminal;
	struct hear_buffer *out;
	bool record;
	enum hear_rule rule; /* 0: no figure is asked for */
	const struct hear_question *question;
	size_t width;	    /* of the names */
	struct hear_buffer left; /* scratch */
	struct hear_buffer right;
	struct hear_buffer group; /* the value printed last */
};

/* ---- Which ---- */

static const struct hear_weighed *claim_of(const struct showing *showing,
					   const struct hear_voice *voice)
{
	return &showing->weighed.claims[voice->claim];
}

static bool any_asked(const struct showing *showing,
		      const struct hear_party *party)
{
	uint32_t i;

	for (i = 0; i < party->voice_count; i++)
		if (claim_of(showing, &showing->weighed.voices
					       [party->first_voice + i])
			    ->asked)
			return true;
	return false;
}

/* Who answers what was asked for otherwise than by asserting it is listed
 * though the query did not match the answer. */
static bool is_apart(const struct showing *showing,
		     const struct hear_party *party)
{
	return !weighed_counts_as_origin(party) &&
	       (party->stance != HEAR_ASSERTS || any_asked(showing, party));
}

static const struct hear_party *party_at(const struct showing *showing,
					 uint32_t index)
{
	return &showing->weighed.parties[showing->question->first_party +
					 index];
}

static uint32_t count_parties(const struct showing *showing,
			      bool (*which)(const struct showing *showing,
					    const struct hear_party *party))
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < showing->question->party_count; i++)
		count += which(showing, party_at(showing, i));
	return count;
}

static bool is_counted(const struct showing *showing,
		       const struct hear_party *party)
{
	(void)showing;
	return weighed_counts_as_origin(party);
}

static bool is_other(const struct showing *showing,
		     const struct hear_party *party)
{
	return !is_counted(showing, party) && !is_apart(showing, party);
}

/* ---- For people: one line beside a name ---- */

static bool count_outlet(void *context, struct hear_span outlet)
{
	uint32_t *count = context;

	(void)outlet;
	(*count)++;
	return true;
}

/* "through The Moscow Times < AFP, and 2 other outlets" */
static void add_through(struct showing *showing, uint32_t claim,
			uint32_t outlets)
{
	struct hear_buffer chain = {0};

	weighed_chain(&showing->weighed, claim, &chain);
	if (chain.size > 0)
		hear_buffer_print(&showing->right, ", through %s", chain.data);
	else
		hear_buffer_text(&showing->right, ", directly");
	if (outlets > 1) {
		hear_buffer_text(&showing->right, ", and ");
		weighed_count(outlets - 1, "other outlet", &showing->right);
	}
	hear_buffer_done(&chain);
}

static uint32_t asked_claims(const struct showing *showing,
			     const struct hear_party *party)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < party->voice_count; i++)
		count += claim_of(showing, &showing->weighed.voices
						    [party->first_voice + i])
				 ->asked;
	return count;
}

/* "said 2025-01-13, 0b2c94ca and 3 more claims, through ..." */
static void add_where(struct showing *showing, const struct hear_party *party,
		      const struct hear_voice *voice)
{
	uint32_t claims = asked_claims(showing, party);
	uint32_t outlets = 0;

	weighed_when(&showing->weighed, showing->question, voice->claim,
		     &showing->right);
	hear_buffer_text(&showing->right, ", ");
	weighed_id(&showing->weighed, voice->claim, &showing->right);
	if (claims > 1) {
		hear_buffer_text(&showing->right, " and ");
		weighed_count(claims - 1, "more claim", &showing->right);
	}
	weighed_outlets(&showing->weighed, party->first_voice,
			party->voice_count, count_outlet, &outlets);
	add_through(showing, voice->claim, outlets);
}

static void print_row(struct showing *showing, size_t indent)
{
	struct layout_pair pair = {
		.indent = indent,
		.width = showing->width,
		.right_style = STYLE_DIM,
		.left = hear_buffer_view(&showing->left),
		.right = hear_buffer_view(&showing->right),
	};

	layout_pair(&showing->terminal, &pair, showing->out);
	hear_buffer_reset(&showing->left);
	hear_buffer_reset(&showing->right);
}

/* ---- For people: every claim behind an origin ---- */

static void print_record(struct showing *showing,
			 const struct hear_voice *voice)
{
	const struct hear_weighed *claim = claim_of(showing, voice);
	struct hear_buffer *line = &showing->right;

	weighed_id(&showing->weighed, voice->claim, line);
	hear_buffer_print(line, " %s: ", hear_move_name(voice->move));
	if (claim->stance != HEAR_ASSERTS)
		hear_buffer_text(line, weighed_stance(claim->stance));
	else
		weighed_value(claim, showing->question, line);
	hear_buffer_text(line, ", ");
	weighed_when(&showing->weighed, showing->question, voice->claim, line);
	add_through(showing, voice->claim, 0);
	layout_text(&showing->terminal, DEEPER + 2, STYLE_DIM,
		    hear_buffer_view(line), showing->out);
	hear_buffer_reset(line);
}

/* The latest; the earlier ones are only counted. */
static void print_records(struct showing *showing,
			  const struct hear_party *party)
{
	uint32_t claims = asked_claims(showing, party);
	uint32_t skip = claims > MOST_RECORDS ? claims - MOST_RECORDS : 0;
	uint32_t i;

	if (skip > 0) {
		weighed_count(skip, "earlier claim", &showing->right);
		hear_buffer_text(&showing->right, "; --json lists all");
		layout_text(&showing->terminal, DEEPER + 2, STYLE_DIM,
			    hear_buffer_view(&showing->right), showing->out);
		hear_buffer_reset(&showing->right);
	}
	for (i = 0; i < party->voice_count; i++) {
		const struct hear_voice *voice =
			&showing->weighed.voices[party->first_voice + i];

		if (!claim_of(showing, voice)->asked)
			continue;
		if (skip > 0)
			skip--;
		else
			print_record(showing, voice);
	}
}

/* ---- For people: origins ---- */

static bool same_value(const struct showing *showing, uint32_t index,
		       struct hear_span value)
{
	struct hear_buffer other = {0};
	const struct hear_party *party = party_at(showing, index);
	bool same;

	weighed_value(claim_of(showing, weighed_voice(&showing->weighed, party,
						      false)),
		      showing->question, &other);
	same = hear_span_equal(hear_buffer_view(&other), value);
	hear_buffer_done(&other);
	return same;
}

/* The value that the origins from `index` on share, as a heading: "about 300
 * (270 to 330): 2 origins". */
static void print_group(struct showing *showing, uint32_t index)
{
	struct hear_span value = hear_buffer_view(&showing->left);
	uint32_t same = 0;
	uint32_t i;

	hear_buffer_reset(&showing->group);
	hear_buffer_span(&showing->group, value);
	for (i = index; i < showing->question->party_count; i++) {
		if (!weighed_counts_as_origin(party_at(showing, i)))
			continue;
		if (!same_value(showing, i,
				hear_buffer_view(&showing->group)))
			break;
		same++;
	}
	hear_buffer_text(&showing->left, ": ");
	weighed_count(same, "origin", &showing->left);
	layout_text(&showing->terminal, INDENT, STYLE_RESET,
		    hear_buffer_view(&showing->left), showing->out);
}

static void print_origin(struct showing *showing, uint32_t index)
{
	const struct hear_party *party = party_at(showing, index);
	const struct hear_voice *voice = weighed_voice(&showing->weighed, party,
						       false);

	weighed_value(claim_of(showing, voice), showing->question,
		      &showing->left);
	if (!hear_span_equal(hear_buffer_view(&showing->left),
			     hear_buffer_view(&showing->group)))
		print_group(showing, index);
	hear_buffer_reset(&showing->left);
	weighed_party(&showing->weighed, party, &showing->left);
	add_where(showing, party, voice);
	print_row(showing, DEEPER);
	if (showing->record)
		print_records(showing, party);
}

static void print_left(struct showing *showing, uint32_t left)
{
	layout_pad(DEEPER, showing->out);
	wording_number(showing->out, left);
	hear_buffer_text(showing->out, " more; --json lists all\n");
}

static void print_origins(struct showing *showing)
{
	uint32_t shown = 0;
	uint32_t i;

	hear_buffer_reset(&showing->group);
	for (i = 0; i < showing->question->party_count; i++) {
		if (!weighed_counts_as_origin(party_at(showing, i)))
			continue;
		if (shown++ < MOST_SHOWN)
			print_origin(showing, i);
	}
	if (shown > MOST_SHOWN)
		print_left(showing, shown - MOST_SHOWN);
}

/* ---- For people: who is not counted ---- */

static void add_why(struct showing *showing, const struct hear_party *party,
		    const struct hear_voice *voice)
{
	struct hear_buffer *out = &showing->right;

	if (party->stance != HEAR_ASSERTS) {
		hear_buffer_text(out, weighed_stance(party->stance));
	} else if (party->circular) {
		hear_buffer_text(out, "circular, cited by those it cites: ");
	} else {
		hear_buffer_text(out, "copied, the very words of ");
		terminal_clean(weighed_source(&showing->weighed,
					      showing->weighed
						      .parties[party->copies]
						      .name),
			       TERMINAL_ONE_LINE, out);
		hear_buffer_text(out, ": ");
	}
	if (party->stance == HEAR_ASSERTS)
		weighed_value(claim_of(showing, voice), showing->question, out);
	hear_buffer_text(out, ", ");
}

static void print_apart(struct showing *showing)
{
	uint32_t shown = 0;
	uint32_t i;

	for (i = 0; i < showing->question->party_count; i++) {
		const struct hear_party *party = party_at(showing, i);
		const struct hear_voice *voice;

		if (!is_apart(showing, party) || shown++ >= MOST_SHOWN)
			continue;
		if (shown == 1)
			layout_text(&showing->terminal, INDENT, STYLE_RESET,
				    hear_span_of("not counted as origins:"),
				    showing->out);
		voice = weighed_voice(&showing->weighed, party, false);
		weighed_party(&showing->weighed, party, &showing->left);
		add_why(showing, party, voice);
		add_where(showing, party, voice);
		print_row(showing, DEEPER);
	}
	if (shown > MOST_SHOWN)
		print_left(showing, shown - MOST_SHOWN);
}

static bool is_unnamed(const struct showing *showing,
		       const struct hear_voice *voice)
{
	return voice->party == HEAR_NOBODY && claim_of(showing, voice)->asked;
}

static const struct hear_voice *voice_at(const struct showing *showing,
					 uint32_t index)
{
	return &showing->weighed.voices[showing->question->first_voice + index];
}

static void print_unnamed_voice(struct showing *showing,
				const struct hear_voice *voice)
{
	const struct hear_weighed *claim = claim_of(showing, voice);

	terminal_clean(claim->unnamed.size > 0 ? claim->unnamed
					       : hear_span_of("nobody named"),
		       TERMINAL_ONE_LINE, &showing->left);
	if (claim->stance != HEAR_ASSERTS)
		hear_buffer_text(&showing->right,
				 weighed_stance(claim->stance));
	else
		weighed_value(claim, showing->question, &showing->right);
	hear_buffer_text(&showing->right, ", ");
	weighed_when(&showing->weighed, showing->question, voice->claim,
		     &showing->right);
	hear_buffer_text(&showing->right, ", ");
	weighed_id(&showing->weighed, voice->claim, &showing->right);
	add_through(showing, voice->claim, 0);
	print_row(showing, DEEPER);
}

static void print_unnamed(struct showing *showing)
{
	uint32_t shown = 0;
	uint32_t i;

	for (i = 0; i < showing->question->voice_count; i++) {
		const struct hear_voice *voice = voice_at(showing, i);

		if (!is_unnamed(showing, voice) || shown++ >= MOST_SHOWN)
			continue;
		if (shown == 1)
			layout_text(&showing->terminal, INDENT, STYLE_RESET,
				    hear_span_of("without a named origin, "
						 "counted as none:"),
				    showing->out);
		print_unnamed_voice(showing, voice);
	}
	if (shown > MOST_SHOWN)
		print_left(showing, shown - MOST_SHOWN);
}

/* ---- For people: a question ---- */

/* Why a party is no origin, where more is to be said than its row does. */
static void print_reasons(struct showing *showing)
{
	const struct hear_question *question = showing->question;
	uint32_t shown = 0;
	uint32_t i;

	for (i = 0; i < question->finding_count && shown < MOST_SHOWN; i++) {
		const struct hear_finding *finding =
			&showing->weighed.findings[question->first_finding + i];

		if (finding->found != HEAR_FOUND_CIRCULAR &&
		    finding->found != HEAR_FOUND_COPIED)
			continue;
		terminal_clean(finding->sentence, TERMINAL_ONE_LINE,
			       &showing->left);
		layout_text(&showing->terminal, INDENT, STYLE_DIM,
			    hear_buffer_view(&showing->left), showing->out);
		hear_buffer_reset(&showing->left);
		shown++;
	}
}

static void print_verdict(struct showing *showing)
{
	uint32_t others = count_parties(showing, is_other);
	enum hear_verdict verdict = showing->question->verdict;

	if (others > 0) {
		weighed_count(others, "other origin", &showing->left);
		hear_buffer_text(&showing->left, others == 1
				 ? " answers the same question; "
				 : " answer the same question; ");
	} else if (verdict == HEAR_VERDICT_ALONE) {
		return;
	}
	hear_buffer_print(&showing->left, "taken together: %s",
			  weighed_verdict(verdict));
	layout_text(&showing->terminal, INDENT, STYLE_DIM,
		    hear_buffer_view(&showing->left), showing->out);
	hear_buffer_reset(&showing->left);
}

static uint32_t question_index(const struct showing *showing)
{
	return (uint32_t)(showing->question - showing->weighed.questions);
}

static enum hear_code print_rolled(struct showing *showing,
				   struct hear_err *err)
{
	enum hear_code code = rolled_say(&showing->weighed,
					 question_index(showing), showing->rule,
					 &showing->left, err);

	if (code == HEAR_OK && showing->left.size > 0)
		layout_text(&showing->terminal, INDENT, STYLE_RESET,
			    hear_buffer_view(&showing->left), showing->out);
	hear_buffer_reset(&showing->left);
	return code;
}

static void settle_width(struct showing *showing)
{
	size_t widest = 0;
	uint32_t shown = 0;
	uint32_t i;

	for (i = 0; i < showing->question->party_count &&
		    shown < 3 * MOST_SHOWN; i++) {
		const struct hear_party *party = party_at(showing, i);
		size_t columns;

		if (is_other(showing, party))
			continue;
		shown++;
		weighed_party(&showing->weighed, party, &showing->left);
		columns = hear_text_columns(hear_buffer_view(&showing->left));
		hear_buffer_reset(&showing->left);
		widest = columns > widest ? columns : widest;
	}
	showing->width = layout_width(&showing->terminal, DEEPER,
				      widest > 0 ? widest : MOST_SHOWN);
}

static enum hear_code print_people(struct showing *showing,
				   struct hear_err *err)
{
	settle_width(showing);
	weighed_question(showing->question, &showing->left);
	layout_text(&showing->terminal, 0, STYLE_BOLD,
		    hear_buffer_view(&showing->left), showing->out);
	hear_buffer_reset(&showing->left);
	weighed_counts(showing->question, &showing->left);
	layout_text(&showing->terminal, 0, STYLE_BOLD,
		    hear_buffer_view(&showing->left), showing->out);
	hear_buffer_reset(&showing->left);
	print_origins(showing);
	print_apart(showing);
	print_unnamed(showing);
	print_reasons(showing);
	print_verdict(showing);
	if (showing->rule) {
		enum hear_code code = print_rolled(showing, err);

		if (code != HEAR_OK)
			return code;
	}
	return stream_more(err);
}

/* ---- For programs ---- */

static const char *const party_columns[] = {
	"question", "origin", "names", "counted", "stance", "value", "low",
	"high",	    "unit",   "said",  "until",	  "outlets", "claims",
	"rests_on",
};

static const char *const record_columns[] = {
	"question", "origin", "counted", "stance", "move",  "value", "low",
	"high",	    "unit",   "said",	 "until",  "chain", "document", "id",
	"rests_on",
};

static bool add_listed(void *context, struct hear_span name)
{
	struct cells *cells = context;

	if (cells->cell.size > 0)
		hear_buffer_text(&cells->cell, "; ");
	hear_buffer_span(&cells->cell, name);
	return true;
}

static void add_figure(struct cells *cells, const struct hear_weighed *claim,
		       const struct hear_question *question)
{
	bool figure = claim->answer == HEAR_ANSWER_FIGURE;
	struct hear_span none = {0};

	cells_add(cells, claim->value);
	cells_add(cells, figure ? claim->extent.low : none);
	cells_add(cells, figure ? claim->extent.high : none);
	cells_add(cells, figure ? question->unit : none);
	cells_time(cells, claim->said_ms);
	cells_time(cells, claim->until_ms);
}

static void add_question(const struct showing *showing, struct cells *cells)
{
	hear_question_print(showing->question, &cells->cell);
	cells_take(cells);
}

static const char *counted(const struct hear_party *party)
{
	const char *why = weighed_why_not(party);

	return why ? why : "yes";
}

/* The ids of an origin's claims, and what is retracted and they rest on. */
static void add_ids(struct showing *showing, struct cells *cells,
		    const struct hear_party *party)
{
	struct hear_buffer mark = {0};
	char id[HEAR_ID_TEXT];
	uint32_t i;

	hear_buffer_reset(&showing->left);
	for (i = 0; i < party->voice_count; i++) {
		const struct hear_voice *voice =
			&showing->weighed.voices[party->first_voice + i];
		const struct hear_weighed *claim = claim_of(showing, voice);

		if (!claim->asked && party->stance == HEAR_ASSERTS)
			continue;
		hear_id_print(&claim->id, id);
		(void)add_listed(cells, hear_span_of(id));
		weighed_mark_cell(&showing->weighed, voice->claim, &mark);
		if (mark.size > 0 && showing->left.size > 0)
			hear_buffer_text(&showing->left, "; ");
		hear_buffer_span(&showing->left, hear_buffer_view(&mark));
		hear_buffer_reset(&mark);
	}
	hear_buffer_done(&mark);
	cells_take(cells);
	cells_add(cells, hear_buffer_view(&showing->left));
	hear_buffer_reset(&showing->left);
}

static void add_id(struct showing *showing, struct cells *cells, uint32_t claim)
{
	cells_id(cells, &showing->weighed.claims[claim].id);
	weighed_mark_cell(&showing->weighed, claim, &cells->cell);
	cells_take(cells);
}

static void party_row(struct showing *showing, struct cells *cells,
		      const struct hear_party *party)
{
	const struct hear_voice *voice = weighed_voice(&showing->weighed, party,
						       false);
	const struct hear_weighed *claim = claim_of(showing, voice);

	add_question(showing, cells);
	cells_add(cells, weighed_source(&showing->weighed, party->name));
	weighed_origins(&showing->weighed, party->first_voice,
			party->voice_count, add_listed, cells);
	cells_take(cells);
	cells_text(cells, counted(party));
	cells_text(cells, hear_stance_name(party->stance));
	add_figure(cells, claim, showing->question);
	weighed_outlets(&showing->weighed, party->first_voice,
			party->voice_count, add_listed, cells);
	cells_take(cells);
	add_ids(showing, cells, party);
	cells_end(cells);
}

static void unnamed_row(struct showing *showing, struct cells *cells,
			const struct hear_voice *voice)
{
	const struct hear_weighed *claim = claim_of(showing, voice);

	add_question(showing, cells);
	cells_text(cells, "");
	cells_add(cells, claim->unnamed);
	cells_text(cells, "unnamed");
	cells_text(cells, hear_stance_name(claim->stance));
	add_figure(cells, claim, showing->question);
	cells_add(cells, weighed_source(&showing->weighed, claim->outlet));
	add_id(showing, cells, voice->claim);
	cells_end(cells);
}

static void record_row(struct showing *showing, struct cells *cells,
		       const struct hear_voice *voice)
{
	const struct hear_weighed *claim = claim_of(showing, voice);
	bool named = voice->party != HEAR_NOBODY;

	add_question(showing, cells);
	cells_add(cells, named ? weighed_source(&showing->weighed,
						claim->origin)
			       : claim->unnamed);
	cells_text(cells, named ? counted(&showing->weighed
						   .parties[voice->party])
				: "unnamed");
	cells_text(cells, hear_stance_name(claim->stance));
	cells_text(cells, hear_move_name(voice->move));
	add_figure(cells, claim, showing->question);
	if (weighed_read(&showing->weighed, voice->claim, NULL) == HEAR_OK)
		hear_print_chain(hear_map_get(showing->weighed.record.tree,
					      "chain"),
				 &cells->cell);
	cells_take(cells);
	cells_add(cells, claim->document);
	add_id(showing, cells, voice->claim);
	cells_end(cells);
}

static enum hear_code print_records_rows(struct showing *showing,
					 struct cells *cells,
					 struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint32_t i;

	for (i = 0; code == HEAR_OK && i < showing->question->voice_count;
	     i++) {
		const struct hear_voice *voice = voice_at(showing, i);

		if (!claim_of(showing, voice)->asked)
			continue;
		record_row(showing, cells, voice);
		code = stream_more(err);
	}
	return code;
}

static enum hear_code print_rows(struct showing *showing, struct cells *cells,
				 struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint32_t i;

	if (showing->record)
		return print_records_rows(showing, cells, err);
	for (i = 0; code == HEAR_OK && i < showing->question->party_count;
	     i++) {
		if (!is_other(showing, party_at(showing, i)))
			party_row(showing, cells, party_at(showing, i));
		code = stream_more(err);
	}
	for (i = 0; code == HEAR_OK && i < showing->question->voice_count;
	     i++) {
		if (is_unnamed(showing, voice_at(showing, i)))
			unnamed_row(showing, cells, voice_at(showing, i));
		code = stream_more(err);
	}
	return code;
}

/* ---- All of them ---- */

static void print_header(const struct showing *showing, struct cells *cells)
{
	if (showing->record)
		cells_header(cells, record_columns,
			     sizeof record_columns / sizeof *record_columns);
	else
		cells_header(cells, party_columns,
			     sizeof party_columns / sizeof *party_columns);
}

static enum hear_code print_json(struct showing *showing,
				 struct hear_arena *arena,
				 struct hear_err *err)
{
	struct hear_value *rolled = NULL;
	struct hear_value *map;
	enum hear_code code = HEAR_OK;

	hear_arena_reset(arena);
	map = weighed_json(&showing->weighed, arena, showing->question);
	if (showing->rule)
		code = rolled_json(&showing->weighed, arena,
				   question_index(showing), showing->rule,
				   &rolled, err);
	if (rolled)
		hear_map_set(arena, map, "rolled", rolled);
	return code == HEAR_OK ? output_json(map, err) : code;
}

static enum hear_code print_question(struct showing *showing,
				     struct cells *cells,
				     struct hear_arena *arena, bool first,
				     struct hear_err *err)
{
	switch (cells->mode) {
	case OUTPUT_PEOPLE:
		if (!first)
			hear_buffer_byte(showing->out, '\n');
		return print_people(showing, err);
	case OUTPUT_JSON:
		return print_json(showing, arena, err);
	case OUTPUT_LINES:
	case OUTPUT_CSV:
		break;
	}
	return print_rows(showing, cells, err);
}

static enum hear_code print_all(struct showing *showing,
				enum output_mode mode, struct hear_err *err)
{
	struct cells cells = {.mode = mode, .out = showing->out};
	struct hear_arena *arena = hear_arena_new();
	enum hear_code code = HEAR_OK;
	bool first = true;
	size_t i;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	print_header(showing, &cells);
	for (i = 0; code == HEAR_OK && i < showing->weighed.question_count;
	     i++) {
		showing->question = &showing->weighed.questions[i];
		if (!showing->question->asked)
			continue;
		code = print_question(showing, &cells, arena, first, err);
		first = false;
	}
	if (first && mode == OUTPUT_PEOPLE)
		hear_buffer_text(showing->out, "no claim matches\n");
	cells_done(&cells);
	hear_arena_free(arena);
	return code;
}

enum hear_code origins_main(struct call *call, struct hear_err *err)
{
	struct showing showing = {.terminal = *stream_terminal(),
				  .out = stream_buffer()};
	enum output_mode mode;
	enum hear_code code = weighed_mode(call, &showing.terminal, &mode, err);

	showing.record = options_given(call->options, "record");
	if (code == HEAR_OK)
		code = rolled_rule(call, &showing.rule, err);
	if (code != HEAR_OK)
		return call_misused(call, code);
	code = weighed_open(&showing.weighed, call, 0, err);
	if (code == HEAR_OK)
		code = options_given(call->options, "track")
			       ? tracks_print(&showing.weighed, mode, err)
			       : print_all(&showing, mode, err);
	weighed_close(&showing.weighed);
	hear_buffer_done(&showing.left);
	hear_buffer_done(&showing.right);
	hear_buffer_done(&showing.group);
	return code;
}
