/* SPDX-License-Identifier: ISC */
/* test_verdict.c - the cases of tests/golden, each a test of its own name,
 * and some made by chance:
 *
 *   test_verdict [FILE [WORDS OF A NAME]]
 *
 * SEED=n and CHANCES=n in the environment set the first of those made by
 * chance, and how many. Each case is filed in several orders, and taken over
 * by a second node in yet another: every one of them must give the same
 * answer; and so must whoever asks for a part of it, or has it told again by
 * one more outlet. The orders come from fixed seeds.
 */
#include "tests/unit/golden_chance.h"
#include "tests/unit/golden_file.h"
#include "tests/unit/golden_weighed.h"

enum { ORDERS = 3, CHANCES = 40, ASKS = 4, SALTS = 2 };

/* For a part of what is filed. */
static const char *const asks[ASKS] = {"by:A", "by:B OR by:NIS",
				       "predicate:killed", "stance:denies"};

/* ---- What a line expects ---- */

static void expect_text(struct golden *g, const char *what,
			struct hear_span got, const char *wanted)
{
	if (!hear_span_is(got, wanted))
		golden_wrong(g, "%s: wanted \"%s\", got \"%.*s\"", what, wanted,
			     (int)got.size, got.data);
}

static void expect_number(struct golden *g, const char *what, uint32_t got)
{
	unsigned wanted = golden_number(g);

	if (got != wanted)
		golden_wrong(g, "%s: wanted %u, got %u", what, wanted, got);
}

static void expect_flag(struct golden *g, const char *what, bool got,
			bool wanted)
{
	if (got != wanted)
		golden_wrong(g, "wanted %s%s", wanted ? "" : "not ", what);
}

static void expect_one(struct golden *g, const char *const names[],
		       unsigned got, unsigned wanted)
{
	if (got != wanted)
		golden_wrong(g, "wanted %s, got %s", name_of(names, wanted),
			     name_of(names, got));
}

static void expect_extent(struct golden *g, const struct hear_extent *extent)
{
	struct hear_buffer text = {0};

	extent_text(extent, &text);
	expect_text(g, "extent", hear_buffer_view(&text),
		    golden_need(g, "an extent"));
	hear_buffer_done(&text);
}

/* A time is right that lies within the date expected. */
static void expect_time(struct golden *g, const char *what, int64_t got)
{
	struct hear_buffer text = {0};
	struct hear_err err;
	int64_t from, to;

	if (hear_date_read(hear_span_of(golden_need(g, "a date")), &from, &to,
			   &err) != HEAR_OK)
		golden_stop(g, "%s", err.message);
	if (got == INT64_MIN || got == INT64_MAX)
		hear_buffer_text(&text, got > 0 ? "open" : "not known");
	else
		hear_date_print(got, &text);
	hear_buffer_byte(&text, '\0');
	if (got < from || got >= to)
		golden_wrong(g, "%s: wanted %s, got %s", what, g->word,
			     text.data);
	hear_buffer_done(&text);
}

/* The next word after a ";" or the ":" that opens them; false: no more. */
static bool next_words(struct golden *g)
{
	if (!golden_word(g))
		return false;
	if (!golden_is(g, ";") && !golden_is(g, ":"))
		golden_stop(g, "; expected before \"%s\"", g->word);
	return golden_need(g, "an expectation");
}

static uint32_t claim_index(const struct weighed *w, const char *label)
{
	struct golden_record *record =
		golden_labelled(w->filed, hear_span_of(label));
	uint32_t i;

	if (!record)
		golden_stop(w->g, "no record \"%s\"", label);
	for (i = 0; i < w->all.claim_count; i++)
		if (hear_id_equal(&w->all.claims[i].id, &record->record.id))
			return i;
	return HEAR_NOBODY;
}

/* The voice of that claim in question `index`. */
static const struct hear_voice *voice_in(const struct weighed *w,
					 uint32_t index, uint32_t claim)
{
	uint32_t i;

	for (i = 0; i < w->all.questions[index].voice_count; i++) {
		uint32_t at = w->all.questions[index].first_voice + i;

		assert_true(at < w->all.voice_count);
		if (w->all.voices[at].claim == claim)
			return &w->all.voices[at];
	}
	return NULL;
}

