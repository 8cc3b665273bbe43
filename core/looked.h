/* looked.h - what was found out about documents while a reader is open: a
 * reader is one moment, so nothing of it changes, and thousands of claims may
 * be of one document.
 */
#ifndef CORE_LOOKED_H
#define CORE_LOOKED_H

#include "core/hearsay.h"

enum hear_looked_bit {
	HEAR_LOOKED_EDITED_KNOWN = 1,
	HEAR_LOOKED_EDITED = 2, /* its captures have several sha256 */
	HEAR_LOOKED_PUBLISHED_KNOWN = 4,
	HEAR_LOOKED_PUBLISHED = 8, /* by the view's known_by */
};

struct hear_looked;

/* What is remembered of the document, bits of the above, to be changed in
 * place; valid until the next call. NULL: out of memory. */
unsigned char *hear_looked_at(struct hear_looked **looked,
			      struct hear_span document);
void hear_looked_free(struct hear_looked *looked); /* accepts NULL */

#endif
