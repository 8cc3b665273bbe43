/* SPDX-License-Identifier: ISC */
/* track.c - what became of what each origin said: how often it was corrected,
 * taken back, contradicted. An origin is what core/lexicon says is one, over
 * all questions; so the records of two are never of the same one. */
#include "core/bytes.h"
#include "core/error.h"
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

struct tracking {
	const struct hear_weighing *weighing;
	struct hear_track *tracks; /* by hear_source.origin */
	uint32_t *names;	   /* voices under the name tracks[i].source */
	uint32_t *contradicted;	   /* the last question counted there, + 1 */
	uint32_t *denied;	   /* the same */
	bool failed;		   /* out of memory */
};

static const struct hear_voice *voice_at(const struct tracking *tracking,
					 uint32_t index)
{
	return &tracking->weighing->voices[index];
}

static const struct hear_weighed *claim_of(const struct tracking *tracking,
					   const struct hear_voice *voice)
{
	return &tracking->weighing->claims[voice->claim];
}

/* Which origin a source is; HEAR_NOBODY: none. */
static uint32_t origin_of(const struct tracking *tracking, uint32_t source)
{
	return source < tracking->weighing->source_count
		       ? tracking->weighing->sources[source].origin
		       : HEAR_NOBODY;
}

/* ---- One party ---- */

/* Said again for the same time, it is none; for another time it is. */
static bool is_statement(const struct tracking *tracking,
			 const struct hear_voice *voice)
{
	const struct hear_weighed *claim = claim_of(tracking, voice);

	if (claim->stance != HEAR_ASSERTS)
		return false;
	return voice->move != HEAR_MOVE_REPEATS ||
	       voice->before == HEAR_NOBODY ||
	       claim_of(tracking, voice_at(tracking, voice->before))
			       ->until_ms != claim->until_ms;
}

/* What took a statement's place, and whose doing that was. */
static void count_after(struct tracking *tracking, uint32_t origin,
			struct hear_track *track, const struct hear_voice *voice)
{
	const struct hear_voice *after;
	bool itself;

	if (voice->stands || voice->after == HEAR_NOBODY)
		return;
	after = voice_at(tracking, voice->after);
	itself = origin_of(tracking, after->charged) == origin;
	switch (after->move) {
	case HEAR_MOVE_CORRECTS:
		track->corrected += itself;
		track->corrected_by_relays += !itself;
		break;
	case HEAR_MOVE_WITHDRAWS:
		track->withdrawn += itself;
		track->withdrawn_by_relays += !itself;
		break;
	case HEAR_MOVE_REVERSES:
		track->reversed++;
		break;
	case HEAR_MOVE_FIRST:
	case HEAR_MOVE_REPEATS:
	case HEAR_MOVE_UPDATES:
	case HEAR_MOVE_RENEWS:
	case HEAR_MOVE_DIFFERS:
	case HEAR_MOVE_ASIDE:
		break;
	}
}

static void count_party(struct tracking *tracking,
			const struct hear_party *party)
{
	uint32_t origin = origin_of(tracking, party->name);
	struct hear_track *track;
	bool asserts = false;
	uint32_t i;

	if (origin == HEAR_NOBODY)
		return;
	track = &tracking->tracks[origin];
	for (i = 0; i < party->voice_count; i++) {
		const struct hear_voice *voice =
			voice_at(tracking, party->first_voice + i);

		if (claim_of(tracking, voice)->stance != HEAR_ASSERTS)
			continue;
		asserts = true;
		if (!is_statement(tracking, voice))
			continue;
		track->statements++;
		count_after(tracking, origin, track, voice);
	}
	track->questions += asserts;
	if (track->source == HEAR_NOBODY ||
	    party->voice_count > tracking->names[origin]) {
		track->source = party->name;
		tracking->names[origin] = party->voice_count;
	}
}

/* ---- What others say ---- */

static uint32_t party_of(const struct tracking *tracking, uint32_t voice)
{
	uint32_t party;

	if (voice == HEAR_NOBODY)
		return HEAR_NOBODY;
	party = voice_at(tracking, voice)->party;
	return party == HEAR_NOBODY
		       ? HEAR_NOBODY
		       : origin_of(tracking,
				   tracking->weighing->parties[party].name);
}

/* Each question counts once. */
static void count_once(uint32_t *last, uint32_t origin, uint32_t question,
		       uint32_t *count)
{
	if (last[origin] == question + 1)
		return;
	last[origin] = question + 1;
	++*count;
}

