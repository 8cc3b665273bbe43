/* SPDX-License-Identifier: ISC */
#include "tools/trap.h"
#include "core/bytes.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 72 };

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool line_break(char c)
{
	return c == '\n' || c == '\r';
}

static bool word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (c >= '0' && c <= '9') || c == '-';
}

static char byte_at(struct hear_span text, size_t at)
{
	return at < text.size ? text.data[at] : '\0';
}

static size_t line_start(struct hear_span text, size_t at)
{
	while (at > 0 && !line_break(text.data[at - 1]))
		at--;
	return at;
}

static size_t skip_blanks(struct hear_span text, size_t at)
{
	while (blank(byte_at(text, at)))
		at++;
	return at;
}

/* From `at` to the end of its line, without blanks around: short enough for a
 * sentence, ended at a character and before any control byte. */
static struct hear_span rest_of_line(struct hear_span text, size_t at)
{
	size_t end = at;

	while (end < text.size && end - at < SHOWN_BYTES &&
	       ((unsigned char)text.data[end] >= ' ' || text.data[end] == '\t'))
		end++;
	while (end < text.size && end > at && (text.data[end] & 0xc0) == 0x80)
		end--;
	return hear_span_trim(hear_span_make(text.data + at, end - at));
}

/* The same inside { } or [ ], where a comma or bracket ends it too. */
static struct hear_span rest_of_entry(struct hear_span text, size_t at)
{
	struct hear_span rest = rest_of_line(text, at);
	size_t size = 0;

	while (size < rest.size && !strchr(",]}", rest.data[size]))
		size++;
	return hear_span_trim(hear_span_make(rest.data, size));
}

/* The key whose value begins at `at`; empty where there is none. */
static struct hear_span key_before(struct hear_span text, size_t at)
{
	size_t end;

	while (at > 0 && blank(text.data[at - 1]))
		at--;
	if (at == 0 || text.data[at - 1] != ':')
		return hear_span_make(NULL, 0);
	end = --at;
	while (at > 0 && word(text.data[at - 1]))
		at--;
	return hear_span_make(text.data + at, end - at);
}

/* Appends `key: "value"`, in the quotes that the value allows. */
static void quoted(struct hear_buffer *out, struct hear_span key,
		   struct hear_span value)
{
	bool has = value.size > 0 && memchr(value.data, '"', value.size);
	size_t i;

	if (key.size > 0) {
		hear_buffer_span(out, key);
		hear_buffer_text(out, ": ");
	}
	hear_buffer_byte(out, has ? '\'' : '"');
	for (i = 0; i < value.size; i++) {
		if (has && value.data[i] == '\'')
			hear_buffer_byte(out, '\'');
		if (!has && value.data[i] == '\\')
			hear_buffer_byte(out, '\\');
		hear_buffer_byte(out, value.data[i]);
	}
	hear_buffer_byte(out, has ? '\'' : '"');
}

/* Fails with "WHY; put it in quotes: KEY: "VALUE"AFTER". Both are parts of
 * `text`. */
static bool say_quotes(struct hear_span text, struct hear_err *err,
		       const char *why, struct hear_span key,
		       struct hear_span value, const char *after)
{
	struct hear_buffer example = {0};

	quoted(&example, key, value);
	(void)hear_fail_at(err, HEAR_INVALID, (size_t)(value.data - text.data),
			   value.size, "%s; put it in quotes%s%s%s", why,
			   example.failed ? "" : ": ",
			   example.failed ? "" : example.data, after);
	hear_buffer_done(&example);
	return true;
}

/* ">3000" and ">= 3000", which YAML takes for the start of a folded block. */
static bool say_more(struct hear_span text, size_t at, struct hear_span value,
		     struct hear_err *err)
{
	struct hear_span key = key_before(text, at);
	bool least = value.size > 1 && value.data[1] == '=';
	size_t skip = least ? 2 : 1;
	struct hear_span number;
	char after[SHOWN_BYTES + 32] = "";

