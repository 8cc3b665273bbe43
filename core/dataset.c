/* SPDX-License-Identifier: ISC */
#include "core/dataset.h"
#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"
#include "core/filing.h"
#include "core/reader.h"
#include "core/record.h"
#include "core/writer.h"

#include <stdlib.h>
#include <string.h>

/* ---- Opening ---- */

static enum hear_code check_format(struct hear_txn *txn, const char *path,
				   struct hear_id *id, struct hear_err *err)
{
	struct hear_span value;
	enum hear_code code;
	uint64_t format;

	code = hear_txn_get(txn, HEAR_META, hear_span_of(HEAR_META_FORMAT),
			    &value, err);
	if (code == HEAR_NOTFOUND || (code == HEAR_OK && value.size != 8))
		return hear_fail(err, HEAR_FOREIGN,
				 "%s is not a Hearsay dataset", path);
	if (code != HEAR_OK)
		return code;
	format = hear_get64(value.data);
	if (format > HEAR_FORMAT_NUMBER)
		return hear_fail(err, HEAR_VERSION,
				 "%s is of format %llu and this program reads "
				 "format %d: install a newer Hearsay",
				 path, (unsigned long long)format,
				 HEAR_FORMAT_NUMBER);
	code = hear_txn_get(txn, HEAR_META, hear_span_of(HEAR_META_DATASET),
			    &value, err);
	if (code == HEAR_NOTFOUND || (code == HEAR_OK && value.size != 32))
		return hear_fail(err, HEAR_DAMAGED,
				 "%s has lost its dataset id: restore a backup "
				 "with `hearsay restore`",
				 path);
	if (code == HEAR_OK)
		memcpy(id->bytes, value.data, 32);
	return code;
}

/* The name stands in the first filing's only record, which is record 1. */
static enum hear_code load_name(struct hear_txn *txn, const char *path,
				char name[HEAR_ANALYST_BYTES + 1],
				struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_genesis genesis;
	struct hear_record record = {0};
	struct hear_span body;
	unsigned char key[8];
	enum hear_code code;

	if (!arena)
		return hear_fail_memory(err);
	hear_put64(key, 1);
	code = hear_txn_get(txn, HEAR_RECORDS, hear_span_make(key, 8), &body,
			    err);
	if (code == HEAR_NOTFOUND)
		code = hear_fail(err, HEAR_DAMAGED,
				 "%s has lost its genesis: restore a backup "
				 "with `hearsay restore`",
				 path);
	if (code == HEAR_OK)
		code = hear_record_read(arena, body, &record, err);
	if (code == HEAR_OK)
		code = hear_genesis_read(record.tree, &genesis, err);
	if (code == HEAR_OK)
		memcpy(name, genesis.dataset_name, sizeof genesis.dataset_name);
	else
		hear_err_prefix(err, "%s: ", path);
	hear_arena_free(arena);
	return code;
}

static enum hear_code load(struct hear_dataset *dataset, const char *path,
			   struct hear_err *err)
{
	struct hear_txn *txn = NULL;
	enum hear_code code = hear_txn_read(&txn, dataset->store, err);

	if (code == HEAR_OK)
		code = check_format(txn, path, &dataset->id, err);
	if (code == HEAR_OK)
		code = load_name(txn, path, dataset->name, err);
	hear_txn_abort(txn);
	return code;
}

enum hear_code hear_dataset_open(struct hear_dataset **out, const char *path,
				 const struct hear_dataset_options *options,
				 struct hear_err *err)
{
	struct hear_dataset *dataset;
	enum hear_code code = hear_sign_ready(err);

	*out = NULL;
	if (code != HEAR_OK)
		return code;
	dataset = calloc(1, sizeof *dataset);
	if (!dataset)
		return hear_fail_memory(err);
	code = hear_store_open(&dataset->store, path, false, options, err);
	if (code == HEAR_OK)
		code = load(dataset, path, err);
	if (code != HEAR_OK) {
		hear_dataset_close(dataset);
		return code;
	}
	*out = dataset;
	return HEAR_OK;
}

void hear_dataset_close(struct hear_dataset *dataset)
{
	if (!dataset)
		return;
	hear_store_close(dataset->store);
	free(dataset);
}

const char *hear_dataset_name(const struct hear_dataset *dataset)
{
	return dataset->name;
}

const struct hear_id *hear_dataset_id(const struct hear_dataset *dataset)
{
	return &dataset->id;
}

const char *hear_dataset_notice(const struct hear_dataset *dataset)
{
	return hear_store_notice(dataset->store);
}

/* ---- Making ---- */

static enum hear_code put_meta(struct hear_txn *txn, const char *key,
			       const void *data, size_t size,
			       struct hear_err *err)
{
	return hear_txn_put(txn, HEAR_META, hear_span_of(key),
			    hear_span_make(data, size), err);
}

