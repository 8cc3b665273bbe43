/* SPDX-License-Identifier: ISC */
/* Several programs and threads at one dataset: writers take turns, readers
 * wait for nobody, and who is killed is in nobody's way. */
#include "core/bytes.h"
#include "core/reader.h"
#include "tests/fault/child.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <pthread.h>

#include <cmocka.h>

struct fixture {
	struct filed filed;
	int64_t until_ms; /* for children that go on until then */
	unsigned which;
	pid_t parent;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	alarm(200); /* rather than hang */
	filed_open(&f->filed);
	f->parent = getpid();
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	filed_close(&f->filed);
	free(f);
	alarm(0);
	return 0;
}

static void close_dataset(struct fixture *f)
{
	hear_dataset_close(f->filed.dataset);
	f->filed.dataset = NULL;
}

/* ---- Processes ---- */

struct turns {
	uint64_t filings;
	uint64_t turns;
	int64_t longest_ms; /* waited for a turn */
};

/* As a program should: until somebody waits, or it is enough. */
static void take_turn(struct fixture *f, struct turns *turns)
{
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_record record;
	struct hear_err err;
	int64_t begun = child_now_ms();
	char series[32];
	unsigned i;

	filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now, &err),
		 &err);
	if (child_now_ms() - begun > turns->longest_ms)
		turns->longest_ms = child_now_ms() - begun;
	(void)snprintf(series, sizeof series, "writer%u", f->which);
	for (i = 0; i < 200; i++) {
		hear_arena_reset(f->filed.arena);
		filed_claim(f->filed.arena, series, (unsigned)turns->filings,
			    &record);
		filed_ok(hear_write_file(writer, f->filed.author, HEAR_GREEN,
					 &record, 1, &outcome, &err),
			 &err);
		turns->filings++;
		if (hear_write_waited(writer))
			break;
	}
	filed_ok(hear_write_commit(writer, &err), &err);
	turns->turns++;
}

static int write_on(void *context, int from, int to)
{
	struct fixture *f = context;
	struct turns turns = {0};

	(void)from;
	filed_reopen(&f->filed);
	while (child_now_ms() < f->until_ms)
		take_turn(f, &turns);
	return write(to, &turns, sizeof turns) == sizeof turns ? 0 : 1;
}

/* Every moment it sees is whole: a number for each filing, and never fewer
 * than before. */
static int read_on(void *context, int from, int to)
{
	struct fixture *f = context;
	struct turns seen = {0};
	struct hear_filing filing;
	uint64_t last;

	(void)from;
	filed_reopen(&f->filed);
	while (child_now_ms() < f->until_ms) {
		struct hear_reader *reader =
			filed_read(&f->filed, HEAR_GREEN);

		last = hear_last_filing(reader);
		if (last < seen.filings ||
		    hear_filing_get(reader, last, &filing, NULL) != HEAR_OK ||
		    filing.records != 1)
			return 1;
		seen.filings = last;
		seen.turns++;
		hear_read_end(reader);
	}
	return write(to, &seen, sizeof seen) == sizeof seen ? 0 : 1;
}

static struct turns turns_of(struct child *child)
{
	struct turns turns = {0};

	assert_int_equal(read(child->from, &turns, sizeof turns),
			 sizeof turns);
	assert_int_equal(child_end(child), 0);
	return turns;
}

static void writers_take_turns_and_a_reader_reads_on(void **state)
{
	struct fixture *f = *state;
	struct hear_verify_options options = {false, NULL, NULL, NULL};
	struct hear_verified verified;
	struct child writers[2];
	struct child reader;
	struct turns turns[2];
	struct turns seen;
	struct hear_err err;
	unsigned i;

	close_dataset(f);
	f->until_ms = child_now_ms() + 3000;
	for (i = 0; i < 2; i++) {
		f->which = i;
		writers[i] = child_start(write_on, f);
	}
	reader = child_start(read_on, f);
	for (i = 0; i < 2; i++)
		turns[i] = turns_of(&writers[i]);
	seen = turns_of(&reader);
	for (i = 0; i < 2; i++) {
		printf("writer %u: %llu turns, %llu filings, longest wait "
		       "%lld ms\n",
		       i, (unsigned long long)turns[i].turns,
		       (unsigned long long)turns[i].filings,
		       (long long)turns[i].longest_ms);
		assert_true(turns[i].turns >= 3);
		assert_true(turns[i].longest_ms < 2500);
	}
	assert_true(seen.turns > 3);
	filed_reopen(&f->filed);
	filed_ok(hear_verify(f->filed.dataset, &options, &verified, &err),
		 &err);
	assert_int_equal(verified.wrong, 0);
	assert_int_equal(verified.filings,
			 1 + turns[0].filings + turns[1].filings);
	assert_int_equal(verified.records, verified.filings);
}

