/* SPDX-License-Identifier: ISC */
#include "core/kept.h"
#include "core/aside.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/settle.h"

#include <stdlib.h>
#include <string.h>

enum hear_wait hear_standing_of_member(const struct hear_member *member,
				       int marking, bool kept)
{
	if (member->ever_role < HEAR_WRITER)
		return HEAR_WAIT_AUTHOR;
	if (marking > (int)member->ever_clearance)
		return HEAR_WAIT_MARKING;
	if (!member->removed || kept)
		return 0;
	return member->removed == HEAR_REMOVAL_SEAL ? HEAR_WAIT_SEALED
						    : HEAR_WAIT_FLAGGED;
}

/* ---- Heads ---- */

static void add_head(void *context, const struct hear_id *head)
{
	hear_buffer_add(context, head->bytes, 32);
}

static int order_ids(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

enum hear_code hear_kept_heads(const struct hear_history *history,
			       const struct hear_judgement *judgement,
			       size_t key, struct hear_buffer *out,
			       struct hear_err *err)
{
	size_t kept = 0;
	size_t at;

	hear_buffer_reset(out);
	hear_judged_heads(history, judgement, key, add_head, out);
	if (out->failed)
		return hear_fail_memory(err);
	if (out->size > 32)
		qsort(out->data, out->size / 32, 32, order_ids);
	for (at = 0; at < out->size; at += 32) {
		if (kept > 0 &&
		    memcmp(out->data + kept - 32, out->data + at, 32) == 0)
			continue;
		memmove(out->data + kept, out->data + at, 32);
		kept += 32;
	}
	out->size = kept;
	return HEAR_OK;
}

uint64_t hear_kept_mark(struct hear_span heads)
{
	struct hear_id id;

	hear_hash_record(heads, &id);
	return hear_get64(id.bytes);
}

/* ---- What is stored ---- */

/* Marks the filing of an id and puts those before it last in `next`. */
static enum hear_code visit(struct hear_standings *s, const struct hear_id *id,
			    struct hear_buffer *next, struct hear_err *err)
{
	struct hear_stored_filing stored;
	struct hear_header header;
	uint64_t number = 0;
	size_t i;
	enum hear_code code = hear_filing_number(s->txn, id, &number, err);

	if (code != HEAR_OK || hear_bits_has(&s->kept, number))
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	code = hear_stored_at(s->txn, number, &stored, err);
	hear_arena_reset(s->arena);
	if (code == HEAR_OK)
		code = hear_header_read(s->arena, stored.header, &header, err);
	if (code != HEAR_OK ||
	    memcmp(header.author.bytes, s->of.bytes, 32) != 0)
		return code;
	hear_bits_set(&s->kept, number);
	for (i = 0; i < header.prev_count; i++)
		hear_buffer_add(next, header.prev[i].bytes, 32);
	return HEAR_OK;
}

static enum hear_code gather_kept(struct hear_standings *s,
				  struct hear_err *err)
{
	struct hear_buffer next = {0};
	struct hear_id id;
	enum hear_code code = HEAR_OK;

	hear_buffer_span(&next, hear_buffer_view(&s->heads));
	while (code == HEAR_OK && next.size > 0) {
		next.size -= 32;
		memcpy(id.bytes, next.data + next.size, 32);
		code = visit(s, &id, &next, err);
	}
	if (code == HEAR_OK && (next.failed || s->kept.failed))
		code = hear_fail_memory(err);
	hear_buffer_done(&next);
	return code;
}

static enum hear_code know_author(struct hear_standings *s,
				  const struct hear_key *author,
				  struct hear_err *err)
{
	size_t key;
	enum hear_code code = HEAR_OK;

	if (s->known && memcmp(s->of.bytes, author->bytes, 32) == 0)
		return HEAR_OK;
	if (!s->arena)
		s->arena = hear_arena_new();
	if (!s->arena)
		return hear_fail_memory(err);
	hear_bits_done(&s->kept);
	s->known = false;
	s->of = *author;
	key = hear_history_key(s->history, author);
	s->member = key != SIZE_MAX &&
		    hear_judged_member(s->history, s->judgement, key, &s->is);
	if (s->member && s->is.removed) {
		code = hear_kept_heads(s->history, s->judgement, key, &s->heads,
				       err);
		if (code == HEAR_OK)
			code = gather_kept(s, err);
	}
	s->known = code == HEAR_OK;
	return code;
}

static enum hear_wait standing_of_roster(const struct hear_history *history,
					 const struct hear_header *header,
					 const struct hear_id *id)
{
	size_t i;

	if (hear_history_find(history, id) != SIZE_MAX)
		return 0;
	for (i = 0; i < header->seen_count; i++)
		if (hear_history_find(history, &header->seen[i]) == SIZE_MAX)
			return HEAR_WAIT_SEEN;
	return HEAR_WAIT_AUTHOR;
}

enum hear_code hear_standing_at(struct hear_standings *s, uint64_t number,
				const struct hear_header *header,
				const struct hear_id *id, enum hear_wait *out,
				struct hear_err *err)
{
	int marking = hear_partition_marking(header);
	enum hear_code code;

	*out = 0;
	if (marking == HEAR_LOCAL)
		return HEAR_OK;
	if (marking == 0)
		*out = standing_of_roster(s->history, header, id);
	if (marking < HEAR_CLEAR)
		return HEAR_OK;
	code = know_author(s, &header->author, err);
	if (code == HEAR_OK)
		*out = s->member ? hear_standing_of_member(
					   &s->is, marking,
					   hear_bits_has(&s->kept, number))
				 : HEAR_WAIT_AUTHOR;
	return code;
}

void hear_standings_done(struct hear_standings *s)
{
	if (s->arena)
		hear_arena_free(s->arena);
	hear_bits_done(&s->kept);
	hear_buffer_done(&s->heads);
	memset(s, 0, sizeof *s);
}

/* ---- One that comes ---- */

/* Those of one author are kept at hand. */
static enum hear_code heads_of(struct hear_writer *writer,
			       const struct hear_key *author,
			       struct hear_err *err)
{
	enum hear_code code;
	size_t key;

	if (writer->heads_known &&
	    memcmp(writer->heads_of.bytes, author->bytes, 32) == 0)
		return HEAR_OK;
	code = hear_settle_judge(writer, err);
	if (code != HEAR_OK)
		return code;
	writer->heads_known = false;
	hear_buffer_reset(&writer->heads);
	key = hear_history_key(writer->history, author);
	if (key != SIZE_MAX)
		code = hear_kept_heads(writer->history, &writer->judgement, key,
				       &writer->heads, err);
	writer->heads_of = *author;
	writer->heads_known = code == HEAR_OK;
	return code;
}

/* Whether filing `number` is by the same author, and stands. */
static enum hear_code stands(struct hear_writer *writer, uint64_t number,
			     const struct hear_key *author, bool *out,
			     struct hear_err *err)
{
	struct hear_stored_filing stored;
	struct hear_header header;
	enum hear_wait left = 0;
	struct hear_arena *arena = writer->look.scratch;
	enum hear_code code =
		hear_stored_at(writer->txn, number, &stored, err);

	*out = false;
	hear_arena_reset(arena);
	if (code == HEAR_OK)
		code = hear_header_read(arena, stored.header, &header, err);
	if (code == HEAR_OK)
		code = hear_left_get(writer->txn, number, &left, err);
	*out = code == HEAR_OK && !left &&
	       memcmp(header.author.bytes, author->bytes, 32) == 0;
	return code;
}

enum hear_code hear_is_kept(struct hear_writer *writer,
			    const struct hear_header *header,
			    const struct hear_id *id, bool *out,
			    struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	uint64_t number = 0;
	enum hear_code code = heads_of(writer, &header->author, err);

	*out = code == HEAR_OK && writer->heads.size > 0 &&
	       bsearch(id->bytes, writer->heads.data, writer->heads.size / 32,
		       32, order_ids) != NULL;
	if (code != HEAR_OK || *out)
		return code;
	code = hear_cursor_open(&cursor, writer->txn, HEAR_AFTER, err);
	while (code == HEAR_OK && !*out) {
		code = hear_cursor_number(cursor,
					  hear_span_make(id->bytes, 32),
					  number + 1, &number, err);
		if (code == HEAR_OK)
			code = stands(writer, number, &header->author, out,
				      err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Moving ---- */

enum hear_code hear_left_note(struct hear_txn *txn, uint64_t number,
			      const struct hear_header *header,
			      const struct hear_stored_filing *stored,
			      enum hear_wait was, enum hear_wait is,
			      struct hear_err *err)
{
	struct hear_aside_entry entry = {.reason = is,
					 .arrived_ms = stored->arrived_ms,
					 .via = stored->via,
					 .author = header->author};
	struct hear_id id = stored->id;
	enum hear_code code = HEAR_OK;

	if (hear_is_out(is))
		code = hear_aside_put(txn, header, &id, &entry, err);
	else if (hear_is_out(was))
		code = hear_aside_take(txn, header, &id, err);
	return code == HEAR_OK ? hear_left_put(txn, number, is, err) : code;
}

static enum hear_code take_out(struct hear_writer *writer,
			       const struct hear_header *header,
			       const struct hear_id *id, struct hear_err *err)
{
	unsigned char key[HEAR_TREE_KEY];
	size_t size = hear_tree_key(key,
				    hear_span_make(header->partition,
						   header->partition_size),
				    header->time, id);
	enum hear_code code = hear_txn_delete(writer->txn, HEAR_ORDERED,
					      hear_span_make(key, size), err);

	return code == HEAR_OK || code == HEAR_NOTFOUND ? HEAR_EXISTS : code;
}

enum hear_code hear_kept_move(struct hear_writer *writer, uint64_t number,
			      const struct hear_header *header,
			      enum hear_wait is, struct hear_err *err)
{
	struct hear_stored_filing stored;
	enum hear_wait was = 0;
	struct hear_id id;
	enum hear_code code = hear_left_get(writer->txn, number, &was, err);

	if (code != HEAR_OK || was == is)
		return code;
	code = hear_stored_at(writer->txn, number, &stored, err);
	if (code != HEAR_OK)
		return code;
	id = stored.id;
	writer->look.lefts = true;
	writer->look.facts[number % HEAR_FACTS_KEPT].number = 0;
	code = hear_left_note(writer->txn, number, header, &stored, was, is,
			      err);
	if (code != HEAR_OK || hear_is_out(was) == hear_is_out(is))
		return code;
	return hear_is_out(was)
		       ? hear_tree_add(&writer->batch,
				       hear_span_make(header->partition,
						      header->partition_size),
				       header->time, &id, number, err)
		       : take_out(writer, header, &id, err);
}
