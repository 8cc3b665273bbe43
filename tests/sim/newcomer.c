/* SPDX-License-Identifier: ISC */
#include "tests/sim/newcomer.h"
#include "core/bytes.h"
#include "core/identity.h"
#include "tests/unit/filed.h"

enum { STEP_MS = 5 };

static struct hear_moment now_of(const struct newcomer *newcomer)
{
	return cluster_moment(newcomer->cluster,
			      &newcomer->cluster->nodes[newcomer->seat]);
}

struct hear_invitation newcomer_invited(struct cluster *cluster, unsigned by,
					int64_t for_ms)
{
	const struct node *node = &cluster->nodes[by];
	struct hear_moment now = cluster_moment(cluster, node);
	struct hear_invitation line = {.address_count = 1};
	struct hear_invited invited = {.name = "newcomer",
				       .role = HEAR_WRITER,
				       .clearance = HEAR_GREEN};
	struct hear_writer *writer;
	struct hear_err err;

	line.dataset = *hear_dataset_id(node->dataset);
	line.inviter.key = *hear_identity_key(node->identity);
	line.inviter.channel_key = *hear_identity_channel_key(node->identity);
	hear_random(line.secret, sizeof line.secret);
	line.expires_ms = invited.expires_ms = now.wall_ms + for_ms;
	(void)snprintf(line.addresses[0], sizeof line.addresses[0],
		       "sim://%u", by);
	hear_invitation_hash(line.secret, &invited.hash);
	filed_ok(hear_write_begin(&writer, node->dataset, now.wall_ms, &err),
		 &err);
	filed_ok(hear_invitation_keep(writer, &invited, &err), &err);
	filed_ok(hear_write_commit(writer, &err), &err);
	return line;
}

/* ---- Its host ------------------------------------------------------------ */

static void dial(void *context, uint32_t lane, const char *address)
{
	struct newcomer *newcomer = context;

	(void)lane;
	newcomer->to = (unsigned)strtoul(address + 6, NULL, 10);
}

static void undial(void *context, uint32_t lane)
{
	(void)context;
	(void)lane;
}

static bool send(void *context, uint32_t lane, uint64_t request,
		 uint32_t wait_ms, struct hear_span frame)
{
	struct newcomer *newcomer = context;

	(void)lane;
	newcomer->request = request;
	newcomer->frames++;
	cluster_send(newcomer->cluster, newcomer->seat, newcomer->to, wait_ms,
		     frame);
	return true;
}

static void draw(void *context, void *out, size_t size)
{
	(void)context;
	hear_random(out, size);
}

static void take_answer(void *context, struct hear_span frame)
{
	struct newcomer *newcomer = context;
	struct hear_moment now = now_of(newcomer);

	if (!newcomer->joiner)
		return;
	if (frame.size > 0)
		hear_joiner_answer(newcomer->joiner, &now, newcomer->request,
				   frame);
	else
		hear_joiner_unanswered(newcomer->joiner, &now,
				       newcomer->request);
}

/* ---- Trying -------------------------------------------------------------- */

void newcomer_open(struct newcomer *newcomer, struct cluster *cluster,
		   unsigned seat, const struct hear_invitation *invitation)
{
	const struct hear_host host = {.context = newcomer,
				       .dial = dial,
				       .undial = undial,
				       .send = send,
				       .random = draw};
	const struct guest guest = {.context = newcomer,
				    .answer = take_answer};
	struct hear_err err;

	memset(newcomer, 0, sizeof *newcomer);
	newcomer->cluster = cluster;
	newcomer->seat = seat;
	cluster_seat(cluster, seat, &guest);
	filed_ok(hear_joiner_new(&newcomer->joiner,
				 cluster->nodes[seat].identity, invitation,
				 &host, &err),
		 &err);
}

void newcomer_close(struct newcomer *newcomer)
{
	hear_joiner_free(newcomer->joiner);
	newcomer->joiner = NULL;
}

enum hear_joining newcomer_run(struct newcomer *newcomer, uint64_t ms,
			       struct hear_err *err)
{
	uint64_t until = newcomer->cluster->now_ms + ms;
	enum hear_joining state = HEAR_JOIN_TRYING;

	while (newcomer->cluster->now_ms < until && state == HEAR_JOIN_TRYING) {
		struct hear_moment now = now_of(newcomer);

		if (hear_joiner_due(newcomer->joiner) <= now.steady_ms)
			hear_joiner_tick(newcomer->joiner, &now);
		cluster_run(newcomer->cluster, STEP_MS);
		state = hear_joiner_state(newcomer->joiner, err);
	}
	return state;
}
