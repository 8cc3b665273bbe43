/* SPDX-License-Identifier: ISC */
/*~ join.c - both ends of an invitation: the newcomer who asks, and the inviter
 * who answers.
 *
 *   JOIN    MAC over the handshake's hash and the newcomer's keys, keyed with
 *           H(secret); the newcomer's certificate
 *   JOINED  the dataset's first filing, and the roster
 *
 * H(secret) is known to two until the grant that bears it is filed, and then
 * of no more use. The MAC holds for one handshake and one pair of keys, so
 * whoever carries it can do nothing with it.
 */
#include "sync/join.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/identity.h"
#include "core/limits.h"
#include "sync/engine_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	JOINED_BYTES = 240 * 1024, /* of squeezed filings in a reply */
	JOINED_FILINGS = 4096,
	JOINED_UNPACKED = 16 << 20, /* bytes of them */
	AGAIN_MS = 2000,	    /* where the inviter cannot answer yet */
	LANE = 1,
};

static void prove(const struct hear_id *secret_hash,
		  const unsigned char *handshake,
		  const struct hear_channel_peer *newcomer,
		  struct hear_id *out)
{
	struct hear_hash hash;

	hear_hash_begin(&hash, HEAR_TAG_JOIN);
	hear_hash_add(&hash, secret_hash->bytes, sizeof secret_hash->bytes);
	hear_hash_add(&hash, handshake, HEAR_NOISE_HASH);
	hear_hash_add(&hash, newcomer->key.bytes, 32);
	hear_hash_add(&hash, newcomer->channel_key.bytes, 32);
	hear_hash_end(&hash, out);
	hear_wipe(&hash, sizeof hash);
}

/* ---- The inviter --------------------------------------------------------- */

struct answering {
	struct hear_engine *engine;
	const struct hear_moment *now;
	struct hear_share *share;
	const struct hear_inquiry *question;
	struct hear_wire_join join;
	struct hear_invited invited; /* what the newcomer shows */
	bool found;
};

static bool is_shown(void *context, const struct hear_invited *invited)
{
	struct answering *a = context;
	struct hear_id proof;

	prove(&invited->hash, a->question->hash, a->question->peer, &proof);
	if (!hear_same(proof.bytes, a->join.mac, sizeof proof.bytes))
		return true;
	a->invited = *invited;
	a->found = true;
	return false;
}

static void sorry(struct hear_buffer *out, enum hear_wire_sorry_code code)
{
	struct hear_wire_sorry message = {code, 0};

	hear_buffer_reset(out);
	hear_wire_write_sorry(out, &message);
}

struct welcoming {
	struct answering *answering;
	struct hear_reader *reader;
	struct hear_wire_pile pile;
};

static enum hear_code add_filing(void *context, uint64_t number,
				 struct hear_err *err)
{
	struct welcoming *w = context;
	struct hear_engine *engine = w->answering->engine;
	enum hear_code code;

	hear_buffer_reset(&engine->squeezed);
	code = hear_outgo(engine, w->reader, number, &engine->squeezed, err);
	if (code == HEAR_OK &&
	    w->pile.bytes.size + engine->squeezed.size > JOINED_BYTES)
		code = hear_fail(err, HEAR_LIMIT,
				 "what shows that this member was granted "
				 "membership is over %d bytes",
				 JOINED_BYTES);
	if (code == HEAR_OK)
		hear_wire_pile_add(&w->pile,
				   hear_buffer_view(&engine->squeezed));
	return code;
}

/* The dataset's first filing, and what of the roster shows the newcomer to be
 * a member; the rest comes when the two are made equal. */
static enum hear_code welcome(struct answering *a, struct hear_reader *reader,
			      struct hear_buffer *out, struct hear_err *err)
{
	struct welcoming w = {a, reader, {0, {0}}};
	struct hear_wire_joined joined;
	enum hear_code code = add_filing(&w, 1, err);

	if (code == HEAR_OK)
		code = hear_replica_proof(hear_reader_txn(reader),
					  &a->question->peer->key, add_filing,
					  &w, err);
	if (code == HEAR_OK) {
		joined.filings = hear_wire_pile_list(&w.pile);
		hear_buffer_reset(out);
		hear_wire_write_joined(out, &joined);
	}
	hear_wire_pile_done(&w.pile);
	return code;
}

static enum hear_code grant(struct answering *a, struct hear_err *err)
{
	struct hear_grant grant = {
		.key = a->question->peer->key,
		.channel_key = a->question->peer->channel_key,
		.name = hear_span_of(a->invited.name),
		.role = a->invited.role,
		.clearance = a->invited.clearance,
		.invitation = &a->invited.hash};
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	enum hear_code code = hear_write_begin(&writer, a->share->dataset,
					       a->now->wall_ms, err);

