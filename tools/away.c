/* SPDX-License-Identifier: ISC */
/* away.c - how hearsay hands commands to hearsay-full. What those take that
 * need all of sync/, or draw, stands here too, apart from what they do: so
 * hearsay is not linked with it. */
#include "tools/command.h"
#include "tools/output.h"
#include "tools/weighed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_OPTION                                                         \
	{                                                                      \
		"timeout", 0, "SECONDS",                                       \
			"give up on who has not moved for so long (30)",       \
			false, NULL                                            \
	}

static const struct option_line timeout_lines[] = {
	TIMEOUT_OPTION,
	{0},
};

static const struct option_line join_lines[] = {
	{"name", 0, "NAME", "what to call the dataset on this machine", false,
	 NULL},
	{"no-sync", 0, NULL, "leave it at the roster; hearsayd brings the rest",
	 false, NULL},
	TIMEOUT_OPTION,
	{0},
};

const struct options_form join_form = {
	.operands = "LINE|-",
	.about = "Joins the dataset that the line, made by `hearsay invite`, "
		 "invites to: proves to\nthe inviter that it was sent here, "
		 "takes in the roster, notes the inviter's address\nand brings "
		 "the dataset up to date. With - the line is read from standard "
		 "input,\nwhere other users of this machine do not see it. A "
		 "join that failed halfway may\nbe repeated.\n",
	.example = "hearsay join hearsay1:Xk3v...\n",
	.lines = join_lines,
	.least = 1,
	.most = 1000, /* a line that was broken in two */
};

const struct options_form sync_form = {
	.operands = "[ADDRESS]",
	.about = "Becomes equal with every member in the address book, now and "
		 "in the foreground;\nno daemon is needed here, but one there. "
		 "With an address, with who is there: an\naddress that is in no "
		 "book is tried with each member. Exit status 0 only when\nall "
		 "that were asked are in sync.\n",
	.example = "hearsay sync\nhearsay sync tcp://192.0.2.7:7340\n",
	.lines = timeout_lines,
	.most = 1,
};

const struct options_form diff_form = {
	.operands = "PEER [ADDRESS]",
	.about = "Compares the dataset here with a member's copy, and exchanges "
		 "nothing. A line for\neach filing, or place in the order of "
		 "filings, that only one side has, and for each\nthat waits "
		 "aside or was refused, with the reason; how many are held "
		 "back because\nthey are above what the member may see. Exit "
		 "status 0 only when both hold the\nsame.\n",
	.example = "hearsay diff bob\n",
	.lines = timeout_lines,
	.least = 1,
	.most = 2,
};

static const struct option_line timeline_lines[] = {
	{"svg", 0, "FILE", "write the charts as SVG; - for standard output",
	 false, NULL},
	WEIGHED_VIEW_OPTIONS,
	{"draw", 0, NULL, "for people, with pictures, even into a pipe", false,
	 NULL},
	OUTPUT_CSV_OPTION,
	{0},
};

const struct options_form timeline_form = {
	.operands = "QUERY",
	.about =
		"Draws, for each question that claims of the query answer, "
		"which origin said what\nwhen: a letter and a line an origin, a "
		"bar for a range, an arrow for an open end\n(more than), ~ for "
		"about, a small letter for what was corrected or taken back, "
		"and\nbelow the time axis who was silent or denied it. A "
		"question without figures is a\nlist. In a pipe a line a "
		"statement, with tabs. An existing SVG file is\nreplaced once "
		"the new one is whole.\n",
	.example = "hearsay timeline predicate:killed\n"
		   "hearsay timeline 'subject:\"North Korean soldiers\"' "
		   "--svg soldiers.svg\n",
	.lines = timeline_lines,
	.least = 1,
	.most = OPERANDS_ANY,
	.query = true,
};

enum { PATH_BYTES = 4096 };

/* Runs it if it is there. */
static void run(const struct call *call, const char *directory,
		const char *place)
{
	char path[PATH_BYTES + 64];

	(void)snprintf(path, sizeof path, "%s/%s", directory, place);
	(void)execv(path, call->words);
}

enum hear_code away_main(struct call *call, struct hear_err *err)
{
	char self[PATH_BYTES];
	ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	self[size > 0 ? size : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash) {
		*slash = '\0';
		run(call, self, "hearsay-full");
		if (errno == ENOENT)
			run(call, self, "../libexec/hearsay/hearsay-full");
	}
	return hear_fail(err, HEAR_NOTFOUND,
			 "run hearsay-full, which is to be beside this program "
			 "or in ../libexec/hearsay from there: %s",
			 strerror(errno));
}
