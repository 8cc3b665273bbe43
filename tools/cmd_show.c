/* SPDX-License-Identifier: ISC */
/* cmd_show.c - one record with all that is known of it: what it says, who
 * passed it on, where it was read, who filed it, and what was said of it
 * since. */
#include "tools/command.h"
#include "tools/judged.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/stream.h"

#include <stdio.h>
#include <string.h>

const struct options_form show_form = {
	.operands = "ID",
	.about = "An id may be shortened to any unique beginning of four or "
		 "more digits. The id of a\nfiling shows what is in it.\n",
	.example = "hearsay show 3f9a02c4\n",
	.least = 1,
	.most = 1,
};

enum { LABEL_COLUMNS = 11 };

struct showing {
	struct hear_reader *reader;
	struct hear_arena *arena;
	struct hear_buffer *out;
	const struct terminal *terminal;
	struct hear_record record;
	size_t since; /* records printed that speak of it */
};

/* ---- Parts of a line ---- */

static void dim(struct showing *showing)
{
	hear_buffer_text(showing->out,
			 terminal_style(showing->terminal, STYLE_DIM));
}

static void plain(struct showing *showing)
{
	hear_buffer_text(showing->out,
			 terminal_style(showing->terminal, STYLE_RESET));
}

static void add(struct showing *showing, struct hear_span text)
{
	terminal_clean(text, TERMINAL_ONE_LINE, showing->out);
}

static void end_line(struct showing *showing)
{
	hear_buffer_byte(showing->out, '\n');
}

static void label(struct showing *showing, const char *name)
{
	dim(showing);
	hear_buffer_print(showing->out, "%-*s", LABEL_COLUMNS, name);
	plain(showing);
}

/* Text that may have several lines, each set in below the first. */
static void add_lines(struct showing *showing, struct hear_span text)
{
	while (text.size > 0) {
		const char *end = memchr(text.data, '\n', text.size);
		size_t size = end ? (size_t)(end - text.data) : text.size;

		add(showing, (struct hear_span){text.data, size});
		if (!end)
			break;
		hear_buffer_print(showing->out, "\n%*s", LABEL_COLUMNS, "");
		text.data += size + 1;
		text.size -= size + 1;
	}
}

static bool is_kind(const struct showing *showing, const char *kind)
{
	return hear_span_is(
		hear_text_of(hear_map_get(showing->record.tree, "kind")), kind);
}

static void show_text(struct showing *showing, const char *name,
		      struct hear_span text)
{
	if (text.size == 0)
		return;
	label(showing, name);
	add_lines(showing, text);
	end_line(showing);
}

static struct hear_span field(const struct showing *showing, const char *name)
{
	return hear_text_of(hear_map_get(showing->record.tree, name));
}

static void show_field(struct showing *showing, const char *name)
{
	show_text(showing, name, field(showing, name));
}

static void show_list(struct showing *showing, const char *name)
{
	const struct hear_value *list = hear_map_get(showing->record.tree,
						     name);
	size_t i;

	if (hear_count_of(list) == 0)
		return;
	label(showing, name);
	for (i = 0; i < hear_count_of(list); i++) {
		if (i > 0)
			hear_buffer_text(showing->out, ", ");
		add(showing, hear_text_of(hear_item_of(list, i)));
	}
	end_line(showing);
}

/* ---- The fields of a claim ---- */

/* The figure as read, and beside it the source's words for it. */
static void show_value(struct showing *showing)
{
	const struct hear_value *value = hear_map_get(showing->record.tree,
						      "value");
	struct hear_span words = hear_text_of(hear_map_get(value, "words"));
	struct hear_buffer text = {0};

	if (!value)
		return;
	label(showing, "value");
	hear_print_value(value, &text);
	add(showing, hear_buffer_view(&text));
	hear_buffer_done(&text);
	if (words.size > 0) {
		hear_buffer_text(showing->out, "   “");
		add(showing, words);
		hear_buffer_text(showing->out, "”");
	}
	end_line(showing);
}

static void show_place(struct showing *showing)
{
	struct hear_buffer text = {0};

	hear_print_place(hear_map_get(showing->record.tree, "place"), &text);
	show_text(showing, "place", hear_buffer_view(&text));
	hear_buffer_done(&text);
}

static void show_locator(struct showing *showing)
{
	const struct hear_value *locator = hear_map_get(showing->record.tree,
							"locator");
	size_t i;

	if (hear_type_of(locator) != HEAR_MAP) {
		show_field(showing, "locator");
		return;
	}
	label(showing, "locator");
	for (i = 0; i < hear_count_of(locator); i++) {
		struct hear_span key = hear_key_of(locator, i);
		const struct hear_value *part = hear_map_at(locator, key);

		hear_buffer_text(showing->out, i > 0 ? ", " : "");
		add(showing, key);
		if (hear_type_of(part) == HEAR_INTEGER)
			hear_buffer_print(showing->out, " %lld",
					  (long long)hear_integer_of(part));
		else
			hear_buffer_byte(showing->out, ' ');
		add(showing, hear_text_of(part));
	}
	end_line(showing);
}

