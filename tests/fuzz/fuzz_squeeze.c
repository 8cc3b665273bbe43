/* SPDX-License-Identifier: ISC */
/* Compressed filings: unpacked to what they say, within the limit, or refused;
 * what comes out goes in and comes out again. */
#include "core/limits.h"
#include "sync/squeeze.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hear_squeezer *squeezer; /* kept, as a node keeps it */
	struct hear_buffer raw = {.size = 0};
	struct hear_buffer small = {.size = 0};
	struct hear_buffer again = {.size = 0};
	struct hear_err err = {.code = HEAR_OK};

	if (!squeezer)
		assert(hear_squeezer_new(&squeezer, NULL) == HEAR_OK);
	if (hear_unsqueeze(squeezer, hear_span_make(data, size),
			   HEAR_PACKED_BYTES, &raw, &err) == HEAR_OK) {
		assert(raw.size <= HEAR_PACKED_BYTES);
		assert(hear_squeeze(squeezer, hear_buffer_view(&raw), &small,
				    NULL) == HEAR_OK);
		assert(small.size <= raw.size + HEAR_SQUEEZE_MORE);
		assert(hear_unsqueeze(squeezer, hear_buffer_view(&small),
				      HEAR_PACKED_BYTES, &again,
				      NULL) == HEAR_OK);
		assert(hear_span_equal(hear_buffer_view(&raw),
				       hear_buffer_view(&again)));
	} else {
		assert(err.message[0] != '\0');
	}
	hear_buffer_done(&raw);
	hear_buffer_done(&small);
	hear_buffer_done(&again);
	return 0;
}
