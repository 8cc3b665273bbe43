/* SPDX-License-Identifier: ISC */
#include "tools/fields.h"
#include "tools/output.h"

void fields_text(struct hear_arena *arena, struct hear_value *map,
		 const char *key, struct hear_span text)
{
	if (text.size > 0)
		hear_map_set(arena, map, key, hear_make_text(arena, text));
}

void fields_time(struct hear_arena *arena, struct hear_value *map,
		 const char *key, int64_t ms)
{
	if (ms != INT64_MIN && ms != INT64_MAX)
		hear_map_set(arena, map, key, output_time(arena, ms));
}

void fields_true(struct hear_arena *arena, struct hear_value *map,
		 const char *key, bool is)
{
	if (is)
		hear_map_set(arena, map, key, hear_make_bool(arena, true));
}
