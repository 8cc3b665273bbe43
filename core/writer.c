/* SPDX-License-Identifier: ISC */
/* writer.c - the happy path: begin (wait for the turn), file (check, stamp,
 * sign, store, index), commit (words and tree, once). Everything that can be
 * refused is refused before anything is stored; a failure after that marks the
 * writer broken, and a broken writer cannot commit. */
#include "core/writer.h"
#include "core/admission.h"
#include "core/aside.h"
#include "core/batch.h"
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/members.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/roster.h"
#include "core/settle.h"
#include "core/tree.h"

#include <stdlib.h>
#include <string.h>

struct hear_txn *hear_writer_txn(struct hear_writer *writer)
{
	return writer->txn;
}

/* ---- Beginning and ending ---- */

static void free_writer(struct hear_writer *writer)
{
	hear_tree_batch_done(&writer->batch);
	hear_gather_free(writer->by);
	hear_words_free(writer->words);
	hear_keys_done(&writer->keys);
	hear_buffer_done(&writer->value);
	hear_buffer_done(&writer->scratch);
	hear_buffer_done(&writer->heads);
	hear_history_free(writer->history);
	hear_judgement_done(&writer->judgement);
	hear_taking_free(writer->taking);
	if (writer->arena)
		hear_arena_free(writer->arena);
	free(writer);
}

static enum hear_code prepare(struct hear_writer *writer, struct hear_err *err)
{
	struct hear_view view = {writer->now_ms, true, HEAR_LOCAL, INT64_MAX};
	uint64_t wall = (uint64_t)writer->now_ms << 16;
	uint64_t ahead = wall + ((uint64_t)HEAR_AHEAD_MS << 16);
	struct hear_span value;
	enum hear_code code;

	code = hear_reader_over(&writer->look, writer->dataset, writer->txn,
				&view, err);
	if (code != HEAR_OK)
		return code;
	code = hear_txn_last(writer->txn, HEAR_RECORDS, &writer->next_record,
			     err);
	if (code == HEAR_OK)
		code = hear_txn_last(writer->txn, HEAR_FILINGS,
				     &writer->next_filing, err);
	if (code != HEAR_OK)
		return code;
	writer->next_record++;
	writer->next_filing++;
	writer->stamp = wall;
	writer->aside_most = HEAR_ASIDE_MOST;
	writer->again = hear_txn_get(writer->txn, HEAR_META,
				     hear_span_of(HEAR_META_AGAIN), &value,
				     NULL) == HEAR_OK;
	code = hear_txn_get(writer->txn, HEAR_META,
			    hear_span_of(HEAR_META_STAMP), &value, err);
	if (code == HEAR_OK && value.size == 8) {
		uint64_t newest = hear_get64(value.data);

		if (newest > wall && newest <= ahead)
			writer->stamp = newest;
	}
	if (code == HEAR_OK || code == HEAR_NOTFOUND)
		code = hear_check_repair(writer->txn, err);
	return code == HEAR_OK ? hear_refused_expire(writer->txn,
						     writer->now_ms, err)
			       : code;
}

enum hear_code hear_write_begin(struct hear_writer **out,
				struct hear_dataset *dataset, int64_t now_ms,
				struct hear_err *err)
{
	struct hear_writer *writer = calloc(1, sizeof *writer);
	enum hear_code code;

	*out = NULL;
	if (!writer)
		return hear_fail_memory(err);
	writer->dataset = dataset;
	writer->now_ms = now_ms < 0 ? 0 : now_ms;
	writer->by = hear_gather_new();
	writer->words = hear_words_new();
	writer->arena = hear_arena_new();
	code = writer->by && writer->words && writer->arena
		       ? HEAR_OK
		       : hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_txn_write(&writer->txn, dataset->store, err);
	if (code == HEAR_OK)
		code = prepare(writer, err);
	if (code != HEAR_OK) {
		hear_write_abort(writer);
		return code;
	}
	*out = writer;
	return HEAR_OK;
}

void hear_write_abort(struct hear_writer *writer)
{
	if (!writer)
		return;
	hear_reader_done(&writer->look);
	hear_txn_abort(writer->txn);
	free_writer(writer);
}

