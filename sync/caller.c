/* SPDX-License-Identifier: ISC */
/*~ caller.c - what we ask one other node, round by round.
 *
 *   HELLO, or ROOTS        what each holds
 *   equal?                 rest (caller_rest.c)
 *   the roster differs?    that alone first: it says what else may be seen
 *   else each marking      COMPARE until it is known what differs, then
 *                          EXCHANGE (caller_exchange.c)
 *   ROOTS again            until both are equal, or a round brings nothing
 *
 * Whatever is lost is asked again; a peer that cannot be reached, does not
 * know us, or breaks a rule costs a round, and the next one begins afresh.
 */
#include "core/bytes.h"
#include "core/error.h"
#include "core/limits.h"
#include "sync/caller_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LIVE_BYTES = 16 * 1024, /* larger questions are not padded */
	PROOF_BYTES = 64 * 1024,
};

/* ---- Beginning and ending ------------------------------------------------ */

enum hear_code hear_caller_new(struct hear_caller **out,
			       struct hear_engine *engine,
			       struct hear_share *share,
			       const struct hear_channel_peer *peer,
			       const char *address, enum hear_peer_mode mode,
			       struct hear_err *err)
{
	struct hear_caller *caller = calloc(1, sizeof *caller);

	*out = caller;
	if (!caller)
		return hear_fail_memory(err);
	caller->engine = engine;
	caller->share = share;
	caller->peer = *peer;
	caller->mode = mode;
	(void)snprintf(caller->address, sizeof caller->address, "%s", address);
	caller->id = ++engine->next_peer;
	caller->lane = engine->next_lane;
	engine->next_lane += HEAR_CALLER_HANDS + 1;
	caller->state = HEAR_PEER_CONNECTING;
	caller->who = hear_acquaintance_of(engine, share, &peer->key);
	return HEAR_OK;
}

void hear_caller_free(struct hear_caller *caller)
{
	size_t i;

	if (!caller)
		return;
	hear_hands_drop(caller);
	for (i = 0; i < HEAR_CALLER_HANDS; i++)
		hear_hand_close(&caller->hands[i]);
	hear_rest_hang_up(caller);
	hear_stock_drop(caller);
	hear_descent_free(caller->descent);
	hear_look_forget(caller);
	free(caller);
}

const struct hear_share *hear_caller_share(const struct hear_caller *caller)
{
	return caller->share;
}

const struct hear_key *hear_caller_key(const struct hear_caller *caller)
{
	return &caller->peer.key;
}

const char *hear_caller_address(const struct hear_caller *caller)
{
	return caller->address;
}

uint32_t hear_caller_id(const struct hear_caller *caller)
{
	return caller->id;
}

static void end_round(struct hear_caller *caller, const struct hear_moment *now)
{
	struct hear_err err;

	hear_hands_drop(caller);
	if (hear_stock_store(caller, now, &err) != HEAR_OK)
		hear_engine_say(caller->engine, HEAR_SAY_ERROR, caller->share,
				NULL, "%.230s", err.message);
	hear_descent_free(caller->descent);
	caller->descent = NULL;
	caller->gives = NULL;
	caller->give_count = 0;
	caller->given = 0;
}

void hear_caller_stop(struct hear_caller *caller,
		      const struct hear_moment *now, enum hear_peer_state state,
		      uint64_t wait_ms, const char *why)
{
	end_round(caller, now);
	if (caller->who)
		caller->who->equal = false;
	if (state != caller->state || strcmp(why, caller->why) != 0)
		hear_engine_say(caller->engine, HEAR_SAY_WARN, caller->share,
				&caller->peer.key, "%s", why);
	caller->phase = HEAR_PHASE_REST;
	caller->state = state;
	caller->next_round = now->steady_ms + wait_ms;
	caller->rested_ms = now->steady_ms;
	(void)snprintf(caller->why, sizeof caller->why, "%s", why);
	if (caller->mode == HEAR_PEER_LOOK)
		caller->lacked = caller->missing = 0; /* it saw no end */
}

void hear_caller_charge(struct hear_caller *caller,
			const struct hear_moment *now,
			const struct hear_err *err)
{
	char why[240];

	(void)snprintf(why, sizeof why, "it broke the protocol: %.200s",
		       err->message);
	hear_caller_stop(caller, now, HEAR_PEER_DIFFERS, HEAR_CALLER_AGAIN_MS,
			 why);
}

