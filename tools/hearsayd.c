/* SPDX-License-Identifier: ISC */
/*~ hearsayd.c - the daemon: keeps every dataset of its home equal to those of
 * the other members. It opens (keys, lock, sockets), turns a node (node.h)
 * until a signal says to stop, and closes. What is said to whom is in sync/:
 * start reading at sync/engine.h. */
#include "tools/command.h"
#include "tools/control.h"
#include "tools/home.h"
#include "tools/json.h"
#include "tools/log.h"
#include "tools/node.h"
#include "tools/notify.h"
#include "tools/settings.h"
#include "tools/signals.h"
#include "tools/standing.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const char usage[] =
	"Usage: hearsayd [OPTIONS]\n"
	"Keeps the datasets of this machine equal to those of the other "
	"members,\n"
	"in the foreground, until it is told to stop.\n"
	"\n"
	"      --home DIR  where identity, settings and datasets are\n"
	"  -n              check settings and datasets, and exit\n"
	"  -v              log every event\n"
	"  -h, --help      this text\n"
	"      --version   this program's version\n"
	"\n"
	"`man hearsayd` tells all; `hearsay config` shows the settings.\n";

struct daemon {
	struct call call;
	struct hear_identity *identity;
	struct node *node;
	struct control *control;
	int signals;
	int lock;
	int64_t began_ms;
	struct settings_addresses listen;
	unsigned errors; /* said so far */
	bool stopping;
};

/* ---- The log ---- */

static void say(void *context, enum hear_say level, const char *dataset,
		const struct hear_key *peer, const char *sentence)
{
	static const enum log_level levels[] = {
		[HEAR_SAY_DEBUG] = LOG_DEBUG_LEVEL,
		[HEAR_SAY_INFO] = LOG_INFO_LEVEL,
		[HEAR_SAY_WARN] = LOG_WARN_LEVEL,
		[HEAR_SAY_ERROR] = LOG_ERROR_LEVEL,
	};
	struct daemon *daemon = context;
	char key[LOG_KEY_TEXT] = "";

	if (level == HEAR_SAY_ERROR)
		daemon->errors++;
	if (peer)
		log_key(peer, key);
	log_line(levels[level], dataset || peer ? "sync" : "link",
		 "%s%s%s%s%s", sentence, dataset ? " dataset=" : "",
		 dataset ? dataset : "", peer ? " peer=" : "", key);
}

/* ---- One a home ---- */

static enum hear_code fail_taken(int fd, const char *path,
				 struct hear_err *err)
{
	char process[24] = "";
	ssize_t size = read(fd, process, sizeof process - 1);

	if (size > 0)
		process[strspn(process, "0123456789")] = '\0';
	return hear_fail(err, HEAR_EXISTS,
			 "another hearsayd%s%s%s serves this home already: it "
			 "holds %s, and one is enough for all datasets",
			 process[0] ? " (process " : "", process,
			 process[0] ? ")" : "", path);
}

static enum hear_code take_lock(struct daemon *daemon, struct hear_err *err)
{
	struct hear_buffer path = {0};
	char process[24];
	int size = snprintf(process, sizeof process, "%ld\n", (long)getpid());
	enum hear_code code = home_path(&daemon->call, "daemon", &path, err);

	if (code != HEAR_OK)
		return code;
	daemon->lock = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (daemon->lock < 0)
		code = hear_fail(err, HEAR_IO, "open %s: %s", path.data,
				 strerror(errno));
	else if (flock(daemon->lock, LOCK_EX | LOCK_NB) != 0)
		code = errno == EWOULDBLOCK
			       ? fail_taken(daemon->lock, path.data, err)
			       : hear_fail(err, HEAR_IO, "lock %s: %s",
					   path.data, strerror(errno));
	else if (ftruncate(daemon->lock, 0) == 0)
		(void)!write(daemon->lock, process, (size_t)size);
	hear_buffer_done(&path);
	return code;
}

/* ---- Questions on the control socket ---- */

static void add_line(struct hear_value *value, struct hear_buffer *out)
{
	size_t before = out->size;

	if (json_write(value, out, NULL) == HEAR_OK)
		hear_buffer_byte(out, '\n');
	else
		out->size = before; /* a name from elsewhere may be no UTF-8 */
}

static struct hear_value *own_standing(const struct daemon *daemon,
				       struct hear_arena *arena)
{
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *listen = hear_make_list(arena);
	size_t sessions;
	size_t half_opens;
	size_t parked;
	size_t i;

