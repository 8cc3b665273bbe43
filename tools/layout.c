/* SPDX-License-Identifier: ISC */
#include "tools/layout.h"

enum { GAP = 2, LEAST = 8 }; /* blanks between columns; the narrowest one */

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

void layout_text(const struct terminal *terminal, size_t indent,
		 enum terminal_style style, struct hear_span text,
		 struct hear_buffer *out)
{
	size_t width = room(terminal, indent);

	if (!terminal->is) {
		hear_buffer_span(out, text);
		hear_buffer_byte(out, '\n');
		return;
	}
	while (text.size > 0) {
		struct hear_span line = terminal_line(&text, width);

		layout_pad(indent, out);
		terminal_print(terminal, style, line, out);
		hear_buffer_byte(out, '\n');
	}
}

/* The next line of one side; the columns it takes. */
static size_t print_side(const struct terminal *terminal, size_t width,
			 enum terminal_style style, struct hear_span *rest,
			 struct hear_buffer *out)
{
	struct hear_span line;

	if (rest->size == 0)
		return 0;
	line = terminal_line(rest, width);
	terminal_print(terminal, style, line, out);
	return hear_text_columns(line);
}

void layout_pair(const struct terminal *terminal,
		 const struct layout_pair *pair, struct hear_buffer *out)
{
	size_t before = pair->indent + pair->width + GAP;
	struct hear_span left = pair->left;
	struct hear_span right = pair->right;

	if (!terminal->is) {
		hear_buffer_span(out, left);
		hear_buffer_byte(out, '\t');
		hear_buffer_span(out, right);
		hear_buffer_byte(out, '\n');
		return;
	}
	while (left.size > 0 || right.size > 0) {
		size_t used;

		layout_pad(pair->indent, out);
		used = print_side(terminal, pair->width, pair->left_style,
				  &left, out);
		if (right.size > 0)
			layout_pad(used < pair->width + GAP
					   ? pair->width + GAP - used
					   : GAP,
				   out);
		(void)print_side(terminal, room(terminal, before),
				 pair->right_style, &right, out);
		hear_buffer_byte(out, '\n');
	}
}
