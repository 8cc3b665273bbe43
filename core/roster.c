/* SPDX-License-Identifier: ISC */
#include "core/roster.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/record.h"
#include "core/sign.h"

#include <limits.h>
#include <string.h>

bool hear_roster_kind(struct hear_span kind)
{
	int one;

	for (one = HEAR_KIND_GENESIS; one <= HEAR_KIND_PURGE; one++)
		if (hear_span_is(kind, hear_kind_name((enum hear_kind)one)))
			return true;
	return false;
}

static struct hear_value *bytes_of(struct hear_arena *arena, const void *data,
				   size_t size)
{
	return hear_make_bytes(arena, hear_span_make(data, size));
}

/* ---- Making ---- */

static void set_text(struct hear_arena *arena, struct hear_value *map,
		     const char *key, const char *text)
{
	hear_map_set(arena, map, key,
		     hear_make_text(arena, hear_span_of(text)));
}

static struct hear_value *founder_map(struct hear_arena *arena,
				      const struct hear_identity *founder)
{
	struct hear_value *map = hear_make_map(arena);
	unsigned char certificate[HEAR_SIGNATURE];

	hear_identity_certificate(founder, certificate);
	set_text(arena, map, "name", founder->name);
	hear_map_set(arena, map, "key", bytes_of(arena, founder->key.bytes, 32));
	hear_map_set(arena, map, "channel",
		     bytes_of(arena, founder->channel_key.bytes, 32));
	hear_map_set(arena, map, "certificate",
		     bytes_of(arena, certificate, sizeof certificate));
	return map;
}

enum hear_code hear_genesis_make(struct hear_arena *arena,
				 struct hear_span name,
				 const struct hear_identity *founder,
				 struct hear_record *out, struct hear_err *err)
{
	struct hear_value *tree = hear_make_map(arena);
	struct hear_value *founders = hear_make_list(arena);
	unsigned char salt[32];
	enum hear_code code = hear_name_check(name, "a dataset's name", err);

	if (code != HEAR_OK)
		return code;
	hear_random(salt, sizeof salt);
	hear_list_add(arena, founders, founder_map(arena, founder));
	set_text(arena, tree, "kind", "genesis");
	hear_map_set(arena, tree, "name", hear_make_text(arena, name));
	hear_map_set(arena, tree, "founders", founders);
	hear_map_set(arena, tree, "salt", bytes_of(arena, salt, sizeof salt));
	hear_map_set(arena, tree, "format",
		     hear_make_integer(arena, HEAR_FORMAT_NUMBER));
	hear_map_set(arena, tree, "needs",
		     hear_make_integer(arena, HEAR_FORMAT_NUMBER));
	return hear_record_pack(arena, tree, out, err);
}

static void make_grant(struct hear_arena *arena, const struct hear_act *act,
		       struct hear_value *tree)
{
	hear_map_set(arena, tree, "key", bytes_of(arena, act->key.bytes, 32));
	hear_map_set(arena, tree, "channel",
		     bytes_of(arena, act->channel_key.bytes, 32));
	hear_map_set(arena, tree, "certificate",
		     bytes_of(arena, act->certificate, HEAR_SIGNATURE));
	set_text(arena, tree, "name", act->name);
	set_text(arena, tree, "role", hear_role_name(act->role));
	set_text(arena, tree, "clearance", hear_marking_name(act->clearance));
	if (act->invited)
		hear_map_set(arena, tree, "invitation",
			     bytes_of(arena, act->invitation.bytes, 32));
}

static void make_removal(struct hear_arena *arena, const struct hear_act *act,
			 struct hear_value *tree)
{
	struct hear_value *heads = hear_make_list(arena);
	size_t i;

	for (i = 0; i < act->head_count; i++)
		hear_list_add(arena, heads,
			      bytes_of(arena, act->heads[i].bytes, 32));
	hear_map_set(arena, tree, "key", bytes_of(arena, act->key.bytes, 32));
	set_text(arena, tree, "mode", hear_removal_name(act->mode));
	hear_map_set(arena, tree, "heads", heads);
}

static void make_purge(struct hear_arena *arena, const struct hear_act *act,
		       struct hear_value *tree)
{
	struct hear_value *indexes = hear_make_list(arena);
	size_t i;

	for (i = 0; i < act->index_count; i++)
		hear_list_add(arena, indexes,
			      hear_make_integer(arena, act->indexes[i]));
	hear_map_set(arena, tree, "filing",
		     bytes_of(arena, act->filing.bytes, 32));
	hear_map_set(arena, tree, "indexes", indexes);
}

enum hear_code hear_act_make(struct hear_arena *arena,
			     const struct hear_act *act,
			     struct hear_span reason, struct hear_record *out,
			     struct hear_err *err)
{
	struct hear_value *tree = hear_make_map(arena);

