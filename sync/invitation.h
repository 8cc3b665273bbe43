/* invitation.h - how a newcomer comes in: one line of text, used once.
 *
 * The inviter makes a secret of 16 bytes and keeps H(secret), name, role,
 * clearance and expiry among the dataset's settings on this machine. The line
 * carries where the inviter is, the dataset's id, the inviter's two keys, the
 * secret and the expiry. The newcomer proves the secret to the inviter alone,
 * within the channel: a MAC over the handshake's hash and its own keys. One
 * transaction writes the grant, which bears H(secret): an invitation works
 * once, for as long as the roster exists; the same key asking again gets the
 * same answer.
 */
#ifndef SYNC_INVITATION_H
#define SYNC_INVITATION_H

#include "sync/channel.h"
#include "sync/peers.h"

enum {
	HEAR_INVITATION_SECRET = 16,
	HEAR_INVITATION_ADDRESSES = 4,
	HEAR_INVITATION_TEXT = 1024, /* bytes of a line, at most */
	HEAR_INVITATION_DAYS = 7,    /* until it expires, where not said */
};

struct hear_invitation {
	struct hear_id dataset;
	struct hear_channel_peer inviter;
	unsigned char secret[HEAR_INVITATION_SECRET];
	int64_t expires_ms;
	size_t address_count;
	char addresses[HEAR_INVITATION_ADDRESSES][HEAR_ENDPOINT_TEXT];
};

/* The line: "hearsay1:" and base64url of the fields, the last 4 bytes of which
 * are a checksum, so that a line cut while copying is told from a wrong one.
 * Wipe what holds it. */
HEAR_CHECKED enum hear_code
hear_invitation_print(const struct hear_invitation *invitation,
		      struct hear_buffer *out, struct hear_err *err);
/* Takes blanks and line breaks within the line, as mail programs put them. */
HEAR_CHECKED enum hear_code
hear_invitation_parse(struct hear_span line, struct hear_invitation *out,
		      struct hear_err *err);

/* What the inviter keeps of it. */
struct hear_invited {
	struct hear_id hash; /* of the secret */
	char name[65];
	enum hear_role role;
	enum hear_marking clearance;
	int64_t expires_ms;
};

/* Whether somebody may be called so: 1 to 64 bytes on one line. */
HEAR_CHECKED enum hear_code hear_invitation_name(struct hear_span name,
						 struct hear_err *err);

/* H("hearsay invite  ", secret). */
void hear_invitation_hash(const unsigned char secret[HEAR_INVITATION_SECRET],
			  struct hear_id *out);

/* Keeps an open invitation. */
HEAR_CHECKED enum hear_code
hear_invitation_keep(struct hear_writer *writer,
		     const struct hear_invited *invited, struct hear_err *err);
/* HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code
hear_invitation_find(struct hear_reader *reader, const struct hear_id *hash,
		     struct hear_invited *out, struct hear_err *err);
HEAR_CHECKED enum hear_code
hear_invitation_each(struct hear_reader *reader,
		     bool (*each)(void *context, const struct hear_invited *),
		     void *context, struct hear_err *err);
HEAR_CHECKED enum hear_code hear_invitation_drop(struct hear_writer *writer,
						 const struct hear_id *hash,
						 struct hear_err *err);

#endif
