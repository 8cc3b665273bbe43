/* SPDX-License-Identifier: ISC */
#include "tools/json_plain.h"
#include "tools/json.h"

#include "core/bytes.h"
#include "core/value.h"

#include <string.h>

enum {
	PLAIN_FIELDS = 64, /* of one map: each is compared with all others */
	PLAIN_DIGITS = 18, /* of an integer */
};

/* The text is a copy in the arena, which values borrow from; a NUL follows. */
struct plain {
	struct hear_arena *arena;
	char *at;
	unsigned depth;
	size_t items;
};

static bool read_value(struct plain *plain, struct hear_value **out);

static void pass_blanks(struct plain *plain)
{
	while (*plain->at == ' ' || *plain->at == '\t' ||
	       *plain->at == '\n' || *plain->at == '\r')
		plain->at++;
}

static bool take(struct plain *plain, char expected)
{
	if (*plain->at != expected)
		return false;
	plain->at++;
	return true;
}

/* ---- Texts ---- */

/* The number of four hexadecimal digits; below 0: they are none. */
static int32_t read_hex(const char *at)
{
	int32_t number = 0;
	int i;

	for (i = 0; i < 4; i++) {
		char c = at[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return -1;
		number = number << 4 | digit;
	}
	return number;
}

static char *put_character(char *to, int32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	return to;
}

/* After a backslash and u: one character, or two halves of one. NULL: neither.
 * What it becomes is shorter than what it was. */
static char *read_escaped(struct plain *plain, char *to)
{
	int32_t c = read_hex(plain->at);
	int32_t low;

	if (c <= 0 || (c >= 0xdc00 && c <= 0xdfff))
		return NULL;
	plain->at += 4;
	if (c < 0xd800 || c > 0xdbff)
		return put_character(to, c);
	if (plain->at[0] != '\\' || plain->at[1] != 'u')
		return NULL;
	low = read_hex(plain->at + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return NULL;
	plain->at += 6;
	return put_character(to, 0x10000 + ((c - 0xd800) << 10) +
					 (low - 0xdc00));
}

static char *read_escape(struct plain *plain, char *to)
{
	static const char names[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (*plain->at == 'u') {
		plain->at++;
		return read_escaped(plain, to);
	}
	name = *plain->at ? strchr(names, *plain->at) : NULL;
	if (!name)
		return NULL;
	plain->at++;
	*to++ = meant[name - names];
	return to;
}

/* After its opening quote. Escapes are resolved where they stand, and a NUL
 * ends it, as in any text that an arena holds. */
static bool read_text(struct plain *plain, struct hear_span *out)
{
	char *begin = plain->at;
	char *to = begin;

	for (;;) {
		char *from = plain->at;

		while ((unsigned char)*plain->at >= 0x20 &&
		       *plain->at != '"' && *plain->at != '\\')
			plain->at++;
		if (to != from)
			memmove(to, from, (size_t)(plain->at - from));
		to += plain->at - from;
		if (take(plain, '"'))
			break;
		if (!take(plain, '\\'))
			return false;
		to = read_escape(plain, to);
		if (!to)
			return false;
	}
	*to = '\0';
	*out = hear_span_make(begin, (size_t)(to - begin));
	return true;
}

/* ---- Other values ---- */

static bool read_integer(struct plain *plain, struct hear_value **out)
{
	bool minus = take(plain, '-');
	const char *begin = plain->at;
	int64_t number = 0;

	while (*plain->at >= '0' && *plain->at <= '9' &&
	       plain->at - begin < PLAIN_DIGITS)
		number = number * 10 + (*plain->at++ - '0');
	if (plain->at == begin || (*begin == '0' && plain->at - begin > 1) ||
	    *plain->at == '.' || *plain->at == 'e' || *plain->at == 'E' ||
	    (*plain->at >= '0' && *plain->at <= '9'))
		return false;
	*out = hear_make_integer(plain->arena, minus ? -number : number);
	return *out != NULL;
}

static bool take_word(struct plain *plain, const char *word)
{
	size_t size = strlen(word);

	if (strncmp(plain->at, word, size) != 0)
		return false;
	plain->at += size;
	return true;
}

static bool read_bool(struct plain *plain, struct hear_value **out)
{
	bool is = *plain->at == 't';

	if (!take_word(plain, is ? "true" : "false"))
		return false;
	*out = hear_make_bool(plain->arena, is);
	return *out != NULL;
}

static bool read_list(struct plain *plain, struct hear_value **out)
{
	struct hear_value *item;

	*out = hear_make_list(plain->arena);
	pass_blanks(plain);
	if (!*out || take(plain, ']'))
		return *out != NULL;
	do {
		if (++plain->items > JSON_ITEMS || !read_value(plain, &item))
			return false;
		hear_list_add(plain->arena, *out, item);
		pass_blanks(plain);
	} while (take(plain, ','));
	return take(plain, ']');
}

/* ---- Maps ---- */

/* One field, whose value is NULL where it is null. */
static bool read_field(struct plain *plain, struct hear_pair *pair)
{
	pass_blanks(plain);
	if (!take(plain, '"') || !read_text(plain, &pair->key))
		return false;
	pass_blanks(plain);
	if (!take(plain, ':'))
		return false;
	pass_blanks(plain);
	pair->value = NULL;
	if (*plain->at == 'n')
		return take_word(plain, "null");
	return read_value(plain, &pair->value);
}

static bool is_twice(const struct hear_pair *pairs, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (hear_span_equal(pairs[i].key, pairs[count].key))
			return true;
	return false;
}

/* Without those that are null. */
static bool fill_map(struct plain *plain, struct hear_value *map,
		     const struct hear_pair *pairs, size_t count)
{
	size_t i;

	map->pairs = hear_arena_alloc(plain->arena, count * sizeof *pairs);
	if (!map->pairs)
		return false;
	map->room = (uint32_t)count;
	for (i = 0; i < count; i++)
		if (pairs[i].value)
			map->pairs[map->count++] = pairs[i];
	return true;
}

static bool read_map(struct plain *plain, struct hear_value **out)
{
	struct hear_pair pairs[PLAIN_FIELDS];
	size_t count = 0;

	*out = hear_make_map(plain->arena);
	pass_blanks(plain);
	if (!*out || take(plain, '}'))
		return *out != NULL;
	do {
		if (++plain->items > JSON_ITEMS || count == PLAIN_FIELDS ||
		    !read_field(plain, &pairs[count]) ||
		    is_twice(pairs, count))
			return false;
		count++;
		pass_blanks(plain);
	} while (take(plain, ','));
	return take(plain, '}') && fill_map(plain, *out, pairs, count);
}

/* ---- Any ---- */

static bool read_nested(struct plain *plain, struct hear_value **out)
{
	bool is_map = *plain->at == '{';
	bool read;

	if (plain->depth == JSON_DEPTH)
		return false;
	plain->depth++;
	plain->at++;
	read = is_map ? read_map(plain, out) : read_list(plain, out);
	plain->depth--;
	return read;
}

static bool read_value(struct plain *plain, struct hear_value **out)
{
	struct hear_span text;

	pass_blanks(plain);
	switch (*plain->at) {
	case '"':
		plain->at++;
		if (!read_text(plain, &text))
			return false;
		*out = hear_borrow_text(plain->arena, text);
		return *out != NULL;
	case '{':
	case '[':
		return read_nested(plain, out);
	case 't':
	case 'f':
		return read_bool(plain, out);
	default: /* null too is no value here */
		return read_integer(plain, out);
	}
}

bool json_plain(struct hear_arena *arena, struct hear_span text,
		struct hear_value **out)
{
	struct plain plain = {arena, NULL, 0, 0};
	const char *end;

	if (text.size > JSON_BYTES || hear_utf8_bad(text) != HEAR_NOWHERE)
		return false;
	plain.at = hear_arena_alloc(arena, text.size + 1);
	if (!plain.at)
		return false;
	if (text.size > 0)
		memcpy(plain.at, text.data, text.size);
	plain.at[text.size] = '\0';
	end = plain.at + text.size;
	pass_blanks(&plain);
	if (*plain.at != '{' || !read_nested(&plain, out))
		return false;
	pass_blanks(&plain);
	return plain.at == end && !hear_arena_failed(arena);
}
