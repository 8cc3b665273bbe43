/* SPDX-License-Identifier: ISC */
#include "tools/chart_svg.h"
#include "tools/chart_terminal.h"
#include "tests/unit/markup.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DAY INT64_C(86400000)
#define HOUR INT64_C(3600000)
#define JAN_13 (INT64_C(20101) * DAY) /* 2025 */

static const struct chart_writing words = {.ascii = false};
static const struct chart_writing plain = {.ascii = true};
static const struct chart_writing brief = {.brief = true};

static const char *const hostile =
	"\x1b[31mred\x1b]0;title\x07 <script>alert('1')</script> & \"x\" "
	"\xe2\x80\xaeright-to-left \xff\xfe \xef\xbf\xbf \xed\xa0\x80 ]]> --> "
	"\xf0\x9f\x92\xa3 e\xcc\x81\xcc\x81 \xe5\x8c\x97\xe4\xba\xac\n\t\r";

static struct hear_span text(const char *of)
{
	return hear_span_of(of);
}

/* A figure on the n-th day from 13 January 2025. */
static struct chart_point figure(double value, int64_t day)
{
	struct chart_point point = {.what = CHART_FIGURE,
				    .low = value,
				    .high = value,
				    .label = hear_span_of("300"),
				    .from_ms = JAN_13 + day * DAY,
				    .to_ms = JAN_13 + (day + 1) * DAY};

	return point;
}

static struct chart_series series_of(const char *name,
				     const struct chart_point *points,
				     size_t count)
{
	struct chart_series series = {hear_span_of(name), points, count};

	return series;
}

static struct chart chart_of(const struct chart_series *series, size_t count)
{
	struct chart chart = {.title = hear_span_of("How many were killed?"),
			      .subtitle = hear_span_of("as of now"),
			      .unit = hear_span_of("soldiers"),
			      .series = series,
			      .count = count};

	return chart;
}

/* ---- Scales -------------------------------------------------------------- */

/* Draws an axis and compares its labels, joined by blanks. */
static void has_labels(double low, double high, enum chart_scale_kind kind,
		       size_t most,
		       const struct chart_writing *writing,
		       const char *expected)
{
	struct hear_buffer labels = {0};
	struct chart_scale scale;
	size_t i;

	chart_scale_values(&scale, low, high, kind, most, writing);
	for (i = 0; i < scale.count; i++) {
		if (i > 0)
			hear_buffer_text(&labels, " | ");
		hear_buffer_text(&labels, scale.ticks[i].label);
		assert_true(scale.ticks[i].at >= 0);
		assert_true(scale.ticks[i].at <= 1);
		if (i > 0)
			assert_true(scale.ticks[i].at >
				    scale.ticks[i - 1].at);
	}
	assert_string_equal(labels.data, expected);
	hear_buffer_done(&labels);
}

static void values_begin_at_zero_where_it_is_near(void **state)
{
	(void)state;
	has_labels(270, 3000, CHART_LINEAR, 4, &words, "0 | 1,000 | 2,000 | 3,000");
	has_labels(41, 47, CHART_LINEAR, 4, &words, "40 | 42 | 44 | 46 | 48");
	has_labels(300, 300, CHART_LINEAR, 4, &words, "0 | 100 | 200 | 300");
	has_labels(0, 0, CHART_LINEAR, 2, &words, "0 | 0.5 | 1.0");
}

static void values_may_be_negative(void **state)
{
	(void)state;
	has_labels(-3.5, 2.2, CHART_LINEAR, 4, &words,
		   "\xe2\x88\x92" "4 | \xe2\x88\x92" "2 | 0 | 2 | 4");
	has_labels(-5, -5, CHART_LINEAR, 3, &plain, "-6 | -4 | -2 | 0");
}

static void large_values_are_written_in_words(void **state)
{
	(void)state;
	has_labels(0, 1456610, CHART_LINEAR, 3, &words,
		   "0 | 0.5 million | 1.0 million | 1.5 million");
	has_labels(0, 1456610, CHART_LINEAR, 3, &brief, "0 | 0.5M | 1.0M | 1.5M");
	has_labels(0, 9000, CHART_LINEAR, 3, &brief, "0 | 5k | 10k");
	has_labels(2e12, 4e12, CHART_LINEAR, 2, &words,
		   "0 | 2 trillion | 4 trillion");
	has_labels(1e6, 1e6 + 4, CHART_LINEAR, 2, &words,
		   "1,000,000 | 1,000,002 | 1,000,004");
}

