/* scratch.h - a store in a new directory of the current one, for tests.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include "core/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct scratch {
	char path[32];
	struct hear_store *store;
};

/* False: it could not be made. */
static inline bool scratch_open(struct scratch *scratch)
{
	static const char template[] = "scratch-XXXXXX";

	scratch->store = NULL;
	(void)snprintf(scratch->path, sizeof scratch->path, "%s", template);
	return mkdtemp(scratch->path) &&
	       hear_store_open(&scratch->store, scratch->path, true, NULL,
			       NULL) == HEAR_OK;
}

/* Removes the directory; the store stays open, and usable. */
static inline void scratch_forget(struct scratch *scratch)
{
	static const char *const files[] = {"data.mdb", "lock.mdb", "use",
					    "turn"};
	char name[64];
	size_t i;

	for (i = 0; i < sizeof files / sizeof files[0]; i++) {
		(void)snprintf(name, sizeof name, "%s/%s", scratch->path,
			       files[i]);
		(void)unlink(name);
	}
	(void)rmdir(scratch->path);
}

/* Removes the directory too. */
static inline void scratch_close(struct scratch *scratch)
{
	hear_store_close(scratch->store);
	scratch_forget(scratch);
}

#endif
