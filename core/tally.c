/* SPDX-License-Identifier: ISC */
/* tally.c - sums over incidents. Happy path: each question asked for that has
 * an event is an incident and is rolled up (gather); those that a wider one of
 * the same incident holds already are found (find_parts); what is left is
 * sorted into groups and added up (make_rows). Nothing is counted twice, and
 * nothing is left out without its reason. */
#include "core/bytes.h"
#include "core/error.h"
#include "core/names.h"
#include "core/rollup.h"
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- Words ---------------------------------------------------------------- */

static const char *const by_names[] = {
	[HEAR_TALLY_MONTH] = "month",
	[HEAR_TALLY_PLACE] = "place",
	[HEAR_TALLY_OF] = "of",
	[HEAR_TALLY_SUBJECT] = "subject",
};

static const struct {
	const char *name;
	const char *text;
} untallied[] = {
	[HEAR_UNTALLIED_TOTAL] = {"total", "a running total is no incident"},
	[HEAR_UNTALLIED_UNDATED] = {"undated",
				    "without an event it may be a running "
				    "total"},
	[HEAR_UNTALLIED_COUNTED] = {"counted",
				    "a wider figure of the same incident "
				    "counts"},
	[HEAR_UNTALLIED_SHARE] = {"share", "shares, speeds and degrees do not "
					   "add up"},
	[HEAR_UNTALLIED_NO_FIGURE] = {"no-figure", "there is no figure that counts"},
};

const char *hear_tally_by_name(enum hear_tally_by by)
{
	size_t at = (size_t)by;

	return at > 0 && at < COUNT(by_names) ? by_names[at] : "unknown";
}

enum hear_code hear_tally_by_parse(struct hear_span text,
				   enum hear_tally_by *out,
				   struct hear_err *err)
{
	size_t i;

	for (i = 1; i < COUNT(by_names); i++)
		if (hear_name_equal(text, hear_span_of(by_names[i]))) {
			*out = (enum hear_tally_by)i;
			return HEAR_OK;
		}
	text = hear_span_cut(text, 40);
	return hear_fail(err, HEAR_INVALID,
			 "'%.*s' is nothing to tally by; write month, place, "
			 "of or subject", (int)text.size, text.data);
}

const char *hear_untallied_name(enum hear_untallied reason)
{
	size_t at = (size_t)reason;

	return at > 0 && at < COUNT(untallied) ? untallied[at].name
					       : "unknown";
}

const char *hear_untallied_text(enum hear_untallied reason)
{
	size_t at = (size_t)reason;

	return at > 0 && at < COUNT(untallied) ? untallied[at].text
					       : "unknown";
}

/* ---- Incidents --------------------------------------------------------------- */

/* One end of a figure, or a sum of them. */
struct end {
	bool any;  /* something was added */
	bool lost; /* open: what was added had no such end */
	bool open; /* the number itself is outside */
	bool overflow;
	struct hear_decimal number;
};

struct incident {
	uint32_t question;
	const struct hear_question *asked;
	enum hear_tally_kind kind;
	struct hear_span name;	/* of its group, as most write it */
	struct hear_span key;	/* the same, folded */
	struct hear_span what;	/* predicate and unit, folded */
	struct hear_span where; /* which incident it is: all but its `of` */
	bool part;		/* a wider one counts the same people */
	bool disputed;
	bool unnamed;
	struct end low;
	struct end best;
	struct end high;
};

struct row {
	struct hear_tally_row shown;
	struct hear_span key;
	struct hear_span what;
	struct end low;
	struct end best;
	struct end high;
};

struct tallying {
	const struct hear_weighing *weighing;
	enum hear_tally_by by;
	enum hear_rule rule;
	struct hear_arena *arena;
	struct hear_arena *scratch; /* of one rolling up */
	struct incident *incidents;
	size_t count;
	struct hear_untallied_question *left;
	size_t left_count;
	struct row *rows;
	size_t row_count;
	struct hear_tallied *out;
	bool failed; /* out of memory */
};

static struct hear_span copy_buffer(struct tallying *tallying,
				    struct hear_buffer *text)
{
	struct hear_span out = hear_arena_copy(tallying->arena,
					       hear_buffer_view(text));

