/* SPDX-License-Identifier: ISC */
/* Strangers at the port of a daemon: whatever they send, over however many
 * connections, two members stay in sync, the log tells what happened, memory
 * stays small, and daemon and link live on. Real programs, over the loopback
 * interface; strangers come from other addresses of it. */
#include "core/bytes.h"
#include "core/identity.h"
#include "sync/dialler.h"
#include "sync/invitation.h"
#include "sync/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	MANY = 2000,	       /* connections at once */
	PRIVATE_KB = 24 * 1024, /* of the daemon, and of the link */
	PATIENCE_MS = 20 * 1000,
};

struct nodes {
	char folder[PATH_MAX];
	char programs[PATH_MAX];
	uint16_t port;
	pid_t alice;
	pid_t bob;
	pid_t link; /* of Alice's daemon */
	struct hear_invitation invitation;
	unsigned filed;
};

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void rest_ms(long ms)
{
	struct timespec wait = {ms / 1000, ms % 1000 * 1000000};

	(void)nanosleep(&wait, NULL);
}

/* ---- Programs ------------------------------------------------------------ */

struct path {
	char text[2 * PATH_MAX];
};

static struct path path_of(const char *folder, const char *name)
{
	struct path path;

	(void)snprintf(path.text, sizeof path.text, "%.*s/%.*s", PATH_MAX - 1,
		       folder, 255, name);
	return path;
}

/* Becomes a program, as that analyst, with a home below the folder. */
static void become(const struct nodes *nodes, const char *who,
		   const char *program, char *const words[], const char *output,
		   int flags)
{
	struct path home = path_of(nodes->folder, who);
	struct path run = path_of(nodes->programs, program);
	struct path out = path_of(nodes->folder, output);
	int fd = open(out.text, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

	(void)mkdir(home.text, 0700);
	(void)setenv("HEARSAY_HOME", home.text, 1);
	(void)setenv("HEARSAY_NAME", who, 1);
	(void)unsetenv("HEARSAY_DATASET");
	(void)dup2(fd, STDOUT_FILENO);
	out = path_of(nodes->folder, flags & O_TRUNC ? "notes" : output);
	fd = open(out.text, O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0600);
	(void)dup2(fd, STDERR_FILENO);
	(void)execv(run.text, words);
	_exit(127);
}

/* The tool; what it writes is in file `out` then. Its status. */
static int tool(const struct nodes *nodes, const char *who, const char *line)
{
	char copy[2048];
	char *words[32] = {NULL};
	size_t count = 0;
	char *word;
	int status = 0;
	pid_t pid;

	(void)snprintf(copy, sizeof copy, "hearsay %s", line);
	for (word = strtok(copy, " "); word && count < 31;
	     word = strtok(NULL, " "))
		words[count++] = word;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		become(nodes, who, "hearsay", words, "out", O_TRUNC);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static pid_t start(const struct nodes *nodes, const char *who, const char *log)
{
	char name[] = "hearsayd";
	char *words[] = {name, NULL};
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		become(nodes, who, "hearsayd", words, log, O_APPEND);
	return pid;
}

/* What a file of the folder holds; to be freed. */
static char *text_of(const struct nodes *nodes, const char *name)
{
	struct path path = path_of(nodes->folder, name);
	struct hear_buffer text = {0};
	char piece[4096];
	ssize_t size;
	int fd = open(path.text, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && (size = read(fd, piece, sizeof piece)) > 0)
		hear_buffer_add(&text, piece, (size_t)size);
	if (fd >= 0)
		(void)close(fd);
	hear_buffer_byte(&text, '\0');
	assert_false(text.failed);
	return text.data;
}

static bool holds(const struct nodes *nodes, const char *name, const char *part)
{
	char *text = text_of(nodes, name);
	bool found = strstr(text, part) != NULL;

	free(text);
	return found;
}

static pid_t child_of(pid_t pid)
{
	char path[64];
	long child = 0;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid,
		       pid);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%ld", &child) != 1)
		child = 0;
	if (file)
		(void)fclose(file);
	return (pid_t)child;
}

/* Private memory in kB. */
static long private_of(pid_t pid)
{
	char path[64];
	char line[256];
	long sum = 0;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, "Private_", 8) == 0)
			sum += strtol(line + strcspn(line, "0123456789"), NULL,
				      10);
	if (file)
		(void)fclose(file);
	return sum;
}

