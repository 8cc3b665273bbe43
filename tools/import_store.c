/* SPDX-License-Identifier: ISC */
/*~ import_store.c - pass two: from the spool into filings.
 *
 * Two threads share the work. This one reads records from the spool into a set
 * of batches, one a marking; the filer has the writer, which belongs to one
 * thread, and files a whole set while the next is being read. Each waits for
 * the other where it must, so there is one set in reading and one in filing,
 * and what a set came to is known (harvested) before the next is handed over.
 */
#include "tools/home.h"
#include "tools/import.h"
#include "tools/output.h"

#include "core/error.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	BATCH_BYTES = 190 * 1024, /* of bodies in one filing */
	TRANSACTION = 12000,	  /* records */
	TURN_MS = 20,		  /* after that, whoever waits is let in */
	MARKINGS = HEAR_LOCAL + 1,
	NO_SLOT = UINT32_MAX,
};

/* Records of one marking, to be one filing. */
struct batch {
	struct hear_arena *arena;
	struct hear_batch *records;
	uint32_t slots[HEAR_FILING_RECORDS];
	struct hear_id filings[HEAR_FILING_RECORDS]; /* where a slot is */
	bool made[HEAR_FILING_RECORDS];
	size_t bytes;
};

/* What came of one. */
struct result {
	uint64_t filed;
	uint64_t already;
	uint64_t filings;
};

/* Where a record that is filed late has come to. */
struct slot {
	struct hear_id record; /* another than in the input, of a retraction */
	struct hear_id filing;
	enum hear_marking marking;
	bool filed;
};

enum job { NO_JOB, FILE_SET, COMMIT, END };

/* The thread that writes. What stands below `job` is this thread's while there
 * is no job, and the filer's while there is one. */
struct filer {
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum job job;
	struct batch *set; /* by marking */
	struct result results[MARKINGS];
	uint64_t filed;	/* records, in all */
	uint64_t kept;	/* of these, on disk */
	bool whole;	/* all that follows is one transaction */
	enum hear_code code;
	struct hear_err err;
	/* The filer's own: */
	struct hear_dataset *dataset;
	const struct hear_identity *author;
	size_t most; /* bytes of memory to commit a transaction */
	struct hear_writer *writer; /* NULL: none begun */
	int64_t begun_ms;
};

struct storing {
	struct import *import;
	struct hear_identity *author;
	struct filer filer;
	struct batch *sets[2];	/* one in reading, one in filing */
	struct batch *batches;	/* the one in reading, by marking */
	bool in_flight;		/* a set is to be harvested */
	struct slot *slots;
	uint32_t slot_count;
	uint32_t slot_room;
	uint64_t done;	/* records */
	bool again;	/* what is filed once more does not count */
};

/* ---- Transactions ---- */

static int64_t monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum hear_code commit(struct filer *filer, struct hear_err *err)
{
	struct hear_writer *writer = filer->writer;
	enum hear_code code;

	filer->writer = NULL;
	code = writer ? hear_write_commit(writer, err) : HEAR_OK;
	if (code == HEAR_OK)
		filer->kept = filer->filed;
	return code;
}

static enum hear_code commit_in_time(struct filer *filer, struct hear_err *err)
{
	if (!filer->writer || filer->whole)
		return HEAR_OK;
	if (hear_write_pending(filer->writer) >= TRANSACTION ||
	    (monotonic_ms() - filer->begun_ms >= TURN_MS &&
	     hear_write_waited(filer->writer)))
		return commit(filer, err);
	return HEAR_OK;
}

static void note_filing(struct batch *batch, size_t first, size_t count,
			const struct hear_outcome *outcome,
			struct result *result)
{
	size_t i;

	for (i = first; i < first + count; i++) {
		batch->made[i] = outcome->made;
		if (batch->slots[i] != NO_SLOT)
			batch->filings[i] = outcome->filing;
	}
	result->filed += outcome->filed;
	result->already += outcome->already;
	result->filings += outcome->made;
}

/* How many of a batch to file next. What is pending is committed where that
 * makes room for more; 0: a transaction is to be begun first. */
