/* SPDX-License-Identifier: ISC */
#include "tools/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	HOUR_MS = 3600 * 1000,
	DAY_MS = 24 * HOUR_MS,
	LOG_RATIO = 200, /* from which a linear axis flattens the smaller */
	FEW = 3,
	CROWD = 80, /* figures of more than so many series: a crowd */
	CROWD_SERIES = 4,
	RESTLESS = 3, /* times a line goes over the height it has */
};

/* ---- Single points ------------------------------------------------------- */

static double held(double value)
{
	return fmax(-CHART_VALUE_MOST, fmin(CHART_VALUE_MOST, value));
}

double chart_point_value(const struct chart_point *point)
{
	if (point->has_best)
		return held(point->best);
	if (point->high_unbounded)
		return held(point->low);
	if (point->low_unbounded)
		return held(point->high);
	return held(point->low) / 2 + held(point->high) / 2;
}

/* Whether the numbers it is drawn at are numbers. */
static bool has_value(const struct chart_point *point)
{
	if (point->low_unbounded && point->high_unbounded && !point->has_best)
		return false;
	return (!point->has_best || isfinite(point->best)) &&
	       (point->low_unbounded || isfinite(point->low)) &&
	       (point->high_unbounded || isfinite(point->high));
}

static bool has_time(const struct chart_point *point)
{
	return (point->from_ms != INT64_MIN || point->to_ms != INT64_MAX) &&
	       point->to_ms != INT64_MIN && point->from_ms != INT64_MAX &&
	       point->from_ms <= point->to_ms;
}

static bool is_placed(const struct chart_point *point)
{
	return has_time(point) &&
	       (point->what != CHART_FIGURE || has_value(point));
}

static int64_t held_time(int64_t ms)
{
	return ms < CHART_TIME_FIRST  ? CHART_TIME_FIRST
	       : ms > CHART_TIME_LAST ? CHART_TIME_LAST
				      : ms;
}

/* What a figure or a mark is drawn at: the beginning of a day, so that it
 * stands on that day's tick, the middle of anything longer, and of what is
 * open the end that is known: the last day it holds. */
static int64_t time_of(const struct chart_point *point)
{
	int64_t from = held_time(point->from_ms);
	int64_t to = held_time(point->to_ms);

	if (point->from_ms == INT64_MIN)
		return to - (to > CHART_TIME_FIRST + DAY_MS ? DAY_MS : 0);
	if (point->to_ms == INT64_MAX || to - from <= DAY_MS)
		return from;
	return from + (to - from) / 2;
}

/* The time it covers, as far as that is known. */
static int64_t begin_of(const struct chart_point *point)
{
	return point->from_ms == INT64_MIN ? time_of(point)
					   : held_time(point->from_ms);
}

static int64_t end_of(const struct chart_point *point)
{
	int64_t from = begin_of(point);
	int64_t to = held_time(point->to_ms);

	return point->from_ms == INT64_MIN || point->to_ms == INT64_MAX ||
			       to - from <= DAY_MS
		       ? time_of(point)
		       : to;
}

static double low_of(const struct chart_point *point)
{
	double value = chart_point_value(point);

	return point->low_unbounded ? value : fmin(value, held(point->low));
}

static double high_of(const struct chart_point *point)
{
	double value = chart_point_value(point);

	return point->high_unbounded ? value : fmax(value, held(point->high));
}

const char *chart_mark_word(enum chart_what what)
{
	switch (what) {
	case CHART_FIGURE:
		return "";
	case CHART_SILENT:
		return "silent";
	case CHART_DENIED:
		return "denied";
	case CHART_WITHDRAWN:
		return "withdrew";
	}
	return "";
}

/* ---- Which series -------------------------------------------------------- */

struct chosen {
	const struct chart_series *series;
	size_t placed;
};

static size_t count_placed(const struct chart_series *series)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < series->count; i++)
		count += is_placed(&series->points[i]);
	return count;
}

