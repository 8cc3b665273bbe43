/* SPDX-License-Identifier: ISC */
#include "core/roster.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/record.h"
#include "core/sign.h"

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

static struct hear_value *founder_map(struct hear_arena *arena,
				      const struct hear_identity *founder)
{
	struct hear_value *map = hear_make_map(arena);
	unsigned char certificate[HEAR_SIGNATURE];

	hear_sign(&founder->secret, HEAR_TAG_CERT,
		  hear_span_make(founder->channel_key.bytes, 32), certificate);
	hear_map_set(arena, map, "name",
		     hear_make_text(arena, hear_span_of(founder->name)));
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
	hear_map_set(arena, tree, "kind",
		     hear_make_text(arena, hear_span_of("genesis")));
	hear_map_set(arena, tree, "name", hear_make_text(arena, name));
	hear_map_set(arena, tree, "founders", founders);
	hear_map_set(arena, tree, "salt", bytes_of(arena, salt, sizeof salt));
	hear_map_set(arena, tree, "format",
		     hear_make_integer(arena, HEAR_FORMAT_NUMBER));
	hear_map_set(arena, tree, "needs",
		     hear_make_integer(arena, HEAR_FORMAT_NUMBER));
	return hear_record_pack(arena, tree, out, err);
}

static bool read_key(const struct hear_value *map, const char *name, void *out,
		     size_t size)
{
	const struct hear_value *value = hear_map_get(map, name);

	if (hear_type_of(value) != HEAR_BYTES || hear_text_of(value).size != size)
		return false;
	memcpy(out, hear_text_of(value).data, size);
	return true;
}

static bool read_name(const struct hear_value *map,
		      char out[HEAR_ANALYST_BYTES + 1])
{
	struct hear_span name = hear_text_of(hear_map_get(map, "name"));

	if (hear_name_check(name, "", NULL) != HEAR_OK)
		return false;
	memcpy(out, name.data, name.size);
	out[name.size] = '\0';
	return true;
}

static bool read_founder(const struct hear_value *map, struct hear_member *out)
{
	unsigned char certificate[HEAR_SIGNATURE];

	out->role = HEAR_ADMIN;
	out->clearance = HEAR_LOCAL;
	return read_name(map, out->name) &&
	       read_key(map, "key", out->key.bytes, 32) &&
	       read_key(map, "channel", out->channel_key.bytes, 32) &&
	       read_key(map, "certificate", certificate, sizeof certificate) &&
	       hear_signed(&out->key, HEAR_TAG_CERT,
			   hear_span_make(out->channel_key.bytes, 32),
			   certificate);
}

enum hear_code hear_genesis_read(const struct hear_value *tree,
				 struct hear_roster *out, struct hear_err *err)
{
	const struct hear_value *founders = hear_map_get(tree, "founders");
	int64_t needs = hear_integer_of(hear_map_get(tree, "needs"));
	size_t i;

	memset(out, 0, sizeof *out);
	if (!hear_record_is(tree, "genesis") ||
	    !read_name(tree, out->dataset_name) ||
	    hear_count_of(founders) < 1 ||
	    hear_count_of(founders) > HEAR_FOUNDERS)
		return hear_fail(err, HEAR_FOREIGN,
				 "the first record is no genesis of a dataset");
	if (needs > HEAR_FORMAT_NUMBER)
		return hear_fail(err, HEAR_VERSION,
				 "this dataset needs a Hearsay that reads "
				 "format %lld; this one reads format %d",
				 (long long)needs, HEAR_FORMAT_NUMBER);
	for (i = 0; i < hear_count_of(founders); i++)
		if (!read_founder(hear_item_of(founders, i), &out->members[i]))
			return hear_fail(err, HEAR_INVALID,
					 "founder %zu of the genesis is not "
					 "well formed",
					 i);
	out->count = hear_count_of(founders);
	return HEAR_OK;
}

const struct hear_member *hear_roster_find(const struct hear_roster *roster,
					   const struct hear_key *key)
{
	size_t i;

	for (i = 0; i < roster->count; i++)
		if (memcmp(roster->members[i].key.bytes, key->bytes, 32) == 0)
			return &roster->members[i];
	return NULL;
}
