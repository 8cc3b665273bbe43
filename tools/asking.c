/* SPDX-License-Identifier: ISC */
#include "tools/asking.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/node.h"
#include "tools/progress.h"
#include "tools/signals.h"

#include "core/error.h"
#include "sync/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	TRIES = 2,	/* of an address */
	AGAIN_MS = 700, /* between them */
	LOOK_MS = 100,	/* how often progress is shown */
};

/* What is not for others to see of one that is asked. */
struct trying {
	size_t count;
	size_t at; /* which address */
	unsigned tries;
	uint64_t again_ms; /* when to try again; 0: it is being tried */
	uint64_t moved_ms; /* when it last got on */
	uint64_t moved;	   /* how far it was then */
	char addresses[HEAR_PEER_ADDRESSES][HEAR_ENDPOINT_TEXT];
};

struct asking {
	const struct call *call;
	enum hear_peer_mode mode;
	struct session session;
	struct hear_identity *identity;
	struct node *node;
	int signals;
	bool interrupted;
	struct progress progress;
	size_t count;
	struct asked asked[ASKED_MOST];
	struct trying trying[ASKED_MOST];
};

/* Only what people should know of: the rest is for the daemon's log. */
static void say(void *context, enum hear_say level, const char *dataset,
		const struct hear_key *peer, const char *sentence)
{
	struct asking *asking = context;

	(void)dataset;
	(void)peer;
	if (level < HEAR_SAY_WARN)
		return;
	progress_erase(&asking->progress);
	complain_note("%s", sentence);
}

enum hear_code asking_open(struct asking **out, const struct call *call,
			   enum hear_peer_mode mode, struct hear_err *err)
{
	struct asking *asking = calloc(1, sizeof *asking);
	enum hear_code code;

	*out = NULL;
	if (!asking)
		return hear_fail_memory(err);
	asking->call = call;
	asking->mode = mode;
	asking->signals = -1;
	progress_begin(&asking->progress, "syncing", hear_span_of(NULL), 0,
		       "filing");
	code = session_open(&asking->session, call, err);
	if (code == HEAR_OK)
		code = home_identity(call, &asking->identity, err);
	if (code == HEAR_OK)
		code = node_open(&asking->node, call, asking->identity, say,
				 asking, err);
	if (code == HEAR_OK)
		code = node_serve(asking->node, asking->session.dataset,
				  asking->session.name, err);
	if (code == HEAR_OK)
		code = signals_open(&asking->signals, false, err);
	if (code == HEAR_OK)
		code = session_read(&asking->session, NULL, err);
	if (code != HEAR_OK) {
		asking_close(asking);
		return code;
	}
	*out = asking;
	return HEAR_OK;
}

void asking_close(struct asking *asking)
{
	if (!asking)
		return;
	progress_end(&asking->progress);
	node_close(asking->node);
	hear_identity_free(asking->identity);
	session_close(&asking->session);
	if (asking->signals >= 0)
		(void)close(asking->signals);
	free(asking);
}

struct session *asking_session(struct asking *asking)
{
	return &asking->session;
}

struct hear_engine *asking_engine(struct asking *asking)
{
	return node_engine(asking->node);
}

const struct hear_identity *asking_identity(const struct asking *asking)
{
	return asking->identity;
}

/* ---- Whom to ask ---- */

static size_t find(const struct asking *asking, const struct hear_key *key)
{
	size_t i;

	for (i = 0; i < asking->count; i++)
		if (memcmp(&asking->asked[i].member.key, key, sizeof *key) == 0)
			break;
	return i;
}

enum hear_code asking_add(struct asking *asking,
			  const struct hear_member *member, const char *address,
			  struct hear_err *err)
{
	size_t at = find(asking, &member->key);
	struct trying *trying = &asking->trying[at];

	if (at == ASKED_MOST)
		return hear_fail(err, HEAR_LIMIT,
				 "at most %d members are asked at once; name "
				 "the address of one",
				 ASKED_MOST);
	if (at == asking->count) {
		asking->count++;
		asking->asked[at].member = *member;
	}
	if (trying->count < HEAR_PEER_ADDRESSES)
		(void)snprintf(trying->addresses[trying->count++],
			       HEAR_ENDPOINT_TEXT, "%s", address);
	return HEAR_OK;
}

static enum hear_code add_entry(struct asking *asking,
				const struct hear_peer_entry *entry,
				struct hear_err *err)
{
	struct hear_member member;
	enum hear_code code;

	if (memcmp(&entry->key, hear_identity_key(asking->identity),
		   sizeof entry->key) == 0)
		return HEAR_OK;
	code = hear_member_of(asking->session.reader, &entry->key, &member,
			      err);
	if (code == HEAR_NOTFOUND || (code == HEAR_OK && member.role == 0))
		return HEAR_OK; /* not, or not any more */
	if (code == HEAR_OK)
		code = asking_add(asking, &member, entry->address, err);
	return code;
}

enum hear_code asking_add_book(struct asking *asking, const char *address,
			       struct hear_err *err)
{
	struct hear_peer_entry *entries;
	size_t count;
	size_t i;
	enum hear_code code = hear_peers_read(asking->session.reader,
					      asking->session.arena, &entries,
					      &count, err);

	for (i = 0; code == HEAR_OK && i < count; i++)
		if (!address || strcmp(entries[i].address, address) == 0)
			code = add_entry(asking, &entries[i], err);
	return code;
}

/* ---- Trying ---- */

