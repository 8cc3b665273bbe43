/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/lot.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/target.h"

static const struct option_line lines[] = {
	{"note", 0, "TEXT", "why", false, NULL},
	TARGET_MARKING_OPTION,
	{0},
};

const struct options_form relate_form = {
	.operands = "ID supports|contradicts|updates|corrects|repeats ID",
	.about = "Says what one claim is to another, in the order of a "
		 "sentence. Prints the new id.\nMost updates and corrections "
		 "need no words: they are seen from the claims.\n",
	.example = "hearsay relate 3f9a02c41b contradicts 77d0e1a2bc\n",
	.lines = lines,
	.least = 3,
	.most = 3,
};

static enum hear_code read_relation(struct call *call,
				    enum hear_relation *out,
				    struct hear_err *err)
{
	enum hear_code code = hear_relation_parse(
		hear_span_of(options_operand(call->options, 1)), out, err);

	return code == HEAR_OK ? code : call_misused(call, code);
}

static enum hear_code check_pair(const struct target *from,
				 const struct target *to, struct hear_err *err)
{
	if (!hear_id_equal(&from->record.id, &to->record.id))
		return HEAR_OK;
	return hear_fail(err, HEAR_INVALID,
			 "both ids are the same record; a relation is between "
			 "two");
}

static struct hear_value *relation(const struct session *session,
				   const struct call *call,
				   const struct target *from,
				   enum hear_relation is,
				   const struct target *to)
{
	struct hear_value *tree = hear_make_map(session->arena);
	const char *note = options_text(call->options, "note");

	hear_map_set(session->arena, tree, "kind",
		     output_text(session->arena, "relation"));
	hear_map_set(session->arena, tree, "from", target_id(session, from));
	hear_map_set(session->arena, tree, "relation",
		     output_text(session->arena, hear_relation_name(is)));
	hear_map_set(session->arena, tree, "to", target_id(session, to));
	if (note)
		hear_map_set(session->arena, tree, "note",
			     output_text(session->arena, note));
	return tree;
}

enum hear_code relate_main(struct call *call, struct hear_err *err)
{
	struct session session = {0};
	struct target from;
	struct target to;
	enum hear_relation is;
	enum hear_marking marking;
	enum hear_code code = read_relation(call, &is, err);

	if (code == HEAR_OK)
		code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = target_find(&from, &session,
				   options_operand(call->options, 0), err);
	if (code == HEAR_OK)
		code = target_find(&to, &session,
				   options_operand(call->options, 2), err);
	if (code == HEAR_OK)
		code = check_pair(&from, &to, err);
	if (code == HEAR_OK)
		code = target_marking(call,
				      from.lowest > to.lowest ? from.lowest
							      : to.lowest,
				      &marking, err);
	if (code == HEAR_OK)
		code = lot_one(&session, call, marking,
			       relation(&session, call, &from, is, &to), err);
	session_close(&session);
	return code;
}
