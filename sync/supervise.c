/* SPDX-License-Identifier: ISC */
#include "sync/supervise.h"

#include "core/bytes.h"
#include "core/error.h"
#include "sync/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	WANTS = HEAR_LINK_LISTENERS + HEAR_LINK_LANES,
	FIRST_PAUSE_MS = 100,
	LONGEST_PAUSE_MS = 30 * 1000,
	PROVEN_MS = 30 * 1000, /* having run so long clears the past */
	RETRY_MS = 1000,       /* of a refused address */
	SILENCE_MS = 45 * 1000,
	STATISTICS_MOST_MS = 10 * 1000, /* so that silence means something */
	FAREWELL_MS = 500,
	PATH_BYTES = 4096,
};

/* A listener or a lane that should be. */
struct want {
	bool used;
	bool lane; /* else a listener */
	bool gone; /* to be told that it should not be */
	bool told;
	uint32_t number;
	int64_t retry_ms; /* not to be told before */
	int64_t pause_ms;
	char address[HEAR_ENDPOINT_BYTES];
};

struct hear_supervisor {
	char program[PATH_BYTES];
	int pair;	 /* -1: no link runs */
	pid_t process;	 /* 0: none to wait for */
	bool wants_room; /* something did not fit */
	bool limits_told;
	bool lost;	  /* it ended, and nobody has been told */
	int64_t now_ms;	  /* as last passed */
	int64_t start_ms; /* when to start the next one */
	int64_t begun_ms;
	int64_t heard_ms;
	int64_t pause_ms;
	struct hear_link_limits limits;
	struct want wants[WANTS];
	char ending[200];
	unsigned char room[HEAR_PACKET_BYTES];
};

/* ---- Finding the program ------------------------------------------------- */

static bool runs(const char *path)
{
	return access(path, X_OK) == 0;
}

static bool find_program(char out[PATH_BYTES])
{
	static const char *const places[] = {
		"hearsay-link",
		"../libexec/hearsay/hearsay-link",
	};
	char self[PATH_BYTES - 64];
	ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;
	size_t i;

	if (size < 0)
		return false;
	self[size] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	for (i = 0; i < sizeof places / sizeof *places; i++) {
		(void)snprintf(out, PATH_BYTES, "%s/%s", self, places[i]);
		if (runs(out))
			return true;
	}
	return false;
}

static enum hear_code choose_program(struct hear_supervisor *supervisor,
				     const char *program, struct hear_err *err)
{
	if (!program) {
		if (find_program(supervisor->program))
			return HEAR_OK;
		return hear_fail(err, HEAR_NOTFOUND,
				 "hearsay-link is neither beside this program "
				 "nor in ../libexec/hearsay; install it there");
	}
	if (strlen(program) >= sizeof supervisor->program || !runs(program))
		return hear_fail(err, HEAR_NOTFOUND,
				 "%s is not a program that can be run",
				 program);
	(void)snprintf(supervisor->program, sizeof supervisor->program, "%s",
		       program);
	return HEAR_OK;
}

enum hear_code hear_supervise_new(struct hear_supervisor **out,
				  const char *program, struct hear_err *err)
{
	struct hear_supervisor *supervisor = calloc(1, sizeof *supervisor);
	enum hear_code code;

	*out = NULL;
	if (!supervisor)
		return hear_fail_memory(err);
	code = choose_program(supervisor, program, err);
	if (code) {
		free(supervisor);
		return code;
	}
	supervisor->pair = -1;
	supervisor->pause_ms = FIRST_PAUSE_MS;
	supervisor->start_ms = INT64_MIN;
	supervisor->limits = hear_link_limits_usual;
	*out = supervisor;
	return HEAR_OK;
}

/* ---- Starting and ending ------------------------------------------------- */

static enum hear_code widen(int fd, struct hear_err *err)
{
	int size = HEAR_PAIR_BYTES;
	socklen_t length = sizeof size;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length) == 0 &&
	    size > HEAR_PACKET_BYTES + 4096)
		return HEAR_OK;
	return hear_fail(err, HEAR_IO,
			 "the system lets a socket hold %d bytes, a packet "
			 "needs %d; set net.core.wmem_max to %d",
			 size, HEAR_PACKET_BYTES, HEAR_PAIR_BYTES);
}

