/* SPDX-License-Identifier: ISC */
#include "core/members.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/index.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/roster.h"

#include <stdlib.h>
#include <string.h>

/* ---- As stored ---- */

/* [channel 32][certificate 64][role][clearance][ever role][ever clearance]
 * [founder][removed][rank 2][since, ms 8][mark of the heads 8][name] */
enum { FIXED = 32 + 64 + 6 + 2 + 8 + 8 };

void hear_member_pack(const struct hear_member *member, uint64_t mark,
		      struct hear_buffer *out)
{
	unsigned char small[8];
	unsigned char since[8];
	unsigned char heads[8];

	small[0] = (unsigned char)member->role;
	small[1] = (unsigned char)member->clearance;
	small[2] = (unsigned char)member->ever_role;
	small[3] = (unsigned char)member->ever_clearance;
	small[4] = member->founder;
	small[5] = (unsigned char)member->removed;
	small[6] = (unsigned char)(member->rank >> 8);
	small[7] = (unsigned char)member->rank;
	hear_put64(since, (uint64_t)member->since_ms);
	hear_buffer_add(out, member->channel_key.bytes, 32);
	hear_buffer_add(out, member->certificate, HEAR_SIGNATURE);
	hear_buffer_add(out, small, sizeof small);
	hear_buffer_add(out, since, sizeof since);
	hear_put64(heads, mark);
	hear_buffer_add(out, heads, sizeof heads);
	hear_buffer_text(out, member->name);
}

bool hear_member_unpack(struct hear_span key, struct hear_span value,
			struct hear_member *out, uint64_t *mark)
{
	const unsigned char *in = (const unsigned char *)value.data;
	const unsigned char *small = in + 32 + HEAR_SIGNATURE;
	size_t name = value.size - FIXED;

	memset(out, 0, sizeof *out);
	if (key.size != 32 || value.size < FIXED || name > HEAR_ANALYST_BYTES)
		return false;
	memcpy(out->key.bytes, key.data, 32);
	memcpy(out->channel_key.bytes, in, 32);
	memcpy(out->certificate, in + 32, HEAR_SIGNATURE);
	out->role = (enum hear_role)small[0];
	out->clearance = (enum hear_marking)small[1];
	out->ever_role = (enum hear_role)small[2];
	out->ever_clearance = (enum hear_marking)small[3];
	out->founder = small[4] != 0;
	out->removed = (enum hear_removal)small[5];
	out->rank = (unsigned)small[6] << 8 | small[7];
	out->since_ms = (int64_t)hear_get64(small + 8);
	memcpy(out->name, in + FIXED, name);
	if (mark)
		*mark = hear_get64(small + 16);
	return small[0] <= HEAR_ADMIN && small[1] <= HEAR_LOCAL &&
	       small[2] <= HEAR_ADMIN && small[3] <= HEAR_LOCAL &&
	       small[4] <= 1 && small[5] <= HEAR_REMOVAL_SEAL;
}

static enum hear_code read_member(struct hear_span key, struct hear_span value,
				  struct hear_member *out,
				  struct hear_err *err)
{
	if (hear_member_unpack(key, value, out, NULL))
		return HEAR_OK;
	return hear_fail(err, HEAR_DAMAGED,
			 "the table of members is damaged: run `hearsay "
			 "verify --repair`");
}

enum hear_code hear_member_get(struct hear_txn *txn, const struct hear_key *key,
			       struct hear_member *out, struct hear_err *err)
{
	struct hear_span at = hear_span_make(key->bytes, 32);
	struct hear_span value;
	enum hear_code code = hear_txn_get(txn, HEAR_MEMBERS, at, &value, err);

	return code == HEAR_OK ? read_member(at, value, out, err) : code;
}

/* ---- All of them ---- */

/* In order of keys. */
static enum hear_code read_all(struct hear_txn *txn, struct hear_arena *arena,
			       struct hear_member **out, size_t *count,
			       struct hear_err *err)
{
	size_t room = (size_t)hear_txn_entries(txn, HEAR_MEMBERS);
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code;