/* Keeps the fullest, in the order they came; of equals the first. */
static size_t keep(struct chosen *chosen, size_t count, struct chosen one)
{
	size_t least = 0;
	size_t i;

	if (count < CHART_SERIES_MOST) {
		chosen[count] = one;
		return count + 1;
	}
	for (i = 1; i < count; i++)
		if (chosen[i].placed <= chosen[least].placed)
			least = i;
	if (chosen[least].placed >= one.placed)
		return count;
	memmove(&chosen[least], &chosen[least + 1],
		(count - least - 1) * sizeof *chosen);
	chosen[count - 1] = one;
	return count;
}

static size_t choose(const struct chart *chart, struct chosen *chosen,
		     size_t *others)
{
	size_t count = 0;
	size_t all = 0;
	size_t i;

	for (i = 0; i < chart->count; i++) {
		struct chosen one = {&chart->series[i],
				     count_placed(&chart->series[i])};

		if (one.placed == 0)
			continue;
		all++;
		count = keep(chosen, count, one);
	}
	*others = all - count;
	return count;
}

/* ---- How far the axes reach ---------------------------------------------- */

struct reach {
	double low;
	double high;
	double least; /* the least of the series' largest figures */
	double most;  /* the greatest of them */
	bool open_up; /* something is to be drawn beyond the highest */
	bool open_down;
	size_t figures;
	bool fraction; /* some are no whole numbers */
	bool hours;    /* some time is said more exactly than the day */
	int64_t from;
	int64_t to;
	bool any_time;
};

static void reach_value(struct reach *reach, const struct chart_point *point)
{
	double low = low_of(point);
	double high = high_of(point);

	if (reach->figures == 0 || low < reach->low)
		reach->low = low;
	if (reach->figures == 0 || high > reach->high)
		reach->high = high;
	reach->open_up = reach->open_up || point->high_unbounded;
	reach->open_down = reach->open_down || point->low_unbounded;
	reach->fraction = reach->fraction || floor(chart_point_value(point)) !=
						     chart_point_value(point);
	reach->figures++;
}

static void reach_time(struct reach *reach, const struct chart_point *point)
{
	int64_t from = begin_of(point);
	int64_t to = end_of(point);

	if (!reach->any_time || from < reach->from)
		reach->from = from;
	if (!reach->any_time || to > reach->to)
		reach->to = to;
	reach->hours = reach->hours || (point->from_ms % DAY_MS != 0 &&
					point->from_ms != INT64_MIN);
	reach->any_time = true;
}

static void reach_series(struct reach *reach, const struct chart_series *series)
{
	bool had = reach->figures > 0;
	bool any = false;
	double most = 0;
	size_t i;

	for (i = 0; i < series->count; i++) {
		const struct chart_point *point = &series->points[i];

		if (!is_placed(point))
			continue;
		reach_time(reach, point);
		if (point->what != CHART_FIGURE)
			continue;
		reach_value(reach, point);
		if (!any || high_of(point) > most)
			most = high_of(point);
		any = true;
	}
	if (any && (!had || most < reach->least))
		reach->least = most;
	if (any && (!had || most > reach->most))
		reach->most = most;
}

/* Few figures, or all the same, are seen against zero: alone on an axis of
 * their own the width of "about" would look like a world. */
static void set_values(struct chart_layout *layout, const struct reach *reach,
		       bool asked, const struct chart_room *room)
{
	bool log = reach->low > 0 &&
		   (asked || reach->most / LOG_RATIO > reach->least);
	double low = reach->low;
	double high = reach->high;
	double arrow;

	layout->has_values = reach->figures > 0;
	if (reach->figures == 0)
		return;
	if ((reach->figures < FEW || low == high) && !log) {
		low = fmin(low, 0);
		high = fmax(high, 0);
	}
	arrow = log ? 0 : (high - low) * 0.08;
	if (reach->open_up)
		high = log ? high * 1.5 : high + arrow;
	if (reach->open_down && low - arrow > 0)
		low = log ? low / 1.5 : low - arrow;
	chart_scale_values(&layout->values, low, high,
			   log		     ? CHART_LOG
			   : reach->fraction ? CHART_LINEAR
					     : CHART_WHOLE,
			   room->value_ticks, &room->writing);
}

