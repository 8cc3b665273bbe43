/* meanings.h - the team's definitions in one view: what a word adds up to, and
 * what vague words mean.
 */
#ifndef CORE_MEANINGS_H
#define CORE_MEANINGS_H

#include "core/figure.h"
#include "core/lexicon.h"

/* "casualties = killed + wounded". Names are of predicates, and (the same
 * words) of who is counted. */
struct hear_sum {
	struct hear_span whole; /* as written */
	const struct hear_span *parts;
	uint32_t count;
	bool circular; /* leads back to itself: not checked */
};

struct hear_meanings;

/* Reads all live definitions of the view. */
HEAR_CHECKED enum hear_code hear_meanings_new(struct hear_meanings **out,
					      struct hear_reader *reader,
					      struct hear_err *err);
void hear_meanings_free(struct hear_meanings *meanings); /* accepts NULL */

/* What a vague word stands for here; NULL: nobody has said. Several meanings
 * give the hull of all. */
const struct hear_bounds *hear_meaning_of(struct hear_meanings *meanings,
					  struct hear_span word);
/* Whether memory ran out: an answer before may be wrong. */
bool hear_meanings_failed(const struct hear_meanings *meanings);
/* In order of the names they hold; none twice. */
const struct hear_sum *hear_sums(const struct hear_meanings *meanings,
				 size_t *count);

#endif
