/* SPDX-License-Identifier: ISC */
/* verify.c - whether a dataset on disk is whole.
 *
 * Two walks, over the filings and over the records, check each in itself and
 * look up every entry it calls for, keys and words those of many records at
 * once. An index that holds more entries than were looked up is then walked
 * the other way, to name those that nothing calls for. What is found wrong is
 * told, never a failure of the call. All of it is one read transaction; memory
 * is a bit for each record and filing, and some megabytes of keys and words. */
#include "core/bytes.h"
#include "core/error.h"
#include "core/tree.h"
#include "core/verifying.h"
#include "core/writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 256, TOLD_AT_MOST = 100 };

static const char *const table_names[HEAR_TABLE_COUNT] = {
#define TABLE_NAME(name, text, numbers) text,
	HEAR_TABLES(TABLE_NAME)
#undef TABLE_NAME
};

/* ---- Telling ---- */

static void tell(struct hear_verifying *v, const char *sentence)
{
	v->out->wrong++;
	if (v->options->found)
		v->options->found(v->options->context, sentence);
}

void hear_verify_tell(struct hear_verifying *v, const char *format, ...)
{
	char sentence[sizeof((struct hear_err *)0)->message];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	tell(v, sentence);
}

void hear_verify_tell_entry(struct hear_verifying *v, enum hear_table table,
			    const char *sentence)
{
	if (v->told[table]++ < TOLD_AT_MOST)
		tell(v, sentence);
	else
		v->out->wrong++;
}

static void tell_rest(struct hear_verifying *v)
{
	char sentence[160];
	int table;

	for (table = 0; table < HEAR_TABLE_COUNT; table++) {
		if (v->told[table] <= TOLD_AT_MOST || !v->options->found)
			continue;
		(void)snprintf(sentence, sizeof sentence,
			       "%llu more entries of the index `%s` are wrong; "
			       "`hearsay verify --repair` rebuilds it",
			       (unsigned long long)(v->told[table] -
						    TOLD_AT_MOST),
			       table_names[table]);
		v->options->found(v->options->context, sentence);
	}
}

static void tell_node(void *context, const char *sentence)
{
	hear_verify_tell_entry(context, HEAR_NODES, sentence);
}

enum hear_code hear_verify_go_on(struct hear_verifying *v, enum hear_code code,
				 const struct hear_err *why,
				 struct hear_err *err)
{
	if (code == HEAR_DAMAGED) {
		tell(v, why->message);
		return HEAR_OK;
	}
	if (code != HEAR_OK && code != HEAR_NOTFOUND && err)
		*err = *why;
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static void step(void *context)
{
	struct hear_verifying *v = context;

	if (v->done < v->all)
		v->done++;
	if (v->options->progress && v->done % STEPS == 0)
		v->options->progress(v->options->context, v->done, v->all);
}

void hear_verify_name(struct hear_verifying *v, const char *what,
		      const struct hear_id *id)
{
	char digits[HEAR_ID_TEXT];

	hear_id_print(id, digits);
	(void)snprintf(v->name, sizeof v->name, "%s %.12s", what, digits);
}

/* A key as a person may read it: a tag and its text, or digits. */
static void print_key(enum hear_table table, struct hear_span key,
		      char out[64])
{
	struct hear_span text = {NULL, 0};
	size_t i;

	if (table == HEAR_BY && key.size > 1) {
		text = hear_span_make(key.data + 1, key.size - 1);
		for (i = 0; i < text.size; i++)
			if ((unsigned char)text.data[i] < 0x20)
				break;
		if (i == text.size && hear_utf8_bad(text) == HEAR_NOWHERE) {
			text = hear_span_cut(text, 50);
			(void)snprintf(out, 64, "%c %.*s", key.data[0],
				       (int)text.size, text.data);
			return;
		}
	}
	hear_hex_print(key.data, key.size < 20 ? key.size : 20, out);
}

/* ---- What is called for ---- */

void hear_verify_lack(struct hear_verifying *v, enum hear_table table,
		      struct hear_span key, uint64_t number)
{
	char sentence[240];
	char printed[64];

