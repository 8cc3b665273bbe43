/* join.h - the newcomer's conversation: an invitation in, a roster out.
 *
 * A state machine like the engine (engine.h), for a node that has no dataset
 * yet: it dials the inviter's addresses in turn, proves the secret, and gets
 * the dataset's first filing and its roster.
 */
#ifndef SYNC_JOIN_H
#define SYNC_JOIN_H

#include "sync/engine.h"
#include "sync/invitation.h"


struct hear_joiner;

/* A joiner uses lane 1 of its host and needs no dataset. `name` is what the
 * newcomer's keys are called; the inviter's choice of a name goes first. */
HEAR_CHECKED enum hear_code
hear_joiner_new(struct hear_joiner **out, const struct hear_identity *identity,
		const struct hear_invitation *invitation,
		const struct hear_host *host, struct hear_err *err);
void hear_joiner_free(struct hear_joiner *joiner);
void hear_joiner_answer(struct hear_joiner *joiner,
			const struct hear_moment *now, uint64_t request,
			struct hear_span frame);
void hear_joiner_unanswered(struct hear_joiner *joiner,
			    const struct hear_moment *now, uint64_t request);
void hear_joiner_tick(struct hear_joiner *joiner,
		      const struct hear_moment *now);
uint64_t hear_joiner_due(const struct hear_joiner *joiner);

enum hear_joining { HEAR_JOIN_TRYING, HEAR_JOIN_IN, HEAR_JOIN_FAILED };

/* FAILED: `err` says why, for good. While TRYING it says what was last in the
 * way, or is empty. */
enum hear_joining hear_joiner_state(const struct hear_joiner *joiner,
				    struct hear_err *err);
/* Once IN: the dataset's first filing for hear_dataset_adopt(), and the
 * roster's others for hear_write_take(), in order; borrowed. */
struct hear_span hear_joiner_genesis(const struct hear_joiner *joiner);
bool hear_joiner_filing(const struct hear_joiner *joiner, size_t index,
			struct hear_span *out);

#endif
