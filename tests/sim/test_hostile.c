/* SPDX-License-Identifier: ISC */
/* A bad peer asks a node: each ends with the honest ones in sync. */
#include "tests/sim/stage.h"
#include "core/bytes.h"
#include "core/identity.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct hear_wire_exchanged give(struct hostile *hostile,
				       unsigned char partition,
				       struct hear_wire_pile *pile)
{
	struct hear_wire_exchanged out = {0};

	assert_true(hostile_exchange(hostile, partition, pile, NULL, &out));
	assert_int_equal(out.results.size, pile->count);
	hear_wire_pile_done(pile);
	return out;
}

static unsigned char result_of(struct hostile *hostile,
			       struct hear_wire_pile *pile)
{
	struct hear_wire_exchanged out = give(hostile, HEAR_GREEN, pile);

	assert_int_equal(out.results.size, 1);
	return (unsigned char)out.results.data[0];
}

/* ---- Filings ------------------------------------------------------------- */

static void a_filing_with_a_bad_hash_is_charged_to_who_gave_it(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;
	uint64_t before = stage_filings(s, ALICE);

	hostile_filing(&s->mallory, HEAR_GREEN, "changed", 1, &filing);
	hostile_seal(&s->mallory, &filing);
	filing.secret[7] ^= 1;
	hostile_put(&s->mallory, &filing, &pile);
	assert_int_equal(result_of(&s->mallory, &pile), HEAR_RESULT_CHARGED);
	assert_int_equal(cluster_said(&s->cluster, ALICE,
				      "not those its author signed"),
			 1);
	/* The filing itself is not remembered against: whole, it is taken. */
	filing.secret[7] ^= 1;
	hostile_put(&s->mallory, &filing, &pile);
	assert_int_equal(result_of(&s->mallory, &pile), HEAR_RESULT_TAKEN);
	assert_int_equal(stage_filings(s, ALICE), before + 1);
	stage_is_well(s);
}

static void a_filing_with_a_bad_signature_is_charged(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;

	hostile_filing(&s->mallory, HEAR_GREEN, "unsigned", 1, &filing);
	filing.header.author = *hear_identity_key(
		s->cluster.nodes[BOB].identity); /* not by his key */
	hostile_seal(&s->mallory, &filing);
	hostile_put(&s->mallory, &filing, &pile);
	assert_int_equal(result_of(&s->mallory, &pile), HEAR_RESULT_CHARGED);
	assert_int_equal(cluster_said(&s->cluster, ALICE,
				      "its signature is wrong"),
			 1);
	assert_int_equal(stage_aside(s, ALICE), 0);
	stage_is_well(s);
}

static void a_filing_of_another_dataset_is_charged(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;

	hostile_filing(&s->mallory, HEAR_GREEN, "foreign", 1, &filing);
	filing.header.dataset.bytes[0] ^= 1;
	hostile_seal(&s->mallory, &filing);
	hostile_put(&s->mallory, &filing, &pile);
	assert_int_equal(result_of(&s->mallory, &pile), HEAR_RESULT_CHARGED);
	assert_int_equal(cluster_said(&s->cluster, ALICE,
				      "belongs to another dataset"),
			 1);
	stage_is_well(s);
}

static int64_t newest_of(const struct stage *s, unsigned node)
{
	const struct node *at = &s->cluster.nodes[node];
	struct hear_reader *reader = cluster_look(at);
	struct hear_filing filing;
	struct hear_err err;

	assert_int_equal(hear_filing_get(reader, hear_last_filing(reader),
					 &filing, &err),
			 HEAR_OK);
	hear_read_end(reader);
	return filing.time_ms;
}

static void a_filing_of_next_year_moves_nobody_s_clock(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;
	int64_t now;

	hostile_filing(&s->mallory, HEAR_GREEN, "early", 1, &filing);
	filing.header.time += (UINT64_C(365) * 24 * 3600 * 1000) << 16;
	hostile_seal(&s->mallory, &filing);
	hostile_put(&s->mallory, &filing, &pile);
	assert_int_equal(result_of(&s->mallory, &pile), HEAR_RESULT_TAKEN);
	assert_true(cluster_settle(&s->cluster, 60000));
	assert_true(cluster_file(&s->cluster, ALICE, HEAR_GREEN, 1));
	now = cluster_moment(&s->cluster, &s->cluster.nodes[ALICE]).wall_ms;
	assert_true(newest_of(s, ALICE) <= now + 60000);
	assert_true(cluster_settle(&s->cluster, 60000));
	assert_true(cluster_file(&s->cluster, BOB, HEAR_GREEN, 1));
	assert_true(newest_of(s, BOB) <= now + 120000);
	stage_is_well(s);
}

