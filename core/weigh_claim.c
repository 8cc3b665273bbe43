/* SPDX-License-Identifier: ISC */
/* weigh_claim.c - one record, as what is compared of it. */
#include "core/bytes.h"
#include "core/chain.h"
#include "core/dimension.h"
#include "core/error.h"
#include "core/index.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/text.h"
#include "core/weighing.h"
#include "core/when.h"

#include <stdlib.h>
#include <string.h>

enum { QUOTE_WORDS = 8 }; /* fewer may be the same by chance */

struct taking {
	struct hear_weighing *weighing;
	struct hear_reader *reader;
	const struct hear_value *tree;
	struct hear_weighed *claim;
	struct hear_inner *inner;
	struct hear_err *err;
};

bool hear_weighing_grow(struct hear_weighing *weighing, void **array,
			uint32_t *room, uint32_t count, size_t size)
{
	uint32_t more = *room ? *room * 2 : 64;
	void *grown;

	if (count < *room)
		return true;
	grown = more > *room ? realloc(*array, more * size) : NULL;
	if (!grown) {
		weighing->failed = true;
		return false;
	}
	*array = grown;
	*room = more;
	return true;
}

/* ---- Names ---- */

static void list(struct hear_weighing *weighing, uint32_t name)
{
	if (hear_weighing_grow(weighing, (void **)&weighing->lists,
			       &weighing->list_room, weighing->list_count,
			       sizeof *weighing->lists))
		weighing->lists[weighing->list_count++] = name;
}

static uint32_t name_of(const struct taking *taking, enum hear_term kind,
			struct hear_span text)
{
	return text.size > 0 ? hear_lexicon_name(taking->weighing->lexicon,
						 kind, text)
			     : HEAR_NOBODY;
}

static struct hear_span field(const struct taking *taking, const char *name)
{
	return hear_text_of(hear_map_get(taking->tree, name));
}

/* Those that mean the same stand once, in order of what they fold to. */
static void sort_names(struct hear_weighing *weighing, uint32_t first,
		       uint16_t *count)
{
	uint32_t *names = weighing->lists + first;
	uint16_t kept = 0;
	uint16_t i;
	uint16_t j;

	for (i = 0; i < *count; i++) {
		uint32_t name = names[i];
		bool twice = false;

		for (j = 0; j < kept && !twice; j++)
			twice = hear_lexicon_joined(weighing->lexicon,
						    names[j]) ==
				hear_lexicon_joined(weighing->lexicon, name);
		if (twice)
			continue;
		for (j = kept; j > 0 &&
			       hear_span_order(hear_lexicon_folded(
						       weighing->lexicon,
						       names[j - 1]),
					       hear_lexicon_folded(
						       weighing->lexicon,
						       name)) > 0;
		     j--)
			names[j] = names[j - 1];
		names[j] = name;
		kept++;
	}
	*count = kept;
}

static void take_names(const struct taking *taking)
{
	struct hear_weighing *weighing = taking->weighing;
	struct hear_inner *inner = taking->inner;
	const struct hear_value *of = hear_map_get(taking->tree, "of");
	size_t i;

	inner->subject = name_of(taking, HEAR_TERM_SUBJECT,
				 field(taking, "subject"));
	inner->predicate = name_of(taking, HEAR_TERM_PREDICATE,
				   field(taking, "predicate"));
	inner->place = name_of(
		taking, HEAR_TERM_PLACE,
		hear_text_of(hear_map_get(hear_map_get(taking->tree, "place"),
					  "name")));
	inner->of_first = weighing->list_count;
	for (i = 0; i < hear_count_of(of); i++)
		list(weighing, name_of(taking, HEAR_TERM_OF,
				       hear_text_of(hear_item_of(of, i))));
	inner->of_count = (uint16_t)(weighing->list_count - inner->of_first);
	if (!weighing->failed && !hear_lexicon_failed(weighing->lexicon))
		sort_names(weighing, inner->of_first, &inner->of_count);
}