static void the_largest_values_are_powers_of_ten(void **state)
{
	(void)state;
	has_labels(0, 1e30, CHART_LINEAR, 2, &plain, "0 | 5x10^29 | 10^30");
	has_labels(0, 1e30, CHART_LINEAR, 2, &words,
		   "0 | 5\xc3\x97" "10\xc2\xb2\xe2\x81\xb9 | "
		   "10\xc2\xb3\xe2\x81\xb0");
	has_labels(0, 4e-9, CHART_LINEAR, 2, &plain, "0 | 2x10^-9 | 4x10^-9");
	has_labels(1e300, HUGE_VAL, CHART_LINEAR, 2, &plain,
		   "0 | 5x10^299 | 10^300");
}

static void a_logarithmic_axis_has_whole_decades(void **state)
{
	(void)state;
	has_labels(300, 1456610, CHART_LOG, 5, &words,
		   "1,000 | 10,000 | 100,000 | 1 million");
	has_labels(3, 40, CHART_LOG, 5, &words, "2 | 5 | 10 | 20 | 50");
	has_labels(7, 7, CHART_LOG, 5, &words, "5 | 10");
	has_labels(1e-300, 1e300, CHART_LOG, 3, &plain,
		   "10^-300 | 10^-99 | 10^102");
}

/* As above, of times; what is below in brackets. */
static void has_times(int64_t from, int64_t to, bool hours, size_t most,
		      const char *expected)
{
	struct hear_buffer labels = {0};
	struct chart_scale scale;
	size_t i;

	chart_scale_times(&scale, from, to, hours, most);
	assert_true(scale.count <= most);
	for (i = 0; i < scale.count; i++) {
		const struct chart_tick *tick = &scale.ticks[i];

		hear_buffer_print(&labels, "%s%s", i > 0 ? " | " : "",
				  tick->label);
		if (tick->below[0])
			hear_buffer_print(&labels, " [%s]", tick->below);
	}
	assert_string_equal(labels.data ? labels.data : "", expected);
	hear_buffer_done(&labels);
}

static void times_have_whole_hours_days_and_weeks(void **state)
{
	(void)state;
	has_times(JAN_13 - HOUR, JAN_13 + HOUR, true, 4,
		  "23:00 [12 Jan 2025] | 00:00 [13 Jan 2025] | 01:00");
	has_times(JAN_13 - DAY, JAN_13 + DAY, false, 5,
		  "12 Jan [2025] | 13 Jan | 14 Jan");
	has_times(JAN_13 - 20 * DAY, JAN_13 + DAY, false, 4,
		  "30 Dec [2024] | 6 Jan [2025] | 13 Jan");
}

static void times_have_whole_months_years_and_decades(void **state)
{
	(void)state;
	has_times(JAN_13, JAN_13 + 200 * DAY, false, 4,
		  "Mar [2025] | May | Jul");
	has_times(JAN_13 - 700 * DAY, JAN_13 + 700 * DAY, false, 5,
		  "2024 | 2025 | 2026");
	has_times(JAN_13 - 36525 * DAY, JAN_13, false, 6,
		  "1940 | 1960 | 1980 | 2000 | 2020");
}

static void times_reach_from_year_1_to_9999(void **state)
{
	char date[CHART_LABEL];

	(void)state;
	has_times(CHART_TIME_FIRST, CHART_TIME_LAST, false, 5,
		  "2000 | 4000 | 6000 | 8000");
	has_times(CHART_TIME_FIRST, CHART_TIME_FIRST + 2 * DAY, false, 3,
		  "1 Jan [0001] | 2 Jan | 3 Jan");
	has_times(CHART_TIME_LAST - 2 * DAY, CHART_TIME_LAST, false, 3,
		  "30 Dec [9999] | 31 Dec");
	chart_date(INT64_MIN, date);
	assert_string_equal(date, "1 Jan 0001");
	chart_date(INT64_MAX, date);
	assert_string_equal(date, "31 Dec 9999");
	chart_date(JAN_13, date);
	assert_string_equal(date, "13 Jan 2025");
	chart_date(INT64_C(951782400000), date);
	assert_string_equal(date, "29 Feb 2000");
	chart_date(INT64_C(-2203891200001), date);
	assert_string_equal(date, "28 Feb 1900");
}

/* ---- Layout -------------------------------------------------------------- */

static struct chart_layout *layout_of(const struct chart *chart)
{
	struct chart_room room = {.value_ticks = 5, .time_ticks = 5};
	struct chart_layout *layout = chart_layout_new(chart, &room);

