/* SPDX-License-Identifier: ISC */
#include "tools/chart_svg.h"
#include "tools/chart_pen.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MARGIN = 12,
	PLOT_HEIGHT = 220,
	PLOT_HEIGHT_FEW = 140,
	STRIP_HEIGHT = 38, /* of a line drawn by itself */
	FEW = 3,	   /* figures that need no tall plot */
	TITLE_LINE = 22,
	NOTE_LINE = 17,
	LANE = 34,
	DIRECT_COLUMNS = 14, /* of names written at the ends of lines */
	DIRECT_SERIES = 6,
};

/* ---- Head ---------------------------------------------------------------- */

static void draw_head(struct pen *pen)
{
	pen->y += 6;
	pen->y = ink_lines(&pen->ink, "h", pen->chart->title, MARGIN, pen->y,
			   CHART_SVG_WIDTH - 2 * MARGIN, TITLE_LINE, 3);
	pen->y = ink_lines(&pen->ink, "t", pen->chart->subtitle, MARGIN, pen->y,
			   CHART_SVG_WIDTH - 2 * MARGIN, PEN_LINE, 3);
}

/* What the numbers count, over their axis. */
static void draw_unit(struct pen *pen)
{
	struct hear_buffer text = {0};

	hear_buffer_span(&text, pen->chart->unit);
	if (pen->layout->values.log)
		hear_buffer_print(&text, "%slogarithmic scale",
				  text.size > 0 ? ", " : "");
	pen->y = ink_lines(&pen->ink, "t", hear_buffer_view(&text), MARGIN,
			   pen->y, CHART_SVG_WIDTH - 2 * MARGIN, PEN_LINE, 2);
	ink_fail(&pen->ink, text.failed);
	hear_buffer_done(&text);
}

/* Whether the names can be written where their lines end. */
static bool names_fit(struct pen *pen)
{
	size_t named = 0;
	size_t i;

	if (pen->layout->count > DIRECT_SERIES)
		return false;
	for (i = 0; i < pen->layout->count; i++) {
		const struct chart_drawn *drawn = &pen->layout->drawn[i];

		if (drawn->figure_count == 0)
			continue;
		named++;
		if (!chart_last(drawn) ||
		    ink_columns(&pen->ink, drawn->series->name) >
			    DIRECT_COLUMNS)
			return false;
	}
	return named > 1;
}

/* A mark and the name for each origin with figures, as many on a line as
 * fit. */
static void draw_legend(struct pen *pen)
{
	double most = CHART_SVG_WIDTH - 2 * MARGIN;
	double x = MARGIN;
	size_t i;

	for (i = 0; i < pen->layout->count; i++) {
		const struct chart_drawn *drawn = &pen->layout->drawn[i];
		double wide = 38 + ink_width(&pen->ink, drawn->series->name);

		if (drawn->figure_count == 0)
			continue;
		if (wide > most)
			wide = most;
		if (x > MARGIN && x + wide > MARGIN + most) {
			x = MARGIN;
			pen->y += PEN_LINE;
		}
		ink_sample(&pen->ink, i, x, pen->y + PEN_LINE / 2.0);
		ink_text(&pen->ink, "", drawn->series->name, INK_START, x + 28,
			 pen->y + PEN_LINE - 5, wide - 28);
		x += wide + 12;
	}
	if (x > MARGIN)
		pen->y += PEN_LINE + 4;
}

/* ---- Axes ---------------------------------------------------------------- */

static void set_plot(struct pen *pen)
{
	const struct chart_scale *scale = &pen->layout->values;
	double widest = 0;
	size_t i;

	for (i = 0; i < scale->count; i++)
		widest = fmax(widest,
			      ink_width(&pen->ink,
					hear_span_of(scale->ticks[i].label)));
	pen->left = MARGIN + widest + (widest > 0 ? 6 : 0);
	pen->right = CHART_SVG_WIDTH - MARGIN - 6;
	for (i = 0; i < pen->layout->count && pen->direct; i++)
		pen->right = fmin(
			pen->right,
			CHART_SVG_WIDTH - MARGIN - 10 -
				ink_width(&pen->ink,
					  pen->layout->drawn[i].series->name));
	pen->top = pen->y + 8;
	pen->bottom = pen->top;
	if (pen->layout->has_values && !pen->layout->apart)
		pen->bottom += pen->layout->figures > FEW ? PLOT_HEIGHT
							  : PLOT_HEIGHT_FEW;
	pen->y = pen->bottom;
}

