/* SPDX-License-Identifier: ISC */
#include "core/query.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/query_key.h"
#include "core/text.h"

#include <string.h>
#include <strings.h>

enum { MAX_BYTES = 4096, MAX_TERMS = 64, MAX_DEPTH = 16 };

/*
 *	sequence = either *                 all must hold
 *	either   = single ("OR" single)*
 *	single   = ["-"] (term | "(" sequence ")")
 *	term     = [key ":"] (word | phrase)
 */
struct parser {
	struct hear_arena *arena;
	struct hear_span text;
	size_t at;
	unsigned depth;
	unsigned terms;
	struct hear_err *err;
};

static enum hear_code parse_sequence(struct parser *parser,
				     struct hear_query_term **out);

/* ---- Characters ---------------------------------------------------------- */

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool word_of_key(char c)
{
	return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
	       c == '.' || c == '+';
}

static struct hear_span part(struct hear_span text, size_t from, size_t to)
{
	return hear_span_make(text.data + from, to - from);
}

static bool starts(struct hear_span text, size_t at, const char *with)
{
	size_t size = strlen(with);

	return text.size - at >= size &&
	       memcmp(text.data + at, with, size) == 0;
}

/* Bytes of the quotation mark at `at`, or 0. Word processors bend them: those
 * of English and German are taken for what was meant. */
static size_t quote_size(struct hear_span text, size_t at)
{
	if (at == text.size)
		return 0;
	if (text.data[at] == '"')
		return 1;
	return starts(text, at, "\u201c") || starts(text, at, "\u201d") ||
			       starts(text, at, "\u201e")
		       ? 3
		       : 0;
}

/* Whether an address begins at `at`: "https://". */
static bool address_at(struct hear_span text, size_t at)
{
	if (at == text.size || !letter(text.data[at]))
		return false;
	while (at < text.size && word_of_key(text.data[at]))
		at++;
	return starts(text, at, "://");
}

static bool ends_word(struct hear_span text, size_t at)
{
	return at == text.size || blank(text.data[at]) ||
	       quote_size(text, at) > 0;
}

/* The byte after the bracket that closes the one at `at`, or `at` where the
 * word ends first. */
static size_t pair_end(struct hear_span text, size_t at)
{
	size_t open = 0;
	size_t i;

	for (i = at; !ends_word(text, i); i++) {
		open += text.data[i] == '(';
		open -= text.data[i] == ')';
		if (open == 0)
			return i + 1;
	}
	return at;
}

/* Where the word that begins at `at` ends. Brackets group, but those of an
 * address, in pairs, are its own: ".../Kursk_(region)". */
static size_t word_end(struct hear_span text, size_t at)
{
	bool address = address_at(text, at);

	while (!ends_word(text, at) && text.data[at] != ')') {
		size_t next = at + 1;

		if (text.data[at] == '(') {
			next = address ? pair_end(text, at) : at;
			if (next == at)
				break;
		}
		at = next;
	}
	return at;
}

static void skip_blanks(struct parser *parser)
{
	while (parser->at < parser->text.size &&
	       blank(parser->text.data[parser->at]))
		parser->at++;
}

static bool at_end(const struct parser *parser)
{
	return parser->at == parser->text.size;
}

static bool at_byte(const struct parser *parser, char c)
{
	return !at_end(parser) && parser->text.data[parser->at] == c;
}

/* Whether the next word is exactly `word`. */
static bool at_word(const struct parser *parser, const char *word)
{
	size_t end = word_end(parser->text, parser->at);

	return hear_span_is(part(parser->text, parser->at, end), word);
}

/* ---- Nodes --------------------------------------------------------------- */

static struct hear_query_term *make_node(struct parser *parser,
					 enum hear_query_node node, size_t at)
{
	struct hear_query_term *term;

	term = hear_arena_alloc(parser->arena, sizeof *term);
	if (!term)
		return NULL;
	memset(term, 0, sizeof *term);
	term->node = node;
	term->at = at;
	return term;
}

