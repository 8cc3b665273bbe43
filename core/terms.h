/* terms.h - the team's vocabulary: which names mean the same, or a part.
 *
 * Live `term` records within the view join names. A name is widened to all
 * that mean the same, and downwards to their parts; never upwards.
 */
#ifndef CORE_TERMS_H
#define CORE_TERMS_H

#include "core/index.h"
#include "core/reader.h"

enum { HEAR_TERMS_JOINED = 4096 }; /* names one name may be widened to */

/* Calls `name` with the folded form of `from` itself and of every name it is
 * widened to, each once. */
HEAR_CHECKED enum hear_code
hear_terms_widen(struct hear_reader *reader, enum hear_term kind,
		 struct hear_span from,
		 enum hear_code (*name)(void *context, struct hear_span folded),
		 void *context, struct hear_err *err);

/* The tag that names of this kind are indexed under. */
enum hear_under hear_terms_under(enum hear_term kind);

#endif
