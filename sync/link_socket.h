/* link_socket.h - a nanomsg socket, as far as the link needs one.
 *
 * Listening ones are raw REP, dialling ones raw REQ, with a size limit, and
 * nothing ever waits. Only link_socket.c knows nanomsg.
 */
#ifndef SYNC_LINK_SOCKET_H
#define SYNC_LINK_SOCKET_H

#include "sync/endpoint.h"

enum {
	HEAR_SOCKET_REQUEST = 4, /* bytes before a frame dialled for: an id */
	HEAR_SOCKET_TOKEN = 8,	 /* and listened for: connection and id */
};

struct hear_socket {
	int number;   /* -1: closed */
	int readable; /* descriptors: each polls readable when a frame has */
	int writable; /* come, or when one can be sent */
};

/* A frame that has come. */
struct hear_received {
	void *frame; /* given back with hear_socket_drop() */
	size_t size;
	size_t before_size; /* 0 where there were too many bytes */
	unsigned char before[HEAR_SOCKET_TOKEN];
};

/* Listens at once or fails. For ipc:// the path must have been checked. */
HEAR_CHECKED enum hear_code hear_socket_listen(struct hear_socket *out,
					       const struct hear_endpoint *at,
					       struct hear_err *err);
/* Begins to dial, and dials again where the connection breaks, after 200 ms
 * and up to 30 s. Having seen a close right after the greeting it may never
 * dial again, and says nothing of it: then a new socket helps. */
HEAR_CHECKED enum hear_code hear_socket_dial(struct hear_socket *out,
					     const struct hear_endpoint *to,
					     struct hear_err *err);
/* Nothing where it is closed. */
void hear_socket_close(struct hear_socket *socket);

/* False: none has come. Frames are at most HEAR_FRAME_BYTES; they may be
 * empty, and come with the wrong number of bytes before them. */
bool hear_socket_take(struct hear_received *out,
		      const struct hear_socket *socket);
/* Whether it is as one of ours would be: not empty, and with this many bytes
 * before it. */
bool hear_socket_sound(const struct hear_received *received,
		       size_t before_size);
void hear_socket_drop(struct hear_received *received);

/* 0 or an errno; EAGAIN: there is nobody to send it to yet. One who listens
 * is never told that nobody took it. */
int hear_socket_give(const struct hear_socket *socket,
		     const unsigned char *before, size_t before_size,
		     struct hear_span frame);
const char *hear_socket_explain(int number);

/* Of a dialling one: connections that broke, and attempts that failed. */
uint64_t hear_socket_broken(const struct hear_socket *socket);
uint64_t hear_socket_failed(const struct hear_socket *socket);

#endif
