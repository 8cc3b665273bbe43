/* SPDX-License-Identifier: ISC */
#include "tools/chart_ink.h"
#include "tools/chart_svg.h"
#include "tools/terminal.h"

#include <math.h>
#include <string.h>

/* What a letter takes on average: of a usual font in the size for small
 * screens, of a wide font in the other. */
static const double letter_width = 7.6;
static const double heading_width = 9.4;
static const double note_width = 7.1;

enum { COLOURS = 7, SHAPES = 6, DASHES = 4, FILE_WIDTH = 720 };

struct colour {
	const char *light;
	const char *dark;
};

/* Okabe and Ito's, less the yellow that white paper swallows. */
static const struct colour colours[COLOURS] = {
	{"#0072b2", "#56b4e9"}, {"#d55e00", "#e8762c"}, {"#009e73", "#00b586"},
	{"#cc79a7", "#dd92bb"}, {"#000000", "#f2f2f2"}, {"#e69f00", "#e69f00"},
	{"#56b4e9", "#f0e442"},
};

static const char *colour_of(size_t who)
{
	return colours[who % COLOURS].light;
}

static const char *dash_of(size_t who)
{
	static const char *const dashes[DASHES] = {NULL, "7 3", "2 2.5",
						   "9 3 2 3"};

	return dashes[who % DASHES];
}

void ink_init(struct ink *ink, const char *prefix, struct hear_buffer *out)
{
	memset(ink, 0, sizeof *ink);
	ink->prefix = prefix;
	ink->out = out;
}

void ink_fail(struct ink *ink, bool failed)
{
	ink->out->failed = ink->out->failed || failed;
}

void ink_done(struct ink *ink)
{
	ink_fail(ink, ink->scratch.failed || ink->line.failed);
	hear_buffer_done(&ink->scratch);
	hear_buffer_done(&ink->line);
}

/* ---- Text ---------------------------------------------------------------- */

/* U+FFFE and U+FFFF may stand in UTF-8, but not in XML. */
static bool is_forbidden(struct hear_span text, size_t at)
{
	return text.size - at >= 3 &&
	       memcmp(text.data + at, "\xef\xbf", 2) == 0 &&
	       (unsigned char)text.data[at + 2] >= 0xbe;
}

/* Appends clean text so that XML reads it as text. */
static void escape(struct hear_span text, struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < text.size; i++) {
		switch (text.data[i]) {
		case '&':
			hear_buffer_text(out, "&amp;");
			break;
		case '<':
			hear_buffer_text(out, "&lt;");
			break;
		case '>':
			hear_buffer_text(out, "&gt;");
			break;
		case '"':
			hear_buffer_text(out, "&quot;");
			break;
		case '\'':
			hear_buffer_text(out, "&#39;");
			break;
		default:
			hear_buffer_byte(out, text.data[i]);
		}
	}
}

/* Hostile text on one line, in ink->scratch. */
static struct hear_span clean(struct ink *ink, struct hear_span text)
{
	struct hear_buffer *out = &ink->scratch;
	size_t from = 0;
	size_t i;

	hear_buffer_reset(out);
	for (i = 0; i < text.size; i++)
		if (is_forbidden(text, i)) {
			struct hear_span before = {text.data + from, i - from};

			terminal_clean(before, TERMINAL_ONE_LINE, out);
			hear_buffer_print(
				out, "\\u{fff%c}",
				(unsigned char)text.data[i + 2] == 0xbe ? 'e'
									: 'f');
			i += 2;
			from = i + 1;
		}
	if (from < text.size) {
		struct hear_span rest = {text.data + from, text.size - from};

		terminal_clean(rest, TERMINAL_ONE_LINE, out);
	}
	return hear_buffer_view(out);
}

size_t ink_columns(struct ink *ink, struct hear_span text)
{
	return hear_text_columns(clean(ink, text));
}

double ink_width(struct ink *ink, struct hear_span text)
{
	return (double)ink_columns(ink, text) * letter_width;
}

