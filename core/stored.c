/* SPDX-License-Identifier: ISC */
#include "core/stored.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/reader.h"

#include <string.h>

enum {
	FIXED = 32 + 8 + 32 + HEAR_SIGNATURE + 32 + 2,
	PURGED = 0x8000, /* in the length of the header */
};

/* ---- Writing ---- */

static void put16(struct hear_buffer *out, unsigned number)
{
	hear_buffer_byte(out, (char)(number >> 8));
	hear_buffer_byte(out, (char)number);
}

static void put_keys(struct hear_buffer *out, const struct hear_sealed *filing)
{
	unsigned char bits[HEAR_FILING_RECORDS / 8] = {0};
	uint32_t i;

	for (i = 0; i < filing->count; i++)
		if (filing->bare[i])
			bits[i / 8] |= (unsigned char)(1u << (i % 8));
	put16(out, filing->count);
	hear_buffer_add(out, bits, (filing->count + 7) / 8);
	for (i = 0; i < filing->count; i++)
		if (filing->bare[i])
			hear_buffer_add(out, filing->bodies[i].data, 32);
		else
			hear_buffer_add(out, filing->keys[i], HEAR_BODY_KEY);
}

void hear_stored_begin(struct hear_buffer *out,
		       const struct hear_sealed *filing, int64_t arrived_ms,
		       const struct hear_key *via)
{
	static const unsigned char none[32];
	unsigned char arrived[8];
	unsigned size = (unsigned)filing->header_bytes.size;

	hear_buffer_reset(out);
	hear_buffer_add(out, filing->id.bytes, 32);
	hear_put64(arrived, (uint64_t)arrived_ms);
	hear_buffer_add(out, arrived, 8);
	hear_buffer_add(out, via ? via->bytes : none, 32);
	hear_buffer_add(out, filing->signature, HEAR_SIGNATURE);
	hear_buffer_add(out, filing->purged ? none : filing->secret, 32);
	put16(out, filing->purged ? size | PURGED : size);
	hear_buffer_span(out, filing->header_bytes);
	if (filing->purged)
		put_keys(out, filing);
}

/* ---- Reading ---- */

static unsigned get16(const char *in)
{
	return (unsigned)(unsigned char)in[0] << 8 | (unsigned char)in[1];
}

bool hear_stored_is_bare(const struct hear_stored_filing *stored,
			 unsigned index)
{
	return index / 8 < stored->bare.size &&
	       (stored->bare.data[index / 8] >> (index % 8) & 1) != 0;
}

/* Takes the keys from the front of `rest`; false: not well formed. */
static bool read_keys(struct hear_stored_filing *out, struct hear_span *rest)
{
	size_t bytes;
	size_t size = 0;
	unsigned i;

	if (rest->size < 2)
		return false;
	out->count = get16(rest->data);
	bytes = (out->count + 7u) / 8;
	if (out->count < 1 || out->count > HEAR_FILING_RECORDS ||
	    rest->size < 2 + bytes)
		return false;
	out->bare = hear_span_make(rest->data + 2, bytes);
	for (i = 0; i < out->count; i++)
		size += hear_stored_is_bare(out, i) ? 32 : HEAR_BODY_KEY;
	if (rest->size - 2 - bytes < size)
		return false;
	out->keys = hear_span_make(rest->data + 2 + bytes, size);
	rest->data += 2 + bytes + size;
	rest->size -= 2 + bytes + size;
	return true;
}

static bool read_stored(struct hear_span value, struct hear_stored_filing *out)
{
	struct hear_span rest;
	unsigned length;

	memset(out, 0, sizeof *out);
	if (value.size < FIXED)
		return false;
	length = get16(value.data + FIXED - 2);
	rest = hear_span_make(value.data + FIXED, value.size - FIXED);
	if ((length & ~(unsigned)PURGED) > rest.size)
		return false;
	memcpy(out->id.bytes, value.data, 32);
	out->arrived_ms = (int64_t)hear_get64(value.data + 32);
	memcpy(out->via.bytes, value.data + 40, 32);
	out->signature = hear_span_make(value.data + 72, HEAR_SIGNATURE);
	out->secret = hear_span_make(value.data + 136, 32);
	out->header = hear_span_make(rest.data, length & ~(unsigned)PURGED);
	rest.data += out->header.size;
	rest.size -= out->header.size;
	if (length & PURGED && !read_keys(out, &rest))
		return false;
	out->numbers = rest;
	return true;
}

enum hear_code hear_stored_at(struct hear_txn *txn, uint64_t number,
			      struct hear_stored_filing *out,
			      struct hear_err *err)
{
	struct hear_span value;
	unsigned char key[8];
	enum hear_code code;

	hear_put64(key, number);
	code = hear_txn_get(txn, HEAR_FILINGS, hear_span_make(key, 8), &value,
			    err);
	if (code == HEAR_OK && !read_stored(value, out))
		return hear_fail(err, HEAR_DAMAGED,
				 "filing number %llu cannot be read: run "
				 "`hearsay verify`",
				 (unsigned long long)number);
	return code;
}

/* ---- Gathering ---- */

static void read_bare(const struct hear_stored_filing *stored,
		      struct hear_sealed *out)
{
	const char *at = stored->keys.data;
	unsigned i;

	for (i = 0; i < stored->count; i++) {
		out->bare[i] = hear_stored_is_bare(stored, i);
		if (out->bare[i]) {
			out->bodies[i] = hear_span_make(at, 32);
			memset(out->keys[i], 0, HEAR_BODY_KEY);
			at += 32;
		} else {
			memcpy(out->keys[i], at, HEAR_BODY_KEY);
			at += HEAR_BODY_KEY;
		}
	}
}

enum hear_code hear_stored_gather(struct hear_txn *txn,
				  const struct hear_stored_filing *stored,
				  struct hear_sealed *out, uint64_t *numbers,
				  struct hear_err *err)
{
	unsigned most = stored->bare.size ? stored->count : HEAR_FILING_RECORDS;
	enum hear_code code = HEAR_OK;
	uint64_t number = 0;
	size_t at = 0;

	memcpy(out->signature, stored->signature.data, HEAR_SIGNATURE);
	memcpy(out->secret, stored->secret.data, sizeof out->secret);
	out->header_bytes = stored->header;
	out->purged = stored->bare.size > 0;
	if (out->purged)
		read_bare(stored, out);
	for (out->count = 0; out->count < most && code == HEAR_OK;
	     out->count++) {
		bool bare = hear_stored_is_bare(stored, out->count);

		if (!bare && !hear_next_number(stored->numbers, &at, &number))
			break;
		if (numbers)
			numbers[out->count] = bare ? 0 : number;
		if (!bare)
			code = hear_body_at(txn, number,
					    &out->bodies[out->count], err);
		if (code == HEAR_DAMAGED)
			return hear_fail(err, code,
					 "its record number %llu is missing",
					 (unsigned long long)number);
	}
	if (code == HEAR_OK &&
	    (at != stored->numbers.size || (out->purged && out->count < most)))
		code = hear_fail(err, HEAR_DAMAGED,
				 "its list of records is not well formed");
	return code;
}
