/* channel.h - what Hearsay adds to Noise: who speaks, and to whom alone one
 * answers.
 *
 * Each node has an Ed25519 key that signs and an X25519 key for the channel,
 * certified by the first. A conversation begins so:
 *
 *	KNOCK	MAC(16) message 1		dialler to listener
 *	ANSWER	message 2: key certificate id	listener to dialler
 *	ENTER	message 3: key certificate,	dialler to listener
 *		and the first question
 *	REPLY	...				listener to dialler
 *
 * The MAC is keyed with a hash of the listener's channel key: who does not
 * know whom to expect gets no answer at all. The dialler sends its own keys
 * only after it has seen the two it expects. The session's id is chosen by
 * the listener.
 *
 * dialler.h and listener.h are the two sides: bytes in, bytes out. Time is an
 * argument, in milliseconds of any clock that never goes back, and so are
 * random seeds, each to be used once. This header is what both share.
 */
#ifndef SYNC_CHANNEL_H
#define SYNC_CHANNEL_H

#include "core/sign.h"
#include "sync/frame.h"

enum {
	HEAR_CHANNEL_SEED = 32,
	HEAR_CHANNEL_MAC = 16,
	HEAR_CHANNEL_GREETING = 32 + HEAR_SIGNATURE,
	HEAR_CHANNEL_SESSION = 8,

	/* Whole frames, but for ENTER's question. */
	HEAR_CHANNEL_KNOCK = HEAR_FRAME_HEADER + HEAR_CHANNEL_MAC + 32,
	HEAR_CHANNEL_ANSWER = HEAR_FRAME_HEADER + 96 + HEAR_CHANNEL_GREETING +
			      HEAR_CHANNEL_SESSION,
	HEAR_CHANNEL_ENTER = 64 + HEAR_CHANNEL_GREETING, /* message 3 */
};

/* The keys of this node, ready for use. Wiped by done. */
struct hear_channel_self {
	struct hear_key key;
	struct hear_noise_pair channel;
	unsigned char certificate[HEAR_SIGNATURE];
};

/* The two keys by which a node is known to others. */
struct hear_channel_peer {
	struct hear_key key;	     /* Ed25519 */
	struct hear_key channel_key; /* X25519 */
};

struct hear_identity;

void hear_channel_self_init(struct hear_channel_self *self,
			    const struct hear_identity *identity);
void hear_channel_self_done(struct hear_channel_self *self);

bool hear_channel_peer_equal(const struct hear_channel_peer *a,
			     const struct hear_channel_peer *b);

/* ---- For the two sides --------------------------------------------------- */

void hear_channel_begin(struct hear_noise *noise, bool initiator,
			const struct hear_channel_self *self,
			const unsigned char seed[HEAR_CHANNEL_SEED]);

/* The MAC before message 1: over the frame's header and the message. */
void hear_channel_mac(const struct hear_key *listener,
		      const struct hear_frame *header,
		      const unsigned char message[32],
		      unsigned char out[HEAR_CHANNEL_MAC]);

/* The signing key and the certificate it gives the channel key. */
void hear_channel_greet(const struct hear_channel_self *self,
			unsigned char out[HEAR_CHANNEL_GREETING]);

/* Who greets, over a handshake with `channel_key`. False: the certificate is
 * not for that key. */
HEAR_CHECKED bool
hear_channel_greeted(struct hear_channel_peer *out,
		     const struct hear_key *channel_key,
		     const unsigned char greeting[HEAR_CHANNEL_GREETING]);

#endif
