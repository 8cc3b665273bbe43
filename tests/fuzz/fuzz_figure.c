/* SPDX-License-Identifier: ISC */
/* What is read as a figure is a figure: its open form reads back, its print
 * parses to the same figure, and its interval is the right way round. */
#include "core/bytes.h"
#include "core/figure.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_bounds(const struct hear_figure *figure)
{
	struct hear_bounds bounds;

	hear_figure_bounds(figure, NULL, &bounds);
	if (bounds.has_lo && bounds.has_hi)
		assert(hear_decimal_order(bounds.lo, bounds.hi) <= 0);
}

/* The print parses to the same open form, less the words. */
static void check_print(struct hear_arena *arena, struct hear_value *map,
			const struct hear_figure *figure)
{
	struct hear_buffer buffer = {0};
	struct hear_value *again;
	struct hear_span noun;
	enum hear_code code;

	hear_figure_print(figure, &buffer);
	code = hear_figure_parse(arena, hear_buffer_view(&buffer), &again,
				 &noun, NULL);
	assert(code == HEAR_OK);
	assert(noun.size == 0);
	hear_map_remove(map, "words");
	assert(hear_value_equal(map, again));
	hear_buffer_reset(&buffer);
	hear_figure_say(figure, &buffer);
	assert(buffer.size > 0);
	hear_buffer_done(&buffer);
}

static void check_noun(struct hear_span text, struct hear_span noun)
{
	if (noun.size == 0)
		return;
	assert(noun.data > text.data);
	assert(noun.data + noun.size <= text.data + text.size);
}

static void check_failure(enum hear_code code, const struct hear_err *err,
			  size_t size)
{
	if (code == HEAR_NOTFOUND) {
		assert(err->code == HEAR_OK);
		return;
	}
	assert(err->code == code);
	assert(err->at <= size && err->span <= size - err->at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span text = hear_span_make(data, size);
	struct hear_arena *arena = hear_arena_new();
	struct hear_err err = {.code = HEAR_OK};
	struct hear_figure figure;
	struct hear_value *map;
	struct hear_span noun;
	enum hear_code code;

	if (!arena)
		abort();
	code = hear_figure_parse(arena, text, &map, &noun, &err);
	if (code) {
		check_failure(code, &err, size);
	} else {
		code = hear_figure_read(map, &figure, &err);
		assert(code == HEAR_OK);
		check_bounds(&figure);
		check_noun(text, noun);
		check_print(arena, map, &figure);
	}
	hear_arena_free(arena);
	return 0;
}
