/* SPDX-License-Identifier: ISC */
#include "tests/sim/cluster.h"
#include "core/bytes.h"
#include "core/dataset.h"
#include "core/identity.h"
#include "tests/unit/filed.h"

#include <inttypes.h>

enum { MAP_BYTES = 64 << 20, REFUSED_MS = 100 };

static const int64_t epoch_ms = INT64_C(1795000000000);

enum happening { REQUEST, ANSWER, TIMEOUT, WAKE };

struct event {
	uint64_t at;
	uint64_t sequence;
	enum happening what;
	size_t flight; /* but of WAKE */
	unsigned node; /* of WAKE */
	unsigned epoch;
	char *frame;
	size_t size;
};

/* A request on its way, until it is answered or given up. */
struct flight {
	bool used;
	unsigned from;
	unsigned from_epoch;
	unsigned to;
	uint32_t lane;
	uint64_t request;
	unsigned pending; /* events that name it */
	bool over;
};

static void ok(enum hear_code code, const struct hear_err *err)
{
	filed_ok(code, err);
}

struct hear_moment cluster_moment(const struct cluster *cluster,
				  const struct node *node)
{
	struct hear_moment now = {
		cluster->now_ms + 1000,
		epoch_ms + (int64_t)cluster->now_ms + node->skew_ms};

	return now;
}

/* ---- Events -------------------------------------------------------------- */

static bool before(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->sequence < b->sequence;
}

static void push_event(struct cluster *cluster, struct event event)
{
	size_t at = cluster->event_count++;

	if (cluster->event_count > cluster->event_room) {
		cluster->event_room = cluster->event_room * 2 + 64;
		cluster->events =
			realloc(cluster->events,
				cluster->event_room * sizeof event);
		assert(cluster->events);
	}
	event.sequence = cluster->sequence++;
	while (at > 0 && before(&event, &cluster->events[(at - 1) / 2])) {
		cluster->events[at] = cluster->events[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	cluster->events[at] = event;
}

static struct event pop_event(struct cluster *cluster)
{
	struct event top = cluster->events[0];
	struct event last = cluster->events[--cluster->event_count];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= cluster->event_count)
			break;
		if (child + 1 < cluster->event_count &&
		    before(&cluster->events[child + 1],
			   &cluster->events[child]))
			child++;
		if (!before(&cluster->events[child], &last))
			break;
		cluster->events[at] = cluster->events[child];
		at = child;
	}
	if (cluster->event_count > 0)
		cluster->events[at] = last;
	return top;
}

static void schedule(struct cluster *cluster, uint64_t in_ms,
		     enum happening what, size_t flight, struct hear_span frame)
{
	struct event event = {.at = cluster->now_ms + in_ms,
			      .what = what,
			      .flight = flight};

	if (frame.size > 0) {
		event.frame = malloc(frame.size);
		assert(event.frame);
		memcpy(event.frame, frame.data, frame.size);
		event.size = frame.size;
	}
	cluster->flights[flight].pending++;
	push_event(cluster, event);
}

/* ---- The network --------------------------------------------------------- */

static size_t new_flight(struct cluster *cluster)
{
	size_t at;

	if (cluster->free_count > 0)
		return cluster->free_flights[--cluster->free_count];
	if (cluster->flight_count == cluster->flight_room) {
		cluster->flight_room = cluster->flight_room * 2 + 64;
		cluster->flights = realloc(
			cluster->flights,
			cluster->flight_room * sizeof *cluster->flights);
		cluster->free_flights = realloc(
			cluster->free_flights,
			cluster->flight_room * sizeof *cluster->free_flights);
		assert(cluster->flights && cluster->free_flights);
	}
	at = cluster->flight_count++;
	memset(&cluster->flights[at], 0, sizeof *cluster->flights);
	return at;
}

static void landed(struct cluster *cluster, size_t at)
{
	struct flight *flight = &cluster->flights[at];

	if (--flight->pending > 0)
		return;
	memset(flight, 0, sizeof *flight);
	cluster->free_flights[cluster->free_count++] = at;
}

static uint64_t latency(struct cluster *cluster)
{
	const struct weather *weather = &cluster->weather;

	return weather->nearest_ms +
	       dice_below(&cluster->dice,
			  weather->farthest_ms - weather->nearest_ms + 1);
}

