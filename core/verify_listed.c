/* SPDX-License-Identifier: ISC */
/* verify_listed.c - whether keys and words list the records they should, those
 * of many records at once, and no others. */
#include "core/error.h"
#include "core/postings.h"
#include "core/verifying.h"

static void tell_word(void *context, const char *sentence)
{
	hear_verify_tell_entry(context, HEAR_WORDS, sentence);
}

/* What is stored and not called for is found the other way round, by
 * check_keys(). */
static bool tell_missing(void *context,
			 const struct hear_difference *difference)
{
	struct hear_verifying *v = context;
	struct hear_span body;
	struct hear_id id;

	if (difference->stored)
		return true;
	v->there[HEAR_BY]--;
	if (hear_body_at(v->txn, difference->number, &body, NULL) != HEAR_OK)
		body = hear_span_of(NULL);
	hear_hash_record(body, &id);
	hear_verify_name(v, "record", &id);
	hear_verify_lack(v, HEAR_BY, difference->stem, difference->number);
	return true;
}

static enum hear_code compare_keys(struct hear_verifying *v, uint64_t last,
				   struct hear_err *err)
{
	struct hear_err why = {.code = HEAR_OK};
	enum hear_code code;

	v->there[HEAR_BY] += hear_gather_held(v->by);
	code = hear_postings_compare(v->txn, HEAR_BY, v->by, v->first, last,
				     tell_missing, v, &why);
	hear_gather_reset(v->by);
	return hear_verify_go_on(v, code, &why, err);
}

static enum hear_code compare_words(struct hear_verifying *v, uint64_t last,
				    struct hear_err *err)
{
	struct hear_err why = {.code = HEAR_OK};
	enum hear_code code;

	v->pairs += hear_words_held(v->words);
	code = hear_words_compare(v->txn, v->words, v->first, last, tell_word,
				  v, &why);
	hear_words_reset(v->words);
	return hear_verify_go_on(v, code, &why, err);
}

enum hear_code hear_verify_compare(struct hear_verifying *v, uint64_t last,
				   struct hear_err *err)
{
	enum hear_code code = compare_keys(v, last, err);

	if (code == HEAR_OK)
		code = compare_words(v, last, err);
	v->first = last + 1;
	return code;
}

/* ---- What nothing calls for ---- */

static enum hear_code check_words(struct hear_verifying *v,
				  struct hear_err *err)
{
	struct hear_err why = {.code = HEAR_OK};
	uint64_t stored = 0;
	enum hear_code code = hear_verify_compare(v, v->last_record, err);

	if (code != HEAR_OK)
		return code;
	code = hear_words_count(&stored, v->txn, &why);
	if (code == HEAR_OK && stored != v->pairs)
		hear_verify_tell(v,
			"the index of words lists %llu words of records, and "
			"the records hold %llu; `hearsay verify --repair` "
			"rebuilds it",
			(unsigned long long)stored,
			(unsigned long long)v->pairs);
	v->out->entries += stored;
	return hear_verify_go_on(v, code, &why, err);
}

/* Every number under a key of HEAR_BY. */
static enum hear_code check_key(struct hear_verifying *v,
				struct hear_postings *postings,
				struct hear_span key, struct hear_err *err)
{
	uint64_t number = 0;
	bool called = false;
	enum hear_code code;

	hear_postings_turn(postings, key);
	code = hear_postings_seek(postings, 0, &number, err);
	while (code == HEAR_OK) {
		code = hear_verify_record_calls(v, HEAR_BY, key, number,
						&called, err);
		if (code == HEAR_OK && !called)
			hear_verify_extra(v, HEAR_BY, key, number);
		if (code == HEAR_OK && number == UINT64_MAX)
			break;
		if (code == HEAR_OK)
			code = hear_postings_seek(postings, number + 1, &number,
						  err);
	}
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code walk_keys(struct hear_verifying *v, struct hear_err *err)
{
	struct hear_postings *postings = NULL;
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	enum hear_code code = hear_cursor_open(&cursor, v->txn, HEAR_BY, err);

	if (code == HEAR_OK)
		code = hear_postings_open(&postings, v->txn, HEAR_BY, key, err);
	if (code == HEAR_OK)
		code = hear_stem_seek(cursor, HEAR_BY, key, &key, err);
	while (code == HEAR_OK) {
		code = check_key(v, postings, key, err);
		if (code == HEAR_OK)
			code = hear_stem_next(cursor, HEAR_BY, &key, err);
	}
	hear_cursor_close(cursor);
	hear_postings_close(postings);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code check_keys(struct hear_verifying *v, struct hear_err *err)
{
	struct hear_err why = {.code = HEAR_OK};
	uint64_t stored = 0;
	enum hear_code code =
		hear_postings_pairs(&stored, v->txn, HEAR_BY, &why);

	v->out->entries += stored;
	if (code == HEAR_OK && stored != v->there[HEAR_BY])
		code = walk_keys(v, &why);
	return hear_verify_go_on(v, code, &why, err);
}

enum hear_code hear_verify_listed(struct hear_verifying *v,
				  struct hear_err *err)
{
	enum hear_code code = check_words(v, err);

	return code == HEAR_OK ? check_keys(v, err) : code;
}
