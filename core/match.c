/* SPDX-License-Identifier: ISC */
#include "core/match.h"
#include "core/bounds.h"
#include "core/bytes.h"
#include "core/decimal.h"
#include "core/error.h"
#include "core/figure.h"
#include "core/index.h"
#include "core/members.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/support.h"
#include "core/rests.h"
#include "core/text.h"
#include "core/versions.h"
#include "core/when.h"

#include <stdlib.h>
#include <string.h>

/* ---- Texts ---- */

static void fold(struct hear_span text, struct hear_buffer *out)
{
	hear_buffer_reset(out);
	hear_text_fold(text, out);
}

/* Whether the folded `text` holds the folded `part`. */
static bool holds(struct hear_span text, struct hear_span part)
{
	struct hear_buffer in = {0};
	struct hear_buffer what = {0};
	bool found;

	fold(text, &in);
	fold(part, &what);
	/* An empty part is what `key:*` asks for: that there is anything. */
	found = in.size > 0 && in.size >= what.size &&
		(what.size == 0 ||
		 memmem(in.data, in.size, what.data, what.size) != NULL);
	hear_buffer_done(&in);
	hear_buffer_done(&what);
	return found;
}

static bool list_holds(const struct hear_value *list, struct hear_span part)
{
	size_t i;

	for (i = 0; i < hear_count_of(list); i++)
		if (holds(hear_text_of(hear_item_of(list, i)), part))
			return true;
	return false;
}

/* ---- Phrases ---- */

/* Words one after another, ended by NUL each. */
struct wording {
	struct hear_buffer words;
};

static void add_word(void *context, struct hear_span word, unsigned position)
{
	struct wording *wording = context;

	(void)position;
	hear_buffer_byte(&wording->words, '\0');
	hear_buffer_span(&wording->words, word);
}

/* Whether the words of the phrase follow one another in a text. Words are kept
 * as NUL word NUL word NUL, so that a match begins and ends with a word; the
 * last character of a run of pairs is a word of its own, which the phrase does
 * not insist on. */
struct phrase {
	struct wording phrase;
	bool found;
};

static void look_in(void *context, struct hear_span text)
{
	struct phrase *phrase = context;
	struct wording in = {{0}};
	struct hear_buffer *want = &phrase->phrase.words;

	if (phrase->found)
		return;
	hear_text_words(text, add_word, &in);
	hear_buffer_byte(&in.words, '\0');
	phrase->found = want->size > 0 && in.words.size >= want->size &&
			memmem(in.words.data, in.words.size, want->data,
			       want->size) != NULL;
	hear_buffer_done(&in.words);
}

static enum hear_code phrase_in_captures(struct hear_reader *reader,
					 struct hear_span document,
					 struct phrase *phrase,
					 struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_postings *postings = NULL;
	struct hear_buffer scratch = {0};
	struct hear_buffer key = {0};
	struct hear_record record;
	uint64_t number = 0;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	hear_index_key(HEAR_UNDER_DOCUMENT, document, &key);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_buffer_view(&key), err);
	while (code == HEAR_OK && !phrase->found) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code == HEAR_OK && hear_record_is(record.tree, "capture"))
			hear_index_texts(record.tree, &scratch, look_in,
					 phrase);
	}
	hear_postings_close(postings);
	hear_buffer_done(&scratch);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

struct phrase_words {
	struct hear_buffer *out;
	struct hear_span before;
	char kept[80];
};

/* The phrase's words, less the single character that ends a run of pairs. */
static void add_phrase_word(void *context, struct hear_span word,
			    unsigned position)
{
	struct phrase_words *to = context;
	size_t size = to->before.size;

	(void)position;
	if (size > word.size && word.size > 0 &&
	    (unsigned char)word.data[0] >= 0x80 &&
	    memcmp(to->before.data + size - word.size, word.data, word.size) ==
		    0)
		return;
	hear_buffer_byte(to->out, '\0');
	hear_buffer_span(to->out, word);
	if (word.size <= sizeof to->kept) {
		memcpy(to->kept, word.data, word.size);
		to->before = hear_span_make(to->kept, word.size);
	}
}

