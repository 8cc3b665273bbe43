/* page.h - one self-contained HTML page: no script, nothing fetched.
 *
 * Whatever people wrote goes through page_text(), in elements and in
 * attributes alike, so that no record can become markup: <, >, &, " and ' are
 * escaped, and what terminal_clean() makes visible (control characters, marks
 * that turn the direction of writing, bytes that are not UTF-8) is made visible
 * here too. Names of elements, classes and attributes come from the code
 * alone. Elements are closed in the order they were opened: that is checked.
 *
 * What a page may do stands at its top, as a policy browsers enforce: styles of
 * its own and pictures within it, nothing else.
 */
#ifndef TOOLS_PAGE_H
#define TOOLS_PAGE_H

#include "core/hearsay.h"

enum { PAGE_DEPTH = 48 };

struct page {
	struct hear_buffer *out;
	struct hear_buffer clean; /* scratch */
	const char *open[PAGE_DEPTH];
	size_t depth;
};

/* One attribute; a value without data is left out with its name. */
struct page_attribute {
	const char *name;
	struct hear_span value;
};

/* The style sheet, for screens light and dark and for paper. */
extern const char page_style[];

/* Writes all that stands before what is in the body; `lang` is that of the
 * page's own words. Out of memory: out->failed, as with any buffer. */
void page_begin(struct page *page, struct hear_buffer *out, const char *lang,
		struct hear_span title);
/* Everything that was opened must be closed. */
void page_end(struct page *page);

/* Opens an element; `class` may be NULL. The names are kept, not copied. */
void page_open(struct page *page, const char *element, const char *class);
void page_open_with(struct page *page, const char *element, const char *class,
		    const struct page_attribute *attributes, size_t count);
/* Closes what was opened last. */
void page_close(struct page *page);

/* Text, made safe; line ends are kept as they are, and shown only where the
 * style says so. */
void page_text(struct page *page, struct hear_span text);
/* Words of the page's own: escaped all the same. */
void page_words(struct page *page, const char *text);
void page_print(struct page *page, const char *format, ...) HEAR_FORMAT(2, 3);
/* An element with nothing but text in it. */
void page_element(struct page *page, const char *element, const char *class,
		  struct hear_span text);

/* Text of somebody else's, kept apart from the words around it whatever its
 * direction; `lang` as a claim has it, may be empty. */
void page_said(struct page *page, struct hear_span text, struct hear_span lang);
/* The same as a block of its own: `element` with lang and direction. */
void page_open_said(struct page *page, const char *element, const char *class,
		    struct hear_span lang);

/* Markup that was made elsewhere by a writer as careful as this one. */
void page_markup(struct page *page, struct hear_span markup);

/* Whether an address may become a link: http or https, a plain host without a
 * user's name before it, and no character that would not be shown as it is. */
bool page_linkable(struct hear_span address);
/* The address in full, as a link where it may be one. */
void page_address(struct page *page, struct hear_span address);
/* Opens a link to a part of this page; `anchor` is of letters, digits and
 * hyphens. */
void page_jump(struct page *page, const char *anchor);

/* Whether it has the shape of a language tag (BCP 47). */
bool page_language(struct hear_span lang);

#endif
