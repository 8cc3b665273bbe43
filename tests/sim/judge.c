/* SPDX-License-Identifier: ISC */
/* judge.c - whether the nodes of a cluster hold the same, and hold it well. */
#include "tests/sim/cluster.h"
#include "tests/unit/filed.h"

#include <inttypes.h>

static void ok(enum hear_code code, const struct hear_err *err)
{
	filed_ok(code, err);
}

struct hear_reader *cluster_look(const struct node *node)
{
	static const int64_t far_ms = INT64_C(3600000000000);
	struct hear_view view = {far_ms, true, HEAR_LOCAL, INT64_MAX};
	struct hear_reader *reader;
	struct hear_err err;

	ok(hear_read_begin(&reader, node->dataset, &view, &err), &err);
	return reader;
}

/* ---- Judging ------------------------------------------------------------- */

struct standing {
	bool up;
	struct hear_statistics statistics;
	enum hear_marking clearance; /* 0: no member, by its own roster */
};

static void stand(struct cluster *cluster, unsigned index, struct standing *out)
{
	struct node *node = &cluster->nodes[index];
	struct hear_reader *reader;
	struct hear_member member;
	struct hear_err err;

	memset(out, 0, sizeof *out);
	if (!node->engine)
		return;
	out->up = true;
	reader = cluster_look(node);
	ok(hear_statistics_get(reader, &out->statistics, &err), &err);
	if (hear_member_of(reader, hear_identity_key(node->identity), &member,
			   &err) == HEAR_OK &&
	    member.role != 0)
		out->clearance = member.clearance;
	hear_read_end(reader);
}

static bool pair_equal(const struct standing *a, const struct standing *b,
		       unsigned *where)
{
	unsigned view = (unsigned)(a->clearance < b->clearance ? a->clearance
							       : b->clearance);
	unsigned i;

	for (i = 0; i <= view && i <= HEAR_RED; i++)
		if (!hear_id_equal(&a->statistics.roots[i],
				   &b->statistics.roots[i])) {
			*where = i;
			return false;
		}
	return true;
}

/* Whether the founder's roster, which is everybody's in the end, has it as a
 * member; a removed node may never learn of it. */
static bool counts(struct cluster *cluster, unsigned reference, unsigned index)
{
	struct hear_reader *reader;
	struct hear_member member;
	bool is;

	reader = cluster_look(&cluster->nodes[reference]);
	is = hear_member_of(reader,
			    hear_identity_key(cluster->nodes[index].identity),
			    &member, NULL) == HEAR_OK &&
	     member.role != 0;
	hear_read_end(reader);
	return is;
}

bool cluster_equal(struct cluster *cluster, bool say)
{
	struct standing *all = calloc(cluster->count, sizeof *all);
	bool equal = true;
	unsigned where = 0;
	unsigned i;
	unsigned j;

	assert(all);
	for (i = 0; i < cluster->count; i++) {
		if (i == 0 || counts(cluster, 0, i))
			stand(cluster, i, &all[i]);
		for (j = 0; j < i && all[i].up; j++)
			if (all[j].up && !pair_equal(&all[i], &all[j], &where)) {
				equal = false;
				if (!say)
					goto out;
				fprintf(stderr,
					"seed %" PRIu64 ": node %u and node %u "
					"differ in partition %u: %" PRIu64
					" and %" PRIu64 " filings\n",
					cluster->seed, i, j, where,
					all[i].statistics.marked[where],
					all[j].statistics.marked[where]);
			}
	}
out:
	free(all);
	return equal;
}

bool cluster_settle(struct cluster *cluster, uint64_t within_ms)
{
	uint64_t until = cluster->now_ms + within_ms;

	while (cluster->now_ms < until) {
		cluster_run(cluster, 100);
		if (cluster_equal(cluster, false))
			return true;
	}
	return cluster_equal(cluster, true);
}

uint64_t cluster_bytes(const struct cluster *cluster)
{
	uint64_t bytes = 0;
	unsigned i;

	for (i = 0; i < cluster->count; i++)
		bytes += cluster->nodes[i].bytes_sent;
	return bytes;
}

static void report(void *context, const char *sentence)
{
	fprintf(stderr, "node %s: %s\n", (const char *)context, sentence);
}

bool cluster_verify(struct cluster *cluster)
{
	bool well = true;
	unsigned i;

	for (i = 0; i < cluster->count; i++) {
		struct node *node = &cluster->nodes[i];
		struct hear_verify_options options = {
			.found = report, .context = node->name};
		struct hear_verified verified;
		struct hear_err err;

		if (!node->dataset)
			continue;
		ok(hear_verify(node->dataset, &options, &verified, &err), &err);
		well = well && verified.wrong == 0;
	}
	return well;
}
