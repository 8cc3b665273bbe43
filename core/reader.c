/* SPDX-License-Identifier: ISC */
#include "core/reader.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/index.h"
#include "core/looked.h"
#include "core/members.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/support.h"
#include "core/when.h"

#include <stdlib.h>
#include <string.h>

/* Retractions of retractions are followed this deep; what is deeper counts as
 * standing, on every node alike. */
enum { DEEPEST = 64 };

/* ---- Beginning ---- */

static int64_t newest_stamp_ms(struct hear_txn *txn)
{
	struct hear_span value;

	if (hear_txn_get(txn, HEAR_META, hear_span_of(HEAR_META_STAMP), &value,
			 NULL) != HEAR_OK ||
	    value.size != 8)
		return 0;
	return hear_stamp_ms(hear_get64(value.data));
}

static bool has_retractions(struct hear_txn *txn)
{
	struct hear_buffer key = {0};
	enum hear_code code;

	hear_index_key(HEAR_UNDER_KIND, hear_span_of("retraction"), &key);
	code = hear_posted(txn, HEAR_BY, hear_buffer_view(&key), NULL);
	hear_buffer_done(&key);
	return code != HEAR_NOTFOUND;
}

enum hear_code hear_reader_over(struct hear_reader *reader,
				struct hear_dataset *dataset,
				struct hear_txn *txn,
				const struct hear_view *view,
				struct hear_err *err)
{
	int64_t newest;

	memset(reader, 0, sizeof *reader);
	reader->dataset = dataset;
	reader->txn = txn;
	reader->borrowed = true;
	reader->view = *view;
	reader->latest_ms = view->as_of_ms;
	if (view->now) {
		newest = newest_stamp_ms(txn);
		if (newest > reader->latest_ms &&
		    newest <= view->as_of_ms + HEAR_AHEAD_MS)
			reader->latest_ms = newest;
	}
	reader->retractions = has_retractions(txn);
	reader->lefts = hear_txn_entries(txn, HEAR_LEFT) > 0;
	reader->scratch = hear_arena_new();
	if (!reader->scratch)
		return hear_fail_memory(err);
	return hear_cursor_open(&reader->filed, txn, HEAR_FILED, err);
}

void hear_reader_done(struct hear_reader *reader)
{
	hear_cursor_close(reader->filed);
	if (reader->scratch)
		hear_arena_free(reader->scratch);
	if (reader->names)
		hear_arena_free(reader->names);
	hear_looked_free(reader->looked);
	hear_supports_free(reader->supports);
	if (!reader->borrowed)
		hear_txn_abort(reader->txn);
	memset(reader, 0, sizeof *reader);
}

/* Until a repair is done its tables are not: answers would lack what they do
 * not hold yet, and nobody would notice. */
enum hear_code hear_check_repair(struct hear_txn *txn, struct hear_err *err)
{
	struct hear_span value;
	enum hear_code code = hear_txn_get(
		txn, HEAR_META, hear_span_of(HEAR_META_REPAIR), &value, err);

	if (code == HEAR_OK)
		return hear_fail(err, HEAR_DAMAGED,
				 "a repair of this dataset was cut short: run "
				 "`hearsay verify --repair`");
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_read_begin(struct hear_reader **out,
			       struct hear_dataset *dataset,
			       const struct hear_view *view,
			       struct hear_err *err)
{
	struct hear_reader *reader = malloc(sizeof *reader);
	struct hear_txn *txn = NULL;
	enum hear_code code;

	*out = NULL;
	if (!reader)
		return hear_fail_memory(err);
	code = hear_txn_read(&txn, dataset->store, err);
	if (code == HEAR_OK)
		code = hear_check_repair(txn, err);
	if (code != HEAR_OK) {
		hear_txn_abort(txn);
		free(reader);
		return code;
	}
	code = hear_reader_over(reader, dataset, txn, view, err);
	reader->borrowed = false;
	if (code != HEAR_OK) {
		hear_read_end(reader);
		return code;
	}
	*out = reader;
	return HEAR_OK;
}

void hear_read_end(struct hear_reader *reader)
{
	if (!reader)
		return;
	hear_reader_done(reader);
	free(reader);
}

/* ---- Numbers ---- */

enum hear_code hear_body_at(struct hear_txn *txn, uint64_t number,
			    struct hear_span *out, struct hear_err *err)
{
	unsigned char key[8];
	enum hear_code code;

