/* SPDX-License-Identifier: ISC */
/* What claims come to: 100,000 on 1,000 subjects, with several origins and
 * outlets, running totals and events, corrections, denials, silence and
 * definitions. Whole processes, from start to end. Beside them SQLite counting
 * distinct names by the same question, with an index made for it: it joins no
 * names, compares no figures and knows no time. */
#include "tests/bench/ours.h"
#include "tests/bench/rows.h"
#include "tests/bench/theirs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLAIMS = 100000, SUBJECTS = 1000, RUNS = 9, PEAKS = 3 };

/* ---- The claims ---------------------------------------------------------- */

static const char *const origins[] = {
	"General Staff", "Ministry of Defence", "Field hospital",
	"Monitoring group", "Regional governor", "Red Crescent",
};
static const char *const outlets[] = {
	"AFP", "Reuters", "BBC", "Yonhap", "Interfax", "Al Jazeera", "DPA",
	"Kyodo", "EFE", "ANSA", "PTI", "Xinhua",
};
static const char *const counted[] = {"killed", "wounded", "casualties"};

enum { ORIGINS = 6, OUTLETS = 12, MONTHS = 12 };

struct row {
	char subject[32];
	const char *predicate;
	char since[16];
	char until[16];
	char event[16];
	char said[24];
	char value[32];
	const char *stance;
	const char *origin;
	const char *outlet;
	char document[64];
};

/* SplitMix64 of the number of a claim: the same claims every time. */
static unsigned draw(uint64_t number, unsigned which, unsigned below)
{
	uint64_t mixed = (number * 16 + which) * UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((mixed ^ mixed >> 31) % below);
}

/* A running total: who is later has more, and now and then corrects it. */
static void total(struct row *row, uint64_t number)
{
	unsigned which = draw(number, 1, 3);
	unsigned month = draw(number, 2, MONTHS);
	unsigned figure = 100 * (which + 1) * (month + 1);

	row->predicate = counted[which];
	(void)snprintf(row->since, sizeof row->since, "2024-01-01");
	(void)snprintf(row->until, sizeof row->until, "2024-%02u-28",
		       month + 1);
	(void)snprintf(row->said, sizeof row->said, "2024-%02u-28", month + 1);
	if (draw(number, 3, 100) < 5) { /* another figure, said later */
		figure += 10;
		(void)snprintf(row->said, sizeof row->said, "2025-01-%02u",
			       1 + draw(number, 4, 28));
	}
	(void)snprintf(row->value, sizeof row->value, "%s%u",
		       draw(number, 5, 3) == 0 ? "about " : "", figure);
}

static void event(struct row *row, uint64_t number)
{
	unsigned day = 1 + draw(number, 6, 28);

	row->predicate = "captured";
	(void)snprintf(row->event, sizeof row->event, "2024-05-%02u", day);
	(void)snprintf(row->said, sizeof row->said, "2024-06-%02u", day);
	(void)snprintf(row->value, sizeof row->value, "%u",
		       2 + draw(number, 7, 3));
}

static void make_row(struct row *row, uint64_t number)
{
	memset(row, 0, sizeof *row);
	(void)snprintf(row->subject, sizeof row->subject, "Brigade %u",
		       (unsigned)(number % SUBJECTS));
	if (draw(number, 0, 10) < 8)
		total(row, number);
	else
		event(row, number);
	row->origin = origins[draw(number, 8, ORIGINS)];
	row->outlet = outlets[draw(number, 9, OUTLETS)];
	row->stance = "asserts";
	if (draw(number, 10, 100) < 3)
		row->stance = draw(number, 11, 2) ? "denies" : "silent";
	(void)snprintf(row->document, sizeof row->document,
		       "https://example.org/%u/%u", draw(number, 12, OUTLETS),
		       (unsigned)(number / 3));
}

static void write_text(FILE *to, const char *name, const char *text)
{
	if (*text)
		fprintf(to, ",\"%s\":\"%s\"", name, text);
}

