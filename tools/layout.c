/* SPDX-License-Identifier: ISC */
#include "tools/layout.h"

/* Blanks between columns, the narrowest one, and how many lines a text gets:
 * records come from many hands, and one of them may hold a word of 4 KiB. */
enum { GAP = 2, LEAST = 8, MOST_LINES = 12 };

void layout_pad(size_t columns, struct hear_buffer *out)
{
	while (columns-- > 0)
		hear_buffer_byte(out, ' ');
}

/* What is left of the line behind `used` columns. */
static size_t room(const struct terminal *terminal, size_t used)
{
	size_t all = terminal->columns;

	return all > used + LEAST ? all - used : LEAST;
}

size_t layout_width(const struct terminal *terminal, size_t indent,
		    size_t widest)
{
	size_t half = (room(terminal, indent) - GAP) / 2;

	if (half < LEAST)
		half = LEAST;
	return widest < half ? widest : half;
}

/* The next line of what is left, or where it is the last all of it, cut; the
 * columns it takes. */
static size_t print_line(const struct terminal *terminal, size_t width,
			 enum terminal_style style, bool last,
			 struct hear_span *rest, struct hear_buffer *out)
{
	struct hear_buffer line = {0};
	size_t used;

	if (rest->size == 0)
		return 0;
	if (last) {
		used = terminal_cut(*rest, width, &line);
		rest->size = 0;
	} else {
		struct hear_span taken = terminal_line(rest, width);

		hear_buffer_span(&line, taken);
		used = hear_text_columns(taken);
	}
	terminal_print(terminal, style, hear_buffer_view(&line), out);
	out->failed = out->failed || line.failed;
	hear_buffer_done(&line);
	return used;
}

void layout_text(const struct terminal *terminal, size_t indent,
		 enum terminal_style style, struct hear_span text,
		 struct hear_buffer *out)
{
	size_t width = room(terminal, indent);
	unsigned i;

	if (!terminal->is) {
		hear_buffer_span(out, text);
		hear_buffer_byte(out, '\n');
		return;
	}
	for (i = 1; text.size > 0; i++) {
		layout_pad(indent, out);
		(void)print_line(terminal, width, style, i == MOST_LINES,
				 &text, out);
		hear_buffer_byte(out, '\n');
	}
}

void layout_pair(const struct terminal *terminal,
		 const struct layout_pair *pair, struct hear_buffer *out)
{
	size_t before = pair->indent + pair->width + GAP;
	struct hear_span left = pair->left;
	struct hear_span right = pair->right;
	unsigned i;

	if (!terminal->is) {
		hear_buffer_span(out, left);
		hear_buffer_byte(out, '\t');
		hear_buffer_span(out, right);
		hear_buffer_byte(out, '\n');
		return;
	}
	for (i = 1; left.size > 0 || right.size > 0; i++) {
		size_t used;

		layout_pad(pair->indent, out);
		used = print_line(terminal, pair->width, pair->left_style,
				  i == MOST_LINES, &left, out);
		if (right.size > 0)
			layout_pad(used < pair->width + GAP
					   ? pair->width + GAP - used
					   : GAP,
				   out);
		(void)print_line(terminal, room(terminal, before),
				 pair->right_style, i == MOST_LINES, &right,
				 out);
		hear_buffer_byte(out, '\n');
	}
}
