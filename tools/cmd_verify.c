/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/progress.h"
#include "tools/session.h"
#include "tools/stream.h"
#include "tools/wording.h"

#include <inttypes.h>

static const struct option_line lines[] = {
	{"repair", 0, NULL,
	 "rebuild the indexes and digests from the filings", false, NULL},
	{0},
};

const struct options_form verify_form = {
	.operands = "",
	.about = "Checks every hash, every signature, every index entry and "
		 "every digest, both ways.\nExit status 1: something is wrong, "
		 "and each thing found is a line. A filing whose\nbytes are "
		 "damaged cannot be repaired here: restore a backup, or sync "
		 "with somebody\nwho has it.\n",
	.example = "hearsay verify\nhearsay verify --repair\n",
	.lines = lines,
};

/* What the callbacks share. */
struct checking {
	struct progress progress;
	bool begun;
};

static void found(void *context, const char *sentence)
{
	struct checking *checking = context;

	if (checking->begun)
		progress_erase(&checking->progress);
	terminal_clean(hear_span_of(sentence), TERMINAL_ONE_LINE,
		       stream_buffer());
	hear_buffer_byte(stream_buffer(), '\n');
}

static void advance(void *context, uint64_t done, uint64_t all)
{
	struct checking *checking = context;

	if (!checking->begun)
		progress_begin(&checking->progress, "checking",
			       hear_span_of("what is kept"), all, NULL);
	checking->begun = true;
	progress_update(&checking->progress, done, done);
}

static enum hear_code print_json(const struct session *session,
				 const struct hear_verified *verified,
				 struct hear_err *err)
{
	struct hear_arena *arena = session->arena;
	struct hear_value *map = hear_make_map(arena);

	hear_map_set(arena, map, "filings",
		     hear_make_integer(arena, (int64_t)verified->filings));
	hear_map_set(arena, map, "records",
		     hear_make_integer(arena, (int64_t)verified->records));
	hear_map_set(arena, map, "entries",
		     hear_make_integer(arena, (int64_t)verified->entries));
	hear_map_set(arena, map, "wrong",
		     hear_make_integer(arena, (int64_t)verified->wrong));
	hear_map_set(arena, map, "repaired",
		     hear_make_bool(arena, verified->repaired));
	return output_json(map, err);
}

static void print(const struct hear_verified *verified)
{
	struct hear_buffer *out = stream_buffer();

	wording_count(out, verified->filings, "filing", NULL);
	hear_buffer_text(out, ", ");
	wording_count(out, verified->records, "record", NULL);
	hear_buffer_text(out, ", ");
	wording_count(out, verified->entries, "entry", "entries");
	hear_buffer_text(out, " checked; ");
	if (verified->wrong == 0)
		hear_buffer_text(out, "all is well\n");
	else if (verified->repaired)
		hear_buffer_print(out, "%" PRIu64 " wrong, repaired\n",
				  verified->wrong);
	else
		hear_buffer_print(out, "%" PRIu64 " wrong\n",
				  verified->wrong);
}

enum hear_code verify_main(struct call *call, struct hear_err *err)
{
	struct checking checking = {0};
	struct hear_verify_options options = {
		.repair = options_given(call->options, "repair"),
		.found = found,
		.progress = advance,
		.context = &checking,
	};
	struct hear_verified verified;
	struct session session;
	enum hear_code code = session_open(&session, call, err);

	if (code == HEAR_OK)
		code = hear_verify(session.dataset, &options, &verified, err);
	if (checking.begun)
		progress_end(&checking.progress);
	if (code == HEAR_OK && verified.wrong > 0 && !verified.repaired)
		call->status = STATUS_FAILED;
	if (code == HEAR_OK && call->json)
		code = print_json(&session, &verified, err);
	else if (code == HEAR_OK)
		print(&verified);
	session_close(&session);
	return code;
}