	assert_non_null(layout);
	return layout;
}

static void an_open_end_is_drawn_at_the_end_that_is_known(void **state)
{
	struct chart_point more = figure(3000, 0);
	struct chart_point fewer = figure(500, 0);

	(void)state;
	more.high_unbounded = true;
	more.high = HUGE_VAL;
	fewer.low_unbounded = true;
	fewer.low = -HUGE_VAL;
	assert_true(chart_point_value(&more) == 3000);
	assert_true(chart_point_value(&fewer) == 500);
	fewer.has_best = true;
	fewer.best = 400;
	assert_true(chart_point_value(&fewer) == 400);
}

static void what_has_no_number_or_time_is_counted(void **state)
{
	struct chart_point points[5] = {figure(1, 0), figure(NAN, 1),
					figure(3, 2), figure(4, 3),
					figure(5, 4)};
	struct chart_series series = series_of("NIS", points, 5);
	struct chart chart = chart_of(&series, 1);
	struct chart_layout *layout;
	struct hear_buffer said = {0};

	(void)state;
	points[2].low_unbounded = points[2].high_unbounded = true;
	points[3].from_ms = INT64_MIN;
	points[3].to_ms = INT64_MAX;
	points[4].to_ms = points[4].from_ms - 1;
	layout = layout_of(&chart);
	assert_int_equal(layout->figures, 1);
	assert_int_equal(layout->unplaced, 4);
	chart_say_left_out(layout, &said);
	assert_string_equal(said.data, "4 statements without a date or a "
				       "number are not drawn.");
	hear_buffer_done(&said);
	chart_layout_free(layout);
}

static void the_last_figure_is_the_latest_that_stands(void **state)
{
	struct chart_point points[3] = {figure(3, 2), figure(1, 0),
					figure(2, 1)};
	struct chart_series series = series_of("NIS", points, 3);
	struct chart chart = chart_of(&series, 1);
	struct chart_layout *layout;

	(void)state;
	points[0].struck = true;
	layout = layout_of(&chart);
	assert_ptr_equal(layout->drawn[0].figures[0].point, &points[1]);
	assert_ptr_equal(layout->drawn[0].figures[2].point, &points[0]);
	assert_ptr_equal(chart_last(&layout->drawn[0])->point, &points[2]);
	assert_int_equal(layout->drawn[0].standing, 2);
	chart_layout_free(layout);
}

static void series_200_times_apart_have_a_logarithmic_axis(void **state)
{
	struct chart_point small = figure(10, 0);
	struct chart_point large = figure(2500, 1);
	struct chart_series series[2] = {series_of("A", &small, 1),
					 series_of("B", &large, 1)};
	struct chart chart = chart_of(series, 2);
	struct chart_layout *layout = layout_of(&chart);

	(void)state;
	assert_true(layout->values.log);
	chart_layout_free(layout);
	large = figure(1900, 1);
	layout = layout_of(&chart);
	assert_false(layout->values.log);
	chart_layout_free(layout);
	chart.log = true;
	layout = layout_of(&chart);
	assert_true(layout->values.log);
	chart_layout_free(layout);
	small = figure(-10, 0);
	layout = layout_of(&chart);
	assert_false(layout->values.log);
	chart_layout_free(layout);
}

static void the_fullest_of_10000_series_are_drawn(void **state)
{
	enum { COUNT = 10000 };
	struct chart_point points[3] = {figure(1, 0), figure(2, 1),
					figure(3, 2)};
	struct chart_series *series = calloc(COUNT, sizeof *series);
	struct chart chart = chart_of(series, COUNT);
	struct hear_buffer said = {0};
	struct chart_layout *layout;
	size_t i;

	(void)state;
	assert_non_null(series);
	for (i = 0; i < COUNT; i++)
		series[i] = series_of("A", points, i % 1000 == 7 ? 3 : 1);
	layout = layout_of(&chart);
	assert_int_equal(layout->count, CHART_SERIES_MOST);
	assert_int_equal(layout->others, COUNT - CHART_SERIES_MOST);
	assert_ptr_equal(layout->drawn[0].series, &series[0]);
	assert_ptr_equal(layout->drawn[1].series, &series[1]);
	for (i = 2; i < CHART_SERIES_MOST; i++)
		assert_ptr_equal(layout->drawn[i].series,
				 &series[(i - 2) * 1000 + 7]);
	chart_say_left_out(layout, &said);
	assert_string_equal(said.data, "9988 other origins are not drawn: "
				       "those shown said the most.");
	hear_buffer_done(&said);
	chart_layout_free(layout);
	free(series);
}

