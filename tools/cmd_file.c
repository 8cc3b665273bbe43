/* SPDX-License-Identifier: ISC */
/* cmd_file.c - reports: a document and its claims, one filing each. All of
 * them are read and checked first; then they are filed in one transaction. */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/draft.h"
#include "tools/lot.h"
#include "tools/notices.h"
#include "tools/session.h"
#include "tools/source.h"
#include "tools/story.h"
#include "tools/yaml.h"

#include "core/bytes.h"
#include "core/error.h"

#include <string.h>
#include <unistd.h>

static const struct option_line lines[] = {
	{"edit", 'e', NULL, "write it now, in $VISUAL or $EDITOR", false, NULL},
	LOT_MARKING_OPTION,
	{0},
};

const struct options_form file_form = {
	.operands = "REPORT.yaml…|-",
	.about = "A report is a document and its claims in YAML. Fields may "
		 "stand at any level and\nhold for all below; an empty value "
		 "clears. Each report is one filing: it is filed\nwhole or, "
		 "where anything is wrong, not at all. Prints the new ids, the "
		 "capture of\nthe document first.\n\nWith --edit a template "
		 "opens in your editor (or a copy of the report named); "
		 "what\nis wrong comes back as a comment below its line. "
		 "Nothing typed is lost.\n",
	.example = "hearsay file story.yaml\n"
		   "hearsay file --edit\n",
	.lines = lines,
	.most = OPERANDS_ANY,
};

static const char template[] =
	"# A report: the document, and who said what in it, citing whom.\n"
	"# Lines that begin with # are notes. What stands further out holds\n"
	"# for all claims further in. Save and leave the editor to file it;\n"
	"# leave it as it is to file nothing.\n"
	"\n"
	"#document:\n"
	"#  url: https://\n"
	"#  publisher:\n"
	"#  agency:\n"
	"#  published: 2025-01-13\n"
	"#  lang: en\n"
	"#subject:\n"
	"\n"
	"#claims:\n"
	"# The chain, nearest the document first, the origin last:\n"
	"#- by: Lee Seong-kweun (lawmaker; told reporters) < NIS (briefed)\n"
	"#  said: 2025-01-13\n"
	"#  claims:\n"
	"#  - predicate: killed\n"
	"#    value: about 300        # '>3000' and others of the kind in quotes\n"
	"#    quote: '\"approximately 300 deaths\"'\n"
	"#  - text: What no predicate fits\n"
	"#    stance: denies\n"
	"#    hedge: reportedly\n";

/* One story, made into records. */
struct filed_story {
	const char *name; /* as it is called in sentences */
	struct hear_record *records;
	size_t count;
};

struct filing_stories {
	struct call *call;
	struct session session;
	enum hear_marking marking;
	struct notices *notices;
	struct filed_story *stories;
	struct lot *lots;
	size_t count;
};

/* ---- From a text to records ---- */

static enum hear_code make_record(struct filing_stories *filing,
				  const struct story *story,
				  struct filed_story *out,
				  struct hear_id *ids, struct hear_err *err)
{
	const struct hear_value *written = story_resolve(
		filing->session.arena, story, out->count, ids);
	struct hear_record *record = &out->records[out->count];
	enum hear_code code;

	if (!written)
		return hear_fail_memory(err);
	code = hear_record_make(filing->session.arena, written, record, err);
	if (code != HEAR_OK)
		return code;
	code = notices_look(filing->notices, record, err);
	if (code != HEAR_OK && err && err->line == 0) {
		err->line = hear_line_of(written);
		err->column = hear_column_of(written);
	}
	ids[out->count++] = record->id;
	return code;
}

static enum hear_code make_records(struct filing_stories *filing,
				   const struct story *story,
				   struct filed_story *out,
				   struct hear_err *err)
{
	struct hear_arena *arena = filing->session.arena;
	struct hear_id *ids =
		hear_arena_alloc(arena, (story->count + 1) * sizeof *ids);
	enum hear_code code = HEAR_OK;

	out->records = hear_arena_alloc(
		arena, (story->count + 1) * sizeof *out->records);
	out->count = 0;
	if (!ids || !out->records)
		return hear_fail_memory(err);
	while (out->count < story->count && code == HEAR_OK)
		code = make_record(filing, story, out, ids, err);
	return code;
}

/* Failures have line and column where there are any. */
static enum hear_code read_story(struct filing_stories *filing,
				 struct hear_span text,
				 struct filed_story *out,
				 struct hear_err *err)
{
	struct hear_value *tree;
	struct story story;
	enum hear_code code = source_check(text, err);

