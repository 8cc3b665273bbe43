/* SPDX-License-Identifier: ISC */
#include "sync/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- One message of each kind ---- */

struct fixture {
	struct hear_wire_pile filings;
	struct hear_buffer bits;
	struct hear_buffer data;
	struct hear_buffer body;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	hear_wire_pile_add(&f->filings, hear_span_of("a filing"));
	hear_wire_pile_add(&f->filings, hear_span_of("another"));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	hear_wire_pile_done(&f->filings);
	hear_buffer_done(&f->bits);
	hear_buffer_done(&f->data);
	hear_buffer_done(&f->body);
	free(f);
	return 0;
}

static struct hear_wire_roots some_roots(void)
{
	struct hear_wire_roots roots = {
		.clearance = HEAR_AMBER,
		.roster_count = 300,
		.roster = {{1, 2, 3}},
		.view = {{4, 5, 6}},
	};

	return roots;
}

static const struct hear_prefix halves[2] = {
	{.bits = 2, .bytes = {0x40}},
	{.bits = 9, .bytes = {0x80, 0x80}},
};

static struct hear_wire_ranges some_said(struct fixture *f)
{
	const struct hear_wire_range said[2] = {
		{.count = 1000, .bytes = {"digest", 6}},
		{.count = 2, .listed = true, .bytes = {"first.second", 12}},
	};
	struct hear_wire_ranges ranges;

	hear_buffer_reset(&f->data);
	hear_wire_put_said(&f->data, &said[0]);
	hear_wire_put_said(&f->data, &said[1]);
	ranges.cut = hear_cut_make(&f->bits, halves, 2);
	ranges.data = hear_buffer_view(&f->data);
	return ranges;
}

static struct hear_wire_ranges some_wants(struct fixture *f)
{
	const struct hear_wire_range wants[2] = {
		{.count = 0},
		{.count = 2, .bytes = {"first.second", 12}},
	};
	struct hear_wire_ranges ranges;

	hear_buffer_reset(&f->data);
	hear_wire_put_want(&f->data, &wants[0]);
	hear_wire_put_want(&f->data, &wants[1]);
	ranges.cut = hear_cut_make(&f->bits, halves, 2);
	ranges.data = hear_buffer_view(&f->data);
	return ranges;
}

static void write_hello(struct fixture *f)
{
	const struct hear_wire_hello hello = {
		.mark = {{9, 8, 7}},
		.roots = some_roots(),
		.proof = hear_wire_pile_list(&f->filings),
	};

	hear_wire_write_hello(&f->body, &hello);
}

static enum hear_code read_hello(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_hello out;
	enum hear_code code = hear_wire_read_hello(&out, body, err);

	if (code == HEAR_OK) {
		assert_int_equal(out.mark.bytes[0], 9);
		assert_int_equal(out.roots.clearance, HEAR_AMBER);
		assert_int_equal(out.roots.roster_count, 300);
		assert_int_equal(out.roots.view.bytes[2], 6);
		assert_int_equal(out.proof.count, 2);
	}
	return code;
}

static void write_roots(struct fixture *f)
{
	const struct hear_wire_ask_roots roots = {
		.mark = "mark7..", .park_ms = 20000, .roots = some_roots()};

	hear_wire_write_roots(&f->body, &roots);
}

static enum hear_code read_roots(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_ask_roots out;
	enum hear_code code = hear_wire_read_roots(&out, body, err);

	if (code == HEAR_OK) {
		assert_memory_equal(out.mark, "mark7..", 8);
		assert_int_equal(out.park_ms, 20000);
		assert_int_equal(out.roots.roster.bytes[0], 1);
	}
	return code;
}

static void write_standing(struct fixture *f)
{
	const struct hear_wire_standing standing = {
		.roots = some_roots(),
		.partition_count = 3,
		.partitions = {{7, {{7}}}, {0, {{8}}}, {1000000, {{9}}}},
		.filings = hear_wire_pile_list(&f->filings),
	};

	hear_wire_write_standing(&f->body, HEAR_WIRE_ROOTS, &standing);
}

static enum hear_code read_standing(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_standing out;
	struct hear_span item;
	enum hear_code code =
		hear_wire_read_standing(&out, HEAR_WIRE_ROOTS, body, err);

	if (code == HEAR_OK) {
		assert_int_equal(out.partition_count, 3);
		assert_int_equal(out.partitions[2].count, 1000000);
		assert_int_equal(out.partitions[2].digest.bytes[0], 9);
		assert_true(hear_wire_list_next(&out.filings, &item));
		assert_true(hear_span_is(item, "a filing"));
		assert_true(hear_wire_list_next(&out.filings, &item));
		assert_true(hear_span_is(item, "another"));
		assert_false(hear_wire_list_next(&out.filings, &item));
	}
	return code;
}

