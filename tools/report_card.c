/* SPDX-License-Identifier: ISC */
/* report_card.c - one claim with all that is known of it: what it says in whose
 * words, who passed it on, where it was read, and what analysts make of it. */
#include "tools/report_card.h"
#include "core/bytes.h"
#include "core/error.h"
#include "tools/output.h"
#include "tools/weighed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of a document: a page that is watched has thousands. */
enum { CAPTURES = 10 };

static const struct hear_span no_lang;

static const struct hear_value *value_of(const struct card *card,
					 const char *name)
{
	return hear_map_get(card->record.tree, name);
}

static struct hear_span text_of(const struct card *card, const char *name)
{
	return hear_text_of(value_of(card, name));
}

/* ---- What it says -------------------------------------------------------------- */

static void fact(struct card *card, const char *label, const char *name)
{
	page_fact_said(card->page, label, text_of(card, name), no_lang);
}

static void list(struct card *card, const char *label, const char *name)
{
	const struct hear_value *items = value_of(card, name);
	size_t i;

	if (hear_count_of(items) == 0)
		return;
	page_fact(card->page, label);
	for (i = 0; i < hear_count_of(items); i++) {
		page_words(card->page, i > 0 ? ", " : "");
		page_said(card->page, hear_text_of(hear_item_of(items, i)),
			  no_lang);
	}
	page_fact_end(card->page);
}

/* Words of the source, in their language and quotation marks. */
static void quoted(struct card *card, struct hear_span words)
{
	page_open(card->page, "span", "said");
	page_words(card->page, "“");
	page_said(card->page, words, card->lang);
	page_words(card->page, "”");
	page_close(card->page);
}

/* As said, and how it was read where that is wider. */
static void read_value(const struct card *card, struct hear_buffer *out)
{
	const struct report *report = card->report;
	if (card->weighed != HEAR_NOBODY &&
	    report->said_from[card->weighed] <
		    report->said_from[card->weighed + 1]) {
		uint32_t voice = report->said[report->said_from[card->weighed]];

		weighed_value(&report->claims[card->weighed],
			      &report->questions[report->voices[voice].question],
			      out);
		return;
	}
	hear_print_value(value_of(card, "value"), out);
}

/* Whether the source's words tell no more than the value as it is printed. */
static bool says_the_same(struct hear_span words, struct hear_span printed)
{
	struct hear_buffer grouped = {0};
	bool same;

	weighed_grouped(words, &grouped);
	same = !grouped.failed && grouped.size <= printed.size &&
	       memcmp(grouped.data, printed.data, grouped.size) == 0 &&
	       (grouped.size == printed.size ||
		printed.data[grouped.size] == ' ');
	hear_buffer_done(&grouped);
	return same;
}

static void value(struct card *card)
{
	const struct hear_value *given = value_of(card, "value");
	struct hear_span words = hear_text_of(hear_map_get(given, "words"));
	struct hear_buffer text = {0};

	if (!given)
		return;
	page_fact(card->page, "value");
	read_value(card, &text);
	page_open(card->page, "b", NULL);
	page_said(card->page, hear_buffer_view(&text), no_lang);
	page_close(card->page);
	if (words.size > 0 && !says_the_same(words, hear_buffer_view(&text))) {
		page_words(card->page, ", in the words ");
		quoted(card, words);
	}
	hear_buffer_done(&text);
	page_fact_end(card->page);
}

static void place(struct card *card)
{
	struct hear_buffer text = {0};

	hear_print_place(value_of(card, "place"), &text);
	page_fact_said(card->page, "place", hear_buffer_view(&text), no_lang);
	hear_buffer_done(&text);
}

/* When it was said; where the claim does not tell, what stands for that. */
static void said(struct card *card)
{
	int64_t ms = card->weighed == HEAR_NOBODY
			     ? INT64_MIN
			     : card->report->claims[card->weighed].said_ms;

	if (text_of(card, "said").size > 0 || ms == INT64_MIN) {
		fact(card, "said", "said");
		return;
	}
	page_fact(card->page, "said");
	page_words(card->page, "it does not tell; published ");
	report_day(card->report, ms);
	page_fact_end(card->page);
}

