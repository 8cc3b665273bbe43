/* SPDX-License-Identifier: ISC */
/* report_fate.c - what became of a claim: how its origin and others went on,
 * what analysts say of it, and whether it, or what it rests on, was
 * retracted. */
#include "tools/report_card.h"
#include "core/bytes.h"
#include "core/error.h"

#include <stdio.h>
#include <string.h>

enum { GROUNDS = 20, VOICES = 100 };

static const struct hear_span no_lang;

/* ---- Reading what was said since ------------------------------------------- */

static struct hear_span copied(struct card *card, const struct hear_value *map,
			       const char *name)
{
	return hear_arena_copy(card->arena,
			       hear_text_of(hear_map_get(map, name)));
}

/* Whoever filed the record first, and when. */
static enum hear_code filer(struct card *card, const struct hear_record *record,
			    struct hear_span *who, struct hear_span *when,
			    struct hear_err *err)
{
	struct hear_buffer text = {0};
	enum hear_marking marking;
	struct hear_filed *filed;
	size_t count;
	enum hear_code code = report_filed(card->report, card->arena,
					   &record->id, &filed, &count,
					   &marking, err);

	if (code != HEAR_OK || count == 0)
		return code;
	*who = hear_arena_copy(card->arena,
			       hear_span_of(filed[0].filing.author_name));
	hear_date_print(filed[0].filing.time_ms, &text);
	*when = hear_arena_copy(card->arena,
				hear_span_cut(hear_buffer_view(&text), 10));
	hear_buffer_done(&text);
	return hear_arena_failed(card->arena) ? hear_fail_memory(err) : HEAR_OK;
}

static char grade_of(struct hear_span text)
{
	return text.size == 1 ? text.data[0] : '-';
}

/* For the record of its origin, further down on the page. */
static enum hear_code note_grade(const struct card *card,
				 const struct page_rating *rating,
				 struct hear_err *err)
{
	struct report *report = card->report;
	struct report_grade new = {
		.source = card->weighed == HEAR_NOBODY
				  ? HEAR_NOBODY
				  : report->claims[card->weighed].origin,
		.reliability = grade_of(rating->reliability),
		.credibility = grade_of(rating->credibility),
		.count = 1};
	size_t i;

	if (new.source == HEAR_NOBODY ||
	    (new.reliability == '-' && new.credibility == '-'))
		return HEAR_OK;
	for (i = 0; i < report->grade_count; i++) {
		struct report_grade *grade = &report->grades[i];

		if (grade->source != new.source ||
		    grade->reliability != new.reliability ||
		    grade->credibility != new.credibility ||
		    !hear_span_equal(grade->who, rating->who))
			continue;
		grade->count++;
		return HEAR_OK;
	}
	if (report->grade_count == REPORT_RECORDS)
		return HEAR_OK;
	new.who = hear_arena_copy(report->arena, rating->who);
	report->grades[report->grade_count++] = new;
	return hear_arena_failed(report->arena) ? hear_fail_memory(err)
						: HEAR_OK;
}

static enum hear_code add_rating(struct card *card,
				 const struct hear_record *record,
				 struct hear_err *err)
{
	struct page_rating *rating =
		&card->since.ratings[card->since.rating_count++];
	enum hear_code code;

	memset(rating, 0, sizeof *rating);
	rating->reliability = copied(card, record->tree, "reliability");
	rating->credibility = copied(card, record->tree, "credibility");
	rating->likelihood = copied(card, record->tree, "likelihood");
	rating->note = copied(card, record->tree, "note");
	code = filer(card, record, &rating->who, &rating->when, err);
	return code == HEAR_OK ? note_grade(card, rating, err) : code;
}

static const char *relation_words(struct hear_span relation, bool passive)
{
	static const struct {
		const char *name;
		const char *passive;
	} words[] = {
		{"supports", "is supported by"},
		{"contradicts", "is contradicted by"},
		{"updates", "is updated by"},
		{"corrects", "is corrected by"},
		{"repeats", "is repeated by"},
	};
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (hear_span_is(relation, words[i].name))
			return passive ? words[i].passive : words[i].name;
	return passive ? "is spoken of by" : "speaks of";
}