/* Coordinates with one digit, none where it is 0. */
static void number(double value, struct hear_buffer *out)
{
	double tenths = floor(value * 10 + 0.5);

	if (!(fabs(tenths) < 1e6)) /* no drawing is that large */
		tenths = 0;
	if (fmod(tenths, 10) == 0)
		hear_buffer_print(out, "%d", (int)(tenths / 10));
	else
		hear_buffer_print(out, "%s%d.%d", tenths < 0 ? "-" : "",
				  (int)(fabs(tenths) / 10),
				  (int)fmod(fabs(tenths), 10));
}

static void attribute(struct ink *ink, const char *name, double value)
{
	hear_buffer_print(ink->out, " %s=\"", name);
	number(value, ink->out);
	hear_buffer_byte(ink->out, '"');
}

static const char *size_of(const char *class)
{
	return *class == 'h'   ? " font-size=\"17\" font-weight=\"bold\""
	       : *class == 'n' ? " font-size=\"12\""
			       : "";
}

static void print_text(struct ink *ink, const char *class,
		       struct hear_span text, enum ink_anchor anchor, double x,
		       double y)
{
	hear_buffer_text(ink->out, "<text");
	if (*class)
		hear_buffer_print(ink->out, " class=\"%s\"", class);
	hear_buffer_text(ink->out, size_of(class));
	if (anchor != INK_START)
		hear_buffer_print(ink->out, " text-anchor=\"%s\"",
				  anchor == INK_END ? "end" : "middle");
	if (strchr(class, 'x'))
		hear_buffer_text(ink->out, " text-decoration=\"line-through\"");
	attribute(ink, "x", x);
	attribute(ink, "y", y);
	hear_buffer_byte(ink->out, '>');
	escape(text, ink->out);
	hear_buffer_text(ink->out, "</text>\n");
}

static size_t columns_in(const char *class, double width)
{
	double of = *class == 'h'   ? heading_width
		    : *class == 'n' ? note_width
				    : letter_width;

	return width > of ? (size_t)(width / of) : 1;
}

void ink_text(struct ink *ink, const char *class, struct hear_span text,
	      enum ink_anchor anchor, double x, double y, double most)
{
	struct hear_span shown = clean(ink, text);

	hear_buffer_reset(&ink->line);
	(void)terminal_cut(shown, columns_in(class, most), &ink->line);
	if (ink->line.size > 0)
		print_text(ink, class, hear_buffer_view(&ink->line), anchor, x,
			   y);
}

double ink_lines(struct ink *ink, const char *class, struct hear_span text,
		 double x, double y, double width, double apart, size_t most)
{
	size_t columns = columns_in(class, width);
	struct hear_span rest = clean(ink, text);
	size_t i;

	for (i = 1; rest.size > 0 && i <= most; i++) {
		struct hear_span taken = rest;

		if (i < most)
			taken = terminal_line(&rest, columns);
		else
			rest.size = 0;
		hear_buffer_reset(&ink->line);
		(void)terminal_cut(taken, columns, &ink->line);
		y += apart;
		print_text(ink, class, hear_buffer_view(&ink->line), INK_START,
			   x, y - apart / 4);
	}
	return y;
}

/* ---- Lines --------------------------------------------------------------- */

static void print_line(struct ink *ink, double x1, double y1, double x2,
		       double y2)
{
	attribute(ink, "x1", x1);
	attribute(ink, "y1", y1);
	attribute(ink, "x2", x2);
	attribute(ink, "y2", y2);
	hear_buffer_text(ink->out, "/>");
}

void ink_line(struct ink *ink, const char *class, double x1, double y1,
	      double x2, double y2)
{
	hear_buffer_print(ink->out, "<line class=\"%s\" stroke=\"%s\"", class,
			  *class == 'g' ? "#d9d9d9" : "#595959");
	print_line(ink, x1, y1, x2, y2);
	hear_buffer_byte(ink->out, '\n');
}

