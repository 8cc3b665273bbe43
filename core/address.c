/* SPDX-License-Identifier: ISC */
#include "core/address.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"

#include <string.h>
#include <strings.h>

/* Parameters that tell the site who followed the link, not what to show. A
 * trailing * stands for any ending. */
static const char *const tracking[] = {
	"utm_*",  "fbclid", "gclid",   "mc_cid",  "mc_eid",
	"igshid", "yclid",  "msclkid", "ref_src",
};

static const struct {
	const char *scheme;
	unsigned port;
} default_ports[] = {
	{"http", 80}, {"https", 443}, {"ftp", 21}, {"ws", 80}, {"wss", 443},
};

/* An address taken apart; all but `text` without their delimiters. */
struct parts {
	struct hear_span text;
	struct hear_span scheme;
	struct hear_span host;
	struct hear_span port;
	struct hear_span path; /* with its "/", or empty */
	struct hear_span query;
};

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The value of a hexadecimal digit, or -1. */
static int hex(char c)
{
	if (digit(c))
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A few comparisons cost less than a call does. */
static bool among(const char *any, char c)
{
	for (; *any; any++)
		if (*any == c)
			return true;
	return false;
}

static bool unreserved(char c)
{
	return letter(c) || digit(c) || among("-._~", c);
}

static bool reserved(char c)
{
	return among(":/?#[]@!$&'()*+,;=", c);
}

static struct hear_span part(struct hear_span text, size_t from, size_t to)
{
	return hear_span_make(text.data + from, to - from);
}

/* Where the first of `any` stands at or after `from`, or the size. */
static size_t find(struct hear_span text, size_t from, const char *any)
{
	while (from < text.size && !among(any, text.data[from]))
		from++;
	return from;
}

/* How long the scheme before "://" is; 0: the text is no address. */
static size_t scheme_size(struct hear_span text)
{
	size_t i = 0;

	if (text.size == 0 || !letter(text.data[0]))
		return 0;
	while (i < text.size && (letter(text.data[i]) || digit(text.data[i]) ||
				 among("+-.", text.data[i])))
		i++;
	if (text.size - i < 3 || memcmp(text.data + i, "://", 3) != 0)
		return 0;
	return i;
}

static enum hear_code check_bytes(struct hear_span text, bool address,
				  struct hear_err *err)
{
	size_t bad = hear_utf8_bad(text);
	size_t i;

	if (bad != HEAR_NOWHERE)
		return hear_fail_at(err, HEAR_INVALID, bad, 1,
				    "the document is not written in UTF-8");
	for (i = 0; i < text.size; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c < ' ' || c == 0x7f)
			return hear_fail_at(err, HEAR_INVALID, i, 1,
					    "the document holds a control "
					    "character; take it out");
		if (address && c == ' ')
			return hear_fail_at(err, HEAR_INVALID, i, 1,
					    "a document's address holds no "
					    "blanks; write %%20, or take the "
					    "blank out");
	}
	return HEAR_OK;
}

static bool needs_host(struct hear_span scheme)
{
	size_t i;

	for (i = 0; i < sizeof default_ports / sizeof *default_ports; i++) {
		const char *name = default_ports[i].scheme;

		if (scheme.size == strlen(name) &&
		    strncasecmp(scheme.data, name, scheme.size) == 0)
			return true;
	}
	return false;
}

static enum hear_code check_host(const struct parts *parts, size_t at,
				 struct hear_err *err)
{
	struct hear_span host = parts->host;
	size_t i;

	if (host.size == 0 && needs_host(parts->scheme))
		return hear_fail_at(err, HEAR_INVALID, at, 0,
				    "the address names no host; write "
				    "%.*s://example.org/...",
				    (int)parts->scheme.size,
				    parts->scheme.data);
	for (i = 0; i < host.size; i++) {
		char c = host.data[i];

		if ((unsigned char)c < 0x80 && !unreserved(c) && !reserved(c))
			return hear_fail_at(err, HEAR_INVALID, at + i, 1,
					    "a host name holds no '%c'", c);
	}
	return HEAR_OK;
}

static enum hear_code check_port(struct hear_span port, size_t at,
				 struct hear_err *err)
{
	unsigned number = 0;
	size_t i;

