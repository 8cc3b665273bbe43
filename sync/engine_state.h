/* engine_state.h - what the parts of the engine share. Only they include it.
 *
 *   engine        the calls of engine.h; hands each event to its part
 *   share         a dataset that is shared, and its roots
 *   acquaintance  what is known of one member, whoever dials whom
 *   intake        filings that came, into a dataset; and out, to be sent
 *   replier       what others ask us: one reply a question, nothing remembered
 *   caller_*      what we ask one other: rounds, until both are equal
 *   join          newcomers
 *
 * A commit wakes whoever waits for news, but not in the middle of something
 * else: it marks the dataset as changed, and engine.c settles that when the
 * event at hand is dealt with.
 */
#ifndef SYNC_ENGINE_STATE_H
#define SYNC_ENGINE_STATE_H

#include "core/replica.h"
#include "sync/asker.h"
#include "sync/descend.h"
#include "sync/descent.h"
#include "sync/listener.h"
#include "sync/peers.h"
#include "sync/squeeze.h"
#include "sync/wire.h"

enum {
	HEAR_ENGINE_DATASETS = 64,
	HEAR_ENGINE_CALLERS = 128,
	HEAR_ENGINE_ACQUAINTANCES = 2048,
	HEAR_CALLER_HANDS = 3,	   /* work lanes of one peer in bulk */
	HEAR_PARK_WAIT_MS = 25 * 1000, /* and its asker for the reply */
	HEAR_CALLER_GONE_MS = 45 * 1000, /* who asks nothing for so long */
	HEAR_RATE_SECONDS = 10,
	HEAR_PUSH_FILINGS = 64,	   /* in one go, without a round */
	HEAR_AUTHORS_WATCHED = 64,
	HEAR_FLOOD_FILINGS = 20000, /* of one author within an hour */
	HEAR_FLOOD_MS = 60 * 60 * 1000,
	HEAR_PUT_AT_ONCE = 8192,    /* filings that a peer may put, */
	HEAR_PUT_RATE = 2048,	    /* and then in each second */
	/* What comparing and serving may cost for a peer: ranges asked about,
	 * counts and keys hashed, about a microsecond each. */
	HEAR_WORK_AT_ONCE = 4000000,
	HEAR_WORK_RATE = 250000,
	HEAR_CHARGED_AT_ONCE = 16,  /* spoilt filings: then no more is read */
	HEAR_LINES_AT_ONCE = 16,    /* for the log, about one peer, */
	HEAR_LINE_MS = 10 * 1000,   /* and then one in each of these */
	HEAR_TELL_MS = 60 * 1000,   /* between two lines about strangers */
};

/* What strangers do is counted, and told once a minute. */
struct hear_tally {
	uint64_t count; /* since it was told */
	uint64_t tell_at; /* steady: not before */
};

/* How much was said about one peer: who breaks rules without end must not fill
 * the log. */
struct hear_chatter {
	uint64_t since_ms; /* steady: when `lines` was counted */
	uint32_t lines;
	uint32_t left_out;
};

/* Filings in each of the last seconds. */
struct hear_rate {
	uint64_t second;
	uint32_t counts[HEAR_RATE_SECONDS];
};

void hear_rate_add(struct hear_rate *rate, uint64_t now_ms, uint32_t count);
uint32_t hear_rate_of(const struct hear_rate *rate, uint64_t now_ms);

/* How many filings came of one author, to name who floods. */
struct hear_author_count {
	struct hear_key author;
	uint64_t count;
	uint64_t since_ms; /* steady */
	bool named;
};

/* ---- A dataset ---- */

/* The digests of the roster (0) and of each marking that travels. */
struct hear_roots {
	struct hear_tree_root partitions[HEAR_RED + 1];
	uint64_t last_filing; /* the newest number, when they were read */
};

struct hear_share {
	struct hear_dataset *dataset; /* NULL: this place is free */
	char name[65];
	bool changed; /* and nobody was told yet */
	bool met;     /* it was equal to a member's since it is served */
	struct hear_roots told; /* as of when they last were */
	struct hear_author_count authors[HEAR_AUTHORS_WATCHED];
};

/* Reads them within a reader's moment. */
HEAR_CHECKED enum hear_code hear_roots_read(struct hear_reader *reader,
					    struct hear_roots *out,
					    struct hear_err *err);
/* One hash over a view: the roster and each marking up to `highest`. */
void hear_roots_view(const struct hear_roots *roots, enum hear_marking highest,
		     struct hear_id *out);
/* As they are told to the other side. */
void hear_roots_wire(const struct hear_roots *roots, enum hear_marking view,
		     struct hear_wire_roots *out);
