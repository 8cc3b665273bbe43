/* SPDX-License-Identifier: ISC */
#include "core/when.h"
#include "core/bytes.h"

#include <stdio.h>
#include <string.h>

enum {
	MAX_BYTES = 80,
	MAX_TOKENS = 4,
	MS_SECOND = 1000,
	MS_MINUTE = 60 * MS_SECOND,
	MS_HOUR = 60 * MS_MINUTE,
	MS_DAY = 24 * MS_HOUR,
	DAYS_ERA = 146097, /* 400 years */
	FIRST_SEASON = 21,
};

static const char *const month_names[12] = {
	"January", "February", "March",	    "April",   "May",	   "June",
	"July",	   "August",   "September", "October", "November", "December",
};

/* What the numbers from 21 stand for in place of a month. Winter begins in
 * the year it is written with, and in the south so does summer. */
static const struct season {
	int month; /* that it begins with */
	int months;
} seasons[] = {
	{3, 3},	 {6, 3}, {9, 3},  {12, 3}, /* 21: spring to winter */
	{3, 3},	 {6, 3}, {9, 3},  {12, 3}, /* 25: the same, northern */
	{9, 3},	 {12, 3}, {3, 3}, {6, 3},  /* 29: the same, southern */
	{1, 3},	 {4, 3}, {7, 3},  {10, 3}, /* 33: quarters */
	{1, 4},	 {5, 4}, {9, 4},	   /* 37: thirds */
	{1, 6},	 {7, 6},		   /* 40: halves */
};

enum { SEASONS = sizeof seasons / sizeof *seasons };

/* What of the text is being read. */
struct reader {
	struct hear_span text; /* as given: places count from its start */
	const char *start;
	const char *at;
	const char *end; /* of the date, or of one end of an interval */
	struct hear_err *err;
};

/* A number, or where digits are X the least and the greatest it may be. */
struct part {
	const char *start;
	int size;
	int lo;
	int hi;
};

struct date {
	struct part year;
	struct part month;
	struct part day;
	bool has_month;
	bool has_day;
	bool is_open; /* has an X */
};

/* ---- The calendar ---------------------------------------------------------
 * Years are counted from March, so that the leap day comes last in its year
 * and a month begins (153 * months since March + 2) / 5 days into it. */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01; month may be over 12. */
static int64_t day_number(int64_t year, int month, int day)
{
	int64_t era;
	int64_t y;
	int m;

	year += (month - 1) / 12;
	month = (month - 1) % 12 + 1;
	if (month <= 2)
		year--;
	m = (month + 9) % 12;
	era = floor_div(year, 400);
	y = year - era * 400;
	return era * DAYS_ERA + y * 365 + y / 4 - y / 100 + (153 * m + 2) / 5 +
	       day - 1 - 719468;
}

static int64_t day_ms(int64_t year, int month, int day)
{
	return day_number(year, month, day) * MS_DAY;
}

static int month_days(int year, int month)
{
	return (int)(day_number(year, month + 1, 1) -
		     day_number(year, month, 1));
}

void hear_time_print(int64_t ms, bool fraction, struct hear_buffer *out)
{
	int64_t days = floor_div(ms, MS_DAY);
	int rest = (int)((ms % MS_DAY + MS_DAY) % MS_DAY);
	int64_t shifted = days + 719468; /* since 0000-03-01 */
	int64_t era = floor_div(shifted, DAYS_ERA);
	int of_era = (int)(shifted - era * DAYS_ERA);
	int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	int of_year = of_era - (365 * y + y / 4 - y / 100);
	int m = (5 * of_year + 2) / 153;
	int month = m < 10 ? m + 3 : m - 9;
	int64_t year = era * 400 + y + (month <= 2);

	hear_buffer_print(out, "%s%04lld-%02d-%02dT%02d:%02d:%02d",
			  year < 0 ? "-" : "",
			  (long long)(year < 0 ? -year : year), month,
			  of_year - (153 * m + 2) / 5 + 1, rest / MS_HOUR,
			  rest / MS_MINUTE % 60, rest / MS_SECOND % 60);
	if (fraction)
		hear_buffer_print(out, ".%03d", rest % MS_SECOND);
	hear_buffer_byte(out, 'Z');
}

/* ---- Dates written otherwise ----------------------------------------------
 * For the sentence only: what a person who wrote 13.1.2025 should write. */

