/* settle.h - what derives from the roster, brought up to date within the write
 * transaction that changes it: members, what is left out, what waits aside.
 */
#ifndef CORE_SETTLE_H
#define CORE_SETTLE_H

#include "core/writer.h"

/* A roster filing was stored: from here on what derives is behind. */
HEAR_CHECKED enum hear_code hear_settle_note(struct hear_writer *writer,
					     const struct hear_sealed *filing,
					     const struct hear_record *records,
					     uint64_t number,
					     struct hear_err *err);
/* Brings it up to date where it is behind: before anything is judged by it,
 * and before the commit. */
HEAR_CHECKED enum hear_code hear_settle(struct hear_writer *writer,
					struct hear_err *err);

/* Makes writer->history hold all of the roster. */
HEAR_CHECKED enum hear_code hear_settle_history(struct hear_writer *writer,
						struct hear_err *err);
/* And writer->judgement be of it. */
HEAR_CHECKED enum hear_code hear_settle_judge(struct hear_writer *writer,
					      struct hear_err *err);

/* Reads the acts of a roster filing from its records; the genesis has none
 * here. HEAR_INVALID says what is wrong. */
HEAR_CHECKED enum hear_code hear_acts_read(struct hear_arena *arena,
					   const struct hear_record *records,
					   size_t count, struct hear_act *out,
					   struct hear_err *err);

/* The roster as it stands in a transaction, from the order of the tree.
 * Filings that are damaged, and those that have seen what is not there, are
 * left out. */
HEAR_CHECKED enum hear_code hear_history_load(struct hear_history **out,
					      struct hear_txn *txn,
					      struct hear_err *err);
/* The same of the filings whose numbers are given; `judging`: those whose
 * author is no admin in their past are left out, too. */
HEAR_CHECKED enum hear_code hear_history_read(struct hear_history **out,
					      struct hear_txn *txn,
					      const uint64_t *numbers,
					      size_t count, bool judging,
					      struct hear_err *err);

/* The row of a key in table member; is->ever_role is 0 where it has none. */
HEAR_CHECKED enum hear_code
hear_member_row(const struct hear_history *history,
		const struct hear_judgement *judgement, size_t key,
		struct hear_member *is, uint64_t *mark, struct hear_buffer *out,
		struct hear_err *err);

#endif
