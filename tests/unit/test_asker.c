/* SPDX-License-Identifier: ISC */
/* One lane, with a real listener at its other end and a host that hands over
 * frames by hand. */
#include "sync/asker.h"
#include "core/bytes.h"
#include "core/identity.h"
#include "sync/listener.h"
#include "sync/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct lane {
	struct hear_identity *here;
	struct hear_identity *there;
	struct hear_channel_self self;
	struct hear_channel_self other;
	struct hear_host host;
	struct hear_listener *listener;
	struct hear_asker asker;
	struct hear_moment now;
	struct hear_buffer sent;
	struct hear_buffer back;
	struct hear_inquiry question;
	unsigned frames;
};

static void dial(void *context, uint32_t lane, const char *address)
{
	(void)context;
	(void)lane;
	(void)address;
}

static void undial(void *context, uint32_t lane)
{
	(void)context;
	(void)lane;
}

static bool send(void *context, uint32_t number, uint64_t request,
		 uint32_t wait_ms, struct hear_span frame)
{
	struct lane *lane = context;

	(void)number;
	(void)request;
	(void)wait_ms;
	hear_buffer_reset(&lane->sent);
	hear_buffer_span(&lane->sent, frame);
	lane->frames++;
	return true;
}

static void draw(void *context, void *out, size_t size)
{
	(void)context;
	hear_random(out, size);
}

static void begin_listener(struct lane *lane)
{
	hear_listener_free(lane->listener);
	assert_int_equal(hear_listener_new(&lane->listener, &lane->other, NULL),
			 HEAR_OK);
}

static int begin(void **state)
{
	struct lane *lane = test_calloc(1, sizeof *lane);
	struct hear_channel_peer peer;
	struct hear_id dataset = {{7}};

	assert_int_equal(hear_identity_make(&lane->here, hear_span_of("here"),
					    NULL),
			 HEAR_OK);
	assert_int_equal(hear_identity_make(&lane->there,
					    hear_span_of("there"), NULL),
			 HEAR_OK);
	hear_channel_self_init(&lane->self, lane->here);
	hear_channel_self_init(&lane->other, lane->there);
	peer.key = lane->other.key;
	peer.channel_key = lane->other.channel.key;
	lane->host.context = lane;
	lane->host.dial = dial;
	lane->host.undial = undial;
	lane->host.send = send;
	lane->host.random = draw;
	lane->now.steady_ms = 5000;
	begin_listener(lane);
	assert_int_equal(hear_asker_init(&lane->asker, &lane->host, &lane->self,
					 &peer, &dataset, 1, NULL),
			 HEAR_OK);
	*state = lane;
	return 0;
}

static int end(void **state)
{
	struct lane *lane = *state;

	hear_asker_done(&lane->asker);
	hear_listener_free(lane->listener);
	hear_channel_self_done(&lane->self);
	hear_channel_self_done(&lane->other);
	hear_identity_free(lane->here);
	hear_identity_free(lane->there);
	hear_buffer_done(&lane->sent);
	hear_buffer_done(&lane->back);
	test_free(lane);
	return 0;
}

static void ask(struct lane *lane, char last)
{
	struct hear_buffer body = {0};
	unsigned i;

	hear_buffer_byte(&body, HEAR_WIRE_ROOTS);
	for (i = 0; i < HEAR_WIRE_MARK; i++)
		hear_buffer_byte(&body, 0);
	hear_buffer_byte(&body, last);
	hear_asker_ask(&lane->asker, &lane->now, "test://", &body, true, 1000);
}

/* The other end takes what was sent; what it would send back is in `back`. */
static enum hear_heard arrive(struct lane *lane)
{
	unsigned char seed[HEAR_CHANNEL_SEED];

	hear_random(seed, sizeof seed);
	return hear_listener_take(lane->listener, lane->now.steady_ms,
				  hear_buffer_view(&lane->sent), seed,
				  &lane->back, &lane->question);
}

static void make_reply(struct lane *lane, const char *text)
{
	struct hear_message message = {lane->question.message.number,
				       hear_span_of(text)};

	assert_int_equal(hear_listener_reply(lane->listener,
					     lane->question.session, &message,
					     true, &lane->back, NULL),
			 HEAR_OK);
}

static enum hear_asked answered(struct lane *lane, struct hear_span *reply)
{
	return hear_asker_answer(&lane->asker, &lane->now,
				 lane->asker.request,
				 hear_buffer_view(&lane->back), reply);
}

static void get_in(struct lane *lane)
{
	struct hear_span reply;

	assert_int_equal(arrive(lane), HEAR_HEARD_KNOCK);
	assert_int_equal(answered(lane, &reply), HEAR_ASKED_NOTHING);
}

static void a_late_reply_is_not_taken_for_that_to_another_question(void **state)
{
	struct lane *lane = *state;
	struct hear_span reply = {NULL, 0};

	ask(lane, 'a');
	get_in(lane);
	assert_int_equal(arrive(lane), HEAR_HEARD_QUESTION);
	make_reply(lane, "to a");
	/* Given up while the reply is on its way; the next one waits. */
	hear_asker_drop(&lane->asker);
	ask(lane, 'b');
	assert_int_equal(answered(lane, &reply), HEAR_ASKED_NOTHING);
	assert_int_equal(arrive(lane), HEAR_HEARD_QUESTION);
	assert_int_equal(lane->question.message.body.data[9], 'b');
	make_reply(lane, "to b");
	assert_int_equal(answered(lane, &reply), HEAR_ASKED_REPLY);
	assert_memory_equal(reply.data, "to b", 4);
}

static void who_forgets_every_session_counts_as_not_answering(void **state)
{
	struct lane *lane = *state;
	struct hear_span reply;
	unsigned failed = 0;
	unsigned i;

	ask(lane, 'a');
	for (i = 0; i < 200 && failed < HEAR_ASK_TRIES; i++) {
		enum hear_heard heard;

		lane->now.steady_ms += HEAR_KNOCK_MS;
		hear_asker_tick(&lane->asker, &lane->now);
		if (!lane->asker.request)
			continue;
		heard = arrive(lane);
		if (heard == HEAR_HEARD_QUESTION) {
			hear_listener_drop(lane->listener,
					   lane->question.session);
			assert_int_equal(arrive(lane), HEAR_HEARD_KNOCK);
		}
		failed += answered(lane, &reply) == HEAR_ASKED_FAILED;
	}
	assert_int_equal(failed, HEAR_ASK_TRIES);
	assert_int_equal(lane->asker.failures, HEAR_ASK_TRIES);
	assert_true(lane->frames < 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_late_reply_is_not_taken_for_that_to_another_question,
			begin, end),
		cmocka_unit_test_setup_teardown(
			who_forgets_every_session_counts_as_not_answering,
			begin, end),
	};

	if (hear_sign_ready(NULL) != HEAR_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
