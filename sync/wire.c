/* SPDX-License-Identifier: ISC */
#include "sync/wire.h"
#include "core/error.h"

#include <assert.h>
#include <string.h>

enum {
	OPENING = 1, /* flags of COMPARE */
	MORE = 1,    /* of COMPARED and EXCHANGED */
	RESUMED = 1, /* of EXCHANGE */
	LISTED = 1,  /* of what is said of a range */
};

/* Nobody has more: so many can be added up. */
static const uint64_t most_filings = UINT64_C(1) << 40;

/* ---- Beginnings and ends ------------------------------------------------- */

bool hear_wire_kind(struct hear_span body, unsigned char *out)
{
	if (body.size == 0)
		return false;
	*out = (unsigned char)body.data[0];
	return true;
}

void hear_wire_mark(const struct hear_id *dataset,
		    const unsigned char handshake[HEAR_NOISE_HASH],
		    struct hear_id *out)
{
	struct hear_hash hash;

	hear_hash_begin(&hash, HEAR_TAG_HELLO);
	hear_hash_add(&hash, dataset->bytes, sizeof dataset->bytes);
	hear_hash_add(&hash, handshake, HEAR_NOISE_HASH);
	hear_hash_end(&hash, out);
}

static struct hear_fields begin(struct hear_span body, enum hear_wire_kind kind)
{
	struct hear_fields fields = hear_fields_of(body);

	if (hear_fields_byte(&fields) != kind)
		fields.failed = true;
	return fields;
}

static enum hear_code finish(const struct hear_fields *fields, const char *what,
			     struct hear_err *err)
{
	if (hear_fields_whole(fields))
		return HEAR_OK;
	return hear_fail(err, HEAR_INVALID,
			 "what the other side sent as %s is not well formed",
			 what);
}

static void put_bytes(struct hear_buffer *out, const void *bytes, size_t size)
{
	hear_buffer_add(out, bytes, size);
}

static void put_kind(struct hear_buffer *out, enum hear_wire_kind kind)
{
	hear_buffer_byte(out, (char)kind);
}

static unsigned char take_flags(struct hear_fields *fields)
{
	unsigned char flags = hear_fields_byte(fields);

	if (flags > 1)
		fields->failed = true;
	return flags;
}

/* ---- Parts --------------------------------------------------------------- */

static void put_roots(struct hear_buffer *out,
		      const struct hear_wire_roots *roots)
{
	hear_buffer_byte(out, (char)roots->clearance);
	hear_put_number(out, roots->roster_count);
	put_bytes(out, roots->roster.bytes, sizeof roots->roster.bytes);
	put_bytes(out, roots->view.bytes, sizeof roots->view.bytes);
}

static void take_roots(struct hear_fields *fields, struct hear_wire_roots *out)
{
	unsigned char clearance = hear_fields_byte(fields);

	if (clearance < HEAR_CLEAR || clearance > HEAR_WIRE_PARTITIONS)
		fields->failed = true;
	out->clearance = (enum hear_marking)clearance;
	out->roster_count = hear_fields_number(fields, UINT64_MAX);
	hear_fields_copy(fields, out->roster.bytes, sizeof out->roster.bytes);
	hear_fields_copy(fields, out->view.bytes, sizeof out->view.bytes);
}

static void put_list(struct hear_buffer *out, const struct hear_wire_list *list)
{
	hear_put_number(out, list->count);
	hear_buffer_span(out, list->bytes);
}

/* No item is empty, so there are no more of them than bytes. */
static void take_list(struct hear_fields *fields, struct hear_wire_list *out)
{
	const char *start;
	uint32_t i;

	out->count = (uint32_t)hear_fields_number(fields, HEAR_BODY_BYTES);
	start = fields->rest.data;
	for (i = 0; i < out->count && !fields->failed; i++)
		if (hear_fields_sized(fields, HEAR_BODY_BYTES).size == 0)
			fields->failed = true;
	out->bytes =
		fields->failed || out->count == 0
			? hear_span_make(NULL, 0)
			: hear_span_make(start,
					 (size_t)(fields->rest.data - start));
}