static enum hear_code next_piece(struct filer *filer, struct batch *batch,
				 size_t first, size_t *out,
				 struct hear_err *err)
{
	size_t left = hear_batch_count(batch->records) - first;

	*out = left;
	if (filer->whole)
		return HEAR_OK;
	*out = hear_write_fits(filer->writer, batch->records, first,
			       filer->most);
	if (*out == left || hear_write_pending(filer->writer) == 0)
		return HEAR_OK;
	*out = 0;
	return commit(filer, err);
}

static enum hear_code file_batch(struct filer *filer, enum hear_marking marking,
				 struct hear_err *err)
{
	struct batch *batch = &filer->set[marking];
	struct result *result = &filer->results[marking];
	struct hear_outcome outcome;
	enum hear_code code = HEAR_OK;
	size_t first = 0;
	size_t piece;

	memset(result, 0, sizeof *result);
	while (first < hear_batch_count(batch->records) && code == HEAR_OK) {
		if (!filer->writer) {
			code = hear_write_begin(&filer->writer, filer->dataset,
						home_now(), err);
			filer->begun_ms = monotonic_ms();
		}
		if (code == HEAR_OK)
			code = next_piece(filer, batch, first, &piece, err);
		if (code != HEAR_OK || piece == 0)
			continue;
		code = hear_write_batch(filer->writer, filer->author, marking,
					batch->records, first, piece, &outcome,
					err);
		if (code != HEAR_OK)
			break;
		note_filing(batch, first, piece, &outcome, result);
		filer->filed += outcome.filed;
		first += piece;
	}
	return code;
}

/* The lowest marking first: nothing refers upwards, so what a record refers to
 * is there before it. */
static enum hear_code file_set(struct filer *filer, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	int marking;

	for (marking = HEAR_CLEAR; marking <= HEAR_LOCAL && code == HEAR_OK;
	     marking++)
		code = file_batch(filer, (enum hear_marking)marking, err);
	return code == HEAR_OK ? commit_in_time(filer, err) : code;
}

static void *file_sets(void *context)
{
	struct filer *filer = context;
	enum job job;

	do {
		pthread_mutex_lock(&filer->lock);
		while (filer->job == NO_JOB)
			pthread_cond_wait(&filer->changed, &filer->lock);
		job = filer->job;
		pthread_mutex_unlock(&filer->lock);
		if (job == FILE_SET)
			filer->code = file_set(filer, &filer->err);
		else if (job == COMMIT)
			filer->code = commit(filer, &filer->err);
		else
			hear_write_abort(filer->writer);
		pthread_mutex_lock(&filer->lock);
		filer->job = NO_JOB;
		pthread_cond_signal(&filer->changed);
		pthread_mutex_unlock(&filer->lock);
	} while (job != END);
	return NULL;
}

/* ---- Handing over ---- */

static void give_job(struct filer *filer, enum job job)
{
	pthread_mutex_lock(&filer->lock);
	filer->job = job;
	pthread_cond_signal(&filer->changed);
	pthread_mutex_unlock(&filer->lock);
}

static void await_filer(struct filer *filer)
{
	pthread_mutex_lock(&filer->lock);
	while (filer->job != NO_JOB)
		pthread_cond_wait(&filer->changed, &filer->lock);
	pthread_mutex_unlock(&filer->lock);
}

static size_t commit_bytes(const struct import *import)
{
	size_t held = idmap_bytes(import->wanted) +
		      idmap_bytes(import->captures);

	return held < IMPORT_COMMIT_BYTES - IMPORT_COMMIT_LEAST
		       ? IMPORT_COMMIT_BYTES - held
		       : IMPORT_COMMIT_LEAST;
}

static enum hear_code start_filer(struct storing *storing,
				  struct hear_err *err)
{
	struct filer *filer = &storing->filer;

	filer->dataset = storing->import->session.dataset;
	filer->author = storing->author;
	filer->most = commit_bytes(storing->import);
	pthread_mutex_init(&filer->lock, NULL);
	pthread_cond_init(&filer->changed, NULL);
	filer->started = pthread_create(&filer->thread, NULL, file_sets,
					filer) == 0;
	return filer->started ? HEAR_OK
			      : hear_fail(err, HEAR_MEMORY,
					  "this machine lets no thread be "
					  "started");
}

