/* scenario.h - what a seed comes to: a cluster, its troubles, and how it is
 * told that all ended well. */
#ifndef TESTS_SIM_SCENARIO_H
#define TESTS_SIM_SCENARIO_H

#include "tests/sim/cluster.h"

/* 3 to 50 nodes file, are cut apart, crash, come back from old backups, have
 * their clocks set wrong, join, remove each other. In the end all meet. True:
 * then every two members are equal in what both may see, and every dataset is
 * well. */
bool scenario_run(uint64_t seed, bool loud);

#endif