static void many_spoilt_filings_are_a_few_lines_and_little_work(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_wire_exchanged out;
	unsigned round;
	unsigned i;

	for (round = 0; round < 20; round++) {
		for (i = 0; i < 100000; i++)
			hear_wire_pile_add(&pile, hear_span_of("x"));
		out = give(&s->mallory, HEAR_GREEN, &pile);
		assert_int_equal(out.results.data[0], HEAR_RESULT_CHARGED);
		assert_int_equal(out.results.data[99999], HEAR_RESULT_ABSENT);
		cluster_run(&s->cluster, 60000); /* they count as volume */
	}
	assert_in_range(cluster_said(&s->cluster, ALICE, "thrown away"), 1,
			20);
	stage_is_well(s);
}

/* A question of a quarter of a megabyte that would unpack to gigabytes. */
static void filings_that_unpack_to_much_are_looked_at_a_few_times(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_buffer zeros = {0};
	struct hear_buffer bomb = {0};
	struct hear_err err;
	unsigned i;

	for (i = 0; i < 200 * 1024; i++)
		hear_buffer_byte(&zeros, 0);
	assert_int_equal(hear_squeeze(s->mallory.squeezer,
				      hear_buffer_view(&zeros), &bomb, &err),
			 HEAR_OK);
	assert_true(bomb.size < 100);
	while (pile.bytes.size + 2 * bomb.size < 250 * 1024)
		hear_wire_pile_add(&pile, hear_buffer_view(&bomb));
	i = pile.count;
	assert_int_equal(give(&s->mallory, HEAR_GREEN, &pile)
				 .results.data[i - 1],
			 HEAR_RESULT_ABSENT);
	hear_buffer_done(&zeros);
	hear_buffer_done(&bomb);
	stage_is_well(s);
}

/* Volume is delayed and never refused, and the log tells whose it is. */
static void very_many_tiny_filings_wait_their_turn_and_are_named(void **state)
{
	enum { ALL = 21000, AT_ONCE = 700 };
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_wire_exchanged out;
	struct hear_sealed filing;
	uint64_t before = stage_filings(s, ALICE);
	uint64_t begun = s->cluster.now_ms;
	unsigned busy = 0;
	unsigned i;

	for (i = 0; i < ALL; i++) {
		hostile_filing(&s->mallory, HEAR_GREEN, "tiny", i, &filing);
		hostile_seal(&s->mallory, &filing);
		hostile_put(&s->mallory, &filing, &pile);
		if (pile.count < AT_ONCE && i + 1 < ALL)
			continue;
		while (!hostile_exchange(&s->mallory, HEAR_GREEN, &pile, NULL,
					 &out)) {
			assert_int_equal(hostile_kind(&s->mallory),
					 HEAR_WIRE_SORRY);
			cluster_run(&s->cluster, 500);
			assert_true(busy++ < 1000);
		}
		assert_int_equal(out.results.data[pile.count - 1],
				 HEAR_RESULT_TAKEN);
		hear_wire_pile_done(&pile);
	}
	assert_int_equal(stage_filings(s, ALICE), before + ALL);
	assert_true(busy > 0);
	assert_true(s->cluster.now_ms - begun > 4000);
	assert_int_equal(cluster_said(&s->cluster, ALICE, "made to wait"), 1);
	assert_int_equal(cluster_said(&s->cluster, ALICE,
				      "this author sent 20000 filings"),
			 1);
	stage_is_well(s);
}

/* ---- Clearance ----------------------------------------------------------- */

static void a_marking_above_its_clearance_is_not_taken_from_it(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;
	uint64_t before = stage_filings(s, ALICE);
	enum hear_marking marking;

	for (marking = HEAR_AMBER; marking <= HEAR_LOCAL; marking++) {
		hostile_filing(&s->mallory, marking, "above", 1, &filing);
		hostile_seal(&s->mallory, &filing);
		hostile_put(&s->mallory, &filing, &pile);
		assert_int_equal(result_of(&s->mallory, &pile),
				 HEAR_RESULT_ABSENT);
	}
	assert_int_equal(stage_filings(s, ALICE), before);
	assert_int_equal(stage_aside(s, ALICE), 0);
	assert_true(cluster_said(&s->cluster, ALICE, "above its clearance") >
		    0);
	stage_is_well(s);
}

