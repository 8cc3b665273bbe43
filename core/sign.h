/* sign.h - keys, hashes, signatures, and what wipes them.
 *
 * Only sign.c and sync/noise.c know libsodium. Record ids are bare
 * BLAKE2b-256 of the body; every other hash and signature starts with its own
 * 16-byte tag, so that no bytes mean two things.
 */
#ifndef CORE_SIGN_H
#define CORE_SIGN_H

#include "core/hearsay.h"

enum { HEAR_SIGNATURE = 64, HEAR_TAG = 16, HEAR_BODY_KEY = 16 };

/* The tags: 16 bytes each, blanks at the end. */
#define HEAR_TAG_FILING "hearsay filing  "
#define HEAR_TAG_SIGN "hearsay sign    "
#define HEAR_TAG_BODIES "hearsay bodies  "
#define HEAR_TAG_BODY "hearsay body    "
#define HEAR_TAG_INDEX "hearsay bodykey "
#define HEAR_TAG_LEAF "hearsay leaf    "
#define HEAR_TAG_NODE "hearsay node    "
#define HEAR_TAG_VIEW "hearsay view    "
#define HEAR_TAG_BUNDLE "hearsay bundle  "
#define HEAR_TAG_CERT "hearsay channel "
#define HEAR_TAG_INVITE "hearsay invite  "
#define HEAR_TAG_NOISE "hearsay noise 1 "
#define HEAR_TAG_KNOCK "hearsay knock   "
#define HEAR_TAG_KNOCKER "hearsay knocker "
#define HEAR_TAG_MARK "hearsay mark    "
#define HEAR_TAG_CHOICE "hearsay choice  "
#define HEAR_TAG_SESSION "hearsay session "
#define HEAR_TAG_JOIN "hearsay join    "
#define HEAR_TAG_HELLO "hearsay hello   "
#define HEAR_TAG_SHORT "hearsay short   "
#define HEAR_TAG_RANGE "hearsay range   "
#define HEAR_TAG_CHECKSUM "hearsay checksum"

struct hear_signing_key {
	unsigned char bytes[64]; /* libsodium's form: seed, public key */
};

/* BLAKE2b-256 of the body alone. */
void hear_hash_record(struct hear_span body, struct hear_id *out);

/* A hash over a tag and pieces, one after another. */
struct hear_hash {
	_Alignas(64) unsigned char state[384]; /* crypto_generichash_state */
};

void hear_hash_begin(struct hear_hash *hash, const char tag[HEAR_TAG + 1]);
void hear_hash_add(struct hear_hash *hash, const void *data, size_t size);
void hear_hash_end(struct hear_hash *hash, struct hear_id *out);

/* The key of body `index` under the filing's: BLAKE2b-128 keyed with `secret`
 * over the index. */
void hear_body_key(const unsigned char secret[32], uint32_t index,
		   unsigned char out[HEAR_BODY_KEY]);
/* The commitment to a body: BLAKE2b-256 keyed with its key. */
void hear_hash_body(const unsigned char key[HEAR_BODY_KEY],
		    struct hear_span body, struct hear_id *out);

/* The first `size` bytes of BLAKE2b-256 keyed with a salt, over a tag and the
 * message: for names that are short and mean something to two sides only. */
enum { HEAR_SALT = 16 };
void hear_hash_salted(const unsigned char salt[HEAR_SALT],
		      const char tag[HEAR_TAG + 1], struct hear_span message,
		      void *out, size_t size);

void hear_random(void *out, size_t size);
void hear_wipe(void *secret, size_t size);
/* Whether the bytes are equal, in a time that does not tell where they
 * differ: for whatever proves knowledge of a secret. */
bool hear_same(const void *a, const void *b, size_t size);

void hear_sign_keypair(struct hear_key *public_key,
		       struct hear_signing_key *secret);
void hear_sign(const struct hear_signing_key *secret,
	       const char tag[HEAR_TAG + 1], struct hear_span message,
	       unsigned char out[HEAR_SIGNATURE]);
bool hear_signed(const struct hear_key *key, const char tag[HEAR_TAG + 1],
		 struct hear_span message,
		 const unsigned char signature[HEAR_SIGNATURE]);

void hear_channel_keypair(struct hear_key *public_key,
			  struct hear_key *secret);

void hear_hex_print(const void *bytes, size_t size, char *out);
bool hear_hex_parse(struct hear_span text, void *out, size_t size);

/* The alphabet of addresses (RFC 4648, section 5), without padding. */
void hear_base64_print(const void *bytes, size_t size, struct hear_buffer *out);
/* Passes over blanks and line ends. False: something else, or over `room`. */
bool hear_base64_parse(struct hear_span text, void *out, size_t room,
		       size_t *size);

/* Once before anything else of this file; safe to repeat. */
HEAR_CHECKED enum hear_code hear_sign_ready(struct hear_err *err);

#endif
