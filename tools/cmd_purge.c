/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/session.h"
#include "tools/stream.h"
#include "tools/target.h"

static const struct option_line lines[] = {
	{"reason", 0, "TEXT", "why; every member can read it", false, NULL},
	{0},
};

const struct options_form purge_form = {
	.operands = "ID",
	.about = "Destroys a record in every copy of the dataset, for ever: what "
		 "a court order needs.\nSignatures stay good. Only an admin may "
		 "do it, and it cannot be taken back; to take\nback what was "
		 "filed in error, `hearsay retract` is enough. Run `hearsay "
		 "compact`\nafterwards on each machine: unused space keeps old "
		 "bytes until it is given back.\nBackups, bundles and copies "
		 "that nobody syncs keep the record.\n",
	.example = "hearsay purge 3f2a --reason 'order of 12 May'\n",
	.lines = lines,
	.least = 1,
	.most = 1,
};

static enum hear_code purge(const struct session *session,
			    const struct hear_identity *admin,
			    const struct hear_id *record, const char *reason,
			    struct hear_outcome *out, struct hear_err *err)
{
	struct hear_writer *writer;
	enum hear_code code = hear_write_begin(&writer, session->dataset,
					       home_now(), err);

	if (code != HEAR_OK)
		return code;
	code = hear_write_purge(writer, admin, record, hear_span_of(reason),
				out, err);
	if (code == HEAR_OK)
		return hear_write_commit(writer, err);
	hear_write_abort(writer);
	return code;
}

static enum hear_code report(const struct call *call,
			     const struct hear_id *record,
			     const struct hear_outcome *outcome,
			     struct hear_err *err)
{
	struct hear_arena *arena;
	struct hear_value *map;
	enum hear_code code;

	complain_note("it is destroyed here, and will be on each machine that "
		      "syncs; run `hearsay compact` there and here, and see to "
		      "backups and bundles");
	if (!call->json) {
		hear_buffer_text(stream_buffer(), "purged ");
		output_short_id(record, stream_buffer());
		hear_buffer_byte(stream_buffer(), '\n');
		return HEAR_OK;
	}
	arena = hear_arena_new();
	map = hear_make_map(arena);
	hear_map_set(arena, map, "purged", output_id(arena, record));
	hear_map_set(arena, map, "filing",
		     output_id(arena, &outcome->filing));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

enum hear_code purge_main(struct call *call, struct hear_err *err)
{
	const char *reason = options_text(call->options, "reason");
	struct hear_identity *identity = NULL;
	struct hear_outcome outcome;
	struct hear_member self;
	struct session session;
	struct target target;
	enum hear_code code;

	if (!reason || !*reason)
		return call_misused(
			call, hear_fail(err, HEAR_INVALID,
					"write why: hearsay purge ID --reason "
					"TEXT; it cannot be taken back"));
	code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = home_identity(call, &identity, err);
	if (code == HEAR_OK)
		code = people_admin(&session, identity, &self, err);
	if (code == HEAR_OK)
		code = target_find_any(&target, &session,
				       options_operand(call->options, 0), err);
	if (code == HEAR_OK) {
		session_rest(&session); /* an old moment would keep it */
		code = purge(&session, identity, &target.record.id, reason,
			     &outcome, err);
	}
	if (code == HEAR_OK)
		code = report(call, &target.record.id, &outcome, err);
	hear_identity_free(identity);
	session_close(&session);
	return code;
}
