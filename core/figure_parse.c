/* SPDX-License-Identifier: ISC */
/* Figures as people write them.
 *
 *   [operator] amount [join amount [.. amount]] [noun]
 *
 * What does not begin so is no figure, and neither is what turns out to be
 * something else on the way: a date, a time, an identifier, a sentence. What
 * cannot be anything else is refused with a sentence, never guessed.
 */
#include "core/amount.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/figure.h"
#include "core/measure.h"

#include <string.h>

enum { MAX_AMOUNTS = 3, MAX_NOUN_WORDS = 6, MAX_NOUN = 96 };

enum join { NO_JOIN, DASH, DOTS, TO, AND, PLUS_MINUS };

struct said {
	enum hear_figure_op op;
	bool has_op;
	enum join join;
	struct hear_amount amounts[MAX_AMOUNTS];
	size_t count;
	struct hear_span word; /* vague: then there is no amount */
	struct hear_span unit;
};

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

static void read_operator(struct hear_scan *scan, struct said *said)
{
	struct hear_span text = hear_scan_rest(scan);
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
	said->has_op = hear_scan_take(scan, best);
	hear_scan_blanks(scan);
}

static enum join read_join(struct hear_scan *scan, bool between)
{
	static const char *const margins[] = {
		"±", "+/-", "+/\xE2\x88\x92", "+-", "plus or minus", NULL,
	};

	hear_scan_blanks(scan);
	if (hear_scan_phrase(scan, ".."))
		return DOTS;
	if (hear_scan_phrase(scan, "to"))
		return TO;
	if (between && hear_scan_phrase(scan, "and"))
		return AND;
	if (hear_scan_take(scan,
			   hear_phrases_match(hear_scan_rest(scan), margins)))
		return PLUS_MINUS;
	if (hear_scan_take(scan, hear_dash_at(hear_scan_rest(scan))))
		return DASH;
	return NO_JOIN;
}

/* "300 -400": a range or a negative number? */
static enum hear_code check_dash(struct hear_scan *scan, size_t end)
{
	size_t from = scan->at;

	if (!hear_blank_at(hear_scan_after(scan->all, end)) ||
	    !hear_digit(hear_scan_next(scan)))
		return HEAR_OK;
	scan->at = end;
	hear_scan_blanks(scan);
	if (hear_scan_next(scan) != '-' &&
	    !hear_scan_begins(hear_scan_rest(scan), "\xE2\x88\x92")) {
		scan->at = from;
		return HEAR_OK;
	}
	return hear_scan_fail(
		scan, scan->at,
		"for a range write .. between the ends: 300..400");
}

/* One more join and amount. Without an amount after it the words "to" and
 * "and" and a dash are no join, and the place is as before. */
