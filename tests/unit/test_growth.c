/* SPDX-License-Identifier: ISC */
/* test_growth.c - what somebody may file to make weighing slow: long chains of
 * names, everything in one question, answers to answers. Each case is small
 * here, and would take long where work grows with a square or worse.
 *
 *   GROW=n test_growth     the same with n of each, timed
 */
#include "core/reader.h"
#include "core/support.h"
#include "core/versions.h"
#include "core/writer.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

/* Processor seconds that no case may take: most take a hundredth. */
enum { SECONDS = 20, HELD = 256 };

static struct growth {
	struct filed filed;
	struct hear_writer *writer; /* nothing of it reaches the disk */
	struct hear_reader reader;
	struct hear_record held[HELD];
	size_t held_count;
	struct hear_weighing *made;
	const char *query; /* NULL: all */
	int64_t known_by_ms;
	clock_t since;
	char last[HEAR_ID_TEXT]; /* the id of the record made last */
} *grown;

static unsigned size_of(unsigned otherwise)
{
	const char *asked = getenv("GROW");

	return asked ? (unsigned)atoi(asked) : otherwise;
}

static void lap(const char *what)
{
	double seconds = (double)(clock() - grown->since) / CLOCKS_PER_SEC;

	if (getenv("GROW"))
		print_message("    %-20s %8.2f s\n", what, seconds);
	else
		assert_true(seconds < SECONDS);
	grown->since = clock();
}

/* ---- Filing ---- */

static void flush(void)
{
	struct hear_outcome outcome;
	struct hear_err err;

	if (grown->held_count > 0)
		filed_ok(hear_write_file(grown->writer, grown->filed.author,
					 HEAR_GREEN, grown->held,
					 grown->held_count, &outcome, &err),
			 &err);
	grown->held_count = 0;
	hear_arena_reset(grown->filed.arena);
}

static struct hear_value *list_of(struct hear_arena *arena, char *text)
{
	struct hear_value *list = hear_make_list(arena);
	char *next;

	for (; text; text = next) {
		next = strchr(text, ',');
		if (next)
			*next++ = '\0';
		hear_list_add(arena, list,
			      hear_make_text(arena, hear_span_of(text)));
	}
	return list;
}

/* Files a record written as "key=value|key=value"; a claim where no kind is
 * given. Values of `same`, `of` and `sum` are lists, with commas between. */
static void HEAR_FORMAT(1, 2) put(const char *format, ...)
{
	struct hear_arena *arena = grown->filed.arena;
	struct hear_value *map = hear_make_map(arena);
	struct hear_record *record = &grown->held[grown->held_count++];
	struct hear_err err;
	char text[900];
	char *field;
	char *next;
	va_list list;

	va_start(list, format);
	(void)vsnprintf(text, sizeof text, format, list);
	va_end(list);
	filed_set(arena, map, "kind", "claim");
	for (field = text; field; field = next) {
		char *value = strchr(field, '=');

		assert_non_null(value);
		*value++ = '\0';
		next = strchr(value, '|');
		if (next)
			*next++ = '\0';
		if (strcmp(field, "same") == 0 || strcmp(field, "of") == 0 ||
		    strcmp(field, "sum") == 0)
			hear_map_set(arena, map, field, list_of(arena, value));
		else
			filed_set(arena, map, field, value);
	}
	filed_ok(hear_record_make(arena, map, record, &err), &err);
	hear_id_print(&record->id, grown->last);
	if (grown->held_count == HELD)
		flush();
}

/* ---- Asking ---- */

static void read_again(void)
{
	struct hear_view view = {filed_now, true, HEAR_RED,
				 grown->known_by_ms};
	struct hear_err err;

	hear_reader_done(&grown->reader);
	filed_ok(hear_reader_over(&grown->reader, grown->filed.dataset,
				  grown->writer->txn, &view, &err),
		 &err);
}

