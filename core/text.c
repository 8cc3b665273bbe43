/* SPDX-License-Identifier: ISC */
#include "core/text.h"
#include "core/bytes.h"
#include "core/error.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
	MAX_MARKS = 64,	  /* combining marks in a row; Unicode's advice is 30 */
	MAX_DECOMPOSED = 32, /* of one character; the most there is is 18 */
	MAX_PENDING = 256,
	MAX_WORD = 64,
	MAX_COMPARED = 256,
};

/* ---- Bytes and characters ------------------------------------------------ */

/* Bytes of the ASCII at the beginning of `size` bytes; may stop early, never
 * late. */
static size_t ascii_run(const char *data, size_t size)
{
	size_t at = 0;
	uint64_t eight;

	while (size - at >= sizeof eight) {
		memcpy(&eight, data + at, sizeof eight);
		if (eight & UINT64_C(0x8080808080808080))
			break;
		at += sizeof eight;
	}
	while (at < size && (unsigned char)data[at] < 0x80)
		at++;
	return at;
}

/* The character that begins at `at` and the bytes it takes, or 0 where what
 * stands there is not well-formed. */
static size_t decode(struct hear_span text, size_t at, int32_t *character)
{
	size_t left = text.size - at;
	utf8proc_ssize_t size;

	size = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
				left < 4 ? (utf8proc_ssize_t)left : 4,
				character);
	return size > 0 ? (size_t)size : 0;
}

/* The same, but what is not well-formed is one byte beyond Unicode. */
static size_t decode_any(struct hear_span text, size_t at, int32_t *character)
{
	size_t size = decode(text, at, character);

	if (size > 0)
		return size;
	*character = 0x110000 + (unsigned char)text.data[at];
	return 1;
}

size_t hear_utf8_bad(struct hear_span text)
{
	int32_t character;
	size_t at = 0;
	size_t size;

	while (at < text.size) {
		at += ascii_run(text.data + at, text.size - at);
		while (at < text.size && (unsigned char)text.data[at] >= 0x80) {
			size = decode(text, at, &character);
			if (size == 0)
				return at;
			at += size;
		}
	}
	return HEAR_NOWHERE;
}

/* 0 for what is no mark; marks of a class stay in the order they stand in. */
static int mark_class(int32_t character)
{
	return utf8proc_get_property(character)->combining_class;
}

/* ---- Normal form --------------------------------------------------------- */

struct range {
	int32_t first;
	int32_t last;
};

/* Characters that are in NFC wherever they stand: no decomposition that is
 * not composed again, class 0, never the second part of a composition. Not
 * all there are, but the common ones: the others take the long way. */
static const struct range composed[] = {
	{0x00a0, 0x02ff}, {0x038e, 0x03a1}, {0x03a3, 0x0482}, {0x048a, 0x052f},
	{0x05d0, 0x05ea}, {0x061b, 0x064a}, {0x0671, 0x06d5}, {0x0e01, 0x0e37},
	{0x1e00, 0x1eff}, {0x2002, 0x2064}, {0x20a0, 0x20bf}, {0x3000, 0x3029},
	{0x3041, 0x3096}, {0x309b, 0x30ff}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3},
	{0xff01, 0xff60},
};

static bool is_composed(int32_t character)
{
	size_t i;

	for (i = 0; i < sizeof composed / sizeof composed[0]; i++)
		if (character <= composed[i].last)
			return character >= composed[i].first;
	return false;
}

struct scan {
	struct hear_span text;
	size_t at;
	unsigned marks; /* in a row before `at` */
	bool returns;	/* has carriage returns to take out */
	bool compose;	/* may not be NFC */
};

static enum hear_code refuse_control(const struct scan *scan, size_t size,
				     int32_t character, struct hear_err *err)
{
	if (character == '\r')
		return hear_fail_at(err, HEAR_INVALID, scan->at, size,
				    "a carriage return stands alone; end lines "
				    "with a line feed");
	return hear_fail_at(err, HEAR_INVALID, scan->at, size,
			    "the control character U+%04X cannot be kept; take "
			    "it out",
			    (unsigned)character);
}

