/* SPDX-License-Identifier: ISC */
/* test_memory.c - memory that runs out while claims are weighed: whichever
 * allocation fails, alone or with all that follow, the answer is that memory
 * ran out, or the right one; and nothing is lost or used after it (ASan).
 *
 * malloc, calloc and realloc of this program alone are wrapped by the linker
 * (Makefile): what is tested knows nothing of it. */
#include "core/reader.h"
#include "core/rests.h"
#include "core/support.h"
#include "tests/unit/weighed_claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Failing ---- */

static struct {
	bool counting;
	bool all;      /* not one alone, but all that follow, too */
	unsigned left; /* allocations until one fails; 0: it has */
	unsigned failed;
} memory;

static bool fails(void)
{
	if (!memory.counting || (memory.left == 0 && !memory.all))
		return false;
	if (memory.left > 0 && --memory.left > 0)
		return false;
	memory.failed++;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

/* ---- What is asked ---- */

struct asking {
	struct filed *filed;
	struct hear_reader *reader;
	struct hear_weighing *weighing; /* made before */
	struct hear_arena *arena;
	struct hear_buffer out; /* what came of it */
	struct hear_err err;
};

typedef enum hear_code question(struct asking *asking);

/* From here on nothing fails. */
static void done(void)
{
	memory.counting = false;
}

static enum hear_code ask_weighing(struct asking *asking, const char *text)
{
	const struct hear_question *questions;
	const struct hear_finding *findings;
	struct hear_weighing *weighing = NULL;
	struct hear_query *query = NULL;
	enum hear_code code = HEAR_OK;
	size_t count;
	size_t i;

	if (text)
		code = hear_query_new(&query, hear_span_of(text), &asking->err);
	if (code == HEAR_OK)
		code = hear_weigh(&weighing, asking->reader, query,
				  &asking->err);
	done();
	hear_query_free(query);
	if (code != HEAR_OK) {
		assert_null(weighing);
		return code;
	}
	questions = hear_weighed_questions(weighing, &count);
	for (i = 0; i < count; i++) {
		hear_question_print(&questions[i], &asking->out);
		hear_buffer_print(&asking->out, " %d %u %u\n",
				  (int)questions[i].verdict,
				  questions[i].origins,
				  questions[i].voice_count);
	}
	findings = hear_weighed_findings(weighing, &count);
	for (i = 0; i < count; i++)
		hear_buffer_print(&asking->out, "%.*s\n",
				  (int)findings[i].sentence.size,
				  findings[i].sentence.data);
	hear_weighing_free(weighing);
	return HEAR_OK;
}

static enum hear_code weigh_all(struct asking *asking)
{
	return ask_weighing(asking, NULL);
}

static enum hear_code weigh_some(struct asking *asking)
{
	return ask_weighing(asking, "subject:soldiers by:A");
}

static enum hear_code roll_up(struct asking *asking)
{
	enum hear_code code = HEAR_OK;
	struct hear_rolled rolled;
	size_t count;
	unsigned i;

	(void)hear_weighed_questions(asking->weighing, &count);
	for (i = 0; i < 4 * count && code == HEAR_OK; i++) {
		code = hear_rollup(asking->weighing, i / 4,
				   (enum hear_rule)(i % 4 + 1), asking->arena,
				   &rolled, &asking->err);
		if (code == HEAR_OK)
			hear_buffer_print(&asking->out, "%.*s %.*s %.*s %u\n",
					  (int)rolled.low.size, rolled.low.data,
					  (int)rolled.best.size,
					  rolled.best.data,
					  (int)rolled.high.size,
					  rolled.high.data, rolled.rest_count);
	}
	done();
	return code;
}

static enum hear_code tally(struct asking *asking)
{
	struct hear_tallied tallied;
	enum hear_code code = HEAR_OK;
	unsigned by;
	size_t i;

	for (by = HEAR_TALLY_MONTH;
	     by <= HEAR_TALLY_SUBJECT && code == HEAR_OK; by++) {
		code = hear_tally(asking->weighing, (enum hear_tally_by)by,
				  HEAR_RULE_LATEST, asking->arena, &tallied,
				  &asking->err);
		for (i = 0; code == HEAR_OK && i < tallied.row_count; i++)
			hear_buffer_print(&asking->out, "%.*s %u %.*s %.*s\n",
					  (int)tallied.rows[i].name.size,
					  tallied.rows[i].name.data,
					  tallied.rows[i].incidents,
					  (int)tallied.rows[i].low.size,
					  tallied.rows[i].low.data,
					  (int)tallied.rows[i].high.size,
					  tallied.rows[i].high.data);
		if (code == HEAR_OK)
			hear_buffer_print(&asking->out, "left %zu\n",
					  tallied.left_count);
	}
	done();
	return code;
}

static enum hear_code track(struct asking *asking)
{
	struct hear_track *tracks;
	size_t count;
	size_t i;
	enum hear_code code =
		hear_track_records(asking->weighing, asking->reader,
				   asking->arena, &tracks, &count,
				   &asking->err);

	done();
	for (i = 0; code == HEAR_OK && i < count; i++)
		hear_buffer_print(&asking->out, "%u %u %u %u %u\n",
				  tracks[i].source, tracks[i].questions,
				  tracks[i].statements, tracks[i].denied,
				  tracks[i].retracted);
	return code;
}

static enum hear_code find(struct asking *asking, const char *text)
{
	struct hear_finder *finder = NULL;
	struct hear_query *query = NULL;
	struct hear_record record;
	enum hear_code code = hear_query_new(&query, hear_span_of(text),
					     &asking->err);

	if (code == HEAR_OK)
		code = hear_find(&finder, asking->reader, query, HEAR_BY_FILED,
				 &asking->err);
	while (code == HEAR_OK) {
		code = hear_find_next(finder, asking->arena, &record,
				      &asking->err);
		if (code == HEAR_OK)
			hear_buffer_add(&asking->out, record.id.bytes, 32);
	}
	done();
	hear_find_end(finder);
	hear_query_free(query);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code find_supported(struct asking *asking)
{
	return find(asking, "origins:2..");
}

static enum hear_code find_unanswered(struct asking *asking)
{
	return find(asking, "is:unanswered");
}

static enum hear_code find_edited(struct asking *asking)
{
	return find(asking, "is:edited");
}

static enum hear_code find_resting(struct asking *asking)
{
	return find(asking, "is:resting");
}

static enum hear_code rests(struct asking *asking)
{
	struct hear_bits all = {0};
	struct hear_ground *grounds;
	struct hear_resting *resting;
	struct hear_version *versions;
	struct hear_record record;
	size_t count = 0;
	uint64_t last = 0;
	uint64_t i;
	enum hear_code code = hear_rests_all(asking->reader, &all,
					     &asking->err);

	if (code == HEAR_OK)
		code = hear_txn_last(asking->reader->txn, HEAR_RECORDS, &last,
				     &asking->err);
	if (code == HEAR_OK && all.failed)
		code = HEAR_MEMORY;
	hear_bits_done(&all);
	for (i = 1; i <= last && code == HEAR_OK; i++) {
		code = hear_record_at(asking->reader, asking->arena, i,
				      &record, &asking->err);
		if (code == HEAR_OK)
			code = hear_rests_on(asking->reader, asking->arena,
					     &record, &grounds, &count,
					     &asking->err);
		hear_buffer_print(&asking->out, "%zu ", count);
		if (code == HEAR_OK)
			code = hear_resting_on(asking->reader, asking->arena,
					       &record.id, &resting, &count,
					       &asking->err);
		hear_buffer_print(&asking->out, "%zu ", count);
		if (code == HEAR_OK)
			code = hear_document_versions(
				asking->reader, asking->arena,
				hear_text_of(hear_map_get(record.tree,
							  "document")),
				&versions, &count, &asking->err);
		hear_buffer_print(&asking->out, "%zu\n", count);
	}
	done();
	return code;
}

/* ---- Asking it ---- */

/* Asks with the n-th allocation failing; whether one failed at all. */
static bool ask(struct filed *filed, question *asked, unsigned nth, bool all,
		int64_t known_by_ms, const struct hear_buffer *right)
{
	struct hear_view view = {filed_now + 1000000, true, HEAR_LOCAL,
				 known_by_ms};
	struct asking asking = {.filed = filed, .arena = hear_arena_new()};
	enum hear_code code;
	bool failed;

	assert_non_null(asking.arena);
	filed_ok(hear_read_begin(&asking.reader, filed->dataset, &view,
				 &asking.err),
		 &asking.err);
	filed_ok(hear_weigh(&asking.weighing, asking.reader, NULL,
			    &asking.err),
		 &asking.err);
	/* Room enough, so that what is told here does not fail. */
	hear_buffer_add(&asking.out, right->data ? right->data : "",
			right->size);
	hear_buffer_reset(&asking.out);
	memory.left = nth;
	memory.all = all;
	memory.failed = 0;
	memory.counting = true;
	code = asked(&asking);
	done();
	failed = memory.failed > 0;
	if (code == HEAR_OK && !asking.out.failed) {
		if (asking.out.size != right->size)
			print_error("allocation %u of %u: wrong answer\n", nth,
				    memory.failed);
		assert_int_equal(asking.out.size, right->size);
		assert_memory_equal(asking.out.data, right->data, right->size);
	} else if (code != HEAR_OK) {
		if (code != HEAR_MEMORY)
			print_error("allocation %u: %d, %s\n", nth, (int)code,
				    asking.err.message);
		assert_int_equal(code, HEAR_MEMORY);
		assert_true(failed);
	}
	hear_weighing_free(asking.weighing);
	hear_read_end(asking.reader);
	hear_arena_free(asking.arena);
	hear_buffer_done(&asking.out);
	return failed;
}

/* What comes of it where nothing fails. */
static void ask_right(struct filed *filed, question *asked,
		      int64_t known_by_ms, struct hear_buffer *right)
{
	struct hear_view view = {filed_now + 1000000, true, HEAR_LOCAL,
				 known_by_ms};
	struct asking asking = {.filed = filed, .arena = hear_arena_new()};

	filed_ok(hear_read_begin(&asking.reader, filed->dataset, &view,
				 &asking.err),
		 &asking.err);
	filed_ok(hear_weigh(&asking.weighing, asking.reader, NULL,
			    &asking.err),
		 &asking.err);
	filed_ok(asked(&asking), &asking.err);
	assert_true(asking.out.size > 0);
	hear_weighing_free(asking.weighing);
	hear_read_end(asking.reader);
	hear_arena_free(asking.arena);
	*right = asking.out;
}

static void ask_failing(void **state, question *asked)
{
	static const int64_t known_by[] = {
		INT64_MAX, INT64_C(1736899200000) /* 2025-01-15 */};
	size_t i;

	for (i = 0; i < 4; i++) {
		struct hear_buffer right = {0};
		unsigned nth = 1;

		ask_right(*state, asked, known_by[i / 2], &right);
		while (ask(*state, asked, nth, i % 2, known_by[i / 2], &right))
			nth++;
		assert_true(nth > 1);
		hear_buffer_done(&right);
	}
}

#define ASKING(name, asked)                                                    \
	static void name(void **state)                                         \
	{                                                                      \
		ask_failing(state, asked);                                     \
	}

ASKING(weighing_all_is_right_or_out_of_memory, weigh_all)
ASKING(weighing_some_is_right_or_out_of_memory, weigh_some)
ASKING(rolling_up_is_right_or_out_of_memory, roll_up)
ASKING(a_tally_is_right_or_out_of_memory, tally)
ASKING(track_records_are_right_or_out_of_memory, track)
ASKING(support_is_right_or_out_of_memory, find_supported)
ASKING(silence_is_right_or_out_of_memory, find_unanswered)
ASKING(what_was_edited_is_right_or_out_of_memory, find_edited)
ASKING(what_rests_is_found_or_out_of_memory, find_resting)
ASKING(what_rests_is_right_or_out_of_memory, rests)

/* ---- A dataset with something of everything ---- */

static void capture(struct filed *f, const char *published, char digit)
{
	struct hear_value *map = hear_make_map(f->arena);
	char hash[65];

	memset(hash, digit, 64);
	hash[64] = '\0';
	filed_set(f->arena, map, "kind", "capture");
	filed_set(f->arena, map, "document", "d1");
	filed_set(f->arena, map, "published", published);
	filed_set(f->arena, map, "sha256", hash);
	(void)said_file(f, map, filed_now);
}

static void retract(struct filed *f, const struct hear_id *id)
{
	struct hear_reader *reader = filed_read(f, HEAR_LOCAL);
	struct hear_value *open[6];
	enum hear_marking markings[6];
	struct hear_err err;
	size_t count;

	filed_ok(hear_retraction_of(reader, f->arena, id,
				    hear_identity_key(f->author), false,
				    hear_span_of("misread"), NULL, open,
				    markings, &count, &err),
		 &err);
	hear_read_end(reader);
	(void)said_file(f, open[0], filed_now);
}

static int set_up(void **state)
{
	static struct filed f;
	char re[HEAR_ID_TEXT];
	struct hear_id one;
	struct hear_id two;
	unsigned i;

	filed_open(&f);
	*state = &f;
	said_define(&f, "casualties = killed + wounded");
	said_define(&f, "dozens = 12..24");
	said_term(&f, "source", "B", "BB");
	said_term(&f, "subject", "soldiers", "army");
	said_term(&f, "place", "Sudzha", "Kursk");
	capture(&f, "2025-01-10", '0');
	capture(&f, "2025-01-11", '1');
	one = said(&f, (struct said){.subject = "soldiers", .value = "300",
				     .event = "2025-01-09"});
	two = said(&f, (struct said){.subject = "soldiers", .value = "310",
				     .event = "2025-01-09", .by = "B",
				     .document = "d1"});
	hear_id_print(&one, re);
	(void)said(&f, (struct said){.subject = "soldiers", .by = "C < D",
				     .stance = "denies", .re = re});
	(void)said(&f, (struct said){.subject = "soldiers", .by = "S",
				     .stance = "silent",
				     .event = "2025-01-09"});
	(void)said(&f, (struct said){.subject = "soldiers", .by = "E < F < E",
				     .value = "about 300",
				     .event = "2025-01-09"});
	(void)said(&f, (struct said){.subject = "soldiers", .by = "?somebody",
				     .value = "dozens", .place = "Sudzha",
				     .of = "staff,children",
				     .event = "2025-01-09"});
	(void)said(&f, (struct said){.subject = "army", .value = "5",
				     .event = "2025-01-09"});
	(void)said(&f, (struct said){.subject = "soldiers", .value = "2",
				     .predicate = "wounded",
				     .event = "2025-01-09"});
	(void)said(&f, (struct said){.subject = "soldiers", .value = "2",
				     .predicate = "casualties",
				     .event = "2025-01-09"});
	(void)said(&f, (struct said){.subject = "soldiers", .value = "Sudzha",
				     .predicate = "at"});
	(void)said(&f, (struct said){.subject = "soldiers", .value = "Kursk",
				     .predicate = "at", .by = "B"});
	hear_id_print(&two, re);
	(void)said(&f, (struct said){.subject = "soldiers", .by = "BB",
				     .stance = "withdraws", .re = re});
	for (i = 0; i < 8; i++) /* so that arrays grow */
		(void)said(&f, (struct said){.subject = "others",
					     .by = i % 2 ? "G + H" : "H < I",
					     .value = i % 3 ? "3 km" : "3000 m",
					     .since = i % 2 ? "2024" : NULL,
					     .until = i > 4 ? "2025" : NULL});
	retract(&f, &one);
	return 0;
}

static int tear_down(void **state)
{
	filed_close(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weighing_all_is_right_or_out_of_memory),
		cmocka_unit_test(weighing_some_is_right_or_out_of_memory),
		cmocka_unit_test(rolling_up_is_right_or_out_of_memory),
		cmocka_unit_test(a_tally_is_right_or_out_of_memory),
		cmocka_unit_test(track_records_are_right_or_out_of_memory),
		cmocka_unit_test(support_is_right_or_out_of_memory),
		cmocka_unit_test(silence_is_right_or_out_of_memory),
		cmocka_unit_test(what_was_edited_is_right_or_out_of_memory),
		cmocka_unit_test(what_rests_is_found_or_out_of_memory),
		cmocka_unit_test(what_rests_is_right_or_out_of_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
