/* match.h - whether one record answers one term of a query: the terms that no
 * index answers, or not exactly. */
#ifndef CORE_MATCH_H
#define CORE_MATCH_H

#include "core/numbers.h"
#include "core/query.h"
#include "core/reader.h"

HEAR_CHECKED enum hear_code hear_match(struct hear_reader *reader,
				       const struct hear_query_term *term,
				       uint64_t number,
				       const struct hear_record *record,
				       bool *out, struct hear_err *err);

/* Adds the numbers of all records that may answer a term on the scales of
 * assessments: the assessments that fit, and what they are about. */
HEAR_CHECKED enum hear_code hear_match_steps(struct hear_reader *reader,
					     const struct hear_query_term *term,
					     struct hear_bits *bits,
					     struct hear_err *err);

#endif
