/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/control.h"
#include "tools/home.h"
#include "tools/host.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/session.h"
#include "tools/settings.h"
#include "tools/stream.h"
#include "tools/wording.h"

#include "sync/invitation.h"

#include <stdio.h>
#include <string.h>

static const struct option_line lines[] = {
	PEOPLE_RIGHTS_OPTIONS,
	{"address", 0, "ADDRESS",
	 "where this node is to be dialled; up to four", true, NULL},
	{"days", 0, "N", "until it expires (7)", false, NULL},
	{"list", 0, NULL, "show those that nobody has used", false, NULL},
	{"drop", 0, NULL, "take back the invitations of that name", false,
	 NULL},
	{0},
};

const struct options_form invite_form = {
	.operands = "[NAME]",
	.about = "Prints one line that lets somebody join the dataset, once, "
		 "with the role and\nclearance given: they type `hearsay join` "
		 "and that line. Whoever has the line can\nuse it, so send it "
		 "where only they can read it. This node must be reachable at "
		 "one\nof its addresses (`hearsay config advertise`) with "
		 "hearsayd running when they do.\n",
	.example = "hearsay invite bob --role writer --clearance amber\n"
		   "hearsay invite --list\n",
	.lines = lines,
	.most = 1,
};

enum { DAYS_MOST = 366, DAY_MS = 24 * 60 * 60 * 1000 };

/* ---- Making one ---- */

static enum hear_code given_addresses(struct call *call,
				      struct hear_invitation *out,
				      struct hear_err *err)
{
	size_t count = options_count(call->options, "address");
	enum hear_code code = HEAR_OK;
	size_t i;

	if (count > HEAR_INVITATION_ADDRESSES)
		code = hear_fail(err, HEAR_LIMIT,
				 "an invitation names at most %d addresses",
				 HEAR_INVITATION_ADDRESSES);
	for (i = 0; code == HEAR_OK && i < count; i++) {
		const char *address = options_at(call->options, "address", i);

		code = hear_peer_address_check(hear_span_of(address), err);
		if (code == HEAR_OK)
			(void)snprintf(out->addresses[out->address_count++],
				       HEAR_ENDPOINT_TEXT, "%s", address);
	}
	return code == HEAR_OK ? code : call_misused(call, code);
}

static enum hear_code usual_addresses(struct call *call,
				      struct hear_invitation *out,
				      struct hear_err *err)
{
	struct settings_addresses usual;
	enum hear_code code = settings_advertise(call, &usual, err);
	size_t i;

	if (code != HEAR_OK)
		return code;
	if (usual.count == 0)
		return hear_fail(err, HEAR_NOTFOUND,
				 "this node listens nowhere, so nobody could "
				 "join; write `hearsay config listen "
				 "tcp://0.0.0.0:7340`, or --address");
	for (i = 0; i < usual.count && i < HEAR_INVITATION_ADDRESSES; i++)
		memcpy(out->addresses[out->address_count++], usual.at[i],
		       HEAR_ENDPOINT_TEXT);
	return HEAR_OK;
}

static void warn(const struct call *call,
		 const struct hear_invitation *invitation)
{
	struct hear_buffer answer = {0};
	bool here = true;
	size_t i;

	for (i = 0; i < invitation->address_count; i++)
		here = here && settings_is_here(invitation->addresses[i]);
	if (here)
		complain_note("only this machine can reach %s: for others, "
			      "write `hearsay config listen "
			      "tcp://0.0.0.0:7340` first, or --address",
			      invitation->addresses[0]);
	if (control_ask(call, "status", &answer, NULL) == HEAR_NOTFOUND)
		complain_note("hearsayd does not run here; start it before "
			      "they join");
	hear_buffer_done(&answer);
}

static enum hear_code keep(const struct session *session,
			   const struct hear_invited *invited,
			   struct hear_err *err)
{
	struct hear_writer *writer;
	enum hear_code code = hear_write_begin(&writer, session->dataset,
					       home_now(), err);

