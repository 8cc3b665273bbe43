/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/home.h"
#include "tools/stream.h"

#include <inttypes.h>

const struct options_form compact_form = {
	.operands = "",
	.about = "Nothing else may have the dataset open meanwhile.\n",
	.example = "hearsay compact\n",
};

enum hear_code compact_main(struct call *call, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_buffer path = {0};
	const char *name;
	enum hear_code code;
	uint64_t before;
	uint64_t after;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = home_pick(call, arena, &name, err);
	if (code == HEAR_OK)
		code = home_dataset_path(call, name, &path, err);
	if (code == HEAR_OK)
		code = hear_compact(path.data, &before, &after, err);
	if (code == HEAR_OK)
		hear_buffer_print(stream_buffer(),
				  "%s: %" PRIu64 " bytes, was %" PRIu64 "\n",
				  name, after, before);
	hear_buffer_done(&path);
	hear_arena_free(arena);
	return code;
}