/* The question in which just the claims up to ":" have a voice. */
static uint32_t question_of_these(struct weighed *w)
{
	uint32_t claims[GOLDEN_RECORDS];
	uint32_t count = 0;
	uint32_t i, j;

	while (golden_word(w->g) && !golden_is(w->g, ":")) {
		if (count == GOLDEN_RECORDS)
			golden_stop(w->g, "over %d claims", GOLDEN_RECORDS);
		claims[count++] = claim_index(w, w->g->word);
	}
	w->g->at = strchr(golden_text(w->g), ':');
	if (count == 0 || !w->g->at)
		golden_stop(w->g, "question LABEL...: expected");
	for (i = 0; i < w->all.question_count; i++) {
		if (w->all.questions[i].voice_count != count)
			continue;
		for (j = 0; j < count && voice_in(w, i, claims[j]); j++)
			;
		if (j == count)
			return i;
	}
	return HEAR_NOBODY;
}

static void list_questions(struct weighed *w)
{
	uint32_t i, j;

	for (i = 0; i < w->all.question_count; i++) {
		uint32_t first = w->all.questions[i].first_voice;
		struct hear_buffer text = {0};

		hear_question_print(&w->all.questions[i], &text);
		print_error("      there is %.*s:", (int)text.size, text.data);
		for (j = 0; j < w->all.questions[i].voice_count; j++)
			print_error(" %s", voice_name(w, first + j));
		print_error("\n");
		hear_buffer_done(&text);
	}
}

static void question_line(struct weighed *w, uint32_t *question)
{
	struct golden *g = w->g;
	const struct hear_question *q;
	unsigned one;

	*question = question_of_these(w);
	if (*question == HEAR_NOBODY) {
		golden_wrong(g, "there is no question of just these claims");
		list_questions(w);
		return;
	}
	w->told[*question] = true;
	q = &w->all.questions[*question];
	while (next_words(g)) {
		if ((one = golden_one_of(g, verdicts)))
			expect_one(g, verdicts, q->verdict, one);
		else if (golden_is(g, "origins"))
			expect_number(g, "origins", q->origins);
		else if (golden_is(g, "documents"))
			expect_number(g, "documents", q->documents);
		else if (golden_is(g, "outlets"))
			expect_number(g, "outlets", q->outlets);
		else if (golden_is(g, "unnamed"))
			expect_number(g, "unnamed", q->unnamed);
		else if (golden_is(g, "parties"))
			expect_number(g, "parties", q->party_count);
		else if (golden_is(g, "compared"))
			expect_time(g, "compared", q->compared_ms);
		else if (golden_is(g, "asked"))
			expect_flag(g, "asked", q->asked, true);
		else if (golden_is(g, "unasked"))
			expect_flag(g, "asked", q->asked, false);
		else if (golden_is(g, "unit"))
			expect_text(g, "unit", q->unit,
				    golden_need(g, "a unit"));
		else if (golden_is(g, "window")) {
			(void)golden_need(g, "a window");
			one = golden_one_of(g, windows);
			if (!one)
				golden_stop(g, "no window: %s", g->word);
			expect_one(g, windows, q->window, one);
		} else if (golden_is(g, "answer")) {
			(void)golden_need(g, "an answer");
			one = golden_one_of(g, answers);
			if (!one)
				golden_stop(g, "no answer: %s", g->word);
			expect_one(g, answers, q->answer + 1, one);
		} else {
			golden_stop(g, "unknown: %s", g->word);
		}
	}
}

/* The voice of the claim named next, in the question told last. */
static const struct hear_voice *voice_named(struct weighed *w,
					    uint32_t question)
{
	const struct hear_voice *voice;

	(void)golden_need(w->g, "a claim's label");
	if (question == HEAR_NOBODY)
		return NULL;
	voice = voice_in(w, question, claim_index(w, w->g->word));
	if (!voice)
		golden_wrong(w->g, "%s has no voice in the question",
			     w->g->word);
	return voice;
}

