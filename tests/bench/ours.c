/* SPDX-License-Identifier: ISC */
#include "tests/bench/ours.h"
#include "core/limits.h"
#include "core/store.h"
#include "tests/bench/rows.h"
#include "tools/json.h"
#include "tools/lines.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* As `hearsay import` has them. */
enum {
	FILING_BYTES = 190 * 1024,
	TRANSACTION_RECORDS = 12000,
	PATH_ROOM = 512,
};

static void need(enum hear_code code, const struct hear_err *err)
{
	if (code != HEAR_OK)
		rows_stop("%s", err->message);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *in_home(char out[PATH_ROOM], const char *home,
			   const char *name)
{
	(void)snprintf(out, PATH_ROOM, "%s/%s", home, name);
	return out;
}

/* ---- Homes ---- */

void ours_make(const char *home)
{
	struct hear_dataset *dataset = NULL;
	struct hear_identity *self = NULL;
	struct hear_err err = {0};
	char path[PATH_ROOM];

	rows_remove(home);
	(void)mkdir(home, 0700);
	(void)mkdir(in_home(path, home, "datasets"), 0700);
	need(hear_identity_make(&self, hear_span_of("bench"), &err), &err);
	need(hear_identity_save(self, in_home(path, home, "identity"), true,
				&err),
	     &err);
	need(hear_dataset_create(&dataset,
				 in_home(path, home, "datasets/bench"),
				 hear_span_of("bench"), self, now_ms(), &err),
	     &err);
	hear_dataset_close(dataset);
	hear_identity_free(self);
}

/* Not where it is of a format that was given up since. */
static bool opens(const char *home)
{
	struct hear_dataset *dataset = NULL;
	char path[PATH_ROOM];

	if (hear_dataset_open(&dataset, in_home(path, home, "datasets/bench"),
			      NULL, NULL) != HEAR_OK)
		return false;
	hear_dataset_close(dataset);
	return true;
}

void ours_keep(const char *home, const char *file)
{
	char done[PATH_ROOM];

	if (access(in_home(done, home, "whole"), F_OK) == 0 && opens(home))
		return;
	ours_make(home);
	(void)ours_import(home, file);
	(void)mkdir(done, 0700);
}

void ours_copy(const char *home, const char *to)
{
	struct hear_dataset *dataset = ours_open(home);
	struct hear_identity *self = NULL;
	struct hear_err err = {0};
	char backup[PATH_ROOM];
	char path[PATH_ROOM];

	rows_remove(to);
	(void)mkdir(to, 0700);
	(void)mkdir(in_home(path, to, "datasets"), 0700);
	need(hear_identity_load(&self, in_home(path, home, "identity"), &err),
	     &err);
	need(hear_identity_save(self, in_home(path, to, "identity"), true,
				&err),
	     &err);
	hear_identity_free(self);
	(void)in_home(backup, to, "backup");
	need(hear_backup(dataset, backup, &err), &err);
	hear_dataset_close(dataset);
	need(hear_restore(backup, in_home(path, to, "datasets/bench"), &err),
	     &err);
	(void)unlink(backup);
}

struct hear_dataset *ours_open(const char *home)
{
	struct hear_dataset *dataset = NULL;
	struct hear_err err = {0};
	char path[PATH_ROOM];

	need(hear_dataset_open(&dataset, in_home(path, home, "datasets/bench"),
			       NULL, &err),
	     &err);
	return dataset;
}

struct hear_reader *ours_read(struct hear_dataset *dataset)
{
	struct hear_view view = {now_ms(), true, HEAR_LOCAL, INT64_MAX};
	struct hear_reader *reader = NULL;
	struct hear_err err = {0};

	need(hear_read_begin(&reader, dataset, &view, &err), &err);
	return reader;
}

uint64_t ours_bytes(const char *home)
{
	char path[PATH_ROOM];

	return rows_file_bytes(in_home(path, home, "datasets/bench/data.mdb"));
}

uint64_t ours_compact_bytes(const char *home)
{
	struct hear_store *store = NULL;
	struct hear_err err = {0};
	char path[PATH_ROOM];
	uint64_t bytes;
	int fd;

	need(hear_store_open(&store, in_home(path, home, "datasets/bench"),
			     false, NULL, &err),
	     &err);
	fd = open(in_home(path, home, "compact"), O_RDWR | O_CREAT | O_TRUNC,
		  0600);
	if (fd < 0)
		rows_stop("%s cannot be written", path);
	need(hear_store_copy(store, fd, &err), &err);
	close(fd);
	hear_store_close(store);
	bytes = rows_file_bytes(path);
	(void)unlink(path);
	return bytes;
}

/* ---- Import ---- */

struct import {
	struct hear_dataset *dataset;
	struct hear_identity *self;
	struct hear_writer *writer;
	struct hear_arena *line;  /* what a line says */
	struct hear_arena *batch; /* records of the filing to come */
	struct hear_record records[HEAR_FILING_RECORDS];
	size_t count;
	size_t bytes;
	uint64_t filed;
};

static void commit(struct import *import)
{
	struct hear_err err = {0};

	if (import->writer)
		need(hear_write_commit(import->writer, &err), &err);
	import->writer = NULL;
}

static void file_batch(struct import *import)
{
	struct hear_outcome outcome;
	struct hear_err err = {0};

	if (!import->writer)
		need(hear_write_begin(&import->writer, import->dataset,
				      now_ms(), &err),
		     &err);
	need(hear_write_file(import->writer, import->self, HEAR_GREEN,
			     import->records, import->count, &outcome, &err),
	     &err);
	import->filed += outcome.filed;
	import->count = 0;
	import->bytes = 0;
	hear_arena_reset(import->batch);
	if (hear_write_pending(import->writer) >= TRANSACTION_RECORDS)
		commit(import);
}

static void add_record(struct import *import, const struct hear_value *written)
{
	struct hear_record record;
	struct hear_err err = {0};

	need(hear_record_make(import->batch, written, &record, &err), &err);
	import->records[import->count++] = record;
	import->bytes += record.body.size;
	if (import->count == HEAR_FILING_RECORDS ||
	    import->bytes + HEAR_RECORD_BYTES > FILING_BYTES)
		file_batch(import);
}

static void add_line(struct import *import, struct hear_span text)
{
	struct hear_value *written = NULL;
	struct hear_value *records = NULL;
	struct hear_err err = {0};
	size_t i;

	hear_arena_reset(import->line);
	need(json_read(import->line, text, &written, &err), &err);
	need(hear_compose(import->line, written, &records, &err), &err);
	for (i = 0; i < hear_count_of(records); i++)
		add_record(import, hear_item_of(records, i));
}

static void read_lines(struct import *import, const char *file)
{
	struct lines *lines = NULL;
	struct hear_err err = {0};
	struct line line;
	enum hear_code code;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	need(lines_open(&lines, fd, file, &err), &err);
	while ((code = lines_next(lines, &line, &err)) == HEAR_OK) {
		add_line(import, line.text);
		if (line.number % 100000 == 0)
			rows_note("%llu lines imported",
				  (unsigned long long)line.number);
	}
	if (code != HEAR_NOTFOUND)
		need(code, &err);
	lines_close(lines);
	close(fd);
}

uint64_t ours_import(const char *home, const char *file)
{
	struct import import = {0};
	struct hear_err err = {0};
	char path[PATH_ROOM];

	import.dataset = ours_open(home);
	need(hear_identity_load(&import.self, in_home(path, home, "identity"),
				&err),
	     &err);
	import.line = hear_arena_new();
	import.batch = hear_arena_new();
	if (!import.line || !import.batch)
		rows_stop("out of memory");
	read_lines(&import, file);
	if (import.count > 0)
		file_batch(&import);
	commit(&import);
	hear_arena_free(import.line);
	hear_arena_free(import.batch);
	hear_identity_free(import.self);
	hear_dataset_close(import.dataset);
	return import.filed;
}
