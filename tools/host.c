/* SPDX-License-Identifier: ISC */
#include "tools/host.h"
#include "tools/lookup.h"

#include "core/bytes.h"
#include "core/error.h"
#include "sync/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum {
	FRAMES_A_TURN = 256,
	REPLIES_BYTES = 4 << 20, /* kept while the link has no room */
	LOOKUP_AGAIN_MS = 1000,
	LISTENER_FIRST = 1,
	TELL_MS = 60 * 1000, /* between two lines about strangers */
};

struct lane {
	bool used;
	uint32_t number;
	char address[HEAR_ENDPOINT_TEXT];
	bool named;  /* has to be looked up */
	bool dialled; /* the supervisor has it */
	struct lookup *lookup;
	unsigned turn;	     /* which of a name's numbers */
	uint64_t looked_ms;  /* when it was last looked up */
	bool asks;	     /* a request is under way */
	bool lost;	     /* it is to be told of as unanswered */
	uint64_t request;
};

struct waiting_reply {
	struct waiting_reply *next;
	struct hear_token to;
	size_t size;
	unsigned char frame[];
};

struct host {
	struct hear_supervisor *supervisor;
	struct host_sink sink;
	int wake; /* lookups write to it */
	size_t listeners;
	char listening[HEAR_LINK_LISTENERS][HEAR_ENDPOINT_TEXT];
	bool refused[HEAR_LINK_LISTENERS];
	struct lane lanes[HEAR_LINK_LANES];
	bool full; /* it has been said */
	struct waiting_reply *first;
	struct waiting_reply **last;
	size_t waiting_bytes;
	unsigned replies_lost;
	struct hear_link_statistics counted; /* as they were when last told */
	uint64_t tell_at;		     /* steady_ms: not before again */
};

struct hear_moment host_moment(void)
{
	struct hear_moment moment;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	moment.steady_ms = (uint64_t)now.tv_sec * 1000 +
			   (uint64_t)now.tv_nsec / 1000000;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	moment.wall_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	return moment;
}

enum hear_code host_new(struct host **out, const struct host_sink *sink,
			struct hear_err *err)
{
	struct host *host = calloc(1, sizeof *host);
	enum hear_code code;

	*out = NULL;
	if (!host)
		return hear_fail_memory(err);
	host->sink = *sink;
	host->last = &host->first;
	host->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	code = hear_supervise_new(&host->supervisor, NULL, err);
	if (code == HEAR_OK && host->wake < 0)
		code = hear_fail(err, HEAR_IO, "make an eventfd");
	if (code != HEAR_OK) {
		host_free(host);
		return code;
	}
	*out = host;
	return HEAR_OK;
}

void host_free(struct host *host)
{
	struct waiting_reply *reply;
	size_t i;

	if (!host)
		return;
	for (i = 0; i < HEAR_LINK_LANES; i++)
		lookup_forget(host->lanes[i].lookup);
	while ((reply = host->first)) {
		host->first = reply->next;
		free(reply);
	}
	hear_supervise_free(host->supervisor);
	if (host->wake >= 0)
		(void)close(host->wake);
	free(host);
}

static void say(struct host *host, enum hear_say level, const char *format,
		...) HEAR_FORMAT(3, 4);

static void say(struct host *host, enum hear_say level, const char *format,
		...)
{
	char sentence[500];
	va_list args;

	if (!host->sink.say)
		return;
	va_start(args, format);
	(void)vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	host->sink.say(host->sink.context, level, NULL, NULL, sentence);
}

/* ---- Lanes ---- */

static struct lane *find_lane(struct host *host, uint32_t number)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (host->lanes[i].used && host->lanes[i].number == number)
			return &host->lanes[i];
	return NULL;
}

static struct lane *free_lane(struct host *host)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (!host->lanes[i].used)
			return &host->lanes[i];
	return NULL;
}

static void dial_number(struct host *host, struct lane *lane,
			const char *address)
{
	struct hear_err err;

	lane->dialled = hear_supervise_dial(host->supervisor, lane->number,
					    hear_span_of(address),
					    &err) == HEAR_OK;
	if (!lane->dialled)
		say(host, HEAR_SAY_WARN, "%s", err.message);
}

static void look_up(struct host *host, struct lane *lane,
		    const struct hear_moment *now)
{
	struct hear_err err;

	lane->looked_ms = now->steady_ms;
	if (lookup_begin(&lane->lookup, lane->address, lane->turn++,
			 host->wake, &err) != HEAR_OK)
		say(host, HEAR_SAY_WARN, "%s", err.message);
}

