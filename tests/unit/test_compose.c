/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "tools/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static struct hear_value *written(const char *yaml)
{
	struct hear_err err = {0};
	struct hear_value *out;

	if (yaml_read(arena, hear_span_of(yaml), &out, &err) != HEAR_OK)
		fail_msg("%s\n%u: %s", yaml, err.line, err.message);
	return out;
}

static struct hear_value *composed(const char *yaml)
{
	struct hear_err err = {0};
	struct hear_value *out;

	if (hear_compose(arena, written(yaml), &out, &err) != HEAR_OK)
		fail_msg("%s\n%u: %s", yaml, err.line, err.message);
	return out;
}

static void refused(const char *yaml, enum hear_code code, unsigned line,
		    const char *words)
{
	struct hear_err err = {0};
	struct hear_value *out;

	assert_int_equal(hear_compose(arena, written(yaml), &out, &err), code);
	assert_null(out);
	if (err.line != line || !strstr(err.message, words))
		fail_msg("%s\nline %u, not %u: %s\nwithout: %s", yaml, err.line,
			 line, err.message, words);
}

static void is_text(const struct hear_value *value, const char *text)
{
	assert_int_equal(hear_type_of(value), HEAR_TEXT);
	if (!hear_span_is(hear_text_of(value), text))
		fail_msg("\"%.*s\", not \"%s\"", (int)hear_text_of(value).size,
			 hear_text_of(value).data, text);
}

/* The names of record `index`'s chain: "A < B + C". */
static void has_chain(const struct hear_value *records, size_t index,
		      const char *expected)
{
	const struct hear_value *chain =
		hear_map_get(hear_item_of(records, index), "chain");
	struct hear_buffer text = {0};
	size_t i, j;

	for (i = 0; i < hear_count_of(chain); i++) {
		const struct hear_value *who =
			hear_map_get(hear_item_of(chain, i), "who");

		hear_buffer_text(&text, i ? " < " : "");
		for (j = 0; j < hear_count_of(who); j++) {
			hear_buffer_text(&text, j ? " + " : "");
			hear_buffer_span(&text,
					 hear_text_of(hear_item_of(who, j)));
		}
	}
	if (strcmp(text.data, expected) != 0)
		fail_msg("%s, not %s", text.data, expected);
	hear_buffer_done(&text);
}

static struct hear_value *hop(const struct hear_value *records, size_t index,
			      size_t number)
{
	return hear_item_of(hear_map_get(hear_item_of(records, index), "chain"),
			    number);
}

static void a_claim_keeps_its_fields(void **state)
{
	struct hear_value *records =
		composed("{subject: S, value: about 300, document: u, hedge: }");
	struct hear_value *claim = hear_item_of(records, 0);

	(void)state;
	assert_int_equal(hear_count_of(records), 1);
	is_text(hear_map_get(claim, "kind"), "claim");
	is_text(hear_map_get(claim, "subject"), "S");
	is_text(hear_map_get(claim, "value"), "about 300");
	is_text(hear_map_get(claim, "document"), "u");
	assert_null(hear_map_get(claim, "hedge"));
	assert_null(hear_map_get(claim, "chain"));
}

static void a_list_of_chains_is_a_claim_each(void **state)
{
	struct hear_value *records = composed("{text: t, by: [A, B < C]}");

	(void)state;
	assert_int_equal(hear_count_of(records), 2);
	has_chain(records, 0, "A");
	has_chain(records, 1, "B < C");
	is_text(hear_map_get(hear_item_of(records, 1), "text"), "t");
}

static void a_list_of_hops_is_one_chain(void **state)
{
	struct hear_value *records =
		composed("{text: t, chain: [{who: A}, {who: [B, C]}]}");

	(void)state;
	assert_int_equal(hear_count_of(records), 1);
	has_chain(records, 0, "A < B + C");
	records = composed("{text: t, chain: [[{who: A}], [{who: B}]]}");
	assert_int_equal(hear_count_of(records), 2);
	has_chain(records, 1, "B");
}