/* Numbers count in order of arrival: 1 genesis, 2 Bob, 3 Mallory, 4 green,
 * 5 amber. */
static void whether_a_filing_above_its_clearance_is_here_is_not_told(
	void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_wire_reasons reasons = {{0}, {NULL, 0}};
	struct hear_wire_reasoned reasoned;
	struct hear_buffer body = {0};
	unsigned char ids[64];
	struct hear_filing filing;
	struct hear_reader *reader;
	struct hear_err err;

	hostile_copy(&s->mallory, &s->cluster.nodes[ALICE], 5, &pile);
	assert_int_equal(result_of(&s->mallory, &pile), HEAR_RESULT_ABSENT);
	reader = cluster_look(&s->cluster.nodes[ALICE]);
	assert_int_equal(hear_filing_get(reader, 5, &filing, &err), HEAR_OK);
	assert_int_equal(filing.marking, HEAR_AMBER);
	memcpy(ids, filing.id.bytes, 32);
	assert_int_equal(hear_filing_get(reader, 4, &filing, &err), HEAR_OK);
	memcpy(ids + 32, filing.id.bytes, 32);
	hear_read_end(reader);
	reasons.ids = hear_span_make(ids, sizeof ids);
	hear_wire_write_reasons(&body, &reasons);
	assert_true(hostile_ask(&s->mallory, &body));
	assert_int_equal(
		hear_wire_read_reasoned(
			&reasoned, hear_buffer_view(&s->mallory.reply), &err),
		HEAR_OK);
	assert_int_equal(reasoned.results.data[0], HEAR_RESULT_ABSENT);
	assert_int_equal(reasoned.results.data[1], HEAR_RESULT_HELD);
	hear_buffer_done(&body);
	stage_is_well(s);
}

static bool compares(struct hostile *hostile, const unsigned char *partition,
		     size_t size)
{
	const struct hear_prefix whole = {.bits = 0};
	struct hear_wire_compare compare = {
		.partition = hear_span_make(partition, size), .opening = true};
	struct hear_buffer bits = {0};
	struct hear_buffer body = {0};
	bool replied;

	compare.ranges = hear_cut_make(&bits, &whole, 1);
	hear_wire_write_compare(&body, &compare);
	replied = hostile_ask(hostile, &body);
	hear_buffer_done(&body);
	hear_buffer_done(&bits);
	return replied;
}

static bool wants(struct hostile *hostile, unsigned char partition)
{
	const struct hear_prefix whole = {.bits = 0};
	struct hear_wire_range want = {.count = 0};
	struct hear_wire_ranges ranges;
	struct hear_wire_exchanged out;
	struct hear_buffer bits = {0};
	struct hear_buffer data = {0};
	bool replied;

	ranges.cut = hear_cut_make(&bits, &whole, 1);
	hear_wire_put_want(&data, &want);
	ranges.data = hear_buffer_view(&data);
	replied = hostile_exchange(hostile, partition, NULL, &ranges, &out);
	hear_buffer_done(&data);
	hear_buffer_done(&bits);
	return replied;
}

static void who_asks_above_its_clearance_hears_nothing_and_is_named(
	void **state)
{
	struct stage *s = *state;
	unsigned char partition;
	unsigned char long_one[33] = {HEAR_GREEN};

	partition = HEAR_GREEN;
	assert_true(compares(&s->mallory, &partition, 1));
	assert_true(wants(&s->mallory, HEAR_GREEN));
	for (partition = HEAR_AMBER; partition < 12; partition++) {
		assert_false(compares(&s->mallory, &partition, 1));
		assert_false(wants(&s->mallory, partition));
	}
	assert_false(compares(&s->mallory, long_one, sizeof long_one));
	assert_true(cluster_said(&s->cluster, ALICE, "above its clearance") >
		    0);
	stage_is_well(s);
}

