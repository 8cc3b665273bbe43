/* SPDX-License-Identifier: ISC */
#include "tools/tracks.h"
#include "tools/cells.h"
#include "tools/layout.h"
#include "tools/stream.h"
#include "tools/wording.h"

#include <inttypes.h>

/* The counts, and what each is called for programs. */
struct named_count {
	const char *name;
	uint32_t count;
};

enum { COUNTS = 10, MOST_SHOWN = 20 };

static void list_counts(const struct hear_track *track,
			struct named_count out[COUNTS])
{
	out[0] = (struct named_count){"questions", track->questions};
	out[1] = (struct named_count){"statements", track->statements};
	out[2] = (struct named_count){"corrected", track->corrected};
	out[3] = (struct named_count){"corrected_by_relays",
				      track->corrected_by_relays};
	out[4] = (struct named_count){"withdrawn", track->withdrawn};
	out[5] = (struct named_count){"withdrawn_by_relays",
				      track->withdrawn_by_relays};
	out[6] = (struct named_count){"reversed", track->reversed};
	out[7] = (struct named_count){"contradicted", track->contradicted};
	out[8] = (struct named_count){"denied", track->denied};
	out[9] = (struct named_count){"retracted", track->retracted};
}

/* ---- For people ---- */

/* "; 3 corrected by itself, 2 by who passed them on" */
static void add_undone(const char *what, uint32_t itself, uint32_t relays,
		       struct hear_buffer *out)
{
	if (itself + relays == 0)
		return;
	hear_buffer_text(out, "; ");
	if (itself > 0) {
		wording_number(out, itself);
		hear_buffer_print(out, " %s by itself", what);
	}
	if (relays > 0) {
		hear_buffer_text(out, itself > 0 ? ", " : "");
		wording_number(out, relays);
		if (itself == 0)
			hear_buffer_print(out, " %s", what);
		hear_buffer_text(out, " by who passed them on");
	}
}

void tracks_sentence(const struct hear_track *track, struct hear_buffer *out)
{
	weighed_count(track->statements, "statement", out);
	hear_buffer_text(out, " in ");
	weighed_count(track->questions, "question", out);
	add_undone("corrected", track->corrected, track->corrected_by_relays,
		   out);
	add_undone("withdrawn", track->withdrawn, track->withdrawn_by_relays,
		   out);
	if (track->reversed > 0) {
		hear_buffer_text(out, "; ");
		wording_number(out, track->reversed);
		hear_buffer_text(out, " it denies now");
	}
	if (track->contradicted > 0) {
		hear_buffer_text(out, "; contradicted in ");
		weighed_count(track->contradicted, "question", out);
	}
	if (track->denied > 0) {
		hear_buffer_text(out, "; denied or doubted in ");
		weighed_count(track->denied, "question", out);
	}
	if (track->retracted > 0) {
		hear_buffer_text(out, "; apart from that, ");
		weighed_count(track->retracted, "claim", out);
		hear_buffer_text(out, " retracted by the team");
	}
}

static void add_name(const struct weighed *weighed,
		     const struct hear_track *track, struct hear_buffer *out)
{
	hear_buffer_reset(out);
	terminal_clean(weighed_source(weighed, track->source),
		       TERMINAL_ONE_LINE, out);
}

static void print_for_people(const struct weighed *weighed,
			     const struct hear_track *tracks, size_t count)
{
	const struct terminal *terminal = stream_terminal();
	struct hear_buffer *out = stream_buffer();
	size_t shown = count < MOST_SHOWN ? count : MOST_SHOWN;
	struct hear_buffer name = {0};
	struct hear_buffer sentence = {0};
	size_t widest = 0;
	size_t i;

	for (i = 0; i < shown; i++) {
		size_t columns;

		add_name(weighed, &tracks[i], &name);
		columns = hear_text_columns(hear_buffer_view(&name));
		widest = columns > widest ? columns : widest;
	}
	for (i = 0; i < shown; i++) {
		struct layout_pair pair = {
			.width = layout_width(terminal, 0, widest),
			.left_style = STYLE_BOLD};

		add_name(weighed, &tracks[i], &name);
		hear_buffer_reset(&sentence);
		tracks_sentence(&tracks[i], &sentence);
		pair.left = hear_buffer_view(&name);
		pair.right = hear_buffer_view(&sentence);
		layout_pair(terminal, &pair, out);
	}
	if (count == 0)
		hear_buffer_text(out, "no origin with a name asserts any of "
				      "this\n");
	if (shown < count) {
		hear_buffer_text(out, "and ");
		weighed_count(count - shown, "more origin", out);
		hear_buffer_text(out, "; --json lists all\n");
	}
	hear_buffer_done(&name);
	hear_buffer_done(&sentence);
}

/* ---- For programs ---- */

static enum hear_code print_json(const struct weighed *weighed,
				 const struct hear_track *track,
				 struct hear_arena *arena, struct hear_err *err)
{
	struct named_count counts[COUNTS];
	struct hear_value *map;
	size_t i;

	hear_arena_reset(arena);
	map = hear_make_map(arena);
	hear_map_set(arena, map, "origin",
		     hear_make_text(arena,
				    weighed_source(weighed, track->source)));
	list_counts(track, counts);
	for (i = 0; i < COUNTS; i++)
		hear_map_set(arena, map, counts[i].name,
			     hear_make_integer(arena, counts[i].count));
	return output_json(map, err);
}

static void print_header(struct cells *cells)
{
	static const struct hear_track none = {0};
	struct named_count counts[COUNTS];
	const char *names[COUNTS + 1] = {"origin"};
	size_t i;

	list_counts(&none, counts);
	for (i = 0; i < COUNTS; i++)
		names[i + 1] = counts[i].name;
	cells_header(cells, names, COUNTS + 1);
}

static void print_cells(struct cells *cells, const struct weighed *weighed,
			const struct hear_track *track)
{
	struct named_count counts[COUNTS];
	size_t i;

	cells_add(cells, weighed_source(weighed, track->source));
	list_counts(track, counts);
	for (i = 0; i < COUNTS; i++) {
		hear_buffer_print(&cells->cell, "%" PRIu32, counts[i].count);
		cells_take(cells);
	}
	cells_end(cells);
}

static enum hear_code print_rows(const struct weighed *weighed,
				 enum output_mode mode,
				 const struct hear_track *tracks, size_t count,
				 struct hear_err *err)
{
	struct cells cells = {.mode = mode, .out = stream_buffer()};
	struct hear_arena *arena = hear_arena_new();
	enum hear_code code = HEAR_OK;
	size_t i;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	if (mode != OUTPUT_JSON)
		print_header(&cells);
	for (i = 0; i < count && code == HEAR_OK; i++) {
		if (mode == OUTPUT_JSON)
			code = print_json(weighed, &tracks[i], arena, err);
		else
			print_cells(&cells, weighed, &tracks[i]);
		if (code == HEAR_OK)
			code = stream_more(err);
	}
	cells_done(&cells);
	hear_arena_free(arena);
	return code;
}

enum hear_code tracks_print(struct weighed *weighed, enum output_mode mode,
			    struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_track *tracks = NULL;
	size_t count = 0;
	enum hear_code code;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = hear_track_records(weighed->weighing, weighed->session.reader,
				  arena, &tracks, &count, err);
	if (code == HEAR_OK && mode == OUTPUT_PEOPLE)
		print_for_people(weighed, tracks, count);
	else if (code == HEAR_OK)
		code = print_rows(weighed, mode, tracks, count, err);
	hear_arena_free(arena);
	return code;
}
