/* SPDX-License-Identifier: ISC */
#include "sync/descent.h"
#include "core/error.h"
#include "sync/descend.h"
#include "sync/found.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	KNOWN = 4,		   /* tables beside HEAR_ORDERED */
	LISTED = 16,		   /* the replier names ids then */
	REPLY = HEAR_SAID_BYTES,   /* what a question aims at */
	WAITING = 4 * HEAR_RANGES, /* ranges still to be asked about */
	MORE_RANGES = 128,	   /* a reply that stops says so many, */
	MORE_BYTES = 64 * 1024,	   /* or so much */
};

/* A range to ask about, and how many filings are thought to be there. */
struct doubt {
	struct hear_prefix prefix;
	uint64_t count;
};

struct doubts {
	struct doubt *all;
	size_t count;
	size_t room;
};

struct hear_descent {
	unsigned char partition[HEAR_PARTITION_BYTES];
	size_t partition_size;
	unsigned char salt[HEAR_WIRE_SALT];
	enum hear_table known[KNOWN];
	size_t known_count;

	/* Asking: all[at] and on is still to be answered, and of these the
	 * first `asked` stand in the question under way. */
	struct doubts now;
	size_t at;
	size_t asked;
	struct doubts next; /* for the round after this one */
	unsigned round;
	unsigned trips;
	bool crowded; /* there was no room for all of these */
	struct hear_found found;
};

/* ---- Keeping ------------------------------------------------------------- */

static enum hear_code add_doubt(struct doubts *doubts,
				const struct hear_prefix *prefix,
				uint64_t count, struct hear_err *err)
{
	size_t room = doubts->room ? doubts->room * 2 : 64;
	struct doubt *all;

	if (doubts->count == doubts->room) {
		all = realloc(doubts->all, room * sizeof *all);
		if (!all)
			return hear_fail_memory(err);
		doubts->all = all;
		doubts->room = room;
	}
	doubts->all[doubts->count].prefix = *prefix;
	doubts->all[doubts->count++].count = count;
	return HEAR_OK;
}

/* For the next round; what there is no room for, the next descent finds. */
static enum hear_code doubt(struct hear_descent *descent,
			    const struct hear_wire_range *range,
			    struct hear_err *err)
{
	if (descent->next.count >= WAITING) {
		descent->crowded = true;
		return HEAR_OK;
	}
	return add_doubt(&descent->next, &range->prefix, range->count, err);
}

/* ---- Beginning and end --------------------------------------------------- */

enum hear_code hear_descent_new(struct hear_descent **out,
				struct hear_span partition,
				const unsigned char salt[HEAR_WIRE_SALT],
				struct hear_err *err)
{
	const struct hear_prefix whole = {.bits = 0};
	struct hear_descent *descent;
	enum hear_code code;

	*out = NULL;
	assert(partition.size > 0 && partition.size <= HEAR_PARTITION_BYTES);
	descent = calloc(1, sizeof *descent);
	if (!descent)
		return hear_fail_memory(err);
	memcpy(descent->partition, partition.data, partition.size);
	descent->partition_size = partition.size;
	memcpy(descent->salt, salt, sizeof descent->salt);
	code = add_doubt(&descent->now, &whole, 0, err);
	if (code != HEAR_OK) {
		free(descent);
		return code;
	}
	*out = descent;
	return HEAR_OK;
}

void hear_descent_free(struct hear_descent *descent)
{
	if (!descent)
		return;
	free(descent->now.all);
	free(descent->next.all);
	hear_found_done(&descent->found);
	free(descent);
}

void hear_descent_know(struct hear_descent *descent, enum hear_table table)
{
	assert(descent->known_count < KNOWN);
	descent->known[descent->known_count++] = table;
}

static struct hear_span partition_of(const struct hear_descent *descent)
{
	return hear_span_make(descent->partition, descent->partition_size);
}

/* ---- Asking -------------------------------------------------------------- */

/* What the reply to the next `count` doubts may come to, in bytes; the replier
 * cuts ranges as descend.c says. */
static uint64_t expected(const struct hear_descent *descent, size_t count)
{
	const struct doubt *doubts = descent->now.all + descent->at;
	uint64_t bytes = 0;
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < count; i++)
		total += doubts[i].count;
	for (i = 0; i < count; i++) {
		uint64_t has = doubts[i].count;
		uint64_t most =
			has / 16 < total / 8192 ? has / 16 : total / 8192;

		most = most < LISTED ? LISTED : most;
		bytes += 3 + (has <= LISTED || total <= 1024
				      ? has * HEAR_WIRE_SHORT
				      : has / most * 12);
	}
	return bytes;
}

