/* SPDX-License-Identifier: ISC */
#include "core/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
	*state = hear_arena_new();
	return *state ? 0 : -1;
}

static int end(void **state)
{
	hear_arena_free(*state);
	return 0;
}

static struct hear_value *parse(struct hear_arena *arena, const char *text)
{
	struct hear_value *chain;
	struct hear_err err;

	if (hear_chain_parse(arena, hear_span_of(text), &chain, &err) !=
	    HEAR_OK)
		fail_msg("%s: %s", text ? text : "NULL", err.message);
	return chain;
}

static void refuse(struct hear_arena *arena, const char *text, size_t at,
		   const char *part)
{
	struct hear_value *chain;
	struct hear_err err;
	enum hear_code code;

	code = hear_chain_parse(arena, hear_span_of(text), &chain, &err);
	assert_int_equal(code, HEAR_INVALID);
	assert_null(chain);
	if (!strstr(err.message, part))
		fail_msg("%s: \"%s\" lacks \"%s\"", text, err.message, part);
	if (err.at != at || err.at + err.span > strlen(text))
		fail_msg("%s: place %zu+%zu", text, err.at, err.span);
}

/* A field of hop `index` is `expected`; "" where it is to be absent. */
static void check(const struct hear_value *chain, size_t index,
		  const char *field, const char *expected)
{
	struct hear_span text =
		hear_text_of(hear_map_get(hear_item_of(chain, index), field));

	if (!hear_span_is(text, expected))
		fail_msg("%s of hop %zu is \"%.*s\", not \"%s\"", field, index,
			 (int)text.size, text.data, expected);
}

static void check_who(const struct hear_value *chain, size_t index,
		      const char *expected)
{
	const struct hear_value *who =
		hear_map_get(hear_item_of(chain, index), "who");

	assert_int_equal(hear_type_of(who), HEAR_LIST);
	assert_true(hear_span_is(hear_text_of(hear_item_of(who, 0)),
				 expected));
}

/* Prints as `line`, which is read back to the same. */
static void check_print(struct hear_arena *arena,
			const struct hear_value *chain, const char *line)
{
	struct hear_buffer out = {.size = 0};

	hear_chain_print(chain, &out);
	assert_string_equal(out.data, line);
	assert_true(hear_value_equal(parse(arena, line), chain));
	hear_buffer_done(&out);
}

static struct hear_value *text(struct hear_arena *arena, const char *words)
{
	return hear_make_text(arena, hear_span_of(words));
}

static struct hear_value *hop(struct hear_arena *arena, const char *who,
			      const char *key, const char *words)
{
	struct hear_value *map = hear_make_map(arena);

	hear_map_set(arena, map, "who", text(arena, who));
	if (key)
		hear_map_set(arena, map, key, text(arena, words));
	return map;
}

static struct hear_value *list_of(struct hear_arena *arena,
				  struct hear_value *item)
{
	struct hear_value *list = hear_make_list(arena);

	hear_list_add(arena, list, item);
	return list;
}

static void refuse_value(struct hear_arena *arena, struct hear_value *in,
			 enum hear_code expected, const char *part)
{
	struct hear_value *chain;
	struct hear_err err;

	assert_int_equal(hear_chain_make(arena, in, &chain, &err), expected);
	assert_null(chain);
	if (!strstr(err.message, part))
		fail_msg("\"%s\" lacks \"%s\"", err.message, part);
}

static void the_nearest_stands_first_and_the_origin_last(void **state)
{
	struct hear_value *chain = parse(
		*state,
		"Lee Seong-kweun (lawmaker; told reporters; at 2025-01-13) < "
		"National Intelligence Service (briefed)");

	assert_int_equal(hear_count_of(chain), 2);
	check_who(chain, 0, "Lee Seong-kweun");
	check(chain, 0, "role", "lawmaker");
	check(chain, 0, "how", "told reporters");
	check(chain, 0, "at", "2025-01-13");
	check_who(chain, 1, "National Intelligence Service");
	check(chain, 1, "how", "briefed");
	check(chain, 1, "role", "");
	assert_ptr_equal(hear_chain_origin(chain), hear_item_of(chain, 1));
}

