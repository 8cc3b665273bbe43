/* SPDX-License-Identifier: ISC */
#include "core/hearsay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const int64_t noon = INT64_C(1736769600000); /* 2025-01-13T12:00Z */

struct world {
	char path[40];
	struct hear_identity *alice;
	struct hear_dataset *dataset;
	struct hear_arena *arena;
	int64_t now;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	char directory[] = "dataset-XXXXXX";
	struct hear_err err;

	assert_non_null(world);
	assert_non_null(mkdtemp(directory));
	(void)snprintf(world->path, sizeof world->path, "%s/team", directory);
	world->now = noon;
	world->arena = hear_arena_new();
	assert_int_equal(hear_identity_make(&world->alice,
					    hear_span_of("alice"), &err),
			 HEAR_OK);
	assert_int_equal(hear_dataset_create(&world->dataset, world->path,
					     hear_span_of("team"), world->alice,
					     noon, &err),
			 HEAR_OK);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	hear_dataset_close(world->dataset);
	hear_identity_free(world->alice);
	hear_arena_free(world->arena);
	free(world);
	return 0;
}

/* A claim from `field=value` texts, the last NULL. */
static struct hear_record claim(struct world *world, const char *first, ...)
{
	struct hear_value *map = hear_make_map(world->arena);
	struct hear_record record;
	struct hear_err err = {0};
	const char *pair;
	va_list args;

	va_start(args, first);
	for (pair = first; pair; pair = va_arg(args, const char *)) {
		const char *equals = strchr(pair, '=');
		struct hear_span key = {pair, (size_t)(equals - pair)};

		hear_map_put(world->arena, map, key,
			     hear_make_text(world->arena,
					    hear_span_of(equals + 1)));
	}
	va_end(args);
	if (hear_record_make(world->arena, map, &record, &err) != HEAR_OK)
		fail_msg("%s", err.message);
	return record;
}

static struct hear_outcome file_at(struct world *world,
				   const struct hear_record *records,
				   size_t count, enum hear_marking marking)
{
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_err err = {0};

	world->now += 1000;
	assert_int_equal(hear_write_begin(&writer, world->dataset, world->now,
					  &err),
			 HEAR_OK);
	if (hear_write_file(writer, world->alice, marking, records, count,
			    &outcome, &err) != HEAR_OK)
		fail_msg("%s", err.message);
	if (hear_write_commit(writer, &err) != HEAR_OK)
		fail_msg("%s", err.message);
	return outcome;
}

static struct hear_reader *reader_at(struct world *world, int64_t as_of,
				     enum hear_marking highest)
{
	struct hear_view view = {as_of, as_of == world->now, highest,
				 INT64_MAX};
	struct hear_reader *reader = NULL;
	struct hear_err err = {0};

	if (hear_read_begin(&reader, world->dataset, &view, &err) != HEAR_OK)
		fail_msg("%s", err.message);
	return reader;
}

static uint64_t count_in(struct hear_reader *reader, const char *text)
{
	struct hear_query *query = NULL;
	struct hear_err err = {0};
	uint64_t count = 0;

	if (hear_query_new(&query, hear_span_of(text), &err) != HEAR_OK)
		fail_msg("%s: %s", text, err.message);
	if (hear_find_count(reader, query, &count, &err) != HEAR_OK)
		fail_msg("%s: %s", text, err.message);
	hear_query_free(query);
	return count;
}

static uint64_t count(struct world *world, const char *text)
{
	struct hear_reader *reader =
		reader_at(world, world->now, HEAR_LOCAL);
	uint64_t found = count_in(reader, text);

	hear_read_end(reader);
	return found;
}

/* ---- */

