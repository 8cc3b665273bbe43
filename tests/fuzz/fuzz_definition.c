/* SPDX-License-Identifier: ISC */
/* A definition that is read has one meaning, and makes a record. */
#include "core/hearsay.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span text = {(const char *)data, size};
	struct hear_arena *arena = hear_arena_new();
	struct hear_err err = {.at = HEAR_NOWHERE};
	struct hear_value *tree;
	struct hear_record record;

	if (hear_definition_parse(arena, text, &tree, &err) == HEAR_OK) {
		assert(!hear_map_get(tree, "sum") !=
		       !hear_map_get(tree, "means"));
		/* Control characters and the like may still be refused. */
		if (hear_record_make(arena, tree, &record, &err) == HEAR_OK)
			assert(hear_map_get(record.tree, "name"));
	} else {
		assert(err.at == HEAR_NOWHERE || err.at <= size);
		assert(err.at == HEAR_NOWHERE || err.span <= size - err.at);
	}
	hear_arena_free(arena);
	return 0;
}
