/* chart_ink.h - the strokes that chart_svg.c draws with, written as SVG.
 *
 * Only chart_ink.c knows how an element is written, which text may stand in
 * one, and what anything looks like. Coordinates are units of the drawing,
 * from its upper left corner. `who` is the number of a series.
 */
#ifndef TOOLS_CHART_INK_H
#define TOOLS_CHART_INK_H

#include "tools/chart.h"

struct ink {
	const char *prefix;
	struct hear_buffer *out;
	struct hear_buffer scratch;
	struct hear_buffer line;
	bool begun; /* the path has a point */
};

enum ink_anchor { INK_START, INK_MIDDLE, INK_END };

void ink_init(struct ink *ink, const char *prefix, struct hear_buffer *out);
void ink_done(struct ink *ink);
/* Notes that something is missing. */
void ink_fail(struct ink *ink, bool failed);

/* Hostile text, as columns and as units it takes at most, in the largest size
 * that is chosen for a small screen. */
size_t ink_columns(struct ink *ink, struct hear_span text);
double ink_width(struct ink *ink, struct hear_span text);

/* A line of hostile text, cut to `most` units. Classes: h heading, t of an
 * axis, n note, o over lines, x struck through. */
void ink_text(struct ink *ink, const char *class, struct hear_span text,
	      enum ink_anchor anchor, double x, double y, double most);
/* The same over several lines from `y` on, the last one cut; gives where the
 * next line would be. */
double ink_lines(struct ink *ink, const char *class, struct hear_span text,
		 double x, double y, double width, double apart, size_t most);

/* Classes: g grid, a axis. */
void ink_line(struct ink *ink, const char *class, double x1, double y1,
	      double x2, double y2);
/* From the end of a line to its name. */
void ink_leader(struct ink *ink, size_t who, double x1, double y1, double x2,
		double y2);

/* A line, or an area, of a series: begin, points, end. */
void ink_path_begin(struct ink *ink, size_t who);
void ink_area_begin(struct ink *ink, size_t who);
void ink_path_to(struct ink *ink, double x, double y);
void ink_path_end(struct ink *ink);

/* What belongs to one point, with what is told of it in words. */
void ink_group_begin(struct ink *ink, size_t who, struct hear_span told,
		     bool struck);
void ink_group_end(struct ink *ink);

/* Parts of such a group. */
void ink_mark(struct ink *ink, size_t who, double x, double y, bool small,
	      bool struck);
void ink_range(struct ink *ink, double x, double low, double high, bool about);
void ink_span(struct ink *ink, double from, double to, double y);
void ink_arrow(struct ink *ink, double x, double y, double length);
void ink_about(struct ink *ink, double x, double y); /* ends at x */
void ink_silence(struct ink *ink, double from, double to, double y);
void ink_said(struct ink *ink, enum chart_what what, double x, double y);

/* A piece of a series' line with its mark, 22 units wide. */
void ink_sample(struct ink *ink, size_t who, double x, double y);

enum ink_place {
	INK_INSIDE,  /* another drawing, `at` so far down */
	INK_IN_PAGE, /* as wide as its place */
	INK_FILE,    /* alone */
};

/* The whole: style, title, description and what is inside. */
void ink_document(const char *prefix, enum ink_place place, double at,
		  double height, struct hear_span title,
		  struct hear_span description, struct hear_span inside,
		  struct hear_buffer *out);

#endif