/* A group within a group of its own kind adds nothing: its children move. */
static void add_child(struct hear_query_term *node,
		      struct hear_query_term *child)
{
	struct hear_query_term **end = &node->first;

	while (*end)
		end = &(*end)->next;
	*end = child->node == node->node ? child->first : child;
}

/* ---- Terms --------------------------------------------------------------- */

/* A phrase at its opening mark: what is between, without the backslashes. */
static enum hear_code parse_phrase(struct parser *parser,
				   struct hear_span *out)
{
	struct hear_span text = parser->text;
	size_t start = parser->at;
	size_t at = start + quote_size(text, start);
	bool plain = text.data[start] == '"';
	char *copy = hear_arena_alloc(parser->arena, text.size - at + 1);
	size_t size = 0;

	if (!copy)
		return hear_fail_memory(parser->err);
	for (; at < text.size; copy[size++] = text.data[at++]) {
		size_t quote = quote_size(text, at);

		if (quote > 0 && plain == (quote == 1)) {
			parser->at = at + quote;
			*out = hear_span_trim(hear_span_make(copy, size));
			if (out->size > 0)
				return HEAR_OK;
			return hear_fail_at(parser->err, HEAR_INVALID, start,
					    parser->at - start,
					    "nothing stands between the "
					    "quotation marks");
		}
		if (starts(text, at, "\\\"") || starts(text, at, "\\\\"))
			at++;
	}
	return hear_fail_at(parser->err, HEAR_INVALID, start,
			    quote_size(text, start),
			    "this quotation mark is never closed; write \" at "
			    "the end of the phrase");
}

/* more.KEY: or more."KEY":, the parser after the dot. False: a word that only
 * looks so ("more.info"), and the parser stays where it was. */
static enum hear_code parse_more(struct parser *parser,
				 struct hear_query_term *term, bool *found)
{
	struct hear_span text = parser->text;
	size_t start = parser->at;
	size_t at = start + strlen("more.");
	size_t end = word_end(text, start);
	enum hear_code code;

	*found = true;
	if (quote_size(text, at) > 0) {
		parser->at = at;
		code = parse_phrase(parser, &term->more);
		if (code != HEAR_OK || at_byte(parser, ':'))
			return code;
		return hear_fail_at(parser->err, HEAR_INVALID, start,
				    parser->at - start,
				    "more.\"...\" needs a colon and a value "
				    "right after it");
	}
	while (at < end && text.data[at] != ':')
		at++;
	*found = at < end;
	if (!*found)
		return HEAR_OK;
	term->more = part(text, start + strlen("more."), at);
	parser->at = at;
	if (term->more.size > 0)
		return HEAR_OK;
	return hear_fail_at(parser->err, HEAR_INVALID, start, at + 1 - start,
			    "more. needs the name of a field: more.KEY:value");
}

static enum hear_code parse_key_name(struct parser *parser,
				     struct hear_query_term *term, size_t end)
{
	struct hear_span name = part(parser->text, parser->at, end);
	enum hear_code code;

	code = hear_query_key_find(name, &term->key, parser->err);
	if (code == HEAR_OK && term->key == HEAR_KEY_MORE)
		code = hear_fail(parser->err, HEAR_INVALID,
				 "more: needs the name of a field: "
				 "more.KEY:value");
	if (code != HEAR_OK && parser->err) {
		parser->err->at = parser->at;
		parser->err->span = name.size + 1;
	}
	parser->at = end;
	return code;
}

/* Reads the key, if there is one, with its colon. */
static enum hear_code parse_key(struct parser *parser,
				struct hear_query_term *term)
{
	struct hear_span text = parser->text;
	size_t end = parser->at;
	enum hear_code code;
	bool found = true;

	if (address_at(text, end)) {
		term->key = HEAR_KEY_DOC;
		return HEAR_OK;
	}
	if (text.size - end > 5 && text.data[end + 4] == '.' &&
	    strncasecmp(text.data + end, "more", 4) == 0) {
		code = parse_more(parser, term, &found);
		term->key = found ? HEAR_KEY_MORE : HEAR_KEY_WORDS;
	} else {
		while (end < text.size && word_of_key(text.data[end]))
			end++;
		found = end < text.size && text.data[end] == ':' &&
			letter(text.data[parser->at]);
		code = found ? parse_key_name(parser, term, end) : HEAR_OK;
	}
	if (code == HEAR_OK && found)
		parser->at++;
	return code;
}

