/* handed.h - files that are made to be handed on: a page, a picture. */
#ifndef TOOLS_HANDED_H
#define TOOLS_HANDED_H

#include "core/hearsay.h"

/* Writes to a file, or where the path is "-" to standard output. A pipe or a
 * device is written to; a file that is there is replaced once the new one is
 * whole. What is marked above green is for few: that file is its owner's alone;
 * others get what the umask leaves. */
HEAR_CHECKED enum hear_code handed_write(const char *path,
					 struct hear_span text,
					 enum hear_marking marking,
					 struct hear_err *err);

#endif