/* ---- Times ---- */

/* The instant a date stands for where only one can: its first, or where it is
 * open at the start its last. */
static int64_t instant_of(const struct hear_when *when)
{
	if (when->from != HEAR_TIME_MIN)
		return when->from;
	return when->to == HEAR_TIME_MAX ? INT64_MIN : when->to - 1;
}

static const struct hear_moment unknown = {INT64_MIN, INT64_MIN,
						       INT64_MAX};

static struct hear_moment moment_of(const struct hear_when *when)
{
	struct hear_moment out = {instant_of(when), when->from, when->to};

	if (out.to != HEAR_TIME_MAX)
		out.to--;
	return out;
}

static bool read_date(const struct taking *taking, const char *name,
		      struct hear_when *out)
{
	struct hear_span text = field(taking, name);

	return text.size > 0 && hear_when_parse(text, out, NULL) == HEAR_OK;
}

/* Of two that begin together, the one that ends first. */
static bool earlier(const struct hear_moment *a, const struct hear_moment *b)
{
	if (a->instant != b->instant)
		return a->instant < b->instant;
	return a->to != b->to ? a->to < b->to : a->from > b->from;
}

/* When the earliest of the live captures of the document was published;
 * INT64_MIN: none says so. */
static enum hear_code look_published(const struct taking *taking,
				     struct hear_moment *out)
{
	struct hear_reader *reader = taking->reader;
	struct hear_arena *arena = hear_arena_new();
	struct hear_postings *postings = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	enum hear_standing stands;
	struct hear_moment moment;
	struct hear_when when;
	uint64_t number = 0;
	enum hear_code code;

	*out = unknown;
	if (!arena)
		return hear_fail_memory(taking->err);
	hear_index_key(HEAR_UNDER_DOCUMENT, taking->claim->document, &key);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_buffer_view(&key), taking->err);
	while (code == HEAR_OK) {
		code = hear_postings_seek(postings, number + 1, &number,
					  taking->err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record,
				      taking->err);
		if (code != HEAR_OK ||
		    !hear_record_is(record.tree, "capture") ||
		    hear_when_parse(hear_text_of(hear_map_get(record.tree,
							      "published")),
				    &when, NULL) != HEAR_OK)
			continue;
		code = hear_standing_of(reader, number, reader->view.highest,
					&stands, taking->err);
		moment = moment_of(&when);
		if (code == HEAR_OK && stands == HEAR_LIVE &&
		    (out->instant == INT64_MIN || earlier(&moment, out)))
			*out = moment;
	}
	hear_postings_close(postings);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* Looked up once a document. */
static enum hear_code published(const struct taking *taking,
				struct hear_moment *out)
{
	struct hear_weighing *weighing = taking->weighing;
	uint32_t document = taking->inner->document;
	enum hear_code code = HEAR_OK;

	while (weighing->published_count < weighing->documents.count &&
	       hear_weighing_grow(weighing, (void **)&weighing->published,
				  &weighing->published_room,
				  weighing->published_count,
				  sizeof *weighing->published))
		weighing->published[weighing->published_count++].instant =
			INT64_MAX;
	if (weighing->failed || weighing->documents.failed)
		return hear_fail_memory(taking->err);
	if (weighing->published[document].instant == INT64_MAX)
		code = look_published(taking, &weighing->published[document]);
	*out = weighing->published[document];
	return code;
}

static void take_window(const struct taking *taking)
{
	struct hear_inner *inner = taking->inner;
	struct hear_when when;

	inner->window = HEAR_WINDOW_OPEN;
	inner->from_ms = INT64_MIN;
	inner->to_ms = INT64_MAX;
	if (read_date(taking, "event", &when)) {
		inner->window = HEAR_WINDOW_EVENT;
		inner->from_ms = when.from;
		inner->to_ms = when.to == HEAR_TIME_MAX ? when.to : when.to - 1;
		inner->window_text = field(taking, "event");
	} else if (read_date(taking, "since", &when) &&
		   when.from != HEAR_TIME_MIN) {
		inner->window = HEAR_WINDOW_TOTAL;
		inner->from_ms = when.from;
		inner->window_text = field(taking, "since");
	}
	inner->window_text = hear_arena_copy(taking->weighing->arena,
					     inner->window_text);
}

