/* SPDX-License-Identifier: ISC */
/* Two daemons talk through a relay that keeps every byte: nothing in it can be
 * read, neither what is filed nor who they are; and a relay that changes bytes
 * delays them and does no more. */
#include "core/hearsay.h"
#include "core/sign.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAIRS = 16, TAPE = 8 << 20 };

/* ---- The relay ----------------------------------------------------------- */

struct relay {
	int listener;
	uint16_t from;
	uint16_t to;
	int fds[2 * PAIRS]; /* two by two; -1: none */
	bool stop;
	unsigned spoil; /* so many times changes a byte */
	unsigned passed;
	unsigned char *tape;
	size_t size;
	pthread_t thread;
	pthread_mutex_t lock;
};

static int make_socket(struct sockaddr_in *name, uint16_t port)
{
	memset(name, 0, sizeof *name);
	name->sin_family = AF_INET;
	name->sin_port = htons(port);
	name->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int listen_anywhere(uint16_t *port)
{
	struct sockaddr_in name;
	socklen_t size = sizeof name;
	int fd = make_socket(&name, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
	assert_int_equal(listen(fd, 16), 0);
	*port = ntohs(name.sin_port);
	return fd;
}

static void hang_up(struct relay *relay, int at)
{
	(void)close(relay->fds[at]);
	(void)close(relay->fds[at ^ 1]);
	relay->fds[at] = relay->fds[at ^ 1] = -1;
}

static void take_connection(struct relay *relay)
{
	struct sockaddr_in name;
	int in = accept4(relay->listener, NULL, NULL, SOCK_CLOEXEC);
	int out = make_socket(&name, relay->to);
	int i;

	for (i = 0; i < 2 * PAIRS; i += 2)
		if (relay->fds[i] < 0)
			break;
	if (i == 2 * PAIRS || in < 0 ||
	    connect(out, (struct sockaddr *)&name, sizeof name) != 0) {
		(void)close(in);
		(void)close(out);
		return;
	}
	relay->fds[i] = in;
	relay->fds[i + 1] = out;
}

static void keep(struct relay *relay, const unsigned char *bytes, size_t size)
{
	(void)pthread_mutex_lock(&relay->lock);
	if (relay->size + size <= TAPE) {
		memcpy(relay->tape + relay->size, bytes, size);
		relay->size += size;
	}
	(void)pthread_mutex_unlock(&relay->lock);
}

static void pass_on(struct relay *relay, int at)
{
	unsigned char bytes[65536];
	ssize_t size = recv(relay->fds[at], bytes, sizeof bytes, 0);

	if (size <= 0) {
		hang_up(relay, at);
		return;
	}
	keep(relay, bytes, (size_t)size);
	/* Not in greetings of nanomsg, nor in the length of a message. */
	if (relay->spoil > 0 && size > 40 && ++relay->passed % 3 == 0) {
		bytes[size - 7] ^= 0x10;
		relay->spoil--;
	}
	if (send(relay->fds[at ^ 1], bytes, (size_t)size, MSG_NOSIGNAL) != size)
		hang_up(relay, at);
}

static void *run_relay(void *context)
{
	struct relay *relay = context;
	struct pollfd polls[2 * PAIRS + 1];
	int i;

	while (!__atomic_load_n(&relay->stop, __ATOMIC_ACQUIRE)) {
		for (i = 0; i < 2 * PAIRS; i++)
			polls[i] = (struct pollfd){relay->fds[i], POLLIN, 0};
		polls[i] = (struct pollfd){relay->listener, POLLIN, 0};
		(void)poll(polls, 2 * PAIRS + 1, 50);
		for (i = 0; i < 2 * PAIRS; i++)
			if (polls[i].revents && relay->fds[i] == polls[i].fd)
				pass_on(relay, i);
		if (polls[2 * PAIRS].revents)
			take_connection(relay);
	}
	for (i = 0; i < 2 * PAIRS; i += 2)
		if (relay->fds[i] >= 0)
			hang_up(relay, i);
	return NULL;
}

static void relay_begin(struct relay *relay, unsigned spoil)
{
	uint16_t port;

	memset(relay, 0, sizeof *relay);
	memset(relay->fds, 0xff, sizeof relay->fds);
	relay->spoil = spoil;
	relay->tape = malloc(TAPE);
	assert_non_null(relay->tape);
	/* A port for the daemon, free again by the time it listens. */
	(void)close(listen_anywhere(&relay->to));
	relay->listener = listen_anywhere(&port);
	relay->from = port;
	(void)pthread_mutex_init(&relay->lock, NULL);
	assert_int_equal(
		pthread_create(&relay->thread, NULL, run_relay, relay), 0);
}

static void relay_end(struct relay *relay)
{
	__atomic_store_n(&relay->stop, true, __ATOMIC_RELEASE);
	assert_int_equal(pthread_join(relay->thread, NULL), 0);
	(void)close(relay->listener);
	(void)pthread_mutex_destroy(&relay->lock);
	free(relay->tape);
}

static void not_on_tape(const struct relay *relay, const void *what,
			size_t size, const char *name)
{
	if (memmem(relay->tape, relay->size, what, size))
		fail_msg("the capture holds %s", name);
}

/* ---- The nodes ----------------------------------------------------------- */

static char built[PATH_MAX]; /* where the programs are */
static char folder[64];

static int find_programs(void **state)
{
	ssize_t size = readlink("/proc/self/exe", built, sizeof built - 1);
	int up;

	(void)state;
	if (size < 0)
		return 1;
	built[size] = '\0';
	for (up = 0; up < 3; up++)
		*strrchr(built, '/') = '\0';
	(void)strcpy(folder, "wiretap-XXXXXX");
	return !mkdtemp(folder);
}

static int take_away(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

static int shell(const char *format, ...) HEAR_FORMAT(1, 2);

/* A shell command, with $H the program and the functions a and b for it in
 * either home; its exit status. */
static int shell(const char *format, ...)
{
	struct hear_buffer command = {0};
	char given[1200];
	va_list args;
	int status;

	va_start(args, format);
	(void)vsnprintf(given, sizeof given, format, args);
	va_end(args);
	hear_buffer_print(
		&command,
		"cd %s && unset HEARSAY_DATASET; H='%s/hearsay'; "
		"a() { HEARSAY_HOME=$PWD/a HEARSAY_NAME='Adalbertine' "
		"\"$H\" \"$@\"; }; "
		"b() { HEARSAY_HOME=$PWD/b HEARSAY_NAME='Bartholomew' "
		"\"$H\" \"$@\"; }; { %s; } >>out 2>&1",
		folder, built, given);
	status = system(command.data);
	hear_buffer_done(&command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static pid_t start(const char *home)
{
	char path[PATH_MAX + 16];
	char log[96];
	pid_t child = fork();

	if (child != 0)
		return child;
	(void)snprintf(path, sizeof path, "%s/hearsayd", built);
	(void)snprintf(log, sizeof log, "%s.log", home);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* where a test fails */
	if (chdir(folder) != 0 || !freopen(log, "a", stderr))
		_exit(126);
	(void)execl(path, "hearsayd", "-v", "--home", home, (char *)NULL);
	_exit(127);
}

static void stop(pid_t child)
{
	int status;

	(void)kill(child, SIGTERM);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void until(const char *command)
{
	int tries;

	for (tries = 0; tries < 1200; tries++) {
		if (shell("%s", command) == 0)
			return;
		(void)poll(NULL, 0, 50);
	}
	(void)shell("tail -n 20 a.log b.log");
	fail_msg("never so: %s (see %s/out)", command, folder);
}

/* Two nodes of which b reaches a only through the relay. */
static void begin(struct relay *relay, pid_t daemons[2])
{
	assert_int_equal(shell("rm -rf a b out; a init Archipelago"), 0);
	assert_int_equal(
		shell("a config listen tcp://127.0.0.1:%u && a config "
		      "advertise tcp://127.0.0.1:%u && b config listen none",
		      relay->to, relay->from),
		0);
	daemons[0] = start("a");
	until("a status --json | grep -q '\"daemon\":true'");
	assert_int_equal(
		shell("a add 'Plankton seen off Zanzibar' --subject 'Zanzibar "
		      "harbour' --by 'Fitzwilliam Observatory' --doc "
		      "https://plankton.example.org/zanzibar"),
		0);
}

static void meet(pid_t daemons[2])
{
	daemons[1] = start("b");
	assert_int_equal(shell("b add 'Nothing seen off Madagascar' --subject "
			       "'Madagascar coast'"),
			 0);
	until("a find Madagascar --count | grep -qx 1");
	assert_int_equal(shell("a add 'Still more plankton off Zanzibar'"), 0);
	until("b find Zanzibar --count | grep -qx 2");
	until("b status | grep -q '^  in sync with Adalbertine'");
	stop(daemons[0]);
	stop(daemons[1]);
	assert_int_equal(shell("a verify && b verify"), 0);
}

static void read_key(const char *home, struct hear_key keys[2])
{
	struct hear_identity *identity;
	char path[128];

	(void)snprintf(path, sizeof path, "%s/%s/identity", folder, home);
	assert_int_equal(hear_identity_load(&identity, path, NULL), HEAR_OK);
	keys[0] = *hear_identity_key(identity);
	keys[1] = *hear_identity_channel_key(identity);
	hear_identity_free(identity);
}

static void read_dataset(struct hear_id *out)
{
	struct hear_dataset *dataset;
	char path[128];

	(void)snprintf(path, sizeof path, "%s/a/datasets/Archipelago", folder);
	assert_int_equal(hear_dataset_open(&dataset, path, NULL, NULL),
			 HEAR_OK);
	*out = *hear_dataset_id(dataset);
	hear_dataset_close(dataset);
}

static void a_capture_holds_nothing_that_can_be_read(void **state)
{
	static const char *const words[] = {
		"Plankton",    "plankton", "Zanzibar",    "zanzibar",
		"Fitzwilliam", "example",  "Madagascar",  "Archipelago",
		"Adalbertine", "Barthol",  "claim",	  "genesis",
		"grant",       "green",	   "hearsay",	  "writer",
		"subject",     "document", "certificate", "Hearsay",
	};
	struct hear_key keys[2];
	struct hear_id dataset;
	static struct relay relay;
	pid_t daemons[2];
	char hex[65];
	size_t i;

	(void)state;
	relay_begin(&relay, 0);
	begin(&relay, daemons);
	assert_int_equal(shell("a invite Bartholomew >line && b join - <line"),
			 0);
	meet(daemons);
	(void)pthread_mutex_lock(&relay.lock);
	assert_true(relay.size > 4000);
	for (i = 0; i < sizeof words / sizeof *words; i++)
		not_on_tape(&relay, words[i], strlen(words[i]), words[i]);
	read_dataset(&dataset);
	not_on_tape(&relay, dataset.bytes, 8, "the dataset's id");
	hear_hex_print(dataset.bytes, 32, hex);
	not_on_tape(&relay, hex, 16, "the dataset's id, in digits");
	read_key("a", keys);
	not_on_tape(&relay, keys[0].bytes, 8, "the key of a");
	not_on_tape(&relay, keys[1].bytes, 8, "the channel key of a");
	read_key("b", keys);
	not_on_tape(&relay, keys[0].bytes, 8, "the key of b");
	not_on_tape(&relay, keys[1].bytes, 8, "the channel key of b");
	(void)pthread_mutex_unlock(&relay.lock);
	relay_end(&relay);
}

static void a_relay_that_changes_bytes_does_no_more_than_delay(void **state)
{
	static struct relay relay;
	pid_t daemons[2];

	(void)state;
	relay_begin(&relay, 2);
	begin(&relay, daemons);
	assert_int_equal(shell("a invite Bartholomew >line"), 0);
	until("b join --no-sync --timeout 20 - <line");
	meet(daemons);
	relay_end(&relay);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_capture_holds_nothing_that_can_be_read),
		cmocka_unit_test(
			a_relay_that_changes_bytes_does_no_more_than_delay),
	};

	return cmocka_run_group_tests(tests, find_programs, take_away);
}