static void what_is_filed_is_found_by_every_field(void **state)
{
	static const char *const queries[] = {
		"subject:\"north korean soldiers\"",
		"predicate:killed",
		"of:conscripts",
		"by:AFP",
		"by:\"the moscow times\"",
		"via:AFP",
		"origin:\"National Intelligence Service\"",
		"value:300",
		"value:>250",
		"value:100..300",
		"said:2025-01",
		"said:..2025-01-13",
		"said:2025-01-13",
		"doc:themoscowtimes.com",
		"tag:kursk",
		"lang:en",
		"hedge:reportedly",
		"basis:video",
		"place:\"Kursk region\"",
		"stance:asserts",
		"killed",
		"soldiers",
		"\"approximately 300 deaths\"",
		"approx*",
		"marking:green",
		"filer:alice",
		"more.case:K-7",
		"killed OR wounded",
		"-wounded",
		"subject:\"North Korean soldiers\" -origin:AFP value:>200 said:2025",
	};
	static const char *const misses[] = {
		"subject:korean",
		"origin:AFP",
		"via:\"National Intelligence Service\"",
		"value:<300",
		"said:2024",
		"stance:denies",
		"wounded",
		"marking:red",
		"filer:bob",
		"\"deaths approximately\"",
		"-killed",
		"is:retracted",
		"is:assessed",
		"kind:capture",
	};
	struct world *world = *state;
	struct hear_record record = claim(
		world, "subject=North Korean soldiers", "predicate=killed",
		"of=conscripts", "value=about 300",
		"words=approximately 300 deaths",
		"quote=approximately 300 deaths",
		"chain=The Moscow Times < AFP < Lee Seong-kweun (lawmaker; told "
		"reporters) < National Intelligence Service (briefed)",
		"said=2025-01-13", "since=..", "hedge=reportedly",
		"place=Kursk region", "tags=kursk", "lang=en",
		"basis=video of the two",
		"document=https://www.themoscowtimes.com/2025/01/13/a", NULL);
	struct hear_value *more = hear_make_map(world->arena);
	size_t i;

	hear_map_set(world->arena, more, "case",
		     hear_make_text(world->arena, hear_span_of("K-7")));
	{
		struct hear_value *tree =
			hear_value_copy(world->arena, record.tree);
		struct hear_err err;

		hear_map_set(world->arena, tree, "more", more);
		assert_int_equal(hear_record_make(world->arena, tree, &record,
						  &err),
				 HEAR_OK);
	}
	file_at(world, &record, 1, HEAR_GREEN);
	assert_int_equal(count(world, ""), 1);
	for (i = 0; i < sizeof queries / sizeof *queries; i++)
		if (count(world, queries[i]) != 1)
			fail_msg("not found by %s", queries[i]);
	for (i = 0; i < sizeof misses / sizeof *misses; i++)
		if (count(world, misses[i]) != 0)
			fail_msg("found by %s", misses[i]);
}

static void a_number_finds_what_states_it_or_lies_beyond_it(void **state)
{
	struct world *world = *state;
	struct hear_record record = claim(world, "subject=a", "predicate=b",
					  "value=more than 3000", NULL);

	file_at(world, &record, 1, HEAR_GREEN);
	assert_int_equal(count(world, "value:3000"), 1);
	assert_int_equal(count(world, "value:>3000"), 1);
	assert_int_equal(count(world, "value:>=3000"), 1);
	assert_int_equal(count(world, "value:2000..4000"), 1);
	assert_int_equal(count(world, "value:<3000"), 0);
	assert_int_equal(count(world, "value:>3001"), 0);
}

static void a_query_outlives_the_text_it_was_made_from(void **state)
{
	struct world *world = *state;
	struct hear_record record = claim(world, "text=Bridge damaged", NULL);
	struct hear_reader *reader;
	struct hear_query *query = NULL;
	char text[] = "bridge";
	uint64_t found = 0;
	struct hear_err err;

	file_at(world, &record, 1, HEAR_GREEN);
	assert_int_equal(hear_query_new(&query, hear_span_of(text), &err),
			 HEAR_OK);
	memset(text, 'x', sizeof text - 1);
	reader = reader_at(world, world->now, HEAR_LOCAL);
	assert_int_equal(hear_find_count(reader, query, &found, &err), HEAR_OK);
	assert_int_equal(found, 1);
	hear_query_free(query);
	hear_read_end(reader);
}

