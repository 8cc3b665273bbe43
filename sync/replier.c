/* SPDX-License-Identifier: ISC */
/*~ replier.c - what others ask us: one reply a question, and nothing is
 * remembered between two of them but the channel and the questions that wait
 * for news.
 *
 * Every question is held against the roster anew, so a removal cuts off a
 * session that is under way. Who asks about a dataset that is not here, whose
 * key the roster does not have, and who was removed get the same byte.
 */
#include "core/bytes.h"
#include "core/error.h"
#include "core/limits.h"
#include "sync/engine_state.h"

#include <stdlib.h>
#include <string.h>

enum {
	REPLY_BYTES = 250 * 1024, /* of filings in one reply */
	NEWS_BYTES = 64 * 1024,	  /* of filings sent with news */
	LIVE_BYTES = 16 * 1024,	  /* larger replies are not padded */
	BUSY_MS = 500,
};

/* One question on its way to a reply. */
struct asked {
	struct hear_engine *engine;
	const struct hear_moment *now;
	const struct hear_token *token;
	const struct hear_inquiry *question;
	struct hear_share *share;
	struct hear_acquaintance *who;
	struct hear_reader *reader;
	enum hear_marking view;
	struct hear_roots roots; /* ours */
};

/* ---- Replying ------------------------------------------------------------ */

static void send_reply(struct hear_engine *engine,
		       const struct hear_token *token, uint64_t session,
		       uint64_t number, struct hear_span body,
		       struct hear_acquaintance *who)
{
	struct hear_message message = {number, body};
	enum hear_code code = hear_listener_reply(
		engine->listener, session, &message, body.size <= LIVE_BYTES,
		&engine->frame, NULL);

	if (code != HEAR_OK)
		return; /* the session is gone: they will knock again */
	if (who)
		who->bytes_out += engine->frame.size;
	engine->host.reply(engine->host.context, token,
			   hear_buffer_view(&engine->frame));
}

static void reply(const struct asked *a)
{
	struct hear_engine *engine = a->engine;

	if (!engine->body.failed)
		send_reply(engine, a->token, a->question->session,
			   a->question->message.number,
			   hear_buffer_view(&engine->body), a->who);
}

static void reply_unknown(const struct asked *a)
{
	hear_buffer_reset(&a->engine->body);
	hear_wire_write_unknown(&a->engine->body);
	reply(a);
}

static void reply_sorry(const struct asked *a, enum hear_wire_sorry_code code,
			uint64_t number)
{
	struct hear_wire_sorry sorry = {code, number};

	hear_buffer_reset(&a->engine->body);
	hear_wire_write_sorry(&a->engine->body, &sorry);
	reply(a);
}

/* A member sent what no program of ours sends. */
static void charge(const struct asked *a, const struct hear_err *err)
{
	hear_engine_say(a->engine, HEAR_SAY_WARN, a->share,
			&a->question->peer->key,
			"a question that is not well formed: %.200s",
			err->message);
	hear_listener_drop(a->engine->listener, a->question->session);
}

/* A question could not be answered: the asker's fault, or ours. */
static void fail_with(const struct asked *a, enum hear_code code,
		      const struct hear_err *err)
{
	if (code == HEAR_INVALID || code == HEAR_DENIED || code == HEAR_LIMIT) {
		charge(a, err);
		return;
	}
	if (code == HEAR_VERSION) {
		reply_sorry(a, HEAR_SORRY_VERSION, HEAR_FORMAT_NUMBER + 1);
		return;
	}
	hear_engine_say(a->engine, HEAR_SAY_ERROR, a->share, NULL, "%.230s",
			err->message);
	reply_sorry(a, HEAR_SORRY_BUSY, 4 * BUSY_MS);
}

/* ---- Who asks, and about what -------------------------------------------- */

