/* options.h - the options of a command: one table to parse by, to print help
 * from and to complete words with.
 *
 * Options may stand before, between and after the other words; "--" ends
 * them. In a command that takes a query, a word that begins with one hyphen
 * and is longer than an option's letter is part of the query: it excludes
 * (-is:retracted).
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include "core/hearsay.h"

struct option_line {
	const char *name;     /* without hyphens */
	char letter;	      /* the short form, or 0 */
	const char *takes;    /* "TIME": what follows it; NULL: nothing */
	const char *sentence; /* for people */
	bool repeated;	      /* may be given several times */
	const char *values;   /* the words it takes, with blanks between, for
			       * help and completion; NULL: anything */
};

enum { OPERANDS_ANY = 1 << 20 };

/* What one command takes. */
struct options_form {
	const char *operands; /* "[QUERY]", "" for none */
	const char *about;    /* a paragraph or two, ended by a line end */
	const char *example;  /* command lines, each ended by a line end */
	const struct option_line *lines; /* ended by zeros; NULL: none */
	unsigned least;			 /* operands */
	unsigned most;
	bool query;	      /* the operands are a query */
	const char *values;   /* words the first operand may be, for
			       * completion; NULL: anything */
};

/* The options every command takes: -d, --home, --json, --help. */
extern const struct option_line options_shared[];

struct options; /* what was given */

/* Reads the words after the command; they are borrowed. HEAR_INVALID says
 * what is wrong with them. */
HEAR_CHECKED enum hear_code options_parse(struct options **out,
					  const struct options_form *form,
					  const char *command, int argc,
					  char *const *argv,
					  struct hear_err *err);
/* Reads the shared options that stand before the command; `*used` words. */
HEAR_CHECKED enum hear_code options_before(struct options **out, int argc,
					   char *const *argv, int *used,
					   struct hear_err *err);
void options_free(struct options *options);

/* An option by its name, which must be in the form or shared. */
bool options_given(const struct options *options, const char *name);
/* What followed it, the last time; NULL: not given. */
const char *options_text(const struct options *options, const char *name);
/* How often it was given, and what followed each time. */
size_t options_count(const struct options *options, const char *name);
const char *options_at(const struct options *options, const char *name,
		       size_t index);
/* A whole number from 0 to `most`; untouched where not given. */
HEAR_CHECKED enum hear_code options_number(const struct options *options,
					   const char *name, uint64_t most,
					   uint64_t *out,
					   struct hear_err *err);
/* Which of the option's `values` was given, from 0; untouched where none was.
 * Another word is HEAR_INVALID. */
HEAR_CHECKED enum hear_code options_choice(const struct options *options,
					   const char *name, unsigned *out,
					   struct hear_err *err);

size_t options_operands(const struct options *options);
const char *options_operand(const struct options *options, size_t index);
/* Usage, paragraph, options and example. */
void options_help(const char *command, const char *sentence,
		  const struct options_form *form, struct hear_buffer *out);
/* One option a line: "--name<TAB>sentence"; for completion. */
void options_list(const struct options_form *form, struct hear_buffer *out);
/* The words an option takes, one a line; false: no such option. */
bool options_values(const struct options_form *form, const char *name,
		    struct hear_buffer *out);

#endif
