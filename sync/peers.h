/* peers.h - the address book: at which addresses a member is to be dialled.
 *
 * It belongs to this machine and stands among the dataset's settings, under
 * "peer/" and the member's key in hexadecimal; the value is one address a
 * line. Keys for the channel come from the roster.
 */
#ifndef SYNC_PEERS_H
#define SYNC_PEERS_H

#include "core/hearsay.h"

enum {
	HEAR_ENDPOINT_TEXT = 256, /* an address as typed, a name in it or not */
	HEAR_PEER_ADDRESSES = 8,  /* of one member */
};

struct hear_peer_entry {
	struct hear_key key;
	char address[HEAR_ENDPOINT_TEXT];
};

/* tcp://HOST:PORT (a name or a number; [..] around IPv6) or ipc://PATH.
 * HEAR_INVALID: anything else, with what to write instead. */
HEAR_CHECKED enum hear_code hear_peer_address_check(struct hear_span address,
						    struct hear_err *err);

/* Every entry, by key and then in the order they were added: an array of
 * `*count` in the arena. */
HEAR_CHECKED enum hear_code hear_peers_read(struct hear_reader *reader,
					    struct hear_arena *arena,
					    struct hear_peer_entry **out,
					    size_t *count,
					    struct hear_err *err);
/* HEAR_EXISTS and HEAR_NOTFOUND say so in `err`. An empty address removes all
 * of the member's. */
HEAR_CHECKED enum hear_code hear_peers_add(struct hear_writer *writer,
					   struct hear_reader *reader,
					   const struct hear_key *key,
					   struct hear_span address,
					   struct hear_err *err);
HEAR_CHECKED enum hear_code hear_peers_remove(struct hear_writer *writer,
					      struct hear_reader *reader,
					      const struct hear_key *key,
					      struct hear_span address,
					      struct hear_err *err);

#endif
