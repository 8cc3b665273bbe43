/* child.h - other processes, for tests that need some. A dataset is opened
 * only after the fork, so whoever starts a child has none open.
 */
#ifndef TESTS_FAULT_CHILD_H
#define TESTS_FAULT_CHILD_H

#include <assert.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct child {
	pid_t pid;
	int from; /* what it reports */
	int to;	  /* what it is told */
};

/* Runs `work` in a process of its own, which ends with what it returns. */
static inline struct child child_start(int (*work)(void *context, int from,
						   int to),
				       void *context)
{
	struct child child = {0};
	int up[2];
	int down[2];
	int rc = pipe(up) | pipe(down);

	assert(rc == 0);
	child.pid = fork();
	assert(child.pid >= 0);
	if (child.pid == 0) {
		close(up[0]);
		close(down[1]);
		_exit(work(context, down[0], up[1]));
	}
	close(up[1]);
	close(down[0]);
	child.from = up[0];
	child.to = down[1];
	return child;
}

static inline void child_say(int fd, char word)
{
	ssize_t put = write(fd, &word, 1);

	assert(put == 1);
}

/* Waits for a word; 0 where there comes none. */
static inline char child_hear(int fd)
{
	char word = 0;

	return read(fd, &word, 1) == 1 ? word : 0;
}

/* Waits for its end; the exit status, or 128 and the signal. */
static inline int child_end(struct child *child)
{
	int status = 0;
	pid_t pid = waitpid(child->pid, &status, 0);

	assert(pid == child->pid);
	close(child->from);
	close(child->to);
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : 128 + WTERMSIG(status);
}

static inline void child_sleep_us(uint64_t us)
{
	struct timespec time = {(time_t)(us / 1000000),
				(long)(us % 1000000) * 1000};

	while (nanosleep(&time, &time) < 0)
		;
}

static inline int64_t child_now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- Chance ---- */

/* From SEED where that is set, so that a failure can be had again. */
static inline uint64_t chance_seed(void)
{
	const char *given = getenv("SEED");
	uint64_t seed = 0;

	if (given)
		seed = strtoull(given, NULL, 10);
	else if (getrandom(&seed, 4, 0) != 4)
		seed = 1;
	printf("SEED=%llu\n", (unsigned long long)seed);
	return seed ? seed : 1;
}

static inline uint64_t chance(uint64_t *seed, uint64_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed % below;
}

#endif
