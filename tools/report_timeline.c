/* SPDX-License-Identifier: ISC */
/* report_timeline.c - pictures of how figures went on over time, where there is
 * something to compare. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/chart_svg.h"
#include "tools/report.h"
#include "tools/timeline.h"

#include <inttypes.h>
#include <stdio.h>

static enum hear_code draw(struct report *report, const struct chart *chart,
			   uint32_t number, struct hear_err *err)
{
	struct hear_buffer svg = {0};
	enum hear_code code = HEAR_OK;
	struct chart_svg how;
	char prefix[32];

	(void)snprintf(prefix, sizeof prefix, "chart-%" PRIu32, number);
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

/* One figure is no picture. */
static enum hear_code picture(struct report *report,
			      const struct timeline_group *group,
			      const struct page_entry *entry, uint32_t *drawn,
			      struct hear_err *err)
{
	struct timeline timeline;
	enum hear_code code;

	if (!group->figures)
		return HEAR_OK;
	hear_arena_reset(report->scratch);
	/* What the team took back has a section of its own. */
	code = timeline_make(&timeline, report->weighing, group, NULL, 0,
			     report->reader, report->scratch, err);
	if (code != HEAR_OK || timeline.figures < 2)
		return code;
	report_holds(report, timeline.marking);
	if (*drawn == 0)
		page_section(&report->page, entry);
	return draw(report, &timeline.chart, ++*drawn, err);
}

static void left_out(struct report *report, size_t groups)
{
	page_open(&report->page, "p", "soft");
	page_words(&report->page, "No more pictures than these are drawn; there "
				  "may be more to draw among ");
	report_count(report, groups, "question", "questions");
	page_words(&report->page, ".");
	page_close(&report->page);
}

enum hear_code report_timeline(struct report *report,
			       const struct page_entry *entry,
			       struct hear_err *err)
{
	struct timeline_group *groups;
	uint32_t drawn = 0;
	size_t count = 0;
	size_t i;
	enum hear_code code = timeline_groups(report->weighing, report->arena,
					      &groups, &count, err);

	for (i = 0; code == HEAR_OK && i < count && drawn < REPORT_PICTURES;
	     i++)
		code = picture(report, &groups[i], entry, &drawn, err);
	if (code == HEAR_OK && i < count)
		left_out(report, count - i);
	if (drawn > 0)
		page_close(&report->page);
	return code;
}
