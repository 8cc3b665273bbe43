/* SPDX-License-Identifier: ISC */
#include "tests/sim/hostile.h"
#include "core/bytes.h"
#include "core/identity.h"
#include "core/replica.h"
#include "tests/unit/filed.h"

enum { WAIT_MS = 2000 };

static void ok(enum hear_code code, const struct hear_err *err)
{
	filed_ok(code, err);
}

static struct node *node_of(const struct hostile *hostile)
{
	return &hostile->cluster->nodes[hostile->seat];
}

static struct hear_channel_peer keys_of(const struct node *node)
{
	struct hear_channel_peer peer = {
		*hear_identity_key(node->identity),
		*hear_identity_channel_key(node->identity)};

	return peer;
}

/* Everybody in a cluster is of the founder's dataset. */
static const struct hear_id *dataset_of(const struct hostile *hostile)
{
	return hear_dataset_id(hostile->cluster->nodes[0].dataset);
}

static uint64_t now_of(const struct hostile *hostile)
{
	return cluster_moment(hostile->cluster, node_of(hostile)).steady_ms;
}

static void draw(struct hostile *hostile, void *out, size_t size)
{
	unsigned char *bytes = out;
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = (unsigned char)dice_throw(&hostile->cluster->dice);
}

static void keep(struct hear_buffer *out, struct hear_span bytes)
{
	hear_buffer_reset(out);
	hear_buffer_span(out, bytes);
	assert(!out->failed);
}

/* ---- Sitting ------------------------------------------------------------- */

static void take_answer(void *context, struct hear_span frame)
{
	struct hostile *hostile = context;

	keep(&hostile->got, frame);
	hostile->answered = true;
}

static void count_given(struct hostile *hostile, struct hear_span body)
{
	struct hear_wire_exchange message;

	if (hear_wire_read_exchange(&message, body, NULL) == HEAR_OK)
		hostile->given += message.filings.count;
}

static void take_request(void *context, const struct hear_token *from,
			 struct hear_span frame)
{
	struct hostile *hostile = context;
	unsigned char seed[HEAR_CHANNEL_SEED];
	struct hear_buffer out = {0};
	struct hear_buffer body = {0};
	struct hear_inquiry question;
	enum hear_heard heard;
	unsigned char kind = 0;

	draw(hostile, seed, sizeof seed);
	heard = hear_listener_take(hostile->listener, now_of(hostile), frame,
				   seed, &out, &question);
	if (heard == HEAR_HEARD_KNOCK)
		cluster_reply(hostile->cluster, hostile->seat, from,
			      hear_buffer_view(&out));
	if (heard == HEAR_HEARD_QUESTION &&
	    hear_wire_kind(question.message.body, &kind)) {
		struct hear_message message = {question.message.number,
					       {NULL, 0}};

		hostile->questions++;
		hostile->asked[kind % HOSTILE_KINDS]++;
		count_given(hostile, question.message.body);
		hostile->script(hostile, kind, question.message.body, &body);
		message.body = hear_buffer_view(&body);
		if (body.size > 0 &&
		    hear_listener_reply(hostile->listener, question.session,
					&message, false, &out,
					NULL) == HEAR_OK)
			cluster_reply(hostile->cluster, hostile->seat, from,
				      hear_buffer_view(&out));
	}
	hear_buffer_done(&out);
	hear_buffer_done(&body);
}

void hostile_open(struct hostile *hostile, struct cluster *cluster,
		  unsigned seat, unsigned victim)
{
	const struct guest guest = {hostile, take_request, take_answer};
	struct hear_channel_peer peer = keys_of(&cluster->nodes[victim]);
	struct hear_err err;

	memset(hostile, 0, sizeof *hostile);
	hostile->cluster = cluster;
	hostile->seat = seat;
	hostile->victim = victim;
	hear_channel_self_init(&hostile->self, node_of(hostile)->identity);
	hostile->arena = hear_arena_new();
	assert(hostile->arena);
	ok(hear_squeezer_new(&hostile->squeezer, &err), &err);
	ok(hear_dialler_new(&hostile->dialler, &hostile->self, &peer, &err),
	   &err);
	ok(hear_listener_new(&hostile->listener, &hostile->self, &err), &err);
	cluster_seat(cluster, seat, &guest);
}