static void a_document_written_out_is_captured_first(void **state)
{
	struct hear_value *records =
		composed("{text: t, document: {url: u, title: T, agency: }}");
	struct hear_value *capture = hear_item_of(records, 0);

	(void)state;
	assert_int_equal(hear_count_of(records), 2);
	is_text(hear_map_get(capture, "kind"), "capture");
	is_text(hear_map_get(capture, "document"), "u");
	is_text(hear_map_get(capture, "title"), "T");
	assert_int_equal(hear_count_of(capture), 3);
	is_text(hear_map_get(hear_item_of(records, 1), "document"), "u");
	assert_null(hear_map_get(hear_item_of(records, 1), "chain"));
	records = composed("{text: t, doc: {key: box-12}}");
	is_text(hear_map_get(hear_item_of(records, 1), "document"), "box-12");
}

#define DOCUMENT "document: {url: u, publisher: The Times, agency: AFP}"

static void the_document_supplies_the_head_of_the_chain(void **state)
{
	(void)state;
	has_chain(composed("{text: t, by: Lee, " DOCUMENT "}"), 1,
		  "The Times < AFP < Lee");
	has_chain(composed("{text: t, by: A + The Times, " DOCUMENT "}"), 1,
		  "The Times < AFP < A + The Times");
	has_chain(composed("{text: t, by: \"?AFP\", " DOCUMENT "}"), 1,
		  "The Times < AFP < AFP");
}

static void without_a_chain_the_document_speaks(void **state)
{
	(void)state;
	has_chain(composed("{text: t, " DOCUMENT "}"), 1, "The Times < AFP");
	has_chain(composed("{text: t, by: , document: {url: u, agency: AFP}}"),
		  1, "AFP");
	has_chain(composed("{text: t, document: {url: u, publisher: AFP, "
			   "agency: afp}}"), 1, "AFP");
}

static void a_chain_that_begins_with_the_publisher_is_whole(void **state)
{
	(void)state;
	has_chain(composed("{text: t, by: The Times, " DOCUMENT "}"), 1,
		  "The Times");
	has_chain(composed("{text: t, by: the  TIMES < X, " DOCUMENT "}"), 1,
		  "the  TIMES < X");
}

static void a_chain_that_begins_with_the_agency_gets_the_publisher(void **state)
{
	(void)state;
	has_chain(composed("{text: t, by: afp < X, " DOCUMENT "}"), 1,
		  "The Times < afp < X");
}

static void short_names_are_expanded(void **state)
{
	struct hear_value *records = composed(
		"{names: {N: National Service, L: Lee, T: The Times}, "
		"subject: N, of: [N, x], by: L (lawmaker) < N + M (briefed), "
		DOCUMENT "}");
	struct hear_value *claim = hear_item_of(records, 1);

	(void)state;
	has_chain(records, 1, "The Times < AFP < Lee < National Service + M");
	is_text(hear_map_get(hop(records, 1, 2), "as"), "L");
	is_text(hear_map_get(hop(records, 1, 2), "role"), "lawmaker");
	is_text(hear_map_get(hop(records, 1, 3), "as"), "N + M");
	assert_null(hear_map_get(hop(records, 1, 0), "as"));
	is_text(hear_map_get(claim, "subject"), "National Service");
	is_text(hear_item_of(hear_map_get(claim, "of"), 0), "National Service");
	is_text(hear_item_of(hear_map_get(claim, "of"), 1), "x");
	assert_null(hear_map_get(claim, "names"));
	records = composed("{text: t, names: {L: Lee}, by: L (as MP Lee)}");
	is_text(hear_map_get(hop(records, 0, 0), "as"), "MP Lee");
}

static void a_short_name_of_the_publisher_is_the_publisher(void **state)
{
	(void)state;
	has_chain(composed("{text: t, names: {T: The Times}, by: T < X, "
			   DOCUMENT "}"), 1, "The Times < X");
}

