/* SPDX-License-Identifier: ISC */
#include "core/aside.h"
#include "core/dataset.h"
#include "core/members.h"
#include "core/roster.h"
#include "core/settle.h"
#include "tests/unit/members.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static int set_up(void **state)
{
	struct people *p = calloc(1, sizeof *p);

	*state = p;
	if (!p)
		return -1;
	people_open(p);
	return 0;
}

static int tear_down(void **state)
{
	struct people *p = *state;

	people_close(p);
	free(p);
	return 0;
}

static uint64_t entries(struct hear_dataset *dataset, enum hear_table table)
{
	struct hear_reader *reader = people_read(dataset);
	uint64_t count = hear_txn_entries(hear_reader_txn(reader), table);

	hear_read_end(reader);
	return count;
}

/* ---- Members ---- */

static void who_is_granted_writing_may_file(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_err err;

	assert_int_equal(people_file(p, mine, BOB, HEAR_GREEN, "early", 1, NULL,
				     &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "no member of dataset 'korea'"));
	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_AMBER);
	people_filed(p, mine, BOB, HEAR_GREEN, "bob", 1);
	assert_true(people_holds(p, mine, "bob", 1));
	assert_int_equal(people_wrong(mine, false), 0);
}

static void a_reader_a_marking_above_clearance_and_a_removed_one_are_refused(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_err err;

	people_grant(p, mine, ALICE, BOB, HEAR_READER, HEAR_AMBER);
	assert_int_equal(people_file(p, mine, BOB, HEAR_GREEN, "bob", 1, NULL,
				     &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "may read dataset 'korea'"));
	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	assert_int_equal(people_file(p, mine, BOB, HEAR_RED, "bob", 1, NULL,
				     &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "cleared for green"));
	assert_non_null(strstr(err.message, "marked red"));
	people_filed(p, mine, BOB, HEAR_LOCAL, "bob", 2);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_FLAG);
	assert_int_equal(people_file(p, mine, BOB, HEAR_GREEN, "bob", 3, NULL,
				     &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "was removed from dataset"));
	assert_int_equal(people_wrong(mine, false), 0);
}

static void only_an_admin_grants_and_nobody_above_their_own_clearance(
	void **state)
{
	struct people *p = *state;
	struct hear_writer *writer;
	struct hear_err err;

	people_grant(p, p->filed.dataset, ALICE, BOB, HEAR_WRITER, HEAR_RED);
	people_grant(p, p->filed.dataset, ALICE, CAROL, HEAR_ADMIN, HEAR_GREEN);
	writer = people_write(p->filed.dataset);
	assert_int_equal(people_grant_in(writer, p->are[BOB], p->are[MALLORY],
					 HEAR_READER, HEAR_CLEAR, &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "only an admin"));
	assert_int_equal(people_grant_in(writer, p->are[MALLORY], p->are[BOB],
					 HEAR_READER, HEAR_CLEAR, &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "no member"));
	assert_int_equal(people_grant_in(writer, p->are[CAROL], p->are[MALLORY],
					 HEAR_READER, HEAR_RED, &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "cannot clear others"));
	assert_int_equal(people_grant_in(writer, p->are[CAROL], p->are[ALICE],
					 HEAR_READER, HEAR_CLEAR, &err),
			 HEAR_DENIED);
	assert_int_equal(people_grant_in(writer, p->are[ALICE], p->are[MALLORY],
					 HEAR_READER, HEAR_LOCAL, &err),
			 HEAR_INVALID);
	hear_write_abort(writer);
}

static void a_grant_of_what_is_so_already_files_nothing(void **state)
{
	struct people *p = *state;
	uint64_t last;

	people_grant(p, p->filed.dataset, ALICE, BOB, HEAR_WRITER, HEAR_RED);
	last = people_last(p->filed.dataset);
	people_grant(p, p->filed.dataset, ALICE, BOB, HEAR_WRITER, HEAR_RED);
	assert_int_equal(people_last(p->filed.dataset), last);
	people_grant(p, p->filed.dataset, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	assert_int_equal(people_last(p->filed.dataset), last + 1);
}

static void a_channel_key_that_was_not_signed_for_is_refused(void **state)
{
	struct people *p = *state;
	struct hear_writer *writer = people_write(p->filed.dataset);
	struct hear_grant grant = {.key = p->are[BOB]->key,
				   .channel_key = p->are[MALLORY]->channel_key,
				   .name = hear_span_of("bob"),
				   .role = HEAR_WRITER,
				   .clearance = HEAR_GREEN};
	struct hear_outcome outcome;
	struct hear_err err;

	hear_identity_certificate(p->are[MALLORY], grant.certificate);
	assert_int_equal(hear_write_grant(writer, p->are[ALICE], &grant,
					  &outcome, &err),
			 HEAR_INVALID);
	hear_write_abort(writer);
}

static void members_are_listed_by_name(void **state)
{
	struct people *p = *state;
	struct hear_reader *reader;
	struct hear_member *members = NULL;
	size_t count = 0;
	struct hear_err err;

	people_grant(p, p->filed.dataset, ALICE, CAROL, HEAR_ADMIN, HEAR_AMBER);
	people_grant(p, p->filed.dataset, CAROL, BOB, HEAR_WRITER, HEAR_GREEN);
	people_remove(p, p->filed.dataset, CAROL, BOB, HEAR_REMOVAL_SEAL);
	reader = people_read(p->filed.dataset);
	filed_ok(hear_members(reader, p->filed.arena, &members, &count, &err),
		 &err);
	hear_read_end(reader);
	assert_int_equal(count, 3);
	assert_string_equal(members[0].name, "alice");
	assert_true(members[0].founder);
	assert_string_equal(members[1].name, "bob");
	assert_int_equal(members[1].role, 0);
	assert_int_equal(members[1].removed, HEAR_REMOVAL_SEAL);
	assert_int_equal(members[1].ever_role, HEAR_WRITER);
	assert_int_equal(members[2].rank, 1);
	assert_int_equal(members[2].clearance, HEAR_AMBER);
	assert_memory_equal(members[2].channel_key.bytes,
			    p->are[CAROL]->channel_key.bytes, 32);
}

static void a_grant_tells_which_invitation_it_redeems(void **state)
{
	struct people *p = *state;
	struct hear_writer *writer = people_write(p->filed.dataset);
	struct hear_grant grant = {.key = p->are[BOB]->key,
				   .channel_key = p->are[BOB]->channel_key,
				   .name = hear_span_of("bob"),
				   .role = HEAR_WRITER,
				   .clearance = HEAR_GREEN};
	struct hear_id invitation = {{42}};
	struct hear_id other = {{43}};
	struct hear_outcome outcome;
	struct hear_reader *reader;
	struct hear_key who;
	struct hear_err err;
	bool invited = false;

	grant.invitation = &invitation;
	hear_identity_certificate(p->are[BOB], grant.certificate);
	filed_ok(hear_write_grant(writer, p->are[ALICE], &grant, &outcome,
				  &err),
		 &err);
	people_commit(writer);
	reader = people_read(p->filed.dataset);
	filed_ok(hear_invited(reader, &other, &who, &invited, &err), &err);
	assert_false(invited);
	filed_ok(hear_invited(reader, &invitation, &who, &invited, &err), &err);
	assert_true(invited);
	assert_memory_equal(who.bytes, p->are[BOB]->key.bytes, 32);
	hear_read_end(reader);
}

/* ---- What comes from elsewhere ---- */

static void what_waits_is_admitted_when_the_roster_comes(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	struct hear_admitted is;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN); /* 2 */
	people_filed(p, mine, BOB, HEAR_GREEN, "bob", 1);	    /* 3 */
	is = people_give(mine, 3, other);
	assert_int_equal(is.what, HEAR_WAITING);
	assert_int_equal(is.reason, HEAR_WAIT_AUTHOR);
	assert_false(people_holds(p, other, "bob", 1));
	assert_int_equal(people_asides(other).by_reason[HEAR_WAIT_AUTHOR], 1);
	assert_int_equal(people_wrong(other, false), 0);
	is = people_give(mine, 3, other);
	assert_int_equal(is.what, HEAR_WAITING);
	is = people_give(mine, 2, other);
	assert_int_equal(is.what, HEAR_ADMITTED);
	assert_true(people_holds(p, other, "bob", 1));
	assert_int_equal(people_asides(other).all, 0);
	assert_true(people_equal(mine, other));
	is = people_give(mine, 3, other);
	assert_int_equal(is.what, HEAR_HELD);
	assert_int_equal(people_wrong(other, false), 0);
	hear_dataset_close(other);
}