	tallying->failed = tallying->failed || text->failed;
	hear_buffer_reset(text);
	return out;
}

/* Names that mean the same have one spelling, and are one group. */
static struct hear_span spelling(const struct tallying *tallying, uint32_t name)
{
	struct hear_lexicon *lexicon = tallying->weighing->lexicon;

	if (name == HEAR_NOBODY)
		return hear_span_make(NULL, 0);
	return hear_lexicon_spelling(lexicon,
				     hear_lexicon_chief(lexicon, name));
}

static struct hear_span folded(const struct tallying *tallying, uint32_t name)
{
	struct hear_lexicon *lexicon = tallying->weighing->lexicon;

	if (name == HEAR_NOBODY)
		return hear_span_make(NULL, 0);
	return hear_lexicon_folded(lexicon, hear_lexicon_chief(lexicon, name));
}

/* Parts of a key are ended by a byte that no name holds: 0xff is not UTF-8. */
static void add_key(struct hear_span name, struct hear_buffer *out)
{
	hear_buffer_span(out, name);
	hear_buffer_byte(out, '\xff');
}

static const struct hear_question_inner *
about(const struct tallying *tallying, const struct incident *incident)
{
	return &tallying->weighing->about[incident->question];
}

static void set_keys(struct tallying *tallying, struct incident *incident)
{
	const struct hear_question *asked = incident->asked;
	const struct hear_question_inner *inner = about(tallying, incident);
	struct hear_buffer key = {0};

	add_key(folded(tallying, inner->predicate), &key);
	hear_buffer_span(&key, asked->unit);
	incident->what = copy_buffer(tallying, &key);
	add_key(folded(tallying, inner->predicate), &key);
	add_key(folded(tallying, inner->subject), &key);
	add_key(folded(tallying, inner->place), &key);
	add_key(inner->dimension, &key);
	hear_buffer_add(&key, &asked->from_ms, sizeof asked->from_ms);
	hear_buffer_add(&key, &asked->to_ms, sizeof asked->to_ms);
	incident->where = copy_buffer(tallying, &key);
	hear_buffer_done(&key);
}

/* ---- Groups ------------------------------------------------------------------- */

enum { MONTH_TEXT = 7 }; /* 2025-01 */

static void set_month(struct tallying *tallying, struct incident *incident)
{
	const struct hear_question *asked = incident->asked;
	struct hear_buffer from = {0};
	struct hear_buffer to = {0};

	if (asked->from_ms == INT64_MIN && asked->to_ms == INT64_MAX) {
		incident->kind = HEAR_TALLY_UNGIVEN;
		return;
	}
	incident->kind = HEAR_TALLY_SPANS;
	if (asked->from_ms == INT64_MIN || asked->to_ms == INT64_MAX)
		return;
	hear_date_print(asked->from_ms, &from);
	hear_date_print(asked->to_ms, &to);
	if (from.size > MONTH_TEXT && to.size > MONTH_TEXT &&
	    memcmp(from.data, to.data, MONTH_TEXT) == 0) {
		incident->kind = HEAR_TALLY_GROUP;
		incident->name = hear_arena_copy(
			tallying->arena, hear_span_make(from.data, MONTH_TEXT));
		incident->key = incident->name;
	}
	tallying->failed = tallying->failed || from.failed || to.failed;
	hear_buffer_done(&from);
	hear_buffer_done(&to);
}

static void set_name(struct tallying *tallying, struct incident *incident,
		     uint32_t name)
{
	incident->name = spelling(tallying, name);
	incident->key = folded(tallying, name);
	incident->kind = incident->key.size > 0 ? HEAR_TALLY_GROUP
						: HEAR_TALLY_UNGIVEN;
}

static int order_spans(const void *left, const void *right)
{
	const struct hear_span *a = left;
	const struct hear_span *b = right;

	return hear_span_order(*a, *b);
}

