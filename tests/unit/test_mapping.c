/* SPDX-License-Identifier: ISC */
/* The counts of the sample mappings were made from the files with awk and
 * another CSV reader. The data folder is $HEARSAY_DATA, else ../shared/data
 * beside the checkout; without it those tests are skipped. */
#include "tools/json.h"
#include "tools/mapping.h"
#include "tools/yaml.h"
#include "tests/unit/textfile.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct hear_arena *arena;   /* of the mapping */
static struct hear_arena *scratch; /* of a row */
static struct hear_err err;

static int set_up(void **state)
{
	(void)state;
	arena = hear_arena_new();
	scratch = hear_arena_new();
	return !arena || !scratch;
}

static int tear_down(void **state)
{
	(void)state;
	hear_arena_free(arena);
	hear_arena_free(scratch);
	return 0;
}

static struct mapping *mapping_of(struct hear_span yaml)
{
	struct mapping *mapping = NULL;
	struct hear_value *tree;

	assert_int_equal(yaml_read(arena, yaml, &tree, &err), HEAR_OK);
	assert_int_equal(mapping_read(arena, tree, &mapping, &err), HEAR_OK);
	return mapping;
}

static struct csv *table_of(struct mapping *mapping, int fd)
{
	struct csv *csv;

	assert_int_equal(csv_open(&csv, fd, "table", mapping_form(mapping),
				  &err), HEAR_OK);
	assert_int_equal(mapping_bind(mapping, csv_header(csv), &err),
			 HEAR_OK);
	return csv;
}

static enum hear_code gather(struct mapping *mapping, struct csv *csv)
{
	enum hear_code code = HEAR_OK;
	struct csv_row row;

	while (!code && !(code = csv_next(csv, &row, &err))) {
		hear_arena_reset(scratch);
		code = mapping_gather(scratch, mapping, &row, &err);
	}
	assert_int_equal(code, HEAR_NOTFOUND);
	code = mapping_settle(mapping, &err);
	assert_int_equal(csv_rewind(csv, &err), HEAR_OK);
	return code;
}

/* Every claim of the table as a line of JSON. */
static enum hear_code convert(struct mapping *mapping, struct csv *csv,
			      struct hear_buffer *out)
{
	struct hear_value *claims;
	enum hear_code code;
	struct csv_row row;
	size_t i;

	while (!(code = csv_next(csv, &row, &err))) {
		hear_arena_reset(scratch);
		code = mapping_row(scratch, mapping, &row, &claims, &err);
		if (code)
			return code;
		for (i = 0; i < hear_count_of(claims) && out; i++) {
			assert_int_equal(json_write(hear_item_of(claims, i),
						    out, &err), HEAR_OK);
			hear_buffer_byte(out, '\n');
		}
	}
	assert_int_equal(code, HEAR_NOTFOUND);
	return HEAR_OK;
}

static void gives(const char *yaml, const char *table, const char *json)
{
	struct mapping *mapping = mapping_of(hear_span_of(yaml));
	struct csv *csv = table_of(mapping, textfile(table));
	struct hear_buffer out = {0};

	if (mapping_has_companions(mapping))
		assert_int_equal(gather(mapping, csv), HEAR_OK);
	assert_int_equal(convert(mapping, csv, &out), HEAR_OK);
	assert_string_equal(out.data ? out.data : "", json);
	hear_buffer_done(&out);
	csv_close(csv);
}

static void row_fails(const char *yaml, const char *table, uint32_t line,
		      const char *words)
{
	struct mapping *mapping = mapping_of(hear_span_of(yaml));
	struct csv *csv = table_of(mapping, textfile(table));

	assert_int_equal(convert(mapping, csv, NULL), HEAR_INVALID);
	assert_int_equal(err.line, line);
	assert_non_null(strstr(err.message, words));
	csv_close(csv);
}

