/* SPDX-License-Identifier: ISC */
/* Filings as they travel: what is taken apart is put together to the same
 * bytes; a header that is read has one id; checks of what nobody signed come
 * to an end. */
#include "core/bytes.h"
#include "core/filing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_header(const struct hear_header *header)
{
	assert(header->count >= 1 && header->count <= HEAR_FILING_RECORDS);
	assert(header->partition_size >= 1 &&
	       header->partition_size <= HEAR_PARTITION_BYTES);
	assert(header->prev_count <= HEAR_PREV_HEADS);
	assert(header->seen_count <= HEAR_SEEN_HEADS);
	assert(hear_partition_marking(header) >= -1 &&
	       hear_partition_marking(header) <= HEAR_LOCAL);
	assert(hear_stamp_ms(header->time) >= 0);
}

static void check_filing(struct hear_arena *arena, struct hear_span bytes,
			 const struct hear_sealed *filing)
{
	struct hear_buffer again = {.size = 0};
	struct hear_id id;
	struct hear_err err;

	check_header(&filing->header);
	assert(filing->count == filing->header.count);
	hear_header_id(filing->header_bytes, &id);
	assert(hear_id_equal(&id, &filing->id));
	if (hear_sealed_check(filing, &err) != HEAR_OK)
		assert(err.message[0] != '\0');
	assert(hear_sealed_pack(arena, filing, &again, NULL) == HEAR_OK);
	assert(hear_span_equal(hear_buffer_view(&again), bytes));
	hear_buffer_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_span bytes = {(const char *)data, size};
	struct hear_arena *arena = hear_arena_new();
	struct hear_sealed *filing = calloc(1, sizeof *filing);
	struct hear_header header;
	struct hear_err err;

	assert(arena && filing && hear_sign_ready(NULL) == HEAR_OK);
	memset(&err, 0, sizeof err);
	if (hear_sealed_unpack(arena, bytes, filing, &err) == HEAR_OK)
		check_filing(arena, bytes, filing);
	else
		assert(err.message[0] != '\0');
	memset(&err, 0, sizeof err);
	if (hear_header_read(arena, bytes, &header, &err) == HEAR_OK)
		check_header(&header);
	else
		assert(err.message[0] != '\0');
	free(filing);
	hear_arena_free(arena);
	return 0;
}