	for (i = 0; i < port.size; i++) {
		if (digit(port.data[i]))
			number = number * 10 + (unsigned)(port.data[i] - '0');
		if (!digit(port.data[i]) || number > 65535)
			return hear_fail_at(err, HEAR_INVALID, at, port.size,
					    "the port after the host's ':' is "
					    "a number up to 65535");
	}
	return HEAR_OK;
}

/* Takes host and port apart; `at` is where they begin. */
static enum hear_code split_host(struct parts *parts, size_t at, size_t end,
				 struct hear_err *err)
{
	struct hear_span text = parts->text;
	size_t sign = find(text, at, "@");
	size_t colon = at;
	enum hear_code code;

	if (sign < end)
		return hear_fail_at(err, HEAR_INVALID, at, sign + 1 - at,
				    "the address holds a user name or password "
				    "before '@', which every member of the "
				    "dataset would see; take it out");
	if (at < end && text.data[at] == '[') /* IPv6, with colons of its own */
		colon = find(text, at, "]");
	colon = find(text, colon, ":");
	if (colon > end)
		colon = end;
	parts->host = part(text, at, colon);
	parts->port = part(text, colon < end ? colon + 1 : end, end);
	code = check_host(parts, at, err);
	if (code != HEAR_OK)
		return code;
	return check_port(parts->port, end - parts->port.size, err);
}

static enum hear_code split(struct hear_span text, size_t scheme,
			    struct parts *parts, struct hear_err *err)
{
	size_t fragment = find(text, scheme + 3, "#");
	struct hear_span rest = part(text, 0, fragment);
	size_t path = find(rest, scheme + 3, "/?");
	size_t query = find(rest, path, "?");

	parts->text = rest;
	parts->scheme = part(text, 0, scheme);
	parts->path = part(text, path, query);
	parts->query = part(text, query < fragment ? query + 1 : fragment,
			    fragment);
	return split_host(parts, scheme + 3, path, err);
}

static void add_lower(struct hear_buffer *out, struct hear_span text)
{
	size_t i;

	for (i = 0; i < text.size; i++)
		hear_buffer_byte(out, lower(text.data[i]));
}

static void add_byte(struct hear_buffer *out, char c)
{
	if (unreserved(c))
		hear_buffer_byte(out, c);
	else
		hear_buffer_print(out, "%%%02X", (unsigned)(unsigned char)c);
}

/* Decodes what needs no encoding and encodes what does. */
static void add_encoded(struct hear_buffer *out, struct hear_span text)
{
	size_t i;

	for (i = 0; i < text.size; i++) {
		char c = text.data[i];

		if (c == '%' && i + 2 < text.size &&
		    hex(text.data[i + 1]) >= 0 && hex(text.data[i + 2]) >= 0) {
			add_byte(out, (char)(hex(text.data[i + 1]) << 4 |
					     hex(text.data[i + 2])));
			i += 2;
		} else if (reserved(c)) {
			hear_buffer_byte(out, c);
		} else {
			add_byte(out, c);
		}
	}
}

static void add_port(struct hear_buffer *out, const struct parts *parts,
		     struct hear_span scheme)
{
	unsigned number = 0;
	size_t i;

	for (i = 0; i < parts->port.size; i++)
		number = number * 10 + (unsigned)(parts->port.data[i] - '0');
	for (i = 0; i < sizeof default_ports / sizeof *default_ports; i++)
		if (hear_span_is(scheme, default_ports[i].scheme) &&
		    number == default_ports[i].port)
			return;
	if (parts->port.size > 0)
		hear_buffer_print(out, ":%u", number);
}

/* Takes out "." and ".." from the path that stands in `out` from `start`
 * (RFC 3986, section 5.2.4, for paths that begin with "/"). */
static void remove_dots(struct hear_buffer *out, size_t start)
{
	size_t from = start;
	size_t to = start;

	while (from < out->size) {
		size_t end = find(hear_buffer_view(out), from + 1, "/");
		struct hear_span step = part(hear_buffer_view(out), from + 1,
					     end);
		bool up = hear_span_is(step, "..");

		if (up)
			while (to > start && out->data[--to] != '/')
				;
		if (up || hear_span_is(step, ".")) {
			if (end == out->size)
				out->data[to++] = '/';
		} else {
			memmove(out->data + to, out->data + from, end - from);
			to += end - from;
		}
		from = end;
	}
	out->size = to;
	out->data[to] = '\0';
}

