/* SPDX-License-Identifier: ISC */
/* A node asks a bad peer: whatever it answers, the honest ones end in sync,
 * the log tells the cause, and nobody is made to ask without end. */
#include "tests/sim/stage.h"
#include "core/bytes.h"
#include "core/identity.h"
#include "core/replica.h"
#include "sync/descend.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MINUTE_MS = 60 * 1000, FEW = 120 /* questions in a minute */ };

/* Alice dials Mallory, who answers so, for a minute. */
static void answers(struct stage *s, hostile_script *script)
{
	s->mallory.script = script;
	cluster_dial(&s->cluster, ALICE, MALLORY);
	cluster_run(&s->cluster, MINUTE_MS);
}

static unsigned said(const struct stage *s, const char *part)
{
	return cluster_said(&s->cluster, ALICE, part);
}

/* What Alice thinks of Mallory. */
static struct hear_peer_status status_of(const struct stage *s)
{
	struct hear_peer_status out;

	assert_true(hear_engine_status_of(s->cluster.nodes[ALICE].engine, 1,
					  &out));
	return out;
}

/* ---- Comparing ----------------------------------------------------------- */

static void differ_for_ever(struct hostile *hostile, unsigned char kind,
			    struct hear_span question,
			    struct hear_buffer *reply)
{
	if (kind == HEAR_WIRE_HELLO || kind == HEAR_WIRE_ROOTS)
		hostile_differs(hostile, kind, reply);
	else if (kind == HEAR_WIRE_COMPARE)
		hostile_compared(hostile, question, reply);
	else
		hostile_exchanged(hostile, hear_span_make(NULL, 0), NULL, false,
				  NULL, reply);
}

static void digests_that_never_settle_are_charged(void **state)
{
	struct stage *s = *state;

	answers(s, differ_for_ever);
	assert_true(said(s, "it broke the protocol: the other side finds no "
			    "end in comparing") > 0);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_int_equal(status_of(s).state, HEAR_PEER_DIFFERS);
	stage_is_well(s);
}

static void nothing_is_said(struct hear_buffer *reply)
{
	static const struct hear_wire_compared nothing;

	hear_wire_write_compared(reply, &nothing);
}

/* It lacks all there is, takes all it is given, and lacks it again. */
static void lack_all(struct hostile *hostile, unsigned char kind,
		     struct hear_span question, struct hear_buffer *reply)
{
	struct hear_wire_exchange message;
	unsigned char results[4096];
	struct hear_err err;

	if (kind == HEAR_WIRE_HELLO || kind == HEAR_WIRE_ROOTS) {
		hostile_differs(hostile, kind, reply);
	} else if (kind == HEAR_WIRE_COMPARE) {
		nothing_is_said(reply);
	} else {
		assert_int_equal(
			hear_wire_read_exchange(&message, question, &err),
			HEAR_OK);
		memset(results, HEAR_RESULT_TAKEN, sizeof results);
		hostile_exchanged(
			hostile,
			hear_span_make(results, message.filings.count), NULL,
			false, NULL, reply);
	}
}

static void differences_without_end_are_not_exchanged_without_end(void **state)
{
	struct stage *s = *state;

	answers(s, lack_all);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_true(s->mallory.given < 200);
	assert_true(said(s, "what differs cannot be exchanged") > 0);
	stage_is_well(s);
}

/* The name of a filing that nobody has. */
static void name_one(struct hear_span question, struct hear_buffer *reply)
{
	struct hear_wire_compare compare;
	struct hear_wire_compared out = {0};
	struct hear_wire_range said_range = {.count = 1, .listed = true};
	struct hear_prefix prefix;
	struct hear_cut_walk walk;
	struct hear_buffer bits = {0};
	struct hear_buffer data = {0};
	struct hear_err err;

	assert_int_equal(hear_wire_read_compare(&compare, question, &err),
			 HEAR_OK);
	hear_cut_begin(&walk, &compare.ranges);
	assert_true(hear_cut_next(&walk, &prefix));
	said_range.bytes = hear_span_make("absent", HEAR_WIRE_SHORT);
	hear_wire_put_said(&data, &said_range);
	out.ranges.cut = hear_cut_make(&bits, &prefix, 1);
	out.ranges.data = hear_buffer_view(&data);
	hear_wire_write_compared(reply, &out);
	hear_buffer_done(&bits);
	hear_buffer_done(&data);
}

