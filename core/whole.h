/* whole.h - whether a stored filing is what its author signed, to the last
 * record: what verify reports and repair goes by. */
#ifndef CORE_WHOLE_H
#define CORE_WHOLE_H

#include "core/filing.h"
#include "core/reader.h"

/* A stored filing, gathered; spans point into the map. */
struct hear_whole {
	struct hear_arena *arena; /* the caller's; reset by each check */
	struct hear_stored_filing stored;
	struct hear_sealed filing;
	/* Its record numbers, ascending, none twice: also where the rest is
	 * damaged, as far as they can be read. */
	uint64_t numbers[HEAR_FILING_RECORDS];
	size_t count;
};

/* The id of the genesis, which is the id of the dataset. HEAR_DAMAGED: there
 * is none. */
HEAR_CHECKED enum hear_code hear_genesis_id(struct hear_id *out,
					    struct hear_txn *txn,
					    struct hear_arena *arena,
					    struct hear_err *err);

/* Gathers filing `number` and checks everything: its form, its id, its
 * records, its signature and that it belongs to the dataset `id`; whether the
 * roster admits it is another question. HEAR_DAMAGED names the filing and says
 * what is wrong. */
HEAR_CHECKED enum hear_code hear_check_whole(struct hear_whole *whole,
					     struct hear_txn *txn,
					     const struct hear_id *id,
					     uint64_t number,
					     struct hear_err *err);

/* Rebuilds all that derives from records and filings, which takes the dataset
 * for itself: HEAR_DENIED where another program has it open. Filings that are
 * not whole stay where they are and get no entries, so that they can be taken
 * in again; those of which a whole copy has come are taken away. Calls `step`
 * (may be NULL) for each record and filing. */
HEAR_CHECKED enum hear_code hear_repair(struct hear_dataset *dataset,
					const struct hear_id *id,
					void (*step)(void *context),
					void *context, struct hear_err *err);

#endif
