/* SPDX-License-Identifier: ISC */
/*~ The link program. One loop waits for packets from the parent and frames
 * from the network and passes each on at once; what it keeps is a slot per
 * lane for the request under way, a few counters per connection, and one
 * packet that the parent has no room for yet. While that one is held nothing
 * is read, so a slow parent slows the network and not the memory.
 *
 * Listeners are raw REP sockets, lanes raw REQ ones: the cooked REQ of nanomsg
 * aborts when a listener misbehaves. A dialling endpoint of nanomsg can stop
 * reconnecting for ever, so a lane's socket is closed at each failure and a
 * new one made when there is next something to send. */
#include "sync/link.h"

#include "core/bytes.h"
#include "core/error.h"
#include "sync/confine.h"
#include "sync/endpoint.h"
#include "sync/reap.h"

#include <assert.h>
#include <errno.h>
#include <nanomsg/nn.h>
#include <nanomsg/reqrep.h>
#include <nanomsg/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum {
	REQUEST_ID = 4,		/* bytes before a frame on a lane */
	TOKEN = 8,		/* a connection's key, then its request id */
	MOST_WIRE = REQUEST_ID + HEAR_FRAME_BYTES,
	SOCKET_BUFFER = 512 * 1024,
	RECONNECT_MS = 200,
	RECONNECT_MOST_MS = 30 * 1000,
	VISITORS = 1024,	/* connections a listener keeps accounts of */
	AT_ONCE = 64,		/* frames taken from one socket in a turn */
	FAILURES = 3,		/* of connecting, then the request fails */
	FRESH_MS = 1000,	/* a socket is not replaced before */
	STRAYS = 64,		/* answers to nothing, then it is closed */
	LONGEST_WAIT_MS = 10 * 60 * 1000,
	LOOK_ASKING_MS = 200,	/* at lanes with a request under way */
	LOOK_MS = 2000,		/* at lanes and connections otherwise */
	REAP_MS = 1000,		/* while there are connections */
	FAREWELL_S = 5,		/* for closing sockets at the end */
};

/* What one accepted connection has spent. */
struct visitor {
	uint32_t key;
	uint32_t unanswered; /* requests in a row */
	int64_t paid_us;     /* its budget is used up to here */
};

struct listener {
	bool used;
	uint32_t number;
	int socket;
	int ready;	/* readable when there is a request */
	uint64_t stamp; /* tells tokens of this socket from all others */
	struct hear_endpoint at;
	struct visitor visitors[VISITORS];
};

