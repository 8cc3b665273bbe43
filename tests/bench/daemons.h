/* daemons.h - nodes to measure: each a home below build/bench and a hearsayd
 * at a port of the loopback interface. */
#ifndef BENCH_DAEMONS_H
#define BENCH_DAEMONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { DAEMON_PATH = 200 };

struct daemon {
	char name[24];
	char home[DAEMON_PATH];
	unsigned port;
	pid_t process; /* 0: it does not run */
	int log;       /* what it says, not waited for */
	char line[512]; /* of the log, until it is whole */
	unsigned size;
	/* The most of a process, where it was looked at. */
	uint64_t most;	    /* the daemon's own memory, bytes */
	uint64_t most_link; /* its link's */
};

/* A home with an identity and settings; with a dataset "bench" where it is to
 * be `founded`. What was there is taken away. */
void daemon_home(struct daemon *daemon, const char *name, bool founded);
/* Returns once it listens. */
void daemon_start(struct daemon *daemon);
void daemon_stop(struct daemon *daemon);
/* Runs `hearsay` there, by the shell; its output in `out`, without the last
 * newline, where that is not NULL. Stops where it fails. */
void daemon_tool(const struct daemon *daemon, const char *words, char *out,
		 unsigned room);
/* Lets `newcomer` in, who then holds what `inviter` does. */
void daemon_let_in(const struct daemon *inviter,
		   const struct daemon *newcomer);

/* Whether a line that holds `part` was logged since it was last asked. */
bool daemon_said(struct daemon *daemon, const char *part);
/* Looks at the memory of it and of its link. */
void daemon_look(struct daemon *daemon);
/* Its link; 0 where there is none. */
pid_t daemon_link(const struct daemon *daemon);
/* A number of its status of its only peer, by its JSON key. */
uint64_t daemon_peer_number(const struct daemon *daemon, const char *key);

/* Times a process gave up the processor by itself: it was woken as often. */
uint64_t daemon_wakes(pid_t process);
/* Seconds of processor it took so far. */
double daemon_seconds(pid_t process);

#endif
