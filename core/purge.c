/* SPDX-License-Identifier: ISC */
/* purge.c - the happy path: a purge comes to be in force, its row in the table
 * changes, and the filing it names is stripped where it stands: in table filing
 * or aside. Records that no other filing holds go with their index entries and
 * words. The pages they stood on are free, and keep the bytes until they are
 * used again or the dataset is compacted. */
#include "core/purge.h"
#include "core/aside.h"
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/members.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/roster.h"
#include "core/settle.h"
#include "core/stored.h"

#include <stdlib.h>
#include <string.h>

/* ---- Rows ---- */

static void set_bit(uint64_t *bits, unsigned at)
{
	bits[at / 64] |= UINT64_C(1) << (at % 64);
}

static int order_rows(const void *a, const void *b)
{
	return memcmp(((const struct hear_purge_row *)a)->filing.bytes,
		      ((const struct hear_purge_row *)b)->filing.bytes, 32);
}

static void fill_row(struct hear_purge_row *row, const struct hear_event *event,
		     bool counts)
{
	size_t i;

	memset(row, 0, sizeof *row);
	row->filing = event->act.filing;
	for (i = 0; i < event->act.index_count; i++) {
		set_bit(row->is.named, event->act.indexes[i]);
		if (counts)
			set_bit(row->is.holds, event->act.indexes[i]);
	}
}

/* Of several about one filing, the sum. */
static size_t merge_rows(struct hear_purge_row *rows, size_t count)
{
	size_t kept = 0;
	size_t i;
	size_t word;

	for (i = 0; i < count; i++) {
		if (kept == 0 || !hear_id_equal(&rows[kept - 1].filing,
						&rows[i].filing)) {
			rows[kept++] = rows[i];
			continue;
		}
		for (word = 0; word < HEAR_PURGE_WORDS; word++) {
			rows[kept - 1].is.holds[word] |= rows[i].is.holds[word];
			rows[kept - 1].is.named[word] |= rows[i].is.named[word];
		}
	}
	return kept;
}

enum hear_code hear_purges_gather(const struct hear_history *history,
				  const struct hear_judgement *judgement,
				  struct hear_purge_row **out, size_t *count,
				  struct hear_err *err)
{
	size_t found = 0;
	size_t at;

	*count = 0;
	for (at = 0; at < history->event_count; at++)
		found += history->events[at].act.kind == HEAR_KIND_PURGE;
	*out = calloc(found + 1, sizeof **out);
	if (!*out)
		return hear_fail_memory(err);
	for (at = 0; at < history->event_count; at++)
		if (history->events[at].act.kind == HEAR_KIND_PURGE)
			fill_row(&(*out)[(*count)++], &history->events[at],
				 judgement->verdicts[at].counts);
	if (*count > 1)
		qsort(*out, *count, sizeof **out, order_rows);
	*count = merge_rows(*out, *count);
	return HEAR_OK;
}

void hear_purge_pack(const struct hear_purged *purged,
		     unsigned char out[HEAR_PURGE_BYTES])
{
	size_t word;

	for (word = 0; word < HEAR_PURGE_WORDS; word++) {
		hear_put64(out + word * 8, purged->holds[word]);
		hear_put64(out + (HEAR_PURGE_WORDS + word) * 8,
			   purged->named[word]);
	}
}

enum hear_code hear_purge_get(struct hear_txn *txn, const struct hear_id *filing,
			      struct hear_purged *out, struct hear_err *err)
{
	struct hear_span value;
	size_t word;
	enum hear_code code = hear_txn_get(txn, HEAR_PURGES,
					   hear_span_make(filing->bytes, 32),
					   &value, err);

	memset(out, 0, sizeof *out);
	if (code != HEAR_OK || value.size != HEAR_PURGE_BYTES)
		return code;
	for (word = 0; word < HEAR_PURGE_WORDS; word++) {
		out->holds[word] = hear_get64(value.data + word * 8);
		out->named[word] = hear_get64(value.data +
					      (HEAR_PURGE_WORDS + word) * 8);
	}
	return HEAR_OK;
}

bool hear_purge_covers(const struct hear_purged *purged,
		       const struct hear_sealed *filing)
{
	uint32_t i;

	for (i = 0; filing->purged && i < filing->count; i++)
		if (filing->bare[i] && !hear_bit(purged->named, i))
			return false;
	return true;
}

bool hear_purge_done(const struct hear_purged *purged,
		     const struct hear_sealed *filing)
{
	uint32_t i;

	for (i = 0; i < filing->count; i++)
		if (hear_bit(purged->holds, i) &&
		    !(filing->purged && filing->bare[i]))
			return false;
	return true;
}

/* ---- Records ---- */

