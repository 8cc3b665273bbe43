/* terminal.h - what a terminal can show, and text made safe for it.
 *
 * Records come from many hands. An escape sequence, a line end or a mark that
 * turns the direction of writing could make a terminal show what is not
 * there, so text goes through terminal_clean() before it is printed.
 */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include "core/hearsay.h"

struct terminal {
	bool is;      /* people look at it; else a pipe or a file */
	bool moves;   /* it understands control sequences */
	bool colour;  /* it may be given styles */
	unsigned columns;
};

/* What the file descriptor is. TERM=dumb: no control sequences; NO_COLOR set
 * and not empty: no styles, bold neither. The width is what the terminal says,
 * else COLUMNS, else 80. */
struct terminal terminal_of(int fd);

/* The rules of that, for the words the environment has (NULL: none). */
struct terminal terminal_from(bool is, unsigned columns, const char *term,
			      const char *no_color, const char *columns_text);

enum terminal_style {
	STYLE_RESET,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_RED,
	STYLE_GREEN,
	STYLE_YELLOW,
	STYLE_BLUE,
};

/* What switches the style on; "" where there is no colour. Static. */
const char *terminal_style(const struct terminal *terminal,
			   enum terminal_style style);

/* Appends the text in the style; the text is taken as it is. */
void terminal_print(const struct terminal *terminal, enum terminal_style style,
		    struct hear_span text, struct hear_buffer *out);

enum terminal_lines {
	TERMINAL_ONE_LINE, /* line ends and tabs become one blank */
	TERMINAL_LINES,	   /* they stay; CR before LF goes */
};

/* Appends the text with what a terminal might obey made visible: control
 * characters, escape sequences, marks that turn the direction of writing and
 * line separators as \u{1b}, bytes that are not UTF-8 as \x{ff}. */
void terminal_clean(struct hear_span text, enum terminal_lines lines,
		    struct hear_buffer *out);

/* How many bytes of clean text fit in `columns`, whole characters with their
 * accents; `used` (may be NULL): the columns they take. */
size_t terminal_fit(struct hear_span text, size_t columns, size_t *used);

/* Takes from the front of clean text, which is not empty, what fits in a line
 * of so many columns, up to a blank where there is one; the blanks between two
 * lines are dropped. */
struct hear_span terminal_line(struct hear_span *rest, size_t width);

/* Appends clean text, with an ellipsis at the end where it takes more than
 * `columns`. Gives the columns used. */
size_t terminal_cut(struct hear_span text, size_t columns,
		    struct hear_buffer *out);

#endif
