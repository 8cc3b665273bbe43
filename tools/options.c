/* SPDX-License-Identifier: ISC */
#include "tools/options.h"
#include "tools/nearest.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option_line options_shared[] = {
	{"dataset", 'd', "NAME", "the dataset to work on", false, NULL},
	{"home", 0, "DIR", "where identity and datasets are", false, NULL},
	{"json", 0, NULL, "JSON Lines instead of text for people", false, NULL},
	{"help", 'h', NULL, "this text", false, NULL},
	{0},
};

static const struct option_line no_lines[] = {{0}};

enum { OPTIONS_MOST = 64, HELP_COLUMN = 26, HELP_WIDTH = 79 };

struct given {
	const struct option_line *line;
	const char *text;
};

struct options {
	const struct options_form *form; /* NULL: before the command */
	struct given *given;
	size_t given_count;
	const char **operands;
	size_t operand_count;
};

static const struct option_line *lines_of(const struct options_form *form)
{
	return form && form->lines ? form->lines : no_lines;
}

/* The form's lines first, then the shared ones; NULL after the last. */
static const struct option_line *line_at(const struct options_form *form,
					 size_t index)
{
	const struct option_line *line;

	for (line = lines_of(form); line->name; line++)
		if (index-- == 0)
			return line;
	for (line = options_shared; line->name; line++)
		if (index-- == 0)
			return line;
	return NULL;
}

static const struct option_line *line_named(const struct options_form *form,
					    const char *name)
{
	const struct option_line *line;
	size_t i;

	for (i = 0; (line = line_at(form, i)); i++)
		if (strcmp(line->name, name) == 0)
			return line;
	return NULL;
}

static const struct option_line *line_lettered(const struct options_form *form,
					       int letter)
{
	const struct option_line *line;
	size_t i;

	for (i = 0; (line = line_at(form, i)); i++)
		if (line->letter && line->letter == letter)
			return line;
	return NULL;
}

/* ---- Reading ---- */

enum { LONG_FIRST = 1000 }; /* what getopt_long gives for line 0 */

struct tables {
	struct option longs[OPTIONS_MOST];
	char letters[2 * OPTIONS_MOST + 3];
};

static void fill(struct tables *tables, const struct options_form *form)
{
	const struct option_line *line;
	char *letter = tables->letters;
	size_t i;

	*letter++ = form ? '-' : '+';
	*letter++ = ':';
	for (i = 0; (line = line_at(form, i)); i++) {
		assert(i + 1 < OPTIONS_MOST);
		tables->longs[i] = (struct option){
			line->name, line->takes ? required_argument : no_argument,
			NULL, LONG_FIRST + (int)i};
		if (line->letter)
			*letter++ = line->letter;
		if (line->letter && line->takes)
			*letter++ = ':';
	}
	*letter = '\0';
	tables->longs[i] = (struct option){NULL, 0, NULL, 0};
}

/* "-is:retracted" in a query; "-d" and "--json" are options there too. */
static bool excludes(const struct options_form *form, const char *word)
{
	return form && form->query && word[0] == '-' && word[1] != '\0' &&
	       word[1] != '-' && word[2] != '\0';
}

static enum hear_code unknown(const struct options_form *form,
			      const char *word, struct hear_err *err)
{
	size_t size = strcspn(word, "=");
	const struct option_line *line;
	struct nearest nearest;
	char name[64];
	size_t i;

	if (word[0] != '-' || word[1] != '-')
		return hear_fail(err, HEAR_INVALID,
				 "there is no option '%.40s'; --help lists "
				 "them, and '--' goes before a word that "
				 "begins with a hyphen",
				 word);
	(void)snprintf(name, sizeof name, "%.*s",
		       size > 62 ? 60 : (int)size - 2, word + 2);
	if (line_named(form, name))
		return hear_fail(err, HEAR_INVALID, "--%s takes nothing", name);
	nearest = nearest_to(name);
	for (i = 0; (line = line_at(form, i)); i++)
		nearest_try(&nearest, line->name);
	if (nearest.best)
		return hear_fail(err, HEAR_INVALID,
				 "there is no option --%s; did you mean --%s?",
				 name, nearest.best);
	return hear_fail(err, HEAR_INVALID,
			 "there is no option --%s; --help lists them", name);
}

static enum hear_code bare(const struct options_form *form, const char *word,
			   int letter, struct hear_err *err)
{
	const struct option_line *line =
		letter >= LONG_FIRST
			? line_at(form, (size_t)(letter - LONG_FIRST))
			: line_lettered(form, letter);

	return hear_fail(err, HEAR_INVALID,
			 "%.40s needs something after it: --%s %s", word,
			 line ? line->name : "", line ? line->takes : "");
}

static enum hear_code take(struct options *options,
			   const struct option_line *line, const char *text,
			   struct hear_err *err)
{
	if (!line->takes && options_given(options, line->name))
		return HEAR_OK;
	if (!line->repeated && options_given(options, line->name))
		return hear_fail(err, HEAR_INVALID,
				 "--%s was given twice; give it once",
				 line->name);
	options->given[options->given_count++] = (struct given){line, text};
	return HEAR_OK;
}

