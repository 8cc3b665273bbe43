/* SPDX-License-Identifier: ISC */
#include "core/sign.h"
#include "core/bytes.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_generichash_state) <=
		       sizeof(((struct hear_hash *)0)->state),
	       "a hash state fits");

enum hear_code hear_sign_ready(struct hear_err *err)
{
	if (sodium_init() < 0)
		return hear_fail(err, HEAR_IO,
				 "this machine gives no random numbers");
	return HEAR_OK;
}

void hear_hash_record(struct hear_span body, struct hear_id *out)
{
	crypto_generichash(out->bytes, sizeof out->bytes,
			   (const unsigned char *)body.data, body.size, NULL,
			   0);
}

static crypto_generichash_state *state_of(struct hear_hash *hash)
{
	return (crypto_generichash_state *)(void *)hash->state;
}

void hear_hash_begin(struct hear_hash *hash, const char tag[HEAR_TAG + 1])
{
	assert(strlen(tag) == HEAR_TAG);
	crypto_generichash_init(state_of(hash), NULL, 0, 32);
	hear_hash_add(hash, tag, HEAR_TAG);
}

void hear_hash_add(struct hear_hash *hash, const void *data, size_t size)
{
	crypto_generichash_update(state_of(hash), data, size);
}

void hear_hash_end(struct hear_hash *hash, struct hear_id *out)
{
	crypto_generichash_final(state_of(hash), out->bytes, sizeof out->bytes);
}

void hear_body_key(const unsigned char secret[32], uint32_t index,
		   unsigned char out[HEAR_BODY_KEY])
{
	unsigned char place[HEAR_TAG + 4];

	memcpy(place, HEAR_TAG_INDEX, HEAR_TAG);
	hear_put32(place + HEAR_TAG, index);
	crypto_generichash(out, HEAR_BODY_KEY, place, sizeof place, secret, 32);
}

void hear_hash_body(const unsigned char key[HEAR_BODY_KEY],
		    struct hear_span body, struct hear_id *out)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, key, HEAR_BODY_KEY, 32);
	crypto_generichash_update(&state,
				  (const unsigned char *)HEAR_TAG_BODY,
				  HEAR_TAG);
	crypto_generichash_update(&state, (const unsigned char *)body.data,
				  body.size);
	crypto_generichash_final(&state, out->bytes, sizeof out->bytes);
}

void hear_hash_salted(const unsigned char salt[HEAR_SALT],
		      const char tag[HEAR_TAG + 1], struct hear_span message,
		      void *out, size_t size)
{
	unsigned char digest[32];
	crypto_generichash_state state;

	assert(strlen(tag) == HEAR_TAG && size <= sizeof digest);
	crypto_generichash_init(&state, salt, HEAR_SALT, sizeof digest);
	crypto_generichash_update(&state, (const unsigned char *)tag, HEAR_TAG);
	crypto_generichash_update(
		&state, (const unsigned char *)message.data, message.size);
	crypto_generichash_final(&state, digest, sizeof digest);
	memcpy(out, digest, size);
}

void hear_random(void *out, size_t size)
{
	randombytes_buf(out, size);
}

void hear_wipe(void *secret, size_t size)
{
	sodium_memzero(secret, size);
}

bool hear_same(const void *a, const void *b, size_t size)
{
	return sodium_memcmp(a, b, size) == 0;
}

void hear_sign_keypair(struct hear_key *public_key,
		       struct hear_signing_key *secret)
{
	crypto_sign_keypair(public_key->bytes, secret->bytes);
}

void hear_channel_keypair(struct hear_key *public_key, struct hear_key *secret)
{
	randombytes_buf(secret->bytes, sizeof secret->bytes);
	crypto_scalarmult_base(public_key->bytes, secret->bytes);
}

/* What is signed is always the hash of tag and message: one length for every
 * purpose, and the tag keeps the purposes apart. */
static void signed_hash(const char tag[HEAR_TAG + 1], struct hear_span message,
			unsigned char out[HEAR_TAG + 32])
{
	struct hear_hash hash;
	struct hear_id digest;

	hear_hash_begin(&hash, tag);
	hear_hash_add(&hash, message.data, message.size);
	hear_hash_end(&hash, &digest);
	memcpy(out, tag, HEAR_TAG);
	memcpy(out + HEAR_TAG, digest.bytes, sizeof digest.bytes);
}

void hear_sign(const struct hear_signing_key *secret,
	       const char tag[HEAR_TAG + 1], struct hear_span message,
	       unsigned char out[HEAR_SIGNATURE])
{
	unsigned char text[HEAR_TAG + 32];

	signed_hash(tag, message, text);
	crypto_sign_detached(out, NULL, text, sizeof text, secret->bytes);
}

bool hear_signed(const struct hear_key *key, const char tag[HEAR_TAG + 1],
		 struct hear_span message,
		 const unsigned char signature[HEAR_SIGNATURE])
{
	unsigned char text[HEAR_TAG + 32];

	signed_hash(tag, message, text);
	return crypto_sign_verify_detached(signature, text, sizeof text,
					   key->bytes) == 0;
}

void hear_hex_print(const void *bytes, size_t size, char *out)
{
	sodium_bin2hex(out, size * 2 + 1, bytes, size);
}

bool hear_hex_parse(struct hear_span text, void *out, size_t size)
{
	size_t length = 0;

	return text.size == size * 2 &&
	       sodium_hex2bin(out, size, text.data, text.size, NULL, &length,
			      NULL) == 0 &&
	       length == size;
}

void hear_base64_print(const void *bytes, size_t size, struct hear_buffer *out)
{
	size_t room = sodium_base64_encoded_len(
		size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

	/* `room` counts the NUL, for which a buffer always has a place. */
	if (!hear_buffer_room(out, room))
		return;
	sodium_bin2base64(out->data + out->size, room, bytes, size,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	out->size += room - 1;
}

bool hear_base64_parse(struct hear_span text, void *out, size_t room,
		       size_t *size)
{
	const char *end = NULL;

	*size = 0;
	return sodium_base642bin(out, room, text.data, text.size, " \t\r\n",
				 size, &end,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING) ==
		       0 &&
	       end == text.data + text.size;
}

void hear_id_print(const struct hear_id *id, char out[HEAR_ID_TEXT])
{
	hear_hex_print(id->bytes, sizeof id->bytes, out);
}

bool hear_id_parse(struct hear_span text, struct hear_id *out)
{
	return hear_hex_parse(text, out->bytes, sizeof out->bytes);
}

bool hear_id_equal(const struct hear_id *a, const struct hear_id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
