/* SPDX-License-Identifier: ISC */
#include "tools/log.h"
#include "tools/keys.h"
#include "tools/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINES_MOST = 100, WINDOW_MS = 10 * 1000, LINE_BYTES = 900 };

static const struct {
	const char *name;
	int priority; /* of the journal */
} levels[] = {{"debug", 7}, {"info", 6}, {"warn", 4}, {"error", 3}};

static struct {
	bool debug;
	bool journal;
	int64_t window_ms; /* when this ten seconds began */
	unsigned lines;	   /* in it */
	unsigned left_out;
} state;

void log_begin(bool debug)
{
	memset(&state, 0, sizeof state);
	state.debug = debug;
	state.journal = getenv("JOURNAL_STREAM") != NULL;
}

static void put(enum log_level level, const char *area, const char *sentence)
{
	struct hear_buffer out = {0};

	if (state.journal)
		hear_buffer_print(&out, "<%d>", levels[level].priority);
	hear_buffer_print(&out, "%s %s: ", levels[level].name, area);
	terminal_clean(hear_span_of(sentence), TERMINAL_ONE_LINE, &out);
	hear_buffer_byte(&out, '\n');
	if (out.data) /* whole, so that lines of two processes do not mix */
		(void)fwrite(out.data, 1, out.size, stderr);
	hear_buffer_done(&out);
}

static int64_t steady_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool admit(void)
{
	int64_t now = steady_ms();
	char sentence[80];

	if (now - state.window_ms >= WINDOW_MS) {
		(void)snprintf(sentence, sizeof sentence,
			       "%u lines were left out", state.left_out);
		if (state.left_out > 0)
			put(LOG_WARN_LEVEL, "log", sentence);
		state.window_ms = now;
		state.lines = 0;
		state.left_out = 0;
	}
	if (state.lines < LINES_MOST) {
		state.lines++;
		return true;
	}
	state.left_out++;
	return false;
}

void log_line(enum log_level level, const char *area, const char *format, ...)
{
	char sentence[LINE_BYTES];
	va_list args;

	if (level == LOG_DEBUG_LEVEL && !state.debug)
		return;
	/* Errors are for someone to act on, and what was asked for is wanted.
	 */
	if (level != LOG_ERROR_LEVEL && !state.debug && !admit())
		return;
	va_start(args, format);
	(void)vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	put(level, area, sentence);
}

void log_key(const struct hear_key *key, char out[LOG_KEY_TEXT])
{
	char text[KEYS_TEXT];

	keys_print(key, text);
	memcpy(out, text, LOG_KEY_TEXT - 1);
	out[LOG_KEY_TEXT - 1] = '\0';
}