	if (value.size < skip)
		return false;
	number = hear_span_trim(
		hear_span_make(value.data + skip, value.size - skip));
	if (number.size > 0)
		(void)snprintf(after, sizeof after, ", or write \"%s %.*s\"",
			       least ? "at least" : "more than",
			       (int)number.size, number.data);
	return say_quotes(text, err,
			  "YAML takes a value that begins with > for the start "
			  "of a folded block of text",
			  key, value, after);
}

bool trap_block(struct hear_span text, size_t at, struct hear_err *err)
{
	struct hear_span value = rest_of_line(text, at);
	size_t next = 1;

	while (next < value.size && strchr("+-", value.data[next]))
		next++;
	while (next < value.size && blank(value.data[next]))
		next++;
	if (next == value.size || value.data[next] == '#')
		return false; /* a header as it should be */
	if (value.data[0] == '>')
		return say_more(text, at, value, err);
	return say_quotes(text, err,
			  "YAML takes a value that begins with | for the start "
			  "of a block of text",
			  key_before(text, at), value, "");
}

bool trap_sign(struct hear_span text, size_t at, struct hear_err *err)
{
	struct hear_span value = rest_of_entry(text, at);
	char why[64];

	if (value.size == 0 || !strchr("@`%&*!|>?", value.data[0]))
		return false;
	if (value.data[0] == '>')
		return say_more(text, at, value, err);
	if (strchr("@`%", value.data[0]))
		value = rest_of_line(text, at);
	(void)snprintf(why, sizeof why,
		       "YAML keeps a leading %c for itself", value.data[0]);
	return say_quotes(text, err, why, key_before(text, at), value, "");
}

static bool say_tabs(struct hear_span text, size_t at, struct hear_err *err)
{
	size_t start = line_start(text, at);

	while (byte_at(text, start) == ' ')
		start++;
	if (byte_at(text, start) != '\t')
		return false;
	(void)hear_fail_at(err, HEAR_INVALID, start, 1,
			   "this line is indented with a tab, which YAML does "
			   "not take; indent with blanks");
	return true;
}

/* Where in [from, to) a `key:value` without a blank begins, skipping what may
 * stand before a key; HEAR_NOWHERE if there is none. A URL is none. */
static size_t glued_key(struct hear_span text, size_t from, size_t to)
{
	size_t colon;

	while (from < to && (blank(text.data[from]) || text.data[from] == '-'))
		from++;
	for (colon = from; colon < to && word(text.data[colon]);)
		colon++;
	if (colon == from || colon + 1 >= to || text.data[colon] != ':' ||
	    strchr(" \t\r\n/:", text.data[colon + 1]))
		return HEAR_NOWHERE;
	return from;
}

/* `line`, a part of `text`, begins with the key. */
static bool say_glued(struct hear_span text, struct hear_span line,
		      struct hear_err *err)
{
	const char *colon = memchr(line.data, ':', line.size);
	size_t key = colon ? (size_t)(colon - line.data) : 0;

	if (!colon)
		return false;
	(void)hear_fail_at(err, HEAR_INVALID, (size_t)(line.data - text.data),
			   line.size,
			   "there is no blank after the colon, so YAML does not "
			   "see a field here; write %.*s: %.*s",
			   (int)key, line.data, (int)(line.size - key - 1),
			   colon + 1);
	return true;
}

/* The line at `at`, or the last one before it that is not empty. */
static bool say_glued_near(struct hear_span text, size_t at,
			   struct hear_err *err)
{
	int lines;

	for (lines = 0; lines < 2; lines++) {
		size_t start = line_start(text, at);
		size_t end = start;
		size_t glued;

		while (end < text.size && !line_break(text.data[end]))
			end++;
		glued = glued_key(text, start, end);
		if (glued != HEAR_NOWHERE)
			return say_glued(text, rest_of_line(text, glued), err);
		while (start > 0 && line_break(text.data[start - 1]))
			start--;
		at = start;
	}
	return false;
}