static enum hear_code refuse_byte(const struct scan *scan, struct hear_err *err)
{
	return hear_fail_at(err, HEAR_INVALID, scan->at, 1,
			    "the byte 0x%02X is not UTF-8 here; save the text "
			    "as UTF-8 (it may be Latin-1 or Windows-1252)",
			    (unsigned char)scan->text.data[scan->at]);
}

/* Past the ASCII that begins here. */
static enum hear_code scan_ascii(struct scan *scan, struct hear_err *err)
{
	const char *data = scan->text.data;
	size_t end = scan->at +
		     ascii_run(data + scan->at, scan->text.size - scan->at);

	for (; scan->at < end; scan->at++) {
		char c = data[scan->at];

		if ((c >= ' ' && c != 0x7f) || c == '\n' || c == '\t')
			continue;
		if (c != '\r' || scan->at + 1 >= scan->text.size ||
		    data[scan->at + 1] != '\n')
			return refuse_control(scan, 1, c, err);
		scan->returns = true;
	}
	return HEAR_OK;
}

/* Ordering marks costs the square of how many stand in a row, so that number
 * has a limit. */
static enum hear_code scan_mark(struct scan *scan, int32_t character,
				size_t size, struct hear_err *err)
{
	scan->compose = true;
	if (mark_class(character) == 0) {
		scan->marks = 0;
		return HEAR_OK;
	}
	if (++scan->marks > MAX_MARKS)
		return hear_fail_at(err, HEAR_INVALID, scan->at, size,
				    "more than %d accents stand on one "
				    "character; take some out",
				    MAX_MARKS);
	return HEAR_OK;
}

static enum hear_code scan_text(struct scan *scan, struct hear_err *err)
{
	enum hear_code code;
	int32_t character;
	size_t size;

	while (scan->at < scan->text.size) {
		if ((unsigned char)scan->text.data[scan->at] < 0x80) {
			scan->marks = 0;
			code = scan_ascii(scan, err);
			if (code != HEAR_OK)
				return code;
			continue;
		}
		size = decode(scan->text, scan->at, &character);
		if (size == 0)
			return refuse_byte(scan, err);
		if (character < 0xa0)
			return refuse_control(scan, size, character, err);
		if (is_composed(character)) {
			scan->marks = 0;
		} else {
			code = scan_mark(scan, character, size, err);
			if (code != HEAR_OK)
				return code;
		}
		scan->at += size;
	}
	return HEAR_OK;
}

static enum hear_code drop_returns(struct hear_arena *arena,
				   struct hear_span *text, struct hear_err *err)
{
	char *data = hear_arena_alloc(arena, text->size);
	size_t size = 0;
	size_t i;

	if (!data)
		return hear_fail_memory(err);
	for (i = 0; i < text->size; i++)
		if (text->data[i] != '\r')
			data[size++] = text->data[i];
	*text = hear_span_make(data, size);
	return HEAR_OK;
}

