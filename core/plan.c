/* SPDX-License-Identifier: ISC */
#include "core/plan.h"
#include "core/address.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/index.h"
#include "core/match.h"
#include "core/postings.h"
#include "core/record.h"
#include "core/rests.h"
#include "core/terms.h"
#include "core/text.h"
#include "core/when.h"
#include "core/words.h"

#include <stdlib.h>
#include <string.h>

static enum hear_code own(struct hear_plan *plan,
			  struct hear_numbers *numbers, struct hear_err *err)
{
	if (plan->owned_count == HEAR_PLAN_STREAMS) {
		hear_numbers_free(numbers);
		return hear_fail(err, HEAR_LIMIT,
				 "the query has too many terms");
	}
	plan->owned[plan->owned_count++] = numbers;
	return HEAR_OK;
}

static enum hear_code set_candidates(struct hear_plan *plan,
				     struct hear_plan_node *node,
				     struct hear_numbers *numbers, bool exact,
				     struct hear_err *err)
{
	node->candidates = numbers;
	node->exact = exact;
	return own(plan, numbers, err);
}

static enum hear_code set_bits(struct hear_plan *plan, struct hear_plan_node *node,
			       struct hear_bits *bits, bool exact,
			       struct hear_err *err)
{
	struct hear_numbers *numbers = NULL;
	enum hear_code code = hear_numbers_bits(&numbers, bits, err);

	return code == HEAR_OK
		       ? set_candidates(plan, node, numbers, exact, err)
		       : code;
}

/* ---- Streams from keys ---- */

static enum hear_code add_numbers(struct hear_postings *postings,
				  struct hear_bits *bits, struct hear_err *err)
{
	uint64_t number = 0;
	enum hear_code code = HEAR_OK;