static enum hear_code add_relation(struct card *card,
				   const struct hear_record *record,
				   struct hear_err *err)
{
	struct remark *remark =
		&card->since.remarks[card->since.remark_count];
	struct hear_span to = hear_text_of(hear_map_get(record->tree, "to"));
	struct hear_span when;
	struct hear_id id;
	bool passive = hear_id_parse(to, &id) &&
		       hear_id_equal(&id, &card->record.id);

	memset(remark, 0, sizeof *remark);
	if (!hear_id_parse(hear_text_of(hear_map_get(
				   record->tree, passive ? "from" : "to")),
			   &remark->other))
		return HEAR_OK;
	remark->says = relation_words(
		hear_text_of(hear_map_get(record->tree, "relation")), passive);
	remark->note = copied(card, record->tree, "note");
	card->since.remark_count++;
	return filer(card, record, &remark->who, &when, err);
}

/* A claim on the page whose `re` names this one. */
static void add_answer(struct card *card, uint32_t claim)
{
	struct remark *remark =
		&card->since.remarks[card->since.remark_count++];

	memset(remark, 0, sizeof *remark);
	switch (card->report->claims[claim].stance) {
	case HEAR_DENIES:
		remark->says = "Denied in";
		break;
	case HEAR_DOUBTS:
		remark->says = "Doubted in";
		break;
	case HEAR_WITHDRAWS:
		remark->says = "Taken back in";
		break;
	case HEAR_ASSERTS:
	case HEAR_POSSIBLE:
	case HEAR_EXPECTS:
	case HEAR_ASKS:
	case HEAR_UNCONFIRMED:
	case HEAR_DECLINES:
	case HEAR_SILENT:
		remark->says = "Answered in";
		break;
	}
	remark->other = card->report->claims[claim].id;
}

static void add_answers(struct card *card)
{
	const struct report *report = card->report;
	uint32_t i;

	for (i = 0; i < report->answer_count &&
		    card->since.remark_count < REPORT_RECORDS;
	     i++)
		if (report->answers[i].target == card->weighed)
			add_answer(card, report->answers[i].claim);
}

static enum hear_code add_since(struct report *report, void *context,
				struct hear_arena *arena,
				const struct hear_record *record,
				struct hear_err *err)
{
	struct hear_span kind =
		hear_text_of(hear_map_get(record->tree, "kind"));
	struct card *card = context;

	(void)report;
	(void)arena;
	if (hear_span_is(kind, "assessment"))
		return add_rating(card, record, err);
	if (hear_span_is(kind, "relation"))
		return add_relation(card, record, err);
	return HEAR_OK;
}

enum hear_code report_read_since(struct card *card, struct hear_err *err)
{
	struct since *since = &card->since;
	char query[HEAR_ID_TEXT + 32];
	char id[HEAR_ID_TEXT];
	enum hear_code code;

	since->ratings = hear_arena_alloc(
		card->arena, REPORT_RECORDS * sizeof *since->ratings);
	since->remarks = hear_arena_alloc(
		card->arena, REPORT_RECORDS * sizeof *since->remarks);
	if (!since->ratings || !since->remarks)
		return hear_fail_memory(err);
	hear_id_print(&card->record.id, id);
	(void)snprintf(query, sizeof query, "kind:any target:%s", id);
	code = report_each(card->report, query, REPORT_RECORDS, add_since, card,
			   err);
	if (card->weighed != HEAR_NOBODY)
		add_answers(card);
	return code;
}

/* ---- What became of it ------------------------------------------------------- */

static void begin_fate(struct card *card, bool bad)
{
	if (!card->fates)
		page_open(card->page, "ul", bad ? "fate bad" : "fate");
	card->fates = true;
	page_open(card->page, "li", NULL);
}

static void end_fate(struct card *card)
{
	page_close(card->page);
}