	hear_put64(key, number);
	code = hear_txn_get(txn, HEAR_RECORDS, hear_span_make(key, 8), out,
			    err);
	if (code == HEAR_NOTFOUND)
		return hear_fail(err, HEAR_DAMAGED,
				 "record number %llu is missing: run `hearsay "
				 "verify`",
				 (unsigned long long)number);
	return code;
}

/* The whole id of what has a number. */
static enum hear_code id_of(struct hear_txn *txn, enum hear_table table,
			    uint64_t number, struct hear_id *out,
			    struct hear_err *err)
{
	struct hear_stored_filing filing;
	struct hear_span body;
	enum hear_code code;

	if (table == HEAR_RECORD_IDS) {
		code = hear_body_at(txn, number, &body, err);
		if (code == HEAR_OK)
			hear_hash_record(body, out);
		return code;
	}
	code = hear_stored_at(txn, number, &filing, err);
	if (code == HEAR_OK)
		*out = filing.id;
	return code;
}

/* Goes on after `number`, where ids begin alike. */
static enum hear_code next_number_of(struct hear_txn *txn,
				     enum hear_table table,
				     const struct hear_id *id, uint64_t number,
				     uint64_t *out, struct hear_err *err)
{
	struct hear_span key = hear_span_make(id->bytes, 8);
	struct hear_cursor *cursor = NULL;
	struct hear_id is;
	enum hear_code code = hear_cursor_open(&cursor, txn, table, err);

	while (code == HEAR_OK) {
		code = hear_cursor_number(cursor, key, number + 1, &number,
					  err);
		if (code == HEAR_OK)
			code = id_of(txn, table, number, &is, err);
		if (code == HEAR_OK && hear_id_equal(&is, id)) {
			*out = number;
			break;
		}
	}
	hear_cursor_close(cursor);
	return code;
}

/* Ids are indexed by their first eight bytes; each number under them is
 * compared whole. There is hardly ever more than one: no cursor for it. */
static enum hear_code number_of(struct hear_txn *txn, enum hear_table table,
				const struct hear_id *id, uint64_t *out,
				struct hear_err *err)
{
	struct hear_span value;
	uint64_t number = 0;
	struct hear_id is;
	enum hear_code code = hear_txn_get(
		txn, table, hear_span_make(id->bytes, 8), &value, err);

	if (code == HEAR_OK && value.size == 8) {
		number = hear_get64(value.data);
		code = id_of(txn, table, number, &is, err);
	}
	if (code != HEAR_OK)
		return code;
	if (number == 0 || !hear_id_equal(&is, id))
		return next_number_of(txn, table, id, number, out, err);
	*out = number;
	return HEAR_OK;
}

enum hear_code hear_record_number(struct hear_txn *txn,
				  const struct hear_id *id, uint64_t *out,
				  struct hear_err *err)
{
	return number_of(txn, HEAR_RECORD_IDS, id, out, err);
}

enum hear_code hear_filing_number(struct hear_txn *txn,
				  const struct hear_id *id, uint64_t *out,
				  struct hear_err *err)
{
	return number_of(txn, HEAR_FILING_IDS, id, out, err);
}

/* `id` is NULL, or what the body was found to hash to. */
static enum hear_code read_at(struct hear_reader *reader,
			      struct hear_arena *arena, uint64_t number,
			      const struct hear_id *id, struct hear_record *out,
			      struct hear_err *err)
{
	struct hear_span body;
	enum hear_code code = hear_body_at(reader->txn, number, &body, err);

