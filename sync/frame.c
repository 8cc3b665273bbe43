/* SPDX-License-Identifier: ISC */
#include "sync/frame.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/sign.h"

#include <assert.h>
#include <string.h>

enum {
	LEAD = 4 + 8, /* length and number before the body */
	PIECE = HEAR_NOISE_MESSAGE - HEAR_NOISE_TAG, /* plain bytes of one */
	OPENING = 160, /* the longest opening: message 3 */
	BOUND = HEAR_FRAME_HEADER + OPENING + 2,
};

_Static_assert(LEAD + HEAR_BODY_BYTES <= HEAR_FRAME_PIECES * PIECE,
	       "the longest body fits into the pieces");
_Static_assert(HEAR_FRAME_HEADER + OPENING +
			       HEAR_FRAME_PIECES * (2 + HEAR_NOISE_TAG) +
			       LEAD + HEAR_BODY_BYTES <=
		       HEAR_FRAME_BYTES,
	       "the longest body fits into a frame");

bool hear_frame_read(struct hear_frame *out, struct hear_span bytes)
{
	if (bytes.size < HEAR_FRAME_HEADER || bytes.size > HEAR_FRAME_BYTES ||
	    bytes.data[0] < HEAR_FRAME_KNOCK ||
	    bytes.data[0] > HEAR_FRAME_UNKNOWN)
		return false;
	out->kind = (enum hear_frame_kind)bytes.data[0];
	out->session = hear_get64(bytes.data + 1);
	out->n = hear_get64(bytes.data + 9);
	out->rest = hear_span_make(bytes.data + HEAR_FRAME_HEADER,
				   bytes.size - HEAR_FRAME_HEADER);
	return true;
}

void hear_frame_header(const struct hear_frame *frame,
		       unsigned char out[HEAR_FRAME_HEADER])
{
	out[0] = (unsigned char)frame->kind;
	hear_put64(out + 1, frame->session);
	hear_put64(out + 9, frame->n);
}

void hear_frame_add(struct hear_buffer *out, const struct hear_frame *frame)
{
	unsigned char header[HEAR_FRAME_HEADER];

	hear_frame_header(frame, header);
	hear_buffer_add(out, header, sizeof header);
	hear_buffer_span(out, frame->rest);
}

/* ---- What a piece is bound to -------------------------------------------- */

struct bound {
	unsigned char bytes[BOUND];
	size_t size;
};

static void bound_begin(struct bound *bound, const struct hear_frame *frame,
			struct hear_span opening, size_t count)
{
	assert(opening.size <= OPENING);
	hear_frame_header(frame, bound->bytes);
	bound->size = HEAR_FRAME_HEADER;
	if (opening.size > 0)
		memcpy(bound->bytes + bound->size, opening.data, opening.size);
	bound->size += opening.size;
	bound->bytes[bound->size++] = (unsigned char)count;
	bound->size++;
}

static struct hear_span bound_at(struct bound *bound, size_t place)
{
	bound->bytes[bound->size - 1] = (unsigned char)place;
	return hear_span_make(bound->bytes, bound->size);
}

/* ---- Sealing ------------------------------------------------------------- */

/* Padded, the size is 256 times a power of two, or the largest there is. */
static size_t plain_size(size_t body, bool live)
{
	size_t size = HEAR_PAD_BYTES;

	if (!live)
		return LEAD + body;
	while (size < LEAD + body)
		size *= 2;
	return size < LEAD + HEAR_BODY_BYTES ? size : LEAD + HEAR_BODY_BYTES;
}

static bool write_plain(struct hear_buffer *out,
			const struct hear_message *message, bool live)
{
	size_t size = plain_size(message->body.size, live);
	unsigned char lead[LEAD];

	if (!hear_buffer_room(out, size))
		return false;
	hear_put32(lead, (uint32_t)message->body.size);
	hear_put64(lead + 4, message->number);
	hear_buffer_add(out, lead, sizeof lead);
	hear_buffer_span(out, message->body);
	memset(out->data + out->size, 0, size - out->size);
	out->size = size;
	return true;
}

static size_t piece_count(size_t plain)
{
	return (plain + PIECE - 1) / PIECE;
}

/* The caller has made room, and knows that the counter suffices. */
static void add_piece(struct hear_buffer *out, struct hear_noise_sealer *sealer,
		      struct hear_span bound, struct hear_span plain)
{
	size_t size = plain.size + HEAR_NOISE_TAG;
	bool sealed;

	hear_buffer_byte(out, (char)(size >> 8));
	hear_buffer_byte(out, (char)(size & 0xff));
	sealed = hear_noise_seal(sealer, bound, plain,
				 (unsigned char *)out->data + out->size);
	assert(sealed);
	out->size += size;
	out->data[out->size] = '\0';
}