/* A retraction: who took the record back, when and why. */
static enum hear_code retraction(struct card *card, const struct hear_id *id,
				 struct hear_err *err)
{
	struct report *report = card->report;
	struct page *page = card->page;
	struct hear_record record;
	struct hear_span who = {0};
	struct hear_span when = {0};
	struct hear_id other;
	enum hear_code code = hear_get(report->reader, card->arena, id,
				       &record, err);

	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	code = filer(card, &record, &who, &when, err);
	if (code != HEAR_OK)
		return code;
	begin_fate(card, true);
	page_words(page, "Retracted by ");
	page_said(page, who, no_lang);
	page_words(page, " on ");
	page_text(page, when);
	page_words(page, ": ");
	page_said(page, hear_text_of(hear_map_get(record.tree, "reason")),
		  no_lang);
	if (hear_id_parse(hear_text_of(hear_map_get(record.tree,
						    "replaced_by")),
			  &other)) {
		page_words(page, "; replaced by ");
		report_refer_id(report, &other);
	}
	end_fate(card);
	return HEAR_OK;
}

static enum hear_code retractions(struct card *card, struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;
	size_t j;

	for (i = 0; i < card->filed_count && code == HEAR_OK; i++) {
		const struct hear_filed *filed = &card->filed[i];

		for (j = 0; filed->retracted && j < i; j++)
			if (card->filed[j].retracted &&
			    hear_id_equal(&card->filed[j].retraction,
					  &filed->retraction))
				break;
		if (filed->retracted && j == i)
			code = retraction(card, &filed->retraction, err);
	}
	return code;
}

static void ground(struct card *card, const char *words,
		   const struct hear_ground *fallen)
{
	struct page *page = card->page;

	begin_fate(card, true);
	page_words(page, words);
	report_refer_id(card->report, &fallen->id);
	if (fallen->via_count > 0)
		page_words(page, ", by way of ");
	if (fallen->via_count > 0)
		report_refer_id(card->report, &fallen->via[0]);
	page_words(page, ". The reason: ");
	page_said(page, fallen->reason, no_lang);
	end_fate(card);
}

/* The page tells of the retraction, and is marked like it. */
static enum hear_code hold(struct card *card, const struct hear_ground *fallen,
			   struct hear_err *err)
{
	struct hear_filed *filed;
	enum hear_marking marking;
	size_t count;
	enum hear_code code = report_filed(card->report, card->arena,
					   &fallen->retraction, &filed, &count,
					   &marking, err);

	if (code == HEAR_OK)
		code = report_filed(card->report, card->arena, &fallen->id,
				    &filed, &count, &marking, err);
	return code;
}

static enum hear_code grounds(struct card *card, const char *words,
			      const struct hear_ground *fallen, size_t count,
			      struct hear_err *err)
{
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < count && i < GROUNDS && code == HEAR_OK; i++) {
		if (fallen[i].how == HEAR_RESTS_ITSELF)
			continue;
		ground(card, words, &fallen[i]);
		code = hold(card, &fallen[i], err);
	}
	return code;
}

static enum hear_code foundations(struct card *card, struct hear_err *err)
{
	struct hear_ground *fallen;
	size_t count;
	enum hear_code code = hear_rests_on(card->report->reader, card->arena,
					    &card->record, &fallen, &count,
					    err);

	if (code == HEAR_OK)
		code = grounds(card, "Rests on what was retracted, ", fallen,
			       count, err);
	if (code == HEAR_OK)
		code = hear_supports_fallen(card->report->reader, card->arena,
					    &card->record.id, &fallen, &count,
					    err);
	if (code == HEAR_OK)
		code = grounds(card, "A support of it was retracted, ", fallen,
			       count, err);
	return code;
}

/* Who made the change, and how it came here. */
static void charged(struct card *card, const struct hear_voice *voice)
{
	if (voice->charged == HEAR_NOBODY)
		return;
	page_words(card->page, ", a change made by ");
	report_source(card->report, voice->charged);
	if (voice->relayed)
		page_words(card->page, " itself and passed on by others");
}

/* How another claim of its origin took its place. */
static void overtaken(struct card *card, const struct hear_voice *by)
{
	static const char *const words[] = {
		[HEAR_MOVE_REPEATS] = "Said again in ",
		[HEAR_MOVE_UPDATES] = "Updated by ",
		[HEAR_MOVE_CORRECTS] = "Corrected by ",
		[HEAR_MOVE_WITHDRAWS] = "Taken back by its origin in ",
		[HEAR_MOVE_RENEWS] = "Given again in ",
		[HEAR_MOVE_REVERSES] = "Reversed by its origin in ",
		[HEAR_MOVE_DIFFERS] = "Told differently in ",
	};

	if (by->move >= sizeof words / sizeof *words || !words[by->move])
		return;
	begin_fate(card, false);
	page_words(card->page, words[by->move]);
	report_refer(card->report, by->claim);
	charged(card, by);
	end_fate(card);
}

