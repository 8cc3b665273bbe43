/* SPDX-License-Identifier: ISC */
/* report_timeline.c - pictures of how figures went on over time: one for each
 * question with something to compare. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/chart_svg.h"
#include "tools/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, NUMBER_BYTES = 64 };

static bool read_number(struct hear_span text, double *out)
{
	char digits[NUMBER_BYTES];

	if (text.size == 0 || text.size >= sizeof digits)
		return false;
	memcpy(digits, text.data, text.size);
	digits[text.size] = '\0';
	*out = strtod(digits, NULL);
	return isfinite(*out);
}

/* The day that a claim speaks for, as far as it is known. */
static void place_in_time(const struct hear_weighed *claim,
			  struct chart_point *point)
{
	int64_t last = claim->until_ms;

	if (last == INT64_MIN || last == INT64_MAX)
		last = claim->said_ms;
	point->from_ms = INT64_MIN;
	point->to_ms = INT64_MAX;
	if (last == INT64_MIN || last == INT64_MAX)
		return;
	point->to_ms = last + 1;
	point->from_ms = last - ((last % DAY_MS) + DAY_MS) % DAY_MS;
}

/* Whether there is anything to draw of it. */
static bool point_of(const struct hear_weighed *claim,
		     const struct hear_voice *voice, struct chart_point *out)
{
	memset(out, 0, sizeof *out);
	switch (claim->stance) {
	case HEAR_ASSERTS:
		if (claim->answer != HEAR_ANSWER_FIGURE)
			return false;
		out->what = CHART_FIGURE;
		break;
	case HEAR_DENIES:
	case HEAR_DOUBTS:
		out->what = CHART_DENIED;
		break;
	case HEAR_DECLINES:
	case HEAR_SILENT:
		out->what = CHART_SILENT;
		break;
	case HEAR_WITHDRAWS:
		out->what = CHART_WITHDRAWN;
		break;
	case HEAR_POSSIBLE:
	case HEAR_EXPECTS:
	case HEAR_ASKS:
	case HEAR_UNCONFIRMED:
		return false;
	}
	out->low = claim->extent.from;
	out->high = claim->extent.to;
	out->low_unbounded = !isfinite(out->low);
	out->high_unbounded = !isfinite(out->high);
	out->has_best = read_number(claim->stated, &out->best);
	out->about = claim->about;
	out->struck = !voice->stands;
	out->label = claim->value;
	place_in_time(claim, out);
	return true;
}

static size_t points_of(const struct report *report,
			const struct hear_party *party,
			struct chart_point *out)
{
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < party->voice_count; i++) {
		const struct hear_voice *voice =
			&report->voices[party->first_voice + i];

		count += point_of(&report->claims[voice->claim], voice,
				  &out[count]);
	}
	return count;
}

static size_t figures_in(const struct chart_series *series)
{
	size_t figures = 0;
	size_t i;

	for (i = 0; i < series->count; i++)
		figures += series->points[i].what == CHART_FIGURE &&
			   series->points[i].from_ms != INT64_MIN;
	return figures;
}

/* A series for each origin. Gives how many figures have their place in time. */
static enum hear_code series_of(struct report *report,
				const struct hear_question *asked,
				struct chart *chart, size_t *figures,
				struct hear_err *err)
{
	struct chart_series *series = hear_arena_alloc(
		report->scratch, (asked->party_count + 1) * sizeof *series);
	struct chart_point *points = hear_arena_alloc(
		report->scratch, (asked->voice_count + 1) * sizeof *points);
	uint32_t i;

	if (!series || !points)
		return hear_fail_memory(err);
	*figures = 0;
	for (i = 0; i < asked->party_count; i++) {
		const struct hear_party *party =
			&report->parties[asked->first_party + i];

		series[i].name = report->sources[party->name].name;
		series[i].points = points;
		series[i].count = points_of(report, party, points);
		points += series[i].count;
		*figures += figures_in(&series[i]);
	}
	chart->series = series;
	chart->count = asked->party_count;
	return HEAR_OK;
}

static enum hear_code draw(struct report *report, const struct chart *chart,
			   uint32_t number, struct hear_err *err)
{
	struct hear_buffer svg = {0};
	enum hear_code code = HEAR_OK;
	struct chart_svg how;
	char prefix[32];

	(void)snprintf(prefix, sizeof prefix, "chart-%u", (unsigned)number);
	how = (struct chart_svg){.prefix = prefix};
	if (chart_svg(chart, &how, &svg))
		page_picture(&report->page, hear_buffer_view(&svg),
			     hear_span_of("What each origin said, and for "
					  "which day."));
	else
		code = hear_fail_memory(err);
	hear_buffer_done(&svg);
	return code;
}

static enum hear_code picture(struct report *report, uint32_t place,
			      const struct page_entry *entry, uint32_t *drawn,
			      struct hear_err *err)
{
	const struct hear_question *asked =
		&report->questions[report->questions_in_order[place]];
	struct hear_buffer title = {0};
	struct chart chart = {0};
	enum hear_code code;
	size_t figures = 0;

	if (asked->answer != HEAR_ANSWER_FIGURE)
		return HEAR_OK;
	hear_arena_reset(report->scratch);
	code = series_of(report, asked, &chart, &figures, err);
	if (code != HEAR_OK || figures < 2)
		return code;
	if (*drawn == 0)
		page_section(&report->page, entry);
	report_question(asked, &title);
	chart.title = hear_buffer_view(&title);
	chart.unit = asked->unit;
	code = draw(report, &chart, ++*drawn, err);
	hear_buffer_done(&title);
	return code;
}

enum hear_code report_timeline(struct report *report,
			       const struct page_entry *entry,
			       struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint32_t drawn = 0;
	uint32_t i;

	for (i = 0; i < report->question_shown && drawn < REPORT_PICTURES &&
		    code == HEAR_OK;
	     i++)
		code = picture(report, i, entry, &drawn, err);
	if (drawn > 0)
		page_close(&report->page);
	return code;
}
