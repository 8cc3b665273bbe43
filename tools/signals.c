/* SPDX-License-Identifier: ISC */
#include "tools/signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

enum hear_code signals_open(int *out, bool hangup, struct hear_err *err)
{
	sigset_t told;

	(void)sigemptyset(&told);
	(void)sigaddset(&told, SIGINT);
	(void)sigaddset(&told, SIGTERM);
	if (hangup)
		(void)sigaddset(&told, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &told, NULL);
	*out = signalfd(-1, &told, SFD_CLOEXEC | SFD_NONBLOCK);
	if (*out < 0)
		return hear_fail(err, HEAR_IO, "watch signals: %s",
				 strerror(errno));
	return HEAR_OK;
}
