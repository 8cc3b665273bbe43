/* SPDX-License-Identifier: ISC */
/* JSON: both readers agree; what is read is written and read again as the same
 * tree, in one line, and written again it is the same bytes; what is refused
 * has a sentence. */
#include "tools/json.h"
#include "tools/json_plain.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_back(struct hear_arena *arena, const struct hear_value *value)
{
	struct hear_buffer once = {.size = 0};
	struct hear_buffer twice = {.size = 0};
	struct hear_value *again;

	assert(json_write(value, &once, NULL) == HEAR_OK);
	assert(!memchr(once.data, '\n', once.size));
	if (once.size <= JSON_BYTES) {
		assert(json_read(arena, (struct hear_span){once.data, once.size},
				 &again, NULL) == HEAR_OK);
		assert(hear_value_equal(value, again));
		assert(json_write(again, &twice, NULL) == HEAR_OK);
		assert(once.size == twice.size &&
		       memcmp(once.data, twice.data, once.size) == 0);
	}
	hear_buffer_done(&once);
	hear_buffer_done(&twice);
}

/* What is read in one pass is what jansson makes of it. */
static void check_plain(struct hear_arena *arena, struct hear_span text)
{
	struct hear_value *plain = NULL;
	struct hear_value *whole = NULL;

	if (!json_plain(arena, text, &plain))
		return;
	assert(json_whole(arena, text, &whole, NULL) == HEAR_OK);
	assert(hear_value_equal(plain, whole));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_span text = {(const char *)data, size};
	struct hear_value *value;
	struct hear_err err = {.code = HEAR_OK};
	enum hear_code code;

	assert(arena);
	check_plain(arena, text);
	code = json_read(arena, text, &value, &err);
	if (code) {
		assert(!value && err.code == code && err.message[0]);
		assert(err.at == HEAR_NOWHERE || err.at <= size);
	} else {
		check_back(arena, value);
	}
	hear_arena_free(arena);
	return 0;
}
