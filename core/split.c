/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "core/fold.h"
#include "core/text.h"
#include "core/unicode.h"

#include <stddef.h>
#include <string.h>

enum { MAX_WORD = 64 };

/*~ Words are split from folded characters as they come, without memory of
 * their own. What an apostrophe, a dot or a comma means shows only later, so
 * the part after one is `tail`: where it turns out to be a word of its own,
 * the word is given up to there and the part becomes the next one.
 *
 *	O'Neil	   o | neil	apostrophe between letters: one word
 *	Kim's	   kim | s	an s alone at the end is taken off
 *	U.S.	   u | s	dot between single letters: one word
 *	e.Smith	   e | sm	second letter after it: two words
 *	3.5	   3.5		dot between digits: kept, no joint
 *	3,500	   3 | 500	comma before three digits: one word
 *	1,25	   1 | 25	before any other number of them: two
 */
struct split {
	struct hear_fold fold;
	void (*word)(void *context, struct hear_span folded, unsigned position);
	void *context;
	unsigned position;
	size_t size;
	size_t tail;	/* where the part after the last joint begins */
	unsigned count; /* characters in the part */
	char joint;	/* what stands before the part, or 0 */
	char waiting;	/* the same, where the part has not begun */
	bool digit;	/* the last character is one */
	bool full;
	size_t dense;	/* bytes of the last character of a run of pairs */
	char bytes[MAX_WORD + 4];
};

static void give(struct split *split, size_t size)
{
	split->word(split->context, hear_span_make(split->bytes, size),
		    split->position++);
}

/* Gives the word up to the last joint; the part after it goes on. */
static void give_head(struct split *split)
{
	give(split, split->tail);
	split->size -= split->tail;
	memmove(split->bytes, split->bytes + split->tail, split->size);
	split->tail = 0;
	split->joint = 0;
}

static void end_word(struct split *split)
{
	size_t size;

	if (split->joint == ',' && split->count != 3)
		give_head(split);
	size = split->size;
	if (split->dense > 0)
		size = split->dense;
	else if (split->joint == '\'' && split->count == 1 &&
		 split->bytes[size - 1] == 's')
		size--;
	if (size > 0)
		give(split, size);
	split->size = split->tail = split->dense = 0;
	split->count = 0;
	split->joint = split->waiting = 0;
	split->full = false;
}

/* A joint counts only inside a word: between letters or between digits. */
static bool joins(const struct split *split, bool digit)
{
	if (split->full || split->size > MAX_WORD - 16 ||
	    split->digit != digit)
		return false;
	if (digit)
		return split->waiting == '.' ||
		       (split->waiting == ',' && split->count <= 3);
	return split->waiting == '\'' ||
	       (split->waiting == '.' && split->count == 1);
}

static void join(struct split *split, bool digit)
{
	if (split->joint == ',' && split->count != 3)
		give_head(split);
	split->joint = split->waiting;
	if (digit && split->waiting == '.') {
		split->bytes[split->size++] = '.';
		split->joint = 0;
	}
	split->waiting = 0;
	split->tail = split->size;
	split->count = 0;
}

/* What the next character says about the last joint. */
static void settle_joint(struct split *split, bool digit)
{
	if (split->waiting) {
		if (joins(split, digit))
			join(split, digit);
		else
			end_word(split);
	} else if (split->joint == '.') {
		give_head(split);
	} else if (split->joint == ',' && split->count == 3 && !digit) {
		split->joint = 0;
	} else if (split->joint == ',' && (split->count == 3 || !digit)) {
		give_head(split);
	}
}

static void add_to_word(struct split *split, const void *bytes, size_t size,
			bool digit)
{
	if (split->dense > 0)
		end_word(split);
	settle_joint(split, digit);
	split->digit = digit;
	split->count++;
	if (split->full || split->size + size > MAX_WORD) {
		split->full = true;
		return;
	}
	memcpy(split->bytes + split->size, bytes, size);
	split->size += size;
}

/* A character of a script without blanks: with the one before it, a pair. */
static void add_dense(struct split *split, const void *bytes, size_t size)
{
	if (split->dense == 0)
		end_word(split);
	memcpy(split->bytes + split->dense, bytes, size);
	if (split->dense > 0) {
		give(split, split->dense + size);
		memmove(split->bytes, split->bytes + split->dense, size);
	}
	split->dense = size;
}

