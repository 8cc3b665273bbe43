/* SPDX-License-Identifier: ISC */
/* The link as its parent sees it, over real sockets on the loopback interface:
 * a supervisor, the program it starts, and peers written by hand. */
#include "core/bytes.h"
#include "sync/supervise.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 5000, LANE = 7, OTHER_LANE = 8, LISTENER = 3 };

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- A parent that echoes ------------------------------------------------ */

struct parent {
	struct hear_supervisor *supervisor;
	bool silent;	       /* do not answer requests */
	unsigned requests;     /* received */
	unsigned ended;	       /* links that did */
	struct hear_packet parked; /* the last request not answered */
	struct hear_link_statistics statistics;
	int hostile; /* a listening socket; -1: none */
	void (*greet)(int fd);
	unsigned greeted;
};

/* Built beside the tests' directory. */
static const char *program(void)
{
	static char path[PATH_MAX + 32];
	char self[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
	int up;

	assert_true(size > 0);
	self[size] = '\0';
	for (up = 0; up < 3; up++)
		*strrchr(self, '/') = '\0';
	(void)snprintf(path, sizeof path, "%s/hearsay-link", self);
	return path;
}

static void begin(struct parent *parent)
{
	memset(parent, 0, sizeof *parent);
	parent->hostile = -1;
	assert_int_equal(hear_supervise_new(&parent->supervisor, program(),
					    NULL),
			 HEAR_OK);
}

static void finish(struct parent *parent)
{
	if (parent->hostile >= 0)
		(void)close(parent->hostile);
	hear_supervise_free(parent->supervisor);
}

static void greet_one(struct parent *parent)
{
	int fd = accept4(parent->hostile, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	parent->greeted++;
	parent->greet(fd);
}

/* One wait of at most `wait_ms`, and one round of ticks. */
static void step(struct parent *parent, int wait_ms)
{
	struct pollfd polls[2] = {
		{.fd = hear_supervise_descriptor(parent->supervisor),
		 .events = hear_supervise_events(parent->supervisor)},
		{.fd = parent->hostile, .events = POLLIN},
	};

	(void)poll(polls, 2, wait_ms);
	if (polls[1].revents)
		greet_one(parent);
	assert_int_equal(hear_supervise_tick(parent->supervisor, now_ms(),
					     NULL),
			 HEAR_OK);
}

static void answer(struct parent *parent, const struct hear_packet *request,
		   struct hear_span frame)
{
	while (hear_supervise_reply(parent->supervisor, request, frame, NULL) ==
	       HEAR_FULL)
		step(parent, 10);
}

static void handle(struct parent *parent, const struct hear_packet *packet)
{
	struct hear_err err;

	if (packet->kind == HEAR_PACKET_ENDED)
		parent->ended++;
	if (packet->kind == HEAR_PACKET_STATISTICS)
		assert_int_equal(hear_statistics_read(&parent->statistics,
						      packet->body, &err),
				 HEAR_OK);
	if (packet->kind != HEAR_PACKET_REQUEST)
		return;
	parent->requests++;
	parent->parked = *packet;
	if (!parent->silent)
		answer(parent, packet, packet->body);
}

/* Serves until a packet of this kind comes, or of the other. */
static bool await_either(struct parent *parent, struct hear_packet *out,
			 enum hear_packet_kind kind,
			 enum hear_packet_kind other, int64_t wait_ms)
{
	int64_t end = now_ms() + wait_ms;
	enum hear_code code;

	while (now_ms() < end) {
		code = hear_supervise_receive(parent->supervisor, out, now_ms(),
					      NULL);
		if (code == HEAR_NOTFOUND) {
			step(parent, 20);
			continue;
		}
		assert_int_equal(code, HEAR_OK);
		handle(parent, out);
		if (out->kind == kind || out->kind == other)
			return true;
	}
	return false;
}

static void await(struct parent *parent, struct hear_packet *out,
		  enum hear_packet_kind kind)
{
	if (!await_either(parent, out, kind, kind, PATIENCE_MS))
		fail_msg("no packet of kind %d came", (int)kind);
}

static void serve_for(struct parent *parent, int64_t wait_ms)
{
	struct hear_packet packet;

	(void)await_either(parent, &packet, HEAR_PACKET_ENDED,
			   HEAR_PACKET_ENDED, wait_ms);
}

static void ask_within(struct parent *parent, uint32_t lane, uint64_t request,
		       struct hear_span frame, uint32_t wait_ms)
{
	int64_t end = now_ms() + PATIENCE_MS;

	while (hear_supervise_send(parent->supervisor, lane, request, wait_ms,
				   frame, NULL) != HEAR_OK) {
		assert_true(now_ms() < end);
		step(parent, 10);
	}
}

static void ask(struct parent *parent, uint32_t lane, uint64_t request,
		struct hear_span frame)
{
	ask_within(parent, lane, request, frame, 2000);
}

/* Asks again and again, as a conversation does, until an answer comes. */
static void converse(struct parent *parent, uint32_t lane, int64_t wait_ms)
{
	struct hear_span frame = hear_span_of("is anybody there?");
	int64_t end = now_ms() + wait_ms;
	struct hear_packet packet;
	uint64_t request = 1000;

	while (now_ms() < end) {
		ask_within(parent, lane, ++request, frame, 400);
		do {
			if (!await_either(parent, &packet, HEAR_PACKET_ANSWER,
					  HEAR_PACKET_UNANSWERED, 1500))
				break;
		} while (packet.id != request);
		if (packet.kind == HEAR_PACKET_ANSWER &&
		    packet.id == request) {
			assert_true(hear_span_equal(packet.body, frame));
			return;
		}
	}
	fail_msg("no answer came");
}

/* ---- Sockets by hand ----------------------------------------------------- */

static void name_loopback(struct sockaddr_in *out, uint16_t port)
{
	memset(out, 0, sizeof *out);
	out->sin_family = AF_INET;
	out->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	out->sin_port = htons(port);
}

static int listen_by_hand(uint16_t port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in name;
	int on = 1;

	name_loopback(&name, port);
	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_in name;
	socklen_t size = sizeof name;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
	return ntohs(name.sin_port);
}

static uint16_t free_port(void)
{
	int fd = listen_by_hand(0);
	uint16_t port = port_of(fd);

	(void)close(fd);
	return port;
}

static struct hear_span address_of(uint16_t port)
{
	static char text[4][64];
	static unsigned turn;
	char *out = text[turn++ % 4];

	(void)snprintf(out, sizeof text[0], "tcp://127.0.0.1:%u", port);
	return hear_span_of(out);
}

static int connect_by_hand(uint16_t port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval wait = {.tv_sec = 2};
	struct sockaddr_in name;

	name_loopback(&name, port);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
	return fd;
}

static const unsigned char as_request[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
static const unsigned char as_reply[8] = {0, 'S', 'P', 0, 0, 0x31, 0, 0};

static void put(int fd, const void *bytes, size_t size)
{
	/* A peer that closes first is part of most tests. */
	(void)!send(fd, bytes, size, MSG_NOSIGNAL);
}

/* A connection past the greeting of both sides. */
static int stranger(uint16_t port)
{
	unsigned char greeting[8];
	int fd = connect_by_hand(port);

	put(fd, as_request, sizeof as_request);
	assert_int_equal(recv(fd, greeting, 8, MSG_WAITALL), 8);
	assert_memory_equal(greeting, as_reply, 8);
	return fd;
}

/* The head of a message: its length, and the id of the request where asked
 * for. */
static void put_head(int fd, uint64_t size, bool with_id)
{
	unsigned char head[12];

	hear_put64(head, size);
	hear_put32(head + 8, 0x80000001);
	put(fd, head, with_id ? 12 : 8);
}

static bool closed(int fd)
{
	char byte;
	ssize_t got = recv(fd, &byte, 1, 0);

	return got == 0 || (got < 0 && errno != EAGAIN);
}

static void serve_at(struct parent *parent, uint16_t port)
{
	struct hear_packet packet;

	assert_int_equal(hear_supervise_listen(parent->supervisor, LISTENER,
					       address_of(port), NULL),
			 HEAR_OK);
	await(parent, &packet, HEAR_PACKET_LISTENING);
	assert_int_equal(packet.number, LISTENER);
	assert_true(hear_span_equal(packet.body, address_of(port)));
}

static void dial(struct parent *parent, uint32_t lane, uint16_t port)
{
	assert_int_equal(hear_supervise_dial(parent->supervisor, lane,
					     address_of(port), NULL),
			 HEAR_OK);
}

static struct hear_link_limits usual(void)
{
	struct hear_link_limits limits = hear_link_limits_usual;

	limits.statistics_ms = 100;
	return limits;
}

/* ---- Frames -------------------------------------------------------------- */

static void echo_sizes(struct hear_span address)
{
	static const size_t sizes[] = {1,     2,      255,    4096,
				       65536, 262143, 262144};
	static char bytes[HEAR_FRAME_BYTES];
	struct hear_packet packet;
	struct parent parent;
	size_t i;

	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 2654435761U >> 24);
	begin(&parent);
	assert_int_equal(hear_supervise_listen(parent.supervisor, LISTENER,
					       address, NULL),
			 HEAR_OK);
	assert_int_equal(hear_supervise_dial(parent.supervisor, LANE, address,
					     NULL),
			 HEAR_OK);
	for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct hear_span frame = hear_span_make(bytes, sizes[i]);

		ask(&parent, LANE, 100 + i, frame);
		await(&parent, &packet, HEAR_PACKET_ANSWER);
		assert_int_equal(packet.number, LANE);
		assert_int_equal(packet.id, 100 + i);
		assert_true(hear_span_equal(packet.body, frame));
	}
	finish(&parent);
}

static void frames_of_every_size_come_back_unchanged(void **state)
{
	(void)state;
	echo_sizes(address_of(free_port()));
}

static void frames_travel_over_ipv6(void **state)
{
	struct sockaddr_in6 name = {.sin6_family = AF_INET6,
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool there = fd >= 0 &&
		     bind(fd, (struct sockaddr *)&name, sizeof name) == 0;
	char address[64];

	(void)state;
	if (fd >= 0)
		(void)close(fd);
	if (!there)
		skip();
	(void)snprintf(address, sizeof address, "tcp://[::1]:%u", free_port());
	echo_sizes(hear_span_of(address));
}

static void frames_travel_over_ipc(void **state)
{
	char directory[] = "/tmp/hearsay-link-XXXXXX";
	char address[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	(void)snprintf(address, sizeof address, "ipc://%s/socket", directory);
	echo_sizes(hear_span_of(address));
	/* The link takes its socket away when it ends. */
	assert_int_equal(rmdir(directory), 0);
}

static void a_frame_too_big_or_empty_is_refused(void **state)
{
	static char bytes[HEAR_FRAME_BYTES + 1];
	uint16_t port = free_port();
	struct hear_packet packet;
	struct parent parent;
	struct hear_err err;

	(void)state;
	begin(&parent);
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	assert_int_equal(hear_supervise_send(
				 parent.supervisor, LANE, 1, 1000,
				 hear_span_make(bytes, sizeof bytes), &err),
			 HEAR_LIMIT);
	ask(&parent, LANE, 2, hear_span_of(""));
	await(&parent, &packet, HEAR_PACKET_UNANSWERED);
	assert_int_equal(packet.id, 2);
	ask(&parent, 99, 3, hear_span_of("nobody dialled this lane"));
	await(&parent, &packet, HEAR_PACKET_UNANSWERED);
	assert_int_equal(packet.id, 3);
	assert_int_equal(parent.requests, 0);
	converse(&parent, LANE, 2000);
	finish(&parent);
}

static void a_lane_carries_one_request_at_a_time(void **state)
{
	uint16_t port = free_port();
	struct hear_packet packet;
	struct parent parent;

	(void)state;
	begin(&parent);
	parent.silent = true;
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	ask(&parent, LANE, 1, hear_span_of("first"));
	await(&parent, &packet, HEAR_PACKET_REQUEST);
	ask(&parent, LANE, 2, hear_span_of("second"));
	await(&parent, &packet, HEAR_PACKET_UNANSWERED);
	assert_int_equal(packet.id, 2);
	answer(&parent, &parent.parked, hear_span_of("late"));
	await(&parent, &packet, HEAR_PACKET_ANSWER);
	assert_int_equal(packet.id, 1);
	assert_true(hear_span_is(packet.body, "late"));
	finish(&parent);
}

static void lanes_do_not_wait_for_each_other(void **state)
{
	uint16_t port = free_port();
	struct hear_packet parked, packet;
	struct parent parent;
	uint64_t i;

	(void)state;
	begin(&parent);
	parent.silent = true;
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	dial(&parent, OTHER_LANE, port);
	ask(&parent, LANE, 1, hear_span_of("tell me when there is news"));
	await(&parent, &parked, HEAR_PACKET_REQUEST);
	parent.silent = false;
	for (i = 10; i < 110; i++) {
		ask(&parent, OTHER_LANE, i, hear_span_of("work"));
		await(&parent, &packet, HEAR_PACKET_ANSWER);
		assert_int_equal(packet.number, OTHER_LANE);
		assert_int_equal(packet.id, i);
	}
	answer(&parent, &parked, hear_span_of("news"));
	await(&parent, &packet, HEAR_PACKET_ANSWER);
	assert_int_equal(packet.number, LANE);
	assert_int_equal(packet.id, 1);
	finish(&parent);
}

static void silence_ends_a_request_in_time(void **state)
{
	uint16_t port = free_port();
	struct hear_packet packet;
	struct parent parent;
	int64_t begun;

	(void)state;
	begin(&parent);
	parent.silent = true;
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	begun = now_ms();
	ask_within(&parent, LANE, 1, hear_span_of("hello"), 300);
	await(&parent, &packet, HEAR_PACKET_UNANSWERED);
	assert_in_range(now_ms() - begun, 300, 1500);
	/* The answer that comes too late is not taken for another's. */
	answer(&parent, &parent.parked, hear_span_of("too late"));
	parent.silent = false;
	converse(&parent, LANE, 2000);
	finish(&parent);
}

static void nobody_there_is_said_soon(void **state)
{
	struct hear_packet packet;
	struct parent parent;
	int64_t begun;

	(void)state;
	begin(&parent);
	dial(&parent, LANE, free_port());
	begun = now_ms();
	ask_within(&parent, LANE, 1, hear_span_of("hello"), 60000);
	await(&parent, &packet, HEAR_PACKET_UNANSWERED);
	assert_true(now_ms() - begun < 3000);
	finish(&parent);
}

/* ---- Hostile listeners --------------------------------------------------- */

static void greet_and_claim_too_much(int fd)
{
	put(fd, as_reply, 8);
	put_head(fd, UINT64_C(1) << 40, true);
	(void)close(fd);
}

static void greet_and_break_off(int fd)
{
	put(fd, as_reply, 8);
	put_head(fd, 1000, true);
	put(fd, "half", 4);
	(void)close(fd);
}

static void greet_and_close(int fd)
{
	put(fd, as_reply, 8);
	(void)close(fd);
}

static void greet_and_reset(int fd)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	put(fd, as_reply, 8);
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	(void)close(fd);
}

static void greet_and_babble(int fd)
{
	int i;

	put(fd, as_reply, 8);
	for (i = 0; i < 200; i++) {
		put_head(fd, 8, true);
		put(fd, "what", 4);
	}
	(void)close(fd);
}

/* Dials a listener that misbehaves, then at the same address one that does
 * not: the conversation must go on. */
static void survive(void (*greet)(int fd))
{
	struct hear_packet packet;
	struct parent parent;
	uint16_t port;
	uint64_t i;

	begin(&parent);
	parent.hostile = listen_by_hand(0);
	parent.greet = greet;
	port = port_of(parent.hostile);
	dial(&parent, LANE, port);
	for (i = 0; i < 3; i++) {
		ask_within(&parent, LANE, i, hear_span_of("hello"), 250);
		assert_true(await_either(&parent, &packet,
					 HEAR_PACKET_UNANSWERED,
					 HEAR_PACKET_ENDED, 2000));
	}
	assert_true(parent.greeted >= 3);
	(void)close(parent.hostile);
	parent.hostile = -1;
	serve_at(&parent, port);
	converse(&parent, LANE, 3000);
	assert_int_equal(parent.ended, 0);
	finish(&parent);
}

static void an_oversize_answer_is_survived(void **state)
{
	(void)state;
	survive(greet_and_claim_too_much);
}

static void half_an_answer_is_survived(void **state)
{
	(void)state;
	survive(greet_and_break_off);
}

static void a_lane_is_repaired_after_closes_at_the_greeting(void **state)
{
	(void)state;
	survive(greet_and_close);
	survive(greet_and_reset);
}

static void answers_to_nothing_are_survived(void **state)
{
	(void)state;
	survive(greet_and_babble);
}

/* ---- Strangers at the listener ------------------------------------------- */

static void send_noise(int fd)
{
	unsigned char noise[4096];
	uint32_t seed = 20250113;
	size_t i;

	for (i = 0; i < sizeof noise; i++) {
		seed = seed * 1664525 + 1013904223;
		noise[i] = (unsigned char)(seed >> 24);
	}
	put(fd, noise, sizeof noise);
}

static void send_page_request(int fd)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

	put(fd, text, sizeof text - 1);
}

static void send_half_a_greeting(int fd)
{
	put(fd, as_request, 4);
}

static void send_as_a_reply(int fd)
{
	put(fd, as_reply, 8);
}

static void send_oversize(int fd)
{
	put(fd, as_request, 8);
	put_head(fd, HEAR_FRAME_BYTES + 5, true);
}

static void send_longest_length(int fd)
{
	put(fd, as_request, 8);
	put_head(fd, UINT64_MAX, true);
}

static void send_half_a_frame(int fd)
{
	put(fd, as_request, 8);
	put_head(fd, 1000, true);
	put(fd, "half", 4);
}

static void send_nothing_in_a_frame(int fd)
{
	put(fd, as_request, 8);
	put_head(fd, 0, false);
	put_head(fd, 4, true);
}

static void send_no_request_id(int fd)
{
	static const char zeros[1000];

	put(fd, as_request, 8);
	put_head(fd, sizeof zeros, false);
	put(fd, zeros, sizeof zeros);
}

static void send_a_frame_by_way_of_others(int fd)
{
	unsigned char stack[8];

	put(fd, as_request, 8);
	put_head(fd, 8 + 5, false);
	hear_put32(stack, 1);
	hear_put32(stack + 4, 0x80000001);
	put(fd, stack, sizeof stack);
	put(fd, "hello", 5);
}

static void strangers_send_what_they_like(void **state)
{
	static void (*const kinds[])(int fd) = {
		send_noise,	     send_page_request, send_half_a_greeting,
		send_as_a_reply,     send_oversize,	send_longest_length,
		send_half_a_frame,   send_nothing_in_a_frame,
		send_no_request_id,  send_a_frame_by_way_of_others,
	};
	enum { KINDS = sizeof kinds / sizeof *kinds, TIMES = 8 };
	uint16_t port = free_port();
	int fds[KINDS * TIMES];
	struct parent parent;
	size_t i;

	(void)state;
	begin(&parent);
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	for (i = 0; i < KINDS * TIMES; i++) {
		fds[i] = connect_by_hand(port);
		kinds[i % KINDS](fds[i]);
	}
	converse(&parent, LANE, 3000);
	for (i = 0; i < KINDS * TIMES; i += 2)
		(void)close(fds[i]);
	converse(&parent, LANE, 3000);
	for (i = 1; i < KINDS * TIMES; i += 2)
		(void)close(fds[i]);
	/* What reached the parent is what the lane sent. */
	assert_int_equal(parent.requests, 2);
	assert_int_equal(parent.ended, 0);
	finish(&parent);
}

static void a_stranger_over_the_size_is_shut_out(void **state)
{
	uint16_t port = free_port();
	struct parent parent;
	char greeting[8];
	int fd;

	(void)state;
	begin(&parent);
	serve_at(&parent, port);
	fd = connect_by_hand(port);
	send_oversize(fd);
	assert_int_equal(recv(fd, greeting, 8, MSG_WAITALL), 8);
	assert_true(closed(fd));
	(void)close(fd);
	finish(&parent);
}

static void requests_that_meet_silence_are_soon_ignored(void **state)
{
	struct hear_link_limits limits = usual();
	uint16_t port = free_port();
	struct hear_packet packet;
	struct parent parent;
	int i, fd;

	(void)state;
	begin(&parent);
	parent.silent = true;
	limits.unanswered = 5;
	hear_supervise_limits(parent.supervisor, &limits);
	serve_at(&parent, port);
	fd = stranger(port);
	for (i = 0; i < 200; i++) {
		put_head(fd, 4 + 7, true);
		put(fd, "garbage", 7);
	}
	while (parent.statistics.requests + parent.statistics.dropped < 200)
		await(&parent, &packet, HEAR_PACKET_STATISTICS);
	assert_int_equal(parent.requests, 5);
	assert_int_equal(parent.statistics.dropped, 195);
	parent.silent = false;
	dial(&parent, LANE, port);
	converse(&parent, LANE, 2000);
	(void)close(fd);
	finish(&parent);
}

static void a_connection_keeps_to_its_frames_a_second(void **state)
{
	struct hear_link_limits limits = usual();
	uint16_t port = free_port();
	struct hear_packet packet;
	struct parent parent;
	int i, fd;

	(void)state;
	begin(&parent);
	limits.frames_a_second = 1; /* none is regained in this test's time */
	limits.frames_at_once = 20;
	limits.unanswered = 1000;
	hear_supervise_limits(parent.supervisor, &limits);
	serve_at(&parent, port);
	fd = stranger(port);
	for (i = 0; i < 50; i++) {
		put_head(fd, 4 + 1, true);
		put(fd, "?", 1);
	}
	while (parent.statistics.requests + parent.statistics.dropped < 50)
		await(&parent, &packet, HEAR_PACKET_STATISTICS);
	assert_in_range(parent.requests, 20, 22);
	(void)close(fd);
	finish(&parent);
}

static void await_connections(struct parent *parent, uint64_t most,
			      int64_t wait_ms)
{
	int64_t end = now_ms() + wait_ms;
	struct hear_packet packet;

	do {
		await(parent, &packet, HEAR_PACKET_STATISTICS);
		assert_true(now_ms() < end);
	} while (parent->statistics.shut == 0 ||
		 parent->statistics.connections > most);
}

static void who_sends_without_end_and_answer_is_shut_out(void **state)
{
	static const char bytes[64 * 1024];
	struct hear_link_limits limits = usual();
	uint16_t port = free_port();
	struct parent parent;
	int i, fd;

	(void)state;
	begin(&parent);
	parent.silent = true;
	hear_supervise_limits(parent.supervisor, &limits);
	serve_at(&parent, port);
	fd = stranger(port);
	for (i = 0; i < 10; i++) { /* 640 KiB; two frames are 512 */
		put_head(fd, 4 + sizeof bytes, true);
		put(fd, bytes, sizeof bytes);
	}
	await_connections(&parent, 0, 4000);
	assert_true(closed(fd));
	(void)close(fd);
	finish(&parent);
}

static void idle_connections_are_few_and_end(void **state)
{
	enum { MANY = 300 };
	struct hear_link_limits limits = usual();
	uint16_t port = free_port();
	struct parent parent;
	int fds[MANY];
	int i;

	(void)state;
	begin(&parent);
	limits.connections_of_one = 30;
	limits.silent_ms = 1500;
	hear_supervise_limits(parent.supervisor, &limits);
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	converse(&parent, LANE, 2000);
	for (i = 0; i < MANY; i++)
		fds[i] = stranger(port);
	await_connections(&parent, 30, 4000);
	assert_true(parent.statistics.shut >= MANY - 30);
	/* The one that was answered is left: the others had less to lose. */
	converse(&parent, LANE, 500);
	await_connections(&parent, 1, 4000);
	assert_int_equal(parent.statistics.connections, 1);
	assert_int_equal(parent.statistics.shut, MANY);
	converse(&parent, LANE, 500);
	for (i = 0; i < MANY; i++)
		(void)close(fds[i]);
	finish(&parent);
}

/* ---- The process --------------------------------------------------------- */

static void a_killed_link_is_started_again(void **state)
{
	uint16_t port = free_port();
	struct hear_packet packet;
	struct parent parent;
	pid_t first;

	(void)state;
	begin(&parent);
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	converse(&parent, LANE, 2000);
	first = hear_supervise_process(parent.supervisor);
	assert_true(first > 0);
	assert_int_equal(kill(first, SIGKILL), 0);
	await(&parent, &packet, HEAR_PACKET_ENDED);
	assert_non_null(memmem(packet.body.data, packet.body.size, "signal 9",
			       8));
	await(&parent, &packet, HEAR_PACKET_LISTENING);
	converse(&parent, LANE, 2000);
	assert_int_not_equal(hear_supervise_process(parent.supervisor), first);
	assert_int_equal(parent.ended, 1);
	finish(&parent);
}

static void a_token_of_a_former_link_reaches_nobody(void **state)
{
	uint16_t port = free_port();
	struct hear_packet packet, stale;
	struct parent parent;

	(void)state;
	begin(&parent);
	parent.silent = true;
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	ask(&parent, LANE, 1, hear_span_of("hello"));
	await(&parent, &stale, HEAR_PACKET_REQUEST);
	assert_int_equal(kill(hear_supervise_process(parent.supervisor),
			      SIGKILL),
			 0);
	await(&parent, &packet, HEAR_PACKET_ENDED);
	await(&parent, &packet, HEAR_PACKET_LISTENING);
	answer(&parent, &stale, hear_span_of("for the dead"));
	parent.silent = false;
	converse(&parent, LANE, 2000);
	finish(&parent);
}

static void the_link_ends_with_its_parent(void **state)
{
	uint16_t port = free_port();
	struct parent parent;
	pid_t process;

	(void)state;
	begin(&parent);
	serve_at(&parent, port);
	process = hear_supervise_process(parent.supervisor);
	assert_int_equal(kill(process, 0), 0);
	finish(&parent);
	assert_int_equal(kill(process, 0), -1);
	assert_int_equal(errno, ESRCH);
}

/* 0.1, 0.2, 0.4 ... 25.6, then 30 s, by a clock of the test's own. */
static void restarts_come_ever_more_seldom(void **state)
{
	static const int64_t pauses[] = {100,  200,   400,   800,   1600, 3200,
					 6400, 12800, 25600, 30000, 30000};
	struct hear_supervisor *supervisor;
	struct hear_packet packet;
	int64_t now = 1000000;
	struct pollfd pair;
	size_t i;

	(void)state;
	assert_int_equal(hear_supervise_new(&supervisor, "/bin/false", NULL),
			 HEAR_OK);
	for (i = 0; i < sizeof pauses / sizeof *pauses; i++) {
		assert_true(hear_supervise_due(supervisor) <= now);
		assert_int_equal(hear_supervise_tick(supervisor, now, NULL),
				 HEAR_OK);
		pair.fd = hear_supervise_descriptor(supervisor);
		pair.events = 0; /* its end is told in any case */
		assert_int_equal(poll(&pair, 1, PATIENCE_MS), 1);
		assert_int_equal(hear_supervise_receive(supervisor, &packet,
							now, NULL),
				 HEAR_OK);
		assert_int_equal(packet.kind, HEAR_PACKET_ENDED);
		assert_int_equal(hear_supervise_receive(supervisor, &packet,
							now, NULL),
				 HEAR_NOTFOUND);
		assert_int_equal(hear_supervise_due(supervisor),
				 now + pauses[i]);
		now += pauses[i];
	}
	hear_supervise_free(supervisor);
}

static void a_missing_program_is_named(void **state)
{
	struct hear_supervisor *supervisor;
	struct hear_err err;

	(void)state;
	assert_int_equal(hear_supervise_new(&supervisor, "/nowhere/link", &err),
			 HEAR_NOTFOUND);
	assert_null(supervisor);
	assert_non_null(strstr(err.message, "/nowhere/link"));
}

/* The line of /proc/PID/status that begins with `name`, without it. */
static const char *status_of(pid_t process, const char *name)
{
	static char line[256];
	size_t size = strlen(name);
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%d/status", (int)process);
	file = fopen(path, "r");
	assert_non_null(file);
	do
		assert_non_null(fgets(line, sizeof line, file));
	while (strncmp(line, name, size) != 0 || line[size] != ':');
	(void)fclose(file);
	return line + size + 1;
}

static void the_link_has_given_up_its_privileges(void **state)
{
	struct hear_packet packet;
	struct parent parent;
	uint64_t rights;
	pid_t process;

	(void)state;
	begin(&parent);
	await(&parent, &packet, HEAR_PACKET_STATISTICS);
	process = hear_supervise_process(parent.supervisor);
	assert_int_equal(strtol(status_of(process, "NoNewPrivs"), NULL, 10), 1);
	/* At most that of using a low port. */
	rights = strtoull(status_of(process, "CapPrm"), NULL, 16);
	assert_true((rights & ~(UINT64_C(1) << 10)) == 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(HEARSAY_COUNTED) &&            \
	(defined(__x86_64__) || defined(__aarch64__))
	assert_int_equal(strtol(status_of(process, "Seccomp"), NULL, 10), 2);
#endif
	finish(&parent);
}

static void started_by_hand_it_says_so(void **state)
{
	char command[PATH_MAX + 64], said[256] = "";
	FILE *pipe;

	(void)state;
	(void)snprintf(command, sizeof command, "'%s' 2>&1 3</dev/null",
		       program());
	pipe = popen(command, "re");
	assert_non_null(pipe);
	assert_non_null(fgets(said, sizeof said, pipe));
	assert_int_not_equal(pclose(pipe), 0);
	assert_non_null(strstr(said, "started by hearsayd"));
}

/* Stopped, it says nothing any more; time is the test's own. */
static void a_link_that_hangs_is_ended(void **state)
{
	struct hear_packet packet;
	struct parent parent;
	int64_t now;

	(void)state;
	begin(&parent);
	await(&parent, &packet, HEAR_PACKET_STATISTICS);
	assert_int_equal(kill(hear_supervise_process(parent.supervisor),
			      SIGSTOP),
			 0);
	now = now_ms();
	while (hear_supervise_receive(parent.supervisor, &packet, now, NULL) ==
	       HEAR_OK)
		continue; /* what it said before */
	assert_int_equal(hear_supervise_receive(parent.supervisor, &packet,
						now + 44000, NULL),
			 HEAR_NOTFOUND);
	assert_int_equal(hear_supervise_receive(parent.supervisor, &packet,
						now + 46000, NULL),
			 HEAR_OK);
	assert_int_equal(packet.kind, HEAR_PACKET_ENDED);
	assert_int_equal(hear_supervise_process(parent.supervisor), 0);
	finish(&parent);
}

/* 16 connections push frames of 256 KiB; the parent reads nothing. */
static void a_slow_parent_costs_no_memory(void **state)
{
	enum { MANY = 16 };
	static const char bytes[HEAR_FRAME_BYTES];
	int64_t end = now_ms() + 700;
	uint16_t port = free_port();
	struct parent parent;
	int fds[MANY];
	long kib;
	int i;

	(void)state;
	begin(&parent);
	serve_at(&parent, port);
	for (i = 0; i < MANY; i++) {
		fds[i] = stranger(port);
		(void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
		put_head(fds[i], 4 + sizeof bytes, true);
	}
	while (now_ms() < end) {
		for (i = 0; i < MANY; i++)
			put(fds[i], bytes, sizeof bytes);
		(void)poll(NULL, 0, 5);
	}
	kib = strtol(status_of(hear_supervise_process(parent.supervisor),
			       "VmRSS"),
		     NULL, 10);
#ifndef __SANITIZE_ADDRESS__
	/* Each connection's frame being read and frame read, and a few. */
	assert_in_range(kib, 1, 32 * 1024);
#endif
	(void)kib;
	for (i = 0; i < MANY; i++)
		(void)close(fds[i]);
	parent.silent = true;
	serve_for(&parent, 300);
	parent.silent = false;
	dial(&parent, LANE, port);
	converse(&parent, LANE, 3000);
	assert_int_equal(parent.ended, 0);
	finish(&parent);
}

/* ---- Paths and ports ----------------------------------------------------- */

static void expect_refused(struct parent *parent, const char *path)
{
	struct hear_packet packet;
	char address[128];

	(void)snprintf(address, sizeof address, "ipc://%s", path);
	assert_int_equal(hear_supervise_listen(parent->supervisor, LISTENER,
					       hear_span_of(address), NULL),
			 HEAR_OK);
	await(parent, &packet, HEAR_PACKET_REFUSED);
	assert_int_equal(packet.number, LISTENER);
	assert_true(packet.body.size > 0);
}

static void a_file_is_not_taken_for_a_socket(void **state)
{
	char directory[] = "/tmp/hearsay-link-XXXXXX";
	struct parent parent;
	struct stat found;
	char path[64];
	int fd;

	(void)state;
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof path, "%s/kept", directory);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "precious", 8), 8);
	(void)close(fd);
	begin(&parent);
	expect_refused(&parent, path);
	assert_int_equal(stat(path, &found), 0);
	assert_true(S_ISREG(found.st_mode));
	assert_int_equal(found.st_size, 8);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	expect_refused(&parent, path);
	assert_int_equal(rmdir(path), 0);
	/* Where others may enter, they could put something else there. */
	assert_int_equal(chmod(directory, 0755), 0);
	expect_refused(&parent, path);
	assert_int_equal(parent.ended, 0);
	finish(&parent);
	assert_int_equal(rmdir(directory), 0);
}

