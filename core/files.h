/* files.h - whole files: read with a limit, written whole or not at all. */
#ifndef CORE_FILES_H
#define CORE_FILES_H

#include "core/hearsay.h"

/* The sentence for errno: what was being done, and to which file. A full disk
 * is HEAR_FULL, a lack of rights HEAR_DENIED, anything else HEAR_IO. */
enum hear_code hear_fail_errno(struct hear_err *err, const char *what,
			       const char *path);

/* Whether less than a megabyte is left to a file that is there: on its disk, or
 * by a limit on the size of files. */
bool hear_disk_full(const char *path);

/* Appends the file's content. HEAR_LIMIT: over `most` bytes. */
HEAR_CHECKED enum hear_code hear_file_read(const char *path, size_t most,
					   struct hear_buffer *out,
					   struct hear_err *err);
/* Writes a file of mode 0600 by way of a temporary one beside it; synced.
 * Without `replace` an existing file is HEAR_EXISTS. */
HEAR_CHECKED enum hear_code hear_file_write(const char *path,
					    struct hear_span content,
					    bool replace,
					    struct hear_err *err);
/* All of the bytes, whatever interrupts. False: errno says why. */
bool hear_write_all(int fd, const void *data, size_t size);

/* A new file beside `path` to write to; its name (to be freed) in `name`.
 * Then hear_file_publish() syncs, closes and gives it its place, or takes it
 * away where `code` is a failure already; gives back the outcome. */
HEAR_CHECKED enum hear_code hear_file_begin(const char *path, char **name,
					    int *fd, struct hear_err *err);
HEAR_CHECKED enum hear_code hear_file_publish(const char *path, char *name,
					      int fd, bool replace,
					      enum hear_code code,
					      struct hear_err *err);

/* Writes the content of a file to a descriptor. */
HEAR_CHECKED enum hear_code hear_file_copy(const char *from, int to,
					   struct hear_err *err);

/* The same two steps for a directory (0700) of plain files, which are synced
 * already. HEAR_EXISTS: something is at `path`; it is left as it is. */
HEAR_CHECKED enum hear_code hear_directory_begin(const char *path, char **name,
						 struct hear_err *err);
HEAR_CHECKED enum hear_code hear_directory_publish(const char *path, char *name,
						   enum hear_code code,
						   struct hear_err *err);

/* Syncs the directory that holds `path`, so that a rename in it stays. */
void hear_sync_directory(const char *path);

/* Renames a file or directory unless `to` exists (HEAR_EXISTS). */
HEAR_CHECKED enum hear_code hear_rename_new(const char *from, const char *to,
					    struct hear_err *err);

#endif