static enum hear_code no_value(struct parser *parser,
			       const struct hear_query_term *term)
{
	struct hear_span key = part(parser->text, term->at, parser->at);

	if (key.size == 0)
		return hear_fail_at(parser->err, HEAR_INVALID, parser->at, 1,
				    "'*' finds words that begin as what stands "
				    "before it; write a letter or two");
	return hear_fail_at(parser->err, HEAR_INVALID, term->at, key.size,
			    "%.*s needs a value right after the colon, in "
			    "quotes if it has blanks or brackets",
			    (int)hear_span_cut(key, 60).size, key.data);
}

/* What stands after the key: a phrase or a word. */
static enum hear_code parse_value(struct parser *parser,
				  struct hear_query_term *term)
{
	struct hear_span text = parser->text;
	size_t start = parser->at;
	size_t end;

	term->phrase = quote_size(text, start) > 0;
	if (term->phrase)
		return parse_phrase(parser, &term->text);
	end = word_end(text, start);
	if (end == start)
		return no_value(parser, term);
	parser->at = end;
	term->prefix = text.data[end - 1] == '*';
	term->text = part(text, start, end - term->prefix);
	if (term->text.size > 0 || term->key != HEAR_KEY_WORDS)
		return HEAR_OK;
	parser->at = start;
	return no_value(parser, term);
}

/* The place of a mistake in the term's text, in the whole query. */
static void place_error(struct parser *parser,
			const struct hear_query_term *term, size_t value)
{
	struct hear_err *err = parser->err;

	if (!err)
		return;
	if (term->phrase)
		value += quote_size(parser->text, value);
	if (err->at == HEAR_NOWHERE || value + err->at > parser->at) {
		err->at = value;
		err->span = parser->at - value;
		return;
	}
	err->at += value;
	if (err->span > parser->at - err->at)
		err->span = parser->at - err->at;
}

static enum hear_code parse_term(struct parser *parser,
				 struct hear_query_term **out)
{
	struct hear_query_term *term;
	enum hear_code code;
	size_t value;

	term = make_node(parser, HEAR_QUERY_TERM, parser->at);
	if (!term)
		return hear_fail_memory(parser->err);
	if (++parser->terms > MAX_TERMS)
		return hear_fail_at(parser->err, HEAR_LIMIT, parser->at, 1,
				    "a query has at most %d terms", MAX_TERMS);
	code = parse_key(parser, term);
	value = parser->at;
	if (code == HEAR_OK)
		code = parse_value(parser, term);
	if (code != HEAR_OK)
		return code;
	term->span = parser->at - term->at;
	code = hear_query_term_read(parser->arena, term, parser->err);
	if (code != HEAR_OK)
		place_error(parser, term, value);
	*out = term;
	return code;
}

/* ---- Groups -------------------------------------------------------------- */

static enum hear_code parse_group(struct parser *parser,
				  struct hear_query_term **out)
{
	size_t start = parser->at++;
	enum hear_code code;

	if (++parser->depth > MAX_DEPTH)
		return hear_fail_at(parser->err, HEAR_LIMIT, start, 1,
				    "brackets may stand at most %d deep",
				    MAX_DEPTH);
	code = parse_sequence(parser, out);
	if (code != HEAR_OK)
		return code;
	if (!at_byte(parser, ')'))
		return hear_fail_at(parser->err, HEAR_INVALID, start, 1,
				    "this bracket is never closed; write ) at "
				    "the end of the group, or put it in "
				    "quotes");
	parser->at++;
	parser->depth--;
	if (!*out)
		return hear_fail_at(parser->err, HEAR_INVALID, start,
				    parser->at - start,
				    "nothing stands between the brackets");
	return HEAR_OK;
}