static void add_path(struct hear_buffer *out, struct hear_span path)
{
	size_t start = out->size;

	if (path.size == 0)
		hear_buffer_byte(out, '/');
	add_encoded(out, path);
	if (!out->failed)
		remove_dots(out, start);
}

static bool tracks(struct hear_span parameter)
{
	size_t size = find(parameter, 0, "=");
	size_t i;

	for (i = 0; i < sizeof tracking / sizeof *tracking; i++) {
		size_t length = strlen(tracking[i]);
		bool any = tracking[i][length - 1] == '*';

		if (any)
			length--;
		if ((any ? size >= length : size == length) &&
		    strncasecmp(parameter.data, tracking[i], length) == 0)
			return true;
	}
	return false;
}

/* Encodes first: "%75tm_source" is utm_source. Empty parameters go too. */
static void add_query(struct hear_buffer *out, struct hear_span query)
{
	struct hear_buffer encoded = {0};
	struct hear_span text;
	char before = '?';
	size_t at = 0;

	add_encoded(&encoded, query);
	text = hear_buffer_view(&encoded);
	while (at < text.size) {
		size_t end = find(text, at, "&");
		struct hear_span parameter = part(text, at, end);

		if (parameter.size > 0 && !tracks(parameter)) {
			hear_buffer_byte(out, before);
			hear_buffer_span(out, parameter);
			before = '&';
		}
		at = end + 1;
	}
	out->failed |= encoded.failed;
	hear_buffer_done(&encoded);
}

static void print(struct hear_buffer *out, const struct parts *parts)
{
	struct hear_span scheme;

	add_lower(out, parts->scheme);
	scheme = hear_buffer_view(out);
	hear_buffer_text(out, "://");
	add_lower(out, parts->host);
	scheme.data = out->data; /* the buffer may have moved */
	add_port(out, parts, scheme);
	add_path(out, parts->path);
	add_query(out, parts->query);
}

static enum hear_code too_long(struct hear_err *err)
{
	return hear_fail(err, HEAR_LIMIT,
			 "a document's address or key is at most %d bytes; "
			 "write a shorter key for it",
			 HEAR_ADDRESS_BYTES);
}

/* Writes the normal form of an address or key that was trimmed. */
static enum hear_code normal(struct hear_buffer *out, struct hear_span text,
			     struct hear_err *err)
{
	size_t scheme = scheme_size(text);
	enum hear_code code = check_bytes(text, scheme > 0, err);
	struct parts parts = {0};

	if (code != HEAR_OK)
		return code;
	if (scheme == 0) {
		hear_buffer_span(out, text);
		return HEAR_OK;
	}
	code = split(text, scheme, &parts, err);
	if (code == HEAR_OK)
		print(out, &parts);
	return code;
}

static enum hear_code keep(struct hear_arena *arena,
			   const struct hear_buffer *buffer,
			   struct hear_span *out, struct hear_err *err)
{
	if (buffer->failed)
		return hear_fail_memory(err);
	if (buffer->size > HEAR_ADDRESS_BYTES)
		return too_long(err);
	*out = hear_arena_copy(arena, hear_buffer_view(buffer));
	return hear_arena_failed(arena) ? hear_fail_memory(err) : HEAR_OK;
}

enum hear_code hear_address_normal(struct hear_arena *arena,
				   struct hear_span text, struct hear_span *out,
				   struct hear_err *err)
{
	struct hear_span word = hear_span_trim(text);
	struct hear_buffer buffer = {0};
	enum hear_code code;

	if (word.size == 0)
		return hear_fail(err, HEAR_INVALID,
				 "the document is empty; write its address or "
				 "a key for it");
	if (word.size > HEAR_ADDRESS_BYTES)
		return too_long(err);
	code = normal(&buffer, word, err);
	if (code == HEAR_OK)
		code = keep(arena, &buffer, out, err);
	else if (err && err->at != HEAR_NOWHERE)
		err->at += (size_t)(word.data - text.data);
	hear_buffer_done(&buffer);
	return code;
}
