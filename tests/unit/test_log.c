/* SPDX-License-Identifier: ISC */
/* What the daemon says on standard error, and to whoever started it. */
#include "tools/log.h"
#include "tools/notify.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char caught[1 << 20];

/* Standard error goes to a file until it is read. */
static int before;

static void catch_lines(bool debug)
{
	int fd = open("log-lines", O_RDWR | O_CREAT | O_TRUNC, 0600);

	(void)fflush(stderr);
	before = dup(STDERR_FILENO);
	assert_true(fd >= 0 && before >= 0);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	(void)close(fd);
	log_begin(debug);
}

static void read_lines(void)
{
	FILE *file;
	size_t size;

	(void)fflush(stderr);
	(void)dup2(before, STDERR_FILENO);
	(void)close(before);
	file = fopen("log-lines", "r");
	assert_non_null(file);
	size = fread(caught, 1, sizeof caught - 1, file);
	caught[size] = '\0';
	(void)fclose(file);
	(void)unlink("log-lines");
}

static void a_line_says_how_much_it_matters_and_about_what(void **state)
{
	(void)state;
	(void)unsetenv("JOURNAL_STREAM");
	catch_lines(false);
	log_info("daemon", "serving %d datasets", 3);
	log_debug("daemon", "not asked for");
	log_warn("sync", "a name\nwith an \x1b[31mescape peer=%s", "ab12");
	read_lines();
	assert_string_equal(caught,
			    "info daemon: serving 3 datasets\n"
			    "warn sync: a name with an \\u{1b}[31mescape "
			    "peer=ab12\n");
	catch_lines(true);
	log_debug("daemon", "asked for");
	read_lines();
	assert_string_equal(caught, "debug daemon: asked for\n");
	(void)setenv("JOURNAL_STREAM", "8:1", 1);
	catch_lines(false);
	log_error("daemon", "act");
	read_lines();
	assert_string_equal(caught, "<3>error daemon: act\n");
	(void)unsetenv("JOURNAL_STREAM");
}

static void a_flood_is_cut_and_errors_are_not(void **state)
{
	size_t lines = 0;
	size_t i;

	(void)state;
	catch_lines(false);
	for (i = 0; i < 100000; i++)
		log_warn("sync", "a peer does as it likes");
	log_error("daemon", "someone must act");
	read_lines();
	for (i = 0; caught[i]; i++)
		lines += caught[i] == '\n';
	assert_int_equal(lines, 101);
	assert_non_null(strstr(caught, "someone must act"));
}

static void a_long_line_is_cut(void **state)
{
	static char much[5000];

	(void)state;
	memset(much, 'x', sizeof much - 1);
	catch_lines(false);
	log_warn("sync", "%s", much);
	read_lines();
	assert_true(strlen(caught) < 1000);
	assert_int_equal(caught[strlen(caught) - 1], '\n');
}

/* A socket like the service manager's, with a file or without. */
static int listen_for(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un,
						   sun_path) +
					  strlen(name))),
			 0);
	(void)setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void expect_told(int fd, const char *wanted)
{
	char told[200] = "";

	assert_true(recv(fd, told, sizeof told - 1, 0) > 0);
	assert_memory_equal(told, wanted, strlen(wanted));
}

static void the_service_manager_is_told(void **state)
{
	char here[80];
	char path[108];
	char name[64];
	int fd;

	(void)state;
	assert_non_null(getcwd(here, sizeof here));
	(void)snprintf(path, sizeof path, "%s/notify", here);
	fd = listen_for(path);
	notify("READY=1");
	expect_told(fd, "READY=1");
	notify_reloading();
	expect_told(fd, "RELOADING=1\nMONOTONIC_USEC=");
	(void)close(fd);
	(void)unlink(path);
	(void)snprintf(name, sizeof name, "@hearsay-test-%ld", (long)getpid());
	fd = listen_for(name);
	notify("STOPPING=1");
	expect_told(fd, "STOPPING=1");
	(void)close(fd);
	/* Nobody there, nonsense, and nobody asked: nothing happens. */
	notify("READY=1");
	(void)setenv("NOTIFY_SOCKET", "nonsense", 1);
	notify("READY=1");
	(void)unsetenv("NOTIFY_SOCKET");
	notify("READY=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_line_says_how_much_it_matters_and_about_what),
		cmocka_unit_test(a_flood_is_cut_and_errors_are_not),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(the_service_manager_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
