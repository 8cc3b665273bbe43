/* SPDX-License-Identifier: ISC */
#include "sync/link_socket.h"

#include "core/bytes.h"
#include "core/error.h"
#include "sync/link.h"

#include <errno.h>
#include <nanomsg/nn.h>
#include <nanomsg/reqrep.h>
#include <nanomsg/tcp.h>
#include <string.h>

enum {
	MOST_WIRE = HEAR_SOCKET_REQUEST + HEAR_FRAME_BYTES,
	KERNEL_BUFFER = 512 * 1024,
	RECONNECT_MS = 200,
	RECONNECT_MOST_MS = 30 * 1000,
};

/* The only control message there is: what stands before a frame. */
struct control {
	struct nn_cmsghdr head;
	size_t size;
	unsigned char bytes[HEAR_SOCKET_TOKEN];
};

_Static_assert(sizeof(struct control) ==
		       NN_CMSG_SPACE(sizeof(size_t) + HEAR_SOCKET_TOKEN),
	       "a control message has no padding");

/* ---- Opening and closing ------------------------------------------------- */

static bool set(int number, int level, int name, int value)
{
	return nn_setsockopt(number, level, name, &value, sizeof value) == 0;
}

static int get_descriptor(int number, int name)
{
	int fd = -1;
	size_t size = sizeof fd;

	if (nn_getsockopt(number, NN_SOL_SOCKET, name, &fd, &size) != 0)
		return -1;
	return fd;
}

static bool set_all(int number, const struct hear_endpoint *endpoint)
{
	bool old = endpoint->name.ss_family != AF_INET6;

	return set(number, NN_SOL_SOCKET, NN_RCVMAXSIZE, MOST_WIRE) &&
	       set(number, NN_SOL_SOCKET, NN_SNDBUF, KERNEL_BUFFER) &&
	       set(number, NN_SOL_SOCKET, NN_RCVBUF, KERNEL_BUFFER) &&
	       set(number, NN_SOL_SOCKET, NN_MAXTTL, 1) &&
	       set(number, NN_SOL_SOCKET, NN_RECONNECT_IVL, RECONNECT_MS) &&
	       set(number, NN_SOL_SOCKET, NN_RECONNECT_IVL_MAX,
		   RECONNECT_MOST_MS) &&
	       set(number, NN_SOL_SOCKET, NN_IPV4ONLY, old) &&
	       set(number, NN_TCP, NN_TCP_NODELAY, 1);
}

static enum hear_code open_socket(struct hear_socket *out, int protocol,
				  const struct hear_endpoint *endpoint,
				  struct hear_err *err)
{
	int number = nn_socket(AF_SP_RAW, protocol);

	out->number = -1;
	if (number < 0 || !set_all(number, endpoint)) {
		hear_fail(err, HEAR_IO, "make a socket: %s",
			  nn_strerror(nn_errno()));
		if (number >= 0)
			(void)nn_close(number);
		return HEAR_IO;
	}
	out->number = number;
	out->readable = get_descriptor(number, NN_RCVFD);
	out->writable = get_descriptor(number, NN_SNDFD);
	return HEAR_OK;
}

static enum hear_code fail_opened(struct hear_socket *socket, const char *what,
				  const struct hear_endpoint *endpoint,
				  struct hear_err *err)
{
	hear_fail(err, HEAR_IO, "%s %s: %s", what, endpoint->text,
		  nn_strerror(nn_errno()));
	hear_socket_close(socket);
	return HEAR_IO;
}

enum hear_code hear_socket_listen(struct hear_socket *out,
				  const struct hear_endpoint *at,
				  struct hear_err *err)
{
	enum hear_code code = open_socket(out, NN_REP, at, err);

	if (code)
		return code;
	if (nn_bind(out->number, at->text) < 0)
		return fail_opened(out, "listen at", at, err);
	return HEAR_OK;
}

enum hear_code hear_socket_dial(struct hear_socket *out,
				const struct hear_endpoint *to,
				struct hear_err *err)
{
	enum hear_code code = open_socket(out, NN_REQ, to, err);

	if (code)
		return code;
	if (nn_connect(out->number, to->text) < 0)
		return fail_opened(out, "dial", to, err);
	return HEAR_OK;
}

void hear_socket_close(struct hear_socket *socket)
{
	if (socket->number >= 0)
		(void)nn_close(socket->number);
	socket->number = -1;
}

/* ---- Frames -------------------------------------------------------------- */

bool hear_socket_take(struct hear_received *out,
		      const struct hear_socket *socket)
{
	struct nn_iovec body = {.iov_base = &out->frame, .iov_len = NN_MSG};
	struct control control;
	struct nn_msghdr message = {
		.msg_iov = &body,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	int got;

	memset(out, 0, sizeof *out);
	memset(&control, 0, sizeof control);
	do
		got = nn_recvmsg(socket->number, &message, NN_DONTWAIT);
	while (got < 0 && nn_errno() == EINTR);
	if (got < 0)
		return false;
	out->size = (size_t)got;
	/* What does not fit is not there at all. */
	out->before_size = control.size;
	memcpy(out->before, control.bytes, sizeof out->before);
	return true;
}

bool hear_socket_sound(const struct hear_received *received, size_t before_size)
{
	return received->before_size == before_size && received->size > 0 &&
	       received->size <= HEAR_FRAME_BYTES;
}

void hear_socket_drop(struct hear_received *received)
{
	(void)nn_freemsg(received->frame);
	received->frame = NULL;
}

int hear_socket_give(const struct hear_socket *socket,
		     const unsigned char *before, size_t before_size,
		     struct hear_span frame)
{
	struct control control = {
		.head = {.cmsg_len = sizeof control,
			 .cmsg_level = PROTO_SP,
			 .cmsg_type = SP_HDR},
		.size = before_size,
	};
	struct nn_iovec body = {.iov_len = frame.size};
	struct nn_msghdr message = {
		.msg_iov = &body,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	int rc;

	memcpy(control.bytes, before, before_size);
	/* nn_sendmsg() copies it, whatever its struct says. */
	memcpy(&body.iov_base, &frame.data, sizeof frame.data);
	do
		rc = nn_sendmsg(socket->number, &message, NN_DONTWAIT);
	while (rc < 0 && nn_errno() == EINTR);
	return rc < 0 ? nn_errno() : 0;
}

const char *hear_socket_explain(int number)
{
	return nn_strerror(number);
}

uint64_t hear_socket_broken(const struct hear_socket *socket)
{
	return nn_get_statistic(socket->number, NN_STAT_BROKEN_CONNECTIONS);
}

uint64_t hear_socket_failed(const struct hear_socket *socket)
{
	return nn_get_statistic(socket->number, NN_STAT_CONNECT_ERRORS);
}
