/* SPDX-License-Identifier: ISC */
/* Tables: every row has as many fields as the header, lines go up, and rows
 * written back in quotes are read as the same fields. The first byte chooses
 * the separator and whether quotes are plain. */
#include "tools/csv.h"
#include "tests/unit/textfile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_field(struct hear_span field, struct hear_buffer *out)
{
	size_t i;

	hear_buffer_byte(out, '"');
	for (i = 0; i < field.size; i++) {
		if (field.data[i] == '"')
			hear_buffer_byte(out, '"');
		hear_buffer_byte(out, field.data[i]);
	}
	hear_buffer_byte(out, '"');
}

static void write_row(const struct csv_row *row, struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < row->count; i++) {
		if (i > 0)
			hear_buffer_byte(out, ',');
		write_field(row->fields[i], out);
	}
	hear_buffer_byte(out, '\n');
}

static void check_back(const struct csv_row *row)
{
	struct hear_buffer text = {.size = 0};
	struct csv_form form = CSV_FORM;
	struct csv_row again;
	struct csv *csv;
	size_t i;
	int fd;

	form.header = false;
	form.columns = row->fields;
	form.column_count = row->count;
	write_row(row, &text);
	fd = textfile_of(text.data, text.size);
	assert(fd >= 0);
	assert(csv_open(&csv, fd, "again", &form, NULL) == HEAR_OK);
	assert(csv_next(csv, &again, NULL) == HEAR_OK);
	assert(again.count == row->count);
	for (i = 0; i < row->count; i++)
		assert(hear_span_equal(again.fields[i], row->fields[i]));
	csv_close(csv);
	close(fd);
	hear_buffer_done(&text);
}

static void read_rows(struct csv *csv)
{
	struct hear_err err = {.code = HEAR_OK};
	uint64_t line = 0;
	struct csv_row row;
	enum hear_code code;
	int rows = 0;

	while ((code = csv_next(csv, &row, &err)) != HEAR_NOTFOUND) {
		assert(!code || err.message[0]);
		if (code && err.line == 0)
			break; /* the file is not text at all */
		if (code)
			continue;
		assert(row.count == csv_header(csv)->count);
		assert(row.line > line);
		line = row.line;
		if (rows++ < 4)
			check_back(&row);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char separators[] = ",\t;|";
	struct csv_form form = CSV_FORM;
	struct csv *csv;
	int fd;

	if (size == 0)
		return 0;
	form.separator = separators[data[0] & 3];
	form.plain = data[0] & 4;
	fd = textfile_of(data + 1, size - 1);
	assert(fd >= 0);
	if (csv_open(&csv, fd, "table", &form, NULL) == HEAR_OK) {
		read_rows(csv);
		csv_close(csv);
	}
	close(fd);
	return 0;
}