	memcpy(grant.certificate, a->join.certificate,
	       sizeof grant.certificate);
	if (code == HEAR_OK)
		code = hear_write_grant(writer, a->engine->identity, &grant,
					&outcome, err);
	if (code == HEAR_OK)
		code = hear_invitation_drop(writer, &a->invited.hash, err);
	if (code != HEAR_OK) {
		hear_write_abort(writer);
		return code;
	}
	a->share->changed = true;
	return hear_write_commit(writer, err);
}

/* What the newcomer is told, before anything is granted: 0 to go on. */
static enum hear_code may_join(struct answering *a, struct hear_reader *reader,
			       enum hear_wire_sorry_code *why, bool *already,
			       struct hear_err *err)
{
	struct hear_member member;
	struct hear_key who;
	bool used = false;
	enum hear_code code = hear_member_of(reader, &a->question->peer->key,
					     &member, err);

	*why = (enum hear_wire_sorry_code)0;
	*already = code == HEAR_OK && member.role != 0;
	if (*already)
		return HEAR_OK;
	if (code == HEAR_OK || code == HEAR_NOTFOUND)
		code = hear_invitation_each(reader, is_shown, a, err);
	if (code == HEAR_OK && a->found)
		code = hear_invited(reader, &a->invited.hash, &who, &used,
				    err);
	if (!a->found || used || a->invited.expires_ms < a->now->wall_ms)
		*why = HEAR_SORRY_INVITATION;
	else if (hear_restored(reader))
		*why = HEAR_SORRY_ROSTER;
	return code;
}

static enum hear_code answer(struct answering *a, struct hear_reader **reader,
			     struct hear_buffer *out, struct hear_err *err)
{
	enum hear_wire_sorry_code why;
	bool already;
	enum hear_code code = may_join(a, *reader, &why, &already, err);

	if (code != HEAR_OK)
		return code;
	if (why) {
		hear_engine_say(a->engine, HEAR_SAY_WARN, a->share,
				&a->question->peer->key,
				why == HEAR_SORRY_ROSTER
					? "a newcomer waits: this dataset was "
					  "restored from a backup, and must "
					  "first meet another member"
					: "a newcomer showed an invitation "
					  "that is unknown, used or expired");
		sorry(out, why);
		return HEAR_OK;
	}
	if (!already) {
		code = grant(a, err);
		if (code != HEAR_OK)
			return code;
		/* Known from now on, so that what is said of strangers does
		 * not crowd this out. */
		(void)hear_acquaintance_of(a->engine, a->share,
					   &a->question->peer->key);
		hear_engine_say(a->engine, HEAR_SAY_INFO, a->share,
				&a->question->peer->key,
				"%s joined as %s, cleared for %s",
				a->invited.name,
				hear_role_name(a->invited.role),
				hear_marking_name(a->invited.clearance));
		hear_read_end(*reader);
		code = hear_share_read(a->share, a->now->wall_ms, reader,
					err);
	}
	return code == HEAR_OK ? welcome(a, *reader, out, err) : code;
}

void hear_join_answer(struct hear_engine *engine,
		      const struct hear_moment *now, struct hear_share *share,
		      const struct hear_inquiry *question,
		      struct hear_buffer *out)
{
	struct answering a = {.engine = engine,
			      .now = now,
			      .share = share,
			      .question = question};
	struct hear_reader *reader = NULL;
	struct hear_err err = {0};
	enum hear_code code =
		hear_wire_read_join(&a.join, question->message.body, &err);

	if (code == HEAR_OK)
		code = hear_share_read(share, now->wall_ms, &reader, &err);
	if (code == HEAR_OK)
		code = answer(&a, &reader, out, &err);
	hear_read_end(reader);
	hear_wipe(&a.invited.hash, sizeof a.invited.hash);
	if (code == HEAR_OK)
		return;
	hear_engine_say(engine, HEAR_SAY_WARN, share, &question->peer->key,
			"a newcomer could not be let in: %.180s", err.message);
	/* What fails on this side may go well later. */
	sorry(out, code == HEAR_INVALID || code == HEAR_DENIED ||
				   code == HEAR_EXISTS || code == HEAR_LIMIT
			   ? HEAR_SORRY_INVITATION
			   : HEAR_SORRY_BUSY);
}

/* ---- The newcomer -------------------------------------------------------- */

