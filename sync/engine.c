/* SPDX-License-Identifier: ISC */
#include "sync/engine.h"
#include "core/bytes.h"
#include "core/error.h"
#include "sync/engine_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXPIRE_MS = 5000 };

/* ---- Beginning and ending ------------------------------------------------ */

enum hear_code hear_engine_new(struct hear_engine **out,
			       const struct hear_identity *identity,
			       const struct hear_host *host,
			       struct hear_err *err)
{
	struct hear_engine *engine = calloc(1, sizeof *engine);
	enum hear_code code;

	*out = NULL;
	if (!engine)
		return hear_fail_memory(err);
	engine->host = *host;
	engine->identity = identity;
	engine->next_lane = 1;
	hear_channel_self_init(&engine->self, identity);
	engine->arena = hear_arena_new();
	code = engine->arena ? HEAR_OK : hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_squeezer_new(&engine->squeezer, err);
	if (code == HEAR_OK)
		code = hear_listener_new(&engine->listener, &engine->self,
					 err);
	if (code != HEAR_OK) {
		hear_engine_free(engine);
		return code;
	}
	*out = engine;
	return HEAR_OK;
}

void hear_engine_free(struct hear_engine *engine)
{
	size_t i;

	if (!engine)
		return;
	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		hear_caller_free(engine->callers[i]);
	hear_listener_free(engine->listener);
	hear_squeezer_free(engine->squeezer);
	if (engine->arena)
		hear_arena_free(engine->arena);
	hear_buffer_done(&engine->body);
	hear_buffer_done(&engine->packed);
	hear_buffer_done(&engine->squeezed);
	hear_buffer_done(&engine->frame);
	hear_channel_self_done(&engine->self);
	hear_acquaintances_drop(engine, NULL);
	free(engine->parked);
	free(engine);
}

static struct hear_chatter *chatter_of(struct hear_engine *engine,
				       const struct hear_share *share,
				       const struct hear_key *peer)
{
	struct hear_acquaintance *who =
		peer && share ? hear_acquaintance_find(engine, share, peer)
			      : NULL;

	return who ? &who->chatter : peer ? &engine->strangers : &engine->own;
}

static bool may_say(struct hear_chatter *chatter, uint64_t now_ms)
{
	uint64_t regained = (now_ms - chatter->since_ms) / HEAR_LINE_MS;

	if (regained >= chatter->lines) {
		chatter->lines = 0;
		chatter->since_ms = now_ms;
	} else {
		chatter->lines -= (uint32_t)regained;
		chatter->since_ms += regained * HEAR_LINE_MS;
	}
	if (chatter->lines >= HEAR_LINES_AT_ONCE) {
		chatter->left_out++;
		return false;
	}
	chatter->lines++;
	return true;
}

bool hear_engine_say(struct hear_engine *engine, enum hear_say level,
		     const struct hear_share *share,
		     const struct hear_key *peer, const char *format, ...)
{
	struct hear_chatter *chatter = chatter_of(engine, share, peer);
	char sentence[512];
	va_list arguments;

	if (!may_say(chatter, engine->now_ms))
		return false;
	if (chatter->left_out > 0) {
		(void)snprintf(sentence, sizeof sentence,
			       "%u more lines about this were left out",
			       chatter->left_out);
		chatter->left_out = 0;
		engine->host.say(engine->host.context, level,
				 share ? share->name : NULL, peer, sentence);
	}
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	engine->host.say(engine->host.context, level, share ? share->name : NULL,
			 peer, sentence);
	return true;
}

/* ---- What it serves ------------------------------------------------------ */

static struct hear_share *find_share(struct hear_engine *engine,
				     const struct hear_dataset *dataset)
{
	size_t i;

	for (i = 0; i < HEAR_ENGINE_DATASETS; i++)
		if (engine->shares[i].dataset == dataset)
			return &engine->shares[i];
	return NULL;
}

enum hear_code hear_engine_serve(struct hear_engine *engine,
				 struct hear_dataset *dataset, const char *name,
				 struct hear_err *err)
{
	struct hear_share *share = find_share(engine, NULL);

