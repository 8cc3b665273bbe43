/* bytes.h - borrowed spans, growable buffers, numbers as big-endian bytes.
 *
 * The types and the calls that programs see are in hearsay.h; these are the
 * ones only core and sync use.
 */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include "core/hearsay.h"

static inline struct hear_span hear_span_make(const void *data, size_t size)
{
	struct hear_span span = {data, size};

	return span;
}

/* Orders by bytes, the shorter first where one begins the other. */
int hear_span_order(struct hear_span a, struct hear_span b);

/* Without the ASCII blanks at both ends. */
struct hear_span hear_span_trim(struct hear_span span);

/* At most the first `max` bytes, not ending within a UTF-8 character: for
 * messages that quote what was typed. */
struct hear_span hear_span_cut(struct hear_span span, size_t max);

/* Makes room for `more` bytes beyond size. False: out of memory. */
bool hear_buffer_room(struct hear_buffer *buffer, size_t more);

void hear_put32(void *out, uint32_t number);
void hear_put64(void *out, uint64_t number);
uint32_t hear_get32(const void *in);
uint64_t hear_get64(const void *in);

#endif
