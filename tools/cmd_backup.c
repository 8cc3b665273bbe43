/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/session.h"
#include "tools/stream.h"
#include "tools/wording.h"

const struct options_form backup_form = {
	.operands = "FILE",
	.about = "The file must not exist yet. Others may read and write the "
		 "dataset meanwhile; the\ncopy is of one moment. This node's "
		 "keys are not in it: keep a copy of the file\n`identity` "
		 "too.\n",
	.example = "hearsay backup korea-2025-01-13.hearsay\n",
	.least = 1,
	.most = 1,
};

enum hear_code backup_main(struct call *call, struct hear_err *err)
{
	const char *path = options_operand(call->options, 0);
	struct hear_statistics statistics;
	struct session session;
	enum hear_code code = session_open(&session, call, err);

	if (code == HEAR_OK)
		code = hear_backup(session.dataset, path, err);
	if (code == HEAR_OK)
		code = session_read(&session, NULL, err);
	if (code == HEAR_OK)
		code = hear_statistics_get(session.reader, &statistics, err);
	if (code == HEAR_OK) {
		hear_buffer_print(stream_buffer(), "copied %s, ",
				  session.name);
		wording_count(stream_buffer(), statistics.filings, "filing",
			    NULL);
		hear_buffer_print(stream_buffer(), ", to %s\n", path);
	}
	session_close(&session);
	return code;
}
