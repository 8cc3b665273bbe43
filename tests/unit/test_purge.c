/* SPDX-License-Identifier: ISC */
#include "core/members.h"
#include "core/postings.h"
#include "core/purge.h"
#include "core/roster.h"
#include "core/words.h"
#include "tests/unit/members.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int set_up(void **state)
{
	struct people *p = calloc(1, sizeof *p);

	*state = p;
	if (!p)
		return -1;
	people_open(p);
	people_grant(p, p->filed.dataset, ALICE, BOB, HEAR_WRITER, HEAR_GREEN);
	return 0;
}

static int tear_down(void **state)
{
	struct people *p = *state;

	people_close(p);
	free(p);
	return 0;
}

/* Claims 1 to 3 of a series in one filing by bob. */
static struct hear_id three(struct people *p, struct hear_dataset *dataset,
			    const char *series)
{
	struct hear_writer *writer = people_write(dataset);
	struct hear_record records[3];
	struct hear_outcome outcome;
	struct hear_err err;
	unsigned i;

	for (i = 0; i < 3; i++)
		filed_claim(p->filed.arena, series, i + 1, &records[i]);
	filed_ok(hear_write_file(writer, p->are[BOB], HEAR_GREEN, records, 3,
				 &outcome, &err),
		 &err);
	people_commit(writer);
	return outcome.filing;
}

static struct hear_id claim_id(struct people *p, const char *series,
			       unsigned number)
{
	struct hear_record record;

	filed_claim(p->filed.arena, series, number, &record);
	return record.id;
}

static enum hear_code purge(struct people *p, struct hear_dataset *dataset,
			    int who, const struct hear_id *id,
			    struct hear_err *err)
{
	struct hear_writer *writer = people_write(dataset);
	struct hear_outcome outcome;
	enum hear_code code =
		hear_write_purge(writer, p->are[who], id,
				 hear_span_of("an order"), &outcome, err);

	if (code == HEAR_OK) {
		people_commit(writer);
		assert_true(outcome.made);
	} else {
		hear_write_abort(writer);
	}
	return code;
}

static void purged(struct people *p, struct hear_dataset *dataset,
		   const char *series, unsigned number)
{
	struct hear_id id = claim_id(p, series, number);
	struct hear_err err;

	filed_ok(purge(p, dataset, ALICE, &id, &err), &err);
}

static bool has_word(struct hear_dataset *dataset, const char *word)
{
	struct hear_reader *reader = people_read(dataset);
	enum hear_code code = hear_posted(hear_reader_txn(reader), HEAR_WORDS,
					  hear_span_of(word), NULL);

	hear_read_end(reader);
	return code == HEAR_OK;
}

/* Whether the bytes stand anywhere in the data file. */
static bool on_disk(const char *path, const char *bytes)
{
	char name[128];
	char *content;
	FILE *file;
	bool found = false;
	size_t size;

	(void)snprintf(name, sizeof name, "%s/data.mdb", path);
	file = fopen(name, "rb");
	assert_non_null(file);
	content = malloc(64 << 20);
	assert_non_null(content);
	size = fread(content, 1, 64 << 20, file);
	found = memmem(content, size, bytes, strlen(bytes)) != NULL;
	free(content);
	fclose(file);
	return found;
}

/* ---- What goes, and what stays ---- */

static void a_purged_record_is_gone_and_the_others_stand(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_statistics before;
	struct hear_statistics after;

	three(p, mine, "secret");
	before = people_stat(mine);
	assert_true(has_word(mine, "n2"));
	purged(p, mine, "secret", 2);
	assert_true(people_holds(p, mine, "secret", 1));
	assert_false(people_holds(p, mine, "secret", 2));
	assert_true(people_holds(p, mine, "secret", 3));
	assert_false(has_word(mine, "n2"));
	assert_true(has_word(mine, "n1"));
	after = people_stat(mine);
	assert_true(hear_id_equal(&before.roots[HEAR_GREEN],
				  &after.roots[HEAR_GREEN]));
	assert_int_equal(after.claims, 2);
	assert_int_equal(people_wrong(mine, false), 0);
}

