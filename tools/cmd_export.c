/* SPDX-License-Identifier: ISC */
/* cmd_export.c - records as JSON Lines, so that every line can be taken in by
 * itself: the capture of a document before the claims that cite it, claims
 * before what is said of them. All of it is read at one moment. */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/seen.h"
#include "tools/session.h"
#include "tools/stream.h"

#include <stdio.h>

static const struct option_line lines[] = {
	{"history", 0, NULL, "retracted records and the retractions too", false,
	 NULL},
	{"as-of", 0, "TIME", "as the dataset stood then", false, NULL},
	{"known-by", 0, "DATE", "only what had been said by then", false, NULL},
	{0},
};

const struct options_form export_form = {
	.operands = "[QUERY]",
	.about = "One object a record, on standard output; `hearsay import` "
		 "takes them in again.\nWithout a query, records of every "
		 "kind; with one, what matches and the captures\nof the "
		 "documents cited. Only what stands, unless --history.\n",
	.example = "hearsay export > korea.jsonl\n"
		   "hearsay export 'said:2025-01' | hearsay -d other import "
		   "-\n",
	.lines = lines,
	.most = OPERANDS_ANY,
	.query = true,
};

/* What the records of a later kind speak of is of an earlier one. */
static const char *const kinds[] = {
	"capture", "claim", "term", "definition", "assessment", "relation",
};

enum { KINDS = sizeof kinds / sizeof *kinds };

struct exporting {
	struct hear_reader *reader;
	struct seen *records; /* printed */
	struct hear_buffer document; /* whose captures were printed last */
	bool history;
};

static enum hear_code no_memory(struct hear_err *err)
{
	return hear_fail(err, HEAR_MEMORY, "out of memory");
}

/* Prints a record that was not printed yet. */
static enum hear_code print(struct exporting *exporting,
			    struct hear_arena *arena,
			    const struct hear_record *record,
			    struct hear_err *err)
{
	bool is_new;

	if (!seen_add(exporting->records, &record->id, &is_new))
		return no_memory(err);
	if (!is_new)
		return HEAR_OK;
	return output_record(OUTPUT_JSON, exporting->reader, arena, record,
			     err);
}

