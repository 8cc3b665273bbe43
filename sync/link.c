/* SPDX-License-Identifier: ISC */
/*~ The link program. One loop waits for packets from the parent and frames
 * from the network and passes each on at once; what it keeps is a slot per
 * lane for the request under way, a few counters per connection, and one
 * packet that the parent has no room for yet. While that one is held nothing
 * is read, so a slow parent slows the network and not the memory. */
#include "sync/link.h"

#include "core/bytes.h"
#include "core/error.h"
#include "sync/confine.h"
#include "sync/link_state.h"
#include "sync/reap.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum {
	REAP_MS = 1000, /* how often, while there are connections */
	FAREWELL_S = 5, /* for closing sockets at the end */
};

int64_t hear_link_now(const struct hear_link *link)
{
	return link->now_us / 1000;
}

static void read_clock(struct hear_link *link)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	link->now_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

uint64_t hear_link_draw(void)
{
	uint64_t number = 0;

	while (getrandom(&number, sizeof number, 0) != sizeof number)
		continue;
	return number;
}

/* ---- To the parent ------------------------------------------------------- */

static void release(struct hear_link *link)
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
void hear_link_post(struct hear_link *link, const struct hear_packet *packet)
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

void hear_link_post_words(struct hear_link *link, enum hear_packet_kind kind,
			  uint32_t number, uint64_t id, const char *words)
{
	struct hear_packet packet = {
		.kind = kind,
		.number = number,
		.id = id,
		.body = hear_span_of(words),
	};

	hear_link_post(link, &packet);
}

/* ---- Limits and statistics ----------------------------------------------- */

static void post_statistics(struct hear_link *link)
{
	unsigned char body[HEAR_STATISTICS_BYTES];
	struct hear_packet packet = {
		.kind = HEAR_PACKET_STATISTICS,
		.body = hear_span_make(body, sizeof body),
	};

	hear_statistics_write(body, &link->counted);
	hear_link_post(link, &packet);
	link->count_ms = hear_link_now(link) + link->limits.statistics_ms;
}

static enum hear_code serve_limits(struct hear_link *link,
				   const struct hear_packet *packet,
				   struct hear_err *err)
{
	struct hear_link_limits limits;
	enum hear_code code = hear_limits_read(&limits, packet->body, err);

	if (code)
		return code;
	link->limits = limits;
	link->reap_ms = hear_link_now(link);
	link->count_ms = hear_link_now(link);
	return HEAR_OK;
}

static void reap(struct hear_link *link)
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
	link->reap_ms =
		hear_link_now(link) +
		(reaped.connections ? (int)REAP_MS : (int)HEAR_LINK_LOOK_MS);
}

/* ---- The loop ------------------------------------------------------------ */

static enum hear_code serve_packet(struct hear_link *link,
				   const struct hear_packet *packet,
				   struct hear_err *err)
{
	switch (packet->kind) {
	case HEAR_PACKET_LISTEN:
		hear_link_listen(link, packet);
		return HEAR_OK;
	case HEAR_PACKET_UNLISTEN:
		hear_link_unlisten(link, packet->number);
		return HEAR_OK;
	case HEAR_PACKET_DIAL:
		hear_lane_dial(link, packet);
		return HEAR_OK;
	case HEAR_PACKET_UNDIAL:
		hear_lane_undial(link, packet->number);
		return HEAR_OK;
	case HEAR_PACKET_SEND:
		hear_lane_send(link, packet);
		return HEAR_OK;
	case HEAR_PACKET_REPLY:
		hear_link_reply(link, packet);
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
	return hear_fail(err, HEAR_DAMAGED,
			 "a packet of kind %d came to the "
			 "link, which sends it",
			 (int)packet->kind);
}

static enum hear_code serve_pair(struct hear_link *link, struct hear_err *err)
{
	struct hear_packet packet;
	enum hear_code code;
	int i;