static bool reachable(const struct cluster *cluster, unsigned from, unsigned to)
{
	return cluster->nodes[from].island == cluster->nodes[to].island;
}

struct seat {
	struct cluster *cluster;
	struct node *node;
};

static void host_dial(void *context, uint32_t lane, const char *address)
{
	struct seat *seat = context;
	struct node *node = seat->node;
	size_t i;

	for (i = 0; i < node->lane_count; i++)
		if (node->lanes[i].lane == lane)
			break;
	if (i == node->lane_count) {
		node->lanes = realloc(node->lanes, (i + 1) *
							   sizeof *node->lanes);
		assert(node->lanes);
		node->lane_count++;
	}
	node->lanes[i].lane = lane;
	node->lanes[i].to = (unsigned)strtoul(address + 6, NULL, 10);
}

static void host_undial(void *context, uint32_t lane)
{
	struct seat *seat = context;
	struct node *node = seat->node;
	size_t i;

	for (i = 0; i < node->lane_count; i++)
		if (node->lanes[i].lane == lane)
			node->lanes[i] = node->lanes[--node->lane_count];
}

static bool is_there(const struct node *node)
{
	return node->engine || node->guest.request;
}

/* Puts a request on its way. */
static void launch(struct cluster *cluster, struct node *node,
		   const struct flight *made, uint32_t wait_ms,
		   struct hear_span frame)
{
	size_t at = new_flight(cluster);

	assert(frame.size <= HEAR_FRAME_BYTES);
	cluster->flights[at] = *made;
	cluster->flights[at].used = true;
	cluster->flights[at].from = node->index;
	cluster->flights[at].from_epoch = node->epoch;
	node->bytes_sent += frame.size;
	node->frames_sent++;
	if (!is_there(&cluster->nodes[made->to])) {
		schedule(cluster, REFUSED_MS, TIMEOUT, at,
			 hear_span_of(""));
		return;
	}
	schedule(cluster, wait_ms, TIMEOUT, at, hear_span_of(""));
	if (!reachable(cluster, node->index, made->to) ||
	    dice_in_1000(&cluster->dice, cluster->weather.loss))
		return;
	schedule(cluster, latency(cluster), REQUEST, at, frame);
	if (dice_in_1000(&cluster->dice, cluster->weather.doubled))
		schedule(cluster, latency(cluster), REQUEST, at, frame);
}

static bool host_send(void *context, uint32_t lane, uint64_t request,
		      uint32_t wait_ms, struct hear_span frame)
{
	struct seat *seat = context;
	struct node *node = seat->node;
	struct flight flight = {.lane = lane, .request = request};
	size_t i;

	for (i = 0; i < node->lane_count; i++)
		if (node->lanes[i].lane == lane)
			break;
	assert(i < node->lane_count);
	flight.to = node->lanes[i].to;
	launch(seat->cluster, node, &flight, wait_ms, frame);
	return true;
}

void cluster_send(struct cluster *cluster, unsigned from, unsigned to,
		  uint32_t wait_ms, struct hear_span frame)
{
	struct flight flight = {.to = to, .request = 1};

	launch(cluster, &cluster->nodes[from], &flight, wait_ms, frame);
}

void cluster_reply(struct cluster *cluster, unsigned from,
		   const struct hear_token *to, struct hear_span frame)
{
	struct node *node = &cluster->nodes[from];
	size_t at = (size_t)to->id;
	struct flight *flight = &cluster->flights[at];
	struct hear_span sent = frame;
	struct node *receiver;

	assert(frame.size <= HEAR_FRAME_BYTES);
	node->bytes_sent += frame.size;
	node->frames_sent++;
	if (!flight->used || flight->over || to->stamp != flight->request)
		return; /* given up long ago */
	if (!reachable(cluster, from, flight->from) ||
	    dice_in_1000(&cluster->dice, cluster->weather.loss))
		return;
	receiver = &cluster->nodes[flight->from];
	if (receiver->old_frame &&
	    dice_in_1000(&cluster->dice, cluster->weather.replayed))
		sent = hear_span_make(receiver->old_frame, receiver->old_size);
	schedule(cluster, latency(cluster), ANSWER, at, sent);
	free(receiver->old_frame);
	receiver->old_frame = malloc(frame.size + 1);
	assert(receiver->old_frame);
	memcpy(receiver->old_frame, frame.data, frame.size);
	receiver->old_size = frame.size;
}

