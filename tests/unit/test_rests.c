/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "core/rests.h"
#include "core/versions.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct filed f;
static int64_t now;

static int begin(void **state)
{
	(void)state;
	filed_open(&f);
	now = filed_now;
	return 0;
}

static int end(void **state)
{
	(void)state;
	filed_close(&f);
	return 0;
}

/* ---- Filing ---- */

/* Files one record of "field", "text" pairs, NULL after the last; `basis` is a
 * list of one. Each a second after the one before. */
static struct hear_id file_at(enum hear_marking marking, const char *kind, ...)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *tree = hear_make_map(arena);
	struct hear_writer *writer = NULL;
	struct hear_record record;
	struct hear_outcome outcome;
	struct hear_err err;
	const char *field;
	va_list fields;

	filed_set(arena, tree, "kind", kind);
	va_start(fields, kind);
	while ((field = va_arg(fields, const char *)))
		filed_set(arena, tree, field, va_arg(fields, const char *));
	va_end(fields);
	filed_ok(hear_record_make(arena, tree, &record, &err), &err);
	now += 1000;
	filed_ok(hear_write_begin(&writer, f.dataset, now, &err), &err);
	filed_ok(hear_write_file(writer, f.author, marking, &record, 1,
				 &outcome, &err),
		 &err);
	filed_ok(hear_write_commit(writer, &err), &err);
	hear_arena_free(arena);
	return record.id;
}

#define file(...) file_at(HEAR_GREEN, __VA_ARGS__)

static const char *text_of(const struct hear_id *id)
{
	static char texts[4][HEAR_ID_TEXT];
	static unsigned next;
	char *text = texts[next++ % 4];

	hear_id_print(id, text);
	return text;
}

static struct hear_id claim(const char *text)
{
	return file("claim", "text", text, NULL);
}

static struct hear_id claim_on(const char *text, const struct hear_id *basis)
{
	return file("claim", "text", text, "basis", text_of(basis), NULL);
}

static struct hear_id relate(const struct hear_id *from, const char *relation,
			     const struct hear_id *to)
{
	return file("relation", "from", text_of(from), "relation", relation,
		    "to", text_of(to), NULL);
}

static struct hear_id assess(const struct hear_id *target, const char *field,
			     const char *text)
{
	return file("assessment", "target", text_of(target), field, text,
		    NULL);
}

static struct hear_reader *read_at(enum hear_marking highest, int64_t as_of)
{
	struct hear_view view = {as_of, false, highest, INT64_MAX};
	struct hear_reader *reader = NULL;
	struct hear_err err;

	filed_ok(hear_read_begin(&reader, f.dataset, &view, &err), &err);
	return reader;
}

static struct hear_id retract(const struct hear_id *id, const char *reason,
			      const struct hear_id *replaced_by)
{
	struct hear_reader *reader = read_at(HEAR_LOCAL, now);
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *trees[6];
	enum hear_marking markings[6];
	struct hear_writer *writer = NULL;
	struct hear_record record;
	struct hear_outcome outcome;
	struct hear_err err;
	size_t count;
	size_t i;

	filed_ok(hear_retraction_of(reader, arena, id,
				    hear_identity_key(f.author), true,
				    hear_span_of(reason), replaced_by, trees,
				    markings, &count, &err),
		 &err);
	hear_read_end(reader);
	for (i = 0; i < count; i++) {
		filed_ok(hear_record_make(arena, trees[i], &record, &err),
			 &err);
		now += 1000;
		filed_ok(hear_write_begin(&writer, f.dataset, now, &err), &err);
		filed_ok(hear_write_file(writer, f.author, markings[i],
					 &record, 1, &outcome, &err),
			 &err);
		filed_ok(hear_write_commit(writer, &err), &err);
	}
	hear_arena_free(arena);
	return record.id;
}

/* ---- Asking ---- */