struct lane {
	bool used;
	bool up;
	bool told_up;
	uint32_t number;
	int socket; /* -1: closed until there is something to send */
	int ready;
	int writable; /* readable when something can be sent */
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

struct link {
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
	struct listener listeners[HEAR_LINK_LISTENERS];
	struct lane lanes[HEAR_LINK_LANES];
	struct pollfd polls[1 + HEAR_LINK_LISTENERS + 2 * HEAR_LINK_LANES];
	struct hear_packet held;
	char held_body[HEAR_FRAME_BYTES];
	unsigned char room[HEAR_PACKET_BYTES];
};

static int64_t now_ms(const struct link *link)
{
	return link->now_us / 1000;
}

static void read_clock(struct link *link)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	link->now_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static uint64_t draw(void)
{
	uint64_t number = 0;

	while (getrandom(&number, sizeof number, 0) != sizeof number)
		continue;
	return number;
}

/* ---- To the parent ------------------------------------------------------- */

static void release(struct link *link)
{
	switch (hear_packet_send(link->pair, &link->held, NULL)) {
	case HEAR_FULL:
		return;
	case HEAR_OK:
		link->holds = false;
		return;
	default:
		link->ended = true;
	}
}

/* Only while nothing is held. */
static void post(struct link *link, const struct hear_packet *packet)
{
	assert(!link->holds);
	link->held = *packet;
	link->holds = true;
	release(link);
	if (!link->holds || packet->body.size == 0)
		return;
	memcpy(link->held_body, packet->body.data, packet->body.size);
	link->held.body.data = link->held_body;
}

static void post_words(struct link *link, enum hear_packet_kind kind,
		       uint32_t number, uint64_t id, const char *words)
{
	struct hear_packet packet = {
		.kind = kind,
		.number = number,
		.id = id,
		.body = hear_span_of(words),
	};

	post(link, &packet);
}

/* ---- nanomsg ------------------------------------------------------------- */

/* The only control message there is: what stands before a frame. */
struct control {
	struct nn_cmsghdr head;
	size_t size;
	unsigned char bytes[TOKEN];
};

_Static_assert(sizeof(struct control) == NN_CMSG_SPACE(sizeof(size_t) + TOKEN),
	       "a control message has no padding");

struct incoming {
	void *frame; /* to be freed with nn_freemsg() */
	size_t size;
	struct control control;
};

static bool set(int socket, int level, int name, int value)
{
	return nn_setsockopt(socket, level, name, &value, sizeof value) == 0;
}

static int get_descriptor(int socket, int name)
{
	int fd = -1;
	size_t size = sizeof fd;

	if (nn_getsockopt(socket, NN_SOL_SOCKET, name, &fd, &size) != 0)
		return -1;
	return fd;
}

/* -1: nn_errno() says why. Nothing of one byte over a frame is ever read. */
static int open_socket(int protocol, const struct hear_endpoint *endpoint)
{
	int socket = nn_socket(AF_SP_RAW, protocol);

	if (socket < 0)
		return -1;
	if (set(socket, NN_SOL_SOCKET, NN_RCVMAXSIZE, MOST_WIRE) &&
	    set(socket, NN_SOL_SOCKET, NN_SNDBUF, SOCKET_BUFFER) &&
	    set(socket, NN_SOL_SOCKET, NN_RCVBUF, SOCKET_BUFFER) &&
	    set(socket, NN_SOL_SOCKET, NN_MAXTTL, 1) &&
	    set(socket, NN_SOL_SOCKET, NN_RECONNECT_IVL, RECONNECT_MS) &&
	    set(socket, NN_SOL_SOCKET, NN_RECONNECT_IVL_MAX,
		RECONNECT_MOST_MS) &&
	    set(socket, NN_SOL_SOCKET, NN_IPV4ONLY,
		endpoint->name.ss_family != AF_INET6) &&
	    set(socket, NN_TCP, NN_TCP_NODELAY, 1))
		return socket;
	(void)nn_close(socket);
	return -1;
}

static bool take(struct incoming *out, int socket)
{
	struct nn_iovec body = {.iov_base = &out->frame, .iov_len = NN_MSG};
	struct nn_msghdr message = {
		.msg_iov = &body,
		.msg_iovlen = 1,
		.msg_control = &out->control,
		.msg_controllen = sizeof out->control,
	};
	int got;

	memset(out, 0, sizeof *out);
	do
		got = nn_recvmsg(socket, &message, NN_DONTWAIT);
	while (got < 0 && nn_errno() == EINTR);
	if (got < 0)
		return false;
	out->size = (size_t)got;
	return true;
}

/* Whether a frame came as one of ours would: the right bytes before it (where
 * there are more, they did not fit and size is 0), and not empty. */
static bool sound(const struct incoming *incoming, size_t before)
{
	return incoming->control.size == before && incoming->size > 0 &&
	       incoming->size <= HEAR_FRAME_BYTES;
}

/* 0 or an errno; EAGAIN: there is nobody to send it to yet. */
static int give(int socket, const unsigned char *before, size_t size,
		const char *frame, size_t frame_size)
{
	struct control control = {
		.head = {.cmsg_len = sizeof control,
			 .cmsg_level = PROTO_SP,
			 .cmsg_type = SP_HDR},
		.size = size,
	};
	struct nn_iovec body = {.iov_len = frame_size};
	struct nn_msghdr message = {
		.msg_iov = &body,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	int rc;

	memcpy(control.bytes, before, size);
	/* nn_sendmsg() copies it, whatever its struct says. */
	memcpy(&body.iov_base, &frame, sizeof frame);
	do
		rc = nn_sendmsg(socket, &message, NN_DONTWAIT);
	while (rc < 0 && nn_errno() == EINTR);
	return rc < 0 ? nn_errno() : 0;
}

/* ---- Listeners ----------------------------------------------------------- */

static struct listener *find_listener(struct link *link, uint32_t number)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		if (link->listeners[i].used &&
		    link->listeners[i].number == number)
			return &link->listeners[i];
	return NULL;
}

static void unlisten(struct link *link, uint32_t number)
{
	struct listener *listener = find_listener(link, number);

	if (!listener)
		return;
	(void)nn_close(listener->socket);
	listener->used = false;
}

static struct listener *free_listener(struct link *link)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		if (!link->listeners[i].used)
			return &link->listeners[i];
	return NULL;
}

