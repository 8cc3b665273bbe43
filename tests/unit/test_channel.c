/* SPDX-License-Identifier: ISC */
/* The channel between two nodes, with everything that can happen to a frame
 * on its way. Frames are buffers that a test delivers, keeps, changes, brings
 * twice or not at all. */
#include "sync/dialler.h"
#include "sync/listener.h"
#include "tests/data/nodes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Alice dials, Bob listens. */
struct pair {
	struct hear_channel_self alice;
	struct hear_channel_self bob;
	struct hear_dialler *dialler;
	struct hear_listener *listener;
	struct hear_inquiry question; /* what Bob heard last */
	struct hear_message reply;     /* what Alice was replied last */
	struct hear_buffer up;	       /* Alice's last frame */
	struct hear_buffer down;       /* Bob's */
	uint64_t now_ms;
	uint32_t seeds; /* handed out */
};

static const unsigned char *seed(struct pair *pair)
{
	static unsigned char bytes[HEAR_CHANNEL_SEED];

	hear_put32(bytes, ++pair->seeds);
	return bytes;
}

static int begin(void **state)
{
	struct pair *pair = calloc(1, sizeof *pair);
	struct hear_channel_peer bob;

	*state = pair;
	if (!pair)
		return -1;
	node_self(&pair->alice, 0);
	node_self(&pair->bob, 1);
	bob = node_peer(&pair->bob);
	pair->now_ms = 5000;
	if (hear_dialler_new(&pair->dialler, &pair->alice, &bob, NULL) !=
	    HEAR_OK)
		return -1;
	return hear_listener_new(&pair->listener, &pair->bob, NULL) == HEAR_OK
		       ? 0
		       : -1;
}

static int end(void **state)
{
	struct pair *pair = *state;

	hear_dialler_free(pair->dialler);
	hear_listener_free(pair->listener);
	hear_buffer_done(&pair->up);
	hear_buffer_done(&pair->down);
	hear_channel_self_done(&pair->alice);
	hear_channel_self_done(&pair->bob);
	free(pair);
	return 0;
}

/* ---- Steps of a conversation --------------------------------------------- */

static enum hear_heard hear(struct pair *pair, struct hear_span frame)
{
	return hear_listener_take(pair->listener, pair->now_ms, frame,
				  seed(pair), &pair->down, &pair->question);
}

/* A frame put together by hand. */
static enum hear_heard bring(struct pair *pair,
			     const struct hear_frame *frame)
{
	struct hear_buffer bytes = {.size = 0};
	enum hear_heard heard;

	hear_frame_add(&bytes, frame);
	heard = hear(pair, hear_buffer_view(&bytes));
	hear_buffer_done(&bytes);
	return heard;
}

static enum hear_heard bob_takes(struct pair *pair)
{
	return hear(pair, hear_buffer_view(&pair->up));
}

static enum hear_dialled alice_takes(struct pair *pair)
{
	return hear_dialler_take(pair->dialler, pair->now_ms,
				 hear_buffer_view(&pair->down), &pair->reply);
}

static void knock(struct pair *pair)
{
	assert_int_equal(hear_dialler_knock(pair->dialler, pair->now_ms,
					    seed(pair), &pair->up, NULL),
			 HEAR_OK);
}

static void shake_hands(struct pair *pair)
{
	knock(pair);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_IN);
}

static void ask(struct pair *pair, uint64_t number, const char *text)
{
	struct hear_message question = {number, hear_span_of(text)};

	assert_int_equal(hear_dialler_ask(pair->dialler, pair->now_ms,
					  &question, true, &pair->up, NULL),
			 HEAR_OK);
}

static void reply(struct pair *pair, uint64_t session, uint64_t number,
		  const char *text)
{
	struct hear_message message = {number, hear_span_of(text)};

	assert_int_equal(hear_listener_reply(pair->listener, session, &message,
					     true, &pair->down, NULL),
			 HEAR_OK);
}

static void hears(struct pair *pair, uint64_t number, const char *text)
{
	assert_int_equal(bob_takes(pair), HEAR_HEARD_QUESTION);
	assert_int_equal(pair->question.message.number, number);
	assert_true(hear_span_is(pair->question.message.body, text));
}

static void is_told(struct pair *pair, const char *text)
{
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_REPLY);
	assert_true(hear_span_is(pair->reply.body, text));
}

/* Asked, heard, replied and told. */
static void converse(struct pair *pair, uint64_t number)
{
	ask(pair, number, "how much");
	hears(pair, number, "how much");
	reply(pair, pair->question.session, number, "so much");
	is_told(pair, "so much");
}

static void restart_bob(struct pair *pair)
{
	hear_listener_free(pair->listener);
	assert_int_equal(hear_listener_new(&pair->listener, &pair->bob, NULL),
			 HEAR_OK);
}

static struct hear_buffer copy_of(const struct hear_buffer *buffer)
{
	struct hear_buffer copy = {.size = 0};

	hear_buffer_span(&copy, hear_buffer_view(buffer));
	assert_false(copy.failed);
	return copy;
}

/* ---- All is well --------------------------------------------------------- */

static void both_know_whom_they_speak_with(void **state)
{
	struct pair *pair = *state;
	struct hear_channel_peer alice = node_peer(&pair->alice);

	assert_null(hear_dialler_hash(pair->dialler));
	shake_hands(pair);
	ask(pair, 1, "hello");
	hears(pair, 1, "hello");
	assert_true(hear_channel_peer_equal(pair->question.peer, &alice));
	assert_memory_equal(pair->question.hash,
			    hear_dialler_hash(pair->dialler), HEAR_NOISE_HASH);
}