static struct hear_ground *grounds_in(struct hear_reader *reader,
				      const struct hear_id *id, size_t *count)
{
	struct hear_record record;
	struct hear_ground *grounds;
	struct hear_err err;

	filed_ok(hear_get(reader, f.arena, id, &record, &err), &err);
	filed_ok(hear_rests_on(reader, f.arena, &record, &grounds, count,
			       &err),
		 &err);
	return grounds;
}

/* The one thing retracted that `id` rests on. */
static struct hear_ground one_ground(const struct hear_id *id)
{
	struct hear_reader *reader = read_at(HEAR_LOCAL, now);
	struct hear_ground *grounds;
	struct hear_ground one;
	size_t count;

	grounds = grounds_in(reader, id, &count);
	assert_int_equal(count, 1);
	one = *grounds;
	hear_read_end(reader);
	return one;
}

static size_t ground_count(const struct hear_id *id)
{
	struct hear_reader *reader = read_at(HEAR_LOCAL, now);
	size_t count;

	(void)grounds_in(reader, id, &count);
	hear_read_end(reader);
	return count;
}

static void rests(const struct hear_id *id, const struct hear_id *on,
		  enum hear_rest how)
{
	struct hear_ground ground = one_ground(id);

	assert_true(hear_id_equal(&ground.id, on));
	assert_int_equal(ground.how, how);
}

static size_t resting_count(const struct hear_id *id)
{
	struct hear_reader *reader = read_at(HEAR_LOCAL, now);
	struct hear_resting *resting;
	struct hear_err err;
	size_t count;

	filed_ok(hear_resting_on(reader, f.arena, id, &resting, &count, &err),
		 &err);
	hear_read_end(reader);
	return count;
}

static uint64_t found(const char *text)
{
	struct hear_reader *reader = read_at(HEAR_LOCAL, now);
	struct hear_query *query = NULL;
	struct hear_err err;
	uint64_t count;

	filed_ok(hear_query_new(&query, hear_span_of(text), &err), &err);
	filed_ok(hear_find_count(reader, query, &count, &err), &err);
	hear_query_free(query);
	hear_read_end(reader);
	return count;
}

/* ---- Retraction ---- */

static void nothing_rests_where_nothing_is_retracted(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim_on("b", &a);

	(void)state;
	assert_int_equal(ground_count(&b), 0);
	assert_int_equal(found("is:resting kind:any"), 0);
	assert_int_equal(resting_count(&a), 1);
}

static void a_claim_rests_on_what_its_basis_and_re_name(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim_on("b", &a);
	struct hear_id c = file("claim", "text", "c", "stance", "denies", "re",
				text_of(&a), NULL);
	struct hear_id d = file("claim", "text", "d", "basis",
				"https://example.org/a", NULL);

	(void)state;
	retract(&a, "misread", NULL);
	rests(&b, &a, HEAR_RESTS_BASIS);
	rests(&c, &a, HEAR_RESTS_RE);
	assert_int_equal(ground_count(&d), 0);
	assert_int_equal(found("is:resting"), 2);
	assert_int_equal(found("-is:resting"), 1);
}

static void it_is_told_why_and_by_whom(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id better = claim("better");
	struct hear_id b = claim_on("b", &a);
	struct hear_id by = retract(&a, "misread", &better);
	int64_t when = now;
	struct hear_reader *reader = read_at(HEAR_LOCAL, now);
	struct hear_ground *ground;
	size_t count;

	(void)state;
	ground = grounds_in(reader, &b, &count);
	assert_int_equal(count, 1);
	assert_true(hear_id_equal(&ground->retraction, &by));
	assert_true(hear_span_is(ground->reason, "misread"));
	assert_string_equal(ground->author_name, "alice");
	assert_int_equal(ground->time_ms, when);
	assert_true(ground->replaced);
	assert_true(hear_id_equal(&ground->replaced_by, &better));
	assert_int_equal(ground->via_count, 0);
	hear_read_end(reader);
}