static void text_without_blanks_is_found_by_a_part(void **state)
{
	struct world *world = *state;
	struct hear_record records[] = {
		claim(world, "text=북한군 300명이 사망했다", NULL),
		claim(world, "text=朝鲜士兵在库尔斯克阵亡", NULL),
		claim(world, "text=Soldats nord-coréens tués à Koursk", NULL),
	};

	file_at(world, records, 3, HEAR_GREEN);
	assert_int_equal(count(world, "북한"), 1);
	assert_int_equal(count(world, "한군"), 1);
	assert_int_equal(count(world, "군"), 1);
	assert_int_equal(count(world, "库尔斯克"), 1);
	assert_int_equal(count(world, "士兵"), 1);
	assert_int_equal(count(world, "兵士"), 0);
	assert_int_equal(count(world, "COREENS"), 1);
	assert_int_equal(count(world, "ＫＯＵＲＳＫ"), 1);
}

static void the_same_record_is_filed_once(void **state)
{
	struct world *world = *state;
	struct hear_record record = claim(world, "text=One thing", NULL);
	struct hear_record twice[] = {record, record};
	struct hear_outcome first = file_at(world, twice, 2, HEAR_AMBER);
	struct hear_outcome again = file_at(world, &record, 1, HEAR_AMBER);
	struct hear_outcome higher = file_at(world, &record, 1, HEAR_RED);
	struct hear_outcome lower = file_at(world, &record, 1, HEAR_GREEN);

	assert_int_equal(first.filed, 1);
	assert_int_equal(first.already, 1);
	assert_false(again.made);
	assert_int_equal(again.already, 1);
	assert_false(higher.made);
	assert_true(lower.made);
	assert_int_equal(count(world, ""), 1);
}

static void a_view_holds_nothing_above_its_marking(void **state)
{
	struct world *world = *state;
	struct hear_record red = claim(world, "text=Secret source", NULL);
	struct hear_reader *reader;

	file_at(world, &red, 1, HEAR_RED);
	reader = reader_at(world, world->now, HEAR_AMBER);
	assert_int_equal(count_in(reader, ""), 0);
	assert_int_equal(count_in(reader, "secret"), 0);
	hear_read_end(reader);
	assert_int_equal(count(world, "secret"), 1);
}

static void an_earlier_view_holds_nothing_filed_later(void **state)
{
	struct world *world = *state;
	struct hear_record first = claim(world, "text=Earlier", NULL);
	struct hear_record second = claim(world, "text=Later", NULL);
	struct hear_reader *reader;
	int64_t between;

	file_at(world, &first, 1, HEAR_GREEN);
	between = world->now + 500;
	file_at(world, &second, 1, HEAR_GREEN);
	reader = reader_at(world, between, HEAR_LOCAL);
	assert_int_equal(count_in(reader, ""), 1);
	hear_read_end(reader);
	assert_int_equal(count(world, ""), 2);
}

static void retract(struct world *world, const struct hear_id *id, bool all)
{
	struct hear_reader *reader =
		reader_at(world, world->now, HEAR_LOCAL);
	struct hear_value *trees[6];
	enum hear_marking markings[6];
	struct hear_record record;
	struct hear_err err = {0};
	size_t trees_count = 0;
	size_t i;

	if (hear_retraction_of(reader, world->arena, id,
			       hear_identity_key(world->alice), all,
			       hear_span_of("misread"), NULL, trees, markings,
			       &trees_count, &err) != HEAR_OK)
		fail_msg("%s", err.message);
	hear_read_end(reader);
	for (i = 0; i < trees_count; i++) {
		assert_int_equal(hear_record_make(world->arena, trees[i],
						  &record, &err),
				 HEAR_OK);
		file_at(world, &record, 1, markings[i]);
	}
}

