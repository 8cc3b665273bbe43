/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/stream.h"

#include <inttypes.h>

const struct options_form terms_form = {
	.operands = "[KIND]",
	.about = "Kinds are source, subject, predicate, of, place and unit; "
		 "without one, all of\nthem. Each name with how many records "
		 "use it, and beside it the names so like it\nthat they may be "
		 "one: `hearsay alias` joins them.\n",
	.example = "hearsay terms source\n",
	.most = 1,
	.values = "source subject predicate of place unit",
};

/* Beyond this, looking at every pair would take longer than people wait. */
enum { COMPARED = 3000, NEIGHBOURS = 3 };

struct term {
	struct hear_span name;
	struct hear_span folded;
	uint64_t count;
};

struct terms {
	struct hear_arena *arena;
	struct term *items;
	size_t count;
	size_t room;
};

static bool make_room(struct terms *terms)
{
	size_t room = terms->room ? terms->room * 2 : 64;
	struct term *items;
	size_t i;

	if (terms->count < terms->room)
		return true;
	items = hear_arena_alloc(terms->arena, room * sizeof *items);
	if (!items)
		return false;
	for (i = 0; i < terms->count; i++)
		items[i] = terms->items[i];
	terms->items = items;
	terms->room = room;
	return true;
}

static bool collect(void *context, struct hear_span name, uint64_t count)
{
	struct terms *terms = context;
	struct hear_buffer folded = {0};

	if (!make_room(terms))
		return false;
	hear_text_fold(name, &folded);
	terms->items[terms->count++] = (struct term){
		hear_arena_copy(terms->arena, name),
		hear_arena_copy(terms->arena, hear_buffer_view(&folded)),
		count};
	hear_buffer_done(&folded);
	return !hear_arena_failed(terms->arena);
}

/* The nearest others, at most NEIGHBOURS, in order of name. */
static size_t find_near(const struct terms *terms, const struct term *of,
			const struct term *out[NEIGHBOURS])
{
	size_t found = 0;
	size_t i;

	if (terms->count > COMPARED)
		return 0;
	for (i = 0; i < terms->count && found < NEIGHBOURS; i++)
		if (&terms->items[i] != of &&
		    hear_vocabulary_near(of->folded, terms->items[i].folded) >=
			    HEAR_NEAR_ASK)
			out[found++] = &terms->items[i];
	return found;
}

static enum hear_code print_json(const struct terms *terms,
				 enum hear_term kind, const struct term *term,
				 struct hear_arena *arena, struct hear_err *err)
{
	const struct term *near[NEIGHBOURS];
	size_t found = find_near(terms, term, near);
	struct hear_value *map;
	struct hear_value *list;
	size_t i;

	hear_arena_reset(arena);
	map = hear_make_map(arena);
	list = hear_make_list(arena);
	hear_map_set(arena, map, "as",
		     output_text(arena, hear_term_name(kind)));
	hear_map_set(arena, map, "name", hear_make_text(arena, term->name));
	hear_map_set(arena, map, "records",
		     hear_make_integer(arena, (int64_t)term->count));
	for (i = 0; i < found; i++)
		hear_list_add(arena, list,
			      hear_make_text(arena, near[i]->name));
	hear_map_set(arena, map, "near", list);
	return output_json(map, err);
}

static void print_near(const struct term *const *near, size_t found)
{
	const struct terminal *terminal = stream_terminal();
	struct hear_buffer *out = stream_buffer();
	size_t i;

	hear_buffer_text(out, terminal_style(terminal, STYLE_DIM));
	hear_buffer_text(out, terminal->is ? "   near " : "\t");
	for (i = 0; i < found; i++) {
		if (i > 0)
			hear_buffer_text(out, "; ");
		terminal_clean(near[i]->name, TERMINAL_ONE_LINE, out);
	}
	hear_buffer_text(out, terminal_style(terminal, STYLE_RESET));
}

/* On a terminal, the count first, aligned; in a pipe, tabs between. */
static enum hear_code print_line(const struct terms *terms,
				 enum hear_term kind, const struct term *term,
				 struct hear_err *err)
{
	const struct terminal *terminal = stream_terminal();
	const struct term *near[NEIGHBOURS];
	size_t found = find_near(terms, term, near);
	struct hear_buffer *out = stream_buffer();

	if (terminal->is)
		hear_buffer_print(out, "%-9s %6" PRIu64 "  ",
				  hear_term_name(kind), term->count);
	else
		hear_buffer_print(out, "%s\t%" PRIu64 "\t",
				  hear_term_name(kind), term->count);
	terminal_clean(term->name, TERMINAL_ONE_LINE, out);
	if (found > 0)
		print_near(near, found);
	hear_buffer_byte(out, '\n');
	return stream_more(err);
}

static enum hear_code print_kind(const struct call *call,
				 const struct session *session,
				 enum hear_term kind, struct hear_err *err)
{
	struct hear_arena *scratch = hear_arena_new();
	struct terms terms = {.arena = hear_arena_new()};
	enum hear_code code = HEAR_MEMORY;
	size_t i;

	if (scratch && terms.arena)
		code = hear_terms(session->reader, kind, collect, &terms, err);
	if (code == HEAR_OK && hear_arena_failed(terms.arena))
		code = HEAR_MEMORY;
	if (code == HEAR_MEMORY)
		(void)hear_fail(err, HEAR_MEMORY, "out of memory");
	for (i = 0; code == HEAR_OK && i < terms.count; i++)
		code = call->json ? print_json(&terms, kind, &terms.items[i],
					       scratch, err)
				  : print_line(&terms, kind, &terms.items[i],
					       err);
	hear_arena_free(terms.arena);
	hear_arena_free(scratch);
	return code;
}

enum hear_code terms_main(struct call *call, struct hear_err *err)
{
	const char *given = options_operand(call->options, 0);
	enum hear_term first = HEAR_TERM_SOURCE;
	enum hear_term last = HEAR_TERM_UNIT;
	struct session session = {0};
	enum hear_code code = HEAR_OK;

	if (given) {
		code = hear_term_parse(hear_span_of(given), &first, err);
		last = first;
	}
	if (code != HEAR_OK)
		return call_misused(call, code);
	code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	for (; code == HEAR_OK && first <= last; first++)
		code = print_kind(call, &session, first, err);
	session_close(&session);
	return code;
}