static void what_repeats_rests_on_what_it_repeats_and_not_the_other_way(
	void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim("b");

	(void)state;
	relate(&b, "repeats", &a);
	retract(&a, "misread", NULL);
	rests(&b, &a, HEAR_RESTS_REPEATS);
	assert_int_equal(found("is:resting"), 1);
}

static void what_is_repeated_does_not_rest_on_what_repeats_it(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim("b");

	(void)state;
	relate(&b, "repeats", &a);
	retract(&b, "misread", NULL);
	assert_int_equal(ground_count(&a), 0);
	assert_int_equal(found("is:resting"), 0);
}

static void a_retracted_relation_joins_nothing(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim("b");
	struct hear_id r = relate(&b, "repeats", &a);

	(void)state;
	retract(&r, "it does not", NULL);
	retract(&a, "misread", NULL);
	assert_int_equal(ground_count(&b), 0);
}

static void a_relation_rests_on_both_its_ends(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim("b");
	struct hear_id r = relate(&a, "contradicts", &b);

	(void)state;
	retract(&a, "misread", NULL);
	rests(&r, &a, HEAR_RESTS_FROM);
	assert_int_equal(ground_count(&b), 0);
	retract(&b, "misread", NULL);
	assert_int_equal(ground_count(&r), 2);
}

static void corrections_updates_and_contradictions_stand_on_their_own(
	void **state)
{
	static const char *const relations[] = {"contradicts", "updates",
						"corrects", "supports"};
	struct hear_id a = claim("a");
	struct hear_id b = claim("b");
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		relate(&b, relations[i], &a);
	retract(&a, "misread", NULL);
	assert_int_equal(ground_count(&b), 0);
	assert_int_equal(found("is:resting kind:claim"), 0);
	assert_int_equal(found("is:resting kind:relation"), 4);
}

static void a_claim_is_told_that_a_support_fell_and_stands(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id ground = claim("ground");
	struct hear_id other = claim_on("other", &ground);
	struct hear_id b = claim("b");
	struct hear_reader *reader;
	struct hear_ground *fallen;
	struct hear_err err;
	size_t count;

	(void)state;
	relate(&a, "supports", &b);
	relate(&other, "supports", &b);
	retract(&a, "misread", NULL);
	retract(&ground, "forged", NULL);
	assert_int_equal(ground_count(&b), 0);
	reader = read_at(HEAR_LOCAL, now);
	filed_ok(hear_supports_fallen(reader, f.arena, &b, &fallen, &count,
				      &err),
		 &err);
	assert_int_equal(count, 2);
	assert_true(hear_id_equal(&fallen[0].id, &a));
	assert_true(hear_id_equal(&fallen[1].id, &ground));
	assert_int_equal(fallen[1].via_count, 1);
	assert_true(hear_id_equal(&fallen[1].via[0], &other));
	filed_ok(hear_supports_fallen(reader, f.arena, &other, &fallen, &count,
				      &err),
		 &err);
	assert_int_equal(count, 0);
	hear_read_end(reader);
}

static void an_assessment_rests_on_its_target(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = assess(&a, "reliability", "B");

	(void)state;
	retract(&a, "misread", NULL);
	rests(&b, &a, HEAR_RESTS_TARGET);
}

static void a_retraction_rests_on_what_replaces_only(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id better = claim("better");
	struct hear_id by = retract(&a, "misread", &better);

	(void)state;
	assert_int_equal(ground_count(&by), 0);
	retract(&better, "that was wrong too", NULL);
	rests(&by, &better, HEAR_RESTS_REPLACED);
}

static void it_goes_on_through_records_that_stand(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim_on("b", &a);
	struct hear_id c = claim_on("c", &b);
	struct hear_id d = assess(&c, "note", "so I think");
	struct hear_ground ground;

	(void)state;
	retract(&a, "misread", NULL);
	ground = one_ground(&d);
	assert_true(hear_id_equal(&ground.id, &a));
	assert_int_equal(ground.how, HEAR_RESTS_TARGET);
	assert_int_equal(ground.via_count, 2);
	assert_true(hear_id_equal(&ground.via[0], &c));
	assert_true(hear_id_equal(&ground.via[1], &b));
	assert_int_equal(resting_count(&a), 3);
}

