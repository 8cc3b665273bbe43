/* SPDX-License-Identifier: ISC */
#include "tools/seen.h"

#include <stdlib.h>
#include <string.h>

/* Ids are hashes, so any eight of their bytes tell where to look first. */
struct seen {
	struct hear_id *ids;
	bool *used;
	size_t count;
	size_t room; /* a power of two, at most half full */
};

struct seen *seen_new(void)
{
	return calloc(1, sizeof(struct seen));
}

void seen_free(struct seen *seen)
{
	if (!seen)
		return;
	free(seen->ids);
	free(seen->used);
	free(seen);
}

/* Where the id is, or would be put. There is a free place always. */
static size_t place_of(const struct seen *seen, const struct hear_id *id)
{
	uint64_t start;
	size_t at;

	memcpy(&start, id->bytes, sizeof start);
	at = (size_t)start & (seen->room - 1);
	while (seen->used[at] && !hear_id_equal(&seen->ids[at], id))
		at = (at + 1) & (seen->room - 1);
	return at;
}

static bool grow(struct seen *seen)
{
	struct seen larger = {.room = seen->room ? seen->room * 2 : 256};
	size_t i;

	if (larger.room > SIZE_MAX / 2 / sizeof *larger.ids)
		return false;
	larger.ids = calloc(larger.room, sizeof *larger.ids);
	larger.used = calloc(larger.room, sizeof *larger.used);
	if (!larger.ids || !larger.used) {
		free(larger.ids);
		free(larger.used);
		return false;
	}
	for (i = 0; i < seen->room; i++) {
		size_t at;

		if (!seen->used[i])
			continue;
		at = place_of(&larger, &seen->ids[i]);
		larger.ids[at] = seen->ids[i];
		larger.used[at] = true;
	}
	larger.count = seen->count;
	free(seen->ids);
	free(seen->used);
	*seen = larger;
	return true;
}

bool seen_add(struct seen *seen, const struct hear_id *id, bool *is_new)
{
	size_t at;

	if (seen->count >= seen->room / 2 && !grow(seen))
		return false;
	at = place_of(seen, id);
	*is_new = !seen->used[at];
	if (*is_new) {
		seen->ids[at] = *id;
		seen->used[at] = true;
		seen->count++;
	}
	return true;
}
