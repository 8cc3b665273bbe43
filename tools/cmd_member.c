/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/keys.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/session.h"
#include "tools/stream.h"
#include "tools/table.h"

#include "core/bytes.h"
#include "sync/invitation.h"

#include <string.h>

static const struct option_line lines[] = {
	PEOPLE_RIGHTS_OPTIONS,
	{"seal", 0, NULL,
	 "also take what they file from now on out of what is synced", false,
	 NULL},
	{"reason", 0, "TEXT", "why they are removed", false, NULL},
	{0},
};

const struct options_form member_form = {
	.operands = "[list | add NAME CARD | remove MEMBER]",
	.about = "Who is a member of the dataset, with which role and "
		 "clearance. An admin may add\nsomebody by the card that "
		 "`hearsay id --card` prints on the other's machine (an\n"
		 "invitation does the same by itself), or change a member's "
		 "role and clearance by\nadding them again, and remove one: "
		 "they can no longer connect, and what they file\nafterwards "
		 "is left out of views.\n",
	.example = "hearsay member\n"
		   "hearsay member add bob \"$(cat bob.card)\" --role writer "
		   "--clearance amber\n"
		   "hearsay member remove bob --reason 'left the team'\n",
	.lines = lines,
	.most = 5,
	.values = "list add remove",
};

/* ---- Listing ---- */

static const char *role_text(const struct hear_member *member)
{
	if (member->role)
		return hear_role_name(member->role);
	return member->removed ? "removed" : "none";
}