static void blank_text_is_a_chain_without_hops(void **state)
{
	assert_int_equal(hear_count_of(parse(*state, " \n")), 0);
	assert_int_equal(hear_count_of(parse(*state, NULL)), 0);
	assert_null(hear_chain_origin(parse(*state, "")));
}

static void several_who_spoke_jointly_are_one_hop(void **state)
{
	struct hear_value *chain = parse(*state, "AFP<A + \"B + C\" (said)");
	struct hear_value *who = hear_map_get(hear_item_of(chain, 1), "who");

	assert_int_equal(hear_count_of(chain), 2);
	assert_int_equal(hear_count_of(who), 2);
	assert_true(hear_span_is(hear_text_of(hear_item_of(who, 1)), "B + C"));
	check(chain, 1, "how", "said");
	refuse(*state, "A (said) + B", 9, "after the last");
}

static void a_question_mark_makes_a_hop_unnamed(void **state)
{
	struct hear_value *chain =
		parse(*state, "?a campaign adviser (Clinton campaign)");
	struct hear_value *first = hear_item_of(chain, 0);

	assert_true(hear_bool_of(hear_map_get(first, "unnamed")));
	check_who(chain, 0, "a campaign adviser");
	check(chain, 0, "role", "Clinton campaign");
	chain = parse(*state, "\"?Que\" < \" x \"");
	assert_null(hear_map_get(hear_item_of(chain, 0), "unnamed"));
	check_who(chain, 0, "?Que");
	check_who(chain, 1, " x ");
	refuse(*state, "?", 0, "?an official");
	refuse(*state, "A + ?b", 4, "first name");
}

static void quotes_hold_what_would_be_read_otherwise(void **state)
{
	struct hear_value *chain = parse(
		*state, "\"Dwayne \\\"<\\\\\" (role: \"a; (b)\"; to \"x)\")");

	check_who(chain, 0, "Dwayne \"<\\");
	check(chain, 0, "role", "a; (b)");
	check(chain, 0, "to", "x)");
	refuse(*state, "Dwayne \"The Rock\" Johnson", 7, "double quotes");
	refuse(*state, "A (said \"no\")", 8, "double quotes");
	refuse(*state, "\"abc", 0, "not closed");
	refuse(*state, "\"a\\n\"", 2, "backslash");
	refuse(*state, "\"A\" B", 4, "comes after <");
	refuse(*state, "\" \"", 0, "empty");
}

static void names_may_be_of_any_script(void **state)
{
	struct hear_value *chain =
		parse(*state, "\u674e\u6210\u6743 < \u00c9lys\u00e9e (dit)");

	check_who(chain, 0, "\u674e\u6210\u6743");
	check_who(chain, 1, "\u00c9lys\u00e9e");
}

static void a_verb_of_reporting_is_how_and_other_words_role(void **state)
{
	struct hear_value *chain = parse(
		*state, "A (According to a memo) < B (toldest member) < "
			"C (accused) < D (at-large member) < E (asides) < "
			"F (role: told off; HOW: by phone; As: G; TO h)");

	check(chain, 0, "how", "According to a memo");
	check(chain, 1, "role", "toldest member");
	check(chain, 2, "how", "accused");
	check(chain, 3, "role", "at-large member");
	check(chain, 4, "role", "asides");
	check(chain, 5, "role", "told off");
	check(chain, 5, "how", "by phone");
	check(chain, 5, "as", "G");
	check(chain, 5, "to", "h");
}

static void empty_hops_and_parts_are_pointed_at(void **state)
{
	refuse(*state, "A < < B", 4, "missing before this \"<\"");
	refuse(*state, "A <", 3, "missing at the end");
	refuse(*state, "< A", 0, "missing before");
	refuse(*state, "A + + B", 4, "missing before this \"+\"");
	refuse(*state, "(said)", 0, "missing before this \"(\"");
	refuse(*state, "A ()", 3, "empty");
	refuse(*state, "A (x; )", 6, "empty");
	refuse(*state, "A (at)", 5, "empty");
	refuse(*state, "A (x", 2, "not closed");
	refuse(*state, "A)", 1, "double quotes");
}

