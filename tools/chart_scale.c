/* SPDX-License-Identifier: ISC */
#include "tools/chart_scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Numbers ------------------------------------------------------------- */

static double clamp(double value, double low, double high)
{
	return value < low ? low : value > high ? high : value;
}

/* The n of the largest 10^n that is not above a positive number. Logarithms
 * alone would err where rounding makes 1000 a little less. */
static int decade(double value)
{
	int power = (int)floor(log10(value));

	if (pow(10, power + 1) <= value)
		power++;
	else if (pow(10, power) > value)
		power--;
	return power;
}

/* 1, 2 or 5 times a power of ten, so that no more than `most` fill `span`. */
static double nice_step(double span, size_t most)
{
	static const double factors[] = {1, 2, 5, 10};
	double rough = span / (double)most;
	double unit = pow(10, decade(rough));
	size_t i = 0;

	while (i < 3 && factors[i] * unit < rough * (1 - 1e-9))
		i++;
	return factors[i] * unit;
}

/* Digits behind the point that tell multiples of `step` apart. */
static int decimals_for(double step)
{
	int power = decade(step * (1 + 1e-9));

	return power < 0 ? -power : 0;
}

static const char *minus(const struct chart_writing *writing)
{
	return writing->ascii ? "-" : "\xe2\x88\x92";
}

/* A positive number with commas between thousands. */
static void write_plain(double value, int decimals, struct hear_buffer *out)
{
	char digits[64];
	size_t whole;
	size_t i;

	(void)snprintf(digits, sizeof digits, "%.*f", decimals, value);
	whole = strcspn(digits, ".");
	for (i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0)
			hear_buffer_byte(out, ',');
		hear_buffer_byte(out, digits[i]);
	}
	hear_buffer_text(out, digits + whole);
}

static void write_raised(int power, const struct chart_writing *writing,
			 struct hear_buffer *out)
{
	static const char *const digits[] = {
		"\xe2\x81\xb0", "\xc2\xb9",	"\xc2\xb2",	"\xc2\xb3",
		"\xe2\x81\xb4", "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7",
		"\xe2\x81\xb8", "\xe2\x81\xb9"};
	char text[16];
	size_t i;

	(void)snprintf(text, sizeof text, "%d", power);
	if (writing->ascii)
		hear_buffer_print(out, "^%s", text);
	for (i = 0; text[i] && !writing->ascii; i++)
		hear_buffer_text(out, text[i] == '-' ? "\xe2\x81\xbb"
						     : digits[text[i] - '0']);
}

static void write_power(double value, double step,
			const struct chart_writing *writing,
			struct hear_buffer *out)
{
	int power = decade(value * (1 + 1e-9));
	double unit = pow(10, power);
	double factor = value / unit;
	int decimals = step < unit ? decimals_for(step / unit) : 0;

	if (fabs(factor - 1) > 1e-6)
		hear_buffer_print(out, "%.*f%s", decimals > 3 ? 3 : decimals,
				  factor, writing->ascii ? "x" : "\xc3\x97");
	hear_buffer_text(out, "10");
	write_raised(power, writing, out);
}

static bool write_unit(double value, double step, double largest,
		       const struct chart_writing *writing,
		       struct hear_buffer *out)
{
	static const struct {
		double of;
		const char *word;
		const char *brief;
	} units[] = {
		{1e12, " trillion", "tn"},
		{1e9, " billion", "bn"},
		{1e6, " million", "M"},
		{1e3, NULL, "k"},
	};
	size_t i;

	for (i = 0; i < sizeof units / sizeof *units; i++) {
		const char *word = writing->brief ? units[i].brief
						  : units[i].word;
		int decimals = decimals_for(step / units[i].of);

		if (!word || largest < units[i].of || decimals > 2)
			continue;
		write_plain(value / units[i].of, decimals, out);
		hear_buffer_text(out, word);
		return true;
	}
	return false;
}

