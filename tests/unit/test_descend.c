/* SPDX-License-Identifier: ISC */
#include "sync/descend.h"
#include "sync/descent.h"
#include "tests/unit/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROOM = 150000, PORTION = 3000 };

struct key {
	unsigned char bytes[HEAR_RANGE_KEY];
};

struct side {
	struct scratch scratch;
	struct hear_txn *txn;
	struct hear_tree_batch batch;
	uint64_t last; /* number of its filings */
	bool *found;   /* by number: what a descent found */
};

struct fixture {
	struct side mine;   /* asks */
	struct side theirs; /* replies */
	uint64_t seed;
	/* What the last descent came to. */
	unsigned trips;
	size_t up;
	size_t down;
	size_t largest; /* reply */
	unsigned stops; /* replies that stopped early */
	uint64_t wanted;
	size_t served;
	size_t given;
	bool partial;
	bool all_wanted; /* a want for all of a range */
};

static const struct hear_span green = {"\2", 1};
static const unsigned char mark[HEAR_WIRE_MARK];
static const unsigned char salt[HEAR_WIRE_SALT] = "salt for a test";

static bool open_side(struct side *side)
{
	side->found = calloc(ROOM, sizeof *side->found);
	return side->found && scratch_open(&side->scratch) &&
	       hear_txn_write(&side->txn, side->scratch.store, NULL) == HEAR_OK;
}

static void close_side(struct side *side)
{
	hear_tree_batch_done(&side->batch);
	hear_txn_abort(side->txn);
	scratch_close(&side->scratch);
	free(side->found);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	f->seed = 20250113;
	return open_side(&f->mine) && open_side(&f->theirs) ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	close_side(&f->mine);
	close_side(&f->theirs);
	free(f);
	return 0;
}

/* ---- Filings ---- */