static void a_question_comes_through_and_so_does_the_reply(void **state)
{
	struct pair *pair = *state;
	uint64_t number;

	shake_hands(pair);
	for (number = 1; number < 20; number++)
		converse(pair, number);
	assert_int_equal(hear_listener_half_opens(pair->listener), 0);
	assert_int_equal(hear_listener_sessions(pair->listener), 1);
}

static void check_body(struct pair *pair, const char *data, size_t size,
		       bool live)
{
	struct hear_message message = {7, {data, size}};
	struct hear_span view = {data, size};

	assert_int_equal(hear_dialler_ask(pair->dialler, pair->now_ms,
					  &message, live, &pair->up, NULL),
			 HEAR_OK);
	assert_true(pair->up.size <= HEAR_FRAME_BYTES);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_QUESTION);
	assert_true(hear_span_equal(pair->question.message.body, view));
	assert_int_equal(hear_listener_reply(pair->listener,
					     pair->question.session, &message,
					     live, &pair->down, NULL),
			 HEAR_OK);
	assert_true(pair->down.size <= HEAR_FRAME_BYTES);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_REPLY);
	assert_true(hear_span_equal(pair->reply.body, view));
}

static void bodies_of_every_length_come_through(void **state)
{
	/* Around the ends of one to four pieces, of 65,519 bytes each. */
	static const size_t sizes[] = {
		0,	1,	243,	244,	245,	65506,	65507,
		65508,	131025, 131026, 131027, 196544, 196545, 196546,
		HEAR_BODY_BYTES - 1, HEAR_BODY_BYTES};
	static char data[HEAR_BODY_BYTES + 1];
	struct pair *pair = *state;
	struct hear_message message = {1, {data, HEAR_BODY_BYTES + 1}};
	size_t i;

	for (i = 0; i < sizeof data; i++)
		data[i] = (char)(i * i >> 3);
	for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		pair->now_ms += HEAR_KNOCK_MS;
		shake_hands(pair);
		check_body(pair, data, sizes[i], false); /* with message 3 */
		check_body(pair, data, sizes[i], false);
		check_body(pair, data, sizes[i], true);
	}
	assert_int_equal(hear_dialler_ask(pair->dialler, pair->now_ms,
					  &message, false, &pair->up, NULL),
			 HEAR_LIMIT);
}

/* Header 17, length of a piece 2, tag 16. */
static void the_length_of_a_live_frame_tells_little(void **state)
{
	static char data[1001];
	struct pair *pair = *state;
	size_t size;

	shake_hands(pair);
	converse(pair, 1);
	for (size = 0; size < sizeof data; size++) {
		struct hear_message message = {2, {data, size}};
		size_t plain = size <= 244 ? 256 : size <= 500 ? 512 : 1024;

		assert_int_equal(hear_dialler_ask(pair->dialler, pair->now_ms,
						  &message, true, &pair->up,
						  NULL),
				 HEAR_OK);
		assert_int_equal(pair->up.size, 17 + 2 + 16 + plain);
	}
}

/* ---- What the network does ----------------------------------------------- */

static void a_lost_question_is_asked_again_at_a_new_n(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer lost;

	shake_hands(pair);
	converse(pair, 1);
	ask(pair, 2, "where");
	lost = copy_of(&pair->up);
	ask(pair, 2, "where");
	assert_int_equal(hear_get64(pair->up.data + 9),
			 hear_get64(lost.data + 9) + 1);
	assert_memory_not_equal(pair->up.data + 17, lost.data + 17, 16);
	hears(pair, 2, "where");
	reply(pair, pair->question.session, 2, "there");
	is_told(pair, "there");
	hear_buffer_done(&lost);
}

static void a_lost_reply_is_replied_again(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer lost;

	shake_hands(pair);
	ask(pair, 1, "where");
	hears(pair, 1, "where");
	reply(pair, pair->question.session, 1, "there");
	lost = copy_of(&pair->down);
	ask(pair, 1, "where");
	hears(pair, 1, "where");
	reply(pair, pair->question.session, 1, "there");
	assert_memory_not_equal(pair->down.data + 17, lost.data + 17, 16);
	is_told(pair, "there");
	hear_buffer_done(&lost);
}

static void a_question_that_comes_twice_is_heard_once(void **state)
{
	struct pair *pair = *state;
	int i;

	shake_hands(pair);
	converse(pair, 1);
	ask(pair, 2, "where");
	hears(pair, 2, "where");
	for (i = 0; i < 3; i++) {
		assert_int_equal(bob_takes(pair), HEAR_HEARD_NOTHING);
		assert_int_equal(pair->down.size, 0);
	}
	converse(pair, 3);
}

static void a_question_overtaken_by_a_later_one_is_not_heard(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer earlier;

	shake_hands(pair);
	converse(pair, 1);
	ask(pair, 2, "where");
	earlier = copy_of(&pair->up);
	ask(pair, 2, "where");
	hears(pair, 2, "where");
	assert_int_equal(hear(pair, hear_buffer_view(&earlier)),
			 HEAR_HEARD_NOTHING);
	hear_buffer_done(&earlier);
}

