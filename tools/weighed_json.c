/* SPDX-License-Identifier: ISC */
/* weighed_json.c - a question and all that was found in it, for programs. */
#include "tools/fields.h"
#include "tools/output.h"
#include "tools/resting.h"
#include "tools/weighed.h"

static struct hear_value *number(struct hear_arena *arena, uint32_t count)
{
	return hear_make_integer(arena, count);
}

/* ---- The question ---- */

static struct hear_value *list_of(struct hear_arena *arena,
				  const struct hear_question *question)
{
	struct hear_value *list = hear_make_list(arena);
	uint32_t i;

	for (i = 0; i < question->of_count; i++)
		hear_list_add(arena, list,
			      hear_make_text(arena, question->of[i]));
	return list;
}

void weighed_json_question(struct hear_arena *arena, struct hear_value *map,
			   const struct hear_question *question)
{
	struct hear_buffer line = {0};

	hear_question_print(question, &line);
	fields_text(arena, map, "question", hear_buffer_view(&line));
	hear_buffer_done(&line);
	fields_text(arena, map, "subject", question->subject);
	fields_text(arena, map, "predicate", question->predicate);
	if (question->of_count > 0)
		hear_map_set(arena, map, "of", list_of(arena, question));
	fields_text(arena, map, "place", question->place);
	fields_text(arena, map, "unit", question->unit);
	fields_text(arena, map, "text", question->text);
	fields_text(arena, map,
		 question->window == HEAR_WINDOW_EVENT ? "event" : "since",
		 question->since);
}

/* ---- Claims ---- */

static void set_extent(struct hear_arena *arena, struct hear_value *map,
		       const struct hear_extent *extent)
{
	fields_text(arena, map, "low", extent->low);
	fields_true(arena, map, "low_open", extent->low_open);
	fields_text(arena, map, "high", extent->high);
	fields_true(arena, map, "high_open", extent->high_open);
}

void weighed_json_rests(struct weighed *weighed, struct hear_arena *arena,
			struct hear_value *map, uint32_t claim)
{
	struct hear_ground *grounds;
	struct hear_value *list;
	size_t count;

	weighed_grounds(weighed, arena, claim, &grounds, &count);
	list = resting_value(arena, grounds, count);
	if (list)
		hear_map_set(arena, map, "rests_on", list);
}

struct hear_value *weighed_json_claim(struct weighed *weighed,
				      struct hear_arena *arena,
				      const struct hear_voice *voice)
{
	const struct hear_weighed *claim = &weighed->claims[voice->claim];
	struct hear_value *map = hear_make_map(arena);

	hear_map_set(arena, map, "id", output_id(arena, &claim->id));
	hear_map_set(arena, map, "stance",
		     output_text(arena, hear_stance_name(claim->stance)));
	fields_text(arena, map, "value", claim->value);
	if (claim->answer == HEAR_ANSWER_FIGURE)
		set_extent(arena, map, &claim->extent);
	fields_time(arena, map, "said", claim->said_ms);
	fields_time(arena, map, "until", claim->until_ms);
	fields_text(arena, map, "origin",
		    weighed_source(weighed, claim->origin));
	fields_text(arena, map, "unnamed", claim->unnamed);
	fields_text(arena, map, "outlet",
		    weighed_source(weighed, claim->outlet));
	fields_text(arena, map, "document", claim->document);
	hear_map_set(arena, map, "move",
		     output_text(arena, hear_move_name(voice->move)));
	fields_text(arena, map, "charged",
		 weighed_source(weighed, voice->charged));
	fields_true(arena, map, "relayed", voice->relayed);
	fields_true(arena, map, "stands", voice->stands);
	fields_true(arena, map, "last", voice->last);
	fields_true(arena, map, "loops", claim->loops);
	if (claim->retold && claim->copied_from < weighed->claim_count)
		hear_map_set(arena, map, "copied_from",
			     output_id(arena,
				       &weighed->claims[claim->copied_from]
						.id));
	fields_true(arena, map, "asked", claim->asked);
	weighed_json_rests(weighed, arena, map, voice->claim);
	return map;
}

/* ---- Parties ---- */

struct adding {
	struct hear_arena *arena;
	struct hear_value *list;
};

static bool add_name(void *context, struct hear_span name)
{
	struct adding *adding = context;

	hear_list_add(adding->arena, adding->list,
		      hear_make_text(adding->arena, name));
	return !hear_arena_failed(adding->arena);
}

static struct hear_value *party_claims(struct weighed *weighed,
				       struct hear_arena *arena,
				       const struct hear_party *party)
{
	struct hear_value *list = hear_make_list(arena);
	uint32_t i;

	for (i = 0; i < party->voice_count; i++)
		hear_list_add(arena, list,
			      weighed_json_claim(
				      weighed, arena,
				      &weighed->voices[party->first_voice +
						       i]));
	return list;
}