static void dial(void *context, uint32_t number, const char *address)
{
	struct host *host = context;
	struct lane *lane = find_lane(host, number);
	struct hear_moment now = host_moment();
	struct hear_endpoint endpoint;

	if (!lane)
		lane = free_lane(host);
	if (!lane) { /* sends on it are put off until another is let go */
		if (!host->full)
			say(host, HEAR_SAY_ERROR,
			    "more than %d lanes are wanted at once; remove "
			    "some peers from the address book",
			    HEAR_LINK_LANES);
		host->full = true;
		return;
	}
	lookup_forget(lane->lookup);
	memset(lane, 0, sizeof *lane);
	lane->used = true;
	lane->number = number;
	(void)snprintf(lane->address, sizeof lane->address, "%s", address);
	lane->named = hear_endpoint_parse(&endpoint, hear_span_of(address),
					  NULL) != HEAR_OK;
	if (lane->named)
		look_up(host, lane, &now);
	else
		dial_number(host, lane, address);
}

static void undial(void *context, uint32_t number)
{
	struct host *host = context;
	struct lane *lane = find_lane(host, number);

	if (!lane)
		return;
	lookup_forget(lane->lookup);
	memset(lane, 0, sizeof *lane);
	hear_supervise_undial(host->supervisor, number);
}

static bool send_request(void *context, uint32_t number, uint64_t request,
			 uint32_t wait_ms, struct hear_span frame)
{
	struct host *host = context;
	struct lane *lane = find_lane(host, number);

	if (!lane || lane->lookup)
		return false;
	if (!lane->dialled) { /* nobody by that name: it is told so soon */
		lane->lost = true;
		lane->request = request;
		return true;
	}
	if (hear_supervise_send(host->supervisor, number, request, wait_ms,
				frame, NULL) != HEAR_OK)
		return false;
	lane->asks = true;
	lane->request = request;
	return true;
}

/* A name that leads nowhere may lead elsewhere by now. */
static void note_silence(struct host *host, uint32_t number,
			 const struct hear_moment *now)
{
	struct lane *lane = find_lane(host, number);

	if (lane && lane->named && !lane->lookup &&
	    now->steady_ms - lane->looked_ms >= LOOKUP_AGAIN_MS)
		look_up(host, lane, now);
}

static void take_lookup(struct host *host, struct lane *lane)
{
	char address[HEAR_ENDPOINT_BYTES];
	struct hear_err err;
	enum hear_code code = lookup_take(lane->lookup, address, &err);

	if (code == HEAR_NOTFOUND)
		return;
	lookup_forget(lane->lookup);
	lane->lookup = NULL;
	if (code == HEAR_OK)
		dial_number(host, lane, address);
	else
		say(host, HEAR_SAY_DEBUG, "%s", err.message);
}

static void take_lookups(struct host *host)
{
	uint64_t count;
	size_t i;

	if (read(host->wake, &count, sizeof count) != sizeof count)
		return;
	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (host->lanes[i].lookup)
			take_lookup(host, &host->lanes[i]);
}

static void tell_lost(struct host *host, const struct hear_moment *now)
{
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++) {
		struct lane *lane = &host->lanes[i];

		if (!lane->lost)
			continue;
		lane->lost = false;
		note_silence(host, lane->number, now);
		if (host->sink.unanswered)
			host->sink.unanswered(host->sink.context, now,
					      lane->number, lane->request);
	}
}

/* ---- Replies ----
 *
 * The link reads nothing while it has something to hand over, so whoever waits
 * for it must go on reading: a reply that finds no room is kept, and what is
 * too much is dropped, which the asker takes for a loss on the way. */

static bool put_reply(struct host *host, const struct hear_token *to,
		      struct hear_span frame)
{
	struct hear_packet request = {.kind = HEAR_PACKET_REQUEST,
				      .number = to->listener,
				      .id = to->id,
				      .stamp = to->stamp};

	/* Only a lack of room is worth another try. */
	return hear_supervise_reply(host->supervisor, &request, frame, NULL) !=
	       HEAR_FULL;
}

static void keep_reply(struct host *host, const struct hear_token *to,
		       struct hear_span frame)
{
	struct waiting_reply *reply = NULL;

	if (host->waiting_bytes + frame.size <= REPLIES_BYTES)
		reply = malloc(sizeof *reply + frame.size);
	if (!reply) {
		host->replies_lost++;
		return;
	}
	reply->next = NULL;
	reply->to = *to;
	reply->size = frame.size;
	memcpy(reply->frame, frame.data, frame.size);
	*host->last = reply;
	host->last = &reply->next;
	host->waiting_bytes += frame.size;
}

