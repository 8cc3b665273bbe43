/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/stream.h"
#include "tools/wording.h"

const struct options_form datasets_form = {
	.operands = "",
	.about = "Name, records, and the time of the newest filing. With "
		 "several, -d NAME or\n$HEARSAY_DATASET says which one a "
		 "command is about.\n",
	.example = "hearsay datasets\n",
};

static enum hear_code print_json(const struct session *session,
				 const struct hear_statistics *statistics,
				 struct hear_err *err)
{
	struct hear_arena *arena = session->arena;
	struct hear_value *map = hear_make_map(arena);

	hear_map_set(arena, map, "dataset", output_text(arena, session->name));
	hear_map_set(arena, map, "id",
		     output_id(arena, hear_dataset_id(session->dataset)));
	hear_map_set(arena, map, "records",
		     hear_make_integer(arena, (int64_t)statistics->records));
	hear_map_set(arena, map, "filings",
		     hear_make_integer(arena, (int64_t)statistics->filings));
	hear_map_set(arena, map, "newest",
		     output_time(arena, statistics->newest_ms));
	return output_json(map, err);
}

static enum hear_code print(const struct call *call,
			    const struct session *session,
			    const struct hear_statistics *statistics,
			    struct hear_err *err)
{
	struct hear_buffer *out = stream_buffer();

	if (call->json)
		return print_json(session, statistics, err);
	hear_buffer_print(out, "%s\t", session->name);
	wording_count(out, statistics->records, "record", NULL);
	hear_buffer_byte(out, '\t');
	hear_date_print(statistics->newest_ms, out);
	hear_buffer_byte(out, '\n');
	return stream_more(err);
}

static enum hear_code show(const struct call *call, const char *name,
			   struct hear_err *err)
{
	struct call one = *call;
	struct session session;
	struct hear_statistics statistics;
	enum hear_code code;

	one.dataset = name;
	code = session_open(&session, &one, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = hear_statistics_get(session.reader, &statistics, err);
	if (code == HEAR_OK)
		code = print(call, &session, &statistics, err);
	session_close(&session);
	return code;
}

enum hear_code datasets_main(struct call *call, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	const char **names;
	enum hear_code code;
	size_t count;
	size_t i;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = home_datasets(call, arena, &names, &count, err);
	if (code == HEAR_OK && count == 0)
		complain_note("there is no dataset here yet; `hearsay init "
			      "NAME` makes one");
	for (i = 0; code == HEAR_OK && i < count && !stream_closed(); i++) {
		struct hear_err bad;

		/* One that cannot be opened must not hide the others. */
		if (show(call, names[i], &bad) != HEAR_OK) {
			complain_note("%s: %s", names[i], bad.message);
			call->status = STATUS_FAILED;
		}
	}
	hear_arena_free(arena);
	return code;
}