struct token {
	int size;
	int number; /* -1: a word */
	int month;  /* 1 to 12 where it is the name of one, else 0 */
};

struct guess {
	int year;
	int month;
	int day;	/* 0: none */
	bool ambiguous; /* day and month may stand the other way round */
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Three letters of a month's name or more; 0 for other words. */
static int month_named(const char *word, int size)
{
	int month;
	int i;

	for (month = 0; month < 12; month++) {
		const char *name = month_names[month];

		for (i = 0; i < size && lower(word[i]) == lower(name[i]); i++)
			;
		if (i == size && size >= 3)
			return month + 1;
	}
	return 0;
}

/* "st", "nd", "rd" or "th": after the number of a day it says nothing. */
static bool ordinal_end(const char *word, int size)
{
	static const char ends[4][2] = {
		{'s', 't'}, {'n', 'd'}, {'r', 'd'}, {'t', 'h'}};
	int i;

	for (i = 0; i < 4 && size == 2; i++)
		if (memcmp(word, ends[i], 2) == 0)
			return true;
	return false;
}

static int run_of(const char *at, const char *end, bool (*is)(char))
{
	const char *start = at;

	while (at < end && at - start < MAX_BYTES && is(*at))
		at++;
	return (int)(at - start);
}

static int number_of(const char *at, int size)
{
	int number = 0;

	if (size > 8)
		return -1;
	while (size-- > 0)
		number = number * 10 + (*at++ - '0');
	return number;
}

/* Numbers and words, whatever stands between them; -1: too many. */
static int split(struct hear_span text, struct token tokens[MAX_TOKENS])
{
	const char *at = text.data;
	const char *end = text.data + text.size;
	int count = 0;

	while (at < end) {
		struct token token = {.number = -1};

		token.size = run_of(at, end, digit);
		if (token.size > 0) {
			token.number = number_of(at, token.size);
		} else {
			token.size = run_of(at, end, letter);
			token.month = month_named(at, token.size);
		}
		if (token.size > 0 && !ordinal_end(at, token.size)) {
			if (count == MAX_TOKENS)
				return -1;
			tokens[count++] = token;
		}
		at += token.size > 0 ? token.size : 1;
	}
	return count;
}

static bool short_number(const struct token *token)
{
	return token->number >= 0 && token->size <= 2;
}

/* January 2025, 13 January 2025, January 13, 2025. */
static bool guess_named(const struct token *tokens, int count,
			struct guess *out)
{
	const struct token *year = &tokens[count - 1];
	const struct token *day = &tokens[tokens[0].month ? 1 : 0];
	const struct token *month = &tokens[tokens[0].month ? 0 : 1];

	if (count < 2 || count > 3 || year->size != 4 || month->month == 0)
		return false;
	if (count == 3 && !short_number(day))
		return false;
	out->year = year->number;
	out->month = month->month;
	out->day = count == 3 ? day->number : 0;
	out->ambiguous = false;
	return true;
}

/* 13.1.2025, 1/2025, 2025/1/13, 2025-1. */
static bool guess_numbers(const struct token *tokens, int count,
			  struct guess *out)
{
	int year_first = tokens[0].size == 4;
	const struct token *year = &tokens[year_first ? 0 : count - 1];
	const struct token *rest = &tokens[year_first];