static bool is_dense(int32_t c)
{
	static const struct {
		int32_t first;
		int32_t last;
	} ranges[] = {
		{0x0e00, 0x0eff},   /* Thai, Lao */
		{0x1000, 0x109f},   /* Myanmar */
		{0x1100, 0x11ff},   /* Hangul letters */
		{0x1780, 0x17ff},   /* Khmer */
		{0x2e80, 0x2fdf},   /* parts of Han characters */
		{0x3005, 0x3007},   /* Han repetition and zero */
		{0x3040, 0x318f},   /* Hiragana, Katakana, Bopomofo, Hangul */
		{0x31c0, 0x31ff},   {0x3400, 0x4dbf}, {0x4e00, 0x9fff},
		{0xa960, 0xa97f},   /* Hangul letters */
		{0xa9e0, 0xa9ff},   /* Myanmar */
		{0xaa60, 0xaa7f},   {0xac00, 0xd7ff}, {0xf900, 0xfaff},
		{0x1b000, 0x1b16f}, /* Kana */
		{0x20000, 0x3ffff}, /* Han */
	};
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c <= ranges[i].last)
			return c >= ranges[i].first;
	return false;
}

static bool is_wordy(enum hear_sort sort)
{
	return sort == HEAR_SORT_LETTER || sort == HEAR_SORT_DIGIT ||
	       sort == HEAR_SORT_NUMBER || hear_is_mark(sort);
}

static void split_ascii(struct split *split, unsigned char c)
{
	bool digit = c >= '0' && c <= '9';

	if (digit || (c >= 'a' && c <= 'z'))
		add_to_word(split, &c, 1, digit);
	else if ((c == '\'' || c == '.' || c == ',') && split->size > 0 &&
		 split->dense == 0 && !split->waiting)
		split->waiting = (char)c;
	else
		end_word(split);
}

/* The hot path: a first character, then the letters that follow it and that
 * no joint waits for. Gives how many bytes were taken. */
static size_t split_run(struct split *split, const char *data, size_t size)
{
	size_t at = 1;

	split_ascii(split, hear_fold_ascii((unsigned char)data[0]));
	if (split->size == 0 || split->waiting || split->digit ||
	    split->joint == '.' || split->joint == ',')
		return at;
	for (; at < size && split->size < MAX_WORD; at++) {
		unsigned char c = (unsigned char)data[at] | 0x20;

		if (c < 'a' || c > 'z')
			break;
		split->bytes[split->size++] = (char)c;
		split->count++;
	}
	return at;
}

static void split_folded(struct hear_fold *fold, int32_t character)
{
	struct split *split = (struct split *)fold;
	enum hear_sort sort;
	unsigned char bytes[4];
	size_t size;

	if (character < 0x80) {
		split_ascii(split, (unsigned char)character);
		return;
	}
	sort = hear_sort_of(character);
	size = hear_encode(character, bytes);
	if (!is_wordy(sort) || (split->waiting && hear_is_mark(sort)))
		end_word(split);
	if (!is_wordy(sort))
		return;
	if (is_dense(character))
		add_dense(split, bytes, size);
	else
		add_to_word(split, bytes, size, sort == HEAR_SORT_DIGIT);
}

void hear_text_words(struct hear_span text,
		     void (*word)(void *context, struct hear_span folded,
				  unsigned position),
		     void *context)
{
	struct split split;
	int32_t character;
	size_t at = 0;
	size_t size;

	memset(&split, 0, offsetof(struct split, bytes));
	split.fold.put = split_folded;
	split.word = word;
	split.context = context;
	while (at < text.size) {
		if ((unsigned char)text.data[at] < 0x80) {
			hear_fold_flush(&split.fold);
			size = split_run(&split, text.data + at,
					 text.size - at);
		} else if ((size = hear_decode(text, at, &character)) > 0) {
			hear_fold_character(&split.fold, character);
		} else {
			size = 1;
			hear_fold_flush(&split.fold);
			end_word(&split);
		}
		at += size;
	}
	hear_fold_flush(&split.fold);
	end_word(&split);
}
