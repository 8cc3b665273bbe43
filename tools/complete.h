/* complete.h - what the completions of shells ask, so that they hold no list
 * of their own. */
#ifndef TOOLS_COMPLETE_H
#define TOOLS_COMPLETE_H

#include "tools/command.h"

/* Prints the command's options where `word` is NULL; what may follow the
 * option `word` ("--sort", "-d"); or, where it is no option, what the first
 * word may be. Nothing where anything may be. */
HEAR_CHECKED enum hear_code complete_words(const struct call *call,
					   const struct options_form *form,
					   const char *word,
					   struct hear_err *err);

#endif
