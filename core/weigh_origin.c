/* SPDX-License-Identifier: ISC */
/* weigh_origin.c - who says it in the end: parties, and how many of them. */
#include "core/bytes.h"
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

/* ---- Parties ---- */

/* Names of origins in one question, by number of their own. */
struct gathering {
	struct hear_weighing *weighing;
	uint32_t *local; /* of each name; valid where `stamp` is the question */
	uint32_t *stamp;
	uint32_t *up; /* of each local: towards the first it is joined with */
	uint32_t up_room;
	uint32_t count;
	uint32_t question;
};

static uint32_t top(const struct gathering *gathering, uint32_t local)
{
	uint32_t *up = gathering->up;

	while (up[local] != local) /* each walk makes the next one shorter */
		local = up[local] = up[up[local]];
	return local;
}

static uint32_t local_of(struct gathering *gathering, uint32_t name)
{
	uint32_t root = hear_lexicon_origin(gathering->weighing->lexicon, name);

	if (gathering->stamp[root] != gathering->question + 1) {
		if (!hear_weighing_grow(gathering->weighing,
					(void **)&gathering->up,
					&gathering->up_room, gathering->count,
					sizeof *gathering->up))
			return 0;
		gathering->stamp[root] = gathering->question + 1;
		gathering->local[root] = gathering->count;
		gathering->up[gathering->count] = gathering->count;
		gathering->count++;
	}
	return gathering->local[root];
}

/* All who spoke jointly are one. */
static uint32_t gather_claim(struct gathering *gathering, uint32_t claim)
{
	const struct hear_weighing *weighing = gathering->weighing;
	const struct hear_inner *inner = &weighing->inner[claim];
	uint32_t first = HEAR_NOBODY;
	uint16_t i;

	for (i = 0; i < inner->who_count; i++) {
		uint32_t local = local_of(gathering,
					  weighing->lists[inner->who_first + i]);

		if (weighing->failed)
			return HEAR_NOBODY;
		local = top(gathering, local);
		if (first == HEAR_NOBODY)
			first = local;
		else if (local < first) {
			gathering->up[first] = local;
			first = local;
		} else
			gathering->up[local] = first;
	}
	return first;
}

static int voice_order(const void *a, const void *b, void *context)
{
	const struct hear_weighing *weighing = context;
	const struct hear_voice *left = a;
	const struct hear_voice *right = b;
	const struct hear_weighed *said = &weighing->claims[left->claim];
	const struct hear_weighed *other = &weighing->claims[right->claim];

	if (left->party != right->party)
		return left->party < right->party ? -1 : 1;
	if (said->until_ms != other->until_ms)
		return said->until_ms < other->until_ms ? -1 : 1;
	if (said->said_ms != other->said_ms)
		return said->said_ms < other->said_ms ? -1 : 1;
	/* Nobody takes back what is not said yet: withdraws is the last. */
	if (said->stance != other->stance)
		return (int)said->stance - (int)other->stance;
	/* Claims are in order of id. */
	return (left->claim > right->claim) - (left->claim < right->claim);
}

/* The name that most of its voices use; the first of several. */
static void name_party(struct hear_weighing *weighing,
		       struct hear_party *party)
{
	const struct hear_lexicon *lexicon = weighing->lexicon;
	uint32_t *names;
	size_t count = 0;
	size_t best = 0;
	size_t run;
	size_t i;
	uint32_t v;

	for (v = 0; v < party->voice_count; v++)
		count += weighing->inner[weighing->voices[party->first_voice + v]
						 .claim]
				 .who_count;
	names = malloc((count + 1) * sizeof *names);
	if (!names) {
		weighing->failed = true;
		return;
	}
	count = 0;
	for (v = 0; v < party->voice_count; v++) {
		const struct hear_inner *inner =
			&weighing->inner[weighing->voices[party->first_voice +
							  v]
						 .claim];

		for (i = 0; i < inner->who_count; i++)
			names[count++] = weighing->lists[inner->who_first + i];
	}
	qsort(names, count, sizeof *names, hear_number_order);
	for (i = 0; i < count; i += run) {
		for (run = 1; i + run < count && names[i + run] == names[i];
		     run++)
			;
		party->names++;
		if (run > best ||
		    (run == best &&
		     hear_span_order(hear_lexicon_folded(lexicon, names[i]),
				     hear_lexicon_folded(lexicon,
							 party->name)) < 0)) {
			best = run;
			party->name = names[i];
		}
	}
	free(names);
}