static enum hear_code match_phrase(struct hear_reader *reader,
				   const struct hear_query_term *term,
				   const struct hear_value *tree, bool *out,
				   struct hear_err *err)
{
	struct phrase phrase = {{{0}}, false};
	struct phrase_words words = {&phrase.phrase.words, {NULL, 0}, {0}};
	struct hear_span document =
		hear_text_of(hear_map_get(tree, "document"));
	struct hear_buffer scratch = {0};
	enum hear_code code = HEAR_OK;

	hear_text_words(term->text, add_phrase_word, &words);
	if (phrase.phrase.words.size == 0) { /* punctuation: asks nothing */
		*out = true;
		return HEAR_OK;
	}
	hear_buffer_byte(&phrase.phrase.words, '\0');
	hear_index_texts(tree, &scratch, look_in, &phrase);
	if (!phrase.found && document.size > 0)
		code = phrase_in_captures(reader, document, &phrase, err);
	*out = phrase.found;
	hear_buffer_done(&scratch);
	hear_buffer_done(&phrase.phrase.words);
	return code;
}

/* ---- Values and dates ---- */

/* "More than 3,000" is just above the number it states, and found by
 * value:>3000; "fewer than" likewise. */
static bool just_beyond(const struct hear_figure *figure,
			const struct hear_bounds *asked)
{
	return (figure->op == HEAR_MORE && asked->has_lo && asked->lo_open &&
		hear_decimal_order(figure->lo, asked->lo) == 0) ||
	       (figure->op == HEAR_FEWER && asked->has_hi && asked->hi_open &&
		hear_decimal_order(figure->hi, asked->hi) == 0);
}

/* A number finds the figures whose stated numbers lie within what was asked:
 * value:300 finds "about 300", value:>250 finds "more than 300". Widened
 * intervals decide conflicts, not searches. */
static bool stated_within(const struct hear_figure *figure,
			  const struct hear_bounds *asked)
{
	struct hear_bounds stated = {0};

	if (!figure->has_lo && !figure->has_hi)
		return false;
	stated.has_lo = stated.has_hi = true;
	stated.lo = figure->has_lo ? figure->lo : figure->hi;
	stated.hi = figure->has_hi ? figure->hi : figure->lo;
	return just_beyond(figure, asked) || hear_bounds_overlap(&stated, asked);
}

static bool match_value(const struct hear_query_term *term,
			const struct hear_value *tree)
{
	const struct hear_value *value = hear_map_get(tree, "value");
	struct hear_bounds asked = {0};
	struct hear_buffer printed = {0};
	struct hear_figure figure;
	bool found;

	if (term->has_range && hear_map_get(value, "op") &&
	    hear_figure_read(value, &figure, NULL) == HEAR_OK) {
		asked.has_lo = hear_decimal_parse(term->lo, &asked.lo, NULL) ==
			       HEAR_OK;
		asked.has_hi = hear_decimal_parse(term->hi, &asked.hi, NULL) ==
			       HEAR_OK;
		asked.lo_open = term->lo_open;
		asked.hi_open = term->hi_open;
		return stated_within(&figure, &asked);
	}
	if (term->has_range)
		return false;
	hear_print_value(value, &printed);
	hear_buffer_byte(&printed, ' ');
	hear_buffer_span(&printed, hear_text_of(hear_map_get(value, "words")));
	found = holds(hear_buffer_view(&printed), term->text);
	hear_buffer_done(&printed);
	return found;
}

static bool match_date(const struct hear_query_term *term,
		       const struct hear_value *tree, const char *field)
{
	struct hear_when when;

	if (!term->has_range)
		return hear_map_get(tree, field) != NULL;
	return hear_when_parse(hear_text_of(hear_map_get(tree, field)), &when,
			       NULL) == HEAR_OK &&
	       when.from < term->to && when.to > term->from;
}

/* ---- Chains, addresses, more ---- */

static bool same_folded(struct hear_span a, struct hear_span b, bool prefix)
{
	struct hear_buffer left = {0};
	struct hear_buffer right = {0};
	bool same;

	fold(a, &left);
	fold(b, &right);
	same = prefix ? left.size >= right.size &&
				memcmp(left.data, right.data, right.size) == 0
		      : hear_span_equal(hear_buffer_view(&left),
					hear_buffer_view(&right));
	hear_buffer_done(&left);
	hear_buffer_done(&right);
	return same;
}

