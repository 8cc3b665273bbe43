/* resting.h - how records that rest on something retracted are flagged.
 *
 *   in a line  [rests on retracted 1a2b3c4d]  [retracted]
 *   --json     "rests_on":[{"id":...,"how":"basis","via":[...],"reason":...}]
 *   --csv      1a2b...: misread; 5e6f...: not said
 *
 * What rests on what stands in hearsay.h, at hear_rests_on().
 */
#ifndef TOOLS_RESTING_H
#define TOOLS_RESTING_H

#include "core/hearsay.h"

/* Appends what flags a record in a line; nothing where nothing does. */
void resting_mark(const struct hear_ground *grounds, size_t count,
		  struct hear_buffer *out);
/* The list for JSON; NULL where the record rests on nothing retracted. */
struct hear_value *resting_value(struct hear_arena *arena,
				 const struct hear_ground *grounds,
				 size_t count);
/* Appends whole ids and reasons; nothing where there are none. */
void resting_cell(const struct hear_ground *grounds, size_t count,
		  struct hear_buffer *out);

/* Says on standard error how many live records rest on what was just retracted,
 * where nothing of it stands any more. */
HEAR_CHECKED enum hear_code resting_note(struct hear_reader *reader,
					 struct hear_arena *arena,
					 const struct hear_record *record,
					 struct hear_err *err);

#endif
