/* SPDX-License-Identifier: ISC */
#include "tools/progress.h"
#include "tools/wording.h"

#include <time.h>
#include <unistd.h>

enum { QUIET_MS = 500, BETWEEN_MS = 100 };

static int64_t now_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Progress is no reason to fail: what cannot be written is not shown. */
static void put(const struct progress *progress, struct hear_span text)
{
	ssize_t written;

	do {
		written = write(progress->fd, text.data, text.size);
		if (written > 0) {
			text.data += written;
			text.size -= (size_t)written;
		}
	} while (written > 0 && text.size > 0);
}

void progress_to(struct progress *progress, int fd, struct terminal terminal,
		 int64_t now)
{
	progress->fd = fd;
	progress->terminal = terminal;
	progress->next_ms = terminal.moves ? now + QUIET_MS : INT64_MAX;
	progress->shown = false;
}

void progress_begin(struct progress *progress, const char *doing,
		    struct hear_span what, uint64_t total, const char *unit)
{
	progress->doing = doing;
	progress->what = what;
	progress->total = total;
	progress->unit = unit;
	progress_to(progress, STDERR_FILENO, terminal_of(STDERR_FILENO),
		    now_ms());
}

static void describe(const struct progress *progress, uint64_t done,
		     uint64_t count, struct hear_buffer *line)
{
	hear_buffer_text(line, progress->doing);
	if (progress->what.size > 0)
		hear_buffer_byte(line, ' ');
	terminal_clean(progress->what, TERMINAL_ONE_LINE, line);
	if (progress->total > 0)
		hear_buffer_print(line, " %d %%",
				  done >= progress->total
					  ? 100
					  : (int)((double)done * 100 /
						  (double)progress->total));
	if (progress->unit) {
		hear_buffer_byte(line, ' ');
		wording_count(line, count, progress->unit, NULL);
	}
}

static void show(struct progress *progress, uint64_t done, uint64_t count)
{
	struct hear_buffer line = {0};
	struct hear_buffer all = {0};

	describe(progress, done, count, &line);
	hear_buffer_text(&all, "\r");
	/* The last column is left free: some terminals go on in the next
	 * line once it is filled. */
	terminal_cut(hear_buffer_view(&line), progress->terminal.columns - 1,
		     &all);
	hear_buffer_text(&all, "\x1b[K");
	if (!line.failed && !all.failed) {
		put(progress, hear_buffer_view(&all));
		progress->shown = true;
	}
	hear_buffer_done(&line);
	hear_buffer_done(&all);
}

void progress_update_at(struct progress *progress, uint64_t done,
			uint64_t count, int64_t now)
{
	if (now < progress->next_ms)
		return;
	progress->next_ms = now + BETWEEN_MS;
	show(progress, done, count);
}

void progress_update(struct progress *progress, uint64_t done, uint64_t count)
{
	if (progress->next_ms < INT64_MAX)
		progress_update_at(progress, done, count, now_ms());
}

void progress_erase(struct progress *progress)
{
	if (progress->shown)
		put(progress, hear_span_of("\r\x1b[K"));
	progress->shown = false;
}

void progress_end(struct progress *progress)
{
	progress_erase(progress);
	progress->next_ms = INT64_MAX;
}