static void reply_to(void *context, const struct hear_token *to,
		     struct hear_span frame)
{
	struct host *host = context;

	if (host->first || !put_reply(host, to, frame))
		keep_reply(host, to, frame);
}

static void put_replies(struct host *host)
{
	struct waiting_reply *reply;

	while ((reply = host->first) &&
	       put_reply(host, &reply->to,
			 hear_span_make(reply->frame, reply->size))) {
		host->first = reply->next;
		host->waiting_bytes -= reply->size;
		free(reply);
	}
	if (!host->first)
		host->last = &host->first;
	if (!host->first && host->replies_lost > 0) {
		say(host, HEAR_SAY_DEBUG,
		    "%u replies found no room and were dropped",
		    host->replies_lost);
		host->replies_lost = 0;
	}
}

/* What waits for a link that has ended reaches nobody. */
static void drop_replies(struct host *host)
{
	struct waiting_reply *reply;

	while ((reply = host->first)) {
		host->first = reply->next;
		free(reply);
	}
	host->last = &host->first;
	host->waiting_bytes = 0;
}

/* ---- The face ---- */

void host_random(void *out, size_t size)
{
	unsigned char *at = out;

	while (size > 0) {
		ssize_t got = getrandom(at, size, 0);

		if (got < 0 && errno != EINTR)
			abort(); /* nothing here may go on without */
		at += got > 0 ? got : 0;
		size -= got > 0 ? (size_t)got : 0;
	}
}

static void draw(void *context, void *out, size_t size)
{
	(void)context;
	host_random(out, size);
}

static void say_on(void *context, enum hear_say level, const char *dataset,
		   const struct hear_key *peer, const char *sentence)
{
	const struct host *host = context;

	if (host->sink.say)
		host->sink.say(host->sink.context, level, dataset, peer,
			       sentence);
}

void host_face(struct host *host, struct hear_host *out)
{
	*out = (struct hear_host){.context = host,
				  .dial = dial,
				  .undial = undial,
				  .send = send_request,
				  .reply = reply_to,
				  .random = draw,
				  .say = say_on};
}

void host_listen(struct host *host, const char (*addresses)[256], size_t count)
{
	struct hear_err err;
	size_t i;

	for (i = 0; i < HEAR_LINK_LISTENERS; i++) {
		const char *wanted = i < count ? addresses[i] : "";
		uint32_t listener = (uint32_t)i + LISTENER_FIRST;

		if (strcmp(host->listening[i], wanted) == 0)
			continue;
		host->refused[i] = false;
		if (host->listening[i][0])
			hear_supervise_unlisten(host->supervisor, listener);
		(void)snprintf(host->listening[i],
			       sizeof host->listening[i], "%s", wanted);
		if (*wanted &&
		    hear_supervise_listen(host->supervisor, listener,
					  hear_span_of(wanted),
					  &err) != HEAR_OK)
			say(host, HEAR_SAY_ERROR, "%s", err.message);
	}
}

/* ---- The loop's part ---- */

static void note_end(struct host *host, uint32_t number)
{
	struct lane *lane = find_lane(host, number);

	if (lane)
		lane->asks = false;
}

static void take_cut(struct host *host, const struct hear_moment *now)
{
	size_t i;

	drop_replies(host);
	for (i = 0; i < HEAR_LINK_LANES; i++) {
		host->lanes[i].lost = host->lanes[i].lost ||
				      (host->lanes[i].asks && !host->sink.cut);
		host->lanes[i].asks = false;
	}
	if (host->sink.cut)
		host->sink.cut(host->sink.context, now);
}

void host_polls(const struct host *host, struct pollfd polls[HOST_POLLS])
{
	polls[0].fd = hear_supervise_descriptor(host->supervisor);
	polls[0].events = hear_supervise_events(host->supervisor);
	polls[0].revents = 0;
	polls[1].fd = host->wake;
	polls[1].events = POLLIN;
	polls[1].revents = 0;
}

uint64_t host_due(const struct host *host)
{
	int64_t due = hear_supervise_due(host->supervisor);
	size_t i;

	for (i = 0; i < HEAR_LINK_LANES; i++)
		if (host->lanes[i].lost)
			return 0;
	return due == INT64_MAX ? UINT64_MAX : due < 0 ? 0 : (uint64_t)due;
}

static const char *listener_text(const struct host *host, uint32_t listener)
{
	size_t at = (size_t)listener - LISTENER_FIRST;

	return at < HEAR_LINK_LISTENERS ? host->listening[at] : "";
}

