/* SPDX-License-Identifier: ISC */
#include "sync/noise.h"
#include "core/bytes.h"
#include "core/sign.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum {
	BLOCK = 128, /* BLAKE2b's, for HMAC */
	NONCE = crypto_aead_chacha20poly1305_ietf_NPUBBYTES,
};

static const char name[] = "Noise_XX_25519_ChaChaPoly_BLAKE2b";

enum token { END, E, S, EE, ES, SE };

static const enum token pattern[3][5] = {
	{E, END},
	{E, EE, S, ES, END},
	{S, SE, END},
};

/* ---- Hashes -------------------------------------------------------------- */

static void hash_two(struct hear_span a, struct hear_span b,
		     unsigned char out[HEAR_NOISE_HASH])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, HEAR_NOISE_HASH);
	crypto_generichash_update(&state, (const unsigned char *)a.data,
				  a.size);
	crypto_generichash_update(&state, (const unsigned char *)b.data,
				  b.size);
	crypto_generichash_final(&state, out, HEAR_NOISE_HASH);
	hear_wipe(&state, sizeof state);
}

/* HMAC of RFC 2104: Noise asks for it, not for BLAKE2b's own keyed mode. */
static void hmac(const unsigned char key[HEAR_NOISE_HASH],
		 struct hear_span message, unsigned char out[HEAR_NOISE_HASH])
{
	unsigned char inner[BLOCK];
	unsigned char outer[BLOCK];
	unsigned char digest[HEAR_NOISE_HASH];
	size_t i;

	for (i = 0; i < BLOCK; i++) {
		unsigned char byte = i < HEAR_NOISE_HASH ? key[i] : 0;

		inner[i] = byte ^ 0x36;
		outer[i] = byte ^ 0x5c;
	}
	hash_two(hear_span_make(inner, BLOCK), message, digest);
	hash_two(hear_span_make(outer, BLOCK),
		 hear_span_make(digest, sizeof digest), out);
	hear_wipe(inner, sizeof inner);
	hear_wipe(outer, sizeof outer);
	hear_wipe(digest, sizeof digest);
}

/* The specification's HKDF with two outputs. `first` may be `chaining`. */
static void derive(const unsigned char chaining[HEAR_NOISE_HASH],
		   struct hear_span input, unsigned char first[HEAR_NOISE_HASH],
		   unsigned char second[HEAR_NOISE_HASH])
{
	unsigned char key[HEAR_NOISE_HASH];
	unsigned char text[HEAR_NOISE_HASH + 1];

	hmac(chaining, input, key);
	text[0] = 1;
	hmac(key, hear_span_make(text, 1), first);
	memcpy(text, first, HEAR_NOISE_HASH);
	text[HEAR_NOISE_HASH] = 2;
	hmac(key, hear_span_make(text, sizeof text), second);
	hear_wipe(key, sizeof key);
	hear_wipe(text, sizeof text);
}

/* ---- The cipher ---------------------------------------------------------- */

/* Four zeros, then n with its lowest byte first. */
static void nonce_bytes(uint64_t n, unsigned char out[NONCE])
{
	int i;

	memset(out, 0, 4);
	for (i = 0; i < 8; i++)
		out[4 + i] = (unsigned char)(n >> (8 * i));
}

static void encrypt(const struct hear_key *key, uint64_t n,
		    struct hear_span bound, struct hear_span plain,
		    unsigned char *out)
{
	unsigned char nonce[NONCE];

	nonce_bytes(n, nonce);
	crypto_aead_chacha20poly1305_ietf_encrypt(
		out, NULL, (const unsigned char *)plain.data, plain.size,
		(const unsigned char *)bound.data, bound.size, NULL, nonce,
		key->bytes);
}

static bool decrypt(const struct hear_key *key, uint64_t n,
		    struct hear_span bound, struct hear_span sealed,
		    unsigned char *out)
{
	unsigned char nonce[NONCE];

	nonce_bytes(n, nonce);
	return crypto_aead_chacha20poly1305_ietf_decrypt(
		       out, NULL, NULL, (const unsigned char *)sealed.data,
		       sealed.size, (const unsigned char *)bound.data,
		       bound.size, nonce, key->bytes) == 0;
}

