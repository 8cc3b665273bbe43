/* SPDX-License-Identifier: ISC */
#include "tools/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { GATHERED = 64 * 1024 };

static struct hear_buffer gathered;
static int failure; /* errno of the first write that failed */

struct hear_buffer *stream_buffer(void)
{
	return &gathered;
}

static void write_out(void)
{
	size_t done = 0;

	while (done < gathered.size && !failure) {
		ssize_t size = write(STDOUT_FILENO, gathered.data + done,
				     gathered.size - done);

		if (size >= 0)
			done += (size_t)size;
		else if (errno != EINTR)
			failure = errno;
	}
	if (gathered.failed && !failure)
		failure = ENOMEM;
	if (gathered.failed)
		hear_buffer_done(&gathered); /* as new: `failed` is kept above */
	hear_buffer_reset(&gathered);
}

static enum hear_code outcome(struct hear_err *err)
{
	if (!failure)
		return HEAR_OK;
	return hear_fail(err, HEAR_IO,
			 "standard output: %s; what was written is not whole",
			 strerror(failure));
}

enum hear_code stream_more(struct hear_err *err)
{
	if (gathered.size >= GATHERED)
		write_out();
	return outcome(err);
}

enum hear_code stream_flush(struct hear_err *err)
{
	write_out();
	return outcome(err);
}

enum hear_code stream_end(struct hear_err *err)
{
	write_out();
	hear_buffer_done(&gathered);
	if (close(STDOUT_FILENO) != 0 && !failure && errno != EBADF)
		failure = errno;
	return outcome(err);
}

bool stream_closed(void)
{
	return failure == EPIPE;
}

const struct terminal *stream_terminal(void)
{
	static struct terminal terminal;

	if (terminal.columns == 0)
		terminal = terminal_of(STDOUT_FILENO);
	return &terminal;
}