/* Cheap to ask, and dear to answer: a place in all corners. */
static void who_asks_for_more_than_is_fair_is_made_to_wait(void **state)
{
	static struct hear_prefix prefixes[HEAR_RANGES];
	static const unsigned char green = HEAR_GREEN;
	struct stage *s = *state;
	struct hear_wire_compare compare = {
		.partition = hear_span_make(&green, 1)};
	struct hear_wire_sorry sorry;
	struct hear_buffer bits = {0};
	struct hear_buffer body = {0};
	unsigned busy = 0;
	unsigned i;

	for (i = 0; i < HEAR_RANGES; i++) {
		prefixes[i].bits = 16;
		hear_put32(prefixes[i].bytes, i << 16);
	}
	compare.ranges = hear_cut_make(&bits, prefixes, HEAR_RANGES);
	hear_wire_write_compare(&body, &compare);
	for (i = 0; i < 45; i++) {
		assert_true(hostile_ask(&s->mallory, &body));
		busy += hostile_kind(&s->mallory) == HEAR_WIRE_SORRY;
	}
	assert_in_range(busy, 8, 44);
	assert_int_equal(
		hear_wire_read_sorry(&sorry,
				     hear_buffer_view(&s->mallory.reply), NULL),
		HEAR_OK);
	assert_int_equal(sorry.code, HEAR_SORRY_BUSY);
	assert_in_range(sorry.number, 100, 2000);
	assert_int_equal(cluster_said(&s->cluster, ALICE,
				      "asks for more than is fair"),
			 1);
	cluster_run(&s->cluster, 2000);
	assert_true(hostile_ask(&s->mallory, &body));
	assert_int_equal(hostile_kind(&s->mallory), HEAR_WIRE_COMPARE);
	hear_buffer_done(&bits);
	hear_buffer_done(&body);
	stage_is_well(s);
}

/* ---- Strangers ----------------------------------------------------------- */

static void all_questions(struct hostile *hostile, unsigned char *kinds)
{
	unsigned char kind;

	for (kind = HEAR_WIRE_HELLO; kind <= HEAR_WIRE_REASONS; kind++) {
		struct hear_buffer body = {0};
		struct hear_wire_hello hello = {0};
		unsigned i;

		hostile_roots(hostile, false, HEAR_GREEN, &hello.roots);
		if (kind == HEAR_WIRE_HELLO)
			hear_wire_write_hello(&body, &hello);
		else
			for (i = 0; i < 200; i++)
				hear_buffer_byte(&body, i ? 0 : (char)kind);
		kinds[kind] = hostile_ask(hostile, &body)
				      ? hostile_kind(hostile)
				      : 0xff;
		hear_buffer_done(&body);
	}
}

static void who_is_no_member_learns_nothing_though_it_knows_the_dataset(
	void **state)
{
	struct stage *s = *state;
	unsigned char kinds[HOSTILE_KINDS];
	unsigned char kind;
	uint64_t before = stage_filings(s, ALICE);

	all_questions(&s->eve, kinds);
	for (kind = HEAR_WIRE_HELLO; kind <= HEAR_WIRE_REASONS; kind++)
		assert_int_equal(kinds[kind], HEAR_WIRE_UNKNOWN);
	assert_int_equal(stage_filings(s, ALICE), before);
	stage_is_well(s);
}

static struct hear_buffer hello_with(struct hostile *hostile,
				     const struct hear_wire_pile *proof)
{
	struct hear_wire_hello hello = {0};
	struct hear_buffer body = {0};

	hostile_roots(hostile, false, HEAR_GREEN, &hello.roots);
	hello.proof = hear_wire_pile_list(proof);
	hear_wire_write_hello(&body, &hello);
	return body;
}

static void says_hello(struct hostile *hostile, struct hear_wire_pile *proof,
		       unsigned char kind)
{
	struct hear_buffer body = hello_with(hostile, proof);

	assert_true(hostile_ask(hostile, &body));
	assert_int_equal(hostile_kind(hostile), kind);
	hear_buffer_done(&body);
	hear_wire_pile_done(proof);
}

/* A grant in the form of the roster's, but for whom and by whom one likes. */
static void forge_grant(struct hostile *by, struct hear_wire_pile *pile)
{
	struct cluster *cluster = by->cluster;
	struct hear_wire_pile copied = {0};
	struct hear_buffer packed = {0};
	struct hear_sealed filing;
	struct hear_err err;
	struct hear_wire_list list;
	struct hear_span item;

	/* Mallory's own grant, signed anew by somebody who may not. */
	hostile_copy(by, &cluster->nodes[ALICE], 3, &copied);
	list = hear_wire_pile_list(&copied);
	assert_true(hear_wire_list_next(&list, &item));
	assert_int_equal(hear_unsqueeze(by->squeezer, item, 1 << 20, &packed,
					&err),
			 HEAR_OK);
	memset(&filing, 0, sizeof filing);
	assert_int_equal(hear_sealed_unpack(by->arena,
					    hear_buffer_view(&packed), &filing,
					    &err),
			 HEAR_OK);
	filing.header.author = by->self.key;
	hostile_seal(by, &filing);
	hostile_put(by, &filing, pile);
	hear_buffer_done(&packed);
	hear_wire_pile_done(&copied);
}

