/* SPDX-License-Identifier: ISC */
#include "sync/reap.h"

#include "sync/confine.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	FIRST_FILE = 3,
	GREETING = 8 + 1, /* bytes nanomsg sends by itself, and the opening */
	/* Two frames with their heads: more than a peer that waits for answers
	 * ever sends before the first. */
	BABBLE = 2 * (HEAR_FRAME_BYTES + 16),
	/* How the kernel tests that the other end is there, in seconds. */
	PROBE_AFTER = 60,
	PROBE_EVERY = 15,
	PROBES = 4,
	UNHEARD_MS = 30 * 1000, /* bytes sent and not acknowledged */
};

struct connection {
	int fd;
	bool answered;
	bool shut;
	uint32_t idle_ms; /* since anything was sent to it */
	uint64_t received;
	unsigned char from[16]; /* the address it counts for */
};

struct scan {
	struct connection connections[HEAR_CONFINED_FILES];
	size_t count;
	size_t files; /* open ones, of any kind */
	size_t most_files;
};

static size_t files_allowed(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur > HEAR_CONFINED_FILES)
		return HEAR_CONFINED_FILES;
	return (size_t)limit.rlim_cur;
}

static bool flag(int fd, int level, int name)
{
	int value = 0;
	socklen_t size = sizeof value;

	return getsockopt(fd, level, name, &value, &size) == 0 && value != 0;
}

static in_port_t port_of(const struct sockaddr_storage *name)
{
	if (name->ss_family == AF_INET)
		return ((const struct sockaddr_in *)(const void *)name)
			->sin_port;
	if (name->ss_family == AF_INET6)
		return ((const struct sockaddr_in6 *)(const void *)name)
			->sin6_port;
	return 0;
}

/* The port alone, as a listener at all addresses accepts at each of them. No
 * socket that we dial from has a port we listen at. */
static bool belongs(const struct sockaddr_storage *name,
		    const struct hear_endpoint *listener)
{
	return name->ss_family == listener->name.ss_family &&
	       port_of(name) != 0 && port_of(name) == port_of(&listener->name);
}

/* ---- Watching a listener ------------------------------------------------- */

static void set(int fd, int level, int name, int value)
{
	/* Where the kernel cannot, the limits here still hold. */
	(void)setsockopt(fd, level, name, &value, sizeof value);
}

bool hear_reap_watch(const struct hear_endpoint *listener)
{
	struct sockaddr_storage name;
	int most = (int)files_allowed();
	socklen_t size;
	int fd;

	for (fd = FIRST_FILE; fd < most; fd++) {
		size = sizeof name;
		if (getsockname(fd, (struct sockaddr *)&name, &size) != 0 ||
		    !belongs(&name, listener) ||
		    !flag(fd, SOL_SOCKET, SO_ACCEPTCONN))
			continue;
		set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
		set(fd, IPPROTO_TCP, TCP_KEEPIDLE, PROBE_AFTER);
		set(fd, IPPROTO_TCP, TCP_KEEPINTVL, PROBE_EVERY);
		set(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
		set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, UNHEARD_MS);
		return true;
	}
	return false;
}

/* ---- Looking ------------------------------------------------------------- */

/* IPv4 whole, also where it comes mapped into IPv6; of IPv6 the first 64
 * bits, which are one customer's. */
static void address_of(unsigned char out[16],
		       const struct sockaddr_storage *peer)
{
	const struct sockaddr_in *in4 = (const void *)peer;
	const struct sockaddr_in6 *in6 = (const void *)peer;

	memset(out, 0, 16);
	if (peer->ss_family == AF_INET)
		memcpy(out + 12, &in4->sin_addr, 4);
	else if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		memcpy(out + 12, in6->sin6_addr.s6_addr + 12, 4);
	else
		memcpy(out, in6->sin6_addr.s6_addr, 8);
}

static bool measure(struct connection *out, int fd)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	struct tcp_info info;

	memset(&info, 0, sizeof info);
	if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0)
		return false;
	size = sizeof info;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return false;
	memset(out, 0, sizeof *out);
	out->fd = fd;
	out->answered = info.tcpi_bytes_acked > GREETING;
	out->idle_ms = info.tcpi_last_data_sent;
	out->received = info.tcpi_bytes_received;
	address_of(out->from, &peer);
	return true;
}

