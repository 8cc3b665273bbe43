/* SPDX-License-Identifier: ISC */
#include "tools/input.h"
#include "tools/spool.h"

#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 4096, PIECE = 1 << 18 };

static bool seekable(int fd)
{
	struct stat about;

	return fstat(fd, &about) == 0 && S_ISREG(about.st_mode) &&
	       lseek(fd, 0, SEEK_CUR) >= 0;
}

static enum hear_code copy_all(int from, int to, const char *name,
			       struct hear_err *err)
{
	char *piece = malloc(PIECE);
	enum hear_code code = piece ? HEAR_OK : hear_fail_memory(err);
	ssize_t size = 1;

	while (code == HEAR_OK && size != 0) {
		size = read(from, piece, PIECE);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			code = hear_fail(err, HEAR_IO, "read %s: %s", name,
					 strerror(errno));
		else if (!hear_write_all(to, piece, (size_t)size))
			code = hear_fail(err,
					 errno == ENOSPC ? HEAR_FULL : HEAR_IO,
					 "keep a copy of %s: %s", name,
					 strerror(errno));
	}
	free(piece);
	return code;
}

/* Puts a copy that can be read twice in the input's place. */
static enum hear_code keep_copy(struct input *input, const char *directory,
				struct hear_err *err)
{
	int fd;
	enum hear_code code = spool_file(&fd, directory, err);

	if (code != HEAR_OK)
		return code;
	code = copy_all(input->fd, fd, input->name, err);
	if (code == HEAR_OK && lseek(fd, 0, SEEK_SET) != 0)
		code = hear_fail(err, HEAR_IO, "go back in the copy of %s: %s",
				 input->name, strerror(errno));
	input_close(input);
	input->fd = fd;
	return code;
}

/* ---- Guessing ---- */

static bool begins(struct hear_span head, const char *with)
{
	size_t size = strlen(with);

	return head.size >= size && memcmp(head.data, with, size) == 0;
}

static bool ends(const char *name, const char *with)
{
	size_t size = strlen(with);
	size_t all = strlen(name);

	return all >= size && strcasecmp(name + all - size, with) == 0;
}

static enum input_format format_of_name(const char *name)
{
	static const struct {
		const char *end;
		enum input_format format;
	} ends_of[] = {
		{".jsonl", INPUT_LINES}, {".ndjson", INPUT_LINES},
		{".json", INPUT_LINES},	 {".csv", INPUT_TABLE},
		{".tsv", INPUT_TABLE},	 {".tab", INPUT_TABLE},
	};
	size_t i;

	for (i = 0; i < sizeof ends_of / sizeof *ends_of; i++)
		if (ends(name, ends_of[i].end))
			return ends_of[i].format;
	return INPUT_UNKNOWN;
}

static struct hear_span first_line(struct hear_span head)
{
	const char *end = head.size ? memchr(head.data, '\n', head.size) : NULL;

	if (end)
		head.size = (size_t)(end - head.data);
	return head;
}

static bool has(struct hear_span text, char sign)
{
	return text.size > 0 && memchr(text.data, sign, text.size);
}

static enum hear_code guess(struct input *input, struct hear_span head,
			    struct hear_err *err)
{
	struct hear_span text;

	if (begins(head, "\xef\xbb\xbf"))
		head = hear_span_make(head.data + 3, head.size - 3);
	text = hear_span_trim(head);
	if (begins(head, "hearsay bundle "))
		input->format = INPUT_BUNDLE;
	else if (begins(text, "{"))
		input->format = INPUT_LINES;
	else
		input->format = format_of_name(input->name);
	if (input->format == INPUT_UNKNOWN && text.size == 0)
		input->format = INPUT_LINES; /* nothing at all */
	if (input->format == INPUT_UNKNOWN &&
	    (ends(input->name, ".yaml") || ends(input->name, ".yml")))
		return hear_fail(err, HEAR_INVALID,
				 "%s looks like a report; `hearsay file` files "
				 "those", input->name);
	if (input->format == INPUT_UNKNOWN &&
	    (has(first_line(head), ',') || has(first_line(head), '\t')))
		input->format = INPUT_TABLE;
	if (input->format == INPUT_UNKNOWN)
		return hear_fail(err, HEAR_INVALID,
				 "%s: what is in it? It begins neither like "
				 "JSON Lines nor like a table or a bundle; say "
				 "--format jsonl, csv or bundle", input->name);
	return HEAR_OK;
}

static enum hear_code look(struct input *input, bool guessing,
			   struct hear_err *err)
{
	char head[HEAD];
	struct hear_span line;
	ssize_t size = pread(input->fd, head, sizeof head, 0);
	enum hear_code code = HEAR_OK;

	if (size < 0)
		return hear_fail(err, HEAR_IO, "read %s: %s", input->name,
				 strerror(errno));
	if (guessing)
		code = guess(input, hear_span_make(head, (size_t)size), err);
	line = first_line(hear_span_make(head, (size_t)size));
	input->tabs = has(line, '\t') && !has(line, ',');
	return code;
}

/* ---- Opening ---- */

enum hear_code input_open(struct input *out, const char *path,
			  enum input_format given, bool twice,
			  const char *directory, struct hear_err *err)
{
	bool in = strcmp(path, "-") == 0;
	struct stat about;
	enum hear_code code = HEAR_OK;

	*out = (struct input){.name = in ? "standard input" : path,
			      .format = given};
	out->fd = in ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (out->fd < 0)
		return hear_fail(err, errno == ENOENT ? HEAR_NOTFOUND : HEAR_IO,
				 "open %s: %s", out->name, strerror(errno));
	if (fstat(out->fd, &about) == 0 && S_ISDIR(about.st_mode))
		code = hear_fail(err, HEAR_INVALID,
				 "%s is a directory; name the files in it",
				 path);
	else if (!seekable(out->fd) &&
		 (twice || given == INPUT_UNKNOWN || given == INPUT_BUNDLE))
		code = keep_copy(out, directory, err);
	if (code == HEAR_OK && seekable(out->fd)) {
		code = look(out, given == INPUT_UNKNOWN, err);
		if (fstat(out->fd, &about) == 0)
			out->size = (uint64_t)about.st_size;
	}
	if (code != HEAR_OK)
		input_close(out);
	return code;
}

void input_close(struct input *input)
{
	if (input->fd >= 0)
		(void)close(input->fd);
	input->fd = -1;
}

bool input_grew(const struct input *input)
{
	struct stat about;

	return input->size > 0 && fstat(input->fd, &about) == 0 &&
	       (uint64_t)about.st_size > input->size;
}