static void draw_values(struct pen *pen)
{
	const struct chart_scale *scale = &pen->layout->values;
	size_t i;

	for (i = 0; i < scale->count; i++) {
		double y = pen_y(pen, scale->ticks[i].at);
		bool zero = strcmp(scale->ticks[i].label, "0") == 0;

		if (y < pen->bottom - 0.5)
			ink_line(&pen->ink, zero ? "a" : "g", pen->left, y,
				 pen->right, y);
		ink_text(&pen->ink, "t", hear_span_of(scale->ticks[i].label),
			 INK_END, pen->left - 6, y + 4.5, CHART_SVG_WIDTH);
	}
}

/* The ends of the scale alone. */
static void draw_ends(struct pen *pen)
{
	const struct chart_scale *scale = &pen->layout->values;
	const struct chart_tick *ends[2] = {&scale->ticks[0],
					    &scale->ticks[scale->count - 1]};
	size_t i;

	for (i = 0; i < 2 && scale->count > 0; i++) {
		double y = pen_y(pen, ends[i]->at);

		ink_line(&pen->ink, "g", pen->left, y, pen->right, y);
		ink_text(&pen->ink, "t", hear_span_of(ends[i]->label), INK_END,
			 pen->left - 6, y + 4.5, CHART_SVG_WIDTH);
	}
}

/* The name over its line, and at the right what it said last. */
static void draw_strip(struct pen *pen, size_t who)
{
	const struct chart_drawn *drawn = &pen->layout->drawn[who];
	const struct chart_place *last = chart_last(drawn);
	double wide = last ? ink_width(&pen->ink, last->point->label) : 0;
	double y = pen->y + PEN_LINE - 3;

	if (wide > (pen->right - pen->left) / 3)
		wide = 0;
	ink_text(&pen->ink, "", drawn->series->name, INK_START, pen->left, y,
		 pen->right - pen->left - wide - 8);
	if (wide > 0)
		ink_text(&pen->ink, "", last->point->label, INK_END, pen->right,
			 y, wide + 8);
	pen->top = pen->y + PEN_LINE + 6;
	pen->bottom = pen->top + STRIP_HEIGHT;
	draw_ends(pen);
	pen_strip(pen, who);
	pen->y = pen->bottom + 6;
}

static void draw_strips(struct pen *pen)
{
	size_t i;

	for (i = 0; i < pen->layout->count; i++)
		if (pen->layout->drawn[i].figure_count > 0)
			draw_strip(pen, i);
}

static void draw_labels_of_time(struct pen *pen, bool below)
{
	const struct chart_scale *scale = &pen->layout->times;
	double last = 0;
	bool any = false;
	size_t i;

	for (i = 0; i < scale->count; i++) {
		const struct chart_tick *tick = &scale->ticks[i];
		struct hear_span text = hear_span_of(below ? tick->below
							   : tick->label);
		double half = ink_width(&pen->ink, text) / 2;
		double x = pen_x(pen, tick->at);

		if (text.size == 0)
			continue;
		x = fmax(x, half + 2);
		x = fmin(x, CHART_SVG_WIDTH - 2 - half);
		if (x - half < last)
			continue;
		any = true;
		last = x + half + 4;
		ink_text(&pen->ink, "t", text, INK_MIDDLE, x, pen->y + 14,
			 CHART_SVG_WIDTH);
	}
	if (any)
		pen->y += NOTE_LINE;
}

static void draw_times(struct pen *pen)
{
	const struct chart_scale *scale = &pen->layout->times;
	size_t i;

	ink_line(&pen->ink, "a", pen->left, pen->bottom, pen->right,
		 pen->bottom);
	for (i = 0; i < scale->count; i++)
		ink_line(&pen->ink, "a", pen_x(pen, scale->ticks[i].at),
			 pen->bottom, pen_x(pen, scale->ticks[i].at),
			 pen->bottom + 5);
	pen->y = pen->bottom + 5;
	draw_labels_of_time(pen, false);
	draw_labels_of_time(pen, true);
}

/* ---- Lanes --------------------------------------------------------------- */

