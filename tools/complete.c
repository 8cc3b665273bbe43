/* SPDX-License-Identifier: ISC */
#include "tools/complete.h"
#include "tools/home.h"
#include "tools/stream.h"

#include <string.h>

static enum hear_code list_datasets(const struct call *call,
				    struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	const char **names;
	enum hear_code code;
	size_t count;
	size_t i;

	if (!arena)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = home_datasets(call, arena, &names, &count, err);
	for (i = 0; code == HEAR_OK && i < count; i++)
		hear_buffer_print(stream_buffer(), "%s\n", names[i]);
	hear_arena_free(arena);
	return code;
}

enum hear_code complete_words(const struct call *call,
			      const struct options_form *form,
			      const char *word, struct hear_err *err)
{
	if (!word) {
		options_list(form, stream_buffer());
		return HEAR_OK;
	}
	if (strcmp(word, "-d") == 0 || strcmp(word, "--dataset") == 0)
		return list_datasets(call, err);
	(void)options_values(form, word, stream_buffer());
	return HEAR_OK;
}
