/* wire.h - messages and their bytes. They are drawn in PROTOCOL.md.
 *
 * A body begins with its kind. A writer appends to a buffer, whose `failed`
 * tells of memory; what it was given must be within the limits. A reader
 * borrows from the body and allocates nothing; HEAR_INVALID where the bytes
 * are not exactly one message of that kind, in the one form it has.
 */
#ifndef SYNC_WIRE_H
#define SYNC_WIRE_H

#include "core/sign.h"
#include "sync/cut.h"
#include "sync/limits.h"
#include "sync/noise.h"

enum hear_wire_kind {
	HEAR_WIRE_UNKNOWN, /* only a reply: nothing here for you */
	HEAR_WIRE_HELLO,   /* WELCOME */
	HEAR_WIRE_ROOTS,   /* STANDING */
	HEAR_WIRE_COMPARE, /* COMPARED: a reply has its question's kind */
	HEAR_WIRE_EXCHANGE,
	HEAR_WIRE_REASONS,
	HEAR_WIRE_JOIN,
	HEAR_WIRE_SORRY = 0x70, /* only a reply */
};

enum {
	HEAR_WIRE_MARK = 8, /* the first bytes of a dataset's mark */
	HEAR_WIRE_SALT = 16,
	HEAR_WIRE_SHORT = 6, /* a salted digest or id */
	HEAR_WIRE_MAC = 32,
	HEAR_WIRE_PARTITIONS = HEAR_RED, /* clear .. red: what may travel */
};

/* The kind of a body; false: it is empty. */
HEAR_CHECKED bool hear_wire_kind(struct hear_span body, unsigned char *out);

/* What names a dataset within one conversation, to those who know it already:
 * H(HEAR_TAG_HELLO, its id, the hash of the handshake). HELLO bears all of it,
 * every other question its first HEAR_WIRE_MARK bytes. */
void hear_wire_mark(const struct hear_id *dataset,
		    const unsigned char handshake[HEAR_NOISE_HASH],
		    struct hear_id *out);

/* ---- Parts --------------------------------------------------------------- */

/* What a side holds, in the view up to `clearance`. */
struct hear_wire_roots {
	enum hear_marking clearance;
	uint64_t roster_count;
	struct hear_id roster; /* the root of partition 0 */
	struct hear_id view;   /* hear_tree_view_root() */
};

/* Items that each have their length before them: filings, squeezed. */
struct hear_wire_list {
	uint32_t count;
	struct hear_span bytes;
};

/* Takes the next item off the front; false: there is none left. */
HEAR_CHECKED bool hear_wire_list_next(struct hear_wire_list *list,
				      struct hear_span *out);

/* A list while it is put together. Starts from zeros. */
struct hear_wire_pile {
	uint32_t count;
	struct hear_buffer bytes;
};

void hear_wire_pile_add(struct hear_wire_pile *pile, struct hear_span item);
struct hear_wire_list hear_wire_pile_list(const struct hear_wire_pile *pile);
void hear_wire_pile_reset(struct hear_wire_pile *pile);
void hear_wire_pile_done(struct hear_wire_pile *pile);

/* Ranges, and what is said of each, in the same order. */
struct hear_wire_ranges {
	struct hear_cut cut;
	struct hear_span data;
};

/* One of the ranges. */
struct hear_wire_range {
	struct hear_prefix prefix;
	uint64_t count;		/* COMPARED: filings. EXCHANGE: ids, 0: all */
	bool listed;		/* COMPARED: the ids stand in `bytes` */
	struct hear_span bytes; /* HEAR_WIRE_SHORT each: digest, or ids */
};

struct hear_wire_walk {
	struct hear_cut_walk cut;
	struct hear_fields data;
};

/* Walks over ranges that a reader accepted. */
void hear_wire_walk_begin(struct hear_wire_walk *walk,
			  const struct hear_wire_ranges *ranges);
HEAR_CHECKED bool hear_wire_next_said(struct hear_wire_walk *walk,
				      struct hear_wire_range *out);
