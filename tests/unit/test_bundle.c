/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "core/limits.h"
#include "core/sign.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <cmocka.h>

struct fixture {
	struct filed filed;
	uint64_t filings; /* in the last bundle written */
};

/* Beside the genesis: number 2 red, 3 local, 4 green, 5 green. */
static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	filed_open(&f->filed);
	filed_claims(&f->filed, "red", HEAR_RED, 1, 3, NULL);
	filed_claims(&f->filed, "local", HEAR_LOCAL, 1, 1, NULL);
	filed_claims(&f->filed, "green", HEAR_GREEN, 1, 2, NULL);
	filed_claims(&f->filed, "green", HEAR_GREEN, 3, 1, NULL);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	filed_close(&f->filed);
	free(f);
	return 0;
}

/* ---- Bundles in memory ---- */

static struct hear_buffer content_of(int fd)
{
	struct hear_buffer out = {0};
	char block[4096];
	ssize_t got;

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	while ((got = read(fd, block, sizeof block)) > 0)
		hear_buffer_add(&out, block, (size_t)got);
	assert_int_equal(got, 0);
	close(fd);
	return out;
}

static int file_of(struct hear_span bytes)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.data, bytes.size), bytes.size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static struct hear_buffer bundle_of(struct fixture *f,
				    enum hear_marking highest)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	struct hear_reader *reader = filed_read(&f->filed, highest);
	struct hear_err err;

	filed_ok(hear_bundle_write(reader, fd, &f->filings, &err), &err);
	hear_read_end(reader);
	return content_of(fd);
}

/* Reads a bundle to its end, or to where it fails; the code of that. */
static enum hear_code read_through(struct hear_span bytes, unsigned *count,
				   struct hear_err *err)
{
	int fd = file_of(bytes);
	struct hear_bundle *bundle = NULL;
	struct hear_span packed;
	enum hear_code code = hear_bundle_open(&bundle, fd, err);

	*count = 0;
	while (code == HEAR_OK) {
		code = hear_bundle_next(bundle, &packed, err);
		*count += code == HEAR_OK;
	}
	if (bundle) /* and once more: it stays as it ended */
		assert_int_equal(hear_bundle_next(bundle, &packed, NULL),
				 code);
	hear_bundle_close(bundle);
	close(fd);
	return code;
}

/* Takes a whole bundle into a new dataset, or into `into`. */
static unsigned take_in(struct fixture *f, struct hear_span bytes,
			const char *path, struct hear_dataset **into)
{
	int fd = file_of(bytes);
	struct hear_bundle *bundle = NULL;
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_span packed;
	struct hear_err err;
	unsigned made = 0;

	(void)f;
	filed_ok(hear_bundle_open(&bundle, fd, &err), &err);
	filed_ok(hear_bundle_next(bundle, &packed, &err), &err);
	if (!*into) {
		filed_ok(hear_dataset_adopt(into, path, packed, filed_now,
					    &err),
			 &err);
		made++;
	}
	filed_ok(hear_write_begin(&writer, *into, filed_now, &err), &err);
	while (hear_bundle_next(bundle, &packed, &err) == HEAR_OK) {
		filed_ok(hear_write_take(writer, packed, &outcome, &err), &err);
		made += outcome.made;
	}
	filed_ok(hear_write_commit(writer, &err), &err);
	hear_bundle_close(bundle);
	close(fd);
	return made;
}

static bool holds(struct hear_dataset *dataset, struct fixture *f,
		  const char *series, unsigned number)
{
	struct hear_view view = {filed_now, true, HEAR_LOCAL, INT64_MAX};
	struct hear_reader *reader = NULL;
	struct hear_record record;
	struct hear_record is;
	struct hear_err err;
	enum hear_code code;

	filed_claim(f->filed.arena, series, number, &record);
	filed_ok(hear_read_begin(&reader, dataset, &view, &err), &err);
	code = hear_get(reader, f->filed.arena, &record.id, &is, &err);
	hear_read_end(reader);
	return code == HEAR_OK;
}

/* ---- What a bundle holds ---- */

