/* roster.h - who is a member of a dataset, and what each may do.
 *
 * The roster's records stand in partition 0. The first is the genesis, which
 * names the founders: they are admins of the highest clearance.
 */
#ifndef CORE_ROSTER_H
#define CORE_ROSTER_H

#include "core/hearsay.h"
#include "core/identity.h"
#include "core/limits.h"

enum hear_role { HEAR_READER = 1, HEAR_WRITER, HEAR_ADMIN };

struct hear_member {
	char name[HEAR_ANALYST_BYTES + 1];
	struct hear_key key;
	struct hear_key channel_key;
	enum hear_role role;
	enum hear_marking clearance;
};

struct hear_roster {
	char dataset_name[HEAR_ANALYST_BYTES + 1];
	struct hear_member members[HEAR_FOUNDERS];
	size_t count;
};

/* The genesis record of a new dataset, in the arena. */
HEAR_CHECKED enum hear_code
hear_genesis_make(struct hear_arena *arena, struct hear_span name,
		  const struct hear_identity *founder, struct hear_record *out,
		  struct hear_err *err);

/* Reads it back, checking form and the certificates of channel keys. */
HEAR_CHECKED enum hear_code hear_genesis_read(const struct hear_value *tree,
					      struct hear_roster *out,
					      struct hear_err *err);

/* NULL: no member. */
const struct hear_member *hear_roster_find(const struct hear_roster *roster,
					   const struct hear_key *key);

/* Whether records of this kind stand in partition 0 only. */
bool hear_roster_kind(struct hear_span kind);

#endif
