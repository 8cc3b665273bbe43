/* compose.h - from what a person writes to what hear_record_make() takes.
 *
 * hear_compose() is in hearsay.h.
 */
#ifndef CORE_COMPOSE_H
#define CORE_COMPOSE_H

#include "core/hearsay.h"

/* The one name of a field that may be written under two (by, doc). */
struct hear_span hear_compose_field(struct hear_span written);

/* Whether a field is as good as absent: no value, or an empty text, list or
 * map. */
bool hear_compose_empty(const struct hear_value *value);

#endif
