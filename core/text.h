/* text.h - texts: well-formed and normalised (text.c), folded (fold.c), split
 * into words (split.c).
 *
 * The calls programs use too (UTF-8, folding, columns, distance) are in
 * hearsay.h. Folding is for finding, never for keeping: what is kept is NFC.
 * Folded text depends on the Unicode tables of the library, so it stands in
 * indexes only, and `verify --repair` rebuilds those.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "core/hearsay.h"

/* NFC in `arena`; text that is NFC already (all ASCII is) is given back
 * uncopied. HEAR_INVALID: not well-formed, more than 64 combining marks in a
 * row (their order costs the square of that), or a NUL or another control
 * character than tab and line feed (carriage return + line feed becomes line
 * feed); err->at says where. Takes eight bytes of memory a byte while it runs,
 * so the caller checks the size of what strangers send first. */
HEAR_CHECKED enum hear_code hear_text_normal(struct hear_arena *arena,
					     struct hear_span text,
					     struct hear_span *out,
					     struct hear_err *err);

/* Splits into folded words of at most 64 bytes (longer ones are cut at a
 * character) and gives each to `word`, with its position (0, 1, ...). Letters,
 * marks and digits make words. An apostrophe inside one is dropped ("o'neil"
 * -> oneil) with a lone s at the end ("Kim's" -> kim), and so is a dot between
 * single letters ("U.S." -> us, but "end.Then" is two words); "3.5" and
 * "3,500" stay whole numbers (3.5, 3500). Scripts written without blanks (Han,
 * Hiragana, Katakana, Thai, Lao, Khmer, Myanmar) and Hangul are given as
 * overlapping pairs of characters, and the last character of a run alone, so
 * that any part of two characters or more is found by its pairs and one
 * character as the beginning of a word. */
void hear_text_words(struct hear_span text,
		     void (*word)(void *context, struct hear_span folded,
				  unsigned position),
		     void *context);

#endif