	print_key(table, key, printed);
	(void)snprintf(sentence, sizeof sentence,
		       "the index `%s` lacks %s (number %llu) under [%s]; "
		       "`hearsay verify --repair` rebuilds it",
		       table_names[table], v->name, (unsigned long long)number,
		       printed);
	hear_verify_tell_entry(v, table, sentence);
}

enum hear_code hear_verify_entry(struct hear_verifying *v,
				 enum hear_table table, struct hear_span key,
				 uint64_t number, struct hear_err *err)
{
	uint64_t at = 0;
	enum hear_code code =
		hear_cursor_number(v->cursors[table], key, number, &at, err);

	if (code == HEAR_OK && at == number) {
		v->there[table]++;
		return HEAR_OK;
	}
	if (code != HEAR_OK && code != HEAR_NOTFOUND)
		return code;
	hear_verify_lack(v, table, key, number);
	return HEAR_OK;
}

static bool lists(struct hear_span heads, const struct hear_id *id)
{
	size_t at;

	for (at = 0; at + 32 <= heads.size; at += 32)
		if (memcmp(heads.data + at, id->bytes, 32) == 0)
			return true;
	return false;
}

/* Whether a filing that none of its author's comes after is among the heads;
 * of very many some are not kept. */
static enum hear_code expect_head(struct hear_verifying *v,
				  struct hear_err *err)
{
	const struct hear_sealed *filing = &v->whole.filing;
	struct hear_buffer key = {0};
	struct hear_span heads = {NULL, 0};
	bool head = false;
	enum hear_code code = hear_is_head(v->txn, v->arena, &filing->header,
					   &filing->id, &head, err);

	hear_heads_key(&filing->header, &key);
	if (code == HEAR_OK)
		code = hear_txn_get(v->txn, HEAR_META, hear_buffer_view(&key),
				    &heads, err);
	hear_buffer_done(&key);
	if (code == HEAR_NOTFOUND)
		code = HEAR_OK;
	if (code == HEAR_OK && head && !lists(heads, &filing->id) &&
	    heads.size < HEAR_HEADS_KEPT * 32)
		hear_verify_tell(v,
			"%s is missing among the newest of its author; "
			"`hearsay verify --repair` puts it there",
			v->name);
	return code;
}

/* ---- Filings ---- */

static void note_held(struct hear_verifying *v)
{
	size_t i;

	for (i = 0; i < v->whole.count; i++)
		if (v->whole.numbers[i] <= v->last_record &&
		    v->whole.numbers[i] <= v->most)
			hear_bits_set(&v->held, v->whole.numbers[i]);
}

struct hear_span hear_ordered_key(const struct hear_header *header,
				  const struct hear_id *id,
				  unsigned char out[HEAR_TREE_KEY])
{
	size_t size = hear_tree_key(out,
				    hear_span_make(header->partition,
						   header->partition_size),
				    header->time, id);

	return hear_span_make(out, size);
}

static enum hear_code expect_filing(struct hear_verifying *v, uint64_t number,
				    struct hear_err *err)
{
	const struct hear_sealed *filing = &v->whole.filing;
	unsigned char key[8];
	enum hear_code code;
	size_t i;

	code = hear_verify_entry(v, HEAR_FILING_IDS, hear_span_make(filing->id.bytes, 8),
		      number, err);
	for (i = 0; i < filing->header.prev_count && code == HEAR_OK; i++)
		code = hear_verify_entry(v, HEAR_AFTER,
			      hear_span_make(filing->header.prev[i].bytes, 32),
			      number, err);
	for (i = 0; i < v->whole.count && code == HEAR_OK; i++) {
		hear_put64(key, v->whole.numbers[i]);
		code = hear_verify_entry(v, HEAR_FILED, hear_span_make(key, 8), number,
			      err);
	}
	return code == HEAR_OK ? expect_head(v, err) : code;
}

/* What to say of a filing that is not whole: perhaps one that is has come. */
static void tell_damaged(struct hear_verifying *v, uint64_t number,
			 const struct hear_err *why)
{
	char name[HEAR_ID_TEXT];
	uint64_t other = 0;

	if (hear_filing_number(v->txn, &v->whole.stored.id, &other, NULL) !=
		    HEAR_OK ||
	    other == number) {
		tell(v, why->message);
		return;
	}
	hear_id_print(&v->whole.stored.id, name);
	hear_verify_tell(v,
		"filing %.12s stands here whole, and damaged under number "
		"%llu; `hearsay verify --repair` takes the damaged one away",
		name, (unsigned long long)number);
}

static enum hear_code check_filing(struct hear_verifying *v, uint64_t number,
				   struct hear_err *err)
{
	struct hear_err why = {.code = HEAR_OK};
	enum hear_code code;

