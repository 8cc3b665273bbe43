/* engine.h - one node's side of every conversation: what it is asked, what it
 * asks, and what it does with what it hears.
 *
 * The engine is a state machine: frames in, frames out; time and randomness
 * are arguments, and so is the network (struct hear_host). It opens no socket,
 * starts no thread and reads no clock; it reads and writes the datasets it was
 * given, through core. A thousand of them fit in one process. One thread at a
 * time.
 *
 * The happy path, of one peer that is dialled:
 *
 *   dial, knock, enter with HELLO         the channel; who we are, our roots
 *   WELCOME                               their roots, in the view they grant
 *   equal?      park a ROOTS question     answered when there is news
 *   not?        partition 0 first, then each marking that differs: COMPARE
 *               until it is known what either side lacks, EXCHANGE until it
 *               is there, ROOTS again
 *
 * Every question may be lost, repeated, or answered twice: asking is pulling,
 * and what is put is put once however often it comes.
 */
#ifndef SYNC_ENGINE_H
#define SYNC_ENGINE_H

#include "core/hearsay.h"
#include "sync/channel.h"

/* When it is. `steady_ms` never goes back; `wall_ms` is since 1970 and may be
 * wrong: it stamps what arrives, and decides nothing. */
struct hear_moment {
	uint64_t steady_ms;
	int64_t wall_ms;
};

/* Whom to answer: as the link gave it with the request. */
struct hear_token {
	uint32_t listener;
	uint64_t id;
	uint64_t stamp;
};

enum hear_say { HEAR_SAY_DEBUG, HEAR_SAY_INFO, HEAR_SAY_WARN, HEAR_SAY_ERROR };

/* What the engine needs done. Calls come from within calls of the engine, and
 * must not call it. Frames are borrowed for the call. */
struct hear_host {
	void *context;
	/* A lane to an address, as it stands with the peer (a name in it is
	 * the host's to resolve); dialling again replaces it. */
	void (*dial)(void *context, uint32_t lane, const char *address);
	void (*undial)(void *context, uint32_t lane);
	/* Sends a request; exactly one hear_engine_answer() or
	 * hear_engine_unanswered() follows. False: not now; it is tried again
	 * at the next tick. */
	bool (*send)(void *context, uint32_t lane, uint64_t request,
		     uint32_t wait_ms, struct hear_span frame);
	void (*reply)(void *context, const struct hear_token *to,
		      struct hear_span frame);
	void (*random)(void *context, void *out, size_t size);
	/* One line for the log: what happened, as a sentence; `dataset` and
	 * `peer` are what and whom it is about, or NULL. */
	void (*say)(void *context, enum hear_say level, const char *dataset,
		    const struct hear_key *peer, const char *sentence);
};

struct hear_engine;

/* `identity` is borrowed for the engine's life; `host` is copied. */
HEAR_CHECKED enum hear_code
hear_engine_new(struct hear_engine **out, const struct hear_identity *identity,
		const struct hear_host *host, struct hear_err *err);
void hear_engine_free(struct hear_engine *engine);

/* ---- What it serves ---- */

/* Serves a dataset to its members, from now on; borrowed until it is dropped
 * or the engine freed. `name` is what it is called here, copied. */
HEAR_CHECKED enum hear_code hear_engine_serve(struct hear_engine *engine,
					      struct hear_dataset *dataset,
					      const char *name,
					      struct hear_err *err);
void hear_engine_drop(struct hear_engine *engine,
		      struct hear_dataset *dataset);

/* What a dialled peer is for. */
enum hear_peer_mode {
	HEAR_PEER_LIVE, /* stay in sync until removed */
	HEAR_PEER_ONCE, /* become equal, then rest: HEAR_PEER_EQUAL */
	HEAR_PEER_LOOK, /* compare, keep nothing: hear_engine_differences() */
};

/* Dials a member of a dataset that is served. The address is copied. *out is
 * how the peer is called from here on. HEAR_EXISTS: the same member is dialled
 * there already. */
HEAR_CHECKED enum hear_code
hear_engine_dial(struct hear_engine *engine, struct hear_dataset *dataset,
		 const struct hear_channel_peer *peer, const char *address,
		 enum hear_peer_mode mode, uint32_t *out, struct hear_err *err);
void hear_engine_undial(struct hear_engine *engine, uint32_t peer);
/* Tries at once a peer that waits to be tried again. */
void hear_engine_nudge(struct hear_engine *engine, uint32_t peer);