/* "Russia: silent, denied". */
static void say_lane(const struct chart_drawn *drawn, struct hear_buffer *out)
{
	enum chart_what last = CHART_FIGURE;
	size_t said = 0;
	size_t i;

	hear_buffer_span(out, drawn->series->name);
	for (i = 0; i < drawn->mark_count && said < 4; i++) {
		enum chart_what what = drawn->marks[i].point->what;

		if (what == last)
			continue;
		hear_buffer_print(out, "%s%s", said++ == 0 ? ": " : ", ",
				  chart_mark_word(what));
		last = what;
	}
	if (i < drawn->mark_count)
		hear_buffer_text(out, ", \xe2\x80\xa6");
}

static void draw_lane(struct pen *pen, size_t who)
{
	const struct chart_drawn *drawn = &pen->layout->drawn[who];
	struct hear_buffer text = {0};
	double y = pen->y + LANE - 8;
	double last = -100;
	size_t i;

	say_lane(drawn, &text);
	ink_text(&pen->ink, "", hear_buffer_view(&text), INK_START, pen->left,
		 pen->y + 14, CHART_SVG_WIDTH - MARGIN - pen->left);
	ink_line(&pen->ink, "g", pen->left, y, pen->right, y);
	for (i = 0; i < drawn->mark_count; i++) {
		const struct chart_place *place = &drawn->marks[i];
		double x = pen_x(pen, place->x);

		if (x - last < 2 && i + 1 < drawn->mark_count)
			continue;
		last = x;
		pen_point(pen, who, place->point);
		if (place->x_to > place->x_from)
			ink_silence(&pen->ink, pen_x(pen, place->x_from),
				    pen_x(pen, place->x_to), y);
		ink_said(&pen->ink, place->point->what, x, y);
		ink_group_end(&pen->ink);
	}
	pen->y += LANE;
	ink_fail(&pen->ink, text.failed);
	hear_buffer_done(&text);
}

static void draw_lanes(struct pen *pen)
{
	size_t i;

	pen->y += 4;
	for (i = 0; i < pen->layout->count; i++)
		if (pen->layout->drawn[i].mark_count > 0)
			draw_lane(pen, i);
}

/* ---- Notes --------------------------------------------------------------- */

/* What the signs mean that are drawn. */
static void say_key(const struct chart_layout *layout, struct hear_buffer *out)
{
	bool about = false;
	bool range = false;
	bool open = false;
	bool struck = false;
	size_t i;
	size_t j;

	for (i = 0; i < layout->count; i++)
		for (j = 0; j < layout->drawn[i].figure_count; j++) {
			const struct chart_place *place =
				&layout->drawn[i].figures[j];

			about = about || place->point->about;
			range = range || place->y_high - place->y_low > 0.01;
			struck = struck || place->point->struck;
			open = open || place->point->high_unbounded ||
			       place->point->low_unbounded;
		}
	if (range)
		hear_buffer_text(out, "Bar or band: how far a figure may "
				      "reach. ");
	if (open)
		hear_buffer_text(out,
				 "Arrow: \xe2\x80\x9cmore than\xe2\x80\x9d "
				 "or \xe2\x80\x9cless than\xe2\x80\x9d. ");
	if (about)
		hear_buffer_text(out, "Tilde: \xe2\x80\x9c"
				      "about\xe2\x80\x9d. ");
	if (struck)
		hear_buffer_text(out, "Hollow and crossed out: corrected or "
				      "taken back. ");
}

static void draw_notes(struct pen *pen)
{
	struct hear_buffer text = {0};

	say_key(pen->layout, &text);
	chart_say_left_out(pen->layout, &text);
	pen->y = ink_lines(&pen->ink, "n", hear_buffer_view(&text), MARGIN,
			   pen->y + 4, CHART_SVG_WIDTH - 2 * MARGIN, NOTE_LINE,
			   6);
	ink_fail(&pen->ink, text.failed);
	hear_buffer_done(&text);
}

/* For those who cannot see it: how much there is, and what each said last. */
static void say_all(const struct chart_layout *layout, struct hear_buffer *out)
{
	size_t i;

	chart_say_empty(layout, out);
	if (layout->count > 0)
		hear_buffer_print(out, "%zu figure%s by origin over time.",
				  layout->figures,
				  layout->figures == 1 ? "" : "s");
	for (i = 0; i < layout->count; i++) {
		const struct chart_drawn *drawn = &layout->drawn[i];
		const struct chart_place *last = chart_last(drawn);

		hear_buffer_byte(out, ' ');
		if (last)
			pen_say(drawn->series, last->point, out);
		else if (drawn->mark_count > 0)
			pen_say(drawn->series,
				drawn->marks[drawn->mark_count - 1].point, out);
		else
			pen_say(drawn->series,
				drawn->figures[drawn->figure_count - 1].point,
				out);
		hear_buffer_byte(out, '.');
	}
}

