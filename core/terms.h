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

/* How many live records use a name of that kind, in any spelling that folds
 * to the same; counting stops at `most`. `written` gets the name as the first
 * of them writes it, empty where there is none. */
HEAR_CHECKED enum hear_code hear_terms_count(struct hear_reader *reader,
					     enum hear_term kind,
					     struct hear_span name,
					     uint64_t most,
					     struct hear_buffer *written,
					     uint64_t *count,
					     struct hear_err *err);

/* Calls `each` with the folded form of every name that any record ever used,
 * live or not, in order, until it returns false. Reads no records: fit for
 * looking through all of them. Long names come cut. */
HEAR_CHECKED enum hear_code
hear_terms_keys(struct hear_reader *reader, enum hear_term kind,
		bool (*each)(void *context, struct hear_span folded),
		void *context, struct hear_err *err);

/* The tag that names of this kind are indexed under. */
enum hear_under hear_terms_under(enum hear_term kind);

#endif
