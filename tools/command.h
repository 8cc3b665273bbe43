/* command.h - the subcommands of hearsay, and what each is called with.
 *
 * A command is one line of COMMANDS below and one file, cmd_NAME.c, with two
 * things in it: NAME_form, what it takes, and NAME_main, what it does.
 *
 * hearsay is what is typed all day: filing, finding, judging. Of what is typed
 * less often (other nodes, weighing, checks and copies) it only knows what that
 * takes, and hands it to hearsay-full, which is the same program with
 * everything in it (away.c): so it stays small, and starts at once.
 */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

#include "core/hearsay.h"
#include "tools/options.h"

/* How `hearsay --help` groups them. */
#define GROUPS(X)                                                              \
	X(GROUP_BEGIN, "Begin")                                                \
	X(GROUP_FILE, "File")                                                  \
	X(GROUP_LOOK, "Look")                                                  \
	X(GROUP_WEIGH, "Weigh")                                                \
	X(GROUP_JUDGE, "Judge and correct")                                    \
	X(GROUP_OTHERS, "With others")                                         \
	X(GROUP_KEEP, "Keep safe")

enum group {
#define GROUP_NAME(name, text) name,
	GROUPS(GROUP_NAME)
#undef GROUP_NAME
};

/* Name in C, as typed, group, and a sentence; X: done here, AWAY: handed on. */
#define COMMANDS(X, AWAY)                                                      \
	X(init, "init", GROUP_BEGIN, "make a dataset and become its founder")  \
	AWAY(id, "id", GROUP_BEGIN, "show this node's name and keys")          \
	AWAY(datasets, "datasets", GROUP_BEGIN, "list the datasets kept here") \
	AWAY(config, "config", GROUP_BEGIN, "show or change settings")         \
	X(add, "add", GROUP_FILE, "file one claim")                            \
	X(file, "file", GROUP_FILE, "file a document and its claims")          \
	X(import, "import", GROUP_FILE, "take in many records, or a bundle")   \
	X(show, "show", GROUP_LOOK, "show one record with all that is known")  \
	X(find, "find", GROUP_LOOK, "find records")                            \
	X(watch, "watch", GROUP_LOOK, "print what is filed, as it arrives")    \
	X(log, "log", GROUP_LOOK, "list filings, the newest first")            \
	X(terms, "terms", GROUP_LOOK, "list the names in use")                 \
	X(stat, "stat", GROUP_LOOK, "count what a dataset holds")              \
	AWAY(origins, "origins", GROUP_WEIGH, "count who says it, really")     \
	AWAY(conflicts, "conflicts", GROUP_WEIGH, "show where sources disagree")\
	AWAY(timeline, "timeline", GROUP_WEIGH, "draw figures over time by origin")\
	AWAY(tally, "tally", GROUP_WEIGH, "add up the figures of incidents")   \
	AWAY(changes, "changes", GROUP_WEIGH, "list what moved since a time")  \
	AWAY(report, "report", GROUP_WEIGH, "write a page to hand on")         \
	X(assess, "assess", GROUP_JUDGE, "say what you make of a record")      \
	X(relate, "relate", GROUP_JUDGE, "say what one claim is to another")   \
	X(alias, "alias", GROUP_JUDGE, "join two names for one thing")         \
	X(define, "define", GROUP_JUDGE, "say what a word adds up to or means")\
	X(retract, "retract", GROUP_JUDGE, "take back what was filed")         \
	X(revise, "revise", GROUP_JUDGE, "replace a record by a corrected one")\
	AWAY(invite, "invite", GROUP_OTHERS, "let somebody join a dataset")    \
	AWAY(join, "join", GROUP_OTHERS, "join a dataset you are invited to")  \
	AWAY(member, "member", GROUP_OTHERS, "list, add and remove members")   \
	AWAY(peer, "peer", GROUP_OTHERS, "say where members are dialled")      \
	AWAY(sync, "sync", GROUP_OTHERS, "become equal with others, now")      \
	AWAY(status, "status", GROUP_OTHERS, "show whether all are in sync")   \
	AWAY(diff, "diff", GROUP_OTHERS, "compare with one member's copy")     \
	AWAY(why_not, "why-not", GROUP_OTHERS, "say why one lacks a claim")    \
	AWAY(purge, "purge", GROUP_OTHERS, "destroy a record in every copy")   \
	AWAY(export, "export", GROUP_KEEP, "write records as JSON Lines")      \
	AWAY(bundle, "bundle", GROUP_KEEP, "write filings to a file to carry") \
	AWAY(backup, "backup", GROUP_KEEP, "copy a dataset to a file")         \
	AWAY(restore, "restore", GROUP_KEEP, "make a dataset from a backup")   \
	AWAY(compact, "compact", GROUP_KEEP, "give unused space back to the disk")\
	AWAY(verify, "verify", GROUP_KEEP, "check all that is kept")

/* How the exit statuses read. */
enum { STATUS_DONE, STATUS_FAILED, STATUS_MISUSED };

/* One run of one command. */
struct call {
	char *const *words; /* the program was started with */
	const char *command;
	const char *dataset; /* -d; NULL: not given */
	const char *home;    /* --home; NULL: not given */
	bool json;
	const struct options *options;
	int status; /* to exit with where nothing failed: STATUS_FAILED says
		     * that what was compared differs; where something failed,
		     * STATUS_MISUSED says that the command line was wrong */
	struct hear_buffer pointed; /* the text that err->at points into, to
				     * show with a caret; empty: none */
};

/* Marks the failure `code` as one of the command line; gives it back. */
enum hear_code call_misused(struct call *call, enum hear_code code);

#define COMMAND_DECLARE(name, typed, group, sentence)                          \
	extern const struct options_form name##_form;                          \
	enum hear_code name##_main(struct call *call, struct hear_err *err);
COMMANDS(COMMAND_DECLARE, COMMAND_DECLARE)
#undef COMMAND_DECLARE

/* Hands the command to hearsay-full; returns only where that fails. */
enum hear_code away_main(struct call *call, struct hear_err *err);

#endif