static void nothing_of_it_is_left_on_disk_once_compacted(void **state)
{
	struct people *p = *state;
	uint64_t before;
	uint64_t after;
	struct hear_err err;

	three(p, p->filed.dataset, "unforgettable");
	assert_true(on_disk(p->filed.path, "unforgettable claim n2"));
	purged(p, p->filed.dataset, "unforgettable", 2);
	hear_dataset_close(p->filed.dataset);
	filed_ok(hear_compact(p->filed.path, &before, &after, &err), &err);
	assert_false(on_disk(p->filed.path, "unforgettable claim n2"));
	assert_true(on_disk(p->filed.path, "unforgettable claim n1"));
	p->filed.dataset = NULL;
	filed_reopen(&p->filed);
	assert_int_equal(people_wrong(p->filed.dataset, false), 0);
}

static void every_filing_here_that_holds_it_is_purged(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;

	three(p, mine, "twice");
	/* The same record at a lower marking, and one that never leaves. */
	people_filed(p, mine, ALICE, HEAR_CLEAR, "twice", 2);
	people_filed(p, mine, ALICE, HEAR_LOCAL, "alone", 1);
	purged(p, mine, "twice", 2);
	purged(p, mine, "alone", 1);
	assert_false(people_holds(p, mine, "twice", 2));
	assert_false(people_holds(p, mine, "alone", 1));
	assert_false(has_word(mine, "alone"));
	assert_int_equal(people_wrong(mine, false), 0);
	/* It may be filed again: that is another filing. */
	people_filed(p, mine, ALICE, HEAR_GREEN, "twice", 2);
	assert_true(people_holds(p, mine, "twice", 2));
	assert_int_equal(people_wrong(mine, false), 0);
}

static void a_record_that_another_filing_holds_stays_for_that_one(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);

	three(p, mine, "both");
	people_give_all(mine, other);
	/* Filed there at a lower marking, which is not known here. */
	people_filed(p, other, ALICE, HEAR_CLEAR, "both", 2);
	purged(p, mine, "both", 2);
	people_give_all(mine, other);
	assert_true(people_holds(p, other, "both", 2));
	assert_true(has_word(other, "n2"));
	assert_int_equal(people_wrong(other, false), 0);
	hear_dataset_close(other);
}

static void several_purges_of_one_filing_add_up(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	unsigned i;

	three(p, mine, "all");
	for (i = 1; i <= 3; i++) {
		purged(p, mine, "all", i);
		assert_int_equal(people_wrong(mine, false), 0);
	}
	people_give_all(mine, other); /* the purges come last */
	people_give_all(mine, other);
	assert_int_equal(people_wrong(other, false), 0);
	assert_true(people_equal(mine, other));
	for (i = 1; i <= 3; i++) {
		assert_false(people_holds(p, mine, "all", i));
		assert_false(people_holds(p, other, "all", i));
	}
	hear_dataset_close(other);
}

/* ---- Elsewhere ---- */

static void a_purge_strips_the_filing_wherever_it_comes(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);

	three(p, mine, "spread");
	people_give_all(mine, other);
	assert_true(people_holds(p, other, "spread", 2));
	purged(p, mine, "spread", 2);
	people_give_all(mine, other);
	assert_false(people_holds(p, other, "spread", 2));
	assert_true(people_holds(p, other, "spread", 1));
	assert_false(has_word(other, "n2"));
	assert_true(people_equal(mine, other));
	assert_int_equal(people_wrong(other, false), 0);
	hear_dataset_close(other);
}

static void a_full_copy_that_arrives_later_is_stripped(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	struct hear_buffer full;
	struct hear_buffer stripped;
	struct hear_buffer theirs;

	three(p, mine, "late"); /* 3 */
	full = people_packed(mine, 3);
	purged(p, mine, "late", 2); /* 4 */
	stripped = people_packed(mine, 3);
	assert_null(memmem(stripped.data, stripped.size, "late claim n2", 13));
	(void)people_give(mine, 2, other);
	(void)people_give(mine, 4, other);
	assert_int_equal(people_admit(other, &full).what, HEAR_ADMITTED);
	assert_false(people_holds(p, other, "late", 2));
	assert_true(people_holds(p, other, "late", 3));
	theirs = people_packed(other, people_last(other));
	assert_int_equal(theirs.size, stripped.size);
	assert_memory_equal(theirs.data, stripped.data, theirs.size);
	assert_int_equal(people_wrong(other, false), 0);
	assert_true(people_equal(mine, other));
	hear_buffer_done(&full);
	hear_buffer_done(&stripped);
	hear_buffer_done(&theirs);
	hear_dataset_close(other);
}