static void it_goes_no_further_than_the_first_that_is_retracted(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim_on("b", &a);
	struct hear_id c = claim_on("c", &b);

	(void)state;
	retract(&a, "misread", NULL);
	retract(&b, "misread", NULL);
	rests(&c, &b, HEAR_RESTS_BASIS);
	rests(&b, &b, HEAR_RESTS_ITSELF);
	assert_int_equal(resting_count(&a), 0);
	assert_int_equal(found("is:resting"), 1);
}

static void a_retraction_that_is_retracted_lifts_the_flag(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim_on("b", &a);
	struct hear_id by = retract(&a, "misread", NULL);
	int64_t then = now;
	struct hear_reader *reader;
	size_t count;

	(void)state;
	assert_int_equal(ground_count(&b), 1);
	retract(&by, "it was right", NULL);
	assert_int_equal(ground_count(&b), 0);
	assert_int_equal(found("is:resting"), 0);
	/* And as it stood then. */
	reader = read_at(HEAR_LOCAL, then);
	(void)grounds_in(reader, &b, &count);
	assert_int_equal(count, 1);
	hear_read_end(reader);
}

static void what_another_filing_still_holds_is_not_retracted(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim_on("b", &a);
	struct hear_reader *reader;
	size_t count;

	(void)state;
	retract(&a, "misread", NULL);
	assert_int_equal(ground_count(&b), 1);
	assert_memory_equal(a.bytes, claim("a").bytes, 32);
	assert_int_equal(ground_count(&b), 0);
	file_at(HEAR_AMBER, "claim", "text", "c", "basis", text_of(&a), NULL);
	reader = read_at(HEAR_GREEN, now);
	(void)grounds_in(reader, &b, &count);
	assert_int_equal(count, 0);
	hear_read_end(reader);
}

static void a_view_knows_nothing_of_what_is_above_it(void **state)
{
	struct hear_id a = file_at(HEAR_AMBER, "claim", "text", "a", NULL);
	struct hear_id b = claim_on("b", &a);
	struct hear_reader *reader;
	size_t count;

	(void)state;
	retract(&a, "misread", NULL);
	assert_int_equal(ground_count(&b), 1);
	reader = read_at(HEAR_GREEN, now);
	(void)grounds_in(reader, &b, &count);
	assert_int_equal(count, 0);
	hear_read_end(reader);
}

static void circles_end(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim("b");
	struct hear_id c = claim("c");

	(void)state;
	relate(&a, "repeats", &b);
	relate(&b, "repeats", &a);
	relate(&b, "repeats", &c);
	relate(&c, "repeats", &a);
	assert_int_equal(ground_count(&a), 0);
	assert_int_equal(resting_count(&a), 6);
	retract(&c, "misread", NULL);
	assert_int_equal(ground_count(&a), 1);
	rests(&b, &c, HEAR_RESTS_REPEATS);
	assert_int_equal(found("is:resting"), 2);
}

static void it_goes_sixteen_steps_deep_and_no_further(void **state)
{
	struct hear_id ids[18];
	char text[16];
	size_t i;

	(void)state;
	ids[0] = claim("0");
	for (i = 1; i < 18; i++) {
		(void)snprintf(text, sizeof text, "%zu", i);
		ids[i] = claim_on(text, &ids[i - 1]);
	}
	retract(&ids[0], "misread", NULL);
	assert_int_equal(ground_count(&ids[16]), 1);
	assert_int_equal(ground_count(&ids[17]), 0);
	assert_int_equal(resting_count(&ids[0]), 16);
	assert_int_equal(found("is:resting"), 16);
}