static void many_that_wait_are_admitted_over_several_transactions(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	struct hear_buffer grant;
	struct hear_writer *writer;
	struct hear_admitted is;
	struct hear_err err;
	unsigned i;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	for (i = 1; i <= 12; i++) {
		people_filed(p, mine, BOB, HEAR_GREEN, "bob", i);
		(void)people_give(mine, 2 + i, other);
	}
	assert_int_equal(people_asides(other).all, 12);
	grant = people_packed(mine, 2);
	writer = people_write(other);
	writer->aside_most = 1000; /* about two of them */
	filed_ok(hear_write_admit(writer, hear_buffer_view(&grant), NULL, &is,
				  &err),
		 &err);
	filed_ok(hear_settle(writer, &err), &err);
	assert_true(writer->more);
	assert_true(hear_txn_entries(hear_writer_txn(writer), HEAR_ASIDE) > 6);
	people_commit(writer);
	assert_int_equal(people_asides(other).all, 0);
	assert_true(people_equal(mine, other));
	assert_int_equal(people_wrong(other, false), 0);
	hear_buffer_done(&grant);
	hear_dataset_close(other);
}

static void roster_filings_wait_for_those_they_have_seen(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	struct hear_admitted is;

	people_grant(p, mine, ALICE, BOB, HEAR_ADMIN, HEAR_GREEN);
	people_grant(p, mine, BOB, CAROL, HEAR_WRITER, HEAR_GREEN);
	people_grant(p, mine, ALICE, CAROL, HEAR_READER, HEAR_GREEN);
	is = people_give(mine, 4, other);
	assert_int_equal(is.reason, HEAR_WAIT_SEEN);
	is = people_give(mine, 3, other);
	assert_int_equal(is.reason, HEAR_WAIT_SEEN);
	assert_int_equal(people_wrong(other, false), 0);
	assert_int_equal(people_give(mine, 2, other).what, HEAR_ADMITTED);
	assert_int_equal(people_member(p, other, CAROL).role, HEAR_READER);
	assert_true(people_equal(mine, other));
	assert_int_equal(people_wrong(other, false), 0);
	hear_dataset_close(other);
}

static void a_roster_filing_by_one_who_is_no_admin_stays_aside(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_act act = {.kind = HEAR_KIND_GRANT,
			       .key = p->are[MALLORY]->key,
			       .channel_key = p->are[MALLORY]->channel_key,
			       .name = "mallory",
			       .role = HEAR_ADMIN,
			       .clearance = HEAR_RED};
	struct hear_record record;
	struct forged forged;
	struct hear_admitted is;
	struct hear_err err;

	hear_identity_certificate(p->are[MALLORY], act.certificate);
	filed_ok(hear_act_make(p->filed.arena, &act, hear_span_of(""), &record,
			       &err),
		 &err);
	people_forge(p, MALLORY, 0, &forged);
	forged.filing.header.seen[0] = mine->id;
	forged.filing.header.seen_count = 1;
	forged.filing.bodies[forged.filing.count++] = record.body;
	people_sign(p, MALLORY, &forged);
	is = people_admit(mine, &forged.packed);
	assert_int_equal(is.what, HEAR_WAITING);
	assert_int_equal(is.reason, HEAR_WAIT_AUTHOR);
	people_grant(p, mine, ALICE, MALLORY, HEAR_ADMIN, HEAR_GREEN);
	assert_int_equal(people_member(p, mine, MALLORY).clearance, HEAR_GREEN);
	assert_int_equal(people_asides(mine).all, 1);
	assert_int_equal(people_wrong(mine, false), 0);
	hear_buffer_done(&forged.packed);
}

static void a_red_filing_of_a_green_cleared_author_waits(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_admitted is;
	struct forged forged;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	people_forge(p, BOB, HEAR_RED, &forged);
	people_put(p, &forged, "red", 1);
	people_sign(p, BOB, &forged);
	is = people_admit(mine, &forged.packed);
	assert_int_equal(is.what, HEAR_WAITING);
	assert_int_equal(is.reason, HEAR_WAIT_MARKING);
	assert_false(people_holds(p, mine, "red", 1));
	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_RED);
	assert_true(people_holds(p, mine, "red", 1));
	assert_int_equal(people_asides(mine).all, 0);
	/* What was once allowed stays, whatever is taken back. */
	people_grant(p, mine, ALICE, BOB, HEAR_READER, HEAR_CLEAR);
	assert_true(people_holds(p, mine, "red", 1));
	assert_int_equal(people_wrong(mine, false), 0);
	hear_buffer_done(&forged.packed);
}