static void mapping_fails(const char *yaml, uint32_t line, const char *words)
{
	struct mapping *mapping;
	struct hear_value *tree;

	assert_int_equal(yaml_read(arena, hear_span_of(yaml), &tree, &err),
			 HEAR_OK);
	assert_int_not_equal(mapping_read(arena, tree, &mapping, &err),
			     HEAR_OK);
	assert_null(mapping);
	assert_int_equal(err.line, line);
	assert_non_null(strstr(err.message, words));
}

static void a_row_makes_a_claim(void **state)
{
	(void)state;
	gives("by: Ministry\nsubject: civilians\npredicate: killed\n"
	      "value: \"{n} people\"\nsaid: \"{day}\"\n",
	      "day,n\n2025-01-13, 300\n",
	      "{\"chain\":\"Ministry\",\"subject\":\"civilians\","
	      "\"predicate\":\"killed\",\"value\":\"300 people\","
	      "\"said\":\"2025-01-13\"}\n");
}

static void claims_inherit_and_clear_fields(void **state)
{
	(void)state;
	gives("subject: X\nhedge: perhaps\nclaims:\n"
	      "- {predicate: killed, value: \"{k}\"}\n"
	      "- {predicate: wounded, value: \"{w}\", hedge: \"\"}\n",
	      "k,w\n1,2\n",
	      "{\"subject\":\"X\",\"hedge\":\"perhaps\",\"predicate\":"
	      "\"killed\",\"value\":\"1\"}\n"
	      "{\"subject\":\"X\",\"predicate\":\"wounded\","
	      "\"value\":\"2\"}\n");
}

static void empty_columns_make_no_field_and_no_claim(void **state)
{
	(void)state;
	gives("empty: [NA, \"-\"]\npredicate: killed\nvalue: \"{n} %\"\n"
	      "place: \"{where}\"\n",
	      "n,where\n1,NA\nNA,Kyiv\n-,-\n,\n2, \n",
	      "{\"predicate\":\"killed\",\"value\":\"1 %\"}\n"
	      "{\"predicate\":\"killed\",\"value\":\"2 %\"}\n");
}

static void conditions_choose_the_claims(void **state)
{
	(void)state;
	gives("predicate: lost\nskip:\n- {s: [draft, test]}\n- {n: \"9\"}\n"
	      "claims:\n- {when: {n: \"\"}, stance: withdraws}\n"
	      "- {when: {n: {not: \"\"}}, value: \"{n}\"}\n",
	      "s,n\nfinal,1\ndraft,2\ntest,3\nfinal,\nfinal,9\n",
	      "{\"predicate\":\"lost\",\"value\":\"1\"}\n"
	      "{\"predicate\":\"lost\",\"stance\":\"withdraws\"}\n");
}

static void tables_rename_and_filters_reshape(void **state)
{
	(void)state;
	gives("tables: {t: {APC: armoured carriers}}\npredicate: lost\n"
	      "value: 1\nof: \"{f|table t}\"\nsaid: \"{d|date M/D/YYYY}\"\n"
	      "document: \"{u|host}\"\n"
	      "hedge: '{h|before \" - \"}; {h|after -}'\n",
	      "f,d,u,h\nAPC,1/31/2025,HTTPS://A.org:80/x?y,p - q\n"
	      "tank,12/1/2025,,\n",
	      "{\"predicate\":\"lost\",\"value\":\"1\",\"of\":"
	      "[\"armoured carriers\"],\"said\":\"2025-01-31\","
	      "\"document\":\"a.org\",\"hedge\":\"p; q\"}\n"
	      "{\"predicate\":\"lost\",\"value\":\"1\",\"of\":[\"tank\"],"
	      "\"said\":\"2025-12-01\"}\n");
}