static uint64_t next_random(uint64_t *seed)
{
	uint64_t mixed = *seed += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

static struct key random_key(struct fixture *f, uint64_t time)
{
	struct key key;
	unsigned i;

	hear_put64(key.bytes, time);
	for (i = 8; i < sizeof key.bytes; i += 8)
		hear_put64(key.bytes + i, next_random(&f->seed));
	return key;
}

static void add(struct side *side, const struct key *key)
{
	struct hear_id id;

	memcpy(id.bytes, key->bytes + 8, sizeof id.bytes);
	assert_int_equal(hear_tree_add(&side->batch, green,
				       hear_get64(key->bytes), &id,
				       ++side->last, NULL),
			 HEAR_OK);
}

static void flush(struct fixture *f)
{
	assert_int_equal(hear_tree_flush(&f->mine.batch, f->mine.txn, NULL),
			 HEAR_OK);
	assert_int_equal(hear_tree_flush(&f->theirs.batch, f->theirs.txn, NULL),
			 HEAR_OK);
}

static uint64_t uniform(struct fixture *f)
{
	return (UINT64_C(1736776800000) << 16) +
	       next_random(&f->seed) % (UINT64_C(1) << 50);
}

static uint64_t crowded(struct fixture *f)
{
	uint64_t shift = next_random(&f->seed) % 5 * 10;

	return (UINT64_C(1736776800000) << 16) +
	       next_random(&f->seed) % ((UINT64_C(1) << 50) >> shift);
}

static uint64_t the_same(struct fixture *f)
{
	(void)f;
	return UINT64_C(1736776800000) << 16;
}

static void add_both(struct fixture *f, uint64_t (*time)(struct fixture *f),
		     unsigned count)
{
	while (count-- > 0) {
		struct key key = random_key(f, time(f));

		add(&f->mine, &key);
		add(&f->theirs, &key);
	}
}

static void add_to(struct fixture *f, struct side *side,
		   uint64_t (*time)(struct fixture *f), unsigned count)
{
	while (count-- > 0) {
		struct key key = random_key(f, time(f));

		add(side, &key);
	}
}

/* ---- Descending ---- */

static void take_reply(struct fixture *f, struct hear_descent *descent,
		       const struct hear_buffer *question)
{
	struct hear_buffer reply = {.size = 0};
	struct hear_wire_compare asked;
	struct hear_wire_compared said;

	assert_true(question->size <= HEAR_ASKED_BYTES + 100);
	assert_int_equal(hear_wire_read_compare(
				 &asked, hear_buffer_view(question), NULL),
			 HEAR_OK);
	assert_int_equal(
		hear_descend_reply(f->theirs.txn, &asked, &reply, NULL, NULL),
		HEAR_OK);
	assert_true(reply.size <= HEAR_SAID_BYTES);
	assert_int_equal(
		hear_wire_read_compared(&said, hear_buffer_view(&reply), NULL),
		HEAR_OK);
	assert_int_equal(hear_descent_take(descent, f->mine.txn, &said, NULL),
			 HEAR_OK);
	f->stops += said.more;
	f->up += question->size;
	f->down += reply.size;
	if (reply.size > f->largest)
		f->largest = reply.size;
	hear_buffer_done(&reply);
}

struct counter {
	bool *found;
	size_t count;
	size_t most; /* then it stops */
};

static bool count_served(void *context, uint64_t number)
{
	struct counter *counter = context;

	if (counter->count == counter->most)
		return false;
	assert_false(counter->found[number]);
	counter->found[number] = true;
	counter->count++;
	return true;
}

static void serve(struct fixture *f, struct hear_wire_exchange *exchange)
{
	struct hear_served served;
	struct counter counter = {f->theirs.found, 0, 700};

	exchange->resumed = false;
	do {
		counter.count = 0;
		assert_int_equal(hear_descend_serve(f->theirs.txn, exchange,
						    count_served, &counter,
						    &served, NULL),
				 HEAR_OK);
		f->served += counter.count;
		exchange->resumed = true;
		memcpy(exchange->after, served.covered, sizeof served.covered);
	} while (served.more);
}

static void fetch(struct fixture *f, struct hear_descent *descent)
{
	struct hear_wire_exchange exchange = {.partition = green};
	struct hear_buffer body = {.size = 0};
	struct hear_wire_exchange again;
	enum hear_code code;

	memcpy(exchange.salt, hear_descent_salt(descent), HEAR_WIRE_SALT);
	while ((code = hear_descent_want(descent, PORTION, &exchange.wants,
					 NULL)) == HEAR_OK) {
		hear_buffer_reset(&body);
		hear_wire_write_exchange(&body, &exchange);
		assert_true(body.size <= PORTION + 100);
		assert_int_equal(hear_wire_read_exchange(
					 &again, hear_buffer_view(&body), NULL),
				 HEAR_OK);
		serve(f, &again);
	}
	assert_int_equal(code, HEAR_NOTFOUND);
	hear_buffer_done(&body);
}

static void ask_all(struct fixture *f, struct hear_descent *descent)
{
	struct hear_buffer question = {.size = 0};
	enum hear_code code;

	while ((code = hear_descent_question(descent, mark, &question, NULL)) ==
	       HEAR_OK) {
		take_reply(f, descent, &question);
		hear_buffer_reset(&question);
	}
	assert_int_equal(code, HEAR_NOTFOUND);
	hear_buffer_done(&question);
}

static void descend_knowing(struct fixture *f, bool beside)
{
	struct hear_descent *descent = NULL;
	const uint64_t *gives;
	size_t i;

	f->up = f->down = f->largest = f->served = 0;
	assert_int_equal(hear_descent_new(&descent, green, salt, NULL),
			 HEAR_OK);
	if (beside)
		hear_descent_know(descent, HEAR_AFTER);
	ask_all(f, descent);
	gives = hear_descent_gives(descent, &f->given);
	for (i = 0; i < f->given; i++) {
		assert_true(i == 0 || gives[i - 1] < gives[i]);
		f->mine.found[gives[i]] = true;
	}
	f->trips = hear_descent_trips(descent);
	f->wanted = hear_descent_wanted(descent);
	f->partial = hear_descent_partial(descent);
	fetch(f, descent);
	hear_descent_free(descent);
}

static void descend(struct fixture *f)
{
	descend_knowing(f, false);
}

/* That what was found is what each has beyond the first `both`. */
static void assert_found(const struct fixture *f, uint64_t both)
{
	uint64_t i;

	assert_false(f->partial);
	assert_int_equal(f->given, f->mine.last - both);
	assert_int_equal(f->served, f->theirs.last - both);
	assert_int_equal(f->wanted, f->theirs.last - both);
	for (i = 1; i <= f->mine.last; i++)
		assert_int_equal(f->mine.found[i], i > both);
	for (i = 1; i <= f->theirs.last; i++)
		assert_int_equal(f->theirs.found[i], i > both);
}

static void differ(struct fixture *f, uint64_t (*time)(struct fixture *f),
		   unsigned both, unsigned mine, unsigned theirs)
{
	add_both(f, time, both);
	add_to(f, &f->mine, time, mine);
	add_to(f, &f->theirs, time, theirs);
	flush(f);
	descend(f);
	assert_found(f, both);
}

/* ---- What is found ---- */

static void equal_sets_are_found_equal_in_one_question(void **state)
{
	struct fixture *f = *state;

	differ(f, uniform, 10000, 0, 0);
	assert_int_equal(f->trips, 1);
}

static void nothing_is_found_in_nothing(void **state)
{
	struct fixture *f = *state;

	differ(f, uniform, 0, 0, 0);
	assert_int_equal(f->trips, 1);
	assert_true(f->down < 10);
}

static void scattered_filings_are_found(void **state)
{
	differ(*state, uniform, 20000, 300, 200);
}

static void crowded_filings_are_found(void **state)
{
	differ(*state, crowded, 20000, 300, 200);
}

static void filings_of_one_moment_are_told_apart_by_their_ids(void **state)
{
	differ(*state, the_same, 20000, 30, 20);
}

static void one_filing_there_is_found(void **state)
{
	differ(*state, uniform, 20000, 0, 1);
}

static void one_filing_here_is_found(void **state)
{
	differ(*state, uniform, 20000, 1, 0);
}

static void whoever_has_nothing_wants_all(void **state)
{
	struct fixture *f = *state;

	differ(f, crowded, 0, 0, 20000);
	assert_int_equal(f->trips, 1);
	assert_true(f->down < 10000);
}

static void whoever_meets_nothing_gives_all(void **state)
{
	struct fixture *f = *state;

	differ(f, crowded, 0, 20000, 0);
	assert_int_equal(f->trips, 1);
}

static void sets_with_nothing_in_common_are_exchanged(void **state)
{
	struct fixture *f = *state;

	differ(f, uniform, 0, 40000, 40000);
	assert_true(f->largest > HEAR_SAID_BYTES / 2);
}

/* Twenty keys each that only their last bytes tell apart, of which both have
 * one: cutting them takes more steps than one reply may. */
static void what_a_reply_did_not_reach_is_asked_about_again(void **state)
{
	struct fixture *f = *state;
	struct key keys[400];
	unsigned i;
	unsigned at;

	for (i = 0; i < 400; i++) {
		keys[i] = random_key(f, uniform(f));
		add(&f->mine, &keys[i]);
		add(&f->theirs, &keys[i]);
	}
	for (i = 0; i < 400; i++)
		for (at = 1; at < 20; at++) {
			keys[i].bytes[39]++;
			add(&f->theirs, &keys[i]);
		}
	flush(f);
	descend(f);
	assert_true(f->stops > 0);
	assert_found(f, 400);
}

static uint64_t recent(struct fixture *f)
{
	return (UINT64_C(1836776800000) << 16) +
	       next_random(&f->seed) % (UINT64_C(1) << 40);
}

static void recent_filings_cost_two_questions(void **state)
{
	struct fixture *f = *state;

	add_both(f, uniform, 50000);
	add_to(f, &f->mine, recent, 100);
	add_to(f, &f->theirs, recent, 100);
	flush(f);
	descend(f);
	assert_found(f, 50000);
	assert_true(f->trips <= 2);
	assert_true(f->up + f->down < 10000);
}

static void many_small_differences_are_found(void **state)
{
	struct fixture *f = *state;
	unsigned round;

	for (round = 0; round < 40; round++) {
		uint64_t (*times[])(struct fixture *) = {uniform, crowded,
							 the_same};
		unsigned both = (unsigned)(next_random(&f->seed) % 300);

		f->mine.last = f->theirs.last = 0;
		memset(f->mine.found, 0, 1000);
		memset(f->theirs.found, 0, 1000);
		assert_int_equal(
			hear_txn_clear(f->mine.txn, HEAR_ORDERED, NULL),
			HEAR_OK);
		assert_int_equal(hear_txn_clear(f->mine.txn, HEAR_NODES, NULL),
				 HEAR_OK);
		assert_int_equal(
			hear_txn_clear(f->theirs.txn, HEAR_ORDERED, NULL),
			HEAR_OK);
		assert_int_equal(
			hear_txn_clear(f->theirs.txn, HEAR_NODES, NULL),
			HEAR_OK);
		differ(f, times[round % 3], both,
		       (unsigned)(next_random(&f->seed) % 40),
		       (unsigned)(next_random(&f->seed) % 40));
	}
}

static void more_than_may_be_held_is_found_in_parts(void **state)
{
	struct fixture *f = *state;

	add_to(f, &f->mine, uniform, HEAR_DESCENT_HELD + 1000);
	flush(f);
	descend(f);
	assert_true(f->partial);
	assert_int_equal(f->given, HEAR_DESCENT_HELD);
}

/* Kept in another table, under the same keys. */
static void keep_beside(struct fixture *f, const struct key *key)
{
	unsigned char bytes[HEAR_TREE_KEY];
	struct hear_id id;
	size_t size;

	memcpy(id.bytes, key->bytes + 8, sizeof id.bytes);
	size = hear_tree_key(bytes, green, hear_get64(key->bytes), &id);
	assert_int_equal(hear_txn_number(f->mine.txn, HEAR_AFTER,
					 hear_span_make(bytes, size), 1, NULL),
			 HEAR_OK);
}

static void what_is_kept_apart_is_neither_wanted_nor_given(void **state)
{
	struct fixture *f = *state;
	unsigned i;

	add_both(f, uniform, 5000);
	for (i = 0; i < 50; i++) {
		struct key key = random_key(f, uniform(f));

		add(&f->theirs, &key);
		if (i < 40)
			keep_beside(f, &key);
		if (i < 20) { /* and some that the other side has not */
			key = random_key(f, uniform(f));
			keep_beside(f, &key);
		}
	}
	flush(f);
	descend_knowing(f, true);
	assert_int_equal(f->given, 0);
	assert_int_equal(f->served, 10);
}

static void what_is_kept_apart_in_an_empty_range_is_not_wanted(void **state)
{
	struct fixture *f = *state;
	unsigned i;

	for (i = 0; i < 500; i++) {
		struct key key = random_key(f, uniform(f));

		add(&f->theirs, &key);
		keep_beside(f, &key);
	}
	flush(f);
	descend_knowing(f, true);
	assert_int_equal(f->served, 0);
}

static void filings_that_come_meanwhile_do_no_harm(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer question = {.size = 0};
	struct hear_descent *descent = NULL;

	add_both(f, uniform, 20000);
	add_to(f, &f->theirs, uniform, 100);
	flush(f);
	assert_int_equal(hear_descent_new(&descent, green, salt, NULL),
			 HEAR_OK);
	while (hear_descent_question(descent, mark, &question, NULL) ==
	       HEAR_OK) {
		take_reply(f, descent, &question);
		hear_buffer_reset(&question);
		add_to(f, &f->theirs, uniform, 500);
		add_to(f, &f->mine, uniform, 500);
		flush(f);
	}
	assert_true(hear_descent_wanted(descent) >= 100);
	fetch(f, descent);
	assert_true(f->served >= 100);
	hear_descent_free(descent);
	hear_buffer_done(&question);
}

/* ---- Replying ---- */

static void ask(struct fixture *f, const struct hear_prefix *prefixes,
		size_t count, bool opening, struct hear_buffer *reply,
		struct hear_wire_compared *out)
{
	struct hear_buffer bits = {.size = 0};
	struct hear_wire_compare question = {.partition = green,
					     .opening = opening};

	memcpy(question.salt, salt, sizeof salt);
	question.ranges = hear_cut_make(&bits, prefixes, count);
	hear_buffer_reset(reply);
	assert_int_equal(
		hear_descend_reply(f->theirs.txn, &question, reply, NULL, NULL),
		HEAR_OK);
	assert_int_equal(
		hear_wire_read_compared(out, hear_buffer_view(reply), NULL),
		HEAR_OK);
	hear_buffer_done(&bits);
}

static void what_is_asked_about_is_always_cut_or_listed(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer reply = {.size = 0};
	struct hear_prefix at = {.bits = 0};
	struct hear_wire_compared out;
	struct hear_wire_walk walk;
	struct hear_wire_range range;

	add_to(f, &f->theirs, the_same, 30000);
	flush(f);
	while (at.bits < HEAR_RANGE_BITS) {
		ask(f, &at, 1, at.bits % 2 == 0, &reply, &out);
		hear_wire_walk_begin(&walk, &out.ranges);
		if (!hear_wire_next_said(&walk, &range))
			break;
		assert_true(range.listed || range.prefix.bits > at.bits);
		at = hear_prefix_half(
			&at, range.prefix.bits > at.bits &&
				     range.prefix.bytes[at.bits / 8] >>
						     (7 - at.bits % 8) &
					     1);
	}
	hear_buffer_done(&reply);
}

static void few_filings_are_listed_at_once(void **state)
{
	struct fixture *f = *state;
	const struct hear_prefix whole = {.bits = 0};
	struct hear_buffer reply = {.size = 0};
	struct hear_wire_compared out;
	struct hear_wire_walk walk;
	struct hear_wire_range range;

	add_to(f, &f->theirs, uniform, 1024);
	flush(f);
	ask(f, &whole, 1, false, &reply, &out);
	assert_int_equal(out.ranges.cut.count, 1);
	hear_wire_walk_begin(&walk, &out.ranges);
	assert_true(hear_wire_next_said(&walk, &range));
	assert_true(range.listed);
	assert_int_equal(range.count, 1024);
	add_to(f, &f->theirs, uniform, 1);
	flush(f);
	ask(f, &whole, 1, false, &reply, &out);
	assert_true(out.ranges.cut.count > 10);
	hear_buffer_done(&reply);
}

static void an_opening_is_finer_towards_now(void **state)
{
	struct fixture *f = *state;
	const struct hear_prefix whole = {.bits = 0};
	struct hear_buffer reply = {.size = 0};
	struct hear_wire_compared out;
	struct hear_wire_walk walk;
	struct hear_wire_range range;
	uint64_t most = 0;
	uint64_t last = 0;

	add_to(f, &f->theirs, uniform, 50000);
	flush(f);
	ask(f, &whole, 1, true, &reply, &out);
	hear_wire_walk_begin(&walk, &out.ranges);
	while (hear_wire_next_said(&walk, &range)) {
		most = range.count > most ? range.count : most;
		last = range.count;
	}
	assert_true(most > 1000 && most <= 4000);
	assert_true(last <= 16);
	assert_true(reply.size < 2000);
	hear_buffer_done(&reply);
}

/* As many ranges as a question may have, with nothing in any of them. */
static void a_question_of_many_empty_ranges_is_answered(void **state)
{
	struct fixture *f = *state;
	struct hear_prefix *all = calloc(HEAR_RANGES, sizeof *all);
	struct hear_buffer reply = {.size = 0};
	struct hear_wire_compared out;
	size_t i;

	assert_non_null(all);
	add_to(f, &f->theirs, the_same, 1000);
	flush(f);
	for (i = 0; i < HEAR_RANGES; i++) {
		all[i].bits = HEAR_RANGE_BITS;
		all[i].bytes[38] = (unsigned char)(i >> 8);
		all[i].bytes[39] = (unsigned char)i;
	}
	ask(f, all, HEAR_RANGES, false, &reply, &out);
	assert_int_equal(out.ranges.cut.count, 0);
	assert_false(out.more);
	hear_buffer_done(&reply);
	free(all);
}

/* ---- Serving ---- */

static void want_of(struct fixture *f, const struct hear_prefix *prefix,
		    const void *ids, size_t count, struct counter *counter,
		    struct hear_wire_exchange *exchange,
		    struct hear_served *served)
{
	const struct hear_wire_range range = {
		.prefix = *prefix,
		.count = count,
		.bytes = {ids, count * HEAR_WIRE_SHORT}};
	struct hear_buffer bits = {.size = 0};
	struct hear_buffer data = {.size = 0};

	hear_wire_put_want(&data, &range);
	exchange->partition = green;
	memcpy(exchange->salt, salt, sizeof salt);
	exchange->wants.cut = hear_cut_make(&bits, prefix, 1);
	exchange->wants.data = hear_buffer_view(&data);
	assert_int_equal(hear_descend_serve(f->theirs.txn, exchange,
					    count_served, counter, served,
					    NULL),
			 HEAR_OK);
	hear_buffer_done(&bits);
	hear_buffer_done(&data);
}

static void what_is_not_held_is_left_out(void **state)
{
	struct fixture *f = *state;
	const struct hear_prefix whole = {.bits = 0};
	struct hear_wire_exchange exchange = {.resumed = false};
	struct counter counter = {f->theirs.found, 0, SIZE_MAX};
	struct hear_served served;
	unsigned char ids[3][HEAR_WIRE_SHORT] = {"absent", {0}, "absant"};
	struct key key = random_key(f, uniform(f));

	add_to(f, &f->theirs, uniform, 100);
	add(&f->theirs, &key);
	flush(f);
	hear_short_id(salt, key.bytes, ids[1]);
	want_of(f, &whole, ids, 3, &counter, &exchange, &served);
	assert_int_equal(counter.count, 1);
	assert_true(f->theirs.found[101]);
	assert_false(served.more);
}

/* Ids of the whole partition, which no honest asker names: some keys are
 * hashed, then the asker is told how far that went. */
static void serving_ids_stops_after_so_much_work(void **state)
{
	struct fixture *f = *state;
	const struct hear_prefix whole = {.bits = 0};
	struct hear_wire_exchange exchange = {.resumed = false};
	struct counter counter = {f->theirs.found, 0, SIZE_MAX};
	struct hear_served served;
	unsigned calls = 0;
	unsigned char id[HEAR_WIRE_SHORT];
	struct key key = random_key(f, recent(f));

	add_to(f, &f->theirs, uniform, HEAR_RANGE_HASHES + 10);
	add(&f->theirs, &key);
	flush(f);
	hear_short_id(salt, key.bytes, id);
	do {
		want_of(f, &whole, id, 1, &counter, &exchange, &served);
		exchange.resumed = true;
		memcpy(exchange.after, served.covered, HEAR_RANGE_KEY);
	} while (served.more && ++calls < 10);
	assert_int_equal(calls, 1);
	assert_int_equal(counter.count, 1);
}

/* ---- Hostile repliers ---- */

struct hostile {
	struct hear_descent *descent;
	struct hear_buffer question;
	struct hear_buffer bits;
	struct hear_buffer data;
};

static void begin(struct hostile *h)
{
	memset(h, 0, sizeof *h);
	assert_int_equal(hear_descent_new(&h->descent, green, salt, NULL),
			 HEAR_OK);
}

static void end(struct hostile *h)
{
	hear_descent_free(h->descent);
	hear_buffer_done(&h->question);
	hear_buffer_done(&h->bits);
	hear_buffer_done(&h->data);
}

static enum hear_code question(struct hostile *h)
{
	struct hear_err err;
	enum hear_code code;

	hear_buffer_reset(&h->question);
	code = hear_descent_question(h->descent, mark, &h->question, &err);
	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		assert_non_null(strstr(err.message, "the other side"));
	return code;
}

/* One range with a digest of nothing, or with `count` made-up ids. */
static enum hear_code say(struct fixture *f, struct hostile *h,
			  const struct hear_prefix *prefix, size_t count,
			  bool listed, bool more)
{
	char *ids = calloc(count + 1, HEAR_WIRE_SHORT);
	struct hear_wire_range range = {
		.prefix = *prefix, .count = count, .listed = listed};
	struct hear_wire_compared said = {.more = more};
	struct hear_err err = {.code = HEAR_OK};
	enum hear_code code;
	size_t i;

	assert_non_null(ids);
	for (i = 0; i < count * HEAR_WIRE_SHORT; i += 3)
		ids[i] = (char)next_random(&f->seed);
	range.bytes =
		hear_span_make(ids, (listed ? count : 1) * HEAR_WIRE_SHORT);
	hear_buffer_reset(&h->data);
	hear_wire_put_said(&h->data, &range);
	said.ranges.cut = hear_cut_make(&h->bits, prefix, 1);
	said.ranges.data = hear_buffer_view(&h->data);
	code = hear_descent_take(h->descent, f->mine.txn, &said, &err);
	if (code != HEAR_OK)
		assert_non_null(strstr(err.message, "the other side"));
	free(ids);
	return code;
}

static void a_range_given_back_as_it_was_asked_is_refused(void **state)
{
	const struct hear_prefix whole = {.bits = 0};
	struct fixture *f = *state;
	struct hostile h;

	begin(&h);
	assert_int_equal(question(&h), HEAR_OK);
	assert_int_equal(say(f, &h, &whole, 5, false, false), HEAR_INVALID);
	end(&h);
}

static void a_range_that_was_not_asked_about_is_refused(void **state)
{
	const struct hear_prefix whole = {.bits = 0};
	const struct hear_prefix left = {.bits = 2};
	const struct hear_prefix others[] = {
		{.bits = 2, .bytes = {0x40}}, /* after */
		{.bits = 1},		      /* around */
		{.bits = 3, .bytes = {0xe0}},
	};
	struct fixture *f = *state;
	struct hostile h;
	size_t i;

	add_to(f, &f->mine, the_same, 5); /* so that it is looked into */
	flush(f);
	for (i = 0; i < 3; i++) {
		begin(&h);
		assert_int_equal(question(&h), HEAR_OK);
		assert_int_equal(say(f, &h, &left, 50, false, false), HEAR_OK);
		assert_int_equal(question(&h), HEAR_OK);
		assert_int_equal(say(f, &h, &others[i], 5, true, false),
				 HEAR_INVALID);
		end(&h);
	}
	begin(&h);
	assert_int_equal(say(f, &h, &whole, 5, true, false), HEAR_INVALID);
	end(&h);
}

static void a_reply_that_stops_early_and_says_little_is_refused(void **state)
{
	const struct hear_prefix left = {.bits = 1};
	struct fixture *f = *state;
	struct hostile h;

	begin(&h);
	assert_int_equal(question(&h), HEAR_OK);
	assert_int_equal(say(f, &h, &left, 5, true, true), HEAR_INVALID);
	end(&h);
}

static uint64_t zero(struct fixture *f)
{
	(void)f;
	return 0;
}

/* Always a difference in the first half. */
static void differences_without_end_come_to_an_end(void **state)
{
	struct hear_prefix at = {.bits = 0};
	struct fixture *f = *state;
	struct hostile h;
	unsigned rounds = 0;
	enum hear_code code;

	add_to(f, &f->mine, zero, 100);
	flush(f);
	begin(&h);
	while ((code = question(&h)) == HEAR_OK) {
		at = hear_prefix_half(&at, 0);
		assert_int_equal(say(f, &h, &at, 1000, false, false), HEAR_OK);
		rounds++;
	}
	assert_int_equal(code, HEAR_INVALID);
	assert_int_equal(rounds, HEAR_DESCENT_ROUNDS);
	end(&h);
}

static void made_up_ids_are_held_within_limits(void **state)
{
	const struct hear_prefix whole = {.bits = 0};
	struct fixture *f = *state;
	struct hear_wire_ranges wants;
	struct hostile h;
	size_t portions = 0;

	begin(&h);
	assert_int_equal(question(&h), HEAR_OK);
	assert_int_equal(say(f, &h, &whole, 40000, true, false), HEAR_OK);
	assert_int_equal(hear_descent_wanted(h.descent), 40000);
	while (hear_descent_want(h.descent, 10000, &wants, NULL) == HEAR_OK) {
		assert_true(wants.data.size + wants.cut.bits.size <= 10000);
		portions++;
	}
	assert_in_range(portions, 24, 26);
	end(&h);
}

/* A digest cannot be that of the own range with another count. */
static void a_count_that_does_not_add_up_is_a_difference(void **state)
{
	const struct hear_prefix whole = {.bits = 0};
	const struct hear_prefix left = {.bits = 1};
	struct hear_wire_compared said = {.more = false};
	struct fixture *f = *state;
	unsigned char digest[HEAR_WIRE_SHORT];
	struct hear_tree_root root;
	struct hear_wire_range range = {.prefix = left, .count = 99};
	struct hear_ranges *ranges = NULL;
	struct hostile h;

	add_to(f, &f->mine, the_same, 100);
	flush(f);
	assert_int_equal(hear_ranges_open(&ranges, f->mine.txn, green, NULL),
			 HEAR_OK);
	assert_int_equal(hear_range_digest(ranges, &whole, &root, NULL),
			 HEAR_OK);
	hear_ranges_close(ranges);
	hear_short_digest(salt, &root, digest);
	range.bytes = hear_span_make(digest, sizeof digest);
	begin(&h);
	assert_int_equal(question(&h), HEAR_OK);
	hear_wire_put_said(&h.data, &range);
	said.ranges.cut = hear_cut_make(&h.bits, &left, 1);
	said.ranges.data = hear_buffer_view(&h.data);
	assert_int_equal(hear_descent_take(h.descent, f->mine.txn, &said, NULL),
			 HEAR_OK);
	assert_int_equal(question(&h), HEAR_OK);
	end(&h);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(equal_sets_are_found_equal_in_one_question),
		TEST(nothing_is_found_in_nothing),
		TEST(scattered_filings_are_found),
		TEST(crowded_filings_are_found),
		TEST(filings_of_one_moment_are_told_apart_by_their_ids),
		TEST(one_filing_there_is_found),
		TEST(one_filing_here_is_found),
		TEST(whoever_has_nothing_wants_all),
		TEST(whoever_meets_nothing_gives_all),
		TEST(sets_with_nothing_in_common_are_exchanged),
		TEST(what_a_reply_did_not_reach_is_asked_about_again),
		TEST(recent_filings_cost_two_questions),
		TEST(many_small_differences_are_found),
		TEST(more_than_may_be_held_is_found_in_parts),
		TEST(what_is_kept_apart_is_neither_wanted_nor_given),
		TEST(what_is_kept_apart_in_an_empty_range_is_not_wanted),
		TEST(filings_that_come_meanwhile_do_no_harm),
		TEST(what_is_asked_about_is_always_cut_or_listed),
		TEST(few_filings_are_listed_at_once),
		TEST(an_opening_is_finer_towards_now),
		TEST(a_question_of_many_empty_ranges_is_answered),
		TEST(what_is_not_held_is_left_out),
		TEST(serving_ids_stops_after_so_much_work),
		TEST(a_range_given_back_as_it_was_asked_is_refused),
		TEST(a_range_that_was_not_asked_about_is_refused),
		TEST(a_reply_that_stops_early_and_says_little_is_refused),
		TEST(differences_without_end_come_to_an_end),
		TEST(made_up_ids_are_held_within_limits),
		TEST(a_count_that_does_not_add_up_is_a_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
