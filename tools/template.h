/* template.h - texts with {column} parts, filled from the rows of a table.
 *
 *   "{qualifier} {new}"       two columns with a blank between
 *   "{state|table states}"    a column through a filter; filters may follow
 *                             one another: {url|host|table outlets}
 *   "{{" and "}}"             a brace
 *
 * Filters:
 *   table NAME    the text that table NAME has for it; itself where it has none
 *   only NAME     the same, but a text that is not in the table is a mistake
 *   date PATTERN  a date written so, as 2016-11-08: YYYY year; MM or M, DD or
 *                 D, hh or h, mm or m, ss or s of two digits, or of one or two;
 *                 MON the name of a month in English; the rest as it stands
 *   host          the host of a web address
 *   before TEXT, after TEXT   up to the first TEXT, or what follows it; all of
 *                 it where TEXT is not there
 *   raw           in a chain: not as one name (see below)
 *
 * The name of a column or the word after a filter may stand in double quotes,
 * and must where it holds | } or blanks at its ends.
 *
 * In the one line of a chain a column is one name: it is put in quotes where
 * the language of chains needs that, so that "Smith (R) < Jones" in a column
 * stays one name and cannot become two.
 */
#ifndef TOOLS_TEMPLATE_H
#define TOOLS_TEMPLATE_H

#include "core/hearsay.h"

enum {
	TEMPLATE_COLUMNS = 4096, /* mentions of columns in one mapping */
	TEMPLATE_BYTES = 65536,	 /* a text when filled */
};

/* One mention of a column: where it is found is set once the names in the
 * file are known. */
struct template_column {
	struct template_column *next;
	const struct hear_value *at; /* where it is mentioned, for errors */
	struct hear_span name;
	size_t index;
};

/* What the templates of one mapping share. Start from zeros and set the first
 * two. */
struct template_scope {
	struct hear_arena *arena;
	const struct hear_value *tables; /* map of maps of text to text */
	struct template_column *columns; /* every mention so far */
	size_t column_count;
};

struct template;

/* Notes that a column is mentioned. */
HEAR_CHECKED enum hear_code template_mention(struct template_column **out,
					     struct template_scope *scope,
					     struct hear_span name,
					     const struct hear_value *at,
					     struct hear_err *err);

/* Reads `text`, which must outlive the template, as does the scope's arena.
 * With `chain`, columns are names in a chain. */
HEAR_CHECKED enum hear_code template_read(struct template **out,
					  struct template_scope *scope,
					  const struct hear_value *text,
					  bool chain, struct hear_err *err);

/* True where the template has no parts at all: it clears a field. */
bool template_empty(const struct template *template);

/* Finds every mentioned column from `from` on among `names`. HEAR_INVALID
 * lists the names there are. */
HEAR_CHECKED enum hear_code template_bind(struct template_column *from,
					  const struct hear_span *names,
					  size_t count, struct hear_err *err);

/* Fills the template from the cells of a row, trimmed. HEAR_NOTFOUND is an
 * answer: it has columns and all of them are empty. HEAR_INVALID names the
 * column that a filter could not take. */
HEAR_CHECKED enum hear_code template_fill(struct hear_span *out,
					  struct hear_arena *arena,
					  const struct template *template,
					  const struct hear_span *cells,
					  struct hear_err *err);

/* How many bytes of a text to quote in a message: at most 64. */
int template_shown(struct hear_span text);

#endif