static void series_class(struct ink *ink, size_t who, const char *more)
{
	hear_buffer_print(ink->out, " class=\"s%zu%s\" color=\"%s\"",
			  who % COLOURS, more, colour_of(who));
}

void ink_leader(struct ink *ink, size_t who, double x1, double y1, double x2,
		double y2)
{
	hear_buffer_text(ink->out, "<line");
	series_class(ink, who, "");
	hear_buffer_text(ink->out, " stroke=\"currentColor\" "
				   "stroke-width=\"0.7\" opacity=\"0.7\"");
	print_line(ink, x1, y1, x2, y2);
	hear_buffer_byte(ink->out, '\n');
}

void ink_path_begin(struct ink *ink, size_t who)
{
	hear_buffer_text(ink->out, "<path");
	series_class(ink, who, "");
	hear_buffer_text(ink->out,
			 " fill=\"none\" stroke=\"currentColor\" "
			 "stroke-width=\"1.7\" stroke-linejoin=\"round\"");
	if (dash_of(who))
		hear_buffer_print(ink->out, " stroke-dasharray=\"%s\"",
				  dash_of(who));
	hear_buffer_text(ink->out, " d=\"");
	ink->begun = false;
}

void ink_area_begin(struct ink *ink, size_t who)
{
	hear_buffer_text(ink->out, "<path");
	series_class(ink, who, "");
	hear_buffer_text(ink->out, " fill=\"currentColor\" opacity=\"0.2\" "
				   "d=\"");
	ink->begun = false;
}

void ink_path_to(struct ink *ink, double x, double y)
{
	hear_buffer_byte(ink->out, ink->begun ? 'L' : 'M');
	number(x, ink->out);
	hear_buffer_byte(ink->out, ' ');
	number(y, ink->out);
	ink->begun = true;
}

void ink_path_end(struct ink *ink)
{
	hear_buffer_text(ink->out, "\"/>\n");
}

/* ---- Points -------------------------------------------------------------- */

void ink_group_begin(struct ink *ink, size_t who, struct hear_span told,
		     bool struck)
{
	hear_buffer_text(ink->out, "<g");
	series_class(ink, who, "");
	hear_buffer_print(ink->out,
			  " stroke=\"currentColor\" fill=\"none\"%s><title>",
			  struck ? " opacity=\"0.75\"" : "");
	escape(clean(ink, told), ink->out);
	hear_buffer_text(ink->out, "</title>");
}

void ink_group_end(struct ink *ink)
{
	hear_buffer_text(ink->out, "</g>\n");
}

/* A path that begins at a place and goes on relative to it. */
static void stroke(struct ink *ink, double x, double y, const char *rest)
{
	hear_buffer_text(ink->out, "<path d=\"M");
	number(x, ink->out);
	hear_buffer_byte(ink->out, ' ');
	number(y, ink->out);
	hear_buffer_print(ink->out, "%s/>", rest);
}

void ink_mark(struct ink *ink, size_t who, double x, double y, bool small,
	      bool struck)
{
	static const char *const shapes[SHAPES] = {
		"m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
		"m-4 -4h8v8h-8z",
		"m0 -5.5l5 9h-10z",
		"m0 -5.5l5 5.5l-5 5.5l-5 -5.5z",
		"m0 5.5l5 -9h-10z",
		"m-1.5 -5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z",
	};
	static const char *const filled = "\" fill=\"currentColor\" "
					  "stroke=\"none\"";
	static const char *const hollow = "\" class=\"b\" fill=\"#fff\" "
					  "stroke-width=\"1.3\"";

	hear_buffer_text(ink->out, "<g transform=\"translate(");
	number(x, ink->out);
	hear_buffer_byte(ink->out, ' ');
	number(y, ink->out);
	hear_buffer_print(ink->out, ")%s\"><path d=\"M0 0%s%s/>",
			  small ? " scale(.6)" : "", shapes[who % SHAPES],
			  struck ? hollow : filled);
	if (struck)
		hear_buffer_text(ink->out, "<path d=\"M-7 7l14 -14\" "
					   "stroke-width=\"1.3\"/>");
	hear_buffer_text(ink->out, "</g>");
}

