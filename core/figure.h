/* figure.h - values as said: "about 300", "2700..3000", "dozens", "45 ±3 %".
 *
 * A figure keeps what was said and is read as an interval by written rules
 * (FORMAT.md, "Figures"). Numbers are decimals (core/decimal), never binary
 * floats. The open form is the map that records hold:
 *
 *   {op, lo, best, hi, margin, word, unit, words}
 *
 * op is one of the names below; lo, hi, best and margin are decimal strings
 * in normal form, as said and not widened; word is a vague word; words is what
 * the source wrote, kept where it differs from what hear_figure_print would
 * give. Units and vague words are those of core/measure, in the one spelling
 * that is kept.
 */
#ifndef CORE_FIGURE_H
#define CORE_FIGURE_H

#include "core/decimal.h"
#include "core/hearsay.h"

/* op in the open form, and what it takes. */
enum hear_figure_op {
	HEAR_EXACTLY,  /* "="      lo = hi                     300           */
	HEAR_ABOUT,    /* "~"      lo = hi                     about 300     */
	HEAR_MORE,     /* ">"      lo only                     more than 300 */
	HEAR_AT_LEAST, /* ">="     lo only                     at least 300  */
	HEAR_FEWER,    /* "<"      hi only                     fewer than 300*/
	HEAR_UP_TO,    /* "<="     hi only                     up to 300     */
	HEAR_NEARLY,   /* "nearly" hi = lo                     nearly 300    */
	HEAR_RANGE,    /* ".."     lo, hi, perhaps best        75..85..95    */
	HEAR_MARGIN,   /* "±"      lo = hi, margin             45 ±3 %       */
	HEAR_VAGUE,    /* "word"   no number; `word` is set    dozens        */
};

struct hear_figure {
	enum hear_figure_op op;
	struct hear_decimal lo;
	struct hear_decimal best;
	struct hear_decimal hi;
	struct hear_decimal margin; /* in the figure's own unit, not negative */
	bool has_lo;
	bool has_best;
	bool has_hi;
	struct hear_span word; /* lower case: "dozens", "a few" */
	struct hear_span unit; /* empty: a count */
	struct hear_span words;
};

/* Bounds of the interval a figure is read as. */
struct hear_bounds {
	struct hear_decimal lo;
	struct hear_decimal hi;
	bool has_lo; /* false: unbounded below */
	bool has_hi;
	bool lo_open; /* lo itself is outside ("more than") */
	bool hi_open;
};

/* Reads one line as people write it into the open form. A trailing noun that
 * is no unit ("300 people") is given in `noun` (empty if none), which borrows
 * from `text`, and is not part of the figure nor of its words.
 * HEAR_NOTFOUND is an answer: the text is something else, such as a sentence,
 * a date or an identifier; `err` is untouched and the caller may keep it as a
 * plain string. Text that begins like a figure and goes wrong ("5..3", a
 * number of 40 digits) or may be read in two ways ("2,7") is HEAR_INVALID or
 * HEAR_LIMIT with err->at set. */
HEAR_CHECKED enum hear_code
hear_figure_parse(struct hear_arena *arena, struct hear_span text,
		  struct hear_value **out, struct hear_span *noun,
		  struct hear_err *err);

/* Reads the open form, borrowing its texts; HEAR_INVALID says which part is
 * wrong: unknown op, a number not in normal form, ends the wrong way round,
 * a part missing or one too many. */
HEAR_CHECKED enum hear_code hear_figure_read(const struct hear_value *map,
					     struct hear_figure *out,
					     struct hear_err *err);

/* The open form of a figure that keeps the rules above; copies its texts. */
struct hear_value *hear_figure_make(struct hear_arena *arena,
				    const struct hear_figure *figure);

/* One line that hear_figure_parse reads back to the same figure, in the short
 * symbols: "~300", ">3000", "75..85..95", "45 ±3 %", "dozens". */
void hear_figure_print(const struct hear_figure *figure,
		       struct hear_buffer *out);

/* The same in words, for sentences: "about 300", "fewer than 40", "75 to 95,
 * best 85". */
void hear_figure_say(const struct hear_figure *figure, struct hear_buffer *out);

/* The interval, by the built-in rules. An end that does not fit in a decimal
 * is left open: wider than said, never narrower. A vague word has the bounds
 * given in `meaning` (from a definition), or none at all where that is NULL. */
void hear_figure_bounds(const struct hear_figure *figure,
			const struct hear_bounds *meaning,
			struct hear_bounds *out);

#endif