static void write_compare(struct fixture *f)
{
	const struct hear_wire_compare compare = {
		.mark = "mark7..",
		.salt = "salt of sixteen",
		.partition = {"\2", 1},
		.opening = true,
		.ranges = hear_cut_make(&f->bits, halves, 2),
	};

	hear_wire_write_compare(&f->body, &compare);
}

static enum hear_code read_compare(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_compare out;
	enum hear_code code = hear_wire_read_compare(&out, body, err);

	if (code == HEAR_OK) {
		assert_memory_equal(out.salt, "salt of sixteen", 16);
		assert_true(hear_span_is(out.partition, "\2"));
		assert_true(out.opening);
		assert_int_equal(out.ranges.count, 2);
	}
	return code;
}

static void write_compared(struct fixture *f)
{
	const struct hear_wire_compared compared = {.more = true,
						    .ranges = some_said(f)};

	hear_wire_write_compared(&f->body, &compared);
}

static enum hear_code read_compared(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_compared out;
	struct hear_wire_walk walk;
	struct hear_wire_range range;
	enum hear_code code = hear_wire_read_compared(&out, body, err);

	if (code != HEAR_OK)
		return code;
	assert_true(out.more);
	hear_wire_walk_begin(&walk, &out.ranges);
	assert_true(hear_wire_next_said(&walk, &range));
	assert_memory_equal(&range.prefix, &halves[0], sizeof halves[0]);
	assert_int_equal(range.count, 1000);
	assert_false(range.listed);
	assert_true(hear_span_is(range.bytes, "digest"));
	assert_true(hear_wire_next_said(&walk, &range));
	assert_memory_equal(&range.prefix, &halves[1], sizeof halves[1]);
	assert_int_equal(range.count, 2);
	assert_true(range.listed);
	assert_true(hear_span_is(range.bytes, "first.second"));
	assert_false(hear_wire_next_said(&walk, &range));
	return code;
}

static void write_exchange(struct fixture *f)
{
	const struct hear_wire_exchange exchange = {
		.mark = "mark7..",
		.salt = "salt of sixteen",
		.partition = {"\2", 1},
		.resumed = true,
		.after = {1, 2, 3},
		.wants = some_wants(f),
		.filings = hear_wire_pile_list(&f->filings),
	};

	hear_wire_write_exchange(&f->body, &exchange);
}

static enum hear_code read_exchange(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_exchange out;
	struct hear_wire_walk walk;
	struct hear_wire_range range;
	enum hear_code code = hear_wire_read_exchange(&out, body, err);

	if (code != HEAR_OK)
		return code;
	assert_true(out.resumed);
	assert_int_equal(out.after[2], 3);
	assert_int_equal(out.filings.count, 2);
	hear_wire_walk_begin(&walk, &out.wants);
	assert_true(hear_wire_next_want(&walk, &range));
	assert_int_equal(range.count, 0);
	assert_true(hear_wire_next_want(&walk, &range));
	assert_int_equal(range.count, 2);
	assert_true(hear_span_is(range.bytes, "first.second"));
	assert_false(hear_wire_next_want(&walk, &range));
	return code;
}

static void write_exchanged(struct fixture *f)
{
	const struct hear_wire_exchanged exchanged = {
		.results = {"\2\1\x41", 3},
		.roots = some_roots(),
		.more = true,
		.covered = {3, 2, 1},
		.filings = hear_wire_pile_list(&f->filings),
	};

	hear_wire_write_exchanged(&f->body, &exchanged);
}

static enum hear_code read_exchanged(struct hear_span body,
				     struct hear_err *err)
{
	struct hear_wire_exchanged out;
	enum hear_code code = hear_wire_read_exchanged(&out, body, err);

	if (code == HEAR_OK) {
		assert_true(hear_span_is(out.results, "\2\1\x41"));
		assert_true(out.more);
		assert_int_equal(out.covered[0], 3);
		assert_int_equal(out.filings.count, 2);
	}
	return code;
}

static void write_reasons(struct fixture *f)
{
	static const char ids[64] = "two ids";
	const struct hear_wire_reasons reasons = {.mark = "mark7..",
						  .ids = {ids, 64}};

	hear_wire_write_reasons(&f->body, &reasons);
}

static enum hear_code read_reasons(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_reasons out;
	enum hear_code code = hear_wire_read_reasons(&out, body, err);

	if (code == HEAR_OK)
		assert_int_equal(out.ids.size, 64);
	return code;
}

