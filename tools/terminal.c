/* SPDX-License-Identifier: ISC */
#include "tools/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80, MAX_COLUMNS = 10000 };

/* ---- What it is ---------------------------------------------------------- */

static unsigned columns_of(const char *text)
{
	unsigned long columns;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return USUAL_COLUMNS;
	columns = strtoul(text, &end, 10);
	if (*end != '\0' || columns == 0 || columns > MAX_COLUMNS)
		return USUAL_COLUMNS;
	return (unsigned)columns;
}

struct terminal terminal_from(bool is, unsigned columns, const char *term,
			      const char *no_color, const char *columns_text)
{
	struct terminal terminal = {.is = is};

	terminal.moves = is && term && *term && strcmp(term, "dumb") != 0;
	terminal.colour = terminal.moves && !(no_color && *no_color);
	terminal.columns = columns > 0 && columns <= MAX_COLUMNS
				   ? columns
				   : columns_of(columns_text);
	return terminal;
}

struct terminal terminal_of(int fd)
{
	bool is = isatty(fd);
	struct winsize size;
	unsigned columns = 0;

	if (is && ioctl(fd, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	return terminal_from(is, columns, getenv("TERM"), getenv("NO_COLOR"),
			     getenv("COLUMNS"));
}

const char *terminal_style(const struct terminal *terminal,
			   enum terminal_style style)
{
	if (!terminal->colour)
		return "";
	switch (style) {
	case STYLE_RESET:
		return "\x1b[0m";
	case STYLE_BOLD:
		return "\x1b[1m";
	case STYLE_DIM:
		return "\x1b[2m";
	case STYLE_RED:
		return "\x1b[31m";
	case STYLE_GREEN:
		return "\x1b[32m";
	case STYLE_YELLOW:
		return "\x1b[33m";
	case STYLE_BLUE:
		return "\x1b[34m";
	}
	return "";
}

void terminal_print(const struct terminal *terminal, enum terminal_style style,
		    struct hear_span text, struct hear_buffer *out)
{
	bool styled = style != STYLE_RESET && text.size > 0;

	if (styled)
		hear_buffer_text(out, terminal_style(terminal, style));
	hear_buffer_span(out, text);
	if (styled)
		hear_buffer_text(out, terminal_style(terminal, STYLE_RESET));
}

/* ---- Text that is safe --------------------------------------------------- */

static struct hear_span from(struct hear_span text, size_t at)
{
	struct hear_span rest = {text.data + at, text.size - at};

	return rest;
}

/* Bytes of the character at the front, 0 where they are not UTF-8. The text
 * is not empty. */
static size_t next(struct hear_span text, uint32_t *point)
{
	const unsigned char *c = (const unsigned char *)text.data;
	struct hear_span one = {text.data, 1};
	size_t i;

	if (c[0] >= 0x80)
		one.size = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
	if (one.size > text.size || hear_utf8_bad(one) != HEAR_NOWHERE)
		return 0;
	*point = one.size == 1 ? c[0] : c[0] & (0xffu >> (one.size + 1));
	for (i = 1; i < one.size; i++)
		*point = *point << 6 | (c[i] & 0x3fu);
	return one.size;
}

/* What a terminal might obey instead of showing it. */
static bool is_obeyed(uint32_t point)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} ranges[] = {
		{0x0000, 0x001f}, {0x007f, 0x009f},
		{0x061c, 0x061c}, /* Arabic letter mark */
		{0x200e, 0x200f}, /* left-to-right and right-to-left marks */
		{0x2028, 0x202e}, /* separators, embeddings, overrides */
		{0x2066, 0x206f}, /* isolates, deprecated switches */
		{0xfff9, 0xfffb}, /* annotations */
	};
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (point <= ranges[i].last)
			return point >= ranges[i].first;
	return false;
}

static bool is_line_blank(char c)
{
	return c == '\n' || c == '\t' || c == '\r';
}

/* Line ends and tabs at the front: how many bytes were dealt with. */
static size_t clean_blanks(struct hear_span text, enum terminal_lines lines,
			   struct hear_buffer *out)
{
	size_t size = 0;

	if (lines == TERMINAL_LINES) {
		if (text.data[0] == '\r' &&
		    !(text.size > 1 && text.data[1] == '\n'))
			return 0;
		if (text.data[0] != '\r')
			hear_buffer_byte(out, text.data[0]);
		return 1;
	}
	while (size < text.size && is_line_blank(text.data[size]))
		size++;
	hear_buffer_byte(out, ' ');
	return size;
}

static size_t clean_next(struct hear_span text, enum terminal_lines lines,
			 struct hear_buffer *out)
{
	uint32_t point = 0;
	size_t size;

	if (is_line_blank(text.data[0])) {
		size = clean_blanks(text, lines, out);
		if (size > 0)
			return size;
	}
	size = next(text, &point);
	if (size == 0) {
		hear_buffer_print(out, "\\x{%x}", (unsigned char)text.data[0]);
		return 1;
	}
	if (is_obeyed(point))
		hear_buffer_print(out, "\\u{%x}", (unsigned)point);
	else
		hear_buffer_add(out, text.data, size);
	return size;
}

void terminal_clean(struct hear_span text, enum terminal_lines lines,
		    struct hear_buffer *out)
{
	size_t at = 0;
	size_t plain;

	while (at < text.size) {
		for (plain = at; plain < text.size; plain++)
			if (text.data[plain] < ' ' || text.data[plain] > '~')
				break;
		hear_buffer_add(out, text.data + at, plain - at);
		at = plain;
		if (at < text.size)
			at += clean_next(from(text, at), lines, out);
	}
}

size_t terminal_fit(struct hear_span text, size_t columns, size_t *used)
{
	size_t filled = 0;
	uint32_t point;
	size_t at = 0;

	while (at < text.size) {
		struct hear_span one = {text.data + at, 0};
		size_t wide;

		one.size = next(from(text, at), &point);
		if (one.size == 0)
			one.size = 1;
		wide = hear_text_columns(one);
		if (filled + wide > columns)
			break;
		filled += wide;
		at += one.size;
	}
	if (used)
		*used = filled;
	return at;
}

struct hear_span terminal_line(struct hear_span *rest, size_t width)
{
	struct hear_span line = {rest->data, terminal_fit(*rest, width, NULL)};
	size_t end;

	if (line.size == 0) /* narrower than one character */
		line.size = rest->size;
	end = line.size;
	if (line.size < rest->size) {
		while (end > 0 && rest->data[end] != ' ')
			end--;
		if (end == 0)
			end = line.size;
	}
	line.size = end;
	while (end < rest->size && rest->data[end] == ' ')
		end++;
	rest->data += end;
	rest->size -= end;
	while (line.size > 0 && line.data[line.size - 1] == ' ')
		line.size--;
	return line;
}

size_t terminal_cut(struct hear_span text, size_t columns,
		    struct hear_buffer *out)
{
	size_t used = hear_text_columns(text);

	if (used <= columns) {
		hear_buffer_span(out, text);
		return used;
	}
	if (columns == 0)
		return 0;
	text.size = terminal_fit(text, columns - 1, &used);
	hear_buffer_span(out, text);
	hear_buffer_text(out, "…");
	return used + 1;
}
