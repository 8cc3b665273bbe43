/* SPDX-License-Identifier: ISC */
/* backup.c - copies of a whole dataset, and giving space back.
 *
 * Each of the three writes a new file or directory beside the place where it
 * is wanted, syncs it, and moves it there: a crash leaves what was there
 * before, or the new one, and at worst a file or directory that is named as
 * unfinished. */
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Backup ---- */

enum hear_code hear_backup(struct hear_dataset *dataset, const char *path,
			   struct hear_err *err)
{
	char *name = NULL;
	int fd = -1;
	enum hear_code code;

	if (access(path, F_OK) == 0)
		return hear_fail(err, HEAR_EXISTS,
				 "%s exists already; it was left as it is",
				 path);
	code = hear_file_begin(path, &name, &fd, err);
	if (code != HEAR_OK)
		return code;
	code = hear_store_copy(dataset->store, fd, err);
	return hear_file_publish(path, name, fd, false, code, err);
}

/* ---- Restoring ---- */

static enum hear_code place_copy(const char *backup, const char *file,
				 struct hear_err *err)
{
	char *name = NULL;
	int fd = -1;
	enum hear_code code = hear_file_begin(file, &name, &fd, err);

	if (code != HEAR_OK)
		return code;
	code = hear_file_copy(backup, fd, err);
	return hear_file_publish(file, name, fd, false, code, err);
}

/* What it knows of the roster may be old, until it has met another node. */
static enum hear_code mark_restored(struct hear_dataset *dataset,
				    struct hear_err *err)
{
	struct hear_txn *txn = NULL;
	enum hear_code code = hear_txn_write(&txn, dataset->store, err);

	if (code == HEAR_OK)
		code = hear_txn_put(txn, HEAR_META,
				    hear_span_of(HEAR_META_RESTORED),
				    hear_span_of("restored"), err);
	if (code == HEAR_OK)
		return hear_txn_commit(txn, err);
	hear_txn_abort(txn);
	return code;
}

/* Opens the copy as what it should be: only a dataset gets its place. */
static enum hear_code check_copy(const char *backup, const char *directory,
				 struct hear_err *err)
{
	struct hear_dataset *dataset = NULL;
	enum hear_code code = hear_dataset_open(&dataset, directory, NULL, err);

	if (code == HEAR_OK)
		code = mark_restored(dataset, err);

	hear_dataset_close(dataset);
	if (code != HEAR_OK)
		hear_err_prefix(err, "%s cannot be restored: ", backup);
	return code;
}

enum hear_code hear_restore(const char *backup, const char *path,
			    struct hear_err *err)
{
	char *beside = NULL;
	char *file = NULL;
	enum hear_code code = hear_directory_begin(path, &beside, err);

	if (code != HEAR_OK)
		return code;
	if (asprintf(&file, "%s/data.mdb", beside) < 0) {
		file = NULL;
		code = hear_fail_memory(err);
	}
	if (code == HEAR_OK)
		code = place_copy(backup, file, err);
	if (code == HEAR_OK)
		code = check_copy(backup, beside, err);
	free(file);
	return hear_directory_publish(path, beside, code, err);
}

/* ---- Compacting ---- */

static uint64_t size_of(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
}

/* What an earlier attempt left behind when it was cut short. */
static void remove_leftovers(const char *path)
{
	static const char start[] = "data.mdb.";
	DIR *folder = opendir(path);
	struct dirent *entry;

	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (strncmp(entry->d_name, start, sizeof start - 1) == 0)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
}

/* The copy takes the place of the file while nobody else may open it, and the
 * store that was opened on the old one is closed before anybody may. */
static enum hear_code replace_file(struct hear_dataset *dataset,
				   const char *path, struct hear_err *err)
{
	const char *file = hear_store_file(dataset->store);
	char *name = NULL;
	int fd = -1;
	enum hear_code code = hear_store_alone(dataset->store, err);

	if (code != HEAR_OK)
		return code;
	remove_leftovers(path);
	code = hear_file_begin(file, &name, &fd, err);
	if (code != HEAR_OK)
		return code;
	code = hear_store_copy(dataset->store, fd, err);
	return hear_file_publish(file, name, fd, true, code, err);
}

enum hear_code hear_compact(const char *path, uint64_t *before,
			    uint64_t *after, struct hear_err *err)
{
	struct hear_dataset *dataset = NULL;
	char *file = NULL;
	enum hear_code code = hear_dataset_open(&dataset, path, NULL, err);

	*before = 0;
	*after = 0;
	if (code != HEAR_OK)
		return code;
	file = strdup(hear_store_file(dataset->store));
	if (!file) {
		hear_dataset_close(dataset);
		return hear_fail_memory(err);
	}
	*before = size_of(file);
	code = replace_file(dataset, path, err);
	hear_dataset_close(dataset);
	*after = size_of(file);
	free(file);
	return code;
}
