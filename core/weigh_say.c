/* SPDX-License-Identifier: ISC */
#include "core/weigh_say.h"
#include "core/bytes.h"
#include "core/when.h"

#include <string.h>

/* ---- Names ---- */

const char *hear_move_name(enum hear_movement move)
{
	switch (move) {
	case HEAR_MOVE_FIRST:
		return "first";
	case HEAR_MOVE_REPEATS:
		return "repeats";
	case HEAR_MOVE_UPDATES:
		return "updates";
	case HEAR_MOVE_CORRECTS:
		return "corrects";
	case HEAR_MOVE_WITHDRAWS:
		return "withdraws";
	case HEAR_MOVE_RENEWS:
		return "renews";
	case HEAR_MOVE_REVERSES:
		return "reverses";
	case HEAR_MOVE_DIFFERS:
		return "differs";
	case HEAR_MOVE_ASIDE:
		return "aside";
	}
	return "unknown";
}

const char *hear_verdict_name(enum hear_verdict verdict)
{
	switch (verdict) {
	case HEAR_VERDICT_NONE:
		return "none";
	case HEAR_VERDICT_ALONE:
		return "alone";
	case HEAR_VERDICT_AGREE:
		return "agree";
	case HEAR_VERDICT_COMPATIBLE:
		return "compatible";
	case HEAR_VERDICT_SILENT:
		return "silent";
	case HEAR_VERDICT_DENIED:
		return "denied";
	case HEAR_VERDICT_CONFLICT:
		return "conflict";
	}
	return "unknown";
}

const char *hear_found_name(enum hear_finding_kind found)
{
	switch (found) {
	case HEAR_FOUND_CONFLICT:
		return "conflict";
	case HEAR_FOUND_DENIED:
		return "denied";
	case HEAR_FOUND_DIFFERS:
		return "told differently";
	case HEAR_FOUND_PART_OVER_WHOLE:
		return "part over whole";
	case HEAR_FOUND_SUM_HOLDS:
		return "sum holds";
	case HEAR_FOUND_SUM_WITHIN:
		return "sum within width";
	case HEAR_FOUND_SUM_FAILS:
		return "sum fails";
	case HEAR_FOUND_SUM_CIRCULAR:
		return "circular definition";
	case HEAR_FOUND_CIRCULAR:
		return "circular";
	case HEAR_FOUND_COPIED:
		return "copied";
	case HEAR_FOUND_LATE:
		return "late";
	}
	return "unknown";
}

/* ---- Figures ---- */

/* Appends the text with the digits of whole numbers in threes. */
static void group_digits(struct hear_span text, struct hear_buffer *out)
{
	bool fraction = false;
	size_t i;
	size_t run;

	for (i = 0; i < text.size; i += run) {
		size_t at;

		for (run = 0; i + run < text.size &&
			      hear_digit(text.data[i + run]);
		     run++)
			;
		if (run == 0) {
			fraction = text.data[i] == '.';
			hear_buffer_byte(out, text.data[i]);
			run = 1;
			continue;
		}
		for (at = 0; at < run; at++) {
			if (at > 0 && !fraction && run > 3 &&
			    (run - at) % 3 == 0)
				hear_buffer_byte(out, ',');
			hear_buffer_byte(out, text.data[i + at]);
		}
		fraction = false;
	}
}

/* The figure of one number as it was said, from what it is compared by; false
 * where that does not tell. */
static bool figure_of(const struct hear_inner *inner, struct hear_figure *out)
{
	*out = (struct hear_figure){
		.op = inner->op,
		.lo = inner->stated.lo,
		.hi = inner->stated.hi,
		.has_lo = inner->stated.has_lo,
		.has_hi = inner->stated.has_hi,
		.unit = inner->unit,
	};
	return !inner->converted && inner->op != HEAR_RANGE &&
	       inner->op != HEAR_MARGIN && inner->op != HEAR_VAGUE;
}

void hear_say_value(const struct hear_weighing *weighing, uint32_t claim,
		    struct hear_buffer *out)
{
	const struct hear_weighed *said = &weighing->claims[claim];
	struct hear_arena *arena = NULL;
	struct hear_buffer words = {0};
	struct hear_span noun;
	struct hear_value *value = NULL;
	struct hear_figure figure;

	if (said->answer != HEAR_ANSWER_FIGURE) {
		hear_buffer_span(out, said->value);
		return;
	}
	if (figure_of(&weighing->inner[claim], &figure))
		hear_figure_say(&figure, &words);
	else if ((arena = hear_arena_new()) &&
		 hear_figure_parse(arena, said->value, &value, &noun, NULL) ==
			 HEAR_OK &&
		 hear_figure_read(value, &figure, NULL) == HEAR_OK)
		hear_figure_say(&figure, &words);
	else
		hear_buffer_span(&words, said->value);
	group_digits(hear_buffer_view(&words), out);
	out->failed = out->failed || words.failed;
	hear_buffer_done(&words);
	hear_arena_free(arena);
}

static void say_number(struct hear_decimal number, struct hear_buffer *out)
{
	struct hear_buffer text = {0};

	hear_decimal_print(number, &text);
	group_digits(hear_buffer_view(&text), out);
	out->failed = out->failed || text.failed;
	hear_buffer_done(&text);
}

