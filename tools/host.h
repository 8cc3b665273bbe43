/* host.h - what the engine needs done, done over the link: struct hear_host on
 * one side, the supervisor on the other.
 *
 * Names in addresses are looked up here, in threads of their own (lookup.h);
 * the supervisor sees numbers only. What the link says is passed to a sink:
 * an engine, or a newcomer's conversation. One thread.
 */
#ifndef TOOLS_HOST_H
#define TOOLS_HOST_H

#include "sync/engine.h"
#include "sync/supervise.h"

#include <poll.h>

struct host;

/* Where to pass what happens. Any may be NULL. */
struct host_sink {
	void *context;
	void (*request)(void *context, const struct hear_moment *now,
			const struct hear_token *from,
			struct hear_span frame);
	void (*answer)(void *context, const struct hear_moment *now,
		       uint32_t lane, uint64_t request,
		       struct hear_span frame);
	void (*unanswered)(void *context, const struct hear_moment *now,
			   uint32_t lane, uint64_t request);
	/* The link ended. NULL: each request under way is unanswered. */
	void (*cut)(void *context, const struct hear_moment *now);
	/* A line for the log, of the link's doings; and what the engine says
	 * (struct hear_host). */
	void (*say)(void *context, enum hear_say level, const char *dataset,
		    const struct hear_key *peer, const char *sentence);
};

/* The sink is copied. HEAR_NOTFOUND: hearsay-link is not installed. */
HEAR_CHECKED enum hear_code host_new(struct host **out,
				     const struct host_sink *sink,
				     struct hear_err *err);
void host_free(struct host *host);

/* What an engine or a joiner is given; good until host_free(). */
void host_face(struct host *host, struct hear_host *out);

/* Listens at exactly these addresses from now on. */
void host_listen(struct host *host, const char (*addresses)[256],
		 size_t count);

struct hear_moment host_moment(void);
/* From the kernel, fit for keys. */
void host_random(void *out, size_t size);

/* What to poll. */
enum { HOST_POLLS = 2 };
void host_polls(const struct host *host, struct pollfd polls[HOST_POLLS]);
/* In steady_ms; UINT64_MAX: not before something happens. */
uint64_t host_due(const struct host *host);
/* Does what is due and passes on what came: at most a few hundred frames, so
 * that others get their turn. False: more is waiting. */
bool host_turn(struct host *host, const struct hear_moment *now);

#endif
