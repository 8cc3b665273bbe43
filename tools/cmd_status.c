/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/control.h"
#include "tools/home.h"
#include "tools/json.h"
#include "tools/output.h"
#include "tools/people.h"
#include "tools/session.h"
#include "tools/standing.h"
#include "tools/stream.h"
#include "tools/wording.h"

#include "core/bytes.h"
#include "sync/peers.h"

#include <stdlib.h>
#include <string.h>

const struct options_form status_form = {
	.operands = "",
	.about = "For each dataset (with -d, for that one): how many filings "
		 "and their root, which is\nthe same in every copy that holds "
		 "the same; with each member, as hearsayd tells,\nwhether both "
		 "are in sync and when that was last proven, or by how many "
		 "filings not\nand why; and what waits aside or was refused, "
		 "with the reasons. Exit status 1\nwhere somebody the daemon "
		 "dials is not in sync.\n",
	.example = "hearsay status\n",
};

/* What the daemon answered, and what is shown of it. */
struct showing {
	struct call *call;
	struct hear_arena *arena;
	struct hear_peer_status *peers; /* in the arena */
	size_t count;
	bool running;
	struct hear_value *daemon; /* its line about itself */
};

/* ---- Asking ---- */

static void take_line(struct showing *showing, struct hear_span line,
		      size_t room)
{
	struct hear_value *value;
	struct hear_peer_status status;

	if (json_read(showing->arena, line, &value, NULL) != HEAR_OK)
		return;
	if (hear_span_is(hear_text_of(hear_map_get(value, "kind")), "daemon"))
		showing->daemon = value;
	else if (showing->count < room && standing_read(value, &status))
		showing->peers[showing->count++] = status;
}

static enum hear_code read_answer(struct showing *showing,
				  struct hear_span rest, struct hear_err *err)
{
	size_t lines = 0;
	size_t i;

	for (i = 0; i < rest.size; i++)
		lines += rest.data[i] == '\n';
	showing->peers = hear_arena_alloc(
		showing->arena, (lines + 1) * sizeof *showing->peers);
	if (!showing->peers)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	while (rest.size > 0) {
		const char *end = memchr(rest.data, '\n', rest.size);
		size_t size = end ? (size_t)(end - rest.data) : rest.size;

		take_line(showing, hear_span_make(rest.data, size), lines);
		size += end ? 1 : 0;
		rest = hear_span_make(rest.data + size, rest.size - size);
	}
	return HEAR_OK;
}

static enum hear_code ask(struct showing *showing, struct hear_err *err)
{
	struct hear_buffer answer = {0};
	enum hear_code code = control_ask(showing->call, "status", &answer,
					  err);

