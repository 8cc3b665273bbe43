/* SPDX-License-Identifier: ISC */
#include "core/bytes.h"
#include "core/index.h"
#include "core/postings.h"
#include "core/reader.h"
#include "core/tree.h"
#include "core/writer.h"
#include "tests/unit/filed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What verify told. */
struct told {
	struct hear_buffer sentences;
	uint64_t count;
	uint64_t calls; /* of progress */
	uint64_t done;
	uint64_t all;
};

static void found(void *context, const char *sentence)
{
	struct told *told = context;

	told->count++;
	hear_buffer_text(&told->sentences, sentence);
	hear_buffer_text(&told->sentences, "\n");
}

static void progress(void *context, uint64_t done, uint64_t all)
{
	struct told *told = context;

	assert_true(done >= told->done && done <= all);
	told->done = done;
	told->all = all;
	told->calls++;
}

struct fixture {
	struct filed filed;
	struct told told;
	struct hear_verified verified;
	struct hear_id filings[3]; /* of claims, as filed: numbers 2 to 4 */
};

/* Three filings of claims beside the genesis, records 2 to 6, 7 to 11 and 12
 * to 31: the last two are one author's of one marking, so that the second
 * comes after the first. */
static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	if (!f)
		return -1;
	filed_open(&f->filed);
	filed_claims(&f->filed, "red", HEAR_RED, 1, 5, &f->filings[0]);
	filed_claims(&f->filed, "green", HEAR_GREEN, 1, 5, &f->filings[1]);
	filed_claims(&f->filed, "green", HEAR_GREEN, 6, 20, &f->filings[2]);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	hear_buffer_done(&f->told.sentences);
	filed_close(&f->filed);
	free(f);
	return 0;
}

static enum hear_code run(struct fixture *f, bool repair, struct hear_err *err)
{
	struct hear_verify_options options = {repair, found, progress,
					      &f->told};

	hear_buffer_done(&f->told.sentences);
	memset(&f->told, 0, sizeof f->told);
	return hear_verify(f->filed.dataset, &options, &f->verified, err);
}

/* How much is wrong. */
static uint64_t verify(struct fixture *f)
{
	struct hear_err err;

	filed_ok(run(f, false, &err), &err);
	assert_false(f->verified.repaired);
	if (f->told.count < 100)
		assert_int_equal(f->told.count, f->verified.wrong);
	return f->verified.wrong;
}

static void repair(struct fixture *f)
{
	struct hear_err err;

	filed_ok(run(f, true, &err), &err);
	assert_true(f->verified.repaired);
	assert_true(f->verified.wrong > 0);
}

static void assert_told(struct fixture *f, const char *words)
{
	if (f->told.sentences.data && strstr(f->told.sentences.data, words))
		return;
	fail_msg("`%s` is not in: %s", words,
		 f->told.sentences.data ? f->told.sentences.data : "nothing");
}

static void assert_clean(struct fixture *f)
{
	if (verify(f) > 0)
		fail_msg("%s", f->told.sentences.data);
}

/* ---- The store below ---- */

static struct hear_txn *write_below(struct fixture *f)
{
	struct hear_txn *txn = NULL;
	struct hear_err err;

	filed_ok(hear_txn_write(&txn, f->filed.dataset->store, &err), &err);
	return txn;
}

static void commit_below(struct hear_txn *txn)
{
	struct hear_err err;

	filed_ok(hear_txn_commit(txn, &err), &err);
}

/* Every entry of every table, for comparison; the caller frees it. */
static struct hear_buffer dump(struct fixture *f)
{
	struct hear_buffer out = {0};
	struct hear_txn *txn = write_below(f);
	struct hear_cursor *cursor;
	struct hear_span key;
	struct hear_span value;
	int table;

