/* SPDX-License-Identifier: ISC */
#include "tools/control.h"
#include "tools/home.h"

#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct asker {
	int fd; /* -1: none */
	int64_t until_ms;
	char question[CONTROL_QUESTION];
	size_t asked; /* bytes of it */
	struct hear_buffer answer;
	size_t told; /* bytes of that; only once there is an answer */
};

struct control {
	int listener;
	int home; /* the directory */
	control_answer *answer;
	void *context;
	struct asker askers[CONTROL_ASKERS];
};

/* The socket's name. A path may have only 107 bytes, a home more: so it is
 * named below the descriptor of its directory. */
static void name_socket(int home, struct sockaddr_un *out)
{
	memset(out, 0, sizeof *out);
	out->sun_family = AF_UNIX;
	(void)snprintf(out->sun_path, sizeof out->sun_path,
		       "/proc/self/fd/%d/control", home);
}

static int open_directory(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* ---- The daemon's end ---- */

static bool listen_at(struct control *control)
{
	struct sockaddr_un name;

	control->listener = socket(
		AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->listener < 0)
		return false;
	name_socket(control->home, &name);
	(void)unlinkat(control->home, "control", 0);
	/* Before anybody can find it: the rights a socket gets when bound are
	 * those of its descriptor. */
	return fchmod(control->listener, 0600) == 0 &&
	       bind(control->listener, (const struct sockaddr *)&name,
		    sizeof name) == 0 &&
	       listen(control->listener, CONTROL_ASKERS) == 0;
}

enum hear_code control_open(struct control **out, const char *home,
			    control_answer *answer, void *context,
			    struct hear_err *err)
{
	struct control *control = calloc(1, sizeof *control);
	enum hear_code code;
	size_t i;

	*out = NULL;
	if (!control)
		return hear_fail_memory(err);
	control->answer = answer;
	control->context = context;
	control->listener = -1;
	for (i = 0; i < CONTROL_ASKERS; i++)
		control->askers[i].fd = -1;
	control->home = open_directory(home);
	if (control->home < 0 || !listen_at(control)) {
		code = hear_fail_errno(err, "make the socket 'control' in",
				       home);
		control_close(control);
		return code;
	}
	*out = control;
	return HEAR_OK;
}

static void let_go(struct asker *asker)
{
	if (asker->fd >= 0)
		(void)close(asker->fd);
	hear_buffer_done(&asker->answer);
	memset(asker, 0, sizeof *asker);
	asker->fd = -1;
}

void control_close(struct control *control)
{
	size_t i;

	if (!control)
		return;
	for (i = 0; i < CONTROL_ASKERS; i++)
		let_go(&control->askers[i]);
	if (control->listener >= 0) {
		(void)close(control->listener);
		(void)unlinkat(control->home, "control", 0);
	}
	if (control->home >= 0)
		(void)close(control->home);
	free(control);
}

static bool answers(const struct asker *asker)
{
	return asker->answer.size > 0;
}

void control_polls(const struct control *control,
		   struct pollfd polls[CONTROL_POLLS])
{
	bool room = false;
	size_t i;

	for (i = 0; i < CONTROL_ASKERS; i++) {
		const struct asker *asker = &control->askers[i];

		polls[i + 1].fd = asker->fd;
		polls[i + 1].events = answers(asker) ? POLLOUT : POLLIN;
		polls[i + 1].revents = 0;
		room = room || asker->fd < 0;
	}
	polls[0].fd = room ? control->listener : -1;
	polls[0].events = POLLIN;
	polls[0].revents = 0;
}

int64_t control_due(const struct control *control)
{
	int64_t due = INT64_MAX;
	size_t i;

	for (i = 0; i < CONTROL_ASKERS; i++)
		if (control->askers[i].fd >= 0 &&
		    control->askers[i].until_ms < due)
			due = control->askers[i].until_ms;
	return due;
}

static void accept_one(struct control *control, int64_t now_ms)
{
	size_t i;

	for (i = 0; i < CONTROL_ASKERS; i++)
		if (control->askers[i].fd < 0)
			break;
	if (i == CONTROL_ASKERS)
		return;
	control->askers[i].fd = accept4(control->listener, NULL, NULL,
					SOCK_CLOEXEC | SOCK_NONBLOCK);
	control->askers[i].until_ms = now_ms + CONTROL_PATIENCE_MS;
}

/* Sends what fits; lets the asker go at the end of it. */
static void tell(struct asker *asker)
{
	ssize_t sent = send(asker->fd, asker->answer.data + asker->told,
			    asker->answer.size - asker->told,
			    MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (sent > 0)
		asker->told += (size_t)sent;
	if (sent <= 0 || asker->told == asker->answer.size)
		let_go(asker);
}

static void hear_question(struct control *control, struct asker *asker)
{
	ssize_t size = recv(asker->fd, asker->question + asker->asked,
			    sizeof asker->question - asker->asked,
			    MSG_DONTWAIT);
	const char *end;

	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size > 0)
		asker->asked += (size_t)size;
	end = memchr(asker->question, '\n', asker->asked);
	if (!end && size > 0 && asker->asked < sizeof asker->question)
		return;
	if (!end ||
	    !control->answer(control->context,
			     hear_span_make(asker->question,
					    (size_t)(end - asker->question)),
			     &asker->answer))
		hear_buffer_reset(&asker->answer);
	if (answers(asker) && !asker->answer.failed)
		tell(asker);
	else
		let_go(asker);
}

void control_serve(struct control *control,
		   const struct pollfd polls[CONTROL_POLLS], int64_t now_ms)
{
	size_t i;

	for (i = 0; i < CONTROL_ASKERS; i++) {
		struct asker *asker = &control->askers[i];

		if (asker->fd < 0 || asker->fd != polls[i + 1].fd)
			continue;
		if (now_ms >= asker->until_ms)
			let_go(asker);
		else if (polls[i + 1].revents && answers(asker))
			tell(asker);
		else if (polls[i + 1].revents)
			hear_question(control, asker);
	}
	if (polls[0].revents)
		accept_one(control, now_ms);
}

/* ---- The other end ---- */

/* -1: nobody listens there, or errno says what else is wrong. */
static int reach(int home)
{
	struct timeval patience = {.tv_sec = CONTROL_PATIENCE_MS / 1000};
	struct sockaddr_un name;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int why;

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			 sizeof patience);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
			 sizeof patience);
	name_socket(home, &name);
	if (connect(fd, (const struct sockaddr *)&name, sizeof name) == 0)
		return fd;
	why = errno;
	(void)close(fd);
	errno = why;
	return -1;
}