static void what_is_left_of_a_filing_is_admitted_once_the_purge_is_known(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	struct hear_admitted is;

	three(p, mine, "rest");
	purged(p, mine, "rest", 2);
	(void)people_give(mine, 2, other);
	/* Nothing is kept of it: a whole one may still come. */
	is = people_give(mine, 3, other);
	assert_int_equal(is.what, HEAR_REFUSED_FILING);
	assert_int_equal(is.reason, HEAR_WAIT_PURGE);
	assert_int_equal(people_asides(other).all, 0);
	assert_int_equal(people_asides(other).refused, 0);
	(void)people_give(mine, 4, other);
	assert_int_equal(people_give(mine, 3, other).what, HEAR_ADMITTED);
	assert_true(people_holds(p, other, "rest", 1));
	assert_true(people_equal(mine, other));
	assert_int_equal(people_wrong(other, false), 0);
	hear_dataset_close(other);
}

static void nobody_can_strip_what_no_purge_names(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *other = people_copy(p);
	const uint64_t wanted[HEAR_PURGE_WORDS] = {1u << 1};
	struct hear_sealed *filing = calloc(1, sizeof *filing);
	struct hear_buffer full;
	struct hear_buffer cut = {0};
	struct hear_admitted is;
	struct hear_err err;

	assert_non_null(filing);
	three(p, mine, "whole");
	full = people_packed(mine, 3);
	(void)people_give(mine, 2, other);
	filed_ok(hear_sealed_unpack(p->filed.arena, hear_buffer_view(&full),
				    filing, &err),
		 &err);
	assert_true(hear_sealed_strip(p->filed.arena, filing, wanted));
	filed_ok(hear_sealed_check(filing, &err), &err);
	filed_ok(hear_sealed_pack(p->filed.arena, filing, &cut, &err), &err);
	is = people_admit(other, &cut);
	assert_int_equal(is.what, HEAR_REFUSED_FILING);
	assert_int_equal(people_admit(other, &full).what, HEAR_ADMITTED);
	assert_true(people_holds(p, other, "whole", 2));
	/* And a commitment that is not the one is charged. */
	filing->keys[0][0] ^= 1;
	hear_buffer_reset(&cut);
	filed_ok(hear_sealed_pack(p->filed.arena, filing, &cut, &err), &err);
	(void)people_give(mine, 1, other);
	assert_int_equal(people_admit(other, &cut).what, HEAR_HELD);
	hear_dataset_close(other);
	other = people_copy(p);
	(void)people_give(mine, 2, other);
	assert_int_equal(people_admit(other, &cut).what, HEAR_CHARGED);
	hear_dataset_close(other);
	hear_buffer_done(&full);
	hear_buffer_done(&cut);
	free(filing);
}

static void a_record_that_stands_twice_in_a_filing_is_purged_by_its_place(
	void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	const uint16_t second = 1;
	struct hear_act act = {.kind = HEAR_KIND_PURGE,
			       .indexes = &second,
			       .index_count = 1};
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct hear_record record;
	struct forged forged;
	struct hear_err err;

	people_forge(p, BOB, HEAR_GREEN, &forged);
	people_put(p, &forged, "double", 1);
	people_put(p, &forged, "double", 1);
	people_sign(p, BOB, &forged);
	assert_int_equal(people_admit(mine, &forged.packed).what,
			 HEAR_ADMITTED);
	act.filing = forged.filing.id;
	filed_ok(hear_act_make(p->filed.arena, &act, hear_span_of(""), &record,
			       &err),
		 &err);
	writer = people_write(mine);
	filed_ok(hear_roster_file(writer, p->are[ALICE], &record, 1, &outcome,
				  &err),
		 &err);
	people_commit(writer);
	assert_true(people_holds(p, mine, "double", 1));
	assert_int_equal(people_wrong(mine, false), 0);
	purged(p, mine, "double", 1);
	assert_false(people_holds(p, mine, "double", 1));
	assert_int_equal(people_wrong(mine, false), 0);
	hear_buffer_done(&forged.packed);
}