static void a_retraction_hides_and_may_itself_be_retracted(void **state)
{
	struct world *world = *state;
	struct hear_record record = claim(world, "text=Mistaken", NULL);
	struct hear_reader *reader;
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record retraction;
	struct hear_err err = {0};
	int64_t before;

	file_at(world, &record, 1, HEAR_GREEN);
	before = world->now + 10;
	retract(world, &record.id, false);
	assert_int_equal(count(world, ""), 0);
	assert_int_equal(count(world, "is:retracted"), 1);
	reader = reader_at(world, before, HEAR_LOCAL);
	assert_int_equal(count_in(reader, ""), 1);
	hear_read_end(reader);

	reader = reader_at(world, world->now, HEAR_LOCAL);
	assert_int_equal(hear_query_new(&query, hear_span_of("kind:retraction"),
					&err),
			 HEAR_OK);
	assert_int_equal(hear_find(&finder, reader, query, HEAR_BY_FILED, &err),
			 HEAR_OK);
	{
		struct hear_arena *own = hear_arena_new();

		assert_int_equal(hear_find_next(finder, own, &retraction, &err),
				 HEAR_OK);
		hear_find_end(finder);
		hear_query_free(query);
		hear_read_end(reader);
		retract(world, &retraction.id, false);
		hear_arena_free(own);
	}
	assert_int_equal(count(world, ""), 1);
	assert_int_equal(count(world, "is:retracted"), 0);
	/* Filing again after a mistaken retraction is not needed here, and
	 * changes nothing. */
	assert_false(file_at(world, &record, 1, HEAR_GREEN).made);
}

static void what_was_retracted_can_be_filed_again(void **state)
{
	struct world *world = *state;
	struct hear_record record = claim(world, "text=Right after all", NULL);

	file_at(world, &record, 1, HEAR_GREEN);
	retract(world, &record.id, false);
	assert_true(file_at(world, &record, 1, HEAR_GREEN).made);
	assert_int_equal(count(world, ""), 1);
}

static void a_green_filing_cannot_refer_to_a_red_record(void **state)
{
	struct world *world = *state;
	struct hear_record red = claim(world, "text=Secret source", NULL);
	struct hear_value *map = hear_make_map(world->arena);
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_record assessment;
	char id[HEAR_ID_TEXT];
	struct hear_err err;

	file_at(world, &red, 1, HEAR_RED);
	hear_id_print(&red.id, id);
	hear_map_set(world->arena, map, "kind",
		     hear_make_text(world->arena, hear_span_of("assessment")));
	hear_map_set(world->arena, map, "target",
		     hear_make_text(world->arena, hear_span_of(id)));
	hear_map_set(world->arena, map, "reliability",
		     hear_make_text(world->arena, hear_span_of("b")));
	assert_int_equal(hear_record_make(world->arena, map, &assessment, &err),
			 HEAR_OK);
	assert_int_equal(hear_write_begin(&writer, world->dataset, world->now,
					  &err),
			 HEAR_OK);
	assert_int_equal(hear_write_file(writer, world->alice, HEAR_GREEN,
					 &assessment, 1, &outcome, &err),
			 HEAR_DENIED);
	assert_int_equal(hear_write_file(writer, world->alice, HEAR_RED,
					 &assessment, 1, &outcome, &err),
			 HEAR_OK);
	assert_int_equal(hear_write_commit(writer, &err), HEAR_OK);
	assert_int_equal(count(world, "is:assessed"), 1);
}

static void joined_names_are_found_by_either_and_parts_by_the_whole(void **state)
{
	struct world *world = *state;
	struct hear_record claims[] = {
		claim(world, "text=a", "chain=NIS", NULL),
		claim(world, "text=b", "chain=National Intelligence Service",
		      NULL),
		claim(world, "text=c", "chain=South Korean government", NULL),
	};
	struct hear_value *same = hear_make_map(world->arena);
	struct hear_value *part = hear_make_map(world->arena);
	struct hear_value *names = hear_make_list(world->arena);
	struct hear_record terms[2];
	struct hear_err err;

	hear_list_add(world->arena, names,
		      hear_make_text(world->arena, hear_span_of("NIS")));
	hear_list_add(world->arena, names,
		      hear_make_text(world->arena,
				     hear_span_of("National Intelligence "
						  "Service")));
	hear_map_set(world->arena, same, "kind",
		     hear_make_text(world->arena, hear_span_of("term")));
	hear_map_set(world->arena, same, "as",
		     hear_make_text(world->arena, hear_span_of("source")));
	hear_map_set(world->arena, same, "same", names);
	hear_map_set(world->arena, part, "kind",
		     hear_make_text(world->arena, hear_span_of("term")));
	hear_map_set(world->arena, part, "as",
		     hear_make_text(world->arena, hear_span_of("source")));
	hear_map_set(world->arena, part, "part",
		     hear_make_text(world->arena, hear_span_of("NIS")));
	hear_map_set(world->arena, part, "whole",
		     hear_make_text(world->arena,
				    hear_span_of("South Korean government")));
	assert_int_equal(hear_record_make(world->arena, same, &terms[0], &err),
			 HEAR_OK);
	assert_int_equal(hear_record_make(world->arena, part, &terms[1], &err),
			 HEAR_OK);
	file_at(world, claims, 3, HEAR_GREEN);
	assert_int_equal(count(world, "origin:NIS"), 1);
	file_at(world, terms, 2, HEAR_GREEN);
	assert_int_equal(count(world, "origin:NIS"), 2);
	assert_int_equal(count(world,
			       "origin:\"national intelligence service\""),
			 2);
	assert_int_equal(count(world, "origin:\"South Korean government\""), 3);
}

