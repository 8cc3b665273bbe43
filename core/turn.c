/* SPDX-License-Identifier: ISC */
#include "core/turn.h"
#include "core/error.h"
#include "core/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int lock_whole(int fd, int operation)
{
	int rc;

	do
		rc = flock(fd, operation);
	while (rc < 0 && errno == EINTR);
	return rc;
}

static enum hear_code open_lock(const char *name, int *fd,
				struct hear_err *err)
{
	*fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return *fd < 0 ? hear_fail_errno(err, "open", name) : HEAR_OK;
}

/* ---- In use ---- */

enum hear_code hear_use_lock(const char *path, int *fd, struct hear_err *err)
{
	char *name = NULL;
	enum hear_code code;

	*fd = -1;
	if (asprintf(&name, "%s/use", path) < 0)
		return hear_fail_memory(err);
	code = open_lock(name, fd, err);
	if (code == HEAR_OK && lock_whole(*fd, LOCK_SH) < 0) {
		code = hear_fail_errno(err, "lock", name);
		close(*fd);
		*fd = -1;
	}
	free(name);
	return code;
}

bool hear_use_alone(int fd)
{
	return lock_whole(fd, LOCK_EX | LOCK_NB) == 0;
}

bool hear_use_share(int fd)
{
	return lock_whole(fd, LOCK_SH | LOCK_NB) == 0;
}

/* ---- The turnstile ---- */

enum hear_code hear_turn_open(const char *name, int *fd, struct hear_err *err)
{
	return open_lock(name, fd, err);
}

bool hear_turn_wait(int fd)
{
	return lock_whole(fd, LOCK_EX) == 0;
}

void hear_turn_pass(int fd)
{
	(void)lock_whole(fd, LOCK_UN);
}

bool hear_turn_waited(int fd)
{
	if (lock_whole(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	(void)lock_whole(fd, LOCK_UN);
	return false;
}

void hear_turn_tell(int fd)
{
	(void)futimens(fd, NULL);
}
