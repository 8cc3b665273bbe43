/* SPDX-License-Identifier: ISC */
#include "tools/asking.h"
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/host.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/session.h"
#include "tools/signals.h"
#include "tools/stream.h"
#include "tools/sync.h"

#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"
#include "sync/join.h"
#include "sync/peers.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct joining {
	struct call *call;
	struct hear_invitation invitation;
	struct hear_identity *identity;
	struct host *host;
	struct hear_joiner *joiner;
	int signals;
	uint64_t patience_ms;
	struct hear_buffer name; /* of the dataset, on this machine */
};

/* ---- The line ---- */

static enum hear_code read_input(struct hear_buffer *out, struct hear_err *err)
{
	char part[2048];
	ssize_t size;

	while ((size = read(STDIN_FILENO, part, sizeof part)) != 0) {
		if (size < 0 && errno != EINTR)
			return hear_fail(err, HEAR_IO,
					 "read standard input: %s",
					 strerror(errno));
		if (size > 0)
			hear_buffer_add(out, part, (size_t)size);
		if (out->size > 8 * HEAR_INVITATION_TEXT)
			break; /* no invitation is so long */
	}
	explicit_bzero(part, sizeof part);
	return HEAR_OK;
}

static enum hear_code read_line(struct call *call, struct hear_invitation *out,
				struct hear_err *err)
{
	size_t words = options_operands(call->options);
	struct hear_buffer line = {0};
	enum hear_code code = HEAR_OK;
	size_t i;

	(void)hear_buffer_room(&line, 16 * HEAR_INVITATION_TEXT);
	if (words == 1 && strcmp(options_operand(call->options, 0), "-") == 0)
		code = read_input(&line, err);
	else
		for (i = 0; i < words; i++)
			hear_buffer_text(&line,
					 options_operand(call->options, i));
	if (code == HEAR_OK) {
		code = hear_invitation_parse(hear_buffer_view(&line), out, err);
		if (code != HEAR_OK)
			(void)call_misused(call, code);
	}
	if (line.data)
		explicit_bzero(line.data, line.room);
	hear_buffer_done(&line);
	return code;
}

/* ---- The conversation ---- */

static void take_answer(void *context, const struct hear_moment *now,
			uint32_t lane, uint64_t request, struct hear_span frame)
{
	struct joining *joining = context;

	(void)lane;
	hear_joiner_answer(joining->joiner, now, request, frame);
}

static void take_silence(void *context, const struct hear_moment *now,
			 uint32_t lane, uint64_t request)
{
	struct joining *joining = context;

	(void)lane;
	hear_joiner_unanswered(joining->joiner, now, request);
}

static void say(void *context, enum hear_say level, const char *dataset,
		const struct hear_key *peer, const char *sentence)
{
	(void)context;
	(void)dataset;
	(void)peer;
	if (level >= HEAR_SAY_WARN)
		complain_note("%s", sentence);
}

static enum hear_code begin(struct joining *joining, struct hear_err *err)
{
	struct host_sink sink = {.context = joining,
				 .answer = take_answer,
				 .unanswered = take_silence,
				 .say = say};
	struct hear_moment now = host_moment();
	struct hear_host face;
	enum hear_code code = signals_open(&joining->signals, false, err);

	if (code == HEAR_OK)
		code = host_new(&joining->host, &sink, err);
	if (code != HEAR_OK)
		return code;
	/* So that the link runs by the time of the first knock: the second
	 * is a second later. */
	(void)host_turn(joining->host, &now);
	host_face(joining->host, &face);
	return hear_joiner_new(&joining->joiner, joining->identity,
			       &joining->invitation, &face, err);
}

static int wait_ms(const struct joining *joining, uint64_t now,
		   uint64_t end_ms)
{
	uint64_t due = hear_joiner_due(joining->joiner);
	uint64_t link = host_due(joining->host);

	if (link < due)
		due = link;
	if (end_ms < due)
		due = end_ms;
	return due <= now ? 0 : (int)(due - now);
}

static enum hear_code give_up(const struct joining *joining,
			      struct hear_err *err)
{
	struct hear_err last = {.at = HEAR_NOWHERE};

	(void)hear_joiner_state(joining->joiner, &last);
	return hear_fail(err, HEAR_IO,
			 "the inviter does not answer at %s%s%s%s; is hearsayd "
			 "running there, and the address one that this machine "
			 "can reach?",
			 joining->invitation.addresses[0],
			 last.message[0] ? " (" : "", last.message,
			 last.message[0] ? ")" : "");
}

