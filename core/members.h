/* members.h - what the roster comes to, as it stands in table `member`.
 *
 * The table derives from partition 0 (judge.h) and is rewritten in the same
 * transaction in which that changes. The public calls are in hearsay.h.
 */
#ifndef CORE_MEMBERS_H
#define CORE_MEMBERS_H

#include "core/filing.h"
#include "core/hearsay.h"
#include "core/reader.h"
#include "core/store.h"

/* The stored form, appended; the key is not part of it. `mark`: see
 * hear_kept_mark(). */
void hear_member_pack(const struct hear_member *member, uint64_t mark,
		      struct hear_buffer *out);
/* False: not well formed. `mark` may be NULL. */
bool hear_member_unpack(struct hear_span key, struct hear_span value,
			struct hear_member *out, uint64_t *mark);

/* HEAR_NOTFOUND is an answer: never a member. */
HEAR_CHECKED enum hear_code hear_member_get(struct hear_txn *txn,
					    const struct hear_key *key,
					    struct hear_member *out,
					    struct hear_err *err);

/* The name of an author, "" where the roster has none; as long as the reader
 * is open. */
HEAR_CHECKED enum hear_code hear_author_name(struct hear_reader *reader,
					     const struct hear_key *key,
					     const char **out,
					     struct hear_err *err);

/* Whether an author may file now at the header's marking: HEAR_DENIED says why
 * not. */
HEAR_CHECKED enum hear_code hear_may_file(struct hear_txn *txn,
					  const char *dataset_name,
					  const struct hear_header *header,
					  struct hear_err *err);
/* HEAR_VERSION: the roster asks for a format that this program does not know;
 * the dataset may only be looked at. */
HEAR_CHECKED enum hear_code hear_check_needs(struct hear_txn *txn,
					     struct hear_err *err);

/* Signs and stores records of the roster as one filing, and settles. */
HEAR_CHECKED enum hear_code hear_roster_file(struct hear_writer *writer,
					     const struct hear_identity *admin,
					     const struct hear_record *records,
					     size_t count,
					     struct hear_outcome *out,
					     struct hear_err *err);
/* HEAR_DENIED says why the identity may not file such. */
HEAR_CHECKED enum hear_code hear_check_admin(struct hear_writer *writer,
					     const struct hear_identity *admin,
					     struct hear_member *out,
					     struct hear_err *err);

#endif
