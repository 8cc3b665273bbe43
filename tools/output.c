/* SPDX-License-Identifier: ISC */
#include "tools/output.h"
#include "tools/json.h"
#include "tools/resting.h"
#include "tools/stream.h"

#include <string.h>

/* One record, and what the reader says of it beside its fields. */
struct seen {
	const struct hear_record *record;
	struct hear_filed *filed;
	size_t filed_count;
	struct hear_ground *grounds;
	size_t ground_count;
};

enum hear_code output_mode(struct call *call, bool csv, enum output_mode *out,
			   struct hear_err *err)
{
	bool rows = csv && options_given(call->options, "csv");

	if (rows && call->json)
		return call_misused(
			call, hear_fail(err, HEAR_INVALID,
					"--json and --csv exclude each other"));
	if (call->json)
		*out = OUTPUT_JSON;
	else if (rows)
		*out = OUTPUT_CSV;
	else
		*out = stream_terminal()->is ? OUTPUT_PEOPLE : OUTPUT_LINES;
	return HEAR_OK;
}

/* ---- Small parts ---- */

struct hear_value *output_text(struct hear_arena *arena, const char *text)
{
	return hear_make_text(arena, hear_span_of(text));
}

struct hear_value *output_id(struct hear_arena *arena, const struct hear_id *id)
{
	char text[HEAR_ID_TEXT];

	hear_id_print(id, text);
	return output_text(arena, text);
}

struct hear_value *output_key(struct hear_arena *arena,
			      const struct hear_key *key)
{
	struct hear_id id;

	memcpy(id.bytes, key->bytes, sizeof id.bytes);
	return output_id(arena, &id);
}

struct hear_value *output_time(struct hear_arena *arena, int64_t ms)
{
	struct hear_buffer text = {0};
	struct hear_value *value;

	hear_date_print(ms, &text);
	value = hear_make_text(arena, hear_buffer_view(&text));
	hear_buffer_done(&text);
	return value;
}

void output_short_id(const struct hear_id *id, struct hear_buffer *out)
{
	char text[HEAR_ID_TEXT];

	hear_id_print(id, text);
	hear_buffer_add(out, text, OUTPUT_ID_DIGITS);
}

static void add_who(const struct hear_value *who, struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < hear_count_of(who); i++) {
		if (i > 0)
			hear_buffer_text(out, " + ");
		hear_buffer_span(out, hear_text_of(hear_item_of(who, i)));
	}
}

void output_origin(const struct hear_value *tree, struct hear_buffer *out)
{
	const struct hear_value *chain = hear_map_get(tree, "chain");
	size_t hops = hear_count_of(chain);

	if (hops > 0)
		add_who(hear_map_get(hear_item_of(chain, hops - 1), "who"),
			out);
}

void output_quoted(struct hear_span text, struct hear_buffer *out)
{
	size_t i;

	hear_buffer_byte(out, '"');
	for (i = 0; i < text.size; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			hear_buffer_byte(out, '\\');
		hear_buffer_byte(out, text.data[i]);
	}
	hear_buffer_byte(out, '"');
}

/* ---- JSON ---- */

/* The order people read in; what is not here comes after, as it is. */
static const char *const reading_order[] = {
	"kind",	    "id",	 "name",	"text",	   "subject",
	"predicate", "of",	 "place",	"op",	   "lo",
	"best",	    "hi",	 "margin",	"unit",	   "words",
	"value",    "event",	 "since",	"until",   "stance",
	"re",	    "hedge",	 "who",		"unnamed", "as",
	"role",	    "how",	 "to",		"at",	   "chain",
	"said",	    "basis",	 "document",	"locator", "quote",
	"lang",	    "title",	 "author",	"publisher", "agency",
	"published", "retrieved", "sha256",	"archive", "target",
	"reliability", "credibility", "likelihood", "from", "relation",
	"same",	    "part",	 "whole",	"sum",	   "means",
	"record",   "filings",	 "reason",	"replaced_by", "note",
	"lat",	    "lon",	 "precision",	"tags",	   "more",
};

enum { ORDERED = sizeof reading_order / sizeof *reading_order };

static bool ordered_key(struct hear_span key)
{
	size_t i;

	for (i = 0; i < ORDERED; i++)
		if (hear_span_is(key, reading_order[i]))
			return true;
	return false;
}

static struct hear_value *reorder(struct hear_arena *arena,
				  const struct hear_value *value);