static enum hear_code take_number(struct hear_txn *txn, enum hear_table table,
				  struct hear_span key, uint64_t number,
				  struct hear_err *err)
{
	enum hear_code code = hear_txn_unnumber(txn, table, key, number, err);

	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code take_posting(struct hear_txn *txn, enum hear_table table,
				   struct hear_span stem, uint64_t number,
				   struct hear_err *err)
{
	enum hear_code code = hear_postings_take(txn, table, stem, number, err);

	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code take_words(struct hear_writer *writer, uint64_t number,
				 const struct hear_record *record,
				 struct hear_err *err)
{
	struct hear_words *words = hear_words_new();
	struct hear_sorted sorted = {0};
	enum hear_code code = words ? HEAR_OK : hear_fail_memory(err);
	size_t i;

	if (code == HEAR_OK) {
		hear_index_words(words, &writer->scratch, number, record->tree);
		code = hear_gather_sort(hear_words_gather(words), &sorted, err);
	}
	for (i = 0; i < sorted.count && code == HEAR_OK; i++)
		code = take_posting(writer->txn, HEAR_WORDS,
				    sorted.places[i].key, number, err);
	hear_sorted_done(&sorted);
	hear_words_free(words);
	return code;
}

static enum hear_code destroy(struct hear_writer *writer, uint64_t number,
			      struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_record record;
	struct hear_span body;
	unsigned char key[8];
	size_t i;
	enum hear_code code = arena ? hear_body_at(writer->txn, number, &body,
						   err)
				    : hear_fail_memory(err);

	if (code == HEAR_OK)
		code = hear_record_read(arena, body, &record, err);
	if (code == HEAR_OK)
		code = take_number(writer->txn, HEAR_RECORD_IDS,
				   hear_span_make(record.id.bytes, 8), number,
				   err);
	if (code == HEAR_OK)
		code = hear_index_keys(&writer->keys, record.tree, err);
	for (i = 0; i < writer->keys.count && code == HEAR_OK; i++)
		code = take_posting(writer->txn, HEAR_BY,
				    hear_keys_at(&writer->keys, i), number,
				    err);
	if (code == HEAR_OK)
		code = take_words(writer, number, &record, err);
	hear_put64(key, number);
	if (code == HEAR_OK)
		code = hear_txn_delete(writer->txn, HEAR_RECORDS,
				       hear_span_make(key, 8), err);
	if (arena)
		hear_arena_free(arena);
	return code;
}

/* A filing holds the record no longer; what nobody holds is destroyed. */
static enum hear_code let_go(struct hear_writer *writer, uint64_t record,
			     uint64_t filing, struct hear_err *err)
{
	struct hear_span value;
	unsigned char key[8];
	enum hear_code code;

	hear_put64(key, record);
	code = take_number(writer->txn, HEAR_FILED, hear_span_make(key, 8),
			   filing, err);
	if (code == HEAR_OK)
		code = hear_txn_get(writer->txn, HEAR_FILED,
				    hear_span_make(key, 8), &value, err);
	return code == HEAR_NOTFOUND ? destroy(writer, record, err) : code;
}

/* ---- Filings ---- */

struct stripping {
	struct hear_writer *writer;
	struct hear_arena *arena;
	struct hear_sealed filing;
	uint64_t numbers[HEAR_FILING_RECORDS]; /* before */
	struct hear_buffer value;
};

static bool still_lists(const struct stripping *s, uint64_t number)
{
	uint32_t i;

	for (i = 0; i < s->filing.count; i++)
		if (!s->filing.bare[i] && s->numbers[i] == number)
			return true;
	return false;
}

/* Writes the filing as it is now, and lets go of what it held before. */
static enum hear_code put_stripped(struct stripping *s, uint64_t number,
				   struct hear_err *err)
{
	uint64_t before = 0;
	unsigned char key[8];
	uint32_t i;
	enum hear_code code;

	for (i = 0; i < s->filing.count; i++) {
		if (s->filing.bare[i])
			continue;
		hear_pack_number(&s->value, before, s->numbers[i]);
		before = s->numbers[i];
	}
	if (s->value.failed)
		return hear_fail_memory(err);
	hear_put64(key, number);
	code = hear_txn_put(s->writer->txn, HEAR_FILINGS,
			    hear_span_make(key, 8), hear_buffer_view(&s->value),
			    err);
	for (i = 0; i < s->filing.count && code == HEAR_OK; i++)
		if (s->filing.bare[i] && s->numbers[i] &&
		    !still_lists(s, s->numbers[i]))
			code = let_go(s->writer, s->numbers[i], number, err);
	return code;
}

static enum hear_code strip_stored(struct stripping *s, uint64_t number,
				   const struct hear_purged *purged,
				   struct hear_err *err)
{
	struct hear_writer *writer = s->writer;
	struct hear_stored_filing stored;
	struct hear_header header;
	enum hear_code code = hear_writer_flush(writer, err);

