/* vocabulary.h - the predicates that ship, and what a new word resembles.
 *
 * Claims are compared only within one predicate, so "deaths" beside "killed"
 * loses a comparison. The list is advice: any predicate may be used, and a
 * team's own terms say which of its words are one. The public types and calls
 * are in hearsay.h; all words here are folded (core/text).
 */
#ifndef CORE_VOCABULARY_H
#define CORE_VOCABULARY_H

#include "core/hearsay.h"

/* How near a new term is to one in use, both folded: 0 nothing in common,
 * 100 the same. From 60 on it is worth asking about: */
enum {
	HEAR_NEAR_SAME = 100,
	HEAR_NEAR_SYNONYM = 90, /* both name one shipped predicate */
	HEAR_NEAR_ASK = 60,
};

unsigned hear_vocabulary_near(struct hear_span term,
			      struct hear_span candidate);

/* The shipped predicate that the folded term is another word for, or is
 * itself; NULL where there is none. */
const char *hear_vocabulary_synonym_of(struct hear_span term);

#endif
