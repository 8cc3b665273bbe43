/* caller_state.h - what the parts of a caller share. Only they include it.
 *
 *   caller           rounds: greet, decide, one partition after another
 *   caller_exchange  the hands: wants and gives of one partition, carried
 *   caller_stock     filings that came, until they are stored together
 *   caller_rest      equal, or as equal as it gets: news both ways
 *   caller_look      the same comparison, but only to tell what differs
 */
#ifndef SYNC_CALLER_STATE_H
#define SYNC_CALLER_STATE_H

#include "sync/engine_state.h"

enum {
	HEAR_CALLER_LINGER_MS = 10 * 1000, /* a work lane at rest is kept */
	HEAR_CALLER_BARREN = 2, /* rounds that brought nothing, then rest */
	HEAR_CALLER_AGAIN_MS = 20 * 1000, /* then another is tried */
	HEAR_CALLER_REFUSED_MS = 60 * 1000,
	HEAR_CALLER_PACE_MS = 1000, /* between two waits for the same news */
	HEAR_CALLER_HASTY = 10,	    /* answers without news, then it is told */
	HEAR_CALLER_BUSY_MS = 250,  /* who is busy is left alone, at least */
	HEAR_CALLER_BUSY_MOST_MS = 10 * 1000, /* and at most */
	HEAR_CALLER_FRUITLESS = 8, /* replies that bring nothing new and say
				    * that there is more; then compare anew */
};

enum hear_caller_phase {
	HEAR_PHASE_NEW,	       /* nothing asked yet */
	HEAR_PHASE_GREET,      /* HELLO asked */
	HEAR_PHASE_ROOTS,      /* ROOTS asked, in the middle of things */
	HEAR_PHASE_COMPARE,
	HEAR_PHASE_EXCHANGE,
	HEAR_PHASE_REASONS,    /* only when looking */
	HEAR_PHASE_PUSH,       /* news put without a round */
	HEAR_PHASE_REST,
};

/* A work lane, and what it carries. */
struct hear_hand {
	struct hear_asker asker;
	bool open;
	bool busy;	      /* it carries something */
	uint64_t resume_at;   /* the peer was busy: ask again then; 0: asked */
	struct hear_buffer bits; /* of the wants */
	struct hear_buffer data;
	struct hear_wire_ranges wants;
	bool resumed;
	unsigned char after[HEAR_RANGE_KEY];
	unsigned fruitless; /* replies, one after another */
	size_t give_from; /* of the gives */
	size_t give_count;
};

struct hear_caller {
	struct hear_engine *engine;
	struct hear_share *share;
	struct hear_channel_peer peer;
	char address[HEAR_ENDPOINT_TEXT];
	enum hear_peer_mode mode;
	uint32_t id;
	uint32_t lane; /* the first of its lanes */
	enum hear_caller_phase phase;
	enum hear_peer_state state;
	char why[240];
	struct hear_acquaintance *who;

	struct hear_hand hands[HEAR_CALLER_HANDS];
	struct hear_asker wait;
	bool wait_open;
	bool prove;	     /* HELLO brings proof of our grant */
	uint64_t next_round; /* steady_ms: when to try again at rest */
	uint64_t rested_ms;  /* steady_ms: since when */

	/* A round. */
	enum hear_marking view;
	unsigned plan; /* bits: partitions still to be made equal */
	unsigned char partition;
	struct hear_descent *descent;
	unsigned char salt[HEAR_WIRE_SALT];
	const uint64_t *gives;
	size_t give_count;
	size_t given; /* handed out so far */
	struct hear_wire_pile stock; /* filings that came, to be stored */
	uint64_t stock_ms;	     /* steady: since when there are some */
	uint64_t lacked;
	uint64_t missing;
	uint64_t progress; /* filings admitted here or taken there in a round */
	uint64_t held;	   /* in the view, here, as it began */
	uint64_t put;	   /* taken there, as it says, since last equal */
	unsigned barren;
	uint32_t trips;

	/* At rest. */
	struct hear_id known;  /* the root both had */
	struct hear_id waited; /* and when a question was last parked, */
	uint64_t wait_at;      /* steady_ms: not before is the next */
	unsigned hasty;	       /* that were answered at once, with nothing */
	struct hear_roots own; /* ours, then */
	size_t pushed;	       /* filings in the push under way */

	/* Looking. */
	struct hear_differing *differing;
	size_t differing_count;
	size_t differing_room;
	size_t asked_reasons; /* of them, asked so far */
	uint64_t named; /* filings that we lack, of the partition at hand */
	bool same;	      /* the roots were, as it began */
};

/* ---- caller ---- */

/* Begins a round: HELLO, or ROOTS where the session knows us. */
void hear_caller_round(struct hear_caller *caller,
		       const struct hear_moment *now);
/* The partition at hand is done: the next, or ROOTS. */
void hear_caller_next(struct hear_caller *caller,
		      const struct hear_moment *now);
/* The next COMPARE, or what comes after the last; the same again where it was
 * not answered. */
void hear_caller_compare(struct hear_caller *caller,
			 const struct hear_moment *now);
