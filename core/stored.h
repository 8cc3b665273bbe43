/* stored.h - a filing as it stands in table filing.
 *
 *   [id 32][arrived, ms 8][through whom 32][signature 64][R 32][header length 2]
 *   [header][record numbers]
 *
 * Of a filing that was purged of some bodies R is zeros, the length has its
 * highest bit set, and between header and numbers stand
 *
 *   [n 2][a bit for each body, set where it is bare, in whole bytes]
 *   [for each body its key of 16 bytes, or where it is bare its commitment of
 *   32]
 */
#ifndef CORE_STORED_H
#define CORE_STORED_H

#include "core/filing.h"
#include "core/hearsay.h"
#include "core/store.h"

/* Spans point into the map. */
struct hear_stored_filing {
	struct hear_id id;
	int64_t arrived_ms;
	struct hear_key via; /* zeros: made or imported here */
	struct hear_span signature;
	struct hear_span secret;
	struct hear_span header;
	struct hear_span bare;	  /* a bit for each body; empty: not purged */
	struct hear_span keys;	  /* and what is left of the keys */
	unsigned count;		  /* of bodies, where purged */
	struct hear_span numbers; /* of the records that are there, packed */
};

/* The stored form but for the numbers, which are to be appended. */
void hear_stored_begin(struct hear_buffer *out,
		       const struct hear_sealed *filing, int64_t arrived_ms,
		       const struct hear_key *via);

/* HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code hear_stored_at(struct hear_txn *txn,
					   uint64_t number,
					   struct hear_stored_filing *out,
					   struct hear_err *err);
bool hear_stored_is_bare(const struct hear_stored_filing *stored,
			 unsigned index);

/* The filing with the bodies it was made of, as far as they are there; header
 * and id are not read. `numbers` (may be NULL) gets the record number of each
 * body, 0 where it is bare. HEAR_DAMAGED: a record is missing, or the list is
 * not well formed. Spans point into the map. */
HEAR_CHECKED enum hear_code
hear_stored_gather(struct hear_txn *txn,
		   const struct hear_stored_filing *stored,
		   struct hear_sealed *out, uint64_t *numbers,
		   struct hear_err *err);

/* Walks the packed record numbers: start `at` at 0 and `number` at 0. */
bool hear_next_number(struct hear_span numbers, size_t *at, uint64_t *number);
void hear_pack_number(struct hear_buffer *out, uint64_t before,
		      uint64_t number);

#endif