	for (table = 0; table < HEAR_TABLE_COUNT; table++) {
		enum hear_move move = HEAR_FIRST;

		hear_buffer_print(&out, "table %d ", table);
		assert_int_equal(hear_cursor_open(&cursor, txn,
						  (enum hear_table)table, NULL),
				 HEAR_OK);
		while (hear_cursor_move(cursor, move, &key, &value, NULL) ==
		       HEAR_OK) {
			hear_buffer_print(&out, "%zu %zu ", key.size,
					  value.size);
			hear_buffer_span(&out, key);
			hear_buffer_span(&out, value);
			move = HEAR_NEXT;
		}
		hear_cursor_close(cursor);
	}
	hear_txn_abort(txn);
	assert_false(out.failed);
	return out;
}

/* A copy of a key (the last of its table), or of its value. */
static size_t copy_last(struct fixture *f, enum hear_table table,
			bool of_value, char *out, size_t room)
{
	struct hear_txn *txn = write_below(f);
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	struct hear_span wanted;

	assert_int_equal(hear_cursor_open(&cursor, txn, table, NULL), HEAR_OK);
	assert_int_equal(
		hear_cursor_move(cursor, HEAR_LAST, &key, &value, NULL),
		HEAR_OK);
	wanted = of_value ? value : key;
	assert_true(wanted.size <= room);
	memcpy(out, wanted.data, wanted.size);
	hear_cursor_close(cursor);
	hear_txn_abort(txn);
	return wanted.size;
}

static void delete_key(struct fixture *f, enum hear_table table,
		       struct hear_span key)
{
	struct hear_txn *txn = write_below(f);

	assert_int_equal(hear_txn_delete(txn, table, key, NULL), HEAR_OK);
	commit_below(txn);
}

static void delete_number(struct fixture *f, enum hear_table table,
			  uint64_t number)
{
	unsigned char key[8];

	hear_put64(key, number);
	delete_key(f, table, hear_span_make(key, 8));
}

static void put_key(struct fixture *f, enum hear_table table,
		    struct hear_span key, struct hear_span value)
{
	struct hear_txn *txn = write_below(f);

	assert_int_equal(hear_txn_put(txn, table, key, value, NULL), HEAR_OK);
	commit_below(txn);
}

/* Changes a byte of a value, from its end where `at` is negative. */
static void flip(struct fixture *f, enum hear_table table, uint64_t number,
		 long at)
{
	struct hear_txn *txn = write_below(f);
	struct hear_span value = {NULL, 0};
	unsigned char key[8];
	char *copy;

	hear_put64(key, number);
	assert_int_equal(hear_txn_get(txn, table, hear_span_make(key, 8),
				      &value, NULL),
			 HEAR_OK);
	copy = malloc(value.size);
	assert_non_null(copy);
	memcpy(copy, value.data, value.size);
	copy[at < 0 ? (long)value.size + at : at] ^= 1;
	assert_int_equal(hear_txn_put(txn, table, hear_span_make(key, 8),
				      hear_span_make(copy, value.size), NULL),
			 HEAR_OK);
	commit_below(txn);
	free(copy);
}

/* What breaks is named, repaired, and then everything is as it was before. */
static void assert_mended(struct fixture *f, const struct hear_buffer *before)
{
	struct hear_buffer after;

	repair(f);
	assert_clean(f);
	after = dump(f);
	assert_int_equal(after.size, before->size);
	assert_memory_equal(after.data, before->data, after.size);
	hear_buffer_done(&after);
}

/* ---- Whole datasets ---- */

static void a_dataset_is_whole_and_counted(void **state)
{
	struct fixture *f = *state;

	assert_clean(f);
	assert_int_equal(f->verified.filings, 4);
	assert_int_equal(f->verified.records, 31);
	assert_int_equal(f->told.done, f->told.all);
	assert_int_equal(f->told.all, 35);
}

