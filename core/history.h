/* history.h - the filings of partition 0 in memory, and what came before what.
 *
 * A filing of the roster names in `seen` what its author had seen; its past is
 * all that leads to. Filings are added after those they have seen, so that
 * their order here is one of the causal orders; nothing that is worked out
 * depends on which. Memory is a bit for each two filings, and the records.
 */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include "core/filing.h"
#include "core/hearsay.h"
#include "core/roster.h"

enum { HEAR_NO_ACT = UINT32_MAX };

/* A record of the roster in its place. */
struct hear_event {
	struct hear_act act;
	uint32_t filing; /* in the history */
	uint32_t index;	 /* in the filing */
	uint32_t by;	 /* key of its author, in the history */
	uint32_t about;	 /* key that a grant or removal is about */
	/* Earlier ones by the same, or about the same. */
	uint32_t before_by;
	uint32_t before_about;
};

struct hear_roster_filing {
	struct hear_id id;
	uint64_t time;
	uint64_t number; /* the local one, for the caller */
	uint32_t author; /* key, in the history */
	uint64_t *past;	 /* a bit for each filing before it in the history */
	bool followed;	 /* another has seen it */
};

struct hear_known_key {
	struct hear_key key;
	uint32_t last_by; /* events, linked by before_by */
	uint32_t last_about;
};

struct hear_history {
	struct hear_arena *arena;
	struct hear_roster_filing *filings;
	size_t filing_count;
	size_t filing_room;
	struct hear_event *events; /* in causal order */
	size_t event_count;
	size_t event_room;
	struct hear_known_key *keys;
	size_t key_count;
	size_t key_room;
	struct hear_slots *filing_slots; /* id to filing, key to key */
	struct hear_slots *key_slots;
};

struct hear_history *hear_history_new(void); /* NULL: out of memory */
void hear_history_free(struct hear_history *history); /* accepts NULL */

/* The founders' filing, first of all. */
HEAR_CHECKED enum hear_code
hear_history_begin(struct hear_history *history, const struct hear_id *id,
		   const struct hear_header *header,
		   const struct hear_genesis *genesis, struct hear_err *err);
/* Adds a filing; the acts are copied. HEAR_NOTFOUND is an answer: it has seen
 * what is not here. */
HEAR_CHECKED enum hear_code
hear_history_add(struct hear_history *history, const struct hear_id *id,
		 const struct hear_header *header, const struct hear_act *acts,
		 size_t count, uint64_t number, struct hear_err *err);
/* Its index; SIZE_MAX: not here. */
size_t hear_history_find(const struct hear_history *history,
			 const struct hear_id *id);
/* The index of a key; SIZE_MAX: none. */
size_t hear_history_key(const struct hear_history *history,
			const struct hear_key *key);
/* At most `room` of the filings that no other has seen, the newest here, in
 * ascending order of their ids; how many. */
size_t hear_history_heads(const struct hear_history *history,
			  struct hear_id *out, size_t room);

/* The past of a filing that has seen those, to be freed: a bit for each filing
 * here. HEAR_NOTFOUND is an answer: one of them is not here. */
HEAR_CHECKED enum hear_code
hear_history_past(const struct hear_history *history,
		  const struct hear_header *header, uint64_t **out,
		  struct hear_err *err);

static inline bool hear_bit(const uint64_t *bits, size_t at)
{
	return (bits[at / 64] >> (at % 64) & 1) != 0;
}

/* Whether `first` is in the past of `second`, or the other way round. */
bool hear_history_before(const struct hear_history *history,
			 const struct hear_event *first,
			 const struct hear_event *second);

#endif
