/* SPDX-License-Identifier: ISC */
/* settle.c - the happy path: a roster filing was stored, so the roster is
 * judged anew, the members that differ are written, the filings of those whose
 * standing changed are put in or out of the tree and of views, and what waits
 * aside for one of them is tried again. Filings of members whose standing is as
 * it was are not looked at. */
#include "core/settle.h"
#include "core/admission.h"
#include "core/aside.h"
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/kept.h"
#include "core/members.h"
#include "core/numbers.h"
#include "core/purge.h"
#include "core/record.h"
#include "core/roster.h"

#include <stdlib.h>
#include <string.h>

/* ---- The history ---- */

enum hear_code hear_acts_read(struct hear_arena *arena,
			      const struct hear_record *records, size_t count,
			      struct hear_act *out, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < count && code == HEAR_OK; i++)
		code = hear_act_read(arena, records[i].tree, &out[i], err);
	return code;
}

/* Scratch for reading filings of the roster. */
struct reading {
	struct hear_history *history;
	struct hear_txn *txn;
	bool judging; /* whether each may be admitted is not known yet */
	struct hear_arena *arena;
	struct hear_act acts[HEAR_FILING_RECORDS];
	struct hear_record records[HEAR_FILING_RECORDS];
};

static enum hear_code read_records(struct reading *r, struct hear_span numbers,
				   size_t *count, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint64_t number = 0;
	struct hear_span body;
	size_t at = 0;

	*count = 0;
	while (code == HEAR_OK && *count < HEAR_FILING_RECORDS &&
	       hear_next_number(numbers, &at, &number)) {
		code = hear_body_at(r->txn, number, &body, err);
		if (code == HEAR_OK)
			code = hear_record_read(r->arena, body,
						&r->records[(*count)++], err);
	}
	return code;
}

/* HEAR_NOTFOUND is an answer: it has seen what is not there. HEAR_INVALID and
 * HEAR_DAMAGED: it cannot be read. */
static enum hear_code read_filing(struct reading *r, uint64_t number,
				  struct hear_err *err)
{
	struct hear_stored_filing stored;
	struct hear_genesis genesis;
	struct hear_header header;
	size_t count = 0;
	bool admin = true;
	enum hear_code code = hear_stored_at(r->txn, number, &stored, err);

	if (code == HEAR_NOTFOUND)
		return HEAR_DAMAGED;
	hear_arena_reset(r->arena);
	if (code == HEAR_OK)
		code = hear_header_read(r->arena, stored.header, &header, err);
	if (code == HEAR_OK)
		code = read_records(r, stored.numbers, &count, err);
	if (code != HEAR_OK)
		return code;
	if (header.genesis) {
		code = hear_genesis_read(r->records[0].tree, &genesis, err);
		return code == HEAR_OK
			       ? hear_history_begin(r->history, &stored.id,
						    &header, &genesis, err)
			       : code;
	}
	code = hear_acts_read(r->arena, r->records, count, r->acts, err);
	if (code == HEAR_OK && r->judging)
		code = hear_judge_author(r->history, &header, &admin, err);
	return code == HEAR_OK && admin
		       ? hear_history_add(r->history, &stored.id, &header,
					  r->acts, count, number, err)
		       : code;
}

/* Numbers are mostly in causal order; after repairs they may not be. */
static enum hear_code read_filings(struct reading *r, uint64_t *numbers,
				   size_t count, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t before = count + 1;
	size_t kept;
	size_t i;

	while (count < before && code == HEAR_OK) {
		before = count;
		for (i = 0, kept = 0; i < count && code == HEAR_OK; i++) {
			code = read_filing(r, numbers[i], err);
			if (code == HEAR_NOTFOUND)
				numbers[kept++] = numbers[i];
			if (code == HEAR_NOTFOUND || code == HEAR_INVALID ||
			    code == HEAR_DAMAGED || code == HEAR_LIMIT ||
			    code == HEAR_FOREIGN)
				code = HEAR_OK;
		}
		count = kept;
	}
	return code;
}

static int order_numbers(const void *a, const void *b)
{
	const uint64_t *first = a;
	const uint64_t *second = b;

	return (*first > *second) - (*first < *second);
}

enum hear_code hear_history_read(struct hear_history **out,
				 struct hear_txn *txn, const uint64_t *numbers,
				 size_t count, bool judging,
				 struct hear_err *err)
{
	struct reading *r = calloc(1, sizeof *r);
	uint64_t *copy = malloc((count + 1) * sizeof *copy);
	enum hear_code code = HEAR_OK;

