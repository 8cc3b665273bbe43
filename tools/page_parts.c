/* SPDX-License-Identifier: ISC */
#include "tools/page_parts.h"
#include "core/bytes.h"

#include <assert.h>
#include <string.h>

static const struct hear_span no_lang;

/* ---- Markings ------------------------------------------------------------ */

static const struct {
	const char *text;
	const char *class;
	const char *means;
} markings[] = {
	[HEAR_CLEAR] = {"TLP:CLEAR", "tlp tlp-clear",
			"may be passed on to anybody"},
	[HEAR_GREEN] = {"TLP:GREEN", "tlp tlp-green",
			"may be passed on within the community, not published"},
	[HEAR_AMBER] = {"TLP:AMBER", "tlp tlp-amber",
			"for those who need to know in your organisation and "
			"its clients"},
	[HEAR_AMBER_STRICT] = {"TLP:AMBER+STRICT", "tlp tlp-amber",
			       "for those who need to know in your "
			       "organisation only"},
	[HEAR_RED] = {"TLP:RED", "tlp tlp-red",
		      "for the eyes of those it was handed to only"},
	[HEAR_LOCAL] = {"LOCAL", "tlp tlp-local",
			"not to leave the machine it was made on"},
};

const char *page_marking_text(enum hear_marking marking)
{
	assert(marking >= HEAR_CLEAR && marking <= HEAR_LOCAL);
	return markings[marking].text;
}

void page_marking(struct page *page, enum hear_marking marking)
{
	const char *text = page_marking_text(marking);

	page_element(page, "span", markings[marking].class,
		     hear_span_of(text));
}

void page_band(struct page *page, const char *element,
	       enum hear_marking marking)
{
	page_open(page, element, "band");
	page_open(page, "p", NULL);
	page_marking(page, marking);
	page_words(page, " ");
	page_element(page, "span", "means",
		     hear_span_of(markings[marking].means));
	page_close(page);
	page_close(page);
}

/* ---- Sections ------------------------------------------------------------ */

void page_contents(struct page *page, const struct page_entry *entries,
		   size_t count)
{
	struct page_attribute label = {"aria-label", {"Contents", 8}};
	size_t i;

	page_open_with(page, "nav", "contents", &label, 1);
	page_open(page, "ol", NULL);
	for (i = 0; i < count; i++) {
		page_open(page, "li", NULL);
		page_jump(page, entries[i].anchor);
		page_words(page, entries[i].title);
		page_close(page);
		page_close(page);
	}
	page_close(page);
	page_close(page);
}

void page_section(struct page *page, const struct page_entry *entry)
{
	struct page_attribute id = {"id", hear_span_of(entry->anchor)};

	page_open_with(page, "section", NULL, &id, 1);
	page_element(page, "h2", NULL, hear_span_of(entry->title));
}

void page_tile(struct page *page, struct hear_span figure,
	       struct hear_span label)
{
	page_open(page, "div", "tile");
	page_element(page, "strong", NULL, figure);
	page_words(page, " ");
	page_element(page, "span", NULL, label);
	page_close(page);
}

void page_badge(struct page *page, enum page_tone tone, struct hear_span text)
{
	static const char *const classes[] = {
		[PAGE_QUIET] = "badge",
		[PAGE_GOOD] = "badge good",
		[PAGE_WARN] = "badge warn",
		[PAGE_BAD] = "badge bad",
	};

	page_open(page, "span", classes[tone]);
	page_said(page, text, no_lang);
	page_close(page);
	page_words(page, " ");
}

void page_fact(struct page *page, const char *label)
{
	page_open(page, "div", NULL);
	page_element(page, "dt", NULL, hear_span_of(label));
	page_open(page, "dd", NULL);
}

void page_fact_end(struct page *page)
{
	page_close(page);
	page_close(page);
}

void page_fact_said(struct page *page, const char *label, struct hear_span text,
		    struct hear_span lang)
{
	if (text.size == 0)
		return;
	page_fact(page, label);
	page_said(page, text, lang);
	page_fact_end(page);
}

/* ---- Tables -------------------------------------------------------------- */

void page_table(struct page *page, const char *const *names, size_t count)
{
	struct page_attribute scope = {"scope", {"col", 3}};
	size_t i;

	page_open(page, "table", "rows");
	page_open(page, "thead", NULL);
	page_open(page, "tr", NULL);
	for (i = 0; i < count; i++) {
		page_open_with(page, "th", NULL, &scope, 1);
		page_words(page, names[i]);
		page_close(page);
	}
	page_close(page);
	page_close(page);
	page_open(page, "tbody", NULL);
}

