/* SPDX-License-Identifier: ISC */
#include "tools/page.h"
#include "core/bytes.h"
#include "tools/terminal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Enforced by browsers: whatever may have been overlooked, a page loads and
 * runs nothing. */
#define POLICY                                                                 \
	"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "       \
	"base-uri 'none'; form-action 'none'"

/* ---- Text ---------------------------------------------------------------- */

static void escape(struct hear_span text, struct hear_buffer *out)
{
	size_t at = 0;
	size_t i;

	for (i = 0; i < text.size; i++) {
		const char *as = NULL;

		switch (text.data[i]) {
		case '<':
			as = "&lt;";
			break;
		case '>':
			as = "&gt;";
			break;
		case '&':
			as = "&amp;";
			break;
		case '"':
			as = "&quot;";
			break;
		case '\'':
			as = "&#39;";
			break;
		default:
			continue;
		}
		hear_buffer_add(out, text.data + at, i - at);
		hear_buffer_text(out, as);
		at = i + 1;
	}
	hear_buffer_add(out, text.data + at, text.size - at);
}

void page_text(struct page *page, struct hear_span text)
{
	if (text.size == 0)
		return;
	hear_buffer_reset(&page->clean);
	terminal_clean(text, TERMINAL_LINES, &page->clean);
	page->out->failed = page->out->failed || page->clean.failed;
	escape(hear_buffer_view(&page->clean), page->out);
}

void page_words(struct page *page, const char *text)
{
	page_text(page, hear_span_of(text));
}

void page_print(struct page *page, const char *format, ...)
{
	struct hear_buffer text = {0};
	char line[256];
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	assert(size >= 0 && (size_t)size < sizeof line);
	hear_buffer_text(&text, line);
	page->out->failed = page->out->failed || text.failed;
	page_text(page, hear_buffer_view(&text));
	hear_buffer_done(&text);
}

void page_markup(struct page *page, struct hear_span markup)
{
	hear_buffer_span(page->out, markup);
}

/* ---- Elements ------------------------------------------------------------ */

static void attribute(struct page *page, const char *name,
		      struct hear_span value)
{
	hear_buffer_print(page->out, " %s=\"", name);
	page_text(page, value);
	hear_buffer_byte(page->out, '"');
}

void page_open_with(struct page *page, const char *element, const char *class,
		    const struct page_attribute *attributes, size_t count)
{
	size_t i;

	assert(page->depth < PAGE_DEPTH);
	page->open[page->depth++] = element;
	hear_buffer_print(page->out, "<%s", element);
	if (class)
		attribute(page, "class", hear_span_of(class));
	for (i = 0; i < count; i++)
		if (attributes[i].value.data)
			attribute(page, attributes[i].name,
				  attributes[i].value);
	hear_buffer_byte(page->out, '>');
}

void page_open(struct page *page, const char *element, const char *class)
{
	page_open_with(page, element, class, NULL, 0);
}