/* ---- The handshake ------------------------------------------------------- */

static void mix_hash(struct hear_noise *noise, struct hear_span data)
{
	hash_two(hear_span_make(noise->hash, sizeof noise->hash), data,
		 noise->hash);
}

static void mix_key(struct hear_noise *noise, const unsigned char shared[32])
{
	unsigned char key[HEAR_NOISE_HASH];

	derive(noise->chaining, hear_span_make(shared, 32), noise->chaining,
	       key);
	memcpy(noise->cipher.bytes, key, sizeof noise->cipher.bytes);
	noise->nonce = 0;
	noise->keyed = true;
	hear_wipe(key, sizeof key);
}

/* False: the other's key is of small order. The specification lets us say so
 * instead of going on with zeros. */
static bool mix_shared(struct hear_noise *noise, const struct hear_key *secret,
		       const struct hear_key *key)
{
	unsigned char shared[32];
	bool good;

	good = crypto_scalarmult(shared, secret->bytes, key->bytes) == 0;
	if (good)
		mix_key(noise, shared);
	hear_wipe(shared, sizeof shared);
	return good;
}

static size_t seal_size(const struct hear_noise *noise)
{
	return noise->keyed ? HEAR_NOISE_TAG : 0;
}

/* The specification's EncryptAndHash. `out` has room for seal_size() more. */
static void encrypt_and_hash(struct hear_noise *noise, struct hear_span plain,
			     unsigned char *out)
{
	size_t size = plain.size + seal_size(noise);

	if (noise->keyed)
		encrypt(&noise->cipher, noise->nonce++,
			hear_span_make(noise->hash, sizeof noise->hash), plain,
			out);
	else if (plain.size > 0)
		memcpy(out, plain.data, plain.size);
	mix_hash(noise, hear_span_make(out, size));
}

static bool decrypt_and_hash(struct hear_noise *noise, struct hear_span sealed,
			     unsigned char *out)
{
	if (noise->keyed) {
		if (!decrypt(&noise->cipher, noise->nonce++,
			     hear_span_make(noise->hash, sizeof noise->hash),
			     sealed, out))
			return false;
	} else if (sealed.size > 0) {
		memcpy(out, sealed.data, sealed.size);
	}
	mix_hash(noise, sealed);
	return true;
}

void hear_noise_init(struct hear_noise *noise, bool initiator,
		     const struct hear_noise_pair *own,
		     const unsigned char ephemeral[32],
		     struct hear_span prologue)
{
	_Static_assert(sizeof name - 1 <= HEAR_NOISE_HASH,
		       "the name is its own hash, zeros added");

	memset(noise, 0, sizeof *noise);
	noise->own = own;
	noise->initiator = initiator;
	memcpy(noise->ephemeral_secret.bytes, ephemeral, 32);
	crypto_scalarmult_base(noise->ephemeral.bytes, ephemeral);
	memcpy(noise->hash, name, sizeof name - 1);
	memcpy(noise->chaining, noise->hash, sizeof noise->chaining);
	mix_hash(noise, prologue);
}

size_t hear_noise_overhead(const struct hear_noise *noise)
{
	static const size_t overheads[3] = {
		32,
		32 + 32 + HEAR_NOISE_TAG + HEAR_NOISE_TAG,
		32 + HEAR_NOISE_TAG + HEAR_NOISE_TAG,
	};

	assert(noise->messages < 3);
	return overheads[noise->messages];
}

/* Mixes in the secret of EE, ES or SE: a letter for the initiator's key, then
 * one for the responder's. */
static bool mix_token(struct hear_noise *noise, enum token token)
{
	bool own_static = token == (noise->initiator ? SE : ES);
	bool their_static = token == (noise->initiator ? ES : SE);

	return mix_shared(noise,
			  own_static ? &noise->own->secret
				     : &noise->ephemeral_secret,
			  their_static ? &noise->remote
				       : &noise->remote_ephemeral);
}

static bool over(struct hear_noise *noise)
{
	hear_wipe(noise, sizeof *noise);
	return false;
}

