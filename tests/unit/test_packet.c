/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "sync/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* The form drawn in link.h, written out by hand. */
static const unsigned char drawn[] = {
	20,   0,    0,	  0,			      /* answer */
	0,    0,    0x01, 0x02,			      /* lane 258 */
	0,    0,    0,	  0,	0, 0, 0x03, 0x04,     /* request 772 */
	0x80, 0,    0,	  0,	0, 0, 0,    0x05,     /* stamp */
	'h',  'i',
};

static void make_pair(int pair[2])
{
	int room = HEAR_PAIR_BYTES;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room,
				    sizeof room),
			 0);
}

static void a_packet_is_read_as_drawn(void **state)
{
	struct hear_packet packet;

	(void)state;
	assert_int_equal(hear_packet_read(&packet,
					  hear_span_make(drawn, sizeof drawn),
					  NULL),
			 HEAR_OK);
	assert_int_equal(packet.kind, HEAR_PACKET_ANSWER);
	assert_int_equal(packet.number, 258);
	assert_int_equal(packet.id, 772);
	assert_true(packet.stamp == UINT64_C(0x8000000000000005));
	assert_true(hear_span_is(packet.body, "hi"));
}

static void a_packet_is_sent_as_drawn(void **state)
{
	struct hear_packet packet = {
		.kind = HEAR_PACKET_ANSWER,
		.number = 258,
		.id = 772,
		.stamp = UINT64_C(0x8000000000000005),
		.body = hear_span_of("hi"),
	};
	unsigned char got[100];
	int pair[2];

	(void)state;
	make_pair(pair);
	assert_int_equal(hear_packet_send(pair[0], &packet, NULL), HEAR_OK);
	assert_int_equal(recv(pair[1], got, sizeof got, 0), sizeof drawn);
	assert_memory_equal(got, drawn, sizeof drawn);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void damaged(size_t at, unsigned char byte)
{
	unsigned char bytes[sizeof drawn];
	struct hear_packet packet;
	struct hear_err err;

	memcpy(bytes, drawn, sizeof drawn);
	bytes[at] = byte;
	assert_int_equal(hear_packet_read(&packet,
					  hear_span_make(bytes, sizeof bytes),
					  &err),
			 HEAR_DAMAGED);
}

static void what_is_not_of_the_form_is_refused(void **state)
{
	struct hear_packet packet;
	size_t size;

	(void)state;
	damaged(0, 0);
	damaged(0, 8);
	damaged(0, 15);
	damaged(0, 25);
	damaged(0, HEAR_PACKET_ENDED);
	damaged(1, 1);
	damaged(2, 1);
	damaged(3, 1);
	for (size = 0; size < HEAR_PACKET_HEAD; size++)
		assert_int_equal(
			hear_packet_read(&packet, hear_span_make(drawn, size),
					 NULL),
			HEAR_DAMAGED);
}

static void the_biggest_packet_goes_through_and_no_bigger(void **state)
{
	static char bytes[HEAR_FRAME_BYTES + 1];
	static unsigned char room[HEAR_PACKET_BYTES];
	struct hear_packet out, packet = {
		.kind = HEAR_PACKET_SEND,
		.body = hear_span_make(bytes, HEAR_FRAME_BYTES),
	};
	int pair[2];

	(void)state;
	make_pair(pair);
	assert_int_equal(hear_packet_receive(&out, pair[1], room, NULL),
			 HEAR_NOTFOUND);
	assert_int_equal(hear_packet_send(pair[0], &packet, NULL), HEAR_OK);
	assert_int_equal(hear_packet_receive(&out, pair[1], room, NULL),
			 HEAR_OK);
	assert_int_equal(out.body.size, HEAR_FRAME_BYTES);
	packet.body.size++;
	assert_int_equal(hear_packet_send(pair[0], &packet, NULL), HEAR_LIMIT);
	assert_int_equal(send(pair[0], bytes, sizeof bytes, 0), sizeof bytes);
	assert_int_equal(hear_packet_receive(&out, pair[1], room, NULL),
			 HEAR_DAMAGED);
	(void)close(pair[0]);
	assert_int_equal(hear_packet_receive(&out, pair[1], room, NULL),
			 HEAR_IO);
	assert_int_equal(hear_packet_send(pair[1], &out, NULL), HEAR_IO);
	(void)close(pair[1]);
}

static void a_full_pair_is_an_answer(void **state)
{
	static char bytes[HEAR_FRAME_BYTES];
	struct hear_packet packet = {
		.kind = HEAR_PACKET_SEND,
		.body = hear_span_make(bytes, sizeof bytes),
	};
	enum hear_code code = HEAR_OK;
	int pair[2], sent;

	(void)state;
	make_pair(pair);
	for (sent = 0; sent < 100 && code == HEAR_OK; sent++)
		code = hear_packet_send(pair[0], &packet, NULL);
	assert_int_equal(code, HEAR_FULL);
	assert_in_range(sent, 2, 20);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void limits_and_statistics_come_back(void **state)
{
	unsigned char limits[HEAR_LIMITS_BYTES];
	unsigned char numbers[HEAR_STATISTICS_BYTES];
	struct hear_link_limits limits_out;
	struct hear_link_statistics out, in = {
		.requests = 1, .shut = UINT64_C(1) << 40, .reopened = 9,
	};

	(void)state;
	hear_limits_write(limits, &hear_link_limits_usual);
	assert_int_equal(hear_get32(limits), 500);
	assert_int_equal(hear_limits_read(&limits_out,
					  hear_span_make(limits, sizeof limits),
					  NULL),
			 HEAR_OK);
	assert_memory_equal(&limits_out, &hear_link_limits_usual,
			    sizeof limits_out);
	memset(limits + 4, 0, 4);
	assert_int_equal(hear_limits_read(&limits_out,
					  hear_span_make(limits, sizeof limits),
					  NULL),
			 HEAR_INVALID);
	assert_int_equal(hear_limits_read(&limits_out,
					  hear_span_make(limits, 31), NULL),
			 HEAR_DAMAGED);
	hear_statistics_write(numbers, &in);
	assert_int_equal(hear_statistics_read(&out,
					      hear_span_make(numbers,
							     sizeof numbers),
					      NULL),
			 HEAR_OK);
	assert_memory_equal(&out, &in, sizeof out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_is_read_as_drawn),
		cmocka_unit_test(a_packet_is_sent_as_drawn),
		cmocka_unit_test(what_is_not_of_the_form_is_refused),
		cmocka_unit_test(the_biggest_packet_goes_through_and_no_bigger),
		cmocka_unit_test(a_full_pair_is_an_answer),
		cmocka_unit_test(limits_and_statistics_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
