/* mapping.h - how the rows of a table become claims, written down in YAML.
 *
 * A mapping says nothing about one program or one file: it is the reading of
 * a table, to be kept and argued about beside the table. All of it:
 *
 *   separator: tab           comma (the default), tab, semicolon, or one
 *                            ASCII character
 *   quoting: none            quotes are characters like any other
 *   header: no               the first row is data; needs
 *   columns: [date, killed]  the names of the columns, in order
 *   empty: [NA, "-"]         texts that count as nothing, like no text at all
 *   timezone: +02:00         put on times of day that come without a zone
 *   expect: {rows: 24886, claims: 23237}
 *                            other counts are an error at the end
 *   tables:                  for the filters table and only (tools/template.h)
 *     states: {NY: New York, CA: California}
 *   skip:                    rows to pass over, where any of these holds
 *   - {status: [draft, test]}
 *   companions:              rows that add a column to other rows, see below
 *   claims:                  one or more claims from every row
 *   - {predicate: killed, value: "{killed}"}
 *   - {when: {wounded: {not: ""}}, predicate: wounded, value: "{wounded}"}
 *
 * and the fields of claims, at the top for all of them or in one of them:
 *
 *   text quote lang subject predicate of place value event since until said
 *   stance re hedge by (or chain) basis document locator tags more
 *
 * A field is a text with {column} parts, or a list or a map of such texts as
 * the field takes them (place, document, more: maps). In YAML a text that
 * begins with a brace needs quotes. A field whose columns are all empty in a
 * row is absent there; an empty text ("") takes a field from the top away.
 * Without `claims` the top is the one claim.
 *
 * A condition is a map of columns to what they hold: a text, one of a list of
 * texts, or {not: ...} of either; "" is an empty column. All of a map must
 * hold; of a list of maps, any. `when` is a condition on one claim: the others
 * of the row are made as well where theirs hold.
 *
 * A claim that comes out without `text` and without `value`, and does not
 * say another stance than asserts, is not made: nothing was said.
 *
 * Companions. Some tables keep part of a statement in a row of its own:
 *
 *   date        field       value
 *   2022-03-01  personnel   5710
 *   2022-03-01  personnel*  about
 *
 *   companions:
 *   - when: {field: personnel*}      these rows make no claims
 *     for: {field: personnel}        (optional) but give these rows
 *     key: [date]                    with the same date
 *     gives: {qualifier: "{value}"}  one more column
 *   subject: ...
 *   value: "{qualifier} {value}"
 *
 * They are gathered in a first pass over the file, so the file must be one
 * that can be read twice. Two of them for the same rows that say different
 * things are an error; those that no row had a use for are counted.
 *
 * Nothing is passed over silently: mapping_counts says where each row went.
 *
 * Calls, in order: read, bind, [gather for every row, settle,] row for every
 * row, finish. The mapping lives in the arena it was read into, and so do the
 * companions; claims live in the arena given for each row.
 */
#ifndef TOOLS_MAPPING_H
#define TOOLS_MAPPING_H

#include "tools/csv.h"

enum {
	MAPPING_CLAIMS = 64,	     /* of one row */
	MAPPING_COMPANIONS = 262144, /* companion rows that give something */
	MAPPING_COMPANION_BYTES = 32 << 20, /* their keys and texts */
};

struct mapping;

struct mapping_counts {
	uint64_t rows;	     /* given to mapping_row */
	uint64_t skipped;    /* of these, by skip */
	uint64_t companions; /* of these, companion rows */
	uint64_t empty;	     /* of these, rows that made no claim otherwise */
	uint64_t claims;     /* made of the rest */
	uint64_t unused;     /* companions that no row had a use for */
};

/* Takes what yaml_read gave; `tree` must live as long as the mapping. Errors
 * have the line and column in the mapping file. */
HEAR_CHECKED enum hear_code mapping_read(struct hear_arena *arena,
					 const struct hear_value *tree,
					 struct mapping **out,
					 struct hear_err *err);

/* How to open the table. */
const struct csv_form *mapping_form(const struct mapping *mapping);

/* Finds the columns that are named; may be done again for another file, whose
 * companions are then its own. Errors have the place in the mapping file. */
HEAR_CHECKED enum hear_code mapping_bind(struct mapping *mapping,
					 const struct csv_row *header,
					 struct hear_err *err);

/* Whether a first pass is needed. */
bool mapping_has_companions(const struct mapping *mapping);

/* The first pass: keeps what companion rows give. `scratch` may be reset
 * after each row. */
HEAR_CHECKED enum hear_code mapping_gather(struct hear_arena *scratch,
					   struct mapping *mapping,
					   const struct csv_row *row,
					   struct hear_err *err);
/* After the first pass. */
HEAR_CHECKED enum hear_code mapping_settle(struct mapping *mapping,
					   struct hear_err *err);

/* The claims of one row: a list, perhaps empty, of maps as people write them
 * (a chain is one line or a list of hops; of, tags and basis are lists).
 * HEAR_INVALID has the line of the row and names the column. */
HEAR_CHECKED enum hear_code mapping_row(struct hear_arena *arena,
					struct mapping *mapping,
					const struct csv_row *row,
					struct hear_value **claims,
					struct hear_err *err);

/* So far, since mapping_bind. */
struct mapping_counts mapping_counts(const struct mapping *mapping);

/* HEAR_INVALID: the counts are not the expected ones. */
HEAR_CHECKED enum hear_code mapping_finish(const struct mapping *mapping,
					   struct hear_err *err);

#endif
