/* SPDX-License-Identifier: ISC */
#include "tools/lines.h"
#include "core/bytes.h"
#include "core/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_ROOM = 1 << 16, MAX_ROOM = 2 * LINES_BYTES };

struct lines {
	int fd;
	char *name;
	char *data;
	size_t room;
	size_t start;	/* of the next line in data */
	size_t scanned; /* no line feed between start and here */
	size_t size;
	uint64_t before; /* bytes of the input before data[0] */
	uint64_t number; /* of the line last given */
	const char *strange; /* what the file is instead of text */
	bool begun;
	bool ended;
};

struct magic {
	const char *bytes;
	size_t size;
	const char *what;
};

static const struct magic magics[] = {
	{"\xff\xfe", 2, "UTF-16 text; save it as UTF-8"},
	{"\xfe\xff", 2, "UTF-16 text; save it as UTF-8"},
	{"\x1f\x8b", 2, "compressed with gzip; unpack it with gunzip"},
	{"\x28\xb5\x2f\xfd", 4, "compressed with zstd; unpack it with unzstd"},
	{"\xfd\x37zXZ", 5, "compressed with xz; unpack it with unxz"},
	{"PK\x03\x04", 4,
	 "a zip archive or a spreadsheet; unpack it, or save it as CSV"},
	{"\xd0\xcf\x11\xe0", 4, "an old spreadsheet; save it as CSV"},
	{"%PDF-", 5, "a PDF; write what it says as text"},
	{"SQLite format 3", 15, "an SQLite database; export it as CSV"},
};

enum hear_code lines_open(struct lines **out, int fd, const char *name,
			  struct hear_err *err)
{
	struct lines *lines = calloc(1, sizeof *lines);

	*out = NULL;
	if (!lines)
		return hear_fail_memory(err);
	lines->fd = fd;
	lines->name = strdup(name);
	lines->data = malloc(FIRST_ROOM);
	lines->room = FIRST_ROOM;
	if (!lines->name || !lines->data) {
		lines_close(lines);
		return hear_fail_memory(err);
	}
	*out = lines;
	return HEAR_OK;
}

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	free(lines->name);
	free(lines->data);
	free(lines);
}

uint64_t lines_position(const struct lines *lines)
{
	return lines->before + lines->start;
}

const char *lines_name(const struct lines *lines)
{
	return lines->name;
}

uint32_t lines_number(uint64_t number)
{
	return number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

enum hear_code lines_rewind(struct lines *lines, struct hear_err *err)
{
	if (lseek(lines->fd, 0, SEEK_SET) != 0)
		return hear_fail(err, HEAR_IO,
				 "%s cannot be read twice, which this needs: "
				 "save it to a file and give that",
				 lines->name);
	lines->start = 0;
	lines->scanned = 0;
	lines->size = 0;
	lines->before = 0;
	lines->number = 0;
	lines->begun = false;
	lines->ended = false;
	return HEAR_OK;
}

/* Lets go of what was given out. */
static void drop(struct lines *lines)
{
	size_t kept = lines->size - lines->start;

	if (lines->start == 0)
		return;
	memmove(lines->data, lines->data + lines->start, kept);
	lines->before += lines->start;
	lines->scanned -= lines->start;
	lines->size = kept;
	lines->start = 0;
}

static enum hear_code make_room(struct lines *lines, struct hear_err *err)
{
	size_t room = lines->room * 2;
	char *data;

	drop(lines);
	if (lines->size < lines->room)
		return HEAR_OK;
	data = realloc(lines->data, room);
	if (!data)
		return hear_fail_memory(err);
	lines->data = data;
	lines->room = room;
	return HEAR_OK;
}

/* Looks at the first bytes: what is no text is told once, not by line. */
static void begin(struct lines *lines)
{
	size_t i;

	lines->begun = true;
	lines->strange = NULL;
	for (i = 0; i < sizeof magics / sizeof *magics; i++)
		if (lines->size >= magics[i].size &&
		    memcmp(lines->data, magics[i].bytes, magics[i].size) == 0)
			lines->strange = magics[i].what;
	if (lines->size >= 3 && memcmp(lines->data, "\xef\xbb\xbf", 3) == 0) {
		lines->start = 3;
		lines->scanned = 3;
	}
}

/* Reads some more behind what is there; at the end sets `ended`. */
static enum hear_code fill(struct lines *lines, struct hear_err *err)
{
	enum hear_code code = make_room(lines, err);
	ssize_t got;

	if (code)
		return code;
	do {
		got = read(lines->fd, lines->data + lines->size,
			   lines->room - lines->size);
	} while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EISDIR)
		return hear_fail(err, HEAR_IO,
				 "%s is a folder; name the files in it",
				 lines->name);
	if (got < 0)
		return hear_fail(err, HEAR_IO, "cannot read %s: %s",
				 lines->name, strerror(errno));
	lines->ended = got == 0;
	lines->size += (size_t)got;
	return HEAR_OK;
}