	if (reason.size > HEAR_TEXT_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a reason has at most %d bytes",
				 HEAR_TEXT_BYTES);
	if (hear_utf8_bad(reason) != HEAR_NOWHERE)
		return hear_fail(err, HEAR_INVALID, "the reason is not UTF-8");
	set_text(arena, tree, "kind", hear_kind_name(act->kind));
	if (act->kind == HEAR_KIND_GRANT)
		make_grant(arena, act, tree);
	else if (act->kind == HEAR_KIND_REMOVAL)
		make_removal(arena, act, tree);
	else
		make_purge(arena, act, tree);
	if (reason.size > 0)
		hear_map_set(arena, tree, "reason",
			     hear_make_text(arena, reason));
	hear_map_set(arena, tree, "needs", hear_make_integer(arena, 1));
	return hear_record_pack(arena, tree, out, err);
}

/* ---- Reading ---- */

static bool read_bytes(const struct hear_value *value, void *out, size_t size)
{
	if (hear_type_of(value) != HEAR_BYTES ||
	    hear_text_of(value).size != size)
		return false;
	memcpy(out, hear_text_of(value).data, size);
	return true;
}

static bool read_name(const struct hear_value *map,
		      char out[HEAR_ANALYST_BYTES + 1])
{
	const struct hear_value *value = hear_map_get(map, "name");
	struct hear_span name = hear_text_of(value);

	if (hear_type_of(value) != HEAR_TEXT ||
	    hear_name_check(name, "", NULL) != HEAR_OK)
		return false;
	memcpy(out, name.data, name.size);
	out[name.size] = '\0';
	return true;
}

/* The name, the two keys and the certificate. */
static bool read_person(const struct hear_value *map, struct hear_act *out)
{
	return read_name(map, out->name) &&
	       read_bytes(hear_map_get(map, "key"), out->key.bytes, 32) &&
	       read_bytes(hear_map_get(map, "channel"), out->channel_key.bytes,
			  32) &&
	       read_bytes(hear_map_get(map, "certificate"), out->certificate,
			  HEAR_SIGNATURE);
}

bool hear_act_certified(const struct hear_act *act)
{
	return (act->kind != HEAR_KIND_GRANT &&
		act->kind != HEAR_KIND_GENESIS) ||
	       hear_signed(&act->key, HEAR_TAG_CERT,
			   hear_span_make(act->channel_key.bytes, 32),
			   act->certificate);
}

static bool read_founder(const struct hear_value *map, struct hear_act *out)
{
	out->kind = HEAR_KIND_GENESIS;
	out->role = HEAR_ADMIN;
	out->clearance = HEAR_LOCAL;
	return read_person(map, out) && hear_act_certified(out);
}

static bool is_repeated(const struct hear_genesis *genesis, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++)
		if (memcmp(genesis->founders[i].key.bytes,
			   genesis->founders[index].key.bytes, 32) == 0)
			return true;
	return false;
}

enum hear_code hear_genesis_read(const struct hear_value *tree,
				 struct hear_genesis *out, struct hear_err *err)
{
	const struct hear_value *founders = hear_map_get(tree, "founders");
	size_t i;

	memset(out, 0, sizeof *out);
	out->needs = hear_integer_of(hear_map_get(tree, "needs"));
	if (!hear_record_is(tree, "genesis") ||
	    !read_name(tree, out->dataset_name) ||
	    hear_count_of(founders) < 1 ||
	    hear_count_of(founders) > HEAR_FOUNDERS)
		return hear_fail(err, HEAR_FOREIGN,
				 "the first record is no genesis of a dataset");
	if (out->needs > HEAR_FORMAT_NUMBER)
		return hear_fail(err, HEAR_VERSION,
				 "this dataset needs a Hearsay that reads "
				 "format %lld; this one reads format %d",
				 (long long)out->needs, HEAR_FORMAT_NUMBER);
	for (i = 0; i < hear_count_of(founders); i++)
		if (!read_founder(hear_item_of(founders, i),
				  &out->founders[i]) ||
		    is_repeated(out, i))
			return hear_fail(err, HEAR_INVALID,
					 "founder %zu of the genesis is not "
					 "well formed",
					 i);
	out->count = hear_count_of(founders);
	return HEAR_OK;
}

/* Words are kept as they are written here, in one spelling. */
static bool read_word(const struct hear_value *map, const char *field,
		      const char *(*name)(int number), int most, int *out)
{
	const struct hear_value *value = hear_map_get(map, field);

	for (*out = 1; *out <= most; ++*out)
		if (hear_type_of(value) == HEAR_TEXT &&
		    hear_span_is(hear_text_of(value), name(*out)))
			return true;
	return false;
}

static const char *role_name(int number)
{
	return hear_role_name((enum hear_role)number);
}

static const char *marking_name(int number)
{
	return hear_marking_name((enum hear_marking)number);
}

static const char *removal_name(int number)
{
	return hear_removal_name((enum hear_removal)number);
}

