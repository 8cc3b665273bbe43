/* SPDX-License-Identifier: ISC */
#include "sync/fields.h"

#include <string.h>

struct hear_fields hear_fields_of(struct hear_span bytes)
{
	struct hear_fields fields = {bytes, false};

	return fields;
}

static void fail(struct hear_fields *fields)
{
	fields->failed = true;
	fields->rest = hear_span_make(NULL, 0);
}

struct hear_span hear_fields_bytes(struct hear_fields *fields, uint64_t size)
{
	struct hear_span out = {NULL, 0};

	if (size > fields->rest.size) {
		fail(fields);
		return out;
	}
	if (size == 0)
		return out;
	out = hear_span_make(fields->rest.data, (size_t)size);
	fields->rest.data += size;
	fields->rest.size -= (size_t)size;
	return out;
}

void hear_fields_copy(struct hear_fields *fields, void *out, size_t size)
{
	struct hear_span bytes = hear_fields_bytes(fields, size);

	if (bytes.size == size && size > 0)
		memcpy(out, bytes.data, size);
	else
		memset(out, 0, size);
}

unsigned char hear_fields_byte(struct hear_fields *fields)
{
	unsigned char byte;

	hear_fields_copy(fields, &byte, 1);
	return byte;
}

/* Ten bytes hold 64 bits: the last of them only one. */
uint64_t hear_fields_number(struct hear_fields *fields, uint64_t most)
{
	uint64_t number = 0;
	unsigned char byte;
	unsigned shift;

	for (shift = 0; shift < 64; shift += 7) {
		byte = hear_fields_byte(fields);
		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if ((shift > 0 && byte == 0) || (shift == 63 && byte > 1) ||
		    number > most)
			break;
		return number;
	}
	fail(fields);
	return 0;
}

struct hear_span hear_fields_sized(struct hear_fields *fields, uint64_t most)
{
	return hear_fields_bytes(fields, hear_fields_number(fields, most));
}

bool hear_fields_whole(const struct hear_fields *fields)
{
	return !fields->failed && fields->rest.size == 0;
}

void hear_put_number(struct hear_buffer *out, uint64_t number)
{
	while (number >= 0x80) {
		hear_buffer_byte(out, (char)(number | 0x80));
		number >>= 7;
	}
	hear_buffer_byte(out, (char)number);
}

size_t hear_number_size(uint64_t number)
{
	size_t size = 1;

	while (number >>= 7)
		size++;
	return size;
}

void hear_put_sized(struct hear_buffer *out, struct hear_span bytes)
{
	hear_put_number(out, bytes.size);
	hear_buffer_span(out, bytes);
}
