/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/session.h"
#include "tools/stream.h"

#include "core/files.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static const struct option_line lines[] = {
	{"marking", 0, "MARKING",
	 "the highest to write; without it, all but local", false,
	 "clear green amber amber+strict red"},
	{0},
};

const struct options_form bundle_form = {
	.operands = "FILE|-",
	.about = "A bundle is what others lack, to carry by hand; `hearsay "
		 "import FILE` takes it in\nthere, twice if you like. What is "
		 "marked local never leaves this machine.\n",
	.example = "hearsay bundle --marking amber korea.bundle\n"
		   "hearsay bundle - | ssh other hearsay import -\n",
	.lines = lines,
	.least = 1,
	.most = 1,
};

static enum hear_code write_file(struct hear_reader *reader, const char *path,
				 uint64_t *filings, struct hear_err *err)
{
	enum hear_code code;
	char *name;
	int fd;

	code = hear_file_begin(path, &name, &fd, err);
	if (code != HEAR_OK)
		return code;
	code = hear_bundle_write(reader, fd, filings, err);
	return hear_file_publish(path, name, fd, false, code, err);
}

static enum hear_code write_out(struct call *call, struct hear_reader *reader,
				uint64_t *filings, struct hear_err *err)
{
	const char *path = options_operand(call->options, 0);

	if (strcmp(path, "-") != 0)
		return write_file(reader, path, filings, err);
	if (stream_terminal()->is)
		return call_misused(
			call, hear_fail(err, HEAR_INVALID,
					"a bundle is not for a terminal: name "
					"a file, or a pipe after '-'"));
	return hear_bundle_write(reader, STDOUT_FILENO, filings, err);
}

static enum hear_code highest(struct call *call, enum hear_marking *out,
			      struct hear_err *err)
{
	const char *given = options_text(call->options, "marking");
	enum hear_code code;

	*out = HEAR_RED;
	if (!given)
		return HEAR_OK;
	code = hear_marking_parse(hear_span_of(given), out, err);
	if (code == HEAR_OK && *out == HEAR_LOCAL)
		code = hear_fail(err, HEAR_DENIED,
				 "what is marked local never leaves this "
				 "machine; the highest a bundle holds is red");
	return code == HEAR_OK ? code : call_misused(call, code);
}

enum hear_code bundle_main(struct call *call, struct hear_err *err)
{
	struct hear_view view = session_view();
	struct session session;
	uint64_t filings;
	enum hear_code code = session_open(&session, call, err);

	if (code == HEAR_OK)
		code = highest(call, &view.highest, err);
	if (code == HEAR_OK)
		code = session_read(&session, &view, err);
	if (code == HEAR_OK)
		code = write_out(call, session.reader, &filings, err);
	if (code == HEAR_OK)
		complain_note("%" PRIu64 " filing%s of %s written, none above "
			      "%s", filings, filings == 1 ? "" : "s",
			      session.name, hear_marking_name(view.highest));
	session_close(&session);
	return code;
}
