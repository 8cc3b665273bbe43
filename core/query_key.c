/* SPDX-License-Identifier: ISC */
#include "core/query_key.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/figure.h"
#include "core/names.h"
#include "core/text.h"
#include "core/when.h"

#include <string.h>

enum { ID_DIGITS_LEAST = 4, ID_DIGITS = HEAR_ID_TEXT - 1 };

enum takes {
	TAKES_TEXT,
	TAKES_VALUE, /* numbers, or text */
	TAKES_DATES,
	TAKES_MARKINGS,
	TAKES_STANCE,
	TAKES_KIND,
	TAKES_STATE,
	TAKES_ID,
	TAKES_LETTERS,
	TAKES_DIGITS,
	TAKES_LIKELIHOODS,
	TAKES_COUNTS,
};

static const struct {
	const char *name;
	enum takes takes;
} keys[] = {
	[HEAR_KEY_WORDS] = {"", TAKES_TEXT},
	[HEAR_KEY_BY] = {"by", TAKES_TEXT},
	[HEAR_KEY_ORIGIN] = {"origin", TAKES_TEXT},
	[HEAR_KEY_VIA] = {"via", TAKES_TEXT},
	[HEAR_KEY_SUBJECT] = {"subject", TAKES_TEXT},
	[HEAR_KEY_PREDICATE] = {"predicate", TAKES_TEXT},
	[HEAR_KEY_OF] = {"of", TAKES_TEXT},
	[HEAR_KEY_PLACE] = {"place", TAKES_TEXT},
	[HEAR_KEY_VALUE] = {"value", TAKES_VALUE},
	[HEAR_KEY_UNIT] = {"unit", TAKES_TEXT},
	[HEAR_KEY_STANCE] = {"stance", TAKES_STANCE},
	[HEAR_KEY_SAID] = {"said", TAKES_DATES},
	[HEAR_KEY_EVENT] = {"event", TAKES_DATES},
	[HEAR_KEY_SINCE] = {"since", TAKES_DATES},
	[HEAR_KEY_UNTIL] = {"until", TAKES_DATES},
	[HEAR_KEY_FILED] = {"filed", TAKES_DATES},
	[HEAR_KEY_DOC] = {"doc", TAKES_TEXT},
	[HEAR_KEY_TAG] = {"tag", TAKES_TEXT},
	[HEAR_KEY_LANG] = {"lang", TAKES_TEXT},
	[HEAR_KEY_RE] = {"re", TAKES_TEXT},
	[HEAR_KEY_BASIS] = {"basis", TAKES_TEXT},
	[HEAR_KEY_HEDGE] = {"hedge", TAKES_TEXT},
	[HEAR_KEY_MORE] = {"more", TAKES_TEXT},
	[HEAR_KEY_FILER] = {"filer", TAKES_TEXT},
	[HEAR_KEY_MARKING] = {"marking", TAKES_MARKINGS},
	[HEAR_KEY_KIND] = {"kind", TAKES_KIND},
	[HEAR_KEY_IS] = {"is", TAKES_STATE},
	[HEAR_KEY_ID] = {"id", TAKES_ID},
	[HEAR_KEY_TARGET] = {"target", TAKES_ID},
	[HEAR_KEY_RELIABILITY] = {"reliability", TAKES_LETTERS},
	[HEAR_KEY_CREDIBILITY] = {"credibility", TAKES_DIGITS},
	[HEAR_KEY_ORIGINS] = {"origins", TAKES_COUNTS},
	[HEAR_KEY_LIKELIHOOD] = {"likelihood", TAKES_LIKELIHOODS},
};

