/* SPDX-License-Identifier: ISC */
#include "tools/nearest.h"
#include "tools/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct option_line lines[] = {
	{"limit", 'n', "N", "at most so many", false, NULL},
	{"tag", 0, "TAG", "a tag", true, NULL},
	{"sort", 0, "BY", "the order", false, "said event filed"},
	{"count", 0, NULL, "how many", false, NULL},
	{0},
};

static const struct options_form form = {
	.operands = "[QUERY]",
	.lines = lines,
	.most = 3,
	.query = true,
};

static const struct options_form one_form = {
	.operands = "ID", .least = 1, .most = 1};

static int count_of(const char *const *argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return argc;
}

/* getopt's prototype lets it move the words, but it is told not to. */
static char *const *as_argv(const char *const *words)
{
	union {
		const char *const *words;
		char *const *argv;
	} as = {.words = words};

	return as.argv;
}

static struct options *parse(const char *const *words)
{
	struct options *options;
	struct hear_err err = {0};

	if (options_parse(&options, &form, "find", count_of(words),
			  as_argv(words), &err) != HEAR_OK)
		fail_msg("%s", err.message);
	return options;
}

static void refuses(const struct options_form *of, const char *const *words,
		    const char *part)
{
	struct options *options;
	struct hear_err err = {0};

	assert_int_equal(options_parse(&options, of, "find", count_of(words),
				       as_argv(words), &err),
			 HEAR_INVALID);
	assert_null(options);
	if (!strstr(err.message, part))
		fail_msg("\"%s\" does not say \"%s\"", err.message, part);
}

static void options_stand_before_between_and_after_words(void **state)
{
	const char *const words[] = {"find", "-n", "5", "a", "--count",
				     "b",    "--sort=said", NULL};
	struct options *options = parse(words);
	uint64_t limit = 0;
	unsigned sort = 9;

	(void)state;
	assert_int_equal(options_operands(options), 2);
	assert_string_equal(options_operand(options, 0), "a");
	assert_string_equal(options_operand(options, 1), "b");
	assert_null(options_operand(options, 2));
	assert_int_equal(options_number(options, "limit", 10, &limit, NULL),
			 HEAR_OK);
	assert_int_equal(limit, 5);
	assert_true(options_given(options, "count"));
	assert_false(options_given(options, "tag"));
	assert_int_equal(options_choice(options, "sort", &sort, NULL),
			 HEAR_OK);
	assert_int_equal(sort, 0);
	options_free(options);
}

static void two_hyphens_end_the_options(void **state)
{
	const char *const words[] = {"find", "--", "--count", "-n", NULL};
	struct options *options = parse(words);

	(void)state;
	assert_false(options_given(options, "count"));
	assert_int_equal(options_operands(options), 2);
	assert_string_equal(options_operand(options, 0), "--count");
	options_free(options);
}

static void in_a_query_a_hyphen_before_a_word_excludes_it(void **state)
{
	const char *const words[] = {"find", "killed", "-is:retracted",
				     "-draft", "-d", "korea", NULL};
	struct options *options = parse(words);

	(void)state;
	assert_int_equal(options_operands(options), 3);
	assert_string_equal(options_operand(options, 1), "-is:retracted");
	assert_string_equal(options_operand(options, 2), "-draft");
	assert_string_equal(options_text(options, "dataset"), "korea");
	options_free(options);
}

static void a_repeated_option_keeps_each_value_in_order(void **state)
{
	const char *const words[] = {"find", "--tag", "a", "--tag", "b", NULL};
	struct options *options = parse(words);

	(void)state;
	assert_int_equal(options_count(options, "tag"), 2);
	assert_string_equal(options_at(options, "tag", 0), "a");
	assert_string_equal(options_at(options, "tag", 1), "b");
	assert_null(options_at(options, "tag", 2));
	options_free(options);
}

static void a_lone_hyphen_is_a_word(void **state)
{
	const char *const words[] = {"find", "-", NULL};
	struct options *options = parse(words);

	(void)state;
	assert_string_equal(options_operand(options, 0), "-");
	options_free(options);
}

static void an_unknown_option_is_answered_with_the_nearest(void **state)
{
	const char *const words[] = {"find", "--limt", "5", NULL};
	const char *const letter[] = {"show", "-x", NULL};

	(void)state;
	refuses(&form, words, "did you mean --limit?");
	refuses(&one_form, letter, "no option '-x'");
}

