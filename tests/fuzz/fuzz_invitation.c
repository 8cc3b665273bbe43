/* SPDX-License-Identifier: ISC */
/* An invitation that is read is written as the same line, but for blanks; and
 * whatever follows a good checksum is read within bounds: a second reading has
 * the checksum made good, which a fuzzer would not find by itself. */
#include "sync/invitation.h"

#include "core/bytes.h"
#include "core/sign.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_line(struct hear_span line)
{
	struct hear_buffer again = {0};
	struct hear_invitation first;
	struct hear_invitation second;
	struct hear_err err;
	size_t i;

	if (hear_invitation_parse(line, &first, &err) != HEAR_OK)
		return;
	assert(first.address_count <= HEAR_INVITATION_ADDRESSES);
	for (i = 0; i < first.address_count; i++)
		assert(hear_peer_address_check(
			       hear_span_of(first.addresses[i]), &err) ==
		       HEAR_OK);
	assert(hear_invitation_print(&first, &again, &err) == HEAR_OK);
	assert(hear_invitation_parse(hear_buffer_view(&again), &second,
				     &err) == HEAR_OK);
	assert(memcmp(&first, &second, sizeof first) == 0);
	hear_buffer_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_buffer line = {0};
	struct hear_buffer bytes = {0};
	struct hear_hash hash;
	struct hear_id sum;

	read_line(hear_span_make(data, size));
	if (size > 2048)
		return 0;
	hear_buffer_add(&bytes, data, size);
	hear_hash_begin(&hash, HEAR_TAG_CHECKSUM);
	hear_hash_add(&hash, data, size);
	hear_hash_end(&hash, &sum);
	hear_buffer_add(&bytes, sum.bytes, 4);
	hear_buffer_text(&line, "hearsay1:");
	hear_base64_print(bytes.data, bytes.size, &line);
	read_line(hear_buffer_view(&line));
	hear_buffer_done(&bytes);
	hear_buffer_done(&line);
	return 0;
}