static struct hear_share *find_share(struct hear_engine *engine,
				       const struct hear_inquiry *question)
{
	struct hear_span body = question->message.body;
	size_t size = HEAR_WIRE_MARK;
	struct hear_id mark;
	size_t i;

	if (body.size > 0 && body.data[0] == HEAR_WIRE_HELLO)
		size = sizeof mark.bytes;
	if (body.size < 1 + size)
		return NULL;
	for (i = 0; i < HEAR_ENGINE_DATASETS; i++) {
		struct hear_share *share = &engine->shares[i];

		if (!share->dataset)
			continue;
		hear_wire_mark(hear_dataset_id(share->dataset),
			       question->hash, &mark);
		if (hear_same(mark.bytes, body.data + 1, size))
			return share;
	}
	return NULL;
}

static enum hear_code look(struct asked *a, struct hear_err *err)
{
	enum hear_code code;

	hear_read_end(a->reader);
	a->reader = NULL;
	code = hear_share_read(a->share, a->now->wall_ms, &a->reader, err);
	if (code == HEAR_OK)
		code = hear_share_view(a->reader, &a->engine->self,
					a->question->peer, &a->view, err);
	if (code == HEAR_OK)
		code = hear_roots_read(a->reader, &a->roots, err);
	return code;
}

/* ---- HELLO and ROOTS ----------------------------------------------------- */

/* Whether what they hold is what we hold: then that is known of them. */
static bool note_roots(struct asked *a, const struct hear_wire_roots *theirs,
		       const struct hear_id *ours)
{
	bool equal = hear_id_equal(&theirs->view, ours);

	a->share->met = a->share->met || equal;
	if (a->who) {
		a->who->view = a->view;
		a->who->equal = equal;
		if (equal) {
			a->who->equal_ms = a->now->wall_ms;
			a->who->equal_root = *ours;
		}
	}
	return equal;
}

static void write_standing(struct hear_engine *engine,
			   enum hear_wire_kind kind,
			   const struct hear_roots *roots,
			   enum hear_marking view, bool equal,
			   const struct hear_wire_pile *news)
{
	struct hear_wire_standing standing = {0};
	unsigned i;

	hear_roots_wire(roots, view, &standing.roots);
	if (!equal) {
		standing.partition_count = (unsigned)view;
		for (i = 0; i < (unsigned)view; i++)
			standing.partitions[i] = roots->partitions[i + 1];
	}
	if (news)
		standing.filings = hear_wire_pile_list(news);
	hear_buffer_reset(&engine->body);
	hear_wire_write_standing(&engine->body, kind, &standing);
}

static void answer_roots(struct asked *a, enum hear_wire_kind kind,
			 const struct hear_wire_roots *theirs)
{
	struct hear_id ours;
	bool equal;

	hear_roots_view(&a->roots, a->view, &ours);
	equal = note_roots(a, theirs, &ours);
	write_standing(a->engine, kind, &a->roots, a->view, equal, NULL);
	reply(a);
}

static void answer_hello(struct asked *a)
{
	struct hear_wire_hello hello;
	struct hear_err err = {0};
	enum hear_code code = hear_wire_read_hello(
		&hello, a->question->message.body, &err);

	if (code != HEAR_OK) {
		charge(a, &err);
		return;
	}
	answer_roots(a, HEAR_WIRE_HELLO, &hello.roots);
}

/* The place of a question that waits; one that was asked before in the same
 * session gives way. NULL: there is no room. */
static struct hear_parked *park_place(struct hear_engine *engine,
				      uint64_t session)
{
	struct hear_parked *free_one = NULL;
	struct hear_parked *more;
	size_t room;
	size_t i;

	for (i = 0; i < engine->parked_room; i++) {
		if (!engine->parked[i].share)
			free_one = free_one ? free_one : &engine->parked[i];
		else if (engine->parked[i].session == session)
			return &engine->parked[i];
	}
	if (free_one)
		return free_one;
	room = engine->parked_room ? engine->parked_room * 2 : 8;
	if (room > HEAR_SESSIONS)
		return NULL;
	more = realloc(engine->parked, room * sizeof *more);
	if (!more)
		return NULL;
	memset(more + engine->parked_room, 0,
	       (room - engine->parked_room) * sizeof *more);
	engine->parked = more;
	i = engine->parked_room;
	engine->parked_room = room;
	return &more[i];
}

