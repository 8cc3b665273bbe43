/* SPDX-License-Identifier: ISC */
#include "core/amount.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/measure.h"

#include <string.h>

enum { MAX_SHOWN = 40 };

struct hear_span hear_scan_rest(const struct hear_scan *scan)
{
	return hear_scan_after(scan->all, scan->at);
}

char hear_scan_next(const struct hear_scan *scan)
{
	return scan->at < scan->all.size ? scan->all.data[scan->at] : '\0';
}

void hear_scan_blanks(struct hear_scan *scan)
{
	size_t size;

	while ((size = hear_blank_at(hear_scan_rest(scan))))
		scan->at += size;
}

bool hear_scan_take(struct hear_scan *scan, size_t size)
{
	scan->at += size;
	return size > 0;
}

bool hear_scan_phrase(struct hear_scan *scan, const char *phrase)
{
	return hear_scan_take(scan,
			      hear_phrase_match(hear_scan_rest(scan), phrase));
}

bool hear_scan_begins(struct hear_span text, const char *with)
{
	size_t size = strlen(with);

	return text.size >= size && memcmp(text.data, with, size) == 0;
}

/* How many bytes to show in a message: whole characters. */
int hear_shown(struct hear_span text)
{
	return (int)hear_span_cut(text, MAX_SHOWN).size;
}

enum hear_code hear_scan_fail(struct hear_scan *scan, size_t from,
			      const char *advice)
{
	struct hear_span text;

	scan->at = from;
	hear_scan_blanks(scan);
	text = hear_scan_rest(scan);
	return hear_fail_at(scan->err, HEAR_INVALID, scan->at, text.size,
			    "cannot read \"%.*s\" in a figure; %s",
			    hear_shown(text), text.data, advice);
}

/* ---- Numbers --------------------------------------------------------------
 */

/* The digits and the point of a number, without what parts its groups. */
struct plain {
	char data[64];
	size_t size;
	bool full;
};

static void keep(struct plain *plain, const char *data, size_t size)
{
	if (size > sizeof plain->data - plain->size) {
		plain->full = true;
		return;
	}
	memcpy(plain->data + plain->size, data, size);
	plain->size += size;
}

static size_t digits_at(struct hear_span text)
{
	size_t size = 0;

	while (size < text.size && hear_digit(text.data[size]))
		size++;
	return size;
}

static void take_digits(struct hear_scan *scan, struct plain *plain)
{
	size_t size = digits_at(hear_scan_rest(scan));

	keep(plain, scan->all.data + scan->at, size);
	scan->at += size;
}

/* What parts groups of three: comma, apostrophe, any blank. */
static struct hear_span separator_at(struct hear_span text)
{
	size_t size = text.size ? hear_blank_at(text) : 0;

	if (hear_scan_begins(text, ",") || hear_scan_begins(text, "'"))
		size = 1;
	if (hear_scan_begins(text, "\xE2\x80\x99"))
		size = 3;
	return hear_span_make(text.data, size);
}

static bool group_at(struct hear_span text, struct hear_span separator)
{
	return text.size > separator.size &&
	       memcmp(text.data, separator.data, separator.size) == 0 &&
	       digits_at(hear_scan_after(text, separator.size)) == 3;
}

/* Whether plain blanks part the groups. */
static bool take_whole(struct hear_scan *scan, struct plain *plain)
{
	struct hear_span separator;
	bool zero = hear_scan_next(scan) == '0';

	take_digits(scan, plain);
	separator = separator_at(hear_scan_rest(scan));
	if (zero || plain->full || plain->size > 3 || separator.size == 0)
		return false;
	while (group_at(hear_scan_rest(scan), separator)) {
		scan->at += separator.size;
		take_digits(scan, plain);
	}
	return plain->size > 3 && separator.data[0] == ' ';
}

static bool digit_after(const struct hear_scan *scan, char mark)
{
	struct hear_span text = hear_scan_rest(scan);

	return text.size > 1 && text.data[0] == mark &&
	       hear_digit(text.data[1]);
}

/* "2,7" may be 2.7 or a slip: say how to write either. */
static enum hear_code fail_comma(struct hear_scan *scan, size_t from)
{
	char point[MAX_SHOWN + 1];
	struct hear_span text;
	size_t commas = 0;
	size_t i;

	while (hear_digit(hear_scan_next(scan)) || digit_after(scan, ',') ||
	       digit_after(scan, '.'))
		scan->at++;
	text = hear_span_make(scan->all.data + from, scan->at - from);
	for (i = 0; i < text.size && i < MAX_SHOWN; i++) {
		point[i] = text.data[i] == ',' ? '.' : text.data[i];
		commas += text.data[i] == ',' || text.data[i] == '.';
	}
	point[i] = '\0';
	if (commas == 1 && text.size <= MAX_SHOWN)
		return hear_fail_at(scan->err, HEAR_INVALID, from, text.size,
				    "\"%.*s\" is not clear: write %s for a "
				    "decimal; commas stand only between "
				    "groups of three digits (2,700)",
				    hear_shown(text), text.data, point);
	return hear_fail_at(scan->err, HEAR_INVALID, from, text.size,
			    "\"%.*s\" is not clear: write it without commas, "
			    "with a point before decimals (1234567.8)",
			    hear_shown(text), text.data);
}

