/* SPDX-License-Identifier: ISC */
#include "tools/control.h"

#include "core/bytes.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* Long enough that no socket could be bound to its path. */
#define LONG_NAME                                                              \
	"a-home-whose-path-is-longer-than-a-socket-address-may-be-which-is-"   \
	"one-hundred-and-seven-bytes"

static char home[512];

static int make_home(void **state)
{
	char here[256];

	(void)state;
	if (!getcwd(here, sizeof here))
		return 1;
	(void)snprintf(home, sizeof home, "%s/%s", here, LONG_NAME);
	return mkdir(home, 0700);
}

static int remove_home(void **state)
{
	(void)state;
	return rmdir(home);
}

/* "long": much; "who": a line; anything else is not known. */
static bool answer(void *context, struct hear_span question,
		   struct hear_buffer *out)
{
	unsigned *asked = context;
	size_t i;

	(*asked)++;
	if (hear_span_is(question, "long"))
		for (i = 0; i < 100000; i++)
			hear_buffer_text(out, "{\"kind\":\"line\"}\n");
	else if (hear_span_is(question, "who"))
		hear_buffer_text(out, "{\"kind\":\"daemon\"}\n");
	else
		return false;
	return true;
}

struct question {
	const char *text;
	enum hear_code code;
	struct hear_buffer answer;
	struct hear_err err;
	volatile bool done;
};

static void *ask(void *context)
{
	struct question *question = context;
	struct call call = {.home = home};

	question->code = control_ask(&call, question->text, &question->answer,
				     &question->err);
	question->done = true;
	return NULL;
}

static void serve(struct control *control, int64_t now_ms)
{
	struct pollfd polls[CONTROL_POLLS];

	control_polls(control, polls);
	(void)poll(polls, CONTROL_POLLS, 10);
	control_serve(control, polls, now_ms);
}

static void ask_and_serve(struct control *control, struct question *question)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, ask, question), 0);
	while (!question->done)
		serve(control, 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static struct control *open_control(unsigned *asked)
{
	struct control *control;
	struct hear_err err;

	*asked = 0;
	if (control_open(&control, home, answer, asked, &err))
		fail_msg("%s", err.message);
	return control;
}

static int connect_by_hand(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(name.sun_path, sizeof name.sun_path, "./%s", "control");
	assert_int_equal(chdir(home), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
	assert_int_equal(chdir(".."), 0);
	return fd;
}

static void a_question_gets_its_answer(void **state)
{
	struct question who = {.text = "who"};
	struct question longer = {.text = "long"};
	struct stat found;
	unsigned asked;
	struct control *control = open_control(&asked);
	char path[600];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/control", home);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	ask_and_serve(control, &who);
	assert_int_equal(who.code, HEAR_OK);
	assert_string_equal(who.answer.data, "{\"kind\":\"daemon\"}\n");
	ask_and_serve(control, &longer);
	assert_int_equal(longer.code, HEAR_OK);
	assert_int_equal(longer.answer.size, 100000 * 16);
	assert_int_equal(asked, 2);
	hear_buffer_done(&who.answer);
	hear_buffer_done(&longer.answer);
	control_close(control);
	assert_int_not_equal(stat(path, &found), 0);
}

static void a_question_not_known_says_what_to_do(void **state)
{
	struct question question = {.text = "dance"};
	unsigned asked;
	struct control *control = open_control(&asked);

	(void)state;
	ask_and_serve(control, &question);
	assert_int_equal(question.code, HEAR_VERSION);
	assert_non_null(strstr(question.err.message, "restart"));
	control_close(control);
}

static void nobody_there_is_an_answer(void **state)
{
	struct call call = {.home = home};
	struct hear_buffer out = {0};
	struct hear_err err;
	unsigned asked;

	(void)state;
	assert_int_equal(control_ask(&call, "who", &out, &err), HEAR_NOTFOUND);
	control_close(open_control(&asked));
	assert_int_equal(control_ask(&call, "who", &out, &err), HEAR_NOTFOUND);
}

static void a_socket_left_behind_is_replaced(void **state)
{
	struct question question = {.text = "who"};
	unsigned asked;
	struct control *control = open_control(&asked);
	struct control *next = open_control(&asked);

	(void)state;
	ask_and_serve(next, &question);
	assert_int_equal(question.code, HEAR_OK);
	hear_buffer_done(&question.answer);
	control_close(next);
	control_close(control);
}

/* Those who say nothing, half a line or too much are let go, and others get
 * their turn. */
static void bad_askers_are_let_go(void **state)
{
	char much[4096];
	struct question question = {.text = "who"};
	unsigned asked;
	struct control *control = open_control(&asked);
	int fds[CONTROL_ASKERS];
	size_t i;

	(void)state;
	memset(much, 'x', sizeof much);
	for (i = 0; i < CONTROL_ASKERS; i++) {
		fds[i] = connect_by_hand();
		if (i % 3 == 1)
			(void)!send(fds[i], "wh", 2, MSG_NOSIGNAL);
		if (i % 3 == 2)
			(void)!send(fds[i], much, sizeof much, MSG_NOSIGNAL);
		serve(control, 0);
		serve(control, 0);
	}
	assert_int_equal(asked, 0);
	assert_int_equal(control_due(control), CONTROL_PATIENCE_MS);
	serve(control, CONTROL_PATIENCE_MS);
	assert_int_equal(control_due(control), INT64_MAX);
	ask_and_serve(control, &question);
	assert_int_equal(question.code, HEAR_OK);
	hear_buffer_done(&question.answer);
	for (i = 0; i < CONTROL_ASKERS; i++)
		(void)close(fds[i]);
	control_close(control);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_gets_its_answer),
		cmocka_unit_test(a_question_not_known_says_what_to_do),
		cmocka_unit_test(nobody_there_is_an_answer),
		cmocka_unit_test(a_socket_left_behind_is_replaced),
		cmocka_unit_test(bad_askers_are_let_go),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}