/* `text: He said: no`: a second colon with a blank behind it. */
static bool say_colon(struct hear_span text, size_t at, struct hear_err *err)
{
	size_t from = line_start(text, at);
	size_t value;

	if (byte_at(text, at) != ':')
		return false;
	for (value = from; value + 1 < at; value++)
		if (text.data[value] == ':' && blank(text.data[value + 1]))
			break;
	if (value + 1 >= at)
		return false;
	value = skip_blanks(text, value + 1);
	return say_quotes(text, err,
			  "YAML takes a colon with a blank behind it for the "
			  "end of a field's name",
			  key_before(text, value), rest_of_line(text, value),
			  "");
}

/* `quote: "Yes" he said`, `text: [sic] no`: more behind the closing sign. */
static bool say_closed(struct hear_span text, size_t at, struct hear_err *err)
{
	size_t start = line_start(text, at);
	size_t end = at;
	size_t value = start;
	struct hear_span rest;

	while (end > start && blank(text.data[end - 1]))
		end--;
	if (end == start || !strchr("\"']}", text.data[end - 1]))
		return false;
	while (value + 1 < end &&
	       !(strchr(":-", text.data[value]) && blank(text.data[value + 1]) &&
		 strchr("\"'[{", byte_at(text, skip_blanks(text, value + 1)))))
		value++;
	if (value + 1 >= end)
		return false;
	value = skip_blanks(text, value + 1);
	rest = rest_of_line(text, value);
	if (rest.size > 2 && strchr("\"'", rest.data[0]) &&
	    rest.data[0] == rest.data[rest.size - 1])
		rest = hear_span_make(rest.data + 1, rest.size - 2);
	return say_quotes(text, err,
			  "the value ends where its quotation mark or bracket "
			  "closes, but there is more behind it",
			  key_before(text, value), rest, "");
}

/* "C:\Data": within double quotes a backslash begins an escape. */
static bool say_escape(struct hear_span text, size_t at, struct hear_err *err)
{
	if (byte_at(text, at) != '\\')
		return false;
	(void)hear_fail_at(err, HEAR_INVALID, at, 1,
			   "within \"...\" a backslash begins an escape; write "
			   "\\\\ for it, or use '...'");
	return true;
}

static bool say_open(struct hear_span text, size_t start, size_t at,
		     struct hear_err *err)
{
	if (start >= text.size || start == at)
		return false;
	if (strchr("\"'", text.data[start])) {
		(void)hear_fail_at(err, HEAR_INVALID, start, 1,
				   "the quotation mark that opens here is never "
				   "closed");
		return true;
	}
	if (!strchr("[{", text.data[start]))
		return false;
	(void)hear_fail_at(err, HEAR_INVALID, start, 1,
			   "the bracket that opens here is not closed where it "
			   "should be, or a comma in it is missing");
	return true;
}

static bool begins_line(struct hear_span text, size_t at)
{
	return at < text.size && skip_blanks(text, line_start(text, at)) == at;
}

/* A line that is neither a field nor indented enough to go on with one. */
static bool say_stray(struct hear_span text, size_t start, size_t at,
		      struct hear_err *err)
{
	struct hear_span line;

	if (begins_line(text, start) && word(text.data[start])) {
		line = rest_of_line(text, start);
		if (!memchr(line.data, ':', line.size)) {
			(void)hear_fail_at(err, HEAR_INVALID, start, line.size,
					   "this is no field (name: value); to "
					   "go on with the value above, indent "
					   "it more than the line above");
			return true;
		}
	}
	if (!begins_line(text, at) && byte_at(text, at) != ':')
		return false;
	(void)hear_fail_at(err, HEAR_INVALID, at, 1,
			   "nothing was expected at this indentation; indent "
			   "the line exactly like its neighbours");
	return true;
}