static bool accepted(int fd, const struct sockaddr_storage *name,
		     const struct hear_endpoint *const *listeners, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (belongs(name, listeners[i]))
			return !flag(fd, SOL_SOCKET, SO_ACCEPTCONN);
	return false;
}

static void look(struct scan *scan,
		 const struct hear_endpoint *const *listeners, size_t count)
{
	struct sockaddr_storage name;
	socklen_t size;
	int fd;

	memset(scan, 0, sizeof *scan);
	scan->most_files = files_allowed();
	for (fd = 0; fd < (int)scan->most_files; fd++) {
		size = sizeof name;
		memset(&name, 0, sizeof name);
		if (getsockname(fd, (struct sockaddr *)&name, &size) != 0) {
			scan->files += errno != EBADF;
			continue;
		}
		scan->files++;
		if (accepted(fd, &name, listeners, count) &&
		    measure(&scan->connections[scan->count], fd))
			scan->count++;
	}
}

/* ---- Judging ------------------------------------------------------------- */

static bool useless(const struct connection *connection,
		    const struct hear_link_limits *limits)
{
	if (connection->idle_ms >= limits->idle_ms)
		return true;
	return !connection->answered &&
	       (connection->idle_ms >= limits->silent_ms ||
		connection->received > BABBLE);
}

/* Whom to do without first. */
static int by_worth(const void *left, const void *right)
{
	const struct connection *a = left;
	const struct connection *b = right;

	if (a->shut != b->shut)
		return a->shut ? -1 : 1;
	if (a->answered != b->answered)
		return a->answered ? 1 : -1;
	return (a->idle_ms < b->idle_ms) - (a->idle_ms > b->idle_ms);
}

static int by_address(const void *left, const void *right)
{
	const struct connection *a = left;
	const struct connection *b = right;
	int order = memcmp(a->from, b->from, sizeof a->from);

	return order ? order : by_worth(left, right);
}

static void mark_useless(struct scan *scan,
			 const struct hear_link_limits *limits)
{
	size_t i;

	for (i = 0; i < scan->count; i++)
		scan->connections[i].shut =
			useless(&scan->connections[i], limits);
}

/* Marks so many of the first `count` that at most `most` are left. */
static void mark_over(struct connection *connections, size_t count, size_t most)
{
	size_t over = count > most ? count - most : 0;
	size_t i;

	for (i = 0; i < over; i++)
		connections[i].shut = true;
}

static void mark_crowds(struct scan *scan, size_t most)
{
	size_t begin, end;

	qsort(scan->connections, scan->count, sizeof *scan->connections,
	      by_address);
	for (begin = 0; begin < scan->count; begin = end) {
		for (end = begin + 1; end < scan->count; end++)
			if (memcmp(scan->connections[begin].from,
				   scan->connections[end].from,
				   sizeof scan->connections[begin].from) != 0)
				break;
		mark_over(scan->connections + begin, end - begin, most);
	}
}

static void mark_excess(struct scan *scan, size_t most)
{
	size_t files = scan->most_files / 5 * 4;
	size_t others = scan->files - scan->count;
	size_t room = files > others ? files - others : 0;

	qsort(scan->connections, scan->count, sizeof *scan->connections,
	      by_worth);
	mark_over(scan->connections, scan->count, room < most ? room : most);
}

struct hear_reaped hear_reap(const struct hear_endpoint *const *listeners,
			     size_t count,
			     const struct hear_link_limits *limits)
{
	struct hear_reaped reaped = {0, 0};
	struct scan scan;
	size_t i;

	look(&scan, listeners, count);
	mark_useless(&scan, limits);
	mark_crowds(&scan, limits->connections_of_one);
	mark_excess(&scan, limits->connections);
	for (i = 0; i < scan.count; i++)
		if (scan.connections[i].shut &&
		    shutdown(scan.connections[i].fd, SHUT_RDWR) == 0)
			reaped.shut++;
	reaped.connections = scan.count - reaped.shut;
	return reaped;
}
