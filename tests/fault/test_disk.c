/* SPDX-License-Identifier: ISC */
/* Disks that are full, files that are cut short or are something else: each is
 * a code and a sentence, and what was filed before stays. */
#include "core/bytes.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/reader.h"
#include "tests/fault/child.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { SKIPPED = 77 };

struct fixture {
	struct filed filed;
	char file[80];
	uint64_t seed;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	f->seed = chance_seed();
	filed_open(&f->filed);
	(void)snprintf(f->file, sizeof f->file, "%s/data.mdb", f->filed.path);
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

/* Runs `work` in a process of its own, as it limits or mounts something. */
static void run_apart(struct fixture *f,
		      int (*work)(void *context, int from, int to))
{
	struct child child;
	int ended;

	close_dataset(f);
	child = child_start(work, f);
	ended = child_end(&child);
	if (ended == SKIPPED)
		skip();
	assert_int_equal(ended, 0);
}

/* ---- Full disks ---- */

/* Files until that fails; how many filings went through. */
static unsigned file_until_full(struct fixture *f, enum hear_code *code,
				struct hear_err *err)
{
	struct hear_record records[50];
	struct hear_writer *writer;
	struct hear_outcome outcome;
	unsigned filings;
	unsigned i;

	for (filings = 0;; filings++) {
		hear_arena_reset(f->filed.arena);
		for (i = 0; i < 50; i++)
			filed_claim(f->filed.arena, "full", filings * 50 + i,
				    &records[i]);
		writer = NULL;
		*code = hear_write_begin(&writer, f->filed.dataset, filed_now,
					 err);
		if (*code == HEAR_OK)
			*code = hear_write_file(writer, f->filed.author,
						HEAR_GREEN, records, 50,
						&outcome, err);
		if (*code != HEAR_OK) {
			hear_write_abort(writer);
			return filings;
		}
		*code = hear_write_commit(writer, err);
		if (*code != HEAR_OK)
			return filings;
	}
}

static uint64_t wrong_in(struct fixture *f, uint64_t filings)
{
	struct hear_verify_options options = {false, NULL, NULL, NULL};
	struct hear_verified verified;
	struct hear_err err;

	filed_ok(hear_verify(f->filed.dataset, &options, &verified, &err),
		 &err);
	return verified.wrong + (verified.filings != filings);
}

/* Fills up, looks at what is there, and goes on once `more` made room. */
static int fill_up(struct fixture *f, void (*more)(struct fixture *f))
{
	enum hear_code code;
	struct hear_err err;
	unsigned filings = file_until_full(f, &code, &err);

	if (code != HEAR_FULL || !strstr(err.message, "is full")) {
		fprintf(stderr, "%d: %s\n", code, err.message);
		return 1;
	}
	if (filings < 3 || wrong_in(f, filings + 1) != 0)
		return 2;
	filed_reopen(&f->filed);
	if (wrong_in(f, filings + 1) != 0)
		return 3;
	more(f);
	filed_claims(&f->filed, "again", HEAR_GREEN, 0, 10, NULL);
	return wrong_in(f, filings + 2) == 0 ? 0 : 4;
}

static void raise_limit(struct fixture *f)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	(void)f;
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0)
		limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		_exit(5);
}

static int fill_to_limit(void *context, int from, int to)
{
	struct fixture *f = context;
	struct rlimit limit;

	(void)from;
	(void)to;
	(void)signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_FSIZE, &limit) < 0)
		return SKIPPED;
	limit.rlim_cur = (2 << 20) + 1000; /* within a page */
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return SKIPPED;
	filed_reopen(&f->filed);
	return fill_up(f, raise_limit);
}

static void a_limit_on_files_is_a_full_disk(void **state)
{
	run_apart(*state, fill_to_limit);
}

static void remove_ballast(struct fixture *f)
{
	char name[100];

	(void)snprintf(name, sizeof name, "%s/disk/ballast", f->filed.folder);
	if (unlink(name) < 0)
		_exit(6);
}

/* A disk of 4 MiB in memory, where the test may mount one. */
static int mount_disk(const char *path)
{
	return unshare(CLONE_NEWNS) < 0 ||
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	       mkdir(path, 0700) < 0 ||
	       mount("none", path, "tmpfs", 0, "size=4m") < 0;
}

