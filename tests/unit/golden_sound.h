/* golden_sound.h - what holds for every weighing, whatever was filed.
 */
#ifndef TESTS_UNIT_GOLDEN_SOUND_H
#define TESTS_UNIT_GOLDEN_SOUND_H

#include "tests/unit/golden.h"

/* A weighing with all that it gives. */
struct golden_all {
	const struct hear_question *questions;
	const struct hear_weighed *claims;
	const struct hear_voice *voices;
	const struct hear_party *parties;
	const struct hear_source *sources;
	const struct hear_finding *findings;
	size_t question_count, claim_count, voice_count, party_count;
	size_t source_count, finding_count;
};

static inline struct golden_all golden_all_of(const struct hear_weighing *w)
{
	struct golden_all all = {0};

	all.questions = hear_weighed_questions(w, &all.question_count);
	all.claims = hear_weighed_claims(w, &all.claim_count);
	all.voices = hear_weighed_voices(w, &all.voice_count);
	all.parties = hear_weighed_parties(w, &all.party_count);
	all.sources = hear_weighed_sources(w, &all.source_count);
	all.findings = hear_weighed_findings(w, &all.finding_count);
	return all;
}

/* Says which promise is broken, and of what. */
#define golden_hold(g, promise, what, index)                                   \
	do {                                                                   \
		if (!(promise))                                                \
			golden_wrong(g, "%s %u breaks: %s", what,              \
				     (unsigned)(index), #promise);             \
	} while (0)

static inline bool golden_within(uint32_t index, size_t count)
{
	return index == HEAR_NOBODY || index < count;
}

static inline void golden_sound_question(struct golden *g,
					 const struct golden_all *all,
					 uint32_t i)
{
	const struct hear_question *q = &all->questions[i];
	bool asked = false;
	uint32_t at;

	golden_hold(g, q->voice_count > 0, "question", i);
	golden_hold(g, q->first_voice + q->voice_count <= all->voice_count,
		    "question", i);
	golden_hold(g, q->first_party + q->party_count <= all->party_count,
		    "question", i);
	golden_hold(g,
		    q->first_finding + q->finding_count <= all->finding_count,
		    "question", i);
	golden_hold(g, q->origins <= q->party_count, "question", i);
	golden_hold(g, q->documents <= q->voice_count, "question", i);
	golden_hold(g, q->outlets <= q->voice_count, "question", i);
	golden_hold(g, q->from_ms <= q->to_ms, "question", i);
	golden_hold(g, !q->of_count || q->of, "question", i);
	for (at = 0; at < q->voice_count && !g->wrong; at++) {
		const struct hear_voice *v = &all->voices[q->first_voice + at];

		golden_hold(g, v->question == i, "question", i);
		asked = asked || all->claims[v->claim].asked;
	}
	golden_hold(g, q->asked == asked, "question", i);
	for (at = 0; at < q->party_count && !g->wrong; at++)
		golden_hold(g,
			    all->parties[q->first_party + at].question == i,
			    "question", i);
	for (at = 0; at < q->finding_count && !g->wrong; at++)
		golden_hold(g,
			    all->findings[q->first_finding + at].question == i,
			    "question", i);
}

static inline void golden_sound_party(struct golden *g,
				      const struct golden_all *all, uint32_t i)
{
	const struct hear_party *p = &all->parties[i];
	unsigned last = 0;
	uint32_t at;

	golden_hold(g, p->voice_count > 0, "party", i);
	golden_hold(g, p->first_voice + p->voice_count <= all->voice_count,
		    "party", i);
	golden_hold(g, p->name < all->source_count, "party", i);
	golden_hold(g, p->names > 0, "party", i);
	golden_hold(g, golden_within(p->copies, all->party_count), "party", i);
	golden_hold(g, golden_within(p->position, all->voice_count), "party",
		    i);
	for (at = 0; at < p->voice_count && !g->wrong; at++) {
		const struct hear_voice *v = &all->voices[p->first_voice + at];

		golden_hold(g, v->party == i, "party", i);
		last += v->last;
	}
	golden_hold(g, p->stance != HEAR_ASSERTS || last > 0, "party", i);
	if (p->position != HEAR_NOBODY && !g->wrong)
		golden_hold(g, all->voices[p->position].party == i, "party", i);
}

static inline void golden_sound_voice(struct golden *g,
				      const struct golden_all *all, uint32_t i)
{
	const struct hear_voice *v = &all->voices[i];
	bool charges = v->move == HEAR_MOVE_CORRECTS ||
		       v->move == HEAR_MOVE_WITHDRAWS ||
		       v->move == HEAR_MOVE_RENEWS ||
		       v->move == HEAR_MOVE_REVERSES;

	golden_hold(g, v->claim < all->claim_count, "voice", i);
	golden_hold(g, v->question < all->question_count, "voice", i);
	golden_hold(g, golden_within(v->party, all->party_count), "voice", i);
	golden_hold(g, golden_within(v->before, all->voice_count), "voice", i);
	golden_hold(g, golden_within(v->after, all->voice_count), "voice", i);
	golden_hold(g, golden_within(v->charged, all->source_count), "voice",
		    i);
	golden_hold(g, v->move >= HEAR_MOVE_FIRST &&
			    v->move <= HEAR_MOVE_ASIDE, "voice", i);
	golden_hold(g, v->stands || !v->last, "voice", i);
	golden_hold(g, !v->relayed || v->charged != HEAR_NOBODY, "voice", i);
	golden_hold(g, charges || v->charged == HEAR_NOBODY, "voice", i);
	golden_hold(g, v->before != i && v->after != i, "voice", i);
	if (g->wrong)
		return;
	if (v->before != HEAR_NOBODY)
		golden_hold(g, all->voices[v->before].party == v->party,
			    "voice", i);
	if (v->after != HEAR_NOBODY)
		golden_hold(g, all->voices[v->after].party == v->party,
			    "voice", i);
}

static inline void golden_sound_claim(struct golden *g,
				      const struct golden_all *all, uint32_t i)
{
	const struct hear_weighed *c = &all->claims[i];
	bool heard = false;
	uint32_t at;

	for (at = 0; at < all->voice_count; at++)
		heard = heard || all->voices[at].claim == i;
	golden_hold(g, heard, "claim", i);
	golden_hold(g, golden_within(c->outlet, all->source_count), "claim",
		    i);
	golden_hold(g, golden_within(c->origin, all->source_count), "claim",
		    i);
	golden_hold(g, !c->retold || c->copied_from < all->claim_count,
		    "claim", i);
	golden_hold(g, c->answer != HEAR_ANSWER_FIGURE ||
			    c->extent.from <= c->extent.to, "claim", i);
}

static inline void golden_sound(struct golden *g,
				const struct golden_all *all)
{
	uint32_t i;

	for (i = 0; i < all->voice_count; i++)
		golden_sound_voice(g, all, i);
	for (i = 0; i < all->claim_count && !g->wrong; i++)
		golden_sound_claim(g, all, i);
	for (i = 0; i < all->question_count && !g->wrong; i++)
		golden_sound_question(g, all, i);
	for (i = 0; i < all->party_count && !g->wrong; i++)
		golden_sound_party(g, all, i);
	for (i = 0; i < all->finding_count && !g->wrong; i++) {
		const struct hear_finding *f = &all->findings[i];

		golden_hold(g, golden_within(f->a, all->voice_count),
			    "finding", i);
		golden_hold(g, golden_within(f->b, all->voice_count),
			    "finding", i);
		golden_hold(g, f->sentence.size > 0, "finding", i);
		golden_hold(g, hear_utf8_bad(f->sentence) == HEAR_NOWHERE,
			    "finding", i);
	}
}

#endif
