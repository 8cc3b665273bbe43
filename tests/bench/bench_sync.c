/* SPDX-License-Identifier: ISC */
/* Daemons that keep datasets equal, over the loopback interface: in bulk,
 * against importing the same filings from a bundle; live; and at rest. */
#include "tests/bench/claims.h"
#include "tests/bench/crowd.h"
#include "tests/bench/daemons.h"
#include "tests/bench/ours.h"
#include "tests/bench/rows.h"

#include "core/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	CLAIMS = 100000,
	BULK_TICKS = 600 * 200, /* of 5 ms */
	LIVE = 300,
	LIVE_MOST_MS = 5000,
	IDLE_SECONDS = 10,
	PEERS = 200,
	LINGER_SECONDS = 15, /* until what a sync needed is let go */
	PEER_SECONDS = 40,   /* two rounds of parked questions */
};

static const struct timespec tick = {0, 5 * 1000 * 1000};

static void need(enum hear_code code, const struct hear_err *err)
{
	if (code != HEAR_OK)
		rows_stop("%s", err->message);
}

static double megabytes(uint64_t bytes)
{
	return (double)bytes / 1000000;
}

static int64_t wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t filings_of(struct hear_dataset *dataset)
{
	struct hear_reader *reader = ours_read(dataset);
	uint64_t count = hear_last_filing(reader);

	hear_read_end(reader);
	return count;
}

/* ---- Bulk ---- */

/* The same filings from a file: what it takes to verify and to keep them. */
static double import_bundle(const struct daemon *from)
{
	const char *hearsay = getenv("HEARSAY");
	char words[DAEMON_PATH + 40];
	struct rows_cost cost;
	char home[DAEMON_PATH];
	char file[DAEMON_PATH];
	char program[DAEMON_PATH];
	char import[] = "import";
	char dataset[] = "-d";
	char name[] = "bench";
	char *arguments[] = {program, dataset, name, import, file, NULL};

	(void)snprintf(program, sizeof program, "%s",
		       hearsay ? hearsay : "build/gcc-release/hearsay");
	(void)snprintf(home, sizeof home, "%s/node-bundle", rows_directory());
	(void)snprintf(file, sizeof file, "%s/sync.bundle", rows_directory());
	(void)unlink(file);
	(void)snprintf(words, sizeof words, "bundle %s", file);
	daemon_tool(from, words, NULL, 0);
	rows_remove(home);
	setenv("HEARSAY_HOME", home, 1);
	if (!rows_run(&cost, arguments, true))
		rows_stop("the bundle is not imported");
	rows_note("from a bundle: %.2f s, %.2f s of processor, %.1f MB",
		  cost.seconds, cost.cpu_seconds,
		  megabytes(cost.private_bytes));
	rows_remove(home);
	return cost.seconds;
}

static void tell_bulk(const struct daemon *alice, const struct daemon *bob,
		      double took, double import, uint64_t json_bytes)
{
	double bytes = (double)(daemon_peer_number(bob, "bytes_in") +
				daemon_peer_number(bob, "bytes_out"));
	double percent = bytes * 100 / (double)json_bytes;
	double most = megabytes(alice->most > bob->most ? alice->most
							: bob->most);

	rows_print("from an empty node to equal", took, import, "s",
		   import / took, "at most 1.5 times", took <= import * 1.5);
	rows_print("  private memory of either daemon", most, -1, "MB", -1,
		   "at most 32", most <= 32);
	rows_tell("  of either link",
		  megabytes(alice->most_link > bob->most_link
				    ? alice->most_link
				    : bob->most_link),
		  -1, "MB", -1);
	rows_print("  bytes both ways, of the JSON", percent, -1, "%", -1,
		   "at most 45", percent <= 45);
	rows_note("sync: who gives took %.1f MB (link %.1f), who gets %.1f "
		  "(link %.1f); %.2f and %.2f s of processor, links %.2f and "
		  "%.2f",
		  megabytes(alice->most), megabytes(alice->most_link),
		  megabytes(bob->most), megabytes(bob->most_link),
		  daemon_seconds(alice->process), daemon_seconds(bob->process),
		  daemon_seconds(daemon_link(alice)),
		  daemon_seconds(daemon_link(bob)));
}