static void show_more(struct showing *showing)
{
	const struct hear_value *more = hear_map_get(showing->record.tree,
						     "more");
	size_t i;

	for (i = 0; i < hear_count_of(more); i++) {
		struct hear_span key = hear_key_of(more, i);

		label(showing, "more");
		add(showing, key);
		hear_buffer_text(showing->out, ": ");
		add_lines(showing, hear_text_of(hear_map_at(more, key)));
		end_line(showing);
	}
}

/* ---- The chain ---- */

static void add_note(struct showing *showing, const char *before,
		     struct hear_span text, bool *first)
{
	if (text.size == 0)
		return;
	hear_buffer_text(showing->out, *first ? "  " : "; ");
	hear_buffer_text(showing->out, before);
	add(showing, text);
	*first = false;
}

static void add_notes(struct showing *showing, const struct hear_value *hop)
{
	bool first = true;

	dim(showing);
	add_note(showing, "as ", hear_text_of(hear_map_get(hop, "as")), &first);
	add_note(showing, "", hear_text_of(hear_map_get(hop, "role")), &first);
	add_note(showing, "", hear_text_of(hear_map_get(hop, "how")), &first);
	add_note(showing, "to ", hear_text_of(hear_map_get(hop, "to")), &first);
	add_note(showing, "at ", hear_text_of(hear_map_get(hop, "at")), &first);
	if (hear_bool_of(hear_map_get(hop, "unnamed")))
		add_note(showing, "", hear_span_of("unnamed"), &first);
	plain(showing);
}

static void add_who(struct showing *showing, const struct hear_value *who)
{
	size_t i;

	for (i = 0; i < hear_count_of(who); i++) {
		if (i > 0)
			hear_buffer_text(showing->out, " + ");
		add(showing, hear_text_of(hear_item_of(who, i)));
	}
}

/* From the document to the origin, each hop set in below the one that cites
 * it; the origin stands out. */
static void show_chain(struct showing *showing)
{
	const struct hear_value *chain = hear_map_get(showing->record.tree,
						      "chain");
	size_t count = hear_count_of(chain);
	size_t i;

	for (i = 0; i < count; i++) {
		const struct hear_value *hop = hear_item_of(chain, i);

		label(showing, i == 0 ? "said by" : "");
		if (i > 0)
			hear_buffer_print(showing->out, "%*s└ ",
					  (int)(2 * (i - 1)), "");
		if (i + 1 == count)
			hear_buffer_text(showing->out,
					 terminal_style(showing->terminal,
							STYLE_BOLD));
		add_who(showing, hear_map_get(hop, "who"));
		plain(showing);
		add_notes(showing, hop);
		end_line(showing);
	}
}

/* ---- The document ---- */

/* Runs a query and gives each record to `each`, which says whether to go on.
 * Records are in an arena of their own until the next. */
