/* crowd.h - many members on one machine, each with an engine of its own, that
 * dial one daemon and stay. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "core/hearsay.h"

#include <sys/types.h>

enum { CROWD_MOST = 256 };

struct crowd {
	const char *home; /* a dataset "bench" that all of them serve */
	struct hear_identity *const *members;
	unsigned count;
	const struct hear_identity *daemon; /* whose keys it has */
	const char *tcp; /* its addresses: as one machine may have 64 */
	const char *ipc; /* connections, most come by a path */
	pid_t process;
};

/* Starts them in a process of their own; returns when all are in sync. */
void crowd_start(struct crowd *crowd);
void crowd_stop(struct crowd *crowd);

#endif
