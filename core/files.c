/* SPDX-License-Identifier: ISC */
#include "core/files.h"
#include "core/bytes.h"
#include "core/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum hear_code hear_fail_errno(struct hear_err *err, const char *what,
			       const char *path)
{
	int number = errno;

	if (number == ENOSPC || number == EDQUOT || number == EFBIG)
		return hear_fail(err, HEAR_FULL,
				 "%s %s: the disk is full; free some space and "
				 "try again",
				 what, path);
	return hear_fail(err,
			 number == EACCES || number == EPERM || number == EROFS
				 ? HEAR_DENIED
				 : HEAR_IO,
			 "%s %s: %s", what, path, strerror(number));
}

bool hear_disk_full(const char *path)
{
	const uint64_t little = (uint64_t)1 << 20;
	struct statvfs disk;
	struct rlimit limit;
	struct stat file;

	if (statvfs(path, &disk) == 0 &&
	    (uint64_t)disk.f_bavail * disk.f_frsize < little)
		return true;
	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	       limit.rlim_cur != RLIM_INFINITY && stat(path, &file) == 0 &&
	       (uint64_t)file.st_size + little > limit.rlim_cur;
}

enum hear_code hear_file_read(const char *path, size_t most,
			      struct hear_buffer *out, struct hear_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t begin = out->size;
	ssize_t got = 1;

	if (fd < 0)
		return hear_fail_errno(err, "open", path);
	while (got > 0 && out->size - begin <= most) {
		if (!hear_buffer_room(out, 4096)) {
			close(fd);
			return hear_fail_memory(err);
		}
		got = read(fd, out->data + out->size, 4096);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			out->size += (size_t)got;
	}
	if (got < 0) {
		enum hear_code code = hear_fail_errno(err, "read", path);

		close(fd);
		return code;
	}
	close(fd);
	out->data[out->size] = '\0';
	if (out->size - begin > most)
		return hear_fail(err, HEAR_LIMIT,
				 "%s is over %zu bytes; it cannot be what it "
				 "should be",
				 path, most);
	return HEAR_OK;
}

bool hear_write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t put = write(fd, at, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		at += put;
		size -= (size_t)put;
	}
	return true;
}

void hear_sync_directory(const char *path)
{
	char *copy = strdup(path);
	char *slash = copy ? strrchr(copy, '/') : NULL;
	int fd;

	if (!copy)
		return;
	if (slash && slash != copy)
		*slash = '\0';
	fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(copy);
}

enum hear_code hear_rename_new(const char *from, const char *to,
			       struct hear_err *err)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0) {
		if (errno == EEXIST || errno == ENOTEMPTY)
			return hear_fail(err, HEAR_EXISTS,
					 "%s exists already; it was left as "
					 "it is",
					 to);
		return hear_fail_errno(err, "make", to);
	}
	hear_sync_directory(to);
	return HEAR_OK;
}

enum hear_code hear_file_begin(const char *path, char **name, int *fd,
			       struct hear_err *err)
{
	*fd = -1;
	if (asprintf(name, "%s.XXXXXX", path) < 0) {
		*name = NULL;
		return hear_fail_memory(err);
	}
	*fd = mkostemp(*name, O_CLOEXEC); /* mode 0600 */
	if (*fd < 0) {
		enum hear_code code =
			hear_fail_errno(err, "make a file beside", path);

		free(*name);
		*name = NULL;
		return code;
	}
	return HEAR_OK;
}

enum hear_code hear_file_publish(const char *path, char *name, int fd,
				 bool replace, enum hear_code code,
				 struct hear_err *err)
{
	if (code == HEAR_OK && fsync(fd) < 0)
		code = hear_fail_errno(err, "write", path);
	close(fd);
	if (code == HEAR_OK && !replace)
		code = hear_rename_new(name, path, err);
	else if (code == HEAR_OK && rename(name, path) < 0)
		code = hear_fail_errno(err, "write", path);
	if (code == HEAR_OK)
		hear_sync_directory(path);
	else
		(void)unlink(name);
	free(name);
	return code;
}

enum hear_code hear_file_write(const char *path, struct hear_span content,
			       bool replace, struct hear_err *err)
{
	enum hear_code code;
	char *name = NULL;
	int fd = -1;

	code = hear_file_begin(path, &name, &fd, err);
	if (code != HEAR_OK)
		return code;
	if (!hear_write_all(fd, content.data, content.size))
		code = hear_fail_errno(err, "write", path);
	return hear_file_publish(path, name, fd, replace, code, err);
}

enum hear_code hear_file_copy(const char *from, int to, struct hear_err *err)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	enum hear_code code = HEAR_OK;
	char block[64 * 1024];
	ssize_t got = 1;

	if (fd < 0)
		return hear_fail_errno(err, "open", from);
	while (got > 0 && code == HEAR_OK) {
		got = read(fd, block, sizeof block);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got < 0)
			code = hear_fail_errno(err, "read", from);
		else if (!hear_write_all(to, block, (size_t)got))
			code = hear_fail_errno(err, "copy", from);
	}
	close(fd);
	return code;
}

/* ---- Directories ---- */

static void remove_directory(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	if (folder) {
		while ((entry = readdir(folder)))
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
		closedir(folder);
	}
	(void)rmdir(path);
}

enum hear_code hear_directory_begin(const char *path, char **name,
				    struct hear_err *err)
{
	enum hear_code code;

	*name = NULL;
	if (access(path, F_OK) == 0)
		return hear_fail(err, HEAR_EXISTS,
				 "%s exists already; it was left as it is",
				 path);
	if (asprintf(name, "%s.new-XXXXXX", path) < 0) {
		*name = NULL;
		return hear_fail_memory(err);
	}
	if (mkdtemp(*name)) /* mode 0700 */
		return HEAR_OK;
	code = hear_fail_errno(err, "make a directory beside", path);
	free(*name);
	*name = NULL;
	return code;
}

enum hear_code hear_directory_publish(const char *path, char *name,
				      enum hear_code code,
				      struct hear_err *err)
{
	char *within = NULL;

	if (code == HEAR_OK && asprintf(&within, "%s/.", name) < 0) {
		within = NULL;
		code = hear_fail_memory(err);
	}
	if (code == HEAR_OK) {
		hear_sync_directory(within);
		code = hear_rename_new(name, path, err);
	}
	if (code != HEAR_OK)
		remove_directory(name);
	free(within);
	free(name);
	return code;
}