void hostile_close(struct hostile *hostile)
{
	hear_dialler_free(hostile->dialler);
	hear_listener_free(hostile->listener);
	hear_squeezer_free(hostile->squeezer);
	hear_channel_self_done(&hostile->self);
	hear_arena_free(hostile->arena);
	hear_buffer_done(&hostile->frame);
	hear_buffer_done(&hostile->got);
	hear_buffer_done(&hostile->reply);
}

/* ---- Asking -------------------------------------------------------------- */

bool hostile_send(struct hostile *hostile, struct hear_span frame)
{
	unsigned waited;

	hostile->answered = false;
	cluster_send(hostile->cluster, hostile->seat, hostile->victim, WAIT_MS,
		     frame);
	for (waited = 0; waited <= WAIT_MS && !hostile->answered; waited++)
		cluster_run(hostile->cluster, 1);
	assert(hostile->answered);
	return hostile->got.size > 0;
}

bool hostile_enter(struct hostile *hostile)
{
	unsigned char seed[HEAR_CHANNEL_SEED];
	struct hear_message none;
	struct hear_err err;

	while (now_of(hostile) < hear_dialler_knock_at(hostile->dialler))
		cluster_run(hostile->cluster, 10);
	draw(hostile, seed, sizeof seed);
	ok(hear_dialler_knock(hostile->dialler, now_of(hostile), seed,
			      &hostile->frame, &err),
	   &err);
	return hostile_send(hostile, hear_buffer_view(&hostile->frame)) &&
	       hear_dialler_take(hostile->dialler, now_of(hostile),
				 hear_buffer_view(&hostile->got),
				 &none) == HEAR_DIALLED_IN;
}

static bool ask_once(struct hostile *hostile, const struct hear_buffer *body,
		     enum hear_dialled *out)
{
	struct hear_message question = {++hostile->number, {NULL, 0}};
	struct hear_buffer stamped = {0};
	struct hear_message reply;
	struct hear_id mark;
	struct hear_err err;

	hear_buffer_span(&stamped, hear_buffer_view(body));
	hear_wire_mark(dataset_of(hostile), hear_dialler_hash(hostile->dialler),
		       &mark);
	if (body->size > HEAR_WIRE_MARK)
		memcpy(stamped.data + 1, mark.bytes,
		       body->data[0] == HEAR_WIRE_HELLO
			       ? sizeof mark.bytes
			       : (size_t)HEAR_WIRE_MARK);
	question.body = hear_buffer_view(&stamped);
	ok(hear_dialler_ask(hostile->dialler, now_of(hostile), &question, false,
			    &hostile->frame, &err),
	   &err);
	hear_buffer_done(&stamped);
	if (!hostile_send(hostile, hear_buffer_view(&hostile->frame)))
		return false;
	*out = hear_dialler_take(hostile->dialler, now_of(hostile),
				 hear_buffer_view(&hostile->got), &reply);
	if (*out == HEAR_DIALLED_REPLY)
		keep(&hostile->reply, reply.body);
	return true;
}

bool hostile_ask(struct hostile *hostile, const struct hear_buffer *body)
{
	enum hear_dialled dialled = HEAR_DIALLED_NOTHING;

	assert(!body->failed && body->size > 0);
	hear_buffer_reset(&hostile->reply);
	if (hear_dialler_state(hostile->dialler, now_of(hostile)) !=
		    HEAR_DIALLER_IN &&
	    !hostile_enter(hostile))
		return false;
	if (!ask_once(hostile, body, &dialled))
		return false;
	if (dialled == HEAR_DIALLED_FORGOTTEN &&
	    (!hostile_enter(hostile) || !ask_once(hostile, body, &dialled)))
		return false;
	return dialled == HEAR_DIALLED_REPLY;
}

