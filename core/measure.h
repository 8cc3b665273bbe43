/* measure.h - the words figures are written with: units, scales, vague words.
 *
 * Tables, and how to find their entries at the beginning of a text. A blank
 * in an entry matches any run of blanks; a match ends where the word ends.
 * Words match in any case, but units and scales of less than four letters (km,
 * kV, USD, m, M) only as they stand. Calls named match give the bytes matched,
 * 0 for none, and prefer the longest entry. The spans they give are static.
 */
#ifndef CORE_MEASURE_H
#define CORE_MEASURE_H

#include "core/bytes.h"

/* The text from byte `size` on, which is at most its size. */
static inline struct hear_span hear_scan_after(struct hear_span text,
					       size_t size)
{
	return hear_span_make(text.data + size, text.size - size);
}

/* Bytes of the one character that begins `text`; 0: it is something else. */
size_t hear_blank_at(struct hear_span text); /* also no-break, thin, ... */
size_t hear_dash_at(struct hear_span text);  /* hyphen, en, em, minus */
/* Whether a letter, digit or mark begins `text`. */
bool hear_letter_at(struct hear_span text);

size_t hear_phrase_match(struct hear_span text, const char *phrase);
/* The first of a list ended by NULL that begins `text`. */
size_t hear_phrases_match(struct hear_span text, const char *const *phrases);

/* Gives the one spelling that is kept: "kilometres" gives "km". */
size_t hear_unit_match(struct hear_span text, struct hear_span *unit);
/* Only currencies, as they stand before a number: "$300", "USD 300". */
size_t hear_currency_match(struct hear_span text, struct hear_span *unit);
/* Whether this is a unit in the one spelling that is kept. */
bool hear_unit_known(struct hear_span unit);
bool hear_unit_is_currency(struct hear_span unit);

/* Where a scale stands: 5k has it glued on, "5 k" is no thousand; beside a
 * sign of currency "m" can be no metre. Each takes what those before it do. */
enum hear_scale_place {
	HEAR_SCALE_SPACED,
	HEAR_SCALE_GLUED,
	HEAR_SCALE_MONEY,
};

size_t hear_scale_match(struct hear_span text, enum hear_scale_place place,
			int64_t *times);

/* "dozens", "tens of thousands", "a few hundred". */
size_t hear_vague_match(struct hear_span text, struct hear_span *word);
bool hear_vague_known(struct hear_span word);
/* Whether "of" stands between it and what it counts. */
bool hear_vague_takes_of(struct hear_span word);

#endif
