/* draw.h - extents on one number line, so that who disagrees with whom is seen
 * before it is read:
 *
 *	National Intelligence Service      ━━━━━━━
 *	South Korean government                              ●
 *	Ukraine                                      ━━━━━━━━━━━━━▶
 *	                                   270               500
 */
#ifndef TOOLS_DRAW_H
#define TOOLS_DRAW_H

#include "core/hearsay.h"
#include "tools/terminal.h"

struct draw_line {
	struct hear_span label; /* clean; cut to fit */
	const struct hear_extent *extent;
};

/* Appends a line each and the axis, within the terminal's width; nothing where
 * no two lines have different numbers. */
void draw_extents(const struct terminal *terminal, size_t indent,
		  const struct draw_line *lines, size_t count,
		  struct hear_buffer *out);

#endif