	if (count < 2 || count > 3 || year->size != 4 ||
	    !short_number(&rest[0]) || !short_number(&rest[count - 2]))
		return false;
	out->year = year->number;
	out->month = rest[0].number;
	out->day = 0;
	if (count == 3) {
		out->month = rest[!year_first].number;
		out->day = rest[year_first].number;
	}
	out->ambiguous = count == 3 && !year_first;
	return true;
}

/* 20250113. */
static bool guess_run(const struct token *tokens, int count, struct guess *out)
{
	if (count != 1 || tokens[0].size != 8 || tokens[0].number < 0)
		return false;
	out->year = tokens[0].number / 10000;
	out->month = tokens[0].number / 100 % 100;
	out->day = tokens[0].number % 100;
	out->ambiguous = false;
	return true;
}

static bool real(const struct guess *guess)
{
	return guess->year >= 1 && guess->month >= 1 && guess->month <= 12 &&
	       guess->day >= 0 &&
	       guess->day <= month_days(guess->year, guess->month);
}

static void print_guess(const struct guess *guess, char out[16])
{
	if (guess->day > 0)
		(void)snprintf(out, 16, "%04d-%02d-%02d", guess->year % 10000,
			       guess->month % 100, guess->day % 100);
	else
		(void)snprintf(out, 16, "%04d-%02d", guess->year % 10000,
			       guess->month % 100);
}

/* "2025-01-13 (year-month-day)", or two dates where either may be meant. */
static bool suggest(struct hear_span text, char out[64])
{
	struct token tokens[MAX_TOKENS];
	int count = split(text, tokens);
	char first[16] = "";
	char second[16] = "";
	struct guess guess;
	struct guess swapped;

	if (count < 1 || (!guess_named(tokens, count, &guess) &&
			  !guess_numbers(tokens, count, &guess) &&
			  !guess_run(tokens, count, &guess)))
		return false;
	swapped = guess;
	swapped.month = guess.day;
	swapped.day = guess.month;
	if (real(&guess))
		print_guess(&guess, first);
	if (real(&swapped) && swapped.day > 0 &&
	    (!*first || (guess.ambiguous && guess.day != guess.month)))
		print_guess(&swapped, second);
	(void)snprintf(out, 64, "%s%s%s (year-month%s)", first,
		       *first && *second ? " or " : "", second,
		       guess.day > 0 ? "-day" : "");
	return *first || *second;
}

/* ---- Reading ------------------------------------------------------------ */

static size_t place(const struct reader *reader, const char *at)
{
	return (size_t)(at - reader->text.data);
}

/* Not in the form of a date at all: says how to write it. */
static enum hear_code fail_form(const struct reader *reader)
{
	struct hear_span whole = hear_span_trim(reader->text);
	struct hear_span part = hear_span_make(
		reader->start, (size_t)(reader->end - reader->start));
	size_t at = place(reader, reader->start);
	char instead[64];

	if (suggest(whole, instead))
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, whole.data), whole.size,
				    "write %s", instead);
	if (suggest(part, instead))
		return hear_fail_at(reader->err, HEAR_INVALID, at, part.size,
				    "write %s", instead);
	if (memchr(part.data, '/', part.size))
		return hear_fail_at(reader->err, HEAR_INVALID, at, part.size,
				    "an interval has two ends and one slash");
	if (part.data != whole.data)
		return hear_fail_at(reader->err, HEAR_INVALID, at, part.size,
				    "write the end of an interval in full, "
				    "such as 2025-01-11/2025-01-12");
	return hear_fail_at(reader->err, HEAR_INVALID, at, part.size,
			    "this is no date: write 2025-01-13, 2025-01 or "
			    "2025, with X for last digits not known (202X)");
}

static enum hear_code fail_part(const struct reader *reader,
				const struct part *part, const char *message)
{
	size_t left = (size_t)(reader->end - part->start);
	size_t span = (size_t)part->size < left ? (size_t)part->size : left;

	return hear_fail_at(reader->err, HEAR_INVALID,
			    place(reader, part->start), span, "%s", message);
}

/* For a mistake at the next byte, which may be the end. */
static enum hear_code fail_here(const struct reader *reader,
				const char *message)
{
	return hear_fail_at(reader->err, HEAR_INVALID,
			    place(reader, reader->at), reader->at < reader->end,
			    "%s", message);
}

static bool next_is(const struct reader *reader, char c)
{
	return reader->at < reader->end && *reader->at == c;
}

static bool take(struct reader *reader, char c)
{
	bool is = next_is(reader, c);

	reader->at += is;
	return is;
}

/* Reads `size` digits; once one was X, the others of the date must be. */
static enum hear_code read_part(struct reader *reader, int size,
				struct date *date, struct part *out)
{
	int i;

	*out = (struct part){reader->at, size, 0, 0};
	for (i = 0; i < size; i++, reader->at++) {
		char c = reader->at < reader->end ? *reader->at : '\0';

		if (digit(c) && date->is_open)
			return fail_part(reader, out,
					 "X stands for the last digits only: "
					 "202X, 2025-1X or 2025-01-XX");
		if (!digit(c) && c != 'X')
			return fail_form(reader);
		if (c == 'X')
			date->is_open = true;
		out->lo = out->lo * 10 + (c == 'X' ? 0 : c - '0');
		out->hi = out->hi * 10 + (c == 'X' ? 9 : c - '0');
	}
	return HEAR_OK;
}