static void future_dated_filings_are_in_the_tree_and_in_no_view(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct forged forged;
	struct hear_statistics before;
	struct hear_statistics after;
	struct hear_id now;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	before = people_stat(mine);
	people_forge(p, BOB, HEAR_GREEN, &forged);
	forged.filing.header.time =
		(uint64_t)(filed_now + INT64_C(365) * 86400000) << 16;
	people_put(p, &forged, "future", 1);
	people_sign(p, BOB, &forged);
	assert_int_equal(people_admit(mine, &forged.packed).what,
			 HEAR_ADMITTED);
	after = people_stat(mine);
	assert_int_equal(after.marked[HEAR_GREEN], 1);
	assert_false(hear_id_equal(&before.root, &after.root));
	assert_false(people_holds(p, mine, "future", 1));
	assert_int_equal(after.newest_ms, before.newest_ms);
	now = people_filed(p, mine, ALICE, HEAR_GREEN, "now", 1);
	(void)now;
	assert_true(people_stat(mine).newest_ms <= filed_now + 1);
	assert_int_equal(people_wrong(mine, false), 0);
	hear_buffer_done(&forged.packed);
}

/* ---- Bad bytes ---- */

static void assert_charged(struct people *p, const struct hear_buffer *packed,
			   const char *why)
{
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_admitted is = people_admit(mine, packed);

	assert_int_equal(is.what, HEAR_CHARGED);
	assert_non_null(strstr(is.why, why));
	assert_int_equal(entries(mine, HEAR_ASIDE), 0);
	assert_int_equal(entries(mine, HEAR_ASIDE_IDS), 0);
	assert_int_equal(entries(mine, HEAR_REFUSED), 0);
	assert_int_equal(people_wrong(mine, false), 0);
}

static void a_bad_signature_or_body_is_charged_and_leaves_nothing(void **state)
{
	struct people *p = *state;
	struct hear_arena *arena = hear_arena_new();
	struct forged forged;
	struct hear_err err;

	/* Mallory is no member either: the signature comes first. */
	people_forge(p, MALLORY, HEAR_GREEN, &forged);
	people_put(p, &forged, "bad", 1);
	people_sign(p, MALLORY, &forged);
	forged.filing.signature[3] ^= 1;
	hear_buffer_reset(&forged.packed);
	filed_ok(hear_sealed_pack(arena, &forged.filing, &forged.packed, &err),
		 &err);
	assert_charged(p, &forged.packed, "signature");

	forged.filing.signature[3] ^= 1;
	forged.filing.count = 0;
	people_put(p, &forged, "bad", 2);
	hear_buffer_reset(&forged.packed);
	filed_ok(hear_sealed_pack(arena, &forged.filing, &forged.packed, &err),
		 &err);
	assert_charged(p, &forged.packed, "not those its author signed");

	/* The right one is none the worse for it. */
	forged.filing.count = 0;
	people_put(p, &forged, "bad", 1);
	hear_buffer_reset(&forged.packed);
	filed_ok(hear_sealed_pack(arena, &forged.filing, &forged.packed, &err),
		 &err);
	assert_int_equal(people_admit(p->filed.dataset, &forged.packed).what,
			 HEAR_WAITING);
	hear_buffer_done(&forged.packed);
	hear_arena_free(arena);
}

static void filings_of_another_dataset_are_charged(void **state)
{
	struct people *p = *state;
	struct forged forged;
	struct filed elsewhere;
	struct hear_buffer genesis;

	people_forge(p, ALICE, HEAR_GREEN, &forged);
	memset(forged.filing.header.dataset.bytes, 9, 32);
	people_put(p, &forged, "bad", 1);
	people_sign(p, ALICE, &forged);
	assert_charged(p, &forged.packed, "another dataset");
	hear_buffer_done(&forged.packed);
	filed_open(&elsewhere);
	genesis = people_packed(elsewhere.dataset, 1);
	assert_charged(p, &genesis, "another dataset");
	hear_buffer_done(&genesis);
	filed_close(&elsewhere);
	genesis = people_packed(p->filed.dataset, 1);
	assert_int_equal(people_admit(p->filed.dataset, &genesis).what,
			 HEAR_HELD);
	hear_buffer_done(&genesis);
}

static void bytes_that_are_no_filing_are_charged(void **state)
{
	struct people *p = *state;
	struct hear_buffer packed = people_packed(p->filed.dataset, 1);
	struct hear_buffer bytes = {0};
	size_t size;

	hear_buffer_text(&bytes, "GET / HTTP/1.1\r\n\r\n");
	assert_int_equal(people_admit(p->filed.dataset, &bytes).what,
			 HEAR_CHARGED);
	for (size = 0; size < packed.size; size += 7) {
		hear_buffer_reset(&bytes);
		hear_buffer_add(&bytes, packed.data, size);
		assert_int_equal(people_admit(p->filed.dataset, &bytes).what,
				 HEAR_CHARGED);
	}
	hear_buffer_done(&packed);
	hear_buffer_done(&bytes);
}

static void assert_refused(struct people *p, struct forged *forged,
			   const char *why)
{
	struct hear_dataset *mine = p->filed.dataset;
	uint64_t before = entries(mine, HEAR_REFUSED);
	struct hear_admitted is = people_admit(mine, &forged->packed);

	assert_int_equal(is.what, HEAR_REFUSED_FILING);
	assert_non_null(strstr(is.why, why));
	assert_int_equal(entries(mine, HEAR_REFUSED), before + 1);
	is = people_admit(mine, &forged->packed);
	assert_int_equal(is.what, HEAR_REFUSED_FILING);
	assert_int_equal(entries(mine, HEAR_REFUSED), before + 1);
	assert_int_equal(entries(mine, HEAR_ASIDE), 0);
	assert_int_equal(people_wrong(mine, false), 0);
	hear_buffer_done(&forged->packed);
}

