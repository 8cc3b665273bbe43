/* SPDX-License-Identifier: ISC */
/* intake.c - filings that came, into a dataset; and out of it, to be sent.
 *
 * Whatever a filing holds is no failure here: it is admitted, waits aside, is
 * refused, or is charged to whoever sent it. Transactions end before they take
 * much memory to commit, and what was committed is on disk before the reply
 * goes out.
 */
#include "core/bytes.h"
#include "core/error.h"
#include "core/limits.h"
#include "sync/engine_state.h"

#include <stdio.h>
#include <string.h>

enum { TRANSACTION_BYTES = 22 << 20 };

struct taking {
	struct hear_engine *engine;
	struct hear_share *share;
	const struct hear_moment *now;
	const struct hear_key *via;
	enum hear_marking view;
	struct hear_writer *writer; /* NULL: none begun */
	bool admitted;	/* one of them was */
	struct hear_intake *out;
};

/* ---- Who files how much -------------------------------------------------- */

static struct hear_author_count *author_place(struct hear_share *share,
					      const struct hear_key *author)
{
	struct hear_author_count *least = &share->authors[0];
	size_t i;

	for (i = 0; i < HEAR_AUTHORS_WATCHED; i++) {
		struct hear_author_count *one = &share->authors[i];

		if (memcmp(one->author.bytes, author->bytes, 32) == 0)
			return one;
		if (one->count < least->count)
			least = one;
	}
	memset(least, 0, sizeof *least);
	least->author = *author;
	return least;
}

/* Volume never refuses; but it is said whose it is. What a newcomer gets at
 * first, or who was away, is no flood. */
static void count_author(const struct taking *t, const struct hear_key *author)
{
	struct hear_author_count *one;

	if (!t->share->met)
		return;
	one = author_place(t->share, author);
	if (t->now->steady_ms - one->since_ms > HEAR_FLOOD_MS) {
		one->count = 0;
		one->since_ms = t->now->steady_ms;
		one->named = false;
	}
	one->count++;
	if (one->count < HEAR_FLOOD_FILINGS || one->named)
		return;
	one->named = hear_engine_say(
		t->engine, HEAR_SAY_WARN, t->share, author,
		"this author sent %d filings within an hour; an admin may end "
		"that with `hearsay member remove --seal`",
		HEAR_FLOOD_FILINGS);
}

/* ---- Taking -------------------------------------------------------------- */

static enum hear_code commit(struct taking *t, struct hear_err *err)
{
	struct hear_writer *writer = t->writer;

	t->writer = NULL;
	if (!writer)
		return HEAR_OK;
	if (t->admitted)
		t->share->changed = true;
	t->admitted = false;
	return hear_write_commit(writer, err);
}

static unsigned char reason_byte(enum hear_wire_result what,
				 const struct hear_admitted *one)
{
	return (unsigned char)((unsigned)what + ((unsigned)one->reason & 63u));
}

static unsigned char count_one(struct taking *t,
			       const struct hear_admitted *one)
{
	struct hear_intake *out = t->out;

	if (one->what != HEAR_ADMITTED && one->what != HEAR_HELD)
		(void)snprintf(out->why, sizeof out->why, "%.190s", one->why);
	switch (one->what) {
	case HEAR_ADMITTED:
		out->admitted++;
		count_author(t, &one->author);
		return HEAR_RESULT_TAKEN;
	case HEAR_HELD:
		out->held++;
		return HEAR_RESULT_HELD;
	case HEAR_WAITING:
		out->waiting++;
		return reason_byte(HEAR_RESULT_WAITS, one);
	case HEAR_REFUSED_FILING:
		out->refused++;
		return reason_byte(HEAR_RESULT_REFUSED, one);
	case HEAR_CHARGED:
		break;
	}
	if (out->charged++ == 0)
		hear_engine_say(t->engine, HEAR_SAY_WARN, t->share, t->via,
				"a filing from this peer was thrown away: %s",
				one->why);
	return HEAR_RESULT_CHARGED;
}

/* Whether it is of a marking that one of the two may not hold. What cannot be
 * read is for admission to tell. */
static bool is_above(const struct taking *t, struct hear_span packed)
{
	int partition = 0;

	hear_arena_reset(t->engine->arena);
	return hear_packed_partition(t->engine->arena, packed, &partition,
				     NULL) == HEAR_OK &&
	       partition > (int)t->view;
}

static enum hear_code take_one(struct taking *t, struct hear_span squeezed,
			       unsigned char *result, struct hear_err *err)
{
	struct hear_engine *engine = t->engine;
	struct hear_admitted one = {.what = HEAR_CHARGED};
	struct hear_err why = {0};
	enum hear_code code;

	hear_buffer_reset(&engine->packed);
	code = hear_unsqueeze(engine->squeezer, squeezed, HEAR_PACKED_BYTES,
			      &engine->packed, &why);
	if (code != HEAR_OK && code != HEAR_MEMORY) {
		(void)snprintf(one.why, sizeof one.why, "%.150s", why.message);
		*result = count_one(t, &one);
		return HEAR_OK;
	}
	if (code == HEAR_OK && is_above(t, hear_buffer_view(&engine->packed))) {
		t->out->above++;
		*result = HEAR_RESULT_ABSENT;
		return HEAR_OK;
	}
	if (code == HEAR_OK && !t->writer)
		code = hear_write_begin(&t->writer, t->share->dataset,
					t->now->wall_ms, err);
	if (code == HEAR_OK)
		code = hear_write_admit(t->writer,
					hear_buffer_view(&engine->packed),
					t->via, &one, err);
	if (code != HEAR_OK)
		return code;
	t->admitted = t->admitted || one.what == HEAR_ADMITTED;
	*result = count_one(t, &one);
	if (hear_write_bytes(t->writer) > TRANSACTION_BYTES ||
	    hear_write_waited(t->writer))
		return commit(t, err);
	return HEAR_OK;
}

