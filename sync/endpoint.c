/* SPDX-License-Identifier: ISC */
#include "sync/endpoint.h"

#include "core/bytes.h"
#include "core/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool take_start(struct hear_span *from, const char *start)
{
	size_t size = strlen(start);

	if (from->size < size || memcmp(from->data, start, size) != 0)
		return false;
	*from = hear_span_make(from->data + size, from->size - size);
	return true;
}

/* 1 to 65535 in digits; 0 for anything else. */
static in_port_t parse_port(struct hear_span digits)
{
	unsigned port = 0;
	size_t i;

	if (digits.size < 1 || digits.size > 5)
		return 0;
	for (i = 0; i < digits.size; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return 0;
		port = port * 10 + (unsigned)(digits.data[i] - '0');
	}
	return port <= 65535 ? (in_port_t)port : 0;
}

static bool parse_host(struct hear_endpoint *out, struct hear_span host,
		       in_port_t port)
{
	struct sockaddr_in in4 = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	char text[INET6_ADDRSTRLEN] = "";
	bool bracketed;

	bracketed = host.size >= 2 && host.data[0] == '[' &&
		    host.data[host.size - 1] == ']';
	if (bracketed)
		host = hear_span_make(host.data + 1, host.size - 2);
	if (host.size >= sizeof text)
		return false;
	memcpy(text, host.data, host.size);
	if (strlen(text) != host.size)
		return false;
	if (!bracketed && inet_pton(AF_INET, text, &in4.sin_addr) == 1) {
		in4.sin_port = htons(port);
		memcpy(&out->name, &in4, sizeof in4);
		out->name_size = sizeof in4;
		(void)snprintf(out->text, sizeof out->text, "tcp://%s:%u", text,
			       port);
		return true;
	}
	if (bracketed && inet_pton(AF_INET6, text, &in6.sin6_addr) == 1) {
		in6.sin6_port = htons(port);
		memcpy(&out->name, &in6, sizeof in6);
		out->name_size = sizeof in6;
		(void)snprintf(out->text, sizeof out->text, "tcp://[%s]:%u",
			       text, port);
		return true;
	}
	return false;
}

static enum hear_code parse_tcp(struct hear_endpoint *out,
				struct hear_span rest, struct hear_err *err)
{
	const char *colon = memrchr(rest.data, ':', rest.size);
	struct hear_span shown = hear_span_cut(rest, 80);
	in_port_t port = 0;

	if (colon)
		port = parse_port(hear_span_make(
			colon + 1,
			rest.size - (size_t)(colon + 1 - rest.data)));
	if (port == 0)
		return hear_fail(
			err, HEAR_INVALID,
			"\"tcp://%.*s\" does not end in a port of 1 to "
			"65535; write e.g. tcp://192.0.2.7:7340",
			(int)shown.size, shown.data);
	rest.size = (size_t)(colon - rest.data);
	shown = hear_span_cut(rest, 80);
	if (!parse_host(out, rest, port))
		return hear_fail(err, HEAR_INVALID,
				 "\"%.*s\" is not a numeric address; write "
				 "e.g. tcp://192.0.2.7:%u or "
				 "tcp://[2001:db8::7]:%u",
				 (int)shown.size, shown.data, port, port);
	return HEAR_OK;
}

static enum hear_code parse_ipc(struct hear_endpoint *out,
				struct hear_span path, struct hear_err *err)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct hear_span shown = hear_span_cut(path, 120);

	if (path.size == 0 || path.data[0] != '/' ||
	    memchr(path.data, '\0', path.size))
		return hear_fail(err, HEAR_INVALID,
				 "\"ipc://%.*s\" has no path from the root; "
				 "write e.g. ipc:///run/hearsay/link",
				 (int)shown.size, shown.data);
	if (path.size >= sizeof un.sun_path)
		return hear_fail(err, HEAR_INVALID,
				 "the path of a socket has at most %zu bytes, "
				 "this one %zu; choose a shorter directory",
				 sizeof un.sun_path - 1, path.size);
	memcpy(un.sun_path, path.data, path.size);
	memcpy(&out->name, &un, sizeof un);
	out->name_size = sizeof un;
	(void)snprintf(out->text, sizeof out->text, "ipc://%s", un.sun_path);
	return HEAR_OK;
}

enum hear_code hear_endpoint_parse(struct hear_endpoint *out,
				   struct hear_span address,
				   struct hear_err *err)
{
	struct hear_span rest = address;
	struct hear_span shown = hear_span_cut(address, 80);

	memset(out, 0, sizeof *out);
	if (take_start(&rest, "tcp://"))
		return parse_tcp(out, rest, err);
	if (take_start(&rest, "ipc://"))
		return parse_ipc(out, rest, err);
	return hear_fail(err, HEAR_INVALID,
			 "\"%.*s\" is no address to carry frames to; write "
			 "tcp://ADDRESS:PORT or ipc:///PATH",
			 (int)shown.size, shown.data);
}

const char *hear_endpoint_path(const struct hear_endpoint *endpoint)
{
	if (endpoint->name.ss_family != AF_UNIX)
		return NULL;
	return endpoint->text + strlen("ipc://");
}

static enum hear_code check_directory(const char *path, struct hear_err *err)
{
	char directory[HEAR_ENDPOINT_BYTES];
	struct stat found;
	char *slash;

	(void)snprintf(directory, sizeof directory, "%s", path);
	slash = strrchr(directory, '/');
	slash[slash == directory ? 1 : 0] = '\0';
	if (lstat(directory, &found) != 0)
		return hear_fail(err, HEAR_IO, "directory %s: %s", directory,
				 strerror(errno));
	if (!S_ISDIR(found.st_mode) || found.st_uid != geteuid() ||
	    (found.st_mode & 077) != 0)
		return hear_fail(err, HEAR_DENIED,
				 "a socket is made only in a directory that "
				 "nobody else can enter: chmod 700 %s, or "
				 "choose another",
				 directory);
	return HEAR_OK;
}

enum hear_code hear_endpoint_check_path(const struct hear_endpoint *endpoint,
					struct hear_err *err)
{
	const char *path = hear_endpoint_path(endpoint);
	struct stat found;
	enum hear_code code;

	code = check_directory(path, err);
	if (code)
		return code;
	if (lstat(path, &found) != 0) {
		if (errno == ENOENT)
			return HEAR_OK;
		return hear_fail(err, HEAR_IO, "%s: %s", path, strerror(errno));
	}
	if (!S_ISSOCK(found.st_mode) || found.st_uid != geteuid())
		return hear_fail(err, HEAR_DENIED,
				 "%s is there already and is no socket of "
				 "ours; move it away or choose another path",
				 path);
	return HEAR_OK;
}