/* Does `each` with every record that a query finds. */
static enum hear_code
for_each(struct exporting *exporting, const char *text,
	 enum hear_code (*each)(struct exporting *exporting,
				struct hear_arena *arena,
				const struct hear_record *record,
				struct hear_err *err),
	 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record record;
	enum hear_code code;

	if (!arena)
		return no_memory(err);
	code = hear_query_new(&query, hear_span_of(text), err);
	if (code == HEAR_OK)
		code = hear_find(&finder, exporting->reader, query,
				 HEAR_BY_FILED, err);
	while (code == HEAR_OK) {
		hear_arena_reset(arena);
		code = hear_find_next(finder, arena, &record, err);
		if (code == HEAR_OK)
			code = each(exporting, arena, &record, err);
	}
	if (finder)
		hear_find_end(finder);
	hear_query_free(query);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* The same with the retracted ones, where history is asked for. */
static enum hear_code
for_each_of_all(struct exporting *exporting, const char *text,
		enum hear_code (*each)(struct exporting *exporting,
				       struct hear_arena *arena,
				       const struct hear_record *record,
				       struct hear_err *err),
		struct hear_err *err)
{
	struct hear_buffer retracted = {0};
	enum hear_code code = for_each(exporting, text, each, err);

	if (code != HEAR_OK || !exporting->history)
		return code;
	if (*text)
		hear_buffer_print(&retracted, "(%s) ", text);
	hear_buffer_text(&retracted, "is:retracted");
	if (retracted.failed)
		code = no_memory(err);
	else
		code = for_each(exporting, retracted.data, each, err);
	hear_buffer_done(&retracted);
	return code;
}

/* ---- With a query ---- */

/* doc: finds parts of an address too; those are not the one. */
static enum hear_code print_capture(struct exporting *exporting,
				    struct hear_arena *arena,
				    const struct hear_record *record,
				    struct hear_err *err)
{
	struct hear_span document =
		hear_text_of(hear_map_get(record->tree, "document"));

	if (!hear_span_equal(document, hear_buffer_view(&exporting->document)))
		return HEAR_OK;
	return print(exporting, arena, record, err);
}

/* The captures of what a record cites. Claims of a document mostly follow one
 * another, so only the last document is remembered. */
static enum hear_code print_captures(struct exporting *exporting,
				     const struct hear_record *record,
				     struct hear_err *err)
{
	struct hear_span document =
		hear_text_of(hear_map_get(record->tree, "document"));
	struct hear_buffer query = {0};
	enum hear_code code;

	if (document.size == 0 ||
	    hear_span_equal(document, hear_buffer_view(&exporting->document)))
		return HEAR_OK;
	hear_buffer_reset(&exporting->document);
	hear_buffer_span(&exporting->document, document);
	hear_buffer_text(&query, "kind:capture doc:");
	output_quoted(document, &query);
	if (query.failed || exporting->document.failed)
		code = no_memory(err);
	else
		code = for_each_of_all(exporting, query.data, print_capture,
				       err);
	hear_buffer_done(&query);
	return code;
}

static enum hear_code print_retractions(struct exporting *exporting,
					const struct hear_record *record,
					struct hear_err *err)
{
	char id[HEAR_ID_TEXT];
	char query[HEAR_ID_TEXT + 32];

	hear_id_print(&record->id, id);
	(void)snprintf(query, sizeof query, "kind:retraction target:%s", id);
	return for_each_of_all(exporting, query, print, err);
}

static enum hear_code print_cited(struct exporting *exporting,
				  struct hear_arena *arena,
				  const struct hear_record *record,
				  struct hear_err *err)
{
	enum hear_code code = print_captures(exporting, record, err);

	if (code == HEAR_OK)
		code = print(exporting, arena, record, err);
	if (code == HEAR_OK && exporting->history)
		code = print_retractions(exporting, record, err);
	return code;
}

/* ---- Without ---- */

static enum hear_code print_everything(struct exporting *exporting,
				       struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	char query[32];
	size_t i;

	for (i = 0; i < KINDS && code == HEAR_OK; i++) {
		(void)snprintf(query, sizeof query, "kind:%s", kinds[i]);
		code = for_each_of_all(exporting, query, print, err);
	}
	if (code == HEAR_OK && exporting->history)
		code = for_each_of_all(exporting, "kind:retraction", print,
				       err);
	return code;
}

/* ---- Running ---- */

/* The query, once it is known to be one; empty: everything. */
static enum hear_code read_query(struct call *call, struct hear_buffer *out,
				 struct hear_err *err)
{
	struct hear_query *query = NULL;
	enum hear_code code = session_query(call, 0, &query, out, err);

	hear_query_free(query);
	return code;
}

static enum hear_code export(struct call *call, struct exporting *exporting,
			     const char *query, struct hear_err *err)
{
	exporting->history = options_given(call->options, "history");
	exporting->records = seen_new();
	if (!exporting->records)
		return no_memory(err);
	if (*query)
		return for_each_of_all(exporting, query, print_cited, err);
	return print_everything(exporting, err);
}

enum hear_code export_main(struct call *call, struct hear_err *err)
{
	struct exporting exporting = {0};
	struct session session = {0};
	struct hear_buffer query = {0};
	struct hear_view view;
	enum hear_code code = read_query(call, &query, err);

	if (code == HEAR_OK)
		code = session_view_of(call, &view, err);
	if (code == HEAR_OK)
		code = session_open(&session, call, err);
	if (code == HEAR_OK)
		code = session_read(&session, &view, err);
	exporting.reader = session.reader;
	if (code == HEAR_OK)
		code = export(call, &exporting, query.data ? query.data : "",
			      err);
	seen_free(exporting.records);
	hear_buffer_done(&exporting.document);
	session_close(&session);
	hear_buffer_done(&query);
	return code;
}