static enum hear_code take_times(const struct taking *taking)
{
	struct hear_weighed *claim = taking->claim;
	struct hear_inner *inner = taking->inner;
	struct hear_moment said = unknown;
	struct hear_when when;
	enum hear_code code = HEAR_OK;

	take_window(taking);
	if (read_date(taking, "said", &when))
		said = moment_of(&when);
	else if (claim->document.size > 0)
		code = published(taking, &said);
	claim->said_ms = said.instant;
	inner->said_from = said.from;
	inner->said_to = said.to;
	inner->total = hear_map_get(taking->tree, "since") != NULL;
	inner->until_given = read_date(taking, "until", &when) &&
			     when.to != HEAR_TIME_MAX;
	if (inner->until_given)
		claim->until_ms = when.to - 1;
	else if (inner->window == HEAR_WINDOW_EVENT)
		claim->until_ms = INT64_MIN;
	else
		claim->until_ms = said.to == INT64_MAX ? said.instant : said.to;
	return code;
}

/* ---- Values ---- */

static void take_figure(const struct taking *taking,
			const struct hear_value *value)
{
	struct hear_weighing *weighing = taking->weighing;
	struct hear_inner *inner = taking->inner;
	struct hear_buffer text = {0};
	struct hear_figure figure;
	const struct hear_bounds *meaning = NULL;
	struct hear_dimension dimension;

	taking->claim->answer = HEAR_ANSWER_FIGURE;
	if (hear_figure_read(value, &figure, NULL) != HEAR_OK)
		return; /* of a later version: unbounded */
	if (figure.op == HEAR_VAGUE)
		meaning = hear_meaning_of(weighing->meanings, figure.word);
	inner->op = figure.op;
	hear_figure_bounds(&figure, meaning, &inner->bounds);
	inner->stated = inner->bounds;
	if (figure.op == HEAR_ABOUT || figure.op == HEAR_NEARLY ||
	    figure.op == HEAR_MARGIN) {
		inner->stated = (struct hear_bounds){figure.lo, figure.lo, true,
						     true, false, false};
		taking->claim->about = true;
	}
	inner->best = figure.has_best ? figure.best : hear_decimal_of(0);
	inner->unit = hear_arena_copy(weighing->arena, figure.unit);
	dimension = hear_dimension_of(inner->unit);
	inner->dimension = dimension.name;
	if (figure.has_best)
		hear_decimal_print(figure.best, &text);
	else if (figure.has_lo)
		hear_decimal_print(figure.lo, &text);
	else if (figure.has_hi)
		hear_decimal_print(figure.hi, &text);
	taking->claim->stated = hear_arena_copy(weighing->arena,
						hear_buffer_view(&text));
	weighing->failed = weighing->failed || text.failed;
	hear_buffer_done(&text);
}

static void take_value(const struct taking *taking)
{
	struct hear_weighing *weighing = taking->weighing;
	const struct hear_value *value = hear_map_get(taking->tree, "value");
	struct hear_span date = hear_text_of(hear_map_get(value, "date"));
	struct hear_inner *inner = taking->inner;
	struct hear_buffer text = {0};
	struct hear_when when;

	inner->text = HEAR_NOBODY;
	inner->dimension = hear_span_of("none");
	if (!value)
		return;
	if (hear_type_of(value) == HEAR_BOOL) {
		taking->claim->answer = HEAR_ANSWER_TRUTH;
		inner->dimension = hear_span_of("truth");
		inner->text = hear_bool_of(value);
	} else if (hear_type_of(value) == HEAR_TEXT) {
		taking->claim->answer = HEAR_ANSWER_TEXT;
		inner->dimension = hear_span_of("text");
		hear_text_fold(hear_text_of(value), &text);
		inner->text = hear_intern(&weighing->texts,
					  hear_buffer_view(&text));
	} else if (date.size > 0) {
		taking->claim->answer = HEAR_ANSWER_DATE;
		inner->dimension = hear_span_of("date");
		if (hear_when_parse(date, &when, NULL) == HEAR_OK) {
			inner->date_from = when.from;
			inner->date_to = when.to;
		}
	} else {
		take_figure(taking, value);
	}
	weighing->failed = weighing->failed || text.failed;
	hear_buffer_reset(&text);
	hear_print_value(value, &text);
	taking->claim->value = hear_arena_copy(weighing->arena,
					       hear_buffer_view(&text));
	weighing->failed = weighing->failed || text.failed;
	hear_buffer_done(&text);
}

