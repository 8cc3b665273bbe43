/* SPDX-License-Identifier: ISC */
/* Programs are killed while they file, repair and compact; whatever was said
 * to be done is there afterwards, and nothing is half there. */
#include "core/bytes.h"
#include "core/reader.h"
#include "tests/fault/child.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
	struct filed filed;
	uint64_t seed;
	unsigned round;
	pid_t parent; /* children end with it */
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	f->seed = chance_seed();
	f->parent = getpid();
	filed_open(&f->filed);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	filed_close(&f->filed);
	free(f);
	return 0;
}

static void close_dataset(struct fixture *f)
{
	hear_dataset_close(f->filed.dataset);
	f->filed.dataset = NULL;
}

static void found(void *context, const char *sentence)
{
	(void)context;
	fprintf(stderr, "found: %s\n", sentence);
}

static void assert_whole(struct fixture *f)
{
	struct hear_verify_options options = {false, found, NULL, NULL};
	struct hear_verified verified;
	struct hear_err err;

	filed_ok(hear_verify(f->filed.dataset, &options, &verified, &err),
		 &err);
	assert_int_equal(verified.wrong, 0);
}

/* ---- Filing ---- */

struct done {
	struct hear_id filing;
	unsigned count;
};

/* One transaction of a few filings; reports them once it is committed. */
static void file_batch(struct fixture *f, uint64_t *seed, unsigned batch,
		       int to)
{
	struct hear_record records[12];
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct done done[4];
	struct hear_err err;
	unsigned filings = 1 + (unsigned)chance(seed, 4);
	unsigned i;
	unsigned j;
	char series[64];

	filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now, &err),
		 &err);
	for (i = 0; i < filings; i++) {
		done[i].count = 1 + (unsigned)chance(seed, 12);
		(void)snprintf(series, sizeof series, "round%u batch%u part%u",
			       f->round, batch, i);
		hear_arena_reset(f->filed.arena);
		for (j = 0; j < done[i].count; j++)
			filed_claim(f->filed.arena, series, j, &records[j]);
		filed_ok(hear_write_file(writer, f->filed.author, HEAR_GREEN,
					 records, done[i].count, &outcome,
					 &err),
			 &err);
		done[i].filing = outcome.filing;
	}
	filed_ok(hear_write_commit(writer, &err), &err);
	if (write(to, done, filings * sizeof *done) < 0)
		_exit(2);
}

static int file_on(void *context, int from, int to)
{
	struct fixture *f = context;
	uint64_t seed = f->seed;
	unsigned batch;

	(void)from;
	filed_reopen(&f->filed);
	for (batch = 0; getppid() == f->parent; batch++)
		file_batch(f, &seed, batch, to);
	return 0;
}

static void assert_filed(struct fixture *f, const struct done *done)
{
	struct hear_reader *reader = filed_read(&f->filed, HEAR_GREEN);
	struct hear_filing filing;
	uint64_t number = 0;
	struct hear_err err;

	filed_ok(hear_filing_number(reader->txn, &done->filing, &number, &err),
		 &err);
	filed_ok(hear_filing_get(reader, number, &filing, &err), &err);
	assert_int_equal(filing.records, done->count);
	hear_read_end(reader);
}

static void what_was_committed_survives_being_killed(void **state)
{
	struct fixture *f = *state;
	struct child child;
	struct done done;
	unsigned reported = 0;

	for (f->round = 0; f->round < 40; f->round++) {
		close_dataset(f);
		child = child_start(file_on, f);
		(void)chance(&f->seed, 2);
		/* From before it opened the dataset to some commits later. */
		child_sleep_us(chance(&f->seed, 60000));
		assert_int_equal(kill(child.pid, SIGKILL), 0);
		filed_reopen(&f->filed);
		while (read(child.from, &done, sizeof done) == sizeof done) {
			assert_filed(f, &done);
			reported++;
		}
		assert_int_equal(child_end(&child), 128 + SIGKILL);
		assert_whole(f);
	}
	printf("%u filings were reported\n", reported);
	assert_true(reported > 0);
}

/* ---- Repairing ---- */

struct countdown {
	unsigned left;
};

static void die_in_time(void *context, uint64_t done, uint64_t all)
{
	struct countdown *countdown = context;

	(void)done;
	(void)all;
	if (countdown->left-- == 0)
		(void)kill(getpid(), SIGKILL);
}