uint64_t hear_roots_count(const struct hear_roots *roots,
			  enum hear_marking highest);
bool hear_roots_equal(const struct hear_roots *a, const struct hear_roots *b);
/* All there is now, whatever its marking. */
HEAR_CHECKED enum hear_code hear_share_read(const struct hear_share *share,
					     int64_t wall_ms,
					     struct hear_reader **out,
					     struct hear_err *err);
/* The highest marking that both may hold: the lower of two clearances, by the
 * roster here. 0: the peer is no member now. */
HEAR_CHECKED enum hear_code
hear_share_view(struct hear_reader *reader,
		 const struct hear_channel_self *self,
		 const struct hear_channel_peer *peer, enum hear_marking *out,
		 struct hear_err *err);

/* It is equal to another member's: if it was restored from a backup, it now
 * has what was filed since. */
void hear_share_met(const struct hear_share *share,
		    const struct hear_moment *now);

/* ---- What is known of a member ---- */

/* So much at once, filled up again as time goes by. What is taken is known only
 * afterwards: who took too much has a debt to wait for. */
struct hear_allowance {
	uint64_t since_ms; /* steady: when `left` was counted */
	int64_t left;
	bool told;
};

/* Whether anything is left; if not, *wait_ms is until when. */
bool hear_allowance_left(struct hear_allowance *allowance, uint64_t now_ms,
			 int64_t at_once, int64_t rate, uint64_t *wait_ms);

struct hear_acquaintance {
	struct hear_share *share;
	struct hear_key key;
	uint64_t dialled_us_ms; /* steady: when it last asked us; 0: never */
	int64_t heard_ms;	/* wall */
	int64_t equal_ms;	/* wall */
	struct hear_id equal_root; /* what was equal then */
	bool equal;		   /* and that still is our root */
	enum hear_marking view;
	uint64_t got;
	uint64_t gave;
	uint64_t bytes_in;
	uint64_t bytes_out;
	struct hear_rate get_rate;
	struct hear_rate give_rate;
	struct hear_allowance put;
	struct hear_allowance work;
	struct hear_chatter chatter;
};

/* ---- Questions that wait ---- */

struct hear_parked {
	struct hear_token token;
	uint64_t session;
	uint64_t number;
	struct hear_share *share; /* NULL: this place is free */
	struct hear_channel_peer peer;
	enum hear_marking view;
	struct hear_id known; /* the root that both had */
	uint64_t since;	      /* number of the newest filing then */
	uint64_t until_ms;
};

struct hear_caller;

struct hear_engine {
	struct hear_host host;
	const struct hear_identity *identity; /* borrowed */
	struct hear_channel_self self;
	struct hear_listener *listener;
	struct hear_squeezer *squeezer;
	struct hear_arena *arena;  /* scratch of one event */
	struct hear_buffer body;   /* of a reply in the making */
	struct hear_buffer packed; /* one filing */
	struct hear_buffer squeezed;
	struct hear_buffer frame;
	uint64_t now_ms;    /* steady: of the event at hand, or the last */
	struct hear_chatter strangers; /* about all who are not known, */
	struct hear_chatter own;       /* and about nobody */
	struct hear_tally ignored;     /* frames that nobody here sent */
	struct hear_tally flooded;     /* handshakes given up for others */
	uint64_t expire_ms; /* when to look for what is too old */
	uint32_t next_lane;
	uint32_t next_peer;
	size_t stocks; /* bytes that callers are yet to store */
	struct hear_share shares[HEAR_ENGINE_DATASETS];
	struct hear_acquaintance **acquaintances;
	size_t acquaintance_count;
	size_t acquaintance_room;
	struct hear_parked *parked;
	size_t parked_room;
	struct hear_caller *callers[HEAR_ENGINE_CALLERS];
};

/* A line for the log. False: left out, there were too many about that peer; who
 * says something once only says it again then. */
bool hear_engine_say(struct hear_engine *engine, enum hear_say level,
		     const struct hear_share *share,
		     const struct hear_key *peer, const char *format, ...)
	HEAR_FORMAT(5, 6);

/* NULL: there are too many. */
struct hear_acquaintance *
hear_acquaintance_of(struct hear_engine *engine, struct hear_share *share,
		     const struct hear_key *key);
/* NULL: nothing is known yet. */
struct hear_acquaintance *
hear_acquaintance_find(const struct hear_engine *engine,
		       const struct hear_share *share,
		       const struct hear_key *key);
void hear_acquaintances_drop(struct hear_engine *engine,
			     const struct hear_share *share);