	if (code == HEAR_OK)
		code = id ? hear_record_known(arena, body, id, out, err)
			  : hear_record_read(arena, body, out, err);
	if (code == HEAR_INVALID || code == HEAR_LIMIT)
		return hear_fail(err, HEAR_DAMAGED,
				 "record number %llu cannot be read: run "
				 "`hearsay verify`",
				 (unsigned long long)number);
	return code;
}

enum hear_code hear_record_at(struct hear_reader *reader,
			      struct hear_arena *arena, uint64_t number,
			      struct hear_record *out, struct hear_err *err)
{
	return read_at(reader, arena, number, NULL, out, err);
}

/* ---- Filings ---- */

static enum hear_code fail_filing(uint64_t number, struct hear_err *err)
{
	return hear_fail(err, HEAR_DAMAGED,
			 "filing number %llu cannot be read: run `hearsay "
			 "verify`",
			 (unsigned long long)number);
}

/* Record numbers: zigzag of the step from the one before, as LEB128. */
void hear_pack_number(struct hear_buffer *out, uint64_t before,
		      uint64_t number)
{
	int64_t step = (int64_t)(number - before);
	uint64_t zigzag = (uint64_t)step << 1 ^ (uint64_t)(step >> 63);

	for (; zigzag >= 0x80; zigzag >>= 7)
		hear_buffer_byte(out, (char)(zigzag | 0x80));
	hear_buffer_byte(out, (char)zigzag);
}

bool hear_next_number(struct hear_span numbers, size_t *at, uint64_t *number)
{
	uint64_t zigzag = 0;
	unsigned shift = 0;

	while (*at < numbers.size && shift < 64) {
		unsigned char byte = (unsigned char)numbers.data[(*at)++];

		zigzag |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (byte < 0x80) {
			*number += zigzag >> 1 ^ -(zigzag & 1);
			return true;
		}
	}
	return false;
}

static enum hear_code is_left(struct hear_reader *reader, uint64_t number,
			      bool *out, struct hear_err *err)
{
	struct hear_span value;
	unsigned char key[8];
	enum hear_code code;

	hear_put64(key, number);
	code = hear_txn_get(reader->txn, HEAR_LEFT, hear_span_make(key, 8),
			    &value, err);
	*out = code == HEAR_OK;
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_facts_at(struct hear_reader *reader, uint64_t number,
			     const struct hear_filing_facts **out,
			     struct hear_err *err)
{
	struct hear_filing_facts *facts =
		&reader->facts[number % HEAR_FACTS_KEPT];
	struct hear_stored_filing stored;
	struct hear_header header;
	enum hear_code code;

	*out = facts;
	if (facts->number == number)
		return HEAR_OK;
	code = hear_stored_at(reader->txn, number, &stored, err);
	if (code != HEAR_OK)
		return code;
	hear_arena_reset(reader->scratch);
	code = hear_header_read(reader->scratch, stored.header, &header, err);
	if (code == HEAR_INVALID || code == HEAR_LIMIT)
		return fail_filing(number, err);
	if (code != HEAR_OK)
		return code;
	facts->number = 0;
	facts->id = stored.id;
	facts->author = header.author;
	facts->time = header.time;
	facts->marking = hear_partition_marking(&header);
	facts->left = false;
	if (reader->lefts)
		code = is_left(reader, number, &facts->left, err);
	if (code == HEAR_OK)
		facts->number = number;
	return code;
}

bool hear_in_view(const struct hear_reader *reader,
		  const struct hear_filing_facts *facts)
{
	return facts->marking >= 0 && !facts->left &&
	       facts->marking <= (int)reader->view.highest &&
	       hear_stamp_ms(facts->time) <= reader->latest_ms;
}

/* ---- What stands ---- */

static enum hear_code standing(struct hear_reader *reader, uint64_t number,
			       int highest, int depth, struct hear_live *live,
			       enum hear_standing *out, struct hear_err *err);

static bool names_filing(const struct hear_value *retraction,
			 const struct hear_id *filing)
{
	const struct hear_value *list = hear_map_get(retraction, "filings");
	struct hear_id id;
	size_t i;

	for (i = 0; i < hear_count_of(list); i++)
		if (hear_id_parse(hear_text_of(hear_item_of(list, i)), &id) &&
		    hear_id_equal(&id, filing))
			return true;
	return false;
}

/* The first live retraction of record `id` as filed in `filing`: its number,
 * or 0. */
static enum hear_code retracted_by(struct hear_reader *reader,
				   const struct hear_id *id,
				   const struct hear_id *filing, int highest,
				   int depth, uint64_t *out,
				   struct hear_err *err)
{
	struct hear_arena *arena = NULL;
	struct hear_postings *postings = NULL;
	struct hear_record record;
	enum hear_standing stands;
	unsigned char key[HEAR_TARGET_KEY];
	uint64_t number = 0;
	enum hear_code code;

	*out = 0;
	if (!reader->retractions || depth >= DEEPEST)
		return HEAR_OK;
	key[0] = HEAR_UNDER_TARGET;
	memcpy(key + 1, id->bytes, 32);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_span_make(key, sizeof key), err);
	while (code == HEAR_OK) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code == HEAR_OK && !arena && !(arena = hear_arena_new()))
			code = hear_fail_memory(err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code != HEAR_OK || !hear_record_is(record.tree, "retraction") ||
		    !names_filing(record.tree, filing))
			continue;
		code = standing(reader, number, highest, depth + 1, NULL,
				&stands, err);
		if (code == HEAR_OK && stands == HEAR_LIVE) {
			*out = number;
			break;
		}
	}
	hear_postings_close(postings);
	if (arena)
		hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code record_id_at(struct hear_reader *reader, uint64_t number,
				   struct hear_id *out, struct hear_err *err)
{
	struct hear_span body;
	enum hear_code code = hear_body_at(reader->txn, number, &body, err);

