/* columns.h - a table whose columns are named like the fields of a claim.
 *
 * What needs no mapping: also what `hearsay find --csv` writes, except that
 * texts with a semicolon in a list (of, tags, basis) come apart. Columns:
 * every field of a claim; `by` for chain, `doc` or `url` for document, `words`
 * beside value, more.KEY; title, author, publisher, agency, published and
 * retrieved, which make a capture of the document; marking. `id`, `filer`,
 * `filed` and `rests_on` are passed over, and so are the fields of other kinds of record.
 */
#ifndef TOOLS_COLUMNS_H
#define TOOLS_COLUMNS_H

#include "core/hearsay.h"
#include "tools/csv.h"

struct columns;

/* HEAR_INVALID: a column is named like no field, or two are the same. */
HEAR_CHECKED enum hear_code columns_read(struct columns **out,
					 struct hear_arena *arena,
					 const struct csv_row *header,
					 struct hear_err *err);

/* The claim of a row, as people write it; `*marking` 0 where it says none.
 * HEAR_NOTFOUND is an answer: the row is empty. */
HEAR_CHECKED enum hear_code columns_row(const struct columns *columns,
					struct hear_arena *arena,
					const struct csv_row *row,
					struct hear_value **out,
					enum hear_marking *marking,
					struct hear_err *err);

#endif
