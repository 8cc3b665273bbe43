/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/lot.h"
#include "tools/output.h"
#include "tools/session.h"

static const struct option_line lines[] = {
	{"as", 0, "KIND", "what the names are; without it, sources", false,
	 "source subject predicate of place unit"},
	{"part-of", 0, NULL, "the first is part of the second", false, NULL},
	{"note", 0, "TEXT", "why", false, NULL},
	LOT_MARKING_OPTION,
	{0},
};

const struct options_form alias_form = {
	.operands = "NAME NAME",
	.about = "Says that two names stand for one thing, or with --part-of "
		 "that the first is part\nof the second: a search for the "
		 "whole then finds its parts. Claims keep the names\nthey "
		 "were filed with. Prints the new id; `retract` takes an alias "
		 "back.\n",
	.example = "hearsay alias NIS 'National Intelligence Service'\n"
		   "hearsay alias deaths killed --as predicate\n"
		   "hearsay alias 'National Intelligence Service' 'South Korean "
		   "government' --part-of\n",
	.lines = lines,
	.least = 2,
	.most = 2,
};

static enum hear_code read_kind(struct call *call, enum hear_term *out,
				struct hear_err *err)
{
	const char *given = options_text(call->options, "as");
	enum hear_code code;

	*out = HEAR_TERM_SOURCE;
	if (!given)
		return HEAR_OK;
	code = hear_term_parse(hear_span_of(given), out, err);
	return code == HEAR_OK ? code : call_misused(call, code);
}

/* Names that are compared as one need no alias. */
static enum hear_code check_names(struct call *call, struct hear_err *err)
{
	const char *first = options_operand(call->options, 0);
	const char *second = options_operand(call->options, 1);
	struct hear_buffer a = {0};
	struct hear_buffer b = {0};
	bool same;

	hear_text_fold(hear_span_of(first), &a);
	hear_text_fold(hear_span_of(second), &b);
	same = hear_span_equal(hear_buffer_view(&a), hear_buffer_view(&b));
	hear_buffer_done(&a);
	hear_buffer_done(&b);
	if (!same)
		return HEAR_OK;
	return call_misused(call, hear_fail(err, HEAR_INVALID,
					    "'%.100s' and '%.100s' are one name "
					    "already: case and accents do not "
					    "count", first, second));
}

static struct hear_value *term(const struct session *session,
			       const struct call *call, enum hear_term kind)
{
	struct hear_arena *arena = session->arena;
	struct hear_value *tree = hear_make_map(arena);
	struct hear_value *first =
		output_text(arena, options_operand(call->options, 0));
	struct hear_value *second =
		output_text(arena, options_operand(call->options, 1));
	const char *note = options_text(call->options, "note");
	struct hear_value *same = hear_make_list(arena);

	hear_map_set(arena, tree, "kind", output_text(arena, "term"));
	hear_map_set(arena, tree, "as",
		     output_text(arena, hear_term_name(kind)));
	if (options_given(call->options, "part-of")) {
		hear_map_set(arena, tree, "part", first);
		hear_map_set(arena, tree, "whole", second);
	} else {
		hear_list_add(arena, same, first);
		hear_list_add(arena, same, second);
		hear_map_set(arena, tree, "same", same);
	}
	if (note)
		hear_map_set(arena, tree, "note", output_text(arena, note));
	return tree;
}

/* A name that nothing uses is often a slip of the keys. */
static enum hear_code note_unused(const struct session *session,
				  const struct call *call, enum hear_term kind,
				  struct hear_err *err)
{
	struct hear_buffer written = {0};
	enum hear_code code = HEAR_OK;
	uint64_t count;
	size_t i;

	for (i = 0; i < 2 && code == HEAR_OK; i++) {
		const char *name = options_operand(call->options, i);

		code = hear_terms_count(session->reader, kind,
					hear_span_of(name), 1, &written, &count,
					err);
		if (code == HEAR_OK && count == 0)
			complain_note("no record uses the %s '%s' yet",
				      hear_term_name(kind), name);
	}
	hear_buffer_done(&written);
	return code;
}

enum hear_code alias_main(struct call *call, struct hear_err *err)
{
	struct session session = {0};
	enum hear_term kind;
	enum hear_marking marking;
	enum hear_code code = read_kind(call, &kind, err);

	if (code == HEAR_OK)
		code = check_names(call, err);
	if (code == HEAR_OK)
		code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = session_marking(&session, call, &marking, err);
	if (code == HEAR_OK)
		code = note_unused(&session, call, kind, err);
	if (code == HEAR_OK)
		code = lot_one(&session, call, marking,
			       term(&session, call, kind), err);
	session_close(&session);
	return code;
}
