/* keys.h - keys and certificates as people copy them: hexadecimal digits. */
#ifndef TOOLS_KEYS_H
#define TOOLS_KEYS_H

#include "core/hearsay.h"

enum { KEYS_TEXT = HEAR_ID_TEXT, KEYS_SHORT = 16 };

/* All 64 digits, and a NUL. */
void keys_print(const struct hear_key *key, char out[KEYS_TEXT]);
/* The first ones, as many as people compare. */
void keys_print_short(const struct hear_key *key, char out[KEYS_SHORT + 1]);
bool keys_parse(struct hear_span text, struct hear_key *out);

/* A card: a key, its channel key, and the signature by which the one vouches
 * for the other, with blanks between. Nothing of it is secret. */
struct keys_card {
	struct hear_key key;
	struct hear_key channel_key;
	unsigned char certificate[64];
};

void keys_card_print(const struct keys_card *card, struct hear_buffer *out);
bool keys_card_parse(struct hear_span text, struct keys_card *out);

#endif