/* Reads all words; argv[0] is passed over. */
static enum hear_code scan(struct options *options, int argc,
			   char *const *argv, struct hear_err *err)
{
	const struct options_form *form = options->form;
	struct tables tables;
	enum hear_code code = HEAR_OK;
	int which;

	fill(&tables, form);
	opterr = 0;
	optind = 0; /* start anew, in every libc that has getopt_long */
	while (code == HEAR_OK) {
		int at = optind > 0 ? optind : 1;

		if (at < argc && excludes(form, argv[at])) {
			options->operands[options->operand_count++] = argv[at];
			optind = at + 1;
			continue;
		}
		which = getopt_long(argc, argv, tables.letters, tables.longs,
				    NULL);
		if (which == -1)
			break;
		if (which == 1)
			options->operands[options->operand_count++] = optarg;
		else if (which == '?')
			code = unknown(form, argv[at], err);
		else if (which == ':')
			code = bare(form, argv[at], optopt, err);
		else if (which >= LONG_FIRST)
			code = take(options,
				    line_at(form, (size_t)(which - LONG_FIRST)),
				    optarg, err);
		else
			code = take(options, line_lettered(form, which), optarg,
				    err);
	}
	if (code == HEAR_OK && form)
		while (optind < argc)
			options->operands[options->operand_count++] =
				argv[optind++];
	return code;
}

static enum hear_code check_operands(const struct options *options,
				     const char *command, struct hear_err *err)
{
	const struct options_form *form = options->form;

	if (options_given(options, "help"))
		return HEAR_OK;
	if (options->operand_count < form->least)
		return hear_fail(err, HEAR_INVALID,
				 "something is missing; write: hearsay %s%s%s",
				 command, form->operands[0] ? " " : "",
				 form->operands);
	if (options->operand_count > form->most)
		return hear_fail(err, HEAR_INVALID,
				 "'%.60s' is one word too many; write: hearsay "
				 "%s%s%s",
				 options->operands[form->most], command,
				 form->operands[0] ? " " : "", form->operands);
	return HEAR_OK;
}

static struct options *make(const struct options_form *form, int argc)
{
	struct options *options = calloc(1, sizeof *options);
	size_t room = argc > 0 ? (size_t)argc : 1;

	if (!options)
		return NULL;
	options->form = form;
	/* What takes nothing is kept once, what takes something needs a word. */
	options->given = calloc(room + OPTIONS_MOST, sizeof *options->given);
	options->operands = calloc(room, sizeof *options->operands);
	if (!options->given || !options->operands) {
		options_free(options);
		return NULL;
	}
	return options;
}

static enum hear_code read_words(struct options **out,
				 const struct options_form *form, int argc,
				 char *const *argv, struct hear_err *err)
{
	enum hear_code code;

	*out = make(form, argc);
	if (!*out)
		return hear_fail(err, HEAR_MEMORY, "out of memory");
	code = scan(*out, argc, argv, err);
	if (code != HEAR_OK) {
		options_free(*out);
		*out = NULL;
	}
	return code;
}

enum hear_code options_parse(struct options **out,
			     const struct options_form *form,
			     const char *command, int argc, char *const *argv,
			     struct hear_err *err)
{
	enum hear_code code = read_words(out, form, argc, argv, err);

	if (code == HEAR_OK)
		code = check_operands(*out, command, err);
	if (code != HEAR_OK) {
		options_free(*out);
		*out = NULL;
	}
	return code;
}

enum hear_code options_before(struct options **out, int argc,
			      char *const *argv, int *used,
			      struct hear_err *err)
{
	enum hear_code code = read_words(out, NULL, argc, argv, err);

	*used = optind;
	return code;
}

void options_free(struct options *options)
{
	if (!options)
		return;
	free(options->given);
	free(options->operands);
	free(options);
}

/* ---- Asking ---- */

bool options_given(const struct options *options, const char *name)
{
	return options_count(options, name) > 0;
}

size_t options_count(const struct options *options, const char *name)
{
	const struct option_line *line = line_named(options->form, name);
	size_t count = 0;
	size_t i;

	assert(line);
	for (i = 0; i < options->given_count; i++)
		count += options->given[i].line == line;
	return count;
}

const char *options_at(const struct options *options, const char *name,
		       size_t index)
{
	const struct option_line *line = line_named(options->form, name);
	size_t i;

	for (i = 0; i < options->given_count; i++)
		if (options->given[i].line == line && index-- == 0)
			return options->given[i].text;
	return NULL;
}

const char *options_text(const struct options *options, const char *name)
{
	size_t count = options_count(options, name);

	return count > 0 ? options_at(options, name, count - 1) : NULL;
}

enum hear_code options_number(const struct options *options, const char *name,
			      uint64_t most, uint64_t *out,
			      struct hear_err *err)
{
	const char *text = options_text(options, name);
	uint64_t number = 0;
	const char *c;

