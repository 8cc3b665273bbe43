/* SPDX-License-Identifier: ISC */
/* report_summary.c - what was asked, and what it comes to: how many documents,
 * outlets and independent origins, and a line for each question. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/report.h"
#include "tools/weighed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUESTIONS = 200 };

static const struct hear_span no_lang;

/* ---- Counting -------------------------------------------------------------- */

static int order_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int order_texts(const void *a, const void *b)
{
	return hear_span_order(*(const struct hear_span *)a,
			       *(const struct hear_span *)b);
}

static uint32_t different_numbers(uint32_t *list, size_t count)
{
	uint32_t different = 0;
	size_t i;

	if (count > 1)
		qsort(list, count, sizeof *list, order_numbers);
	for (i = 0; i < count; i++)
		different += i == 0 || list[i] != list[i - 1];
	return different;
}

static uint32_t different_texts(struct hear_span *list, size_t count)
{
	uint32_t different = 0;
	size_t i;

	if (count > 1)
		qsort(list, count, sizeof *list, order_texts);
	for (i = 0; i < count; i++)
		different += i == 0 || !hear_span_equal(list[i], list[i - 1]);
	return different;
}

static void count_claims(struct report *report, uint32_t *numbers,
			 struct hear_span *texts, struct report_totals *out)
{
	size_t documents = 0;
	size_t outlets = 0;
	size_t i;

	for (i = 0; i < report->claim_count; i++) {
		const struct hear_weighed *claim = &report->claims[i];

		if (!claim->asked || claim->stance != HEAR_ASSERTS)
			continue;
		out->unnamed += claim->origin == HEAR_NOBODY;
		if (claim->document.size > 0)
			texts[documents++] = claim->document;
		if (claim->outlet != HEAR_NOBODY)
			numbers[outlets++] =
				report->sources[claim->outlet].joined;
	}
	out->documents = different_texts(texts, documents);
	out->outlets = different_numbers(numbers, outlets);
}

enum hear_code report_total(struct report *report, struct report_totals *out,
			    struct hear_err *err)
{
	size_t most = report->claim_count + report->party_count + 1;
	uint32_t *numbers =
		hear_arena_alloc(report->arena, most * sizeof *numbers);
	struct hear_span *texts =
		hear_arena_alloc(report->arena, most * sizeof *texts);
	size_t origins = 0;
	size_t i;

	memset(out, 0, sizeof *out);
	if (!numbers || !texts)
		return hear_fail_memory(err);
	count_claims(report, numbers, texts, out);
	for (i = 0; i < report->party_count; i++)
		if (weighed_counts_as_origin(&report->parties[i]))
			numbers[origins++] =
				report->sources[report->parties[i].name]
					.origin;
	out->origins = different_numbers(numbers, origins);
	for (i = 0; i < report->question_count; i++)
		out->disputed += report->questions[i].asked &&
				 report->questions[i].verdict >=
					 HEAR_VERDICT_DENIED;
	return HEAR_OK;
}

/* ---- Figures --------------------------------------------------------------- */

static void grouped(struct report *report, struct hear_span number)
{
	struct hear_buffer text = {0};

	weighed_grouped(number, &text);
	page_text(&report->page, hear_buffer_view(&text));
	hear_buffer_done(&text);
}

static void bounds(struct report *report, const struct hear_rolled *rolled,
		   struct hear_span unit)
{
	struct hear_extent extent = {.low = rolled->low,
				     .high = rolled->high,
				     .low_open = rolled->low_open,
				     .high_open = rolled->high_open};
	struct hear_buffer text = {0};

	weighed_extent(&extent, unit, &text);
	page_text(&report->page, hear_buffer_view(&text));
	hear_buffer_done(&text);
}

enum hear_code report_rolled(struct report *report, uint32_t question,
			     struct hear_err *err)
{
	const struct hear_question *asked = &report->questions[question];
	struct page *page = &report->page;
	struct hear_rolled rolled;
	enum hear_code code;

	if (asked->answer != HEAR_ANSWER_FIGURE)
		return HEAR_OK;
	code = hear_rollup(report->weighing, question, report->wish->rule,
			   report->arena, &rolled, err);
	if (code != HEAR_OK || rolled.rest_count == 0)
		return code;
	if (rolled.best.size > 0) {
		page_open(page, "b", NULL);
		grouped(report, rolled.best);
		page_words(page, asked->unit.size > 0 ? " " : "");
		page_said(page, asked->unit, no_lang);
		page_close(page);
	}
	if (!hear_span_equal(rolled.low, rolled.high) ||
	    rolled.best.size == 0) {
		page_words(page, rolled.best.size > 0 ? " (" : "");
		bounds(report, &rolled, asked->unit);
		page_words(page, rolled.best.size > 0 ? ")" : "");
	}
	if (rolled.unnamed)
		page_words(page, ", on unnamed sources alone");
	return HEAR_OK;
}

/* ---- The section ----------------------------------------------------------- */

