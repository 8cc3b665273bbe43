/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/home.h"
#include "tools/stream.h"

#include "core/files.h"

#include <stdio.h>
#include <unistd.h>

const struct options_form restore_form = {
	.operands = "FILE [NAME]",
	.about = "The dataset is called as it was, or NAME on this machine. A "
		 "dataset that is here\nalready is never replaced: restore "
		 "under another name, or move it away first.\n",
	.example = "hearsay restore korea-2025-01-13.hearsay\n"
		   "hearsay restore korea-2025-01-13.hearsay korea-old\n",
	.least = 1,
	.most = 2,
};

/* What a restored dataset calls itself. */
static enum hear_code own_name(const char *path, struct hear_buffer *out,
			       struct hear_err *err)
{
	struct hear_dataset *dataset;
	enum hear_code code = hear_dataset_open(&dataset, path, NULL, err);

	if (code != HEAR_OK)
		return code;
	hear_buffer_text(out, hear_dataset_name(dataset));
	hear_dataset_close(dataset);
	return home_name_check(out->data ? out->data : "", err);
}

static enum hear_code give_place(const struct call *call, const char *from,
				 const char *name, struct hear_buffer *to,
				 struct hear_err *err)
{
	enum hear_code code = home_dataset_path(call, name, to, err);

	if (code == HEAR_OK)
		code = hear_rename_new(from, to->data, err);
	if (code == HEAR_EXISTS)
		return hear_fail(err, code,
				 "there is a dataset '%s' here already, and it "
				 "was left as it is; write another name after "
				 "the file",
				 name);
	return code;
}

/* Restores beside the datasets, under a name that is none of theirs, so that
 * the name need not be known before and nothing half done is left. */
static enum hear_code restore(const struct call *call, const char *file,
			      struct hear_buffer *name, struct hear_err *err)
{
	struct hear_buffer scratch = {0};
	struct hear_buffer path = {0};
	enum hear_code code = home_dataset_path(call, "restored", &scratch,
						err);

	if (code == HEAR_OK) {
		scratch.size -= sizeof "restored" - 1;
		hear_buffer_print(&scratch, ".restoring-%ld", (long)getpid());
		code = hear_restore(file, scratch.data, err);
	}
	if (code == HEAR_OK) {
		if (name->size == 0)
			code = own_name(scratch.data, name, err);
		if (code == HEAR_OK)
			code = give_place(call, scratch.data, name->data,
					  &path, err);
		if (code != HEAR_OK)
			home_take_away(scratch.data);
	}
	hear_buffer_done(&scratch);
	hear_buffer_done(&path);
	return code;
}

enum hear_code restore_main(struct call *call, struct hear_err *err)
{
	const char *file = options_operand(call->options, 0);
	const char *given = options_operand(call->options, 1);
	struct hear_buffer name = {0};
	enum hear_code code = given ? home_name_check(given, err) : HEAR_OK;

	if (code != HEAR_OK)
		return call_misused(call, code);
	if (given)
		hear_buffer_text(&name, given);
	code = restore(call, file, &name, err);
	if (code == HEAR_OK)
		hear_buffer_print(stream_buffer(), "restored %s from %s\n",
				  name.data, file);
	hear_buffer_done(&name);
	return code;
}