static void of_a_proof_that_proves_nothing_nothing_is_kept(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;
	uint64_t before = stage_filings(s, ALICE);
	unsigned i;

	says_hello(&s->eve, &pile, HEAR_WIRE_UNKNOWN); /* none */
	forge_grant(&s->eve, &pile);
	says_hello(&s->eve, &pile, HEAR_WIRE_UNKNOWN);
	/* A claim is no proof, nor is garbage, nor somebody else's grant. */
	hostile_filing(&s->eve, HEAR_GREEN, "proof", 1, &filing);
	hostile_seal(&s->eve, &filing);
	hostile_put(&s->eve, &filing, &pile);
	says_hello(&s->eve, &pile, HEAR_WIRE_UNKNOWN);
	for (i = 0; i < 30000; i++)
		hear_wire_pile_add(&pile, hear_span_of("x"));
	says_hello(&s->eve, &pile, HEAR_WIRE_UNKNOWN);
	hostile_copy(&s->eve, &s->cluster.nodes[ALICE], 2, &pile);
	says_hello(&s->eve, &pile, HEAR_WIRE_UNKNOWN);
	assert_int_equal(stage_filings(s, ALICE), before);
	assert_int_equal(stage_aside(s, ALICE), 0);
	stage_is_well(s);
}

/* ---- Removal ------------------------------------------------------------- */

static void who_is_removed_is_cut_off_at_its_next_question(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;
	unsigned char kinds[HOSTILE_KINDS];
	uint64_t before;
	unsigned char kind;

	says_hello(&s->mallory, &pile, HEAR_WIRE_HELLO);
	assert_true(wants(&s->mallory, HEAR_GREEN));
	assert_true(cluster_remove(&s->cluster, ALICE, MALLORY,
				   HEAR_REMOVAL_FLAG));
	before = stage_filings(s, ALICE);
	assert_false(wants(&s->mallory, HEAR_GREEN));
	assert_int_equal(hostile_kind(&s->mallory), HEAR_WIRE_UNKNOWN);
	hostile_filing(&s->mallory, HEAR_GREEN, "late", 1, &filing);
	hostile_seal(&s->mallory, &filing);
	hostile_put(&s->mallory, &filing, &pile);
	assert_false(hostile_exchange(&s->mallory, HEAR_GREEN, &pile, NULL,
				      &(struct hear_wire_exchanged){0}));
	hear_wire_pile_done(&pile);
	all_questions(&s->mallory, kinds);
	for (kind = HEAR_WIRE_HELLO; kind <= HEAR_WIRE_REASONS; kind++)
		assert_int_equal(kinds[kind], HEAR_WIRE_UNKNOWN);
	/* Its old grant proves nothing any more. */
	hostile_copy(&s->mallory, &s->cluster.nodes[ALICE], 3, &pile);
	says_hello(&s->mallory, &pile, HEAR_WIRE_UNKNOWN);
	assert_int_equal(stage_filings(s, ALICE), before);
	stage_is_well(s);
}

static void remove_mallory(void *context)
{
	struct stage *s = context;

	assert_true(cluster_remove(&s->cluster, ALICE, MALLORY,
				   HEAR_REMOVAL_SEAL));
}

static void a_parked_question_of_who_is_removed_is_turned_away(void **state)
{
	struct stage *s = *state;
	struct hear_wire_ask_roots ask = {.park_ms = HEAR_PARK_MS};
	struct hear_wire_standing standing;
	struct hear_buffer body = {0};
	size_t parked = 0;
	size_t ignored;
	struct hear_err err;

	/* Equal roots, so that it is parked: those Alice told. */
	hear_wire_write_roots(&body, &(struct hear_wire_ask_roots){
					     .roots.clearance = HEAR_GREEN});
	assert_true(hostile_ask(&s->mallory, &body));
	assert_int_equal(
		hear_wire_read_standing(
			&standing, HEAR_WIRE_ROOTS,
			hear_buffer_view(&s->mallory.reply), &err),
		HEAR_OK);
	hear_buffer_reset(&body);
	ask.roots = standing.roots;
	hear_wire_write_roots(&body, &ask);
	assert_false(hostile_ask(&s->mallory, &body)); /* it waits */
	hear_engine_counts(s->cluster.nodes[ALICE].engine, &ignored, &ignored,
			   &parked);
	assert_int_equal(parked, 2); /* Bob's, and this */
	remove_mallory(s);
	hear_engine_counts(s->cluster.nodes[ALICE].engine, &ignored, &ignored,
			   &parked);
	assert_true(parked <= 1);
	hear_buffer_done(&body);
	stage_is_well(s);
}

