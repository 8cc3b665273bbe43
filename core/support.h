/* support.h - how many independent origins support a claim, and whether it was
 * answered: what origins: and is:unanswered ask.
 */
#ifndef CORE_SUPPORT_H
#define CORE_SUPPORT_H

#include "core/reader.h"

struct hear_support {
	uint32_t origins; /* independent ones whose word for the claim's time,
			   * in one of its questions, can be true together with
			   * it; over all claims in view */
	bool unanswered; /* it asserts, and somebody is silent or declines to
			  * answer; or it is a silence, a refusal or a question,
			  * and whoever it concerns has not spoken since */
};

/* Of one claim in view. Weighs its subject the first time, and remembers what
 * came of all claims of it: the reader is one moment. */
HEAR_CHECKED enum hear_code hear_support_of(struct hear_reader *reader,
					    uint64_t number,
					    const struct hear_record *record,
					    struct hear_support *out,
					    struct hear_err *err);

/* What a reader remembers. */
struct hear_supports;
void hear_supports_free(struct hear_supports *supports); /* accepts NULL */

#endif