static void party_line(struct weighed *w, uint32_t question)
{
	struct golden *g = w->g;
	const struct hear_voice *voice = voice_named(w, question);
	const struct hear_party *p;
	unsigned one;

	if (!voice)
		return;
	if (voice->party == HEAR_NOBODY) {
		golden_wrong(g, "%s has no named origin", g->word);
		return;
	}
	assert_true(voice->party < w->all.party_count);
	p = &w->all.parties[voice->party];
	while (next_words(g)) {
		if ((one = golden_one_of(g, stances)))
			expect_one(g, stances, p->stance, one);
		else if (golden_is(g, "named"))
			expect_text(g, "named", source_name(w, p->name),
				    golden_need(g, "a name"));
		else if (golden_is(g, "at"))
			expect_text(g, "at",
				    hear_span_of(voice_name(w, p->position)),
				    golden_need(g, "a label"));
		else if (golden_is(g, "late"))
			expect_flag(g, "late", p->position == HEAR_NOBODY,
				    true);
		else if (golden_is(g, "extent"))
			expect_extent(g, &p->extent);
		else if (golden_is(g, "names"))
			expect_number(g, "names", p->names);
		else if (golden_is(g, "voices"))
			expect_number(g, "voices", p->voice_count);
		else if (golden_is(g, "circular"))
			expect_flag(g, "circular", p->circular, true);
		else if (golden_is(g, "straight"))
			expect_flag(g, "circular", p->circular, false);
		else if (golden_is(g, "counts"))
			expect_flag(g, "asked", p->asked, true);
		else if (golden_is(g, "copies"))
			expect_text(g, "copies", party_name(w, p->copies),
				    golden_need(g, "a name"));
		else
			golden_stop(g, "unknown: %s", g->word);
	}
}

static void move_line(struct weighed *w, uint32_t question)
{
	struct golden *g = w->g;
	const struct hear_voice *v = voice_named(w, question);
	unsigned one;

	if (!v)
		return;
	while (next_words(g)) {
		if ((one = golden_one_of(g, moves))) {
			expect_one(g, moves, v->move, one);
			/* Most name what they follow. */
			g->at += strspn(g->at, " ");
			if (*g->at && *g->at != ';')
				expect_text(g, "follows",
					    hear_span_of(voice_name(
						    w, v->before)),
					    golden_need(g, "a label"));
		} else if (golden_is(g, "charged")) {
			expect_text(g, "charged", source_name(w, v->charged),
				    golden_need(g, "a name"));
		} else if (golden_is(g, "relayed")) {
			expect_flag(g, "relayed", v->relayed, true);
		} else if (golden_is(g, "own")) {
			expect_flag(g, "relayed", v->relayed, false);
		} else if (golden_is(g, "stands")) {
			expect_flag(g, "standing", v->stands, true);
		} else if (golden_is(g, "fell")) {
			expect_flag(g, "standing", v->stands, false);
		} else if (golden_is(g, "last")) {
			expect_flag(g, "last", v->last, true);
		} else if (golden_is(g, "past")) {
			expect_flag(g, "last", v->last, false);
		} else if (golden_is(g, "unnamed")) {
			expect_flag(g, "unnamed", v->party == HEAR_NOBODY,
				    true);
		} else {
			golden_stop(g, "unknown: %s", g->word);
		}
	}
}

static void expect_rests(struct weighed *w, const struct hear_rolled *rolled)
{
	struct golden *g = w->g;
	uint32_t count = 0;
	uint32_t i;

	for (; g->at[strspn(g->at, " ")] && g->at[strspn(g->at, " ")] != ';';
	     count++) {
		(void)golden_need(g, "a label");
		for (i = 0; i < rolled->rest_count; i++)
			if (golden_is(g, voice_name(w, rolled->rests[i])))
				break;
		if (i == rolled->rest_count)
			golden_wrong(g, "it does not rest on %s", g->word);
	}
	if (count != rolled->rest_count)
		golden_wrong(g, "wanted %u that it rests on, got %u", count,
			     rolled->rest_count);
}

static void expect_left(struct weighed *w, const struct hear_rolled *rolled)
{
	struct golden *g = w->g;
	uint32_t i;

	(void)golden_need(g, "a label");
	for (i = 0; i < rolled->left_count; i++)
		if (golden_is(g, voice_name(w, rolled->left[i].voice)))
			break;
	if (i == rolled->left_count) {
		golden_wrong(g, "%s is not left out", g->word);
		(void)golden_need(g, "a reason");
		return;
	}
	expect_text(g, "left out",
		    hear_span_of(hear_left_name(rolled->left[i].left)),
		    golden_need(g, "a reason"));
}