static void the_words_of_the_source_go_beside_the_figure(void **state)
{
	struct hear_value *value = hear_map_get(
		hear_item_of(composed("{value: ~300 men, words: some 300}"), 0),
		"value");

	(void)state;
	is_text(hear_map_get(value, "figure"), "~300 men");
	is_text(hear_map_get(value, "words"), "some 300");
	value = hear_map_get(
		hear_item_of(composed("{value: {op: '~', lo: 3, hi: 3}, "
				      "words: three or so}"), 0),
		"value");
	is_text(hear_map_get(value, "op"), "~");
	is_text(hear_map_get(value, "words"), "three or so");
	refused("{text: t,\nwords: some 300}", HEAR_INVALID, 2, "in quote");
	refused("{value: Kursk,\nwords: x}", HEAR_INVALID, 2, "in quote");
	refused("{value: 3,\nwords: [x]}", HEAR_INVALID, 2, "one text");
	refused("{words: x,\nvalue: 5..3}", HEAR_INVALID, 2, "");
}

static void other_kinds_pass_unchanged(void **state)
{
	const char *yaml = "{kind: relation, from: a, to: b, document: {x: y}}";
	struct hear_value *records = composed(yaml);

	(void)state;
	assert_int_equal(hear_count_of(records), 1);
	assert_true(hear_value_equal(hear_item_of(records, 0), written(yaml)));
}

static void what_is_written_stays_as_it_is(void **state)
{
	struct hear_value *claim = written(
		"{names: {N: M}, by: [N, O], of: [N], value: 3 men, words: w, "
		DOCUMENT "}");
	struct hear_value *before = hear_value_copy(arena, claim);
	struct hear_value *out;

	(void)state;
	assert_int_equal(hear_compose(arena, claim, &out, NULL), HEAR_OK);
	assert_true(hear_value_equal(claim, before));
}

static void mistakes_are_named_with_their_line(void **state)
{
	(void)state;
	refused("[a]", HEAR_INVALID, 1, "fields");
	refused("{text: t,\nby: A,\nchain: B}", HEAR_INVALID, 3, "by, chain");
	refused("{text: t,\nby: [A,\n'']}", HEAR_INVALID, 3, "item 2");
	refused("{text: t,\nby: A <}", HEAR_INVALID, 2, "");
	refused("{text: t,\ndoc: {title: x}}", HEAR_INVALID, 2, "url");
	refused("{text: t, doc: {url: x,\nkey: y}}", HEAR_INVALID, 2, "both");
	refused("{text: t, doc: {url: x,\nkind: y}}", HEAR_INVALID, 2, "kind");
	refused("{text: t, doc: {url: x,\nagency: [y]}}", HEAR_INVALID, 2,
		"agency");
	refused("{text: t,\nnames: x}", HEAR_INVALID, 2, "names");
	refused("{text: t,\nnames: {a: [b]}}", HEAR_INVALID, 2, "full name");
}

static void a_chain_is_too_long_with_its_head(void **state)
{
	(void)state;
	refused("{text: t,\nby: a<b<c<d<e<f<g<h<i<j<k<l<m<n<o, " DOCUMENT "}",
		HEAR_LIMIT, 2, "17 hops");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_claim_keeps_its_fields),
		TEST(a_list_of_chains_is_a_claim_each),
		TEST(a_list_of_hops_is_one_chain),
		TEST(a_document_written_out_is_captured_first),
		TEST(the_document_supplies_the_head_of_the_chain),
		TEST(without_a_chain_the_document_speaks),
		TEST(a_chain_that_begins_with_the_publisher_is_whole),
		TEST(a_chain_that_begins_with_the_agency_gets_the_publisher),
		TEST(short_names_are_expanded),
		TEST(a_short_name_of_the_publisher_is_the_publisher),
		TEST(the_words_of_the_source_go_beside_the_figure),
		TEST(other_kinds_pass_unchanged),
		TEST(what_is_written_stays_as_it_is),
		TEST(mistakes_are_named_with_their_line),
		TEST(a_chain_is_too_long_with_its_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
