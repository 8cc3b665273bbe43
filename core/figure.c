/* SPDX-License-Identifier: ISC */
#include "core/figure.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/measure.h"
#include "core/value.h"

#include <string.h>

enum part { LO = 1, BEST = 2, HI = 4, MARGIN = 8, WORD = 16 };

/* One line an operator: its name in the open form, in words, and its parts.
 * `less` is said of measures, where "fewer" is said of counts. */
static const struct form {
	const char *name;
	const char *said;
	const char *less;
	unsigned must;
	unsigned may;
} forms[] = {
	[HEAR_EXACTLY] = {"=", "", "", LO | HI, 0},
	[HEAR_ABOUT] = {"~", "about ", "about ", LO | HI, 0},
	[HEAR_MORE] = {">", "more than ", "more than ", LO, 0},
	[HEAR_AT_LEAST] = {">=", "at least ", "at least ", LO, 0},
	[HEAR_FEWER] = {"<", "fewer than ", "less than ", HI, 0},
	[HEAR_UP_TO] = {"<=", "up to ", "up to ", HI, 0},
	[HEAR_NEARLY] = {"nearly", "nearly ", "nearly ", LO | HI, 0},
	[HEAR_RANGE] = {"..", "", "", LO | HI, BEST},
	[HEAR_MARGIN] = {"±", "", "", LO | HI | MARGIN, 0},
	[HEAR_VAGUE] = {"word", "", "", WORD, 0},
};

enum { FORMS = sizeof forms / sizeof forms[0] };

static enum hear_code read_op(const struct hear_value *map,
			      struct hear_figure *out, struct hear_err *err)
{
	const struct hear_value *op = hear_map_get(map, "op");
	struct hear_span name = hear_text_of(op);
	unsigned i;

	for (i = 0; i < FORMS; i++) {
		if (hear_type_of(op) == HEAR_TEXT &&
		    hear_span_is(name, forms[i].name)) {
			out->op = (enum hear_figure_op)i;
			return HEAR_OK;
		}
	}
	return hear_fail_value(err, HEAR_INVALID, op ? op : map,
			       "a figure's op is one of = ~ > >= < <= nearly "
			       ".. ± word, not \"%.*s\"",
			       name.size < 40 ? (int)name.size : 40,
			       name.size ? name.data : "");
}

/* Whether the part may stand in a figure of this op, and must. */
static enum hear_code check_part(const struct hear_figure *figure,
				 enum part part, const char *key,
				 const struct hear_value *value,
				 const struct hear_value *map,
				 struct hear_err *err)
{
	const struct form *form = &forms[figure->op];

	if (!value && (form->must & part))
		return hear_fail_value(err, HEAR_INVALID, map,
				       "a figure with op \"%s\" needs %s",
				       form->name, key);
	if (value && !((form->must | form->may) & part))
		return hear_fail_value(err, HEAR_INVALID, value,
				       "a figure with op \"%s\" has no %s; "
				       "leave it out",
				       form->name, key);
	if (value && hear_type_of(value) != HEAR_TEXT)
		return hear_fail_value(err, HEAR_INVALID, value,
				       "%s of a figure is a text: write it in "
				       "quotation marks",
				       key);
	return HEAR_OK;
}

static bool normal(struct hear_span text, struct hear_decimal number)
{
	char room[HEAR_DECIMAL_TEXT];

	return hear_span_equal(hear_decimal_text(number, room), text);
}

static enum hear_code read_number(const struct hear_value *map,
				  const struct hear_figure *figure,
				  enum part part, const char *key,
				  struct hear_decimal *out, bool *has,
				  struct hear_err *err)
{
	const struct hear_value *value = hear_map_get(map, key);
	struct hear_span text = hear_text_of(value);
	enum hear_code code;

	code = check_part(figure, part, key, value, map, err);
	if (code || !value)
		return code;
	code = hear_decimal_parse(text, out, err);
	if (code || !normal(text, *out))
		return hear_fail_value(err, HEAR_INVALID, value,
				       "%s of a figure is a plain number of "
				       "at most 34 digits such as \"-0.25\", "
				       "without needless zeros",
				       key);
	if (has)
		*has = true;
	return HEAR_OK;
}

static enum hear_code check_order(const struct hear_value *map,
				  const struct hear_figure *figure,
				  struct hear_err *err)
{
	int ends = figure->has_lo && figure->has_hi
			   ? hear_decimal_order(figure->lo, figure->hi)
			   : 0;

	if (figure->op != HEAR_RANGE && ends != 0)
		return hear_fail_value(err, HEAR_INVALID, map,
				       "lo and hi of a figure with op \"%s\" "
				       "are the same number",
				       forms[figure->op].name);
	if (ends > 0)
		return hear_fail_value(err, HEAR_INVALID, map,
				       "lo of a figure is more than its hi; "
				       "put the smaller end first");
	if (figure->has_best &&
	    (hear_decimal_order(figure->best, figure->lo) < 0 ||
	     hear_decimal_order(figure->best, figure->hi) > 0))
		return hear_fail_value(err, HEAR_INVALID, map,
				       "best of a figure lies between its lo "
				       "and hi");
	if (figure->margin.digits < 0)
		return hear_fail_value(err, HEAR_INVALID, map,
				       "the margin of a figure is not "
				       "negative");
	return HEAR_OK;
}