static void rolled_line(struct weighed *w, uint32_t question)
{
	struct golden *g = w->g;
	struct hear_arena *arena;
	struct hear_buffer text = {0};
	struct hear_rolled rolled;
	enum hear_rule rule;
	struct hear_err err;

	if (hear_rule_parse(hear_span_of(golden_need(g, "a rule")), &rule,
			    &err) != HEAR_OK)
		golden_stop(g, "%s", err.message);
	if (question == HEAR_NOBODY)
		return;
	arena = hear_arena_new();
	assert_non_null(arena);
	roll(w, question, rule, arena, &rolled);
	rolled_text(&rolled, &text);
	while (next_words(g)) {
		if (golden_is(g, "rests"))
			expect_rests(w, &rolled);
		else if (golden_is(g, "left"))
			expect_left(w, &rolled);
		else if (golden_is(g, "unnamed"))
			expect_flag(g, "unnamed", rolled.unnamed, true);
		else if (golden_is(g, "named"))
			expect_flag(g, "unnamed", rolled.unnamed, false);
		else
			expect_text(g, "low, best and high",
				    hear_buffer_view(&text), g->word);
	}
	hear_buffer_done(&text);
	hear_arena_free(arena);
}

static void claim_line(struct weighed *w)
{
	struct golden *g = w->g;
	uint32_t index = claim_index(w, golden_need(g, "a claim's label"));
	const struct hear_weighed *c;

	if (index == HEAR_NOBODY) {
		golden_wrong(g, "the claim is not weighed");
		return;
	}
	c = &w->all.claims[index];
	while (next_words(g)) {
		if (golden_is(g, "extent"))
			expect_extent(g, &c->extent);
		else if (golden_is(g, "value"))
			expect_text(g, "value", c->value,
				    golden_need(g, "a value"));
		else if (golden_is(g, "stated"))
			expect_text(g, "stated", c->stated,
				    golden_need(g, "a number"));
		else if (golden_is(g, "origin"))
			expect_text(g, "origin", source_name(w, c->origin),
				    golden_need(g, "a name"));
		else if (golden_is(g, "outlet"))
			expect_text(g, "outlet", source_name(w, c->outlet),
				    golden_need(g, "a name"));
		else if (golden_is(g, "unnamed"))
			expect_text(g, "unnamed", c->unnamed,
				    golden_need(g, "words"));
		else if (golden_is(g, "retold"))
			expect_text(g, "retold",
				    hear_span_of(claim_name(
					    w, c->retold ? c->copied_from
							 : HEAR_NOBODY)),
				    golden_need(g, "a label"));
		else if (golden_is(g, "about"))
			expect_flag(g, "about", c->about, true);
		else if (golden_is(g, "exact"))
			expect_flag(g, "about", c->about, false);
		else if (golden_is(g, "loops"))
			expect_flag(g, "loops", c->loops, true);
		else if (golden_is(g, "straight"))
			expect_flag(g, "loops", c->loops, false);
		else if (golden_is(g, "asked"))
			expect_flag(g, "asked", c->asked, true);
		else if (golden_is(g, "unasked"))
			expect_flag(g, "asked", c->asked, false);
		else if (golden_is(g, "said"))
			expect_time(g, "said", c->said_ms);
		else if (golden_is(g, "until"))
			expect_time(g, "until", c->until_ms);
		else
			golden_stop(g, "unknown: %s", g->word);
	}
}

/* Whether a finding is between the two claims; "" for any or none. Which comes
 * first matters where they are not alike. */
static bool is_between(const struct weighed *w, const struct hear_finding *f,
		       const char *a, const char *b)
{
	const char *first = voice_name(w, f->a);
	const char *second = voice_name(w, f->b);
	bool alike = f->found == HEAR_FOUND_CONFLICT ||
		     f->found == HEAR_FOUND_DIFFERS ||
		     f->found == HEAR_FOUND_CIRCULAR;

	if ((!*a || strcmp(a, first) == 0) && (!*b || strcmp(b, second) == 0))
		return true;
	return alike && (!*a || strcmp(a, second) == 0) &&
	       (!*b || strcmp(b, first) == 0);
}

