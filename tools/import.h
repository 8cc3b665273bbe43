/* import.h - many records from files and pipes.
 *
 * In order: every input is read, each line checked and packed into the spool
 * (import_read); what records refer to is looked for here and in the spool
 * (import_settle); then they are filed (import_store). Until then nothing is
 * filed, and memory holds a few hundred records at a time, whatever comes.
 * A bundle is whole filings and goes another way (import_bundle).
 */
#ifndef TOOLS_IMPORT_H
#define TOOLS_IMPORT_H

#include "core/hearsay.h"
#include "tools/command.h"
#include "tools/idmap.h"
#include "tools/input.h"
#include "tools/mapping.h"
#include "tools/notices.h"
#include "tools/progress.h"
#include "tools/session.h"
#include "tools/spool.h"

enum {
	IMPORT_MADE = 2048,	/* records of one line or row */
	IMPORT_BAD_SHOWN = 50,
	/* Memory that a transaction may take to commit, less what the import
	 * remembers of its input, but for the least. With what it takes besides
	 * it stays below 64 MB. */
	IMPORT_COMMIT_BYTES = 48 << 20,
	IMPORT_COMMIT_LEAST = 8 << 20,
};

/* What the number of an id in `wanted` says. */
enum {
	WANTED_MARKING = 0x07, /* the lowest at which it is to be had */
	WANTED_HERE = 0x08,    /* it was here before the import */
	WANTED_TARGET = 0x10,  /* a retraction in the input is of it */
	WANTED_LATE = 0x20,    /* it is filed with the retractions */
	WANTED_UNDONE = 0x40,  /* a filing of it here was retracted */
	WANTED_SLOT = 8,       /* from this bit on: its slot + 1 */
};

struct import {
	struct call *call;
	struct session session;
	struct notices *notices;
	struct spool *spool;
	struct idmap *wanted;	/* what records refer to */
	struct idmap *captures; /* some of those spooled already: each line may
				 * bring the same one */
	enum hear_marking marking;  /* of all records; 0: each has its own */
	enum hear_marking standard; /* of those that have none */
	bool keep_going;
	const struct input *inputs;
	uint32_t input; /* being read */
	struct hear_arena *arena; /* for one line */
	struct progress progress;
	unsigned rounds; /* phases in use */
	bool late;	 /* there are some to be filed with retractions */

	uint64_t bad;	   /* lines */
	uint64_t filed;	   /* records */
	uint64_t filings;
	uint64_t already;  /* records that were there */
	uint64_t waiting;  /* filings of a bundle that were put aside */
	uint64_t left_out; /* retractions of filings that are not here */
	uint64_t kept;	   /* of those filed: on disk, whatever comes */
};

/* ---- import_read.c: pass one ---- */

/* Reads one input; `mapping` is for tables, and may be NULL. */
HEAR_CHECKED enum hear_code import_read(struct import *import,
					struct mapping *mapping,
					struct hear_err *err);

/* ---- import_make.c: from what a line says to records ---- */

/* What one written record was made into. */
struct import_part {
	struct hear_record *records; /* in the arena */
	size_t count;
	enum hear_marking lowest; /* of its own filings; 0: none are named */
	uint8_t flags;		  /* SPOOL_LIVE, SPOOL_RETRACTED */
};

/* Uses nothing but its arguments: any thread may call it. */
HEAR_CHECKED enum hear_code import_make(struct hear_arena *arena,
					const struct hear_value *written,
					struct import_part *out,
					struct hear_err *err);

/* ---- import_lines.c: JSON Lines, made ready by several threads ---- */

HEAR_CHECKED enum hear_code import_lines(struct import *import,
					 struct hear_err *err);

/* What stops the reading, and what is only a bad line: that is counted, and
 * HEAR_OK. */
HEAR_CHECKED enum hear_code import_forgive(struct import *import,
					   enum hear_code code, uint64_t line,
					   struct hear_err *err);
/* Whether what was just read was not all there when it was opened. */
bool import_beyond(const struct import *import, uint64_t position);

/* ---- import_take.c: from records to the spool ---- */

/* Takes the records that one line or row was made into: all of them or, where
 * one is refused, none. `marking`: what the row says of it, or 0. */
HEAR_CHECKED enum hear_code import_take(struct import *import,
					const struct import_part *parts,
					size_t count,
					enum hear_marking marking,
					uint64_t line, struct hear_err *err);

/* Counts a bad line, and prints it while they are few: the name of the input,
 * the line, the failure. */
void import_bad(struct import *import, uint32_t input, uint64_t line,
		const struct hear_err *err);

/* What a record refers to: `ids` has room for IMPORT_REFERENCES. */
enum { IMPORT_REFERENCES = 6 };
size_t import_references(const struct hear_value *tree, struct hear_id *ids,
			 const char **fields);

/* ---- import_settle.c: between the passes ---- */

/* Gives every record in the spool the phase in which it can be filed. Records
 * that refer to what is neither here nor in the input are bad lines. */
HEAR_CHECKED enum hear_code import_settle(struct import *import,
					  struct hear_err *err);

/* ---- import_store.c: pass two ---- */

HEAR_CHECKED enum hear_code import_store(struct import *import,
					 struct hear_err *err);

/* ---- import_bundle.c ---- */

/* Takes in the filings of the input being read. Nothing is taken in before the
 * whole of it was found undamaged. Opens the session where that was not done
 * yet, and makes the dataset first where there is none of that name. */
HEAR_CHECKED enum hear_code import_bundle(struct import *import,
					  struct hear_err *err);

#endif
