/* SPDX-License-Identifier: ISC */
#include "tools/nearest.h"

#include "core/hearsay.h"

#include <string.h>

/* Letters that may differ: one in short words, a third of longer ones. */
static unsigned tolerance(const char *typed)
{
	size_t size = strlen(typed);

	return size < 4 ? 1 : size < 12 ? (unsigned)size / 3 : 4;
}

struct nearest nearest_to(const char *typed)
{
	struct nearest nearest = {typed, NULL, tolerance(typed) + 1};

	return nearest;
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
	size_t size = strlen(nearest->typed);
	unsigned distance = hear_text_distance(hear_span_of(nearest->typed),
					       hear_span_of(candidate),
					       nearest->distance);

	/* The beginning of a longer word is as good as one slip. */
	if (size >= 2 && distance > 1 &&
	    strncmp(candidate, nearest->typed, size) == 0)
		distance = 1;
	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->best = candidate;
	}
}
