/* SPDX-License-Identifier: ISC */
/* Two datasets of one founder made equal by the parts alone, every message
 * through its bytes: descent, wire, squeeze, and what core takes. */
#include "core/limits.h"
#include "core/reader.h"
#include "sync/descend.h"
#include "sync/descent.h"
#include "sync/squeeze.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct hear_span green = {"\2", 1};
static const unsigned char mark[HEAR_WIRE_MARK];

struct fixture {
	struct filed mine;
	struct filed theirs;
	struct hear_squeezer *squeezer;
};

static void pack(struct filed *side, uint64_t number, struct hear_buffer *out)
{
	struct hear_reader *reader = filed_read(side, HEAR_RED);
	struct hear_err err;

	filed_ok(hear_filing_pack(reader, number, out, &err), &err);
	hear_read_end(reader);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct hear_buffer genesis = {.size = 0};
	struct filed *other;
	struct hear_err err;

	*state = f;
	if (!f)
		return -1;
	filed_open(&f->mine);
	other = &f->theirs;
	(void)snprintf(other->folder, sizeof other->folder, "other-XXXXXX");
	assert_non_null(mkdtemp(other->folder));
	(void)snprintf(other->path, sizeof other->path, "%s/claims",
		       other->folder);
	other->arena = hear_arena_new();
	other->author = f->mine.author;
	pack(&f->mine, 1, &genesis);
	filed_ok(hear_dataset_adopt(&other->dataset, other->path,
				    hear_buffer_view(&genesis), filed_now,
				    &err),
		 &err);
	hear_buffer_done(&genesis);
	filed_ok(hear_squeezer_new(&f->squeezer, &err), &err);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	f->theirs.author = NULL;
	filed_close(&f->theirs);
	filed_close(&f->mine);
	hear_squeezer_free(f->squeezer);
	free(f);
	return 0;
}

static struct hear_tree_root root_of(struct filed *side)
{
	struct hear_reader *reader = filed_read(side, HEAR_RED);
	struct hear_tree_root root;
	struct hear_err err;

	filed_ok(hear_tree_root(&root, reader->txn, green, &err), &err);
	hear_read_end(reader);
	return root;
}

/* ---- The replier: body in, body out ---- */

static void compare(struct fixture *f, struct hear_span body,
		    struct hear_buffer *out)
{
	struct hear_reader *reader = filed_read(&f->theirs, HEAR_RED);
	struct hear_wire_compare question;
	struct hear_err err;

	filed_ok(hear_wire_read_compare(&question, body, &err), &err);
	filed_ok(hear_descend_reply(reader->txn, &question, out, NULL, &err), &err);
	hear_read_end(reader);
}

struct load {
	struct fixture *f;
	struct hear_reader *reader;
	struct hear_wire_pile pile;
};

static bool load(void *context, uint64_t number)
{
	struct load *load = context;
	struct hear_buffer packed = {.size = 0};
	struct hear_buffer small = {.size = 0};
	bool fits;

	filed_ok(hear_filing_pack(load->reader, number, &packed, NULL), NULL);
	filed_ok(hear_squeeze(load->f->squeezer, hear_buffer_view(&packed),
			      &small, NULL),
		 NULL);
	fits = load->pile.count == 0 ||
	       load->pile.bytes.size + small.size < 20000;
	if (fits)
		hear_wire_pile_add(&load->pile, hear_buffer_view(&small));
	hear_buffer_done(&packed);
	hear_buffer_done(&small);
	return fits;
}

static unsigned take_in(struct fixture *f, struct filed *side,
			struct hear_wire_list list)
{
	struct hear_writer *writer = NULL;
	struct hear_buffer packed = {.size = 0};
	struct hear_outcome outcome;
	struct hear_span item;
	struct hear_err err;
	unsigned made = 0;

	filed_ok(hear_write_begin(&writer, side->dataset, filed_now, &err),
		 &err);
	while (hear_wire_list_next(&list, &item)) {
		hear_buffer_reset(&packed);
		filed_ok(hear_unsqueeze(f->squeezer, item, HEAR_PACKED_BYTES,
					&packed, &err),
			 &err);
		filed_ok(hear_write_take(writer, hear_buffer_view(&packed),
					 &outcome, &err),
			 &err);
		made += outcome.made;
	}
	filed_ok(hear_write_commit(writer, &err), &err);
	hear_buffer_done(&packed);
	return made;
}

static void exchange(struct fixture *f, struct hear_span body,
		     struct hear_buffer *out)
{
	struct hear_reader *reader = filed_read(&f->theirs, HEAR_RED);
	struct load loaded = {.f = f, .reader = reader};
	struct hear_wire_exchanged said = {.roots.clearance = HEAR_RED};
	struct hear_wire_exchange question;
	struct hear_served served;
	struct hear_err err;