static enum hear_code print_json(const struct hear_member *member,
				 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	enum hear_code code;

	hear_map_set(arena, map, "name", output_text(arena, member->name));
	hear_map_set(arena, map, "key", output_key(arena, &member->key));
	hear_map_set(arena, map, "channel",
		     output_key(arena, &member->channel_key));
	hear_map_set(arena, map, "role", output_text(arena, role_text(member)));
	if (member->role)
		hear_map_set(arena, map, "clearance",
			     output_text(arena, hear_marking_name(
							member->clearance)));
	hear_map_set(arena, map, "founder",
		     hear_make_bool(arena, member->founder));
	if (member->removed)
		hear_map_set(arena, map, "removed",
			     output_text(arena,
					 hear_removal_name(member->removed)));
	hear_map_set(arena, map, "since",
		     output_time(arena, member->since_ms));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static const struct table_column columns[] = {
	{"name", TABLE_LEFT, 1, 8, false},
	{"key", TABLE_LEFT, 0, 0, false},
	{"role", TABLE_LEFT, 0, 0, false},
	{"clearance", TABLE_LEFT, 0, 0, false},
	{"since", TABLE_LEFT, 0, 0, false},
};

static void add_row(struct table *table, const struct hear_member *member)
{
	enum terminal_style style = member->role ? STYLE_RESET : STYLE_DIM;
	struct hear_buffer since = {0};
	char key[KEYS_TEXT];

	keys_print(&member->key, key);
	hear_date_print(member->since_ms, &since);
	table_cell(table, style, hear_span_of(member->name));
	table_cell(table, STYLE_DIM, hear_span_make(key, OUTPUT_ID_DIGITS));
	table_cell(table, style,
		   hear_span_of(member->founder && member->role
					? "founder"
					: role_text(member)));
	table_cell(table, style,
		   hear_span_of(member->role
					? hear_marking_name(member->clearance)
					: ""));
	table_cell(table, style, hear_buffer_view(&since));
	hear_buffer_done(&since);
}

static enum hear_code list(const struct call *call, struct session *session,
			   struct hear_err *err)
{
	struct table *table = NULL;
	struct hear_member *members;
	bool whole = true;
	size_t count;
	size_t i;
	enum hear_code code = hear_members(session->reader, session->arena,
					   &members, &count, err);

	if (code == HEAR_OK && !call->json) {
		table = table_new(columns, 5, stream_terminal());
		whole = table != NULL;
	}
	for (i = 0; code == HEAR_OK && whole && i < count; i++)
		if (call->json)
			code = print_json(&members[i], err);
		else
			add_row(table, &members[i]);
	if (table)
		whole = table_print(table, stream_buffer());
	table_free(table);
	if (!whole)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	return code;
}

/* ---- Changing ---- */

static enum hear_code bad_card(struct call *call, struct hear_err *err)
{
	return call_misused(
		call, hear_fail(err, HEAR_INVALID,
				"that is no card: it is the line that "
				"`hearsay id --card` prints on the other's "
				"machine, three numbers with blanks between"));
}

/* The card may be one word of the command line or three. */
static enum hear_code read_card(struct call *call, struct hear_grant *out,
				struct hear_err *err)
{
	struct hear_buffer text = {0};
	struct keys_card card;
	bool good;
	size_t i;

	for (i = 2; i < options_operands(call->options); i++)
		hear_buffer_print(&text, "%s ",
				  options_operand(call->options, i));
	good = keys_card_parse(hear_buffer_view(&text), &card);
	hear_buffer_done(&text);
	if (!good)
		return bad_card(call, err);
	out->key = card.key;
	out->channel_key = card.channel_key;
	memcpy(out->certificate, card.certificate, sizeof out->certificate);
	return HEAR_OK;
}

static enum hear_code commit(struct hear_writer *writer, enum hear_code code,
			     struct hear_err *err)
{
	if (code == HEAR_OK)
		return hear_write_commit(writer, err);
	hear_write_abort(writer);
	return code;
}

static enum hear_code add(struct session *session,
			  const struct hear_identity *identity,
			  const struct hear_grant *grant, struct hear_err *err)
{
	struct hear_writer *writer;
	struct hear_outcome outcome;
	enum hear_code code = hear_write_begin(&writer, session->dataset,
					       home_now(), err);

	if (code != HEAR_OK)
		return code;
	return commit(writer,
		      hear_write_grant(writer, identity, grant, &outcome, err),
		      err);
}

static enum hear_code add_somebody(struct call *call, struct session *session,
			       const struct hear_identity *identity,
			       struct hear_err *err)
{
	struct hear_grant grant = {
		.name = hear_span_of(options_operand(call->options, 1)),
	};
	enum hear_code code = read_card(call, &grant, err);

	if (code == HEAR_OK)
		code = people_rights(call, &grant.role, &grant.clearance, err);
	if (code == HEAR_OK)
		code = hear_invitation_name(grant.name, err);
	if (code == HEAR_OK)
		code = add(session, identity, &grant, err);
	if (code == HEAR_OK)
		complain_note("%.*s is a %s of %s now, cleared for %s",
			      (int)grant.name.size, grant.name.data,
			      hear_role_name(grant.role), session->name,
			      hear_marking_name(grant.clearance));
	return code;
}

static enum hear_code remove_somebody(struct call *call, struct session *session,
				  const struct hear_identity *identity,
				  struct hear_err *err)
{
	const char *reason = options_text(call->options, "reason");
	enum hear_removal mode = options_given(call->options, "seal")
					 ? HEAR_REMOVAL_SEAL
					 : HEAR_REMOVAL_FLAG;
	struct hear_member member;
	struct hear_writer *writer;
	struct hear_outcome outcome;
	enum hear_code code = people_find(session,
					  options_operand(call->options, 1),
					  &member, err);

	if (code == HEAR_OK && member.role == 0)
		complain_note("%s was removed already; this removal goes "
			      "beside the other", member.name);
	if (code == HEAR_OK)
		code = hear_write_begin(&writer, session->dataset, home_now(),
					err);
	if (code != HEAR_OK)
		return code;
	code = commit(writer,
		      hear_write_remove(writer, identity, &member.key, mode,
					hear_span_of(reason), &outcome, err),
		      err);
	if (code == HEAR_OK)
		complain_note("%s is removed; what they filed until now stays, "
			      "and `hearsay retract --all` takes back what "
			      "should not",
			      member.name);
	return code;
}

/* ---- The words ---- */

static enum hear_code misused(struct call *call, struct hear_err *err)
{
	return call_misused(
		call, hear_fail(err, HEAR_INVALID,
				"write: hearsay member list, hearsay member "
				"add NAME CARD, or hearsay member remove "
				"MEMBER"));
}

static enum hear_code
change(struct call *call,
       enum hear_code (*run)(struct call *, struct session *,
			     const struct hear_identity *, struct hear_err *),
       struct session *session, struct hear_err *err)
{
	struct hear_identity *identity;
	struct hear_member self;
	enum hear_code code = home_identity(call, &identity, err);

	if (code == HEAR_OK)
		code = people_admin(session, identity, &self, err);
	if (code == HEAR_OK)
		code = run(call, session, identity, err);
	hear_identity_free(identity);
	return code;
}

enum hear_code member_main(struct call *call, struct hear_err *err)
{
	const char *verb = options_operand(call->options, 0);
	size_t words = options_operands(call->options);
	bool adds = verb && strcmp(verb, "add") == 0;
	bool removes = verb && strcmp(verb, "remove") == 0;
	struct session session;
	enum hear_code code;

	if (verb && !adds && !removes &&
	    (strcmp(verb, "list") != 0 || words > 1))
		return misused(call, err);
	if ((adds && words < 3) || (removes && words != 2))
		return misused(call, err);
	code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK && adds)
		code = change(call, add_somebody, &session, err);
	else if (code == HEAR_OK && removes)
		code = change(call, remove_somebody, &session, err);
	else if (code == HEAR_OK)
		code = list(call, &session, err);
	session_close(&session);
	return code;
}