/* As many as a filing holds a time: 1,100 claims rest on one. */
static void thousands_are_bounded(void **state)
{
	struct hear_id a = claim("a");
	struct hear_arena *arena = hear_arena_new();
	struct hear_record records[110];
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_err err;
	char text[16];
	unsigned i;
	unsigned j;

	(void)state;
	for (i = 0; i < 10; i++) {
		for (j = 0; j < 110; j++) {
			struct hear_value *tree = hear_make_map(arena);

			(void)snprintf(text, sizeof text, "c%u", i * 110 + j);
			filed_set(arena, tree, "text", text);
			filed_set(arena, tree, "basis", text_of(&a));
			filed_ok(hear_record_make(arena, tree, &records[j],
						  &err),
				 &err);
		}
		filed_ok(hear_write_begin(&writer, f.dataset, ++now, &err),
			 &err);
		filed_ok(hear_write_file(writer, f.author, HEAR_GREEN, records,
					 110, &outcome, &err),
			 &err);
		filed_ok(hear_write_commit(writer, &err), &err);
	}
	hear_arena_free(arena);
	assert_int_equal(resting_count(&a), HEAR_RESTING_MOST - 1);
	retract(&a, "misread", NULL);
	assert_int_equal(found("is:resting"), 1100);
}

/* Hostile bodies: what should be an id is none, or of another type. */
static void fields_that_are_no_ids_are_passed_over(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = file("claim", "text", "b", "basis", "zz", "re",
				"https://example.org/x", NULL);

	(void)state;
	retract(&a, "misread", NULL);
	assert_int_equal(ground_count(&b), 0);
	assert_string_equal(hear_rest_name((enum hear_rest)0), "unknown");
	assert_string_equal(hear_rest_name((enum hear_rest)99), "unknown");
}

static void what_a_line_says_of_it_is_passed_over(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *tree = hear_make_map(arena);
	struct hear_record bare;
	struct hear_record flagged;
	struct hear_err err;

	(void)state;
	filed_set(arena, tree, "text", "a");
	filed_ok(hear_record_make(arena, tree, &bare, &err), &err);
	hear_map_set(arena, tree, "rests_on", hear_make_list(arena));
	filed_ok(hear_record_make(arena, tree, &flagged, &err), &err);
	assert_true(hear_id_equal(&bare.id, &flagged.id));
	filed_set(arena, tree, "kind", "claim");
	filed_set(arena, tree, "id", text_of(&bare.id));
	filed_ok(hear_record_make(arena, tree, &flagged, &err), &err);
	hear_arena_free(arena);
}

/* ---- Versions ---- */

#define HASH(c) c c c c c c c c c c c c c c c c
#define ONE HASH("1111")
#define TWO HASH("2222")
#define PAGE "https://example.org/page"

static struct hear_id capture(const char *retrieved, const char *hash)
{
	return hash ? file("capture", "document", PAGE, "retrieved", retrieved,
			   "sha256", hash, NULL)
		    : file("capture", "document", PAGE, "retrieved", retrieved,
			   NULL);
}

static struct hear_version *versions(size_t *count)
{
	struct hear_reader *reader = read_at(HEAR_LOCAL, now);
	struct hear_version *list;
	struct hear_err err;

	filed_ok(hear_document_versions(reader, f.arena, hear_span_of(PAGE),
					&list, count, &err),
		 &err);
	hear_read_end(reader);
	return list;
}

static void versions_stand_in_order_of_time(void **state)
{
	struct hear_id late = capture("2025-01-14", TWO);
	struct hear_id early = capture("2025-01-13", ONE);
	struct hear_version *list;
	size_t count;

	(void)state;
	list = versions(&count);
	assert_int_equal(count, 2);
	assert_true(hear_id_equal(&list[0].id, &early));
	assert_true(hear_id_equal(&list[1].id, &late));
	assert_int_equal(list[0].change, HEAR_CHANGE_NONE);
	assert_int_equal(list[1].change, HEAR_CHANGE_OTHER);
	assert_string_equal(list[1].sha256, TWO);
	assert_true(hear_span_is(list[1].seen, "2025-01-14"));
	assert_int_equal(found("is:edited kind:capture"), 2);
}