static void end_filer(struct filer *filer)
{
	if (!filer->started)
		return;
	await_filer(filer);
	give_job(filer, END);
	(void)pthread_join(filer->thread, NULL);
	pthread_cond_destroy(&filer->changed);
	pthread_mutex_destroy(&filer->lock);
}

/* ---- Filings ---- */

static void note_slots(struct storing *storing, const struct batch *batch,
		       enum hear_marking marking)
{
	size_t i;

	for (i = 0; i < hear_batch_count(batch->records); i++) {
		struct slot *slot;

		if (batch->slots[i] == NO_SLOT || !batch->made[i])
			continue;
		slot = &storing->slots[batch->slots[i]];
		slot->record = hear_batch_at(batch->records, i)->id;
		slot->filing = batch->filings[i];
		slot->marking = marking;
		slot->filed = true;
	}
}

static void harvest_batch(struct storing *storing, struct batch *batch,
			  enum hear_marking marking,
			  const struct result *result)
{
	struct import *import = storing->import;

	if (!storing->again) {
		import->filed += result->filed;
		import->already += result->already;
		note_slots(storing, batch, marking);
	}
	import->filings += result->filings;
	batch->bytes = 0;
	hear_batch_reset(batch->records);
	hear_arena_reset(batch->arena);
}

/* Waits for the filer, and takes in what came of its last job. */
static enum hear_code harvest(struct storing *storing, struct hear_err *err)
{
	struct filer *filer = &storing->filer;
	int marking;

	await_filer(filer);
	if (!storing->again)
		storing->import->kept = filer->kept;
	if (filer->code != HEAR_OK) {
		*err = filer->err;
		return filer->code;
	}
	for (marking = HEAR_CLEAR; storing->in_flight && marking <= HEAR_LOCAL;
	     marking++)
		harvest_batch(storing, &filer->set[marking],
			      (enum hear_marking)marking,
			      &filer->results[marking]);
	storing->in_flight = false;
	return HEAR_OK;
}

/* Hands the set over, and goes on with the other. */
static enum hear_code file_batches(struct storing *storing,
				   struct hear_err *err)
{
	enum hear_code code = harvest(storing, err);

	if (code != HEAR_OK)
		return code;
	storing->filer.set = storing->batches;
	storing->batches = storing->sets[storing->batches == storing->sets[0]];
	storing->in_flight = true;
	give_job(&storing->filer, FILE_SET);
	return HEAR_OK;
}

/* Hands over what there is and waits until it is filed. */
static enum hear_code settle(struct storing *storing, struct hear_err *err)
{
	enum hear_code code = file_batches(storing, err);

	return code == HEAR_OK ? harvest(storing, err) : code;
}

static enum hear_code commit_all(struct storing *storing, struct hear_err *err)
{
	enum hear_code code = settle(storing, err);

	if (code != HEAR_OK)
		return code;
	give_job(&storing->filer, COMMIT);
	return harvest(storing, err);
}

static enum hear_code make_room(struct storing *storing,
				enum hear_marking marking, size_t size,
				struct hear_err *err)
{
	const struct batch *batch = &storing->batches[marking];

	if (hear_batch_count(batch->records) < HEAR_FILING_RECORDS &&
	    batch->bytes + size <= BATCH_BYTES)
		return HEAR_OK;
	return file_batches(storing, err);
}

static enum hear_code add_body(struct storing *storing,
			       enum hear_marking marking,
			       struct hear_span body, uint32_t slot,
			       struct hear_err *err)
{
	struct hear_record record;
	struct batch *batch;
	enum hear_code code = make_room(storing, marking, body.size, err);

	batch = &storing->batches[marking]; /* perhaps of the other set now */
	if (code == HEAR_OK)
		code = hear_record_read(batch->arena, body, &record, err);
	if (code == HEAR_OK)
		code = hear_batch_add(batch->records, &record, err);
	if (code != HEAR_OK)
		return code;
	batch->slots[hear_batch_count(batch->records) - 1] = slot;
	batch->bytes += body.size;
	return HEAR_OK;
}

