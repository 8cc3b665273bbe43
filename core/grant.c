/* SPDX-License-Identifier: ISC */
/* grant.c - filing records of the roster. Whether they count is decided by
 * judge.c, everywhere alike; here it is seen to that one who files them is told
 * beforehand what would not. The calls are in hearsay.h. */
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/kept.h"
#include "core/members.h"
#include "core/record.h"
#include "core/roster.h"
#include "core/settle.h"
#include "core/writer.h"

#include <stdlib.h>
#include <string.h>

/* ---- Filing ---- */

enum hear_code hear_roster_file(struct hear_writer *writer,
				const struct hear_identity *admin,
				const struct hear_record *records, size_t count,
				struct hear_outcome *out, struct hear_err *err)
{
	struct hear_sealed *filing = calloc(1, sizeof *filing);
	enum hear_code code = filing ? hear_settle_history(writer, err)
				     : hear_fail_memory(err);
	size_t i;

	if (code == HEAR_OK) {
		for (i = 0; i < count; i++)
			filing->bodies[i] = records[i].body;
		filing->count = (uint32_t)count;
		filing->header.seen_count =
			hear_history_heads(writer->history,
					   filing->header.seen,
					   HEAR_SEEN_HEADS);
		code = hear_writer_sign(writer, admin, 0, filing, records, NULL,
					err);
	}
	if (code == HEAR_OK)
		code = hear_settle(writer, err);
	if (code == HEAR_OK) {
		out->made = true;
		out->filed = (unsigned)count;
		out->filing = filing->id;
	}
	free(filing);
	return code;
}

enum hear_code hear_check_admin(struct hear_writer *writer,
				const struct hear_identity *admin,
				struct hear_member *out, struct hear_err *err)
{
	enum hear_code code = hear_check_needs(writer->txn, err);

	if (code == HEAR_OK)
		code = hear_settle(writer, err);
	if (code == HEAR_OK)
		code = hear_member_get(writer->txn, &admin->key, out, err);
	if (code == HEAR_NOTFOUND || (code == HEAR_OK && out->role == 0))
		return hear_fail(err, HEAR_DENIED,
				 "%s is no member of dataset '%s'", admin->name,
				 writer->dataset->name);
	if (code == HEAR_OK && out->role < HEAR_ADMIN)
		return hear_fail(err, HEAR_DENIED,
				 "%s is a %s of dataset '%s', and only an admin "
				 "changes who is a member",
				 out->name, hear_role_name(out->role),
				 writer->dataset->name);
	return code;
}

/* ---- Grants ---- */

static enum hear_code read_grant(const struct hear_grant *grant,
				 struct hear_act *act, struct hear_err *err)
{
	struct hear_span name = hear_span_trim(grant->name);
	enum hear_code code = hear_name_check(name, "a member's name", err);

	if (code != HEAR_OK)
		return code;
	if (grant->role < HEAR_READER || grant->role > HEAR_ADMIN)
		return hear_fail(err, HEAR_INVALID, "there is no such role");
	if (grant->clearance < HEAR_CLEAR || grant->clearance > HEAR_RED)
		return hear_fail(err, HEAR_INVALID,
				 "a member is cleared for clear to red; what is "
				 "local stays on the machine it was made on");
	memset(act, 0, sizeof *act);
	act->kind = HEAR_KIND_GRANT;
	act->key = grant->key;
	act->channel_key = grant->channel_key;
	memcpy(act->certificate, grant->certificate, HEAR_SIGNATURE);
	memcpy(act->name, name.data, name.size);
	act->role = grant->role;
	act->clearance = grant->clearance;
	act->invited = grant->invitation != NULL;
	if (grant->invitation)
		act->invitation = *grant->invitation;
	return hear_act_certified(act)
		       ? HEAR_OK
		       : hear_fail(err, HEAR_INVALID,
				   "the key %.*s was not signed for by its "
				   "channel key's certificate; ask them for "
				   "`hearsay id` again",
				   (int)name.size, name.data);
}

static bool is_so_already(const struct hear_member *member,
			  const struct hear_act *act)
{
	return !act->invited && member->role == act->role &&
	       member->clearance == act->clearance &&
	       memcmp(member->channel_key.bytes, act->channel_key.bytes, 32) ==
		       0 &&
	       strcmp(member->name, act->name) == 0;
}

static enum hear_code check_grant(const struct hear_member *admin,
				  const struct hear_member *member,
				  const struct hear_act *act,
				  struct hear_err *err)
{
	if (act->clearance > admin->clearance)
		return hear_fail(err, HEAR_DENIED,
				 "%s is cleared for %s and cannot clear others "
				 "for %s",
				 admin->name,
				 hear_marking_name(admin->clearance),
				 hear_marking_name(act->clearance));
	if (member->rank > admin->rank)
		return HEAR_OK;
	if (member->role != 0)
		return hear_fail(err, HEAR_DENIED,
				 "%s has been an admin no less senior than %s, "
				 "who cannot change what they may do",
				 member->name, admin->name);
	if (act->role == HEAR_ADMIN)
		return hear_fail(err, HEAR_DENIED,
				 "%s was an admin and was removed, and can only "
				 "be a writer again; for an admin they need a "
				 "new key",
				 member->name);
	return HEAR_OK;
}

enum hear_code hear_write_grant(struct hear_writer *writer,
				const struct hear_identity *admin,
				const struct hear_grant *grant,
				struct hear_outcome *out, struct hear_err *err)
{
	struct hear_member by;
	struct hear_member member = {.rank = HEAR_UNRANKED};
	struct hear_record record;
	struct hear_arena *arena = NULL;
	struct hear_act act;
	enum hear_code code = read_grant(grant, &act, err);