	code = hear_check_whole(&v->whole, v->txn, &v->id, number, &why);
	note_held(v);
	if (code == HEAR_DAMAGED) {
		tell_damaged(v, number, &why);
		return HEAR_OK;
	}
	if (code != HEAR_OK) {
		if (err)
			*err = why;
		return code;
	}
	hear_bits_set(&v->good, number);
	if (hear_partition_marking(&v->whole.filing.header) == 0)
		hear_buffer_add(&v->roster, &number, sizeof number);
	hear_verify_name(v, "filing", &v->whole.filing.id);
	return expect_filing(v, number, err);
}

/* ---- Records ---- */

static enum hear_code expect_record(struct hear_verifying *v, uint64_t number,
				    const struct hear_record *record,
				    struct hear_err *err)
{
	enum hear_code code;
	size_t i;

	code = hear_verify_entry(v, HEAR_RECORD_IDS, hear_span_make(record->id.bytes, 8),
		      number, err);
	if (code == HEAR_OK)
		code = hear_index_keys(&v->keys, record->tree, err);
	for (i = 0; i < v->keys.count && code == HEAR_OK; i++)
		hear_gather_add(v->by, number, hear_keys_at(&v->keys, i));
	if (code != HEAR_OK)
		return code;
	hear_index_words(v->words, &v->scratch, number, record->tree);
	if (v->scratch.failed)
		return hear_fail_memory(err);
	return hear_words_bytes(v->words) + hear_gather_bytes(v->by) >
			       HEAR_WORDS_HELD
		       ? hear_verify_compare(v, number, err)
		       : HEAR_OK;
}

/* The record under a number in its one form. HEAR_NOTFOUND is an answer: there
 * is none that can be read; `why` says what is wrong with it. */
static enum hear_code read_record(struct hear_verifying *v, uint64_t number,
				  struct hear_record *out,
				  struct hear_err *why)
{
	struct hear_span body;
	enum hear_code code = hear_body_at(v->txn, number, &body, why);

	hear_arena_reset(v->arena);
	if (code == HEAR_OK)
		code = hear_record_read(v->arena, body, out, why);
	return code == HEAR_INVALID || code == HEAR_LIMIT ||
			       code == HEAR_DAMAGED
		       ? HEAR_NOTFOUND
		       : code;
}

static enum hear_code check_record(struct hear_verifying *v, uint64_t number,
				   struct hear_err *err)
{
	struct hear_err why = {.code = HEAR_OK};
	struct hear_record record;
	enum hear_code code = read_record(v, number, &record, &why);