	filed_ok(hear_wire_read_exchange(&question, body, &err), &err);
	filed_ok(hear_descend_serve(reader->txn, &question, load, &loaded,
				    &served, &err),
		 &err);
	said.more = served.more;
	memcpy(said.covered, served.covered, sizeof said.covered);
	said.filings = hear_wire_pile_list(&loaded.pile);
	hear_wire_write_exchanged(out, &said);
	hear_wire_pile_done(&loaded.pile);
	hear_read_end(reader);
	(void)take_in(f, &f->theirs, question.filings);
}

/* ---- The asker ---- */

static struct hear_descent *descend(struct fixture *f)
{
	unsigned char salt[HEAR_WIRE_SALT];
	struct hear_buffer question = {.size = 0};
	struct hear_buffer reply = {.size = 0};
	struct hear_descent *descent = NULL;
	struct hear_wire_compared said;
	struct hear_reader *reader;
	struct hear_err err;

	hear_random(salt, sizeof salt);
	filed_ok(hear_descent_new(&descent, green, salt, &err), &err);
	while (hear_descent_question(descent, mark, &question, &err) ==
	       HEAR_OK) {
		compare(f, hear_buffer_view(&question), &reply);
		filed_ok(hear_wire_read_compared(
				 &said, hear_buffer_view(&reply), &err),
			 &err);
		reader = filed_read(&f->mine, HEAR_RED);
		filed_ok(hear_descent_take(descent, reader->txn, &said, &err),
			 &err);
		hear_read_end(reader);
		hear_buffer_reset(&question);
		hear_buffer_reset(&reply);
	}
	hear_buffer_done(&question);
	hear_buffer_done(&reply);
	return descent;
}

static void swap(struct fixture *f, struct hear_wire_exchange *asks,
		 struct hear_wire_exchanged *said, unsigned *made)
{
	struct hear_buffer question = {.size = 0};
	struct hear_buffer reply = {.size = 0};
	struct hear_err err;

	hear_wire_write_exchange(&question, asks);
	exchange(f, hear_buffer_view(&question), &reply);
	filed_ok(hear_wire_read_exchanged(said, hear_buffer_view(&reply), &err),
		 &err);
	*made += take_in(f, &f->mine, said->filings);
	hear_buffer_done(&question);
	hear_buffer_done(&reply);
}

static unsigned fetch(struct fixture *f, struct hear_descent *descent)
{
	struct hear_wire_exchange asks = {.partition = green};
	struct hear_wire_exchanged said;
	unsigned made = 0;

	memcpy(asks.salt, hear_descent_salt(descent), sizeof asks.salt);
	while (hear_descent_want(descent, 4000, &asks.wants, NULL) == HEAR_OK) {
		asks.resumed = false;
		do {
			swap(f, &asks, &said, &made);
			asks.resumed = said.more;
			memcpy(asks.after, said.covered, sizeof asks.after);
		} while (said.more);
	}
	return made;
}

static void give(struct fixture *f, struct hear_descent *descent)
{
	struct hear_wire_exchange asks = {.partition = green};
	struct hear_wire_exchanged said;
	struct load loaded = {.f = f};
	unsigned made = 0;
	size_t count;
	const uint64_t *gives = hear_descent_gives(descent, &count);
	size_t at = 0;

	while (at < count) {
		hear_wire_pile_reset(&loaded.pile);
		loaded.reader = filed_read(&f->mine, HEAR_RED);
		while (at < count && load(&loaded, gives[at]))
			at++;
		hear_read_end(loaded.reader);
		asks.filings = hear_wire_pile_list(&loaded.pile);
		swap(f, &asks, &said, &made);
	}
	hear_wire_pile_done(&loaded.pile);
}

static void file_some(struct filed *side, const char *series, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		filed_claims(side, series, HEAR_GREEN, i * 3, 1 + i % 3, NULL);
}

static void two_datasets_become_equal(void **state)
{
	struct fixture *f = *state;
	struct hear_descent *descent;
	struct hear_tree_root mine;
	struct hear_tree_root theirs;

	file_some(&f->mine, "mine", 120);
	file_some(&f->theirs, "theirs", 80);
	descent = descend(f);
	assert_int_equal(hear_descent_wanted(descent), 80);
	assert_int_equal(fetch(f, descent), 80);
	give(f, descent);
	hear_descent_free(descent);
	mine = root_of(&f->mine);
	theirs = root_of(&f->theirs);
	assert_int_equal(mine.count, 200);
	assert_int_equal(theirs.count, 200);
	assert_memory_equal(mine.digest.bytes, theirs.digest.bytes, 32);
}

static void what_is_equal_stays_as_it_is(void **state)
{
	struct fixture *f = *state;
	struct hear_descent *descent;
	size_t gives;

	two_datasets_become_equal(state);
	descent = descend(f);
	assert_int_equal(hear_descent_wanted(descent), 0);
	(void)hear_descent_gives(descent, &gives);
	assert_int_equal(gives, 0);
	hear_descent_free(descent);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(two_datasets_become_equal),
		TEST(what_is_equal_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
