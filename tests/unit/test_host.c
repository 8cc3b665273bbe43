/* SPDX-License-Identifier: ISC */
/* Two hosts, each with a link of its own, over the loopback interface. */
#include "tools/host.h"

#include "core/bytes.h"
#include "core/sign.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 5000, LANE = 5 };

struct end {
	struct host *host;
	struct hear_host face;
	unsigned requests;
	unsigned answers;
	unsigned unanswered;
	unsigned cuts;
	uint64_t last;	 /* request told of last */
	size_t big;	 /* the largest answer */
	char said[2000]; /* all lines */
};

static void take_request(void *context, const struct hear_moment *now,
			 const struct hear_token *from, struct hear_span frame)
{
	struct end *end = context;

	(void)now;
	end->requests++;
	end->face.reply(end->face.context, from, frame);
}

static void take_answer(void *context, const struct hear_moment *now,
			uint32_t lane, uint64_t request, struct hear_span frame)
{
	struct end *end = context;

	(void)now;
	assert_int_equal(lane, LANE);
	end->answers++;
	end->last = request;
	if (frame.size > end->big)
		end->big = frame.size;
}

static void take_silence(void *context, const struct hear_moment *now,
			 uint32_t lane, uint64_t request)
{
	struct end *end = context;

	(void)now;
	assert_int_equal(lane, LANE);
	end->unanswered++;
	end->last = request;
}

static void take_cut(void *context, const struct hear_moment *now)
{
	struct end *end = context;

	(void)now;
	end->cuts++;
}

static void say(void *context, enum hear_say level, const char *dataset,
		const struct hear_key *peer, const char *sentence)
{
	struct end *end = context;
	size_t used = strlen(end->said);

	(void)level;
	(void)dataset;
	(void)peer;
	(void)snprintf(end->said + used, sizeof end->said - used, "%s\n",
		       sentence);
}

static void begin(struct end *end)
{
	struct host_sink sink = {.context = end,
				 .request = take_request,
				 .answer = take_answer,
				 .unanswered = take_silence,
				 .cut = take_cut,
				 .say = say};
	struct hear_err err;

	memset(end, 0, sizeof *end);
	assert_int_equal(hear_sign_ready(&err), HEAR_OK);
	if (host_new(&end->host, &sink, &err))
		fail_msg("%s", err.message);
	host_face(end->host, &end->face);
}

static void turn(struct end *a, struct end *b)
{
	struct pollfd polls[2 * HOST_POLLS];
	struct hear_moment now;

	host_polls(a->host, polls);
	host_polls(b->host, polls + HOST_POLLS);
	(void)poll(polls, 2 * HOST_POLLS, 20);
	now = host_moment();
	(void)host_turn(a->host, &now);
	(void)host_turn(b->host, &now);
}

/* Until a counter gets there. */
static void until(struct end *a, struct end *b, const unsigned *counter,
		  unsigned wanted)
{
	uint64_t end = host_moment().steady_ms + PATIENCE_MS;

	while (*counter < wanted) {
		if (host_moment().steady_ms > end)
			fail_msg("only %u of %u came\n%s%s", *counter, wanted,
				 a->said, b->said);
		turn(a, b);
	}
}

static unsigned free_port(void)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof name;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
	(void)close(fd);
	return ntohs(name.sin_port);
}

static void listen_at(struct end *end, unsigned port)
{
	char addresses[1][256];

	(void)snprintf(addresses[0], 256, "tcp://127.0.0.1:%u", port);
	host_listen(end->host, (const char(*)[256])addresses, 1);
}

/* Asks, and again where the other end was not up yet. */
static void ask(struct end *a, struct end *b, uint64_t request,
		struct hear_span frame)
{
	uint64_t end = host_moment().steady_ms + PATIENCE_MS;
	unsigned before = b->answers;