static void times(struct card *card)
{
	struct hear_span since = text_of(card, "since");

	fact(card, "happened", "event");
	if (hear_span_is(since, ".."))
		page_fact_said(card->page, "total since",
			       hear_span_of("the start is not given"), no_lang);
	else
		page_fact_said(card->page, "total since", since, no_lang);
	fact(card, "until", "until");
	said(card);
}

static void hedge(struct card *card)
{
	struct hear_span words = text_of(card, "hedge");

	if (words.size == 0)
		return;
	page_fact(card->page, "hedged");
	quoted(card, words);
	page_fact_end(card->page);
}

/* A record's id, an address, or words. */
static void reference(struct card *card, struct hear_span what)
{
	struct hear_id id;

	if (hear_id_parse(what, &id))
		report_refer_id(card->report, &id);
	else
		page_address(card->page, what);
}

static void answers(struct card *card)
{
	if (text_of(card, "re").size == 0)
		return;
	page_fact(card->page, "speaks of");
	reference(card, text_of(card, "re"));
	page_fact_end(card->page);
}

static void basis(struct card *card)
{
	const struct hear_value *items = value_of(card, "basis");
	size_t i;

	for (i = 0; i < hear_count_of(items); i++) {
		page_fact(card->page, "rests on");
		reference(card, hear_text_of(hear_item_of(items, i)));
		page_fact_end(card->page);
	}
}

static void more(struct card *card)
{
	const struct hear_value *map = value_of(card, "more");
	size_t i;

	for (i = 0; i < hear_count_of(map); i++) {
		page_fact(card->page, "more");
		page_said(card->page, hear_key_of(map, i), no_lang);
		page_words(card->page, ": ");
		page_said(card->page, hear_text_of(hear_item_of(map, i)),
			  no_lang);
		page_fact_end(card->page);
	}
}

static bool is_known(struct hear_span key)
{
	const char *name;
	size_t i;

	for (i = 0; (name = hear_field_name("claim", i)); i++)
		if (hear_span_is(key, name))
			return true;
	return hear_span_is(key, "kind");
}

/* Fields of a newer version: kept, and shown as they are. */
static void newer(struct card *card)
{
	const struct hear_value *tree = card->record.tree;
	size_t i;

	for (i = 0; i < hear_count_of(tree); i++) {
		struct hear_span key = hear_key_of(tree, i);
		struct hear_span text = hear_text_of(hear_item_of(tree, i));

		if (is_known(key) || text.size == 0)
			continue;
		page_fact(card->page, "beside that");
		page_said(card->page, key, no_lang);
		page_words(card->page, ": ");
		page_said(card->page, text, no_lang);
		page_fact_end(card->page);
	}
}

/* ---- Where it was read ----------------------------------------------------------- */

static void locator(struct card *card)
{
	const struct hear_value *where = value_of(card, "locator");
	size_t i;

	if (!where)
		return;
	page_fact(card->page, "at");
	page_said(card->page, hear_text_of(where), no_lang);
	for (i = 0; i < hear_count_of(where); i++) {
		page_words(card->page, i > 0 ? ", " : "");
		page_said(card->page, hear_key_of(where, i), no_lang);
		page_print(card->page, " %" PRId64,
			   hear_integer_of(hear_item_of(where, i)));
	}
	page_fact_end(card->page);
}

static void captured(struct page *page, const struct hear_value *tree,
		     const char *before, const char *name)
{
	struct hear_span text = hear_text_of(hear_map_get(tree, name));

	if (text.size == 0)
		return;
	page_words(page, before);
	if (strcmp(name, "archive") == 0)
		page_address(page, text);
	else
		page_said(page, text, no_lang);
}

static enum hear_code capture(struct report *report, void *context,
			      struct hear_arena *arena,
			      const struct hear_record *record,
			      struct hear_err *err)
{
	struct card *card = context;
	struct page *page = card->page;
	const struct hear_value *tree = record->tree;
	struct hear_span hash = hear_text_of(hear_map_get(tree, "sha256"));
	struct hear_filed *filed;
	enum hear_marking marking;
	enum hear_code code;
	size_t count;