void hear_caller_fail(struct hear_caller *caller,
		      const struct hear_moment *now,
		      const struct hear_err *err)
{
	hear_engine_say(caller->engine, HEAR_SAY_ERROR, caller->share, NULL,
			"%.230s", err->message);
	hear_caller_stop(caller, now, HEAR_PEER_DIFFERS, HEAR_CALLER_AGAIN_MS,
			 err->message);
}

/* ---- Asking -------------------------------------------------------------- */

void hear_caller_ask(struct hear_caller *caller, struct hear_hand *hand,
		     const struct hear_moment *now, struct hear_buffer *body)
{
	struct hear_err err = {0};
	bool live = body->size <= LIVE_BYTES;

	if (body->failed || !hear_hand_open(caller, hand, &err)) {
		hear_buffer_done(body);
		if (err.code == HEAR_OK)
			(void)hear_fail_memory(&err);
		hear_caller_fail(caller, now, &err);
		return;
	}
	caller->trips++;
	hear_asker_ask(&hand->asker, now, caller->address, body, live,
		       HEAR_ASK_MS);
}

enum hear_code hear_caller_own(struct hear_caller *caller,
			       const struct hear_moment *now,
			       struct hear_roots *roots,
			       enum hear_marking *view, struct hear_err *err)
{
	struct hear_reader *reader = NULL;
	enum hear_code code = hear_share_read(caller->share, now->wall_ms,
					       &reader, err);

	if (code == HEAR_OK)
		code = hear_roots_read(reader, roots, err);
	if (code == HEAR_OK)
		code = hear_share_view(reader, &caller->engine->self,
					&caller->peer, view, err);
	hear_read_end(reader);
	return code;
}

struct proving {
	struct hear_caller *caller;
	struct hear_reader *reader;
	struct hear_wire_pile *pile;
};

static enum hear_code add_proof(void *context, uint64_t number,
				struct hear_err *err)
{
	struct proving *p = context;
	struct hear_engine *engine = p->caller->engine;
	enum hear_code code;

	hear_buffer_reset(&engine->squeezed);
	code = hear_outgo(engine, p->reader, number, &engine->squeezed, err);
	if (code == HEAR_OK &&
	    p->pile->bytes.size + engine->squeezed.size > PROOF_BYTES - 8)
		return HEAR_LIMIT;
	if (code == HEAR_OK)
		hear_wire_pile_add(p->pile,
				   hear_buffer_view(&engine->squeezed));
	return code;
}

/* The roster filings by which a peer that has not heard of us can see that we
 * are a member; where they are more than HELLO may bring, as many as it may. */
static void gather_proof(struct hear_caller *caller,
			 const struct hear_moment *now,
			 struct hear_wire_pile *pile)
{
	struct proving p = {caller, NULL, pile};
	enum hear_code code = hear_share_read(caller->share, now->wall_ms,
					      &p.reader, NULL);

	if (code == HEAR_OK)
		code = hear_replica_proof(hear_reader_txn(p.reader),
					  &caller->engine->self.key, add_proof,
					  &p, NULL);
	hear_read_end(p.reader);
}

static void ask_hello(struct hear_caller *caller, const struct hear_moment *now,
		      const struct hear_roots *own, enum hear_marking view)
{
	struct hear_wire_hello hello = {0};
	struct hear_wire_pile proof = {0};
	struct hear_buffer body = {0};

	hear_roots_wire(own, view, &hello.roots);
	if (caller->prove)
		gather_proof(caller, now, &proof);
	hello.proof = hear_wire_pile_list(&proof);
	hear_wire_write_hello(&body, &hello);
	hear_wire_pile_done(&proof);
	caller->phase = HEAR_PHASE_GREET;
	hear_caller_ask(caller, &caller->hands[0], now, &body);
}

static void ask_roots(struct hear_caller *caller, const struct hear_moment *now,
		      const struct hear_roots *own, enum hear_marking view)
{
	struct hear_wire_ask_roots ask = {0};
	struct hear_buffer body = {0};

	hear_roots_wire(own, view, &ask.roots);
	hear_wire_write_roots(&body, &ask);
	caller->phase = HEAR_PHASE_ROOTS;
	hear_caller_ask(caller, &caller->hands[0], now, &body);
}