static enum hear_code bind_listener(struct listener *listener,
				    struct hear_err *err)
{
	listener->socket = open_socket(NN_REP, &listener->at);
	if (listener->socket < 0)
		return hear_fail(err, HEAR_IO, "make a socket: %s",
				 nn_strerror(nn_errno()));
	if (nn_bind(listener->socket, listener->at.text) < 0) {
		hear_fail(err, HEAR_IO, "listen at %s: %s", listener->at.text,
			  nn_strerror(nn_errno()));
		(void)nn_close(listener->socket);
		return HEAR_IO;
	}
	listener->ready = get_descriptor(listener->socket, NN_RCVFD);
	return HEAR_OK;
}

static enum hear_code open_listener(struct link *link,
				    const struct hear_packet *packet,
				    struct hear_err *err)
{
	struct listener *listener = free_listener(link);
	enum hear_code code;

	if (!listener)
		return hear_fail(err, HEAR_LIMIT,
				 "listening at %d addresses already; no more "
				 "are possible",
				 HEAR_LINK_LISTENERS);
	memset(listener, 0, sizeof *listener);
	code = hear_endpoint_parse(&listener->at, packet->body, err);
	if (!code && hear_endpoint_path(&listener->at))
		code = hear_endpoint_check_path(&listener->at, err);
	if (!code)
		code = bind_listener(listener, err);
	if (code)
		return code;
	listener->used = true;
	listener->number = packet->number;
	listener->stamp = draw();
	if (!hear_endpoint_path(&listener->at))
		(void)hear_reap_watch(&listener->at);
	return HEAR_OK;
}

static void serve_listen(struct link *link, const struct hear_packet *packet)
{
	struct hear_err err;

	unlisten(link, packet->number);
	if (open_listener(link, packet, &err) == HEAR_OK)
		post_words(link, HEAR_PACKET_LISTENING, packet->number, 0,
			   find_listener(link, packet->number)->at.text);
	else
		post_words(link, HEAR_PACKET_REFUSED, packet->number, 0,
			   err.message);
}

/* nanomsg gives connections keys that count up, so those that are open at
 * once fall into different places. */
static struct visitor *find_visitor(struct listener *listener, uint32_t key)
{
	struct visitor *visitor = &listener->visitors[key % VISITORS];

	if (visitor->key != key)
		*visitor = (struct visitor){.key = key};
	return visitor;
}

/* Each frame costs its share of a second; a connection may be in debt by as
 * many as it may send at once. */
static bool within_budget(struct link *link, struct visitor *visitor)
{
	int64_t cost = 1000000 / link->limits.frames_a_second;
	int64_t credit = cost * link->limits.frames_at_once;

	if (visitor->unanswered >= link->limits.unanswered)
		return false;
	if (visitor->paid_us < link->now_us)
		visitor->paid_us = link->now_us;
	if (visitor->paid_us - link->now_us + cost > credit)
		return false;
	visitor->paid_us += cost;
	visitor->unanswered++;
	return true;
}

