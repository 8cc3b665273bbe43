/* SPDX-License-Identifier: ISC */
#include "core/address.h"
#include "core/limits.h"

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

static void gives(const char *text, const char *expected)
{
	struct hear_span out = {0};
	struct hear_err err = {.message = ""};
	enum hear_code code;

	code = hear_address_normal(arena, hear_span_of(text), &out, &err);
	assert_string_equal(err.message, "");
	assert_int_equal(code, HEAR_OK);
	assert_string_equal(out.data, expected);
	assert_int_equal(out.size, strlen(expected));
}

static void refuses(const char *text, enum hear_code code, size_t at,
		    const char *says)
{
	struct hear_span out = {0};
	struct hear_err err;

	assert_int_equal(
		hear_address_normal(arena, hear_span_of(text), &out, &err),
		code);
	assert_int_equal(err.at, at);
	assert_non_null(strstr(err.message, says));
	assert_null(out.data);
}

static void scheme_and_host_are_lower_case_the_path_is_not(void **state)
{
	(void)state;
	gives("HTTPS://WWW.TheMoscowTimes.com/2025/01/13/About",
	      "https://www.themoscowtimes.com/2025/01/13/About");
	gives("  http://Example.org/a \n", "http://example.org/a");
}

static void an_empty_path_is_a_slash(void **state)
{
	(void)state;
	gives("https://example.org", "https://example.org/");
	gives("https://example.org?q=1", "https://example.org/?q=1");
	gives("https://example.org#top", "https://example.org/");
}

static void a_port_is_dropped_where_it_is_the_default(void **state)
{
	(void)state;
	gives("http://example.org:80/", "http://example.org/");
	gives("https://example.org:0443/", "https://example.org/");
	gives("http://example.org:443/", "http://example.org:443/");
	gives("http://example.org:/", "http://example.org/");
	gives("gopher://example.org:70/1", "gopher://example.org:70/1");
	gives("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/");
	gives("http://[2001:DB8::1]/", "http://[2001:db8::1]/");
	gives("http://[::1]:8080", "http://[::1]:8080/");
}

/* The first two are the examples of RFC 3986, sections 5.2.4 and 6.2.2. */
static void dot_segments_are_removed(void **state)
{
	(void)state;
	gives("http://h/a/b/c/./../../g", "http://h/a/g");
	gives("eXAMPLE://a/./b/../b/%63/%7bfoo%7d",
	      "example://a/b/c/%7Bfoo%7D");
	gives("http://h/..", "http://h/");
	gives("http://h/../../a", "http://h/a");
	gives("http://h/a/.", "http://h/a/");
	gives("http://h/a/b/..", "http://h/a/");
	gives("http://h/a/%2E%2e/b", "http://h/b");
	gives("http://h/a//b/...", "http://h/a//b/...");
	gives("http://h/?a=/../b", "http://h/?a=/../b");
}

static void what_needs_no_encoding_is_decoded(void **state)
{
	(void)state;
	gives("http://h/%7Eann/%41%2d%2F%c3%a9",
	      "http://h/~ann/A-%2F%C3%A9");
}

static void an_address_spelled_out_is_the_one_encoded(void **state)
{
	(void)state;
	/* Курск: D0 9A D1 83 D1 80 D1 81 D0 BA */
	gives("https://ru.wikipedia.org/wiki/Курск",
	      "https://ru.wikipedia.org/wiki/"
	      "%D0%9A%D1%83%D1%80%D1%81%D0%BA");
	gives("http://h/a|b\"c?d={e}", "http://h/a%7Cb%22c?d=%7Be%7D");
	gives("http://h/100%", "http://h/100%25");
	gives("http://h/100%zz%4", "http://h/100%25zz%254");
}

static void parameters_that_track_readers_are_dropped(void **state)
{
	(void)state;
	gives("https://h/a?utm_source=x&id=7&utm_medium=y&FBCLID=z&b",
	      "https://h/a?id=7&b");
	gives("https://h/a?gclid=1&mc_cid=2&mc_eid=3&igshid=4&yclid=5"
	      "&msclkid=6&ref_src=twsrc%5Etfw",
	      "https://h/a");
	gives("https://h/a?%75tm_source=x&z=1", "https://h/a?z=1");
	gives("https://h/a?utm=1&my_fbclid=2&ref=3&b=2&a=1",
	      "https://h/a?utm=1&my_fbclid=2&ref=3&b=2&a=1");
	gives("https://h/a?", "https://h/a");
	gives("https://h/a?&x=1&&", "https://h/a?x=1");
}

