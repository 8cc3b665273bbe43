/* json_plain.h - JSON as almost all of it is, read in one pass.
 *
 * A record of texts, integers, lists and maps needs none of a library's
 * tables. Whatever is unusual or wrong is left to json_whole(), which has a
 * sentence for it; the two never differ where both read a text.
 */
#ifndef TOOLS_JSON_PLAIN_H
#define TOOLS_JSON_PLAIN_H

#include "core/hearsay.h"

/* False: not a plain map, or not JSON, or out of memory. */
bool json_plain(struct hear_arena *arena, struct hear_span text,
		struct hear_value **out);

/* json_read() by way of jansson. */
HEAR_CHECKED enum hear_code json_whole(struct hear_arena *arena,
				       struct hear_span text,
				       struct hear_value **out,
				       struct hear_err *err);

#endif