static bool park(struct asked *a, const struct hear_wire_ask_roots *ask,
		 const struct hear_id *ours)
{
	struct hear_parked *parked =
		park_place(a->engine, a->question->session);
	uint32_t ms = ask->park_ms < HEAR_PARK_MS ? ask->park_ms
						  : HEAR_PARK_MS;

	if (!parked)
		return false;
	parked->token = *a->token;
	parked->session = a->question->session;
	parked->number = a->question->message.number;
	parked->share = a->share;
	parked->peer = *a->question->peer;
	parked->view = a->view;
	parked->known = *ours;
	parked->since = a->roots.last_filing;
	parked->until_ms = a->now->steady_ms + ms;
	return true;
}

static void answer_ask_roots(struct asked *a)
{
	struct hear_wire_ask_roots ask;
	struct hear_err err = {0};
	struct hear_id ours;

	if (hear_wire_read_roots(&ask, a->question->message.body, &err) !=
	    HEAR_OK) {
		charge(a, &err);
		return;
	}
	hear_roots_view(&a->roots, a->view, &ours);
	if (ask.park_ms > 0 && note_roots(a, &ask.roots, &ours) &&
	    park(a, &ask, &ours))
		return;
	answer_roots(a, HEAR_WIRE_ROOTS, &ask.roots);
}

/* ---- What is fair ---------------------------------------------------------- */

/* Volume is delayed, never refused. True: the asker was told to wait. */
static bool put_off(struct asked *a, struct hear_allowance *allowance,
		    int64_t at_once, int64_t rate, const char *what)
{
	uint64_t wait_ms;

	if (hear_allowance_left(allowance, a->now->steady_ms, at_once, rate,
				&wait_ms))
		return false;
	if (!allowance->told)
		allowance->told = hear_engine_say(
			a->engine, HEAR_SAY_WARN, a->share, &a->who->key,
			"this peer %s; it is made to wait", what);
	reply_sorry(a, HEAR_SORRY_BUSY, wait_ms > BUSY_MS ? wait_ms : BUSY_MS);
	return true;
}

static bool puts_too_much(struct asked *a, uint32_t filings)
{
	if (!a->who || filings == 0)
		return false;
	if (put_off(a, &a->who->put, HEAR_PUT_AT_ONCE, HEAR_PUT_RATE,
		    "puts very many filings in a short time"))
		return true;
	a->who->put.left -= (int64_t)filings;
	return false;
}

static bool asks_too_much(struct asked *a)
{
	return a->who && put_off(a, &a->who->work, HEAR_WORK_AT_ONCE,
				 HEAR_WORK_RATE,
				 "asks for more than is fair to the others");
}

static void charge_work(struct asked *a, uint64_t work)
{
	if (a->who)
		a->who->work.left -= (int64_t)work;
}

/* ---- COMPARE ------------------------------------------------------------- */

/* Whether a partition is one that both may look at. */
static bool in_view(const struct asked *a, struct hear_span partition)
{
	return partition.size == 1 &&
	       (unsigned char)partition.data[0] <= (unsigned)a->view;
}

static void answer_compare(struct asked *a)
{
	struct hear_wire_compare compare;
	struct hear_err err = {0};
	uint64_t work = 0;
	enum hear_code code = hear_wire_read_compare(
		&compare, a->question->message.body, &err);

	if (code == HEAR_OK && !in_view(a, compare.partition))
		code = hear_fail(&err, HEAR_DENIED,
				 "it asks about a marking above its clearance");
	if (code == HEAR_OK && asks_too_much(a))
		return;
	hear_buffer_reset(&a->engine->body);
	if (code == HEAR_OK)
		code = hear_descend_reply(hear_reader_txn(a->reader), &compare,
					  &a->engine->body, &work, &err);
	charge_work(a, work);
	if (code == HEAR_OK)
		reply(a);
	else
		fail_with(a, code, &err);
}

