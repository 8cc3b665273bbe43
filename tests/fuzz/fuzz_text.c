/* SPDX-License-Identifier: ISC */
/* fuzz_text.c - any bytes may be checked, normalised, folded, split, measured
 * and compared; and what is normal or folded once stays as it is. */
#include "core/bytes.h"
#include "core/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool is)
{
	if (!is)
		abort();
}

static void check_word(void *context, struct hear_span word, unsigned position)
{
	struct hear_buffer folded = {0};
	unsigned *next = context;

	demand(position == (*next)++);
	demand(word.size > 0 && word.size <= 64);
	demand(hear_utf8_bad(word) == HEAR_NOWHERE);
	hear_text_fold(word, &folded);
	demand(hear_span_equal(word, hear_buffer_view(&folded)));
	hear_buffer_done(&folded);
}

/* Folding twice is folding once, and texts with one normal form fold alike. */
static void check_fold(struct hear_span text, struct hear_span normal)
{
	struct hear_buffer once = {0};
	struct hear_buffer twice = {0};
	struct hear_buffer other = {0};

	hear_text_fold(text, &once);
	hear_text_fold(normal, &other);
	demand(hear_span_equal(hear_buffer_view(&once),
			       hear_buffer_view(&other)));
	hear_text_fold(hear_buffer_view(&once), &twice);
	demand(hear_span_equal(hear_buffer_view(&once),
			       hear_buffer_view(&twice)));
	hear_buffer_done(&once);
	hear_buffer_done(&twice);
	hear_buffer_done(&other);
}

static void check_normal(struct hear_span text)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_span normal, again;

	demand(arena != NULL);
	if (hear_text_normal(arena, text, &normal, NULL) == HEAR_OK) {
		demand(hear_utf8_bad(normal) == HEAR_NOWHERE);
		demand(hear_text_normal(arena, normal, &again, NULL) ==
		       HEAR_OK);
		demand(again.data == normal.data && again.size == normal.size);
		/* Longer runs of letters are folded in parts. */
		if (text.size < 200)
			check_fold(text, normal);
	}
	hear_arena_free(arena);
}

static void check_distance(struct hear_span a, struct hear_span b)
{
	unsigned there = hear_text_distance(a, b, 4);

	demand(there == hear_text_distance(b, a, 4));
	demand(there <= 5);
	demand((there == 0) == hear_span_equal(a, b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span text = hear_span_make(data, size);
	struct hear_buffer folded = {0};
	unsigned words = 0;
	size_t bad = hear_utf8_bad(text);

	if (bad != HEAR_NOWHERE)
		demand(hear_utf8_bad(hear_span_make(data, bad)) ==
		       HEAR_NOWHERE);
	demand(hear_text_columns(text) <= size);
	hear_text_words(text, check_word, &words);
	hear_text_fold(text, &folded);
	hear_buffer_done(&folded);
	check_normal(text);
	check_distance(hear_span_make(data, size / 2),
		       hear_span_make(data + size / 2, size - size / 2));
	return 0;
}
