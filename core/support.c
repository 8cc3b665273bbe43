/* SPDX-License-Identifier: ISC */
#include "core/support.h"
#include "core/error.h"
#include "core/record.h"
#include "core/weighing.h"

#include <stdlib.h>
#include <string.h>

enum {
	KNOWN = 1,	/* of what is remembered of a claim */
	UNANSWERED = 2,
	ORIGINS_SHIFT = 2,
	MOST_ORIGINS = UINT16_MAX >> ORIGINS_SHIFT,
	/* Of the claims of one question with its origins. Where there would be
	 * more, all of the question's origins count for each. */
	COMPARISONS = 1 << 24,
};

struct hear_supports {
	uint16_t *of; /* each record number */
	uint64_t count;
	/* Each subject's weighing reads all terms and definitions. Once more
	 * of them were read than there are records, all is weighed at once. */
	uint64_t terms_read;
	bool all;
};

/* ---- One question ---- */

/* A word that stands, of an origin that counts. */
struct word {
	int64_t until_ms; /* INT64_MIN: holds for any time */
	uint32_t voice;
};

struct supporting {
	struct hear_weighing *weighing;
	struct word *words; /* of each origin that counts, in order of until */
	uint32_t *first;    /* of `words`, of each; one more at the end */
	uint32_t count;	    /* origins that count */
	uint32_t voice_count;
	bool someone_silent;
	bool someone_speaks;
};

static bool stands(const struct hear_weighing *weighing, uint32_t voice)
{
	return weighing->voices[voice].stands &&
	       weighing->claims[weighing->voices[voice].claim].stance ==
		       HEAR_ASSERTS;
}

static void take_words(struct supporting *supporting,
		       const struct hear_party *party)
{
	const struct hear_weighing *weighing = supporting->weighing;
	uint32_t at = supporting->first[supporting->count];
	uint32_t i;

	for (i = party->first_voice;
	     i < party->first_voice + party->voice_count; i++) {
		uint32_t claim = weighing->voices[i].claim;
		const struct hear_inner *inner = &weighing->inner[claim];

		if (!stands(weighing, i))
			continue;
		supporting->words[at].voice = i;
		supporting->words[at++].until_ms =
			inner->total || inner->until_given
				? weighing->claims[claim].until_ms
				: INT64_MIN;
	}
	if (at > supporting->first[supporting->count])
		supporting->first[++supporting->count] = at;
}

static void take_party(struct supporting *supporting,
		       const struct hear_party *party)
{
	if (party->stance == HEAR_SILENT || party->stance == HEAR_DECLINES)
		supporting->someone_silent = true;
	if (party->stance == HEAR_DENIES || party->stance == HEAR_DOUBTS ||
	    party->stance == HEAR_ASSERTS)
		supporting->someone_speaks = true;
	if (hear_weigh_asserts(party) && !party->circular &&
	    party->copies == HEAR_NOBODY)
		take_words(supporting, party);
}

/* Where an origin stood at the time the claim is about: at its last word for
 * that time or before, or the first one after. */
static uint32_t word_at(const struct supporting *supporting, uint32_t origin,
			int64_t until_ms)
{
	uint32_t low = supporting->first[origin];
	uint32_t high = supporting->first[origin + 1];

	while (low + 1 < high) {
		uint32_t middle = low + (high - low) / 2;

		if (supporting->words[middle].until_ms <= until_ms)
			low = middle;
		else
			high = middle;
	}
	return supporting->words[low].voice;
}

/* Who is silent says nothing that could be supported; who asserts what another
 * denies supports no denial. */
static bool says_so(enum hear_stance stance)
{
	return stance == HEAR_ASSERTS || stance == HEAR_POSSIBLE ||
	       stance == HEAR_EXPECTS;
}

static uint32_t supporters(const struct supporting *supporting,
			   const struct hear_voice *voice)
{
	struct hear_weighing *weighing = supporting->weighing;
	const struct hear_inner *inner = &weighing->inner[voice->claim];
	int64_t until_ms = inner->total || inner->until_given
				   ? weighing->claims[voice->claim].until_ms
				   : INT64_MAX;
	uint32_t found = 0;
	uint32_t i;

	if (!says_so(weighing->claims[voice->claim].stance))
		return 0;
	for (i = 0; i < supporting->count; i++) {
		uint32_t word = word_at(supporting, i, until_ms);

		if ((uint64_t)supporting->count * supporting->voice_count >
		    COMPARISONS)
			return supporting->count;
		found += hear_weigh_overlap(weighing, voice->claim,
					    weighing->voices[word].claim);
	}
	return found;
}

