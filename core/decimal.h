/* decimal.h - exact decimal numbers of at most 34 significant digits.
 *
 * The value is digits × 10^exponent. Normal form: no trailing zero in digits
 * where exponent < 0, exponent within -18 .. 0 (so 1e30 is 31 digits and 0),
 * zero is 0 × 10^0 and not negative. Printed without an exponent: "-0.25".
 */
#ifndef CORE_DECIMAL_H
#define CORE_DECIMAL_H

#include "core/hearsay.h"

__extension__ typedef __int128 hear_int128;

struct hear_decimal {
	hear_int128 digits; /* with the sign */
	int exponent;	    /* -18 .. 0 */
};

static inline bool hear_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Parses plain decimal text "-1234.5". HEAR_INVALID: not a number;
 * HEAR_LIMIT: more digits than fit. */
HEAR_CHECKED enum hear_code hear_decimal_parse(struct hear_span text,
					       struct hear_decimal *out,
					       struct hear_err *err);
/* Normal form, in `room`, which needs no memory. */
enum { HEAR_DECIMAL_TEXT = 48 };
struct hear_span hear_decimal_text(struct hear_decimal number,
				   char room[HEAR_DECIMAL_TEXT]);
/* The same, appended. */
void hear_decimal_print(struct hear_decimal number, struct hear_buffer *out);

int hear_decimal_order(struct hear_decimal a, struct hear_decimal b);
struct hear_decimal hear_decimal_of(int64_t number);

/* False where the result does not fit: then `out` is untouched. */
bool hear_decimal_add(struct hear_decimal a, struct hear_decimal b,
		      struct hear_decimal *out);
bool hear_decimal_subtract(struct hear_decimal a, struct hear_decimal b,
			   struct hear_decimal *out);
bool hear_decimal_multiply(struct hear_decimal a, struct hear_decimal b,
			   struct hear_decimal *out);

#endif
