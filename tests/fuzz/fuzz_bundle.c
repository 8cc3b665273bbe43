/* SPDX-License-Identifier: ISC */
/* Bundles: read to their end or to a sentence. As no fuzzer finds a hash, the
 * input is read as it is, and once more with the right hash at its end: then
 * what is accepted holds as many filings as it says. */
#include "core/bytes.h"
#include "core/filing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_filing(struct hear_span packed)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_sealed *filing = calloc(1, sizeof *filing);

	assert(arena && filing);
	assert(packed.size > 0 && packed.size <= HEAR_PACKED_BYTES);
	if (hear_sealed_unpack(arena, packed, filing, NULL) == HEAR_OK)
		assert(filing->count > 0);
	free(filing);
	hear_arena_free(arena);
}

static enum hear_code read_through(const void *data, size_t size,
				   uint64_t *count)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	struct hear_bundle *bundle = NULL;
	struct hear_span packed;
	struct hear_err err;
	enum hear_code code;

	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	assert(lseek(fd, 0, SEEK_SET) == 0);
	memset(&err, 0, sizeof err);
	*count = 0;
	code = hear_bundle_open(&bundle, fd, &err);
	while (code == HEAR_OK) {
		code = hear_bundle_next(bundle, &packed, &err);
		if (code == HEAR_OK) {
			check_filing(packed);
			++*count;
		}
	}
	assert(code == HEAR_NOTFOUND || err.message[0] != '\0');
	hear_bundle_close(bundle);
	close(fd);
	return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hear_hash hash;
	struct hear_id id;
	unsigned char *whole;
	uint64_t count;

	assert(hear_sign_ready(NULL) == HEAR_OK);
	(void)read_through(data, size, &count);
	whole = malloc(size + sizeof id.bytes);
	assert(whole);
	if (size > 0)
		memcpy(whole, data, size);
	hear_hash_begin(&hash, HEAR_TAG_BUNDLE);
	hear_hash_add(&hash, whole, size);
	hear_hash_end(&hash, &id);
	memcpy(whole + size, id.bytes, sizeof id.bytes);
	if (read_through(whole, size + sizeof id.bytes, &count) ==
	    HEAR_NOTFOUND)
		assert(hear_get64(whole + size - 8) == count);
	free(whole);
	return 0;
}