/* Our roster does not have the peer as a member. */
static void no_members(struct hear_caller *caller,
		       const struct hear_moment *now)
{
	hear_rest_hang_up(caller);
	hear_caller_stop(caller, now, HEAR_PEER_REFUSED, HEAR_CALLER_REFUSED_MS,
			 "by the roster here it is no member any more");
}

void hear_caller_round(struct hear_caller *caller,
		       const struct hear_moment *now)
{
	enum hear_marking view = (enum hear_marking)0;
	struct hear_roots own;
	struct hear_err err = {0};
	enum hear_code code = hear_caller_own(caller, now, &own, &view, &err);

	end_round(caller, now);
	caller->progress = 0;
	if (caller->state == HEAR_PEER_EQUAL)
		caller->trips = 0;
	if (code != HEAR_OK)
		hear_caller_fail(caller, now, &err);
	else if (view == 0)
		no_members(caller, now);
	else if (caller->hands[0].open &&
		 hear_asker_hash(&caller->hands[0].asker) && !caller->prove)
		ask_roots(caller, now, &own, view);
	else
		ask_hello(caller, now, &own, view);
}

bool hear_caller_may(struct hear_caller *caller, const struct hear_moment *now,
		     unsigned marking)
{
	enum hear_marking view = (enum hear_marking)0;
	struct hear_roots own;

	if (hear_caller_own(caller, now, &own, &view, NULL) == HEAR_OK &&
	    view != 0 && (unsigned)view >= marking)
		return true;
	hear_caller_round(caller, now);
	return false;
}

/* ---- Deciding ------------------------------------------------------------ */

static bool same_root(const struct hear_tree_root *a,
		      const struct hear_tree_root *b)
{
	return a->count == b->count && hear_id_equal(&a->digest, &b->digest);
}

/* The partitions that are to be made equal. */
static unsigned make_plan(const struct hear_roots *own,
			  const struct hear_wire_standing *theirs,
			  enum hear_marking view, bool looking)
{
	unsigned plan = 0;
	unsigned i;

	if (!hear_id_equal(&own->partitions[0].digest, &theirs->roots.roster))
		plan = 1;
	if (plan != 0 && !looking)
		return plan;
	for (i = 1; i <= (unsigned)view && i <= theirs->partition_count; i++)
		if (!same_root(&own->partitions[i], &theirs->partitions[i - 1]))
			plan |= 1u << i;
	return plan;
}

/* A round that brought nothing, and still the roots differ. */
static bool barren(struct hear_caller *caller, const struct hear_moment *now)
{
	caller->barren = caller->progress > 0 ? 0 : caller->barren + 1;
	caller->progress = 0;
	if (caller->barren <= HEAR_CALLER_BARREN)
		return false;
	caller->barren = 0;
	hear_caller_stop(caller, now, HEAR_PEER_DIFFERS, HEAR_CALLER_AGAIN_MS,
			 "the datasets differ, and what differs cannot be "
			 "exchanged: see `hearsay diff`, and whether both "
			 "machines have the same version of Hearsay");
	return true;
}

static void decide(struct hear_caller *caller, const struct hear_moment *now,
		   const struct hear_wire_standing *theirs)
{
	enum hear_marking view = (enum hear_marking)0;
	struct hear_roots own;
	struct hear_id root;
	struct hear_err err = {0};
	enum hear_code code = hear_caller_own(caller, now, &own, &view, &err);

	if (code != HEAR_OK) {
		hear_caller_fail(caller, now, &err);
		return;
	}
	if (view == 0) {
		no_members(caller, now);
		return;
	}
	if (theirs->roots.clearance < view)
		view = theirs->roots.clearance;
	caller->view = view;
	caller->held = hear_roots_count(&own, view);
	hear_look_forget(caller);
	hear_roots_view(&own, view, &root);
	caller->same = hear_id_equal(&root, &theirs->roots.view) &&
		       theirs->roots.clearance == view;
	if (caller->same) {
		if (caller->mode == HEAR_PEER_LOOK)
			hear_look_end(caller, now);
		else
			hear_rest_equal(caller, now, &own);
		return;
	}
	if (barren(caller, now))
		return;
	caller->plan = make_plan(&own, theirs, view,
				 caller->mode == HEAR_PEER_LOOK);
	if (caller->who)
		caller->who->equal = false;
	caller->lacked = 0;
	caller->missing = 0;
	hear_caller_next(caller, now);
}