HEAR_CHECKED bool hear_wire_next_want(struct hear_wire_walk *walk,
				      struct hear_wire_range *out);

/* Appends what is said of a range; the prefix goes into the cut. */
void hear_wire_put_said(struct hear_buffer *data,
			const struct hear_wire_range *range);
void hear_wire_put_want(struct hear_buffer *data,
			const struct hear_wire_range *range);

/* ---- HELLO, ROOTS: WELCOME, STANDING ------------------------------------- */

struct hear_wire_hello {
	struct hear_id mark;
	struct hear_wire_roots roots;
	struct hear_wire_list proof; /* roster filings that grant the asker */
};

struct hear_wire_ask_roots {
	unsigned char mark[HEAR_WIRE_MARK];
	uint32_t park_ms; /* answer when there is news, or then; 0: now */
	struct hear_wire_roots roots;
};

struct hear_wire_standing {
	struct hear_wire_roots roots;
	/* Of partitions 1, 2, ...: where the views differ. */
	unsigned partition_count;
	struct hear_tree_root partitions[HEAR_WIRE_PARTITIONS];
	struct hear_wire_list filings; /* that came since */
};

void hear_wire_write_hello(struct hear_buffer *out,
			   const struct hear_wire_hello *hello);
HEAR_CHECKED enum hear_code hear_wire_read_hello(struct hear_wire_hello *out,
						 struct hear_span body,
						 struct hear_err *err);
void hear_wire_write_roots(struct hear_buffer *out,
			   const struct hear_wire_ask_roots *roots);
HEAR_CHECKED enum hear_code
hear_wire_read_roots(struct hear_wire_ask_roots *out, struct hear_span body,
		     struct hear_err *err);
/* `kind`: HEAR_WIRE_HELLO for WELCOME, HEAR_WIRE_ROOTS for STANDING. */
void hear_wire_write_standing(struct hear_buffer *out, enum hear_wire_kind kind,
			      const struct hear_wire_standing *standing);
HEAR_CHECKED enum hear_code
hear_wire_read_standing(struct hear_wire_standing *out,
			enum hear_wire_kind kind, struct hear_span body,
			struct hear_err *err);
/* A reply of nothing but its kind. */
void hear_wire_write_unknown(struct hear_buffer *out);

/* ---- COMPARE: COMPARED --------------------------------------------------- */

struct hear_wire_compare {
	unsigned char mark[HEAR_WIRE_MARK];
	unsigned char salt[HEAR_WIRE_SALT];
	struct hear_span partition;
	bool opening; /* the first of a descent */
	struct hear_cut ranges;
};

struct hear_wire_compared {
	bool more; /* nothing is said of what comes after the last range */
	struct hear_wire_ranges ranges;
};

void hear_wire_write_compare(struct hear_buffer *out,
			     const struct hear_wire_compare *compare);
HEAR_CHECKED enum hear_code
hear_wire_read_compare(struct hear_wire_compare *out, struct hear_span body,
		       struct hear_err *err);
void hear_wire_write_compared(struct hear_buffer *out,
			      const struct hear_wire_compared *compared);
HEAR_CHECKED enum hear_code
hear_wire_read_compared(struct hear_wire_compared *out, struct hear_span body,
			struct hear_err *err);

/* ---- EXCHANGE: EXCHANGED ------------------------------------------------- */

struct hear_wire_exchange {
	unsigned char mark[HEAR_WIRE_MARK];
	unsigned char salt[HEAR_WIRE_SALT]; /* of the ids */
	struct hear_span partition;
	bool resumed; /* only wants above `after` */
	unsigned char after[HEAR_RANGE_KEY];
	struct hear_wire_ranges wants;
	struct hear_wire_list filings; /* given */
};

/* What became of a filing: a byte each. Reasons for waiting and refusals are
 * numbers of the two sides' own (below 64), for people to read. */
