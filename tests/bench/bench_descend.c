/* SPDX-License-Identifier: ISC */
/* What it costs two nodes that hold a million filings each to find what only
 * one of them has. Made of keys alone: comparing never looks at a filing.
 *
 * Bytes are the bodies of COMPARE and COMPARED, and the wants that follow;
 * the filings themselves, and what frames add, are left out. Beside them stand
 * the figures of negentropy 1 for as many items on both sides. */
#include "core/sign.h"
#include "sync/descend.h"
#include "sync/descent.h"
#include "tests/bench/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PORTION = 32 * 1024 };

static const struct hear_span green = {"\2", 1};
static const uint64_t start = (uint64_t)1577836800000 << 16; /* 2020 */
static const uint64_t years = (uint64_t)5 * 365 * 86400000 << 16;

struct side {
	struct hear_store *store;
	struct hear_txn *txn;
	struct hear_tree_batch batch;
};

struct pair {
	struct side mine;   /* asks */
	struct side theirs; /* replies */
	uint64_t random;
	uint64_t count;
	uint64_t *times; /* of the filings of both, in order */
};

static void need(enum hear_code code, const struct hear_err *err)
{
	if (code != HEAR_OK)
		rows_stop("%s", err->message);
}

/* ---- Keys ---- */

/* SplitMix64. */
static uint64_t draw(struct pair *pair)
{
	uint64_t mixed = pair->random += UINT64_C(0x9e3779b97f4a7c15);

	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

static void draw_id(struct pair *pair, struct hear_id *out)
{
	size_t i;

	for (i = 0; i < 32; i += 8)
		hear_put64(out->bytes + i, draw(pair));
}

static void add(struct side *side, uint64_t time, const struct hear_id *id,
		uint64_t number)
{
	struct hear_err err;

	need(hear_tree_add(&side->batch, green, time, id, number, &err), &err);
}

static void add_both(struct pair *pair, uint64_t number, uint64_t time)
{
	struct hear_id id;

	draw_id(pair, &id);
	add(&pair->mine, time, &id, number);
	add(&pair->theirs, time, &id, number);
}

static uint64_t any_time(struct pair *pair)
{
	return start + draw(pair) % (years >> 16 << 16);
}

static int order(const void *a, const void *b)
{
	const uint64_t *first = a;
	const uint64_t *second = b;

	return (*first > *second) - (*first < *second);
}

static void time_uniform(struct pair *pair)
{
	uint64_t i;

	for (i = 0; i < pair->count; i++)
		pair->times[i] = any_time(pair);
	qsort(pair->times, pair->count, sizeof *pair->times, order);
}

/* Some five hundred at a time, milliseconds apart or filed together; then
 * nothing for up to two days. */
static void time_bursty(struct pair *pair)
{
	uint64_t time = start;
	uint64_t i;

	for (i = 0; i < pair->count; i++) {
		if (draw(pair) % 500 == 0)
			time += draw(pair) % (2 * 86400000) << 16;
		time += draw(pair) % 4 == 0 ? (uint64_t)1 << 16 : 1;
		pair->times[i] = time;
	}
}

/* ---- Stores ---- */

static void flush(struct side *side)
{
	struct hear_err err;

	need(hear_tree_flush(&side->batch, side->txn, &err), &err);
}

static void begin(struct side *side)
{
	struct hear_err err;

	need(hear_txn_write(&side->txn, side->store, &err), &err);
}

/* What a case added is forgotten. */
static void drop(struct pair *pair)
{
	hear_txn_abort(pair->mine.txn);
	hear_txn_abort(pair->theirs.txn);
}

static void open_side(struct side *side, const char *name)
{
	struct hear_err err;
	char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", rows_directory(), name);
	rows_remove(path);
	if (mkdir(path, 0700) != 0)
		rows_stop("make the directory %s", path);
	need(hear_store_open(&side->store, path, true, NULL, &err), &err);
}

static void close_side(struct side *side, const char *name)
{
	char path[256];

	hear_tree_batch_done(&side->batch);
	hear_store_close(side->store);
	(void)snprintf(path, sizeof path, "%s/%s", rows_directory(), name);
	rows_remove(path);
}

static void open_pair(struct pair *pair, void (*time)(struct pair *pair))
{
	struct hear_err err;
	uint64_t i;

	memset(pair, 0, sizeof *pair);
	pair->random = 20250113;
	pair->count = rows_claims(1000000);
	pair->times = calloc(pair->count, sizeof *pair->times);
	if (!pair->times)
		rows_stop("out of memory");
	open_side(&pair->mine, "descend-mine");
	open_side(&pair->theirs, "descend-theirs");
	time(pair);
	for (i = 0; i < pair->count; i++)
		add_both(pair, i + 1, pair->times[i]);
	begin(&pair->mine);
	flush(&pair->mine);
	need(hear_txn_commit(pair->mine.txn, &err), &err);
	begin(&pair->theirs);
	flush(&pair->theirs);
	need(hear_txn_commit(pair->theirs.txn, &err), &err);
}

static void close_pair(struct pair *pair)
{
	close_side(&pair->mine, "descend-mine");
	close_side(&pair->theirs, "descend-theirs");
	free(pair->times);
}

/* ---- Differences ---- */

struct difference {
	uint64_t mine;
	uint64_t theirs;
	bool recent; /* newer than all the rest, a minute apart */
};

static void add_one(struct pair *pair, struct side *side, bool recent,
		    uint64_t i)
{
	uint64_t newest = pair->times[pair->count - 1];
	/* Where it is bursty, differences are, too. */
	uint64_t time = recent ? newest + ((i + 1) * 60000 << 16)
			       : pair->times[draw(pair) % pair->count] + 1;
	struct hear_id id;

	draw_id(pair, &id);
	add(side, time, &id, pair->count + 1 + i);
}

static void differ(struct pair *pair, const struct difference *difference)
{
	uint64_t most = difference->mine > difference->theirs
				? difference->mine
				: difference->theirs;
	uint64_t i;

	begin(&pair->mine);
	begin(&pair->theirs);
	for (i = 0; i < most; i++) {
		if (i < difference->mine)
			add_one(pair, &pair->mine, difference->recent, i);
		if (i < difference->theirs)
			add_one(pair, &pair->theirs, difference->recent, i);
	}
	flush(&pair->mine);
	flush(&pair->theirs);
}

/* ---- Descending ---- */

struct found {
	uint64_t up;	/* bytes of questions */
	uint64_t down;	/* of replies */
	uint64_t names; /* of wants */
	unsigned trips;
	uint64_t wanted;
	uint64_t served;
	uint64_t given;
	double replying; /* seconds */
	double taking;
	double slowest; /* reply */
};

static void reply_to(struct pair *pair, struct hear_descent *descent,
		     struct hear_span question, struct found *found)
{
	struct hear_wire_compare asked;
	struct hear_wire_compared said;
	struct hear_buffer reply = {.size = 0};
	struct hear_err err;
	double begun = rows_clock();
	double replied;

	need(hear_wire_read_compare(&asked, question, &err), &err);
	need(hear_descend_reply(pair->theirs.txn, &asked, &reply, NULL,
				&err), &err);
	replied = rows_clock();
	need(hear_wire_read_compared(&said, hear_buffer_view(&reply), &err),
	     &err);
	need(hear_descent_take(descent, pair->mine.txn, &said, &err), &err);
	found->replying += replied - begun;
	if (replied - begun > found->slowest)
		found->slowest = replied - begun;
	found->taking += rows_clock() - replied;
	found->down += reply.size;
	hear_buffer_done(&reply);
}

static bool count_served(void *context, uint64_t number)
{
	(void)number;
	++*(uint64_t *)context;
	return true;
}

static void fetch(struct pair *pair, struct hear_descent *descent,
		  struct found *found)
{
	struct hear_wire_exchange exchange = {.partition = green};
	struct hear_served served;
	struct hear_err err;
	enum hear_code code;

	memcpy(exchange.salt, hear_descent_salt(descent), HEAR_WIRE_SALT);
	while ((code = hear_descent_want(descent, PORTION, &exchange.wants,
					 &err)) == HEAR_OK) {
		found->names +=
			exchange.wants.cut.bits.size + exchange.wants.data.size;
		need(hear_descend_serve(pair->theirs.txn, &exchange,
					count_served, &found->served, &served,
					&err),
		     &err);
	}
	if (code != HEAR_NOTFOUND)
		need(code, &err);
}

static void descend(struct pair *pair, struct found *found)
{
	static const unsigned char mark[HEAR_WIRE_MARK];
	unsigned char salt[HEAR_WIRE_SALT] = "the salt of this";
	struct hear_buffer question = {.size = 0};
	struct hear_descent *descent = NULL;
	struct hear_err err;
	enum hear_code code;
	size_t gives;

	memset(found, 0, sizeof *found);
	need(hear_descent_new(&descent, green, salt, &err), &err);
	while ((code = hear_descent_question(descent, mark, &question, &err)) ==
	       HEAR_OK) {
		found->up += question.size;
		reply_to(pair, descent, hear_buffer_view(&question), found);
		hear_buffer_reset(&question);
	}
	if (code != HEAR_NOTFOUND)
		need(code, &err);
	found->trips = hear_descent_trips(descent);
	found->wanted = hear_descent_wanted(descent);
	(void)hear_descent_gives(descent, &gives);
	found->given = gives;
	fetch(pair, descent, found);
	hear_descent_free(descent);
	hear_buffer_done(&question);
}

/* ---- Rows ---- */

struct row {
	const char *what;
	struct difference difference;
	double theirs;	/* kB that negentropy takes; below 0: not measured */
	double most_kb; /* the target; 0: none */
	unsigned most_trips; /* with the one that transfers */
	const char *target;
};

static void measure(struct pair *pair, const struct row *row, const char *times)
{
	struct found found;
	char what[120];
	double kb;
	bool held;

	differ(pair, &row->difference);
	descend(pair, &found);
	drop(pair);
	if (found.served != row->difference.theirs ||
	    found.given != row->difference.mine)
		rows_stop("%s: %llu of %llu found there, %llu of %llu here",
			  row->what, (unsigned long long)found.served,
			  (unsigned long long)row->difference.theirs,
			  (unsigned long long)found.given,
			  (unsigned long long)row->difference.mine);
	kb = (double)(found.up + found.down + found.names) / 1000;
	held = kb <= row->most_kb && found.trips + 1 <= row->most_trips;
	(void)snprintf(what, sizeof what, "%s%s", row->what, times);
	if (row->most_kb > 0)
		rows_print(what, kb, row->theirs, "kB", row->theirs / kb,
			   row->target, held);
	else
		rows_tell(what, kb, row->theirs, "kB", row->theirs / kb);
	(void)snprintf(what, sizeof what, "  questions, and the transfer");
	rows_tell(what, found.trips + 1, -1, "trips", -1);
	rows_note("%s%s: asked %llu B, replied %llu B, wants %llu B; replying "
		  "%.1f ms (at most %.1f), taking %.1f ms",
		  row->what, times, (unsigned long long)found.up,
		  (unsigned long long)found.down,
		  (unsigned long long)found.names, found.replying * 1000,
		  found.slowest * 1000, found.taking * 1000);
}

static const struct row rows[] = {
	{"1,000 recent, both sides",
	 {500, 500, true},
	 34.8,
	 35,
	 3,
	 "35 kB, 3 trips"},
	{"1,000 recent, one side",
	 {0, 1000, true},
	 34.8,
	 35,
	 3,
	 "35 kB, 3 trips"},
	{"1,000 recent, other side",
	 {1000, 0, true},
	 34.8,
	 35,
	 3,
	 "35 kB, 3 trips"},
	{"1,000 scattered", {500, 500, false}, 1310, 300, 5, "300 kB, 5 trips"},
	{"1 scattered", {0, 1, false}, -1, 0, 0, NULL},
	{"100,000 scattered", {50000, 50000, false}, 66800, 0, 0, NULL},
};

/* Where roots are equal nothing descends: HELLO and WELCOME say so. */
static void tell_equal(void)
{
	const struct hear_wire_roots roots = {.clearance = HEAR_GREEN,
					      .roster_count = 100};
	const struct hear_wire_hello hello = {.roots = roots};
	const struct hear_wire_standing standing = {.roots = roots};
	struct hear_buffer out = {.size = 0};
	size_t asked;
	size_t most;

	hear_wire_write_hello(&out, &hello);
	asked = out.size;
	hear_buffer_reset(&out);
	hear_wire_write_standing(&out, HEAR_WIRE_HELLO, &standing);
	most = asked > out.size ? asked : out.size;
	rows_print("nothing differs, the longer way", (double)most, 176, "B",
		   176.0 / (double)most, "at most 200, 1 trip", most <= 200);
	hear_buffer_done(&out);
}

int main(void)
{
	static const struct {
		const char *name;
		void (*time)(struct pair *pair);
	} kinds[] = {{", uniform", time_uniform}, {", bursty", time_bursty}};
	struct pair pair;
	size_t kind;
	size_t i;

	rows_note("comparing; the peer is negentropy");
	tell_equal();
	for (kind = 0; kind < 2; kind++) {
		open_pair(&pair, kinds[kind].time);
		for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
			measure(&pair, &rows[i], kinds[kind].name);
		close_pair(&pair);
	}
	return 0;
}