void chart_number(double value, double step, double largest,
		  const struct chart_writing *writing, char out[CHART_LABEL])
{
	struct hear_buffer text = {0};
	double size = fabs(value);

	if (size < step * 1e-6)
		size = 0;
	if (size > 0 && value < 0)
		hear_buffer_text(&text, minus(writing));
	if (size == 0)
		hear_buffer_byte(&text, '0');
	else if (largest >= 1e15 || step < 1e-6)
		write_power(size, step, writing, &text);
	else if (!write_unit(size, step, largest, writing, &text))
		write_plain(size, decimals_for(step), &text);
	(void)snprintf(out, CHART_LABEL, "%s", text.data ? text.data : "");
	hear_buffer_done(&text);
}

/* ---- Axes of values ------------------------------------------------------ */

static struct chart_tick *add_tick(struct chart_scale *scale, double at)
{
	struct chart_tick *tick;

	if (scale->count == CHART_TICKS)
		return NULL;
	tick = &scale->ticks[scale->count++];
	memset(tick, 0, sizeof *tick);
	tick->at = at;
	return tick;
}

static void linear_ticks(struct chart_scale *scale, double step, size_t most,
			 const struct chart_writing *writing)
{
	double largest = fmax(fabs(scale->low), fabs(scale->high));
	double first = ceil(scale->low / step - 1e-6);
	size_t i;

	for (i = 0; i <= most + 1; i++) {
		double value = (first + (double)i) * step;
		struct chart_tick *tick;

		if (value > scale->high + step * 1e-6)
			break;
		tick = add_tick(scale, chart_scale_at(scale, value));
		if (tick)
			chart_number(value, step, largest, writing,
				     tick->label);
	}
}

static void scale_linear(struct chart_scale *scale, double low, double high,
			 bool whole, size_t most,
			 const struct chart_writing *writing)
{
	double largest;
	double step;

	low = clamp(low, -CHART_VALUE_MOST, CHART_VALUE_MOST);
	high = clamp(high, low, CHART_VALUE_MOST);
	largest = fmax(fabs(low), fabs(high));
	if (low > 0 && (low <= high / 2 || high - low < largest * 1e-9))
		low = 0;
	if (high < 0 && (high >= low / 2 || high - low < largest * 1e-9))
		high = 0;
	if (high - low < CHART_VALUE_LEAST)
		high = low + 1;
	step = nice_step(high - low, most);
	if (whole)
		step = fmax(step, 1);
	scale->low = floor(low / step + 1e-9) * step;
	scale->high = ceil(high / step - 1e-9) * step;
	linear_ticks(scale, step, most, writing);
}

/* To 1, 2 or 5 times a power of ten. */
static double round_down(double value)
{
	double unit = pow(10, decade(value));
	double factor = value / unit * (1 + 1e-9);

	return unit * (factor >= 5 ? 5 : factor >= 2 ? 2 : 1);
}

static void scale_log(struct chart_scale *scale, double low, double high,
		      size_t most, const struct chart_writing *writing)
{
	static const int factors[] = {1, 2, 5};
	int decades;
	int every;
	int power;
	size_t i;

	low = round_down(clamp(low, CHART_VALUE_LEAST, CHART_VALUE_MOST));
	high = clamp(high, low, CHART_VALUE_MOST);
	if (round_down(high) < high || high <= low)
		high = round_down(high) * 2.5; /* 1, 2, 5 to 2.5, 5, 12.5 */
	high = round_down(high);
	scale->low = log10(low);
	scale->high = log10(high);
	decades = decade(high) - decade(low) + 1;
	every = (decades + (int)most - 1) / (int)most;
	for (power = decade(low); power <= decade(high); power += every)
		for (i = 0; i < 3; i++) {
			double value = factors[i] * pow(10, power);
			struct chart_tick *tick;

			if (i > 0 && (size_t)decades * 3 > most + 3)
				break;
			if (value < low * (1 - 1e-9) ||
			    value > high * (1 + 1e-9))
				continue;
			tick = add_tick(scale, chart_scale_at(scale, value));
			if (tick)
				chart_number(value, pow(10, power), value,
					     writing, tick->label);
		}
}