/* ---- What happens ---- */

void hear_engine_request(struct hear_engine *engine,
			 const struct hear_moment *now,
			 const struct hear_token *from, struct hear_span frame);
void hear_engine_answer(struct hear_engine *engine,
			const struct hear_moment *now, uint32_t lane,
			uint64_t request, struct hear_span frame);
void hear_engine_unanswered(struct hear_engine *engine,
			    const struct hear_moment *now, uint32_t lane,
			    uint64_t request);
/* The link ended, and every request with it; lanes and listeners stay wanted
 * and are the host's to tell the next link. */
void hear_engine_cut(struct hear_engine *engine, const struct hear_moment *now);
/* Somebody, perhaps another process, committed to a dataset. */
void hear_engine_changed(struct hear_engine *engine,
			 const struct hear_moment *now,
			 struct hear_dataset *dataset);
/* Time went by. Call it when hear_engine_due() says so, or later. */
void hear_engine_tick(struct hear_engine *engine,
		      const struct hear_moment *now);
/* In steady_ms; UINT64_MAX: not before something happens. */
uint64_t hear_engine_due(const struct hear_engine *engine);

/* ---- How it stands ---- */

enum hear_peer_state {
	HEAR_PEER_DOWN,	      /* cannot be reached; tried again later */
	HEAR_PEER_CONNECTING,
	HEAR_PEER_COMPARING,
	HEAR_PEER_EXCHANGING,
	HEAR_PEER_EQUAL,      /* proven: equal roots */
	HEAR_PEER_DIFFERS,    /* what can be exchanged is; see `why` */
	HEAR_PEER_REFUSED,    /* does not know us, or not any more */
	HEAR_PEER_STRANGER,   /* somebody else answers at its address */
};

/* One other member, dialled by us or dialling us. */
struct hear_peer_status {
	uint32_t peer; /* 0: dials us, and is not dialled */
	struct hear_dataset *dataset;
	const char *dataset_name;
	struct hear_key key;
	const char *address; /* "" where it is not dialled */
	enum hear_peer_state state;
	enum hear_marking view; /* the highest marking both may hold; 0: not
				 * known yet */
	uint64_t filings;  /* in that view, here */
	int64_t equal_ms;  /* wall: when last known to be equal; 0: never */
	int64_t heard_ms;  /* wall: when last heard; 0: never */
	uint64_t lacked;   /* filings that we lacked when last compared, */
	uint64_t missing;  /* and that the peer lacked */
	uint64_t got;	   /* filings taken from it, */
	uint64_t gave;	   /* and put to it, since the engine began */
	uint64_t bytes_in; /* frames */
	uint64_t bytes_out;
	uint32_t get_rate; /* filings a second, of the last ten seconds */
	uint32_t give_rate;
	uint32_t trips;	   /* questions asked since it last was not equal */
	char why[240];	   /* a sentence where it is not EQUAL; or "" */
};

/* Every peer in turn: `index` from 0. False: no more. Texts are borrowed until
 * the engine's next call. */
bool hear_engine_status(const struct hear_engine *engine, size_t index,
			struct hear_peer_status *out);
bool hear_engine_status_of(const struct hear_engine *engine, uint32_t peer,
			   struct hear_peer_status *out);

/* What a look found, once the peer's state is EQUAL or DIFFERS. */
enum hear_difference {
	HEAR_LACKED_HERE,   /* only they have it; a thousand are named */
	HEAR_LACKED_THERE,
	HEAR_WAITS_HERE,    /* aside here */
	HEAR_WAITS_THERE,
	HEAR_REFUSED_HERE,
	HEAR_REFUSED_THERE,
	HEAR_HELD_BACK,	    /* above what they may see: `number` of them */
};

struct hear_differing {
	enum hear_difference what;
	enum hear_marking marking; /* 0: the roster */
	struct hear_id filing;	   /* zeros where only a number is known */
	int64_t time_ms;
	uint64_t number; /* of filings this stands for, 1 or more */
	const char *why; /* for those that wait or were refused; or "" */
};

bool hear_engine_differences(const struct hear_engine *engine, uint32_t peer,
			     size_t index, struct hear_differing *out);

/* For status: sessions held, handshakes begun, questions parked. */
void hear_engine_counts(const struct hear_engine *engine, size_t *sessions,
			size_t *half_opens, size_t *parked);

#endif
