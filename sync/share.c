/* SPDX-License-Identifier: ISC */
/* share.c - a dataset that is shared: what it holds, as roots. */
#include "core/bytes.h"
#include "core/sign.h"
#include "sync/engine_state.h"

#include <string.h>

enum hear_code hear_roots_read(struct hear_reader *reader,
			       struct hear_roots *out, struct hear_err *err)
{
	struct hear_txn *txn = hear_reader_txn(reader);
	enum hear_code code = HEAR_OK;
	unsigned char partition;

	memset(out, 0, sizeof *out);
	for (partition = 0; partition <= HEAR_RED && code == HEAR_OK;
	     partition++)
		code = hear_tree_root(&out->partitions[partition], txn,
				      hear_span_make(&partition, 1), err);
	out->last_filing = hear_last_filing(reader);
	return code;
}

/* As hear_tree_view_root() has it, of roots that were read before. */
void hear_roots_view(const struct hear_roots *roots, enum hear_marking highest,
		     struct hear_id *out)
{
	struct hear_hash hash;
	unsigned char partition;

	hear_hash_begin(&hash, HEAR_TAG_VIEW);
	hear_hash_add(&hash, roots->partitions[0].digest.bytes, 32);
	for (partition = HEAR_CLEAR; partition <= (unsigned char)highest;
	     partition++) {
		const struct hear_tree_root *root =
			&roots->partitions[partition];
		unsigned char head[2 + 8] = {1, partition};

		hear_put64(head + 2, root->count);
		hear_hash_add(&hash, head, sizeof head);
		hear_hash_add(&hash, root->digest.bytes, 32);
	}
	hear_hash_end(&hash, out);
}

void hear_roots_wire(const struct hear_roots *roots, enum hear_marking view,
		     struct hear_wire_roots *out)
{
	out->clearance = view;
	out->roster_count = roots->partitions[0].count;
	out->roster = roots->partitions[0].digest;
	hear_roots_view(roots, view, &out->view);
}

uint64_t hear_roots_count(const struct hear_roots *roots,
			  enum hear_marking highest)
{
	uint64_t count = 0;
	unsigned partition;

	for (partition = 0; partition <= (unsigned)highest; partition++)
		count += roots->partitions[partition].count;
	return count;
}

bool hear_roots_equal(const struct hear_roots *a, const struct hear_roots *b)
{
	unsigned i;

	for (i = 0; i <= HEAR_RED; i++)
		if (a->partitions[i].count != b->partitions[i].count ||
		    !hear_id_equal(&a->partitions[i].digest,
				   &b->partitions[i].digest))
			return false;
	return true;
}

enum hear_code hear_share_read(const struct hear_share *share,
				int64_t wall_ms, struct hear_reader **out,
				struct hear_err *err)
{
	struct hear_view view = {wall_ms, true, HEAR_LOCAL, INT64_MAX};

	return hear_read_begin(out, share->dataset, &view, err);
}

/* 0: no member now. A key that speaks over another channel key than the
 * roster's is not that member. */
static enum hear_code clearance_of(struct hear_reader *reader,
				   const struct hear_key *key,
				   const struct hear_key *channel_key,
				   enum hear_marking *out,
				   struct hear_err *err)
{
	struct hear_member member;
	enum hear_code code = hear_member_of(reader, key, &member, err);

	*out = (enum hear_marking)0;
	if (code == HEAR_NOTFOUND)
		return HEAR_OK;
	if (code == HEAR_OK && member.role >= HEAR_READER &&
	    memcmp(member.channel_key.bytes, channel_key->bytes, 32) == 0)
		*out = member.clearance;
	return code;
}

enum hear_code hear_share_view(struct hear_reader *reader,
				const struct hear_channel_self *self,
				const struct hear_channel_peer *peer,
				enum hear_marking *out, struct hear_err *err)
{
	enum hear_marking ours = (enum hear_marking)0;
	enum hear_marking theirs = (enum hear_marking)0;
	enum hear_code code = clearance_of(reader, &self->key,
					   &self->channel.key, &ours, err);

	/* One who was removed passes that on to who has not heard of it: the
	 * roster is compared before all else, and then nobody talks to them. */
	if (ours == 0)
		ours = HEAR_CLEAR;
	if (code == HEAR_OK)
		code = clearance_of(reader, &peer->key, &peer->channel_key,
				    &theirs, err);
	*out = ours < theirs ? ours : theirs;
	if (*out > HEAR_RED)
		*out = HEAR_RED; /* founders: local is nobody else's */
	return code;
}

void hear_share_met(const struct hear_share *share,
		    const struct hear_moment *now)
{
	struct hear_reader *reader = NULL;
	struct hear_writer *writer = NULL;
	bool restored = false;
	enum hear_code code =
		hear_share_read(share, now->wall_ms, &reader, NULL);

	if (code == HEAR_OK)
		restored = hear_restored(reader);
	hear_read_end(reader);
	if (code != HEAR_OK || !restored)
		return;
	if (hear_write_begin(&writer, share->dataset, now->wall_ms, NULL) !=
	    HEAR_OK)
		return;
	if (hear_write_synced(writer, NULL) == HEAR_OK)
		code = hear_write_commit(writer, NULL);
	else
		hear_write_abort(writer);
}
