/* SPDX-License-Identifier: ISC */
#include "tools/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

void notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	size_t size = path ? strlen(path) : 0;
	socklen_t name_size;
	int fd;

	/* A path, or a name without a file, which is written with an @. */
	if (size < 2 || size > sizeof name.sun_path ||
	    (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(name.sun_path, path, size);
	if (path[0] == '@')
		name.sun_path[0] = '\0';
	name_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		      (const struct sockaddr *)&name, name_size);
	(void)close(fd);
}

void notify_reloading(void)
{
	struct timespec now;
	char text[80];

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld",
		       (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	notify(text);
}