static void a_bundle_makes_the_same_dataset_elsewhere(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_RED);
	struct hear_verify_options options = {false, NULL, NULL, NULL};
	struct hear_dataset *other = NULL;
	struct hear_verified verified;
	char path[100];

	(void)snprintf(path, sizeof path, "%s/copy", f->filed.folder);
	assert_int_equal(take_in(f, hear_buffer_view(&bytes), path, &other), 4);
	assert_true(hear_id_equal(hear_dataset_id(other),
				  hear_dataset_id(f->filed.dataset)));
	assert_true(holds(other, f, "red", 3));
	assert_true(holds(other, f, "green", 3));
	assert_int_equal(hear_verify(other, &options, &verified, NULL),
			 HEAR_OK);
	assert_int_equal(verified.wrong, 0);
	assert_int_equal(verified.filings, 4);
	hear_dataset_close(other);
	hear_buffer_done(&bytes);
}

static void a_bundle_taken_twice_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_RED);

	assert_int_equal(take_in(f, hear_buffer_view(&bytes), NULL,
				 &f->filed.dataset),
			 0);
	hear_buffer_done(&bytes);
}

static void local_filings_never_leave(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_LOCAL);
	struct hear_reader *reader = filed_read(&f->filed, HEAR_LOCAL);
	struct hear_buffer packed = {0};
	struct hear_dataset *other = NULL;
	struct hear_err err;
	char path[100];

	assert_int_equal(f->filings, 4);
	(void)snprintf(path, sizeof path, "%s/copy", f->filed.folder);
	assert_int_equal(take_in(f, hear_buffer_view(&bytes), path, &other), 4);
	assert_false(holds(other, f, "local", 1));
	hear_dataset_close(other);
	assert_int_equal(hear_filing_pack(reader, 3, &packed, &err),
			 HEAR_DENIED);
	assert_non_null(strstr(err.message, "marked local"));
	assert_int_equal(packed.size, 0);
	hear_read_end(reader);
	hear_buffer_done(&bytes);
}

static void only_what_is_within_the_view_is_written(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_AMBER);
	struct hear_reader *reader = filed_read(&f->filed, HEAR_AMBER);
	struct hear_buffer packed = {0};
	struct hear_dataset *other = NULL;
	char path[100];

	assert_int_equal(f->filings, 3);
	(void)snprintf(path, sizeof path, "%s/copy", f->filed.folder);
	assert_int_equal(take_in(f, hear_buffer_view(&bytes), path, &other), 3);
	assert_false(holds(other, f, "red", 1));
	assert_true(holds(other, f, "green", 1));
	hear_dataset_close(other);
	assert_int_equal(hear_filing_pack(reader, 2, &packed, NULL),
			 HEAR_NOTFOUND);
	assert_int_equal(hear_filing_pack(reader, 9, &packed, NULL),
			 HEAR_NOTFOUND);
	assert_int_equal(hear_filing_pack(reader, 0, &packed, NULL),
			 HEAR_NOTFOUND);
	hear_read_end(reader);
	hear_buffer_done(&bytes);
}

static void equal_sets_give_equal_bytes(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_RED);
	struct hear_buffer green = bundle_of(f, HEAR_GREEN);
	struct hear_dataset *mine = f->filed.dataset;
	struct hear_dataset *other = NULL;
	struct hear_buffer again;
	char path[100];

	/* The green ones first: they arrive in another order. */
	(void)snprintf(path, sizeof path, "%s/copy", f->filed.folder);
	take_in(f, hear_buffer_view(&green), path, &other);
	take_in(f, hear_buffer_view(&bytes), path, &other);
	f->filed.dataset = other;
	again = bundle_of(f, HEAR_RED);
	f->filed.dataset = mine;
	assert_int_equal(again.size, bytes.size);
	assert_memory_equal(again.data, bytes.data, bytes.size);
	hear_dataset_close(other);
	hear_buffer_done(&again);
	hear_buffer_done(&bytes);
	hear_buffer_done(&green);
}

static void the_form_is_magic_filings_count_and_hash(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_CLEAR);
	struct hear_reader *reader = filed_read(&f->filed, HEAR_CLEAR);
	struct hear_buffer genesis = {0};
	struct hear_buffer expected = {0};
	struct hear_hash hash;
	struct hear_id id;
	char length[4];
	struct hear_err err;

	filed_ok(hear_filing_pack(reader, 1, &genesis, &err), &err);
	hear_read_end(reader);
	hear_put32(length, (uint32_t)genesis.size);
	hear_buffer_add(&expected, "hearsay bundle 1", 16);
	hear_buffer_add(&expected, length, 4);
	hear_buffer_span(&expected, hear_buffer_view(&genesis));
	hear_buffer_add(&expected, "\0\0\0\0" "\0\0\0\0\0\0\0\1", 12);
	hear_hash_begin(&hash, "hearsay bundle  ");
	hear_hash_add(&hash, expected.data, expected.size);
	hear_hash_end(&hash, &id);
	hear_buffer_add(&expected, id.bytes, 32);
	assert_int_equal(bytes.size, expected.size);
	assert_memory_equal(bytes.data, expected.data, expected.size);
	hear_buffer_done(&genesis);
	hear_buffer_done(&expected);
	hear_buffer_done(&bytes);
}

