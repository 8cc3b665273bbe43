/* noise.h - Noise_XX_25519_ChaChaPoly_BLAKE2b: the handshake, and the ciphers
 * after it.
 *
 * To the letter of the Noise specification, revision 34 (noiseprotocol.org),
 * with test vectors. Only this file of sync knows libsodium;
 * hear_sign_ready() comes first. Nothing here draws random numbers, reads a
 * clock or allocates: the ephemeral key is an argument, so whatever happened
 * once can be made to happen again.
 *
 *	-> e			initiator writes, responder reads
 *	<- e, ee, s, es		responder writes, initiator reads
 *	-> s, se		initiator writes, responder reads
 *
 * Then hear_noise_split() on both sides gives a sealing and an opening key
 * each. Their messages carry their number n outside, and need not all arrive:
 * who reads says which n it is. There is no rekey: sessions are short.
 */
#ifndef SYNC_NOISE_H
#define SYNC_NOISE_H

#include "core/hearsay.h"

enum {
	HEAR_NOISE_HASH = 64,
	HEAR_NOISE_TAG = 16,	    /* what sealing adds */
	HEAR_NOISE_MESSAGE = 65535, /* bytes of any message */
};

/* A static X25519 key pair. */
struct hear_noise_pair {
	struct hear_key key;
	struct hear_key secret;
};

/* One handshake. Plain data: an assignment copies it, and a message that may
 * be a forgery is read on a copy. Copies hold secrets: wipe each. */
struct hear_noise {
	const struct hear_noise_pair *own; /* borrowed */
	struct hear_key ephemeral_secret;
	struct hear_key ephemeral;
	struct hear_key remote_ephemeral;
	struct hear_key remote; /* the other's static key, once it is known */
	unsigned char chaining[HEAR_NOISE_HASH];
	unsigned char hash[HEAR_NOISE_HASH];
	struct hear_key cipher;
	uint64_t nonce;
	bool keyed;
	bool initiator;
	uint8_t messages; /* written and read so far */
};

/* Begins a handshake. `own` is borrowed until it ends. `ephemeral` are 32
 * random bytes, never used for another handshake. Both sides must give the
 * same prologue. */
void hear_noise_init(struct hear_noise *noise, bool initiator,
		     const struct hear_noise_pair *own,
		     const unsigned char ephemeral[32],
		     struct hear_span prologue);

/* What the next message is longer than its payload: 32, 96, then 64. */
size_t hear_noise_overhead(const struct hear_noise *noise);

/* Writes the next message to `out`, which has room for the payload and the
 * overhead. False: it would be longer than HEAR_NOISE_MESSAGE, or the other
 * side's key is worthless; the handshake is over and wiped. */
HEAR_CHECKED bool hear_noise_write(struct hear_noise *noise,
				   struct hear_span payload,
				   unsigned char *out);

/* Reads the next message and writes its payload, shorter by the overhead, to
 * `payload`. False: it is not what the other side wrote for this handshake;
 * the handshake is over and wiped. */
HEAR_CHECKED bool hear_noise_read(struct hear_noise *noise,
				  struct hear_span message,
				  unsigned char *payload);

/* Seals under its own counter: no n is ever used twice. */
struct hear_noise_sealer {
	struct hear_key key;
	uint64_t next; /* n of the next message */
};

struct hear_noise_opener {
	struct hear_key key;
};

/* After the third message: the keys of both directions, and the hash that
 * names this handshake alone. Wipes the handshake. */
void hear_noise_split(struct hear_noise *noise,
		      struct hear_noise_sealer *sealer,
		      struct hear_noise_opener *opener,
		      unsigned char hash[HEAR_NOISE_HASH]);

/* Writes `plain` sealed, longer by HEAR_NOISE_TAG, to `out`, which may begin
 * where `plain` does. `bound` is not sent: it must be given equally when
 * opening (the specification leaves it empty). False: too long, or the
 * counter is used up (2^64 - 1 is never an n). */
HEAR_CHECKED bool hear_noise_seal(struct hear_noise_sealer *sealer,
				  struct hear_span bound,
				  struct hear_span plain, unsigned char *out);

/* Opens message `n` to `out`, shorter by HEAR_NOISE_TAG. Whether this n is
 * still to be taken is the caller's to know. False: not what was sealed, and
 * `out` holds nothing of it. */
HEAR_CHECKED bool hear_noise_open(const struct hear_noise_opener *opener,
				  uint64_t n, struct hear_span bound,
				  struct hear_span sealed,
				  unsigned char *out);

#endif