	for (i = 0; i < daemon->listen.count; i++)
		hear_list_add(arena, listen,
			      hear_make_text(arena, hear_span_of(
							daemon->listen.at[i])));
	hear_engine_counts(node_engine(daemon->node), &sessions, &half_opens,
			   &parked);
	hear_map_set(arena, map, "kind",
		     hear_make_text(arena, hear_span_of("daemon")));
	hear_map_set(arena, map, "version",
		     hear_make_text(arena, hear_span_of(HEARSAY_VERSION)));
	hear_map_set(arena, map, "process",
		     hear_make_integer(arena, (int64_t)getpid()));
	hear_map_set(arena, map, "began_ms",
		     hear_make_integer(arena, daemon->began_ms));
	hear_map_set(arena, map, "listen", listen);
	hear_map_set(arena, map, "sessions",
		     hear_make_integer(arena, (int64_t)sessions));
	hear_map_set(arena, map, "half_opens",
		     hear_make_integer(arena, (int64_t)half_opens));
	hear_map_set(arena, map, "parked",
		     hear_make_integer(arena, (int64_t)parked));
	return map;
}

static void answer_status(struct daemon *daemon, struct hear_buffer *out)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_peer_status status;
	size_t i;

	if (!arena)
		return;
	add_line(own_standing(daemon, arena), out);
	for (i = 0; hear_engine_status(node_engine(daemon->node), i, &status);
	     i++) {
		hear_arena_reset(arena);
		add_line(standing_value(arena, &status), out);
	}
	hear_arena_free(arena);
}

static bool answer(void *context, struct hear_span question,
		   struct hear_buffer *out)
{
	struct daemon *daemon = context;

	if (!hear_span_is(question, "status"))
		return false;
	answer_status(daemon, out);
	return true;
}

/* ---- Beginning ---- */

/* The data files are mapped: where one is cut short under us, or the disk
 * fails, reading it is a signal. Only calls that are safe in a handler here. */
static void disk_failed(int signal_number)
{
	static const char sentence[] =
		"error daemon: a data file was cut short or its disk failed "
		"while it was read: run `hearsay verify` on each dataset, and "
		"restore a backup with `hearsay restore`\n";
	ssize_t size = write(STDERR_FILENO, sentence, sizeof sentence - 1);

	(void)size;
	(void)signal_number;
	_exit(STATUS_FAILED);
}

static enum hear_code watch_signals(struct daemon *daemon,
				    struct hear_err *err)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

	(void)sigaction(SIGPIPE, &action, NULL);
	action.sa_handler = disk_failed;
	(void)sigaction(SIGBUS, &action, NULL);
	return signals_open(&daemon->signals, true, err);
}

static enum hear_code open_node(struct daemon *daemon, struct hear_err *err)
{
	enum hear_code code = settings_listen(&daemon->call, &daemon->listen,
					      err);

	if (code == HEAR_OK)
		code = home_make(&daemon->call, err);
	if (code == HEAR_OK)
		code = home_identity(&daemon->call, &daemon->identity, err);
	if (code == HEAR_OK)
		code = node_open(&daemon->node, &daemon->call,
				 daemon->identity, say, daemon, err);
	return code;
}

static enum hear_code begin(struct daemon *daemon, struct hear_err *err)
{
	struct hear_buffer home = {0};
	enum hear_code code = watch_signals(daemon, err);

	daemon->began_ms = home_now();
	if (code == HEAR_OK)
		code = home_make(&daemon->call, err);
	if (code == HEAR_OK)
		code = take_lock(daemon, err);
	if (code == HEAR_OK)
		code = open_node(daemon, err);
	if (code == HEAR_OK)
		code = home_path(&daemon->call, "", &home, err);
	if (code == HEAR_OK)
		code = control_open(&daemon->control, home.data, answer,
				    daemon, err);
	if (code == HEAR_OK) {
		host_listen(node_host(daemon->node),
			    (const char(*)[HEAR_ENDPOINT_TEXT])
				    daemon->listen.at,
			    daemon->listen.count);
		code = node_serve_home(daemon->node, err);
	}
	hear_buffer_done(&home);
	return code;
}

/* Whether it could begin: the settings, the keys and each dataset. */
static enum hear_code check(struct daemon *daemon, struct hear_err *err)
{
	struct settings_addresses advertise;
	enum hear_code code = open_node(daemon, err);

	if (code == HEAR_OK)
		code = settings_advertise(&daemon->call, &advertise, err);
	if (code == HEAR_OK)
		code = node_serve_home(daemon->node, err);
	if (code == HEAR_OK && daemon->errors > 0)
		code = hear_fail(err, HEAR_INVALID,
				 "not every dataset can be served: see above");
	if (code == HEAR_OK)
		(void)printf("the settings are in order, and so %s %zu "
			     "dataset%s\n",
			     node_datasets(daemon->node) == 1 ? "is" : "are",
			     node_datasets(daemon->node),
			     node_datasets(daemon->node) == 1 ? "" : "s");
	return code;
}

