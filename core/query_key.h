/* query_key.h - the keys of the query language and what each takes.
 *
 * query.c knows how terms are put together; here is what "said:" or "value:"
 * makes of the text after the colon.
 */
#ifndef CORE_QUERY_KEY_H
#define CORE_QUERY_KEY_H

#include "core/query.h"

/* Finds the key of a name without its colon, in either case ("more" alone
 * stands for HEAR_KEY_MORE). HEAR_INVALID suggests one that is near. */
HEAR_CHECKED enum hear_code hear_query_key_find(struct hear_span name,
						enum hear_query_key *out,
						struct hear_err *err);

/* Checks the text of a term by its key and fills in its range. Texts that have
 * one right spelling (stances, kinds, ids) are replaced by it. err->at counts
 * from the beginning of the term's text. */
HEAR_CHECKED enum hear_code hear_query_term_read(struct hear_arena *arena,
						 struct hear_query_term *term,
						 struct hear_err *err);

#endif
