/* error.h - codes, texts, and the sentence that goes with a failure.
 *
 * The finder of a failure writes the sentence: what was wrong, where, and what
 * to do. Callers may put what they were doing before it. The types and calls
 * that programs see are in hearsay.h.
 */
#ifndef CORE_ERROR_H
#define CORE_ERROR_H

#include "core/hearsay.h"

/* Fails with the line and column of `value`, where it has any. */
enum hear_code hear_fail_value(struct hear_err *err, enum hear_code code,
			       const struct hear_value *value,
			       const char *format, ...) HEAR_FORMAT(4, 5);

/* For out of memory, which has only one thing to say. */
enum hear_code hear_fail_memory(struct hear_err *err);

#endif
