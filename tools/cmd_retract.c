/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/home.h"
#include "tools/lot.h"
#include "tools/resting.h"
#include "tools/session.h"
#include "tools/target.h"

static const struct option_line lines[] = {
	{"reason", 0, "TEXT", "why it is taken back; always needed", false,
	 NULL},
	{"replaced-by", 0, "ID", "the record that stands in its place", false,
	 NULL},
	{"all", 0, NULL, "every filing of it, not only your own", false, NULL},
	{0},
};

const struct options_form retract_form = {
	.operands = "ID --reason TEXT",
	.about = "Takes back what was filed here, for everybody: it is no "
		 "longer found, and what\nrests on it is flagged. Nothing is "
		 "destroyed, and a retraction may itself be\nretracted. Where "
		 "a source takes its word back, file a claim with the stance\n"
		 "`withdraws` instead. Prints the new ids, one for each "
		 "marking.\n",
	.example = "hearsay retract 3f9a02c41b --reason 'misread: wounded, not "
		   "killed'\n",
	.lines = lines,
	.least = 1,
	.most = 1,
};

enum { RETRACTIONS = 6 };

static enum hear_code make_all(const struct session *session,
			       struct hear_value *const *trees,
			       const enum hear_marking *markings, size_t count,
			       struct hear_record *records, struct lot *lots,
			       struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < count && code == HEAR_OK; i++) {
		code = hear_record_make(session->arena, trees[i], &records[i],
					err);
		lots[i] = (struct lot){.marking = markings[i],
				       .records = &records[i],
				       .count = 1};
	}
	return code;
}

static enum hear_code retract(struct session *session, struct call *call,
			      const struct target *target,
			      const struct hear_id *replaced_by,
			      struct hear_err *err)
{
	struct hear_identity *author;
	struct hear_value *trees[RETRACTIONS];
	enum hear_marking markings[RETRACTIONS];
	struct hear_record records[RETRACTIONS];
	struct lot lots[RETRACTIONS];
	size_t count = 0;
	enum hear_code code = home_identity(call, &author, err);

	if (code == HEAR_OK)
		code = hear_retraction_of(
			session->reader, session->arena, &target->record.id,
			hear_identity_key(author),
			options_given(call->options, "all"),
			hear_span_of(options_text(call->options, "reason")),
			replaced_by, trees, markings, &count, err);
	if (code == HEAR_OK)
		code = make_all(session, trees, markings, count, records, lots,
				err);
	if (code == HEAR_OK)
		code = lot_file(session, call, lots, count, err);
	if (code == HEAR_OK)
		code = lot_print(call, lots, count, err);
	hear_identity_free(author);
	return code;
}

static enum hear_code check_reason(struct call *call, struct hear_err *err)
{
	const char *reason = options_text(call->options, "reason");

	if (reason && *reason)
		return HEAR_OK;
	return call_misused(call, hear_fail(err, HEAR_INVALID,
					    "a retraction needs a reason; add "
					    "--reason TEXT"));
}

static enum hear_code find_replacement(struct session *session,
				       const struct call *call,
				       const struct target *target,
				       struct target *out, struct hear_err *err)
{
	enum hear_code code = target_find(
		out, session, options_text(call->options, "replaced-by"), err);

	if (code != HEAR_OK)
		hear_err_prefix(err, "--replaced-by: ");
	else if (hear_id_equal(&out->record.id, &target->record.id))
		return hear_fail(err, HEAR_INVALID,
				 "--replaced-by: a record cannot replace "
				 "itself");
	return code;
}

enum hear_code retract_main(struct call *call, struct hear_err *err)
{
	bool replaced = options_given(call->options, "replaced-by");
	struct session session = {0};
	struct target target;
	struct target by;
	enum hear_code code = check_reason(call, err);

	if (code == HEAR_OK)
		code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = target_find_any(&target, &session,
				       options_operand(call->options, 0), err);
	if (code == HEAR_OK && replaced)
		code = find_replacement(&session, call, &target, &by, err);
	if (code == HEAR_OK)
		code = retract(&session, call, &target,
			       replaced ? &by.record.id : NULL, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = resting_note(session.reader, session.arena,
				    &target.record, err);
	session_close(&session);
	return code;
}
