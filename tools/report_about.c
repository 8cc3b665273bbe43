/* SPDX-License-Identifier: ISC */
/* report_about.c - where the page comes from, so that it can be checked: when it
 * was made, from which dataset in which state, on whose machine, and how to
 * make it again. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/report.h"

#include <inttypes.h>

static const struct hear_span no_lang;

static void words(struct report *report, const char *label, const char *text)
{
	page_fact_said(&report->page, label, hear_span_of(text), no_lang);
}

static void id(struct report *report, const char *label,
	       const struct hear_id *digits)
{
	page_fact(&report->page, label);
	report_whole_id(report, digits);
	page_fact_end(&report->page);
}

static void times(struct report *report)
{
	const struct report_wish *wish = report->wish;
	struct page *page = &report->page;

	page_fact(page, "made");
	report_time(report, wish->now_ms);
	page_fact_end(page);
	page_fact(page, "shows");
	if (wish->as_of) {
		page_words(page, "the dataset as it stood at ");
		report_time(report, wish->view.as_of_ms);
	} else {
		page_words(page, "the dataset as it stood when it was made");
	}
	if (wish->known_by) {
		page_words(page, ", and of that what had been said by ");
		report_day(report, wish->view.known_by_ms);
	}
	page_fact_end(page);
}

static void machine(struct report *report)
{
	const struct report_wish *wish = report->wish;
	struct page *page = &report->page;
	struct hear_id key;
	size_t i;

	for (i = 0; i < sizeof key.bytes; i++)
		key.bytes[i] = wish->key->bytes[i];
	page_fact(page, "by");
	page_said(page, hear_span_of(wish->analyst), no_lang);
	page_words(page, ", with the key ");
	report_whole_id(report, &key);
	page_fact_end(page);
	words(report, "program", "hearsay " HEARSAY_VERSION);
}

/* The root of all says that another machine holds the same, and nothing else;
 * those of single markings come with numbers, and stop at the page's own
 * marking: how much there is above is not for its readers. */
static void state(struct report *report, const struct hear_statistics *stat)
{
	const struct report_wish *wish = report->wish;
	struct page *page = &report->page;
	int i;

	words(report, "dataset", wish->dataset);
	id(report, "its id", wish->dataset_id);
	id(report, "its root", &stat->root);
	for (i = HEAR_CLEAR; i <= (int)report->highest; i++) {
		if (stat->marked[i] == 0)
			continue;
		page_fact(page, "root of");
		page_marking(page, (enum hear_marking)i);
		page_words(page, " ");
		report_whole_id(report, &stat->roots[i]);
		page_words(page, " over ");
		report_count(report, stat->marked[i], "filing", "filings");
		page_fact_end(page);
	}
}

static void marking(struct report *report)
{
	struct page *page = &report->page;

	page_fact(page, "marked");
	page_marking(page, report->highest);
	page_words(page, ", as the highest of whatever was weighed for it. ");
	if (report->wish->limited) {
		page_words(page, "What is marked above ");
		page_words(page,
			   page_marking_text(report->wish->view.highest));
		page_words(page, " was no part of it; whether there is any is "
				 "not for this page to say.");
	}
	page_fact_end(page);
}

enum hear_code report_about(struct report *report,
			    const struct page_entry *entry,
			    struct hear_err *err)
{
	struct page *page = &report->page;
	struct hear_statistics stat;
	enum hear_code code = hear_statistics_get(report->reader, &stat, err);

	if (code != HEAR_OK)
		return code;
	page_section(page, entry);
	page_open(page, "dl", "facts");
	times(report);
	machine(report);
	state(report, &stat);
	marking(report);
	page_fact(page, "again by");
	page_element(page, "code", NULL, report->wish->command);
	page_fact_end(page);
	page_close(page);
	page_element(page, "p", "soft",
		     hear_span_of("Two machines with equal roots hold the same "
				  "filings, and make the same page but for "
				  "the lines on who made it and when. Each "
				  "filing is signed by the analyst who made "
				  "it; the ids of claims are hashes of what "
				  "they say."));
	page_close(page);
	return HEAR_OK;
}
