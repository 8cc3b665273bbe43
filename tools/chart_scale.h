/* chart_scale.h - the axes of a chart: how far they reach, where their ticks
 * stand, and what is written at these.
 *
 * A scale maps numbers to 0..1. Ticks of values stand at 1, 2 or 5 times a
 * power of ten; ticks of times at whole hours, days, Mondays, months, years,
 * decades or centuries of the Gregorian calendar in UTC.
 */
#ifndef TOOLS_CHART_SCALE_H
#define TOOLS_CHART_SCALE_H

#include "core/hearsay.h"

enum {
	CHART_TICKS = 16, /* the most an axis has */
	CHART_LABEL = 48, /* bytes of a label with its NUL */
};

struct chart_tick {
	double at;		 /* 0..1 */
	char label[CHART_LABEL]; /* UTF-8 */
	/* What is written under it: the year or the day that begins with this
	 * tick or holds the first one; else empty. */
	char below[CHART_LABEL];
};

struct chart_scale {
	double low;  /* of a logarithmic scale: as logarithms */
	double high; /* above `low` */
	bool log;
	size_t count;
	struct chart_tick ticks[CHART_TICKS];
};

/* How numbers are written. */
struct chart_writing {
	bool ascii; /* 10^30 and -1 rather than superscripts and a real minus */
	bool brief; /* 1.2M rather than 1.2 million */
};

/* Nothing is beyond these: larger numbers are moved here. */
#define CHART_VALUE_MOST 1e300
#define CHART_VALUE_LEAST 1e-300		  /* of a logarithmic scale */
#define CHART_TIME_FIRST INT64_C(-62135596800000) /* 0001-01-01 */
#define CHART_TIME_LAST INT64_C(253402300800000)  /* 9999 is over */

enum chart_scale_kind {
	CHART_LINEAR,
	CHART_WHOLE, /* linear, with ticks at whole numbers only */
	CHART_LOG,
};

/* A scale from a tick at or below `low` to one at or above `high`, with about
 * `most` ticks. It begins at zero unless the numbers lie far from it. Both
 * are finite; of a logarithmic scale both are positive. */
void chart_scale_values(struct chart_scale *scale, double low, double high,
			enum chart_scale_kind kind, size_t most,
			const struct chart_writing *writing);

/* A scale over exactly [from, to], milliseconds UTC within the years above,
 * with at most `most` ticks, at least one where `to` is a day after `from`.
 * `hours`: they may be closer than a day. */
void chart_scale_times(struct chart_scale *scale, int64_t from, int64_t to,
		       bool hours, size_t most);

/* Where a number stands, held within 0..1. */
double chart_scale_at(const struct chart_scale *scale, double value);

/* A number on an axis whose ticks are `step` apart and whose largest is
 * `largest`, so that all are in the same unit: 2,700, 1.2 million, 2 x 10^30
 * with a superscript. */
void chart_number(double value, double step, double largest,
		  const struct chart_writing *writing, char out[CHART_LABEL]);

/* A day as 13 Jan 2025; moved to within the years above. */
void chart_date(int64_t ms, char out[CHART_LABEL]);

#endif
