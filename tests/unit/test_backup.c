/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "core/files.h"
#include "core/store.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

struct fixture {
	struct filed filed;
	char backup[64];
	char target[64];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	filed_open(&f->filed);
	filed_claims(&f->filed, "green", HEAR_GREEN, 1, 3, NULL);
	(void)snprintf(f->backup, sizeof f->backup, "%s/backup",
		       f->filed.folder);
	(void)snprintf(f->target, sizeof f->target, "%s/restored",
		       f->filed.folder);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	filed_close(&f->filed);
	free(f);
	return 0;
}

/* How many entries a folder has whose names begin so. */
static unsigned names_in(const char *path, const char *start)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	unsigned count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)))
		count += strncmp(entry->d_name, start, strlen(start)) == 0;
	closedir(folder);
	return count;
}

static void assert_whole(struct fixture *f, const char *path, uint64_t records)
{
	struct hear_verify_options options = {false, NULL, NULL, NULL};
	struct hear_dataset *dataset = NULL;
	struct hear_verified verified;
	struct hear_err err;

	filed_ok(hear_dataset_open(&dataset, path, NULL, &err), &err);
	assert_string_equal(hear_dataset_name(dataset), "korea");
	if (f->filed.dataset)
		assert_true(hear_id_equal(hear_dataset_id(dataset),
					  hear_dataset_id(f->filed.dataset)));
	filed_ok(hear_verify(dataset, &options, &verified, &err), &err);
	assert_int_equal(verified.wrong, 0);
	assert_int_equal(verified.records, records);
	hear_dataset_close(dataset);
}

static void write_file(const char *path, struct hear_span content)
{
	struct hear_err err;

	filed_ok(hear_file_write(path, content, true, &err), &err);
}

/* ---- Backup ---- */

static void a_backup_restores_to_the_same_dataset(void **state)
{
	struct fixture *f = *state;
	struct stat file;
	struct hear_err err;

	filed_ok(hear_backup(f->filed.dataset, f->backup, &err), &err);
	assert_int_equal(stat(f->backup, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	filed_claims(&f->filed, "later", HEAR_GREEN, 1, 2, NULL);
	filed_ok(hear_restore(f->backup, f->target, &err), &err);
	assert_int_equal(stat(f->target, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0700);
	assert_whole(f, f->target, 4);
	assert_whole(f, f->filed.path, 6);
	assert_int_equal(names_in(f->filed.folder, "restored.new"), 0);
	assert_int_equal(names_in(f->filed.folder, "backup."), 0);
}

static void a_restored_dataset_is_filed_in_like_any_other(void **state)
{
	struct fixture *f = *state;
	struct hear_err err;

	filed_ok(hear_backup(f->filed.dataset, f->backup, &err), &err);
	filed_ok(hear_restore(f->backup, f->target, &err), &err);
	hear_dataset_close(f->filed.dataset);
	f->filed.dataset = NULL;
	filed_ok(hear_dataset_open(&f->filed.dataset, f->target, NULL, &err),
		 &err);
	filed_claims(&f->filed, "after", HEAR_GREEN, 1, 2, NULL);
	assert_whole(f, f->target, 6);
}

static void what_is_there_is_left_as_it_is(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer content = {0};
	struct hear_err err;

	write_file(f->backup, hear_span_of("precious"));
	assert_int_equal(hear_backup(f->filed.dataset, f->backup, &err),
			 HEAR_EXISTS);
	filed_ok(hear_file_read(f->backup, 100, &content, &err), &err);
	assert_string_equal(content.data, "precious");
	hear_buffer_done(&content);
	assert_int_equal(unlink(f->backup), 0);
	filed_ok(hear_backup(f->filed.dataset, f->backup, &err), &err);
	assert_int_equal(hear_restore(f->backup, f->filed.path, &err),
			 HEAR_EXISTS);
	assert_whole(f, f->filed.path, 4);
}

static void only_a_dataset_is_restored(void **state)
{
	struct fixture *f = *state;
	static char noise[20000];
	struct hear_err err;
	size_t i;

	for (i = 0; i < sizeof noise; i++)
		noise[i] = (char)(i * 7 + i / 251);
	write_file(f->backup, hear_span_make(noise, sizeof noise));
	assert_int_equal(hear_restore(f->backup, f->target, &err),
			 HEAR_FOREIGN);
	assert_non_null(strstr(err.message, "backup cannot be restored"));
	write_file(f->backup, hear_span_of(""));
	assert_int_equal(hear_restore(f->backup, f->target, &err),
			 HEAR_DAMAGED);
	assert_int_equal(unlink(f->backup), 0);
	assert_int_equal(hear_restore(f->backup, f->target, &err), HEAR_IO);
	assert_non_null(strstr(err.message, "No such file"));
	assert_int_equal(names_in(f->filed.folder, "restored"), 0);
}

static void a_backup_cut_short_is_not_restored(void **state)
{
	struct fixture *f = *state;
	struct stat file;
	struct hear_err err;

	filed_ok(hear_backup(f->filed.dataset, f->backup, &err), &err);
	assert_int_equal(stat(f->backup, &file), 0);
	assert_int_equal(truncate(f->backup, file.st_size - 4096), 0);
	assert_int_equal(hear_restore(f->backup, f->target, &err),
			 HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "is cut short"));
	assert_int_equal(names_in(f->filed.folder, "restored"), 0);
}

static void a_backup_that_cannot_be_made_says_where(void **state)
{
	struct fixture *f = *state;
	struct hear_err err;

	assert_int_equal(hear_backup(f->filed.dataset,
				     "no/such/folder/backup", &err),
			 HEAR_IO);
	assert_non_null(strstr(err.message, "no/such/folder/backup"));
	(void)f;
}

/* ---- Compacting ---- */

static uint64_t size_of(const char *path)
{
	char name[100];
	struct stat file;

	(void)snprintf(name, sizeof name, "%s/data.mdb", path);
	assert_int_equal(stat(name, &file), 0);
	return (uint64_t)file.st_size;
}

/* Two megabytes that are no longer in use. */
static void waste(struct fixture *f)
{
	static char large[2 << 20];
	struct hear_writer *writer = NULL;
	struct hear_err err;
	int i;

	for (i = 0; i < 2; i++) {
		filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now,
					  &err),
			 &err);
		filed_ok(hear_write_setting(writer, "large",
					    hear_span_make(large, i ? 1
								    : sizeof large),
					    &err),
			 &err);
		filed_ok(hear_write_commit(writer, &err), &err);
	}
}

