/* SPDX-License-Identifier: ISC */
/* report_terms.c - what the team agreed on that bears on the page: names joined
 * into one, names that are part of others, and what words add up to or mean.
 *
 * Only those are shown that touch a name on the page, or one joined to such a
 * name: which is also all that can have changed what the page says. */
#include "core/bytes.h"
#include "core/error.h"
#include "tools/report.h"

#include <stdlib.h>
#include <string.h>

enum { TERMS = 20000, PASSES = 64 };

static const struct hear_span no_lang;

/* One term or definition, read. */
struct agreed {
	struct hear_id id;
	const struct hear_value *tree;
	struct hear_span names[2]; /* folded; of a definition, the first */
	bool definition;
	bool bears; /* on the page */
};

struct gathering {
	struct hear_arena *arena;
	struct agreed *list;
	size_t count;
	struct hear_span *names; /* folded, that stand on the page */
	size_t name_count;
	size_t name_room;
	struct hear_span *found; /* names to add; two a record */
	struct hear_buffer text; /* scratch */
};

/* ---- Names on the page -------------------------------------------------------- */

static struct hear_span folded(struct gathering *g, struct hear_span name)
{
	hear_buffer_reset(&g->text);
	hear_text_fold(name, &g->text);
	return hear_arena_copy(g->arena, hear_buffer_view(&g->text));
}

static int order_names(const void *a, const void *b)
{
	return hear_span_order(*(const struct hear_span *)a,
			       *(const struct hear_span *)b);
}

static void add_name(struct gathering *g, struct hear_span name)
{
	if (name.size > 0 && g->name_count < g->name_room)
		g->names[g->name_count++] = folded(g, name);
}

static bool has_name(const struct gathering *g, struct hear_span name)
{
	return g->name_count > 0 &&
	       bsearch(&name, g->names, g->name_count, sizeof *g->names,
		       order_names);
}

static size_t names_of_page(const struct report *report)
{
	size_t count = report->source_count;
	size_t i;

	for (i = 0; i < report->question_count; i++)
		count += 4 + report->questions[i].of_count;
	return count;
}

static enum hear_code gather_names(struct report *report, struct gathering *g,
				   struct hear_err *err)
{
	size_t i;
	uint32_t j;

	g->name_room = names_of_page(report) + 2 * TERMS;
	g->names = hear_arena_alloc(g->arena, g->name_room * sizeof *g->names);
	g->found = hear_arena_alloc(g->arena, 2 * TERMS * sizeof *g->found);
	g->list = hear_arena_alloc(g->arena, TERMS * sizeof *g->list);
	if (!g->names || !g->found || !g->list)
		return hear_fail_memory(err);
	for (i = 0; i < report->source_count; i++)
		add_name(g, report->sources[i].name);
	for (i = 0; i < report->question_count; i++) {
		const struct hear_question *question = &report->questions[i];

		add_name(g, question->subject);
		add_name(g, question->predicate);
		add_name(g, question->place);
		add_name(g, question->unit);
		for (j = 0; j < question->of_count; j++)
			add_name(g, question->of[j]);
	}
	if (g->name_count > 1)
		qsort(g->names, g->name_count, sizeof *g->names, order_names);
	return g->text.failed || hear_arena_failed(g->arena)
		       ? hear_fail_memory(err)
		       : HEAR_OK;
}

/* ---- Terms and definitions ------------------------------------------------------ */

static enum hear_code add_agreed(struct report *report, void *context,
				 struct hear_arena *arena,
				 const struct hear_record *record,
				 struct hear_err *err)
{
	struct gathering *g = context;
	struct agreed *agreed = &g->list[g->count];
	const struct hear_value *tree = record->tree;
	const struct hear_value *same = hear_map_get(tree, "same");

	(void)report;
	(void)arena;
	memset(agreed, 0, sizeof *agreed);
	agreed->id = record->id;
	agreed->tree = hear_value_copy(g->arena, tree);
	agreed->definition = hear_span_is(
		hear_text_of(hear_map_get(tree, "kind")), "definition");
	if (agreed->definition) {
		agreed->names[0] =
			folded(g, hear_text_of(hear_map_get(tree, "name")));
	} else if (same) {
		agreed->names[0] =
			folded(g, hear_text_of(hear_item_of(same, 0)));
		agreed->names[1] =
			folded(g, hear_text_of(hear_item_of(same, 1)));
	} else {
		agreed->names[0] =
			folded(g, hear_text_of(hear_map_get(tree, "part")));
		agreed->names[1] =
			folded(g, hear_text_of(hear_map_get(tree, "whole")));
	}
	g->count++;
	return g->text.failed || hear_arena_failed(g->arena)
		       ? hear_fail_memory(err)
		       : HEAR_OK;
}

/* Whether a claim's value is worded with the name ("dozens"). */
static bool words_a_value(const struct report *report, struct gathering *g,
			  struct hear_span name)
{
	size_t i;

	for (i = 0; i < report->claim_count && name.size > 0; i++) {
		hear_buffer_reset(&g->text);
		hear_text_fold(report->claims[i].value, &g->text);
		if (g->text.size >= name.size &&
		    memmem(g->text.data, g->text.size, name.data, name.size))
			return true;
	}
	return false;
}

static bool bears(const struct report *report, struct gathering *g,
		  const struct agreed *agreed)
{
	const struct hear_value *sum = hear_map_get(agreed->tree, "sum");
	size_t i;

	if (has_name(g, agreed->names[0]) ||
	    (agreed->names[1].size > 0 && has_name(g, agreed->names[1])))
		return true;
	for (i = 0; i < hear_count_of(sum); i++)
		if (has_name(g, folded(g, hear_text_of(hear_item_of(sum, i)))))
			return true;
	return agreed->definition && !sum &&
	       words_a_value(report, g, agreed->names[0]);
}

