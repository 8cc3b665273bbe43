/* SPDX-License-Identifier: ISC */
#include "tests/sim/dice.h"

#include <sodium.h>
#include <string.h>

/* splitmix64, by Sebastiano Vigna: public domain. */
uint64_t dice_throw(struct dice *dice)
{
	uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void dice_seed(struct dice *dice, uint64_t seed)
{
	dice->state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
}

uint64_t dice_below(struct dice *dice, uint64_t below)
{
	return below ? dice_throw(dice) % below : 0;
}

bool dice_in_1000(struct dice *dice, unsigned times)
{
	return dice_below(dice, 1000) < times;
}

static struct dice keys;

static const char *name(void)
{
	return "dice";
}

static uint32_t random32(void)
{
	return (uint32_t)dice_throw(&keys);
}

static void fill(void *const out, const size_t size)
{
	unsigned char *bytes = out;
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = (unsigned char)dice_throw(&keys);
}

static struct randombytes_implementation implementation = {
	.implementation_name = name,
	.random = random32,
	.buf = fill,
};

void dice_for_keys(uint64_t seed)
{
	dice_seed(&keys, seed ^ UINT64_C(0x68656172736179));
	(void)randombytes_set_implementation(&implementation);
}
