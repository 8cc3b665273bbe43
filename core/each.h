/* each.h - every live record of one kind, in order of arrival. */
#ifndef CORE_EACH_H
#define CORE_EACH_H

#include "core/reader.h"

/* Calls `each` with the records of that kind (its name) that are live in the
 * view, until it gives something else than HEAR_OK, which is then given back.
 * A record is good for the one call. */
HEAR_CHECKED enum hear_code
hear_each_live(struct hear_reader *reader, const char *kind,
	       enum hear_code (*each)(void *context,
				      const struct hear_record *record,
				      uint64_t number, struct hear_err *err),
	       void *context, struct hear_err *err);

#endif
