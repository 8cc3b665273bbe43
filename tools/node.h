/* node.h - a node at work: the engine, its link, the datasets it serves and
 * what wakes it. The daemon is one that stays; `sync`, `diff` and `join` are
 * some that soon end.
 *
 * The kernel tells when another process committed to a dataset, or changed
 * what is kept in the home (inotify), so nothing is asked for in vain. One
 * thread.
 */
#ifndef TOOLS_NODE_H
#define TOOLS_NODE_H

#include "sync/engine.h"
#include "tools/command.h"
#include "tools/host.h"

struct node;

/* What the engine and the link have to say (sync/engine.h). */
typedef void node_say(void *context, enum hear_say level, const char *dataset,
		      const struct hear_key *peer, const char *sentence);

/* A node of this home, with nothing to serve yet. `call` and `identity` are
 * borrowed for its life. */
HEAR_CHECKED enum hear_code node_open(struct node **out,
				      const struct call *call,
				      const struct hear_identity *identity,
				      node_say *say, void *context,
				      struct hear_err *err);
void node_close(struct node *node);

struct hear_engine *node_engine(struct node *node);
struct host *node_host(struct node *node);

/* Serves a dataset that is open, and stays the caller's: it is to be closed
 * after the node. */
HEAR_CHECKED enum hear_code node_serve(struct node *node,
				       struct hear_dataset *dataset,
				       const char *name, struct hear_err *err);

/* ---- For the daemon ---- */

/* Opens every dataset of the home that is not served yet and lets go of those
 * that are no longer there. One that cannot be served is said, and tried again
 * the next time. From now on peers in the address books are dialled, and both
 * are looked after by node_turn(). */
HEAR_CHECKED enum hear_code node_serve_home(struct node *node,
					    struct hear_err *err);
/* Whether the file of settings was changed since it was last asked. */
bool node_settings_changed(struct node *node);
/* Whether the home was deleted or moved away: there is nothing left to serve,
 * and what may stand there next is another's. */
bool node_home_gone(const struct node *node);
/* How many datasets are served; the one at `index`. */
size_t node_datasets(const struct node *node);
struct hear_dataset *node_dataset(const struct node *node, size_t index,
				  const char **name);
/* Tries at once every peer that waits to be tried again. */
void node_nudge(struct node *node);

/* ---- The loop ---- */

/* Waits until something happens, but not beyond `due_ms` (steady; UINT64_MAX:
 * no matter how long), and deals with what is the node's. `more` are polled
 * with it for the caller. */
HEAR_CHECKED enum hear_code node_turn(struct node *node, struct pollfd *more,
				      size_t more_count, uint64_t due_ms,
				      struct hear_err *err);

#endif