static enum hear_code read_numbers(const struct hear_value *map,
				   struct hear_figure *out,
				   struct hear_err *err)
{
	enum hear_code code;

	code = read_number(map, out, LO, "lo", &out->lo, &out->has_lo, err);
	if (!code)
		code = read_number(map, out, BEST, "best", &out->best,
				   &out->has_best, err);
	if (!code)
		code = read_number(map, out, HI, "hi", &out->hi, &out->has_hi,
				   err);
	if (!code)
		code = read_number(map, out, MARGIN, "margin", &out->margin,
				   NULL, err);
	return code ? code : check_order(map, out, err);
}

static enum hear_code read_word(const struct hear_value *map,
				struct hear_figure *out, struct hear_err *err)
{
	const struct hear_value *value = hear_map_get(map, "word");
	enum hear_code code;

	code = check_part(out, WORD, "word", value, map, err);
	if (code || !value)
		return code;
	out->word = hear_text_of(value);
	if (hear_vague_known(out->word))
		return HEAR_OK;
	return hear_fail_value(err, HEAR_INVALID, value,
			       "not a vague word; write one such as "
			       "\"dozens\", \"several\" or \"tens of "
			       "thousands\", in lower case");
}

static enum hear_code read_unit(const struct hear_value *map,
				struct hear_figure *out, struct hear_err *err)
{
	const struct hear_value *value = hear_map_get(map, "unit");
	struct hear_span said = hear_text_of(value);
	struct hear_span unit;

	if (!value)
		return HEAR_OK;
	if (hear_type_of(value) == HEAR_TEXT && hear_unit_known(said)) {
		out->unit = said;
		return HEAR_OK;
	}
	if (said.size && hear_unit_match(said, &unit) == said.size)
		return hear_fail_value(err, HEAR_INVALID, value,
				       "write the unit as \"%.*s\"",
				       (int)unit.size, unit.data);
	return hear_fail_value(err, HEAR_INVALID, value,
			       "not a unit of measure such as km, %% or USD; "
			       "who or what is counted stands in \"of\"");
}

enum hear_code hear_figure_read(const struct hear_value *map,
				struct hear_figure *out, struct hear_err *err)
{
	const struct hear_value *words = hear_map_get(map, "words");
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (hear_type_of(map) != HEAR_MAP)
		return hear_fail_value(err, HEAR_INVALID, map,
				       "a figure in parts is a map such as "
				       "{\"op\": \"=\", \"lo\": \"300\", "
				       "\"hi\": \"300\"}");
	code = read_op(map, out, err);
	if (!code)
		code = read_numbers(map, out, err);
	if (!code)
		code = read_word(map, out, err);
	if (!code)
		code = read_unit(map, out, err);
	if (!code && words && hear_type_of(words) != HEAR_TEXT)
		code = hear_fail_value(err, HEAR_INVALID, words,
				       "words of a figure are a text: what "
				       "the source wrote");
	out->words = hear_text_of(words);
	return code;
}

static void make_number(struct hear_arena *arena, struct hear_value *map,
			const char *key, struct hear_decimal number)
{
	struct hear_buffer buffer = {0};

	hear_decimal_print(number, &buffer);
	hear_map_set(arena, map, key,
		     buffer.failed
			     ? NULL
			     : hear_make_text(arena,
					      hear_buffer_view(&buffer)));
	hear_buffer_done(&buffer);
}

struct hear_value *hear_figure_make(struct hear_arena *arena,
				    const struct hear_figure *figure)
{
	struct hear_value *map = hear_make_map(arena);

	hear_map_text(arena, map, "op", hear_span_of(forms[figure->op].name));
	if (figure->has_lo)
		make_number(arena, map, "lo", figure->lo);
	if (figure->has_best)
		make_number(arena, map, "best", figure->best);
	if (figure->has_hi)
		make_number(arena, map, "hi", figure->hi);
	if (figure->op == HEAR_MARGIN)
		make_number(arena, map, "margin", figure->margin);
	hear_map_text(arena, map, "word", figure->word);
	hear_map_text(arena, map, "unit", figure->unit);
	hear_map_text(arena, map, "words", figure->words);
	return map;
}

static void write_range(const struct hear_figure *figure,
			struct hear_buffer *out)
{
	hear_decimal_print(figure->lo, out);
	hear_buffer_text(out, "..");
	if (figure->has_best) {
		hear_decimal_print(figure->best, out);
		hear_buffer_text(out, "..");
	}
	hear_decimal_print(figure->hi, out);
}

static void write_margin(const struct hear_figure *figure,
			 struct hear_buffer *out)
{
	hear_decimal_print(figure->lo, out);
	hear_buffer_text(out, " ±");
	hear_decimal_print(figure->margin, out);
}

static void write_unit(const struct hear_figure *figure,
		       struct hear_buffer *out)
{
	if (figure->unit.size == 0)
		return;
	if (figure->op == HEAR_VAGUE && hear_vague_takes_of(figure->word))
		hear_buffer_text(out, " of");
	hear_buffer_byte(out, ' ');
	hear_buffer_span(out, figure->unit);
}

