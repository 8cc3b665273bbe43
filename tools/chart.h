/* chart.h - figures over time by origin: what is to be drawn, and where.
 *
 * A chart knows nothing of claims and nothing of output. It is a plain value
 * that borrows all of its texts and points; chart_layout_new() decides what is
 * drawn and places it between 0 and 1, left to right and bottom to top.
 * chart_terminal.h and chart_svg.h draw what it gives.
 *
 *	struct chart chart = {.title = ..., .series = series, .count = 3};
 *
 *	if (!chart_terminal(&chart, &screen, out))
 *		... out of memory
 *
 * Every text may be hostile: those who draw clean it.
 */
#ifndef TOOLS_CHART_H
#define TOOLS_CHART_H

#include "tools/chart_scale.h"

enum chart_what {
	CHART_FIGURE,
	CHART_SILENT, /* had said nothing of it by then */
	CHART_DENIED,
	CHART_WITHDRAWN, /* the origin took back what it had said */
};

/* One statement of an origin. The last fields but one are for figures. */
struct chart_point {
	enum chart_what what;
	bool low_unbounded;  /* "fewer than": no lower end; `low` is not read */
	bool high_unbounded; /* "more than" */
	bool has_best;
	bool about;  /* was said as about */
	bool struck; /* stands no more: corrected, withdrawn or retracted */
	double low;
	double high;
	double best;
	struct hear_span label; /* the value as said; may be empty */
	/* When it holds, milliseconds UTC: from the first to the first after
	 * it. INT64_MIN, INT64_MAX: open. */
	int64_t from_ms;
	int64_t to_ms;
};

/* What one origin said, in any order. */
struct chart_series {
	struct hear_span name;
	const struct chart_point *points;
	size_t count;
};

struct chart {
	struct hear_span title;	   /* what is asked */
	struct hear_span subtitle; /* as of when, how weighed; may be empty */
	struct hear_span unit;	   /* what is counted; may be empty */
	const struct chart_series *series;
	size_t count;
	bool log; /* a logarithmic axis, where all figures are positive */
};

/* ---- Where everything stands --------------------------------------------- */

enum { CHART_SERIES_MOST = 12 }; /* more cannot be told apart */

/* One point; all coordinates are within 0..1. */
struct chart_place {
	const struct chart_point *point;
	double x;      /* where its mark stands */
	double x_from; /* the time it covers */
	double x_to;
	double y; /* of figures only, as the next two */
	double y_low;
	double y_high;
};

/* One series that is drawn. */
struct chart_drawn {
	const struct chart_series *series;
	struct chart_place *figures; /* by time, the oldest first */
	size_t figure_count;
	size_t standing;	   /* of these: are not struck */
	struct chart_place *marks; /* silent, denied, withdrawn, by time */
	size_t mark_count;
};

struct chart_layout {
	struct chart_drawn drawn[CHART_SERIES_MOST];
	size_t count;
	size_t others;	 /* series with something to draw that are not */
	size_t unplaced; /* points of drawn series without a time or value */
	size_t figures;	 /* of all that is drawn */
	size_t marks;
	int64_t from_ms; /* the first and last time said, without margin */
	int64_t to_ms;
	bool has_values; /* there are figures; else `values` is empty */
	/* So many lines go up and down across each other that each is to be
	 * drawn by itself, one below the other. */
	bool apart;
	struct chart_scale values;
	struct chart_scale times;
};

/* What the drawing has room for. */
struct chart_room {
	size_t value_ticks;
	size_t time_ticks;
	struct chart_writing writing;
};

/* Where there are too many series, those with the most points are drawn, in
 * the order given. The axis is logarithmic where asked for, or where the
 * largest figures of two series differ more than 200 times, if all figures
 * are positive. NULL: out of memory. Borrows the chart. */
struct chart_layout *chart_layout_new(const struct chart *chart,
				      const struct chart_room *room);
void chart_layout_free(struct chart_layout *layout);

/* Of a figure: the number that it is drawn at. */
double chart_point_value(const struct chart_point *point);

/* The last figure that stands; NULL where there is none. */
const struct chart_place *chart_last(const struct chart_drawn *drawn);

/* "silent", "denied", "withdrew". */
const char *chart_mark_word(enum chart_what what);

/* "13 Jan 2025", "by 13 Jan 2025", "from 13 Jan 2025 on", "13 to 20 Jan 2025";
 * of a point that is placed. */
void chart_say_when(const struct chart_point *point, struct hear_buffer *out);

/* Sentences that both drawings say; each may append nothing. */

/* "Nothing to draw: ..." where there is nothing at all. */
void chart_say_empty(const struct chart_layout *layout,
		     struct hear_buffer *out);
/* What is left out: "4 other origins are not drawn. ..." */
void chart_say_left_out(const struct chart_layout *layout,
			struct hear_buffer *out);

#endif
