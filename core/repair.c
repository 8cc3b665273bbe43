/* SPDX-License-Identifier: ISC */
/* repair.c - makes every index anew from the records and filings.
 *
 * In transactions of bounded size, so a crash may come between any two. From
 * the first, which empties the indexes, to the last the mark HEAR_META_REPAIR
 * stands: meanwhile nobody else can open the dataset, and after a crash nobody
 * can read or write it until a repair has gone through. */
#include "core/aside.h"
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/index.h"
#include "core/kept.h"
#include "core/settle.h"
#include "core/tree.h"
#include "core/verifying.h"
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
	struct hear_bits good;	   /* filings that are whole */
	struct hear_buffer roster; /* numbers of those of the roster */
	struct hear_history *history;
	struct hear_judgement judgement;
	struct hear_standings standings;
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
		HEAR_WORDS,	 HEAR_ORDERED,	  HEAR_NODES, HEAR_AFTER,
		HEAR_MEMBERS,	 HEAR_LEFT,	  HEAR_PURGES};
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

/* What waits aside and was refused stands for itself: only what is not well
 * formed goes, and what leads to stored filings, which is listed anew. */
static enum hear_code clear_aside(struct repairing *r, enum hear_table table,
				  struct hear_err *err)
{
	unsigned char from[HEAR_TREE_KEY + 1] = {0};
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	size_t size = 0;
	enum hear_code code = hear_cursor_open(&cursor, r->txn, table, err);