static void what_its_author_should_not_have_made_is_refused_and_remembered(
	void **state)
{
	struct people *p = *state;
	struct hear_act act = {.kind = HEAR_KIND_REMOVAL,
			       .key = p->are[BOB]->key,
			       .mode = HEAR_REMOVAL_FLAG};
	struct hear_record record;
	struct forged forged;
	struct hear_err err;

	filed_ok(hear_act_make(p->filed.arena, &act, hear_span_of(""), &record,
			       &err),
		 &err);
	people_forge(p, ALICE, HEAR_GREEN, &forged);
	people_put(p, &forged, "mixed", 1);
	forged.filing.bodies[forged.filing.count++] = record.body;
	people_sign(p, ALICE, &forged);
	assert_refused(p, &forged, "mixes records of the roster");

	people_forge(p, ALICE, 0, &forged);
	forged.filing.header.seen[0] = p->filed.dataset->id;
	forged.filing.header.seen_count = 1;
	forged.filing.bodies[forged.filing.count++] = record.body;
	people_put(p, &forged, "mixed", 1);
	people_sign(p, ALICE, &forged);
	assert_refused(p, &forged, "mixes records of the roster");

	people_forge(p, ALICE, HEAR_LOCAL, &forged);
	people_put(p, &forged, "local", 1);
	people_sign(p, ALICE, &forged);
	assert_refused(p, &forged, "marked local");
	{
		struct hear_reader *reader = people_read(p->filed.dataset);
		struct hear_id id = forged.filing.id;
		struct hear_held held;

		filed_ok(hear_replica_held(reader, &id, &held, &err), &err);
		assert_int_equal(held.what, HEAR_REFUSED_FILING);
		assert_int_equal(held.refusal, HEAR_REFUSED_LOCAL);
		id.bytes[0] ^= 1;
		assert_int_equal(hear_replica_held(reader, &id, &held, &err),
				 HEAR_NOTFOUND);
		hear_read_end(reader);
	}

	people_forge(p, ALICE, HEAR_GREEN, &forged);
	forged.filing.bodies[forged.filing.count++] = hear_span_of("\xc0");
	people_sign(p, ALICE, &forged);
	assert_refused(p, &forged, "not canonical");
}

static void a_refusal_is_forgotten_after_thirty_days(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_writer *writer = NULL;
	struct forged forged;
	struct hear_err err;

	people_forge(p, ALICE, HEAR_LOCAL, &forged);
	people_put(p, &forged, "local", 1);
	people_sign(p, ALICE, &forged);
	assert_refused(p, &forged, "marked local");
	filed_ok(hear_write_begin(&writer, mine,
				  filed_now + HEAR_REFUSED_MS - 1, &err),
		 &err);
	people_commit(writer);
	assert_int_equal(entries(mine, HEAR_REFUSED), 1);
	filed_ok(hear_write_begin(&writer, mine, filed_now + HEAR_REFUSED_MS,
				  &err),
		 &err);
	people_commit(writer);
	assert_int_equal(entries(mine, HEAR_REFUSED), 0);
}

static void an_unknown_partition_is_kept_apart(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_statistics before = people_stat(mine);
	struct hear_statistics after;
	struct forged forged;
	struct hear_admitted is;

	people_forge(p, ALICE, HEAR_GREEN, &forged);
	memset(forged.filing.header.partition, 77, 33);
	forged.filing.header.partition_size = 33;
	people_put(p, &forged, "audience", 1);
	people_sign(p, ALICE, &forged);
	is = people_admit(mine, &forged.packed);
	assert_int_equal(is.what, HEAR_WAITING);
	assert_int_equal(is.reason, HEAR_WAIT_PARTITION);
	after = people_stat(mine);
	assert_true(hear_id_equal(&before.root, &after.root));
	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_RED);
	assert_int_equal(people_asides(mine).by_reason[HEAR_WAIT_PARTITION], 1);
	assert_int_equal(people_wrong(mine, false), 0);
	hear_buffer_done(&forged.packed);
}

/* ---- Removals ---- */

static void what_comes_after_a_removal_is_flagged_or_sealed(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *bobs = people_copy(p);
	struct hear_admitted is;
	int mode;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);   /* 2 */
	people_grant(p, mine, ALICE, CAROL, HEAR_WRITER, HEAR_GREEN); /* 3 */
	people_filed(p, mine, BOB, HEAR_GREEN, "bob", 1);	      /* 4 */
	people_filed(p, mine, CAROL, HEAR_GREEN, "carol", 1);	      /* 5 */
	people_give_all(mine, bobs);
	for (mode = 0; mode < 2; mode++) {
		int who = mode ? CAROL : BOB;
		const char *name = mode ? "carol" : "bob";

		people_remove(p, mine, ALICE, who,
			      mode ? HEAR_REMOVAL_SEAL : HEAR_REMOVAL_FLAG);
		/* Not heard of it yet. */
		people_filed(p, bobs, who, HEAR_GREEN, name, 2);
		is = people_give(bobs, people_last(bobs), mine);
		assert_int_equal(is.what, mode ? HEAR_WAITING : HEAR_ADMITTED);
		assert_int_equal(is.reason, mode ? HEAR_WAIT_SEALED
						 : HEAR_WAIT_FLAGGED);
		assert_true(people_holds(p, mine, name, 1));
		assert_false(people_holds(p, mine, name, 2));
		assert_true(people_holds(p, bobs, name, 2));
		assert_int_equal(people_wrong(mine, false), 0);
	}
	/* And the other way round: the removal comes after the filing. */
	people_give_all(mine, bobs);
	assert_false(people_holds(p, bobs, "bob", 2));
	assert_false(people_holds(p, bobs, "carol", 2));
	assert_true(people_holds(p, bobs, "carol", 1));
	assert_int_equal(people_asides(bobs).by_reason[HEAR_WAIT_SEALED], 1);
	assert_int_equal(people_wrong(bobs, false), 0);
	assert_true(people_equal(mine, bobs));
	assert_int_equal(people_stat(mine).marked[HEAR_GREEN], 3);
	hear_dataset_close(bobs);
}

static void sealed_filings_come_back_when_the_member_is_granted_again(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	struct hear_dataset *both[2] = {mine, other};
	int i;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	people_filed(p, mine, BOB, HEAR_GREEN, "bob", 1);
	people_give_all(mine, other);
	people_filed(p, other, BOB, HEAR_GREEN, "bob", 2);
	people_filed(p, other, BOB, HEAR_GREEN, "bob", 3);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_SEAL);
	people_give_all(mine, other); /* out of the tree there */
	people_give_all(other, mine); /* aside here */
	for (i = 0; i < 2; i++) {
		assert_false(people_holds(p, both[i], "bob", 2));
		assert_int_equal(people_asides(both[i]).all, 2);
		assert_int_equal(people_stat(both[i]).marked[HEAR_GREEN], 1);
		assert_int_equal(people_wrong(both[i], false), 0);
	}
	assert_true(people_equal(mine, other));
	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	people_give_all(mine, other);
	for (i = 0; i < 2; i++) {
		assert_true(people_holds(p, both[i], "bob", 2));
		assert_true(people_holds(p, both[i], "bob", 3));
		assert_int_equal(people_asides(both[i]).all, 0);
		assert_int_equal(people_wrong(both[i], false), 0);
	}
	assert_true(people_equal(mine, other));
	hear_dataset_close(other);
}

