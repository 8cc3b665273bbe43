/* SPDX-License-Identifier: ISC */
/* Records by id, in any order, from what bench_import left. */
#include "tests/bench/ours.h"
#include "tests/bench/rows.h"
#include "tests/bench/theirs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOKUPS = 100000, ROUNDS = 3 };

struct ids {
	struct hear_id *ids;
	size_t count;
};

/* Always the same shuffle. */
static void shuffle(struct ids *ids)
{
	uint64_t random = 88172645463325252U;
	size_t i;

	for (i = ids->count; i > 1; i--) {
		struct hear_id swap = ids->ids[i - 1];
		size_t with;

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		with = (size_t)(random % i);
		ids->ids[i - 1] = ids->ids[with];
		ids->ids[with] = swap;
	}
}

static void add(struct ids *ids, const void *id)
{
	if (ids->count == LOOKUPS)
		return;
	memcpy(ids->ids[ids->count++].bytes, id, sizeof *ids->ids);
}

static void need(enum hear_code code, const struct hear_err *err)
{
	if (code != HEAR_OK)
		rows_stop("%s", err->message);
}

/* ---- Ours ---- */

static void list_ours(struct hear_reader *reader, struct ids *out)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_record record;
	struct hear_filing filing;
	struct hear_err err = {0};
	uint64_t number;
	unsigned i;

	for (number = 2; number <= hear_last_filing(reader); number++) {
		need(hear_filing_get(reader, number, &filing, &err), &err);
		for (i = 0; i < filing.records; i++) {
			hear_arena_reset(arena);
			need(hear_filing_record(reader, arena, number, i,
						&record, &err),
			     &err);
			add(out, record.id.bytes);
		}
	}
	hear_arena_free(arena);
}

static double our_seconds(struct hear_reader *reader, const struct ids *ids)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_record record;
	struct hear_err err = {0};
	double begin = rows_clock();
	size_t i;

	for (i = 0; i < ids->count; i++) {
		hear_arena_reset(arena);
		need(hear_get(reader, arena, &ids->ids[i], &record, &err),
		     &err);
	}
	hear_arena_free(arena);
	return rows_clock() - begin;
}

static double our_rate(const char *home, struct ids *ids)
{
	struct hear_dataset *dataset = ours_open(home);
	struct hear_reader *reader = ours_read(dataset);
	double best = 0;
	int round;

	list_ours(reader, ids);
	shuffle(ids);
	for (round = 0; round < ROUNDS; round++) {
		double rate = (double)ids->count / our_seconds(reader, ids);

		best = rate > best ? rate : best;
	}
	hear_read_end(reader);
	hear_dataset_close(dataset);
	return best;
}

/* ---- SQLite's ---- */

static void list_theirs(sqlite3 *db, struct ids *out)
{
	sqlite3_stmt *all = NULL;

	theirs_need(db, sqlite3_prepare_v2(db, "SELECT id FROM claim", -1, &all,
					   NULL));
	while (sqlite3_step(all) == SQLITE_ROW)
		add(out, sqlite3_column_blob(all, 0));
	sqlite3_finalize(all);
}

static double their_seconds(sqlite3 *db, const struct ids *ids)
{
	sqlite3_stmt *lookup = theirs_lookup(db);
	double begin = rows_clock();
	size_t seen = 0;
	size_t i;
	int column;

	for (i = 0; i < ids->count; i++) {
		sqlite3_bind_blob(lookup, 1, ids->ids[i].bytes, 32,
				  SQLITE_STATIC);
		if (sqlite3_step(lookup) != SQLITE_ROW)
			rows_stop("SQLite has lost a claim");
		for (column = 2; column < sqlite3_column_count(lookup);
		     column++)
			seen += sqlite3_column_text(lookup, column) != NULL;
		sqlite3_reset(lookup);
	}
	sqlite3_finalize(lookup);
	if (seen == 0)
		rows_stop("SQLite has empty claims");
	return rows_clock() - begin;
}

static double their_rate(const char *path, struct ids *ids)
{
	sqlite3 *db = theirs_open(path);
	double best = 0;
	int round;

	list_theirs(db, ids);
	shuffle(ids);
	theirs_need(db, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
	for (round = 0; round < ROUNDS; round++) {
		double rate = (double)ids->count / their_seconds(db, ids);

		best = rate > best ? rate : best;
	}
	theirs_need(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
	sqlite3_close(db);
	return best;
}

int main(void)
{
	struct ids ours = {calloc(LOOKUPS, sizeof(struct hear_id)), 0};
	struct ids theirs = {calloc(LOOKUPS, sizeof(struct hear_id)), 0};
	double mine;
	double other;
	char path[256];

	if (!ours.ids || !theirs.ids)
		rows_stop("out of memory");
	rows_note("lookups by id");
	(void)snprintf(path, sizeof path, "%s/home-import", rows_directory());
	mine = our_rate(path, &ours);
	(void)snprintf(path, sizeof path, "%s/wal.db", rows_directory());
	other = their_rate(path, &theirs);
	rows_print("a record by its id, warm", mine, other, "a second",
		   mine / other, "at least 1.00", mine >= other);
	free(ours.ids);
	free(theirs.ids);
	return 0;
}
