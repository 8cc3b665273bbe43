/* SPDX-License-Identifier: ISC */
#include "tools/timeline.h"
#include "core/bytes.h"
#include "core/error.h"
#include "tools/output.h"
#include "tools/weighed.h"

#include <stdlib.h>
#include <string.h>

enum {
	DAY_MS = 24 * 60 * 60 * 1000,
	DATE_SIZE = 10, /* 2025-01-13 */
	NUMBER_BYTES = 64
};

/* A point, and which series it is of. */
struct staged {
	size_t series;
	struct chart_point point;
};

struct making {
	struct timeline *timeline;
	const struct timeline_group *group;
	const struct hear_question *question; /* at hand */
	struct hear_span title;		      /* its own */
	/* What the questions of the group have in common, by the words of one
	 * claim: see key_of_tree(). */
	struct hear_buffer key;
	const struct hear_question *questions;
	const struct hear_voice *voices;
	const struct hear_weighed *claims;
	const struct hear_party *parties;
	const struct hear_source *sources;
	size_t source_count;
	struct hear_reader *reader;
	struct hear_arena *arena;
	struct hear_arena *record; /* what is read of one record */
	struct chart_series *series;
	size_t *series_of; /* by origin: its series and one, or 0 */
	struct staged *staged;
	size_t staged_count;
	const struct timeline_taken *taken;
	size_t taken_count;
	struct hear_buffer text;
};

static struct hear_span keep(struct making *making)
{
	return hear_arena_copy(making->arena, hear_buffer_view(&making->text));
}

/* ---- When ---------------------------------------------------------------- */

/* When something is said to be: [from, to). */
struct span {
	int64_t from;
	int64_t to;
};

/* A date of the record, unless it says nothing. */
static bool read_date(const struct hear_value *tree, const char *field,
		      struct hear_span *text, struct span *out)
{
	*text = hear_text_of(hear_map_get(tree, field));
	return text->size > 0 &&
	       hear_date_read(*text, &out->from, &out->to, NULL) == HEAR_OK &&
	       (out->from != INT64_MIN || out->to != INT64_MAX);
}

/* The day that ends with, or holds, a millisecond. */
static void on_day_of(int64_t ms, struct chart_point *point)
{
	point->from_ms = ms - ((ms % DAY_MS) + DAY_MS) % DAY_MS;
	point->to_ms = point->from_ms + DAY_MS;
}

/* Where several events are drawn, each is at its own time; one where nobody
 * tells when it was said. */
static void place_at_event(const struct hear_question *question,
			   struct chart_point *point, struct timeline_row *row)
{
	point->from_ms = question->from_ms;
	point->to_ms = question->to_ms == INT64_MAX ? INT64_MAX
						    : question->to_ms + 1;
	row->when = question->since;
}

static void place_in_time(struct making *making,
			  const struct hear_weighed *claim,
			  const struct hear_value *tree,
			  struct chart_point *point, struct timeline_row *row)
{
	struct span when;
	struct hear_span text;

	point->from_ms = INT64_MIN;
	point->to_ms = INT64_MAX;
	if (read_date(tree, "until", &text, &when) && when.to != INT64_MAX) {
		/* A total counts up to the end of what is written. */
		if (when.to - DAY_MS > when.from)
			when.from = when.to - DAY_MS;
		point->from_ms = when.from;
		point->to_ms = when.to;
	} else if (read_date(tree, "said", &text, &when)) {
		point->from_ms = when.from;
		point->to_ms = when.to;
	} else if (claim->said_ms != INT64_MIN && claim->said_ms != INT64_MAX) {
		on_day_of(claim->said_ms, point);
		hear_buffer_reset(&making->text);
		hear_date_print(point->from_ms, &making->text);
		text = hear_buffer_view(&making->text);
		text.size = text.size > DATE_SIZE ? DATE_SIZE : text.size;
	} else {
		if (making->question->window == HEAR_WINDOW_EVENT)
			place_at_event(making->question, point, row);
		return;
	}
	row->when = hear_arena_copy(making->arena, text);
}

/* ---- What ---------------------------------------------------------------- */

