/* signals.h - the signals that end a program, as something to poll. */
#ifndef TOOLS_SIGNALS_H
#define TOOLS_SIGNALS_H

#include "core/hearsay.h"

/* From here on SIGINT and SIGTERM, and SIGHUP where `hangup`, are read from
 * `*out` (struct signalfd_siginfo, without waiting) and do nothing else. -1
 * where that fails. */
HEAR_CHECKED enum hear_code signals_open(int *out, bool hangup,
					 struct hear_err *err);

#endif
