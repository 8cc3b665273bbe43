/* SPDX-License-Identifier: ISC */
#include "tools/page.h"
#include "tools/page_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Everything a record could try, in one text. */
#define HOSTILE                                                                \
	"</p><script>alert(1)</script><img src=x onerror=alert(2)>\"'& "       \
	"\x1b[2J\xe2\x80\xae" "fdp.exe\xff\x07]]>--><svg onload=alert(3)>"     \
	"&lt;b&gt; javascript:alert(4) \xd8\xb4\xd8\xa7\xd9\x85"

static struct hear_span words(const char *text)
{
	return hear_span_of(text);
}

static bool holds(const struct hear_buffer *out, const char *part)
{
	return strstr(out->data, part) != NULL;
}

/* ---- Text ---- */

static void is_written(const char *text, const char *expected)
{
	struct hear_buffer out = {0};
	struct page page = {.out = &out};

	page_text(&page, words(text));
	assert_string_equal(out.data, expected);
	hear_buffer_done(&out);
	hear_buffer_done(&page.clean);
}

static void no_text_is_markup(void **state)
{
	(void)state;
	is_written("plain d\xc3\xa9j\xc3\xa0", "plain d\xc3\xa9j\xc3\xa0");
	is_written("<b>&amp;\"'", "&lt;b&gt;&amp;amp;&quot;&#39;");
	is_written("a\nb", "a\nb");
}

static void what_would_deceive_is_shown(void **state)
{
	(void)state;
	is_written("\x1b[2J", "\\u{1b}[2J");
	is_written("user\xe2\x80\xaexcod.exe", "user\\u{202e}xcod.exe");
	is_written("\xe2\x81\xa6x", "\\u{2066}x");
	is_written("bad\xff<", "bad\\x{ff}&lt;");
}

static void attributes_are_escaped_too(void **state)
{
	struct page_attribute attributes[] = {
		{"title", words("\" onclick=\"alert(1)")},
		{"lang", {NULL, 0}},
	};
	struct hear_buffer out = {0};
	struct page page = {.out = &out};

	(void)state;
	page_open_with(&page, "p", NULL, attributes, 2);
	page_close(&page);
	assert_string_equal(out.data,
			    "<p title=\"&quot; onclick=&quot;alert(1)\"></p>\n");
	hear_buffer_done(&out);
	hear_buffer_done(&page.clean);
}

/* ---- Addresses and languages ---- */

static void only_the_web_is_linked(void **state)
{
	static const char *const linked[] = {
		"https://example.org/story?a=1&b=2#c", "http://example.org",
		"HTTPS://EXAMPLE.ORG:8443/", "https://192.0.2.1/x",
		"https://example.org/d\xc3\xa9j\xc3\xa0",
	};
	static const char *const plain[] = {
		"", "javascript:alert(1)", "data:text/html,x", "file:///etc",
		"//example.org/", "https:example.org", "https://",
		" https://example.org", "https://exam ple.org/",
		"https://user@example.org/", "https://bank.com:x@example.org/",
		"https://ex\xc3\xa0mple.org/", "https://example.org/\xe2\x80\xae",
		"https://example.org/\x01", "https://example.org/\xff",
		"https://example.org\\@other.org/", "ftp://example.org/",
		"key of the archive", "vbscript:x", "https://\"><script>",
		"java\nscript:alert(1)", "https://example.org./-",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof linked / sizeof *linked; i++)
		if (!page_linkable(words(linked[i])))
			fail_msg("no link: %s", linked[i]);
	for (i = 0; i < sizeof plain / sizeof *plain; i++)
		if (page_linkable(words(plain[i])))
			fail_msg("a link: %s", plain[i]);
}

static void a_link_tells_nobody_where_it_was(void **state)
{
	struct hear_buffer out = {0};
	struct page page = {.out = &out};

	(void)state;
	page_address(&page, words("https://example.org/?a=1&b='"));
	assert_string_equal(out.data,
			    "<a class=\"address\" "
			    "href=\"https://example.org/?a=1&amp;b=&#39;\" "
			    "rel=\"noreferrer noopener nofollow\"><bdi>"
			    "https://example.org/?a=1&amp;b=&#39;</bdi></a>");
	hear_buffer_reset(&out);
	page_address(&page, words("javascript:alert(1)"));
	assert_string_equal(out.data, "<bdi>javascript:alert(1)</bdi>");
	hear_buffer_done(&out);
	hear_buffer_done(&page.clean);
}

