/* SPDX-License-Identifier: ISC */
#include "tools/node.h"
#include "tools/book.h"
#include "tools/home.h"

#include "core/bytes.h"
#include "core/error.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
	SERVED_MOST = 64,
	MORE_MOST = 24,
	OWN_POLLS = HOST_POLLS + 1,
};

struct served {
	struct hear_dataset *dataset;
	bool owned; /* opened here */
	bool seen;  /* in the latest look at the home */
	bool changed;
	bool gone;
	int watch;
	char name[65];
	struct book *book; /* NULL: its peers are not dialled */
};

struct node {
	const struct call *call;
	node_say *say;
	void *context;
	struct host *host;
	struct hear_engine *engine;
	int changes;	    /* inotify */
	int home_watch;	    /* -1: not watched */
	int datasets_watch;
	bool settings_changed;
	bool datasets_changed;
	bool home_gone;
	size_t count;
	struct served served[SERVED_MOST];
};

/* ---- What the link says ---- */

static void take_request(void *context, const struct hear_moment *now,
			 const struct hear_token *from, struct hear_span frame)
{
	struct node *node = context;

	hear_engine_request(node->engine, now, from, frame);
}

static void take_answer(void *context, const struct hear_moment *now,
			uint32_t lane, uint64_t request, struct hear_span frame)
{
	struct node *node = context;

	hear_engine_answer(node->engine, now, lane, request, frame);
}

static void take_silence(void *context, const struct hear_moment *now,
			 uint32_t lane, uint64_t request)
{
	struct node *node = context;

	hear_engine_unanswered(node->engine, now, lane, request);
}

static void take_cut(void *context, const struct hear_moment *now)
{
	struct node *node = context;

	hear_engine_cut(node->engine, now);
}

static void say_on(void *context, enum hear_say level, const char *dataset,
		   const struct hear_key *peer, const char *sentence)
{
	const struct node *node = context;

	node->say(node->context, level, dataset, peer, sentence);
}

static void say(const struct node *node, enum hear_say level,
		const char *dataset, const struct hear_err *err)
{
	node->say(node->context, level, dataset, NULL, err->message);
}

/* ---- Opening ---- */

enum hear_code node_open(struct node **out, const struct call *call,
			 const struct hear_identity *identity, node_say *says,
			 void *context, struct hear_err *err)
{
	struct node *node = calloc(1, sizeof *node);
	struct host_sink sink = {.context = node,
				 .request = take_request,
				 .answer = take_answer,
				 .unanswered = take_silence,
				 .cut = take_cut,
				 .say = say_on};
	struct hear_host face;
	enum hear_code code;

	*out = NULL;
	if (!node)
		return hear_fail_memory(err);
	node->call = call;
	node->say = says;
	node->context = context;
	node->home_watch = node->datasets_watch = -1;
	node->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	code = node->changes < 0
		       ? hear_fail(err, HEAR_IO, "watch files: %s%s",
				   strerror(errno),
				   errno == EMFILE ? "; raise fs.inotify."
						     "max_user_instances"
						   : "")
		       : host_new(&node->host, &sink, err);
	if (code == HEAR_OK) {
		host_face(node->host, &face);
		code = hear_engine_new(&node->engine, identity, &face, err);
	}
	if (code != HEAR_OK) {
		node_close(node);
		return code;
	}
	*out = node;
	return HEAR_OK;
}

static void let_go(struct node *node, struct served *served)
{
	book_free(served->book);
	hear_engine_drop(node->engine, served->dataset);
	if (served->watch >= 0)
		(void)inotify_rm_watch(node->changes, served->watch);
	if (served->owned)
		hear_dataset_close(served->dataset);
	*served = node->served[--node->count];
}

void node_close(struct node *node)
{
	if (!node)
		return;
	while (node->count > 0)
		let_go(node, &node->served[node->count - 1]);
	hear_engine_free(node->engine);
	host_free(node->host);
	if (node->changes >= 0)
		(void)close(node->changes);
	free(node);
}

struct hear_engine *node_engine(struct node *node)
{
	return node->engine;
}

struct host *node_host(struct node *node)
{
	return node->host;
}

