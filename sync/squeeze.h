/* squeeze.h - filings made small for the way.
 *
 * Only squeeze.c knows zstd. Each filing is squeezed alone, so that the size
 * of one tells nothing of another, and any may be left out or sent again:
 *
 *	dictionary(1) size(LEB128) bytes
 *
 * Dictionary 0: the bytes are the filing as it is, `size` of them. 1: they
 * are one zstd frame (RFC 8878) without its magic number, content size,
 * checksum and dictionary id, made with dictionary.c as its history. A
 * dictionary that travelled is never changed; another gets the next number.
 */
#ifndef SYNC_SQUEEZE_H
#define SYNC_SQUEEZE_H

#include "core/bytes.h"

enum { HEAR_SQUEEZE_MORE = 6 }; /* bytes it may add to a filing */

struct hear_squeezer; /* used from one thread at a time */

HEAR_CHECKED enum hear_code hear_squeezer_new(struct hear_squeezer **out,
					      struct hear_err *err);
void hear_squeezer_free(struct hear_squeezer *squeezer); /* accepts NULL */

/* Appends `raw`, squeezed; as it is where that is not longer. */
HEAR_CHECKED enum hear_code hear_squeeze(struct hear_squeezer *squeezer,
					 struct hear_span raw,
					 struct hear_buffer *out,
					 struct hear_err *err);
/* Appends what was squeezed. HEAR_INVALID: it is not of the form above, or of
 * more than `most` bytes; that is looked at before anything is unpacked. */
HEAR_CHECKED enum hear_code hear_unsqueeze(struct hear_squeezer *squeezer,
					   struct hear_span in, size_t most,
					   struct hear_buffer *out,
					   struct hear_err *err);

/* dictionary.c: what filings are full of. */
struct hear_span hear_dictionary(void);

#endif