	if (!hear_span_equal(hear_text_of(hear_map_get(tree, "document")),
			     text_of(card, "document")))
		return HEAR_OK; /* doc: finds parts of addresses too */
	if (++card->captures > CAPTURES)
		return HEAR_NOTFOUND; /* enough: ends report_each() */
	code = report_filed(report, arena, &record->id, &filed, &count,
			    &marking, err);
	if (code != HEAR_OK)
		return code;
	page_fact(page, "as captured");
	page_said(page, hear_text_of(hear_map_get(tree, "title")),
		  hear_text_of(hear_map_get(tree, "lang")));
	captured(page, tree, " by ", "author");
	captured(page, tree, " ", "publisher");
	captured(page, tree, ", carrying ", "agency");
	captured(page, tree, ", published ", "published");
	captured(page, tree, ", retrieved ", "retrieved");
	captured(page, tree, ", kept at ", "archive");
	if (count > 0) {
		page_words(page, "; filed by ");
		page_said(page, hear_span_of(filed[0].filing.author_name),
			  no_lang);
		page_words(page, " ");
		page_marking(page, marking);
	}
	page_fact_end(page);
	if (hash.size > 0) {
		page_fact(page, "SHA-256");
		page_element(page, "span", "id", hash);
		page_fact_end(page);
	}
	return HEAR_OK;
}

static enum hear_code read_versions(struct report *report,
				    struct hear_span document,
				    struct hear_err *err)
{
	if (hear_span_equal(document, report->document))
		return HEAR_OK;
	report->document = hear_span_make(NULL, 0);
	report->version_count = 0;
	hear_arena_reset(report->versioned);
	report->document = hear_arena_copy(report->versioned, document);
	return hear_document_versions(report->reader, report->versioned,
				      document, &report->versions,
				      &report->version_count, err);
}

/* Whether the document was other at one time than at another, said or not. */
static enum hear_code changed(struct card *card, struct hear_err *err)
{
	struct page *page = card->page;
	size_t told = 0;
	size_t i;
	enum hear_code code = read_versions(card->report,
					    text_of(card, "document"), err);
	const struct hear_version *versions = card->report->versions;

	for (i = 0; code == HEAR_OK && i < card->report->version_count; i++) {
		if (versions[i].change == HEAR_CHANGE_NONE)
			continue;
		if (told++ >= CAPTURES)
			continue;
		page_fact(page, "changed");
		page_words(page, "captured with other content");
		if (versions[i].seen.size > 0) {
			page_words(page, " on ");
			page_said(page, versions[i].seen, no_lang);
		}
		page_words(page, versions[i].change == HEAR_CHANGE_BACK
					 ? ", as once before"
					 : " than before");
		page_fact_end(page);
	}
	if (told > CAPTURES) {
		page_fact(page, "changed");
		page_words(page, "and ");
		report_count(card->report, told - CAPTURES, "time more",
			     "times more");
		page_fact_end(page);
	}
	return code;
}

static enum hear_code document(struct card *card, struct hear_err *err)
{
	struct hear_span address = text_of(card, "document");
	struct hear_buffer query = {0};
	enum hear_code code;

	if (address.size == 0)
		return HEAR_OK;
	page_fact(card->page, "document");
	page_address(card->page, address);
	page_fact_end(card->page);
	locator(card);
	hear_buffer_text(&query, "kind:capture doc:");
	output_quoted(address, &query);
	code = query.failed ? hear_fail_memory(err)
			    : report_each(card->report, query.data,
					  REPORT_RECORDS, capture, card, err);
	hear_buffer_done(&query);
	if (card->captures > CAPTURES)
		page_fact_said(card->page, "as captured",
			       hear_span_of("more often than is shown here"),
			       no_lang);
	if (code == HEAR_OK)
		code = changed(card, err);
	return code;
}

/* ---- The card ---------------------------------------------------------------------- */

static void head(struct card *card)
{
	struct page *page = card->page;
	struct hear_buffer sentence = {0};

	page_open(page, "h3", NULL);
	page_open(page, "span", "number");
	page_print(page, "%" PRIu32 ".", card->number);
	page_close(page);
	page_words(page, " ");
	page_open(page, "span", "sentence");
	hear_record_sentence(card->record.tree, &sentence);
	page_said(page, hear_buffer_view(&sentence), no_lang);
	hear_buffer_done(&sentence);
	page_close(page);
	page_close(page);
}

