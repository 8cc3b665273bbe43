/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hear_span hear_span_of(const char *text)
{
	return hear_span_make(text, text ? strlen(text) : 0);
}

bool hear_span_equal(struct hear_span a, struct hear_span b)
{
	return a.size == b.size &&
	       (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Names are mostly told apart by their first letter: no need to measure the
 * text before. */
bool hear_span_is(struct hear_span a, const char *text)
{
	size_t i;

	if (!text)
		return a.size == 0;
	for (i = 0; i < a.size; i++)
		if (a.data[i] != text[i] || text[i] == '\0')
			return false;
	return text[a.size] == '\0';
}

int hear_span_order(struct hear_span a, struct hear_span b)
{
	size_t shared = a.size < b.size ? a.size : b.size;
	int order = shared ? memcmp(a.data, b.data, shared) : 0;

	if (order != 0)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' ||
	       c == '\f';
}

struct hear_span hear_span_trim(struct hear_span span)
{
	while (span.size > 0 && blank(span.data[0])) {
		span.data++;
		span.size--;
	}
	while (span.size > 0 && blank(span.data[span.size - 1]))
		span.size--;
	return span;
}

struct hear_span hear_span_cut(struct hear_span span, size_t max)
{
	if (span.size <= max)
		return span;
	while (max > 0 && ((unsigned char)span.data[max] & 0xc0) == 0x80)
		max--;
	return hear_span_make(span.data, max);
}

bool hear_buffer_room(struct hear_buffer *buffer, size_t more)
{
	size_t room = buffer->room ? buffer->room : 64;
	char *data;

	if (buffer->failed || more > SIZE_MAX / 4 - buffer->size) {
		buffer->failed = true;
		return false;
	}
	if (buffer->size + more + 1 <= buffer->room)
		return true;
	while (room < buffer->size + more + 1)
		room *= 2;
	data = realloc(buffer->data, room);
	if (!data) {
		buffer->failed = true;
		return false;
	}
	buffer->data = data;
	buffer->room = room;
	return true;
}

void hear_buffer_add(struct hear_buffer *buffer, const void *data, size_t size)
{
	if (!hear_buffer_room(buffer, size))
		return;
	if (size > 0)
		memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
}

void hear_buffer_text(struct hear_buffer *buffer, const char *text)
{
	hear_buffer_add(buffer, text, strlen(text));
}

void hear_buffer_span(struct hear_buffer *buffer, struct hear_span span)
{
	hear_buffer_add(buffer, span.data, span.size);
}

void hear_buffer_byte(struct hear_buffer *buffer, char byte)
{
	hear_buffer_add(buffer, &byte, 1);
}

void hear_buffer_print(struct hear_buffer *buffer, const char *format, ...)
{
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (size < 0 || !hear_buffer_room(buffer, (size_t)size))
		return;
	va_start(args, format);
	(void)vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format,
			args);
	va_end(args);
	buffer->size += (size_t)size;
}

void hear_buffer_reset(struct hear_buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = false;
	if (buffer->data)
		buffer->data[0] = '\0';
}

void hear_buffer_done(struct hear_buffer *buffer)
{
	free(buffer->data);
	memset(buffer, 0, sizeof *buffer);
}

struct hear_span hear_buffer_view(const struct hear_buffer *buffer)
{
	return buffer->failed ? hear_span_make(NULL, 0)
			      : hear_span_make(buffer->data, buffer->size);
}

void hear_put32(void *out, uint32_t number)
{
	unsigned char *bytes = out;
	int i;

	for (i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(number >> (24 - 8 * i));
}

void hear_put64(void *out, uint64_t number)
{
	unsigned char *bytes = out;
	int i;

	for (i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(number >> (56 - 8 * i));
}

uint32_t hear_get32(const void *in)
{
	const unsigned char *bytes = in;

	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

uint64_t hear_get64(const void *in)
{
	return (uint64_t)hear_get32(in) << 32 |
	       hear_get32((const unsigned char *)in + 4);
}
