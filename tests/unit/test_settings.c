/* SPDX-License-Identifier: ISC */
#include "core/files.h"
#include "tools/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>


static const struct call call = {.home = "settings-home"};

static int make_home(void **state)
{
	(void)state;
	return mkdir(call.home, 0700);
}

static int remove_home(void **state)
{
	(void)state;
	(void)unlink("settings-home/settings");
	return rmdir(call.home);
}

static void write_file(const char *content)
{
	FILE *file = fopen("settings-home/settings", "w");

	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void holds(const char *key, const char *wanted)
{
	struct hear_buffer value = {0};
	struct hear_err err;

	assert_int_equal(settings_get(&call, key, &value, &err), HEAR_OK);
	assert_string_equal(value.data ? value.data : "", wanted);
	hear_buffer_done(&value);
}

static void set(const char *key, const char *value)
{
	struct hear_err err;

	if (settings_set(&call, key, value, &err))
		fail_msg("%s", err.message);
}

static void what_is_set_is_found_again(void **state)
{
	struct stat found;

	(void)state;
	holds("listen", "");
	set("listen", "tcp://0.0.0.0:7340 tcp://[::]:7340");
	set("advertise", "tcp://desk.example.org:7340");
	holds("listen", "tcp://0.0.0.0:7340 tcp://[::]:7340");
	holds("advertise", "tcp://desk.example.org:7340");
	assert_int_equal(stat("settings-home/settings", &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	set("listen", "none");
	holds("listen", "none");
	set("listen", "");
	holds("listen", "");
	holds("advertise", "tcp://desk.example.org:7340");
}

static void lines_that_are_not_known_are_kept(void **state)
{
	struct hear_buffer content = {0};
	struct hear_err err;

	(void)state;
	write_file("# by hand\n  listen :x\nlisten:  tcp://127.0.0.1:1  \n"
		   "colour: blue\nlistening: no\n\nno end");
	holds("listen", "tcp://127.0.0.1:1");
	holds("colour", "blue");
	holds("colou", "");
	set("listen", "none");
	assert_int_equal(hear_file_read("settings-home/settings", 1000,
					&content, &err),
			 HEAR_OK);
	assert_string_equal(content.data,
			    "# by hand\n  listen :x\ncolour: blue\n"
			    "listening: no\n\nno end\nlisten: none\n");
	hear_buffer_done(&content);
}

static void a_huge_file_is_refused(void **state)
{
	struct hear_buffer value = {0};
	struct hear_err err;
	FILE *file = fopen("settings-home/settings", "w");
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		(void)fputs("# again\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(settings_get(&call, "listen", &value, &err),
			 HEAR_LIMIT);
	hear_buffer_done(&value);
	write_file("");
}

static void listens(const char *text, size_t wanted)
{
	struct settings_addresses out;
	struct hear_err err;

	if (settings_read_listen(hear_span_of(text), &out, &err))
		fail_msg("%s: %s", text, err.message);
	assert_int_equal(out.count, wanted);
}

static void refuses(const char *text)
{
	struct settings_addresses out;
	struct hear_err err;

	assert_int_not_equal(
		settings_read_listen(hear_span_of(text), &out, &err), HEAR_OK);
	assert_true(strlen(err.message) > 20);
}

static void listen_takes_numbers_and_none(void **state)
{
	(void)state;
	listens("none", 0);
	listens(" none ", 0);
	listens("", 0);
	listens("tcp://127.0.0.1:7340", 1);
	listens("  tcp://127.0.0.1:7340\ttcp://[::1]:7340 ipc:///a/b\n", 3);
	refuses("tcp://localhost:7340");
	refuses("none tcp://127.0.0.1:7340");
	refuses("tcp://127.0.0.1");
	refuses("tcp://1.1.1.1:1 tcp://1.1.1.1:2 tcp://1.1.1.1:3 "
		"tcp://1.1.1.1:4 tcp://1.1.1.1:5 tcp://1.1.1.1:6 "
		"tcp://1.1.1.1:7 tcp://1.1.1.1:8 tcp://1.1.1.1:9");
}

static void advertises(const char *listen, const char *advertise,
		       const char *first)
{
	struct settings_addresses out;
	struct hear_err err;

	set("listen", listen);
	set("advertise", advertise);
	if (settings_advertise(&call, &out, &err))
		fail_msg("%s", err.message);
	if (!first) {
		assert_int_equal(out.count, 0);
		return;
	}
	assert_true(out.count > 0);
	assert_string_equal(out.at[0], first);
}

static void others_are_told_what_they_can_reach(void **state)
{
	struct settings_addresses out;
	struct hear_err err;
	size_t i;

	(void)state;
	advertises("", "", SETTINGS_LISTEN);
	advertises("none", "", NULL);
	advertises("tcp://127.0.0.1:1 tcp://192.0.2.7:2", "",
		   "tcp://192.0.2.7:2");
	advertises("tcp://192.0.2.7:2", "tcp://desk.example.org:9",
		   "tcp://desk.example.org:9");
	/* All networks: one address each, or where there is none, this
	 * machine's own. */
	set("listen", "tcp://0.0.0.0:7341");
	set("advertise", "");
	assert_int_equal(settings_advertise(&call, &out, &err), HEAR_OK);
	assert_true(out.count > 0);
	for (i = 0; i < out.count; i++) {
		assert_null(strstr(out.at[i], "0.0.0.0"));
		assert_non_null(strstr(out.at[i], ":7341"));
	}
	assert_true(settings_is_here("tcp://127.0.0.1:1"));
	assert_true(settings_is_here("tcp://127.8.0.1:1"));
	assert_true(settings_is_here("tcp://[::1]:1"));
	assert_true(settings_is_here("tcp://localhost:1"));
	assert_true(settings_is_here("ipc:///run/x"));
	assert_false(settings_is_here("tcp://192.0.2.7:1"));
	assert_false(settings_is_here("tcp://desk.example.org:1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_set_is_found_again),
		cmocka_unit_test(lines_that_are_not_known_are_kept),
		cmocka_unit_test(a_huge_file_is_refused),
		cmocka_unit_test(listen_takes_numbers_and_none),
		cmocka_unit_test(others_are_told_what_they_can_reach),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}