/* ---- EXCHANGE ------------------------------------------------------------ */

struct filling {
	struct asked *asked;
	struct hear_wire_pile *pile;
	size_t room;
	enum hear_code code;
	struct hear_err *err;
};

/* One filing that was asked for, into the reply. False: there is no room. */
static bool fill(void *context, uint64_t number)
{
	struct filling *f = context;
	struct hear_engine *engine = f->asked->engine;

	hear_buffer_reset(&engine->squeezed);
	f->code = hear_outgo(engine, f->asked->reader, number,
			     &engine->squeezed, f->err);
	if (f->code == HEAR_NOTFOUND) {
		f->code = HEAR_OK;
		return true;
	}
	if (f->code != HEAR_OK)
		return false;
	if (f->pile->count > 0 &&
	    f->pile->bytes.size + engine->squeezed.size > f->room)
		return false;
	hear_wire_pile_add(f->pile, hear_buffer_view(&engine->squeezed));
	return true;
}

/* Takes what was given; `results` has a byte for each. */
static enum hear_code take_given(struct asked *a,
				 const struct hear_wire_exchange *exchange,
				 struct hear_buffer *results,
				 struct hear_err *err)
{
	struct hear_intake intake;
	enum hear_code code;

	if (exchange->filings.count == 0)
		return HEAR_OK;
	code = hear_intake(a->engine, a->share, a->now,
			   &a->question->peer->key, a->view, exchange->filings,
			   results, &intake, err);
	if (code == HEAR_OK && a->who) {
		a->who->got += intake.admitted;
		hear_rate_add(&a->who->get_rate, a->now->steady_ms,
			      intake.admitted);
	}
	return code == HEAR_OK ? look(a, err) : code;
}

static enum hear_code serve_wants(struct asked *a,
				  const struct hear_wire_exchange *exchange,
				  struct hear_wire_pile *pile,
				  struct hear_wire_exchanged *out,
				  struct hear_err *err)
{
	struct filling f = {a, pile, REPLY_BYTES, HEAR_OK, err};
	struct hear_served served = {false, {0}, 0};
	enum hear_code code;

	if (exchange->wants.cut.count == 0)
		return HEAR_OK;
	if (!in_view(a, exchange->partition))
		return hear_fail(err, HEAR_DENIED,
				 "it wants filings of a marking above its "
				 "clearance");
	code = hear_descend_serve(hear_reader_txn(a->reader), exchange, fill,
				  &f, &served, err);
	charge_work(a, served.work);
	out->more = served.more;
	memcpy(out->covered, served.covered, sizeof out->covered);
	if (f.code != HEAR_OK)
		return f.code;
	if (code == HEAR_OK && a->who) {
		a->who->gave += pile->count;
		hear_rate_add(&a->who->give_rate, a->now->steady_ms,
			      pile->count);
	}
	return code;
}

static enum hear_code exchange(struct asked *a,
			       const struct hear_wire_exchange *message,
			       struct hear_err *err)
{
	struct hear_wire_exchanged out = {0};
	struct hear_wire_pile pile = {0};
	struct hear_buffer results = {0};
	enum hear_code code = take_given(a, message, &results, err);

	if (code == HEAR_OK && a->view == 0) {
		hear_buffer_done(&results);
		reply_unknown(a); /* what came removed its bearer */
		return HEAR_OK;
	}
	if (code == HEAR_OK)
		code = serve_wants(a, message, &pile, &out, err);
	if (code == HEAR_OK) {
		hear_roots_wire(&a->roots, a->view, &out.roots);
		out.results = hear_buffer_view(&results);
		out.filings = hear_wire_pile_list(&pile);
		hear_buffer_reset(&a->engine->body);
		hear_wire_write_exchanged(&a->engine->body, &out);
		reply(a);
	}
	hear_wire_pile_done(&pile);
	hear_buffer_done(&results);
	return code;
}