static enum hear_code hear_all(int fd, struct hear_buffer *out,
			       struct hear_err *err)
{
	char part[4096];
	ssize_t size;

	while ((size = recv(fd, part, sizeof part, 0)) != 0) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return hear_fail(err, HEAR_IO,
					 "hearsayd does not answer: %s",
					 errno == EAGAIN ? "it is busy, or "
							   "hangs"
							 : strerror(errno));
		hear_buffer_add(out, part, (size_t)size);
		if (out->size > CONTROL_ANSWER)
			return hear_fail(err, HEAR_LIMIT,
					 "the answer of hearsayd is too long");
	}
	if (out->failed)
		return hear_fail_memory(err);
	if (out->size == 0)
		return hear_fail(err, HEAR_VERSION,
				 "the running hearsayd does not know that "
				 "question; restart it");
	return HEAR_OK;
}

enum hear_code control_ask(const struct call *call, const char *question,
			   struct hear_buffer *out, struct hear_err *err)
{
	struct hear_buffer path = {0};
	enum hear_code code = home_path(call, "", &path, err);
	int home = -1;
	int fd = -1;

	if (code == HEAR_OK) {
		home = open_directory(path.data);
		fd = home >= 0 ? reach(home) : -1;
		if (fd < 0 && (errno == ENOENT || errno == ECONNREFUSED))
			code = HEAR_NOTFOUND;
		else if (fd < 0)
			code = hear_fail_errno(err, "ask the daemon of",
					       path.data);
	}
	if (code == HEAR_OK &&
	    (!hear_write_all(fd, question, strlen(question)) ||
	     !hear_write_all(fd, "\n", 1)))
		code = hear_fail_errno(err, "ask the daemon of", path.data);
	if (code == HEAR_OK)
		code = hear_all(fd, out, err);
	if (fd >= 0)
		(void)close(fd);
	if (home >= 0)
		(void)close(home);
	hear_buffer_done(&path);
	return code;
}
