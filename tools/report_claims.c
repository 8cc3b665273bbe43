/* SPDX-License-Identifier: ISC */
/* report_claims.c - the claims, a card each: those asked for, those weighed with
 * them, and those that analysts took back. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/report.h"

#include <inttypes.h>

static enum hear_code cards(struct report *report, uint32_t from, uint32_t to,
			    struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint32_t i;

	for (i = from; i < to && code == HEAR_OK; i++) {
		uint32_t claim = report->order[i];

		if (report->page.out->size > REPORT_BYTES)
			report->cut++;
		else
			code = report_card(report, &report->claims[claim].id,
					   claim, i + 1, err);
	}
	return code;
}

static void left_out(struct report *report, uint32_t count)
{
	struct page *page = &report->page;

	if (count == 0)
		return;
	page_open(page, "p", "lead");
	report_count(report, count, "claim is", "claims are");
	page_words(page, " not shown here, though counted and weighed: a page "
			 "holds no more. A narrower question shows all of "
			 "them.");
	page_close(page);
}

enum hear_code report_claims(struct report *report,
			     const struct page_entry *entry,
			     struct hear_err *err)
{
	enum hear_code code;

	if (report->asked == 0)
		return HEAR_OK;
	page_section(&report->page, entry);
	page_element(&report->page, "p", "soft",
		     hear_span_of("In the order in which they were said. The "
				  "chain runs from what was read to the "
				  "origin."));
	report->cut = 0;
	code = cards(report, 0, report->asked, err);
	left_out(report, report->asked_all - report->asked + report->cut);
	report->left += report->asked_all - report->asked + report->cut;
	page_close(&report->page);
	return code;
}

enum hear_code report_others(struct report *report,
			     const struct page_entry *entry,
			     struct hear_err *err)
{
	uint32_t shown = report->shown - report->asked;
	enum hear_code code;

	if (report->others_all == 0)
		return HEAR_OK;
	page_section(&report->page, entry);
	page_element(&report->page, "p", "soft",
		     hear_span_of("These were not asked for, but answer the "
				  "same questions: a verdict is over all that "
				  "was said, however the question was put. "
				  "They add nothing to the counts."));
	report->cut = 0;
	code = cards(report, report->asked, report->shown, err);
	left_out(report, report->others_all - shown + report->cut);
	report->left += report->others_all - shown + report->cut;
	page_close(&report->page);
	return code;
}

static enum hear_code taken_back(struct report *report, void *context,
				 struct hear_arena *arena,
				 const struct hear_record *record,
				 struct hear_err *err)
{
	const struct page_entry *entry = context;

	(void)arena;
	if (report->retracted == 0) {
		page_section(&report->page, entry);
		page_element(&report->page, "p", "soft",
			     hear_span_of("Filed once and retracted since, "
					  "with the reason. They count for "
					  "nothing; a claim that rests on one "
					  "says so."));
	}
	report->retracted++;
	if (report->page.out->size > REPORT_BYTES)
		return HEAR_OK;
	return report_card(report, &record->id, HEAR_NOBODY,
			   report->shown + report->retracted, err);
}

enum hear_code report_retracted(struct report *report,
				const struct page_entry *entry,
				struct hear_err *err)
{
	struct page_entry given = *entry;
	struct hear_buffer query = {0};
	enum hear_code code;

	if (report->wish->text.size > 0) {
		hear_buffer_text(&query, "(");
		hear_buffer_span(&query, report->wish->text);
		hear_buffer_text(&query, ") ");
	}
	hear_buffer_text(&query, "is:retracted");
	code = query.failed ? hear_fail_memory(err)
			    : report_each(report, query.data,
					  report->wish->most_claims,
					  taken_back, &given, err);
	if (report->retracted >= report->wish->most_claims ||
	    (report->retracted > 0 && report->page.out->size > REPORT_BYTES))
		page_element(&report->page, "p", "lead",
			     hear_span_of("There are more that are not shown: "
					  "a page holds no more."));
	if (report->retracted > 0)
		page_close(&report->page);
	hear_buffer_done(&query);
	return code;
}