/* A margin at both sides, so that no mark stands on the edge. */
static void set_times(struct chart_layout *layout, const struct reach *reach,
		      size_t ticks)
{
	int64_t span = reach->to - reach->from;
	int64_t margin = span / 32;
	int64_t least = reach->hours ? 3 * (int64_t)HOUR_MS : DAY_MS;

	layout->from_ms = reach->from;
	layout->to_ms = reach->to;
	if (span + 2 * margin < 2 * least)
		margin = least - span / 2;
	chart_scale_times(&layout->times, held_time(reach->from - margin),
			  held_time(reach->to + margin), reach->hours, ticks);
}

/* ---- Places -------------------------------------------------------------- */

static int order_numbers(double a, double b)
{
	return (a > b) - (a < b);
}

/* By time; of one time what is struck first, so that what stands is drawn over
 * it and is the last; then by place in the chart. */
static int order_places(const void *left, const void *right)
{
	const struct chart_place *a = left;
	const struct chart_place *b = right;
	int order = order_numbers(a->x, b->x);

	if (order == 0)
		order = b->point->struck - a->point->struck;
	if (order == 0)
		order = (a->point > b->point) - (a->point < b->point);
	return order;
}

static struct chart_place place_of(const struct chart_layout *layout,
				   const struct chart_point *point)
{
	const struct chart_scale *times = &layout->times;
	const struct chart_scale *values = &layout->values;
	struct chart_place place = {.point = point};

	place.x = chart_scale_at(times, (double)time_of(point));
	place.x_from = point->from_ms == INT64_MIN
			       ? 0
			       : chart_scale_at(times, (double)begin_of(point));
	place.x_to = point->to_ms == INT64_MAX
			     ? 1
			     : chart_scale_at(times, (double)end_of(point));
	if (point->what != CHART_FIGURE)
		return place;
	place.y = chart_scale_at(values, chart_point_value(point));
	place.y_low = chart_scale_at(values, low_of(point));
	place.y_high = chart_scale_at(values, high_of(point));
	return place;
}

static bool place_series(struct chart_layout *layout, struct chosen chosen)
{
	struct chart_drawn *drawn = &layout->drawn[layout->count++];
	const struct chart_series *series = chosen.series;
	struct chart_place *places = calloc(chosen.placed, sizeof *places);
	size_t at = 0;
	size_t i;

	drawn->series = series;
	drawn->figures = places;
	if (!places)
		return false;
	for (i = 0; i < series->count; i++)
		if (series->points[i].what == CHART_FIGURE &&
		    is_placed(&series->points[i])) {
			places[at++] = place_of(layout, &series->points[i]);
			drawn->standing += !series->points[i].struck;
		}
	drawn->figure_count = at;
	for (i = 0; i < series->count; i++)
		if (series->points[i].what != CHART_FIGURE &&
		    is_placed(&series->points[i]))
			places[at++] = place_of(layout, &series->points[i]);
	drawn->marks = places + drawn->figure_count;
	drawn->mark_count = at - drawn->figure_count;
	qsort(drawn->figures, drawn->figure_count, sizeof *places,
	      order_places);
	qsort(drawn->marks, drawn->mark_count, sizeof *places, order_places);
	layout->figures += drawn->figure_count;
	layout->marks += drawn->mark_count;
	layout->unplaced += series->count - chosen.placed;
	return true;
}

/* How far a line goes up and down, and how high it is. */
static void measure(const struct chart_drawn *drawn, double *way,
		    double *height)
{
	const struct chart_place *last = NULL;
	double low = 1;
	double high = 0;
	size_t i;

	for (i = 0; i < drawn->figure_count; i++) {
		const struct chart_place *place = &drawn->figures[i];

		if (place->point->struck)
			continue;
		if (last)
			*way += fabs(place->y - last->y);
		low = fmin(low, place->y);
		high = fmax(high, place->y);
		last = place;
	}
	if (last)
		*height += high - low;
}