/* Weighs what was filed, and all that is made of a weighing. */
static void weigh(void)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_query *query = NULL;
	struct hear_tallied tallied;
	struct hear_rolled rolled;
	struct hear_track *tracks;
	struct hear_err err;
	size_t count;
	uint32_t i;

	flush();
	filed_ok(hear_writer_flush(grown->writer, &err), &err);
	read_again();
	if (grown->query)
		filed_ok(hear_query_new(&query, hear_span_of(grown->query),
					&err),
			 &err);
	grown->since = clock();
	filed_ok(hear_weigh(&grown->made, &grown->reader, query, &err), &err);
	lap("weigh");
	hear_query_free(query);
	(void)hear_weighed_questions(grown->made, &count);
	for (i = 0; i < count; i++) {
		hear_arena_reset(arena);
		filed_ok(hear_rollup(grown->made, i, HEAR_RULE_LATEST, arena,
				     &rolled, &err),
			 &err);
	}
	lap("roll up");
	filed_ok(hear_tally(grown->made, HEAR_TALLY_MONTH, HEAR_RULE_LATEST,
			    arena, &tallied, &err),
		 &err);
	lap("tally");
	filed_ok(hear_track_records(grown->made, NULL, arena, &tracks, &count,
				    &err),
		 &err);
	lap("track records");
	hear_arena_free(arena);
}

/* How many records a query finds. */
static size_t find(const char *text)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record record;
	struct hear_err err;
	enum hear_code code;
	size_t count = 0;

	flush();
	filed_ok(hear_writer_flush(grown->writer, &err), &err);
	read_again();
	grown->since = clock();
	filed_ok(hear_query_new(&query, hear_span_of(text), &err), &err);
	filed_ok(hear_find(&finder, &grown->reader, query, HEAR_BY_FILED,
			   &err),
		 &err);
	while ((code = hear_find_next(finder, arena, &record, &err)) ==
	       HEAR_OK) {
		hear_arena_reset(arena);
		count++;
	}
	assert_int_equal(code, HEAR_NOTFOUND);
	hear_find_end(finder);
	hear_query_free(query);
	hear_arena_free(arena);
	lap(text);
	return count;
}

static const struct hear_question *question(size_t index)
{
	size_t count;
	const struct hear_question *all =
		hear_weighed_questions(grown->made, &count);

	assert_true(index < count);
	return &all[index];
}

/* ---- Cases ---- */

static void many_claims_of_one_document_without_a_date(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	put("kind=capture|document=d|published=2025-01-10");
	for (i = 0; i < n; i++)
		put("subject=s|predicate=killed|chain=A|document=d|value=%u",
		    i);
	weigh();
	assert_int_equal(question(0)->voice_count, n);
	assert_int_equal(question(0)->verdict, HEAR_VERDICT_CONFLICT);
}

static void one_origin_says_the_same_again_and_again(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++)
		put("subject=s|predicate=killed|chain=A|value=5|until=2024|"
		    "said=2025-01-%02uT%02u:%02u:%02uZ|locator=%u",
		    1 + i / 86400 % 28, i / 3600 % 24, i / 60 % 60, i % 60, i);
	weigh();
	assert_int_equal(question(0)->verdict, HEAR_VERDICT_ALONE);
}

static void denials_of_denials_of_denials(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	put("subject=s|predicate=killed|chain=A|value=5");
	for (i = 0; i < n; i++)
		put("text=no %u|chain=B%u|stance=denies|re=%s", i, i,
		    grown->last);
	weigh();
}

static void one_origin_takes_back_one_after_the_other(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++) {
		put("subject=s|predicate=killed|chain=A|value=%u|"
		    "said=2025-01-10", i);
		put("subject=s|predicate=killed|chain=A|stance=withdraws|"
		    "said=2025-01-11|re=%s", grown->last);
	}
	weigh();
	assert_int_equal(question(0)->verdict, HEAR_VERDICT_NONE);
}

static void one_origin_denies_what_it_never_said(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++) {
		put("subject=s|predicate=killed|chain=A|value=%u|"
		    "said=2025-01-10|until=2024", i);
		put("subject=s|predicate=killed|chain=A|value=%u|"
		    "stance=denies|said=2025-01-11|until=2024", n + i);
	}
	weigh();
}

static void a_long_chain_of_parts(void **state)
{
	static const char *const kinds[] = {"source", "subject", "place"};
	unsigned n = size_of(600);
	unsigned k;
	unsigned i;

	(void)state;
	grown->query = "subject:s1";
	for (k = 0; k < 3; k++)
		for (i = 0; i < n; i++)
			put("kind=term|as=%s|part=s%u|whole=s%u", kinds[k],
			    i, i + 1);
	for (i = 0; i < n; i++)
		put("subject=s%u|predicate=killed|chain=s%u|value=%u|"
		    "event=2025-01-10", i, i, n - i);
	for (i = 0; i < n; i++)
		put("subject=s1|predicate=at|chain=o%u|value=s%u", i, i);
	weigh();
}