/* Operators with one number, which stands in lo or in hi. */
static void write_one(const struct hear_figure *figure, const char *op,
		      struct hear_buffer *out)
{
	hear_buffer_text(out, op);
	hear_decimal_print(figure->has_lo ? figure->lo : figure->hi, out);
}

void hear_figure_print(const struct hear_figure *figure,
		       struct hear_buffer *out)
{
	switch (figure->op) {
	case HEAR_EXACTLY:
		write_one(figure, "", out);
		break;
	case HEAR_NEARLY:
		write_one(figure, "nearly ", out);
		break;
	case HEAR_ABOUT:
	case HEAR_MORE:
	case HEAR_AT_LEAST:
	case HEAR_FEWER:
	case HEAR_UP_TO:
		write_one(figure, forms[figure->op].name, out);
		break;
	case HEAR_RANGE:
		write_range(figure, out);
		break;
	case HEAR_MARGIN:
		write_margin(figure, out);
		break;
	case HEAR_VAGUE:
		hear_buffer_span(out, figure->word);
		break;
	}
	write_unit(figure, out);
}

void hear_figure_say(const struct hear_figure *figure, struct hear_buffer *out)
{
	const struct form *form = &forms[figure->op];

	switch (figure->op) {
	case HEAR_EXACTLY:
	case HEAR_ABOUT:
	case HEAR_MORE:
	case HEAR_AT_LEAST:
	case HEAR_FEWER:
	case HEAR_UP_TO:
	case HEAR_NEARLY:
		write_one(figure, figure->unit.size ? form->less : form->said,
			  out);
		break;
	case HEAR_RANGE:
		hear_decimal_print(figure->lo, out);
		hear_buffer_text(out, " to ");
		hear_decimal_print(figure->hi, out);
		break;
	case HEAR_MARGIN:
		write_margin(figure, out);
		break;
	case HEAR_VAGUE:
		hear_buffer_span(out, figure->word);
		break;
	}
	write_unit(figure, out);
	if (figure->has_best) {
		hear_buffer_text(out, ", best ");
		hear_decimal_print(figure->best, out);
	}
}

static struct hear_decimal absolute(struct hear_decimal number)
{
	if (number.digits < 0)
		number.digits = -number.digits;
	return number;
}

/* The largest 1 or 5 × 10^n that divides the number, which is not 0. */
static struct hear_decimal step_of(struct hear_decimal number)
{
	struct hear_decimal step = {1, number.exponent};

	while (number.digits % 10 == 0) {
		number.digits /= 10;
		step.digits *= 10;
	}
	if (number.digits % 5 == 0)
		step.digits *= 5;
	return step;
}

/* How wide "about" is on each side. */
static struct hear_decimal width_of(struct hear_decimal number)
{
	const struct hear_decimal tenth = {1, -1};
	struct hear_decimal width;
	struct hear_decimal step;

	if (number.digits == 0)
		return number;
	step = step_of(absolute(number));
	/* A tenth of 18 decimals has 19 and does not fit: take the step. */
	if (!hear_decimal_multiply(absolute(number), tenth, &width))
		return step;
	return hear_decimal_order(width, step) < 0 ? width : step;
}

/* Ends that do not fit in a decimal are left open: the interval may be wider
 * than said, and never narrower. */
static void around(struct hear_decimal number, struct hear_decimal width,
		   struct hear_bounds *out)
{
	out->has_lo = hear_decimal_subtract(number, width, &out->lo);
	out->has_hi = hear_decimal_add(number, width, &out->hi);
}

/* From the side of zero: nearly -40 is -39, not -41; nearly 0 is 0. */
static void nearly(struct hear_decimal number, struct hear_bounds *out)
{
	around(number, width_of(number), out);
	if (number.digits < 0) {
		out->lo = number;
		out->lo_open = out->has_lo = true;
	} else if (number.digits > 0) {
		out->hi = number;
		out->hi_open = out->has_hi = true;
	}
}

void hear_figure_bounds(const struct hear_figure *figure,
			const struct hear_bounds *meaning,
			struct hear_bounds *out)
{
	memset(out, 0, sizeof *out);
	out->lo = figure->lo;
	out->hi = figure->hi;
	out->has_lo = figure->has_lo;
	out->has_hi = figure->has_hi;
	switch (figure->op) {
	case HEAR_EXACTLY:
	case HEAR_AT_LEAST:
	case HEAR_UP_TO:
	case HEAR_RANGE:
		break;
	case HEAR_MORE:
		out->lo_open = true;
		break;
	case HEAR_FEWER:
		out->hi_open = true;
		break;
	case HEAR_ABOUT:
		around(figure->lo, width_of(figure->lo), out);
		break;
	case HEAR_NEARLY:
		nearly(figure->lo, out);
		break;
	case HEAR_MARGIN:
		around(figure->lo, figure->margin, out);
		break;
	case HEAR_VAGUE:
		if (meaning)
			*out = *meaning;
		break;
	}
}
