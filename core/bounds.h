/* bounds.h - the intervals that figures are read as (core/figure), compared. */
#ifndef CORE_BOUNDS_H
#define CORE_BOUNDS_H

#include "core/figure.h"

/* The interval two bounds have in common is not empty. */
bool hear_bounds_overlap(const struct hear_bounds *a,
			 const struct hear_bounds *b);
bool hear_bounds_equal(const struct hear_bounds *a,
		       const struct hear_bounds *b);
/* -1, 0, 1: by the lower (upper) end; unbounded ones are lowest (highest),
 * and an open end lies inside. */
int hear_bounds_low_order(const struct hear_bounds *a,
			  const struct hear_bounds *b);
int hear_bounds_high_order(const struct hear_bounds *a,
			   const struct hear_bounds *b);
/* Widens `a` so that it holds `b`. */
void hear_bounds_hull(struct hear_bounds *a, const struct hear_bounds *b);

#endif
