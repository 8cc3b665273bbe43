/* SPDX-License-Identifier: ISC */
#include "tools/report.h"
#include "core/bytes.h"
#include "core/error.h"
#include "tools/output.h"
#include "tools/terminal.h"
#include "tools/weighed.h"
#include "tools/wording.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUESTION_COLUMNS = 200 };

static const struct hear_span no_lang;

/* ---- What sections share -------------------------------------------------- */

void report_holds(struct report *report, enum hear_marking marking)
{
	if (marking > report->highest)
		report->highest = marking;
}

uint32_t report_claim_of(const struct report *report, const struct hear_id *id)
{
	size_t low = 0;
	size_t high = report->claim_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t claim = report->by_id[middle];
		int order = memcmp(report->claims[claim].id.bytes, id->bytes,
				   sizeof id->bytes);

		if (order == 0)
			return claim;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return HEAR_NOBODY;
}

void report_short_id(struct report *report, const struct hear_id *id)
{
	char text[HEAR_ID_TEXT];

	hear_id_print(id, text);
	page_element(&report->page, "span", "id",
		     hear_span_make(text, OUTPUT_ID_DIGITS));
}

void report_whole_id(struct report *report, const struct hear_id *id)
{
	char text[HEAR_ID_TEXT];

	hear_id_print(id, text);
	page_element(&report->page, "span", "id", hear_span_of(text));
}

void report_refer(struct report *report, uint32_t claim)
{
	uint32_t number = report->numbers[claim];
	char anchor[32];

	if (number == 0) {
		page_words(&report->page, "a claim left out here, ");
		report_short_id(report, &report->claims[claim].id);
		return;
	}
	(void)snprintf(anchor, sizeof anchor, "claim-%" PRIu32, number);
	page_jump(&report->page, anchor);
	page_print(&report->page, "claim\302\240%" PRIu32, number);
	page_close(&report->page);
}

void report_refer_id(struct report *report, const struct hear_id *id)
{
	uint32_t claim = report_claim_of(report, id);

	if (claim == HEAR_NOBODY)
		report_short_id(report, id);
	else
		report_refer(report, claim);
}

void report_day(struct report *report, int64_t ms)
{
	struct hear_buffer text = {0};

	weighed_date(ms, &text);
	page_element(&report->page, "span", "date", hear_buffer_view(&text));
	hear_buffer_done(&text);
}

void report_time(struct report *report, int64_t ms)
{
	struct hear_buffer text = {0};

	hear_date_print(ms, &text);
	if (text.size >= 16) {
		page_text(&report->page, hear_span_make(text.data, 10));
		page_words(&report->page, " ");
		page_text(&report->page, hear_span_make(text.data + 11, 5));
		page_words(&report->page, " UTC");
	}
	hear_buffer_done(&text);
}

void report_source(struct report *report, uint32_t source)
{
	page_open(&report->page, "b", NULL);
	page_said(&report->page, report->sources[source].name, no_lang);
	page_close(&report->page);
}

void report_count(struct report *report, uint64_t count, const char *one,
		  const char *many)
{
	struct hear_buffer text = {0};

	wording_count(&text, count, one, many);
	page_text(&report->page, hear_buffer_view(&text));
	hear_buffer_done(&text);
}

void report_counted(struct report *report, const struct hear_question *question)
{
	if (question->documents + question->origins + question->unnamed == 0) {
		page_words(&report->page, "asserted by nobody");
		return;
	}
	report_count(report, question->documents, "document", "documents");
	page_words(&report->page, ", ");
	report_count(report, question->outlets, "outlet", "outlets");
	page_words(&report->page, ", ");
	report_count(report, question->origins, "independent origin",
		     "independent origins");
	if (question->unnamed > 0) {
		page_words(&report->page, ", and ");
		report_count(report, question->unnamed,
			     "claim whose origin is not named",
			     "claims whose origin is not named");
	}
}

void report_question(const struct hear_question *question,
		     struct hear_buffer *out)
{
	struct hear_buffer whole = {0};
	struct hear_buffer clean = {0};

