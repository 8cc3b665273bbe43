/* condition.h - whether a row is meant: columns and what they must hold.
 *
 *   {status: published}            the column holds this text
 *   {status: [published, final]}   one of these
 *   {killed: {not: ""}}            anything but this, or these
 *
 * All of a map must hold; of a list of maps, any. Texts are compared byte by
 * byte, without blanks at the ends.
 */
#ifndef TOOLS_CONDITION_H
#define TOOLS_CONDITION_H

#include "tools/template.h"

struct condition;

/* Reads a map, or a list of maps, and mentions its columns in `scope`. */
HEAR_CHECKED enum hear_code condition_read(struct condition **out,
					   struct template_scope *scope,
					   const struct hear_value *value,
					   struct hear_err *err);

/* `cells` are those of a row, trimmed. */
bool condition_holds(const struct condition *condition,
		     const struct hear_span *cells);

#endif