	showing->running = code == HEAR_OK;
	if (code == HEAR_OK)
		code = read_answer(showing, hear_buffer_view(&answer), err);
	hear_buffer_done(&answer);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- One dataset ---- */

static enum hear_code print_dataset_json(const struct session *session,
					 const struct hear_statistics *about,
					 const struct hear_asides *asides,
					 bool running, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *reasons = hear_make_map(arena);
	enum hear_code code;
	unsigned i;

	hear_map_set(arena, map, "kind", output_text(arena, "dataset"));
	hear_map_set(arena, map, "dataset", output_text(arena, session->name));
	hear_map_set(arena, map, "id",
		     output_id(arena, hear_dataset_id(session->dataset)));
	hear_map_set(arena, map, "filings",
		     hear_make_integer(arena, (int64_t)about->filings));
	hear_map_set(arena, map, "root", output_id(arena, &about->root));
	for (i = 1; i <= HEAR_WAIT_FLAGGED; i++)
		if (asides->by_reason[i] > 0)
			hear_map_set(
				arena, reasons,
				hear_wait_text((enum hear_wait)i),
				hear_make_integer(
					arena, (int64_t)asides->by_reason[i]));
	hear_map_set(arena, map, "aside",
		     hear_make_integer(arena, (int64_t)asides->all));
	hear_map_set(arena, map, "aside_because", reasons);
	hear_map_set(arena, map, "refused",
		     hear_make_integer(arena, (int64_t)asides->refused));
	hear_map_set(arena, map, "daemon", hear_make_bool(arena, running));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static void print_asides(const struct hear_asides *asides)
{
	struct hear_buffer *out = stream_buffer();
	unsigned i;

	for (i = 1; i <= HEAR_WAIT_FLAGGED; i++) {
		if (asides->by_reason[i] == 0)
			continue;
		hear_buffer_text(out, "  aside: ");
		wording_count(out, asides->by_reason[i], "filing", NULL);
		hear_buffer_print(out, "; %s\n",
				  hear_wait_text((enum hear_wait)i));
	}
	if (asides->refused > 0) {
		hear_buffer_text(out, "  refused: ");
		wording_count(out, asides->refused, "filing", NULL);
		hear_buffer_byte(out, '\n');
	}
}

/* ---- Who floods ---- */

enum { AUTHORS = 64, FLOOD = 1000 };

/* Of many filings that wait aside, the author of the most. Of more authors
 * than there is room for, later ones are not counted: who floods is among the
 * first. */
struct tally {
	size_t count;
	struct hear_key authors[AUTHORS];
	uint64_t filings[AUTHORS];
};

static bool tally_one(void *context, const struct hear_waiting *waiting)
{
	struct tally *tally = context;
	size_t i;

	for (i = 0; i < tally->count; i++)
		if (memcmp(&tally->authors[i], &waiting->author,
			   sizeof waiting->author) == 0)
			break;
	if (i == AUTHORS)
		return true;
	if (i == tally->count)
		tally->authors[tally->count++] = waiting->author;
	tally->filings[i]++;
	return true;
}

static enum hear_code print_flood(const struct session *session,
				  const struct hear_asides *asides,
				  struct hear_err *err)
{
	struct tally tally = {0};
	struct hear_buffer name = {0};
	enum hear_code code = HEAR_OK;
	size_t most = 0;
	size_t i;

	if (asides->all < FLOOD)
		return HEAR_OK;
	code = hear_aside_each(session->reader, tally_one, &tally, err);
	for (i = 0; i < tally.count; i++)
		if (tally.filings[i] > tally.filings[most])
			most = i;
	if (code == HEAR_OK && tally.filings[most] >= FLOOD) {
		people_name(session, &tally.authors[most], &name);
		complain_note("%s: most of what waits aside, "
			      "%llu filings, is by %s; `hearsay member remove "
			      "--seal` keeps a flood out",
			      session->name,
			      (unsigned long long)tally.filings[most],
			      name.data ? name.data : "");
	}
	hear_buffer_done(&name);
	return code;
}

static void print_dataset(const struct session *session,
			  const struct hear_statistics *about)
{
	struct hear_buffer *out = stream_buffer();
	char root[HEAR_ID_TEXT];

	hear_id_print(&about->root, root);
	terminal_print(stream_terminal(), STYLE_BOLD,
		       hear_span_of(session->name), out);
	hear_buffer_text(out, ": ");
	wording_count(out, about->filings, "filing", NULL);
	hear_buffer_print(out, ", root %.16s\n", root);
}

static enum hear_code print_peer(struct showing *showing,
				 const struct session *session,
				 const struct hear_peer_status *status,
				 struct hear_err *err)
{
	struct hear_buffer *out = stream_buffer();
	struct hear_buffer name = {0};
	struct hear_buffer line = {0};
	enum hear_code code = HEAR_OK;

	people_name(session, &status->key, &name);
	if (status->peer && status->state != HEAR_PEER_EQUAL)
		showing->call->status = STATUS_FAILED;
	if (showing->call->json) {
		struct hear_arena *arena = hear_arena_new();
		struct hear_value *map = standing_value(arena, status);

		hear_map_set(arena, map, "name",
			     hear_make_text(arena, hear_buffer_view(&name)));
		code = output_json(map, err);
		hear_arena_free(arena);
	} else {
		standing_sentence(status, name.data ? name.data : "",
				  home_now(), &line);
		hear_buffer_text(out, "  ");
		terminal_clean(hear_buffer_view(&line), TERMINAL_ONE_LINE,
			       out);
		hear_buffer_print(out, "%s\n",
				  status->peer ? "" : " (dials this node)");
	}
	hear_buffer_done(&line);
	hear_buffer_done(&name);
	return code;
}

/* Of a member who dials this node and is dialled by it there are two lines. */
static enum hear_code print_peers(struct showing *showing,
				  const struct session *session,
				  struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; code == HEAR_OK && i < showing->count; i++)
		if (strcmp(showing->peers[i].dataset_name, session->name) == 0)
			code = print_peer(showing, session, &showing->peers[i],
					  err);
	return code;
}

static enum hear_code show(struct showing *showing, const char *name,
			   struct hear_err *err)
{
	struct call one = *showing->call;
	struct session session;
	struct hear_statistics about;
	struct hear_asides asides;
	enum hear_code code;

	one.dataset = name;
	code = session_open(&session, &one, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = hear_statistics_get(session.reader, &about, err);
	if (code == HEAR_OK)
		code = hear_aside_count(session.reader, &asides, err);
	if (code == HEAR_OK && showing->call->json)
		code = print_dataset_json(&session, &about, &asides,
					  showing->running, err);
	else if (code == HEAR_OK)
		print_dataset(&session, &about);
	if (code == HEAR_OK)
		code = print_peers(showing, &session, err);
	if (code == HEAR_OK && !showing->call->json)
		print_asides(&asides);
	if (code == HEAR_OK)
		code = print_flood(&session, &asides, err);
	session_close(&session);
	return code;
}

static enum hear_code show_all(struct showing *showing, struct hear_err *err)
{
	const char **names;
	size_t count;
	size_t i;
	enum hear_code code;

	if (showing->call->dataset || getenv("HEARSAY_DATASET")) {
		const char *name;

		code = home_pick(showing->call, showing->arena, &name, err);
		return code == HEAR_OK ? show(showing, name, err) : code;
	}
	code = home_datasets(showing->call, showing->arena, &names, &count,
			     err);
	if (code == HEAR_OK && count == 0)
		complain_note("there is no dataset here yet; `hearsay init "
			      "NAME` makes one, `hearsay join LINE` brings "
			      "one here");
	for (i = 0; code == HEAR_OK && i < count; i++) {
		struct hear_err bad;

		/* One that cannot be opened must not hide the others. */
		if (show(showing, names[i], &bad) != HEAR_OK) {
			complain_note("%s: %s", names[i], bad.message);
			showing->call->status = STATUS_FAILED;
		}
	}
	return code;
}

enum hear_code status_main(struct call *call, struct hear_err *err)
{
	struct showing showing = {.call = call, .arena = hear_arena_new()};
	enum hear_code code;

	if (!showing.arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = ask(&showing, err);
	if (code == HEAR_OK && !showing.running)
		complain_note("hearsayd does not run here: nothing is synced "
			      "but by `hearsay sync`");
	if (code == HEAR_OK)
		code = show_all(&showing, err);
	hear_arena_free(showing.arena);
	return code;
}