enum hear_code hear_intake(struct hear_engine *engine,
			   struct hear_share *share,
			   const struct hear_moment *now,
			   const struct hear_key *via, enum hear_marking view,
			   struct hear_wire_list filings,
			   struct hear_buffer *results, struct hear_intake *out,
			   struct hear_err *err)
{
	struct taking t = {engine, share, now, via, view, NULL, false, out};
	enum hear_code code = HEAR_OK;
	unsigned char result;
	struct hear_span item;
	uint32_t i;

	memset(out, 0, sizeof *out);
	for (i = 0; results && i < filings.count; i++)
		hear_buffer_byte(results, HEAR_RESULT_ABSENT);
	if (results && results->failed)
		return hear_fail_memory(err);
	for (i = 0; code == HEAR_OK &&
		    out->charged < HEAR_CHARGED_AT_ONCE &&
		    hear_wire_list_next(&filings, &item);
	     i++) {
		code = take_one(&t, item, &result, err);
		if (code == HEAR_OK && results)
			results->data[i] = (char)result;
	}
	if (out->above > 0)
		hear_engine_say(engine, HEAR_SAY_WARN, share, via,
				"this peer sent filings of a marking above its "
				"clearance, or ours: %u were not looked at",
				out->above);
	if (code == HEAR_OK)
		code = commit(&t, err);
	hear_write_abort(t.writer);
	if (engine->packed.room > HEAR_PACKED_BYTES / 4)
		hear_buffer_done(&engine->packed);
	return code;
}

/* ---- Proof --------------------------------------------------------------- */

static enum hear_code take_proof(struct hear_engine *engine,
				 struct hear_writer *writer,
				 const struct hear_key *via,
				 struct hear_span squeezed,
				 struct hear_err *err)
{
	struct hear_admitted one;
	int partition = -1;
	enum hear_code code;

	hear_buffer_reset(&engine->packed);
	hear_arena_reset(engine->arena);
	code = hear_unsqueeze(engine->squeezer, squeezed, HEAR_PACKED_BYTES,
			      &engine->packed, err);
	if (code == HEAR_OK)
		code = hear_packed_partition(engine->arena,
					     hear_buffer_view(&engine->packed),
					     &partition, err);
	if (code == HEAR_OK && partition != 0)
		code = hear_fail(err, HEAR_DENIED,
				 "only the roster proves who is a member");
	return code == HEAR_OK
		       ? hear_write_admit(writer,
					  hear_buffer_view(&engine->packed),
					  via, &one, err)
		       : code;
}

static bool is_member(struct hear_writer *writer,
		      const struct hear_channel_peer *peer)
{
	struct hear_member member;

	return hear_writer_member(writer, &peer->key, &member, NULL) ==
		       HEAR_OK &&
	       member.role >= HEAR_READER &&
	       memcmp(member.channel_key.bytes, peer->channel_key.bytes, 32) ==
		       0;
}

enum hear_code hear_intake_proof(struct hear_engine *engine,
				 struct hear_share *share,
				 const struct hear_moment *now,
				 const struct hear_channel_peer *peer,
				 const struct hear_wire_list *proof,
				 struct hear_err *err)
{
	struct hear_wire_list list = *proof;
	struct hear_writer *writer = NULL;
	struct hear_span item;
	enum hear_code code = hear_write_begin(&writer, share->dataset,
					       now->wall_ms, err);
	enum hear_code taken = HEAR_OK;

	if (code != HEAR_OK)
		return code;
	while (taken == HEAR_OK && hear_wire_list_next(&list, &item))
		taken = take_proof(engine, writer, &peer->key, item, NULL);
	if (taken == HEAR_OK && is_member(writer, peer)) {
		share->changed = true;
		return hear_write_commit(writer, err);
	}
	hear_write_abort(writer);
	return HEAR_OK;
}

/* ---- Sending ------------------------------------------------------------- */

enum hear_code hear_outgo(struct hear_engine *engine,
			  struct hear_reader *reader, uint64_t number,
			  struct hear_buffer *out, struct hear_err *err)
{
	enum hear_code code;

	hear_arena_reset(engine->arena);
	hear_buffer_reset(&engine->packed);
	code = hear_replica_pack(hear_reader_txn(reader), engine->arena,
				 number, &engine->packed, err);
	if (code == HEAR_OK)
		code = hear_squeeze(engine->squeezer,
				    hear_buffer_view(&engine->packed), out,
				    err);
	return code;
}

static bool in_view(const struct hear_filing *filing, enum hear_marking view)
{
	return filing->roster || (filing->marking <= view &&
				  filing->marking != HEAR_LOCAL);
}

enum hear_code hear_push_find(struct hear_reader *reader, uint64_t since,
			      enum hear_marking view,
			      uint64_t numbers[HEAR_PUSH_FILINGS],
			      size_t *count, struct hear_err *err)
{
	uint64_t last = hear_last_filing(reader);
	enum hear_code code = HEAR_OK;
	struct hear_filing filing;
	uint64_t number;

	*count = 0;
	if (last - since > 4 * HEAR_PUSH_FILINGS)
		return HEAR_LIMIT;
	for (number = since + 1; number <= last; number++) {
		code = hear_replica_filing(reader, number, &filing, err);
		if (code == HEAR_NOTFOUND)
			continue; /* out of the tree */
		if (code != HEAR_OK)
			return code;
		if (!in_view(&filing, view))
			continue;
		if (*count == HEAR_PUSH_FILINGS)
			return HEAR_LIMIT;
		numbers[(*count)++] = number;
	}
	return HEAR_OK;
}