	*out = NULL;
	if (r) {
		r->txn = txn;
		r->judging = judging;
		r->history = hear_history_new();
		r->arena = hear_arena_new();
	}
	if (!r || !copy || !r->history || !r->arena) {
		code = hear_fail_memory(err);
	} else {
		if (count)
			memcpy(copy, numbers, count * sizeof *copy);
		if (count > 1)
			qsort(copy, count, sizeof *copy, order_numbers);
		code = read_filings(r, copy, count, err);
	}
	if (code == HEAR_OK)
		*out = r->history;
	else if (r)
		hear_history_free(r->history);
	if (r && r->arena)
		hear_arena_free(r->arena);
	free(copy);
	free(r);
	return code;
}

enum hear_code hear_history_load(struct hear_history **out,
				 struct hear_txn *txn, struct hear_err *err)
{
	static const char roster[] = {1, 0}; /* the start of its keys */
	struct hear_cursor *cursor = NULL;
	struct hear_buffer numbers = {0};
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	enum hear_code code =
		hear_cursor_open(&cursor, txn, HEAR_ORDERED, err);

	*out = NULL;
	if (code == HEAR_OK)
		code = hear_cursor_seek(cursor, hear_span_make(roster, 2), &key,
					&value, err);
	while (code == HEAR_OK && key.size > 2 &&
	       memcmp(key.data, roster, 2) == 0) {
		uint64_t number = hear_get64(value.data);

		hear_buffer_add(&numbers, &number, sizeof number);
		code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value, err);
	}
	hear_cursor_close(cursor);
	if (code == HEAR_NOTFOUND)
		code = HEAR_OK;
	if (code == HEAR_OK && numbers.failed)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_history_read(
			out, txn, (const uint64_t *)(void *)numbers.data,
			numbers.size / sizeof(uint64_t), false, err);
	hear_buffer_done(&numbers);
	return code;
}

/* The order of the tree must hold what this transaction stored. */
enum hear_code hear_settle_history(struct hear_writer *writer,
				   struct hear_err *err)
{
	enum hear_code code;

	if (writer->history)
		return HEAR_OK;
	code = hear_tree_flush(&writer->batch, writer->txn, err);
	return code == HEAR_OK
		       ? hear_history_load(&writer->history, writer->txn, err)
		       : code;
}

enum hear_code hear_settle_judge(struct hear_writer *writer,
				 struct hear_err *err)
{
	enum hear_code code = hear_settle_history(writer, err);

	if (code != HEAR_OK || writer->judged)
		return code;
	hear_judgement_done(&writer->judgement);
	code = hear_judge(writer->history, NULL, &writer->judgement, err);
	writer->judged = code == HEAR_OK;
	return code;
}

static enum hear_code note_acts(struct hear_writer *writer,
				const struct hear_sealed *filing,
				const struct hear_record *records,
				uint64_t number, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_act *acts = calloc(filing->count, sizeof *acts);
	enum hear_code code = HEAR_OK;

	if (!arena || !acts)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_acts_read(arena, records, filing->count, acts, err);
	if (code == HEAR_OK)
		code = hear_history_add(writer->history, &filing->id,
					&filing->header, acts, filing->count,
					number, err);
	free(acts);
	if (arena)
		hear_arena_free(arena);
	return code;
}

enum hear_code hear_settle_note(struct hear_writer *writer,
				const struct hear_sealed *filing,
				const struct hear_record *records,
				uint64_t number, struct hear_err *err)
{
	writer->roster_changed = true;
	writer->judged = false;
	return writer->history && !filing->header.genesis
		       ? note_acts(writer, filing, records, number, err)
		       : HEAR_OK;
}

/* ---- Members ---- */

/* Keys whose filings are to be looked at again; in order. */
struct changes {
	struct hear_buffer keys; /* may stand in another standing than before */
	struct hear_buffer more; /* scratch */
	struct hear_buffer seen; /* the same, where filings of theirs are here
				  * already */
};