static void entries_are_those_of_all_indexes(void **state)
{
	struct fixture *f = *state;
	/* By hand. record_id 31, filing_id 4, filed 31, ordered 4, after 1,
	 * member 1.
	 * A claim is under its kind, subject, predicate, stance, document,
	 * day said, two sources and one origin: 9; the genesis under its kind
	 * and its name: 2. A claim's text has six words. No partition has
	 * more than 16 filings, so there is no node. */
	uint64_t expected = 31 + 4 + 31 + 4 + 1 + 1 + 30 * 9 + 2 + 30 * 6;

	assert_clean(f);
	assert_int_equal(f->verified.entries, expected);
}

static void a_whole_dataset_needs_no_repair(void **state)
{
	struct fixture *f = *state;
	struct hear_err err;

	assert_int_equal(run(f, true, &err), HEAR_OK);
	assert_int_equal(f->verified.wrong, 0);
	assert_false(f->verified.repaired);
}

static void nothing_but_a_count_is_needed(void **state)
{
	struct fixture *f = *state;
	struct hear_verify_options options = {false, NULL, NULL, NULL};

	delete_number(f, HEAR_FILED, 7);
	assert_int_equal(hear_verify(f->filed.dataset, &options, &f->verified,
				     NULL),
			 HEAR_OK);
	assert_int_equal(f->verified.wrong, 1);
}

/* ---- Indexes ---- */

static const enum hear_table numbers[] = {HEAR_RECORD_IDS, HEAR_FILING_IDS,
					  HEAR_FILED,	   HEAR_ORDERED,
					  HEAR_AFTER,	   HEAR_BY};
static const char *const number_names[] = {"`record_id` lacks",
					   "`filing_id` lacks",
					   "`filed` lacks",
					   "`ordered` lacks",
					   "`after` lacks",
					   "`by` lacks"};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static void a_missing_entry_of_any_index_is_named_and_made_again(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before = dump(f);
	char key[HEAR_KEY_BYTES];
	size_t i;

	for (i = 0; i < NUMBERS; i++) {
		size_t size = copy_last(f, numbers[i], false, key, sizeof key);

		delete_key(f, numbers[i], hear_span_make(key, size));
		assert_true(verify(f) > 0);
		assert_told(f, number_names[i]);
		assert_told(f, "`hearsay verify --repair` rebuilds it");
		assert_mended(f, &before);
	}
	hear_buffer_done(&before);
}

static void the_missing_entry_says_of_what_and_where(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer key = {0};
	char name[HEAR_ID_TEXT];

	hear_index_key(HEAR_UNDER_PREDICATE, hear_span_of("killed"), &key);
	hear_buffer_add(&key, "\0\0\0\0\0\0\0\0\2", 9); /* from record 2 on */
	delete_key(f, HEAR_BY, hear_buffer_view(&key));
	hear_buffer_done(&key);
	assert_int_equal(verify(f), 30);
	assert_told(f, "(number 31) under [p killed]");
	delete_number(f, HEAR_FILED, 31);
	hear_id_print(&f->filings[2], name);
	name[12] = '\0';
	verify(f);
	assert_told(f, name);
}

static void an_entry_too_many_of_any_index_is_named_and_taken_out(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before = dump(f);
	char key[HEAR_KEY_BYTES];
	char own[8];
	size_t i;

	for (i = 0; numbers[i] != HEAR_BY; i++) {
		size_t size = copy_last(f, numbers[i], false, key, sizeof key);
		struct hear_txn *txn;

		(void)copy_last(f, numbers[i], true, own, sizeof own);
		txn = write_below(f);
		/* A number that is there, under a key that is not its own. */
		assert_int_equal(hear_txn_number(txn, numbers[i],
						 hear_span_make(key, size),
						 hear_get64(own) == 1 ? 2 : 1,
						 NULL),
				 HEAR_OK);
		commit_below(txn);
		assert_int_equal(verify(f), 1);
		assert_told(f, "does not belong there");
		assert_mended(f, &before);
		/* A key and a number that are not there at all. */
		txn = write_below(f);
		assert_int_equal(hear_txn_number(txn, numbers[i],
						 hear_span_of("\1\2none"), 99,
						 NULL),
				 HEAR_OK);
		commit_below(txn);
		assert_true(verify(f) > 0);
		assert_told(f, "number 99, which is missing");
		assert_mended(f, &before);
	}
	hear_buffer_done(&before);
}

