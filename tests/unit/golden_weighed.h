/* golden_weighed.h - a weighing of a case, in the words of the case, and all
 * of it as text.
 */
#ifndef TESTS_UNIT_GOLDEN_WEIGHED_H
#define TESTS_UNIT_GOLDEN_WEIGHED_H

#include "tests/unit/golden_file.h"
#include "tests/unit/golden_sound.h"

/* A weighing and what it was made of. */
struct weighed {
	struct golden *g;
	struct golden_filed *filed;
	struct hear_weighing *made;
	struct golden_all all;
	bool *told; /* of each question: expected by a line of the case */
};

static const char *const stances[] = {"asserts",     "denies",	 "doubts",
				      "possible",    "expects",	 "asks",
				      "unconfirmed", "declines", "silent",
				      "withdraws",   NULL};
static const char *const moves[] = {"first",	 "repeats", "updates",
				    "corrects",	 "withdraws", "renews",
				    "reverses",	 "differs", "aside",
				    NULL};
static const char *const verdicts[] = {"none",	     "alone",  "agree",
				       "compatible", "silent", "denied",
				       "conflict",   NULL};
static const char *const windows[] = {"open", "total", "event", NULL};
static const char *const answers[] = {"none", "figure", "text",
				      "date", "truth",	NULL};
static const char *const found[] = {
	"conflict",  "denied",	   "differs",	"part-over-whole",
	"sum-holds", "sum-within", "sum-fails", "sum-circular", "circular",
	"copied",    "late",	   NULL};
static const enum hear_rule rules[] = {HEAR_RULE_LATEST, HEAR_RULE_CONSERVATIVE,
				       HEAR_RULE_BEST, HEAR_RULE_RANGE};
enum { RULES = sizeof rules / sizeof *rules };

/* The name of `number`, which counts from 1. */
static inline const char *name_of(const char *const names[], unsigned number)
{
	unsigned i;

	for (i = 1; names[i - 1]; i++)
		if (i == number)
			return names[i - 1];
	return "(no such number)";
}

static inline void weigh(struct weighed *w, struct filed *node, const char *ask)
{
	struct hear_view view = {filed_now, true, HEAR_RED,
				 w->filed->known_by_ms};
	struct hear_reader *reader = NULL;
	struct hear_query *query = NULL;
	struct hear_err err;

	filed_ok(hear_read_begin(&reader, node->dataset, &view, &err), &err);
	if (ask &&
	    hear_query_new(&query, hear_span_of(ask), &err) != HEAR_OK)
		golden_stop(w->g, "ask: %s", err.message);
	filed_ok(hear_weigh(&w->made, reader, query, &err), &err);
	hear_query_free(query);
	hear_read_end(reader);
	w->all = golden_all_of(w->made);
	w->told = calloc(w->all.question_count + 1, sizeof *w->told);
	assert_non_null(w->told);
}

static inline void unweigh(struct weighed *w)
{
	hear_weighing_free(w->made);
	free(w->told);
}

/* ---- Names for what the indexes mean ---- */

static inline const char *claim_name(const struct weighed *w, uint32_t claim)
{
	if (claim == HEAR_NOBODY)
		return "nobody";
	assert_true(claim < w->all.claim_count);
	return golden_label_of(w->filed, &w->all.claims[claim].id);
}

static inline const char *voice_name(const struct weighed *w, uint32_t voice)
{
	if (voice == HEAR_NOBODY)
		return "nobody";
	assert_true(voice < w->all.voice_count);
	return claim_name(w, w->all.voices[voice].claim);
}

static inline struct hear_span source_name(const struct weighed *w,
					   uint32_t source)
{
	if (source == HEAR_NOBODY)
		return hear_span_of("nobody");
	assert_true(source < w->all.source_count);
	return w->all.sources[source].name;
}

