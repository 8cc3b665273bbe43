/* SPDX-License-Identifier: ISC */
#include "tools/settings.h"
#include "tools/home.h"

#include "core/bytes.h"
#include "core/files.h"
#include "sync/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- Lines ---- */

static enum hear_code read_file(const struct call *call,
				struct hear_buffer *path,
				struct hear_buffer *out, struct hear_err *err)
{
	enum hear_code code = home_path(call, "settings", path, err);

	if (code != HEAR_OK)
		return code;
	if (access(path->data, F_OK) != 0 && errno == ENOENT)
		return HEAR_OK;
	return hear_file_read(path->data, SETTINGS_BYTES, out, err);
}

/* Takes the next line off `rest`, without its end. */
static bool next_line(struct hear_span *rest, struct hear_span *line)
{
	const char *end;

	if (rest->size == 0)
		return false;
	end = memchr(rest->data, '\n', rest->size);
	*line = hear_span_make(rest->data, end ? (size_t)(end - rest->data)
					       : rest->size);
	rest->data += line->size;
	rest->size -= line->size;
	if (end) {
		rest->data++;
		rest->size--;
	}
	return true;
}

/* Whether the line is "key: value". */
static bool is_of(struct hear_span line, const char *key,
		  struct hear_span *value)
{
	size_t size = strlen(key);

	line = hear_span_trim(line);
	if (line.size <= size || memcmp(line.data, key, size) != 0 ||
	    line.data[size] != ':')
		return false;
	*value = hear_span_trim(
		hear_span_make(line.data + size + 1, line.size - size - 1));
	return true;
}

enum hear_code settings_get(const struct call *call, const char *key,
			    struct hear_buffer *out, struct hear_err *err)
{
	struct hear_buffer path = {0};
	struct hear_buffer content = {0};
	struct hear_span found = {0};
	struct hear_span value;
	struct hear_span line;
	struct hear_span rest;
	enum hear_code code = read_file(call, &path, &content, err);

	rest = hear_buffer_view(&content);
	while (code == HEAR_OK && next_line(&rest, &line))
		if (is_of(line, key, &value))
			found = value; /* the last one holds */
	if (code == HEAR_OK)
		hear_buffer_span(out, found);
	hear_buffer_done(&content);
	hear_buffer_done(&path);
	return code;
}

static void replace(struct hear_span rest, const char *key, const char *value,
		    struct hear_buffer *out)
{
	struct hear_span line;
	struct hear_span old;

	while (next_line(&rest, &line)) {
		if (is_of(line, key, &old))
			continue;
		hear_buffer_span(out, line);
		hear_buffer_byte(out, '\n');
	}
	if (*value)
		hear_buffer_print(out, "%s: %s\n", key, value);
}

enum hear_code settings_set(const struct call *call, const char *key,
			    const char *value, struct hear_err *err)
{
	struct hear_buffer path = {0};
	struct hear_buffer before = {0};
	struct hear_buffer after = {0};
	enum hear_code code = home_make(call, err);

	if (code == HEAR_OK)
		code = read_file(call, &path, &before, err);
	if (code == HEAR_OK) {
		replace(hear_buffer_view(&before), key, value, &after);
		if (after.failed)
			code = hear_fail(err, HEAR_MEMORY, "out of memory");
	}
	if (code == HEAR_OK)
		code = hear_file_write(path.data, hear_buffer_view(&after),
				       true, err);
	hear_buffer_done(&after);
	hear_buffer_done(&before);
	hear_buffer_done(&path);
	return code;
}

/* ---- Addresses ---- */

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool next_word(struct hear_span *rest, struct hear_span *word)
{
	*rest = hear_span_trim(*rest);
	if (rest->size == 0)
		return false;
	*word = *rest;
	for (word->size = 0; word->size < rest->size; word->size++)
		if (is_blank(rest->data[word->size]))
			break;
	rest->data += word->size;
	rest->size -= word->size;
	return true;
}

static enum hear_code check_listen(struct hear_span address,
				   struct hear_err *err)
{
	struct hear_endpoint endpoint;

	return hear_endpoint_parse(&endpoint, address, err);
}

static enum hear_code
read_addresses(struct hear_span text,
	       enum hear_code (*check)(struct hear_span, struct hear_err *),
	       struct settings_addresses *out, struct hear_err *err)
{
	struct hear_span word;
	enum hear_code code = HEAR_OK;

	while (code == HEAR_OK && next_word(&text, &word)) {
		if (out->count == HEAR_LINK_LISTENERS)
			return hear_fail(err, HEAR_LIMIT,
					 "there are more than %d addresses; "
					 "leave some out",
					 HEAR_LINK_LISTENERS);
		code = check(word, err);
		if (code == HEAR_OK)
			(void)snprintf(out->at[out->count++],
				       HEAR_ENDPOINT_TEXT, "%.*s",
				       (int)word.size, word.data);
	}
	return code;
}

enum hear_code settings_read_listen(struct hear_span text,
				    struct settings_addresses *out,
				    struct hear_err *err)
{
	out->count = 0;
	if (hear_span_is(hear_span_trim(text), "none"))
		return HEAR_OK;
	return read_addresses(text, check_listen, out, err);
}

enum hear_code settings_read_advertise(struct hear_span text,
				       struct settings_addresses *out,
				       struct hear_err *err)
{
	out->count = 0;
	return read_addresses(text, hear_peer_address_check, out, err);
}

