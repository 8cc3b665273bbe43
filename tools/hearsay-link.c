/* SPDX-License-Identifier: ISC */
/* hearsay-link.c - carries frames for hearsayd, which starts it and is joined
 * to it by descriptor 3. It holds no key and may die at any time. */
#include "sync/link.h"

#include <stdio.h>

int main(void)
{
	struct hear_err err;

	if (hear_link_run(HEAR_LINK_DESCRIPTOR, &err) == HEAR_OK)
		return 0;
	(void)fprintf(stderr, "hearsay-link: %s\n", err.message);
	return 1;
}