static enum hear_code make_pair(int out[2], struct hear_err *err)
{
	enum hear_code code;
	int high;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, out) != 0)
		return hear_fail(err, HEAR_IO, "make a pair of sockets: %s",
				 strerror(errno));
	/* Above those that the link is given. */
	high = fcntl(out[1], F_DUPFD_CLOEXEC, HEAR_LINK_DESCRIPTOR + 1);
	if (high < 0) {
		code = hear_fail(err, HEAR_IO, "make a pair of sockets: %s",
				 strerror(errno));
	} else {
		(void)close(out[1]);
		out[1] = high;
		code = widen(out[0], err);
		if (!code)
			code = widen(out[1], err);
	}
	if (code) {
		(void)close(out[0]);
		(void)close(out[1]);
	}
	return code;
}

/* 0 or an errno. The link has standard error and its end of the pair, no
 * signal blocked, and a process group of its own: what is typed at a terminal
 * is for its parent. */
static int spawn(struct hear_supervisor *supervisor, int end)
{
	char name[] = "hearsay-link";
	char *const arguments[] = {name, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int why;

	why = posix_spawn_file_actions_init(&actions);
	if (why)
		return why;
	why = posix_spawnattr_init(&attributes);
	if (why) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return why;
	}
	(void)sigemptyset(&none);
	(void)posix_spawnattr_setsigmask(&attributes, &none);
	(void)posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	why = posix_spawn_file_actions_adddup2(&actions, end,
					       HEAR_LINK_DESCRIPTOR);
	if (!why)
		why = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null",
						       O_RDWR, 0);
	if (!why)
		why = posix_spawn_file_actions_adddup2(&actions, 0, 1);
	if (!why)
		why = posix_spawn(&supervisor->process, supervisor->program,
				  &actions, &attributes, arguments, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	return why;
}

static void back_off(struct hear_supervisor *supervisor, int64_t now_ms)
{
	supervisor->start_ms = now_ms + supervisor->pause_ms;
	supervisor->pause_ms *= 2;
	if (supervisor->pause_ms > LONGEST_PAUSE_MS)
		supervisor->pause_ms = LONGEST_PAUSE_MS;
}

static enum hear_code start(struct hear_supervisor *supervisor, int64_t now_ms,
			    struct hear_err *err)
{
	enum hear_code code;
	int pair[2];
	int why;
	size_t i;

	code = make_pair(pair, err);
	why = code ? 0 : spawn(supervisor, pair[1]);
	if (!code)
		(void)close(pair[1]);
	if (why) {
		(void)close(pair[0]);
		supervisor->process = 0;
		code = hear_fail(err, HEAR_IO, "start %s: %s",
				 supervisor->program, strerror(why));
	}
	if (code) {
		back_off(supervisor, now_ms);
		return code;
	}
	supervisor->pair = pair[0];
	supervisor->begun_ms = now_ms;
	supervisor->heard_ms = now_ms;
	supervisor->limits_told = false;
	for (i = 0; i < WANTS; i++) {
		supervisor->wants[i].told = false;
		supervisor->wants[i].retry_ms = now_ms;
		if (supervisor->wants[i].gone)
			supervisor->wants[i].used = false;
	}
	return HEAR_OK;
}

