/* SPDX-License-Identifier: ISC */
#include "tools/keys.h"

#include "core/bytes.h"

#include <string.h>

void keys_print(const struct hear_key *key, char out[KEYS_TEXT])
{
	struct hear_id id;

	memcpy(id.bytes, key->bytes, sizeof id.bytes);
	hear_id_print(&id, out);
}

void keys_print_short(const struct hear_key *key, char out[KEYS_SHORT + 1])
{
	char text[KEYS_TEXT];

	keys_print(key, text);
	memcpy(out, text, KEYS_SHORT);
	out[KEYS_SHORT] = '\0';
}

bool keys_parse(struct hear_span text, struct hear_key *out)
{
	struct hear_id id;

	if (!hear_id_parse(text, &id))
		return false;
	memcpy(out->bytes, id.bytes, sizeof out->bytes);
	return true;
}

void keys_card_print(const struct keys_card *card, struct hear_buffer *out)
{
	char text[KEYS_TEXT];
	struct hear_key half;

	keys_print(&card->key, text);
	hear_buffer_print(out, "%s ", text);
	keys_print(&card->channel_key, text);
	hear_buffer_print(out, "%s ", text);
	memcpy(half.bytes, card->certificate, sizeof half.bytes);
	keys_print(&half, text);
	hear_buffer_text(out, text);
	memcpy(half.bytes, card->certificate + sizeof half.bytes,
	       sizeof half.bytes);
	keys_print(&half, text);
	hear_buffer_text(out, text);
}

static bool next_word(struct hear_span *rest, struct hear_span *word)
{
	const char *end;

	*rest = hear_span_trim(*rest);
	if (rest->size == 0)
		return false;
	end = memchr(rest->data, ' ', rest->size);
	word->data = rest->data;
	word->size = end ? (size_t)(end - rest->data) : rest->size;
	rest->data += word->size;
	rest->size -= word->size;
	return true;
}

static bool parse_certificate(struct hear_span text, unsigned char out[64])
{
	struct hear_key halves[2];
	size_t digits = KEYS_TEXT - 1;

	if (text.size != 2 * digits ||
	    !keys_parse(hear_span_make(text.data, digits), &halves[0]) ||
	    !keys_parse(hear_span_make(text.data + digits, digits),
			&halves[1]))
		return false;
	memcpy(out, halves[0].bytes, sizeof halves[0].bytes);
	memcpy(out + sizeof halves[0].bytes, halves[1].bytes,
	       sizeof halves[1].bytes);
	return true;
}

bool keys_card_parse(struct hear_span text, struct keys_card *out)
{
	struct hear_span words[3];
	struct hear_span more;
	size_t i;

	for (i = 0; i < 3; i++)
		if (!next_word(&text, &words[i]))
			return false;
	return !next_word(&text, &more) && keys_parse(words[0], &out->key) &&
	       keys_parse(words[1], &out->channel_key) &&
	       parse_certificate(words[2], out->certificate);
}
