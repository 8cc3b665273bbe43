/* SPDX-License-Identifier: ISC */
/* distance.c - how many letters two texts differ by. The call is in
 * hearsay.h. */
#include "core/unicode.h"

enum { MAX_COMPARED = 256 };

/* The characters of a text; more than MAX_COMPARED where there are more. */
static size_t characters(struct hear_span text, int32_t *out)
{
	size_t count = 0;
	size_t at = 0;

	while (at < text.size) {
		if (count == MAX_COMPARED)
			return MAX_COMPARED + 1;
		at += hear_decode_any(text, at, &out[count++]);
	}
	return count;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* One row of the table of distances: `row[j]` from those of the two rows
 * above, for the i-th character of a and all of b. Gives the least of it. */
static unsigned fill_row(unsigned (*rows)[MAX_COMPARED + 1], size_t i,
			 const int32_t *a, const int32_t *b, size_t count)
{
	unsigned *above2 = rows[(i + 1) % 3];
	unsigned *above = rows[(i + 2) % 3];
	unsigned *row = rows[i % 3];
	unsigned lowest = row[0] = (unsigned)i;
	size_t j;

	for (j = 1; j <= count; j++) {
		unsigned swap = a[i - 1] != b[j - 1];

		row[j] = least(above[j - 1] + swap,
			       least(above[j], row[j - 1]) + 1);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
		    a[i - 2] == b[j - 1])
			row[j] = least(row[j], above2[j - 2] + 1);
		lowest = least(lowest, row[j]);
	}
	return lowest;
}

unsigned hear_text_distance(struct hear_span a, struct hear_span b,
			    unsigned limit)
{
	int32_t a_characters[MAX_COMPARED];
	int32_t b_characters[MAX_COMPARED];
	unsigned rows[3][MAX_COMPARED + 1];
	unsigned lowest = 0;
	unsigned before;
	size_t a_count;
	size_t b_count;
	size_t i;

	if (hear_span_equal(a, b))
		return 0;
	a_count = characters(a, a_characters);
	b_count = characters(b, b_characters);
	limit = least(limit, MAX_COMPARED);
	if (a_count > MAX_COMPARED || b_count > MAX_COMPARED ||
	    a_count > b_count + limit || b_count > a_count + limit)
		return limit + 1;
	for (i = 0; i <= b_count; i++)
		rows[0][i] = (unsigned)i;
	for (i = 1; i <= a_count; i++) {
		before = lowest;
		lowest = fill_row(rows, i, a_characters, b_characters, b_count);
		/* A swap reaches back two rows. */
		if (lowest > limit && before > limit)
			return limit + 1;
	}
	return least(rows[a_count % 3][b_count], limit + 1);
}
