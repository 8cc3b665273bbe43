/* verifying.h - what the two halves of hear_verify() share: verify.c checks
 * records, filings and what is found through them, verify_roster.c what the
 * roster makes of them.
 */
#ifndef CORE_VERIFYING_H
#define CORE_VERIFYING_H

#include "core/dataset.h"
#include "core/index.h"
#include "core/numbers.h"
#include "core/tree.h"
#include "core/whole.h"
#include "core/words.h"

struct hear_verifying {
	const struct hear_verify_options *options;
	struct hear_verified *out;
	struct hear_dataset *dataset;
	struct hear_id id; /* of the genesis, as stored */
	struct hear_txn *txn;
	struct hear_cursor *cursors[HEAR_TABLE_COUNT]; /* for looking up */
	struct hear_whole whole;
	struct hear_arena *arena;
	struct hear_bits good;	/* filings that are whole */
	struct hear_bits held;	/* records that a filing lists */
	struct hear_bits apart; /* filings that belong in no tree */
	struct hear_buffer roster; /* numbers of its filings that are whole */
	uint64_t last_record;
	uint64_t most; /* no number of ours is above it */
	char name[48]; /* what is being checked, for sentences */
	uint64_t there[HEAR_TABLE_COUNT]; /* entries called for, and found */
	uint64_t told[HEAR_TABLE_COUNT];
	struct hear_keys keys;
	struct hear_buffer scratch;
	struct hear_words *words; /* of records since `first` */
	struct hear_gather *by;	  /* the same, their keys in HEAR_BY */
	uint64_t first;
	uint64_t pairs; /* of words and records, called for */
	uint64_t done;
	uint64_t all;
};

/* Something is wrong: a sentence. */
void hear_verify_tell(struct hear_verifying *v, const char *format, ...)
	HEAR_FORMAT(2, 3);
/* One entry of an index; after many of one index the rest is only counted. */
void hear_verify_tell_entry(struct hear_verifying *v, enum hear_table table,
			    const char *sentence);
/* An entry that v->name calls for is not there. */
void hear_verify_lack(struct hear_verifying *v, enum hear_table table,
		      struct hear_span key, uint64_t number);
/* An entry that is there, and nothing calls for it. */
void hear_verify_extra(struct hear_verifying *v, enum hear_table table,
		       struct hear_span key, uint64_t number);
/* Damage of a part, `why`, is told, and the rest checked all the same. */
HEAR_CHECKED enum hear_code hear_verify_go_on(struct hear_verifying *v,
					      enum hear_code code,
					      const struct hear_err *why,
					      struct hear_err *err);
/* Names what is being checked. */
void hear_verify_name(struct hear_verifying *v, const char *what,
		      const struct hear_id *id);
/* Looks up one entry that v->name calls for. */
HEAR_CHECKED enum hear_code hear_verify_entry(struct hear_verifying *v,
					      enum hear_table table,
					      struct hear_span key,
					      uint64_t number,
					      struct hear_err *err);
/* Whether a record calls for an entry of HEAR_RECORD_IDS or HEAR_BY. */
HEAR_CHECKED enum hear_code
hear_verify_record_calls(struct hear_verifying *v, enum hear_table table,
			 struct hear_span key, uint64_t number, bool *out,
			 struct hear_err *err);

/* Compares what was gathered of the records up to `last` with what is stored,
 * and begins anew. */
HEAR_CHECKED enum hear_code hear_verify_compare(struct hear_verifying *v,
						uint64_t last,
						struct hear_err *err);
/* The rest of it, then what is listed and nothing calls for. */
HEAR_CHECKED enum hear_code hear_verify_listed(struct hear_verifying *v,
					       struct hear_err *err);

/* The key of a filing in table `ordered`. */
struct hear_span hear_ordered_key(const struct hear_header *header,
				  const struct hear_id *id,
				  unsigned char out[HEAR_TREE_KEY]);

/* Checks members, places in the tree, what is left out, aside and refused,
 * once all filings were checked in themselves. */
HEAR_CHECKED enum hear_code hear_verify_roster(struct hear_verifying *v,
					       struct hear_err *err);

/* Whether an entry of table aside, or refused, is as it should be; `filing` is
 * scratch. */
bool hear_aside_whole(struct hear_txn *txn, struct hear_arena *arena,
		      struct hear_sealed *filing, struct hear_span key,
		      struct hear_span value);
bool hear_refused_whole(struct hear_span key, struct hear_span value);

#endif