static int fill_disk(void *context, int from, int to)
{
	static char ballast[1 << 20];
	struct fixture *f = context;
	struct hear_err err;
	char disk[80];
	char name[100];

	(void)from;
	(void)to;
	(void)snprintf(disk, sizeof disk, "%s/disk", f->filed.folder);
	if (mount_disk(disk) != 0)
		return SKIPPED;
	(void)snprintf(name, sizeof name, "%s/ballast", disk);
	filed_ok(hear_file_write(name, hear_span_make(ballast, sizeof ballast),
				 false, &err),
		 &err);
	(void)snprintf(f->filed.path, sizeof f->filed.path, "%s/disk/claims",
		       f->filed.folder);
	filed_ok(hear_dataset_create(&f->filed.dataset, f->filed.path,
				     hear_span_of("korea"), f->filed.author,
				     filed_now, &err),
		 &err);
	return fill_up(f, remove_ballast);
}

static void a_full_disk_keeps_what_was_filed(void **state)
{
	run_apart(*state, fill_disk);
}

static int backup_to_full_disk(void *context, int from, int to)
{
	struct fixture *f = context;
	struct hear_err err = {.code = HEAR_OK};
	enum hear_code code;
	char disk[80];
	char name[100];

	(void)from;
	(void)to;
	(void)snprintf(disk, sizeof disk, "%s/disk", f->filed.folder);
	if (mount_disk(disk) != 0)
		return SKIPPED;
	(void)snprintf(name, sizeof name, "%s/backup", disk);
	filed_reopen(&f->filed);
	code = hear_backup(f->filed.dataset, name, &err);
	if (code != HEAR_FULL || !strstr(err.message, "the disk is full")) {
		fprintf(stderr, "%d: %s\n", code, err.message);
		return 1;
	}
	/* Nothing of it is left: the folder is empty. */
	return rmdir(name) < 0 && errno == ENOENT && umount(disk) == 0 &&
			       rmdir(disk) == 0
		       ? 0
		       : 2;
}

static void a_backup_that_does_not_fit_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	unsigned i;

	for (i = 0; i < 30; i++) /* more than 4 MiB */
		filed_claims(&f->filed, "large", HEAR_GREEN, i * 400, 400,
			     NULL);
	run_apart(f, backup_to_full_disk);
}

/* ---- Little address space ---- */

static int file_in_little_space(void *context, int from, int to)
{
	struct fixture *f = context;
	struct rlimit limit = {300 << 20, 300 << 20};

	(void)from;
	(void)to;
#ifdef __SANITIZE_ADDRESS__
	return SKIPPED; /* it needs terabytes of it */
#endif
	if (setrlimit(RLIMIT_AS, &limit) < 0)
		return SKIPPED;
	filed_reopen(&f->filed);
	filed_claims(&f->filed, "space", HEAR_GREEN, 0, 400, NULL);
	filed_reopen(&f->filed);
	filed_claims(&f->filed, "space", HEAR_GREEN, 400, 400, NULL);
	return wrong_in(f, 3) == 0 ? 0 : 1;
}

static void a_limit_on_address_space_is_lived_with(void **state)
{
	run_apart(*state, file_in_little_space);
}

/* ---- Files that are not what they should be ---- */

static enum hear_code open_it(struct fixture *f, struct hear_err *err)
{
	struct hear_dataset *dataset = NULL;
	enum hear_code code;

	memset(err, 0, sizeof *err);
	code = hear_dataset_open(&dataset, f->filed.path, NULL, err);
	hear_dataset_close(dataset);
	if (code != HEAR_OK)
		assert_true(err->message[0] != '\0' && !dataset);
	return code;
}

static struct hear_buffer content_of(struct fixture *f)
{
	struct hear_buffer content = {0};
	struct hear_err err;

	filed_ok(hear_file_read(f->file, 64 << 20, &content, &err), &err);
	return content;
}

static void put_content(struct fixture *f, const void *data, size_t size)
{
	struct hear_err err;

	filed_ok(hear_file_write(f->file, hear_span_make(data, size), true,
				 &err),
		 &err);
}

