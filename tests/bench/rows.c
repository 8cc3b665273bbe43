/* SPDX-License-Identifier: ISC */
#include "tests/bench/rows.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct timespec tick = {0, 20 * 1000 * 1000};

void rows_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
}

void rows_stop(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	exit(1);
}

double rows_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- Measuring ---- */

/* Anonymous memory alone: pages of a mapped file are the file's. */
uint64_t rows_private(pid_t process)
{
	unsigned long long kilobytes = 0;
	char line[256];
	FILE *from;

	(void)snprintf(line, sizeof line, "/proc/%d/status", (int)process);
	from = fopen(line, "r");
	if (!from)
		return 0;
	while (fgets(line, sizeof line, from))
		if (sscanf(line, "RssAnon: %llu", &kilobytes) == 1)
			break;
	fclose(from);
	return (uint64_t)kilobytes * 1024;
}

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int watch(struct rows_cost *out, pid_t child)
{
	struct rusage usage;
	int status = 0;

	while (wait4(child, &status, WNOHANG, &usage) == 0) {
		uint64_t now = rows_private(child);

		if (now > out->private_bytes)
			out->private_bytes = now;
		nanosleep(&tick, NULL);
	}
	out->cpu_seconds = seconds_of(usage.ru_utime) +
			   seconds_of(usage.ru_stime);
	return status;
}

void rows_measure(struct rows_cost *out, uint64_t (*work)(void *context),
		  void *context)
{
	struct {
		double seconds;
		uint64_t answer;
	} told;
	int ends[2];
	pid_t child;

	memset(out, 0, sizeof *out);
	fflush(NULL);
	if (pipe(ends) < 0 || (child = fork()) < 0)
		rows_stop("no process could be started");
	if (child == 0) {
		double begin = rows_clock();

		told.answer = work(context);
		told.seconds = rows_clock() - begin;
		_exit(write(ends[1], &told, sizeof told) != sizeof told);
	}
	if (watch(out, child) != 0 ||
	    read(ends[0], &told, sizeof told) != sizeof told)
		rows_stop("what was being measured failed");
	close(ends[0]);
	close(ends[1]);
	out->seconds = told.seconds;
	out->answer = told.answer;
}

static void become(char *const arguments[])
{
	int nowhere = open("/dev/null", O_RDWR);

	dup2(nowhere, 0);
	dup2(nowhere, 1);
	dup2(nowhere, 2);
	execv(arguments[0], arguments);
	_exit(127);
}

/* Without `watched` it is waited for, not polled: a tick would hide what a
 * short run took. */
bool rows_run(struct rows_cost *out, char *const arguments[], bool watched)
{
	double begin = rows_clock();
	int status = 0;
	pid_t child;

	memset(out, 0, sizeof *out);
	fflush(NULL);
	child = fork();
	if (child < 0)
		rows_stop("no process could be started");
	if (child == 0)
		become(arguments);
	if (watched)
		status = watch(out, child);
	else if (waitpid(child, &status, 0) < 0)
		return false;
	out->seconds = rows_clock() - begin;
	return status == 0;
}

/* ---- Rows ---- */

static void print_number(double number)
{
	if (number < 0)
		printf(" %11s", "-");
	else
		printf(" %11.*f", number < 100 ? 2 : 0, number);
}

static void print_row(const char *what, double ours, double theirs,
		      const char *unit, double ratio)
{
	printf("%-38s", what);
	print_number(ours);
	print_number(theirs);
	printf(" %-8s", unit);
	if (ratio > 0)
		printf(" %6.2f", ratio);
	else
		printf(" %6s", "-");
}

void rows_print(const char *what, double ours, double theirs, const char *unit,
		double ratio, const char *target, bool held)
{
	print_row(what, ours, theirs, unit, ratio);
	printf("  %-22s %s\n", target, held ? "held" : "NOT HELD");
	fflush(stdout);
}

void rows_tell(const char *what, double ours, double theirs, const char *unit,
	       double ratio)
{
	print_row(what, ours, theirs, unit, ratio);
	printf("  %s\n", "-");
	fflush(stdout);
}

void rows_skip(const char *what, const char *why)
{
	printf("%-38s %s\n", what, why);
	fflush(stdout);
}

/* ---- Places ---- */

uint64_t rows_claims(uint64_t most)
{
	const char *text = getenv("BENCH_CLAIMS");
	uint64_t count = text && *text ? strtoull(text, NULL, 10) : most;

	return count < 1 || count > most ? most : count;
}

const char *rows_directory(void)
{
	(void)mkdir("build", 0777);
	(void)mkdir("build/bench", 0777);
	return "build/bench";
}

uint64_t rows_file_bytes(const char *path)
{
	struct stat stat_of;

	return stat(path, &stat_of) < 0 ? 0 : (uint64_t)stat_of.st_size;
}

static int remove_one(const char *path, const struct stat *stat_of, int type,
		      struct FTW *where)
{
	(void)stat_of;
	(void)type;
	(void)where;
	return remove(path);
}

void rows_remove(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