static enum hear_code read_year(struct reader *reader, struct date *date)
{
	int digits = run_of(reader->at, reader->end, digit);
	enum hear_code code;
	char instead[64];

	if (next_is(reader, '-'))
		return fail_here(reader, "years before 0001 are not kept as "
					 "dates; write them in the text");
	if (next_is(reader, 'Y') || next_is(reader, '+') ||
	    (digits > 4 &&
	     !suggest(hear_span_make(reader->at, (size_t)digits), instead)))
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, reader->at),
				    digits > 4 ? (size_t)digits : 1,
				    "years after 9999 are not kept as dates; "
				    "a year has four digits");
	code = read_part(reader, 4, date, &date->year);
	if (code == HEAR_OK && date->year.hi == 0)
		return fail_part(reader, &date->year,
				 "there is no year 0000; years are 0001 to "
				 "9999");
	if (code == HEAR_OK && date->year.lo == 0)
		date->year.lo = 1;
	return code;
}

static const struct season *season_of(const struct date *date)
{
	int i = date->month.lo - FIRST_SEASON;

	return date->month.lo == date->month.hi && i >= 0 && i < SEASONS
		       ? &seasons[i]
		       : NULL;
}

static enum hear_code fail_month(const struct reader *reader,
				 const struct part *month)
{
	struct hear_span text = hear_span_make(
		reader->start, (size_t)(reader->end - reader->start));
	char instead[64];
	bool found = suggest(text, instead);

	return hear_fail_at(reader->err, HEAR_INVALID,
			    place(reader, month->start), 2,
			    "there is no month %.2s: %s%s", month->start,
			    found ? "write " : "months are 01 to 12",
			    found ? instead : "");
}

static enum hear_code read_month(struct reader *reader, struct date *date)
{
	struct part *month = &date->month;
	enum hear_code code = read_part(reader, 2, date, month);

	date->has_month = true;
	if (code != HEAR_OK || season_of(date))
		return code;
	if (month->hi < 1 || month->lo > 12)
		return fail_month(reader, month);
	if (month->lo < 1)
		month->lo = 1;
	if (month->hi > 12)
		month->hi = 12;
	return HEAR_OK;
}

static enum hear_code read_day(struct reader *reader, struct date *date)
{
	struct part *day = &date->day;
	enum hear_code code;
	int most;

	if (season_of(date))
		return fail_part(reader, &date->month,
				 "a season or quarter has no days; write a "
				 "month from 01 to 12");
	code = read_part(reader, 2, date, day);
	if (code != HEAR_OK)
		return code;
	date->has_day = true;
	most = month_days(date->year.hi, date->month.hi);
	if (day->hi < 1 || day->lo > 31)
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, day->start), 2,
				    "there is no day %.2s; days are 01 to 31",
				    day->start);
	if (day->lo > most)
		return hear_fail_at(
			reader->err, HEAR_INVALID, place(reader, day->start), 2,
			day->lo == 29 ? "there is no %d %s in %04d"
				      : "there is no %d %s",
			day->lo, month_names[date->month.lo - 1],
			date->year.lo);
	if (day->lo < 1)
		day->lo = 1;
	if (day->hi > most)
		day->hi = most;
	return HEAR_OK;
}

static void cover_date(const struct date *date, struct hear_when *out)
{
	const struct season *season = season_of(date);
	int last = date->has_month ? date->month.hi : 12;

	if (season) {
		int after = season->month + season->months;

		out->from = day_ms(date->year.lo, season->month, 1);
		out->to = day_ms(date->year.lo, after, 1);
		return;
	}
	out->from = day_ms(date->year.lo,
			   date->has_month ? date->month.lo : 1,
			   date->has_day ? date->day.lo : 1);
	if (date->has_day)
		out->to = day_ms(date->year.hi, last, date->day.hi) + MS_DAY;
	else
		out->to = day_ms(date->year.hi, last + 1, 1);
}

