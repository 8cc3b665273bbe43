/* limits.h - every limit of the channel, in one table.
 *
 * Both sides must agree on the sizes. The times and counts are each node's
 * own; they are fixed so that what a node can be made to hold is known.
 */
#ifndef SYNC_LIMITS_H
#define SYNC_LIMITS_H

enum {
	/* Sizes on the wire, in bytes. */
	HEAR_FRAME_BYTES = 256 * 1024,	/* a whole frame */
	HEAR_FRAME_PIECES = 4,		/* Noise messages in a frame */
	HEAR_BODY_BYTES = 255 * 1024,	/* a question or a reply in it */
	HEAR_PAD_BYTES = 256,		/* live frames: this times 2^k */

	/* What a listener holds. */
	HEAR_HALF_OPENS = 1024,		/* handshakes begun */
	HEAR_SESSIONS = 1024,		/* sessions in all */
	HEAR_SESSIONS_PER_KEY = 64,	/* sessions with one node */

	/* Times, in milliseconds. */
	HEAR_HALF_OPEN_MS = 10 * 1000,	     /* to finish a handshake */
	HEAR_SESSION_MS = 60 * 60 * 1000,    /* the dialler knocks anew */
	HEAR_SESSION_GRACE_MS = 60 * 1000,   /* the listener waits for that */
	HEAR_KNOCK_MS = 1000,		     /* between two knocks */
};

#endif