static void pass_request(struct link *link, struct listener *listener,
			 const struct incoming *incoming)
{
	struct hear_packet packet = {
		.kind = HEAR_PACKET_REQUEST,
		.number = listener->number,
		.id = hear_get64(incoming->control.bytes),
		.stamp = listener->stamp,
		.body = hear_span_make(incoming->frame, incoming->size),
	};

	if (!sound(incoming, TOKEN) ||
	    !within_budget(link,
			   find_visitor(listener,
					(uint32_t)(packet.id >> 32)))) {
		link->counted.dropped++;
		return;
	}
	link->counted.requests++;
	post(link, &packet);
}

static void forgive_visitor(struct listener *listener, uint32_t key)
{
	struct visitor *visitor = &listener->visitors[key % VISITORS];

	if (visitor->key == key)
		visitor->unanswered = 0;
}

static void serve_reply(struct link *link, const struct hear_packet *packet)
{
	struct listener *listener = find_listener(link, packet->number);
	unsigned char token[TOKEN];

	/* A token of a listener that is gone names nobody. */
	if (!listener || listener->stamp != packet->stamp ||
	    packet->body.size == 0)
		return;
	hear_put64(token, packet->id);
	forgive_visitor(listener, (uint32_t)(packet->id >> 32));
	if (give(listener->socket, token, sizeof token, packet->body.data,
		 packet->body.size) == 0)
		link->counted.replies++;
}

static void serve_listener(struct link *link, struct listener *listener)
{
	struct incoming incoming;
	int i;

	for (i = 0; i < AT_ONCE && !link->holds; i++) {
		if (!take(&incoming, listener->socket))
			return;
		pass_request(link, listener, &incoming);
		(void)nn_freemsg(incoming.frame);
	}
}

/* ---- Lanes --------------------------------------------------------------- */

static struct lane *find_lane(struct link *link, uint32_t number)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (link->lanes[i].used && link->lanes[i].number == number)
			return &link->lanes[i];
	return NULL;
}

static void close_socket(struct lane *lane)
{
	if (lane->socket >= 0)
		(void)nn_close(lane->socket);
	lane->socket = -1;
	lane->up = false;
}

static bool open_lane(struct link *link, struct lane *lane)
{
	close_socket(lane);
	lane->strays = 0;
	lane->broken = 0;
	lane->opened_ms = now_ms(link);
	lane->socket = open_socket(NN_REQ, &lane->to);
	if (lane->socket < 0)
		return false;
	if (nn_connect(lane->socket, lane->to.text) < 0) {
		close_socket(lane);
		return false;
	}
	lane->ready = get_descriptor(lane->socket, NN_RCVFD);
	lane->writable = get_descriptor(lane->socket, NN_SNDFD);
	return true;
}

static void reopen_lane(struct link *link, struct lane *lane)
{
	link->counted.reopened++;
	(void)open_lane(link, lane); /* tried again while it is closed */
}

static void forget_request(struct lane *lane)
{
	free(lane->frame);
	lane->frame = NULL;
	lane->asking = false;
	lane->sent = false;
	lane->failures = 0;
}

static void undial(struct link *link, uint32_t number)
{
	struct lane *lane = find_lane(link, number);

	if (!lane)
		return;
	close_socket(lane);
	forget_request(lane);
	lane->used = false;
}

static struct lane *free_lane(struct link *link)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (!link->lanes[i].used)
			return &link->lanes[i];
	return NULL;
}

static enum hear_code dial(struct link *link, const struct hear_packet *packet,
			   struct hear_err *err)
{
	struct lane *lane = free_lane(link);
	enum hear_code code;

