/* limits.h - every limit of the channel and of what is said in it, in one
 * table.
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

	/* Messages. Every one fits a body; these are narrower. */
	HEAR_PROOF_BYTES = 64 * 1024,	/* roster filings in a HELLO */
	HEAR_ASKED_BYTES = 64 * 1024,	/* ranges of a question */
	HEAR_SAID_BYTES = 192 * 1024,	/* ranges of a reply, and their data */
	HEAR_RANGES = 64 * 1024,	/* ranges in one message */
	HEAR_REASONS_ASKED = 4096,	/* ids in a REASONS */
	HEAR_PARK_MS = 20 * 1000,	/* a question may be parked */

	/* A descent. */
	HEAR_DESCENT_ROUNDS = 12,	/* then the replier is at fault */
	HEAR_DESCENT_QUESTIONS = 1024,	/* and so many */
	HEAR_DESCENT_HELD = 64 * 1024,	/* wants, and gives; then it ends */
	HEAR_RANGE_LOOKS = 64 * 1024,	/* counts for one reply */
	HEAR_RANGE_HASHES = 64 * 1024,	/* keys hashed for one reply */

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
