/* SPDX-License-Identifier: ISC */
#include "core/text.h"
#include "core/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- UTF-8 ---- */

static size_t bad(const char *text, size_t size)
{
	return hear_utf8_bad(hear_span_make(text, size));
}

static void well_formed_text_has_no_bad_byte(void **state)
{
	(void)state;
	assert_int_equal(bad(NULL, 0), HEAR_NOWHERE);
	assert_int_equal(bad("a\0b", 3), HEAR_NOWHERE);
	assert_int_equal(bad("\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf", 10),
			 HEAR_NOWHERE);
	assert_int_equal(bad("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8),
			 HEAR_NOWHERE);
	assert_int_equal(bad("\xed\x9f\xbf\xee\x80\x80", 6), HEAR_NOWHERE);
}

static void the_first_bad_character_is_named(void **state)
{
	(void)state;
	assert_int_equal(bad("\x80", 1), 0);
	assert_int_equal(bad("ab\xc0\xaf", 4), 2);	 /* overlong */
	assert_int_equal(bad("ab\xe0\x9f\xbf", 5), 2);	 /* overlong */
	assert_int_equal(bad("a\xf0\x8f\xbf\xbf", 5), 1); /* overlong */
	assert_int_equal(bad("a\xed\xa0\x80", 4), 1);	 /* surrogate */
	assert_int_equal(bad("a\xf4\x90\x80\x80", 5), 1); /* over 10FFFF */
	assert_int_equal(bad("a\xf5\x80\x80\x80", 5), 1);
	assert_int_equal(bad("12345678abc\xc3", 12), 11); /* cut off */
	assert_int_equal(bad("\xc3\xa9\xe2\x82", 4), 2);
	assert_int_equal(bad("\xe2\x82\xac\xff", 4), 3);
}

/* ---- Normal form ---- */

static struct hear_span normal(struct hear_arena *arena, const char *text)
{
	struct hear_err err = {0};
	struct hear_span out;
	enum hear_code code;

	code = hear_text_normal(arena, hear_span_of(text), &out, &err);
	if (code != HEAR_OK)
		fail_msg("%s", err.message);
	return out;
}

static void normal_text_is_given_back_uncopied(void **state)
{
	static const char *const texts[] = {
		"", "plain ASCII\twith\nlines", "d\xc3\xa9j\xc3\xa0 vu",
		"\xd0\x9a\xd1\x83\xd1\x80\xd1\x81\xd0\xba \xd0\xb9",
		/* Hindi, with a vowel sign: through the long way */
		"\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\x82\xe0\xa4\xa6\xe0\xa5\x80",
	};
	struct hear_arena *arena = hear_arena_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_ptr_equal(normal(arena, texts[i]).data, texts[i]);
	hear_arena_free(arena);
}

static void taken_apart_letters_are_composed(void **state)
{
	struct hear_arena *arena = hear_arena_new();

	(void)state;
	assert_true(hear_span_is(normal(arena, "de\xcc\x81j\xc3\xa0"),
				 "d\xc3\xa9j\xc3\xa0"));
	/* Angstrom sign becomes A with ring. */
	assert_true(hear_span_is(normal(arena, "\xe2\x84\xab"), "\xc3\x85"));
	/* Hangul letters become a syllable. */
	assert_true(hear_span_is(normal(arena, "\xe1\x84\x92\xe1\x85\xa1"
					       "\xe1\x86\xab"),
				 "\xed\x95\x9c"));
	/* Marks are put in order: dot below (220) before acute (230). */
	assert_true(hear_span_is(normal(arena, "q\xcc\x81\xcc\xa3"),
				 "q\xcc\xa3\xcc\x81"));
	/* Kana and its voicing mark. */
	assert_true(hear_span_is(normal(arena, "\xe3\x81\x8b\xe3\x82\x99"),
				 "\xe3\x81\x8c"));
	hear_arena_free(arena);
}

static void carriage_returns_before_line_feeds_go(void **state)
{
	struct hear_arena *arena = hear_arena_new();

	(void)state;
	assert_true(hear_span_is(normal(arena, "a\r\nb\r\n"), "a\nb\n"));
	assert_true(hear_span_is(normal(arena, "e\xcc\x81\r\n"), "\xc3\xa9\n"));
	hear_arena_free(arena);
}

static void refused(const char *text, size_t size, size_t at, const char *words)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_err err = {0};
	struct hear_span out;

	assert_int_equal(hear_text_normal(arena, hear_span_make(text, size),
					  &out, &err),
			 HEAR_INVALID);
	assert_int_equal(err.at, at);
	assert_non_null(strstr(err.message, words));
	assert_int_equal(out.size, 0);
	hear_arena_free(arena);
}

