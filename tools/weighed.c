/* SPDX-License-Identifier: ISC */
#include "tools/weighed.h"
#include "tools/output.h"
#include "tools/resting.h"
#include "tools/terminal.h"
#include "tools/wording.h"

#include <stdlib.h>
#include <string.h>

/* ---- Records ------------------------------------------------------------- */

enum hear_code weighed_read(struct weighed *weighed, uint32_t claim,
			    struct hear_err *err)
{
	enum hear_code code;

	if (weighed->read == claim)
		return HEAR_OK;
	weighed->read = HEAR_NOBODY;
	hear_arena_reset(weighed->arena);
	code = hear_get(weighed->session.reader, weighed->arena,
			&weighed->claims[claim].id, &weighed->record, err);
	if (code == HEAR_OK)
		weighed->read = claim;
	return code;
}

static int id_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct hear_id));
}

/* Most rest on nothing retracted: no need to look at each. */
static enum hear_code find_resting(struct weighed *weighed)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_query *query = NULL;
	struct hear_finder *finder = NULL;
	struct hear_record record;
	size_t room = 0;
	enum hear_code code = arena ? HEAR_OK : HEAR_MEMORY;

	free(weighed->resting);
	weighed->resting = NULL;
	weighed->resting_count = 0;
	if (code == HEAR_OK)
		code = hear_query_new(&query, hear_span_of("is:resting"), NULL);
	if (code == HEAR_OK)
		code = hear_find(&finder, weighed->session.reader, query,
				 HEAR_BY_FILED, NULL);
	while (code == HEAR_OK) {
		code = hear_find_next(finder, arena, &record, NULL);
		if (code == HEAR_OK && weighed->resting_count == room) {
			struct hear_id *more;

			room = room ? room * 2 : 64;
			more = realloc(weighed->resting, room * sizeof *more);
			if (!more) {
				code = HEAR_MEMORY;
				break;
			}
			weighed->resting = more;
		}
		if (code == HEAR_OK)
			weighed->resting[weighed->resting_count++] = record.id;
	}
	hear_find_end(finder);
	hear_query_free(query);
	hear_arena_free(arena);
	if (weighed->resting_count > 0)
		qsort(weighed->resting, weighed->resting_count,
		      sizeof *weighed->resting, id_order);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

bool weighed_rests(struct weighed *weighed, uint32_t claim)
{
	if (!weighed->resting_known && find_resting(weighed) != HEAR_OK)
		return false;
	weighed->resting_known = true;
	return weighed->resting_count > 0 &&
	       bsearch(&weighed->claims[claim].id, weighed->resting,
		       weighed->resting_count, sizeof *weighed->resting,
		       id_order);
}

void weighed_grounds(struct weighed *weighed, struct hear_arena *arena,
		     uint32_t claim, struct hear_ground **out, size_t *count)
{
	*out = NULL;
	*count = 0;
	if (!weighed_rests(weighed, claim))
		return;
	if (weighed_read(weighed, claim, NULL) != HEAR_OK ||
	    hear_rests_on(weighed->session.reader, arena, &weighed->record, out,
			  count, NULL) != HEAR_OK)
		*count = 0;
}

void weighed_mark(struct weighed *weighed, uint32_t claim,
		  struct hear_buffer *out)
{
	struct hear_ground *grounds;
	size_t count;

	weighed_grounds(weighed, weighed->arena, claim, &grounds, &count);
	if (count > 0)
		hear_buffer_byte(out, ' ');
	resting_mark(grounds, count, out);
}

void weighed_mark_cell(struct weighed *weighed, uint32_t claim,
		       struct hear_buffer *out)
{
	struct hear_ground *grounds;
	size_t count;

	weighed_grounds(weighed, weighed->arena, claim, &grounds, &count);
	resting_cell(grounds, count, out);
}

void weighed_id(struct weighed *weighed, uint32_t claim,
		struct hear_buffer *out)
{
	output_short_id(&weighed->claims[claim].id, out);
	weighed_mark(weighed, claim, out);
}

/* ---- Numbers ------------------------------------------------------------- */

