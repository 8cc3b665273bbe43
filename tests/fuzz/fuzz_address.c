/* SPDX-License-Identifier: ISC */
#include "core/address.h"
#include "core/bytes.h"
#include "core/limits.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A normal form is its own normal form. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span text = hear_span_make(data, size);
	struct hear_arena *arena = hear_arena_new();
	struct hear_span first, second;
	struct hear_err err;

	assert(arena);
	if (hear_address_normal(arena, text, &first, &err) == HEAR_OK) {
		assert(first.size > 0 && first.size <= HEAR_ADDRESS_BYTES);
		assert(hear_address_normal(arena, first, &second, &err) ==
		       HEAR_OK);
		assert(hear_span_equal(first, second));
	} else if (err.at != HEAR_NOWHERE) {
		assert(err.at <= size && err.span <= size - err.at);
	}
	hear_arena_free(arena);
	return 0;
}