static enum hear_code read_joined(struct hear_scan *scan, struct said *said,
				  bool between)
{
	size_t end = scan->at;
	enum join join = read_join(scan, between);
	enum hear_code code = HEAR_NOTFOUND;
	size_t from;

	if (join == DASH && check_dash(scan, end))
		return HEAR_INVALID;
	from = scan->at;
	hear_scan_blanks(scan);
	if (join != NO_JOIN)
		code = hear_amount_read(scan, &said->amounts[said->count]);
	if (code == HEAR_NOTFOUND && (join == DOTS || join == PLUS_MINUS))
		return hear_scan_fail(scan, from,
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

static enum hear_code read_joins(struct hear_scan *scan, struct said *said,
				 bool between)
{
	enum hear_code code = read_joined(scan, said, between);
	size_t end = scan->at;
	bool more;

	if (code || said->join != DOTS)
		return code;
	hear_scan_blanks(scan);
	more = hear_scan_begins(hear_scan_rest(scan), "..");
	scan->at = end;
	return more ? read_joined(scan, said, false) : HEAR_OK;
}

/* "300+" */
static void read_plus(struct hear_scan *scan, struct said *said)
{
	struct hear_span text = hear_scan_rest(scan);

	if (said->has_op || said->count != 1 || !hear_scan_begins(text, "+") ||
	    (text.size > 1 && !hear_blank_at(hear_scan_after(text, 1))))
		return;
	scan->at++;
	said->has_op = true;
	said->op = HEAR_AT_LEAST;
}

/* After a sign such as ">" a number must come, or it was none of ours. */
static enum hear_code no_amount(struct hear_scan *scan, size_t from)
{
	struct hear_span text = hear_scan_rest(scan);
	struct hear_span word;

	if (hear_letter_at(hear_scan_after(scan->all, from)) ||
	    (hear_letter_at(text) && !hear_vague_match(text, &word)))
		return HEAR_NOTFOUND;
	return hear_fail_at(scan->err, HEAR_INVALID, from,
			    scan->all.size - from,
			    "\"%.*s\" needs a number after it, as in >3000 or "
			    "~300",
			    hear_shown(hear_scan_after(scan->all, from)),
			    scan->all.data + from);
}

static enum hear_code read_numbers(struct hear_scan *scan, struct said *said)
{
	size_t from = scan->at;
	enum hear_code code;

	read_operator(scan, said);
	code = hear_amount_read(scan, &said->amounts[0]);
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
static enum hear_code read_between(struct hear_scan *scan, struct said *said)
{
	static const char *const words[] = {"between", "from", NULL};
	enum hear_code code;

	if (!hear_scan_take(scan,
			    hear_phrases_match(hear_scan_rest(scan), words)))
		return HEAR_NOTFOUND;
	hear_scan_blanks(scan);
	code = hear_amount_read(scan, &said->amounts[0]);
	if (code)
		return code;
	said->count = 1;
	return read_joins(scan, said, true);
}

static enum hear_code read_vague(struct hear_scan *scan, struct said *said)
{
	size_t end;

	if (!hear_scan_take(
		    scan, hear_vague_match(hear_scan_rest(scan), &said->word)))
		return HEAR_NOTFOUND;
	said->op = HEAR_VAGUE;
	scan->in_words = true;
	end = scan->at;
	hear_scan_blanks(scan);
	hear_scan_phrase(scan, "of");
	hear_amount_unit(scan, &said->unit);
	if (said->unit.size == 0)
		scan->at = end;
	return HEAR_OK;
}

/* ---- What follows ---------------------------------------------------------
 */

/* Words that no noun begins with. */
static const char *const not_first[] = {
	"ago",	     "earlier",	 "later",     "old",	  "a",
	"about",     "after",	 "also",      "an",	  "and",
	"as",	     "at",	 "because",   "before",	  "but",
	"by",	     "during",	 "each",      "eighteen", "eighty",
	"every",     "few",	 "fewer",     "fifteen",  "fifty",
	"for",	     "forty",	 "fourteen",  "from",	  "half",
	"in",	     "into",	 "less",      "many",	  "more",
	"near",	     "nineteen", "ninety",    "not",	  "of",
	"on",	     "or",	 "other",     "out",	  "over",
	"per",	     "seventy",	 "since",     "sixteen",  "sixty",
	"so",	     "some",	 "than",      "the",	  "then",
	"thirteen",  "thirty",	 "to",	      "twenty",	  "under",
	"until",     "up",	 "versus",    "vs",	  "when",
	"while",     "with",	 "within",    "without",  "zero",
	"seventeen", "hundreds", "thousands", "millions", "billions",
	"dozens",    NULL,
};

/* Words of sentences, which no noun holds. */
static const char *const sentence[] = {
	"are",	"be",	"been", "could", "had",	  "has",  "have", "is",	  "may",
	"said", "says", "that", "was",	 "which", "were", "who",  "will", NULL,
};

/* After a number these make a date or a time of day. */
static const char *const dates[] = {
	"january", "february", "march",	    "april",   "may",	   "june",
	"july",	   "august",   "september", "october", "november", "december",
	"jan",	   "feb",      "mar",	    "apr",     "jun",	   "jul",
	"aug",	   "sep",      "sept",	    "oct",     "nov",	   "dec",
	"am",	   "pm",       "a.m.",	    "p.m.",    "AD",	   "BC",
	"o'clock", NULL,
};

static bool number_word(struct hear_span text)
{
	struct hear_scan scan = {text, 0, false, NULL};
	struct hear_decimal number;
	int64_t times;

	return hear_scale_match(text, HEAR_SCALE_SPACED, &times) ||
	       hear_number_word(&scan, &number) == HEAR_OK;
}

static bool noun_byte(struct hear_span text)
{
	static const char inside[] = "-'./&";

	return hear_letter_at(text) || strchr(inside, text.data[0]) ||
	       hear_scan_begins(text, "\xE2\x80\x99") ||
	       hear_scan_begins(text, "\xE2\x80\x91");
}

/* Goes over one word of a noun; its size. */
static size_t noun_word(struct hear_span text)
{
	size_t size = 0;

	while (size < text.size && text.data[size] &&
	       noun_byte(hear_scan_after(text, size)))
		size += text.data[size] == '\xE2' &&
					!hear_letter_at(
						hear_scan_after(text, size))
				? 3
				: 1;
	return size;
}

static bool all_digits(struct hear_span word)
{
	size_t i;

	for (i = 0; i < word.size && hear_digit(word.data[i]); i++)
		;
	return i == word.size;
}

/* Up to six words, none of them a sentence's nor another number. */
static bool noun_like(struct hear_span text)
{
	size_t words = 0;
	size_t size;
	size_t i = 0;

	if (text.size > MAX_NOUN || text.data[text.size - 1] == '.')
		return false;
	while (i < text.size) {
		struct hear_span word = hear_scan_after(text, i);

		size = hear_blank_at(word);
		if (size == 0) {
			size = noun_word(word);
			if (size == 0 || ++words > MAX_NOUN_WORDS ||
			    all_digits(hear_span_make(word.data, size)) ||
			    hear_phrases_match(word, sentence))
				return false;
		}
		i += size;
	}
	return true;
}

/* "dozens of soldiers", "45 % of the voters" */
static void skip_of(struct hear_scan *scan, const struct said *said)
{
	bool may = said->op == HEAR_VAGUE ||
		   said->amounts[said->count - 1].unit.size > 0;

	if (!may || !hear_scan_phrase(scan, "of"))
		return;
	hear_scan_blanks(scan);
	hear_scan_phrase(scan, "the");
	hear_scan_blanks(scan);
}

static bool begins_no_noun(struct hear_span text)
{
	return !hear_letter_at(text) || hear_digit(text.data[0]) ||
	       number_word(text) || hear_phrases_match(text, not_first);
}

/* "12 152 mm howitzers" may be twelve of 152 mm; before "of", and before a
 * currency, it is one number. */
static bool unclear(const struct said *said, bool of)
{
	const struct hear_amount *amount = &said->amounts[0];

	return said->count == 1 && amount->spaced && amount->closed && !of &&
	       !hear_unit_is_currency(amount->unit);
}

static enum hear_code read_noun(struct hear_scan *scan, const struct said *said,
				struct hear_span *noun)
{
	size_t from = scan->at;
	struct hear_span money = {NULL, 0};
	struct hear_span text;

	hear_scan_blanks(scan);
	skip_of(scan, said);
	text = hear_scan_rest(scan);
	if (hear_phrases_match(text, dates))
		return HEAR_NOTFOUND;
	if (begins_no_noun(text) && scan->in_words)
		return HEAR_NOTFOUND;
	if (begins_no_noun(text))
		return hear_scan_fail(scan, from,
				      "after the number comes a unit (km, %, "
				      "USD) or what is counted, and nothing "
				      "else");
	if (hear_unit_match(text, &money) && hear_unit_is_currency(money))
		return hear_scan_fail(scan, from,
				      "a figure has one unit; millions are "
				      "written 5 million");
	if (!noun_like(text))
		return HEAR_NOTFOUND;
	if (unclear(said,
		    hear_phrase_match(hear_scan_after(scan->all, from), " of")))
		return hear_amount_unclear(scan, &said->amounts[0]);
	*noun = text;
	return HEAR_OK;
}

/* 300-strong, 12-year-old, 2025-01-13 */
static bool compound(const struct hear_scan *scan)
{
	struct hear_span text = hear_scan_rest(scan);
	size_t dash = hear_dash_at(text);

	return dash && hear_letter_at(hear_scan_after(text, dash));
}

static enum hear_code read_tail(struct hear_scan *scan, const struct said *said,
				struct hear_span *noun)
{
	if (scan->at == scan->all.size)
		return HEAR_OK;
	return compound(scan) ? HEAR_NOTFOUND : read_noun(scan, said, noun);
}

/* ---- Putting it together --------------------------------------------------
 */

/* "2 to 3 million" is two million to three million; "500,000 to 1 million"
 * is as it stands. With a margin, what is smaller than the scale takes it. */
static void share_scale(struct said *said)
{
	const struct hear_amount *last;
	size_t i;

	if (said->count < 2 || !said->amounts[said->count - 1].scaled)
		return;
	last = &said->amounts[said->count - 1];
	for (i = 0; i + 1 < said->count; i++) {
		struct hear_amount *amount = &said->amounts[i];
		struct hear_decimal most =
			said->join == PLUS_MINUS ? last->scale : last->number;

		if (!amount->scaled && !amount->closed &&
		    hear_decimal_order(amount->number, most) <= 0) {
			amount->scale = last->scale;
			amount->metres = last->metres;
		}
	}
}

static enum hear_code share_unit(struct hear_scan *scan, struct said *said)
{
	size_t i;

	for (i = 0; i < said->count; i++) {
		const struct hear_amount *amount = &said->amounts[i];

		if (said->unit.size == 0)
			said->unit = amount->unit;
		if (amount->unit.size &&
		    !hear_span_equal(amount->unit, said->unit))
			return hear_fail_at(
				scan->err, HEAR_INVALID, amount->from,
				amount->to - amount->from,
				"a figure has one unit, not both "
				"%.*s and %.*s",
				(int)said->unit.size, said->unit.data,
				(int)amount->unit.size, amount->unit.data);
	}
	return HEAR_OK;
}

static enum hear_code apply_scales(struct hear_scan *scan, struct said *said)
{
	size_t i;

	share_scale(said);
	for (i = 0; i < said->count; i++) {
		struct hear_amount *amount = &said->amounts[i];
		size_t size = amount->to - amount->from;

		if (amount->metres && amount->unit.size == 0 &&
		    !hear_unit_is_currency(said->unit))
			return hear_fail_at(scan->err, HEAR_INVALID,
					    amount->from, size,
					    "\"m\" is metres or millions; "
					    "write 5 m or 5 million");
		if (!hear_decimal_multiply(amount->number, amount->scale,
					   &amount->number))
			return hear_fail_at(scan->err, HEAR_LIMIT, amount->from,
					    size,
					    "a number has at most 34 digits; "
					    "write it rounded");
	}
	return HEAR_OK;
}

static enum hear_code fail_order(struct hear_scan *scan,
				 const struct said *said)
{
	const struct hear_amount *last = &said->amounts[said->count - 1];
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

static enum hear_code fill_range(struct hear_scan *scan,
				 const struct said *said,
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

static enum hear_code fill_margin(struct hear_scan *scan,
				  const struct said *said,
				  struct hear_figure *figure)
{
	const struct hear_amount *margin = &said->amounts[1];

	if (margin->number.digits < 0)
		return hear_fail_at(scan->err, HEAR_INVALID, margin->from,
				    margin->to - margin->from,
				    "a margin is not negative; write 45 ±3");
	figure->op = HEAR_MARGIN;
	figure->margin = margin->number;
	return HEAR_OK;
}

static enum hear_code fill(struct hear_scan *scan, struct said *said,
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
static enum hear_code read_any(struct hear_scan *scan, struct said *said)
{
	static enum hear_code (*const readings[])(struct hear_scan *,
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
	return hear_scan_begins(text, "\n") || hear_scan_begins(text, "\r")
		       ? 1
		       : hear_blank_at(text);
}

/* The text without what is blank at its end, begun after what is at its
 * beginning: places in messages count from the first byte of the text. */
static struct hear_scan start(struct hear_span text, struct hear_err *err)
{
	struct hear_scan scan = {text, 0, false, err};
	size_t size;
	size_t end = 0;
	size_t i;

	while ((size = space_at(hear_scan_rest(&scan))))
		scan.at += size;
	for (i = scan.at; i < text.size; i += size ? size : 1) {
		size = space_at(hear_scan_after(text, i));
		if (size == 0)
			end = i + 1;
	}
	scan.all.size = end > scan.at ? end : scan.at;
	return scan;
}

enum hear_code hear_figure_parse(struct hear_arena *arena,
				 struct hear_span text, struct hear_value **out,
				 struct hear_span *noun, struct hear_err *err)
{
	struct hear_figure figure = {0};
	struct hear_span counted = {NULL, 0};
	struct hear_scan scan;
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
		code = read_tail(&scan, &said, &counted);
	if (!code)
		code = fill(&scan, &said, &figure);
	if (code)
		return code;
	if (!keep_words(hear_span_make(text.data + from, to - from), &figure))
		return hear_fail_memory(err);
	*noun = counted;
	*out = hear_figure_make(arena, &figure);
	return hear_arena_failed(arena) ? hear_fail_memory(err) : HEAR_OK;
}
