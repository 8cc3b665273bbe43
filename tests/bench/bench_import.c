/* SPDX-License-Identifier: ISC */
/* Import of JSON Lines: rate, memory and disk, against SQLite. What it leaves
 * in build/bench is what bench_lookup reads. */
#include "tests/bench/claims.h"
#include "tests/bench/ours.h"
#include "tests/bench/rows.h"
#include "tests/bench/theirs.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLAIMS = 100000 };

struct places {
	char file[256];
	char home[256];
	char database[256];
	char journal[256];
};

static uint64_t by_library(void *context)
{
	const struct places *places = context;

	ours_make(places->home);
	return ours_import(places->home, places->file);
}

static uint64_t by_wal(void *context)
{
	const struct places *places = context;

	return theirs_import(places->database, places->file, true);
}

static uint64_t by_journal(void *context)
{
	const struct places *places = context;

	return theirs_import(places->journal, places->file, false);
}

static double rate(const struct rows_cost *cost)
{
	return (double)cost->answer / cost->seconds;
}

static double cpu_rate(const struct rows_cost *cost)
{
	return (double)cost->answer / cost->cpu_seconds;
}

static void print_rate(const char *what, const struct rows_cost *ours,
		       const struct rows_cost *theirs)
{
	double ratio = rate(ours) / rate(theirs);

	rows_print(what, rate(ours), rate(theirs), "claims/s", ratio,
		   "at least 2.00", ratio >= 2);
	rows_tell("  per second of CPU time", cpu_rate(ours), cpu_rate(theirs),
		  "claims/s", cpu_rate(ours) / cpu_rate(theirs));
}

static void print_memory(const char *what, const struct rows_cost *ours,
			 const struct rows_cost *theirs)
{
	double mine = (double)ours->private_bytes / 1000000;

	rows_print(what, mine, (double)theirs->private_bytes / 1000000, "MB",
		   0, "at most 64", mine <= 64);
}

static void print_disk(const char *what, uint64_t ours, uint64_t theirs,
		       uint64_t claims)
{
	double ratio = (double)theirs / (double)ours;

	rows_print(what, (double)ours / (double)claims,
		   (double)theirs / (double)claims, "bytes", ratio,
		   "at least 1.00", ratio >= 1);
}

static bool tool_imports(const char *hearsay, struct places *places,
			 struct rows_cost *out, uint64_t count)
{
	char *arguments[] = {NULL, "import", "--format", "jsonl", NULL, NULL};
	union { /* execv() takes no const and changes nothing */
		const char *in;
		char *out;
	} program = {hearsay};

	arguments[0] = program.out;
	arguments[4] = places->file;
	ours_make(places->home);
	setenv("HEARSAY_HOME", places->home, 1);
	out->answer = count;
	if (!rows_run(out, arguments, true))
		return false;
	out->answer = count;
	return true;
}

int main(void)
{
	const char *in = rows_directory();
	const char *hearsay = getenv("HEARSAY");
	uint64_t count = rows_claims(CLAIMS);
	struct rows_cost library;
	struct rows_cost tool;
	struct rows_cost wal;
	struct rows_cost journal;
	const struct rows_cost *best;
	struct places places;

	(void)snprintf(places.file, sizeof places.file, "%s/claims-%llu.jsonl",
		       in, (unsigned long long)count);
	(void)snprintf(places.home, sizeof places.home, "%s/home-import", in);
	(void)snprintf(places.database, sizeof places.database, "%s/wal.db",
		       in);
	(void)snprintf(places.journal, sizeof places.journal, "%s/journal.db",
		       in);
	claims_write(places.file, count);
	rows_note("SQLite, log written ahead");
	rows_measure(&wal, by_wal, &places);
	rows_note("SQLite, rollback journal");
	rows_measure(&journal, by_journal, &places);
	best = rate(&wal) > rate(&journal) ? &wal : &journal;
	rows_tell("SQLite: WAL against rollback journal", rate(&wal),
		  rate(&journal), "claims/s", rate(&wal) / rate(&journal));

	if (hearsay && tool_imports(hearsay, &places, &tool, count)) {
		print_rate("hearsay import", &tool, best);
		print_memory("  its private memory", &tool, best);
		print_disk("  disk a claim", ours_bytes(places.home),
			   theirs_bytes(places.database), count);
	} else {
		rows_skip("hearsay import", "not built yet");
	}
	rows_note("ours, through the library");
	rows_measure(&library, by_library, &places);
	if (library.answer != count || wal.answer != count)
		rows_stop("of %llu claims ours filed %llu and SQLite %llu",
			  (unsigned long long)count,
			  (unsigned long long)library.answer,
			  (unsigned long long)wal.answer);
	/* One thread, one pass: for comparison, and no line of its own. */
	rows_tell("the library alone, one thread", rate(&library), rate(best),
		  "claims/s", rate(&library) / rate(best));
	print_disk("disk a claim, both compacted",
		   ours_compact_bytes(places.home),
		   theirs_compact_bytes(places.database), count);
	return 0;
}