	if (code != HEAR_OK)
		return code;
	code = hear_invitation_keep(writer, invited, err);
	if (code == HEAR_OK)
		return hear_write_commit(writer, err);
	hear_write_abort(writer);
	return code;
}

/* What is said of an invitation, whatever became of it. */
static struct hear_value *describe(struct hear_arena *arena,
				   const struct hear_invited *invited)
{
	struct hear_value *map = hear_make_map(arena);

	hear_map_set(arena, map, "name", output_text(arena, invited->name));
	hear_map_set(arena, map, "role",
		     output_text(arena, hear_role_name(invited->role)));
	hear_map_set(arena, map, "clearance",
		     output_text(arena,
				 hear_marking_name(invited->clearance)));
	hear_map_set(arena, map, "expires",
		     output_time(arena, invited->expires_ms));
	return map;
}

static enum hear_code print(const struct call *call,
			    const struct hear_invited *invited,
			    const struct hear_buffer *line,
			    struct hear_err *err)
{
	struct hear_buffer until = {0};
	struct hear_arena *arena;
	struct hear_value *map;
	enum hear_code code;

	if (!call->json) {
		hear_date_print(invited->expires_ms, &until);
		complain_note("%s may join once, until %s, as %s cleared for "
			      "%s, with the line:",
			      invited->name, until.data ? until.data : "",
			      hear_role_name(invited->role),
			      hear_marking_name(invited->clearance));
		hear_buffer_done(&until);
		hear_buffer_span(stream_buffer(), hear_buffer_view(line));
		hear_buffer_byte(stream_buffer(), '\n');
		return HEAR_OK;
	}
	arena = hear_arena_new();
	map = describe(arena, invited);
	hear_map_set(arena, map, "invitation",
		     hear_make_text(arena, hear_buffer_view(line)));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static enum hear_code check_rights(const struct hear_invited *invited,
				   const struct hear_member *self,
				   struct hear_err *err)
{
	if (invited->clearance <= self->clearance)
		return HEAR_OK;
	return hear_fail(err, HEAR_DENIED,
			 "nobody gives more than they have, and this node is "
			 "cleared for %s",
			 hear_marking_name(self->clearance));
}

static enum hear_code read_terms(struct call *call, const char *name,
				 struct hear_invited *out,
				 struct hear_err *err)
{
	uint64_t days = HEAR_INVITATION_DAYS;
	enum hear_code code = hear_invitation_name(hear_span_of(name), err);

	if (code == HEAR_OK)
		code = options_number(call->options, "days", DAYS_MOST, &days,
				      err);
	if (code != HEAR_OK)
		return call_misused(call, code);
	(void)snprintf(out->name, sizeof out->name, "%s", name);
	out->expires_ms = home_now() + (int64_t)days * DAY_MS;
	return people_rights(call, &out->role, &out->clearance, err);
}

static enum hear_code invite(struct call *call, struct session *session,
			     const struct hear_identity *identity,
			     struct hear_err *err)
{
	const char *name = options_operand(call->options, 0);
	struct hear_invitation invitation = {
		.dataset = *hear_dataset_id(session->dataset),
		.inviter = {*hear_identity_key(identity),
			    *hear_identity_channel_key(identity)},
	};
	struct hear_invited invited = {0};
	struct hear_member self;
	struct hear_buffer line = {0};
	enum hear_code code = read_terms(call, name, &invited, err);