	if (code == HEAR_OK)
		code = hear_stored_at(writer->txn, number, &stored, err);
	if (code == HEAR_OK)
		code = hear_header_read(s->arena, stored.header, &header, err);
	if (code == HEAR_OK)
		code = hear_stored_gather(writer->txn, &stored, &s->filing,
					  s->numbers, err);
	if (code == HEAR_DAMAGED)
		return HEAR_OK; /* verify names it */
	if (code != HEAR_OK || hear_partition_marking(&header) == 0 ||
	    !hear_sealed_strip(s->arena, &s->filing, purged->holds))
		return code;
	s->filing.id = stored.id;
	hear_stored_begin(&s->value, &s->filing, stored.arrived_ms,
			  &stored.via);
	return put_stripped(s, number, err);
}

static enum hear_code strip_packed(struct stripping *s,
				   const struct hear_header *place,
				   const struct hear_id *id,
				   const struct hear_purged *purged,
				   struct hear_err *err)
{
	struct hear_aside_entry entry;
	enum hear_code code =
		hear_aside_get(s->writer->txn, place, id, &entry, err);

	if (code != HEAR_OK || entry.packed.size == 0)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	code = hear_sealed_unpack(s->arena, entry.packed, &s->filing, err);
	if (code != HEAR_OK ||
	    !hear_sealed_strip(s->arena, &s->filing, purged->holds))
		return code;
	hear_buffer_reset(&s->value);
	code = hear_sealed_pack(s->arena, &s->filing, &s->value, err);
	entry.packed = hear_buffer_view(&s->value);
	return code == HEAR_OK ? hear_aside_put(s->writer->txn, place, id,
						&entry, err)
			       : code;
}

/* One that waits aside, under whatever partition. */
static enum hear_code strip_waiting(struct stripping *s,
				    const struct hear_id *id,
				    const struct hear_purged *purged,
				    struct hear_err *err)
{
	struct hear_header place = {.partition_size = 1};
	enum hear_code code =
		hear_aside_time(s->writer->txn, id, &place.time, err);

	for (place.partition[0] = HEAR_CLEAR;
	     place.partition[0] < HEAR_LOCAL && code == HEAR_OK;
	     place.partition[0]++)
		code = strip_packed(s, &place, id, purged, err);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code strip(struct hear_writer *writer,
			    const struct hear_id *id,
			    const struct hear_purged *purged,
			    struct hear_err *err)
{
	struct stripping *s = calloc(1, sizeof *s);
	uint64_t number = 0;
	enum hear_code code = HEAR_OK;

	if (s) {
		s->writer = writer;
		s->arena = hear_arena_new();
	}
	if (!s || !s->arena)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_filing_number(writer->txn, id, &number, err);
	if (code == HEAR_OK)
		code = strip_stored(s, number, purged, err);
	else if (code == HEAR_NOTFOUND)
		code = strip_waiting(s, id, purged, err);
	if (s && s->arena)
		hear_arena_free(s->arena);
	if (s)
		hear_buffer_done(&s->value);
	free(s);
	return code;
}

static enum hear_code settle_row(struct hear_writer *writer,
				 const struct hear_purge_row *row,
				 struct hear_err *err)
{
	struct hear_span key = hear_span_make(row->filing.bytes, 32);
	unsigned char bytes[HEAR_PURGE_BYTES];
	struct hear_span is = hear_span_make(bytes, sizeof bytes);
	struct hear_span was = {NULL, 0};
	enum hear_code code;

	hear_purge_pack(&row->is, bytes);
	code = hear_txn_get(writer->txn, HEAR_PURGES, key, &was, err);
	if (code == HEAR_OK && hear_span_equal(was, is))
		return HEAR_OK;
	if (code == HEAR_OK || code == HEAR_NOTFOUND)
		code = hear_txn_put(writer->txn, HEAR_PURGES, key, is, err);
	return code == HEAR_OK ? strip(writer, &row->filing, &row->is, err)
			       : code;
}

enum hear_code hear_purge_settle(struct hear_writer *writer,
				 struct hear_err *err)
{
	struct hear_purge_row *rows = NULL;
	size_t count = 0;
	size_t i;
	enum hear_code code = hear_purges_gather(
		writer->history, &writer->judgement, &rows, &count, err);

	for (i = 0; i < count && code == HEAR_OK; i++)
		code = settle_row(writer, &rows[i], err);
	free(rows);
	return code;
}

/* ---- Purging ---- */

struct purging {
	struct hear_writer *writer;
	const struct hear_identity *admin;
	struct hear_arena *arena;
	struct hear_span reason;
	struct hear_outcome *out;
	struct hear_record records[HEAR_FILING_RECORDS];
	size_t count;
	size_t bytes;
	struct hear_sealed filing; /* scratch */
	uint64_t numbers[HEAR_FILING_RECORDS];
};

static enum hear_code file_purges(struct purging *p, struct hear_err *err)
{
	unsigned filed = p->out->filed;
	enum hear_code code;