static void add_party(struct hear_weighing *weighing, uint32_t question,
		      uint32_t first, uint32_t count)
{
	struct hear_party *party;
	uint32_t i;

	if (!hear_weighing_grow(weighing, (void **)&weighing->parties,
				&weighing->party_room, weighing->party_count,
				sizeof *weighing->parties))
		return;
	party = &weighing->parties[weighing->party_count];
	memset(party, 0, sizeof *party);
	party->question = question;
	party->copies = HEAR_NOBODY;
	party->position = HEAR_NOBODY;
	party->first_voice = first;
	party->voice_count = count;
	for (i = 0; i < count; i++)
		weighing->voices[first + i].party = weighing->party_count;
	weighing->party_count++;
	weighing->questions[question].party_count++;
	name_party(weighing, party);
}

/* Who has no name has no course, either: each claim is by itself. */
static void stand_alone(struct hear_weighing *weighing, uint32_t first,
			uint32_t count)
{
	uint32_t i;

	for (i = first; i < first + count; i++) {
		struct hear_voice *voice = &weighing->voices[i];
		enum hear_stance stance =
			weighing->claims[voice->claim].stance;

		voice->stands = true;
		if (stance == HEAR_ASSERTS || stance == HEAR_DENIES ||
		    stance == HEAR_DOUBTS || stance == HEAR_WITHDRAWS)
			voice->move = HEAR_MOVE_FIRST;
	}
}

static int party_order(const void *a, const void *b, void *context)
{
	struct hear_weighing *weighing = context;
	const struct hear_party *left = a;
	const struct hear_party *right = b;
	int order = hear_lexicon_order(weighing->lexicon, left->name,
				       right->name);

	return order ? order
		     : hear_span_order(hear_lexicon_folded(weighing->lexicon,
							   left->name),
				       hear_lexicon_folded(weighing->lexicon,
							   right->name));
}

/* Puts the parties of a question in order of name, and their voices with
 * them. */
static void sort_parties(struct hear_weighing *weighing, uint32_t question)
{
	const struct hear_question *seen = &weighing->questions[question];
	uint32_t at = seen->first_voice;
	struct hear_party *parties;
	uint32_t p;
	uint32_t v;

	if (seen->party_count < 2)
		return;
	parties = weighing->parties + seen->first_party;
	qsort_r(parties, seen->party_count, sizeof *parties, party_order,
		weighing);
	for (p = 0; p < seen->party_count; p++)
		for (v = 0; v < parties[p].voice_count; v++)
			weighing->voices[parties[p].first_voice + v].party =
				seen->first_party + p;
	qsort_r(weighing->voices + at, seen->voice_count,
		sizeof *weighing->voices, voice_order, weighing);
	for (p = 0; p < seen->party_count; p++) {
		parties[p].first_voice = at;
		at += parties[p].voice_count;
	}
}

/* Who tells of an event mostly gives no `until`. Where somebody does, what the
 * others said holds up to when they said it, so that all are in one order. */
static void date_events(struct hear_weighing *weighing, uint32_t question,
			uint32_t first, uint32_t end)
{
	bool any = false;
	uint32_t i;

	if (weighing->questions[question].window != HEAR_WINDOW_EVENT)
		return;
	for (i = first; i < end && !any; i++)
		any = weighing->inner[weighing->voices[i].claim].until_given;
	for (i = first; any && i < end; i++) {
		uint32_t claim = weighing->voices[i].claim;

		if (!weighing->inner[claim].until_given &&
		    weighing->inner[claim].said_to != INT64_MAX)
			weighing->claims[claim].until_ms =
				weighing->inner[claim].said_to;
	}
}

/* The voices of one question, [first, end), are parted by origin. */
static void gather_question(struct gathering *gathering, uint32_t question,
			    uint32_t first, uint32_t end)
{
	struct hear_weighing *weighing = gathering->weighing;
	struct hear_question *seen = &weighing->questions[question];
	uint32_t i;
	uint32_t run;

	gathering->question = question;
	gathering->count = 0;
	date_events(weighing, question, first, end);
	for (i = first; i < end; i++)
		weighing->voices[i].party =
			gather_claim(gathering, weighing->voices[i].claim);
	for (i = first; i < end && !weighing->failed; i++)
		if (weighing->voices[i].party != HEAR_NOBODY)
			weighing->voices[i].party = top(
				gathering, weighing->voices[i].party);
	if (weighing->failed)
		return;
	seen->first_voice = first;
	seen->voice_count = end - first;
	seen->first_party = weighing->party_count;
	if (end - first > 1)
		qsort_r(weighing->voices + first, end - first,
			sizeof *weighing->voices, voice_order, weighing);
	for (i = first; i < end && !weighing->failed; i += run) {
		uint32_t party = weighing->voices[i].party;

		for (run = 1; i + run < end &&
			      weighing->voices[i + run].party == party;
		     run++)
			;
		if (party != HEAR_NOBODY)
			add_party(weighing, question, i, run);
		else
			stand_alone(weighing, i, run);
	}
	if (!weighing->failed)
		sort_parties(weighing, question);
}

