/* SPDX-License-Identifier: ISC */
/* repair.c - makes every index anew from the records and filings.
 *
 * In transactions of bounded size, so a crash may come between any two. From
 * the first, which empties the indexes, to the last the mark HEAR_META_REPAIR
 * stands: meanwhile nobody else can open the dataset, and after a crash nobody
 * can read or write it until a repair has gone through. */
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/index.h"
#include "core/tree.h"
#include "core/whole.h"
#include "core/words.h"
#include "core/writer.h"

#include <stdlib.h>
#include <string.h>

/* Records, or filings' records, of one transaction. */
enum { BATCH = 8192 };

struct repairing {
	struct hear_dataset *dataset;
	const struct hear_id *id;
	struct hear_txn *txn;
	size_t pending;
	struct hear_whole whole;
	struct hear_tree_batch batch;
	struct hear_arena *arena;
	struct hear_gather *by;
	struct hear_words *words;
	struct hear_keys keys;
	struct hear_buffer scratch;
	void (*step)(void *context);
	void *context;
};

/* ---- One transaction ---- */

static enum hear_code begin(struct repairing *r, struct hear_err *err)
{
	r->pending = 0;
	return hear_txn_write(&r->txn, r->dataset->store, err);
}

/* Ends the transaction in any case. */
static enum hear_code finish(struct repairing *r, enum hear_code code,
			     struct hear_err *err)
{
	struct hear_txn *txn = r->txn;

	if (code == HEAR_OK)
		code = hear_index_flush(r->by, txn, err);
	if (code == HEAR_OK)
		code = hear_words_flush(r->words, txn, err);
	if (code == HEAR_OK)
		code = hear_tree_flush(&r->batch, txn, err);
	r->txn = NULL;
	if (code == HEAR_OK)
		return hear_txn_commit(txn, err);
	hear_txn_abort(txn);
	return code;
}

static bool is_full(const struct repairing *r)
{
	return r->pending >= BATCH ||
	       hear_words_bytes(r->words) + hear_gather_bytes(r->by) >
		       HEAR_WORDS_HELD;
}

typedef enum hear_code each_number(struct repairing *r, uint64_t number,
				   struct hear_err *err);

/* Gives `each` the numbers of a table from `*next` on, until the transaction
 * is full; HEAR_NOTFOUND is an answer: that was all. */
static enum hear_code walk_some(struct repairing *r, enum hear_table table,
				uint64_t *next, each_number *each,
				struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	unsigned char from[8];
	enum hear_code code = hear_cursor_open(&cursor, r->txn, table, err);

	while (code == HEAR_OK && !is_full(r)) {
		hear_put64(from, *next);
		code = hear_cursor_seek(cursor, hear_span_make(from, 8), &key,
					NULL, err);
		if (code == HEAR_OK && key.size != 8)
			code = hear_fail(err, HEAR_DAMAGED,
					 "a key of a table is no number: "
					 "restore a backup with `hearsay "
					 "restore`");
		if (code != HEAR_OK)
			break;
		*next = hear_get64(key.data) + 1;
		if (r->step)
			r->step(r->context);
		code = each(r, *next - 1, err);
	}
	hear_cursor_close(cursor);
	return code;
}

static enum hear_code walk(struct repairing *r, enum hear_table table,
			   each_number *each, struct hear_err *err)
{
	uint64_t next = 0;
	bool all = false;
	enum hear_code code = HEAR_OK;

	while (code == HEAR_OK && !all) {
		code = begin(r, err);
		if (code != HEAR_OK)
			return code;
		code = walk_some(r, table, &next, each, err);
		all = code == HEAR_NOTFOUND;
		code = finish(r, all ? HEAR_OK : code, err);
	}
	return code;
}

/* ---- Emptying ---- */

