/* SPDX-License-Identifier: ISC */
/* cmd_import.c - many records; see import.h for how. */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/import.h"
#include "tools/output.h"
#include "tools/source.h"
#include "tools/stream.h"
#include "tools/wording.h"
#include "tools/yaml.h"

#include "core/error.h"

#include <stdlib.h>
#include <string.h>

static const struct option_line lines[] = {
	{"format", 0, "FORMAT", "what the input is; without it, guessed", false,
	 "jsonl csv bundle"},
	{"map", 0, "MAP.yaml", "how the rows of a table are claims", false,
	 NULL},
	{"keep-going", 0, NULL, "file the good lines though others are bad",
	 false, NULL},
	{"marking", 0, "MARKING", "of all records, whatever their lines say",
	 false, "clear green amber amber+strict red local"},
	{0},
};

const struct options_form import_form = {
	.operands = "FILE…|-",
	.about = "JSON Lines, as `hearsay export` writes them; tables, whose "
		 "columns are named like\nthe fields of a claim or read with "
		 "--map; or bundles. Everything is read and checked\nfirst. "
		 "Where a line is bad, it is named, and nothing is filed, "
		 "unless --keep-going.\nThe same input again changes "
		 "nothing.\n\n"
		 "A record keeps the marking its line says (filed, or the "
		 "column marking); others\nget the dataset's. A bundle is "
		 "filings of others as they signed them; with -d NAME\nof a "
		 "dataset that is not here yet, it is made from the bundle.\n",
	.example = "hearsay import korea.jsonl\n"
		   "hearsay import --map polls.map.yaml polls.csv\n"
		   "hearsay -d korea import korea.bundle\n",
	.lines = lines,
	.least = 1,
	.most = OPERANDS_ANY,
};

enum { NOTICES = 20 };

struct run {
	struct call *call;
	struct import *import;
	struct input *inputs;
	struct hear_arena *arena; /* for the mapping */
	enum input_format given;
	struct hear_buffer map; /* its text */
	struct mapping *mapping;
	bool bundles;
};

/* ---- Options ---- */

static enum hear_code read_options(struct run *run, struct hear_err *err)
{
	static const enum input_format formats[] = {
		INPUT_LINES, INPUT_TABLE, INPUT_BUNDLE, INPUT_UNKNOWN};
	const struct options *options = run->call->options;
	const char *marking = options_text(options, "marking");
	unsigned format = 3;
	enum hear_code code = options_choice(options, "format", &format, err);

	run->given = formats[format];
	run->import->keep_going = options_given(options, "keep-going");
	if (code == HEAR_OK && options_given(options, "map")) {
		if (run->given == INPUT_UNKNOWN)
			run->given = INPUT_TABLE;
		if (run->given != INPUT_TABLE)
			code = hear_fail(err, HEAR_INVALID,
					 "--map is for tables (--format csv)");
	}
	if (code == HEAR_OK && marking)
		code = hear_marking_parse(hear_span_of(marking),
					  &run->import->marking, err);
	return code == HEAR_OK ? code : call_misused(run->call, code);
}

static enum hear_code read_mapping(struct run *run, struct hear_err *err)
{
	const char *path = options_text(run->call->options, "map");
	struct hear_value *tree;
	enum hear_code code;

	if (!path)
		return HEAR_OK;
	code = source_read(path, YAML_BYTES, &run->map, err);
	if (code != HEAR_OK)
		return code;
	code = source_check(hear_buffer_view(&run->map), err);
	if (code == HEAR_OK)
		code = yaml_read(run->arena, hear_buffer_view(&run->map), &tree,
				 err);
	if (code == HEAR_OK)
		code = mapping_read(run->arena, tree, &run->mapping, err);
	if (code != HEAR_OK)
		source_point(run->call, path, hear_buffer_view(&run->map), err);
	return code;
}

/* ---- Inputs ---- */

/* Copies are kept where datasets are: there is room, and only this user reads
 * there. */
static enum hear_code copies_path(const struct run *run,
				  struct hear_buffer *out, struct hear_err *err)
{
	struct hear_buffer any = {0};
	enum hear_code code = home_dataset_path(run->call, "any", &any, err);

	hear_buffer_done(&any);
	return code == HEAR_OK ? home_path(run->call, "datasets", out, err)
			       : code;
}

static enum hear_code check_formats(struct run *run, size_t count,
				    struct hear_err *err)
{
	size_t bundles = 0;
	size_t i;

	for (i = 0; i < count; i++)
		bundles += run->inputs[i].format == INPUT_BUNDLE;
	run->bundles = bundles > 0;
	if (bundles > 0 && bundles < count)
		return call_misused(
			run->call,
			hear_fail(err, HEAR_INVALID,
				  "bundles and other files cannot be imported "
				  "in one go; give them to two commands"));
	if (bundles > 0 && run->import->marking)
		return call_misused(
			run->call,
			hear_fail(err, HEAR_INVALID,
				  "--marking: what others signed keeps its "
				  "marking"));
	return HEAR_OK;
}

