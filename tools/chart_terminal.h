/* chart_terminal.h - a chart as lines of text.
 *
 * Figures stand in one plot, over a line for each origin, by letters: A, B, C;
 * a small letter where the figure stands no more. A bar is the range of what
 * was said, an arrow an open end ("more than"), ~ before the letter "about".
 * Where many lines go up and down across each other, each has rows of its own.
 * Below the time axis, who was silent, denied or withdrew has a lane; then the
 * letters are explained, with the last figure of each.
 *
 *	3,000 |            ^
 *	      |        ,-' A       A  more than 3,000
 *	    0 |_~A'----------- ...
 */
#ifndef TOOLS_CHART_TERMINAL_H
#define TOOLS_CHART_TERMINAL_H

#include "tools/chart.h"
#include "tools/terminal.h"

struct chart_screen {
	const struct terminal *terminal; /* columns, and whether in colour */
	bool ascii;			 /* it can show nothing else */
};

/* Appends the chart: no line takes more columns than the terminal has (at
 * most 200 are used), from 20 on. False: out of memory, some is missing. */
HEAR_CHECKED bool chart_terminal(const struct chart *chart,
				 const struct chart_screen *screen,
				 struct hear_buffer *out);

#endif
