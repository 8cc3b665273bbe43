/* filed.h - a dataset with claims in a new directory of the current one, for
 * tests. Everything asserts: a test that cannot set up has failed.
 */
#ifndef TESTS_UNIT_FILED_H
#define TESTS_UNIT_FILED_H

#include "core/dataset.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t filed_now = INT64_C(1736776800000); /* 2025-01-13 14:00 */

struct filed {
	char folder[32];
	char path[64]; /* of the dataset, in the folder */
	struct hear_identity *author;
	struct hear_dataset *dataset;
	struct hear_arena *arena;
};

static inline void filed_ok(enum hear_code code, const struct hear_err *err)
{
	if (code != HEAR_OK)
		fprintf(stderr, "unexpected: %d %s\n", (int)code, err->message);
	assert(code == HEAR_OK);
}

static inline void filed_open(struct filed *f)
{
	struct hear_err err;

	memset(f, 0, sizeof *f);
	(void)snprintf(f->folder, sizeof f->folder, "filed-XXXXXX");
	assert(mkdtemp(f->folder));
	(void)snprintf(f->path, sizeof f->path, "%s/claims", f->folder);
	f->arena = hear_arena_new();
	assert(f->arena);
	filed_ok(hear_identity_make(&f->author, hear_span_of("alice"), &err),
		 &err);
	filed_ok(hear_dataset_create(&f->dataset, f->path,
				     hear_span_of("korea"), f->author,
				     filed_now, &err),
		 &err);
}

/* Datasets are flat, and stand in folders that are. */
static inline void filed_remove_in(int at, const char *path, int depth)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, entry->d_name, 0) < 0 && depth > 0)
			filed_remove_in(fd, entry->d_name, depth - 1);
	}
	if (folder)
		closedir(folder);
	(void)unlinkat(at, path, AT_REMOVEDIR);
}

static inline void filed_remove(const char *path)
{
	filed_remove_in(AT_FDCWD, path, 2);
}

static inline void filed_close(struct filed *f)
{
	hear_dataset_close(f->dataset);
	hear_identity_free(f->author);
	hear_arena_free(f->arena);
	filed_remove(f->folder);
}

static inline void filed_reopen(struct filed *f)
{
	struct hear_err err;

	hear_dataset_close(f->dataset);
	f->dataset = NULL;
	filed_ok(hear_dataset_open(&f->dataset, f->path, NULL, &err), &err);
}

static inline void filed_set(struct hear_arena *arena, struct hear_value *map,
			     const char *key, const char *text)
{
	hear_map_set(arena, map, key,
		     hear_make_text(arena, hear_span_of(text)));
}

/* Claim `number` of series `series`: its text has six words, of which the two
 * numbers are its own. */
static inline void filed_claim(struct hear_arena *arena, const char *series,
			       unsigned number, struct hear_record *out)
{
	struct hear_value *claim = hear_make_map(arena);
	struct hear_err err;
	char text[200];

	filed_set(arena, claim, "kind", "claim");
	(void)snprintf(text, sizeof text,
		       "%s claim n%u says soldiers killed", series, number);
	filed_set(arena, claim, "text", text);
	filed_set(arena, claim, "subject", "North Korean soldiers");
	filed_set(arena, claim, "predicate", "killed");
	filed_set(arena, claim, "value", "about 300");
	filed_set(arena, claim, "said", "2025-01-13");
	filed_set(arena, claim, "document", "https://example.org/story");
	filed_set(arena, claim, "chain", "Lee (lawmaker) < NIS (briefed)");
	filed_ok(hear_record_make(arena, claim, out, &err), &err);
}

/* Files claims first .. first + count - 1 as one filing; its id in `out`,
 * which may be NULL. */
static inline void filed_claims(struct filed *f, const char *series,
				enum hear_marking marking, unsigned first,
				unsigned count, struct hear_id *out)
{
	struct hear_record *records = calloc(count, sizeof *records);
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_err err;
	unsigned i;

	assert(records);
	hear_arena_reset(f->arena);
	for (i = 0; i < count; i++)
		filed_claim(f->arena, series, first + i, &records[i]);
	filed_ok(hear_write_begin(&writer, f->dataset, filed_now, &err), &err);
	filed_ok(hear_write_file(writer, f->author, marking, records, count,
				 &outcome, &err),
		 &err);
	filed_ok(hear_write_commit(writer, &err), &err);
	assert(outcome.made && outcome.filed == count);
	if (out)
		*out = outcome.filing;
	free(records);
}

static inline struct hear_reader *filed_read(struct filed *f,
					     enum hear_marking highest)
{
	struct hear_view view = {filed_now, true, highest, INT64_MAX};
	struct hear_reader *reader = NULL;
	struct hear_err err;

	filed_ok(hear_read_begin(&reader, f->dataset, &view, &err), &err);
	return reader;
}

#endif