static void a_key_that_lists_too_many_is_named_and_mended(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before = dump(f);
	struct hear_buffer key = {0};
	struct hear_txn *txn = write_below(f);
	const uint64_t claim = 2;
	const uint64_t none = 99;

	hear_index_key(HEAR_UNDER_KIND, hear_span_of("genesis"), &key);
	assert_int_equal(hear_postings_put(txn, HEAR_BY,
					   hear_buffer_view(&key), &claim, 1,
					   NULL),
			 HEAR_OK);
	commit_below(txn);
	hear_buffer_done(&key);
	assert_int_equal(verify(f), 1);
	assert_told(f, "from [k genesis] to record number 2");
	assert_told(f, "does not belong there");
	assert_mended(f, &before);
	txn = write_below(f);
	assert_int_equal(hear_postings_put(txn, HEAR_BY,
					   hear_span_of("\1\2none"), &none, 1,
					   NULL),
			 HEAR_OK);
	commit_below(txn);
	assert_int_equal(verify(f), 1);
	assert_told(f, "number 99, which is missing");
	assert_mended(f, &before);
	hear_buffer_done(&before);
}

static void a_damaged_list_of_a_key_is_told_and_made_again(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before = dump(f);
	struct hear_buffer key = {0};
	struct hear_txn *txn = write_below(f);

	hear_index_key(HEAR_UNDER_PREDICATE, hear_span_of("killed"), &key);
	hear_buffer_add(&key, "\0\0\0\0\0\0\0\0\2", 9);
	assert_int_equal(hear_txn_put(txn, HEAR_BY, hear_buffer_view(&key),
				      hear_span_make("\1\0\1", 3), NULL),
			 HEAR_OK);
	commit_below(txn);
	hear_buffer_done(&key);
	assert_true(verify(f) > 0);
	assert_told(f, "the index `by` is damaged");
	assert_mended(f, &before);
	txn = write_below(f);
	assert_int_equal(hear_txn_put(txn, HEAR_BY, hear_span_of("?"),
				      hear_span_of("?"), NULL),
			 HEAR_OK);
	commit_below(txn);
	assert_true(verify(f) > 0);
	assert_told(f, "the index `by` is damaged: a key is not well formed");
	assert_mended(f, &before);
	hear_buffer_done(&before);
}

static void an_index_that_is_gone_is_counted_and_made_again(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before = dump(f);
	struct hear_txn *txn;
	size_t i;

	for (i = 0; i < NUMBERS; i++) {
		txn = write_below(f);
		assert_int_equal(hear_txn_clear(txn, numbers[i], NULL),
				 HEAR_OK);
		commit_below(txn);
		assert_true(verify(f) > 0);
		assert_mended(f, &before);
	}
	txn = write_below(f);
	assert_int_equal(hear_txn_clear(txn, HEAR_BY, NULL), HEAR_OK);
	commit_below(txn);
	/* 272 entries: a hundred by name, and how many more. */
	assert_int_equal(verify(f), 272);
	assert_int_equal(f->told.count, 101);
	assert_told(f, "172 more entries of the index `by`");
	hear_buffer_done(&before);
}

static void words_are_compared_both_ways(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before = dump(f);
	char key[HEAR_KEY_BYTES];
	size_t size = copy_last(f, HEAR_WORDS, false, key, sizeof key);

	delete_key(f, HEAR_WORDS, hear_span_make(key, size));
	assert_true(verify(f) > 0);
	assert_told(f, "the index of words lacks record");
	assert_mended(f, &before);
	put_key(f, HEAR_WORDS,
		hear_span_make("zzz\0\0\0\0\0\0\0\0\5", 12),
		hear_span_of(""));
	assert_int_equal(verify(f), 1);
	assert_told(f, "the index of words lists 181 words of records, and "
		       "the records hold 180");
	assert_mended(f, &before);
	put_key(f, HEAR_WORDS, hear_span_of("bad"), hear_span_of("x"));
	assert_true(verify(f) > 0);
	assert_told(f, "the index of words is damaged");
	assert_mended(f, &before);
	hear_buffer_done(&before);
}

