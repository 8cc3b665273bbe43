/* changes.h - what moved in a dataset since a time, by when it was filed here.
 *
 * A change is made by a record that was filed since: a figure that corrects
 * another is one though both are new, and none where it was in view before.
 * Who made a change is the source that is charged with it (core/WEIGHING.md);
 * of a retraction, the analyst.
 */
#ifndef TOOLS_CHANGES_H
#define TOOLS_CHANGES_H

#include "tools/weighed.h"

/* In the order they are listed: name for programs, heading for people. */
#define CHANGES(X)                                                             \
	X(CHANGE_CORRECTED, "corrected", "corrected")                          \
	X(CHANGE_WITHDRAWN, "withdrawn", "withdrawn")                          \
	X(CHANGE_RENEWED, "given-again", "given again after it was withdrawn") \
	X(CHANGE_REVERSED, "reversed", "asserted after it was denied")         \
	X(CHANGE_DENIED, "denied", "denied")                                   \
	X(CHANGE_DOUBTED, "doubted", "doubted")                                \
	X(CHANGE_JOINED, "another-origin", "gained another origin")            \
	X(CHANGE_RETRACTED, "retracted", "retracted by analysts")              \
	X(CHANGE_EDITED, "edited", "captured again with other content")        \
	X(CHANGE_TWICE, "filed-twice", "filed twice")                          \
	X(CHANGE_UPDATED, "updated", "updated")

enum change_kind {
#define CHANGE_ENUM(kind, name, heading) kind,
	CHANGES(CHANGE_ENUM)
#undef CHANGE_ENUM
		CHANGE_KINDS
};

const char *change_name(enum change_kind kind);
const char *change_heading(enum change_kind kind);

/* Texts are as the records have them, not cleaned; empty where there is
 * none. */
struct change {
	enum change_kind kind;
	int64_t when_ms; /* the record that makes it was filed */
	int64_t until_ms; /* the time it is about: hear_weighed's until_ms */
	int64_t said_ms;  /* what makes it was said */
	uint32_t question; /* HEAR_NOBODY: it is of none */
	/* What makes it, and what it changed; HEAR_NOBODY: none that is
	 * weighed. */
	uint32_t claim;
	uint32_t claim_before;
	struct hear_span what; /* the question in one line, what was retracted,
				* or the page */
	struct hear_span before;
	struct hear_span after;
	struct hear_span by;
	struct hear_span relayed_by;
	struct hear_span reason;
	const struct hear_id *ids; /* id_count of them: what makes it first */
	size_t id_count;
};

struct changes {
	struct hear_arena *arena;
	struct change *items; /* by kind, filed, question, said */
	size_t count;
	size_t room;
	size_t counts[CHANGE_KINDS];
	size_t from[CHANGE_KINDS]; /* where each kind begins */
};

/* All changes made by records filed in that millisecond or later, to the
 * questions that the weighing was asked for, and to the retracted records that
 * match `query` (the text of the same query; empty: all). */
HEAR_CHECKED enum hear_code changes_find(struct changes *out,
					 struct weighed *weighed,
					 struct hear_span query,
					 int64_t since_ms,
					 struct hear_err *err);
void changes_done(struct changes *changes);

#endif