static void take_standing(struct hear_caller *caller,
			  const struct hear_moment *now, struct hear_span reply)
{
	enum hear_wire_kind kind = caller->phase == HEAR_PHASE_GREET
					   ? HEAR_WIRE_HELLO
					   : HEAR_WIRE_ROOTS;
	struct hear_wire_standing standing;
	struct hear_err err = {0};

	if (hear_wire_read_standing(&standing, kind, reply, &err) != HEAR_OK) {
		hear_caller_charge(caller, now, &err);
		return;
	}
	caller->prove = false;
	decide(caller, now, &standing);
}

/* ---- Comparing ----------------------------------------------------------- */

void hear_caller_compare(struct hear_caller *caller,
			 const struct hear_moment *now)
{
	static const unsigned char unmarked[HEAR_WIRE_MARK];
	struct hear_buffer body = {0};
	struct hear_err err = {0};
	enum hear_code code = hear_descent_question(caller->descent, unmarked,
						    &body, &err);

	if (code == HEAR_OK) {
		caller->phase = HEAR_PHASE_COMPARE;
		caller->state = HEAR_PEER_COMPARING;
		hear_caller_ask(caller, &caller->hands[0], now, &body);
		return;
	}
	hear_buffer_done(&body);
	if (code == HEAR_INVALID)
		hear_caller_charge(caller, now, &err);
	else if (code != HEAR_NOTFOUND)
		hear_caller_fail(caller, now, &err);
	else if (caller->mode == HEAR_PEER_LOOK)
		hear_look_note(caller, now);
	else
		hear_hands_begin(caller, now);
}

void hear_caller_next(struct hear_caller *caller,
		      const struct hear_moment *now)
{
	struct hear_err err = {0};
	enum hear_code code;

	if (caller->mode == HEAR_PEER_LOOK && caller->descent)
		hear_look_rest(caller);
	end_round(caller, now);
	if (caller->plan == 0) {
		if (caller->mode == HEAR_PEER_LOOK)
			hear_look_end(caller, now);
		else
			hear_caller_again(caller, now);
		return;
	}
	while (!(caller->plan & 1u << caller->partition))
		caller->partition = (unsigned char)((caller->partition + 1) %
						    (HEAR_RED + 1));
	caller->plan &= ~(1u << caller->partition);
	caller->engine->host.random(caller->engine->host.context, caller->salt,
				    sizeof caller->salt);
	code = hear_descent_new(&caller->descent,
				hear_span_make(&caller->partition, 1),
				caller->salt, &err);
	if (code != HEAR_OK) {
		hear_caller_fail(caller, now, &err);
		return;
	}
	hear_descent_know(caller->descent, HEAR_ASIDE);
	hear_descent_know(caller->descent, HEAR_REFUSED);
	hear_caller_compare(caller, now);
}

void hear_caller_again(struct hear_caller *caller,
		       const struct hear_moment *now)
{
	enum hear_marking view = (enum hear_marking)0;
	struct hear_roots own;
	struct hear_err err = {0};
	enum hear_code code = hear_caller_own(caller, now, &own, &view, &err);

	if (code != HEAR_OK)
		hear_caller_fail(caller, now, &err);
	else if (view == 0)
		no_members(caller, now);
	else
		ask_roots(caller, now, &own, view);
}

static void take_compared(struct hear_caller *caller,
			  const struct hear_moment *now, struct hear_span reply)
{
	struct hear_wire_compared compared;
	struct hear_reader *reader = NULL;
	struct hear_err err = {0};
	enum hear_code code = hear_wire_read_compared(&compared, reply, &err);

	if (code != HEAR_OK) {
		hear_caller_charge(caller, now, &err);
		return;
	}
	code = hear_share_read(caller->share, now->wall_ms, &reader, &err);
	if (code == HEAR_OK)
		code = hear_descent_take(caller->descent,
					 hear_reader_txn(reader), &compared,
					 &err);
	hear_read_end(reader);
	if (code == HEAR_OK)
		hear_caller_compare(caller, now);
	else if (code == HEAR_INVALID)
		hear_caller_charge(caller, now, &err);
	else
		hear_caller_fail(caller, now, &err);
}