static void count_word(void *context, struct hear_span word, unsigned position)
{
	size_t *count = context;

	(void)word;
	(void)position;
	++*count;
}

static void take_texts(const struct taking *taking)
{
	struct hear_weighing *weighing = taking->weighing;
	struct hear_span quote = field(taking, "quote");
	struct hear_buffer folded = {0};
	size_t words = 0;

	taking->inner->quote = HEAR_NOBODY;
	if (quote.size > 0)
		hear_text_words(quote, count_word, &words);
	if (words >= QUOTE_WORDS) {
		hear_text_fold(quote, &folded);
		taking->inner->quote = hear_intern(&weighing->texts,
						   hear_buffer_view(&folded));
	}
	if (taking->inner->predicate == HEAR_NOBODY) {
		weighing->failed = weighing->failed || folded.failed;
		hear_buffer_reset(&folded);
		hear_text_fold(field(taking, "text"), &folded);
		taking->inner->text = hear_intern(&weighing->texts,
						  hear_buffer_view(&folded));
	}
	weighing->failed = weighing->failed || folded.failed;
	hear_buffer_done(&folded);
}

/* ---- The chain ---- */

static void take_origin(const struct taking *taking,
			const struct hear_value *hop)
{
	struct hear_weighing *weighing = taking->weighing;
	const struct hear_value *who = hear_map_get(hop, "who");
	struct hear_when when;
	size_t i;

	if (hear_when_parse(hear_text_of(hear_map_get(hop, "at")), &when,
			    NULL) == HEAR_OK)
		taking->inner->origin_at = instant_of(&when);
	if (hear_bool_of(hear_map_get(hop, "unnamed"))) {
		taking->claim->unnamed = hear_arena_copy(
			weighing->arena, hear_text_of(hear_item_of(who, 0)));
		return;
	}
	taking->inner->who_first = weighing->list_count;
	for (i = 0; i < hear_count_of(who); i++)
		list(weighing, name_of(taking, HEAR_TERM_SOURCE,
				       hear_text_of(hear_item_of(who, i))));
	taking->inner->who_count =
		(uint16_t)(weighing->list_count - taking->inner->who_first);
	if (!weighing->failed && taking->inner->who_count > 0)
		taking->claim->origin =
			weighing->lists[taking->inner->who_first];
}

/* Whether a source comes back after another one stood between. */
static bool loops(const struct hear_weighing *weighing,
		  const struct hear_inner *inner)
{
	const uint32_t *hops = weighing->lists + inner->hop_first;
	uint16_t i;
	uint16_t j;

	for (i = 0; i < inner->hops; i++)
		for (j = (uint16_t)(i + 2); j < inner->hops; j++)
			if (hops[i] != HEAR_NOBODY && hops[j] != HEAR_NOBODY &&
			    hear_lexicon_joined(weighing->lexicon, hops[i]) ==
				    hear_lexicon_joined(weighing->lexicon,
							hops[j]))
				return true;
	return false;
}

