/* SPDX-License-Identifier: ISC */
/*~ hearsay.c - the program people type. It reads the command line, finds the
 * command in one table, runs it, and turns its outcome into sentences and an
 * exit status. Each command is a file of its own, cmd_NAME.c; what a claim is
 * and how it is kept is in core/. */
#include "core/hearsay.h"
#include "tools/command.h"
#include "tools/complain.h"
#include "tools/complete.h"
#include "tools/nearest.h"
#include "tools/options.h"
#include "tools/stream.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct command {
	const char *name;
	enum group group;
	const char *sentence;
	const struct options_form *form;
	enum hear_code (*run)(struct call *call, struct hear_err *err);
};

#ifdef HEARSAY_FULL /* this is hearsay-full */
#define AWAY(name) name##_main
#else
#define AWAY(name) away_main
#endif

static const struct command commands[] = {
#define COMMAND_LINE(name, typed, group, sentence)                             \
	{typed, group, sentence, &name##_form, name##_main},
#define AWAY_LINE(name, typed, group, sentence)                                \
	{typed, group, sentence, &name##_form, AWAY(name)},
	COMMANDS(COMMAND_LINE, AWAY_LINE)
#undef AWAY_LINE
#undef COMMAND_LINE
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static const struct {
	enum group group;
	const char *text;
} groups[] = {
#define GROUP_LINE(name, text) {name, text},
	GROUPS(GROUP_LINE)
#undef GROUP_LINE
};

/* The data file is mapped: where it is cut short under us, or the disk fails,
 * reading it is a signal. Only calls that are safe in a handler here. */
static void disk_failed(int signal_number)
{
	static const char sentence[] =
		"hearsay: the data file was cut short or its disk failed while "
		"it was read: run `hearsay verify`, and restore a backup with "
		"`hearsay restore`\n";
	ssize_t size = write(STDERR_FILENO, sentence, sizeof sentence - 1);

	(void)size;
	(void)signal_number;
	_exit(STATUS_FAILED);
}

static void set_signals(void)
{
	struct sigaction action = {.sa_handler = disk_failed};

	(void)sigaction(SIGBUS, &action, NULL);
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGPIPE, &action, NULL);
}

static const struct command *command_named(const char *name)
{
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static enum hear_code unknown(const char *name, struct hear_err *err)
{
	struct nearest nearest = nearest_to(name);
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		nearest_try(&nearest, commands[i].name);
	if (nearest.best)
		return hear_fail(err, HEAR_INVALID,
				 "there is no command '%.40s'; did you mean "
				 "'%s'?",
				 name, nearest.best);
	return hear_fail(err, HEAR_INVALID,
			 "there is no command '%.40s'; `hearsay --help` lists "
			 "them",
			 name);
}

/* ---- Help ---- */

static void help_group(enum group group, const char *text,
		       struct hear_buffer *out)
{
	bool any = false;
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++) {
		if (commands[i].group != group)
			continue;
		if (!any)
			hear_buffer_print(out, "\n%s\n", text);
		any = true;
		hear_buffer_print(out, "  %-11s %s\n", commands[i].name,
				  commands[i].sentence);
	}
}

static void help_all(void)
{
	struct hear_buffer *out = stream_buffer();
	size_t i;

	hear_buffer_text(out,
			 "Usage: hearsay COMMAND [OPTIONS] [WORDS]\n"
			 "Keeps attributed claims: who said what, citing whom, "
			 "when, in which document.\n");
	for (i = 0; i < sizeof groups / sizeof *groups; i++)
		help_group(groups[i].group, groups[i].text, out);
	hear_buffer_text(out, "\n`hearsay help COMMAND` tells more; `man "
			      "hearsay` tells all. `--version` is this "
			      "program's.\n");
}

static void help_command(const struct command *command)
{
	options_help(command->name, command->sentence, command->form,
		     stream_buffer());
}

static enum hear_code help(int argc, char *const *argv, struct hear_err *err)
{
	const struct command *command;

	if (argc < 2) {
		help_all();
		return HEAR_OK;
	}
	command = command_named(argv[1]);
	if (!command)
		return unknown(argv[1], err);
	help_command(command);
	return HEAR_OK;
}

/* ---- What the completions ask ---- */

static enum hear_code list_commands(struct hear_err *err)
{
	size_t i;

	for (i = 0; i < COMMAND_COUNT; i++)
		hear_buffer_print(stream_buffer(), "%s\t%s\n",
				  commands[i].name, commands[i].sentence);
	hear_buffer_text(stream_buffer(), "help\ttell more of a command\n");
	return stream_flush(err);
}

/* `__complete`: the commands; `__complete COMMAND`: its options;
 * `__complete COMMAND --option`: what may follow it; `__complete COMMAND .`:
 * what its first word may be. */
static enum hear_code complete(const struct call *call, int argc,
			       char *const *argv, struct hear_err *err)
{
	const struct command *command;

	if (argc < 2)
		return list_commands(err);
	command = command_named(argv[1]);
	if (!command)
		return HEAR_OK;
	return complete_words(call, command->form, argc > 2 ? argv[2] : NULL,
			      err);
}

/* ---- Running ---- */

/* A shared option given after the command stands over one given before. */
static void share(struct call *call, const struct options *options)
{
	if (options_text(options, "dataset"))
		call->dataset = options_text(options, "dataset");
	if (options_text(options, "home"))
		call->home = options_text(options, "home");
	call->json = call->json || options_given(options, "json");
}

static enum hear_code run(struct call *call, const struct command *command,
			  int argc, char *const *argv, struct hear_err *err)
{
	struct options *options;
	enum hear_code code = options_parse(&options, command->form,
					    command->name, argc, argv, err);

	call->command = command->name;
	if (code != HEAR_OK)
		return call_misused(call, code);
	share(call, options);
	call->options = options;
	if (options_given(options, "help"))
		help_command(command);
	else
		code = command->run(call, err);
	call->options = NULL;
	options_free(options);
	return code;
}

/* `argv[0]` is the command. */
static enum hear_code choose(struct call *call, int argc, char *const *argv,
			     struct hear_err *err)
{
	const struct command *command;
	enum hear_code code = HEAR_OK;

	if (argc == 0)
		return call_misused(
			call, hear_fail(err, HEAR_INVALID,
					"a command is missing; `hearsay "
					"--help` lists them"));
	if (strcmp(argv[0], "help") == 0)
		code = help(argc, argv, err);
	else if (strcmp(argv[0], "__complete") == 0)
		return complete(call, argc, argv, err);
	else if ((command = command_named(argv[0])))
		return run(call, command, argc, argv, err);
	else
		code = unknown(argv[0], err);
	return code == HEAR_OK ? code : call_misused(call, code);
}

static enum hear_code start(struct call *call, int argc, char *const *argv,
			    struct hear_err *err)
{
	struct options *before;
	enum hear_code code;
	int used;

	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		hear_buffer_text(stream_buffer(),
				 "hearsay " HEARSAY_VERSION "\n");
		return HEAR_OK;
	}
	code = options_before(&before, argc, argv, &used, err);
	if (code != HEAR_OK)
		return call_misused(call, code);
	share(call, before);
	if (options_given(before, "help"))
		code = help(argc - used + 1, argv + used - 1, err);
	else
		code = choose(call, argc - used, argv + used, err);
	options_free(before);
	return code;
}

int main(int argc, char **argv)
{
	struct call call = {.words = argv, .status = STATUS_DONE};
	struct hear_err err = {.at = HEAR_NOWHERE};
	enum hear_code code;
	enum hear_code ended;

	set_signals();
	code = start(&call, argc, argv, &err);
	ended = stream_end(code == HEAR_OK ? &err : NULL);
	if ((code != HEAR_OK || ended != HEAR_OK) && !stream_closed())
		complain_about(&call, &err);
	hear_buffer_done(&call.pointed);
	if (stream_closed())
		return STATUS_DONE;
	if (code != HEAR_OK || ended != HEAR_OK)
		return call.status ? call.status : STATUS_FAILED;
	return call.status;
}