	while (code == HEAR_OK) {
		code = hear_postings_seek(postings, number + 1, &number, err);
		if (code == HEAR_OK)
			hear_bits_set(bits, number);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* Adds every number under one key. */
static enum hear_code add_key(struct hear_txn *txn, enum hear_table table,
			      struct hear_span key, struct hear_bits *bits,
			      struct hear_err *err)
{
	struct hear_postings *postings = NULL;
	enum hear_code code =
		hear_postings_open(&postings, txn, table, key, err);

	if (code == HEAR_OK)
		code = add_numbers(postings, bits, err);
	hear_postings_close(postings);
	return code;
}

/* Adds every number under the keys from `from` for as long as `wanted` says
 * so: 1 take, 0 pass over, -1 stop. */
static enum hear_code add_keys(struct hear_txn *txn, struct hear_span from,
			       int (*wanted)(const void *context,
					     struct hear_span key),
			       const void *context, struct hear_bits *bits,
			       struct hear_err *err)
{
	struct hear_postings *postings = NULL;
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	enum hear_code code = hear_cursor_open(&cursor, txn, HEAR_BY, err);
	int want;

	if (code == HEAR_OK)
		code = hear_postings_open(&postings, txn, HEAR_BY, key, err);
	if (code == HEAR_OK)
		code = hear_stem_seek(cursor, HEAR_BY, from, &key, err);
	while (code == HEAR_OK && (want = wanted(context, key)) >= 0) {
		if (want) {
			hear_postings_turn(postings, key);
			code = add_numbers(postings, bits, err);
		}
		if (code == HEAR_OK)
			code = hear_stem_next(cursor, HEAR_BY, &key, err);
	}
	hear_cursor_close(cursor);
	hear_postings_close(postings);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static int begins(const void *context, struct hear_span key)
{
	const struct hear_span *prefix = context;

	return key.size >= prefix->size &&
			       memcmp(key.data, prefix->data, prefix->size) == 0
		       ? 1
		       : -1;
}

static enum hear_code plan_prefix(struct hear_plan *plan,
				  struct hear_plan_node *node, struct hear_span prefix,
				  bool exact, struct hear_err *err)
{
	struct hear_bits bits = {0};
	enum hear_code code = add_keys(plan->reader->txn, prefix, begins,
				       &prefix, &bits, err);

	if (code == HEAR_OK)
		return set_bits(plan, node, &bits, exact, err);
	hear_bits_done(&bits);
	return code;
}

/* ---- Names ---- */

struct widening {
	struct hear_txn *txn;
	enum hear_under under;
	struct hear_bits bits;
	struct hear_buffer only; /* the key, while there is but one */
	size_t count;
	struct hear_err *err;
};

static enum hear_code widen(void *context, struct hear_span folded)
{
	struct widening *widening = context;
	struct hear_buffer key = {0};
	enum hear_code code = HEAR_OK;

	hear_index_key(widening->under, folded, &key);
	widening->count++;
	if (widening->count == 1) {
		hear_buffer_span(&widening->only, hear_buffer_view(&key));
		hear_buffer_done(&key);
		return HEAR_OK;
	}
	if (widening->count == 2)
		code = add_key(widening->txn, HEAR_BY,
			       hear_buffer_view(&widening->only),
			       &widening->bits, widening->err);
	if (code == HEAR_OK)
		code = add_key(widening->txn, HEAR_BY, hear_buffer_view(&key),
			       &widening->bits, widening->err);
	hear_buffer_done(&key);
	return code;
}

/* A name alone, where nothing joins it to others, is read from its key as it
 * goes; joined names are gathered. */
static enum hear_code plan_name(struct hear_plan *plan, struct hear_plan_node *node,
				enum hear_under under, const enum hear_term *as,
				struct hear_err *err)
{
	struct hear_txn *txn = plan->reader->txn;
	const struct hear_query_term *term = node->term;
	struct widening widening = {txn, under, {0}, {0}, 0, err};
	struct hear_numbers *numbers = NULL;
	struct hear_buffer key = {0};
	enum hear_code code;

	hear_index_key(under, term->text, &key);
	if (term->prefix)
		code = plan_prefix(plan, node, hear_buffer_view(&key),
				   term->key != HEAR_KEY_VIA, err);
	else if (as)
		code = hear_terms_widen(plan->reader, *as, term->text, widen,
					&widening, err);
	else
		code = HEAR_OK;
	if (code == HEAR_OK && !term->prefix) {
		if (widening.count > 1) {
			code = set_bits(plan, node, &widening.bits, true,
					err);
		} else {
			code = hear_numbers_key(&numbers, txn,
						hear_buffer_view(&key), err);
			if (code == HEAR_OK)
				code = set_candidates(plan, node, numbers,
						      true, err);
		}
	}
	node->exact = node->exact && term->key != HEAR_KEY_VIA;
	hear_bits_done(&widening.bits);
	hear_buffer_done(&widening.only);
	hear_buffer_done(&key);
	return code;
}

/* lang:en finds en, en-gb and en-us. */
static int same_language(const void *context, struct hear_span key)
{
	const struct hear_span *tag = context;

	if (begins(context, key) < 0)
		return -1;
	return key.size == tag->size || key.data[tag->size] == '-';
}

static enum hear_code plan_language(struct hear_plan *plan,
				    struct hear_plan_node *node, struct hear_err *err)
{
	struct hear_buffer key = {0};
	struct hear_bits bits = {0};
	struct hear_span view;
	enum hear_code code;

	hear_index_key(HEAR_UNDER_LANGUAGE, node->term->text, &key);
	view = hear_buffer_view(&key);
	code = add_keys(plan->reader->txn, view, same_language, &view, &bits,
			err);
	if (code == HEAR_OK)
		code = set_bits(plan, node, &bits, true, err);
	hear_bits_done(&bits);
	hear_buffer_done(&key);
	return code;
}

/* ---- Documents ---- */

static int document_holds(const void *context, struct hear_span key)
{
	const struct hear_span *part = context;

	if (key.size == 0 || key.data[0] != HEAR_UNDER_DOCUMENT)
		return -1;
	return memmem(key.data + 1, key.size - 1, part->data, part->size) !=
	       NULL;
}

/* A whole address is looked up as it is kept; anything else is a part of one,
 * sought in all of them. */
static enum hear_code plan_document(struct hear_plan *plan,
				    struct hear_plan_node *node, struct hear_err *err)
{
	static const char tag = HEAR_UNDER_DOCUMENT;
	struct hear_txn *txn = plan->reader->txn;
	struct hear_span whole = node->term->text;
	struct hear_buffer key = {0};
	struct hear_bits bits = {0};
	struct hear_span part;
	enum hear_code code;

	if (hear_address_normal(plan->arena, whole, &whole, NULL) == HEAR_OK)
		hear_index_key(HEAR_UNDER_DOCUMENT, whole, &key);
	code = key.size ? hear_posted(txn, HEAR_BY, hear_buffer_view(&key), err)
			: HEAR_NOTFOUND;
	if (code == HEAR_OK) {
		code = add_key(txn, HEAR_BY, hear_buffer_view(&key), &bits,
			       err);
	} else if (code == HEAR_NOTFOUND) {
		hear_buffer_reset(&key);
		hear_text_fold(node->term->text, &key);
		part = hear_buffer_view(&key);
		code = add_keys(txn, hear_span_make(&tag, 1), document_holds,
				&part, &bits, err);
	}
	if (code == HEAR_OK)
		code = set_bits(plan, node, &bits, true, err);
	hear_bits_done(&bits);
	hear_buffer_done(&key);
	return code;
}

/* ---- Dates ---- */

struct span_of_time {
	char tag;
	int64_t before; /* first milliseconds from here on are too late */
};

static int begins_before(const void *context, struct hear_span key)
{
	const struct span_of_time *time = context;

	if (key.size != 9 || key.data[0] != time->tag ||
	    hear_index_time_of(key) >= time->before)
		return -1;
	return 1;
}

/* Everything that begins before the end of what is asked, and not so long
 * before its beginning that it must be over: long spans have their own tag. */
static enum hear_code plan_date(struct hear_plan *plan, struct hear_plan_node *node,
				enum hear_under under, enum hear_under longer,
				struct hear_err *err)
{
	const struct hear_query_term *term = node->term;
	struct span_of_time time = {(char)under, term->to};
	struct hear_buffer key = {0};
	struct hear_bits bits = {0};
	enum hear_code code;

	if (!term->has_range)
		return HEAR_OK;
	hear_index_time(under,
			term->from < HEAR_TIME_MIN + HEAR_LONG_MS
				? HEAR_TIME_MIN
				: term->from - HEAR_LONG_MS,
			&key);
	code = add_keys(plan->reader->txn, hear_buffer_view(&key),
			begins_before, &time, &bits, err);
	hear_buffer_reset(&key);
	hear_index_time(longer, HEAR_TIME_MIN, &key);
	time.tag = (char)longer;
	if (code == HEAR_OK)
		code = add_keys(plan->reader->txn, hear_buffer_view(&key),
				begins_before, &time, &bits, err);
	if (code == HEAR_OK)
		code = set_bits(plan, node, &bits, false, err);
	hear_bits_done(&bits);
	hear_buffer_done(&key);
	return code;
}

/* ---- Ids ---- */

struct digits {
	struct hear_span text;
	char tag; /* of the key's first byte, or 0: none */
};

static bool id_begins(const unsigned char *id, size_t size,
		      struct hear_span digits)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < digits.size && i / 2 < size; i++) {
		unsigned nibble = i % 2 ? id[i / 2] & 15u : id[i / 2] >> 4;

		if (hex[nibble] != (digits.data[i] | (digits.data[i] >= 'A'
							      ? 0x20
							      : 0)))
			return false;
	}
	return true;
}

static int target_begins(const void *context, struct hear_span key)
{
	const struct digits *digits = context;

	if (key.size != 33 || key.data[0] != digits->tag)
		return -1;
	return id_begins((const unsigned char *)key.data + 1, 32, digits->text);
}

static enum hear_code plan_target(struct hear_plan *plan,
				  struct hear_plan_node *node, struct hear_err *err)
{
	struct digits digits = {node->term->text, HEAR_UNDER_TARGET};
	struct hear_bits bits = {0};
	char tag = HEAR_UNDER_TARGET;
	enum hear_code code = add_keys(plan->reader->txn,
				       hear_span_make(&tag, 1), target_begins,
				       &digits, &bits, err);