/* So many that the tree has nodes. */
static void file_many(struct fixture *f)
{
	unsigned i;

	for (i = 0; i < 40; i++)
		filed_claims(&f->filed, "node", HEAR_AMBER, i, 1, NULL);
}

static void nodes_of_the_tree_are_compared_both_ways(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before;
	char key[HEAR_KEY_BYTES];
	char value[2000];
	size_t key_size;
	size_t size;

	file_many(f);
	before = dump(f);
	key_size = copy_last(f, HEAR_NODES, false, key, sizeof key);
	size = copy_last(f, HEAR_NODES, true, value, sizeof value);
	delete_key(f, HEAR_NODES, hear_span_make(key, key_size));
	assert_int_equal(verify(f), 1);
	assert_told(f, "the tree of partition 03");
	assert_told(f, "is missing");
	assert_mended(f, &before);
	value[size - 1] ^= 1; /* a digest */
	put_key(f, HEAR_NODES, hear_span_make(key, key_size),
		hear_span_make(value, size));
	assert_int_equal(verify(f), 1);
	assert_told(f, "differs from the filings below it");
	assert_mended(f, &before);
	put_key(f, HEAR_NODES, hear_span_make("\1\5\1", 3),
		hear_span_make(value, size));
	assert_int_equal(verify(f), 1);
	assert_told(f, "the tree of partition 05");
	assert_told(f, "has no filings that call for it");
	assert_mended(f, &before);
	hear_buffer_done(&before);
}

static void heads_key(struct fixture *f, int partition, struct hear_buffer *out)
{
	struct hear_header header;

	memset(&header, 0, sizeof header);
	header.author = *hear_identity_key(f->filed.author);
	header.partition[0] = (unsigned char)partition;
	header.partition_size = 1;
	hear_heads_key(&header, out);
}

static void heads_are_the_newest_and_only_they(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before = dump(f);
	struct hear_buffer green = {0};
	struct hear_buffer red = {0};

	heads_key(f, HEAR_GREEN, &green);
	heads_key(f, HEAR_RED, &red);
	delete_key(f, HEAR_META, hear_buffer_view(&green));
	assert_int_equal(verify(f), 1);
	assert_told(f, "is missing among the newest of its author");
	assert_mended(f, &before);
	/* The older one, which the newer names; and the newer is missing. */
	put_key(f, HEAR_META, hear_buffer_view(&green),
		hear_span_make(f->filings[1].bytes, 32));
	assert_int_equal(verify(f), 2);
	assert_told(f, "is listed among the newest of an author and is not");
	assert_mended(f, &before);
	/* One of another partition; and its own is missing. */
	put_key(f, HEAR_META, hear_buffer_view(&red),
		hear_span_make(f->filings[2].bytes, 32));
	assert_int_equal(verify(f), 2);
	assert_mended(f, &before);
	put_key(f, HEAR_META, hear_buffer_view(&red), hear_span_of("short"));
	assert_int_equal(verify(f), 2);
	assert_told(f, "is not well formed");
	assert_mended(f, &before);
	hear_buffer_done(&before);
	hear_buffer_done(&green);
	hear_buffer_done(&red);
}

/* ---- Damage ---- */

static struct hear_buffer pack(struct fixture *f, uint64_t number)
{
	struct hear_reader *reader = filed_read(&f->filed, HEAR_RED);
	struct hear_buffer packed = {0};
	struct hear_err err;

	filed_ok(hear_filing_pack(reader, number, &packed, &err), &err);
	hear_read_end(reader);
	return packed;
}