/* ---- Both drawings ------------------------------------------------------- */

static size_t lines_fit(const struct hear_buffer *out, size_t columns)
{
	const char *at = out->data;
	const char *end = out->data + out->size;
	size_t lines = 0;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		struct hear_span line;

		assert_non_null(newline);
		line = (struct hear_span){at, (size_t)(newline - at)};
		assert_int_equal(hear_utf8_bad(line), HEAR_NOWHERE);
		assert_null(memchr(line.data, '\x1b', line.size));
		if (hear_text_columns(line) > columns)
			fail_msg("%zu columns: %.*s", columns, (int)line.size,
				 line.data);
		at = newline + 1;
		lines++;
	}
	return lines;
}

static void is_ascii(const struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < out->size; i++)
		assert_true((unsigned char)out->data[i] < 0x80);
}

/* Draws it in every width, as SVG, and everything twice. */
static void draws(const struct chart *chart)
{
	struct hear_buffer out = {0};
	struct hear_buffer again = {0};
	struct chart_svg how = {.prefix = "c1"};
	unsigned columns;

	for (columns = 20; columns <= 200; columns++) {
		struct terminal terminal = {.is = true, .columns = columns};
		struct chart_screen screen = {.terminal = &terminal};

		hear_buffer_reset(&out);
		assert_true(chart_terminal(chart, &screen, &out));
		assert_in_range(lines_fit(&out, columns), 1, 120);
		screen.ascii = true;
		hear_buffer_reset(&out);
		assert_true(chart_terminal(chart, &screen, &out));
		(void)lines_fit(&out, columns);
		is_ascii(&out);
	}
	hear_buffer_reset(&out);
	assert_true(chart_svg(chart, &how, &out));
	assert_true(chart_svg(chart, &how, &again));
	assert_true(markup_is_well_formed(hear_buffer_view(&out)));
	assert_true(hear_span_equal(hear_buffer_view(&out),
				    hear_buffer_view(&again)));
	assert_in_range(out.size, 1, 1000 * 1000);
	hear_buffer_done(&out);
	hear_buffer_done(&again);
}

/* Of all kinds, at all ends. */
static void all_kinds_fit_every_width_and_are_well_formed(void **state)
{
	struct chart_point nis[4] = {figure(100, -25), figure(300, 0),
				     figure(360, 20), figure(340, 21)};
	struct chart_point others[4] = {figure(3000, -20), figure(400, 5),
					figure(0, 9), figure(0, 12)};
	struct chart_point silent = {.what = CHART_SILENT,
				     .from_ms = INT64_MIN,
				     .to_ms = JAN_13 + DAY};
	struct chart_series series[4] = {
		series_of("National Intelligence Service", nis, 4),
		series_of("\xe5\x8c\x97\xe4\xba\xac", others, 4),
		series_of("Russia", &silent, 1), series_of("none", NULL, 0)};
	struct chart chart = chart_of(series, 4);

	(void)state;
	nis[0].high_unbounded = true;
	nis[1].about = true;
	nis[1].low = 270;
	nis[1].high = 330;
	nis[2].struck = true;
	others[0].low_unbounded = true;
	others[0].struck = true;
	others[1].high = 600;
	others[1].to_ms += 20 * DAY;
	others[2].what = CHART_DENIED;
	others[3].what = CHART_WITHDRAWN;
	others[3].to_ms = INT64_MAX;
	draws(&chart);
}

static void hostile_text_is_made_visible(void **state)
{
	struct chart_point point = figure(300, 0);
	struct chart_point silent = {.what = CHART_SILENT,
				     .from_ms = JAN_13,
				     .to_ms = JAN_13};
	struct chart_series series[2] = {series_of(hostile, &point, 1),
					 series_of(hostile, &silent, 1)};
	struct chart chart = chart_of(series, 2);
	struct chart_svg how = {.prefix = "c1"};
	struct hear_buffer out = {0};

	(void)state;
	point.label = text(hostile);
	chart.title = chart.subtitle = chart.unit = text(hostile);
	draws(&chart);
	assert_true(chart_svg(&chart, &how, &out));
	assert_null(strstr(out.data, "<script"));
	assert_null(strstr(out.data, "\xe2\x80\xae"));
	assert_non_null(strstr(out.data, "\\u{1b}[31mred"));
	assert_non_null(strstr(out.data, "\\u{202e}"));
	assert_non_null(strstr(out.data, "\\x{ff}"));
	assert_non_null(strstr(out.data, "\\u{ffff}"));
	assert_non_null(strstr(out.data, "&lt;script&gt;"));
	hear_buffer_done(&out);
}

