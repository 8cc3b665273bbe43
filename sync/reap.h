/* reap.h - the connections a listening socket has accepted, seen from outside.
 *
 * nanomsg has no limit on connections, no time after which a silent one is
 * closed, and no event for either. But its sockets are this process's own: the
 * accepted ones are found by their local address, the kernel says how long
 * each has been idle and how much was sent, and one that is shut down is
 * dropped by nanomsg cleanly. Only tcp is watched; an ipc path is reached by
 * our own user alone.
 */
#ifndef SYNC_REAP_H
#define SYNC_REAP_H

#include "sync/endpoint.h"
#include "sync/link.h"

/* Finds the socket that listens at this address and has its connections
 * tested by the kernel, so that those whose other end is gone are closed;
 * accepted sockets inherit it. False: there is no such socket. */
bool hear_reap_watch(const struct hear_endpoint *listener);

struct hear_reaped {
	size_t connections; /* that are left */
	size_t shut;
};

/* Shuts accepted connections that are of no use: idle or never answered for
 * longer than the limits say, sending without ever being answered, and over
 * the number for one address or for all (or for 80 % of the files the process
 * may open) the ones never answered first, then the longest idle. */
struct hear_reaped hear_reap(const struct hear_endpoint *const *listeners,
			     size_t count,
			     const struct hear_link_limits *limits);

#endif
