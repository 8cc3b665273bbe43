/* SPDX-License-Identifier: ISC */
/* How long many nodes take to become equal, and how much they send: simulated
 * clusters whose network loses one frame in twenty and cuts a quarter of them,
 * drawn anew every five seconds, off from the rest. Each node dials a handful
 * of others. BENCH_NODES is the most. */
#include "tests/bench/rows.h"
#include "tests/sim/cluster.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	NODES = 1000,
	DIALS = 4,
	AUTHORS = 5,	   /* or one */
	ROUNDS_MOST = 40,
	ROUNDS_LEAST = 4,
	NODES_IN_ROUNDS = 800, /* so that small ones are not a matter of luck */
	CALM_MS = 60 * 1000,
	ISLAND_MS = 5000,  /* then others are cut off: */
	ISLAND_PART = 4,   /* a quarter, each time */
	MOST_MS = 10 * 60 * 1000,
	LOSS_IN_1000 = 50,
};

/* Means of the rounds. */
struct growth {
	double seconds;
	double kilobytes; /* a node sent */
};

static unsigned most_nodes(void)
{
	const char *text = getenv("BENCH_NODES");
	unsigned count = text ? (unsigned)strtoul(text, NULL, 10) : NODES;

	return count < 10 || count > NODES ? NODES : count;
}

/* A dataset is several open files. */
static void want_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* ---- A cluster ---- */

/* All are granted membership first, so that each begins with the same copy. */
static void open_cluster(struct cluster *cluster, unsigned count)
{
	unsigned i;

	cluster_open(cluster, count, count);
	for (i = 1; i < count; i++)
		if (!cluster_grant(cluster, 0, i, HEAR_WRITER, HEAR_AMBER))
			rows_stop("a node is not let in");
	cluster_backup(cluster, 0);
	for (i = 1; i < count; i++) {
		struct node *node = &cluster->nodes[i];

		memcpy(node->backup, cluster->nodes[0].backup,
		       sizeof node->backup);
		cluster_restart(cluster, i, true);
		node->backup[0] = '\0';
	}
}

/* A tree in which each hangs on any of those before it, so that all are
 * reached, and some more. */
static void dial_others(struct cluster *cluster)
{
	unsigned i;
	unsigned j;

	for (i = 1; i < cluster->count; i++)
		for (j = 0; j < DIALS; j++) {
			unsigned to = (unsigned)dice_below(
				&cluster->dice, j == 0 ? i : cluster->count);
			const struct node *node = &cluster->nodes[i];
			unsigned k = 0;

			while (k < node->dial_count && node->dials[k] != to)
				k++;
			if (to != i && k == node->dial_count)
				cluster_dial(cluster, i, to);
		}
}

static void cut_apart(struct cluster *cluster)
{
	unsigned left = (cluster->count + ISLAND_PART - 1) / ISLAND_PART;
	unsigned i;

	for (i = 0; i < cluster->count; i++)
		cluster->nodes[i].island = 0;
	while (left > 0) {
		i = (unsigned)dice_below(&cluster->dice, cluster->count);
		left -= cluster->nodes[i].island == 0;
		cluster->nodes[i].island = 1;
	}
}

static unsigned rounds_of(unsigned count)
{
	unsigned rounds = NODES_IN_ROUNDS / count;

	return rounds > ROUNDS_MOST    ? ROUNDS_MOST
	       : rounds < ROUNDS_LEAST ? ROUNDS_LEAST
				       : rounds;
}

static uint64_t filings_of(const struct node *node)
{
	struct hear_view view = {INT64_MAX, true, HEAR_LOCAL, INT64_MAX};
	struct hear_reader *reader = NULL;
	struct hear_err err;
	uint64_t count;

	if (hear_read_begin(&reader, node->dataset, &view, &err) != HEAR_OK)
		rows_stop("%s", err.message);
	count = hear_last_filing(reader);
	hear_read_end(reader);
	return count;
}

/* Whether all have so many. Nothing is taken away, so those before `*at` need
 * not be asked again. */