	if (p->count == 0)
		return HEAR_OK;
	code = hear_roster_file(p->writer, p->admin, p->records, p->count,
				p->out, err);
	p->out->filed += filed;
	p->count = 0;
	p->bytes = 0;
	return code;
}

/* One purge for a filing, of each place that the record has in it. */
static enum hear_code add_purge(struct purging *p, uint64_t record,
				uint64_t filing, struct hear_err *err)
{
	struct hear_act act = {.kind = HEAR_KIND_PURGE};
	uint16_t indexes[HEAR_FILING_RECORDS];
	struct hear_stored_filing stored;
	uint32_t i;
	enum hear_code code =
		hear_stored_at(p->writer->txn, filing, &stored, err);

	if (code == HEAR_OK)
		code = hear_stored_gather(p->writer->txn, &stored, &p->filing,
					  p->numbers, err);
	if (code != HEAR_OK)
		return code;
	act.filing = stored.id;
	act.indexes = indexes;
	for (i = 0; i < p->filing.count; i++)
		if (p->numbers[i] == record)
			indexes[act.index_count++] = (uint16_t)i;
	if (p->count == HEAR_FILING_RECORDS ||
	    p->bytes > HEAR_FILING_BYTES - HEAR_RECORD_BYTES)
		code = file_purges(p, err);
	if (code == HEAR_OK)
		code = hear_act_make(p->arena, &act, p->reason,
				     &p->records[p->count], err);
	if (code == HEAR_OK)
		p->bytes += p->records[p->count++].body.size;
	return code;
}

/* The filings that hold the record, into `out` as numbers. */
static enum hear_code find_filings(struct hear_writer *writer, uint64_t record,
				   struct hear_buffer *out,
				   struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	uint64_t filing = 0;
	unsigned char key[8];
	enum hear_code code =
		hear_cursor_open(&cursor, writer->txn, HEAR_FILED, err);

	hear_put64(key, record);
	while (code == HEAR_OK) {
		code = hear_cursor_number(cursor, hear_span_make(key, 8),
					  filing + 1, &filing, err);
		if (code == HEAR_OK)
			hear_buffer_add(out, &filing, sizeof filing);
	}
	hear_cursor_close(cursor);
	if (out->failed)
		return hear_fail_memory(err);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code purge(struct purging *p, uint64_t record,
			    struct hear_err *err)
{
	struct hear_buffer filings = {0};
	enum hear_code code = find_filings(p->writer, record, &filings, err);
	size_t at;

	for (at = 0; at < filings.size && code == HEAR_OK;
	     at += sizeof(uint64_t)) {
		uint64_t filing;

		memcpy(&filing, filings.data + at, sizeof filing);
		code = add_purge(p, record, filing, err);
	}
	hear_buffer_done(&filings);
	return code == HEAR_OK ? file_purges(p, err) : code;
}

/* What the roster itself says of who may do what cannot be taken out. */
static enum hear_code find_record(struct hear_writer *writer,
				  const struct hear_id *id,
				  struct hear_arena *arena, uint64_t *number,
				  struct hear_err *err)
{
	struct hear_record record;
	char text[HEAR_ID_TEXT];
	enum hear_code code =
		hear_record_number(writer->txn, id, number, err);

	hear_id_print(id, text);
	if (code == HEAR_NOTFOUND)
		return hear_fail(err, code, "there is no record %.12s", text);
	if (code == HEAR_OK)
		code = hear_record_at(&writer->look, arena, *number, &record,
				      err);
	if (code == HEAR_OK && hear_roster_kind(hear_record_kind(record.tree)))
		return hear_fail(err, HEAR_DENIED,
				 "%.12s is a record of the roster, and these "
				 "cannot be purged",
				 text);
	return code;
}

enum hear_code hear_write_purge(struct hear_writer *writer,
				const struct hear_identity *admin,
				const struct hear_id *record,
				struct hear_span reason,
				struct hear_outcome *out, struct hear_err *err)
{
	struct purging *p = calloc(1, sizeof *p);
	struct hear_member by;
	uint64_t number = 0;
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (p)
		p->arena = hear_arena_new();
	if (!p || !p->arena) {
		free(p);
		return hear_fail_memory(err);
	}
	p->writer = writer;
	p->admin = admin;
	p->reason = reason;
	p->out = out;
	code = hear_check_admin(writer, admin, &by, err);
	if (code == HEAR_OK)
		code = find_record(writer, record, p->arena, &number, err);
	if (code == HEAR_OK)
		code = purge(p, number, err);
	hear_arena_free(p->arena);
	free(p);
	return code;
}