/* "About" has whiskers, what was said as a range is a bar. */
void ink_range(struct ink *ink, double x, double low, double high, bool about)
{
	hear_buffer_text(ink->out, "<path d=\"");
	if (about) {
		hear_buffer_byte(ink->out, 'M');
		number(x - 4, ink->out);
		hear_buffer_byte(ink->out, ' ');
		number(low, ink->out);
		hear_buffer_text(ink->out, "h8m-4 0V");
		number(high, ink->out);
		hear_buffer_text(ink->out, "m-4 0h8\" stroke-width=\"1.3\"/>");
		return;
	}
	hear_buffer_byte(ink->out, 'M');
	number(x, ink->out);
	hear_buffer_byte(ink->out, ' ');
	number(low, ink->out);
	hear_buffer_byte(ink->out, 'V');
	number(high, ink->out);
	hear_buffer_text(ink->out, "\" stroke-width=\"7\" opacity=\"0.4\"/>");
}

void ink_span(struct ink *ink, double from, double to, double y)
{
	hear_buffer_text(ink->out, "<path d=\"M");
	number(from, ink->out);
	hear_buffer_byte(ink->out, ' ');
	number(y, ink->out);
	hear_buffer_byte(ink->out, 'H');
	number(to, ink->out);
	hear_buffer_text(ink->out, "\" stroke-width=\"1\"/>");
}

void ink_arrow(struct ink *ink, double x, double y, double length)
{
	hear_buffer_text(ink->out, "<path d=\"M");
	number(x, ink->out);
	hear_buffer_byte(ink->out, ' ');
	number(y, ink->out);
	hear_buffer_byte(ink->out, 'v');
	number(length, ink->out);
	hear_buffer_print(ink->out, "m-4 %sl4 %sl4 %s\" stroke-width=\"1.6\"/>",
			  length < 0 ? "5" : "-5", length < 0 ? "-5" : "5",
			  length < 0 ? "5" : "-5");
}

void ink_about(struct ink *ink, double x, double y)
{
	stroke(ink, x - 8, y + 1,
	       "q2 -4 4 -1.2q2 2.8 4 -1.2\" stroke-width=\"1.4\"");
}

void ink_silence(struct ink *ink, double from, double to, double y)
{
	hear_buffer_text(ink->out, "<path d=\"M");
	number(from, ink->out);
	hear_buffer_byte(ink->out, ' ');
	number(y, ink->out);
	hear_buffer_byte(ink->out, 'H');
	number(to, ink->out);
	hear_buffer_text(ink->out, "\" stroke-width=\"2\" "
				   "stroke-dasharray=\"2 3\"/>");
}

void ink_said(struct ink *ink, enum chart_what what, double x, double y)
{
	switch (what) {
	case CHART_FIGURE:
		break;
	case CHART_SILENT:
		stroke(ink, x, y,
		       "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z\" class=\"b\" "
		       "fill=\"#fff\" stroke-width=\"1.8\"");
		break;
	case CHART_DENIED:
		stroke(ink, x, y,
		       "m-5 -5l10 10m0 -10l-10 10\" stroke-width=\"2.2\"");
		break;
	case CHART_WITHDRAWN:
		stroke(ink, x, y,
		       "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0zm1.5 3.5l7 -7\" "
		       "class=\"b\" fill=\"#fff\" stroke-width=\"1.8\"");
		break;
	}
}

void ink_sample(struct ink *ink, size_t who, double x, double y)
{
	hear_buffer_text(ink->out, "<g");
	series_class(ink, who, "");
	hear_buffer_text(ink->out, " stroke=\"currentColor\" fill=\"none\">");
	hear_buffer_text(ink->out, "<path stroke-width=\"1.7\"");
	if (dash_of(who))
		hear_buffer_print(ink->out, " stroke-dasharray=\"%s\"",
				  dash_of(who));
	hear_buffer_text(ink->out, " d=\"M");
	number(x, ink->out);
	hear_buffer_byte(ink->out, ' ');
	number(y, ink->out);
	hear_buffer_text(ink->out, "h22\"/>");
	ink_mark(ink, who, x + 11, y, false, false);
	hear_buffer_text(ink->out, "</g>\n");
}

