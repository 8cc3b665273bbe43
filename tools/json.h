/* json.h - one JSON text to a tree of values, and back.
 *
 * Only json.c knows jansson. What a tree cannot hold is refused or turned
 * into what it can: a field that is null is absent; a number that is not an
 * integer becomes the text of its decimal, so that nothing is rounded.
 */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include "core/hearsay.h"

enum {
	JSON_BYTES = 1 << 20, /* of one text */
	JSON_DEPTH = 16,      /* maps and lists in one another */
	JSON_ITEMS = 4096,    /* fields and items in all */
};

/* Reads one JSON text, with nothing but blanks around it, into `arena`.
 * HEAR_INVALID and HEAR_LIMIT: err->line, err->column (in characters) and
 * err->at (bytes) tell where reading stopped; where the text was well formed
 * but says what a record cannot hold, the message names the field instead. */
HEAR_CHECKED enum hear_code json_read(struct hear_arena *arena,
				      struct hear_span text,
				      struct hear_value **out,
				      struct hear_err *err);

/* Appends `value` in one line without blanks and without a line end: fields
 * in the order they have, bytes as lower-case hex text. The same tree gives
 * the same bytes always, and json_read gives the same tree where it has no
 * bytes and keeps to the limits. HEAR_INVALID: a text is not UTF-8;
 * HEAR_LIMIT: over 64 maps and lists in one another. On failure `out` may
 * hold part of a line. */
HEAR_CHECKED enum hear_code json_write(const struct hear_value *value,
				       struct hear_buffer *out,
				       struct hear_err *err);

#endif
