/* confine.h - giving up what a process that meets strangers does not need. */
#ifndef SYNC_CONFINE_H
#define SYNC_CONFINE_H

#include "core/hearsay.h"

enum { HEAR_CONFINED_FILES = 2048 };

/* For a process that has one thread and needs the descriptors 0 to `keep`:
 * closes the others, gives up privileges for good, leaves no core file, files
 * it makes are for its user alone, at most HEAR_CONFINED_FILES are open. From
 * then on it can neither open a file nor run a program (seccomp; on x86-64 and
 * aarch64, and not where a sanitizer needs files).
 * Signals from a terminal are ignored: its parent decides when it ends. */
HEAR_CHECKED enum hear_code hear_confine(int keep, struct hear_err *err);

#endif