static void take_again(struct fixture *f, const struct hear_buffer *packed)
{
	struct hear_writer *writer = NULL;
	struct hear_outcome outcome;
	struct hear_err err;

	filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now, &err),
		 &err);
	filed_ok(hear_write_take(writer, hear_buffer_view(packed), &outcome,
				 &err),
		 &err);
	assert_true(outcome.made);
	filed_ok(hear_write_commit(writer, &err), &err);
}

static bool readable(struct fixture *f, const char *series, unsigned number)
{
	struct hear_reader *reader = filed_read(&f->filed, HEAR_RED);
	struct hear_record record;
	struct hear_record is;
	enum hear_code code;

	filed_claim(f->filed.arena, series, number, &record);
	code = hear_get(reader, f->filed.arena, &record.id, &is, NULL);
	hear_read_end(reader);
	assert_true(code == HEAR_OK || code == HEAR_NOTFOUND);
	return code == HEAR_OK;
}

/* Filing number 3 with records 7 to 11 was damaged: it is named, the rest
 * stays in view, and once it has come again all is whole. */
static void assert_healed(struct fixture *f, const struct hear_buffer *packed,
			  const char *words)
{
	char name[HEAR_ID_TEXT];
	uint64_t left;

	hear_id_print(&f->filings[1], name);
	name[12] = '\0';
	assert_true(verify(f) > 0);
	assert_told(f, words);
	repair(f);
	left = verify(f);
	assert_true(left > 0);
	assert_told(f, "from a bundle or another member");
	assert_false(readable(f, "green", 3));
	assert_true(readable(f, "green", 6));
	assert_true(readable(f, "red", 1));
	take_again(f, packed);
	assert_true(readable(f, "green", 3));
	assert_true(verify(f) <= left);
	if (verify(f) > 0)
		repair(f);
	assert_clean(f);
	assert_int_equal(f->verified.filings, 4);
	assert_int_equal(f->verified.records, 31);
	assert_true(readable(f, "green", 3));
}

static void a_changed_record_sets_its_filing_aside(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer packed = pack(f, 3);

	/* Still in its form: the last letter of its text. */
	flip(f, HEAR_RECORDS, 9, -20);
	assert_healed(f, &packed,
		      "its records are not those its author signed");
	hear_buffer_done(&packed);
}

static void an_unreadable_record_sets_its_filing_aside(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer packed = pack(f, 3);

	flip(f, HEAR_RECORDS, 9, 0);
	assert_healed(f, &packed, "record number 9 is damaged: ");
	hear_buffer_done(&packed);
}

static void a_lost_record_sets_its_filing_aside(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer packed = pack(f, 3);

	delete_number(f, HEAR_RECORDS, 9);
	assert_healed(f, &packed, "its record number 9 is missing");
	hear_buffer_done(&packed);
}

static void a_lost_filing_leaves_records_that_nobody_signed(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer packed = pack(f, 3);

	delete_number(f, HEAR_FILINGS, 3);
	verify(f);
	assert_told(f, "(number 7) is held by no filing here");
	assert_told(f, "(number 11) is held by no filing here");
	assert_healed(f, &packed, "filing number 3, which is missing");
	hear_buffer_done(&packed);
}

static void damage_anywhere_in_a_filing_sets_it_aside(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer packed = pack(f, 3);
	static const struct {
		long at;
		const char *words;
	} places[] = {
		{0, "its header is not the one of its id"},
		{72, "its signature is wrong"},
		{136, "its records are not those its author signed"},
		{168, "cannot be read"},	    /* size of the header */
		{171, "number 3) is damaged: a filing's header: "},
		{200, "its header is not the one of its id"}, /* author */
		/* The last step between numbers: two back, not one on. */
		{-1, "its records are not those its author signed"},
	};
	size_t i;

	for (i = 0; i < sizeof places / sizeof *places; i++) {
		flip(f, HEAR_FILINGS, 3, places[i].at);
		assert_true(verify(f) > 0);
		assert_told(f, places[i].words);
		flip(f, HEAR_FILINGS, 3, places[i].at);
		assert_clean(f);
	}
	flip(f, HEAR_FILINGS, 3, 72);
	assert_healed(f, &packed, "its signature is wrong");
	hear_buffer_done(&packed);
}