static void answer_exchange(struct asked *a)
{
	struct hear_wire_exchange message;
	struct hear_err err = {0};
	enum hear_code code = hear_wire_read_exchange(
		&message, a->question->message.body, &err);

	if (code == HEAR_OK &&
	    ((message.wants.cut.count > 0 && asks_too_much(a)) ||
	     puts_too_much(a, message.filings.count)))
		return;
	if (code == HEAR_OK)
		code = exchange(a, &message, &err);
	if (code != HEAR_OK)
		fail_with(a, code, &err);
}

/* ---- REASONS ------------------------------------------------------------- */

/* Of a filing above their clearance they learn what they would of one that is
 * not here. */
static enum hear_code reason_of(struct asked *a, const struct hear_id *id,
				unsigned char *out, struct hear_err *err)
{
	struct hear_held held;
	enum hear_code code = hear_replica_held(a->reader, id, &held, err);

	*out = HEAR_RESULT_ABSENT;
	if (code != HEAR_OK || held.partition < 0 ||
	    held.partition > (int)a->view)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	switch (held.what) {
	case HEAR_ADMITTED:
	case HEAR_HELD:
		*out = HEAR_RESULT_HELD;
		break;
	case HEAR_WAITING:
		*out = (unsigned char)(HEAR_RESULT_WAITS +
				       ((unsigned)held.reason & 63u));
		break;
	case HEAR_REFUSED_FILING:
		*out = (unsigned char)(HEAR_RESULT_REFUSED +
				       ((unsigned)held.refusal & 63u));
		break;
	case HEAR_CHARGED:
		break;
	}
	return HEAR_OK;
}

static void answer_reasons(struct asked *a)
{
	struct hear_wire_reasons ask;
	struct hear_wire_reasoned out = {{NULL, 0}};
	struct hear_buffer results = {0};
	struct hear_err err = {0};
	unsigned char result = 0;
	struct hear_id id;
	size_t i;
	enum hear_code code = hear_wire_read_reasons(
		&ask, a->question->message.body, &err);

	for (i = 0; code == HEAR_OK && i + 32 <= ask.ids.size; i += 32) {
		memcpy(id.bytes, ask.ids.data + i, 32);
		code = reason_of(a, &id, &result, &err);
		hear_buffer_byte(&results, (char)result);
	}
	if (code == HEAR_OK) {
		out.results = hear_buffer_view(&results);
		hear_buffer_reset(&a->engine->body);
		hear_wire_write_reasoned(&a->engine->body, &out);
		reply(a);
	} else {
		fail_with(a, code, &err);
	}
	hear_buffer_done(&results);
}

/* ---- One question -------------------------------------------------------- */

/* A newcomer may bring what proves it to be a member to a peer that has not
 * heard of it yet. What proves nothing is not kept. */
static enum hear_code take_proof(struct asked *a, struct hear_err *err)
{
	struct hear_wire_hello hello;
	enum hear_code code;

	if (hear_wire_read_hello(&hello, a->question->message.body, NULL) !=
		    HEAR_OK ||
	    hello.proof.count == 0)
		return HEAR_OK;
	code = hear_intake_proof(a->engine, a->share, a->now,
				 a->question->peer, &hello.proof, err);
	return code == HEAR_OK ? look(a, err) : code;
}

static void answer(struct asked *a, unsigned char kind)
{
	switch (kind) {
	case HEAR_WIRE_HELLO:
		answer_hello(a);
		return;
	case HEAR_WIRE_ROOTS:
		answer_ask_roots(a);
		return;
	case HEAR_WIRE_COMPARE:
		answer_compare(a);
		return;
	case HEAR_WIRE_EXCHANGE:
		answer_exchange(a);
		return;
	case HEAR_WIRE_REASONS:
		answer_reasons(a);
		return;
	default:
		reply_unknown(a);
	}
}