/* ---- Frames -------------------------------------------------------------- */

static void a_frame_that_is_sent_again_changes_nothing(void **state)
{
	struct stage *s = *state;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;
	struct hear_buffer first = {0};
	struct hear_buffer second = {0};
	uint64_t before;
	unsigned i;

	hostile_filing(&s->mallory, HEAR_GREEN, "again", 1, &filing);
	hostile_seal(&s->mallory, &filing);
	hostile_put(&s->mallory, &filing, &pile);
	assert_int_equal(result_of(&s->mallory, &pile), HEAR_RESULT_TAKEN);
	hear_buffer_span(&first, hear_buffer_view(&s->mallory.frame));
	says_hello(&s->mallory, &pile, HEAR_WIRE_HELLO);
	hear_buffer_span(&second, hear_buffer_view(&s->mallory.frame));
	before = stage_filings(s, ALICE);
	for (i = 0; i < 20; i++) {
		assert_false(hostile_send(&s->mallory,
					  hear_buffer_view(i % 2 ? &first
								 : &second)));
		if (i == 10)
			says_hello(&s->mallory, &pile, HEAR_WIRE_HELLO);
	}
	assert_int_equal(stage_filings(s, ALICE), before);
	hear_buffer_done(&first);
	hear_buffer_done(&second);
	stage_is_well(s);
}

static void questions_that_are_garbage_are_a_few_lines(void **state)
{
	struct stage *s = *state;
	unsigned i;
	unsigned j;

	for (i = 0; i < 300; i++) {
		struct hear_buffer body = {0};
		size_t size = 1 + dice_below(&s->cluster.dice, 600);

		hear_buffer_byte(&body, (char)(1 + i % 7));
		for (j = 0; j < size; j++)
			hear_buffer_byte(&body,
					 (char)dice_throw(&s->cluster.dice));
		(void)hostile_ask(&s->mallory, &body);
		hear_buffer_done(&body);
	}
	assert_in_range(cluster_said(&s->cluster, ALICE, "not well formed"), 1,
			150);
	stage_is_well(s);
}

/* One question of each kind, as it should be. */
static struct hear_buffer right_question(struct hostile *hostile, unsigned kind)
{
	static const unsigned char green = HEAR_GREEN;
	static const unsigned char ids[96] = {1, 2, 3};
	const struct hear_prefix whole = {.bits = 0};
	struct hear_wire_range want = {.count = 0};
	struct hear_wire_hello hello = {0};
	struct hear_wire_ask_roots ask = {0};
	struct hear_wire_compare compare = {
		.partition = hear_span_make(&green, 1), .opening = true};
	struct hear_wire_exchange exchange = {
		.partition = hear_span_make(&green, 1)};
	struct hear_wire_reasons reasons = {.ids = hear_span_make(ids, 96)};
	struct hear_wire_join join = {.name = hear_span_of("mallory")};
	struct hear_wire_pile pile = {0};
	struct hear_buffer bits = {0};
	struct hear_buffer data = {0};
	struct hear_buffer body = {0};

	hostile_roots(hostile, false, HEAR_GREEN, &hello.roots);
	ask.roots = hello.roots;
	hostile_copy(hostile, &hostile->cluster->nodes[ALICE], 2, &pile);
	hostile_copy(hostile, &hostile->cluster->nodes[ALICE], 4, &pile);
	hello.proof = exchange.filings = hear_wire_pile_list(&pile);
	compare.ranges = hear_cut_make(&bits, &whole, 1);
	hear_wire_put_want(&data, &want);
	exchange.wants.cut = compare.ranges;
	exchange.wants.data = hear_buffer_view(&data);
	switch (kind) {
	case HEAR_WIRE_HELLO:
		hear_wire_write_hello(&body, &hello);
		break;
	case HEAR_WIRE_ROOTS:
		hear_wire_write_roots(&body, &ask);
		break;
	case HEAR_WIRE_COMPARE:
		hear_wire_write_compare(&body, &compare);
		break;
	case HEAR_WIRE_EXCHANGE:
		hear_wire_write_exchange(&body, &exchange);
		break;
	case HEAR_WIRE_REASONS:
		hear_wire_write_reasons(&body, &reasons);
		break;
	default:
		hear_wire_write_join(&body, &join);
	}
	hear_wire_pile_done(&pile);
	hear_buffer_done(&bits);
	hear_buffer_done(&data);
	return body;
}

