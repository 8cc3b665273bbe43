/* plan.h - from the terms of a query to streams of record numbers.
 *
 * Each node of the query gets, where an index can give one, a stream that
 * holds at least what matches (candidates), and knows whether the stream holds
 * nothing else (exact). The streams of what must all hold are joined.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "core/numbers.h"
#include "core/query.h"
#include "core/reader.h"

struct hear_plan_node {
	const struct hear_query_term *term;
	struct hear_plan_node *first;
	struct hear_plan_node *next;
	struct hear_numbers *candidates; /* NULL: an index gives none */
	bool exact; /* candidates are just what matches */
};

enum { HEAR_PLAN_STREAMS = 256 };

struct hear_plan {
	struct hear_reader *reader;
	struct hear_arena *arena; /* scratch */
	struct hear_plan_node *nodes; /* one a term of the query */
	size_t used;
	struct hear_numbers *owned[HEAR_PLAN_STREAMS]; /* each freed once */
	size_t owned_count;
	struct hear_plan_node *root;
	struct hear_numbers *source; /* what may match, to be tested */
};

/* Plans a query that must outlive the plan; only claims are its source where
 * `claims`. The plan is to be done with in any case. */
HEAR_CHECKED enum hear_code hear_plan_make(struct hear_plan *plan,
					   struct hear_reader *reader,
					   const struct hear_query_term *root,
					   bool claims, struct hear_err *err);
void hear_plan_done(struct hear_plan *plan);

#endif