static inline struct hear_span party_name(const struct weighed *w,
					  uint32_t party)
{
	if (party == HEAR_NOBODY)
		return hear_span_of("nobody");
	assert_true(party < w->all.party_count);
	return source_name(w, w->all.parties[party].name);
}

/* [270, 330), (3000, ..), (.., ..). */
static inline void extent_text(const struct hear_extent *extent,
			struct hear_buffer *out)
{
	bool low = extent->low.size > 0;
	bool high = extent->high.size > 0;

	hear_buffer_text(out, low && !extent->low_open ? "[" : "(");
	hear_buffer_span(out, low ? extent->low : hear_span_of(".."));
	hear_buffer_text(out, ", ");
	hear_buffer_span(out, high ? extent->high : hear_span_of(".."));
	hear_buffer_text(out, high && !extent->high_open ? "]" : ")");
}

/* ---- All of it as text: equal for equal answers ---- */

static inline void write_question(const struct weighed *w, uint32_t index,
			   struct hear_buffer *out)
{
	const struct hear_question *q = &w->all.questions[index];
	uint32_t i;

	hear_buffer_print(out, "question %u: ", index);
	hear_question_print(q, out);
	hear_buffer_print(out, "; %s", name_of(verdicts, q->verdict));
	hear_buffer_print(out,
			  "; answer %u window %u %lld %lld unit %.*s asked %d"
			  " compared %lld documents %u outlets %u origins %u"
			  " unnamed %u voices %u+%u parties %u+%u findings"
			  " %u+%u\n",
			  q->answer, q->window, (long long)q->from_ms,
			  (long long)q->to_ms, (int)q->unit.size, q->unit.data,
			  q->asked, (long long)q->compared_ms, q->documents,
			  q->outlets, q->origins, q->unnamed, q->first_voice,
			  q->voice_count, q->first_party, q->party_count,
			  q->first_finding, q->finding_count);
	for (i = 0; i < q->of_count; i++)
		hear_buffer_print(out, "  of %.*s\n", (int)q->of[i].size,
				  q->of[i].data);
}

static inline void write_claim(const struct weighed *w, uint32_t index,
			struct hear_buffer *out)
{
	const struct hear_weighed *c = &w->all.claims[index];

	hear_buffer_print(out, "claim %s: ", claim_name(w, index));
	hear_buffer_print(out,
			  "asked %d stance %u answer %u value %.*s stated %.*s"
			  " about %d document %.*s outlet %.*s origin %.*s"
			  " unnamed %.*s loops %d said %lld until %lld retold"
			  " %d of %s extent ",
			  c->asked, c->stance, c->answer, (int)c->value.size,
			  c->value.data, (int)c->stated.size, c->stated.data,
			  c->about, (int)c->document.size, c->document.data,
			  (int)source_name(w, c->outlet).size,
			  source_name(w, c->outlet).data,
			  (int)source_name(w, c->origin).size,
			  source_name(w, c->origin).data, (int)c->unnamed.size,
			  c->unnamed.data, c->loops, (long long)c->said_ms,
			  (long long)c->until_ms, c->retold,
			  claim_name(w, c->retold ? c->copied_from
						  : HEAR_NOBODY));
	extent_text(&c->extent, out);
	hear_buffer_text(out, "\n");
}

static inline void write_voice(const struct weighed *w, uint32_t index,
			struct hear_buffer *out)
{
	const struct hear_voice *v = &w->all.voices[index];

	hear_buffer_print(out,
			  "voice %s: question %u party %d move %s before %s"
			  " after %s charged %.*s relayed %d stands %d"
			  " last %d\n",
			  voice_name(w, index), v->question, (int)v->party,
			  name_of(moves, v->move), voice_name(w, v->before),
			  voice_name(w, v->after),
			  (int)source_name(w, v->charged).size,
			  source_name(w, v->charged).data, v->relayed,
			  v->stands, v->last);
}

static inline void write_party(const struct weighed *w, uint32_t index,
			struct hear_buffer *out)
{
	const struct hear_party *p = &w->all.parties[index];