static void bulk(struct daemon *alice, struct daemon *bob, const char *file)
{
	double import;
	double begun;
	double took;
	unsigned ticks = 0;

	daemon_stop(alice);
	(void)ours_import(alice->home, file);
	import = import_bundle(alice);
	daemon_start(alice);
	begun = rows_clock();
	daemon_start(bob);
	while (!daemon_said(bob, "in sync:")) {
		daemon_look(alice);
		daemon_look(bob);
		(void)daemon_said(alice, "\n");
		if (++ticks > BULK_TICKS)
			rows_stop("they do not become equal");
		nanosleep(&tick, NULL);
	}
	took = rows_clock() - begun;
	daemon_tool(bob, "diff bench", NULL, 0);
	tell_bulk(alice, bob, took, import, rows_file_bytes(file));
}

/* ---- Live ---- */

static void file_one(struct hear_dataset *dataset, struct hear_identity *self,
		     struct hear_arena *arena, unsigned number)
{
	struct hear_value *claim = hear_make_map(arena);
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_record record;
	struct hear_err err = {0};
	char text[80];

	(void)snprintf(text, sizeof text, "Claim %u is filed alone.", number);
	hear_map_set(arena, claim, "kind",
		     hear_make_text(arena, hear_span_of("claim")));
	hear_map_set(arena, claim, "text",
		     hear_make_text(arena, hear_span_of(text)));
	need(hear_record_make(arena, claim, &record, &err), &err);
	need(hear_write_begin(&writer, dataset, wall_ms(), &err), &err);
	need(hear_write_file(writer, self, HEAR_GREEN, &record, 1, &outcome,
			     &err),
	     &err);
	need(hear_write_commit(writer, &err), &err);
}

static int order(const void *a, const void *b)
{
	const double *first = a;
	const double *second = b;

	return (*first > *second) - (*first < *second);
}

static double until_there(struct hear_dataset *there, uint64_t count)
{
	static const struct timespec soon = {0, 1000 * 1000};
	double begun = rows_clock();

	while (filings_of(there) < count) {
		nanosleep(&soon, NULL);
		if ((rows_clock() - begun) * 1000 > LIVE_MOST_MS)
			rows_stop("a claim filed alone does not arrive");
	}
	return (rows_clock() - begun) * 1000;
}

static void live(struct daemon *alice, struct daemon *bob)
{
	static const struct timespec pause = {0, 20 * 1000 * 1000};
	struct hear_dataset *here = ours_open(alice->home);
	struct hear_dataset *there = ours_open(bob->home);
	struct hear_identity *self = NULL;
	struct hear_arena *arena = hear_arena_new();
	char path[DAEMON_PATH + 16];
	struct hear_err err = {0};
	double took[LIVE];
	unsigned i;

	(void)snprintf(path, sizeof path, "%s/identity", alice->home);
	need(hear_identity_load(&self, path, &err), &err);
	for (i = 0; i < LIVE; i++) {
		uint64_t count = filings_of(there);

		hear_arena_reset(arena);
		file_one(here, self, arena, i);
		took[i] = until_there(there, count + 1);
		(void)daemon_said(alice, "\n");
		(void)daemon_said(bob, "\n");
		nanosleep(&pause, NULL);
	}
	qsort(took, LIVE, sizeof *took, order);
	rows_tell("a claim filed alone: the median", took[LIVE / 2], -1, "ms",
		  -1);
	rows_print("  99 of 100", took[LIVE * 99 / 100], -1, "ms", -1,
		   "at most 250", took[LIVE * 99 / 100] <= 250);
	hear_arena_free(arena);
	hear_identity_free(self);
	hear_dataset_close(here);
	hear_dataset_close(there);
}

/* ---- At rest ---- */

/* A second at a time, so that what it says is read. */
static void wait_on(struct daemon *daemon, unsigned seconds)
{
	while (seconds-- > 0) {
		sleep(1);
		daemon_look(daemon);
		(void)daemon_said(daemon, "\n");
	}
}

static void rest_alone(struct daemon *alice)
{
	uint64_t wakes;
	double each;
	double own;

	daemon_stop(alice);
	alice->most = alice->most_link = 0;
	daemon_start(alice);
	wait_on(alice, 2);
	wakes = daemon_wakes(alice->process);
	wait_on(alice, IDLE_SECONDS);
	each = (double)(daemon_wakes(alice->process) - wakes) / IDLE_SECONDS;
	own = megabytes(alice->most);
	rows_print("an idle daemon: private memory", own, -1, "MB", -1,
		   "at most 8", own <= 8);
	rows_tell("  its link's", megabytes(alice->most_link), -1, "MB", -1);
	rows_print("  woken, a second", each, -1, "times", -1, "at most 2",
		   each <= 2);
}