static void finding_line(struct weighed *w, bool wanted)
{
	struct golden *g = w->g;
	char sides[2][GOLDEN_WORD] = {"", ""};
	bool there = false;
	unsigned kind;
	unsigned i;

	(void)golden_need(g, "what is found");
	kind = golden_one_of(g, found);
	if (!kind && (wanted || !golden_is(g, "at-all")))
		golden_stop(g, "nothing is found as \"%s\"", g->word);
	for (i = 0; i < 2 && golden_word(g); i++) {
		(void)claim_index(w, g->word); /* it exists */
		(void)snprintf(sides[i], sizeof sides[i], "%s", g->word);
	}
	if (golden_word(g))
		golden_stop(g, "unknown: %s", g->word);
	for (i = 0; i < w->all.finding_count; i++)
		there = there || ((!kind || w->all.findings[i].found == kind) &&
				  is_between(w, &w->all.findings[i], sides[0],
					     sides[1]));
	if (there == wanted)
		return;
	golden_wrong(g, wanted ? "it is not found" : "it is found");
	for (i = 0; i < w->all.finding_count; i++)
		print_error("      there is %s %s %s: %.*s\n",
			    name_of(found, w->all.findings[i].found),
			    voice_name(w, w->all.findings[i].a),
			    voice_name(w, w->all.findings[i].b),
			    (int)w->all.findings[i].sentence.size,
			    w->all.findings[i].sentence.data);
}

static void expect(struct weighed *w)
{
	struct golden *g = w->g;
	uint32_t question = HEAR_NOBODY;
	uint32_t i;

	while (golden_next(g)) {
		if (golden_begins(g, "question"))
			question_line(w, &question);
		else if (golden_begins(g, "party"))
			party_line(w, question);
		else if (golden_begins(g, "move"))
			move_line(w, question);
		else if (golden_begins(g, "rolled"))
			rolled_line(w, question);
		else if (golden_begins(g, "claim"))
			claim_line(w);
		else if (golden_begins(g, "finding"))
			finding_line(w, true);
		else if (golden_begins(g, "no finding"))
			finding_line(w, false);
		else if (golden_begins(g, "and other questions"))
			memset(w->told, 1, w->all.question_count);
		else
			golden_stop(g, "unknown: %s", golden_text(g));
	}
	for (i = 0; i < w->all.question_count && g->wrong == 0; i++)
		if (!w->told[i] && w->all.questions[i].asked) {
			g->line = g->first;
			golden_wrong(g, "a question is not expected");
			list_questions(w);
		}
}

/* ---- Running a case ---- */