static void what_leads_to_a_head_of_the_removal_stands_in_any_order(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *up = people_copy(p);
	struct hear_dataset *down = people_copy(p);
	uint64_t last;
	uint64_t number;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN); /* 2 */
	for (number = 1; number <= 20; number++) /* 3 .. 22 */
		people_filed(p, mine, BOB, HEAR_GREEN, "bob", (unsigned)number);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_SEAL);
	last = people_last(mine);
	(void)people_give(mine, 2, up);
	(void)people_give(mine, last, up);
	for (number = 3; number < last; number++) {
		struct hear_admitted is = people_give(mine, number, up);

		/* Nothing here leads to the head before it comes. */
		assert_int_equal(is.what, number < last - 1 ? HEAR_WAITING
							    : HEAR_ADMITTED);
		assert_int_equal(people_wrong(up, false), 0);
	}
	(void)people_give(mine, 2, down);
	(void)people_give(mine, last, down);
	for (number = last - 1; number >= 3; number--)
		assert_int_equal(people_give(mine, number, down).what,
				 HEAR_ADMITTED);
	assert_true(people_equal(mine, up));
	assert_true(people_equal(mine, down));
	assert_int_equal(people_stat(up).marked[HEAR_GREEN], 20);
	assert_int_equal(people_asides(up).all, 0);
	assert_int_equal(people_wrong(up, false), 0);
	assert_int_equal(people_wrong(down, false), 0);
	hear_dataset_close(up);
	hear_dataset_close(down);
}

static void one_that_is_left_out_keeps_none_before_it(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *bobs = people_copy(p);
	uint64_t last;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	people_filed(p, mine, BOB, HEAR_GREEN, "bob", 1);
	people_give_all(mine, bobs);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_FLAG);
	people_filed(p, bobs, BOB, HEAR_GREEN, "bob", 2);
	people_filed(p, bobs, BOB, HEAR_GREEN, "bob", 3);
	last = people_last(bobs);
	(void)people_give(bobs, last, mine);
	(void)people_give(bobs, last - 1, mine);
	assert_true(people_holds(p, mine, "bob", 1));
	assert_false(people_holds(p, mine, "bob", 2));
	assert_false(people_holds(p, mine, "bob", 3));
	assert_int_equal(people_asides(mine).left, 2);
	assert_int_equal(people_wrong(mine, false), 0);
	hear_dataset_close(bobs);
}

static void another_removal_leaves_what_its_author_had_standing(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *carols = people_copy(p);

	people_grant(p, mine, ALICE, CAROL, HEAR_ADMIN, HEAR_GREEN);
	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	people_give_all(mine, carols);
	people_filed(p, carols, BOB, HEAR_GREEN, "bob", 1);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_SEAL);
	people_remove(p, carols, CAROL, BOB, HEAR_REMOVAL_SEAL);
	/* Alice had not seen it, and carol had. */
	(void)people_give(carols, people_last(carols) - 1, mine);
	assert_false(people_holds(p, mine, "bob", 1));
	people_give_all(carols, mine);
	people_give_all(mine, carols);
	assert_true(people_holds(p, mine, "bob", 1));
	assert_true(people_holds(p, carols, "bob", 1));
	assert_true(people_equal(mine, carols));
	assert_int_equal(people_asides(mine).all, 0);
	assert_int_equal(people_wrong(mine, false), 0);
	assert_int_equal(people_wrong(carols, false), 0);
	hear_dataset_close(carols);
}

static void removing_a_flagged_member_again_leaves_the_same_standing(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *bobs = people_copy(p);

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	people_filed(p, mine, BOB, HEAR_GREEN, "bob", 1);
	people_give_all(mine, bobs);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_FLAG);
	people_filed(p, bobs, BOB, HEAR_GREEN, "bob", 2);
	people_give_all(bobs, mine);
	assert_int_equal(people_stat(mine).marked[HEAR_GREEN], 2);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_SEAL);
	assert_true(people_holds(p, mine, "bob", 1));
	assert_false(people_holds(p, mine, "bob", 2));
	assert_int_equal(people_stat(mine).marked[HEAR_GREEN], 1);
	assert_int_equal(people_wrong(mine, false), 0);
	hear_dataset_close(bobs);
}

static void a_retraction_by_a_removed_member_takes_nothing_back(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_value *tree = hear_make_map(p->filed.arena);
	struct hear_value *list = hear_make_list(p->filed.arena);
	struct hear_record record;
	struct hear_record claim;
	struct hear_id filing;
	struct forged forged;
	struct hear_err err;
	char text[HEAR_ID_TEXT];

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	filing = people_filed(p, mine, ALICE, HEAR_GREEN, "alice", 1);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_FLAG);
	filed_claim(p->filed.arena, "alice", 1, &claim);
	filed_set(p->filed.arena, tree, "kind", "retraction");
	hear_id_print(&claim.id, text);
	filed_set(p->filed.arena, tree, "record", text);
	hear_id_print(&filing, text);
	hear_list_add(p->filed.arena, list,
		      hear_make_text(p->filed.arena, hear_span_of(text)));
	hear_map_set(p->filed.arena, tree, "filings", list);
	filed_set(p->filed.arena, tree, "reason", "spite");
	filed_ok(hear_record_make(p->filed.arena, tree, &record, &err), &err);
	people_forge(p, BOB, HEAR_GREEN, &forged);
	forged.filing.bodies[forged.filing.count++] = record.body;
	people_sign(p, BOB, &forged);
	assert_int_equal(people_admit(mine, &forged.packed).what,
			 HEAR_ADMITTED);
	{
		struct hear_reader *reader = people_read(mine);
		struct hear_filed *filed = NULL;
		size_t count = 0;

		filed_ok(hear_filed_in(reader, p->filed.arena, &claim.id,
				       &filed, &count, &err),
			 &err);
		assert_int_equal(count, 1);
		assert_false(filed[0].retracted);
		hear_read_end(reader);
	}
	hear_buffer_done(&forged.packed);
}

