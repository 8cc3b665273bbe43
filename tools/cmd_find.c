/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/stream.h"

#include <inttypes.h>

static const struct option_line lines[] = {
	{"as-of", 0, "TIME", "as the dataset stood then", false, NULL},
	{"known-by", 0, "DATE", "only what had been said by then", false, NULL},
	{"limit", 0, "N", "at most so many", false, NULL},
	{"sort", 0, "BY", "the oldest first, by when it was (filed)", false,
	 "said event filed"},
	{"count", 0, NULL, "how many there are, and nothing else", false, NULL},
	OUTPUT_CSV_OPTION,
	{0},
};

const struct options_form find_form = {
	.operands = "[QUERY]",
	.about =
		"Without a query, every live claim. Words search text, quote "
		"and title; key:word\nsearches one field, \"...\" a phrase, "
		"word* beginnings; a hyphen before a word\nexcludes, OR between "
		"two words makes either enough, (...) groups.\n\n"
		"  by: origin: via:             sources: any, the last of the "
		"chain, the others\n"
		"  subject: predicate: of: place: value: unit: stance: "
		"hedge:\n"
		"  said: event: since: until: filed:             dates and "
		"ranges, said:..2025-01-12\n"
		"  doc: tag: lang: re: basis: more.KEY: id: target:\n"
		"  filer: marking: kind: is:retracted is:disputed "
		"is:assessed\n"
		"  is:resting is:edited         rests on what is retracted; its "
		"page changed\n"
		"  origins:1 is:unanswered      how many independent origins; "
		"somebody is silent\n"
		"  reliability:A..B credibility:..2 likelihood:likely..      by "
		"any analyst\n",
	.example =
		"hearsay find soldiers 'value:>300' -stance:denies\n"
		"hearsay find 'origin:\"National Intelligence Service\"' "
		"--sort said\n"
		"hearsay find predicate:killed OR predicate:wounded --csv\n",
	.lines = lines,
	.most = OPERANDS_ANY,
	.query = true,
};

struct wish {
	enum output_mode mode;
	enum hear_order order;
	uint64_t limit;
	struct hear_view view;
	struct hear_query *query;
};

static enum hear_code read_order(const struct call *call, enum hear_order *out,
				 struct hear_err *err)
{
	static const enum hear_order orders[] = {
		HEAR_BY_SAID, HEAR_BY_EVENT, HEAR_BY_FILED};
	unsigned index = 2;
	enum hear_code code = options_choice(call->options, "sort", &index,
					     err);

	*out = orders[index];
	return code;
}

static enum hear_code read_wish(struct call *call, struct wish *wish,
				struct hear_err *err)
{
	enum hear_code code = output_mode(call, true, &wish->mode, err);

	wish->limit = UINT64_MAX;
	if (code == HEAR_OK)
		code = options_number(call->options, "limit", 1u << 30,
				      &wish->limit, err);
	if (code == HEAR_OK)
		code = read_order(call, &wish->order, err);
	if (code == HEAR_OK)
		code = session_view_of(call, &wish->view, err);
	if (code != HEAR_OK)
		return call_misused(call, code);
	return session_query(call, 0, &wish->query, NULL, err);
}

static enum hear_code print_all(struct hear_reader *reader,
				const struct wish *wish, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_finder *finder = NULL;
	struct hear_record record;
	enum hear_code code;
	uint64_t i;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = hear_find(&finder, reader, wish->query, wish->order, err);
	output_begin(wish->mode);
	for (i = 0; code == HEAR_OK && i < wish->limit; i++) {
		hear_arena_reset(arena);
		code = hear_find_next(finder, arena, &record, err);
		if (code == HEAR_OK)
			code = output_record(wish->mode, reader, arena,
					     &record, err);
	}
	if (code == HEAR_NOTFOUND && i == 1 && wish->mode == OUTPUT_PEOPLE)
		hear_buffer_text(stream_buffer(), "no record matches\n");
	if (finder)
		hear_find_end(finder);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code print_count(struct hear_reader *reader,
				  const struct hear_query *query,
				  struct hear_err *err)
{
	uint64_t count;
	enum hear_code code = hear_find_count(reader, query, &count, err);

	if (code == HEAR_OK)
		hear_buffer_print(stream_buffer(), "%" PRIu64 "\n", count);
	return code;
}

enum hear_code find_main(struct call *call, struct hear_err *err)
{
	struct wish wish = {0};
	struct session session = {0};
	enum hear_code code = read_wish(call, &wish, err);

	if (code == HEAR_OK)
		code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, &wish.view, err);
	if (code == HEAR_OK && options_given(call->options, "count"))
		code = print_count(session.reader, wish.query, err);
	else if (code == HEAR_OK)
		code = print_all(session.reader, &wish, err);
	session_close(&session);
	hear_query_free(wish.query);
	return code;
}