static void keys_stand_only_where_something_is_bare(void **state)
{
	struct people *p = *state;
	struct forged forged;
	struct hear_err err;
	uint32_t i;

	people_forge(p, BOB, HEAR_GREEN, &forged);
	people_put(p, &forged, "keyed", 1);
	people_put(p, &forged, "keyed", 2);
	people_sign(p, BOB, &forged);
	for (i = 0; i < 2; i++)
		hear_body_key(forged.filing.secret, i, forged.filing.keys[i]);
	forged.filing.purged = true;
	filed_ok(hear_sealed_check(&forged.filing, &err), &err);
	hear_buffer_reset(&forged.packed);
	filed_ok(hear_sealed_pack(p->filed.arena, &forged.filing,
				  &forged.packed, &err),
		 &err);
	assert_int_equal(people_admit(p->filed.dataset, &forged.packed).what,
			 HEAR_CHARGED);
	hear_buffer_done(&forged.packed);
}

static void what_waits_aside_is_stripped_as_well(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	const uint16_t second = 1;
	struct hear_act act = {.kind = HEAR_KIND_PURGE,
			       .indexes = &second,
			       .index_count = 1};
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct hear_record record;
	struct forged forged;
	struct hear_err err;

	/* Bob is cleared for green, so this waits. */
	people_forge(p, BOB, HEAR_RED, &forged);
	people_put(p, &forged, "waiting", 1);
	people_put(p, &forged, "waiting", 2);
	people_sign(p, BOB, &forged);
	assert_int_equal(people_admit(mine, &forged.packed).what, HEAR_WAITING);
	assert_true(on_disk(p->filed.path, "waiting claim n2"));
	act.filing = forged.filing.id;
	filed_ok(hear_act_make(p->filed.arena, &act, hear_span_of(""), &record,
			       &err),
		 &err);
	writer = people_write(mine);
	filed_ok(hear_roster_file(writer, p->are[ALICE], &record, 1, &outcome,
				  &err),
		 &err);
	people_commit(writer);
	assert_int_equal(people_asides(mine).all, 1);
	assert_int_equal(people_wrong(mine, false), 0);
	people_grant(p, mine, ALICE, BOB, HEAR_WRITER, HEAR_RED);
	assert_int_equal(people_asides(mine).all, 0);
	assert_true(people_holds(p, mine, "waiting", 1));
	assert_false(people_holds(p, mine, "waiting", 2));
	assert_int_equal(people_wrong(mine, false), 0);
	hear_buffer_done(&forged.packed);
}

/* ---- Who may ---- */

static void only_an_admin_purges_and_nobody_the_roster(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_id id = claim_id(p, "mine", 2);
	struct hear_reader *reader;
	struct hear_record grant;
	struct hear_err err;

	three(p, mine, "mine");
	assert_int_equal(purge(p, mine, BOB, &id, &err), HEAR_DENIED);
	assert_non_null(strstr(err.message, "only an admin"));
	assert_int_equal(purge(p, mine, MALLORY, &id, &err), HEAR_DENIED);
	reader = people_read(mine);
	filed_ok(hear_filing_record(reader, p->filed.arena, 2, 0, &grant, &err),
		 &err);
	hear_read_end(reader);
	assert_int_equal(purge(p, mine, ALICE, &grant.id, &err), HEAR_DENIED);
	assert_non_null(strstr(err.message, "of the roster"));
	id = claim_id(p, "nobody has this", 1);
	assert_int_equal(purge(p, mine, ALICE, &id, &err), HEAR_NOTFOUND);
	assert_true(people_holds(p, mine, "mine", 2));
}

static void a_removed_admin_purges_nothing_by_dating_back(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_dataset *carols = people_copy(p);
	struct hear_id id;
	struct hear_err err;

	people_grant(p, mine, ALICE, CAROL, HEAR_ADMIN, HEAR_RED);
	three(p, mine, "kept");
	people_give_all(mine, carols);
	people_remove(p, mine, ALICE, CAROL, HEAR_REMOVAL_FLAG);
	id = claim_id(p, "kept", 2);
	filed_ok(purge(p, carols, CAROL, &id, &err), &err);
	assert_int_equal(people_give(carols, people_last(carols), mine).what,
			 HEAR_ADMITTED);
	assert_true(people_holds(p, mine, "kept", 2));
	assert_int_equal(people_wrong(mine, false), 0);
	/* What is gone is gone: there it is whole without it. */
	people_give_all(mine, carols);
	assert_true(people_equal(mine, carols));
	assert_int_equal(people_wrong(carols, false), 0);
	hear_dataset_close(carols);
}

