/* SPDX-License-Identifier: ISC */
#include "sync/channel.h"
#include "core/bytes.h"
#include "core/identity.h"

#include <string.h>

void hear_channel_self_init(struct hear_channel_self *self,
			    const struct hear_identity *identity)
{
	self->key = identity->key;
	self->channel.key = identity->channel_key;
	self->channel.secret = identity->channel_secret;
	hear_sign(&identity->secret, HEAR_TAG_CERT,
		  hear_span_make(self->channel.key.bytes, 32),
		  self->certificate);
}

void hear_channel_self_done(struct hear_channel_self *self)
{
	hear_wipe(self, sizeof *self);
}

bool hear_channel_peer_equal(const struct hear_channel_peer *a,
			     const struct hear_channel_peer *b)
{
	return memcmp(a->key.bytes, b->key.bytes, 32) == 0 &&
	       memcmp(a->channel_key.bytes, b->channel_key.bytes, 32) == 0;
}

void hear_channel_begin(struct hear_noise *noise, bool initiator,
			const struct hear_channel_self *self,
			const unsigned char seed[HEAR_CHANNEL_SEED])
{
	hear_noise_init(noise, initiator, &self->channel, seed,
			hear_span_of(HEAR_TAG_NOISE));
}

void hear_channel_mac(const struct hear_key *listener,
		      const struct hear_frame *header,
		      const unsigned char message[32],
		      unsigned char out[HEAR_CHANNEL_MAC])
{
	unsigned char bytes[HEAR_FRAME_HEADER];
	struct hear_hash hash;
	struct hear_id id;

	hear_hash_begin(&hash, HEAR_TAG_KNOCKER);
	hear_hash_add(&hash, listener->bytes, 32);
	hear_hash_end(&hash, &id);
	hear_frame_header(header, bytes);
	hear_hash_begin(&hash, HEAR_TAG_KNOCK);
	hear_hash_add(&hash, id.bytes, sizeof id.bytes);
	hear_hash_add(&hash, bytes, sizeof bytes);
	hear_hash_add(&hash, message, 32);
	hear_hash_end(&hash, &id);
	memcpy(out, id.bytes, HEAR_CHANNEL_MAC);
}

void hear_channel_greet(const struct hear_channel_self *self,
			unsigned char out[HEAR_CHANNEL_GREETING])
{
	memcpy(out, self->key.bytes, 32);
	memcpy(out + 32, self->certificate, HEAR_SIGNATURE);
}

bool hear_channel_greeted(struct hear_channel_peer *out,
			  const struct hear_key *channel_key,
			  const unsigned char greeting[HEAR_CHANNEL_GREETING])
{
	memcpy(out->key.bytes, greeting, 32);
	out->channel_key = *channel_key;
	return hear_signed(&out->key, HEAR_TAG_CERT,
			   hear_span_make(channel_key->bytes, 32),
			   greeting + 32);
}
