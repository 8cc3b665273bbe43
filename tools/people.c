/* SPDX-License-Identifier: ISC */
#include "tools/people.h"
#include "tools/keys.h"
#include "tools/nearest.h"

#include <string.h>
#include <strings.h>

enum { DIGITS_LEAST = 4 };

static bool called(const struct hear_member *member, struct hear_span folded)
{
	struct hear_buffer name = {0};
	bool same;

	hear_text_fold(hear_span_of(member->name), &name);
	same = hear_span_equal(hear_buffer_view(&name), folded);
	hear_buffer_done(&name);
	return same;
}

static bool keyed(const struct hear_member *member, const char *digits)
{
	char key[KEYS_TEXT];
	size_t size = strlen(digits);

	keys_print(&member->key, key);
	return size >= DIGITS_LEAST && size < sizeof key &&
	       strncasecmp(key, digits, size) == 0;
}

static enum hear_code several(const char *who, const struct hear_member *a,
			      const struct hear_member *b,
			      struct hear_err *err)
{
	char keys[2][KEYS_SHORT + 1];

	keys_print_short(&a->key, keys[0]);
	keys_print_short(&b->key, keys[1]);
	return hear_fail(err, HEAR_AMBIGUOUS,
			 "several members are called '%.64s'; write the first "
			 "digits of a key: %s (%s), %s (%s)",
			 who, keys[0], a->name, keys[1], b->name);
}

static enum hear_code unknown(const char *who,
			      const struct hear_member *members, size_t count,
			      struct hear_err *err)
{
	struct nearest nearest = nearest_to(who);
	size_t i;

	for (i = 0; i < count; i++)
		nearest_try(&nearest, members[i].name);
	return hear_fail(err, HEAR_NOTFOUND,
			 "there is no member '%.64s'%s%s%s; `hearsay member` "
			 "lists them",
			 who, nearest.best ? " (did you mean '" : "",
			 nearest.best ? nearest.best : "",
			 nearest.best ? "'?)" : "");
}

/* The one of them it is about; names before keys, and of two with one name
 * the one who is a member still. */
static enum hear_code choose(const char *who, const struct hear_member *members,
			     size_t count, struct hear_member *out,
			     struct hear_err *err)
{
	const struct hear_member *found = NULL;
	struct hear_buffer folded = {0};
	enum hear_code code = HEAR_OK;
	int pass;
	size_t i;

	hear_text_fold(hear_span_of(who), &folded);
	for (pass = 0; !found && code == HEAR_OK && pass < 3; pass++)
		for (i = 0; i < count && code == HEAR_OK; i++) {
			const struct hear_member *member = &members[i];

			if (pass == 2 ? !keyed(member, who)
				      : !called(member,
						hear_buffer_view(&folded)))
				continue;
			if (pass == 0 && member->role == 0)
				continue;
			if (found)
				code = several(who, found, member, err);
			found = member;
		}
	hear_buffer_done(&folded);
	if (code != HEAR_OK)
		return code;
	if (!found)
		return unknown(who, members, count, err);
	*out = *found;
	return HEAR_OK;
}

enum hear_code people_find(const struct session *session, const char *who,
			   struct hear_member *out, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_member *members;
	size_t count;
	enum hear_code code;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = hear_members(session->reader, arena, &members, &count, err);
	if (code == HEAR_OK)
		code = choose(who, members, count, out, err);
	hear_arena_free(arena);
	return code;
}

enum hear_code people_self(const struct session *session,
			   const struct hear_identity *identity,
			   struct hear_member *out, struct hear_err *err)
{
	enum hear_code code = hear_member_of(
		session->reader, hear_identity_key(identity), out, err);

	if (code == HEAR_NOTFOUND || (code == HEAR_OK && out->role == 0))
		return hear_fail(err, HEAR_DENIED,
				 "this node is no member of dataset '%s'; ask "
				 "an admin to invite it",
				 session->name);
	return code;
}

enum hear_code people_admin(const struct session *session,
			    const struct hear_identity *identity,
			    struct hear_member *out, struct hear_err *err)
{
	enum hear_code code = people_self(session, identity, out, err);

	if (code == HEAR_OK && out->role != HEAR_ADMIN)
		return hear_fail(err, HEAR_DENIED,
				 "only an admin of dataset '%s' may do that, "
				 "and this node is a %s",
				 session->name, hear_role_name(out->role));
	return code;
}

void people_name(const struct session *session, const struct hear_key *key,
		 struct hear_buffer *out)
{
	char digits[KEYS_SHORT + 1];
	struct hear_member member;

	if (hear_member_of(session->reader, key, &member, NULL) == HEAR_OK) {
		hear_buffer_text(out, member.name);
		return;
	}
	keys_print_short(key, digits);
	hear_buffer_text(out, digits);
}

enum hear_code people_rights(struct call *call, enum hear_role *role,
			     enum hear_marking *clearance,
			     struct hear_err *err)
{
	const char *given = options_text(call->options, "role");
	enum hear_code code = HEAR_OK;

	*role = HEAR_WRITER;
	*clearance = HEAR_GREEN;
	if (given)
		code = hear_role_parse(hear_span_of(given), role, err);
	given = options_text(call->options, "clearance");
	if (code == HEAR_OK && given)
		code = hear_marking_parse(hear_span_of(given), clearance, err);
	if (code == HEAR_OK && *clearance == HEAR_LOCAL)
		code = hear_fail(err, HEAR_INVALID,
				 "what is marked local never leaves a machine, "
				 "so nobody else is cleared for it; red is the "
				 "highest");
	return code == HEAR_OK ? code : call_misused(call, code);
}