/* ---- Hearing ------------------------------------------------------------- */

/* For how long who is busy is left alone, whatever it says. */
static uint64_t busy_ms(const struct hear_wire_sorry *sorry)
{
	if (sorry->number < HEAR_CALLER_BUSY_MS)
		return HEAR_CALLER_BUSY_MS;
	return sorry->number < HEAR_CALLER_BUSY_MOST_MS
		       ? sorry->number
		       : HEAR_CALLER_BUSY_MOST_MS;
}

static void turn_away_unknown(struct hear_caller *caller,
			      const struct hear_moment *now)
{
	if (!caller->prove) {
		caller->prove = true; /* it may not have heard of us yet */
		hear_caller_round(caller, now);
		return;
	}
	caller->prove = false;
	hear_caller_stop(caller, now, HEAR_PEER_REFUSED, HEAR_CALLER_REFUSED_MS,
			 "it does not have this dataset, or does not take this "
			 "machine for a member");
}

bool hear_caller_turned_away(struct hear_caller *caller,
			     struct hear_hand *hand,
			     const struct hear_moment *now,
			     struct hear_span reply)
{
	struct hear_wire_sorry sorry;
	unsigned char kind = 0;
	char why[160];

	if (!hear_wire_kind(reply, &kind) || kind == HEAR_WIRE_UNKNOWN) {
		turn_away_unknown(caller, now);
		return true;
	}
	if (kind != HEAR_WIRE_SORRY ||
	    hear_wire_read_sorry(&sorry, reply, NULL) != HEAR_OK)
		return false;
	if (sorry.code == HEAR_SORRY_VERSION) {
		(void)snprintf(why, sizeof why,
			       "it needs a Hearsay that reads format %llu: "
			       "install a newer one there",
			       (unsigned long long)sorry.number);
		hear_caller_stop(caller, now, HEAR_PEER_DIFFERS,
				 HEAR_CALLER_REFUSED_MS, why);
		return true;
	}
	if (hand && (caller->phase == HEAR_PHASE_EXCHANGE ||
		     caller->phase == HEAR_PHASE_COMPARE)) {
		hand->resume_at = now->steady_ms + busy_ms(&sorry);
		(void)snprintf(caller->why, sizeof caller->why, "it is busy");
		return true;
	}
	hear_caller_stop(caller, now, HEAR_PEER_CONNECTING, busy_ms(&sorry),
			 "it is busy; trying again");
	return true;
}

enum hear_code hear_caller_take(struct hear_caller *caller,
				const struct hear_moment *now,
				struct hear_wire_list filings,
				struct hear_err *err)
{
	struct hear_intake intake;
	enum hear_code code;

	if (filings.count == 0)
		return HEAR_OK;
	code = hear_intake(caller->engine, caller->share, now,
			   &caller->peer.key, caller->view, filings, NULL,
			   &intake, err);
	if (code != HEAR_OK)
		return code;
	caller->progress += intake.admitted;
	if (caller->who) {
		caller->who->got += intake.admitted;
		hear_rate_add(&caller->who->get_rate, now->steady_ms,
			      intake.admitted);
	}
	return HEAR_OK;
}

void hear_caller_given(struct hear_caller *caller,
		       const struct hear_moment *now, struct hear_span results)
{
	uint32_t taken = 0;
	size_t i;

	for (i = 0; i < results.size; i++)
		taken += results.data[i] == HEAR_RESULT_TAKEN;
	/* It cannot lack more than there is: who says so says what is not. */
	caller->put += taken;
	if (caller->put <= 2 * caller->held)
		caller->progress += taken;
	if (caller->who) {
		caller->who->gave += taken;
		hear_rate_add(&caller->who->give_rate, now->steady_ms, taken);
	}
}