unsigned char hostile_kind(const struct hostile *hostile)
{
	unsigned char kind = 0xff;

	return hear_wire_kind(hear_buffer_view(&hostile->reply), &kind) ? kind
									: 0xff;
}

bool hostile_exchange(struct hostile *hostile, unsigned char partition,
		      const struct hear_wire_pile *pile,
		      const struct hear_wire_ranges *wants,
		      struct hear_wire_exchanged *out)
{
	struct hear_wire_exchange message = {
		.partition = hear_span_make(&partition, 1)};
	struct hear_buffer body = {0};
	struct hear_err err;
	bool replied;

	draw(hostile, message.salt, sizeof message.salt);
	if (pile)
		message.filings = hear_wire_pile_list(pile);
	if (wants)
		message.wants = *wants;
	hear_wire_write_exchange(&body, &message);
	replied = hostile_ask(hostile, &body);
	hear_buffer_done(&body);
	if (!replied || hostile_kind(hostile) != HEAR_WIRE_EXCHANGE)
		return false;
	ok(hear_wire_read_exchanged(out, hear_buffer_view(&hostile->reply),
				    &err),
	   &err);
	return true;
}

/* ---- What it says -------------------------------------------------------- */

void hostile_roots(struct hostile *hostile, bool lie,
		   enum hear_marking clearance, struct hear_wire_roots *out)
{
	struct hear_reader *reader =
		cluster_look(&hostile->cluster->nodes[0]);
	struct hear_statistics statistics;
	struct hear_err err;

	ok(hear_statistics_get(reader, &statistics, &err), &err);
	hear_read_end(reader);
	memset(out, 0, sizeof *out);
	out->clearance = clearance;
	out->roster_count = statistics.marked[0];
	out->roster = statistics.roots[0];
	draw(hostile, out->view.bytes, sizeof out->view.bytes);
	if (lie)
		draw(hostile, out->roster.bytes, sizeof out->roster.bytes);
}

void hostile_differs(struct hostile *hostile, unsigned char kind,
		     struct hear_buffer *reply)
{
	struct hear_wire_standing standing = {0};
	unsigned i;

	hostile_roots(hostile, false, HEAR_GREEN, &standing.roots);
	standing.partition_count = HEAR_GREEN;
	for (i = 0; i < HEAR_GREEN; i++) {
		standing.partitions[i].count = 1000;
		draw(hostile, standing.partitions[i].digest.bytes, 32);
	}
	hear_wire_write_standing(reply, kind, &standing);
}

void hostile_agrees(unsigned char kind, struct hear_span question,
		    struct hear_buffer *reply)
{
	struct hear_wire_standing standing = {0};
	struct hear_wire_ask_roots ask;
	struct hear_wire_hello hello;
	struct hear_err err;

	if (kind == HEAR_WIRE_HELLO) {
		ok(hear_wire_read_hello(&hello, question, &err), &err);
		standing.roots = hello.roots;
	} else if (kind != HEAR_WIRE_ROOTS) {
		return;
	} else {
		ok(hear_wire_read_roots(&ask, question, &err), &err);
		standing.roots = ask.roots;
	}
	hear_wire_write_standing(reply, kind, &standing);
}

void hostile_exchanged(struct hostile *hostile, struct hear_span results,
		       const struct hear_wire_pile *pile, bool more,
		       const unsigned char covered[HEAR_RANGE_KEY],
		       struct hear_buffer *reply)
{
	struct hear_wire_exchanged out = {.results = results, .more = more};