static void write_reasoned(struct fixture *f)
{
	const struct hear_wire_reasoned reasoned = {.results = {"\1\0", 2}};

	hear_wire_write_reasoned(&f->body, &reasoned);
}

static enum hear_code read_reasoned(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_reasoned out;
	enum hear_code code = hear_wire_read_reasoned(&out, body, err);

	if (code == HEAR_OK)
		assert_int_equal(out.results.size, 2);
	return code;
}

static void write_join(struct fixture *f)
{
	const struct hear_wire_join join = {.mark = "mark7..",
					    .mac = {1, 2, 3},
					    .certificate = {4, 5, 6},
					    .name = {"bob", 3}};

	hear_wire_write_join(&f->body, &join);
}

static enum hear_code read_join(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_join out;
	enum hear_code code = hear_wire_read_join(&out, body, err);

	if (code == HEAR_OK) {
		assert_int_equal(out.mac[1], 2);
		assert_int_equal(out.certificate[2], 6);
		assert_true(hear_span_is(out.name, "bob"));
	}
	return code;
}

static void write_joined(struct fixture *f)
{
	const struct hear_wire_joined joined = {
		.filings = hear_wire_pile_list(&f->filings)};

	hear_wire_write_joined(&f->body, &joined);
}

static enum hear_code read_joined(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_joined out;
	enum hear_code code = hear_wire_read_joined(&out, body, err);

	if (code == HEAR_OK)
		assert_int_equal(out.filings.count, 2);
	return code;
}

static void write_sorry(struct fixture *f)
{
	const struct hear_wire_sorry sorry = {HEAR_SORRY_BUSY, 1500};

	hear_wire_write_sorry(&f->body, &sorry);
}

static enum hear_code read_sorry(struct hear_span body, struct hear_err *err)
{
	struct hear_wire_sorry out;
	enum hear_code code = hear_wire_read_sorry(&out, body, err);

	if (code == HEAR_OK) {
		assert_int_equal(out.code, HEAR_SORRY_BUSY);
		assert_int_equal(out.number, 1500);
	}
	return code;
}

static const struct {
	unsigned char kind;
	void (*write)(struct fixture *f);
	enum hear_code (*read)(struct hear_span body, struct hear_err *err);
} messages[] = {
	{HEAR_WIRE_HELLO, write_hello, read_hello},
	{HEAR_WIRE_ROOTS, write_roots, read_roots},
	{HEAR_WIRE_ROOTS, write_standing, read_standing},
	{HEAR_WIRE_COMPARE, write_compare, read_compare},
	{HEAR_WIRE_COMPARE, write_compared, read_compared},
	{HEAR_WIRE_EXCHANGE, write_exchange, read_exchange},
	{HEAR_WIRE_EXCHANGE, write_exchanged, read_exchanged},
	{HEAR_WIRE_REASONS, write_reasons, read_reasons},
	{HEAR_WIRE_REASONS, write_reasoned, read_reasoned},
	{HEAR_WIRE_JOIN, write_join, read_join},
	{HEAR_WIRE_JOIN, write_joined, read_joined},
	{HEAR_WIRE_SORRY, write_sorry, read_sorry},
};

enum { MESSAGES = sizeof messages / sizeof messages[0] };

/* ---- The tests ---- */

static void a_message_is_read_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	unsigned char kind;
	size_t i;

	for (i = 0; i < MESSAGES; i++) {
		hear_buffer_reset(&f->body);
		messages[i].write(f);
		assert_true(hear_wire_kind(hear_buffer_view(&f->body), &kind));
		assert_int_equal(kind, messages[i].kind);
		assert_int_equal(
			messages[i].read(hear_buffer_view(&f->body), NULL),
			HEAR_OK);
	}
	assert_false(hear_wire_kind(hear_span_make(NULL, 0), &kind));
}

static void a_message_cut_short_or_made_longer_is_refused(void **state)
{
	struct fixture *f = *state;
	struct hear_err err;
	size_t i;
	size_t size;

	for (i = 0; i < MESSAGES; i++) {
		hear_buffer_reset(&f->body);
		messages[i].write(f);
		for (size = 0; size < f->body.size; size++)
			assert_int_equal(
				messages[i].read(
					hear_span_make(f->body.data, size),
					&err),
				HEAR_INVALID);
		assert_non_null(strstr(err.message, "not well formed"));
		hear_buffer_byte(&f->body, 0);
		assert_int_equal(
			messages[i].read(hear_buffer_view(&f->body), &err),
			HEAR_INVALID);
	}
}