static void a_reply_that_comes_twice_is_taken_once(void **state)
{
	struct pair *pair = *state;

	shake_hands(pair);
	converse(pair, 1);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_NOTHING);
	ask(pair, 2, "where");
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_NOTHING);
	hears(pair, 2, "where");
	reply(pair, pair->question.session, 2, "there");
	is_told(pair, "there");
	reply(pair, pair->question.session, 2, "there"); /* sealed anew */
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_NOTHING);
}

static void a_reply_to_an_earlier_question_is_dropped(void **state)
{
	struct pair *pair = *state;
	uint64_t session;

	shake_hands(pair);
	ask(pair, 1, "where");
	hears(pair, 1, "where");
	session = pair->question.session;
	ask(pair, 2, "when");
	hears(pair, 2, "when");
	reply(pair, session, 1, "there");
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_NOTHING);
	reply(pair, session, 2, "then");
	is_told(pair, "then");
}

/* A slow reply to the first asking is as good as one to the second. */
static void a_late_reply_to_the_same_question_is_taken(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer late;

	shake_hands(pair);
	ask(pair, 1, "where");
	hears(pair, 1, "where");
	reply(pair, pair->question.session, 1, "there");
	late = copy_of(&pair->down);
	ask(pair, 1, "where");
	hears(pair, 1, "where");
	assert_int_equal(hear_dialler_take(pair->dialler, pair->now_ms,
					   hear_buffer_view(&late),
					   &pair->reply),
			 HEAR_DIALLED_REPLY);
	reply(pair, pair->question.session, 1, "there");
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_NOTHING);
	hear_buffer_done(&late);
}

static void a_reply_overtaken_by_a_later_one_is_dropped(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer earlier;

	shake_hands(pair);
	ask(pair, 1, "where");
	hears(pair, 1, "where");
	reply(pair, pair->question.session, 1, "here");
	earlier = copy_of(&pair->down);
	reply(pair, pair->question.session, 1, "there");
	is_told(pair, "there");
	ask(pair, 1, "where");
	assert_int_equal(hear_dialler_take(pair->dialler, pair->now_ms,
					   hear_buffer_view(&earlier),
					   &pair->reply),
			 HEAR_DIALLED_NOTHING);
	hear_buffer_done(&earlier);
}

/* Nothing in a frame but the session says whose it is: it may come over any
 * connection, among others'. */
static void sessions_go_on_over_whatever_connection(void **state)
{
	struct pair *pair = *state;
	struct hear_channel_peer bob = node_peer(&pair->bob);
	struct hear_dialler *lanes[2] = {pair->dialler, NULL};
	struct hear_buffer replies[2] = {{.size = 0}, {.size = 0}};
	int i;

	assert_int_equal(hear_dialler_new(&lanes[1], &pair->alice, &bob, NULL),
			 HEAR_OK);
	for (i = 0; i < 2; i++) {
		pair->dialler = lanes[i];
		shake_hands(pair);
	}
	for (i = 0; i < 2; i++) {
		pair->dialler = lanes[i];
		ask(pair, 9, i == 0 ? "wait" : "work");
		hears(pair, 9, i == 0 ? "wait" : "work");
		reply(pair, pair->question.session, 9, i == 0 ? "0" : "1");
		replies[i] = copy_of(&pair->down);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(hear_dialler_take(lanes[i], pair->now_ms,
						   hear_buffer_view(
							   &replies[1 - i]),
						   &pair->reply),
				 HEAR_DIALLED_NOTHING);
		assert_int_equal(hear_dialler_take(lanes[i], pair->now_ms,
						   hear_buffer_view(
							   &replies[i]),
						   &pair->reply),
				 HEAR_DIALLED_REPLY);
		assert_true(
			hear_span_is(pair->reply.body, i == 0 ? "0" : "1"));
		hear_buffer_done(&replies[i]);
	}
	pair->dialler = lanes[0];
	hear_dialler_free(lanes[1]);
}

static void a_restarted_listener_says_that_it_forgot(void **state)
{
	struct pair *pair = *state;

	shake_hands(pair);
	converse(pair, 1);
	restart_bob(pair);
	pair->now_ms += 200;
	ask(pair, 2, "where");
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_FORGOTTEN);
	assert_int_equal(hear_dialler_state(pair->dialler, pair->now_ms),
			 HEAR_DIALLER_OUT);
	assert_int_equal(hear_dialler_knock(pair->dialler, pair->now_ms,
					    seed(pair), &pair->up, NULL),
			 HEAR_LIMIT);
	pair->now_ms = hear_dialler_knock_at(pair->dialler);
	shake_hands(pair);
	converse(pair, 2);
}

static void a_dialler_knocks_once_a_second_at_most(void **state)
{
	struct pair *pair = *state;
	int knocks = 0;
	int i;

	for (i = 0; i < 5000; i++) {
		pair->now_ms++;
		knocks += hear_dialler_knock(pair->dialler, pair->now_ms,
					     seed(pair), &pair->up,
					     NULL) == HEAR_OK;
	}
	assert_int_equal(knocks, 5);
}

/* Who makes up a hint can at worst cause one handshake a second; who makes it
 * up without having seen the question, nothing. */
