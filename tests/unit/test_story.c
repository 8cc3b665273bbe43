/* SPDX-License-Identifier: ISC */
#include "tools/story.h"
#include "core/bytes.h"
#include "tools/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hear_arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = hear_arena_new();
	return arena ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	hear_arena_free(arena);
	return 0;
}

static enum hear_code read_text(const char *yaml, struct story *out,
				struct hear_err *err)
{
	struct hear_value *tree;
	enum hear_code code = yaml_read(arena, hear_span_of(yaml), &tree, err);

	return code == HEAR_OK ? story_read(arena, tree, out, err) : code;
}

static struct story story_of(const char *yaml)
{
	struct hear_err err = {0};
	struct story out;

	if (read_text(yaml, &out, &err) != HEAR_OK)
		fail_msg("%s\n%u:%u: %s", yaml, err.line, err.column,
			 err.message);
	return out;
}

static void refused(const char *yaml, enum hear_code code, unsigned line,
		    const char *words)
{
	struct hear_err err = {0};
	struct story out;

	assert_int_equal(read_text(yaml, &out, &err), code);
	assert_int_equal(out.count, 0);
	if (err.line != line || !strstr(err.message, words))
		fail_msg("%s\nline %u, not %u: %s\nwithout: %s", yaml, err.line,
			 line, err.message, words);
}

static void is_text(struct hear_span text, const char *expected)
{
	if (!hear_span_is(text, expected))
		fail_msg("\"%.*s\", not \"%s\"", (int)text.size, text.data,
			 expected);
}

/* A field of record `index`; empty where there is none. */
static void has(const struct story *story, size_t index, const char *field,
		const char *expected)
{
	assert_true(index < story->count);
	is_text(hear_text_of(hear_map_get(story->records[index].written,
					  field)),
		expected);
}

static void add_parts(struct hear_buffer *out, const struct hear_value *hop)
{
	static const char *const parts[] = {"as", "role", "how", "at"};
	size_t i;

	for (i = 0; i < 4; i++) {
		struct hear_span text = hear_text_of(hear_map_get(hop, parts[i]));

		if (text.size > 0)
			hear_buffer_print(out, " %s=%.*s", parts[i],
					  (int)text.size, text.data);
	}
}

/* "A as=.. role=.. how=.. at=.. < B", in this order. */
static void has_chain(const struct hear_value *claim, const char *expected)
{
	const struct hear_value *chain = hear_map_get(claim, "chain");
	struct hear_buffer out = {0};
	size_t i;

	hear_buffer_text(&out, "");
	for (i = 0; i < hear_count_of(chain); i++) {
		const struct hear_value *hop = hear_item_of(chain, i);
		const struct hear_value *who = hear_map_get(hop, "who");

		assert_int_equal(hear_count_of(who), 1);
		hear_buffer_text(&out, i ? " < " : "");
		hear_buffer_span(&out, hear_text_of(hear_item_of(who, 0)));
		add_parts(&out, hop);
	}
	assert_string_equal(out.data, expected);
	hear_buffer_done(&out);
}

#define ID                                                                     \
	"abababababababababababababababababababababababababababababababab"

/* ---- The sample: every row of it ---- */

static char *read_sample(void)
{
	const char *source = getenv("SOURCE");
	char path[4096];
	char *text = calloc(1, YAML_BYTES);
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/tools/sample/moscow-times.yaml",
		       source ? source : ".");
	file = fopen(path, "r");
	if (!file || !text)
		fail_msg("%s cannot be read", path);
	assert_true(fread(text, 1, YAML_BYTES - 1, file) > 0);
	fclose(file);
	return text;
}

#define PAPER "The Moscow Times"
#define HEAD "The Moscow Times < AFP < "
#define LEE                                                                    \
	HEAD "Lee Seong-kweun as=Lee role=lawmaker how=told reporters "        \
	     "at=2025-01-13 < National Intelligence Service as=NIS how=briefed"
#define NIS HEAD "National Intelligence Service as=NIS"
#define SEOUL HEAD "South Korean government how=claimed previously"
#define ZELENSKY HEAD "Volodymyr Zelensky as=Zelensky role=president"
#define KOREANS "North Korean soldiers"
#define DEPLOYMENT "North Korean deployment"