	if (code == HEAR_NOTFOUND) {
		hear_verify_tell(v,
			"record number %llu is damaged: %s; take its filing in "
			"again from a bundle or another member",
			(unsigned long long)number, why.message);
		return HEAR_OK;
	}
	if (code != HEAR_OK) {
		if (err)
			*err = why;
		return code;
	}
	hear_verify_name(v, "record", &record.id);
	if (!hear_bits_has(&v->held, number))
		hear_verify_tell(v,
			"%s (number %llu) is held by no filing here, so nobody "
			"has signed it; take its filing in again from a bundle "
			"or another member",
			v->name, (unsigned long long)number);
	return expect_record(v, number, &record, err);
}

/* ---- Walks ---- */

/* Every number of a table, in order. */
static enum hear_code walk(struct hear_verifying *v, enum hear_table table,
			   uint64_t *count,
			   enum hear_code (*each)(struct hear_verifying *v,
						  uint64_t number,
						  struct hear_err *err),
			   struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	enum hear_code code = hear_cursor_open(&cursor, v->txn, table, err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, NULL, err);
	while (code == HEAR_OK) {
		if (key.size == 8 && hear_get64(key.data) <= v->most)
			code = each(v, hear_get64(key.data), err);
		else
			hear_verify_tell(v,
				"a key of the table `%s` is no number of ours: "
				"restore a backup with `hearsay restore`",
				table_names[table]);
		++*count;
		step(v);
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, &key, NULL,
						err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- Entries that nothing calls for ---- */

static bool named_before(const struct hear_header *header,
			 struct hear_span id)
{
	size_t i;

	for (i = 0; i < header->prev_count; i++)
		if (hear_span_equal(hear_span_make(header->prev[i].bytes, 32),
				    id))
			return true;
	return false;
}

static bool holds_number(struct hear_span numbers, uint64_t wanted)
{
	uint64_t number = 0;
	size_t at = 0;

	while (hear_next_number(numbers, &at, &number))
		if (number == wanted)
			return true;
	return false;
}

static enum hear_code filing_calls(struct hear_verifying *v, enum hear_table table,
				   struct hear_span key, uint64_t number,
				   bool *out, struct hear_err *err)
{
	struct hear_stored_filing stored;
	struct hear_header header;
	unsigned char bytes[HEAR_TREE_KEY];
	enum hear_code code;

	*out = false;
	if (!hear_bits_has(&v->good, number))
		return HEAR_OK;
	code = hear_stored_at(v->txn, number, &stored, err);
	hear_arena_reset(v->arena);
	if (code == HEAR_OK)
		code = hear_header_read(v->arena, stored.header, &header, err);
	if (code != HEAR_OK)
		return code;
	if (table == HEAR_FILING_IDS)
		*out = hear_span_equal(hear_span_make(stored.id.bytes, 8), key);
	else if (table == HEAR_FILED)
		*out = key.size == 8 && holds_number(stored.numbers,
						     hear_get64(key.data));
	else if (table == HEAR_AFTER)
		*out = named_before(&header, key);
	else
		*out = !hear_bits_has(&v->apart, number) &&
		       hear_span_equal(hear_ordered_key(&header, &stored.id,
							bytes),
				       key);
	return HEAR_OK;
}

enum hear_code hear_verify_record_calls(struct hear_verifying *v,
					enum hear_table table,
					struct hear_span key, uint64_t number,
					bool *out, struct hear_err *err)
{
	struct hear_record record;
	enum hear_code code = read_record(v, number, &record, err);
	size_t i;

	*out = false;
	if (code != HEAR_OK)
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	if (table == HEAR_RECORD_IDS) {
		*out = hear_span_equal(hear_span_make(record.id.bytes, 8), key);
		return HEAR_OK;
	}
	code = hear_index_keys(&v->keys, record.tree, err);
	for (i = 0; i < v->keys.count && code == HEAR_OK && !*out; i++)
		*out = hear_span_equal(hear_keys_at(&v->keys, i), key);
	return code;
}

void hear_verify_extra(struct hear_verifying *v, enum hear_table table,
		       struct hear_span key, uint64_t number)
{
	bool records = table == HEAR_BY || table == HEAR_RECORD_IDS;
	char sentence[240];
	char printed[64];

	print_key(table, key, printed);
	(void)snprintf(sentence, sizeof sentence,
		       "the index `%s` leads from [%s] to %s number %llu, which "
		       "is missing, damaged or does not belong there; `hearsay "
		       "verify --repair` rebuilds it",
		       table_names[table], printed,
		       records ? "record" : "filing",
		       (unsigned long long)number);
	hear_verify_tell_entry(v, table, sentence);
}

static enum hear_code walk_back(struct hear_verifying *v, enum hear_table table,
				struct hear_err *err)
{
	bool records = table == HEAR_RECORD_IDS;
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span value = {NULL, 0};
	bool called = false;
	enum hear_code code = hear_cursor_open(&cursor, v->txn, table, err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, &key, &value, err);
	while (code == HEAR_OK) {
		uint64_t number = hear_get64(value.data);

		code = records ? hear_verify_record_calls(
					 v, table, key, number, &called, err)
			       : filing_calls(v, table, key, number, &called,
					      err);
		if (code == HEAR_OK && !called)
			hear_verify_extra(v, table, key, number);
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, &key, &value,
						err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code check_counts(struct hear_verifying *v,
				   struct hear_err *err)
{
	static const enum hear_table indexes[] = {
		HEAR_RECORD_IDS, HEAR_FILING_IDS, HEAR_FILED, HEAR_ORDERED,
		HEAR_AFTER};
	enum hear_code code = HEAR_OK;
	size_t i;

	for (i = 0; i < sizeof indexes / sizeof *indexes && code == HEAR_OK;
	     i++) {
		enum hear_table table = indexes[i];
		uint64_t entries = hear_txn_entries(v->txn, table);

		v->out->entries += entries;
		if (entries != v->there[table])
			code = walk_back(v, table, err);
	}
	return code;
}

/* ---- The tree ---- */

/* Checks the tree of each partition that has keys in `table` and none in
 * `but`, where that is another one. */
static enum hear_code check_trees(struct hear_verifying *v, enum hear_table table,
				  enum hear_table but, struct hear_err *err)
{
	unsigned char from[HEAR_TREE_KEY + 48] = {0};
	struct hear_err why = {.code = HEAR_OK};
	struct hear_span key = {NULL, 0};
	struct hear_span other = {NULL, 0};
	size_t size = 0;
	enum hear_code code = HEAR_OK;

	for (;;) {
		code = hear_cursor_seek(v->cursors[table],
					hear_span_make(from, size), &key, NULL,
					err);
		if (code != HEAR_OK)
			return code == HEAR_NOTFOUND ? HEAR_OK : code;
		size = 1u + (unsigned char)key.data[0];
		if (size == 1 || size > 1 + HEAR_PARTITION_BYTES ||
		    size > key.size) {
			hear_verify_tell(v,
				"the index `%s` has a key of no partition; "
				"`hearsay verify --repair` rebuilds it",
				table_names[table]);
			return HEAR_OK;
		}
		memcpy(from, key.data, size);
		code = hear_cursor_seek(v->cursors[but],
					hear_span_make(from, size), &other,
					NULL, err);
		if (code != HEAR_OK && code != HEAR_NOTFOUND)
			return code;
		if (table == but || code == HEAR_NOTFOUND ||
		    other.size < size || memcmp(other.data, from, size) != 0)
			code = hear_tree_check(v->txn,
					       hear_span_make(from + 1,
							      size - 1),
					       tell_node, v, &why);
		else
			code = HEAR_OK;
		code = hear_verify_go_on(v, code, &why, err);
		if (code != HEAR_OK)
			return code;
		/* Past all keys of the partition. */
		memset(from + size, 0xff, sizeof from - size);
		size = sizeof from;
	}
}

/* ---- Meta ---- */

static enum hear_code check_meta(struct hear_verifying *v, struct hear_err *err)
{
	struct hear_err why = {.code = HEAR_OK};
	enum hear_code code;

	v->id = v->dataset->id;
	code = hear_genesis_id(&v->id, v->txn, v->arena, &why);
	code = hear_verify_go_on(v, code, &why, err);
	if (code != HEAR_OK)
		return code;
	if (!hear_id_equal(&v->id, &v->dataset->id)) {
		hear_verify_name(v, "filing", &v->id);
		hear_verify_tell(v,
			"the dataset's id is not that of its genesis, %s; "
			"`hearsay verify --repair` sets it right",
			v->name);
	}
	return hear_verify_go_on(v, hear_check_repair(v->txn, &why), &why, err);
}

/* Whether a filing listed as a head is one, of the author and partition that
 * the key names. */
static enum hear_code is_listed_head(struct hear_verifying *v, struct hear_span key,
				     const struct hear_id *id, bool *out,
				     struct hear_err *err)
{
	struct hear_stored_filing stored;
	struct hear_buffer own = {0};
	struct hear_header header;
	uint64_t number = 0;
	enum hear_code code = hear_filing_number(v->txn, id, &number, err);

	*out = false;
	if (code != HEAR_OK || !hear_bits_has(&v->good, number))
		return code == HEAR_NOTFOUND ? HEAR_OK : code;
	code = hear_stored_at(v->txn, number, &stored, err);
	hear_arena_reset(v->arena);
	if (code == HEAR_OK)
		code = hear_header_read(v->arena, stored.header, &header, err);
	if (code != HEAR_OK)
		return code;
	hear_heads_key(&header, &own);
	if (hear_span_equal(hear_buffer_view(&own), key))
		code = hear_is_head(v->txn, v->arena, &header, id, out, err);
	hear_buffer_done(&own);
	return code;
}

static enum hear_code check_heads_of(struct hear_verifying *v, struct hear_span key,
				     struct hear_span heads,
				     struct hear_err *err)
{
	struct hear_id id;
	bool is = true;
	enum hear_code code = HEAR_OK;
	size_t at;

	for (at = 0; at < heads.size && code == HEAR_OK; at += 32) {
		if (heads.size - at < 32) {
			tell(v, "a list of an author's newest filings is not "
				"well formed; `hearsay verify --repair` "
				"rebuilds it");
			break;
		}
		memcpy(id.bytes, heads.data + at, 32);
		code = is_listed_head(v, key, &id, &is, err);
		hear_verify_name(v, "filing", &id);
		if (code == HEAR_OK && !is)
			hear_verify_tell(v,
				"%s is listed among the newest of an author "
				"and is not; `hearsay verify --repair` takes "
				"it out",
				v->name);
	}
	return code;
}

static enum hear_code check_heads(struct hear_verifying *v,
				  struct hear_err *err)
{
	struct hear_span start = hear_span_of(HEAR_META_HEADS);
	struct hear_cursor *cursor = NULL;
	struct hear_span key = {NULL, 0};
	struct hear_span heads = {NULL, 0};
	enum hear_code code = hear_cursor_open(&cursor, v->txn, HEAR_META, err);

	if (code == HEAR_OK)
		code = hear_cursor_seek(cursor, start, &key, &heads, err);
	while (code == HEAR_OK && key.size >= start.size &&
	       memcmp(key.data, start.data, start.size) == 0) {
		code = check_heads_of(v, key, heads, err);
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, &key, &heads,
						err);
	}
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

/* ---- All of it ---- */

static enum hear_code begin(struct hear_verifying *v, struct hear_err *err)
{
	enum hear_code code = hear_txn_read(&v->txn, v->dataset->store, err);
	int table;

	if (code != HEAR_OK)
		return code;
	v->arena = hear_arena_new();
	v->whole.arena = hear_arena_new();
	v->words = hear_words_new();
	v->by = hear_gather_new();
	v->first = 1;
	if (!v->arena || !v->whole.arena || !v->words || !v->by)
		return hear_fail_memory(err);
	for (table = 0; table < HEAR_TABLE_COUNT && code == HEAR_OK; table++)
		code = hear_cursor_open(&v->cursors[table], v->txn,
					(enum hear_table)table, err);
	if (code == HEAR_OK)
		code = hear_txn_last(v->txn, HEAR_RECORDS, &v->last_record,
				     err);
	v->all = hear_txn_entries(v->txn, HEAR_FILINGS) +
		 hear_txn_entries(v->txn, HEAR_RECORDS);
	v->most = v->all * 64 + (1 << 20);
	if (v->options->repair)
		v->all *= 2;
	return code;
}

static void end(struct hear_verifying *v)
{
	int table;

	for (table = 0; table < HEAR_TABLE_COUNT; table++)
		hear_cursor_close(v->cursors[table]);
	hear_txn_abort(v->txn);
	hear_words_free(v->words);
	hear_gather_free(v->by);
	hear_keys_done(&v->keys);
	hear_buffer_done(&v->scratch);
	hear_bits_done(&v->good);
	hear_bits_done(&v->held);
	hear_bits_done(&v->apart);
	hear_buffer_done(&v->roster);
	if (v->arena)
		hear_arena_free(v->arena);
	if (v->whole.arena)
		hear_arena_free(v->whole.arena);
}

static enum hear_code verify(struct hear_verifying *v, struct hear_err *err)
{
	enum hear_code code = begin(v, err);

	if (code == HEAR_OK)
		code = check_meta(v, err);
	if (code == HEAR_OK)
		code = walk(v, HEAR_FILINGS, &v->out->filings, check_filing,
			    err);
	if (code == HEAR_OK)
		code = hear_verify_roster(v, err);
	if (code == HEAR_OK)
		code = walk(v, HEAR_RECORDS, &v->out->records, check_record,
			    err);
	if (code == HEAR_OK && (v->good.failed || v->held.failed ||
				v->apart.failed))
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_verify_listed(v, err);
	if (code == HEAR_OK)
		code = check_counts(v, err);
	if (code == HEAR_OK)
		code = check_trees(v, HEAR_ORDERED, HEAR_ORDERED, err);
	if (code == HEAR_OK)
		code = check_trees(v, HEAR_NODES, HEAR_ORDERED, err);
	if (code == HEAR_OK)
		code = check_heads(v, err);
	if (code == HEAR_OK)
		v->out->entries += hear_txn_entries(v->txn, HEAR_NODES);
	tell_rest(v);
	end(v);
	return code;
}

enum hear_code hear_verify(struct hear_dataset *dataset,
			   const struct hear_verify_options *options,
			   struct hear_verified *out, struct hear_err *err)
{
	struct hear_verifying *v = calloc(1, sizeof *v);
	enum hear_code code;

	memset(out, 0, sizeof *out);
	if (!v)
		return hear_fail_memory(err);
	v->options = options;
	v->out = out;
	v->dataset = dataset;
	code = verify(v, err);
	if (code == HEAR_OK && options->repair && out->wrong > 0) {
		code = hear_repair(dataset, &v->id, step, v, err);
		out->repaired = code == HEAR_OK;
	}
	if (code == HEAR_OK && options->progress)
		options->progress(options->context, v->all, v->all);
	free(v);
	return code;
}
