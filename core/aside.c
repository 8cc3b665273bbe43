/* SPDX-License-Identifier: ISC */
#include "core/aside.h"
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/reader.h"
#include "core/tree.h"

#include <string.h>

/* ---- Keys ---- */

struct key {
	unsigned char bytes[HEAR_TREE_KEY];
	size_t size;
};

static struct hear_span key_of(struct key *key,
			       const struct hear_header *header,
			       const struct hear_id *id)
{
	key->size = hear_tree_key(key->bytes,
				  hear_span_make(header->partition,
						 header->partition_size),
				  header->time, id);
	return hear_span_make(key->bytes, key->size);
}

bool hear_place_read(struct hear_span key, struct hear_place_key *out)
{
	size_t size = key.size ? (unsigned char)key.data[0] : 0;

	if (size < 1 || size > HEAR_PARTITION_BYTES || key.size != size + 41)
		return false;
	memcpy(out->partition, key.data + 1, size);
	out->partition_size = size;
	out->time = hear_get64(key.data + 1 + size);
	memcpy(out->id.bytes, key.data + 9 + size, 32);
	return true;
}

/* ---- Aside: [reason][arrived, ms 8][through whom 32][author 32][packed] ---- */

bool hear_aside_read(struct hear_span value, struct hear_aside_entry *out)
{
	if (value.size < HEAR_ASIDE_HEAD || value.data[0] < 1 ||
	    value.data[0] > HEAR_WAIT_PURGE)
		return false;
	out->reason = (enum hear_wait)value.data[0];
	out->arrived_ms = (int64_t)hear_get64(value.data + 1);
	memcpy(out->via.bytes, value.data + 9, 32);
	memcpy(out->author.bytes, value.data + 41, 32);
	out->packed = hear_span_make(value.data + HEAR_ASIDE_HEAD,
				     value.size - HEAR_ASIDE_HEAD);
	return true;
}

/* So that it is found by its id alone. */
static enum hear_code note_id(struct hear_txn *txn,
			      const struct hear_header *header,
			      const struct hear_id *id, struct hear_err *err)
{
	return hear_txn_number(txn, HEAR_ASIDE_IDS,
			       hear_span_make(id->bytes, 32), header->time,
			       err);
}

static enum hear_code forget_id(struct hear_txn *txn, const struct hear_id *id,
				struct hear_err *err)
{
	enum hear_code code = hear_txn_delete(
		txn, HEAR_ASIDE_IDS, hear_span_make(id->bytes, 32), err);

	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_aside_put(struct hear_txn *txn,
			      const struct hear_header *header,
			      const struct hear_id *id,
			      const struct hear_aside_entry *entry,
			      struct hear_err *err)
{
	struct hear_buffer value = {0};
	unsigned char arrived[8];
	struct key key;
	enum hear_code code;

	hear_put64(arrived, (uint64_t)entry->arrived_ms);
	hear_buffer_byte(&value, (char)entry->reason);
	hear_buffer_add(&value, arrived, 8);
	hear_buffer_add(&value, entry->via.bytes, 32);
	hear_buffer_add(&value, entry->author.bytes, 32);
	hear_buffer_span(&value, entry->packed);
	code = value.failed ? hear_fail_memory(err)
			    : hear_txn_put(txn, HEAR_ASIDE,
					   key_of(&key, header, id),
					   hear_buffer_view(&value), err);
	hear_buffer_done(&value);
	return code == HEAR_OK ? note_id(txn, header, id, err) : code;
}

enum hear_code hear_aside_take(struct hear_txn *txn,
			       const struct hear_header *header,
			       const struct hear_id *id, struct hear_err *err)
{
	struct key key;
	enum hear_code code = hear_txn_delete(txn, HEAR_ASIDE,
					      key_of(&key, header, id), err);

	return code == HEAR_OK || code == HEAR_NOTFOUND
		       ? forget_id(txn, id, err)
		       : code;
}

enum hear_code hear_aside_get(struct hear_txn *txn,
			      const struct hear_header *header,
			      const struct hear_id *id,
			      struct hear_aside_entry *out,
			      struct hear_err *err)
{
	struct hear_span value;
	struct key key;
	enum hear_code code = hear_txn_get(txn, HEAR_ASIDE,
					   key_of(&key, header, id), &value,
					   err);

