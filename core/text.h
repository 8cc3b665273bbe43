/* text.h - Unicode: well-formed, normalised, folded, split into words.
 *
 * Only text.c knows utf8proc. Folding is for finding, never for keeping: what
 * is kept is NFC. Folded text depends on the Unicode tables of the library, so
 * it stands in indexes only, and `verify --repair` rebuilds those.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "core/hearsay.h"

/* Well-formed UTF-8 (Unicode 3.9, table 3-7: no surrogates, no overlong
 * forms, nothing above U+10FFFF). The offset of the first bad byte, or
 * HEAR_NOWHERE where all is well. Accepts NUL. */
size_t hear_utf8_bad(struct hear_span text);

/* NFC in `arena`; text that is NFC already (all ASCII is) is given back
 * uncopied. HEAR_INVALID: not well-formed, or holds a NUL or another control
 * character than tab and line feed (carriage return + line feed becomes line
 * feed); err->at says where. */
HEAR_CHECKED enum hear_code hear_text_normal(struct hear_arena *arena,
					     struct hear_span text,
					     struct hear_span *out,
					     struct hear_err *err);

/* Appends the form by which names are compared: compatibility and case folded,
 * accents and width taken off, blanks run together and trimmed, dashes and
 * quotation marks made plain. Bytes that are not UTF-8 are kept as they are:
 * this never fails but for memory (out->failed). */
void hear_text_fold(struct hear_span text, struct hear_buffer *out);

/* Splits into folded words of at most 64 bytes (longer ones are cut at a
 * character) and gives each to `word`, with its position (0, 1, ...). Letters,
 * marks and digits make words; an apostrophe or a dot inside one is dropped
 * ("o'neil" -> oneil, "u.s." -> us) but "3.5" and "3,500" stay whole numbers
 * (3.5, 3500). Scripts written without blanks (Han, Hiragana, Katakana,
 * Thai, Lao, Khmer, Myanmar) and Hangul are given as overlapping pairs of
 * characters, and the last character of a run alone, so that any part of two
 * characters or more is found by its pairs and one character as the beginning
 * of a word. */
void hear_text_words(struct hear_span text,
		     void (*word)(void *context, struct hear_span folded,
				  unsigned position),
		     void *context);

/* Columns a terminal needs for the text: wide characters two, marks none. */
HEAR_API size_t hear_text_columns(struct hear_span text);

/* How far apart two folded words are: insertions, deletions, replacements and
 * swapped neighbours (Damerau), counted in characters; at most `limit` + 1. */
unsigned hear_text_distance(struct hear_span a, struct hear_span b,
			    unsigned limit);

#endif