	if (!lane)
		return hear_fail(err, HEAR_LIMIT,
				 "%d lanes are dialled already; no more are "
				 "possible",
				 HEAR_LINK_LANES);
	memset(lane, 0, sizeof *lane);
	lane->socket = -1;
	code = hear_endpoint_parse(&lane->to, packet->body, err);
	if (code)
		return code;
	if (!open_lane(link, lane))
		return hear_fail(err, HEAR_IO, "dial %s: %s", lane->to.text,
				 nn_strerror(nn_errno()));
	lane->used = true;
	lane->number = packet->number;
	return HEAR_OK;
}

static void serve_dial(struct link *link, const struct hear_packet *packet)
{
	struct hear_err err;

	undial(link, packet->number);
	if (dial(link, packet, &err) != HEAR_OK)
		post_words(link, HEAR_PACKET_UNDIALLED, packet->number, 0,
			   err.message);
}

static void post_unanswered(struct link *link, uint32_t number,
			    uint64_t request, const char *sentence)
{
	link->counted.unanswered++;
	post_words(link, HEAR_PACKET_UNANSWERED, number, request, sentence);
}

/* The request has failed. Its socket may be of no more use. */
static void give_up(struct link *link, struct lane *lane, const char *why)
{
	char sentence[HEAR_ENDPOINT_BYTES + 128];

	(void)snprintf(sentence, sizeof sentence, "%s: %s", lane->to.text, why);
	close_socket(lane);
	link->counted.reopened++;
	post_unanswered(link, lane->number, lane->request, sentence);
	forget_request(lane);
}

/* Tries to send what waits on the lane. */
static void push(struct link *link, struct lane *lane)
{
	unsigned char id[REQUEST_ID];
	int why;

	lane->broken_before =
		nn_get_statistic(lane->socket, NN_STAT_BROKEN_CONNECTIONS);
	hear_put32(id, lane->wire_id);
	why = give(lane->socket, id, sizeof id, lane->frame, lane->frame_size);
	if (why == EAGAIN)
		return;
	if (why) {
		give_up(link, lane, nn_strerror(why));
		return;
	}
	free(lane->frame);
	lane->frame = NULL;
	lane->sent = true;
	link->counted.sent++;
}

static uint64_t count_failures(const struct lane *lane)
{
	return nn_get_statistic(lane->socket, NN_STAT_BROKEN_CONNECTIONS) +
	       nn_get_statistic(lane->socket, NN_STAT_CONNECT_ERRORS);
}

/* A socket without a connection may wait long before it tries again, or never
 * try again: a new one tries at once. */
static bool wants_new_socket(const struct link *link, const struct lane *lane)
{
	if (lane->socket < 0)
		return true;
	return !lane->up && now_ms(link) - lane->opened_ms >= FRESH_MS &&
	       count_failures(lane) > 0;
}

static const char *refuse_send(const struct lane *lane,
			       const struct hear_packet *packet)
{
	if (!lane)
		return "this lane is not dialled";
	if (lane->asking)
		return "this lane has a request under way; wait for its end";
	if (packet->body.size == 0)
		return "an empty frame is not carried";
	if (packet->stamp == 0 || packet->stamp > LONGEST_WAIT_MS)
		return "a request waits for 1 ms to 10 minutes";
	return NULL;
}

static void serve_send(struct link *link, const struct hear_packet *packet)
{
	struct lane *lane = find_lane(link, packet->number);
	const char *why = refuse_send(lane, packet);
	char *frame = why ? NULL : malloc(packet->body.size);

	if (!frame) {
		post_unanswered(link, packet->number, packet->id,
				why ? why : "out of memory");
		return;
	}
	memcpy(frame, packet->body.data, packet->body.size);
	lane->frame = frame;
	lane->frame_size = packet->body.size;
	lane->asking = true;
	lane->request = packet->id;
	lane->wire_id = link->next_wire_id++ | 0x80000000;
	lane->wait_ms = (int64_t)packet->stamp;
	lane->deadline_ms = now_ms(link) + lane->wait_ms;
	if (wants_new_socket(link, lane))
		reopen_lane(link, lane);
	if (lane->socket >= 0)
		push(link, lane);
	if (link->look_ms > now_ms(link) + LOOK_ASKING_MS)
		link->look_ms = now_ms(link) + LOOK_ASKING_MS;
}

