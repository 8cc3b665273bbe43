/* SPDX-License-Identifier: ISC */
#include "sync/peers.h"

#include "core/bytes.h"
#include "core/error.h"
#include "core/sign.h"
#include "sync/endpoint.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "peer/"

enum { NAME_BYTES = 253, HEX = 2 * 32 };

/* ---- Addresses ---- */

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* A name for the system to look up. One without a letter would be taken for a
 * number there, by rules of its own. */
static bool is_name(struct hear_span host)
{
	bool lettered = false;
	size_t i;

	if (host.size == 0 || host.size > NAME_BYTES || host.data[0] == '-' ||
	    host.data[0] == '.')
		return false;
	for (i = 0; i < host.size; i++) {
		char byte = host.data[i];

		if (!is_letter(byte) && !is_digit(byte) && byte != '-' &&
		    byte != '.' && byte != '_')
			return false;
		lettered = lettered || is_letter(byte);
	}
	return lettered;
}

/* Whether it is tcp://NAME:PORT; the port is left to whoever looks. */
static bool is_named(struct hear_span address)
{
	static const char start[] = "tcp://";
	size_t size = sizeof start - 1;
	struct hear_endpoint endpoint;
	char numeric[64];
	const char *colon;

	if (address.size <= size || memcmp(address.data, start, size) != 0 ||
	    memchr(address.data, '\0', address.size))
		return false;
	address = hear_span_make(address.data + size, address.size - size);
	colon = memrchr(address.data, ':', address.size);
	if (!colon)
		return false;
	size = (size_t)(colon - address.data);
	(void)snprintf(numeric, sizeof numeric, "tcp://127.0.0.1%.*s",
		       (int)(address.size - size > 20 ? 20
						      : address.size - size),
		       colon);
	return is_name(hear_span_make(address.data, size)) &&
	       hear_endpoint_parse(&endpoint, hear_span_of(numeric), NULL) ==
		       HEAR_OK;
}

enum hear_code hear_peer_address_check(struct hear_span address,
				       struct hear_err *err)
{
	struct hear_span shown = hear_span_cut(address, 80);
	struct hear_endpoint endpoint;

	if (address.size >= HEAR_ENDPOINT_TEXT)
		return hear_fail(err, HEAR_INVALID,
				 "an address has at most %d bytes, this one "
				 "%zu; give the machine a shorter name",
				 HEAR_ENDPOINT_TEXT - 1, address.size);
	if (is_named(address))
		return HEAR_OK;
	if (hear_endpoint_parse(&endpoint, address, NULL) == HEAR_OK)
		return HEAR_OK;
	return hear_fail(err, HEAR_INVALID,
			 "\"%.*s\" is no address of a peer; write e.g. "
			 "tcp://desk.example.org:7340, tcp://192.0.2.7:7340, "
			 "tcp://[2001:db8::7]:7340 or ipc:///PATH",
			 (int)shown.size, shown.data ? shown.data : "");
}

/* ---- The book ---- */

static void setting_name(const struct hear_key *key, char out[80])
{
	memcpy(out, PREFIX, sizeof PREFIX);
	hear_hex_print(key->bytes, sizeof key->bytes,
		       out + sizeof PREFIX - 1);
}

static bool next_line(struct hear_span *rest, struct hear_span *line)
{
	const char *end;

	if (rest->size == 0)
		return false;
	end = memchr(rest->data, '\n', rest->size);
	line->data = rest->data;
	line->size = end ? (size_t)(end - rest->data) : rest->size;
	rest->size -= line->size + (end ? 1 : 0);
	rest->data += line->size + (end ? 1 : 0);
	return true;
}

struct reading {
	struct hear_buffer entries; /* struct hear_peer_entry */
};

/* What is not well formed is passed over: it is this machine's own, and the
 * next change writes it anew. */
static bool read_setting(void *context, const char *name,
			 struct hear_span value)
{
	struct reading *reading = context;
	struct hear_peer_entry entry;
	struct hear_span line;
	size_t count = 0;

	if (strncmp(name, PREFIX, sizeof PREFIX - 1) == 0)
		name += sizeof PREFIX - 1;
	memset(&entry, 0, sizeof entry);
	if (!hear_hex_parse(hear_span_of(name), entry.key.bytes,
			    sizeof entry.key.bytes))
		return true;
	while (count < HEAR_PEER_ADDRESSES && next_line(&value, &line)) {
		if (hear_peer_address_check(line, NULL) != HEAR_OK)
			continue;
		memset(entry.address, 0, sizeof entry.address);
		memcpy(entry.address, line.data, line.size);
		hear_buffer_add(&reading->entries, &entry, sizeof entry);
		count++;
	}
	return !reading->entries.failed;
}