/* ---- Bundles ---- */

static struct hear_dataset *bundled(struct people *p, struct hear_dataset *from)
{
	struct hear_reader *reader = people_read(from);
	struct hear_bundle *bundle = NULL;
	struct hear_dataset *out = NULL;
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct hear_span packed;
	struct hear_err err;
	uint64_t count;
	char path[100];
	FILE *file = tmpfile();

	assert_non_null(file);
	filed_ok(hear_bundle_write(reader, fileno(file), &count, &err), &err);
	hear_read_end(reader);
	rewind(file);
	filed_ok(hear_bundle_open(&bundle, fileno(file), &err), &err);
	filed_ok(hear_bundle_next(bundle, &packed, &err), &err);
	(void)snprintf(path, sizeof path, "%s/bundled", p->filed.folder);
	filed_ok(hear_dataset_adopt(&out, path, packed, filed_now, &err), &err);
	writer = people_write(out);
	while (hear_bundle_next(bundle, &packed, &err) == HEAR_OK)
		filed_ok(hear_write_take(writer, packed, &outcome, &err), &err);
	people_commit(writer);
	hear_bundle_close(bundle);
	fclose(file);
	return out;
}

static void a_bundle_carries_the_roster_and_all_it_admits(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *theirs = people_copy(p);
	struct hear_dataset *out;
	struct hear_id id;
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct hear_record record;
	struct hear_err err;

	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	people_grant(p, mine, ALICE, CAROL, HEAR_WRITER, HEAR_GREEN);
	people_filed(p, mine, BOB, HEAR_GREEN, "bob", 1);
	people_filed(p, mine, CAROL, HEAR_GREEN, "carol", 1);
	people_give_all(mine, theirs);
	people_filed(p, theirs, BOB, HEAR_GREEN, "bob", 2);
	people_filed(p, theirs, CAROL, HEAR_GREEN, "carol", 2);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_FLAG);
	people_remove(p, mine, ALICE, CAROL, HEAR_REMOVAL_SEAL);
	people_give_all(mine, theirs);
	filed_claim(p->filed.arena, "carol", 1, &record);
	id = record.id;
	writer = people_write(theirs);
	filed_ok(hear_write_purge(writer, p->are[ALICE], &id, hear_span_of(""),
				  &outcome, &err),
		 &err);
	people_commit(writer);
	out = bundled(p, theirs);
	assert_true(people_equal(theirs, out));
	assert_int_equal(people_stat(out).marked[HEAR_GREEN], 3);
	assert_int_equal(people_asides(out).all, 0);
	assert_false(people_holds(p, out, "bob", 2));
	assert_false(people_holds(p, out, "carol", 1));
	assert_true(people_holds(p, out, "bob", 1));
	assert_int_equal(people_wrong(out, false), 0);
	hear_dataset_close(out);
	hear_dataset_close(theirs);
}

static void a_bundle_begins_with_the_genesis_whatever_the_clocks_say(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_act act = {.kind = HEAR_KIND_GRANT,
			       .key = p->are[BOB]->key,
			       .channel_key = p->are[BOB]->channel_key,
			       .name = "bob",
			       .role = HEAR_WRITER,
			       .clearance = HEAR_RED};
	struct hear_dataset *out;
	struct hear_record record;
	struct forged forged;
	struct hear_err err;

	hear_identity_certificate(p->are[BOB], act.certificate);
	filed_ok(hear_act_make(p->filed.arena, &act, hear_span_of(""), &record,
			       &err),
		 &err);
	people_forge(p, ALICE, 0, &forged);
	forged.filing.header.time = 1;
	forged.filing.header.seen[0] = mine->id;
	forged.filing.header.seen_count = 1;
	forged.filing.bodies[forged.filing.count++] = record.body;
	people_sign(p, ALICE, &forged);
	assert_int_equal(people_admit(mine, &forged.packed).what,
			 HEAR_ADMITTED);
	out = bundled(p, mine);
	assert_int_equal(people_member(p, out, BOB).role, HEAR_WRITER);
	assert_true(people_equal(mine, out));
	hear_dataset_close(out);
	hear_buffer_done(&forged.packed);
}

/* ---- In any order ---- */

static unsigned dice(uint64_t *seed, unsigned sides)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % sides;
}

/* One of many things that happen on one of two copies. */
static void happen(struct people *p, struct hear_dataset *dataset,
		   unsigned number, uint64_t *seed)
{
	int admin = dice(seed, 3) ? ALICE : BOB;
	int who = BOB + (int)dice(seed, 3);
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct hear_err err;
	enum hear_code code = HEAR_OK;

	if (dice(seed, 2)) {
		(void)people_file(p, dataset, (int)dice(seed, PEOPLE),
				  (enum hear_marking)(1 + dice(seed, 5)),
				  "any", number, NULL, &err);
		return;
	}
	writer = people_write(dataset);
	if (dice(seed, 8) == 0) {
		struct hear_record record;

		filed_claim(p->filed.arena, "any", number - dice(seed, 10),
			    &record);
		code = hear_write_purge(writer, p->are[admin], &record.id,
					hear_span_of(""), &outcome, &err);
	} else if (dice(seed, 3))
		code = people_grant_in(writer, p->are[admin], p->are[who],
				       (enum hear_role)(1 + dice(seed, 3)),
				       (enum hear_marking)(1 + dice(seed, 5)),
				       &err);
	else
		code = hear_write_remove(writer, p->are[admin],
					 &p->are[who]->key,
					 dice(seed, 2) ? HEAR_REMOVAL_FLAG
						       : HEAR_REMOVAL_SEAL,
					 hear_span_of(""), &outcome, &err);
	if (code == HEAR_OK)
		people_commit(writer);
	else
		hear_write_abort(writer);
}

/* All of both, in an order drawn by lot, into a new copy. */
static struct hear_dataset *deal(struct people *p, struct hear_dataset **from,
				 uint64_t *seed)
{
	struct hear_dataset *out = people_copy(p);
	struct hear_buffer packed[512];
	size_t count = 0;
	size_t i;

	for (i = 0; i < 2; i++) {
		uint64_t last = people_last(from[i]);
		uint64_t number;

		for (number = 1; number <= last && count < 512; number++)
			packed[count++] = people_packed(from[i], number);
	}
	while (count > 0) {
		size_t at = dice(seed, (unsigned)count);

		(void)people_admit(out, &packed[at]);
		hear_buffer_done(&packed[at]);
		packed[at] = packed[--count];
	}
	/* Once more in order: what was purged is taken with the purge. */
	people_give_all(from[0], out);
	people_give_all(from[1], out);
	return out;
}