/* Files the genesis in the new store in `path`. */
static enum hear_code fill(const char *path, const struct hear_sealed *genesis,
			   const struct hear_record *record, int64_t now_ms,
			   struct hear_err *err)
{
	struct hear_dataset dataset = {0};
	struct hear_genesis read;
	struct hear_writer *writer = NULL;
	unsigned char format[8];
	enum hear_code code;

	code = hear_store_open(&dataset.store, path, true, NULL, err);
	if (code != HEAR_OK)
		return code;
	dataset.id = genesis->id;
	hear_put64(format, HEAR_FORMAT_NUMBER);
	code = hear_genesis_read(record->tree, &read, err);
	memcpy(dataset.name, read.dataset_name, sizeof dataset.name);
	if (code == HEAR_OK)
		code = hear_write_begin(&writer, &dataset, now_ms, err);
	if (code == HEAR_OK)
		code = put_meta(hear_writer_txn(writer), HEAR_META_FORMAT,
				format, sizeof format, err);
	if (code == HEAR_OK)
		code = put_meta(hear_writer_txn(writer), HEAR_META_DATASET,
				genesis->id.bytes, 32, err);
	if (code == HEAR_OK)
		code = hear_writer_store(writer, genesis, record, NULL,
					 NULL, err);
	if (code == HEAR_OK)
		code = hear_write_commit(writer, err);
	else
		hear_write_abort(writer);
	hear_store_close(dataset.store);
	return code;
}

/* Makes it beside its place and moves it there whole: two who make the same
 * one at once cannot both succeed, and a crash leaves nothing half made. */
static enum hear_code make_at(struct hear_dataset **out, const char *path,
			      const struct hear_sealed *genesis,
			      const struct hear_record *record, int64_t now_ms,
			      struct hear_err *err)
{
	char *beside = NULL;
	enum hear_code code = hear_directory_begin(path, &beside, err);

	if (code != HEAR_OK)
		return code;
	code = fill(beside, genesis, record, now_ms, err);
	code = hear_directory_publish(path, beside, code, err);
	return code == HEAR_OK ? hear_dataset_open(out, path, NULL, err) : code;
}

enum hear_code hear_dataset_create(struct hear_dataset **out, const char *path,
				   struct hear_span name,
				   const struct hear_identity *founder,
				   int64_t now_ms, struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_sealed *genesis = calloc(1, sizeof *genesis);
	struct hear_record record = {0};
	enum hear_code code = hear_sign_ready(err);

	*out = NULL;
	if (!arena || !genesis)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_genesis_make(arena, name, founder, &record, err);
	if (code == HEAR_OK) {
		genesis->header.genesis = true;
		genesis->header.author = founder->key;
		genesis->header.time = (uint64_t)now_ms << 16;
		genesis->header.partition_size = 1; /* partition 0 */
		genesis->bodies[0] = record.body;
		genesis->count = 1;
		code = hear_filing_seal(arena, &founder->secret, genesis, err);
	}
	if (code == HEAR_OK)
		code = make_at(out, path, genesis, &record, now_ms, err);
	free(genesis);
	if (arena)
		hear_arena_free(arena);
	return code;
}

static bool is_founder(const struct hear_genesis *genesis,
		       const struct hear_key *key)
{
	size_t i;

	for (i = 0; i < genesis->count; i++)
		if (memcmp(genesis->founders[i].key.bytes, key->bytes, 32) == 0)
			return true;
	return false;
}

static enum hear_code check_genesis(const struct hear_sealed *genesis,
				    struct hear_arena *arena,
				    struct hear_record *record,
				    struct hear_err *err)
{
	struct hear_genesis read;
	enum hear_code code;

	if (!genesis->header.genesis || genesis->count != 1)
		return hear_fail(err, HEAR_FOREIGN,
				 "the first filing is no genesis of a dataset");
	code = hear_sealed_check(genesis, err);
	if (code != HEAR_OK)
		hear_err_prefix(err, "the first filing: ");
	if (code == HEAR_OK)
		code = hear_record_read(arena, genesis->bodies[0], record, err);
	if (code == HEAR_OK)
		code = hear_genesis_read(record->tree, &read, err);
	if (code == HEAR_OK && !is_founder(&read, &genesis->header.author))
		code = hear_fail(err, HEAR_INVALID,
				 "the genesis was not signed by a founder");
	return code;
}

enum hear_code hear_dataset_adopt(struct hear_dataset **out, const char *path,
				  struct hear_span packed, int64_t now_ms,
				  struct hear_err *err)
{
	struct hear_arena *arena = hear_arena_new();
	struct hear_sealed *genesis = calloc(1, sizeof *genesis);
	struct hear_record record = {0};
	enum hear_code code = hear_sign_ready(err);

	*out = NULL;
	if (!arena || !genesis)
		code = hear_fail_memory(err);
	if (code == HEAR_OK)
		code = hear_sealed_unpack(arena, packed, genesis, err);
	if (code == HEAR_OK)
		code = check_genesis(genesis, arena, &record, err);
	if (code == HEAR_OK)
		code = make_at(out, path, genesis, &record, now_ms, err);
	free(genesis);
	if (arena)
		hear_arena_free(arena);
	return code;
}
