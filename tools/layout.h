/* layout.h - paragraphs and pairs of columns that fit a terminal.
 *
 * For what is no table: a sentence that goes on in the next line, a name beside
 * what is said of it. The text must be clean (terminal_clean); of one that is
 * very long the end is cut off. Elsewhere than on a terminal nothing is cut,
 * wrapped or indented.
 */
#ifndef TOOLS_LAYOUT_H
#define TOOLS_LAYOUT_H

#include "tools/terminal.h"

/* A paragraph, every line of it after `indent` blanks. */
void layout_text(const struct terminal *terminal, size_t indent,
		 enum terminal_style style, struct hear_span text,
		 struct hear_buffer *out);

/* One text beside another, both wrapped, the left one in `width` columns. */
struct layout_pair {
	size_t indent;
	size_t width;
	enum terminal_style left_style;
	enum terminal_style right_style;
	struct hear_span left;
	struct hear_span right;
};

void layout_pair(const struct terminal *terminal,
		 const struct layout_pair *pair, struct hear_buffer *out);

/* How wide the left column of pairs should be so that the right one keeps at
 * least half: `widest` is the widest text in it. */
size_t layout_width(const struct terminal *terminal, size_t indent,
		    size_t widest);

/* Blanks. */
void layout_pad(size_t columns, struct hear_buffer *out);

#endif