	if (find_share(engine, dataset))
		return hear_fail(err, HEAR_EXISTS,
				 "the dataset is served already");
	if (!share)
		return hear_fail(err, HEAR_LIMIT,
				 "at most %d datasets can be served by one "
				 "program",
				 HEAR_ENGINE_DATASETS);
	memset(share, 0, sizeof *share);
	share->dataset = dataset;
	(void)snprintf(share->name, sizeof share->name, "%s", name);
	return HEAR_OK;
}

void hear_engine_drop(struct hear_engine *engine, struct hear_dataset *dataset)
{
	struct hear_share *share = find_share(engine, dataset);
	size_t i;

	if (!share)
		return;
	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i] &&
		    hear_caller_share(engine->callers[i]) == share) {
			hear_caller_free(engine->callers[i]);
			engine->callers[i] = NULL;
		}
	hear_replier_drop(engine, share);
	hear_acquaintances_drop(engine, share);
	memset(share, 0, sizeof *share);
}

/* ---- Whom it dials ------------------------------------------------------- */

static bool is_dialled(const struct hear_caller *caller,
		       const struct hear_share *share,
		       const struct hear_channel_peer *peer,
		       const char *address)
{
	return caller && hear_caller_share(caller) == share &&
	       memcmp(hear_caller_key(caller)->bytes, peer->key.bytes, 32) ==
		       0 &&
	       strcmp(hear_caller_address(caller), address) == 0;
}

enum hear_code hear_engine_dial(struct hear_engine *engine,
				struct hear_dataset *dataset,
				const struct hear_channel_peer *peer,
				const char *address, enum hear_peer_mode mode,
				uint32_t *out, struct hear_err *err)
{
	struct hear_share *share = find_share(engine, dataset);
	struct hear_caller **place = NULL;
	enum hear_code code;
	size_t i;

	*out = 0;
	if (!share)
		return hear_fail(err, HEAR_NOTFOUND,
				 "the dataset is not served");
	for (i = 0; i < HEAR_ENGINE_CALLERS; i++) {
		if (is_dialled(engine->callers[i], share, peer, address))
			return hear_fail(err, HEAR_EXISTS,
					 "%.200s is dialled already", address);
		if (!engine->callers[i] && !place)
			place = &engine->callers[i];
	}
	if (!place)
		return hear_fail(err, HEAR_LIMIT,
				 "at most %d peers can be dialled",
				 HEAR_ENGINE_CALLERS);
	code = hear_caller_new(place, engine, share, peer, address, mode, err);
	if (code == HEAR_OK)
		*out = hear_caller_id(*place);
	return code;
}

/* NULL: there is none. */
static struct hear_caller *find_caller(const struct hear_engine *engine,
				       uint32_t peer)
{
	size_t i;

	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i] &&
		    hear_caller_id(engine->callers[i]) == peer)
			return engine->callers[i];
	return NULL;
}

void hear_engine_undial(struct hear_engine *engine, uint32_t peer)
{
	size_t i;

	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i] &&
		    hear_caller_id(engine->callers[i]) == peer) {
			hear_caller_free(engine->callers[i]);
			engine->callers[i] = NULL;
		}
}

void hear_engine_nudge(struct hear_engine *engine, uint32_t peer)
{
	struct hear_caller *caller = find_caller(engine, peer);

	if (caller)
		hear_caller_nudge(caller);
}

/* ---- What happens -------------------------------------------------------- */

/* Tells everybody who waits for it of what was committed. Telling may lead to
 * commits of its own, but each brings something that was not here: it ends. */
