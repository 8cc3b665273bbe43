/* dimension.h - what units measure, and how those of one dimension convert.
 *
 * Only conversions that are exact by definition are known: the international
 * yard and pound of 1959, SI prefixes, the international nautical mile and
 * acre, degrees Celsius to Fahrenheit (the other way has no finite decimals). What depends on the day or the country (currencies, gallons, barrels,
 * short and long tons, months in days) is a dimension of its own, so that
 * figures in it are compared with their like alone.
 */
#ifndef CORE_DIMENSION_H
#define CORE_DIMENSION_H

#include "core/decimal.h"

struct hear_dimension {
	struct hear_span name;	/* "" of counts, "length"; else the unit */
	struct hear_span basis; /* the unit the factor leads to */
	struct hear_decimal factor;
	struct hear_decimal offset; /* added then: degrees alone have one */
	bool adds_up; /* parts make a whole: not shares, speeds or degrees */
};

/* Of a unit in the one spelling that is kept (core/measure); empty: a count.
 * The spans are static, or the unit's own. */
struct hear_dimension hear_dimension_of(struct hear_span unit);

#endif