bool hear_wire_list_next(struct hear_wire_list *list, struct hear_span *out)
{
	struct hear_fields fields = hear_fields_of(list->bytes);

	if (list->count == 0)
		return false;
	list->count--;
	*out = hear_fields_sized(&fields, HEAR_BODY_BYTES);
	list->bytes = fields.rest;
	return !fields.failed;
}

void hear_wire_pile_add(struct hear_wire_pile *pile, struct hear_span item)
{
	assert(item.size > 0);
	hear_put_sized(&pile->bytes, item);
	pile->count++;
}

struct hear_wire_list hear_wire_pile_list(const struct hear_wire_pile *pile)
{
	struct hear_wire_list list = {pile->count,
				      hear_buffer_view(&pile->bytes)};

	return list;
}

void hear_wire_pile_reset(struct hear_wire_pile *pile)
{
	pile->count = 0;
	hear_buffer_reset(&pile->bytes);
}

void hear_wire_pile_done(struct hear_wire_pile *pile)
{
	pile->count = 0;
	hear_buffer_done(&pile->bytes);
}

static void put_partition(struct hear_buffer *out, struct hear_span partition)
{
	assert(partition.size > 0 && partition.size <= HEAR_PARTITION_BYTES);
	hear_put_sized(out, partition);
}

static struct hear_span take_partition(struct hear_fields *fields)
{
	struct hear_span out = hear_fields_sized(fields, HEAR_PARTITION_BYTES);

	if (out.size == 0)
		fields->failed = true;
	return out;
}

/* ---- Ranges -------------------------------------------------------------- */

void hear_wire_put_said(struct hear_buffer *data,
			const struct hear_wire_range *range)
{
	assert(range->count > 0 && range->count <= UINT64_MAX / 2);
	assert(range->bytes.size ==
	       (range->listed ? range->count : 1) * HEAR_WIRE_SHORT);
	hear_put_number(data, range->count << 1 | (range->listed ? LISTED : 0));
	hear_buffer_span(data, range->bytes);
}

void hear_wire_put_want(struct hear_buffer *data,
			const struct hear_wire_range *range)
{
	assert(range->bytes.size == range->count * HEAR_WIRE_SHORT);
	hear_put_number(data, range->count);
	hear_buffer_span(data, range->bytes);
}

/* What there is no room for cannot be listed: sizes do not overflow. */
static struct hear_span take_short(struct hear_fields *fields, uint64_t count)
{
	if (count > HEAR_BODY_BYTES / HEAR_WIRE_SHORT) {
		fields->failed = true;
		return hear_span_make(NULL, 0);
	}
	return hear_fields_bytes(fields, count * HEAR_WIRE_SHORT);
}

static void take_said(struct hear_fields *fields, struct hear_wire_range *out)
{
	uint64_t number = hear_fields_number(fields, 2 * most_filings + 1);

	out->count = number >> 1;
	out->listed = number & LISTED;
	if (out->count == 0)
		fields->failed = true;
	out->bytes = take_short(fields, out->listed ? out->count : 1);
}

static void take_want(struct hear_fields *fields, struct hear_wire_range *out)
{
	out->count = hear_fields_number(fields, UINT64_MAX);
	out->listed = out->count > 0;
	out->bytes = take_short(fields, out->count);
}

void hear_wire_walk_begin(struct hear_wire_walk *walk,
			  const struct hear_wire_ranges *ranges)
{
	hear_cut_begin(&walk->cut, &ranges->cut);
	walk->data = hear_fields_of(ranges->data);
}

bool hear_wire_next_said(struct hear_wire_walk *walk,
			 struct hear_wire_range *out)
{
	if (!hear_cut_next(&walk->cut, &out->prefix))
		return false;
	take_said(&walk->data, out);
	return !walk->data.failed;
}

bool hear_wire_next_want(struct hear_wire_walk *walk,
			 struct hear_wire_range *out)
{
	if (!hear_cut_next(&walk->cut, &out->prefix))
		return false;
	take_want(&walk->data, out);
	return !walk->data.failed;
}

