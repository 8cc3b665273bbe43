/* form.h - what a field may hold, and the one form each takes in a body.
 *
 * The makers read what people write (one-line figures, chains and places, a
 * text or a list) and give the open form that is packed. Errors name the
 * field, and the line where the value carries one.
 */
#ifndef CORE_FORM_H
#define CORE_FORM_H

#include "core/hearsay.h"

/* What a field holds. */
enum hear_form {
	HEAR_FORM_FREE_TEXT, /* NFC, up to the limit */
	HEAR_FORM_NAME, /* one line */
	HEAR_FORM_NAME_SET, /* one or several, a set: sorted, none twice */
	HEAR_FORM_LINES, /* a list of one-line texts, in order */
	HEAR_FORM_DATE,
	HEAR_FORM_STANCE,
	HEAR_FORM_VALUE,
	HEAR_FORM_PLACE,
	HEAR_FORM_CHAIN,
	HEAR_FORM_ADDRESS, /* a document */
	HEAR_FORM_REFERENCE, /* an id, or a document */
	HEAR_FORM_LOCATOR,
	HEAR_FORM_TEXT_MAP,
	HEAR_FORM_LANGUAGE,
	HEAR_FORM_HEX_256,
	HEAR_FORM_ID,
	HEAR_FORM_ID_LIST,
	HEAR_FORM_LETTER, /* Admiralty reliability */
	HEAR_FORM_DIGIT, /* Admiralty credibility */
	HEAR_FORM_LIKELIHOOD,
	HEAR_FORM_RELATION,
	HEAR_FORM_TERM_KIND,
};

/* Where to make it, and what for. */
struct hear_making {
	struct hear_arena *arena;
	const char *field;
	unsigned limit; /* bytes of a text; items of a list or map */
	struct hear_err *err;
};

/* Makes any form but HEAR_FORM_VALUE's noun and words; `out` stays as it is
 * where `in` is as good as absent. */
HEAR_CHECKED enum hear_code hear_form_make(const struct hear_making *making,
					   enum hear_form form,
					   const struct hear_value *in,
					   struct hear_value **out);

/* A value, with the source's `words` beside it (empty: none). A noun that
 * follows the figure is given in `noun`. */
HEAR_CHECKED enum hear_code hear_form_value(const struct hear_making *making,
					    const struct hear_value *in,
					    struct hear_span words,
					    struct hear_value **out,
					    struct hear_span *noun);

/* The same for a value that stands in no record yet. */
HEAR_CHECKED enum hear_code
hear_value_make(struct hear_arena *arena, const struct hear_value *in,
		struct hear_span words, struct hear_value **out,
		struct hear_span *noun, struct hear_err *err);

#endif