static void settle(struct hear_engine *engine, const struct hear_moment *now)
{
	bool any = true;
	size_t i;
	size_t j;

	while (any) {
		bool changed[HEAR_ENGINE_DATASETS] = {false};

		any = false;
		for (i = 0; i < HEAR_ENGINE_DATASETS; i++)
			if (engine->shares[i].dataset &&
			    engine->shares[i].changed)
				changed[i] = any = true;
		if (!any)
			return;
		hear_replier_wake(engine, now);
		for (i = 0; i < HEAR_ENGINE_DATASETS; i++)
			if (changed[i])
				engine->shares[i].changed = false;
		for (j = 0; j < HEAR_ENGINE_CALLERS; j++) {
			struct hear_caller *caller = engine->callers[j];

			if (caller &&
			    changed[hear_caller_share(caller) - engine->shares])
				hear_caller_changed(caller, now);
		}
	}
}

void hear_engine_request(struct hear_engine *engine,
			 const struct hear_moment *now,
			 const struct hear_token *from, struct hear_span frame)
{
	engine->now_ms = now->steady_ms;
	hear_replier_request(engine, now, from, frame);
	settle(engine, now);
}

void hear_engine_answer(struct hear_engine *engine,
			const struct hear_moment *now, uint32_t lane,
			uint64_t request, struct hear_span frame)
{
	size_t i;

	engine->now_ms = now->steady_ms;
	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i] &&
		    hear_caller_answer(engine->callers[i], now, lane, request,
				       frame))
			break;
	settle(engine, now);
}

void hear_engine_unanswered(struct hear_engine *engine,
			    const struct hear_moment *now, uint32_t lane,
			    uint64_t request)
{
	size_t i;

	engine->now_ms = now->steady_ms;
	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i] &&
		    hear_caller_unanswered(engine->callers[i], now, lane,
					   request))
			break;
	settle(engine, now);
}

void hear_engine_cut(struct hear_engine *engine, const struct hear_moment *now)
{
	size_t i;

	engine->now_ms = now->steady_ms;
	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i])
			hear_caller_cut(engine->callers[i], now);
	settle(engine, now);
}

/* A commit that changed no root, or that is known, wakes nobody. */
void hear_engine_changed(struct hear_engine *engine,
			 const struct hear_moment *now,
			 struct hear_dataset *dataset)
{
	struct hear_share *share = find_share(engine, dataset);
	struct hear_reader *reader = NULL;
	struct hear_roots roots;

	engine->now_ms = now->steady_ms;
	if (!share)
		return;
	if (hear_share_read(share, now->wall_ms, &reader, NULL) == HEAR_OK &&
	    hear_roots_read(reader, &roots, NULL) == HEAR_OK &&
	    !hear_roots_equal(&roots, &share->told)) {
		share->told = roots;
		share->changed = true;
	}
	hear_read_end(reader);
	settle(engine, now);
}

void hear_engine_tick(struct hear_engine *engine, const struct hear_moment *now)
{
	size_t i;

	engine->now_ms = now->steady_ms;
	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i])
			hear_caller_tick(engine->callers[i], now);
	hear_replier_wake(engine, now);
	if (now->steady_ms >= engine->expire_ms) {
		hear_listener_expire(engine->listener, now->steady_ms);
		engine->expire_ms = now->steady_ms + EXPIRE_MS;
	}
	settle(engine, now);
}

uint64_t hear_engine_due(const struct hear_engine *engine)
{
	uint64_t due = hear_replier_due(engine);
	size_t i;

	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i]) {
			uint64_t one = hear_caller_due(engine->callers[i]);

			due = one < due ? one : due;
		}
	if ((hear_listener_half_opens(engine->listener) > 0 ||
	     hear_listener_sessions(engine->listener) > 0) &&
	    engine->expire_ms < due)
		due = engine->expire_ms;
	return due;
}

/* ---- How it stands ------------------------------------------------------- */

static void fill(const struct hear_engine *engine,
		 const struct hear_share *share, const struct hear_key *key,
		 const struct hear_acquaintance *who,
		 struct hear_peer_status *out)
{
	memset(out, 0, sizeof *out);
	out->dataset = share->dataset;
	out->dataset_name = share->name;
	out->key = *key;
	out->address = "";
	if (!who)
		return;
	out->view = who->view;
	out->equal_ms = who->equal_ms;
	out->heard_ms = who->heard_ms;
	out->got = who->got;
	out->gave = who->gave;
	out->bytes_in = who->bytes_in;
	out->bytes_out = who->bytes_out;
	out->get_rate = hear_rate_of(&who->get_rate, engine->now_ms);
	out->give_rate = hear_rate_of(&who->give_rate, engine->now_ms);
}

