/* fields.h - the parts messages are made of: numbers and bytes, one after
 * another.
 *
 * Numbers are LEB128: seven bits a byte, the low ones first, the high bit set
 * in all but the last; only the shortest form is accepted. A reader remembers
 * that something was not there or not well formed: read on, and check once, at
 * the end. From then on it gives zeros and empty spans.
 */
#ifndef SYNC_FIELDS_H
#define SYNC_FIELDS_H

#include "core/bytes.h"

struct hear_fields {
	struct hear_span rest; /* what has not been read */
	bool failed;
};

struct hear_fields hear_fields_of(struct hear_span bytes);
unsigned char hear_fields_byte(struct hear_fields *fields);
/* Fails where it is above `most`. */
uint64_t hear_fields_number(struct hear_fields *fields, uint64_t most);
/* Borrowed from what is read. */
struct hear_span hear_fields_bytes(struct hear_fields *fields, uint64_t size);
void hear_fields_copy(struct hear_fields *fields, void *out, size_t size);
/* Bytes with their number before them. */
struct hear_span hear_fields_sized(struct hear_fields *fields, uint64_t most);
/* Whether all was well, and nothing is left. */
HEAR_CHECKED bool hear_fields_whole(const struct hear_fields *fields);

void hear_put_number(struct hear_buffer *out, uint64_t number);
size_t hear_number_size(uint64_t number);
void hear_put_sized(struct hear_buffer *out, struct hear_span bytes);

#endif
