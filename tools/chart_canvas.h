/* chart_canvas.h - what chart_terminal.c and chart_plot.c draw on.
 *
 * A plot of cells, each as large as a character, and the signs and texts that
 * go into the lines around it.
 */
#ifndef TOOLS_CHART_CANVAS_H
#define TOOLS_CHART_CANVAS_H

#include "tools/chart.h"
#include "tools/terminal.h"

/* One place of the plot. What has a higher kind is drawn over the others. */
enum kind { BLANK, LINE, BAR, WORDS, LETTER };

struct cell {
	enum kind kind;
	unsigned char dots; /* braille, of LINE */
	unsigned char who;  /* the series it belongs to */
	bool struck;
	bool covered;	  /* words that began further left stand here */
	const char *sign; /* of BAR: static text */
	char letter;	  /* of LETTER */
	size_t at;	  /* of WORDS, in canvas.words */
	size_t size;
};

struct canvas {
	const struct chart *chart;
	const struct chart_layout *layout;
	const struct terminal *terminal;
	bool ascii;
	size_t columns; /* of a line */
	size_t gutter;	/* before the axis */
	size_t width;	/* of the plot */
	size_t height;
	struct cell *cells;
	struct hear_buffer words;
	struct hear_buffer scratch;
	struct hear_buffer *out;
};

enum sign {
	SIGN_UP,
	SIGN_DOWN,
	SIGN_BAR,
	SIGN_TOP,
	SIGN_BOTTOM,
	SIGN_AXIS,
	SIGN_AXIS_TICK,
	SIGN_CORNER,
	SIGN_BASE,
	SIGN_BASE_TICK,
	SIGN_GRID,
	SIGN_SPAN,
	SIGN_SILENT,
	SIGN_DENIED,
	SIGN_WITHDRAWN,
	SIGN_MORE,
};

const char *canvas_sign(const struct canvas *canvas, enum sign which);
enum sign canvas_sign_of(enum chart_what what);
enum terminal_style canvas_style(size_t who);
char canvas_letter(size_t who, bool struck);

/* Where 0..1 is in the plot; row 0 is the highest. */
size_t canvas_column(const struct canvas *canvas, double x);
size_t canvas_row(const struct canvas *canvas, double y);
/* The same in `count` equal parts. */
size_t canvas_part(double at, size_t count);

/* Appends hostile text cleaned; where there is only ASCII, anything else is a
 * question mark. */
void canvas_clean(const struct canvas *canvas, struct hear_span text,
		  struct hear_buffer *out);
/* Appends clean text, cut to fit; gives the columns used. */
size_t canvas_cut(const struct canvas *canvas, struct hear_span text,
		  size_t columns, struct hear_buffer *out);
void canvas_pad(struct hear_buffer *out, size_t columns);
/* Prints hostile text over at most `most` lines; the last is cut. */
void canvas_lines(struct canvas *canvas, struct hear_span text, size_t most,
		  enum terminal_style style);

/* Draws the plot of all figures and prints it with the axis of values. */
void canvas_plot(struct canvas *canvas);
/* The same of one series, in few rows. */
void canvas_strip(struct canvas *canvas, size_t who);

#endif