/* The voices of a question stand together. */
static bool make_voices(struct hear_weighing *weighing)
{
	uint32_t *next = calloc(weighing->question_count + 1, sizeof *next);
	uint32_t at = 0;
	uint32_t i;

	weighing->voices = calloc(weighing->link_count + 1,
				  sizeof *weighing->voices);
	if (!weighing->voices || !next) {
		free(next);
		return false;
	}
	for (i = 0; i < weighing->link_count; i++)
		next[weighing->links[i].question]++;
	for (i = 0; i < weighing->question_count; i++) {
		uint32_t count = next[i];

		next[i] = at;
		at += count;
	}
	for (i = 0; i < weighing->link_count; i++) {
		struct hear_voice *voice =
			&weighing->voices[next[weighing->links[i].question]++];

		voice->claim = weighing->links[i].claim;
		voice->question = weighing->links[i].question;
		voice->before = voice->after = voice->charged = HEAR_NOBODY;
		voice->move = HEAR_MOVE_ASIDE;
	}
	weighing->voice_count = weighing->link_count;
	free(next);
	return true;
}

void hear_weigh_parties(struct hear_weighing *weighing)
{
	uint32_t names = hear_lexicon_count(weighing->lexicon);
	struct gathering gathering = {
		.weighing = weighing,
		.local = malloc((names + 1) * sizeof *gathering.local),
		.stamp = calloc(names + 1, sizeof *gathering.stamp),
	};
	uint32_t first;
	uint32_t end;

	if (!gathering.local || !gathering.stamp || !make_voices(weighing))
		weighing->failed = true;
	for (first = 0; first < weighing->voice_count && !weighing->failed;
	     first = end) {
		uint32_t question = weighing->voices[first].question;

		for (end = first; end < weighing->voice_count &&
				  weighing->voices[end].question == question;
		     end++)
			;
		gather_question(&gathering, question, first, end);
	}
	free(gathering.local);
	free(gathering.stamp);
	free(gathering.up);
}

/* ---- Counts ---- */

static uint32_t distinct(uint32_t *numbers, uint32_t count)
{
	uint32_t kept = 0;
	uint32_t i;

	if (count == 0)
		return 0;
	qsort(numbers, count, sizeof *numbers, hear_number_order);
	for (i = 0; i < count; i++)
		kept += i == 0 || numbers[i] != numbers[i - 1];
	return kept;
}

void hear_weigh_counts(struct hear_weighing *weighing, uint32_t question)
{
	struct hear_question *seen = &weighing->questions[question];
	uint32_t *documents = malloc((seen->voice_count + 1) *
				     sizeof *documents);
	uint32_t *outlets = malloc((seen->voice_count + 1) * sizeof *outlets);
	uint32_t document_count = 0;
	uint32_t outlet_count = 0;
	uint32_t i;

	if (!documents || !outlets)
		weighing->failed = true;
	for (i = seen->first_voice; !weighing->failed &&
				    i < seen->first_voice + seen->voice_count;
	     i++) {
		const struct hear_voice *voice = &weighing->voices[i];
		const struct hear_weighed *claim =
			&weighing->claims[voice->claim];
		uint32_t document = weighing->inner[voice->claim].document;
		struct hear_party *party =
			voice->party == HEAR_NOBODY
				? NULL
				: &weighing->parties[voice->party];

		seen->asked = seen->asked || claim->asked;
		if (!claim->asked || claim->stance != HEAR_ASSERTS)
			continue;
		if (document != HEAR_NOBODY)
			documents[document_count++] = document;
		if (claim->outlet != HEAR_NOBODY)
			outlets[outlet_count++] = hear_lexicon_joined(
				weighing->lexicon, claim->outlet);
		if (party)
			party->asked = true;
		else
			seen->unnamed++;
	}
	if (!weighing->failed) {
		seen->documents = distinct(documents, document_count);
		seen->outlets = distinct(outlets, outlet_count);
	}
	for (i = 0; i < seen->party_count; i++) {
		const struct hear_party *party =
			&weighing->parties[seen->first_party + i];

		seen->origins += party->asked && !party->circular &&
				 party->copies == HEAR_NOBODY &&
				 party->stance == HEAR_ASSERTS;
	}
	free(documents);
	free(outlets);
}