enum hear_code hear_peers_read(struct hear_reader *reader,
			       struct hear_arena *arena,
			       struct hear_peer_entry **out, size_t *count,
			       struct hear_err *err)
{
	struct reading reading = {{0}};
	enum hear_code code =
		hear_setting_each(reader, PREFIX, read_setting, &reading, err);

	*out = NULL;
	*count = 0;
	if (code == HEAR_OK && reading.entries.failed)
		code = hear_fail_memory(err);
	if (code == HEAR_OK && reading.entries.size > 0) {
		*out = hear_arena_alloc(arena, reading.entries.size);
		if (*out) {
			memcpy(*out, reading.entries.data,
			       reading.entries.size);
			*count = reading.entries.size / sizeof **out;
		} else {
			code = hear_fail_memory(err);
		}
	}
	hear_buffer_done(&reading.entries);
	return code;
}

/* Appends the lines of `value` but for `address`. How many there are, and
 * whether the address was among them. */
static size_t copy_others(struct hear_span value, struct hear_span address,
			  struct hear_buffer *out, bool *found)
{
	struct hear_span line;
	size_t count = 0;

	*found = false;
	while (next_line(&value, &line)) {
		if (hear_span_equal(line, address)) {
			*found = true;
			continue;
		}
		hear_buffer_span(out, line);
		hear_buffer_byte(out, '\n');
		count++;
	}
	return count;
}

static enum hear_code write_lines(struct hear_writer *writer, const char *name,
				  const struct hear_buffer *lines,
				  struct hear_err *err)
{
	if (lines->failed)
		return hear_fail_memory(err);
	return hear_write_setting(writer, name, hear_buffer_view(lines), err);
}

enum hear_code hear_peers_add(struct hear_writer *writer,
			      struct hear_reader *reader,
			      const struct hear_key *key,
			      struct hear_span address, struct hear_err *err)
{
	struct hear_buffer before = {0};
	struct hear_buffer after = {0};
	char name[80];
	enum hear_code code = hear_peer_address_check(address, err);
	size_t count = 0;
	bool found = false;

	setting_name(key, name);
	if (code == HEAR_OK)
		code = hear_setting_get(reader, name, &before, err);
	if (code == HEAR_OK)
		count = copy_others(hear_buffer_view(&before), address, &after,
				    &found);
	if (code == HEAR_OK && found)
		code = hear_fail(err, HEAR_EXISTS,
				 "%.*s is in the address book already",
				 (int)address.size, address.data);
	if (code == HEAR_OK && count >= HEAR_PEER_ADDRESSES)
		code = hear_fail(err, HEAR_LIMIT,
				 "a member has at most %d addresses; remove "
				 "one first",
				 HEAR_PEER_ADDRESSES);
	if (code == HEAR_OK) {
		hear_buffer_span(&after, address);
		hear_buffer_byte(&after, '\n');
		code = write_lines(writer, name, &after, err);
	}
	hear_buffer_done(&before);
	hear_buffer_done(&after);
	return code;
}

enum hear_code hear_peers_remove(struct hear_writer *writer,
				 struct hear_reader *reader,
				 const struct hear_key *key,
				 struct hear_span address,
				 struct hear_err *err)
{
	struct hear_span shown = hear_span_cut(address, 80);
	struct hear_buffer before = {0};
	struct hear_buffer after = {0};
	char name[80];
	enum hear_code code;
	bool found = false;

	setting_name(key, name);
	code = hear_setting_get(reader, name, &before, err);
	if (code == HEAR_OK && address.size > 0)
		(void)copy_others(hear_buffer_view(&before), address, &after,
				  &found);
	else
		found = before.size > 0;
	if (code == HEAR_OK && !found)
		code = hear_fail(err, HEAR_NOTFOUND,
				 address.size > 0
					 ? "%.*s is not in the address book"
					 : "the address book has no address "
					   "of that member%.*s",
				 (int)shown.size,
				 shown.data ? shown.data : "");
	if (code == HEAR_OK)
		code = write_lines(writer, name, &after, err);
	hear_buffer_done(&before);
	hear_buffer_done(&after);
	return code;
}
