/* SPDX-License-Identifier: ISC */
/* bundle.c - filings in a file, for those who meet without a network.
 *
 *   [magic 16]{[length 4][packed filing]}[0 as length 4][count 8][hash 32]
 *
 * Numbers are big-endian; the hash, under HEAR_TAG_BUNDLE, is over all bytes
 * before it. The genesis comes first, then filings in the order of the tree:
 * the roster, then each marking by time and id. So equal sets in equal views give equal bytes, and
 * both ends work in bounded memory. */
#include "core/bytes.h"
#include "core/error.h"
#include "core/files.h"
#include "core/filing.h"
#include "core/reader.h"
#include "core/replica.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAGIC = 16, BLOCK = 64 * 1024 };

static const char magic[MAGIC + 1] = "hearsay bundle 1";

/* ---- One filing ---- */

enum hear_code hear_filing_pack(struct hear_reader *reader, uint64_t number,
				struct hear_buffer *out, struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	enum hear_code code = hear_facts_at(reader, number, &facts, err);

	if (code == HEAR_OK && !hear_in_view(reader, facts))
		code = HEAR_NOTFOUND;
	if (code == HEAR_OK && facts->marking == HEAR_LOCAL)
		return hear_fail(err, HEAR_DENIED,
				 "filing number %llu is marked local, and "
				 "local filings never leave the machine they "
				 "were made on",
				 (unsigned long long)number);
	return code == HEAR_OK ? hear_replica_pack(reader->txn, reader->scratch,
						   number, out, err)
			       : code;
}

/* ---- Writing ---- */

struct sink {
	int fd;
	struct hear_hash hash;
	struct hear_buffer waiting; /* hashed, and not yet written */
	uint64_t count;
};

static enum hear_code flush(struct sink *sink, struct hear_err *err)
{
	if (sink->waiting.failed)
		return hear_fail_memory(err);
	if (!hear_write_all(sink->fd, sink->waiting.data, sink->waiting.size))
		return hear_fail_errno(err, "write", "the bundle");
	hear_buffer_reset(&sink->waiting);
	return HEAR_OK;
}

static void put(struct sink *sink, const void *data, size_t size)
{
	hear_hash_add(&sink->hash, data, size);
	hear_buffer_add(&sink->waiting, data, size);
}

static void put_length(struct sink *sink, size_t size)
{
	unsigned char length[4];

	hear_put32(length, (uint32_t)size);
	put(sink, length, sizeof length);
}

static enum hear_code put_filing(struct sink *sink, struct hear_reader *reader,
				 uint64_t number, struct hear_buffer *packed,
				 struct hear_err *err)
{
	enum hear_code code;

	hear_buffer_reset(packed);
	code = hear_replica_pack(reader->txn, reader->scratch, number, packed,
				 err);
	if (code == HEAR_NOTFOUND)
		return hear_fail(err, HEAR_DAMAGED,
				 "filing number %llu is missing: run `hearsay "
				 "verify`",
				 (unsigned long long)number);
	if (code != HEAR_OK)
		return code;
	put_length(sink, packed->size);
	put(sink, packed->data, packed->size);
	sink->count++;
	return sink->waiting.size > BLOCK ? flush(sink, err) : HEAR_OK;
}

/* Whether a filing of the tree goes into the bundle: flagged ones do, which
 * are part of the dataset and of no view. The genesis went before. */
static enum hear_code chosen(struct hear_reader *reader, uint64_t number,
			     bool *out, struct hear_err *err)
{
	const struct hear_filing_facts *facts;
	enum hear_code code = hear_facts_at(reader, number, &facts, err);

	*out = code == HEAR_NOTFOUND || /* put_filing says so */
	       (code == HEAR_OK && number != 1 && facts->marking >= 0 &&
		facts->marking <= (int)reader->view.highest &&
		facts->marking != HEAR_LOCAL &&
		hear_stamp_ms(facts->time) <= reader->latest_ms);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code put_filings(struct sink *sink, struct hear_reader *reader,
				  struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_buffer packed = {0};
	struct hear_span value = {NULL, 0};
	enum hear_code code;
	bool wanted = false;

	/* Whatever the clocks of admins say: it begins with the genesis. */
	code = put_filing(sink, reader, 1, &packed, err);
	if (code == HEAR_OK)
		code = hear_cursor_open(&cursor, reader->txn, HEAR_ORDERED,
					err);
	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, NULL, &value, err);
	while (code == HEAR_OK) {
		uint64_t number = hear_get64(value.data);

		code = chosen(reader, number, &wanted, err);
		if (code == HEAR_OK && wanted)
			code = put_filing(sink, reader, number, &packed, err);
		if (code == HEAR_OK)
			code = hear_cursor_move(cursor, HEAR_NEXT, NULL, &value,
						err);
	}
	hear_buffer_done(&packed);
	hear_cursor_close(cursor);
	return code == HEAR_NOTFOUND ? HEAR_OK : code;
}