/* The operators of other search boxes, which would be read as plain words, and
 * OR where a term belongs. */
static enum hear_code refuse_operator(struct parser *parser)
{
	if (at_word(parser, "OR"))
		return hear_fail_at(parser->err, HEAR_INVALID, parser->at, 2,
				    "OR needs a term on both sides; to search "
				    "for the word write \"OR\"");
	if (at_word(parser, "AND"))
		return hear_fail_at(parser->err, HEAR_INVALID, parser->at, 3,
				    "AND is not needed, terms side by side "
				    "must all hold; to search for the word "
				    "write \"AND\"");
	if (at_word(parser, "NOT"))
		return hear_fail_at(parser->err, HEAR_INVALID, parser->at, 3,
				    "to exclude a term write - before it, as "
				    "in -is:retracted; to search for the word "
				    "write \"NOT\"");
	return HEAR_OK;
}

static enum hear_code parse_positive(struct parser *parser,
				     struct hear_query_term **out)
{
	enum hear_code code = refuse_operator(parser);

	if (code != HEAR_OK)
		return code;
	return at_byte(parser, '(') ? parse_group(parser, out)
				    : parse_term(parser, out);
}

static enum hear_code parse_single(struct parser *parser,
				   struct hear_query_term **out)
{
	size_t start = parser->at;
	struct hear_query_term *child = NULL;
	enum hear_code code;

	if (!at_byte(parser, '-'))
		return parse_positive(parser, out);
	parser->at++;
	if (at_end(parser) || blank(parser->text.data[parser->at]) ||
	    at_byte(parser, '-') || at_byte(parser, ')'))
		return hear_fail_at(parser->err, HEAR_INVALID, start, 1,
				    "- excludes the term that stands right "
				    "after it, as in -is:retracted; to search "
				    "for a dash put it in quotes");
	code = parse_positive(parser, &child);
	if (code != HEAR_OK)
		return code;
	if (child->node == HEAR_QUERY_NOT) {
		*out = child->first;
		return HEAR_OK;
	}
	*out = make_node(parser, HEAR_QUERY_NOT, start);
	if (!*out)
		return hear_fail_memory(parser->err);
	(*out)->first = child;
	(*out)->span = parser->at - start;
	return HEAR_OK;
}

/* Adds `child` to the group `*node` of kind `kind`, which is made when a
 * second child comes: one alone needs no group. */
static enum hear_code join(struct parser *parser, enum hear_query_node kind,
			   struct hear_query_term **node,
			   struct hear_query_term *child)
{
	struct hear_query_term *group;

	if (!*node) {
		*node = child;
		return HEAR_OK;
	}
	group = make_node(parser, kind, (*node)->at);
	if (!group)
		return hear_fail_memory(parser->err);
	add_child(group, *node);
	add_child(group, child);
	group->span = parser->at - group->at;
	*node = group;
	return HEAR_OK;
}

static enum hear_code parse_either(struct parser *parser,
				   struct hear_query_term **out)
{
	struct hear_query_term *single = NULL;
	size_t before;
	enum hear_code code;

	for (;;) {
		code = parse_single(parser, &single);
		if (code == HEAR_OK)
			code = join(parser, HEAR_QUERY_OR, out, single);
		if (code != HEAR_OK)
			return code;
		skip_blanks(parser);
		if (!at_word(parser, "OR"))
			return HEAR_OK;
		before = parser->at;
		parser->at += 2;
		skip_blanks(parser);
		if (at_end(parser) || at_byte(parser, ')')) {
			parser->at = before;
			return refuse_operator(parser);
		}
	}
}

/* Up to the end or a closing bracket; *out stays NULL where nothing is. */
static enum hear_code parse_sequence(struct parser *parser,
				     struct hear_query_term **out)
{
	enum hear_code code = HEAR_OK;

	*out = NULL;
	for (;;) {
		struct hear_query_term *either = NULL;

		skip_blanks(parser);
		if (at_end(parser) || at_byte(parser, ')'))
			return HEAR_OK;
		code = parse_either(parser, &either);
		if (code == HEAR_OK)
			code = join(parser, HEAR_QUERY_AND, out, either);
		if (code != HEAR_OK)
			return code;
	}
}