static bool number_in(const struct hear_value *value, const char *field,
		      double *out)
{
	struct hear_span text = hear_text_of(hear_map_get(value, field));
	char digits[NUMBER_BYTES];

	if (text.size == 0 || text.size >= sizeof digits)
		return false;
	memcpy(digits, text.data, text.size);
	digits[text.size] = '\0';
	*out = strtod(digits, NULL);
	return true;
}

/* What was best, of the unit that all were read in: it divides the interval
 * as it did before. */
static void set_best(const struct hear_value *value, struct chart_point *point)
{
	double low;
	double best;
	double high;

	if (!number_in(value, "lo", &low) || !number_in(value, "hi", &high) ||
	    !number_in(value, "best", &best) || !(high > low))
		return;
	point->has_best = true;
	point->best = point->low +
		      (best - low) / (high - low) * (point->high - point->low);
}

static void set_figure(struct making *making, const struct hear_weighed *claim,
		       const struct hear_value *value,
		       struct chart_point *point)
{
	point->low_unbounded = claim->extent.low.size == 0;
	point->high_unbounded = claim->extent.high.size == 0;
	point->low = claim->extent.from;
	point->high = claim->extent.to;
	point->about = claim->about;
	set_best(value, point);
	hear_buffer_reset(&making->text);
	weighed_figure(claim, &making->text);
}

/* Whether it has a place in the chart: what is only expected, asked or held
 * possible has none. */
static bool set_what(struct making *making, const struct hear_weighed *claim,
		     const struct hear_value *tree, struct chart_point *point)
{
	switch (claim->stance) {
	case HEAR_ASSERTS:
		point->what = CHART_FIGURE;
		if (claim->answer == HEAR_ANSWER_FIGURE) {
			set_figure(making, claim, hear_map_get(tree, "value"),
				   point);
			return true;
		}
		break;
	case HEAR_DENIES:
	case HEAR_DOUBTS:
		point->what = CHART_DENIED;
		return true;
	case HEAR_SILENT:
	case HEAR_DECLINES:
		point->what = CHART_SILENT;
		return true;
	case HEAR_WITHDRAWS:
		point->what = CHART_WITHDRAWN;
		return true;
	case HEAR_POSSIBLE:
	case HEAR_EXPECTS:
	case HEAR_ASKS:
	case HEAR_UNCONFIRMED:
		break;
	}
	return false;
}

/* What set_figure() has not said. */
static void say(struct making *making, const struct hear_weighed *claim)
{
	if (claim->stance == HEAR_ASSERTS &&
	    claim->answer == HEAR_ANSWER_FIGURE)
		return;
	hear_buffer_reset(&making->text);
	if (claim->stance != HEAR_ASSERTS)
		hear_buffer_text(&making->text,
				 hear_stance_name(claim->stance));
	if (claim->stance != HEAR_ASSERTS && claim->value.size > 0)
		hear_buffer_text(&making->text, ": ");
	hear_buffer_span(&making->text, claim->value);
}

static const char *fate_of(const struct making *making,
			   const struct hear_voice *voice)
{
	if (voice->party == HEAR_NOBODY)
		return "unnamed";
	if (voice->move == HEAR_MOVE_ASIDE)
		return "aside";
	if (voice->after == HEAR_NOBODY)
		return voice->stands ? "stands" : "aside";
	switch (making->voices[voice->after].move) {
	case HEAR_MOVE_CORRECTS:
		return "corrected";
	case HEAR_MOVE_WITHDRAWS:
		return "withdrawn";
	case HEAR_MOVE_REVERSES:
		return "reversed";
	case HEAR_MOVE_REPEATS:
		return "repeated";
	case HEAR_MOVE_UPDATES:
	case HEAR_MOVE_RENEWS:
	case HEAR_MOVE_FIRST:
	case HEAR_MOVE_DIFFERS:
	case HEAR_MOVE_ASIDE:
		break;
	}
	return "updated";
}

/* ---- Which question, by words alone -------------------------------------- */

static bool same_text(struct hear_span a, struct hear_span b)
{
	struct hear_buffer left = {0};
	struct hear_buffer right = {0};
	bool same;

	hear_text_fold(a, &left);
	hear_text_fold(b, &right);
	same = hear_span_equal(hear_buffer_view(&left),
			       hear_buffer_view(&right));
	hear_buffer_done(&left);
	hear_buffer_done(&right);
	return same;
}