static void a_long_chain_of_names_that_are_the_same(void **state)
{
	unsigned n = size_of(1000);
	unsigned i;

	(void)state;
	for (i = n; i-- > 0;)
		put("kind=term|as=source|same=s%u,s%u", i, i + 1);
	for (i = 0; i < n; i++)
		put("subject=s%u|predicate=killed|chain=s%u|value=%u", i % 7,
		    i, i);
	weigh();
}

static void who_is_counted_in_every_way(void **state)
{
	unsigned n = size_of(1000);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++)
		put("kind=term|as=of|part=w%u|whole=w%u", i, i + 1);
	for (i = 0; i < n; i++)
		put("subject=s|predicate=killed|of=w%u,w%u,w%u|chain=A|"
		    "value=%u|event=2025-01-10", i, i * 7 % n, i * 31 % n, i);
	weigh();
}

static void many_texts_answer_one_question(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	put("kind=term|as=place|part=Sudzha|whole=Kursk");
	for (i = 0; i < n; i++)
		put("subject=s|predicate=held|chain=A%u|value=place %c%u", i,
		    'a' + (char)(i % 26), i % 50);
	weigh();
	assert_int_equal(question(0)->verdict, HEAR_VERDICT_CONFLICT);
}

static void many_texts_of_one_origin(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	put("kind=term|as=place|part=Sudzha|whole=Kursk");
	for (i = 0; i < n; i++)
		put("subject=s|predicate=held|chain=A|said=2025-01-10|"
		    "value=place %c%u", 'a' + (char)(i % 26), i);
	weigh();
}

static void many_definitions_of_one_another(void **state)
{
	unsigned n = size_of(1000);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++)
		put("kind=definition|name=d%u|sum=d%u,d%u,d%u", i,
		    (i + 1) % n, (i + 17) % n, (i + 131) % n);
	for (i = 0; i < n; i++)
		put("subject=s|predicate=d%u|chain=A|value=%u", i, i);
	weigh();
}

static void many_definitions_of_one_sum(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++)
		put("kind=definition|name=all|sum=p%u,p%u", i,
		    (i * 7 + 1) % n);
	for (i = 0; i < n; i++) {
		put("subject=s|predicate=all|chain=A%u|value=%u", i, i);
		put("subject=s|predicate=p%u|chain=A%u|value=%u", i % 100, i,
		    i);
		put("subject=t%u|predicate=all|chain=A|value=%u", i, i);
	}
	weigh();
}

static void many_words_with_a_meaning(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++) {
		put("kind=definition|name=word%u|means=%u", i, i);
		put("kind=definition|name=dozens|means=%u", i);
		put("subject=s|predicate=killed|chain=A%u|value=dozens", i);
	}
	weigh();
}

static void many_captures_of_one_document(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	grown->known_by_ms = INT64_C(1736553600000); /* 2025-01-11 */
	for (i = 0; i < n; i++) {
		put("kind=capture|document=d%u|published=2025-02-10|title=%u|"
		    "sha256=%064u", i % 2, i, 0);
		put("subject=s|predicate=killed|chain=A%u|value=5|"
		    "document=d%u", i, i % 2);
	}
	assert_int_equal(find("is:edited"), 0);
	weigh();
}

static void claims_of_one_document_before_it_was_published(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	grown->known_by_ms = INT64_C(1736553600000); /* 2025-01-11 */
	for (i = 0; i < n; i++)
		put("subject=s|predicate=killed|chain=A%u|value=5|document=d",
		    i);
	weigh();
}

static void many_denials_of_many_events(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++) {
		put("subject=s|predicate=killed|chain=A|value=5|"
		    "event=%04u-01-%02u", 1000 + i / 28, 1 + i % 28);
		put("subject=s|predicate=killed|chain=B%u|stance=denies", i);
	}
	weigh();
}