	if (code == HEAR_OK)
		code = given_addresses(call, &invitation, err);
	if (code == HEAR_OK)
		code = people_admin(session, identity, &self, err);
	if (code == HEAR_OK)
		code = check_rights(&invited, &self, err);
	if (code == HEAR_OK && invitation.address_count == 0)
		code = usual_addresses(call, &invitation, err);
	if (code == HEAR_OK) {
		invitation.expires_ms = invited.expires_ms;
		host_random(invitation.secret, sizeof invitation.secret);
		hear_invitation_hash(invitation.secret, &invited.hash);
		code = hear_invitation_print(&invitation, &line, err);
	}
	if (code == HEAR_OK)
		code = keep(session, &invited, err);
	if (code == HEAR_OK)
		warn(call, &invitation);
	if (code == HEAR_OK)
		code = print(call, &invited, &line, err);
	if (line.data)
		explicit_bzero(line.data, line.size);
	hear_buffer_done(&line);
	explicit_bzero(&invitation, sizeof invitation);
	return code;
}

/* ---- Those there are ---- */

struct listing {
	const struct call *call;
	struct session *session;
	const char *name; /* only those of that name; NULL: all */
	struct hear_writer *writer; /* to drop them; NULL: to show them */
	size_t count;
	enum hear_code code;
	struct hear_err *err;
};

static const char *standing(const struct listing *listing,
			    const struct hear_invited *invited)
{
	struct hear_key who;
	bool used = false;

	if (hear_invited(listing->session->reader, &invited->hash, &who, &used,
			 NULL) == HEAR_OK &&
	    used)
		return "used";
	return invited->expires_ms < home_now() ? "expired" : "open";
}

static enum hear_code show_one(const struct listing *listing,
			       const struct hear_invited *invited,
			       struct hear_err *err)
{
	struct hear_buffer *out = stream_buffer();
	struct hear_arena *arena;
	struct hear_value *map;
	enum hear_code code;

	if (!listing->call->json) {
		terminal_clean(hear_span_of(invited->name), TERMINAL_ONE_LINE,
			       out);
		hear_buffer_print(out, "\t%s\t%s\t%s until ",
				  hear_role_name(invited->role),
				  hear_marking_name(invited->clearance),
				  standing(listing, invited));
		hear_date_print(invited->expires_ms, out);
		hear_buffer_byte(out, '\n');
		return HEAR_OK;
	}
	arena = hear_arena_new();
	map = describe(arena, invited);
	hear_map_set(arena, map, "standing",
		     output_text(arena, standing(listing, invited)));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static bool take_one(void *context, const struct hear_invited *invited)
{
	struct listing *listing = context;

	if (listing->name && strcmp(listing->name, invited->name) != 0)
		return true;
	listing->count++;
	if (listing->writer)
		listing->code = hear_invitation_drop(
			listing->writer, &invited->hash, listing->err);
	else
		listing->code = show_one(listing, invited, listing->err);
	return listing->code == HEAR_OK;
}

static enum hear_code walk(struct listing *listing)
{
	enum hear_code code = hear_invitation_each(listing->session->reader,
						   take_one, listing,
						   listing->err);

	return code == HEAR_OK ? listing->code : code;
}

static enum hear_code drop(struct listing *listing, struct hear_err *err)
{
	enum hear_code code = hear_write_begin(
		&listing->writer, listing->session->dataset, home_now(), err);

	if (code != HEAR_OK)
		return code;
	code = walk(listing);
	if (code == HEAR_OK && listing->count == 0)
		code = hear_fail(err, HEAR_NOTFOUND,
				 "there is no invitation for '%.64s'; `hearsay "
				 "invite --list` shows them",
				 listing->name);
	if (code == HEAR_OK)
		return hear_write_commit(listing->writer, err);
	hear_write_abort(listing->writer);
	return code;
}

static enum hear_code run(struct call *call, struct session *session,
			  struct hear_err *err)
{
	struct listing listing = {
		.call = call,
		.session = session,
		.name = options_operand(call->options, 0),
		.err = err,
	};
	struct hear_identity *identity;
	enum hear_code code;

	if (options_given(call->options, "list"))
		return walk(&listing);
	if (options_given(call->options, "drop"))
		return drop(&listing, err);
	code = home_identity(call, &identity, err);
	if (code == HEAR_OK)
		code = invite(call, session, identity, err);
	hear_identity_free(identity);
	return code;
}

enum hear_code invite_main(struct call *call, struct hear_err *err)
{
	struct session session;
	enum hear_code code;

	if (!options_operand(call->options, 0) &&
	    !options_given(call->options, "list"))
		return call_misused(
			call, hear_fail(err, HEAR_INVALID,
					"write whom you invite: hearsay invite "
					"NAME"));
	code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = run(call, &session, err);
	session_close(&session);
	return code;
}