/* Names something, and never has it. */
static void promise(struct hostile *hostile, unsigned char kind,
		    struct hear_span question, struct hear_buffer *reply)
{
	if (kind == HEAR_WIRE_HELLO || kind == HEAR_WIRE_ROOTS)
		hostile_differs(hostile, kind, reply);
	else if (kind == HEAR_WIRE_COMPARE)
		name_one(question, reply);
	else
		hostile_exchanged(hostile, hear_span_make(NULL, 0), NULL, false,
				  NULL, reply);
}

static void what_is_named_and_never_sent_is_not_wanted_without_end(void **state)
{
	struct stage *s = *state;

	answers(s, promise);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_true(said(s, "what differs cannot be exchanged") > 0);
	stage_is_well(s);
}

/* ---- Exchanging ---------------------------------------------------------- */

/* Serves one filing for ever, as if more followed; each time a little further
 * on. */
static void serve_one(struct hostile *hostile, unsigned char kind,
		      struct hear_span question, struct hear_buffer *reply)
{
	unsigned char covered[HEAR_RANGE_KEY] = {0};
	struct hear_wire_pile pile = {0};

	if (kind == HEAR_WIRE_HELLO || kind == HEAR_WIRE_ROOTS) {
		hostile_differs(hostile, kind, reply);
		return;
	}
	if (kind == HEAR_WIRE_COMPARE) {
		name_one(question, reply);
		return;
	}
	hear_put32(covered, ++hostile->step);
	hostile_copy(hostile, &hostile->cluster->nodes[ALICE], 4, &pile);
	hostile_exchanged(hostile, hear_span_make(NULL, 0), &pile, true,
			  covered, reply);
	hear_wire_pile_done(&pile);
}

static void the_same_filings_for_ever_are_not_asked_for_for_ever(void **state)
{
	struct stage *s = *state;

	answers(s, serve_one);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_true(said(s, "what differs cannot be exchanged") > 0);
	stage_is_well(s);
}

static void serve_in_place(struct hostile *hostile, unsigned char kind,
			   struct hear_span question, struct hear_buffer *reply)
{
	static const unsigned char covered[HEAR_RANGE_KEY] = {1};

	if (kind == HEAR_WIRE_EXCHANGE)
		hostile_exchanged(hostile, hear_span_make(NULL, 0), NULL, true,
				  covered, reply);
	else
		serve_one(hostile, kind, question, reply);
}

static void more_that_goes_no_further_is_charged(void **state)
{
	struct stage *s = *state;

	answers(s, serve_in_place);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_true(said(s, "the same filings again and again") > 0);
	stage_is_well(s);
}

static void too_many_results(struct hostile *hostile, unsigned char kind,
			     struct hear_span question,
			     struct hear_buffer *reply)
{
	static const unsigned char results[100] = {HEAR_RESULT_TAKEN};

	if (kind == HEAR_WIRE_EXCHANGE)
		hostile_exchanged(hostile, hear_span_make(results, 100), NULL,
				  false, NULL, reply);
	else
		lack_all(hostile, kind, question, reply);
}

static void results_for_more_than_was_given_are_charged(void **state)
{
	struct stage *s = *state;

	answers(s, too_many_results);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_true(said(s, "more filings than it was given") > 0);
	assert_int_equal(status_of(s).gave, 0);
	stage_is_well(s);
}

static void send_unasked(struct hostile *hostile, unsigned char kind,
			 struct hear_span question, struct hear_buffer *reply)
{
	struct hear_wire_pile pile = {0};

	if (kind != HEAR_WIRE_EXCHANGE) {
		lack_all(hostile, kind, question, reply);
		return;
	}
	hostile_copy(hostile, &hostile->cluster->nodes[ALICE], 4, &pile);
	hostile_exchanged(hostile, hear_span_make(NULL, 0), &pile, false, NULL,
			  reply);
	hear_wire_pile_done(&pile);
}

