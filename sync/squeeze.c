/* SPDX-License-Identifier: ISC */
#include "sync/squeeze.h"
#include "core/error.h"
#include "sync/fields.h"

#include <stdlib.h>
#include <string.h>

#include <zstd.h>

enum {
	AS_IT_IS = 0,
	WORDS = 1, /* dictionary.c */
	MAGIC = 4,
	LEVEL = 3,
};

static const unsigned char magic[MAGIC] = {0x28, 0xb5, 0x2f, 0xfd};

struct hear_squeezer {
	ZSTD_CCtx *smaller;
	ZSTD_DCtx *larger;
	struct hear_buffer frame;
};

/* ---- Beginning and end ---- */

static enum hear_code fail_zstd(struct hear_err *err, size_t rc,
				const char *doing)
{
	return hear_fail(err, HEAR_MEMORY, "%s: %s", doing,
			 ZSTD_getErrorName(rc));
}

/* Everything that either side knows is left out. The dictionary is given with
 * each filing, so that zstd chooses its ways by the filing's size. */
static size_t set_up(struct hear_squeezer *squeezer)
{
	static const struct {
		ZSTD_cParameter parameter;
		int value;
	} settings[] = {
		{ZSTD_c_compressionLevel, LEVEL},
		{ZSTD_c_contentSizeFlag, 0},
		{ZSTD_c_checksumFlag, 0},
		{ZSTD_c_dictIDFlag, 0},
	};
	size_t rc = 0;
	size_t i;

	for (i = 0;
	     i < sizeof settings / sizeof settings[0] && !ZSTD_isError(rc); i++)
		rc = ZSTD_CCtx_setParameter(squeezer->smaller,
					    settings[i].parameter,
					    settings[i].value);
	return rc;
}

enum hear_code hear_squeezer_new(struct hear_squeezer **out,
				 struct hear_err *err)
{
	struct hear_squeezer *squeezer = calloc(1, sizeof *squeezer);
	size_t rc;

	*out = NULL;
	if (!squeezer)
		return hear_fail_memory(err);
	squeezer->smaller = ZSTD_createCCtx();
	squeezer->larger = ZSTD_createDCtx();
	if (!squeezer->smaller || !squeezer->larger) {
		hear_squeezer_free(squeezer);
		return hear_fail_memory(err);
	}
	rc = set_up(squeezer);
	if (ZSTD_isError(rc)) {
		hear_squeezer_free(squeezer);
		return fail_zstd(err, rc, "make ready to compress");
	}
	*out = squeezer;
	return HEAR_OK;
}

void hear_squeezer_free(struct hear_squeezer *squeezer)
{
	if (!squeezer)
		return;
	ZSTD_freeCCtx(squeezer->smaller);
	ZSTD_freeDCtx(squeezer->larger);
	hear_buffer_done(&squeezer->frame);
	free(squeezer);
}

/* ---- Squeezing ---- */

static void put_head(struct hear_buffer *out, unsigned dictionary, size_t size)
{
	hear_buffer_byte(out, (char)dictionary);
	hear_put_number(out, size);
}

enum hear_code hear_squeeze(struct hear_squeezer *squeezer,
			    struct hear_span raw, struct hear_buffer *out,
			    struct hear_err *err)
{
	struct hear_buffer *frame = &squeezer->frame;
	struct hear_span words = hear_dictionary();
	size_t room = ZSTD_compressBound(raw.size);
	size_t size;

	hear_buffer_reset(frame);
	if (!hear_buffer_room(frame, room))
		return hear_fail_memory(err);
	size = ZSTD_CCtx_refPrefix(squeezer->smaller, words.data, words.size);
	if (!ZSTD_isError(size))
		size = ZSTD_compress2(squeezer->smaller, frame->data, room,
				      raw.data, raw.size);
	if (ZSTD_isError(size))
		return fail_zstd(err, size, "compress a filing");
	if (size - MAGIC < raw.size) {
		put_head(out, WORDS, raw.size);
		hear_buffer_add(out, frame->data + MAGIC, size - MAGIC);
	} else {
		put_head(out, AS_IT_IS, raw.size);
		hear_buffer_span(out, raw);
	}
	return out->failed ? hear_fail_memory(err) : HEAR_OK;
}

static enum hear_code invalid(struct hear_err *err, const char *what)
{
	return hear_fail(err, HEAR_INVALID, "a compressed filing %s", what);
}

/* One frame, neither less nor more than it says. */
static enum hear_code inflate(struct hear_squeezer *squeezer,
			      struct hear_span bytes, size_t size,
			      struct hear_buffer *out, struct hear_err *err)
{
	struct hear_span words = hear_dictionary();
	struct hear_buffer *frame = &squeezer->frame;
	size_t got;

	hear_buffer_reset(frame);
	hear_buffer_add(frame, magic, MAGIC);
	hear_buffer_span(frame, bytes);
	if (frame->failed)
		return hear_fail_memory(err);
	if (ZSTD_findFrameCompressedSize(frame->data, frame->size) !=
	    frame->size)
		return invalid(err, "is not one whole frame of zstd");
	if (!hear_buffer_room(out, size))
		return hear_fail_memory(err);
	got = ZSTD_DCtx_refPrefix(squeezer->larger, words.data, words.size);
	if (!ZSTD_isError(got))
		got = ZSTD_decompressDCtx(squeezer->larger,
					  out->data + out->size, size,
					  frame->data, frame->size);
	if (ZSTD_isError(got) || got != size)
		return invalid(err, "holds another number of bytes than it "
				    "says, or is damaged");
	out->size += size;
	out->data[out->size] = '\0';
	return HEAR_OK;
}

enum hear_code hear_unsqueeze(struct hear_squeezer *squeezer,
			      struct hear_span in, size_t most,
			      struct hear_buffer *out, struct hear_err *err)
{
	struct hear_fields fields = hear_fields_of(in);
	unsigned char dictionary = hear_fields_byte(&fields);
	uint64_t size = hear_fields_number(&fields, most);

	if (fields.failed)
		return invalid(err, "has no head, or is over the limit");
	if (dictionary == WORDS)
		return inflate(squeezer, fields.rest, (size_t)size, out, err);
	if (dictionary != AS_IT_IS)
		return invalid(err, "needs a dictionary that this version "
				    "does not have");
	if (size != fields.rest.size)
		return invalid(err, "holds another number of bytes than it "
				    "says");
	hear_buffer_span(out, fields.rest);
	return out->failed ? hear_fail_memory(err) : HEAR_OK;
}
