/* SPDX-License-Identifier: ISC */
/* Figures as people write them.
 *
 *   [operator] amount [join amount [.. amount]] [noun]
 *   amount = [currency] [sign] number [scale ...] [unit]
 *
 * What does not begin so is no figure, and neither is what turns out to be
 * something else on the way: a date, a time, an identifier, a sentence. What
 * cannot be anything else is refused with a sentence, never guessed.
 */
#include "core/bytes.h"
#include "core/error.h"
#include "core/figure.h"
#include "core/measure.h"

#include <string.h>

enum { MAX_AMOUNTS = 3, MAX_NOUN_WORDS = 6, MAX_NOUN = 96, MAX_SHOWN = 40 };

struct scan {
	struct hear_span all;
	size_t at;
	bool in_words; /* no digit: prose may begin so, too */
	struct hear_err *err;
};

struct amount {
	struct hear_decimal number; /* before its scale */
	struct hear_decimal scale;
	struct hear_span unit;
	bool scaled;
	bool closed; /* its unit follows it: nothing after it counts for it */
	bool metres; /* "5m": perhaps millions, perhaps not */
	size_t from; /* where it stands */
	size_t to;
};

enum join { NO_JOIN, DASH, DOTS, TO, AND, PLUS_MINUS };

struct said {
	enum hear_figure_op op;
	bool has_op;
	enum join join;
	struct amount amounts[MAX_AMOUNTS];
	size_t count;
	struct hear_span word; /* vague: then there is no amount */
	struct hear_span unit;
};

static struct hear_span after(struct hear_span text, size_t size)
{
	return hear_span_make(text.data + size, text.size - size);
}

static struct hear_span rest(const struct scan *scan)
{
	return after(scan->all, scan->at);
}

static char next(const struct scan *scan)
{
	return scan->at < scan->all.size ? scan->all.data[scan->at] : '\0';
}

static void skip_blanks(struct scan *scan)
{
	size_t size;

	while ((size = hear_blank_at(rest(scan))))
		scan->at += size;
}

static bool take(struct scan *scan, size_t size)
{
	scan->at += size;
	return size > 0;
}

static bool take_phrase(struct scan *scan, const char *phrase)
{
	return take(scan, hear_phrase_match(rest(scan), phrase));
}

static bool begins(struct hear_span text, const char *with)
{
	size_t size = strlen(with);

	return text.size >= size && memcmp(text.data, with, size) == 0;
}

/* How many bytes to show in a message: whole characters. */
static int shown(struct hear_span text)
{
	size_t size = text.size < MAX_SHOWN ? text.size : MAX_SHOWN;

	while (size > 0 && size < text.size &&
	       ((unsigned char)text.data[size] & 0xC0) == 0x80)
		size--;
	return (int)size;
}

