/* dice.h - one seed, and all that is random follows from it: what a simulation
 * throws, and what the libraries draw for keys. A seed replays. */
#ifndef TESTS_SIM_DICE_H
#define TESTS_SIM_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

void dice_seed(struct dice *dice, uint64_t seed);
uint64_t dice_throw(struct dice *dice);
/* 0 .. below - 1 */
uint64_t dice_below(struct dice *dice, uint64_t below);
/* True that many times in 1,000. */
bool dice_in_1000(struct dice *dice, unsigned times);

/* From here on libsodium draws from the seed, too. Before anything else. */
void dice_for_keys(uint64_t seed);

#endif