static void count_conflict(struct tracking *tracking,
			   const struct hear_finding *finding)
{
	uint32_t a = party_of(tracking, finding->a);
	uint32_t b = party_of(tracking, finding->b);

	if (finding->found != HEAR_FOUND_CONFLICT || a == b)
		return;
	if (a != HEAR_NOBODY)
		count_once(tracking->contradicted, a, finding->question,
			   &tracking->tracks[a].contradicted);
	if (b != HEAR_NOBODY)
		count_once(tracking->contradicted, b, finding->question,
			   &tracking->tracks[b].contradicted);
}

/* Whether a denial is of what the claim says: it has no value, or one that
 * may be the same. */
static bool denies(const struct tracking *tracking, uint32_t denial,
		   uint32_t claim)
{
	const struct hear_weighing *weighing = tracking->weighing;
	const struct hear_inner *a = &weighing->inner[denial];
	const struct hear_inner *b = &weighing->inner[claim];

	if (weighing->claims[denial].answer == HEAR_ANSWER_NONE)
		return true;
	if (!hear_span_equal(a->dimension, b->dimension))
		return false;
	if (weighing->claims[denial].answer == HEAR_ANSWER_FIGURE)
		return hear_bounds_overlap(&a->bounds, &b->bounds);
	return a->text == b->text && a->date_from == b->date_from &&
	       a->date_to == b->date_to;
}

/* Everybody else of whose word that is so. */
static void count_denial(struct tracking *tracking,
			 const struct hear_voice *denial, uint32_t most)
{
	const struct hear_weighing *weighing = tracking->weighing;
	const struct hear_question *question =
		&weighing->questions[denial->question];
	uint32_t i;

	for (i = 0; i < question->party_count && i < most; i++) {
		const struct hear_party *party =
			&weighing->parties[question->first_party + i];
		uint32_t origin = origin_of(tracking, party->name);

		if (question->first_party + i == denial->party ||
		    origin == HEAR_NOBODY || party->stance != HEAR_ASSERTS ||
		    party->position == HEAR_NOBODY ||
		    !denies(tracking, denial->claim,
			    voice_at(tracking, party->position)->claim))
			continue;
		count_once(tracking->denied, origin, denial->question,
			   &tracking->tracks[origin].denied);
	}
}

static bool is_denial(const struct tracking *tracking,
		      const struct hear_voice *voice)
{
	enum hear_stance stance = claim_of(tracking, voice)->stance;

	return (stance == HEAR_DENIES || stance == HEAR_DOUBTS) &&
	       (voice->stands || voice->party == HEAR_NOBODY);
}

static void count_question(struct tracking *tracking,
			   const struct hear_question *question)
{
	const struct hear_weighing *weighing = tracking->weighing;
	uint64_t denials = 0;
	uint32_t most = question->party_count;
	uint32_t i;

	for (i = 0; i < question->party_count; i++)
		count_party(tracking,
			    &weighing->parties[question->first_party + i]);
	for (i = 0; i < question->finding_count; i++)
		count_conflict(tracking,
			       &weighing->findings[question->first_finding +
						   i]);
	for (i = 0; i < question->voice_count; i++)
		denials += is_denial(tracking,
				     voice_at(tracking,
					      question->first_voice + i));
	if (denials * most > HEAR_WEIGH_PAIRS)
		most = HEAR_WEIGH_FIRST;
	for (i = 0; i < question->voice_count; i++) {
		const struct hear_voice *voice =
			voice_at(tracking, question->first_voice + i);

		if (is_denial(tracking, voice))
			count_denial(tracking, voice, most);
	}
}

static void count_questions(struct tracking *tracking)
{
	const struct hear_weighing *weighing = tracking->weighing;
	uint32_t i;

	for (i = 0; i < weighing->question_count; i++)
		if (weighing->questions[i].asked)
			count_question(tracking, &weighing->questions[i]);
}

/* ---- What the team took back ---- */

/* The source whose name folds to that; they are in order of it. */
static uint32_t source_folded(struct tracking *tracking,
			      struct hear_span folded)
{
	const struct hear_weighing *weighing = tracking->weighing;
	struct hear_buffer text = {0};
	uint32_t low = 0;
	uint32_t high = weighing->source_count;
	int by = -1;

	while (low < high && by != 0) {
		uint32_t middle = low + (high - low) / 2;

		hear_buffer_reset(&text);
		hear_text_fold(weighing->sources[middle].name, &text);
		by = hear_span_order(hear_buffer_view(&text), folded);
		if (by < 0)
			low = middle + 1;
		else
			high = middle;
		tracking->failed = tracking->failed || text.failed;
	}
	hear_buffer_done(&text);
	return by == 0 ? high : HEAR_NOBODY;
}

