/* SPDX-License-Identifier: ISC */
/* report_verdicts.c - each question with its verdict, why it is that, and where
 * every origin stands, with the claims to show for it. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/report.h"
#include "tools/weighed.h"

#include <inttypes.h>
#include <stdio.h>

enum { QUESTIONS = 200, FINDINGS = 40, PARTIES = 60, UNNAMED = 40 };

static const struct hear_span no_lang;

static void refer_voice(struct report *report, uint32_t voice)
{
	if (voice != HEAR_NOBODY)
		report_refer(report, report->voices[voice].claim);
}

/* ---- Why ------------------------------------------------------------------- */

static void finding(struct report *report, const struct hear_finding *found)
{
	struct page *page = &report->page;

	page_open(page, "li", NULL);
	page_said(page, found->sentence, no_lang);
	if (found->a != HEAR_NOBODY || found->b != HEAR_NOBODY)
		page_words(page, " (");
	refer_voice(report, found->a);
	if (found->a != HEAR_NOBODY && found->b != HEAR_NOBODY)
		page_words(page, ", ");
	refer_voice(report, found->b);
	if (found->a != HEAR_NOBODY || found->b != HEAR_NOBODY)
		page_words(page, ")");
	page_close(page);
}

static void findings(struct report *report, const struct hear_question *asked)
{
	struct page *page = &report->page;
	uint32_t i;

	if (asked->finding_count == 0)
		return;
	page_open(page, "ul", NULL);
	for (i = 0; i < asked->finding_count && i < FINDINGS; i++)
		finding(report, &report->findings[asked->first_finding + i]);
	if (asked->finding_count > FINDINGS) {
		page_open(page, "li", "soft");
		page_print(page, "and %" PRIu32 " more like these",
			   asked->finding_count - FINDINGS);
		page_close(page);
	}
	page_close(page);
}

/* ---- Who stands where -------------------------------------------------------- */

/* "about 300 (270 to 330)", or of what is neither a figure nor text, how they stand. */
static void position(struct report *report, const struct hear_voice *voice,
		     enum hear_stance stance)
{
	struct page *page = &report->page;
	const struct hear_weighed *claim = &report->claims[voice->claim];
	struct hear_buffer value = {0};

	if (stance != HEAR_ASSERTS) {
		page_badge(page,
			   stance == HEAR_DENIES || stance == HEAR_DOUBTS
				   ? PAGE_BAD
				   : PAGE_WARN,
			   hear_span_of(hear_stance_name(stance)));
	}
	if (claim->answer != HEAR_ANSWER_NONE)
		weighed_value(claim, &report->questions[voice->question],
			      &value);
	page_said(page, hear_buffer_view(&value), no_lang);
	hear_buffer_done(&value);
	if (claim->answer == HEAR_ANSWER_NONE && stance == HEAR_ASSERTS)
		page_words(page, "asserts it");
}

static uint32_t last_voice(const struct report *report,
			   const struct hear_party *party)
{
	uint32_t i;

	for (i = party->voice_count; i-- > 0;)
		if (report->voices[party->first_voice + i].last)
			return party->first_voice + i;
	return party->first_voice + party->voice_count - 1;
}

static const char *standing(const struct hear_party *party)
{
	if (party->circular)
		return "only cited in a circle: counts as none";
	if (party->copies != HEAR_NOBODY)
		return "repeats another's very words: counts as none";
	return NULL;
}

static void witnesses(struct report *report, uint32_t first, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count && i < PARTIES; i++) {
		if (i > 0)
			page_words(&report->page, ", ");
		refer_voice(report, first + i);
	}
	if (count > PARTIES)
		page_print(&report->page, " and %" PRIu32 " more",
			   count - PARTIES);
}

static void party(struct report *report, const struct hear_party *stands)
{
	struct page *page = &report->page;
	uint32_t last = last_voice(report, stands);
	const struct hear_voice *voice = &report->voices[last];
	const char *note = standing(stands);

	page_open(page, "tr", NULL);
	page_cell(page, NULL);
	report_source(report, stands->name);
	if (stands->names > 1)
		page_print(page, " (and by %" PRIu32 " more %s)",
			   stands->names - 1,
			   stands->names == 2 ? "name" : "names");
	if (note) {
		page_words(page, " ");
		page_element(page, "span", "note", hear_span_of(note));
	}
	page_close(page);
	page_cell(&report->page, "says");
	position(report, voice, stands->stance);
	page_close(page);
	page_cell(&report->page, "said");
	report_day(report, report->claims[voice->claim].said_ms);
	page_close(page);
	page_cell(&report->page, "in");
	witnesses(report, stands->first_voice, stands->voice_count);
	page_close(page);
	page_close(page);
}

