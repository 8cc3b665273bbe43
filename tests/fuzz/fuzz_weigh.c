/* SPDX-License-Identifier: ISC */
/* Weighing of whatever was filed. The input is a small dataset, a record after
 * the other, each field a byte that chooses among a few, or text of the
 * input's own: chains that come back, names joined in circles, definitions
 * that lead to themselves, answers to answers, things taken back. All that
 * hearsay.h promises of a weighing holds, and weighed again, and filed in the
 * opposite order, all of it is the same. */
#include "core/reader.h"
#include "core/support.h"
#include "core/writer.h"
#include "tests/unit/golden_weighed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDS = 48, RAW = 0xf0, RAW_BYTES = 64 };

struct input {
	const uint8_t *at;
	size_t left;
};

static unsigned byte_of(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

/* ---- Fields ---- */

static const char *const subjects[] = {"soldiers", "Soldiers", "troops", "",
				       "brigade", NULL};
static const char *const predicates[] = {"killed", "wounded", "casualties",
					 "", "captured", "lost", NULL};
static const char *const whom[] = {"civilians", "children", "women", "staff",
				   NULL};
static const char *const where[] = {"", "Kursk", "Sudzha", "Rafah", NULL};
static const char *const names[] = {"A", "B", "C", "D", "N", "NIS", "E", NULL};
static const char *const dates[] = {
	"",	      "2025-01-10",	     "2025-01-11", "2025-01",
	"../2025-01", "2025-01-11T10:00:00Z", "2025-01/..", "2024", NULL};
static const char *const values[] = {
	"300", "about 300", "nearly 310", "310", "more than 3000",
	"up to 300", "270..330", "75..85..95", "3 %", "dozens", "2 km",
	"2000 m", "many", "Kursk", "Sudzha", "-5", "-5 °C", "300 °F", "0",
	"about 0", "0.1", "300 ± 20", "9999999999999999999999999999999999",
	"1000000000000000000 km", "tens", "USD 3", "5 pp", "3 h", "2 months",
	"less than 0", "NIS", NULL};
static const char *const some_stances[] = {
	"", "", "", "denies", "doubts", "withdraws", "silent", "declines",
	"possible", "expects", "asks", "unconfirmed", NULL};
static const char *const kinds_of_name[] = {
	"source", "subject", "predicate", "of", "place", "unit", NULL};
static const char *const quotes[] = {
	"", "", "about three hundred of their men were killed",
	"quite another number of their men were killed", NULL};
static const char *const documents[] = {"", "d1", "d2",
					"https://example.org/story", NULL};
static const char *const hashes[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"1111111111111111111111111111111111111111111111111111111111111111",
	"", NULL};
static const char *const asked[] = {"", "by:A", "predicate:killed",
				    "stance:denies", "origins:2",
				    "is:unanswered", "subject:troops", NULL};

/* One of `choices`, or text of the input's own. */
static struct hear_span choose(struct input *in, const char *const choices[])
{
	unsigned by = byte_of(in);
	unsigned count = 0;
	struct hear_span raw;

	if (by >= RAW) {
		raw.size = byte_of(in) % RAW_BYTES;
		raw.size = raw.size < in->left ? raw.size : in->left;
		raw.data = (const char *)in->at;
		in->at += raw.size;
		in->left -= raw.size;
		return raw;
	}
	while (choices[count])
		count++;
	return hear_span_of(choices[by % count]);
}

static void set(struct hear_arena *arena, struct hear_value *map,
		const char *key, struct hear_span text)
{
	if (text.size > 0)
		hear_map_set(arena, map, key, hear_make_text(arena, text));
}

static struct hear_value *list_of(struct hear_arena *arena, struct input *in,
				  const char *const choices[], unsigned count)
{
	struct hear_value *list = hear_make_list(arena);

	while (count-- > 0)
		hear_list_add(arena, list,
			      hear_make_text(arena, choose(in, choices)));
	return list;
}

/* "A < B + C (at 2025-01-10) < ?an official", or text of the input's own. */
static void set_chain(struct hear_arena *arena, struct hear_value *map,
		      struct input *in)
{
	unsigned hops = byte_of(in);
	struct hear_buffer line = {0};
	unsigned i;

	if (hops >= RAW) {
		in->at--;
		in->left++;
		set(arena, map, "chain", choose(in, names));
		return;
	}
	for (i = 0; i < hops % 6; i++) {
		unsigned more = byte_of(in);

		hear_buffer_text(&line, i ? " < " : "");
		if (more % 8 == 7) {
			hear_buffer_text(&line, "?an official");
			continue;
		}
		hear_buffer_span(&line, choose(in, names));
		if (more % 8 == 6) {
			hear_buffer_text(&line, " + ");
			hear_buffer_span(&line, choose(in, names));
		} else if (more % 8 == 5) {
			hear_buffer_text(&line, " (at 2025-01-");
			hear_buffer_text(&line, more & 8 ? "10)" : "12)");
		}
	}
	set(arena, map, "chain",
	    hear_arena_copy(arena, hear_buffer_view(&line)));
	hear_buffer_done(&line);
}

static void set_value(struct hear_arena *arena, struct hear_value *map,
		      struct input *in)
{
	struct hear_value *date;

	switch (byte_of(in) % 8) {
	case 0:
		break;
	case 1:
		hear_map_set(arena, map, "value",
			     hear_make_bool(arena, byte_of(in) & 1));
		break;
	case 2:
		date = hear_make_map(arena);
		set(arena, date, "date", choose(in, dates));
		hear_map_set(arena, map, "value", date);
		break;
	default:
		set(arena, map, "value", choose(in, values));
		break;
	}
}

/* ---- Records ---- */

static void set_id(struct hear_arena *arena, struct hear_value *map,
		   const char *key, const struct golden_record *record)
{
	char id[HEAR_ID_TEXT];

	hear_id_print(&record->record.id, id);
	filed_set(arena, map, key, id);
}

static bool about_another(const struct hear_record *record)
{
	return hear_map_get(record->tree, "target") ||
	       hear_map_get(record->tree, "relation");
}

static void set_answered(struct golden_filed *f, struct input *in,
			 struct hear_value *map)
{
	unsigned re = byte_of(in);
	struct golden_record *to;

	if (re % 2 == 0 || f->count == 0)
		return;
	to = &f->records[f->count - 1 - (re >> 1) % f->count];
	if (about_another(&to->record))
		return;
	set_id(f->arena, map, "re", to);
	f->records[f->count].re = to;
}

static void make_claim(struct golden_filed *f, struct input *in,
		       struct hear_value *map)
{
	struct hear_arena *arena = f->arena;
	unsigned count;

	set(arena, map, "subject", choose(in, subjects));
	set(arena, map, "predicate", choose(in, predicates));
	count = byte_of(in) % 8;
	if (count < 4 && count > 0)
		hear_map_set(arena, map, "of", list_of(arena, in, whom, count));
	set(arena, map, "place", choose(in, where));
	set(arena, map, "stance", choose(in, some_stances));
	set_value(arena, map, in);
	set_chain(arena, map, in);
	set(arena, map, "said", choose(in, dates));
	switch (byte_of(in) % 4) {
	case 1:
		set(arena, map, "since", choose(in, dates));
		break;
	case 2:
		set(arena, map, "event", choose(in, dates));
		break;
	default:
		break;
	}
	set(arena, map, "until", choose(in, dates));
	set(arena, map, "quote", choose(in, quotes));
	set(arena, map, "document", choose(in, documents));
	set_answered(f, in, map);
	if (!hear_map_get(map, "subject") && !hear_map_get(map, "predicate"))
		set(arena, map, "text", choose(in, quotes));
}

static void make_term(struct golden_filed *f, struct input *in,
		      struct hear_value *map)
{
	static const char *const *const which[] = {names,      subjects,
						   predicates, whom,
						   where,      values};
	unsigned kind = byte_of(in) % 6;
	unsigned same = byte_of(in);

	filed_set(f->arena, map, "as", kinds_of_name[kind]);
	if (same % 2) {
		hear_map_set(f->arena, map, "same",
			     list_of(f->arena, in, which[kind], 2));
		return;
	}
	set(f->arena, map, "part", choose(in, which[kind]));
	set(f->arena, map, "whole", choose(in, which[kind]));
}

static void make_definition(struct golden_filed *f, struct input *in,
			    struct hear_value *map)
{
	unsigned how = byte_of(in);

	if (how % 4 == 0) {
		set(f->arena, map, "name", choose(in, values));
		set(f->arena, map, "means", choose(in, values));
		return;
	}
	set(f->arena, map, "name",
	    choose(in, how % 4 == 1 ? whom : predicates));
	hear_map_set(f->arena, map, "sum",
		     list_of(f->arena, in, how % 4 == 1 ? whom : predicates,
			     1 + how / 4 % 4));
}

static void make_capture(struct golden_filed *f, struct input *in,
			 struct hear_value *map)
{
	set(f->arena, map, "document", choose(in, documents));
	set(f->arena, map, "published", choose(in, dates));
	set(f->arena, map, "retrieved", choose(in, dates));
	set(f->arena, map, "sha256", choose(in, hashes));
}

/* What is about another record; the first of all is about none. */
static bool make_about(struct golden_filed *f, struct input *in,
		       struct hear_value *map)
{
	unsigned how = byte_of(in);
	size_t at = f->count ? byte_of(in) % f->count : 0;

	if (f->count == 0)
		return false;
	if (how % 3 == 0) {
		f->records[at].retracted = true;
		return false;
	}
	if (how % 3 == 1) {
		filed_set(f->arena, map, "kind", "assessment");
		filed_set(f->arena, map, "credibility", "5");
		set_id(f->arena, map, "target", &f->records[at]);
		return true;
	}
	filed_set(f->arena, map, "kind", "relation");
	filed_set(f->arena, map, "relation",
		  how % 2 ? "repeats" : "contradicts");
	set_id(f->arena, map, "from", &f->records[at]);
	set_id(f->arena, map, "to",
	       &f->records[byte_of(in) % f->count]);
	return true;
}

static void take_record(struct golden_filed *f, struct input *in)
{
	struct golden_record *record = &f->records[f->count];
	struct hear_value *map = hear_make_map(f->arena);
	unsigned kind = byte_of(in) % 16;

	memset(record, 0, sizeof *record);
	if (kind == 15) {
		if (!make_about(f, in, map))
			return;
	} else if (kind == 14) {
		filed_set(f->arena, map, "kind", "capture");
		make_capture(f, in, map);
	} else if (kind == 13) {
		filed_set(f->arena, map, "kind", "definition");
		make_definition(f, in, map);
	} else if (kind > 10) {
		filed_set(f->arena, map, "kind", "term");
		make_term(f, in, map);
	} else {
		filed_set(f->arena, map, "kind", "claim");
		make_claim(f, in, map);
	}
	if (hear_record_make(f->arena, map, &record->record, NULL) != HEAR_OK ||
	    *golden_label_of(f, &record->record.id) != '(')
		return;
	(void)snprintf(record->label, sizeof record->label, "r%zu", f->count);
	f->count++;
}

/* ---- Filing ---- */

static struct filed *node(void);

static void close_node(void)
{
	filed_close(node());
}

static struct filed *node(void)
{
	static struct filed filed;

	if (!filed.dataset) {
		filed_open(&filed);
		assert_int_equal(atexit(close_node), 0);
	}
	return &filed;
}

static void retract(struct hear_writer *writer, struct filed *at,
		    struct golden_filed *f, const struct hear_id *filing)
{
	struct hear_outcome outcome;
	struct hear_record record;
	struct hear_err err;
	char id[HEAR_ID_TEXT];
	size_t i;

	hear_id_print(filing, id);
	for (i = 0; i < f->count; i++) {
		struct hear_value *map = hear_make_map(f->arena);
		struct hear_value *filings = hear_make_list(f->arena);

		if (!f->records[i].retracted)
			continue;
		filed_set(f->arena, map, "kind", "retraction");
		set_id(f->arena, map, "record", &f->records[i]);
		hear_list_add(f->arena, filings,
			      hear_make_text(f->arena, hear_span_of(id)));
		hear_map_set(f->arena, map, "filings", filings);
		filed_set(f->arena, map, "reason", "misread");
		filed_ok(hear_record_make(f->arena, map, &record, &err), &err);
		filed_ok(hear_write_file(writer, at->author, HEAR_GREEN,
					 &record, 1, &outcome, &err),
			 &err);
	}
}

/* Nothing comes before what it names. */
static void put(struct golden_filed *f, const struct golden_record *record,
		bool *done, struct hear_record *records, size_t *count)
{
	if (done[record - f->records] || about_another(&record->record))
		return;
	if (record->re)
		put(f, record->re, done, records, count);
	done[record - f->records] = true;
	records[(*count)++] = record->record;
}

/* Nothing of it reaches the disk: what is read is the writer's. */
static struct hear_writer *file(struct golden_filed *f, bool backwards)
{
	struct filed *at = node();
	struct hear_writer *writer = NULL;
	struct hear_record records[RECORDS];
	bool done[RECORDS] = {false};
	struct hear_outcome outcome;
	struct hear_err err;
	size_t count = 0;
	size_t i;

	filed_ok(hear_write_begin(&writer, at->dataset, filed_now, &err), &err);
	for (i = 0; i < f->count; i++)
		put(f, &f->records[backwards ? f->count - 1 - i : i], done,
		    records, &count);
	if (count > 0) {
		filed_ok(hear_write_file(writer, at->author, HEAR_GREEN,
					 records, count, &outcome, &err),
			 &err);
		for (i = 0; i < f->count; i++)
			if (about_another(&f->records[i].record))
				filed_ok(hear_write_file(
						 writer, at->author, HEAR_RED,
						 &f->records[i].record, 1,
						 &(struct hear_outcome){0},
						 &err),
					 &err);
		for (i = 0; i < f->count; i++)
			f->records[i].retracted =
				f->records[i].retracted &&
				!about_another(&f->records[i].record);
		retract(writer, at, f, &outcome.filing);
	}
	filed_ok(hear_writer_flush(writer, &err), &err);
	return writer;
}

/* ---- What it comes to ---- */

static void write_rows(const struct weighed *w, struct hear_arena *arena,
		       struct hear_buffer *out)
{
	struct hear_tallied tallied;
	struct hear_err err;
	unsigned by;
	unsigned rule;
	size_t i;

	for (by = HEAR_TALLY_MONTH; by <= HEAR_TALLY_SUBJECT; by++)
		for (rule = 0; rule < RULES; rule++) {
			uint32_t incidents = 0;

			filed_ok(hear_tally(w->made, (enum hear_tally_by)by,
					    rules[rule], arena, &tallied, &err),
				 &err);
			for (i = 0; i < tallied.row_count; i++) {
				const struct hear_tally_row *row =
					&tallied.rows[i];

				hear_buffer_print(
					out, "row %u %.*s %u %u %u %u ",
					row->kind, (int)row->name.size,
					row->name.data, row->incidents,
					row->disputed, row->unnamed,
					row->parts);
				hear_buffer_span(out, row->low);
				hear_buffer_text(out, " ");
				hear_buffer_span(out, row->best);
				hear_buffer_text(out, " ");
				hear_buffer_span(out, row->high);
				hear_buffer_print(out, " %d%d%d\n",
						  row->low_open, row->high_open,
						  row->overflow);
				assert_true(row->incidents > 0);
				assert_true(row->disputed <= row->incidents);
				assert_true(row->unnamed <= row->incidents);
				if (row->kind == HEAR_TALLY_ALL)
					incidents += row->incidents;
			}
			for (i = 0; i < tallied.left_count; i++) {
				assert_true(tallied.left[i].question <
					    w->all.question_count);
				assert_true(golden_within(
					tallied.left[i].counted_in,
					w->all.question_count));
				hear_buffer_print(
					out, "left %u %s %u\n",
					tallied.left[i].question,
					hear_untallied_name(
						tallied.left[i].reason),
					tallied.left[i].counted_in);
			}
			assert_true(incidents + tallied.left_count <=
				    w->all.question_count);
		}
}

static void write_tracks(const struct weighed *w, struct hear_reader *reader,
			 struct hear_arena *arena, struct hear_buffer *out)
{
	struct hear_track *tracks;
	struct hear_err err;
	size_t count;
	size_t i;

	filed_ok(hear_track_records(w->made, reader, arena, &tracks, &count,
				    &err),
		 &err);
	assert_true(count <= w->all.source_count);
	for (i = 0; i < count; i++) {
		const struct hear_track *t = &tracks[i];

		assert_true(t->source < w->all.source_count);
		assert_true(t->questions > 0 &&
			    t->questions <= w->all.question_count);
		assert_true(t->statements <= w->all.voice_count);
		assert_true(t->corrected + t->corrected_by_relays +
				    t->withdrawn + t->withdrawn_by_relays +
				    t->reversed <=
			    t->statements);
		assert_true(t->contradicted <= w->all.question_count);
		assert_true(t->denied <= w->all.question_count);
		hear_buffer_print(out,
				  "track %.*s %u %u %u %u %u %u %u %u %u %u\n",
				  (int)source_name(w, t->source).size,
				  source_name(w, t->source).data, t->questions,
				  t->statements, t->corrected,
				  t->corrected_by_relays, t->withdrawn,
				  t->withdrawn_by_relays, t->reversed,
				  t->contradicted, t->denied, t->retracted);
	}
}

static void write_records(const struct golden_filed *f,
			  struct hear_reader *reader, struct hear_arena *arena,
			  struct hear_buffer *out)
{
	struct hear_support support;
	struct hear_ground *grounds;
	struct hear_resting *resting;
	struct hear_version *versions;
	struct hear_err err;
	uint64_t number;
	bool known;
	size_t count;
	size_t i;

	for (i = 0; i < f->count; i++) {
		const struct hear_record *record = &f->records[i].record;

		filed_ok(hear_record_number(reader->txn, &record->id, &number,
					    &err),
			 &err);
		filed_ok(hear_was_known(reader, record->tree, &known, &err),
			 &err);
		memset(&support, 0, sizeof support);
		if (known) /* else it is not in view */
			filed_ok(hear_support_of(reader, number, record,
						 &support, &err),
				 &err);
		hear_buffer_print(out, "record %zu origins %u%s", i,
				  support.origins,
				  support.unanswered ? " unanswered" : "");
		filed_ok(hear_rests_on(reader, arena, record, &grounds, &count,
				       &err),
			 &err);
		hear_buffer_print(out, " rests on %zu", count);
		filed_ok(hear_resting_on(reader, arena, &record->id, &resting,
					 &count, &err),
			 &err);
		hear_buffer_print(out, " resting %zu\n", count);
		filed_ok(hear_document_versions(
				 reader, arena,
				 hear_text_of(hear_map_get(record->tree,
							   "document")),
				 &versions, &count, &err),
			 &err);
		hear_buffer_print(out, " versions %zu\n", count);
	}
}

/* A conflict is never without what tells which. */
static void check_told(struct golden *g, const struct golden_all *all)
{
	uint32_t i;
	uint32_t at;

	for (i = 0; i < all->question_count; i++) {
		const struct hear_question *q = &all->questions[i];
		bool conflict = false;
		bool denied = false;

		for (at = 0; at < q->finding_count; at++) {
			enum hear_finding_kind kind =
				all->findings[q->first_finding + at].found;

			conflict = conflict || kind == HEAR_FOUND_CONFLICT ||
				   kind == HEAR_FOUND_DIFFERS ||
				   kind == HEAR_FOUND_PART_OVER_WHOLE ||
				   kind == HEAR_FOUND_SUM_FAILS;
			denied = denied || kind == HEAR_FOUND_DENIED;
		}
		golden_hold(g, q->verdict >= HEAR_VERDICT_NONE &&
				    q->verdict <= HEAR_VERDICT_CONFLICT,
			    "question", i);
		golden_hold(g, q->verdict != HEAR_VERDICT_CONFLICT || conflict,
			    "question", i);
		golden_hold(g, q->verdict != HEAR_VERDICT_DENIED || denied,
			    "question", i);
	}
}

/* Voices of a party are in order of until and said. */
static void check_order(struct golden *g, const struct golden_all *all)
{
	uint32_t i;

	for (i = 1; i < all->voice_count; i++) {
		const struct hear_voice *one = &all->voices[i - 1];
		const struct hear_voice *two = &all->voices[i];
		const struct hear_weighed *a = &all->claims[one->claim];
		const struct hear_weighed *b = &all->claims[two->claim];

		golden_hold(g, one->question <= two->question, "voice", i);
		if (one->question != two->question || one->party != two->party)
			continue;
		golden_hold(g, a->until_ms <= b->until_ms, "voice", i);
		golden_hold(g, a->until_ms < b->until_ms ||
				    a->said_ms <= b->said_ms,
			    "voice", i);
	}
}

static void weigh_once(struct golden_filed *f, struct hear_writer *writer,
		       const struct hear_view *view, struct hear_buffer *out)
{
	static struct hear_reader reader;
	struct hear_arena *arena = hear_arena_new();
	struct weighed w = {.g = f->g, .filed = f};
	struct hear_query *query = NULL;
	struct hear_err err;

	assert_non_null(arena);
	filed_ok(hear_reader_over(&reader, node()->dataset, writer->txn, view,
				  &err),
		 &err);
	if (*f->ask)
		filed_ok(hear_query_new(&query, hear_span_of(f->ask), &err),
			 &err);
	filed_ok(hear_weigh(&w.made, &reader, query, &err), &err);
	w.all = golden_all_of(w.made);
	golden_sound(f->g, &w.all);
	check_told(f->g, &w.all);
	check_order(f->g, &w.all);
	assert_int_equal(f->g->wrong, 0);
	write_rows(&w, arena, out);
	write_tracks(&w, &reader, arena, out);
	write_records(f, &reader, arena, out);
	write_all(&w, out);
	hear_weighing_free(w.made);
	hear_query_free(query);
	hear_reader_done(&reader);
	hear_arena_free(arena);
}

/* The first lines that differ are told. */
static void differ(const struct hear_buffer *one, const struct hear_buffer *two)
{
	size_t line = 0;
	size_t at = 0;

	while (at < one->size && at < two->size &&
	       one->data[at] == two->data[at])
		if (one->data[at++] == '\n')
			line = at;
	if (at == one->size && at == two->size)
		return;
	fprintf(stderr, "one order:   %.*s\nthe other:   %.*s\n",
		(int)strcspn(one->data + line, "\n"), one->data + line,
		(int)strcspn(two->data + line, "\n"), two->data + line);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct golden_filed f;
	char line[] = "the input";
	char *const lines[] = {line};
	struct golden g = {.file = "input", .name = "", .lines = lines,
			   .line = 1};
	struct hear_view view = {filed_now, true, HEAR_RED, INT64_MAX};
	struct hear_buffer forwards = {0};
	struct hear_buffer again = {0};
	struct hear_buffer backwards = {0};
	struct input in = {data, size};
	struct hear_writer *writer;
	unsigned how = byte_of(&in);

	memset(&f, 0, sizeof f);
	f.g = &g;
	f.arena = hear_arena_new();
	assert_non_null(f.arena);
	f.ask = asked[how % 7];
	if (how & 64)
		view.known_by_ms = INT64_C(1736553600000); /* 2025-01-11 */
	while (in.left > 0 && f.count < RECORDS)
		take_record(&f, &in);
	writer = file(&f, false);
	weigh_once(&f, writer, &view, &forwards);
	weigh_once(&f, writer, &view, &again);
	hear_write_abort(writer);
	writer = file(&f, true);
	weigh_once(&f, writer, &view, &backwards);
	hear_write_abort(writer);
	differ(&forwards, &again);
	differ(&forwards, &backwards);
	hear_buffer_done(&forwards);
	hear_buffer_done(&again);
	hear_buffer_done(&backwards);
	hear_arena_free(f.arena);
	return 0;
}
