/* SPDX-License-Identifier: ISC */
/* chart_figures.c - lines, marks and words in the plot of an SVG. */
#include "tools/chart_pen.h"
#include "tools/chart_svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	MARGIN = 12,
	MARK = 5,      /* half the width of a mark */
	LABELLED = 24, /* figures, above which none has its words beside it */
	MOVED = 80,    /* figures, above which none is moved apart */
	APART = 18,    /* of marks in a line that shows them in full */
	APART_SMALL = 7,
	STRUCK_MOST = 60,
	WIDE_MARK = 11, /* what marks at one place are moved apart by */
	ARROW = 16,
};

double pen_x(const struct pen *pen, double x)
{
	return pen->left + x * (pen->right - pen->left);
}

double pen_y(const struct pen *pen, double y)
{
	return pen->bottom - y * (pen->bottom - pen->top);
}

/* ---- Room for labels ----------------------------------------------------- */

static bool is_free(const struct pen *pen, const struct box *box)
{
	size_t i;

	if (box->left < pen->left - 2 || box->right > CHART_SVG_WIDTH - 2 ||
	    box->top < pen->top - 16 || box->bottom > pen->bottom)
		return false;
	for (i = 0; i < pen->box_count; i++)
		if (box->left < pen->boxes[i].right &&
		    pen->boxes[i].left < box->right &&
		    box->top < pen->boxes[i].bottom &&
		    pen->boxes[i].top < box->bottom)
			return false;
	return true;
}

static void take(struct pen *pen, const struct box *box)
{
	if (pen->box_count < PEN_BOXES)
		pen->boxes[pen->box_count++] = *box;
}

/* The room of a mark with its arrow. */
static void take_mark(struct pen *pen, const struct chart_place *place)
{
	double x = pen_x(pen, place->x);
	double y = pen_y(pen, place->y);
	struct box box = {x - MARK - 1, x + MARK + 1, y - MARK - 1,
			  y + MARK + 1};

	if (place->point->high_unbounded)
		box.top -= ARROW;
	if (place->point->low_unbounded)
		box.bottom += ARROW;
	take(pen, &box);
}

/* ---- Lines --------------------------------------------------------------- */

/* The figures of one unit of width: the first, the outermost and the last are
 * enough, so that a line has at most four points a unit. */
struct bunch {
	size_t at[4];
	double low; /* of all that was said in it */
	double high;
	double x;
};

/* Fills the next bunch of standing figures from `*index` on; false at the
 * end. */
static bool next_bunch(const struct pen *pen, const struct chart_drawn *drawn,
		       size_t *index, struct bunch *bunch)
{
	bool any = false;
	double column = 0;

	for (; *index < drawn->figure_count; (*index)++) {
		const struct chart_place *place = &drawn->figures[*index];
		double x = pen_x(pen, place->x);
		size_t i;

		if (place->point->struck)
			continue;
		if (any && floor(x) != column)
			return true;
		if (!any) {
			for (i = 0; i < 4; i++)
				bunch->at[i] = *index;
			bunch->low = place->y_low;
			bunch->high = place->y_high;
			bunch->x = x;
			column = floor(x);
			any = true;
		}
		if (place->y < drawn->figures[bunch->at[1]].y)
			bunch->at[1] = *index;
		if (place->y > drawn->figures[bunch->at[2]].y)
			bunch->at[2] = *index;
		bunch->at[3] = *index;
		bunch->low = fmin(bunch->low, place->y_low);
		bunch->high = fmax(bunch->high, place->y_high);
	}
	return any;
}

static void swap(size_t *a, size_t *b)
{
	size_t c = *a;

	*a = *b;
	*b = c;
}