static void nothing_is_said_in_a_sentence(void **state)
{
	struct chart_point undated = figure(300, 0);
	struct chart_series series = series_of("NIS", &undated, 1);
	struct chart chart = chart_of(NULL, 0);
	struct terminal terminal = {.columns = 80};
	struct chart_screen screen = {.terminal = &terminal};
	struct hear_buffer out = {0};

	(void)state;
	draws(&chart);
	assert_true(chart_terminal(&chart, &screen, &out));
	assert_string_equal(out.data,
			    "How many were killed?\nas of now\n"
			    "Nothing to draw: no origin said anything that can "
			    "be placed in time.\n");
	hear_buffer_reset(&out);
	undated.from_ms = INT64_MIN;
	undated.to_ms = INT64_MAX;
	chart = chart_of(&series, 1);
	draws(&chart);
	assert_true(chart_terminal(&chart, &screen, &out));
	assert_non_null(strstr(out.data, "none of the 1 statement has both"));
	hear_buffer_done(&out);
}

static void extreme_numbers_and_times_are_drawn(void **state)
{
	static const double values[] = {0,	-1e30, 1e30,  1e-320,
					1e308, -1e308, 5e-324};
	struct chart_point points[7] = {{0}};
	struct chart_series series = series_of("Annals", points, 7);
	struct chart chart = chart_of(&series, 1);
	size_t i;

	(void)state;
	for (i = 0; i < 7; i++) {
		points[i] = figure(values[i], 0);
		points[i].from_ms = i % 2 ? INT64_MIN + 1 : INT64_MAX - 2;
		points[i].to_ms = points[i].from_ms + 1;
		series = series_of("Annals", &points[i], 1);
		draws(&chart);
		chart.log = !chart.log;
		draws(&chart);
	}
	series = series_of("Annals", points, 7);
	draws(&chart);
}

static void five_thousand_points_are_a_line_of_bounded_size(void **state)
{
	enum { COUNT = 5000 };
	struct chart_point *points = calloc(COUNT, sizeof *points);
	struct chart_series series = series_of("General Staff", points, COUNT);
	struct chart chart = chart_of(&series, 1);
	struct chart_svg how = {.prefix = "c1"};
	struct hear_buffer out = {0};
	size_t i;

	(void)state;
	assert_non_null(points);
	for (i = 0; i < COUNT; i++) {
		points[i] = figure((double)(i * 7919 % 1000), (int64_t)i);
		points[i].high += 50;
		points[i].struck = i % 100 == 3;
	}
	assert_true(chart_svg(&chart, &how, &out));
	assert_true(markup_is_well_formed(hear_buffer_view(&out)));
	assert_in_range(out.size, 1000, 70 * 1000);
	hear_buffer_done(&out);
	draws(&chart);
	free(points);
}

/* Of five series with 20 figures each, as polls are. */
static void lines_that_cross_much_are_drawn_one_below_the_other(void **state)
{
	enum { COUNT = 5, EACH = 20 };
	struct chart_point points[COUNT][EACH] = {{{0}}};
	struct chart_series series[COUNT] = {{.count = 0}};
	struct chart chart = chart_of(series, COUNT);
	struct chart_layout *layout;
	int i;
	int j;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		for (j = 0; j < EACH; j++)
			points[i][j] = figure(40 + (i + j * 7) % 11, j);
		series[i] = series_of("Pollster", points[i], EACH);
	}
	layout = layout_of(&chart);
	assert_true(layout->apart);
	chart_layout_free(layout);
	points[2][3].struck = true;
	draws(&chart);
	for (i = 0; i < COUNT; i++)
		for (j = 0; j < EACH; j++)
			points[i][j] = figure(40 + i + j, j);
	layout = layout_of(&chart);
	assert_false(layout->apart);
	chart_layout_free(layout);
}

