/* draft.h - a text written in the user's editor, and never lost.
 *
 * It is a file of its own, 0600, in the directory `drafts` of the home. It
 * goes away only once what it says is filed, or where nothing was written in
 * it.
 */
#ifndef TOOLS_DRAFT_H
#define TOOLS_DRAFT_H

#include "core/hearsay.h"
#include "tools/command.h"

struct draft {
	struct hear_buffer path;
	struct hear_buffer text; /* as it was last read or written */
	bool unread; /* it could not be read: the file may hold more */
};

/* A new file that begins with `text`. */
HEAR_CHECKED enum hear_code draft_begin(struct draft *draft,
					const struct call *call,
					struct hear_span text,
					struct hear_err *err);

/* Runs $VISUAL, $EDITOR or vi on it, waits, and reads it again without the
 * marks of draft_mark(), whatever became of the editor. HEAR_IO: it failed. */
HEAR_CHECKED enum hear_code draft_edit(struct draft *draft, size_t most,
				       struct hear_err *err);

/* Writes a mistake as a comment below its line (0: at the top), where the
 * next edit shows it. */
HEAR_CHECKED enum hear_code draft_mark(struct draft *draft, uint32_t line,
				       uint32_t column, const char *message,
				       struct hear_err *err);

/* Frees the memory; takes the file away where it is not to be kept. */
void draft_end(struct draft *draft, bool keep);

#endif
