/* SPDX-License-Identifier: ISC */
#include "sync/invitation.h"

#include "core/bytes.h"
#include "core/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/filed.h"

static void make(struct hear_invitation *out)
{
	memset(out, 0, sizeof *out);
	memset(&out->dataset, 0xd5, sizeof out->dataset);
	memset(&out->inviter.key, 0x4e, sizeof out->inviter.key);
	memset(&out->inviter.channel_key, 0xc4, 32);
	memset(out->secret, 0x5e, sizeof out->secret);
	out->expires_ms = filed_now;
	out->address_count = 2;
	strcpy(out->addresses[0], "tcp://192.0.2.7:7340");
	strcpy(out->addresses[1], "tcp://desk.example.org:7340");
}

static void print(const struct hear_invitation *invitation,
		  struct hear_buffer *out)
{
	struct hear_err err;

	if (hear_invitation_print(invitation, out, &err))
		fail_msg("%s", err.message);
}

static enum hear_code parse(const char *line, struct hear_invitation *out)
{
	struct hear_err err;
	enum hear_code code = hear_invitation_parse(hear_span_of(line), out,
						    &err);

	if (code)
		assert_true(strlen(err.message) > 20);
	return code;
}

static void a_line_is_read_back_as_it_was_made(void **state)
{
	struct hear_invitation invitation;
	struct hear_invitation back;
	struct hear_buffer line = {0};

	(void)state;
	make(&invitation);
	print(&invitation, &line);
	assert_memory_equal(line.data, "hearsay1:", 9);
	assert_null(strchr(line.data, '\n'));
	assert_int_equal(parse(line.data, &back), HEAR_OK);
	assert_memory_equal(&back, &invitation, sizeof back);
	invitation.address_count = 0;
	memset(invitation.addresses, 0, sizeof invitation.addresses);
	invitation.expires_ms = -1;
	hear_buffer_reset(&line);
	print(&invitation, &line);
	assert_int_equal(parse(line.data, &back), HEAR_OK);
	assert_memory_equal(&back, &invitation, sizeof back);
	hear_buffer_done(&line);
}

static void blanks_and_line_ends_do_not_matter(void **state)
{
	struct hear_invitation invitation;
	struct hear_invitation back;
	struct hear_buffer line = {0};
	struct hear_buffer broken = {0};
	size_t i;

	(void)state;
	make(&invitation);
	print(&invitation, &line);
	for (i = 0; i < line.size; i++) {
		hear_buffer_byte(&broken, line.data[i]);
		if (i % 40 == 3)
			hear_buffer_text(&broken, " \r\n\t");
	}
	assert_int_equal(parse(broken.data, &back), HEAR_OK);
	assert_memory_equal(&back, &invitation, sizeof back);
	hear_buffer_done(&line);
	hear_buffer_done(&broken);
}

/* Whatever character is changed or lost, and wherever it is cut. */
static void a_line_that_is_not_whole_is_refused(void **state)
{
	struct hear_invitation invitation;
	struct hear_invitation back;
	struct hear_buffer line = {0};
	size_t i;

	(void)state;
	make(&invitation);
	print(&invitation, &line);
	for (i = 9; i < line.size; i++) {
		char before = line.data[i];

		line.data[i] = before == 'A' ? 'B' : 'A';
		assert_int_equal(parse(line.data, &back), HEAR_DAMAGED);
		line.data[i] = ' ';
		assert_int_equal(parse(line.data, &back), HEAR_DAMAGED);
		line.data[i] = before;
	}
	for (i = line.size; i-- > 9;) {
		line.data[i] = '\0';
		assert_int_equal(parse(line.data, &back), HEAR_DAMAGED);
	}
	assert_int_equal(parse("hearsay1", &back), HEAR_INVALID);
	hear_buffer_done(&line);
}

static void something_else_is_told_from_it(void **state)
{
	static char much[3000];
	struct hear_invitation back;

	(void)state;
	assert_int_equal(parse("", &back), HEAR_INVALID);
	assert_int_equal(parse("https://example.org", &back), HEAR_INVALID);
	assert_int_equal(parse("hearsay2:AAAA", &back), HEAR_VERSION);
	assert_int_equal(parse("hearsay1:", &back), HEAR_DAMAGED);
	assert_int_equal(parse("hearsay1:%%%%", &back), HEAR_DAMAGED);
	memset(much, 'A', sizeof much - 1);
	memcpy(much, "hearsay1:", 9);
	assert_int_equal(parse(much, &back), HEAR_LIMIT);
}

