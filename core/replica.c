/* SPDX-License-Identifier: ISC */
#include "core/replica.h"
#include "core/aside.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/judge.h"
#include "core/kept.h"
#include "core/members.h"
#include "core/reader.h"
#include "core/settle.h"

#include <stdlib.h>
#include <string.h>

struct hear_txn *hear_reader_txn(struct hear_reader *reader)
{
	return reader->txn;
}

/* ---- As they travel ---- */

enum hear_code hear_replica_pack(struct hear_txn *txn, struct hear_arena *arena,
				 uint64_t number, struct hear_buffer *out,
				 struct hear_err *err)
{
	struct hear_stored_filing stored;
	struct hear_sealed filing;
	enum hear_code code = hear_stored_at(txn, number, &stored, err);

	if (code != HEAR_OK)
		return code;
	code = hear_stored_gather(txn, &stored, &filing, NULL, err);
	if (code == HEAR_DAMAGED)
		hear_err_prefix(err, "filing number %llu is damaged: ",
				(unsigned long long)number);
	if (code != HEAR_OK)
		return code;
	hear_arena_reset(arena);
	return hear_sealed_pack(arena, &filing, out, err);
}

enum hear_code hear_packed_partition(struct hear_arena *arena,
				     struct hear_span packed, int *out,
				     struct hear_err *err)
{
	struct hear_sealed *filing = calloc(1, sizeof *filing);
	enum hear_code code =
		filing ? hear_sealed_unpack(arena, packed, filing, err)
		       : hear_fail_memory(err);

	if (code == HEAR_OK)
		*out = hear_partition_marking(&filing->header);
	free(filing);
	return code;
}

/* ---- What is here ---- */

/* The facts of a filing, and why it is left out of the tree, or 0. */
static enum hear_code look_at(struct hear_reader *reader, uint64_t number,
			      const struct hear_filing_facts **facts,
			      enum hear_wait *left, struct hear_err *err)
{
	enum hear_code code = hear_facts_at(reader, number, facts, err);

	return code == HEAR_OK ? hear_left_get(reader->txn, number, left, err)
			       : code;
}

enum hear_code hear_replica_filing(struct hear_reader *reader, uint64_t number,
				   struct hear_filing *out,
				   struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	enum hear_wait left = (enum hear_wait)0;
	enum hear_code code = look_at(reader, number, &facts, &left, err);

	if (code != HEAR_OK)
		return code;
	if (hear_is_out(left) || facts->marking < 0)
		return HEAR_NOTFOUND;
	return hear_filing_seen(reader, facts, out, err);
}

/* What became of it in one partition. HEAR_NOTFOUND is an answer. */
static enum hear_code kept_out(struct hear_reader *reader,
			       const struct hear_header *header,
			       const struct hear_id *filing,
			       struct hear_held *out, struct hear_err *err)
{
	struct hear_aside_entry entry;
	enum hear_code code =
		hear_aside_get(reader->txn, header, filing, &entry, err);

	out->partition = header->partition[0];
	out->what = HEAR_WAITING;
	if (code == HEAR_OK)
		out->reason = entry.reason;
	if (code != HEAR_NOTFOUND)
		return code;
	out->what = HEAR_REFUSED_FILING;
	return hear_refused_get(reader->txn, header, filing, 0, &out->refusal,
				err);
}

/* One that waits or was refused, under one of the partitions that are known.
 */
static enum hear_code waits(struct hear_reader *reader,
			    const struct hear_id *filing,
			    struct hear_held *out, struct hear_err *err)
{
	struct hear_header header = {.partition_size = 1};
	enum hear_code code =
		hear_aside_time(reader->txn, filing, &header.time, err);

	while (code == HEAR_OK) {
		code = kept_out(reader, &header, filing, out, err);
		if (code != HEAR_NOTFOUND || header.partition[0] == HEAR_LOCAL)
			break;
		header.partition[0]++;
		code = HEAR_OK;
	}
	return code;
}

enum hear_code hear_replica_held(struct hear_reader *reader,
				 const struct hear_id *filing,
				 struct hear_held *out, struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	enum hear_wait left = (enum hear_wait)0;
	uint64_t number;
	enum hear_code code =
		hear_filing_number(reader->txn, filing, &number, err);

	memset(out, 0, sizeof *out);
	if (code == HEAR_NOTFOUND)
		return waits(reader, filing, out, err);
	if (code == HEAR_OK)
		code = look_at(reader, number, &facts, &left, err);
	if (code != HEAR_OK)
		return code;
	out->what = hear_is_out(left) ? HEAR_WAITING : HEAR_HELD;
	out->reason = left;
	out->partition = facts->marking;
	return HEAR_OK;
}

/* ---- Proof of membership ---- */

/* Adds a filing and its past to what is wanted. */
static void want(const struct hear_history *history, size_t filing,
		 uint64_t *wanted)
{
	size_t i;

	for (i = 0; i <= filing / 64; i++)
		wanted[i] |= history->filings[filing].past[i];
	wanted[filing / 64] |= UINT64_C(1) << (filing % 64);
}

static enum hear_code give(const struct hear_history *history,
			   const uint64_t *wanted,
			   enum hear_code (*each)(void *context,
						  uint64_t number,
						  struct hear_err *err),
			   void *context, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 1; i < history->filing_count && code == HEAR_OK; i++)
		if (hear_bit(wanted, i))
			code = each(context, history->filings[i].number, err);
	return code;
}

/* All grants to the key that count, and what they have seen: one who has these
 * judges them alike, as far as it can be judged without the rest. */
static enum hear_code prove(const struct hear_history *history,
			    const struct hear_judgement *judgement, size_t key,
			    uint64_t *wanted)
{
	uint32_t at = history->keys[key].last_about;
	enum hear_code code = HEAR_NOTFOUND;

	for (; at != HEAR_NO_ACT; at = history->events[at].before_about) {
		const struct hear_event *event = &history->events[at];

		if (event->act.kind == HEAR_KIND_REMOVAL ||
		    !judgement->verdicts[at].counts)
			continue;
		want(history, event->filing, wanted);
		code = HEAR_OK;
	}
	return code;
}

enum hear_code hear_replica_proof(
	struct hear_txn *txn, const struct hear_key *key,
	enum hear_code (*each)(void *context, uint64_t number,
			       struct hear_err *err),
	void *context, struct hear_err *err)
{
	struct hear_judgement judgement = {NULL, NULL, NULL};
	struct hear_history *history = NULL;
	uint64_t *wanted = NULL;
	size_t at;
	enum hear_code code = hear_history_load(&history, txn, err);

	if (code != HEAR_OK)
		return code;
	at = hear_history_key(history, key);
	wanted = calloc(history->filing_count / 64 + 1, sizeof *wanted);
	if (!wanted)
		code = hear_fail_memory(err);
	else
		code = hear_judge(history, NULL, &judgement, err);
	if (code == HEAR_OK)
		code = at == SIZE_MAX
			       ? HEAR_NOTFOUND
			       : prove(history, &judgement, at, wanted);
	if (code == HEAR_OK)
		code = give(history, wanted, each, context, err);
	hear_judgement_done(&judgement);
	hear_history_free(history);
	free(wanted);
	return code;
}

enum hear_code hear_writer_member(struct hear_writer *writer,
				  const struct hear_key *key,
				  struct hear_member *out,
				  struct hear_err *err)
{
	enum hear_code code = hear_settle(writer, err);

	return code == HEAR_OK
		       ? hear_member_get(hear_writer_txn(writer), key, out, err)
		       : code;
}
