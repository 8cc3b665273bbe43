/* purge.h - destroying bodies for good, everywhere.
 *
 * A purge names records of a filing by their place in it. With one in force a
 * filing is whole without these bodies: their commitments stand in their
 * place, and of its key R only the keys of the other bodies are kept, so that
 * no guess at what was destroyed can be proved. Table `purge` holds for each
 * filing that is named which of its bodies purges in force take out, and which
 * any purge of the roster names, in force or not.
 *
 * Only filings of claims are purged; the roster's own stand.
 */
#ifndef CORE_PURGE_H
#define CORE_PURGE_H

#include "core/judge.h"
#include "core/writer.h"

enum { HEAR_PURGE_WORDS = HEAR_FILING_RECORDS / 64 };

/* A bit for each body. */
struct hear_purged {
	uint64_t holds[HEAR_PURGE_WORDS]; /* is to be taken out */
	uint64_t named[HEAR_PURGE_WORDS]; /* may be lacking */
};

/* What the roster comes to, in order of filing ids; to be freed. */
struct hear_purge_row {
	struct hear_id filing;
	struct hear_purged is;
};

HEAR_CHECKED enum hear_code
hear_purges_gather(const struct hear_history *history,
		   const struct hear_judgement *judgement,
		   struct hear_purge_row **out, size_t *count,
		   struct hear_err *err);

/* The stored form of one row. */
enum { HEAR_PURGE_BYTES = 2 * HEAR_FILING_RECORDS / 8 };
void hear_purge_pack(const struct hear_purged *purged,
		     unsigned char out[HEAR_PURGE_BYTES]);
/* HEAR_NOTFOUND is an answer: no purge names the filing. */
HEAR_CHECKED enum hear_code hear_purge_get(struct hear_txn *txn,
					   const struct hear_id *filing,
					   struct hear_purged *out,
					   struct hear_err *err);
/* Whether all that a filing lacks may be lacking, or (`holds`) all that is to
 * be taken out is lacking. */
bool hear_purge_covers(const struct hear_purged *purged,
		       const struct hear_sealed *filing);
bool hear_purge_done(const struct hear_purged *purged,
		     const struct hear_sealed *filing);

/* Brings table and filings up to date with the roster, which is judged. */
HEAR_CHECKED enum hear_code hear_purge_settle(struct hear_writer *writer,
					      struct hear_err *err);

#endif