static void dates_are_read_by_their_pattern(void **state)
{
	(void)state;
	gives("text: x\nsaid: '{d|date \"D MON YYYY, hh:mm\"}'\n"
	      "timezone: +02:00\n",
	      "d\n\"3 Sept 2024, 09:05\"\n\"31 january 2025, 23:59\"\n",
	      "{\"text\":\"x\",\"said\":\"2024-09-03T09:05+02:00\"}\n"
	      "{\"text\":\"x\",\"said\":\"2025-01-31T23:59+02:00\"}\n");
}

static void zones_are_put_where_none_is(void **state)
{
	(void)state;
	gives("text: x\nsaid: \"{d}\"\ntimezone: Z\n",
	      "d\n2025-01-13 10:30\n2025-01-13T10:30:05.25\n"
	      "2025-01-13T10:30+03:00\n2025-01-13\n"
	      "2025-01-13T10:30/2025-01-13 11:00\n",
	      "{\"text\":\"x\",\"said\":\"2025-01-13T10:30Z\"}\n"
	      "{\"text\":\"x\",\"said\":\"2025-01-13T10:30:05.25Z\"}\n"
	      "{\"text\":\"x\",\"said\":\"2025-01-13T10:30+03:00\"}\n"
	      "{\"text\":\"x\",\"said\":\"2025-01-13\"}\n"
	      "{\"text\":\"x\",\"said\":"
	      "\"2025-01-13T10:30Z/2025-01-13T11:00Z\"}\n");
	row_fails("text: x\nsaid: \"{d}\"\n", "d\n2025-01-13 10:30\n", 2,
		  "said: \"2025-01-13 10:30\" has no time zone");
}

static void a_column_in_a_chain_is_one_name(void **state)
{
	(void)state;
	gives("text: x\nby: \"{a} (told reporters) < {b}\"\n",
	      "a,b\nLee,NIS\n\"P (D)\",\"A < \"\"B\"\"\"\n?x,a+b\n",
	      "{\"text\":\"x\",\"chain\":\"Lee (told reporters) < NIS\"}\n"
	      "{\"text\":\"x\",\"chain\":\"\\\"P (D)\\\" (told reporters) < "
	      "\\\"A < \\\\\\\"B\\\\\\\"\\\"\"}\n"
	      "{\"text\":\"x\",\"chain\":\"\\\"?x\\\" (told reporters) < "
	      "\\\"a+b\\\"\"}\n");
	gives("text: x\nby: \"{a|raw}\"\n", "a\nLee < NIS\n",
	      "{\"text\":\"x\",\"chain\":\"Lee < NIS\"}\n");
	gives("text: x\nchain: [{who: \"{a}\", role: \"{r}\"}]\n",
	      "a,r\nP (D),\n",
	      "{\"text\":\"x\",\"chain\":[{\"who\":\"P (D)\"}]}\n");
}

static void fields_may_be_maps_and_lists(void **state)
{
	(void)state;
	gives("text: \"{{{t}}}\"\ndocument: {url: \"{u}\", publisher: P}\n"
	      "tags: [\"{a}\", fixed]\nmore: {row: \"{t}\", none: \"{a}\"}\n",
	      "t,u,a\n7,http://a.org/,\n",
	      "{\"text\":\"{7}\",\"document\":{\"url\":\"http://a.org/\","
	      "\"publisher\":\"P\"},\"tags\":[\"fixed\"],"
	      "\"more\":{\"row\":\"7\"}}\n");
}

#define COMPANIONS                                                             \
	"companions:\n- when: {f: [\"p*\"]}\n  for: {f: p}\n  key: [d, e]\n"   \
	"  gives: {op: \"{v}\"}\npredicate: lost\nof: \"{f}\"\n"               \
	"value: \"{op} {v}\"\n"

