/* roster.h - the records of partition 0: who may do what in a dataset.
 *
 * The first is the genesis, which names the founders: admins, cleared for
 * everything. Grants make members and change what they may do, removals end
 * it, purges destroy bodies. Here they are made and read, each in itself; what
 * they come to together is worked out in judge.h.
 */
#ifndef CORE_ROSTER_H
#define CORE_ROSTER_H

#include "core/hearsay.h"
#include "core/identity.h"
#include "core/limits.h"

/* What one record of the roster does. */
struct hear_act {
	enum hear_kind kind; /* 0: not known to this version */
	int64_t needs;	     /* the lowest format a program must read */
	/* Genesis (an act for each founder) and grant; of a removal the key
	 * alone. */
	struct hear_key key;
	struct hear_key channel_key;
	unsigned char certificate[HEAR_SIGNATURE];
	char name[HEAR_ANALYST_NAME];
	enum hear_role role;
	enum hear_marking clearance;
	bool invited;
	struct hear_id invitation;
	/* Removal. */
	enum hear_removal mode;
	const struct hear_id *heads; /* ascending */
	size_t head_count;
	/* Purge. */
	struct hear_id filing;
	const uint16_t *indexes; /* ascending */
	size_t index_count;
};

struct hear_genesis {
	char dataset_name[HEAR_ANALYST_BYTES + 1];
	struct hear_act founders[HEAR_FOUNDERS];
	size_t count;
	int64_t needs;
};

/* The genesis record of a new dataset, in the arena. */
HEAR_CHECKED enum hear_code
hear_genesis_make(struct hear_arena *arena, struct hear_span name,
		  const struct hear_identity *founder, struct hear_record *out,
		  struct hear_err *err);

/* Reads it back, checking form and the certificates of channel keys. */
HEAR_CHECKED enum hear_code hear_genesis_read(const struct hear_value *tree,
					      struct hear_genesis *out,
					      struct hear_err *err);

/* Whether records of this kind stand in partition 0 only. */
bool hear_roster_kind(struct hear_span kind);

/* Makes a grant, a removal or a purge; other kinds are never asked for. */
HEAR_CHECKED enum hear_code hear_act_make(struct hear_arena *arena,
					  const struct hear_act *act,
					  struct hear_span reason,
					  struct hear_record *out,
					  struct hear_err *err);

/* Reads one; heads and indexes are in the arena. HEAR_INVALID: its form is
 * wrong, or it does not belong in partition 0. A record that needs a newer
 * format is not looked into any further: kind is 0. Certificates are not
 * checked here. */
HEAR_CHECKED enum hear_code hear_act_read(struct hear_arena *arena,
					  const struct hear_value *tree,
					  struct hear_act *out,
					  struct hear_err *err);
/* Whether a grant's key vouches for its channel key; true for other acts. */
bool hear_act_certified(const struct hear_act *act);

#endif
