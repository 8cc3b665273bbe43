/* SPDX-License-Identifier: ISC */
/* Invitations: one lets one in, whoever else has a copy of the line. */
#include "tests/sim/newcomer.h"
#include "core/bytes.h"
#include "tests/sim/stage.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MINUTE_MS = 60 * 1000 };
static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

static uint64_t roster_of(const struct stage *s, unsigned node)
{
	struct hear_reader *reader = cluster_look(&s->cluster.nodes[node]);
	struct hear_statistics statistics;
	struct hear_err err;

	assert_int_equal(hear_statistics_get(reader, &statistics, &err),
			 HEAR_OK);
	hear_read_end(reader);
	return statistics.marked[0];
}

/* How it ends for who shows that line, and the sentence of it. */
static enum hear_joining shows(struct stage *s, unsigned seat,
			       const struct hear_invitation *line,
			       struct hear_err *err)
{
	struct newcomer newcomer;
	enum hear_joining state;

	memset(err, 0, sizeof *err);
	newcomer_open(&newcomer, &s->cluster, seat, line);
	state = newcomer_run(&newcomer, 10 * MINUTE_MS, err);
	newcomer_close(&newcomer);
	return state;
}

static void an_invitation_lets_in_one_and_only_one(void **state)
{
	struct stage *s = *state;
	struct hear_invitation line =
		newcomer_invited(&s->cluster, ALICE, day_ms);
	uint64_t before = roster_of(s, ALICE);
	struct hear_err err;

	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_IN);
	assert_int_equal(roster_of(s, ALICE), before + 1);
	assert_int_equal(cluster_said(&s->cluster, ALICE, "newcomer joined"),
			 1);
	/* Who stole the line comes too late. */
	assert_int_equal(shows(s, TRUDY, &line, &err), HEAR_JOIN_FAILED);
	assert_non_null(strstr(err.message, "was used before"));
	assert_int_equal(cluster_said(&s->cluster, ALICE,
				      "unknown, used or expired"),
			 1);
	/* And who joined may ask again. */
	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_IN);
	assert_int_equal(roster_of(s, ALICE), before + 1);
	stage_is_well(s);
}

static void asking_twice_makes_one_grant(void **state)
{
	struct stage *s = *state;
	struct hear_invitation line =
		newcomer_invited(&s->cluster, ALICE, day_ms);
	uint64_t before = roster_of(s, ALICE);
	struct hear_err err;

	s->cluster.weather.doubled = 1000;
	s->cluster.weather.loss = 300;
	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_IN);
	s->cluster.weather.loss = 0;
	assert_int_equal(roster_of(s, ALICE), before + 1);
	stage_is_well(s);
}

static void an_expired_invitation_is_none(void **state)
{
	struct stage *s = *state;
	struct hear_invitation line =
		newcomer_invited(&s->cluster, ALICE, 1000);
	uint64_t before = roster_of(s, ALICE);
	struct hear_err err;

	cluster_run(&s->cluster, 2000);
	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_FAILED);
	assert_non_null(strstr(err.message, "has expired"));
	assert_int_equal(roster_of(s, ALICE), before);
	stage_is_well(s);
}

static void an_unknown_invitation_is_none(void **state)
{
	struct stage *s = *state;
	struct hear_invitation line =
		newcomer_invited(&s->cluster, ALICE, day_ms);
	uint64_t before = roster_of(s, ALICE);
	struct hear_err err;

	line.secret[0] ^= 1;
	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_FAILED);
	assert_int_equal(roster_of(s, ALICE), before);
	/* The true one is as good as before. */
	line.secret[0] ^= 1;
	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_IN);
	stage_is_well(s);
}

/* Of another dataset they hear what they would of none. */
static void who_does_not_know_the_dataset_hears_so(void **state)
{
	struct stage *s = *state;
	struct hear_invitation line =
		newcomer_invited(&s->cluster, ALICE, day_ms);
	struct hear_err err;

	line.dataset.bytes[0] ^= 1;
	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_FAILED);
	assert_non_null(strstr(err.message, "does not have that dataset"));
	stage_is_well(s);
}