/* The first line in which two answers differ. */
static void compare(struct golden *g, const char *a, const char *b,
		    const char *which, uint64_t seed)
{
	if (strcmp(a, b) == 0)
		return;
	while (*a && strcspn(a, "\n") == strcspn(b, "\n") &&
	       strncmp(a, b, strcspn(a, "\n")) == 0) {
		a += strcspn(a, "\n") + 1;
		b += strcspn(b, "\n") + 1;
	}
	g->line = g->first;
	golden_wrong(g, "%s, order %llu, answers another way:", which,
		     (unsigned long long)seed);
	print_error("      first: %.*s\n      now:   %.*s\n",
		    (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b);
}

static void one_node(struct golden_filed *f, struct filed *node,
		     struct hear_buffer *text, const char *which,
		     uint64_t seed)
{
	struct weighed w = {.g = f->g, .filed = f};
	struct hear_buffer now = {0};

	weigh(&w, node, f->ask);
	golden_sound(f->g, &w.all);
	write_all(&w, text->size ? &now : text);
	if (now.size)
		compare(f->g, text->data, now.data, which, seed);
	else
		expect(&w);
	hear_buffer_done(&now);
	unweigh(&w);
}

/* The question of `whole` in which the same claims have a voice. */
static const struct hear_question *same_question(const struct weighed *w,
						 uint32_t index,
						 const struct weighed *whole)
{
	const struct hear_question *q = &w->all.questions[index];
	uint32_t i, at;

	for (i = 0; i < whole->all.question_count; i++) {
		if (whole->all.questions[i].voice_count != q->voice_count)
			continue;
		for (at = 0; at < q->voice_count; at++) {
			uint32_t claim =
				w->all.voices[q->first_voice + at].claim;

			if (!voice_in(whole, i,
				      claim_index(whole,
						  claim_name(w, claim))))
				break;
		}
		if (at == q->voice_count)
			return &whole->all.questions[i];
	}
	return NULL;
}

/* However it is asked for, a question has the same verdict. */
static void ask_otherwise(struct golden_filed *f, struct filed *node,
			  const char *ask)
{
	struct weighed whole = {.g = f->g, .filed = f};
	struct weighed w = {.g = f->g, .filed = f};
	uint32_t i;

	weigh(&whole, node, NULL);
	weigh(&w, node, ask);
	golden_sound(f->g, &w.all);
	for (i = 0; i < w.all.question_count && f->g->wrong == 0; i++) {
		const struct hear_question *q;

		if (!w.all.questions[i].asked)
			continue;
		q = same_question(&w, i, &whole);
		f->g->line = f->g->first;
		if (!q)
			golden_wrong(f->g, "asked for %s, question %u is "
				     "another than in the whole", ask, i);
		else if (q->verdict != w.all.questions[i].verdict)
			golden_wrong(f->g, "asked for %s, question %u: wanted "
				     "%s, as in the whole; got %s", ask, i,
				     name_of(verdicts, q->verdict),
				     name_of(verdicts,
					     w.all.questions[i].verdict));
	}
	if (f->g->wrong) {
		list_questions(&whole);
		print_error("    and asked for %s\n", ask);
		list_questions(&w);
	}
	unweigh(&whole);
	unweigh(&w);
}

/* The claim as one more outlet passes it on. False: it has no chain, or is
 * none that asserts. */
static bool passed_on(struct golden_filed *f, const struct hear_value *tree,
		      struct hear_record *out)
{
	struct hear_value *open = hear_value_copy(f->arena, tree);
	struct hear_value *chain = hear_make_list(f->arena);
	struct hear_value *hop = hear_make_map(f->arena);
	const struct hear_value *hops = hear_map_get(tree, "chain");
	struct hear_err err;
	size_t i;

	if (!hear_span_is(hear_text_of(hear_map_get(tree, "kind")), "claim") ||
	    hear_map_get(tree, "stance") || hear_count_of(hops) == 0)
		return false;
	filed_set(f->arena, hop, "who", "One more outlet");
	hear_list_add(f->arena, chain, hop);
	for (i = 0; i < hear_count_of(hops); i++)
		hear_list_add(f->arena, chain, hear_item_of(hops, i));
	hear_map_set(f->arena, open, "chain", chain);
	filed_ok(hear_record_make(f->arena, open, out, &err), &err);
	return true;
}

/* However many outlets repeat it, who says it and what it comes to is the
 * same. */
static void repeat_all(struct golden_filed *f, struct filed *node)
{
	struct weighed before = {.g = f->g, .filed = f};
	struct weighed after = {.g = f->g, .filed = f};
	struct hear_writer *writer;
	uint32_t i;

	weigh(&before, node, NULL);
	writer = golden_writer(node);
	for (i = 0; i < f->count; i++) {
		struct hear_record record;

		if (!f->records[i].retracted &&
		    passed_on(f, f->records[i].record.tree, &record))
			golden_write(node, writer, &record, 1);
	}
	golden_commit(writer);
	weigh(&after, node, NULL);
	f->g->line = f->g->first;
	if (before.all.question_count != after.all.question_count)
		golden_wrong(f->g, "told again there are other questions");
	for (i = 0; i < before.all.question_count && f->g->wrong == 0; i++) {
		const struct hear_question *q = &before.all.questions[i];
		const struct hear_question *now = &after.all.questions[i];

		if (q->verdict != now->verdict || q->origins != now->origins ||
		    q->party_count != now->party_count)
			golden_wrong(f->g, "told again, question %u is %s of "
				     "%u origins and %u parties, and was %s of "
				     "%u and %u", i,
				     name_of(verdicts, now->verdict),
				     now->origins, now->party_count,
				     name_of(verdicts, q->verdict), q->origins,
				     q->party_count);
	}
	if (f->g->wrong)
		list_questions(&before);
	unweigh(&before);
	unweigh(&after);
}

/* What a verdict comes to, without what may hang on the order of ids: which of
 * two that were said at one time stands first. */
static void write_outcome(const struct weighed *w, struct hear_buffer *out)
{
	uint32_t i, p;

	for (i = 0; i < w->all.question_count; i++) {
		const struct hear_question *q = &w->all.questions[i];

		hear_question_print(q, out);
		hear_buffer_print(out,
				  ": %s origins %u documents %u outlets %u "
				  "unnamed %u\n",
				  name_of(verdicts, q->verdict), q->origins,
				  q->documents, q->outlets, q->unnamed);
		for (p = 0; p < q->party_count; p++) {
			const struct hear_party *party =
				&w->all.parties[q->first_party + p];

			hear_buffer_print(out, "  %.*s %s ",
					  (int)source_name(w, party->name).size,
					  source_name(w, party->name).data,
					  name_of(stances, party->stance));
			extent_text(&party->extent, out);
			hear_buffer_text(out, "\n");
		}
	}
	hear_buffer_byte(out, '\0');
	assert_false(out->failed);
}

static const char *root_of_source(void)
{
	const char *source = getenv("SOURCE");

	return source ? source : ".";
}

/* The outcome of the case where ids are other ones. */
static void outcome(struct golden *g, unsigned salt, struct hear_buffer *out)
{
	struct golden_filed *f = calloc(1, sizeof *f);
	struct weighed w = {.g = g, .filed = f};
	struct filed node;

	assert_non_null(f);
	f->g = g;
	f->salt = salt;
	f->arena = hear_arena_new();
	g->line = g->first;
	golden_read(f, root_of_source());
	filed_open(&node);
	golden_file(f, &node, 0);
	weigh(&w, &node, f->ask);
	write_outcome(&w, out);
	unweigh(&w);
	filed_close(&node);
	hear_arena_free(f->arena);
	free(f);
}

/* Whatever is not part of the question may be another, and with it the ids. */
static void salt_all(struct golden *g)
{
	struct hear_buffer plain = {0};
	unsigned salt;

	outcome(g, 0, &plain);
	for (salt = 1; salt <= SALTS && g->wrong == 0; salt++) {
		struct hear_buffer salted = {0};

		outcome(g, salt, &salted);
		compare(g, plain.data, salted.data, "with other ids", salt);
		hear_buffer_done(&salted);
	}
	hear_buffer_done(&plain);
}

static void run_case(void **state)
{
	struct golden *g = *state;
	struct golden_filed *f = calloc(1, sizeof *f);
	struct hear_buffer text = {0};
	uint64_t order;

	assert_non_null(f);
	f->g = g;
	f->arena = hear_arena_new();
	g->line = g->first;
	golden_read(f, root_of_source());
	for (order = 0; order < ORDERS && g->wrong == 0; order++) {
		struct filed one, two;
		uint64_t seed = order * UINT64_C(0x9e3779b97f4a7c15);

		filed_open(&one);
		golden_file(f, &one, seed);
		golden_copy(&one, &two, seed + 1);
		one_node(f, &one, &text, "one node", order);
		one_node(f, &two, &text, "the other node", order);
		if (g->wrong == 0)
			ask_otherwise(f, &two, asks[(order + g->first) % ASKS]);
		if (g->wrong == 0)
			repeat_all(f, &one);
		filed_close(&two);
		filed_close(&one);
	}
	hear_buffer_done(&text);
	hear_arena_free(f->arena);
	free(f);
	if (g->wrong == 0)
		salt_all(g);
	if (g->wrong)
		fail();
}

static unsigned long setting(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	size_t chances = setting("CHANCES", CHANCES);
	static struct CMUnitTest *tests; /* kept to the end */
	static struct golden *written;
	static struct golden *cases;
	char path[4096];
	size_t count = 0;
	size_t all;
	size_t i;

	(void)snprintf(path, sizeof path, "%s/tests/golden/verdicts.txt",
		       root_of_source());
	written = golden_cases(argc > 1 ? argv[1] : path, &all);
	cases = calloc(all + chances + 1, sizeof *cases);
	tests = calloc(all + chances + 1, sizeof *tests);
	if (!tests || !cases || all == 0)
		return 1;
	for (i = 0; i < all + chances; i++) {
		cases[i] = i < all ? written[i]
				   : chance_case(setting("SEED", 1) + i - all);
		if (argc > 2 && !strstr(cases[i].name, argv[2]))
			continue;
		tests[count++] = (struct CMUnitTest){.name = cases[i].name,
						     .test_func = run_case,
						     .initial_state =
							     &cases[i]};
	}
	return _cmocka_run_group_tests("verdicts", tests, count, NULL, NULL);
}
