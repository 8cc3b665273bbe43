/* dataset.h - one dataset on disk: its store, its genesis, its settings. */
#ifndef CORE_DATASET_H
#define CORE_DATASET_H

#include "core/hearsay.h"
#include "core/roster.h"
#include "core/store.h"

struct hear_dataset {
	struct hear_store *store;
	struct hear_id id;
	char name[HEAR_ANALYST_BYTES + 1];
};

/* Keys of table meta. */
#define HEAR_META_FORMAT "format"   /* 8 bytes */
#define HEAR_META_DATASET "dataset" /* 32 bytes: the id */
#define HEAR_META_STAMP "stamp"	    /* 8 bytes: newest time not ahead */
#define HEAR_META_NEEDS "needs"	    /* 8 bytes: format the roster asks for */
#define HEAR_META_RESTORED "restored" /* present after a restore, until synced */
#define HEAR_META_REFUSED "refused" /* 8 bytes: ms when a refusal is over */
#define HEAR_META_AGAIN "again" /* keys: whose filings aside to try again */
#define HEAR_META_REPAIR "repair"   /* present while a repair is under way */
#define HEAR_META_SETTING "setting/"
#define HEAR_META_HEADS "heads/" /* author, partition: ids, 32 bytes each */

/* How far ahead of ours another clock may be before its filings are held to
 * be future-dated. */
#define HEAR_AHEAD_MS (INT64_C(10) * 60 * 1000)

#endif
