/* SPDX-License-Identifier: ISC */
/* admission.c - the happy path: read, look whether it is here, check what its
 * author signed, judge, store. Each step may settle what becomes of a filing;
 * what is wrong with its bytes is an outcome and no failure. Nothing is
 * remembered of a filing before its signature and all its bodies hold. */
#include "core/admission.h"
#include "core/aside.h"
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/kept.h"
#include "core/members.h"
#include "core/purge.h"
#include "core/record.h"
#include "core/roster.h"
#include "core/settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hear_taking {
	struct hear_writer *writer;
	struct hear_span packed;
	struct hear_arrival arrival;
	struct hear_admitted *out;
	struct hear_err why; /* of what is refused or charged */
	struct hear_sealed filing;
	struct hear_record records[HEAR_FILING_RECORDS];
	struct hear_act acts[HEAR_FILING_RECORDS];
	struct hear_buffer copy; /* of what waited aside */
	struct hear_buffer stripped; /* what it travels as after a purge */
	struct hear_buffer before; /* filings that stand because of one that
				    * came: [id 32][author 32] each */
};

void hear_taking_free(struct hear_taking *taking)
{
	if (!taking)
		return;
	hear_buffer_done(&taking->copy);
	hear_buffer_done(&taking->stripped);
	hear_buffer_done(&taking->before);
	free(taking);
}

static struct hear_taking *taking_of(struct hear_writer *writer)
{
	if (!writer->taking)
		writer->taking = calloc(1, sizeof *writer->taking);
	if (writer->taking)
		writer->taking->writer = writer;
	return writer->taking;
}

/* ---- Outcomes ---- */

static bool is_settled(const struct hear_taking *t)
{
	return t->out->what != 0;
}

/* For the caller of the step: what became of it is known. */
static enum hear_code end(struct hear_taking *t, enum hear_admission what)
{
	t->out->what = what;
	return HEAR_OK;
}

static bool is_about_bytes(enum hear_code code)
{
	return code == HEAR_INVALID || code == HEAR_LIMIT ||
	       code == HEAR_FOREIGN || code == HEAR_VERSION;
}

/* A step that looks at bytes failed with t->why: the peer's fault, or ours. */
static enum hear_code charge(struct hear_taking *t, enum hear_code code,
			     struct hear_err *err)
{
	if (is_about_bytes(code))
		return end(t, code == HEAR_VERSION ? HEAR_REFUSED_FILING
						   : HEAR_CHARGED);
	if (err)
		*err = t->why;
	return code;
}

static enum hear_code refuse(struct hear_taking *t, enum hear_refusal why,
			     enum hear_code code, struct hear_err *err)
{
	struct hear_writer *writer = t->writer;

	if (!t->why.message[0])
		(void)hear_fail(&t->why, code, "%s", hear_refusal_text(why));
	t->out->what = HEAR_REFUSED_FILING;
	return hear_refused_put(writer->txn, &t->filing.header, &t->filing.id,
				why, writer->now_ms + HEAR_REFUSED_MS, err);
}

static enum hear_code put_aside(struct hear_taking *t, enum hear_wait reason,
				struct hear_err *err)
{
	static const struct hear_key here = {{0}};
	struct hear_aside_entry entry = {
		.reason = reason,
		.arrived_ms = t->arrival.arrived_ms,
		.via = t->arrival.via ? *t->arrival.via : here,
		.author = t->filing.header.author,
		.packed = t->packed};

	t->out->what = HEAR_WAITING;
	t->out->reason = reason;
	return hear_aside_put(t->writer->txn, &t->filing.header, &t->filing.id,
			      &entry, err);
}

/* ---- Steps ---- */

static enum hear_code read_packed(struct hear_taking *t, struct hear_err *err)
{
	enum hear_code code;

	hear_arena_reset(t->writer->arena);
	code = hear_sealed_unpack(t->writer->arena, t->packed, &t->filing,
				  &t->why);
	if (code != HEAR_OK)
		return charge(t, code, err);
	t->out->filing = t->filing.id;
	t->out->author = t->filing.header.author;
	return HEAR_OK;
}

/* The roster as it is now decides over claims, so it is settled before. That
 * uses the same scratch. */
static enum hear_code read_settled(struct hear_taking *t, struct hear_err *err)
{
	enum hear_code code = read_packed(t, err);