/* ---- The whole ----------------------------------------------------------- */

static void print_style(const char *id, struct hear_buffer *out)
{
	size_t i;

	hear_buffer_print(out,
			  "<style>"
			  "#%s{color:#1b1b1b;max-width:720px}"
			  "#%s .t,#%s .n{fill:#4a4a4a}"
			  "#%s .o{paint-order:stroke;stroke:#fff;"
			  "stroke-width:3px;stroke-linejoin:round}",
			  id, id, id, id);
	hear_buffer_print(out,
			  "@media screen and (prefers-color-scheme:dark){"
			  "#%s{color:#ececec}"
			  "#%s .t,#%s .n{fill:#b8b8b8}"
			  "#%s .b{fill:#161616}#%s .o{stroke:#161616}"
			  "#%s .g{stroke:#3d3d3d}#%s .a{stroke:#a0a0a0}",
			  id, id, id, id, id, id, id);
	for (i = 0; i < COLOURS; i++)
		hear_buffer_print(out, "#%s .s%zu{color:%s}", id, i,
				  colours[i].dark);
	hear_buffer_print(out,
			  "}@media (max-width:30rem){#%s{font-size:15px}"
			  "#%s .n{font-size:14px}}</style>\n",
			  id, id);
}

/* A browser that shows a file alone would make it as high as its window, and a
 * long one small: it is to be as wide as the window, and no wider than others
 * show it. */
static void print_shape(const char *id, double height, struct hear_buffer *out)
{
	hear_buffer_print(out,
			  "<style>#%s{width:min(100vw,%dpx);"
			  "height:calc(min(100vw,%dpx)*%d/%d)}</style>\n",
			  id, FILE_WIDTH, FILE_WIDTH, (int)ceil(height),
			  CHART_SVG_WIDTH);
}

void ink_document(const char *prefix, enum ink_place place, double at,
		  double height, struct hear_span title,
		  struct hear_span description, struct hear_span inside,
		  struct hear_buffer *out)
{
	struct ink ink;

	ink_init(&ink, prefix, out);
	hear_buffer_print(out, "<svg id=\"%s\"", prefix);
	if (place == INK_INSIDE)
		attribute(&ink, "y", at);
	else
		hear_buffer_text(out, " xmlns=\"http://www.w3.org/2000/svg\"");
	if (place == INK_IN_PAGE) {
		hear_buffer_text(out, " width=\"100%\"");
	} else {
		double scale = place == INK_FILE
				       ? (double)FILE_WIDTH / CHART_SVG_WIDTH
				       : 1;

		attribute(&ink, "width", CHART_SVG_WIDTH * scale);
		attribute(&ink, "height", height * scale);
	}
	hear_buffer_print(out, " viewBox=\"0 0 %d ", CHART_SVG_WIDTH);
	number(height, out);
	hear_buffer_print(out,
			  "\" role=\"img\" aria-labelledby=\"%s-t %s-d\" "
			  "font-family=\"sans-serif\" font-size=\"13\" "
			  "color=\"#1b1b1b\" fill=\"currentColor\">\n"
			  "<title id=\"%s-t\">",
			  prefix, prefix, prefix);
	escape(clean(&ink, title), out);
	hear_buffer_print(out, "</title>\n<desc id=\"%s-d\">", prefix);
	escape(clean(&ink, description), out);
	hear_buffer_text(out, "</desc>\n");
	print_style(prefix, out);
	if (place == INK_FILE)
		print_shape(prefix, height, out);
	hear_buffer_text(out, "<rect class=\"b\" width=\"100%\" "
			      "height=\"100%\" fill=\"#fff\"/>\n");
	hear_buffer_span(out, inside);
	hear_buffer_text(out, "</svg>\n");
	ink_done(&ink);
}