static void a_hint_must_repeat_the_question_s_n(void **state)
{
	struct pair *pair = *state;
	struct hear_frame hint = {.kind = HEAR_FRAME_UNKNOWN};

	shake_hands(pair);
	converse(pair, 1);
	ask(pair, 2, "where");
	hint.session = hear_get64(pair->up.data + 1);
	hear_buffer_reset(&pair->down);
	hear_frame_add(&pair->down, &hint);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_NOTHING);
	hint.n = hear_get64(pair->up.data + 9);
	hear_buffer_reset(&pair->down);
	hear_frame_add(&pair->down, &hint);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_FORGOTTEN);
	/* It was a lie: the true reply is taken all the same. */
	hears(pair, 2, "where");
	reply(pair, pair->question.session, 2, "there");
	is_told(pair, "there");
	assert_int_equal(hear_dialler_state(pair->dialler, pair->now_ms),
			 HEAR_DIALLER_IN);
}

static void who_guesses_a_session_hears_nothing(void **state)
{
	struct pair *pair = *state;
	uint64_t i;

	for (i = 0; i < 10000; i++) {
		struct hear_frame frame = {.kind = HEAR_FRAME_QUESTION,
					   .session = i * 0x9e3779b97f4a7c15,
					   .rest = hear_span_of("")};

		assert_int_equal(bring(pair, &frame), HEAR_HEARD_NOTHING);
		assert_int_equal(pair->down.size, 0);
	}
}

/* ---- Handshakes ---------------------------------------------------------- */

static void a_repeated_knock_gets_the_same_answer(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer first;

	knock(pair);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	first = copy_of(&pair->down);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	assert_true(hear_span_equal(hear_buffer_view(&first),
				    hear_buffer_view(&pair->down)));
	assert_int_equal(hear_listener_half_opens(pair->listener), 1);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_IN);
	hear_buffer_done(&first);
	converse(pair, 1);
}

static void a_repeated_answer_changes_nothing(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer answer;

	shake_hands(pair);
	answer = copy_of(&pair->down);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_NOTHING);
	converse(pair, 1);
	assert_int_equal(hear_dialler_take(pair->dialler, pair->now_ms,
					   hear_buffer_view(&answer),
					   &pair->reply),
			 HEAR_DIALLED_NOTHING);
	hear_buffer_done(&answer);
	converse(pair, 2);
}

static void an_answer_to_an_earlier_knock_is_dropped(void **state)
{
	struct pair *pair = *state;

	knock(pair);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	pair->now_ms += HEAR_KNOCK_MS;
	knock(pair);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_NOTHING);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_IN);
	converse(pair, 1);
}

static void message_3_opens_one_session(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer enter;
	uint64_t session;

	shake_hands(pair);
	ask(pair, 1, "hello");
	enter = copy_of(&pair->up);
	hears(pair, 1, "hello");
	session = pair->question.session;
	assert_int_equal(bob_takes(pair), HEAR_HEARD_NOTHING);
	assert_int_equal(hear_listener_sessions(pair->listener), 1);
	reply(pair, session, 1, "hello");
	is_told(pair, "hello");
	assert_int_equal(hear(pair, hear_buffer_view(&enter)),
			 HEAR_HEARD_NOTHING);
	hear_buffer_done(&enter);
	converse(pair, 2);
}

/* Every question brings message 3 along until there was a reply. */
static void a_lost_message_3_needs_no_new_handshake(void **state)
{
	struct pair *pair = *state;

	shake_hands(pair);
	ask(pair, 1, "hello"); /* lost */
	ask(pair, 1, "hello"); /* its reply is lost */
	hears(pair, 1, "hello");
	ask(pair, 1, "hello");
	assert_int_equal(pair->up.data[0], HEAR_FRAME_ENTER);
	hears(pair, 1, "hello");
	reply(pair, pair->question.session, 1, "hello");
	is_told(pair, "hello");
	ask(pair, 2, "where");
	assert_int_equal(pair->up.data[0], HEAR_FRAME_QUESTION);
	hears(pair, 2, "where");
}

static void a_half_open_is_forgotten_after_ten_seconds(void **state)
{
	struct pair *pair = *state;

	shake_hands(pair);
	pair->now_ms += HEAR_HALF_OPEN_MS - 1;
	hear_listener_expire(pair->listener, pair->now_ms);
	assert_int_equal(hear_listener_half_opens(pair->listener), 1);
	pair->now_ms++;
	ask(pair, 1, "hello");
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	assert_int_equal(hear_listener_half_opens(pair->listener), 0);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_FORGOTTEN);
	shake_hands(pair);
	converse(pair, 1);
}

static void sessions_last_an_hour(void **state)
{
	struct pair *pair = *state;
	struct hear_message question = {2, hear_span_of("where")};

	shake_hands(pair);
	converse(pair, 1);
	pair->now_ms += HEAR_SESSION_MS - 1;
	converse(pair, 2);
	ask(pair, 3, "wait");
	hears(pair, 3, "wait");
	pair->now_ms++;
	assert_int_equal(hear_dialler_ask(pair->dialler, pair->now_ms,
					  &question, true, &pair->up, NULL),
			 HEAR_NOTFOUND);
	/* What was asked within the hour may be replied after it. */
	reply(pair, pair->question.session, 3, "news");
	is_told(pair, "news");
	shake_hands(pair);
	converse(pair, 4);
	assert_int_equal(hear_listener_sessions(pair->listener), 2);
	pair->now_ms += HEAR_SESSION_GRACE_MS;
	hear_listener_expire(pair->listener, pair->now_ms);
	assert_int_equal(hear_listener_sessions(pair->listener), 1);
	converse(pair, 5);
}