static void what_an_option_needs_is_asked_for(void **state)
{
	const char *const bare[] = {"find", "--limit", NULL};
	const char *const letter[] = {"find", "-n", NULL};
	const char *const much[] = {"find", "--count=3", NULL};
	const char *const twice[] = {"find", "-n", "1", "-n", "2", NULL};

	(void)state;
	refuses(&form, bare, "--limit N");
	refuses(&form, letter, "--limit N");
	refuses(&form, much, "--count takes nothing");
	refuses(&form, twice, "given twice");
}

static void missing_and_superfluous_words_are_named(void **state)
{
	const char *const none[] = {"show", NULL};
	const char *const two[] = {"show", "a", "b", NULL};
	const char *const help[] = {"show", "--help", NULL};
	struct options *options;

	(void)state;
	refuses(&one_form, none, "something is missing");
	refuses(&one_form, two, "'b' is one word too many");
	assert_int_equal(options_parse(&options, &one_form, "show", 2,
				       as_argv(help), NULL),
			 HEAR_OK);
	assert_true(options_given(options, "help"));
	options_free(options);
}

static void numbers_and_choices_are_checked(void **state)
{
	static const char *const bad[] = {"",   "-1", "1x", "11",
					  "99999999999999999999999"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *const words[] = {"find", "-n", bad[i], "--sort",
					     "sai", NULL};
		struct options *options = parse(words);
		uint64_t number = 7;
		unsigned sort = 7;

		assert_int_equal(options_number(options, "limit", 10, &number,
						NULL),
				 HEAR_INVALID);
		assert_int_equal(number, 7);
		assert_int_equal(options_choice(options, "sort", &sort, NULL),
				 HEAR_INVALID);
		assert_int_equal(sort, 7);
		options_free(options);
	}
}

static void options_before_the_command_end_at_it(void **state)
{
	const char *const words[] = {"hearsay", "-d",    "korea", "--json",
				     "find",    "--csv", NULL};
	struct options *options;
	int used;

	(void)state;
	assert_int_equal(options_before(&options, count_of(words),
					as_argv(words), &used, NULL),
			 HEAR_OK);
	assert_int_equal(used, 4);
	assert_string_equal(options_text(options, "dataset"), "korea");
	assert_true(options_given(options, "json"));
	options_free(options);
}

static void help_and_completion_name_every_option(void **state)
{
	static const char *const names[] = {"--limit", "--tag",  "--sort",
					    "--count", "--home", "--dataset",
					    "--json",  "--help"};
	struct hear_buffer help = {0};
	struct hear_buffer list = {0};
	struct hear_buffer values = {0};
	size_t i;

	(void)state;
	options_help("find", "find records", &form, &help);
	options_list(&form, &list);
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		assert_non_null(strstr(help.data, names[i]));
		assert_non_null(strstr(list.data, names[i]));
	}
	assert_true(options_values(&form, "--sort", &values));
	assert_string_equal(values.data, "said\nevent\nfiled\n");
	assert_false(options_values(&form, "--count", &values));
	hear_buffer_done(&help);
	hear_buffer_done(&list);
	hear_buffer_done(&values);
}

static void a_suggestion_is_near_or_none(void **state)
{
	struct nearest near = nearest_to("fnid");
	struct nearest far = nearest_to("zzz");
	struct nearest start = nearest_to("da");

	(void)state;
	nearest_try(&near, "file");
	nearest_try(&near, "find");
	assert_string_equal(near.best, "find");
	nearest_try(&far, "find");
	assert_null(far.best);
	nearest_try(&start, "datasets");
	assert_string_equal(start.best, "datasets");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_before_between_and_after_words),
		cmocka_unit_test(two_hyphens_end_the_options),
		cmocka_unit_test(in_a_query_a_hyphen_before_a_word_excludes_it),
		cmocka_unit_test(a_repeated_option_keeps_each_value_in_order),
		cmocka_unit_test(a_lone_hyphen_is_a_word),
		cmocka_unit_test(an_unknown_option_is_answered_with_the_nearest),
		cmocka_unit_test(what_an_option_needs_is_asked_for),
		cmocka_unit_test(missing_and_superfluous_words_are_named),
		cmocka_unit_test(numbers_and_choices_are_checked),
		cmocka_unit_test(options_before_the_command_end_at_it),
		cmocka_unit_test(help_and_completion_name_every_option),
		cmocka_unit_test(a_suggestion_is_near_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
