/* SPDX-License-Identifier: ISC */
#include "tests/sim/scenario.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

enum {
	SETTLE_MS = 40 * 60 * 1000,
	STEPS = 40,
	YEAR_MS_1000 = 31536, /* thousands of seconds */
};

struct scenario {
	struct cluster cluster;
	unsigned joined; /* nodes 0 .. joined - 1 are members */
};

static uint64_t throw(struct scenario *s, uint64_t below)
{
	return dice_below(&s->cluster.dice, below);
}

static unsigned anybody(struct scenario *s)
{
	return (unsigned)throw(s, s->joined);
}

static bool is_up(const struct scenario *s, unsigned index)
{
	return s->cluster.nodes[index].engine != NULL;
}

/* Somebody whom the scenario made an admin; the founder if need be. */
static unsigned an_admin(struct scenario *s)
{
	unsigned tries;

	for (tries = 0; tries < 8; tries++) {
		unsigned one = anybody(s);

		if (s->cluster.nodes[one].role == HEAR_ADMIN && is_up(s, one))
			return one;
	}
	return 0;
}

static void join_next(struct scenario *s)
{
	unsigned newcomer = s->joined;
	unsigned admin = 0;
	enum hear_role role = throw(s, 10) < 3	? HEAR_ADMIN
			      : throw(s, 10) < 9 ? HEAR_WRITER
						 : HEAR_READER;
	enum hear_marking clearance =
		(enum hear_marking)(HEAR_GREEN + throw(s, 4));

	if (!is_up(s, 0))
		return;
	cluster_join(&s->cluster, admin, newcomer, role, clearance);
	s->joined++;
	cluster_dial(&s->cluster, newcomer, 0);
	if (newcomer > 1) {
		unsigned other = 1 + (unsigned)throw(s, newcomer - 1);

		cluster_dial(&s->cluster, newcomer, other);
		if (throw(s, 3) == 0)
			cluster_dial(&s->cluster, other, newcomer);
	}
	if (throw(s, 4) == 0)
		cluster_dial(&s->cluster, 0, newcomer);
}

static void file(struct scenario *s)
{
	unsigned author = anybody(s);
	struct node *node = &s->cluster.nodes[author];

	if (is_up(s, author))
		(void)cluster_file(
			&s->cluster, author,
			(enum hear_marking)(HEAR_CLEAR +
					    throw(s, node->clearance)),
			1 + (unsigned)throw(s, throw(s, 8) == 0 ? 60 : 3));
}

static void part(struct scenario *s)
{
	unsigned islands = 1 + (unsigned)throw(s, 3);
	unsigned i;

	for (i = 0; i < s->cluster.count; i++)
		s->cluster.nodes[i].island = (unsigned)throw(s, islands);
}

static void crash_or_restart(struct scenario *s)
{
	unsigned one = anybody(s);

	if (is_up(s, one))
		cluster_crash(&s->cluster, one);
	else
		cluster_restart(&s->cluster, one, throw(s, 3) == 0);
}

static void set_clock(struct scenario *s)
{
	struct node *node = &s->cluster.nodes[anybody(s)];

	switch (throw(s, 4)) {
	case 0: /* a year off */
		node->skew_ms = (throw(s, 2) ? 1 : -1) *
				(int64_t)YEAR_MS_1000 * 1000 * 1000;
		break;
	case 1:
		node->skew_ms = (int64_t)throw(s, 240000) - 120000;
		break;
	default:
		node->skew_ms = 0;
	}
}

static void remove_one(struct scenario *s)
{
	unsigned admin = an_admin(s);
	unsigned member = anybody(s);

	if (!is_up(s, admin) || member == 0)
		return;
	(void)cluster_remove(&s->cluster, admin, member,
			     throw(s, 2) ? HEAR_REMOVAL_FLAG
					 : HEAR_REMOVAL_SEAL);
}

/* Two admins, who cannot hear each other, remove each other. */
static void cross(struct scenario *s)
{
	unsigned a = an_admin(s);
	unsigned b = an_admin(s);

	if (a == b || a == 0 || b == 0 || !is_up(s, a) || !is_up(s, b))
		return;
	(void)cluster_remove(&s->cluster, a, b, HEAR_REMOVAL_FLAG);
	(void)cluster_remove(&s->cluster, b, a, HEAR_REMOVAL_FLAG);
}

static void grant_again(struct scenario *s)
{
	unsigned admin = an_admin(s);
	unsigned member = anybody(s);

	if (!is_up(s, admin) || member == 0 || member == admin)
		return;
	(void)cluster_grant(&s->cluster, admin, member,
			    (enum hear_role)(HEAR_READER + throw(s, 3)),
			    (enum hear_marking)(HEAR_GREEN + throw(s, 4)));
}

static void step(struct scenario *s)
{
	switch (throw(s, 20)) {
	case 0:
	case 1:
		part(s);
		break;
	case 2:
	case 3:
		crash_or_restart(s);
		break;
	case 4: {
		unsigned one = anybody(s);

		if (is_up(s, one))
			cluster_backup(&s->cluster, one);
		break;
	}
	case 5:
		set_clock(s);
		break;
	case 6:
		remove_one(s);
		break;
	case 7:
		if (throw(s, 3) == 0)
			cross(s);
		break;
	case 8:
		grant_again(s);
		break;
	case 9:
		if (s->joined < s->cluster.count)
			join_next(s);
		break;
	case 10: {
		unsigned one = anybody(s);

		if (is_up(s, one))
			(void)cluster_retract(&s->cluster, one);
		break;
	}
	case 11: {
		unsigned admin = an_admin(s);

		if (is_up(s, admin))
			(void)cluster_purge(&s->cluster, admin, anybody(s));
		break;
	}
	default:
		file(s);
	}
	cluster_run(&s->cluster, throw(s, throw(s, 5) ? 300 : 30000));
}

static void heal(struct scenario *s)
{
	unsigned i;

	s->cluster.weather.loss = 50;
	for (i = 0; i < s->cluster.count; i++)
		s->cluster.nodes[i].island = 0;
	for (i = 0; i < s->joined; i++)
		if (!is_up(s, i))
			cluster_restart(&s->cluster, i, false);
}

bool scenario_run(uint64_t seed, bool loud)
{
	struct scenario s = {.joined = 1};
	struct dice size;
	unsigned steps;
	unsigned nodes;
	bool well;

	dice_seed(&size, ~seed);
	nodes = 3 + (unsigned)dice_below(&size,
					 dice_in_1000(&size, 25) ? 48 : 6);
	dice_for_keys(seed);
	cluster_open(&s.cluster, seed, nodes);
	s.cluster.loud = loud;
	s.cluster.weather.loss = (unsigned)throw(&s, 200);
	s.cluster.weather.doubled = (unsigned)throw(&s, 100);
	s.cluster.weather.replayed = (unsigned)throw(&s, 50);
	s.cluster.weather.farthest_ms = 1 + (unsigned)throw(&s, 400);
	while (s.joined < (nodes + 1) / 2 + 1 && s.joined < nodes)
		join_next(&s);
	for (steps = 0; steps < STEPS; steps++)
		step(&s);
	heal(&s);
	well = cluster_settle(&s.cluster, SETTLE_MS);
	if (well && seed % 4 == 0)
		well = cluster_verify(&s.cluster);
	if (!well)
		fprintf(stderr, "seed %" PRIu64 " failed: replay it with "
				"SEED=%" PRIu64 "\n", seed, seed);
	cluster_close(&s.cluster);
	return well;
}