/* ---- What is not whole ---- */

static void a_bundle_cut_short_anywhere_is_damaged(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_RED);
	struct hear_err err;
	unsigned count;
	size_t size;

	assert_int_equal(read_through(hear_buffer_view(&bytes), &count, &err),
			 HEAR_NOTFOUND);
	assert_int_equal(count, 4);
	for (size = 1; size < bytes.size; size++) {
		memset(&err, 0, sizeof err);
		assert_int_equal(read_through(hear_span_make(bytes.data, size),
					      &count, &err),
				 HEAR_DAMAGED);
		assert_non_null(strstr(err.message, "copy it again"));
	}
	hear_buffer_done(&bytes);
}

static void a_change_anywhere_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_RED);
	struct hear_err err;
	unsigned count;
	size_t at;

	for (at = 0; at < bytes.size; at++) {
		enum hear_code code;

		bytes.data[at] ^= 1;
		memset(&err, 0, sizeof err);
		code = read_through(hear_buffer_view(&bytes), &count, &err);
		bytes.data[at] ^= 1;
		assert_int_equal(code, at < 15   ? HEAR_FOREIGN
				       : at < 16 ? HEAR_VERSION
						 : HEAR_DAMAGED);
		assert_true(err.message[0] != '\0');
	}
	hear_buffer_byte(&bytes, 'x');
	assert_int_equal(read_through(hear_buffer_view(&bytes), &count, &err),
			 HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "after its end"));
	hear_buffer_done(&bytes);
}

static void what_is_no_bundle_is_foreign(void **state)
{
	struct hear_err err;
	unsigned count;

	(void)state;
	assert_int_equal(read_through(hear_span_of(""), &count, &err),
			 HEAR_FOREIGN);
	assert_int_equal(read_through(hear_span_of("{\"kind\":\"claim\"}\n"),
				      &count, &err),
			 HEAR_FOREIGN);
	assert_string_equal(err.message, "this is no bundle of Hearsay");
	assert_int_equal(read_through(hear_span_of("hearsay bundle 2"), &count,
				      &err),
			 HEAR_VERSION);
	assert_non_null(strstr(err.message, "install a newer Hearsay"));
}

static void a_length_over_the_limit_is_refused_unread(void **state)
{
	struct hear_err err;
	unsigned count;

	(void)state;
	assert_int_equal(read_through(hear_span_make("hearsay bundle 1"
						     "\xff\xff\xff\xff",
						     20),
				      &count, &err),
			 HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "too long for a filing"));
}

static void a_wrong_count_is_damage_though_the_hash_holds(void **state)
{
	struct hear_buffer bytes = {0};
	struct hear_hash hash;
	struct hear_id id;
	struct hear_err err;
	unsigned count;

	(void)state;
	hear_buffer_add(&bytes, "hearsay bundle 1", 16);
	hear_buffer_add(&bytes, "\0\0\0\0" "\0\0\0\0\0\0\0\1", 12);
	hear_hash_begin(&hash, HEAR_TAG_BUNDLE);
	hear_hash_add(&hash, bytes.data, bytes.size);
	hear_hash_end(&hash, &id);
	hear_buffer_add(&bytes, id.bytes, 32);
	assert_int_equal(read_through(hear_buffer_view(&bytes), &count, &err),
			 HEAR_DAMAGED);
	hear_buffer_done(&bytes);
}

/* A pipe gives a few bytes at a time. */
static void a_bundle_may_come_through_a_pipe(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer bytes = bundle_of(f, HEAR_RED);
	struct hear_bundle *bundle = NULL;
	struct hear_span packed;
	struct hear_err err;
	unsigned count = 0;
	int ends[2];
	pid_t child;
	size_t at;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		for (at = 0; at < bytes.size; at++)
			if (write(ends[1], bytes.data + at, 1) != 1)
				_exit(1);
		_exit(0);
	}
	close(ends[1]);
	filed_ok(hear_bundle_open(&bundle, ends[0], &err), &err);
	while (hear_bundle_next(bundle, &packed, &err) == HEAR_OK)
		count++;
	assert_int_equal(count, 4);
	hear_bundle_close(bundle);
	close(ends[0]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	hear_buffer_done(&bytes);
}