static bool match_via(const struct hear_query_term *term,
		      const struct hear_value *tree)
{
	const struct hear_value *chain = hear_map_get(tree, "chain");
	size_t i;
	size_t j;

	for (i = 0; i + 1 < hear_count_of(chain); i++) {
		const struct hear_value *who =
			hear_map_get(hear_item_of(chain, i), "who");

		for (j = 0; j < hear_count_of(who); j++)
			if (same_folded(hear_text_of(hear_item_of(who, j)),
					term->text, term->prefix))
				return true;
	}
	return false;
}

static bool match_more(const struct hear_query_term *term,
		       const struct hear_value *tree)
{
	const struct hear_value *more = hear_map_get(tree, "more");
	size_t i;

	for (i = 0; i < hear_count_of(more); i++)
		if (same_folded(hear_key_of(more, i), term->more, false) &&
		    holds(hear_text_of(hear_item_of(more, i)), term->text))
			return true;
	return false;
}

static bool match_re(const struct hear_query_term *term,
		     const struct hear_value *tree)
{
	struct hear_span re = hear_text_of(hear_map_get(tree, "re"));

	return re.size > 0 && holds(re, term->text);
}

/* ---- Filings ---- */

static enum hear_code match_author(struct hear_reader *reader,
				   const struct hear_key *author,
				   const struct hear_query_term *term,
				   bool *out, struct hear_err *err)
{
	const char *name = "";
	char key[2 * 32 + 1];
	enum hear_code code = hear_author_name(reader, author, &name, err);

	hear_hex_print(author->bytes, 32, key);
	*out = (*name && same_folded(hear_span_of(name), term->text,
				     term->prefix)) ||
	       (term->text.size >= 4 && term->text.size <= 64 &&
		strncasecmp(key, term->text.data, term->text.size) == 0);
	return code;
}

static enum hear_code match_filing(struct hear_reader *reader,
				   const struct hear_filing_facts *facts,
				   const struct hear_query_term *term,
				   bool *out, struct hear_err *err)
{
	if (term->key == HEAR_KEY_FILED)
		*out = hear_stamp_ms(facts->time) >= term->from &&
		       hear_stamp_ms(facts->time) < term->to;
	else if (term->key == HEAR_KEY_MARKING)
		*out = facts->marking >= term->from &&
		       facts->marking < term->to;
	else
		return match_author(reader, &facts->author, term, out, err);
	return HEAR_OK;
}

