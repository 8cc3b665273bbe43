/* rows.h - measuring, and the table of what was measured.
 *
 * Nothing here asserts: a target that is missed is a row that says so.
 */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Progress, on standard error. */
void rows_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What could not run at all: says so and exits 1. */
void rows_stop(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* What a child process took. */
struct rows_cost {
	double seconds;	    /* of the wall's clock */
	double cpu_seconds; /* user and system */
	uint64_t private_bytes; /* the most, seen every 20 ms */
	uint64_t answer;    /* what `work` gave back */
};

/* Runs `work` in a process of its own, which costs nothing of its parent's
 * memory, and measures it from begin to end. Stops where it fails. */
void rows_measure(struct rows_cost *out, uint64_t (*work)(void *context),
		  void *context);
/* Runs a program, its output thrown away; false where it ended with another
 * status than 0. Only where it is `watched` are memory and CPU time measured,
 * and the wall's clock is then 20 ms coarse. */
bool rows_run(struct rows_cost *out, char *const arguments[], bool watched);

double rows_clock(void); /* seconds */
/* Memory of its own that a process has now, in bytes; 0 where it has ended. */
uint64_t rows_private(pid_t process);

/* One row. `theirs` is SQLite's figure, below 0 where it has none; `ratio`
 * the advantage of ours over it (above 1: ours is better). `held` says
 * whether the target, in words, was reached. */
void rows_print(const char *what, double ours, double theirs, const char *unit,
		double ratio, const char *target, bool held);
/* A row without a target. */
void rows_tell(const char *what, double ours, double theirs, const char *unit,
	       double ratio);
/* A row for what is not there to be measured. */
void rows_skip(const char *what, const char *why);

/* How many claims to measure with: BENCH_CLAIMS, at most and usually `most`. */
uint64_t rows_claims(uint64_t most);
/* build/bench, made if need be. */
const char *rows_directory(void);
/* Bytes of a file; 0 where there is none. */
uint64_t rows_file_bytes(const char *path);
/* Takes a directory away, with all it holds. */
void rows_remove(const char *path);

#endif