	if (code == HEAR_OK)
		return set_bits(plan, node, &bits, true, err);
	hear_bits_done(&bits);
	return code;
}

static enum hear_code plan_id(struct hear_plan *plan, struct hear_plan_node *node,
			      struct hear_err *err)
{
	struct hear_txn *txn = plan->reader->txn;
	struct hear_cursor *cursor = NULL;
	struct hear_bits bits = {0};
	struct hear_span value;
	struct hear_span body;
	struct hear_span key;
	struct hear_id id;
	enum hear_code code =
		hear_cursor_open(&cursor, txn, HEAR_RECORD_IDS, err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK) {
		uint64_t number = hear_get64(value.data);

		if (id_begins((const unsigned char *)key.data, key.size,
			      node->term->text)) {
			code = hear_body_at(txn, number, &body, err);
			if (code == HEAR_OK)
				hear_hash_record(body, &id);
			if (code == HEAR_OK &&
			    id_begins(id.bytes, 32, node->term->text))
				hear_bits_set(&bits, number);
		}
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value,
						err);
	}
	hear_cursor_close(cursor);
	if (code == HEAR_NOTFOUND)
		return set_bits(plan, node, &bits, true, err);
	hear_bits_done(&bits);
	return code;
}

/* ---- Words ---- */

struct word_list {
	struct hear_plan *plan;
	struct hear_numbers *streams[64];
	size_t count;
	bool several; /* more than one word, or pairs: order matters */
	char before[80];
	size_t before_size;
	enum hear_code code;
	struct hear_err *err;
};

