/* complain.h - failures in sentences, on standard error. */
#ifndef TOOLS_COMPLAIN_H
#define TOOLS_COMPLAIN_H

#include "tools/command.h"

/* "hearsay: find: MESSAGE", and below it the place in call->pointed that the
 * failure is about, with a caret. */
void complain_about(const struct call *call, const struct hear_err *err);

/* A line of its own that is no failure: what a command wants people to know
 * and programs not to read. */
void complain_note(const char *format, ...) HEAR_FORMAT(1, 2);

#endif