/* ---- intake ---- */

/* What became of filings that came together. */
struct hear_intake {
	uint32_t admitted;
	uint32_t held;
	uint32_t waiting;
	uint32_t refused;
	uint32_t charged; /* the peer's fault */
	uint32_t above;	  /* of markings it may not hold: not looked at */
	bool roster;	  /* one was of the roster */
	char why[200];	  /* of the last that was not admitted */
};

/* Takes squeezed filings, in transactions of bounded memory. `results` (may be
 * NULL), empty before, gets a byte for each. What is in the bytes is no failure:
 * it is counted. `view` is the highest marking that both sides may hold: what
 * is above it is left as if it had not come, whether it is here or not. */
HEAR_CHECKED enum hear_code
hear_intake(struct hear_engine *engine, struct hear_share *share,
	    const struct hear_moment *now, const struct hear_key *via,
	    enum hear_marking view, struct hear_wire_list filings,
	    struct hear_buffer *results, struct hear_intake *out,
	    struct hear_err *err);

/* Takes roster filings that are to prove `peer` a member. Those that do not
 * are not kept: a stranger leaves nothing here. */
HEAR_CHECKED enum hear_code
hear_intake_proof(struct hear_engine *engine, struct hear_share *share,
		  const struct hear_moment *now,
		  const struct hear_channel_peer *peer,
		  const struct hear_wire_list *proof, struct hear_err *err);

/* Appends filing `number`, squeezed, to `out`. HEAR_NOTFOUND is an answer. */
HEAR_CHECKED enum hear_code
hear_outgo(struct hear_engine *engine, struct hear_reader *reader,
	   uint64_t number, struct hear_buffer *out, struct hear_err *err);

/* Filings after number `since` that are in the tree and within the view, if
 * they are few and small enough to be sent as they are: their numbers.
 * HEAR_LIMIT, an answer: too many. */
HEAR_CHECKED enum hear_code
hear_push_find(struct hear_reader *reader, uint64_t since,
	       enum hear_marking view,
	       uint64_t numbers[HEAR_PUSH_FILINGS], size_t *count,
	       struct hear_err *err);

/* ---- replier ---- */

void hear_replier_request(struct hear_engine *engine,
			  const struct hear_moment *now,
			  const struct hear_token *from,
			  struct hear_span frame);
/* Answers parked questions to which there is news, or that waited long
 * enough. */
void hear_replier_wake(struct hear_engine *engine,
		       const struct hear_moment *now);
uint64_t hear_replier_due(const struct hear_engine *engine);
size_t hear_replier_parked(const struct hear_engine *engine);
void hear_replier_drop(struct hear_engine *engine,
		       const struct hear_share *share);

/* ---- join ---- */

/* Answers a newcomer who shows an invitation: the reply's body, into `out`,
 * which is emptied first. */
void hear_join_answer(struct hear_engine *engine,
		      const struct hear_moment *now, struct hear_share *share,
		      const struct hear_inquiry *question,
		      struct hear_buffer *out);

/* ---- caller ---- */

HEAR_CHECKED enum hear_code
hear_caller_new(struct hear_caller **out, struct hear_engine *engine,
		struct hear_share *share,
		const struct hear_channel_peer *peer, const char *address,
		enum hear_peer_mode mode, struct hear_err *err);
void hear_caller_free(struct hear_caller *caller);
const struct hear_share *hear_caller_share(const struct hear_caller *caller);
const struct hear_key *hear_caller_key(const struct hear_caller *caller);
const char *hear_caller_address(const struct hear_caller *caller);
uint32_t hear_caller_id(const struct hear_caller *caller);
/* False: the lane is not this caller's. */
bool hear_caller_answer(struct hear_caller *caller,
			const struct hear_moment *now, uint32_t lane,
			uint64_t request, struct hear_span frame);
bool hear_caller_unanswered(struct hear_caller *caller,
			    const struct hear_moment *now, uint32_t lane,
			    uint64_t request);
void hear_caller_cut(struct hear_caller *caller,
		     const struct hear_moment *now);
void hear_caller_changed(struct hear_caller *caller,
			 const struct hear_moment *now);
void hear_caller_tick(struct hear_caller *caller,
		      const struct hear_moment *now);
void hear_caller_nudge(struct hear_caller *caller);
uint64_t hear_caller_due(const struct hear_caller *caller);
void hear_caller_status(const struct hear_caller *caller,
			struct hear_peer_status *out);
bool hear_caller_difference(const struct hear_caller *caller, size_t index,
			    struct hear_differing *out);

#endif