static void the_same_filings_in_any_order_give_the_same_tree(void **state)
{
	struct people *p = *state;
	const char *given = getenv("SEED");
	uint64_t first = given ? strtoull(given, NULL, 0)
			       : (uint64_t)time(NULL);
	unsigned run;

	printf("SEED=%llu\n", (unsigned long long)first);
	for (run = 0; run < 12; run++) {
		uint64_t seed = first + run;
		struct hear_dataset *two[2] = {people_copy(p), people_copy(p)};
		struct hear_dataset *one;
		struct hear_dataset *other;
		unsigned i;

		for (i = 0; i < 40; i++) {
			happen(p, two[dice(&seed, 2)], run * 100 + i, &seed);
			if (dice(&seed, 8) == 0)
				people_give_all(two[0], two[1]);
			if (dice(&seed, 8) == 0)
				people_give_all(two[1], two[0]);
		}
		one = deal(p, two, &seed);
		other = deal(p, two, &seed);
		assert_true(people_equal(one, other));
		people_give_all(one, two[0]);
		people_give_all(other, two[0]);
		assert_true(people_equal(one, two[0]));
		for (i = ALICE; i < PEOPLE; i++) {
			struct hear_member a = people_member(p, one, (int)i);
			struct hear_member b = people_member(p, other, (int)i);

			assert_memory_equal(&a, &b, sizeof a);
		}
		for (i = 0; i <= HEAR_WAIT_FLAGGED; i++)
			assert_int_equal(people_asides(one).by_reason[i],
					 people_asides(other).by_reason[i]);
		assert_int_equal(people_wrong(one, false), 0);
		assert_int_equal(people_wrong(two[0], false), 0);
		hear_dataset_close(one);
		hear_dataset_close(other);
		hear_dataset_close(two[0]);
		hear_dataset_close(two[1]);
	}
}

/* ---- A newer format ---- */

static void a_roster_that_needs_a_newer_program_stops_this_one(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_value *tree = hear_make_map(p->filed.arena);
	struct hear_record record;
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct forged forged;
	struct hear_err err;

	filed_set(p->filed.arena, tree, "kind", "limits");
	hear_map_set(p->filed.arena, tree, "needs",
		     hear_make_integer(p->filed.arena, 2));
	filed_ok(hear_record_pack(p->filed.arena, tree, &record, &err), &err);
	people_filed(p, mine, ALICE, HEAR_GREEN, "alice", 1);
	people_forge(p, ALICE, 0, &forged);
	forged.filing.header.seen[0] = mine->id;
	forged.filing.header.seen_count = 1;
	forged.filing.bodies[forged.filing.count++] = record.body;
	people_sign(p, ALICE, &forged);
	assert_int_equal(people_admit(mine, &forged.packed).what,
			 HEAR_ADMITTED);
	assert_int_equal(people_file(p, mine, ALICE, HEAR_GREEN, "alice", 2,
				     NULL, &err),
			 HEAR_VERSION);
	assert_non_null(strstr(err.message, "format 2"));
	writer = people_write(mine);
	assert_int_equal(hear_write_take(writer,
					 hear_buffer_view(&forged.packed),
					 &outcome, &err),
			 HEAR_VERSION);
	hear_write_abort(writer);
	assert_true(people_holds(p, mine, "alice", 1));
	assert_int_equal(people_wrong(mine, false), 0);
	{
		struct hear_txn *txn = NULL;

		filed_ok(hear_txn_write(&txn, mine->store, &err), &err);
		filed_ok(hear_txn_delete(txn, HEAR_META,
					 hear_span_of(HEAR_META_NEEDS), &err),
			 &err);
		filed_ok(hear_txn_commit(txn, &err), &err);
	}
	assert_int_equal(people_wrong(mine, true), 1);
	assert_int_equal(people_wrong(mine, false), 0);
	assert_int_equal(people_file(p, mine, ALICE, HEAR_GREEN, "alice", 2,
				     NULL, &err),
			 HEAR_VERSION);
	hear_buffer_done(&forged.packed);
}

/* ---- A node's own ---- */

static bool note_setting(void *context, const char *key,
			 struct hear_span value)
{
	struct hear_buffer *out = context;

	hear_buffer_print(out, "%s=%.*s ", key, (int)value.size, value.data);
	return true;
}

static void settings_are_listed_by_how_they_begin(void **state)
{
	static const char *const keys[] = {"peer.2", "peer.1", "pear", "peer.3"};
	struct people *p = *state;
	struct hear_writer *writer = people_write(p->filed.dataset);
	struct hear_buffer out = {0};
	struct hear_reader *reader;
	struct hear_err err;
	size_t i;

	for (i = 0; i < 4; i++)
		filed_ok(hear_write_setting(writer, keys[i],
					    hear_span_of("x"), &err),
			 &err);
	filed_ok(hear_write_setting(writer, "peer.3", hear_span_of(""), &err),
		 &err);
	people_commit(writer);
	reader = people_read(p->filed.dataset);
	filed_ok(hear_setting_each(reader, "peer.", note_setting, &out, &err),
		 &err);
	hear_read_end(reader);
	assert_string_equal(out.data, "peer.1=x peer.2=x ");
	hear_buffer_done(&out);
}

static void a_restored_dataset_is_known_as_such_until_it_has_synced(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *restored = NULL;
	struct hear_reader *reader;
	struct hear_writer *writer;
	struct hear_err err;
	char backup[100];
	char path[100];

	(void)snprintf(backup, sizeof backup, "%s/backup", p->filed.folder);
	(void)snprintf(path, sizeof path, "%s/restored", p->filed.folder);
	filed_ok(hear_backup(p->filed.dataset, backup, &err), &err);
	filed_ok(hear_restore(backup, path, &err), &err);
	filed_ok(hear_dataset_open(&restored, path, NULL, &err), &err);
	reader = people_read(restored);
	assert_true(hear_restored(reader));
	hear_read_end(reader);
	writer = people_write(restored);
	filed_ok(hear_write_synced(writer, &err), &err);
	people_commit(writer);
	reader = people_read(restored);
	assert_false(hear_restored(reader));
	hear_read_end(reader);
	reader = people_read(p->filed.dataset);
	assert_false(hear_restored(reader));
	hear_read_end(reader);
	hear_dataset_close(restored);
}