/* Composes `text` in `room`, which holds `count` characters and a NUL. */
static enum hear_code compose_in(struct hear_arena *arena,
				 struct hear_span *text, int32_t *room,
				 utf8proc_ssize_t count, struct hear_err *err)
{
	const utf8proc_ssize_t most = count;
	struct hear_span made;
	utf8proc_ssize_t size;

	count = utf8proc_decompose((const utf8proc_uint8_t *)text->data,
				   (utf8proc_ssize_t)text->size, room, count,
				   UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	assert(count <= most);
	size = count < 0 ? count
			 : utf8proc_reencode(room, count,
					     UTF8PROC_STABLE |
						     UTF8PROC_COMPOSE);
	if (size < 0)
		return hear_fail(err, HEAR_INVALID,
				 "the text cannot be normalised: %s",
				 utf8proc_errmsg(size));
	made = hear_span_make(room, (size_t)size);
	if (hear_span_equal(made, *text))
		return HEAR_OK;
	*text = hear_arena_copy(arena, made);
	return text->data ? HEAR_OK : hear_fail_memory(err);
}

static enum hear_code compose(struct hear_arena *arena, struct hear_span *text,
			      struct hear_err *err)
{
	int32_t few[1024];
	utf8proc_ssize_t count;
	enum hear_code code;
	int32_t *many;

	/* No character becomes more than twice as many as it has bytes. */
	count = (utf8proc_ssize_t)(sizeof few / sizeof few[0]) - 1;
	if (text->size * 2 <= (size_t)count)
		return compose_in(arena, text, few, count, err);
	if (text->size > SIZE_MAX / 16)
		return hear_fail_memory(err);
	count = (utf8proc_ssize_t)text->size * 2;
	many = malloc(((size_t)count + 1) * sizeof *many);
	if (!many)
		return hear_fail_memory(err);
	code = compose_in(arena, text, many, count, err);
	free(many);
	return code;
}

enum hear_code hear_text_normal(struct hear_arena *arena, struct hear_span text,
				struct hear_span *out, struct hear_err *err)
{
	struct scan scan = {.text = text};
	enum hear_code code;

	*out = hear_span_make(NULL, 0);
	code = scan_text(&scan, err);
	if (code == HEAR_OK && scan.returns)
		code = drop_returns(arena, &text, err);
	if (code == HEAR_OK && scan.compose)
		code = compose(arena, &text, err);
	if (code == HEAR_OK)
		*out = text;
	return code;
}

/* ---- Folding ------------------------------------------------------------- */

/* Folded characters are given one by one to `put`; those that may still be
 * composed with what follows wait in `pending`. ASCII never waits: nothing
 * that is left after the accents are gone composes with it. */
struct fold {
	void (*put)(struct fold *fold, int32_t character);
	size_t count;
	int32_t pending[MAX_PENDING];
};

/* ASCII: letters made small, blanks and control characters blank. */
static unsigned char fold_ascii(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned char)(c | 0x20);
	if (c < ' ' || c == 0x7f)
		return ' ';
	return c == '`' ? '\'' : c;
}

/* Puts marks on one letter in the order of their classes, so that texts that
 * mean the same fold alike. There are at most MAX_PENDING. */
static void order_marks(int32_t *characters, size_t count)
{
	size_t i;
	size_t j;

	for (i = 1; i < count; i++) {
		int32_t moved = characters[i];
		int class = mark_class(moved);

		for (j = i; class > 0 && j > 0; j--) {
			if (mark_class(characters[j - 1]) <= class)
				break;
			characters[j] = characters[j - 1];
		}
		characters[j] = moved;
	}
}

static void flush(struct fold *fold)
{
	utf8proc_ssize_t count = (utf8proc_ssize_t)fold->count;
	utf8proc_ssize_t i;

	if (count == 0)
		return;
	if (count > 1) {
		order_marks(fold->pending, fold->count);
		count = utf8proc_normalize_utf32(fold->pending, count,
						 UTF8PROC_STABLE |
							 UTF8PROC_COMPOSE);
	}
	fold->count = 0;
	for (i = 0; i < count; i++)
		fold->put(fold, fold->pending[i]);
}

/* Letters that Unicode does not take apart but people write plainly. */
static const char *plain_letter(int32_t character)
{
	switch (character) {
	case 0x00e6: /* ae */
	case 0x01fd:
		return "ae";
	case 0x00f0: /* eth */
	case 0x0111: /* d with stroke */
		return "d";
	case 0x00f8: /* o with stroke */
		return "o";
	case 0x00fe: /* thorn */
		return "th";
	case 0x0127: /* h with stroke */
		return "h";
	case 0x0131: /* i without dot */
		return "i";
	case 0x0142: /* l with stroke */
		return "l";
	case 0x0153:
		return "oe";
	case 0x0167: /* t with stroke */
		return "t";
	default:
		return NULL;
	}
}