/* What it did to an earlier claim of its origin. */
static void overtakes(struct card *card, const struct hear_voice *voice)
{
	static const char *const words[] = {
		[HEAR_MOVE_REPEATS] = "Says again what stands in ",
		[HEAR_MOVE_UPDATES] = "Updates ",
		[HEAR_MOVE_CORRECTS] = "Corrects ",
		[HEAR_MOVE_WITHDRAWS] = "Takes back ",
		[HEAR_MOVE_RENEWS] = "Gives again what was taken back, ",
		[HEAR_MOVE_REVERSES] = "Reverses ",
		[HEAR_MOVE_DIFFERS] = "Tells it differently from ",
	};

	if (voice->before == HEAR_NOBODY ||
	    voice->move >= sizeof words / sizeof *words || !words[voice->move])
		return;
	begin_fate(card, false);
	page_words(card->page, words[voice->move]);
	report_refer(card->report,
		     card->report->voices[voice->before].claim);
	charged(card, voice);
	end_fate(card);
}

/* Whether an earlier voice of this claim told the same already: claims that
 * answer several questions would tell it over again. */
static bool told(const struct card *card, uint32_t at)
{
	const struct report *report = card->report;
	const struct hear_voice *voice = &report->voices[report->said[at]];
	uint32_t i;

	for (i = report->said_from[card->weighed]; i < at; i++) {
		const struct hear_voice *other =
			&report->voices[report->said[i]];

		if (other->move == voice->move &&
		    (other->after == HEAR_NOBODY) ==
			    (voice->after == HEAR_NOBODY) &&
		    (voice->after == HEAR_NOBODY ||
		     report->voices[other->after].claim ==
			     report->voices[voice->after].claim))
			return true;
	}
	return false;
}

static void movements(struct card *card)
{
	const struct report *report = card->report;
	uint32_t first;
	uint32_t end;
	uint32_t i;

	if (card->weighed == HEAR_NOBODY)
		return;
	first = report->said_from[card->weighed];
	end = report->said_from[card->weighed + 1];
	for (i = first; i < end && i < first + VOICES; i++) {
		const struct hear_voice *voice =
			&report->voices[report->said[i]];

		if (told(card, i))
			continue;
		overtakes(card, voice);
		if (voice->after != HEAR_NOBODY)
			overtaken(card, &report->voices[voice->after]);
	}
}

static void standing(struct card *card)
{
	const struct hear_weighed *claim;

	if (card->weighed == HEAR_NOBODY)
		return;
	claim = &card->report->claims[card->weighed];
	if (claim->retold && claim->copied_from != HEAR_NOBODY) {
		begin_fate(card, false);
		page_words(card->page, "Repeats the very words of ");
		report_refer(card->report, claim->copied_from);
		end_fate(card);
	}
	if (claim->loops) {
		begin_fate(card, false);
		page_words(card->page,
			   "Its chain comes back to a source it had left: it "
			   "counts for no origin");
		end_fate(card);
	}
}

static void remarks(struct card *card)
{
	size_t i;

	for (i = 0; i < card->since.remark_count; i++) {
		const struct remark *remark = &card->since.remarks[i];

		begin_fate(card, false);
		if (remark->who.size > 0) {
			page_said(card->page, remark->who, no_lang);
			page_words(card->page, " (analyst): ");
		}
		page_words(card->page, remark->says);
		page_words(card->page, " ");
		report_refer_id(card->report, &remark->other);
		if (remark->note.size > 0) {
			page_words(card->page, ": ");
			page_said(card->page, remark->note, no_lang);
		}
		end_fate(card);
	}
}

enum hear_code report_fates(struct card *card, struct hear_err *err)
{
	enum hear_code code = retractions(card, err);

	if (code == HEAR_OK)
		code = foundations(card, err);
	movements(card);
	standing(card);
	remarks(card);
	if (card->fates)
		page_close(card->page);
	return code;
}