static enum hear_code check_bytes(struct hear_span text, struct hear_err *err)
{
	size_t bad = hear_utf8_bad(text);
	size_t i;

	if (text.size > MAX_BYTES)
		return hear_fail(err, HEAR_LIMIT,
				 "a query is at most %d bytes long", MAX_BYTES);
	if (bad != HEAR_NOWHERE)
		return hear_fail_at(err, HEAR_INVALID, bad, 1,
				    "the query is not written in UTF-8");
	for (i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if ((c < ' ' && !blank((char)c)) || c == 0x7f)
			return hear_fail_at(err, HEAR_INVALID, i, 1,
					    "the query holds a control "
					    "character; take it out");
	}
	return HEAR_OK;
}

enum hear_code hear_query_parse(struct hear_arena *arena, struct hear_span text,
				struct hear_query_term **out,
				struct hear_err *err)
{
	struct parser parser = {.arena = arena, .text = text, .err = err};
	enum hear_code code = check_bytes(text, err);

	*out = NULL;
	if (code == HEAR_OK)
		code = parse_sequence(&parser, out);
	if (code == HEAR_OK && !at_end(&parser))
		code = hear_fail_at(err, HEAR_INVALID, parser.at, 1,
				    "this bracket closes nothing; take it out, "
				    "or put it in quotes");
	if (code != HEAR_OK) {
		*out = NULL;
		return code;
	}
	if (!*out)
		*out = make_node(&parser, HEAR_QUERY_ALL, 0);
	return *out ? HEAR_OK : hear_fail_memory(err);
}

/* ---- Printing ------------------------------------------------------------ */

static void print_phrase(struct hear_span text, struct hear_buffer *out)
{
	size_t i;

	hear_buffer_byte(out, '"');
	for (i = 0; i < text.size; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			hear_buffer_byte(out, '\\');
		hear_buffer_byte(out, text.data[i]);
	}
	hear_buffer_byte(out, '"');
}

static void print_more(struct hear_span name, struct hear_buffer *out)
{
	hear_buffer_byte(out, '.');
	if (word_end(name, 0) == name.size &&
	    !memchr(name.data, ':', name.size))
		hear_buffer_span(out, name);
	else
		print_phrase(name, out);
}

static void print_term(const struct hear_query_term *term,
		       struct hear_buffer *out)
{
	if (term->key != HEAR_KEY_WORDS) {
		hear_buffer_text(out, hear_query_key_name(term->key));
		if (term->key == HEAR_KEY_MORE)
			print_more(term->more, out);
		hear_buffer_byte(out, ':');
	}
	if (term->phrase)
		print_phrase(term->text, out);
	else
		hear_buffer_span(out, term->text);
	if (term->prefix)
		hear_buffer_byte(out, '*');
}

static void print_child(const struct hear_query_term *child, bool brackets,
			struct hear_buffer *out)
{
	if (brackets)
		hear_buffer_byte(out, '(');
	hear_query_print(child, out);
	if (brackets)
		hear_buffer_byte(out, ')');
}

void hear_query_print(const struct hear_query_term *query,
		      struct hear_buffer *out)
{
	const struct hear_query_term *child;

	switch (query->node) {
	case HEAR_QUERY_ALL:
		return;
	case HEAR_QUERY_TERM:
		print_term(query, out);
		return;
	case HEAR_QUERY_NOT:
		hear_buffer_byte(out, '-');
		print_child(query->first,
			    query->first->node != HEAR_QUERY_TERM, out);
		return;
	case HEAR_QUERY_AND:
	case HEAR_QUERY_OR:
		break;
	}
	for (child = query->first; child; child = child->next) {
		if (child != query->first)
			hear_buffer_text(out, query->node == HEAR_QUERY_OR
						      ? " OR "
						      : " ");
		print_child(child, query->node == HEAR_QUERY_OR &&
					   child->node == HEAR_QUERY_AND,
			    out);
	}
}