static void draw_line(struct pen *pen, size_t who)
{
	const struct chart_drawn *drawn = &pen->layout->drawn[who];
	struct bunch bunch;
	size_t index = 0;
	size_t i;

	if (drawn->standing < 2)
		return;
	ink_path_begin(&pen->ink, who);
	while (next_bunch(pen, drawn, &index, &bunch)) {
		if (bunch.at[1] > bunch.at[2])
			swap(&bunch.at[1], &bunch.at[2]);
		for (i = 0; i < 4; i++) {
			const struct chart_place *place =
				&drawn->figures[bunch.at[i]];

			if (i == 0 || bunch.at[i] != bunch.at[i - 1])
				ink_path_to(&pen->ink, pen_x(pen, place->x),
					    pen_y(pen, place->y));
		}
	}
	ink_path_end(&pen->ink);
}

static bool is_dense(const struct pen *pen, const struct chart_drawn *drawn)
{
	return (double)drawn->figure_count * APART_SMALL >
	       pen->right - pen->left;
}

static bool is_small(const struct pen *pen, const struct chart_drawn *drawn)
{
	return pen->layout->apart ||
	       (double)drawn->figure_count * APART > pen->right - pen->left;
}

/* How far the figures may reach, as an area where there are many. */
static void draw_band(struct pen *pen, size_t who)
{
	const struct chart_drawn *drawn = &pen->layout->drawn[who];
	struct hear_buffer back = {0};
	struct bunch bunch;
	size_t index = 0;

	if (drawn->standing < 2 || !is_dense(pen, drawn))
		return;
	ink_area_begin(&pen->ink, who);
	while (next_bunch(pen, drawn, &index, &bunch)) {
		struct {
			double x, y;
		} low = {bunch.x, pen_y(pen, bunch.low)};

		ink_path_to(&pen->ink, bunch.x, pen_y(pen, bunch.high));
		hear_buffer_add(&back, &low, sizeof low);
	}
	while (back.size >= 2 * sizeof(double)) {
		double low[2];

		back.size -= sizeof low;
		memcpy(low, back.data + back.size, sizeof low);
		ink_path_to(&pen->ink, low[0], low[1]);
	}
	ink_path_end(&pen->ink);
	ink_fail(&pen->ink, back.failed);
	hear_buffer_done(&back);
}

/* ---- Figures ------------------------------------------------------------- */

void pen_say(const struct chart_series *series, const struct chart_point *point,
	     struct hear_buffer *out)
{
	hear_buffer_span(out, series->name);
	hear_buffer_text(out, ": ");
	if (point->what == CHART_FIGURE)
		hear_buffer_span(out, point->label);
	else
		hear_buffer_text(out, chart_mark_word(point->what));
	hear_buffer_text(out, ", ");
	chart_say_when(point, out);
	if (point->struck)
		hear_buffer_text(out, "; stands no more");
}

void pen_point(struct pen *pen, size_t who, const struct chart_point *point)
{
	struct hear_buffer text = {0};

	pen_say(pen->layout->drawn[who].series, point, &text);
	ink_group_begin(&pen->ink, who, hear_buffer_view(&text), point->struck);
	ink_fail(&pen->ink, text.failed);
	hear_buffer_done(&text);
}

static void draw_figure(struct pen *pen, size_t who,
			const struct chart_place *place, bool small)
{
	const struct chart_point *point = place->point;
	double x = pen_x(pen, place->x);
	double y = pen_y(pen, place->y);
	double low = pen_y(pen, place->y_low);
	double high = pen_y(pen, place->y_high);
	double from = pen_x(pen, place->x_from);
	double to = pen_x(pen, place->x_to);

	pen_point(pen, who, point);
	if (low - high > 2)
		ink_range(&pen->ink, x, low, high, point->about);
	if (to - from > 2 * MARK)
		ink_span(&pen->ink, from, to, y);
	if (point->high_unbounded)
		ink_arrow(&pen->ink, x, high - MARK, -ARROW);
	if (point->low_unbounded)
		ink_arrow(&pen->ink, x, low + MARK, ARROW);
	if (point->about && !small)
		ink_about(&pen->ink, x - MARK - 2, y);
	ink_mark(&pen->ink, who, x, y, small, point->struck);
	ink_group_end(&pen->ink);
}

/* Of a dense series only the last, and what was struck where it can be told
 * apart. */