static void serve(struct asked *a, unsigned char kind)
{
	struct hear_err err = {0};
	enum hear_code code = look(a, &err);

	if (code != HEAR_OK) {
		fail_with(a, code, &err);
		return;
	}
	/* Whatever comes of it, a stranger hears no more than the one byte. */
	if (a->view == 0 && kind == HEAR_WIRE_HELLO &&
	    take_proof(a, &err) != HEAR_OK)
		hear_engine_say(a->engine, HEAR_SAY_ERROR, a->share, NULL,
				"%.230s", err.message);
	if (a->view == 0) {
		reply_unknown(a);
		return;
	}
	hear_listener_trust(a->engine->listener, a->question->session);
	a->who = hear_acquaintance_of(a->engine, a->share,
				      &a->question->peer->key);
	if (a->who) {
		a->who->heard_ms = a->now->wall_ms;
		a->who->dialled_us_ms = a->now->steady_ms;
		a->who->bytes_in += a->question->message.body.size;
	}
	answer(a, kind);
}

/* True: it is time for a line, about so many. */
static bool tally(struct hear_tally *tally, uint64_t now_ms, uint64_t *out)
{
	*out = ++tally->count;
	if (now_ms < tally->tell_at)
		return false;
	tally->count = 0;
	tally->tell_at = now_ms + HEAR_TELL_MS;
	return true;
}

/* Frames that are nobody's cost the least there is, and a line a minute. */
static void count_stranger(struct hear_engine *engine, enum hear_heard heard,
			   uint64_t now_ms)
{
	uint64_t count = 0;

	if (heard == HEAR_HEARD_NOTHING &&
	    tally(&engine->ignored, now_ms, &count))
		hear_engine_say(engine, HEAR_SAY_WARN, NULL, NULL,
				"thrown away: %llu frames that are garbage, "
				"were sent before, or come from somebody who "
				"does not know this machine's key",
				(unsigned long long)count);
	if (heard == HEAR_HEARD_KNOCK &&
	    hear_listener_half_opens(engine->listener) >= HEAR_HALF_OPENS &&
	    tally(&engine->flooded, now_ms, &count))
		hear_engine_say(engine, HEAR_SAY_WARN, NULL, NULL,
				"a flood of handshakes: %d were begun and not "
				"finished; the oldest are given up",
				HEAR_HALF_OPENS);
}

void hear_replier_request(struct hear_engine *engine,
			  const struct hear_moment *now,
			  const struct hear_token *from,
			  struct hear_span frame)
{
	unsigned char seed[HEAR_CHANNEL_SEED];
	struct hear_inquiry question;
	struct asked a = {engine, now, from, &question, NULL, NULL, NULL,
			  (enum hear_marking)0, {{{0}}, 0}};
	unsigned char kind;
	enum hear_heard heard;

	engine->host.random(engine->host.context, seed, sizeof seed);
	heard = hear_listener_take(engine->listener, now->steady_ms, frame,
				   seed, &engine->frame, &question);
	hear_wipe(seed, sizeof seed);
	if (heard == HEAR_HEARD_KNOCK)
		engine->host.reply(engine->host.context, from,
				   hear_buffer_view(&engine->frame));
	if (heard != HEAR_HEARD_QUESTION) {
		count_stranger(engine, heard, now->steady_ms);
		return;
	}
	a.share = find_share(engine, &question);
	if (!a.share || !hear_wire_kind(question.message.body, &kind))
		reply_unknown(&a);
	else if (kind == HEAR_WIRE_JOIN) {
		hear_buffer_reset(&engine->body);
		hear_join_answer(engine, now, a.share, &question,
				 &engine->body);
		reply(&a);
	} else
		serve(&a, kind);
	hear_read_end(a.reader);
	if (engine->body.room > 4 * LIVE_BYTES)
		hear_buffer_done(&engine->body);
	if (engine->frame.room > 4 * LIVE_BYTES)
		hear_buffer_done(&engine->frame);
}

/* ---- News ---------------------------------------------------------------- */

/* What came since they were equal, where it is little: that is all they
 * lack. */
static void gather_news(struct hear_engine *engine, struct hear_reader *reader,
			const struct hear_parked *parked,
			struct hear_wire_pile *pile)
{
	uint64_t numbers[HEAR_PUSH_FILINGS];
	size_t count = 0;
	size_t i;