/* The filings of the view, and its root: as of now. */
static void look_at(struct hear_peer_status *out,
		    const struct hear_share *share, struct hear_id *root)
{
	struct hear_reader *reader = NULL;
	struct hear_roots roots;

	memset(root, 0, sizeof *root);
	if (out->view != 0 && hear_share_read(share, 0, &reader, NULL) ==
				      HEAR_OK &&
	    hear_roots_read(reader, &roots, NULL) == HEAR_OK) {
		out->filings = hear_roots_count(&roots, out->view);
		hear_roots_view(&roots, out->view, root);
	}
	hear_read_end(reader);
}

/* One who dials us and is not dialled: equal is who had our root when last
 * heard, and is still there. */
static void judge(const struct hear_engine *engine,
		  const struct hear_acquaintance *who,
		  struct hear_peer_status *out)
{
	struct hear_id root;

	look_at(out, who->share, &root);
	out->state = HEAR_PEER_DIFFERS;
	if (engine->now_ms - who->dialled_us_ms > HEAR_CALLER_GONE_MS) {
		out->state = HEAR_PEER_DOWN;
		(void)snprintf(out->why, sizeof out->why,
			       "it is not connected");
	} else if (who->equal && hear_id_equal(&root, &who->equal_root)) {
		out->state = HEAR_PEER_EQUAL;
	} else {
		(void)snprintf(out->why, sizeof out->why,
			       "it has not yet asked for the newest");
	}
}

bool hear_engine_status_of(const struct hear_engine *engine, uint32_t peer,
			   struct hear_peer_status *out)
{
	struct hear_caller *caller = find_caller(engine, peer);
	const struct hear_share *share;
	struct hear_id root;

	if (!caller)
		return false;
	share = hear_caller_share(caller);
	fill(engine, share, hear_caller_key(caller),
	     hear_acquaintance_find(engine, share, hear_caller_key(caller)), out);
	hear_caller_status(caller, out);
	look_at(out, share, &root);
	return true;
}

static bool is_called(const struct hear_engine *engine,
		      const struct hear_acquaintance *who)
{
	size_t i;

	for (i = 0; i < HEAR_ENGINE_CALLERS; i++) {
		const struct hear_caller *caller = engine->callers[i];

		if (caller && hear_caller_share(caller) == who->share &&
		    memcmp(hear_caller_key(caller)->bytes, who->key.bytes,
			   32) == 0)
			return true;
	}
	return false;
}

/* Those we dial first, then those who only dial us. */
bool hear_engine_status(const struct hear_engine *engine, size_t index,
			struct hear_peer_status *out)
{
	size_t i;

	for (i = 0; i < HEAR_ENGINE_CALLERS; i++)
		if (engine->callers[i] && index-- == 0)
			return hear_engine_status_of(
				engine, hear_caller_id(engine->callers[i]),
				out);
	for (i = 0; i < engine->acquaintance_count; i++) {
		const struct hear_acquaintance *who =
			engine->acquaintances[i];

		if (is_called(engine, who) || index-- > 0)
			continue;
		fill(engine, who->share, &who->key, who, out);
		judge(engine, who, out);
		return true;
	}
	return false;
}

bool hear_engine_differences(const struct hear_engine *engine, uint32_t peer,
			     size_t index, struct hear_differing *out)
{
	struct hear_caller *caller = find_caller(engine, peer);

	return caller && hear_caller_difference(caller, index, out);
}

void hear_engine_counts(const struct hear_engine *engine, size_t *sessions,
			size_t *half_opens, size_t *parked)
{
	*sessions = hear_listener_sessions(engine->listener);
	*half_opens = hear_listener_half_opens(engine->listener);
	*parked = hear_replier_parked(engine);
}
