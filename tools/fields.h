/* fields.h - fields of JSON objects that are left out where they would be
 * empty. */
#ifndef TOOLS_FIELDS_H
#define TOOLS_FIELDS_H

#include "core/hearsay.h"

void fields_text(struct hear_arena *arena, struct hear_value *map,
		 const char *key, struct hear_span text);
/* Not known (INT64_MIN) and open (INT64_MAX) are left out. */
void fields_time(struct hear_arena *arena, struct hear_value *map,
		 const char *key, int64_t ms);
void fields_true(struct hear_arena *arena, struct hear_value *map,
		 const char *key, bool is);

#endif