static void only_languages_are_languages(void **state)
{
	(void)state;
	assert_true(page_language(words("en")));
	assert_true(page_language(words("zh-Hant-TW")));
	assert_true(page_language(words("x-klingon")));
	assert_false(page_language(words("")));
	assert_false(page_language(words("e")));
	assert_false(page_language(words("en-")));
	assert_false(page_language(words("-en")));
	assert_false(page_language(words("en--us")));
	assert_false(page_language(words("en\" onclick=\"x")));
	assert_false(page_language(words("languages-are-short")));
}

/* ---- Whole pages --------------------------------------------------------- */

static struct hear_value *hostile_hop(struct hear_arena *arena, bool joint)
{
	static const char *const fields[] = {"as", "role", "how", "to", "at"};
	struct hear_value *hop = hear_make_map(arena);
	struct hear_value *who = hear_make_list(arena);
	size_t i;

	hear_list_add(arena, who, hear_make_text(arena, words(HOSTILE)));
	if (joint)
		hear_list_add(arena, who,
			      hear_make_text(arena, words(HOSTILE)));
	hear_map_set(arena, hop, "who", who);
	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		hear_map_set(arena, hop, fields[i],
			     hear_make_text(arena, words(HOSTILE)));
	hear_map_set(arena, hop, "unnamed", hear_make_bool(arena, joint));
	return hop;
}

/* Every part that takes text, with a hostile one in it. */
static void hostile_page(struct hear_buffer *out)
{
	static const struct page_entry entry = {"claims", HOSTILE};
	static const char *const headings[] = {HOSTILE};
	struct page_rating rating = {words(HOSTILE), words(HOSTILE),
				     words("<"),     words("\""),
				     words(HOSTILE), words(HOSTILE)};
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *chain = hear_make_list(arena);
	struct page page;

	hear_list_add(arena, chain, hostile_hop(arena, false));
	hear_list_add(arena, chain, hostile_hop(arena, true));
	page_begin(&page, out, "en", words(HOSTILE));
	page_band(&page, "header", HEAR_RED);
	page_open(&page, "main", NULL);
	page_contents(&page, &entry, 1);
	page_section(&page, &entry);
	page_tile(&page, words(HOSTILE), words(HOSTILE));
	page_badge(&page, PAGE_WARN, words(HOSTILE));
	page_chain(&page, chain);
	page_open_said(&page, "blockquote", NULL, words(HOSTILE));
	page_text(&page, words(HOSTILE));
	page_close(&page);
	page_open(&page, "dl", "facts");
	page_fact_said(&page, HOSTILE, words(HOSTILE), words(HOSTILE));
	page_close(&page);
	page_address(&page, words(HOSTILE));
	page_address(&page, words("https://example.org/" HOSTILE));
	page_jump(&page, "claims");
	page_text(&page, words(HOSTILE));
	page_close(&page);
	page_table(&page, headings, 1);
	page_open(&page, "tr", NULL);
	page_cell(&page, "claims");
	page_text(&page, words(HOSTILE));
	page_close(&page);
	page_close(&page);
	page_table_end(&page);
	page_ratings(&page, &rating, 1);
	page_picture(&page, words("<svg></svg>"), words(HOSTILE));
	page_close(&page);
	page_close(&page);
	page_band(&page, "footer", HEAR_RED);
	page_end(&page);
	assert_false(out->failed);
	hear_arena_free(arena);
}

/* Elements in the order of a stack; `meta` has no end. */
static void is_balanced(const char *at)
{
	char open[64][16];
	char name[16];
	size_t depth = 0;

	while ((at = strchr(at, '<'))) {
		bool end = at[1] == '/';

		assert_int_equal(sscanf(at + 1 + end, "%15[a-z0-9]", name), 1);
		at++;
		if (strcmp(name, "meta") == 0)
			continue;
		if (!end) {
			assert_true(depth < 64);
			memcpy(open[depth++], name, sizeof name);
			continue;
		}
		assert_true(depth > 0);
		assert_string_equal(open[--depth], name);
	}
	assert_int_equal(depth, 0);
}

