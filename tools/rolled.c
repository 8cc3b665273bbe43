/* SPDX-License-Identifier: ISC */
#include "tools/rolled.h"
#include "tools/output.h"
#include "tools/terminal.h"

enum { MOST_IDS = 12, MOST_LEFT = 3 };

enum hear_code rolled_rule(const struct call *call, enum hear_rule *out,
			   struct hear_err *err)
{
	const char *text = options_text(call->options, "rule");

	return text ? hear_rule_parse(hear_span_of(text), out, err) : HEAR_OK;
}

static const struct hear_id *id_of(const struct weighed *weighed,
				   uint32_t voice)
{
	return &weighed->claims[weighed->voices[voice].claim].id;
}

/* ---- In words ---- */

static void say_numbers(const struct hear_rolled *rolled,
			struct hear_span unit, struct hear_buffer *out)
{
	struct hear_extent extent = {.low = rolled->low,
				     .high = rolled->high,
				     .low_open = rolled->low_open,
				     .high_open = rolled->high_open};
	bool best = rolled->best.size > 0;
	bool ends = rolled->low.size > 0 || rolled->high.size > 0;

	if (best) {
		weighed_grouped(rolled->best, out);
		if (unit.size > 0)
			hear_buffer_byte(out, ' ');
		terminal_clean(unit, TERMINAL_ONE_LINE, out);
	}
	if (best && (!ends || hear_span_equal(rolled->low, rolled->high)))
		return;
	hear_buffer_text(out, best ? " (" : "");
	weighed_extent(&extent, unit, out);
	hear_buffer_text(out, best ? ")" : "");
}

static void say_more(uint32_t count, struct hear_buffer *out)
{
	if (count > MOST_IDS)
		hear_buffer_print(out, " and %u more", count - MOST_IDS);
}

/* "; left out because it was corrected: 2 claims (7a9f4d49, 815882ad)" */
static void say_reason(const struct weighed *weighed,
		       const struct hear_rolled *rolled, enum hear_left reason,
		       bool *any, struct hear_buffer *out)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < rolled->left_count; i++)
		count += rolled->left[i].left == reason;
	if (count == 0)
		return;
	hear_buffer_print(out, "; %sbecause %s: ", *any ? "" : "left out ",
			  hear_left_text(reason));
	*any = true;
	weighed_count(count, "claim", out);
	hear_buffer_text(out, " (");
	count = 0;
	for (i = 0; i < rolled->left_count; i++) {
		if (rolled->left[i].left != reason || count++ >= MOST_LEFT)
			continue;
		hear_buffer_text(out, count > 1 ? ", " : "");
		output_short_id(id_of(weighed, rolled->left[i].voice), out);
	}
	hear_buffer_text(out, count > MOST_LEFT ? ", ...)" : ")");
}

static void say(const struct weighed *weighed, const struct hear_rolled *rolled,
		struct hear_buffer *out)
{
	enum hear_left reason;
	bool any = false;
	uint32_t i;

	hear_buffer_text(out, "; rests on ");
	for (i = 0; i < rolled->rest_count && i < MOST_IDS; i++) {
		hear_buffer_text(out, i > 0 ? ", " : "");
		output_short_id(id_of(weighed, rolled->rests[i]), out);
	}
	say_more(rolled->rest_count, out);
	if (rolled->unnamed)
		hear_buffer_text(out, ", which name no origin");
	for (reason = 1; reason <= HEAR_LEFT_NO_LOWER; reason++)
		say_reason(weighed, rolled, reason, &any, out);
}

enum hear_code rolled_say(struct weighed *weighed, uint32_t question,
			  enum hear_rule rule, struct hear_buffer *out,
			  struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_rolled rolled;
	enum hear_code code;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = hear_rollup(weighed->weighing, question, rule, arena, &rolled,
			   err);
	if (code == HEAR_OK && rolled.rest_count > 0) {
		hear_buffer_print(out, "%s: ", hear_rule_name(rule));
		say_numbers(&rolled, weighed->questions[question].unit, out);
		say(weighed, &rolled, out);
	}
	hear_arena_free(arena);
	return code;
}

/* ---- For programs ---- */

static void set(struct hear_arena *arena, struct hear_value *map,
		const char *key, struct hear_span text)
{
	if (text.size > 0)
		hear_map_set(arena, map, key, hear_make_text(arena, text));
}

static struct hear_value *left_json(const struct weighed *weighed,
				    struct hear_arena *arena,
				    const struct hear_left_out *left)
{
	struct hear_value *map = hear_make_map(arena);

	hear_map_set(arena, map, "id",
		     output_id(arena, id_of(weighed, left->voice)));
	hear_map_set(arena, map, "reason",
		     output_text(arena, hear_left_name(left->left)));
	return map;
}

static struct hear_value *to_json(const struct weighed *weighed,
				  struct hear_arena *arena, enum hear_rule rule,
				  const struct hear_rolled *rolled)
{
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *rests = hear_make_list(arena);
	struct hear_value *left = hear_make_list(arena);
	uint32_t i;

	hear_map_set(arena, map, "rule",
		     output_text(arena, hear_rule_name(rule)));
	set(arena, map, "low", rolled->low);
	set(arena, map, "best", rolled->best);
	set(arena, map, "high", rolled->high);
	if (rolled->low_open)
		hear_map_set(arena, map, "low_open",
			     hear_make_bool(arena, true));
	if (rolled->high_open)
		hear_map_set(arena, map, "high_open",
			     hear_make_bool(arena, true));
	if (rolled->unnamed)
		hear_map_set(arena, map, "unnamed",
			     hear_make_bool(arena, true));
	for (i = 0; i < rolled->rest_count; i++)
		hear_list_add(arena, rests,
			      output_id(arena,
					id_of(weighed, rolled->rests[i])));
	hear_map_set(arena, map, "rests", rests);
	for (i = 0; i < rolled->left_count; i++)
		hear_list_add(arena, left,
			      left_json(weighed, arena, &rolled->left[i]));
	hear_map_set(arena, map, "left_out", left);
	return map;
}

enum hear_code rolled_json(struct weighed *weighed, struct hear_arena *arena,
			   uint32_t question, enum hear_rule rule,
			   struct hear_value **out, struct hear_err *err)
{
	struct hear_rolled rolled;
	enum hear_code code = hear_rollup(weighed->weighing, question, rule,
					  arena, &rolled, err);

	*out = NULL;
	if (code == HEAR_OK && rolled.rest_count > 0)
		*out = to_json(weighed, arena, rule, &rolled);
	return code;
}
