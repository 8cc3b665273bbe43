/* target.h - the record that a command is about, by the first digits of its
 * id. */
#ifndef TOOLS_TARGET_H
#define TOOLS_TARGET_H

#include "core/hearsay.h"
#include "tools/command.h"
#include "tools/session.h"

struct target {
	struct hear_record record; /* in the session's arena */
	enum hear_marking lowest;  /* at which it is live */
};

/* Needs a reader. HEAR_NOTFOUND and HEAR_AMBIGUOUS say so in `err`; a filing
 * or a record that is retracted everywhere is refused. */
HEAR_CHECKED enum hear_code target_find(struct target *out,
					const struct session *session,
					const char *digits,
					struct hear_err *err);

/* Whatever its standing: what is retracted too. `lowest` is 0 there. */
HEAR_CHECKED enum hear_code target_find_any(struct target *out,
					    const struct session *session,
					    const char *digits,
					    struct hear_err *err);

/* --marking where it was given, else `lowest`. */
HEAR_CHECKED enum hear_code target_marking(struct call *call,
					   enum hear_marking lowest,
					   enum hear_marking *out,
					   struct hear_err *err);

/* Whether a text looks like an id or the beginning of one: 4 to 64
 * hexadecimal digits and nothing else. */
bool target_looks_like_id(struct hear_span text);

/* The id as text, in the session's arena. */
struct hear_value *target_id(const struct session *session,
			     const struct target *target);

/* Option that the commands that judge share. */
#define TARGET_MARKING_OPTION                                                  \
	{                                                                      \
		"marking", 0, "MARKING",                                       \
			"how far it may travel; without it, as far as what "   \
			"it is about",                                         \
			false, "clear green amber amber+strict red local"      \
	}

#endif