static void pass_answer(struct link *link, struct lane *lane,
			const struct incoming *incoming)
{
	struct hear_packet packet = {
		.kind = HEAR_PACKET_ANSWER,
		.number = lane->number,
		.id = lane->request,
		.body = hear_span_make(incoming->frame, incoming->size),
	};

	if (lane->sent && sound(incoming, REQUEST_ID) &&
	    hear_get32(incoming->control.bytes) == lane->wire_id) {
		forget_request(lane);
		lane->strays = 0;
		link->counted.answers++;
		post(link, &packet);
		return;
	}
	link->counted.dropped++;
	if (++lane->strays < STRAYS)
		return;
	if (lane->asking)
		give_up(link, lane, "sends what nobody asked for");
	else
		close_socket(lane);
}

static void serve_lane(struct link *link, struct lane *lane)
{
	struct incoming incoming;
	int i;

	for (i = 0; i < AT_ONCE && !link->holds && lane->socket >= 0; i++) {
		if (!take(&incoming, lane->socket))
			return;
		pass_answer(link, lane, &incoming);
		(void)nn_freemsg(incoming.frame);
	}
}

static void serve_writable(struct link *link, struct lane *lane)
{
	if (link->holds || lane->socket < 0)
		return;
	lane->up = true;
	if (lane->asking && !lane->sent)
		push(link, lane);
}

/* A request that is not sent yet: has connecting failed too often, or is the
 * socket stuck? */
static void look_unsent(struct link *link, struct lane *lane)
{
	uint64_t failures;

	if (lane->socket < 0) {
		reopen_lane(link, lane);
		return;
	}
	failures = count_failures(lane);
	if (lane->failures + failures >= FAILURES) {
		give_up(link, lane, "cannot connect");
	} else if (wants_new_socket(link, lane)) {
		lane->failures += failures;
		reopen_lane(link, lane);
	}
}

static void look_at_lane(struct link *link, struct lane *lane)
{
	uint64_t broken = lane->broken;

	if (lane->socket >= 0)
		broken = nn_get_statistic(lane->socket,
					  NN_STAT_BROKEN_CONNECTIONS);
	if (broken != lane->broken)
		lane->up = false; /* until it proves writable again */
	lane->broken = broken;
	if (!lane->asking)
		return;
	if (now_ms(link) >= lane->deadline_ms) {
		char why[64];

		(void)snprintf(why, sizeof why, "no answer within %.1f s",
			       (double)lane->wait_ms / 1000);
		give_up(link, lane, why);
	} else if (lane->sent && broken != lane->broken_before) {
		give_up(link, lane, "the connection broke");
	} else if (!lane->sent) {
		look_unsent(link, lane);
	}
}

/* Every so often, as nanomsg tells none of this by itself. */
static void look_at_lanes(struct link *link)
{
	int64_t pause = LOOK_MS;
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++) {
		struct lane *lane = &link->lanes[i];

		if (!lane->used)
			continue;
		if (!link->holds)
			look_at_lane(link, lane);
		if (lane->asking)
			pause = LOOK_ASKING_MS;
	}
	link->look_ms = now_ms(link) + pause;
}

static void tell_hints(struct link *link)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES && !link->holds; i++) {
		struct lane *lane = &link->lanes[i];

		if (!lane->used || lane->up == lane->told_up)
			continue;
		lane->told_up = lane->up;
		post_words(link,
			   lane->up ? HEAR_PACKET_UP : HEAR_PACKET_DOWN,
			   lane->number, 0, NULL);
	}
}

/* ---- Limits and statistics ----------------------------------------------- */