static bool all_have(const struct cluster *cluster, uint64_t filings,
		     unsigned *at)
{
	while (*at < cluster->count &&
	       filings_of(&cluster->nodes[*at]) >= filings)
		++*at;
	return *at == cluster->count;
}

/* Files at `authors` nodes, and waits until all have it. */
static void measure(struct cluster *cluster, unsigned authors,
		    struct growth *growth)
{
	uint64_t wanted = filings_of(&cluster->nodes[0]) + authors;
	unsigned at = 0;
	uint64_t begun = cluster->now_ms;
	uint64_t bytes = cluster_bytes(cluster);
	unsigned i;

	for (i = 0; i < authors; i++)
		if (!cluster_file(cluster,
				  (unsigned)dice_below(&cluster->dice,
						       cluster->count),
				  HEAR_GREEN, 1))
			rows_stop("a node may not file");
	while (!all_have(cluster, wanted, &at)) {
		if ((cluster->now_ms - begun) % ISLAND_MS == 0)
			cut_apart(cluster);
		cluster_run(cluster, 20);
		if (cluster->now_ms - begun > MOST_MS)
			rows_stop("%u nodes do not become equal",
				  cluster->count);
	}
	growth->seconds += (double)(cluster->now_ms - begun) / 1000;
	growth->kilobytes += (double)(cluster_bytes(cluster) - bytes) / 1000 /
			     cluster->count;
}

static void calm_down(struct cluster *cluster)
{
	unsigned i;

	for (i = 0; i < cluster->count; i++)
		cluster->nodes[i].island = 0;
	cluster->weather.loss = 0;
	cluster_run(cluster, CALM_MS);
}

/* One files in the even rounds, and several do in the odd ones. */
static void run(unsigned count, struct growth *growth)
{
	unsigned rounds = rounds_of(count);
	struct cluster cluster;
	double begun = rows_clock();
	unsigned i;

	memset(growth, 0, sizeof *growth);
	open_cluster(&cluster, count);
	dial_others(&cluster);
	calm_down(&cluster);
	rows_note("%u nodes met, after %.1f s", count, rows_clock() - begun);
	for (i = 0; i < rounds; i++) {
		cluster.weather.loss = LOSS_IN_1000;
		measure(&cluster, i % 2 == 0 ? 1 : AUTHORS, growth);
		calm_down(&cluster);
	}
	growth->seconds /= rounds;
	growth->kilobytes /= rounds;
	if (!cluster_equal(&cluster, true))
		rows_stop("%u nodes have as much, but not the same", count);
	cluster_close(&cluster);
	rows_note("%u nodes took %.1f s", count, rows_clock() - begun);
}

/* ---- Rows ---- */

static void print(unsigned count, const char *what, double is, double first,
		  unsigned least, const char *unit)
{
	double most = first * log(count) / log(least);
	char target[40];
	char name[60];

	(void)snprintf(name, sizeof name, "%u nodes: %s", count, what);
	if (count == least) {
		rows_tell(name, is, -1, unit, -1);
		return;
	}
	(void)snprintf(target, sizeof target, "at most %.2f", most);
	rows_print(name, is, -1, unit, -1, target, is <= most);
}

int main(void)
{
	static const unsigned sizes[] = {10, 30, 100, 300, 1000};
	enum { SIZES = sizeof sizes / sizeof *sizes };
	struct growth grown[SIZES];
	unsigned most = most_nodes();
	size_t i;

	/* Nothing here is about disks. */
	if (chdir("/dev/shm") < 0 && chdir(rows_directory()) < 0)
		rows_stop("there is no place for clusters");
	want_files();
	for (i = 0; i < SIZES && sizes[i] <= most; i++) {
		run(sizes[i], &grown[i]);
		print(sizes[i], "until all are equal", grown[i].seconds,
		      grown[0].seconds, sizes[0], "s");
		print(sizes[i], "each sent", grown[i].kilobytes,
		      grown[0].kilobytes, sizes[0], "kB");
	}
	return 0;
}