/* ---- Writing ---- */

static void a_full_disk_is_said(void **state)
{
	struct fixture *f = *state;
	struct hear_reader *reader = filed_read(&f->filed, HEAR_RED);
	struct hear_err err;
	uint64_t filings = 7;
	int fd = open("/dev/full", O_WRONLY);

	if (fd < 0)
		skip();
	assert_int_equal(hear_bundle_write(reader, fd, &filings, &err),
			 HEAR_FULL);
	assert_int_equal(filings, 0);
	assert_non_null(strstr(err.message, "disk is full"));
	close(fd);
	hear_read_end(reader);
}

static void an_index_that_lacks_a_filing_is_not_bundled(void **state)
{
	struct fixture *f = *state;
	struct hear_txn *txn = NULL;
	struct hear_cursor *cursor = NULL;
	struct hear_reader *reader;
	struct hear_span key;
	struct hear_err err;
	uint64_t filings;
	char copy[HEAR_KEY_BYTES];
	int fd = memfd_create("bundle", MFD_CLOEXEC);

	filed_ok(hear_txn_write(&txn, f->filed.dataset->store, &err), &err);
	filed_ok(hear_cursor_open(&cursor, txn, HEAR_ORDERED, &err), &err);
	filed_ok(hear_cursor_move(cursor, HEAR_LAST, &key, NULL, &err), &err);
	memcpy(copy, key.data, key.size);
	filed_ok(hear_txn_delete(txn, HEAR_ORDERED,
				 hear_span_make(copy, key.size), &err),
		 &err);
	hear_cursor_close(cursor);
	filed_ok(hear_txn_commit(txn, &err), &err);
	reader = filed_read(&f->filed, HEAR_RED);
	assert_int_equal(hear_bundle_write(reader, fd, &filings, &err),
			 HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "`hearsay verify --repair`"));
	hear_read_end(reader);
	close(fd);
}

/* As large as a filing may be: 512 records and 192 KiB. */
static void the_largest_filing_fits(void **state)
{
	struct fixture *f = *state;
	struct hear_record *records =
		calloc(HEAR_FILING_RECORDS, sizeof *records);
	struct hear_value *claim;
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_buffer bytes;
	struct hear_err err;
	char text[400];
	unsigned count;
	unsigned i;

	assert_non_null(records);
	/* A claim of 384 bytes: kind and text with their keys, 20 bytes. */
	for (i = 0; i < HEAR_FILING_RECORDS; i++) {
		memset(text, 'x', sizeof text);
		(void)snprintf(text, sizeof text, "%0364u", i);
		claim = hear_make_map(f->filed.arena);
		filed_set(f->filed.arena, claim, "text", text);
		filed_ok(hear_record_make(f->filed.arena, claim, &records[i],
					  &err),
			 &err);
	}
	assert_true(records[0].body.size * HEAR_FILING_RECORDS <=
		    HEAR_FILING_BYTES);
	assert_true(records[0].body.size * HEAR_FILING_RECORDS >
		    HEAR_FILING_BYTES - 1024);
	filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now, &err),
		 &err);
	filed_ok(hear_write_file(writer, f->filed.author, HEAR_CLEAR, records,
				 HEAR_FILING_RECORDS, &outcome, &err),
		 &err);
	filed_ok(hear_write_commit(writer, &err), &err);
	bytes = bundle_of(f, HEAR_CLEAR);
	assert_int_equal(read_through(hear_buffer_view(&bytes), &count, &err),
			 HEAR_NOTFOUND);
	assert_int_equal(count, 2);
	free(records);
	hear_buffer_done(&bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_bundle_makes_the_same_dataset_elsewhere),
		TEST(a_bundle_taken_twice_changes_nothing),
		TEST(local_filings_never_leave),
		TEST(only_what_is_within_the_view_is_written),
		TEST(equal_sets_give_equal_bytes),
		TEST(the_form_is_magic_filings_count_and_hash),
		TEST(a_bundle_cut_short_anywhere_is_damaged),
		TEST(a_change_anywhere_is_noticed),
		TEST(what_is_no_bundle_is_foreign),
		TEST(a_length_over_the_limit_is_refused_unread),
		TEST(a_wrong_count_is_damage_though_the_hash_holds),
		TEST(a_bundle_may_come_through_a_pipe),
		TEST(a_full_disk_is_said),
		TEST(an_index_that_lacks_a_filing_is_not_bundled),
		TEST(the_largest_filing_fits),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
