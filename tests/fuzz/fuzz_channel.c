/* SPDX-License-Identifier: ISC */
/* A dialler, a listener and a network that does as the input says: frames are
 * brought twice, late, changed, cut or not at all, and some are made up. Only
 * what was asked is heard, once; only what was replied is taken, once. */
#include "sync/dialler.h"
#include "sync/listener.h"
#include "tests/data/nodes.h"

#include <assert.h>

enum { STEPS = 100, KEPT = 32 };

/* Frames sent in one direction, whether or not they came. */
struct sent {
	struct hear_buffer frames[KEPT];
	bool come[KEPT];
	size_t count;
};

struct world {
	const uint8_t *data; /* what is left of the input */
	size_t size;
	struct hear_channel_self selves[2];
	struct hear_dialler *dialler;
	struct hear_listener *listener;
	struct hear_buffer out;
	struct hear_buffer frame; /* on its way */
	struct sent up;
	struct sent down;
	uint64_t session; /* heard last, with the number asked there */
	uint64_t number;
	uint64_t asked;
	uint64_t now_ms;
	unsigned char seed[HEAR_CHANNEL_SEED];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t next(struct world *world)
{
	if (world->size == 0)
		return 0;
	world->size--;
	return *world->data++;
}

static const unsigned char *seed(struct world *world)
{
	hear_put32(world->seed, hear_get32(world->seed) + 1);
	return world->seed;
}

static void keep(struct sent *sent, const struct hear_buffer *frame)
{
	if (sent->count == KEPT)
		return;
	hear_buffer_span(&sent->frames[sent->count++],
			 hear_buffer_view(frame));
}

/* The frame that was taken is one that was sent, and comes first now. */
static void check_taken(struct sent *sent, struct hear_span frame)
{
	size_t i = 0;

	while (i < sent->count &&
	       !hear_span_equal(hear_buffer_view(&sent->frames[i]), frame))
		i++;
	assert(i < sent->count && !sent->come[i]);
	sent->come[i] = true;
}

/* ---- What can happen ----------------------------------------------------- */

static void restart(struct world *world)
{
	hear_listener_free(world->listener);
	if (hear_listener_new(&world->listener, &world->selves[1], NULL) !=
	    HEAR_OK)
		abort();
}

static void knock(struct world *world)
{
	if (world->up.count < KEPT &&
	    hear_dialler_knock(world->dialler, world->now_ms, seed(world),
			       &world->out, NULL) == HEAR_OK)
		keep(&world->up, &world->out);
}

/* Bodies of up to three pieces, of bytes that tell the number. */
static void ask(struct world *world)
{
	static char body[3 * 65536];
	size_t size = (size_t)next(world) << (next(world) % 10);
	struct hear_message question = {world->asked + 1, {body, size}};

	if (world->up.count == KEPT)
		return;
	memset(body, (int)(question.number & 0xff), size);
	if (hear_dialler_ask(world->dialler, world->now_ms, &question,
			     next(world) % 2, &world->out, NULL) != HEAR_OK)
		return;
	world->asked = question.number;
	keep(&world->up, &world->out);
}

static void reply(struct world *world)
{
	struct hear_message message = {world->number,
				       hear_span_of("reply")};

	if (world->down.count < KEPT &&
	    hear_listener_reply(world->listener, world->session, &message,
				next(world) % 2, &world->out,
				NULL) == HEAR_OK)
		keep(&world->down, &world->out);
}

/* Puts a frame of those sent on its way; the last one where the input ends. */
static void choose(struct world *world, const struct sent *sent)
{
	hear_buffer_reset(&world->frame);
	if (sent->count > 0)
		hear_buffer_span(
			&world->frame,
			hear_buffer_view(&sent->frames[sent->count - 1 -
						       next(world) %
							       sent->count]));
}

static void change(struct world *world)
{
	size_t at = (size_t)next(world) << 8 | next(world);

	if (world->frame.size > 0)
		world->frame.data[at % world->frame.size] ^=
			(char)next(world);
}

static void cut(struct world *world)
{
	size_t size = (size_t)next(world) << 8 | next(world);

	if (size < world->frame.size)
		world->frame.size = size;
}

static void make_up(struct world *world)
{
	size_t size = next(world);

	if (size > world->size)
		size = world->size;
	hear_buffer_reset(&world->frame);
	hear_buffer_add(&world->frame, world->data, size);
	world->data += size;
	world->size -= size;
}

static void bring_up(struct world *world)
{
	struct hear_span frame = hear_buffer_view(&world->frame);
	struct hear_inquiry question;
	size_t i;

	switch (hear_listener_take(world->listener, world->now_ms, frame,
				   seed(world), &world->out, &question)) {
	case HEAR_HEARD_NOTHING:
		assert(world->out.size == 0);
		break;
	case HEAR_HEARD_KNOCK:
		keep(&world->down, &world->out);
		break;
	case HEAR_HEARD_QUESTION:
		check_taken(&world->up, frame);
		assert(memcmp(question.peer->key.bytes,
			      world->selves[0].key.bytes, 32) == 0);
		for (i = 0; i < question.message.body.size; i++)
			assert((uint8_t)question.message.body.data[i] ==
			       (uint8_t)question.message.number);
		world->session = question.session;
		world->number = question.message.number;
		break;
	}
}

static void bring_down(struct world *world)
{
	struct hear_span frame = hear_buffer_view(&world->frame);
	struct hear_message message;

	switch (hear_dialler_take(world->dialler, world->now_ms, frame,
				  &message)) {
	case HEAR_DIALLED_NOTHING:
		break;
	case HEAR_DIALLED_IN:
	case HEAR_DIALLED_FORGOTTEN:
		assert(hear_dialler_hash(world->dialler));
		break;
	case HEAR_DIALLED_REPLY:
		check_taken(&world->down, frame);
		assert(message.number == world->asked &&
		       hear_span_is(message.body, "reply"));
		break;
	case HEAR_DIALLED_STRANGER:
		abort(); /* nobody else has keys */
	}
}

static void step(struct world *world)
{
	switch (next(world) % 12) {
	case 0:
		knock(world);
		break;
	case 1:
		ask(world);
		break;
	case 2:
		reply(world);
		break;
	case 3:
		choose(world, &world->up);
		break;
	case 4:
		choose(world, &world->down);
		break;
	case 5:
		change(world);
		break;
	case 6:
		cut(world);
		break;
	case 7:
		make_up(world);
		break;
	case 8:
		bring_up(world);
		break;
	case 9:
		bring_down(world);
		break;
	case 10:
		world->now_ms += (uint64_t)next(world) << (next(world) % 16);
		break;
	case 11:
		restart(world);
		break;
	}
}

static void finish(struct sent *sent)
{
	size_t i;

	for (i = 0; i < KEPT; i++)
		hear_buffer_done(&sent->frames[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world;
	struct hear_channel_peer bob;
	int steps;

	memset(&world, 0, sizeof world);
	world.data = data;
	world.size = size;
	node_self(&world.selves[0], 0);
	node_self(&world.selves[1], 1);
	bob = node_peer(&world.selves[1]);
	if (hear_sign_ready(NULL) != HEAR_OK ||
	    hear_dialler_new(&world.dialler, &world.selves[0], &bob, NULL) !=
		    HEAR_OK)
		abort();
	restart(&world);
	for (steps = 0; steps < STEPS && world.size > 0; steps++)
		step(&world);
	hear_dialler_free(world.dialler);
	hear_listener_free(world.listener);
	hear_buffer_done(&world.out);
	hear_buffer_done(&world.frame);
	finish(&world.up);
	finish(&world.down);
	return 0;
}