static enum hear_code fail_rest(struct scan *scan, size_t from,
				const char *advice)
{
	struct hear_span text = after(scan->all, from);

	return hear_fail_at(scan->err, HEAR_INVALID, from, text.size,
			    "cannot read \"%.*s\" in a figure; %s", shown(text),
			    text.data, advice);
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

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_at(struct hear_span text)
{
	size_t size = 0;

	while (size < text.size && digit(text.data[size]))
		size++;
	return size;
}

static void take_digits(struct scan *scan, struct plain *plain)
{
	size_t size = digits_at(rest(scan));

	keep(plain, scan->all.data + scan->at, size);
	scan->at += size;
}

/* What parts groups of three: comma, apostrophe, any blank. */
static struct hear_span separator_at(struct hear_span text)
{
	size_t size = text.size ? hear_blank_at(text) : 0;

	if (begins(text, ",") || begins(text, "'"))
		size = 1;
	if (begins(text, "\xE2\x80\x99"))
		size = 3;
	return hear_span_make(text.data, size);
}

static bool group_at(struct hear_span text, struct hear_span separator)
{
	return text.size > separator.size &&
	       memcmp(text.data, separator.data, separator.size) == 0 &&
	       digits_at(after(text, separator.size)) == 3;
}

static void take_whole(struct scan *scan, struct plain *plain)
{
	struct hear_span separator;
	bool zero = next(scan) == '0';

	take_digits(scan, plain);
	separator = separator_at(rest(scan));
	if (zero || plain->full || plain->size > 3 || separator.size == 0)
		return;
	while (group_at(rest(scan), separator)) {
		scan->at += separator.size;
		take_digits(scan, plain);
	}
}

static bool digit_after(const struct scan *scan, char mark)
{
	struct hear_span text = rest(scan);

	return text.size > 1 && text.data[0] == mark && digit(text.data[1]);
}

/* "2,7" may be 2.7 or a slip: say how to write either. */
static enum hear_code fail_comma(struct scan *scan, size_t from)
{
	char point[MAX_SHOWN + 1];
	struct hear_span text;
	size_t commas = 0;
	size_t i;

	while (digit(next(scan)) || digit_after(scan, ',') ||
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
				    shown(text), text.data, point);
	return hear_fail_at(scan->err, HEAR_INVALID, from, text.size,
			    "\"%.*s\" is not clear: write it without commas, "
			    "with a point before decimals (1234567.8)",
			    shown(text), text.data);
}

/* Dates (2025-01, 2025-01-13, 2025?) and identifiers (007, 10:30, 24/7). */
static bool not_a_number(struct hear_span text)
{
	size_t size = digits_at(text);
	struct hear_span left = after(text, size);
	size_t dash = left.size ? hear_dash_at(left) : 0;
	char c = left.size ? left.data[0] : '\0';

	if (size > 1 && text.data[0] == '0')
		return true;
	if (size == 4 && (c == '?' || c == '~' ||
			  (dash && digits_at(after(left, dash)) == 2)))
		return true;
	return c && strchr(":/_@#\\", c);
}

static enum hear_code fail_points(struct scan *scan, size_t from,
				  const struct plain *plain)
{
	size_t at = scan->at;

	/* 1.234.567 has groups; 1.2.3 and 13.01.2025 are something else. */
	if (plain->size < 5 || plain->data[plain->size - 4] != '.' ||
	    digits_at(after(scan->all, at + 1)) != 3)
		return HEAR_NOTFOUND;
	while (digit(next(scan)) || digit_after(scan, '.'))
		scan->at++;
	return hear_fail_at(scan->err, HEAR_INVALID, from, scan->at - from,
			    "points do not part groups of digits; write "
			    "1234567 or 1,234,567");
}

static enum hear_code read_digits(struct scan *scan, struct hear_decimal *out)
{
	struct plain plain = {{0}, 0, false};
	size_t from = scan->at;
	enum hear_code code;

	if (not_a_number(rest(scan)))
		return HEAR_NOTFOUND;
	take_whole(scan, &plain);
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
	code = hear_decimal_parse(hear_span_make(plain.data, plain.size), out,
				  scan->err);
	if (code && scan->err) {
		scan->err->at = from;
		scan->err->span = scan->at - from;
	}
	return code;
}

/* "one" .. "twelve", and "a" before a scale word: "a dozen". */
static enum hear_code read_number_word(struct scan *scan,
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
		if (take_phrase(scan, words[i])) {
			*out = hear_decimal_of(i + 1);
			scan->in_words = true;
			return HEAR_OK;
		}
	}
	if (take_phrase(scan, "a")) {
		skip_blanks(scan);
		if (hear_scale_match(rest(scan), HEAR_SCALE_SPACED, &times)) {
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

static enum hear_code scale_up(struct scan *scan, struct amount *amount,
			       int64_t times)
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

/* A scale or unit that follows without a blank: 5k, 45km, 45%. */
static enum hear_code read_glued(struct scan *scan, struct amount *amount)
{
	bool money = amount->unit.size > 0;
	struct hear_span text = rest(scan);
	struct hear_span unit = {NULL, 0};
	size_t unit_size = money ? 0 : hear_unit_match(text, &unit);
	int64_t times = 1;
	size_t size = hear_scale_match(
		text, money ? HEAR_SCALE_MONEY : HEAR_SCALE_GLUED, &times);

	if (size > 0 && size >= unit_size) {
		scan->at += size;
		amount->metres = unit_size > 0;
		return scale_up(scan, amount, times);
	}
	if (take(scan, unit_size)) {
		amount->unit = unit;
		amount->closed = true;
	}
	/* 9M133, 3rd, 4x4 */
	return hear_letter_at(rest(scan)) ? HEAR_NOTFOUND : HEAR_OK;
}

static enum hear_code read_scales(struct scan *scan, struct amount *amount)
{
	enum hear_scale_place place =
		amount->unit.size ? HEAR_SCALE_MONEY : HEAR_SCALE_SPACED;
	enum hear_code code = HEAR_OK;
	size_t end = scan->at;
	int64_t times;

	while (!code) {
		skip_blanks(scan);
		if (!take(scan, hear_scale_match(rest(scan), place, &times)))
			break;
		code = scale_up(scan, amount, times);
		end = scan->at;
	}
	scan->at = end;
	return code;
}

/* A unit after blanks. Beside a sign of currency only the same counts. */
static bool read_unit(struct scan *scan, struct hear_span *unit)
{
	struct hear_span found = {NULL, 0};
	size_t end = scan->at;

	skip_blanks(scan);
	if (take(scan, hear_unit_match(rest(scan), &found)) &&
	    (unit->size == 0 || hear_span_equal(*unit, found))) {
		*unit = found;
		return true;
	}
	scan->at = end;
	return false;
}

/* A minus directly before a digit or a sign of currency. */
static bool take_minus(struct scan *scan)
{
	struct hear_span text = rest(scan);
	size_t size = begins(text, "-") || begins(text, "+") ? 1 : 0;
	struct hear_span unit;
	bool minus = !begins(text, "+");

	if (begins(text, "\xE2\x88\x92"))
		size = 3;
	if (size == 0 || (digits_at(after(text, size)) == 0 &&
			  hear_currency_match(after(text, size), &unit) == 0))
		return false;
	scan->at += size;
	return minus;
}

static enum hear_code fail_yen(struct scan *scan)
{
	return hear_fail_at(scan->err, HEAR_INVALID, scan->at, 2,
			    "\"¥\" is yen or yuan; write 500 JPY or 500 CNY");
}

static enum hear_code read_number(struct scan *scan, struct amount *amount)
{
	bool minus = take_minus(scan);
	enum hear_code code;

	if (take(scan, hear_currency_match(rest(scan), &amount->unit))) {
		skip_blanks(scan);
		minus = take_minus(scan) || minus;
	}
	if (begins(rest(scan), "¥") &&
	    digits_at(after(rest(scan), strlen("¥"))))
		return fail_yen(scan);
	if (digits_at(rest(scan)))
		code = read_digits(scan, &amount->number);
	else
		code = read_number_word(scan, &amount->number);
	if (minus)
		amount->number.digits = -amount->number.digits;
	return code;
}

/* HEAR_NOTFOUND: no amount begins here; the place is as before. */
static enum hear_code read_amount(struct scan *scan, struct amount *amount)
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
		amount->closed |= read_unit(scan, &amount->unit);
		amount->to = scan->at;
	}
	if (code == HEAR_NOTFOUND)
		scan->at = from;
	return code;
}

/* ---- Operators and joins --------------------------------------------------
 */

static const struct {
	const char *phrase;
	enum hear_figure_op op;
} operators[] = {
	{"=", HEAR_EXACTLY},
	{"exactly", HEAR_EXACTLY},
	{"~", HEAR_ABOUT},
	{"≈", HEAR_ABOUT},
	{"∼", HEAR_ABOUT},
	{"about", HEAR_ABOUT},
	{"around", HEAR_ABOUT},
	{"approximately", HEAR_ABOUT},
	{"approx", HEAR_ABOUT},
	{"approx.", HEAR_ABOUT},
	{"circa", HEAR_ABOUT},
	{"ca.", HEAR_ABOUT},
	{"c.", HEAR_ABOUT},
	{"roughly", HEAR_ABOUT},
	{"some", HEAR_ABOUT},
	{">", HEAR_MORE},
	{"more than", HEAR_MORE},
	{"greater than", HEAR_MORE},
	{"over", HEAR_MORE},
	{"well over", HEAR_MORE},
	{"just over", HEAR_MORE},
	{"above", HEAR_MORE},
	{"surpassed", HEAR_MORE},
	{"surpassing", HEAR_MORE},
	{"exceeding", HEAR_MORE},
	{"exceeded", HEAR_MORE},
	{"in excess of", HEAR_MORE},
	{">=", HEAR_AT_LEAST},
	{"≥", HEAR_AT_LEAST},
	{"at least", HEAR_AT_LEAST},
	{"no fewer than", HEAR_AT_LEAST},
	{"no less than", HEAR_AT_LEAST},
	{"not fewer than", HEAR_AT_LEAST},
	{"not less than", HEAR_AT_LEAST},
	{"minimum", HEAR_AT_LEAST},
	{"a minimum of", HEAR_AT_LEAST},
	{"minimum of", HEAR_AT_LEAST},
	{"<", HEAR_FEWER},
	{"fewer than", HEAR_FEWER},
	{"less than", HEAR_FEWER},
	{"under", HEAR_FEWER},
	{"below", HEAR_FEWER},
	{"<=", HEAR_UP_TO},
	{"≤", HEAR_UP_TO},
	{"up to", HEAR_UP_TO},
	{"at most", HEAR_UP_TO},
	{"no more than", HEAR_UP_TO},
	{"not more than", HEAR_UP_TO},
	{"maximum", HEAR_UP_TO},
	{"a maximum of", HEAR_UP_TO},
	{"maximum of", HEAR_UP_TO},
	{"nearly", HEAR_NEARLY},
	{"almost", HEAR_NEARLY},
	{"just under", HEAR_NEARLY},
};

static void read_operator(struct scan *scan, struct said *said)
{
	struct hear_span text = rest(scan);
	size_t best = 0;
	size_t size;
	size_t i;

	for (i = 0; i < sizeof operators / sizeof operators[0]; i++) {
		size = hear_phrase_match(text, operators[i].phrase);
		if (size > best) {
			best = size;
			said->op = operators[i].op;
		}
	}
	said->has_op = take(scan, best);
	skip_blanks(scan);
}

static enum join read_join(struct scan *scan, bool between)
{
	static const char *const margins[] = {
		"±", "+/-", "+/\xE2\x88\x92", "+-", "plus or minus", NULL,
	};

	skip_blanks(scan);
	if (take_phrase(scan, ".."))
		return DOTS;
	if (take_phrase(scan, "to"))
		return TO;
	if (between && take_phrase(scan, "and"))
		return AND;
	if (take(scan, hear_phrases_match(rest(scan), margins)))
		return PLUS_MINUS;
	if (take(scan, hear_dash_at(rest(scan))))
		return DASH;
	return NO_JOIN;
}

/* "300 -400": a range or a negative number? */
static enum hear_code check_dash(struct scan *scan, size_t end)
{
	size_t from = scan->at;

	if (!hear_blank_at(after(scan->all, end)) || !digit(next(scan)))
		return HEAR_OK;
	scan->at = end;
	skip_blanks(scan);
	if (next(scan) != '-' && !begins(rest(scan), "\xE2\x88\x92")) {
		scan->at = from;
		return HEAR_OK;
	}
	return fail_rest(scan, scan->at,
			 "for a range write .. between the ends: 300..400");
}

/* One more join and amount. Without an amount after it the words "to" and
 * "and" and a dash are no join, and the place is as before. */
static enum hear_code read_joined(struct scan *scan, struct said *said,
				  bool between)
{
	size_t end = scan->at;
	enum join join = read_join(scan, between);
	enum hear_code code = HEAR_NOTFOUND;
	size_t from;

	if (join == DASH && check_dash(scan, end))
		return HEAR_INVALID;
	from = scan->at;
	skip_blanks(scan);
	if (join != NO_JOIN)
		code = read_amount(scan, &said->amounts[said->count]);
	if (code == HEAR_NOTFOUND && (join == DOTS || join == PLUS_MINUS))
		return fail_rest(scan, from,
				 "a range has a number at each end "
				 "(2700..3000; for an open one >=2700), a "
				 "margin one after the ±");
	if (code == HEAR_NOTFOUND) {
		scan->at = end;
		return HEAR_NOTFOUND;
	}
	said->join = join;
	said->count++;
	return code;
}

static enum hear_code read_joins(struct scan *scan, struct said *said,
				 bool between)
{
	enum hear_code code = read_joined(scan, said, between);
	size_t end = scan->at;
	bool more;

	if (code || said->join != DOTS)
		return code;
	skip_blanks(scan);
	more = begins(rest(scan), "..");
	scan->at = end;
	return more ? read_joined(scan, said, false) : HEAR_OK;
}

/* "300+" */
static void read_plus(struct scan *scan, struct said *said)
{
	struct hear_span text = rest(scan);

	if (said->has_op || said->count != 1 || !begins(text, "+") ||
	    (text.size > 1 && !hear_blank_at(after(text, 1))))
		return;
	scan->at++;
	said->has_op = true;
	said->op = HEAR_AT_LEAST;
}

/* After a sign such as ">" a number must come, or it was none of ours. */
static enum hear_code no_amount(struct scan *scan, size_t from)
{
	struct hear_span text = rest(scan);
	struct hear_span word;

	if (hear_letter_at(after(scan->all, from)) ||
	    (hear_letter_at(text) && !hear_vague_match(text, &word)))
		return HEAR_NOTFOUND;
	return hear_fail_at(scan->err, HEAR_INVALID, from, scan->all.size - from,
			    "\"%.*s\" needs a number after it, as in >3000 or "
			    "~300",
			    shown(after(scan->all, from)),
			    scan->all.data + from);
}

static enum hear_code read_numbers(struct scan *scan, struct said *said)
{
	size_t from = scan->at;
	enum hear_code code;

	read_operator(scan, said);
	code = read_amount(scan, &said->amounts[0]);
	if (code == HEAR_NOTFOUND && said->has_op)
		return no_amount(scan, from);
	if (code)
		return code;
	said->count = 1;
	read_plus(scan, said);
	code = read_joins(scan, said, false);
	if (code == HEAR_NOTFOUND)
		return HEAR_OK;
	if (!code && said->has_op)
		return hear_fail_at(scan->err, HEAR_INVALID, from,
				    scan->at - from,
				    "a range or a margin has no \"about\" or "
				    "\"more than\"; write it alone, as "
				    "2700..3000");
	return code;
}

/* "between 2700 and 3000", "from 2700 to 3000" */
static enum hear_code read_between(struct scan *scan, struct said *said)
{
	static const char *const words[] = {"between", "from", NULL};
	enum hear_code code;

	if (!take(scan, hear_phrases_match(rest(scan), words)))
		return HEAR_NOTFOUND;
	skip_blanks(scan);
	code = read_amount(scan, &said->amounts[0]);
	if (code)
		return code;
	said->count = 1;
	return read_joins(scan, said, true);
}

static enum hear_code read_vague(struct scan *scan, struct said *said)
{
	size_t end;

	if (!take(scan, hear_vague_match(rest(scan), &said->word)))
		return HEAR_NOTFOUND;
	said->op = HEAR_VAGUE;
	scan->in_words = true;
	end = scan->at;
	skip_blanks(scan);
	take_phrase(scan, "of");
	read_unit(scan, &said->unit);
	if (said->unit.size == 0)
		scan->at = end;
	return HEAR_OK;
}

/* ---- What follows ---------------------------------------------------------
 */

/* Words that no noun begins with. */
static const char *const not_first[] = {
	"a",	    "about",	"after",    "also",	"an",	    "and",
	"as",	    "at",	"because",  "before",	"but",	    "by",
	"during",   "each",	"eighteen", "eighty",	"every",    "few",
	"fewer",    "fifteen",	"fifty",    "for",	"forty",    "fourteen",
	"from",	    "half",	"in",	    "into",	"less",	    "many",
	"more",	    "near",	"nineteen", "ninety",	"not",	    "of",
	"on",	    "or",	"other",    "out",	"over",	    "per",
	"seventy",  "since",	"sixteen",  "sixty",	"so",	    "some",
	"than",	    "the",	"then",	    "thirteen", "thirty",   "to",
	"twenty",   "under",	"until",    "up",	"versus",   "vs",
	"when",	    "while",	"with",	    "within",	"without",  "zero",
	"seventeen", "hundreds", "thousands", "millions", "billions", "dozens",
	NULL,
};

/* Words of sentences, which no noun holds. */
static const char *const sentence[] = {
	"are",	"be",	"been", "could", "had",	  "has",  "have", "is", "may",
	"said", "says", "that", "was",	 "which", "were", "who",  "will", NULL,
};

/* After a number these make a date or a time of day. */
static const char *const dates[] = {
	"january", "february", "march", "april",   "may",     "june",
	"july",	   "august",   "september", "october", "november", "december",
	"jan",	   "feb",      "mar",	"apr",	   "jun",     "jul",
	"aug",	   "sep",      "sept",	"oct",	   "nov",     "dec",
	"am",	   "pm",       "a.m.",	"p.m.",	   "AD",      "BC",
	"o'clock", NULL,
};

static bool number_word(struct hear_span text)
{
	struct scan scan = {text, 0, false, NULL};
	struct hear_decimal number;
	int64_t times;

	return hear_scale_match(text, HEAR_SCALE_SPACED, &times) ||
	       read_number_word(&scan, &number) == HEAR_OK;
}

static bool noun_byte(struct hear_span text)
{
	static const char inside[] = "-'./&";

	return hear_letter_at(text) || strchr(inside, text.data[0]) ||
	       begins(text, "\xE2\x80\x99") || begins(text, "\xE2\x80\x91");
}

/* Goes over one word of a noun; its size. */
static size_t noun_word(struct hear_span text)
{
	size_t size = 0;

	while (size < text.size && text.data[size] &&
	       noun_byte(after(text, size)))
		size += text.data[size] == '\xE2' &&
					!hear_letter_at(after(text, size))
				? 3
				: 1;
	return size;
}

/* Up to six words of letters, none of them a sentence's. */
static bool noun_like(struct hear_span text)
{
	size_t words = 0;
	size_t size;
	size_t i = 0;

	if (text.size > MAX_NOUN || text.data[text.size - 1] == '.')
		return false;
	while (i < text.size) {
		struct hear_span word = after(text, i);

		size = hear_blank_at(word);
		if (size == 0) {
			size = noun_word(word);
			if (size == 0 || ++words > MAX_NOUN_WORDS ||
			    hear_phrases_match(word, sentence))
				return false;
		}
		i += size;
	}
	return true;
}

/* "dozens of soldiers", "45 % of the voters" */
static void skip_of(struct scan *scan, const struct said *said)
{
	bool may = said->op == HEAR_VAGUE ||
		   said->amounts[said->count - 1].unit.size > 0;

	if (!may || !take_phrase(scan, "of"))
		return;
	skip_blanks(scan);
	take_phrase(scan, "the");
	skip_blanks(scan);
}

static enum hear_code read_noun(struct scan *scan, const struct said *said,
				struct hear_span *noun)
{
	size_t end = scan->at;
	struct hear_span text = rest(scan);
	size_t dash = text.size ? hear_dash_at(text) : 0;

	if (dash && hear_letter_at(after(text, dash)))
		return HEAR_NOTFOUND; /* 300-strong, 2025-01-13 */
	skip_blanks(scan);
	skip_of(scan, said);
	text = rest(scan);
	if (text.size == 0 && end == scan->all.size)
		return HEAR_OK;
	if (hear_phrases_match(text, dates))
		return HEAR_NOTFOUND;
	if (!hear_letter_at(text) || digit(text.data[0]) || number_word(text) ||
	    hear_phrases_match(text, not_first)) {
		if (scan->in_words)
			return HEAR_NOTFOUND;
		return fail_rest(scan, end,
				 "after the number comes a unit (km, %, USD) "
				 "or what is counted, and nothing else");
	}
	if (!noun_like(text))
		return HEAR_NOTFOUND;
	*noun = text;
	return HEAR_OK;
}

/* ---- Putting it together --------------------------------------------------
 */

/* "2 to 3 million" is two million to three million; "500,000 to 1 million"
 * is as it stands. With a margin, what is smaller than the scale takes it. */
static void share_scale(struct said *said)
{
	struct amount *last = &said->amounts[said->count - 1];
	size_t i;

	for (i = 0; last->scaled && i + 1 < said->count; i++) {
		struct amount *amount = &said->amounts[i];
		struct hear_decimal most = said->join == PLUS_MINUS
						   ? last->scale
						   : last->number;

		if (!amount->scaled && !amount->closed &&
		    hear_decimal_order(amount->number, most) <= 0) {
			amount->scale = last->scale;
			amount->metres = last->metres;
		}
	}
}

static enum hear_code share_unit(struct scan *scan, struct said *said)
{
	size_t i;

	for (i = 0; i < said->count; i++) {
		const struct amount *amount = &said->amounts[i];

		if (said->unit.size == 0)
			said->unit = amount->unit;
		if (amount->unit.size &&
		    !hear_span_equal(amount->unit, said->unit))
			return hear_fail_at(scan->err, HEAR_INVALID,
					    amount->from,
					    amount->to - amount->from,
					    "a figure has one unit, not both "
					    "%.*s and %.*s",
					    (int)said->unit.size,
					    said->unit.data,
					    (int)amount->unit.size,
					    amount->unit.data);
	}
	return HEAR_OK;
}

static enum hear_code apply_scales(struct scan *scan, struct said *said)
{
	size_t i;

	share_scale(said);
	for (i = 0; i < said->count; i++) {
		struct amount *amount = &said->amounts[i];
		size_t size = amount->to - amount->from;

		if (amount->metres && amount->unit.size == 0 &&
		    !hear_unit_is_currency(said->unit))
			return hear_fail_at(scan->err, HEAR_INVALID,
					    amount->from, size,
					    "\"m\" is metres or millions; "
					    "write 5 m or 5 million");
		if (!hear_decimal_multiply(amount->number, amount->scale,
					   &amount->number))
			return hear_fail_at(scan->err, HEAR_LIMIT,
					    amount->from, size,
					    "a number has at most 34 digits; "
					    "write it rounded");
	}
	return HEAR_OK;
}

static enum hear_code fail_order(struct scan *scan, const struct said *said)
{
	const struct amount *last = &said->amounts[said->count - 1];
	size_t from = said->amounts[0].from;
	struct hear_buffer hint = {0};
	struct hear_decimal low = said->amounts[0].number;
	struct hear_decimal high = last->number;
	bool swap = hear_decimal_order(low, high) > 0;

	hear_decimal_print(swap ? high : low, &hint);
	hear_buffer_text(&hint, "..");
	hear_decimal_print(swap ? low : high, &hint);
	hear_fail_at(scan->err, HEAR_INVALID, from, last->to - from,
		     "a range has its smaller end first and its best number "
		     "in between; write %s",
		     hint.data ? hint.data : "the smaller first");
	hear_buffer_done(&hint);
	return HEAR_INVALID;
}

static enum hear_code fill_range(struct scan *scan, const struct said *said,
				 struct hear_figure *figure)
{
	size_t i;

	for (i = 0; i + 1 < said->count; i++)
		if (hear_decimal_order(said->amounts[i].number,
				       said->amounts[i + 1].number) > 0)
			return fail_order(scan, said);
	figure->op = HEAR_RANGE;
	figure->hi = said->amounts[said->count - 1].number;
	figure->has_best = said->count == MAX_AMOUNTS;
	if (figure->has_best)
		figure->best = said->amounts[1].number;
	return HEAR_OK;
}

static enum hear_code fill_margin(struct scan *scan, const struct said *said,
				  struct hear_figure *figure)
{
	const struct amount *margin = &said->amounts[1];

	if (margin->number.digits < 0)
		return hear_fail_at(scan->err, HEAR_INVALID, margin->from,
				    margin->to - margin->from,
				    "a margin is not negative; write 45 ±3");
	figure->op = HEAR_MARGIN;
	figure->margin = margin->number;
	return HEAR_OK;
}

static enum hear_code fill(struct scan *scan, struct said *said,
			   struct hear_figure *figure)
{
	enum hear_code code = share_unit(scan, said);

	if (!code)
		code = apply_scales(scan, said);
	if (code)
		return code;
	figure->op = said->op;
	figure->word = said->word;
	figure->unit = said->unit;
	figure->lo = figure->hi = said->amounts[0].number;
	figure->has_lo = said->op != HEAR_FEWER && said->op != HEAR_UP_TO &&
			 said->op != HEAR_VAGUE;
	figure->has_hi = said->op != HEAR_MORE && said->op != HEAR_AT_LEAST &&
			 said->op != HEAR_VAGUE;
	if (said->join == PLUS_MINUS)
		return fill_margin(scan, said, figure);
	if (said->join != NO_JOIN)
		return fill_range(scan, said, figure);
	return HEAR_OK;
}

/* What was typed, where it is not what hear_figure_print gives. */
static bool keep_words(struct hear_span typed, struct hear_figure *figure)
{
	struct hear_buffer buffer = {0};
	bool ok;

	hear_figure_print(figure, &buffer);
	ok = !buffer.failed;
	if (ok && !hear_span_equal(hear_buffer_view(&buffer), typed))
		figure->words = typed;
	hear_buffer_done(&buffer);
	return ok;
}

/* Each reading is tried from the start: "some 300", "some". */
static enum hear_code read_any(struct scan *scan, struct said *said)
{
	static enum hear_code (*const readings[])(struct scan *,
						  struct said *) = {
		read_numbers,
		read_between,
		read_vague,
	};
	enum hear_code code = HEAR_NOTFOUND;
	size_t from = scan->at;
	size_t i;

	for (i = 0; i < 3 && code == HEAR_NOTFOUND; i++) {
		memset(said, 0, sizeof *said);
		scan->at = from;
		scan->in_words = false;
		code = readings[i](scan, said);
	}
	return code;
}

/* Blanks and the ends of lines. */
static size_t space_at(struct hear_span text)
{
	return begins(text, "\n") || begins(text, "\r") ? 1
						       : hear_blank_at(text);
}

/* The text without what is blank at its end, begun after what is at its
 * beginning: places in messages count from the first byte of the text. */
static struct scan start(struct hear_span text, struct hear_err *err)
{
	struct scan scan = {text, 0, false, err};
	size_t size;
	size_t end = 0;
	size_t i;

	while ((size = space_at(rest(&scan))))
		scan.at += size;
	for (i = scan.at; i < text.size; i += size ? size : 1) {
		size = space_at(after(text, i));
		if (size == 0)
			end = i + 1;
	}
	scan.all.size = end > scan.at ? end : scan.at;
	return scan;
}

enum hear_code hear_figure_parse(struct hear_arena *arena,
				 struct hear_span text,
				 struct hear_value **out,
				 struct hear_span *noun, struct hear_err *err)
{
	struct hear_figure figure = {0};
	struct scan scan;
	struct said said;
	enum hear_code code;
	size_t from;
	size_t to;

	*out = NULL;
	*noun = hear_span_make(NULL, 0);
	if (text.size == 0)
		return HEAR_NOTFOUND;
	scan = start(text, err);
	from = scan.at;
	code = read_any(&scan, &said);
	to = scan.at;
	if (!code)
		code = read_noun(&scan, &said, noun);
	if (!code)
		code = fill(&scan, &said, &figure);
	if (code)
		return code;
	if (!keep_words(hear_span_make(text.data + from, to - from), &figure))
		return hear_fail_memory(err);
	*out = hear_figure_make(arena, &figure);
	return hear_arena_failed(arena) ? hear_fail_memory(err) : HEAR_OK;
}