static void a_taken_port_is_tried_again(void **state)
{
	int fd = listen_by_hand(0);
	uint16_t port = port_of(fd);
	struct hear_packet packet;
	struct parent parent;

	(void)state;
	begin(&parent);
	assert_int_equal(hear_supervise_listen(parent.supervisor, LISTENER,
					       address_of(port), NULL),
			 HEAR_OK);
	await(&parent, &packet, HEAR_PACKET_REFUSED);
	(void)close(fd);
	await(&parent, &packet, HEAR_PACKET_LISTENING);
	finish(&parent);
}

static void an_address_let_go_is_free(void **state)
{
	uint16_t port = free_port();
	struct parent parent;

	(void)state;
	begin(&parent);
	serve_at(&parent, port);
	hear_supervise_unlisten(parent.supervisor, LISTENER);
	serve_for(&parent, 200);
	(void)close(listen_by_hand(port));
	serve_at(&parent, port);
	dial(&parent, LANE, port);
	converse(&parent, LANE, 2000);
	hear_supervise_undial(parent.supervisor, LANE);
	dial(&parent, LANE, port);
	converse(&parent, LANE, 2000);
	finish(&parent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_of_every_size_come_back_unchanged),
		cmocka_unit_test(frames_travel_over_ipv6),
		cmocka_unit_test(frames_travel_over_ipc),
		cmocka_unit_test(a_frame_too_big_or_empty_is_refused),
		cmocka_unit_test(a_lane_carries_one_request_at_a_time),
		cmocka_unit_test(lanes_do_not_wait_for_each_other),
		cmocka_unit_test(silence_ends_a_request_in_time),
		cmocka_unit_test(nobody_there_is_said_soon),
		cmocka_unit_test(an_oversize_answer_is_survived),
		cmocka_unit_test(half_an_answer_is_survived),
		cmocka_unit_test(
			a_lane_is_repaired_after_closes_at_the_greeting),
		cmocka_unit_test(answers_to_nothing_are_survived),
		cmocka_unit_test(strangers_send_what_they_like),
		cmocka_unit_test(a_stranger_over_the_size_is_shut_out),
		cmocka_unit_test(requests_that_meet_silence_are_soon_ignored),
		cmocka_unit_test(a_connection_keeps_to_its_frames_a_second),
		cmocka_unit_test(who_sends_without_end_and_answer_is_shut_out),
		cmocka_unit_test(idle_connections_are_few_and_end),
		cmocka_unit_test(a_killed_link_is_started_again),
		cmocka_unit_test(a_token_of_a_former_link_reaches_nobody),
		cmocka_unit_test(the_link_ends_with_its_parent),
		cmocka_unit_test(restarts_come_ever_more_seldom),
		cmocka_unit_test(a_missing_program_is_named),
		cmocka_unit_test(the_link_has_given_up_its_privileges),
		cmocka_unit_test(started_by_hand_it_says_so),
		cmocka_unit_test(a_link_that_hangs_is_ended),
		cmocka_unit_test(a_slow_parent_costs_no_memory),
		cmocka_unit_test(a_file_is_not_taken_for_a_socket),
		cmocka_unit_test(a_taken_port_is_tried_again),
		cmocka_unit_test(an_address_let_go_is_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