static void a_data_file_cut_short_is_damaged(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer whole;
	struct hear_err err;
	size_t size;

	filed_claims(&f->filed, "cut", HEAR_GREEN, 0, 100, NULL);
	close_dataset(f);
	whole = content_of(f);
	for (size = 2 * 4096; size < whole.size; size += 4096) {
		put_content(f, whole.data, size);
		assert_int_equal(open_it(f, &err), HEAR_DAMAGED);
		assert_non_null(strstr(err.message, "is cut short"));
		assert_non_null(strstr(err.message, "`hearsay restore`"));
		put_content(f, whole.data, size + 1 + chance(&f->seed, 4094));
		assert_int_equal(open_it(f, &err), HEAR_DAMAGED);
	}
	/* Within its first pages it cannot be told from any other file. */
	for (size = 1; size < 2 * 4096; size += 1 + chance(&f->seed, 700)) {
		enum hear_code code;

		put_content(f, whole.data, size);
		code = open_it(f, &err);
		assert_true(code == HEAR_FOREIGN || code == HEAR_DAMAGED);
	}
	put_content(f, whole.data, 0);
	assert_int_equal(open_it(f, &err), HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "is empty"));
	put_content(f, whole.data, whole.size);
	assert_int_equal(open_it(f, &err), HEAR_OK);
	hear_buffer_done(&whole);
}

static void random_bytes_are_foreign(void **state)
{
	struct fixture *f = *state;
	static unsigned char noise[40000];
	struct hear_err err;
	unsigned round;
	size_t i;

	close_dataset(f);
	for (round = 0; round < 30; round++) {
		for (i = 0; i < sizeof noise; i++)
			noise[i] = (unsigned char)chance(&f->seed, 256);
		put_content(f, noise, 1 + chance(&f->seed, sizeof noise - 1));
		assert_int_equal(open_it(f, &err), HEAR_FOREIGN);
		assert_non_null(strstr(err.message, "is not a Hearsay dataset"));
	}
}

static void a_store_of_something_else_is_foreign(void **state)
{
	struct fixture *f = *state;
	struct hear_store *store = NULL;
	struct hear_err err;

	close_dataset(f);
	assert_int_equal(unlink(f->file), 0);
	assert_int_equal(open_it(f, &err), HEAR_NOTFOUND);
	filed_ok(hear_store_open(&store, f->filed.path, true, NULL, &err),
		 &err);
	hear_store_close(store);
	assert_int_equal(open_it(f, &err), HEAR_FOREIGN);
	assert_non_null(strstr(err.message, "is not a Hearsay dataset"));
}

static void put_meta(struct fixture *f, const char *key, struct hear_span value)
{
	struct hear_txn *txn = NULL;
	struct hear_err err;

	filed_ok(hear_txn_write(&txn, f->filed.dataset->store, &err), &err);
	filed_ok(hear_txn_put(txn, HEAR_META, hear_span_of(key), value, &err),
		 &err);
	filed_ok(hear_txn_commit(txn, &err), &err);
}

static void a_later_format_asks_for_a_newer_program(void **state)
{
	struct fixture *f = *state;
	unsigned char format[8];
	struct hear_err err;

	hear_put64(format, HEAR_FORMAT_NUMBER + 1);
	put_meta(f, HEAR_META_FORMAT, hear_span_make(format, 8));
	close_dataset(f);
	assert_int_equal(open_it(f, &err), HEAR_VERSION);
	assert_non_null(strstr(err.message, "install a newer Hearsay"));
}

static void without_an_id_or_a_genesis_it_is_damaged(void **state)
{
	struct fixture *f = *state;
	struct hear_txn *txn = NULL;
	unsigned char one[8];
	struct hear_err err;

	put_meta(f, HEAR_META_DATASET, hear_span_of("short"));
	close_dataset(f);
	assert_int_equal(open_it(f, &err), HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "`hearsay restore`"));
	filed_close(&f->filed);
	filed_open(&f->filed);
	hear_put64(one, 1);
	filed_ok(hear_txn_write(&txn, f->filed.dataset->store, &err), &err);
	filed_ok(hear_txn_delete(txn, HEAR_RECORDS, hear_span_make(one, 8),
				 &err),
		 &err);
	filed_ok(hear_txn_commit(txn, &err), &err);
	close_dataset(f);
	assert_int_equal(open_it(f, &err), HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "has lost its genesis"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_limit_on_files_is_a_full_disk),
		TEST(a_full_disk_keeps_what_was_filed),
		TEST(a_backup_that_does_not_fit_leaves_nothing),
		TEST(a_limit_on_address_space_is_lived_with),
		TEST(a_data_file_cut_short_is_damaged),
		TEST(random_bytes_are_foreign),
		TEST(a_store_of_something_else_is_foreign),
		TEST(a_later_format_asks_for_a_newer_program),
		TEST(without_an_id_or_a_genesis_it_is_damaged),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