	if (code == HEAR_OK)
		hear_hash_record(body, out);
	return code;
}

/* Ends at the first live filing, unless all are wanted in `live`. */
static enum hear_code standing(struct hear_reader *reader, uint64_t number,
			       int highest, int depth, struct hear_live *live,
			       enum hear_standing *out, struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	enum hear_marking marking;
	struct hear_id filing_id;
	struct hear_id id;
	uint64_t filing = 0;
	uint64_t time;
	uint64_t by = 0;
	unsigned char key[8];
	bool hashed = false;
	enum hear_code code = HEAR_OK;

	*out = HEAR_ABSENT;
	hear_put64(key, number);
	while (code == HEAR_OK) {
		code = hear_cursor_number(reader->filed, hear_span_make(key, 8),
					  filing + 1, &filing, err);
		if (code != HEAR_OK)
			break;
		code = hear_facts_at(reader, filing, &facts, err);
		if (code == HEAR_NOTFOUND)
			return fail_filing(filing, err);
		if (code != HEAR_OK)
			break;
		if (!hear_in_view(reader, facts) || facts->marking > highest)
			continue;
		filing_id = facts->id;
		time = facts->time;
		marking = (enum hear_marking)facts->marking;
		if (reader->retractions && !hashed) {
			code = record_id_at(reader, number, &id, err);
			hashed = true;
		}
		if (code == HEAR_OK && hashed)
			code = retracted_by(reader, &id, &filing_id, highest,
					    depth, &by, err);
		if (code != HEAR_OK)
			break;
		if (by && *out == HEAR_ABSENT)
			*out = HEAR_RETRACTED;
		if (by)
			continue;
		*out = HEAR_LIVE;
		if (!live)
			return HEAR_OK;
		if (hear_stamp_ms(time) < live->first_ms)
			live->first_ms = hear_stamp_ms(time);
		if (marking < live->freest)
			live->freest = marking;
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_standing_of(struct hear_reader *reader, uint64_t number,
				enum hear_marking highest,
				enum hear_standing *out, struct hear_err *err)
{
	return standing(reader, number, (int)highest, 0, NULL, out, err);
}

enum hear_code hear_live_of(struct hear_reader *reader, uint64_t number,
			    struct hear_live *out, struct hear_err *err)
{
	out->first_ms = INT64_MAX;
	out->freest = HEAR_LOCAL;
	return standing(reader, number, (int)reader->view.highest, 0, out,
			&out->standing, err);
}

/* ---- The second clock ---- */

/* Whether a capture of the document was published wholly before the end of
 * the time asked for. */
static enum hear_code look_published(struct hear_reader *reader,
				   struct hear_span document, bool *out,
				   struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_postings *postings = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	struct hear_when when;
	uint64_t number = 0;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	hear_index_key(HEAR_UNDER_DOCUMENT, document, &key);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_buffer_view(&key), err);
	while (code == HEAR_OK && !*out) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code == HEAR_OK && hear_record_is(record.tree, "capture") &&
		    hear_when_parse(hear_text_of(hear_map_get(record.tree,
							      "published")),
				    &when, NULL) == HEAR_OK)
			*out = when.to - 1 <= reader->view.known_by_ms;
	}
	hear_postings_close(postings);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* Looked up once a document. */
static enum hear_code published_by(struct hear_reader *reader,
				   struct hear_span document, bool *out,
				   struct hear_err *err)
{
	unsigned char *known = hear_looked_at(&reader->looked, document);
	enum hear_code code = HEAR_OK;

