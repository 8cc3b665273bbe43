/* markup.h - whether bytes are one well-formed element, with nothing in it but
 * elements, quoted attributes, text and the five entities. A small reading of
 * XML, enough for what we write ourselves. */
#ifndef TESTS_UNIT_MARKUP_H
#define TESTS_UNIT_MARKUP_H

#include "core/hearsay.h"

#include <string.h>

enum { MARKUP_DEPTH = 32, MARKUP_NAME = 32 };

struct markup {
	const char *at;
	const char *end;
	char names[MARKUP_DEPTH][MARKUP_NAME];
	size_t depth;
};

/* Skips an entity or a character that may stand in text or an attribute. */
static inline bool markup_character(struct markup *markup)
{
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;",
					       "&quot;", "&#39;"};
	size_t left = (size_t)(markup->end - markup->at);
	size_t i;

	if (*markup->at == '<' || *markup->at == '>')
		return false;
	if (*markup->at != '&') {
		unsigned char byte = (unsigned char)*markup->at++;

		return byte >= ' ' || byte == '\n';
	}
	for (i = 0; i < sizeof entities / sizeof *entities; i++) {
		size_t size = strlen(entities[i]);

		if (left >= size && !memcmp(markup->at, entities[i], size)) {
			markup->at += size;
			return true;
		}
	}
	return false;
}

static inline bool markup_name(struct markup *markup, char name[MARKUP_NAME])
{
	size_t size = 0;

	while (markup->at < markup->end && size < MARKUP_NAME - 1 &&
	       strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "0123456789-",
		      *markup->at))
		name[size++] = *markup->at++;
	name[size] = '\0';
	return size > 0 && markup->at < markup->end;
}

/* ` name="value"`: what may not be in a drawing is refused, too. */
static inline bool markup_attribute(struct markup *markup)
{
	char name[MARKUP_NAME];

	if (!markup_name(markup, name) || !strncmp(name, "on", 2) ||
	    !strcmp(name, "href") || !strcmp(name, "style"))
		return false;
	if (markup->end - markup->at < 2 || memcmp(markup->at, "=\"", 2) != 0)
		return false;
	for (markup->at += 2; markup->at < markup->end && *markup->at != '"';)
		if (!markup_character(markup))
			return false;
	return markup->at++ < markup->end;
}

static inline bool markup_close(struct markup *markup)
{
	char name[MARKUP_NAME];

	markup->at += 2;
	if (!markup_name(markup, name) || *markup->at++ != '>')
		return false;
	return markup->depth > 0 &&
	       !strcmp(markup->names[--markup->depth], name);
}

static inline bool markup_open(struct markup *markup)
{
	char name[MARKUP_NAME];

	markup->at++;
	if (!markup_name(markup, name) || !strcmp(name, "script") ||
	    markup->depth == MARKUP_DEPTH)
		return false;
	while (markup->at < markup->end && *markup->at == ' ') {
		markup->at++;
		if (!markup_attribute(markup))
			return false;
	}
	if (markup->end - markup->at >= 2 && !memcmp(markup->at, "/>", 2)) {
		markup->at += 2;
		return true;
	}
	memcpy(markup->names[markup->depth++], name, sizeof name);
	return markup->at < markup->end && *markup->at++ == '>';
}

static inline bool markup_is_well_formed(struct hear_span text)
{
	struct markup markup = {.at = text.data, .end = text.data + text.size};

	if (text.size == 0 || hear_utf8_bad(text) != HEAR_NOWHERE ||
	    memmem(text.data, text.size, "\xef\xbf\xbe", 3) ||
	    memmem(text.data, text.size, "\xef\xbf\xbf", 3))
		return false;
	while (markup.at < markup.end) {
		bool fine;

		if (*markup.at == '<' && markup.end - markup.at > 1 &&
		    markup.at[1] == '/')
			fine = markup_close(&markup);
		else if (*markup.at == '<')
			fine = markup_open(&markup);
		else
			fine = markup_character(&markup) &&
			       (markup.depth > 0 || markup.at[-1] == '\n');
		if (!fine)
			return false;
	}
	return markup.depth == 0;
}

#endif