static void write_row(FILE *to, const struct row *row, uint64_t number)
{
	fprintf(to, "{\"kind\":\"claim\",\"subject\":\"%s\"", row->subject);
	write_text(to, "predicate", row->predicate);
	if (strcmp(row->stance, "asserts") == 0)
		write_text(to, "value", row->value);
	else
		write_text(to, "stance", row->stance);
	write_text(to, "since", row->since);
	write_text(to, "until", row->until);
	write_text(to, "event", row->event);
	write_text(to, "said", row->said);
	write_text(to, "document", row->document);
	fprintf(to, ",\"chain\":\"%s < %s\",\"locator\":\"%llu\"}\n",
		row->outlet, row->origin, (unsigned long long)number);
}

static void write_file(const char *path, uint64_t count)
{
	struct row row;
	uint64_t i;
	FILE *to;

	if (access(path, F_OK) == 0)
		return;
	to = fopen(path, "w");
	if (!to)
		rows_stop("%s cannot be written", path);
	fprintf(to, "{\"kind\":\"definition\",\"name\":\"casualties\","
		    "\"sum\":[\"killed\",\"wounded\"]}\n"
		    "{\"kind\":\"term\",\"as\":\"source\",\"part\":"
		    "\"General Staff\",\"whole\":\"Ministry of Defence\"}\n");
	for (i = 0; i < count; i++) {
		make_row(&row, i);
		write_row(to, &row, i);
	}
	if (fclose(to) != 0)
		rows_stop("%s cannot be written", path);
}

/* ---- SQLite's side ------------------------------------------------------- */

struct theirs {
	const char *path;
	const char *query;
};

