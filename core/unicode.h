/* unicode.h - characters, and what Unicode's tables say of them.
 *
 * Only unicode.c knows utf8proc. Everything else of texts is built on this:
 * normal form and width (text), folding (fold), words (split), distance.
 */
#ifndef CORE_UNICODE_H
#define CORE_UNICODE_H

#include "core/hearsay.h"

#include <string.h>

/* Bytes of the ASCII at the beginning of `size` bytes; may stop early, never
 * late. */
static inline size_t hear_ascii_run(const char *data, size_t size)
{
	size_t at = 0;
	uint64_t eight;

	while (size - at >= sizeof eight) {
		memcpy(&eight, data + at, sizeof eight);
		if (eight & UINT64_C(0x8080808080808080))
			break;
		at += sizeof eight;
	}
	while (at < size && (unsigned char)data[at] < 0x80)
		at++;
	return at;
}

/* The character that begins at `at` and the bytes it takes, or 0 where what
 * stands there is not well-formed. */
size_t hear_decode(struct hear_span text, size_t at, int32_t *character);
/* The same, but what is not well-formed is one byte beyond Unicode. */
size_t hear_decode_any(struct hear_span text, size_t at, int32_t *character);
/* How many bytes it takes. */
size_t hear_encode(int32_t character, unsigned char bytes[4]);

enum hear_sort {
	HEAR_SORT_OTHER,
	HEAR_SORT_LETTER,
	HEAR_SORT_DIGIT,  /* decimal */
	HEAR_SORT_NUMBER, /* any other */
	HEAR_SORT_MARK,	  /* over or below a letter, taking no room */
	HEAR_SORT_BESIDE, /* a mark that takes room */
	HEAR_SORT_AROUND, /* a mark that encloses */
	HEAR_SORT_DASH,
	HEAR_SORT_BLANK, /* and control characters */
};

enum hear_sort hear_sort_of(int32_t character);
static inline bool hear_is_mark(enum hear_sort sort)
{
	return sort == HEAR_SORT_MARK || sort == HEAR_SORT_BESIDE ||
	       sort == HEAR_SORT_AROUND;
}
/* 0 for what is no mark; marks of a class stay in the order they stand in. */
int hear_mark_class(int32_t character);
/* Columns on a terminal. */
size_t hear_character_columns(int32_t character);

/* Taken apart and folded as far as Unicode says (compatibility, case), what is
 * to be ignored left out: how many characters are in `parts`. */
enum { HEAR_PARTS = 32 }; /* the most there is is 18 */
size_t hear_take_apart(int32_t character, int32_t parts[HEAR_PARTS]);
/* Composes characters whose marks are in order, in place: how many are left. */
size_t hear_join_marks(int32_t *characters, size_t count);
/* NFC of a well-formed text, in the arena where it differs from `*text`. */
HEAR_CHECKED enum hear_code hear_compose_text(struct hear_arena *arena,
					      struct hear_span *text,
					      struct hear_err *err);

#endif