/* Until the joiner is in, or cannot be. */
static enum hear_code converse(struct joining *joining, struct hear_err *err)
{
	struct hear_moment now = host_moment();
	uint64_t end_ms = now.steady_ms + joining->patience_ms;
	struct pollfd polls[HOST_POLLS + 1];
	enum hear_joining state;

	for (;;) {
		hear_joiner_tick(joining->joiner, &now);
		state = hear_joiner_state(joining->joiner, err);
		if (state == HEAR_JOIN_IN)
			return HEAR_OK;
		if (state == HEAR_JOIN_FAILED)
			return err->code ? err->code : HEAR_DENIED;
		if (now.steady_ms >= end_ms)
			return give_up(joining, err);
		host_polls(joining->host, polls);
		polls[HOST_POLLS] =
			(struct pollfd){joining->signals, POLLIN, 0};
		if (poll(polls, HOST_POLLS + 1,
			 wait_ms(joining, now.steady_ms, end_ms)) < 0 &&
		    errno != EINTR)
			return hear_fail(err, HEAR_IO, "wait: %s",
					 strerror(errno));
		if (polls[HOST_POLLS].revents)
			return hear_fail(err, HEAR_IO,
					 "interrupted; the same line may be "
					 "used again here");
		now = host_moment();
		(void)host_turn(joining->host, &now);
	}
}

/* ---- What it brought ---- */

static enum hear_code take_filings(struct joining *joining,
				   struct hear_writer *writer,
				   struct hear_err *err)
{
	struct hear_outcome outcome;
	struct hear_span filing;
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; code == HEAR_OK &&
		    hear_joiner_filing(joining->joiner, i, &filing);
	     i++)
		code = hear_write_take(writer, filing, &outcome, err);
	return code;
}

static enum hear_code note_address(const struct joining *joining,
				   struct hear_dataset *dataset,
				   const char *address, struct hear_err *err)
{
	struct hear_view view = session_view();
	struct hear_writer *writer = NULL;
	struct hear_reader *reader = NULL;
	enum hear_code code = hear_write_begin(&writer, dataset, home_now(),
					       err);

	if (code == HEAR_OK)
		code = hear_read_begin(&reader, dataset, &view, err);
	if (code == HEAR_OK)
		code = hear_peers_add(writer, reader,
				      &joining->invitation.inviter.key,
				      hear_span_of(address), err);
	if (reader)
		hear_read_end(reader);
	if (code == HEAR_OK)
		return hear_write_commit(writer, err);
	hear_write_abort(writer);
	/* Known already, or as many as there may be: fine as it is. */
	return code == HEAR_EXISTS || code == HEAR_LIMIT ? HEAR_OK : code;
}

static enum hear_code fill(struct joining *joining,
			   struct hear_dataset *dataset, struct hear_err *err)
{
	const struct hear_invitation *invitation = &joining->invitation;
	struct hear_writer *writer = NULL;
	enum hear_code code = hear_write_begin(&writer, dataset, home_now(),
					       err);
	size_t i;

	if (code == HEAR_OK)
		code = take_filings(joining, writer, err);
	if (code == HEAR_OK)
		code = hear_write_commit(writer, err);
	else
		hear_write_abort(writer);
	for (i = 0; code == HEAR_OK && i < invitation->address_count; i++)
		code = note_address(joining, dataset,
				    invitation->addresses[i], err);
	return code;
}

/* Makes it beside the datasets, under a name that is none of theirs, and gives
 * it its place when it is whole. */
static enum hear_code make(struct joining *joining, struct hear_err *err)
{
	struct hear_dataset *dataset = NULL;
	struct hear_buffer scratch = {0};
	struct hear_buffer path = {0};
	enum hear_code code = home_dataset_path(joining->call, "joining",
						&scratch, err);

	if (code == HEAR_OK) {
		scratch.size -= sizeof "joining" - 1;
		hear_buffer_print(&scratch, ".joining-%ld", (long)getpid());
		code = hear_dataset_adopt(&dataset, scratch.data,
					  hear_joiner_genesis(joining->joiner),
					  home_now(), err);
	}
	if (code == HEAR_OK && joining->name.size == 0)
		hear_buffer_text(&joining->name, hear_dataset_name(dataset));
	if (code == HEAR_OK)
		code = home_name_check(joining->name.data, err);
	if (code == HEAR_OK)
		code = fill(joining, dataset, err);
	hear_dataset_close(dataset);
	if (code == HEAR_OK)
		code = home_dataset_path(joining->call, joining->name.data,
					 &path, err);
	if (code == HEAR_OK)
		code = hear_rename_new(scratch.data, path.data, err);
	if (code == HEAR_EXISTS)
		code = hear_fail(err, code,
				 "another dataset is called '%s' here; join "
				 "again with --name NAME: the invitation still "
				 "holds for this node",
				 joining->name.data);
	if (code != HEAR_OK && scratch.data)
		home_take_away(scratch.data);
	hear_buffer_done(&scratch);
	hear_buffer_done(&path);
	return code;
}

