/* SPDX-License-Identifier: ISC */
/* test_converge.c - clusters in trouble become equal, whatever the seed.
 *
 *   SEED=N     that seed alone, and what the engines say
 *   SEEDS=N    so many, instead of a few hundred
 *   FIRST=N    from that one on
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A sanitizer takes some five times as long. */
#ifdef __SANITIZE_ADDRESS__
enum { STANDARD_SEEDS = 100 };
#else
enum { STANDARD_SEEDS = 300 };
#endif

static uint64_t number_in(const char *name, uint64_t standard)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : standard;
}

static void members_become_equal_whatever_happens(void **state)
{
	uint64_t count = number_in("SEEDS", STANDARD_SEEDS);
	uint64_t first = number_in("FIRST", 1);
	uint64_t failed = 0;
	uint64_t seed;

	(void)state;
	if (getenv("SEED")) {
		assert_true(scenario_run(number_in("SEED", 1), true));
		return;
	}
	for (seed = first; seed < first + count; seed++) {
		failed += !scenario_run(seed, false);
		if (count > 1000 && (seed - first + 1) % 500 == 0)
			fprintf(stderr, "%" PRIu64 " seeds, %" PRIu64
					" failed\n", seed - first + 1, failed);
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_become_equal_whatever_happens),
	};

	/* In memory where that can be: nothing here is about disks. */
	if (chdir("/dev/shm") < 0)
		perror("/dev/shm");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