static void put_reordered(struct hear_arena *arena, struct hear_value *map,
			  struct hear_span key, struct hear_value *value)
{
	/* The keys of `more` are the analysts' own. */
	if (hear_span_is(key, "more"))
		hear_map_put(arena, map, key, value);
	else
		hear_map_put(arena, map, key, reorder(arena, value));
}

static void reorder_into(struct hear_arena *arena, struct hear_value *map,
			 const struct hear_value *value)
{
	size_t i;

	for (i = 0; i < ORDERED; i++) {
		struct hear_value *field =
			hear_map_get(value, reading_order[i]);

		if (field)
			put_reordered(arena, map,
				      hear_span_of(reading_order[i]), field);
	}
	for (i = 0; i < hear_count_of(value); i++) {
		struct hear_span key = hear_key_of(value, i);

		if (!ordered_key(key))
			put_reordered(arena, map, key,
				      hear_map_at(value, key));
	}
}

/* A copy with fields in reading order. Records are at most 8 levels deep. */
static struct hear_value *reorder(struct hear_arena *arena,
				  const struct hear_value *value)
{
	struct hear_value *copy;
	size_t i;

	if (hear_type_of(value) == HEAR_MAP) {
		copy = hear_make_map(arena);
		reorder_into(arena, copy, value);
		return copy;
	}
	if (hear_type_of(value) != HEAR_LIST)
		return hear_value_copy(arena, value);
	copy = hear_make_list(arena);
	for (i = 0; i < hear_count_of(value); i++)
		hear_list_add(arena, copy,
			      reorder(arena, hear_item_of(value, i)));
	return copy;
}

static struct hear_value *filed_value(struct hear_arena *arena,
				      const struct hear_filed *filed)
{
	const struct hear_filing *filing = &filed->filing;
	struct hear_value *map = hear_make_map(arena);

	hear_map_set(arena, map, "by",
		     output_text(arena, filing->author_name));
	hear_map_set(arena, map, "key", output_key(arena, &filing->author));
	hear_map_set(arena, map, "at", output_time(arena, filing->time_ms));
	hear_map_set(arena, map, "marking",
		     output_text(arena, hear_marking_name(filing->marking)));
	hear_map_set(arena, map, "filing", output_id(arena, &filing->id));
	if (filed->retracted)
		hear_map_set(arena, map, "retracted",
			     output_id(arena, &filed->retraction));
	return map;
}

/* The open form with id, fields in a fixed order for reading, and who filed
 * it. NULL: out of memory. */
static struct hear_value *json_value(struct hear_arena *arena,
				     const struct seen *seen)
{
	const struct hear_record *record = seen->record;
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *list = hear_make_list(arena);
	struct hear_value *rests;
	size_t i;

	hear_map_set(arena, map, "kind",
		     hear_map_get(record->tree, "kind"));
	hear_map_set(arena, map, "id", output_id(arena, &record->id));
	reorder_into(arena, map, record->tree);
	rests = resting_value(arena, seen->grounds, seen->ground_count);
	if (rests)
		hear_map_set(arena, map, "rests_on", rests);
	for (i = 0; i < seen->filed_count; i++)
		hear_list_add(arena, list, filed_value(arena, &seen->filed[i]));
	hear_map_set(arena, map, "filed", list);
	return hear_arena_failed(arena) ? NULL : map;
}

enum hear_code output_json(const struct hear_value *value, struct hear_err *err)
{
	enum hear_code code;

	if (!value)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = json_write(value, stream_buffer(), err);
	if (code != HEAR_OK)
		return code;
	hear_buffer_byte(stream_buffer(), '\n');
	return stream_more(err);
}

/* ---- CSV ---- */

void output_csv(struct hear_span text, struct hear_buffer *out)
{
	size_t i;
	bool quoted = false;

	for (i = 0; i < text.size && !quoted; i++)
		quoted = strchr(",\"\r\n", text.data[i]) != NULL;
	quoted = quoted || (text.size > 0 && (text.data[0] == ' ' ||
					      text.data[text.size - 1] == ' '));
	if (!quoted) {
		hear_buffer_span(out, text);
		return;
	}
	hear_buffer_byte(out, '"');
	for (i = 0; i < text.size; i++) {
		if (text.data[i] == '"')
			hear_buffer_byte(out, '"');
		hear_buffer_byte(out, text.data[i]);
	}
	hear_buffer_byte(out, '"');
}

