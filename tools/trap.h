/* trap.h - where YAML reads something else than people mean.
 *
 * Looks at the text around a place and finds words for what to write instead.
 * Knows nothing of libyaml. Places are byte offsets into `text`, at most its
 * size. Each call says whether it recognised a mistake, and if so has filled
 * `err` with the sentence and the bytes it is about; line and column are for
 * the caller.
 */
#ifndef TOOLS_TRAP_H
#define TOOLS_TRAP_H

#include "core/hearsay.h"

/* For a text that could not be read: `at` is where it went wrong, `start`
 * where the thing being read began (HEAR_NOWHERE: unknown). */
bool trap_unreadable(struct hear_span text, size_t start, size_t at,
		     struct hear_err *err);

/* For text that was read: a '#' behind `at`, the end of an unquoted value or
 * of what comes before one, that swallowed something. `empty`: there is no
 * value, so that any comment is suspect. */
bool trap_comment(struct hear_span text, size_t at, bool empty,
		  struct hear_err *err);

/* A key in [from, to) without a ':' behind it. */
bool trap_lone_key(struct hear_span text, size_t from, size_t to,
		   struct hear_err *err);

/* An unquoted value in [from, to) that runs over several lines, one of which
 * is `key:value` written without a blank, or begins like an item of a list. */
bool trap_run_on(struct hear_span text, size_t from, size_t to,
		 struct hear_err *err);

/* A folded or literal block that begins at `at` and came out empty: `>3`. */
bool trap_block(struct hear_span text, size_t at, struct hear_err *err);

/* A value that begins with a sign YAML keeps for itself, at `at`. */
bool trap_sign(struct hear_span text, size_t at, struct hear_err *err);

#endif
