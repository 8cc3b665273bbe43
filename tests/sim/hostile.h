/* hostile.h - a peer that speaks the real channel and says what it likes.
 *
 * It sits at a node of a simulated cluster in place of an engine, with that
 * node's keys: a member if these were granted membership, a stranger if not.
 * As one who asks it knocks, enters and puts any body into a question. As one
 * who answers, a script makes each reply.
 */
#ifndef TESTS_SIM_HOSTILE_H
#define TESTS_SIM_HOSTILE_H

#include "core/filing.h"
#include "sync/dialler.h"
#include "sync/listener.h"
#include "sync/squeeze.h"
#include "sync/wire.h"
#include "tests/sim/cluster.h"

enum { HOSTILE_KINDS = 8, HOSTILE_HELD = 64 };

struct hostile;

/* Makes the reply to a question of that kind; left empty: silence. */
typedef void hostile_script(struct hostile *hostile, unsigned char kind,
			    struct hear_span question,
			    struct hear_buffer *reply);

struct hostile {
	struct cluster *cluster;
	unsigned seat;
	struct hear_channel_self self;
	struct hear_squeezer *squeezer;
	struct hear_arena *arena;

	/* Asking. */
	struct hear_dialler *dialler;
	unsigned victim;
	uint64_t number;
	bool answered;
	struct hear_buffer frame; /* sent last */
	struct hear_buffer got;	  /* the last frame that came */
	struct hear_buffer reply; /* the last reply's body */

	/* Answering. */
	struct hear_listener *listener;
	hostile_script *script;
	uint64_t asked[HOSTILE_KINDS]; /* questions, by kind */
	uint64_t questions;
	uint64_t given; /* filings that came in questions */
	unsigned step;	/* for scripts */
};

/* Takes the seat, whose node may have joined before. */
void hostile_open(struct hostile *hostile, struct cluster *cluster,
		  unsigned seat, unsigned victim);
void hostile_close(struct hostile *hostile);

/* ---- Asking ---- */

/* A new session with the victim; false: none came about. */
bool hostile_enter(struct hostile *hostile);
/* Asks a body, with the dataset's mark put in; the reply's body is in
 * hostile->reply. False: silence. Enters if need be. */
bool hostile_ask(struct hostile *hostile, const struct hear_buffer *body);
/* Sends a frame as it is; what comes back is in hostile->got. */
bool hostile_send(struct hostile *hostile, struct hear_span frame);
/* The kind of the last reply. */
unsigned char hostile_kind(const struct hostile *hostile);
/* Gives filings (squeezed, in a pile) and wants what `wants` says (NULL:
 * nothing), of a partition. False: silence. */
bool hostile_exchange(struct hostile *hostile, unsigned char partition,
		      const struct hear_wire_pile *pile,
		      const struct hear_wire_ranges *wants,
		      struct hear_wire_exchanged *out);

/* ---- What it says ---- */

/* The roots of its node's dataset, or (`lie`) of none that there is. */
void hostile_roots(struct hostile *hostile, bool lie,
		   enum hear_marking clearance, struct hear_wire_roots *out);
/* WELCOME or STANDING with these roots, in which each partition differs from
 * everybody's. */
void hostile_differs(struct hostile *hostile, unsigned char kind,
		     struct hear_buffer *reply);
/* STANDING that repeats the asker's own roots. */
void hostile_agrees(unsigned char kind, struct hear_span question,
		    struct hear_buffer *reply);
/* EXCHANGED with these. */
void hostile_exchanged(struct hostile *hostile, struct hear_span results,
		       const struct hear_wire_pile *pile, bool more,
		       const unsigned char covered[HEAR_RANGE_KEY],
		       struct hear_buffer *reply);
/* COMPARED that says of every range asked about that all of it is there: both
 * halves, with digests of nothing. */
void hostile_compared(struct hostile *hostile, struct hear_span question,
		      struct hear_buffer *reply);

/* ---- Filings ---- */

/* A filing of one claim whose header says what the test wants: start from
 * hostile_filing(), change the header, then hostile_seal(). */
void hostile_filing(struct hostile *hostile, enum hear_marking marking,
		    const char *series, unsigned number,
		    struct hear_sealed *out);
/* Signed by the seat's own key. */
void hostile_seal(struct hostile *hostile, struct hear_sealed *filing);
/* Appends it, packed and squeezed. */
void hostile_put(struct hostile *hostile, const struct hear_sealed *filing,
		 struct hear_wire_pile *pile);
/* A filing of a node's dataset by its number, as it travels. */
void hostile_copy(struct hostile *hostile, const struct node *node,
		  uint64_t number, struct hear_wire_pile *pile);

#endif