/* ---- Slots ---- */

static struct slot *slot_of(const struct storing *storing,
			    const struct hear_id *id)
{
	const uint32_t *number = idmap_find(storing->import->wanted, id);
	uint32_t slot = number ? *number >> WANTED_SLOT : 0;

	return slot ? &storing->slots[slot - 1] : NULL;
}

/* A slot for a record that others speak of. */
static enum hear_code need_slot(struct storing *storing,
				const struct hear_id *id, uint32_t *out,
				struct hear_err *err)
{
	uint32_t *number = idmap_find(storing->import->wanted, id);
	struct slot *slots;

	*out = NO_SLOT;
	if (!number || *number >> WANTED_SLOT)
		return HEAR_OK;
	if (storing->slot_count == storing->slot_room) {
		uint32_t room = storing->slot_room ? storing->slot_room * 2
						   : 64;

		if (room > UINT32_MAX >> (WANTED_SLOT + 1))
			return hear_fail(err, HEAR_LIMIT,
					 "more retracted records than one "
					 "import takes; divide it");
		slots = realloc(storing->slots, room * sizeof *slots);
		if (!slots)
			return hear_fail_memory(err);
		storing->slots = slots;
		storing->slot_room = room;
	}
	*out = storing->slot_count++;
	memset(&storing->slots[*out], 0, sizeof *storing->slots);
	*number |= (*out + 1) << WANTED_SLOT;
	return HEAR_OK;
}

/* ---- Retractions made anew ---- */

static struct hear_value *id_list(struct hear_arena *arena,
				  const struct hear_id *id)
{
	struct hear_value *list = hear_make_list(arena);

	hear_list_add(arena, list, output_id(arena, id));
	return list;
}

/* What replaced it, where that is to be had. */
static void keep_replacement(struct storing *storing, struct hear_value *tree,
			     enum hear_marking marking)
{
	const uint32_t *number;
	struct hear_id id;

	if (!hear_id_parse(hear_text_of(hear_map_get(tree, "replaced_by")),
			   &id))
		return;
	number = idmap_find(storing->import->wanted, &id);
	if (!number || (*number & WANTED_MARKING) == 0 ||
	    (*number & WANTED_MARKING) > (uint32_t)marking)
		(void)hear_map_remove(tree, "replaced_by");
}

static enum hear_code remake(struct storing *storing, const struct slot *target,
			     const struct hear_record *from,
			     struct hear_record *out, struct hear_err *err)
{
	struct hear_arena *arena = storing->import->arena;
	struct hear_value *tree = hear_value_copy(arena, from->tree);

	hear_map_set(arena, tree, "record",
		     output_id(arena, &target->record));
	hear_map_set(arena, tree, "filings", id_list(arena, &target->filing));
	keep_replacement(storing, tree, target->marking);
	return hear_record_make(arena, tree, out, err);
}

static enum hear_code retract(struct storing *storing,
			      const struct spool_entry *entry,
			      struct hear_err *err)
{
	struct hear_record record;
	struct hear_record made;
	struct hear_id id;
	struct slot *target;
	uint32_t slot;
	enum hear_code code;

	hear_arena_reset(storing->import->arena);
	code = hear_record_read(storing->import->arena, entry->body, &record,
				err);
	if (code != HEAR_OK)
		return code;
	(void)hear_id_parse(hear_text_of(hear_map_get(record.tree, "record")),
			    &id);
	code = need_slot(storing, &entry->id, &slot, err);
	target = slot_of(storing, &id);
	/* It may still be waiting in a batch. */
	if (code == HEAR_OK && target && !target->filed)
		code = settle(storing, err);
	if (code != HEAR_OK)
		return code;
	if (!target || !target->filed) {
		storing->import->left_out++;
		return HEAR_OK;
	}
	code = remake(storing, target, &record, &made, err);
	return code == HEAR_OK ? add_body(storing, target->marking, made.body,
					  slot, err)
			       : code;
}

/* ---- Going through the spool ---- */

static enum hear_code add_entry(struct storing *storing,
				const struct spool_entry *entry,
				struct hear_err *err)
{
	uint32_t slot = NO_SLOT;
	enum hear_code code = HEAR_OK;

