/* chart_svg.h - a chart as SVG, for a page, a file or paper.
 *
 * Everything is in it: no script, no reference to anything outside, texts as
 * text in whatever sans-serif the reader has. It is drawn 480 units wide and
 * scales; what is written stays legible from 360 pixels on. Colours (those of
 * Okabe and Ito) follow the reader's preference for light or dark, on paper
 * they are the light ones, and origins are told apart by shape and dash as
 * well. Hostile text is cleaned and escaped.
 */
#ifndef TOOLS_CHART_SVG_H
#define TOOLS_CHART_SVG_H

#include "tools/chart.h"

struct chart_svg {
	/* Begins every id, so that several charts can stand in one page:
	 * lower-case letters, digits and hyphens, a letter first; at most
	 * 32. */
	const char *prefix;
};

enum { CHART_SVG_WIDTH = 480 };

/* Appends one svg element that can stand in HTML or alone. False: out of
 * memory, some is missing. */
HEAR_CHECKED bool chart_svg(const struct chart *chart,
			    const struct chart_svg *how,
			    struct hear_buffer *out);

/* A document: the charts one below the other, under a heading and followed by
 * a note; both may be empty. */
HEAR_CHECKED bool chart_svg_sheet(const struct chart *charts, size_t count,
				  struct hear_span heading,
				  struct hear_span note,
				  struct hear_buffer *out);

#endif
