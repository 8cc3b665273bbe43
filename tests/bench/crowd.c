/* SPDX-License-Identifier: ISC */
#include "tests/bench/crowd.h"
#include "tests/bench/ours.h"
#include "tests/bench/rows.h"
#include "tools/host.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	HOSTS = 8,	/* a link has 256 lanes, */
	LANES_EACH = 8, /* of which an engine gets so many */
	TCP_MOST = 48,
	PATIENCE_MS = 120 * 1000,
};

struct seat {
	struct hear_host face;
	struct host *host;
	uint32_t lanes; /* where its lanes begin on the host */
	struct hear_engine *engine;
};

struct row {
	struct host *host;
	struct seat *seats[CROWD_MOST];
	unsigned count;
};

static struct row hosts[HOSTS];
static struct seat seats[CROWD_MOST];

static void need(enum hear_code code, const struct hear_err *err)
{
	if (code != HEAR_OK)
		rows_stop("%s", err->message);
}

/* ---- An engine's lanes among those of a host ---- */

static void dial(void *context, uint32_t lane, const char *address)
{
	struct seat *seat = context;

	if (lane >= LANES_EACH)
		rows_stop("an engine wants more lanes than it has");
	seat->face.dial(seat->face.context, seat->lanes + lane, address);
}

static void undial(void *context, uint32_t lane)
{
	struct seat *seat = context;

	seat->face.undial(seat->face.context, seat->lanes + lane);
}

static bool send(void *context, uint32_t lane, uint64_t request,
		 uint32_t wait_ms, struct hear_span frame)
{
	struct seat *seat = context;

	return seat->face.send(seat->face.context, seat->lanes + lane, request,
			       wait_ms, frame);
}

static void reply(void *context, const struct hear_token *to,
		  struct hear_span frame)
{
	(void)context;
	(void)to;
	(void)frame;
}

static void draw(void *context, void *out, size_t size)
{
	struct seat *seat = context;

	seat->face.random(seat->face.context, out, size);
}

static void say(void *context, enum hear_say level, const char *dataset,
		const struct hear_key *peer, const char *sentence)
{
	(void)context;
	(void)dataset;
	(void)peer;
	if (level >= HEAR_SAY_WARN)
		rows_note("of the crowd: %s", sentence);
}

static struct seat *seat_of(struct row *row, uint32_t *lane)
{
	unsigned at = *lane / LANES_EACH;

	if (at >= row->count)
		rows_stop("a lane is nobody's");
	*lane %= LANES_EACH;
	return row->seats[at];
}

static void take_answer(void *context, const struct hear_moment *now,
			uint32_t lane, uint64_t request, struct hear_span frame)
{
	struct seat *seat = seat_of(context, &lane);

	hear_engine_answer(seat->engine, now, lane, request, frame);
}

static void take_silence(void *context, const struct hear_moment *now,
			 uint32_t lane, uint64_t request)
{
	struct seat *seat = seat_of(context, &lane);

	hear_engine_unanswered(seat->engine, now, lane, request);
}

/* ---- Sitting down ---- */

static void seat_one(const struct crowd *crowd, unsigned index,
		     struct hear_dataset *dataset)
{
	struct row *row = &hosts[index % HOSTS];
	struct seat *seat = &seats[index];
	struct hear_host host = {seat, dial, undial, send, reply, draw, say};
	struct hear_channel_peer peer = {
		*hear_identity_key(crowd->daemon),
		*hear_identity_channel_key(crowd->daemon)};
	struct hear_err err;
	uint32_t id;

	host_face(row->host, &seat->face);
	seat->host = row->host;
	seat->lanes = row->count * LANES_EACH;
	row->seats[row->count++] = seat;
	need(hear_engine_new(&seat->engine, crowd->members[index], &host, &err),
	     &err);
	need(hear_engine_serve(seat->engine, dataset, "bench", &err), &err);
	need(hear_engine_dial(seat->engine, dataset, &peer,
			      index < TCP_MOST ? crowd->tcp : crowd->ipc,
			      HEAR_PEER_LIVE, &id, &err),
	     &err);
}

static unsigned in_sync(unsigned count)
{
	struct hear_peer_status status;
	unsigned equal = 0;
	unsigned i;

	for (i = 0; i < count; i++)
		equal += hear_engine_status(seats[i].engine, 0, &status) &&
			 status.state == HEAR_PEER_EQUAL;
	return equal;
}

static uint64_t due_of(unsigned count)
{
	uint64_t due = UINT64_MAX;
	unsigned i;

	for (i = 0; i < count; i++)
		if (hear_engine_due(seats[i].engine) < due)
			due = hear_engine_due(seats[i].engine);
	for (i = 0; i < HOSTS; i++)
		if (host_due(hosts[i].host) < due)
			due = host_due(hosts[i].host);
	return due;
}

static void turn(unsigned count)
{
	struct pollfd polls[HOSTS * HOST_POLLS];
	struct hear_moment now = host_moment();
	uint64_t due = due_of(count);
	uint64_t wait = due > now.steady_ms ? due - now.steady_ms : 0;
	unsigned i;

	for (i = 0; i < HOSTS; i++)
		host_polls(hosts[i].host, polls + i * HOST_POLLS);
	(void)poll(polls, HOSTS * HOST_POLLS, wait > 1000 ? 1000 : (int)wait);
	now = host_moment();
	for (i = 0; i < HOSTS; i++)
		(void)host_turn(hosts[i].host, &now);
	for (i = 0; i < count; i++)
		if (hear_engine_due(seats[i].engine) <= now.steady_ms)
			hear_engine_tick(seats[i].engine, &now);
}

static void sit(const struct crowd *crowd, int ready)
{
	struct hear_dataset *dataset = ours_open(crowd->home);
	uint64_t begun = host_moment().steady_ms;
	bool told = false;
	struct hear_err err;
	unsigned i;

	for (i = 0; i < HOSTS; i++) {
		struct host_sink sink = {.context = &hosts[i],
					 .answer = take_answer,
					 .unanswered = take_silence};

		need(host_new(&hosts[i].host, &sink, &err), &err);
	}
	for (i = 0; i < crowd->count; i++)
		seat_one(crowd, i, dataset);
	for (;;) {
		turn(crowd->count);
		if (told)
			continue;
		told = in_sync(crowd->count) == crowd->count;
		if (told && write(ready, "!", 1) != 1)
			_exit(1);
		if (host_moment().steady_ms - begun > PATIENCE_MS && !told)
			rows_stop("only %u of %u are in sync",
				  in_sync(crowd->count), crowd->count);
	}
}

void crowd_start(struct crowd *crowd)
{
	int ends[2];
	char told;

	fflush(NULL);
	if (pipe(ends) < 0 || (crowd->process = fork()) < 0)
		rows_stop("no process could be started");
	if (crowd->process == 0) {
		close(ends[0]);
		sit(crowd, ends[1]);
	}
	close(ends[1]);
	if (read(ends[0], &told, 1) != 1)
		rows_stop("the crowd is not in sync");
	close(ends[0]);
}

void crowd_stop(struct crowd *crowd)
{
	(void)kill(crowd->process, SIGKILL); /* and its links end by it */
	(void)waitpid(crowd->process, NULL, 0);
}
