/* SPDX-License-Identifier: ISC */
#include "tools/chart_terminal.h"
#include "tools/chart_canvas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 200, LEAST_COLUMNS = 20, FEW = 3 };

/* ---- The axis of time ---------------------------------------------------- */

static void print_base(struct canvas *canvas)
{
	const struct chart_scale *scale = &canvas->layout->times;
	bool ticks[MOST_COLUMNS] = {false};
	size_t i;

	for (i = 0; i < scale->count; i++)
		ticks[canvas_column(canvas, scale->ticks[i].at)] = true;
	canvas_pad(canvas->out, canvas->gutter);
	hear_buffer_text(canvas->out, canvas_sign(canvas, SIGN_CORNER));
	for (i = 0; i < canvas->width; i++)
		hear_buffer_text(canvas->out,
				 canvas_sign(canvas, ticks[i] ? SIGN_BASE_TICK
							      : SIGN_BASE));
	hear_buffer_byte(canvas->out, '\n');
}

/* Labels centred under their ticks, as many as fit. */
static void print_times(struct canvas *canvas, bool below)
{
	const struct chart_scale *scale = &canvas->layout->times;
	size_t left = canvas->gutter + 1;
	size_t at = 0;
	size_t i;

	for (i = 0; i < scale->count; i++) {
		const struct chart_tick *tick = &scale->ticks[i];
		const char *label = below ? tick->below : tick->label;
		size_t size = strlen(label);
		size_t column = left + canvas_column(canvas, tick->at);

		column -= column > size / 2 ? size / 2 : column;
		if (column + size > canvas->columns)
			column = canvas->columns > size ? canvas->columns - size
							: canvas->columns;
		if (size == 0 || column + size > canvas->columns ||
		    (at > 0 && column <= at))
			continue;
		canvas_pad(canvas->out, column - at);
		hear_buffer_text(canvas->out, label);
		at = column + size;
	}
	if (at > 0)
		hear_buffer_byte(canvas->out, '\n');
}

/* ---- Lanes --------------------------------------------------------------- */

/* One column of a lane: a sign, or one letter of a word beside it. */
struct slot {
	const char *text;
	size_t size;
	bool is_word;
};

static bool put_word(const struct canvas *canvas, struct slot *row,
		     size_t column, const char *word)
{
	size_t size = strlen(word);
	size_t i;

	if (column + size > canvas->width)
		return false;
	for (i = column > 0 ? column - 1 : 0; i <= column + size; i++)
		if (i < canvas->width && row[i].text)
			return false;
	for (i = 0; i < size; i++)
		row[column + i] = (struct slot){word + i, 1, true};
	return true;
}

static void fill_lane(const struct canvas *canvas,
		      const struct chart_drawn *drawn, struct slot *row)
{
	const char *span = canvas_sign(canvas, SIGN_SPAN);
	size_t i;
	size_t j;

	for (i = 0; i < drawn->mark_count; i++)
		for (j = canvas_column(canvas, drawn->marks[i].x_from);
		     j <= canvas_column(canvas, drawn->marks[i].x_to); j++)
			row[j] = (struct slot){span, strlen(span), false};
	for (i = 0; i < drawn->mark_count; i++) {
		const char *text = canvas_sign(
			canvas, canvas_sign_of(drawn->marks[i].point->what));

		row[canvas_column(canvas, drawn->marks[i].x)] =
			(struct slot){text, strlen(text), false};
	}
	for (i = drawn->mark_count; i > 0; i--) {
		const struct chart_place *place = &drawn->marks[i - 1];
		const char *word = chart_mark_word(place->point->what);
		size_t left = canvas_column(canvas, place->x);
		size_t right = canvas_column(canvas, place->x_to);

		if (!put_word(canvas, row, right + 2, word) &&
		    left > strlen(word))
			(void)put_word(canvas, row, left - strlen(word) - 1,
				       word);
	}
}

/* What each mark means is beside it, where there is room. */
static void print_lane(struct canvas *canvas, size_t who)
{
	struct slot row[MOST_COLUMNS] = {{0}};
	struct hear_buffer *out = canvas->out;
	char letter[2] = {canvas_letter(who, false), '\0'};
	size_t end = 0;
	size_t i;

	fill_lane(canvas, &canvas->layout->drawn[who], row);
	canvas_pad(out, canvas->gutter - 1);
	terminal_print(canvas->terminal, canvas_style(who),
		       hear_span_of(letter), out);
	hear_buffer_byte(out, ' ');
	for (i = 0; i < canvas->width; i++)
		end = row[i].text ? i + 1 : end;
	for (i = 0; i < end; i++) {
		struct hear_span text = {row[i].text, row[i].size};

		if (!row[i].text)
			hear_buffer_byte(out, ' ');
		else
			terminal_print(canvas->terminal,
				       row[i].is_word ? STYLE_RESET
						      : canvas_style(who),
				       text, out);
	}
	hear_buffer_byte(out, '\n');
}

