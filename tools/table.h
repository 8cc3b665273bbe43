/* table.h - rows and columns, for people or for a pipe.
 *
 * On a terminal: a bold header, columns aligned and made to fit its width; the
 * widest of those that may give way is cut with an ellipsis or wrapped. In a
 * pipe: a line a row, cells parted by tabs, all of each, no header.
 *
 *	struct table *table = table_new(columns, 3, &terminal);
 *
 *	while (...) {
 *		table_cell(table, STYLE_DIM, id);
 *		table_cell(table, STYLE_RESET, text);
 *		table_cell(table, STYLE_RESET, origin);
 *	}
 *	table_print(table, out);
 *	table_free(table);
 */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

#include "tools/terminal.h"

enum table_align {
	TABLE_LEFT,
	TABLE_RIGHT,
};

struct table_column {
	const char *name; /* borrowed; NULL in all columns: no header */
	enum table_align align;
	unsigned weight;  /* 0: as wide as its cells need. Else it may be
			   * narrowed; one of weight 2 keeps twice the width
			   * of one of weight 1. */
	unsigned least;	  /* columns it keeps when narrowed */
	bool wrap;	  /* goes on in the next line instead of being cut */
};

struct table;

/* The columns and the terminal are borrowed. NULL: out of memory. */
struct table *table_new(const struct table_column *columns, size_t count,
			const struct terminal *terminal);
void table_free(struct table *table);

/* The next cell of the row; after the last column a new row begins. The text
 * is cleaned and copied; STYLE_RESET is plain. */
void table_cell(struct table *table, enum terminal_style style,
		struct hear_span text);

/* Appends all rows and forgets them, so that a long table can be printed in
 * pieces; the first piece settles the widths. Cells missing in the last row
 * are empty. False: out of memory, some rows are missing. */
HEAR_CHECKED bool table_print(struct table *table, struct hear_buffer *out);

#endif
