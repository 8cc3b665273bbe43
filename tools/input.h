/* input.h - a file or a pipe to import from, and what is in it. */
#ifndef TOOLS_INPUT_H
#define TOOLS_INPUT_H

#include "core/hearsay.h"

enum input_format { INPUT_UNKNOWN, INPUT_LINES, INPUT_TABLE, INPUT_BUNDLE };

struct input {
	const char *name; /* for sentences */
	int fd;		  /* -1: closed */
	enum input_format format;
	bool tabs;     /* a table whose columns are apart by tabs */
	uint64_t size; /* what was there when it was opened; 0: not known */
};

/* Opens `path`, or takes standard input for "-". `given` is the format where
 * it is known; else it is guessed from the first bytes and the name. What
 * cannot be read twice, and has to be (`twice`, a bundle, a guess), is copied
 * into a file without a name in `directory` first. */
HEAR_CHECKED enum hear_code input_open(struct input *out, const char *path,
				       enum input_format given, bool twice,
				       const char *directory,
				       struct hear_err *err);
void input_close(struct input *input);

/* Whether there is more in it now than when it was opened. */
bool input_grew(const struct input *input);

#endif
