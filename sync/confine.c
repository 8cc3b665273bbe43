/* SPDX-License-Identifier: ISC */
#include "sync/confine.h"

#include "core/error.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(what, &now) != 0)
		return false;
	if (now.rlim_max > most)
		now.rlim_max = most;
	now.rlim_cur = now.rlim_max;
	return setrlimit(what, &now) == 0;
}

/* A root without capabilities is a user like others; a port below 1024 stays
 * possible. */
static bool drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	const unsigned kept = 1U << CAP_NET_BIND_SERVICE;

	if (syscall(SYS_capget, &head, data) != 0)
		return false;
	data[0].effective &= kept;
	data[0].permitted &= kept;
	data[0].inheritable = 0;
	memset(&data[1], 0, sizeof data[1]);
	return syscall(SYS_capset, &head, data) == 0;
}

static bool ignore_signals(void)
{
	static const int ignored[] = {SIGINT, SIGHUP, SIGPIPE, SIGTSTP};
	struct sigaction action = {.sa_handler = SIG_IGN};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof ignored / sizeof *ignored; i++)
		if (sigaction(ignored[i], &action, NULL) != 0)
			return false;
	return sigemptyset(&none) == 0 &&
	       sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

enum hear_code hear_confine(int keep, struct hear_err *err)
{
	(void)umask(077);
	/* Kernels before 5.9 cannot; the parent marks its files to be closed
	 * in any case. */
	(void)syscall(SYS_close_range, (unsigned)keep + 1, ~0U, 0U);
	if (!limit(RLIMIT_CORE, 0) ||
	    !limit(RLIMIT_NOFILE, HEAR_CONFINED_FILES) || !ignore_signals() ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    !drop_capabilities())
		return hear_fail(err, HEAR_IO, "give up privileges: %s",
				 strerror(errno));
	return HEAR_OK;
}