/* Letters in one place move aside, and what they say alike stands once. */
static void figures_at_one_place_stand_side_by_side(void **state)
{
	struct chart_point point = figure(300, 0);
	struct chart_series series[3] = {series_of("A", &point, 1),
					 series_of("B", &point, 1),
					 series_of("C", &point, 1)};
	struct chart chart = chart_of(series, 3);
	struct terminal terminal = {.columns = 80};
	struct chart_screen screen = {.terminal = &terminal};
	struct hear_buffer out = {0};

	(void)state;
	assert_true(chart_terminal(&chart, &screen, &out));
	assert_non_null(strstr(out.data, "CAB 300"));
	hear_buffer_done(&out);
}

static void what_was_struck_is_a_small_letter(void **state)
{
	struct chart_point points[2] = {figure(900, 0), figure(300, 9)};
	struct chart_series series = series_of("NIS", points, 2);
	struct chart chart = chart_of(&series, 1);
	struct terminal terminal = {.columns = 80};
	struct chart_screen screen = {.terminal = &terminal};
	struct hear_buffer out = {0};

	(void)state;
	points[0].struck = true;
	points[1].about = true;
	points[1].high_unbounded = true;
	assert_true(chart_terminal(&chart, &screen, &out));
	assert_non_null(strstr(out.data, "a 300"));
	assert_non_null(strstr(out.data, "~A"));
	assert_non_null(strstr(out.data, "\xe2\x86\x91"));
	assert_non_null(strstr(out.data, "small letter: corrected"));
	hear_buffer_done(&out);
}

static void styles_are_used_only_where_there_is_colour(void **state)
{
	struct chart_point point = figure(300, 0);
	struct chart_series series = series_of("NIS", &point, 1);
	struct chart chart = chart_of(&series, 1);
	struct terminal terminal = {.columns = 80, .colour = true};
	struct chart_screen screen = {.terminal = &terminal};
	struct hear_buffer out = {0};

	(void)state;
	assert_true(chart_terminal(&chart, &screen, &out));
	assert_non_null(strchr(out.data, '\x1b'));
	hear_buffer_reset(&out);
	terminal.colour = false;
	assert_true(chart_terminal(&chart, &screen, &out));
	assert_null(strchr(out.data, '\x1b'));
	hear_buffer_done(&out);
}

static void a_sheet_holds_several_charts_with_ids_of_their_own(void **state)
{
	struct chart_point point = figure(300, 0);
	struct chart_series series = series_of("NIS", &point, 1);
	struct chart charts[2] = {chart_of(&series, 1), chart_of(NULL, 0)};
	struct hear_buffer out = {0};

	(void)state;
	assert_true(chart_svg_sheet(charts, 2, text("Timeline"), text(hostile),
				    &out));
	assert_true(markup_is_well_formed(hear_buffer_view(&out)));
	assert_non_null(strstr(out.data, "id=\"sheet\" xmlns="));
	assert_non_null(strstr(out.data, "id=\"chart1\""));
	assert_non_null(strstr(out.data, "id=\"chart2-t\""));
	hear_buffer_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_begin_at_zero_where_it_is_near),
		cmocka_unit_test(values_may_be_negative),
		cmocka_unit_test(large_values_are_written_in_words),
		cmocka_unit_test(the_largest_values_are_powers_of_ten),
		cmocka_unit_test(a_logarithmic_axis_has_whole_decades),
		cmocka_unit_test(times_have_whole_hours_days_and_weeks),
		cmocka_unit_test(times_have_whole_months_years_and_decades),
		cmocka_unit_test(times_reach_from_year_1_to_9999),
		cmocka_unit_test(an_open_end_is_drawn_at_the_end_that_is_known),
		cmocka_unit_test(what_has_no_number_or_time_is_counted),
		cmocka_unit_test(the_last_figure_is_the_latest_that_stands),
		cmocka_unit_test(
			series_200_times_apart_have_a_logarithmic_axis),
		cmocka_unit_test(the_fullest_of_10000_series_are_drawn),
		cmocka_unit_test(all_kinds_fit_every_width_and_are_well_formed),
		cmocka_unit_test(hostile_text_is_made_visible),
		cmocka_unit_test(nothing_is_said_in_a_sentence),
		cmocka_unit_test(extreme_numbers_and_times_are_drawn),
		cmocka_unit_test(
			five_thousand_points_are_a_line_of_bounded_size),
		cmocka_unit_test(
			lines_that_cross_much_are_drawn_one_below_the_other),
		cmocka_unit_test(figures_at_one_place_stand_side_by_side),
		cmocka_unit_test(what_was_struck_is_a_small_letter),
		cmocka_unit_test(styles_are_used_only_where_there_is_colour),
		cmocka_unit_test(
			a_sheet_holds_several_charts_with_ids_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
