/* SPDX-License-Identifier: ISC */
#include "sync/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void takes(const char *address, const char *text)
{
	struct hear_endpoint endpoint;
	struct hear_err err;

	if (hear_endpoint_parse(&endpoint, hear_span_of(address), &err))
		fail_msg("%s: %s", address, err.message);
	assert_string_equal(endpoint.text, text);
}

static void refuse(const char *address)
{
	struct hear_endpoint endpoint;
	struct hear_err err;

	if (hear_endpoint_parse(&endpoint, hear_span_of(address), &err) !=
	    HEAR_INVALID)
		fail_msg("%s was taken", address);
	assert_true(strlen(err.message) > 20);
}

static void numeric_addresses_and_paths_are_taken(void **state)
{
	(void)state;
	takes("tcp://127.0.0.1:1", "tcp://127.0.0.1:1");
	takes("tcp://0.0.0.0:65535", "tcp://0.0.0.0:65535");
	takes("tcp://[::1]:7340", "tcp://[::1]:7340");
	takes("tcp://[::]:07340", "tcp://[::]:7340");
	takes("ipc:///run/hearsay/link", "ipc:///run/hearsay/link");
}

static void anything_else_is_refused(void **state)
{
	(void)state;
	refuse("");
	refuse("127.0.0.1:7340");
	refuse("ws://127.0.0.1:7340");
	refuse("inproc://x");
	refuse("TCP://127.0.0.1:7340");
	refuse("tcp://localhost:7340");
	refuse("tcp://*:7340");
	refuse("tcp://eth0;127.0.0.1:7340");
	refuse("tcp://127.0.0.1");
	refuse("tcp://127.0.0.1:");
	refuse("tcp://127.0.0.1:0");
	refuse("tcp://127.0.0.1:65536");
	refuse("tcp://127.0.0.1:+80");
	refuse("tcp://127.0.0.1:80x");
	refuse("tcp://127.0.0.1:000080");
	refuse("tcp://127.1:80");
	refuse("tcp://[127.0.0.1]:80");
	refuse("tcp://::1:80");
	refuse("tcp://[fe80::1%eth0]:80");
	refuse("tcp://[::1:80");
	refuse("tcp://[]:80");
	refuse("tcp://:80");
	refuse("ipc://");
	refuse("ipc://relative/path");
	refuse("ipc:///aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
}

static void a_zero_within_is_refused(void **state)
{
	struct hear_endpoint endpoint;
	struct hear_span address = {"tcp://127.0.0.1\0:80", 19};
	struct hear_span path = {"ipc:///run\0/link", 16};

	(void)state;
	assert_int_equal(hear_endpoint_parse(&endpoint, address, NULL),
			 HEAR_INVALID);
	assert_int_equal(hear_endpoint_parse(&endpoint, path, NULL),
			 HEAR_INVALID);
}

static void the_name_is_what_the_kernel_takes(void **state)
{
	struct hear_endpoint endpoint;
	struct sockaddr_in name;

	(void)state;
	assert_int_equal(hear_endpoint_parse(
				 &endpoint,
				 hear_span_of("tcp://192.0.2.7:7340"), NULL),
			 HEAR_OK);
	assert_int_equal(endpoint.name_size, sizeof name);
	memcpy(&name, &endpoint.name, sizeof name);
	assert_int_equal(ntohl(name.sin_addr.s_addr), 0xc0000207);
	assert_int_equal(ntohs(name.sin_port), 7340);
	assert_null(hear_endpoint_path(&endpoint));
	assert_int_equal(hear_endpoint_parse(&endpoint,
					     hear_span_of("ipc:///a/b"), NULL),
			 HEAR_OK);
	assert_string_equal(hear_endpoint_path(&endpoint), "/a/b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numeric_addresses_and_paths_are_taken),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(a_zero_within_is_refused),
		cmocka_unit_test(the_name_is_what_the_kernel_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
