/* SPDX-License-Identifier: ISC */
/* cmd_add.c - one claim from the command line; several with several --by. A
 * value's line is the number of the option it came from, so that a mistake can
 * be pointed at where it was typed. */
#include "tools/command.h"
#include "tools/lot.h"
#include "tools/notices.h"
#include "tools/output.h"
#include "tools/session.h"
#include "tools/target.h"

#include "core/error.h"

#include <string.h>

static const struct option_line lines[] = {
	{"subject", 0, "NAME", "what it is about", false, NULL},
	{"predicate", 0, "NAME", "which property of it", false, NULL},
	{"of", 0, "NAME", "who or what is counted", true, NULL},
	{"value", 0, "VALUE", "'about 300', '>3000', '2700..3000', a date, a "
	 "text", false, NULL},
	{"words", 0, "TEXT", "the source's words for the value", false, NULL},
	{"by", 0, "CHAIN", "who passed it on, nearest the document first: "
	 "'Lee (lawmaker) < NIS'; given twice, two claims", true, NULL},
	{"said", 0, "DATE", "when it was said", false, NULL},
	{"event", 0, "DATE", "when it happened", false, NULL},
	{"since", 0, "DATE", "a total from then on; .. for an unknown start",
	 false, NULL},
	{"until", 0, "DATE", "a total up to then", false, NULL},
	{"stance", 0, "STANCE", "how the source stands to it", false,
	 "asserts denies doubts possible expects asks unconfirmed declines "
	 "silent withdraws"},
	{"re", 0, "ID|URL", "what is denied, withdrawn or answered", false,
	 NULL},
	{"hedge", 0, "TEXT", "the source's hedge as worded", false, NULL},
	{"basis", 0, "TEXT", "what it rests on", true, NULL},
	{"doc", 0, "URL|KEY", "where it was read", false, NULL},
	{"quote", 0, "TEXT", "the document's words", false, NULL},
	{"lang", 0, "TAG", "their language: en, ko, ru", false, NULL},
	{"place", 0, "NAME", "where", false, NULL},
	{"locator", 0, "TEXT", "where in the document", false, NULL},
	{"tag", 0, "TAG", "kept and searchable", true, NULL},
	{"more", 0, "KEY=VALUE", "kept and searchable", true, NULL},
	LOT_MARKING_OPTION,
	{0},
};

const struct options_form add_form = {
	.operands = "[TEXT]",
	.about = "Files one claim. It needs a text, or a predicate with a "
		 "value or with a stance\nother than asserts. Prints the new "
		 "id. For a document with several claims, `hearsay\nfile` "
		 "inherits what they share.\n",
	.example = "hearsay add --subject 'North Korean soldiers' --predicate "
		   "killed \\\n    --value 'about 300' --by 'Lee Seong-kweun "
		   "(lawmaker) < NIS' \\\n    --said 2025-01-13 --doc "
		   "https://example.org/story\n",
	.lines = lines,
	.most = 1,
};

/* Options whose name is not that of the field, and those given several times
 * that are a list. */
static const struct {
	const char *option;
	const char *field;
} fields[] = {
	{"subject", "subject"}, {"predicate", "predicate"}, {"of", "of"},
	{"value", "value"},	{"words", "words"},	    {"by", "by"},
	{"said", "said"},	{"event", "event"},	    {"since", "since"},
	{"until", "until"},	{"stance", "stance"},	    {"re", "re"},
	{"hedge", "hedge"},	{"basis", "basis"},	    {"doc", "doc"},
	{"quote", "quote"},	{"lang", "lang"},	    {"place", "place"},
	{"locator", "locator"}, {"tag", "tags"},
};

enum { FIELDS = sizeof fields / sizeof *fields };

struct adding {
	struct call *call;
	struct session session;
	struct hear_value *written;
	const char *typed[FIELDS + 2]; /* by line - 1, of options given once */
	struct hear_record *records;
	size_t count;
};

/* ---- From options to a claim as people write it ---- */

static struct hear_value *typed_text(struct adding *adding, const char *text,
				     size_t line)
{
	struct hear_value *value = output_text(adding->session.arena, text);

	adding->typed[line - 1] = text;
	hear_value_place(value, (uint32_t)line, 1);
	return value;
}

static struct hear_value *given_value(struct adding *adding, size_t index)
{
	const struct options *options = adding->call->options;
	size_t count = options_count(options, fields[index].option);
	struct hear_arena *arena = adding->session.arena;
	struct hear_value *list;
	size_t i;

	if (count == 1)
		return typed_text(adding,
				  options_text(options, fields[index].option),
				  index + 1);
	list = hear_make_list(arena);
	for (i = 0; i < count; i++)
		hear_list_add(arena, list,
			      output_text(arena, options_at(
						  options, fields[index].option,
						  i)));
	return list;
}

static enum hear_code read_more(struct adding *adding, struct hear_err *err)
{
	const struct options *options = adding->call->options;
	struct hear_arena *arena = adding->session.arena;
	struct hear_value *map = hear_make_map(arena);
	size_t i;