static void filings_that_were_not_asked_for_are_charged(void **state)
{
	struct stage *s = *state;

	answers(s, send_unasked);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_true(said(s, "were not asked for") > 0);
	stage_is_well(s);
}

/* What was wanted, but spoilt, foreign, above, or of nobody's. */
static void serve_bad(struct hostile *hostile, unsigned char kind,
		      struct hear_span question, struct hear_buffer *reply)
{
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;

	if (kind != HEAR_WIRE_EXCHANGE) {
		promise(hostile, kind, question, reply);
		return;
	}
	hostile_filing(hostile, HEAR_GREEN, "changed", 1, &filing);
	hostile_seal(hostile, &filing);
	filing.signature[3] ^= 1;
	hostile_put(hostile, &filing, &pile);
	hostile_filing(hostile, HEAR_GREEN, "foreign", 1, &filing);
	filing.header.dataset.bytes[3] ^= 1;
	hostile_seal(hostile, &filing);
	hostile_put(hostile, &filing, &pile);
	hostile_filing(hostile, HEAR_RED, "above", 1, &filing);
	hostile_seal(hostile, &filing);
	hostile_put(hostile, &filing, &pile);
	hear_wire_pile_add(&pile, hear_span_of("garbage"));
	hostile_exchanged(hostile, hear_span_make(NULL, 0), &pile, false, NULL,
			  reply);
	hear_wire_pile_done(&pile);
}

static void bad_filings_in_replies_are_thrown_away(void **state)
{
	struct stage *s = *state;
	uint64_t before = stage_filings(s, ALICE);

	answers(s, serve_bad);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_true(said(s, "was thrown away") > 0);
	assert_true(said(s, "above its clearance") > 0);
	assert_int_equal(stage_filings(s, ALICE), before);
	assert_int_equal(stage_aside(s, ALICE), 0);
	stage_is_well(s);
}

/* A filing of somebody who is no member: another each time. */
static void serve_waiting(struct hostile *hostile, unsigned char kind,
			  struct hear_span question, struct hear_buffer *reply)
{
	struct cluster *cluster = hostile->cluster;
	struct hear_wire_pile pile = {0};
	struct hear_sealed filing;
	struct hear_err err;

	if (kind != HEAR_WIRE_EXCHANGE) {
		promise(hostile, kind, question, reply);
		return;
	}
	hostile_filing(hostile, HEAR_GREEN, "nobody's", 1, &filing);
	filing.header.time = UINT64_C(1) << 40;
	filing.header.author =
		*hear_identity_key(cluster->nodes[EVE].identity);
	assert_int_equal(
		hear_filing_seal(hostile->arena,
				 &cluster->nodes[EVE].identity->secret,
				 &filing, &err),
		HEAR_OK);
	hostile_put(hostile, &filing, &pile);
	hostile_exchanged(hostile, hear_span_make(NULL, 0), &pile, false, NULL,
			  reply);
	hear_wire_pile_done(&pile);
}

static void what_only_waits_is_no_progress(void **state)
{
	struct stage *s = *state;

	answers(s, serve_waiting);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_true(said(s, "what differs cannot be exchanged") > 0);
	stage_is_well(s);
}

/* Takes what it is given, and is removed in the middle of it. */
static void take_until_removed(struct hostile *hostile, unsigned char kind,
			       struct hear_span question,
			       struct hear_buffer *reply)
{
	lack_all(hostile, kind, question, reply);
	if (kind == HEAR_WIRE_EXCHANGE && hostile->step++ == 0)
		assert_true(cluster_remove(hostile->cluster, ALICE, MALLORY,
					   HEAR_REMOVAL_FLAG));
}

static void who_is_removed_is_given_nothing_more(void **state)
{
	struct stage *s = *state;
	unsigned i;

	for (i = 0; i < 2600; i++)
		assert_true(cluster_file(&s->cluster, ALICE, HEAR_GREEN, 1));
	assert_true(cluster_settle(&s->cluster, MINUTE_MS));
	answers(s, take_until_removed);
	/* What was on its way by then on three lanes, and no more. */
	assert_in_range(s->mallory.asked[HEAR_WIRE_EXCHANGE], 1, 3);
	assert_in_range(s->mallory.given, 1, 2500);
	assert_true(said(s, "no member any more") > 0);
	assert_int_equal(status_of(s).state, HEAR_PEER_REFUSED);
	stage_is_well(s);
}

