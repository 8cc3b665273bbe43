/* sync.h - becoming equal in the foreground, for `sync` and after `join`. */
#ifndef TOOLS_SYNC_H
#define TOOLS_SYNC_H

#include "tools/command.h"

/* Syncs the call's dataset with everybody in its address book, or with who is
 * at `address`, and says what came of it. call->status is STATUS_FAILED where
 * somebody is not in sync in the end. */
HEAR_CHECKED enum hear_code sync_run(struct call *call, const char *address,
				     uint64_t patience_ms,
				     struct hear_err *err);

#endif