static enum hear_code
for_each(struct showing *showing, const char *text,
	 bool (*each)(struct showing *showing, struct hear_arena *arena,
		      const struct hear_record *record),
	 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record record;
	enum hear_code code;
	bool more = true;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = hear_query_new(&query, hear_span_of(text), err);
	if (code == HEAR_OK)
		code = hear_find(&finder, showing->reader, query, HEAR_BY_FILED,
				 err);
	while (code == HEAR_OK && more) {
		hear_arena_reset(arena);
		code = hear_find_next(finder, arena, &record, err);
		if (code == HEAR_OK)
			more = each(showing, arena, &record);
	}
	if (finder)
		hear_find_end(finder);
	hear_query_free(query);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static bool show_capture(struct showing *showing, struct hear_arena *arena,
			 const struct hear_record *record)
{
	struct hear_span document =
		hear_text_of(hear_map_get(record->tree, "document"));
	struct hear_buffer sentence = {0};

	(void)arena;
	if (!hear_span_equal(document, field(showing, "document")))
		return true; /* doc: finds parts of an address too */
	label(showing, "");
	hear_record_sentence(record->tree, &sentence);
	add(showing, hear_buffer_view(&sentence));
	hear_buffer_done(&sentence);
	dim(showing);
	hear_buffer_text(showing->out, "  ");
	output_short_id(&record->id, showing->out);
	plain(showing);
	end_line(showing);
	return true;
}

static enum hear_code show_document(struct showing *showing,
				    struct hear_err *err)
{
	struct hear_span document = field(showing, "document");
	struct hear_buffer query = {0};
	enum hear_code code = HEAR_OK;

	if (document.size == 0)
		return HEAR_OK;
	show_field(showing, "document");
	if (is_kind(showing, "capture"))
		return HEAR_OK;
	hear_buffer_text(&query, "kind:capture doc:");
	output_quoted(document, &query);
	if (!query.failed)
		code = for_each(showing, query.data, show_capture, err);
	hear_buffer_done(&query);
	return code;
}

/* ---- Who filed it ---- */

static void add_filing(struct showing *showing,
		       const struct hear_filing *filing)
{
	const char *name = filing->author_name;

	hear_date_print(filing->time_ms, showing->out);
	hear_buffer_text(showing->out, "  ");
	add(showing, hear_span_of(*name ? name : "somebody the roster lacks"));
	hear_buffer_print(showing->out, "  %s",
			  filing->roster ? "roster"
					 : hear_marking_name(filing->marking));
	dim(showing);
	hear_buffer_text(showing->out, "  filing ");
	output_short_id(&filing->id, showing->out);
	plain(showing);
}

static enum hear_code show_filed(struct showing *showing, struct hear_err *err)
{
	struct hear_filed *filed;
	size_t count;
	size_t i;
	enum hear_code code = hear_filed_in(showing->reader, showing->arena,
					    &showing->record.id, &filed, &count,
					    err);

	for (i = 0; code == HEAR_OK && i < count; i++) {
		label(showing, i == 0 ? "filed" : "");
		add_filing(showing, &filed[i].filing);
		if (filed[i].retracted) {
			hear_buffer_text(showing->out, "  retracted by ");
			output_short_id(&filed[i].retraction, showing->out);
		}
		end_line(showing);
	}
	return code;
}

/* ---- What was said of it since ---- */

static bool show_since(struct showing *showing, struct hear_arena *arena,
		       const struct hear_record *record)
{
	struct hear_span kind = hear_text_of(hear_map_get(record->tree,
							  "kind"));
	struct hear_buffer sentence = {0};
	struct hear_filed *filed;
	size_t count;

	if (hear_span_is(kind, "assessment"))
		return true; /* those have a table */
	label(showing, showing->since == 0 ? "said since" : "");
	showing->since++;
	add(showing, kind);
	hear_buffer_text(showing->out, ": ");
	hear_record_sentence(record->tree, &sentence);
	add(showing, hear_buffer_view(&sentence));
	hear_buffer_done(&sentence);
	dim(showing);
	if (hear_filed_in(showing->reader, arena, &record->id, &filed, &count,
			  NULL) == HEAR_OK &&
	    count > 0) {
		hear_buffer_text(showing->out, "  ");
		add(showing, hear_span_of(filed[0].filing.author_name));
	}
	hear_buffer_text(showing->out, "  ");
	output_short_id(&record->id, showing->out);
	plain(showing);
	end_line(showing);
	return true;
}

static enum hear_code show_all_since(struct showing *showing,
				     struct hear_err *err)
{
	char id[HEAR_ID_TEXT];
	char query[2 * HEAR_ID_TEXT + 32];

	hear_id_print(&showing->record.id, id);
	(void)snprintf(query, sizeof query, "kind:any (target:%s OR re:%s)",
		       id, id);
	return for_each(showing, query, show_since, err);
}

/* ---- All of it ---- */

static void show_head(struct showing *showing)
{
	struct hear_buffer sentence = {0};
	char id[HEAR_ID_TEXT];

	hear_record_sentence(showing->record.tree, &sentence);
	hear_buffer_text(showing->out,
			 terminal_style(showing->terminal, STYLE_BOLD));
	terminal_clean(hear_buffer_view(&sentence), TERMINAL_LINES,
		       showing->out);
	plain(showing);
	hear_buffer_text(showing->out, "\n\n");
	hear_buffer_done(&sentence);
	hear_id_print(&showing->record.id, id);
	label(showing, "id");
	hear_buffer_print(showing->out, "%s\n", id);
	show_field(showing, "kind");
}

static void show_claim(struct showing *showing)
{
	show_field(showing, "quote");
	show_field(showing, "lang");
	show_field(showing, "subject");
	show_field(showing, "predicate");
	show_list(showing, "of");
	show_value(showing);
	show_place(showing);
	show_field(showing, "event");
	show_field(showing, "since");
	show_field(showing, "until");
	show_field(showing, "said");
	show_field(showing, "stance");
	show_field(showing, "re");
	show_field(showing, "hedge");
	show_chain(showing);
	show_list(showing, "basis");
	show_list(showing, "tags");
	show_more(showing);
}

static void show_means(struct showing *showing, const struct hear_value *value)
{
	struct hear_buffer text = {0};

	hear_print_value(value, &text);
	show_text(showing, "means", hear_buffer_view(&text));
	hear_buffer_done(&text);
}

/* Records of other kinds: their texts and lists under their own names. */
static void show_other(struct showing *showing)
{
	const struct hear_value *tree = showing->record.tree;
	char name[32];
	size_t i;

	for (i = 0; i < hear_count_of(tree); i++) {
		struct hear_span key = hear_key_of(tree, i);
		const struct hear_value *value = hear_map_at(tree, key);

		if (hear_span_is(key, "kind") || hear_span_is(key, "document"))
			continue;
		(void)snprintf(name, sizeof name, "%.*s",
			       key.size < 31 ? (int)key.size : 31, key.data);
		if (hear_type_of(value) == HEAR_LIST)
			show_list(showing, name);
		else if (strcmp(name, "means") == 0)
			show_means(showing, value);
		else
			show_text(showing, name, hear_text_of(value));
	}
}

static enum hear_code show_record(struct showing *showing, struct hear_err *err)
{
	enum hear_code code;

	show_head(showing);
	code = judged_standing(showing->reader, showing->arena,
			       &showing->record, err);
	if (code != HEAR_OK)
		return code;
	if (is_kind(showing, "claim"))
		show_claim(showing);
	else
		show_other(showing);
	code = show_document(showing, err);
	if (code == HEAR_OK)
		code = judged_versions(showing->reader, showing->arena,
				       &showing->record, err);
	show_locator(showing);
	if (code == HEAR_OK)
		code = show_filed(showing, err);
	if (code == HEAR_OK)
		code = show_all_since(showing, err);
	if (code == HEAR_OK)
		code = judged_assessments(showing->reader, showing->arena,
					  &showing->record.id, err);
	return code;
}

/* ---- A filing ---- */

static enum hear_code find_filing(struct showing *showing,
				  const struct hear_id *id,
				  struct hear_filing *out, struct hear_err *err)
{
	uint64_t number = hear_last_filing(showing->reader);

	for (; number > 0; number--) {
		enum hear_code code = hear_filing_get(showing->reader, number,
						      out, err);

		if (code == HEAR_OK && hear_id_equal(&out->id, id))
			return HEAR_OK;
		if (code != HEAR_OK && code != HEAR_NOTFOUND)
			return code;
	}
	return hear_fail(err, HEAR_NOTFOUND,
			 "no record or filing of this id can be seen here");
}

static enum hear_code show_filing(struct showing *showing,
				  const struct hear_id *id, bool json,
				  struct hear_err *err)
{
	enum output_mode mode = showing->terminal->is ? OUTPUT_PEOPLE
						      : OUTPUT_LINES;
	struct hear_filing filing;
	enum hear_code code = find_filing(showing, id, &filing, err);
	unsigned i;

	if (code == HEAR_OK && !json) {
		label(showing, "filed");
		add_filing(showing, &filing);
		end_line(showing);
	}
	for (i = 0; code == HEAR_OK && i < filing.records; i++) {
		hear_arena_reset(showing->arena);
		code = hear_filing_record(showing->reader, showing->arena,
					  filing.number, i, &showing->record,
					  err);
		if (code == HEAR_OK)
			code = output_record(json ? OUTPUT_JSON : mode,
					     showing->reader, showing->arena,
					     &showing->record, err);
	}
	return code;
}

static enum hear_code show(struct showing *showing, const char *digits,
			   bool json, struct hear_err *err)
{
	struct hear_id id;
	enum hear_code code = hear_resolve(showing->reader,
					   hear_span_of(digits), &id, err);

	if (code != HEAR_OK)
		return code;
	code = hear_get(showing->reader, showing->arena, &id, &showing->record,
			err);
	if (code == HEAR_NOTFOUND)
		return show_filing(showing, &id, json, err);
	if (code != HEAR_OK)
		return code;
	if (json)
		return output_record(OUTPUT_JSON, showing->reader,
				     showing->arena, &showing->record, err);
	return show_record(showing, err);
}

enum hear_code show_main(struct call *call, struct hear_err *err)
{
	struct showing showing = {.out = stream_buffer(),
				  .terminal = stream_terminal()};
	struct session session = {0};
	enum hear_code code = session_open(&session, call, err);

	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	showing.reader = session.reader;
	showing.arena = hear_arena_new();
	if (code == HEAR_OK && !showing.arena)
		code = hear_fail(err, HEAR_MEMORY, "out of memory");
	if (code == HEAR_OK)
		code = show(&showing, options_operand(call->options, 0),
			    call->json, err);
	hear_arena_free(showing.arena);
	session_close(&session);
	return code;
}