struct gather {
	struct hear_txn *txn;
	struct hear_bits *bits;
	enum hear_code code;
	struct hear_err *err;
};

static bool gather_word(void *context, struct hear_span word)
{
	struct gather *gather = context;

	gather->code = add_key(gather->txn, HEAR_WORDS, word, gather->bits,
			       gather->err);
	return gather->code == HEAR_OK;
}

/* All records with a word that begins so. */
static enum hear_code word_prefix(struct hear_plan *plan,
				  struct hear_span prefix,
				  struct hear_numbers **out,
				  struct hear_err *err)
{
	struct hear_bits bits = {0};
	struct gather gather = {plan->reader->txn, &bits, HEAR_OK, err};
	enum hear_code code =
		hear_words_begin_with(plan->reader->txn, prefix, gather_word,
				      &gather, 100000, err);

	if (code == HEAR_OK)
		code = gather.code;
	if (code == HEAR_OK)
		return hear_numbers_bits(out, &bits, err);
	hear_bits_done(&bits);
	return code;
}

static bool one_character(struct hear_span word)
{
	unsigned char lead = (unsigned char)word.data[0];

	return lead >= 0x80 && word.size == (lead >= 0xf0   ? 4u
					     : lead >= 0xe0 ? 3u
							    : 2u);
}

/* One character of a script without blanks stands at the beginning of a pair
 * in every text that holds it; as the end of a run of pairs in the query it
 * adds nothing. */
static void plan_word(void *context, struct hear_span word, unsigned position)
{
	struct word_list *list = context;
	struct hear_numbers *numbers = NULL;
	bool single = one_character(word);

	(void)position;
	if (list->code != HEAR_OK || list->count == 64)
		return;
	if (single && list->before_size > word.size &&
	    memcmp(list->before + list->before_size - word.size, word.data,
		   word.size) == 0)
		return;
	list->several = list->several || list->count > 0;
	list->code = single ? word_prefix(list->plan, word, &numbers,
					  list->err)
			    : hear_numbers_word(&numbers,
						list->plan->reader->txn, word,
						list->err);
	if (list->code == HEAR_OK)
		list->code = own(list->plan, numbers, list->err);
	if (list->code != HEAR_OK)
		return;
	list->streams[list->count++] = numbers;
	list->before_size = word.size < sizeof list->before ? word.size : 0;
	memcpy(list->before, word.data, list->before_size);
}