static void draw_figures(struct pen *pen, size_t who, bool struck)
{
	const struct chart_drawn *drawn = &pen->layout->drawn[who];
	const struct chart_place *end = chart_last(drawn);
	bool dense = is_dense(pen, drawn);
	size_t count = 0;
	double last = 0;
	size_t i;

	for (i = 0; i < drawn->figure_count; i++) {
		const struct chart_place *place = &drawn->figures[i];
		double x = pen_x(pen, place->x);

		if (place->point->struck != struck)
			continue;
		if (dense && !struck && place != end)
			continue;
		if (dense && struck && count > 0 &&
		    (x - last < APART || count >= STRUCK_MOST))
			continue;
		draw_figure(pen, who, place,
			    is_small(pen, drawn) && place != end);
		take_mark(pen, place);
		last = x;
		count++;
	}
}

/* Whether one that was drawn before says the same at the same height nearby:
 * once is enough for marks side by side. */
static bool is_said(const struct pen *pen, const struct chart_place *place)
{
	const struct chart_layout *layout = pen->layout;
	size_t who;
	size_t i;

	for (who = 0; who < layout->count; who++)
		for (i = 0; i < layout->drawn[who].figure_count; i++) {
			const struct chart_place *other =
				&layout->drawn[who].figures[i];

			if (other == place)
				return false;
			if (fabs(pen_x(pen, other->x) - pen_x(pen, place->x)) <
				    6 * WIDE_MARK &&
			    fabs(other->y - place->y) < 0.01 &&
			    other->point->struck == place->point->struck &&
			    hear_span_equal(other->point->label,
					    place->point->label))
				return true;
		}
	return false;
}

/* Beside the mark, over or under it: wherever it is free. What is struck
 * through is not put on a line of the grid. */
static void draw_words(struct pen *pen, const struct chart_place *place)
{
	const struct chart_point *point = place->point;
	double wide = ink_width(&pen->ink, point->label);
	double x = pen_x(pen, place->x);
	double y = pen_y(pen, place->y);
	double aside = MARK + 4 + (point->about ? 10 : 0);
	const struct {
		double dx;
		double dy;
		enum ink_anchor anchor;
	} tries[] = {
		{MARK + 4, 4.5, INK_START}, {-aside, 4.5, INK_END},
		{MARK + 4, -10, INK_START}, {MARK + 4, 19, INK_START},
		{-aside, -10, INK_END},	    {-aside, 19, INK_END},
		{0, -14, INK_MIDDLE},	    {0, 23, INK_MIDDLE},
	};
	size_t i;

	if (point->label.size == 0 || wide > (pen->right - pen->left) / 2 ||
	    is_said(pen, place))
		return;
	for (i = point->struck ? 2 : 0; i < sizeof tries / sizeof *tries; i++) {
		double left = x + tries[i].dx;
		struct box box;

		if (tries[i].anchor == INK_END)
			left -= wide;
		else if (tries[i].anchor == INK_MIDDLE)
			left -= wide / 2;
		box = (struct box){left, left + wide, y + tries[i].dy - 12,
				   y + tries[i].dy + 3};
		if (!is_free(pen, &box))
			continue;
		take(pen, &box);
		ink_text(&pen->ink, point->struck ? "x" : "o", point->label,
			 tries[i].anchor, x + tries[i].dx, y + tries[i].dy,
			 CHART_SVG_WIDTH);
		return;
	}
}

/* What each said last comes first, what stands no more at the end. */
static int rank(const struct chart_drawn *drawn,
		const struct chart_place *place)
{
	return place == chart_last(drawn) ? 0 : place->point->struck ? 2 : 1;
}

static void draw_all_words(struct pen *pen)
{
	const struct chart_layout *layout = pen->layout;
	size_t who;
	size_t i;
	int now;

	if (layout->figures > LABELLED)
		return;
	for (now = 0; now <= 2; now++)
		for (who = 0; who < layout->count; who++) {
			const struct chart_drawn *drawn = &layout->drawn[who];

			for (i = 0; i < drawn->figure_count; i++)
				if (rank(drawn, &drawn->figures[i]) == now)
					draw_words(pen, &drawn->figures[i]);
		}
}

