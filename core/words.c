/* SPDX-License-Identifier: ISC */
#include "core/words.h"
#include "core/bytes.h"
#include "core/postings.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hear_words {
	struct hear_gather *held;
};

static bool is_word(struct hear_span word)
{
	return word.size > 0 && word.size <= HEAR_WORD_BYTES &&
	       !memchr(word.data, 0, word.size);
}

/* ---- Holding words ---- */

struct hear_words *hear_words_new(void)
{
	struct hear_words *words = calloc(1, sizeof *words);

	if (!words)
		return NULL;
	words->held = hear_gather_new();
	if (!words->held) {
		free(words);
		return NULL;
	}
	return words;
}

void hear_words_free(struct hear_words *words)
{
	if (!words)
		return;
	hear_gather_free(words->held);
	free(words);
}

void hear_words_reset(struct hear_words *words)
{
	hear_gather_reset(words->held);
}

size_t hear_words_bytes(const struct hear_words *words)
{
	return hear_gather_bytes(words->held);
}

struct hear_gather *hear_words_gather(struct hear_words *words)
{
	return words->held;
}

uint64_t hear_words_held(const struct hear_words *words)
{
	return hear_gather_held(words->held);
}

void hear_words_add(struct hear_words *words, uint64_t number,
		    struct hear_span word)
{
	if (is_word(word))
		hear_gather_add(words->held, number, word);
}

struct text {
	struct hear_words *words;
	uint64_t number;
};

static void add_folded(void *context, struct hear_span folded,
		       unsigned position)
{
	struct text *text = context;

	(void)position;
	hear_words_add(text->words, text->number, folded);
}

void hear_words_add_text(struct hear_words *words, uint64_t number,
			 struct hear_span text)
{
	struct text context = {words, number};

	hear_text_words(text, add_folded, &context);
}

enum hear_code hear_words_flush(struct hear_words *words, struct hear_txn *txn,
				struct hear_err *err)
{
	return hear_postings_flush(words->held, txn, HEAR_WORDS, err);
}

/* ---- Finding ---- */

static bool begins_with(struct hear_span word, struct hear_span prefix)
{
	return word.size >= prefix.size &&
	       (prefix.size == 0 ||
		memcmp(word.data, prefix.data, prefix.size) == 0);
}

enum hear_code hear_words_begin_with(struct hear_txn *txn,
				     struct hear_span prefix,
				     bool (*each)(void *context,
						  struct hear_span word),
				     void *context, size_t limit,
				     struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span word = {NULL, 0};
	enum hear_code code;

	if (prefix.size > 0 && !is_word(prefix))
		return HEAR_OK;
	code = hear_cursor_open(&cursor, txn, HEAR_WORDS, err);
	if (code == HEAR_OK)
		code = hear_stem_seek(cursor, HEAR_WORDS, prefix, &word, err);
	for (; limit > 0 && code == HEAR_OK; limit--) {
		if (!is_word(word))
			code = hear_postings_damaged(
				HEAR_WORDS, "a key is not well formed", err);
		if (code != HEAR_OK || !begins_with(word, prefix) ||
		    !each(context, word))
			break;
		code = hear_stem_next(cursor, HEAR_WORDS, &word, err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Checking ---- */

enum hear_code hear_words_count(uint64_t *out, struct hear_txn *txn,
				struct hear_err *err)
{
	return hear_postings_pairs(out, txn, HEAR_WORDS, err);
}

struct report {
	void (*found)(void *context, const char *sentence);
	void *context;
};

/* The first of a word says enough. */
static bool report(void *context, const struct hear_difference *difference)
{
	const struct report *to = context;
	char sentence[HEAR_WORD_BYTES + 128];

	(void)snprintf(sentence, sizeof sentence,
		       difference->stored
			       ? "the index of words lists record %llu under "
				 "`%.*s`, which is not in it"
			       : "the index of words lacks record %llu under "
				 "`%.*s`",
		       (unsigned long long)difference->number,
		       (int)difference->stem.size, difference->stem.data);
	to->found(to->context, sentence);
	return false;
}

enum hear_code hear_words_compare(struct hear_txn *txn,
				  const struct hear_words *words,
				  uint64_t first, uint64_t last,
				  void (*found)(void *context,
						const char *sentence),
				  void *context, struct hear_err *err)
{
	struct report to = {found, context};

	return hear_postings_compare(txn, HEAR_WORDS, words->held, first, last,
				     report, &to, err);
}