	storing->done++;
	progress_update(&storing->import->progress, storing->done,
			storing->done);
	if (entry->flags & SPOOL_FOREIGN)
		return retract(storing, entry, err);
	if (entry->phase & SPOOL_LATE)
		code = need_slot(storing, &entry->id, &slot, err);
	return code == HEAR_OK
		       ? add_body(storing, (enum hear_marking)entry->marking,
				  entry->body, slot, err)
		       : code;
}

/* What its own line says stands, though a filing of it was taken back: it
 * had been filed again. */
static enum hear_code add_again(struct storing *storing,
				const struct spool_entry *entry,
				struct hear_err *err)
{
	const uint32_t *number;

	if (!(entry->phase & SPOOL_LATE) || !(entry->flags & SPOOL_LIVE) ||
	    (entry->flags & SPOOL_FOREIGN))
		return HEAR_OK;
	number = idmap_find(storing->import->wanted, &entry->id);
	if (!number || !(*number & WANTED_TARGET))
		return HEAR_OK;
	return add_body(storing, (enum hear_marking)entry->marking,
			entry->body, NO_SLOT, err);
}

static enum hear_code
each_entry(struct storing *storing, int phase,
	   enum hear_code (*each)(struct storing *storing,
				  const struct spool_entry *entry,
				  struct hear_err *err),
	   struct hear_err *err)
{
	struct spool *spool = storing->import->spool;
	struct spool_entry entry;
	enum hear_code code = spool_rewind(spool, err);

	while (code == HEAR_OK) {
		code = spool_next(spool, &entry, err);
		if (code == HEAR_OK && (phase < 0 || entry.phase == phase))
			code = each(storing, &entry, err);
	}
	return code == HEAR_NOTFOUND ? settle(storing, err) : code;
}

static enum hear_code store_all(struct storing *storing, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	int phase;
	int rounds = (int)storing->import->rounds;

	for (phase = 1; phase <= rounds && code == HEAR_OK; phase++)
		code = each_entry(storing, phase, add_entry, err);
	if (code == HEAR_OK)
		code = commit_all(storing, err);
	if (code != HEAR_OK || !storing->import->late)
		return code;
	storing->filer.whole = true;
	for (phase = 1; phase <= rounds && code == HEAR_OK; phase++)
		code = each_entry(storing, phase | SPOOL_LATE, add_entry, err);
	storing->again = true;
	if (code == HEAR_OK)
		code = each_entry(storing, -1, add_again, err);
	return code == HEAR_OK ? commit_all(storing, err) : code;
}

/* ---- Setting up ---- */

static void free_batches(struct batch *batches)
{
	size_t i;

	for (i = 0; batches && i < MARKINGS; i++) {
		hear_arena_free(batches[i].arena);
		hear_batch_free(batches[i].records);
	}
	free(batches);
}

static struct batch *make_batches(void)
{
	struct batch *batches = calloc(MARKINGS, sizeof *batches);
	bool failed = !batches;
	size_t i;

	for (i = 0; batches && i < MARKINGS; i++) {
		batches[i].arena = hear_arena_new();
		batches[i].records = hear_batch_new();
		failed = failed || !batches[i].arena || !batches[i].records;
	}
	if (!failed)
		return batches;
	free_batches(batches);
	return NULL;
}

enum hear_code import_store(struct import *import, struct hear_err *err)
{
	struct storing storing = {.import = import};
	enum hear_code code = home_identity(import->call, &storing.author, err);

	storing.sets[0] = make_batches();
	storing.sets[1] = make_batches();
	storing.batches = storing.sets[0];
	if (code == HEAR_OK && (!storing.sets[0] || !storing.sets[1]))
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = start_filer(&storing, err);
	progress_begin(&import->progress, "filing", hear_span_of(""),
		       spool_count(import->spool), "record");
	if (code == HEAR_OK)
		code = store_all(&storing, err);
	progress_end(&import->progress);
	end_filer(&storing.filer);
	free_batches(storing.sets[0]);
	free_batches(storing.sets[1]);
	free(storing.slots);
	hear_identity_free(storing.author);
	return code;
}
