/* newcomer.h - somebody at a node of a simulated cluster who has an invitation
 * and no dataset: the real conversation of sync/join.h.
 */
#ifndef TESTS_SIM_NEWCOMER_H
#define TESTS_SIM_NEWCOMER_H

#include "sync/join.h"
#include "tests/sim/cluster.h"

struct newcomer {
	struct cluster *cluster;
	unsigned seat;
	unsigned to;
	struct hear_joiner *joiner;
	uint64_t request;
	unsigned frames; /* sent */
};

/* A line by which that node invites somebody, good for so long. */
struct hear_invitation newcomer_invited(struct cluster *cluster, unsigned by,
					int64_t for_ms);
/* Takes the seat, with the seat's keys. */
void newcomer_open(struct newcomer *newcomer, struct cluster *cluster,
		   unsigned seat, const struct hear_invitation *invitation);
void newcomer_close(struct newcomer *newcomer);
/* Lets it try for so long, or until it is in or has failed. */
enum hear_joining newcomer_run(struct newcomer *newcomer, uint64_t ms,
			       struct hear_err *err);

#endif