static void compacting_gives_unused_space_back(void **state)
{
	struct fixture *f = *state;
	uint64_t before = 0;
	uint64_t after = 0;
	struct hear_err err;

	waste(f);
	hear_dataset_close(f->filed.dataset);
	f->filed.dataset = NULL;
	filed_ok(hear_compact(f->filed.path, &before, &after, &err), &err);
	assert_true(before > 2 << 20);
	assert_true(after < 1 << 20);
	assert_int_equal(size_of(f->filed.path), after);
	assert_int_equal(names_in(f->filed.path, "data.mdb"), 1);
	assert_whole(f, f->filed.path, 4);
}

static void nobody_else_may_have_it_open_while_compacting(void **state)
{
	struct fixture *f = *state;
	uint64_t before;
	uint64_t after;
	struct hear_err err;

	waste(f);
	assert_int_equal(hear_compact(f->filed.path, &before, &after, &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "in use by another program"));
	assert_int_equal(size_of(f->filed.path), before);
	filed_claims(&f->filed, "still", HEAR_GREEN, 1, 1, NULL);
	assert_whole(f, f->filed.path, 5);
}

static void leftovers_of_a_compact_cut_short_go_with_the_next(void **state)
{
	struct fixture *f = *state;
	char name[100];
	uint64_t before;
	uint64_t after;
	struct hear_err err;

	(void)snprintf(name, sizeof name, "%s/data.mdb.k3XyZ0", f->filed.path);
	write_file(name, hear_span_of("half a copy"));
	hear_dataset_close(f->filed.dataset);
	f->filed.dataset = NULL;
	assert_whole(f, f->filed.path, 4);
	filed_ok(hear_compact(f->filed.path, &before, &after, &err), &err);
	assert_int_equal(names_in(f->filed.path, "data.mdb"), 1);
	assert_whole(f, f->filed.path, 4);
}

static void what_is_no_dataset_is_not_compacted(void **state)
{
	struct fixture *f = *state;
	uint64_t before = 1;
	uint64_t after = 1;
	struct hear_err err;

	assert_int_equal(hear_compact(f->target, &before, &after, &err),
			 HEAR_NOTFOUND);
	assert_int_equal(before, 0);
	assert_int_equal(after, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_backup_restores_to_the_same_dataset),
		TEST(a_restored_dataset_is_filed_in_like_any_other),
		TEST(what_is_there_is_left_as_it_is),
		TEST(only_a_dataset_is_restored),
		TEST(a_backup_cut_short_is_not_restored),
		TEST(a_backup_that_cannot_be_made_says_where),
		TEST(compacting_gives_unused_space_back),
		TEST(nobody_else_may_have_it_open_while_compacting),
		TEST(leftovers_of_a_compact_cut_short_go_with_the_next),
		TEST(what_is_no_dataset_is_not_compacted),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