/* The claims of every document one of whose captures is in `words`. */
static enum hear_code add_titled(struct hear_plan *plan,
				 struct hear_numbers *words,
				 struct hear_bits *bits, bool *any,
				 struct hear_err *err)
{
	struct hear_numbers *captures = NULL;
	struct hear_buffer key = {0};
	struct hear_record record;
	uint64_t number = 0;
	uint64_t capture = 0;
	enum hear_code code;

	hear_index_key(HEAR_UNDER_KIND, hear_span_of("capture"), &key);
	code = hear_numbers_key(&captures, plan->reader->txn,
				hear_buffer_view(&key), err);
	while (code == HEAR_OK) {
		code = hear_numbers_seek(words, number + 1, &number, err);
		if (code == HEAR_OK)
			code = hear_numbers_seek(captures, number, &capture,
						 err);
		if (code != HEAR_OK)
			break;
		if (capture != number) {
			number = capture - 1;
			continue;
		}
		hear_arena_reset(plan->arena);
		code = hear_record_at(plan->reader, plan->arena, number,
				      &record, err);
		hear_buffer_reset(&key);
		hear_index_key(HEAR_UNDER_DOCUMENT,
			       hear_text_of(hear_map_get(record.tree,
							 "document")),
			       &key);
		*any = true;
		if (code == HEAR_OK)
			code = add_key(plan->reader->txn, HEAR_BY,
				       hear_buffer_view(&key), bits, err);
	}
	hear_numbers_free(captures);
	hear_buffer_done(&key);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* Words are sought in a claim's own texts and in the titles of its document:
 * either may hold them all. */
static enum hear_code with_titles(struct hear_plan *plan,
				  struct hear_numbers **numbers,
				  struct hear_err *err)
{
	struct hear_numbers *either[2] = {*numbers, NULL};
	struct hear_bits bits = {0};
	bool any = false;
	enum hear_code code =
		add_titled(plan, *numbers, &bits, &any, err);

	if (code == HEAR_OK && any) {
		code = hear_numbers_bits(&either[1], &bits, err);
		if (code == HEAR_OK)
			code = own(plan, either[1], err);
		if (code == HEAR_OK)
			code = hear_numbers_join(numbers, false, either, 2,
						 err);
		if (code == HEAR_OK)
			code = own(plan, *numbers, err);
	}
	hear_bits_done(&bits);
	return code;
}

static enum hear_code plan_words(struct hear_plan *plan, struct hear_plan_node *node,
				 struct hear_err *err)
{
	struct word_list *list = calloc(1, sizeof *list);
	struct hear_numbers *numbers = NULL;
	struct hear_buffer folded = {0};
	enum hear_code code;

	if (!list)
		return hear_fail_memory(err);
	list->plan = plan;
	list->err = err;
	if (node->term->prefix) {
		hear_text_fold(node->term->text, &folded);
		code = word_prefix(plan, hear_buffer_view(&folded), &numbers,
				   err);
		hear_buffer_done(&folded);
	} else {
		hear_text_words(node->term->text, plan_word, list);
		code = list->code;
		if (code == HEAR_OK)
			code = hear_numbers_join(&numbers, true, list->streams,
						 list->count, err);
	}
	if (code == HEAR_OK)
		code = own(plan, numbers, err);
	if (code == HEAR_OK && (list->count > 0 || node->term->prefix)) {
		code = with_titles(plan, &numbers, err);
		node->candidates = numbers;
		node->exact = !list->several;
	}
	free(list);
	return code;
}

/* ---- What was said of records ---- */

static enum hear_code plan_set(struct hear_plan *plan,
			       struct hear_plan_node *node,
			       struct hear_err *err)
{
	struct hear_bits bits = {0};
	enum hear_code code =
		node->term->key == HEAR_KEY_IS
			? hear_rests_all(plan->reader, &bits, err)
			: hear_match_steps(plan->reader, node->term, &bits,
					   err);