static void add_part(struct hear_span text, struct hear_buffer *out)
{
	hear_text_fold(text, out);
	hear_buffer_byte(out, '\0');
}

/* Subject, predicate, of, place, unit and window, folded. Vocabulary is not
 * asked: what was taken back is not weighed. */
static void key_of_tree(const struct hear_value *tree, bool with_event,
			struct hear_buffer *out)
{
	const struct hear_value *of = hear_map_get(tree, "of");
	struct hear_span event = hear_text_of(hear_map_get(tree, "event"));
	struct hear_span since = hear_text_of(hear_map_get(tree, "since"));
	size_t i;

	add_part(hear_text_of(hear_map_get(tree, "subject")), out);
	add_part(hear_text_of(hear_map_get(tree, "predicate")), out);
	for (i = 0; i < hear_count_of(of); i++)
		add_part(hear_text_of(hear_item_of(of, i)), out);
	hear_buffer_byte(out, '\1');
	add_part(
		hear_text_of(hear_map_get(hear_map_get(tree, "place"), "name")),
		out);
	add_part(
		hear_text_of(hear_map_get(hear_map_get(tree, "value"), "unit")),
		out);
	if (event.size > 0)
		add_part(with_event ? event : hear_span_of("event"), out);
	else if (since.size > 0 && !hear_span_is(since, ".."))
		add_part(since, out);
}

/* ---- Who ----------------------------------------------------------------- */

static struct hear_span unnamed_of(struct making *making,
				   const struct hear_weighed *claim)
{
	if (claim->unnamed.size == 0)
		return hear_span_of("no origin given");
	hear_buffer_reset(&making->text);
	hear_buffer_text(&making->text, "unnamed: ");
	hear_buffer_span(&making->text, claim->unnamed);
	return keep(making);
}

/* Why one counts as no origin is told where the chart is of one question. */
static struct hear_span name_of(struct making *making,
				const struct hear_party *party)
{
	struct hear_span name = {NULL, 0};

	if (party->name != HEAR_NOBODY)
		name = making->sources[party->name].name;
	if (making->group->count > 1 ||
	    (!party->circular && party->copies == HEAR_NOBODY))
		return name;
	hear_buffer_reset(&making->text);
	hear_buffer_span(&making->text, name);
	hear_buffer_text(&making->text, party->circular
						? " (only cited in a circle)"
						: " (repeats another's words)");
	return keep(making);
}

static size_t new_series(struct making *making, struct hear_span name)
{
	struct chart *chart = &making->timeline->chart;

	making->series[chart->count] = (struct chart_series){.name = name};
	return chart->count++;
}

static size_t series_named(struct making *making, struct hear_span name)
{
	const struct chart *chart = &making->timeline->chart;
	size_t i;

	for (i = 0; i < chart->count; i++)
		if (same_text(making->series[i].name, name))
			return i;
	return new_series(making, hear_arena_copy(making->arena, name));
}

/* An origin is one series, whichever of its names it goes by. */
static size_t series_of(struct making *making, const struct hear_party *party)
{
	uint32_t origin = party->name == HEAR_NOBODY
				  ? HEAR_NOBODY
				  : making->sources[party->name].origin;

	if (making->group->count == 1 || origin >= making->source_count)
		return new_series(making, name_of(making, party));
	if (making->series_of[origin] == 0)
		making->series_of[origin] =
			new_series(making, name_of(making, party)) + 1;
	return making->series_of[origin] - 1;
}

static bool is_wanted(const struct making *making, uint32_t first,
		      uint32_t count)
{
	uint32_t i;

	for (i = first; i < first + count; i++) {
		const struct hear_weighed *claim =
			&making->claims[making->voices[i].claim];

		if (claim->asked || claim->stance != HEAR_ASSERTS)
			return true;
	}
	return false;
}

/* ---- Putting it together ------------------------------------------------- */

static void stage(struct making *making, size_t series,
		  const struct chart_point *point)
{
	struct staged *staged = &making->staged[making->staged_count++];

	staged->series = series;
	staged->point = *point;
	making->series[series].count++;
	making->timeline->figures += point->what == CHART_FIGURE;
}