/* Voices after those of the parties: their origins are not named. Gives how many
 * there was no room for. */
static uint32_t unnamed(struct report *report, const struct hear_question *asked)
{
	struct page *page = &report->page;
	uint32_t shown = 0;
	uint32_t i;

	for (i = 0; i < asked->voice_count; i++) {
		const struct hear_voice *voice =
			&report->voices[asked->first_voice + i];
		const struct hear_weighed *claim =
			&report->claims[voice->claim];

		if (voice->party != HEAR_NOBODY || ++shown > UNNAMED)
			continue;
		page_open(page, "tr", NULL);
		page_cell(page, NULL);
		page_said(page, claim->unnamed, no_lang);
		page_words(page, claim->unnamed.size > 0 ? " " : "");
		page_element(page, "span", "note",
			     hear_span_of("not named: counts as none"));
		page_close(page);
		page_cell(&report->page, "says");
		position(report, voice, claim->stance);
		page_close(page);
		page_cell(&report->page, "said");
		report_day(report, claim->said_ms);
		page_close(page);
		page_cell(&report->page, "in");
		report_refer(report, voice->claim);
		page_close(page);
		page_close(page);
	}
	return shown > UNNAMED ? shown - UNNAMED : 0;
}

static void positions(struct report *report, const struct hear_question *asked)
{
	static const char *const names[] = {"origin", "says", "said", "in"};
	struct page *page = &report->page;
	uint32_t left;
	uint32_t i;

	page_table(page, names, sizeof names / sizeof *names);
	for (i = 0; i < asked->party_count && i < PARTIES; i++)
		party(report, &report->parties[asked->first_party + i]);
	left = unnamed(report, asked);
	page_table_end(page);
	if (asked->party_count > PARTIES)
		left += asked->party_count - PARTIES;
	if (left > 0) {
		page_open(page, "p", "soft");
		page_words(page, "and ");
		report_count(report, left, "more origin", "more origins");
		page_close(page);
	}
}

/* ---- The section ------------------------------------------------------------- */

static enum hear_code question(struct report *report, uint32_t place,
			       struct hear_err *err)
{
	uint32_t index = report->questions_in_order[place];
	const struct hear_question *asked = &report->questions[index];
	struct page_attribute id = {"id", {NULL, 0}};
	struct page *page = &report->page;
	struct hear_buffer text = {0};
	enum hear_code code = HEAR_OK;
	char anchor[32];

	(void)snprintf(anchor, sizeof anchor, "question-%" PRIu32, place + 1);
	id.value = hear_span_of(anchor);
	page_open_with(page, "article", "card", &id, 1);
	page_open(page, "h3", NULL);
	report_question(asked, &text);
	page_said(page, hear_buffer_view(&text), no_lang);
	hear_buffer_done(&text);
	page_close(page);
	page_open(page, "p", "badges");
	report_verdict(report, asked);
	page_open(page, "span", "note");
	report_counted(report, asked);
	page_close(page);
	page_close(page);
	findings(report, asked);
	positions(report, asked);
	if (asked->answer == HEAR_ANSWER_FIGURE) {
		page_open(page, "p", NULL);
		page_words(page, "By the rule ");
		page_words(page, hear_rule_name(report->wish->rule));
		page_words(page, ": ");
		code = report_rolled(report, index, err);
		page_close(page);
	}
	page_close(page);
	return code;
}

enum hear_code report_verdicts(struct report *report,
			       const struct page_entry *entry,
			       struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint32_t i;

	if (report->question_shown == 0)
		return HEAR_OK;
	page_section(&report->page, entry);
	for (i = 0; i < report->question_shown && i < QUESTIONS &&
		    code == HEAR_OK;
	     i++)
		code = question(report, i, err);
	page_close(&report->page);
	return code;
}
