/* textfile.h - a file that holds a text, for tests of what reads files.
 */
#ifndef TESTS_UNIT_TEXTFILE_H
#define TESTS_UNIT_TEXTFILE_H

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A descriptor at the start of the text, or -1. */
static inline int textfile_of(const void *text, size_t size)
{
	int fd = memfd_create("text", MFD_CLOEXEC);
	size_t at = 0;

	while (fd >= 0 && at < size) {
		ssize_t put = write(fd, (const char *)text + at, size - at);

		if (put < 0) {
			close(fd);
			return -1;
		}
		at += (size_t)put;
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static inline int textfile(const char *text)
{
	return textfile_of(text, strlen(text));
}

#endif