/* ---- Repair ---- */

static void a_purge_that_was_lost_sight_of_is_repaired(void **state)
{
	struct people *p = *state;
	struct hear_dataset *mine = p->filed.dataset;
	struct hear_txn *txn = NULL;
	struct hear_err err;

	three(p, mine, "again");
	purged(p, mine, "again", 2);
	filed_ok(hear_txn_write(&txn, mine->store, &err), &err);
	filed_ok(hear_txn_clear(txn, HEAR_PURGES, &err), &err);
	filed_ok(hear_txn_commit(txn, &err), &err);
	assert_true(people_wrong(mine, true) > 0);
	assert_int_equal(people_wrong(mine, false), 0);
	assert_false(people_holds(p, mine, "again", 2));
	assert_true(people_holds(p, mine, "again", 3));
}

/* ---- Long lists ---- */

static void a_number_is_taken_out_of_a_long_list(void **state)
{
	struct people *p = *state;
	struct hear_txn *txn = NULL;
	struct hear_postings *postings = NULL;
	struct hear_span stem = hear_span_of("w long");
	enum { COUNT = 3000 };
	uint64_t *numbers = calloc(COUNT, sizeof *numbers);
	uint64_t expected;
	uint64_t number = 0;
	struct hear_err err;
	unsigned i;

	assert_non_null(numbers);
	for (i = 0; i < COUNT; i++)
		numbers[i] = 1 + i * 300u;
	filed_ok(hear_txn_write(&txn, p->filed.dataset->store, &err), &err);
	filed_ok(hear_postings_put(txn, HEAR_WORDS, stem, numbers, COUNT, &err),
		 &err);
	assert_int_equal(hear_postings_take(txn, HEAR_WORDS, stem, 2, &err),
			 HEAR_NOTFOUND);
	for (i = 0; i < COUNT; i++)
		if (i % 3 != 1)
			filed_ok(hear_postings_take(txn, HEAR_WORDS, stem,
						    numbers[i], &err),
				 &err);
	assert_int_equal(hear_postings_take(txn, HEAR_WORDS, stem, numbers[0],
					    &err),
			 HEAR_NOTFOUND);
	filed_ok(hear_postings_open(&postings, txn, HEAR_WORDS, stem, &err),
		 &err);
	for (i = 1; i < COUNT; i += 3) {
		expected = numbers[i];
		filed_ok(hear_postings_seek(postings, number + 1, &number,
					    &err),
			 &err);
		assert_int_equal(number, expected);
	}
	assert_int_equal(hear_postings_seek(postings, number + 1, &number,
					    &err),
			 HEAR_NOTFOUND);
	hear_postings_close(postings);
	for (i = 1; i < COUNT; i += 3)
		filed_ok(hear_postings_take(txn, HEAR_WORDS, stem, numbers[i],
					    &err),
			 &err);
	assert_int_equal(hear_posted(txn, HEAR_WORDS, stem, &err),
			 HEAR_NOTFOUND);
	hear_txn_abort(txn);
	free(numbers);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_purged_record_is_gone_and_the_others_stand),
		TEST(nothing_of_it_is_left_on_disk_once_compacted),
		TEST(every_filing_here_that_holds_it_is_purged),
		TEST(a_record_that_another_filing_holds_stays_for_that_one),
		TEST(several_purges_of_one_filing_add_up),
		TEST(a_purge_strips_the_filing_wherever_it_comes),
		TEST(a_full_copy_that_arrives_later_is_stripped),
		TEST(what_is_left_of_a_filing_is_admitted_once_the_purge_is_known),
		TEST(nobody_can_strip_what_no_purge_names),
		TEST(a_record_that_stands_twice_in_a_filing_is_purged_by_its_place),
		TEST(keys_stand_only_where_something_is_bare),
		TEST(what_waits_aside_is_stripped_as_well),
		TEST(only_an_admin_purges_and_nobody_the_roster),
		TEST(a_removed_admin_purges_nothing_by_dating_back),
		TEST(a_purge_that_was_lost_sight_of_is_repaired),
		TEST(a_number_is_taken_out_of_a_long_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
