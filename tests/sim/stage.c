/* SPDX-License-Identifier: ISC */
#include "tests/sim/stage.h"

#include <stdlib.h>
#include <string.h>

enum { SETTLE_MS = 60 * 1000 };

/* SEED=N: another than the usual one. */
static uint64_t seed(void)
{
	const char *text = getenv("SEED");

	return text && *text ? strtoull(text, NULL, 10) : 3;
}

int stage_begin(void **state)
{
	struct stage *stage = calloc(1, sizeof *stage);

	assert_non_null(stage);
	dice_for_keys(seed());
	cluster_open(&stage->cluster, seed(), EVERYBODY);
	stage->cluster.loud = getenv("LOUD") != NULL;
	cluster_join(&stage->cluster, ALICE, BOB, HEAR_WRITER, HEAR_RED);
	cluster_join(&stage->cluster, ALICE, MALLORY, HEAR_WRITER, HEAR_GREEN);
	cluster_dial(&stage->cluster, BOB, ALICE);
	assert_true(cluster_file(&stage->cluster, ALICE, HEAR_GREEN, 3));
	assert_true(cluster_file(&stage->cluster, ALICE, HEAR_AMBER, 1));
	hostile_open(&stage->mallory, &stage->cluster, MALLORY, ALICE);
	hostile_open(&stage->eve, &stage->cluster, EVE, ALICE);
	assert_true(cluster_settle(&stage->cluster, SETTLE_MS));
	*state = stage;
	return 0;
}

int stage_end(void **state)
{
	struct stage *stage = *state;

	hostile_close(&stage->mallory);
	hostile_close(&stage->eve);
	cluster_close(&stage->cluster);
	free(stage);
	return 0;
}

void stage_is_well(struct stage *stage)
{
	assert_true(cluster_file(&stage->cluster, ALICE, HEAR_RED, 1));
	assert_true(cluster_file(&stage->cluster, BOB, HEAR_GREEN, 1));
	assert_true(cluster_settle(&stage->cluster, SETTLE_MS));
	assert_true(cluster_verify(&stage->cluster));
}

uint64_t stage_filings(const struct stage *stage, unsigned node)
{
	struct hear_reader *reader = cluster_look(&stage->cluster.nodes[node]);
	struct hear_statistics statistics;
	uint64_t count = 0;
	struct hear_err err;
	unsigned i;

	assert_int_equal(hear_statistics_get(reader, &statistics, &err),
			 HEAR_OK);
	hear_read_end(reader);
	for (i = 0; i <= HEAR_RED; i++)
		count += statistics.marked[i];
	return count;
}

uint64_t stage_aside(const struct stage *stage, unsigned node)
{
	struct hear_reader *reader = cluster_look(&stage->cluster.nodes[node]);
	struct hear_asides asides;
	struct hear_err err;

	assert_int_equal(hear_aside_count(reader, &asides, &err), HEAR_OK);
	hear_read_end(reader);
	return asides.all + asides.refused;
}