	hear_buffer_print(out,
			  "party %.*s: question %u names %u circular %d copies"
			  " %d stance %u asked %d at %s voices %u+%u extent ",
			  (int)party_name(w, index).size,
			  party_name(w, index).data, p->question, p->names,
			  p->circular, (int)p->copies, p->stance, p->asked,
			  voice_name(w, p->position), p->first_voice,
			  p->voice_count);
	extent_text(&p->extent, out);
	hear_buffer_text(out, "\n");
}

static inline const char *or_none(struct hear_span end,
				  char text[GOLDEN_WORD])
{
	(void)snprintf(text, GOLDEN_WORD, "%.*s", (int)end.size, end.data);
	return end.size ? text : "..";
}

/* low best high; ends that lie outside are marked. */
static inline void rolled_text(const struct hear_rolled *rolled,
			       struct hear_buffer *out)
{
	char low[GOLDEN_WORD], best[GOLDEN_WORD], high[GOLDEN_WORD];

	hear_buffer_print(out, "%s%s %s %s%s", rolled->low_open ? ">" : "",
			  or_none(rolled->low, low),
			  or_none(rolled->best, best),
			  rolled->high_open ? "<" : "",
			  or_none(rolled->high, high));
}

static inline void roll(const struct weighed *w, uint32_t question,
			enum hear_rule rule, struct hear_arena *arena,
			struct hear_rolled *out)
{
	struct hear_err err;

	filed_ok(hear_rollup(w->made, question, rule, arena, out, &err), &err);
}

static inline void write_rolled(const struct weighed *w, uint32_t question,
				enum hear_rule rule, struct hear_buffer *out)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_rolled rolled;
	uint32_t i;

	assert_non_null(arena);
	roll(w, question, rule, arena, &rolled);
	hear_buffer_print(out, "rolled %u %s: ", question,
			  hear_rule_name(rule));
	rolled_text(&rolled, out);
	hear_buffer_print(out, " best %s unnamed %d rests",
			  voice_name(w, rolled.best_voice), rolled.unnamed);
	for (i = 0; i < rolled.rest_count; i++)
		hear_buffer_print(out, " %s", voice_name(w, rolled.rests[i]));
	for (i = 0; i < rolled.left_count; i++)
		hear_buffer_print(out, " left %s %s",
				  voice_name(w, rolled.left[i].voice),
				  hear_left_name(rolled.left[i].left));
	hear_buffer_text(out, "\n");
	hear_arena_free(arena);
}

static inline void write_all(const struct weighed *w, struct hear_buffer *out)
{
	uint32_t i, rule;

	for (i = 0; i < w->all.question_count; i++) {
		write_question(w, i, out);
		for (rule = 0; rule < RULES; rule++)
			write_rolled(w, i, rules[rule], out);
	}
	for (i = 0; i < w->all.claim_count; i++)
		write_claim(w, i, out);
	for (i = 0; i < w->all.voice_count; i++)
		write_voice(w, i, out);
	for (i = 0; i < w->all.party_count; i++)
		write_party(w, i, out);
	for (i = 0; i < w->all.source_count; i++)
		hear_buffer_print(out, "source %.*s joined %u origin %u\n",
				  (int)w->all.sources[i].name.size,
				  w->all.sources[i].name.data,
				  w->all.sources[i].joined,
				  w->all.sources[i].origin);
	for (i = 0; i < w->all.finding_count; i++)
		hear_buffer_print(out, "finding %s in %u: %s, %s: %.*s\n",
				  name_of(found, w->all.findings[i].found),
				  w->all.findings[i].question,
				  voice_name(w, w->all.findings[i].a),
				  voice_name(w, w->all.findings[i].b),
				  (int)w->all.findings[i].sentence.size,
				  w->all.findings[i].sentence.data);
	hear_buffer_byte(out, '\0');
	assert_false(out->failed);
}

#endif