/* The terms in any order are one group. */
static void set_whom(struct tallying *tallying, struct incident *incident)
{
	const uint32_t *of =
		&tallying->weighing->lists[about(tallying, incident)->of_first];
	uint32_t count = incident->asked->of_count;
	struct hear_span *terms = hear_arena_alloc(
		tallying->arena, (count + 1) * sizeof *terms);
	struct hear_buffer text = {0};
	uint32_t i;

	for (i = 0; terms && i < count; i++)
		terms[i] = folded(tallying, of[i]);
	if (terms)
		qsort(terms, count, sizeof *terms, order_spans);
	for (i = 0; terms && i < count; i++)
		add_key(terms[i], &text);
	incident->key = copy_buffer(tallying, &text);
	for (i = 0; i < count; i++) {
		hear_buffer_text(&text, i > 0 ? ", " : "");
		hear_buffer_span(&text, incident->asked->of[i]);
	}
	incident->name = copy_buffer(tallying, &text);
	incident->kind = count > 0 ? HEAR_TALLY_GROUP : HEAR_TALLY_UNGIVEN;
	hear_buffer_done(&text);
}

static void set_group(struct tallying *tallying, struct incident *incident)
{
	switch (tallying->by) {
	case HEAR_TALLY_MONTH:
		set_month(tallying, incident);
		break;
	case HEAR_TALLY_PLACE:
		set_name(tallying, incident,
			 about(tallying, incident)->place);
		break;
	case HEAR_TALLY_OF:
		set_whom(tallying, incident);
		break;
	case HEAR_TALLY_SUBJECT:
		set_name(tallying, incident,
			 about(tallying, incident)->subject);
		break;
	}
}

/* ---- Gathering ------------------------------------------------------------------ */

static void leave(struct tallying *tallying, uint32_t question,
		  enum hear_untallied reason, uint32_t counted_in)
{
	tallying->left[tallying->left_count++] =
		(struct hear_untallied_question){question, reason, counted_in};
}

/* Why a question is no incident; 0: it is one. */
static enum hear_untallied no_incident(const struct tallying *tallying,
				       uint32_t question)
{
	const struct hear_question *asked =
		&tallying->weighing->questions[question];

	if (asked->answer != HEAR_ANSWER_FIGURE)
		return HEAR_UNTALLIED_NO_FIGURE;
	if (!tallying->weighing->about[question].adds_up)
		return HEAR_UNTALLIED_SHARE;
	switch (asked->window) {
	case HEAR_WINDOW_TOTAL:
		return HEAR_UNTALLIED_TOTAL;
	case HEAR_WINDOW_OPEN:
		return HEAR_UNTALLIED_UNDATED;
	case HEAR_WINDOW_EVENT:
		break;
	}
	return 0;
}

static void set_end(struct end *end, struct hear_span text, bool open)
{
	end->any = true;
	end->lost = !hear_end_read(text, &end->number);
	end->open = open;
}

static bool below_zero(const struct end *end)
{
	return !end->lost && end->number.digits < 0;
}

/* Where a count has no low end ("up to 5") it is none at least: no fewer can
 * be. What may be below zero is no count of things. */
static void set_floor(struct incident *incident)
{
	if (!incident->low.lost || incident->asked->unit.size > 0 ||
	    below_zero(&incident->best) || below_zero(&incident->high))
		return;
	incident->low.lost = false;
	incident->low.open = false;
	incident->low.number = hear_decimal_of(0);
}

static void count_left(struct tallying *tallying,
		       const struct hear_rolled *rolled)
{
	uint32_t i;

	for (i = 0; i < rolled->left_count; i++)
		tallying->out->claims_left[rolled->left[i].left]++;
}

static enum hear_code add_incident(struct tallying *tallying, uint32_t question,
				   struct hear_err *err)
{
	struct incident *incident = &tallying->incidents[tallying->count];
	struct hear_rolled rolled;
	enum hear_code code;