static void fill_theirs(sqlite3 *db, uint64_t count)
{
	sqlite3_stmt *insert = NULL;
	struct row row;
	uint64_t i;

	theirs_need(db, sqlite3_prepare_v2(
				db,
				"INSERT INTO claim VALUES (?,?,?,?,?,?,?,?,?)",
				-1, &insert, NULL));
	for (i = 0; i < count; i++) {
		make_row(&row, i);
		sqlite3_bind_text(insert, 1, row.subject, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 2, row.predicate, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 3, row.since, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 4, row.event, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 5, row.value, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 6, row.origin, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 7, row.outlet, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 8, row.document, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 9, row.stance, -1, SQLITE_STATIC);
		theirs_need(db, sqlite3_step(insert));
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
}

static void make_theirs(const char *path, uint64_t count)
{
	sqlite3 *db;

	(void)unlink(path);
	theirs_need(NULL, sqlite3_open(path, &db));
	theirs_need(db,
		    sqlite3_exec(db,
				 "BEGIN; CREATE TABLE claim (subject TEXT, "
				 "predicate TEXT, since TEXT, event TEXT, "
				 "value TEXT, origin TEXT, outlet TEXT, "
				 "document TEXT, stance TEXT)",
				 NULL, NULL, NULL));
	fill_theirs(db, count);
	theirs_need(db,
		    sqlite3_exec(db,
				 "CREATE INDEX question ON claim (subject, "
				 "predicate, since, event, stance, origin, "
				 "outlet, document); COMMIT; ANALYZE",
				 NULL, NULL, NULL));
	sqlite3_close(db);
}

/* Opening, grouping and closing, as a program would. */
static uint64_t group_theirs(void *context)
{
	const struct theirs *theirs = context;
	sqlite3_stmt *groups = NULL;
	sqlite3 *db;
	uint64_t count = 0;

	theirs_need(NULL, sqlite3_open(theirs->path, &db));
	theirs_need(db, sqlite3_prepare_v2(db, theirs->query, -1, &groups,
					   NULL));
	while (sqlite3_step(groups) == SQLITE_ROW)
		count += (uint64_t)sqlite3_column_int64(groups, 4);
	sqlite3_finalize(groups);
	sqlite3_close(db);
	return count;
}

#define COUNTS                                                                 \
	"SELECT subject, predicate, since, event, count(DISTINCT origin), "    \
	"count(DISTINCT outlet), count(DISTINCT document) FROM claim WHERE "   \
	"stance = 'asserts' "
#define GROUPED "GROUP BY subject, predicate, since, event"

/* ---- Measuring ----------------------------------------------------------- */

static int order(const void *a, const void *b)
{
	double first = *(const double *)a;
	double second = *(const double *)b;

	return (first > second) - (first < second);
}

static double their_median(const char *path, const char *query)
{
	struct theirs theirs = {path, query};
	double seconds[RUNS];
	int i;

	for (i = 0; i < RUNS; i++) {
		struct rows_cost cost;

		rows_measure(&cost, group_theirs, &theirs);
		seconds[i] = cost.seconds;
	}
	qsort(seconds, RUNS, sizeof *seconds, order);
	return seconds[RUNS / 2];
}

/* The most private memory a run has, looked at as often as can be: some are over
 * in a few milliseconds. */
static uint64_t peak_of(char *const arguments[])
{
	uint64_t most = 0;
	pid_t child = fork();

	if (child < 0)
		rows_stop("no process could be started");
	if (child == 0) {
		int nowhere = open("/dev/null", O_RDWR);

		dup2(nowhere, 0);
		dup2(nowhere, 1);
		dup2(nowhere, 2);
		execv(arguments[0], arguments);
		_exit(127);
	}
	while (waitpid(child, NULL, WNOHANG) == 0) {
		uint64_t now = rows_private(child);

		most = now > most ? now : most;
	}
	return most;
}

/* The row of a command, and a row of its memory; `theirs` below 0: no peer. */
static void measure(const char *what, char *const arguments[], double most_ms,
		    const char *target, double theirs)
{
	double seconds[RUNS];
	struct rows_cost cost;
	uint64_t most = 0;
	int i;

	for (i = 0; i < RUNS; i++) {
		if (!arguments[0] || !rows_run(&cost, arguments, false)) {
			rows_skip(what, "not built yet");
			return;
		}
		seconds[i] = cost.seconds;
	}
	qsort(seconds, RUNS, sizeof *seconds, order);
	rows_print(what, seconds[RUNS / 2] * 1000,
		   theirs < 0 ? -1 : theirs * 1000, "ms",
		   theirs < 0 ? 0 : theirs / seconds[RUNS / 2], target,
		   seconds[RUNS / 2] * 1000 < most_ms);
	if (rows_run(&cost, arguments, true))
		rows_tell("  its processor time", cost.cpu_seconds * 1000, -1,
			  "ms", 0);
	for (i = 0; i < PEAKS; i++) {
		uint64_t now = peak_of(arguments);

		most = now > most ? now : most;
	}
	rows_tell("  its private memory", (double)most / 1e6, -1, "MB", 0);
}

int main(void)
{
	char *hearsay = getenv("HEARSAY");
	uint64_t count = rows_claims(CLAIMS);
	char file[256];
	char home[256];
	char path[256];
	char report[256];
	char subject[] = "subject:\"Brigade 77\"";
	char *conflicts[] = {hearsay, "conflicts", NULL};
	char *origins_of[] = {hearsay, "origins", subject, NULL};
	char *timeline[] = {hearsay, "timeline", subject, NULL};
	char *page[] = {hearsay, "report", subject, "-o", report, NULL};

	(void)snprintf(file, sizeof file, "%s/weigh-%llu.jsonl",
		       rows_directory(), (unsigned long long)count);
	(void)snprintf(home, sizeof home, "%s/home-weigh-%llu",
		       rows_directory(), (unsigned long long)count);
	(void)snprintf(path, sizeof path, "%s/weigh.db", rows_directory());
	(void)snprintf(report, sizeof report, "%s/report.html",
		       rows_directory());
	write_file(file, count);
	rows_note("a dataset of %llu claims to weigh",
		  (unsigned long long)count);
	ours_keep(home, file);
	make_theirs(path, count);
	setenv("HEARSAY_HOME", home, 1);
	rows_tell("claims in the dataset to weigh", (double)count, -1, "claims",
		  0);
	measure("hearsay conflicts, of all", conflicts, 1000, "below 1000",
		their_median(path, COUNTS GROUPED));
	measure("hearsay origins, of one subject", origins_of, 100, "below 100",
		their_median(path, COUNTS
			     "AND subject = 'Brigade 77' " GROUPED));
	measure("hearsay timeline, of one subject", timeline, 100, "below 100",
		-1);
	measure("hearsay report, of one subject", page, 100, "below 100", -1);
	(void)unlink(report);
	return 0;
}