/* How many doubts the next question takes up: as many as it has room for, and
 * its reply. */
static size_t choose(const struct hear_descent *descent)
{
	const struct doubt *doubts = descent->now.all + descent->at;
	size_t most = descent->now.count - descent->at;
	size_t bits = 0;
	size_t count = 0;

	while (count < most && count < HEAR_RANGES) {
		bits += hear_cut_bits(count ? &doubts[count - 1].prefix : NULL,
				      &doubts[count].prefix);
		if (count > 0 && bits / 8 >= HEAR_ASKED_BYTES)
			break;
		count++;
	}
	for (;;) {
		uint64_t bytes = expected(descent, count);

		if (count == 1 || bytes <= REPLY)
			return count;
		count = (size_t)(count * (uint64_t)REPLY / bytes);
		count = count > 0 ? count : 1;
	}
}

static enum hear_code begin_round(struct hear_descent *descent,
				  struct hear_err *err)
{
	struct doubts done = descent->now;

	if (descent->at < descent->now.count)
		return HEAR_OK;
	if (descent->next.count == 0)
		return HEAR_NOTFOUND;
	if (++descent->round == HEAR_DESCENT_ROUNDS)
		return hear_fail(err, HEAR_INVALID,
				 "the other side finds no end in comparing: "
				 "%d rounds, and still it names differences",
				 HEAR_DESCENT_ROUNDS);
	descent->now = descent->next;
	descent->next = done;
	descent->next.count = 0;
	descent->at = 0;
	return HEAR_OK;
}

static enum hear_code write_question(struct hear_descent *descent,
				     const unsigned char *mark,
				     struct hear_buffer *out,
				     struct hear_err *err)
{
	struct hear_prefix *prefixes =
		malloc(descent->asked * sizeof *prefixes);
	struct hear_wire_compare compare = {
		.partition = partition_of(descent),
		.opening = descent->round == 0,
	};
	struct hear_buffer bits = {.size = 0};
	size_t i;

	if (!prefixes)
		return hear_fail_memory(err);
	for (i = 0; i < descent->asked; i++)
		prefixes[i] = descent->now.all[descent->at + i].prefix;
	memcpy(compare.mark, mark, sizeof compare.mark);
	memcpy(compare.salt, descent->salt, sizeof compare.salt);
	compare.ranges = hear_cut_make(&bits, prefixes, descent->asked);
	hear_wire_write_compare(out, &compare);
	free(prefixes);
	if (bits.failed || out->failed) {
		hear_buffer_done(&bits);
		return hear_fail_memory(err);
	}
	hear_buffer_done(&bits);
	return HEAR_OK;
}

enum hear_code hear_descent_question(struct hear_descent *descent,
				     const unsigned char mark[HEAR_WIRE_MARK],
				     struct hear_buffer *out,
				     struct hear_err *err)
{
	enum hear_code code;

	if (hear_descent_partial(descent))
		return HEAR_NOTFOUND;
	code = begin_round(descent, err);
	if (code != HEAR_OK)
		return code;
	if (descent->asked == 0) {
		if (++descent->trips > HEAR_DESCENT_QUESTIONS)
			return hear_fail(err, HEAR_INVALID,
					 "the other side finds no end in "
					 "comparing: %d questions were asked",
					 HEAR_DESCENT_QUESTIONS);
		descent->asked = choose(descent);
	}
	return write_question(descent, mark, out, err);
}

/* ---- Taking replies ------------------------------------------------------ */

/* One reply while it is taken in. */
struct taking {
	struct hear_descent *descent;
	struct hear_ranges *ranges;
	struct hear_err *err;
	enum hear_code code; /* of what a callback met */
	/* Where we stand: in doubt number `doubt` of those asked, of which all
	 * keys below `low` are dealt with. */
	size_t doubt;
	bool inside;
	unsigned char low[HEAR_RANGE_KEY];
	/* The ids of a range that the other side named, sorted. */
	unsigned char *ids;
	bool *found;
	size_t count;
};

static enum hear_code unfit(struct hear_err *err, const char *what)
{
	return hear_fail(err, HEAR_INVALID,
			 "the other side's reply to COMPARE does not fit the "
			 "question: %s",
			 what);
}

static const struct hear_prefix *asked_at(const struct taking *taking)
{
	const struct hear_descent *descent = taking->descent;

	return taking->doubt < descent->asked
		       ? &descent->now.all[descent->at + taking->doubt].prefix
		       : NULL;
}