struct hear_joiner {
	struct hear_channel_self self;
	struct hear_channel_peer own;
	struct hear_invitation invitation;
	struct hear_id secret_hash;
	struct hear_host host;
	struct hear_asker asker;
	struct hear_squeezer *squeezer;
	size_t address; /* of the invitation's */
	char name[65];
	enum hear_joining state;
	char why[240];
	struct hear_buffer filings; /* one after another */
	struct hear_span *items;    /* in them */
	size_t count;
};

static void stamp(void *context, char *body, const unsigned char *hash)
{
	struct hear_joiner *joiner = context;
	struct hear_id proof;

	prove(&joiner->secret_hash, hash, &joiner->own, &proof);
	memcpy(body + 1 + HEAR_WIRE_MARK, proof.bytes, HEAR_WIRE_MAC);
	hear_wipe(&proof, sizeof proof);
}

enum hear_code hear_joiner_new(struct hear_joiner **out,
			       const struct hear_identity *identity,
			       const struct hear_invitation *invitation,
			       const struct hear_host *host,
			       struct hear_err *err)
{
	struct hear_joiner *joiner = calloc(1, sizeof *joiner);
	enum hear_code code;

	*out = joiner;
	if (!joiner)
		return hear_fail_memory(err);
	hear_channel_self_init(&joiner->self, identity);
	joiner->own.key = joiner->self.key;
	joiner->own.channel_key = joiner->self.channel.key;
	joiner->invitation = *invitation;
	joiner->host = *host;
	hear_invitation_hash(invitation->secret, &joiner->secret_hash);
	(void)snprintf(joiner->name, sizeof joiner->name, "%s",
		       hear_identity_name(identity));
	code = hear_squeezer_new(&joiner->squeezer, err);
	if (code == HEAR_OK)
		code = hear_asker_init(&joiner->asker, &joiner->host,
				       &joiner->self, &invitation->inviter,
				       &invitation->dataset, LANE, err);
	joiner->asker.stamp = stamp;
	joiner->asker.stamp_context = joiner;
	if (code != HEAR_OK) {
		hear_joiner_free(joiner);
		*out = NULL;
	}
	return code;
}

void hear_joiner_free(struct hear_joiner *joiner)
{
	if (!joiner)
		return;
	if (joiner->asker.dialler)
		hear_asker_done(&joiner->asker);
	hear_squeezer_free(joiner->squeezer);
	hear_channel_self_done(&joiner->self);
	hear_buffer_done(&joiner->filings);
	free(joiner->items);
	hear_wipe(joiner, sizeof *joiner);
	free(joiner);
}

static void fail(struct hear_joiner *joiner, const char *why)
{
	joiner->state = HEAR_JOIN_FAILED;
	(void)snprintf(joiner->why, sizeof joiner->why, "%.230s", why);
	hear_asker_drop(&joiner->asker);
}

static void ask(struct hear_joiner *joiner, const struct hear_moment *now)
{
	struct hear_wire_join join = {.name = hear_span_of(joiner->name)};
	struct hear_buffer body = {0};

	memcpy(join.certificate, joiner->self.certificate,
	       sizeof join.certificate);
	hear_wire_write_join(&body, &join);
	if (body.failed) {
		hear_buffer_done(&body);
		fail(joiner, "out of memory");
		return;
	}
	hear_asker_ask(&joiner->asker, now,
		       joiner->invitation.addresses[joiner->address], &body,
		       false, HEAR_ASK_MS);
}

/* Each filing's bytes, and then where each stands. */
static enum hear_code keep_filings(struct hear_joiner *joiner,
				   struct hear_wire_list list,
				   struct hear_err *err)
{
	size_t *ends;
	struct hear_span item;
	enum hear_code code = HEAR_OK;
	size_t i;

	if (list.count < 1 || list.count > JOINED_FILINGS)
		return hear_fail(err, HEAR_INVALID, "it sent no roster");
	ends = calloc(list.count, sizeof *ends);
	joiner->items = calloc(list.count, sizeof *joiner->items);
	if (!ends || !joiner->items)
		code = hear_fail_memory(err);
	while (code == HEAR_OK && hear_wire_list_next(&list, &item)) {
		if (joiner->filings.size > JOINED_UNPACKED)
			code = hear_fail(err, HEAR_INVALID,
					 "its roster is over %d bytes",
					 JOINED_UNPACKED);
		if (code == HEAR_OK)
			code = hear_unsqueeze(joiner->squeezer, item,
					      HEAR_PACKED_BYTES,
					      &joiner->filings, err);
		if (code == HEAR_OK)
			ends[joiner->count++] = joiner->filings.size;
	}
	for (i = 0; i < joiner->count && ends; i++) {
		size_t from = i ? ends[i - 1] : 0;

		joiner->items[i] = hear_span_make(joiner->filings.data + from,
						  ends[i] - from);
	}
	free(ends);
	return code;
}