void chart_scale_values(struct chart_scale *scale, double low, double high,
			enum chart_scale_kind kind, size_t most,
			const struct chart_writing *writing)
{
	memset(scale, 0, sizeof *scale);
	scale->log = kind == CHART_LOG;
	most = most < 2 ? 2 : most > CHART_TICKS - 2 ? CHART_TICKS - 2 : most;
	if (kind == CHART_LOG)
		scale_log(scale, low, high, most, writing);
	else
		scale_linear(scale, low, high, kind == CHART_WHOLE, most,
			     writing);
}

double chart_scale_at(const struct chart_scale *scale, double value)
{
	if (scale->log)
		value = log10(fmax(value, CHART_VALUE_LEAST));
	return clamp((value - scale->low) / (scale->high - scale->low), 0, 1);
}

/* ---- The calendar -------------------------------------------------------- */

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

struct date {
	int64_t year;
	int month; /* from 0 */
	int day;
};

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of the Gregorian calendar. Years are counted from
 * March, so that the leap day is the last of a year. */
static int64_t days_of(int64_t year, int month)
{
	int64_t y = month < 2 ? year - 1 : year;
	int64_t m = month < 2 ? month + 10 : month - 2;
	int64_t era = floor_divide(y, 400);
	int64_t of_era = y - era * 400;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       (153 * m + 2) / 5 - 719468;
}

static struct date date_of(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = floor_divide(z, 146097);
	int64_t of_era = z - era * 146097;
	int64_t year =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t m = (5 * of_year + 2) / 153;
	struct date date;

	date.day = (int)(of_year - (153 * m + 2) / 5 + 1);
	date.month = (int)(m < 10 ? m + 2 : m - 10);
	date.year = year + era * 400 + (date.month < 2);
	return date;
}

void chart_date(int64_t ms, char out[CHART_LABEL])
{
	struct date date;

	ms = ms < CHART_TIME_FIRST ? CHART_TIME_FIRST : ms;
	ms = ms >= CHART_TIME_LAST ? CHART_TIME_LAST - 1 : ms;
	date = date_of(floor_divide(ms, DAY_MS));
	(void)snprintf(out, CHART_LABEL, "%d %s %04d", date.day,
		       months[date.month], (int)date.year);
}

/* ---- Axes of time -------------------------------------------------------- */

enum unit { HOURS, DAYS, WEEKS, MONTHS, YEARS };

struct stride {
	enum unit unit;
	int count;
};

static const struct stride strides[] = {
	{HOURS, 1},   {HOURS, 2},   {HOURS, 3},	   {HOURS, 6},	  {HOURS, 12},
	{DAYS, 1},    {DAYS, 2},    {WEEKS, 1},	   {WEEKS, 2},	  {MONTHS, 1},
	{MONTHS, 2},  {MONTHS, 3},  {MONTHS, 6},   {YEARS, 1},	  {YEARS, 2},
	{YEARS, 5},   {YEARS, 10},  {YEARS, 20},   {YEARS, 50},	  {YEARS, 100},
	{YEARS, 200}, {YEARS, 500}, {YEARS, 1000}, {YEARS, 2000}, {YEARS, 5000},
};

enum { STRIDE_COUNT = sizeof strides / sizeof *strides };

static int64_t round_up(int64_t value, int64_t by)
{
	return -floor_divide(-value, by);
}

static int64_t month_number(int64_t ms)
{
	struct date date = date_of(floor_divide(ms, DAY_MS));

	return date.year * 12 + date.month;
}

static int64_t tick_time(const struct stride *stride, int64_t number)
{
	int64_t n = number * stride->count;

	switch (stride->unit) {
	case HOURS:
		return n * HOUR_MS;
	case DAYS:
		return n * DAY_MS;
	case WEEKS: /* 1970-01-01 was a Thursday */
		return (n * 7 - 3) * DAY_MS;
	case MONTHS:
		return days_of(floor_divide(n, 12),
			       (int)(n - floor_divide(n, 12) * 12)) *
		       DAY_MS;
	case YEARS:
		return days_of(n, 0) * DAY_MS;
	}
	return 0;
}