/* Dates (2025-01, 2025-01-13, 2025?) and identifiers (007, 10:30, 24/7). */
static bool not_a_number(struct hear_span text)
{
	size_t size = digits_at(text);
	struct hear_span left = hear_scan_after(text, size);
	size_t dash = left.size ? hear_dash_at(left) : 0;
	char c = left.size ? left.data[0] : '\0';

	if (size > 1 && text.data[0] == '0')
		return true;
	if (size == 4 &&
	    (c == '?' || c == '~' ||
	     (dash && digits_at(hear_scan_after(left, dash)) == 2)))
		return true;
	return c && strchr(":/_@#\\", c);
}

static enum hear_code fail_points(struct hear_scan *scan, size_t from,
				  const struct plain *plain)
{
	size_t at = scan->at;

	/* 1.234.567 has groups; 1.2.3 and 13.01.2025 are something else. */
	if (plain->size < 5 || plain->data[plain->size - 4] != '.' ||
	    digits_at(hear_scan_after(scan->all, at + 1)) != 3)
		return HEAR_NOTFOUND;
	while (hear_digit(hear_scan_next(scan)) || digit_after(scan, '.'))
		scan->at++;
	return hear_fail_at(scan->err, HEAR_INVALID, from, scan->at - from,
			    "points do not part groups of digits; write "
			    "1234567 or 1,234,567");
}

static enum hear_code read_digits(struct hear_scan *scan,
				  struct hear_amount *amount)
{
	struct plain plain = {{0}, 0, false};
	size_t from = scan->at;
	enum hear_code code;

	if (not_a_number(hear_scan_rest(scan)))
		return HEAR_NOTFOUND;
	amount->spaced = take_whole(scan, &plain);
	if (digit_after(scan, '.')) {
		keep(&plain, ".", 1);
		scan->at++;
		take_digits(scan, &plain);
	}
	if (digit_after(scan, ','))
		return fail_comma(scan, from);
	if (digit_after(scan, '.'))
		return fail_points(scan, from, &plain);
	if (plain.full)
		return hear_fail_at(scan->err, HEAR_LIMIT, from,
				    scan->at - from,
				    "a number has at most 34 digits; write "
				    "it rounded");
	code = hear_decimal_parse(hear_span_make(plain.data, plain.size),
				  &amount->number, scan->err);
	if (code && scan->err) {
		scan->err->at = from;
		scan->err->span = scan->at - from;
	}
	return code;
}

/* "one" .. "twelve", and "a" before a scale word: "a dozen". */
enum hear_code hear_number_word(struct hear_scan *scan,
				struct hear_decimal *out)
{
	static const char *const words[] = {
		"one",	 "two",	  "three", "four", "five",   "six",
		"seven", "eight", "nine",  "ten",  "eleven", "twelve",
	};
	size_t from = scan->at;
	int64_t times;
	int i;

	for (i = 0; i < 12; i++) {
		if (hear_scan_phrase(scan, words[i])) {
			*out = hear_decimal_of(i + 1);
			scan->in_words = true;
			return HEAR_OK;
		}
	}
	if (hear_scan_phrase(scan, "a")) {
		hear_scan_blanks(scan);
		if (hear_scale_match(hear_scan_rest(scan), HEAR_SCALE_SPACED,
				     &times)) {
			*out = hear_decimal_of(1);
			scan->in_words = true;
			return HEAR_OK;
		}
	}
	scan->at = from;
	return HEAR_NOTFOUND;
}

/* ---- Amounts --------------------------------------------------------------
 */

static enum hear_code scale_up(struct hear_scan *scan,
			       struct hear_amount *amount, int64_t times)
{
	amount->scaled = true;
	if (hear_decimal_multiply(amount->scale, hear_decimal_of(times),
				  &amount->scale))
		return HEAR_OK;
	return hear_fail_at(scan->err, HEAR_LIMIT, amount->from,
			    scan->at - amount->from,
			    "a number has at most 34 digits; this many "
			    "scale words make more");
}

enum hear_code hear_amount_unclear(struct hear_scan *scan,
				   const struct hear_amount *amount)
{
	size_t to = amount->to ? amount->to : scan->at;
	struct hear_span text = hear_span_make(scan->all.data + amount->from,
					       to - amount->from);

	return hear_fail_at(scan->err, HEAR_INVALID, amount->from, text.size,
			    "\"%.*s\" may be one number or two; if it is "
			    "one, write it without a blank, as 2,700 or 2700",
			    hear_shown(text), text.data);
}