/* Two digits of a time of day or an offset, at most `most`. */
static enum hear_code read_two(struct reader *reader, const char *what,
			       int most, int *out)
{
	size_t at = place(reader, reader->at);

	if (run_of(reader->at, reader->end, digit) != 2)
		return hear_fail_at(reader->err, HEAR_INVALID, at,
				    reader->at < reader->end,
				    "the %s has two digits: write "
				    "2025-01-13T10:30Z", what);
	*out = number_of(reader->at, 2);
	reader->at += 2;
	if (*out <= most)
		return HEAR_OK;
	if (*out == 60 && most == 59 && strcmp(what, "second") == 0)
		return hear_fail_at(reader->err, HEAR_INVALID, at, 2,
				    "leap seconds are not kept; write :59");
	if (*out == 24 && most == 23)
		return hear_fail_at(reader->err, HEAR_INVALID, at, 2,
				    "hour 24 is written 00 of the next day");
	return hear_fail_at(reader->err, HEAR_INVALID, at, 2,
			    "there is no %s %d; the greatest is %d", what, *out,
			    most);
}

/* Digits after the dot, of which three count. */
static enum hear_code read_fraction(struct reader *reader, int *ms)
{
	int digits = run_of(reader->at, reader->end, digit);
	int i;

	if (digits == 0)
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, reader->at - 1), 1,
				    "digits are missing after the dot");
	for (i = 0; i < 3; i++)
		*ms = *ms * 10 + (i < digits ? reader->at[i] - '0' : 0);
	reader->at += digits;
	return HEAR_OK;
}

/* Minutes east of UTC. */
static enum hear_code read_zone(struct reader *reader, int *out)
{
	bool west = next_is(reader, '-');
	enum hear_code code;
	int hours;
	int minutes = 0;

	*out = 0;
	if (take(reader, 'Z'))
		return HEAR_OK;
	if (!west && !next_is(reader, '+'))
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, reader->start),
				    (size_t)(reader->at - reader->start),
				    "a time needs its zone: add Z or an offset "
				    "such as +02:00");
	reader->at++;
	if (run_of(reader->at, reader->end, digit) == 4)
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, reader->at), 4,
				    "write an offset with a colon: +02:00");
	code = read_two(reader, "offset's hour", 18, &hours);
	if (code == HEAR_OK && take(reader, ':'))
		code = read_two(reader, "offset's minute", 59, &minutes);
	if (code == HEAR_OK)
		*out = (hours * 60 + minutes) * (west ? -1 : 1);
	return code;
}

/* What follows the T. */
static enum hear_code read_time(struct reader *reader, struct hear_when *out)
{
	int hour = 0;
	int minute = 0;
	int second = 0;
	int ms = 0;
	int zone = 0;
	int unit = MS_MINUTE;
	enum hear_code code = read_two(reader, "hour", 23, &hour);

	if (code == HEAR_OK && !take(reader, ':'))
		return fail_here(reader, "write hour and minute: "
					 "2025-01-13T10:30Z");
	if (code == HEAR_OK)
		code = read_two(reader, "minute", 59, &minute);
	if (code == HEAR_OK && take(reader, ':')) {
		unit = MS_SECOND;
		code = read_two(reader, "second", 59, &second);
		if (code == HEAR_OK && take(reader, '.')) {
			unit = 1;
			code = read_fraction(reader, &ms);
		}
	}
	if (code == HEAR_OK)
		code = read_zone(reader, &zone);
	out->from += (int64_t)hour * MS_HOUR + (minute - zone) * MS_MINUTE +
		     second * MS_SECOND + ms;
	out->to = out->from + unit;
	return code;
}

static void read_mark(struct reader *reader, struct hear_when *out)
{
	char mark = reader->at < reader->end ? *reader->at : '\0';

	out->uncertain = mark == '?' || mark == '%';
	out->approximate = mark == '~' || mark == '%';
	reader->at += out->uncertain || out->approximate;
}

/* What may follow a whole date: a time, or a mark, and nothing else. */
static enum hear_code read_rest(struct reader *reader, const struct date *date,
				struct hear_when *out)
{
	enum hear_code code = HEAR_OK;

	if (next_is(reader, 'T')) {
		if (!date->has_day || date->is_open)
			return fail_here(reader, "a time of day needs a whole "
						 "date: 2025-01-13T10:30Z");
		reader->at++;
		code = read_time(reader, out);
	} else {
		read_mark(reader, out);
	}
	if (code != HEAR_OK || reader->at == reader->end)
		return code;
	if (date->has_day && (*reader->at == ' ' || *reader->at == 't'))
		return fail_here(reader, "write T between date and time: "
					 "2025-01-13T10:30Z");
	if (strchr("?~%", *reader->at) && *reader->at)
		return fail_here(reader, "one mark stands after a date, none "
					 "after a time: ? uncertain, ~ "
					 "approximate, % both");
	if (out->uncertain || out->approximate)
		return fail_here(reader, "the mark stands after the whole "
					 "date: 2025-01-13?");
	if (reader->at[-1] == 'Z' || strchr("+:.", *reader->at))
		return fail_here(reader, "the time ends before this: write "
					 "2025-01-13T10:30Z");
	return fail_form(reader);
}