static void the_same_hash_twice_is_no_edit(void **state)
{
	struct hear_version *list;
	size_t count;

	(void)state;
	capture("2025-01-13", ONE);
	capture("2025-01-14", ONE);
	capture("2025-01-15", NULL);
	list = versions(&count);
	assert_int_equal(count, 2);
	assert_int_equal(list[1].change, HEAR_CHANGE_NONE);
	assert_int_equal(found("is:edited kind:any"), 0);
}

static void going_back_is_one_more_edit(void **state)
{
	struct hear_version *list;
	size_t count;

	(void)state;
	capture("2025-01-13", ONE);
	capture("2025-01-14", TWO);
	capture("2025-01-15", ONE);
	list = versions(&count);
	assert_int_equal(count, 3);
	assert_int_equal(list[1].change, HEAR_CHANGE_OTHER);
	assert_int_equal(list[2].change, HEAR_CHANGE_BACK);
}

static void published_counts_where_nothing_was_retrieved(void **state)
{
	struct hear_version *list;
	size_t count;

	(void)state;
	file("capture", "document", PAGE, "published", "2025-01-10", "sha256",
	     ONE, NULL);
	file("capture", "document", PAGE, "sha256", TWO, NULL);
	list = versions(&count);
	assert_int_equal(count, 2);
	assert_true(hear_span_is(list[0].seen, "2025-01-10"));
	assert_int_equal(list[1].seen.size, 0);
	assert_int_equal(list[1].time_ms, now);
}

static void claims_of_an_edited_page_are_found(void **state)
{
	struct hear_id first = capture("2025-01-13", ONE);

	(void)state;
	file("claim", "text", "a", "document", PAGE, NULL);
	file("claim", "text", "b", "document", "https://example.org/Page",
	     NULL);
	file("claim", "text", "c", NULL);
	assert_int_equal(found("is:edited"), 0);
	capture("2025-01-14", TWO);
	assert_int_equal(found("is:edited"), 1);
	assert_int_equal(found("-is:edited"), 2);
	retract(&first, "of another page", NULL);
	assert_int_equal(found("is:edited"), 0);
}

/* An address that differs in case only is another page, under one key. */
static void pages_that_fold_alike_are_kept_apart(void **state)
{
	size_t count;

	(void)state;
	capture("2025-01-13", ONE);
	file("capture", "document", "https://example.org/PAGE", "retrieved",
	     "2025-01-14", "sha256", TWO, NULL);
	(void)versions(&count);
	assert_int_equal(count, 1);
	assert_int_equal(found("is:edited kind:any"), 0);
}

static void what_was_not_yet_seen_by_a_date_is_left_out(void **state)
{
	struct hear_view view = {0, false, HEAR_LOCAL, 0};
	struct hear_reader *reader = NULL;
	struct hear_version *list;
	struct hear_err err;
	size_t count;

	(void)state;
	capture("2025-01-10", ONE);
	capture("2025-01-14", TWO);
	view.as_of_ms = now;
	view.known_by_ms = INT64_C(1736640000000); /* 2025-01-12 */
	filed_ok(hear_read_begin(&reader, f.dataset, &view, &err), &err);
	filed_ok(hear_document_versions(reader, f.arena, hear_span_of(PAGE),
					&list, &count, &err),
		 &err);
	assert_int_equal(count, 1);
	hear_read_end(reader);
}

/* ---- Assessments in queries ---- */

