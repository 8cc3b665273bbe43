/* SPDX-License-Identifier: ISC */
/* Dates: what is accepted covers some time, and that time, printed, is read
 * back as itself; what is refused has a sentence about bytes of the text. */
#include "core/when.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 0001-01-01 and 10000-01-01: what printed times can be read back from. */
static const int64_t first_ms = INT64_C(-62135596800000);
static const int64_t after_ms = INT64_C(253402300800000);

static void check_print(int64_t ms)
{
	struct hear_buffer text = {.size = 0};
	struct hear_when when;

	hear_time_print(ms, true, &text);
	if (!text.failed && ms >= first_ms && ms < after_ms) {
		assert(hear_when_parse(hear_buffer_view(&text), &when, NULL) ==
		       HEAR_OK);
		assert(when.from == ms && when.to == ms + 1);
	}
	hear_buffer_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span text = {(const char *)data, size};
	struct hear_when when;
	struct hear_err err;
	int64_t ms = 0;

	memset(&err, 0, sizeof err);
	if (hear_when_parse(text, &when, &err) == HEAR_OK) {
		assert(when.from < when.to);
		check_print(when.from);
		check_print(when.to);
	} else {
		assert(err.message[0] != '\0');
		assert(err.at <= size && err.span <= size - err.at);
	}
	if (size >= sizeof ms)
		memcpy(&ms, data, sizeof ms);
	check_print(ms);
	return 0;
}