static void question(struct report *report)
{
	const struct report_wish *wish = report->wish;
	struct page *page = &report->page;

	page_open(page, "p", "question");
	page_words(page, "Asked for: ");
	if (wish->text.size > 0)
		page_element(page, "code", NULL, wish->text);
	else
		page_words(page, "all claims");
	page_close(page);
	if (!wish->as_of && !wish->known_by && !wish->limited)
		return;
	page_open(page, "p", "soft");
	if (wish->as_of) {
		page_words(page, "As the dataset stood at ");
		report_time(report, wish->view.as_of_ms);
		page_words(page, ". ");
	}
	if (wish->known_by) {
		page_words(page, "Only what had been said by ");
		report_day(report, wish->view.known_by_ms);
		page_words(page, ". ");
	}
	if (wish->limited) {
		page_words(page, "Nothing marked above ");
		page_words(page, page_marking_text(wish->view.highest));
		page_words(page, " was looked at for this page.");
	}
	page_close(page);
}

static void tile(struct report *report, uint64_t number, const char *one,
		 const char *many)
{
	struct hear_buffer figure = {0};
	char digits[32];

	(void)snprintf(digits, sizeof digits, "%" PRIu64, number);
	weighed_grouped(hear_span_of(digits), &figure);
	page_tile(&report->page, hear_buffer_view(&figure),
		  hear_span_of(number == 1 ? one : many));
	hear_buffer_done(&figure);
}

static void tiles(struct report *report, const struct report_totals *totals)
{
	page_open(&report->page, "div", "tiles");
	tile(report, report->asked_all, "claim", "claims");
	tile(report, totals->documents, "document", "documents");
	tile(report, totals->outlets, "outlet", "outlets");
	tile(report, totals->origins, "independent origin",
	     "independent origins");
	tile(report, totals->disputed, "question in dispute",
	     "questions in dispute");
	page_close(&report->page);
}

static enum hear_code row(struct report *report, uint32_t place,
			  struct hear_err *err)
{
	uint32_t index = report->questions_in_order[place];
	const struct hear_question *asked = &report->questions[index];
	struct hear_buffer text = {0};
	enum hear_code code;
	char anchor[32];

	(void)snprintf(anchor, sizeof anchor, "question-%" PRIu32, place + 1);
	report_question(asked, &text);
	page_open(&report->page, "tr", NULL);
	page_cell(&report->page, NULL);
	page_jump(&report->page, anchor);
	page_said(&report->page, hear_buffer_view(&text), no_lang);
	hear_buffer_done(&text);
	page_close(&report->page);
	page_close(&report->page);
	page_cell(&report->page, NULL);
	report_verdict(report, asked);
	page_close(&report->page);
	page_cell(&report->page, "said in");
	report_counted(report, asked);
	page_close(&report->page);
	page_cell(&report->page, "comes to");
	code = report_rolled(report, index, err);
	page_close(&report->page);
	page_close(&report->page);
	return code;
}

static enum hear_code table(struct report *report, struct hear_err *err)
{
	static const char *const names[] = {"question", "verdict", "said in",
					    "comes to"};
	struct page *page = &report->page;
	enum hear_code code = HEAR_OK;
	uint32_t i;

	page_table(page, names, sizeof names / sizeof *names);
	for (i = 0; i < report->question_shown && i < QUESTIONS &&
		    code == HEAR_OK;
	     i++)
		code = row(report, i, err);
	page_table_end(page);
	if (report->question_shown > QUESTIONS) {
		page_open(page, "p", "soft");
		report_count(report, report->question_shown - QUESTIONS,
			     "more question, no more disputed than these, is "
			     "left out",
			     "more questions, none more disputed than these, "
			     "are left out");
		page_close(page);
	}
	return code;
}

static void explain(struct report *report)
{
	struct page *page = &report->page;

	page_open(page, "p", "soft");
	page_words(page,
		   "A question is what claims can be compared within: the same "
		   "subject, property, people or things counted, place, kind "
		   "of unit and window of time. Origins are whoever a claim "
		   "goes back to: an outlet that passes on what another said "
		   "adds a document, not an origin, and an origin that is not "
		   "named, or is only cited in a circle, adds none. Figures "
		   "come together by the rule ");
	page_words(page, hear_rule_name(report->wish->rule));
	page_words(page, "; a mean is never formed.");
	page_close(page);
}

enum hear_code report_summary(struct report *report,
			      const struct page_entry *entry,
			      struct hear_err *err)
{
	struct report_totals totals;
	enum hear_code code = report_total(report, &totals, err);

	if (code != HEAR_OK)
		return code;
	page_section(&report->page, entry);
	question(report);
	if (report->asked_all == 0) {
		page_element(&report->page, "p", "lead",
			     hear_span_of("No claim answers this."));
	} else {
		tiles(report, &totals);
		code = table(report, err);
		explain(report);
	}
	page_close(&report->page);
	return code;
}