static enum hear_code open_inputs(struct run *run, struct hear_err *err)
{
	const struct options *options = run->call->options;
	size_t count = options_operands(options);
	bool twice = run->mapping && mapping_has_companions(run->mapping);
	struct hear_buffer copies = {0};
	enum hear_code code = copies_path(run, &copies, err);
	size_t i;

	for (i = 0; i < count && code == HEAR_OK; i++)
		code = input_open(&run->inputs[i], options_operand(options, i),
				  run->given, twice, copies.data, err);
	hear_buffer_done(&copies);
	return code == HEAR_OK ? check_formats(run, count, err) : code;
}

static void close_inputs(struct run *run)
{
	size_t i;

	for (i = 0; i < options_operands(run->call->options); i++)
		input_close(&run->inputs[i]);
}

/* ---- The end ---- */

static enum hear_code print_json(const struct import *import,
				 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *map = hear_make_map(arena);
	const struct {
		const char *name;
		uint64_t number;
	} numbers[] = {{"filed", import->filed},
		       {"filings", import->filings},
		       {"already", import->already},
		       {"waiting", import->waiting},
		       {"left_out", import->left_out},
		       {"bad", import->bad}};
	enum hear_code code;
	size_t i;

	for (i = 0; i < sizeof numbers / sizeof *numbers; i++)
		hear_map_set(arena, map, numbers[i].name,
			     hear_make_integer(arena,
					       (int64_t)numbers[i].number));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

static void print_filed(const struct import *import, bool bundles,
			struct hear_buffer *out)
{
	if (import->filed == 0 && import->filings == 0) {
		hear_buffer_text(out, bundles ? "took in nothing"
					      : "filed nothing");
		return;
	}
	hear_buffer_text(out, bundles ? "took in " : "filed ");
	wording_count(out, import->filed, "record", NULL);
	hear_buffer_text(out, " in ");
	wording_count(out, import->filings, "filing", NULL);
}

static enum hear_code print_summary(const struct run *run, struct hear_err *err)
{
	const struct import *import = run->import;
	struct hear_buffer *out = stream_buffer();

	if (run->call->json)
		return print_json(import, err);
	print_filed(import, run->bundles, out);
	if (import->already > 0) {
		hear_buffer_text(out, "; ");
		if (run->bundles)
			wording_count(out, import->already, "filing", NULL);
		else
			wording_number(out, import->already);
		hear_buffer_text(out, import->already == 1
					      ? " was there already"
					      : " were there already");
	}
	if (import->waiting > 0) {
		hear_buffer_text(out, "; ");
		wording_count(out, import->waiting, "filing", NULL);
		hear_buffer_text(out, import->waiting == 1 ? " waits aside"
							   : " wait aside");
	}
	if (import->left_out > 0) {
		hear_buffer_text(out, "; ");
		wording_count(out, import->left_out, "retraction", NULL);
		hear_buffer_text(out, " of filings that are not here left out");
	}
	if (import->bad > 0) {
		hear_buffer_text(out, "; ");
		wording_count(out, import->bad,
			      run->bundles ? "filing" : "bad line", NULL);
		hear_buffer_text(out, run->bundles ? " refused" : " left out");
	}
	hear_buffer_byte(out, '\n');
	return HEAR_OK;
}

static void tell_of_bad(const struct import *import)
{
	if (import->bad > IMPORT_BAD_SHOWN)
		complain_note("%llu more bad lines are not shown",
			      (unsigned long long)(import->bad -
						   IMPORT_BAD_SHOWN));
}

static enum hear_code stop_for_bad(struct run *run, struct hear_err *err)
{
	struct hear_buffer count = {0};

	tell_of_bad(run->import);
	if (run->import->keep_going || run->import->bad == 0)
		return HEAR_OK;
	wording_count(&count, run->import->bad, "bad line", NULL);
	hear_fail(err, HEAR_INVALID,
		  "%s; nothing was filed (--keep-going files the good ones)",
		  count.data ? count.data : "bad lines");
	hear_buffer_done(&count);
	return HEAR_INVALID;
}

/* ---- Records ---- */

static enum hear_code begin_records(struct run *run, struct hear_err *err)
{
	struct import *import = run->import;
	struct hear_buffer path = {0};
	enum hear_code code = session_open(&import->session, run->call, err);

	if (code == HEAR_OK)
		code = session_read(&import->session, NULL, err);
	if (code == HEAR_OK)
		code = session_marking(&import->session, run->call,
				       &import->standard, err);
	if (code == HEAR_OK)
		code = notices_open(&import->notices, import->session.reader,
				    err);
	if (code == HEAR_OK)
		code = home_dataset_path(run->call, import->session.name, &path,
					 err);
	if (code == HEAR_OK)
		code = spool_open(&import->spool, path.data, err);
	hear_buffer_done(&path);
	import->arena = hear_arena_new();
	import->wanted = idmap_new();
	import->captures = idmap_new();
	if (code == HEAR_OK &&
	    (!import->arena || !import->wanted || !import->captures))
		code = hear_fail_memory(err);
	return code;
}

static enum hear_code check_records(struct run *run, struct hear_err *err)
{
	struct import *import = run->import;
	size_t count = options_operands(run->call->options);
	enum hear_code code = HEAR_OK;

	for (import->input = 0; import->input < count && code == HEAR_OK;
	     import->input++)
		code = import_read(import, run->mapping, err);
	if (code == HEAR_OK)
		code = import_settle(import, err);
	if (code != HEAR_OK)
		tell_of_bad(import);
	else
		code = stop_for_bad(run, err);
	if (code == HEAR_OK)
		code = notices_print(import->notices, NOTICES, err);
	return code;
}

static enum hear_code import_records(struct run *run, struct hear_err *err)
{
	struct import *import = run->import;
	enum hear_code code = begin_records(run, err);

	if (code == HEAR_OK)
		code = check_records(run, err);
	if (code != HEAR_OK)
		return code;
	notices_close(import->notices);
	import->notices = NULL;
	session_rest(&import->session);
	code = import_store(import, err);
	if (code != HEAR_OK && import->kept > 0)
		hear_err_prefix(err, "after %llu records were filed (the same "
				     "import again goes on): ",
				(unsigned long long)import->kept);
	return code;
}

/* ---- Bundles ---- */

static enum hear_code import_all_bundles(struct run *run, struct hear_err *err)
{
	struct import *import = run->import;
	size_t count = options_operands(run->call->options);
	enum hear_code code = HEAR_OK;

	for (import->input = 0; import->input < count && code == HEAR_OK;
	     import->input++)
		code = import_bundle(import, err);
	if (code != HEAR_OK && import->kept > 0)
		hear_err_prefix(err, "after %llu filings were taken in: ",
				(unsigned long long)import->kept);
	tell_of_bad(import);
	return code;
}

/* ---- Running ---- */

static enum hear_code run_import(struct run *run, struct hear_err *err)
{
	enum hear_code code = read_options(run, err);

	if (code == HEAR_OK)
		code = read_mapping(run, err);
	if (code == HEAR_OK)
		code = open_inputs(run, err);
	if (code == HEAR_OK)
		code = run->bundles ? import_all_bundles(run, err)
				    : import_records(run, err);
	if (code == HEAR_OK)
		code = print_summary(run, err);
	if (code == HEAR_OK && run->import->bad > 0)
		run->call->status = STATUS_FAILED;
	close_inputs(run);
	return code;
}

static void end_import(struct import *import)
{
	notices_close(import->notices);
	spool_close(import->spool);
	idmap_free(import->wanted);
	idmap_free(import->captures);
	hear_arena_free(import->arena);
	session_close(&import->session);
	free(import);
}

/* A large import leaves pages that were written and written again: they are
 * given back to the disk if that is much, and nobody else has the dataset
 * open. What comes of it changes nothing of what was filed. */
static void give_space_back(const struct call *call)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_buffer path = {0};
	uint64_t before;
	uint64_t after;
	const char *name;

	if (arena && home_pick(call, arena, &name, NULL) == HEAR_OK &&
	    home_dataset_path(call, name, &path, NULL) == HEAR_OK)
		(void)!hear_compact(path.data, &before, &after, NULL);
	hear_buffer_done(&path);
	hear_arena_free(arena);
}