bool trap_unreadable(struct hear_span text, size_t start, size_t at,
		     struct hear_err *err)
{
	if (say_tabs(text, at, err))
		return true;
	if (start < text.size && start != at &&
	    strchr(">|", text.data[start]) && trap_block(text, start, err))
		return true;
	if (start < text.size && strchr("*&!%", text.data[start]) &&
	    trap_sign(text, start, err))
		return true;
	if (at < text.size && strchr("@`%|>*&!?", text.data[at]) &&
	    trap_sign(text, at, err))
		return true;
	if (say_escape(text, at, err) || say_colon(text, at, err) ||
	    say_closed(text, at, err))
		return true;
	if (say_open(text, start, at, err))
		return true;
	if (start < text.size && say_glued_near(text, start, err))
		return true;
	return say_glued_near(text, at, err) || say_stray(text, start, at, err);
}

bool trap_comment(struct hear_span text, size_t at, bool empty,
		  struct hear_err *err)
{
	size_t sign = skip_blanks(text, at);
	struct hear_span rest;

	if (byte_at(text, sign) != '#')
		return false;
	rest = rest_of_line(text, sign);
	if (empty)
		return say_quotes(text, err,
				  "everything behind # is a comment in YAML, so "
				  "there is no value here",
				  key_before(text, sign), rest,
				  "; to leave it empty, write \"\"");
	if (sign + 1 >= text.size || blank(text.data[sign + 1]) ||
	    line_break(text.data[sign + 1]) || text.data[sign + 1] == '#')
		return false;
	(void)hear_fail_at(err, HEAR_INVALID, sign, rest.size,
			   "everything from %.*s on is a comment in YAML and "
			   "would be lost; put the whole value in quotes, or a "
			   "blank behind # if a comment is meant",
			   (int)rest.size, rest.data);
	return true;
}

bool trap_lone_key(struct hear_span text, size_t from, size_t to,
		   struct hear_err *err)
{
	size_t next = to;
	size_t glued = glued_key(text, from, to);
	struct hear_span key = rest_of_entry(text, from);

	while (next < text.size &&
	       (blank(text.data[next]) || line_break(text.data[next])))
		next++;
	if (byte_at(text, next) == ':')
		return false;
	if (from > 0 && text.data[from - 1] == '?' &&
	    trap_sign(text, from - 1, err))
		return true;
	if (glued != HEAR_NOWHERE)
		return say_glued(text, rest_of_entry(text, glued), err);
	(void)hear_fail_at(err, HEAR_INVALID, from, key.size,
			   "\"%.*s\" stands alone, without a colon; if the "
			   "comma before it belongs to a value, put that value "
			   "in quotes: \"2,700\"",
			   (int)key.size, key.data);
	return true;
}

/* What one line of several, [at, end), would have been by itself. */
static bool other_line(struct hear_span text, size_t at, size_t end,
		       struct hear_err *err)
{
	size_t glued = glued_key(text, at, end);

	if (glued != HEAR_NOWHERE)
		return say_glued(text, rest_of_line(text, glued), err);
	at = skip_blanks(text, at);
	if (at + 1 >= end || text.data[at] != '-' || !blank(text.data[at + 1]))
		return false;
	(void)hear_fail_at(err, HEAR_INVALID, at, end - at,
			   "this line begins like an item of a list, but is "
			   "indented as part of the value above; indent it like "
			   "the other items, or put the whole value in quotes");
	return true;
}

bool trap_run_on(struct hear_span text, size_t from, size_t to,
		 struct hear_err *err)
{
	size_t at = from;

	while (at < to) {
		size_t end;

		while (at < to && !line_break(text.data[at]))
			at++;
		while (at < to && line_break(text.data[at]))
			at++;
		end = at;
		while (end < to && !line_break(text.data[end]))
			end++;
		if (other_line(text, at, end, err))
			return true;
	}
	return false;
}