static void post_statistics(struct link *link)
{
	unsigned char body[HEAR_STATISTICS_BYTES];
	struct hear_packet packet = {
		.kind = HEAR_PACKET_STATISTICS,
		.body = hear_span_make(body, sizeof body),
	};

	hear_statistics_write(body, &link->counted);
	post(link, &packet);
	link->count_ms = now_ms(link) + link->limits.statistics_ms;
}

static enum hear_code serve_limits(struct link *link,
				   const struct hear_packet *packet,
				   struct hear_err *err)
{
	struct hear_link_limits limits;
	enum hear_code code = hear_limits_read(&limits, packet->body, err);

	if (code)
		return code;
	link->limits = limits;
	link->reap_ms = now_ms(link);
	link->count_ms = now_ms(link);
	return HEAR_OK;
}

static void reap(struct link *link)
{
	const struct hear_endpoint *listeners[HEAR_LINK_LISTENERS];
	struct hear_reaped reaped;
	size_t count = 0;
	size_t i;

	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		if (link->listeners[i].used)
			listeners[count++] = &link->listeners[i].at;
	reaped = hear_reap(listeners, count, &link->limits);
	link->counted.connections = reaped.connections;
	link->counted.shut += reaped.shut;
	link->reap_ms = now_ms(link) +
			(reaped.connections ? (int)REAP_MS : (int)LOOK_MS);
}

/* ---- The loop ------------------------------------------------------------ */

static enum hear_code serve_packet(struct link *link,
				   const struct hear_packet *packet,
				   struct hear_err *err)
{
	switch (packet->kind) {
	case HEAR_PACKET_LISTEN:
		serve_listen(link, packet);
		return HEAR_OK;
	case HEAR_PACKET_UNLISTEN:
		unlisten(link, packet->number);
		return HEAR_OK;
	case HEAR_PACKET_DIAL:
		serve_dial(link, packet);
		return HEAR_OK;
	case HEAR_PACKET_UNDIAL:
		undial(link, packet->number);
		return HEAR_OK;
	case HEAR_PACKET_SEND:
		serve_send(link, packet);
		return HEAR_OK;
	case HEAR_PACKET_REPLY:
		serve_reply(link, packet);
		return HEAR_OK;
	case HEAR_PACKET_LIMITS:
		return serve_limits(link, packet, err);
	case HEAR_PACKET_LISTENING:
	case HEAR_PACKET_REFUSED:
	case HEAR_PACKET_REQUEST:
	case HEAR_PACKET_UNDIALLED:
	case HEAR_PACKET_ANSWER:
	case HEAR_PACKET_UNANSWERED:
	case HEAR_PACKET_UP:
	case HEAR_PACKET_DOWN:
	case HEAR_PACKET_STATISTICS:
	case HEAR_PACKET_ENDED:
		break;
	}
	return hear_fail(err, HEAR_DAMAGED, "a packet of kind %d came to the "
			 "link, which sends it", (int)packet->kind);
}

static enum hear_code serve_pair(struct link *link, struct hear_err *err)
{
	struct hear_packet packet;
	enum hear_code code;
	int i;

	for (i = 0; i < AT_ONCE && !link->holds && !link->ended; i++) {
		code = hear_packet_receive(&packet, link->pair, link->room,
					   err);
		if (code == HEAR_NOTFOUND)
			return HEAR_OK;
		if (code == HEAR_IO)
			link->ended = true;
		else if (!code)
			code = serve_packet(link, &packet, err);
		if (code)
			return code == HEAR_IO ? HEAR_OK : code;
	}
	return HEAR_OK;
}

static int add_poll(struct link *link, int count, int fd, bool wanted)
{
	link->polls[count].fd = wanted ? fd : -1; /* which poll() passes over */
	link->polls[count].events = POLLIN;
	link->polls[count].revents = 0;
	return count + 1;
}

