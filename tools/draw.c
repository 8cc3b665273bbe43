/* SPDX-License-Identifier: ISC */
#include "tools/draw.h"
#include "tools/layout.h"
#include "tools/weighed.h"

#include <math.h>
#include <string.h>

enum {
	GAP = 2,
	EDGE = 2, /* columns on either side for what goes on beyond */
	LEAST_TRACK = 12,
	MOST_TRACK = 72,
};

/* The numbers between the edges, and how they are written. */
struct scale {
	double from;
	double to;
	struct hear_span from_text;
	struct hear_span to_text;
	size_t label; /* columns of the names */
	size_t track; /* columns of the line */
	unsigned lines; /* that have a number */
};

static void stretch(struct scale *scale, double at, struct hear_span text)
{
	if (!isfinite(at))
		return;
	if (scale->from_text.size == 0 || at < scale->from) {
		scale->from = at;
		scale->from_text = text;
	}
	if (scale->to_text.size == 0 || at > scale->to) {
		scale->to = at;
		scale->to_text = text;
	}
}

static bool has_number(const struct hear_extent *extent)
{
	return isfinite(extent->from) || isfinite(extent->to);
}

static bool are_alike(const struct draw_line *lines, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++) {
		const struct hear_extent *one = lines[0].extent;
		const struct hear_extent *other = lines[i].extent;

		if (memcmp(&one->from, &other->from, sizeof one->from) != 0 ||
		    memcmp(&one->to, &other->to, sizeof one->to) != 0)
			return false;
	}
	return true;
}

static struct scale scale_of(const struct terminal *terminal, size_t indent,
			     const struct draw_line *lines, size_t count)
{
	struct scale scale = {0};
	size_t room = terminal->columns > indent ? terminal->columns - indent
						 : 0;
	size_t i;

	for (i = 0; i < count; i++) {
		size_t wide = hear_text_columns(lines[i].label);

		if (!has_number(lines[i].extent))
			continue;
		scale.lines++;
		stretch(&scale, lines[i].extent->from, lines[i].extent->low);
		stretch(&scale, lines[i].extent->to, lines[i].extent->high);
		scale.label = wide > scale.label ? wide : scale.label;
	}
	scale.label = layout_width(terminal, indent, scale.label);
	scale.track = room > scale.label + GAP ? room - scale.label - GAP : 0;
	if (scale.track > MOST_TRACK)
		scale.track = MOST_TRACK;
	return scale;
}

/* The column of a number, the edges included. */
static size_t column_of(const struct scale *scale, double at)
{
	size_t inner = scale->track - 2 * EDGE - 1;
	double wide = scale->to - scale->from;
	double part = wide > 0 ? (at - scale->from) / wide : 0.5;

	if (!(part >= 0))
		return 0;
	if (part > 1)
		return scale->track - 1;
	return EDGE + (size_t)(part * (double)inner + 0.5);
}

static void draw_track(const struct scale *scale,
		       const struct hear_extent *extent,
		       struct hear_buffer *out)
{
	bool from = isfinite(extent->from);
	bool to = isfinite(extent->to);
	size_t first = from ? column_of(scale, extent->from) : 0;
	size_t last = to ? column_of(scale, extent->to) : scale->track - 1;
	size_t i;

	layout_pad(first, out);
	for (i = first; i <= last; i++) {
		if (i == first && !from)
			hear_buffer_text(out, "◀");
		else if (i == last && !to)
			hear_buffer_text(out, "▶");
		else if (first == last)
			hear_buffer_text(out, "●");
		else
			hear_buffer_text(out, "━");
	}
}

static void draw_line(const struct terminal *terminal, size_t indent,
		      const struct scale *scale, const struct draw_line *line,
		      struct hear_buffer *out)
{
	struct hear_buffer track = {0};
	size_t used;

	layout_pad(indent, out);
	used = terminal_cut(line->label, scale->label, out);
	layout_pad(scale->label - used + GAP, out);
	draw_track(scale, line->extent, &track);
	terminal_print(terminal, STYLE_BLUE, hear_buffer_view(&track), out);
	hear_buffer_byte(out, '\n');
	out->failed = out->failed || track.failed;
	hear_buffer_done(&track);
}

/* The least and the greatest number below their columns, where there is room
 * for both. */
static void draw_axis(const struct terminal *terminal, size_t indent,
		      const struct scale *scale, struct hear_buffer *out)
{
	struct hear_buffer from = {0};
	struct hear_buffer to = {0};
	struct hear_buffer axis = {0};
	size_t end = scale->track - EDGE;

	weighed_grouped(scale->from_text, &from);
	weighed_grouped(scale->to_text, &to);
	if (scale->from < scale->to && EDGE + from.size + 1 + to.size <= end) {
		layout_pad(indent + scale->label + GAP + EDGE, out);
		hear_buffer_span(&axis, hear_buffer_view(&from));
		layout_pad(end - EDGE - from.size - to.size, &axis);
		hear_buffer_span(&axis, hear_buffer_view(&to));
		terminal_print(terminal, STYLE_DIM, hear_buffer_view(&axis),
			       out);
		hear_buffer_byte(out, '\n');
	}
	out->failed = out->failed || axis.failed;
	hear_buffer_done(&from);
	hear_buffer_done(&to);
	hear_buffer_done(&axis);
}

void draw_extents(const struct terminal *terminal, size_t indent,
		  const struct draw_line *lines, size_t count,
		  struct hear_buffer *out)
{
	struct scale scale = scale_of(terminal, indent, lines, count);
	size_t i;

	if (scale.lines < 2 || scale.track < LEAST_TRACK ||
	    are_alike(lines, count))
		return;
	for (i = 0; i < count; i++)
		if (has_number(lines[i].extent))
			draw_line(terminal, indent, &scale, &lines[i], out);
	draw_axis(terminal, indent, &scale, out);
}