/* The backup has the invitation as an open one, though it was used since. */
static void a_restored_inviter_first_meets_another_member(void **state)
{
	struct stage *s = *state;
	struct hear_invitation line =
		newcomer_invited(&s->cluster, ALICE, day_ms);
	struct newcomer trudy;
	uint64_t after;
	struct hear_err err;

	cluster_backup(&s->cluster, ALICE);
	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_IN);
	after = roster_of(s, ALICE);
	assert_true(cluster_settle(&s->cluster, MINUTE_MS));
	cluster_crash(&s->cluster, BOB);
	cluster_crash(&s->cluster, ALICE);
	cluster_restart(&s->cluster, ALICE, true);
	assert_int_equal(roster_of(s, ALICE), after - 1);

	newcomer_open(&trudy, &s->cluster, TRUDY, &line);
	assert_int_equal(newcomer_run(&trudy, MINUTE_MS, &err),
			 HEAR_JOIN_TRYING);
	assert_non_null(strstr(err.message, "must first meet another member"));
	assert_true(cluster_said(&s->cluster, ALICE, "a newcomer waits") > 0);
	assert_in_range(trudy.frames, 3, 60);
	cluster_restart(&s->cluster, BOB, false);
	assert_int_equal(newcomer_run(&trudy, MINUTE_MS, &err),
			 HEAR_JOIN_FAILED);
	assert_non_null(strstr(err.message, "was used before"));
	newcomer_close(&trudy);
	assert_int_equal(roster_of(s, ALICE), after);
	stage_is_well(s);
}

/* A quarter of a megabyte that unpacks to gigabytes. */
static void send_bombs(struct hostile *hostile, unsigned char kind,
		       struct hear_span question, struct hear_buffer *reply)
{
	struct hear_wire_joined joined;
	struct hear_wire_pile pile = {0};
	struct hear_buffer zeros = {0};
	struct hear_buffer bomb = {0};
	unsigned i;

	(void)question;
	assert_int_equal(kind, HEAR_WIRE_JOIN);
	for (i = 0; i < 200 * 1024; i++)
		hear_buffer_byte(&zeros, 0);
	assert_int_equal(hear_squeeze(hostile->squeezer,
				      hear_buffer_view(&zeros), &bomb, NULL),
			 HEAR_OK);
	for (i = 0; i < 4000; i++)
		hear_wire_pile_add(&pile, hear_buffer_view(&bomb));
	joined.filings = hear_wire_pile_list(&pile);
	hear_wire_write_joined(reply, &joined);
	hear_wire_pile_done(&pile);
	hear_buffer_done(&zeros);
	hear_buffer_done(&bomb);
}

static void a_roster_that_unpacks_to_much_is_not_taken(void **state)
{
	struct stage *s = *state;
	struct hear_invitation line =
		newcomer_invited(&s->cluster, MALLORY, day_ms);
	struct hear_err err;

	s->mallory.script = send_bombs;
	assert_int_equal(shows(s, EVE, &line, &err), HEAR_JOIN_FAILED);
	assert_non_null(strstr(err.message, "its roster is over"));
	stage_is_well(s);
}

static unsigned char joins_with(struct hostile *hostile, const char *name)
{
	struct hear_wire_join join = {.name = hear_span_of(name)};
	struct hear_wire_sorry sorry = {0};
	struct hear_buffer body = {0};
	struct hear_err err;

	memset(join.mac, 5, sizeof join.mac);
	hear_wire_write_join(&body, &join);
	assert_true(hostile_ask(hostile, &body));
	hear_buffer_done(&body);
	assert_int_equal(hear_wire_read_sorry(
				 &sorry, hear_buffer_view(&hostile->reply),
				 &err),
			 HEAR_OK);
	return (unsigned char)sorry.code;
}

static void who_guesses_at_invitations_does_not_fill_the_log(void **state)
{
	struct stage *s = *state;
	uint64_t before = roster_of(s, ALICE);
	struct hear_invitation line;
	struct hear_err err;
	unsigned i;

	line = newcomer_invited(&s->cluster, ALICE, day_ms);
	for (i = 0; i < 200; i++)
		assert_int_equal(joins_with(&s->eve, "eve"),
				 HEAR_SORRY_INVITATION);
	assert_in_range(cluster_said(&s->cluster, ALICE,
				     "unknown, used or expired"),
			1, 20);
	assert_int_equal(roster_of(s, ALICE), before);
	/* Nor does that hide who joins. */
	assert_int_equal(shows(s, TRUDY, &line, &err), HEAR_JOIN_IN);
	assert_int_equal(cluster_said(&s->cluster, ALICE, "newcomer joined"),
			 1);
	stage_is_well(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE(an_invitation_lets_in_one_and_only_one),
		STAGE(asking_twice_makes_one_grant),
		STAGE(an_expired_invitation_is_none),
		STAGE(an_unknown_invitation_is_none),
		STAGE(who_does_not_know_the_dataset_hears_so),
		STAGE(a_restored_inviter_first_meets_another_member),
		STAGE(a_roster_that_unpacks_to_much_is_not_taken),
		STAGE(who_guesses_at_invitations_does_not_fill_the_log),
	};

	/* In memory where that can be: nothing here is about disks. */
	if (chdir("/dev/shm") < 0)
		perror("/dev/shm");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