static void dial(struct asking *asking, size_t at, uint64_t now_ms)
{
	struct asked *asked = &asking->asked[at];
	struct trying *trying = &asking->trying[at];
	struct hear_channel_peer peer = {
		.key = asked->member.key,
		.channel_key = asked->member.channel_key,
	};
	struct hear_err err;

	trying->again_ms = 0;
	trying->tries++;
	trying->moved_ms = now_ms;
	memcpy(asked->address, trying->addresses[trying->at],
	       sizeof asked->address);
	if (hear_engine_dial(node_engine(asking->node),
			     asking->session.dataset, &peer, asked->address,
			     asking->mode, &asked->peer, &err) == HEAR_OK)
		return;
	asked->peer = 0;
	asked->settled = true;
	asked->status.state = HEAR_PEER_DOWN;
	(void)snprintf(asked->status.why, sizeof asked->status.why, "%.200s",
		       err.message);
}

static void hang_up(struct asking *asking, struct asked *asked)
{
	if (asked->peer)
		hear_engine_undial(node_engine(asking->node), asked->peer);
	asked->peer = 0;
}

/* It leads nowhere: again a little later, then at the next address. */
static void try_again(struct asking *asking, size_t at, uint64_t now_ms)
{
	struct asked *asked = &asking->asked[at];
	struct trying *trying = &asking->trying[at];

	if (trying->tries >= TRIES ||
	    asked->status.state == HEAR_PEER_STRANGER) {
		if (trying->at + 1 == trying->count) {
			asked->settled = true;
			return;
		}
		trying->at++;
		trying->tries = 0;
	}
	hang_up(asking, asked);
	trying->again_ms = now_ms + AGAIN_MS;
}

static uint64_t how_far(const struct hear_peer_status *status)
{
	return status->bytes_in + status->bytes_out + status->got +
	       status->gave + (uint64_t)status->state;
}

static void look_at(struct asking *asking, size_t at, uint64_t patience_ms,
		    uint64_t now_ms)
{
	struct asked *asked = &asking->asked[at];
	struct trying *trying = &asking->trying[at];

	if (asked->settled)
		return;
	if (!asked->peer) {
		if (now_ms >= trying->again_ms)
			dial(asking, at, now_ms);
		return;
	}
	if (!hear_engine_status_of(node_engine(asking->node), asked->peer,
				   &asked->status))
		return;
	if (how_far(&asked->status) != trying->moved) {
		trying->moved = how_far(&asked->status);
		trying->moved_ms = now_ms;
	}
	switch (asked->status.state) {
	case HEAR_PEER_EQUAL:
	case HEAR_PEER_DIFFERS:
	case HEAR_PEER_REFUSED:
		asked->settled = true;
		break;
	case HEAR_PEER_DOWN:
	case HEAR_PEER_STRANGER:
		try_again(asking, at, now_ms);
		break;
	case HEAR_PEER_CONNECTING:
	case HEAR_PEER_COMPARING:
	case HEAR_PEER_EXCHANGING:
		if (now_ms - trying->moved_ms < patience_ms)
			break;
		asked->settled = true;
		(void)snprintf(asked->status.why, sizeof asked->status.why,
			       "nothing moved for %llu seconds",
			       (unsigned long long)(patience_ms / 1000));
		break;
	}
}

static bool reached(const struct asked *asked)
{
	return asked->settled && (asked->status.state == HEAR_PEER_EQUAL ||
				  asked->status.state == HEAR_PEER_DIFFERS ||
				  asked->status.state == HEAR_PEER_REFUSED);
}

static bool done(const struct asking *asking, bool any)
{
	bool all = true;
	size_t i;

	for (i = 0; i < asking->count; i++) {
		if (any && reached(&asking->asked[i]))
			return true;
		all = all && asking->asked[i].settled;
	}
	return all;
}

/* ---- The loop ---- */

static void show(struct asking *asking)
{
	uint64_t whole = 0;
	uint64_t part = 0;
	size_t i;

	for (i = 0; i < asking->count; i++) {
		const struct hear_peer_status *status =
			&asking->asked[i].status;

		part += status->got + status->gave;
		whole += status->lacked + status->missing;
	}
	asking->progress.total = whole > part ? whole : part;
	progress_update(&asking->progress, part, part);
}

enum hear_code asking_run(struct asking *asking, bool any, uint64_t patience_ms,
			  struct hear_err *err)
{
	struct pollfd ending = {asking->signals, POLLIN, 0};
	enum hear_code code = HEAR_OK;
	uint64_t now = host_moment().steady_ms;
	size_t i;

	session_rest(&asking->session);
	while (code == HEAR_OK) {
		for (i = 0; i < asking->count; i++)
			look_at(asking, i, patience_ms, now);
		if (done(asking, any))
			break;
		show(asking);
		code = node_turn(asking->node, &ending, 1, now + LOOK_MS, err);
		now = host_moment().steady_ms;
		if (code == HEAR_OK && ending.revents)
			code = hear_fail(err, HEAR_IO,
					 "interrupted; what had come by then "
					 "is kept, and another run goes on");
	}
	progress_end(&asking->progress);
	if (code == HEAR_OK)
		code = session_read(&asking->session, NULL, err);
	return code;
}

size_t asking_count(const struct asking *asking)
{
	return asking->count;
}

const struct asked *asking_at(const struct asking *asking, size_t index)
{
	return &asking->asked[index];
}

enum hear_code asking_patience(struct call *call, uint64_t *out,
			       struct hear_err *err)
{
	uint64_t seconds = ASKED_PATIENCE_S;
	enum hear_code code = options_number(call->options, "timeout", 86400,
					     &seconds, err);

	*out = seconds * 1000;
	return code == HEAR_OK ? code : call_misused(call, code);
}
