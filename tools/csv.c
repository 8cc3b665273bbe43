/* SPDX-License-Identifier: ISC */
#include "tools/csv.h"
#include "core/bytes.h"
#include "core/error.h"
#include "tools/lines.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

enum {
	BLOCK = 4096,	  /* libcsv grows its field by so many bytes */
	NO_QUOTE = 0xff,  /* no byte of UTF-8: what is read never has it */
	SHOWN_COLUMN = 64 /* bytes of a name in a message */
};

struct csv {
	struct csv_parser parser;
	struct lines *lines;
	struct csv_form form;
	struct hear_arena *arena; /* the header lives here */
	struct csv_row header;
	struct hear_buffer bytes; /* the fields of the row, end to end */
	size_t *ends;		  /* of each field in bytes */
	struct hear_span *fields;
	size_t count;
	size_t row_bytes; /* of the lines of the row */
	uint64_t line;	  /* where the row began */
	bool inside;	  /* a field in quotes goes on in the next line */
	bool done;
};

/* ---- libcsv -------------------------------------------------------------- */

/* Lines have been ended already: a lone carriage return is refused before. */
static int line_feed(unsigned char byte)
{
	return byte == '\n';
}

static bool start_parser(struct csv *csv)
{
	csv_free(&csv->parser);
	if (csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return false;
	csv_set_delim(&csv->parser, (unsigned char)csv->form.separator);
	csv_set_quote(&csv->parser, csv->form.plain ? NO_QUOTE : '"');
	csv_set_term_func(&csv->parser, line_feed);
	csv_set_blk_size(&csv->parser, BLOCK);
	return true;
}

static void take_field(void *text, size_t size, void *context)
{
	struct csv *csv = context;

	if (csv->count < CSV_COLUMNS) {
		hear_buffer_add(&csv->bytes, text, size);
		csv->ends[csv->count] = csv->bytes.size;
	}
	csv->count++;
}

static void take_row(int byte, void *context)
{
	struct csv *csv = context;

	(void)byte;
	csv->done = true;
}

/* ---- Messages ------------------------------------------------------------ */

static enum hear_code fail_row(struct csv *csv, enum hear_code code,
			       uint32_t column, const char *message,
			       struct hear_err *err)
{
	const struct csv_row *header = &csv->header;
	struct hear_span name = {NULL, 0};

	if (csv->count < header->count)
		name = header->fields[csv->count];
	name = hear_span_cut(name, SHOWN_COLUMN);
	if (name.size > 0)
		hear_fail(err, code, "column \"%.*s\": %s", (int)name.size,
			  name.data, message);
	else
		hear_fail(err, code, "column %zu: %s", csv->count + 1, message);
	if (err) {
		err->line = lines_number(csv->line);
		err->column = column;
	}
	return code;
}

static uint32_t column_at(struct hear_span text, size_t at)
{
	uint32_t column = 1;
	size_t i;

	for (i = 0; i < at && i < text.size; i++)
		column += ((unsigned char)text.data[i] & 0xc0) != 0x80;
	return column;
}

static enum hear_code fail_parse(struct csv *csv, struct hear_span text,
				 size_t at, struct hear_err *err)
{
	if (csv_error(&csv->parser) != CSV_EPARSE)
		return hear_fail_memory(err);
	return fail_row(csv, HEAR_INVALID, column_at(text, at),
			"a quote stands inside the field; put the whole field "
			"in quotes and write each quote in it twice, or say "
			"that quotes are plain characters (quoting: none)",
			err);
}

static enum hear_code fail_count(struct csv *csv, struct hear_err *err)
{
	size_t wanted = csv->header.count;

	if (csv->count > wanted)
		hear_fail(err, HEAR_INVALID,
			  "the row has %zu columns where there should be %zu; "
			  "is a separator in a field that should be in quotes?",
			  csv->count, wanted);
	else
		hear_fail(err, HEAR_INVALID,
			  "the row has %zu columns where there should be %zu; "
			  "column \"%.*s\" and what follows are missing",
			  csv->count, wanted,
			  (int)hear_span_cut(csv->header.fields[csv->count],
					     SHOWN_COLUMN).size,
			  csv->header.fields[csv->count].data);
	if (err)
		err->line = lines_number(csv->line);
	return HEAR_INVALID;
}

/* ---- Rows ---------------------------------------------------------------- */

static void begin_row(struct csv *csv)
{
	hear_buffer_reset(&csv->bytes);
	csv->count = 0;
	csv->row_bytes = 0;
	csv->inside = false;
	csv->done = false;
}

/* Only separators that are no blanks make columns of a blank line. */
static bool blank_line(const struct csv *csv, struct hear_span text)
{
	size_t i;

	for (i = 0; i < text.size; i++)
		if (text.data[i] == csv->form.separator ||
		    (text.data[i] != ' ' && text.data[i] != '\t'))
			return false;
	return true;
}

static enum hear_code check_line(struct csv *csv, struct hear_span text,
				 struct hear_err *err)
{
	size_t bad = hear_utf8_bad(text);
	const char *lone;

	csv->row_bytes += text.size + 1;
	if (csv->row_bytes > CSV_ROW_BYTES)
		return fail_row(csv, HEAR_LIMIT, 0,
				"the row is longer than 1 MiB; is a quote "
				"not closed?", err);
	if (bad != HEAR_NOWHERE)
		return fail_row(csv, HEAR_INVALID, column_at(text, bad),
				"these bytes are not UTF-8; save the file as "
				"UTF-8", err);
	lone = text.size ? memchr(text.data, '\r', text.size) : NULL;
	if (lone)
		return fail_row(csv, HEAR_INVALID,
				column_at(text, (size_t)(lone - text.data)),
				"a carriage return without a line feed; let "
				"lines end with a line feed", err);
	return HEAR_OK;
}

static enum hear_code feed(struct csv *csv, struct hear_span text,
			   struct hear_err *err)
{
	size_t used = 0;

	if (text.size > 0)
		used = csv_parse(&csv->parser, text.data, text.size, take_field,
				 take_row, csv);
	if (used < text.size)
		return fail_parse(csv, text, used, err);
	if (csv_parse(&csv->parser, "\n", 1, take_field, take_row, csv) != 1)
		return fail_parse(csv, text, used, err);
	csv->inside = !csv->done;
	return HEAR_OK;
}

static enum hear_code take_line(struct csv *csv, const struct line *line,
				struct hear_err *err)
{
	enum hear_code code;

	if (!csv->inside) {
		if (blank_line(csv, line->text))
			return HEAR_OK;
		csv->line = line->number;
	}
	code = check_line(csv, line->text, err);
	return code ? code : feed(csv, line->text, err);
}

static enum hear_code finish_row(struct csv *csv, struct csv_row *out,
				 struct hear_err *err)
{
	size_t start = 0;
	size_t i;

	if (csv->count > CSV_COLUMNS) {
		csv->count = CSV_COLUMNS;
		return fail_row(csv, HEAR_LIMIT, 0,
				"the row has more than 4096 columns", err);
	}
	if (csv->bytes.failed)
		return hear_fail_memory(err);
	if (csv->header.count > 0 && csv->count != csv->header.count)
		return fail_count(csv, err);
	for (i = 0; i < csv->count; i++) {
		csv->fields[i].data = csv->bytes.data + start;
		csv->fields[i].size = csv->ends[i] - start;
		start = csv->ends[i];
	}
	out->line = csv->line;
	out->count = csv->count;
	out->fields = csv->fields;
	return HEAR_OK;
}

static enum hear_code read_row(struct csv *csv, struct csv_row *out,
			       struct hear_err *err)
{
	enum hear_code code;
	struct line line;

	while (!csv->done) {
		code = lines_next(csv->lines, &line, err);
		if (code == HEAR_NOTFOUND && csv->inside)
			return fail_row(csv, HEAR_INVALID, 0,
					"the file ends inside a field in "
					"quotes; close the quote", err);
		if (!code)
			code = take_line(csv, &line, err);
		if (code)
			return code;
	}
	return finish_row(csv, out, err);
}

enum hear_code csv_next(struct csv *csv, struct csv_row *out,
			struct hear_err *err)
{
	enum hear_code code;

	memset(out, 0, sizeof *out);
	begin_row(csv);
	code = read_row(csv, out, err);
	if (code && !start_parser(csv)) /* nothing of a bad row stays */
		return hear_fail_memory(err);
	return code;
}

/* ---- Opening ------------------------------------------------------------- */

static enum hear_code check_form(const struct csv_form *form,
				 struct hear_err *err)
{
	if (form->separator == '\n' || form->separator == '\r' ||
	    form->separator == '\0' || (form->separator & 0x80) ||
	    (form->separator == '"' && !form->plain))
		return hear_fail(err, HEAR_INVALID,
				 "the separator must be one ASCII character "
				 "and no quote or line end");
	if (!form->header && form->column_count == 0)
		return hear_fail(err, HEAR_INVALID,
				 "without a header row the columns need "
				 "names: columns: [...]");
	if (form->column_count > CSV_COLUMNS)
		return hear_fail(err, HEAR_LIMIT,
				 "more than 4096 columns are named");
	return HEAR_OK;
}

/* Copies the names, as the row they came in is good only until the next. */
static enum hear_code keep_header(struct csv *csv, const struct csv_row *row,
				  struct hear_err *err)
{
	struct hear_span *names = hear_arena_alloc(
		csv->arena, (row->count + 1) * sizeof *names);
	size_t i;

	for (i = 0; names && i < row->count; i++)
		names[i] = hear_arena_copy(csv->arena, row->fields[i]);
	if (hear_arena_failed(csv->arena))
		return hear_fail_memory(err);
	csv->header = *row;
	csv->header.fields = names;
	return HEAR_OK;
}

static enum hear_code read_header(struct csv *csv, struct hear_err *err)
{
	struct csv_row row = {0, csv->form.column_count, csv->form.columns};
	enum hear_code code;

	if (csv->form.header) {
		code = csv_next(csv, &row, err);
		if (code == HEAR_NOTFOUND)
			return hear_fail(err, HEAR_INVALID,
					 "%s is empty: there is no header row",
					 lines_name(csv->lines));
		if (code)
			return code;
	}
	return keep_header(csv, &row, err);
}

static enum hear_code make(struct csv *csv, int fd, const char *name,
			   struct hear_err *err)
{
	csv->arena = hear_arena_new();
	csv->ends = calloc(CSV_COLUMNS, sizeof *csv->ends);
	csv->fields = calloc(CSV_COLUMNS, sizeof *csv->fields);
	if (!csv->arena || !csv->ends || !csv->fields || !start_parser(csv))
		return hear_fail_memory(err);
	return lines_open(&csv->lines, fd, name, err);
}

enum hear_code csv_open(struct csv **out, int fd, const char *name,
			const struct csv_form *form, struct hear_err *err)
{
	enum hear_code code = check_form(form, err);
	struct csv *csv;

	*out = NULL;
	if (code)
		return code;
	csv = calloc(1, sizeof *csv);
	if (!csv)
		return hear_fail_memory(err);
	csv->form = *form;
	code = make(csv, fd, name, err);
	if (!code)
		code = read_header(csv, err);
	if (code) {
		csv_close(csv);
		return code;
	}
	*out = csv;
	return HEAR_OK;
}

void csv_close(struct csv *csv)
{
	if (!csv)
		return;
	csv_free(&csv->parser);
	lines_close(csv->lines);
	hear_arena_free(csv->arena);
	hear_buffer_done(&csv->bytes);
	free(csv->ends);
	free(csv->fields);
	free(csv);
}

const struct csv_row *csv_header(const struct csv *csv)
{
	return &csv->header;
}

enum hear_code csv_rewind(struct csv *csv, struct hear_err *err)
{
	enum hear_code code = lines_rewind(csv->lines, err);
	struct csv_row header;

	if (!code && !start_parser(csv))
		code = hear_fail_memory(err);
	if (!code && csv->form.header) {
		code = csv_next(csv, &header, err);
		if (code == HEAR_NOTFOUND)
			code = hear_fail(err, HEAR_IO,
					 "%s changed while it was read",
					 lines_name(csv->lines));
	}
	return code;
}

uint64_t csv_position(const struct csv *csv)
{
	return lines_position(csv->lines);
}
