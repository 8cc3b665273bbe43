/* page_parts.h - what a page about claims is built of. */
#ifndef TOOLS_PAGE_PARTS_H
#define TOOLS_PAGE_PARTS_H

#include "tools/page.h"

enum page_tone { PAGE_QUIET, PAGE_GOOD, PAGE_WARN, PAGE_BAD };

/* "TLP:AMBER" as the standard writes it; "LOCAL" is ours. Static. */
const char *page_marking_text(enum hear_marking marking);
/* The band that says how far the page may travel, and in plain words what that
 * means; to stand first and last in the body ("header", "footer"). On paper it
 * is on every sheet. */
void page_band(struct page *page, const char *element,
	       enum hear_marking marking);
/* The same within a line. */
void page_marking(struct page *page, enum hear_marking marking);

struct page_entry {
	const char *anchor;
	const char *title;
};

void page_contents(struct page *page, const struct page_entry *entries,
		   size_t count);
/* Opens a section with its heading; to be closed by page_close(). */
void page_section(struct page *page, const struct page_entry *entry);

/* One number or short text with what it counts. To stand in an element of
 * class "tiles". */
void page_tile(struct page *page, struct hear_span figure,
	       struct hear_span label);
void page_badge(struct page *page, enum page_tone tone, struct hear_span text);

/* A line of a list of facts (element "dl", class "facts"): what is between
 * page_fact() and page_fact_end() is the fact. */
void page_fact(struct page *page, const char *label);
void page_fact_end(struct page *page);
/* A whole one; none where the text is empty. */
void page_fact_said(struct page *page, const char *label, struct hear_span text,
		    struct hear_span lang);

/* A table with these headings; then rows (element "tr") of cells, and
 * page_table_end(). On a phone a row is a block, and each cell says the
 * heading it stands under, unless it is the row's first. */
void page_table(struct page *page, const char *const *names, size_t count);
void page_table_end(struct page *page);
/* Opens a cell; `name`: its heading, NULL for the first. */
void page_cell(struct page *page, const char *name);

/* The chain of a claim: from what was read to the origin, each hop pointing at
 * whom it cites. */
void page_chain(struct page *page, const struct hear_value *chain);

/* What one analyst makes of a record; empty spans: not said. */
struct page_rating {
	struct hear_span who;
	struct hear_span when;
	struct hear_span reliability; /* letter, 1 byte */
	struct hear_span credibility; /* digit, 1 byte */
	struct hear_span likelihood;
	struct hear_span note;
};

/* Side by side, one an analyst, on narrow screens one below another. There is
 * no mean: nobody wins. */
void page_ratings(struct page *page, const struct page_rating *ratings,
		  size_t count);

/* A drawing (SVG) and what it shows in words. */
void page_picture(struct page *page, struct hear_span svg,
		  struct hear_span caption);

#endif