static enum hear_code match_filings(struct hear_reader *reader,
				    const struct hear_query_term *term,
				    uint64_t number, bool *out,
				    struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	unsigned char key[8];
	uint64_t filing = 0;
	enum hear_code code = HEAR_OK;

	hear_put64(key, number);
	while (code == HEAR_OK && !*out) {
		code = hear_cursor_number(reader->filed, hear_span_make(key, 8),
					  filing + 1, &filing, err);
		if (code == HEAR_OK)
			code = hear_facts_at(reader, filing, &facts, err);
		if (code == HEAR_OK && hear_in_view(reader, facts))
			code = match_filing(reader, facts, term, out, err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- What was said of it ---- */

/* Disputed: a live relation that contradicts it, a live claim that denies or
 * doubts it, or an assessment of credibility 4 (doubtful) or 5 (improbable). */
static bool disputes(const struct hear_query_term *term,
		     const struct hear_value *tree)
{
	struct hear_span stance = hear_text_of(hear_map_get(tree, "stance"));
	struct hear_span credibility =
		hear_text_of(hear_map_get(tree, "credibility"));

	(void)term;
	return hear_span_is(hear_text_of(hear_map_get(tree, "relation")),
			    "contradicts") ||
	       hear_span_is(stance, "denies") ||
	       hear_span_is(stance, "doubts") ||
	       hear_span_is(credibility, "4") || hear_span_is(credibility, "5");
}

static bool assesses(const struct hear_query_term *term,
		     const struct hear_value *tree)
{
	(void)term;
	return hear_record_is(tree, "assessment");
}

/* Whether any live record about `id` is as `fits` wants it. */
static enum hear_code
match_about(struct hear_reader *reader, const struct hear_id *id,
	    bool (*fits)(const struct hear_query_term *term,
			 const struct hear_value *tree),
	    const struct hear_query_term *term, bool *out, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_postings *postings = NULL;
	struct hear_record record;
	enum hear_standing stands;
	unsigned char key[HEAR_TARGET_KEY];
	uint64_t number = 0;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	key[0] = HEAR_UNDER_TARGET;
	memcpy(key + 1, id->bytes, 32);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_span_make(key, sizeof key), err);
	while (code == HEAR_OK && !*out) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code != HEAR_OK || !fits(term, record.tree))
			continue;
		code = hear_standing_of(reader, number, reader->view.highest,
					&stands, err);
		*out = code == HEAR_OK && stands == HEAR_LIVE;
	}
	hear_postings_close(postings);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code match_retracted(struct hear_reader *reader,
				      uint64_t number, bool *out,
				      struct hear_err *err)
{
	enum hear_standing stands = HEAR_ABSENT;
	enum hear_code code = hear_standing_of(
		reader, number, reader->view.highest, &stands, err);

	*out = stands == HEAR_RETRACTED;
	return code;
}

static enum hear_code match_origins(struct hear_reader *reader,
				    const struct hear_query_term *term,
				    uint64_t number,
				    const struct hear_record *record, bool *out,
				    struct hear_err *err)
{
	struct hear_support support;
	enum hear_code code =
		hear_support_of(reader, number, record, &support, err);

	*out = hear_record_is(record->tree, "claim") &&
	       support.origins >= term->from && support.origins < term->to;
	return code;
}

static enum hear_code match_unanswered(struct hear_reader *reader,
				       uint64_t number,
				       const struct hear_record *record,
				       bool *out, struct hear_err *err)
{
	struct hear_support support;
	enum hear_code code =
		hear_support_of(reader, number, record, &support, err);

	*out = support.unanswered;
	return code;
}

static enum hear_code match_is(struct hear_reader *reader,
			       const struct hear_query_term *term,
			       uint64_t number,
			       const struct hear_record *record, bool *out,
			       struct hear_err *err)
{
	if (hear_span_is(term->text, "retracted"))
		return match_retracted(reader, number, out, err);
	if (hear_span_is(term->text, "unanswered"))
		return match_unanswered(reader, number, record, out, err);
	if (hear_span_is(term->text, "resting"))
		return hear_rests_any(reader, number, record, out, err);
	if (hear_span_is(term->text, "edited"))
		return hear_document_edited(
			reader,
			hear_text_of(hear_map_get(record->tree, "document")),
			out, err);
	return match_about(reader, &record->id,
			   hear_span_is(term->text, "assessed") ? assesses
								: disputes,
			   term, out, err);
}

/* ---- How it was assessed ---- */

/* 0: the assessment says nothing of it. */
static int64_t step_of(enum hear_query_key key, const struct hear_value *tree)
{
	struct hear_span text =
		hear_text_of(hear_map_get(tree, hear_query_key_name(key)));
	enum hear_likelihood likelihood;

	if (key == HEAR_KEY_LIKELIHOOD)
		return hear_likelihood_parse(text, &likelihood, NULL) == HEAR_OK
			       ? (int64_t)likelihood
			       : 0;
	if (text.size != 1)
		return 0;
	return text.data[0] - (key == HEAR_KEY_RELIABILITY ? 'A' : '1') + 1;
}

static bool fits_step(const struct hear_query_term *term,
		      const struct hear_value *tree)
{
	int64_t step = step_of(term->key, tree);

	if (!hear_record_is(tree, "assessment"))
		return false;
	return term->has_range ? step >= term->from && step < term->to
			       : step > 0;
}

static enum hear_code match_assessed(struct hear_reader *reader,
				     const struct hear_query_term *term,
				     const struct hear_record *record,
				     bool *out, struct hear_err *err)
{
	*out = fits_step(term, record->tree);
	if (*out || hear_record_is(record->tree, "assessment"))
		return HEAR_OK;
	return match_about(reader, &record->id, fits_step, term, out,
			   err);
}

static enum hear_code add_target(struct hear_reader *reader,
				 const struct hear_value *tree,
				 struct hear_bits *bits, struct hear_err *err)
{
	struct hear_id id;
	uint64_t number = 0;
	enum hear_code code = HEAR_NOTFOUND;

	if (hear_id_parse(hear_text_of(hear_map_get(tree, "target")), &id))
		code = hear_record_number(reader->txn, &id, &number, err);
	if (code == HEAR_OK)
		hear_bits_set(bits, number);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

enum hear_code hear_match_steps(struct hear_reader *reader,
				const struct hear_query_term *term,
				struct hear_bits *bits, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_postings *postings = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	uint64_t number = 0;
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	hear_index_key(HEAR_UNDER_KIND, hear_span_of("assessment"), &key);
	code = hear_postings_open(&postings, reader->txn, HEAR_BY,
				  hear_buffer_view(&key), err);
	while (code == HEAR_OK) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code != HEAR_OK)
			break;
		hear_arena_reset(arena);
		code = hear_record_at(reader, arena, number, &record, err);
		if (code != HEAR_OK || !fits_step(term, record.tree))
			continue;
		hear_bits_set(bits, number);
		code = add_target(reader, record.tree, bits, err);
	}
	hear_postings_close(postings);
	hear_buffer_done(&key);
	hear_arena_free(arena);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- One term ---- */

enum hear_code hear_match(struct hear_reader *reader,
			  const struct hear_query_term *term, uint64_t number,
			  const struct hear_record *record, bool *out,
			  struct hear_err *err)
{
	const struct hear_value *tree = record->tree;

	*out = false;
	switch (term->key) {
	case HEAR_KEY_WORDS:
		return match_phrase(reader, term, tree, out, err);
	case HEAR_KEY_FILER:
	case HEAR_KEY_FILED:
	case HEAR_KEY_MARKING:
		return match_filings(reader, term, number, out, err);
	case HEAR_KEY_IS:
		return match_is(reader, term, number, record, out, err);
	case HEAR_KEY_ORIGINS:
		return match_origins(reader, term, number, record, out, err);
	case HEAR_KEY_RELIABILITY:
	case HEAR_KEY_CREDIBILITY:
	case HEAR_KEY_LIKELIHOOD:
		return match_assessed(reader, term, record, out, err);
	case HEAR_KEY_VIA:
		*out = match_via(term, tree);
		break;
	case HEAR_KEY_VALUE:
		*out = match_value(term, tree);
		break;
	case HEAR_KEY_SAID:
		*out = match_date(term, tree, "said");
		break;
	case HEAR_KEY_EVENT:
		*out = match_date(term, tree, "event");
		break;
	case HEAR_KEY_SINCE:
		*out = match_date(term, tree, "since");
		break;
	case HEAR_KEY_UNTIL:
		*out = match_date(term, tree, "until");
		break;
	case HEAR_KEY_RE:
		*out = match_re(term, tree);
		break;
	case HEAR_KEY_BASIS:
		*out = list_holds(hear_map_get(tree, "basis"), term->text);
		break;
	case HEAR_KEY_HEDGE:
		*out = holds(hear_text_of(hear_map_get(tree, "hedge")),
			     term->text);
		break;
	case HEAR_KEY_MORE:
		*out = match_more(term, tree);
		break;
	case HEAR_KEY_BY:
	case HEAR_KEY_ORIGIN:
	case HEAR_KEY_SUBJECT:
	case HEAR_KEY_PREDICATE:
	case HEAR_KEY_OF:
	case HEAR_KEY_PLACE:
	case HEAR_KEY_UNIT:
	case HEAR_KEY_STANCE:
	case HEAR_KEY_DOC:
	case HEAR_KEY_TAG:
	case HEAR_KEY_LANG:
	case HEAR_KEY_KIND:
	case HEAR_KEY_ID:
	case HEAR_KEY_TARGET:
		break; /* answered exactly by an index, never here */
	}
	return HEAR_OK;
}