static void a_message_of_another_kind_is_refused(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < MESSAGES; i++) {
		hear_buffer_reset(&f->body);
		messages[i].write(f);
		f->body.data[0] ^= 0x20;
		assert_int_equal(
			messages[i].read(hear_buffer_view(&f->body), NULL),
			HEAR_INVALID);
	}
}

/* Whether the byte at `at`, made `byte`, is accepted. */
static void refuse_byte(struct fixture *f, size_t message, size_t at,
			unsigned byte)
{
	hear_buffer_reset(&f->body);
	messages[message].write(f);
	assert_true(at < f->body.size);
	f->body.data[at] = (char)byte;
	assert_int_equal(
		messages[message].read(hear_buffer_view(&f->body), NULL),
		HEAR_INVALID);
}

static void what_a_field_may_not_hold_is_refused(void **state)
{
	struct fixture *f = *state;

	refuse_byte(f, 0, 33, 0);	   /* no clearance */
	refuse_byte(f, 0, 33, HEAR_LOCAL); /* one that never travels */
	refuse_byte(f, 1, 11, 0x7f);	   /* parked for minutes */
	refuse_byte(f, 2, 68, 6);	   /* six partitions */
	refuse_byte(f, 3, 25, 0);	   /* no partition */
	refuse_byte(f, 3, 25, 34);	   /* one with too long an id */
	refuse_byte(f, 3, 27, 2);	   /* an unknown flag */
	refuse_byte(f, 4, 1, 2);
	refuse_byte(f, 4, 6, 0);  /* no filings in a range */
	refuse_byte(f, 11, 1, 0); /* an unknown excuse */
	refuse_byte(f, 11, 1, 99);
}

/* 200 bytes each way, before what the frame adds. */
static void equal_sets_cost_little(void **state)
{
	struct fixture *f = *state;
	const struct hear_wire_hello hello = {.roots = some_roots()};
	const struct hear_wire_standing standing = {.roots = some_roots()};

	hear_wire_write_hello(&f->body, &hello);
	assert_int_equal(f->body.size, 1 + 32 + 67 + 1);
	hear_buffer_reset(&f->body);
	hear_wire_write_standing(&f->body, HEAR_WIRE_HELLO, &standing);
	assert_int_equal(f->body.size, 1 + 67 + 2);
}

static void a_list_that_counts_more_than_there_is_is_refused(void **state)
{
	struct hear_wire_joined out;

	(void)state;
	assert_int_equal(
		hear_wire_read_joined(&out, hear_span_of("\6\3\1a\1b"), NULL),
		HEAR_INVALID);
	assert_int_equal(hear_wire_read_joined(
				 &out,
				 hear_span_make("\6\xff\xff\xff\xff\x0f", 6),
				 NULL),
			 HEAR_INVALID);
	/* An empty item. */
	assert_int_equal(hear_wire_read_joined(
				 &out, hear_span_make("\6\2\1a\0", 5), NULL),
			 HEAR_INVALID);
}

static void a_count_of_ids_that_overflows_is_refused(void **state)
{
	/* One range, the whole; listed; 2^63 - 1 ids. */
	static const char body[] =
		"\3\0\1\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1abcdef";
	struct hear_wire_compared out;

	(void)state;
	assert_int_equal(
		hear_wire_read_compared(
			&out, hear_span_make(body, sizeof body - 1), NULL),
		HEAR_INVALID);
}

static void a_mark_names_a_dataset_in_one_conversation(void **state)
{
	const struct hear_id dataset = {{1}};
	const struct hear_id other = {{2}};
	const unsigned char handshake[HEAR_NOISE_HASH] = {3};
	unsigned char changed[HEAR_NOISE_HASH] = {3};
	struct hear_id a;
	struct hear_id b;

	(void)state;
	hear_wire_mark(&dataset, handshake, &a);
	hear_wire_mark(&dataset, handshake, &b);
	assert_true(hear_id_equal(&a, &b));
	hear_wire_mark(&other, handshake, &b);
	assert_false(hear_id_equal(&a, &b));
	changed[HEAR_NOISE_HASH - 1] = 1;
	hear_wire_mark(&dataset, changed, &b);
	assert_false(hear_id_equal(&a, &b));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_message_is_read_as_it_was_written),
		TEST(a_message_cut_short_or_made_longer_is_refused),
		TEST(a_message_of_another_kind_is_refused),
		TEST(what_a_field_may_not_hold_is_refused),
		TEST(equal_sets_cost_little),
		TEST(a_list_that_counts_more_than_there_is_is_refused),
		TEST(a_count_of_ids_that_overflows_is_refused),
		TEST(a_mark_names_a_dataset_in_one_conversation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
