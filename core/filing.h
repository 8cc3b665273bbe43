/* filing.h - what an analyst signs: header, commitments, the bytes that
 * travel.
 *
 * A filing's header is canonical MessagePack, signed; its id is the hash of
 * the header under HEAR_TAG_FILING. Bodies are committed to under a random
 * key that travels beside them, so that neither a record's id nor a guess at
 * its content proves anything to someone who has only the header.
 */
#ifndef CORE_FILING_H
#define CORE_FILING_H

#include "core/hearsay.h"
#include "core/limits.h"
#include "core/sign.h"

struct hear_header {
	bool genesis; /* the dataset field is empty */
	struct hear_id dataset;
	struct hear_key author;
	uint64_t time; /* milliseconds << 16 | counter */
	unsigned char partition[HEAR_PARTITION_BYTES];
	size_t partition_size;
	struct hear_id prev[HEAR_PREV_HEADS];
	size_t prev_count;
	struct hear_id seen[HEAR_SEEN_HEADS]; /* roster filings only */
	size_t seen_count;
	uint32_t count; /* records */
	struct hear_id root;
};

/* A filing with everything needed to check it. Spans are borrowed. */
struct hear_sealed {
	struct hear_header header;
	struct hear_id id;
	struct hear_span header_bytes;
	unsigned char signature[HEAR_SIGNATURE];
	unsigned char secret[32]; /* R: what the commitments are keyed with */
	/* Purged of some bodies: these are bare, and of R there are only the
	 * keys of the others left. */
	bool purged;
	bool bare[HEAR_FILING_RECORDS];
	unsigned char keys[HEAR_FILING_RECORDS][HEAR_BODY_KEY];
	struct hear_span bodies[HEAR_FILING_RECORDS]; /* bare: commitments */
	uint32_t count;
};

/* Partition 0 is the roster; 1 to 6 are the markings. */
void hear_partition_of(enum hear_marking marking, struct hear_header *header);
/* 0 for the roster, 1 .. 6 for a marking, -1 for an unknown partition. */
int hear_partition_marking(const struct hear_header *header);

static inline int64_t hear_stamp_ms(uint64_t time)
{
	return (int64_t)(time >> 16);
}

/* Commits to the bodies, signs, and fills header_bytes (in the arena), id,
 * signature, secret and header.root/count. The caller has set bodies, count
 * and the rest of the header. */
HEAR_CHECKED enum hear_code hear_filing_seal(struct hear_arena *arena,
					     const struct hear_signing_key *key,
					     struct hear_sealed *filing,
					     struct hear_err *err);

/* Reads a header strictly: HEAR_INVALID says what is wrong. */
HEAR_CHECKED enum hear_code hear_header_read(struct hear_arena *arena,
					     struct hear_span bytes,
					     struct hear_header *out,
					     struct hear_err *err);
void hear_header_id(struct hear_span bytes, struct hear_id *out);

/* Leaves those bodies bare whose bits are set in `wanted` (a bit for each, in
 * any order of bytes that hear_bit() reads), with commitments in the arena;
 * whether any was not so before. */
bool hear_sealed_strip(struct hear_arena *arena, struct hear_sealed *filing,
		       const uint64_t wanted[HEAR_FILING_RECORDS / 64]);

/* The bytes that travel, appended. */
HEAR_CHECKED enum hear_code hear_sealed_pack(struct hear_arena *arena,
					     const struct hear_sealed *filing,
					     struct hear_buffer *out,
					     struct hear_err *err);
/* Reads them, borrowing; checks form and limits only. */
HEAR_CHECKED enum hear_code hear_sealed_unpack(struct hear_arena *arena,
					       struct hear_span bytes,
					       struct hear_sealed *out,
					       struct hear_err *err);
/* Checks signature and commitments: whether it is what its author made. The
 * caller says in `err` which filing it is about. */
HEAR_CHECKED enum hear_code hear_sealed_check(const struct hear_sealed *filing,
					      struct hear_err *err);

#endif