static void a_title_finds_the_claims_of_its_document(void **state)
{
	struct world *world = *state;
	struct hear_record records[] = {
		claim(world, "kind=capture", "document=https://a.example/1",
		      "title=Hundreds of losses in Kursk",
		      "published=2025-01-13", NULL),
		claim(world, "text=something else", "document=https://a.example/1",
		      NULL),
		claim(world, "text=elsewhere", "document=https://a.example/2",
		      NULL),
	};

	file_at(world, records, 3, HEAR_GREEN);
	assert_int_equal(count(world, "hundreds"), 1);
	assert_int_equal(count(world, "\"losses in kursk\""), 1);
	assert_int_equal(count(world, "kind:capture"), 1);
	assert_int_equal(count(world, "kind:any"), 3);
}

static void the_second_clock_asks_what_had_been_said(void **state)
{
	struct world *world = *state;
	struct hear_view view = {0, true, HEAR_LOCAL, 0};
	struct hear_reader *reader = NULL;
	struct hear_err err;
	struct hear_record records[] = {
		claim(world, "kind=capture", "document=https://a.example/1",
		      "published=2025-01-13", NULL),
		claim(world, "text=a", "said=2025-01-11/2025-01-12", NULL),
		claim(world, "text=b", "said=../2025-01-12", NULL),
		claim(world, "text=c", "said=2025-01-13", NULL),
		claim(world, "text=d", "document=https://a.example/1", NULL),
		claim(world, "text=e", NULL),
	};

	file_at(world, records, 6, HEAR_GREEN);
	view.as_of_ms = world->now;
	view.known_by_ms = noon - 12 * 3600 * 1000 - 1; /* end of 12 January */
	assert_int_equal(hear_read_begin(&reader, world->dataset, &view, &err),
			 HEAR_OK);
	assert_int_equal(count_in(reader, ""), 2);
	hear_read_end(reader);
	view.known_by_ms = noon + 12 * 3600 * 1000;
	assert_int_equal(hear_read_begin(&reader, world->dataset, &view, &err),
			 HEAR_OK);
	assert_int_equal(count_in(reader, ""), 4);
	hear_read_end(reader);
}

static void a_stranger_cannot_file(void **state)
{
	struct world *world = *state;
	struct hear_record record = claim(world, "text=x", NULL);
	struct hear_identity *eve = NULL;
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_err err;

	assert_int_equal(hear_identity_make(&eve, hear_span_of("eve"), &err),
			 HEAR_OK);
	assert_int_equal(hear_write_begin(&writer, world->dataset, world->now,
					  &err),
			 HEAR_OK);
	assert_int_equal(hear_write_file(writer, eve, HEAR_GREEN, &record, 1,
					 &outcome, &err),
			 HEAR_DENIED);
	hear_write_abort(writer);
	hear_identity_free(eve);
}