	while (b->answers == before) {
		unsigned silences = b->unanswered;

		assert_true(host_moment().steady_ms < end);
		while (!b->face.send(b->face.context, LANE, request, 1000,
				     frame)) {
			assert_true(host_moment().steady_ms < end);
			turn(a, b);
		}
		while (b->answers == before && b->unanswered == silences)
			turn(a, b);
	}
	assert_int_equal(b->last, request);
}

static void frames_go_there_and_back(void **state)
{
	static unsigned char large[200 * 1024];
	unsigned port = free_port();
	struct end a;
	struct end b;
	char address[64];
	uint64_t i;

	(void)state;
	begin(&a);
	begin(&b);
	listen_at(&a, port);
	(void)snprintf(address, sizeof address, "tcp://127.0.0.1:%u", port);
	b.face.dial(b.face.context, LANE, address);
	ask(&a, &b, 1, hear_span_of("is anybody there?"));
	for (i = 2; i < 12; i++)
		ask(&a, &b, i, hear_span_make(large, sizeof large));
	assert_int_equal(b.big, sizeof large);
	assert_non_null(strstr(a.said, "listening at tcp://127.0.0.1:"));
	host_free(a.host);
	host_free(b.host);
}

static void a_name_is_looked_up_before_it_is_dialled(void **state)
{
	unsigned port = free_port();
	struct end a;
	struct end b;
	char address[64];

	(void)state;
	begin(&a);
	begin(&b);
	listen_at(&a, port);
	(void)snprintf(address, sizeof address, "tcp://localhost:%u", port);
	b.face.dial(b.face.context, LANE, address);
	/* Its first number may be one nobody listens at (::1). */
	ask(&a, &b, 1, hear_span_of("hello"));
	host_free(a.host);
	host_free(b.host);
}

static void a_name_that_leads_nowhere_ends_the_question(void **state)
{
	char address[128] = "tcp://";
	struct end a;
	struct end b;

	(void)state;
	begin(&a);
	begin(&b);
	/* Too long a label to be asked for, so nothing leaves the machine. */
	memset(address + 6, 'a', 70);
	memcpy(address + 76, ":7340", 6);
	b.face.dial(b.face.context, LANE, address);
	while (!b.face.send(b.face.context, LANE, 9, 1000,
			    hear_span_of("hello")))
		turn(&a, &b);
	until(&a, &b, &b.unanswered, 1);
	assert_int_equal(b.last, 9);
	b.face.undial(b.face.context, LANE);
	assert_false(b.face.send(b.face.context, LANE, 10, 1000,
				 hear_span_of("hello")));
	host_free(a.host);
	host_free(b.host);
}

static void a_taken_port_is_said(void **state)
{
	unsigned port = free_port();
	struct end a;
	struct end b;
	uint64_t end;

	(void)state;
	begin(&a);
	begin(&b);
	listen_at(&a, port);
	while (!strstr(a.said, "listening at"))
		turn(&a, &b);
	listen_at(&b, port);
	end = host_moment().steady_ms + PATIENCE_MS;
	while (!strstr(b.said, "cannot listen at")) {
		assert_true(host_moment().steady_ms < end);
		turn(&a, &b);
	}
	/* Let go of, it is free for the other. */
	host_listen(a.host, NULL, 0);
	while (!strstr(b.said, "listening at tcp")) {
		assert_true(host_moment().steady_ms < end);
		turn(&a, &b);
	}
	host_free(a.host);
	host_free(b.host);
}

static void a_host_is_let_go_of_during_a_lookup(void **state)
{
	struct end a;

	(void)state;
	begin(&a);
	a.face.dial(a.face.context, LANE, "tcp://localhost:7340");
	host_free(a.host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_go_there_and_back),
		cmocka_unit_test(a_name_is_looked_up_before_it_is_dialled),
		cmocka_unit_test(a_name_that_leads_nowhere_ends_the_question),
		cmocka_unit_test(a_taken_port_is_said),
		cmocka_unit_test(a_host_is_let_go_of_during_a_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