static const struct row {
	const char *subject;
	const char *predicate;
	const char *value;
	const char *chain;
	const char *said;
	const char *since;
	const char *stance;
	const char *hedge;
	const char *basis;
} rows[] = {
	{KOREANS, "killed", "about 300; approximately 300 deaths", LEE, "2025-01-13",
	 "..", "", "", ""},
	{KOREANS, "wounded", "about 2700", LEE, "2025-01-13", "..", "", "", ""},
	{KOREANS, "casualties", "more than 3000", LEE, "2025-01-13", "..", "",
	 "estimates suggesting", ""},
	{DEPLOYMENT, "location", "Kursk region", LEE, "2025-01-13", "", "",
	 "reportedly", ""},
	{KOREANS, "unit", "Storm Corps", LEE, "2025-01-13", "", "",
	 "reportedly", ""},
	{KOREANS, "orders", "to kill themselves rather than be taken prisoner",
	 LEE, "2025-01-13", "", "", "", ""},
	{"North Korean authorities", "pressed",
	 "soldiers to kill themselves before capture", LEE, "2025-01-13", "",
	 "", "", "memos found on deceased soldiers"},
	{KOREANS, "reward", "amnesty, or membership of the Workers' Party", LEE,
	 "2025-01-13", "", "", "", ""},
	{KOREANS, "killed", "1", LEE, "2025-01-13", "", "", "", ""},
	{KOREANS, "understanding of modern warfare", "lacking", NIS, "", "", "",
	 "", ""},
	{"Russian use of North Korean soldiers", "effect",
	 "high number of casualties", NIS, "", "", "", "", ""},
	{KOREANS, "deployed", "more than 10000", SEOUL, "../2025-01-12", "..",
	 "", "", ""},
	{DEPLOYMENT, "motive",
	 "Russian technical help for weapons and satellite programmes", SEOUL,
	 "../2025-01-12", "..", "", "", ""},
	{KOREANS, "captured", "2", ZELENSKY, "2025-01-11/2025-01-12", "", "",
	 "", "video of the two being interrogated"},
	{"prisoner swap", "planned", "", ZELENSKY, "2025-01-11/2025-01-12", "",
	 "possible", "", ""},
	{KOREANS, "deployed", "more than 10000", HEAD "Ukraine how=accused", "",
	 "", "", "", ""},
	{KOREANS, "deployed", "more than 10000",
	 HEAD "United States how=accused", "", "", "", "", ""},
	{KOREANS, "deployed", "more than 10000", HEAD "South Korea how=accused",
	 "", "", "", "", ""},
	{DEPLOYMENT, "acknowledged", "", HEAD "Russia", "", "", "silent", "",
	 ""},
	{DEPLOYMENT, "acknowledged", "", HEAD "North Korea", "", "", "silent",
	 "", ""},
	{"military cooperation of Russia and North Korea", "boosted", "",
	 PAPER " < AFP", "", "2022", "", "", ""},
	{PAPER, "designated", "undesirable", PAPER, "", "", "", "", ""},
	{PAPER, "labelled", "foreign agent", PAPER, "", "", "", "", ""},
	{"work of " PAPER, "discredits", "decisions of the Russian leadership",
	 PAPER " < Russian authorities", "", "", "", "", ""},
	{"work of " PAPER, "discredits", "decisions of the Russian leadership",
	 PAPER, "", "", "denies", "", ""},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/* A value as written, and behind a semicolon the source's words. */
static void has_value(const struct hear_value *claim, const char *expected)
{
	const struct hear_value *value = hear_map_get(claim, "value");
	struct hear_span figure = hear_text_of(hear_map_get(value, "figure"));
	struct hear_span words = hear_text_of(hear_map_get(value, "words"));
	char text[128];

	if (hear_type_of(value) != HEAR_MAP) {
		is_text(hear_text_of(value), expected);
		return;
	}
	(void)snprintf(text, sizeof text, "%.*s; %.*s", (int)figure.size,
		       figure.data, (int)words.size, words.data);
	assert_string_equal(text, expected);
}

static void every_row_of_the_sample_comes_out_whole(void **state)
{
	char *yaml = read_sample();
	struct story story = story_of(yaml);
	size_t i;

	(void)state;
	assert_int_equal(story.count, 1 + ROWS);
	has(&story, 0, "kind", "capture");
	has(&story, 0, "publisher", PAPER);
	has(&story, 0, "agency", "AFP");
	has(&story, 0, "published", "2025-01-13");
	has(&story, 0, "lang", "en");
	for (i = 0; i < ROWS; i++) {
		const struct hear_value *claim = story.records[i + 1].written;
		const struct hear_value *basis = hear_map_get(claim, "basis");

		has(&story, i + 1, "kind", "claim");
		has(&story, i + 1, "document",
		    "https://www.themoscowtimes.com/2025/01/13/");
		has(&story, i + 1, "subject", rows[i].subject);
		has(&story, i + 1, "predicate", rows[i].predicate);
		has_value(claim, rows[i].value);
		has_chain(claim, rows[i].chain);
		has(&story, i + 1, "said", rows[i].said);
		has(&story, i + 1, "since", rows[i].since);
		has(&story, i + 1, "stance", rows[i].stance);
		has(&story, i + 1, "hedge", rows[i].hedge);
		is_text(hear_text_of(hear_item_of(basis, 0)), rows[i].basis);
		assert_true(hear_text_of(hear_map_get(claim, "text")).size > 0);
	}
	has(&story, 4, "place", "Kursk region");
	has(&story, 9, "event", "../2025-01-13");
	has(&story, 10, "quote",
	    "\"a lack of understanding of modern warfare\"");
	free(yaml);
}

enum { ACCUSATION = 16 }; /* the first of three */

static bool is_silent(const struct story *story, size_t index)
{
	return hear_span_is(
		hear_text_of(hear_map_get(story->records[index].written,
					  "stance")),
		"silent");
}

static void the_sample_s_answers_mean_the_claims_before_them(void **state)
{
	char *yaml = read_sample();
	struct story story = story_of(yaml);
	struct hear_id ids[1 + ROWS];
	const struct hear_value *denial;
	size_t i;

	(void)state;
	memset(ids, 0, sizeof ids);
	memset(ids[ROWS - 1].bytes, 0xab, sizeof ids[0].bytes);
	for (i = 0; i < story.count; i++)
		assert_int_equal(story.records[i].re,
				 i == ROWS	? ROWS - 1
				 : is_silent(&story, i) ? ACCUSATION
							 : HEAR_NOWHERE);
	denial = story_resolve(arena, &story, ROWS, ids);
	is_text(hear_text_of(hear_map_get(denial, "re")),
		ID);
	assert_null(hear_map_get(denial, "label"));
	has(&story, ROWS, "re", "discredits");
	assert_ptr_equal(story_resolve(arena, &story, 3, ids),
			 story.records[3].written);
	free(yaml);
}

static void every_record_of_the_sample_can_be_made(void **state)
{
	char *yaml = read_sample();
	struct story story = story_of(yaml);
	struct hear_id ids[1 + ROWS];
	struct hear_err err = {0};
	size_t i, j;

	(void)state;
	for (i = 0; i < story.count; i++) {
		struct hear_record record;
		const struct hear_value *in =
			story_resolve(arena, &story, i, ids);

		if (hear_record_make(arena, in, &record, &err) != HEAR_OK)
			fail_msg("record %zu, line %u: %s", i, err.line,
				 err.message);
		ids[i] = record.id;
		for (j = 0; j < i; j++)
			assert_false(hear_id_equal(&ids[i], &ids[j]));
	}
	free(yaml);
}

/* ---- The format ---- */

static void inner_levels_inherit_and_override(void **state)
{
	struct story story = story_of("subject: S\n"
				      "hedge: h\n"
				      "by: A\n"
				      "claims:\n"
				      "- text: a\n"
				      "- hedge: i\n"
				      "  claims:\n"
				      "  - text: b\n"
				      "  - {text: c, chain: B, subject: T}\n"
				      "- text: d\n");

	(void)state;
	assert_int_equal(story.count, 4);
	has(&story, 0, "hedge", "h");
	has(&story, 1, "hedge", "i");
	has(&story, 1, "subject", "S");
	has(&story, 2, "hedge", "i");
	has(&story, 2, "subject", "T");
	has(&story, 3, "hedge", "h");
	has_chain(story.records[1].written, "A");
	has_chain(story.records[2].written, "B");
	assert_null(hear_map_get(story.records[3].written, "claims"));
}

static void an_empty_value_clears(void **state)
{
	struct story story = story_of("{by: A, hedge: h, tags: [t], claims: "
				      "[{text: a, by: , hedge: '', tags: []}"
				      "]}");
	const struct hear_value *claim = story.records[0].written;

	(void)state;
	assert_null(hear_map_get(claim, "chain"));
	assert_null(hear_map_get(claim, "hedge"));
	assert_null(hear_map_get(claim, "tags"));
}

static void names_of_several_levels_add_up(void **state)
{
	struct story story =
		story_of("names: {A: Alpha, B: Beta}\n"
			 "claims:\n"
			 "- names: {B: Better, C: Gamma}\n"
			 "  claims: [{text: x, by: A < B < C}]\n"
			 "- {text: y, by: B < C}\n"
			 "- {text: z, names: , by: A}\n");

	(void)state;
	has_chain(story.records[0].written,
		  "Alpha as=A < Better as=B < Gamma as=C");
	has_chain(story.records[1].written, "Beta as=B < C");
	has_chain(story.records[2].written, "A");
}

static void an_inherited_document_is_captured_once(void **state)
{
	struct story story =
		story_of("document: {url: u, publisher: P}\n"
			 "claims:\n"
			 "- text: a\n"
			 "- {text: b, by: [X, Y]}\n"
			 "- {text: c, document: {url: v}}\n"
			 "- {text: d, document: w}\n");

	(void)state;
	assert_int_equal(story.count, 7);
	has(&story, 0, "kind", "capture");
	has(&story, 3, "text", "b");
	has(&story, 4, "kind", "capture");
	has(&story, 4, "document", "v");
	has(&story, 5, "text", "c");
	has(&story, 6, "document", "w");
	has_chain(story.records[2].written, "P < X");
	has_chain(story.records[6].written, "");
}

static void a_story_may_be_one_claim_or_a_list(void **state)
{
	struct story story = story_of("- text: a\n- text: b\n");

	(void)state;
	assert_int_equal(story.count, 2);
	story = story_of("text: a");
	assert_int_equal(story.count, 1);
	has(&story, 0, "text", "a");
}

static void a_record_of_another_kind_inherits_nothing(void **state)
{
	struct story story =
		story_of("subject: S\nclaims:\n"
			 "- {kind: term, label: x, name: a}\n"
			 "- {text: t, re: x}\n");

	(void)state;
	assert_int_equal(hear_count_of(story.records[0].written), 2);
	has(&story, 0, "name", "a");
	assert_int_equal(story.records[1].re, 0);
}

static void a_label_stands_before_what_answers_it(void **state)
{
	struct story story;

	(void)state;
	refused("claims:\n- {text: a, re: x}\n- {text: b, label: x}\n",
		HEAR_INVALID, 2, "line 3");
	refused("claims:\n- {text: a, label: x, re: x}\n", HEAR_INVALID, 2,
		"further up");
	refused("claims:\n- {text: a, re: x}\n", HEAR_INVALID, 2, "label: x");
	story = story_of("- {text: a, re: 'https://x.org/y'}\n"
			 "- {text: b, re: '" ID "'}\n");
	assert_int_equal(story.records[0].re, HEAR_NOWHERE);
	has(&story, 1, "re", ID);
	refused("{text: a, re: 0a1b2c}", HEAR_INVALID, 1, "label");
}

static void a_label_names_one_claim(void **state)
{
	(void)state;
	refused("- {text: a, label: x}\n- {text: b, label: x}\n", HEAR_INVALID,
		2, "line 1");
	refused("- {text: a, by: [A, B], label: x}\n- {text: b, re: x}\n",
		HEAR_INVALID, 2, "2 claims");
	refused("label: x\nclaims:\n- text: a\n", HEAR_INVALID, 1, "several");
	refused("- {text: a, label: [x]}\n", HEAR_INVALID, 1, "word");
}

static void a_level_is_a_set_of_fields(void **state)
{
	(void)state;
	refused("claims:\n- text:a\n", HEAR_INVALID, 2, "blank after");
	refused("claims:\n- text: a\n-\n", HEAR_INVALID, 3, "fields");
	refused("claims: {text: a}\n", HEAR_INVALID, 1, "a list");
	refused("claims: []\n", HEAR_INVALID, 1, "a list");
	refused("subject: s\nclaims:\n", HEAR_INVALID, 2, "a list");
	refused("- {text: a, by: A,\n   chain: B}\n", HEAR_INVALID, 2, "twice");
	refused("hello", HEAR_INVALID, 1, "fields");
}

static void mistakes_in_a_chain_have_a_line(void **state)
{
	(void)state;
	refused("claims:\n- text: a\n  by: A < \n", HEAR_INVALID, 3, "");
	refused("by: A <\nclaims:\n- text: a\n", HEAR_INVALID, 1, "");
}

static void a_story_holds_one_filing(void **state)
{
	struct hear_buffer text = {0};
	int i;

	(void)state;
	hear_buffer_text(&text, "document: {url: u}\nclaims:\n");
	for (i = 0; i < 511; i++)
		hear_buffer_text(&text, "- text: a\n");
	assert_int_equal(story_of(text.data).count, 512);
	hear_buffer_text(&text, "- text: a\n");
	refused(text.data, HEAR_LIMIT, 514, "512 records");
	hear_buffer_done(&text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(every_row_of_the_sample_comes_out_whole),
		TEST(the_sample_s_answers_mean_the_claims_before_them),
		TEST(every_record_of_the_sample_can_be_made),
		TEST(inner_levels_inherit_and_override),
		TEST(an_empty_value_clears),
		TEST(names_of_several_levels_add_up),
		TEST(an_inherited_document_is_captured_once),
		TEST(a_story_may_be_one_claim_or_a_list),
		TEST(a_record_of_another_kind_inherits_nothing),
		TEST(a_label_stands_before_what_answers_it),
		TEST(a_label_names_one_claim),
		TEST(a_level_is_a_set_of_fields),
		TEST(mistakes_in_a_chain_have_a_line),
		TEST(a_story_holds_one_filing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
