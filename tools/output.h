/* output.h - records as every command prints them.
 *
 *   on a terminal   a line cut to its width: id, said, origin, sentence
 *   in a pipe       a line: id, said, origin, sentence, with tabs between
 *                   (what is retracted, or rests on it, is marked: resting.h)
 *   --json          JSON Lines: all fields and who filed it
 *   --csv           a header, then a row with the fields of a claim
 */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include "core/hearsay.h"
#include "tools/command.h"

enum output_mode { OUTPUT_PEOPLE, OUTPUT_LINES, OUTPUT_JSON, OUTPUT_CSV };

/* The option that commands with rows share. */
#define OUTPUT_CSV_OPTION                                                      \
	{                                                                      \
		"csv", 0, NULL, "comma-separated values with a header", false, \
			NULL                                                   \
	}

/* `csv`: whether the command has the option --csv. */
HEAR_CHECKED enum hear_code output_mode(struct call *call, bool csv,
					enum output_mode *out,
					struct hear_err *err);

/* What stands before the records: the header of CSV. */
void output_begin(enum output_mode mode);
/* One record, as `reader` sees it; `arena` is for scratch. A line may be had
 * without a reader. */
HEAR_CHECKED enum hear_code output_record(enum output_mode mode,
					  struct hear_reader *reader,
					  struct hear_arena *arena,
					  const struct hear_record *record,
					  struct hear_err *err);
/* A value of any shape as a JSON line. */
HEAR_CHECKED enum hear_code output_json(const struct hear_value *value,
					struct hear_err *err);

/* 64 hexadecimal digits, as a value. */
struct hear_value *output_id(struct hear_arena *arena,
			     const struct hear_id *id);
struct hear_value *output_key(struct hear_arena *arena,
			      const struct hear_key *key);
struct hear_value *output_time(struct hear_arena *arena, int64_t ms);
struct hear_value *output_text(struct hear_arena *arena, const char *text);

/* Appends what flags a record that is retracted or rests on what is. */
HEAR_CHECKED enum hear_code output_mark(struct hear_reader *reader,
					struct hear_arena *arena,
					const struct hear_record *record,
					struct hear_buffer *out,
					struct hear_err *err);

/* The first digits of an id: as many as people need. */
enum { OUTPUT_ID_DIGITS = 8 };
void output_short_id(const struct hear_id *id, struct hear_buffer *out);
/* Whoever the claim goes back to: "A + B" where they spoke jointly. */
void output_origin(const struct hear_value *tree, struct hear_buffer *out);
/* Appends the text as a field of CSV, in quotes where it needs them. */
void output_csv(struct hear_span text, struct hear_buffer *out);
/* Appends the text as a phrase of a query. */
void output_quoted(struct hear_span text, struct hear_buffer *out);
/* Appends `text` cleaned, cut to `columns`, and filled up to them with blanks
 * and two more. */
void output_cell(struct hear_span text, size_t columns,
		 struct hear_buffer *out);

#endif
