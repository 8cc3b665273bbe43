/* SPDX-License-Identifier: ISC */
/* timeline_taken.c - the figures that the team took back. */
#include "core/error.h"
#include "tools/timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct taking {
	struct hear_reader *reader;
	struct hear_arena *arena;
	struct hear_arena *record; /* what is read of one record */
	struct timeline_taken *taken;
	size_t count;
};

static struct hear_span part(struct hear_arena *arena,
			     const struct hear_value *value, const char *field)
{
	struct hear_span text = hear_text_of(hear_map_get(value, field));

	return text.size > 0 ? hear_arena_copy(arena, text) : text;
}

/* A figure as it was written, not widened by any rule: it counts no more.
 * False: it asserts none. */
static bool read_figure(struct hear_arena *arena, const struct hear_value *tree,
			struct hear_weighed *claim)
{
	const struct hear_value *value = hear_map_get(tree, "value");
	struct hear_span op = hear_text_of(hear_map_get(value, "op"));
	struct hear_extent *extent = &claim->extent;
	struct hear_buffer text = {0};

	if (hear_map_get(tree, "stance") || op.size == 0)
		return false;
	claim->stance = HEAR_ASSERTS;
	claim->answer = HEAR_ANSWER_FIGURE;
	claim->about = hear_span_is(op, "~");
	extent->low = part(arena, value, "lo");
	extent->high = part(arena, value, "hi");
	extent->from = extent->low.size > 0 ? strtod(extent->low.data, NULL)
					    : -HUGE_VAL;
	extent->to = extent->high.size > 0 ? strtod(extent->high.data, NULL)
					   : HUGE_VAL;
	hear_print_value(value, &text);
	claim->value = hear_arena_copy(arena, hear_buffer_view(&text));
	hear_buffer_done(&text);
	return true;
}

void timeline_hold(struct hear_reader *reader, struct hear_arena *arena,
		   const struct hear_id *id, enum hear_marking *marking)
{
	enum hear_marking freest = HEAR_LOCAL;
	struct hear_filed *filed;
	size_t count;
	size_t i;

	if (hear_filed_in(reader, arena, id, &filed, &count, NULL) != HEAR_OK)
		return;
	for (i = 0; i < count; i++)
		if (!filed[i].retracted && filed[i].filing.marking < freest)
			freest = filed[i].filing.marking;
	if (count > 0 && freest > *marking)
		*marking = freest;
}

/* False: a filing of it is live, so that it is weighed. */
static enum hear_code read_filed(struct taking *taking,
				 const struct hear_id *id,
				 struct hear_weighed *claim, bool *gone,
				 struct hear_err *err)
{
	struct hear_filed *filed;
	enum hear_code code;
	size_t count;
	size_t i;

	*gone = true;
	code = hear_filed_in(taking->reader, taking->record, id, &filed, &count,
			     err);
	for (i = 0; code == HEAR_OK && i < count; i++) {
		*gone = *gone && filed[i].retracted;
		if (filed[i].filing.marking > claim->marking)
			claim->marking = filed[i].filing.marking;
		if (filed[i].retracted)
			timeline_hold(taking->reader, taking->record,
				      &filed[i].retraction, &claim->marking);
	}
	return code;
}

static enum hear_code take(struct taking *taking,
			   const struct hear_record *record,
			   struct hear_err *err)
{
	struct timeline_taken *taken = &taking->taken[taking->count];
	enum hear_code code;
	bool gone;

	memset(taken, 0, sizeof *taken);
	taken->tree = hear_value_copy(taking->arena, record->tree);
	taken->claim.id = record->id;
	taken->claim.said_ms = INT64_MIN;
	taken->claim.until_ms = INT64_MIN;
	taken->claim.marking = HEAR_CLEAR;
	if (!taken->tree ||
	    !read_figure(taking->arena, record->tree, &taken->claim))
		return HEAR_OK;
	code = read_filed(taking, &record->id, &taken->claim, &gone, err);
	if (code == HEAR_OK && gone)
		taking->count++;
	return code;
}

static enum hear_code take_all(struct taking *taking,
			       const struct hear_query *query,
			       struct hear_err *err)
{
	struct hear_finder *finder = NULL;
	struct hear_record record;
	enum hear_code code = hear_find(&finder, taking->reader, query,
					HEAR_BY_FILED, err);

	while (code == HEAR_OK && taking->count < TIMELINE_TAKEN) {
		hear_arena_reset(taking->record);
		code = hear_find_next(finder, taking->record, &record, err);
		if (code == HEAR_OK)
			code = take(taking, &record, err);
	}
	if (finder)
		hear_find_end(finder);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code timeline_taken(struct hear_reader *reader,
			      struct hear_span query, struct hear_arena *arena,
			      struct timeline_taken **out, size_t *count,
			      struct hear_err *err)
{
	struct taking taking = {.reader = reader, .arena = arena};
	struct hear_buffer text = {0};
	struct hear_query *retracted = NULL;
	enum hear_code code;

	*count = 0;
	*out = taking.taken =
		hear_arena_alloc(arena, TIMELINE_TAKEN * sizeof *taking.taken);
	hear_buffer_byte(&text, '(');
	hear_buffer_span(&text, query);
	hear_buffer_text(&text, ") is:retracted");
	taking.record = hear_arena_new();
	if (!taking.taken || !taking.record || text.failed)
		code = hear_fail_memory(err);
	else
		code = hear_query_new(&retracted, hear_buffer_view(&text), err);
	if (code == HEAR_OK)
		code = take_all(&taking, retracted, err);
	if (code == HEAR_OK && hear_arena_failed(arena))
		code = hear_fail_memory(err);
	*count = taking.count;
	hear_query_free(retracted);
	hear_arena_free(taking.record);
	hear_buffer_done(&text);
	return code;
}
