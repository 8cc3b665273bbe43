/* asker.h - one lane to one node: a question is asked until it is answered.
 *
 * Around a dialler (dialler.h) it adds what a network needs: knocking when
 * there is no session, asking again what was not answered, and waiting longer
 * the longer nobody answers. A question that is asked again has the same
 * number and is sealed anew; replies that come late or twice are dropped.
 *
 * The body of a question begins with its kind and the mark of the dataset
 * within this session (wire.h); the mark is put in when it is sent, since a
 * new session has another.
 */
#ifndef SYNC_ASKER_H
#define SYNC_ASKER_H

#include "sync/dialler.h"
#include "sync/engine.h"

enum {
	HEAR_ASK_MS = 10 * 1000,     /* a reply that takes longer is lost */
	HEAR_RETRY_MOST_MS = 30 * 1000, /* between two tries */
	/* Tries without a reply after which a peer counts as down. */
	HEAR_ASK_TRIES = 2,
	/* Sessions in a row that are forgotten before they replied. */
	HEAR_ASK_FORGOTTEN = 2,
};

struct hear_asker {
	const struct hear_host *host; /* borrowed */
	struct hear_id dataset;
	struct hear_dialler *dialler;
	uint32_t lane;
	bool dialled;

	bool wanted; /* there is a question without a reply */
	bool live;
	uint32_t wait_ms;
	uint64_t number;
	struct hear_buffer question;

	struct hear_buffer unsent; /* a frame the host had no room for */
	bool knock;		   /* that it is */
	uint64_t request; /* under way; 0: none */
	uint64_t last_request;
	unsigned failures; /* since the last reply */
	unsigned forgotten; /* sessions of which we were told so, since then */
	uint64_t try_at;   /* steady_ms */
	bool stranger;	   /* the last answer was somebody else's */
	uint64_t bytes_in;
	uint64_t bytes_out;

	/* Puts what else depends on the session into a question that is about
	 * to be sent; NULL: nothing does. */
	void (*stamp)(void *context, char *body, const unsigned char *hash);
	void *stamp_context;
};

/* `host` and `self` are borrowed. The lane is dialled at the first question. */
HEAR_CHECKED enum hear_code
hear_asker_init(struct hear_asker *asker, const struct hear_host *host,
		const struct hear_channel_self *self,
		const struct hear_channel_peer *peer,
		const struct hear_id *dataset, uint32_t lane,
		struct hear_err *err);
/* Hangs up. */
void hear_asker_done(struct hear_asker *asker);

/* Asks `body`, which is taken (the caller's buffer is as new afterwards), in
 * place of any question before it. `live` ones are padded. */
void hear_asker_ask(struct hear_asker *asker, const struct hear_moment *now,
		    const char *address, struct hear_buffer *body, bool live,
		    uint32_t wait_ms);
/* Wants no reply any more. */
void hear_asker_drop(struct hear_asker *asker);

enum hear_asked {
	HEAR_ASKED_NOTHING,
	HEAR_ASKED_REPLY, /* `reply` is borrowed until the next call */
	HEAR_ASKED_FAILED, /* one more try was in vain: see `failures` */
};

enum hear_asked hear_asker_answer(struct hear_asker *asker,
				  const struct hear_moment *now,
				  uint64_t request, struct hear_span frame,
				  struct hear_span *reply);
enum hear_asked hear_asker_unanswered(struct hear_asker *asker,
				      const struct hear_moment *now,
				      uint64_t request);
/* Tries what is due. */
void hear_asker_tick(struct hear_asker *asker, const struct hear_moment *now);
uint64_t hear_asker_due(const struct hear_asker *asker);
/* Tries at once what would be tried later. */
void hear_asker_nudge(struct hear_asker *asker);

/* The hash of the session's handshake; NULL: none. */
const unsigned char *hear_asker_hash(const struct hear_asker *asker);

#endif
