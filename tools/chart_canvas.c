/* SPDX-License-Identifier: ISC */
#include "tools/chart_canvas.h"

#include <math.h>

/* ---- Signs --------------------------------------------------------------- */

const char *canvas_sign(const struct canvas *canvas, enum sign which)
{
	static const struct {
		const char *ascii;
		const char *rich;
	} signs[] = {
		[SIGN_UP] = {"^", "\xe2\x86\x91"},
		[SIGN_DOWN] = {"v", "\xe2\x86\x93"},
		[SIGN_BAR] = {"|", "\xe2\x94\x82"},
		[SIGN_TOP] = {"T", "\xe2\x94\xac"},
		[SIGN_BOTTOM] = {"I", "\xe2\x94\xb4"},
		[SIGN_AXIS] = {"|", "\xe2\x94\x82"},
		[SIGN_AXIS_TICK] = {"+", "\xe2\x94\xa4"},
		[SIGN_CORNER] = {"+", "\xe2\x94\x94"},
		[SIGN_BASE] = {"-", "\xe2\x94\x80"},
		[SIGN_BASE_TICK] = {"+", "\xe2\x94\xac"},
		[SIGN_GRID] = {" ", "\xe2\x94\x88"},
		[SIGN_SPAN] = {".", "\xe2\x95\x8c"},
		[SIGN_SILENT] = {"o", "\xe2\x97\x8b"},
		[SIGN_DENIED] = {"x", "\xc3\x97"},
		[SIGN_WITHDRAWN] = {"!", "\xe2\x8a\x98"},
		[SIGN_MORE] = {"~", "\xe2\x80\xa6"},
	};

	return canvas->ascii ? signs[which].ascii : signs[which].rich;
}

enum sign canvas_sign_of(enum chart_what what)
{
	switch (what) {
	case CHART_FIGURE:
	case CHART_SILENT:
		return SIGN_SILENT;
	case CHART_DENIED:
		return SIGN_DENIED;
	case CHART_WITHDRAWN:
		return SIGN_WITHDRAWN;
	}
	return SIGN_SILENT;
}

enum terminal_style canvas_style(size_t who)
{
	static const enum terminal_style styles[] = {STYLE_BLUE, STYLE_RED,
						     STYLE_GREEN, STYLE_YELLOW};

	return styles[who % (sizeof styles / sizeof *styles)];
}

char canvas_letter(size_t who, bool struck)
{
	return (char)((struck ? 'a' : 'A') + (int)who);
}

/* ---- Places ------------------------------------------------------------- */

size_t canvas_part(double at, size_t count)
{
	double place = floor(at * (double)count);

	if (!(place > 0))
		return 0;
	return place < (double)count ? (size_t)place : count - 1;
}

size_t canvas_column(const struct canvas *canvas, double x)
{
	return canvas_part(x, canvas->width);
}

size_t canvas_row(const struct canvas *canvas, double y)
{
	return canvas->height - 1 - canvas_part(y, canvas->height);
}

/* ---- Text ---------------------------------------------------------------- */

void canvas_clean(const struct canvas *canvas, struct hear_span text,
		  struct hear_buffer *out)
{
	size_t from = out->size;
	size_t to = from;
	size_t i;

	terminal_clean(text, TERMINAL_ONE_LINE, out);
	if (!canvas->ascii || out->failed)
		return;
	for (i = from; i < out->size; i++) {
		unsigned char byte = (unsigned char)out->data[i];

		if (byte < 0x80)
			out->data[to++] = out->data[i];
		else if (byte >= 0xc0)
			out->data[to++] = '?';
	}
	out->size = to;
	if (out->data)
		out->data[to] = '\0';
}

size_t canvas_cut(const struct canvas *canvas, struct hear_span text,
		  size_t columns, struct hear_buffer *out)
{
	size_t used = hear_text_columns(text);

	if (used > columns && columns > 0) {
		text.size = terminal_fit(text, columns - 1, &used);
		hear_buffer_span(out, text);
		hear_buffer_text(out, canvas_sign(canvas, SIGN_MORE));
		return used + 1;
	}
	if (used > columns)
		return 0;
	hear_buffer_span(out, text);
	return used;
}

void canvas_pad(struct hear_buffer *out, size_t columns)
{
	while (columns-- > 0)
		hear_buffer_byte(out, ' ');
}

void canvas_lines(struct canvas *canvas, struct hear_span text, size_t most,
		  enum terminal_style style)
{
	struct hear_buffer line = {0};
	struct hear_span rest;
	size_t i;

	hear_buffer_reset(&canvas->scratch);
	canvas_clean(canvas, text, &canvas->scratch);
	rest = hear_buffer_view(&canvas->scratch);
	for (i = 1; rest.size > 0 && i <= most; i++) {
		struct hear_span taken =
			i == most ? rest
				  : terminal_line(&rest, canvas->columns);

		if (taken.size == 0)
			break;
		hear_buffer_reset(&line);
		(void)canvas_cut(canvas, taken, canvas->columns, &line);
		terminal_print(canvas->terminal, style, hear_buffer_view(&line),
			       canvas->out);
		hear_buffer_byte(canvas->out, '\n');
	}
	canvas->out->failed = canvas->out->failed || line.failed;
	hear_buffer_done(&line);
}