static void companions_give_a_column_to_other_rows(void **state)
{
	struct mapping_counts counts;
	struct mapping *mapping = mapping_of(hear_span_of(COMPANIONS));
	struct csv *csv;

	(void)state;
	gives(COMPANIONS,
	      "d,e,f,v\n1,x,p,10\n1,x,t,3\n1,x,p*,about\n2,x,p*,almost\n"
	      "2,x,p,20\n2,y,p,30\n3,x,p*,\n3,x,p,40\n",
	      "{\"predicate\":\"lost\",\"of\":[\"p\"],\"value\":\"about 10\"}\n"
	      "{\"predicate\":\"lost\",\"of\":[\"t\"],\"value\":\"3\"}\n"
	      "{\"predicate\":\"lost\",\"of\":[\"p\"],\"value\":\"almost 20\"}"
	      "\n{\"predicate\":\"lost\",\"of\":[\"p\"],\"value\":\"30\"}\n"
	      "{\"predicate\":\"lost\",\"of\":[\"p\"],\"value\":\"40\"}\n");
	csv = table_of(mapping, textfile("d,e,f,v\n1,x,p*,about\n1,xx,p,5\n"
					 "1,x,t,\n"));
	assert_int_equal(gather(mapping, csv), HEAR_OK);
	assert_int_equal(convert(mapping, csv, NULL), HEAR_OK);
	counts = mapping_counts(mapping);
	assert_int_equal(counts.rows, 3);
	assert_int_equal(counts.companions, 1);
	assert_int_equal(counts.unused, 1);
	assert_int_equal(counts.empty, 1);
	assert_int_equal(counts.claims, 1);
	csv_close(csv);
}

static void companions_that_differ_for_one_key_are_refused(void **state)
{
	struct mapping *mapping = mapping_of(hear_span_of(COMPANIONS));
	struct csv *csv = table_of(mapping,
				   textfile("d,e,f,v\n1,x,p*,about\n"
					    "1,xx,p*,over\n1,x,p*,about\n"));

	(void)state;
	assert_int_equal(gather(mapping, csv), HEAR_OK);
	csv_close(csv);
	csv = table_of(mapping, textfile("d,e,f,v\n1,x,p*,about\n1,x,p,1\n"
					 "1,x,p*,over\n"));
	assert_int_equal(gather(mapping, csv), HEAR_INVALID);
	assert_int_equal(err.line, 4);
	assert_non_null(strstr(err.message, "\"about\" (line 2)"));
	csv_close(csv);
}

static void other_counts_than_expected_are_told(void **state)
{
	struct mapping *mapping = mapping_of(hear_span_of(
		"expect: {rows: 2, claims: 1}\ntext: \"{t}\"\n"));
	struct csv *csv = table_of(mapping, textfile("t\na\n"));

	(void)state;
	assert_int_equal(convert(mapping, csv, NULL), HEAR_OK);
	assert_int_equal(mapping_finish(mapping, &err), HEAR_INVALID);
	assert_non_null(strstr(err.message, "1 rows were read where the "
					    "mapping expects 2"));
	csv_close(csv);
	csv = table_of(mapping, textfile("t,u\na,\n,b\n"));
	assert_int_equal(convert(mapping, csv, NULL), HEAR_OK);
	assert_int_equal(mapping_finish(mapping, &err), HEAR_OK);
	csv_close(csv);
}

static void a_row_that_cannot_be_read_names_line_and_column(void **state)
{
	(void)state;
	row_fails("text: x\nsaid: \"{d|date D/M/YYYY}\"\n",
		  "d\n1/2/2025\n2025-01-02\n", 3,
		  "said: column \"d\": \"2025-01-02\" is not a date written "
		  "D/M/YYYY");
	row_fails("text: \"{d|host}\"\n", "d\nnowhere\n", 2,
		  "column \"d\": \"nowhere\" is not a web address");
	row_fails("tables: {t: {a: b}}\ntext: \"{d|only t}\"\n", "d\na\nc\n",
		  3, "\"c\" is not in the table t");
}