/* Columns beside those of filing; each is a field of a claim or a capture. */
static const char *const columns[] = {
	"id",	 "kind",  "text",     "subject", "predicate", "of",    "place",
	"value", "event", "since",    "until",	 "said",      "stance", "re",
	"hedge", "by",	  "basis",    "quote",	 "lang",      "document",
	"locator", "title", "publisher", "agency", "published", "tags",
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static void print_list(const struct hear_value *list, struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < hear_count_of(list); i++) {
		if (i > 0)
			hear_buffer_text(out, "; ");
		hear_buffer_span(out, hear_text_of(hear_item_of(list, i)));
	}
}

/* A field on one line, as people would type it. */
static void print_field(const struct hear_record *record, const char *name,
			struct hear_buffer *out)
{
	const struct hear_value *value = hear_map_get(record->tree, name);
	char id[HEAR_ID_TEXT];

	if (strcmp(name, "id") == 0) {
		hear_id_print(&record->id, id);
		hear_buffer_text(out, id);
	} else if (strcmp(name, "by") == 0) {
		hear_print_chain(hear_map_get(record->tree, "chain"), out);
	} else if (strcmp(name, "value") == 0) {
		hear_print_value(value, out);
	} else if (strcmp(name, "place") == 0) {
		hear_print_place(value, out);
	} else if (hear_type_of(value) == HEAR_LIST) {
		print_list(value, out);
	} else {
		hear_buffer_span(out, hear_text_of(value));
	}
}

static void csv_header(struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		hear_buffer_print(out, "%s,", columns[i]);
	hear_buffer_text(out, "filer,filed,marking,rests_on\n");
}

/* The first filing that stands, or where none does, the first. */
static const struct hear_filed *first_of(const struct hear_filed *filed,
					 size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!filed[i].retracted)
			return &filed[i];
	return count > 0 ? filed : NULL;
}

static void csv_row(const struct seen *seen, struct hear_buffer *out)
{
	const struct hear_filed *first = first_of(seen->filed,
						  seen->filed_count);
	struct hear_buffer cell = {0};
	size_t i;

	for (i = 0; i < COLUMNS; i++) {
		hear_buffer_reset(&cell);
		print_field(seen->record, columns[i], &cell);
		output_csv(hear_buffer_view(&cell), out);
		hear_buffer_byte(out, ',');
	}
	if (first) {
		output_csv(hear_span_of(first->filing.author_name), out);
		hear_buffer_byte(out, ',');
		hear_date_print(first->filing.time_ms, out);
		hear_buffer_print(out, ",%s,",
				  hear_marking_name(first->filing.marking));
	} else {
		hear_buffer_text(out, ",,,");
	}
	hear_buffer_reset(&cell);
	resting_cell(seen->grounds, seen->ground_count, &cell);
	output_csv(hear_buffer_view(&cell), out);
	hear_buffer_byte(out, '\n');
	out->failed = out->failed || cell.failed;
	hear_buffer_done(&cell);
}

/* ---- Lines ---- */

/* When it was said; of other records, the date they have. */
static struct hear_span date_of(const struct hear_value *tree)
{
	struct hear_span said = hear_text_of(hear_map_get(tree, "said"));

	return said.size > 0 ? said
			     : hear_text_of(hear_map_get(tree, "published"));
}

/* "[silent] ": who does not assert what the words say must not seem to, where
 * they do not tell (hear_record_sentence()), or that is cut off. */
static void mark_stance(const struct hear_record *record, bool cut,
			struct hear_buffer *out)
{
	struct hear_span stance =
		hear_text_of(hear_map_get(record->tree, "stance"));

	if (stance.size > 0 && (cut || hear_map_get(record->tree, "text")))
		hear_buffer_print(out, "[%.*s] ", (int)stance.size,
				  stance.data);
}

static void line_for_programs(const struct seen *seen, struct hear_buffer *out)
{
	const struct hear_record *record = seen->record;
	struct hear_buffer text = {0};
	char id[HEAR_ID_TEXT];

	hear_id_print(&record->id, id);
	hear_buffer_print(out, "%s\t", id);
	terminal_clean(date_of(record->tree), TERMINAL_ONE_LINE, out);
	hear_buffer_byte(out, '\t');
	output_origin(record->tree, &text);
	terminal_clean(hear_buffer_view(&text), TERMINAL_ONE_LINE, out);
	hear_buffer_byte(out, '\t');
	hear_buffer_reset(&text);
	mark_stance(record, false, &text);
	hear_record_sentence(record->tree, &text);
	terminal_clean(hear_buffer_view(&text), TERMINAL_ONE_LINE, out);
	if (seen->ground_count > 0)
		hear_buffer_byte(out, ' ');
	resting_mark(seen->grounds, seen->ground_count, out);
	hear_buffer_byte(out, '\n');
	hear_buffer_done(&text);
}

