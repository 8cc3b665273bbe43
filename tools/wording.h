/* wording.h - numbers, counts, times and sizes as people read them.
 *
 * All of them append to a buffer.
 */
#ifndef TOOLS_WORDING_H
#define TOOLS_WORDING_H

#include "core/hearsay.h"

/* With commas between thousands: 12,041. */
void wording_number(struct hear_buffer *out, uint64_t number);

/* "1 claim", "3 claims", "12,041 lines"; `many` NULL: `one` with an s. */
void wording_count(struct hear_buffer *out, uint64_t number, const char *one,
		 const char *many);

/* The two largest units that say enough: "0.2 s", "1.2 s", "42 s", "3 min 5 s",
 * "2 h 5 min", "3 days 4 h", "400 days". What is left is cut off, so that a
 * time is never said to be longer than it is. Negative is taken for 0. */
void wording_duration(struct hear_buffer *out, int64_t ms);

/* "1.2 s ago", and "in 1.2 s" where `then_ms` is yet to come. */
void wording_ago(struct hear_buffer *out, int64_t now_ms, int64_t then_ms);

/* "1 byte", "512 bytes", "4.0 KiB", "1.5 MiB": powers of 1024, rounded. */
void wording_size(struct hear_buffer *out, uint64_t bytes);

#endif