static void print_lanes(struct canvas *canvas)
{
	size_t i;

	for (i = 0; i < canvas->layout->count; i++)
		if (canvas->layout->drawn[i].mark_count > 0)
			print_lane(canvas, i);
}

/* ---- The legend ---------------------------------------------------------- */

/* What the origin said last. */
static void say_last(const struct canvas *canvas,
		     const struct chart_drawn *drawn, struct hear_buffer *out)
{
	const struct chart_place *last = chart_last(drawn);

	if (!last && drawn->mark_count > 0) {
		last = &drawn->marks[drawn->mark_count - 1];
		hear_buffer_text(out, chart_mark_word(last->point->what));
	} else if (last) {
		canvas_clean(canvas, last->point->label, out);
	} else if (drawn->figure_count > 0) {
		last = &drawn->figures[drawn->figure_count - 1];
		hear_buffer_text(out, "none stands");
	}
	if (!last)
		return;
	hear_buffer_text(out, ", ");
	chart_say_when(last->point, out);
}

static size_t widest_name(struct canvas *canvas)
{
	size_t widest = 0;
	size_t i;

	for (i = 0; i < canvas->layout->count; i++) {
		size_t columns;

		hear_buffer_reset(&canvas->scratch);
		canvas_clean(canvas, canvas->layout->drawn[i].series->name,
			     &canvas->scratch);
		columns = hear_text_columns(hear_buffer_view(&canvas->scratch));
		if (columns > widest)
			widest = columns;
	}
	return widest;
}

/* "A  name   what it said last"; where that does not fit, on two lines. The
 * names take `name` columns. */
static void print_origin(struct canvas *canvas, size_t who, size_t name)
{
	const struct chart_drawn *drawn = &canvas->layout->drawn[who];
	struct hear_buffer *scratch = &canvas->scratch;
	char letter[4] = {canvas_letter(who, false), ' ', ' ', '\0'};
	size_t room = canvas->columns - 3;
	size_t left = name < room ? room - name - 2 : room;
	char count[40] = "";
	size_t used;

	terminal_print(canvas->terminal, canvas_style(who),
		       hear_span_of(letter), canvas->out);
	hear_buffer_reset(scratch);
	canvas_clean(canvas, drawn->series->name, scratch);
	used = canvas_cut(canvas, hear_buffer_view(scratch), name, canvas->out);
	if (name < room)
		canvas_pad(canvas->out, name - used + 2);
	else
		hear_buffer_text(canvas->out, "\n   ");
	hear_buffer_reset(scratch);
	say_last(canvas, drawn, scratch);
	if (drawn->figure_count > 1)
		(void)snprintf(count, sizeof count, " (last of %zu)",
			       drawn->figure_count);
	used = canvas_cut(canvas, hear_buffer_view(scratch), left, canvas->out);
	if (used + strlen(count) <= left)
		hear_buffer_text(canvas->out, count);
	hear_buffer_byte(canvas->out, '\n');
}

/* All origins; where lines are drawn apart, each over its own. */
static void print_legend(struct canvas *canvas)
{
	const struct chart_layout *layout = canvas->layout;
	size_t room = canvas->columns - 3;
	size_t widest = widest_name(canvas);
	size_t name = widest < room / 2 ? widest : room / 2;
	size_t i;

	if (room < 34)
		name = room;
	for (i = 0; i < layout->count; i++) {
		print_origin(canvas, i, name);
		if (layout->apart && layout->drawn[i].figure_count > 0)
			canvas_strip(canvas, i);
	}
}

/* What is to be explained, because it is there. */
struct met {
	bool about;
	bool range;
	bool up;
	bool down;
	bool struck;
	bool marks[CHART_WITHDRAWN + 1];
};

static void meet(const struct canvas *canvas, const struct chart_drawn *drawn,
		 struct met *met)
{
	size_t i;

	for (i = 0; i < drawn->figure_count; i++) {
		const struct chart_place *place = &drawn->figures[i];

		met->about = met->about || place->point->about;
		met->struck = met->struck || place->point->struck;
		met->range = met->range ||
			     canvas_row(canvas, place->y_low) !=
				     canvas_row(canvas, place->y_high);
		met->up = met->up || place->point->high_unbounded;
		met->down = met->down || place->point->low_unbounded;
	}
	for (i = 0; i < drawn->mark_count; i++)
		met->marks[drawn->marks[i].point->what] = true;
}

