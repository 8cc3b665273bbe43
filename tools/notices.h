/* notices.h - what is pointed out about records that are about to be filed.
 *
 *   new predicate 'deaths'; nearest: killed (4,211)
 *   1a2b3c4d5e looks like 6f7a8b9c0d: same document, question and origin
 *   https://example.org/a was captured with other content: 1a2b3c4d, 2025-01-13
 *
 * Nothing of it stops anybody. Only where the dataset's setting `vocabulary`
 * is strict, a predicate, subject or `of` that is not in use is refused, with
 * the same sentence; sources are always free. Sentences go to standard error.
 */
#ifndef TOOLS_NOTICES_H
#define TOOLS_NOTICES_H

#include "core/hearsay.h"

struct notices;

/* The reader is borrowed until notices_close(). */
HEAR_CHECKED enum hear_code notices_open(struct notices **out,
					 struct hear_reader *reader,
					 struct hear_err *err);
void notices_close(struct notices *notices);

/* Remembers the names in a claim that are new here, and the captures of a
 * document that was captured with another sha256, here or among those looked
 * at; other records have neither. Cheap for names met before. HEAR_DENIED:
 * strict, and this one is new. */
HEAR_CHECKED enum hear_code notices_look(struct notices *notices,
					 const struct hear_record *record,
					 struct hear_err *err);

/* Prints the captures that found other content, then the names that are close
 * to another, `most` at most and then how many more there are; those far from
 * all others are nobody's mistake. */
HEAR_CHECKED enum hear_code notices_print(struct notices *notices,
					  unsigned most, struct hear_err *err);

/* Prints which live claims a new one is probably the same as. Claims that are
 * themselves live already are passed over. */
HEAR_CHECKED enum hear_code notices_alike(struct notices *notices,
					  const struct hear_record *record,
					  struct hear_err *err);

#endif
