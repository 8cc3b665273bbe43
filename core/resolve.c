/* SPDX-License-Identifier: ISC */
/* resolve.c - from the first digits of an id to the whole of it. The call is
 * in hearsay.h. */
#include "core/bytes.h"
#include "core/error.h"
#include "core/reader.h"
#include "core/sign.h"

#include <string.h>

enum { LEAST_DIGITS = 4, MOST_NAMED = 4 };

struct matches {
	struct hear_span digits; /* lower case */
	struct hear_id first;
	size_t count;
	struct hear_buffer named; /* for the sentence, where several match */
};

static void add_match(struct matches *matches, const struct hear_id *id,
		      const char *kind)
{
	char text[HEAR_ID_TEXT];

	hear_id_print(id, text);
	if (memcmp(text, matches->digits.data, matches->digits.size) != 0)
		return;
	if (matches->count++ == 0)
		matches->first = *id;
	if (matches->count <= MOST_NAMED)
		hear_buffer_print(&matches->named, "%s%s %.16s",
				  matches->count > 1 ? ", " : "", kind, text);
	else if (matches->count == MOST_NAMED + 1)
		hear_buffer_text(&matches->named, ", …");
}

static enum hear_code try_record(struct hear_reader *reader, uint64_t number,
				 struct matches *matches, struct hear_err *err)
{
	enum hear_standing stands = HEAR_ABSENT;
	struct hear_span body;
	struct hear_id id;
	enum hear_code code = hear_standing_of(
		reader, number, reader->view.highest, &stands, err);

	if (code != HEAR_OK || stands == HEAR_ABSENT)
		return code;
	code = hear_body_at(reader->txn, number, &body, err);
	if (code == HEAR_OK) {
		hear_hash_record(body, &id);
		add_match(matches, &id, "record");
	}
	return code;
}

static enum hear_code try_filing(struct hear_reader *reader, uint64_t number,
				 struct matches *matches, struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	enum hear_code code = hear_facts_at(reader, number, &facts, err);

	if (code == HEAR_OK && hear_in_view(reader, facts))
		add_match(matches, &facts->id, "filing");
	return code;
}

/* Walks the ids whose first bytes can be those of the digits. */
static enum hear_code walk(struct hear_reader *reader, enum hear_table table,
			   struct matches *matches, struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	char padded[17] = "0000000000000000";
	size_t shared = matches->digits.size < 16 ? matches->digits.size : 16;
	unsigned char from[8];
	char text[17];
	struct hear_span value;
	struct hear_span key;
	enum hear_code code;

	memcpy(padded, matches->digits.data, shared);
	(void)hear_hex_parse(hear_span_make(padded, 16), from, 8);
	code = hear_cursor_open(&cursor, reader->txn, table, err);
	if (code == HEAR_OK)
		code = hear_cursor_seek(cursor, hear_span_make(from, 8), &key,
					&value, err);
	while (code == HEAR_OK && key.size == 8 && value.size == 8) {
		hear_hex_print(key.data, 8, text);
		if (memcmp(text, matches->digits.data, shared) != 0)
			break;
		code = (table == HEAR_RECORD_IDS ? try_record : try_filing)(
			reader, hear_get64(value.data), matches, err);
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value,
						err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static bool lower_digits(struct hear_span in, char out[65])
{
	size_t i;

	if (in.size < LEAST_DIGITS || in.size > 64)
		return false;
	for (i = 0; i < in.size; i++) {
		char c = in.data[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		out[i] = c;
	}
	out[in.size] = '\0';
	return true;
}

enum hear_code hear_resolve(struct hear_reader *reader, struct hear_span digits,
			    struct hear_id *out, struct hear_err *err)
{
	struct matches matches = {{NULL, 0}, {{0}}, 0, {0}};
	char lower[65];
	int shown = (int)(digits.size > 64 ? 64 : digits.size);
	enum hear_code code;

	if (!lower_digits(digits, lower))
		return hear_fail(err, HEAR_INVALID,
				 "'%.*s' is no id: an id is written with 4 to "
				 "64 of its hexadecimal digits",
				 shown, digits.data);
	matches.digits = hear_span_make(lower, digits.size);
	code = walk(reader, HEAR_RECORD_IDS, &matches, err);
	if (code == HEAR_OK)
		code = walk(reader, HEAR_FILING_IDS, &matches, err);
	if (code == HEAR_OK && matches.count == 0)
		code = hear_fail(err, HEAR_NOTFOUND,
				 "there is nothing here whose id begins with "
				 "%.*s",
				 shown, digits.data);
	else if (code == HEAR_OK && matches.count > 1)
		code = hear_fail(err, HEAR_AMBIGUOUS,
				 "%.*s is the beginning of %zu ids: %s; give "
				 "more digits",
				 shown, digits.data, matches.count,
				 matches.named.data);
	else if (code == HEAR_OK)
		*out = matches.first;
	hear_buffer_done(&matches.named);
	return code;
}