	if (code == HEAR_OK && !hear_aside_read(value, out))
		return hear_fail(err, HEAR_DAMAGED,
				 "an entry of what waits aside is not well "
				 "formed: run `hearsay verify --repair`");
	return code;
}

enum hear_code hear_aside_time(struct hear_txn *txn, const struct hear_id *id,
			       uint64_t *out, struct hear_err *err)
{
	struct hear_span value;
	enum hear_code code = hear_txn_get(txn, HEAR_ASIDE_IDS,
					   hear_span_make(id->bytes, 32),
					   &value, err);

	if (code == HEAR_OK)
		*out = hear_get64(value.data);
	return code;
}

/* ---- Refused: [why][until, ms 8] ---- */

const char *hear_refusal_text(enum hear_refusal why)
{
	switch (why) {
	case HEAR_REFUSED_FORM:
		return "a record in it is not well formed";
	case HEAR_REFUSED_MIXED:
		return "it mixes records of the roster with others";
	case HEAR_REFUSED_LOCAL:
		return "it is marked local, and local filings never leave the "
		       "machine they were made on";
	}
	return "it was refused";
}

enum hear_code hear_refused_get(struct hear_txn *txn,
				const struct hear_header *header,
				const struct hear_id *id, int64_t now_ms,
				enum hear_refusal *out, struct hear_err *err)
{
	struct hear_span value;
	struct key key;
	enum hear_code code = hear_txn_get(txn, HEAR_REFUSED,
					   key_of(&key, header, id), &value,
					   err);

	if (code != HEAR_OK)
		return code;
	if (value.size != 9 || (int64_t)hear_get64(value.data + 1) <= now_ms)
		return HEAR_NOTFOUND;
	*out = (enum hear_refusal)value.data[0];
	return HEAR_OK;
}

/* When the first of them is over; INT64_MAX: there are none. */
static enum hear_code read_first(struct hear_txn *txn, int64_t *out,
				 struct hear_err *err)
{
	struct hear_span value;
	enum hear_code code = hear_txn_get(
		txn, HEAR_META, hear_span_of(HEAR_META_REFUSED), &value, err);

	*out = INT64_MAX;
	if (code == HEAR_OK && value.size == 8)
		*out = (int64_t)hear_get64(value.data);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code put_first(struct hear_txn *txn, int64_t first,
				struct hear_err *err)
{
	unsigned char bytes[8];

	hear_put64(bytes, (uint64_t)first);
	return hear_txn_put(txn, HEAR_META, hear_span_of(HEAR_META_REFUSED),
			    hear_span_make(bytes, 8), err);
}

enum hear_code hear_refused_put(struct hear_txn *txn,
				const struct hear_header *header,
				const struct hear_id *id,
				enum hear_refusal why, int64_t until_ms,
				struct hear_err *err)
{
	unsigned char value[9];
	int64_t first = INT64_MAX;
	struct key key;
	enum hear_code code = read_first(txn, &first, err);

	value[0] = (unsigned char)why;
	hear_put64(value + 1, (uint64_t)until_ms);
	if (code == HEAR_OK && until_ms < first)
		code = put_first(txn, until_ms, err);
	if (code == HEAR_OK)
		code = hear_txn_put(txn, HEAR_REFUSED,
				    key_of(&key, header, id),
				    hear_span_make(value, sizeof value), err);
	return code == HEAR_OK ? note_id(txn, header, id, err) : code;
}

static enum hear_code forget(struct hear_txn *txn, struct hear_span key,
			     struct hear_err *err)
{
	struct hear_place_key place;
	enum hear_code code = hear_txn_delete(txn, HEAR_REFUSED, key, err);