/* Writes what one token stands for and moves `out` past it. */
static bool write_token(struct hear_noise *noise, enum token token,
			unsigned char **out)
{
	size_t size;

	if (token == E) {
		memcpy(*out, noise->ephemeral.bytes, 32);
		mix_hash(noise, hear_span_make(*out, 32));
		*out += 32;
		return true;
	}
	if (token == S) {
		size = 32 + seal_size(noise);
		encrypt_and_hash(noise,
				 hear_span_make(noise->own->key.bytes, 32),
				 *out);
		*out += size;
		return true;
	}
	return mix_token(noise, token);
}

bool hear_noise_write(struct hear_noise *noise, struct hear_span payload,
		      unsigned char *out)
{
	const enum token *token;

	assert(noise->messages < 3 &&
	       (noise->messages % 2 == 0) == noise->initiator);
	if (payload.size > HEAR_NOISE_MESSAGE - hear_noise_overhead(noise))
		return over(noise);
	for (token = pattern[noise->messages]; *token != END; token++)
		if (!write_token(noise, *token, &out))
			return over(noise);
	encrypt_and_hash(noise, payload, out);
	noise->messages++;
	return true;
}

/* Reads what one token stands for and moves `message` past it: the caller has
 * checked that it is long enough. */
static bool read_token(struct hear_noise *noise, enum token token,
		       struct hear_span *message)
{
	size_t size = 32;
	bool good = true;

	if (token == E) {
		memcpy(noise->remote_ephemeral.bytes, message->data, 32);
		mix_hash(noise, hear_span_make(message->data, 32));
	} else if (token == S) {
		size += seal_size(noise);
		good = decrypt_and_hash(noise,
					hear_span_make(message->data, size),
					noise->remote.bytes);
	} else {
		return mix_token(noise, token);
	}
	message->data += size;
	message->size -= size;
	return good;
}

bool hear_noise_read(struct hear_noise *noise, struct hear_span message,
		     unsigned char *payload)
{
	const enum token *token;

	assert(noise->messages < 3 &&
	       (noise->messages % 2 == 1) == noise->initiator);
	if (message.size < hear_noise_overhead(noise) ||
	    message.size > HEAR_NOISE_MESSAGE)
		return over(noise);
	for (token = pattern[noise->messages]; *token != END; token++)
		if (!read_token(noise, *token, &message))
			return over(noise);
	if (!decrypt_and_hash(noise, message, payload))
		return over(noise);
	noise->messages++;
	return true;
}

/* ---- After it ------------------------------------------------------------ */

void hear_noise_split(struct hear_noise *noise,
		      struct hear_noise_sealer *sealer,
		      struct hear_noise_opener *opener,
		      unsigned char hash[HEAR_NOISE_HASH])
{
	unsigned char first[HEAR_NOISE_HASH];
	unsigned char second[HEAR_NOISE_HASH];

	assert(noise->messages == 3);
	derive(noise->chaining, hear_span_make(NULL, 0), first, second);
	memcpy(sealer->key.bytes, noise->initiator ? first : second, 32);
	memcpy(opener->key.bytes, noise->initiator ? second : first, 32);
	sealer->next = 0;
	memcpy(hash, noise->hash, HEAR_NOISE_HASH);
	hear_wipe(first, sizeof first);
	hear_wipe(second, sizeof second);
	hear_wipe(noise, sizeof *noise);
}

bool hear_noise_seal(struct hear_noise_sealer *sealer, struct hear_span bound,
		     struct hear_span plain, unsigned char *out)
{
	if (sealer->next == UINT64_MAX ||
	    plain.size > HEAR_NOISE_MESSAGE - HEAR_NOISE_TAG)
		return false;
	encrypt(&sealer->key, sealer->next++, bound, plain, out);
	return true;
}

bool hear_noise_open(const struct hear_noise_opener *opener, uint64_t n,
		     struct hear_span bound, struct hear_span sealed,
		     unsigned char *out)
{
	return n != UINT64_MAX && sealed.size >= HEAR_NOISE_TAG &&
	       sealed.size <= HEAR_NOISE_MESSAGE &&
	       decrypt(&opener->key, n, bound, sealed, out);
}