	if (!known)
		return hear_fail_memory(err);
	if (!(*known & HEAR_LOOKED_PUBLISHED_KNOWN)) {
		code = look_published(reader, document, out, err);
		if (code != HEAR_OK)
			return code;
		*known |= HEAR_LOOKED_PUBLISHED_KNOWN |
			  (*out ? HEAR_LOOKED_PUBLISHED : 0);
	}
	*out = *known & HEAR_LOOKED_PUBLISHED;
	return code;
}

enum hear_code hear_was_known(struct hear_reader *reader,
			      const struct hear_value *tree, bool *out,
			      struct hear_err *err)
{
	struct hear_span said = hear_text_of(hear_map_get(tree, "said"));
	struct hear_span document =
		hear_text_of(hear_map_get(tree, "document"));
	struct hear_when when;

	*out = reader->view.known_by_ms == INT64_MAX;
	if (*out)
		return HEAR_OK;
	if (hear_when_parse(said, &when, NULL) == HEAR_OK) {
		*out = when.to - 1 <= reader->view.known_by_ms;
		return HEAR_OK;
	}
	return document.size > 0 ? published_by(reader, document, out, err)
				 : HEAR_OK;
}

/* ---- Public calls ---- */

enum hear_code hear_get(struct hear_reader *reader, struct hear_arena *arena,
			const struct hear_id *id, struct hear_record *out,
			struct hear_err *err)
{
	enum hear_standing stands = HEAR_ABSENT;
	uint64_t number = 0;
	enum hear_code code =
		hear_record_number(reader->txn, id, &number, err);

	if (code == HEAR_OK)
		code = hear_standing_of(reader, number, reader->view.highest,
					&stands, err);
	if (code == HEAR_OK && stands == HEAR_ABSENT)
		code = HEAR_NOTFOUND;
	/* hear_record_number() hashed the body. */
	return code == HEAR_OK ? read_at(reader, arena, number, id, out, err)
			       : code;
}

uint64_t hear_last_filing(struct hear_reader *reader)
{
	uint64_t last;

	return hear_txn_last(reader->txn, HEAR_FILINGS, &last, NULL) == HEAR_OK
		       ? last
		       : 0;
}

static unsigned count_numbers(struct hear_span numbers)
{
	uint64_t number = 0;
	unsigned count = 0;
	size_t at = 0;

	while (hear_next_number(numbers, &at, &number))
		count++;
	return count;
}

enum hear_code hear_filing_seen(struct hear_reader *reader,
				const struct hear_filing_facts *facts,
				struct hear_filing *out, struct hear_err *err)
{
	struct hear_stored_filing stored;
	enum hear_code code =
		hear_stored_at(reader->txn, facts->number, &stored, err);

	if (code != HEAR_OK)
		return code;
	out->number = facts->number;
	out->id = facts->id;
	out->author = facts->author;
	out->time_ms = hear_stamp_ms(facts->time);
	out->arrived_ms = stored.arrived_ms;
	out->roster = facts->marking == 0;
	out->marking = out->roster ? HEAR_CLEAR
				   : (enum hear_marking)facts->marking;
	out->records = count_numbers(stored.numbers);
	return hear_author_name(reader, &out->author, &out->author_name, err);
}

enum hear_code hear_filing_get(struct hear_reader *reader, uint64_t number,
			       struct hear_filing *out, struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	enum hear_code code = hear_facts_at(reader, number, &facts, err);

	if (code == HEAR_OK && !hear_in_view(reader, facts))
		code = HEAR_NOTFOUND;
	return code == HEAR_OK ? hear_filing_seen(reader, facts, out, err)
			       : code;
}

enum hear_code hear_filing_record(struct hear_reader *reader,
				  struct hear_arena *arena, uint64_t number,
				  unsigned index, struct hear_record *out,
				  struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	struct hear_stored_filing stored;
	uint64_t record = 0;
	size_t at = 0;
	enum hear_code code = hear_facts_at(reader, number, &facts, err);

	if (code == HEAR_OK && !hear_in_view(reader, facts))
		code = HEAR_NOTFOUND;
	if (code == HEAR_OK)
		code = hear_stored_at(reader->txn, number, &stored, err);
	if (code != HEAR_OK)
		return code;
	do
		if (!hear_next_number(stored.numbers, &at, &record))
			return HEAR_NOTFOUND;
	while (index-- > 0);
	return hear_record_at(reader, arena, record, out, err);
}

