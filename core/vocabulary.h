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

/* The shipped predicate that the folded term is another word for, or is
 * itself; NULL where there is none. */
const char *hear_vocabulary_synonym_of(struct hear_span term);

#endif