static void put_ranges(struct hear_buffer *out,
		       const struct hear_wire_ranges *ranges)
{
	hear_cut_put(out, &ranges->cut);
	hear_buffer_span(out, ranges->data);
}

static void take_ranges(struct hear_fields *fields,
			void (*take)(struct hear_fields *fields,
				     struct hear_wire_range *out),
			struct hear_wire_ranges *out)
{
	struct hear_wire_range range;
	const char *start;
	uint32_t i;

	hear_cut_take(fields, HEAR_RANGES, &out->cut);
	start = fields->rest.data;
	for (i = 0; i < out->cut.count && !fields->failed; i++)
		take(fields, &range);
	out->data = fields->failed || out->cut.count == 0
			    ? hear_span_make(NULL, 0)
			    : hear_span_make(start, (size_t)(fields->rest.data -
							     start));
}

/* ---- HELLO, ROOTS: WELCOME, STANDING ------------------------------------- */

void hear_wire_write_hello(struct hear_buffer *out,
			   const struct hear_wire_hello *hello)
{
	put_kind(out, HEAR_WIRE_HELLO);
	put_bytes(out, hello->mark.bytes, sizeof hello->mark.bytes);
	put_roots(out, &hello->roots);
	put_list(out, &hello->proof);
}

enum hear_code hear_wire_read_hello(struct hear_wire_hello *out,
				    struct hear_span body, struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_HELLO);

	hear_fields_copy(&fields, out->mark.bytes, sizeof out->mark.bytes);
	take_roots(&fields, &out->roots);
	take_list(&fields, &out->proof);
	if (out->proof.bytes.size > HEAR_PROOF_BYTES)
		fields.failed = true;
	return finish(&fields, "HELLO", err);
}

void hear_wire_write_roots(struct hear_buffer *out,
			   const struct hear_wire_ask_roots *roots)
{
	put_kind(out, HEAR_WIRE_ROOTS);
	put_bytes(out, roots->mark, sizeof roots->mark);
	hear_put_number(out, roots->park_ms);
	put_roots(out, &roots->roots);
}

enum hear_code hear_wire_read_roots(struct hear_wire_ask_roots *out,
				    struct hear_span body, struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_ROOTS);

	hear_fields_copy(&fields, out->mark, sizeof out->mark);
	out->park_ms = (uint32_t)hear_fields_number(&fields, HEAR_PARK_MS);
	take_roots(&fields, &out->roots);
	return finish(&fields, "ROOTS", err);
}

void hear_wire_write_standing(struct hear_buffer *out, enum hear_wire_kind kind,
			      const struct hear_wire_standing *standing)
{
	unsigned i;

	assert(standing->partition_count <= HEAR_WIRE_PARTITIONS);
	put_kind(out, kind);
	put_roots(out, &standing->roots);
	hear_put_number(out, standing->partition_count);
	for (i = 0; i < standing->partition_count; i++) {
		const struct hear_tree_root *root = &standing->partitions[i];

		hear_put_number(out, root->count);
		put_bytes(out, root->digest.bytes, sizeof root->digest.bytes);
	}
	put_list(out, &standing->filings);
}

enum hear_code hear_wire_read_standing(struct hear_wire_standing *out,
				       enum hear_wire_kind kind,
				       struct hear_span body,
				       struct hear_err *err)
{
	struct hear_fields fields = begin(body, kind);
	unsigned i;

	take_roots(&fields, &out->roots);
	out->partition_count =
		(unsigned)hear_fields_number(&fields, HEAR_WIRE_PARTITIONS);
	for (i = 0; i < out->partition_count; i++) {
		struct hear_tree_root *root = &out->partitions[i];

		root->count = hear_fields_number(&fields, UINT64_MAX);
		hear_fields_copy(&fields, root->digest.bytes,
				 sizeof root->digest.bytes);
	}
	take_list(&fields, &out->filings);
	return finish(&fields, kind == HEAR_WIRE_HELLO ? "WELCOME" : "STANDING",
		      err);
}

