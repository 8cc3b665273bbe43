/* SPDX-License-Identifier: ISC */
/* The packets between a link and its parent: their form is drawn in link.h. */
#include "core/bytes.h"
#include "core/error.h"
#include "sync/link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static bool known(unsigned char kind)
{
	return (kind >= HEAR_PACKET_LISTEN && kind <= HEAR_PACKET_LIMITS) ||
	       (kind >= HEAR_PACKET_LISTENING &&
		kind <= HEAR_PACKET_STATISTICS);
}

static void write_head(unsigned char out[HEAR_PACKET_HEAD],
		       const struct hear_packet *packet)
{
	memset(out, 0, HEAR_PACKET_HEAD);
	out[0] = (unsigned char)packet->kind;
	hear_put32(out + 4, packet->number);
	hear_put64(out + 8, packet->id);
	hear_put64(out + 16, packet->stamp);
}

enum hear_code hear_packet_read(struct hear_packet *out, struct hear_span bytes,
				struct hear_err *err)
{
	const unsigned char *head = (const unsigned char *)bytes.data;

	if (bytes.size < HEAR_PACKET_HEAD || bytes.size > HEAR_PACKET_BYTES)
		return hear_fail(err, HEAR_DAMAGED,
				 "a packet of %zu bytes; it has %d to %d",
				 bytes.size, HEAR_PACKET_HEAD,
				 HEAR_PACKET_BYTES);
	if (!known(head[0]) || head[1] || head[2] || head[3])
		return hear_fail(err, HEAR_DAMAGED,
				 "a packet of the unknown kind %u", head[0]);
	out->kind = (enum hear_packet_kind)head[0];
	out->number = hear_get32(head + 4);
	out->id = hear_get64(head + 8);
	out->stamp = hear_get64(head + 16);
	out->body = hear_span_make(bytes.data + HEAR_PACKET_HEAD,
				   bytes.size - HEAR_PACKET_HEAD);
	return HEAR_OK;
}

static bool full_for_now(int number)
{
	/* A big packet needs pages in a row, which may be scarce a moment. */
	return number == EAGAIN || number == EWOULDBLOCK || number == ENOBUFS ||
	       number == ENOMEM;
}

enum hear_code hear_packet_send(int fd, const struct hear_packet *packet,
				struct hear_err *err)
{
	unsigned char head[HEAR_PACKET_HEAD];
	struct iovec parts[2] = {
		{.iov_base = head, .iov_len = sizeof head},
		{.iov_len = packet->body.size},
	};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t sent;

	if (packet->body.size > HEAR_FRAME_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a frame of %zu bytes; at most %d are carried",
				 packet->body.size, HEAR_FRAME_BYTES);
	write_head(head, packet);
	/* sendmsg() only reads it, whatever its struct says. */
	memcpy(&parts[1].iov_base, &packet->body.data, sizeof(void *));
	do
		sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return HEAR_OK;
	if (full_for_now(errno))
		return HEAR_FULL;
	return hear_fail(err, HEAR_IO, "write to the other end of the link: %s",
			 strerror(errno));
}

enum hear_code hear_packet_receive(struct hear_packet *out, int fd,
				   unsigned char *room, struct hear_err *err)
{
	struct iovec part = {.iov_base = room, .iov_len = HEAR_PACKET_BYTES};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t got;

	do
		got = recvmsg(fd, &message, MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return HEAR_NOTFOUND;
	if (got < 0)
		return hear_fail(err, HEAR_IO,
				 "read from the other end of the link: %s",
				 strerror(errno));
	if (got == 0)
		return hear_fail(err, HEAR_IO,
				 "the other end of the link is closed");
	if (message.msg_flags & MSG_TRUNC)
		return hear_fail(err, HEAR_DAMAGED, "a packet of over %d bytes",
				 HEAR_PACKET_BYTES);
	return hear_packet_read(out, hear_span_make(room, (size_t)got), err);
}

/* ---- Bodies of numbers --------------------------------------------------- */

const struct hear_link_limits hear_link_limits_usual = {
	.frames_a_second = 500,
	.frames_at_once = 1000,
	.unanswered = 16,
	.connections = 512,
	.connections_of_one = 64,
	.idle_ms = 120 * 1000,
	.silent_ms = 30 * 1000,
	.statistics_ms = 10 * 1000,
};

/* Both structs are their numbers and nothing else. */
_Static_assert(sizeof(struct hear_link_limits) == HEAR_LIMITS_BYTES,
	       "limits hold eight numbers");
_Static_assert(sizeof(struct hear_link_statistics) == HEAR_STATISTICS_BYTES,
	       "statistics hold nine numbers");

void hear_limits_write(unsigned char out[HEAR_LIMITS_BYTES],
		       const struct hear_link_limits *limits)
{
	uint32_t numbers[HEAR_LIMITS_BYTES / 4];
	size_t i;

	memcpy(numbers, limits, sizeof numbers);
	for (i = 0; i < HEAR_LIMITS_BYTES / 4; i++)
		hear_put32(out + 4 * i, numbers[i]);
}

enum hear_code hear_limits_read(struct hear_link_limits *out,
				struct hear_span body, struct hear_err *err)
{
	uint32_t numbers[HEAR_LIMITS_BYTES / 4];
	size_t i;

	if (body.size != HEAR_LIMITS_BYTES)
		return hear_fail(err, HEAR_DAMAGED,
				 "limits of %zu bytes; they have %d", body.size,
				 HEAR_LIMITS_BYTES);
	for (i = 0; i < HEAR_LIMITS_BYTES / 4; i++) {
		numbers[i] = hear_get32(body.data + 4 * i);
		if (numbers[i] == 0)
			return hear_fail(err, HEAR_INVALID,
					 "limit %zu is 0; give 1 or more", i);
	}
	memcpy(out, numbers, sizeof numbers);
	return HEAR_OK;
}

void hear_statistics_write(unsigned char out[HEAR_STATISTICS_BYTES],
			   const struct hear_link_statistics *statistics)
{
	uint64_t numbers[HEAR_STATISTICS_BYTES / 8];
	size_t i;

	memcpy(numbers, statistics, sizeof numbers);
	for (i = 0; i < HEAR_STATISTICS_BYTES / 8; i++)
		hear_put64(out + 8 * i, numbers[i]);
}

enum hear_code hear_statistics_read(struct hear_link_statistics *out,
				    struct hear_span body, struct hear_err *err)
{
	uint64_t numbers[HEAR_STATISTICS_BYTES / 8];
	size_t i;

	if (body.size != HEAR_STATISTICS_BYTES)
		return hear_fail(err, HEAR_DAMAGED,
				 "statistics of %zu bytes; they have %d",
				 body.size, HEAR_STATISTICS_BYTES);
	for (i = 0; i < HEAR_STATISTICS_BYTES / 8; i++)
		numbers[i] = hear_get64(body.data + 8 * i);
	memcpy(out, numbers, sizeof numbers);
	return HEAR_OK;
}