/* ---- At rest ------------------------------------------------------------- */

static void agree_but_not_park(struct hostile *hostile, unsigned char kind,
			       struct hear_span question,
			       struct hear_buffer *reply)
{
	(void)hostile;
	hostile_agrees(kind, question, reply);
}

static void a_parked_question_answered_at_once_is_not_asked_at_once(
	void **state)
{
	struct stage *s = *state;

	answers(s, agree_but_not_park);
	assert_in_range(s->mallory.questions, 3, FEW);
	assert_int_equal(said(s, "it answers at once"), 1);
	stage_is_well(s);
}

static bool is_parked(struct hear_span question)
{
	struct hear_wire_ask_roots ask;

	return hear_wire_read_roots(&ask, question, NULL) == HEAR_OK &&
	       ask.park_ms > 0;
}

static void never_answer_parked(struct hostile *hostile, unsigned char kind,
				struct hear_span question,
				struct hear_buffer *reply)
{
	(void)hostile;
	if (!is_parked(question))
		hostile_agrees(kind, question, reply);
}

static void a_parked_question_that_is_never_answered_is_asked_again(
	void **state)
{
	struct stage *s = *state;

	answers(s, never_answer_parked);
	cluster_run(&s->cluster, 2 * MINUTE_MS);
	assert_in_range(s->mallory.questions, 5, FEW);
	assert_int_equal(status_of(s).state, HEAR_PEER_EQUAL);
	stage_is_well(s);
}

static void news_of_nothing(struct hostile *hostile, unsigned char kind,
			    struct hear_span question,
			    struct hear_buffer *reply)
{
	if (is_parked(question))
		hostile_differs(hostile, kind, reply);
	else
		hostile_agrees(kind, question, reply);
}

static void news_of_nothing_is_not_asked_for_without_end(void **state)
{
	struct stage *s = *state;

	answers(s, news_of_nothing);
	assert_in_range(s->mallory.questions, 3, 2 * FEW);
	assert_int_equal(said(s, "it answers at once"), 1);
	stage_is_well(s);
}

static void forget_at_rest(struct hostile *hostile, unsigned char kind,
			   struct hear_span question, struct hear_buffer *reply)
{
	(void)hostile;
	if (kind == HEAR_WIRE_HELLO)
		hostile_agrees(kind, question, reply);
	else
		hear_wire_write_unknown(reply);
}

static void who_forgets_us_again_and_again_is_not_greeted_without_end(
	void **state)
{
	struct stage *s = *state;

	answers(s, forget_at_rest);
	assert_in_range(s->mallory.questions, 3, 2 * FEW);
	assert_int_equal(said(s, "it answers at once"), 1);
	stage_is_well(s);
}

/* ---- Not answering ------------------------------------------------------- */

static void be_silent(struct hostile *hostile, unsigned char kind,
		      struct hear_span question, struct hear_buffer *reply)
{
	(void)hostile;
	(void)kind;
	(void)question;
	(void)reply;
}

static void silence_after_the_handshake_is_said_to_be_silence(void **state)
{
	struct stage *s = *state;

	answers(s, be_silent);
	assert_in_range(s->mallory.questions, 2, 20);
	assert_int_equal(said(s, "cannot be reached"), 1);
	assert_int_equal(status_of(s).state, HEAR_PEER_DOWN);
	stage_is_well(s);
}

static void be_busy(struct hostile *hostile, unsigned char kind,
		    struct hear_span question, struct hear_buffer *reply)
{
	static const struct hear_wire_sorry busy = {HEAR_SORRY_BUSY, 0};

	if (kind != HEAR_WIRE_EXCHANGE && hostile->step == 0)
		promise(hostile, kind, question, reply);
	else
		hear_wire_write_sorry(reply, &busy);
}