static void parts_that_cannot_be_are_refused(void **state)
{
	refuse(*state, "A (lawmaker; member)", 13,
	       "\"role\" stands here twice");
	refuse(*state, "A (told B; said so)", 11, "\"how\" stands here twice");
	refuse(*state, "A (via: phone)", 3, "the keys are");
	refuse(*state, "A (at 2025-02-30)", 14, "there is no 30 February");
	refuse(*state, " A (at: 13.1.2025)", 8, "write 2025-01-13");
	refuse(*state, "A\nB", 1, "one line");
}

static void limits_are_sixteen_hops_and_256_bytes_a_name(void **state)
{
	struct hear_value *chain;
	struct hear_err err;
	char line[600];
	int i;

	for (i = 0; i < 17; i++)
		memcpy(line + 2 * i, "A<", 2);
	assert_int_equal(hear_chain_parse(*state,
					  (struct hear_span){line, 31},
					  &chain, &err), HEAR_OK);
	assert_int_equal(hear_count_of(chain), 16);
	assert_int_equal(hear_chain_parse(*state,
					  (struct hear_span){line, 33},
					  &chain, &err), HEAR_LIMIT);
	assert_int_equal(err.at, 32);
	assert_non_null(strstr(err.message, "at most 16 hops"));
	for (i = 0; i < 17; i++)
		memcpy(line + 2 * i, "A+", 2);
	assert_int_equal(hear_chain_parse(*state,
					  (struct hear_span){line, 33},
					  &chain, &err), HEAR_LIMIT);
	memset(line, 'a', sizeof line);
	assert_int_equal(hear_chain_parse(*state,
					  (struct hear_span){line, 256},
					  &chain, &err), HEAR_OK);
	assert_int_equal(hear_chain_parse(*state,
					  (struct hear_span){line, 257},
					  &chain, &err), HEAR_LIMIT);
	memcpy(line, "A (", 3);
	assert_int_equal(hear_chain_parse(*state,
					  (struct hear_span){line, 600},
					  &chain, &err), HEAR_LIMIT);
}

static void what_is_printed_is_read_back_to_the_same(void **state)
{
	static const char *const lines[] = {
		"A",
		"A + B < C",
		"?an aide + \"B+C\" (of the minister)",
		"Lee Seong-kweun (as Lee; lawmaker; told us; to B; at 2025~)",
		"A (at ../2025-01-12) < NIS (briefed)",
		"A (role: briefed officer)",
		"A (how: by phone)",
		"A (role: as told)",
		"A (role: note: x)",
		"A (role: \"a; b\"; how: \"said (\\\"no\\\")\")",
		"A (role: at)",
		"\"<\" < \"?\" < \" a\" < \"\\\"\\\\\"",
		"A\\B (to x\\y)",
	};
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		check_print(*state, parse(*state, lines[i]), lines[i]);
}

static void lists_may_mix_lines_and_maps(void **state)
{
	struct hear_value *in = list_of(*state, text(*state, "AFP (reported)"));
	struct hear_value *lee = hop(*state, "Lee", "role", "lawmaker");
	struct hear_value *joint = hear_make_map(*state);
	struct hear_value *names = list_of(*state, text(*state, "A < B"));
	struct hear_value *chain;
	struct hear_err err;

	hear_map_set(*state, lee, "how", text(*state, ""));
	hear_map_set(*state, lee, "unnamed", hear_make_bool(*state, false));
	hear_value_place(lee, 7, 3);
	hear_list_add(*state, names, text(*state, "?C"));
	hear_map_set(*state, joint, "who", names);
	hear_map_set(*state, joint, "unnamed", text(*state, "true"));
	hear_map_set(*state, joint, "at", text(*state, " 2025 "));
	hear_list_add(*state, in, lee);
	hear_list_add(*state, in, joint);
	if (hear_chain_make(*state, in, &chain, &err) != HEAR_OK)
		fail_msg("%s", err.message);
	assert_int_equal(hear_line_of(hear_item_of(chain, 1)), 7);
	check_print(*state, chain,
		    "AFP (reported) < Lee (lawmaker) < "
		    "?\"A < B\" + \"?C\" (at 2025)");
}

