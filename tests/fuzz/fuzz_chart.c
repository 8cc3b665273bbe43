/* SPDX-License-Identifier: ISC */
/* Charts: whatever is said by whomever, no line of the terminal is wider than
 * it, and the SVG is well formed and the same each time.
 *
 * The input is a title up to a NUL, then points: a byte of flags, one of what
 * it is (above 127: of a new origin, named up to a NUL), values and times as
 * the bytes of numbers, as far as there are any, and a label up to a NUL. */
#include "tools/chart_svg.h"
#include "tools/chart_terminal.h"
#include "tests/unit/markup.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SERIES = 40, POINTS = 400 };

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static struct hear_span take_text(struct input *input)
{
	size_t left = (size_t)(input->end - input->at);
	const uint8_t *end = left ? memchr(input->at, 0, left) : NULL;
	struct hear_span text = {(const char *)input->at, left};

	if (end)
		text.size = (size_t)(end - input->at);
	input->at += text.size + (end ? 1 : 0);
	return text;
}

static void take(struct input *input, void *out, size_t size)
{
	size_t left = (size_t)(input->end - input->at);

	if (left > size)
		left = size;
	if (left > 0)
		memcpy(out, input->at, left);
	input->at += left;
}

static void take_point(struct input *input, uint8_t what,
		       struct chart_point *point)
{
	uint8_t flags = 0;

	take(input, &flags, 1);
	point->what = (enum chart_what)(what % 4);
	point->low_unbounded = flags & 1;
	point->high_unbounded = flags & 2;
	point->has_best = flags & 4;
	point->about = flags & 8;
	point->struck = flags & 16;
	take(input, &point->low, sizeof point->low);
	point->high = point->low;
	if (flags & 32)
		take(input, &point->high, sizeof point->high);
	if (flags & 4)
		take(input, &point->best, sizeof point->best);
	take(input, &point->from_ms, sizeof point->from_ms);
	point->to_ms = point->from_ms;
	if (flags & 64)
		take(input, &point->to_ms, sizeof point->to_ms);
	point->label = take_text(input);
}

static size_t take_series(struct input *input, struct chart_series *series,
			  struct chart_point *points)
{
	size_t count = 0;
	size_t used = 0;
	uint8_t what = 0;

	while (input->at < input->end && used < POINTS) {
		take(input, &what, 1);
		if (count == 0 || (what > 127 && count < SERIES)) {
			series[count].name = take_text(input);
			series[count].points = &points[used];
			series[count++].count = 0;
		}
		take_point(input, what, &points[used++]);
		series[count - 1].count++;
	}
	return count;
}

static void check_lines(const struct hear_buffer *out, size_t columns)
{
	const char *at = out->data;
	const char *end = out->data + out->size;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		struct hear_span line;

		assert(newline);
		line = (struct hear_span){at, (size_t)(newline - at)};
		assert(hear_utf8_bad(line) == HEAR_NOWHERE);
		assert(hear_text_columns(line) <= columns);
		at = newline + 1;
	}
}

static void check_terminal(const struct chart *chart, unsigned columns,
			   bool ascii)
{
	struct terminal terminal = {.is = true, .columns = columns};
	struct chart_screen screen = {.terminal = &terminal, .ascii = ascii};
	struct hear_buffer out = {0};

	assert(chart_terminal(chart, &screen, &out));
	check_lines(&out, columns);
	hear_buffer_done(&out);
}

static void check_svg(const struct chart *chart)
{
	struct chart_svg how = {.prefix = "c"};
	struct hear_buffer out = {0};
	struct hear_buffer again = {0};

	assert(chart_svg(chart, &how, &out));
	assert(markup_is_well_formed(hear_buffer_view(&out)));
	assert(chart_svg(chart, &how, &again));
	assert(hear_span_equal(hear_buffer_view(&out),
			       hear_buffer_view(&again)));
	hear_buffer_done(&out);
	hear_buffer_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct chart_series series[SERIES];
	struct chart_point points[POINTS] = {{0}};
	struct input input = {data, data + size};
	struct chart chart = {.series = series};

	chart.title = take_text(&input);
	chart.unit = chart.subtitle = chart.title;
	chart.log = chart.title.size % 2;
	chart.count = take_series(&input, series, points);
	check_terminal(&chart, 20 + (unsigned)(size % 181), size % 2);
	check_terminal(&chart, 80, false);
	check_svg(&chart);
	return 0;
}