static int64_t first_tick(const struct stride *stride, int64_t from)
{
	int64_t number = 0;

	switch (stride->unit) {
	case HOURS:
		number = round_up(from, stride->count * (int64_t)HOUR_MS);
		break;
	case DAYS:
		number = round_up(from, stride->count * (int64_t)DAY_MS);
		break;
	case WEEKS:
		number = round_up(from + 3 * (int64_t)DAY_MS,
				  stride->count * 7 * (int64_t)DAY_MS);
		break;
	case MONTHS:
		number = floor_divide(month_number(from), stride->count);
		break;
	case YEARS:
		number = floor_divide(month_number(from), 12 * stride->count);
		break;
	}
	while (tick_time(stride, number) < from ||
	       tick_time(stride, number) < CHART_TIME_FIRST)
		number++;
	return number;
}

static bool is_within(int64_t tick, int64_t to)
{
	return tick <= to && tick < CHART_TIME_LAST;
}

/* How many ticks are within, up to `most` and one more. */
static size_t ticks_within(const struct stride *stride, int64_t from,
			   int64_t to, size_t most)
{
	int64_t number = first_tick(stride, from);
	size_t count = 0;

	while (count <= most && is_within(tick_time(stride, number), to)) {
		number++;
		count++;
	}
	return count;
}

static void label_time(const struct stride *stride, int64_t ms,
		       struct chart_tick *tick)
{
	int64_t days = floor_divide(ms, DAY_MS);
	struct date date = date_of(days);
	int hour = (int)((ms - days * DAY_MS) / HOUR_MS);

	switch (stride->unit) {
	case HOURS:
		(void)snprintf(tick->label, CHART_LABEL, "%02d:00", hour);
		(void)snprintf(tick->below, CHART_LABEL, "%d %s %04d", date.day,
			       months[date.month], (int)date.year);
		break;
	case DAYS:
	case WEEKS:
		(void)snprintf(tick->label, CHART_LABEL, "%d %s", date.day,
			       months[date.month]);
		(void)snprintf(tick->below, CHART_LABEL, "%04d",
			       (int)date.year);
		break;
	case MONTHS:
		(void)snprintf(tick->label, CHART_LABEL, "%s",
			       months[date.month]);
		(void)snprintf(tick->below, CHART_LABEL, "%04d",
			       (int)date.year);
		break;
	case YEARS:
		(void)snprintf(tick->label, CHART_LABEL, "%04d",
			       (int)date.year);
		break;
	}
}

/* What is below stands only where it changes. */
static void thin_below(struct chart_scale *scale)
{
	char last[CHART_LABEL] = "";
	size_t i;

	for (i = 0; i < scale->count; i++) {
		struct chart_tick *tick = &scale->ticks[i];

		if (strcmp(tick->below, last) == 0)
			tick->below[0] = '\0';
		else
			memcpy(last, tick->below, sizeof last);
	}
}

void chart_scale_times(struct chart_scale *scale, int64_t from, int64_t to,
		       bool hours, size_t most)
{
	const struct stride *least = strides;
	const struct stride *stride;
	int64_t number;

	while (!hours && least->unit == HOURS)
		least++;
	stride = least;

	memset(scale, 0, sizeof *scale);
	scale->low = (double)from;
	scale->high = to > from ? (double)to : (double)from + 1;
	most = most < 1 ? 1 : most > CHART_TICKS ? CHART_TICKS : most;
	while (stride < &strides[STRIDE_COUNT - 1] &&
	       ticks_within(stride, from, to, most) > most)
		stride++;
	/* A long stride may step over all of it. */
	while (stride > least && ticks_within(stride, from, to, most) == 0)
		stride--;
	for (number = first_tick(stride, from);
	     is_within(tick_time(stride, number), to) && scale->count < most;
	     number++) {
		int64_t ms = tick_time(stride, number);
		struct chart_tick *tick =
			add_tick(scale, chart_scale_at(scale, (double)ms));

		if (tick)
			label_time(stride, ms, tick);
	}
	thin_below(scale);
}