/* ---- Where it is here already ---- */

static enum hear_code is_it(const struct joining *joining, const char *name,
			    bool *out, struct hear_err *err)
{
	struct call one = *joining->call;
	struct session session;
	enum hear_code code;

	one.dataset = name;
	code = session_open(&session, &one, err);
	*out = code == HEAR_OK &&
	       hear_id_equal(hear_dataset_id(session.dataset),
			     &joining->invitation.dataset);
	session_close(&session);
	return code;
}

/* Puts the name of the dataset's copy here in joining->name. */
static enum hear_code find_copy(struct joining *joining, bool *found,
				struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	const char **names;
	size_t count;
	size_t i;
	enum hear_code code;

	*found = false;
	if (!arena)
		return hear_fail_memory(err);
	code = home_datasets(joining->call, arena, &names, &count, err);
	for (i = 0; code == HEAR_OK && i < count && !*found; i++)
		/* One that cannot be opened is another's trouble. */
		if (is_it(joining, names[i], found, NULL) == HEAR_OK &&
		    *found) {
			hear_buffer_reset(&joining->name);
			hear_buffer_text(&joining->name, names[i]);
		}
	hear_arena_free(arena);
	return code;
}

static enum hear_code fill_copy(struct joining *joining, struct hear_err *err)
{
	struct call one = *joining->call;
	struct session session;
	enum hear_code code;

	one.dataset = joining->name.data;
	code = session_open(&session, &one, err);
	if (code == HEAR_OK)
		code = fill(joining, session.dataset, err);
	session_close(&session);
	return code;
}

/* ---- All of it ---- */

static enum hear_code report(const struct joining *joining,
			     struct hear_err *err)
{
	struct call one = *joining->call;
	struct session session;
	struct hear_member self;
	struct hear_buffer inviter = {0};
	enum hear_code code;

	one.dataset = joining->name.data;
	code = session_open(&session, &one, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = people_self(&session, joining->identity, &self, err);
	if (code == HEAR_OK) {
		people_name(&session, &joining->invitation.inviter.key,
			    &inviter);
		complain_note("joined %s as %s: %s, cleared for %s; invited by "
			      "%s",
			      session.name, self.name,
			      hear_role_name(self.role),
			      hear_marking_name(self.clearance), inviter.data);
	}
	hear_buffer_done(&inviter);
	session_close(&session);
	return code;
}

static enum hear_code sync_once(struct joining *joining, struct hear_err *err)
{
	struct call one = *joining->call;
	enum hear_code code;

	one.dataset = joining->name.data;
	code = sync_run(&one, NULL, joining->patience_ms, err);
	joining->call->status = one.status;
	return code;
}

static enum hear_code join(struct joining *joining, struct hear_err *err)
{
	bool here = false;
	enum hear_code code = find_copy(joining, &here, err);

	if (code == HEAR_OK && joining->invitation.expires_ms < home_now())
		complain_note("by this machine's clock the invitation has "
			      "expired; trying all the same");
	if (code == HEAR_OK)
		code = home_identity(joining->call, &joining->identity, err);
	if (code == HEAR_OK)
		code = begin(joining, err);
	if (code == HEAR_OK)
		code = converse(joining, err);
	if (code == HEAR_OK)
		code = here ? fill_copy(joining, err) : make(joining, err);
	if (code == HEAR_OK)
		code = report(joining, err);
	/* Two links to one node are one too many. */
	hear_joiner_free(joining->joiner);
	host_free(joining->host);
	joining->joiner = NULL;
	joining->host = NULL;
	if (code == HEAR_OK && !options_given(joining->call->options, "no-sync"))
		code = sync_once(joining, err);
	return code;
}

enum hear_code join_main(struct call *call, struct hear_err *err)
{
	const char *name = options_text(call->options, "name");
	struct joining joining = {.call = call, .signals = -1};
	enum hear_code code = name ? home_name_check(name, err) : HEAR_OK;

	if (code != HEAR_OK)
		return call_misused(call, code);
	if (name)
		hear_buffer_text(&joining.name, name);
	code = asking_patience(call, &joining.patience_ms, err);
	if (code == HEAR_OK)
		code = read_line(call, &joining.invitation, err);
	if (code == HEAR_OK)
		code = join(&joining, err);
	if (joining.signals >= 0)
		(void)close(joining.signals);
	hear_identity_free(joining.identity);
	hear_buffer_done(&joining.name);
	explicit_bzero(&joining.invitation, sizeof joining.invitation);
	return code;
}