	hear_arena_reset(tallying->scratch);
	code = hear_rollup(tallying->weighing, question, tallying->rule,
			   tallying->scratch, &rolled, err);
	if (code != HEAR_OK)
		return code;
	count_left(tallying, &rolled);
	if (rolled.rest_count == 0) {
		leave(tallying, question, HEAR_UNTALLIED_NO_FIGURE,
		      HEAR_NOBODY);
		return HEAR_OK;
	}
	memset(incident, 0, sizeof *incident);
	incident->question = question;
	incident->asked = &tallying->weighing->questions[question];
	incident->unnamed = rolled.unnamed;
	incident->disputed =
		incident->asked->verdict == HEAR_VERDICT_CONFLICT ||
		incident->asked->verdict == HEAR_VERDICT_DENIED;
	set_end(&incident->low, rolled.low, rolled.low_open);
	set_end(&incident->best, rolled.best, false);
	set_end(&incident->high, rolled.high, rolled.high_open);
	if (tallying->rule != HEAR_RULE_CONSERVATIVE)
		set_floor(incident);
	set_keys(tallying, incident);
	set_group(tallying, incident);
	tallying->count++;
	return HEAR_OK;
}

static enum hear_code gather(struct tallying *tallying, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	uint32_t i;

	for (i = 0; i < tallying->weighing->question_count && code == HEAR_OK;
	     i++) {
		enum hear_untallied reason;

		if (!tallying->weighing->questions[i].asked)
			continue;
		reason = no_incident(tallying, i);
		if (reason)
			leave(tallying, i, reason, HEAR_NOBODY);
		else
			code = add_incident(tallying, i, err);
	}
	return code;
}

/* ---- Parts ----------------------------------------------------------------------- */

/* Together those of one incident, the fewest terms first. */
static int order_by_incident(const void *left, const void *right)
{
	const struct incident *a = left;
	const struct incident *b = right;
	int where = hear_span_order(a->where, b->where);

	if (where != 0)
		return where;
	if (a->asked->of_count != b->asked->of_count)
		return a->asked->of_count < b->asked->of_count ? -1 : 1;
	return (a->question > b->question) - (a->question < b->question);
}

/* Whether a term is, or holds as a part, one of those that `part` counts. */
static bool covers(const struct tallying *tallying, uint32_t term,
		   const struct incident *part)
{
	const struct hear_weighing *weighing = tallying->weighing;
	const uint32_t *of =
		&weighing->lists[about(tallying, part)->of_first];
	uint32_t i;

	for (i = 0; i < part->asked->of_count; i++)
		if (hear_lexicon_within(weighing->lexicon, of[i], term))
			return true;
	return false;
}

/* Whether all whom `part` counts are among those whom `whole` does: more terms
 * are narrower. */
static bool within(const struct tallying *tallying, const struct incident *part,
		   const struct incident *whole)
{
	const uint32_t *of = &tallying->weighing->lists[
		about(tallying, whole)->of_first];
	uint32_t i;

	for (i = 0; i < whole->asked->of_count; i++)
		if (!covers(tallying, of[i], part))
			return false;
	return true;
}

/* Each figure of an incident is compared with so many others of it, those of
 * the fewest terms: more would take too long, and never honestly occur. */
enum { COMPARED = 1000 };

/* The widest incident that holds the one at `at`; NULL: none does. The same
 * are those in [first, end). Of two that hold each other the first counts. */
static const struct incident *wider(const struct tallying *tallying,
				    size_t first, size_t end, size_t at)
{
	const struct incident *all = tallying->incidents;
	size_t i;

	for (i = first; i < end && i - first < COMPARED; i++)
		if (i != at && within(tallying, &all[at], &all[i]) &&
		    (i < at || !within(tallying, &all[i], &all[at])))
			return &all[i];
	return NULL;
}

static size_t same_until(const struct tallying *tallying, size_t first)
{
	size_t end = first;

	while (end < tallying->count &&
	       hear_span_equal(tallying->incidents[first].where,
			       tallying->incidents[end].where))
		end++;
	return end;
}

/* By `of` each part has a row of its own, and the total goes without it. */
static void find_parts(struct tallying *tallying)
{
	struct incident *all = tallying->incidents;
	size_t first = 0;
	size_t end = 0;
	size_t i;

	qsort(all, tallying->count, sizeof *all, order_by_incident);
	for (i = 0; i < tallying->count; i++) {
		const struct incident *whole;

		if (i == end) {
			first = i;
			end = same_until(tallying, first);
		}
		whole = wider(tallying, first, end, i);
		all[i].part = whole != NULL;
		if (whole && tallying->by != HEAR_TALLY_OF)
			leave(tallying, all[i].question,
			      HEAR_UNTALLIED_COUNTED, whole->question);
	}
}

