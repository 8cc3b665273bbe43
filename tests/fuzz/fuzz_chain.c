/* SPDX-License-Identifier: ISC */
/* Chains: one line that is read, printed and read again is the same chain, in
 * the open form too; what is refused has a sentence about bytes of the text. */
#include "core/chain.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_back(struct hear_arena *arena, const struct hear_value *chain)
{
	struct hear_buffer line = {.size = 0};
	struct hear_value *again;

	hear_chain_print(chain, &line);
	assert(!line.failed);
	assert(hear_chain_parse(arena, hear_buffer_view(&line), &again, NULL) ==
	       HEAR_OK);
	assert(hear_value_equal(chain, again));
	assert(hear_chain_make(arena, chain, &again, NULL) == HEAR_OK);
	assert(hear_value_equal(chain, again));
	hear_buffer_done(&line);
}

/* Any text in any field of the open form is refused or printed so that it is
 * read back: quotes and keys where they are needed. */
static void check_field(struct hear_arena *arena, struct hear_span text,
			const char *field)
{
	struct hear_value *hop = hear_make_map(arena);
	struct hear_value *chain;

	hear_map_set(arena, hop, "who", hear_make_text(arena, text));
	hear_map_set(arena, hop, field, hear_make_text(arena, text));
	if (hear_chain_make(arena, hop, &chain, NULL) == HEAR_OK)
		check_back(arena, chain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span text = {(const char *)data, size};
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *chain;
	struct hear_err err;

	assert(arena);
	memset(&err, 0, sizeof err);
	if (hear_chain_parse(arena, text, &chain, &err) == HEAR_OK) {
		assert(hear_count_of(chain) <= HEAR_CHAIN_HOPS);
		check_back(arena, chain);
	} else {
		assert(err.message[0] != '\0' && !chain);
		assert(err.at <= size && err.span <= size - err.at);
	}
	check_field(arena, text, "role");
	check_field(arena, text, "how");
	check_field(arena, text, "as");
	check_field(arena, text, "to");
	hear_arena_free(arena);
	return 0;
}