	for (i = 0; i < options_count(options, "more"); i++) {
		const char *text = options_at(options, "more", i);
		size_t key = strcspn(text, "=");

		if (key == 0 || text[key] == '\0')
			return call_misused(
				adding->call,
				hear_fail(err, HEAR_INVALID,
					  "--more takes KEY=VALUE; it was "
					  "given '%.60s'", text));
		hear_map_put(arena, map, (struct hear_span){text, key},
			     output_text(arena, text + key + 1));
	}
	if (hear_count_of(map) > 0)
		hear_map_set(arena, adding->written, "more", map);
	return HEAR_OK;
}

static enum hear_code read_options(struct adding *adding, struct hear_err *err)
{
	const char *text = options_operand(adding->call->options, 0);
	struct hear_arena *arena = adding->session.arena;
	size_t i;

	adding->written = hear_make_map(arena);
	if (text)
		hear_map_set(arena, adding->written, "text",
			     typed_text(adding, text, FIELDS + 1));
	for (i = 0; i < FIELDS; i++)
		if (options_given(adding->call->options, fields[i].option))
			hear_map_set(arena, adding->written, fields[i].field,
				     given_value(adding, i));
	return read_more(adding, err);
}

/* The whole id for the beginning of one; addresses and keys stay. */
static enum hear_code resolve_re(struct adding *adding, struct hear_err *err)
{
	const char *text = options_text(adding->call->options, "re");
	struct hear_id id;
	enum hear_code code;

	if (!text || !target_looks_like_id(hear_span_of(text)))
		return HEAR_OK;
	code = hear_resolve(adding->session.reader, hear_span_of(text), &id,
			    err);
	if (code != HEAR_OK)
		hear_err_prefix(err, "--re: ");
	else
		hear_map_set(adding->session.arena, adding->written, "re",
			     output_id(adding->session.arena, &id));
	return code;
}

/* ---- From there to records ---- */

/* Turns the line of a failure back into what was typed. */
static void point(struct adding *adding, struct hear_err *err)
{
	const char *typed = NULL;

	if (!err)
		return;
	if (err->line > 0 && err->line <= FIELDS + 1)
		typed = adding->typed[err->line - 1];
	err->line = 0;
	err->column = 0;
	if (typed && err->at != HEAR_NOWHERE)
		hear_buffer_text(&adding->call->pointed, typed);
}

static enum hear_code make_records(struct adding *adding,
				   const struct hear_value *list,
				   struct hear_err *err)
{
	size_t count = hear_count_of(list);
	enum hear_code code = HEAR_OK;

	adding->records = hear_arena_alloc(adding->session.arena,
					   count * sizeof *adding->records);
	if (!adding->records)
		return hear_fail_memory(err);
	for (adding->count = 0; adding->count < count && code == HEAR_OK;
	     adding->count++)
		code = hear_record_make(adding->session.arena,
					hear_item_of(list, adding->count),
					&adding->records[adding->count], err);
	return code;
}

static enum hear_code compose(struct adding *adding, struct hear_err *err)
{
	struct hear_value *list;
	enum hear_code code = hear_compose(adding->session.arena,
					   adding->written, &list, err);

	if (code == HEAR_OK)
		code = make_records(adding, list, err);
	if (code == HEAR_OK)
		return code;
	point(adding, err);
	return call_misused(adding->call, code);
}

static enum hear_code notice(struct adding *adding, struct hear_err *err)
{
	struct notices *notices;
	enum hear_code code = notices_open(&notices, adding->session.reader,
					   err);
	size_t i;

	for (i = 0; i < adding->count && code == HEAR_OK; i++)
		code = notices_look(notices, &adding->records[i], err);
	if (code == HEAR_OK)
		code = notices_print(notices, 20, err);
	for (i = 0; i < adding->count && code == HEAR_OK; i++)
		code = notices_alike(notices, &adding->records[i], err);
	notices_close(notices);
	return code;
}

static enum hear_code file(struct adding *adding, struct hear_err *err)
{
	struct lot lot = {.records = adding->records, .count = adding->count};
	enum hear_code code = session_marking(&adding->session, adding->call,
					      &lot.marking, err);

	if (code == HEAR_OK)
		code = notice(adding, err);
	if (code == HEAR_OK)
		code = lot_file(&adding->session, adding->call, &lot, 1, err);
	return code == HEAR_OK ? lot_print(adding->call, &lot, 1, err) : code;
}

enum hear_code add_main(struct call *call, struct hear_err *err)
{
	struct adding adding = {.call = call};
	enum hear_code code = session_open(&adding.session, call, err);

	if (code == HEAR_OK)
		code = session_read(&adding.session, NULL, err);
	if (code == HEAR_OK)
		code = read_options(&adding, err);
	if (code == HEAR_OK)
		code = resolve_re(&adding, err);
	if (code == HEAR_OK)
		code = compose(&adding, err);
	if (code == HEAR_OK)
		code = file(&adding, err);
	session_close(&adding.session);
	return code;
}