/* A withdrawal is drawn as the act of whoever is charged with it: a dataset
 * that takes a figure out is not its origin taking it back. */
static size_t who_withdrew(struct making *making,
			   const struct hear_voice *voice,
			   const struct chart_point *point, size_t series)
{
	if (point->what != CHART_WITHDRAWN || voice->charged == HEAR_NOBODY ||
	    voice->party == HEAR_NOBODY ||
	    making->sources[voice->charged].origin ==
		    making->sources[making->parties[voice->party].name].origin)
		return series;
	return series_named(making, making->sources[voice->charged].name);
}

static enum hear_code add_voice(struct making *making, uint32_t index,
				size_t series, struct hear_err *err)
{
	struct timeline *timeline = making->timeline;
	const struct hear_voice *voice = &making->voices[index];
	const struct hear_weighed *claim = &making->claims[voice->claim];
	struct timeline_row *row = &timeline->rows[timeline->row_count];
	struct hear_record record = {0};
	struct chart_point point = {0};
	enum hear_code code;
	bool drawn;

	hear_arena_reset(making->record);
	code = hear_get(making->reader, making->record, &claim->id, &record,
			err);
	if (code == HEAR_NOTFOUND)
		return HEAR_OK; /* purged meanwhile */
	if (code != HEAR_OK)
		return code;
	memset(row, 0, sizeof *row);
	row->claim = claim;
	row->voice = index;
	row->question = making->title;
	row->origin = making->series[series].name;
	row->fate = fate_of(making, voice);
	drawn = set_what(making, claim, record.tree, &point);
	if (drawn && point.what == CHART_FIGURE && making->key.size == 0)
		key_of_tree(record.tree, making->group->count == 1,
			    &making->key);
	say(making, claim);
	row->said = keep(making);
	point.label = row->said;
	point.struck = !voice->stands && voice->move != HEAR_MOVE_ASIDE &&
		       voice->party != HEAR_NOBODY;
	if (making->group->count > 1)
		place_at_event(making->question, &point, row);
	else
		place_in_time(making, claim, record.tree, &point, row);
	timeline->row_count++;
	if (claim->marking > timeline->marking)
		timeline->marking = claim->marking;
	if (drawn)
		stage(making, who_withdrew(making, voice, &point, series),
		      &point);
	return HEAR_OK;
}

static enum hear_code add_party(struct making *making,
				const struct hear_party *party,
				struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t series;
	uint32_t i;

	if (!is_wanted(making, party->first_voice, party->voice_count))
		return HEAR_OK;
	series = series_of(making, party);
	for (i = 0; code == HEAR_OK && i < party->voice_count; i++)
		code = add_voice(making, party->first_voice + i, series, err);
	return code;
}

/* Two who are not named are never known to be one: each is its own series. */
static enum hear_code add_unnamed(struct making *making, uint32_t index,
				  struct hear_err *err)
{
	const struct hear_weighed *claim =
		&making->claims[making->voices[index].claim];

	if (!is_wanted(making, index, 1))
		return HEAR_OK;
	return add_voice(making, index,
			 new_series(making, unnamed_of(making, claim)), err);
}

/* One that was taken back, if it would have answered a question here. */
static void add_taken(struct making *making, const struct timeline_taken *taken)
{
	struct timeline *timeline = making->timeline;
	struct timeline_row *row = &timeline->rows[timeline->row_count];
	struct chart_point point = {.struck = true};
	struct hear_buffer key = {0};
	struct span when;
	bool is;
	size_t series;
	struct hear_span text;

	key_of_tree(taken->tree, making->group->count == 1, &key);
	is = making->key.size > 0 &&
	     hear_span_equal(hear_buffer_view(&key),
			     hear_buffer_view(&making->key));
	making->text.failed = making->text.failed || key.failed;
	hear_buffer_done(&key);
	if (!is)
		return;
	hear_buffer_reset(&making->text);
	output_origin(taken->tree, &making->text);
	series = series_named(making, making->text.size > 0
					      ? hear_buffer_view(&making->text)
					      : hear_span_of("no origin "
							     "given"));
	row->claim = &taken->claim;
	row->voice = HEAR_NOBODY;
	row->question = making->title;
	row->origin = making->series[series].name;
	row->fate = "retracted";
	(void)set_what(making, &taken->claim, taken->tree, &point);
	row->said = keep(making);
	point.label = row->said;
	if (making->group->count > 1 &&
	    read_date(taken->tree, "event", &text, &when)) {
		point.from_ms = when.from;
		point.to_ms = when.to;
		row->when = hear_arena_copy(making->arena, text);
	} else {
		place_in_time(making, &taken->claim, taken->tree, &point, row);
	}
	timeline->row_count++;
	if (taken->claim.marking > timeline->marking)
		timeline->marking = taken->claim.marking;
	stage(making, series, &point);
}

