/* SPDX-License-Identifier: ISC */
/* A rare word in a large dataset, which is kept for the next run; and how long
 * the program takes from its start to its end. */
#include "tests/bench/claims.h"
#include "tests/bench/ours.h"
#include "tests/bench/rows.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLAIMS = 1000000, RUNS = 21 };

static void need(enum hear_code code, const struct hear_err *err)
{
	if (code != HEAR_OK)
		rows_stop("%s", err->message);
}

static int order(const void *a, const void *b)
{
	double first = *(const double *)a;
	double second = *(const double *)b;

	return (first > second) - (first < second);
}

static double median(double *seconds)
{
	qsort(seconds, RUNS, sizeof *seconds, order);
	return seconds[RUNS / 2];
}

/* Opening, finding and closing, as a program would. */
static uint64_t find_once(const char *home)
{
	struct hear_dataset *dataset = ours_open(home);
	struct hear_reader *reader = ours_read(dataset);
	struct hear_arena *arena = hear_arena_new();
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record record;
	struct hear_err err = {0};
	enum hear_code code;
	uint64_t found = 0;

	need(hear_query_new(&query, hear_span_of(CLAIMS_RARE_WORD), &err),
	     &err);
	need(hear_find(&finder, reader, query, HEAR_BY_FILED, &err), &err);
	while ((code = hear_find_next(finder, arena, &record, &err)) == HEAR_OK)
		found++;
	if (code != HEAR_NOTFOUND)
		need(code, &err);
	hear_find_end(finder);
	hear_query_free(query);
	hear_arena_free(arena);
	hear_read_end(reader);
	hear_dataset_close(dataset);
	return found;
}

static void print_ms(const char *what, double seconds, double most_ms,
		     const char *target)
{
	rows_print(what, seconds * 1000, -1, "ms", 0, target,
		   seconds * 1000 < most_ms);
}

static void by_library(const char *home, uint64_t expected)
{
	double seconds[RUNS];
	int i;

	for (i = 0; i < RUNS; i++) {
		double begin = rows_clock();
		uint64_t found = find_once(home);

		seconds[i] = rows_clock() - begin;
		if (found != expected)
			rows_stop("found %llu claims, not %llu",
				  (unsigned long long)found,
				  (unsigned long long)expected);
	}
	print_ms("find through the library", median(seconds), 10, "below 10");
}

static void by_tool(const char *what, char *const arguments[], double most_ms,
		    const char *target)
{
	double seconds[RUNS];
	struct rows_cost cost;
	int i;

	for (i = 0; i < RUNS; i++) {
		if (!arguments[0] || !rows_run(&cost, arguments, false)) {
			rows_skip(what, "not built yet");
			return;
		}
		seconds[i] = cost.seconds;
	}
	print_ms(what, median(seconds), most_ms, target);
}

int main(void)
{
	char *hearsay = getenv("HEARSAY");
	char *find[] = {hearsay, "find", CLAIMS_RARE_WORD, NULL};
	char *stat[] = {hearsay, "stat", NULL};
	uint64_t count = rows_claims(CLAIMS);
	char file[256];
	char home[256];

	(void)snprintf(file, sizeof file, "%s/claims-%llu.jsonl",
		       rows_directory(), (unsigned long long)count);
	(void)snprintf(home, sizeof home, "%s/home-%llu", rows_directory(),
		       (unsigned long long)count);
	claims_write(file, count);
	rows_note("a dataset of %llu claims", (unsigned long long)count);
	ours_keep(home, file);
	setenv("HEARSAY_HOME", home, 1);
	rows_tell("claims in the dataset to find in", (double)count, -1,
		  "claims", 0);
	by_library(home, count < 10 ? 0 : 10);
	by_tool("hearsay find, start to end", find, 10, "below 10");
	by_tool("hearsay stat, start to end", stat, 5, "below 5");
	return 0;
}