static void end(struct daemon *daemon)
{
	control_close(daemon->control);
	node_close(daemon->node);
	hear_identity_free(daemon->identity);
	if (daemon->signals >= 0)
		(void)close(daemon->signals);
	if (daemon->lock >= 0)
		(void)close(daemon->lock);
}

/* ---- Going on ---- */

static void read_settings(struct daemon *daemon)
{
	struct settings_addresses wanted;
	struct hear_err err;

	if (settings_listen(&daemon->call, &wanted, &err) != HEAR_OK) {
		log_error("settings", "%s; what held before holds on",
			  err.message);
		return;
	}
	daemon->listen = wanted;
	host_listen(node_host(daemon->node),
		    (const char(*)[HEAR_ENDPOINT_TEXT])wanted.at,
		    wanted.count);
}

static void reload(struct daemon *daemon)
{
	struct hear_err err;

	notify_reloading();
	log_info("daemon", "reading settings and datasets anew");
	read_settings(daemon);
	if (node_serve_home(daemon->node, &err) != HEAR_OK)
		log_error("daemon", "%s", err.message);
	node_nudge(daemon->node);
	notify("READY=1");
}

static void take_signals(struct daemon *daemon)
{
	struct signalfd_siginfo told;

	while (read(daemon->signals, &told, sizeof told) == sizeof told) {
		if (told.ssi_signo == SIGHUP)
			reload(daemon);
		else
			daemon->stopping = true;
	}
}

static enum hear_code turn(struct daemon *daemon, struct hear_err *err)
{
	struct pollfd polls[CONTROL_POLLS + 1];
	int64_t due = control_due(daemon->control);
	enum hear_code code;

	control_polls(daemon->control, polls);
	polls[CONTROL_POLLS] = (struct pollfd){daemon->signals, POLLIN, 0};
	code = node_turn(daemon->node, polls, CONTROL_POLLS + 1,
			 due == INT64_MAX ? UINT64_MAX : (uint64_t)due, err);
	if (code != HEAR_OK)
		return code;
	control_serve(daemon->control, polls,
		      (int64_t)host_moment().steady_ms);
	if (node_home_gone(daemon->node))
		return hear_fail(err, HEAR_NOTFOUND,
				 "the home was deleted or moved away");
	if (polls[CONTROL_POLLS].revents)
		take_signals(daemon);
	if (node_settings_changed(daemon->node))
		read_settings(daemon);
	return HEAR_OK;
}

static enum hear_code serve(struct daemon *daemon, struct hear_err *err)
{
	enum hear_code code = begin(daemon, err);

	if (code != HEAR_OK)
		return code;
	log_info("daemon", "serving %zu dataset%s process=%ld",
		 node_datasets(daemon->node),
		 node_datasets(daemon->node) == 1 ? "" : "s", (long)getpid());
	notify("READY=1");
	while (code == HEAR_OK && !daemon->stopping)
		code = turn(daemon, err);
	notify("STOPPING=1");
	log_info("daemon", "stopping");
	return code;
}

/* ---- The command line ---- */

enum { OPTION_HOME = 1000, OPTION_VERSION };

static const struct option longs[] = {
	{"home", required_argument, NULL, OPTION_HOME},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, OPTION_VERSION},
	{0},
};

int main(int argc, char **argv)
{
	struct daemon daemon = {.signals = -1, .lock = -1};
	struct hear_err err = {.at = HEAR_NOWHERE};
	bool checking = false;
	bool debug = false;
	enum hear_code code;
	int letter;

	daemon.call.command = "hearsayd";
	while ((letter = getopt_long(argc, argv, "nvh", longs, NULL)) != -1)
		switch (letter) {
		case OPTION_HOME:
			daemon.call.home = optarg;
			break;
		case OPTION_VERSION:
			(void)puts("hearsayd " HEARSAY_VERSION);
			return STATUS_DONE;
		case 'n':
			checking = true;
			break;
		case 'v':
			debug = true;
			break;
		case 'h':
			(void)fputs(usage, stdout);
			return STATUS_DONE;
		default:
			(void)fputs("`hearsayd --help` tells more\n", stderr);
			return STATUS_MISUSED;
		}
	if (optind < argc) {
		(void)fprintf(stderr,
			      "hearsayd: takes no words; it serves every "
			      "dataset of its home\n");
		return STATUS_MISUSED;
	}
	log_begin(debug);
	code = checking ? check(&daemon, &err) : serve(&daemon, &err);
	if (code != HEAR_OK)
		log_error("daemon", "%s", err.message);
	end(&daemon);
	return code == HEAR_OK ? STATUS_DONE : STATUS_FAILED;
}
