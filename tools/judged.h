/* judged.h - what `show` tells of a record beside what it says: whether it, or
 * what it rests on, is retracted; what rests on it; whether its page was
 * captured with other content; how analysts assess it.
 *
 * Each call prints labelled lines to standard output, and none where there is
 * nothing to tell; the arena is for scratch.
 */
#ifndef TOOLS_JUDGED_H
#define TOOLS_JUDGED_H

#include "core/hearsay.h"

HEAR_CHECKED enum hear_code judged_standing(struct hear_reader *reader,
					    struct hear_arena *arena,
					    const struct hear_record *record,
					    struct hear_err *err);
HEAR_CHECKED enum hear_code judged_versions(struct hear_reader *reader,
					    struct hear_arena *arena,
					    const struct hear_record *record,
					    struct hear_err *err);
/* A table with a row for each analyst's newest assessment, side by side and
 * never averaged; below it, marked so, that analyst's earlier ones. */
HEAR_CHECKED enum hear_code judged_assessments(struct hear_reader *reader,
					       struct hear_arena *arena,
					       const struct hear_id *target,
					       struct hear_err *err);

#endif