static void host_reply(void *context, const struct hear_token *to,
		       struct hear_span frame)
{
	struct seat *seat = context;

	cluster_reply(seat->cluster, seat->node->index, to, frame);
}

static void host_random(void *context, void *out, size_t size)
{
	struct seat *seat = context;
	unsigned char *bytes = out;
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = (unsigned char)dice_throw(&seat->cluster->dice);
}

static void host_say(void *context, enum hear_say level, const char *dataset,
		     const struct hear_key *peer, const char *sentence)
{
	struct seat *seat = context;
	struct cluster *cluster = seat->cluster;
	size_t room = strlen(seat->node->name) + strlen(sentence) + 3;

	(void)dataset;
	cluster->said = realloc(cluster->said, cluster->said_size + room);
	assert(cluster->said);
	cluster->said_size += (size_t)snprintf(
		cluster->said + cluster->said_size, room, "%s %s\n",
		seat->node->name, sentence);
	if (seat->cluster->loud)
		fprintf(stderr, "%8" PRIu64 " %s [%d] %02x%02x %s\n",
			seat->cluster->now_ms, seat->node->name, (int)level,
			peer ? peer->bytes[0] : 0, peer ? peer->bytes[1] : 0,
			sentence);
}

unsigned cluster_said(const struct cluster *cluster, unsigned node,
		      const char *part)
{
	const char *name = cluster->nodes[node].name;
	const char *line = cluster->said;
	unsigned count = 0;

	while (line && *line) {
		const char *end = strchr(line, '\n');
		const char *found = strstr(line, part);

		count += strncmp(line, name, strlen(name)) == 0 &&
			 line[strlen(name)] == ' ' && found && found < end;
		line = end + 1;
	}
	return count;
}

/* ---- Nodes --------------------------------------------------------------- */

static void wake_later(struct cluster *cluster, struct node *node)
{
	uint64_t due;
	struct event event = {.what = WAKE,
			      .node = node->index,
			      .epoch = node->epoch};

	if (!node->engine)
		return;
	due = hear_engine_due(node->engine);
	if (due == UINT64_MAX)
		return;
	due = due > 1000 ? due - 1000 : 0;
	if (due <= cluster->now_ms)
		due = cluster->now_ms + 1;
	if (due >= node->wake_at)
		return;
	node->wake_at = due;
	event.at = due;
	push_event(cluster, event);
}

static void start_engine(struct cluster *cluster, struct node *node)
{
	struct hear_host host = {
		.dial = host_dial,
		.undial = host_undial,
		.send = host_send,
		.reply = host_reply,
		.random = host_random,
		.say = host_say};
	struct seat *seat = malloc(sizeof *seat);
	struct hear_err err;
	size_t i;

	assert(seat);
	seat->cluster = cluster;
	seat->node = node;
	host.context = seat;
	node->seat = seat;
	ok(hear_engine_new(&node->engine, node->identity, &host, &err), &err);
	ok(hear_engine_serve(node->engine, node->dataset, "sim", &err), &err);
	node->wake_at = UINT64_MAX;
	for (i = 0; i < node->dial_count; i++) {
		const struct node *to = &cluster->nodes[node->dials[i]];
		struct hear_channel_peer peer = {
			*hear_identity_key(to->identity),
			*hear_identity_channel_key(to->identity)};
		char address[32];
		uint32_t id;

		(void)snprintf(address, sizeof address, "sim://%u", to->index);
		ok(hear_engine_dial(node->engine, node->dataset, &peer, address,
				    HEAR_PEER_LIVE, &id, &err),
		   &err);
	}
	wake_later(cluster, node);
}

static void open_dataset(struct node *node)
{
	const struct hear_dataset_options options = {false, MAP_BYTES};
	struct hear_err err;

	ok(hear_dataset_open(&node->dataset, node->path, &options, &err), &err);
}

static void stop_engine(struct node *node)
{
	hear_engine_free(node->engine);
	node->engine = NULL;
	free(node->seat);
	node->seat = NULL;
	free(node->lanes);
	node->lanes = NULL;
	node->lane_count = 0;
	node->epoch++;
}

void cluster_seat(struct cluster *cluster, unsigned index,
		  const struct guest *guest)
{
	struct node *node = &cluster->nodes[index];

	stop_engine(node);
	node->guest = *guest;
}