/* Begins to write, says so, and is killed with the lock in its hands. */
static int hold_write(void *context, int from, int to)
{
	struct fixture *f = context;
	struct hear_writer *writer = NULL;
	struct hear_err err;

	filed_reopen(&f->filed);
	filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now, &err),
		 &err);
	child_say(to, 'w');
	(void)child_hear(from);
	hear_write_abort(writer);
	close_dataset(f);
	return 0;
}

static void a_writer_that_is_killed_gives_up_its_turn(void **state)
{
	struct fixture *f = *state;
	struct child child;
	int64_t begun;

	close_dataset(f);
	child = child_start(hold_write, f);
	assert_int_equal(child_hear(child.from), 'w');
	assert_int_equal(kill(child.pid, SIGKILL), 0);
	assert_int_equal(child_end(&child), 128 + SIGKILL);
	filed_reopen(&f->filed);
	begun = child_now_ms();
	filed_claims(&f->filed, "next", HEAR_GREEN, 1, 1, NULL);
	assert_true(child_now_ms() - begun < 2000);
}

/* ---- Threads ---- */

static void *file_one(void *context)
{
	struct fixture *f = context;
	struct hear_writer *writer = NULL;
	struct hear_err err;

	filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now, &err),
		 &err);
	hear_write_abort(writer);
	return NULL;
}

static void readers_do_not_wait_behind_a_waiting_writer(void **state)
{
	struct fixture *f = *state;
	struct child child;
	struct hear_reader *reader;
	pthread_t thread;
	int64_t begun;

	close_dataset(f);
	child = child_start(hold_write, f);
	assert_int_equal(child_hear(child.from), 'w');
	filed_reopen(&f->filed);
	assert_int_equal(pthread_create(&thread, NULL, file_one, f), 0);
	child_sleep_us(200000); /* by then it waits */
	begun = child_now_ms();
	reader = filed_read(&f->filed, HEAR_GREEN);
	assert_true(child_now_ms() - begun < 2000);
	hear_read_end(reader);
	child_say(child.to, 'g');
	assert_int_equal(child_end(&child), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void who_writes_may_read_while_another_thread_waits(void **state)
{
	struct fixture *f = *state;
	struct hear_writer *writer = NULL;
	struct hear_reader *reader;
	struct hear_err err;
	pthread_t thread;

	filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now, &err),
		 &err);
	assert_int_equal(pthread_create(&thread, NULL, file_one, f), 0);
	child_sleep_us(200000);
	assert_true(hear_write_waited(writer));
	reader = filed_read(&f->filed, HEAR_GREEN);
	hear_read_end(reader);
	hear_write_abort(writer);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

/* ---- Space ---- */

static int hold_read(void *context, int from, int to)
{
	struct fixture *f = context;

	if (child_hear(from) != 'g')
		return 1;
	filed_reopen(&f->filed);
	(void)filed_read(&f->filed, HEAR_GREEN);
	child_say(to, 'r');
	(void)child_hear(from);
	return 1;
}

static uint64_t bytes_of(struct fixture *f)
{
	struct hear_txn *txn = NULL;
	struct hear_err err;
	uint64_t all;
	uint64_t unused;

	filed_ok(hear_txn_read(&txn, f->filed.dataset->store, &err), &err);
	hear_store_bytes(txn, &all, &unused);
	hear_txn_abort(txn);
	return all;
}

static void rewrite(struct fixture *f, unsigned times)
{
	static char large[64 * 1024];
	struct hear_writer *writer = NULL;
	struct hear_err err;

	while (times-- > 0) {
		filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now,
					  &err),
			 &err);
		filed_ok(hear_write_setting(writer, "large",
					    hear_span_make(large,
							   sizeof large),
					    &err),
			 &err);
		filed_ok(hear_write_commit(writer, &err), &err);
	}
}

