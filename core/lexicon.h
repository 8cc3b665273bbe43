/* lexicon.h - what names stand for in one view: the team's terms, applied.
 *
 * A name is looked up by its kind (source, subject, ...) and what it folds to,
 * and is known by a number from then on. Live terms join names as the same, or
 * as part and whole. Numbers differ from run to run; whatever is told anybody
 * is put in order with hear_lexicon_order().
 */
#ifndef CORE_LEXICON_H
#define CORE_LEXICON_H

#include "core/reader.h"

struct hear_lexicon;

/* Reads all live terms of the view; the reader is needed no more then. */
HEAR_CHECKED enum hear_code hear_lexicon_new(struct hear_lexicon **out,
					     struct hear_reader *reader,
					     struct hear_err *err);
void hear_lexicon_free(struct hear_lexicon *lexicon); /* accepts NULL */

/* The number of a name that a claim uses; it counts as one use. */
uint32_t hear_lexicon_name(struct hear_lexicon *lexicon, enum hear_term kind,
			   struct hear_span name);
/* The same for one that was only asked for: no use. */
uint32_t hear_lexicon_mention(struct hear_lexicon *lexicon,
			      enum hear_term kind, struct hear_span name);
/* The name that folds to that; HEAR_NOBODY: none does. */
uint32_t hear_lexicon_find(struct hear_lexicon *lexicon, enum hear_term kind,
			   struct hear_span folded);
/* Whether memory ran out: numbers mean nothing any more. */
bool hear_lexicon_failed(const struct hear_lexicon *lexicon);
uint32_t hear_lexicon_count(const struct hear_lexicon *lexicon);

/* Of those, the first so many are what terms speak of. */
uint32_t hear_lexicon_termed(const struct hear_lexicon *lexicon);
enum hear_term hear_lexicon_kind(const struct hear_lexicon *lexicon,
				 uint32_t name);

/* Equal for names that mean the same. */
uint32_t hear_lexicon_joined(const struct hear_lexicon *lexicon, uint32_t name);
/* Equal too for those that are part of another, or have a part in common. */
uint32_t hear_lexicon_origin(const struct hear_lexicon *lexicon, uint32_t name);
/* Whether `part` means the same as `whole`, or is part of it. */
bool hear_lexicon_within(struct hear_lexicon *lexicon, uint32_t part,
			 uint32_t whole);
/* The same the one way or the other; quick where `a` stays the same. */
bool hear_lexicon_either(struct hear_lexicon *lexicon, uint32_t a, uint32_t b);
/* Calls `each` with all that the name is part of, and all that are part of it:
 * one name of those that mean the same. What an earlier call gave on the same
 * way is not given again. */
void hear_lexicon_around(struct hear_lexicon *lexicon, uint32_t name,
			 void (*each)(void *context, uint32_t name),
			 void *context);
/* Whether any live term of that kind says that something is part of another. */
bool hear_lexicon_has_parts(const struct hear_lexicon *lexicon,
			    enum hear_term kind);

/* A name as most claims write it; the first in order of bytes where several
 * are written as often. */
struct hear_span hear_lexicon_spelling(const struct hear_lexicon *lexicon,
				       uint32_t name);
struct hear_span hear_lexicon_folded(const struct hear_lexicon *lexicon,
				     uint32_t name);
/* Of the names that mean the same, the one most used; then the first. */
uint32_t hear_lexicon_chief(struct hear_lexicon *lexicon, uint32_t name);
/* Orders by what the names of each fold to, joined ones as one. */
int hear_lexicon_order(struct hear_lexicon *lexicon, uint32_t a, uint32_t b);

/* Calls `each` with what every name that means the same folds to. */
void hear_lexicon_each(const struct hear_lexicon *lexicon, uint32_t name,
		       void (*each)(void *context, struct hear_span folded),
		       void *context);

#endif
