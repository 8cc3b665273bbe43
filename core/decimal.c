/* SPDX-License-Identifier: ISC */
#include "core/decimal.h"
#include "core/bytes.h"

#include <assert.h>

enum { MAX_DIGITS = 34, MIN_EXPONENT = -18 };

/* 10^0 to 10^36, asked for with every digit that is read. */
static hear_int128 power(int of_ten)
{
	static const int64_t tens[] = {
		1,
		10,
		100,
		1000,
		10000,
		100000,
		1000000,
		10000000,
		100000000,
		1000000000,
		10000000000,
		100000000000,
		1000000000000,
		10000000000000,
		100000000000000,
		1000000000000000,
		10000000000000000,
		100000000000000000,
		1000000000000000000,
	};
	enum { LAST = sizeof tens / sizeof *tens - 1 };

	assert(of_ten >= 0 && of_ten <= 2 * LAST);
	if (of_ten <= LAST)
		return tens[of_ten];
	return (hear_int128)tens[LAST] * tens[of_ten - LAST];
}

static hear_int128 magnitude(hear_int128 number)
{
	return number < 0 ? -number : number;
}

/* Normal form of digits × 10^exponent; false where it does not fit. */
static bool settle(hear_int128 digits, int exponent, struct hear_decimal *out)
{
	while (exponent < 0 && digits % 10 == 0) {
		digits /= 10;
		exponent++;
	}
	if (exponent < MIN_EXPONENT || magnitude(digits) >= power(MAX_DIGITS))
		return false;
	out->digits = digits;
	out->exponent = exponent;
	return true;
}

/* -?[0-9]+(.[0-9]+)? */
static bool plain(struct hear_span text)
{
	size_t i = text.size > 0 && text.data[0] == '-';
	size_t start = i;

	while (i < text.size && hear_digit(text.data[i]))
		i++;
	if (i == start)
		return false;
	if (i == text.size)
		return true;
	if (text.data[i++] != '.' || i == text.size)
		return false;
	while (i < text.size && hear_digit(text.data[i]))
		i++;
	return i == text.size;
}

/* Zeros at the end of a fraction say nothing, however many they are. */
static struct hear_span without_last_zeros(struct hear_span text)
{
	size_t i;

	for (i = 0; i < text.size && text.data[i] != '.'; i++)
		;
	if (i == text.size)
		return text;
	while (text.data[text.size - 1] == '0')
		text.size--;
	if (text.size == i + 1)
		text.size = i;
	return text;
}

static bool collect(struct hear_span text, struct hear_decimal *out)
{
	hear_int128 digits = 0;
	bool fraction = false;
	int exponent = 0;
	size_t i;

	for (i = text.data[0] == '-'; i < text.size; i++) {
		if (text.data[i] == '.') {
			fraction = true;
			continue;
		}
		digits = digits * 10 + (text.data[i] - '0');
		exponent -= fraction;
		if (digits >= power(MAX_DIGITS) || exponent < MIN_EXPONENT)
			return false;
	}
	return settle(text.data[0] == '-' ? -digits : digits, exponent, out);
}

enum hear_code hear_decimal_parse(struct hear_span text,
				  struct hear_decimal *out,
				  struct hear_err *err)
{
	if (!plain(text))
		return hear_fail_at(err, HEAR_INVALID, 0, text.size,
				    "not a plain number; write it as -1234.5");
	if (!collect(without_last_zeros(text), out))
		return hear_fail_at(err, HEAR_LIMIT, 0, text.size,
				    "a number has at most %d digits, %d of "
				    "them after the point; write it rounded",
				    MAX_DIGITS, -MIN_EXPONENT);
	return HEAR_OK;
}

struct hear_span hear_decimal_text(struct hear_decimal number,
				   char text[HEAR_DECIMAL_TEXT])
{
	hear_int128 left = magnitude(number.digits);
	size_t at = HEAR_DECIMAL_TEXT;
	int exponent;

	for (exponent = number.exponent; left > 0 || exponent <= 0;
	     exponent++) {
		if (exponent == 0 && number.exponent < 0)
			text[--at] = '.';
		text[--at] = (char)('0' + (int)(left % 10));
		left /= 10;
	}
	if (number.digits < 0)
		text[--at] = '-';
	return hear_span_make(text + at, HEAR_DECIMAL_TEXT - at);
}

void hear_decimal_print(struct hear_decimal number, struct hear_buffer *out)
{
	char room[HEAR_DECIMAL_TEXT];

	hear_buffer_span(out, hear_decimal_text(number, room));
}

/* What stands after the point, in units of 10^-18. */
static hear_int128 fraction_of(struct hear_decimal number)
{
	return number.digits % power(-number.exponent) *
	       power(number.exponent - MIN_EXPONENT);
}

int hear_decimal_order(struct hear_decimal a, struct hear_decimal b)
{
	hear_int128 x = a.digits / power(-a.exponent);
	hear_int128 y = b.digits / power(-b.exponent);

	if (x == y) {
		x = fraction_of(a);
		y = fraction_of(b);
	}
	return (x > y) - (x < y);
}

struct hear_decimal hear_decimal_of(int64_t number)
{
	struct hear_decimal out = {number, 0};

	return out;
}

/* Writes `number` with a lower exponent. False beyond 37 digits: a sum with
 * such a number keeps its last digit, so it would not fit either. */
static bool lower(struct hear_decimal *number, int exponent)
{
	while (number->exponent > exponent) {
		if (magnitude(number->digits) >= power(36))
			return false;
		number->digits *= 10;
		number->exponent--;
	}
	return true;
}

bool hear_decimal_add(struct hear_decimal a, struct hear_decimal b,
		      struct hear_decimal *out)
{
	if (!lower(&a, b.exponent) || !lower(&b, a.exponent))
		return false;
	return settle(a.digits + b.digits, a.exponent, out);
}

bool hear_decimal_subtract(struct hear_decimal a, struct hear_decimal b,
			   struct hear_decimal *out)
{
	b.digits = -b.digits;
	return hear_decimal_add(a, b, out);
}

/* Takes one factor of ten out of a × b; false where there is none. */
static bool cancel_ten(hear_int128 *a, hear_int128 *b)
{
	int from_a = *a % 10 == 0 ? 10 : *a % 5 == 0 ? 5 : *a % 2 == 0 ? 2 : 1;
	int from_b = 10 / from_a;

	if (*b % 10 == 0) {
		from_a = 1;
		from_b = 10;
	}
	if (*b % from_b != 0)
		return false;
	*a /= from_a;
	*b /= from_b;
	return true;
}

bool hear_decimal_multiply(struct hear_decimal a, struct hear_decimal b,
			   struct hear_decimal *out)
{
	int exponent = a.exponent + b.exponent;

	/* Before multiplying, so that no product that fits overflows. */
	while (exponent < 0 && cancel_ten(&a.digits, &b.digits))
		exponent++;
	if (b.digits != 0 &&
	    magnitude(a.digits) > power(MAX_DIGITS) / magnitude(b.digits))
		return false;
	return settle(a.digits * b.digits, exponent, out);
}
