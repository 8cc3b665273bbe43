/* SPDX-License-Identifier: ISC */
#include "tools/source.h"

#include "core/bytes.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

static enum hear_code read_all(int fd, const char *name, size_t most,
			       struct hear_buffer *out, struct hear_err *err)
{
	size_t before = out->size;
	ssize_t size;

	for (;;) {
		if (!hear_buffer_room(out, PIECE))
			return hear_fail_memory(err);
		size = read(fd, out->data + out->size, PIECE);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return hear_fail(err, HEAR_IO, "read %s: %s", name,
					 strerror(errno));
		if (size == 0)
			break;
		out->size += (size_t)size;
		if (out->size - before > most)
			return hear_fail(err, HEAR_LIMIT,
					 "%s is longer than the %zu bytes a "
					 "report may have; divide it, or use "
					 "`hearsay import`", name, most);
	}
	out->data[out->size] = '\0';
	return HEAR_OK;
}

enum hear_code source_read(const char *path, size_t most,
			   struct hear_buffer *out, struct hear_err *err)
{
	bool in = strcmp(path, "-") == 0;
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	enum hear_code code;

	if (fd < 0)
		return hear_fail(err, errno == ENOENT ? HEAR_NOTFOUND : HEAR_IO,
				 "open %s: %s", path, strerror(errno));
	code = read_all(fd, in ? "standard input" : path, most, out, err);
	if (!in)
		(void)close(fd);
	return code;
}

/* Line and column of a byte, from 1; columns count characters. */
static void place(struct hear_span text, size_t at, struct hear_err *err)
{
	size_t i;

	if (!err)
		return;
	err->line = 1;
	err->column = 1;
	for (i = 0; i < at && i < text.size; i++) {
		if (text.data[i] == '\n') {
			err->line++;
			err->column = 1;
		} else if (((unsigned char)text.data[i] & 0xc0) != 0x80) {
			err->column++;
		}
	}
}

enum hear_code source_check(struct hear_span text, struct hear_err *err)
{
	const char *nul = text.size ? memchr(text.data, '\0', text.size) : NULL;
	size_t bad = hear_utf8_bad(text);

	if (nul && (bad == HEAR_NOWHERE || (size_t)(nul - text.data) < bad)) {
		hear_fail(err, HEAR_INVALID,
			  "a NUL byte stands here: this is no text, or it is "
			  "UTF-16; save it as UTF-8");
		place(text, (size_t)(nul - text.data), err);
		return HEAR_INVALID;
	}
	if (bad == HEAR_NOWHERE)
		return HEAR_OK;
	hear_fail(err, HEAR_INVALID,
		  "this character is not UTF-8; save the file as UTF-8");
	place(text, bad, err);
	return HEAR_INVALID;
}

struct hear_span source_line(struct hear_span text, uint32_t number)
{
	const char *end;

	while (number > 1 && text.size > 0) {
		end = memchr(text.data, '\n', text.size);
		if (!end)
			return hear_span_make(NULL, 0);
		text.size -= (size_t)(end + 1 - text.data);
		text.data = end + 1;
		number--;
	}
	end = text.size ? memchr(text.data, '\n', text.size) : NULL;
	if (end)
		text.size = (size_t)(end - text.data);
	if (text.size > 0 && text.data[text.size - 1] == '\r')
		text.size--;
	return text;
}

/* The byte where a column begins. */
static size_t column_at(struct hear_span line, uint32_t column)
{
	size_t at = 0;

	while (column > 1 && at < line.size) {
		at++;
		while (at < line.size &&
		       ((unsigned char)line.data[at] & 0xc0) == 0x80)
			at++;
		column--;
	}
	return at;
}

/* Long lines are shown around the place only. */
enum { BEFORE = 40, AROUND = 160 };

static void show_line(struct call *call, struct hear_span line, size_t at,
		      struct hear_err *err)
{
	size_t from = 0;

	if (line.size > AROUND && at > BEFORE)
		from = at - BEFORE;
	while (from > 0 && from < line.size &&
	       ((unsigned char)line.data[from] & 0xc0) == 0x80)
		from--;
	line = hear_span_make(line.data + from, line.size - from);
	line = hear_span_cut(line, AROUND);
	hear_buffer_reset(&call->pointed);
	hear_buffer_span(&call->pointed, line);
	err->at = at - from;
	err->span = 1;
}

void source_point(struct call *call, const char *name, struct hear_span text,
		  struct hear_err *err)
{
	struct hear_span line;

	if (!err)
		return;
	err->at = HEAR_NOWHERE;
	if (err->line == 0) {
		hear_err_prefix(err, "%.200s: ", name);
		return;
	}
	hear_err_prefix(err, "%.200s:%u:%u: ", name, (unsigned)err->line,
			(unsigned)err->column);
	line = source_line(text, err->line);
	if (line.size > 0)
		show_line(call, line, column_at(line, err->column), err);
	err->line = 0;
}