static void clean(struct hear_span text, struct hear_buffer *out)
{
	terminal_clean(text, TERMINAL_ONE_LINE, out);
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many digits stand at the front. */
static size_t digits_of(struct hear_span text)
{
	size_t size = 0;

	while (size < text.size && digit(text.data[size]))
		size++;
	return size;
}

static void group(struct hear_span digits, struct hear_buffer *out)
{
	size_t i;

	for (i = 0; i < digits.size; i++) {
		if (i > 0 && (digits.size - i) % 3 == 0)
			hear_buffer_byte(out, ',');
		hear_buffer_byte(out, digits.data[i]);
	}
}

/* What stands after a point is no thousand. */
void weighed_grouped(struct hear_span text, struct hear_buffer *out)
{
	size_t at = 0;

	while (at < text.size) {
		struct hear_span rest = {text.data + at, text.size - at};
		bool after_point = at > 1 && text.data[at - 1] == '.' &&
				   digit(text.data[at - 2]);

		rest.size = digits_of(rest);
		if (rest.size == 0) {
			hear_buffer_byte(out, text.data[at++]);
			continue;
		}
		if (after_point)
			hear_buffer_span(out, rest);
		else
			group(rest, out);
		at += rest.size;
	}
}

void weighed_count(uint64_t count, const char *noun, struct hear_buffer *out)
{
	wording_count(out, count, noun, NULL);
}

/* ---- Values -------------------------------------------------------------- */

static void add_unit(struct hear_span unit, struct hear_buffer *out)
{
	if (unit.size == 0)
		return;
	hear_buffer_byte(out, ' ');
	clean(unit, out);
}

static void print_range(const struct hear_extent *extent,
			struct hear_buffer *out)
{
	if (extent->low_open)
		hear_buffer_text(out, "over ");
	weighed_grouped(extent->low, out);
	if (hear_span_equal(extent->low, extent->high))
		return;
	hear_buffer_text(out, extent->high_open ? " to just under " : " to ");
	weighed_grouped(extent->high, out);
}

void weighed_extent(const struct hear_extent *extent, struct hear_span unit,
		    struct hear_buffer *out)
{
	if (extent->low.size > 0 && extent->high.size > 0) {
		print_range(extent, out);
	} else if (extent->low.size > 0) {
		hear_buffer_text(out, extent->low_open ? "more than "
						       : "at least ");
		weighed_grouped(extent->low, out);
	} else if (extent->high.size > 0) {
		hear_buffer_text(out, extent->high_open ? "fewer than "
							: "up to ");
		weighed_grouped(extent->high, out);
	} else {
		hear_buffer_text(out, "any number");
	}
	add_unit(unit, out);
}

/* The words for what a figure begins with, and how long that is. */
static const char *operator_words(struct hear_span value, size_t *size)
{
	static const struct {
		const char *sign;
		const char *words;
	} signs[] = {
		{">=", "at least "}, {"<=", "up to "},	{"~", "about "},
		{">", "more than "}, {"<", "fewer than "},
	};
	size_t i;

	for (i = 0; i < sizeof signs / sizeof *signs; i++) {
		*size = strlen(signs[i].sign);
		if (value.size > *size &&
		    memcmp(value.data, signs[i].sign, *size) == 0)
			return signs[i].words;
	}
	*size = 0;
	return "";
}

/* Cuts off what stands before the next "..". */
static struct hear_span before_dots(struct hear_span *rest)
{
	struct hear_span part = *rest;
	const char *dots = memmem(rest->data, rest->size, "..", 2);

	if (dots)
		part.size = (size_t)(dots - part.data);
	rest->data += part.size + (dots ? 2 : 0);
	rest->size -= part.size + (dots ? 2 : 0);
	return part;
}

/* "75..85..95 km" has its best in the middle. */
static void print_figure(struct hear_span value, struct hear_buffer *out)
{
	struct hear_span best = {0};
	struct hear_span low;
	struct hear_span high;
	size_t operator;

	hear_buffer_text(out, operator_words(value, &operator));
	value.data += operator;
	value.size -= operator;
	low = before_dots(&value);
	high = before_dots(&value);
	if (value.size > 0) {
		best = high;
		high = value;
	}
	weighed_grouped(low, out);
	if (high.size > 0)
		hear_buffer_text(out, " to ");
	weighed_grouped(high, out);
	if (best.size > 0)
		hear_buffer_text(out, ", best ");
	weighed_grouped(best, out);
}

/* A figure may hold text of others: words and units. */
void weighed_figure(const struct hear_weighed *claim, struct hear_buffer *out)
{
	struct hear_buffer text = {0};

	print_figure(claim->value, &text);
	clean(hear_buffer_view(&text), out);
	hear_buffer_done(&text);
}

/* Whether how it is read tells nothing new: the same, or followed by the best
 * alone. */
static bool says_as_much(struct hear_span said, struct hear_span read)
{
	if (said.size > read.size && said.data[read.size] == ',')
		said.size = read.size;
	return hear_span_equal(said, read);
}

void weighed_value(const struct hear_weighed *claim,
		   const struct hear_question *question,
		   struct hear_buffer *out)
{
	struct hear_buffer said = {0};
	struct hear_buffer read = {0};

	if (claim->answer == HEAR_ANSWER_NONE) {
		hear_buffer_text(out, "no value");
		return;
	}
	if (claim->answer != HEAR_ANSWER_FIGURE) {
		clean(claim->value, out);
		return;
	}
	weighed_figure(claim, &said);
	weighed_extent(&claim->extent, question->unit, &read);
	hear_buffer_span(out, hear_buffer_view(&said));
	if (!says_as_much(hear_buffer_view(&said), hear_buffer_view(&read)))
		hear_buffer_print(out, " (%.*s)", (int)read.size, read.data);
	out->failed = out->failed || said.failed || read.failed;
	hear_buffer_done(&said);
	hear_buffer_done(&read);
}

static bool same_extent(const struct hear_extent *a, const struct hear_extent *b)
{
	return hear_span_equal(a->low, b->low) &&
	       hear_span_equal(a->high, b->high) &&
	       a->low_open == b->low_open && a->high_open == b->high_open;
}

void weighed_compared(const struct weighed *weighed,
		      const struct hear_question *question,
		      const struct hear_party *party,
		      const struct hear_voice *voice, struct hear_buffer *out)
{
	const struct hear_weighed *claim = &weighed->claims[voice->claim];

	if (claim->answer != HEAR_ANSWER_FIGURE ||
	    party->position == HEAR_NOBODY ||
	    same_extent(&claim->extent, &party->extent)) {
		weighed_value(claim, question, out);
		return;
	}
	weighed_figure(claim, out);
	hear_buffer_text(out, " (");
	weighed_extent(&party->extent, question->unit, out);
	hear_buffer_text(out, " when compared)");
}

/* ---- Dates --------------------------------------------------------------- */

enum { DAY_MS = 24 * 60 * 60 * 1000, DATE_SIZE = 10, MINUTE_SIZE = 16 };

/* Whole days end a millisecond before midnight. */
void weighed_date(int64_t ms, struct hear_buffer *out)
{
	struct hear_buffer text = {0};
	struct hear_span date;
	bool day;

	if (ms == INT64_MIN || ms == INT64_MAX) {
		hear_buffer_text(out, ms == INT64_MIN ? "not known" : "open");
		return;
	}
	day = ms % DAY_MS == 0 || (ms + 1) % DAY_MS == 0;
	hear_date_print(ms, &text);
	date = hear_buffer_view(&text);
	if (date.size > MINUTE_SIZE + 4) /* years of more or fewer digits */
		hear_buffer_span(out, date);
	else
		hear_buffer_add(out, date.data, day ? DATE_SIZE : MINUTE_SIZE);
	if (date.size <= MINUTE_SIZE + 4 && !day)
		hear_buffer_byte(out, 'Z');
	out->failed = out->failed || text.failed;
	hear_buffer_done(&text);
}

void weighed_said(struct weighed *weighed, uint32_t claim,
		  struct hear_buffer *out)
{
	struct hear_span said = {0};
	int64_t ms = weighed->claims[claim].said_ms;

	if (weighed_read(weighed, claim, NULL) == HEAR_OK)
		said = hear_text_of(hear_map_get(weighed->record.tree, "said"));
	if (said.size > 3 && memcmp(said.data, "../", 3) == 0) {
		said.data += 3;
		said.size -= 3;
		hear_buffer_text(out, "said ");
		clean(said, out);
		hear_buffer_text(out, " or earlier");
	} else if (said.size > 0) {
		hear_buffer_text(out, "said ");
		clean(said, out);
	} else if (ms != INT64_MIN) {
		hear_buffer_text(out, "published ");
		weighed_date(ms, out);
	} else {
		hear_buffer_text(out, "no date");
	}
}

void weighed_when(struct weighed *weighed,
		  const struct hear_question *question, uint32_t claim,
		  struct hear_buffer *out)
{
	int64_t until = weighed->claims[claim].until_ms;

	if (question->window != HEAR_WINDOW_TOTAL || until == INT64_MIN) {
		weighed_said(weighed, claim, out);
		return;
	}
	hear_buffer_text(out, "until ");
	weighed_date(until, out);
}

/* ---- Questions ----------------------------------------------------------- */

void weighed_question(const struct hear_question *question,
		      struct hear_buffer *out)
{
	struct hear_buffer text = {0};

	hear_question_print(question, &text);
	clean(hear_buffer_view(&text), out);
	out->failed = out->failed || text.failed;
	hear_buffer_done(&text);
}

void weighed_counts(const struct hear_question *question,
		    struct hear_buffer *out)
{
	weighed_count(question->documents, "document", out);
	hear_buffer_text(out, ", ");
	weighed_count(question->outlets, "outlet", out);
	hear_buffer_text(out, ", ");
	weighed_count(question->origins, "origin", out);
}

const char *weighed_verdict(enum hear_verdict verdict)
{
	switch (verdict) {
	case HEAR_VERDICT_NONE:
		return "nobody asserts it";
	case HEAR_VERDICT_ALONE:
		return "one origin alone";
	case HEAR_VERDICT_AGREE:
		return "all say the same";
	case HEAR_VERDICT_COMPATIBLE:
		return "all can be true at once";
	case HEAR_VERDICT_SILENT:
		return "not acknowledged";
	case HEAR_VERDICT_DENIED:
		return "denied or doubted";
	case HEAR_VERDICT_CONFLICT:
		return "conflict";
	}
	return "unknown";
}

static void add_side(uint32_t count, const char *one, const char *many,
		     const char *before, struct hear_buffer *out)
{
	if (count > 0)
		hear_buffer_print(out, "%s%u %s", before, count,
				  count == 1 ? one : many);
}

void weighed_sides(const struct weighed *weighed,
		   const struct hear_question *question,
		   struct hear_buffer *out)
{
	uint32_t assert = 0;
	uint32_t against = 0;
	uint32_t silent = 0;
	uint32_t i;

	for (i = 0; i < question->party_count; i++) {
		const struct hear_party *party =
			&weighed->parties[question->first_party + i];

		assert += party->stance == HEAR_ASSERTS && !party->circular &&
			  party->copies == HEAR_NOBODY;
		against += party->stance == HEAR_DENIES ||
			   party->stance == HEAR_DOUBTS;
		silent += party->stance == HEAR_SILENT ||
			  party->stance == HEAR_DECLINES;
	}
	if (against + silent == 0)
		return;
	if (assert == 0)
		hear_buffer_text(out, ": nobody asserts it");
	add_side(assert, "origin asserts it", "origins assert it", ": ", out);
	add_side(against, "denies or doubts it", "deny or doubt it", ", ", out);
	add_side(silent, "is silent", "are silent", ", ", out);
}

const char *weighed_stance(enum hear_stance stance)
{
	switch (stance) {
	case HEAR_ASSERTS:
		return "says so";
	case HEAR_DENIES:
		return "denies it";
	case HEAR_DOUBTS:
		return "doubts it";
	case HEAR_POSSIBLE:
		return "calls it possible";
	case HEAR_EXPECTS:
		return "expects it";
	case HEAR_ASKS:
		return "asks whether it is so";
	case HEAR_UNCONFIRMED:
		return "could not confirm it";
	case HEAR_DECLINES:
		return "declined to say";
	case HEAR_SILENT:
		return "is silent";
	case HEAR_WITHDRAWS:
		return "took it back";
	}
	return "unknown";
}

/* ---- Who ----------------------------------------------------------------- */

struct hear_span weighed_source(const struct weighed *weighed, uint32_t source)
{
	if (source >= weighed->source_count)
		return hear_span_of("");
	return weighed->sources[source].name;
}

/* Whether this list meets the source for the first time. */
static bool meet(struct weighed *weighed, uint32_t source)
{
	if (source >= weighed->source_count ||
	    weighed->met[source] == weighed->list)
		return false;
	weighed->met[source] = weighed->list;
	return true;
}

static void list_sources(struct weighed *weighed, uint32_t first,
			 uint32_t count, bool outlets,
			 bool (*each)(void *context, struct hear_span name),
			 void *context)
{
	uint32_t i;

	weighed->list++;
	for (i = first; i < first + count; i++) {
		const struct hear_weighed *claim =
			&weighed->claims[weighed->voices[i].claim];
		uint32_t source = outlets ? claim->outlet : claim->origin;

		if (outlets && !claim->asked)
			continue;
		if (meet(weighed, source) &&
		    !each(context, weighed_source(weighed, source)))
			return;
	}
}

void weighed_outlets(struct weighed *weighed, uint32_t first, uint32_t count,
		     bool (*each)(void *context, struct hear_span outlet),
		     void *context)
{
	list_sources(weighed, first, count, true, each, context);
}

void weighed_origins(struct weighed *weighed, uint32_t first, uint32_t count,
		     bool (*each)(void *context, struct hear_span name),
		     void *context)
{
	list_sources(weighed, first, count, false, each, context);
}

enum { OTHER_NAMES = 3 };

struct other_names {
	struct hear_span main;
	struct hear_buffer *out;
	uint32_t shown;
	uint32_t left;
};

static bool add_other_name(void *context, struct hear_span name)
{
	struct other_names *names = context;

	if (hear_span_equal(name, names->main))
		return true;
	if (names->shown == OTHER_NAMES) {
		names->left++;
		return true;
	}
	hear_buffer_text(names->out,
			 names->shown == 0 ? ", also as " : ", ");
	clean(name, names->out);
	names->shown++;
	return true;
}

void weighed_party(struct weighed *weighed, const struct hear_party *party,
		   struct hear_buffer *out)
{
	struct other_names names = {
		.main = weighed_source(weighed, party->name), .out = out};

	clean(names.main, out);
	if (party->names < 2)
		return;
	weighed_origins(weighed, party->first_voice, party->voice_count,
			add_other_name, &names);
	if (names.left > 0)
		hear_buffer_print(out, " and %u more", (unsigned)names.left);
}

/* How well a voice stands for its party: the later of two alike. */
static unsigned fitness(const struct weighed *weighed,
			const struct hear_voice *voice,
			const struct hear_party *party)
{
	const struct hear_weighed *claim = &weighed->claims[voice->claim];

	return (claim->asked ? 8u : 0) +
	       (claim->stance == party->stance ? 4u : 0) +
	       (voice->stands ? 2u : 0) + (voice->last ? 1u : 0);
}

const struct hear_voice *weighed_voice(const struct weighed *weighed,
				       const struct hear_party *party,
				       bool compared)
{
	const struct hear_voice *best = &weighed->voices[party->first_voice];
	uint32_t i;

	if (compared && party->position < weighed->voice_count)
		return &weighed->voices[party->position];
	for (i = 1; i < party->voice_count; i++) {
		const struct hear_voice *voice =
			&weighed->voices[party->first_voice + i];

		if (fitness(weighed, voice, party) >=
		    fitness(weighed, best, party))
			best = voice;
	}
	return best;
}

bool weighed_counts_as_origin(const struct hear_party *party)
{
	return party->asked && !party->circular &&
	       party->copies == HEAR_NOBODY &&
	       party->stance == HEAR_ASSERTS;
}

const char *weighed_why_not(const struct hear_party *party)
{
	if (weighed_counts_as_origin(party))
		return NULL;
	if (party->stance != HEAR_ASSERTS)
		return hear_stance_name(party->stance);
	if (party->circular)
		return "circular";
	if (party->copies != HEAR_NOBODY)
		return "copied";
	return "not asked for";
}

/* ---- Chains -------------------------------------------------------------- */

static void add_hop(const struct hear_value *hop, struct hear_buffer *out)
{
	const struct hear_value *who = hear_map_get(hop, "who");
	size_t i;

	for (i = 0; i < hear_count_of(who); i++) {
		if (i > 0)
			hear_buffer_text(out, " + ");
		clean(hear_text_of(hear_item_of(who, i)), out);
	}
}

void weighed_chain(struct weighed *weighed, uint32_t claim,
		   struct hear_buffer *out)
{
	const struct hear_value *chain;
	size_t i;

	if (weighed_read(weighed, claim, NULL) != HEAR_OK)
		return;
	chain = hear_map_get(weighed->record.tree, "chain");
	for (i = 0; i + 1 < hear_count_of(chain); i++) {
		if (i > 0)
			hear_buffer_text(out, " < ");
		add_hop(hear_item_of(chain, i), out);
	}
}
