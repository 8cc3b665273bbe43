/* golden.h - the files of tests/golden: small cases, and what they come to.
 *
 * A case is what is filed and what is expected of it, one thing a line; what
 * may stand there is told at the top of tests/golden/verdicts.txt. Here are
 * its words and lines; what is filed is in golden_file.h, and what is expected
 * in test_verdict.c.
 */
#ifndef TESTS_UNIT_GOLDEN_H
#define TESTS_UNIT_GOLDEN_H

#include "core/hearsay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GOLDEN_LINES = 8000, GOLDEN_WORD = 200 };

/* The line of a case that is being looked at, for every complaint. */
struct golden {
	const char *file;
	const char *name; /* of the case */
	char *const *lines;
	unsigned first; /* of its lines, from 1 */
	unsigned end;	/* the line after its last */
	unsigned line;	/* looked at */
	unsigned wrong; /* expectations not met */
	const char *at; /* what of the line is not read yet */
	char word[GOLDEN_WORD];
};

/* The case as written cannot be run. */
#define golden_stop(g, ...)                                                    \
	do {                                                                   \
		print_error("%s:%u: ", (g)->file, (g)->line);                  \
		print_error(__VA_ARGS__);                                      \
		print_error("\n");                                             \
		fail();                                                        \
	} while (0)

/* An expectation that is not met; the other ones are looked at all the same. */
#define golden_wrong(g, ...)                                                   \
	do {                                                                   \
		print_error("%s:%u: %s\n    the line: %s\n    ", (g)->file,    \
			    (g)->line, (g)->name, golden_text(g));             \
		print_error(__VA_ARGS__);                                      \
		print_error("\n");                                             \
		(g)->wrong++;                                                  \
	} while (0)

static inline const char *golden_text(const struct golden *g)
{
	const char *text = g->lines[g->line - 1];

	return text + strspn(text, " \t");
}

/* Goes to the next line that is neither blank nor a comment. */
static inline bool golden_next(struct golden *g)
{
	for (g->line++; g->line < g->end; g->line++) {
		g->at = golden_text(g);
		if (*g->at && *g->at != '#')
			return true;
	}
	return false;
}

static inline bool golden_begins(struct golden *g, const char *word)
{
	size_t size = strlen(word);

	if (strncmp(golden_text(g), word, size) != 0 ||
	    (golden_text(g)[size] && golden_text(g)[size] != ' '))
		return false;
	g->at = golden_text(g) + size;
	return true;
}

/* The next word into g->word: up to a blank or one of ":;", or all within
 * double quotes or brackets. A ":" or ";" is a word of its own; false: no
 * more. */
static inline bool golden_word(struct golden *g)
{
	const char *from;
	size_t size;

	g->at += strspn(g->at, " \t");
	from = g->at;
	if (*from == '\0')
		return false;
	if (*from == '"') {
		size = strcspn(++from, "\"");
		if (from[size] == '\0')
			golden_stop(g, "a quote is not closed");
		g->at = from + size + 1;
	} else {
		size = strchr("[(", *from) ? strcspn(from, ")]") + 1
					   : strcspn(from, " \t:;");
		size = size ? size : 1;
		if (size > strlen(from))
			golden_stop(g, "a bracket is not closed");
		g->at = from + size;
	}
	if (size >= sizeof g->word)
		golden_stop(g, "a word of %zu bytes", size);
	memcpy(g->word, from, size);
	g->word[size] = '\0';
	return true;
}

static inline bool golden_is(const struct golden *g, const char *word)
{
	return strcmp(g->word, word) == 0;
}

static inline const char *golden_need(struct golden *g, const char *what)
{
	if (!golden_word(g) || golden_is(g, ";") || golden_is(g, ":"))
		golden_stop(g, "%s is missing", what);
	return g->word;
}

static inline unsigned golden_number(struct golden *g)
{
	char *end;
	unsigned long number = strtoul(golden_need(g, "a number"), &end, 10);

	if (*end || end == g->word || number > 9999)
		golden_stop(g, "\"%s\" is no number", g->word);
	return (unsigned)number;
}

/* Which of `names`, ended by NULL, the word is, from 1; 0: none. */
static inline unsigned golden_one_of(const struct golden *g,
				     const char *const names[])
{
	unsigned i;

	for (i = 0; names[i]; i++)
		if (golden_is(g, names[i]))
			return i + 1;
	return 0;
}

/* ---- The file ---- */

/* All of the file's lines; they live as long as the program. */
static inline char **golden_lines(const char *path, unsigned *count)
{
	char **lines = calloc(GOLDEN_LINES, sizeof *lines);
	FILE *file = fopen(path, "r");
	size_t room = 0;

	if (!file || !lines) {
		fprintf(stderr, "%s cannot be read\n", path);
		exit(1);
	}
	for (*count = 0; *count < GOLDEN_LINES; (*count)++) {
		ssize_t size = getline(&lines[*count], &room, file);

		if (size < 0)
			break;
		room = 0;
		lines[*count][strcspn(lines[*count], "\n")] = '\0';
	}
	fclose(file);
	return lines;
}

/* The cases among the lines, each begun by a line "case ITS NAME". */
static inline struct golden *golden_cases(const char *path, size_t *count)
{
	unsigned lines;
	char **text = golden_lines(path, &lines);
	struct golden *cases = calloc(lines + 1, sizeof *cases);
	unsigned i;

	if (!cases)
		exit(1);
	*count = 0;
	for (i = 0; i < lines; i++) {
		if (strncmp(text[i], "case ", 5) != 0)
			continue;
		cases[(*count)++] = (struct golden){.file = path,
						    .name = text[i] + 5,
						    .lines = text,
						    .first = i + 1,
						    .end = lines + 1};
		if (*count > 1)
			cases[*count - 2].end = i + 1;
	}
	return cases;
}

#endif
