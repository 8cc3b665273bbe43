/* cluster.h - many nodes in one process, and a network that does as it likes.
 *
 * Each node has keys, a dataset on disk and a real engine. Time stands still
 * but for what is scheduled: frames on their way, timeouts, and the engines'
 * own wishes. What is lost, doubled, delayed, cut apart or crashed follows
 * from a seed, and so do the keys: a failing seed replays exactly.
 */
#ifndef TESTS_SIM_CLUSTER_H
#define TESTS_SIM_CLUSTER_H

#include "sync/engine.h"
#include "tests/sim/dice.h"

/* What the network does to a frame. */
struct weather {
	unsigned loss;	    /* of 1,000 */
	unsigned doubled;   /* of 1,000 requests and replies */
	unsigned replayed;  /* of 1,000 replies: an old one comes instead */
	unsigned nearest_ms;
	unsigned farthest_ms;
};

struct lane {
	uint32_t lane;
	unsigned to;
};

struct seat; /* what its host knows */

/* Who sits at a node in place of an engine, and speaks by hand. */
struct guest {
	void *context;
	/* It was asked; it may cluster_reply(), now or later. */
	void (*request)(void *context, const struct hear_token *from,
			struct hear_span frame);
	/* The answer to what it sent; empty: none came. */
	void (*answer)(void *context, struct hear_span frame);
};

struct node {
	struct seat *seat;
	unsigned index;
	char name[24];
	char path[96];
	struct hear_identity *identity;
	struct hear_dataset *dataset; /* NULL: not joined, or down */
	struct hear_engine *engine;   /* NULL: down, or a guest's */
	struct guest guest;	      /* zeros: none */
	int64_t skew_ms;
	unsigned island; /* nodes of one island reach each other */
	unsigned epoch;	 /* counts crashes: what was under way is void */
	uint64_t wake_at;
	struct lane *lanes;
	size_t lane_count;
	unsigned *dials; /* whom it dials */
	size_t dial_count;
	char *old_frame; /* the last reply it was sent, for replays */
	size_t old_size;
	char backup[96]; /* "" where none was taken */
	uint64_t bytes_sent;
	uint64_t frames_sent;
	unsigned filed;	      /* claims, for their texts */
	struct hear_id claim; /* the last of them */
	bool removed;
	enum hear_marking clearance;
	enum hear_role role;
};

struct event;
struct flight;

struct cluster {
	uint64_t seed;
	struct dice dice;
	struct weather weather;
	uint64_t now_ms; /* steady, of all */
	struct node *nodes;
	unsigned count;
	char folder[64];
	struct event *events; /* a heap */
	size_t event_count;
	size_t event_room;
	uint64_t sequence;
	struct flight *flights;
	size_t flight_count;
	size_t flight_room;
	size_t *free_flights;
	size_t free_count;
	struct hear_arena *arena;
	bool loud; /* say what the engines say */
	char *said; /* all that they said, a line each: "node2 sentence" */
	size_t said_size;
};

/* Node 0 founds the dataset; the others are granted `role` and `clearance` by
 * it as they join. Everything asserts: a cluster that cannot be has failed. */
void cluster_open(struct cluster *cluster, uint64_t seed, unsigned count);
void cluster_close(struct cluster *cluster);

/* Grants membership, by an admin, and gives the newcomer its copy. */
void cluster_join(struct cluster *cluster, unsigned admin, unsigned newcomer,
		  enum hear_role role, enum hear_marking clearance);
/* False: core refused, as it should where the author may not. */
bool cluster_file(struct cluster *cluster, unsigned node,
		  enum hear_marking marking, unsigned records);
/* Takes back the node's last claim. */
bool cluster_retract(struct cluster *cluster, unsigned node);
/* Destroys the last claim of a node, as far as the admin has it. */
bool cluster_purge(struct cluster *cluster, unsigned admin, unsigned node);
bool cluster_remove(struct cluster *cluster, unsigned admin, unsigned member,
		    enum hear_removal mode);
bool cluster_grant(struct cluster *cluster, unsigned admin, unsigned member,
		   enum hear_role role, enum hear_marking clearance);
/* `from` dials `to` from now on. */
void cluster_dial(struct cluster *cluster, unsigned from, unsigned to);
/* The process is gone; what it had acknowledged is on disk. */
void cluster_crash(struct cluster *cluster, unsigned node);
/* Comes up and dials whom it dialled; with `backup` from the backup it took,
 * if it took one. */
void cluster_restart(struct cluster *cluster, unsigned node, bool backup);
void cluster_backup(struct cluster *cluster, unsigned node);

/* A guest takes the node's place; its dataset, if it has one, stays open. */
void cluster_seat(struct cluster *cluster, unsigned node,
		  const struct guest *guest);
/* A guest sends a frame, or replies with one. */
void cluster_send(struct cluster *cluster, unsigned from, unsigned to,
		  uint32_t wait_ms, struct hear_span frame);
void cluster_reply(struct cluster *cluster, unsigned from,
		   const struct hear_token *to, struct hear_span frame);
/* How often a node said something that holds `part`. */
unsigned cluster_said(const struct cluster *cluster, unsigned node,
		      const char *part);
/* The time as a node sees it. */
struct hear_moment cluster_moment(const struct cluster *cluster,
				  const struct node *node);
/* A node's dataset, all there is, whatever the clock says. */
struct hear_reader *cluster_look(const struct node *node);
/* Tells a node's engine that something was committed to its dataset. */
void cluster_changed(struct cluster *cluster, unsigned node);

/* Lets time go by. */
void cluster_run(struct cluster *cluster, uint64_t ms);
/* Until members are equal, pair by pair, in what both may see; false: not
 * within that time, and says on standard error who differs. */
bool cluster_settle(struct cluster *cluster, uint64_t within_ms);
bool cluster_equal(struct cluster *cluster, bool say);
uint64_t cluster_bytes(const struct cluster *cluster);
/* verify on each node that is up: all is well. */
bool cluster_verify(struct cluster *cluster);

#endif