	hear_question_print(question, &whole);
	terminal_clean(hear_buffer_view(&whole), TERMINAL_ONE_LINE, &clean);
	(void)terminal_cut(hear_buffer_view(&clean), QUESTION_COLUMNS, out);
	out->failed = out->failed || whole.failed || clean.failed;
	hear_buffer_done(&whole);
	hear_buffer_done(&clean);
}

void report_verdict(struct report *report, const struct hear_question *question)
{
	static const enum page_tone tones[] = {
		[HEAR_VERDICT_NONE] = PAGE_QUIET,
		[HEAR_VERDICT_ALONE] = PAGE_QUIET,
		[HEAR_VERDICT_AGREE] = PAGE_GOOD,
		[HEAR_VERDICT_COMPATIBLE] = PAGE_GOOD,
		[HEAR_VERDICT_SILENT] = PAGE_WARN,
		[HEAR_VERDICT_DENIED] = PAGE_BAD,
		[HEAR_VERDICT_CONFLICT] = PAGE_BAD,
	};
	const char *words = weighed_verdict(question->verdict);

	/* Others speak of it, but of later days. */
	if (question->verdict == HEAR_VERDICT_ALONE && question->origins > 1)
		words = "one origin by the day compared";
	page_badge(&report->page, tones[question->verdict],
		   hear_span_of(words));
}

enum hear_code report_each(struct report *report, const char *query,
			   uint32_t most,
			   enum hear_code (*each)(
				   struct report *report, void *context,
				   struct hear_arena *arena,
				   const struct hear_record *record,
				   struct hear_err *err),
			   void *context, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_query *parsed = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record record;
	enum hear_code code;
	uint32_t i;

	if (!arena)
		return hear_fail_memory(err);
	code = hear_query_new(&parsed, hear_span_of(query), err);
	if (code == HEAR_OK)
		code = hear_find(&finder, report->reader, parsed,
				 HEAR_BY_FILED, err);
	for (i = 0; code == HEAR_OK && i < most; i++) {
		hear_arena_reset(arena);
		code = hear_find_next(finder, arena, &record, err);
		if (code == HEAR_OK)
			code = each(report, context, arena, &record, err);
	}
	if (finder)
		hear_find_end(finder);
	hear_query_free(parsed);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Who filed it --------------------------------------------------------- */

static bool is_live(const struct hear_filed *filed, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!filed[i].retracted)
			return true;
	return false;
}

enum hear_code report_filed(struct report *report, struct hear_arena *arena,
			    const struct hear_id *id, struct hear_filed **out,
			    size_t *count, enum hear_marking *marking,
			    struct hear_err *err)
{
	struct hear_filed *filed;
	enum hear_code code = hear_filed_in(report->reader, arena, id, &filed,
					    count, err);
	bool live = code == HEAR_OK && is_live(filed, *count);
	size_t kept = 0;
	size_t i;

	*out = NULL;
	if (code != HEAR_OK)
		return code;
	*marking = HEAR_LOCAL;
	for (i = 0; i < *count; i++)
		if ((!live || !filed[i].retracted) &&
		    filed[i].filing.marking < *marking)
			*marking = filed[i].filing.marking;
	for (i = 0; i < *count; i++)
		if (filed[i].filing.marking == *marking)
			filed[kept++] = filed[i];
	*out = filed;
	*count = kept;
	if (kept > 0)
		report_holds(report, *marking);
	return HEAR_OK;
}

void report_filings(struct report *report, const struct hear_filed *filed,
		    size_t count)
{
	struct page *page = &report->page;
	size_t i;

	for (i = 0; i < count; i++) {
		const struct hear_filing *filing = &filed[i].filing;
		const char *name = filing->author_name;

		page_fact(page, "filed by");
		page_said(page,
			  hear_span_of(*name ? name
					     : "somebody the roster lacks"),
			  no_lang);
		page_words(page, ", ");
		report_time(report, filing->time_ms);
		page_words(page, " ");
		page_marking(page, filing->marking);
		page_words(page, " filing ");
		report_short_id(report, &filing->id);
		if (filed[i].retracted)
			page_words(page, ", retracted");
		page_fact_end(page);
	}
}

