/* SPDX-License-Identifier: ISC */
#include "core/hearsay.h"
#include "core/limits.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
	struct filed filed;
	struct hear_batch *batch;
	struct hear_writer *writer;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	filed_open(&f->filed);
	f->batch = hear_batch_new();
	return f->batch ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	hear_batch_free(f->batch);
	filed_close(&f->filed);
	free(f);
	return 0;
}

static void add_claims(struct fixture *f, unsigned first, unsigned count)
{
	struct hear_record record;
	struct hear_err err;
	unsigned i;

	for (i = first; i < first + count; i++) {
		filed_claim(f->filed.arena, "batch", i, &record);
		filed_ok(hear_batch_add(f->batch, &record, &err), &err);
	}
}

static void begin(struct fixture *f)
{
	struct hear_err err;

	filed_ok(hear_write_begin(&f->writer, f->filed.dataset, filed_now,
				  &err),
		 &err);
}

static struct hear_outcome file_some(struct fixture *f, size_t first,
				     size_t count)
{
	struct hear_outcome outcome;
	struct hear_err err;

	filed_ok(hear_write_batch(f->writer, f->filed.author, HEAR_GREEN,
				  f->batch, first, count, &outcome, &err),
		 &err);
	return outcome;
}

static void commit(struct fixture *f)
{
	struct hear_err err;

	filed_ok(hear_write_commit(f->writer, &err), &err);
}

static void fail_found(void *context, const char *sentence)
{
	(void)context;
	fail_msg("%s", sentence);
}

/* Every key and word that a record is to be found by, and no other. */
static void assert_whole(struct fixture *f)
{
	struct hear_verify_options options = {.found = fail_found};
	struct hear_verified verified;
	struct hear_err err;

	filed_ok(hear_verify(f->filed.dataset, &options, &verified, &err),
		 &err);
	assert_int_equal(verified.wrong, 0);
}

static uint64_t found(struct fixture *f, const char *query)
{
	struct hear_reader *reader = filed_read(&f->filed, HEAR_GREEN);
	struct hear_query *parsed = NULL;
	struct hear_err err;
	uint64_t count;

	filed_ok(hear_query_new(&parsed, hear_span_of(query), &err), &err);
	filed_ok(hear_find_count(reader, parsed, &count, &err), &err);
	hear_query_free(parsed);
	hear_read_end(reader);
	return count;
}

static void a_batch_is_filed_with_all_it_is_found_by(void **state)
{
	struct fixture *f = *state;

	add_claims(f, 0, 300);
	assert_int_equal(hear_batch_count(f->batch), 300);
	begin(f);
	assert_int_equal(file_some(f, 0, 300).filed, 300);
	commit(f);
	assert_whole(f);
	assert_int_equal(found(f, "soldiers"), 300);
	assert_int_equal(found(f, "n17"), 1);
	assert_int_equal(found(f, "origin:NIS subject:\"north korean "
				  "soldiers\""),
			 300);
}

static void a_batch_may_be_filed_in_parts(void **state)
{
	struct fixture *f = *state;
	struct hear_outcome first;
	struct hear_outcome second;

	add_claims(f, 0, 20);
	begin(f);
	first = file_some(f, 0, 13);
	second = file_some(f, 13, 7);
	assert_false(hear_id_equal(&first.filing, &second.filing));
	commit(f);
	assert_whole(f);
	assert_int_equal(found(f, "soldiers"), 20);
}

static void what_is_here_or_comes_twice_is_passed_over(void **state)
{
	struct fixture *f = *state;
	struct hear_outcome outcome;

	filed_claims(&f->filed, "batch", HEAR_GREEN, 5, 3, NULL);
	add_claims(f, 0, 10);
	add_claims(f, 2, 2);
	add_claims(f, 10, 2);
	begin(f);
	outcome = file_some(f, 0, 14);
	assert_int_equal(outcome.filed, 9);
	assert_int_equal(outcome.already, 5);
	commit(f);
	assert_whole(f);
	assert_int_equal(found(f, "soldiers"), 12);
}

static void a_batch_is_used_again_after_a_reset(void **state)
{
	struct fixture *f = *state;
	unsigned round;

	for (round = 0; round < 3; round++) {
		begin(f);
		hear_batch_reset(f->batch);
		add_claims(f, round * 100, 50);
		assert_int_equal(file_some(f, 0, 50).filed, 50);
		hear_batch_reset(f->batch);
		add_claims(f, round * 100 + 50, 50);
		assert_int_equal(file_some(f, 0, 50).filed, 50);
		commit(f);
	}
	assert_whole(f);
	assert_int_equal(found(f, "soldiers"), 300);
}