static void a_filing_of_any_length_is_read_within_its_bounds(void **state)
{
	struct fixture *f = *state;
	char value[1000];
	size_t whole;
	size_t size;

	delete_number(f, HEAR_FILINGS, 4);
	whole = copy_last(f, HEAR_FILINGS, true, value, sizeof value);
	for (size = 0; size < whole; size++) {
		unsigned char key[8];
		char *exact = malloc(size ? size : 1);

		assert_non_null(exact);
		memcpy(exact, value, size);
		hear_put64(key, 3);
		put_key(f, HEAR_FILINGS, hear_span_make(key, 8),
			hear_span_make(exact, size));
		assert_true(verify(f) > 0);
		free(exact);
	}
}

static void an_author_who_was_never_admitted_is_named(void **state)
{
	struct fixture *f = *state;
	struct hear_identity *mallory = NULL;
	struct hear_writer *writer = NULL;
	struct hear_sealed *filing = calloc(1, sizeof *filing);
	struct hear_record record;
	struct hear_err err;

	assert_non_null(filing);
	filed_ok(hear_identity_make(&mallory, hear_span_of("mallory"), &err),
		 &err);
	filed_claim(f->filed.arena, "forged", 1, &record);
	filing->header.dataset = f->filed.dataset->id;
	filing->header.author = mallory->key;
	filing->header.time = (uint64_t)filed_now << 16;
	hear_partition_of(HEAR_GREEN, &filing->header);
	filing->bodies[0] = record.body;
	filing->count = 1;
	filed_ok(hear_filing_seal(f->filed.arena, &mallory->secret, filing,
				  &err),
		 &err);
	filed_ok(hear_write_begin(&writer, f->filed.dataset, filed_now, &err),
		 &err);
	filed_ok(hear_writer_store(writer, filing, &record, NULL, NULL, &err), &err);
	filed_ok(hear_write_commit(writer, &err), &err);
	assert_true(verify(f) > 0);
	assert_told(f, "its author was not granted that by anyone who may");
	assert_true(readable(f, "forged", 1));
	repair(f);
	assert_false(readable(f, "forged", 1));
	assert_clean(f);
	hear_identity_free(mallory);
	free(filing);
}

static void the_id_is_that_of_the_genesis(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before = dump(f);
	struct hear_id id = f->filed.dataset->id;
	struct hear_id other = id;

	other.bytes[0] ^= 1;
	put_key(f, HEAR_META, hear_span_of(HEAR_META_DATASET),
		hear_span_make(other.bytes, 32));
	filed_reopen(&f->filed);
	assert_int_equal(verify(f), 1);
	assert_told(f, "the dataset's id is not that of its genesis");
	assert_mended(f, &before);
	assert_true(hear_id_equal(hear_dataset_id(f->filed.dataset), &id));
	hear_buffer_done(&before);
}

static void without_its_genesis_nothing_is_touched(void **state)
{
	struct fixture *f = *state;
	struct hear_buffer before;
	struct hear_buffer after;
	struct hear_err err;

	flip(f, HEAR_FILINGS, 1, 80);
	before = dump(f);
	assert_true(verify(f) > 0);
	assert_told(f, "it is the genesis of the dataset: restore a backup");
	assert_int_equal(run(f, true, &err), HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "restore a backup"));
	assert_false(f->verified.repaired);
	after = dump(f);
	assert_int_equal(after.size, before.size);
	assert_memory_equal(after.data, before.data, after.size);
	hear_buffer_done(&before);
	hear_buffer_done(&after);
}

/* ---- Repair itself ---- */

