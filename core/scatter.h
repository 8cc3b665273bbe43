/* scatter.h - where a text falls in a table: keyed, so that nobody can prepare
 * texts that all fall into one slot. No hash in the sense of sign.h. */
#ifndef CORE_SCATTER_H
#define CORE_SCATTER_H

#include "core/hearsay.h"

#include <string.h>

/* The secrets are random, the second one odd. */
static inline uint32_t hear_scatter(const uint64_t secrets[2],
				    struct hear_span text)
{
	uint64_t hash = secrets[0] + text.size;
	size_t at;

	for (at = 0; at < text.size; at += 8) {
		size_t left = text.size - at;
		unsigned __int128 product;
		uint64_t some = 0;

		memcpy(&some, text.data + at, left < 8 ? left : 8);
		product = (unsigned __int128)(hash ^ some) * secrets[1];
		hash = (uint64_t)product ^ (uint64_t)(product >> 64);
	}
	return (uint32_t)(hash ^ hash >> 32);
}

#endif
