/* link_state.h - what the link process keeps, and what its parts call of each
 * other: link.c the loop, link_listener.c and link_lane.c its two ends.
 *
 * Whatever may post a packet is called only while none is held.
 */
#ifndef SYNC_LINK_STATE_H
#define SYNC_LINK_STATE_H

#include "sync/endpoint.h"
#include "sync/link.h"
#include "sync/link_socket.h"

#include <poll.h>

enum {
	HEAR_LINK_AT_ONCE = 64,	       /* frames or packets taken in a turn */
	HEAR_LINK_LOOK_MS = 2000,      /* how often to look when idle */
	HEAR_LISTENER_VISITORS = 1024, /* connections with an account */
};

/* What one accepted connection has spent. */
struct hear_visitor {
	uint32_t key;
	uint32_t unanswered; /* requests in a row */
	int64_t paid_us;     /* its budget is used up to here */
};

struct hear_listener {
	bool used;
	uint32_t number;
	struct hear_socket socket;
	uint64_t stamp; /* tells tokens of this socket from all others */
	struct hear_endpoint at;
	struct hear_visitor visitors[HEAR_LISTENER_VISITORS];
};

struct hear_lane {
	bool used;
	bool up;
	bool told_up;
	uint32_t number;
	struct hear_socket socket; /* closed until there is something to send */
	unsigned strays;
	int64_t opened_ms;
	uint64_t broken; /* connections of this socket, as last seen */
	struct hear_endpoint to;

	bool asking; /* a request is under way; the rest is about it */
	bool sent;
	uint32_t wire_id;
	uint64_t request;
	uint64_t failures; /* of the sockets before this one */
	uint64_t broken_before;
	int64_t deadline_ms;
	int64_t wait_ms;
	char *frame; /* until it is sent */
	size_t frame_size;
};

struct hear_link {
	int pair;
	bool ended; /* the parent is gone */
	bool holds; /* `held` waits for room on the pair */
	uint32_t next_wire_id;
	int64_t now_us;
	int64_t reap_ms; /* when next to do each */
	int64_t look_ms;
	int64_t count_ms;
	struct hear_link_limits limits;
	struct hear_link_statistics counted;
	struct hear_listener listeners[HEAR_LINK_LISTENERS];
	struct hear_lane lanes[HEAR_LINK_LANES];
	struct pollfd polls[1 + HEAR_LINK_LISTENERS + 2 * HEAR_LINK_LANES];
	struct hear_packet held;
	char held_body[HEAR_FRAME_BYTES];
	unsigned char room[HEAR_PACKET_BYTES];
};

/* The time of this turn. */
int64_t hear_link_now(const struct hear_link *link);
uint64_t hear_link_draw(void); /* a random number */

/* To the parent; held where it has no room. */
void hear_link_post(struct hear_link *link, const struct hear_packet *packet);
void hear_link_post_words(struct hear_link *link, enum hear_packet_kind kind,
			  uint32_t number, uint64_t id, const char *words);

void hear_link_listen(struct hear_link *link,
			  const struct hear_packet *packet);
void hear_link_unlisten(struct hear_link *link, uint32_t number);
void hear_link_reply(struct hear_link *link,
			 const struct hear_packet *packet);
/* Passes on what has come. */
void hear_link_serve(struct hear_link *link,
			 struct hear_listener *listener);

void hear_lane_dial(struct hear_link *link, const struct hear_packet *packet);
void hear_lane_undial(struct hear_link *link, uint32_t number);
void hear_lane_send(struct hear_link *link, const struct hear_packet *packet);
/* Passes on what has come. */
void hear_lane_serve(struct hear_link *link, struct hear_lane *lane);
/* Something can be sent. */
void hear_lane_serve_writable(struct hear_link *link, struct hear_lane *lane);
/* Every so often, as nanomsg tells of no failure by itself: ends what has
 * waited too long or broke. Sets when to look next. */
void hear_lanes_look(struct hear_link *link);
/* Tells which came up or went down. */
void hear_lanes_tell(struct hear_link *link);

#endif