static int filed_order(const void *a, const void *b)
{
	const struct hear_filed *left = a;
	const struct hear_filed *right = b;

	if (left->filing.time_ms != right->filing.time_ms)
		return left->filing.time_ms < right->filing.time_ms ? -1 : 1;
	return memcmp(left->filing.id.bytes, right->filing.id.bytes, 32);
}

static enum hear_code describe(struct hear_reader *reader, uint64_t filing,
			       const struct hear_id *id,
			       struct hear_filed *out, struct hear_err *err)
{
	uint64_t by = 0;
	enum hear_code code =
		hear_filing_get(reader, filing, &out->filing, err);

	out->retracted = false;
	if (code == HEAR_OK)
		code = retracted_by(reader, id, &out->filing.id,
				    (int)reader->view.highest, 0, &by, err);
	if (code == HEAR_OK && by) {
		out->retracted = true;
		code = record_id_at(reader, by, &out->retraction, err);
	}
	return code;
}

enum hear_code hear_filed_in(struct hear_reader *reader,
			     struct hear_arena *arena, const struct hear_id *id,
			     struct hear_filed **out, size_t *count,
			     struct hear_err *err)
{
	struct hear_filed *list = NULL;
	size_t room = 0;
	uint64_t number = 0;
	uint64_t filing = 0;
	unsigned char key[8];
	enum hear_code code =
		hear_record_number(reader->txn, id, &number, err);

	*out = NULL;
	*count = 0;
	hear_put64(key, number);
	while (code == HEAR_OK) {
		code = hear_cursor_number(reader->filed, hear_span_make(key, 8),
					  filing + 1, &filing, err);
		if (code != HEAR_OK)
			break;
		if (*count == room) {
			struct hear_filed *more = hear_arena_alloc(
				arena, (room * 2 + 2) * sizeof *more);

			if (!more)
				return hear_fail_memory(err);
			if (room)
				memcpy(more, list, room * sizeof *more);
			list = more;
			room = room * 2 + 2;
		}
		code = describe(reader, filing, id, &list[*count], err);
		if (code == HEAR_OK)
			++*count;
		else if (code == HEAR_NOTFOUND)
			code = HEAR_OK; /* not within the view */
	}
	if (*count > 0)
		qsort(list, *count, sizeof *list, filed_order);
	*out = list;
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_setting_get(struct hear_reader *reader, const char *key,
				struct hear_buffer *out, struct hear_err *err)
{
	struct hear_buffer name = {0};
	struct hear_span value;
	enum hear_code code;

	hear_buffer_text(&name, HEAR_META_SETTING);
	hear_buffer_text(&name, key);
	code = hear_txn_get(reader->txn, HEAR_META, hear_buffer_view(&name),
			    &value, err);
	hear_buffer_done(&name);
	if (code == HEAR_OK)
		hear_buffer_span(out, value);
	else if (code == HEAR_NOTFOUND)
		hear_buffer_text(out, "");
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_setting_each(struct hear_reader *reader, const char *prefix,
				 bool (*each)(void *context, const char *key,
					      struct hear_span value),
				 void *context, struct hear_err *err)
{
	const size_t skip = sizeof HEAR_META_SETTING - 1;
	struct hear_cursor *cursor = NULL;
	struct hear_buffer start = {0};
	struct hear_buffer name = {0};
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code =
		hear_cursor_open(&cursor, reader->txn, HEAR_META, err);

	hear_buffer_text(&start, HEAR_META_SETTING);
	hear_buffer_text(&start, prefix);
	if (code == HEAR_OK)
		code = hear_cursor_seek(cursor, hear_buffer_view(&start), &key,
					&value, err);
	while (code == HEAR_OK && key.size >= start.size &&
	       memcmp(key.data, start.data, start.size) == 0) {
		hear_buffer_reset(&name);
		hear_buffer_add(&name, key.data + skip, key.size - skip);
		if (name.failed)
			code = hear_fail_memory(err);
		if (code != HEAR_OK || !each(context, name.data, value))
			break;
		code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value, err);
	}
	hear_cursor_close(cursor);
	hear_buffer_done(&start);
	hear_buffer_done(&name);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

bool hear_restored(struct hear_reader *reader)
{
	struct hear_span value;

	return hear_txn_get(reader->txn, HEAR_META,
			    hear_span_of(HEAR_META_RESTORED), &value,
			    NULL) == HEAR_OK;
}