static void count_retracted(struct tracking *tracking,
			    const struct hear_value *claim)
{
	const struct hear_value *chain = hear_map_get(claim, "chain");
	size_t hops = hear_count_of(chain);
	const struct hear_value *last =
		hops > 0 ? hear_item_of(chain, hops - 1) : NULL;
	struct hear_buffer text = {0};
	uint32_t origin;

	if (!last || hear_bool_of(hear_map_get(last, "unnamed")))
		return;
	hear_text_fold(hear_text_of(hear_item_of(hear_map_get(last, "who"), 0)),
		       &text);
	origin = origin_of(tracking,
			   source_folded(tracking, hear_buffer_view(&text)));
	if (origin != HEAR_NOBODY)
		tracking->tracks[origin].retracted++;
	tracking->failed = tracking->failed || text.failed;
	hear_buffer_done(&text);
}

static enum hear_code find_retracted(struct tracking *tracking,
				     struct hear_reader *reader,
				     struct hear_err *err)
{
	struct hear_arena *scratch = hear_arena_new();
	struct hear_finder *finder = NULL;
	struct hear_query *query = NULL;
	struct hear_record record;
	enum hear_code code;

	if (!scratch)
		return hear_fail_memory(err);
	code = hear_query_new(&query, hear_span_of("kind:claim is:retracted"),
			      err);
	if (code == HEAR_OK)
		code = hear_find(&finder, reader, query, HEAR_BY_FILED, err);
	while (code == HEAR_OK) {
		hear_arena_reset(scratch);
		code = hear_find_next(finder, scratch, &record, err);
		if (code == HEAR_OK)
			count_retracted(tracking, record.tree);
	}
	if (finder)
		hear_find_end(finder);
	hear_query_free(query);
	hear_arena_free(scratch);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- All of them ---- */

static int order_tracks(const void *left, const void *right, void *context)
{
	const struct hear_weighing *weighing = context;
	const struct hear_track *a = left;
	const struct hear_track *b = right;

	if (a->statements != b->statements)
		return a->statements > b->statements ? -1 : 1;
	return hear_span_order(weighing->sources[a->source].name,
			       weighing->sources[b->source].name);
}

static bool begin(struct tracking *tracking, struct hear_arena *arena,
		  uint32_t count)
{
	size_t room = (size_t)count + 1;
	uint32_t i;

	tracking->tracks =
		hear_arena_alloc(arena, room * sizeof *tracking->tracks);
	tracking->names = calloc(room, sizeof *tracking->names);
	tracking->contradicted = calloc(room, sizeof *tracking->contradicted);
	tracking->denied = calloc(room, sizeof *tracking->denied);
	if (!tracking->tracks || !tracking->names || !tracking->contradicted ||
	    !tracking->denied)
		return false;
	memset(tracking->tracks, 0, room * sizeof *tracking->tracks);
	for (i = 0; i <= count; i++)
		tracking->tracks[i].source = HEAR_NOBODY;
	return true;
}

/* Those who said something; an origin is numbered by one of its sources. */
static size_t close_up(struct tracking *tracking, uint32_t count)
{
	size_t kept = 0;
	uint32_t i;

	for (i = 0; i < count; i++)
		if (tracking->tracks[i].questions > 0)
			tracking->tracks[kept++] = tracking->tracks[i];
	return kept;
}

enum hear_code hear_track_records(const struct hear_weighing *weighing,
				  struct hear_reader *reader,
				  struct hear_arena *arena,
				  struct hear_track **out, size_t *count,
				  struct hear_err *err)
{
	struct tracking tracking = {.weighing = weighing};
	uint32_t sources = weighing->source_count;
	enum hear_code code = HEAR_OK;

	*out = NULL;
	*count = 0;
	if (!begin(&tracking, arena, sources)) {
		code = hear_fail_memory(err);
	} else {
		count_questions(&tracking);
		if (reader)
			code = find_retracted(&tracking, reader, err);
		*out = tracking.tracks;
		*count = close_up(&tracking, sources);
		qsort_r(tracking.tracks, *count, sizeof *tracking.tracks,
			order_tracks, (void *)(uintptr_t)weighing);
	}
	free(tracking.names);
	free(tracking.contradicted);
	free(tracking.denied);
	if (code == HEAR_OK && (tracking.failed || hear_arena_failed(arena)))
		return hear_fail_memory(err);
	return code;
}