static enum hear_code put_stamp(struct hear_writer *writer,
				struct hear_err *err)
{
	unsigned char bytes[8];

	hear_put64(bytes, writer->stamp);
	return hear_txn_put(writer->txn, HEAR_META,
			    hear_span_of(HEAR_META_STAMP),
			    hear_span_make(bytes, 8), err);
}

enum hear_code hear_index_flush(struct hear_gather *by, struct hear_txn *txn,
				struct hear_err *err)
{
	return hear_postings_flush(by, txn, HEAR_BY, err);
}

static void add_listed(const struct hear_gather *gather,
		       struct hear_listed *listed)
{
	listed->keys += hear_gather_keys(gather);
	listed->key_bytes += hear_gather_key_bytes(gather);
	listed->pairs += hear_gather_held(gather);
}

/* What was written, and what is held for the end. */
static struct hear_load load_of(const struct hear_writer *writer)
{
	struct hear_load load = writer->load;

	load.records = writer->pending;
	add_listed(writer->by, &load.by);
	add_listed(hear_words_gather(writer->words), &load.words);
	load.held = hear_gather_bytes(writer->by) +
		    hear_words_bytes(writer->words);
	return load;
}

enum hear_code hear_writer_flush(struct hear_writer *writer,
				 struct hear_err *err)
{
	enum hear_code code;

	writer->load = load_of(writer);
	code = hear_index_flush(writer->by, writer->txn, err);

	return code == HEAR_OK
		       ? hear_words_flush(writer->words, writer->txn, err)
		       : code;
}

/* The rest of what a change of the roster admits, each part a transaction of
 * its own. The change itself is on disk, and whoever writes next goes on where
 * this ends: a failure here is not the caller's. */
static void commit_rest(struct hear_dataset *dataset, int64_t now_ms)
{
	struct hear_writer *writer = NULL;
	enum hear_code code = hear_write_begin(&writer, dataset, now_ms, NULL);

	if (code == HEAR_OK)
		code = hear_write_commit(writer, NULL);
	(void)code;
}

enum hear_code hear_write_commit(struct hear_writer *writer,
				 struct hear_err *err)
{
	struct hear_dataset *dataset = writer->dataset;
	int64_t now_ms = writer->now_ms;
	enum hear_code code = HEAR_OK;
	bool more;

	if (writer->broken)
		code = hear_fail(err, HEAR_IO,
				 "an earlier failure broke this transaction; "
				 "nothing of it was filed");
	if (code == HEAR_OK)
		code = hear_settle(writer, err);
	if (code == HEAR_OK)
		code = hear_writer_flush(writer, err);
	if (code == HEAR_OK)
		code = hear_tree_flush(&writer->batch, writer->txn, err);
	if (code == HEAR_OK && writer->pending > 0)
		code = put_stamp(writer, err);
	if (code != HEAR_OK) {
		hear_write_abort(writer);
		return code;
	}
	hear_reader_done(&writer->look);
	more = writer->more;
	code = hear_txn_commit(writer->txn, err);
	free_writer(writer);
	if (code == HEAR_OK && more)
		commit_rest(dataset, now_ms);
	return code;
}

bool hear_write_waited(struct hear_writer *writer)
{
	return hear_txn_waited(writer->txn);
}

size_t hear_write_pending(const struct hear_writer *writer)
{
	return writer->pending;
}

size_t hear_write_bytes(const struct hear_writer *writer)
{
	struct hear_load load = load_of(writer);

	return hear_load_bytes(&load, writer->txn);
}

size_t hear_write_fits(const struct hear_writer *writer,
		       struct hear_batch *batch, size_t first, size_t most)
{
	size_t count = hear_batch_count(batch) - first;

	for (; count > 1; count -= count / 4 ? count / 4 : 1) {
		struct hear_load load = load_of(writer);

		hear_batch_load(batch, first, first + count, &load);
		if (hear_load_bytes(&load, writer->txn) <= most)
			return count;
	}
	return count;
}

enum hear_code hear_write_setting(struct hear_writer *writer, const char *key,
				  struct hear_span value, struct hear_err *err)
{
	struct hear_buffer name = {0};
	enum hear_code code;