static const char *plain_mark(int32_t character)
{
	switch (character) {
	case 0x00ab: /* angle quotation marks */
	case 0x00bb:
	case 0x201c: /* high, low and reversed double quotation marks */
	case 0x201d:
	case 0x201e:
	case 0x201f:
	case 0x2033: /* double prime */
	case 0x301d:
	case 0x301e:
	case 0x301f:
		return "\"";
	case 0x00b4: /* acute accent, alone */
	case 0x02b9: /* modifier letters */
	case 0x02bb:
	case 0x02bc:
	case 0x02bd:
	case 0x02c8:
	case 0x05f3: /* geresh */
	case 0x2018: /* high, low and reversed quotation marks */
	case 0x2019:
	case 0x201a:
	case 0x201b:
	case 0x2032: /* prime */
	case 0x2039: /* single angle quotation marks */
	case 0x203a:
		return "'";
	case 0x2212: /* minus */
		return "-";
	case 0x2044: /* fraction slash, as in one half */
	case 0x2215:
		return "/";
	case 0x066b: /* Arabic decimal and thousands separators */
		return ".";
	case 0x066c:
		return ",";
	case 0x0640: /* Arabic stretching */
		return "";
	default:
		return NULL;
	}
}

/* Decimal digits of other scripts stand in tens; these are the zeros. */
static int32_t plain_digit(int32_t character)
{
	static const int32_t zeros[] = {0x0660, 0x06f0, 0x0966, 0x09e6,
					0x0e50, 0x0ed0, 0x1040, 0x17e0};
	size_t i;

	for (i = 0; i < sizeof zeros / sizeof zeros[0]; i++)
		if (character >= zeros[i] && character <= zeros[i] + 9)
			return '0' + (character - zeros[i]);
	return 0;
}

static void put_plain(struct fold *fold, const char *plain)
{
	flush(fold);
	while (*plain)
		fold->put(fold, *plain++);
}

static bool is_mark(utf8proc_category_t category)
{
	return category == UTF8PROC_CATEGORY_MN ||
	       category == UTF8PROC_CATEGORY_MC ||
	       category == UTF8PROC_CATEGORY_ME;
}

/* Accents, vowel points and dots that words are written with or without; not
 * the marks that are letters of their script (voicing of kana, vowels of Thai
 * and of the Indian scripts). */
static bool is_accent(int32_t character, utf8proc_category_t category)
{
	int class = mark_class(character);

	if (category == UTF8PROC_CATEGORY_ME)
		return true;
	return category == UTF8PROC_CATEGORY_MN &&
	       (class >= 200 || class == 1 || class == 7 ||
		(class >= 10 && class <= 36));
}

/* May be composed with the character before it. */
static bool is_joined(int32_t character)
{
	return is_mark(utf8proc_category(character)) ||
	       (character >= 0x1160 && character <= 0x11ff) ||
	       (character >= 0xd7b0 && character <= 0xd7ff);
}

static void add_pending(struct fold *fold, int32_t character)
{
	if (fold->count >= MAX_PENDING ||
	    (fold->count >= MAX_PENDING - 32 && !is_joined(character)))
		flush(fold);
	fold->pending[fold->count++] = character;
}

/* One character that is folded and taken apart as far as Unicode says. */
static void put_part(struct fold *fold, int32_t character)
{
	utf8proc_category_t category;
	const char *plain;
	int32_t digit;

	if (character < 0x80) {
		flush(fold);
		fold->put(fold, fold_ascii((unsigned char)character));
		return;
	}
	plain = plain_mark(character);
	if (!plain)
		plain = plain_letter(character);
	digit = plain ? 0 : plain_digit(character);
	if (plain) {
		put_plain(fold, plain);
	} else if (digit) {
		flush(fold);
		fold->put(fold, digit);
	} else {
		category = utf8proc_category(character);
		if (category == UTF8PROC_CATEGORY_PD)
			put_plain(fold, "-");
		else if (category == UTF8PROC_CATEGORY_CC ||
			 category == UTF8PROC_CATEGORY_ZS ||
			 category == UTF8PROC_CATEGORY_ZL ||
			 category == UTF8PROC_CATEGORY_ZP)
			put_plain(fold, " ");
		else if (!is_accent(character, category))
			add_pending(fold, character);
	}
}