static void a_hostile_page_is_a_page_still(void **state)
{
	struct hear_buffer out = {0};

	(void)state;
	hostile_page(&out);
	assert_memory_equal(out.data, "<!DOCTYPE html>", 15);
	is_balanced(out.data + 15);
	hear_buffer_done(&out);
}

static void a_page_runs_and_fetches_nothing(void **state)
{
	static const char *const never[] = {
		"<script", "<img", "<link", "<iframe", "<object", "<embed",
		"<base", "<form", "src=", "@import", "url(", "\x1b", "\xff",
		"\xe2\x80\xae", "href=\"javascript", "style=\"",
	};
	struct hear_buffer out = {0};
	size_t i;

	(void)state;
	hostile_page(&out);
	assert_true(holds(&out, "default-src 'none'; style-src "
				"'unsafe-inline'; img-src data:;"));
	/* What the hostile text says is there, as text. */
	assert_true(holds(&out, "&lt;img src=x onerror=alert(2)&gt;"));
	for (i = 0; i < sizeof never / sizeof *never; i++) {
		const char *at = strstr(out.data, never[i]);

		if (at && strncmp(at, "src=x onerror", 13) != 0)
			fail_msg("the page has %s: %.60s", never[i], at);
	}
	hear_buffer_done(&out);
}

/* In every tag the attributes are the code's own. */
static void no_attribute_comes_from_a_record(void **state)
{
	struct hear_buffer out = {0};
	const char *at;

	(void)state;
	hostile_page(&out);
	for (at = strstr(out.data, "<body"); (at = strchr(at, '<')); at++) {
		const char *end = strchr(at, '>');
		size_t size = (size_t)(end - at);

		assert_non_null(end);
		if (size < 64) /* no tag but a link's is longer */
			assert_null(memmem(at, size, "alert", 5));
		assert_null(memmem(at, size, " on", 3));
	}
	hear_buffer_done(&out);
}

static void the_band_says_how_far_it_may_go(void **state)
{
	struct hear_buffer out = {0};
	struct page page = {.out = &out};

	(void)state;
	page_band(&page, "header", HEAR_AMBER_STRICT);
	assert_true(holds(&out, ">TLP:AMBER+STRICT<"));
	assert_true(holds(&out, "in your organisation only"));
	hear_buffer_reset(&out);
	page_band(&page, "header", HEAR_LOCAL);
	assert_true(holds(&out, "not to leave the machine"));
	assert_false(holds(&out, "TLP"));
	hear_buffer_done(&out);
	hear_buffer_done(&page.clean);
}

static void hops_show_what_they_are(void **state)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_value *claim = hear_make_map(arena);
	struct hear_buffer out = {0};
	struct page page = {.out = &out};
	struct hear_record record;
	struct hear_err err;

	(void)state;
	hear_map_set(arena, claim, "text", hear_make_text(arena, words("x")));
	hear_map_set(arena, claim, "chain",
		     hear_make_text(arena, words("AFP < ?an adviser (aide) < "
						 "Kyiv + Seoul (told "
						 "reporters)")));
	assert_int_equal(hear_record_make(arena, claim, &record, &err),
			 HEAR_OK);
	page_chain(&page, hear_map_get(record.tree, "chain"));
	assert_true(holds(&out, "<div class=\"hop\"><span class=\"who\"><bdi>"
				"AFP</bdi>"));
	assert_true(holds(&out, "<div class=\"hop unnamed\">"));
	assert_true(holds(&out, ">unnamed</span>"));
	assert_true(holds(&out, "<div class=\"hop origin\">"));
	assert_true(holds(&out, "<bdi>Kyiv</bdi> + <bdi>Seoul</bdi>"));
	assert_true(holds(&out, ">jointly</span>"));
	assert_true(strstr(out.data, "AFP") < strstr(out.data, "Kyiv"));
	hear_buffer_done(&out);
	hear_buffer_done(&page.clean);
	hear_arena_free(arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		TEST(no_text_is_markup),
		TEST(what_would_deceive_is_shown),
		TEST(attributes_are_escaped_too),
		TEST(only_the_web_is_linked),
		TEST(a_link_tells_nobody_where_it_was),
		TEST(only_languages_are_languages),
		TEST(a_hostile_page_is_a_page_still),
		TEST(a_page_runs_and_fetches_nothing),
		TEST(no_attribute_comes_from_a_record),
		TEST(the_band_says_how_far_it_may_go),
		TEST(hops_show_what_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