	if (hear_push_find(reader, parked->since, parked->view,
			   numbers, &count, NULL) != HEAR_OK)
		return;
	for (i = 0; i < count; i++) {
		hear_buffer_reset(&engine->squeezed);
		if (hear_outgo(engine, reader, numbers[i], &engine->squeezed,
			       NULL) != HEAR_OK ||
		    pile->bytes.size + engine->squeezed.size > NEWS_BYTES) {
			hear_wire_pile_reset(pile);
			return;
		}
		hear_wire_pile_add(pile, hear_buffer_view(&engine->squeezed));
	}
}

static void tell_news(struct hear_engine *engine,
		      const struct hear_moment *now,
		      struct hear_parked *parked, struct hear_reader *reader,
		      const struct hear_roots *roots, enum hear_marking view,
		      bool equal)
{
	struct hear_acquaintance *who = hear_acquaintance_of(
		engine, parked->share, &parked->peer.key);
	struct hear_wire_pile pile = {0};

	if (!equal && view == parked->view)
		gather_news(engine, reader, parked, &pile);
	if (who && !equal) {
		who->equal = false;
		who->gave += pile.count;
		hear_rate_add(&who->give_rate, now->steady_ms, pile.count);
	}
	write_standing(engine, HEAR_WIRE_ROOTS, roots, view, equal, &pile);
	hear_wire_pile_done(&pile);
	send_reply(engine, &parked->token, parked->session, parked->number,
		   hear_buffer_view(&engine->body), who);
}

static void look_at_parked(struct hear_engine *engine,
			   const struct hear_moment *now,
			   struct hear_parked *parked)
{
	struct hear_reader *reader = NULL;
	struct hear_roots roots;
	enum hear_marking view = (enum hear_marking)0;
	struct hear_id ours;
	bool equal;

	if (hear_share_read(parked->share, now->wall_ms, &reader, NULL) !=
		    HEAR_OK ||
	    hear_share_view(reader, &engine->self, &parked->peer, &view,
			     NULL) != HEAR_OK ||
	    hear_roots_read(reader, &roots, NULL) != HEAR_OK) {
		hear_read_end(reader);
		parked->share = NULL; /* they ask again */
		return;
	}
	if (view == 0) {
		hear_buffer_reset(&engine->body);
		hear_wire_write_unknown(&engine->body);
		send_reply(engine, &parked->token, parked->session,
			   parked->number, hear_buffer_view(&engine->body),
			   NULL);
		parked->share = NULL;
	} else {
		hear_roots_view(&roots, view, &ours);
		equal = hear_id_equal(&ours, &parked->known);
		if (!equal || now->steady_ms >= parked->until_ms) {
			tell_news(engine, now, parked, reader, &roots, view,
				  equal);
			parked->share = NULL;
		}
	}
	hear_read_end(reader);
}

void hear_replier_wake(struct hear_engine *engine,
		       const struct hear_moment *now)
{
	size_t i;

	for (i = 0; i < engine->parked_room; i++) {
		struct hear_parked *parked = &engine->parked[i];

		if (parked->share && (parked->share->changed ||
				       now->steady_ms >= parked->until_ms))
			look_at_parked(engine, now, parked);
	}
}

uint64_t hear_replier_due(const struct hear_engine *engine)
{
	uint64_t due = UINT64_MAX;
	size_t i;

	for (i = 0; i < engine->parked_room; i++)
		if (engine->parked[i].share &&
		    engine->parked[i].until_ms < due)
			due = engine->parked[i].until_ms;
	return due;
}

size_t hear_replier_parked(const struct hear_engine *engine)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < engine->parked_room; i++)
		count += engine->parked[i].share != NULL;
	return count;
}

void hear_replier_drop(struct hear_engine *engine,
		       const struct hear_share *share)
{
	size_t i;

	for (i = 0; i < engine->parked_room; i++)
		if (engine->parked[i].share == share)
			engine->parked[i].share = NULL;
}