/* ---- Strangers ----------------------------------------------------------- */

static void name_loopback(struct sockaddr_in *name, unsigned host,
			  uint16_t port)
{
	memset(name, 0, sizeof *name);
	name->sin_family = AF_INET;
	name->sin_port = htons(port);
	name->sin_addr.s_addr = htonl(0x7f000000u + host);
}

/* From 127.0.x.y, as if from another machine; -1: it was not let in. With
 * `flags` SOCK_NONBLOCK it may be on its way still. */
static int connect_as(const struct nodes *nodes, unsigned host, int flags)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
	struct timeval wait = {.tv_sec = 2};
	struct sockaddr_in name;

	assert_true(fd >= 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
	name_loopback(&name, host, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	name_loopback(&name, 1, nodes->port);
	if (connect(fd, (struct sockaddr *)&name, sizeof name) == 0 ||
	    errno == EINPROGRESS)
		return fd;
	(void)close(fd);
	return -1;
}

static int connect_from(const struct nodes *nodes, unsigned host)
{
	return connect_as(nodes, host, 0);
}

static bool put(int fd, const void *bytes, size_t size)
{
	return send(fd, bytes, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool take(int fd, void *bytes, size_t size)
{
	return recv(fd, bytes, size, MSG_WAITALL) == (ssize_t)size;
}

static const unsigned char as_request[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};

/* Past the greeting; -1: it was not let in. */
static int stranger_from(const struct nodes *nodes, unsigned host)
{
	unsigned char greeting[8];
	int fd = connect_from(nodes, host);

	if (fd < 0)
		return -1;
	if (put(fd, as_request, 8) && take(fd, greeting, 8))
		return fd;
	(void)close(fd);
	return -1;
}

static bool put_frame(int fd, struct hear_span frame)
{
	unsigned char whole[12 + 4096];

	assert_true(frame.size <= 4096);
	hear_put64(whole, 4 + frame.size);
	hear_put32(whole + 8, 0x80000001);
	memcpy(whole + 12, frame.data, frame.size);
	return put(fd, whole, 12 + frame.size);
}

static bool take_frame(int fd, struct hear_buffer *out)
{
	unsigned char head[12];
	uint64_t size;

	hear_buffer_reset(out);
	if (!take(fd, head, sizeof head))
		return false;
	size = hear_get64(head) - 4;
	assert_true(size <= HEAR_FRAME_BYTES);
	while (size-- > 0) {
		char byte;

		if (!take(fd, &byte, 1))
			return false;
		hear_buffer_byte(out, byte);
	}
	return !out->failed;
}

/* ---- Setting up ---------------------------------------------------------- */

static bool until(bool (*so)(struct nodes *nodes), struct nodes *nodes)
{
	int64_t end = now_ms() + PATIENCE_MS;

	while (!so(nodes)) {
		if (now_ms() > end)
			return false;
		rest_ms(50);
	}
	return true;
}

static bool alice_listens(struct nodes *nodes)
{
	int fd = connect_from(nodes, 1);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0 && holds(nodes, "alice.log", "listening at");
}

static bool bob_has_it(struct nodes *nodes)
{
	char line[64];

	(void)snprintf(line, sizeof line, "find claimnumber%u --count",
		       nodes->filed);
	return tool(nodes, "bob", line) == 0 && holds(nodes, "out", "1\n");
}

static uint16_t free_port(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in name;
	socklen_t size = sizeof name;

	name_loopback(&name, 1, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
	(void)close(fd);
	return ntohs(name.sin_port);
}

static void do_as(const struct nodes *nodes, const char *who, const char *line)
{
	int status = tool(nodes, who, line);

	if (status != 0) {
		char *notes = text_of(nodes, "notes");

		fprintf(stderr, "%s: hearsay %s: %d\n%s", who, line, status,
			notes);
		free(notes);
	}
	assert_int_equal(status, 0);
}

static void invite(struct nodes *nodes, const char *whom)
{
	char line[128];
	char *text;

	(void)snprintf(line, sizeof line, "invite %s", whom);
	do_as(nodes, "alice", line);
	text = text_of(nodes, "out");
	assert_int_equal(hear_invitation_parse(hear_span_of(text),
					       &nodes->invitation, NULL),
			 HEAR_OK);
	free(text);
}

static void join_bob(struct nodes *nodes)
{
	struct hear_buffer line = {0};
	char words[1200];

	invite(nodes, "bob");
	assert_int_equal(hear_invitation_print(&nodes->invitation, &line, NULL),
			 HEAR_OK);
	(void)snprintf(words, sizeof words, "join %.*s", (int)line.size,
		       line.data);
	do_as(nodes, "bob", words);
	hear_buffer_done(&line);
}

static int begin(void **state)
{
	struct nodes *nodes = calloc(1, sizeof *nodes);
	struct rlimit files;
	char line[128];
	ssize_t size;
	int up;

	assert_non_null(nodes);
	assert_non_null(getcwd(nodes->folder, sizeof nodes->folder - 32));
	(void)strcat(nodes->folder, "/strangers-XXXXXX");
	assert_non_null(mkdtemp(nodes->folder));
	size = readlink("/proc/self/exe", nodes->programs,
			sizeof nodes->programs - 1);
	assert_true(size > 0);
	for (up = 0; up < 3; up++)
		*strrchr(nodes->programs, '/') = '\0';
	/* For us: the daemon and its link keep to what they were given. */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	nodes->port = free_port();
	(void)snprintf(line, sizeof line, "config listen tcp://127.0.0.1:%u",
		       nodes->port);
	do_as(nodes, "alice", line);
	do_as(nodes, "alice", "init korea");
	nodes->alice = start(nodes, "alice", "alice.log");
	assert_true(until(alice_listens, nodes));
	nodes->link = child_of(nodes->alice);
	assert_true(nodes->link > 0);
	(void)snprintf(line, sizeof line, "config listen tcp://127.0.0.1:%u",
		       free_port());
	do_as(nodes, "bob", line);
	join_bob(nodes);
	nodes->bob = start(nodes, "bob", "bob.log");
	files.rlim_cur = files.rlim_max < MANY + 500 ? files.rlim_max
						     : MANY + 500;
	(void)setrlimit(RLIMIT_NOFILE, &files);
	*state = nodes;
	return 0;
}

static void end_of(pid_t pid)
{
	int status = -1;

	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int end(void **state)
{
	struct nodes *nodes = *state;
	char command[PATH_MAX + 16];

	end_of(nodes->alice);
	end_of(nodes->bob);
	do_as(nodes, "alice", "verify");
	do_as(nodes, "bob", "verify");
	(void)snprintf(command, sizeof command, "rm -r '%s'", nodes->folder);
	assert_int_equal(system(command), 0);
	free(nodes);
	return 0;
}

/* What Alice files comes to Bob; the same processes live; they are small. */
static void all_is_well(struct nodes *nodes)
{
	char line[64];

	(void)snprintf(line, sizeof line, "add claimnumber%u",
		       ++nodes->filed);
	do_as(nodes, "alice", line);
	assert_true(until(bob_has_it, nodes));
	assert_int_equal(kill(nodes->alice, 0), 0);
	assert_int_equal(child_of(nodes->alice), nodes->link);
	assert_in_range(private_of(nodes->alice), 1, PRIVATE_KB);
	assert_in_range(private_of(nodes->link), 1, PRIVATE_KB);
}

static struct nodes *before(void **state)
{
	all_is_well(*state);
	return *state;
}

static bool log_tells_frames(struct nodes *nodes)
{
	return holds(nodes, "alice.log", "thrown away: ");
}

static bool log_tells_shut(struct nodes *nodes)
{
	return holds(nodes, "alice.log", "connections shut that were silent") &&
	       !holds(nodes, "alice.log", " and 0 connections shut");
}

static bool log_tells_flood(struct nodes *nodes)
{
	return holds(nodes, "alice.log", "a flood of handshakes");
}

/* ---- What strangers do --------------------------------------------------- */

static void garbage_pages_half_frames_and_lengths_disturb_nobody(void **state)
{
	static const char page[] = "GET / HTTP/1.1\r\nHost: hearsay\r\n\r\n";
	static const unsigned char long_head[12] = {0xff, 0xff, 0xff, 0xff};
	static const unsigned char half[20] = {0, 0, 0, 0, 0, 0, 1, 0, 0x80};
	struct nodes *nodes = before(state);
	unsigned char noise[512];
	int fds[48];
	unsigned i;

	for (i = 0; i < 48; i++) {
		hear_random(noise, sizeof noise);
		fds[i] = i % 2 ? connect_from(nodes, 10 + i)
			       : stranger_from(nodes, 10 + i);
		if (fds[i] < 0)
			continue;
		switch (i / 2 % 5) {
		case 0:
			(void)put(fds[i], noise, sizeof noise);
			break;
		case 1:
			(void)put(fds[i], page, sizeof page - 1);
			break;
		case 2:
			(void)put(fds[i], half, sizeof half);
			break;
		case 3:
			(void)put(fds[i], long_head, sizeof long_head);
			break;
		default: /* whole frames that are nothing */
			(void)put_frame(fds[i], hear_span_make(noise, 300));
			noise[0] = 4; /* a question, by its kind */
			(void)put_frame(fds[i], hear_span_make(noise, 300));
		}
		if (i % 12 == 11)
			all_is_well(nodes);
	}
	assert_true(until(log_tells_frames, nodes));
	all_is_well(nodes);
	for (i = 0; i < 48; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	all_is_well(nodes);
}

static void thousands_of_connections_keep_no_member_out(void **state)
{
	struct nodes *nodes = before(state);
	int *fds = calloc(MANY, sizeof *fds);
	unsigned i;

	assert_non_null(fds);
	for (i = 0; i < MANY; i++) {
		fds[i] = connect_as(nodes, 300 + i / 50, SOCK_NONBLOCK);
		if (i % 500 == 499)
			all_is_well(nodes);
	}
	for (i = 0; i < MANY; i++)
		if (fds[i] >= 0 && i % 3)
			(void)put(fds[i], as_request, 8);
	assert_true(until(log_tells_shut, nodes));
	all_is_well(nodes);
	for (i = 0; i < MANY; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	free(fds);
	all_is_well(nodes);
}

/* A knock by a stranger who has the line of an invitation, and so knows whom
 * to expect. */
static struct hear_dialler *knock(const struct nodes *nodes,
				  const struct hear_channel_self *self,
				  struct hear_buffer *frame)
{
	struct hear_dialler *dialler;
	unsigned char seed[HEAR_CHANNEL_SEED];

	hear_random(seed, sizeof seed);
	assert_int_equal(hear_dialler_new(&dialler, self,
					  &nodes->invitation.inviter, NULL),
			 HEAR_OK);
	assert_int_equal(hear_dialler_knock(dialler, 1, seed, frame, NULL),
			 HEAR_OK);
	return dialler;
}

static void a_flood_of_handshakes_keeps_no_member_out(void **state)
{
	struct nodes *nodes = before(state);
	struct hear_identity *identity;
	struct hear_channel_self self;
	struct hear_buffer frame = {0};
	int fds[8];
	unsigned i;

	assert_int_equal(hear_identity_make(&identity, hear_span_of("eve"),
					    NULL),
			 HEAR_OK);
	hear_channel_self_init(&self, identity);
	for (i = 0; i < 8; i++)
		fds[i] = stranger_from(nodes, 600 + i);
	for (i = 0; i < 3000; i++) {
		hear_dialler_free(knock(nodes, &self, &frame));
		if (fds[i % 8] >= 0)
			(void)put_frame(fds[i % 8], hear_buffer_view(&frame));
		if (i % 1000 == 999)
			all_is_well(nodes);
	}
	assert_true(until(log_tells_flood, nodes));
	all_is_well(nodes);
	for (i = 0; i < 8; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	hear_buffer_done(&frame);
	hear_channel_self_done(&self);
	hear_identity_free(identity);
	all_is_well(nodes);
}

/* Proves that it holds its keys, asks, and then: nothing. */
static void enter_and_fall_silent(const struct nodes *nodes,
				  const struct hear_channel_self *self, int fd)
{
	struct hear_message message = {1, {NULL, 0}};
	struct hear_buffer frame = {0};
	struct hear_buffer body = {0};
	struct hear_wire_hello hello = {.roots.clearance = HEAR_GREEN};
	struct hear_message reply;
	struct hear_dialler *dialler = knock(nodes, self, &frame);

	hear_wire_write_hello(&body, &hello);
	assert_true(put_frame(fd, hear_buffer_view(&frame)));
	assert_true(take_frame(fd, &frame));
	assert_int_equal(hear_dialler_take(dialler, 2, hear_buffer_view(&frame),
					   &reply),
			 HEAR_DIALLED_IN);
	hear_wire_mark(&nodes->invitation.dataset, hear_dialler_hash(dialler),
		       &hello.mark);
	memcpy(body.data + 1, hello.mark.bytes, sizeof hello.mark.bytes);
	message.body = hear_buffer_view(&body);
	assert_int_equal(hear_dialler_ask(dialler, 3, &message, true, &frame,
					  NULL),
			 HEAR_OK);
	assert_true(put_frame(fd, hear_buffer_view(&frame)));
	assert_true(take_frame(fd, &frame));
	assert_int_equal(hear_dialler_take(dialler, 4, hear_buffer_view(&frame),
					   &reply),
			 HEAR_DIALLED_REPLY);
	/* It knows the dataset, and is nobody: one byte. */
	assert_int_equal(reply.body.size, 1);
	assert_int_equal(reply.body.data[0], HEAR_WIRE_UNKNOWN);
	hear_dialler_free(dialler);
	hear_buffer_done(&frame);
	hear_buffer_done(&body);
}

static void silence_after_a_handshake_costs_little(void **state)
{
	struct nodes *nodes = before(state);
	struct hear_identity *identity;
	struct hear_channel_self self;
	int fds[100];
	unsigned i;

	for (i = 0; i < 100; i++) {
		assert_int_equal(hear_identity_make(&identity,
						    hear_span_of("eve"), NULL),
				 HEAR_OK);
		hear_channel_self_init(&self, identity);
		fds[i] = stranger_from(nodes, 800 + i / 10);
		assert_true(fds[i] >= 0);
		enter_and_fall_silent(nodes, &self, fds[i]);
		hear_channel_self_done(&self);
		hear_identity_free(identity);
		if (i % 50 == 49)
			all_is_well(nodes);
	}
	for (i = 0; i < 100; i++)
		(void)close(fds[i]);
	all_is_well(nodes);
}

#define NODES(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		NODES(garbage_pages_half_frames_and_lengths_disturb_nobody),
		NODES(silence_after_a_handshake_costs_little),
		NODES(a_flood_of_handshakes_keeps_no_member_out),
		NODES(thousands_of_connections_keep_no_member_out),
	};

	if (hear_sign_ready(NULL) != HEAR_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