/* Elements after which a line may end without a blank being shown. */
static bool is_block(const char *element)
{
	static const char *const blocks[] = {
		"p",  "div", "section", "article", "header", "footer", "main",
		"h1", "h2",  "h3",	"ul",	   "ol",     "li",     "dl",
		"dd", "tr",  "table",	"thead",   "tbody",  "nav",    "figure",
		"h4", "blockquote",
	};
	size_t i;

	for (i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (strcmp(blocks[i], element) == 0)
			return true;
	return false;
}

void page_close(struct page *page)
{
	const char *element;

	assert(page->depth > 0);
	element = page->open[--page->depth];
	hear_buffer_print(page->out, "</%s>", element);
	if (is_block(element))
		hear_buffer_byte(page->out, '\n');
}

void page_element(struct page *page, const char *element, const char *class,
		  struct hear_span text)
{
	page_open(page, element, class);
	page_text(page, text);
	page_close(page);
}

/* ---- What others wrote --------------------------------------------------- */

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

bool page_language(struct hear_span lang)
{
	size_t run = 0;
	size_t i;

	if (lang.size < 2 || lang.size > 35 || lang.data[0] < 'A')
		return false;
	for (i = 0; i < lang.size; i++) {
		run = lang.data[i] == '-' ? 0 : run + 1;
		if ((run == 0 && (i == 0 || lang.data[i - 1] == '-')) ||
		    run > 8 || (run > 0 && !is_alphanumeric(lang.data[i])))
			return false;
	}
	return run > 0;
}

void page_open_said(struct page *page, const char *element, const char *class,
		    struct hear_span lang)
{
	struct page_attribute attributes[] = {
		{"dir", {"auto", 4}},
		{"lang", {NULL, 0}},
	};

	if (page_language(lang))
		attributes[1].value = lang;
	page_open_with(page, element, class, attributes, 2);
}

void page_said(struct page *page, struct hear_span text, struct hear_span lang)
{
	struct page_attribute attribute_lang = {"lang", {NULL, 0}};

	if (page_language(lang))
		attribute_lang.value = lang;
	page_open_with(page, "bdi", NULL, &attribute_lang, 1);
	page_text(page, text);
	page_close(page);
}

/* ---- Addresses ----------------------------------------------------------- */

/* How many bytes of "http://" or "https://" the address begins with. */
static size_t scheme(struct hear_span address)
{
	static const char *const schemes[] = {"https://", "http://"};
	size_t i;
	size_t j;

	for (i = 0; i < 2; i++) {
		for (j = 0; schemes[i][j] && j < address.size; j++)
			if ((address.data[j] | 0x20) != (schemes[i][j] | 0x20))
				break;
		if (!schemes[i][j])
			return j;
	}
	return 0;
}

/* A name and perhaps a port. Other letters than ASCII's could make one host
 * look like another, and a user's name before it could pass for it. */
static bool plain_host(struct hear_span rest)
{
	size_t i;

	for (i = 0; i < rest.size && !strchr("/?#", rest.data[i]); i++)
		if (!is_alphanumeric(rest.data[i]) &&
		    !strchr(".-:", rest.data[i]))
			return false;
	return i > 0 && is_alphanumeric(rest.data[i - 1]);
}

static bool shown_as_it_is(struct hear_span text)
{
	struct hear_buffer clean = {0};
	bool same;
	size_t i;

	for (i = 0; i < text.size; i++)
		if (text.data[i] == ' ' || text.data[i] == '\t' ||
		    text.data[i] == '\n' || text.data[i] == '\\')
			return false;
	terminal_clean(text, TERMINAL_LINES, &clean);
	same = !clean.failed && hear_span_equal(hear_buffer_view(&clean), text);
	hear_buffer_done(&clean);
	return same;
}

bool page_linkable(struct hear_span address)
{
	size_t from = scheme(address);
	struct hear_span rest = {address.data + from, address.size - from};

	return from > 0 && plain_host(rest) && shown_as_it_is(address);
}

void page_address(struct page *page, struct hear_span address)
{
	struct page_attribute attributes[] = {
		{"href", address},
		{"rel", {"noreferrer noopener nofollow", 28}},
	};

	if (!page_linkable(address)) {
		page_said(page, address, hear_span_of(NULL));
		return;
	}
	page_open_with(page, "a", "address", attributes, 2);
	page_said(page, address, hear_span_of(NULL));
	page_close(page);
}

void page_jump(struct page *page, const char *anchor)
{
	struct page_attribute href = {"href", {NULL, 0}};
	char target[80];

	(void)snprintf(target, sizeof target, "#%s", anchor);
	href.value = hear_span_of(target);
	page_open_with(page, "a", NULL, &href, 1);
}

/* ---- The page ------------------------------------------------------------ */

void page_begin(struct page *page, struct hear_buffer *out, const char *lang,
		struct hear_span title)
{
	memset(page, 0, sizeof *page);
	page->out = out;
	hear_buffer_print(
		out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		/* Figures are no telephone numbers to be dialled. */
		"<meta name=\"format-detection\" content=\"telephone=no\">\n"
		"<meta name=\"generator\" content=\"hearsay " HEARSAY_VERSION
		"\">\n<title>",
		lang, POLICY);
	page_text(page, title);
	hear_buffer_text(out, "</title>\n<style>\n");
	hear_buffer_text(out, page_style);
	hear_buffer_text(out, "</style>\n</head>\n<body>\n");
}

void page_end(struct page *page)
{
	assert(page->depth == 0);
	hear_buffer_text(page->out, "</body>\n</html>\n");
	hear_buffer_done(&page->clean);
}
