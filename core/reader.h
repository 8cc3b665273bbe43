/* reader.h - one moment of a dataset, seen in one view.
 *
 * A record exists in a view if a live filing within the view holds it: one of
 * a marking and a time within the view, by a member, that no live retraction
 * within the view takes back. The public calls are in hearsay.h; those here
 * work on local numbers.
 */
#ifndef CORE_READER_H
#define CORE_READER_H

#include "core/dataset.h"
#include "core/filing.h"
#include "core/hearsay.h"
#include "core/store.h"
#include "core/stored.h"

/* What is asked of a filing again and again. */
struct hear_filing_facts {
	uint64_t number; /* 0: an empty place of the cache */
	struct hear_id id;
	struct hear_key author;
	uint64_t time;
	int marking; /* 0: the roster */
	bool left;   /* out of views: filed by one who was removed */
};

enum { HEAR_FACTS_KEPT = 512 };

struct hear_looked;
struct hear_supports;

struct hear_reader {
	struct hear_dataset *dataset;
	struct hear_txn *txn;
	bool borrowed; /* the transaction belongs to a writer */
	struct hear_view view;
	int64_t latest_ms; /* filings after it are not in view */
	struct hear_arena *scratch;
	struct hear_filing_facts facts[HEAR_FACTS_KEPT];
	struct hear_cursor *filed;
	bool retractions; /* whether there are any at all */
	bool lefts;	  /* the same of filings left out of views */
	struct hear_looked *looked; /* of documents; NULL: at none yet */
	struct hear_arena *names;
	struct hear_member *members; /* in order of keys; NULL: not read yet */
	size_t member_count;
	struct hear_supports *supports; /* core/support; NULL: none asked for */
};

/* A reader over a writer's own transaction. */
HEAR_CHECKED enum hear_code hear_reader_over(struct hear_reader *reader,
					     struct hear_dataset *dataset,
					     struct hear_txn *txn,
					     const struct hear_view *view,
					     struct hear_err *err);
void hear_reader_done(struct hear_reader *reader);

/* HEAR_DAMAGED: a repair was cut short, so the tables are not whole. */
HEAR_CHECKED enum hear_code hear_check_repair(struct hear_txn *txn,
					      struct hear_err *err);

/* The local number of a record or filing. HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code hear_record_number(struct hear_txn *txn,
					       const struct hear_id *id,
					       uint64_t *out,
					       struct hear_err *err);
HEAR_CHECKED enum hear_code hear_filing_number(struct hear_txn *txn,
					       const struct hear_id *id,
					       uint64_t *out,
					       struct hear_err *err);
/* The body of a record; HEAR_DAMAGED where a number has none. */
HEAR_CHECKED enum hear_code hear_body_at(struct hear_txn *txn, uint64_t number,
					 struct hear_span *out,
					 struct hear_err *err);
/* Its open form, in `arena`; out->id is computed. */
HEAR_CHECKED enum hear_code hear_record_at(struct hear_reader *reader,
					   struct hear_arena *arena,
					   uint64_t number,
					   struct hear_record *out,
					   struct hear_err *err);

HEAR_CHECKED enum hear_code
hear_facts_at(struct hear_reader *reader, uint64_t number,
	      const struct hear_filing_facts **out, struct hear_err *err);
/* A filing as people see it, whether in view or not. */
HEAR_CHECKED enum hear_code
hear_filing_seen(struct hear_reader *reader,
		 const struct hear_filing_facts *facts,
		 struct hear_filing *out, struct hear_err *err);
/* Whether a filing is within the view, whatever became of its records. */
bool hear_in_view(const struct hear_reader *reader,
		  const struct hear_filing_facts *facts);

enum hear_standing { HEAR_ABSENT, HEAR_LIVE, HEAR_RETRACTED };

/* Whether a record is live in the view, or all its filings there are
 * retracted, or it has none there. `highest` narrows the view further. */
HEAR_CHECKED enum hear_code hear_standing_of(struct hear_reader *reader,
					     uint64_t number,
					     enum hear_marking highest,
					     enum hear_standing *out,
					     struct hear_err *err);

/* The same, and of a live record its first live filing in view and the freest
 * marking of all of them. */
struct hear_live {
	enum hear_standing standing;
	int64_t first_ms;
	enum hear_marking freest;
};

HEAR_CHECKED enum hear_code hear_live_of(struct hear_reader *reader,
					 uint64_t number,
					 struct hear_live *out,
					 struct hear_err *err);

/* Whether the claim had been said by the view's known_by: see hearsay.h. */
HEAR_CHECKED enum hear_code hear_was_known(struct hear_reader *reader,
					   const struct hear_value *tree,
					   bool *out, struct hear_err *err);

#endif