/* Remembers whether it was refused; gives back whether it was before. */
static bool note_listener(struct host *host, uint32_t listener, bool refused)
{
	size_t at = (size_t)listener - LISTENER_FIRST;
	bool before;

	if (at >= HEAR_LINK_LISTENERS)
		return false;
	before = host->refused[at];
	host->refused[at] = refused;
	return before;
}

static void pass_request(struct host *host, const struct hear_packet *packet,
			 const struct hear_moment *now)
{
	struct hear_token from = {packet->number, packet->id, packet->stamp};

	if (host->sink.request)
		host->sink.request(host->sink.context, now, &from,
				   packet->body);
}

/* What the link kept away from us: at most a line a minute. */
static void tell_strangers(struct host *host, const struct hear_packet *packet,
			   const struct hear_moment *now)
{
	struct hear_link_statistics counted;
	struct hear_link_statistics *told = &host->counted;

	if (hear_statistics_read(&counted, packet->body, NULL) != HEAR_OK)
		return;
	if (counted.dropped < told->dropped || counted.shut < told->shut)
		memset(told, 0, sizeof *told); /* of a link that ended */
	if ((counted.dropped == told->dropped && counted.shut == told->shut) ||
	    now->steady_ms < host->tell_at)
		return;
	say(host,
	    counted.dropped > told->dropped ? HEAR_SAY_WARN : HEAR_SAY_INFO,
	    "%llu frames were thrown away that are none or too many for a "
	    "connection, and %llu connections shut that were silent, idle or "
	    "too many",
	    (unsigned long long)(counted.dropped - told->dropped),
	    (unsigned long long)(counted.shut - told->shut));
	*told = counted;
	host->tell_at = now->steady_ms + TELL_MS;
}

static void pass(struct host *host, const struct hear_packet *packet,
		 const struct hear_moment *now)
{
	struct hear_span body = packet->body;
	int shown = body.size > 300 ? 300 : (int)body.size;
	const char *text = body.data ? body.data : "";

	switch (packet->kind) {
	case HEAR_PACKET_REQUEST:
		pass_request(host, packet, now);
		break;
	case HEAR_PACKET_ANSWER:
		note_end(host, packet->number);
		if (host->sink.answer)
			host->sink.answer(host->sink.context, now,
					  packet->number, packet->id, body);
		break;
	case HEAR_PACKET_UNANSWERED:
		note_end(host, packet->number);
		note_silence(host, packet->number, now);
		if (host->sink.unanswered)
			host->sink.unanswered(host->sink.context, now,
					      packet->number, packet->id);
		break;
	case HEAR_PACKET_ENDED:
		say(host, HEAR_SAY_WARN, "%.*s; it is started again", shown,
		    text);
		take_cut(host, now);
		break;
	case HEAR_PACKET_LISTENING:
		note_listener(host, packet->number, false);
		say(host, HEAR_SAY_INFO, "listening at %s",
		    listener_text(host, packet->number));
		break;
	case HEAR_PACKET_REFUSED:
		/* It is tried again and again; once is enough to say so. */
		if (!note_listener(host, packet->number, true))
			say(host, HEAR_SAY_ERROR,
			    "cannot listen at %s: %.*s; it is tried again",
			    listener_text(host, packet->number), shown, text);
		break;
	case HEAR_PACKET_UNDIALLED:
		say(host, HEAR_SAY_WARN, "cannot dial: %.*s", shown, text);
		break;
	case HEAR_PACKET_LISTEN:
	case HEAR_PACKET_UNLISTEN:
	case HEAR_PACKET_DIAL:
	case HEAR_PACKET_UNDIAL:
	case HEAR_PACKET_SEND:
	case HEAR_PACKET_REPLY:
	case HEAR_PACKET_LIMITS:
	case HEAR_PACKET_UP:
	case HEAR_PACKET_DOWN:
		break;
	case HEAR_PACKET_STATISTICS:
		tell_strangers(host, packet, now);
		break;
	}
}

bool host_turn(struct host *host, const struct hear_moment *now)
{
	struct hear_packet packet;
	struct hear_err err;
	unsigned count;

	if (hear_supervise_tick(host->supervisor, (int64_t)now->steady_ms,
				&err) != HEAR_OK)
		say(host, HEAR_SAY_ERROR, "%s", err.message);
	take_lookups(host);
	tell_lost(host, now);
	put_replies(host);
	for (count = 0; count < FRAMES_A_TURN; count++) {
		if (hear_supervise_receive(host->supervisor, &packet,
					   (int64_t)now->steady_ms,
					   &err) != HEAR_OK)
			return true;
		pass(host, &packet, now);
	}
	return false;
}
