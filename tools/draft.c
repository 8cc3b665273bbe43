/* SPDX-License-Identifier: ISC */
#include "tools/draft.h"
#include "tools/home.h"
#include "tools/source.h"

#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* How the lines begin that draft_mark() adds. */
#define MARK "#! "

static enum hear_code write_text(const struct draft *draft,
				 struct hear_span text, struct hear_err *err)
{
	return hear_file_write(draft->path.data, text, true, err);
}

enum hear_code draft_begin(struct draft *draft, const struct call *call,
			   struct hear_span text, struct hear_err *err)
{
	struct hear_buffer home = {0};
	enum hear_code code = home_path(call, "drafts", &home, err);
	int fd;

	memset(draft, 0, sizeof *draft);
	if (code == HEAR_OK)
		hear_buffer_print(&draft->path, "%s/report-XXXXXX.yaml",
				  home.data);
	if (code == HEAR_OK && draft->path.failed)
		code = hear_fail_memory(err);
	if (code == HEAR_OK) {
		(void)mkdir(home.data, 0700); /* the next says what is wrong */
		fd = mkostemps(draft->path.data, 5, O_CLOEXEC); /* 0600 */
		if (fd < 0)
			code = hear_fail(err, HEAR_IO, "make a file in %s: %s",
					 home.data, strerror(errno));
		else
			(void)close(fd);
	}
	hear_buffer_done(&home);
	if (code != HEAR_OK) {
		hear_buffer_done(&draft->path);
		return code;
	}
	hear_buffer_span(&draft->text, text);
	return write_text(draft, text, err);
}

/* ---- The editor ---- */

static const char *editor(void)
{
	static const char *const names[] = {"VISUAL", "EDITOR"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		const char *text = getenv(names[i]);

		if (text && *text)
			return text;
	}
	return "vi";
}

/* By way of the shell, so that EDITOR="code --wait" works. The path is an
 * argument of its own: nothing in it is read as shell. */
static void run_editor(const char *path)
{
	struct hear_buffer line = {0};

	hear_buffer_print(&line, "exec %s \"$@\"", editor());
	if (!line.failed)
		(void)execl("/bin/sh", "sh", "-c", line.data, "hearsay", path,
			    (char *)NULL);
	_exit(127);
}

static enum hear_code check_status(int status, struct hear_err *err)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return HEAR_OK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return hear_fail(err, HEAR_IO,
				 "the editor '%.100s' could not be run; set "
				 "VISUAL or EDITOR to one that is installed",
				 editor());
	return hear_fail(err, HEAR_IO,
			 "the editor '%.100s' ended with a failure", editor());
}

/* Meanwhile an interrupt typed in the terminal is the editor's. */
static enum hear_code wait_for_editor(const char *path, struct hear_err *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction before[2];
	int status = 0;
	pid_t child;

	(void)sigaction(SIGINT, &ignore, &before[0]);
	(void)sigaction(SIGQUIT, &ignore, &before[1]);
	child = fork();
	if (child == 0) {
		(void)sigaction(SIGINT, &before[0], NULL);
		(void)sigaction(SIGQUIT, &before[1], NULL);
		(void)signal(SIGPIPE, SIG_DFL);
		run_editor(path);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	(void)sigaction(SIGINT, &before[0], NULL);
	(void)sigaction(SIGQUIT, &before[1], NULL);
	if (child < 0)
		return hear_fail(err, HEAR_IO, "start the editor: %s",
				 strerror(errno));
	return check_status(status, err);
}

/* ---- Marks ---- */

static bool is_mark(struct hear_span line)
{
	return line.size >= sizeof MARK - 1 &&
	       memcmp(line.data, MARK, sizeof MARK - 1) == 0;
}

/* The next line with its end, taken off the front of `text`. */
static struct hear_span next_line(struct hear_span *text)
{
	const char *end = memchr(text->data, '\n', text->size);
	size_t size = end ? (size_t)(end + 1 - text->data) : text->size;
	struct hear_span line = hear_span_make(text->data, size);

	text->data += size;
	text->size -= size;
	return line;
}

static void without_marks(struct hear_span text, struct hear_buffer *out)
{
	while (text.size > 0) {
		struct hear_span line = next_line(&text);

		if (!is_mark(line))
			hear_buffer_span(out, line);
	}
}

static enum hear_code read_again(struct draft *draft, size_t most,
				 struct hear_err *err)
{
	struct hear_buffer raw = {0};
	enum hear_code code =
		hear_file_read(draft->path.data, most, &raw, err);

	draft->unread = code != HEAR_OK;
	if (code == HEAR_OK) {
		hear_buffer_reset(&draft->text);
		without_marks(hear_buffer_view(&raw), &draft->text);
		draft->unread = draft->text.failed;
	}
	hear_buffer_done(&raw);
	return code == HEAR_OK && draft->unread ? hear_fail_memory(err) : code;
}

enum hear_code draft_edit(struct draft *draft, size_t most,
			  struct hear_err *err)
{
	enum hear_code edited = wait_for_editor(draft->path.data, err);
	enum hear_code code;

	/* Editors leave files with the rights they please. */
	(void)chmod(draft->path.data, 0600);
	code = read_again(draft, most, edited == HEAR_OK ? err : NULL);
	return edited == HEAR_OK ? code : edited;
}

static void add_mark(struct hear_buffer *out, uint32_t column,
		     const char *message)
{
	uint32_t i;

	if (out->size > 0 && out->data[out->size - 1] != '\n')
		hear_buffer_byte(out, '\n');
	hear_buffer_text(out, MARK);
	/* The mark's own three characters stand where the first columns do. */
	for (i = sizeof MARK; i < column && i < 80; i++)
		hear_buffer_byte(out, ' ');
	hear_buffer_text(out, column >= sizeof MARK ? "^ " : "");
	hear_buffer_text(out, message);
	hear_buffer_byte(out, '\n');
}

enum hear_code draft_mark(struct draft *draft, uint32_t line, uint32_t column,
			  const char *message, struct hear_err *err)
{
	struct hear_span text = hear_buffer_view(&draft->text);
	struct hear_buffer marked = {0};
	uint32_t number = 0;
	enum hear_code code;

	if (line == 0)
		add_mark(&marked, 0, message);
	while (text.size > 0) {
		hear_buffer_span(&marked, next_line(&text));
		if (++number == line)
			add_mark(&marked, column, message);
	}
	if (number < line)
		add_mark(&marked, 0, message);
	code = marked.failed ? hear_fail_memory(err)
			     : write_text(draft, hear_buffer_view(&marked),
					  err);
	hear_buffer_done(&marked);
	return code;
}

void draft_end(struct draft *draft, bool keep)
{
	if (!keep && draft->path.size > 0)
		(void)unlink(draft->path.data);
	hear_buffer_done(&draft->path);
	hear_buffer_done(&draft->text);
}