/* ---- All of it ----------------------------------------------------------- */

static void draw_sentence(struct pen *pen)
{
	struct hear_buffer text = {0};

	chart_say_empty(pen->layout, &text);
	pen->y = ink_lines(&pen->ink, "", hear_buffer_view(&text), MARGIN,
			   pen->y + 4, CHART_SVG_WIDTH - 2 * MARGIN, PEN_LINE,
			   6);
	ink_fail(&pen->ink, text.failed);
	hear_buffer_done(&text);
}

static void draw(struct pen *pen)
{
	draw_head(pen);
	if (pen->layout->count == 0) {
		draw_sentence(pen);
		return;
	}
	pen->direct = !pen->layout->apart && names_fit(pen);
	if (!pen->direct && !pen->layout->apart)
		draw_legend(pen);
	if (pen->layout->has_values)
		draw_unit(pen);
	set_plot(pen);
	if (pen->layout->apart) {
		draw_strips(pen);
	} else if (pen->layout->has_values) {
		draw_values(pen);
		pen_figures(pen);
	}
	draw_times(pen);
	draw_lanes(pen);
	draw_notes(pen);
}

/* Draws the inside first, as its height is known only then. */
static bool draw_chart(const struct chart *chart, const char *prefix,
		       double *height, struct hear_buffer *inside,
		       struct hear_buffer *description)
{
	struct chart_room room = {.value_ticks = 5, .time_ticks = 6};
	struct pen pen = {.chart = chart};
	struct chart_layout *layout = chart_layout_new(chart, &room);

	if (!layout)
		return false;
	pen.layout = layout;
	ink_init(&pen.ink, prefix, inside);
	draw(&pen);
	say_all(layout, description);
	*height = pen.y + MARGIN;
	chart_layout_free(layout);
	ink_done(&pen.ink);
	return !inside->failed && !description->failed;
}

static bool print_chart(const struct chart *chart, const char *prefix,
			enum ink_place place, double at, double *height,
			struct hear_buffer *out)
{
	struct hear_buffer inside = {0};
	struct hear_buffer description = {0};
	bool drawn = draw_chart(chart, prefix, height, &inside, &description);

	if (drawn) {
		ink_document(prefix, place, at, *height, chart->title,
			     hear_buffer_view(&description),
			     hear_buffer_view(&inside), out);
		drawn = !out->failed;
	}
	hear_buffer_done(&inside);
	hear_buffer_done(&description);
	return drawn;
}

bool chart_svg(const struct chart *chart, const struct chart_svg *how,
	       struct hear_buffer *out)
{
	double height;

	return print_chart(chart, how->prefix, INK_IN_PAGE, 0, &height, out);
}

bool chart_svg_sheet(const struct chart *charts, size_t count,
		     struct hear_span heading, struct hear_span note,
		     struct hear_buffer *out)
{
	struct hear_buffer inside = {0};
	char prefix[32];
	struct ink ink;
	double y = MARGIN / 2.0;
	bool drawn = true;
	size_t i;

	ink_init(&ink, "sheet", &inside);
	y = ink_lines(&ink, "h", heading, MARGIN, y,
		      CHART_SVG_WIDTH - 2 * MARGIN, TITLE_LINE, 3);
	for (i = 0; i < count && drawn; i++) {
		double height = 0;

		(void)snprintf(prefix, sizeof prefix, "chart%zu", i + 1);
		drawn = print_chart(&charts[i], prefix, INK_INSIDE, y, &height,
				    &inside);
		y += height;
	}
	y = ink_lines(&ink, "n", note, MARGIN, y, CHART_SVG_WIDTH - 2 * MARGIN,
		      NOTE_LINE, 12);
	ink_done(&ink);
	if (drawn)
		ink_document("sheet", INK_FILE, 0, y + MARGIN,
			     heading.size > 0 || count == 0 ? heading
							    : charts[0].title,
			     note, hear_buffer_view(&inside), out);
	drawn = drawn && !inside.failed && !out->failed;
	hear_buffer_done(&inside);
	return drawn;
}
