/* pack.h - a value tree and its one canonical encoding as MessagePack.
 *
 * Only pack.c knows msgpack-c. Canonical: integers, strings, bytes, lists and
 * maps in their shortest form; map keys are strings in ascending order of
 * their bytes, none twice; strings are well-formed UTF-8; no nil, float or
 * extension; integers fit int64; at most HEAR_PACKED_DEPTH deep. So one tree
 * has one encoding, and bytes that pass hear_pack_check() are that encoding.
 */
#ifndef CORE_PACK_H
#define CORE_PACK_H

#include "core/hearsay.h"

/* Appends the canonical encoding; map fields may be in any order.
 * HEAR_LIMIT: too deep. */
HEAR_CHECKED enum hear_code hear_pack(struct hear_buffer *out,
				      const struct hear_value *value,
				      struct hear_err *err);

/* HEAR_INVALID unless `bytes` are exactly one canonical value. Allocates
 * nothing: it runs before msgpack-c sees foreign bytes, which reserves what a
 * header claims. */
HEAR_CHECKED enum hear_code hear_pack_check(struct hear_span bytes,
					    struct hear_err *err);

/* Checks, then reads. Texts in the tree borrow from `bytes`. */
HEAR_CHECKED enum hear_code hear_unpack(struct hear_arena *arena,
					struct hear_span bytes,
					struct hear_value **out,
					struct hear_err *err);

/* The same for bytes that passed hear_pack_check() before: those of our own
 * store. */
HEAR_CHECKED enum hear_code hear_unpack_trusted(struct hear_arena *arena,
						struct hear_span bytes,
						struct hear_value **out,
						struct hear_err *err);

#endif