static void a_reader_that_was_killed_holds_no_space(void **state)
{
	struct fixture *f = *state;
	struct child child;
	uint64_t before;

	close_dataset(f);
	child = child_start(hold_read, f);
	filed_reopen(&f->filed);
	rewrite(f, 3);
	child_say(child.to, 'g');
	assert_int_equal(child_hear(child.from), 'r');
	assert_int_equal(kill(child.pid, SIGKILL), 0);
	assert_int_equal(child_end(&child), 128 + SIGKILL);
	before = bytes_of(f);
	rewrite(f, 60); /* 3.8 MB, if nothing could be used again */
	assert_true(bytes_of(f) < before + (1 << 20));
}

/* ---- The map ---- */

static void open_small(struct fixture *f)
{
	struct hear_dataset_options small = {.map_bytes = 1 << 20};
	struct hear_err err;

	close_dataset(f);
	filed_ok(hear_dataset_open(&f->filed.dataset, f->filed.path, &small,
				   &err),
		 &err);
}

static void a_small_map_grows_by_itself(void **state)
{
	struct fixture *f = *state;
	unsigned i;

	open_small(f);
	for (i = 0; i < 12; i++)
		filed_claims(&f->filed, "map", HEAR_GREEN, i * 400, 400, NULL);
	assert_true(bytes_of(f) > 2 << 20);
}

static int grow_it(void *context, int from, int to)
{
	struct fixture *f = context;
	unsigned i;

	if (child_hear(from) != 'g')
		return 1;
	open_small(f);
	for (i = 0; i < 8; i++)
		filed_claims(&f->filed, "map", HEAR_GREEN, i * 400, 400, NULL);
	close_dataset(f);
	child_say(to, 'd');
	return 0;
}

/* What another program wrote is beyond this one's map. */
static void let_another_grow_it(struct fixture *f)
{
	struct child child;

	close_dataset(f);
	child = child_start(grow_it, f);
	open_small(f);
	child_say(child.to, 'g');
	assert_int_equal(child_hear(child.from), 'd');
	assert_int_equal(child_end(&child), 0);
}

static void a_reader_follows_a_map_that_another_program_grew(void **state)
{
	struct fixture *f = *state;
	struct hear_reader *reader;

	let_another_grow_it(f);
	reader = filed_read(&f->filed, HEAR_GREEN);
	assert_int_equal(hear_last_filing(reader), 9);
	hear_read_end(reader);
	assert_true(bytes_of(f) > 1 << 20);
}

static void a_writer_follows_a_map_that_another_program_grew(void **state)
{
	struct fixture *f = *state;
	struct hear_verify_options options = {false, NULL, NULL, NULL};
	struct hear_verified verified;
	struct hear_err err;

	let_another_grow_it(f);
	filed_claims(&f->filed, "mine", HEAR_GREEN, 0, 300, NULL);
	filed_ok(hear_verify(f->filed.dataset, &options, &verified, &err),
		 &err);
	assert_int_equal(verified.wrong, 0);
	assert_int_equal(verified.records, 1 + 8 * 400 + 300);
}

static void a_map_in_use_cannot_move_and_says_so(void **state)
{
	struct fixture *f = *state;
	struct hear_view view = {filed_now, true, HEAR_GREEN, INT64_MAX};
	struct hear_reader *first;
	struct hear_reader *second = NULL;
	struct child child;
	struct hear_err err;

	close_dataset(f);
	child = child_start(grow_it, f);
	open_small(f);
	first = filed_read(&f->filed, HEAR_GREEN);
	child_say(child.to, 'g');
	assert_int_equal(child_hear(child.from), 'd');
	assert_int_equal(child_end(&child), 0);
	assert_int_equal(hear_read_begin(&second, f->filed.dataset, &view,
					 &err),
			 HEAR_IO);
	assert_non_null(strstr(err.message, "another program made it grow"));
	assert_int_equal(hear_last_filing(first), 1);
	hear_read_end(first);
	second = filed_read(&f->filed, HEAR_GREEN);
	assert_int_equal(hear_last_filing(second), 9);
	hear_read_end(second);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(writers_take_turns_and_a_reader_reads_on),
		TEST(a_writer_that_is_killed_gives_up_its_turn),
		TEST(readers_do_not_wait_behind_a_waiting_writer),
		TEST(who_writes_may_read_while_another_thread_waits),
		TEST(a_reader_that_was_killed_holds_no_space),
		TEST(a_small_map_grows_by_itself),
		TEST(a_reader_follows_a_map_that_another_program_grew),
		TEST(a_writer_follows_a_map_that_another_program_grew),
		TEST(a_map_in_use_cannot_move_and_says_so),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
