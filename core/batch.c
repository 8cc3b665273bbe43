/* SPDX-License-Identifier: ISC */
#include "core/batch.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/index.h"
#include "core/limits.h"
#include "core/postings.h"
#include "core/writer.h"

#include <stdlib.h>

/* Where what was gathered for a record ends. */
struct ends {
	uint64_t keys;
	uint64_t words;
	size_t targets;
};

struct hear_batch {
	struct hear_record records[HEAR_FILING_RECORDS];
	struct ends ends[HEAR_FILING_RECORDS];
	size_t count;
	size_t bytes;
	struct hear_gather *by;	  /* numbers are places in `records` */
	struct hear_words *words; /* the same */
	struct hear_buffer targets; /* keys, HEAR_TARGET_KEY bytes each */
	struct hear_keys keys;
	struct hear_buffer scratch;
};

struct hear_batch *hear_batch_new(void)
{
	struct hear_batch *batch = calloc(1, sizeof *batch);

	if (!batch)
		return NULL;
	batch->by = hear_gather_new();
	batch->words = hear_words_new();
	if (batch->by && batch->words)
		return batch;
	hear_batch_free(batch);
	return NULL;
}

void hear_batch_free(struct hear_batch *batch)
{
	if (!batch)
		return;
	hear_gather_free(batch->by);
	hear_words_free(batch->words);
	hear_buffer_done(&batch->targets);
	hear_keys_done(&batch->keys);
	hear_buffer_done(&batch->scratch);
	free(batch);
}

void hear_batch_reset(struct hear_batch *batch)
{
	if (batch->count == 0)
		return;
	batch->count = 0;
	batch->bytes = 0;
	hear_gather_reset(batch->by);
	hear_words_reset(batch->words);
	hear_buffer_reset(&batch->targets);
}

size_t hear_batch_count(const struct hear_batch *batch)
{
	return batch->count;
}

const struct hear_record *hear_batch_at(const struct hear_batch *batch,
					size_t index)
{
	return &batch->records[index];
}

const struct hear_record *hear_batch_records(const struct hear_batch *batch)
{
	return batch->records;
}

/* ---- Adding ---- */

static void add_keys(struct hear_batch *batch)
{
	size_t i;

	for (i = 0; i < batch->keys.count; i++) {
		struct hear_span key = hear_keys_at(&batch->keys, i);

		if (key.data[0] == HEAR_UNDER_TARGET)
			hear_buffer_span(&batch->targets, key);
		else
			hear_gather_add(batch->by, batch->count, key);
	}
}

enum hear_code hear_batch_add(struct hear_batch *batch,
			      const struct hear_record *record,
			      struct hear_err *err)
{
	struct ends *ends;
	enum hear_code code;

	if (batch->count == HEAR_FILING_RECORDS ||
	    batch->bytes + record->body.size > HEAR_FILING_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a filing has at most %d records and %d bytes "
				 "of them; begin another",
				 HEAR_FILING_RECORDS, HEAR_FILING_BYTES);
	code = hear_index_keys(&batch->keys, record->tree, err);
	if (code != HEAR_OK)
		return code;
	add_keys(batch);
	hear_index_words(batch->words, &batch->scratch, batch->count,
			 record->tree);
	if (batch->targets.failed || batch->scratch.failed)
		return hear_fail_memory(err);
	ends = &batch->ends[batch->count];
	ends->keys = hear_gather_held(batch->by);
	ends->words = hear_words_held(batch->words);
	ends->targets = batch->targets.size;
	batch->records[batch->count++] = *record;
	batch->bytes += record->body.size;
	return HEAR_OK;
}

/* ---- For the writer ---- */

static struct ends begin_of(const struct hear_batch *batch, size_t index)
{
	static const struct ends start = {0, 0, 0};

	return index > 0 ? batch->ends[index - 1] : start;
}

enum hear_code hear_batch_index(struct hear_batch *batch, size_t index,
				uint64_t number, struct hear_txn *txn,
				struct hear_gather *by,
				struct hear_words *words, struct hear_err *err)
{
	struct ends begin = begin_of(batch, index);
	const struct ends *end = &batch->ends[index];
	enum hear_code code = HEAR_OK;
	size_t at;

	for (at = begin.targets; at < end->targets && code == HEAR_OK;
	     at += HEAR_TARGET_KEY)
		code = hear_postings_put(
			txn, HEAR_BY,
			hear_span_make(batch->targets.data + at,
				       HEAR_TARGET_KEY),
			&number, 1, err);
	hear_gather_copy(batch->by, begin.keys, end->keys, by, number);
	hear_gather_copy(hear_words_gather(batch->words), begin.words,
			 end->words, hear_words_gather(words), number);
	return code;
}

static void add_listed(struct hear_gather *gather, uint64_t begin, uint64_t end,
		       struct hear_load *load, struct hear_listed *listed)
{
	size_t bytes = 0;
	size_t keys;

	hear_gather_count_anew(gather);
	keys = hear_gather_count(gather, begin, end, &bytes);
	listed->keys += keys;
	listed->key_bytes += bytes;
	listed->pairs += end - begin;
	load->held += hear_gather_would_take(keys, bytes, end - begin);
}

void hear_batch_load(struct hear_batch *batch, size_t first, size_t last,
		     struct hear_load *load)
{
	struct ends begin = begin_of(batch, first);
	struct ends end = begin_of(batch, last);
	size_t targets = end.targets - begin.targets;
	size_t i;

	for (i = first; i < last; i++)
		load->body_pages += hear_load_body(batch->records[i].body.size);
	load->records += last - first;
	load->filings++;
	add_listed(batch->by, begin.keys, end.keys, load, &load->by);
	load->by.keys += targets / HEAR_TARGET_KEY;
	load->by.key_bytes += targets;
	add_listed(hear_words_gather(batch->words), begin.words, end.words,
		   load, &load->words);
}
