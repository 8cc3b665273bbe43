/* stage.h - where a bad peer meets honest ones: the same for every test.
 *
 * Alice founds a dataset, Bob (cleared for red) dials her. Mallory is a
 * member, too, cleared for green; Eve and Trudy have keys and are
 * nobody.
 */
#ifndef TESTS_SIM_STAGE_H
#define TESTS_SIM_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/hostile.h"

enum { ALICE, BOB, MALLORY, EVE, TRUDY, EVERYBODY };

struct stage {
	struct cluster cluster;
	struct hostile mallory;
	struct hostile eve;
};

int stage_begin(void **state);
int stage_end(void **state);

/* The honest ones go on as if nothing were: they file, become equal within a
 * minute, and hold what verifies. */
void stage_is_well(struct stage *stage);

/* All filings of a node that are part of the dataset, and those aside. */
uint64_t stage_filings(const struct stage *stage, unsigned node);
uint64_t stage_aside(const struct stage *stage, unsigned node);

#define STAGE(test) \
	cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)

#endif