	while (code == HEAR_OK) {
		bool whole;

		code = hear_cursor_seek(cursor, hear_span_make(from, size),
					&key, &value, err);
		if (code != HEAR_OK)
			break;
		whole = table == HEAR_REFUSED
				? hear_refused_whole(key, value)
				: value.size > HEAR_ASIDE_HEAD &&
					  hear_aside_whole(r->txn, r->arena,
							   &r->whole.filing,
							   key, value);
		size = key.size < sizeof from ? key.size : sizeof from - 1;
		memcpy(from, key.data, size);
		if (!whole)
			code = hear_txn_delete(r->txn, table,
					       hear_span_make(from, size), err);
		from[size++] = 0; /* the next key above it */
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code list_ids(struct repairing *r, enum hear_table table,
			       struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_place_key place;
	enum hear_code code = hear_cursor_open(&cursor, r->txn, table, err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, NULL, err);
	while (code == HEAR_OK) {
		if (hear_place_read(key, &place))
			code = hear_txn_number(
				r->txn, HEAR_ASIDE_IDS,
				hear_span_make(place.id.bytes, 32), place.time,
				err);
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, &key, NULL,
						err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code list_aside(struct repairing *r, struct hear_err *err)
{
	enum hear_code code = hear_txn_clear(r->txn, HEAR_ASIDE_IDS, err);

	if (code == HEAR_OK)
		code = list_ids(r, HEAR_ASIDE, err);
	return code == HEAR_OK ? list_ids(r, HEAR_REFUSED, err) : code;
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
		hear_check_whole(&r->whole, r->txn, r->id, number, err);

	r->pending += r->whole.count + 1;
	if (code == HEAR_DAMAGED)
		return HEAR_OK; /* verify has named it */
	for (i = 0; i < r->whole.count && code == HEAR_OK; i++) {
		hear_put64(key, r->whole.numbers[i]);
		code = hear_txn_number(r->txn, HEAR_FILED,
				       hear_span_make(key, 8), number, err);
	}
	hear_bits_set(&r->good, number);
	if (hear_partition_marking(&r->whole.filing.header) == 0)
		hear_buffer_add(&r->roster, &number, sizeof number);
	return code == HEAR_OK
		       ? hear_index_filing(r->txn, r->arena, NULL,
					   &r->whole.filing, number, err)
		       : code;
}

/* ---- What the roster makes of them ---- */

static enum hear_code put_members(struct repairing *r, struct hear_err *err)
{
	struct hear_buffer row = {0};
	struct hear_member is;
	uint64_t mark;
	enum hear_code code = HEAR_OK;
	size_t key;

	for (key = 0; key < r->history->key_count && code == HEAR_OK; key++) {
		code = hear_member_row(r->history, &r->judgement, key, &is,
				       &mark, &row, err);
		if (code == HEAR_OK && is.ever_role)
			code = hear_txn_put(r->txn, HEAR_MEMBERS,
					    hear_span_make(is.key.bytes, 32),
					    hear_buffer_view(&row), err);
	}
	hear_buffer_done(&row);
	return code;
}

/* By now it is known which filings are stored. */
static enum hear_code sort_aside(struct repairing *r, struct hear_err *err)
{
	enum hear_code code = list_aside(r, err);

	if (code == HEAR_OK)
		code = clear_aside(r, HEAR_ASIDE, err);
	if (code == HEAR_OK)
		code = clear_aside(r, HEAR_REFUSED, err);
	return code == HEAR_OK ? list_aside(r, err) : code;
}

static enum hear_code judge(struct repairing *r, struct hear_err *err)
{
	enum hear_code code = begin(r, err);

	if (code != HEAR_OK)
		return code;
	if (r->roster.failed || r->good.failed)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_history_read(
			&r->history, r->txn,
			(const uint64_t *)(void *)r->roster.data,
			r->roster.size / sizeof(uint64_t), true, err);
	if (code == HEAR_OK)
		code = hear_judge(r->history, NULL, &r->judgement, err);
	if (code == HEAR_OK)
		code = put_members(r, err);
	if (code == HEAR_OK)
		code = sort_aside(r, err);
	return finish(r, code, err);
}

/* Puts a filing in the tree, or lists it as left out. */
static enum hear_code place_filing(struct repairing *r, uint64_t number,
				   struct hear_err *err)
{
	struct hear_standings *standings = &r->standings;
	struct hear_stored_filing stored;
	struct hear_header header;
	enum hear_wait is = 0;
	enum hear_code code;

	r->pending++;
	if (!hear_bits_has(&r->good, number))
		return HEAR_OK;
	standings->txn = r->txn;
	standings->history = r->history;
	standings->judgement = &r->judgement;
	code = hear_stored_at(r->txn, number, &stored, err);
	hear_arena_reset(r->arena);
	if (code == HEAR_OK)
		code = hear_header_read(r->arena, stored.header, &header, err);
	if (code == HEAR_OK)
		code = hear_standing_at(standings, number, &header, &stored.id,
					&is, err);
	if (code == HEAR_OK && !hear_is_out(is))
		code = hear_tree_add(&r->batch,
				     hear_span_make(header.partition,
						    header.partition_size),
				     header.time, &stored.id, number, err);
	return code == HEAR_OK && is
		       ? hear_left_note(r->txn, number, &header, &stored, 0, is,
					err)
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
		hear_check_whole(&r->whole, r->txn, r->id, number, NULL);

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
		code = hear_check_whole(&r->whole, r->txn, r->id, 1, err);
	hear_txn_abort(r->txn);
	r->txn = NULL;
	return code == HEAR_NOTFOUND
		       ? hear_fail(err, HEAR_DAMAGED,
				   "the genesis of the dataset is missing: "
				   "restore a backup with `hearsay restore`")
		       : code;
}

/* What the roster calls for beyond what is derived: purges, and filings aside
 * that it admits. The clock is that of the newest filing. */
static enum hear_code settle(struct repairing *r, struct hear_err *err)
{
	struct hear_writer *writer = NULL;
	struct hear_span value;
	int64_t now_ms = 0;
	enum hear_code code = hear_txn_read(&r->txn, r->dataset->store, err);

	if (code == HEAR_OK)
		code = hear_txn_get(r->txn, HEAR_META,
				    hear_span_of(HEAR_META_STAMP), &value, err);
	if (code == HEAR_OK && value.size == 8)
		now_ms = hear_stamp_ms(hear_get64(value.data));
	hear_txn_abort(r->txn);
	r->txn = NULL;
	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		return code;
	code = hear_write_begin(&writer, r->dataset, now_ms, err);
	if (code != HEAR_OK)
		return code;
	writer->roster_changed = true;
	return hear_write_commit(writer, err);
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
		code = judge(r, err);
	if (code == HEAR_OK)
		code = walk(r, HEAR_FILINGS, place_filing, err);
	if (code == HEAR_OK)
		code = walk(r, HEAR_FILINGS, take_filing, err);
	if (code == HEAR_OK)
		code = walk(r, HEAR_RECORDS, add_record, err);
	if (code == HEAR_OK)
		code = close_repair(r, err);
	hear_store_share(r->dataset->store);
	return code == HEAR_OK ? settle(r, err) : code;
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
	hear_standings_done(&r->standings);
	hear_judgement_done(&r->judgement);
	hear_history_free(r->history);
	hear_bits_done(&r->good);
	hear_buffer_done(&r->roster);
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