	return code == HEAR_OK && hear_place_read(key, &place)
		       ? forget_id(txn, &place.id, err)
		       : code;
}

/* Goes through all of them; `first` gets when the next is over. */
static enum hear_code expire(struct hear_txn *txn, int64_t now_ms,
			     int64_t *first, struct hear_err *err)
{
	unsigned char from[HEAR_TREE_KEY + 1] = {0};
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	size_t size = 0;
	enum hear_code code = hear_cursor_open(&cursor, txn, HEAR_REFUSED, err);

	*first = INT64_MAX;
	while (code == HEAR_OK) {
		int64_t until = 0;

		code = hear_cursor_seek(cursor, hear_span_make(from, size),
					&key, &value, err);
		if (code != HEAR_OK || key.size > HEAR_TREE_KEY)
			break;
		if (value.size == 9)
			until = (int64_t)hear_get64(value.data + 1);
		size = key.size;
		memcpy(from, key.data, size);
		if (until <= now_ms)
			code = forget(txn, hear_span_make(from, size), err);
		else if (until < *first)
			*first = until;
		from[size++] = 0; /* the next key above it */
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_refused_expire(struct hear_txn *txn, int64_t now_ms,
				   struct hear_err *err)
{
	int64_t first = INT64_MAX;
	enum hear_code code = read_first(txn, &first, err);

	if (code != HEAR_OK || first > now_ms)
		return code;
	code = expire(txn, now_ms, &first, err);
	return code == HEAR_OK ? put_first(txn, first, err) : code;
}

/* ---- Left ---- */

enum hear_code hear_left_get(struct hear_txn *txn, uint64_t number,
			     enum hear_wait *out, struct hear_err *err)
{
	struct hear_span value;
	unsigned char key[8];
	enum hear_code code;

	*out = 0;
	hear_put64(key, number);
	code = hear_txn_get(txn, HEAR_LEFT, hear_span_make(key, 8), &value,
			    err);
	if (code == HEAR_OK && value.size == 1)
		*out = (enum hear_wait)value.data[0];
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_left_put(struct hear_txn *txn, uint64_t number,
			     enum hear_wait reason, struct hear_err *err)
{
	unsigned char byte = (unsigned char)reason;
	unsigned char key[8];
	enum hear_code code;

	hear_put64(key, number);
	if (reason)
		return hear_txn_put(txn, HEAR_LEFT, hear_span_make(key, 8),
				    hear_span_make(&byte, 1), err);
	code = hear_txn_delete(txn, HEAR_LEFT, hear_span_make(key, 8), err);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- What people see ---- */

const char *hear_wait_text(enum hear_wait reason)
{
	switch (reason) {
	case HEAR_WAIT_AUTHOR:
		return "its author was not granted that by anyone who may";
	case HEAR_WAIT_MARKING:
		return "its marking is above its author's clearance";
	case HEAR_WAIT_SEEN:
		return "what its author had seen of the roster is not here yet";
	case HEAR_WAIT_SEALED:
		return "its author was removed before it was filed";
	case HEAR_WAIT_PARTITION:
		return "it is of a kind of marking that this version does not "
		       "know";
	case HEAR_WAIT_PURGE:
		return "records were taken out of it and the order to do so is "
		       "not here yet";
	case HEAR_WAIT_FLAGGED:
		return "its author was removed before it was filed";
	}
	return "it waits";
}

static void describe(const struct hear_place_key *place,
		     const struct hear_aside_entry *entry,
		     struct hear_waiting *out)
{
	bool known = place->partition_size == 1 &&
		     place->partition[0] <= HEAR_LOCAL;

	memset(out, 0, sizeof *out);
	out->id = place->id;
	out->author = entry->author;
	out->time_ms = hear_stamp_ms(place->time);
	out->roster = known && place->partition[0] == 0;
	out->marking = known ? (enum hear_marking)place->partition[0] : 0;
	out->reason = entry->reason;
	out->arrived_ms = entry->arrived_ms;
	out->via = entry->via;
}

enum hear_code hear_aside_each(struct hear_reader *reader,
			       bool (*each)(void *context,
					    const struct hear_waiting *waiting),
			       void *context, struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	struct hear_aside_entry entry;
	struct hear_place_key place;
	struct hear_waiting waiting;
	enum hear_code code =
		hear_cursor_open(&cursor, reader->txn, HEAR_ASIDE, err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK) {
		if (hear_place_read(key, &place) &&
		    hear_aside_read(value, &entry) &&
		    (place.partition_size != 1 ||
		     place.partition[0] <= (int)reader->view.highest)) {
			describe(&place, &entry, &waiting);
			if (!each(context, &waiting))
				break;
		}
		code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value, err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static bool count_one(void *context, const struct hear_waiting *waiting)
{
	struct hear_asides *out = context;

	out->by_reason[waiting->reason]++;
	out->all++;
	return true;
}

enum hear_code hear_aside_count(struct hear_reader *reader,
				struct hear_asides *out, struct hear_err *err)
{
	memset(out, 0, sizeof *out);
	out->refused = hear_txn_entries(reader->txn, HEAR_REFUSED);
	out->left = hear_txn_entries(reader->txn, HEAR_LEFT);
	return hear_aside_each(reader, count_one, out, err);
}