static void many_answers_to_one_denial_of_many_events(void **state)
{
	unsigned n = size_of(800);
	char denial[HEAR_ID_TEXT];
	unsigned i;

	(void)state;
	put("subject=s|predicate=killed|chain=B|stance=denies");
	(void)snprintf(denial, sizeof denial, "%s", grown->last);
	for (i = 0; i < n; i++) {
		put("subject=s|predicate=killed|chain=A|value=5|"
		    "event=%04u-01-%02u", 1000 + i / 28, 1 + i % 28);
		put("text=no %u|chain=B%u|stance=denies|re=%s", i, i,
		    denial);
	}
	weigh();
}

static void everybody_denies_what_nobody_says(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++) {
		put("subject=s|predicate=killed|chain=A%u|value=5", i);
		put("subject=s|predicate=killed|chain=B%u|value=6|"
		    "stance=denies", i);
	}
	weigh();
}

static void everybody_copies(void **state)
{
	unsigned n = size_of(1000);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++)
		put("subject=s|predicate=killed|chain=A%u|value=5|document=d%u|"
		    "quote=about three hundred of their men were killed", i, i);
	weigh();
	assert_int_equal(question(0)->origins, 1);
}

static void everybody_speaks_with_the_next_one(void **state)
{
	unsigned n = size_of(1000);
	unsigned i;

	(void)state;
	for (i = n; i-- > 0;)
		put("subject=s|predicate=killed|chain=A%u + A%u|value=5", i,
		    i + 1);
	weigh();
	assert_int_equal(question(0)->party_count, 1);
}

static void wholes_that_are_all_less_than_their_parts(void **state)
{
	unsigned n = size_of(400);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++) {
		put("kind=term|as=place|part=s%u|whole=s%u", i, i + 1);
		put("subject=s|predicate=killed|place=s%u|chain=A|value=%u",
		    i, n - i);
	}
	weigh();
}

static void support_of_many_subjects(void **state)
{
	unsigned n = size_of(1000);
	unsigned i;

	(void)state;
	for (i = 0; i < n; i++) {
		put("kind=term|as=source|same=a%u,b%u", i, i);
		put("subject=s%u|predicate=killed|chain=A|value=5", i);
		put("subject=s%u|predicate=killed|chain=B|value=5", i);
	}
	assert_int_equal(find("origins:2"), 2 * n);
}

static void support_by_many_origins(void **state)
{
	unsigned n = size_of(800);
	unsigned i;

	(void)state;
	put("kind=term|as=place|part=Sudzha|whole=Kursk");
	for (i = 0; i < n; i++)
		put("subject=s|predicate=held|chain=A%u|value=place %u", i, i);
	assert_int_equal(find("origins:2.."), n > 4096 ? n : 0);
}

/* ---- Running ---- */

static int set_up(void **state)
{
	struct hear_err err;

	(void)state;
	grown = calloc(1, sizeof *grown);
	assert_non_null(grown);
	filed_open(&grown->filed);
	grown->known_by_ms = INT64_MAX;
	filed_ok(hear_write_begin(&grown->writer, grown->filed.dataset,
				  filed_now, &err),
		 &err);
	read_again();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	hear_weighing_free(grown->made);
	hear_reader_done(&grown->reader);
	hear_write_abort(grown->writer);
	filed_close(&grown->filed);
	free(grown);
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		CASE(many_claims_of_one_document_without_a_date),
		CASE(one_origin_says_the_same_again_and_again),
		CASE(denials_of_denials_of_denials),
		CASE(one_origin_takes_back_one_after_the_other),
		CASE(one_origin_denies_what_it_never_said),
		CASE(a_long_chain_of_parts),
		CASE(a_long_chain_of_names_that_are_the_same),
		CASE(who_is_counted_in_every_way),
		CASE(many_texts_answer_one_question),
		CASE(many_texts_of_one_origin),
		CASE(many_definitions_of_one_another),
		CASE(many_definitions_of_one_sum),
		CASE(many_words_with_a_meaning),
		CASE(many_captures_of_one_document),
		CASE(claims_of_one_document_before_it_was_published),
		CASE(many_denials_of_many_events),
		CASE(many_answers_to_one_denial_of_many_events),
		CASE(everybody_denies_what_nobody_says),
		CASE(everybody_copies),
		CASE(everybody_speaks_with_the_next_one),
		CASE(wholes_that_are_all_less_than_their_parts),
		CASE(support_of_many_subjects),
		CASE(support_by_many_origins),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
