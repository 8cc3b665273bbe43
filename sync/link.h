/* link.h - frames over nanomsg, in a process of their own.
 *
 * nanomsg has assertions that a hostile peer can reach, so whoever carries
 * frames must be able to die without loss: the link is a program that holds
 * no key and no dataset, opens no file, and is started again when it ends
 * (sync/supervise.h). One SOCK_SEQPACKET pair joins it to its parent. Each
 * packet on it, both ways, is a head of 24 bytes and a body, at most
 * HEAR_PACKET_BYTES together; numbers are big-endian:
 *
 *   0      1          4           8                  16                 24
 *   [kind ][zero: 3  ][number: 4 ][id: 8            ][stamp: 8         ][body]
 *
 *   kind          number    id        stamp         body
 *   to the link
 *    1 listen     listener                          address
 *    2 unlisten   listener
 *    3 dial       lane                              address
 *    4 undial     lane
 *    5 send       lane      request   wait, ms      frame
 *    6 reply      listener  as given  as given      frame
 *    7 limits                                       8 numbers of 4 bytes
 *   from the link
 *   16 listening  listener                          address
 *   17 refused    listener                          sentence
 *   18 request    listener  token     stamp         frame
 *   19 undialled  lane                              sentence
 *   20 answer     lane      request                 frame
 *   21 unanswered lane      request                 sentence
 *   22 up         lane
 *   23 down       lane
 *   24 statistics                                   9 numbers of 8 bytes
 *
 * The parent chooses the numbers of listeners and lanes, and the ids of
 * requests. Listening or dialling again under a number replaces the former.
 * A lane carries one request at a time; each ends in exactly one `answer` or
 * `unanswered` (or in the end of the link). A request received is answered
 * with its id and stamp as they came, once, or never: silence is allowed, but
 * a connection whose requests all meet silence is soon not listened to. `up`
 * and `down` are hints.
 *
 * When the parent reads slowly the link stops reading from the network; it
 * holds one packet and no queue.
 */
#ifndef SYNC_LINK_H
#define SYNC_LINK_H

#include "core/hearsay.h"
#include "sync/limits.h"

enum {
	HEAR_PACKET_HEAD = 24,
	HEAR_PACKET_BYTES = HEAR_PACKET_HEAD + HEAR_FRAME_BYTES,
	HEAR_PAIR_BYTES = 512 * 1024, /* SO_SNDBUF of both ends, at least */
	HEAR_LINK_DESCRIPTOR = 3,     /* the link's end of the pair */
	HEAR_LINK_LISTENERS = 8,
	HEAR_LINK_LANES = 256,
};

enum hear_packet_kind {
	HEAR_PACKET_LISTEN = 1,
	HEAR_PACKET_UNLISTEN,
	HEAR_PACKET_DIAL,
	HEAR_PACKET_UNDIAL,
	HEAR_PACKET_SEND,
	HEAR_PACKET_REPLY,
	HEAR_PACKET_LIMITS,
	HEAR_PACKET_LISTENING = 16,
	HEAR_PACKET_REFUSED,
	HEAR_PACKET_REQUEST,
	HEAR_PACKET_UNDIALLED,
	HEAR_PACKET_ANSWER,
	HEAR_PACKET_UNANSWERED,
	HEAR_PACKET_UP,
	HEAR_PACKET_DOWN,
	HEAR_PACKET_STATISTICS,
	/* Never on the pair: what hear_supervise_receive() says when the link
	 * has ended, with a sentence. Requests under way are lost. */
	HEAR_PACKET_ENDED = 255,
};

struct hear_packet {
	enum hear_packet_kind kind;
	uint32_t number;
	uint64_t id;
	uint64_t stamp;
	struct hear_span body; /* borrowed */
};

/* The body of `limits`, in this order. */
struct hear_link_limits {
	uint32_t frames_a_second;    /* of one connection, on average */
	uint32_t frames_at_once;     /* of one connection, in a burst */
	uint32_t unanswered;	     /* then a connection is ignored */
	uint32_t connections;	     /* accepted ones, of all listeners */
	uint32_t connections_of_one; /* address; of one /64 with IPv6 */
	uint32_t idle_ms;	     /* nothing sent to it for so long */
	uint32_t silent_ms;	     /* never answered since it came */
	uint32_t statistics_ms;	     /* how often to send them */
};

enum { HEAR_LIMITS_BYTES = 8 * 4 };

/* The body of `statistics`, in this order; counted since the link began. */
struct hear_link_statistics {
	uint64_t requests; /* received and passed on */
	uint64_t replies;
	uint64_t sent; /* on lanes */
	uint64_t answers;
	uint64_t unanswered;
	uint64_t dropped;     /* frames over a budget or not well formed */
	uint64_t connections; /* accepted ones, now */
	uint64_t shut;	      /* accepted ones that were idle or too many */
	uint64_t reopened;    /* sockets of lanes, when nothing came */
};

enum { HEAR_STATISTICS_BYTES = 9 * 8 };

/* What the link keeps to until it is told otherwise. */
extern const struct hear_link_limits hear_link_limits_usual;

/* Puts a packet on the pair without waiting. HEAR_FULL is an answer: no room
 * now, poll for POLLOUT. HEAR_IO: the other end is gone. */
HEAR_CHECKED enum hear_code hear_packet_send(int fd,
					     const struct hear_packet *packet,
					     struct hear_err *err);

/* Takes the next packet from the pair into `room` (HEAR_PACKET_BYTES), which
 * out->body then borrows, without waiting. HEAR_NOTFOUND is an answer: none
 * now. HEAR_IO: the other end is gone. HEAR_DAMAGED: not of the form. */
HEAR_CHECKED enum hear_code hear_packet_receive(struct hear_packet *out, int fd,
						unsigned char *room,
						struct hear_err *err);

/* Reads a packet from its bytes, which out->body borrows. HEAR_DAMAGED: not of
 * the form above. */
HEAR_CHECKED enum hear_code hear_packet_read(struct hear_packet *out,
					     struct hear_span bytes,
					     struct hear_err *err);

void hear_limits_write(unsigned char out[HEAR_LIMITS_BYTES],
		       const struct hear_link_limits *limits);
/* HEAR_DAMAGED: not a body of `limits`. HEAR_INVALID: a limit of zero. */
HEAR_CHECKED enum hear_code hear_limits_read(struct hear_link_limits *out,
					     struct hear_span body,
					     struct hear_err *err);
void hear_statistics_write(unsigned char out[HEAR_STATISTICS_BYTES],
			   const struct hear_link_statistics *statistics);
HEAR_CHECKED enum hear_code
hear_statistics_read(struct hear_link_statistics *out, struct hear_span body,
		     struct hear_err *err);

/* The whole of the link program but its name: serves the pair `fd` until its
 * other end closes (HEAR_OK). Gives up privileges first; the process must have
 * one thread and is of no use for anything else afterwards. */
HEAR_CHECKED enum hear_code hear_link_run(int fd, struct hear_err *err);

#endif
