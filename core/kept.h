/* kept.h - which filings here are part of the dataset and of views, and which
 * of a removed author's stand.
 *
 * A removal names heads: filings of the author that whoever removed them had.
 * What leads to one of these by `prev`, and the heads themselves, are kept;
 * the rest came after the removal, or was dated back. Filings may arrive in
 * any order: where a kept one comes, those before it are kept as well.
 */
#ifndef CORE_KEPT_H
#define CORE_KEPT_H

#include "core/judge.h"
#include "core/numbers.h"
#include "core/writer.h"

/* What keeps a member's filing out of the dataset or of views. */
enum hear_wait hear_standing_of_member(const struct hear_member *member,
				       int marking, bool kept);
/* Whether it is out of the tree, too. */
static inline bool hear_is_out(enum hear_wait reason)
{
	return reason != 0 && reason != HEAR_WAIT_FLAGGED;
}

/* The heads that the removals of a key leave standing: 32 bytes each, in
 * order, none twice. Resets `out`. */
HEAR_CHECKED enum hear_code
hear_kept_heads(const struct hear_history *history,
		const struct hear_judgement *judgement, size_t key,
		struct hear_buffer *out, struct hear_err *err);
/* Eight bytes that tell whether these are others than before. */
uint64_t hear_kept_mark(struct hear_span heads);

/* What the stored filings of a transaction should be, by the roster alone.
 * Start from zeros, with the first three set; nothing of it is given back but
 * by hear_standings_done(). */
struct hear_standings {
	struct hear_txn *txn;
	const struct hear_history *history;
	const struct hear_judgement *judgement;
	struct hear_arena *arena;
	/* Of the author asked for last. */
	bool known;
	bool member;
	struct hear_key of;
	struct hear_member is;
	struct hear_bits kept;
	struct hear_buffer heads;
};

HEAR_CHECKED enum hear_code hear_standing_at(struct hear_standings *standings,
					     uint64_t number,
					     const struct hear_header *header,
					     const struct hear_id *id,
					     enum hear_wait *out,
					     struct hear_err *err);
void hear_standings_done(struct hear_standings *standings);

/* Whether a filing of a removed author is kept that comes only now, or waits
 * aside. */
HEAR_CHECKED enum hear_code hear_is_kept(struct hear_writer *writer,
					 const struct hear_header *header,
					 const struct hear_id *id, bool *out,
					 struct hear_err *err);

/* Marks a stored filing as left out (or no longer), with its entry in table
 * aside, which it has while it is out of the tree. */
HEAR_CHECKED enum hear_code
hear_left_note(struct hear_txn *txn, uint64_t number,
	       const struct hear_header *header,
	       const struct hear_stored_filing *stored, enum hear_wait was,
	       enum hear_wait is, struct hear_err *err);
/* Puts a stored filing where it belongs: in or out of the tree and of views.
 * HEAR_EXISTS is an answer: it was taken out of table `ordered`, and the
 * partition's nodes must be made anew. */
HEAR_CHECKED enum hear_code hear_kept_move(struct hear_writer *writer,
					   uint64_t number,
					   const struct hear_header *header,
					   enum hear_wait is,
					   struct hear_err *err);

#endif