enum hear_code node_serve(struct node *node, struct hear_dataset *dataset,
			  const char *name, struct hear_err *err)
{
	struct served *served = &node->served[node->count];
	enum hear_code code;

	if (node->count == SERVED_MOST)
		return hear_fail(err, HEAR_LIMIT,
				 "more than %d datasets are served by one "
				 "daemon; give some a home of their own",
				 SERVED_MOST);
	code = hear_engine_serve(node->engine, dataset, name, err);
	if (code != HEAR_OK)
		return code;
	memset(served, 0, sizeof *served);
	served->dataset = dataset;
	(void)snprintf(served->name, sizeof served->name, "%s", name);
	served->watch = inotify_add_watch(
		node->changes, hear_dataset_notice(dataset),
		IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF);
	node->count++;
	if (served->watch >= 0)
		return HEAR_OK;
	code = hear_fail(err, HEAR_IO, "watch %s: %s%s",
			 hear_dataset_notice(dataset), strerror(errno),
			 errno == ENOSPC ? "; raise fs.inotify."
					   "max_user_watches"
					 : "");
	let_go(node, served);
	return code;
}

/* ---- The home ---- */

static struct served *find_served(struct node *node, const char *name)
{
	size_t i;

	for (i = 0; i < node->count; i++)
		if (strcmp(node->served[i].name, name) == 0)
			return &node->served[i];
	return NULL;
}

static enum hear_code open_dataset(struct node *node, const char *name,
				   struct hear_err *err)
{
	struct hear_dataset *dataset = NULL;
	struct hear_buffer path = {0};
	struct served *served;
	enum hear_code code = home_dataset_path(node->call, name, &path, err);

	if (code == HEAR_OK)
		code = hear_dataset_open(&dataset, path.data, NULL, err);
	hear_buffer_done(&path);
	if (code == HEAR_OK)
		code = node_serve(node, dataset, name, err);
	if (code != HEAR_OK) {
		hear_dataset_close(dataset);
		return code;
	}
	served = &node->served[node->count - 1];
	served->owned = true;
	served->seen = true;
	served->book = book_new(node->engine, dataset);
	if (!served->book) {
		let_go(node, served);
		return hear_fail_memory(err);
	}
	return HEAR_OK;
}

static void read_book(struct node *node, struct served *served)
{
	struct hear_err err;

	if (served->book && book_read(served->book, &err) != HEAR_OK)
		say(node, HEAR_SAY_WARN, served->name, &err);
}

static void look_at(struct node *node, const char *name)
{
	struct served *served = find_served(node, name);
	struct hear_err err;

	if (served) {
		served->seen = true;
		return;
	}
	if (open_dataset(node, name, &err) != HEAR_OK) {
		say(node, HEAR_SAY_ERROR, name, &err);
		return;
	}
	hear_fail(&err, HEAR_OK, "serving it from now on");
	say(node, HEAR_SAY_INFO, name, &err);
	read_book(node, find_served(node, name));
}

static void watch_home(struct node *node)
{
	struct hear_buffer path = {0};

	if (home_path(node->call, "", &path, NULL) == HEAR_OK &&
	    node->home_watch < 0)
		node->home_watch = inotify_add_watch(
			node->changes, path.data,
			IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE |
				IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
	hear_buffer_reset(&path);
	if (home_path(node->call, "datasets", &path, NULL) == HEAR_OK)
		node->datasets_watch = inotify_add_watch(
			node->changes, path.data,
			IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |
				IN_ONLYDIR);
	hear_buffer_done(&path);
}

enum hear_code node_serve_home(struct node *node, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	const char **names;
	size_t count;
	size_t i;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	node->datasets_changed = false;
	watch_home(node); /* first, so that nothing is missed in between */
	code = home_datasets(node->call, arena, &names, &count, err);
	for (i = node->count; code == HEAR_OK && i-- > 0;) {
		node->served[i].seen = false;
		if (node->served[i].gone)
			let_go(node, &node->served[i]);
	}
	for (i = 0; code == HEAR_OK && i < count; i++)
		look_at(node, names[i]);
	for (i = node->count; code == HEAR_OK && i-- > 0;) {
		struct hear_err gone;

		if (node->served[i].seen)
			continue;
		hear_fail(&gone, HEAR_OK, "it was taken away");
		say(node, HEAR_SAY_WARN, node->served[i].name, &gone);
		let_go(node, &node->served[i]);
	}
	hear_arena_free(arena);
	return code;
}

bool node_settings_changed(struct node *node)
{
	bool changed = node->settings_changed;

	node->settings_changed = false;
	return changed;
}

bool node_home_gone(const struct node *node)
{
	return node->home_gone;
}

size_t node_datasets(const struct node *node)
{
	return node->count;
}

struct hear_dataset *node_dataset(const struct node *node, size_t index,
				  const char **name)
{
	*name = node->served[index].name;
	return node->served[index].dataset;
}

void node_nudge(struct node *node)
{
	struct hear_peer_status status;
	size_t i;

	for (i = 0; hear_engine_status(node->engine, i, &status); i++)
		if (status.peer != 0)
			hear_engine_nudge(node->engine, status.peer);
}

/* ---- What the kernel tells ---- */

static void take_event(struct node *node, const struct inotify_event *event)
{
	size_t i;

	if (event->mask & IN_Q_OVERFLOW) { /* anything may have happened */
		node->settings_changed = node->datasets_changed = true;
		for (i = 0; i < node->count; i++)
			node->served[i].changed = true;
		return;
	}
	if (event->wd == node->datasets_watch) {
		node->datasets_changed = true;
		return;
	}
	if (event->wd == node->home_watch &&
	    event->mask & (IN_DELETE_SELF | IN_MOVE_SELF))
		node->home_gone = true;
	if (event->wd == node->home_watch && event->len > 0) {
		if (strcmp(event->name, "settings") == 0)
			node->settings_changed = true;
		if (strcmp(event->name, "datasets") == 0)
			node->datasets_changed = true;
		return;
	}
	for (i = 0; i < node->count; i++) {
		struct served *served = &node->served[i];

		if (served->watch != event->wd)
			continue;
		if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF))
			served->gone = node->datasets_changed = true;
		else
			served->changed = true;
	}
}