	for (i = 0; i < HEAR_LINK_AT_ONCE && !link->holds && !link->ended;
	     i++) {
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

static int add_poll(struct hear_link *link, int count, int fd, bool wanted)
{
	link->polls[count].fd = wanted ? fd : -1; /* which poll() passes over */
	link->polls[count].events = POLLIN;
	link->polls[count].revents = 0;
	return count + 1;
}

static int fill_polls(struct hear_link *link)
{
	int count = add_poll(link, 0, link->pair, true);
	size_t i;

	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		count = add_poll(link, count,
				 link->listeners[i].socket.readable,
				 link->listeners[i].used);
	for (i = 0; i < HEAR_LINK_LANES; i++) {
		const struct hear_lane *lane = &link->lanes[i];
		bool open = lane->used && lane->socket.number >= 0;

		count = add_poll(link, count, lane->socket.readable, open);
		count = add_poll(
			link, count, lane->socket.writable,
			open && (!lane->up || (lane->asking && !lane->sent)));
	}
	return count;
}

static enum hear_code serve_polls(struct hear_link *link, struct hear_err *err)
{
	const struct pollfd *polled = link->polls + 1;
	size_t i;

	/* Frames first: a packet may close what was polled. */
	for (i = 0; i < HEAR_LINK_LISTENERS; i++, polled++)
		if (polled->revents)
			hear_link_serve(link, &link->listeners[i]);
	for (i = 0; i < HEAR_LINK_LANES; i++, polled += 2) {
		if (polled[0].revents)
			hear_lane_serve(link, &link->lanes[i]);
		if (polled[1].revents)
			hear_lane_serve_writable(link, &link->lanes[i]);
	}
	return link->polls[0].revents ? serve_pair(link, err) : HEAR_OK;
}

static int wait_until(const struct hear_link *link, int64_t when_ms)
{
	int64_t wait = when_ms - hear_link_now(link);

	if (wait < 0)
		return 0;
	return wait < HEAR_LINK_LOOK_MS ? (int)wait + 1
					: (int)HEAR_LINK_LOOK_MS;
}

/* While a packet is held: until the parent has room. Nothing else is read, and
 * no request is given up for it. */
static void turn_held(struct hear_link *link)
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

static enum hear_code turn(struct hear_link *link, struct hear_err *err)
{
	int count = fill_polls(link);
	int64_t next =
		sooner(link->reap_ms, sooner(link->look_ms, link->count_ms));
	enum hear_code code = HEAR_OK;
	int ready = poll(link->polls, (nfds_t)count, wait_until(link, next));

	read_clock(link);
	if (ready < 0 && errno != EINTR)
		return hear_fail(err, HEAR_IO, "wait for frames: %s",
				 strerror(errno));
	if (ready > 0)
		code = serve_polls(link, err);
	if (!link->holds && hear_link_now(link) >= link->look_ms)
		hear_lanes_look(link);
	hear_lanes_tell(link);
	if (!link->holds && hear_link_now(link) >= link->count_ms)
		post_statistics(link);
	return code;
}

static enum hear_code serve(struct hear_link *link, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	while (!code && !link->ended) {
		read_clock(link);
		if (link->holds)
			turn_held(link);
		else
			code = turn(link, err);
		if (hear_link_now(link) >= link->reap_ms)
			reap(link);
	}
	return code;
}

/* So that the file of an ipc:// socket goes too. nanomsg's own ending is not
 * asked for: it may wait for ever. */
static void close_all(struct hear_link *link)
{
	size_t i;

	(void)alarm(FAREWELL_S);
	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		if (link->listeners[i].used)
			hear_link_unlisten(link, link->listeners[i].number);
	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (link->lanes[i].used)
			hear_lane_undial(link, link->lanes[i].number);
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
	struct hear_link *link;
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
	link->next_wire_id = (uint32_t)hear_link_draw();
	code = serve(link, err);
	close_all(link);
	free(link);
	return code;
}
