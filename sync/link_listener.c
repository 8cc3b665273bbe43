/* SPDX-License-Identifier: ISC */
/*~ Where others dial us. Their requests are passed on with a token that leads
 * the answer back; each connection has a budget, and is not listened to once
 * its requests meet nothing but silence. */
#include "core/bytes.h"
#include "core/error.h"
#include "sync/link_state.h"
#include "sync/reap.h"

#include <string.h>

static struct hear_listener *find_listener(struct hear_link *link,
					   uint32_t number)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		if (link->listeners[i].used &&
		    link->listeners[i].number == number)
			return &link->listeners[i];
	return NULL;
}

void hear_link_unlisten(struct hear_link *link, uint32_t number)
{
	struct hear_listener *listener = find_listener(link, number);

	if (!listener)
		return;
	hear_socket_close(&listener->socket);
	listener->used = false;
}

static struct hear_listener *free_listener(struct hear_link *link)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LISTENERS; i++)
		if (!link->listeners[i].used)
			return &link->listeners[i];
	return NULL;
}

static enum hear_code open_listener(struct hear_link *link,
				    const struct hear_packet *packet,
				    struct hear_err *err)
{
	struct hear_listener *listener = free_listener(link);
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
		code = hear_socket_listen(&listener->socket, &listener->at,
					  err);
	if (code)
		return code;
	listener->used = true;
	listener->number = packet->number;
	listener->stamp = hear_link_draw();
	if (!hear_endpoint_path(&listener->at))
		(void)hear_reap_watch(&listener->at);
	return HEAR_OK;
}

void hear_link_listen(struct hear_link *link,
			  const struct hear_packet *packet)
{
	struct hear_err err;

	hear_link_unlisten(link, packet->number);
	if (open_listener(link, packet, &err) == HEAR_OK)
		hear_link_post_words(
			link, HEAR_PACKET_LISTENING, packet->number, 0,
			find_listener(link, packet->number)->at.text);
	else
		hear_link_post_words(link, HEAR_PACKET_REFUSED, packet->number,
				     0, err.message);
}

/* nanomsg gives connections keys that count up, so those that are open at
 * once fall into different places. */
static struct hear_visitor *find_visitor(struct hear_listener *listener,
					 uint32_t key)
{
	struct hear_visitor *visitor =
		&listener->visitors[key % HEAR_LISTENER_VISITORS];

	if (visitor->key != key)
		*visitor = (struct hear_visitor){.key = key};
	return visitor;
}

/* Each frame costs its share of a second; a connection may be in debt by as
 * many as it may send at once. */
static bool within_budget(struct hear_link *link, struct hear_visitor *visitor)
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

static void pass_request(struct hear_link *link, struct hear_listener *listener,
			 const struct hear_received *incoming)
{
	struct hear_packet packet = {
		.kind = HEAR_PACKET_REQUEST,
		.number = listener->number,
		.id = hear_get64(incoming->before),
		.stamp = listener->stamp,
		.body = hear_span_make(incoming->frame, incoming->size),
	};

	if (!hear_socket_sound(incoming, HEAR_SOCKET_TOKEN) ||
	    !within_budget(link, find_visitor(listener,
					      (uint32_t)(packet.id >> 32)))) {
		link->counted.dropped++;
		return;
	}
	link->counted.requests++;
	hear_link_post(link, &packet);
}

static void forgive_visitor(struct hear_listener *listener, uint32_t key)
{
	struct hear_visitor *visitor =
		&listener->visitors[key % HEAR_LISTENER_VISITORS];

	if (visitor->key == key)
		visitor->unanswered = 0;
}

void hear_link_reply(struct hear_link *link,
			 const struct hear_packet *packet)
{
	struct hear_listener *listener = find_listener(link, packet->number);
	unsigned char token[HEAR_SOCKET_TOKEN];

	/* A token of a listener that is gone names nobody. */
	if (!listener || listener->stamp != packet->stamp ||
	    packet->body.size == 0)
		return;
	hear_put64(token, packet->id);
	forgive_visitor(listener, (uint32_t)(packet->id >> 32));
	if (hear_socket_give(&listener->socket, token, sizeof token,
			     packet->body) == 0)
		link->counted.replies++;
}

void hear_link_serve(struct hear_link *link, struct hear_listener *listener)
{
	struct hear_received incoming;
	int i;

	for (i = 0; i < HEAR_LINK_AT_ONCE && !link->holds; i++) {
		if (!hear_socket_take(&incoming, &listener->socket))
			return;
		pass_request(link, listener, &incoming);
		hear_socket_drop(&incoming);
	}
}
