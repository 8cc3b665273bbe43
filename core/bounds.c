/* SPDX-License-Identifier: ISC */
#include "core/bounds.h"

int hear_bounds_low_order(const struct hear_bounds *a,
			  const struct hear_bounds *b)
{
	int order;

	if (!a->has_lo || !b->has_lo)
		return (int)a->has_lo - (int)b->has_lo;
	order = hear_decimal_order(a->lo, b->lo);
	return order ? order : (int)a->lo_open - (int)b->lo_open;
}

int hear_bounds_high_order(const struct hear_bounds *a,
			   const struct hear_bounds *b)
{
	int order;

	if (!a->has_hi || !b->has_hi)
		return (int)b->has_hi - (int)a->has_hi;
	order = hear_decimal_order(a->hi, b->hi);
	return order ? order : (int)b->hi_open - (int)a->hi_open;
}

static bool reaches(const struct hear_bounds *low,
		    const struct hear_bounds *high)
{
	int order;

	if (!low->has_lo || !high->has_hi)
		return true;
	order = hear_decimal_order(low->lo, high->hi);
	return order < 0 || (order == 0 && !low->lo_open && !high->hi_open);
}

bool hear_bounds_overlap(const struct hear_bounds *a,
			 const struct hear_bounds *b)
{
	return reaches(a, b) && reaches(b, a);
}

bool hear_bounds_equal(const struct hear_bounds *a,
		       const struct hear_bounds *b)
{
	return hear_bounds_low_order(a, b) == 0 &&
	       hear_bounds_high_order(a, b) == 0;
}

void hear_bounds_hull(struct hear_bounds *a, const struct hear_bounds *b)
{
	if (hear_bounds_low_order(b, a) < 0) {
		a->has_lo = b->has_lo;
		a->lo = b->lo;
		a->lo_open = b->lo_open;
	}
	if (hear_bounds_high_order(b, a) > 0) {
		a->has_hi = b->has_hi;
		a->hi = b->hi;
		a->hi_open = b->hi_open;
	}
}