	hostile_roots(hostile, false, HEAR_GREEN, &out.roots);
	if (more)
		memcpy(out.covered, covered, sizeof out.covered);
	if (pile)
		out.filings = hear_wire_pile_list(pile);
	hear_wire_write_exchanged(reply, &out);
}

void hostile_compared(struct hostile *hostile, struct hear_span question,
		      struct hear_buffer *reply)
{
	static struct hear_prefix prefixes[2 * 2048];
	struct hear_wire_compare compare;
	struct hear_wire_compared out = {0};
	struct hear_cut_walk walk;
	struct hear_prefix prefix;
	struct hear_buffer bits = {0};
	struct hear_buffer data = {0};
	struct hear_err err;
	size_t count = 0;
	int half;

	ok(hear_wire_read_compare(&compare, question, &err), &err);
	hear_cut_begin(&walk, &compare.ranges);
	while (count + 2 <= 2 * 2048 && hear_cut_next(&walk, &prefix))
		for (half = 0; half < 2; half++) {
			unsigned char digest[HEAR_WIRE_SHORT];
			struct hear_wire_range said = {.count = 1000};

			prefixes[count++] = hear_prefix_half(&prefix, half);
			draw(hostile, digest, sizeof digest);
			said.bytes = hear_span_make(digest, sizeof digest);
			hear_wire_put_said(&data, &said);
		}
	out.more = count == 2 * 2048;
	out.ranges.cut = hear_cut_make(&bits, prefixes, count);
	out.ranges.data = hear_buffer_view(&data);
	hear_wire_write_compared(reply, &out);
	hear_buffer_done(&bits);
	hear_buffer_done(&data);
}

/* ---- Filings ------------------------------------------------------------- */

void hostile_filing(struct hostile *hostile, enum hear_marking marking,
		    const char *series, unsigned number,
		    struct hear_sealed *out)
{
	struct hear_moment now =
		cluster_moment(hostile->cluster, node_of(hostile));
	struct hear_record record;

	memset(out, 0, sizeof *out);
	hear_arena_reset(hostile->arena);
	filed_claim(hostile->arena, series, number, &record);
	out->bodies[0] = record.body;
	out->count = 1;
	out->header.dataset = *dataset_of(hostile);
	out->header.author = hostile->self.key;
	out->header.time = ((uint64_t)now.wall_ms << 16) + number;
	hear_partition_of(marking, &out->header);
}

void hostile_seal(struct hostile *hostile, struct hear_sealed *filing)
{
	struct hear_err err;

	ok(hear_filing_seal(hostile->arena,
			    &node_of(hostile)->identity->secret, filing, &err),
	   &err);
}

static void put_packed(struct hostile *hostile, struct hear_span packed,
		       struct hear_wire_pile *pile)
{
	struct hear_buffer squeezed = {0};
	struct hear_err err;

	ok(hear_squeeze(hostile->squeezer, packed, &squeezed, &err), &err);
	hear_wire_pile_add(pile, hear_buffer_view(&squeezed));
	hear_buffer_done(&squeezed);
}

void hostile_put(struct hostile *hostile, const struct hear_sealed *filing,
		 struct hear_wire_pile *pile)
{
	struct hear_buffer packed = {0};
	struct hear_err err;

	ok(hear_sealed_pack(hostile->arena, filing, &packed, &err), &err);
	put_packed(hostile, hear_buffer_view(&packed), pile);
	hear_buffer_done(&packed);
}

void hostile_copy(struct hostile *hostile, const struct node *node,
		  uint64_t number, struct hear_wire_pile *pile)
{
	struct hear_reader *reader = cluster_look(node);
	struct hear_buffer packed = {0};
	struct hear_err err;

	hear_arena_reset(hostile->arena);
	ok(hear_replica_pack(hear_reader_txn(reader), hostile->arena, number,
			     &packed, &err),
	   &err);
	hear_read_end(reader);
	put_packed(hostile, hear_buffer_view(&packed), pile);
	hear_buffer_done(&packed);
}
