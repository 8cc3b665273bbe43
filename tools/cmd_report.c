/* SPDX-License-Identifier: ISC */
/* cmd_report.c - a page to hand on: one question, and all that is known of it. */
#include "tools/command.h"
#include "core/bytes.h"
#include "core/error.h"
#include "tools/complain.h"
#include "tools/handed.h"
#include "tools/home.h"
#include "tools/output.h"
#include "tools/report.h"
#include "tools/rolled.h"
#include "tools/session.h"

#include <inttypes.h>
#include <string.h>

static const struct option_line lines[] = {
	{"output", 'o', "FILE", "where to write the page; - for standard output",
	 false, NULL},
	{"max-marking", 0, "MARKING", "leave out what is marked above (red)",
	 false, "clear green amber amber+strict red local"},
	{"as-of", 0, "TIME", "as the dataset stood then", false, NULL},
	{"known-by", 0, "DATE", "only what had been said by then", false, NULL},
	{"rule", 0, "RULE", "how figures become one (latest-per-origin)", false,
	 ROLLED_RULES},
	{0},
};

const struct options_form report_form = {
	.operands = "[QUERY]",
	.about =
		"Writes one HTML page to hand on: what was asked, how many "
		"documents, outlets and\nindependent origins answer it, where "
		"they agree and where not, the figures over\ntime, and every "
		"claim with its chain, its words, where it was read, who filed "
		"it\nand what became of it. The page needs nothing but itself, "
		"and bears the highest\nmarking of what went into it. An "
		"existing file is replaced once the new one is\nwhole. Without "
		"a query, all claims; the query is as in `hearsay find`.\n",
	.example =
		"hearsay report 'subject:\"North Korean soldiers\"' -o "
		"soldiers.html\n"
		"hearsay report predicate:killed --max-marking green "
		"--known-by 2025-01-12 -o page.html\n",
	.lines = lines,
	.most = OPERANDS_ANY,
	.query = true,
};

/* ---- The command that makes it again ------------------------------------------- */

