/* frame.h - frames on the wire, and the questions and replies sealed in them.
 *
 *	kind(1) session(8) n(8)		numbers big-endian
 *	[message 3 of the handshake]	only where kind is ENTER
 *	len(2) piece, one to four times	Noise messages at n, n + 1, ...
 *
 * The pieces' plaintext, joined: length(4) number(8) body padding. Each piece
 * is bound to all that stands before the pieces, to its place and to how many
 * there are: what was sealed as part of one frame opens as nothing else.
 *
 * One counter a direction, in memory only. Bytes are never sent again: who
 * asks once more asks at a new n.
 */
#ifndef SYNC_FRAME_H
#define SYNC_FRAME_H

#include "sync/limits.h"
#include "sync/noise.h"

enum hear_frame_kind {
	HEAR_FRAME_KNOCK = 1, /* message 1 of the handshake */
	HEAR_FRAME_ANSWER,    /* message 2 */
	HEAR_FRAME_ENTER,     /* message 3 and a question */
	HEAR_FRAME_QUESTION,
	HEAR_FRAME_REPLY,
	HEAR_FRAME_UNKNOWN, /* unproven: "I know no such session" */
};

enum { HEAR_FRAME_HEADER = 1 + 8 + 8 };

struct hear_frame {
	enum hear_frame_kind kind;
	uint64_t session;
	uint64_t n;
	struct hear_span rest; /* borrowed: all that follows the header */
};

/* False: too short, too long or of no known kind. */
HEAR_CHECKED bool hear_frame_read(struct hear_frame *out,
				  struct hear_span bytes);

/* Writes the header. `rest` is not looked at. */
void hear_frame_header(const struct hear_frame *frame,
		       unsigned char out[HEAR_FRAME_HEADER]);

/* Appends the header, then the rest. */
void hear_frame_add(struct hear_buffer *out, const struct hear_frame *frame);

/* What is asked or replied. A reply bears the number of its question. */
struct hear_message {
	uint64_t number;
	struct hear_span body;
};

/* Appends a whole frame at the sealer's counter. `opening` stands between the
 * header and the pieces: message 3, or nothing. A `live` frame is padded, so
 * that its length tells little of what somebody wrote. HEAR_LIMIT: the body
 * is over HEAR_BODY_BYTES; HEAR_NOTFOUND, an answer: the counter is used up. */
HEAR_CHECKED enum hear_code
hear_frame_seal(struct hear_buffer *out, struct hear_noise_sealer *sealer,
		const struct hear_frame *header, struct hear_span opening,
		const struct hear_message *message, bool live,
		struct hear_err *err);

/* The receiving end of one direction. */
struct hear_frame_inlet {
	struct hear_noise_opener opener;
	uint64_t least; /* one more than the highest n accepted */
};

/* Opens the pieces after the first `opening` bytes of the rest. The body is
 * borrowed from `plain`, which is emptied first. False: nothing of it is for
 * us, or it came before; the inlet stands as it stood. */
HEAR_CHECKED bool hear_frame_open(struct hear_frame_inlet *inlet,
				  const struct hear_frame *frame,
				  size_t opening, struct hear_buffer *plain,
				  struct hear_message *out);

#endif
