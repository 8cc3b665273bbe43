/* SPDX-License-Identifier: ISC */
#include "core/fold.h"
#include "core/bytes.h"
#include "core/unicode.h"

/* Puts marks on one letter in the order of their classes, so that texts that
 * mean the same fold alike. There are at most HEAR_PENDING. */
static void order_marks(int32_t *characters, size_t count)
{
	size_t i;
	size_t j;

	for (i = 1; i < count; i++) {
		int32_t moved = characters[i];
		int class = hear_mark_class(moved);

		for (j = i; class > 0 && j > 0; j--) {
			if (hear_mark_class(characters[j - 1]) <= class)
				break;
			characters[j] = characters[j - 1];
		}
		characters[j] = moved;
	}
}

void hear_fold_flush(struct hear_fold *fold)
{
	size_t count = fold->count;
	size_t i;

	if (count == 0)
		return;
	if (count > 1) {
		order_marks(fold->pending, count);
		count = hear_join_marks(fold->pending, count);
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

static void put_plain(struct hear_fold *fold, const char *plain)
{
	hear_fold_flush(fold);
	while (*plain)
		fold->put(fold, *plain++);
}

/* Accents, vowel points and dots that words are written with or without; not
 * the marks that are letters of their script (voicing of kana, vowels of Thai
 * and of the Indian scripts). */
static bool is_accent(int32_t character, enum hear_sort sort)
{
	int class = hear_mark_class(character);

	if (sort == HEAR_SORT_AROUND)
		return true;
	return sort == HEAR_SORT_MARK &&
	       (class >= 200 || class == 1 || class == 7 ||
		(class >= 10 && class <= 36));
}

/* May be composed with the character before it. */
static bool is_joined(int32_t character)
{
	return hear_is_mark(hear_sort_of(character)) ||
	       (character >= 0x1160 && character <= 0x11ff) ||
	       (character >= 0xd7b0 && character <= 0xd7ff);
}

static void add_pending(struct hear_fold *fold, int32_t character)
{
	if (fold->count >= HEAR_PENDING ||
	    (fold->count >= HEAR_PENDING - 32 && !is_joined(character)))
		hear_fold_flush(fold);
	fold->pending[fold->count++] = character;
}

/* One character that is folded and taken apart as far as Unicode says. */
static void put_part(struct hear_fold *fold, int32_t character)
{
	enum hear_sort sort;
	const char *plain;
	int32_t digit;

	if (character < 0x80) {
		hear_fold_flush(fold);
		fold->put(fold, hear_fold_ascii((unsigned char)character));
		return;
	}
	plain = plain_mark(character);
	if (!plain)
		plain = plain_letter(character);
	digit = plain ? 0 : plain_digit(character);
	if (plain) {
		put_plain(fold, plain);
	} else if (digit) {
		hear_fold_flush(fold);
		fold->put(fold, digit);
	} else {
		sort = hear_sort_of(character);
		if (sort == HEAR_SORT_DASH)
			put_plain(fold, "-");
		else if (sort == HEAR_SORT_BLANK)
			put_plain(fold, " ");
		else if (!is_accent(character, sort))
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

void hear_fold_character(struct hear_fold *fold, int32_t character)
{
	int32_t parts[HEAR_PARTS];
	int32_t folded = quick(character);
	size_t count;
	size_t i;

	if (folded) {
		hear_fold_flush(fold);
		fold->put(fold, folded);
		return;
	}
	if (plain_mark(character)) { /* before some become blank and accent */
		put_plain(fold, plain_mark(character));
		return;
	}
	count = hear_take_apart(character, parts);
	for (i = 0; i < count; i++)
		put_part(fold, parts[i]);
}

struct fold_text {
	struct hear_fold fold;
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

static void add_folded(struct hear_fold *fold, int32_t character)
{
	struct fold_text *text = (struct fold_text *)fold;
	unsigned char bytes[4];

	if (character == ' ') {
		text->blank = true;
		return;
	}
	begin_addition(text);
	hear_buffer_add(text->out, bytes, hear_encode(character, bytes));
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
		unsigned char c = hear_fold_ascii((unsigned char)data[i]);

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
		size = hear_ascii_run(text.data + at, text.size - at);
		if (size > 0) {
			hear_fold_flush(&folded.fold);
			add_ascii(&folded, text.data + at, size);
		} else if ((size = hear_decode(text, at, &character)) > 0) {
			hear_fold_character(&folded.fold, character);
		} else {
			size = 1;
			hear_fold_flush(&folded.fold);
			begin_addition(&folded);
			hear_buffer_byte(out, text.data[at]);
		}
		at += size;
	}
	hear_fold_flush(&folded.fold);
}