void cluster_open(struct cluster *cluster, uint64_t seed, unsigned count)
{
	struct hear_err err;
	struct node *founder;
	unsigned i;

	memset(cluster, 0, sizeof *cluster);
	cluster->seed = seed;
	dice_seed(&cluster->dice, seed);
	cluster->weather.nearest_ms = 1;
	cluster->weather.farthest_ms = 20;
	cluster->count = count;
	cluster->nodes = calloc(count, sizeof *cluster->nodes);
	cluster->arena = hear_arena_new();
	assert(cluster->nodes && cluster->arena);
	(void)snprintf(cluster->folder, sizeof cluster->folder,
		       "cluster-XXXXXX");
	assert(mkdtemp(cluster->folder));
	for (i = 0; i < count; i++) {
		struct node *node = &cluster->nodes[i];

		node->index = i;
		node->wake_at = UINT64_MAX;
		(void)snprintf(node->name, sizeof node->name, "node%u", i);
		(void)snprintf(node->path, sizeof node->path, "%s/%u",
			       cluster->folder, i);
		ok(hear_identity_make(&node->identity,
				      hear_span_of(node->name), &err),
		   &err);
	}
	founder = &cluster->nodes[0];
	ok(hear_dataset_create(&founder->dataset, founder->path,
			       hear_span_of("sim"), founder->identity, epoch_ms,
			       &err),
	   &err);
	hear_dataset_close(founder->dataset);
	founder->role = HEAR_ADMIN;
	founder->clearance = HEAR_RED;
	open_dataset(founder);
	start_engine(cluster, founder);
}

void cluster_close(struct cluster *cluster)
{
	unsigned i;

	for (i = 0; i < cluster->count; i++) {
		struct node *node = &cluster->nodes[i];

		stop_engine(node);
		hear_dataset_close(node->dataset);
		hear_identity_free(node->identity);
		free(node->dials);
		free(node->old_frame);
		filed_remove(node->path);
		if (node->backup[0])
			(void)unlink(node->backup);
	}
	filed_remove(cluster->folder);
	while (cluster->event_count > 0)
		free(pop_event(cluster).frame);
	hear_arena_free(cluster->arena);
	free(cluster->events);
	free(cluster->said);
	free(cluster->flights);
	free(cluster->free_flights);
	free(cluster->nodes);
}

/* ---- What people do ------------------------------------------------------ */

static struct hear_writer *begin(const struct cluster *cluster,
				 const struct node *node)
{
	struct hear_writer *writer;
	struct hear_err err;

	ok(hear_write_begin(&writer, node->dataset,
			    cluster_moment(cluster, node).wall_ms, &err),
	   &err);
	return writer;
}

static void changed(struct cluster *cluster, struct node *node)
{
	struct hear_moment now = cluster_moment(cluster, node);

	if (!node->engine)
		return;
	hear_engine_changed(node->engine, &now, node->dataset);
	wake_later(cluster, node);
}

void cluster_changed(struct cluster *cluster, unsigned node)
{
	changed(cluster, &cluster->nodes[node]);
}

/* Commits where `code` says that it was done. */
static bool end(struct cluster *cluster, struct node *node,
		struct hear_writer *writer, enum hear_code code)
{
	struct hear_err err;

	if (code != HEAR_OK) {
		hear_write_abort(writer);
		return false;
	}
	ok(hear_write_commit(writer, &err), &err);
	changed(cluster, node);
	return true;
}

bool cluster_grant(struct cluster *cluster, unsigned admin, unsigned member,
		   enum hear_role role, enum hear_marking clearance)
{
	struct node *by = &cluster->nodes[admin];
	struct node *node = &cluster->nodes[member];
	struct hear_grant grant = {
		.key = *hear_identity_key(node->identity),
		.channel_key = *hear_identity_channel_key(node->identity),
		.name = hear_span_of(node->name),
		.role = role,
		.clearance = clearance};
	struct hear_writer *writer = begin(cluster, by);
	struct hear_outcome outcome;
	struct hear_err err = {0};
	enum hear_code code;

	hear_identity_certificate(node->identity, grant.certificate);
	code = hear_write_grant(writer, by->identity, &grant, &outcome, &err);
	if (code == HEAR_OK) {
		node->role = role;
		node->clearance = clearance;
	}
	return end(cluster, by, writer, code);
}

