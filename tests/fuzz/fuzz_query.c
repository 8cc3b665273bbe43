/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "core/query.h"

#include <assert.h>

enum { QUERY_BYTES = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* That both trees ask the same, wherever their terms stood. */
static void compare(const struct hear_query_term *a,
		    const struct hear_query_term *b)
{
	assert(a->node == b->node && a->key == b->key);
	assert(hear_span_equal(a->more, b->more));
	assert(hear_span_equal(a->text, b->text));
	assert(a->phrase == b->phrase && a->prefix == b->prefix);
	assert(a->has_range == b->has_range);
	assert(a->from == b->from && a->to == b->to);
	assert(hear_span_equal(a->lo, b->lo) && hear_span_equal(a->hi, b->hi));
	assert(a->lo_open == b->lo_open && a->hi_open == b->hi_open);
	for (a = a->first, b = b->first; a && b; a = a->next, b = b->next)
		compare(a, b);
	assert(!a && !b);
}

static void round_trip(struct hear_arena *arena,
		       const struct hear_query_term *first)
{
	struct hear_buffer text = {0}, again = {0};
	struct hear_query_term *second;
	struct hear_err err;
	enum hear_code code;

	hear_query_print(first, &text);
	assert(!text.failed);
	code = hear_query_parse(arena, hear_buffer_view(&text), &second, &err);
	/* "doc:" and backslashes may carry it over the limit. */
	assert(code == HEAR_OK || text.size > QUERY_BYTES);
	if (code == HEAR_OK) {
		compare(first, second);
		hear_query_print(second, &again);
		assert(hear_span_equal(hear_buffer_view(&text),
				       hear_buffer_view(&again)));
	}
	hear_buffer_done(&text);
	hear_buffer_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_query_term *query;
	struct hear_err err;
	enum hear_code code;

	assert(arena);
	code = hear_query_parse(arena, hear_span_make(data, size), &query,
				&err);
	if (code == HEAR_OK)
		round_trip(arena, query);
	else if (err.at != HEAR_NOWHERE)
		assert(err.at <= size && err.span <= size - err.at);
	hear_arena_free(arena);
	return 0;
}
