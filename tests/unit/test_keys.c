/* SPDX-License-Identifier: ISC */
#include "tools/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_card_is_read_back_as_it_was_printed(void **state)
{
	struct keys_card card;
	struct keys_card back;
	struct hear_buffer text = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof card; i++)
		((unsigned char *)&card)[i] = (unsigned char)(i * 7);
	hear_buffer_text(&text, "  ");
	keys_card_print(&card, &text);
	hear_buffer_text(&text, " \n");
	assert_true(keys_card_parse(hear_buffer_view(&text), &back));
	assert_memory_equal(&card, &back, sizeof card);
	hear_buffer_done(&text);
}

static void what_is_no_card_is_not_read(void **state)
{
	struct keys_card card = {.key = {{1}}};
	struct keys_card back;
	struct hear_buffer text = {0};
	size_t size;

	(void)state;
	keys_card_print(&card, &text);
	for (size = text.size - 1; size > 0; size--) {
		struct hear_span cut = {text.data, size};

		assert_false(keys_card_parse(cut, &back));
	}
	text.data[3] = 'g';
	assert_false(keys_card_parse(hear_buffer_view(&text), &back));
	text.data[3] = '0';
	hear_buffer_text(&text, " more");
	assert_false(keys_card_parse(hear_buffer_view(&text), &back));
	assert_false(keys_card_parse(hear_span_of(""), &back));
	hear_buffer_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_is_read_back_as_it_was_printed),
		cmocka_unit_test(what_is_no_card_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