	if (code == HEAR_OK)
		code = yaml_read(filing->session.arena, text, &tree, err);
	if (code == HEAR_OK)
		code = story_read(filing->session.arena, tree, &story, err);
	if (code == HEAR_OK)
		code = make_records(filing, &story, out, err);
	return code;
}

/* ---- Filing what was made ---- */

static enum hear_code notice(struct filing_stories *filing,
			     struct hear_err *err)
{
	enum hear_code code = notices_print(filing->notices, 20, err);
	size_t i;
	size_t j;

	for (i = 0; i < filing->count; i++)
		for (j = 0; j < filing->stories[i].count && code == HEAR_OK;
		     j++)
			code = notices_alike(filing->notices,
					     &filing->stories[i].records[j],
					     err);
	return code;
}

static enum hear_code file_all(struct filing_stories *filing,
			       struct hear_err *err)
{
	enum hear_code code = notice(filing, err);
	size_t i;

	/* They look through the reader, which ends now. */
	notices_close(filing->notices);
	filing->notices = NULL;
	filing->lots = hear_arena_alloc(filing->session.arena,
					filing->count * sizeof *filing->lots);
	if (!filing->lots)
		return code == HEAR_OK ? hear_fail_memory(err) : code;
	for (i = 0; i < filing->count; i++)
		filing->lots[i] =
			(struct lot){.marking = filing->marking,
				     .records = filing->stories[i].records,
				     .count = filing->stories[i].count};
	if (code == HEAR_OK)
		code = lot_file(&filing->session, filing->call, filing->lots,
				filing->count, err);
	if (code == HEAR_OK)
		code = lot_print(filing->call, filing->lots, filing->count,
				 err);
	return code;
}

static enum hear_code begin(struct filing_stories *filing, size_t count,
			    struct hear_err *err)
{
	enum hear_code code =
		session_open(&filing->session, filing->call, err);

	if (code == HEAR_OK)
		code = session_read(&filing->session, NULL, err);
	if (code == HEAR_OK)
		code = session_marking(&filing->session, filing->call,
				       &filing->marking, err);
	if (code == HEAR_OK)
		code = notices_open(&filing->notices, filing->session.reader,
				    err);
	if (code != HEAR_OK)
		return code;
	filing->stories = hear_arena_alloc(filing->session.arena,
					   count * sizeof *filing->stories);
	return filing->stories ? HEAR_OK : hear_fail_memory(err);
}

static void end(struct filing_stories *filing)
{
	notices_close(filing->notices);
	session_close(&filing->session);
}

/* ---- Reports that are there ---- */

static enum hear_code read_one(struct filing_stories *filing, const char *path,
			       struct hear_err *err)
{
	struct filed_story *story = &filing->stories[filing->count];
	struct hear_buffer raw = {0};
	struct hear_span text;
	enum hear_code code = source_read(path, YAML_BYTES, &raw, err);

	story->name = strcmp(path, "-") == 0 ? "standard input" : path;
	text = hear_arena_copy(filing->session.arena, hear_buffer_view(&raw));
	hear_buffer_done(&raw);
	if (code != HEAR_OK)
		return code;
	code = read_story(filing, text, story, err);
	if (code == HEAR_OK)
		filing->count++;
	else
		source_point(filing->call, story->name, text, err);
	return code;
}

static enum hear_code file_stories(struct filing_stories *filing,
				   struct hear_err *err)
{
	const struct options *options = filing->call->options;
	size_t count = options_operands(options);
	enum hear_code code = begin(filing, count, err);
	size_t i;

	for (i = 0; i < count && code == HEAR_OK; i++)
		code = read_one(filing, options_operand(options, i), err);
	return code == HEAR_OK ? file_all(filing, err) : code;
}

/* ---- A report that is being written ---- */

static enum hear_code begin_draft(const struct call *call, struct draft *draft,
				  struct hear_buffer *first,
				  struct hear_err *err)
{
	const char *path = options_operand(call->options, 0);
	enum hear_code code = HEAR_OK;

	if (path)
		code = source_read(path, YAML_BYTES, first, err);
	else
		hear_buffer_text(first, template);
	if (code == HEAR_OK && first->failed)
		code = hear_fail_memory(err);
	return code == HEAR_OK ? draft_begin(draft, call,
					     hear_buffer_view(first), err)
			       : code;
}

/* Reads the draft and files it, as if nothing had been tried before. */
static enum hear_code try_draft(struct call *call, const struct draft *draft,
				struct hear_err *err)
{
	struct filing_stories filing = {.call = call};
	struct hear_span text = hear_buffer_view(&draft->text);
	enum hear_code code = begin(&filing, 1, err);

