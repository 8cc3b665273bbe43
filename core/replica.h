/* replica.h - what sync needs of core: taking filings in, giving them out.
 */
#ifndef CORE_REPLICA_H
#define CORE_REPLICA_H

#include "core/hearsay.h"
#include "core/store.h"

enum hear_admission {
	HEAR_ADMITTED = 1,
	HEAR_HELD,	     /* here already */
	HEAR_WAITING,	     /* put aside, or there already */
	HEAR_REFUSED_FILING, /* it is what its author made, and not wanted */
	HEAR_CHARGED, /* form, hash or signature is wrong, or it is of another
		       * dataset: the peer's fault */
};

struct hear_admitted {
	enum hear_admission what;
	enum hear_wait reason; /* of waiting, and of HEAR_HELD where it is held
				* and left out */
	struct hear_id filing; /* zeros where not even that can be read */
	struct hear_key author;
	char why[240]; /* a sentence, where refused or charged */
};

/* Takes in a filing as it travels, from a peer (`via`: its key) or a bundle
 * (NULL). What is wrong with the bytes is no failure of the call but what it
 * tells; a failure breaks the transaction. HEAR_VERSION: the roster asks for a
 * newer program. */
HEAR_CHECKED enum hear_code hear_write_admit(struct hear_writer *writer,
					     struct hear_span packed,
					     const struct hear_key *via,
					     struct hear_admitted *out,
					     struct hear_err *err);

/* Appends a stored filing as it travels, whatever its time, marking and
 * standing: the caller has looked. HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code hear_replica_pack(struct hear_txn *txn,
					      struct hear_arena *arena,
					      uint64_t number,
					      struct hear_buffer *out,
					      struct hear_err *err);

/* The roster filings that show that a key is a member to one who has only the
 * genesis, in causal order without it: calls `each` with the number of each.
 * HEAR_NOTFOUND is an answer: it is no member. */
HEAR_CHECKED enum hear_code
hear_replica_proof(struct hear_txn *txn, const struct hear_key *key,
		   enum hear_code (*each)(void *context, uint64_t number,
					  struct hear_err *err),
		   void *context, struct hear_err *err);

/* A stored filing that is part of the dataset, whatever its time, as people
 * see it. HEAR_NOTFOUND is an answer: there is no such number, or it is left
 * out of the tree. */
HEAR_CHECKED enum hear_code hear_replica_filing(struct hear_reader *reader,
						uint64_t number,
						struct hear_filing *out,
						struct hear_err *err);

/* What is here of a filing. */
struct hear_held {
	enum hear_admission what; /* held, waiting or refused */
	enum hear_wait reason;	  /* of waiting */
	enum hear_refusal refusal; /* of what was refused */
	int partition; /* 0: the roster, 1 to 6: a marking; -1: unknown */
};

/* HEAR_NOTFOUND is an answer: nothing. */
HEAR_CHECKED enum hear_code hear_replica_held(struct hear_reader *reader,
					      const struct hear_id *filing,
					      struct hear_held *out,
					      struct hear_err *err);

/* The partition that a packed filing says it is of: 0 to 6, -1 where unknown.
 * Looks at its form only. */
HEAR_CHECKED enum hear_code hear_packed_partition(struct hear_arena *arena,
						  struct hear_span packed,
						  int *out,
						  struct hear_err *err);

/* A member as of all that the transaction has taken in so far. HEAR_NOTFOUND
 * is an answer. */
HEAR_CHECKED enum hear_code hear_writer_member(struct hear_writer *writer,
					       const struct hear_key *key,
					       struct hear_member *out,
					       struct hear_err *err);

/* The transaction of a reader, and of a writer; theirs still. */
struct hear_txn *hear_reader_txn(struct hear_reader *reader);
struct hear_txn *hear_writer_txn(struct hear_writer *writer);

#endif