static void take_chain(const struct taking *taking)
{
	struct hear_weighing *weighing = taking->weighing;
	const struct hear_value *chain = hear_map_get(taking->tree, "chain");
	struct hear_inner *inner = taking->inner;
	size_t count = hear_count_of(chain);
	size_t i;

	taking->claim->origin = HEAR_NOBODY;
	taking->claim->outlet = HEAR_NOBODY;
	inner->origin_at = INT64_MIN;
	inner->hop_first = weighing->list_count;
	inner->hops = (uint16_t)(count < HEAR_CHAIN_HOPS ? count
							 : HEAR_CHAIN_HOPS);
	for (i = 0; i < inner->hops; i++) {
		const struct hear_value *hop = hear_item_of(chain, i);

		list(weighing,
		     hear_bool_of(hear_map_get(hop, "unnamed"))
			     ? HEAR_NOBODY
			     : name_of(taking, HEAR_TERM_SOURCE,
				       hear_text_of(hear_item_of(
					       hear_map_get(hop, "who"), 0))));
	}
	if (weighing->failed || hear_lexicon_failed(weighing->lexicon))
		return;
	if (inner->hops > 0)
		taking->claim->outlet = weighing->lists[inner->hop_first];
	if (inner->hops > 2)
		taking->claim->loops = loops(weighing, inner);
	if (count > 0)
		take_origin(taking, hear_item_of(chain, count - 1));
}

/* ---- All of it ---- */

static void take_stance(const struct taking *taking)
{
	struct hear_span re = field(taking, "re");

	taking->claim->stance = HEAR_ASSERTS;
	if (field(taking, "stance").size > 0 &&
	    hear_stance_parse(field(taking, "stance"), &taking->claim->stance,
			      NULL) != HEAR_OK)
		taking->claim->stance = HEAR_UNCONFIRMED; /* a later version's */
	taking->inner->answers = taking->claim->stance != HEAR_ASSERTS &&
				 hear_id_parse(re, &taking->inner->re);
}

enum hear_code hear_weigh_claim(struct hear_weighing *weighing,
				struct hear_reader *reader,
				const struct hear_record *record,
				uint64_t number, bool asked,
				struct hear_err *err)
{
	struct taking taking = {weighing, reader, record->tree, NULL, NULL, err};
	uint32_t inner_room = weighing->claim_room;
	struct hear_live live;
	enum hear_code code;

	code = hear_live_of(reader, number, &live, err);
	if (code != HEAR_OK || live.standing != HEAR_LIVE)
		return code;
	if (!hear_weighing_grow(weighing, (void **)&weighing->inner,
				&inner_room, weighing->claim_count,
				sizeof *weighing->inner) ||
	    !hear_weighing_grow(weighing, (void **)&weighing->claims,
				&weighing->claim_room, weighing->claim_count,
				sizeof *weighing->claims))
		return hear_fail_memory(err);
	taking.claim = &weighing->claims[weighing->claim_count];
	taking.inner = &weighing->inner[weighing->claim_count];
	memset(taking.claim, 0, sizeof *taking.claim);
	memset(taking.inner, 0, sizeof *taking.inner);
	taking.claim->id = record->id;
	taking.claim->number = number;
	taking.claim->asked = asked;
	taking.claim->copied_from = HEAR_NOBODY;
	taking.claim->filed_ms = live.first_ms;
	taking.claim->marking = live.freest;
	taking.inner->document = HEAR_NOBODY;
	if (field(&taking, "document").size > 0) {
		taking.inner->document = hear_intern(
			&weighing->documents, field(&taking, "document"));
		if (!weighing->documents.failed)
			taking.claim->document =
				weighing->documents
					.texts[taking.inner->document];
	}
	take_stance(&taking);
	take_names(&taking);
	take_value(&taking);
	take_texts(&taking);
	take_chain(&taking);
	code = take_times(&taking);
	if (code == HEAR_OK &&
	    (weighing->failed || weighing->texts.failed ||
	     weighing->documents.failed ||
	     hear_lexicon_failed(weighing->lexicon) ||
	     hear_meanings_failed(weighing->meanings) ||
	     hear_arena_failed(weighing->arena)))
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		weighing->claim_count++;
	return code;
}
