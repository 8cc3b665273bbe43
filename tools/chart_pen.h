/* chart_pen.h - what chart_svg.c and chart_figures.c draw with: the layout of
 * a chart, and where its plot is on the paper.
 */
#ifndef TOOLS_CHART_PEN_H
#define TOOLS_CHART_PEN_H

#include "tools/chart_ink.h"

enum { PEN_BOXES = 160, PEN_LINE = 19 /* from a line of text to the next */ };

struct box {
	double left;
	double right;
	double top;
	double bottom;
};

struct pen {
	const struct chart *chart;
	struct chart_layout *layout;
	struct ink ink;
	double left; /* of the plot */
	double right;
	double top;
	double bottom;
	double y;		     /* how far down all is drawn */
	bool direct;		     /* names at the ends of lines */
	struct box boxes[PEN_BOXES]; /* taken by marks and labels */
	size_t box_count;
};

/* Where 0..1 is on the paper. */
double pen_x(const struct pen *pen, double x);
double pen_y(const struct pen *pen, double y);

/* "NIS: about 300, 13 Jan 2025; stands no more" */
void pen_say(const struct chart_series *series, const struct chart_point *point,
	     struct hear_buffer *out);
/* Begins what belongs to one point, with that sentence. */
void pen_point(struct pen *pen, size_t who, const struct chart_point *point);

/* Draws lines, marks, their words and, where they are to stand at the ends of
 * lines, names. */
void pen_figures(struct pen *pen);
/* The same of one series, without words. */
void pen_strip(struct pen *pen, size_t who);

#endif
