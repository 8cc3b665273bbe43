/* when.h - dates as said: EDTF (ISO 8601-2) text and the time it covers.
 *
 * Accepted: 2025, 2025-01, 2025-01-13, timestamps with a zone
 * (2025-01-13T10:30Z, with seconds and fractions, +02:00); intervals
 * "a/b" with ".." or nothing for an open or unknown end; ".." alone (not
 * given); years 0001 to 9999; the marks ? ~ % after a date (uncertain,
 * approximate, both); unspecified digits X at the end (202X, 2025-1X,
 * 2025-01-XX); seasons and quarters 2025-21 .. 2025-24, 2025-33 .. 2025-36.
 * The text is kept as said; times are milliseconds UTC.
 */
#ifndef CORE_WHEN_H
#define CORE_WHEN_H

#include "core/hearsay.h"

#define HEAR_TIME_MIN INT64_MIN
#define HEAR_TIME_MAX INT64_MAX

struct hear_when {
	int64_t from; /* first millisecond covered, HEAR_TIME_MIN: open */
	int64_t to;   /* first millisecond after it, HEAR_TIME_MAX: open */
	bool interval;	  /* written with a slash or ".." */
	bool uncertain;	  /* ? or % */
	bool approximate; /* ~ or % */
};

/* Parses trimmed text. HEAR_INVALID says what is wrong ("there is no 30
 * February") with err->at. An interval whose end is before its start is
 * invalid. Text over 80 bytes is HEAR_LIMIT. */
HEAR_CHECKED enum hear_code hear_when_parse(struct hear_span text,
					    struct hear_when *out,
					    struct hear_err *err);

/* A time as 2025-01-13T10:30:00Z, with .123 only where `fraction`. */
void hear_time_print(int64_t ms, bool fraction, struct hear_buffer *out);

#endif
