/* SPDX-License-Identifier: ISC */
/*~ Where we dial others. A lane carries one request at a time and ends each
 * in an answer or a sentence. A dialling socket of nanomsg can stop dialling
 * for ever, so it is closed at each failure, and a new one made when there is
 * next something to send. */
#include "core/bytes.h"
#include "core/error.h"
#include "sync/link_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FAILURES = 3,	 /* of connecting, then the request fails */
	FRESH_MS = 1000, /* a socket is not replaced before */
	STRAYS = 64,	 /* answers to nothing, then it is closed */
	LONGEST_WAIT_MS = 10 * 60 * 1000,
	LOOK_ASKING_MS = 200, /* while a request is under way */
};

static struct hear_lane *find_lane(struct hear_link *link, uint32_t number)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (link->lanes[i].used && link->lanes[i].number == number)
			return &link->lanes[i];
	return NULL;
}

static void close_socket(struct hear_lane *lane)
{
	hear_socket_close(&lane->socket);
	lane->up = false;
}

static enum hear_code open_lane(struct hear_link *link, struct hear_lane *lane,
				struct hear_err *err)
{
	close_socket(lane);
	lane->strays = 0;
	lane->broken = 0;
	lane->opened_ms = hear_link_now(link);
	return hear_socket_dial(&lane->socket, &lane->to, err);
}

static void reopen_lane(struct hear_link *link, struct hear_lane *lane)
{
	link->counted.reopened++;
	if (open_lane(link, lane, NULL) != HEAR_OK)
		lane->up = false; /* closed; tried again at the next look */
}

static void forget_request(struct hear_lane *lane)
{
	free(lane->frame);
	lane->frame = NULL;
	lane->asking = false;
	lane->sent = false;
	lane->failures = 0;
}

void hear_lane_undial(struct hear_link *link, uint32_t number)
{
	struct hear_lane *lane = find_lane(link, number);

	if (!lane)
		return;
	close_socket(lane);
	forget_request(lane);
	lane->used = false;
}

static struct hear_lane *free_lane(struct hear_link *link)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (!link->lanes[i].used)
			return &link->lanes[i];
	return NULL;
}

static enum hear_code dial(struct hear_link *link,
			   const struct hear_packet *packet,
			   struct hear_err *err)
{
	struct hear_lane *lane = free_lane(link);
	enum hear_code code;

	if (!lane)
		return hear_fail(err, HEAR_LIMIT,
				 "%d lanes are dialled already; no more are "
				 "possible",
				 HEAR_LINK_LANES);
	memset(lane, 0, sizeof *lane);
	lane->socket.number = -1;
	code = hear_endpoint_parse(&lane->to, packet->body, err);
	if (!code)
		code = open_lane(link, lane, err);
	if (code)
		return code;
	lane->used = true;
	lane->number = packet->number;
	return HEAR_OK;
}

void hear_lane_dial(struct hear_link *link, const struct hear_packet *packet)
{
	struct hear_err err;

	hear_lane_undial(link, packet->number);
	if (dial(link, packet, &err) != HEAR_OK)
		hear_link_post_words(link, HEAR_PACKET_UNDIALLED,
				     packet->number, 0, err.message);
}

static void post_unanswered(struct hear_link *link, uint32_t number,
			    uint64_t request, const char *sentence)
{
	link->counted.unanswered++;
	hear_link_post_words(link, HEAR_PACKET_UNANSWERED, number, request,
			     sentence);
}

/* The request has failed. Its socket may be of no more use. */
static void give_up(struct hear_link *link, struct hear_lane *lane,
		    const char *why)
{
	char sentence[HEAR_ENDPOINT_BYTES + 128];

	(void)snprintf(sentence, sizeof sentence, "%s: %s", lane->to.text, why);
	close_socket(lane);
	link->counted.reopened++;
	post_unanswered(link, lane->number, lane->request, sentence);
	forget_request(lane);
}

/* Tries to send what waits on the lane. */
static void push(struct hear_link *link, struct hear_lane *lane)
{
	unsigned char id[HEAR_SOCKET_REQUEST];
	int why;

	lane->broken_before = hear_socket_broken(&lane->socket);
	hear_put32(id, lane->wire_id);
	why = hear_socket_give(&lane->socket, id, sizeof id,
			       hear_span_make(lane->frame, lane->frame_size));
	if (why == EAGAIN)
		return;
	if (why) {
		give_up(link, lane, hear_socket_explain(why));
		return;
	}
	free(lane->frame);
	lane->frame = NULL;
	lane->sent = true;
	link->counted.sent++;
}