/* What is joined to a name that bears on the page bears on it, too: names are
 * added until there is nothing more to add. */
static bool spread(const struct report *report, struct gathering *g)
{
	size_t before = g->name_count;
	size_t found = 0;
	size_t i;

	for (i = 0; i < g->count; i++) {
		struct agreed *agreed = &g->list[i];

		if (agreed->bears || !bears(report, g, agreed))
			continue;
		agreed->bears = true;
		g->found[found++] = agreed->names[0];
		g->found[found++] = agreed->names[1];
	}
	for (i = 0; i < found && g->name_count < g->name_room; i++)
		if (g->found[i].size > 0)
			g->names[g->name_count++] = g->found[i];
	if (g->name_count > 1)
		qsort(g->names, g->name_count, sizeof *g->names, order_names);
	return g->name_count > before;
}

static size_t choose(const struct report *report, struct gathering *g)
{
	size_t chosen = 0;
	size_t i;

	for (i = 0; i < PASSES && spread(report, g); i++)
		;
	for (i = 0; i < g->count; i++)
		chosen += g->list[i].bears;
	return chosen;
}

/* ---- The section ------------------------------------------------------------------ */

static void name(struct report *report, struct hear_span text)
{
	page_open(&report->page, "b", NULL);
	page_said(&report->page, text, no_lang);
	page_close(&report->page);
}

static void term(struct report *report, const struct hear_value *tree)
{
	const struct hear_value *same = hear_map_get(tree, "same");
	struct page *page = &report->page;

	if (same) {
		name(report, hear_text_of(hear_item_of(same, 0)));
		page_words(page, " and ");
		name(report, hear_text_of(hear_item_of(same, 1)));
		page_words(page, " are one ");
	} else {
		name(report, hear_text_of(hear_map_get(tree, "part")));
		page_words(page, " is part of ");
		name(report, hear_text_of(hear_map_get(tree, "whole")));
		page_words(page, ", as a ");
	}
	page_said(page, hear_text_of(hear_map_get(tree, "as")), no_lang);
}

static void definition(struct report *report, const struct hear_value *tree)
{
	const struct hear_value *sum = hear_map_get(tree, "sum");
	struct page *page = &report->page;
	struct hear_buffer means = {0};
	size_t i;

	name(report, hear_text_of(hear_map_get(tree, "name")));
	page_words(page, " = ");
	for (i = 0; i < hear_count_of(sum); i++) {
		page_words(page, i > 0 ? " + " : "");
		page_said(page, hear_text_of(hear_item_of(sum, i)), no_lang);
	}
	hear_print_value(hear_map_get(tree, "means"), &means);
	page_said(page, hear_buffer_view(&means), no_lang);
	hear_buffer_done(&means);
}

static enum hear_code entry_of(struct report *report, struct gathering *g,
			       const struct agreed *agreed, bool shown,
			       struct hear_err *err)
{
	struct hear_span note = hear_text_of(hear_map_get(agreed->tree,
							  "note"));
	struct page *page = &report->page;
	struct hear_filed *filed;
	enum hear_marking marking;
	size_t count;
	enum hear_code code = report_filed(report, g->arena, &agreed->id,
					   &filed, &count, &marking, err);

	if (code != HEAR_OK || !shown)
		return code;
	page_open(page, "li", NULL);
	if (agreed->definition)
		definition(report, agreed->tree);
	else
		term(report, agreed->tree);
	page_words(page, " ");
	page_open(page, "span", "note");
	if (note.size > 0) {
		page_said(page, note, no_lang);
		page_words(page, ", ");
	}
	if (count > 0) {
		page_said(page, hear_span_of(filed[0].filing.author_name),
			  no_lang);
		page_words(page, ", ");
		report_time(report, filed[0].filing.time_ms);
		page_words(page, " ");
		page_marking(page, marking);
	}
	page_close(page);
	page_close(page);
	return HEAR_OK;
}

static enum hear_code write(struct report *report, struct gathering *g,
			    size_t chosen, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t shown = 0;
	size_t i;

	page_element(&report->page, "p", "soft",
		     hear_span_of("Joined names count as one; a part is no "
				  "origin beside its whole."));
	page_open(&report->page, "ul", NULL);
	for (i = 0; i < g->count && code == HEAR_OK; i++)
		if (g->list[i].bears)
			code = entry_of(report, g, &g->list[i],
					shown++ < REPORT_RECORDS, err);
	page_close(&report->page);
	if (chosen > REPORT_RECORDS) {
		page_open(&report->page, "p", "soft");
		report_count(report, chosen - REPORT_RECORDS,
			     "more is left out", "more are left out");
		page_close(&report->page);
	}
	return code;
}

enum hear_code report_terms(struct report *report,
			    const struct page_entry *entry,
			    struct hear_err *err)
{
	struct gathering g = {.arena = report->arena};
	enum hear_code code = gather_names(report, &g, err);
	size_t chosen;

	if (code == HEAR_OK)
		code = report_each(report, "kind:term OR kind:definition",
				   TERMS, add_agreed, &g, err);
	chosen = code == HEAR_OK ? choose(report, &g) : 0;
	if (chosen > 0) {
		page_section(&report->page, entry);
		code = write(report, &g, chosen, err);
		page_close(&report->page);
	}
	hear_buffer_done(&g.text);
	return code;
}