	hear_buffer_text(&name, HEAR_META_SETTING);
	hear_buffer_text(&name, key);
	if (value.size > 0)
		code = hear_txn_put(writer->txn, HEAR_META,
				    hear_buffer_view(&name), value, err);
	else
		code = hear_txn_delete(writer->txn, HEAR_META,
				       hear_buffer_view(&name), err);
	hear_buffer_done(&name);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_write_synced(struct hear_writer *writer,
				 struct hear_err *err)
{
	enum hear_code code =
		hear_txn_delete(writer->txn, HEAR_META,
				hear_span_of(HEAR_META_RESTORED), err);

	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Storing ---- */

struct word_context {
	struct hear_words *words;
	uint64_t number;
};

static void add_words(void *context, struct hear_span text)
{
	struct word_context *to = context;

	hear_words_add_text(to->words, to->number, text);
}

void hear_index_words(struct hear_words *words, struct hear_buffer *scratch,
		      uint64_t number, const struct hear_value *tree)
{
	struct word_context context = {words, number};

	hear_index_texts(tree, scratch, add_words, &context);
}

enum hear_code hear_index_record(struct hear_txn *txn, struct hear_keys *keys,
				 struct hear_gather *by,
				 struct hear_words *words,
				 struct hear_buffer *scratch, uint64_t number,
				 const struct hear_record *record,
				 struct hear_err *err)
{
	enum hear_code code = hear_index_keys(keys, record->tree, err);
	size_t i;

	if (code == HEAR_OK)
		code = hear_txn_number(txn, HEAR_RECORD_IDS,
				       hear_span_make(record->id.bytes, 8),
				       number, err);
	for (i = 0; i < keys->count && code == HEAR_OK; i++) {
		struct hear_span key = hear_keys_at(keys, i);

		/* What a record is about is asked within the transaction. */
		if (key.data[0] == HEAR_UNDER_TARGET)
			code = hear_postings_put(txn, HEAR_BY, key, &number, 1,
						 err);
		else
			hear_gather_add(by, number, key);
	}
	if (code == HEAR_OK)
		hear_index_words(words, scratch, number, record->tree);
	return code;
}

static enum hear_code index_record(struct hear_writer *writer, uint32_t index,
				   uint64_t number,
				   const struct hear_record *record,
				   struct hear_err *err)
{
	enum hear_code code;

	if (!writer->ready)
		return hear_index_record(writer->txn, &writer->keys, writer->by,
					 writer->words, &writer->scratch,
					 number, record, err);
	code = hear_txn_number(writer->txn, HEAR_RECORD_IDS,
			       hear_span_make(record->id.bytes, 8), number,
			       err);
	return code == HEAR_OK
		       ? hear_batch_index(writer->ready,
					  writer->ready_from +
						  writer->places[index],
					  number, writer->txn, writer->by,
					  writer->words, err)
		       : code;
}

static enum hear_code store_record(struct hear_writer *writer, uint32_t index,
				   const struct hear_record *record, bool fresh,
				   uint64_t *number, struct hear_err *err)
{
	unsigned char key[8];
	enum hear_code code =
		fresh ? HEAR_NOTFOUND
		      : hear_record_number(writer->txn, &record->id, number,
					   err);

	if (code != HEAR_NOTFOUND)
		return code;
	*number = writer->next_record++;
	writer->load.body_pages += hear_load_body(record->body.size);
	hear_put64(key, *number);
	code = hear_txn_append(writer->txn, HEAR_RECORDS,
			       hear_span_make(key, 8), record->body, err);
	if (code == HEAR_OK)
		code = index_record(writer, index, *number, record, err);
	if (code == HEAR_OK && hear_record_is(record->tree, "retraction"))
		writer->look.retractions = true;
	return code;
}

static enum hear_code store_records(struct hear_writer *writer,
				    const struct hear_sealed *filing,
				    const struct hear_record *records,
				    const bool *fresh, uint64_t filing_number,
				    struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint64_t before = 0;
	uint64_t number = 0;
	unsigned char key[8];
	uint32_t i;

	for (i = 0; i < filing->count && code == HEAR_OK; i++) {
		if (filing->purged && filing->bare[i])
			continue;
		code = store_record(writer, i, &records[i], fresh && fresh[i],
				    &number, err);
		if (code != HEAR_OK)
			break;
		hear_pack_number(&writer->value, before, number);
		before = number;
		hear_put64(key, number);
		code = hear_txn_number(writer->txn, HEAR_FILED,
				       hear_span_make(key, 8), filing_number,
				       err);
	}
	return code;
}

/* ---- Derived from a filing ---- */

void hear_heads_key(const struct hear_header *header, struct hear_buffer *out)
{
	hear_buffer_text(out, HEAR_META_HEADS);
	hear_buffer_add(out, header->author.bytes, 32);
	hear_buffer_add(out, header->partition, header->partition_size);
}

static bool named_in(const struct hear_header *header, const void *id)
{
	size_t i;

	for (i = 0; i < header->prev_count; i++)
		if (memcmp(header->prev[i].bytes, id, 32) == 0)
			return true;
	return false;
}

/* Whether filing `number` is of the same author and partition. */
static enum hear_code is_alike(struct hear_txn *txn, struct hear_arena *arena,
			       const struct hear_header *header,
			       uint64_t number, bool *out,
			       struct hear_err *err)
{
	struct hear_stored_filing stored;
	struct hear_header other;
	enum hear_code code = hear_stored_at(txn, number, &stored, err);