static enum hear_code read_date(struct reader *reader, struct hear_when *out)
{
	struct date date = {.has_day = false};
	enum hear_code code = read_year(reader, &date);

	memset(out, 0, sizeof *out);
	if (code == HEAR_OK && take(reader, '-'))
		code = read_month(reader, &date);
	if (code == HEAR_OK && date.has_month && take(reader, '-'))
		code = read_day(reader, &date);
	if (code != HEAR_OK)
		return code;
	cover_date(&date, out);
	return read_rest(reader, &date, out);
}

/* One end of an interval: a date, or open. */
static enum hear_code read_end(struct reader *reader, const char *start,
			       const char *end, struct hear_when *out)
{
	struct hear_span text = hear_span_make(start, (size_t)(end - start));

	*out = (struct hear_when){.from = HEAR_TIME_MIN, .to = HEAR_TIME_MAX};
	if (text.size == 0 || hear_span_is(text, ".."))
		return HEAR_OK;
	reader->start = reader->at = start;
	reader->end = end;
	return read_date(reader, out);
}

static enum hear_code read_interval(struct reader *reader, const char *slash,
				    struct hear_when *out)
{
	const char *start = reader->start;
	const char *end = reader->end;
	size_t at = place(reader, start);
	size_t size = (size_t)(end - start);
	struct hear_when first;
	struct hear_when last;
	enum hear_code code;

	if (size == 1)
		return fail_here(reader, "an interval needs a date: write .. "
					 "where none is given");
	if ((slash > start && slash[-1] == ' ') ||
	    (slash + 1 < end && slash[1] == ' '))
		return hear_fail_at(reader->err, HEAR_INVALID, at, size,
				    "write an interval without blanks: "
				    "2025-01-11/2025-01-12");
	code = read_end(reader, start, slash, &first);
	if (code == HEAR_OK)
		code = read_end(reader, slash + 1, end, &last);
	if (code != HEAR_OK)
		return code;
	if (first.from != HEAR_TIME_MIN && last.to <= first.from)
		return hear_fail_at(reader->err, HEAR_INVALID, at, size,
				    "the interval ends before it begins; "
				    "swap its ends");
	out->from = first.from;
	out->to = last.to;
	out->interval = true;
	out->uncertain = first.uncertain || last.uncertain;
	out->approximate = first.approximate || last.approximate;
	return HEAR_OK;
}

static enum hear_code read_text(struct reader *reader, struct hear_when *out)
{
	size_t size = (size_t)(reader->end - reader->at);
	const char *slash = memchr(reader->at, '/', size);

	if (slash)
		return read_interval(reader, slash, out);
	if (memmem(reader->at, size, "..", 2))
		return hear_fail_at(reader->err, HEAR_INVALID,
				    place(reader, reader->at), size,
				    "write an interval with a slash: "
				    "2025-01-11/2025-01-12, or "
				    "../2025-01-12 for any time until then");
	return read_date(reader, out);
}

enum hear_code hear_when_parse(struct hear_span text, struct hear_when *out,
			       struct hear_err *err)
{
	struct hear_span trimmed = hear_span_trim(text);
	struct reader reader = {.text = text, .err = err};

	memset(out, 0, sizeof *out);
	if (trimmed.size == 0)
		return hear_fail_at(err, HEAR_INVALID, 0, 0,
				    "a date is missing: write 2025-01-13, or "
				    ".. where none is given");
	reader.start = reader.at = trimmed.data;
	reader.end = trimmed.data + trimmed.size;
	if (trimmed.size > MAX_BYTES)
		return hear_fail_at(err, HEAR_LIMIT,
				    place(&reader, trimmed.data), trimmed.size,
				    "a date has at most %d bytes, this has "
				    "%zu", MAX_BYTES, trimmed.size);
	if (hear_span_is(trimmed, "..")) {
		*out = (struct hear_when){HEAR_TIME_MIN, HEAR_TIME_MAX, true,
					  false, false};
		return HEAR_OK;
	}
	return read_text(&reader, out);
}
