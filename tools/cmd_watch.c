/* SPDX-License-Identifier: ISC */
/* cmd_watch.c - prints what is filed, here or by a peer, as it arrives. The
 * kernel tells when something was committed (inotify); nothing is asked for in
 * vain meanwhile. A signal to end is read like any other event. */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/signals.h"
#include "tools/stream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

const struct options_form watch_form = {
	.operands = "[QUERY]",
	.about = "Prints each record that is filed from now on and matches, "
		 "within a quarter of a\nsecond, until it is interrupted. "
		 "Without a query, every claim. See `hearsay help\nfind` for "
		 "queries.\n",
	.example = "hearsay watch 'origin:\"National Intelligence Service\"'\n"
		   "hearsay watch --json kind:capture | while read -r line; do "
		   "...\n",
	.most = OPERANDS_ANY,
	.query = true,
};

struct watching {
	struct session session;
	struct hear_query *query;
	struct hear_arena *arena;
	enum output_mode mode;
	uint64_t last; /* the newest filing looked at */
	int changes;   /* inotify */
	int signals;
};

/* ---- What is new ---- */

/* Whether an older filing here holds the record too, and still stands. */
static enum hear_code held_before(struct watching *watching,
				  const struct hear_id *id, uint64_t number,
				  bool *out, struct hear_err *err)
{
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code = hear_filed_in(watching->session.reader,
					    watching->arena, id, &filed,
					    &count, err);

	*out = false;
	for (i = 0; code == HEAR_OK && i < count; i++)
		if (filed[i].filing.number < number && !filed[i].retracted)
			*out = true;
	return code;
}

static enum hear_code print_record(struct watching *watching, uint64_t number,
				   unsigned index, struct hear_err *err)
{
	struct hear_reader *reader = watching->session.reader;
	struct hear_record record;
	bool holds = false;
	bool old = false;
	enum hear_code code;

	hear_arena_reset(watching->arena);
	code = hear_filing_record(reader, watching->arena, number, index,
				  &record, err);
	if (code == HEAR_OK)
		code = hear_find_holds(reader, watching->query, &record.id,
				       &holds, err);
	if (code == HEAR_OK && holds)
		code = held_before(watching, &record.id, number, &old, err);
	if (code == HEAR_OK && holds && !old)
		code = output_record(watching->mode, reader, watching->arena,
				     &record, err);
	if (code == HEAR_OK && holds && !old)
		code = stream_flush(err);
	return code;
}

static enum hear_code print_filing(struct watching *watching, uint64_t number,
				   struct hear_err *err)
{
	struct hear_filing filing;
	enum hear_code code = hear_filing_get(watching->session.reader, number,
					      &filing, err);
	unsigned i;

	if (code == HEAR_NOTFOUND)
		return HEAR_OK; /* outside the view */
	if (code == HEAR_OK && filing.roster)
		return HEAR_OK;
	for (i = 0; code == HEAR_OK && i < filing.records; i++)
		code = print_record(watching, number, i, err);
	return code;
}

static enum hear_code print_new(struct watching *watching, struct hear_err *err)
{
	enum hear_code code = session_read(&watching->session, NULL, err);
	uint64_t newest;

	if (code != HEAR_OK)
		return code;
	newest = hear_last_filing(watching->session.reader);
	while (watching->last < newest && code == HEAR_OK)
		code = print_filing(watching, ++watching->last, err);
	session_rest(&watching->session);
	return code;
}

/* ---- Waiting ---- */

static enum hear_code start_watching(struct watching *watching,
				     struct hear_err *err)
{
	const char *file = hear_dataset_notice(watching->session.dataset);
	enum hear_code code = signals_open(&watching->signals, false, err);

	if (code != HEAR_OK)
		return code;
	watching->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watching->changes < 0 ||
	    inotify_add_watch(watching->changes, file,
			      IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF) < 0)
		return hear_fail(err, HEAR_IO, "watch %s: %s%s", file,
				 strerror(errno),
				 errno == ENOSPC
					 ? "; raise fs.inotify.max_user_watches"
					 : "");
	return HEAR_OK;
}

/* Takes in what the kernel told; false where the file is no longer there. */
static bool take_changes(int changes, const char *file)
{
	_Alignas(struct inotify_event) char events[4096];

	while (read(changes, events, sizeof events) > 0)
		;
	return access(file, F_OK) == 0;
}

static enum hear_code wait_and_print(struct watching *watching,
				     struct hear_err *err)
{
	const char *file = hear_dataset_notice(watching->session.dataset);
	struct pollfd polled[] = {
		{watching->changes, POLLIN, 0},
		{watching->signals, POLLIN, 0},
		{STDOUT_FILENO, 0, 0}, /* tells when nobody reads any more */
	};
	enum hear_code code = HEAR_OK;

	while (code == HEAR_OK) {
		int ready = poll(polled, 3, -1);

		if (ready < 0 && errno != EINTR)
			return hear_fail(err, HEAR_IO, "wait: %s",
					 strerror(errno));
		if (ready > 0 && (polled[1].revents || polled[2].revents))
			return HEAR_OK;
		if (ready > 0 && !take_changes(watching->changes, file))
			return hear_fail(err, HEAR_IO,
					 "%s was taken away or replaced; "
					 "start watch again", file);
		code = print_new(watching, err);
	}
	return code;
}

static enum hear_code watch(struct watching *watching, struct hear_err *err)
{
	enum hear_code code = start_watching(watching, err);

	if (code == HEAR_OK)
		code = session_read(&watching->session, NULL, err);
	if (code != HEAR_OK)
		return code;
	watching->last = hear_last_filing(watching->session.reader);
	session_rest(&watching->session);
	output_begin(watching->mode);
	return wait_and_print(watching, err);
}

enum hear_code watch_main(struct call *call, struct hear_err *err)
{
	struct watching watching = {.changes = -1, .signals = -1};
	enum hear_code code = output_mode(call, false, &watching.mode, err);

	if (code == HEAR_OK)
		code = session_query(call, 0, &watching.query, NULL,
				     err);
	if (code == HEAR_OK)
		code = session_open(&watching.session, call, err);
	watching.arena = hear_arena_new();
	if (code == HEAR_OK && !watching.arena)
		code = hear_fail(err, HEAR_MEMORY, "out of memory");
	if (code == HEAR_OK)
		code = watch(&watching, err);
	if (watching.changes >= 0)
		(void)close(watching.changes);
	if (watching.signals >= 0)
		(void)close(watching.signals);
	hear_arena_free(watching.arena);
	session_close(&watching.session);
	hear_query_free(watching.query);
	return code;
}