static int fill_polls(struct link *link)
{
	int count = add_poll(link, 0, link->pair, true);
	size_t i;

	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		count = add_poll(link, count, link->listeners[i].ready,
				 link->listeners[i].used);
	for (i = 0; i < HEAR_LINK_LANES; i++) {
		const struct lane *lane = &link->lanes[i];
		bool open = lane->used && lane->socket >= 0;

		count = add_poll(link, count, lane->ready, open);
		count = add_poll(link, count, lane->writable,
				 open && (!lane->up ||
					  (lane->asking && !lane->sent)));
	}
	return count;
}

static enum hear_code serve_polls(struct link *link, struct hear_err *err)
{
	const struct pollfd *polled = link->polls + 1;
	size_t i;

	/* Frames first: a packet may close what was polled. */
	for (i = 0; i < HEAR_LINK_LISTENERS; i++, polled++)
		if (polled->revents)
			serve_listener(link, &link->listeners[i]);
	for (i = 0; i < HEAR_LINK_LANES; i++, polled += 2) {
		if (polled[0].revents)
			serve_lane(link, &link->lanes[i]);
		if (polled[1].revents)
			serve_writable(link, &link->lanes[i]);
	}
	return link->polls[0].revents ? serve_pair(link, err) : HEAR_OK;
}

static int wait_until(const struct link *link, int64_t when_ms)
{
	int64_t wait = when_ms - now_ms(link);

	if (wait < 0)
		return 0;
	return wait < LOOK_MS ? (int)wait + 1 : (int)LOOK_MS;
}

/* While a packet is held: until the parent has room. Nothing else is read, and
 * no request is given up for it. */
static void turn_held(struct link *link)
{
	struct pollfd pair = {.fd = link->pair, .events = POLLOUT};

	if (poll(&pair, 1, wait_until(link, link->reap_ms)) <= 0)
		return;
	release(link);
	if (link->holds && !link->ended)
		(void)poll(NULL, 0, 5); /* room was promised; memory is short */
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static enum hear_code turn(struct link *link, struct hear_err *err)
{
	int count = fill_polls(link);
	int64_t next = sooner(link->reap_ms,
			      sooner(link->look_ms, link->count_ms));
	enum hear_code code = HEAR_OK;
	int ready = poll(link->polls, (nfds_t)count, wait_until(link, next));

	read_clock(link);
	if (ready < 0 && errno != EINTR)
		return hear_fail(err, HEAR_IO, "wait for frames: %s",
				 strerror(errno));
	if (ready > 0)
		code = serve_polls(link, err);
	if (!link->holds && now_ms(link) >= link->look_ms)
		look_at_lanes(link);
	tell_hints(link);
	if (!link->holds && now_ms(link) >= link->count_ms)
		post_statistics(link);
	return code;
}

static enum hear_code serve(struct link *link, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	while (!code && !link->ended) {
		read_clock(link);
		if (link->holds)
			turn_held(link);
		else
			code = turn(link, err);
		if (now_ms(link) >= link->reap_ms)
			reap(link);
	}
	return code;
}

/* So that the file of an ipc:// socket goes too. nanomsg's own ending is not
 * asked for: it may wait for ever. */
static void close_all(struct link *link)
{
	size_t i;

	(void)alarm(FAREWELL_S);
	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		if (link->listeners[i].used)
			unlisten(link, link->listeners[i].number);
	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (link->lanes[i].used)
			undial(link, link->lanes[i].number);
}

static bool joined(int fd)
{
	int type = 0;
	socklen_t size = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_SEQPACKET;
}

enum hear_code hear_link_run(int fd, struct hear_err *err)
{
	struct link *link;
	enum hear_code code;

	if (!joined(fd))
		return hear_fail(err, HEAR_INVALID,
				 "descriptor %d leads to no parent; this "
				 "program is started by hearsayd, not by hand",
				 fd);
	code = hear_confine(fd, err);
	if (code)
		return code;
	link = calloc(1, sizeof *link);
	if (!link)
		return hear_fail_memory(err);
	link->pair = fd;
	link->limits = hear_link_limits_usual;
	link->next_wire_id = (uint32_t)draw();
	code = serve(link, err);
	close_all(link);
	free(link);
	return code;
}