static bool give_key(void *context, const unsigned char key[HEAR_RANGE_KEY],
		     struct hear_span value)
{
	struct taking *taking = context;

	(void)key;
	if (value.size == 8)
		taking->code =
			hear_found_give(&taking->descent->found,
					hear_get64(value.data), taking->err);
	return taking->code == HEAR_OK &&
	       !hear_descent_partial(taking->descent);
}

/* Of what lies between two ranges the other side has nothing. */
static enum hear_code give_between(struct taking *taking,
				   const unsigned char *low,
				   const unsigned char *high)
{
	enum hear_code code;

	if (memcmp(low, high, HEAR_RANGE_KEY) > 0)
		return HEAR_OK;
	taking->code = HEAR_OK;
	code = hear_range_keys(taking->ranges, HEAR_ORDERED, low, high,
			       give_key, taking, taking->err);
	return code == HEAR_OK ? taking->code : code;
}

/* False: there is no key above. */
static bool key_after(const unsigned char key[HEAR_RANGE_KEY],
		      unsigned char out[HEAR_RANGE_KEY])
{
	size_t at = HEAR_RANGE_KEY;

	memcpy(out, key, HEAR_RANGE_KEY);
	while (at-- > 0)
		if (++out[at] != 0)
			return true;
	return false;
}

/* False: there is none below. */
static bool key_before(const unsigned char key[HEAR_RANGE_KEY],
		       unsigned char out[HEAR_RANGE_KEY])
{
	size_t at = HEAR_RANGE_KEY;

	memcpy(out, key, HEAR_RANGE_KEY);
	while (at-- > 0)
		if (out[at]-- != 0)
			return true;
	return false;
}

/* The doubt that we stand in is dealt with to its end. */
static enum hear_code leave_doubt(struct taking *taking)
{
	unsigned char high[HEAR_RANGE_KEY];
	enum hear_code code = HEAR_OK;

	if (taking->inside) {
		hear_prefix_high(asked_at(taking), high);
		code = give_between(taking, taking->low, high);
	}
	taking->doubt++;
	taking->inside = asked_at(taking);
	if (taking->inside)
		hear_prefix_low(asked_at(taking), taking->low);
	return code;
}

/* Deals with all keys below a range that was said, and steps over it. */
static enum hear_code pass(struct taking *taking,
			   const struct hear_wire_range *range)
{
	const struct hear_prefix *asked;
	unsigned char edge[HEAR_RANGE_KEY];
	enum hear_code code;

	while ((asked = asked_at(taking)) &&
	       !hear_prefix_within(&range->prefix, asked) &&
	       memcmp(asked->bytes, range->prefix.bytes, HEAR_RANGE_KEY) < 0) {
		code = leave_doubt(taking);
		if (code != HEAR_OK)
			return code;
	}
	if (!asked || !hear_prefix_within(&range->prefix, asked))
		return unfit(taking->err, "a range that was not asked about");
	if (range->prefix.bits == asked->bits && !range->listed)
		return unfit(taking->err,
			     "it gives back a range as it was asked");
	if (key_before(range->prefix.bytes, edge)) {
		code = give_between(taking, taking->low, edge);
		if (code != HEAR_OK)
			return code;
	}
	hear_prefix_high(&range->prefix, edge);
	taking->inside = key_after(edge, taking->low);
	return HEAR_OK;
}

static bool note_key(void *context, const unsigned char key[HEAR_RANGE_KEY],
		     struct hear_span value)
{
	bool *any = context;

	(void)key;
	(void)value;
	*any = true;
	return false;
}

/* Whether keys of the range stand in the tables beside the tree. */
static enum hear_code known_beside(struct taking *taking,
				   const struct hear_prefix *prefix, bool *out)
{
	const struct hear_descent *descent = taking->descent;
	unsigned char low[HEAR_RANGE_KEY];
	unsigned char high[HEAR_RANGE_KEY];
	enum hear_code code = HEAR_OK;
	size_t i;

	*out = false;
	hear_prefix_low(prefix, low);
	hear_prefix_high(prefix, high);
	for (i = 0; i < descent->known_count && code == HEAR_OK && !*out; i++)
		code = hear_range_keys(taking->ranges, descent->known[i], low,
				       high, note_key, out, taking->err);
	return code;
}