void hear_wire_write_unknown(struct hear_buffer *out)
{
	put_kind(out, HEAR_WIRE_UNKNOWN);
}

/* ---- COMPARE: COMPARED --------------------------------------------------- */

void hear_wire_write_compare(struct hear_buffer *out,
			     const struct hear_wire_compare *compare)
{
	put_kind(out, HEAR_WIRE_COMPARE);
	put_bytes(out, compare->mark, sizeof compare->mark);
	put_bytes(out, compare->salt, sizeof compare->salt);
	put_partition(out, compare->partition);
	hear_buffer_byte(out, compare->opening ? OPENING : 0);
	hear_cut_put(out, &compare->ranges);
}

enum hear_code hear_wire_read_compare(struct hear_wire_compare *out,
				      struct hear_span body,
				      struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_COMPARE);

	hear_fields_copy(&fields, out->mark, sizeof out->mark);
	hear_fields_copy(&fields, out->salt, sizeof out->salt);
	out->partition = take_partition(&fields);
	out->opening = take_flags(&fields);
	hear_cut_take(&fields, HEAR_RANGES, &out->ranges);
	return finish(&fields, "COMPARE", err);
}

void hear_wire_write_compared(struct hear_buffer *out,
			      const struct hear_wire_compared *compared)
{
	put_kind(out, HEAR_WIRE_COMPARE);
	hear_buffer_byte(out, compared->more ? MORE : 0);
	put_ranges(out, &compared->ranges);
}

enum hear_code hear_wire_read_compared(struct hear_wire_compared *out,
				       struct hear_span body,
				       struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_COMPARE);

	out->more = take_flags(&fields);
	take_ranges(&fields, take_said, &out->ranges);
	if (out->more && out->ranges.cut.count == 0)
		fields.failed = true;
	return finish(&fields, "COMPARED", err);
}

/* ---- EXCHANGE: EXCHANGED ------------------------------------------------- */

void hear_wire_write_exchange(struct hear_buffer *out,
			      const struct hear_wire_exchange *exchange)
{
	put_kind(out, HEAR_WIRE_EXCHANGE);
	put_bytes(out, exchange->mark, sizeof exchange->mark);
	put_bytes(out, exchange->salt, sizeof exchange->salt);
	put_partition(out, exchange->partition);
	hear_buffer_byte(out, exchange->resumed ? RESUMED : 0);
	if (exchange->resumed)
		put_bytes(out, exchange->after, sizeof exchange->after);
	put_ranges(out, &exchange->wants);
	put_list(out, &exchange->filings);
}

enum hear_code hear_wire_read_exchange(struct hear_wire_exchange *out,
				       struct hear_span body,
				       struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_EXCHANGE);

	hear_fields_copy(&fields, out->mark, sizeof out->mark);
	hear_fields_copy(&fields, out->salt, sizeof out->salt);
	out->partition = take_partition(&fields);
	out->resumed = take_flags(&fields);
	memset(out->after, 0, sizeof out->after);
	if (out->resumed)
		hear_fields_copy(&fields, out->after, sizeof out->after);
	take_ranges(&fields, take_want, &out->wants);
	take_list(&fields, &out->filings);
	return finish(&fields, "EXCHANGE", err);
}

void hear_wire_write_exchanged(struct hear_buffer *out,
			       const struct hear_wire_exchanged *exchanged)
{
	put_kind(out, HEAR_WIRE_EXCHANGE);
	hear_put_sized(out, exchanged->results);
	put_roots(out, &exchanged->roots);
	hear_buffer_byte(out, exchanged->more ? MORE : 0);
	if (exchanged->more)
		put_bytes(out, exchanged->covered, sizeof exchanged->covered);
	put_list(out, &exchanged->filings);
}