static void lose_an_entry(struct fixture *f)
{
	struct hear_txn *txn = NULL;
	unsigned char key[8];
	struct hear_err err;

	hear_put64(key, 2);
	filed_ok(hear_txn_write(&txn, f->filed.dataset->store, &err), &err);
	filed_ok(hear_txn_delete(txn, HEAR_FILED, hear_span_make(key, 8), &err),
		 &err);
	filed_ok(hear_txn_commit(txn, &err), &err);
}

static int repair_and_die(void *context, int from, int to)
{
	struct fixture *f = context;
	struct countdown countdown = {f->round};
	struct hear_verify_options options = {true, NULL, die_in_time,
					      &countdown};
	struct hear_verified verified;
	struct hear_err err;

	(void)from;
	(void)to;
	filed_reopen(&f->filed);
	filed_ok(hear_verify(f->filed.dataset, &options, &verified, &err),
		 &err);
	return 0;
}

static void repair_again(struct fixture *f)
{
	struct hear_verify_options options = {true, NULL, NULL, NULL};
	struct hear_verified verified;
	struct hear_err err;

	filed_ok(hear_verify(f->filed.dataset, &options, &verified, &err),
		 &err);
}

/* Killed at each step that is told of, and at the last one not at all. */
static void a_repair_that_is_killed_can_be_run_again(void **state)
{
	struct fixture *f = *state;
	struct hear_writer *writer = NULL;
	struct child child;
	unsigned refused = 0;
	unsigned i;
	int ended = -1;

	for (i = 0; i < 6; i++)
		filed_claims(&f->filed, "repair", HEAR_GREEN, i * 200, 200,
			     NULL);
	for (f->round = 0; ended != 0; f->round++) {
		lose_an_entry(f);
		close_dataset(f);
		child = child_start(repair_and_die, f);
		ended = child_end(&child);
		assert_true(ended == 0 || ended == 128 + SIGKILL);
		filed_reopen(&f->filed);
		if (hear_write_begin(&writer, f->filed.dataset, filed_now,
				     NULL) == HEAR_DAMAGED)
			refused++;
		hear_write_abort(writer);
		if (ended != 0)
			repair_again(f);
		assert_whole(f);
	}
	assert_true(f->round > 5);
	assert_true(refused > 2);
}

/* At any moment, not only where it tells of a step. */
static void a_repair_killed_at_any_moment_can_be_run_again(void **state)
{
	struct fixture *f = *state;
	struct hear_verify_options options = {true, NULL, NULL, NULL};
	struct hear_verified verified;
	struct hear_err err;
	struct child child;
	unsigned i;

	for (i = 0; i < 3; i++)
		filed_claims(&f->filed, "repair", HEAR_GREEN, i * 200, 200,
			     NULL);
	for (i = 0; i < 20; i++) {
		lose_an_entry(f);
		close_dataset(f);
		f->round = UINT32_MAX;
		child = child_start(repair_and_die, f);
		child_sleep_us(chance(&f->seed, 60000));
		(void)kill(child.pid, SIGKILL);
		(void)child_end(&child);
		filed_reopen(&f->filed);
		filed_ok(hear_verify(f->filed.dataset, &options, &verified,
				     &err),
			 &err);
		assert_whole(f);
	}
}

/* ---- Compacting ---- */

static int compact_on(void *context, int from, int to)
{
	struct fixture *f = context;
	uint64_t before;
	uint64_t after;
	struct hear_err err;

	(void)from;
	(void)to;
	while (getppid() == f->parent)
		filed_ok(hear_compact(f->filed.path, &before, &after, &err),
			 &err);
	return 0;
}

static void compacting_that_is_killed_leaves_a_whole_file(void **state)
{
	struct fixture *f = *state;
	struct child child;
	unsigned i;

	filed_claims(&f->filed, "compact", HEAR_GREEN, 0, 400, NULL);
	for (i = 0; i < 20; i++) {
		close_dataset(f);
		child = child_start(compact_on, f);
		child_sleep_us(chance(&f->seed, 40000));
		assert_int_equal(kill(child.pid, SIGKILL), 0);
		assert_int_equal(child_end(&child), 128 + SIGKILL);
		filed_reopen(&f->filed);
		assert_whole(f);
		filed_claims(&f->filed, "after", HEAR_GREEN, i, 1, NULL);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_was_committed_survives_being_killed),
		TEST(a_repair_that_is_killed_can_be_run_again),
		TEST(a_repair_killed_at_any_moment_can_be_run_again),
		TEST(compacting_that_is_killed_leaves_a_whole_file),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