static void questions_that_are_almost_right_change_nothing(void **state)
{
	struct stage *s = *state;
	struct dice *dice = &s->cluster.dice;
	uint64_t before = stage_filings(s, ALICE);
	unsigned i;

	for (i = 0; i < 600; i++) {
		struct hear_buffer body = right_question(
			i % 7 ? &s->mallory : &s->eve,
			HEAR_WIRE_HELLO + i % HEAR_WIRE_JOIN);
		uint64_t flips = 1 + dice_below(dice, 4);

		while (flips-- > 0)
			body.data[9 + dice_below(dice, body.size - 9)] ^=
				(char)(1u << dice_below(dice, 8));
		if (dice_below(dice, 4) == 0)
			body.size = 1 + dice_below(dice, body.size);
		(void)hostile_ask(i % 7 ? &s->mallory : &s->eve, &body);
		hear_buffer_done(&body);
	}
	assert_int_equal(stage_filings(s, ALICE), before);
	assert_int_equal(stage_aside(s, ALICE), 0);
	stage_is_well(s);
}

static void frames_of_nobody_are_a_line_a_minute(void **state)
{
	struct stage *s = *state;
	char garbage[300];
	unsigned i;
	size_t j;

	for (i = 0; i < 60; i++) {
		for (j = 0; j < sizeof garbage; j++)
			garbage[j] = (char)dice_throw(&s->cluster.dice);
		garbage[0] = (char)(i % 7);
		assert_false(hostile_send(
			&s->eve,
			hear_span_make(garbage, 1 + 5 * (i % 60))));
	}
	assert_in_range(cluster_said(&s->cluster, ALICE, "thrown away"), 1, 3);
	stage_is_well(s);
}

static void a_flood_of_handshakes_keeps_no_member_out(void **state)
{
	struct stage *s = *state;
	struct hear_channel_peer alice = {
		*hear_identity_key(s->cluster.nodes[ALICE].identity),
		*hear_identity_channel_key(s->cluster.nodes[ALICE].identity)};
	struct hear_buffer frame = {0};
	size_t half_opens = 0;
	size_t ignored;
	unsigned i;

	cluster_crash(&s->cluster, BOB);
	for (i = 0; i < 1500; i++) {
		unsigned char seed[HEAR_CHANNEL_SEED];
		struct hear_dialler *dialler;

		hear_random(seed, sizeof seed);
		assert_int_equal(hear_dialler_new(&dialler, &s->eve.self,
						  &alice, NULL),
				 HEAR_OK);
		assert_int_equal(hear_dialler_knock(dialler, 1, seed, &frame,
						    NULL),
				 HEAR_OK);
		cluster_send(&s->cluster, EVE, ALICE, 100,
			     hear_buffer_view(&frame));
		hear_dialler_free(dialler);
		if (i % 4 == 0)
			cluster_run(&s->cluster, 1);
		if (i == 1200)
			cluster_restart(&s->cluster, BOB, false);
	}
	cluster_run(&s->cluster, 100);
	hear_engine_counts(s->cluster.nodes[ALICE].engine, &ignored,
			   &half_opens, &ignored);
	assert_in_range(half_opens, HEAR_HALF_OPENS - 10, HEAR_HALF_OPENS);
	assert_int_equal(cluster_said(&s->cluster, ALICE,
				      "a flood of handshakes"),
			 1);
	hear_buffer_done(&frame);
	stage_is_well(s);
	cluster_run(&s->cluster, 2 * HEAR_HALF_OPEN_MS);
	hear_engine_counts(s->cluster.nodes[ALICE].engine, &ignored,
			   &half_opens, &ignored);
	assert_int_equal(half_opens, 0);
}

/* ---- The world ----------------------------------------------------------- */