	if (!text)
		return HEAR_OK;
	for (c = text; *c >= '0' && *c <= '9' && number <= most; c++)
		number = number * 10 + (uint64_t)(*c - '0');
	if (*c || c == text || c - text > 18 || number > most)
		return hear_fail(err, HEAR_INVALID,
				 "--%s takes a whole number from 0 to %llu; it "
				 "was given '%.40s'",
				 name, (unsigned long long)most, text);
	*out = number;
	return HEAR_OK;
}

enum hear_code options_choice(const struct options *options, const char *name,
			      unsigned *out, struct hear_err *err)
{
	const char *values = line_named(options->form, name)->values;
	const char *text = options_text(options, name);
	const char *at = values;
	unsigned index;

	for (index = 0; text && *at; index++) {
		size_t size = strcspn(at, " ");

		if (strlen(text) == size && memcmp(at, text, size) == 0) {
			*out = index;
			return HEAR_OK;
		}
		at += size + (at[size] == ' ');
	}
	if (!text)
		return HEAR_OK;
	return hear_fail(err, HEAR_INVALID,
			 "--%s takes one of: %s; it was given '%.60s'", name,
			 values, text);
}

size_t options_operands(const struct options *options)
{
	return options->operand_count;
}

const char *options_operand(const struct options *options, size_t index)
{
	return index < options->operand_count ? options->operands[index] : NULL;
}

/* ---- Help ---- */

/* Words from column `column` on, broken before the end of the line. */
static void wrap(struct hear_buffer *out, size_t column, const char *text)
{
	size_t used = column;

	while (*text) {
		size_t size = strcspn(text, " ");

		if (used > column && used + 1 + size > HELP_WIDTH) {
			hear_buffer_print(out, "\n%*s", (int)column, "");
			used = column;
		} else if (used > column) {
			hear_buffer_byte(out, ' ');
			used++;
		}
		hear_buffer_add(out, text, size);
		used += size;
		text += size;
		text += strspn(text, " ");
	}
	hear_buffer_byte(out, '\n');
}

static void help_line(const struct option_line *line, struct hear_buffer *out)
{
	struct hear_buffer left = {0};

	if (line->letter)
		hear_buffer_print(&left, "  -%c, ", line->letter);
	else
		hear_buffer_text(&left, "      ");
	hear_buffer_print(&left, "--%s%s%s%s", line->name,
			  line->takes ? " " : "",
			  line->takes ? line->takes : "",
			  line->repeated ? " …" : "");
	hear_buffer_span(out, hear_buffer_view(&left));
	if (left.size + 2 > HELP_COLUMN)
		hear_buffer_print(out, "\n%*s", HELP_COLUMN, "");
	else
		hear_buffer_print(out, "%*s", HELP_COLUMN - (int)left.size, "");
	hear_buffer_done(&left);
	wrap(out, HELP_COLUMN, line->sentence);
	if (line->values) {
		hear_buffer_print(out, "%*s", HELP_COLUMN, "");
		hear_buffer_print(out, "(%s)\n", line->values);
	}
}

static void help_lines(const struct option_line *line, struct hear_buffer *out)
{
	for (; line->name; line++)
		help_line(line, out);
}

/* The example, each line set in. */
static void help_example(const char *example, struct hear_buffer *out)
{
	hear_buffer_text(out, "\nExample:\n");
	while (*example) {
		size_t size = strcspn(example, "\n");

		hear_buffer_text(out, "  ");
		hear_buffer_add(out, example, size);
		hear_buffer_byte(out, '\n');
		example += size + (example[size] == '\n');
	}
}

void options_help(const char *command, const char *sentence,
		  const struct options_form *form, struct hear_buffer *out)
{
	hear_buffer_print(out, "Usage: hearsay %s%s%s%s\n", command,
			  lines_of(form)->name ? " [OPTIONS]" : "",
			  form->operands[0] ? " " : "", form->operands);
	hear_buffer_print(out, "%s: %s.\n", command, sentence);
	if (form->about)
		hear_buffer_print(out, "\n%s", form->about);
	if (lines_of(form)->name) {
		hear_buffer_text(out, "\nOptions:\n");
		help_lines(lines_of(form), out);
	}
	hear_buffer_text(out, "\nFor every command:\n");
	help_lines(options_shared, out);
	if (form->example)
		help_example(form->example, out);
}

/* ---- Completion ---- */

void options_list(const struct options_form *form, struct hear_buffer *out)
{
	const struct option_line *line;
	size_t i;

	for (i = 0; (line = line_at(form, i)); i++)
		hear_buffer_print(out, "--%s\t%s\n", line->name,
				  line->sentence);
}

static void list_words(const char *words, struct hear_buffer *out)
{
	while (words && *words) {
		size_t size = strcspn(words, " ");

		hear_buffer_add(out, words, size);
		hear_buffer_byte(out, '\n');
		words += size + (words[size] == ' ');
	}
}

bool options_values(const struct options_form *form, const char *name,
		    struct hear_buffer *out)
{
	const struct option_line *line;

	if (name[0] != '-') {
		list_words(form->values, out);
		return true;
	}
	line = name[1] == '-' ? line_named(form, name + 2)
			      : line_lettered(form, name[1]);
	if (!line || !line->takes)
		return false;
	list_words(line->values, out);
	return true;
}