static void a_fragment_is_dropped(void **state)
{
	(void)state;
	gives("https://h/a?b=c#:~:text=300", "https://h/a?b=c");
	gives("https://h/a#b?c", "https://h/a");
}

static void an_at_sign_or_an_address_in_the_path_is_kept(void **state)
{
	(void)state;
	gives("https://mastodon.social/@a/1", "https://mastodon.social/@a/1");
	gives("https://web.archive.org/web/2025/http://H.org:80/A",
	      "https://web.archive.org/web/2025/http://H.org:80/A");
}

static void a_name_or_password_is_refused(void **state)
{
	(void)state;
	refuses("https://ann:secret@example.org/", HEAR_INVALID, 8,
		"user name or password");
	refuses("  https://token@example.org/", HEAR_INVALID, 10, "'@'");
}

static void a_bad_host_or_port_is_refused(void **state)
{
	(void)state;
	refuses("https:///a", HEAR_INVALID, 8, "names no host");
	refuses("http://:80/", HEAR_INVALID, 7, "names no host");
	gives("file:///home/ann/memo.pdf", "file:///home/ann/memo.pdf");
	refuses("http://h:80a/", HEAR_INVALID, 9, "a number up to 65535");
	refuses("http://h:65536/", HEAR_INVALID, 9, "a number up to 65535");
	refuses("http://h:99999999999999999999/", HEAR_INVALID, 9, "65535");
	refuses("http://a:b:80/", HEAR_INVALID, 9, "65535");
	refuses("http://exa<mple/", HEAR_INVALID, 10, "holds no '<'");
}

static void blanks_and_controls_are_refused_in_an_address(void **state)
{
	(void)state;
	refuses("http://h/a b", HEAR_INVALID, 10, "holds no blanks");
	refuses("http://h/a\tb", HEAR_INVALID, 10, "control character");
	refuses("box\n12", HEAR_INVALID, 3, "control character");
	refuses("box \xff", HEAR_INVALID, 4, "UTF-8");
	refuses("http://h/\xc3", HEAR_INVALID, 9, "UTF-8");
}

static void text_without_a_scheme_is_a_key(void **state)
{
	(void)state;
	gives(" Box 12, memo 3 ", "Box 12, memo 3");
	gives("www.Example.com/A?utm_source=x",
	      "www.Example.com/A?utm_source=x");
	gives("urn:isbn:0451450523", "urn:isbn:0451450523");
	gives("see http://H/", "see http://H/");
	gives("://", "://");
	gives("http:/h/", "http:/h/");
	refuses("", HEAR_INVALID, HEAR_NOWHERE, "empty");
	refuses(" \n", HEAR_INVALID, HEAR_NOWHERE, "empty");
}

static void the_limit_holds_before_and_after(void **state)
{
	char text[HEAR_ADDRESS_BYTES + 2];

	(void)state;
	memset(text, 'a', sizeof text);
	text[HEAR_ADDRESS_BYTES] = '\0';
	gives(text, text);
	text[HEAR_ADDRESS_BYTES] = 'a';
	text[HEAR_ADDRESS_BYTES + 1] = '\0';
	refuses(text, HEAR_LIMIT, HEAR_NOWHERE, "at most 2048 bytes");
	memcpy(text, "http://h/", 9);
	memset(text + 9, '|', 1000); /* "%7C" each */
	text[1009] = '\0';
	refuses(text, HEAR_LIMIT, HEAR_NOWHERE, "at most 2048 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			scheme_and_host_are_lower_case_the_path_is_not),
		cmocka_unit_test(an_empty_path_is_a_slash),
		cmocka_unit_test(a_port_is_dropped_where_it_is_the_default),
		cmocka_unit_test(dot_segments_are_removed),
		cmocka_unit_test(what_needs_no_encoding_is_decoded),
		cmocka_unit_test(an_address_spelled_out_is_the_one_encoded),
		cmocka_unit_test(parameters_that_track_readers_are_dropped),
		cmocka_unit_test(a_fragment_is_dropped),
		cmocka_unit_test(an_at_sign_or_an_address_in_the_path_is_kept),
		cmocka_unit_test(a_name_or_password_is_refused),
		cmocka_unit_test(a_bad_host_or_port_is_refused),
		cmocka_unit_test(blanks_and_controls_are_refused_in_an_address),
		cmocka_unit_test(text_without_a_scheme_is_a_key),
		cmocka_unit_test(the_limit_holds_before_and_after),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