static bool read_grant(const struct hear_value *tree, struct hear_act *out)
{
	const struct hear_value *invitation = hear_map_get(tree, "invitation");
	int role;
	int clearance;

	if (!read_person(tree, out) ||
	    !read_word(tree, "role", role_name, HEAR_ADMIN, &role) ||
	    !read_word(tree, "clearance", marking_name, HEAR_RED, &clearance))
		return false;
	out->role = (enum hear_role)role;
	out->clearance = (enum hear_marking)clearance;
	out->invited = invitation != NULL;
	return !invitation ||
	       read_bytes(invitation, out->invitation.bytes, 32);
}

static bool read_removal(struct hear_arena *arena,
			 const struct hear_value *tree, struct hear_act *out)
{
	const struct hear_value *list = hear_map_get(tree, "heads");
	size_t count = hear_count_of(list);
	struct hear_id *heads;
	int mode;
	size_t i;

	if (!read_bytes(hear_map_get(tree, "key"), out->key.bytes, 32) ||
	    !read_word(tree, "mode", removal_name, HEAR_REMOVAL_SEAL, &mode) ||
	    hear_type_of(list) != HEAR_LIST || count > HEAR_REMOVAL_HEADS)
		return false;
	out->mode = (enum hear_removal)mode;
	heads = hear_arena_alloc(arena, (count + 1) * sizeof *heads);
	for (i = 0; i < count && heads; i++)
		if (!read_bytes(hear_item_of(list, i), heads[i].bytes, 32) ||
		    (i > 0 &&
		     memcmp(heads[i - 1].bytes, heads[i].bytes, 32) >= 0))
			return false;
	out->heads = heads;
	out->head_count = heads ? count : 0;
	return true;
}

static bool read_purge(struct hear_arena *arena, const struct hear_value *tree,
		       struct hear_act *out)
{
	const struct hear_value *list = hear_map_get(tree, "indexes");
	size_t count = hear_count_of(list);
	uint16_t *indexes;
	size_t i;

	if (!read_bytes(hear_map_get(tree, "filing"), out->filing.bytes, 32) ||
	    hear_type_of(list) != HEAR_LIST || count < 1 ||
	    count > HEAR_FILING_RECORDS)
		return false;
	indexes = hear_arena_alloc(arena, count * sizeof *indexes);
	for (i = 0; i < count && indexes; i++) {
		const struct hear_value *item = hear_item_of(list, i);
		int64_t index = hear_integer_of(item);

		if (hear_type_of(item) != HEAR_INTEGER || index < 0 ||
		    index >= HEAR_FILING_RECORDS ||
		    (i > 0 && index <= indexes[i - 1]))
			return false;
		indexes[i] = (uint16_t)index;
	}
	out->indexes = indexes;
	out->index_count = indexes ? count : 0;
	return true;
}

static bool is_of_claims(const struct hear_value *tree)
{
	int one;

	for (one = HEAR_KIND_CLAIM; one < HEAR_KIND_GENESIS; one++)
		if (hear_record_is(tree, hear_kind_name((enum hear_kind)one)))
			return true;
	return false;
}

/* A reason may stand in removals and purges; other fields that are not known
 * stand for themselves. */
static bool read_reason(const struct hear_value *tree)
{
	const struct hear_value *reason = hear_map_get(tree, "reason");

	return !reason || (hear_type_of(reason) == HEAR_TEXT &&
			   hear_text_of(reason).size <= HEAR_TEXT_BYTES);
}

static enum hear_code read_kind(struct hear_arena *arena,
				const struct hear_value *tree,
				struct hear_act *out, struct hear_err *err)
{
	bool formed = false;

	if (hear_record_is(tree, "grant")) {
		out->kind = HEAR_KIND_GRANT;
		formed = read_grant(tree, out);
	} else if (hear_record_is(tree, "removal")) {
		out->kind = HEAR_KIND_REMOVAL;
		formed = read_removal(arena, tree, out) && read_reason(tree);
	} else if (hear_record_is(tree, "purge")) {
		out->kind = HEAR_KIND_PURGE;
		formed = read_purge(arena, tree, out) && read_reason(tree);
	}
	if (hear_arena_failed(arena))
		return hear_fail_memory(err);
	if (out->kind == 0 || formed)
		return HEAR_OK;
	return hear_fail(err, HEAR_INVALID,
			 "a %s in it is not well formed",
			 hear_kind_name(out->kind));
}

enum hear_code hear_act_read(struct hear_arena *arena,
			     const struct hear_value *tree,
			     struct hear_act *out, struct hear_err *err)
{
	const struct hear_value *needs = hear_map_get(tree, "needs");

	memset(out, 0, sizeof *out);
	out->needs = hear_integer_of(needs);
	if (hear_type_of(needs) != HEAR_INTEGER || out->needs < 1 ||
	    out->needs > INT_MAX || hear_record_is(tree, "genesis") ||
	    is_of_claims(tree))
		return hear_fail(err, HEAR_INVALID,
				 "it mixes records of the roster with others");
	return out->needs > HEAR_FORMAT_NUMBER
		       ? HEAR_OK
		       : read_kind(arena, tree, out, err);
}