void cluster_join(struct cluster *cluster, unsigned admin, unsigned newcomer,
		  enum hear_role role, enum hear_marking clearance)
{
	struct node *by = &cluster->nodes[admin];
	struct node *node = &cluster->nodes[newcomer];
	struct hear_reader *reader;
	struct hear_buffer genesis = {0};
	struct hear_dataset *made;
	struct hear_err err;

	assert(cluster_grant(cluster, admin, newcomer, role, clearance));
	reader = cluster_look(by);
	ok(hear_filing_pack(reader, 1, &genesis, &err), &err);
	hear_read_end(reader);
	ok(hear_dataset_adopt(&made, node->path, hear_buffer_view(&genesis),
			      epoch_ms, &err),
	   &err);
	hear_buffer_done(&genesis);
	/* Its own grant, so that it knows whom to trust. */
	hear_dataset_close(made);
	open_dataset(node);
	{
		struct hear_arena *arena = hear_arena_new();
		struct hear_writer *writer = begin(cluster, node);
		struct hear_outcome outcome;
		uint64_t number;
		struct hear_filing filing;

		reader = cluster_look(by);
		for (number = 2; number <= hear_last_filing(reader); number++) {
			struct hear_buffer packed = {0};

			if (hear_filing_get(reader, number, &filing, NULL) !=
				    HEAR_OK ||
			    !filing.roster)
				continue;
			ok(hear_filing_pack(reader, number, &packed, &err),
			   &err);
			ok(hear_write_take(writer, hear_buffer_view(&packed),
					   &outcome, &err),
			   &err);
			hear_buffer_done(&packed);
		}
		hear_read_end(reader);
		ok(hear_write_commit(writer, &err), &err);
		hear_arena_free(arena);
	}
	start_engine(cluster, node);
}

bool cluster_file(struct cluster *cluster, unsigned index,
		  enum hear_marking marking, unsigned records)
{
	struct node *node = &cluster->nodes[index];
	struct hear_record *made = calloc(records, sizeof *made);
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct hear_err err = {0};
	enum hear_code code;
	unsigned i;

	assert(made);
	hear_arena_reset(cluster->arena);
	for (i = 0; i < records; i++)
		filed_claim(cluster->arena, node->name, node->filed++,
			    &made[i]);
	node->claim = made[records - 1].id;
	writer = begin(cluster, node);
	code = hear_write_file(writer, node->identity, marking, made, records,
			       &outcome, &err);
	free(made);
	return end(cluster, node, writer, code);
}

bool cluster_retract(struct cluster *cluster, unsigned index)
{
	struct node *node = &cluster->nodes[index];
	struct hear_value *made[6];
	enum hear_marking markings[6];
	struct hear_reader *reader;
	struct hear_writer *writer;
	struct hear_outcome outcome;
	struct hear_record record;
	struct hear_err err = {0};
	size_t count = 0;
	size_t i;
	enum hear_code code;

	hear_arena_reset(cluster->arena);
	reader = cluster_look(node);
	code = hear_retraction_of(reader, cluster->arena, &node->claim,
				  hear_identity_key(node->identity), false,
				  hear_span_of("simulated"), NULL, made,
				  markings, &count, &err);
	hear_read_end(reader);
	if (code != HEAR_OK)
		return false;
	writer = begin(cluster, node);
	for (i = 0; i < count && code == HEAR_OK; i++) {
		ok(hear_record_make(cluster->arena, made[i], &record, &err),
		   &err);
		code = hear_write_file(writer, node->identity, markings[i],
				       &record, 1, &outcome, &err);
	}
	return end(cluster, node, writer, code);
}

bool cluster_purge(struct cluster *cluster, unsigned admin, unsigned index)
{
	struct node *by = &cluster->nodes[admin];
	struct hear_writer *writer = begin(cluster, by);
	struct hear_outcome outcome;
	struct hear_err err = {0};
	enum hear_code code = hear_write_purge(
		writer, by->identity, &cluster->nodes[index].claim,
		hear_span_of("simulated"), &outcome, &err);

	return end(cluster, by, writer, code);
}