static void a_line_or_one_map_is_a_chain_too(void **state)
{
	struct hear_value *chain;
	struct hear_err err;

	assert_int_equal(hear_chain_make(*state, text(*state, "A < B (said)"),
					 &chain, &err), HEAR_OK);
	check_print(*state, chain, "A < B (said)");
	assert_int_equal(hear_chain_make(*state, hop(*state, "A", "how", "x"),
					 &chain, &err), HEAR_OK);
	check_print(*state, chain, "A (how: x)");
	assert_int_equal(hear_chain_make(*state, hear_make_list(*state),
					 &chain, &err), HEAR_OK);
	assert_int_equal(hear_count_of(chain), 0);
}

static void hops_of_another_form_are_refused(void **state)
{
	struct hear_value *many = hear_make_list(*state);
	struct hear_value *empty = hear_make_map(*state);
	int i;

	refuse_value(*state, NULL, HEAR_INVALID, "a chain is");
	refuse_value(*state, hear_make_integer(*state, 5), HEAR_INVALID,
		     "a chain is");
	refuse_value(*state, list_of(*state, many), HEAR_INVALID, "a hop is");
	refuse_value(*state, list_of(*state, text(*state, "A < B")),
		     HEAR_INVALID, "one hop");
	refuse_value(*state, list_of(*state, text(*state, " ")), HEAR_INVALID,
		     "empty");
	refuse_value(*state, list_of(*state, empty), HEAR_INVALID, "\"who\"");
	refuse_value(*state, hop(*state, " ", NULL, NULL), HEAR_INVALID,
		     "empty");
	refuse_value(*state, hop(*state, "A\nB", NULL, NULL), HEAR_INVALID,
		     "one line");
	refuse_value(*state, hop(*state, "A", "via", "B"), HEAR_INVALID,
		     "no other key");
	refuse_value(*state, hop(*state, "A", "unnamed", "maybe"),
		     HEAR_INVALID, "unnamed");
	for (i = 0; i < 17; i++)
		hear_list_add(*state, many, text(*state, "A"));
	refuse_value(*state, many, HEAR_LIMIT, "at most 16 hops");
	hear_map_set(*state, empty, "who", many);
	refuse_value(*state, empty, HEAR_LIMIT, "at most 16 speak");
}

static void mistakes_in_values_have_their_line(void **state)
{
	struct hear_value *map = hop(*state, "A", "at", "2025-02-30");
	struct hear_value *chain;
	struct hear_err err;

	hear_value_place(hear_map_get(map, "at"), 12, 9);
	assert_int_equal(hear_chain_make(*state, map, &chain, &err),
			 HEAR_INVALID);
	assert_int_equal(err.line, 12);
	assert_int_equal(err.column, 9);
	assert_non_null(strstr(err.message, "there is no 30 February"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_stands_first_and_the_origin_last),
		cmocka_unit_test(blank_text_is_a_chain_without_hops),
		cmocka_unit_test(several_who_spoke_jointly_are_one_hop),
		cmocka_unit_test(a_question_mark_makes_a_hop_unnamed),
		cmocka_unit_test(quotes_hold_what_would_be_read_otherwise),
		cmocka_unit_test(names_may_be_of_any_script),
		cmocka_unit_test(
			a_verb_of_reporting_is_how_and_other_words_role),
		cmocka_unit_test(empty_hops_and_parts_are_pointed_at),
		cmocka_unit_test(parts_that_cannot_be_are_refused),
		cmocka_unit_test(limits_are_sixteen_hops_and_256_bytes_a_name),
		cmocka_unit_test(what_is_printed_is_read_back_to_the_same),
		cmocka_unit_test(lists_may_mix_lines_and_maps),
		cmocka_unit_test(a_line_or_one_map_is_a_chain_too),
		cmocka_unit_test(hops_of_another_form_are_refused),
		cmocka_unit_test(mistakes_in_values_have_their_line),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