static void a_session_that_is_dropped_is_not_known(void **state)
{
	struct pair *pair = *state;
	struct hear_message message = {1, hear_span_of("too late")};
	uint64_t session;

	shake_hands(pair);
	ask(pair, 1, "where");
	hears(pair, 1, "where");
	session = pair->question.session;
	hear_listener_drop(pair->listener, session);
	assert_int_equal(hear_listener_reply(pair->listener, session, &message,
					     true, &pair->down, NULL),
			 HEAR_NOTFOUND);
	ask(pair, 2, "when");
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_FORGOTTEN);
}

/* ---- Who is who ---------------------------------------------------------- */

/* An answer by somebody who knows Bob's public key, and so may make the knock
 * out, but has the keys of `self`. */
static void answer_as(struct pair *pair, const struct hear_channel_self *self)
{
	unsigned char payload[HEAR_CHANNEL_GREETING + HEAR_CHANNEL_SESSION] = {
		0};
	unsigned char message[96 + sizeof payload];
	struct hear_frame frame = {.kind = HEAR_FRAME_ANSWER,
				   .rest = {(const char *)message,
					    sizeof message}};
	struct hear_noise noise;

	hear_channel_begin(&noise, false, self, seed(pair));
	hear_channel_greet(self, payload);
	assert_true(hear_noise_read(
		&noise,
		hear_span_make(pair->up.data + HEAR_CHANNEL_KNOCK - 32, 32),
		message));
	assert_true(hear_noise_write(
		&noise, hear_span_make(payload, sizeof payload), message));
	hear_buffer_reset(&pair->down);
	hear_frame_add(&pair->down, &frame);
}

static void a_stranger_s_answer_is_not_followed(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer up;
	struct hear_channel_self mallory = pair->bob;

	knock(pair);
	up = copy_of(&pair->up);
	answer_as(pair, &pair->alice); /* proper, but not Bob */
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_STRANGER);
	mallory.certificate[0] ^= 1; /* certified by nobody */
	answer_as(pair, &mallory);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_STRANGER);
	mallory = pair->alice; /* Bob's name over another channel key */
	mallory.key = pair->bob.key;
	memcpy(mallory.certificate, pair->bob.certificate,
	       sizeof mallory.certificate);
	answer_as(pair, &mallory);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_STRANGER);
	mallory = pair->bob; /* another name over Bob's channel key */
	mallory.key = pair->alice.key;
	answer_as(pair, &mallory);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_STRANGER);
	/* Nothing was lost: Bob himself is still welcome. */
	assert_int_equal(hear(pair, hear_buffer_view(&up)), HEAR_HEARD_KNOCK);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_IN);
	hear_buffer_done(&up);
	converse(pair, 1);
}

static void who_expects_somebody_else_hears_nothing(void **state)
{
	struct pair *pair = *state;
	struct hear_channel_peer alice = node_peer(&pair->alice);

	hear_dialler_free(pair->dialler);
	assert_int_equal(hear_dialler_new(&pair->dialler, &pair->alice, &alice,
					  NULL),
			 HEAR_OK);
	knock(pair);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_NOTHING);
	assert_int_equal(pair->down.size, 0);
	assert_int_equal(hear_listener_half_opens(pair->listener), 0);
}

static void a_dialler_without_a_certificate_gets_no_session(void **state)
{
	struct pair *pair = *state;

	shake_hands(pair);
	pair->alice.certificate[5] ^= 1;
	pair->now_ms += HEAR_KNOCK_MS;
	shake_hands(pair);
	ask(pair, 1, "hello");
	assert_int_equal(bob_takes(pair), HEAR_HEARD_NOTHING);
	assert_int_equal(hear_listener_sessions(pair->listener), 0);
}

/* ---- Changed bytes ------------------------------------------------------- */

/* Brings every frame that differs in one bit to Bob, then to Alice: nothing
 * comes of any. */