/* ---- Repair ---- */

static void spoil(struct hear_dataset *dataset, enum hear_table table)
{
	struct hear_txn *txn = NULL;
	struct hear_err err;

	filed_ok(hear_txn_write(&txn, dataset->store, &err), &err);
	filed_ok(hear_txn_clear(txn, table, &err), &err);
	filed_ok(hear_txn_commit(txn, &err), &err);
}

static void what_derives_from_the_roster_is_checked_and_repaired(void **state)
{
	static const enum hear_table tables[] = {HEAR_MEMBERS, HEAR_LEFT,
						 HEAR_ASIDE, HEAR_ASIDE_IDS,
						 HEAR_NODES, HEAR_ORDERED};
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *bobs = people_copy(p);
	struct forged forged;
	struct hear_statistics before;
	struct hear_statistics after;
	unsigned number;
	size_t i;

	people_grant(p, mine, ALICE, BOB, HEAR_ADMIN, HEAR_GREEN);
	for (number = 1; number <= 20; number++)
		people_filed(p, mine, BOB, HEAR_GREEN, "bob", number);
	people_grant(p, mine, BOB, CAROL, HEAR_WRITER, HEAR_GREEN);
	people_give_all(mine, bobs);
	people_filed(p, bobs, BOB, HEAR_GREEN, "bob", 30);
	people_filed(p, bobs, CAROL, HEAR_GREEN, "carol", 30);
	people_remove(p, mine, ALICE, BOB, HEAR_REMOVAL_SEAL);
	people_remove(p, mine, ALICE, CAROL, HEAR_REMOVAL_FLAG);
	people_give_all(mine, bobs);
	people_forge(p, MALLORY, HEAR_GREEN, &forged);
	people_put(p, &forged, "aside", 1);
	people_sign(p, MALLORY, &forged);
	(void)people_admit(bobs, &forged.packed);
	assert_int_equal(people_wrong(bobs, false), 0);
	assert_int_equal(people_asides(bobs).left, 2);
	assert_int_equal(people_asides(bobs).all, 2);
	before = people_stat(bobs);
	for (i = 0; i < sizeof tables / sizeof *tables; i++) {
		spoil(bobs, tables[i]);
		assert_true(people_wrong(bobs, true) > 0);
		if (tables[i] == HEAR_ASIDE)
			(void)people_admit(bobs, &forged.packed);
		assert_int_equal(people_wrong(bobs, false), 0);
		after = people_stat(bobs);
		assert_true(hear_id_equal(&before.root, &after.root));
		assert_int_equal(people_asides(bobs).left, 2);
		assert_int_equal(people_asides(bobs).all, 2);
	}
	hear_buffer_done(&forged.packed);
	hear_dataset_close(bobs);
}

/* ---- Proof ---- */

struct proof {
	struct hear_dataset *from;
	struct hear_dataset *to;
	unsigned count;
};

static enum hear_code give_proof(void *context, uint64_t number,
				 struct hear_err *err)
{
	struct proof *proof = context;

	(void)err;
	proof->count++;
	assert_int_equal(people_give(proof->from, number, proof->to).what,
			 HEAR_ADMITTED);
	return HEAR_OK;
}

static void the_proof_of_a_grant_is_believed_by_one_with_the_genesis(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	struct proof proof = {mine, other, 0};
	struct hear_reader *reader;
	struct hear_err err;

	people_grant(p, mine, ALICE, CAROL, HEAR_ADMIN, HEAR_RED);
	people_grant(p, mine, CAROL, BOB, HEAR_WRITER, HEAR_GREEN);
	people_grant(p, mine, ALICE, MALLORY, HEAR_READER, HEAR_CLEAR);
	reader = people_read(mine);
	filed_ok(hear_replica_proof(hear_reader_txn(reader), &p->are[BOB]->key,
				    give_proof, &proof, &err),
		 &err);
	hear_read_end(reader);
	assert_int_equal(proof.count, 2);
	assert_int_equal(people_member(p, other, BOB).role, HEAR_WRITER);
	assert_int_equal(people_member(p, other, MALLORY).ever_role, 0);
	hear_dataset_close(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(who_is_granted_writing_may_file),
		TEST(a_reader_a_marking_above_clearance_and_a_removed_one_are_refused),
		TEST(only_an_admin_grants_and_nobody_above_their_own_clearance),
		TEST(a_grant_of_what_is_so_already_files_nothing),
		TEST(a_channel_key_that_was_not_signed_for_is_refused),
		TEST(members_are_listed_by_name),
		TEST(a_grant_tells_which_invitation_it_redeems),
		TEST(what_waits_is_admitted_when_the_roster_comes),
		TEST(many_that_wait_are_admitted_over_several_transactions),
		TEST(roster_filings_wait_for_those_they_have_seen),
		TEST(a_roster_filing_by_one_who_is_no_admin_stays_aside),
		TEST(a_red_filing_of_a_green_cleared_author_waits),
		TEST(future_dated_filings_are_in_the_tree_and_in_no_view),
		TEST(a_bad_signature_or_body_is_charged_and_leaves_nothing),
		TEST(filings_of_another_dataset_are_charged),
		TEST(bytes_that_are_no_filing_are_charged),
		TEST(what_its_author_should_not_have_made_is_refused_and_remembered),
		TEST(a_refusal_is_forgotten_after_thirty_days),
		TEST(an_unknown_partition_is_kept_apart),
		TEST(what_comes_after_a_removal_is_flagged_or_sealed),
		TEST(sealed_filings_come_back_when_the_member_is_granted_again),
		TEST(what_leads_to_a_head_of_the_removal_stands_in_any_order),
		TEST(one_that_is_left_out_keeps_none_before_it),
		TEST(another_removal_leaves_what_its_author_had_standing),
		TEST(removing_a_flagged_member_again_leaves_the_same_standing),
		TEST(a_retraction_by_a_removed_member_takes_nothing_back),
		TEST(a_bundle_carries_the_roster_and_all_it_admits),
		TEST(a_bundle_begins_with_the_genesis_whatever_the_clocks_say),
		TEST(the_same_filings_in_any_order_give_the_same_tree),
		TEST(a_roster_that_needs_a_newer_program_stops_this_one),
		TEST(settings_are_listed_by_how_they_begin),
		TEST(a_restored_dataset_is_known_as_such_until_it_has_synced),
		TEST(what_derives_from_the_roster_is_checked_and_repaired),
		TEST(the_proof_of_a_grant_is_believed_by_one_with_the_genesis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