/* What the common letters of a script fold to without asking the tables, or
 * 0: Russian, and characters that fold to themselves and compose with nothing.
 */
static int32_t quick(int32_t c)
{
	if (c >= 0x0410 && c <= 0x044f) {
		c += c < 0x0430 ? 0x20 : 0;
		return c == 0x0439 ? 0x0438 : c; /* i with its breve */
	}
	if (c >= 0x4e00 && c <= 0x9fff)
		return c;
	return 0;
}

/* Folds one character that is not ASCII. */
static void fold_character(struct fold *fold, int32_t character)
{
	int32_t parts[MAX_DECOMPOSED];
	int32_t folded = quick(character);
	utf8proc_ssize_t count;
	utf8proc_ssize_t i;
	int boundary = 0;

	if (folded) {
		flush(fold);
		fold->put(fold, folded);
		return;
	}
	if (plain_mark(character)) { /* before some become blank and accent */
		put_plain(fold, plain_mark(character));
		return;
	}
	count = utf8proc_decompose_char(character, parts, MAX_DECOMPOSED,
					UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
						UTF8PROC_IGNORE |
						UTF8PROC_DECOMPOSE,
					&boundary);
	for (i = 0; i < count && i < MAX_DECOMPOSED; i++)
		put_part(fold, parts[i]);
}

struct fold_text {
	struct fold fold;
	struct hear_buffer *out;
	bool any;   /* something but blanks was added */
	bool blank; /* one is due before what comes next */
};

static void begin_addition(struct fold_text *text)
{
	if (text->blank && text->any)
		hear_buffer_byte(text->out, ' ');
	text->blank = false;
	text->any = true;
}

static void add_folded(struct fold *fold, int32_t character)
{
	struct fold_text *text = (struct fold_text *)fold;
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t size;

	if (character == ' ') {
		text->blank = true;
		return;
	}
	begin_addition(text);
	size = utf8proc_encode_char(character, bytes);
	hear_buffer_add(text->out, bytes, (size_t)size);
}

/* The hot path: most text is ASCII, and folds byte by byte. */
static void add_ascii(struct fold_text *text, const char *data, size_t size)
{
	struct hear_buffer *out = text->out;
	size_t i;

	/* A blank due from before, and as many bytes as there are. */
	if (!hear_buffer_room(out, size + 1))
		return;
	for (i = 0; i < size; i++) {
		unsigned char c = fold_ascii((unsigned char)data[i]);

		if (c == ' ') {
			text->blank = true;
			continue;
		}
		if (text->blank && text->any)
			out->data[out->size++] = ' ';
		text->blank = false;
		text->any = true;
		out->data[out->size++] = (char)c;
	}
	out->data[out->size] = '\0';
}

void hear_text_fold(struct hear_span text, struct hear_buffer *out)
{
	struct fold_text folded;
	int32_t character;
	size_t at = 0;
	size_t size;

	folded.fold.put = add_folded;
	folded.fold.count = 0;
	folded.out = out;
	folded.any = folded.blank = false;
	while (at < text.size && !out->failed) {
		size = ascii_run(text.data + at, text.size - at);
		if (size > 0) {
			flush(&folded.fold);
			add_ascii(&folded, text.data + at, size);
		} else if ((size = decode(text, at, &character)) > 0) {
			fold_character(&folded.fold, character);
		} else {
			size = 1;
			flush(&folded.fold);
			begin_addition(&folded);
			hear_buffer_byte(out, text.data[at]);
		}
		at += size;
	}
	flush(&folded.fold);
}

