/* batch.h - records to be one filing, with what they will be found by.
 *
 * Folding texts and cutting them into words is the longest part of filing a
 * record, and needs nothing but the record: it is done here, outside the
 * write transaction, and the writer only copies what came of it. The public
 * calls are in hearsay.h.
 */
#ifndef CORE_BATCH_H
#define CORE_BATCH_H

#include "core/gather.h"
#include "core/hearsay.h"
#include "core/load.h"
#include "core/store.h"
#include "core/words.h"

const struct hear_record *hear_batch_records(const struct hear_batch *batch);

/* Record `index`, filed under `number`: its ids (HEAR_UNDER_TARGET) into the
 * table at once, its other keys and its words into what the transaction has
 * gathered. */
HEAR_CHECKED enum hear_code hear_batch_index(struct hear_batch *batch,
					     size_t index, uint64_t number,
					     struct hear_txn *txn,
					     struct hear_gather *by,
					     struct hear_words *words,
					     struct hear_err *err);

/* Adds records `first` to before `last`, as one filing. */
void hear_batch_load(struct hear_batch *batch, size_t first, size_t last,
		     struct hear_load *load);

#endif
