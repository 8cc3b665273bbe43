/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/session.h"
#include "tools/stream.h"
#include "tools/target.h"

const struct options_form why_not_form = {
	.operands = "ID MEMBER",
	.about = "Says of each filing of the record whether it may reach the "
		 "member, and if not, why\nnot: a record travels by its filings, "
		 "each to those who are cleared for its\nmarking. Asks nobody, "
		 "so it does not know what the member holds already. Exit\n"
		 "status 0 when one of the filings may reach them.\n",
	.example = "hearsay why-not 3f2a bob\n",
	.least = 2,
	.most = 2,
};

/* The end of a sentence that begins with a filing; NULL: it may reach them. */
static const char *obstacle(const struct hear_filed *filed,
			    const struct hear_member *member)
{
	if (!member->role)
		return "is no member any more, so nothing goes to them";
	if (filed->filing.marking == HEAR_LOCAL)
		return "is not sent it: what is marked local never leaves "
		       "this machine";
	if (filed->filing.marking > member->clearance)
		return "is not sent it: that is above their clearance";
	return NULL;
}

static enum hear_code print_json(const struct hear_filed *filed,
				 const struct hear_member *member,
				 struct hear_err *err)
{
	const char *why = obstacle(filed, member);
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	enum hear_code code;

	hear_map_set(arena, map, "filing",
		     output_id(arena, &filed->filing.id));
	hear_map_set(arena, map, "by",
		     output_text(arena, filed->filing.author_name));
	hear_map_set(arena, map, "at",
		     output_time(arena, filed->filing.time_ms));
	hear_map_set(arena, map, "marking",
		     output_text(arena,
				 hear_marking_name(filed->filing.marking)));
	hear_map_set(arena, map, "retracted",
		     hear_make_bool(arena, filed->retracted));
	hear_map_set(arena, map, "member", output_text(arena, member->name));
	hear_map_set(arena, map, "reaches", hear_make_bool(arena, !why));
	hear_map_set(arena, map, "why", output_text(arena, why ? why : ""));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

/* "filing 3f2a91c4 by alice, marked amber: bob is not sent it: ..." */
static void print(const struct hear_filed *filed,
		  const struct hear_member *member)
{
	const char *why = obstacle(filed, member);
	struct hear_buffer line = {0};

	hear_buffer_text(&line, "filing ");
	output_short_id(&filed->filing.id, &line);
	hear_buffer_print(&line, " by %s, marked %s: %s ",
			  filed->filing.author_name,
			  hear_marking_name(filed->filing.marking),
			  member->name);
	if (why)
		hear_buffer_print(&line, "%s (%s)", why,
				  member->role ? hear_marking_name(
							 member->clearance)
					       : "removed");
	else if (filed->retracted)
		hear_buffer_text(&line, "is sent it, and that it was "
					"retracted");
	else
		hear_buffer_text(&line, "is sent it");
	terminal_clean(hear_buffer_view(&line), TERMINAL_ONE_LINE,
		       stream_buffer());
	hear_buffer_byte(stream_buffer(), '\n');
	hear_buffer_done(&line);
}

static enum hear_code explain(struct call *call, const struct session *session,
			      const struct target *target,
			      const struct hear_member *member,
			      struct hear_err *err)
{
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code = hear_filed_in(session->reader, session->arena,
					    &target->record.id, &filed, &count,
					    err);

	call->status = STATUS_FAILED;
	for (i = 0; code == HEAR_OK && i < count; i++) {
		if (!obstacle(&filed[i], member))
			call->status = STATUS_DONE;
		if (call->json)
			code = print_json(&filed[i], member, err);
		else
			print(&filed[i], member);
	}
	return code;
}

enum hear_code why_not_main(struct call *call, struct hear_err *err)
{
	struct target target;
	struct hear_member member;
	struct session session;
	enum hear_code code = session_open(&session, call, err);

	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = target_find_any(&target, &session,
				       options_operand(call->options, 0), err);
	if (code == HEAR_OK)
		code = people_find(&session, options_operand(call->options, 1),
				   &member, err);
	if (code == HEAR_OK)
		code = explain(call, &session, &target, &member, err);
	session_close(&session);
	return code;
}