static enum hear_code put_end(struct sink *sink, struct hear_err *err)
{
	unsigned char count[8];
	struct hear_id hash;

	put_length(sink, 0);
	hear_put64(count, sink->count);
	put(sink, count, sizeof count);
	hear_hash_end(&sink->hash, &hash);
	hear_buffer_add(&sink->waiting, hash.bytes, sizeof hash.bytes);
	return flush(sink, err);
}

/* The order of filings is an index: what it lacks would be lacking here, but
 * for those that are left out of it. */
static enum hear_code check_order(struct hear_txn *txn, struct hear_err *err)
{
	struct hear_cursor *cursor = NULL;
	struct hear_span value = {NULL, 0};
	uint64_t known = hear_txn_entries(txn, HEAR_ORDERED);
	enum hear_code code = hear_cursor_open(&cursor, txn, HEAR_LEFT, err);

	if (code == HEAR_OK)
		code = hear_cursor_move(cursor, HEAR_FIRST, NULL, &value, err);
	while (code == HEAR_OK) {
		known += value.size == 1 && value.data[0] != HEAR_WAIT_FLAGGED;
		code = hear_cursor_move(cursor, HEAR_NEXT, NULL, &value, err);
	}
	hear_cursor_close(cursor);
	if (code != HEAR_NOTFOUND)
		return code;
	if (known == hear_txn_entries(txn, HEAR_FILINGS))
		return HEAR_OK;
	return hear_fail(err, HEAR_DAMAGED,
			 "the index of filings is damaged, so the bundle would "
			 "not be whole: run `hearsay verify --repair`");
}

enum hear_code hear_bundle_write(struct hear_reader *reader, int fd,
				 uint64_t *filings, struct hear_err *err)
{
	struct sink sink = {.fd = fd};
	enum hear_code code = check_order(reader->txn, err);

	*filings = 0;
	hear_hash_begin(&sink.hash, HEAR_TAG_BUNDLE);
	put(&sink, magic, MAGIC);
	if (code == HEAR_OK)
		code = put_filings(&sink, reader, err);
	if (code == HEAR_OK)
		code = put_end(&sink, err);
	if (code == HEAR_OK)
		*filings = sink.count;
	hear_buffer_done(&sink.waiting);
	return code;
}

/* ---- Reading ---- */

struct hear_bundle {
	int fd;
	struct hear_hash hash;
	uint64_t count;
	enum hear_code over; /* HEAR_OK: there may be more */
	size_t at; /* in block: what was read ahead */
	size_t size;
	unsigned char block[BLOCK];
	unsigned char filing[HEAR_PACKED_BYTES];
};

static enum hear_code damaged(const struct hear_bundle *bundle,
			      const char *what, struct hear_err *err)
{
	return hear_fail(err, HEAR_DAMAGED,
			 "the bundle is damaged after filing %llu: %s; copy it "
			 "again, or have it made again",
			 (unsigned long long)bundle->count, what);
}

/* More bytes into the block; none at the end of the file. */
static enum hear_code refill(struct hear_bundle *bundle, struct hear_err *err)
{
	ssize_t got;

	do
		got = read(bundle->fd, bundle->block, BLOCK);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return hear_fail_errno(err, "read", "the bundle");
	bundle->at = 0;
	bundle->size = (size_t)got;
	return HEAR_OK;
}

/* Up to `size` bytes; fewer only where the file ends. */
static enum hear_code take_some(struct hear_bundle *bundle, void *out,
				size_t size, size_t *taken,
				struct hear_err *err)
{
	unsigned char *to = out;

	for (*taken = 0; *taken < size;) {
		size_t left = bundle->size - bundle->at;
		size_t some = left < size - *taken ? left : size - *taken;

		if (left == 0) {
			enum hear_code code = refill(bundle, err);

			if (code != HEAR_OK || bundle->size == 0)
				return code;
			continue;
		}
		memcpy(to + *taken, bundle->block + bundle->at, some);
		bundle->at += some;
		*taken += some;
	}
	return HEAR_OK;
}