/* What people type who come from elsewhere. */
static const struct {
	const char *name;
	enum hear_query_key key;
} hints[] = {
	{"source", HEAR_KEY_BY},	{"speaker", HEAR_KEY_BY},
	{"who", HEAR_KEY_BY},		{"from", HEAR_KEY_BY},
	{"chain", HEAR_KEY_BY},		{"topic", HEAR_KEY_SUBJECT},
	{"about", HEAR_KEY_SUBJECT},	{"property", HEAR_KEY_PREDICATE},
	{"location", HEAR_KEY_PLACE},	{"where", HEAR_KEY_PLACE},
	{"in", HEAR_KEY_PLACE},		{"number", HEAR_KEY_VALUE},
	{"count", HEAR_KEY_VALUE},	{"figure", HEAR_KEY_VALUE},
	{"date", HEAR_KEY_SAID},	{"when", HEAR_KEY_SAID},
	{"before", HEAR_KEY_SAID},	{"after", HEAR_KEY_SAID},
	{"published", HEAR_KEY_SAID},	{"added", HEAR_KEY_FILED},
	{"url", HEAR_KEY_DOC},		{"document", HEAR_KEY_DOC},
	{"link", HEAR_KEY_DOC},		{"site", HEAR_KEY_DOC},
	{"label", HEAR_KEY_TAG},	{"tags", HEAR_KEY_TAG},
	{"language", HEAR_KEY_LANG},	{"author", HEAR_KEY_FILER},
	{"analyst", HEAR_KEY_FILER},	{"user", HEAR_KEY_FILER},
	{"tlp", HEAR_KEY_MARKING},	{"type", HEAR_KEY_KIND},
	{"status", HEAR_KEY_IS},	{"text", HEAR_KEY_WORDS},
	{"title", HEAR_KEY_WORDS},	{"quote", HEAR_KEY_WORDS},
};