	*count = 0;
	*out = hear_arena_alloc(arena, (room + 1) * sizeof **out);
	if (!*out)
		return hear_fail_memory(err);
	code = hear_cursor_open(&cursor, txn, HEAR_MEMBERS, err);
	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK && *count < room) {
		code = read_member(key, value, &(*out)[*count], err);
		if (code != HEAR_OK)
			break;
		++*count;
		code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value, err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static int order_names(const void *a, const void *b)
{
	const struct hear_member *first = a;
	const struct hear_member *second = b;
	int order = strcmp(first->name, second->name);

	return order ? order : memcmp(first->key.bytes, second->key.bytes, 32);
}

enum hear_code hear_members(struct hear_reader *reader,
			    struct hear_arena *arena, struct hear_member **out,
			    size_t *count, struct hear_err *err)
{
	enum hear_code code = read_all(reader->txn, arena, out, count, err);

	if (code == HEAR_OK && *count > 1)
		qsort(*out, *count, sizeof **out, order_names);
	return code;
}

enum hear_code hear_member_of(struct hear_reader *reader,
			      const struct hear_key *key,
			      struct hear_member *out, struct hear_err *err)
{
	return hear_member_get(reader->txn, key, out, err);
}

static int order_key(const void *key, const void *member)
{
	return memcmp(key, ((const struct hear_member *)member)->key.bytes, 32);
}

enum hear_code hear_author_name(struct hear_reader *reader,
				const struct hear_key *key, const char **out,
				struct hear_err *err)
{
	const struct hear_member *member;
	enum hear_code code = HEAR_OK;

	*out = "";
	if (!reader->members) {
		if (!reader->names)
			reader->names = hear_arena_new();
		if (!reader->names)
			return hear_fail_memory(err);
		code = read_all(reader->txn, reader->names, &reader->members,
				&reader->member_count, err);
		if (code != HEAR_OK) {
			reader->members = NULL;
			return code;
		}
	}
	member = reader->member_count == 0
			 ? NULL
			 : bsearch(key->bytes, reader->members,
				   reader->member_count,
				   sizeof *reader->members, order_key);
	if (member)
		*out = member->name;
	return HEAR_OK;
}

/* ---- Invitations ---- */

enum hear_code hear_invited(struct hear_reader *reader,
			    const struct hear_id *invitation,
			    struct hear_key *who, bool *out,
			    struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_postings *postings = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	struct hear_act act;
	uint64_t number = 0;
	enum hear_code code;

	*out = false;
	if (!arena)
		return hear_fail_memory(err);
	hear_index_key(HEAR_UNDER_KIND, hear_span_of("grant"), &key);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_buffer_view(&key), err);
	while (code == HEAR_OK && !*out) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		hear_arena_reset(arena);
		if (code == HEAR_OK)
			code = hear_record_at(reader, arena, number, &record,
					      err);
		if (code != HEAR_OK ||
		    hear_act_read(arena, record.tree, &act, NULL) != HEAR_OK)
			continue;
		*out = act.kind == HEAR_KIND_GRANT && act.invited &&
		       hear_id_equal(&act.invitation, invitation);
		if (*out)
			*who = act.key;
	}
	hear_postings_close(postings);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Who may file ---- */

static enum hear_code not_a_member(const struct hear_key *author,
				   const char *dataset_name,
				   struct hear_err *err)
{
	char key[2 * 32 + 1];

	hear_hex_print(author->bytes, 32, key);
	return hear_fail(err, HEAR_DENIED,
			 "the author %.16s… is no member of dataset '%s'; a "
			 "member must invite them first",
			 key, dataset_name);
}

enum hear_code hear_may_file(struct hear_txn *txn, const char *dataset_name,
			     const struct hear_header *header,
			     struct hear_err *err)
{
	int marking = hear_partition_marking(header);
	struct hear_member member;
	enum hear_code code =
		hear_member_get(txn, &header->author, &member, err);

	if (code == HEAR_NOTFOUND)
		return not_a_member(&header->author, dataset_name, err);
	if (code != HEAR_OK)
		return code;
	if (member.role == 0)
		return hear_fail(err, HEAR_DENIED,
				 "%s was removed from dataset '%s' and may no "
				 "longer file in it; an admin can grant it "
				 "again",
				 member.name, dataset_name);
	if (member.role < HEAR_WRITER)
		return hear_fail(err, HEAR_DENIED,
				 "%s may read dataset '%s' but not file in it",
				 member.name, dataset_name);
	/* What is local never leaves the machine: nobody need be cleared. */
	if (marking > (int)member.clearance && marking != HEAR_LOCAL)
		return hear_fail(err, HEAR_DENIED,
				 "%s is cleared for %s, and this is marked %s",
				 member.name,
				 hear_marking_name(member.clearance),
				 hear_marking_name((enum hear_marking)marking));
	return HEAR_OK;
}

enum hear_code hear_check_needs(struct hear_txn *txn, struct hear_err *err)
{
	struct hear_span value;
	enum hear_code code = hear_txn_get(
		txn, HEAR_META, hear_span_of(HEAR_META_NEEDS), &value, err);

	if (code == HEAR_OK && value.size == 8 &&
	    hear_get64(value.data) > HEAR_FORMAT_NUMBER)
		return hear_fail(err, HEAR_VERSION,
				 "the members of this dataset agreed on format "
				 "%llu and this program reads format %d: until "
				 "a newer Hearsay is installed it can only be "
				 "looked at",
				 (unsigned long long)hear_get64(value.data),
				 HEAR_FORMAT_NUMBER);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}