static void a_dataset_is_made_once_and_opened_again(void **state)
{
	struct world *world = *state;
	struct hear_dataset *again = NULL;
	struct hear_id id = *hear_dataset_id(world->dataset);
	struct hear_record record = claim(world, "text=Kept", NULL);
	struct hear_err err;
	struct stat directory;

	file_at(world, &record, 1, HEAR_GREEN);
	assert_int_equal(hear_dataset_create(&again, world->path,
					     hear_span_of("team"), world->alice,
					     noon, &err),
			 HEAR_EXISTS);
	hear_dataset_close(world->dataset);
	assert_int_equal(hear_dataset_open(&world->dataset, world->path, NULL,
					   &err),
			 HEAR_OK);
	assert_true(hear_id_equal(hear_dataset_id(world->dataset), &id));
	assert_string_equal(hear_dataset_name(world->dataset), "team");
	assert_int_equal(count(world, "kept"), 1);
	assert_int_equal(stat(world->path, &directory), 0);
	assert_int_equal(directory.st_mode & 0777, 0700);
}

static void short_ids_are_resolved_and_ambiguity_is_named(void **state)
{
	struct world *world = *state;
	struct hear_record record;
	struct hear_reader *reader;
	struct hear_err err;
	char digits[HEAR_ID_TEXT];
	char text[32];
	struct hear_id id;
	int i;

	for (i = 0; i < 600; i++) {
		(void)snprintf(text, sizeof text, "text=claim %d", i);
		record = claim(world, text, NULL);
		file_at(world, &record, 1, HEAR_GREEN);
	}
	hear_id_print(&record.id, digits);
	reader = reader_at(world, world->now, HEAR_LOCAL);
	assert_int_equal(hear_resolve(reader, (struct hear_span){digits, 16},
				      &id, &err),
			 HEAR_OK);
	assert_true(hear_id_equal(&id, &record.id));
	assert_int_equal(hear_resolve(reader, (struct hear_span){digits, 3},
				      &id, &err),
			 HEAR_INVALID);
	assert_int_equal(hear_resolve(reader, hear_span_of("zzzz"), &id, &err),
			 HEAR_INVALID);
	hear_read_end(reader);
}

static void orders_by_what_was_said(void **state)
{
	static const char *const expected[] = {"b", "a", "c", "d"};
	struct world *world = *state;
	struct hear_record records[] = {
		claim(world, "text=a", "said=2025-01-12", NULL),
		claim(world, "text=b", "said=2024", NULL),
		claim(world, "text=c", "said=2025-01-12T10:00Z", NULL),
		claim(world, "text=d", NULL),
	};
	struct hear_reader *reader;
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_arena *arena = hear_arena_new();
	struct hear_record record;
	struct hear_err err;
	int i;

	file_at(world, records, 4, HEAR_GREEN);
	reader = reader_at(world, world->now, HEAR_LOCAL);
	assert_int_equal(hear_query_new(&query, hear_span_of(""), &err),
			 HEAR_OK);
	assert_int_equal(hear_find(&finder, reader, query, HEAR_BY_SAID, &err),
			 HEAR_OK);
	for (i = 0; i < 4; i++) {
		assert_int_equal(hear_find_next(finder, arena, &record, &err),
				 HEAR_OK);
		assert_true(hear_span_is(
			hear_text_of(hear_map_get(record.tree, "text")),
			expected[i]));
	}
	assert_int_equal(hear_find_next(finder, arena, &record, &err),
			 HEAR_NOTFOUND);
	hear_find_end(finder);
	hear_query_free(query);
	hear_read_end(reader);
	hear_arena_free(arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_filed_is_found_by_every_field),
		TEST(a_number_finds_what_states_it_or_lies_beyond_it),
		TEST(a_query_outlives_the_text_it_was_made_from),
		TEST(text_without_blanks_is_found_by_a_part),
		TEST(the_same_record_is_filed_once),
		TEST(a_view_holds_nothing_above_its_marking),
		TEST(an_earlier_view_holds_nothing_filed_later),
		TEST(a_retraction_hides_and_may_itself_be_retracted),
		TEST(what_was_retracted_can_be_filed_again),
		TEST(a_green_filing_cannot_refer_to_a_red_record),
		TEST(joined_names_are_found_by_either_and_parts_by_the_whole),
		TEST(a_title_finds_the_claims_of_its_document),
		TEST(the_second_clock_asks_what_had_been_said),
		TEST(a_stranger_cannot_file),
		TEST(a_dataset_is_made_once_and_opened_again),
		TEST(short_ids_are_resolved_and_ambiguity_is_named),
		TEST(orders_by_what_was_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