static void flip_up(struct pair *pair)
{
	struct hear_buffer frame = copy_of(&pair->up);
	size_t bit;

	for (bit = 0; bit < frame.size * 8; bit++) {
		frame.data[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(hear(pair, hear_buffer_view(&frame)),
				 HEAR_HEARD_NOTHING);
		assert_int_equal(pair->down.size, 0);
		frame.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	hear_buffer_done(&frame);
}

static void flip_down(struct pair *pair)
{
	struct hear_buffer frame = copy_of(&pair->down);
	size_t bit;

	for (bit = 0; bit < frame.size * 8; bit++) {
		frame.data[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(hear_dialler_take(pair->dialler, pair->now_ms,
						   hear_buffer_view(&frame),
						   &pair->reply),
				 HEAR_DIALLED_NOTHING);
		frame.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	hear_buffer_done(&frame);
}

static void a_flipped_bit_changes_nothing_anywhere(void **state)
{
	struct pair *pair = *state;

	knock(pair);
	flip_up(pair);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	flip_down(pair);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_IN);
	ask(pair, 1, "hello");
	flip_up(pair);
	assert_int_equal(hear_listener_half_opens(pair->listener), 1);
	hears(pair, 1, "hello");
	ask(pair, 1, "hello"); /* message 3 again, in the session */
	flip_up(pair);
	hears(pair, 1, "hello");
	reply(pair, pair->question.session, 1, "hello");
	flip_down(pair);
	is_told(pair, "hello");
	ask(pair, 2, "where");
	flip_up(pair);
	hears(pair, 2, "where");
	restart_bob(pair);
	ask(pair, 3, "when");
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	flip_down(pair);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_FORGOTTEN);
}

static void cut_up(struct pair *pair)
{
	struct hear_buffer frame = copy_of(&pair->up);
	size_t size;

	for (size = 0; size < frame.size; size += size < 300 ? 1 : 97)
		assert_int_equal(hear(pair, hear_span_make(frame.data, size)),
				 HEAR_HEARD_NOTHING);
	hear_buffer_byte(&frame, 0);
	assert_int_equal(hear(pair, hear_buffer_view(&frame)),
			 HEAR_HEARD_NOTHING);
	hear_buffer_done(&frame);
}

static void cut_down(struct pair *pair)
{
	struct hear_buffer frame = copy_of(&pair->down);
	size_t size;

	hear_buffer_byte(&frame, 0);
	for (size = 0; size <= frame.size; size += size < 300 ? 1 : 97)
		if (size != frame.size - 1)
			assert_int_equal(
				hear_dialler_take(pair->dialler, pair->now_ms,
						  hear_span_make(frame.data,
								 size),
						  &pair->reply),
				HEAR_DIALLED_NOTHING);
	hear_buffer_done(&frame);
}

static void a_frame_cut_or_lengthened_changes_nothing(void **state)
{
	struct pair *pair = *state;

	knock(pair);
	cut_up(pair);
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	cut_down(pair);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_IN);
	ask(pair, 1, "hello");
	cut_up(pair);
	hears(pair, 1, "hello");
	reply(pair, pair->question.session, 1, "hello");
	cut_down(pair);
	is_told(pair, "hello");
	converse(pair, 2);
}

/* A question of two pieces. */
static void ask_long(struct pair *pair)
{
	static char data[70000];
	struct hear_message question = {2, {data, sizeof data}};

	assert_int_equal(hear_dialler_ask(pair->dialler, pair->now_ms,
					  &question, false, &pair->up, NULL),
			 HEAR_OK);
}

/* The second piece is a Noise message at n + 1 like any other, its text as
 * the author of the body chose it. */
static void a_piece_is_not_a_frame(void **state)
{
	enum { FIRST = 2 + HEAR_NOISE_MESSAGE };
	struct pair *pair = *state;
	struct hear_frame frame;
	struct hear_frame part;

	shake_hands(pair);
	converse(pair, 1);
	ask_long(pair);
	assert_true(hear_frame_read(&frame, hear_buffer_view(&pair->up)));
	part = frame;
	part.n++;
	part.rest.data += FIRST;
	part.rest.size -= FIRST;
	assert_int_equal(bring(pair, &part), HEAR_HEARD_NOTHING);
	part = frame;
	part.rest.size = FIRST; /* the first without the second */
	assert_int_equal(bring(pair, &part), HEAR_HEARD_NOTHING);
	assert_int_equal(bring(pair, &frame), HEAR_HEARD_QUESTION);
	assert_int_equal(pair->question.message.body.size, 70000);
	converse(pair, 3); /* n went on by two */
}

/* 60,000 bytes are padded to 65,536: the second piece is padding alone. */
static void a_frame_without_its_padding_is_not_heard(void **state)
{
	static char data[60000];
	struct pair *pair = *state;
	struct hear_message question = {2, {data, sizeof data}};
	struct hear_frame frame;
	struct hear_frame part;

	shake_hands(pair);
	converse(pair, 1);
	assert_int_equal(hear_dialler_ask(pair->dialler, pair->now_ms,
					  &question, true, &pair->up, NULL),
			 HEAR_OK);
	assert_true(hear_frame_read(&frame, hear_buffer_view(&pair->up)));
	part = frame;
	part.rest.size = 2 + HEAR_NOISE_MESSAGE;
	assert_int_equal(bring(pair, &part), HEAR_HEARD_NOTHING);
	assert_int_equal(bring(pair, &frame), HEAR_HEARD_QUESTION);
}

static void pieces_out_of_order_change_nothing(void **state)
{
	enum { FIRST = 2 + HEAR_NOISE_MESSAGE };
	struct pair *pair = *state;
	struct hear_buffer pieces = {.size = 0};
	struct hear_frame frame;
	struct hear_frame turned;

	shake_hands(pair);
	converse(pair, 1);
	ask_long(pair);
	assert_true(hear_frame_read(&frame, hear_buffer_view(&pair->up)));
	turned = frame;
	hear_buffer_add(&pieces, frame.rest.data + FIRST,
			frame.rest.size - FIRST);
	hear_buffer_add(&pieces, frame.rest.data, FIRST);
	turned.rest = hear_buffer_view(&pieces);
	assert_int_equal(bring(pair, &turned), HEAR_HEARD_NOTHING);
	assert_int_equal(bring(pair, &frame), HEAR_HEARD_QUESTION);
	hear_buffer_done(&pieces);
}

static void a_frame_of_our_own_sent_back_changes_nothing(void **state)
{
	struct pair *pair = *state;
	struct hear_buffer back;

	shake_hands(pair);
	converse(pair, 1);
	ask(pair, 2, "where");
	pair->up.data[0] = HEAR_FRAME_REPLY;
	assert_int_equal(hear_dialler_take(pair->dialler, pair->now_ms,
					   hear_buffer_view(&pair->up),
					   &pair->reply),
			 HEAR_DIALLED_NOTHING);
	reply(pair, pair->question.session, 1, "there");
	pair->down.data[0] = HEAR_FRAME_QUESTION;
	back = copy_of(&pair->down);
	assert_int_equal(hear(pair, hear_buffer_view(&back)),
			 HEAR_HEARD_NOTHING);
	hear_buffer_done(&back);
}

static void garbage_changes_nothing(void **state)
{
	struct pair *pair = *state;
	uint32_t random = 1;
	size_t size;
	int i;

	shake_hands(pair);
	converse(pair, 1);
	for (i = 0; i < 20000; i++) {
		char data[300];

		for (size = 0; size < sizeof data; size++) {
			random = random * 1664525 + 1013904223;
			data[size] = (char)(random >> 24);
		}
		size = random % sizeof data;
		data[0] = (char)(i % 9); /* kinds, and what is none */
		if (i % 2 == 0) /* in the session that there is */
			memcpy(data + 1, pair->up.data + 1, 8);
		assert_int_equal(hear_dialler_take(pair->dialler, pair->now_ms,
						   hear_span_make(data, size),
						   &pair->reply),
				 HEAR_DIALLED_NOTHING);
		assert_int_equal(hear(pair, hear_span_make(data, size)),
				 HEAR_HEARD_NOTHING);
	}
	converse(pair, 2);
}

static void a_counter_ends_before_its_last_value(void **state)
{
	static char data[70000];
	struct hear_noise_sealer sealer = {.next = UINT64_MAX - 1};
	struct hear_frame_inlet inlet = {.least = 0};
	struct hear_frame header = {.kind = HEAR_FRAME_REPLY};
	struct hear_message one = {1, {data, 1}};
	struct hear_message two = {1, {data, sizeof data}};
	struct hear_span none = {NULL, 0};
	struct hear_buffer out = {.size = 0};
	struct hear_buffer plain = {.size = 0};
	struct hear_frame frame;

	(void)state;
	assert_int_equal(hear_frame_seal(&out, &sealer, &header, none, &two,
					 false, NULL),
			 HEAR_NOTFOUND);
	assert_int_equal(out.size, 0);
	assert_int_equal(hear_frame_seal(&out, &sealer, &header, none, &one,
					 false, NULL),
			 HEAR_OK);
	assert_true(hear_frame_read(&frame, hear_buffer_view(&out)));
	assert_true(hear_frame_open(&inlet, &frame, 0, &plain, &one));
	assert_true(inlet.least == UINT64_MAX);
	assert_false(hear_frame_open(&inlet, &frame, 0, &plain, &one));
	assert_int_equal(hear_frame_seal(&out, &sealer, &header, none, &one,
					 false, NULL),
			 HEAR_NOTFOUND);
	hear_buffer_done(&out);
	hear_buffer_done(&plain);
}

static void a_frame_over_the_limit_is_not_looked_at(void **state)
{
	static char data[HEAR_FRAME_BYTES + 1];
	struct hear_frame frame;

	(void)state;
	data[0] = HEAR_FRAME_QUESTION;
	assert_true(hear_frame_read(&frame,
				    hear_span_make(data, HEAR_FRAME_BYTES)));
	assert_false(hear_frame_read(&frame,
				     hear_span_make(data, sizeof data)));
}

/* ---- Floods -------------------------------------------------------------- */

/* Knocks of somebody who knows Bob's key and goes no further. */
static void flood(struct pair *pair, int count)
{
	struct hear_channel_peer bob = node_peer(&pair->bob);
	struct hear_dialler *dialler;
	struct hear_buffer frame = {.size = 0};
	uint64_t now_ms = 0;

	assert_int_equal(hear_dialler_new(&dialler, &pair->alice, &bob, NULL),
			 HEAR_OK);
	while (count-- > 0) {
		now_ms += HEAR_KNOCK_MS; /* in the attacker's own time */
		assert_int_equal(hear_dialler_knock(dialler, now_ms,
						    seed(pair), &frame, NULL),
				 HEAR_OK);
		assert_int_equal(hear(pair, hear_buffer_view(&frame)),
				 HEAR_HEARD_KNOCK);
	}
	hear_dialler_free(dialler);
	hear_buffer_done(&frame);
}

static void an_honest_dialler_gets_in_during_a_flood(void **state)
{
	struct pair *pair = *state;

	flood(pair, HEAR_HALF_OPENS + 500);
	assert_int_equal(hear_listener_half_opens(pair->listener),
			 HEAR_HALF_OPENS);
	shake_hands(pair);
	flood(pair, HEAR_HALF_OPENS - 1); /* while its message 3 travels */
	converse(pair, 1);
	assert_true(hear_listener_half_opens(pair->listener) <=
		    HEAR_HALF_OPENS);
	pair->now_ms += HEAR_HALF_OPEN_MS;
	hear_listener_expire(pair->listener, pair->now_ms);
	assert_int_equal(hear_listener_half_opens(pair->listener), 0);
}

static void who_is_flooded_out_is_told_and_knocks_again(void **state)
{
	struct pair *pair = *state;

	shake_hands(pair);
	flood(pair, HEAR_HALF_OPENS);
	ask(pair, 1, "hello");
	assert_int_equal(bob_takes(pair), HEAR_HEARD_KNOCK);
	assert_int_equal(alice_takes(pair), HEAR_DIALLED_FORGOTTEN);
	pair->now_ms = hear_dialler_knock_at(pair->dialler);
	shake_hands(pair);
	converse(pair, 1);
}

/* Begins a session as `self`, and keeps nothing of it but its id. */
static uint64_t visit(struct pair *pair, const struct hear_channel_self *self)
{
	struct hear_channel_peer bob = node_peer(&pair->bob);
	struct hear_dialler *alice = pair->dialler;
	uint64_t session;

	assert_int_equal(hear_dialler_new(&pair->dialler, self, &bob, NULL),
			 HEAR_OK);
	shake_hands(pair);
	ask(pair, 1, "hello");
	hears(pair, 1, "hello");
	session = pair->question.session;
	hear_dialler_free(pair->dialler);
	pair->dialler = alice;
	return session;
}

/* A node nobody heard of, with proper keys. */
static void make_stranger(struct hear_channel_self *out)
{
	struct hear_signing_key secret;

	hear_sign_keypair(&out->key, &secret);
	hear_channel_keypair(&out->channel.key, &out->channel.secret);
	hear_sign(&secret, HEAR_TAG_CERT,
		  hear_span_make(out->channel.key.bytes, 32),
		  out->certificate);
}

static void strangers_do_not_push_out_a_member(void **state)
{
	struct pair *pair = *state;
	struct hear_channel_self stranger;
	struct hear_message message = {1, hear_span_of("hello")};
	uint64_t first = 0;
	int i;

	shake_hands(pair);
	converse(pair, 1);
	hear_listener_trust(pair->listener, pair->question.session);
	for (i = 0; i < HEAR_SESSIONS + 10; i++) {
		uint64_t session;

		make_stranger(&stranger);
		session = visit(pair, &stranger);
		if (i == 0)
			first = session;
	}
	assert_int_equal(hear_listener_sessions(pair->listener),
			 HEAR_SESSIONS);
	assert_int_equal(hear_listener_reply(pair->listener, first, &message,
					     true, &pair->down, NULL),
			 HEAR_NOTFOUND);
	converse(pair, 2);
}

static void one_key_has_a_share_of_the_sessions(void **state)
{
	struct pair *pair = *state;
	int i;

	for (i = 0; i < HEAR_SESSIONS_PER_KEY + 10; i++)
		hear_listener_trust(pair->listener,
				    visit(pair, &pair->alice));
	assert_int_equal(hear_listener_sessions(pair->listener),
			 HEAR_SESSIONS_PER_KEY);
}

#define WITH_PAIR(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PAIR(both_know_whom_they_speak_with),
		WITH_PAIR(a_question_comes_through_and_so_does_the_reply),
		WITH_PAIR(bodies_of_every_length_come_through),
		WITH_PAIR(the_length_of_a_live_frame_tells_little),
		WITH_PAIR(a_lost_question_is_asked_again_at_a_new_n),
		WITH_PAIR(a_lost_reply_is_replied_again),
		WITH_PAIR(a_question_that_comes_twice_is_heard_once),
		WITH_PAIR(a_question_overtaken_by_a_later_one_is_not_heard),
		WITH_PAIR(a_reply_that_comes_twice_is_taken_once),
		WITH_PAIR(a_reply_to_an_earlier_question_is_dropped),
		WITH_PAIR(a_late_reply_to_the_same_question_is_taken),
		WITH_PAIR(a_reply_overtaken_by_a_later_one_is_dropped),
		WITH_PAIR(sessions_go_on_over_whatever_connection),
		WITH_PAIR(a_restarted_listener_says_that_it_forgot),
		WITH_PAIR(a_dialler_knocks_once_a_second_at_most),
		WITH_PAIR(a_hint_must_repeat_the_question_s_n),
		WITH_PAIR(who_guesses_a_session_hears_nothing),
		WITH_PAIR(a_repeated_knock_gets_the_same_answer),
		WITH_PAIR(a_repeated_answer_changes_nothing),
		WITH_PAIR(an_answer_to_an_earlier_knock_is_dropped),
		WITH_PAIR(message_3_opens_one_session),
		WITH_PAIR(a_lost_message_3_needs_no_new_handshake),
		WITH_PAIR(a_half_open_is_forgotten_after_ten_seconds),
		WITH_PAIR(sessions_last_an_hour),
		WITH_PAIR(a_session_that_is_dropped_is_not_known),
		WITH_PAIR(a_stranger_s_answer_is_not_followed),
		WITH_PAIR(who_expects_somebody_else_hears_nothing),
		WITH_PAIR(a_dialler_without_a_certificate_gets_no_session),
		WITH_PAIR(a_flipped_bit_changes_nothing_anywhere),
		WITH_PAIR(a_frame_cut_or_lengthened_changes_nothing),
		WITH_PAIR(a_piece_is_not_a_frame),
		WITH_PAIR(a_frame_without_its_padding_is_not_heard),
		WITH_PAIR(pieces_out_of_order_change_nothing),
		WITH_PAIR(a_frame_of_our_own_sent_back_changes_nothing),
		WITH_PAIR(garbage_changes_nothing),
		WITH_PAIR(a_counter_ends_before_its_last_value),
		WITH_PAIR(a_frame_over_the_limit_is_not_looked_at),
		WITH_PAIR(an_honest_dialler_gets_in_during_a_flood),
		WITH_PAIR(who_is_flooded_out_is_told_and_knocks_again),
		WITH_PAIR(strangers_do_not_push_out_a_member),
		WITH_PAIR(one_key_has_a_share_of_the_sessions),
	};

	if (hear_sign_ready(NULL) != HEAR_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
