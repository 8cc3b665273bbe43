/* SPDX-License-Identifier: ISC */
/*~ hub.c - a bad line between network namespaces, where the kernel has no
 * netem: makes TAP devices and passes each Ethernet frame on to the others,
 * late, and some never.
 *
 *   hub DELAY_MS LOSS_IN_1000 SEED NAME...
 *
 * It says "ready" once the devices are there to be moved, and goes on until
 * it is killed. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { PORTS = 8, FRAME_BYTES = 2048, QUEUE = 4096 };

struct late {
	int64_t at_us;
	unsigned from;
	size_t size;
	unsigned char bytes[FRAME_BYTES];
};

struct hub {
	int64_t delay_us;
	unsigned loss;
	uint64_t random;
	unsigned count;
	int ports[PORTS];
	struct late *queue; /* a ring: all are delayed alike */
	size_t first;
	size_t waiting;
};

static void stop(const char *what)
{
	fprintf(stderr, "hub: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int open_port(const char *name)
{
	struct ifreq request;
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	memset(&request, 0, sizeof request);
	request.ifr_flags = IFF_TAP | IFF_NO_PI;
	(void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		stop(name);
	return fd;
}

static bool is_lost(struct hub *hub)
{
	hub->random = hub->random * 6364136223846793005u +
		      1442695040888963407u;
	return (hub->random >> 33) % 1000 < hub->loss;
}

static void take(struct hub *hub, unsigned from)
{
	while (hub->waiting < QUEUE) {
		struct late *late =
			&hub->queue[(hub->first + hub->waiting) % QUEUE];
		ssize_t size = read(hub->ports[from], late->bytes,
				    sizeof late->bytes);

		if (size <= 0)
			return;
		if (is_lost(hub))
			continue;
		late->size = (size_t)size;
		late->from = from;
		late->at_us = now_us() + hub->delay_us;
		hub->waiting++;
	}
}

/* Who is not there to take it has lost it. */
static void pass_on(struct hub *hub)
{
	while (hub->waiting > 0 &&
	       hub->queue[hub->first].at_us <= now_us()) {
		const struct late *late = &hub->queue[hub->first];
		unsigned i;

		for (i = 0; i < hub->count; i++)
			if (i != late->from)
				(void)!write(hub->ports[i], late->bytes,
					     late->size);
		hub->first = (hub->first + 1) % QUEUE;
		hub->waiting--;
	}
}

static void turn(struct hub *hub)
{
	struct pollfd polls[PORTS];
	int wait = -1;
	unsigned i;

	for (i = 0; i < hub->count; i++)
		polls[i] = (struct pollfd){hub->ports[i], POLLIN, 0};
	if (hub->waiting > 0) {
		int64_t us = hub->queue[hub->first].at_us - now_us();

		wait = us > 0 ? (int)((us + 999) / 1000) : 0;
	}
	if (poll(polls, hub->count, wait) < 0 && errno != EINTR)
		stop("poll");
	for (i = 0; i < hub->count; i++)
		if (polls[i].revents & POLLIN)
			take(hub, i);
	pass_on(hub);
}

int main(int argc, char **argv)
{
	struct hub hub = {0};
	int i;

	if (argc < 6 || argc > 4 + PORTS) {
		fputs("hub DELAY_MS LOSS_IN_1000 SEED NAME NAME...\n", stderr);
		return 2;
	}
	hub.delay_us = strtol(argv[1], NULL, 10) * 1000;
	hub.loss = (unsigned)strtoul(argv[2], NULL, 10);
	hub.random = strtoull(argv[3], NULL, 10);
	hub.queue = calloc(QUEUE, sizeof *hub.queue);
	if (!hub.queue)
		stop("memory");
	for (i = 4; i < argc; i++)
		hub.ports[hub.count++] = open_port(argv[i]);
	puts("ready");
	fflush(stdout);
	for (;;)
		turn(&hub);
}