void page_table_end(struct page *page)
{
	page_close(page);
	page_close(page);
}

void page_cell(struct page *page, const char *name)
{
	struct page_attribute attribute = {"data-name", hear_span_of(name)};

	page_open_with(page, "td", NULL, &attribute, 1);
}

/* ---- Chains -------------------------------------------------------------- */

static void who(struct page *page, const struct hear_value *names)
{
	size_t i;

	page_open(page, "span", "who");
	for (i = 0; i < hear_count_of(names); i++) {
		if (i > 0)
			page_words(page, " + ");
		page_said(page, hear_text_of(hear_item_of(names, i)), no_lang);
	}
	page_close(page);
}

static void note(struct page *page, const char *before, struct hear_span text)
{
	if (text.size == 0)
		return;
	page_words(page, " ");
	page_open(page, "span", "note");
	page_words(page, before);
	page_said(page, text, no_lang);
	page_close(page);
}

/* Whether a role, a way of telling or a label was written that way. */
static void notes(struct page *page, const struct hear_value *hop)
{
	note(page, "as ", hear_text_of(hear_map_get(hop, "as")));
	note(page, "", hear_text_of(hear_map_get(hop, "role")));
	note(page, "", hear_text_of(hear_map_get(hop, "how")));
	note(page, "to ", hear_text_of(hear_map_get(hop, "to")));
	note(page, "at ", hear_text_of(hear_map_get(hop, "at")));
}

static void label(struct page *page, const char *text)
{
	page_words(page, " ");
	page_element(page, "span", "label", hear_span_of(text));
}

static void hop(struct page *page, const struct hear_value *chain, size_t index)
{
	const struct hear_value *at = hear_item_of(chain, index);
	const struct hear_value *names = hear_map_get(at, "who");
	bool unnamed = hear_bool_of(hear_map_get(at, "unnamed"));
	bool origin = index + 1 == hear_count_of(chain);

	page_open(page, "li", NULL);
	if (index > 0)
		page_element(page, "span", "cites", hear_span_of("citing "));
	page_open(page, "div",
		  unnamed && origin ? "hop unnamed origin"
		  : unnamed	    ? "hop unnamed"
		  : origin	    ? "hop origin"
				    : "hop");
	who(page, names);
	if (hear_count_of(names) > 1)
		label(page, "jointly");
	if (unnamed)
		label(page, "unnamed");
	if (origin)
		label(page, "origin");
	notes(page, at);
	page_close(page);
	page_close(page);
}

void page_chain(struct page *page, const struct hear_value *chain)
{
	struct page_attribute name = {
		"aria-label", hear_span_of("Chain of attribution, from what "
					   "was read to the origin")};
	size_t i;

	if (hear_count_of(chain) == 0)
		return;
	page_open_with(page, "ol", "chain", &name, 1);
	for (i = 0; i < hear_count_of(chain); i++)
		hop(page, chain, i);
	page_close(page);
}

/* ---- Ratings ------------------------------------------------------------- */

/* The letter or digit, with what it stands for. */
static void graded(struct page *page, const char *name, struct hear_span grade,
		   const char *(*means)(char grade))
{
	const char *words = grade.size == 1 ? means(grade.data[0]) : NULL;

	if (grade.size == 0)
		return;
	page_fact(page, name);
	page_element(page, "b", NULL, grade);
	if (words) {
		page_words(page, " ");
		page_words(page, words);
	}
	page_fact_end(page);
}

static void rating(struct page *page, const struct page_rating *given)
{
	page_open(page, "li", "rating");
	page_open(page, "p", "by");
	page_said(page, given->who, no_lang);
	note(page, "", given->when);
	page_close(page);
	page_open(page, "dl", "facts");
	graded(page, "reliability", given->reliability, hear_reliability_text);
	graded(page, "credibility", given->credibility, hear_credibility_text);
	page_fact_said(page, "likelihood", given->likelihood, no_lang);
	page_fact_said(page, "note", given->note, no_lang);
	page_close(page);
	page_close(page);
}

void page_ratings(struct page *page, const struct page_rating *ratings,
		  size_t count)
{
	size_t i;

	if (count == 0)
		return;
	page_open(page, "ul", "ratings");
	for (i = 0; i < count; i++)
		rating(page, &ratings[i]);
	page_close(page);
}

/* ---- Pictures ------------------------------------------------------------ */

void page_picture(struct page *page, struct hear_span svg,
		  struct hear_span caption)
{
	page_open(page, "figure", "picture");
	page_open(page, "div", "drawing");
	page_markup(page, svg);
	page_close(page);
	page_element(page, "figcaption", NULL, caption);
	page_close(page);
}