	if (code != HEAR_OK || is_settled(t) || !t->writer->roster_changed ||
	    hear_partition_marking(&t->filing.header) == 0)
		return code;
	code = hear_settle(t->writer, err);
	return code == HEAR_OK ? read_packed(t, err) : code;
}

static enum hear_code look_up(struct hear_taking *t, struct hear_err *err)
{
	struct hear_txn *txn = t->writer->txn;
	const struct hear_header *header = &t->filing.header;
	struct hear_aside_entry entry;
	enum hear_refusal why = 0;
	uint64_t number = 0;
	enum hear_code code = hear_filing_number(txn, &t->filing.id, &number,
						 err);

	if (code == HEAR_OK) {
		code = hear_left_get(txn, number, &t->out->reason, err);
		return code == HEAR_OK ? end(t, HEAR_HELD) : code;
	}
	if (code == HEAR_NOTFOUND)
		code = hear_aside_get(txn, header, &t->filing.id, &entry, err);
	if (code == HEAR_OK) {
		t->out->reason = entry.reason;
		return end(t, HEAR_WAITING);
	}
	if (code == HEAR_NOTFOUND)
		code = hear_refused_get(txn, header, &t->filing.id,
					t->writer->now_ms, &why, err);
	if (code == HEAR_OK) {
		(void)hear_fail(&t->why, HEAR_DENIED, "%s",
				hear_refusal_text(why));
		return end(t, HEAR_REFUSED_FILING);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code check_signed(struct hear_taking *t, struct hear_err *err)
{
	const struct hear_header *header = &t->filing.header;
	enum hear_code code;

	if (header->genesis ||
	    !hear_id_equal(&header->dataset, &t->writer->dataset->id))
		code = hear_fail(&t->why, HEAR_FOREIGN,
				 "it belongs to another dataset than '%s'",
				 t->writer->dataset->name);
	else
		code = hear_sealed_check(&t->filing, &t->why);
	return code == HEAR_OK ? HEAR_OK : charge(t, code, err);
}

/* What purges in force take out is taken out on arrival. One that lacks more
 * than any purge names is not kept: nobody can keep a whole one out by sending
 * what is left of it, and it can come again with the purge. */
static enum hear_code apply_purges(struct hear_taking *t, struct hear_err *err)
{
	bool roster = hear_partition_marking(&t->filing.header) == 0;
	struct hear_purged purged = {{0}, {0}};
	enum hear_code code = HEAR_OK;

	if (!t->filing.purged &&
	    (roster || hear_txn_entries(t->writer->txn, HEAR_PURGES) == 0))
		return HEAR_OK;
	if (!roster)
		code = hear_purge_get(t->writer->txn, &t->filing.id, &purged,
				      err);
	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		return code;
	if (!hear_purge_covers(&purged, &t->filing)) {
		(void)hear_fail(&t->why, HEAR_DENIED, "%s",
				hear_wait_text(HEAR_WAIT_PURGE));
		t->out->reason = HEAR_WAIT_PURGE;
		return end(t, roster ? HEAR_CHARGED : HEAR_REFUSED_FILING);
	}
	if (!hear_sealed_strip(t->writer->arena, &t->filing, purged.holds))
		return HEAR_OK;
	hear_buffer_reset(&t->stripped);
	code = hear_sealed_pack(t->writer->arena, &t->filing, &t->stripped,
				err);
	t->packed = hear_buffer_view(&t->stripped);
	return code;
}

static enum hear_code read_bodies(struct hear_taking *t, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint32_t i;

	for (i = 0; i < t->filing.count && code == HEAR_OK; i++) {
		memset(&t->records[i], 0, sizeof t->records[i]);
		if (!t->filing.purged || !t->filing.bare[i])
			code = hear_record_read(t->writer->arena,
						t->filing.bodies[i],
						&t->records[i], &t->why);
	}
	if (is_about_bytes(code))
		return refuse(t, HEAR_REFUSED_FORM, code, err);
	if (code != HEAR_OK && err)
		*err = t->why;
	return code;
}

/* ---- Judging ---- */

static enum hear_code read_acts(struct hear_taking *t, struct hear_err *err)
{
	enum hear_code code = hear_acts_read(t->writer->arena, t->records,
					     t->filing.count, t->acts, &t->why);
	uint32_t i;

	for (i = 0; i < t->filing.count && code == HEAR_OK; i++)
		if (!hear_act_certified(&t->acts[i]))
			code = hear_fail(&t->why, HEAR_INVALID,
					 "the certificate of a grant in it is "
					 "wrong");
	if (is_about_bytes(code))
		return refuse(t, HEAR_REFUSED_MIXED, code, err);
	if (code != HEAR_OK && err)
		*err = t->why;
	return code;
}

static enum hear_code judge_roster(struct hear_taking *t, struct hear_err *err)
{
	bool admin = false;
	enum hear_code code = read_acts(t, err);

	if (code != HEAR_OK || is_settled(t))
		return code;
	code = hear_settle_history(t->writer, err);
	if (code == HEAR_OK)
		code = hear_judge_author(t->writer->history, &t->filing.header,
					 &admin, err);
	if (code == HEAR_NOTFOUND)
		return put_aside(t, HEAR_WAIT_SEEN, err);
	return code == HEAR_OK && !admin ? put_aside(t, HEAR_WAIT_AUTHOR, err)
					 : code;
}

enum hear_code hear_standing_in(struct hear_writer *writer,
				const struct hear_header *header,
				const struct hear_id *id, enum hear_wait *out,
				struct hear_err *err)
{
	int marking = hear_partition_marking(header);
	struct hear_member member;
	bool kept = true;
	enum hear_code code =
		hear_member_get(writer->txn, &header->author, &member, err);

	*out = HEAR_WAIT_AUTHOR;
	if (code == HEAR_OK && member.removed)
		code = hear_is_kept(writer, header, id, &kept, err);
	if (code == HEAR_OK)
		*out = hear_standing_of_member(&member, marking, kept);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code judge_claims(struct hear_taking *t, struct hear_err *err)
{
	enum hear_wait reason = 0;
	enum hear_code code;
	uint32_t i;

	for (i = 0; i < t->filing.count; i++)
		if (hear_roster_kind(hear_record_kind(t->records[i].tree)))
			return refuse(t, HEAR_REFUSED_MIXED, HEAR_INVALID, err);
	code = hear_standing_in(t->writer, &t->filing.header, &t->filing.id,
				&reason, err);
	t->arrival.left = reason == HEAR_WAIT_FLAGGED ? reason : 0;
	return code == HEAR_OK && reason && reason != HEAR_WAIT_FLAGGED
		       ? put_aside(t, reason, err)
		       : code;
}

static enum hear_code judge(struct hear_taking *t, struct hear_err *err)
{
	int marking = hear_partition_marking(&t->filing.header);

	if (marking == 0)
		return judge_roster(t, err);
	if (marking < 0)
		return put_aside(t, HEAR_WAIT_PARTITION, err);
	if (marking == HEAR_LOCAL)
		return refuse(t, HEAR_REFUSED_LOCAL, HEAR_DENIED, err);
	return judge_claims(t, err);
}

/* ---- Storing ---- */

/* Those before a filing that stands do as well; only where their author was
 * removed is that to be looked into. */
static enum hear_code note_before(struct hear_taking *t,
				  const struct hear_header *header,
				  struct hear_err *err)
{
	struct hear_member member;
	enum hear_code code;
	size_t i;

	if (hear_partition_marking(header) < 1)
		return HEAR_OK;
	code = hear_member_get(t->writer->txn, &header->author, &member, err);
	if (code != HEAR_OK || !member.removed)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	for (i = 0; i < header->prev_count; i++) {
		hear_buffer_add(&t->before, header->prev[i].bytes, 32);
		hear_buffer_add(&t->before, header->author.bytes, 32);
	}
	return t->before.failed ? hear_fail_memory(err) : HEAR_OK;
}

static enum hear_code store(struct hear_taking *t, struct hear_err *err)
{
	enum hear_code code =
		hear_writer_store(t->writer, &t->filing, t->records, NULL,
				  &t->arrival, err);

	if (code != HEAR_OK)
		return code;
	t->out->what = HEAR_ADMITTED;
	t->out->reason = t->arrival.left;
	return t->arrival.left ? HEAR_OK
			       : note_before(t, &t->filing.header, err);
}

static enum hear_code admit_checked(struct hear_taking *t, struct hear_err *err)
{
	enum hear_code code = apply_purges(t, err);

	if (code == HEAR_OK && !is_settled(t))
		code = read_bodies(t, err);
	if (code == HEAR_OK && !is_settled(t))
		code = judge(t, err);
	return code == HEAR_OK && !is_settled(t) ? store(t, err) : code;
}

/* ---- Those before one that stands ---- */

/* One that is stored, and was left out. */
static enum hear_code release_stored(struct hear_taking *t, uint64_t number,
				     const struct hear_key *author,
				     struct hear_err *err)
{
	struct hear_writer *writer = t->writer;
	struct hear_stored_filing stored;
	struct hear_header header;
	enum hear_wait left = 0;
	enum hear_code code = hear_left_get(writer->txn, number, &left, err);

	if (code != HEAR_OK ||
	    (left != HEAR_WAIT_FLAGGED && left != HEAR_WAIT_SEALED))
		return code;
	code = hear_stored_at(writer->txn, number, &stored, err);
	hear_arena_reset(writer->arena);
	if (code == HEAR_OK)
		code = hear_header_read(writer->arena, stored.header, &header,
					err);
	if (code != HEAR_OK ||
	    memcmp(header.author.bytes, author->bytes, 32) != 0)
		return code;
	code = hear_kept_move(writer, number, &header, 0, err);
	return code == HEAR_OK ? note_before(t, &header, err) : code;
}

/* One that waits aside: in the same partition, as a rule. */
static enum hear_code release_waiting(struct hear_taking *t,
				      const struct hear_id *id,
				      struct hear_err *err)
{
	unsigned char key[HEAR_TREE_KEY];
	unsigned char partition;
	uint64_t time = 0;
	bool taken = false;
	enum hear_code code =
		hear_aside_time(t->writer->txn, id, &time, err);

	for (partition = HEAR_CLEAR;
	     partition < HEAR_LOCAL && code == HEAR_OK && !taken; partition++) {
		size_t size = hear_tree_key(
			key, hear_span_make(&partition, 1), time, id);

		code = hear_admit_waiting(t->writer, hear_span_make(key, size),
					  &taken, err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_release_before(struct hear_writer *writer,
				   struct hear_err *err)
{
	struct hear_taking *t = writer->taking;
	enum hear_code code = HEAR_OK;
	struct hear_key author;
	struct hear_id id;
	uint64_t number = 0;

	while (t && code == HEAR_OK && t->before.size >= 64) {
		t->before.size -= 64;
		memcpy(id.bytes, t->before.data + t->before.size, 32);
		memcpy(author.bytes, t->before.data + t->before.size + 32, 32);
		code = hear_filing_number(t->writer->txn, &id, &number, err);
		if (code == HEAR_OK)
			code = release_stored(t, number, &author, err);
		else if (code == HEAR_NOTFOUND)
			code = release_waiting(t, &id, err);
	}
	return code;
}

/* ---- What waits aside ---- */

/* One that stands in table filing and has no place in the tree: of the roster,
 * after a repair. Those of claims are moved where members change. */
static enum hear_code admit_stored(struct hear_taking *t,
				   const struct hear_id *id,
				   struct hear_err *err)
{
	struct hear_writer *writer = t->writer;
	uint64_t number = 0;
	struct hear_buffer packed = {0};
	enum hear_code code = hear_filing_number(writer->txn, id, &number, err);

	if (code == HEAR_OK)
		code = hear_replica_pack(writer->txn, writer->look.scratch,
					 number, &packed, err);
	t->packed = hear_buffer_view(&packed);
	if (code == HEAR_OK)
		code = read_packed(t, err);
	if (code == HEAR_OK && !is_settled(t))
		code = read_bodies(t, err);
	if (code == HEAR_OK && !is_settled(t))
		code = judge_roster(t, err);
	t->packed = hear_span_make(NULL, 0);
	if (code == HEAR_OK && t->out->what == HEAR_WAITING)
		code = put_aside(t, t->out->reason, err);
	if (code == HEAR_OK && !is_settled(t)) {
		code = hear_kept_move(writer, number, &t->filing.header, 0,
				      err);
		if (code == HEAR_OK)
			code = hear_settle_note(writer, &t->filing, t->records,
						number, err);
		t->out->what = HEAR_ADMITTED;
	}
	hear_buffer_done(&packed);
	return code;
}

static enum hear_code admit_aside(struct hear_taking *t, struct hear_err *err)
{
	struct hear_writer *writer = t->writer;
	enum hear_code code;

	t->packed = hear_buffer_view(&t->copy);
	code = read_packed(t, err);
	if (code == HEAR_OK && !is_settled(t))
		code = admit_checked(t, err);
	if (code != HEAR_OK || (t->out->what != HEAR_ADMITTED &&
				t->out->what != HEAR_REFUSED_FILING))
		return code;
	return hear_aside_take(writer->txn, &t->filing.header, &t->filing.id,
			       err);
}

enum hear_code hear_admit_waiting(struct hear_writer *writer,
				  struct hear_span key, bool *out,
				  struct hear_err *err)
{
	struct hear_taking *t = taking_of(writer);
	struct hear_admitted admitted = {0};
	struct hear_admitted *outer;
	struct hear_arrival arrival;
	struct hear_span packed;
	struct hear_aside_entry entry;
	struct hear_place_key place;
	struct hear_span value;
	struct hear_key via;
	enum hear_code code;

	*out = false;
	if (!t)
		return hear_fail_memory(err);
	code = hear_txn_get(writer->txn, HEAR_ASIDE, key, &value, err);
	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	if (!hear_aside_read(value, &entry) || !hear_place_read(key, &place))
		return HEAR_OK; /* verify names it */
	via = entry.via;
	hear_buffer_reset(&t->copy);
	hear_buffer_span(&t->copy, entry.packed);
	if (t->copy.failed)
		return hear_fail_memory(err);
	/* It may be that another filing waits for the roster to be settled. */
	outer = t->out;
	packed = t->packed;
	arrival = t->arrival;
	t->why.message[0] = '\0';
	t->out = &admitted;
	t->arrival.via = &via;
	t->arrival.arrived_ms = entry.arrived_ms;
	t->arrival.left = 0;
	code = t->copy.size > 0 ? admit_aside(t, err)
				: admit_stored(t, &place.id, err);
	t->why.message[0] = '\0';
	t->out = outer;
	t->packed = packed;
	t->arrival = arrival;
	*out = admitted.what == HEAR_ADMITTED;
	return code;
}

/* ---- The calls ---- */

static enum hear_code admit(struct hear_taking *t, struct hear_err *err)
{
	enum hear_code code = hear_check_needs(t->writer->txn, err);

	if (code == HEAR_OK)
		code = read_settled(t, err);
	if (code == HEAR_OK && !is_settled(t))
		code = look_up(t, err);
	if (code == HEAR_OK && !is_settled(t))
		code = check_signed(t, err);
	if (code == HEAR_OK && !is_settled(t))
		code = admit_checked(t, err);
	return code == HEAR_OK ? hear_release_before(t->writer, err) : code;
}

enum hear_code hear_write_admit(struct hear_writer *writer,
				struct hear_span packed,
				const struct hear_key *via,
				struct hear_admitted *out, struct hear_err *err)
{
	struct hear_taking *t = taking_of(writer);
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (!t)
		return hear_fail_memory(err);
	t->packed = packed;
	t->arrival.via = via;
	t->arrival.arrived_ms = writer->now_ms;
	t->arrival.left = 0;
	t->out = out;
	t->why.code = HEAR_OK;
	t->why.message[0] = '\0';
	hear_buffer_reset(&t->before);
	code = admit(t, err);
	(void)snprintf(out->why, sizeof out->why, "%.*s",
		       (int)sizeof out->why - 1, t->why.message);
	if (code != HEAR_OK && code != HEAR_VERSION)
		writer->broken = true;
	return code;
}

enum hear_code hear_write_take(struct hear_writer *writer,
			       struct hear_span packed,
			       struct hear_outcome *out, struct hear_err *err)
{
	struct hear_admitted admitted;
	char name[HEAR_ID_TEXT];
	unsigned records;
	enum hear_code code =
		hear_write_admit(writer, packed, NULL, &admitted, err);

	memset(out, 0, sizeof *out);
	if (code != HEAR_OK)
		return code;
	out->filing = admitted.filing;
	records = writer->taking->filing.count;
	switch (admitted.what) {
	case HEAR_ADMITTED:
		out->made = true;
		out->filed = records;
		return HEAR_OK;
	case HEAR_HELD:
		out->already = records;
		return HEAR_OK;
	case HEAR_WAITING:
		out->waiting = records;
		return HEAR_OK;
	case HEAR_REFUSED_FILING:
	case HEAR_CHARGED:
		break;
	}
	hear_id_print(&admitted.filing, name);
	code = writer->taking->why.code;
	(void)hear_fail(err, code, "%s", writer->taking->why.message);
	if (strspn(name, "0") < 64)
		hear_err_prefix(err, "filing %.12s: ", name);
	return code;
}
