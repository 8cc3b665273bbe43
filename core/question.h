/* question.h - what a claim answers: subject, predicate, who is counted,
 * place, dimension of the unit and window of time. Claims are compared only
 * within a question. */
#ifndef CORE_QUESTION_H
#define CORE_QUESTION_H

#include "core/hearsay.h"

/* Whether two claims answer the same question, by their own words: names are
 * compared folded, not widened by terms. */
bool hear_same_question(const struct hear_value *a, const struct hear_value *b);

/* Whether two chains end with the same origin. Unnamed origins are never the
 * same. */
bool hear_same_origin(const struct hear_value *a, const struct hear_value *b);

#endif