static void take_reply(struct hear_caller *caller, struct hear_hand *hand,
		       const struct hear_moment *now, struct hear_span reply)
{
	if (caller->who)
		caller->who->heard_ms = now->wall_ms;
	if (hear_caller_turned_away(caller, hand, now, reply))
		return;
	switch (caller->phase) {
	case HEAR_PHASE_GREET:
	case HEAR_PHASE_ROOTS:
		take_standing(caller, now, reply);
		return;
	case HEAR_PHASE_COMPARE:
		take_compared(caller, now, reply);
		return;
	case HEAR_PHASE_EXCHANGE:
		hear_hands_reply(caller, hand, now, reply);
		return;
	case HEAR_PHASE_REASONS:
		hear_look_reply(caller, now, reply);
		return;
	case HEAR_PHASE_PUSH:
		hear_rest_pushed(caller, now, reply);
		return;
	case HEAR_PHASE_NEW:
	case HEAR_PHASE_REST:
		return;
	}
}

/* One more try was in vain. */
static void missed(struct hear_caller *caller, const struct hear_hand *hand,
		   const struct hear_moment *now)
{
	enum hear_marking view = (enum hear_marking)0;
	enum hear_peer_state state = hand->asker.stranger ? HEAR_PEER_STRANGER
							  : HEAR_PEER_DOWN;
	struct hear_roots own;
	struct hear_err err = {0};

	if (hand->asker.failures < HEAR_ASK_TRIES)
		return;
	if (caller->state != state)
		hear_engine_say(caller->engine,
				state == HEAR_PEER_DOWN ? HEAR_SAY_INFO
							: HEAR_SAY_WARN,
				caller->share, &caller->peer.key,
				state == HEAR_PEER_DOWN
					? "cannot be reached at %s"
					: "somebody else answers at %s",
				caller->address);
	caller->state = state;
	(void)snprintf(caller->why, sizeof caller->why,
		       state == HEAR_PEER_STRANGER
			       ? "somebody else answers at %.180s"
			       : "nobody answers at %.180s",
		       caller->address);
	if (caller->who)
		caller->who->equal = false;
	if (caller->phase == HEAR_PHASE_GREET)
		return; /* the same HELLO goes on being tried */
	end_round(caller, now);
	caller->progress = 0;
	if (hear_caller_own(caller, now, &own, &view, &err) != HEAR_OK)
		hear_caller_fail(caller, now, &err);
	else if (view == 0)
		no_members(caller, now);
	else
		ask_hello(caller, now, &own, view);
}

/* ---- Events -------------------------------------------------------------- */

/* The hand of a lane; NULL: it is the waiting one's, or another caller's. */
static struct hear_hand *hand_of(struct hear_caller *caller, uint32_t lane)
{
	uint32_t index = lane - caller->lane - 1;

	return lane > caller->lane && index < HEAR_CALLER_HANDS &&
			       caller->hands[index].open
		       ? &caller->hands[index]
		       : NULL;
}

static bool is_ours(const struct hear_caller *caller, uint32_t lane)
{
	return lane >= caller->lane && lane <= caller->lane + HEAR_CALLER_HANDS;
}

static void count_bytes(struct hear_caller *caller,
			const struct hear_asker *asker, uint64_t in,
			uint64_t out)
{
	if (!caller->who)
		return;
	caller->who->bytes_in += asker->bytes_in - in;
	caller->who->bytes_out += asker->bytes_out - out;
}

static void waiter_missed(struct hear_caller *caller,
			  const struct hear_moment *now)
{
	if (caller->wait.failures < HEAR_ASK_TRIES)
		return;
	hear_asker_drop(&caller->wait);
	if (caller->phase == HEAR_PHASE_REST)
		hear_caller_round(caller, now);
}