static void a_line_with_too_much_in_it_is_not_made(void **state)
{
	struct hear_invitation invitation;
	struct hear_buffer line = {0};
	struct hear_err err;
	size_t i;

	(void)state;
	make(&invitation);
	invitation.address_count = HEAR_INVITATION_ADDRESSES;
	for (i = 0; i < invitation.address_count; i++) {
		memset(invitation.addresses[i], 'a', 250);
		memcpy(invitation.addresses[i], "tcp://", 6);
		memcpy(invitation.addresses[i] + 245, ":7340", 6);
	}
	assert_int_equal(hear_invitation_print(&invitation, &line, &err),
			 HEAR_LIMIT);
	hear_buffer_done(&line);
}

/* ---- What the inviter keeps ---- */

static void keep(struct filed *f, const struct hear_invited *invited)
{
	struct hear_writer *writer;
	struct hear_err err;

	filed_ok(hear_write_begin(&writer, f->dataset, filed_now, &err), &err);
	filed_ok(hear_invitation_keep(writer, invited, &err), &err);
	filed_ok(hear_write_commit(writer, &err), &err);
}

static bool count_one(void *context, const struct hear_invited *invited)
{
	size_t *count = context;

	assert_true(invited->role >= HEAR_READER);
	(*count)++;
	return true;
}

static size_t count_of(struct hear_reader *reader)
{
	struct hear_err err;
	size_t count = 0;

	filed_ok(hear_invitation_each(reader, count_one, &count, &err), &err);
	return count;
}

static void what_is_kept_is_found_by_the_secret(void **state)
{
	struct hear_invited bob = {.name = "Bob the Second",
				   .role = HEAR_ADMIN,
				   .clearance = HEAR_AMBER_STRICT,
				   .expires_ms = filed_now};
	struct hear_invited eve = {.name = "Eve",
				   .role = HEAR_READER,
				   .clearance = HEAR_CLEAR,
				   .expires_ms = -5};
	struct hear_invited back;
	struct hear_reader *reader;
	struct hear_writer *writer;
	struct hear_err err;
	struct filed f;

	(void)state;
	filed_open(&f);
	hear_invitation_hash((const unsigned char *)"0123456789abcdef",
			     &bob.hash);
	hear_invitation_hash((const unsigned char *)"0123456789abcdee",
			     &eve.hash);
	keep(&f, &bob);
	keep(&f, &eve);
	reader = filed_read(&f, HEAR_LOCAL);
	memset(&back, 0xff, sizeof back);
	filed_ok(hear_invitation_find(reader, &bob.hash, &back, &err), &err);
	assert_memory_equal(&back, &bob, sizeof back);
	filed_ok(hear_invitation_find(reader, &eve.hash, &back, &err), &err);
	assert_memory_equal(&back, &eve, sizeof back);
	assert_int_equal(count_of(reader), 2);
	hear_read_end(reader);
	filed_ok(hear_write_begin(&writer, f.dataset, filed_now, &err), &err);
	filed_ok(hear_invitation_drop(writer, &bob.hash, &err), &err);
	filed_ok(hear_write_commit(writer, &err), &err);
	reader = filed_read(&f, HEAR_LOCAL);
	assert_int_equal(hear_invitation_find(reader, &bob.hash, &back, &err),
			 HEAR_NOTFOUND);
	assert_int_equal(count_of(reader), 1);
	hear_read_end(reader);
	filed_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_back_as_it_was_made),
		cmocka_unit_test(blanks_and_line_ends_do_not_matter),
		cmocka_unit_test(a_line_that_is_not_whole_is_refused),
		cmocka_unit_test(something_else_is_told_from_it),
		cmocka_unit_test(a_line_with_too_much_in_it_is_not_made),
		cmocka_unit_test(what_is_kept_is_found_by_the_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
