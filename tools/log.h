/* log.h - what the daemon has to say, on standard error: one line an event.
 *
 *	warn sync: its filing has a bad signature dataset=korea peer=ab12cd34
 *
 * First how much it matters: error (someone must act), warn (odd, and dealt
 * with), info (a few an hour), debug (only when asked for). Then the area, a
 * sentence, and what it is about as key=value. Never a whole key, never what
 * a record says. Whatever text comes from peers is made safe to print.
 *
 * At most a hundred lines in ten seconds, so that no peer fills a disk; how
 * many were left out is said after that. Where the journal reads, each line
 * bears its priority. One thread at a time.
 */
#ifndef TOOLS_LOG_H
#define TOOLS_LOG_H

#include "core/hearsay.h"

enum log_level {
	LOG_DEBUG_LEVEL,
	LOG_INFO_LEVEL,
	LOG_WARN_LEVEL,
	LOG_ERROR_LEVEL,
};

/* Whether lines of level debug are wanted; not before this is called. */
void log_begin(bool debug);

void log_line(enum log_level level, const char *area, const char *format, ...)
	HEAR_FORMAT(3, 4);

#define log_debug(...) log_line(LOG_DEBUG_LEVEL, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO_LEVEL, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN_LEVEL, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR_LEVEL, __VA_ARGS__)

/* The first digits of a key, as log lines name a peer. */
enum { LOG_KEY_TEXT = 9 };
void log_key(const struct hear_key *key, char out[LOG_KEY_TEXT]);

#endif