bool hear_caller_answer(struct hear_caller *caller,
			const struct hear_moment *now, uint32_t lane,
			uint64_t request, struct hear_span frame)
{
	struct hear_hand *hand = hand_of(caller, lane);
	struct hear_asker *asker = hand ? &hand->asker : &caller->wait;
	struct hear_span reply = {NULL, 0};
	enum hear_asked asked;
	uint64_t in = asker->bytes_in;
	uint64_t out = asker->bytes_out;

	if (!is_ours(caller, lane))
		return false;
	if (!hand && (lane != caller->lane || !caller->wait_open))
		return true;
	asked = hear_asker_answer(asker, now, request, frame, &reply);
	count_bytes(caller, asker, in, out);
	if (asked == HEAR_ASKED_REPLY && hand)
		take_reply(caller, hand, now, reply);
	else if (asked == HEAR_ASKED_REPLY)
		hear_rest_news(caller, now, reply);
	else if (asked == HEAR_ASKED_FAILED && hand)
		missed(caller, hand, now);
	else if (asked == HEAR_ASKED_FAILED)
		waiter_missed(caller, now);
	return true;
}

bool hear_caller_unanswered(struct hear_caller *caller,
			    const struct hear_moment *now, uint32_t lane,
			    uint64_t request)
{
	struct hear_hand *hand = hand_of(caller, lane);
	struct hear_asker *asker = hand ? &hand->asker : &caller->wait;

	if (!is_ours(caller, lane))
		return false;
	if (!hand && (lane != caller->lane || !caller->wait_open))
		return true;
	if (hear_asker_unanswered(asker, now, request) != HEAR_ASKED_FAILED)
		return true;
	if (hand)
		missed(caller, hand, now);
	else
		waiter_missed(caller, now);
	return true;
}

/* The link ended: what was under way is asked again, of the same session. */
void hear_caller_cut(struct hear_caller *caller, const struct hear_moment *now)
{
	size_t i;

	for (i = 0; i < HEAR_CALLER_HANDS; i++)
		if (caller->hands[i].open && caller->hands[i].asker.request)
			(void)hear_caller_unanswered(
				caller, now,
				caller->lane + 1 + (uint32_t)i,
				caller->hands[i].asker.request);
	if (caller->wait_open && caller->wait.request)
		(void)hear_caller_unanswered(caller, now, caller->lane,
					     caller->wait.request);
}

void hear_caller_changed(struct hear_caller *caller,
			 const struct hear_moment *now)
{
	if (caller->phase == HEAR_PHASE_REST)
		hear_rest_changed(caller, now);
}

void hear_caller_tick(struct hear_caller *caller, const struct hear_moment *now)
{
	size_t i;

	if (caller->phase == HEAR_PHASE_NEW) {
		caller->state = HEAR_PEER_CONNECTING;
		hear_caller_round(caller, now);
	}
	for (i = 0; i < HEAR_CALLER_HANDS; i++)
		if (caller->hands[i].open)
			hear_asker_tick(&caller->hands[i].asker, now);
	if (caller->wait_open)
		hear_asker_tick(&caller->wait, now);
	hear_hands_tick(caller, now);
	if (caller->phase == HEAR_PHASE_REST)
		hear_rest_tick(caller, now);
}

void hear_caller_nudge(struct hear_caller *caller)
{
	size_t i;

	caller->next_round = 0;
	for (i = 0; i < HEAR_CALLER_HANDS; i++)
		if (caller->hands[i].open)
			hear_asker_nudge(&caller->hands[i].asker);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t hear_caller_due(const struct hear_caller *caller)
{
	uint64_t due = caller->phase == HEAR_PHASE_NEW ? 0 : UINT64_MAX;
	size_t i;

	for (i = 0; i < HEAR_CALLER_HANDS; i++) {
		const struct hear_hand *hand = &caller->hands[i];

		if (hand->open)
			due = earlier(due, hear_asker_due(&hand->asker));
		if (hand->resume_at)
			due = earlier(due, hand->resume_at);
	}
	due = earlier(due, hear_stock_due(caller));
	if (caller->wait_open)
		due = earlier(due, hear_asker_due(&caller->wait));
	if (caller->phase == HEAR_PHASE_REST)
		due = earlier(due, hear_rest_due(caller));
	return due;
}

void hear_caller_status(const struct hear_caller *caller,
			struct hear_peer_status *out)
{
	out->peer = caller->id;
	out->address = caller->address;
	out->state = caller->state;
	out->view = caller->view;
	out->lacked = caller->lacked;
	out->missing = caller->missing;
	out->trips = caller->trips;
	(void)snprintf(out->why, sizeof out->why, "%s",
		       caller->state == HEAR_PEER_EQUAL ? "" : caller->why);
}
