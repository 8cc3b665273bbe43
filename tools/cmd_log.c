/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/stream.h"
#include "tools/wording.h"

static const struct option_line lines[] = {
	{"number", 'n', "N", "so many, the newest (20); 0: all", false, NULL},
	{0},
};

const struct options_form log_form = {
	.operands = "",
	.about = "A filing is what an analyst signed at one moment. Newest "
		 "means: arrived here last.\n",
	.example = "hearsay log -n 5\n",
	.lines = lines,
};

static enum hear_code first_sentence(const struct session *session,
				     struct hear_arena *arena,
				     const struct hear_filing *filing,
				     struct hear_buffer *out,
				     struct hear_buffer *mark,
				     struct hear_err *err)
{
	struct hear_record record;
	enum hear_code code;

	if (filing->records == 0)
		return HEAR_OK;
	code = hear_filing_record(session->reader, arena, filing->number, 0,
				  &record, err);
	if (code != HEAR_OK)
		return code;
	hear_record_sentence(record.tree, out);
	return output_mark(session->reader, arena, &record, mark, err);
}

static const char *part_name(const struct hear_filing *filing)
{
	return filing->roster ? "roster" : hear_marking_name(filing->marking);
}

static enum hear_code record_ids(const struct session *session,
				 struct hear_arena *arena,
				 const struct hear_filing *filing,
				 struct hear_value **out, struct hear_err *err)
{
	struct hear_record record;
	enum hear_code code = HEAR_OK;
	unsigned i;

	*out = hear_make_list(arena);
	for (i = 0; i < filing->records && code == HEAR_OK; i++) {
		code = hear_filing_record(session->reader, arena,
					  filing->number, i, &record, err);
		if (code == HEAR_OK)
			hear_list_add(arena, *out,
				      output_id(arena, &record.id));
	}
	return code;
}

static enum hear_code print_json(const struct session *session,
				 struct hear_arena *arena,
				 const struct hear_filing *filing,
				 struct hear_err *err)
{
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *records;
	enum hear_code code = record_ids(session, arena, filing, &records, err);

	if (code != HEAR_OK)
		return code;
	hear_map_set(arena, map, "filing", output_id(arena, &filing->id));
	hear_map_set(arena, map, "by",
		     output_text(arena, filing->author_name));
	hear_map_set(arena, map, "key", output_key(arena, &filing->author));
	hear_map_set(arena, map, "at", output_time(arena, filing->time_ms));
	hear_map_set(arena, map, "arrived",
		     output_time(arena, filing->arrived_ms));
	hear_map_set(arena, map, "marking",
		     output_text(arena, part_name(filing)));
	hear_map_set(arena, map, "records", records);
	return output_json(map, err);
}

/* In a pipe: whole id, time, analyst, marking, records, first sentence. */
static void print_for_programs(const struct hear_filing *filing,
			       struct hear_span sentence, struct hear_span mark)
{
	struct hear_buffer *out = stream_buffer();
	char id[HEAR_ID_TEXT];

	hear_id_print(&filing->id, id);
	hear_buffer_print(out, "%s\t", id);
	hear_date_print(filing->time_ms, out);
	hear_buffer_byte(out, '\t');
	terminal_clean(hear_span_of(filing->author_name), TERMINAL_ONE_LINE,
		       out);
	hear_buffer_print(out, "\t%s\t%u\t", part_name(filing),
			  filing->records);
	terminal_clean(sentence, TERMINAL_ONE_LINE, out);
	if (mark.size > 0)
		hear_buffer_byte(out, ' ');
	hear_buffer_span(out, mark);
	hear_buffer_byte(out, '\n');
}

static void print_for_people(const struct hear_filing *filing,
			     struct hear_span sentence, struct hear_span mark)
{
	const struct terminal *terminal = stream_terminal();
	struct hear_buffer *out = stream_buffer();
	struct hear_buffer clean = {0};
	size_t wide = terminal->columns > 40 ? terminal->columns - 4 : 40;

	if (mark.size > 0)
		wide = wide > mark.size + 20 ? wide - mark.size - 1 : 20;

	hear_buffer_text(out, terminal_style(terminal, STYLE_BOLD));
	output_short_id(&filing->id, out);
	hear_buffer_print(out, "%s  ", terminal_style(terminal, STYLE_RESET));
	hear_date_print(filing->time_ms, out);
	hear_buffer_text(out, "  ");
	terminal_clean(hear_span_of(filing->author_name), TERMINAL_ONE_LINE,
		       out);
	hear_buffer_print(out, "  %s  ", part_name(filing));
	wording_count(out, filing->records, "record", NULL);
	hear_buffer_text(out, "\n    ");
	terminal_clean(sentence, TERMINAL_ONE_LINE, &clean);
	(void)terminal_cut(hear_buffer_view(&clean), wide, out);
	if (mark.size > 0) {
		hear_buffer_byte(out, ' ');
		terminal_print(terminal, STYLE_RED, mark, out);
	}
	hear_buffer_byte(out, '\n');
	hear_buffer_done(&clean);
}

static enum hear_code print(const struct call *call,
			    const struct session *session,
			    struct hear_arena *arena,
			    const struct hear_filing *filing,
			    struct hear_err *err)
{
	struct hear_buffer sentence = {0};
	struct hear_buffer mark = {0};
	enum hear_code code;

	if (call->json)
		return print_json(session, arena, filing, err);
	code = first_sentence(session, arena, filing, &sentence, &mark, err);
	if (code == HEAR_OK && stream_terminal()->is)
		print_for_people(filing, hear_buffer_view(&sentence),
				 hear_buffer_view(&mark));
	else if (code == HEAR_OK)
		print_for_programs(filing, hear_buffer_view(&sentence),
				   hear_buffer_view(&mark));
	hear_buffer_done(&sentence);
	hear_buffer_done(&mark);
	return code == HEAR_OK ? stream_more(err) : code;
}

static enum hear_code print_newest(const struct call *call,
				   const struct session *session, uint64_t most,
				   struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	uint64_t number = hear_last_filing(session->reader);
	enum hear_code code = HEAR_OK;
	uint64_t printed = 0;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	for (; number > 0 && printed < most && code == HEAR_OK; number--) {
		struct hear_filing filing;

		code = hear_filing_get(session->reader, number, &filing, err);
		if (code == HEAR_NOTFOUND) {
			code = HEAR_OK; /* outside the view */
			continue;
		}
		hear_arena_reset(arena);
		if (code == HEAR_OK)
			code = print(call, session, arena, &filing, err);
		printed++;
	}
	hear_arena_free(arena);
	return code;
}

enum hear_code log_main(struct call *call, struct hear_err *err)
{
	struct session session = {0};
	uint64_t most = 20;
	enum hear_code code = options_number(call->options, "number", 1u << 30,
					     &most, err);

	if (code != HEAR_OK)
		return call_misused(call, code);
	code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = print_newest(call, &session, most ? most : UINT64_MAX,
				    err);
	session_close(&session);
	return code;
}