static void a_claim_is_found_by_any_live_assessment_of_it(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim("b");
	struct hear_id worse;

	(void)state;
	assess(&a, "reliability", "B");
	worse = assess(&a, "reliability", "E");
	assess(&b, "credibility", "2");
	assert_int_equal(found("reliability:B"), 1);
	assert_int_equal(found("reliability:b"), 1);
	assert_int_equal(found("reliability:A..B"), 1);
	assert_int_equal(found("reliability:E..F"), 1);
	assert_int_equal(found("reliability:C..D"), 0);
	assert_int_equal(found("reliability:*"), 1);
	assert_int_equal(found("credibility:..2"), 1);
	assert_int_equal(found("credibility:1..3"), 1);
	assert_int_equal(found("credibility:3.."), 0);
	assert_int_equal(found("-reliability:*"), 1);
	assert_int_equal(found("reliability:B OR credibility:2"), 2);
	retract(&worse, "hasty", NULL);
	assert_int_equal(found("reliability:E..F"), 0);
	assert_int_equal(found("reliability:B"), 1);
}

static void an_assessment_is_found_by_its_own_fields(void **state)
{
	struct hear_id a = claim("a");

	(void)state;
	assess(&a, "reliability", "B");
	assess(&a, "likelihood", "very likely");
	assert_int_equal(found("kind:assessment reliability:B"), 1);
	assert_int_equal(found("kind:any reliability:B"), 2);
	assert_int_equal(found("kind:assessment likelihood:*"), 1);
}

static void likelihoods_are_in_order(void **state)
{
	struct hear_id a = claim("a");
	struct hear_id b = claim("b");

	(void)state;
	assess(&a, "likelihood", "very likely");
	assess(&b, "likelihood", "remote");
	assert_int_equal(found("likelihood:very-likely"), 1);
	assert_int_equal(found("likelihood:\"very likely\""), 1);
	assert_int_equal(found("likelihood:\"highly probable\""), 1);
	assert_int_equal(found("likelihood:likely.."), 1);
	assert_int_equal(found("likelihood:>=likely"), 1);
	assert_int_equal(found("likelihood:>very-likely"), 0);
	assert_int_equal(found("likelihood:..unlikely"), 1);
	assert_int_equal(found("likelihood:\"almost no chance..unlikely\""), 1);
	assert_int_equal(found("likelihood:likely"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_rests_where_nothing_is_retracted),
		TEST(a_claim_rests_on_what_its_basis_and_re_name),
		TEST(it_is_told_why_and_by_whom),
		TEST(what_repeats_rests_on_what_it_repeats_and_not_the_other_way),
		TEST(what_is_repeated_does_not_rest_on_what_repeats_it),
		TEST(a_retracted_relation_joins_nothing),
		TEST(a_relation_rests_on_both_its_ends),
		TEST(corrections_updates_and_contradictions_stand_on_their_own),
		TEST(a_claim_is_told_that_a_support_fell_and_stands),
		TEST(an_assessment_rests_on_its_target),
		TEST(a_retraction_rests_on_what_replaces_only),
		TEST(it_goes_on_through_records_that_stand),
		TEST(it_goes_no_further_than_the_first_that_is_retracted),
		TEST(a_retraction_that_is_retracted_lifts_the_flag),
		TEST(what_another_filing_still_holds_is_not_retracted),
		TEST(a_view_knows_nothing_of_what_is_above_it),
		TEST(circles_end),
		TEST(it_goes_sixteen_steps_deep_and_no_further),
		TEST(thousands_are_bounded),
		TEST(fields_that_are_no_ids_are_passed_over),
		TEST(what_a_line_says_of_it_is_passed_over),
		TEST(versions_stand_in_order_of_time),
		TEST(the_same_hash_twice_is_no_edit),
		TEST(going_back_is_one_more_edit),
		TEST(published_counts_where_nothing_was_retrieved),
		TEST(claims_of_an_edited_page_are_found),
		TEST(pages_that_fold_alike_are_kept_apart),
		TEST(what_was_not_yet_seen_by_a_date_is_left_out),
		TEST(a_claim_is_found_by_any_live_assessment_of_it),
		TEST(an_assessment_is_found_by_its_own_fields),
		TEST(likelihoods_are_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