static void badges(struct card *card)
{
	struct hear_span stance = text_of(card, "stance");
	bool against = hear_span_is(stance, "denies") ||
		       hear_span_is(stance, "doubts") ||
		       hear_span_is(stance, "withdraws");

	page_open(card->page, "p", "badges");
	page_badge(card->page,
		   against	     ? PAGE_BAD
		   : stance.size > 0 ? PAGE_WARN
				     : PAGE_QUIET,
		   stance.size > 0 ? stance : hear_span_of("asserts"));
	if (card->retracted)
		page_badge(card->page, PAGE_BAD, hear_span_of("retracted"));
	page_close(card->page);
}

static void quote(struct card *card)
{
	if (text_of(card, "quote").size == 0)
		return;
	page_open_said(card->page, "blockquote", NULL, card->lang);
	page_text(card->page, text_of(card, "quote"));
	page_close(card->page);
}

static enum hear_code facts(struct card *card, struct hear_err *err)
{
	enum hear_code code;

	page_open(card->page, "dl", "facts");
	value(card);
	fact(card, "about", "subject");
	fact(card, "property", "predicate");
	list(card, "counted", "of");
	place(card);
	times(card);
	hedge(card);
	answers(card);
	basis(card);
	code = document(card, err);
	list(card, "tags", "tags");
	more(card);
	newer(card);
	report_filings(card->report, card->filed, card->filed_count);
	page_fact(card->page, "id");
	report_whole_id(card->report, &card->record.id);
	page_fact_end(card->page);
	page_close(card->page);
	return code;
}

static bool moved(const struct card *card)
{
	const struct report *report = card->report;
	uint32_t i;

	if (card->weighed == HEAR_NOBODY)
		return false;
	for (i = report->said_from[card->weighed];
	     i < report->said_from[card->weighed + 1]; i++) {
		const struct hear_voice *voice =
			&report->voices[report->said[i]];

		if (!voice->stands && voice->move != HEAR_MOVE_ASIDE)
			return true;
	}
	return false;
}

static enum hear_code write_card(struct card *card, struct hear_err *err)
{
	struct page_attribute id = {"id", {NULL, 0}};
	struct page *page = card->page;
	enum hear_code code;
	char anchor[32];

	(void)snprintf(anchor, sizeof anchor, "claim-%" PRIu32, card->number);
	id.value = hear_span_of(anchor);
	page_open_with(page, "article",
		       card->retracted ? "card gone"
		       : moved(card)   ? "card moved"
				       : "card",
		       &id, 1);
	head(card);
	badges(card);
	code = report_fates(card, err);
	page_chain(page, value_of(card, "chain"));
	quote(card);
	if (code == HEAR_OK)
		code = facts(card, err);
	if (card->since.rating_count > 0)
		page_element(page, "h4", NULL,
			     hear_span_of("What analysts make of it, each for "
					  "themselves"));
	page_ratings(page, card->since.ratings, card->since.rating_count);
	page_close(page);
	return code;
}

enum hear_code report_card(struct report *report, const struct hear_id *id,
			   uint32_t weighed, uint32_t number,
			   struct hear_err *err)
{
	struct card card = {.report = report,
			    .page = &report->page,
			    .arena = report->scratch,
			    .weighed = weighed,
			    .number = number};
	enum hear_marking marking;
	enum hear_code code;
	size_t i;

	hear_arena_reset(card.arena);
	code = hear_get(report->reader, card.arena, id, &card.record, err);
	if (code == HEAR_NOTFOUND)
		return HEAR_OK;
	if (code == HEAR_OK)
		code = report_filed(report, card.arena, id, &card.filed,
				    &card.filed_count, &marking, err);
	if (code != HEAR_OK)
		return code;
	card.lang = text_of(&card, "lang");
	card.retracted = card.filed_count > 0;
	for (i = 0; i < card.filed_count; i++)
		card.retracted = card.retracted && card.filed[i].retracted;
	code = report_read_since(&card, err);
	return code == HEAR_OK ? write_card(&card, err) : code;
}