static void take_reply(struct hear_joiner *joiner,
		       const struct hear_moment *now, struct hear_span reply)
{
	struct hear_wire_joined joined;
	struct hear_wire_sorry message;
	struct hear_err err = {0};
	unsigned char kind = 0;
	enum hear_code code;

	if (!hear_wire_kind(reply, &kind) || kind == HEAR_WIRE_UNKNOWN) {
		fail(joiner, "the inviter does not have that dataset any more");
		return;
	}
	if (kind == HEAR_WIRE_SORRY &&
	    hear_wire_read_sorry(&message, reply, NULL) == HEAR_OK) {
		if (message.code == HEAR_SORRY_INVITATION) {
			fail(joiner,
			     "the invitation was used before, has expired, or "
			     "was withdrawn: ask for a new one");
			return;
		}
		(void)snprintf(joiner->why, sizeof joiner->why, "%s",
			       message.code == HEAR_SORRY_ROSTER
				       ? "the inviter must first meet another "
					 "member; trying again"
				       : "the inviter cannot answer now; "
					 "trying again");
		joiner->asker.try_at = now->steady_ms + AGAIN_MS;
		ask(joiner, now);
		return;
	}
	code = hear_wire_read_joined(&joined, reply, &err);
	if (code == HEAR_OK)
		code = keep_filings(joiner, joined.filings, &err);
	if (code == HEAR_OK)
		joiner->state = HEAR_JOIN_IN;
	else
		fail(joiner, err.message);
}

/* Nobody there: the next address. */
static void next_address(struct hear_joiner *joiner,
			 const struct hear_moment *now)
{
	const struct hear_invitation *invitation = &joiner->invitation;

	(void)snprintf(joiner->why, sizeof joiner->why,
		       joiner->asker.stranger
			       ? "somebody else answers at %.150s"
			       : "nobody answers at %.150s",
		       invitation->addresses[joiner->address]);
	if (invitation->address_count < 2)
		return;
	joiner->address = (joiner->address + 1) % invitation->address_count;
	joiner->host.dial(joiner->host.context, LANE,
			  invitation->addresses[joiner->address]);
	joiner->asker.try_at = now->steady_ms;
}

void hear_joiner_answer(struct hear_joiner *joiner,
			const struct hear_moment *now, uint64_t request,
			struct hear_span frame)
{
	struct hear_span reply;

	switch (hear_asker_answer(&joiner->asker, now, request, frame,
				  &reply)) {
	case HEAR_ASKED_REPLY:
		take_reply(joiner, now, reply);
		return;
	case HEAR_ASKED_FAILED:
		next_address(joiner, now);
		return;
	case HEAR_ASKED_NOTHING:
		return;
	}
}

void hear_joiner_unanswered(struct hear_joiner *joiner,
			    const struct hear_moment *now, uint64_t request)
{
	if (hear_asker_unanswered(&joiner->asker, now, request) ==
	    HEAR_ASKED_FAILED)
		next_address(joiner, now);
}

void hear_joiner_tick(struct hear_joiner *joiner,
		      const struct hear_moment *now)
{
	if (joiner->state != HEAR_JOIN_TRYING)
		return;
	if (!joiner->asker.wanted)
		ask(joiner, now);
	hear_asker_tick(&joiner->asker, now);
}

uint64_t hear_joiner_due(const struct hear_joiner *joiner)
{
	if (joiner->state != HEAR_JOIN_TRYING)
		return UINT64_MAX;
	return joiner->asker.wanted ? hear_asker_due(&joiner->asker) : 0;
}

enum hear_joining hear_joiner_state(const struct hear_joiner *joiner,
				    struct hear_err *err)
{
	if (joiner->why[0] && joiner->state != HEAR_JOIN_IN)
		(void)hear_fail(err, HEAR_DENIED, "%s", joiner->why);
	return joiner->state;
}

struct hear_span hear_joiner_genesis(const struct hear_joiner *joiner)
{
	return joiner->count ? joiner->items[0] : hear_span_make(NULL, 0);
}

bool hear_joiner_filing(const struct hear_joiner *joiner, size_t index,
			struct hear_span *out)
{
	if (index + 1 >= joiner->count)
		return false;
	*out = joiner->items[index + 1];
	return true;
}