static uint64_t count_failures(const struct hear_lane *lane)
{
	return hear_socket_broken(&lane->socket) +
	       hear_socket_failed(&lane->socket);
}

/* A socket without a connection may wait long before it tries again, or never
 * try again: a new one tries at once. */
static bool wants_new_socket(const struct hear_link *link,
			     const struct hear_lane *lane)
{
	if (lane->socket.number < 0)
		return true;
	return !lane->up && hear_link_now(link) - lane->opened_ms >= FRESH_MS &&
	       count_failures(lane) > 0;
}

static const char *refuse_send(const struct hear_lane *lane,
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

void hear_lane_send(struct hear_link *link, const struct hear_packet *packet)
{
	struct hear_lane *lane = find_lane(link, packet->number);
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
	lane->deadline_ms = hear_link_now(link) + lane->wait_ms;
	if (wants_new_socket(link, lane))
		reopen_lane(link, lane);
	if (lane->socket.number >= 0)
		push(link, lane);
	if (link->look_ms > hear_link_now(link) + LOOK_ASKING_MS)
		link->look_ms = hear_link_now(link) + LOOK_ASKING_MS;
}

static void pass_answer(struct hear_link *link, struct hear_lane *lane,
			const struct hear_received *incoming)
{
	struct hear_packet packet = {
		.kind = HEAR_PACKET_ANSWER,
		.number = lane->number,
		.id = lane->request,
		.body = hear_span_make(incoming->frame, incoming->size),
	};

	if (lane->sent && hear_socket_sound(incoming, HEAR_SOCKET_REQUEST) &&
	    hear_get32(incoming->before) == lane->wire_id) {
		forget_request(lane);
		lane->strays = 0;
		link->counted.answers++;
		hear_link_post(link, &packet);
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

void hear_lane_serve(struct hear_link *link, struct hear_lane *lane)
{
	struct hear_received incoming;
	int i;

	for (i = 0;
	     i < HEAR_LINK_AT_ONCE && !link->holds && lane->socket.number >= 0;
	     i++) {
		if (!hear_socket_take(&incoming, &lane->socket))
			return;
		pass_answer(link, lane, &incoming);
		hear_socket_drop(&incoming);
	}
}

void hear_lane_serve_writable(struct hear_link *link, struct hear_lane *lane)
{
	if (link->holds || lane->socket.number < 0)
		return;
	lane->up = true;
	if (lane->asking && !lane->sent)
		push(link, lane);
}

/* A request that is not sent yet: has connecting failed too often, or is the
 * socket stuck? */
static void look_unsent(struct hear_link *link, struct hear_lane *lane)
{
	uint64_t failures;

	if (lane->socket.number < 0) {
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

static void look_at_lane(struct hear_link *link, struct hear_lane *lane)
{
	uint64_t broken = lane->broken;

	if (lane->socket.number >= 0)
		broken = hear_socket_broken(&lane->socket);
	if (broken != lane->broken)
		lane->up = false; /* until it proves writable again */
	lane->broken = broken;
	if (!lane->asking)
		return;
	if (hear_link_now(link) >= lane->deadline_ms) {
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

void hear_lanes_look(struct hear_link *link)
{
	int64_t pause = HEAR_LINK_LOOK_MS;
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++) {
		struct hear_lane *lane = &link->lanes[i];

		if (!lane->used)
			continue;
		if (!link->holds)
			look_at_lane(link, lane);
		if (lane->asking)
			pause = LOOK_ASKING_MS;
	}
	link->look_ms = hear_link_now(link) + pause;
}

void hear_lanes_tell(struct hear_link *link)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES && !link->holds; i++) {
		struct hear_lane *lane = &link->lanes[i];

		if (!lane->used || lane->up == lane->told_up)
			continue;
		lane->told_up = lane->up;
		hear_link_post_words(
			link, lane->up ? HEAR_PACKET_UP : HEAR_PACKET_DOWN,
			lane->number, 0, NULL);
	}
}
