/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/lot.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/target.h"

static const struct option_line lines[] = {
	{"reliability", 0, "A-F", "of the source: A completely reliable, F "
	 "cannot be judged", false, "A B C D E F"},
	{"credibility", 0, "1-6", "of what it says: 1 confirmed, 6 cannot be "
	 "judged", false, "1 2 3 4 5 6"},
	{"likelihood", 0, "WORDS", "words of estimative probability, such as "
	 "'very likely'", false, NULL},
	{"note", 0, "TEXT", "why", false, NULL},
	TARGET_MARKING_OPTION,
	{0},
};

const struct options_form assess_form = {
	.operands = "ID",
	.about = "Your own judgement of a record, beside those of others: "
		 "nobody's wins. The\nAdmiralty scales are kept as letter and "
		 "digit; the likelihood is yours, the hedge\nof a claim is its "
		 "source's. Prints the new id.\n\n"
		 "  A completely reliable     1 confirmed by other sources\n"
		 "  B usually reliable        2 probably true\n"
		 "  C fairly reliable         3 possibly true\n"
		 "  D not usually reliable    4 doubtful\n"
		 "  E unreliable              5 improbable\n"
		 "  F cannot be judged        6 cannot be judged\n\n"
		 "  almost no chance (1-5 %), very unlikely (5-20 %), unlikely "
		 "(20-45 %),\n  roughly even chance (45-55 %), likely (55-80 "
		 "%), very likely (80-95 %),\n  almost certain (95-99 %)\n",
	.example = "hearsay assess 3f9a02c41b --reliability B --credibility 3 "
		   "--likelihood likely\n",
	.lines = lines,
	.least = 1,
	.most = 1,
};

static enum hear_code read_options(const struct session *session,
				   struct call *call, struct hear_value *tree,
				   struct hear_err *err)
{
	static const char *const fields[] = {"reliability", "credibility",
					     "likelihood", "note"};
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char *text = options_text(call->options, fields[i]);

		if (!text)
			continue;
		any = true;
		hear_map_set(session->arena, tree, fields[i],
			     output_text(session->arena, text));
	}
	if (any)
		return HEAR_OK;
	return call_misused(call, hear_fail(err, HEAR_INVALID,
					    "nothing was assessed; give "
					    "--reliability, --credibility, "
					    "--likelihood or --note"));
}

enum hear_code assess_main(struct call *call, struct hear_err *err)
{
	struct session session;
	struct target target;
	enum hear_marking marking;
	struct hear_value *tree = NULL;
	enum hear_code code = session_open(&session, call, err);

	if (code == HEAR_OK) {
		tree = hear_make_map(session.arena);
		hear_map_set(session.arena, tree, "kind",
			     output_text(session.arena, "assessment"));
		code = read_options(&session, call, tree, err);
	}
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = target_find(&target, &session,
				   options_operand(call->options, 0), err);
	if (code == HEAR_OK)
		code = target_marking(call, target.lowest, &marking, err);
	if (code == HEAR_OK) {
		hear_map_set(session.arena, tree, "target",
			     target_id(&session, &target));
		code = lot_one(&session, call, marking, tree, err);
	}
	session_close(&session);
	return code;
}