static void print_key(struct canvas *canvas)
{
	struct hear_buffer text = {0};
	struct met met = {0};
	size_t i;

	for (i = 0; i < canvas->layout->count; i++)
		meet(canvas, &canvas->layout->drawn[i], &met);
	if (met.about)
		hear_buffer_text(&text, "~ about; ");
	if (met.range)
		hear_buffer_print(&text, "%s how far it may reach; ",
				  canvas_sign(canvas, SIGN_BAR));
	if (met.up)
		hear_buffer_print(&text, "%s or more; ",
				  canvas_sign(canvas, SIGN_UP));
	if (met.down)
		hear_buffer_print(&text, "%s or less; ",
				  canvas_sign(canvas, SIGN_DOWN));
	if (met.struck)
		hear_buffer_text(&text, "small letter: corrected or taken "
					"back; ");
	for (i = CHART_SILENT; i <= CHART_WITHDRAWN; i++)
		if (met.marks[i])
			hear_buffer_print(
				&text, "%s %s; ",
				canvas_sign(canvas,
					    canvas_sign_of((enum chart_what)i)),
				chart_mark_word((enum chart_what)i));
	if (text.size > 2)
		text.size -= 2;
	canvas_lines(canvas, hear_buffer_view(&text), 8, STYLE_DIM);
	canvas->out->failed = canvas->out->failed || text.failed;
	hear_buffer_done(&text);
}

/* ---- All of it ----------------------------------------------------------- */

static void print_head(struct canvas *canvas)
{
	struct hear_buffer unit = {0};

	canvas_lines(canvas, canvas->chart->title, 3, STYLE_BOLD);
	canvas_lines(canvas, canvas->chart->subtitle, 3, STYLE_DIM);
	if (canvas->layout->has_values) {
		hear_buffer_span(&unit, canvas->chart->unit);
		if (canvas->layout->values.log)
			hear_buffer_print(&unit, "%slogarithmic scale",
					  unit.size > 0 ? ", " : "");
		canvas_lines(canvas, hear_buffer_view(&unit), 2, STYLE_RESET);
	}
	canvas->out->failed = canvas->out->failed || unit.failed;
	hear_buffer_done(&unit);
}

static void print_sentence(struct canvas *canvas,
			   void (*say)(const struct chart_layout *layout,
				       struct hear_buffer *out))
{
	struct hear_buffer text = {0};

	say(canvas->layout, &text);
	canvas_lines(canvas, hear_buffer_view(&text), 8, STYLE_RESET);
	canvas->out->failed = canvas->out->failed || text.failed;
	hear_buffer_done(&text);
}

static void set_sizes(struct canvas *canvas)
{
	const struct chart_scale *scale = &canvas->layout->values;
	size_t i;

	canvas->gutter = 2;
	for (i = 0; i < scale->count; i++) {
		size_t size =
			hear_text_columns(hear_span_of(scale->ticks[i].label));

		if (size > canvas->gutter && size < canvas->columns / 2)
			canvas->gutter = size;
	}
	canvas->width = canvas->columns - canvas->gutter - 1;
}

/* A few statements need no tall plot. */
static size_t rows_for(const struct chart *chart, size_t columns)
{
	size_t points = 0;
	size_t i;

	for (i = 0; i < chart->count && points <= FEW; i++)
		points += chart->series[i].count;
	if (points <= FEW)
		return 8;
	return columns < 40 ? 8 : columns < 70 ? 12 : columns < 110 ? 16 : 20;
}

static void draw(struct canvas *canvas)
{
	print_head(canvas);
	print_sentence(canvas, chart_say_empty);
	if (canvas->layout->count == 0)
		return;
	set_sizes(canvas);
	if (canvas->layout->apart)
		print_legend(canvas);
	else if (canvas->layout->has_values)
		canvas_plot(canvas);
	print_base(canvas);
	print_times(canvas, false);
	print_times(canvas, true);
	print_lanes(canvas);
	if (!canvas->layout->apart)
		print_legend(canvas);
	print_key(canvas);
	print_sentence(canvas, chart_say_left_out);
}

bool chart_terminal(const struct chart *chart,
		    const struct chart_screen *screen, struct hear_buffer *out)
{
	struct canvas canvas = {.chart = chart,
				.terminal = screen->terminal,
				.ascii = screen->ascii,
				.out = out};
	struct chart_room room = {.writing.ascii = screen->ascii};
	struct chart_layout *layout;

	canvas.columns = screen->terminal->columns;
	if (canvas.columns > MOST_COLUMNS)
		canvas.columns = MOST_COLUMNS;
	if (canvas.columns < LEAST_COLUMNS)
		canvas.columns = LEAST_COLUMNS;
	canvas.height = rows_for(chart, canvas.columns);
	room.value_ticks = canvas.height / 3;
	room.time_ticks = canvas.columns / 12;
	room.writing.brief = canvas.columns < 60;
	layout = chart_layout_new(chart, &room);
	if (!layout)
		return false;
	canvas.layout = layout;
	draw(&canvas);
	chart_layout_free(layout);
	free(canvas.cells);
	out->failed = out->failed || canvas.words.failed ||
		      canvas.scratch.failed;
	hear_buffer_done(&canvas.words);
	hear_buffer_done(&canvas.scratch);
	return !out->failed;
}
