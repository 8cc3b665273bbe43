/* asking.h - members that a command talks to by itself, no daemon needed: each
 * is tried at its addresses until it is known how it stands with it.
 */
#ifndef TOOLS_ASKING_H
#define TOOLS_ASKING_H

#include "sync/engine.h"
#include "tools/session.h"

enum { ASKED_MOST = 100, ASKED_PATIENCE_S = 30 };

/* One of them. */
struct asked {
	struct hear_member member;
	bool settled; /* nothing more is to be expected */
	struct hear_peer_status status; /* the latest; texts are not kept */
	char address[256];		/* the latest tried */
	uint32_t peer;			/* the engine's; 0: not dialled */
};

struct asking;

/* Opens the dataset that is meant, and a node on it. */
HEAR_CHECKED enum hear_code asking_open(struct asking **out,
					const struct call *call,
					enum hear_peer_mode mode,
					struct hear_err *err);
void asking_close(struct asking *asking);

/* With a reader open. */
struct session *asking_session(struct asking *asking);
struct hear_engine *asking_engine(struct asking *asking);
const struct hear_identity *asking_identity(const struct asking *asking);

/* A member to ask at an address; at another where the first leads nowhere. */
HEAR_CHECKED enum hear_code asking_add(struct asking *asking,
				       const struct hear_member *member,
				       const char *address,
				       struct hear_err *err);
/* Everybody in the address book whom `address` is of; NULL: everybody. */
HEAR_CHECKED enum hear_code asking_add_book(struct asking *asking,
					    const char *address,
					    struct hear_err *err);

/* Until all are settled; with `any`, until one is that could be reached. Gives
 * up on what has not moved for `patience_ms`. Shows progress. */
HEAR_CHECKED enum hear_code asking_run(struct asking *asking, bool any,
				       uint64_t patience_ms,
				       struct hear_err *err);

size_t asking_count(const struct asking *asking);
const struct asked *asking_at(const struct asking *asking, size_t index);

/* --timeout of this call, in milliseconds. */
HEAR_CHECKED enum hear_code asking_patience(struct call *call, uint64_t *out,
					    struct hear_err *err);

#endif
