/* SPDX-License-Identifier: ISC */
#include "tools/handed.h"
#include "core/error.h"
#include "core/files.h"
#include "tools/stream.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t mode_of(enum hear_marking marking)
{
	mode_t mask;

	if (marking > HEAR_GREEN)
		return 0600;
	mask = umask(0);
	(void)umask(mask);
	return 0644 & ~mask;
}

static bool is_stream(const char *path)
{
	struct stat at;

	return stat(path, &at) == 0 && !S_ISREG(at.st_mode) &&
	       !S_ISDIR(at.st_mode);
}

static enum hear_code write_stream(const char *path, struct hear_span text,
				   struct hear_err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	enum hear_code code = HEAR_OK;

	if (fd < 0)
		return hear_fail_errno(err, "open", path);
	if (!hear_write_all(fd, text.data, text.size))
		code = hear_fail_errno(err, "write", path);
	if (close(fd) < 0 && code == HEAR_OK)
		code = hear_fail_errno(err, "write", path);
	return code;
}

static enum hear_code write_file(const char *path, struct hear_span text,
				 enum hear_marking marking,
				 struct hear_err *err)
{
	enum hear_code code;
	char *name;
	int fd;

	code = hear_file_begin(path, &name, &fd, err);
	if (code != HEAR_OK)
		return code;
	if (!hear_write_all(fd, text.data, text.size) ||
	    fchmod(fd, mode_of(marking)) < 0)
		code = hear_fail_errno(err, "write", path);
	return hear_file_publish(path, name, fd, true, code, err);
}

enum hear_code handed_write(const char *path, struct hear_span text,
			    enum hear_marking marking, struct hear_err *err)
{
	if (strcmp(path, "-") == 0) {
		hear_buffer_span(stream_buffer(), text);
		return stream_more(err);
	}
	return is_stream(path) ? write_stream(path, text, err)
			       : write_file(path, text, marking, err);
}