static void add_pieces(struct hear_buffer *out,
		       struct hear_noise_sealer *sealer, struct bound *bound,
		       struct hear_span plain)
{
	size_t place;

	for (place = 0; plain.size > 0; place++) {
		size_t size = plain.size < PIECE ? plain.size : PIECE;

		add_piece(out, sealer, bound_at(bound, place),
			  hear_span_make(plain.data, size));
		plain.data += size;
		plain.size -= size;
	}
}

enum hear_code hear_frame_seal(struct hear_buffer *out,
			       struct hear_noise_sealer *sealer,
			       const struct hear_frame *header,
			       struct hear_span opening,
			       const struct hear_message *message, bool live,
			       struct hear_err *err)
{
	struct hear_frame frame = *header;
	struct hear_buffer plain = {.size = 0};
	struct bound bound;
	size_t count;

	if (message->body.size > HEAR_BODY_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a message of %zu bytes is too long for one "
				 "frame: at most %d",
				 message->body.size, (int)HEAR_BODY_BYTES);
	count = piece_count(plain_size(message->body.size, live));
	if (sealer->next > UINT64_MAX - count)
		return HEAR_NOTFOUND;
	if (!write_plain(&plain, message, live) ||
	    !hear_buffer_room(out, HEAR_FRAME_HEADER + opening.size +
					   count * (2 + HEAR_NOISE_TAG) +
					   plain.size)) {
		hear_buffer_done(&plain);
		return hear_fail_memory(err);
	}
	frame.n = sealer->next;
	frame.rest = opening;
	hear_frame_add(out, &frame);
	bound_begin(&bound, &frame, opening, count);
	add_pieces(out, sealer, &bound, hear_buffer_view(&plain));
	hear_buffer_done(&plain);
	return HEAR_OK;
}

/* ---- Opening ------------------------------------------------------------- */

/* Takes the next piece off the front. */
static bool next_piece(struct hear_span *rest, struct hear_span *piece)
{
	const unsigned char *data = (const unsigned char *)rest->data;
	size_t size;

	if (rest->size < 2)
		return false;
	size = (size_t)data[0] << 8 | data[1];
	if (size <= HEAR_NOISE_TAG || size > rest->size - 2)
		return false;
	*piece = hear_span_make(data + 2, size);
	*rest = hear_span_make(data + 2 + size, rest->size - 2 - size);
	return true;
}

/* Zero: the pieces are not well formed. */
static size_t count_pieces(struct hear_span rest)
{
	struct hear_span piece;
	size_t count = 0;

	while (rest.size > 0)
		if (++count > HEAR_FRAME_PIECES || !next_piece(&rest, &piece))
			return 0;
	return count;
}

static bool open_pieces(const struct hear_noise_opener *opener, uint64_t n,
			struct bound *bound, struct hear_span rest,
			struct hear_buffer *plain)
{
	struct hear_span piece;
	size_t place;

	for (place = 0; next_piece(&rest, &piece); place++) {
		if (!hear_noise_open(opener, n + place, bound_at(bound, place),
				     piece,
				     (unsigned char *)plain->data +
					     plain->size))
			return false;
		plain->size += piece.size - HEAR_NOISE_TAG;
	}
	return true;
}

static bool read_plain(struct hear_span plain, struct hear_message *out)
{
	size_t size;

	if (plain.size < LEAD)
		return false;
	size = hear_get32(plain.data);
	if (size > plain.size - LEAD || size > HEAR_BODY_BYTES)
		return false;
	out->number = hear_get64(plain.data + 4);
	out->body = hear_span_make(plain.data + LEAD, size);
	return true;
}

bool hear_frame_open(struct hear_frame_inlet *inlet,
		     const struct hear_frame *frame, size_t opening,
		     struct hear_buffer *plain, struct hear_message *out)
{
	struct hear_span rest = frame->rest;
	struct bound bound;
	size_t count;

	if (rest.size < opening)
		return false;
	rest.data += opening;
	rest.size -= opening;
	count = count_pieces(rest);
	if (count == 0 || frame->n < inlet->least ||
	    frame->n > UINT64_MAX - count)
		return false;
	hear_buffer_reset(plain);
	if (!hear_buffer_room(plain, rest.size))
		return false;
	bound_begin(&bound, frame, hear_span_make(frame->rest.data, opening),
		    count);
	if (!open_pieces(&inlet->opener, frame->n, &bound, rest, plain) ||
	    !read_plain(hear_buffer_view(plain), out))
		return false;
	inlet->least = frame->n + count;
	return true;
}