static void who_is_busy_for_no_time_is_given_some(void **state)
{
	struct stage *s = *state;

	answers(s, be_busy);
	assert_in_range(s->mallory.questions, 3, 4 * FEW);
	/* And busy at all questions. */
	s->mallory.step = 1;
	s->mallory.questions = 0;
	cluster_crash(&s->cluster, ALICE);
	cluster_restart(&s->cluster, ALICE, false);
	cluster_run(&s->cluster, MINUTE_MS);
	assert_in_range(s->mallory.questions, 3, 4 * FEW);
	assert_true(said(s, "it is busy") > 0);
	stage_is_well(s);
}

static void put_off_comparing(struct hostile *hostile, unsigned char kind,
			      struct hear_span question,
			      struct hear_buffer *reply)
{
	static const struct hear_wire_sorry busy = {HEAR_SORRY_BUSY, 300};

	if (kind == HEAR_WIRE_COMPARE && hostile->step++ % 4 < 3)
		hear_wire_write_sorry(reply, &busy);
	else
		promise(hostile, kind, question, reply);
}

static void a_question_that_is_put_off_is_asked_again(void **state)
{
	struct stage *s = *state;

	s->mallory.script = put_off_comparing;
	cluster_dial(&s->cluster, ALICE, MALLORY);
	cluster_run(&s->cluster, 2000);
	/* Two partitions, in one round. */
	assert_true(s->mallory.asked[HEAR_WIRE_COMPARE] >= 4);
	assert_true(s->mallory.asked[HEAR_WIRE_EXCHANGE] >= 1);
	assert_int_equal(s->mallory.asked[HEAR_WIRE_HELLO], 1);
	assert_int_equal(s->mallory.asked[HEAR_WIRE_ROOTS], 0);
	stage_is_well(s);
}

static void say_garbage(struct hostile *hostile, unsigned char kind,
			struct hear_span question, struct hear_buffer *reply)
{
	size_t size = 1 + dice_below(&hostile->cluster->dice, 500);
	struct hear_buffer right = {0};
	size_t i;

	serve_one(hostile, kind, question, &right);
	switch (dice_below(&hostile->cluster->dice, 4)) {
	case 0: /* cut short */
		hear_buffer_add(reply, right.data,
				1 + dice_below(&hostile->cluster->dice,
					       right.size));
		break;
	case 1: /* changed */
		hear_buffer_span(reply, hear_buffer_view(&right));
		reply->data[dice_below(&hostile->cluster->dice, reply->size)] ^=
			(char)(1 + dice_below(&hostile->cluster->dice, 255));
		break;
	case 2:
		hear_buffer_byte(reply, (char)kind);
		for (i = 0; i < size; i++)
			hear_buffer_byte(
				reply,
				(char)dice_throw(&hostile->cluster->dice));
		break;
	default:
		hear_buffer_span(reply, hear_buffer_view(&right));
	}
	hear_buffer_done(&right);
}

static void garbage_for_an_answer_is_charged_and_survived(void **state)
{
	struct stage *s = *state;
	unsigned minutes;

	answers(s, say_garbage);
	for (minutes = 0; minutes < 30; minutes++)
		cluster_run(&s->cluster, MINUTE_MS);
	assert_true(said(s, "it broke the protocol") > 0);
	assert_in_range(s->mallory.questions, 30, 31 * FEW);
	stage_is_well(s);
}

/* ---- Looking ------------------------------------------------------------- */

/* Alice looks at Mallory, who answers so, for `ms`. */
static struct hear_peer_status looks(struct stage *s, hostile_script *script,
				     uint64_t ms)
{
	struct node *alice = &s->cluster.nodes[ALICE];
	struct hear_channel_peer mallory = {s->mallory.self.key,
					    s->mallory.self.channel.key};
	struct hear_peer_status status;
	uint32_t peer = 0;

	s->mallory.script = script;
	assert_int_equal(hear_engine_dial(alice->engine, alice->dataset,
					  &mallory, "sim://2", HEAR_PEER_LOOK,
					  &peer, NULL),
			 HEAR_OK);
	cluster_changed(&s->cluster, ALICE); /* and it is woken */
	cluster_run(&s->cluster, ms);
	assert_true(hear_engine_status_of(alice->engine, peer, &status));
	return status;
}