/* A scale or unit that follows without a blank: 5k, 45km, 45%. */
static enum hear_code read_glued(struct hear_scan *scan,
				 struct hear_amount *amount)
{
	bool money = amount->unit.size > 0;
	struct hear_span text = hear_scan_rest(scan);
	struct hear_span unit = {NULL, 0};
	size_t unit_size = money ? 0 : hear_unit_match(text, &unit);
	int64_t times = 1;
	size_t size = hear_scale_match(
		text, money ? HEAR_SCALE_MONEY : HEAR_SCALE_GLUED, &times);

	if (amount->spaced && hear_letter_at(text))
		return hear_amount_unclear(scan, amount);
	if (size > 0 && size >= unit_size) {
		scan->at += size;
		amount->metres = unit_size > 0;
		return scale_up(scan, amount, times);
	}
	if (hear_scan_take(scan, unit_size)) {
		amount->unit = unit;
		amount->closed = true;
	}
	/* 9M133, 3rd, 4x4 */
	return hear_letter_at(hear_scan_rest(scan)) ? HEAR_NOTFOUND : HEAR_OK;
}

static enum hear_code read_scales(struct hear_scan *scan,
				  struct hear_amount *amount)
{
	enum hear_scale_place place =
		amount->unit.size ? HEAR_SCALE_MONEY : HEAR_SCALE_SPACED;
	enum hear_code code = HEAR_OK;
	size_t end = scan->at;
	int64_t times;

	while (!code) {
		hear_scan_blanks(scan);
		if (!hear_scan_take(scan, hear_scale_match(hear_scan_rest(scan),
							   place, &times)))
			break;
		code = scale_up(scan, amount, times);
		end = scan->at;
	}
	scan->at = end;
	return code;
}

/* A unit after blanks. Beside a sign of currency only the same counts. */
bool hear_amount_unit(struct hear_scan *scan, struct hear_span *unit)
{
	struct hear_span found = {NULL, 0};
	size_t end = scan->at;

	hear_scan_blanks(scan);
	if (hear_scan_take(scan,
			   hear_unit_match(hear_scan_rest(scan), &found)) &&
	    (unit->size == 0 || hear_span_equal(*unit, found))) {
		*unit = found;
		return true;
	}
	scan->at = end;
	return false;
}

/* A minus directly before a digit or a sign of currency. */
static bool take_minus(struct hear_scan *scan)
{
	struct hear_span text = hear_scan_rest(scan);
	size_t size = hear_scan_begins(text, "-") || hear_scan_begins(text, "+")
			      ? 1
			      : 0;
	struct hear_span unit;
	bool minus = !hear_scan_begins(text, "+");

	if (hear_scan_begins(text, "\xE2\x88\x92"))
		size = 3;
	if (size == 0 ||
	    (digits_at(hear_scan_after(text, size)) == 0 &&
	     hear_currency_match(hear_scan_after(text, size), &unit) == 0))
		return false;
	scan->at += size;
	return minus;
}

static enum hear_code fail_yen(struct hear_scan *scan)
{
	return hear_fail_at(scan->err, HEAR_INVALID, scan->at, 2,
			    "\"¥\" is yen or yuan; write 500 JPY or 500 CNY");
}

static enum hear_code read_number(struct hear_scan *scan,
				  struct hear_amount *amount)
{
	bool minus = take_minus(scan);
	enum hear_code code;

	if (hear_scan_take(scan, hear_currency_match(hear_scan_rest(scan),
						     &amount->unit))) {
		hear_scan_blanks(scan);
		minus = take_minus(scan) || minus;
	}
	if (hear_scan_begins(hear_scan_rest(scan), "¥") &&
	    digits_at(hear_scan_after(hear_scan_rest(scan), strlen("¥"))))
		return fail_yen(scan);
	if (digits_at(hear_scan_rest(scan)))
		code = read_digits(scan, amount);
	else
		code = hear_number_word(scan, &amount->number);
	if (minus)
		amount->number.digits = -amount->number.digits;
	return code;
}

/* HEAR_NOTFOUND: no amount begins here; the place is as before. */
enum hear_code hear_amount_read(struct hear_scan *scan,
				struct hear_amount *amount)
{
	size_t from = scan->at;
	enum hear_code code;

	memset(amount, 0, sizeof *amount);
	amount->from = from;
	amount->scale = hear_decimal_of(1);
	code = read_number(scan, amount);
	if (!code)
		code = read_glued(scan, amount);
	if (!code)
		code = read_scales(scan, amount);
	if (!code) {
		amount->closed |= hear_amount_unit(scan, &amount->unit);
		amount->to = scan->at;
	}
	if (code == HEAR_NOTFOUND)
		scan->at = from;
	return code;
}
