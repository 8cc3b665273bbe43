/* SPDX-License-Identifier: ISC */
#include "sync/peers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/filed.h"

static void takes(const char *address)
{
	struct hear_err err;

	if (hear_peer_address_check(hear_span_of(address), &err))
		fail_msg("%s: %s", address, err.message);
}

static void refuses(struct hear_span address)
{
	struct hear_err err;

	assert_int_equal(hear_peer_address_check(address, &err), HEAR_INVALID);
	assert_true(strlen(err.message) > 20);
}

static void addresses_have_a_name_or_a_number(void **state)
{
	static const char *const bad[] = {
		"", "desk:7340", "tcp://desk", "tcp://desk:", "tcp://desk:0",
		"tcp://desk:65536", "tcp://desk:+1", "tcp://desk:7340 ",
		"tcp://:7340", "tcp://300.1.1.1:7340", "tcp://1.2.3:7340",
		"tcp://12345:7340", "tcp://de sk:7340", "tcp://de/sk:7340",
		"tcp://-desk:7340", "tcp://.desk:7340", "tcp://*:7340",
		"tcp://eth0;desk:7340", "ws://desk:7340", "ipc://relative",
		"inproc://desk", "tcp://2001:db8::7:7340", "tcp://desk:7340:",
		"tcp://d\xc3\xa9sk:7340",
	};
	char name[300] = "tcp://";
	size_t i;

	(void)state;
	takes("tcp://desk:7340");
	takes("tcp://desk-2.example.org:1");
	takes("tcp://desk_2.local:65535");
	takes("tcp://192.0.2.7:7340");
	takes("tcp://[2001:db8::7]:7340");
	takes("ipc:///run/hearsay/link");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		refuses(hear_span_of(bad[i]));
	refuses((struct hear_span){"tcp://de\0sk:7340", 16});
	refuses((struct hear_span){"tcp://desk:7340\0", 16});
	memset(name + 6, 'a', 280);
	memcpy(name + 280, ":7340", 6);
	refuses(hear_span_of(name));
}

/* ---- The book ---- */

static enum hear_code add(struct filed *f, unsigned char who,
			  const char *address, struct hear_err *err)
{
	struct hear_reader *reader = filed_read(f, HEAR_LOCAL);
	struct hear_key key = {{who}};
	struct hear_writer *writer;
	enum hear_code code;

	filed_ok(hear_write_begin(&writer, f->dataset, filed_now, err), err);
	code = hear_peers_add(writer, reader, &key, hear_span_of(address), err);
	hear_read_end(reader);
	if (code == HEAR_OK)
		filed_ok(hear_write_commit(writer, err), err);
	else
		hear_write_abort(writer);
	return code;
}

static enum hear_code take_away(struct filed *f, unsigned char who,
				const char *address, struct hear_err *err)
{
	struct hear_reader *reader = filed_read(f, HEAR_LOCAL);
	struct hear_key key = {{who}};
	struct hear_writer *writer;
	enum hear_code code;

	filed_ok(hear_write_begin(&writer, f->dataset, filed_now, err), err);
	code = hear_peers_remove(writer, reader, &key, hear_span_of(address),
				 err);
	hear_read_end(reader);
	if (code == HEAR_OK)
		filed_ok(hear_write_commit(writer, err), err);
	else
		hear_write_abort(writer);
	return code;
}

/* "1 tcp://a:1, 2 tcp://b:1": whose, and where. */
static void expect(struct filed *f, const char *wanted)
{
	struct hear_reader *reader = filed_read(f, HEAR_LOCAL);
	struct hear_peer_entry *entries;
	struct hear_buffer all = {0};
	struct hear_err err;
	size_t count;
	size_t i;

	hear_arena_reset(f->arena);
	filed_ok(hear_peers_read(reader, f->arena, &entries, &count, &err),
		 &err);
	hear_buffer_text(&all, "");
	for (i = 0; i < count; i++)
		hear_buffer_print(&all, "%s%d %s", i > 0 ? ", " : "",
				  entries[i].key.bytes[0], entries[i].address);
	assert_string_equal(all.data, wanted);
	hear_buffer_done(&all);
	hear_read_end(reader);
}

static void the_book_keeps_addresses_in_order(void **state)
{
	struct hear_err err;
	struct filed f;

	(void)state;
	filed_open(&f);
	expect(&f, "");
	assert_int_equal(add(&f, 2, "tcp://b:1", &err), HEAR_OK);
	assert_int_equal(add(&f, 1, "tcp://z:1", &err), HEAR_OK);
	assert_int_equal(add(&f, 1, "tcp://a:1", &err), HEAR_OK);
	expect(&f, "1 tcp://z:1, 1 tcp://a:1, 2 tcp://b:1");
	assert_int_equal(add(&f, 1, "tcp://z:1", &err), HEAR_EXISTS);
	assert_int_equal(add(&f, 1, "nonsense", &err), HEAR_INVALID);
	assert_int_equal(take_away(&f, 1, "tcp://z:1", &err), HEAR_OK);
	assert_int_equal(take_away(&f, 1, "tcp://z:1", &err), HEAR_NOTFOUND);
	assert_int_equal(take_away(&f, 3, "", &err), HEAR_NOTFOUND);
	expect(&f, "1 tcp://a:1, 2 tcp://b:1");
	assert_int_equal(take_away(&f, 2, "", &err), HEAR_OK);
	assert_int_equal(take_away(&f, 1, "tcp://a:1", &err), HEAR_OK);
	expect(&f, "");
	filed_close(&f);
}

static void a_member_has_a_few_addresses_at_most(void **state)
{
	struct hear_err err;
	struct filed f;
	char address[32];
	int i;

	(void)state;
	filed_open(&f);
	for (i = 0; i < HEAR_PEER_ADDRESSES; i++) {
		(void)snprintf(address, sizeof address, "tcp://a:%d", i + 1);
		assert_int_equal(add(&f, 1, address, &err), HEAR_OK);
	}
	assert_int_equal(add(&f, 1, "tcp://one-too-many:1", &err), HEAR_LIMIT);
	filed_close(&f);
}

static void what_is_not_well_formed_is_passed_over(void **state)
{
	struct hear_writer *writer;
	struct hear_err err;
	struct filed f;

	(void)state;
	filed_open(&f);
	assert_int_equal(add(&f, 1, "tcp://a:1", &err), HEAR_OK);
	filed_ok(hear_write_begin(&writer, f.dataset, filed_now, &err), &err);
	filed_ok(hear_write_setting(writer, "peer/short",
				    hear_span_of("tcp://x:1\n"), &err),
		 &err);
	filed_ok(hear_write_setting(
			 writer,
			 "peer/0900000000000000000000000000000000000000000000"
			 "000000000000000000",
			 hear_span_of("nonsense\n\ntcp://ok:1\ntcp://cut"),
			 &err),
		 &err);
	filed_ok(hear_write_commit(writer, &err), &err);
	expect(&f, "1 tcp://a:1, 9 tcp://ok:1");
	filed_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_a_name_or_a_number),
		cmocka_unit_test(the_book_keeps_addresses_in_order),
		cmocka_unit_test(a_member_has_a_few_addresses_at_most),
		cmocka_unit_test(what_is_not_well_formed_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
