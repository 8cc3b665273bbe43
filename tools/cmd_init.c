/* SPDX-License-Identifier: ISC */
#include "tools/command.h"
#include "tools/home.h"
#include "tools/output.h"
#include "tools/stream.h"

const struct options_form init_form = {
	.operands = "NAME",
	.about = "The name is what the team calls the dataset; it becomes part "
		 "of it. On another\nmachine the same dataset is not made anew: "
		 "take in a bundle of it there.\n",
	.example = "hearsay init korea\n",
	.least = 1,
	.most = 1,
};

static enum hear_code report(const struct call *call, const char *path,
			     const struct hear_dataset *dataset,
			     const struct hear_identity *founder,
			     struct hear_err *err)
{
	struct hear_arena *arena;
	struct hear_value *map;
	enum hear_code code;

	if (!call->json) {
		hear_buffer_print(stream_buffer(),
				  "made dataset %s in %s; its founder is %s\n",
				  hear_dataset_name(dataset), path,
				  hear_identity_name(founder));
		return HEAR_OK;
	}
	arena = hear_arena_new();
	map = hear_make_map(arena);
	hear_map_set(arena, map, "dataset",
		     output_text(arena, hear_dataset_name(dataset)));
	hear_map_set(arena, map, "id",
		     output_id(arena, hear_dataset_id(dataset)));
	hear_map_set(arena, map, "path", output_text(arena, path));
	hear_map_set(arena, map, "founder",
		     output_text(arena, hear_identity_name(founder)));
	code = output_json(map, err);
	hear_arena_free(arena);
	return code;
}

enum hear_code init_main(struct call *call, struct hear_err *err)
{
	const char *name = options_operand(call->options, 0);
	struct hear_dataset *dataset = NULL;
	struct hear_identity *founder = NULL;
	struct hear_buffer path = {0};
	enum hear_code code = home_name_check(name, err);

	if (code != HEAR_OK)
		return call_misused(call, code);
	code = home_dataset_path(call, name, &path, err);
	if (code == HEAR_OK)
		code = home_identity(call, &founder, err);
	if (code == HEAR_OK)
		code = hear_dataset_create(&dataset, path.data,
					   hear_span_of(name), founder,
					   home_now(), err);
	if (code == HEAR_OK)
		code = report(call, path.data, dataset, founder, err);
	hear_dataset_close(dataset);
	hear_identity_free(founder);
	hear_buffer_done(&path);
	return code;
}