static enum hear_code judge_digest(struct taking *taking,
				   const struct hear_wire_range *range)
{
	struct hear_descent *descent = taking->descent;
	unsigned char digest[HEAR_WIRE_SHORT];
	struct hear_tree_root own;
	enum hear_code code = hear_range_digest(taking->ranges, &range->prefix,
						&own, taking->err);
	bool known = false;

	if (code != HEAR_OK)
		return code;
	hear_short_digest(descent->salt, &own, digest);
	if (own.count == range->count &&
	    memcmp(digest, range->bytes.data, sizeof digest) == 0)
		return HEAR_OK;
	if (own.count == 0)
		code = known_beside(taking, &range->prefix, &known);
	if (code != HEAR_OK)
		return code;
	if (own.count == 0 && !known)
		return hear_found_want(&descent->found, &range->prefix,
				       range->count, NULL, taking->err);
	return doubt(descent, range, taking->err);
}

static int order_ids(const void *a, const void *b)
{
	return memcmp(a, b, HEAR_WIRE_SHORT);
}

/* Whether the other side named this key, and had not been found to before:
 * two filings may share a short id. */
static bool find_id(struct taking *taking,
		    const unsigned char key[HEAR_RANGE_KEY])
{
	unsigned char id[HEAR_WIRE_SHORT];
	size_t low = 0;
	size_t high = taking->count;

	hear_short_id(taking->descent->salt, key, id);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order_ids(taking->ids + middle * sizeof id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low < taking->count &&
	       order_ids(taking->ids + low * sizeof id, id) == 0) {
		if (!taking->found[low]) {
			taking->found[low] = true;
			return true;
		}
		low++;
	}
	return false;
}

static bool match_own(void *context, const unsigned char key[HEAR_RANGE_KEY],
		      struct hear_span value)
{
	return find_id(context, key) || give_key(context, key, value);
}

static bool match_known(void *context, const unsigned char key[HEAR_RANGE_KEY],
			struct hear_span value)
{
	(void)value;
	(void)find_id(context, key);
	return true;
}

static size_t count_missing(const struct taking *taking)
{
	size_t missing = 0;
	size_t i;

	for (i = 0; i < taking->count; i++)
		missing += !taking->found[i];
	return missing;
}

static enum hear_code want_missing(struct taking *taking,
				   const struct hear_prefix *prefix)
{
	struct hear_buffer ids = {.size = 0};
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < taking->count; i++)
		if (!taking->found[i])
			hear_buffer_add(&ids, taking->ids + i * HEAR_WIRE_SHORT,
					HEAR_WIRE_SHORT);
	if (ids.failed)
		code = hear_fail_memory(taking->err);
	else if (ids.size > 0)
		code = hear_found_want(&taking->descent->found, prefix,
				       count_missing(taking), &ids,
				       taking->err);
	hear_buffer_done(&ids);
	return code;
}

static enum hear_code match(struct taking *taking,
			    const struct hear_wire_range *range)
{
	const struct hear_descent *descent = taking->descent;
	unsigned char low[HEAR_RANGE_KEY];
	unsigned char high[HEAR_RANGE_KEY];
	enum hear_code code;
	size_t i;

	hear_prefix_low(&range->prefix, low);
	hear_prefix_high(&range->prefix, high);
	taking->code = HEAR_OK;
	code = hear_range_keys(taking->ranges, HEAR_ORDERED, low, high,
			       match_own, taking, taking->err);
	if (code == HEAR_OK)
		code = taking->code;
	/* Where it stopped early, what is missing is not known. */
	if (code != HEAR_OK || hear_descent_partial(descent))
		return code;
	for (i = 0; i < descent->known_count && code == HEAR_OK &&
		    count_missing(taking) > 0;
	     i++)
		code = hear_range_keys(taking->ranges, descent->known[i], low,
				       high, match_known, taking, taking->err);
	return code == HEAR_OK ? want_missing(taking, &range->prefix) : code;
}

static enum hear_code judge_ids(struct taking *taking,
				const struct hear_wire_range *range)
{
	enum hear_code code;

	taking->count = (size_t)range->count;
	taking->ids = malloc(range->bytes.size);
	taking->found = calloc(taking->count, sizeof *taking->found);
	if (taking->ids && taking->found) {
		memcpy(taking->ids, range->bytes.data, range->bytes.size);
		qsort(taking->ids, taking->count, HEAR_WIRE_SHORT, order_ids);
		code = match(taking, range);
	} else {
		code = hear_fail_memory(taking->err);
	}
	free(taking->ids);
	free(taking->found);
	return code;
}

/* Where a reply stopped in the middle of a doubt: the halves that were not
 * reached, from the lowest up. */
