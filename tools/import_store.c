/* SPDX-License-Identifier: ISC */
/* import_store.c - pass two: from the spool into filings. */
#include "tools/home.h"
#include "tools/import.h"
#include "tools/output.h"

#include "core/error.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	BATCH_BYTES = 190 * 1024, /* of bodies in one filing */
	TRANSACTION = 8000,	  /* records, */
	TRANSACTION_BYTES = 32 << 20, /* or memory to commit them */
	TURN_MS = 20,		  /* after that, whoever waits is let in */
	MARKINGS = HEAR_LOCAL + 1,
	NO_SLOT = UINT32_MAX,
};

/* Records of one marking, to be one filing. */
struct batch {
	struct hear_arena *arena;
	struct hear_record records[HEAR_FILING_RECORDS];
	uint32_t slots[HEAR_FILING_RECORDS];
	size_t count;
	size_t bytes;
};

/* Where a record that is filed late has come to. */
struct slot {
	struct hear_id record; /* another than in the input, of a retraction */
	struct hear_id filing;
	enum hear_marking marking;
	bool filed;
};

struct storing {
	struct import *import;
	struct hear_identity *author;
	struct hear_writer *writer; /* NULL: none begun */
	struct batch *batches;	    /* by marking */
	struct slot *slots;
	uint32_t slot_count;
	uint32_t slot_room;
	int64_t begun_ms;
	uint64_t done;	/* records */
	bool whole;	/* all that follows is one transaction */
	bool again;	/* what is filed once more does not count */
};

/* ---- Transactions ---- */

static int64_t monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum hear_code need_writer(struct storing *storing,
				  struct hear_err *err)
{
	enum hear_code code;

	if (storing->writer)
		return HEAR_OK;
	code = hear_write_begin(&storing->writer,
				storing->import->session.dataset, home_now(),
				err);
	storing->begun_ms = monotonic_ms();
	return code;
}

static enum hear_code commit(struct storing *storing, struct hear_err *err)
{
	struct hear_writer *writer = storing->writer;
	enum hear_code code = HEAR_OK;

	storing->writer = NULL;
	if (writer)
		code = hear_write_commit(writer, err);
	if (code == HEAR_OK)
		storing->import->kept = storing->import->filed;
	return code;
}

static enum hear_code commit_in_time(struct storing *storing,
				     struct hear_err *err)
{
	if (!storing->writer || storing->whole)
		return HEAR_OK;
	if (hear_write_pending(storing->writer) >= TRANSACTION ||
	    hear_write_bytes(storing->writer) >= TRANSACTION_BYTES ||
	    (monotonic_ms() - storing->begun_ms >= TURN_MS &&
	     hear_write_waited(storing->writer)))
		return commit(storing, err);
	return HEAR_OK;
}

/* ---- Filings ---- */

static void note_slots(struct storing *storing, const struct batch *batch,
		       enum hear_marking marking,
		       const struct hear_outcome *outcome)
{
	size_t i;

	for (i = 0; i < batch->count && outcome->made; i++) {
		struct slot *slot;

		if (batch->slots[i] == NO_SLOT)
			continue;
		slot = &storing->slots[batch->slots[i]];
		slot->record = batch->records[i].id;
		slot->filing = outcome->filing;
		slot->marking = marking;
		slot->filed = true;
	}
}

static enum hear_code file_batch(struct storing *storing,
				 enum hear_marking marking,
				 struct hear_err *err)
{
	struct batch *batch = &storing->batches[marking];
	struct import *import = storing->import;
	struct hear_outcome outcome;
	enum hear_code code;

	if (batch->count == 0)
		return HEAR_OK;
	code = need_writer(storing, err);
	if (code == HEAR_OK)
		code = hear_write_file(storing->writer, storing->author,
				       marking, batch->records, batch->count,
				       &outcome, err);
	if (code != HEAR_OK)
		return code;
	if (!storing->again) {
		import->filed += outcome.filed;
		import->already += outcome.already;
		note_slots(storing, batch, marking, &outcome);
	}
	import->filings += outcome.made;
	batch->count = 0;
	batch->bytes = 0;
	hear_arena_reset(batch->arena);
	return HEAR_OK;
}

/* The lowest marking first: nothing refers upwards, so what a record refers to
 * is there before it. */
static enum hear_code file_batches(struct storing *storing,
				   struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	int marking;

	for (marking = HEAR_CLEAR; marking <= HEAR_LOCAL && code == HEAR_OK;
	     marking++)
		code = file_batch(storing, (enum hear_marking)marking, err);
	return code == HEAR_OK ? commit_in_time(storing, err) : code;
}

static enum hear_code make_room(struct storing *storing,
				enum hear_marking marking, size_t size,
				struct hear_err *err)
{
	const struct batch *batch = &storing->batches[marking];

	if (batch->count < HEAR_FILING_RECORDS &&
	    batch->bytes + size <= BATCH_BYTES)
		return HEAR_OK;
	return file_batches(storing, err);
}

static enum hear_code add_body(struct storing *storing,
			       enum hear_marking marking,
			       struct hear_span body, uint32_t slot,
			       struct hear_err *err)
{
	struct batch *batch = &storing->batches[marking];
	enum hear_code code = make_room(storing, marking, body.size, err);

	if (code == HEAR_OK)
		code = hear_record_read(batch->arena, body,
					&batch->records[batch->count], err);
	if (code != HEAR_OK)
		return code;
	batch->slots[batch->count++] = slot;
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
		code = file_batches(storing, err);
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
	return code == HEAR_NOTFOUND ? file_batches(storing, err) : code;
}

static enum hear_code store_all(struct storing *storing, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	int phase;
	int rounds = (int)storing->import->rounds;

	for (phase = 1; phase <= rounds && code == HEAR_OK; phase++)
		code = each_entry(storing, phase, add_entry, err);
	if (code == HEAR_OK)
		code = commit(storing, err);
	if (code != HEAR_OK || !storing->import->late)
		return code;
	storing->whole = true;
	for (phase = 1; phase <= rounds && code == HEAR_OK; phase++)
		code = each_entry(storing, phase | SPOOL_LATE, add_entry, err);
	storing->again = true;
	if (code == HEAR_OK)
		code = each_entry(storing, -1, add_again, err);
	return code == HEAR_OK ? commit(storing, err) : code;
}

/* ---- Setting up ---- */

static void free_batches(struct batch *batches)
{
	size_t i;

	for (i = 0; batches && i < MARKINGS; i++)
		hear_arena_free(batches[i].arena);
	free(batches);
}

static struct batch *make_batches(void)
{
	struct batch *batches = calloc(MARKINGS, sizeof *batches);
	bool failed = !batches;
	size_t i;

	for (i = 0; batches && i < MARKINGS; i++) {
		batches[i].arena = hear_arena_new();
		failed = failed || !batches[i].arena;
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

	storing.batches = make_batches();
	if (code == HEAR_OK && !storing.batches)
		code = hear_fail_memory(err);
	progress_begin(&import->progress, "filing", hear_span_of(""),
		       spool_count(import->spool), "record");
	if (code == HEAR_OK)
		code = store_all(&storing, err);
	progress_end(&import->progress);
	hear_write_abort(storing.writer);
	free_batches(storing.batches);
	free(storing.slots);
	hear_identity_free(storing.author);
	return code;
}
