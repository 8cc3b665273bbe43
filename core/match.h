/* match.h - whether one record answers one term of a query: the terms that no
 * index answers, or not exactly. */
#ifndef CORE_MATCH_H
#define CORE_MATCH_H

#include "core/query.h"
#include "core/reader.h"

HEAR_CHECKED enum hear_code hear_match(struct hear_reader *reader,
				       const struct hear_query_term *term,
				       uint64_t number,
				       const struct hear_record *record,
				       bool *out, struct hear_err *err);

#endif