bool cluster_remove(struct cluster *cluster, unsigned admin, unsigned member,
		    enum hear_removal mode)
{
	struct node *by = &cluster->nodes[admin];
	struct hear_writer *writer = begin(cluster, by);
	struct hear_outcome outcome;
	struct hear_err err = {0};
	enum hear_code code = hear_write_remove(
		writer, by->identity,
		hear_identity_key(cluster->nodes[member].identity), mode,
		hear_span_of("simulated"), &outcome, &err);

	return end(cluster, by, writer, code);
}

void cluster_dial(struct cluster *cluster, unsigned from, unsigned to)
{
	struct node *node = &cluster->nodes[from];
	const struct node *other = &cluster->nodes[to];
	struct hear_channel_peer peer = {
		*hear_identity_key(other->identity),
		*hear_identity_channel_key(other->identity)};
	char address[32];
	struct hear_err err;
	uint32_t id;

	node->dials = realloc(node->dials,
			      (node->dial_count + 1) * sizeof *node->dials);
	assert(node->dials);
	node->dials[node->dial_count++] = to;
	if (!node->engine)
		return;
	(void)snprintf(address, sizeof address, "sim://%u", to);
	ok(hear_engine_dial(node->engine, node->dataset, &peer, address,
			    HEAR_PEER_LIVE, &id, &err),
	   &err);
	wake_later(cluster, node);
}

void cluster_crash(struct cluster *cluster, unsigned index)
{
	struct node *node = &cluster->nodes[index];

	stop_engine(node);
	hear_dataset_close(node->dataset);
	node->dataset = NULL;
}

void cluster_backup(struct cluster *cluster, unsigned index)
{
	struct node *node = &cluster->nodes[index];
	struct hear_err err;

	if (!node->dataset)
		return;
	if (node->backup[0])
		(void)unlink(node->backup);
	(void)snprintf(node->backup, sizeof node->backup, "%s/%u.backup",
		       cluster->folder, index);
	ok(hear_backup(node->dataset, node->backup, &err), &err);
}

void cluster_restart(struct cluster *cluster, unsigned index, bool backup)
{
	struct node *node = &cluster->nodes[index];
	struct hear_err err;

	assert(!node->engine);
	if (backup && node->backup[0]) {
		filed_remove(node->path);
		ok(hear_restore(node->backup, node->path, &err), &err);
	}
	open_dataset(node);
	start_engine(cluster, node);
}

/* ---- Time ---------------------------------------------------------------- */

static void happen(struct cluster *cluster, struct event *event)
{
	struct flight *flight = &cluster->flights[event->flight];
	struct node *node;
	struct hear_moment now;
	struct hear_span frame = hear_span_make(event->frame, event->size);

	if (event->what == WAKE) {
		node = &cluster->nodes[event->node];
		if (!node->engine || node->epoch != event->epoch)
			return;
		node->wake_at = UINT64_MAX;
		now = cluster_moment(cluster, node);
		hear_engine_tick(node->engine, &now);
	} else if (event->what == REQUEST) {
		struct hear_token token = {0, event->flight, flight->request};

		node = &cluster->nodes[flight->to];
		if (node->guest.request) {
			node->guest.request(node->guest.context, &token, frame);
		} else if (node->engine) {
			now = cluster_moment(cluster, node);
			hear_engine_request(node->engine, &now, &token, frame);
		}
	} else {
		uint64_t request = flight->request;
		uint32_t lane = flight->lane;

		node = &cluster->nodes[flight->from];
		if (node->guest.answer && !flight->over) {
			flight->over = true;
			node->guest.answer(node->guest.context, frame);
		} else if (node->engine && node->epoch == flight->from_epoch &&
			   !flight->over) {
			flight->over = true;
			now = cluster_moment(cluster, node);
			if (event->what == ANSWER)
				hear_engine_answer(node->engine, &now, lane,
						   request, frame);
			else
				hear_engine_unanswered(node->engine, &now, lane,
						       request);
		}
	}
	wake_later(cluster, node);
	if (event->what != WAKE)
		landed(cluster, event->flight);
}

void cluster_run(struct cluster *cluster, uint64_t ms)
{
	uint64_t until = cluster->now_ms + ms;

	while (cluster->event_count > 0 && cluster->events[0].at <= until) {
		struct event event = pop_event(cluster);

		if (event.at > cluster->now_ms)
			cluster->now_ms = event.at;
		happen(cluster, &event);
		free(event.frame);
	}
	cluster->now_ms = until;
}