/* ---- Words --------------------------------------------------------------- */

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
	struct fold fold;
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
	static const struct range ranges[] = {
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

static bool is_wordy(utf8proc_category_t category)
{
	return (category >= UTF8PROC_CATEGORY_LU &&
		category <= UTF8PROC_CATEGORY_LO) ||
	       is_mark(category) ||
	       (category >= UTF8PROC_CATEGORY_ND &&
		category <= UTF8PROC_CATEGORY_NO);
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

	split_ascii(split, fold_ascii((unsigned char)data[0]));
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

static void split_folded(struct fold *fold, int32_t character)
{
	struct split *split = (struct split *)fold;
	utf8proc_category_t category;
	utf8proc_uint8_t bytes[4];
	size_t size;

	if (character < 0x80) {
		split_ascii(split, (unsigned char)character);
		return;
	}
	category = utf8proc_category(character);
	size = (size_t)utf8proc_encode_char(character, bytes);
	if (!is_wordy(category) || (split->waiting && is_mark(category)))
		end_word(split);
	if (!is_wordy(category))
		return;
	if (is_dense(character))
		add_dense(split, bytes, size);
	else
		add_to_word(split, bytes, size,
			    category == UTF8PROC_CATEGORY_ND);
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
			flush(&split.fold);
			size = split_run(&split, text.data + at,
					 text.size - at);
		} else if ((size = decode(text, at, &character)) > 0) {
			fold_character(&split.fold, character);
		} else {
			size = 1;
			flush(&split.fold);
			end_word(&split);
		}
		at += size;
	}
	flush(&split.fold);
	end_word(&split);
}

/* ---- Width and distance -------------------------------------------------- */

size_t hear_text_columns(struct hear_span text)
{
	size_t columns = 0;
	size_t at = 0;
	int32_t character;

	while (at < text.size) {
		unsigned char c = (unsigned char)text.data[at];

		if (c < 0x80) {
			columns += c >= ' ' && c != 0x7f;
			at++;
			continue;
		}
		at += decode_any(text, at, &character);
		columns += character > 0x10ffff
				   ? 1
				   : (size_t)utf8proc_charwidth(character);
	}
	return columns;
}

/* The characters of a text; more than MAX_COMPARED where there are more. */
static size_t characters(struct hear_span text, int32_t *out)
{
	size_t count = 0;
	size_t at = 0;

	while (at < text.size) {
		if (count == MAX_COMPARED)
			return MAX_COMPARED + 1;
		at += decode_any(text, at, &out[count++]);
	}
	return count;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* One row of the table of distances: `row[j]` from those of the two rows
 * above, for the i-th character of a and all of b. Gives the least of it. */
static unsigned fill_row(unsigned (*rows)[MAX_COMPARED + 1], size_t i,
			 const int32_t *a, const int32_t *b, size_t count)
{
	unsigned *above2 = rows[(i + 1) % 3];
	unsigned *above = rows[(i + 2) % 3];
	unsigned *row = rows[i % 3];
	unsigned lowest = row[0] = (unsigned)i;
	size_t j;

	for (j = 1; j <= count; j++) {
		unsigned swap = a[i - 1] != b[j - 1];

		row[j] = least(above[j - 1] + swap,
			       least(above[j], row[j - 1]) + 1);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
		    a[i - 2] == b[j - 1])
			row[j] = least(row[j], above2[j - 2] + 1);
		lowest = least(lowest, row[j]);
	}
	return lowest;
}

unsigned hear_text_distance(struct hear_span a, struct hear_span b,
			    unsigned limit)
{
	int32_t a_characters[MAX_COMPARED];
	int32_t b_characters[MAX_COMPARED];
	unsigned rows[3][MAX_COMPARED + 1];
	unsigned lowest = 0;
	unsigned before;
	size_t a_count;
	size_t b_count;
	size_t i;

	if (hear_span_equal(a, b))
		return 0;
	a_count = characters(a, a_characters);
	b_count = characters(b, b_characters);
	limit = least(limit, MAX_COMPARED);
	if (a_count > MAX_COMPARED || b_count > MAX_COMPARED ||
	    a_count > b_count + limit || b_count > a_count + limit)
		return limit + 1;
	for (i = 0; i <= b_count; i++)
		rows[0][i] = (unsigned)i;
	for (i = 1; i <= a_count; i++) {
		before = lowest;
		lowest = fill_row(rows, i, a_characters, b_characters, b_count);
		/* A swap reaches back two rows. */
		if (lowest > limit && before > limit)
			return limit + 1;
	}
	return least(rows[a_count % 3][b_count], limit + 1);
}
