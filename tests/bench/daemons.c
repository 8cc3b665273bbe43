/* SPDX-License-Identifier: ISC */
#include "tests/bench/daemons.h"
#include "tests/bench/ours.h"
#include "tests/bench/rows.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 1200, START_TICKS = 1000 };

static const struct timespec tick = {0, 5 * 1000 * 1000};

/* ---- Homes ---- */

/* One that nobody listens at just now. */
static unsigned free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, size) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		rows_stop("no port is to be had: %s", strerror(errno));
	close(fd);
	return ntohs(address.sin_port);
}

static void write_settings(const struct daemon *daemon)
{
	char path[DAEMON_PATH + 16];
	FILE *to;

	(void)snprintf(path, sizeof path, "%s/settings", daemon->home);
	to = fopen(path, "w");
	if (!to)
		rows_stop("write %s: %s", path, strerror(errno));
	fprintf(to, "listen: tcp://127.0.0.1:%u\n", daemon->port);
	fclose(to);
}

void daemon_home(struct daemon *daemon, const char *name, bool founded)
{
	memset(daemon, 0, sizeof *daemon);
	daemon->log = -1;
	(void)snprintf(daemon->name, sizeof daemon->name, "%s", name);
	(void)snprintf(daemon->home, sizeof daemon->home, "%s/node-%s",
		       rows_directory(), name);
	daemon->port = free_port();
	if (founded) {
		ours_make(daemon->home);
	} else {
		rows_remove(daemon->home);
		(void)mkdir(daemon->home, 0700);
	}
	write_settings(daemon);
}

void daemon_tool(const struct daemon *daemon, const char *words, char *out,
		 unsigned room)
{
	const char *hearsay = getenv("HEARSAY");
	char command[WORDS];
	char rest[512];
	size_t size = 0;
	FILE *from;

	(void)snprintf(command, sizeof command,
		       "HEARSAY_HOME=%s HEARSAY_NAME=%s %s %s 2>/dev/null",
		       daemon->home, daemon->name, hearsay ? hearsay : "hearsay",
		       words);
	from = popen(command, "r");
	if (!from)
		rows_stop("no shell could be started");
	if (out)
		size = fread(out, 1, room - 1, from);
	while (fread(rest, 1, sizeof rest, from) > 0)
		;
	if (pclose(from) != 0)
		rows_stop("this failed: %s", command);
	if (out)
		out[size > 0 && out[size - 1] == '\n' ? size - 1 : size] = '\0';
}

void daemon_let_in(const struct daemon *inviter, const struct daemon *newcomer)
{
	char words[WORDS / 2];
	char line[WORDS / 2 - 40];

	(void)snprintf(words, sizeof words,
		       "invite %s --role writer --clearance amber",
		       newcomer->name);
	daemon_tool(inviter, words, line, sizeof line);
	(void)snprintf(words, sizeof words, "join '%s'", line);
	daemon_tool(newcomer, words, NULL, 0);
}

/* ---- Processes ---- */

static void become(const struct daemon *daemon, int log)
{
	const char *build = getenv("BUILD");
	char program[DAEMON_PATH];
	char name[] = "hearsayd";
	char debug[] = "-v";
	char *arguments[] = {name, debug, NULL};

	(void)snprintf(program, sizeof program, "%s/hearsayd",
		       build ? build : "build/gcc-release");
	/* It is not to outlive us, however we end. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(log, 2);
	setenv("HEARSAY_HOME", daemon->home, 1);
	setenv("HEARSAY_NAME", daemon->name, 1);
	execv(program, arguments);
	_exit(127);
}

void daemon_start(struct daemon *daemon)
{
	unsigned ticks = 0;
	int ends[2];

	fflush(NULL);
	if (pipe2(ends, O_CLOEXEC) < 0 || (daemon->process = fork()) < 0)
		rows_stop("no daemon could be started");
	if (daemon->process == 0)
		become(daemon, ends[1]);
	close(ends[1]);
	daemon->log = ends[0];
	daemon->size = 0;
	(void)fcntl(daemon->log, F_SETFL, O_NONBLOCK);
	while (!daemon_said(daemon, "listening at")) {
		if (++ticks > START_TICKS)
			rows_stop("the daemon of %s does not listen",
				  daemon->name);
		nanosleep(&tick, NULL);
	}
}

void daemon_stop(struct daemon *daemon)
{
	int status = 0;

	if (daemon->process == 0)
		return;
	(void)kill(daemon->process, SIGTERM);
	while (waitpid(daemon->process, &status, WNOHANG) == 0) {
		(void)daemon_said(daemon, "\n"); /* nobody else reads it */
		nanosleep(&tick, NULL);
	}
	if (status != 0)
		rows_stop("the daemon of %s ended with %d", daemon->name,
			  status);
	close(daemon->log);
	daemon->log = -1;
	daemon->process = 0;
}

bool daemon_said(struct daemon *daemon, const char *part)
{
	bool said = false;
	char byte;

	while (read(daemon->log, &byte, 1) == 1) {
		if (byte != '\n') {
			if (daemon->size < sizeof daemon->line - 1)
				daemon->line[daemon->size++] = byte;
			continue;
		}
		daemon->line[daemon->size] = '\0';
		daemon->size = 0;
		if (getenv("BENCH_LOG"))
			rows_note("%s: %s", daemon->name, daemon->line);
		said = said || strstr(daemon->line, part);
	}
	return said;
}

pid_t daemon_link(const struct daemon *daemon)
{
	char path[64];
	int link = 0;
	FILE *from;

	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children",
		       (int)daemon->process, (int)daemon->process);
	from = fopen(path, "r");
	if (!from)
		return 0;
	if (fscanf(from, "%d", &link) != 1)
		link = 0;
	fclose(from);
	return link;
}

void daemon_look(struct daemon *daemon)
{
	uint64_t own = rows_private(daemon->process);
	pid_t link = daemon_link(daemon);
	uint64_t links = link > 0 ? rows_private(link) : 0;

	if (own > daemon->most)
		daemon->most = own;
	if (links > daemon->most_link)
		daemon->most_link = links;
}

uint64_t daemon_peer_number(const struct daemon *daemon, const char *key)
{
	char status[8192];
	char wanted[40];
	const char *at;

	daemon_tool(daemon, "status --json", status, sizeof status);
	(void)snprintf(wanted, sizeof wanted, "\"%s\":", key);
	at = strstr(status, wanted);
	if (!at)
		rows_stop("status of %s does not tell %s", daemon->name, key);
	return strtoull(at + strlen(wanted), NULL, 10);
}

/* ---- What a process did ---- */

uint64_t daemon_wakes(pid_t process)
{
	unsigned long long wakes = 0;
	char line[256];
	FILE *from;

	(void)snprintf(line, sizeof line, "/proc/%d/task/%d/status",
		       (int)process, (int)process);
	from = fopen(line, "r");
	if (!from)
		return 0;
	while (fgets(line, sizeof line, from))
		if (sscanf(line, "voluntary_ctxt_switches: %llu", &wakes) == 1)
			break;
	fclose(from);
	return wakes;
}

double daemon_seconds(pid_t process)
{
	unsigned long user = 0;
	unsigned long system = 0;
	char text[1024] = "";
	char path[64];
	const char *at;
	FILE *from;

	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
	from = fopen(path, "r");
	if (!from)
		return 0;
	if (fread(text, 1, sizeof text - 1, from) == 0)
		text[0] = '\0';
	fclose(from);
	at = strrchr(text, ')'); /* a name may hold anything */
	if (!at ||
	    sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		   &user, &system) != 2)
		return 0;
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}