void hear_say_bounds(const struct hear_bounds *bounds, struct hear_buffer *out)
{
	if (!bounds->has_lo && !bounds->has_hi) {
		hear_buffer_text(out, "any number");
	} else if (!bounds->has_hi) {
		hear_buffer_text(out, bounds->lo_open ? "more than "
						      : "at least ");
		say_number(bounds->lo, out);
	} else if (!bounds->has_lo) {
		hear_buffer_text(out, bounds->hi_open ? "fewer than "
						      : "up to ");
		say_number(bounds->hi, out);
	} else {
		say_number(bounds->lo, out);
		if (hear_decimal_order(bounds->lo, bounds->hi) == 0)
			return;
		hear_buffer_text(out, " to ");
		if (bounds->hi_open)
			hear_buffer_text(out, "just under ");
		say_number(bounds->hi, out);
	}
}

/* ---- Questions ---- */

/* "2025-01-13 or earlier" of an interval that begins nowhere. */
static void say_date(struct hear_span date, struct hear_buffer *out)
{
	bool before = date.size > 3 && memcmp(date.data, "../", 3) == 0;

	if (before)
		date = hear_span_make(date.data + 3, date.size - 3);
	hear_buffer_span(out, date);
	if (before)
		hear_buffer_text(out, " or earlier");
}

void hear_question_print(const struct hear_question *question,
			 struct hear_buffer *out)
{
	static const char *const opens[] = {
		[HEAR_WINDOW_OPEN] = NULL,
		[HEAR_WINDOW_TOTAL] = "since ",
		[HEAR_WINDOW_EVENT] = "on ",
	};
	size_t before = out->size;
	uint32_t i;

	hear_buffer_span(out, question->subject);
	if (question->predicate.size > 0) {
		if (out->size > before)
			hear_buffer_text(out, ", ");
		hear_buffer_span(out, question->predicate);
	} else if (question->text.size > 0) {
		if (out->size > before)
			hear_buffer_text(out, ", ");
		hear_buffer_text(out, "\"");
		hear_buffer_span(out, question->text);
		hear_buffer_text(out, "\"");
	}
	for (i = 0; i < question->of_count; i++) {
		hear_buffer_text(out, i == 0 ? " of " : ", ");
		hear_buffer_span(out, question->of[i]);
	}
	if (question->place.size > 0) {
		hear_buffer_text(out, ", in ");
		hear_buffer_span(out, question->place);
	}
	if (question->unit.size > 0) {
		hear_buffer_text(out, ", in ");
		hear_buffer_span(out, question->unit);
	}
	if (opens[question->window] && question->since.size > 0) {
		hear_buffer_text(out, ", ");
		hear_buffer_text(out, opens[question->window]);
		say_date(question->since, out);
	}
}

/* ---- Findings ---- */

struct saying {
	const struct hear_weighing *weighing;
	struct hear_buffer *out;
};

static void add(const struct saying *saying, const char *text)
{
	hear_buffer_text(saying->out, text);
}

/* Who speaks in a voice, as its party is called. */
static void add_who(const struct saying *saying, uint32_t voice)
{
	const struct hear_weighing *weighing = saying->weighing;
	const struct hear_weighed *claim;

	if (voice == HEAR_NOBODY) {
		add(saying, "nobody");
		return;
	}
	claim = &weighing->claims[weighing->voices[voice].claim];
	if (weighing->voices[voice].party != HEAR_NOBODY) {
		hear_buffer_span(saying->out,
				 weighing->sources
					 [weighing->parties[weighing->voices
								    [voice]
									    .party]
						  .name]
						 .name);
	} else if (claim->unnamed.size > 0) {
		add(saying, "unnamed (");
		hear_buffer_span(saying->out, claim->unnamed);
		add(saying, ")");
	} else {
		add(saying, "no source given");
	}
}

static void add_value(const struct saying *saying, uint32_t voice)
{
	const struct hear_weighing *weighing = saying->weighing;
	uint32_t claim = weighing->voices[voice].claim;
	bool words = weighing->claims[claim].answer == HEAR_ANSWER_TEXT;

	add(saying, words ? "\"" : "");
	hear_say_value(weighing, claim, saying->out);
	add(saying, words ? "\"" : "");
}

/* "300 by AFP": a name may be of one or of many, so no verb goes with it. */
static void add_word(const struct saying *saying, uint32_t voice)
{
	add_value(saying, voice);
	add(saying, " by ");
	add_who(saying, voice);
}

static void add_outlet(const struct saying *saying, uint32_t voice)
{
	const struct hear_weighing *weighing = saying->weighing;
	uint32_t outlet =
		weighing->claims[weighing->voices[voice].claim].outlet;

	if (outlet == HEAR_NOBODY)
		add(saying, "unnamed");
	else
		hear_buffer_span(saying->out,
				 weighing->sources[outlet].name);
}

