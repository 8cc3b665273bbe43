/* when.h - dates as said: EDTF (ISO 8601-2) text and the time it covers.
 *
 * Accepted: 2025, 2025-01, 2025-01-13, timestamps with a zone
 * (2025-01-13T10:30Z, with seconds and fractions, +02:00); intervals
 * "a/b" with ".." or nothing for an open or unknown end; ".." alone (not
 * given); years 0001 to 9999; one of the marks ? ~ % after a date (uncertain,
 * approximate, both), which leaves the time it covers as it is; unspecified
 * digits X at the end (202X, 2025-1X, 2025-01-XX); in place of a month 21..24
 * or 25..28 for spring to winter as the north has them, 29..32 the south,
 * 33..36 quarters, 37..39 thirds, 40 and 41 halves of the year. A season is
 * three whole months, and one that spans two years begins in the year written
 * (2025-24 is December 2025 to February 2026).
 *
 * The calendar is the Gregorian one, also before it began; there are no leap
 * seconds. The text is kept as said; times are milliseconds UTC.
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
 * invalid. Text over 80 bytes is HEAR_LIMIT. A date in another form (13.1.2025,
 * January 2025) is invalid, and the sentence says how to write it. */
HEAR_CHECKED enum hear_code hear_when_parse(struct hear_span text,
					    struct hear_when *out,
					    struct hear_err *err);

/* A time as 2025-01-13T10:30:00Z, with .123 only where `fraction`. An open
 * end has no such form: callers write "..". */
void hear_time_print(int64_t ms, bool fraction, struct hear_buffer *out);

#endif
