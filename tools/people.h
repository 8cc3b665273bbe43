/* people.h - members of the dataset, as commands name them. */
#ifndef TOOLS_PEOPLE_H
#define TOOLS_PEOPLE_H

#include "core/hearsay.h"
#include "tools/session.h"

/* The member of that name (whatever its case), or whose key begins with those
 * digits, four or more; one who was removed too. Needs a reader.
 * HEAR_NOTFOUND and HEAR_AMBIGUOUS say so in `err`. */
HEAR_CHECKED enum hear_code people_find(const struct session *session,
					const char *who,
					struct hear_member *out,
					struct hear_err *err);

/* This node's standing in the dataset; HEAR_DENIED: it is no member. */
HEAR_CHECKED enum hear_code people_self(const struct session *session,
					const struct hear_identity *identity,
					struct hear_member *out,
					struct hear_err *err);
/* The same, and HEAR_DENIED unless it may change who is a member. */
HEAR_CHECKED enum hear_code people_admin(const struct session *session,
					 const struct hear_identity *identity,
					 struct hear_member *out,
					 struct hear_err *err);

/* The name of whoever has the key, or its first digits. */
void people_name(const struct session *session, const struct hear_key *key,
		 struct hear_buffer *out);

/* --role and --clearance of this call: writer and green where not given. */
HEAR_CHECKED enum hear_code people_rights(struct call *call,
					  enum hear_role *role,
					  enum hear_marking *clearance,
					  struct hear_err *err);
#define PEOPLE_RIGHTS_OPTIONS                                                  \
	{"role", 0, "ROLE", "what they may do (writer)", false,                \
	 "reader writer admin"},                                               \
	{                                                                      \
		"clearance", 0, "MARKING", "the highest they may see (green)", \
			false, "clear green amber amber+strict red"            \
	}

#endif