static const char *const states[] = {"retracted", "resting", "edited",
				     "disputed", "assessed", "unanswered"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *hear_query_key_name(enum hear_query_key key)
{
	return key < COUNT(keys) ? keys[key].name : "";
}

/* ---- Names of keys ------------------------------------------------------- */

/* The key that is nearest to a wrong name; HEAR_KEY_WORDS: none is near. */
static enum hear_query_key nearest(struct hear_span name)
{
	unsigned least = name.size < 4 ? 1 : 2;
	enum hear_query_key best = HEAR_KEY_WORDS;
	size_t i;

	for (i = 1; i < COUNT(keys); i++) {
		unsigned distance = hear_text_distance(
			name, hear_span_of(keys[i].name), least);

		if (distance < least || (distance == least &&
					 best == HEAR_KEY_WORDS)) {
			best = (enum hear_query_key)i;
			least = distance;
		}
	}
	return best;
}

static enum hear_code list_keys(struct hear_span name, struct hear_err *err)
{
	struct hear_buffer all = {0};
	enum hear_code code;
	size_t i;

	for (i = 1; i < COUNT(keys); i++)
		hear_buffer_print(&all, " %s%s", keys[i].name,
				  i == HEAR_KEY_MORE ? ".KEY:" : ":");
	if (all.failed)
		code = hear_fail_memory(err);
	else
		code = hear_fail(err, HEAR_INVALID,
				 "unknown key '%.*s:'; the keys are%s. To "
				 "search for the text itself write it in "
				 "quotes",
				 (int)name.size, name.data, all.data);
	hear_buffer_done(&all);
	return code;
}

static enum hear_code unknown_key(struct hear_span name, struct hear_err *err)
{
	enum hear_query_key key = HEAR_KEY_WORDS;
	size_t i;

	for (i = 0; i < COUNT(hints); i++) {
		if (!hear_name_equal(name, hear_span_of(hints[i].name)))
			continue;
		key = hints[i].key;
		if (key == HEAR_KEY_WORDS)
			return hear_fail(err, HEAR_INVALID,
					 "unknown key '%.*s:'; words without a "
					 "key are looked for in text, quote "
					 "and title",
					 (int)name.size, name.data);
	}
	if (key == HEAR_KEY_WORDS)
		key = nearest(name);
	name = hear_span_cut(name, 60);
	if (key == HEAR_KEY_WORDS)
		return list_keys(name, err);
	return hear_fail(err, HEAR_INVALID,
			 "unknown key '%.*s:'; did you mean %s%s:? To search "
			 "for the text itself write it in quotes",
			 (int)name.size, name.data, keys[key].name,
			 key == HEAR_KEY_MORE ? ".KEY" : "");
}

enum hear_code hear_query_key_find(struct hear_span name,
				   enum hear_query_key *out,
				   struct hear_err *err)
{
	size_t i;

	for (i = 1; i < COUNT(keys); i++) {
		if (hear_name_equal(name, hear_span_of(keys[i].name))) {
			*out = (enum hear_query_key)i;
			return HEAR_OK;
		}
	}
	return unknown_key(name, err);
}

/* ---- Ranges -------------------------------------------------------------- */

/* "lo..hi", ">lo", "<=hi" or one text at both ends; empty: unbounded. */
struct ends {
	struct hear_span lo;
	struct hear_span hi;
	bool lo_open;
	bool hi_open;
	bool compared; /* ">" and the like were written */
	bool single;   /* neither that nor ".." */
};

static const struct {
	const char *sign;
	bool below; /* bounds from above */
	bool open;
} comparisons[] = {
	{">=", false, false}, {"\u2265", false, false}, {">", false, true},
	{"<=", true, false},  {"\u2264", true, false},	{"<", true, true},
};

static struct hear_span from(struct hear_span text, size_t at)
{
	return hear_span_trim(hear_span_make(text.data + at, text.size - at));
}

/* Where ".." stands, or the size. */
static size_t find_dots(struct hear_span text)
{
	size_t i;

	for (i = 0; i + 1 < text.size; i++)
		if (text.data[i] == '.' && text.data[i + 1] == '.')
			return i;
	return text.size;
}

static void split_ends(struct ends *out, struct hear_span text)
{
	size_t dots = find_dots(text);
	size_t i;

	memset(out, 0, sizeof *out);
	for (i = 0; i < COUNT(comparisons); i++) {
		size_t size = strlen(comparisons[i].sign);

		if (text.size < size ||
		    memcmp(text.data, comparisons[i].sign, size) != 0)
			continue;
		out->compared = true;
		if (comparisons[i].below) {
			out->hi = from(text, size);
			out->hi_open = comparisons[i].open;
		} else {
			out->lo = from(text, size);
			out->lo_open = comparisons[i].open;
		}
		return;
	}
	out->single = dots == text.size;
	if (out->single) {
		out->lo = text;
		out->hi = text;
	} else {
		out->lo = hear_span_trim(hear_span_make(text.data, dots));
		out->hi = from(text, dots + 2);
	}
}

/* Whether nothing stands where a bound should: ">" or "..". */
static bool endless(const struct ends *ends)
{
	return ends->lo.size == 0 && ends->hi.size == 0;
}

static enum hear_code no_end(struct hear_span text, const char *example,
			     struct hear_err *err)
{
	return hear_fail_at(err, HEAR_INVALID, 0, text.size,
			    "a range needs an end; write %s", example);
}

static enum hear_code reversed(struct hear_span text, struct hear_err *err)
{
	return hear_fail_at(err, HEAR_INVALID, 0, text.size,
			    "the range ends before it begins; write the "
			    "smaller end first");
}

/* A failure in one end, told of the whole text. */
static enum hear_code in_end(enum hear_code code, struct hear_span text,
			     struct hear_span end, struct hear_err *err)
{
	if (code != HEAR_OK && err && err->at != HEAR_NOWHERE)
		err->at += (size_t)(end.data - text.data);
	return code;
}

static enum hear_code read_date(struct hear_span text, struct hear_span end,
				struct hear_when *out, struct hear_err *err)
{
	return in_end(hear_when_parse(end, out, err), text, end, err);
}

/* An interval "a/b" is one date; it may have dots of its own, for an end that
 * is open. */
static void split_dates(struct ends *out, struct hear_span text)
{
	split_ends(out, text);
	if (!out->compared && memchr(text.data, '/', text.size)) {
		out->lo = text;
		out->hi = text;
	}
}

static enum hear_code read_dates(struct hear_query_term *term,
				 struct hear_err *err)
{
	struct hear_when lo = {.from = HEAR_TIME_MIN, .to = HEAR_TIME_MIN};
	struct hear_when hi = {.from = HEAR_TIME_MAX, .to = HEAR_TIME_MAX};
	enum hear_code code = HEAR_OK;
	struct ends ends;

	split_dates(&ends, term->text);
	if (endless(&ends) && !hear_span_is(term->text, ".."))
		return no_end(term->text, "said:>2025-01-12", err);
	if (ends.lo.size > 0)
		code = read_date(term->text, ends.lo, &lo, err);
	if (code == HEAR_OK && ends.hi.size > 0)
		code = read_date(term->text, ends.hi, &hi, err);
	if (code != HEAR_OK)
		return code;
	term->from = ends.lo_open ? lo.to : lo.from;
	term->to = ends.hi_open ? hi.from : hi.to;
	term->has_range = true;
	return term->from < term->to ? HEAR_OK : reversed(term->text, err);
}

/* One number, perhaps with "~" or groups of three. HEAR_NOTFOUND is an
 * answer: it is none. */
static enum hear_code read_number(struct hear_arena *arena,
				  struct hear_span text,
				  struct hear_decimal *out,
				  struct hear_err *err)
{
	struct hear_span noun = {0};
	struct hear_value *map;
	struct hear_figure figure;
	struct hear_err own;
	enum hear_code code;

	code = hear_figure_parse(arena, text, &map, &noun, &own);
	if (code == HEAR_OK)
		code = hear_figure_read(map, &figure, &own);
	if (code == HEAR_LIMIT || code == HEAR_MEMORY) {
		if (err)
			*err = own;
		return code;
	}
	if (code != HEAR_OK || noun.size > 0 || figure.unit.size > 0 ||
	    (figure.op != HEAR_EXACTLY && figure.op != HEAR_ABOUT))
		return HEAR_NOTFOUND;
	*out = figure.lo;
	return HEAR_OK;
}

static enum hear_code keep_number(struct hear_arena *arena,
				  struct hear_decimal number,
				  struct hear_span *out, struct hear_err *err)
{
	struct hear_buffer text = {0};
	bool failed;

	hear_decimal_print(number, &text);
	*out = hear_arena_copy(arena, hear_buffer_view(&text));
	failed = text.failed || hear_arena_failed(arena);
	hear_buffer_done(&text);
	return failed ? hear_fail_memory(err) : HEAR_OK;
}

static enum hear_code no_number(struct hear_span text, struct hear_span end,
				struct hear_err *err)
{
	struct hear_span word = hear_span_cut(end, 60);

	return hear_fail_at(err, HEAR_INVALID, (size_t)(end.data - text.data),
			    end.size,
			    "'%.*s' is not a number; write value:>300 and the "
			    "unit apart, unit:km. To search for the text "
			    "itself write it in quotes",
			    (int)word.size, word.data);
}

/* Reads what ends there are; HEAR_NOTFOUND where one is not a number, in
 * `wrong`. */
static enum hear_code read_ends(struct hear_arena *arena,
				struct hear_query_term *term,
				const struct ends *ends,
				struct hear_span *wrong, struct hear_err *err)
{
	struct hear_decimal lo = {0}, hi = {0};
	enum hear_code code = HEAR_OK;

	if (ends->lo.size > 0) {
		*wrong = ends->lo;
		code = read_number(arena, ends->lo, &lo, err);
		if (code == HEAR_OK)
			code = keep_number(arena, lo, &term->lo, err);
	}
	if (code == HEAR_OK && ends->hi.size > 0) {
		*wrong = ends->hi;
		code = read_number(arena, ends->hi, &hi, err);
		if (code == HEAR_OK)
			code = keep_number(arena, hi, &term->hi, err);
	}
	if (code != HEAR_OK)
		return in_end(code, term->text, *wrong,
			      code == HEAR_NOTFOUND ? NULL : err);
	if (ends->lo.size > 0 && ends->hi.size > 0 &&
	    hear_decimal_order(lo, hi) > 0)
		return reversed(term->text, err);
	return HEAR_OK;
}

/* Begins like a number, so that what follows was meant as one. */
static bool numeric(struct hear_span text)
{
	size_t sign = text.size > 0 && text.data[0] == '-';

	return text.size > sign && text.data[sign] >= '0' &&
	       text.data[sign] <= '9';
}

static enum hear_code read_numbers(struct hear_arena *arena,
				   struct hear_query_term *term,
				   struct hear_err *err)
{
	struct hear_span wrong = {0};
	enum hear_code code;
	struct ends ends;

	split_ends(&ends, term->text);
	if (endless(&ends))
		return no_end(term->text, "value:>300 or value:100..200", err);
	code = read_ends(arena, term, &ends, &wrong, err);
	if (code == HEAR_OK) {
		term->lo_open = ends.lo_open;
		term->hi_open = ends.hi_open;
		term->has_range = true;
		return HEAR_OK;
	}
	if (code != HEAR_NOTFOUND)
		return code;
	term->lo = hear_span_make(NULL, 0);
	term->hi = term->lo;
	/* "Kursk" or "2025-01-13": text; ">many" or "100..many": a mistake. */
	if (ends.single || (find_dots(term->text) < term->text.size &&
			    !numeric(ends.lo) && !numeric(ends.hi)))
		return HEAR_OK;
	return no_number(term->text, wrong, err);
}

static enum hear_code read_marking(struct hear_span text, struct hear_span end,
				   enum hear_marking *out, struct hear_err *err)
{
	enum hear_code code = hear_marking_parse(end, out, err);

	if (code == HEAR_INVALID && err) {
		err->at = (size_t)(end.data - text.data);
		err->span = end.size;
	}
	return code;
}

static enum hear_code read_markings(struct hear_query_term *term,
				    struct hear_err *err)
{
	enum hear_marking lo = HEAR_CLEAR;
	enum hear_marking hi = HEAR_LOCAL;
	enum hear_code code = HEAR_OK;
	struct ends ends;

	split_ends(&ends, term->text);
	if (endless(&ends))
		return no_end(term->text, "marking:..amber", err);
	if (ends.lo.size > 0)
		code = read_marking(term->text, ends.lo, &lo, err);
	if (code == HEAR_OK && ends.hi.size > 0)
		code = read_marking(term->text, ends.hi, &hi, err);
	if (code != HEAR_OK)
		return code;
	term->from = (int64_t)lo + ends.lo_open;
	term->to = (int64_t)hi + !ends.hi_open;
	term->has_range = true;
	return term->from < term->to ? HEAR_OK : reversed(term->text, err);
}

/* ---- Scales of assessments ----------------------------------------------- */

/* A letter or a digit: 1 for the first of the scale; 0: none of it. */
static int64_t step_of(struct hear_span text, char first)
{
	char c = text.size == 1 ? text.data[0] : '\0';

	if (first == 'A' && c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	return c >= first && c < first + 6 ? c - first + 1 : 0;
}

static enum hear_code no_step(struct hear_span end, enum takes takes,
			      struct hear_err *err)
{
	struct hear_span word = hear_span_cut(end, 60);

	if (takes == TAKES_LETTERS)
		return hear_fail(err, HEAR_INVALID,
				 "'%.*s' is not a reliability; write a letter "
				 "from A (completely reliable) to F (cannot be "
				 "judged), or a range, reliability:A..B",
				 (int)word.size, word.data);
	return hear_fail(err, HEAR_INVALID,
			 "'%.*s' is not a credibility; write a digit from 1 "
			 "(confirmed) to 6 (cannot be judged), or a range, "
			 "credibility:1..2",
			 (int)word.size, word.data);
}

static enum hear_code read_step(struct hear_span text, struct hear_span end,
				enum takes takes, int64_t *out,
				struct hear_err *err)
{
	enum hear_likelihood likelihood;
	enum hear_code code = HEAR_OK;

	if (takes == TAKES_LIKELIHOODS) {
		code = hear_likelihood_parse(end, &likelihood, err);
		*out = code == HEAR_OK ? (int64_t)likelihood : 0;
	} else {
		*out = step_of(end, takes == TAKES_LETTERS ? 'A' : '1');
		if (*out == 0)
			code = no_step(end, takes, err);
	}
	if (code != HEAR_OK && err) {
		err->at = (size_t)(end.data - text.data);
		err->span = end.size;
	}
	return code;
}

/* A is better than B, and 1 than 2: ">B" would be read either way. */
static enum hear_code read_scale(struct hear_query_term *term,
				 enum takes takes, struct hear_err *err)
{
	bool words = takes == TAKES_LIKELIHOODS;
	const char *example = words ? "likelihood:likely.."
			      : takes == TAKES_LETTERS ? "reliability:A..B"
						       : "credibility:..2";
	int64_t lo = 1;
	int64_t hi = words ? HEAR_ALMOST_CERTAIN : 6;
	enum hear_code code = HEAR_OK;
	struct ends ends;

	split_ends(&ends, term->text);
	if (ends.compared && !words)
		return hear_fail_at(err, HEAR_INVALID, 0, term->text.size,
				    "more may be better or worse here; write a "
				    "range, %s", example);
	if (endless(&ends))
		return no_end(term->text, example, err);
	if (ends.lo.size > 0)
		code = read_step(term->text, ends.lo, takes, &lo, err);
	if (code == HEAR_OK && ends.hi.size > 0)
		code = read_step(term->text, ends.hi, takes, &hi, err);
	if (code != HEAR_OK)
		return code;
	term->from = lo + ends.lo_open;
	term->to = hi + !ends.hi_open;
	term->has_range = true;
	return term->from < term->to ? HEAR_OK : reversed(term->text, err);
}

/* ---- Counts -------------------------------------------------------------- */

static bool read_count(struct hear_span text, int64_t *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < text.size; i++) {
		if (!hear_digit(text.data[i]) || i > 8)
			return false;
		*out = *out * 10 + (text.data[i] - '0');
	}
	return text.size > 0;
}

static enum hear_code no_count(struct hear_span text, struct hear_span end,
			       struct hear_err *err)
{
	struct hear_span word = hear_span_cut(end, 60);

	return hear_fail_at(err, HEAR_INVALID,
			    (size_t)(end.data - text.data), end.size,
			    "'%.*s' is not how many origins there may be; "
			    "write a number or a range, origins:1 or origins:2..",
			    (int)word.size, word.data);
}

static enum hear_code read_counts(struct hear_query_term *term,
				  struct hear_err *err)
{
	int64_t lo = 0;
	int64_t hi = INT32_MAX;
	struct ends ends;

	split_ends(&ends, term->text);
	if (endless(&ends))
		return no_end(term->text, "origins:1 or origins:2..", err);
	if (ends.lo.size > 0 && !read_count(ends.lo, &lo))
		return no_count(term->text, ends.lo, err);
	if (ends.hi.size > 0 && !read_count(ends.hi, &hi))
		return no_count(term->text, ends.hi, err);
	term->from = lo + ends.lo_open;
	term->to = hi + !ends.hi_open;
	term->has_range = true;
	return term->from < term->to ? HEAR_OK : reversed(term->text, err);
}

/* ---- Names and ids ------------------------------------------------------- */

static void set_name(struct hear_query_term *term, const char *name)
{
	term->text = hear_span_of(name);
	term->phrase = false;
}

static enum hear_code read_stance(struct hear_query_term *term,
				  struct hear_err *err)
{
	enum hear_stance stance;
	enum hear_code code = hear_stance_parse(term->text, &stance, err);

	if (code == HEAR_OK)
		set_name(term, hear_stance_name(stance));
	return code;
}

static enum hear_code read_kind(struct hear_query_term *term,
				struct hear_err *err)
{
	enum hear_kind kind;
	enum hear_code code;

	if (hear_name_equal(term->text, hear_span_of("any"))) {
		set_name(term, "any");
		return HEAR_OK;
	}
	code = hear_kind_parse(term->text, &kind, err);
	if (code == HEAR_OK)
		set_name(term, hear_kind_name(kind));
	return code;
}

static enum hear_code read_state(struct hear_query_term *term,
				 struct hear_err *err)
{
	struct hear_span word = hear_span_cut(term->text, 60);
	size_t i;

	for (i = 0; i < COUNT(states); i++) {
		if (hear_name_equal(term->text, hear_span_of(states[i]))) {
			set_name(term, states[i]);
			return HEAR_OK;
		}
	}
	return hear_fail(err, HEAR_INVALID,
			 "is:%.*s is not known; write is:retracted, "
			 "is:resting (on what is retracted), is:edited (its "
			 "document was), is:disputed, is:assessed or "
			 "is:unanswered (somebody is silent about it)",
			 (int)word.size, word.data);
}

static enum hear_code read_id(struct hear_arena *arena,
			      struct hear_query_term *term,
			      struct hear_err *err)
{
	char digits[ID_DIGITS];
	size_t size = term->text.size;
	size_t i;

	for (i = 0; i < size && i < ID_DIGITS; i++) {
		char c = term->text.data[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			break;
		digits[i] = c;
	}
	if (size < ID_DIGITS_LEAST || i < size)
		return hear_fail(err, HEAR_INVALID,
				 "%s: takes the beginning of an id: %d to %d "
				 "of the digits 0-9 and a-f",
				 keys[term->key].name, ID_DIGITS_LEAST,
				 ID_DIGITS);
	term->text = hear_arena_copy(arena, hear_span_make(digits, size));
	term->phrase = false;
	term->prefix = false;
	return hear_arena_failed(arena) ? hear_fail_memory(err) : HEAR_OK;
}

/* ---- Terms --------------------------------------------------------------- */

/* The asterisk of "said:2025*" belongs to what is read, and is wrong there. */
static void put_star_back(struct hear_query_term *term)
{
	if (term->prefix)
		term->text.size++;
	term->prefix = false;
}

enum hear_code hear_query_term_read(struct hear_arena *arena,
				    struct hear_query_term *term,
				    struct hear_err *err)
{
	enum takes takes = keys[term->key].takes;
	bool any = term->prefix && term->text.size == 0;

	if (any && (takes == TAKES_VALUE || takes == TAKES_DATES ||
		    takes == TAKES_LETTERS || takes == TAKES_DIGITS ||
		    takes == TAKES_LIKELIHOODS))
		return HEAR_OK;
	if (takes == TAKES_VALUE && (term->phrase || term->prefix))
		return HEAR_OK;
	if (takes != TAKES_TEXT && takes != TAKES_ID)
		put_star_back(term);
	switch (takes) {
	case TAKES_TEXT:
		return HEAR_OK;
	case TAKES_VALUE:
		return read_numbers(arena, term, err);
	case TAKES_DATES:
		return read_dates(term, err);
	case TAKES_MARKINGS:
		return read_markings(term, err);
	case TAKES_STANCE:
		return read_stance(term, err);
	case TAKES_KIND:
		return read_kind(term, err);
	case TAKES_STATE:
		return read_state(term, err);
	case TAKES_ID:
		return read_id(arena, term, err);
	case TAKES_LETTERS:
	case TAKES_DIGITS:
	case TAKES_LIKELIHOODS:
		return read_scale(term, takes, err);
	case TAKES_COUNTS:
		return read_counts(term, err);
	}
	return HEAR_OK;
}
