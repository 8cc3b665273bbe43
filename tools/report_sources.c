/* SPDX-License-Identifier: ISC */
/* report_sources.c - the origins: what became of what each said, and which grades
 * analysts gave it. Grades are listed as given; a letter has no mean. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/report.h"

#include <inttypes.h>

enum { ROWS = 300 };

static const struct hear_span no_lang;

/* ---- The table ---------------------------------------------------------------- */

static void number(struct report *report, const char *name, uint32_t count)
{
	page_cell(&report->page, name);
	page_print(&report->page, "%" PRIu32, count);
	page_close(&report->page);
}

static void grades(struct report *report, const struct hear_track *track)
{
	struct page *page = &report->page;
	bool any = false;
	size_t i;

	page_cell(&report->page, "graded");
	for (i = 0; i < report->grade_count; i++) {
		const struct report_grade *grade = &report->grades[i];

		if (report->sources[grade->source].joined !=
		    report->sources[track->source].joined)
			continue;
		page_words(page, any ? ", " : "");
		any = true;
		page_said(page, grade->who, no_lang);
		page_words(page, " ");
		page_print(page, "%c%c", grade->reliability,
			   grade->credibility);
		if (grade->count > 1)
			page_print(page, " (%" PRIu32 " times)", grade->count);
	}
	if (!any)
		page_words(page, "not graded");
	page_close(page);
}

/* "2, and 1 by who passed it on" */
static void by_whom(struct report *report, const char *name, uint32_t itself,
		    uint32_t relays)
{
	page_cell(&report->page, name);
	page_print(&report->page, "%" PRIu32, itself);
	if (relays > 0)
		page_print(&report->page, ", and %" PRIu32
			   " by who passed it on", relays);
	page_close(&report->page);
}

static void row(struct report *report, const struct hear_track *track)
{
	struct page *page = &report->page;

	page_open(page, "tr", NULL);
	page_cell(page, NULL);
	report_source(report, track->source);
	page_close(page);
	number(report, "statements", track->statements);
	by_whom(report, "corrected", track->corrected,
		track->corrected_by_relays);
	by_whom(report, "taken back", track->withdrawn,
		track->withdrawn_by_relays);
	number(report, "reversed", track->reversed);
	number(report, "contradicted in", track->contradicted);
	number(report, "denied in", track->denied);
	grades(report, track);
	page_close(page);
}

static void table(struct report *report, const struct hear_track *tracks,
		  size_t count)
{
	static const char *const names[] = {
		"origin",   "statements",      "corrected", "taken back",
		"reversed", "contradicted in", "denied in", "graded by analysts",
	};
	struct page *page = &report->page;
	size_t i;

	page_table(page, names, sizeof names / sizeof *names);
	for (i = 0; i < count && i < ROWS; i++)
		row(report, &tracks[i]);
	page_table_end(page);
	if (count > ROWS) {
		page_open(page, "p", "soft");
		report_count(report, count - ROWS, "more origin is left out",
			     "more origins are left out");
		page_close(page);
	}
}

/* What the team retracted is not looked up: it stands on the page as far as it
 * was asked for, and the rest is no part of it. */
enum hear_code report_sources(struct report *report,
			      const struct page_entry *entry,
			      struct hear_err *err)
{
	struct hear_track *tracks;
	size_t count;
	enum hear_code code = hear_track_records(report->weighing, NULL,
						 report->arena, &tracks,
						 &count, err);

	if (code != HEAR_OK || count == 0)
		return code;
	page_section(&report->page, entry);
	page_element(&report->page, "p", "soft",
		     hear_span_of("Within the questions asked here, and no "
				  "further: how many statements each made, "
				  "what became of them, and in how many "
				  "questions another contradicts or denies it. "
				  "Counts, and no score: who corrects itself "
				  "openly may be the better source. Grades are "
				  "on the Admiralty scales, a letter for the "
				  "source and a digit for what it said, as "
				  "each analyst gave them."));
	table(report, tracks, count);
	page_close(&report->page);
	return HEAR_OK;
}
