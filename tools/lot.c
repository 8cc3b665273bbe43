/* SPDX-License-Identifier: ISC */
#include "tools/lot.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/output.h"
#include "tools/stream.h"

#include "core/error.h"

static enum hear_code write_lots(struct session *session,
				 const struct hear_identity *author,
				 struct lot *lots, size_t count,
				 struct hear_err *err)
{
	struct hear_writer *writer;
	enum hear_code code = hear_write_begin(&writer, session->dataset,
					       home_now(), err);
	size_t i;

	if (code != HEAR_OK)
		return code;
	for (i = 0; i < count && code == HEAR_OK; i++)
		code = hear_write_file(writer, author, lots[i].marking,
				       lots[i].records, lots[i].count,
				       &lots[i].outcome, err);
	if (code == HEAR_OK)
		return hear_write_commit(writer, err);
	hear_write_abort(writer);
	return code;
}

enum hear_code lot_file(struct session *session, const struct call *call,
			struct lot *lots, size_t count, struct hear_err *err)
{
	struct hear_identity *author;
	enum hear_code code = home_identity(call, &author, err);

	session_rest(session);
	if (code == HEAR_OK)
		code = write_lots(session, author, lots, count, err);
	hear_identity_free(author);
	return code;
}

/* ---- Printing ---- */

static enum hear_code print_json(const struct lot *lot,
				 const struct hear_record *record,
				 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	hear_map_set(arena, map, "kind", hear_map_get(record->tree, "kind"));
	hear_map_set(arena, map, "id", output_id(arena, &record->id));
	hear_map_set(arena, map, "marking",
		     output_text(arena, hear_marking_name(lot->marking)));
	if (lot->outcome.made)
		hear_map_set(arena, map, "filing",
			     output_id(arena, &lot->outcome.filing));
	code = hear_arena_failed(arena) ? hear_fail_memory(err)
					: output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static enum hear_code print_lot(const struct call *call, const struct lot *lot,
				struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	char id[HEAR_ID_TEXT];
	size_t i;

	for (i = 0; i < lot->count && code == HEAR_OK; i++) {
		if (call->json) {
			code = print_json(lot, &lot->records[i], err);
			continue;
		}
		if (stream_terminal()->is) {
			code = output_record(OUTPUT_PEOPLE, NULL, NULL,
					     &lot->records[i], err);
			continue;
		}
		hear_id_print(&lot->records[i].id, id);
		hear_buffer_print(stream_buffer(), "%s\n", id);
	}
	return code;
}

enum hear_code lot_print(const struct call *call, const struct lot *lots,
			 size_t count, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t already = 0;
	size_t all = 0;
	size_t i;

	for (i = 0; i < count && code == HEAR_OK; i++) {
		code = print_lot(call, &lots[i], err);
		already += lots[i].outcome.already;
		all += lots[i].count;
	}
	if (already == all && all == 1)
		complain_note("it was there already; nothing was changed");
	else if (already == all)
		complain_note("all %zu records were there already; nothing was "
			      "changed", all);
	else if (already > 0)
		complain_note("%zu of %zu records were there already", already,
			      all);
	return code;
}

enum hear_code lot_one(struct session *session, struct call *call,
		       enum hear_marking marking, const struct hear_value *tree,
		       struct hear_err *err)
{
	struct hear_record record;
	struct lot lot = {.marking = marking, .records = &record, .count = 1};
	enum hear_code code =
		hear_record_make(session->arena, tree, &record, err);

	if (code != HEAR_OK)
		return call_misused(call, code);
	code = lot_file(session, call, &lot, 1, err);
	return code == HEAR_OK ? lot_print(call, &lot, 1, err) : code;
}
