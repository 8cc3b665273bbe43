/* spool.h - records that were read and checked, kept in a file without a name
 * until they are filed.
 *
 * So an import holds a few records in memory however many there are, reads
 * its input once, and files nothing while anything may still be wrong. The
 * file is 0600 and has no name: it is gone with the process.
 */
#ifndef TOOLS_SPOOL_H
#define TOOLS_SPOOL_H

#include "core/hearsay.h"

struct spool;

enum {
	SPOOL_WAITS = 0,    /* phases: not to be filed (yet) */
	SPOOL_FIRST = 1,    /* as soon as what stands before it */
	SPOOL_LAST = 0x3f,
	SPOOL_LATE = 0x40,  /* set beside one of these: with the retractions */
	SPOOL_HERE = 0x80,  /* was there already */
};

enum {
	SPOOL_LIVE = 1,	     /* its line says that it stands */
	SPOOL_RETRACTED = 2, /* its line says that it was retracted */
	SPOOL_FOREIGN = 4,   /* a retraction of filings that are not here */
};

struct spool_entry {
	uint64_t at;   /* where it is kept; set by spool_next */
	uint64_t line; /* where it was read */
	uint32_t input;
	uint8_t marking;
	uint8_t phase;
	uint8_t flags;
	struct hear_id id;
	struct hear_span body; /* from spool_next: good until the next call */
};

/* In the directory of the dataset, which has room for it if for anything. */
HEAR_CHECKED enum hear_code spool_open(struct spool **out,
				       const char *directory,
				       struct hear_err *err);
void spool_close(struct spool *spool);

HEAR_CHECKED enum hear_code spool_add(struct spool *spool,
				      const struct spool_entry *entry,
				      struct hear_err *err);
/* How many there are. */
uint64_t spool_count(const struct spool *spool);

/* From the first again. */
HEAR_CHECKED enum hear_code spool_rewind(struct spool *spool,
					 struct hear_err *err);
/* HEAR_NOTFOUND is an answer: no more. */
HEAR_CHECKED enum hear_code spool_next(struct spool *spool,
				       struct spool_entry *out,
				       struct hear_err *err);
/* Changes the phase of an entry that spool_next gave. */
HEAR_CHECKED enum hear_code spool_set_phase(struct spool *spool, uint64_t at,
					    uint8_t phase,
					    struct hear_err *err);

/* A new file without a name, 0600, in the directory. */
HEAR_CHECKED enum hear_code spool_file(int *fd, const char *directory,
				       struct hear_err *err);

#endif
