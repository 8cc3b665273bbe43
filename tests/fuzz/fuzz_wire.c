/* SPDX-License-Identifier: ISC */
/* Messages: each input is read as every question and every reply. What is
 * accepted has one form, so writing it gives the same bytes; ranges ascend,
 * none within another, and their trie is the one that would be drawn. */
#include "sync/wire.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_list(struct hear_wire_list list)
{
	struct hear_span item;
	uint32_t count = list.count;

	while (hear_wire_list_next(&list, &item)) {
		assert(item.size > 0);
		count--;
	}
	assert(count == 0 && list.bytes.size == 0);
}

static void check_cut(const struct hear_cut *cut)
{
	struct hear_prefix *all = calloc(cut->count + 1u, sizeof *all);
	struct hear_buffer bits = {.size = 0};
	struct hear_cut_walk walk;
	struct hear_cut again;
	uint32_t count = 0;

	assert(all);
	hear_cut_begin(&walk, cut);
	while (hear_cut_next(&walk, &all[count])) {
		if (count > 0) {
			assert(memcmp(all[count - 1].bytes, all[count].bytes,
				      HEAR_RANGE_KEY) < 0);
			assert(!hear_prefix_within(&all[count],
						   &all[count - 1]));
		}
		assert(count++ < cut->count);
	}
	assert(count == cut->count);
	again = hear_cut_make(&bits, all, count);
	assert(hear_span_equal(again.bits, cut->bits));
	hear_buffer_done(&bits);
	free(all);
}

static void check_ranges(const struct hear_wire_ranges *ranges,
			 bool (*next)(struct hear_wire_walk *walk,
				      struct hear_wire_range *out),
			 void (*put)(struct hear_buffer *data,
				     const struct hear_wire_range *range))
{
	struct hear_buffer again = {.size = 0};
	struct hear_wire_walk walk;
	struct hear_wire_range range;
	uint32_t count = 0;

	check_cut(&ranges->cut);
	hear_wire_walk_begin(&walk, ranges);
	while (next(&walk, &range)) {
		put(&again, &range);
		count++;
	}
	assert(count == ranges->cut.count);
	assert(hear_span_equal(hear_buffer_view(&again), ranges->data));
	hear_buffer_done(&again);
}

static void same(struct hear_buffer *again, struct hear_span body)
{
	assert(!again->failed);
	assert(hear_span_equal(hear_buffer_view(again), body));
	hear_buffer_reset(again);
}

static void ask(struct hear_span body, struct hear_buffer *again,
		struct hear_err *err)
{
	struct hear_wire_hello hello;
	struct hear_wire_ask_roots roots;
	struct hear_wire_compare compare;
	struct hear_wire_exchange exchange;
	struct hear_wire_reasons reasons;
	struct hear_wire_join join;

	if (hear_wire_read_hello(&hello, body, err) == HEAR_OK) {
		check_list(hello.proof);
		hear_wire_write_hello(again, &hello);
		same(again, body);
	}
	if (hear_wire_read_roots(&roots, body, err) == HEAR_OK) {
		hear_wire_write_roots(again, &roots);
		same(again, body);
	}
	if (hear_wire_read_compare(&compare, body, err) == HEAR_OK) {
		check_cut(&compare.ranges);
		hear_wire_write_compare(again, &compare);
		same(again, body);
	}
	if (hear_wire_read_exchange(&exchange, body, err) == HEAR_OK) {
		check_ranges(&exchange.wants, hear_wire_next_want,
			     hear_wire_put_want);
		check_list(exchange.filings);
		hear_wire_write_exchange(again, &exchange);
		same(again, body);
	}
	if (hear_wire_read_reasons(&reasons, body, err) == HEAR_OK) {
		hear_wire_write_reasons(again, &reasons);
		same(again, body);
	}
	if (hear_wire_read_join(&join, body, err) == HEAR_OK) {
		hear_wire_write_join(again, &join);
		same(again, body);
	}
}

static void reply(struct hear_span body, struct hear_buffer *again,
		  struct hear_err *err)
{
	static const enum hear_wire_kind kinds[] = {HEAR_WIRE_HELLO,
						    HEAR_WIRE_ROOTS};
	struct hear_wire_standing standing;
	struct hear_wire_compared compared;
	struct hear_wire_exchanged exchanged;
	struct hear_wire_reasoned reasoned;
	struct hear_wire_joined joined;
	struct hear_wire_sorry sorry;
	size_t i;

	for (i = 0; i < 2; i++)
		if (hear_wire_read_standing(&standing, kinds[i], body, err) ==
		    HEAR_OK) {
			check_list(standing.filings);
			hear_wire_write_standing(again, kinds[i], &standing);
			same(again, body);
		}
	if (hear_wire_read_compared(&compared, body, err) == HEAR_OK) {
		check_ranges(&compared.ranges, hear_wire_next_said,
			     hear_wire_put_said);
		hear_wire_write_compared(again, &compared);
		same(again, body);
	}
	if (hear_wire_read_exchanged(&exchanged, body, err) == HEAR_OK) {
		check_list(exchanged.filings);
		hear_wire_write_exchanged(again, &exchanged);
		same(again, body);
	}
	if (hear_wire_read_reasoned(&reasoned, body, err) == HEAR_OK) {
		hear_wire_write_reasoned(again, &reasoned);
		same(again, body);
	}
	if (hear_wire_read_joined(&joined, body, err) == HEAR_OK) {
		check_list(joined.filings);
		hear_wire_write_joined(again, &joined);
		same(again, body);
	}
	if (hear_wire_read_sorry(&sorry, body, err) == HEAR_OK) {
		hear_wire_write_sorry(again, &sorry);
		same(again, body);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span body = hear_span_make(data, size);
	struct hear_buffer again = {.size = 0};
	struct hear_err err = {.code = HEAR_OK};

	ask(body, &again, &err);
	reply(body, &again, &err);
	hear_buffer_done(&again);
	return 0;
}