static int order_keys(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static void sort_keys(struct hear_buffer *keys)
{
	if (keys->size > 32)
		qsort(keys->data, keys->size / 32, 32, order_keys);
}

static bool is_among(const struct hear_buffer *keys, const void *key)
{
	return keys->size > 0 && bsearch(key, keys->data, keys->size / 32, 32,
					 order_keys) != NULL;
}

/* Whether what a member's filings are held to be may differ. */
static bool differs(const struct hear_member *was, uint64_t was_mark,
		    const struct hear_member *is, uint64_t is_mark)
{
	return (was->ever_role >= HEAR_WRITER) !=
		       (is->ever_role >= HEAR_WRITER) ||
	       was->ever_clearance != is->ever_clearance ||
	       was->removed != is->removed || was_mark != is_mark;
}

enum hear_code hear_member_row(const struct hear_history *history,
			       const struct hear_judgement *judgement,
			       size_t key, struct hear_member *is,
			       uint64_t *mark, struct hear_buffer *out,
			       struct hear_err *err)
{
	struct hear_buffer heads = {0};
	enum hear_code code = HEAR_OK;

	*mark = 0;
	if (!hear_judged_member(history, judgement, key, is))
		memset(is, 0, sizeof *is);
	if (is->removed)
		code = hear_kept_heads(history, judgement, key, &heads, err);
	if (is->removed && code == HEAR_OK)
		*mark = hear_kept_mark(hear_buffer_view(&heads));
	hear_buffer_done(&heads);
	hear_buffer_reset(out);
	hear_member_pack(is, *mark, out);
	return code == HEAR_OK && out->failed ? hear_fail_memory(err) : code;
}

/* Whether filings that stand now may not from now on. What was given besides
 * matters only to those that are left out. */
static bool takes_away(const struct hear_member *was, uint64_t was_mark,
		       const struct hear_member *is, uint64_t is_mark)
{
	return (was->ever_role >= HEAR_WRITER && is->ever_role < HEAR_WRITER) ||
	       is->ever_clearance < was->ever_clearance ||
	       (is->removed &&
		(is->removed != was->removed || was_mark != is_mark));
}

/* Writes one row of the table where it is not so already. */
static enum hear_code put_member(struct hear_writer *writer, size_t at,
				 struct hear_buffer *row,
				 struct changes *changes, struct hear_err *err)
{
	const struct hear_key *key = &writer->history->keys[at].key;
	struct hear_span place = hear_span_make(key->bytes, 32);
	struct hear_member was = {0};
	struct hear_member is = {0};
	uint64_t was_mark = 0;
	uint64_t mark = 0;
	struct hear_span value = {NULL, 0};
	bool member;
	enum hear_code code =
		hear_txn_get(writer->txn, HEAR_MEMBERS, place, &value, err);
	bool known = code == HEAR_OK &&
		     hear_member_unpack(place, value, &was, &was_mark);

	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		return code;
	code = hear_member_row(writer->history, &writer->judgement, at, &is,
			       &mark, row, err);
	if (code != HEAR_OK)
		return code;
	member = is.ever_role != 0;
	if (!member && !known)
		return HEAR_OK;
	if (member && known && hear_span_equal(value, hear_buffer_view(row)))
		return HEAR_OK;
	if (differs(&was, was_mark, &is, mark)) {
		hear_buffer_add(&changes->keys, key->bytes, 32);
		if (writer->look.lefts ||
		    (known && takes_away(&was, was_mark, &is, mark)))
			hear_buffer_add(&changes->seen, key->bytes, 32);
	}
	if (row->failed || changes->keys.failed || changes->seen.failed)
		return hear_fail_memory(err);
	return member ? hear_txn_put(writer->txn, HEAR_MEMBERS, place,
				     hear_buffer_view(row), err)
		      : hear_txn_delete(writer->txn, HEAR_MEMBERS, place, err);
}

static enum hear_code put_needs(struct hear_writer *writer,
				struct hear_err *err)
{
	struct hear_span key = hear_span_of(HEAR_META_NEEDS);
	int64_t needs =
		hear_judged_needs(writer->history, &writer->judgement);
	unsigned char value[8];
	enum hear_code code;

	if (needs > HEAR_FORMAT_NUMBER) {
		hear_put64(value, (uint64_t)needs);
		return hear_txn_put(writer->txn, HEAR_META, key,
				    hear_span_make(value, 8), err);
	}
	code = hear_txn_delete(writer->txn, HEAR_META, key, err);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code put_members(struct hear_writer *writer,
				  struct changes *changes,
				  struct hear_err *err)
{
	struct hear_buffer row = {0};
	enum hear_code code = put_needs(writer, err);
	size_t at;

	for (at = 0; at < writer->history->key_count && code == HEAR_OK; at++)
		code = put_member(writer, at, &row, changes, err);
	hear_buffer_done(&row);
	sort_keys(&changes->keys);
	sort_keys(&changes->seen);
	return code;
}

/* ---- What is here already ---- */

/* A header begins with its author: {"author": bin 32 ... */
static const void *author_of(struct hear_span header)
{
	static const char start[] = "\xa6"
				    "author\xc4\x20";

	return header.size > 42 && memcmp(header.data + 1, start, 9) == 0
		       ? header.data + 10
		       : NULL;
}

struct looking {
	struct hear_writer *writer;
	struct hear_arena *arena;
	struct hear_standings standings;
	unsigned dirty; /* partitions that filings were taken out of */
};

static enum hear_code look_again(struct looking *look, uint64_t number,
				 const struct hear_stored_filing *stored,
				 struct hear_err *err)
{
	struct hear_header header;
	enum hear_wait is = 0;
	int marking;
	enum hear_code code;

	hear_arena_reset(look->arena);
	code = hear_header_read(look->arena, stored->header, &header, err);
	if (code != HEAR_OK)
		return code == HEAR_MEMORY ? code : HEAR_OK; /* damaged */
	marking = hear_partition_marking(&header);
	if (marking < HEAR_CLEAR)
		return HEAR_OK;
	code = hear_standing_at(&look->standings, number, &header, &stored->id,
				&is, err);
	if (code == HEAR_OK)
		code = hear_kept_move(look->writer, number, &header, is, err);
	if (code == HEAR_EXISTS) { /* it was in the tree */
		look->dirty |= 1u << marking;
		code = HEAR_OK;
	}
	return code;
}

static enum hear_code rebuild(struct looking *look, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	unsigned char partition;

	for (partition = HEAR_CLEAR;
	     partition < HEAR_LOCAL && code == HEAR_OK; partition++)
		if (look->dirty & 1u << partition)
			code = hear_tree_rebuild(look->writer->txn,
						 hear_span_make(&partition, 1),
						 err);
	return code;
}

/* Goes through all filings: what is stored of an author has no index. */
static enum hear_code walk_filings(struct looking *look,
				   const struct hear_buffer *authors,
				   struct hear_err *err)
{
	struct hear_txn *txn = look->writer->txn;
	uint64_t last;
	struct hear_stored_filing stored;
	enum hear_code code = hear_txn_last(txn, HEAR_FILINGS, &last, err);
	uint64_t number;

	for (number = 1; number <= last && code == HEAR_OK; number++) {
		const void *author;

		code = hear_stored_at(txn, number, &stored, err);
		if (code == HEAR_NOTFOUND || code == HEAR_DAMAGED) {
			code = HEAR_OK;
			continue;
		}
		author = code == HEAR_OK ? author_of(stored.header) : NULL;
		if (author && is_among(authors, author))
			code = look_again(look, number, &stored, err);
	}
	return code;
}

static enum hear_code look_at_stored(struct hear_writer *writer,
				     const struct hear_buffer *authors,
				     struct hear_err *err)
{
	struct looking look = {.writer = writer,
			       .standings = {.txn = writer->txn,
					     .history = writer->history,
					     .judgement = &writer->judgement}};
	enum hear_code code;

	if (authors->size == 0)
		return HEAR_OK;
	look.arena = hear_arena_new();
	if (!look.arena)
		return hear_fail_memory(err);
	/* What is about to be taken out must not be on its way in. */
	code = hear_tree_flush(&writer->batch, writer->txn, err);
	if (code == HEAR_OK)
		code = walk_filings(&look, authors, err);
	if (code == HEAR_OK)
		code = rebuild(&look, err);
	hear_standings_done(&look.standings);
	hear_arena_free(look.arena);
	return code;
}

/* ---- What waits aside ---- */

/* Calls hear_admit_waiting() for each entry that is wanted, in the order of
 * the table. `authors` NULL: those of the roster that have seen what was not
 * here. */
static enum hear_code try_aside(struct hear_writer *writer,
				const struct hear_buffer *authors,
				bool *any, struct hear_err *err)
{
	unsigned char from[HEAR_TREE_KEY + 1] = {1, 0};
	struct hear_cursor *cursor = NULL;
	struct hear_aside_entry entry;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	size_t size = 2;
	size_t packed;
	bool taken = false;
	enum hear_code code =
		hear_cursor_open(&cursor, writer->txn, HEAR_ASIDE, err);

	*any = false;
	while (code == HEAR_OK) {
		code = hear_cursor_seek(cursor, hear_span_make(from, size),
					&key, &value, err);
		if (code != HEAR_OK || key.size > HEAR_TREE_KEY ||
		    (!authors && memcmp(key.data, "\1\0", 2) != 0))
			break;
		memcpy(from, key.data, key.size);
		from[key.size] = 0; /* the next key above it */
		size = key.size + 1;
		if (!hear_aside_read(value, &entry))
			continue;
		if (authors && writer->aside_taken > writer->aside_most) {
			writer->more = true;
			break;
		}
		packed = entry.packed.size;
		if (authors ? entry.packed.size > 0 &&
				      is_among(authors, entry.author.bytes)
			    : entry.reason == HEAR_WAIT_SEEN) {
			code = hear_admit_waiting(
				writer, hear_span_make(from, size - 1), &taken,
				err);
			*any |= taken;
			writer->aside_taken += taken ? packed : 0;
		}
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code try_roster(struct hear_writer *writer,
				 struct hear_err *err)
{
	bool any = true;
	enum hear_code code = HEAR_OK;

	while (any && code == HEAR_OK)
		code = try_aside(writer, NULL, &any, err);
	return code;
}

/* Those whose filings were not all tried by the last who wrote. */
static enum hear_code read_again(struct hear_writer *writer,
				 struct changes *changes, struct hear_err *err)
{
	struct hear_span keys;
	size_t at;
	enum hear_code code =
		hear_txn_get(writer->txn, HEAR_META,
			     hear_span_of(HEAR_META_AGAIN), &keys, err);

	writer->again = false;
	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	for (at = 0; at + 32 <= keys.size; at += 32)
		if (!is_among(&changes->keys, keys.data + at))
			hear_buffer_add(&changes->more, keys.data + at, 32);
	hear_buffer_span(&changes->keys, hear_buffer_view(&changes->more));
	sort_keys(&changes->keys);
	if (changes->keys.failed || changes->more.failed)
		return hear_fail_memory(err);
	return hear_txn_delete(writer->txn, HEAR_META,
			       hear_span_of(HEAR_META_AGAIN), err);
}

static enum hear_code try_authors(struct hear_writer *writer,
				  struct changes *changes,
				  struct hear_err *err)
{
	enum hear_code code = read_again(writer, changes, err);
	bool any;

	if (code != HEAR_OK || changes->keys.size == 0)
		return code;
	writer->more = false;
	code = try_aside(writer, &changes->keys, &any, err);
	return code == HEAR_OK && writer->more
		       ? hear_txn_put(writer->txn, HEAR_META,
				      hear_span_of(HEAR_META_AGAIN),
				      hear_buffer_view(&changes->keys), err)
		       : code;
}

/* ---- All of it ---- */

/* What the writer's own view remembers of filings and members. */
static void forget(struct hear_writer *writer)
{
	struct hear_reader *look = &writer->look;

	memset(look->facts, 0, sizeof look->facts);
	look->members = NULL;
	look->member_count = 0;
	if (look->names)
		hear_arena_reset(look->names);
	look->lefts = hear_txn_entries(writer->txn, HEAR_LEFT) > 0;
	writer->heads_known = false;
}

static enum hear_code settle(struct hear_writer *writer,
			     struct changes *changes, struct hear_err *err)
{
	enum hear_code code = hear_settle_history(writer, err);

	if (code == HEAR_OK)
		code = try_roster(writer, err);
	if (code == HEAR_OK)
		code = hear_settle_judge(writer, err);
	if (code == HEAR_OK)
		code = put_members(writer, changes, err);
	writer->roster_changed = false;
	forget(writer);
	if (code == HEAR_OK)
		code = hear_purge_settle(writer, err);
	if (code == HEAR_OK)
		code = look_at_stored(writer, &changes->seen, err);
	if (code == HEAR_OK)
		code = try_authors(writer, changes, err);
	if (code == HEAR_OK)
		code = hear_release_before(writer, err);
	forget(writer);
	return code;
}

enum hear_code hear_settle(struct hear_writer *writer, struct hear_err *err)
{
	struct changes changes = {{0}, {0}, {0}};
	enum hear_code code;

	if (!writer->roster_changed && !(writer->again && !writer->more))
		return HEAR_OK;
	code = settle(writer, &changes, err);
	hear_buffer_done(&changes.keys);
	hear_buffer_done(&changes.more);
	hear_buffer_done(&changes.seen);
	if (code != HEAR_OK)
		writer->broken = true;
	return code;
}