/* Whether over a fifth of a file of some size is unused. */
static bool is_loose(struct session *session)
{
	struct hear_statistics now;
	bool loose;

	if (!session->dataset || session_read(session, NULL, NULL) != HEAR_OK)
		return false;
	loose = hear_statistics_get(session->reader, &now, NULL) == HEAR_OK &&
		now.bytes > (uint64_t)16 << 20 &&
		now.free_bytes > now.bytes / 5;
	session_rest(session);
	return loose;
}

enum hear_code import_main(struct call *call, struct hear_err *err)
{
	size_t count = options_operands(call->options);
	struct run run = {.call = call};
	enum hear_code code;
	bool loose;
	size_t i;

	run.import = calloc(1, sizeof *run.import);
	run.inputs = calloc(count, sizeof *run.inputs);
	run.arena = hear_arena_new();
	if (run.import && run.inputs && run.arena) {
		for (i = 0; i < count; i++)
			run.inputs[i].fd = -1;
		run.import->call = call;
		run.import->inputs = run.inputs;
		code = run_import(&run, err);
	} else {
		code = hear_fail_memory(err);
	}
	loose = run.import && run.import->kept > 0 && code == HEAR_OK &&
		is_loose(&run.import->session);
	if (run.import)
		end_import(run.import);
	if (loose)
		give_space_back(call);
	free(run.inputs);
	hear_arena_free(run.arena);
	hear_buffer_done(&run.map);
	return code;
}