static void set_why_not(const struct weighed *weighed,
			struct hear_arena *arena, struct hear_value *map,
			const struct hear_party *party)
{
	const char *why = weighed_why_not(party);

	hear_map_set(arena, map, "counted", hear_make_bool(arena, !why));
	if (why)
		hear_map_set(arena, map, "why", output_text(arena, why));
	if (party->copies < weighed->party_count)
		fields_text(arena, map, "copies",
			 weighed_source(weighed,
					weighed->parties[party->copies].name));
}

static struct hear_value *party_json(struct weighed *weighed,
				     struct hear_arena *arena,
				     const struct hear_party *party)
{
	struct adding names = {arena, hear_make_list(arena)};
	struct adding outlets = {arena, hear_make_list(arena)};
	struct hear_value *map = hear_make_map(arena);

	fields_text(arena, map, "origin",
		    weighed_source(weighed, party->name));
	weighed_origins(weighed, party->first_voice, party->voice_count,
			add_name, &names);
	hear_map_set(arena, map, "names", names.list);
	hear_map_set(arena, map, "stance",
		     output_text(arena, hear_stance_name(party->stance)));
	set_why_not(weighed, arena, map, party);
	if (party->position < weighed->voice_count) {
		const struct hear_weighed *claim =
			&weighed->claims[weighed->voices[party->position]
						 .claim];

		fields_text(arena, map, "value", claim->value);
		if (claim->answer == HEAR_ANSWER_FIGURE)
			set_extent(arena, map, &party->extent);
		hear_map_set(arena, map, "compared",
			     output_id(arena, &claim->id));
	}
	weighed_outlets(weighed, party->first_voice, party->voice_count,
			add_name, &outlets);
	hear_map_set(arena, map, "outlets", outlets.list);
	hear_map_set(arena, map, "claims", party_claims(weighed, arena, party));
	return map;
}

/* ---- Findings ---- */

static void set_voice(const struct weighed *weighed, struct hear_arena *arena,
		      struct hear_value *map, const char *key, uint32_t voice)
{
	if (voice < weighed->voice_count)
		hear_map_set(arena, map, key,
			     output_id(arena,
				       &weighed->claims[weighed->voices[voice]
								.claim]
						.id));
}

static struct hear_value *finding_json(const struct weighed *weighed,
				       struct hear_arena *arena,
				       const struct hear_finding *finding)
{
	struct hear_value *map = hear_make_map(arena);

	hear_map_set(arena, map, "found",
		     output_text(arena, hear_found_name(finding->found)));
	set_voice(weighed, arena, map, "a", finding->a);
	set_voice(weighed, arena, map, "b", finding->b);
	fields_text(arena, map, "sentence", finding->sentence);
	return map;
}

/* ---- All of it ---- */

static void set_counts(struct hear_arena *arena, struct hear_value *map,
		       const struct hear_question *question)
{
	hear_map_set(arena, map, "verdict",
		     output_text(arena, hear_verdict_name(question->verdict)));
	if (question->window != HEAR_WINDOW_EVENT)
		fields_time(arena, map, "compared_at", question->compared_ms);
	hear_map_set(arena, map, "documents",
		     number(arena, question->documents));
	hear_map_set(arena, map, "outlets", number(arena, question->outlets));
	hear_map_set(arena, map, "origins", number(arena, question->origins));
	hear_map_set(arena, map, "unnamed", number(arena, question->unnamed));
}

static struct hear_value *unnamed_json(struct weighed *weighed,
				       struct hear_arena *arena,
				       const struct hear_question *question)
{
	struct hear_value *list = hear_make_list(arena);
	uint32_t i;

	for (i = 0; i < question->voice_count; i++) {
		const struct hear_voice *voice =
			&weighed->voices[question->first_voice + i];

		if (voice->party == HEAR_NOBODY)
			hear_list_add(arena, list,
				      weighed_json_claim(weighed, arena,
							 voice));
	}
	return list;
}

struct hear_value *weighed_json(struct weighed *weighed,
				struct hear_arena *arena,
				const struct hear_question *question)
{
	struct hear_value *map = hear_make_map(arena);
	struct hear_value *parties = hear_make_list(arena);
	struct hear_value *findings = hear_make_list(arena);
	uint32_t i;

	weighed_json_question(arena, map, question);
	set_counts(arena, map, question);
	for (i = 0; i < question->party_count; i++)
		hear_list_add(arena, parties,
			      party_json(weighed, arena,
					 &weighed->parties
						  [question->first_party + i]));
	hear_map_set(arena, map, "parties", parties);
	hear_map_set(arena, map, "no_origin",
		     unnamed_json(weighed, arena, question));
	for (i = 0; i < question->finding_count; i++)
		hear_list_add(arena, findings,
			      finding_json(weighed, arena,
					   &weighed->findings
						    [question->first_finding +
						     i]));
	hear_map_set(arena, map, "findings", findings);
	return hear_arena_failed(arena) ? NULL : map;
}