	if (code == HEAR_OK)
		code = read_story(&filing, text, &filing.stories[0], err);
	if (code == HEAR_OK) {
		filing.stories[0].name = draft->path.data;
		filing.count = 1;
		code = file_all(&filing, err);
	}
	end(&filing);
	return code;
}

/* One round: the editor, then an attempt. `*again`: there is a mistake, and
 * the text with its mark is offered once more. */
static enum hear_code edit_once(struct call *call, struct draft *draft,
				struct hear_buffer *before, bool *again,
				struct hear_err *err)
{
	enum hear_code code = draft_edit(draft, YAML_BYTES, err);
	bool same;

	*again = false;
	if (code != HEAR_OK)
		return code;
	same = hear_span_equal(hear_buffer_view(&draft->text),
			       hear_buffer_view(before));
	code = try_draft(call, draft, err);
	if (code == HEAR_OK || same || !err ||
	    (code != HEAR_INVALID && code != HEAR_LIMIT && code != HEAR_DENIED))
		return code;
	hear_buffer_reset(before);
	hear_buffer_span(before, hear_buffer_view(&draft->text));
	if (draft_mark(draft, err->line, err->column, err->message, NULL) ==
	    HEAR_OK)
		*again = true;
	return code;
}

/* Whether nothing was written: the template, or only notes and blanks. */
static bool is_empty(struct hear_span text)
{
	bool comment = false;
	bool blank = true;
	size_t i;

	for (i = 0; i < text.size && blank; i++) {
		char c = text.data[i];

		if (c == '\n')
			comment = false;
		else if (c == '#')
			comment = true;
		else if (!comment && c != ' ' && c != '\t' && c != '\r')
			blank = false;
	}
	return blank;
}

static enum hear_code edit_until_done(struct call *call, struct draft *draft,
				      struct hear_buffer *before,
				      struct hear_err *err)
{
	bool again = true;
	enum hear_code code = HEAR_OK;

	while (again) {
		code = edit_once(call, draft, before, &again, err);
		if (again && isatty(STDERR_FILENO))
			complain_about(call, err);
	}
	return code;
}

/* Nobody should write a report first and then be told there is no dataset. */
static enum hear_code check_dataset(struct call *call, struct hear_err *err)
{
	struct session session;
	enum hear_code code = session_open(&session, call, err);

	session_close(&session);
	return code;
}

/* What became of the text, where it was not filed. True: it is kept. */
static bool keep_draft(struct call *call, const struct draft *draft,
		       enum hear_code code, struct hear_err *err)
{
	struct hear_span text = hear_buffer_view(&draft->text);

	if (draft->path.size == 0)
		return false;
	if (!draft->unread && is_empty(text)) {
		if (code != HEAR_IO)
			hear_fail(err, HEAR_INVALID,
				  "nothing was written, so nothing was filed");
		return false;
	}
	if (code != HEAR_IO)
		source_point(call, draft->path.data, text, err);
	complain_note("nothing was filed; what you wrote is kept, and `hearsay "
		      "file --edit %s` goes on with it", draft->path.data);
	return true;
}

static enum hear_code file_edited(struct call *call, struct hear_err *err)
{
	struct hear_buffer before = {0};
	struct draft draft = {.unread = false};
	bool keep = false;
	enum hear_code code = check_dataset(call, err);

	if (code == HEAR_OK)
		code = begin_draft(call, &draft, &before, err);
	if (code == HEAR_OK)
		code = edit_until_done(call, &draft, &before, err);
	if (code != HEAR_OK)
		keep = keep_draft(call, &draft, code, err);
	draft_end(&draft, keep);
	hear_buffer_done(&before);
	return code;
}

/* ---- Running ---- */

enum hear_code file_main(struct call *call, struct hear_err *err)
{
	struct filing_stories filing = {.call = call};
	size_t count = options_operands(call->options);
	enum hear_code code;

	if (options_given(call->options, "edit")) {
		if (count <= 1)
			return file_edited(call, err);
		return call_misused(call, hear_fail(err, HEAR_INVALID,
						    "--edit takes one report "
						    "at a time"));
	}
	if (count == 0)
		return call_misused(call, hear_fail(err, HEAR_INVALID,
						    "which report? Name a "
						    "file, - for standard "
						    "input, or --edit to "
						    "write one now"));
	code = file_stories(&filing, err);
	end(&filing);
	return code;
}