/* ROOTS once more, in the same round. */
void hear_caller_again(struct hear_caller *caller,
		       const struct hear_moment *now);
/* What was going on is given up, for `wait_ms`. */
void hear_caller_stop(struct hear_caller *caller,
		      const struct hear_moment *now, enum hear_peer_state state,
		      uint64_t wait_ms, const char *why);
/* The peer broke a rule; `err` says which. */
void hear_caller_charge(struct hear_caller *caller,
			const struct hear_moment *now,
			const struct hear_err *err);
/* Something of ours failed. */
void hear_caller_fail(struct hear_caller *caller,
		      const struct hear_moment *now,
		      const struct hear_err *err);
/* Asks on a hand; takes the body. */
void hear_caller_ask(struct hear_caller *caller, struct hear_hand *hand,
		     const struct hear_moment *now, struct hear_buffer *body);
/* A reply that is no answer to what was asked: UNKNOWN or SORRY. True: it was
 * one, and is dealt with. */
bool hear_caller_turned_away(struct hear_caller *caller,
			     struct hear_hand *hand,
			     const struct hear_moment *now,
			     struct hear_span reply);
/* Takes filings that came with a reply. */
HEAR_CHECKED enum hear_code
hear_caller_take(struct hear_caller *caller, const struct hear_moment *now,
		 struct hear_wire_list filings, struct hear_err *err);
/* What of the given filings was taken. */
void hear_caller_given(struct hear_caller *caller,
		       const struct hear_moment *now,
		       struct hear_span results);
/* Whether the peer still may hold what is marked so; if not, a round begins
 * that settles what it may. */
bool hear_caller_may(struct hear_caller *caller, const struct hear_moment *now,
		     unsigned marking);
/* Our roots now, and the view that both may hold by our roster. */
HEAR_CHECKED enum hear_code
hear_caller_own(struct hear_caller *caller, const struct hear_moment *now,
		struct hear_roots *roots, enum hear_marking *view,
		struct hear_err *err);

/* ---- caller_exchange ---- */

void hear_hands_begin(struct hear_caller *caller,
		      const struct hear_moment *now);
void hear_hands_reply(struct hear_caller *caller, struct hear_hand *hand,
		      const struct hear_moment *now, struct hear_span reply);
/* Asks again what a busy peer put off. */
void hear_hands_tick(struct hear_caller *caller,
		     const struct hear_moment *now);
/* Lets go of all that the hands carry. */
void hear_hands_drop(struct hear_caller *caller);
HEAR_CHECKED bool hear_hand_open(struct hear_caller *caller,
				 struct hear_hand *hand,
				 struct hear_err *err);
void hear_hand_close(struct hear_hand *hand);

/* ---- caller_stock ---- */

HEAR_CHECKED enum hear_code hear_stock_add(struct hear_caller *caller,
					   const struct hear_moment *now,
					   struct hear_wire_list filings,
					   struct hear_err *err);
/* Whether it is time to store them. */
bool hear_stock_full(const struct hear_caller *caller,
		     const struct hear_moment *now);
/* When it will be, if nothing more comes. */
uint64_t hear_stock_due(const struct hear_caller *caller);
/* Stores what there is; afterwards there is none, whatever came of it. */
HEAR_CHECKED enum hear_code hear_stock_store(struct hear_caller *caller,
					     const struct hear_moment *now,
					     struct hear_err *err);
void hear_stock_drop(struct hear_caller *caller);

/* ---- caller_rest ---- */

/* Both have the same root. */
void hear_rest_equal(struct hear_caller *caller,
		     const struct hear_moment *now,
		     const struct hear_roots *own);
void hear_rest_pushed(struct hear_caller *caller,
		      const struct hear_moment *now, struct hear_span reply);
void hear_rest_news(struct hear_caller *caller, const struct hear_moment *now,
		    struct hear_span reply);
void hear_rest_changed(struct hear_caller *caller,
		       const struct hear_moment *now);
void hear_rest_tick(struct hear_caller *caller,
		    const struct hear_moment *now);
uint64_t hear_rest_due(const struct hear_caller *caller);
void hear_rest_hang_up(struct hear_caller *caller);

/* ---- caller_look ---- */

/* The descent into the partition at hand is complete: notes what differs. */
void hear_look_note(struct hear_caller *caller,
		    const struct hear_moment *now);
/* Notes filings that we lack, and that were fetched to be named. */
HEAR_CHECKED enum hear_code hear_look_name(struct hear_caller *caller,
					   struct hear_wire_list filings,
					   struct hear_err *err);
/* No more are to be fetched for that. */
bool hear_look_named_enough(const struct hear_caller *caller);
/* The partition at hand is done: notes how many were not named. */
void hear_look_rest(struct hear_caller *caller);
/* All partitions are: asks why they lack what they lack, or ends. */
void hear_look_end(struct hear_caller *caller, const struct hear_moment *now);
void hear_look_reply(struct hear_caller *caller,
		     const struct hear_moment *now, struct hear_span reply);
void hear_look_forget(struct hear_caller *caller);

#endif