static size_t add_cut(struct hear_span text, size_t wide,
		      struct hear_buffer *out)
{
	struct hear_buffer clean = {0};
	size_t used;

	terminal_clean(text, TERMINAL_ONE_LINE, &clean);
	used = terminal_cut(hear_buffer_view(&clean), wide, out);
	hear_buffer_done(&clean);
	return used;
}

void output_cell(struct hear_span text, size_t wide, struct hear_buffer *out)
{
	size_t used = add_cut(text, wide, out);

	hear_buffer_print(out, "%*s", (int)(wide - used) + 2, "");
}

/* Below NARROW columns the origin has half its room, below NARROWER there is no
 * date. */
enum {
	SAID_COLUMNS = 13,
	ORIGIN_COLUMNS = 20,
	LEAST_COLUMNS = 16,
	NARROW = 72,
	NARROWER = 56,
};

static void line_for_people(const struct seen *seen, struct hear_buffer *out)
{
	const struct hear_record *record = seen->record;
	const struct terminal *terminal = stream_terminal();
	size_t wide = terminal->columns;
	size_t origin = wide < NARROW ? ORIGIN_COLUMNS / 2 : ORIGIN_COLUMNS;
	size_t date = wide < NARROWER ? 0 : SAID_COLUMNS + 2;
	size_t before = OUTPUT_ID_DIGITS + date + origin + 4;
	struct hear_buffer text = {0};
	struct hear_buffer sentence = {0};
	struct hear_buffer mark = {0};

	resting_mark(seen->grounds, seen->ground_count, &mark);
	before += mark.size > 0 ? mark.size + 1 : 0;
	hear_buffer_text(out, terminal_style(terminal, STYLE_DIM));
	output_short_id(&record->id, out);
	hear_buffer_print(out, "%s  ", terminal_style(terminal, STYLE_RESET));
	if (date > 0)
		output_cell(date_of(record->tree), SAID_COLUMNS, out);
	output_origin(record->tree, &text);
	output_cell(hear_buffer_view(&text), origin, out);
	hear_buffer_reset(&text);
	wide = wide > before + LEAST_COLUMNS ? wide - before : LEAST_COLUMNS;
	hear_record_sentence(record->tree, &sentence);
	mark_stance(record,
		    hear_text_columns(hear_buffer_view(&sentence)) > wide,
		    &text);
	hear_buffer_span(&text, hear_buffer_view(&sentence));
	(void)add_cut(hear_buffer_view(&text), wide, out);
	hear_buffer_done(&sentence);
	if (mark.size > 0) {
		hear_buffer_byte(out, ' ');
		terminal_print(terminal, STYLE_RED, hear_buffer_view(&mark),
			       out);
	}
	hear_buffer_byte(out, '\n');
	hear_buffer_done(&text);
	hear_buffer_done(&mark);
}

/* ---- Records ---- */

void output_begin(enum output_mode mode)
{
	if (mode == OUTPUT_CSV)
		csv_header(stream_buffer());
}

enum hear_code output_record(enum output_mode mode, struct hear_reader *reader,
			     struct hear_arena *arena,
			     const struct hear_record *record,
			     struct hear_err *err)
{
	struct seen seen = {.record = record};
	enum hear_code code = HEAR_OK;

	if (mode == OUTPUT_JSON || mode == OUTPUT_CSV)
		code = hear_filed_in(reader, arena, &record->id, &seen.filed,
				     &seen.filed_count, err);
	if (code == HEAR_OK && reader)
		code = hear_rests_on(reader, arena, record, &seen.grounds,
				     &seen.ground_count, err);
	if (code != HEAR_OK)
		return code;
	switch (mode) {
	case OUTPUT_PEOPLE:
		line_for_people(&seen, stream_buffer());
		break;
	case OUTPUT_LINES:
		line_for_programs(&seen, stream_buffer());
		break;
	case OUTPUT_JSON:
		return output_json(json_value(arena, &seen), err);
	case OUTPUT_CSV:
		csv_row(&seen, stream_buffer());
		break;
	}
	return stream_more(err);
}

enum hear_code output_mark(struct hear_reader *reader, struct hear_arena *arena,
			   const struct hear_record *record,
			   struct hear_buffer *out, struct hear_err *err)
{
	struct hear_ground *grounds;
	size_t count;
	enum hear_code code =
		hear_rests_on(reader, arena, record, &grounds, &count, err);

	resting_mark(grounds, count, out);
	return code;
}
