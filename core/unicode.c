/* SPDX-License-Identifier: ISC */
#include "core/unicode.h"
#include "core/bytes.h"
#include "core/error.h"

#include <assert.h>
#include <stdlib.h>
#include <utf8proc.h>

/* ---- Characters ---- */

size_t hear_decode(struct hear_span text, size_t at, int32_t *character)
{
	size_t left = text.size - at;
	utf8proc_ssize_t size;

	size = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
				left < 4 ? (utf8proc_ssize_t)left : 4,
				character);
	return size > 0 ? (size_t)size : 0;
}

size_t hear_decode_any(struct hear_span text, size_t at, int32_t *character)
{
	size_t size = hear_decode(text, at, character);

	if (size > 0)
		return size;
	*character = 0x110000 + (unsigned char)text.data[at];
	return 1;
}

size_t hear_encode(int32_t character, unsigned char bytes[4])
{
	return (size_t)utf8proc_encode_char(character, bytes);
}

enum hear_sort hear_sort_of(int32_t character)
{
	switch (utf8proc_category(character)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return HEAR_SORT_LETTER;
	case UTF8PROC_CATEGORY_ND:
		return HEAR_SORT_DIGIT;
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return HEAR_SORT_NUMBER;
	case UTF8PROC_CATEGORY_MN:
		return HEAR_SORT_MARK;
	case UTF8PROC_CATEGORY_MC:
		return HEAR_SORT_BESIDE;
	case UTF8PROC_CATEGORY_ME:
		return HEAR_SORT_AROUND;
	case UTF8PROC_CATEGORY_PD:
		return HEAR_SORT_DASH;
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return HEAR_SORT_BLANK;
	default:
		return HEAR_SORT_OTHER;
	}
}

int hear_mark_class(int32_t character)
{
	return utf8proc_get_property(character)->combining_class;
}

size_t hear_character_columns(int32_t character)
{
	return (size_t)utf8proc_charwidth(character);
}

/* ---- Taking apart and composing ---- */

size_t hear_take_apart(int32_t character, int32_t parts[HEAR_PARTS])
{
	int boundary = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char(
		character, parts, HEAR_PARTS,
		UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE |
			UTF8PROC_DECOMPOSE,
		&boundary);

	if (count < 0)
		return 0;
	return count < HEAR_PARTS ? (size_t)count : HEAR_PARTS;
}

size_t hear_join_marks(int32_t *characters, size_t count)
{
	utf8proc_ssize_t left = utf8proc_normalize_utf32(
		characters, (utf8proc_ssize_t)count,
		UTF8PROC_STABLE | UTF8PROC_COMPOSE);

	return left > 0 ? (size_t)left : 0;
}

/* Composes `text` in `room`, which holds `count` characters and a NUL. */
static enum hear_code compose_in(struct hear_arena *arena,
				 struct hear_span *text, int32_t *room,
				 utf8proc_ssize_t count, struct hear_err *err)
{
	const utf8proc_ssize_t most = count;
	struct hear_span made;
	utf8proc_ssize_t size;

	count = utf8proc_decompose((const utf8proc_uint8_t *)text->data,
				   (utf8proc_ssize_t)text->size, room, count,
				   UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	assert(count <= most);
	size = count < 0 ? count
			 : utf8proc_reencode(room, count,
					     UTF8PROC_STABLE |
						     UTF8PROC_COMPOSE);
	if (size < 0)
		return hear_fail(err, HEAR_INVALID,
				 "the text cannot be normalised: %s",
				 utf8proc_errmsg(size));
	made = hear_span_make(room, (size_t)size);
	if (hear_span_equal(made, *text))
		return HEAR_OK;
	*text = hear_arena_copy(arena, made);
	return text->data ? HEAR_OK : hear_fail_memory(err);
}

enum hear_code hear_compose_text(struct hear_arena *arena,
				 struct hear_span *text, struct hear_err *err)
{
	int32_t few[1024];
	utf8proc_ssize_t count;
	enum hear_code code;
	int32_t *many;

	/* No character becomes more than twice as many as it has bytes. */
	count = (utf8proc_ssize_t)(sizeof few / sizeof few[0]) - 1;
	if (text->size * 2 <= (size_t)count)
		return compose_in(arena, text, few, count, err);
	if (text->size > SIZE_MAX / 16)
		return hear_fail_memory(err);
	count = (utf8proc_ssize_t)text->size * 2;
	many = malloc(((size_t)count + 1) * sizeof *many);
	if (!many)
		return hear_fail_memory(err);
	code = compose_in(arena, text, many, count, err);
	free(many);
	return code;
}
