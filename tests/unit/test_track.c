/* SPDX-License-Identifier: ISC */
#include "tests/unit/weighed_claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct filed f;

static int begin(void **state)
{
	(void)state;
	filed_open(&f);
	return 0;
}

static int end(void **state)
{
	(void)state;
	filed_close(&f);
	return 0;
}

#define INCIDENT "2025-01-13"

static struct hear_id says_on(const char *by, const char *value,
			      const char *day)
{
	return said(&f, (struct said){.by = by, .value = value,
				      .event = INCIDENT, .said = day});
}

static void add_count(struct hear_buffer *out, const char *name,
		      uint32_t count)
{
	if (count > 0)
		hear_buffer_print(out, " %s %u", name, count);
}

/* "A: questions 1 statements 2 corrected 1" */
static void print_track(const struct hear_weighing *weighing,
			const struct hear_track *track, struct hear_buffer *out)
{
	size_t count;

	hear_buffer_span(out, hear_weighed_sources(weighing,
						   &count)[track->source]
				      .name);
	hear_buffer_text(out, ":");
	add_count(out, "questions", track->questions);
	add_count(out, "statements", track->statements);
	add_count(out, "corrected", track->corrected);
	add_count(out, "corrected by relays", track->corrected_by_relays);
	add_count(out, "withdrawn", track->withdrawn);
	add_count(out, "withdrawn by relays", track->withdrawn_by_relays);
	add_count(out, "reversed", track->reversed);
	add_count(out, "contradicted", track->contradicted);
	add_count(out, "denied", track->denied);
	add_count(out, "retracted", track->retracted);
	hear_buffer_byte(out, '\n');
}

static void tracks(const char *query, const char *expected)
{
	struct hear_view view = {.as_of_ms = filed_now + 1000000000,
				 .now = true,
				 .highest = HEAR_LOCAL,
				 .known_by_ms = INT64_MAX};
	struct hear_weighing *weighing = said_weigh(&f, query);
	struct hear_arena *arena = hear_arena_new();
	struct hear_reader *reader = NULL;
	struct hear_buffer got = {0};
	struct hear_track *all;
	struct hear_err err;
	size_t count;
	size_t i;

	assert_non_null(arena);
	filed_ok(hear_read_begin(&reader, f.dataset, &view, &err), &err);
	filed_ok(hear_track_records(weighing, reader, arena, &all, &count,
				    &err),
		 &err);
	hear_buffer_text(&got, "");
	for (i = 0; i < count; i++)
		print_track(weighing, &all[i], &got);
	assert_string_equal(got.data, expected);
	hear_buffer_done(&got);
	hear_read_end(reader);
	hear_arena_free(arena);
	hear_weighing_free(weighing);
}

static void nobody_said_anything(void **state)
{
	(void)state;
	tracks("", "");
}

static void who_corrects_itself_is_told_from_who_is_corrected(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-14");
	says_on("A", "12", "2025-01-15");
	says_on("X < B", "10", "2025-01-14");
	says_on("X < B", "11", "2025-01-15");
	tracks("", "A: questions 1 statements 2 corrected 1 contradicted 1\n"
		   "B: questions 1 statements 2 corrected by relays 1 "
		   "contradicted 1\n");
}

static void repeats_are_no_statements(void **state)
{
	(void)state;
	says_on("X < A", "10", "2025-01-14");
	says_on("Y < A", "10", "2025-01-15");
	tracks("", "A: questions 1 statements 1\n");
}

static void a_withdrawal_is_charged_likewise(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-14");
	(void)said(&f, (struct said){.event = INCIDENT, .stance = "withdraws",
				     .said = "2025-01-15"});
	says_on("X < B", "10", "2025-01-14");
	(void)said(&f, (struct said){.by = "X < B", .event = INCIDENT,
				     .stance = "withdraws",
				     .said = "2025-01-15"});
	tracks("", "A: questions 1 statements 1 withdrawn 1\n"
		   "B: questions 1 statements 1 withdrawn by relays 1\n");
}

static void who_denies_its_own_word_reversed_it(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-14");
	(void)said(&f, (struct said){.value = "10", .event = INCIDENT,
				     .stance = "denies",
				     .said = "2025-01-15"});
	tracks("", "A: questions 1 statements 1 reversed 1\n");
}

static void others_deny_and_contradict(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-14");
	(void)said(&f, (struct said){.by = "B", .event = INCIDENT,
				     .stance = "denies"});
	says_on("C", "20", "2025-01-14");
	tracks("", "A: questions 1 statements 1 contradicted 1 denied 1\n"
		   "C: questions 1 statements 1 contradicted 1 denied 1\n");
}

static void names_that_are_joined_have_one_record(void **state)
{
	(void)state;
	says_on("NIS", "10", "2025-01-14");
	(void)said(&f, (struct said){.by = "South Korea", .value = "10",
				     .event = "2025-01-14"});
	(void)said(&f, (struct said){.by = "South Korea", .value = "11",
				     .event = "2025-01-14",
				     .said = "2025-01-16"});
	said_term(&f, "source", "NIS", "South Korea");
	tracks("", "South Korea: questions 2 statements 3 corrected 1\n");
}

static void what_the_team_took_back_is_counted_apart(void **state)
{
	struct hear_id wrong = says_on("A", "10", "2025-01-14");
	struct hear_value *out[6];
	enum hear_marking markings[6];
	struct hear_view view = {.as_of_ms = filed_now,
				 .now = true,
				 .highest = HEAR_LOCAL,
				 .known_by_ms = INT64_MAX};
	struct hear_reader *reader = NULL;
	struct hear_err err;
	size_t count;

	(void)state;
	says_on("A", "12", "2025-01-14");
	filed_ok(hear_read_begin(&reader, f.dataset, &view, &err), &err);
	filed_ok(hear_retraction_of(reader, f.arena, &wrong,
				    hear_identity_key(f.author), false,
				    hear_span_of("misread"), NULL, out,
				    markings, &count, &err),
		 &err);
	hear_read_end(reader);
	assert_int_equal(count, 1);
	said_file(&f, out[0], filed_now + 1);
	tracks("", "A: questions 1 statements 1 retracted 1\n");
}

static void only_what_is_asked_for_counts(void **state)
{
	(void)state;
	says_on("A", "10", "2025-01-14");
	(void)said(&f, (struct said){.by = "A", .value = "99",
				     .event = INCIDENT,
				     .predicate = "wounded"});
	tracks("predicate:wounded", "A: questions 1 statements 1\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(nobody_said_anything),
		TEST(who_corrects_itself_is_told_from_who_is_corrected),
		TEST(repeats_are_no_statements),
		TEST(a_withdrawal_is_charged_likewise),
		TEST(who_denies_its_own_word_reversed_it),
		TEST(others_deny_and_contradict),
		TEST(names_that_are_joined_have_one_record),
		TEST(what_the_team_took_back_is_counted_apart),
		TEST(only_what_is_asked_for_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