	*out = false;
	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND || code == HEAR_DAMAGED ? HEAR_OK
								     : code;
	hear_arena_reset(arena);
	code = hear_header_read(arena, stored.header, &other, err);
	if (code != HEAR_OK) /* damaged: not what its author filed */
		return code == HEAR_MEMORY ? code : HEAR_OK;
	*out = memcmp(other.author.bytes, header->author.bytes, 32) == 0 &&
	       other.partition_size == header->partition_size &&
	       memcmp(other.partition, header->partition,
		      header->partition_size) == 0;
	return HEAR_OK;
}

/* Only what the same author filed in the same partition comes after a filing:
 * others may name it, and must not take it from its author's heads. */
enum hear_code hear_is_head(struct hear_txn *txn, struct hear_arena *arena,
			    const struct hear_header *header,
			    const struct hear_id *id, bool *out,
			    struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	bool followed = false;
	uint64_t number = 0;
	enum hear_code code = hear_cursor_open(&cursor, txn, HEAR_AFTER, err);

	while (code == HEAR_OK && !followed) {
		code = hear_cursor_number(cursor,
					  hear_span_make(id->bytes, 32),
					  number + 1, &number, err);
		if (code == HEAR_OK)
			code = is_alike(txn, arena, header, number, &followed,
					err);
	}
	hear_cursor_close(cursor);
	*out = !followed;
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* An author's heads in a partition are those of their filings that none of
 * their others names as `prev`, whatever order they arrive in. */
static enum hear_code move_heads(struct hear_txn *txn, struct hear_arena *arena,
				 const struct hear_sealed *filing,
				 uint64_t number, struct hear_err *err)
{
	const struct hear_header *header = &filing->header;
	struct hear_buffer key = {0};
	struct hear_buffer heads = {0};
	struct hear_span old = {NULL, 0};
	enum hear_code code;
	bool head = false;
	size_t i;

	hear_heads_key(header, &key);
	code = hear_txn_get(txn, HEAR_META, hear_buffer_view(&key), &old, err);
	for (i = 0; code == HEAR_OK && i + 32 <= old.size; i += 32)
		if (!named_in(header, old.data + i) &&
		    heads.size < HEAR_HEADS_KEPT * 32)
			hear_buffer_add(&heads, old.data + i, 32);
	if (code == HEAR_OK || code == HEAR_NOTFOUND)
		code = hear_is_head(txn, arena, header, &filing->id, &head,
				    err);
	if (head)
		hear_buffer_add(&heads, filing->id.bytes, 32);
	if (code == HEAR_OK && (key.failed || heads.failed))
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_txn_put(txn, HEAR_META, hear_buffer_view(&key),
				    hear_buffer_view(&heads), err);
	for (i = 0; i < header->prev_count && code == HEAR_OK; i++)
		code = hear_txn_number(txn, HEAR_AFTER,
				       hear_span_make(header->prev[i].bytes,
						      32),
				       number, err);
	hear_buffer_done(&key);
	hear_buffer_done(&heads);
	return code;
}

enum hear_code hear_index_filing(struct hear_txn *txn, struct hear_arena *arena,
				 struct hear_tree_batch *batch,
				 const struct hear_sealed *filing,
				 uint64_t number, struct hear_err *err)
{
	const struct hear_header *header = &filing->header;
	enum hear_code code;

	code = hear_txn_number(txn, HEAR_FILING_IDS,
			       hear_span_make(filing->id.bytes, 8), number,
			       err);
	if (code == HEAR_OK && batch)
		code = hear_tree_add(batch,
				     hear_span_make(header->partition,
						    header->partition_size),
				     header->time, &filing->id, number, err);
	return code == HEAR_OK ? move_heads(txn, arena, filing, number, err)
			       : code;
}

/* ---- One filing ---- */

static void advance_stamp(struct hear_writer *writer, uint64_t time)
{
	uint64_t ahead =
		((uint64_t)writer->now_ms + (uint64_t)HEAR_AHEAD_MS) << 16;

	if (time > writer->stamp && time <= ahead)
		writer->stamp = time;
	/* What was just filed is in view of whoever filed it. */
	if (hear_stamp_ms(writer->stamp) > writer->look.latest_ms)
		writer->look.latest_ms = hear_stamp_ms(writer->stamp);
}

static enum hear_code store_filing(struct hear_writer *writer,
				   const struct hear_sealed *filing,
				   const struct hear_record *records,
				   const bool *fresh,
				   const struct hear_arrival *arrival,
				   struct hear_err *err)
{
	uint64_t number = writer->next_filing++;
	unsigned char key[8];
	enum hear_code code;

	writer->load.filings++;
	hear_stored_begin(&writer->value, filing, arrival->arrived_ms,
			  arrival->via);
	code = store_records(writer, filing, records, fresh, number, err);
	hear_put64(key, number);
	if (code == HEAR_OK && writer->value.failed)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_txn_append(writer->txn, HEAR_FILINGS,
				       hear_span_make(key, 8),
				       hear_buffer_view(&writer->value), err);
	if (code == HEAR_OK)
		code = hear_index_filing(writer->txn, writer->look.scratch,
					 &writer->batch, filing, number, err);
	if (code == HEAR_OK && arrival->left) {
		writer->look.lefts = true;
		code = hear_left_put(writer->txn, number, arrival->left, err);
	}
	if (code == HEAR_OK && hear_partition_marking(&filing->header) == 0)
		code = hear_settle_note(writer, filing, records, number, err);
	if (code == HEAR_OK &&
	    hear_words_bytes(writer->words) + hear_gather_bytes(writer->by) >
		    HEAR_WORDS_HELD)
		code = hear_writer_flush(writer, err);
	return code;
}

enum hear_code hear_writer_store(struct hear_writer *writer,
				 const struct hear_sealed *filing,
				 const struct hear_record *records,
				 const bool *fresh,
				 const struct hear_arrival *arrival,
				 struct hear_err *err)
{
	const struct hear_arrival here = {NULL, writer->now_ms, 0};
	enum hear_code code =
		store_filing(writer, filing, records, fresh,
			     arrival ? arrival : &here, err);

	if (code != HEAR_OK) {
		writer->broken = true;
		return code;
	}
	writer->pending += filing->count;
	advance_stamp(writer, filing->header.time);
	return HEAR_OK;
}

/* ---- Filing ---- */

static bool among(const struct hear_record *records, size_t count,
		  const struct hear_id *id)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (hear_id_equal(&records[i].id, id))
			return true;
	return false;
}

static enum hear_code live_at(struct hear_writer *writer,
			      const struct hear_id *id,
			      enum hear_marking marking, bool *out,
			      bool *here, struct hear_err *err)
{
	enum hear_standing stands = HEAR_ABSENT;
	uint64_t number = 0;
	enum hear_code code =
		hear_record_number(writer->txn, id, &number, err);

	*here = code == HEAR_OK;
	if (code == HEAR_OK)
		code = hear_standing_of(&writer->look, number, marking, &stands,
					err);
	*out = stands == HEAR_LIVE;
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* A reference at a marking must be to something that is live at it or below:
 * a green filing that names a red record would tell of it. */
static enum hear_code check_references(struct hear_writer *writer,
				       enum hear_marking marking,
				       const struct hear_record *records,
				       size_t count, size_t index,
				       struct hear_err *err)
{
	static const char *const fields[] = {"target", "from",	      "to",
					     "record", "replaced_by", "re",
					     NULL};
	const struct hear_value *tree = records[index].tree;
	struct hear_id id;
	bool live;
	bool here;
	enum hear_code code;
	size_t i;

	for (i = 0; fields[i]; i++) {
		const struct hear_value *value = hear_map_get(tree, fields[i]);

		if (!hear_id_parse(hear_text_of(value), &id) ||
		    among(records, count, &id))
			continue;
		code = live_at(writer, &id, marking, &live, &here, err);
		if (code != HEAR_OK)
			return code;
		if (!live)
			return hear_fail_value(
				err, HEAR_DENIED, value,
				"%s: no live filing holds %.12s at the marking "
				"%s or below; file at its own marking, or look "
				"it up with `hearsay show`",
				fields[i], hear_text_of(value).data,
				hear_marking_name(marking));
	}
	return HEAR_OK;
}

static enum hear_code check_batch(struct hear_writer *writer,
				  const struct hear_identity *author,
				  enum hear_marking marking,
				  const struct hear_record *records,
				  size_t count, struct hear_err *err)
{
	struct hear_header header = {0};
	enum hear_code code;
	size_t bytes = 0;
	size_t i;

	if (marking < HEAR_CLEAR || marking > HEAR_LOCAL)
		return hear_fail(err, HEAR_INVALID, "there is no such marking");
	header.author = author->key;
	hear_partition_of(marking, &header);
	code = hear_check_needs(writer->txn, err);
	if (code == HEAR_OK)
		code = hear_settle(writer, err);
	if (code == HEAR_OK)
		code = hear_may_file(writer->txn, writer->dataset->name,
				     &header, err);
	if (code != HEAR_OK)
		return code;
	if (count > HEAR_FILING_RECORDS)
		return hear_fail(err, HEAR_LIMIT,
				 "a filing has at most %d records; divide it",
				 HEAR_FILING_RECORDS);
	for (i = 0; i < count; i++) {
		bytes += records[i].body.size;
		if (hear_roster_kind(hear_record_kind(records[i].tree)))
			return hear_fail_value(
				err, HEAR_DENIED, records[i].tree,
				"records of the roster cannot be filed like "
				"claims");
	}
	if (bytes > HEAR_FILING_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a filing has at most %d bytes of records, "
				 "these have %zu; divide it",
				 HEAR_FILING_BYTES, bytes);
	return HEAR_OK;
}

/* Which of the kept records have an id: open addressing by its first bytes,
 * places from 1. */
enum { SEEN_SLOTS = 4 * HEAR_FILING_RECORDS };

struct seen {
	uint16_t places[SEEN_SLOTS];
};

/* Whether the id is among `kept` already; if not, the next one kept is to be
 * it. */
static bool seen_before(struct seen *seen, const struct hear_record *kept,
			uint32_t count, const struct hear_id *id)
{
	uint32_t slot = hear_get32(id->bytes) % SEEN_SLOTS;

	while (seen->places[slot]) {
		if (hear_id_equal(&kept[seen->places[slot] - 1].id, id))
			return true;
		slot = (slot + 1) % SEEN_SLOTS;
	}
	seen->places[slot] = (uint16_t)(count + 1);
	return false;
}

/* Puts the records that are to be filed into `filing` and `kept`. */
static enum hear_code choose(struct hear_writer *writer,
			     enum hear_marking marking,
			     const struct hear_record *records, size_t count,
			     struct hear_sealed *filing,
			     struct hear_record *kept, bool *fresh,
			     struct hear_outcome *out, struct hear_err *err)
{
	struct seen seen = {{0}};
	enum hear_code code = HEAR_OK;
	bool live = false;
	bool here = false;
	size_t i;

	for (i = 0; i < count && code == HEAR_OK; i++) {
		code = live_at(writer, &records[i].id, marking, &live, &here,
			       err);
		if (code == HEAR_OK && !live)
			live = seen_before(&seen, kept, filing->count,
					   &records[i].id);
		if (code == HEAR_OK && live) {
			out->already++;
			continue;
		}
		if (code == HEAR_OK)
			code = check_references(writer, marking, records, count,
						i, err);
		if (code == HEAR_OK) {
			filing->bodies[filing->count] = records[i].body;
			fresh[filing->count] = !here;
			writer->places[filing->count] = (uint16_t)i;
			kept[filing->count++] = records[i];
		}
	}
	return code;
}

static enum hear_code find_heads(struct hear_writer *writer,
				 struct hear_header *header,
				 struct hear_err *err)
{
	struct hear_buffer key = {0};
	struct hear_span heads = {NULL, 0};
	enum hear_code code;
	size_t i;
	size_t j;

	hear_heads_key(header, &key);
	code = hear_txn_get(writer->txn, HEAR_META, hear_buffer_view(&key),
			    &heads, err);
	hear_buffer_done(&key);
	if (code == HEAR_NOTFOUND)
		return HEAR_OK;
	/* Ascending by bytes, the newest where there are too many. */
	if (heads.size > 32 * HEAR_PREV_HEADS) {
		heads.data += heads.size - 32 * HEAR_PREV_HEADS;
		heads.size = 32 * HEAR_PREV_HEADS;
	}
	for (i = 0; i + 32 <= heads.size; i += 32) {
		for (j = header->prev_count;
		     j > 0 && memcmp(header->prev[j - 1].bytes, heads.data + i,
				     32) > 0;
		     j--)
			header->prev[j] = header->prev[j - 1];
		memcpy(header->prev[j].bytes, heads.data + i, 32);
		header->prev_count++;
	}
	return code;
}

enum hear_code hear_writer_sign(struct hear_writer *writer,
				const struct hear_identity *author, int marking,
				struct hear_sealed *filing,
				const struct hear_record *kept,
				const bool *fresh, struct hear_err *err)
{
	enum hear_code code;

	filing->header.dataset = writer->dataset->id;
	filing->header.author = author->key;
	filing->header.time = writer->stamp + 1;
	hear_partition_of((enum hear_marking)marking, &filing->header);
	code = find_heads(writer, &filing->header, err);
	hear_arena_reset(writer->arena);
	if (code == HEAR_OK)
		code = hear_filing_seal(writer->arena, &author->secret, filing,
					err);
	return code == HEAR_OK ? hear_writer_store(writer, filing, kept, fresh,
						   NULL, err)
			       : code;
}

enum hear_code hear_write_file(struct hear_writer *writer,
			       const struct hear_identity *author,
			       enum hear_marking marking,
			       const struct hear_record *records, size_t count,
			       struct hear_outcome *out, struct hear_err *err)
{
	struct hear_sealed *filing = NULL;
	struct hear_record *kept = NULL;
	bool fresh[HEAR_FILING_RECORDS];
	enum hear_code code =
		check_batch(writer, author, marking, records, count, err);

	memset(out, 0, sizeof *out);
	if (code != HEAR_OK)
		return code;
	filing = calloc(1, sizeof *filing);
	kept = calloc(count ? count : 1, sizeof *kept);
	if (!filing || !kept)
		code = hear_fail_memory(err);
	else
		code = choose(writer, marking, records, count, filing, kept,
			      fresh, out, err);
	if (code == HEAR_OK && filing->count > 0) {
		code = hear_writer_sign(writer, author, (int)marking, filing,
					kept, fresh, err);
		if (code == HEAR_OK) {
			out->filed = filing->count;
			out->made = true;
			out->filing = filing->id;
		}
	}
	free(filing);
	free(kept);
	return code;
}

enum hear_code hear_write_batch(struct hear_writer *writer,
				const struct hear_identity *author,
				enum hear_marking marking,
				struct hear_batch *batch, size_t first,
				size_t count, struct hear_outcome *out,
				struct hear_err *err)
{
	enum hear_code code;

	writer->ready = batch;
	writer->ready_from = first;
	code = hear_write_file(writer, author, marking,
			       hear_batch_records(batch) + first, count, out,
			       err);
	writer->ready = NULL;
	return code;
}
