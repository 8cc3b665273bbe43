/* progress.h - how far long work is, on standard error.
 *
 * Shown only on a terminal that can erase it again, once the work has lasted
 * half a second, and at most ten times a second:
 *
 *	checking claims.jsonl 34 % 12,041 lines
 *
 * In a pipe or a file nothing is ever written.
 */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include "tools/terminal.h"

/* The caller's; its fields are progress.c's. */
struct progress {
	int fd;
	struct terminal terminal;
	const char *doing;
	struct hear_span what;
	uint64_t total;
	const char *unit;
	int64_t next_ms; /* nothing is shown before */
	bool shown;
};

/* "checking", "claims.jsonl" (may be empty), how much there is to do in the
 * measure of `done` below (0: unknown, no percentage), and what is counted,
 * in the singular (NULL: nothing). All are borrowed until the end. */
void progress_begin(struct progress *progress, const char *doing,
		    struct hear_span what, uint64_t total, const char *unit);

/* `done` of the total, say bytes, and `count` of the units. Cheap: to be
 * called after each line or record. */
void progress_update(struct progress *progress, uint64_t done, uint64_t count);

/* Takes the line off the terminal, so that something else can be printed; the
 * next update brings it back. */
void progress_erase(struct progress *progress);

/* Erases, and shows no more. Harmless twice. */
void progress_end(struct progress *progress);

/* For tests: shown there, as if begun at `now_ms`; and updated at a time. */
void progress_to(struct progress *progress, int fd, struct terminal terminal,
		 int64_t now_ms);
void progress_update_at(struct progress *progress, uint64_t done,
			uint64_t count, int64_t now_ms);

#endif