static void a_column_that_is_not_there_is_told_with_those_that_are(void **state)
{
	static const struct hear_span names[] = {{"day", 3}, {"n", 1}, {"n", 1}};
	struct csv_row header = {1, 3, names};
	struct mapping *mapping = mapping_of(hear_span_of("text: \"{dya}\"\n"));

	(void)state;
	assert_int_equal(mapping_bind(mapping, &header, &err), HEAR_INVALID);
	assert_int_equal(err.line, 1);
	assert_string_equal(err.message, "there is no column \"dya\"; the "
					 "columns are: day, n, n");
	mapping = mapping_of(hear_span_of("text: \"{n}\"\n"));
	assert_int_equal(mapping_bind(mapping, &header, &err), HEAR_INVALID);
	assert_non_null(strstr(err.message, "2 columns are called \"n\""));
}

static void mistakes_in_a_mapping_are_placed(void **state)
{
	(void)state;
	mapping_fails("text: x\nsubjekt: y\n", 2, "\"subjekt\" is neither");
	mapping_fails("text: x\nof: [[[[[a]]]]]\n", 2, "more than 4");
	mapping_fails("text: \"{a\"\n", 1, "not closed");
	mapping_fails("text: \"a}\"\n", 1, "}}");
	mapping_fails("text: \"{}\"\n", 1, "no column");
	mapping_fails("text: \"{a|lower}\"\n", 1, "the filters are");
	mapping_fails("text: \"{a|table t}\"\n", 1, "no table");
	mapping_fails("text: \"{a|date YY}\"\n", 1, "YYYY");
	mapping_fails("text: \"{a|date}\"\n", 1, "needs a word");
	mapping_fails("text: x\nseparator: pipe\n", 2, "separator");
	mapping_fails("text: x\nquoting: some\n", 2, "double or none");
	mapping_fails("text: x\ncolumns: [a]\n", 2, "header: no");
	mapping_fails("text: x\nexpect: {lines: 3}\n", 2, "rows: 100");
	mapping_fails("text: x\nexpect: {rows: 3k}\n", 2, "digits");
	mapping_fails("text: x\ntimezone: CET\n", 2, "+02:00");
	mapping_fails("text: x\nby: a\nchain: b\n", 3, "the same field");
	mapping_fails("text: x\nby: [a, b]\n", 2, "several claims");
	mapping_fails("predicate: killed\n", 1, "a claim needs");
	mapping_fails("value: 3\nclaims:\n- {subject: y}\n", 3,
		      "a claim needs");
	mapping_fails("text: x\nskip: {a: {not: {b: c}}}\n", 2, "a condition");
	mapping_fails("text: x\ncompanions:\n- {when: {a: b}}\n", 3, "key:");
}

/* ---- The samples ---------------------------------------------------------- */

