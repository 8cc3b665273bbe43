/* SPDX-License-Identifier: ISC */
/* import_bundle.c - filings that others signed, from a file. The whole bundle
 * is read once to see that nothing of it was changed or is missing, and a
 * second time to take it in. Each filing arrives whole or not at all, so a
 * stop in between leaves no harm: the same bundle again brings the rest. */
#include "tools/complain.h"
#include "tools/home.h"
#include "tools/import.h"

#include "core/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRANSACTION = 2000 /* records */ };

struct taking {
	struct import *import;
	struct hear_bundle *bundle;
	struct hear_writer *writer; /* NULL: none begun */
	uint64_t filings;	    /* in the bundle */
	uint64_t seen;
};

static enum hear_code open_bundle(struct taking *taking, struct hear_err *err)
{
	const struct input *input =
		&taking->import->inputs[taking->import->input];
	enum hear_code code;

	hear_bundle_close(taking->bundle);
	taking->bundle = NULL;
	if (lseek(input->fd, 0, SEEK_SET) != 0)
		return hear_fail(err, HEAR_IO, "%s: %s", input->name,
				 strerror(errno));
	code = hear_bundle_open(&taking->bundle, input->fd, err);
	if (code != HEAR_OK)
		hear_err_prefix(err, "%s: ", input->name);
	return code;
}

/* ---- The first reading ---- */

static enum hear_code check_whole(struct taking *taking,
				  struct hear_buffer *first,
				  struct hear_err *err)
{
	const struct input *input =
		&taking->import->inputs[taking->import->input];
	struct hear_span filing;
	enum hear_code code = open_bundle(taking, err);

	if (code != HEAR_OK)
		return code;
	for (;;) {
		code = hear_bundle_next(taking->bundle, &filing, err);
		if (code != HEAR_OK)
			break;
		if (taking->filings++ == 0)
			hear_buffer_span(first, filing);
	}
	if (code != HEAR_NOTFOUND) {
		hear_err_prefix(err, "%s: ", input->name);
		return code;
	}
	return first->failed ? hear_fail_memory(err) : HEAR_OK;
}

/* ---- A dataset that is not here yet ---- */

static enum hear_code is_here(const struct call *call, const char *name,
			      bool *out, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	const char **names;
	size_t count;
	size_t i;
	enum hear_code code;

	*out = false;
	if (!arena)
		return hear_fail_memory(err);
	code = home_datasets(call, arena, &names, &count, err);
	for (i = 0; code == HEAR_OK && i < count; i++)
		*out = *out || strcmp(names[i], name) == 0;
	hear_arena_free(arena);
	return code;
}

static enum hear_code adopt(const struct call *call, const char *name,
			    struct hear_span first, struct hear_err *err)
{
	struct hear_dataset *dataset = NULL;
	struct hear_buffer path = {0};
	enum hear_code code = home_dataset_path(call, name, &path, err);

	if (code == HEAR_OK)
		code = hear_dataset_adopt(&dataset, path.data, first,
					  home_now(), err);
	if (code == HEAR_OK)
		complain_note("made dataset %s here, from the first filing of "
			      "the bundle (it was founded as '%s')",
			      name, hear_dataset_name(dataset));
	if (dataset)
		hear_dataset_close(dataset);
	hear_buffer_done(&path);
	return code;
}

/* -d, or $HEARSAY_DATASET where it says something; NULL: neither. */
static const char *named(const struct call *call)
{
	const char *name = getenv("HEARSAY_DATASET");

	if (call->dataset)
		return call->dataset;
	return name && *name ? name : NULL;
}

static enum hear_code open_session(struct taking *taking,
				   struct hear_span first, struct hear_err *err)
{
	struct import *import = taking->import;
	const char *name = named(import->call);
	bool here = true;
	enum hear_code code = HEAR_OK;

	if (import->session.dataset)
		return HEAR_OK;
	if (name)
		code = is_here(import->call, name, &here, err);
	if (code == HEAR_OK && !here && taking->filings == 0)
		code = hear_fail(err, HEAR_NOTFOUND,
				 "the bundle holds no filings, so no dataset "
				 "'%.64s' can be made of it", name);
	if (code == HEAR_OK && !here)
		code = adopt(import->call, name, first, err);
	if (code != HEAR_OK)
		return code;
	code = session_open(&import->session, import->call, err);
	if (code == HEAR_NOTFOUND && !name)
		return hear_fail(err, HEAR_NOTFOUND,
				 "there is no dataset here yet to take the "
				 "bundle into; -d NAME makes it from the "
				 "bundle");
	return code;
}

/* ---- The second reading ---- */

static enum hear_code commit(struct taking *taking, struct hear_err *err)
{
	struct hear_writer *writer = taking->writer;
	enum hear_code code = HEAR_OK;

	taking->writer = NULL;
	if (writer)
		code = hear_write_commit(writer, err);
	if (code == HEAR_OK)
		taking->import->kept = taking->import->filings;
	return code;
}

static enum hear_code take_filing(struct taking *taking,
				  struct hear_span filing, struct hear_err *err)
{
	struct import *import = taking->import;
	struct hear_outcome outcome;
	enum hear_code code = HEAR_OK;

	if (!taking->writer)
		code = hear_write_begin(&taking->writer,
					import->session.dataset, home_now(),
					err);
	if (code == HEAR_OK)
		code = hear_write_take(taking->writer, filing, &outcome, err);
	taking->seen++;
	if (code != HEAR_OK && taking->writer && import->keep_going &&
	    (code == HEAR_DENIED || code == HEAR_FOREIGN ||
	     code == HEAR_INVALID || code == HEAR_VERSION)) {
		import_bad(import, import->input, taking->seen, err);
		return HEAR_OK;
	}
	if (code != HEAR_OK)
		return code;
	import->filings += outcome.made;
	import->filed += outcome.filed;
	import->waiting += outcome.waiting > 0;
	import->already += !outcome.made && !outcome.waiting;
	/* A filing is taken whole: leave it half of the room. */
	if (hear_write_pending(taking->writer) >= TRANSACTION ||
	    hear_write_bytes(taking->writer) >= IMPORT_COMMIT_BYTES / 2 ||
	    hear_write_waited(taking->writer))
		return commit(taking, err);
	return HEAR_OK;
}

static enum hear_code take_all(struct taking *taking, struct hear_err *err)
{
	struct import *import = taking->import;
	struct hear_span filing;
	enum hear_code code = open_bundle(taking, err);

	progress_begin(&import->progress, "taking in",
		       hear_span_of(import->inputs[import->input].name),
		       taking->filings, "filing");
	while (code == HEAR_OK) {
		code = hear_bundle_next(taking->bundle, &filing, err);
		if (code == HEAR_OK)
			code = take_filing(taking, filing, err);
		progress_update(&import->progress, taking->seen, taking->seen);
	}
	progress_end(&import->progress);
	return code == HEAR_NOTFOUND ? commit(taking, err) : code;
}

enum hear_code import_bundle(struct import *import, struct hear_err *err)
{
	struct taking taking = {.import = import};
	struct hear_buffer first = {0};
	enum hear_code code = check_whole(&taking, &first, err);

	if (code == HEAR_OK)
		code = open_session(&taking, hear_buffer_view(&first), err);
	if (code == HEAR_OK)
		code = take_all(&taking, err);
	hear_write_abort(taking.writer);
	hear_bundle_close(taking.bundle);
	hear_buffer_done(&first);
	return code;
}