static enum hear_code fill_first(struct lines *lines, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;

	/* A pipe may give three bytes of a mark in three pieces. */
	while (!code && !lines->ended && lines->size < 16 &&
	       !memchr(lines->data, '\n', lines->size))
		code = fill(lines, err);
	if (!code)
		begin(lines);
	return code;
}

static bool find_end(struct lines *lines, size_t *end)
{
	char *feed = memchr(lines->data + lines->scanned, '\n',
			    lines->size - lines->scanned);

	if (!feed) {
		lines->scanned = lines->size;
		return false;
	}
	*end = (size_t)(feed - lines->data);
	return true;
}

/* Reads past the rest of the line without keeping it. */
static enum hear_code skip_line(struct lines *lines, struct hear_err *err)
{
	enum hear_code code;
	size_t end;

	while (!find_end(lines, &end)) {
		lines->start = lines->size;
		if (lines->ended)
			return HEAR_OK;
		code = fill(lines, err);
		if (code)
			return code;
	}
	lines->start = end + 1;
	lines->scanned = end + 1;
	return HEAR_OK;
}

static enum hear_code fail_line(struct lines *lines, enum hear_code code,
				const char *message, struct hear_err *err)
{
	hear_fail(err, code, "%s", message);
	if (err)
		err->line = lines_number(lines->number);
	return code;
}

static enum hear_code fail_long(struct lines *lines, struct hear_err *err)
{
	enum hear_code code = skip_line(lines, err);

	lines->number++;
	if (code)
		return code;
	return fail_line(lines, HEAR_LIMIT,
			 "the line is longer than 1 MiB and was left out; "
			 "write one record a line", err);
}

/* The line that ends at `end` in data, and after which `next` begins. */
static enum hear_code give(struct lines *lines, struct line *out, size_t end,
			   size_t next, struct hear_err *err)
{
	const char *text = lines->data + lines->start;
	size_t size = end - lines->start;

	if (size > 0 && text[size - 1] == '\r' && next > end)
		size--;
	if (size > LINES_BYTES)
		return fail_long(lines, err);
	lines->start = next;
	lines->scanned = next;
	lines->number++;
	if (memchr(text, '\0', size))
		return fail_line(lines, HEAR_INVALID,
				 "the line holds a NUL byte, so it is not "
				 "text; take it out", err);
	out->text = hear_span_make(text, size);
	out->number = lines->number;
	out->blank = hear_span_trim(out->text).size == 0;
	return HEAR_OK;
}

enum hear_code lines_next(struct lines *lines, struct line *out,
			  struct hear_err *err)
{
	enum hear_code code;
	size_t end = 0;

	memset(out, 0, sizeof *out);
	if (!lines->begun) {
		code = fill_first(lines, err);
		if (code)
			return code;
	}
	if (lines->strange)
		return hear_fail(err, HEAR_INVALID, "%s is %s", lines->name,
				 lines->strange);
	while (!find_end(lines, &end)) {
		if (lines->size - lines->start > LINES_BYTES + 1)
			return fail_long(lines, err);
		if (lines->ended && lines->start == lines->size)
			return HEAR_NOTFOUND;
		if (lines->ended)
			return give(lines, out, lines->size, lines->size, err);
		code = fill(lines, err);
		if (code)
			return code;
	}
	return give(lines, out, end, end + 1, err);
}
