/* SPDX-License-Identifier: ISC */
/* Paragraphs, pairs and drawings: within the terminal's width, whatever it is
 * and whatever they are given. */
#include "tools/draw.h"
#include "tools/layout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct terminal of_columns(unsigned columns)
{
	return (struct terminal){.is = true, .columns = columns};
}

static size_t widest_line(struct hear_span text)
{
	size_t widest = 0;

	while (text.size > 0) {
		const char *end = memchr(text.data, '\n', text.size);
		size_t size = end ? (size_t)(end - text.data) : text.size;
		size_t columns =
			hear_text_columns((struct hear_span){text.data, size});

		widest = columns > widest ? columns : widest;
		size += end != NULL;
		text.data += size;
		text.size -= size;
	}
	return widest;
}

static size_t lines_in(struct hear_span text)
{
	size_t lines = 0;
	size_t i;

	for (i = 0; i < text.size; i++)
		lines += text.data[i] == '\n';
	return lines;
}

static void a_paragraph_is_set_in_below_its_first_line(void **state)
{
	struct terminal terminal = of_columns(20);
	struct hear_buffer out = {0};

	(void)state;
	layout_text(&terminal, 2, STYLE_RESET,
		    hear_span_of("about 300 soldiers were killed"), &out);
	assert_string_equal(out.data, "  about 300 soldiers\n  were killed\n");
	hear_buffer_done(&out);
}

static void both_sides_of_a_pair_go_on(void **state)
{
	struct terminal terminal = of_columns(32);
	struct layout_pair pair = {
		.indent = 2,
		.width = 10,
		.left = hear_span_of("South Korean government"),
		.right = hear_span_of("more than 10,000, said 2025"),
	};
	struct hear_buffer out = {0};

	(void)state;
	layout_pair(&terminal, &pair, &out);
	assert_string_equal(out.data, "  South       more than 10,000,\n"
				      "  Korean      said 2025\n"
				      "  government\n");
	hear_buffer_done(&out);
}

static void a_pipe_gets_a_pair_whole_with_a_tab(void **state)
{
	struct terminal pipe = {.is = false, .columns = 10};
	struct layout_pair pair = {
		.indent = 2,
		.width = 4,
		.left = hear_span_of("South Korean government"),
		.right = hear_span_of("more than 10,000"),
	};
	struct hear_buffer out = {0};

	(void)state;
	layout_pair(&pipe, &pair, &out);
	assert_string_equal(out.data,
			    "South Korean government\tmore than 10,000\n");
	hear_buffer_done(&out);
}

static void a_word_of_4_kib_takes_a_few_lines(void **state)
{
	unsigned columns;
	char word[4097];
	struct layout_pair pair = {.indent = 2, .width = 12};

	(void)state;
	memset(word, 'w', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	pair.left = pair.right = hear_span_of(word);
	for (columns = 40; columns <= 200; columns += 5) {
		struct terminal terminal = of_columns(columns);
		struct hear_buffer out = {0};

		layout_text(&terminal, 2, STYLE_RESET, pair.left, &out);
		layout_pair(&terminal, &pair, &out);
		assert_true(widest_line(hear_buffer_view(&out)) <= columns);
		assert_true(lines_in(hear_buffer_view(&out)) <= 24);
		assert_non_null(strstr(out.data, "…\n"));
		hear_buffer_done(&out);
	}
}

static void wide_characters_stay_within_the_width(void **state)
{
	struct terminal terminal = of_columns(40);
	struct hear_buffer text = {0};
	struct hear_buffer out = {0};
	int i;

	(void)state;
	for (i = 0; i < 60; i++)
		hear_buffer_text(&text, "国");
	layout_text(&terminal, 3, STYLE_RESET, hear_buffer_view(&text), &out);
	assert_true(widest_line(hear_buffer_view(&out)) <= 40);
	hear_buffer_done(&text);
	hear_buffer_done(&out);
}

/* ---- Drawings ---- */

static struct hear_extent extent(const char *low, const char *high)
{
	return (struct hear_extent){
		.low = hear_span_of(low),
		.high = hear_span_of(high),
		.from = *low ? strtod(low, NULL) : -INFINITY,
		.to = *high ? strtod(high, NULL) : INFINITY,
	};
}

static void draws(const struct hear_extent *extents, size_t count,
		  unsigned columns, struct hear_buffer *out)
{
	static const char *const names[] = {"NIS", "Ukraine", "Russia"};
	struct terminal terminal = of_columns(columns);
	struct draw_line lines[3];
	size_t i;

	for (i = 0; i < count; i++)
		lines[i] = (struct draw_line){hear_span_of(names[i]),
					      &extents[i]};
	draw_extents(&terminal, 2, lines, count, out);
}

static void extents_stand_on_one_line(void **state)
{
	struct hear_extent extents[] = {extent("270", "330"),
					extent("500", "500"),
					extent("570", "")};
	struct hear_buffer out = {0};

	(void)state;
	draws(extents, 3, 46, &out);
	assert_string_equal(
		out.data, "  NIS        ━━━━━━━\n"
			  "  Ukraine                           ●\n"
			  "  Russia                                   ━━▶\n"
			  "             270                         570\n");
	hear_buffer_done(&out);
}

static void what_is_alike_or_alone_is_not_drawn(void **state)
{
	struct hear_extent alike[] = {extent("300", "300"),
				      extent("300", "300")};
	struct hear_extent nothing[] = {extent("", ""), extent("5", "6")};
	struct hear_buffer out = {0};

	(void)state;
	draws(alike, 2, 80, &out);
	draws(alike, 1, 80, &out);
	draws(nothing, 2, 80, &out);
	assert_int_equal(out.size, 0);
}

static void drawings_of_any_numbers_fit(void **state)
{
	struct hear_extent extents[] = {
		extent("-999999999999999999", ""),
		extent("", "999999999999999999"),
		extent("0.000000000000000001", "1"),
	};
	unsigned columns;

	(void)state;
	for (columns = 10; columns <= 200; columns++) {
		struct hear_buffer out = {0};

		draws(extents, 3, columns, &out);
		assert_true(widest_line(hear_buffer_view(&out)) <= columns);
		hear_buffer_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_paragraph_is_set_in_below_its_first_line),
		cmocka_unit_test(both_sides_of_a_pair_go_on),
		cmocka_unit_test(a_pipe_gets_a_pair_whole_with_a_tab),
		cmocka_unit_test(a_word_of_4_kib_takes_a_few_lines),
		cmocka_unit_test(wide_characters_stay_within_the_width),
		cmocka_unit_test(extents_stand_on_one_line),
		cmocka_unit_test(what_is_alike_or_alone_is_not_drawn),
		cmocka_unit_test(drawings_of_any_numbers_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
