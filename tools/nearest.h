/* nearest.h - what somebody who mistyped a word may have meant. */
#ifndef TOOLS_NEAREST_H
#define TOOLS_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *typed;
	const char *best; /* NULL: nothing is near */
	unsigned distance;
};

/* Starts a search; then give each candidate; the nearest is in `best`. */
struct nearest nearest_to(const char *typed);
void nearest_try(struct nearest *nearest, const char *candidate);

#endif
