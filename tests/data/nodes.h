/* nodes.h - nodes with published keys, so that a test's bytes are the same
 * every time.
 *
 * Signing keys are those of RFC 8032, 7.1, tests 1 and 2; channel keys those
 * of RFC 7748, 6.1.
 */
#ifndef TESTS_DATA_NODES_H
#define TESTS_DATA_NODES_H

#include "core/bytes.h"
#include "core/identity.h"
#include "sync/channel.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *seed;
	const char *key;
	const char *channel_secret;
	const char *channel_key;
} node_keys[2] = {
	{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	 "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
	 "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"},
	{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	 "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
	 "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"},
};

static inline void node_hex(const char *text, unsigned char out[32])
{
	if (!hear_hex_parse(hear_span_of(text), out, 32))
		abort();
}

/* Node 0 or 1. */
static inline void node_self(struct hear_channel_self *out, int which)
{
	struct hear_identity identity;

	memset(&identity, 0, sizeof identity);
	node_hex(node_keys[which].seed, identity.secret.bytes);
	node_hex(node_keys[which].key, identity.secret.bytes + 32);
	node_hex(node_keys[which].key, identity.key.bytes);
	node_hex(node_keys[which].channel_secret,
		 identity.channel_secret.bytes);
	node_hex(node_keys[which].channel_key, identity.channel_key.bytes);
	hear_channel_self_init(out, &identity);
}

static inline struct hear_channel_peer
node_peer(const struct hear_channel_self *self)
{
	struct hear_channel_peer peer = {self->key, self->channel.key};

	return peer;
}

#endif