	if (code == HEAR_OK)
		code = set_bits(plan, node, &bits, false, err);
	hear_bits_done(&bits);
	return code;
}

/* ---- Planning ---- */

static enum hear_code plan_term(struct hear_plan *plan, struct hear_plan_node *node,
				struct hear_err *err)
{
	static const enum hear_term source = HEAR_TERM_SOURCE;
	static const enum hear_term subject = HEAR_TERM_SUBJECT;
	static const enum hear_term predicate = HEAR_TERM_PREDICATE;
	static const enum hear_term of = HEAR_TERM_OF;
	static const enum hear_term place = HEAR_TERM_PLACE;
	static const enum hear_term unit = HEAR_TERM_UNIT;

	switch (node->term->key) {
	case HEAR_KEY_WORDS:
		return plan_words(plan, node, err);
	case HEAR_KEY_BY:
	case HEAR_KEY_VIA:
		return plan_name(plan, node, HEAR_UNDER_SOURCE, &source, err);
	case HEAR_KEY_ORIGIN:
		return plan_name(plan, node, HEAR_UNDER_ORIGIN, &source, err);
	case HEAR_KEY_SUBJECT:
		return plan_name(plan, node, HEAR_UNDER_SUBJECT, &subject,
				 err);
	case HEAR_KEY_PREDICATE:
		return plan_name(plan, node, HEAR_UNDER_PREDICATE, &predicate,
				 err);
	case HEAR_KEY_OF:
		return plan_name(plan, node, HEAR_UNDER_OF, &of, err);
	case HEAR_KEY_PLACE:
		return plan_name(plan, node, HEAR_UNDER_PLACE, &place, err);
	case HEAR_KEY_UNIT:
		return plan_name(plan, node, HEAR_UNDER_UNIT, &unit, err);
	case HEAR_KEY_STANCE:
		return plan_name(plan, node, HEAR_UNDER_STANCE, NULL, err);
	case HEAR_KEY_TAG:
		return plan_name(plan, node, HEAR_UNDER_TAGGED, NULL, err);
	case HEAR_KEY_KIND:
		if (hear_span_is(node->term->text, "any"))
			break;
		return plan_name(plan, node, HEAR_UNDER_KIND, NULL, err);
	case HEAR_KEY_LANG:
		return plan_language(plan, node, err);
	case HEAR_KEY_DOC:
		return plan_document(plan, node, err);
	case HEAR_KEY_SAID:
		return plan_date(plan, node, HEAR_UNDER_SAID,
				 HEAR_UNDER_SAID_LONG, err);
	case HEAR_KEY_EVENT:
		return plan_date(plan, node, HEAR_UNDER_EVENT,
				 HEAR_UNDER_EVENT_LONG, err);
	case HEAR_KEY_ID:
		return plan_id(plan, node, err);
	case HEAR_KEY_TARGET:
		return plan_target(plan, node, err);
	case HEAR_KEY_RELIABILITY:
	case HEAR_KEY_CREDIBILITY:
	case HEAR_KEY_LIKELIHOOD:
		return plan_set(plan, node, err);
	case HEAR_KEY_IS:
		if (hear_span_is(node->term->text, "resting"))
			return plan_set(plan, node, err);
		break;
	case HEAR_KEY_VALUE:
	case HEAR_KEY_SINCE:
	case HEAR_KEY_UNTIL:
	case HEAR_KEY_FILED:
	case HEAR_KEY_RE:
	case HEAR_KEY_BASIS:
	case HEAR_KEY_HEDGE:
	case HEAR_KEY_MORE:
	case HEAR_KEY_FILER:
	case HEAR_KEY_MARKING:
	case HEAR_KEY_ORIGINS: /* asked last, of what all else matches */
		break;
	}
	return HEAR_OK;
}

static struct hear_plan_node *new_node(struct hear_plan *plan,
			     const struct hear_query_term *term)
{
	struct hear_plan_node *node = &plan->nodes[plan->used++];

	node->term = term;
	return node;
}

static enum hear_code join_children(struct hear_plan *plan,
				    struct hear_plan_node *node, bool all,
				    struct hear_err *err)
{
	struct hear_numbers *streams[128];
	struct hear_numbers *numbers = NULL;
	struct hear_plan_node *child;
	size_t count = 0;
	enum hear_code code;