/* ---- What is shown, and in which order ------------------------------------ */

struct place {
	bool later; /* than all that are not */
	int64_t ms;
	const struct hear_id *id;
	uint32_t index;
};

static int order_places(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;
	int order;

	if (x->later != y->later)
		return x->later ? 1 : -1;
	if (x->ms != y->ms)
		return x->ms < y->ms ? -1 : 1;
	order = x->id ? memcmp(x->id->bytes, y->id->bytes,
			       sizeof x->id->bytes)
		      : 0;
	if (order != 0)
		return order;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void sorted(struct place *places, size_t count, uint32_t *out)
{
	size_t i;

	if (count > 1)
		qsort(places, count, sizeof *places, order_places);
	for (i = 0; i < count; i++)
		out[i] = places[i].index;
}

static void sort_ids(struct report *report, struct place *places)
{
	uint32_t i;

	for (i = 0; i < report->claim_count; i++)
		places[i] = (struct place){.id = &report->claims[i].id,
					   .index = i};
	sorted(places, report->claim_count, report->by_id);
}

/* Those in dispute first, then those most origins speak to. */
static void sort_questions(struct report *report, struct place *places)
{
	uint32_t i;

	report->question_shown = 0;
	for (i = 0; i < report->question_count; i++) {
		const struct hear_question *question = &report->questions[i];

		if (question->asked)
			places[report->question_shown++] = (struct place){
				.ms = -(int64_t)question->verdict * 100000 -
				      question->party_count,
				.index = i};
	}
	sorted(places, report->question_shown, report->questions_in_order);
}

/* Marks claims that a verdict on the page calls as witnesses. */
static void mark_witnesses(const struct report *report, bool *witness)
{
	size_t i;

	for (i = 0; i < report->voice_count; i++)
		if (report->questions[report->voices[i].question].asked)
			witness[report->voices[i].claim] = true;
	for (i = 0; i < report->finding_count; i++) {
		const struct hear_finding *finding = &report->findings[i];

		if (!report->questions[finding->question].asked)
			continue;
		if (finding->a != HEAR_NOBODY)
			witness[report->voices[finding->a].claim] = true;
		if (finding->b != HEAR_NOBODY)
			witness[report->voices[finding->b].claim] = true;
	}
}

/* Those asked for in the order in which they were said, then the other
 * witnesses; and a number for each, as far as there is room. */
static void sort_claims(struct report *report, struct place *places,
			bool *witness)
{
	uint32_t count = 0;
	uint32_t i;

	mark_witnesses(report, witness);
	for (i = 0; i < report->claim_count; i++) {
		const struct hear_weighed *claim = &report->claims[i];

		report->asked_all += claim->asked;
		report->others_all += !claim->asked && witness[i];
		if (claim->asked || witness[i])
			places[count++] = (struct place){
				.later = !claim->asked,
				.ms = claim->said_ms == INT64_MIN
					      ? INT64_MAX
					      : claim->said_ms,
				.id = &claim->id,
				.index = i};
	}
	sorted(places, count, report->order);
	report->shown = count < report->wish->most_claims
				? count
				: report->wish->most_claims;
	report->asked = report->asked_all < report->shown ? report->asked_all
							  : report->shown;
	for (i = 0; i < report->shown; i++)
		report->numbers[report->order[i]] = i + 1;
}

/* Voices by claim; `next` is scratch. */
static void sort_voices(struct report *report, uint32_t *next)
{
	uint32_t *from = report->said_from;
	size_t i;

	for (i = 0; i < report->voice_count; i++)
		from[report->voices[i].claim + 1]++;
	for (i = 0; i < report->claim_count; i++) {
		from[i + 1] += from[i];
		next[i] = from[i];
	}
	for (i = 0; i < report->voice_count; i++)
		report->said[next[report->voices[i].claim]++] = (uint32_t)i;
}

static void *zeros(struct report *report, size_t count, size_t size)
{
	void *out = hear_arena_alloc(report->arena, (count + 1) * size);

	if (out)
		memset(out, 0, (count + 1) * size);
	return out;
}

static enum hear_code sort(struct report *report, struct hear_err *err)
{
	size_t most = report->claim_count > report->question_count
			      ? report->claim_count
			      : report->question_count;
	struct place *places = zeros(report, most, sizeof *places);
	bool *witness = zeros(report, report->claim_count, sizeof *witness);
	uint32_t *next = zeros(report, report->claim_count, sizeof *next);
	size_t i;

	report->order = zeros(report, report->claim_count, sizeof(uint32_t));
	report->numbers = zeros(report, report->claim_count, sizeof(uint32_t));
	report->by_id = zeros(report, report->claim_count, sizeof(uint32_t));
	report->said = zeros(report, report->voice_count, sizeof(uint32_t));
	report->said_from =
		zeros(report, report->claim_count + 1, sizeof(uint32_t));
	report->questions_in_order =
		zeros(report, report->question_count, sizeof(uint32_t));
	report->grades = zeros(report, REPORT_RECORDS, sizeof *report->grades);
	if (hear_arena_failed(report->arena))
		return hear_fail_memory(err);
	sort_ids(report, places);
	sort_questions(report, places);
	sort_claims(report, places, witness);
	sort_voices(report, next);
	for (i = 0; i < report->claim_count; i++)
		report_holds(report, report->claims[i].marking);
	return HEAR_OK;
}

/* Which claims on the page answer which: `re` has no index. */
static enum hear_code find_answers(struct report *report, struct hear_err *err)
{
	uint32_t i;

	report->answers = zeros(report, report->shown,
				sizeof *report->answers);
	if (!report->answers)
		return hear_fail_memory(err);
	for (i = 0; i < report->shown; i++) {
		uint32_t claim = report->order[i];
		struct hear_record record;
		struct hear_id id;
		enum hear_code code;

		hear_arena_reset(report->scratch);
		code = hear_get(report->reader, report->scratch,
				&report->claims[claim].id, &record, err);
		if (code == HEAR_NOTFOUND)
			continue;
		if (code != HEAR_OK)
			return code;
		if (hear_id_parse(hear_text_of(hear_map_get(record.tree, "re")),
				  &id))
			report->answers[report->answer_count++] =
				(struct report_answer){
					report_claim_of(report, &id), claim};
	}
	return HEAR_OK;
}

static enum hear_code weigh(struct report *report, struct hear_err *err)
{
	struct hear_weighing **weighing = &report->weighing;
	enum hear_code code = hear_weigh(weighing, report->reader,
					 report->wish->query, err);

	if (code != HEAR_OK)
		return code;
	report->questions =
		hear_weighed_questions(*weighing, &report->question_count);
	report->claims = hear_weighed_claims(*weighing, &report->claim_count);
	report->voices = hear_weighed_voices(*weighing, &report->voice_count);
	report->parties =
		hear_weighed_parties(*weighing, &report->party_count);
	report->sources =
		hear_weighed_sources(*weighing, &report->source_count);
	report->findings =
		hear_weighed_findings(*weighing, &report->finding_count);
	code = sort(report, err);
	return code == HEAR_OK ? find_answers(report, err) : code;
}

/* ---- The page ------------------------------------------------------------- */

enum section {
	SUMMARY,
	TIMELINE,
	VERDICTS,
	CLAIMS,
	OTHERS,
	RETRACTED,
	SOURCES,
	TERMS,
	ABOUT,
	SECTIONS
};

static const struct page_entry entries[SECTIONS] = {
	[SUMMARY] = {"summary", "In short"},
	[TIMELINE] = {"timeline", "Figures over time"},
	[VERDICTS] = {"verdicts", "Where they agree and where not"},
	[CLAIMS] = {"claims", "The claims"},
	[OTHERS] = {"others", "Claims weighed with them"},
	[RETRACTED] = {"retracted", "Taken back by analysts"},
	[SOURCES] = {"sources", "The origins and their record"},
	[TERMS] = {"terms", "Words and names, as the team uses them"},
	[ABOUT] = {"about", "How this page was made"},
};

static enum hear_code write_section(struct report *report, enum section section,
				    struct hear_err *err)
{
	const struct page_entry *entry = &entries[section];

	switch (section) {
	case SUMMARY:
		return report_summary(report, entry, err);
	case TIMELINE:
		return report_timeline(report, entry, err);
	case VERDICTS:
		return report_verdicts(report, entry, err);
	case CLAIMS:
		return report_claims(report, entry, err);
	case OTHERS:
		return report_others(report, entry, err);
	case RETRACTED:
		return report_retracted(report, entry, err);
	case SOURCES:
		return report_sources(report, entry, err);
	case TERMS:
		return report_terms(report, entry, err);
	case ABOUT:
		return report_about(report, entry, err);
	case SECTIONS:
		break;
	}
	return HEAR_OK;
}

/* The sections, each into the buffer; which of them there are. */
static enum hear_code write_sections(struct report *report,
				     struct page_entry *written, size_t *count,
				     struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	int i;

	for (i = 0; i < SECTIONS && code == HEAR_OK; i++) {
		size_t before = report->page.out->size;

		code = write_section(report, (enum section)i, err);
		if (report->page.out->size > before)
			written[(*count)++] = entries[i];
	}
	return code;
}

static struct hear_span title(const struct report *report)
{
	return report->wish->text.size > 0 ? report->wish->text
					   : hear_span_of("everything");
}

/* What goes before the sections is written after them: only then it is known
 * how the page is to be marked. */
static void write_head(struct report *report, struct hear_buffer *out,
		       const struct page_entry *written, size_t count)
{
	struct page *page = &report->page;
	struct hear_buffer name = {0};

	hear_buffer_text(&name, "What the sources say: ");
	hear_buffer_span(&name, title(report));
	page_begin(page, out, "en", hear_buffer_view(&name));
	page->out->failed = page->out->failed || name.failed;
	hear_buffer_done(&name);
	page_band(page, "header", report->highest);
	page_open(page, "main", NULL);
	page_element(page, "h1", NULL, hear_span_of("What the sources say"));
	page_contents(page, written, count);
}

static enum hear_code compose(struct report *report, struct hear_buffer *out,
			      struct hear_err *err)
{
	struct page_entry written[SECTIONS];
	struct hear_buffer body = {0};
	size_t count = 0;
	enum hear_code code;

	report->page.out = &body;
	code = write_sections(report, written, &count, err);
	hear_buffer_done(&report->page.clean);
	if (code == HEAR_OK) {
		write_head(report, out, written, count);
		page_markup(&report->page, hear_buffer_view(&body));
		page_close(&report->page);
		page_band(&report->page, "footer", report->highest);
		page_end(&report->page);
		if (body.failed || out->failed)
			code = hear_fail_memory(err);
	}
	hear_buffer_done(&body);
	return code;
}

enum hear_code report_write(const struct report_wish *wish,
			    struct hear_reader *reader, struct hear_buffer *out,
			    enum hear_marking *highest, uint32_t *left,
			    struct hear_err *err)
{
	struct report report = {.wish = wish,
				.reader = reader,
				.arena = hear_arena_new(),
				.scratch = hear_arena_new(),
				.versioned = hear_arena_new(),
				.highest = HEAR_CLEAR};
	enum hear_code code = HEAR_OK;

	if (!report.arena || !report.scratch || !report.versioned)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = weigh(&report, err);
	if (code == HEAR_OK)
		code = compose(&report, out, err);
	*highest = report.highest;
	*left = report.left;
	hear_weighing_free(report.weighing);
	hear_arena_free(report.scratch);
	hear_arena_free(report.versioned);
	hear_arena_free(report.arena);
	return code;
}
