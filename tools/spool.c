/* SPDX-License-Identifier: ISC */
#include "tools/spool.h"

#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 1 << 18 };

/* What stands before each body. The file never leaves this process. */
struct head {
	uint64_t line;
	uint32_t input;
	uint32_t size;
	uint8_t marking;
	uint8_t phase;
	uint8_t flags;
	uint8_t free[5];
	unsigned char id[32];
};

struct spool {
	int fd;
	uint64_t count;
	struct hear_buffer out; /* not written yet */
	struct hear_buffer in;  /* read ahead */
	size_t used;		/* of `in` */
	uint64_t next;		/* where in the file `in` ends */
};

static enum hear_code fail_file(struct hear_err *err, const char *what)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return hear_fail(err, HEAR_FULL,
				 "%s: the disk is full; free some space and "
				 "try again", what);
	return hear_fail(err, HEAR_IO, "%s: %s", what, strerror(errno));
}

enum hear_code spool_file(int *fd, const char *directory, struct hear_err *err)
{
	struct hear_buffer path = {0};
	enum hear_code code = HEAR_OK;

	*fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return HEAR_OK;
	/* Not every file system knows files without a name. */
	hear_buffer_print(&path, "%s/spool-XXXXXX", directory);
	if (path.failed)
		return hear_fail_memory(err);
	*fd = mkostemp(path.data, O_CLOEXEC);
	if (*fd < 0)
		code = fail_file(err, "make a file to keep records in");
	else
		(void)unlink(path.data);
	hear_buffer_done(&path);
	return code;
}

enum hear_code spool_open(struct spool **out, const char *directory,
			  struct hear_err *err)
{
	struct spool *spool = calloc(1, sizeof *spool);
	enum hear_code code;

	*out = NULL;
	if (!spool)
		return hear_fail_memory(err);
	code = spool_file(&spool->fd, directory, err);
	if (code != HEAR_OK) {
		free(spool);
		return code;
	}
	*out = spool;
	return HEAR_OK;
}

void spool_close(struct spool *spool)
{
	if (!spool)
		return;
	(void)close(spool->fd);
	hear_buffer_done(&spool->out);
	hear_buffer_done(&spool->in);
	free(spool);
}

uint64_t spool_count(const struct spool *spool)
{
	return spool->count;
}

static enum hear_code flush(struct spool *spool, struct hear_err *err)
{
	if (spool->out.failed)
		return hear_fail_memory(err);
	if (spool->out.size > 0 &&
	    !hear_write_all(spool->fd, spool->out.data, spool->out.size))
		return fail_file(err, "keep the records that were read");
	hear_buffer_reset(&spool->out);
	return HEAR_OK;
}

enum hear_code spool_add(struct spool *spool, const struct spool_entry *entry,
			 struct hear_err *err)
{
	struct head head = {.line = entry->line,
			    .input = entry->input,
			    .size = (uint32_t)entry->body.size,
			    .marking = entry->marking,
			    .phase = entry->phase,
			    .flags = entry->flags};

	memcpy(head.id, entry->id.bytes, 32);
	hear_buffer_add(&spool->out, &head, sizeof head);
	hear_buffer_span(&spool->out, entry->body);
	spool->count++;
	return spool->out.size >= PIECE || spool->out.failed
		       ? flush(spool, err)
		       : HEAR_OK;
}

enum hear_code spool_rewind(struct spool *spool, struct hear_err *err)
{
	hear_buffer_reset(&spool->in);
	spool->used = 0;
	spool->next = 0;
	return flush(spool, err);
}

/* Has `size` bytes ready to be used; false: the file ended. */
static enum hear_code ready(struct spool *spool, size_t size, bool *out,
			    struct hear_err *err)
{
	size_t left = spool->in.size - spool->used;
	ssize_t got;

	if (left < size) {
		if (!hear_buffer_room(&spool->in, PIECE + size))
			return hear_fail_memory(err);
		memmove(spool->in.data, spool->in.data + spool->used, left);
		spool->in.size = left;
		spool->used = 0;
	}
	while (spool->in.size - spool->used < size) {
		got = pread(spool->fd, spool->in.data + spool->in.size, PIECE,
			    (off_t)spool->next);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_file(err, "read the records kept");
		if (got == 0)
			break;
		spool->in.size += (size_t)got;
		spool->next += (uint64_t)got;
	}
	*out = spool->in.size - spool->used >= size;
	return HEAR_OK;
}

enum hear_code spool_next(struct spool *spool, struct spool_entry *out,
			  struct hear_err *err)
{
	struct head head;
	bool is;
	enum hear_code code = ready(spool, sizeof head, &is, err);

	if (code != HEAR_OK)
		return code;
	if (!is)
		return HEAR_NOTFOUND;
	memcpy(&head, spool->in.data + spool->used, sizeof head);
	code = ready(spool, sizeof head + head.size, &is, err);
	if (code != HEAR_OK)
		return code;
	assert(is);
	*out = (struct spool_entry){
		.at = spool->next - (spool->in.size - spool->used),
		.line = head.line,
		.input = head.input,
		.marking = head.marking,
		.phase = head.phase,
		.flags = head.flags,
		.body = {spool->in.data + spool->used + sizeof head,
			 head.size}};
	memcpy(out->id.bytes, head.id, 32);
	spool->used += sizeof head + head.size;
	return HEAR_OK;
}

enum hear_code spool_set_phase(struct spool *spool, uint64_t at, uint8_t phase,
			       struct hear_err *err)
{
	if (pwrite(spool->fd, &phase, 1,
		   (off_t)(at + offsetof(struct head, phase))) != 1)
		return fail_file(err, "keep the records that were read");
	return HEAR_OK;
}