	node->exact = true;
	for (child = node->first; child; child = child->next) {
		node->exact = node->exact && child->exact && child->candidates;
		if (child->candidates && count < 128)
			streams[count++] = child->candidates;
		else if (!all)
			return node->exact = false, HEAR_OK;
	}
	if (count == 0)
		return node->exact = false, HEAR_OK;
	code = hear_numbers_join(&numbers, all, streams, count, err);
	return code == HEAR_OK ? set_candidates(plan, node, numbers,
						node->exact, err)
			       : code;
}

static enum hear_code plan_node(struct hear_plan *plan,
			   const struct hear_query_term *term,
			   struct hear_plan_node **out, struct hear_err *err)
{
	struct hear_plan_node *node = new_node(plan, term);
	const struct hear_query_term *child;
	struct hear_plan_node **tail = &node->first;
	enum hear_code code = HEAR_OK;

	*out = node;
	if (term->node == HEAR_QUERY_TERM)
		return plan_term(plan, node, err);
	for (child = term->first; child && code == HEAR_OK;
	     child = child->next) {
		code = plan_node(plan, child, tail, err);
		tail = &(*tail)->next;
	}
	if (code == HEAR_OK && (term->node == HEAR_QUERY_AND ||
				term->node == HEAR_QUERY_OR))
		code = join_children(plan, node,
				     term->node == HEAR_QUERY_AND, err);
	return code;
}

static size_t count_terms(const struct hear_query_term *term)
{
	const struct hear_query_term *child;
	size_t count = 1;

	for (child = term->first; child; child = child->next)
		count += count_terms(child);
	return count;
}

/* Claims, unless the query says which kind: another stream to join. */
static enum hear_code plan_source(struct hear_plan *plan, bool claims,
				  struct hear_err *err)
{
	struct hear_numbers *streams[2] = {plan->root->candidates, NULL};
	size_t count = streams[0] ? 1 : 0;
	struct hear_buffer key = {0};
	uint64_t last;
	enum hear_code code = HEAR_OK;

	if (claims) {
		hear_index_key(HEAR_UNDER_KIND, hear_span_of("claim"), &key);
		code = hear_numbers_key(&streams[count], plan->reader->txn,
					hear_buffer_view(&key), err);
		if (code == HEAR_OK)
			code = own(plan, streams[count++], err);
	} else if (count == 0) {
		code = hear_txn_last(plan->reader->txn, HEAR_RECORDS, &last,
				     err);
		if (code == HEAR_OK)
			code = hear_numbers_all(&streams[count], last, err);
		if (code == HEAR_OK)
			code = own(plan, streams[count++], err);
	}
	hear_buffer_done(&key);
	if (code == HEAR_OK)
		code = hear_numbers_join(&plan->source, true, streams, count,
					 err);
	return code == HEAR_OK ? own(plan, plan->source, err) : code;
}

/* ---- The whole ---- */

enum hear_code hear_plan_make(struct hear_plan *plan,
			      struct hear_reader *reader,
			      const struct hear_query_term *root, bool claims,
			      struct hear_err *err)
{
	enum hear_code code;

	memset(plan, 0, sizeof *plan);
	plan->reader = reader;
	plan->arena = hear_arena_new();
	plan->nodes = calloc(count_terms(root), sizeof *plan->nodes);
	if (!plan->arena || !plan->nodes)
		return hear_fail_memory(err);
	code = plan_node(plan, root, &plan->root, err);
	return code == HEAR_OK ? plan_source(plan, claims, err) : code;
}

void hear_plan_done(struct hear_plan *plan)
{
	size_t i;

	/* Joined streams before those they borrow. */
	for (i = plan->owned_count; i > 0; i--)
		hear_numbers_free(plan->owned[i - 1]);
	free(plan->nodes);
	if (plan->arena)
		hear_arena_free(plan->arena);
	memset(plan, 0, sizeof *plan);
}
