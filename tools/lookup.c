/* SPDX-License-Identifier: ISC */
#include "tools/lookup.h"

#include "core/bytes.h"
#include "core/error.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STACK_BYTES = 256 * 1024 };

struct lookup {
	pthread_mutex_t lock;
	bool done;
	bool forgotten; /* whoever comes second frees it */
	int wake;
	unsigned turn;
	char name[HEAR_ENDPOINT_TEXT];
	char port[8];
	char found[HEAR_ENDPOINT_BYTES]; /* "": see why */
	char why[160];
};

static void destroy(struct lookup *lookup)
{
	(void)pthread_mutex_destroy(&lookup->lock);
	free(lookup);
}

static void print(struct lookup *lookup, const struct sockaddr *name)
{
	const struct sockaddr_in6 *in6 = (const void *)name;
	const struct sockaddr_in *in4 = (const void *)name;
	char digits[INET6_ADDRSTRLEN] = "";

	if (name->sa_family == AF_INET6) {
		(void)inet_ntop(AF_INET6, &in6->sin6_addr, digits,
				sizeof digits);
		(void)snprintf(lookup->found, sizeof lookup->found,
			       "tcp://[%s]:%s", digits, lookup->port);
	} else {
		(void)inet_ntop(AF_INET, &in4->sin_addr, digits,
				sizeof digits);
		(void)snprintf(lookup->found, sizeof lookup->found,
			       "tcp://%s:%s", digits, lookup->port);
	}
}

static bool usable(const struct addrinfo *at)
{
	return at->ai_family == AF_INET || at->ai_family == AF_INET6;
}

static void choose(struct lookup *lookup, const struct addrinfo *all)
{
	const struct addrinfo *at;
	unsigned count = 0;
	unsigned turn;

	for (at = all; at; at = at->ai_next)
		count += usable(at);
	if (count == 0)
		return;
	turn = lookup->turn % count;
	for (at = all; at; at = at->ai_next)
		if (usable(at) && turn-- == 0) {
			print(lookup, at->ai_addr);
			return;
		}
}

static void look_up(struct lookup *lookup)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC,
				 .ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_ADDRCONFIG};
	struct addrinfo *all = NULL;
	int why = getaddrinfo(lookup->name, NULL, &hints, &all);

	if (why == 0)
		choose(lookup, all);
	if (why == 0)
		freeaddrinfo(all);
	if (!lookup->found[0])
		(void)snprintf(lookup->why, sizeof lookup->why, "%s",
			       why ? gai_strerror(why)
				   : "it has no internet address");
}

static void *run(void *context)
{
	struct lookup *lookup = context;
	uint64_t one = 1;
	bool mine;

	look_up(lookup);
	(void)pthread_mutex_lock(&lookup->lock);
	lookup->done = true;
	mine = lookup->forgotten;
	/* Within the lock: forgotten, the descriptor may be another's. */
	if (!mine)
		(void)!write(lookup->wake, &one, sizeof one);
	(void)pthread_mutex_unlock(&lookup->lock);
	if (mine)
		destroy(lookup);
	return NULL;
}

/* 0 or an errno. Signals are for the thread that looks after them. */
static int start(struct lookup *lookup)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t before;
	sigset_t all;
	int why = pthread_attr_init(&attributes);

	if (why)
		return why;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	(void)pthread_attr_setdetachstate(&attributes,
					  PTHREAD_CREATE_DETACHED);
	(void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
	why = pthread_create(&thread, &attributes, run, lookup);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attributes);
	return why;
}

static bool split(struct lookup *lookup, const char *address)
{
	const char *colon = strrchr(address, ':');
	size_t size;

	if (strncmp(address, "tcp://", 6) != 0 || colon < address + 7)
		return false;
	size = (size_t)(colon - (address + 6));
	if (size >= sizeof lookup->name ||
	    strlen(colon + 1) >= sizeof lookup->port)
		return false;
	memcpy(lookup->name, address + 6, size);
	(void)snprintf(lookup->port, sizeof lookup->port, "%s", colon + 1);
	return true;
}

enum hear_code lookup_begin(struct lookup **out, const char *address,
			    unsigned turn, int wake, struct hear_err *err)
{
	struct lookup *lookup = calloc(1, sizeof *lookup);
	int why;

	*out = NULL;
	if (!lookup)
		return hear_fail_memory(err);
	(void)pthread_mutex_init(&lookup->lock, NULL);
	lookup->wake = wake;
	lookup->turn = turn;
	if (!split(lookup, address)) {
		destroy(lookup);
		return hear_fail(err, HEAR_INVALID,
				 "%s has no name to look up", address);
	}
	why = start(lookup);
	if (why) {
		destroy(lookup);
		return hear_fail(err, HEAR_IO, "look up %s: %s", address,
				 strerror(why));
	}
	*out = lookup;
	return HEAR_OK;
}

enum hear_code lookup_take(struct lookup *lookup,
			   char out[HEAR_ENDPOINT_BYTES], struct hear_err *err)
{
	bool done;

	(void)pthread_mutex_lock(&lookup->lock);
	done = lookup->done;
	(void)pthread_mutex_unlock(&lookup->lock);
	if (!done)
		return HEAR_NOTFOUND;
	if (!lookup->found[0])
		return hear_fail(err, HEAR_IO, "look up %s: %s", lookup->name,
				 lookup->why);
	memcpy(out, lookup->found, HEAR_ENDPOINT_BYTES);
	return HEAR_OK;
}

void lookup_forget(struct lookup *lookup)
{
	bool mine;

	if (!lookup)
		return;
	(void)pthread_mutex_lock(&lookup->lock);
	mine = lookup->done;
	lookup->forgotten = true;
	(void)pthread_mutex_unlock(&lookup->lock);
	if (mine)
		destroy(lookup);
}