/* ---- Names at the ends of lines ------------------------------------------ */

struct name {
	size_t who;
	double y;
};

static int order_names(const void *left, const void *right)
{
	const struct name *a = left;
	const struct name *b = right;

	return a->y != b->y ? (a->y > b->y) - (a->y < b->y)
			    : (a->who > b->who) - (a->who < b->who);
}

/* Names keep a line's distance: pushed down from the top, then up again from
 * the bottom. */
static void spread(struct pen *pen, struct name *names, size_t count)
{
	double least = pen->top;
	double most = pen->bottom;
	size_t i;

	for (i = 0; i < count; i++) {
		names[i].y = fmax(names[i].y, least);
		least = names[i].y + PEN_LINE - 2;
	}
	for (i = count; i > 0; i--) {
		names[i - 1].y = fmin(names[i - 1].y, most);
		most = names[i - 1].y - PEN_LINE + 2;
	}
}

static void draw_names(struct pen *pen)
{
	struct name names[CHART_SERIES_MOST];
	size_t count = 0;
	size_t i;

	for (i = 0; i < pen->layout->count; i++) {
		const struct chart_place *last =
			chart_last(&pen->layout->drawn[i]);

		if (last)
			names[count++] = (struct name){i, pen_y(pen, last->y)};
	}
	qsort(names, count, sizeof *names, order_names);
	spread(pen, names, count);
	for (i = 0; i < count; i++) {
		const struct chart_drawn *drawn =
			&pen->layout->drawn[names[i].who];
		const struct chart_place *last = chart_last(drawn);
		double x = pen_x(pen, last->x);

		if (pen->right - x > 12 ||
		    fabs(names[i].y - pen_y(pen, last->y)) > 4)
			ink_leader(&pen->ink, names[i].who, x,
				   pen_y(pen, last->y), pen->right + 4,
				   names[i].y);
		ink_text(&pen->ink, "o", drawn->series->name, INK_START,
			 pen->right + 8, names[i].y + 4.5,
			 CHART_SVG_WIDTH - pen->right - 10);
	}
}

/* ---- All of them -------------------------------------------------------- */

/* Marks that would hide each other are moved apart, to the right. */
static void move_apart(struct pen *pen)
{
	double unit = WIDE_MARK / (pen->right - pen->left);
	struct chart_layout *layout = pen->layout;
	struct box taken[MOVED];
	size_t count = 0;
	size_t who;
	size_t i;
	size_t j;

	if (layout->figures > MOVED)
		return;
	for (who = 0; who < layout->count; who++)
		for (i = 0; i < layout->drawn[who].figure_count; i++) {
			struct chart_place *place =
				&layout->drawn[who].figures[i];

			for (j = 0; j < count; j++)
				if (fabs(taken[j].left - place->x) <
					    unit * 0.9 &&
				    fabs(taken[j].top - place->y) < 0.04 &&
				    place->x + unit <= 1) {
					place->x += unit;
					j = SIZE_MAX; /* once more from 0 */
				}
			taken[count].left = place->x;
			taken[count++].top = place->y;
		}
}

void pen_figures(struct pen *pen)
{
	size_t i;

	move_apart(pen);
	for (i = 0; i < pen->layout->count; i++)
		draw_band(pen, i);
	for (i = 0; i < pen->layout->count; i++)
		draw_line(pen, i);
	for (i = 0; i < pen->layout->count; i++)
		draw_figures(pen, i, true);
	for (i = 0; i < pen->layout->count; i++)
		draw_figures(pen, i, false);
	draw_all_words(pen);
	if (pen->direct)
		draw_names(pen);
}

void pen_strip(struct pen *pen, size_t who)
{
	pen->box_count = 0;
	draw_band(pen, who);
	draw_line(pen, who);
	draw_figures(pen, who, true);
	draw_figures(pen, who, false);
}