static void grant(struct hear_writer *writer, const struct hear_identity *admin,
		  const struct hear_identity *member, unsigned number)
{
	struct hear_grant grant = {
		.key = *hear_identity_key(member),
		.channel_key = *hear_identity_channel_key(member),
		.role = HEAR_WRITER,
		.clearance = HEAR_AMBER};
	struct hear_outcome outcome;
	struct hear_err err = {0};
	char name[24];

	(void)snprintf(name, sizeof name, "peer%u", number);
	grant.name = hear_span_of(name);
	hear_identity_certificate(member, grant.certificate);
	need(hear_write_grant(writer, admin, &grant, &outcome, &err), &err);
}

static void grant_all(const struct daemon *alice,
		      const struct hear_identity *admin,
		      struct hear_identity **members)
{
	struct hear_dataset *dataset = ours_open(alice->home);
	struct hear_writer *writer = NULL;
	struct hear_err err = {0};
	unsigned i;

	need(hear_write_begin(&writer, dataset, wall_ms(), &err), &err);
	for (i = 0; i < PEERS; i++) {
		need(hear_identity_make(&members[i], hear_span_of("peer"),
					&err),
		     &err);
		grant(writer, admin, members[i], i);
	}
	need(hear_write_commit(writer, &err), &err);
	hear_dataset_close(dataset);
}

static void tell_peers(struct daemon *alice)
{
	pid_t link = daemon_link(alice);
	double begun;
	double busy;
	double own;

	wait_on(alice, LINGER_SECONDS);
	alice->most = alice->most_link = 0;
	begun = rows_clock();
	busy = daemon_seconds(alice->process) + daemon_seconds(link);
	wait_on(alice, PEER_SECONDS);
	busy = daemon_seconds(alice->process) + daemon_seconds(link) - busy;
	busy = busy * 100 / (rows_clock() - begun);
	own = megabytes(alice->most + alice->most_link);
	rows_print("200 idle peers: daemon and link", own, -1, "MB", -1,
		   "at most 20", own <= 20);
	rows_tell("  of that, the link", megabytes(alice->most_link), -1, "MB",
		  -1);
	rows_print("  of a core", busy, -1, "%", -1, "at most 1", busy <= 1);
}

static void rest_in_company(struct daemon *alice)
{
	struct hear_identity *members[PEERS];
	struct hear_identity *admin = NULL;
	char directory[DAEMON_PATH];
	char path[DAEMON_PATH + 16];
	char tcp[64];
	char ipc[2 * DAEMON_PATH + 16];
	char words[3 * DAEMON_PATH + 16];
	struct crowd crowd = {.count = PEERS, .members = members};
	struct hear_err err = {0};
	unsigned i;

	(void)snprintf(path, sizeof path, "%s/identity", alice->home);
	need(hear_identity_load(&admin, path, &err), &err);
	daemon_stop(alice);
	grant_all(alice, admin, members);
	(void)snprintf(path, sizeof path, "%s/node-crowd", rows_directory());
	ours_copy(alice->home, path);
	if (!getcwd(directory, sizeof directory))
		rows_stop("where is this?");
	(void)snprintf(tcp, sizeof tcp, "tcp://127.0.0.1:%u", alice->port);
	(void)snprintf(ipc, sizeof ipc, "ipc://%s/%s/link", directory,
		       alice->home);
	(void)snprintf(words, sizeof words, "config listen '%s %s'", tcp, ipc);
	daemon_tool(alice, words, NULL, 0);
	daemon_start(alice);
	crowd.home = path;
	crowd.daemon = admin;
	crowd.tcp = tcp;
	crowd.ipc = ipc;
	crowd_start(&crowd);
	tell_peers(alice);
	crowd_stop(&crowd);
	daemon_stop(alice);
	for (i = 0; i < PEERS; i++)
		hear_identity_free(members[i]);
	hear_identity_free(admin);
}

int main(void)
{
	uint64_t count = rows_claims(CLAIMS);
	struct daemon alice;
	struct daemon bob;
	char file[DAEMON_PATH];

	(void)snprintf(file, sizeof file, "%s/claims-%llu.jsonl",
		       rows_directory(), (unsigned long long)count);
	claims_write(file, count);
	rows_note("two daemons; the peer is importing a bundle");
	daemon_home(&alice, "alice", true);
	daemon_home(&bob, "bob", false);
	daemon_start(&alice);
	daemon_let_in(&alice, &bob);
	bulk(&alice, &bob, file);
	live(&alice, &bob);
	daemon_stop(&bob);
	rest_alone(&alice);
	rest_in_company(&alice);
	return 0;
}
