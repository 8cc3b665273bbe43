/* identity.h - the keys of one machine, as the inside of core sees them. The
 * calls are in hearsay.h; the file's form is in FORMAT.md. */
#ifndef CORE_IDENTITY_H
#define CORE_IDENTITY_H

#include "core/hearsay.h"
#include "core/limits.h"
#include "core/sign.h"

struct hear_identity {
	char name[HEAR_ANALYST_BYTES + 1];
	struct hear_key key;
	struct hear_signing_key secret;
	struct hear_key channel_key;
	struct hear_key channel_secret;
};

/* A name of an analyst or of a dataset: 1 to 64 bytes on one line. */
HEAR_CHECKED enum hear_code hear_name_check(struct hear_span name,
					    const char *whose,
					    struct hear_err *err);

#endif
