/* SPDX-License-Identifier: ISC */
#include "sync/found.h"
#include "core/error.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct hear_want {
	struct hear_prefix prefix;
	uint64_t count; /* filings */
	bool all;
	size_t first; /* of its ids */
};

void hear_found_done(struct hear_found *found)
{
	free(found->gives);
	free(found->wants);
	free(found->portion);
	hear_buffer_done(&found->ids);
	hear_buffer_done(&found->bits);
	hear_buffer_done(&found->data);
	memset(found, 0, sizeof *found);
}

/* ---- Keeping ---- */

/* Room for one more in an array; false: out of memory. */
static bool make_room(void **all, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *moved;

	if (count < *room)
		return true;
	moved = realloc(*all, more * size);
	if (!moved)
		return false;
	*all = moved;
	*room = more;
	return true;
}

enum hear_code hear_found_give(struct hear_found *found, uint64_t number,
			       struct hear_err *err)
{
	void *all = found->gives;
	bool done;

	if (found->give_count == HEAR_DESCENT_HELD) {
		found->full = true;
		return HEAR_OK;
	}
	done = make_room(&all, found->give_count, &found->give_room,
			 sizeof *found->gives);
	found->gives = all;
	if (!done)
		return hear_fail_memory(err);
	found->gives[found->give_count++] = number;
	found->gives_sorted = false;
	return HEAR_OK;
}

enum hear_code hear_found_want(struct hear_found *found,
			       const struct hear_prefix *prefix, uint64_t count,
			       const struct hear_buffer *ids,
			       struct hear_err *err)
{
	size_t cost = ids ? (size_t)count : 1;
	void *all = found->wants;
	struct hear_want *last;
	bool done;

	assert(!found->portion); /* nothing was handed out yet */
	if (found->held + cost > HEAR_DESCENT_HELD && found->held > 0) {
		found->full = true;
		return HEAR_OK;
	}
	done = make_room(&all, found->want_count, &found->want_room,
			 sizeof *found->wants);
	found->wants = all;
	if (!done)
		return hear_fail_memory(err);
	last = &found->wants[found->want_count++];
	last->prefix = *prefix;
	last->count = count;
	last->all = !ids;
	last->first = found->ids.size / HEAR_WIRE_SHORT;
	if (ids)
		hear_buffer_span(&found->ids, hear_buffer_view(ids));
	found->held += cost;
	found->wanted += count;
	return found->ids.failed ? hear_fail_memory(err) : HEAR_OK;
}

/* ---- Handing out ---- */

static int order_numbers(const void *a, const void *b)
{
	const uint64_t *first = a;
	const uint64_t *second = b;

	return (*first > *second) - (*first < *second);
}

const uint64_t *hear_found_gives(struct hear_found *found, size_t *count)
{
	*count = found->give_count;
	if (!found->gives_sorted && found->give_count > 0)
		qsort(found->gives, found->give_count, sizeof *found->gives,
		      order_numbers);
	found->gives_sorted = true;
	return found->gives;
}

static int order_wants(const void *a, const void *b)
{
	const struct hear_want *first = a;
	const struct hear_want *second = b;

	return memcmp(first->prefix.bytes, second->prefix.bytes,
		      sizeof first->prefix.bytes);
}

/* As much of a want as fits in `room` bytes: 0, or nothing but its prefix and
 * as many of its ids. */
static uint64_t fitting(const struct hear_found *found,
			const struct hear_want *next, size_t room)
{
	uint64_t left = next->count - found->ids_done;
	size_t head = 1 + hear_number_size(left);

	if (next->all || room <= head)
		return 0;
	return left < (room - head) / HEAR_WIRE_SHORT
		       ? left
		       : (room - head) / HEAR_WIRE_SHORT;
}

/* Adds the next want to the portion, or the part of it that fits; false: the
 * portion is full. */
static bool hand_out(struct hear_found *found, size_t count, size_t *bits,
		     size_t room)
{
	const struct hear_want *next = &found->wants[found->want_at];
	struct hear_wire_range range = {.prefix = next->prefix};
	size_t way =
		*bits + hear_cut_bits(count ? &found->portion[count - 1] : NULL,
				      &next->prefix);
	size_t used = way / 8 + found->data.size;
	uint64_t some = fitting(found, next, room > used ? room - used : 0);

	if (count > 0 && (next->all ? used + 1 > room : some == 0))
		return false;
	if (!next->all) {
		range.count = some > 0 ? some : 1;
		range.bytes = hear_span_make(
			found->ids.data + (next->first + found->ids_done) *
						  HEAR_WIRE_SHORT,
			(size_t)range.count * HEAR_WIRE_SHORT);
		found->ids_done += range.count;
	}
	hear_wire_put_want(&found->data, &range);
	found->portion[count] = next->prefix;
	*bits = way;
	if (next->all || found->ids_done == next->count) {
		found->want_at++;
		found->ids_done = 0;
		return true;
	}
	return false;
}

enum hear_code hear_found_portion(struct hear_found *found, size_t room,
				  struct hear_wire_ranges *out,
				  struct hear_err *err)
{
	size_t bits = 0;
	size_t count = 0;
	bool goes_on = true;

	if (found->want_at == found->want_count)
		return HEAR_NOTFOUND;
	if (!found->wants_sorted)
		qsort(found->wants, found->want_count, sizeof *found->wants,
		      order_wants);
	found->wants_sorted = true;
	if (!found->portion)
		found->portion =
			calloc(found->want_count, sizeof *found->portion);
	if (!found->portion)
		return hear_fail_memory(err);
	hear_buffer_reset(&found->data);
	while (goes_on && found->want_at < found->want_count &&
	       count < HEAR_RANGES) {
		size_t data = found->data.size;

		goes_on = hand_out(found, count, &bits, room);
		count += found->data.size > data;
	}
	out->cut = hear_cut_make(&found->bits, found->portion, count);
	out->data = hear_buffer_view(&found->data);
	if (found->bits.failed || found->data.failed)
		return hear_fail_memory(err);
	return HEAR_OK;
}
