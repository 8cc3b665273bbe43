/* record.h - the kinds of record, their fields, and the one form each takes.
 *
 * The calls are in hearsay.h. The tables in record.c are the list of kinds and
 * fields that FORMAT.md describes; limits are in limits.h. Bodies hold texts,
 * integers, booleans, lists and maps; ids stand in them as 64 lower-case
 * hexadecimal digits, so that JSON and MessagePack say the same.
 */
#ifndef CORE_RECORD_H
#define CORE_RECORD_H

#include "core/hearsay.h"

/* The `kind` of a record; empty where it has none. */
struct hear_span hear_record_kind(const struct hear_value *tree);
bool hear_record_is(const struct hear_value *tree, const char *kind);

/* Packs an open form that is known to be right, such as the roster's. */
HEAR_CHECKED enum hear_code hear_record_pack(struct hear_arena *arena,
					     const struct hear_value *tree,
					     struct hear_record *out,
					     struct hear_err *err);

/* hear_record_read() of a body that is known to hash to `id`. */
HEAR_CHECKED enum hear_code hear_record_known(struct hear_arena *arena,
					      struct hear_span body,
					      const struct hear_id *id,
					      struct hear_record *out,
					      struct hear_err *err);

#endif