static void describe(struct hear_supervisor *supervisor, int status)
{
	char *out = supervisor->ending;
	size_t size = sizeof supervisor->ending;

	if (WIFSIGNALED(status))
		(void)snprintf(out, size,
			       "hearsay-link was ended by signal "
			       "%d (%s)",
			       WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		(void)snprintf(out, size,
			       "hearsay-link ended with exit status %d",
			       WEXITSTATUS(status));
}

/* Waits for a process that is ending; what it ended with goes into `ending`.
 * False: it has not ended. */
static bool gather(struct hear_supervisor *supervisor, bool patiently)
{
	int status = 0;
	pid_t got;

	if (supervisor->process == 0)
		return true;
	do
		got = waitpid(supervisor->process, &status,
			      patiently ? 0 : WNOHANG);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return false;
	if (got > 0)
		describe(supervisor, status);
	else
		(void)snprintf(supervisor->ending, sizeof supervisor->ending,
			       "hearsay-link ended");
	supervisor->process = 0;
	return true;
}

/* The link is of no more use: end it, if it has not ended. */
static void lose(struct hear_supervisor *supervisor, int64_t now_ms)
{
	if (supervisor->pair < 0)
		return;
	(void)close(supervisor->pair);
	supervisor->pair = -1;
	supervisor->wants_room = false;
	supervisor->lost = true;
	/* It closes its end only by ending, and tells most when left to it. */
	if (!gather(supervisor, false)) {
		(void)poll(NULL, 0, 2);
		if (!gather(supervisor, false)) {
			(void)kill(supervisor->process, SIGKILL);
			(void)gather(supervisor, true);
		}
	}
	if (now_ms - supervisor->begun_ms >= PROVEN_MS)
		supervisor->pause_ms = FIRST_PAUSE_MS;
	back_off(supervisor, now_ms);
}

void hear_supervise_free(struct hear_supervisor *supervisor)
{
	int waited;

	if (!supervisor)
		return;
	if (supervisor->pair >= 0)
		(void)close(supervisor->pair);
	for (waited = 0; waited < FAREWELL_MS; waited += 5) {
		if (gather(supervisor, false))
			break;
		(void)poll(NULL, 0, 5);
	}
	if (supervisor->process) {
		(void)kill(supervisor->process, SIGKILL);
		(void)gather(supervisor, true);
	}
	free(supervisor);
}

/* ---- Telling ------------------------------------------------------------- */

static enum hear_code tell(struct hear_supervisor *supervisor,
			   const struct hear_packet *packet,
			   struct hear_err *err)
{
	enum hear_code code;

	if (supervisor->pair < 0)
		return HEAR_FULL;
	code = hear_packet_send(supervisor->pair, packet, err);
	if (code == HEAR_FULL)
		supervisor->wants_room = true;
	if (code != HEAR_IO)
		return code;
	/* Receiving reads what it still said and then finds its end. */
	return HEAR_FULL;
}

static enum hear_packet_kind kind_of(const struct want *want)
{
	if (want->lane)
		return want->gone ? HEAR_PACKET_UNDIAL : HEAR_PACKET_DIAL;
	return want->gone ? HEAR_PACKET_UNLISTEN : HEAR_PACKET_LISTEN;
}

static bool tell_want(struct hear_supervisor *supervisor, struct want *want)
{
	struct hear_packet packet = {
		.kind = kind_of(want),
		.number = want->number,
		.body = hear_span_of(want->gone ? NULL : want->address),
	};

	if (!want->used || want->told || want->retry_ms > supervisor->now_ms)
		return true;
	if (tell(supervisor, &packet, NULL) != HEAR_OK)
		return false;
	want->told = true;
	if (want->gone)
		want->used = false;
	return true;
}

static bool tell_limits(struct hear_supervisor *supervisor)
{
	unsigned char body[HEAR_LIMITS_BYTES];
	struct hear_packet packet = {
		.kind = HEAR_PACKET_LIMITS,
		.body = hear_span_make(body, sizeof body),
	};

	if (supervisor->limits_told)
		return true;
	hear_limits_write(body, &supervisor->limits);
	if (tell(supervisor, &packet, NULL) != HEAR_OK)
		return false;
	supervisor->limits_told = true;
	return true;
}

/* Everything it has not been told. False: it has no room for it now. */
static bool tell_all(struct hear_supervisor *supervisor)
{
	size_t i;

	if (supervisor->pair < 0)
		return false;
	supervisor->wants_room = false;
	if (!tell_limits(supervisor))
		return false;
	/* What should go first: its number may be in use again. */
	for (i = 0; i < WANTS; i++)
		if (supervisor->wants[i].gone &&
		    !tell_want(supervisor, &supervisor->wants[i]))
			return false;
	for (i = 0; i < WANTS; i++)
		if (!tell_want(supervisor, &supervisor->wants[i]))
			return false;
	return true;
}

enum hear_code hear_supervise_tick(struct hear_supervisor *supervisor,
				   int64_t now_ms, struct hear_err *err)
{
	enum hear_code code;

	supervisor->now_ms = now_ms;
	if (supervisor->pair < 0 && now_ms >= supervisor->start_ms) {
		code = start(supervisor, now_ms, err);
		if (code)
			return code;
	}
	(void)tell_all(supervisor);
	return HEAR_OK;
}

int64_t hear_supervise_due(const struct hear_supervisor *supervisor)
{
	int64_t due = INT64_MAX;
	size_t i;

	if (supervisor->pair < 0)
		return supervisor->start_ms;
	for (i = 0; i < WANTS; i++)
		if (supervisor->wants[i].used && !supervisor->wants[i].told &&
		    supervisor->wants[i].retry_ms < due)
			due = supervisor->wants[i].retry_ms;
	return due;
}

int hear_supervise_descriptor(const struct hear_supervisor *supervisor)
{
	return supervisor->pair;
}

short hear_supervise_events(const struct hear_supervisor *supervisor)
{
	return supervisor->wants_room ? POLLIN | POLLOUT : POLLIN;
}

pid_t hear_supervise_process(const struct hear_supervisor *supervisor)
{
	return supervisor->pair < 0 ? 0 : supervisor->process;
}

/* ---- What should be ------------------------------------------------------ */

static struct want *find_want(struct hear_supervisor *supervisor, bool lane,
			      uint32_t number)
{
	size_t i;

	for (i = 0; i < WANTS; i++) {
		struct want *want = &supervisor->wants[i];

		if (want->used && !want->gone && want->lane == lane &&
		    want->number == number)
			return want;
	}
	return NULL;
}

static struct want *new_want(struct hear_supervisor *supervisor, bool lane)
{
	size_t most = lane ? HEAR_LINK_LANES : HEAR_LINK_LISTENERS;
	struct want *found = NULL;
	size_t i;

	for (i = 0; i < WANTS; i++) {
		struct want *want = &supervisor->wants[i];

		if (!want->used)
			found = want;
		else if (want->lane == lane && --most == 0)
			return NULL;
	}
	return found;
}

static enum hear_code want(struct hear_supervisor *supervisor, bool lane,
			   uint32_t number, struct hear_span address,
			   struct hear_err *err)
{
	struct want *want = find_want(supervisor, lane, number);
	struct hear_endpoint endpoint;
	enum hear_code code = hear_endpoint_parse(&endpoint, address, err);

	if (code)
		return code;
	if (!want)
		want = new_want(supervisor, lane);
	if (!want)
		return hear_fail(err, HEAR_LIMIT,
				 lane ? "too many peers are dialled at once; "
					"let go of one"
				      : "too many addresses to listen at; let "
					"go of one");
	memset(want, 0, sizeof *want);
	want->used = true;
	want->lane = lane;
	want->number = number;
	want->retry_ms = supervisor->now_ms;
	memcpy(want->address, endpoint.text, sizeof want->address);
	return HEAR_OK;
}

static void unwant(struct hear_supervisor *supervisor, bool lane,
		   uint32_t number)
{
	struct want *want = find_want(supervisor, lane, number);

	if (!want)
		return;
	want->gone = true;
	want->told = false;
	want->retry_ms = supervisor->now_ms;
	if (supervisor->pair < 0)
		want->used = false;
}

enum hear_code hear_supervise_listen(struct hear_supervisor *supervisor,
				     uint32_t listener,
				     struct hear_span address,
				     struct hear_err *err)
{
	return want(supervisor, false, listener, address, err);
}

void hear_supervise_unlisten(struct hear_supervisor *supervisor,
			     uint32_t listener)
{
	unwant(supervisor, false, listener);
}

enum hear_code hear_supervise_dial(struct hear_supervisor *supervisor,
				   uint32_t lane, struct hear_span address,
				   struct hear_err *err)
{
	return want(supervisor, true, lane, address, err);
}

void hear_supervise_undial(struct hear_supervisor *supervisor, uint32_t lane)
{
	unwant(supervisor, true, lane);
}

void hear_supervise_limits(struct hear_supervisor *supervisor,
			   const struct hear_link_limits *limits)
{
	supervisor->limits = *limits;
	if (supervisor->limits.statistics_ms > STATISTICS_MOST_MS)
		supervisor->limits.statistics_ms = STATISTICS_MOST_MS;
	supervisor->limits_told = false;
}

/* ---- Frames -------------------------------------------------------------- */

enum hear_code hear_supervise_send(struct hear_supervisor *supervisor,
				   uint32_t lane, uint64_t request,
				   uint32_t wait_ms, struct hear_span frame,
				   struct hear_err *err)
{
	struct hear_packet packet = {
		.kind = HEAR_PACKET_SEND,
		.number = lane,
		.id = request,
		.stamp = wait_ms,
		.body = frame,
	};

	if (!tell_all(supervisor))
		return HEAR_FULL;
	return tell(supervisor, &packet, err);
}

enum hear_code hear_supervise_reply(struct hear_supervisor *supervisor,
				    const struct hear_packet *request,
				    struct hear_span frame,
				    struct hear_err *err)
{
	struct hear_packet packet = {
		.kind = HEAR_PACKET_REPLY,
		.number = request->number,
		.id = request->id,
		.stamp = request->stamp,
		.body = frame,
	};

	return tell(supervisor, &packet, err);
}

/* A refused address is tried again, ever more seldom: the network it belongs
 * to may come up, or whoever holds the port end. */
static void note_refusal(struct hear_supervisor *supervisor, bool lane,
			 uint32_t number)
{
	struct want *want = find_want(supervisor, lane, number);

	if (!want)
		return;
	want->pause_ms = want->pause_ms ? want->pause_ms * 2 : RETRY_MS;
	if (want->pause_ms > LONGEST_PAUSE_MS)
		want->pause_ms = LONGEST_PAUSE_MS;
	want->retry_ms = supervisor->now_ms + want->pause_ms;
	want->told = false;
}

static void note(struct hear_supervisor *supervisor,
		 const struct hear_packet *packet)
{
	struct want *want;

	if (packet->kind == HEAR_PACKET_REFUSED)
		note_refusal(supervisor, false, packet->number);
	if (packet->kind == HEAR_PACKET_UNDIALLED)
		note_refusal(supervisor, true, packet->number);
	if (packet->kind != HEAR_PACKET_LISTENING)
		return;
	want = find_want(supervisor, false, packet->number);
	if (want)
		want->pause_ms = 0;
}

static enum hear_code tell_loss(struct hear_supervisor *supervisor,
				struct hear_packet *out)
{
	if (!supervisor->lost)
		return HEAR_NOTFOUND;
	supervisor->lost = false;
	memset(out, 0, sizeof *out);
	out->kind = HEAR_PACKET_ENDED;
	out->body = hear_span_of(supervisor->ending);
	return HEAR_OK;
}

enum hear_code hear_supervise_receive(struct hear_supervisor *supervisor,
				      struct hear_packet *out, int64_t now_ms,
				      struct hear_err *err)
{
	enum hear_code code = HEAR_IO;

	supervisor->now_ms = now_ms;
	if (supervisor->pair >= 0)
		code = hear_packet_receive(out, supervisor->pair,
					   supervisor->room, err);
	if (code == HEAR_NOTFOUND && now_ms - supervisor->heard_ms < SILENCE_MS)
		return code;
	if (code) {
		lose(supervisor, now_ms);
		return tell_loss(supervisor, out);
	}
	supervisor->heard_ms = now_ms;
	note(supervisor, out);
	return HEAR_OK;
}