static enum hear_code take(struct hear_bundle *bundle, void *out, size_t size,
			   struct hear_err *err)
{
	size_t taken = 0;
	enum hear_code code = take_some(bundle, out, size, &taken, err);

	return code == HEAR_OK && taken < size
		       ? damaged(bundle, "it is cut short", err)
		       : code;
}

static enum hear_code check_magic(const unsigned char *is, size_t size,
				  struct hear_err *err)
{
	if (size == MAGIC && memcmp(is, magic, MAGIC) == 0)
		return HEAR_OK;
	if (size > 0 && size < MAGIC && memcmp(is, magic, size) == 0)
		return hear_fail(err, HEAR_DAMAGED,
				 "the bundle is cut short after %zu bytes; "
				 "copy it again",
				 size);
	if (size == MAGIC && memcmp(is, magic, MAGIC - 1) == 0)
		return hear_fail(err, HEAR_VERSION,
				 "the bundle is of a version this program does "
				 "not know: install a newer Hearsay");
	return hear_fail(err, HEAR_FOREIGN, "this is no bundle of Hearsay");
}

enum hear_code hear_bundle_open(struct hear_bundle **out, int fd,
				struct hear_err *err)
{
	struct hear_bundle *bundle;
	unsigned char is[MAGIC];
	size_t size = 0;
	enum hear_code code = hear_sign_ready(err);

	*out = NULL;
	if (code != HEAR_OK)
		return code;
	bundle = aligned_alloc(_Alignof(struct hear_bundle), sizeof *bundle);
	if (!bundle)
		return hear_fail_memory(err);
	memset(bundle, 0, offsetof(struct hear_bundle, block));
	bundle->fd = fd;
	hear_hash_begin(&bundle->hash, HEAR_TAG_BUNDLE);
	code = take_some(bundle, is, MAGIC, &size, err);
	if (code == HEAR_OK)
		code = check_magic(is, size, err);
	if (code != HEAR_OK) {
		free(bundle);
		return code;
	}
	hear_hash_add(&bundle->hash, is, MAGIC);
	*out = bundle;
	return HEAR_OK;
}

/* HEAR_NOTFOUND where the bundle is whole. */
static enum hear_code check_end(struct hear_bundle *bundle,
				struct hear_err *err)
{
	unsigned char count[8];
	struct hear_id claimed;
	struct hear_id hash;
	size_t more = 0;
	enum hear_code code = take(bundle, count, sizeof count, err);

	if (code == HEAR_OK)
		code = take(bundle, claimed.bytes, sizeof claimed.bytes, err);
	if (code != HEAR_OK)
		return code;
	hear_hash_add(&bundle->hash, count, sizeof count);
	hear_hash_end(&bundle->hash, &hash);
	if (!hear_id_equal(&hash, &claimed) ||
	    hear_get64(count) != bundle->count)
		return damaged(bundle, "its bytes were changed", err);
	code = take_some(bundle, count, 1, &more, err);
	if (code == HEAR_OK && more > 0)
		return damaged(bundle, "it goes on after its end", err);
	return code == HEAR_OK ? HEAR_NOTFOUND : code;
}

static enum hear_code next(struct hear_bundle *bundle, struct hear_span *out,
			   struct hear_err *err)
{
	unsigned char length[4];
	uint32_t size;
	enum hear_code code = take(bundle, length, sizeof length, err);

	if (code != HEAR_OK)
		return code;
	hear_hash_add(&bundle->hash, length, sizeof length);
	size = hear_get32(length);
	if (size == 0)
		return check_end(bundle, err);
	if (size > HEAR_PACKED_BYTES)
		return damaged(bundle, "what follows is too long for a filing",
			       err);
	code = take(bundle, bundle->filing, size, err);
	if (code != HEAR_OK)
		return code;
	hear_hash_add(&bundle->hash, bundle->filing, size);
	bundle->count++;
	*out = hear_span_make(bundle->filing, size);
	return HEAR_OK;
}

enum hear_code hear_bundle_next(struct hear_bundle *bundle,
				struct hear_span *out, struct hear_err *err)
{
	*out = hear_span_make(NULL, 0);
	if (bundle->over == HEAR_OK)
		return bundle->over = next(bundle, out, err);
	return bundle->over == HEAR_NOTFOUND
		       ? HEAR_NOTFOUND
		       : damaged(bundle, "it cannot be read any further", err);
}

void hear_bundle_close(struct hear_bundle *bundle)
{
	free(bundle);
}