/* ---- Sums ------------------------------------------------------------------------- */

static void add_end(struct end *sum, const struct end *more)
{
	struct hear_decimal both = more->number;

	sum->any = true;
	sum->lost = sum->lost || more->lost;
	sum->open = sum->open || more->open;
	if (sum->lost)
		return;
	if (!hear_decimal_add(sum->number, more->number, &both)) {
		sum->lost = true;
		sum->overflow = true;
		return;
	}
	sum->number = both;
}

static void add_to_row(struct row *row, const struct incident *incident)
{
	add_end(&row->low, &incident->low);
	add_end(&row->best, &incident->best);
	add_end(&row->high, &incident->high);
	row->shown.incidents++;
	row->shown.disputed += incident->disputed;
	row->shown.unnamed += incident->unnamed;
}

static struct hear_span end_text(struct tallying *tallying,
				 const struct end *end)
{
	return end->any && !end->lost
		       ? hear_end_text(tallying->arena, end->number)
		       : hear_span_make(NULL, 0);
}

static void finish_row(struct tallying *tallying, struct row *row)
{
	struct hear_tally_row *shown = &row->shown;

	shown->low = end_text(tallying, &row->low);
	shown->best = end_text(tallying, &row->best);
	shown->high = end_text(tallying, &row->high);
	shown->low_open = shown->low.size > 0 && row->low.open;
	shown->high_open = shown->high.size > 0 && row->high.open;
	shown->overflow = row->low.overflow || row->best.overflow ||
			  row->high.overflow;
}

/* ---- Rows ------------------------------------------------------------------------- */

static int order_by_group(const void *left, const void *right)
{
	const struct incident *a = left;
	const struct incident *b = right;
	int by = hear_span_order(a->what, b->what);

	if (by == 0)
		by = (int)a->kind - (int)b->kind;
	if (by == 0)
		by = hear_span_order(a->key, b->key);
	if (by != 0)
		return by;
	return (a->question > b->question) - (a->question < b->question);
}

/* The larger first; what has no end is larger than all that has one. */
static int order_ends(const struct end *a, const struct end *b)
{
	bool a_open = a->lost;
	bool b_open = b->lost;

	if (a_open || b_open)
		return (int)b_open - (int)a_open;
	return hear_decimal_order(b->number, a->number);
}

static int order_by_size(const struct row *a, const struct row *b)
{
	int by = order_ends(&a->best, &b->best);

	if (by == 0)
		by = order_ends(&a->high, &b->high);
	return by != 0 ? by : order_ends(&a->low, &b->low);
}

static int order_rows(const void *left, const void *right)
{
	const struct row *a = left;
	const struct row *b = right;
	int by = hear_span_order(a->what, b->what);

	if (by == 0)
		by = (int)a->shown.kind - (int)b->shown.kind;
	return by != 0 ? by : hear_span_order(a->key, b->key);
}

static int order_rows_by_size(const void *left, const void *right)
{
	const struct row *a = left;
	const struct row *b = right;
	int by = hear_span_order(a->what, b->what);

	if (by == 0)
		by = (int)a->shown.kind - (int)b->shown.kind;
	if (by == 0)
		by = order_by_size(a, b);
	return by != 0 ? by : hear_span_order(a->key, b->key);
}

static struct row *begin_row(struct tallying *tallying,
			     const struct incident *of,
			     enum hear_tally_kind kind)
{
	struct row *row = &tallying->rows[tallying->row_count++];

	memset(row, 0, sizeof *row);
	row->shown.kind = kind;
	row->shown.predicate =
		spelling(tallying, about(tallying, of)->predicate);
	row->shown.unit = of->asked->unit;
	row->what = of->what;
	if (kind == HEAR_TALLY_GROUP) {
		row->shown.name = of->name;
		row->key = of->key;
	}
	return row;
}