static void a_repair_cut_short_is_noticed_and_completed(void **state)
{
	struct fixture *f = *state;
	struct hear_view view = {filed_now, true, HEAR_RED, INT64_MAX};
	struct hear_buffer before = dump(f);
	struct hear_writer *writer = NULL;
	struct hear_reader *reader = NULL;
	struct hear_err err;
	struct hear_txn *txn = write_below(f);

	assert_int_equal(hear_txn_put(txn, HEAR_META,
				      hear_span_of(HEAR_META_REPAIR),
				      hear_span_of("x"), NULL),
			 HEAR_OK);
	assert_int_equal(hear_txn_clear(txn, HEAR_BY, NULL), HEAR_OK);
	commit_below(txn);
	assert_int_equal(hear_write_begin(&writer, f->filed.dataset, filed_now,
					  &err),
			 HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "`hearsay verify --repair`"));
	assert_int_equal(hear_read_begin(&reader, f->filed.dataset, &view,
					 &err),
			 HEAR_DAMAGED);
	assert_non_null(strstr(err.message, "`hearsay verify --repair`"));
	verify(f);
	assert_told(f, "was cut short");
	assert_mended(f, &before);
	hear_buffer_done(&before);
}

static void repair_needs_the_dataset_for_itself(void **state)
{
	struct fixture *f = *state;
	struct hear_dataset *other = NULL;
	struct hear_reader *reader;
	struct hear_err err;

	delete_number(f, HEAR_FILED, 7);
	reader = filed_read(&f->filed, HEAR_RED);
	assert_int_equal(run(f, true, &err), HEAR_DENIED);
	hear_read_end(reader);
	filed_ok(hear_dataset_open(&other, f->filed.path, NULL, &err), &err);
	assert_int_equal(run(f, true, &err), HEAR_DENIED);
	assert_non_null(strstr(err.message, "in use by another program"));
	hear_dataset_close(other);
	repair(f);
	assert_clean(f);
	/* And others may use it again. */
	filed_ok(hear_dataset_open(&other, f->filed.path, NULL, &err), &err);
	hear_dataset_close(other);
}

static void records_filed_after_a_repair_are_whole_too(void **state)
{
	struct fixture *f = *state;

	delete_number(f, HEAR_FILED, 7);
	repair(f);
	filed_claims(&f->filed, "later", HEAR_GREEN, 1, 7, NULL);
	assert_clean(f);
	assert_int_equal(f->verified.records, 38);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_dataset_is_whole_and_counted),
		TEST(entries_are_those_of_all_indexes),
		TEST(a_whole_dataset_needs_no_repair),
		TEST(nothing_but_a_count_is_needed),
		TEST(a_missing_entry_of_any_index_is_named_and_made_again),
		TEST(the_missing_entry_says_of_what_and_where),
		TEST(an_entry_too_many_of_any_index_is_named_and_taken_out),
		TEST(a_key_that_lists_too_many_is_named_and_mended),
		TEST(a_damaged_list_of_a_key_is_told_and_made_again),
		TEST(an_index_that_is_gone_is_counted_and_made_again),
		TEST(words_are_compared_both_ways),
		TEST(nodes_of_the_tree_are_compared_both_ways),
		TEST(heads_are_the_newest_and_only_they),
		TEST(a_changed_record_sets_its_filing_aside),
		TEST(an_unreadable_record_sets_its_filing_aside),
		TEST(a_lost_record_sets_its_filing_aside),
		TEST(a_lost_filing_leaves_records_that_nobody_signed),
		TEST(damage_anywhere_in_a_filing_sets_it_aside),
		TEST(a_filing_of_any_length_is_read_within_its_bounds),
		TEST(an_author_who_was_never_admitted_is_named),
		TEST(the_id_is_that_of_the_genesis),
		TEST(without_its_genesis_nothing_is_touched),
		TEST(a_repair_cut_short_is_noticed_and_completed),
		TEST(repair_needs_the_dataset_for_itself),
		TEST(records_filed_after_a_repair_are_whole_too),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