static void add_date(const struct saying *saying, int64_t ms)
{
	struct hear_buffer date = {0};

	hear_time_print(ms, false, &date);
	/* The last millisecond of a day is the day. */
	hear_buffer_span(saying->out,
			 (ms + 1) % (INT64_C(24) * 3600 * 1000) == 0
				 ? hear_span_make(date.data, 10)
				 : hear_buffer_view(&date));
	hear_buffer_done(&date);
}

static void say_conflict(const struct saying *saying,
			 const struct hear_finding *finding)
{
	const struct hear_question *question =
		&saying->weighing->questions[finding->question];

	add_word(saying, finding->a);
	add(saying, ", ");
	add_word(saying, finding->b);
	add(saying, ": they cannot both be true");
	if (question->window != HEAR_WINDOW_EVENT &&
	    question->compared_ms != INT64_MIN &&
	    question->compared_ms != INT64_MAX) {
		add(saying, " as of ");
		add_date(saying, question->compared_ms);
	}
}

static void say_denied(const struct saying *saying,
		       const struct hear_finding *finding)
{
	const struct hear_voice *voice = &saying->weighing->voices[finding->b];

	add(saying, saying->weighing->claims[voice->claim].stance == HEAR_DOUBTS
			    ? "doubted by "
			    : "denied by ");
	add_who(saying, finding->b);
	if (finding->a == HEAR_NOBODY) {
		add(saying, "; nobody here asserts it");
		return;
	}
	add(saying, ", asserted by ");
	add_who(saying, finding->a);
}

static void say_part(const struct saying *saying,
		     const struct hear_finding *finding)
{
	const struct hear_weighing *weighing = saying->weighing;

	add_word(saying, finding->a);
	add(saying, " for \"");
	hear_question_print(&weighing->questions[weighing->voices[finding->a]
							 .question],
			    saying->out);
	add(saying, "\", but only ");
	add_word(saying, finding->b);
	add(saying, " for \"");
	hear_question_print(&weighing->questions[weighing->voices[finding->b]
							 .question],
			    saying->out);
	add(saying, "\", of which that is a part");
}

static void say_circle(const struct saying *saying,
		       const struct hear_finding *finding)
{
	const struct hear_weighing *weighing = saying->weighing;
	const struct hear_inner *inner =
		&weighing->inner[weighing->voices[finding->a].claim];
	uint16_t i;

	add_who(saying, finding->a);
	add(saying, " is only ever cited in a circle (");
	for (i = 0; i < inner->hops; i++) {
		uint32_t hop = weighing->lists[inner->hop_first + i];

		if (i > 0)
			add(saying, " citing ");
		if (hop == HEAR_NOBODY)
			add(saying, "unnamed");
		else
			hear_buffer_span(saying->out,
					 weighing->sources[hop].name);
	}
	add(saying, "): it counts as no origin");
}

static void say(const struct saying *saying, const struct hear_finding *finding)
{
	switch (finding->found) {
	case HEAR_FOUND_CONFLICT:
		say_conflict(saying, finding);
		break;
	case HEAR_FOUND_DENIED:
		say_denied(saying, finding);
		break;
	case HEAR_FOUND_DIFFERS:
		add_who(saying, finding->b);
		add(saying, " is told differently for the same time: ");
		add_value(saying, finding->a);
		add(saying, " by ");
		add_outlet(saying, finding->a);
		add(saying, ", ");
		add_value(saying, finding->b);
		add(saying, " by ");
		add_outlet(saying, finding->b);
		break;
	case HEAR_FOUND_PART_OVER_WHOLE:
		say_part(saying, finding);
		break;
	case HEAR_FOUND_CIRCULAR:
		say_circle(saying, finding);
		break;
	case HEAR_FOUND_COPIED:
		add_who(saying, finding->b);
		add(saying, " repeats the very words of ");
		add_who(saying, finding->a);
		break;
	case HEAR_FOUND_LATE:
		add(saying, "nothing by ");
		add_who(saying, finding->a);
		add(saying, " for ");
		add_date(saying,
			 saying->weighing->questions[finding->question]
				 .compared_ms);
		add(saying, " or before, the latest date all others had "
			    "reached");
		break;
	case HEAR_FOUND_SUM_CIRCULAR:
		add(saying, "the definition of ");
		hear_buffer_span(saying->out,
				 saying->weighing
					 ->questions[finding->question]
					 .predicate);
		add(saying, " leads back to itself: it is not checked");
		break;
	case HEAR_FOUND_SUM_HOLDS:
	case HEAR_FOUND_SUM_WITHIN:
	case HEAR_FOUND_SUM_FAILS:
		break; /* said where it was added up */
	}
}

void hear_weigh_say(struct hear_weighing *weighing)
{
	struct hear_buffer text = {0};
	struct saying saying = {weighing, &text};
	uint32_t i;

	for (i = 0; i < weighing->finding_count; i++) {
		struct hear_finding *finding = &weighing->findings[i];

		if (finding->sentence.size > 0)
			continue;
		hear_buffer_reset(&text);
		say(&saying, finding);
		finding->sentence = hear_arena_copy(weighing->arena,
						    hear_buffer_view(&text));
		weighing->failed = weighing->failed || text.failed;
	}
	hear_buffer_done(&text);
}