static enum hear_code
read_key(const struct call *call, const char *key, const char *standard,
	 enum hear_code (*read)(struct hear_span, struct settings_addresses *,
				struct hear_err *),
	 struct settings_addresses *out, struct hear_err *err)
{
	struct hear_buffer value = {0};
	enum hear_code code = settings_get(call, key, &value, err);

	out->count = 0;
	if (code == HEAR_OK) {
		code = read(value.size > 0 ? hear_buffer_view(&value)
					   : hear_span_of(standard),
			    out, err);
		if (code != HEAR_OK)
			hear_err_prefix(err, "the setting %s: ", key);
	}
	hear_buffer_done(&value);
	return code;
}

enum hear_code settings_listen(const struct call *call,
			       struct settings_addresses *out,
			       struct hear_err *err)
{
	return read_key(call, "listen", SETTINGS_LISTEN, settings_read_listen,
			out, err);
}

/* ---- What others are told ---- */

static bool is_loopback(const struct sockaddr *name)
{
	if (name->sa_family == AF_INET) {
		const struct sockaddr_in *in4 = (const void *)name;

		return ntohl(in4->sin_addr.s_addr) >> 24 == 127;
	}
	if (name->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)name;

		return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
	}
	return true; /* a path */
}

bool settings_is_here(const char *address)
{
	struct hear_endpoint endpoint;

	if (hear_endpoint_parse(&endpoint, hear_span_of(address), NULL) !=
	    HEAR_OK)
		return strncmp(address, "tcp://localhost:", 16) == 0;
	return is_loopback((const void *)&endpoint.name);
}

/* The port where the address is of all networks, else 0. */
static in_port_t any_port(const struct hear_endpoint *endpoint)
{
	const struct sockaddr_in *in4 = (const void *)&endpoint->name;
	const struct sockaddr_in6 *in6 = (const void *)&endpoint->name;

	if (endpoint->name.ss_family == AF_INET &&
	    in4->sin_addr.s_addr == htonl(INADDR_ANY))
		return ntohs(in4->sin_port);
	if (endpoint->name.ss_family == AF_INET6 &&
	    IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr))
		return ntohs(in6->sin6_port);
	return 0;
}

static void add(struct settings_addresses *out, const char *address)
{
	size_t i;

	for (i = 0; i < out->count; i++)
		if (strcmp(out->at[i], address) == 0)
			return;
	if (out->count < HEAR_LINK_LISTENERS)
		(void)snprintf(out->at[out->count++], HEAR_ENDPOINT_TEXT, "%s",
			       address);
}

static void add_network(struct settings_addresses *out,
			const struct sockaddr *name, bool six, in_port_t port)
{
	const struct sockaddr_in6 *in6 = (const void *)name;
	const struct sockaddr_in *in4 = (const void *)name;
	char digits[INET6_ADDRSTRLEN];
	char text[HEAR_ENDPOINT_TEXT];

	if (is_loopback(name))
		return;
	if (name->sa_family == AF_INET &&
	    inet_ntop(AF_INET, &in4->sin_addr, digits, sizeof digits))
		(void)snprintf(text, sizeof text, "tcp://%s:%u", digits, port);
	else if (six && name->sa_family == AF_INET6 &&
		 !IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) &&
		 inet_ntop(AF_INET6, &in6->sin6_addr, digits, sizeof digits))
		(void)snprintf(text, sizeof text, "tcp://[%s]:%u", digits,
			       port);
	else
		return;
	add(out, text);
}

static void add_networks(struct settings_addresses *out, bool six,
			 in_port_t port)
{
	struct ifaddrs *all = NULL;
	const struct ifaddrs *at;

	if (getifaddrs(&all) != 0)
		return;
	for (at = all; at; at = at->ifa_next)
		if (at->ifa_addr)
			add_network(out, at->ifa_addr, six, port);
	freeifaddrs(all);
}

static void advertise_heard(const struct settings_addresses *heard,
			    struct settings_addresses *out)
{
	struct hear_endpoint endpoint;
	char text[HEAR_ENDPOINT_TEXT];
	size_t i;

	for (i = 0; i < heard->count; i++) {
		if (hear_endpoint_parse(&endpoint, hear_span_of(heard->at[i]),
					NULL) != HEAR_OK)
			continue;
		if (any_port(&endpoint))
			add_networks(out,
				     endpoint.name.ss_family == AF_INET6,
				     any_port(&endpoint));
		else if (!settings_is_here(heard->at[i]))
			add(out, heard->at[i]);
	}
	if (out->count > 0)
		return;
	for (i = 0; i < heard->count; i++) {
		if (hear_endpoint_parse(&endpoint, hear_span_of(heard->at[i]),
					NULL) != HEAR_OK)
			continue;
		(void)snprintf(text, sizeof text, "tcp://127.0.0.1:%u",
			       any_port(&endpoint));
		add(out, any_port(&endpoint) ? text : heard->at[i]);
	}
}

enum hear_code settings_advertise(const struct call *call,
				  struct settings_addresses *out,
				  struct hear_err *err)
{
	struct settings_addresses heard;
	enum hear_code code = read_key(call, "advertise", "",
				       settings_read_advertise, out, err);

	if (code != HEAR_OK || out->count > 0)
		return code;
	code = settings_listen(call, &heard, err);
	if (code == HEAR_OK)
		advertise_heard(&heard, out);
	return code;
}
