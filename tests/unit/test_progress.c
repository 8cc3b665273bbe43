/* SPDX-License-Identifier: ISC */
#include "tools/progress.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const struct terminal good = {.is = true, .moves = true, .columns = 80};

/* Work on 1,000 bytes that began at 10,000 ms, shown in a pipe's end. */
struct work {
	struct progress progress;
	int ends[2];
};

static void begin(struct work *work, struct terminal terminal)
{
	assert_int_equal(pipe2(work->ends, O_NONBLOCK), 0);
	progress_begin(&work->progress, "checking",
		       hear_span_of("claims.jsonl"), 1000, "line");
	progress_to(&work->progress, work->ends[1], terminal, 10000);
}

/* What was written since it was last asked. */
static void wrote(struct work *work, const char *expected)
{
	char text[512];
	ssize_t size = read(work->ends[0], text, sizeof text - 1);

	text[size > 0 ? size : 0] = '\0';
	assert_string_equal(text, expected);
}

static void end(struct work *work)
{
	progress_end(&work->progress);
	close(work->ends[0]);
	close(work->ends[1]);
}

static void short_work_shows_nothing(void **state)
{
	struct work work;

	(void)state;
	begin(&work, good);
	progress_update_at(&work.progress, 340, 12041, 10499);
	progress_end(&work.progress);
	wrote(&work, "");
	end(&work);
}

static void long_work_is_shown_and_erased(void **state)
{
	struct work work;

	(void)state;
	begin(&work, good);
	progress_update_at(&work.progress, 349, 12041, 10500);
	wrote(&work, "\rchecking claims.jsonl 34 % 12,041 lines\x1b[K");
	progress_end(&work.progress);
	wrote(&work, "\r\x1b[K");
	progress_end(&work.progress);
	progress_update_at(&work.progress, 900, 20000, 20000);
	wrote(&work, "");
	end(&work);
}

static void updates_come_at_most_ten_times_a_second(void **state)
{
	struct work work;

	(void)state;
	begin(&work, good);
	progress_update_at(&work.progress, 0, 0, 10500);
	wrote(&work, "\rchecking claims.jsonl 0 % 0 lines\x1b[K");
	progress_update_at(&work.progress, 10, 1, 10599);
	wrote(&work, "");
	progress_update_at(&work.progress, 1001, 1, 10600);
	wrote(&work, "\rchecking claims.jsonl 100 % 1 line\x1b[K");
	end(&work);
}

static void an_erased_line_comes_back(void **state)
{
	struct work work;

	(void)state;
	begin(&work, good);
	progress_erase(&work.progress);
	wrote(&work, "");
	progress_update_at(&work.progress, 0, 0, 10500);
	progress_erase(&work.progress);
	wrote(&work, "\rchecking claims.jsonl 0 % 0 lines\x1b[K\r\x1b[K");
	progress_update_at(&work.progress, 0, 0, 10700);
	wrote(&work, "\rchecking claims.jsonl 0 % 0 lines\x1b[K");
	end(&work);
}

static void a_pipe_gets_nothing(void **state)
{
	struct terminal pipe = {.columns = 80};
	struct terminal dumb = {.is = true, .columns = 80};
	struct work work;

	(void)state;
	begin(&work, pipe);
	progress_update_at(&work.progress, 1, 1, 99999);
	end(&work);
	begin(&work, dumb);
	progress_update_at(&work.progress, 1, 1, 99999);
	progress_end(&work.progress);
	wrote(&work, "");
	end(&work);
}

static void the_line_fits_and_is_clean(void **state)
{
	struct terminal narrow = {.is = true, .moves = true, .columns = 20};
	struct work work;

	(void)state;
	begin(&work, narrow);
	work.progress.what = hear_span_of("a\x1b[2Jb");
	work.progress.total = 0;
	progress_update_at(&work.progress, 1, 1, 10500);
	/* "checking a\u{1b}[2Jb 1 line" in 19 columns */
	wrote(&work, "\rchecking a\\u{1b}[2\xe2\x80\xa6\x1b[K");
	end(&work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_work_shows_nothing),
		cmocka_unit_test(long_work_is_shown_and_erased),
		cmocka_unit_test(updates_come_at_most_ten_times_a_second),
		cmocka_unit_test(an_erased_line_comes_back),
		cmocka_unit_test(a_pipe_gets_nothing),
		cmocka_unit_test(the_line_fits_and_is_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