static bool is_crowd(const struct chart_layout *layout)
{
	double way = 0;
	double height = 0;
	size_t i;

	if (layout->figures <= CROWD || layout->count <= CROWD_SERIES)
		return false;
	for (i = 0; i < layout->count; i++)
		measure(&layout->drawn[i], &way, &height);
	return way > RESTLESS * height;
}

struct chart_layout *chart_layout_new(const struct chart *chart,
				      const struct chart_room *room)
{
	struct chart_layout *layout = calloc(1, sizeof *layout);
	struct chosen chosen[CHART_SERIES_MOST];
	struct reach reach = {0};
	size_t count;
	size_t i;

	if (!layout)
		return NULL;
	count = choose(chart, chosen, &layout->others);
	for (i = 0; i < chart->count && count == 0; i++)
		layout->unplaced += chart->series[i].count;
	for (i = 0; i < count; i++)
		reach_series(&reach, chosen[i].series);
	set_values(layout, &reach, chart->log, room);
	if (reach.any_time)
		set_times(layout, &reach, room->time_ticks);
	for (i = 0; i < count; i++)
		if (!place_series(layout, chosen[i])) {
			chart_layout_free(layout);
			return NULL;
		}
	layout->apart = is_crowd(layout);
	return layout;
}

void chart_layout_free(struct chart_layout *layout)
{
	size_t i;

	if (!layout)
		return;
	for (i = 0; i < layout->count; i++)
		free(layout->drawn[i].figures); /* its marks, too */
	free(layout);
}

const struct chart_place *chart_last(const struct chart_drawn *drawn)
{
	size_t i = drawn->figure_count;

	while (i > 0)
		if (!drawn->figures[--i].point->struck)
			return &drawn->figures[i];
	return NULL;
}

/* ---- Sentences ----------------------------------------------------------- */

void chart_say_when(const struct chart_point *point, struct hear_buffer *out)
{
	char first[CHART_LABEL];
	char last[CHART_LABEL];

	chart_date(point->from_ms, first);
	chart_date(point->to_ms - 1, last);
	if (point->from_ms == INT64_MIN)
		hear_buffer_print(out, "by %s", last);
	else if (point->to_ms == INT64_MAX)
		hear_buffer_print(out, "from %s on", first);
	else if (point->to_ms - 1 <= point->from_ms || !strcmp(first, last))
		hear_buffer_text(out, first);
	else if (strcmp(strchr(first, ' '), strchr(last, ' ')) == 0)
		hear_buffer_print(out, "%.*s to %s", (int)strcspn(first, " "),
				  first, last); /* of one month */
	else
		hear_buffer_print(out, "%s to %s", first, last);
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

void chart_say_empty(const struct chart_layout *layout, struct hear_buffer *out)
{
	if (layout->count > 0)
		return;
	if (layout->unplaced == 0)
		hear_buffer_text(out, "Nothing to draw: no origin said "
				      "anything that can be placed in time.");
	else
		hear_buffer_print(out,
				  "Nothing to draw: none of the %zu "
				  "statement%s has both a date and a value "
				  "that can be placed.",
				  layout->unplaced, plural(layout->unplaced));
}

void chart_say_left_out(const struct chart_layout *layout,
			struct hear_buffer *out)
{
	if (layout->count == 0)
		return;
	if (layout->others > 0)
		hear_buffer_print(out,
				  "%zu other origin%s %s not drawn: "
				  "those shown said the most.",
				  layout->others, plural(layout->others),
				  layout->others == 1 ? "is" : "are");
	if (layout->others > 0 && layout->unplaced > 0)
		hear_buffer_byte(out, ' ');
	if (layout->unplaced > 0)
		hear_buffer_print(out,
				  "%zu statement%s without a date or a "
				  "number %s not drawn.",
				  layout->unplaced, plural(layout->unplaced),
				  layout->unplaced == 1 ? "is" : "are");
}
