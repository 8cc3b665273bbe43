/* SPDX-License-Identifier: ISC */
#include "core/text.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/unicode.h"

enum { MAX_MARKS = 64 }; /* combining marks in a row; Unicode's advice is 30 */

size_t hear_utf8_bad(struct hear_span text)
{
	int32_t character;
	size_t at = 0;
	size_t size;

	while (at < text.size) {
		at += hear_ascii_run(text.data + at, text.size - at);
		while (at < text.size && (unsigned char)text.data[at] >= 0x80) {
			size = hear_decode(text, at, &character);
			if (size == 0)
				return at;
			at += size;
		}
	}
	return HEAR_NOWHERE;
}

/* ---- Normal form --------------------------------------------------------- */

struct range {
	int32_t first;
	int32_t last;
};

/* Characters that are in NFC wherever they stand: no decomposition that is
 * not composed again, class 0, never the second part of a composition. Not
 * all there are, but the common ones: the others take the long way. */
static const struct range composed[] = {
	{0x00a0, 0x02ff}, {0x038e, 0x03a1}, {0x03a3, 0x0482}, {0x048a, 0x052f},
	{0x05d0, 0x05ea}, {0x061b, 0x064a}, {0x0671, 0x06d5}, {0x0e01, 0x0e37},
	{0x1e00, 0x1eff}, {0x2002, 0x2064}, {0x20a0, 0x20bf}, {0x3000, 0x3029},
	{0x3041, 0x3096}, {0x309b, 0x30ff}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3},
	{0xff01, 0xff60},
};

static bool is_composed(int32_t character)
{
	size_t i;

	for (i = 0; i < sizeof composed / sizeof composed[0]; i++)
		if (character <= composed[i].last)
			return character >= composed[i].first;
	return false;
}

struct scan {
	struct hear_span text;
	size_t at;
	unsigned marks; /* in a row before `at` */
	bool returns;	/* has carriage returns to take out */
	bool compose;	/* may not be NFC */
};

static enum hear_code refuse_control(const struct scan *scan, size_t size,
				     int32_t character, struct hear_err *err)
{
	if (character == '\r')
		return hear_fail_at(err, HEAR_INVALID, scan->at, size,
				    "a carriage return stands alone; end lines "
				    "with a line feed");
	return hear_fail_at(err, HEAR_INVALID, scan->at, size,
			    "the control character U+%04X cannot be kept; take "
			    "it out",
			    (unsigned)character);
}

static enum hear_code refuse_byte(const struct scan *scan, struct hear_err *err)
{
	return hear_fail_at(err, HEAR_INVALID, scan->at, 1,
			    "the byte 0x%02X is not UTF-8 here; save the text "
			    "as UTF-8 (it may be Latin-1 or Windows-1252)",
			    (unsigned char)scan->text.data[scan->at]);
}

/* Past the ASCII that begins here. */
static enum hear_code scan_ascii(struct scan *scan, struct hear_err *err)
{
	const char *data = scan->text.data;
	size_t end = scan->at + hear_ascii_run(data + scan->at,
					       scan->text.size - scan->at);

	for (; scan->at < end; scan->at++) {
		char c = data[scan->at];

		if ((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t')
			continue;
		if (c != '\r' || scan->at + 1 >= scan->text.size ||
		    data[scan->at + 1] != '\n')
			return refuse_control(scan, 1, c, err);
		scan->returns = true;
	}
	return HEAR_OK;
}

/* Ordering marks costs the square of how many stand in a row, so that number
 * has a limit. */
static enum hear_code scan_mark(struct scan *scan, int32_t character,
				size_t size, struct hear_err *err)
{
	scan->compose = true;
	if (hear_mark_class(character) == 0) {
		scan->marks = 0;
		return HEAR_OK;
	}
	if (++scan->marks > MAX_MARKS)
		return hear_fail_at(err, HEAR_INVALID, scan->at, size,
				    "more than %d accents stand on one "
				    "character; take some out",
				    MAX_MARKS);
	return HEAR_OK;
}

static enum hear_code scan_text(struct scan *scan, struct hear_err *err)
{
	enum hear_code code;
	int32_t character;
	size_t size;

	while (scan->at < scan->text.size) {
		if ((unsigned char)scan->text.data[scan->at] < 0x80) {
			scan->marks = 0;
			code = scan_ascii(scan, err);
			if (code != HEAR_OK)
				return code;
			continue;
		}
		size = hear_decode(scan->text, scan->at, &character);
		if (size == 0)
			return refuse_byte(scan, err);
		if (character < 0xa0)
			return refuse_control(scan, size, character, err);
		if (is_composed(character)) {
			scan->marks = 0;
		} else {
			code = scan_mark(scan, character, size, err);
			if (code != HEAR_OK)
				return code;
		}
		scan->at += size;
	}
	return HEAR_OK;
}

static enum hear_code drop_returns(struct hear_arena *arena,
				   struct hear_span *text, struct hear_err *err)
{
	char *data = hear_arena_alloc(arena, text->size);
	size_t size = 0;
	size_t i;

	if (!data)
		return hear_fail_memory(err);
	for (i = 0; i < text->size; i++)
		if (text->data[i] != '\r')
			data[size++] = text->data[i];
	*text = hear_span_make(data, size);
	return HEAR_OK;
}

enum hear_code hear_text_normal(struct hear_arena *arena, struct hear_span text,
				struct hear_span *out, struct hear_err *err)
{
	struct scan scan = {.text = text};
	enum hear_code code;

	*out = hear_span_make(NULL, 0);
	code = scan_text(&scan, err);
	if (code == HEAR_OK && scan.returns)
		code = drop_returns(arena, &text, err);
	if (code == HEAR_OK && scan.compose)
		code = hear_compose_text(arena, &text, err);
	if (code == HEAR_OK)
		*out = text;
	return code;
}

/* ---- Width --------------------------------------------------------------- */

size_t hear_text_columns(struct hear_span text)
{
	size_t columns = 0;
	size_t at = 0;
	int32_t character;

	while (at < text.size) {
		unsigned char c = (unsigned char)text.data[at];

		if (c < 0x80) {
			columns += c >= ' ' && c != 0x7f;
			at++;
			continue;
		}
		at += hear_decode_any(text, at, &character);
		columns += character > 0x10ffff
				   ? 1
				   : hear_character_columns(character);
	}
	return columns;
}
