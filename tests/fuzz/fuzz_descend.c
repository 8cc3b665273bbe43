/* SPDX-License-Identifier: ISC */
/* A descent with a hostile other side, over a real store. The input is bodies,
 * each after its size (2 bytes): what reads as COMPARED is taken for the reply
 * to our next question, what reads as COMPARE or EXCHANGE is answered. Replies
 * stay within what was asked and within their limits; what was found stays
 * within its own. */
#include "sync/descend.h"
#include "sync/descent.h"
#include "tests/unit/scratch.h"

#include <assert.h>
#include <string.h>

enum { FILINGS = 700 };

static const struct hear_span green = {"\2", 1};
static const unsigned char mark[HEAR_WIRE_MARK];
static const unsigned char salt[HEAR_WIRE_SALT] = "salt for a test";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t draw(uint64_t *seed)
{
	uint64_t mixed = *seed += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

/* The same filings every time: a third at any time at all, a third crowded,
 * the rest of one moment. Seen from one transaction that stays open; the files
 * are gone from the folder at once. */
static struct hear_txn *filings(void)
{
	static struct hear_txn *txn;
	struct scratch scratch;
	struct hear_tree_batch batch = {.count = 0};
	struct hear_id id;
	uint64_t seed = 1;
	unsigned i;

	if (txn)
		return txn;
	assert(scratch_open(&scratch));
	for (i = 0; i < FILINGS; i++) {
		uint64_t time = i % 3 == 0   ? draw(&seed)
				: i % 3 == 1 ? draw(&seed) >> 20
					     : 77;
		unsigned at;

		for (at = 0; at < 32; at += 8)
			hear_put64(id.bytes + at, draw(&seed));
		assert(hear_tree_add(&batch, green, time, &id, i + 1, NULL) ==
		       HEAR_OK);
	}
	assert(hear_txn_write(&txn, scratch.store, NULL) == HEAR_OK);
	assert(hear_tree_flush(&batch, txn, NULL) == HEAR_OK);
	assert(hear_txn_commit(txn, NULL) == HEAR_OK);
	hear_tree_batch_done(&batch);
	assert(hear_txn_read(&txn, scratch.store, NULL) == HEAR_OK);
	scratch_forget(&scratch);
	return txn;
}

/* ---- Their questions ---- */

static bool within_any(const struct hear_wire_range *said,
		       const struct hear_cut *asked)
{
	struct hear_cut_walk walk;
	struct hear_prefix prefix;

	hear_cut_begin(&walk, asked);
	while (hear_cut_next(&walk, &prefix))
		if (hear_prefix_within(&said->prefix, &prefix))
			return said->listed || said->prefix.bits > prefix.bits;
	return false;
}

static void reply_to(const struct hear_wire_compare *question)
{
	struct hear_buffer reply = {.size = 0};
	struct hear_wire_compared said;
	struct hear_wire_range range;
	struct hear_wire_walk walk;
	uint64_t filed = 0;

	assert(hear_descend_reply(filings(), question, &reply, NULL, NULL) ==
	       HEAR_OK);
	assert(reply.size <= HEAR_SAID_BYTES);
	assert(hear_wire_read_compared(&said, hear_buffer_view(&reply), NULL) ==
	       HEAR_OK);
	hear_wire_walk_begin(&walk, &said.ranges);
	while (hear_wire_next_said(&walk, &range)) {
		assert(within_any(&range, &question->ranges));
		filed += range.count;
	}
	assert(filed <= FILINGS);
	hear_buffer_done(&reply);
}

static bool count_one(void *context, uint64_t number)
{
	unsigned *left = context;

	assert(number >= 1 && number <= FILINGS);
	return (*left)-- > 0;
}

static void serve(struct hear_wire_exchange *question)
{
	struct hear_served served;
	unsigned calls = 0;

	do {
		unsigned left = 100;

		assert(hear_descend_serve(filings(), question, count_one, &left,
					  &served, NULL) == HEAR_OK);
		question->resumed = true;
		memcpy(question->after, served.covered, HEAR_RANGE_KEY);
		assert(++calls < 2 * FILINGS / 100 + 2);
	} while (served.more);
}

/* ---- Ours ---- */

/* False: the other side was at fault, or there is nothing more to ask. */
static bool take(struct hear_descent *descent,
		 const struct hear_wire_compared *reply)
{
	struct hear_buffer question = {.size = 0};
	struct hear_err err = {.code = HEAR_OK};
	enum hear_code code =
		hear_descent_question(descent, mark, &question, &err);

	assert(code == HEAR_OK || code == HEAR_NOTFOUND ||
	       code == HEAR_INVALID);
	hear_buffer_done(&question);
	if (code != HEAR_OK)
		return false;
	code = hear_descent_take(descent, filings(), reply, &err);
	assert(code == HEAR_OK ||
	       (code == HEAR_INVALID && err.message[0] != '\0'));
	return code == HEAR_OK;
}

static void check_found(struct hear_descent *descent)
{
	struct hear_wire_exchange exchange = {.partition = green};
	struct hear_buffer body = {.size = 0};
	struct hear_wire_exchange again;
	const uint64_t *gives;
	size_t count;
	size_t i;

	gives = hear_descent_gives(descent, &count);
	assert(count <= FILINGS);
	for (i = 0; i < count; i++)
		assert(gives[i] <= FILINGS &&
		       (i == 0 || gives[i - 1] < gives[i]));
	while (hear_descent_want(descent, 1000, &exchange.wants, NULL) ==
	       HEAR_OK) {
		hear_buffer_reset(&body);
		hear_wire_write_exchange(&body, &exchange);
		assert(body.size <= 1200);
		assert(hear_wire_read_exchange(&again, hear_buffer_view(&body),
					       NULL) == HEAR_OK);
	}
	hear_buffer_done(&body);
}

static bool take_body(struct hear_descent *descent, struct hear_span body,
		      bool going)
{
	struct hear_wire_compare compare;
	struct hear_wire_compared compared;
	struct hear_wire_exchange exchange;

	if (hear_wire_read_compare(&compare, body, NULL) == HEAR_OK)
		reply_to(&compare);
	if (hear_wire_read_exchange(&exchange, body, NULL) == HEAR_OK)
		serve(&exchange);
	if (going && hear_wire_read_compared(&compared, body, NULL) == HEAR_OK)
		return take(descent, &compared);
	return going;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_fields rest = hear_fields_of(hear_span_make(data, size));
	struct hear_descent *descent = NULL;
	bool going = true;

	assert(hear_descent_new(&descent, green, salt, NULL) == HEAR_OK);
	while (rest.rest.size > 0) {
		size_t high = hear_fields_byte(&rest);
		size_t low = hear_fields_byte(&rest);
		struct hear_span body =
			hear_fields_bytes(&rest, high << 8 | low);

		if (rest.failed)
			break;
		going = take_body(descent, body, going);
	}
	check_found(descent);
	hear_descent_free(descent);
	return 0;
}
