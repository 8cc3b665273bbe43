/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/lot.h"
#include "tools/session.h"

static const struct option_line lines[] = {
	{"note", 0, "TEXT", "why", false, NULL},
	LOT_MARKING_OPTION,
	{0},
};

const struct options_form define_form = {
	.operands = "\"NAME = A + B\"|\"NAME = FIGURE\"",
	.about = "Says which predicates add up to another, or which figure a "
		 "word stands for. It\ntravels with the dataset, so that sums "
		 "and comparisons come out alike everywhere.\nPrints the new "
		 "id.\n",
	.example = "hearsay define \"casualties = killed + wounded\"\n"
		   "hearsay define \"dozens = 12..24\"\n",
	.lines = lines,
	.least = 1,
	.most = 1,
};

/* A mistake is pointed at in the text as it was typed. */
static enum hear_code parse(const struct session *session, struct call *call,
			    struct hear_value **out, struct hear_err *err)
{
	const char *text = options_operand(call->options, 0);
	const char *note = options_text(call->options, "note");
	enum hear_code code = hear_definition_parse(
		session->arena, hear_span_of(text), out, err);

	if (code != HEAR_OK) {
		hear_buffer_text(&call->pointed, text);
		return call_misused(call, code);
	}
	if (note)
		hear_map_set(session->arena, *out, "note",
			     hear_make_text(session->arena,
					    hear_span_of(note)));
	return HEAR_OK;
}

enum hear_code define_main(struct call *call, struct hear_err *err)
{
	struct session session;
	struct hear_value *tree;
	enum hear_marking marking;
	enum hear_code code = session_open(&session, call, err);

	if (code == HEAR_OK)
		code = parse(&session, call, &tree, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = session_marking(&session, call, &marking, err);
	if (code == HEAR_OK)
		code = lot_one(&session, call, marking, tree, err);
	session_close(&session);
	return code;
}