static bool unanswered(const struct supporting *supporting,
		       const struct hear_voice *voice)
{
	const struct hear_weighing *weighing = supporting->weighing;
	enum hear_stance stance = weighing->claims[voice->claim].stance;
	enum hear_stance last = voice->party == HEAR_NOBODY
					? stance
					: weighing->parties[voice->party].stance;

	switch (stance) {
	case HEAR_ASSERTS:
		return voice->stands && supporting->someone_silent;
	case HEAR_SILENT:
	case HEAR_DECLINES:
		return last == HEAR_SILENT || last == HEAR_DECLINES;
	case HEAR_ASKS:
		return !supporting->someone_speaks;
	case HEAR_DENIES:
	case HEAR_DOUBTS:
	case HEAR_POSSIBLE:
	case HEAR_EXPECTS:
	case HEAR_UNCONFIRMED:
	case HEAR_WITHDRAWS:
		return false;
	}
	return false;
}

/* A claim of several questions keeps the most that any of them comes to. */
static void remember(struct hear_supports *supports, uint64_t number,
		     uint32_t origins, bool is_unanswered)
{
	unsigned known = supports->of[number];

	if (origins > MOST_ORIGINS)
		origins = MOST_ORIGINS;
	if (known >> ORIGINS_SHIFT > origins)
		origins = known >> ORIGINS_SHIFT;
	supports->of[number] = (uint16_t)(origins << ORIGINS_SHIFT | KNOWN |
					  (known & UNANSWERED) |
					  (is_unanswered ? UNANSWERED : 0));
}

static bool support_question(struct hear_supports *supports,
			     struct hear_weighing *weighing, uint32_t question)
{
	const struct hear_question *seen = &weighing->questions[question];
	struct supporting supporting = {
		.weighing = weighing,
		.words = calloc(seen->voice_count + 1,
				sizeof *supporting.words),
		.first = calloc(seen->party_count + 1,
				sizeof *supporting.first),
		.voice_count = seen->voice_count,
	};
	bool done = supporting.words && supporting.first;
	uint32_t i;

	for (i = 0; done && i < seen->party_count; i++)
		take_party(&supporting,
			   &weighing->parties[seen->first_party + i]);
	for (i = 0; done && i < seen->voice_count; i++) {
		const struct hear_voice *voice =
			&weighing->voices[seen->first_voice + i];
		uint64_t number = weighing->claims[voice->claim].number;

		if (number < supports->count)
			remember(supports, number,
				 supporters(&supporting, voice),
				 unanswered(&supporting, voice));
	}
	free(supporting.words);
	free(supporting.first);
	return done;
}

/* ---- All of them ---- */

static enum hear_code weigh(struct hear_supports *supports,
			    struct hear_reader *reader, uint64_t number,
			    const struct hear_record *record,
			    struct hear_err *err)
{
	struct hear_weighing *weighing = NULL;
	enum hear_code code;
	size_t sums;
	uint32_t i;

	supports->all = supports->terms_read > supports->count;
	code = hear_weigh_around(&weighing, reader,
				 supports->all ? NULL : record, number, err);
	if (code != HEAR_OK)
		return code;
	(void)hear_sums(weighing->meanings, &sums);
	supports->terms_read += hear_lexicon_termed(weighing->lexicon) + sums;
	for (i = 0; i < weighing->question_count && code == HEAR_OK; i++)
		if (!support_question(supports, weighing, i))
			code = hear_fail_memory(err);
	/* Whatever was not weighed is known to have no support. */
	if (code == HEAR_OK && number < supports->count)
		supports->of[number] |= KNOWN;
	hear_weighing_free(weighing);
	return code;
}

enum hear_code hear_support_of(struct hear_reader *reader, uint64_t number,
			       const struct hear_record *record,
			       struct hear_support *out, struct hear_err *err)
{
	struct hear_supports *supports = reader->supports;
	enum hear_code code = HEAR_OK;

	memset(out, 0, sizeof *out);
	if (!hear_record_is(record->tree, "claim"))
		return HEAR_OK;
	if (!supports) {
		supports = calloc(1, sizeof *supports);
		if (!supports)
			return hear_fail_memory(err);
		reader->supports = supports;
		code = hear_txn_last(reader->txn, HEAR_RECORDS,
				     &supports->count, err);
		if (code != HEAR_OK)
			supports->count = 0;
		else
			supports->of = calloc(++supports->count,
					      sizeof *supports->of);
		if (!supports->of)
			supports->count = 0;
	}
	if (number >= supports->count)
		return hear_fail_memory(err);
	if (!(supports->of[number] & KNOWN) && !supports->all)
		code = weigh(supports, reader, number, record, err);
	out->origins = supports->of[number] >> ORIGINS_SHIFT;
	out->unanswered = supports->of[number] & UNANSWERED;
	return code;
}

void hear_supports_free(struct hear_supports *supports)
{
	if (!supports)
		return;
	free(supports->of);
	free(supports);
}