enum hear_wire_result {
	HEAR_RESULT_ABSENT,  /* not held; of a filing given: not looked at */
	HEAR_RESULT_HELD,    /* held, before it came */
	HEAR_RESULT_TAKEN,   /* held now */
	HEAR_RESULT_CHARGED, /* bad form, hash or signature */
	HEAR_RESULT_WAITS = 0x40,   /* plus the reason: kept apart */
	HEAR_RESULT_REFUSED = 0x80, /* plus the reason */
};

struct hear_wire_exchanged {
	struct hear_span results;     /* a byte for each filing given */
	struct hear_wire_roots roots; /* after these were taken */
	bool more; /* of the wants, only those up to `covered` were served */
	unsigned char covered[HEAR_RANGE_KEY];
	struct hear_wire_list filings;
};

void hear_wire_write_exchange(struct hear_buffer *out,
			      const struct hear_wire_exchange *exchange);
HEAR_CHECKED enum hear_code
hear_wire_read_exchange(struct hear_wire_exchange *out, struct hear_span body,
			struct hear_err *err);
void hear_wire_write_exchanged(struct hear_buffer *out,
			       const struct hear_wire_exchanged *exchanged);
HEAR_CHECKED enum hear_code
hear_wire_read_exchanged(struct hear_wire_exchanged *out, struct hear_span body,
			 struct hear_err *err);

/* ---- REASONS ------------------------------------------------------------- */

struct hear_wire_reasons {
	unsigned char mark[HEAR_WIRE_MARK];
	struct hear_span ids; /* 32 bytes each */
};

struct hear_wire_reasoned {
	struct hear_span results; /* enum hear_wire_result, a byte each */
};

void hear_wire_write_reasons(struct hear_buffer *out,
			     const struct hear_wire_reasons *reasons);
HEAR_CHECKED enum hear_code
hear_wire_read_reasons(struct hear_wire_reasons *out, struct hear_span body,
		       struct hear_err *err);
void hear_wire_write_reasoned(struct hear_buffer *out,
			      const struct hear_wire_reasoned *reasoned);
HEAR_CHECKED enum hear_code
hear_wire_read_reasoned(struct hear_wire_reasoned *out, struct hear_span body,
			struct hear_err *err);

/* ---- JOIN: JOINED -------------------------------------------------------- */

struct hear_wire_join {
	unsigned char mark[HEAR_WIRE_MARK];
	unsigned char mac[HEAR_WIRE_MAC]; /* proves the invitation's secret */
	/* By the joiner's signing key, of its channel key: for the grant. */
	unsigned char certificate[HEAR_SIGNATURE];
	struct hear_span name;		  /* what the joiner calls itself */
};

struct hear_wire_joined {
	struct hear_wire_list filings; /* genesis and roster */
};

void hear_wire_write_join(struct hear_buffer *out,
			  const struct hear_wire_join *join);
HEAR_CHECKED enum hear_code hear_wire_read_join(struct hear_wire_join *out,
						struct hear_span body,
						struct hear_err *err);
void hear_wire_write_joined(struct hear_buffer *out,
			    const struct hear_wire_joined *joined);
HEAR_CHECKED enum hear_code hear_wire_read_joined(struct hear_wire_joined *out,
						  struct hear_span body,
						  struct hear_err *err);

/* ---- SORRY --------------------------------------------------------------- */

enum hear_wire_sorry_code {
	HEAR_SORRY_BUSY = 1,   /* number: ask again after so many ms */
	HEAR_SORRY_VERSION,    /* number: the format that is needed */
	HEAR_SORRY_INVITATION, /* used, expired or unknown */
	HEAR_SORRY_ROSTER,     /* not now: syncing the roster first */
};

struct hear_wire_sorry {
	enum hear_wire_sorry_code code;
	uint64_t number; /* 0 where the code has none */
};

void hear_wire_write_sorry(struct hear_buffer *out,
			   const struct hear_wire_sorry *sorry);
HEAR_CHECKED enum hear_code hear_wire_read_sorry(struct hear_wire_sorry *out,
						 struct hear_span body,
						 struct hear_err *err);

#endif