static bool same_row(const struct row *row, const struct incident *incident)
{
	return row && row->shown.kind == incident->kind &&
	       hear_span_equal(row->what, incident->what) &&
	       (incident->kind != HEAR_TALLY_GROUP ||
		hear_span_equal(row->key, incident->key));
}

static void make_groups(struct tallying *tallying)
{
	struct row *row = NULL;
	size_t i;

	for (i = 0; i < tallying->count; i++) {
		const struct incident *incident = &tallying->incidents[i];

		if (incident->part && tallying->by != HEAR_TALLY_OF)
			continue;
		if (!same_row(row, incident))
			row = begin_row(tallying, incident, incident->kind);
		row->shown.parts += incident->part;
		add_to_row(row, incident);
	}
}

static void make_totals(struct tallying *tallying)
{
	struct row *row = NULL;
	size_t i;

	for (i = 0; i < tallying->count; i++) {
		const struct incident *incident = &tallying->incidents[i];

		if (incident->part)
			continue;
		if (!row || !hear_span_equal(row->what, incident->what))
			row = begin_row(tallying, incident, HEAR_TALLY_ALL);
		add_to_row(row, incident);
	}
}

static enum hear_code make_rows(struct tallying *tallying, struct hear_err *err)
{
	struct hear_tally_row *shown;
	size_t i;

	tallying->rows = hear_arena_alloc(
		tallying->arena, (2 * tallying->count + 1) * sizeof(struct row));
	if (!tallying->rows)
		return hear_fail_memory(err);
	qsort(tallying->incidents, tallying->count, sizeof(struct incident),
	      order_by_group);
	make_groups(tallying);
	make_totals(tallying);
	qsort(tallying->rows, tallying->row_count, sizeof(struct row),
	      tallying->by == HEAR_TALLY_MONTH ? order_rows
					       : order_rows_by_size);
	shown = hear_arena_alloc(tallying->arena,
				 (tallying->row_count + 1) * sizeof *shown);
	if (!shown)
		return hear_fail_memory(err);
	for (i = 0; i < tallying->row_count; i++) {
		finish_row(tallying, &tallying->rows[i]);
		shown[i] = tallying->rows[i].shown;
	}
	tallying->out->rows = shown;
	tallying->out->row_count = tallying->row_count;
	return HEAR_OK;
}

/* ---- All of it ---------------------------------------------------------------------- */

static int order_left(const void *left, const void *right)
{
	const struct hear_untallied_question *a = left;
	const struct hear_untallied_question *b = right;

	if (a->reason != b->reason)
		return a->reason < b->reason ? -1 : 1;
	return (a->question > b->question) - (a->question < b->question);
}

static enum hear_code tally(struct tallying *tallying, struct hear_err *err)
{
	size_t room = (size_t)tallying->weighing->question_count + 1;
	enum hear_code code;

	tallying->incidents = hear_arena_alloc(
		tallying->arena, room * sizeof *tallying->incidents);
	tallying->left = hear_arena_alloc(tallying->arena,
					  room * sizeof *tallying->left);
	if (!tallying->incidents || !tallying->left)
		return hear_fail_memory(err);
	code = gather(tallying, err);
	if (code != HEAR_OK)
		return code;
	find_parts(tallying);
	code = make_rows(tallying, err);
	qsort(tallying->left, tallying->left_count, sizeof *tallying->left,
	      order_left);
	tallying->out->left = tallying->left;
	tallying->out->left_count = tallying->left_count;
	if (code == HEAR_OK &&
	    (tallying->failed || hear_arena_failed(tallying->arena)))
		return hear_fail_memory(err);
	return code;
}

enum hear_code hear_tally(const struct hear_weighing *weighing,
			  enum hear_tally_by by, enum hear_rule rule,
			  struct hear_arena *arena, struct hear_tallied *out,
			  struct hear_err *err)
{
	struct tallying tallying = {.weighing = weighing,
				    .by = by,
				    .rule = rule,
				    .arena = arena,
				    .scratch = hear_arena_new(),
				    .out = out};
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (!tallying.scratch)
		return hear_fail_memory(err);
	code = tally(&tallying, err);
	hear_arena_free(tallying.scratch);
	return code;
}