static void a_look_at_a_liar_finds_no_differences(void **state)
{
	struct stage *s = *state;
	struct hear_peer_status status = looks(s, differ_for_ever, MINUTE_MS);

	assert_int_equal(status.state, HEAR_PEER_DIFFERS);
	assert_int_equal(status.lacked + status.missing, 0);
	assert_non_null(strstr(status.why, "it broke the protocol"));
	stage_is_well(s);
}

/* Other roots, though each range is as Alice has it. */
static void differ_in_nothing(struct hostile *hostile, unsigned char kind,
			      struct hear_span question,
			      struct hear_buffer *reply)
{
	struct hear_wire_compare compare;
	struct hear_reader *reader;
	struct hear_err err;

	if (kind != HEAR_WIRE_COMPARE) {
		hostile_differs(hostile, kind, reply);
		return;
	}
	reader = cluster_look(&hostile->cluster->nodes[ALICE]);
	assert_int_equal(hear_wire_read_compare(&compare, question, &err),
			 HEAR_OK);
	assert_int_equal(hear_descend_reply(hear_reader_txn(reader), &compare,
					    reply, NULL, &err),
			 HEAR_OK);
	hear_read_end(reader);
}

static void only_equal_roots_are_equal_in_a_look(void **state)
{
	struct stage *s = *state;
	struct hear_peer_status status =
		looks(s, differ_in_nothing, MINUTE_MS);

	assert_int_equal(status.state, HEAR_PEER_DIFFERS);
	assert_int_equal(status.lacked + status.missing, 0);
	assert_non_null(strstr(status.why, "still the datasets differ"));
	stage_is_well(s);
}

static void be_busy_at_first(struct hostile *hostile, unsigned char kind,
			     struct hear_span question,
			     struct hear_buffer *reply)
{
	static const struct hear_wire_sorry busy = {HEAR_SORRY_BUSY, 1000};

	if (hostile->step++ < 3)
		hear_wire_write_sorry(reply, &busy);
	else
		hostile_agrees(kind, question, reply);
}

static void a_look_waits_for_who_is_busy(void **state)
{
	struct stage *s = *state;
	struct hear_peer_status status = looks(s, be_busy_at_first, 2000);

	assert_int_equal(status.state, HEAR_PEER_CONNECTING);
	assert_non_null(strstr(status.why, "busy"));
	cluster_run(&s->cluster, MINUTE_MS);
	assert_true(hear_engine_status_of(s->cluster.nodes[ALICE].engine,
					  status.peer, &status));
	assert_int_equal(status.state, HEAR_PEER_EQUAL);
	stage_is_well(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE(digests_that_never_settle_are_charged),
		STAGE(differences_without_end_are_not_exchanged_without_end),
		STAGE(what_is_named_and_never_sent_is_not_wanted_without_end),
		STAGE(the_same_filings_for_ever_are_not_asked_for_for_ever),
		STAGE(more_that_goes_no_further_is_charged),
		STAGE(results_for_more_than_was_given_are_charged),
		STAGE(filings_that_were_not_asked_for_are_charged),
		STAGE(bad_filings_in_replies_are_thrown_away),
		STAGE(what_only_waits_is_no_progress),
		STAGE(who_is_removed_is_given_nothing_more),
		STAGE(a_parked_question_answered_at_once_is_not_asked_at_once),
		STAGE(a_parked_question_that_is_never_answered_is_asked_again),
		STAGE(news_of_nothing_is_not_asked_for_without_end),
		STAGE(who_forgets_us_again_and_again_is_not_greeted_without_end),
		STAGE(silence_after_the_handshake_is_said_to_be_silence),
		STAGE(who_is_busy_for_no_time_is_given_some),
		STAGE(a_question_that_is_put_off_is_asked_again),
		STAGE(garbage_for_an_answer_is_charged_and_survived),
		STAGE(a_look_at_a_liar_finds_no_differences),
		STAGE(only_equal_roots_are_equal_in_a_look),
		STAGE(a_look_waits_for_who_is_busy),
	};

	/* In memory where that can be: nothing here is about disks. */
	if (chdir("/dev/shm") < 0)
		perror("/dev/shm");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