static enum hear_code add_question(struct making *making, uint32_t index,
				   struct hear_err *err)
{
	const struct hear_question *question = &making->questions[index];
	uint32_t end = question->first_voice + question->voice_count;
	enum hear_code code = HEAR_OK;
	uint32_t i;

	making->question = question;
	hear_buffer_reset(&making->text);
	hear_question_print(question, &making->text);
	making->title = keep(making);
	for (i = 0; code == HEAR_OK && i < question->party_count; i++)
		code = add_party(making,
				 &making->parties[question->first_party + i],
				 err);
	for (i = question->first_voice; code == HEAR_OK && i < end; i++)
		if (making->voices[i].party == HEAR_NOBODY)
			code = add_unnamed(making, i, err);
	return code;
}

/* Puts the points of each series side by side. */
static void settle(struct making *making, struct chart_point *points)
{
	struct chart *chart = &making->timeline->chart;
	size_t at = 0;
	size_t i;

	for (i = 0; i < chart->count; i++) {
		making->series[i].points = &points[at];
		at += making->series[i].count;
		making->series[i].count = 0;
	}
	for (i = 0; i < making->staged_count; i++) {
		struct chart_series *series =
			&making->series[making->staged[i].series];
		size_t first = (size_t)(series->points - points);

		points[first + series->count++] = making->staged[i].point;
	}
	chart->series = making->series;
}

static enum hear_code make(struct making *making, struct hear_err *err)
{
	const struct timeline_group *group = making->group;
	const struct hear_question *first =
		&making->questions[group->questions[0]];
	struct chart *chart = &making->timeline->chart;
	enum hear_code code = HEAR_OK;
	size_t i;

	chart->title = group->name;
	chart->unit = first->unit.size > 0 ? first->unit : first->predicate;
	for (i = 0; code == HEAR_OK && i < group->count; i++)
		code = add_question(making, group->questions[i], err);
	for (i = 0; code == HEAR_OK && i < making->taken_count; i++)
		add_taken(making, &making->taken[i]);
	if (code == HEAR_OK && (making->text.failed || making->key.failed ||
				hear_arena_failed(making->arena)))
		code = hear_fail_memory(err);
	return code;
}

static void *make_room(struct making *making, size_t count, size_t size)
{
	void *room = hear_arena_alloc(making->arena, (count + 1) * size);

	if (room)
		memset(room, 0, (count + 1) * size);
	return room;
}

enum hear_code timeline_make(struct timeline *out,
			     const struct hear_weighing *weighing,
			     const struct timeline_group *group,
			     const struct timeline_taken *taken,
			     size_t taken_count, struct hear_reader *reader,
			     struct hear_arena *arena, struct hear_err *err)
{
	struct making making = {.timeline = out,
				.group = group,
				.taken = taken,
				.taken_count = taken_count,
				.reader = reader,
				.arena = arena};
	struct chart_point *points;
	enum hear_code code;
	size_t most = taken_count;
	size_t count;
	size_t i;

	memset(out, 0, sizeof *out);
	making.questions = hear_weighed_questions(weighing, &count);
	making.voices = hear_weighed_voices(weighing, &count);
	making.claims = hear_weighed_claims(weighing, &count);
	making.parties = hear_weighed_parties(weighing, &count);
	making.sources = hear_weighed_sources(weighing, &making.source_count);
	for (i = 0; i < group->count; i++)
		most += making.questions[group->questions[i]].voice_count;
	out->rows = make_room(&making, most, sizeof *out->rows);
	/* Who withdrew may be a series more. */
	making.series = make_room(&making, 2 * most, sizeof *making.series);
	making.staged = make_room(&making, most, sizeof *making.staged);
	points = make_room(&making, most, sizeof *points);
	making.series_of = make_room(&making, making.source_count,
				     sizeof *making.series_of);
	making.record = hear_arena_new();
	if (!hear_arena_failed(arena) && making.record)
		code = make(&making, err);
	else
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		settle(&making, points);
	hear_arena_free(making.record);
	hear_buffer_done(&making.text);
	hear_buffer_done(&making.key);
	return code;
}