static void a_clock_that_is_a_year_off_keeps_nobody_apart(void **state)
{
	static const int64_t year_ms = INT64_C(365) * 24 * 3600 * 1000;
	struct stage *s = *state;
	struct node *bob = &s->cluster.nodes[BOB];
	int64_t now;

	bob->skew_ms = year_ms;
	assert_true(cluster_file(&s->cluster, BOB, HEAR_GREEN, 2));
	assert_true(cluster_settle(&s->cluster, 60000));
	bob->skew_ms = -year_ms;
	assert_true(cluster_file(&s->cluster, BOB, HEAR_GREEN, 2));
	assert_true(cluster_settle(&s->cluster, 60000));
	assert_true(cluster_file(&s->cluster, ALICE, HEAR_GREEN, 2));
	now = cluster_moment(&s->cluster, &s->cluster.nodes[ALICE]).wall_ms;
	assert_true(newest_of(s, ALICE) <= now + 1000);
	assert_true(cluster_settle(&s->cluster, 60000));
	/* Set right, it goes by the right time. */
	bob->skew_ms = 0;
	assert_true(cluster_file(&s->cluster, BOB, HEAR_GREEN, 2));
	assert_true(newest_of(s, BOB) <= now + 120000);
	stage_is_well(s);
}

static void a_restored_backup_gets_back_what_it_had_filed(void **state)
{
	struct stage *s = *state;
	uint64_t before;

	cluster_backup(&s->cluster, BOB);
	assert_true(cluster_file(&s->cluster, BOB, HEAR_GREEN, 2));
	assert_true(cluster_file(&s->cluster, BOB, HEAR_RED, 2));
	assert_true(cluster_settle(&s->cluster, 60000));
	before = stage_filings(s, ALICE);
	cluster_crash(&s->cluster, BOB);
	cluster_restart(&s->cluster, BOB, true);
	/* It files before it knows what it had filed. */
	s->cluster.nodes[BOB].filed += 100;
	assert_true(cluster_file(&s->cluster, BOB, HEAR_GREEN, 1));
	assert_true(cluster_settle(&s->cluster, 60000));
	assert_int_equal(stage_filings(s, ALICE), before + 1);
	assert_int_equal(stage_filings(s, BOB), before + 1);
	stage_is_well(s);
}

static void frames_lost_doubled_late_and_replayed_keep_nobody_apart(
	void **state)
{
	struct stage *s = *state;
	unsigned i;

	s->cluster.weather.loss = 200;
	s->cluster.weather.doubled = 500;
	s->cluster.weather.replayed = 300;
	s->cluster.weather.farthest_ms = 3000;
	for (i = 0; i < 10; i++) {
		assert_true(cluster_file(&s->cluster, i % 2 ? ALICE : BOB,
					 HEAR_GREEN, 20));
		cluster_run(&s->cluster, 5000);
	}
	assert_true(cluster_settle(&s->cluster, 600000));
	assert_int_equal(cluster_said(&s->cluster, ALICE, "broke"), 0);
	assert_int_equal(cluster_said(&s->cluster, BOB, "broke"), 0);
	memset(&s->cluster.weather, 0, sizeof s->cluster.weather);
	stage_is_well(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE(a_filing_with_a_bad_hash_is_charged_to_who_gave_it),
		STAGE(a_filing_with_a_bad_signature_is_charged),
		STAGE(a_filing_of_another_dataset_is_charged),
		STAGE(a_filing_of_next_year_moves_nobody_s_clock),
		STAGE(many_spoilt_filings_are_a_few_lines_and_little_work),
		STAGE(filings_that_unpack_to_much_are_looked_at_a_few_times),
		STAGE(a_marking_above_its_clearance_is_not_taken_from_it),
		STAGE(whether_a_filing_above_its_clearance_is_here_is_not_told),
		STAGE(who_asks_above_its_clearance_hears_nothing_and_is_named),
		STAGE(who_asks_for_more_than_is_fair_is_made_to_wait),
		STAGE(who_is_no_member_learns_nothing_though_it_knows_the_dataset),
		STAGE(of_a_proof_that_proves_nothing_nothing_is_kept),
		STAGE(who_is_removed_is_cut_off_at_its_next_question),
		STAGE(a_parked_question_of_who_is_removed_is_turned_away),
		STAGE(a_frame_that_is_sent_again_changes_nothing),
		STAGE(questions_that_are_garbage_are_a_few_lines),
		STAGE(questions_that_are_almost_right_change_nothing),
		STAGE(frames_of_nobody_are_a_line_a_minute),
		STAGE(a_flood_of_handshakes_keeps_no_member_out),
		STAGE(a_clock_that_is_a_year_off_keeps_nobody_apart),
		STAGE(a_restored_backup_gets_back_what_it_had_filed),
		STAGE(frames_lost_doubled_late_and_replayed_keep_nobody_apart),
		STAGE(very_many_tiny_filings_wait_their_turn_and_are_named),
	};

	/* In memory where that can be: nothing here is about disks. */
	if (chdir("/dev/shm") < 0)
		perror("/dev/shm");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