	memset(out, 0, sizeof *out);
	if (code == HEAR_OK)
		code = hear_check_admin(writer, admin, &by, err);
	if (code == HEAR_OK)
		code = hear_member_get(writer->txn, &act.key, &member, err);
	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		return code;
	if (code == HEAR_OK && is_so_already(&member, &act)) {
		out->already = 1;
		return HEAR_OK;
	}
	code = check_grant(&by, &member, &act, err);
	if (code != HEAR_OK)
		return code;
	arena = hear_arena_new();
	if (!arena)
		return hear_fail_memory(err);
	code = hear_act_make(arena, &act, hear_span_make(NULL, 0), &record,
			     err);
	if (code == HEAR_OK)
		code = hear_roster_file(writer, admin, &record, 1, out, err);
	hear_arena_free(arena);
	return code;
}

/* ---- Removals ---- */

static int order_ids(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

/* The heads of a key in every marking that leaves the machine; in order. */
static enum hear_code find_heads(struct hear_writer *writer,
				 const struct hear_key *key,
				 struct hear_buffer *out, struct hear_err *err)
{
	struct hear_header header = {0};
	struct hear_buffer name = {0};
	struct hear_span heads = {NULL, 0};
	enum hear_code code = HEAR_OK;
	int marking;

	header.author = *key;
	for (marking = HEAR_CLEAR; marking < HEAR_LOCAL && code == HEAR_OK;
	     marking++) {
		hear_partition_of((enum hear_marking)marking, &header);
		hear_buffer_reset(&name);
		hear_heads_key(&header, &name);
		code = hear_txn_get(writer->txn, HEAR_META,
				    hear_buffer_view(&name), &heads, err);
		if (code == HEAR_OK)
			hear_buffer_add(out, heads.data,
					heads.size - heads.size % 32);
		else if (code == HEAR_NOTFOUND)
			code = HEAR_OK;
	}
	hear_buffer_done(&name);
	if (code == HEAR_OK && (out->failed || name.failed))
		code = hear_fail_memory(err);
	if (out->size > 32)
		qsort(out->data, out->size / 32, 32, order_ids);
	return code;
}

_Static_assert(HEAR_HEADS_KEPT * 5 <= HEAR_REMOVAL_HEADS,
	       "a removal can name all heads that are kept");

static enum hear_code check_removal(struct hear_writer *writer,
				    const struct hear_member *admin,
				    const struct hear_key *key,
				    struct hear_member *member,
				    struct hear_err *err)
{
	enum hear_code code = hear_member_get(writer->txn, key, member, err);

	if (code == HEAR_NOTFOUND)
		return hear_fail(err, HEAR_NOTFOUND,
				 "no member of dataset '%s' has this key",
				 writer->dataset->name);
	if (code == HEAR_OK && member->rank < admin->rank)
		return hear_fail(err, HEAR_DENIED,
				 "%s is senior to %s, who cannot remove them",
				 member->name, admin->name);
	return code;
}

/* One who is removed already keeps what the removal before left standing: not
 * what was flagged since. */
static enum hear_code find_standing(struct hear_writer *writer,
				    const struct hear_key *key, bool removed,
				    struct hear_buffer *out,
				    struct hear_err *err)
{
	enum hear_code code;

	if (!removed)
		return find_heads(writer, key, out, err);
	code = hear_settle_judge(writer, err);
	if (code == HEAR_OK)
		code = hear_kept_heads(writer->history, &writer->judgement,
				       hear_history_key(writer->history, key),
				       out, err);
	if (out->size > HEAR_REMOVAL_HEADS * 32)
		out->size = HEAR_REMOVAL_HEADS * 32;
	return code;
}

static enum hear_code file_removal(struct hear_writer *writer,
				   const struct hear_identity *admin,
				   struct hear_act *act, bool removed,
				   struct hear_span reason,
				   struct hear_outcome *out,
				   struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_buffer heads = {0};
	struct hear_record record;
	enum hear_code code = arena ? find_standing(writer, &act->key, removed,
						    &heads, err)
				    : hear_fail_memory(err);

	act->heads = (const struct hear_id *)(const void *)heads.data;
	act->head_count = heads.size / 32;
	if (code == HEAR_OK)
		code = hear_act_make(arena, act, reason, &record, err);
	if (code == HEAR_OK)
		code = hear_roster_file(writer, admin, &record, 1, out, err);
	hear_buffer_done(&heads);
	if (arena)
		hear_arena_free(arena);
	return code;
}

enum hear_code hear_write_remove(struct hear_writer *writer,
				 const struct hear_identity *admin,
				 const struct hear_key *key,
				 enum hear_removal mode,
				 struct hear_span reason,
				 struct hear_outcome *out, struct hear_err *err)
{
	struct hear_act act = {.kind = HEAR_KIND_REMOVAL, .mode = mode};
	struct hear_member by;
	struct hear_member member;
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (mode != HEAR_REMOVAL_FLAG && mode != HEAR_REMOVAL_SEAL)
		return hear_fail(err, HEAR_INVALID,
				 "there is no such mode of removal");
	code = hear_check_admin(writer, admin, &by, err);
	if (code == HEAR_OK)
		code = check_removal(writer, &by, key, &member, err);
	if (code != HEAR_OK)
		return code;
	/* Sealing one who is only flagged so far is something new. */
	if (member.removed >= mode) {
		out->already = 1;
		return HEAR_OK;
	}
	act.key = *key;
	return file_removal(writer, admin, &act, member.removed != 0, reason,
			    out, err);
}
