/* endpoint.h - an address that frames can be carried to: tcp:// with a number,
 * or ipc:// with a path.
 *
 * Names are not resolved here: nanomsg retries a name for ever in threads of
 * its own, so whoever has a name looks it up first. No other transport is let
 * through: a ws:// listener can be killed from outside.
 */
#ifndef SYNC_ENDPOINT_H
#define SYNC_ENDPOINT_H

#include "core/hearsay.h"

#include <sys/socket.h>

enum { HEAR_ENDPOINT_BYTES = 128 };

struct hear_endpoint {
	struct sockaddr_storage name; /* AF_INET, AF_INET6 or AF_UNIX */
	socklen_t name_size;
	char text[HEAR_ENDPOINT_BYTES]; /* as nanomsg takes it */
};

/* tcp://192.0.2.7:7340, tcp://[2001:db8::7]:7340, ipc:///run/hearsay/link.
 * HEAR_INVALID: anything else, with what to write instead. */
HEAR_CHECKED enum hear_code hear_endpoint_parse(struct hear_endpoint *out,
						struct hear_span address,
						struct hear_err *err);

/* The path of an ipc:// one, NULL for tcp://. */
const char *hear_endpoint_path(const struct hear_endpoint *endpoint);

/* Whether a socket may be made at an ipc:// path: only where nothing is or an
 * old socket of ours, in a directory of ours that nobody else can enter.
 * nanomsg itself would delete a file there. HEAR_DENIED: not. */
HEAR_CHECKED enum hear_code
hear_endpoint_check_path(const struct hear_endpoint *endpoint,
			 struct hear_err *err);

#endif