/* ---- Which questions are drawn together ---------------------------------- */

struct keyed {
	struct hear_span key; /* of events: all but when; else empty */
	uint32_t question;
};

static int order_keyed(const void *left, const void *right)
{
	const struct keyed *a = left;
	const struct keyed *b = right;
	int order = hear_span_order(a->key, b->key);

	return order != 0 ? order
			  : (a->question > b->question) -
				    (a->question < b->question);
}

static int order_groups(const void *left, const void *right)
{
	const struct timeline_group *a = left;
	const struct timeline_group *b = right;

	return (a->questions[0] > b->questions[0]) -
	       (a->questions[0] < b->questions[0]);
}

static struct hear_span key_of(const struct hear_question *question,
			       struct hear_arena *arena,
			       struct hear_buffer *text)
{
	struct hear_question event = *question;

	if (question->window != HEAR_WINDOW_EVENT)
		return hear_span_make(NULL, 0);
	event.since = hear_span_make(NULL, 0);
	hear_buffer_reset(text);
	hear_question_print(&event, text);
	hear_buffer_print(text, "%c%d", '\0', (int)question->answer);
	return hear_arena_copy(arena, hear_buffer_view(text));
}

static void name_group(const struct hear_question *questions,
		       struct timeline_group *group, struct hear_arena *arena,
		       struct hear_buffer *text)
{
	struct hear_question first = questions[group->questions[0]];

	group->figures = first.answer == HEAR_ANSWER_FIGURE;
	hear_buffer_reset(text);
	if (group->count > 1)
		first.since = hear_span_make(NULL, 0);
	hear_question_print(&first, text);
	if (group->count > 1)
		hear_buffer_print(text, ": %zu events", group->count);
	group->name = hear_arena_copy(arena, hear_buffer_view(text));
}

static size_t group_all(const struct keyed *keyed, size_t count,
			uint32_t *questions, struct timeline_group *groups)
{
	size_t made = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		questions[i] = keyed[i].question;
		if (i > 0 && keyed[i].key.size > 0 &&
		    hear_span_equal(keyed[i].key, keyed[i - 1].key)) {
			groups[made - 1].count++;
			continue;
		}
		groups[made].questions = &questions[i];
		groups[made++].count = 1;
	}
	return made;
}

enum hear_code timeline_groups(const struct hear_weighing *weighing,
			       struct hear_arena *arena,
			       struct timeline_group **out, size_t *count,
			       struct hear_err *err)
{
	struct hear_buffer text = {0};
	size_t all;
	const struct hear_question *questions = hear_weighed_questions(weighing,
								       &all);
	struct keyed *keyed = hear_arena_alloc(arena,
					       (all + 1) * sizeof *keyed);
	uint32_t *numbers = hear_arena_alloc(arena,
					     (all + 1) * sizeof *numbers);
	size_t asked = 0;
	size_t i;

	*count = 0;
	*out = hear_arena_alloc(arena, (all + 1) * sizeof **out);
	if (hear_arena_failed(arena))
		return hear_fail_memory(err);
	memset(*out, 0, (all + 1) * sizeof **out);
	for (i = 0; i < all; i++)
		if (questions[i].asked) {
			keyed[asked].key = key_of(&questions[i], arena, &text);
			keyed[asked++].question = (uint32_t)i;
		}
	qsort(keyed, asked, sizeof *keyed, order_keyed);
	*count = group_all(keyed, asked, numbers, *out);
	qsort(*out, *count, sizeof **out, order_groups);
	for (i = 0; i < *count; i++)
		name_group(questions, &(*out)[i], arena, &text);
	if (text.failed || hear_arena_failed(arena)) {
		hear_buffer_done(&text);
		return hear_fail_memory(err);
	}
	hear_buffer_done(&text);
	return HEAR_OK;
}