static void what_cannot_be_kept_is_refused_with_its_place(void **state)
{
	char marks[1 + 2 * 65];
	int i;

	(void)state;
	refused("a\0b", 3, 1, "U+0000");
	refused("12345678\x1b[0m", 12, 8, "U+001B");
	refused("a\x7f", 2, 1, "U+007F");
	refused("\xc3\xa9\xc2\x85", 4, 2, "U+0085");
	refused("a\rb", 3, 1, "line feed");
	refused("a\r", 2, 1, "line feed");
	refused("caf\xe9", 4, 3, "0xE9");
	marks[0] = 'a';
	for (i = 0; i < 65; i++)
		memcpy(marks + 1 + 2 * i, i % 2 ? "\xcc\xa3" : "\xcc\x81", 2);
	refused(marks, sizeof marks, 1 + 2 * 64, "64 accents");
}

static size_t encode(char *out, unsigned c)
{
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	out[0] = (char)(0xe0 | c >> 12);
	out[1] = (char)(0x80 | (c >> 6 & 0x3f));
	out[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* A Hindi letter behind sends the text the long way through the library. */
static void the_short_way_agrees_with_the_long_one(void **state)
{
	static const char *const before[] = {
		"", "e", "\xe3\x81\x8b", "\xe1\x84\x92", "\xea\xb0\x80",
		"\xce\xb1", "\xd8\xa7",
	};
	static const char hindi[] = "\xe0\xa4\x85";
	struct hear_arena *arena = hear_arena_new();
	struct hear_span one, other;
	char text[32];
	size_t size, i;
	unsigned c;

	(void)state;
	for (c = 0xa0; c < 0x10000; c++) {
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		for (i = 0; i < sizeof before / sizeof before[0]; i++) {
			size = (size_t)sprintf(text, "%s", before[i]);
			size += encode(text + size, c);
			text[size] = '\0';
			one = normal(arena, text);
			assert_int_equal(hear_utf8_bad(one), HEAR_NOWHERE);
			one = hear_arena_copy(arena, one);
			memcpy(text + size, hindi, sizeof hindi);
			other = normal(arena, text);
			other.size -= sizeof hindi - 1;
			if (!hear_span_equal(one, other))
				fail_msg("U+%04X after \"%s\"", c, before[i]);
		}
		hear_arena_reset(arena);
	}
	hear_arena_free(arena);
}

/* ---- Folding ---- */

static void folds(const char *text, const char *folded)
{
	struct hear_buffer out = {0};

	hear_text_fold(hear_span_of(text), &out);
	if (!hear_span_is(hear_buffer_view(&out), folded))
		fail_msg("\"%s\" folds to \"%s\", not \"%s\"", text, out.data,
			 folded);
	hear_buffer_done(&out);
}

static void folding_takes_case_and_blanks_off(void **state)
{
	(void)state;
	folds("The Moscow  Times", "the moscow times");
	folds(" \t\nA\r\n  B ", "a b");
	folds("", "");
	folds("   ", "");
	folds("[@`{Z", "[@'{z");
	folds("\xc2\xa0X\xe2\x80\x83Y\xe3\x80\x80", "x y");
}

static void folding_takes_accents_and_width_off(void **state)
{
	(void)state;
	folds("\xc3\x89" "cole de\xcc\x81j\xc3\xa0", "ecole deja");
	folds("\xef\xbc\xa1\xef\xbd\x82\xef\xbc\x91", "ab1");
	folds("\xc5\x81\xc3\xb3" "d\xc5\xba", "lodz");
	folds("S\xc3\xb8ren \xc3\x86sop", "soren aesop");
	folds("Stra\xc3\x9f" "e", "strasse");
	folds("\xc4\xb0stanbul \xc4\xb1", "istanbul i");
	folds("\xef\xac\x81n \xe2\x84\xa2", "fin tm");
	folds("\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82",
	      "\xcf\x83\xce\xb9\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83");
	/* Russian: yo is e, short i is i, capitals small. */
	folds("\xd0\x81\xd0\x99\xd0\xb9\xd0\xaf\xd0\x96",
	      "\xd0\xb5\xd0\xb8\xd0\xb8\xd1\x8f\xd0\xb6");
	/* Hebrew points and Arabic vowels. */
	folds("\xd7\xa9\xd6\xb8\xd7\x9c", "\xd7\xa9\xd7\x9c");
	folds("\xd9\x85\xd9\x8f\xd8\xad", "\xd9\x85\xd8\xad");
}

static void folding_makes_marks_plain(void **state)
{
	(void)state;
	folds("\xe2\x80\x9cno\xe2\x80\x9d \xc2\xabno\xc2\xbb", "\"no\" \"no\"");
	folds("O\xe2\x80\x99Neil O\xca\xbcNeil", "o'neil o'neil");
	folds("a\xe2\x80\x93" "b\xe2\x80\x94" "c\xe2\x88\x92" "1", "a-b-c-1");
	folds("soft\xc2\xadhyphen zero\xe2\x80\x8bwidth",
	      "softhyphen zerowidth");
	folds("wait\xe2\x80\xa6", "wait...");
	folds("\xd9\xa3\xd9\xa0\xd9\xa0 \xc2\xbd", "300 1/2");
}

static void letters_of_a_script_stay(void **state)
{
	(void)state;
	/* ga is not ka; taken apart and half width it is the same. */
	folds("\xe3\x81\x8c", "\xe3\x81\x8c");
	folds("\xe3\x81\x8b\xe3\x82\x99", "\xe3\x81\x8c");
	folds("\xef\xbd\xb6\xef\xbe\x9e", "\xe3\x82\xac");
	folds("\xed\x95\x9c", "\xed\x95\x9c");
	folds("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c");
	folds("\xe5\x8c\x97\xe4\xba\xac", "\xe5\x8c\x97\xe4\xba\xac");
	/* Hindi vowel signs */
	folds("\xe0\xa4\x95\xe0\xa4\xbf", "\xe0\xa4\x95\xe0\xa4\xbf");
}

static void bytes_that_are_not_text_are_kept(void **state)
{
	(void)state;
	folds("A\xff\x42", "a\xff" "b");
	folds("\xc3 X", "\xc3 x");
	folds("\xe3\x81\x8b\xff", "\xe3\x81\x8b\xff");
}

static void folding_adds_to_what_is_there(void **state)
{
	struct hear_buffer out = {0};

	(void)state;
	hear_buffer_text(&out, "x");
	hear_text_fold(hear_span_of(" A "), &out);
	hear_text_fold(hear_span_of(" \xc3\x89 "), &out);
	assert_true(hear_span_is(hear_buffer_view(&out), "xae"));
	hear_buffer_done(&out);
}

/* ---- Words ---- */

struct words {
	char text[2048];
	size_t size;
	unsigned next;
};

static void collect(void *context, struct hear_span folded, unsigned position)
{
	struct words *words = context;

	assert_int_equal(position, words->next++);
	assert_in_range(folded.size, 1, 64);
	assert_true(words->size + folded.size + 1 < sizeof words->text);
	memcpy(words->text + words->size, folded.data, folded.size);
	words->size += folded.size;
	words->text[words->size++] = '|';
}

static void splits(const char *text, const char *expected)
{
	struct words words = {.size = 0};

	hear_text_words(hear_span_of(text), collect, &words);
	words.text[words.size] = '\0';
	if (strcmp(words.text, expected) != 0)
		fail_msg("\"%s\" splits into %s, not %s", text, words.text,
			 expected);
}

static void letters_and_digits_make_words(void **state)
{
	(void)state;
	splits("", "");
	splits(" ,.' ", "");
	splits("North Korean soldiers", "north|korean|soldiers|");
	splits("F-16s, covid19; a_b", "f|16s|covid19|a|b|");
	splits("(caf\xc3\xa9)\xe2\x80\x94" "D\xc3\xa9j\xc3\xa0!", "cafe|deja|");
	splits("a\xff" "b", "a|b|");
}

static void apostrophes_inside_words_are_dropped(void **state)
{
	(void)state;
	splits("O'Neil doesn\xe2\x80\x99t", "oneil|doesnt|");
	splits("Kim's Kims' 'quoted'", "kim|kims|quoted|");
	splits("rock'n'roll's o'", "rocknroll|o|");
	splits("a''b 5'6", "a|b|5|6|");
	splits("l's", "l|");
}

static void dots_between_single_letters_are_dropped(void **state)
{
	(void)state;
	splits("the U.S. and U.S.A", "the|us|and|usa|");
	splits("J.R.R. Tolkien", "jrr|tolkien|");
	splits("it ended.Then", "it|ended|then|");
	splits("E.Smith www.example.com", "e|smith|www|example|com|");
	splits("U.S.Army", "us|army|");
}

static void numbers_stay_whole(void **state)
{
	(void)state;
	splits("3.5 3,500 1,234,567.25", "3.5|3500|1234567.25|");
	splits("1,25 1,2,3 12,3456", "1|25|1|2|3|12|3456|");
	splits("3,500km 1,25km", "3500km|1|25km|");
	splits("3,500km2 v2.0 a.1 1.a", "3500km2|v2.0|a|1|1|a|");
	splits("300. 300, 300", "300|300|300|");
	splits("3,500 , 1,", "3500|1|");
	splits("1234,567", "1234|567|");
}

static void scripts_without_blanks_give_pairs(void **state)
{
	(void)state;
	splits("\xe5\x8c\x97\xe4\xba\xac\xe5\xb8\x82",
	       "\xe5\x8c\x97\xe4\xba\xac|\xe4\xba\xac\xe5\xb8\x82|"
	       "\xe5\xb8\x82|");
	splits("\xe5\xb8\x82", "\xe5\xb8\x82|");
	splits("in\xe5\x8c\x97\xe4\xba\xac 3\xe5\xb8\x82" "a",
	       "in|\xe5\x8c\x97\xe4\xba\xac|\xe4\xba\xac|3|\xe5\xb8\x82|a|");
	splits("\xed\x95\x9c\xea\xb5\xad \xea\xb5\xad",
	       "\xed\x95\x9c\xea\xb5\xad|\xea\xb5\xad|\xea\xb5\xad|");
	splits("\xe5\x8c\x97\xe3\x80\x82\xe4\xba\xac.",
	       "\xe5\x8c\x97|\xe4\xba\xac|");
}

static void long_words_are_cut_at_a_character(void **state)
{
	char text[200], expected[200];

	(void)state;
	memset(text, 'A', 100);
	text[100] = '\0';
	memset(expected, 'a', 64);
	strcpy(expected + 64, "|b|");
	strcpy(text + 100, " b");
	splits(text, expected);
	/* 63 bytes and a letter of two: it does not fit. */
	strcpy(text + 63, "\xd0\xb6\xd0\xb6 b");
	strcpy(expected + 63, "|b|");
	splits(text, expected);
	/* A joint after a long part begins a new word. */
	strcpy(text + 63, "'b");
	splits(text, expected);
}

/* ---- Width and distance ---- */

static void columns(const char *text, size_t count)
{
	assert_int_equal(hear_text_columns(hear_span_of(text)), count);
}

static void wide_characters_take_two_columns(void **state)
{
	(void)state;
	columns("", 0);
	columns("abc", 3);
	columns("d\xc3\xa9j\xc3\xa0", 4);
	columns("de\xcc\x81", 2);
	columns("\xe5\x8c\x97\xe4\xba\xac", 4);
	columns("\xf0\x9f\x98\x80", 2);
	columns("\xe2\x80\xae" "a\t\n\x1b", 1);
	columns("\xff\xc3", 2);
}

static unsigned distance(const char *a, const char *b, unsigned limit)
{
	unsigned there = hear_text_distance(hear_span_of(a), hear_span_of(b),
					    limit);

	assert_int_equal(there, hear_text_distance(hear_span_of(b),
						   hear_span_of(a), limit));
	return there;
}

static void distance_counts_edits(void **state)
{
	(void)state;
	assert_int_equal(distance("", "", 3), 0);
	assert_int_equal(distance("", "ab", 3), 2);
	assert_int_equal(distance("kursk", "kursk", 3), 0);
	assert_int_equal(distance("kursk", "kusrk", 3), 1);
	assert_int_equal(distance("kursk", "krusk", 1), 1);
	assert_int_equal(distance("kitten", "sitting", 9), 3);
	assert_int_equal(distance("kitten", "sitting", 3), 3);
	assert_int_equal(distance("abc", "abcd", 1), 1);
	assert_int_equal(distance("\xd0\xb6", "\xd1\x8f", 3), 1);
	assert_int_equal(distance("\xff", "\xfe", 3), 1);
	assert_int_equal(distance("abab", "baba", 3), 2);
}

static void distance_stops_at_the_limit(void **state)
{
	char a[400], b[400];

	(void)state;
	assert_int_equal(distance("kitten", "sitting", 2), 3);
	assert_int_equal(distance("a", "abcdefgh", 2), 3);
	assert_int_equal(distance("a", "b", 0), 1);
	memset(a, 'a', sizeof a);
	memset(b, 'b', sizeof b);
	a[399] = b[399] = '\0';
	assert_int_equal(distance(a, a, 2), 0);
	assert_int_equal(distance(a, b, 2), 3);
	a[256] = b[256] = '\0';
	assert_int_equal(distance(a, b, 300), 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_text_has_no_bad_byte),
		cmocka_unit_test(the_first_bad_character_is_named),
		cmocka_unit_test(normal_text_is_given_back_uncopied),
		cmocka_unit_test(taken_apart_letters_are_composed),
		cmocka_unit_test(carriage_returns_before_line_feeds_go),
		cmocka_unit_test(what_cannot_be_kept_is_refused_with_its_place),
		cmocka_unit_test(the_short_way_agrees_with_the_long_one),
		cmocka_unit_test(folding_takes_case_and_blanks_off),
		cmocka_unit_test(folding_takes_accents_and_width_off),
		cmocka_unit_test(folding_makes_marks_plain),
		cmocka_unit_test(letters_of_a_script_stay),
		cmocka_unit_test(bytes_that_are_not_text_are_kept),
		cmocka_unit_test(folding_adds_to_what_is_there),
		cmocka_unit_test(letters_and_digits_make_words),
		cmocka_unit_test(apostrophes_inside_words_are_dropped),
		cmocka_unit_test(dots_between_single_letters_are_dropped),
		cmocka_unit_test(numbers_stay_whole),
		cmocka_unit_test(scripts_without_blanks_give_pairs),
		cmocka_unit_test(long_words_are_cut_at_a_character),
		cmocka_unit_test(wide_characters_take_two_columns),
		cmocka_unit_test(distance_counts_edits),
		cmocka_unit_test(distance_stops_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