enum hear_code hear_wire_read_exchanged(struct hear_wire_exchanged *out,
					struct hear_span body,
					struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_EXCHANGE);

	out->results = hear_fields_sized(&fields, HEAR_BODY_BYTES);
	take_roots(&fields, &out->roots);
	out->more = take_flags(&fields);
	memset(out->covered, 0, sizeof out->covered);
	if (out->more)
		hear_fields_copy(&fields, out->covered, sizeof out->covered);
	take_list(&fields, &out->filings);
	return finish(&fields, "EXCHANGED", err);
}

/* ---- REASONS ------------------------------------------------------------- */

void hear_wire_write_reasons(struct hear_buffer *out,
			     const struct hear_wire_reasons *reasons)
{
	put_kind(out, HEAR_WIRE_REASONS);
	put_bytes(out, reasons->mark, sizeof reasons->mark);
	hear_put_number(out, reasons->ids.size / 32);
	hear_buffer_span(out, reasons->ids);
}

enum hear_code hear_wire_read_reasons(struct hear_wire_reasons *out,
				      struct hear_span body,
				      struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_REASONS);
	uint64_t count;

	hear_fields_copy(&fields, out->mark, sizeof out->mark);
	count = hear_fields_number(&fields, HEAR_REASONS_ASKED);
	out->ids = hear_fields_bytes(&fields, count * 32);
	return finish(&fields, "REASONS", err);
}

void hear_wire_write_reasoned(struct hear_buffer *out,
			      const struct hear_wire_reasoned *reasoned)
{
	put_kind(out, HEAR_WIRE_REASONS);
	hear_put_sized(out, reasoned->results);
}

enum hear_code hear_wire_read_reasoned(struct hear_wire_reasoned *out,
				       struct hear_span body,
				       struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_REASONS);

	out->results = hear_fields_sized(&fields, HEAR_REASONS_ASKED);
	return finish(&fields, "the answer to REASONS", err);
}

/* ---- JOIN: JOINED -------------------------------------------------------- */

void hear_wire_write_join(struct hear_buffer *out,
			  const struct hear_wire_join *join)
{
	put_kind(out, HEAR_WIRE_JOIN);
	put_bytes(out, join->mark, sizeof join->mark);
	put_bytes(out, join->mac, sizeof join->mac);
	put_bytes(out, join->certificate, sizeof join->certificate);
	hear_put_sized(out, join->name);
}

enum hear_code hear_wire_read_join(struct hear_wire_join *out,
				   struct hear_span body, struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_JOIN);

	hear_fields_copy(&fields, out->mark, sizeof out->mark);
	hear_fields_copy(&fields, out->mac, sizeof out->mac);
	hear_fields_copy(&fields, out->certificate, sizeof out->certificate);
	out->name = hear_fields_sized(&fields, HEAR_ANALYST_BYTES);
	return finish(&fields, "JOIN", err);
}

void hear_wire_write_joined(struct hear_buffer *out,
			    const struct hear_wire_joined *joined)
{
	put_kind(out, HEAR_WIRE_JOIN);
	put_list(out, &joined->filings);
}

enum hear_code hear_wire_read_joined(struct hear_wire_joined *out,
				     struct hear_span body,
				     struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_JOIN);

	take_list(&fields, &out->filings);
	return finish(&fields, "JOINED", err);
}

/* ---- SORRY --------------------------------------------------------------- */

void hear_wire_write_sorry(struct hear_buffer *out,
			   const struct hear_wire_sorry *sorry)
{
	put_kind(out, HEAR_WIRE_SORRY);
	hear_buffer_byte(out, (char)sorry->code);
	hear_put_number(out, sorry->number);
}

enum hear_code hear_wire_read_sorry(struct hear_wire_sorry *out,
				    struct hear_span body, struct hear_err *err)
{
	struct hear_fields fields = begin(body, HEAR_WIRE_SORRY);
	unsigned char code = hear_fields_byte(&fields);

	if (code < HEAR_SORRY_BUSY || code > HEAR_SORRY_ROSTER)
		fields.failed = true;
	out->code = (enum hear_wire_sorry_code)code;
	out->number = hear_fields_number(&fields, UINT64_MAX);
	return finish(&fields, "SORRY", err);
}