/* What refers to another record is looked at within the transaction. */
static void a_reference_counts_at_once(void **state)
{
	struct fixture *f = *state;
	struct hear_value *retraction = hear_make_map(f->filed.arena);
	struct hear_value *filings = hear_make_list(f->filed.arena);
	struct hear_outcome outcome;
	struct hear_record record;
	struct hear_err err;
	char digits[HEAR_ID_TEXT];

	add_claims(f, 0, 2);
	begin(f);
	outcome = file_some(f, 0, 2);
	filed_set(f->filed.arena, retraction, "kind", "retraction");
	hear_id_print(&hear_batch_at(f->batch, 0)->id, digits);
	filed_set(f->filed.arena, retraction, "record", digits);
	filed_set(f->filed.arena, retraction, "reason", "a mistake");
	hear_id_print(&outcome.filing, digits);
	hear_list_add(f->filed.arena, filings,
		      hear_make_text(f->filed.arena, hear_span_of(digits)));
	hear_map_set(f->filed.arena, retraction, "filings", filings);
	hear_batch_reset(f->batch);
	filed_ok(hear_record_make(f->filed.arena, retraction, &record, &err),
		 &err);
	filed_ok(hear_batch_add(f->batch, &record, &err), &err);
	assert_int_equal(file_some(f, 0, 1).filed, 1);
	hear_batch_reset(f->batch);
	/* So that it is no longer held, and can be filed again. */
	add_claims(f, 0, 2);
	outcome = file_some(f, 0, 2);
	assert_int_equal(outcome.filed, 1);
	assert_int_equal(outcome.already, 1);
	commit(f);
	assert_whole(f);
}

static void more_than_a_filing_holds_is_refused(void **state)
{
	struct fixture *f = *state;
	struct hear_record record;
	struct hear_err err;

	add_claims(f, 0, HEAR_FILING_RECORDS);
	filed_claim(f->filed.arena, "batch", HEAR_FILING_RECORDS, &record);
	assert_int_equal(hear_batch_add(f->batch, &record, &err), HEAR_LIMIT);
	assert_int_equal(hear_batch_count(f->batch), HEAR_FILING_RECORDS);
	begin(f);
	assert_int_equal(file_some(f, 0, HEAR_FILING_RECORDS).filed,
			 HEAR_FILING_RECORDS);
	commit(f);
	assert_whole(f);
}

static void a_batch_is_cut_where_memory_ends(void **state)
{
	struct fixture *f = *state;
	size_t all;
	size_t some;

	add_claims(f, 0, 400);
	begin(f);
	assert_int_equal(hear_write_fits(f->writer, f->batch, 0, SIZE_MAX),
			 400);
	assert_int_equal(hear_write_fits(f->writer, f->batch, 390, SIZE_MAX),
			 10);
	/* One always fits: it could not be filed at all otherwise. */
	assert_int_equal(hear_write_fits(f->writer, f->batch, 7, 0), 1);
	(void)file_some(f, 0, 400);
	all = hear_write_bytes(f->writer);
	hear_write_abort(f->writer);
	begin(f);
	some = hear_write_fits(f->writer, f->batch, 0, all * 3 / 4);
	assert_in_range(some, 100, 399);
	(void)file_some(f, 0, some);
	assert_in_range(hear_write_bytes(f->writer), all / 4, all * 3 / 4);
	/* What was filed counts. */
	assert_true(hear_write_fits(f->writer, f->batch, some, all * 3 / 4) <
		    400 - some);
	commit(f);
}

static uint64_t used(struct fixture *f)
{
	struct hear_reader *reader = filed_read(&f->filed, HEAR_GREEN);
	struct hear_statistics now;
	struct hear_err err;

	filed_ok(hear_statistics_get(reader, &now, &err), &err);
	hear_read_end(reader);
	return now.bytes - now.free_bytes;
}

/* Every page that is more in use was changed, so it was in memory. */
static void no_more_is_changed_than_was_said(void **state)
{
	struct fixture *f = *state;
	unsigned round;
	size_t said;

	for (round = 0; round < 20; round++) {
		uint64_t before = used(f);

		hear_batch_reset(f->batch);
		hear_arena_reset(f->filed.arena);
		add_claims(f, round * 500, 500);
		begin(f);
		(void)file_some(f, 0, 500);
		said = hear_write_bytes(f->writer);
		commit(f);
		assert_in_range(used(f) - before, 1, said);
		assert_true(said < 16 << 20);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_batch_is_filed_with_all_it_is_found_by),
		TEST(a_batch_may_be_filed_in_parts),
		TEST(what_is_here_or_comes_twice_is_passed_over),
		TEST(a_batch_is_used_again_after_a_reset),
		TEST(a_reference_counts_at_once),
		TEST(more_than_a_filing_holds_is_refused),
		TEST(a_batch_is_cut_where_memory_ends),
		TEST(no_more_is_changed_than_was_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