static enum hear_code doubt_rest(struct taking *taking, struct doubts *out,
				 const struct hear_prefix *last)
{
	struct hear_prefix stack[HEAR_RANGE_BITS];
	struct hear_prefix at = *asked_at(taking);
	enum hear_code code = HEAR_OK;
	size_t count = 0;
	uint64_t has;

	while (at.bits < last->bits) {
		struct hear_prefix right = hear_prefix_half(&at, 1);
		struct hear_prefix left = hear_prefix_half(&at, 0);

		if (hear_prefix_within(last, &right)) {
			at = right;
			continue;
		}
		stack[count++] = right;
		at = left;
	}
	while (count-- > 0 && code == HEAR_OK) {
		code = hear_range_count(taking->ranges, &stack[count], &has,
					taking->err);
		if (code == HEAR_OK)
			code = add_doubt(out, &stack[count], has, taking->err);
	}
	return code;
}

/* What a reply did not reach is asked about first in the next question. */
static enum hear_code ask_again(struct taking *taking,
				const struct hear_prefix *last)
{
	struct hear_descent *descent = taking->descent;
	struct doubts rest = {NULL, 0, 0};
	enum hear_code code = doubt_rest(taking, &rest, last);
	size_t i;

	for (i = descent->at + taking->doubt + 1;
	     i < descent->now.count && code == HEAR_OK; i++)
		code = add_doubt(&rest, &descent->now.all[i].prefix,
				 descent->now.all[i].count, taking->err);
	if (code != HEAR_OK) {
		free(rest.all);
		return code;
	}
	free(descent->now.all);
	descent->now = rest;
	descent->at = 0;
	return HEAR_OK;
}

static enum hear_code take_ranges(struct taking *taking,
				  const struct hear_wire_compared *reply,
				  struct hear_prefix *last)
{
	struct hear_wire_walk walk;
	struct hear_wire_range range;
	enum hear_code code = HEAR_OK;

	hear_wire_walk_begin(&walk, &reply->ranges);
	while (code == HEAR_OK && hear_wire_next_said(&walk, &range)) {
		code = pass(taking, &range);
		if (code == HEAR_OK)
			code = range.listed ? judge_ids(taking, &range)
					    : judge_digest(taking, &range);
		*last = range.prefix;
	}
	return code;
}

static enum hear_code take(struct taking *taking,
			   const struct hear_wire_compared *reply)
{
	struct hear_descent *descent = taking->descent;
	struct hear_prefix last = {.bits = 0};
	enum hear_code code = take_ranges(taking, reply, &last);

	if (code != HEAR_OK)
		return code;
	if (reply->more)
		return ask_again(taking, &last);
	while (code == HEAR_OK && asked_at(taking))
		code = leave_doubt(taking);
	descent->at += descent->asked;
	return code;
}

enum hear_code hear_descent_take(struct hear_descent *descent,
				 struct hear_txn *txn,
				 const struct hear_wire_compared *reply,
				 struct hear_err *err)
{
	struct taking taking = {.descent = descent, .err = err, .inside = true};
	enum hear_code code;

	if (descent->asked == 0)
		return unfit(err, "nothing was asked");
	if (reply->more && reply->ranges.cut.count < MORE_RANGES &&
	    reply->ranges.data.size < MORE_BYTES)
		return unfit(err, "it stops early, and says little");
	code = hear_ranges_open(&taking.ranges, txn, partition_of(descent),
				err);
	if (code != HEAR_OK)
		return code;
	hear_prefix_low(asked_at(&taking), taking.low);
	code = take(&taking, reply);
	hear_ranges_close(taking.ranges);
	descent->asked = 0;
	return code;
}

/* ---- What came of it ----------------------------------------------------- */

bool hear_descent_partial(const struct hear_descent *descent)
{
	return descent->crowded || descent->found.full;
}

const unsigned char *hear_descent_salt(const struct hear_descent *descent)
{
	return descent->salt;
}

unsigned hear_descent_trips(const struct hear_descent *descent)
{
	return descent->trips;
}

uint64_t hear_descent_wanted(const struct hear_descent *descent)
{
	return descent->found.wanted;
}

const uint64_t *hear_descent_gives(struct hear_descent *descent, size_t *count)
{
	return hear_found_gives(&descent->found, count);
}

enum hear_code hear_descent_want(struct hear_descent *descent, size_t room,
				 struct hear_wire_ranges *out,
				 struct hear_err *err)
{
	return hear_found_portion(&descent->found, room, out, err);
}