static void take_events(struct node *node)
{
	_Alignas(struct inotify_event) char events[8192];
	ssize_t size;

	while ((size = read(node->changes, events, sizeof events)) > 0) {
		const char *at = events;

		while (at < events + size) {
			const struct inotify_event *event =
				(const void *)at;

			take_event(node, event);
			at += sizeof *event + event->len;
		}
	}
}

static void take_changes(struct node *node, const struct hear_moment *now)
{
	struct hear_err err;
	size_t i;

	take_events(node);
	if (node->datasets_changed && node->home_watch >= 0 &&
	    !node->home_gone && node_serve_home(node, &err) != HEAR_OK)
		say(node, HEAR_SAY_ERROR, NULL, &err);
	for (i = 0; i < node->count; i++) {
		struct served *served = &node->served[i];

		if (!served->changed || served->gone)
			continue;
		served->changed = false;
		read_book(node, served);
		hear_engine_changed(node->engine, now, served->dataset);
	}
}

/* ---- The loop ---- */

static uint64_t due(const struct node *node)
{
	uint64_t sooner = hear_engine_due(node->engine);
	uint64_t when = host_due(node->host);
	size_t i;

	if (when < sooner)
		sooner = when;
	for (i = 0; i < node->count; i++)
		if (node->served[i].book) {
			when = book_due(node->served[i].book);
			if (when < sooner)
				sooner = when;
		}
	return sooner;
}

static int wait_ms(uint64_t due_ms)
{
	uint64_t now = host_moment().steady_ms;

	if (due_ms == UINT64_MAX)
		return -1;
	if (due_ms <= now)
		return 0;
	return due_ms - now > INT_MAX - 1 ? INT_MAX - 1 : (int)(due_ms - now);
}

static void serve(struct node *node)
{
	struct hear_moment now = host_moment();
	size_t i;

	(void)host_turn(node->host, &now);
	take_changes(node, &now);
	now = host_moment();
	if (hear_engine_due(node->engine) <= now.steady_ms)
		hear_engine_tick(node->engine, &now);
	for (i = 0; i < node->count; i++)
		if (node->served[i].book)
			book_turn(node->served[i].book, now.steady_ms);
}

enum hear_code node_turn(struct node *node, struct pollfd *more,
			 size_t more_count, uint64_t due_ms,
			 struct hear_err *err)
{
	struct pollfd polls[OWN_POLLS + MORE_MOST];
	uint64_t own = due(node);
	int ready;

	if (more_count > MORE_MOST)
		return hear_fail(err, HEAR_LIMIT, "too much to wait for");
	host_polls(node->host, polls);
	polls[HOST_POLLS] = (struct pollfd){node->changes, POLLIN, 0};
	if (more_count > 0)
		memcpy(polls + OWN_POLLS, more, more_count * sizeof *more);
	ready = poll(polls, (nfds_t)(OWN_POLLS + more_count),
		     wait_ms(own < due_ms ? own : due_ms));
	if (ready < 0 && errno != EINTR)
		return hear_fail(err, HEAR_IO, "wait: %s", strerror(errno));
	if (more_count > 0)
		memcpy(more, polls + OWN_POLLS, more_count * sizeof *more);
	serve(node);
	return HEAR_OK;
}