/* In the folder that the variable names, else in `otherwise` of the source. */
static int open_in(const char *variable, const char *otherwise,
		   const char *name)
{
	const char *folder = variable ? getenv(variable) : NULL;
	const char *source = getenv("SOURCE");
	char path[4096];

	if (folder)
		(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	else
		(void)snprintf(path, sizeof path, "%s/%s/%s",
			       source ? source : ".", otherwise, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static struct mapping *sample(const char *name)
{
	static char text[65536];
	int fd = open_in(NULL, "tools/sample", name);
	ssize_t size;

	assert_true(fd >= 0);
	size = read(fd, text, sizeof text);
	assert_true(size > 0);
	close(fd);
	return mapping_of(hear_arena_copy(
		arena, (struct hear_span){text, (size_t)size}));
}

static struct mapping_counts counts_of(const char *name, const char *table,
				       struct hear_buffer *out)
{
	struct mapping *mapping = sample(name);
	int fd = open_in("HEARSAY_DATA", "../shared/data", table);
	struct csv *csv;

	if (fd < 0) {
		print_message("skipped: the data folder (HEARSAY_DATA) is not "
			      "here\n");
		skip();
	}
	csv = table_of(mapping, fd);
	if (mapping_has_companions(mapping))
		assert_int_equal(gather(mapping, csv), HEAR_OK);
	assert_int_equal(convert(mapping, csv, out), HEAR_OK);
	assert_int_equal(mapping_finish(mapping, &err), HEAR_OK);
	csv_close(csv);
	close(fd);
	return mapping_counts(mapping);
}

static size_t occurrences(const struct hear_buffer *text, const char *words)
{
	const char *at = text->data;
	size_t count = 0;

	for (; at && (at = strstr(at, words)); at++)
		count++;
	return count;
}

static void the_losses_in_ukraine_are_all_accounted_for(void **state)
{
	struct hear_buffer out = {0};
	struct mapping_counts counts = counts_of("ukraine-losses.map.yaml",
						 "ukraine-losses/history.tsv",
						 &out);

	(void)state;
	assert_int_equal(counts.rows, 24886);
	assert_int_equal(counts.companions, 1647 + 2);
	assert_int_equal(counts.unused, 22);
	assert_int_equal(counts.claims, 24886 - 1649);
	assert_int_equal(counts.empty, 0);
	assert_int_equal(occurrences(&out, "\"stance\":\"withdraws\""), 162);
	assert_int_equal(occurrences(&out, "\"value\":\"about "), 1612);
	assert_int_equal(occurrences(&out, "\"value\":\"more than "), 8);
	assert_int_equal(occurrences(&out, "\"value\":\"almost "), 2);
	hear_buffer_done(&out);
}

static void the_polls_of_2016_are_all_accounted_for(void **state)
{
	struct hear_buffer out = {0};
	struct mapping_counts counts = counts_of("polls2016.map.yaml",
						 "polls2016/all_polls.csv",
						 &out);

	(void)state;
	assert_int_equal(counts.rows, 3168);
	assert_int_equal(counts.claims,
			 3168 + 3168 + 575 + 17 + 2288 + 2871);
	assert_int_equal(occurrences(&out, "\"predicate\":\"McMullin\""), 17);
	assert_int_equal(occurrences(&out, "NA %"), 0);
	hear_buffer_done(&out);
}

static void the_daily_counts_of_oryx_are_all_accounted_for(void **state)
{
	struct hear_buffer out = {0};
	struct mapping_counts counts = counts_of("oryx-daily.map.yaml",
						 "oryx/daily_count.csv", &out);

	(void)state;
	assert_int_equal(counts.rows, 1365);
	assert_int_equal(counts.skipped, 2);
	assert_int_equal(counts.claims, 5 * 1363);
	assert_int_equal(occurrences(&out, " - "), 0);
	hear_buffer_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_makes_a_claim),
		cmocka_unit_test(claims_inherit_and_clear_fields),
		cmocka_unit_test(empty_columns_make_no_field_and_no_claim),
		cmocka_unit_test(conditions_choose_the_claims),
		cmocka_unit_test(tables_rename_and_filters_reshape),
		cmocka_unit_test(dates_are_read_by_their_pattern),
		cmocka_unit_test(zones_are_put_where_none_is),
		cmocka_unit_test(a_column_in_a_chain_is_one_name),
		cmocka_unit_test(fields_may_be_maps_and_lists),
		cmocka_unit_test(companions_give_a_column_to_other_rows),
		cmocka_unit_test(
			companions_that_differ_for_one_key_are_refused),
		cmocka_unit_test(other_counts_than_expected_are_told),
		cmocka_unit_test(
			a_row_that_cannot_be_read_names_line_and_column),
		cmocka_unit_test(
			a_column_that_is_not_there_is_told_with_those_that_are),
		cmocka_unit_test(mistakes_in_a_mapping_are_placed),
		cmocka_unit_test(the_losses_in_ukraine_are_all_accounted_for),
		cmocka_unit_test(the_polls_of_2016_are_all_accounted_for),
		cmocka_unit_test(
			the_daily_counts_of_oryx_are_all_accounted_for),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