static void add_word(struct hear_buffer *out, const char *word)
{
	hear_buffer_byte(out, ' ');
	if (*word && strspn(word, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789-_.:/+,=@") == strlen(word)) {
		hear_buffer_text(out, word);
		return;
	}
	hear_buffer_byte(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			hear_buffer_text(out, "'\\''");
		else
			hear_buffer_byte(out, *word);
	}
	hear_buffer_byte(out, '\'');
}

static void add_option(const struct call *call, struct hear_buffer *out,
		       const char *name)
{
	const char *text = options_text(call->options, name);

	if (!text)
		return;
	hear_buffer_print(out, " --%s", name);
	add_word(out, text);
}

/* With the moment the page shows, so that what is filed later is left out. */
static void command_line(const struct call *call, const char *dataset,
			 int64_t now_ms, struct hear_buffer *out)
{
	size_t i;

	hear_buffer_text(out, "hearsay -d");
	add_word(out, dataset);
	hear_buffer_text(out, " report");
	for (i = 0; i < options_operands(call->options); i++)
		add_word(out, options_operand(call->options, i));
	if (options_given(call->options, "as-of")) {
		add_option(call, out, "as-of");
	} else {
		hear_buffer_text(out, " --as-of ");
		hear_date_print(now_ms, out);
	}
	add_option(call, out, "known-by");
	add_option(call, out, "max-marking");
	add_option(call, out, "rule");
	hear_buffer_text(out, " -o page.html");
}

/* ---- The command ---------------------------------------------------------------- */

struct making {
	struct call *call;
	struct report_wish wish;
	struct session session;
	struct hear_identity *identity;
	struct hear_query *query;
	struct hear_buffer text;
	struct hear_buffer command;
	const char *path;
};

static enum hear_code read_marking(struct making *making, struct hear_err *err)
{
	const char *text = options_text(making->call->options, "max-marking");
	enum hear_marking *highest = &making->wish.view.highest;

	*highest = HEAR_RED; /* a page is made to leave the machine */
	making->wish.limited = text != NULL;
	return text ? hear_marking_parse(hear_span_of(text), highest, err)
		    : HEAR_OK;
}

static enum hear_code read_wish(struct making *making, struct hear_err *err)
{
	const struct options *options = making->call->options;
	struct report_wish *wish = &making->wish;
	enum hear_code code = session_view_of(making->call, &wish->view, err);

	wish->as_of = options_given(options, "as-of");
	wish->known_by = options_given(options, "known-by");
	wish->most_claims = REPORT_CLAIMS;
	wish->now_ms = home_now();
	wish->rule = HEAR_RULE_LATEST;
	making->path = options_text(options, "output");
	if (code == HEAR_OK && !making->path)
		code = hear_fail(err, HEAR_INVALID,
				 "say where the page is to go: -o FILE.html, "
				 "or -o - for standard output");
	if (code == HEAR_OK)
		code = read_marking(making, err);
	if (code == HEAR_OK)
		code = rolled_rule(making->call, &wish->rule, err);
	if (code != HEAR_OK)
		return call_misused(making->call, code);
	if (options_operands(options) == 0)
		return HEAR_OK;
	code = session_query(making->call, 0, &making->query, &making->text,
			     err);
	wish->query = making->query;
	wish->text = hear_buffer_view(&making->text);
	return code;
}

static enum hear_code open_dataset(struct making *making, struct hear_err *err)
{
	struct report_wish *wish = &making->wish;
	enum hear_code code = session_open(&making->session, making->call,
					   err);

	if (code == HEAR_OK)
		code = home_identity(making->call, &making->identity, err);
	if (code == HEAR_OK)
		code = session_read(&making->session, &wish->view, err);
	if (code != HEAR_OK)
		return code;
	wish->dataset = hear_dataset_name(making->session.dataset);
	wish->dataset_id = hear_dataset_id(making->session.dataset);
	wish->analyst = hear_identity_name(making->identity);
	wish->key = hear_identity_key(making->identity);
	command_line(making->call, making->session.name, wish->now_ms,
		     &making->command);
	wish->command = hear_buffer_view(&making->command);
	return making->command.failed ? hear_fail_memory(err) : HEAR_OK;
}

static enum hear_code count(struct making *making, uint64_t *out,
			    struct hear_err *err)
{
	struct hear_query *all = NULL;
	enum hear_code code = HEAR_OK;

	if (!making->query)
		code = hear_query_new(&all, hear_span_of(""), err);
	if (code == HEAR_OK)
		code = hear_find_count(making->session.reader,
				       making->query ? making->query : all,
				       out, err);
	hear_query_free(all);
	return code;
}

/* How many claims are above what the page may hold: told to whoever makes it,
 * who may see them; the page itself does not say. */
static enum hear_code tell_hidden(struct making *making, struct hear_err *err)
{
	struct hear_view view = making->wish.view;
	uint64_t within;
	uint64_t all;
	enum hear_code code = count(making, &within, err);

	view.highest = HEAR_LOCAL;
	if (code == HEAR_OK)
		code = session_read(&making->session, &view, err);
	if (code == HEAR_OK)
		code = count(making, &all, err);
	if (code == HEAR_OK && all > within)
		complain_note("%" PRIu64 " more %s marked above %s; the page "
			      "does not mention them",
			      all - within,
			      all - within == 1 ? "claim is" : "claims are",
			      page_marking_text(making->wish.view.highest));
	return code;
}

static enum hear_code tell(const struct making *making,
			   enum hear_marking marking, uint32_t left,
			   struct hear_err *err)
{
	struct hear_value *map;

	if (strcmp(making->path, "-") != 0)
		complain_note("page written to %s, marked %s", making->path,
			      page_marking_text(marking));
	if (left > 0)
		complain_note("%" PRIu32 " %s counted but not shown: a page "
			      "holds no more; ask more narrowly",
			      left, left == 1 ? "claim is" : "claims are");
	if (!making->call->json || strcmp(making->path, "-") == 0)
		return HEAR_OK;
	map = hear_make_map(making->session.arena);
	hear_map_set(making->session.arena, map, "file",
		     output_text(making->session.arena, making->path));
	hear_map_set(making->session.arena, map, "marking",
		     output_text(making->session.arena,
				 hear_marking_name(marking)));
	hear_map_set(making->session.arena, map, "left",
		     hear_make_integer(making->session.arena, left));
	return hear_arena_failed(making->session.arena)
		       ? hear_fail_memory(err)
		       : output_json(map, err);
}

static enum hear_code make(struct making *making, struct hear_err *err)
{
	struct hear_buffer out = {0};
	enum hear_marking marking;
	uint32_t left;
	enum hear_code code = report_write(&making->wish,
					   making->session.reader, &out,
					   &marking, &left, err);

	if (code == HEAR_OK)
		code = handed_write(making->path, hear_buffer_view(&out), marking,
				 err);
	if (code == HEAR_OK)
		code = tell(making, marking, left, err);
	if (code == HEAR_OK)
		code = tell_hidden(making, err);
	hear_buffer_done(&out);
	return code;
}

enum hear_code report_main(struct call *call, struct hear_err *err)
{
	struct making making = {.call = call};
	enum hear_code code = read_wish(&making, err);

	if (code == HEAR_OK)
		code = open_dataset(&making, err);
	if (code == HEAR_OK)
		code = make(&making, err);
	session_close(&making.session);
	hear_identity_free(making.identity);
	hear_query_free(making.query);
	hear_buffer_done(&making.text);
	hear_buffer_done(&making.command);
	return code;
}