static enum hear_code clear_indexes(struct hear_txn *txn, struct hear_err *err)
{
	static const enum hear_table tables[] = {
		HEAR_RECORD_IDS, HEAR_FILING_IDS, HEAR_FILED, HEAR_BY,
		HEAR_WORDS,	 HEAR_ORDERED,	  HEAR_NODES, HEAR_AFTER};
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < sizeof tables / sizeof *tables && code == HEAR_OK; i++)
		code = hear_txn_clear(txn, tables[i], err);
	return code;
}

static enum hear_code clear_heads(struct repairing *r, struct hear_err *err)
{
	struct hear_span start = hear_span_of(HEAR_META_HEADS);
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	enum hear_code code = hear_cursor_open(&cursor, r->txn, HEAR_META, err);

	while (code == HEAR_OK) {
		code = hear_cursor_seek(cursor, start, &key, NULL, err);
		if (code != HEAR_OK || key.size < start.size ||
		    memcmp(key.data, start.data, start.size) != 0)
			break;
		hear_buffer_reset(&r->scratch);
		hear_buffer_span(&r->scratch, key);
		code = r->scratch.failed
			       ? hear_fail_memory(err)
			       : hear_txn_delete(r->txn, HEAR_META,
						 hear_buffer_view(&r->scratch),
						 err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code empty(struct repairing *r, struct hear_err *err)
{
	enum hear_code code = begin(r, err);

	if (code != HEAR_OK)
		return code;
	code = hear_txn_put(r->txn, HEAR_META, hear_span_of(HEAR_META_REPAIR),
			    hear_span_of("under way"), err);
	if (code == HEAR_OK)
		code = clear_indexes(r->txn, err);
	if (code == HEAR_OK)
		code = clear_heads(r, err);
	return finish(r, code, err);
}

/* ---- Filing anew ---- */

static enum hear_code add_filing(struct repairing *r, uint64_t number,
				 struct hear_err *err)
{
	unsigned char key[8];
	size_t i;
	enum hear_code code =
		hear_check_whole(&r->whole, r->txn, &r->dataset->roster, r->id,
				 number, err);

	r->pending += r->whole.count + 1;
	if (code == HEAR_DAMAGED)
		return HEAR_OK; /* verify has named it */
	for (i = 0; i < r->whole.count && code == HEAR_OK; i++) {
		hear_put64(key, r->whole.numbers[i]);
		code = hear_txn_number(r->txn, HEAR_FILED,
				       hear_span_make(key, 8), number, err);
	}
	return code == HEAR_OK
		       ? hear_index_filing(r->txn, r->arena, &r->batch,
					   &r->whole.filing, number, err)
		       : code;
}

static enum hear_code add_record(struct repairing *r, uint64_t number,
				 struct hear_err *err)
{
	struct hear_record record;
	struct hear_span body;
	enum hear_code code = hear_body_at(r->txn, number, &body, err);

	r->pending++;
	hear_arena_reset(r->arena);
	if (code == HEAR_OK)
		code = hear_record_read(r->arena, body, &record, err);
	if (code == HEAR_INVALID || code == HEAR_LIMIT)
		return HEAR_OK; /* verify has named it */
	if (code == HEAR_OK)
		code = hear_index_record(r->txn, &r->keys, r->by, r->words,
					 &r->scratch, number, &record, err);
	return code == HEAR_OK && r->scratch.failed ? hear_fail_memory(err)
						    : code;
}

/* ---- Taking damaged copies away ---- */

/* A record that no whole filing holds. */
static enum hear_code take_record(struct repairing *r, uint64_t number,
				  struct hear_err *err)
{
	struct hear_span value;
	unsigned char key[8];
	enum hear_code code;

	hear_put64(key, number);
	code = hear_txn_get(r->txn, HEAR_FILED, hear_span_make(key, 8), &value,
			    err);
	if (code != HEAR_NOTFOUND)
		return code;
	code = hear_txn_delete(r->txn, HEAR_RECORDS, hear_span_make(key, 8),
			       err);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* Where a filing stands a second time and whole, the damaged one goes, with
 * the records that only it lists. */
static enum hear_code take_filing(struct repairing *r, uint64_t number,
				  struct hear_err *err)
{
	unsigned char key[8];
	uint64_t other = 0;
	size_t i;
	enum hear_code code =
		hear_check_whole(&r->whole, r->txn, &r->dataset->roster, r->id,
				 number, NULL);

	if (code != HEAR_DAMAGED)
		return code;
	if (r->whole.stored.header.size == 0)
		return HEAR_OK; /* nothing can be read of it */
	code = hear_filing_number(r->txn, &r->whole.stored.id, &other, err);
	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	r->pending += r->whole.count + 1;
	for (i = 0; i < r->whole.count && code == HEAR_OK; i++)
		code = take_record(r, r->whole.numbers[i], err);
	hear_put64(key, number);
	return code == HEAR_OK ? hear_txn_delete(r->txn, HEAR_FILINGS,
						 hear_span_make(key, 8), err)
			       : code;
}

/* ---- All of it ---- */

static enum hear_code close_repair(struct repairing *r, struct hear_err *err)
{
	enum hear_code code = begin(r, err);

	if (code != HEAR_OK)
		return code;
	code = hear_txn_put(r->txn, HEAR_META, hear_span_of(HEAR_META_DATASET),
			    hear_span_make(r->id->bytes, 32), err);
	if (code == HEAR_OK)
		code = hear_txn_delete(r->txn, HEAR_META,
				       hear_span_of(HEAR_META_REPAIR), err);
	code = finish(r, code, err);
	if (code == HEAR_OK)
		r->dataset->id = *r->id;
	return code;
}

/* All members are admitted by the genesis: without it nothing can be told. */
static enum hear_code check_genesis(struct repairing *r, struct hear_err *err)
{
	enum hear_code code = hear_txn_read(&r->txn, r->dataset->store, err);

	if (code == HEAR_OK)
		code = hear_check_whole(&r->whole, r->txn, &r->dataset->roster,
					r->id, 1, err);
	hear_txn_abort(r->txn);
	r->txn = NULL;
	return code == HEAR_NOTFOUND
		       ? hear_fail(err, HEAR_DAMAGED,
				   "the genesis of the dataset is missing: "
				   "restore a backup with `hearsay restore`")
		       : code;
}

static enum hear_code repair(struct repairing *r, struct hear_err *err)
{
	enum hear_code code = hear_store_alone(r->dataset->store, err);

	if (code != HEAR_OK)
		return code;
	code = check_genesis(r, err);
	if (code == HEAR_OK)
		code = empty(r, err);
	if (code == HEAR_OK)
		code = walk(r, HEAR_FILINGS, add_filing, err);
	if (code == HEAR_OK)
		code = walk(r, HEAR_FILINGS, take_filing, err);
	if (code == HEAR_OK)
		code = walk(r, HEAR_RECORDS, add_record, err);
	if (code == HEAR_OK)
		code = close_repair(r, err);
	hear_store_share(r->dataset->store);
	return code;
}

enum hear_code hear_repair(struct hear_dataset *dataset,
			   const struct hear_id *id,
			   void (*step)(void *context), void *context,
			   struct hear_err *err)
{
	struct repairing *r = calloc(1, sizeof *r);
	enum hear_code code;

	if (!r)
		return hear_fail_memory(err);
	r->dataset = dataset;
	r->id = id;
	r->step = step;
	r->context = context;
	r->arena = hear_arena_new();
	r->whole.arena = hear_arena_new();
	r->by = hear_gather_new();
	r->words = hear_words_new();
	code = r->arena && r->whole.arena && r->by && r->words
		       ? repair(r, err)
		       : hear_fail_memory(err);
	hear_tree_batch_done(&r->batch);
	hear_gather_free(r->by);
	hear_words_free(r->words);
	hear_keys_done(&r->keys);
	hear_buffer_done(&r->scratch);
	if (r->arena)
		hear_arena_free(r->arena);
	if (r->whole.arena)
		hear_arena_free(r->whole.arena);
	free(r);
	return code;
}
